"""Weights scaled until what they put out has a size: by hand and on real data."""

import pytest
import torch
from ase import Atoms
from torch import nn

from mlp_teach.datasets import load
from mlp_teach.graph import collate
from mlp_teach.models.allegro import Allegro
from mlp_teach.models.first_sizes import even_out
from mlp_teach.models.nequip import NequIP
from mlp_teach.neighbors import atom_graph


class Squares(nn.Module):
    """Two linear maps of one number with a square between them."""

    def __init__(self):
        super().__init__()
        self.first, self.second = (nn.Linear(1, 1, bias=False).double() for _ in range(2))
        nn.init.constant_(self.first.weight, 10.0)
        nn.init.constant_(self.second.weight, 7.0)

    def forward(self, graph):
        return self.second(self.first(graph.positions[:, :1]).square())


def test_two_layers_by_hand():
    model = Squares()
    graph = atom_graph(Atoms("H2", positions=[[2, 0, 0], [2, 0, 1]]), 2.0)
    even_out(model, [model.first, model.second], [graph])
    assert model.first.weight.item() == pytest.approx(1 / 2)
    assert model.second.weight.item() == pytest.approx(1)  # what comes in is 1 by now
    even_out(model, [model.second], [graph], size=3.0)
    assert model.first.weight.item() == pytest.approx(1 / 2)
    assert model.second.weight.item() == pytest.approx(3)


def test_nothing_stays_nothing():
    model = Squares()
    even_out(model, [model.first, model.second], [atom_graph(Atoms("H"), 2.0)])
    assert (model.first.weight.item(), model.second.weight.item()) == (10.0, 7.0)


@pytest.mark.parametrize(
    ("name", "elements"),
    [("ethanol", (1, 6, 8)), ("3bpa", (1, 6, 7, 8)), ("formate_Cu110", (1, 6, 8, 29))],
)
@pytest.mark.parametrize(("l_max", "parity"), [(0, False), (2, False), (1, True)])
def test_untrained_features_of_nequip_are_near_one_in_all_layers(name, elements, l_max, parity):
    """Few neighbours or many, a molecule or a slab."""
    torch.manual_seed(0)
    graphs = [atom_graph(atoms, 5.0) for atoms in load(name, "train")[:4]]
    model = NequIP(elements, 5.0, channels=16, l_max=l_max, parity=parity, layers=5).double()
    model.adapt(graphs, torch.zeros(4).double())
    sizes = []
    for layer in model.layers:
        layer.register_forward_hook(
            lambda _, __, out: sizes.append(float(out.detach().square().mean().sqrt()))
        )
    model(collate(graphs))
    assert len(sizes) == 5
    assert all(0.3 < size < 3 for size in sizes), sizes


def test_untrained_networks_of_allegro_put_out_numbers_near_one():
    torch.manual_seed(0)
    graphs = [atom_graph(atoms, 5.0) for atoms in load("3bpa", "train")[:8]]
    model = Allegro((1, 6, 7, 8), 5.0, scalars=16, channels=8, layers=3).double()
    model.adapt(graphs, torch.zeros(8).double())
    sizes = []
    for part in (model.radial, model.pair, model.tensors, model.first, *model.networks):
        part.register_forward_hook(
            lambda _, __, out: sizes.append(float(out.detach().square().mean().sqrt()))
        )
    energies = model(collate(graphs)) / model.energy_scale[0]
    assert sizes == pytest.approx([1.0] * 7)
    assert 0.1 < float(energies.detach().std()) < 3
