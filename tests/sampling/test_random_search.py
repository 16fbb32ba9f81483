"""Random places keep their distance; Metropolis steps keep the ratio of Boltzmann's factors."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, fcc100, molecule
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms, FixBondLength
from ase.neighborlist import neighbor_list

from mlp_teach.sampling.random_search import TooDenseError, accepts, displaced, monte_carlo
from mlp_teach.sampling.trajectory import correlation_time
from mlp_teach.units import BOLTZMANN
from tests.sampling.test_trajectory import SPRING, Springs

BETA = 1 / (BOLTZMANN * 600)  # 1/eV


def pair() -> Atoms:
    return Atoms("Ne2", positions=[[0, 0, 0], [3, 0, 0]])


def walk(temperature=600.0, count=50, seed=1, **settings):
    start = pair()
    springs = Springs(start.positions)
    return monte_carlo(start, springs, temperature, count, seed=seed, **settings)


@pytest.mark.parametrize(
    ("atoms", "least"),
    [
        (bulk("Cu", "fcc", a=3.6, cubic=True), 1.8),
        (bulk("Cu", "fcc", a=3.6) * (2, 1, 1), 1.8),
        (fcc100("Cu", (2, 2, 2), vacuum=4.0), 2.0),
        (molecule("CH3CH2OH"), 0.9),
    ],
    ids=["cube", "skew cell", "slab", "molecule"],
)
def test_no_two_atoms_or_images_come_nearer_than_the_least(atoms, least):
    found = displaced(atoms, 10, largest=1.0, minimum_distance=least)
    assert [len(neighbor_list("d", a, least)) for a in found] == [0] * 10
    assert any(len(neighbor_list("d", a, 1.1 * least)) for a in found)
    moves = np.array([a.positions - atoms.positions for a in found])
    lengths = np.linalg.norm(moves, axis=2)
    assert lengths.max() <= 1.0
    assert lengths.max() > 0.8
    assert (lengths > 0).all()


def test_an_atom_alone_fills_a_ball_evenly():
    atoms, n = Atoms("He"), 2000
    moves = np.array([a.positions[0] for a in displaced(atoms, n, largest=2.0)]) / 2.0
    share = np.linalg.norm(moves, axis=1) ** 3  # of the ball's volume: even from 0 to 1
    assert abs(share.mean() - 1 / 2) < 4 / (12 * n) ** 0.5
    assert abs((share**2).mean() - 1 / 3) < 4 * (4 / 45 / n) ** 0.5
    assert abs(moves.mean(0)).max() < 4 / (5 * n) ** 0.5
    spread = np.cov(moves.T)
    assert abs(spread - np.eye(3) / 5).max() < 4 * 0.2 / n**0.5


def test_a_crystal_without_room_is_too_dense():
    atoms = bulk("Cu", "fcc", a=3.6, cubic=True)
    with pytest.raises(TooDenseError, match=r"In 1000 trials atom \d found no place within 0\.5 Å"):
        displaced(atoms, 1, largest=0.5, minimum_distance=2.545)
    with pytest.raises(ValueError, match=r"2\.55 Å apart already, nearer than 2\.6 Å"):
        displaced(atoms, 1, minimum_distance=2.6)


def test_each_displaced_structure_says_how_it_was_made():
    found = displaced(pair(), 2, largest=0.5, minimum_distance=1.5, seed=4)
    settings = {"sampler": "displaced", "largest": 0.5, "minimum_distance": 1.5, "seed": 4}
    assert [a.info for a in found] == [settings | {"number": n} for n in (0, 1)]


def test_the_same_seed_gives_the_same_list():
    for first, same, other in (
        [displaced(pair(), 2, seed=seed) for seed in (5, 5, 6)],
        [walk(count=2, seed=seed).frames for seed in (5, 5, 6)],
    ):
        assert all(a == b for a, b in zip(first, same, strict=True))
        assert not any(a == b for a, b in zip(first, other, strict=True))
        assert first[0] != first[1]


def test_fixed_atoms_stay():
    atoms = pair()
    atoms.set_constraint(FixAtoms([1]))
    run = monte_carlo(atoms, Springs(pair().positions), 600, 3)
    for a in [*displaced(atoms, 3), *run.frames]:
        assert (a.positions[1] == atoms.positions[1]).all()
        assert (a.positions[0] != atoms.positions[0]).all()
    assert len(run.energies) == 3 * 10  # a sweep counts the atoms that may move
    atoms.set_constraint(FixAtoms([0, 1]))
    with pytest.raises(ValueError, match="All atoms are fixed"):
        displaced(atoms, 1)


@pytest.mark.parametrize("change", [0.01, 0.05, 0.2])
def test_a_step_up_is_accepted_with_its_boltzmann_factor(change):
    rng, n = np.random.default_rng(3), 20_000
    share = np.mean([accepts(change, BETA, rng) for _ in range(n)])
    p = np.exp(-change * BETA)  # (1)
    assert abs(share - p) < 4 * (p * (1 - p) / n) ** 0.5


def test_a_step_down_is_always_accepted_and_no_number_never():
    rng = np.random.default_rng(3)
    for change, answer in ((-1.0, True), (0.0, True), (np.nan, False), (np.inf, False)):
        assert [accepts(change, BETA, rng) for _ in range(20)] == [answer] * 20


@pytest.mark.parametrize(("temperature", "largest_move"), [(200, 0.1), (600.0, 0.3)])
def test_each_degree_of_freedom_holds_half_kt(temperature, largest_move):
    run = walk(temperature, count=1000, largest_move=largest_move)
    e, kt = run.energies, BOLTZMANN * temperature
    independent = len(e) / (2 * correlation_time(e))
    error = kt * (6 / 2 / independent) ** 0.5  # of six squares of normal numbers
    assert error < 0.06 * 3 * kt
    assert abs(e.mean() - 3 * kt) < 4 * error
    inside = np.mean(e < 2.67406 * kt)  # the median of their distribution
    assert abs(inside - 0.5) < 4 * 0.5 / independent**0.5


def test_pairs_of_structures_are_passed_as_often_both_ways():
    run = walk(count=1200, largest_move=0.3)
    bins = np.digitize(run.energies * BETA, [1.5, 2.5, 4.0])
    flow = np.zeros((4, 4))
    np.add.at(flow, (bins[:-1], bins[1:]), 1)
    for a, b in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):
        assert flow[a, b] > 20
        assert abs(flow[a, b] - flow[b, a]) < 4 * (flow[a, b] + flow[b, a]) ** 0.5


def test_energies_belong_to_frames_and_a_rejected_move_counts_once_more():
    run = walk(count=20, sweeps_between=3)
    assert len(run.frames) == 20
    assert len(run.energies) == 20 * 3 * 2
    off = np.array([a.positions - pair().positions for a in run.frames])
    assert run.energies[5::6] == pytest.approx(SPRING / 2 * (off**2).sum((1, 2)))
    moved = np.diff(run.energies, prepend=0.0) != 0
    assert run.accepted == moved.mean()
    assert 0.1 < run.accepted < 0.9
    facts = {"temperature_K": 600.0, "sweeps_between": 3, "largest_move": 0.2, "seed": 1}
    assert run.frames[4].info == {"sampler": "monte_carlo", "number": 4} | facts
    assert run.frames[4].calc is None


def test_a_rejected_move_leaves_every_atom_where_it_was():
    start = molecule("CH3CH2OH")
    cold = monte_carlo(start, EMT(), 1e-9, 1, seed=1)
    kept = cold.frames[0].positions == start.positions
    moved = ~np.isclose(cold.frames[0].positions, start.positions, rtol=0, atol=1e-6)
    assert cold.accepted < 1
    assert (kept | moved).all()
    frozen = monte_carlo(pair(), Springs(pair().positions), 1e-9, 3, seed=1)
    assert frozen.accepted == 0
    assert all((frame.positions == pair().positions).all() for frame in frozen.frames)


def test_structures_that_are_nowhere_or_have_no_energy_are_refused():
    lost = pair()
    lost.positions[0, 0] = np.nan
    for sampler in (lambda: displaced(lost, 1), lambda: monte_carlo(lost, EMT(), 300, 1)):
        with pytest.raises(ValueError, match="is not a finite number"):
            sampler()
    with pytest.raises(ValueError, match="energy of the first structure is nan"):
        monte_carlo(pair(), Springs(np.full((2, 3), np.nan)), 300, 1)


def test_constraints_that_a_random_move_would_break_are_refused():
    held = pair()
    held.set_constraint(FixBondLength(0, 1))
    for sampler in (lambda: displaced(held, 1), lambda: monte_carlo(held, EMT(), 300, 1)):
        with pytest.raises(ValueError, match="constraint FixBondLength"):
            sampler()


def test_what_cannot_be_made_is_refused_in_words():
    for count, settings, message in (
        (0, {}, "count is 0"),
        (1, {"seed": -1}, "seed is -1"),
        (1, {"largest": 0.0}, r"largest is 0\.0"),
        (1, {"minimum_distance": -1.0}, r"minimum_distance is -1\.0"),
    ):
        with pytest.raises(ValueError, match=message):
            displaced(pair(), count, **settings)
    with pytest.raises(ValueError, match="temperature_K is 0"):
        monte_carlo(pair(), EMT(), 0, 1)
    with pytest.raises(ValueError, match="sweeps_between is 0"):
        walk(sweeps_between=0)
