"""ANI: the networks by hand and as loops, members and their spread, training, and the laws."""

import json
from math import exp

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.checks import check_all, report, smoothness
from mlp_teach.descriptors.aev import AEV, aev
from mlp_teach.graph import collate
from mlp_teach.models.ani import ANI, ensemble
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.training.checkpoint import load_model, save_checkpoint

GRID = AEV.on_a_grid((1, 6, 8), cutoff=3.5, angular_cutoff=3.0, n_shifts=5, n_angular_shifts=2)
HIDDEN = ((6, 5), (4, 3), (5, 4))  # each element its own widths
METHANOL = molecule("CH3OH")


def made(functions: AEV = GRID, hidden=HIDDEN, members: int = 3) -> ANI:
    """A model with random weights, self energies and scale."""
    torch.manual_seed(0)
    model = ANI(functions, hidden, members).double()
    model.reference.copy_(torch.rand(len(hidden)) - 10)
    model.energy_scale.fill_(2.5)
    return model


def energies(model: ANI, atoms: Atoms) -> torch.Tensor:
    return predict(model, atom_graph(atoms, model.cutoff), forces=False, stress=False).energies


def test_one_hidden_node_by_hand():
    # Two Cu atoms 2 Å apart, r_c = 4 Å: G = ¼ · ½ at R_s = 2 Å, and no angle.
    functions = AEV(4.0, (29,), 1.0, (2.0,), 4.0, 1.0, (2.0,), 1.0, (0.0,))
    model = ANI(functions, ((1,),), members=2).double()
    for member, sign in enumerate((1.0, -1.0)):
        with torch.no_grad():
            first, _, last = model.networks[0]
            first.weight[member, 0, 0], first.bias[member, 0, 0] = 8.0 * sign, -0.5
            last.weight[member, 0, 0], last.bias[member, 0, 0] = 3.0, 0.25
    model.reference.fill_(-100.0)
    model.energy_scale.fill_(10.0)
    above, below = 8.0 / 8 - 0.5, -8.0 / 8 - 0.5  # before CELU
    members = [3.0 * above + 0.25, 3.0 * 0.1 * (exp(below / 0.1) - 1) + 0.25]
    atoms = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 2]])
    expected = 10.0 * sum(members) / 2 - 100.0
    assert energies(model, atoms).tolist() == pytest.approx([expected, expected])
    graph = atom_graph(atoms, 4.0)
    each = model.member_energies(graph)
    assert each[:, 0].tolist() == pytest.approx([10 * m - 100 for m in members])
    # of two atoms: twice the deviation of one
    assert model.spread(graph).item() == pytest.approx(10 * abs(members[0] - members[1]))


def celu(x: float) -> float:
    return x if x > 0 else 0.1 * (exp(x / 0.1) - 1)


def by_loops(model: ANI, atoms: Atoms) -> list[list[float]]:
    """Member by member, atom by atom, node by node: eV."""
    table = aev(atom_graph(atoms, model.cutoff), model.functions).numpy()
    answers = []
    for member in range(model.members):
        row = []
        for atom, number in enumerate(atoms.numbers):
            place = model.functions.elements.index(number)
            layers = [layer for layer in model.networks[place] if hasattr(layer, "weight")]
            values = table[atom].tolist()
            for depth, layer in enumerate(layers):
                weight, bias = layer.weight, layer.bias
                nodes = []
                for node in range(weight.shape[1]):
                    total = bias[member, 0, node].item()
                    for before, value in enumerate(values):
                        total += weight[member, node, before].item() * value
                    last = depth == len(layers) - 1
                    nodes.append(total if last else celu(total))
                values = nodes
            row.append(values[0] * model.energy_scale.item() + model.reference[place].item())
        answers.append(row)
    return answers


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("hidden", [((), (), ()), HIDDEN, ((3,), (4, 3, 2), (2, 2))])
def test_every_member_is_the_equation_as_loops(hidden, members):
    model = made(hidden=hidden, members=members)
    expected = np.array(by_loops(model, METHANOL))
    graph = atom_graph(METHANOL, model.cutoff)
    each = model.member_energies(graph).detach()
    np.testing.assert_allclose(each, expected, rtol=1e-12)
    np.testing.assert_allclose(energies(model, METHANOL), expected.mean(0), rtol=1e-12)
    spread = expected.sum(1).std()
    np.testing.assert_allclose(model.spread(graph).detach(), [spread], rtol=1e-6, atol=1e-12)


