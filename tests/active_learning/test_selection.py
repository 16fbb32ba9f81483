"""Choosing structures: by hand, against brute force and its guarantees, ties, and refusals."""

from itertools import combinations
from math import e

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.active_learning.selection import (
    at_random,
    d_optimal,
    farthest,
    mean_features,
    most_uncertain,
    uncertain_and_apart,
)
from mlp_teach.graph import collate
from mlp_teach.neighbors import atom_graph


def table(count: int, features: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, features))


def crowd() -> np.ndarray:
    """Many rows close together, and three far from them and from each other."""
    rows = 1e-3 * table(100, 3, seed=0)
    for place, axis in ((17, 0), (60, 1), (85, 2)):
        rows[place] = np.eye(3)[axis]
    return rows


EVERY = {
    "most_uncertain": lambda rows, count: most_uncertain(rows[:, 0], count),
    "at_random": lambda rows, count: at_random(len(rows), count, np.random.default_rng(0)),
    "farthest": farthest,
    "farthest of known": lambda rows, count: farthest(rows, count, rows[:2]),
    "uncertain_and_apart": lambda rows, count: uncertain_and_apart(
        rows[:, 0], rows, count, max(count, len(rows) // 2)
    ),
    "d_optimal": d_optimal,
    "d_optimal of known": lambda rows, count: d_optimal(rows, count, rows[:2], 0.1),
}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("count", [1, 5, 30])
def test_each_is_chosen_once_in_an_order_that_is_always_the_same(name, count):
    rows = table(30, 4, seed=1)
    found = EVERY[name](rows, count)
    assert found.dtype.kind == "i"
    assert len(set(found.tolist())) == count
    assert found.min() >= 0
    assert found.max() < 30
    np.testing.assert_array_equal(found, EVERY[name](rows, count))


@pytest.mark.parametrize("name", [n for n in EVERY if n != "uncertain_and_apart"])
def test_more_of_them_begin_with_the_same_ones(name):
    rows = table(25, 4, seed=2)
    np.testing.assert_array_equal(EVERY[name](rows, 12)[:5], EVERY[name](rows, 5))


@pytest.mark.parametrize("name", [n for n in EVERY if n != "at_random"])
def test_of_equals_the_earlier_one_comes_first(name):
    rows = np.repeat(table(4, 3, seed=3), 5, axis=0)  # five copies of each of four
    found = EVERY[name](rows, 20).tolist()
    assert sorted(found) == list(range(20))
    for first in range(0, 20, 5):
        copies = [index for index in found if first <= index < first + 5]
        assert copies == sorted(copies)


@pytest.mark.parametrize("name", EVERY)
def test_rows_that_are_all_the_same_can_be_chosen_too(name):
    found = EVERY[name](np.ones((6, 3)), 6)
    assert sorted(found.tolist()) == list(range(6))


def test_the_most_uncertain_by_hand():
    scores = np.array([0.1, 3.0, -1.0, 3.0, np.inf])
    assert most_uncertain(scores, 4).tolist() == [4, 1, 3, 0]


def test_chance_is_fair_and_follows_the_generator():
    counts, rng = np.zeros(6), np.random.default_rng(0)
    for _ in range(3000):
        counts[at_random(6, 2, rng)] += 1
    assert np.abs(counts / 1000 - 1).max() < 4 * np.sqrt(2 / 3 / 1000)
    one, other = (at_random(50, 9, np.random.default_rng(seed)).tolist() for seed in (1, 2))
    assert one != other


def test_farthest_points_by_hand():
    line = np.array([[0.0], [1.0], [2.0], [5.0], [10.0]])  # mean 3.6
    assert farthest(line, 4).tolist() == [3, 0, 4, 2]
    assert farthest(line, 2, known=np.array([[10.0]])).tolist() == [0, 3]
    assert farthest(line, 1, known=line[:0]).tolist() == [3]


def test_farthest_points_find_what_is_rare():
    assert {17, 60, 85} <= set(farthest(crowd(), 4).tolist())
    assert set(farthest(crowd(), 3, known=crowd()[:1]).tolist()) == {17, 60, 85}


def test_farthest_points_equal_the_definition():
    rows, known = table(30, 4, seed=4), table(3, 4, seed=5)
    expected = []
    while len(expected) < 8:
        taken = [*known, *(rows[c] for c in expected)]
        distances = [min(float(np.linalg.norm(row - t)) for t in taken) for row in rows]
        expected.append(int(np.argmax(distances)))
    assert farthest(rows, 8, known).tolist() == expected


def covering(rows: np.ndarray, chosen: tuple[int, ...]) -> float:
    apart = np.linalg.norm(rows[:, None] - rows[list(chosen)], axis=2)
    return float(apart.min(axis=1).max())


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("count", [1, 2, 4])
def test_no_structure_is_left_farther_than_twice_the_best_there_is(seed, count):
    rows = table(10, 2, seed)
    best = min(covering(rows, choice) for choice in combinations(range(10), count))
    assert covering(rows, tuple(farthest(rows, count))) <= 2 * best + 1e-12


def test_uncertain_and_apart_is_one_or_the_other_at_its_ends():
    rows, scores = table(30, 3, seed=6), table(30, 1, seed=7)[:, 0]
    alone = uncertain_and_apart(scores, rows, 8, among=8)
    assert set(alone.tolist()) == set(most_uncertain(scores, 8).tolist())
    assert alone[0] == scores.argmax()
    first = int(scores.argmax())
    everywhere = uncertain_and_apart(scores, rows, 8, among=30)
    assert everywhere.tolist() == [first, *farthest(rows, 7, rows[[first]]).tolist()]


def test_uncertain_and_apart_leaves_out_the_copies_of_the_most_uncertain():
    rows = np.array([[0.0], [0.001], [0.002], [5.0], [9.0]])
    scores = np.array([5.0, 4.9, 4.8, 4.0, 0.0])
    assert most_uncertain(scores, 2).tolist() == [0, 1]
    assert uncertain_and_apart(scores, rows, 2, among=4).tolist() == [0, 3]  # 4 is certain


def information(blocks, known, ridge) -> float:
    rows = np.concatenate([known, *blocks])
    return float(np.linalg.slogdet(ridge * np.eye(rows.shape[1]) + rows.T @ rows)[1])


@pytest.mark.parametrize("several", [False, True], ids=["one row each", "several rows"])
@pytest.mark.parametrize("seed", range(4))
def test_each_step_of_d_optimal_takes_the_largest_determinant(seed, several):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 4, size=12) if several else np.ones(12, dtype=int)
    blocks = [rng.normal(size=(size, 5)) for size in sizes]
    known = rng.normal(size=(2, 5))
    found = d_optimal(blocks if several else np.concatenate(blocks), 9, known, ridge=0.01)
    chosen = []
    for _ in range(9):
        value = {
            i: information([blocks[c] for c in (*chosen, i)], known, 0.01)
            for i in range(12)
            if i not in chosen
        }
        chosen.append(max(value, key=value.__getitem__))
    assert found.tolist() == chosen


