"""Small potentials with one mistake each, for the checks to find, and some that no check can find.

The right one sums a repulsion over pairs and lets each atom gain from the density ρ around it:

    E_i = ½ Σ_j exp(-2 r_ij) f_c(r_ij) - sqrt(1 + ρ_i),    ρ_i = Σ_j Z_j exp(-r_ij) f_c(r_ij)
"""

import numpy as np
import torch
from torch import nn

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.graph import displacements, triplets


class Right(nn.Module):
    """Every method is a place for a mistake."""

    cutoff = 4.0

    def forward(self, graph):
        return self.energies(graph, self.vectors(graph))

    def energies(self, graph, vectors):
        r = torch.linalg.vector_norm(vectors, dim=1)
        density = graph.numbers[graph.neighbors] * torch.exp(-r) * self.fade(r)
        repulsion = 0.5 * torch.exp(-2 * r) * self.fade(r)
        return self.summed(graph, repulsion) - torch.sqrt(1 + self.summed(graph, density))

    def vectors(self, graph):
        return displacements(graph)

    def fade(self, r):
        return cosine_cutoff(r, self.cutoff)

    def summed(self, graph, terms):
        return terms.new_zeros(graph.n_atoms).index_add(0, graph.centers, terms)


def right_by_loops(numbers, pairs):
    """The slow twin: the equations of this file's head for pairs (i, j, r_ij in Å)."""
    repulsion, density = np.zeros(len(numbers)), np.zeros(len(numbers))
    for i, j, r in pairs:
        fade = 0.5 * (np.cos(np.pi * r / 4.0) + 1)
        repulsion[i] += 0.5 * np.exp(-2 * r) * fade
        density[i] += numbers[j] * np.exp(-r) * fade
    return repulsion - np.sqrt(1 + density)


# Broken laws -------------------------------------------------------------------------------------


class Random(Right):
    """Dropout left on."""

    def forward(self, graph):
        return nn.functional.dropout(super().forward(graph), 0.5, training=self.training)


class SeesDirections(Right):
    """One component of r_ij counts more than the others."""

    def vectors(self, graph):
        vectors = super().vectors(graph)
        return vectors * torch.tensor([1.0, 1.0, 1.01]).to(vectors)


class TellsLeftFromRight(Right):
    """A triple product of three weighted sums of neighbour vectors."""

    def forward(self, graph):
        vectors = self.vectors(graph)
        r = torch.linalg.vector_norm(vectors, dim=1, keepdim=True)
        a, b, c = (
            vectors.new_zeros(graph.n_atoms, 3).index_add(
                0, graph.centers, vectors * r**n * self.fade(r)
            )
            for n in (0, 1, 2)
        )
        return super().forward(graph) + 1e-4 * (a * torch.linalg.cross(b, c)).sum(1)


class KnowsTheOrigin(Right):
    """A field from outside."""

    def forward(self, graph):
        return super().forward(graph) + 1e-3 * graph.positions[:, 0]


class ForgetsImages(Right):
    """r_j - r_i, without S h: right for molecules, wrong where the neighbour is an image."""

    def vectors(self, graph):
        return graph.positions[graph.neighbors] - graph.positions[graph.centers] + 1e-9


class CountsAtoms(Right):
    """A parameter that belongs to an index."""

    def forward(self, graph):
        return super().forward(graph) * (1 + 0.01 * torch.arange(graph.n_atoms))


class HasAFavourite(Right):
    """Each atom gains from the first neighbour in its list."""

    def forward(self, graph):
        r = torch.linalg.vector_norm(self.vectors(graph), dim=1)
        found, first = np.unique(graph.centers.numpy(), return_index=True)
        bonus = torch.exp(-r[first]) * self.fade(r[first])
        return super().forward(graph).index_add(0, torch.from_numpy(found), bonus)


class SkipsOwnImages(Right):
    """In a small cell an atom is its own neighbour, whoever asks for i != j."""

    def fade(self, r):
        return super().fade(r) * self.other

    def forward(self, graph):
        self.other = (graph.centers != graph.neighbors).double()
        return super().forward(graph)


class SharesAmongAll(Right):
    """A softmax over the atoms of a structure: right sizes, but everybody knows everybody."""

    def forward(self, graph):
        energies = super().forward(graph)
        total = energies.new_zeros(graph.n_systems).index_add(0, graph.system, energies.exp())
        return energies + energies.exp() / total[graph.system]


class ComparesWithTheMean(Right):
    """Atoms are normalised by all that are there, whichever structure they belong to."""

    def forward(self, graph):
        energies = super().forward(graph)
        return energies * energies.mean()


class UsesTheFirstCell(Right):
    """One structure at a time it is right."""

    def vectors(self, graph):
        shifts = graph.images.double() @ graph.cells[0]
        return graph.positions[graph.neighbors] + shifts - graph.positions[graph.centers]


