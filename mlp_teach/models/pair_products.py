"""Products of what pairs carry with the surroundings of their atom: the layers of Allegro.

A. Musaelian et al., Nat. Commun. 14, 579 (2023), arXiv:2204.05249. Equation numbers are ours.

Each pair ij has features V, its atom i has A_i; for each irrep l3 p3 and each channel

    V'_(ij m3) = Σ_paths W Σ_(m1 m2) √(2l3+1) C_(m1 m2 m3) V_(ij m1) A_(i m2)                 (1)

All pairs of an atom meet the same A_i, so the sums over paths and m2 are done once for each atom:

    J_(i, m3 m1) = Σ_m2 [Σ_paths W √(2l3+1) C_(m1 m2 m3)] A_(i m2)                            (2)
    V'_(ij m3) = Σ_m1 J_(i, m3 m1) V_(ij m1)                                                  (3)

    here | code       | shape                   | unit
    A    | a          | atoms m2 channels       | -
    W    | weights    | channels paths          | -
    J    | joined     | channels atoms m3 m1    | -
"""

from __future__ import annotations

from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.kept import kept
from mlp_teach.basis.tensor_product import (
    Irrep,
    both_parities,
    component_coupling,
    harmonics,
    paths,
    slices,
)
from mlp_teach.models.neighbor_sums import Coupling


def couplings(l_max: int, parity: bool, layers: int) -> list[Coupling]:
    """What V consists of from layer to layer: what harmonics lead to, and what leads to scalars."""
    y = harmonics(l_max)
    every = both_parities(l_max) if parity else y
    of_layer = [y]
    for t in range(layers):
        wanted = (Irrep(0, 1),) if t + 1 == layers else every
        of_layer.append(tuple(x for x in wanted if paths(of_layer[-1], y, (x,))))
    for t in reversed(range(layers)):
        of_layer[t] = tuple(x for x in of_layer[t] if paths((x,), y, of_layer[t + 1]))
    return [Coupling(before, y, after) for before, after in pairwise(of_layer)]


@kept
def coefficients(
    c: Coupling, dtype: torch.dtype, device: torch.device
) -> Float[Tensor, "paths m2_m3_m1"]:
    """√(2l3+1) C of each path, among all components."""
    first, second, out = (slices(irreps) for irreps in c)
    tables = []
    for path in c.paths:
        table = torch.zeros(second[-1].stop, out[-1].stop, first[-1].stop, dtype=torch.float64)
        degrees = c.first[path.first].l, c.second[path.second].l, c.out[path.out].l
        block = second[path.second], out[path.out], first[path.first]
        table[block] = component_coupling(*degrees).permute(1, 2, 0)
        tables.append(table.flatten())
    return torch.stack(tables).to(device, dtype)


def joined(
    coupling: Coupling,
    weights: Float[Tensor, "channels paths"],
    a: Float[Tensor, "atoms m2 channels"],
) -> Float[Tensor, "channels atoms m3 m1"]:
    """(2): what (1) is for each channel and atom."""
    n_out, n_in = (slices(irreps)[-1].stop for irreps in (coupling.out, coupling.first))
    table = weights @ coefficients(coupling, a.dtype, a.device)
    by_channel = a.permute(2, 0, 1) @ table.view(len(table), a.shape[1], -1)
    return by_channel.unflatten(2, (n_out, n_in))
