"""MACE: its equations as loops, the laws, what it tells apart, and what it refuses."""

import math

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.basis.rotations import wigner_d
from mlp_teach.checks import check_all
from mlp_teach.datasets import load
from mlp_teach.graph import collate
from mlp_teach.models.mace import MACE
from mlp_teach.models.sizes import check_sizes
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.mace_as_loops import by_loops, network, rows, waves
from tests.models.test_schnet import twisted

CHANNELS, N_NEIGHBORS = 4, 2.7


def small(elements=(1, 6, 8), cutoff: float = 4.0, **sizes) -> MACE:
    torch.manual_seed(2022)
    given = {"channels": CHANNELS, "l_max": 2, "correlation": 3, "n_radial": 4}
    given |= {"radial_widths": (6, 5), "n_readout": 3} | sizes
    model = MACE(elements, cutoff, **given).double()
    model.reference.copy_(torch.arange(len(elements)) - 0.5)
    model.energy_scale.fill_(0.8)
    model.n_neighbors.fill_(N_NEIGHBORS)
    for weight in model.parameters():  # so that products of three show in all numbers
        torch.nn.init.normal_(weight, std=0.6)
    return model


# The slow twin -----------------------------------------------------------------------------------

KINDS = {
    "scalars": {"l_hidden": 0, "correlation": 2},
    "vectors": {"l_hidden": 1},
    "tensors": {"l_hidden": 2, "correlation": 2, "layers": 3},
    "one layer": {"layers": 1, "l_max": 1},
    "residual first": {"residual_first": True, "envelope": 6, "correlation": 1},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("atoms", "cutoff"),
    [
        (molecule("CH3OH"), 2.0),
        (bulk("C", "diamond", a=3.4), 2.0),
        (molecule("CO2"), 4.0),
        (Atoms("O"), 4.0),
    ],
    ids=["methanol", "tiny cell", "linear", "alone"],
)
def test_energies_and_features_equal_the_equations_as_loops(kind, atoms, cutoff):
    atoms = atoms.copy()
    atoms.rattle(0.05 if len(atoms) != 3 else 0.0, seed=1)
    model, found = small(cutoff=cutoff, **KINDS[kind]), []
    for layer in model.layers:
        layer.register_forward_hook(lambda module, given, out: found.append(out))
    graph = atom_graph(atoms, cutoff)
    by_element = torch.argsort(graph.numbers, stable=True)
    with torch.no_grad():
        expected, after = by_loops(model, graph)
        torch.testing.assert_close(model(graph), expected, rtol=1e-11, atol=0)
        for ours, theirs in zip(found, after, strict=True):
            size = float(theirs.abs().max())
            torch.testing.assert_close(ours, theirs[by_element], rtol=0, atol=1e-12 * size)


# By hand -----------------------------------------------------------------------------------------


def test_an_atom_alone_has_its_reference_energy():
    energies = small()(atom_graph(Atoms("COH", positions=np.eye(3) * 99), 4.0)).detach()
    assert energies.tolist() == [0.5, 1.5, -0.5]


def test_with_a_residual_first_layer_even_an_atom_alone_has_something_of_its_own():
    energies = small(residual_first=True)(atom_graph(Atoms("C"), 4.0)).detach()
    assert abs(float(energies[0]) - 0.5) > 1e-3


