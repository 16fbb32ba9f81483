"""A student's potential as a model like any other, though it runs in the sandbox.

`predict` and all of `checks` work with it: a graph goes in as arrays, energies and slopes come
back.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import torch
from torch import Tensor

from mlp_teach.grading.compare import numbers, parts
from mlp_teach.grading.exercise import Ask
from mlp_teach.grading.wire import Expression
from mlp_teach.graph import AtomGraph

PULLED = Expression("__import__('mlp_teach.grading.pulled', fromlist=['pulled']).pulled")


class RemoteModel:
    """The function of that name behind `ask`, with its cutoff (Å). Raises Fault and Unfit."""

    def __init__(self, ask: Ask, function: str, cutoff: float):
        self.cutoff = cutoff
        self._ask, self._call = ask, f"lambda pulled, *given: pulled({function}, *given)"

    def __call__(self, graph: AtomGraph) -> Tensor:
        return _Remote.apply(graph.positions, graph.cells, graph, self)

    def pull(self, graph: AtomGraph, weights: np.ndarray | None = None) -> list[Tensor]:
        arrays = [
            getattr(graph, one.name).detach().numpy()
            for one in fields(graph)
            if one.name != "cutoff"
        ]
        found = parts(self._ask(self._call, PULLED, graph.cutoff, weights, *arrays), 3)
        shapes = ((graph.n_atoms,), (graph.n_atoms, 3), (graph.n_systems, 3, 3))
        pairs = zip(found, shapes, strict=True)
        return [torch.from_numpy(numbers(one, shape)) for one, shape in pairs]


class _Remote(torch.autograd.Function):
    @staticmethod
    def forward(ctx, positions: Tensor, cells: Tensor, graph: AtomGraph, model: RemoteModel):
        graph = replace(graph, positions=positions.detach(), cells=cells.detach())
        energies, *slopes = model.pull(graph)
        ctx.graph, ctx.model, ctx.slopes = graph, model, slopes
        return energies

    @staticmethod
    def backward(ctx, weights: Tensor):
        slopes = ctx.slopes
        if not bool((weights == 1).all()):  # not the total energy's slope: ask for that one
            slopes = ctx.model.pull(ctx.graph, weights.numpy())[1:]
        return *slopes, None, None
