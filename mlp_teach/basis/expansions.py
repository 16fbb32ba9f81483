"""One distance as many numbers: what a network reads instead of r.

K. T. Schütt et al., NeurIPS 30, 991 (2017), arXiv:1706.08566, eq. (6) (Gaussians);
J. Klicpera, J. Groß and S. Günnemann, ICLR 2020, arXiv:2003.03123, eq. (7) (sine waves).

A network that is given r alone bends slowly with it; given numbers of which each answers to another
range of r, it can tell near from far from the first step on. Both expansions are plain data; called
with distances they give one row a distance.

    e_k(r) = exp(-γ (r - μ_k)²),   μ_k evenly spaced from 0 to r_c, γ = 1/2Δμ²   GaussianSmearing
    e_n(r) = √(2/r_c) sin(nπr/r_c)/r,   n = 1, 2, ...                            SineWaves

    paper  | code      | shape      | unit
    r      | distances | ...        | Å
    e      | the result | ... n     | -, Å^(-3/2)
    μ, r_c | centers, cutoff | n, number | Å
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.radial import sine_bessel


@dataclass(frozen=True)
class GaussianSmearing:
    """Gaussians at n evenly spaced distances from 0 to the cutoff (Å), as wide as the spacing."""

    n: int
    cutoff: float

    def __post_init__(self) -> None:
        _check(self, least=2)

    def __call__(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch n"]:
        width = self.cutoff / (self.n - 1)
        centers = torch.arange(self.n, dtype=distances.dtype, device=distances.device) * width
        return torch.exp((distances[..., None] - centers).square() * (-0.5 / width**2))


@dataclass(frozen=True)
class SineWaves:
    """The first n standing waves of a hard ball with the cutoff (Å) as radius."""

    n: int
    cutoff: float

    def __post_init__(self) -> None:
        _check(self, least=1)

    def __call__(self, distances: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch n"]:
        return sine_bessel(distances, self.n, self.cutoff)


Expansion = GaussianSmearing | SineWaves


def expansion_of(settings: dict) -> Expansion:
    """The expansion that a file describes: {"kind": "SineWaves", "n": 20, "cutoff": 5.0}.

    Raises ValueError for a kind that there is not.
    """
    kinds = {kind.__name__: kind for kind in Expansion.__args__}
    if settings["kind"] not in kinds:
        raise ValueError(
            f"There is no expansion {settings['kind']!r}; there are {', '.join(sorted(kinds))}."
        )
    return kinds[settings["kind"]](**{k: v for k, v in settings.items() if k != "kind"})


def _check(expansion: Expansion, least: int) -> None:
    if type(expansion.n) is not int or expansion.n < least:
        raise ValueError(f"n is {expansion.n!r}; a whole number from {least} on is needed.")
    cutoff = expansion.cutoff
    if not isinstance(cutoff, int | float) or not 0 < cutoff < inf:
        raise ValueError(f"cutoff is {cutoff!r}; it must be a positive length in Å.")