def test_two_atoms_of_one_scalar_channel_by_hand():
    """Degree 0, one factor, one layer: E is a network of w s R(d) h, with s = S V / √n."""
    model = small((1,), 3.0, channels=1, l_max=0, l_hidden=0, correlation=1, layers=1)
    atoms = Atoms("H2", positions=[[0, 0, 0], [0, 0, 1.2]])
    layer, (readout,) = model.layers[0], model.readouts
    d = torch.tensor(1.2, dtype=torch.float64)
    with torch.no_grad():
        h = model.embedding.weight[0, 0] * layer.up.weight[0, 0, 0]
        a = (
            h
            * network(layer.radial.layers, waves(d, model))[0]
            * layer.mix.weights[0][0, 0]
            / math.sqrt(N_NEIGHBORS)
        )
        b = layer.product.weights[0][0, 0, 0] * a * layer.skip.weight[0, 0, 0, 0]
        energy = network(readout.layers, (b * layer.out.weight[0, 0])[:, None][0])[0]
        found = model(atom_graph(atoms, 3.0))
    assert found.tolist() == pytest.approx([float(0.8 * energy - 0.5)] * 2, rel=1e-12)


# Properties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["vectors", "tensors", "residual first"])
def test_every_law_holds(kind):
    model = small(elements=(6, 11, 17), cutoff=3.0, **KINDS[kind])
    cell = bulk("NaCl", "rocksalt", a=5.2)
    trimer = Atoms("CNaCl", positions=[[0, 0, 0], [0, 2, 0], [1, 0, 2]])
    assert [law for law in check_all(model, [cell, trimer]) if not law.passed] == []


@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "mirror"])
def test_its_features_turn_with_the_molecule(sign):
    model, found = small(l_hidden=2), []
    model.layers[0].register_forward_hook(lambda module, given, out: found.append(out))
    atoms = molecule("CH3OH")
    turn = sign * np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]])
    before = predict(model, atom_graph(atoms, model.cutoff))
    atoms.positions = atoms.positions @ turn.T
    after = predict(model, atom_graph(atoms, model.cutoff))
    for l in range(3):
        one, other = (h[:, rows(l)].detach() for h in found)
        assert one.abs().max() > 1e-3
        expected = wigner_d(l, torch.from_numpy(turn)) @ one
        torch.testing.assert_close(other, expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(after.energies, before.energies, rtol=0, atol=1e-12)
    turned = before.forces @ torch.from_numpy(turn).T
    torch.testing.assert_close(after.forces, turned, rtol=0, atol=1e-12)


def test_the_order_of_elements_and_atoms_does_not_matter():
    model, atoms = small(), molecule("CH3OH")
    before = predict(model, atom_graph(atoms, model.cutoff))
    order = [4, 1, 5, 0, 3, 2]
    after = predict(model, atom_graph(atoms[order], model.cutoff))
    torch.testing.assert_close(after.energies, before.energies[order], rtol=0, atol=1e-13)
    torch.testing.assert_close(after.forces, before.forces[order], rtol=0, atol=1e-13)


def test_a_batch_is_its_members():
    model = small()
    graphs = [
        atom_graph(atoms, model.cutoff)
        for atoms in (molecule("CH3OH"), Atoms("O"), bulk("C", "diamond", a=3.4), molecule("H2"))
    ]
    alone, together = [predict(model, g) for g in graphs], predict(model, collate(graphs))
    for part in ("energy", "forces", "stress"):
        expected = torch.cat([getattr(one, part) for one in alone])
        found, size = getattr(together, part), float(expected.nan_to_num().abs().max())
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-13 * size, equal_nan=True)


def cross(eighths: tuple[int, ...]) -> Atoms:
    """A carbon atom and hydrogen atoms around it in a plane, at angles in eighths of a turn."""
    angles = np.array(eighths) * math.pi / 4
    around = 1.1 * np.stack([np.cos(angles), np.sin(angles), 0 * angles], 1)
    return Atoms(f"CH{len(eighths)}", positions=[[0, 0, 0], *around])


@pytest.mark.parametrize(("correlation", "tells"), [(1, False), (2, False), (3, True)])
def test_three_factors_tell_what_angles_cannot(correlation, tells):
    """Both crosses have the same angles between their arms, in another order."""
    model = small((1, 6), cutoff=1.6, layers=1, correlation=correlation)
    one, other = (
        float(model(atom_graph(cross(eighths), 1.6)).detach()[0])
        for eighths in ((0, 1, 3, 4), (0, 1, 2, 5))
    )
    gap = abs(one - other)
    assert gap > 1e-6 if tells else gap < 1e-13


