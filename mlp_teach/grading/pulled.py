"""In the sandbox: a student's potential on one graph, and its slopes, as plain arrays.

`remote.py` is the other end. Checks then run outside, where no student's code can reach them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from mlp_teach.graph import AtomGraph


def pulled(function: Callable, cutoff: float, weights: np.ndarray | None, *arrays) -> list:
    """Energies, and Σ weights · energies differentiated by positions and by cells."""
    tensors = [torch.from_numpy(array) for array in arrays]
    positions, cells = (tensors[k].requires_grad_() for k in (0, 2))
    with torch.enable_grad():  # in a notebook the model's own forward calls this, without gradients
        energies = function(AtomGraph(*tensors, cutoff=cutoff))
    if not isinstance(energies, torch.Tensor):
        raise TypeError(f"a {type(energies).__name__} came back, a tensor was asked for")
    if not energies.requires_grad:
        return [energies, np.zeros(positions.shape), np.zeros(cells.shape)]
    weights = torch.ones_like(energies) if weights is None else torch.from_numpy(weights)
    slopes = torch.autograd.grad(
        energies, [positions, cells], weights, allow_unused=True, materialize_grads=True
    )
    return [energies, *slopes]
