"""What decides the result of an experiment, in a form that can be kept beside that result.

A folder that is gone on with must be of the same experiment: results of two settings side by side
would be taken for those of one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from mlp_teach.training.experiment_file import Experiment, is_file
from mlp_teach.training.transfer import digest


def asked(experiment: Experiment) -> dict:
    """All entries, as JSON gives them back; files by what they hold, not by where they are.

    Raises FileNotFoundError where weights to begin with or frames are not there.
    """
    found = asdict(experiment) | {"precision": str(experiment.precision)}
    for name in ("dataset", "test"):
        if is_file(found[name]):
            found[name] = _digest_of_frames(Path(found[name]))
    if found.pop("weights_from"):
        found["weights_from"] = digest(experiment.weights_from)
    if found["model_seed"] is None:  # folders from before there was one are still good
        del found["model_seed"]
    return json.loads(json.dumps(found))


def _digest_of_frames(path: Path) -> str:
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path} with frames to learn from or to test on.")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
