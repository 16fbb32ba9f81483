"""The density to be looked at: by hand, and that its expansion comes near it and turns along."""

from dataclasses import replace
from math import cos, exp, pi

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import molecule

from mlp_teach.basis.radial import GaussianOrbitals, Polynomials, RadialPoints, SineBessel
from mlp_teach.checks.deformations import random_orthogonal, turned
from mlp_teach.descriptors.smeared_density import expanded_density, smeared_density
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.neighbors import atom_graph
from tests.descriptors.soap_systems import three_elements

SIGMA = 0.5
POINTS = torch.from_numpy(np.random.default_rng(0).uniform(-1.5, 1.5, (60, 3)))


def test_two_atoms_by_hand():
    parameters = SOAP(RadialPoints(4.0, 2, 2, SIGMA), (1, 8), transition=4.0)
    graph = atom_graph(Atoms("OH", positions=[[0, 0, 0], [0, 0, 1]]), 4.0)
    points = torch.tensor([[0, 0, 0], [0, 0, 1], [0, 1, 1]]).double()
    fade, step = 0.5 * (1 + cos(pi / 4)), exp(-1 / (2 * SIGMA**2))
    found = smeared_density(graph, 0, points, parameters)
    assert found[0].tolist() == pytest.approx([fade * step, fade, fade * step])  # H
    assert found[1].tolist() == pytest.approx([1, step, step**2])  # O, at the centre


@pytest.mark.parametrize("transition", [0.0, 0.7])
def test_it_is_the_sum_over_the_neighbours_with_their_images(transition):
    parameters = SOAP(RadialPoints(3.0, 2, 2, SIGMA), (1, 8, 29), transition)
    atoms = three_elements()
    graph = atom_graph(atoms, 3.5)  # more than needed
    found = smeared_density(graph, 1, POINTS, parameters)
    expected = np.zeros((3, len(POINTS)))
    cells = np.array(np.meshgrid(*[range(-2, 3)] * 3)).reshape(3, -1).T
    for j, number in enumerate(atoms.numbers):
        for where in atoms.positions[j] - atoms.positions[1] + cells @ atoms.cell.array:
            r = np.linalg.norm(where)
            if r < 3.0:
                late = max(r - (3.0 - transition), 0)
                fade = 0.5 * (1 + cos(pi * late / transition)) if transition else 1
                squares = ((POINTS.numpy() - where) ** 2).sum(1)
                row = [1, 8, 29].index(number)
                expected[row] += fade * np.exp(-squares / (2 * SIGMA**2))
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-13)


# How near 12 radial functions and l up to 12 come, root of the mean square, in the inner 1.5 Å.
@pytest.mark.parametrize(
    ("radial", "near"),
    [
        (GaussianOrbitals(4.0, 12, 12, SIGMA), 0.02),
        (Polynomials(4.0, 7, 12, SIGMA), 0.02),
        (SineBessel(4.0, 12, 12, SIGMA), 0.005),
        (RadialPoints(4.0, 12, 12, SIGMA), 0.02),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_expansion_comes_near_the_density_and_nearer_with_more_functions(radial, near):
    graph = atom_graph(molecule("CH3OH"), 7.0)
    errors = []
    for n_max in (4, radial.n_max):
        parameters = SOAP(replace(radial, n_max=n_max), (1, 6, 8))
        exact = smeared_density(graph, 0, POINTS, parameters)
        apart = expanded_density(graph, 0, POINTS, parameters) - exact
        errors.append(apart.square().mean().sqrt().item())
    assert exact.square().mean().sqrt() > 0.1
    assert errors[1] < near
    assert errors[1] < errors[0]


def test_the_expansion_turns_with_the_structure():
    parameters = SOAP(SineBessel(3.0, 4, 4, SIGMA), (1, 8, 29), transition=0.5)
    q = random_orthogonal(np.random.default_rng(1), -1)
    atoms = three_elements()
    old = expanded_density(atom_graph(atoms, 3.0), 2, POINTS, parameters)
    turned_points = POINTS @ torch.from_numpy(q.T)
    new = expanded_density(atom_graph(turned(atoms, q), 3.0), 2, turned_points, parameters)
    torch.testing.assert_close(new, old, rtol=0, atol=1e-12)


@pytest.mark.parametrize("density", [smeared_density, expanded_density])
def test_an_atom_alone_is_round(density):
    parameters = SOAP(SineBessel(4.0, 12, 4, SIGMA), (8, 29))
    graph = atom_graph(Atoms("Cu"), parameters.cutoff)
    points = torch.tensor([[0.6, 0, 0], [0, -0.6, 0], [0.36, 0, 0.48]]).double()
    found = density(graph, 0, points, parameters)
    assert found[0].abs().max() == 0
    assert found[1].tolist() == pytest.approx([exp(-(0.6**2) / (2 * SIGMA**2))] * 3, rel=1e-3)
