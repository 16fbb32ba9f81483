"""The first-order descriptor: at the structures it was made for, it is the descriptor."""

from dataclasses import replace

import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.descriptors.first_order import (
    FirstOrderGraph,
    RadialFirstOrderGraph,
    extrapolate,
    first_order,
    first_order_radial,
)
from mlp_teach.descriptors.symmetry_functions import (
    SymmetryFunctions,
    columns,
    symmetry_functions,
)
from mlp_teach.graph import collate, displacements
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

FUNCTIONS = SymmetryFunctions(
    cutoff=3.5,
    elements=(1, 8, 29),
    g1=True,
    g2=((0.5, 1.0),),
    g4=((0.02, 1.0, 1.0), (0.02, 2.0, -1.0)),
    g5=((0.05, 2.5, 1.0), (0.05, 1.0, -1.0)),
)
RADIAL = replace(FUNCTIONS, g3=(1.5,), g4=(), g5=())


def model(functions: SymmetryFunctions = FUNCTIONS) -> BehlerParrinello:
    torch.manual_seed(0)
    made = BehlerParrinello(functions, hidden=(5, 4)).double()
    made.energy_scale.fill_(3.0)
    made.reference.copy_(torch.tensor([-13.0, -430.0, -1800.0]))
    return made


def structures() -> list[Atoms]:
    """A crystal, a molecule, an atom alone and a crystal of two elements, all of them rattled."""
    found = [bulk("Cu", cubic=True), molecule("H2O"), Atoms("H"), bulk("CuO", "rocksalt", a=4.2)]
    for seed, atoms in enumerate(found):
        atoms.rattle(0.1, seed=seed)
    return found


def graphs():
    return [atom_graph(atoms, 3.5) for atoms in structures()]


def features(graph):
    return first_order(graph, lambda vectors, g: columns(vectors, g, FUNCTIONS))


def radial(graph, made_by=first_order_radial):
    return made_by(graph, lambda vectors, g: columns(vectors, g, RADIAL))


def test_slopes_of_functions_of_the_distance_are_one_number_along_each_pair():
    for graph in graphs():
        short, long = radial(graph), radial(graph, first_order)
        assert short.slopes.shape == (graph.n_pairs, RADIAL.n_features)
        torch.testing.assert_close(short.slopes[:, None] * short.origin[:, :, None], long.slopes)
        torch.testing.assert_close(short.values, long.values)


def test_the_first_order_change_from_one_number_a_pair_is_that_from_three():
    step = torch.linspace(-1, 1, 3)
    for graph in graphs():
        short, long = (
            replace(made, positions=made.positions + step * made.positions)
            for made in (radial(graph), radial(graph, first_order))
        )
        torch.testing.assert_close(extrapolate(short), extrapolate(long))


def test_two_atoms_in_one_place_have_slopes_of_zero():
    graph = atom_graph(Atoms("H3", [[0, 0, 0], [0, 0, 0.5], [0, 0, 1]]), 3.5)
    graph = replace(graph, positions=graph.positions * torch.tensor([[1.0], [0.0], [1.0]]))
    short, long = radial(graph), radial(graph, first_order)
    apart = short.origin.norm(dim=1) > 0
    assert not apart.all()
    assert (short.slopes[~apart] == 0).all()
    torch.testing.assert_close(short.slopes[:, None] * short.origin[:, :, None], long.slopes)


def test_a_model_keeps_one_number_a_pair_where_all_its_functions_are_radial():
    graph = graphs()[0]
    assert type(model(RADIAL).prepare(graph)) is RadialFirstOrderGraph
    for angle in ("g4", "g5"):
        bent = replace(RADIAL, **{angle: getattr(FUNCTIONS, angle)})
        assert type(model(bent).prepare(graph)) is FirstOrderGraph


def test_values_are_those_of_the_descriptor():
    graph = collate(graphs())
    expected = symmetry_functions(graph, FUNCTIONS)
    torch.testing.assert_close(features(graph).values, expected)
    torch.testing.assert_close(extrapolate(features(graph)), expected)


def test_the_first_order_change_is_that_of_the_descriptor():
    graph = graphs()[0]
    made = features(graph)
    step = torch.randn(graph.positions.shape, generator=torch.Generator().manual_seed(1)).double()
    ends = [
        symmetry_functions(replace(graph, positions=graph.positions + h * step), FUNCTIONS)
        for h in (1e-5, -1e-5)
    ]
    change = extrapolate(replace(made, positions=graph.positions + step)) - made.values
    torch.testing.assert_close(change, (ends[0] - ends[1]) / 2e-5, rtol=1e-6, atol=1e-7)


def test_to_first_order_twice_the_way_is_twice_the_change():
    made = features(graphs()[0])
    step = torch.linspace(-1, 1, made.positions.numel()).view_as(made.positions)
    once, twice = (
        extrapolate(replace(made, positions=made.positions + n * step)) - made.values
        for n in (1, 2)
    )
    torch.testing.assert_close(twice, 2 * once)


both = pytest.mark.parametrize("functions", [FUNCTIONS, RADIAL], ids=["angular", "radial"])


@both
@pytest.mark.parametrize("number", range(4))
def test_energies_forces_and_stress_are_those_of_the_descriptor(number, functions):
    graph, made = graphs()[number], model(functions)
    expected, found = predict(made, graph), predict(made, made.prepare(graph))
    for name in ("energies", "forces", "stress"):
        torch.testing.assert_close(getattr(found, name), getattr(expected, name), equal_nan=True)


@both
def test_a_batch_of_prepared_graphs_is_that_of_the_descriptor(functions):
    made = model(functions)
    prepared = collate([made.prepare(graph) for graph in graphs()])
    assert isinstance(prepared, FirstOrderGraph)
    expected, found = predict(made, collate(graphs())), predict(made, prepared)
    for name in ("energy", "forces", "stress"):
        torch.testing.assert_close(getattr(found, name), getattr(expected, name), equal_nan=True)


@both
def test_a_loss_on_energy_forces_and_stress_has_the_same_gradient_in_every_parameter(functions):
    def gradients(graph_of):
        made = model(functions)
        crystals = [graph_of(made, graph) for graph in (graphs()[0], graphs()[3])]
        answer = predict(made, collate(crystals), create_graph=True)
        loss = answer.energy.square().sum() * 1e-6 + answer.forces.square().sum()
        (loss + answer.stress.square().sum()).backward()
        return {name: parameter.grad for name, parameter in made.named_parameters()}

    expected = gradients(lambda made, graph: graph)
    found = gradients(lambda made, graph: made.prepare(graph))
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-9, atol=1e-11, msg=name)
    assert any(gradient.abs().max() > 0.1 for gradient in expected.values())


def test_an_atom_alone_has_values_and_no_slopes():
    made = features(graphs()[2])
    assert made.values.tolist() == [[0.0] * FUNCTIONS.n_features]
    assert len(made.slopes) == 0


def test_the_graph_carries_everything_into_another_precision():
    made = features(graphs()[0]).to(dtype=torch.float32)
    floats = (made.positions, made.cells, made.values, made.slopes, made.origin)
    assert {tensor.dtype for tensor in floats} == {torch.float32}
    assert made.centers.dtype == torch.int64


def test_the_origin_is_where_the_descriptor_was_evaluated():
    graph = graphs()[0]
    torch.testing.assert_close(features(graph).origin, displacements(graph))
    assert not features(graph).slopes.requires_grad