def three_elements() -> Atoms:
    """A small skewed cell, two atoms of one element, positions outside the cell too."""
    return Atoms(
        "OCHO",
        positions=[[0, 0, 0], [1.7, 0.3, 0.1], [0.4, 1.5, -0.2], [-1.2, 0.7, 4.1]],
        cell=[[3.3, 0, 0], [1.1, 3.6, 0], [-0.8, 0.9, 3.9]],
        pbc=True,
    )


@pytest.mark.parametrize("atoms", [METHANOL, three_elements()], ids=["molecule", "crystal"])
def test_it_obeys_every_law(atoms):
    verdicts = check_all(made(members=2), atoms)
    assert all(verdict.passed for verdict in verdicts), report(verdicts)


@pytest.mark.parametrize("atoms", [METHANOL, three_elements()], ids=["molecule", "crystal"])
def test_it_is_smooth_at_the_angular_cutoff(atoms):
    verdict = smoothness(made(members=2), atoms, radius=GRID.angular_cutoff)
    assert verdict.passed, verdict


def test_an_atom_alone_has_the_energy_of_its_network_at_zero():
    model = made()
    alone = predict(model, atom_graph(Atoms("C"), model.cutoff))
    network = model.networks[1](torch.zeros(1, GRID.n_features, dtype=torch.float64))
    expected = network.mean().item() * 2.5 + model.reference[1].item()
    assert alone.energy.item() == pytest.approx(expected)
    assert (alone.forces == 0).all()


def test_each_element_has_its_own_network():
    model = made()
    before = energies(model, METHANOL).clone()
    with torch.no_grad():
        model.networks[2][-1].bias += 1.0  # oxygen's, of all members
    change = energies(model, METHANOL) - before
    assert change.tolist() == pytest.approx([2.5 if z == 8 else 0.0 for z in METHANOL.numbers])


def test_equal_members_have_no_spread():
    model = made()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter[:1].expand_as(parameter))
    spread = model.spread(atom_graph(METHANOL, model.cutoff))
    assert spread.item() == pytest.approx(0.0, abs=1e-12)


def test_the_spread_of_a_batch_is_that_of_its_members():
    model = made()
    graphs = [atom_graph(molecule(name), model.cutoff) for name in ("CH3OH", "H2O", "CO2")]
    expected = torch.cat([model.spread(graph) for graph in graphs])
    torch.testing.assert_close(model.spread(collate(graphs)), expected)
    assert (expected > 1e-3).all()


def test_members_begin_with_other_weights_of_the_right_size():
    weights = made(members=50).networks[0][0].weight
    assert weights.abs().max().item() == pytest.approx(GRID.n_features**-0.5, rel=1e-2)
    assert not torch.equal(weights[0], weights[1])


def test_an_ensemble_of_models_has_their_members_with_their_own_scales():
    models = [made(members=n) for n in (2, 1, 2)]
    torch.manual_seed(1)
    for model in models:
        model.reference.copy_(torch.rand(3) - 10)
        model.energy_scale.fill_(float(torch.rand(()) + 0.5))
        for parameter in model.parameters():
            parameter.data.add_(0.1 * torch.rand_like(parameter))
    joined, graph = ensemble(models), atom_graph(METHANOL, 3.5)
    expected = torch.cat([model.member_energies(graph) for model in models])
    torch.testing.assert_close(joined.member_energies(graph), expected, rtol=1e-12, atol=1e-12)
    mean = expected.mean(0).detach()
    torch.testing.assert_close(energies(joined, METHANOL), mean, rtol=1e-12, atol=1e-12)


def test_models_that_differ_make_no_ensemble():
    with pytest.raises(ValueError, match="other AEVs or layers"):
        ensemble([made(), made(hidden=((2,), (2,), (2,)))])


