"""SOAP: the density of neighbouring atoms, expanded in spherical waves, and its power spectrum.

A. P. Bartók, R. Kondor and G. Csányi, Phys. Rev. B 87, 184115 (2013),
doi:10.1103/PhysRevB.87.184115, section IV; equation numbers are ours.

Every neighbour j of atom i, and i itself, is smeared into a Gaussian; f_c lets the last fade out:

    ρ_i(r) = Σ_j f_c(r_ij) exp(-|r - r_ij|²/2σ²) = Σ_nlm c_nlm g_n(r) Y_lm(r̂)              (1)

One density for each element. Under a rotation the 2l + 1 numbers c_nlm of one n and l mix among
themselves as the components of a vector do, so their scalar products stay as they are:

    p_nn'l = √(8π²/(2l+1)) Σ_m c_nlm c_n'lm                                                (2)

with n and n' running over radial functions and elements both; n ≤ n', as p is symmetric. Two
surroundings are alike as the angle between their p is small:

    k(i, i') = [p̂_i · p̂_i']^ζ,   p̂ = p/|p|                                                 (3)

The sum over neighbours in c_nlm is what takes time. It is a matrix product, radial functions
times harmonics, for each atom, l and element (slots.py), and linear in the neighbours, although p
counts pairs of them: all angles between neighbours, without ever listing one.

    paper   | code                 | shape                           | unit
    r_ij    | vectors              | pairs 3                         | Å
    g_n     | radial.orthonormal   | l n ...                         | Å^(-3/2)
    c_nlm   | density_coefficients | atoms channels 2l+1, for each l | Å^(3/2)
    n       | channels             | element, then radial function   | -
    p       | power_spectrum       | atoms features                  | Å³
    p̂       | soap                 | atoms features                  | -
    k, ζ    | kernel, zeta         | atoms points, number            | -
    σ, f_c  | radial.sigma, transition | number, number              | Å, width in Å

Unlike the paper: the radial basis is a choice (basis/radial.py). With GaussianOrbitals or
Polynomials and no f_c, `power_spectrum` is DScribe's; with RadialPoints and f_c, `soap` is QUIP's
(the order of features apart: soap_orders.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import pi, sqrt

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from mlp_teach.basis.cutoffs import cosine_transition
from mlp_teach.basis.radial import RadialBasis
from mlp_teach.basis.spherical_harmonics import solid_harmonics
from mlp_teach.descriptors.slots import slots, with_far_neighbor
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.elements import SYMBOLS, checked_elements
from mlp_teach.graph import AtomGraph, displacements

BLOCK = 3 * 2**17  # harmonics at a time with derivatives: few stay in the cache, ...
LARGE = 3 * 2**20  # ... without them more: fewer steps, and one piece of memory used again
KEPT = 2**19  # slots whose intermediate results a backward pass may keep; more are computed again
Y_00 = 1 / sqrt(4 * pi)


@dataclass(frozen=True)
class SOAP:
    """What to expand: radial basis (with cutoff, n_max, l_max, sigma), elements (atomic numbers).

    `transition` is the width (Å) over which neighbours fade out before the radial basis' cutoff; 0
    for no f_c at all, which leaves a step where a neighbour comes into reach: a small one with
    orbitals and polynomials, that of a whole neighbour with RadialPoints.
    Raises ValueError for what makes no sense.
    """

    radial: RadialBasis
    elements: tuple[int, ...]
    transition: float | int = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "elements", checked_elements(self.elements))
        if not 0 <= self.transition <= self.radial.cutoff:
            raise ValueError(
                f"transition is {self.transition}; it must lie between 0 and the cutoff, "
                f"{self.radial.cutoff:g} Å."
            )

    @property
    def cutoff(self) -> float | int:
        """How far neighbours are seen, Å: the graph's cutoff must be this, or larger."""
        return self.radial.cutoff if self.transition else self.radial.reach

    @property
    def n_channels(self) -> int:
        return len(self.elements) * self.radial.n_max

    @property
    def n_features(self) -> int:
        """S n (S n + 1)/2 · (l_max + 1) for S elements and n radial functions."""
        return self.n_channels * (self.n_channels + 1) // 2 * (self.radial.l_max + 1)

    def names(self) -> list[str]:
        """One line a feature, in their order, such as 'l=2 Cu1-Cu3'."""
        n_max = self.radial.n_max
        channels = [f"{SYMBOLS[z]}{n}" for z in self.elements for n in range(1, n_max + 1)]
        pairs = list(combinations_with_replacement(channels, 2))
        return [f"l={l} {a}-{b}" for l in range(self.radial.l_max + 1) for a, b in pairs]


def soap(graph: AtomGraph, parameters: SOAP) -> Float[Tensor, "atoms features"]:
    """p̂ of every atom, the unit vectors whose scalar products are raised to ζ in (3).

    A p_nn'l with n ≠ n' stands for two equal ones, so it counts √2 times. Errors as power_spectrum.
    """
    return unit(power_spectrum(graph, parameters), parameters)


