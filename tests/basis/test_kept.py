"""What is kept outlives the call that made it, whatever that call was."""

import pytest
import torch
from ase.build import molecule

from mlp_teach.basis.kept import kept
from mlp_teach.models.allegro import Allegro
from mlp_teach.models.dimenet import DimeNet
from mlp_teach.models.mace import MACE
from mlp_teach.models.nequip import NequIP
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict


def test_a_table_is_made_once_for_each_set_of_arguments():
    calls = []

    @kept
    def table(n: int) -> torch.Tensor:
        calls.append(n)
        return torch.arange(n)

    assert table(3) is table(3)
    assert table(4).tolist() == [0, 1, 2, 3]
    assert calls == [3, 4]


def test_it_is_made_as_if_nothing_were_around_it():
    table = kept(lambda n: torch.ones(n))
    with torch.inference_mode(), torch.device("meta"):
        made = table(2)
    assert not made.is_inference()
    assert made.device.type == "cpu"


@pytest.mark.parametrize(
    "make",
    [
        lambda: MACE((1, 6, 8), cutoff=3.1, channels=3, l_max=1),
        lambda: NequIP((1, 6, 8), cutoff=3.1, channels=3, layers=2),
        lambda: Allegro((1, 6, 8), cutoff=3.1, scalars=4, channels=3),
        lambda: DimeNet((1, 6, 8), cutoff=3.1, features=4, layers=1),
    ],
    ids=["MACE", "NequIP", "Allegro", "DimeNet"],
)
def test_forces_after_an_energy_in_inference_mode_are_the_usual_ones(make):
    torch.manual_seed(0)
    model = make().double()
    graph = atom_graph(molecule("CH3OH"), model.cutoff)
    with torch.inference_mode():
        energies = model(graph)
    found = predict(model, graph)
    assert torch.allclose(energies.clone(), found.energies, rtol=1e-12)
    assert found.forces.isfinite().all()
