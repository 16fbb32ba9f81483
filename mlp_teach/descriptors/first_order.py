"""A descriptor to first order: evaluated once, then fitted to as often as one likes.

Training a network on forces needs the descriptor's value G and its slope ∂G/∂r_ij, the same in
every epoch, since the structures do not change. So both are computed once, and the graph carries
them along:

    G_i(r) = G_i(r⁰) + Σ_j (∂G_i/∂r_ij) (r_ij - r⁰_ij)

At r = r⁰ value and first derivative are exact: energies, forces and stress of a model are the same
as with the descriptor itself, and so is the gradient of a loss on them. Second derivatives are not
there (no vibrations from such a graph), and moved atoms need a new one. The slope of atom i with
respect to r_ij alone is enough: no other vector of the graph enters G_i.

    here      | code   | shape            | unit
    G_i(r⁰)   | values | atoms features   | the feature's own
    ∂G/∂r_ij  | slopes | pairs 3 features | per Å
    r⁰_ij     | origin | pairs 3          | Å
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.graph import AtomGraph, displacements


@dataclass(frozen=True)
class FirstOrderGraph(AtomGraph):
    """A graph that knows a descriptor's values and slopes."""

    values: Float[Tensor, "atoms features"]
    slopes: Float[Tensor, "pairs 3 features"]
    origin: Float[Tensor, "pairs 3"]


def first_order(
    graph: AtomGraph,
    columns: Callable[[Float[Tensor, "pairs 3"], AtomGraph], list[Float[Tensor, " atoms"]]],
) -> FirstOrderGraph:
    """The graph with values and slopes of a descriptor, given as a function of the vectors that
    returns one feature at a time."""
    origin = displacements(graph).detach()
    vectors = origin.clone().requires_grad_()
    with torch.enable_grad():
        values = columns(vectors, graph)
    # One backward pass a feature: the pairs of different atoms do not mix, so the sum over atoms
    # leaves each pair with the slope of its own centre. One feature at a time, for the gradient of
    # a table would pass through all its columns.
    slopes = [_slope(column, vectors) for column in values]
    own = {f.name: getattr(graph, f.name) for f in fields(AtomGraph)}
    return FirstOrderGraph(
        **own,
        values=torch.stack(values, dim=1).detach(),
        slopes=torch.stack(slopes, dim=2),
        origin=origin,
    )


def _slope(column: Tensor, vectors: Tensor) -> Float[Tensor, "pairs 3"]:
    if not column.requires_grad:  # no pairs at all
        return torch.zeros_like(vectors)
    return torch.autograd.grad(
        column.sum(), vectors, retain_graph=True, allow_unused=True, materialize_grads=True
    )[0]


def extrapolate(graph: FirstOrderGraph) -> Float[Tensor, "atoms features"]:
    """G at the graph's positions, by the first-order formula."""
    moved = displacements(graph) - graph.origin
    # Three products over long rows: three times as fast as one small product of matrices a pair.
    change = sum(moved[:, axis, None] * graph.slopes[:, axis] for axis in range(3))
    return graph.values.index_add(0, graph.centers, change)
