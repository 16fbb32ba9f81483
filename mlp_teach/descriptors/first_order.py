"""A descriptor to first order: evaluated once, then fitted to as often as one likes.

Training a network on forces needs the descriptor's value G and its slope ∂G/∂r_ij, the same in
every epoch, since the structures do not change. So both are computed once, and the graph carries
them along:

    G_i(r) = G_i(r⁰) + Σ_j (∂G_i/∂r_ij) (r_ij - r⁰_ij)

At r = r⁰ value and first derivative are exact: energies, forces and stress of a model are the same
as with the descriptor itself, and so is the gradient of a loss on them. Second derivatives are not
there (no vibrations from such a graph), and moved atoms need a new one. The slope of atom i with
respect to r_ij alone is enough: no other vector of the graph enters G_i.

Where a function depends on distances alone, its slope points along r_ij, so that one number a pair
says all of it, and a third of the memory and of the products do:

    ∂G_i/∂r_ij = s_ij r⁰_ij,   s_ij = (∂G_i/∂r_ij · r⁰_ij) / |r⁰_ij|²

    here      | code   | shape            | unit
    G_i(r⁰)   | values | atoms features   | the feature's own
    ∂G/∂r_ij  | slopes | pairs 3 features | per Å
    s_ij      | slopes of a RadialFirstOrderGraph | pairs features | per Å²
    r⁰_ij     | origin | pairs 3          | Å
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@dataclass(frozen=True)
class RadialFirstOrderGraph(FirstOrderGraph):
    """The same for functions of the distances alone: the slopes are s_ij."""

    slopes: Float[Tensor, "pairs features"]


Columns = Callable[[Float[Tensor, "pairs 3"], AtomGraph], list[Float[Tensor, " atoms"]]]


def first_order(graph: AtomGraph, columns: Columns) -> FirstOrderGraph:
    """The graph with values and slopes of a descriptor, given as a function of the vectors that
    returns one feature at a time."""
    values, slopes, origin = _evaluated(graph, columns)
    return FirstOrderGraph(
        **_own(graph), values=values, slopes=torch.stack(list(slopes), dim=2), origin=origin
    )


def first_order_radial(graph: AtomGraph, columns: Columns) -> RadialFirstOrderGraph:
    """The same for a descriptor of functions of the distances alone; of others it would keep the
    part of the slopes along r_ij only."""
    values, slopes, origin = _evaluated(graph, columns)
    # Of two atoms in one place the slope is 0: no division by 0 then.
    along = origin / origin.square().sum(1, keepdim=True).clamp(min=1e-30)
    s = torch.stack([(slope * along).sum(1) for slope in slopes], dim=1)
    return RadialFirstOrderGraph(**_own(graph), values=values, slopes=s, origin=origin)


def _evaluated(
    graph: AtomGraph, columns: Columns
) -> tuple[Float[Tensor, "atoms features"], Iterator[Float[Tensor, "pairs 3"]], Tensor]:
    """G, then ∂G/∂r_ij one feature after the other, and r⁰."""
    origin = displacements(graph).detach()
    vectors = origin.clone().requires_grad_()
    with torch.enable_grad():
        values = columns(vectors, graph)
    # One backward pass a feature: the pairs of different atoms do not mix, so the sum over atoms
    # leaves each pair with the slope of its own centre. One feature at a time, for the gradient of
    # a table would pass through all its columns.
    slopes = (_slope(column, vectors) for column in values)
    return torch.stack(values, dim=1).detach(), slopes, origin


def _own(graph: AtomGraph) -> dict:
    return {f.name: getattr(graph, f.name) for f in fields(AtomGraph)}


def _slope(column: Tensor, vectors: Tensor) -> Float[Tensor, "pairs 3"]:
    if not column.requires_grad:  # no pairs at all
        return torch.zeros_like(vectors)
    return torch.autograd.grad(
        column.sum(), vectors, retain_graph=True, allow_unused=True, materialize_grads=True
    )[0]


def extrapolate(graph: FirstOrderGraph) -> Float[Tensor, "atoms features"]:
    """G at the graph's positions, by the first-order formula."""
    moved = displacements(graph) - graph.origin
    if isinstance(graph, RadialFirstOrderGraph):
        change = (moved * graph.origin).sum(1, keepdim=True) * graph.slopes
        return graph.values.index_add(0, graph.centers, change)
    # Three products over long rows: three times as fast as one small product of matrices a pair.
    change = sum(moved[:, axis, None] * graph.slopes[:, axis] for axis in range(3))
    return graph.values.index_add(0, graph.centers, change)
