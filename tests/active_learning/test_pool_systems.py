"""The systems to measure on: pool and test do not share what must not be shared; errors by hand."""

import numpy as np
import pytest

from mlp_teach.active_learning import pool_systems
from mlp_teach.active_learning.bagged_gap import bagged
from mlp_teach.active_learning.candidates import STRATEGIES, Candidates
from mlp_teach.active_learning.pool_systems import (
    SYSTEMS,
    PoolSystem,
    errors_of,
    kinds_in_turn,
    pool_run,
)
from mlp_teach.datasets import symmetry_copies
from mlp_teach.labelling.store import key_of
from tests.active_learning.small_loop import frames, points


@pytest.fixture
def without_points(monkeypatch):
    monkeypatch.setattr(pool_systems, "_basis", lambda soap, n, pool: points(frames(10)))


@pytest.fixture(scope="module")
def small():
    shaken = frames(40)
    return PoolSystem("small", shaken[::2], shaken[1::2], points(shaken), 4, 2, 3)


@pytest.mark.parametrize(
    ("name", "pool", "test"),
    [
        ("mlearn_Cu", 262, 18),
        ("Cu_ACE21", 800, 198),
        ("formate", 962, 216),
        ("formate_strided", 252, 216),
    ],
)
def test_pool_and_test_have_these_sizes_and_share_no_structure(without_points, name, pool, test):
    system = SYSTEMS[name]()
    assert (len(system.pool), len(system.test)) == (pool, test)
    assert not {key_of(a, {}) for a in system.pool} & {key_of(a, {}) for a in system.test}
    assert system.first + system.rounds * system.per_round < len(system.pool)


def test_no_copy_by_symmetry_is_tested(without_points):
    system = SYSTEMS["mlearn_Cu"]()
    assert symmetry_copies(system.test, system.pool) == []


def test_no_segment_of_formate_is_in_pool_and_test(without_points):
    system = SYSTEMS["formate"]()
    parts = [{int(atoms.info["segment"]) for atoms in part} for part in (system.pool, system.test)]
    assert parts[1] == {3, 7, 13}
    assert not parts[0] & parts[1]


def test_strategies_begin_from_the_same_labels_and_seeds_do_not(small, tmp_path):
    found = {}
    for strategy in ("random", "uncertain"):
        for seed in (0, 1):
            folder = tmp_path / f"{strategy}{seed}"
            loop = pool_run(small, STRATEGIES[strategy], seed, folder, rounds=1)
            found[strategy, seed] = loop.rounds[1].errors
    assert found["random", 0] == found["uncertain", 0]
    assert found["random", 1] == found["uncertain", 1]
    assert found["random", 0] != found["random", 1]


def test_rounds_that_are_none_are_named_before_anything_is_computed(small, tmp_path, monkeypatch):
    monkeypatch.setattr("mlp_teach.active_learning.pool_systems.look_in", pytest.fail)
    with pytest.raises(ValueError, match="rounds is -1"):
        pool_run(small, STRATEGIES["random"], 0, tmp_path, rounds=-1)


def test_a_seed_that_is_none_is_named(small, tmp_path):
    with pytest.raises(ValueError, match="seed is -3; it must be a whole number"):
        pool_run(small, STRATEGIES["random"], -3, tmp_path)


def test_every_strategy_runs_and_labels_help(small, tmp_path):
    for strategy, choose in STRATEGIES.items():
        loop = pool_run(small, choose, 0, tmp_path / strategy)
        assert [one.labels for one in loop.rounds[1:]] == [4, 6, 8, 10]
        assert loop.rounds[-1].errors["force_rmse"] < loop.rounds[1].errors["force_rmse"]


def test_errors_are_those_of_the_first_member(small):
    fit = small.basis.fit(small.pool[:6], bagged(6, 2, 0))
    found = errors_of(small.basis, fit, small.test[:3])
    apart = [
        small.basis.forces(fit, atoms)[0].numpy() - atoms.get_forces() for atoms in small.test[:3]
    ]
    flat = np.concatenate(apart)
    length = np.linalg.norm(flat, axis=1)
    assert found["force_rmse"] == pytest.approx(1e3 * np.sqrt((flat**2).mean()))
    assert found["force_max"] == pytest.approx(1e3 * length.max())
    assert found["force_p95"] == pytest.approx(1e3 * np.percentile(length, 95))
    energies = [
        (float(small.basis.energy(fit, atoms)[0]) - atoms.get_potential_energy()) / 4
        for atoms in small.test[:3]
    ]
    assert found["energy_rmse"] == pytest.approx(1e3 * np.sqrt(np.square(energies).mean()))


def test_kinds_are_drawn_in_turn_until_one_is_used_up():
    pool = frames(8)
    for atoms, kind in zip(pool, "aaaabbbc", strict=True):
        atoms.info["config_type"] = kind
    choose, drawn = kinds_in_turn(pool), []
    found = Candidates(pool[1:], list(range(1, 8)), np.zeros(7), np.zeros((7, 1)), np.zeros((0, 1)))
    for seed in range(100):
        chosen = choose(found, 6, np.random.default_rng(seed)).tolist()
        assert len(set(chosen)) == 6
        kinds = [pool[found.names[place]].info["config_type"] for place in chosen]
        assert kinds == ["a", "b", "c", "a", "b", "a"]
        drawn.append(tuple(chosen[:2]))
    assert len(set(drawn)) == 9  # all pairs of one of three and one of three
