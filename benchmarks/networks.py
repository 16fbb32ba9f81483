"""What the comparisons of neural networks share; both sides import it. Needs torch, not mlp_teach.

Both sides must have the same weights, though they name them differently: a weight is made of its
shape alone. Its row a is row a mod 128 of a table of random numbers that belongs to its number of
columns, so that layers that one side keeps as one matrix and the other as three are equal too.
"""

from collections.abc import Callable

import numpy as np
import torch

COMMON_WIDTH = 128


def filled(model: torch.nn.Module, elements: tuple[int, ...] | None = None) -> torch.nn.Module:
    """The model with weights by this rule; `elements`: its embedding has only rows for these."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            matrix = weight if weight.ndim == 1 else weight.view(len(weight), -1)
            if "freq" in name:
                continue  # start out equal: nπ
            if matrix.ndim == 1:
                matrix.copy_(0.3 * rows(len(matrix), 1)[:, 0])
            elif "emb" in name and matrix.shape[1] == COMMON_WIDTH and "lin" not in name:
                every = rows(COMMON_WIDTH, COMMON_WIDTH)
                matrix.copy_(every[list(elements) if elements else slice(len(matrix))])
            else:
                matrix.copy_(0.5 * rows(*matrix.shape) / matrix.shape[1] ** 0.5)
    return model


def rows(n: int, columns: int) -> torch.Tensor:
    table = np.random.default_rng(columns).normal(size=(COMMON_WIDTH, columns))
    return torch.from_numpy(table[np.arange(n) % COMMON_WIDTH])


def training_step(
    model: torch.nn.Module, answer: Callable[[], tuple[torch.Tensor, torch.Tensor]]
) -> np.ndarray:
    """Loss and sum of the squares of its slopes by all weights, for labels of 0."""
    energy, forces = answer()
    loss = energy.square().mean() + forces.square().mean()
    model.zero_grad()
    loss.backward()
    slopes = [weight.grad for weight in model.parameters() if weight.grad is not None]
    return np.array([[float(loss.detach()), float(sum(slope.square().sum() for slope in slopes))]])