@pytest.mark.parametrize("seed", range(12))
def test_greedy_d_optimal_gets_what_it_promises_of_the_best(seed):
    rows, known, ridge = table(9, 3, seed), np.zeros((0, 3)), 0.05
    before = information([], known, ridge)

    def gain(choice):
        return information([rows[[i]] for i in choice], known, ridge) - before

    best = max(gain(choice) for choice in combinations(range(9), 3))
    ours = gain(d_optimal(rows, 3, ridge=ridge))
    assert (1 - 1 / e) * best <= ours <= best + 1e-9


def test_d_optimal_by_hand():
    rows = np.array([[1.0, 0.0], [0.0, 2.0], [2.5, 0.0], [0.0, 1.9]])
    assert d_optimal(rows, 3, ridge=1).tolist() == [2, 1, 3]  # gains 7.25, 5; then 1.72, 1.14
    assert d_optimal(rows, 1, known=rows[[2]], ridge=1).tolist() == [1]  # x is known: 7.25, then y


def test_several_rows_count_as_all_of_their_directions():
    blocks = [np.array([[3.0, 0, 0]]), np.eye(3)[:2] * 2.0, np.zeros((1, 3))]
    assert d_optimal(blocks, 3, ridge=1).tolist() == [1, 0, 2]  # 25 beats 10
    padded = np.stack([np.pad(block, ((0, 2 - len(block)), (0, 0))) for block in blocks])
    assert d_optimal(padded, 3, ridge=1).tolist() == [1, 0, 2]
    single = table(12, 4, seed=8)
    assert d_optimal(single, 6).tolist() == d_optimal(single[:, None], 6).tolist()


