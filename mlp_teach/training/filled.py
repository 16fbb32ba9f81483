"""Batches filled up to one size: a step that is compiled holds for arrays of one shape only.

Structures differ in atoms and pairs. So every batch is given more atoms, ghosts, that stand in a
row with 2 r_c from one to the next, and pairs between them, until it has as much of everything as
the largest batch could have. At 2 r_c every envelope is 0, with its slopes, so that a ghost has the
energy of a free atom; and the loss leaves ghosts out. Filled up are

    systems       one more than a batch has structures: ghosts are in a system of their own
    atoms         of each element, since models may sort atoms by element
    pairs         each listed once (graph.halved)
    neighbours    ghost 0 has as many as any atom has, K, and no ghost has more, since models may
                  make tables with a place for each neighbour
    images        one at least that is not 0, if any structure of the data has one

Ghosts 0 and 1 share the first K pairs, 2 and 3 the next K, and so on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from mlp_teach.graph import HalfGraph, Labels, collate, collate_labels

Batch = Sequence[tuple[HalfGraph, Labels]]


class Filled(NamedTuple):
    """A batch with ghosts behind its structures, and which of it is real."""

    graph: HalfGraph
    labels: Labels  # zeros for ghosts
    real_systems: Bool[Tensor, " systems"]
    real_atoms: Bool[Tensor, " atoms"]
    per_real: Float[Tensor, " two"]  # how many systems and atoms there are for each real one


@dataclass(frozen=True)
class Size:
    """What every filled batch has: numbers of systems, of atoms of each element, of pairs and of
    neighbours of an atom; cutoff in Å, and whether there are images."""

    systems: int
    atoms: tuple[tuple[int, int], ...]  # atomic number, how many
    pairs: int
    neighbors: int
    cutoff: float
    images: bool

    def filled(self, batch: Batch) -> Filled:
        """The batch with ghosts. Raises ValueError for one that is larger than this size."""
        graph = collate([graph for graph, _ in batch])
        there = Counter(graph.numbers.tolist())
        missing = tuple((z, wanted - there.pop(z, 0)) for z, wanted in self.atoms)
        missing_pairs, missing_systems = self.pairs - graph.n_pairs, self.systems - len(batch)
        if there or min(missing_pairs, missing_systems, *(count for _, count in missing)) < 0:
            raise ValueError("The batch has more of something than the largest of its data could.")
        like = graph.positions[:0]
        ghosts = _ghosts(self, missing, missing_systems, missing_pairs, like.dtype, like.device)
        none = Labels(
            like.new_zeros(ghosts.n_systems),
            like.new_zeros(ghosts.n_atoms, 3),
            like.new_zeros(ghosts.n_systems, 3, 3),
        )
        whole = collate([graph, ghosts])
        systems = torch.arange(whole.n_systems, device=like.device) < graph.n_systems
        atoms = torch.arange(whole.n_atoms, device=like.device) < graph.n_atoms
        per_real = [whole.n_systems / graph.n_systems, whole.n_atoms / graph.n_atoms]
        labels = collate_labels([*(labels for _, labels in batch), none])
        return Filled(whole, labels, systems, atoms, like.new_tensor(per_real))


def size_of(graphs: Sequence[HalfGraph], batch_size: int) -> Size:
    """The size that serves for any batch of so many of these structures, and for the rest of them
    that may be left for the last batch of an epoch."""
    per_batch = min(batch_size, len(graphs))
    elements = sorted(set(torch.cat([graph.numbers for graph in graphs]).tolist()))
    counts = {z: [int((graph.numbers == z).sum()) for graph in graphs] for z in elements}
    atoms = {z: sum(sorted(each)[-per_batch:]) for z, each in counts.items()}
    neighbors = max(1, *(_most_neighbors(graph) for graph in graphs))
    pairs, own = sorted(graph.n_pairs for graph in graphs), sorted(g.n_atoms for g in graphs)
    most = sum(pairs[-per_batch:]) + neighbors  # so that ghost 0 has all its pairs in any batch
    needed = 2
    for count in {per_batch, len(graphs) % per_batch or per_batch}:
        ghosts = 2 * -(-(most - sum(pairs[:count])) // neighbors)
        needed = max(needed, ghosts - (sum(atoms.values()) - sum(own[-count:])))
    atoms[elements[0]] += needed
    return Size(
        systems=per_batch + 1,
        atoms=tuple(atoms.items()),
        pairs=most,
        neighbors=neighbors,
        cutoff=graphs[0].cutoff,
        images=any(bool(graph.images.count_nonzero() > 0) for graph in graphs),
    )


def _most_neighbors(graph: HalfGraph) -> int:
    ends = torch.cat([graph.centers, graph.neighbors])
    return int(torch.bincount(ends, minlength=1).max())


@lru_cache(maxsize=256)  # making them takes longer than joining them
def _ghosts(
    size: Size,
    atoms: tuple[tuple[int, int], ...],
    systems: int,
    pairs: int,
    dtype: torch.dtype,
    device: torch.device,
) -> HalfGraph:
    numbers = torch.tensor([z for z, count in atoms for _ in range(count)], device=device)
    place = torch.arange(len(numbers), device=device)
    first = 2 * (torch.arange(pairs, device=device) // size.neighbors)
    along_x = torch.tensor([1, 0, 0], device=device)
    return HalfGraph(
        positions=(2 * size.cutoff * place[:, None] * along_x).to(dtype),
        numbers=numbers,
        cells=torch.zeros(systems, 3, 3, dtype=dtype, device=device),
        system=place % systems,
        centers=first,
        neighbors=first + 1,
        images=(along_x * size.images).to(torch.int32).expand(pairs, 3),
        cutoff=size.cutoff,
    )
