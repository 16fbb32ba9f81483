"""A committee of GAPs for the price of one linear solve: fixed points, drawn weights of the data.

L. Breiman, Mach. Learn. 24, 123 (1996), doi:10.1007/BF00058655 (bagging); N. C. Oza and
S. Russell, Proc. AISTATS (2001), 229 (each item counted a Poisson number of times). Equation
numbers are ours.

Sparse points need no labels, so they are chosen once, and with them the rows of each structure
(training/design_rows.py) are fixed. In the variables β = Lᵀ α, with K = L Lᵀ, the fit of
training/regression.py is

    minimise Σ_d w_d (y_d - b_d β)² / σ_d² + |β|²,     b_d = K_d L⁻ᵀ                         (1)
    β = (1 + Σ_s w_s A_s)⁻¹ Σ_s w_s a_s                                                      (2)
    A_s = Σ_d b_dᵀ b_d / σ_d²,   a_s = Σ_d b_dᵀ y_d / σ_d²      d: the labels of structure s

A_s and a_s are worked out once for each labelled structure; then a model is a sum and a solve. Here
normal equations lose nothing: no eigenvalue of the matrix in (2) is below 1, whatever the points.

Each member of the committee counts every structure w_s times, drawn from the Poisson distribution
of mean 1: about what drawing as many structures as there are, with repetition, would give. Where
few labels decide, members disagree.

    here     | code     | shape            | unit
    b_d      | energy, forces | labels points | of y
    A_s, a_s | Sums     | points points, points | -
    w_s      | counts   | members structures | -
    β        | weights  | members points   | -
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from ase import Atoms
from jaxtyping import Float
from torch import Tensor

from mlp_teach.descriptors.soap import soap
from mlp_teach.descriptors.soap_slopes import first_order_soap
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.labelling.store import key_of
from mlp_teach.models import sparse_points
from mlp_teach.models.gap import GAP
from mlp_teach.models.reference_energies import reference_energies
from mlp_teach.neighbors import atom_graph
from mlp_teach.training.design_rows import design_rows
from mlp_teach.training.regression import Regression


@dataclass(frozen=True)
class Rows:
    """b of (1) for one structure: its energy without E0, eV, and its forces, eV/Å."""

    energy: Float[Tensor, " points"]
    forces: Float[Tensor, "atoms3 points"]


@dataclass(frozen=True)
class Sums:
    """A_s and a_s of (2); the energy's part of a_s apart, for E0 changes with the labels."""

    matrix: Float[Tensor, "points points"]
    of_forces: Float[Tensor, " points"]
    energy: Float[Tensor, " points"]  # b/σ of the energy
    sigma: float  # of the energy, eV


@dataclass(frozen=True)
class Fit:
    """Weights of all members; the first counts every label once, and is the model."""

    weights: Float[Tensor, "members points"]
    reference: Float[Tensor, " elements"]  # E0, eV


@torch.no_grad()
def choose_points_equally(gap: GAP, structures: Sequence[Atoms], settings: Regression) -> None:
    """Sets as many points of each element, whatever its share of the atoms: of a molecule on a
    slab of metal, the few atoms that react need as many as the many that do not.

    Raises ValueError if an element has fewer atoms than points, or if the points cannot be shared.
    """
    elements, select = gap.descriptor.elements, getattr(sparse_points, settings.select)
    if gap.n_points % len(elements):
        raise ValueError(f"{gap.n_points} points cannot be shared by {len(elements)} elements.")
    graphs = [atom_graph(atoms, gap.cutoff) for atoms in structures]
    rows = torch.cat([soap(graph, gap.descriptor) for graph in graphs])
    element = element_index(torch.cat([graph.numbers for graph in graphs]), elements)
    gap.double()
    for place, points in enumerate(gap.points.chunk(len(elements))):
        mine = rows[element == place]
        points.copy_(mine[select(mine, len(points), settings.seed)])
        gap.point_element.chunk(len(elements))[place].fill_(place)


