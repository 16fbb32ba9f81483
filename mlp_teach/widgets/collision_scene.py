"""Two surroundings of an atom that differ, and how far apart three descriptors put them.

The centre has four neighbours in a plane; it may lie below that plane, as far in both surroundings.
How far apart these are has an answer without any descriptor: the root mean square distance of the
neighbours when the one set is turned, mirrored and renumbered to fit the other as well as it can,

    RMSD² = min over Q, π of 1/4 Σ_j |r_j - Q r'_π(j)|²,   Q orthogonal, π a permutation        (1)

with the centre at the origin. Q for one π follows from a singular value decomposition. A descriptor
puts |x - x'|/|x| between the two. Where that is zero and (1) is not, the descriptor is blind.

Of radial functions any neighbour that turns about the centre makes such a pair. Functions of
pairs of neighbours, G4 and SOAP's power spectrum, are sums over pairs (j, k) of something that
depends on r_ij, r_ik and the angle between them alone. At the corners of a regular octagon the
sets {0, 1, 3, 4} and {0, 1, 2, 5} have the same six distances: they are homometric,
A. L. Patterson, Phys. Rev. 65, 195 (1944), doi:10.1103/PhysRev.65.195. Around a centre that is as
far from all corners they have the same angles as well. That such pairs are there in three
dimensions, in whole families, and what follows for learning, is in S. N. Pozdnyakov et al., Phys.
Rev. Lett. 125, 166001 (2020), doi:10.1103/PhysRevLett.125.166001.

    here    | code      | shape        | unit
    r_j     | neighbors | neighbors 3  | Å
    x       | features  | features     | -, or Å³
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, permutations

import numpy as np
import torch
from ase import Atoms
from jaxtyping import Float

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP, power_spectrum
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.graph import AtomGraph, collate
from mlp_teach.neighbors import atom_graph
from mlp_teach.widgets.drawing import Changed, Event, Moved

COPPER, CUTOFF = 29, 6.0  # Å: more than the diameter of the circle
RADIUS = 2.6  # Å, of the circle on which the octagon lies
TO_CORNER, TO_CIRCLE = 0.22, 0.12  # Å: so near, a neighbour is put there exactly
CLOSEST = 0.8  # Å: no two atoms come nearer
EDGE = 3.8  # Å, of the map
DIFFERENT, EQUAL = 0.1, 1e-10  # Å of RMSD; part of |x|, above rounding

Corners = tuple[int, ...]
Places = tuple[tuple[float, float], ...]
FIXED: Corners = (0, 1, 3, 4)
PARTNER: Corners = (0, 1, 2, 5)  # its homometric twin

RADIAL = tuple((4.0, float(r_s)) for r_s in np.linspace(1.0, 5.0, 9))
ANGULAR = tuple((0.01, zeta, sign) for zeta in (1, 2, 4, 8) for sign in (1, -1))
DESCRIPTORS = {
    "radial": SymmetryFunctions(CUTOFF, (COPPER,), g2=RADIAL),
    "angular": SymmetryFunctions(CUTOFF, (COPPER,), g2=RADIAL, g4=ANGULAR),
    "soap": SOAP(GaussianOrbitals(CUTOFF, 8, 6, 0.5), (COPPER,), transition=1.0),
}


def corners(chosen: Corners) -> Places:
    """Corners of the octagon, counted counter-clockwise from the right."""
    turns = np.pi / 4 * np.array(chosen)
    return tuple((float(RADIUS * np.cos(a)), float(RADIUS * np.sin(a))) for a in turns)


STEP_OUT = 0.3  # Å: so far off its corner one neighbour stands at first, else every bar is empty
AT_FIRST = (*corners(FIXED[:3]), (-RADIUS - STEP_OUT, 0.0))


@dataclass(frozen=True)
class CollisionState:
    """The descriptor to be fooled, the neighbours that the learner moves (x, y in Å) and how far
    the centre lies below the plane (Å), in both surroundings."""

    descriptor: str = "radial"
    neighbors: Places = AT_FIRST
    height: float = 0.0


@dataclass(frozen=True)
class CollisionNumbers:
    """Distances (Å) and angles (degrees) are sorted; the fixed surroundings come first."""

    rmsd: float  # (1), Å
    apart: dict[
        str, float
    ]  # |x - x'|/|x| of each descriptor; "everyone": SOAP of all atoms, summed
    distances: tuple[np.ndarray, np.ndarray]
    angles: tuple[np.ndarray, np.ndarray]


def collision_update(state: CollisionState, event: Event) -> CollisionState:
    """What a moved neighbour, a control or a button means."""
    match event:
        case Moved(name, x, y):
            places = list(state.neighbors)
            places[int(name)] = caught(x, y)
            near = [np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(places, 2)]
            near += [np.hypot(*place) for place in places]
            return state if min(near) < CLOSEST else replace(state, neighbors=tuple(places))
        case Changed("hint"):
            return replace(state, neighbors=known_collision(state.descriptor))
        case Changed("start"):
            return CollisionState(state.descriptor)
        case Changed("height", value):
            return replace(state, height=float(value))
    return replace(state, descriptor=str(event.value))


def caught(x: float, y: float) -> tuple[float, float]:
    """The corner nearby, else the circle nearby, else the place itself."""
    all_corners = corners(tuple(range(8)))
    nearest = min(all_corners, key=lambda corner: np.hypot(corner[0] - x, corner[1] - y))
    if np.hypot(nearest[0] - x, nearest[1] - y) < TO_CORNER:
        return nearest
    far = float(np.hypot(x, y))
    if abs(far - RADIUS) < TO_CIRCLE:
        return x * RADIUS / far, y * RADIUS / far
    return x, y


def known_collision(descriptor: str) -> Places:
    """For radial functions one neighbour turned by 30°; for the others the homometric twin."""
    if descriptor != "radial":
        return corners(PARTNER)
    turn = np.radians(4 * 45.0 + 30.0)
    moved = (float(RADIUS * np.cos(turn)), float(RADIUS * np.sin(turn)))
    return (*corners(FIXED[:3]), moved)


@lru_cache(maxsize=64)
def collision_numbers(state: CollisionState) -> CollisionNumbers:
    """How far apart the surroundings and their descriptors are."""
    both = surroundings(corners(FIXED), state.height), surroundings(state.neighbors, state.height)
    graph = collate([_cluster(one) for one in both])
    apart = {name: _apart(*_centres(features(graph, name))) for name in DESCRIPTORS}
    apart["everyone"] = _apart(*features(graph, "soap").unflatten(0, (2, -1)).sum(1))
    return CollisionNumbers(
        rmsd(*both),
        apart,
        tuple(np.sort(np.linalg.norm(one, axis=1)) for one in both),
        tuple(np.sort(_angles(one)) for one in both),
    )


def surroundings(places: Places, height: float) -> Float[np.ndarray, "neighbors 3"]:
    """Neighbours seen from the centre."""
    return np.array([(x, y, height) for x, y in places])


def rmsd(one: Float[np.ndarray, "neighbors 3"], other: Float[np.ndarray, "neighbors 3"]) -> float:
    """(1), Å. The distances themselves are summed: what is left of a difference of large squares
    would be no nearer to zero than 1e-8 Å."""
    orders = other[list(permutations(range(len(other))))]
    u, _, v = np.linalg.svd(orders.transpose(0, 2, 1) @ one)  # r' Q = r, fitted for each order
    squares = ((orders @ (u @ v) - one) ** 2).sum(axis=2).mean(axis=1)
    return float(np.sqrt(squares.min()))


def features(graph: AtomGraph, descriptor: str) -> Float[torch.Tensor, "atoms features"]:
    """x of every atom."""
    parameters = DESCRIPTORS[descriptor]
    describe = power_spectrum if isinstance(parameters, SOAP) else symmetry_functions
    return describe(graph, parameters)


def _centres(rows: torch.Tensor) -> torch.Tensor:
    """The first atom of each of the two clusters."""
    return rows[:: len(rows) // 2]


def _apart(fixed: torch.Tensor, moved: torch.Tensor) -> float:
    return float((fixed - moved).norm() / fixed.norm())


def _cluster(neighbors: np.ndarray) -> AtomGraph:
    return atom_graph(Atoms([COPPER] * 5, np.vstack([np.zeros(3), neighbors])), CUTOFF)


def _angles(neighbors: np.ndarray) -> np.ndarray:
    rays = neighbors / np.linalg.norm(neighbors, axis=1, keepdims=True)
    cosines = [float(a @ b) for a, b in combinations(rays, 2)]
    return np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
