"""Allegro with nequip-allegro's weights: the same energies, forces and stress."""

from functools import cache
from math import pi, sqrt

import pytest
import torch
from torch import Tensor

from mlp_teach.elements import NUMBERS
from mlp_teach.models.allegro import Allegro
from mlp_teach.models.nequip_files import _fill_network
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models.stored_models import StoredModels

STORED = StoredModels("allegro_models")
INDEX, structure = STORED.index, STORED.structure


def network(weights: dict[str, Tensor], name: str) -> list[Tensor]:
    return [w for key, w in weights.items() if key.startswith(name)]


def widths(matrices: list[Tensor]) -> tuple[int, ...]:
    return tuple(w.shape[1] for w in matrices[:-1])


@cache
@torch.no_grad()
def model(name: str) -> Allegro:
    """nequip-allegro's numbers among ours; where it has fewer than ours the rest is 0."""
    start, given = f"{name}/weights/model.func.", INDEX["models"][name]
    w = {
        key.removeprefix(start): torch.from_numpy(value)
        for key, value in STORED.arrays.items()
        if key.startswith(start)
    }
    scalars, channels = given["num_scalar_features"], given["num_tensor_features"]
    radial = w["radial_chemical_embed.type_embed.basis_linear.mlp.0.weight"]
    pair, readout = (network(w, f"{n}.mlp_module.") for n in ("scalar_embed_mlp", "edge_readout"))
    ours = Allegro(
        tuple(NUMBERS[symbol] for symbol in given["type_names"]),
        cutoff=given["r_max"],
        scalars=scalars,
        channels=channels,
        l_max=given["l_max"],
        parity=given["parity"],
        layers=given["num_layers"],
        n_radial=len(radial),
        pair_widths=widths(pair),
        layer_widths=widths(network(w, "allegro.latents.0.")),
        readout_widths=widths(readout),
        envelope=given["radial_chemical_embed"]["polynomial_cutoff_p"],
    ).double()
    for parameter in ours.parameters():
        parameter.zero_()
    # One half of what stands for the two elements belongs to i, the other to j.
    half = radial.shape[1] // 2
    places = torch.cat([torch.arange(half), scalars // 2 + torch.arange(half)])
    for table, side in ((ours.center, "center"), (ours.neighbor, "neighbor")):
        table.weight[:, :half] = w[f"radial_chemical_embed.type_embed.{side}_embed.weight"]
    # nequip's waves are sin(nπx)/(πx), ours √(2/r_c) sin(nπx)/r.
    waves = sqrt(given["r_max"] / 2) * given["r_max"] / pi
    ours.radial.weight[places] = radial.T / sqrt(len(radial)) * waves
    wide = pair[0].new_zeros(scalars, pair[0].shape[1])
    wide[places] = pair[0] * sqrt(scalars / (2 * half))  # fewer inputs, a larger factor
    _fill_network(ours.pair.layers, [wide, *pair[1:]])

    n_l = given["l_max"] + 1
    by_l = torch.arange(channels * n_l).view(channels, n_l).T.flatten()  # there l is innermost
    both = torch.cat([torch.arange(scalars), scalars + by_l])
    (tensors,) = network(w, "tensor_embed.")
    _fill_network(ours.tensors.layers, [tensors[:, by_l]])
    (first,) = network(w, "allegro.first_layer")
    _fill_network(ours.first.layers, [first[:, both]])
    for t, layer in enumerate(ours.networks):
        *hidden, last = network(w, f"allegro.latents.{t}.")
        _fill_network(
            layer.layers, [*hidden, last if t + 1 == len(ours.networks) else last[:, both]]
        )
        n_paths = ours.products[t].shape[1]
        ours.products[t].copy_(w[f"allegro.tps.{t}.weights"].view(-1, n_paths))
    _fill_network(ours.readout.layers, readout)
    mean = given["avg_num_neighbors"]
    mean = mean if isinstance(mean, dict) else dict.fromkeys(given["type_names"], mean)
    for buffer, numbers in (
        (ours.n_neighbors, mean),
        (ours.energy_scale, given["per_type_energy_scales"]),
        (ours.reference, given["per_type_energy_shifts"]),
    ):
        values = [numbers[symbol] for symbol in given["type_names"]]
        buffer.copy_(torch.tensor(values, dtype=torch.float64))
    return ours


@pytest.mark.parametrize("which", INDEX["models"])
@pytest.mark.parametrize("name", INDEX["structures"])
def test_energies_forces_and_stress_equal_nequip_allegros(which, name):
    ours = model(which)
    found = predict(ours, atom_graph(structure(name), ours.cutoff))
    STORED.check(which, name, found, forces=1e-10, stress=1e-10)


@pytest.mark.parametrize("which", INDEX["models"])
def test_the_stored_forces_are_not_small(which):
    assert STORED.least_largest_force(which) > 1e-3
