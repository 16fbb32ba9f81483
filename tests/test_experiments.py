"""What the experiment files promise, as far as a test can afford it."""

from dataclasses import replace
from pathlib import Path

import pytest

from mlp_teach.training.experiment import (
    build_model,
    load_frames,
    make_data,
    read_experiment,
    train,
)
from mlp_teach.training.metrics import compare

EXPERIMENTS = Path(__file__).resolve().parent.parent / "experiments"


@pytest.mark.slow
def test_a_gap_with_half_of_the_points_is_already_good_on_silicon():
    full = read_experiment(EXPERIMENTS / "gap_si.toml")
    small = replace(full, model_settings=full.model_settings | {"n_points": 500})
    model = build_model(small)
    training, _, test = load_frames(small)
    train(model, make_data(model, training, small.precision), [], small.training)
    errors = compare(model, make_data(model, test, small.precision), stress=False)
    assert errors.mae("energy") < 3.5  # meV/atom; the published GAP of 1,000 points has 2.9
    assert errors.mae("forces") < 85  # meV/Å; 70