def power_spectrum(graph: AtomGraph, parameters: SOAP) -> Float[Tensor, "atoms features"]:
    """(2) of every atom, in Å³: for each l, all n ≤ n'. See SOAP.names for the order.

    The graph must reach to `parameters.cutoff`; pairs beyond do no harm. Raises ValueError for an
    element that is not among the parameters' ones.
    """
    return power_of(density_coefficients(graph, parameters), parameters)


def power_of(
    c: list[Float[Tensor, "atoms channels _"]], parameters: SOAP
) -> Float[Tensor, "atoms features"]:
    """(2) from the coefficients of the density."""
    channels = parameters.n_channels
    n, n_prime = torch.triu_indices(channels, channels, device=c[0].device)
    kept = n * channels + n_prime
    spectra = [
        sqrt(8 * pi**2 / (2 * l + 1)) * (c_l @ c_l.mT).flatten(1).index_select(1, kept)  # (2)
        for l, c_l in enumerate(c)
    ]
    return torch.cat(spectra, dim=1)


def unit(
    power: Float[Tensor, "atoms features"], parameters: SOAP
) -> Float[Tensor, "atoms features"]:
    """p/|p|, |p|² being the sum over all n and n'. The atom itself is in ρ, so |p| > 0."""
    counted = power * multiplicity(parameters).to(power).sqrt()
    return counted / torch.linalg.vector_norm(counted, dim=1, keepdim=True)


def multiplicity(parameters: SOAP) -> Float[Tensor, " features"]:
    """How many of the p_nn'l a feature stands for: 1 for n = n', else 2."""
    n, n_prime = torch.triu_indices(parameters.n_channels, parameters.n_channels)
    return torch.where(n == n_prime, 1.0, 2.0).double().repeat(parameters.radial.l_max + 1)


def kernel(
    one: Float[Tensor, "atoms features"], other: Float[Tensor, "points features"], zeta: float | int
) -> Float[Tensor, "atoms points"]:
    """(3) between all rows of two sets of unit vectors p̂: from 0 to 1, for equal surroundings."""
    return (one @ other.T) ** zeta


def density_coefficients(
    graph: AtomGraph, parameters: SOAP
) -> list[Float[Tensor, "atoms channels _"]]:
    """c_nlm of (1) in Å^(3/2), one table for each l; within it m = -l ... l is the last index.

    Raises ValueError for an element that is not among the parameters' ones, and for l_max above 12
    in single precision.
    """
    if graph.positions.dtype == torch.float32 and parameters.radial.l_max > 12:
        raise ValueError(
            f"l_max is {parameters.radial.l_max}; in float32 r^l overflows beyond 12. Use float64."
        )
    vectors = displacements(graph)
    element = element_index(graph.numbers, parameters.elements)
    seen = vectors.detach().T.square().sum(0) < parameters.cutoff**2
    neighbor = element.index_select(0, graph.neighbors)
    sums = [
        _sum_over_neighbors(vectors, slots(graph, seen & (neighbor == s)), parameters)
        for s in range(len(parameters.elements))
    ]
    mixing = parameters.radial.mixing.to(vectors)
    own = torch.nn.functional.one_hot(element, len(parameters.elements)).to(vectors)
    center = next(parameters.radial.primitives(vectors.new_zeros(()))) * Y_00  # R = 0: l = 0 alone
    coefficients = []
    for l, of_l in enumerate(zip(*sums, strict=True)):
        primitive = torch.stack(of_l, dim=1)  # atoms, elements, k, m
        if l == 0:
            primitive = primitive + (own[:, :, None] * center)[..., None]
        coefficients.append((mixing[l] @ primitive).flatten(1, 2))  # (1)
    return coefficients


def _sum_over_neighbors(
    vectors: Float[Tensor, "pairs 3"], places: Int[Tensor, "atoms places"], parameters: SOAP
) -> list[Float[Tensor, "atoms k _"]]:
    """Σ_j g_kl(r_ij) r_ij^l Y_lm(r_ij) for each l, over the neighbours in the slots."""
    vectors = with_far_neighbor(vectors)
    again = places.numel() > KEPT and vectors.requires_grad
    harmonics = (parameters.radial.l_max + 1) ** 2 * max(1, places.shape[1])  # an atom
    blocks = []
    for block in places.split(max(1, (BLOCK if vectors.requires_grad else LARGE) // harmonics)):
        if again:
            blocks.append(checkpoint(_block, vectors, block, parameters, use_reentrant=False))
        else:
            blocks.append(_block(vectors, block, parameters))
    return [torch.cat(parts) for parts in zip(*blocks, strict=True)]


def _block(
    vectors: Float[Tensor, "3 more"], places: Int[Tensor, "atoms places"], parameters: SOAP
) -> list[Float[Tensor, "atoms k _"]]:
    found = vectors[:, places].movedim(0, -1)
    squares = (found * found).sum(-1)
    harmonics = solid_harmonics(found, parameters.radial.l_max)
    radial = parameters.radial.primitives(squares)
    if parameters.transition:
        fade = cosine_transition(squares.sqrt(), parameters.radial.cutoff, parameters.transition)
        radial = (radial_l * fade for radial_l in radial)
    return [
        radial_l.transpose(0, 1) @ harmonics[l * l : (l + 1) ** 2].permute(1, 2, 0)
        for l, radial_l in enumerate(radial)
    ]