@pytest.mark.parametrize(("l_hidden", "tells"), [(0, False), (1, True)])
def test_vectors_tell_a_twist_that_scalars_cannot(l_hidden, tells):
    model = small(layers=3, cutoff=1.6, l_hidden=l_hidden, correlation=1)
    model.n_neighbors.fill_(0.01)  # so that messages far from home are not small
    one, other = (
        float(model(atom_graph(twisted(angle), 1.6)).detach().sum()) for angle in (90, 180)
    )
    gap = abs(one - other)
    assert gap > 1e-6 if tells else gap < 1e-12


@pytest.mark.parametrize("name", ["CH3CH2OH", "CO2", "CH3OH"])
def test_single_precision_is_near_double(name):
    atoms, model = molecule(name), small()
    double = predict(model, atom_graph(atoms, model.cutoff))
    single = predict(model.float(), atom_graph(atoms, model.cutoff, dtype=torch.float32))
    assert single.energies.dtype == single.forces.dtype == torch.float32
    for part in ("energies", "forces"):
        gap = (getattr(single, part).double() - getattr(double, part)).abs().max()
        assert gap < 7e-6  # eV, eV/Å; the largest of the six was 6.8e-7


# Degenerate input --------------------------------------------------------------------------------


@pytest.mark.parametrize("residual_first", [False, True])
@pytest.mark.parametrize(
    "atoms",
    [
        Atoms("O", positions=[[0, 0, 0]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, 1.1]]),
        Atoms("OCO", positions=[[0, 0, -1.2], [0, 0, 0], [0, 0, 1.2]]),
        Atoms("CO", positions=[[0, 0, 0], [0, 0, 4.0]]),
    ],
    ids=["alone", "two", "linear", "on the cutoff"],
)
def test_second_derivatives_are_finite(atoms, residual_first):
    model = small(residual_first=residual_first)
    graph = atom_graph(atoms, model.cutoff + 0.1)
    positions = graph.positions.requires_grad_()
    object.__setattr__(graph, "positions", positions)
    forces = predict(model, graph, stress=False, create_graph=True).forces
    assert forces.isfinite().all()
    if forces.requires_grad:
        (second,) = torch.autograd.grad(forces.square().sum(), positions, allow_unused=True)
        assert second is None or second.isfinite().all()


def test_forces_of_forces_are_right():
    model, atoms = small(channels=2), molecule("CO2")
    graph = atom_graph(atoms, model.cutoff)

    def energy(positions: torch.Tensor) -> torch.Tensor:
        object.__setattr__(graph, "positions", positions)
        return model(graph).sum()

    positions = torch.from_numpy(atoms.positions).requires_grad_()
    assert torch.autograd.gradcheck(energy, positions)
    assert torch.autograd.gradgradcheck(energy, positions)


# Settings and data -------------------------------------------------------------------------------


def test_settings_make_the_same_model():
    model = small(envelope=6, residual_first=True, l_hidden=2)
    again = MACE.from_settings(model.settings()).double()
    again.load_state_dict(model.state_dict())
    assert again.settings() == model.settings()
    graph = atom_graph(molecule("CH3CH2OH"), model.cutoff)
    assert torch.equal(again(graph), model(graph))


