"""Behler-Parrinello: the network by hand and as loops, its scales, its settings, and the laws."""

import json
from math import exp, tanh

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.checks import check_all, report
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.graph import collate
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

FUNCTIONS = SymmetryFunctions(
    cutoff=3.5,
    elements=(1, 6, 8),
    g1=True,
    g2=((0.5, 1.0), (2.0, 2.0)),
    g3=(1.0,),
    g4=((0.02, 1.0, 1.0), (0.02, 2.0, -1.0)),
    g5=((0.05, 2.5, 1.0), (0.05, 4.0, -1.0)),
)
METHANOL = molecule("CH3OH")


def made(functions: SymmetryFunctions = FUNCTIONS, **settings) -> BehlerParrinello:
    """A model with random weights and random scales, each element its own."""
    torch.manual_seed(0)
    model = BehlerParrinello(functions, **settings).double()
    for name in ("shift", "scale", "reference"):
        buffer = getattr(model, name)
        buffer.copy_(torch.rand(buffer.shape) + 0.5)
    model.energy_scale.fill_(2.5)
    return model


def energies(model: BehlerParrinello, atoms: Atoms) -> torch.Tensor:
    graph = atom_graph(atoms, model.cutoff)
    return predict(model, graph, forces=False, stress=False).energies.detach()


def test_one_feature_and_one_hidden_node_by_hand():
    # Two Cu atoms half the cutoff apart: G1 = ½ for each.
    model = BehlerParrinello(SymmetryFunctions(4.0, (29,), g1=True), (1,), "Tanh").double()
    first, last = model.networks[0][0], model.networks[0][-1]
    with torch.no_grad():
        for tensor, value in (
            (first.weight, 2.0),
            (first.bias, 0.25),
            (last.weight, -3.0),
            (last.bias, 0.5),
            (model.shift, 0.1),
            (model.scale, 5.0),
            (model.energy_scale, 10.0),
            (model.reference, -100.0),
        ):
            tensor.fill_(value)
    atoms = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 2]])
    expected = (-3.0 * tanh(2.0 * (0.5 - 0.1) * 5.0 + 0.25) + 0.5) * 10.0 - 100.0
    assert energies(model, atoms).tolist() == pytest.approx([expected, expected])


F_A = {"Tanh": tanh, "SiLU": lambda x: x / (1 + exp(-x))}


def by_loops(model: BehlerParrinello, atoms: Atoms) -> list[float]:
    """Eq. (1), node by node: each atom through the network of its element."""
    table = symmetry_functions(atom_graph(atoms, model.cutoff), model.functions).numpy()
    found = []
    for atom, number in enumerate(atoms.numbers):
        place = model.functions.elements.index(number)
        layers = [layer for layer in model.networks[place] if hasattr(layer, "weight")]
        values = [
            (g - shift) * scale
            for g, shift, scale in zip(
                table[atom], model.shift[place].numpy(), model.scale[place].numpy(), strict=True
            )
        ]
        for depth, layer in enumerate(layers):
            weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
            nodes = []
            for node in range(len(bias)):
                total = bias[node]
                for before in range(len(values)):
                    total += weight[node, before] * values[before]
                nodes.append(total if depth == len(layers) - 1 else F_A[model.activation](total))
            values = nodes
        found.append(values[0] * model.energy_scale.item() + model.reference[place].item())
    return found


@pytest.mark.parametrize("hidden", [(), (3,), (5, 4), (4, 3, 2)])
@pytest.mark.parametrize("activation", F_A)
def test_the_network_is_the_equation_as_loops(hidden, activation):
    model = made(hidden=hidden, activation=activation)
    np.testing.assert_allclose(energies(model, METHANOL), by_loops(model, METHANOL), rtol=1e-12)


def test_it_obeys_every_law():
    for atoms in (METHANOL, bulk("NaCl", "rocksalt", a=4.4)):
        elements = tuple(sorted(set(atoms.numbers.tolist())))
        functions = SymmetryFunctions(
            3.5, elements, g2=FUNCTIONS.g2, g3=FUNCTIONS.g3, g4=FUNCTIONS.g4, g5=FUNCTIONS.g5
        )
        verdicts = check_all(made(functions, hidden=(6, 5)), atoms)
        assert all(verdict.passed for verdict in verdicts), report(verdicts)


def test_dropout_breaks_a_law_while_training_and_none_afterwards():
    model = made(hidden=(6, 5), dropout=0.2)
    verdicts = {verdict.name: verdict for verdict in check_all(model.train(), METHANOL)}
    assert not verdicts["determinism"].passed
    assert all(verdict.passed for verdict in check_all(model.eval(), METHANOL))


def test_an_atom_alone_has_the_energy_of_its_own_network():
    model = made()
    model.reference.copy_(torch.tensor([-13.0, -1000.0, -2000.0]))
    alone = energies(model, Atoms("C"))
    nothing = -model.shift[1] * model.scale[1]
    assert alone.item() == pytest.approx(model.networks[1](nothing).item() * 2.5 - 1000.0)


