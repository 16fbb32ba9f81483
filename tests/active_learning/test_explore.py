"""Exploring by dynamics: lower and upper limits, chance, and what a trajectory tells."""

import numpy as np
import pytest

from mlp_teach.active_learning.bagged_gap import bagged
from mlp_teach.active_learning.explore import Dynamics, deviations, explore_by, largest_deviation
from tests.active_learning.small_loop import COPPER, frames, points

DYNAMICS = Dynamics((300, 600), steps=40, timestep_fs=2.0, interval=10)


@pytest.fixture(scope="module")
def models():
    known = frames(12)
    basis = points(known)
    return basis.models(basis.fit(known, bagged(len(known), 2, 0)))


def met(dynamics: Dynamics, models, seed: int = 0):
    explore = explore_by(dynamics, [COPPER], lambda some: np.zeros((len(some), 2)))
    return explore(models, [COPPER], np.random.default_rng(seed))


def test_every_look_but_the_first_is_a_candidate_without_limits(models):
    found = met(DYNAMICS, models)
    steps = [f"{t} K, step {step}" for t in (300, 600) for step in (10, 20, 30, 40)]
    assert found.names == steps
    assert len(found) == len(found.scores) == len(found.features) == 8
    assert len(found.known) == 1
    assert found.scores == pytest.approx(deviations(models, found.structures))


def test_what_the_models_agree_on_is_no_candidate(models):
    scores = met(DYNAMICS, models).scores
    limit = float(np.median(scores))
    found = met(Dynamics((300, 600), 40, 2.0, 10, lower=limit), models)
    assert sorted(found.scores) == sorted(scores[scores > limit])
    nothing = met(Dynamics((300,), 40, 2.0, 10, lower=1e3), models)
    assert len(nothing) == 0
    assert nothing.facts["trajectories"][0]["visited"] == 5


def test_a_trajectory_ends_where_the_models_disagree_too_much(models):
    scores = met(DYNAMICS, models).scores[:4]
    limit = float(np.sort(scores)[-2])  # the largest of the four is above
    found = met(Dynamics((300,), 40, 2.0, 10, upper=limit), models)
    before = int(np.argmax(scores > limit))
    assert len(found) == before
    assert found.scores == pytest.approx(scores[:before])
    fact = found.facts["trajectories"][0]
    assert fact["last_step"] == 10 * (before + 1)
    assert "The models disagree by" in fact["stopped"]


def test_the_same_chance_explores_the_same_and_another_does_not(models):
    one, again, other = (met(DYNAMICS, models, seed) for seed in (1, 1, 2))
    assert (one.scores == again.scores).all()
    assert (one.structures[-1].positions == again.structures[-1].positions).all()
    assert not (one.scores == other.scores).any()


def test_a_hotter_trajectory_goes_further(models):
    found = met(Dynamics((100, 1200), 40, 2.0, 10), models)
    away = [np.linalg.norm(atoms.positions - COPPER.positions) for atoms in found.structures]
    assert max(away[:4]) < max(away[4:])


def test_a_single_structure_and_many_have_the_same_deviation(models):
    some = frames(4)
    assert deviations(models, some)[2] == largest_deviation(models, some[2])


def test_limits_and_starts_are_checked(models):
    with pytest.raises(ValueError, match="0 <= lower < upper"):
        Dynamics((300,), 10, lower=0.5, upper=0.2)
    with pytest.raises(ValueError, match="no temperatures"):
        Dynamics((), 10)
    with pytest.raises(ValueError, match="no structures to start from"):
        explore_by(DYNAMICS, [], lambda some: np.zeros((len(some), 2)))
