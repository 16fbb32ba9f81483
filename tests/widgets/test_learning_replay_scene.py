"""What the replay shows is what the run did; a threshold stops it where the loop would have."""

import math
from dataclasses import replace

import numpy as np
import pytest

from mlp_teach.active_learning.replay import Curve
from mlp_teach.active_learning.stop import Stop
from mlp_teach.widgets.drawing import Changed
from mlp_teach.widgets.learning_replay_scene import (
    ReplayState,
    band,
    error_at,
    first_state,
    largest_of,
    replay_numbers,
    replay_update,
    slider_of,
)
from tests.widgets.recorded_run import POOL, run

RUN = run()


def numbers(round_: int, threshold: float = 0.4):
    return replay_numbers(RUN, ReplayState(round_, threshold))


def test_what_is_asked_for_in_one_round_is_labelled_in_the_next():
    assert numbers(0).labelled.tolist() == [0, 1]
    assert numbers(0).new.tolist() == [11, 10]
    assert numbers(1).labelled.tolist() == [0, 1, 11, 10]
    assert numbers(3).labelled.tolist() == [0, 1, 11, 10, 9, 8, 7, 6]
    assert len(numbers(3).new) == 0
    assert [numbers(k).labels for k in range(4)] == [2, 4, 6, 8]


@pytest.mark.parametrize("round_", range(4))
@pytest.mark.parametrize("threshold", [0.0, 0.25, 0.8])
def test_every_structure_is_of_one_kind(round_, threshold):
    found = numbers(round_, threshold)
    kinds = [found.labelled, found.new, found.sure, found.unsure]
    assert sorted(np.concatenate(kinds).tolist()) == list(range(POOL))
    assert (found.scores[found.unsure] > threshold).all()
    assert not (found.scores[found.sure] > threshold).any()


@pytest.mark.parametrize(
    ("threshold", "stop"), [(1.0, 0), (0.8, 0), (0.79, 1), (0.5, 1), (0.3, 2), (0.29, None)]
)
def test_a_threshold_stops_where_the_loop_would_have(threshold, stop):
    found = numbers(0, threshold).stops
    assert found == stop
    rule = Stop(rounds=100, score=threshold)
    seen = [one.scores[~np.isnan(one.scores)] for one in RUN.rounds[:3]]  # nobody looked in the 4th
    ended = [n for n, scores in enumerate(seen) if rule.after_looking(scores)]
    assert (ended[0] if ended else None) == stop


def test_the_largest_uncertainty_grows_round_by_round():
    assert largest_of(RUN)[:3] == [0.8, 0.5, 0.3]
    assert math.isnan(largest_of(RUN)[3])
    assert numbers(1).largest.tolist() == [0.8, 0.5]


def test_curves_end_at_the_labels_of_the_round():
    found = numbers(1)
    assert found.active.labels.tolist() == [2, 4]
    assert found.active.mean.tolist() == [100, 65]
    assert found.active.low.tolist() == [90, 60]
    assert found.active.high.tolist() == [110, 70]
    assert found.random.mean.tolist() == [100, 85]
    assert (found.error, found.chance) == (60, 85)
    assert len(band(RUN.active, 1).labels) == 0


def test_chance_is_read_between_its_points_and_not_beyond():
    curve = Curve(np.array([10, 20]), np.array([[8.0, 4.0], [6.0, 2.0]]))
    assert error_at(curve, 15) == 5
    assert error_at(curve, 20) == 3
    assert math.isnan(error_at(curve, 9))
    assert math.isnan(error_at(curve, 21))


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Changed("round", 2.0), ReplayState(2, 0.4)),
        (Changed("round", 99.0), ReplayState(3, 0.4)),
        (Changed("round", -1.0), ReplayState(0, 0.4)),
        (Changed("threshold", 0.25), ReplayState(1, 0.25)),
    ],
)
def test_each_control_sets_its_part_of_the_state(event, expected):
    state = replay_update(RUN, ReplayState(1, 0.4), event)
    assert state == expected
    assert type(state.round) is int


def test_the_slider_reaches_every_threshold_that_matters():
    high, step = slider_of(RUN)
    assert high >= 0.8
    assert 20 <= high / step <= 201
    assert high / step == pytest.approx(round(high / step))
    state = first_state(RUN)
    assert state.round == 0
    assert state.threshold == pytest.approx(0.55)  # between 0.8 and 0.3
    assert first_state(RUN, 0.123).threshold == 0.123


def test_a_run_that_cannot_be_replayed_is_refused_in_words():
    blind = run(rounds=(replace(RUN.rounds[0], scores=np.full(POOL, np.nan)),))
    with pytest.raises(ValueError, match="anybody looked at the pool"):
        first_state(blind)
    blind = run(rounds=(RUN.rounds[3],))
    with pytest.raises(ValueError, match="anybody looked at the pool: nothing to replay"):
        first_state(blind)
    for threshold in (-0.1, math.nan, math.inf):
        with pytest.raises(ValueError, match="give 0 eV/Å or more"):
            first_state(RUN, threshold)
