"""The set that this library labelled itself: is it what tools/make_ethanol_pbe.py promises?"""

from collections import Counter

import numpy as np
import pytest

from mlp_teach.datasets import check_labels, load
from mlp_teach.sampling.provenance import nearest

TRAIN, TEST = (load("ethanol_pbe", split) for split in ("train", "test"))
EVERY = TRAIN + TEST
KINDS = {"equilibrium", "trajectory", "reaction_path", "random_search"}


def test_every_frame_says_what_made_it():
    assert {atoms.info["kind"] for atoms in EVERY} == KINDS
    assert len({atoms.info["frame"] for atoms in EVERY}) == len(EVERY)
    samplers = {atoms.info["sampler"] for atoms in EVERY}
    assert {"rattled", "trajectory", "nudged_elastic_band", "displaced", "monte_carlo"} <= samplers
    hot = [atoms.info["temperature_K"] for atoms in EVERY if atoms.info["kind"] == "trajectory"]
    assert set(hot) == {300, 500, 800}


def test_one_frame_in_five_of_each_kind_is_for_testing():
    whole, test = (Counter(a.info["kind"] for a in part) for part in (EVERY, TEST))
    assert all(test[kind] == whole[kind] // 5 for kind in KINDS)


def test_no_test_frame_is_in_the_training_part():
    """Not even turned or with its atoms renamed: distances, sorted, tell all of them apart."""
    marks = np.array([np.sort(a.get_all_distances()[np.triu_indices(9, 1)]) for a in EVERY])
    apart = np.abs(marks[:, None] - marks[None]).max(2)
    np.fill_diagonal(apart, 1)
    assert apart[len(TRAIN) :, : len(TRAIN)].min() > 1e-3


def test_atoms_keep_their_distance():
    for atoms in EVERY:
        if atoms.info["sampler"] == "displaced":
            assert nearest(atoms) >= atoms.info["minimum_distance"] - 1e-6


def test_nothing_is_wrong_that_can_be_seen():
    assert check_labels(EVERY) == []


def test_the_energies_are_those_of_the_other_ethanol_set():
    """The same level with another program; the relaxed frame lies below all of 500 K."""
    ours, theirs = (
        np.array([a.get_potential_energy() for a in frames])
        for frames in (EVERY, load("ethanol", "train"))
    )
    assert ours.min() < theirs.min()
    assert theirs.min() - ours.min() < 0.3


def test_gfn2_stands_beside_pbe_as_another_model_of_the_same_forces():
    pbe = np.concatenate([atoms.get_forces() for atoms in EVERY])
    gfn2 = np.concatenate([atoms.arrays["gfn2_forces"] for atoms in EVERY])
    assert np.corrcoef(pbe.ravel(), gfn2.ravel())[0, 1] > 0.9
    assert 0.1 < np.sqrt(np.square(pbe - gfn2).mean()) < 2  # eV/Å
    assert gfn2.sum(0) == pytest.approx(np.zeros(3), abs=1e-3)
