"""Weights that both sides of a comparison make from the peer's name of each. Needs torch only.

Where the two sides cut their weights in other pieces, or lay them out otherwise, a rule by shape
(networks.py) does not do: the numbers are those of the peer's name, as the peer lays them out. A
shorter request gets the beginning of a longer one.
"""

from zlib import crc32

import numpy as np
import torch


def numbers(name: str, count: int) -> torch.Tensor:
    """Random, of mean 0 and variance 1: what e3nn's normalisation expects of a weight."""
    return torch.from_numpy(np.random.default_rng(crc32(name.encode())).normal(size=count))
