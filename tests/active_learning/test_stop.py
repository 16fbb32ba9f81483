"""When a loop ends, in words."""

import numpy as np
import pytest

from mlp_teach.active_learning.stop import Stop


def test_rounds_labels_and_errors_end_it_before_anybody_looks():
    stop = Stop(5, labels=100, error=50.0, error_name="force_rmse")
    assert stop.before_looking(4, 99, {"force_rmse": 50.0}) == ""
    assert stop.before_looking(5, 99, {"force_rmse": 50.0}) == "5 rounds are done."
    assert stop.before_looking(7, 99, {"force_rmse": 50.0}) == "7 rounds are done."
    assert "100 labels" in stop.before_looking(4, 100, {"force_rmse": 50.0})
    assert "49.9, below 50" in stop.before_looking(0, 10, {"force_rmse": 49.9})


def test_certainty_ends_it_after_a_look():
    stop = Stop(5, score=0.2)
    assert stop.after_looking(np.array([0.1, 0.201])) == ""
    assert "0.2, not above 0.2" in stop.after_looking(np.array([0.1, 0.2]))
    assert "no candidate" in stop.after_looking(np.array([]))


def test_a_score_of_zero_never_ends_it_while_models_differ():
    assert Stop(5).after_looking(np.array([1e-9])) == ""


@pytest.mark.parametrize("bad", [{"rounds": -1}, {"rounds": 1, "labels": 0}])
def test_counts_that_make_no_sense_are_refused(bad):
    with pytest.raises(ValueError, match="0 and 1 are least"):
        Stop(**bad)


@pytest.mark.parametrize("bad", [{"rounds": True}, {"rounds": 1, "labels": True}])
def test_rounds_and_labels_are_whole_numbers(bad):
    with pytest.raises(ValueError, match="is True; it must be a whole number"):
        Stop(**bad)


def test_an_error_needs_a_name_that_the_judge_gives():
    with pytest.raises(ValueError, match="0 or more"):
        Stop(1, score=-0.1)
    with pytest.raises(ValueError, match="which one"):
        Stop(1, error=5.0)
    with pytest.raises(ValueError, match="no error named 'mae'; there is rmse"):
        Stop(1, error=5.0, error_name="mae").before_looking(0, 5, {"rmse": 1.0})
