"""The hub's files lie in deploy/jupyterhub, which is no package: they are found by their names."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy" / "jupyterhub"))
