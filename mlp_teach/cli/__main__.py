"""python -m mlp_teach.cli: the command where its script is not on the path."""

import sys

from mlp_teach.cli import main

sys.exit(main())
