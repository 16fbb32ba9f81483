"""What the stepper shows are the model's own numbers; what it says of who knows whom is true."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from ase.build import molecule

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.widgets.drawing import Changed
from mlp_teach.widgets.message_scene import (
    ELEMENTS,
    EQUATIONS,
    FEATURES,
    MOLECULES,
    MOST_ATOMS,
    MessageState,
    message_numbers,
    message_update,
)


def model_of(cutoff: float, layers: int = 3) -> SchNet:
    """The model that the stepper shows."""
    torch.manual_seed(2017)
    model = SchNet(ELEMENTS, GaussianSmearing(10, cutoff), FEATURES, 3).double()
    model.layers = model.layers[:layers]
    return model


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_the_messages_add_up_to_what_the_layer_gets(layer):
    state = MessageState(atom=0, layer=layer)
    model, seen = model_of(state.cutoff), []
    update = model.layers[layer - 1].update
    update.register_forward_hook(lambda module, given, out: seen.append(given[0]))
    model(atom_graph(molecule("CH3OH"), state.cutoff))
    *messages, (name, total) = message_numbers(state).curves
    assert name == "Σ"
    assert [name for name, _ in messages] == ["O1", "H2", "H4", "H5"]
    np.testing.assert_allclose(sum(row for _, row in messages), total, rtol=1e-12)
    np.testing.assert_allclose(total, seen[0][0].detach().numpy(), rtol=1e-12)


def test_a_size_is_the_length_of_the_message():
    numbers = message_numbers(MessageState(atom=1))
    curves = dict(numbers.curves)
    for name, size in zip(numbers.names, numbers.sizes, strict=True):
        expected = np.linalg.norm(curves[name]) if name in curves else 0.0
        assert size == pytest.approx(expected)
    assert numbers.largest >= numbers.sizes.max() > 0


@pytest.mark.parametrize("name", MOLECULES)
@pytest.mark.parametrize("cutoff", [1.6, 2.2])
def test_an_atom_knows_of_those_whose_move_changes_it(name, cutoff):
    for layers in (1, 2, 3):
        model, graph = model_of(cutoff, layers), atom_graph(molecule(name), cutoff)
        object.__setattr__(graph, "positions", graph.positions.requires_grad_())
        for atom in range(graph.n_atoms):
            (slope,) = torch.autograd.grad(model(graph)[atom], graph.positions)
            felt = slope.abs().sum(1) > 1e-12
            after = message_numbers(MessageState(name, cutoff, atom=atom)).known_after
            expected = (after >= 0) & (after <= layers)
            assert felt.tolist() == expected.tolist()


def test_before_and_after_an_update_follow_each_other():
    chain = [dict(message_numbers(MessageState(layer=n, equation="3")).curves) for n in (1, 2, 3)]
    np.testing.assert_array_equal(chain[0]["after"], chain[1]["before"])
    np.testing.assert_array_equal(chain[1]["after"], chain[2]["before"])
    weights = model_of(1.6).embedding.weight.detach()
    np.testing.assert_array_equal(chain[0]["before"], weights[0].numpy())  # hydrogen


def test_energies_are_the_models():
    numbers = message_numbers(MessageState(equation="4"))
    with torch.no_grad():
        expected = model_of(1.6)(atom_graph(molecule("CH3OH"), 1.6))
    np.testing.assert_allclose(numbers.energies, expected.numpy(), rtol=1e-12)


def test_each_equation_comes_with_its_line_and_with_the_headers_formula():
    found = {one: message_numbers(MessageState(equation=one)) for one in EQUATIONS}
    assert {one: numbers.step.equation for one, numbers in found.items()} == {e: e for e in found}
    assert found["2"].formula == "y_i = Σ_j (A x_j) ∘ W(r_ij)"
    assert found["4"].formula == "E_i = v_2 ssp(v_1 x_i + d_1) + d_2"
    assert found["1"].step.text.startswith("filters = self.filter(expanded) * fade")
    assert message_numbers(MessageState(layer=3)).step.call == 2


def test_with_a_short_cutoff_nobody_hears_anything():
    for equation in EQUATIONS:
        numbers = message_numbers(MessageState("H2CO", 1.2, atom=0, equation=equation))
        assert numbers.sizes[0] == 0.0
        assert set(numbers.known_after.tolist()) <= {-1, 0}
        assert len(numbers.edges) == 2  # of the two hydrogen atoms


@pytest.mark.parametrize("name", MOLECULES)
def test_no_atom_hides_another(name):
    places = message_numbers(MessageState(name, atom=0)).places
    apart = np.linalg.norm(places[:, None] - places, axis=2) + 9 * np.eye(len(places))
    assert apart.min() > 0.7
    assert len(places) <= MOST_ATOMS


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        (Changed("layer", 3.0), "layer", 3),
        (Changed("atom", 2.0), "atom", 2),
        (Changed("cutoff", 2.5), "cutoff", 2.5),
        (Changed("equation", "1"), "equation", "1"),
        (Changed("molecule", "H2O"), "molecule", "H2O"),
    ],
)
def test_each_control_sets_its_part_of_the_state(event, field, value):
    after = message_update(MessageState(), event)
    assert getattr(after, field) == value
    assert type(getattr(after, field)) is type(value)


def test_an_atom_that_a_smaller_molecule_lacks_becomes_its_last_one():
    state = message_update(MessageState(atom=5), Changed("molecule", "H2O"))
    assert state.atom == 2
    assert message_update(state, Changed("atom", 4.0)).atom == 2


def test_the_learners_random_numbers_stay_as_they_are():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    message_numbers(replace(MessageState(), cutoff=3.3))
    assert torch.equal(torch.rand(3), expected)
