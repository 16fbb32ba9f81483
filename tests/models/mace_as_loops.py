"""MACE's equations (1) to (4) as loops over pairs, paths and products, for test_mace.py."""

import math

import torch

from mlp_teach.basis.clebsch_gordan import coupling
from mlp_teach.basis.spherical_harmonics import spherical_harmonics
from mlp_teach.basis.symmetric_products import symmetric_products
from mlp_teach.graph import AtomGraph, displacements
from mlp_teach.models.mace import MACE, SymmetricContraction


def network(layers, x: torch.Tensor) -> torch.Tensor:
    for layer in layers[:-1]:
        x = layer.weight @ x
        x = x / (1 + torch.exp(-x))
    return layers[-1].weight @ x


def rows(l: int) -> slice:
    return slice(l * l, (l + 1) ** 2)


def waves(d: torch.Tensor, model: MACE) -> torch.Tensor:
    """Sine waves times the polynomial that ends at the cutoff."""
    c, p, x = model.cutoff, model.sizes["envelope"], d / model.cutoff
    fade = 1 - (p + 1) * (p + 2) / 2 * x**p + p * (p + 2) * x ** (p + 1)
    fade = fade - p * (p + 1) / 2 * x ** (p + 2)
    n_radial = model.sizes["n_radial"]
    found = [math.sqrt(2 / c) * torch.sin(n * math.pi * d / c) / d for n in range(1, n_radial + 1)]
    return fade * torch.stack(found)


def a_by_loops(model: MACE, layer, h: list, graph: AtomGraph) -> list[torch.Tensor]:
    """(1) for each atom: lm channels."""
    l_max, channels = model.sizes["l_max"], model.sizes["channels"]
    l_in = round(math.sqrt(len(h[0]))) - 1
    up = [torch.cat([x[rows(l)] @ layer.up.weight[l] for l in range(l_in + 1)]) for x in h]
    paths = [
        (l1, l2, l3)
        for l3 in range(l_max + 1)
        for l1 in range(l_in + 1)
        for l2 in range(l_max + 1)
        if abs(l1 - l2) <= l3 <= l1 + l2 and (l1 + l2 + l3) % 2 == 0
    ]
    sums = [[torch.zeros(2 * l3 + 1, channels).double() for _, _, l3 in paths] for _ in h]
    pairs = zip(graph.centers.tolist(), graph.neighbors.tolist(), strict=True)
    for (i, j), vector in zip(pairs, displacements(graph), strict=True):
        y = math.sqrt(4 * math.pi) * spherical_harmonics(vector, l_max)
        radial = network(layer.radial.layers, waves(vector.norm(), model)).view(-1, channels)
        for p, (l1, l2, l3) in enumerate(paths):
            c = math.sqrt(2 * l3 + 1) * coupling(l1, l2, l3)
            product = torch.einsum("abc,ak,b->ck", c, up[j][rows(l1)], y[rows(l2)])
            sums[i][p] = sums[i][p] + radial[p] * product
    found = []
    for of_atom in sums:
        per_l = [
            torch.cat([m for m, path in zip(of_atom, paths, strict=True) if path[2] == l3], 1)
            for l3 in range(l_max + 1)
        ]
        found.append(torch.cat([m @ w for m, w in zip(per_l, layer.mix.weights, strict=True)]))
    return [x / model.n_neighbors.sqrt() for x in found]


def products_by_loops(contraction: SymmetricContraction, a: torch.Tensor, z: int) -> torch.Tensor:
    """(2) of one atom: lm channels."""
    found = []
    for degree, weights in enumerate(contraction.weights):
        b, first = torch.zeros(2 * degree + 1, a.shape[1]).double(), 0
        for nu in range(1, contraction.nu_max + 1):
            factors, u = symmetric_products(contraction.l_max, nu, degree)
            w = weights[z, :, first : first + len(u)]  # channels paths
            first += len(u)
            for row, coefficients in zip(factors.tolist(), u.unbind(1), strict=True):
                b = b + torch.einsum("pm,kp->mk", coefficients, w) * a[row].prod(0)
        found.append(b)
    return torch.cat(found)


def by_loops(model: MACE, graph: AtomGraph) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Equations (1) to (4): the energies, and h of every atom after each layer."""
    elements = [model.elements.index(int(z)) for z in graph.numbers]
    h = [model.embedding.weight[z][None] for z in elements]
    energies, after = [0.0] * len(h), []
    for t, (layer, readout) in enumerate(zip(model.layers, model.readouts, strict=True)):
        a = a_by_loops(model, layer, h, graph)
        new = []
        for x, old, z in zip(a, h, elements, strict=True):
            skip = layer.skip.weight[z]
            if t == 0 and not model.sizes["residual_first"]:
                x = torch.cat([x[rows(l)] @ w for l, w in enumerate(skip)])
            b = products_by_loops(layer.product, x, z)
            parts = [b[rows(l)] @ w for l, w in enumerate(layer.out.weight)]
            if t > 0 or model.sizes["residual_first"]:
                for l in range(min(len(parts), len(skip))):
                    parts[l] = parts[l] + old[rows(l)] @ skip[l]  # (3)
            new.append(torch.cat(parts))
        h = new
        after.append(torch.stack(h))
        for i, x in enumerate(h):
            last = t + 1 == len(model.layers)
            read = network(readout.layers, x[0]) if last else readout.weight @ x[0]
            energies[i] = energies[i] + read[0]  # (4)
    found = [
        e * model.energy_scale + model.reference[z] for e, z in zip(energies, elements, strict=True)
    ]
    return torch.stack(found), after