def test_it_takes_neighbours_reference_and_scale_from_data():
    model = small((1, 8), cutoff=1.3)
    frames = [molecule("H2O"), molecule("H2"), molecule("H2O2")]
    graphs = [atom_graph(atoms, 1.3) for atoms in frames]
    # E = -2 N_H - 10 N_O, but for what the elements cannot explain
    residual = torch.tensor([0.6, -0.6, 0.0], dtype=torch.float64)
    energies = torch.tensor([-14.0, -4.0, -24.0], dtype=torch.float64) + residual
    model.adapt(graphs, energies)
    counts = np.array([[2, 1], [2, 0], [2, 2]])
    reference, *_ = np.linalg.lstsq(counts, energies.numpy(), rcond=None)
    np.testing.assert_allclose(model.reference, reference, rtol=1e-12)
    shares = (energies.numpy() - counts @ reference) / np.sqrt(counts.sum(1))
    assert float(model.energy_scale) == pytest.approx(shares.std(), rel=1e-7)
    # within 1.3 Å: H2O has 4 (each O-H from both ends), H2 2, H2O2 4 of its O-H
    assert float(model.n_neighbors) == pytest.approx((4 + 2 + 4) / (3 + 2 + 4))


def test_data_without_neighbours_or_spread_leave_numbers_to_divide_by():
    model = small((1,))
    model.adapt([atom_graph(Atoms("H"), 4.0)] * 2, torch.tensor([-3.0, -3.0]))
    assert float(model.n_neighbors) == 1
    assert float(model.energy_scale) == pytest.approx(1e-3)
    assert model(atom_graph(Atoms("H"), 4.0)).tolist() == pytest.approx([-3.0])


def test_untrained_features_are_near_one_in_all_layers():
    """Too small, and training has to make them larger before it can begin; too large, and it
    begins with products of three that are far off."""
    torch.manual_seed(0)
    graphs = [atom_graph(atoms, 5.0) for atoms in load("3bpa", "train")[:8]]
    model = MACE((1, 6, 7, 8), 5.0).double()
    model.adapt(graphs, torch.zeros(8).double())
    sizes = {}
    for t, layer in enumerate(model.layers):
        for name, part in (("A", layer.mix), ("h", layer)):
            norm = math.sqrt(float(model.n_neighbors)) if name == "A" else 1.0
            part.register_forward_hook(
                lambda _, __, out, key=(t, name), norm=norm: sizes.update(
                    {key: float(out.detach().square().mean().sqrt()) / norm}
                )
            )
    model(collate(graphs))
    assert len(sizes) == 4
    assert all(0.3 < size < 3 for size in sizes.values()), sizes


def test_what_it_does_not_know_is_refused_in_words():
    model = small()
    with pytest.raises(ValueError, match="holds N, but this potential knows H, C, O only"):
        model(atom_graph(molecule("NH3"), model.cutoff))
    with pytest.raises(ValueError, match=r"torch\.float32, the model in torch\.float64"):
        model(atom_graph(molecule("H2O"), model.cutoff, dtype=torch.float32))


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": 0},
        {"layers": 0},
        {"n_radial": 0},
        {"n_readout": 0},
        {"correlation": 0},
        {"envelope": 0},
        {"radial_widths": (4, 0)},
        {"l_hidden": 3},
        {"l_hidden": -1},
        {"l_max": -1},
        {"cutoff": 0.0},
        {"cutoff": -1.0},
        {"cutoff": math.inf},
        {"cutoff": math.nan},
    ],
    ids=str,
)
def test_sizes_that_make_no_model_are_refused_in_words(wrong):
    words = r"numbers from [01] on are needed|degrees up to|a positive length"
    with pytest.raises(ValueError, match=words):
        small(**wrong)


@pytest.mark.parametrize("name", ["layers", "channels", "l_max"])
def test_a_switch_is_no_size_and_a_size_no_switch(name):
    with pytest.raises(ValueError, match=f"{name} is False; whole numbers"):
        small(**{name: False})
    with pytest.raises(ValueError, match="residual_first is 2; it is a switch"):
        check_sizes({"residual_first": 2}, 3.0)


def test_a_position_that_is_no_number_shows_in_the_energies():
    model, graph = small(), atom_graph(molecule("CH3OH"), 4.0)
    graph.positions[2, 1] = math.nan
    assert predict(model, graph).energies.isnan().any()
