"""A labelled set as the world: labels for who asks, none before."""

import numpy as np
import pytest
from ase.build import bulk

from mlp_teach.active_learning.candidates import (
    Candidates,
    by_chance,
    by_distance,
    by_information,
    by_uncertainty,
    by_uncertainty_apart,
)
from mlp_teach.active_learning.pool import HiddenLabels, look_in, without_labels
from mlp_teach.labelling.methods import LabelError
from tests.active_learning.small_loop import frames


def row_of(structures):
    return np.array([atoms.positions.ravel()[:3] for atoms in structures])


def test_a_label_is_given_to_who_asks():
    labelled = frames(4)
    method = HiddenLabels("copper", labelled)
    found = method.label(without_labels(labelled)[2])
    assert found.energy == labelled[2].get_potential_energy()
    assert (found.forces == labelled[2].get_forces()).all()
    with pytest.raises(LabelError, match="none of the 4 of copper"):
        method.label(bulk("Cu"))


def test_settings_tell_other_labels_and_other_structures_apart():
    labelled, other = frames(4), frames(4)
    other[0].calc.results["energy"] += 1e-9
    settings = [HiddenLabels("copper", one).settings() for one in (labelled, other, labelled[:3])]
    assert settings[0] == HiddenLabels("copper", frames(4)).settings()
    assert len({one["content"] for one in settings}) == 3


def test_nobody_sees_a_label_before_asking():
    assert all(atoms.calc is None for atoms in without_labels(frames(4)))


def test_candidates_are_what_nobody_asked_for_by_their_index_in_the_pool():
    pool = without_labels(frames(6))
    explore = look_in(pool, lambda models, some: models * np.arange(len(some)), row_of)
    found = explore(2.0, [pool[1], pool[4], bulk("Cu")], np.random.default_rng(0))
    assert found.names == [0, 2, 3, 5]
    assert found.scores.tolist() == [0, 2, 4, 6]
    assert (found.features == row_of([pool[k] for k in found.names])).all()
    assert (found.known == row_of([pool[1], pool[4]])).all()
    assert len(explore(2.0, pool, np.random.default_rng(0))) == 0


def test_a_repeated_structure_is_gone_with_its_twin():
    pool = without_labels(frames(4))
    explore = look_in([*pool, pool[0]], lambda models, some: np.zeros(len(some)), row_of)
    assert explore(None, [pool[0]], np.random.default_rng(0)).names == [1, 2, 3]


@pytest.fixture
def five():
    """Five structures on a line; the second and third are alike, and the most uncertain."""
    rows = np.array([[0.0], [5.0], [5.1], [9.0], [1.0]])
    scores = np.array([0.1, 0.9, 0.8, 0.7, 0.2])
    return Candidates([bulk("Cu")] * 5, [*"abcde"], scores, rows, np.array([[0.0]]))


def test_each_choice_takes_what_it_needs(five):
    chance = np.random.default_rng(0)
    assert by_uncertainty(five, 2, chance).tolist() == [1, 2]
    assert by_uncertainty_apart(five, 2, chance).tolist() == [1, 0]
    assert by_distance(five, 2, chance).tolist() == [3, 1]
    assert by_information(five, 1, chance).tolist() == [3]
    assert sorted(by_chance(five, 5, chance)) == [0, 1, 2, 3, 4]


def test_few_candidates_are_enough_for_the_wider_circle(five):
    assert sorted(by_uncertainty_apart(five, 5, np.random.default_rng(0))) == [0, 1, 2, 3, 4]
