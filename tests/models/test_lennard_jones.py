"""Lennard-Jones: the minimum by hand, the sum as loops, ASE's numbers, and the laws."""

from math import cos, pi

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk
from ase.calculators.lj import LennardJones as AseLennardJones

from mlp_teach.checks import check_all, report
from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.neighbors import atom_graph, neighbor_pairs_by_loops
from mlp_teach.potential import predict

ARGON = bulk("Ar", "fcc", a=5.26, cubic=True)


def dimer(distance: float) -> Atoms:
    return Atoms("Ar2", positions=[[0, 0, 0], [0, 0, distance]])


@pytest.fixture
def no_cutoff(monkeypatch):
    """The bare potential of 1924: f_c is one wherever there is a pair."""
    monkeypatch.setattr(
        "mlp_teach.models.lennard_jones.cosine_cutoff", lambda r, cutoff: torch.ones_like(r)
    )


def energy(atoms: Atoms, model: LennardJones) -> float:
    return predict(model, atom_graph(atoms, model.cutoff)).energy.item()


def test_at_sigma_the_energy_is_zero_and_at_the_minimum_it_is_minus_epsilon(no_cutoff):
    model = LennardJones(epsilon=2.0, sigma=3.0, cutoff=9.0)
    assert energy(dimer(3.0), model) == pytest.approx(0, abs=1e-12)
    assert energy(dimer(2 ** (1 / 6) * 3.0), model) == pytest.approx(-2.0)


def test_at_the_minimum_there_is_no_force_and_at_sigma_it_is_24_epsilon_over_sigma(no_cutoff):
    model = LennardJones(epsilon=2.0, sigma=3.0, cutoff=9.0)
    at_rest = predict(model, atom_graph(dimer(2 ** (1 / 6) * 3.0), 9.0)).forces
    torch.testing.assert_close(at_rest, torch.zeros(2, 3).double(), atol=1e-9, rtol=0)
    pushed = predict(model, atom_graph(dimer(3.0), 9.0)).forces
    assert pushed[:, 2].tolist() == pytest.approx([-24 * 2 / 3, 24 * 2 / 3])


def test_half_of_a_pair_belongs_to_either_atom():
    energies = predict(LennardJones(), atom_graph(dimer(3.8), 8.5)).energies
    assert energies[0].item() == energies[1].item() == pytest.approx(energies.sum().item() / 2)


def test_it_is_the_sum_as_loops():
    atoms = ARGON.copy()
    atoms.rattle(0.1, seed=0)
    epsilon, sigma, cutoff = 0.0104, 3.40, 8.5
    i, _, _, distances = neighbor_pairs_by_loops(atoms, cutoff)
    expected = np.zeros(len(atoms))
    for atom, r in zip(i, distances, strict=True):
        v = 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
        expected[atom] += 0.5 * v * 0.5 * (cos(pi * r / cutoff) + 1)
    found = predict(LennardJones(), atom_graph(atoms, cutoff)).energies
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_without_its_cutoff_function_it_is_that_of_ase(no_cutoff):
    atoms = ARGON.copy()
    atoms.rattle(0.1, seed=0)
    answer = predict(LennardJones(), atom_graph(atoms, 8.5))
    # ASE shifts each pair by v(r_c): that changes the energy, but no force and no stress.
    atoms.calc = AseLennardJones(epsilon=0.0104, sigma=3.40, rc=8.5)
    shift = 4 * 0.0104 * ((3.4 / 8.5) ** 12 - (3.4 / 8.5) ** 6)
    pairs = len(neighbor_pairs_by_loops(atoms, 8.5)[0]) / 2
    assert answer.energy.item() == pytest.approx(atoms.get_potential_energy() + pairs * shift)
    np.testing.assert_allclose(answer.forces, atoms.get_forces(), atol=1e-12)
    np.testing.assert_allclose(answer.stress[0], atoms.get_stress(voigt=False), atol=1e-13)


def test_it_obeys_every_law():
    verdicts = check_all(LennardJones(), [ARGON, dimer(3.5)])
    assert all(verdict.passed for verdict in verdicts), report(verdicts)


def test_its_two_numbers_can_be_learnt():
    model = LennardJones()
    predict(model, atom_graph(dimer(3.5), 8.5), create_graph=True).energy.sum().backward()
    assert model.epsilon.grad.item() == pytest.approx(energy(dimer(3.5), model) / 0.0104)
    assert model.sigma.grad.abs() > 0
