"""The slopes of SOAP: differences, autograd, and what stands in which row."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.descriptors import soap_slopes
from mlp_teach.descriptors.first_order import FirstOrderGraph, extrapolate
from mlp_teach.descriptors.soap import power_spectrum, soap
from mlp_teach.descriptors.soap_slopes import first_order_soap, power_spectrum_slopes
from mlp_teach.graph import collate, displacements
from mlp_teach.neighbors import atom_graph
from tests.descriptors.soap_systems import KINDS, SYSTEMS, rattled, three_elements

each_kind = pytest.mark.parametrize("kind", KINDS)
each_system = pytest.mark.parametrize(("atoms", "elements"), SYSTEMS.values(), ids=SYSTEMS.keys())


def in_all(slopes, graph, weights):
    """Σ_i w_i · ∂G_i/∂r, for the positions of all atoms: what autograd gives for Σ_i w_i · G_i."""
    each = (slopes * weights[graph.centers][:, None]).sum(2)
    nothing = torch.zeros(graph.n_atoms, 3, dtype=slopes.dtype)
    return nothing.index_add(0, graph.neighbors, each).index_add(0, graph.centers, -each)


def weights_for(graph, parameters):
    random = np.random.default_rng(1).normal(size=(graph.n_atoms, parameters.n_features))
    return torch.from_numpy(random)


@each_system
@each_kind
def test_slopes_are_those_of_autograd(atoms, elements, kind):
    parameters = KINDS[kind](elements)
    given = atom_graph(atoms, parameters.cutoff + 0.3)
    made = first_order_soap(given, parameters)
    graph, power, slopes = power_spectrum_slopes(given, parameters)
    weights = weights_for(graph, parameters)
    for function, found in ((power_spectrum, slopes), (soap, made.slopes)):
        positions = graph.positions.clone().requires_grad_()
        values = function(replace(graph, positions=positions), parameters)
        total = (values * weights).sum()
        expected = torch.zeros_like(positions)
        if graph.n_pairs:
            (expected,) = torch.autograd.grad(total, positions)
        scale = found.abs().amax() if len(found) else 1.0
        apart = in_all(found, graph, weights) - expected
        assert apart.abs().max() < 1e-12 * scale
    torch.testing.assert_close(power, power_spectrum(given, parameters), rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(made.values, soap(given, parameters), rtol=1e-12, atol=1e-14)


@each_kind
def test_each_row_is_the_slope_by_its_own_pairs_vector(kind):
    # One vector of the graph is moved: by that, one row alone is tested, and all its features.
    parameters = KINDS[kind]((1, 8, 29))
    made = first_order_soap(atom_graph(three_elements(), parameters.cutoff), parameters)
    h = 1e-5
    for pair in (0, made.n_pairs // 2, made.n_pairs - 1):
        for axis in range(3):
            ends = [with_one_vector_moved(made, pair, axis, step, parameters) for step in (h, -h)]
            expected = (ends[0] - ends[1]) / (2 * h)
            torch.testing.assert_close(made.slopes[pair, axis], expected, rtol=1e-6, atol=1e-8)


def with_one_vector_moved(graph, pair: int, axis: int, step: float, parameters):
    """p̂ of the pair's centre. Each neighbour becomes an atom of its own, so that one can move."""
    center = int(graph.centers[pair])
    mine = torch.where(graph.centers == center)[0]
    vectors = displacements(graph)[mine]
    vectors[mine == pair, axis] += step
    numbers = torch.cat([graph.numbers[[center]], graph.numbers[graph.neighbors[mine]]])
    atoms = Atoms(numbers, positions=np.concatenate([np.zeros((1, 3)), vectors]))
    return soap(atom_graph(atoms, parameters.cutoff), parameters)[0]


def test_the_pairs_stand_by_element_of_the_neighbour_then_by_centre():
    parameters = KINDS["points, fading"]((1, 8, 29))
    made = first_order_soap(atom_graph(three_elements(), 4.0), parameters)
    key = made.numbers[made.neighbors] * 1000 + made.centers
    assert (key.diff() >= 0).all()
    assert displacements(made).norm(dim=1).max() < parameters.cutoff
    torch.testing.assert_close(made.origin, displacements(made))


@pytest.mark.parametrize("block", [1, 40])
def test_the_blocks_do_not_matter(block, monkeypatch):
    parameters = KINDS["orbitals"]((1, 8, 29))
    graph = atom_graph(three_elements(), parameters.cutoff)
    expected = first_order_soap(graph, parameters).slopes
    monkeypatch.setattr(soap_slopes, "BLOCK", block)
    found = first_order_soap(graph, parameters).slopes
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-14)


def test_extrapolated_values_are_right_to_first_order():
    parameters = KINDS["points, fading"]((1, 6, 8))
    graph = atom_graph(rattled(molecule("CH3OH")), parameters.cutoff + 0.1)
    made = first_order_soap(graph, parameters)
    step = weights_for(graph, parameters)[:, :3]
    errors = []
    for h in (1e-3, 5e-4):
        exact = soap(replace(graph, positions=graph.positions + h * step), parameters)
        moved = replace(made, positions=made.positions + h * step)
        errors.append((extrapolate(moved) - exact).abs().max().item())
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.05)


def test_a_unit_vector_does_not_grow():
    parameters = KINDS["sine waves, fading"]((29,))
    made = first_order_soap(atom_graph(rattled(bulk("Cu") * 2), parameters.cutoff), parameters)
    along = (made.slopes * made.values[made.centers][:, None]).sum(2)
    assert along.abs().max() < 1e-13


def test_a_batch_of_them_extrapolates_as_its_members_do():
    parameters = KINDS["points, fading"]((1, 6, 8))
    members = [
        first_order_soap(atom_graph(atoms, parameters.cutoff), parameters)
        for atoms in (molecule("H2O"), Atoms("C"), molecule("CO"))
    ]
    together = collate(members)
    assert isinstance(together, FirstOrderGraph)
    moved = replace(together, positions=together.positions * 1.01)
    expected = [extrapolate(replace(one, positions=one.positions * 1.01)) for one in members]
    torch.testing.assert_close(extrapolate(moved), torch.cat(expected))


@each_kind
def test_an_atom_alone_has_values_and_no_slopes(kind):
    parameters = KINDS[kind]((1, 29))
    made = first_order_soap(atom_graph(Atoms("Cu"), 3.0), parameters)
    assert made.values.norm().item() == pytest.approx(1)
    assert made.slopes.shape == (0, 3, parameters.n_features)


def test_the_precision_of_the_graph_is_kept():
    parameters = KINDS["points, fading"]((1, 8))
    graph = atom_graph(molecule("H2O"), parameters.cutoff)
    single = first_order_soap(graph.to(dtype=torch.float32), parameters)
    assert single.slopes.dtype == single.values.dtype == torch.float32
    expected = first_order_soap(graph, parameters).slopes
    assert (single.slopes - expected).abs().max() < 1e-5 * expected.abs().max()


def test_an_element_that_is_not_known_is_named():
    graph = atom_graph(molecule("CH3OH"), 3.0)
    with pytest.raises(ValueError, match=r"holds C, but .* knows H, O only"):
        first_order_soap(graph, KINDS["orbitals"]((1, 8)))
