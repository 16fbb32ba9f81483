"""Atomic environment vectors (AEVs): what ANI's networks know of an atom's surroundings.

J. S. Smith, O. Isayev, A. E. Roitberg, Chem. Sci. 8, 3192 (2017), doi:10.1039/C6SC05720A; equation
numbers are its own. Conventions as in TorchANI: X. Gao et al., J. Chem. Inf. Model. 60, 3408
(2020), doi:10.1021/acs.jcim.0c00451.

Behler's symmetry functions on a grid: a row of Gaussians in the distance, a grid of bumps in angle
and mean distance. R_ij is a distance, θ_ijk the angle at i between two neighbours:

    f_C(R) = ½ cos(π R / R_C) + ½                                                         (2)
    G^R = ¼ Σ_j exp(-η (R_ij - R_s)²) f_C(R_ij)                                           (3)
    G^A = 2^(1-ζ) Σ_j<k (1 + cos(θ_ijk - θ_s))^ζ                                          (4)
                        exp(-η ((R_ij + R_ik)/2 - R_s)²) f_C(R_ij) f_C(R_ik)

one G^R for each R_s and element of j, one G^A for each R_s, θ_s and unordered pair of elements of j
and k. Each bump sees a small region only, so a network finds "a C-O bond of 1.43 Å" in one number.

No arccos is needed to shift an angle, and a whole ζ = 32 is five squarings:

    cos(θ - θ_s) = cos θ cos θ_s + sin θ sin θ_s,    2^(1-ζ) (1 + x)^ζ = 2 ((1 + x)/2)^ζ

    paper    | code                  | shape                              | unit
    R_ij     | distances             | pairs                              | Å
    R_s, η   | shifts, eta; angular_ | n_shifts; -                        | Å, 1/Å²
    θ_s, ζ   | sections, zeta        | n_sections; -                      | rad, -
    G^R      | radial                | elements · n_shifts atoms          | -
    G^A      | angular               | kinds · n_shifts · n_sections atoms | -

Unlike the paper, and like the programs that ANI was trained with: the factor ¼ in (3); each pair
(j, k) counts once in (4), where the paper's sum over both orders is twice that; and cos θ is
multiplied by 0.95, so that sin θ = sqrt(1 - cos² θ) stays above 0.31: atoms in a line would else
give it an infinite slope. Angular terms have a cutoff of their own, shorter than the radial one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from math import inf, pi

import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.descriptors.angular import power
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.elements import SYMBOLS
from mlp_teach.graph import AtomGraph, displacements, triplets

SHRINK = 0.95  # of cos θ
BLOCK = 2**14  # triplets at a time: their table stays in the cache, and new memory is dear


@dataclass(frozen=True)
class AEV:
    """The grid of an AEV: cutoffs and shifts in Å, η in 1/Å², sections θ_s in rad, atomic numbers.

    Features are ordered by element of the neighbour, then shift; then by pair of elements (upper
    triangle by rows), shift and section. Raises ValueError for parameters that make no sense.
    """

    cutoff: float | int
    elements: tuple[int, ...]
    eta: float | int
    shifts: tuple[float | int, ...]
    angular_cutoff: float | int
    angular_eta: float | int
    angular_shifts: tuple[float | int, ...]
    zeta: float | int
    sections: tuple[float | int, ...]

    def __post_init__(self) -> None:
        known = [type(z) is int and 0 < z < len(SYMBOLS) for z in self.elements]
        if not known or not all(known) or len(set(self.elements)) != len(known):
            raise ValueError(
                f"elements is {self.elements}; give atomic numbers, each once, such as 6 for C."
            )
        object.__setattr__(self, "elements", tuple(self.elements))
        for name in ("shifts", "angular_shifts", "sections"):
            values = getattr(self, name)
            if not values or not all(isinstance(x, int | float) and 0 <= x < inf for x in values):
                raise ValueError(f"{name} is {values!r}; give one number of 0 or more at least.")
            object.__setattr__(self, name, tuple(float(x) for x in values))
        for name in ("cutoff", "eta", "angular_cutoff", "angular_eta", "zeta"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or not 0 < value < inf:
                raise ValueError(f"{name} is {value!r}; it must be a number above 0.")
            object.__setattr__(self, name, float(value))
        if self.angular_cutoff > self.cutoff:
            raise ValueError(
                f"The angular cutoff, {self.angular_cutoff} Å, is longer than the radial one, "
                f"{self.cutoff} Å, which is how far the graph must reach. Make it shorter."
            )
        if self.zeta < 1:
            raise ValueError(f"zeta is {self.zeta}; below 1 the slope at 1 + cos = 0 is infinite.")

    @classmethod
    def on_a_grid(
        cls,
        elements: tuple[int, ...],
        cutoff: float = 5.2,
        angular_cutoff: float = 3.5,
        n_shifts: int = 16,
        n_angular_shifts: int = 4,
        n_sections: int = 8,
        start: float = 0.9,
    ) -> AEV:
        """Evenly spaced shifts from `start` (Å) on and sections; the defaults are ANI-1x's.

        The end point is not among the shifts (at the cutoff f_C is zero), and sections begin half
        a step from 0. Neighbouring bumps overlap as in ANI-1x, whatever their number.
        """
        step = (cutoff - start) / n_shifts
        angular_step = (angular_cutoff - start) / n_angular_shifts
        return cls(
            cutoff=cutoff,
            elements=elements,
            eta=16.0 * (0.26875 / step) ** 2,
            shifts=tuple(start + k * step for k in range(n_shifts)),
            angular_cutoff=angular_cutoff,
            angular_eta=8.0 * (0.65 / angular_step) ** 2,
            angular_shifts=tuple(start + k * angular_step for k in range(n_angular_shifts)),
            zeta=max(1.0, round(32.0 * (n_sections / 8) ** 2)),
            sections=tuple((k + 0.5) * pi / n_sections for k in range(n_sections)),
        )

    @property
    def n_features(self) -> int:
        n = len(self.elements)
        return n * len(self.shifts) + n * (n + 1) // 2 * self.n_angular

    @property
    def n_angular(self) -> int:
        """Bumps for each pair of elements."""
        return len(self.angular_shifts) * len(self.sections)

    def names(self) -> list[str]:
        """One line a feature, in their order, such as 'G^A C-O R_s=1.55 θ_s=112.5°'."""
        symbols = [SYMBOLS[z] for z in self.elements]
        radial = [f"G^R {s} R_s={r:.4g}" for s in symbols for r in self.shifts]
        return radial + [
            f"G^A {a}-{b} R_s={r:.4g} θ_s={180 / pi * section:.4g}°"
            for a, b in combinations_with_replacement(symbols, 2)
            for r in self.angular_shifts
            for section in self.sections
        ]


def aev(graph: AtomGraph, functions: AEV) -> Float[Tensor, "atoms features"]:
    """The AEV of every atom. The graph's cutoff must be that of the functions, or larger.

    Raises ValueError for an element that the functions do not know.
    """
    grid = _grid(functions, graph.positions.dtype, graph.positions.device)
    element = places(graph.numbers, functions.elements)
    # One long row for x, one for y, one for z: a computer adds up long rows fastest.
    vectors = displacements(graph).T.contiguous()
    distances = vectors.square().sum(0).sqrt()
    radial = _radial(distances, element, graph, functions, grid)
    angular = _angular(vectors, distances, element, graph, functions, grid)
    return torch.cat([radial, angular]).T


@dataclass(frozen=True)
class Grid:
    """The parameters as tensors, in columns that meet rows of pairs or triplets."""

    shifts: Float[Tensor, "n_shifts 1"]
    angular_shifts: Float[Tensor, "n_angular_shifts 1"]
    directions: Float[Tensor, "n_sections 2"]  # ½ (cos θ_s, sin θ_s)
    kind: Int[Tensor, " elements_elements"]  # number of the unordered pair of two elements
    half: Float[Tensor, ""]


@lru_cache(maxsize=64)  # for one molecule, making these takes as long as using them
@torch.inference_mode(False)  # they outlive the call, and a later one may want gradients
def _grid(functions: AEV, dtype: torch.dtype, device: torch.device) -> Grid:
    n = len(functions.elements)
    kind = torch.zeros(n, n, dtype=torch.long)
    a, b = torch.triu_indices(n, n)
    kind[a, b] = kind[b, a] = torch.arange(len(a))
    sections = torch.tensor(functions.sections, dtype=torch.float64)
    return Grid(
        torch.tensor(functions.shifts, dtype=dtype, device=device)[:, None],
        torch.tensor(functions.angular_shifts, dtype=dtype, device=device)[:, None],
        0.5 * torch.stack([sections.cos(), sections.sin()], 1).to(device, dtype),
        kind.flatten().to(device),
        torch.tensor(0.5, dtype=dtype, device=device),
    )


@lru_cache(maxsize=64)
@torch.inference_mode(False)
def _table(elements: tuple[int, ...], device: torch.device) -> Int[Tensor, " numbers"]:
    table = torch.full((len(SYMBOLS),), -1)
    table[list(elements)] = torch.arange(len(elements))
    return table.to(device)


def places(numbers: Int[Tensor, " atoms"], elements: tuple[int, ...]) -> Int[Tensor, " atoms"]:
    """The place of each atom's element in `elements`; ValueError names one that is not there."""
    found = _table(elements, numbers.device).index_select(0, numbers)
    return found if int(found.min()) >= 0 else element_index(numbers, elements)


