"""The library's side of the SOAP explorer: density, power spectrum and similarity of a few atoms.

Every number is the library's, except the plain overlap, which is worked out here: of two densities
of Gaussians, S = Σ w_j w_j' (πσ²)^(3/2) exp(-|r_j - r_j'|²/4σ²), with w the cutoff function and the
centre itself among the j; divided by the root of both densities' overlaps with themselves, 1 is
the most. It changes when one of them is turned; the similarity k = p̂ · p̂' does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
import torch
from ase import Atoms
from contourpy import FillType, contour_generator

from mlp_teach.basis.cutoffs import cosine_transition
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.smeared_density import expanded_density, smeared_density
from mlp_teach.descriptors.soap import SOAP, kernel, soap
from mlp_teach.graph import AtomGraph, collate
from mlp_teach.neighbors import atom_graph
from mlp_teach.widgets.drawing import Changed, Event, Moved

CUTOFF, TRANSITION = 5.0, 1.0  # Å
COPPER = 29
CLOSEST = 0.5  # Å: no two atoms come nearer
EDGE = CUTOFF + 0.5  # Å, of the map
GRID = np.linspace(-EDGE, EDGE, 41)
LEVELS = np.arange(0.1, 1.0, 0.1)  # of the density: a lone atom has 1 at its place
TURNS = np.arange(-180.0, 181.0, 4.0)  # degrees, of the curve of the overlap

Places = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class SoapState:
    """Places of the neighbours (Å, the centre is at the origin), what they are compared with."""

    neighbors: Places = ((1.76, 1.48), (-1.1, 2.28), (-0.97, -2.85))
    reference: Places = ((2.3, 0.0), (0.62, 2.45), (-2.58, -1.56))
    angle: float = 40.0  # degrees by which all neighbours were turned
    sigma: float = 0.5  # Å
    n_max: int = 8
    l_max: int = 6
    shown: str = "expanded"  # or "exact": which density the map has

    def parameters(self) -> SOAP:
        radial = GaussianOrbitals(CUTOFF, self.n_max, self.l_max, self.sigma)
        return SOAP(radial, (COPPER,), TRANSITION)


@dataclass(frozen=True)
class SoapNumbers:
    """What the library says of one state."""

    powers: np.ndarray  # |p̂_l| of the atoms, one for each l
    reference_powers: np.ndarray  # the same of the reference
    similarity: float  # p̂ · p̂'
    overlap: float  # of the densities as they lie
    overlaps: np.ndarray  # with the reference turned by TURNS


def soap_update(state: SoapState, event: Event) -> SoapState:
    """What a moved neighbour, a slider or a button means; no two atoms come nearer than CLOSEST."""
    match event:
        case Moved(name, x, y):
            places = list(state.neighbors)
            places[int(name)] = (x, y)
            near = [np.hypot(*place) for place in places]
            near += [np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places, 2)]
            return state if min(near) < CLOSEST else replace(state, neighbors=tuple(places))
        case Changed("angle", value):
            places = turned(state.neighbors, float(value) - state.angle)
            return replace(state, neighbors=places, angle=float(value))
        case Changed("mirror"):
            return replace(state, neighbors=tuple((x, -y) for x, y in state.neighbors))
        case Changed("keep"):
            return replace(state, reference=state.neighbors, angle=0.0)
        case Changed("shown", value):
            return replace(state, shown=str(value))
        case Changed("sigma", value):
            return replace(state, sigma=float(value))
        case Changed(name, value):
            return replace(state, **{name: int(value)})


def turned(places: Places, degrees: float) -> Places:
    """All places turned around the centre, counter-clockwise."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return tuple((float(x * cos - y * sin), float(x * sin + y * cos)) for x, y in places)


def soap_numbers(state: SoapState) -> SoapNumbers:
    """Power spectra, similarity and overlaps of the atoms and the reference."""
    parameters = state.parameters()
    graph = collate([_cluster(state.neighbors), _cluster(state.reference)])
    centres = [0, len(state.neighbors) + 1]
    one, other = soap(graph, parameters)[centres].split(1)
    powers = [row.view(state.l_max + 1, -1).norm(dim=1).numpy() for row in (one, other)]
    overlaps = _overlaps(state.neighbors, state.reference, np.append(TURNS, 0.0), state.sigma)
    return SoapNumbers(
        *powers,
        similarity=float(kernel(one, other, zeta=1.0)),
        overlap=float(overlaps[-1]),
        overlaps=overlaps[:-1],
    )


@lru_cache(maxsize=8)
def density_map(state: SoapState) -> tuple[list[np.ndarray], ...]:
    """Outlines (Å) of the places in the plane where the density is above each of LEVELS."""
    density = expanded_density if state.shown == "expanded" else smeared_density
    values = density(_cluster(state.neighbors), 0, _plane(), state.parameters())[0]
    contours = contour_generator(
        GRID, GRID, values.view(len(GRID), -1).numpy(), fill_type=FillType.OuterOffset
    )
    return tuple(_outlines(*contours.filled(level, np.inf)) for level in LEVELS)


def _plane() -> torch.Tensor:
    y, x = np.meshgrid(GRID, GRID, indexing="ij")
    return torch.from_numpy(np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], axis=1))


def _outlines(points: list[np.ndarray], offsets: list[np.ndarray]) -> list[np.ndarray]:
    return [
        ring[start:end]
        for ring, cuts in zip(points, offsets, strict=True)
        for start, end in pairwise(cuts)
    ]


@lru_cache(maxsize=8)
def _cluster(places: Places) -> AtomGraph:
    points = [(0.0, 0.0, 0.0), *((x, y, 0.0) for x, y in places)]
    return atom_graph(Atoms([COPPER] * len(points), points), CUTOFF)


def _overlaps(one: Places, other: Places, degrees: np.ndarray, sigma: float) -> np.ndarray:
    """∫ ρ ρ' over all space, with `other` turned by each angle, as a part of the most it can be."""
    (a, w), (b, v) = _weighted(one), _weighted(other)

    def overlaps(a, w, b, v):
        squares = np.abs(a[:, None] - b[..., None, :]) ** 2
        gaussians = np.exp(-squares / (4 * sigma**2)) * np.outer(w, v)
        return (np.pi * sigma**2) ** 1.5 * gaussians.sum((-2, -1))

    most = np.sqrt(overlaps(a, w, a, w) * overlaps(b, v, b, v))
    return overlaps(a, w, b * np.exp(1j * np.radians(degrees))[:, None], v) / most


def _weighted(places: Places) -> tuple[np.ndarray, np.ndarray]:
    """The centre and its neighbours as complex numbers x + iy, and how much each counts."""
    points = np.array([0.0, *(complex(x, y) for x, y in places)])
    return points, cosine_transition(torch.from_numpy(np.abs(points)), CUTOFF, TRANSITION).numpy()
