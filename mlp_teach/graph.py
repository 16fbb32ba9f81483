"""The atom graph: the one data structure that every descriptor and every model reads.

A structure is atoms (where, which element) and pairs (who sees whom). The vector of a pair points
from the centre i to its neighbour j, through the periodic image S of the cell h:

    r_ij = r_j + S h - r_i

Every pair is listed both ways, (i, j, S) and (j, i, -S). A batch of structures is one large graph
whose parts are not connected: no padding and no mask; `system` says which structure an atom
belongs to. Energies, forces and stress live in a second dataclass, Labels, so that a model cannot
see them.

    here        | code       | shape          | unit
    r_i         | positions  | atoms 3        | Å
    Z_i         | numbers    | atoms          | -
    h           | cells      | systems 3 3    | Å, rows are lattice vectors; zeros: not periodic
    i, j, S     | centers, neighbors, images | pairs, pairs, pairs 3
    r_c         | cutoff     | number         | Å
    E, F, σ     | energy, forces, stress | eV, eV/Å, eV/Å^3 (σ = dE/dε / V: tension is positive)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import accumulate
from math import inf

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True)
class AtomGraph:
    """Atoms of one or more structures and the pairs that lie within a cutoff."""

    positions: Float[Tensor, "atoms 3"]  # r_i, Å
    numbers: Int[Tensor, " atoms"]  # Z_i
    cells: Float[Tensor, "systems 3 3"]  # h, Å
    system: Int[Tensor, " atoms"]  # the structure an atom belongs to
    centers: Int[Tensor, " pairs"]  # i
    neighbors: Int[Tensor, " pairs"]  # j
    images: Int[Tensor, "pairs 3"]  # S
    cutoff: float = field(default=inf, kw_only=True)  # Å: no pair nearer than this is missing

    @property
    def n_atoms(self) -> int:
        return len(self.numbers)

    @property
    def n_systems(self) -> int:
        return len(self.cells)

    @property
    def n_pairs(self) -> int:
        return len(self.centers)

    def to(self, device=None, dtype: torch.dtype | None = None) -> AtomGraph:
        """The same graph on another device or with positions and cells in another precision."""
        return replace(
            self,
            **{f.name: _move(getattr(self, f.name), device, dtype) for f in fields(self)},
        )


@dataclass(frozen=True)
class HalfGraph(AtomGraph):
    """A graph that lists what `undirected` would choose and nothing else: see `halved`."""


@dataclass(frozen=True)
class Labels:
    """Reference energy (eV), forces (eV/Å) and stress (eV/Å^3); None where there are none."""

    energy: Float[Tensor, " systems"] | None = None
    forces: Float[Tensor, "atoms 3"] | None = None
    stress: Float[Tensor, "systems 3 3"] | None = None

    def to(self, device=None, dtype: torch.dtype | None = None) -> Labels:
        return Labels(*(_move(getattr(self, f.name), device, dtype) for f in fields(self)))


def _move(tensor: Tensor | float | None, device, dtype: torch.dtype | None):
    """Integers keep their type: only positions, cells and labels have a precision."""
    if not isinstance(tensor, Tensor):  # a label that is not there, or the cutoff
        return tensor
    return tensor.to(device, dtype if tensor.is_floating_point() else None)


def displacements(graph: AtomGraph) -> Float[Tensor, "pairs 3"]:
    """r_ij = r_j + S h - r_i of every pair, in Å."""
    heads = graph.positions.index_select(0, graph.neighbors)
    apart = heads - graph.positions.index_select(0, graph.centers)
    if not graph.images.count_nonzero() > 0:  # molecules
        return apart
    images = graph.images.to(graph.cells.dtype)
    if graph.n_systems == 1:  # twice as fast, and the case of every step of molecular dynamics
        return apart + images @ graph.cells[0]
    cells = graph.cells.index_select(0, graph.system.index_select(0, graph.centers))
    return apart + torch.einsum("pa,pab->pb", images, cells)


def collate(graphs: Sequence[AtomGraph]) -> AtomGraph:
    """Joins structures into one graph whose parts do not see each other."""
    if not graphs:
        raise ValueError("collate was given no graphs; it needs one at least.")
    atoms = [0, *accumulate(g.n_atoms for g in graphs)]
    systems = [0, *accumulate(g.n_systems for g in graphs)]
    counted_from = {"centers": atoms, "neighbors": atoms, "system": systems}

    def joined(name: str) -> Tensor | float:
        parts = [getattr(g, name) for g in graphs]
        if name == "cutoff":
            return min(parts)
        if name in counted_from:
            parts = [part + n for part, n in zip(parts, counted_from[name], strict=False)]
        return torch.cat(parts)

    return type(graphs[0])(**{f.name: joined(f.name) for f in fields(graphs[0])})


def collate_labels(labels: Sequence[Labels]) -> Labels:
    """Joins labels in the order of their structures; a label that one of them lacks is None."""
    if not labels:
        raise ValueError("collate_labels was given no labels; it needs those of one structure.")

    def joined(name: str) -> Tensor | None:
        values = [getattr(one, name) for one in labels]
        return None if any(value is None for value in values) else torch.cat(values)

    return Labels(joined("energy"), joined("forces"), joined("stress"))


def goes_up(graph: AtomGraph) -> Bool[Tensor, " pairs"]:
    """Which pairs lead from an earlier atom of the infinite crystal to a later one.

    Of a pair and its reverse it is one. Atoms are ordered by the image S, as words in a dictionary,
    then by their index.
    """
    if graph.n_pairs == 0:
        return torch.zeros_like(graph.centers, dtype=torch.bool)
    base = 2 * int(graph.images.abs().max()) + 1
    x, y, z = graph.images.long().unbind(1)
    word = (x * base + y) * base + z  # positive if the first image that is not 0 is positive
    return (word > 0) | ((word == 0) & (graph.neighbors > graph.centers))


def undirected(
    graph: AtomGraph, cutoff: float
) -> tuple[Int[Tensor, " half"], Int[Tensor, " half"], Float[Tensor, "half 3"]]:
    """Each pair of atoms closer than `cutoff` (Å) once: i, j and r_ij; seen from j it is -r_ij."""
    vectors = displacements(graph)
    if isinstance(graph, HalfGraph):
        return graph.centers, graph.neighbors, vectors
    kept = _near_once(graph, vectors, cutoff)
    i, j = graph.centers.index_select(0, kept), graph.neighbors.index_select(0, kept)
    return i, j, vectors.index_select(0, kept)


def halved(graph: AtomGraph, cutoff: float) -> HalfGraph:
    """The graph with those pairs only that `undirected` chooses for this cutoff (Å).

    While atoms stand still, the choice need not be made again: a training's structures do. It is
    for models that read pairs by `undirected`; others need each pair both ways.
    """
    kept = _near_once(graph, displacements(graph), cutoff)
    own = {f.name: getattr(graph, f.name) for f in fields(AtomGraph)}
    pairs = {name: own[name].index_select(0, kept) for name in ("centers", "neighbors", "images")}
    return HalfGraph(**own | pairs)


def _near_once(graph: AtomGraph, vectors: Tensor, cutoff: float) -> Int[Tensor, " half"]:
    far = vectors.detach().square().sum(1) >= cutoff**2
    return torch.where(goes_up(graph) & ~far)[0]  # nan is not far: it must show in energies


def triplets(
    centers: Int[Tensor, " pairs"],
) -> tuple[Int[Tensor, " triplets"], Int[Tensor, " triplets"]]:
    """The unordered pairs of neighbours (j, k) of each centre, as indices of the pairs ij and ik.

    Each triplet is listed once, with ij before ik: a sum over j, k != i in both orders is twice
    the sum over these. Two images of one atom are different neighbours. Any order of the pairs.
    """
    order = None
    if (centers[1:] < centers[:-1]).any():
        order = torch.argsort(centers, stable=True)
        centers = centers.index_select(0, order)
    ends = torch.bincount(centers).cumsum(0).index_select(0, centers)
    # How many pairs of the same centre follow each pair: that many triplets begin with it.
    later = ends - torch.arange(1, len(centers) + 1, device=centers.device)
    first = torch.repeat_interleave(later)
    # The triplets of each pair end where those of the same centre do: count back from there.
    second = torch.arange(len(first), device=centers.device)
    second = second + (ends - later.cumsum(0)).index_select(0, first)
    return (first, second) if order is None else (order[first], order[second])
