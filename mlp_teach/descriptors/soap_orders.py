"""In which order other packages list the features of SOAP.

Ours: l slowest, then all pairs of channels n ≤ n' by rows of the upper triangle (SOAP.names). A
channel is an element and a radial function of it. The places here pick from our features:

    power_spectrum(graph, parameters)[:, dscribe_order(parameters)]     DScribe's SOAP
    soap(graph, parameters)[:, quip_order(parameters)]                  QUIP's, but the last element

QUIP appends one element, 0 unless `covariance_sigma0` is set. The values themselves agree
if basis and cutoff function do: see the header of soap.py.
"""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import torch
from jaxtyping import Int
from torch import Tensor

from mlp_teach.descriptors.soap import SOAP


def dscribe_order(parameters: SOAP) -> Int[Tensor, " features"]:
    """By pair of elements, then l, then n and n' (n ≤ n' where the elements are the same)."""
    n_max, n_elements = parameters.radial.n_max, len(parameters.elements)
    found = []
    for one, other in combinations_with_replacement(range(n_elements), 2):
        for l in range(parameters.radial.l_max + 1):
            for n, n_prime in product(range(n_max), repeat=2):
                if one < other or n <= n_prime:
                    found.append(_place(one * n_max + n, other * n_max + n_prime, l, parameters))
    return torch.tensor(found)


def quip_order(
    parameters: SOAP, species: tuple[int, ...] | None = None
) -> Int[Tensor, " features"]:
    """By pair of channels, rows of the lower triangle, l fastest.

    `species` is QUIP's species_Z, the elements in the order of its channels; rising if not given.
    """
    n_max = parameters.radial.n_max
    start = [parameters.elements.index(z) * n_max for z in species or parameters.elements]
    channels = [first + n for first in start for n in range(n_max)]  # theirs, in our numbers
    return torch.tensor(
        [
            _place(min(one, other), max(one, other), l, parameters)
            for place, one in enumerate(channels)
            for other in channels[: place + 1]
            for l in range(parameters.radial.l_max + 1)
        ]
    )


def _place(low: int, high: int, l: int, parameters: SOAP) -> int:
    """Where p of channels low ≤ high and of l stands among our features."""
    channels = parameters.n_channels
    before = low * channels - low * (low - 1) // 2
    return l * (channels * (channels + 1) // 2) + before + high - low