def test_an_unknown_element_is_named():
    with pytest.raises(ValueError, match="holds Cu, but this potential knows H, C, O only"):
        energies(made(), bulk("Cu"))


def test_single_precision_keeps_five_digits():
    model = made()
    expected = predict(model, atom_graph(METHANOL, 3.5), stress=False)
    single = predict(model.float(), atom_graph(METHANOL, 3.5, torch.float32), stress=False)
    assert single.energies.dtype == single.forces.dtype == torch.float32
    torch.testing.assert_close(single.energies.double(), expected.energies, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(single.forces.double(), expected.forces, rtol=1e-4, atol=1e-4)


def test_a_graph_in_another_precision_is_answered_with_what_to_do():
    with pytest.raises(ValueError, match=r"torch.float32, the model in torch.float64.*graph.to"):
        predict(made(), atom_graph(METHANOL, 3.5, torch.float32))


@pytest.mark.parametrize(
    ("hidden", "members"),
    [(HIDDEN[:2], 1), (((2,), (0,), (2,)), 1), (HIDDEN, 0), (((2,), (2, -1), (2,)), 1)],
)
def test_networks_that_cannot_be_are_refused(hidden, members):
    with pytest.raises(ValueError, match="for each of the 3 elements, and whole numbers above 0"):
        ANI(GRID, hidden, members)


def test_settings_go_through_json_and_make_the_same_model():
    model = made()
    text = json.dumps(model.settings())
    twin = ANI.from_settings(json.loads(text)).double()
    twin.load_state_dict(model.state_dict())
    assert twin.functions == model.functions
    assert json.dumps(twin.settings()) == text
    assert torch.equal(energies(twin, METHANOL), energies(model, METHANOL))


def test_a_checkpoint_gives_the_same_model_back(tmp_path):
    for members in (1, 3):
        model = made(members=members)
        file = save_checkpoint(tmp_path / "ani.safetensors", model)
        assert torch.equal(energies(load_model(file), METHANOL), energies(model, METHANOL))


# Training ----------------------------------------------------------------------------------------


def test_adapting_finds_the_energies_of_the_free_atoms():
    free, model = {1: -13.0, 6: -1000.0, 8: -2000.0}, made()
    rng = np.random.default_rng(0)
    frames = [molecule(name) for name in ("CH3OH", "H2O", "CH4", "CO", "CO2", "H2") * 2]
    labels = [sum(free[z] for z in atoms.numbers) + rng.normal(scale=0.1) for atoms in frames]
    graphs = [atom_graph(atoms, 3.5) for atoms in frames]
    model.adapt(graphs, torch.tensor(labels, dtype=torch.float64))
    assert model.reference.tolist() == pytest.approx([free[z] for z in (1, 6, 8)], abs=0.5)
    assert 1e-3 < model.energy_scale.item() < 0.2


def test_adapting_to_one_structure_shares_the_energy_out_without_failing():
    model = made()
    model.adapt([atom_graph(METHANOL, 3.5)], torch.tensor([-3052.0], dtype=torch.float64))
    counts = torch.tensor([4.0, 1.0, 1.0], dtype=torch.float64)
    assert (counts @ model.reference).item() == pytest.approx(-3052.0)
    assert model.energy_scale.item() == pytest.approx(1e-3)


def test_a_loss_on_forces_has_the_gradient_of_finite_differences():
    model = made(members=2)
    graph = atom_graph(METHANOL, 3.5)
    weight = model.networks[0][0].weight

    def loss() -> torch.Tensor:
        return predict(model, graph, stress=False, create_graph=True).forces.square().sum()

    (gradient,) = torch.autograd.grad(loss(), weight)
    place = np.unravel_index(int(gradient.abs().argmax()), gradient.shape)
    values = []
    for step in (1e-5, -2e-5):
        with torch.no_grad():
            weight[place] += step
        values.append(loss().item())
    slope = (values[0] - values[1]) / 2e-5
    assert abs(slope) > 1e-3
    assert slope == pytest.approx(gradient[place].item(), rel=1e-6)
