"""Weights that both sides of a comparison make from the peer's name of each. Needs torch only.

Where the two sides cut their weights in other pieces, or lay them out otherwise, a rule by shape
(networks.py) does not do: the numbers are those of the peer's name, as the peer lays them out. A
shorter request gets the beginning of a longer one.
"""

from collections.abc import Callable
from zlib import crc32

import numpy as np
import torch

TABLES = ("embedding.", "embed_module.")  # of the elements, in the names of ours, MACE and NequIP


def numbers(name: str, count: int) -> torch.Tensor:
    """Random, of mean 0 and variance 1: what e3nn's normalisation expects of a weight."""
    return torch.from_numpy(np.random.default_rng(crc32(name.encode())).normal(size=count))


def training_step(
    model: torch.nn.Module, answer: Callable[[], tuple[torch.Tensor, torch.Tensor]]
) -> np.ndarray:
    """Loss for labels of 0, and Σ w ∂loss/∂w over all weights w but those of the TABLES.

    This sum is the same whether a factor is kept in a weight or beside it, as long as weights are
    linear in each other; with the embedding, NequIP's matrices of the elements are not.
    """
    energy, forces = answer()
    loss = energy.square().mean() + forces.square().mean()
    model.zero_grad()
    loss.backward()
    along = [
        (weight.detach() * weight.grad).sum()
        for name, weight in model.named_parameters()
        if weight.grad is not None and not any(table in name for table in TABLES)
    ]
    return np.array([[float(loss.detach()), float(sum(along))]])
