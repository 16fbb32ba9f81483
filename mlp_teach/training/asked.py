"""What decides the result of an experiment, in a form that can be kept beside that result.

A folder that is gone on with must be of the same experiment: results of two settings side by side
would be taken for those of one.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from mlp_teach.training.experiment_file import Experiment
from mlp_teach.training.transfer import digest


def asked(experiment: Experiment) -> dict:
    """All entries, as JSON gives them back; weights to begin with by what they are, not where.

    Raises FileNotFoundError where these weights are not there.
    """
    found = asdict(experiment) | {"precision": str(experiment.precision)}
    if found.pop("weights_from"):
        found["weights_from"] = digest(experiment.weights_from)
    if found["model_seed"] is None:  # folders from before there was one are still good
        del found["model_seed"]
    return json.loads(json.dumps(found))