def _radial(
    distances, element, graph: AtomGraph, functions: AEV, grid: Grid
) -> Float[Tensor, "radial atoms"]:
    fade = 0.25 * cosine_cutoff(distances, functions.cutoff)  # (2)
    terms = torch.exp(-functions.eta * (distances - grid.shifts).square()) * fade  # (3)
    n, n_atoms = len(functions.elements), graph.n_atoms
    rows = element.index_select(0, graph.neighbors) * n_atoms + graph.centers
    sums = terms.new_zeros(len(terms), n * n_atoms).index_add(1, rows, terms)
    return _features(sums, n, n_atoms)


def _angular(
    vectors, distances, element, graph: AtomGraph, functions: AEV, grid: Grid
) -> Float[Tensor, "angular atoms"]:
    (close,) = torch.where(distances < functions.angular_cutoff)
    r = distances.index_select(0, close)
    # Each arm brings the root of the factors of its pair: 0.95 of cos θ, and 2 of (4).
    directions = vectors.index_select(1, close) * (SHRINK**0.5 / r)
    fade = 2**0.5 * 0.5 * (torch.cos(r * (pi / functions.angular_cutoff)) + 1)  # (2)
    arms = torch.cat([directions, (0.5 * r)[None], fade[None]])
    centers = graph.centers.index_select(0, close)
    theirs = element.index_select(0, graph.neighbors.index_select(0, close))
    n, n_atoms = len(functions.elements), graph.n_atoms
    n_kinds = n * (n + 1) // 2
    blocks, place = grid.kind * n_atoms, theirs * n
    sums = vectors.new_zeros(functions.n_angular, n_kinds * n_atoms)
    for first, second in zip(*(index.split(BLOCK) for index in triplets(centers)), strict=True):
        pair = place.index_select(0, first) + theirs.index_select(0, second)
        rows = blocks.index_select(0, pair) + centers.index_select(0, first)
        ij, ik = arms.index_select(1, first), arms.index_select(1, second)
        sums.index_add_(1, rows, _bumps(ij, ik, functions, grid))
    return _features(sums, n_kinds, n_atoms)