class FixedPoints:
    """A GAP's sparse points, and what each structure's rows are with them, kept once computed."""

    def __init__(self, gap: GAP, settings: Regression):
        """`gap` has its points already (choose_points, or choose_points_equally)."""
        self.gap, self.settings = gap, settings
        self.factor = self.gap.factor()  # L
        self._rows: dict[str, Rows] = {}
        self._sums: dict[str, Sums] = {}

    def _graph(self, atoms: Atoms):
        return atom_graph(atoms, self.gap.cutoff)

    @torch.no_grad()
    def rows(self, atoms: Atoms) -> Rows:
        """b of (1)."""
        key = key_of(atoms, {})
        if key not in self._rows:
            graph = first_order_soap(self._graph(atoms), self.gap.descriptor)
            raw = design_rows(self.gap, graph)
            both = torch.cat([raw.energy, raw.forces.flatten(0, 1)])
            b = torch.linalg.solve_triangular(self.factor, both.T, upper=False).T  # (1)
            self._rows[key] = Rows(b[0].clone(), b[1:].contiguous())
        return self._rows[key]

    def features(self, structures: list[Atoms]) -> Float[np.ndarray, "structures points"]:
        """b of the energies in units of their σ: with |β| of the order of 1, a structure is as
        informative as its row is long, and two are alike if their rows are."""
        rows = torch.stack([self.rows(atoms).energy for atoms in structures])
        sizes = torch.tensor([float(len(one)) for one in structures]).double()
        sigma = self.settings.sigma_energy * sizes.sqrt()
        return (rows / sigma[:, None]).numpy()

    def fit(self, frames: Sequence[Atoms], counts: Float[Tensor, "members structures"]) -> Fit:
        """(2) for every member; `counts` says how often each counts each structure."""
        elements = self.gap.descriptor.elements
        energies = torch.tensor([atoms.calc.results["energy"] for atoms in frames]).double()
        graphs = [self._graph(atoms) for atoms in frames]
        reference, _ = reference_energies(graphs, energies, elements)
        system = torch.eye(self.gap.n_points, dtype=torch.float64).repeat(len(counts), 1, 1)
        right = torch.zeros(system.shape[:2], dtype=torch.float64)
        for atoms, graph, energy, count in zip(frames, graphs, energies, counts.T, strict=True):
            sums = self._sums_of(atoms)
            apart = energy - reference[element_index(graph.numbers, elements)].sum()
            system += count[:, None, None] * sums.matrix
            right += count[:, None] * (sums.of_forces + sums.energy * apart / sums.sigma)
        root = torch.linalg.cholesky(system)
        return Fit(torch.cholesky_solve(right[:, :, None], root)[:, :, 0], reference)  # (2)

    @torch.no_grad()
    def _sums_of(self, atoms: Atoms) -> Sums:
        key = key_of(atoms, {})
        if key not in self._sums:
            rows, sigma_f = self.rows(atoms), self.settings.sigma_forces
            sigma_e = self.settings.sigma_energy * len(atoms) ** 0.5
            energy, forces = rows.energy / sigma_e, rows.forces / sigma_f
            y = torch.from_numpy(np.array(atoms.calc.results["forces"])).flatten() / sigma_f
            matrix = forces.T @ forces + torch.outer(energy, energy)
            self._sums[key] = Sums(matrix, forces.T @ y, energy, sigma_e)
        return self._sums[key]

    def forces(self, fit: Fit, atoms: Atoms) -> Float[Tensor, "members atoms 3"]:
        """Of every member, eV/Å."""
        return (fit.weights @ self.rows(atoms).forces.T).unflatten(1, (len(atoms), 3))

    def energy(self, fit: Fit, atoms: Atoms) -> Float[Tensor, " members"]:
        """Of every member, eV."""
        element = element_index(torch.tensor(atoms.numbers), self.gap.descriptor.elements)
        return fit.weights @ self.rows(atoms).energy + fit.reference[element].sum()

    def score(self, fit: Fit, structures: list[Atoms]) -> Float[np.ndarray, " structures"]:
        """The largest force deviation of the members in each structure (uncertainty.py), eV/Å."""
        found = [
            self.forces(fit, atoms).var(0, correction=0).sum(1).max().sqrt() for atoms in structures
        ]
        return torch.stack(found).numpy()

    @torch.no_grad()
    def models(self, fit: Fit) -> list[GAP]:
        """The members as potentials, for molecular dynamics."""
        alpha = torch.linalg.solve_triangular(self.factor.T, fit.weights.T, upper=True).T
        made = []
        for weights in alpha:
            one = deepcopy(self.gap)
            one.weights.copy_(weights)
            one.reference.copy_(fit.reference)
            made.append(one)
        return made


def bagged(n: int, members: int, seed: int) -> Float[Tensor, "counts n"]:
    """How often each of `members` counts each of n structures; the row before them counts all once.

    A structure keeps its numbers while others are added to the list.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.poisson(torch.ones(n, members, dtype=torch.float64), generator=generator).T
    return torch.cat([torch.ones(1, n, dtype=torch.float64), drawn])