def test_d_optimal_does_not_depend_on_the_basis_of_the_features():
    rows, mix = table(20, 4, seed=9), np.linalg.qr(table(4, 4, seed=10))[0]
    assert d_optimal(rows, 10).tolist() == d_optimal(rows @ mix, 10).tolist()


def test_long_choices_keep_their_digits():
    rows = table(60, 10, seed=11)
    found = d_optimal(rows, 60, ridge=1e-6)
    for last in range(20, 60):  # long after the first 10, which span all directions
        taken = [rows[[c]] for c in found[:last]]
        gains = {i: information([*taken, rows[[i]]], np.zeros((0, 10)), 1e-6) for i in found[last:]}
        assert gains[found[last]] == pytest.approx(max(gains.values()), abs=1e-8)


def test_a_structures_features_are_the_mean_of_its_atoms():
    graph = collate(
        [atom_graph(Atoms("H2", [[0, 0, 0], [0, 0, 1]]), 2.0), atom_graph(Atoms("H"), 2.0)]
    )
    features = torch.tensor([[1.0, 2.0], [3.0, 6.0], [5.0, -1.0]], dtype=torch.float64)
    assert mean_features(features, graph).tolist() == [[2, 4], [5, -1]]


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("size", [1.0, 1e3, 1e6, 1e9])
def test_large_features_change_no_choice(size, several):
    """All directions are known far better than before any label: a common factor drops out."""
    rows = table(30, 8, seed=0)
    blocks = rows.reshape(15, 2, 8) if several else rows
    wanted = d_optimal(blocks, 12, ridge=1e-12)
    assert d_optimal(blocks * size, 12, ridge=1e-12 * max(1.0, size)).tolist() == wanted.tolist()
    assert d_optimal((blocks * size).astype(np.float32), 12).tolist() == wanted.tolist()


def test_what_cannot_be_chosen_is_refused_in_words():
    rows = table(5, 2, seed=0)
    scores = np.array([1.0, np.nan, 2.0, np.nan, 0.0])
    for choose in (
        lambda: most_uncertain(scores, 1),
        lambda: uncertain_and_apart(scores, rows, 1, 3),
    ):
        with pytest.raises(ValueError, match=r"structure 1 is NaN \(2 of 5 are\)"):
            choose()
    for name, choose in EVERY.items():
        with pytest.raises(ValueError, match="6 structures were asked for, but there are"):
            choose(rows, 6)
        with pytest.raises(ValueError, match="count is 0; a whole number from 1 on"):
            choose(rows, 0)
        if name not in ("at_random", "most_uncertain"):
            with pytest.raises(ValueError, match="not finite"):
                choose(rows + np.array([0, np.inf]), 2)
    for choose in (farthest, d_optimal):
        with pytest.raises(ValueError, match=r"beyond 1e\+100"):
            choose(rows * 1e160, 2)
        with pytest.raises(ValueError, match="to choose"):
            choose(rows[:0], 1)
    with pytest.raises(ValueError, match="4 structures were asked for, but there are 3"):
        uncertain_and_apart(rows[:, 0], rows, 4, among=3)
    for ridge in (0, -1.0, np.inf):
        with pytest.raises(ValueError, match="ridge is"):
            d_optimal(rows, 2, ridge=ridge)
    with pytest.raises(ValueError, match=r"row 0 are not finite \(1 such rows\)"):
        farthest(rows, 1, known=np.array([[np.nan, 1.0]]))
