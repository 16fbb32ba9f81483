"""The loss by hand, and that it asks for the labels it needs."""

import pytest
import torch
from ase import Atoms

from mlp_teach.graph import Labels, collate
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import Prediction
from mlp_teach.training.losses import Weights, atoms_per_system, loss

# A system of one atom and one of three.
GRAPH = collate(
    [atom_graph(Atoms("Ar"), 3.0), atom_graph(Atoms("Ar3", [[0, 0, z] for z in (0, 2, 4)]), 3.0)]
)


def prediction(energy=(1.0, 6.0), force=0.0, stress=0.0) -> Prediction:
    return Prediction(
        energy=torch.tensor(energy),
        energies=torch.zeros(4),
        forces=torch.full((4, 3), force),
        stress=torch.full((2, 3, 3), stress),
    )


NOTHING = Labels(torch.zeros(2), torch.zeros(4, 3), torch.zeros(2, 3, 3))


def test_the_energy_counts_per_atom_by_hand():
    # 1 eV of one atom, 6 eV of three atoms: errors of 1 and 2 eV/atom, mean square (1 + 4) / 2
    assert loss(prediction(), NOTHING, GRAPH, Weights(1.0, 0.0, 0.0)).item() == pytest.approx(2.5)


def test_every_force_component_counts_alike_by_hand():
    forces = torch.zeros(4, 3)
    forces[2, 1] = 6.0  # one of twelve components is 6 eV/Å wrong
    truth = Labels(NOTHING.energy, forces, NOTHING.stress)
    value = loss(prediction(energy=(0.0, 0.0)), truth, GRAPH, Weights(0.0, 1.0, 0.0))
    assert value.item() == pytest.approx(36 / 12)


def test_the_weights_add_up_by_hand():
    value = loss(prediction(force=2.0, stress=3.0), NOTHING, GRAPH, Weights(10.0, 0.5, 0.1))
    assert value.item() == pytest.approx(10 * 2.5 + 0.5 * 4 + 0.1 * 9)


def test_a_perfect_prediction_has_no_loss():
    value = loss(prediction(energy=(0.0, 0.0)), NOTHING, GRAPH, Weights(1.0, 1.0, 1.0))
    assert value.item() == 0


@pytest.mark.parametrize("name", ["energy", "forces", "stress"])
def test_a_weight_on_a_label_that_is_missing_is_refused_by_name(name):
    labels = Labels(**{**vars(NOTHING), name: None})
    with pytest.raises(ValueError, match=f"weighs the {name} by 2, but .* no such label"):
        loss(prediction(), labels, GRAPH, Weights(**{name: 2.0}))


@pytest.mark.parametrize("name", ["energy", "forces", "stress"])
def test_a_label_that_does_not_count_may_be_missing(name):
    labels = Labels(**{**vars(NOTHING), name: None})
    weights = Weights(**{"energy": 1.0, "forces": 1.0, "stress": 1.0, name: 0.0})
    assert loss(prediction(), labels, GRAPH, weights).isfinite()


def test_atoms_per_system_by_hand():
    assert atoms_per_system(GRAPH).tolist() == [1, 3]


def test_labels_of_another_shape_are_refused_and_not_repeated():
    labels = Labels(forces=torch.zeros(1, 3, dtype=torch.float64))
    with pytest.raises(ValueError, match=r"shape \(1, 3\) in the labels"):
        loss(prediction(), labels, GRAPH, Weights(0.0, 1.0, 0.0))


@pytest.mark.parametrize(
    "weight", [-1.0, float("nan"), float("inf"), 10**400, True], ids=lambda one: f"{one}"[:20]
)
def test_a_weight_without_sense_is_refused(weight):
    with pytest.raises(ValueError, match="weight of the stress is"):
        Weights(stress=weight)


def test_weights_of_zero_leave_nothing_to_learn():
    with pytest.raises(ValueError, match="nothing to learn"):
        Weights(0.0, 0.0, 0.0)
