"""How large the numbers of an untrained network are: near 1, from the first layer to the last.

D. Mishkin and J. Matas, arXiv:1511.06422 (2016). Where layers multiply numbers by each other, a
layer that starts twice too large makes the next four times too large, or eight; one that starts too
small must grow before training can begin. What size random weights give depends on the data: how
many neighbours there are, how alike their distances. So it is measured, layer after layer, and the
weights are divided by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from mlp_teach.graph import AtomGraph, collate

ENOUGH = 8  # structures; an average over atoms and channels needs no more


@torch.no_grad()
def even_out(
    model: nn.Module, linear: Sequence[nn.Module], graphs: Sequence[AtomGraph], size: float = 1.0
) -> None:
    """Scales the weights of linear parts, in the order given, so that what each puts out has the
    root mean square `size` on the first structures; what is 0 stays so."""
    weight = next(model.parameters())
    graph = collate(graphs[:ENOUGH]).to(weight.device, weight.dtype)
    for part in linear:
        outputs = []
        watching = part.register_forward_hook(lambda _, __, out, seen=outputs: seen.append(out))
        model(graph)
        watching.remove()
        found = float(torch.cat([out.flatten() for out in outputs]).square().mean().sqrt())
        for weight in part.parameters():
            weight.mul_(size / found if found > 0 else 1.0)