def test_each_element_has_its_own_network():
    model = made()
    before = energies(model, METHANOL)
    with torch.no_grad():
        model.networks[2][-1].bias += 1.0  # oxygen's
    change = energies(model, METHANOL) - before
    assert change.tolist() == pytest.approx([2.5 if z == 8 else 0.0 for z in METHANOL.numbers])


def test_an_unknown_element_is_named():
    with pytest.raises(ValueError, match="holds Cu, but this potential knows H, C, O only"):
        energies(made(), bulk("Cu"))


# Scales from data --------------------------------------------------------------------------------


def training_data():
    """Rattled molecules whose energy is that of their atoms plus a little."""
    rng = np.random.default_rng(0)
    free = {1: -13.0, 6: -1000.0, 8: -2000.0}
    structures, labels = [], []
    for n, name in enumerate(["CH3OH", "H2O", "CH4", "CO", "CO2", "H2"] * 2):
        atoms = molecule(name)
        atoms.rattle(0.1, seed=n)
        structures.append(atoms)
        labels.append(sum(free[z] for z in atoms.numbers) + rng.normal(scale=0.01))
    return structures, torch.tensor(labels, dtype=torch.float64), free


def test_adapting_gives_each_element_features_of_mean_zero_and_spread_one():
    model = BehlerParrinello(FUNCTIONS).double()
    structures, labels, _ = training_data()
    graphs = [model.prepare(atom_graph(atoms, 3.5)) for atoms in structures]
    model.adapt(graphs, labels)
    batch = collate(graphs)
    for place, number in enumerate(FUNCTIONS.elements):
        scaled = (batch.values[batch.numbers == number] - model.shift[place]) * model.scale[place]
        spread = batch.values[batch.numbers == number].std(0)
        torch.testing.assert_close(scaled.mean(0), torch.zeros_like(spread), atol=1e-9, rtol=0)
        varies = spread > 1e-10
        torch.testing.assert_close(scaled.std(0)[varies], torch.ones_like(spread[varies]))
        assert (model.scale[place][~varies] == 1).all()
    assert not (batch.values[batch.numbers == 6].std(0) > 1e-10).all()  # such a feature is there


def test_adapting_finds_the_energies_of_the_free_atoms():
    model = BehlerParrinello(FUNCTIONS).double()
    structures, labels, free = training_data()
    model.adapt([model.prepare(atom_graph(atoms, 3.5)) for atoms in structures], labels)
    expected = torch.tensor([free[z] for z in FUNCTIONS.elements], dtype=torch.float64)
    torch.testing.assert_close(model.reference, expected, atol=0.1, rtol=0)
    assert 1e-3 <= model.energy_scale.item() < 0.1


def test_adapting_to_one_composition_shares_the_energy_out_without_failing():
    model = BehlerParrinello(FUNCTIONS).double()
    graphs = [model.prepare(atom_graph(METHANOL, 3.5))] * 3
    model.adapt(graphs, torch.tensor([-3052.0, -3052.1, -3051.9], dtype=torch.float64))
    counts = torch.tensor([4.0, 1.0, 1.0], dtype=torch.float64)
    assert (counts @ model.reference).item() == pytest.approx(-3052.0)
    assert model.reference.isfinite().all()


# Settings ----------------------------------------------------------------------------------------


def test_settings_go_through_json_and_make_the_same_model():
    model = made(hidden=(7, 3), activation="Tanh", dropout=0.1)
    text = json.dumps(model.settings())
    twin = BehlerParrinello.from_settings(json.loads(text)).double()
    twin.load_state_dict(model.state_dict())
    assert twin.functions == model.functions
    assert json.dumps(twin.settings()) == text
    assert torch.equal(energies(twin.eval(), METHANOL), energies(model.eval(), METHANOL))


def test_single_precision_keeps_five_digits():
    model = made()
    expected = energies(model, METHANOL)
    graph = atom_graph(METHANOL, 3.5, torch.float32)
    single = predict(model.float(), graph, stress=False)
    assert single.energies.dtype == single.forces.dtype == torch.float32
    torch.testing.assert_close(single.energies.double(), expected, rtol=1e-5, atol=1e-5)


def test_a_graph_in_another_precision_is_answered_with_what_to_do():
    model = BehlerParrinello(SymmetryFunctions(4.0, (29,), g1=True), (2,)).double()
    with pytest.raises(ValueError, match=r"torch.float32, the model in torch.float64.*graph.to"):
        predict(model, atom_graph(bulk("Cu"), 4.0, torch.float32))


@pytest.mark.parametrize(("g1", "hidden"), [(False, (2,)), (True, (0,)), (True, (2, -1))])
def test_a_network_that_cannot_be_is_refused(g1, hidden):
    with pytest.raises(ValueError, match="cannot be: give one function at least"):
        BehlerParrinello(SymmetryFunctions(4.0, (29,), g1=g1), hidden)