def _bumps(
    ij: Float[Tensor, "5 triplets"], ik: Float[Tensor, "5 triplets"], functions: AEV, grid: Grid
) -> Float[Tensor, "n_angular triplets"]:
    """(4) of each triplet; an arm is its direction, half its length and its f_C."""
    (u_ij, r_ij, f_ij), (u_ik, r_ik, f_ik) = ij.split((3, 1, 1)), ik.split((3, 1, 1))
    cos = (u_ij * u_ik).sum(0, keepdim=True)
    sin = (1 - cos.square()).sqrt()
    # ½ (1 + cos(θ - θ_s)) of all sections is one product of matrices.
    half = torch.addmm(grid.half, grid.directions, torch.cat([cos, sin]))
    apart = r_ij + r_ik - grid.angular_shifts
    near = torch.exp(-functions.angular_eta * apart.square()) * (f_ij * f_ik)
    return (near[:, None] * power(half, functions.zeta)).flatten(0, 1)


def _features(
    sums: Float[Tensor, "functions blocks_atoms"], n_blocks: int, n_atoms: int
) -> Float[Tensor, "features atoms"]:
    """A block, that is an element or a pair of them, comes before the functions."""
    return sums.view(-1, n_blocks, n_atoms).transpose(0, 1).flatten(0, 1)