class MeanOfNothing(Right):
    """0/0 where there is no neighbour."""

    def energies(self, graph, vectors):
        r = torch.linalg.vector_norm(vectors, dim=1)
        weighted = self.summed(graph, torch.exp(-r) * self.fade(r))
        return super().energies(graph, vectors) + weighted / self.summed(graph, self.fade(r))


class NormOfNothing(Right):
    """The length of the sum of the neighbours' directions: its slope at zero is 0/0."""

    def energies(self, graph, vectors):
        r = torch.linalg.vector_norm(vectors, dim=1)
        terms = vectors * self.fade(r)[:, None]
        summed = terms.new_zeros(graph.n_atoms, 3).index_add(0, graph.centers, terms)
        summed = summed + 0 * graph.positions
        return super().energies(graph, vectors) + 0.1 * summed.square().sum(1).sqrt()


class NearestOfNobody(Right):
    """min() of an empty tensor raises."""

    def energies(self, graph, vectors):
        nearest = torch.linalg.vector_norm(vectors, dim=1).min()
        return super().energies(graph, vectors) + 0 * nearest


class CutsTheTape(Right):
    """Part of the energy leaves torch on the way and has no slope any more."""

    def summed(self, graph, terms):
        return super().summed(graph, terms) + 1e-3 * super().summed(graph, terms.detach())


class CountsInSingle(Right):
    """Distances in float32: seven digits, so that the energy is a staircase."""

    def energies(self, graph, vectors):
        return super().energies(graph, vectors.float().double())


class ReadsATable(Right):
    """exp(-r) from a table with steps of 0.0003 Å, in straight lines between its entries."""

    def energies(self, graph, vectors):
        r = torch.linalg.vector_norm(vectors, dim=1)
        low = (r.detach() / 3e-4).floor() * 3e-4
        slope = (torch.exp(-low - 3e-4) - torch.exp(-low)) / 3e-4
        table = torch.exp(-low) + slope * (r - low)
        return super().energies(graph, vectors) + self.summed(graph, table * self.fade(r))


class CutsHard(Right):
    """No cutoff function."""

    def fade(self, r):
        return torch.ones_like(r)


class CutsWithAKink(Right):
    """A cutoff function whose value is zero at r_c, but not its slope."""

    def fade(self, r):
        return (1 - r / self.cutoff).clamp(min=0)


class AddsTheCutoffs(Right):
    """A term of two neighbours that fades out only where both are far away."""

    def energies(self, graph, vectors):
        ij, ik = triplets(graph.centers)
        fade = self.fade(torch.linalg.vector_norm(vectors, dim=1))
        terms = 1e-4 * (vectors[ij] * vectors[ik]).sum(1) * (fade[ij] + fade[ik])
        angular = terms.new_zeros(graph.n_atoms).index_add(0, graph.centers[ij], terms)
        return super().energies(graph, vectors) + angular


class KeepsTheOldCell(Right):
    """The images' shifts do not feel the strain; no move of an atom shows that."""

    def vectors(self, graph):
        cells = graph.cells.detach()[graph.system[graph.centers]]
        shifts = (graph.images.double()[:, None] @ cells).squeeze(1)
        return graph.positions[graph.neighbors] + shifts - graph.positions[graph.centers]


# Wrong and well-behaved: other potentials than the one that was meant -----------------------------


class SumsOntoTheWrongAtom(Right):
    """Z_j exp(-r_ij) goes to j instead of i: an atom feels its own charge."""

    def summed(self, graph, terms):
        return terms.new_zeros(graph.n_atoms).index_add(0, graph.neighbors, terms)


class TurnsOneVector(Right):
    """r_jk = r_ik + r_ij, one sign wrong, in a term of three atoms."""

    sign = 1.0

    def energies(self, graph, vectors):
        ij, ik = triplets(graph.centers)
        r = torch.linalg.vector_norm(vectors, dim=1)
        r_jk2 = (vectors[ik] + self.sign * vectors[ij]).square().sum(1)
        terms = torch.exp(-r_jk2) * self.fade(r[ij]) * self.fade(r[ik])
        angular = terms.new_zeros(graph.n_atoms).index_add(0, graph.centers[ij], terms)
        return super().energies(graph, vectors) + angular


class CountsPairsTwice(Right):
    """No ½: each pair is listed both ways."""

    def energies(self, graph, vectors):
        r = torch.linalg.vector_norm(vectors, dim=1)
        missing = self.summed(graph, 0.5 * torch.exp(-2 * r) * self.fade(r))
        return super().energies(graph, vectors) + missing


class MixesUpUnits(Right):
    """kcal/mol for eV."""

    def forward(self, graph):
        return 23.06 * super().forward(graph)
