"""Seven energies of one molecule, most of which break a law on purpose: what the breaker asks.

Each is a small network with random weights on another description of the atoms:

    coordinates       x, y, z as they stand in the list
    centred           the same, counted from the centre of the molecule
    coulomb           the matrix Z_i Z_j / r_ij, as the list has it      Rupp 2012, eq. (1)
    sorted_coulomb    its rows and columns sorted by their length:       Rupp 2012, below eq. (1)
                      it jumps where two are equally long
    hard_cutoff       Σ_j exp[-η (r_ij - R_s)²] over neighbours, which end at r_c all at once
    symmetry          the same with f_c(r_ij): they fade                 Behler 2011, eq. (5), (6)
    handed            the last, and the volume that three neighbours span: r_ij · (r_ik × r_il)

M. Rupp, A. Tkatchenko, K.-R. Müller and O. A. von Lilienfeld, Phys. Rev. Lett. 108, 058301 (2012),
doi:10.1103/PhysRevLett.108.058301. J. Behler, J. Chem. Phys. 134, 074106 (2011),
doi:10.1063/1.3553717.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import permutations

import numpy as np
from ase.build import molecule
from jaxtyping import Float

from mlp_teach.widgets.drawing import Event

CUTOFF = 3.2  # Å
ETA, CENTRES = 4.0, np.linspace(0.8, 3.0, 6)  # 1/Å², Å
ANGLE, SHIFT = 40.0, np.array([1.0, 0.0, 0.0])  # of the meter: degrees, Å
AXIS = np.array([1.0, 2.0, 2.0]) / 3.0  # one that is nothing special
STEP = 1e-7  # Å, to either side of a place where the energy may jump
NEAR, FAR = 0.01, 30.0  # Å: between them the rows of the two hydrogens swap
LAWS = ("shift", "turn", "exchange", "mirror", "cutoff", "swap")
Positions = Float[np.ndarray, "atoms 3"]


@cache
def _molecule() -> tuple[np.ndarray, np.ndarray]:
    """Hydrogen peroxide, O O H H: not flat, unlike its mirror image, and one H a little off its
    place, so that no two atoms are alike by symmetry."""
    atoms = molecule("H2O2")
    positions = atoms.positions - atoms.positions.mean(axis=0)
    positions[3] += (0.10, 0.05, -0.08)
    return atoms.numbers, positions


@dataclass(frozen=True, eq=False)
class InvarianceState:
    """The energy that is asked, where the atoms are (Å), and what was done to them since."""

    model: str = "coordinates"
    positions: Positions = field(default_factory=lambda: _molecule()[1])
    shift: float = 0.0  # Å, along x
    turn: float = 0.0  # degrees, about an axis through the origin
    exchanged: bool = False  # the two hydrogens, in the list
    mirrored: bool = False  # x -> -x


def invariance_update(state: InvarianceState, event: Event) -> InvarianceState:
    """What a control or a dragged atom means. Atoms are dragged as they are shown."""
    if event.name == "start":
        return InvarianceState(state.model)
    if event.name in ("exchange", "mirror"):
        name = {"exchange": "exchanged", "mirror": "mirrored"}[event.name]
        return replace(state, **{name: not getattr(state, name)})
    if event.name.startswith("atom"):
        shown, n = shown_positions(state), int(event.name[4:])
        shown[n, :2] = event.x, event.y
        return replace(state, positions=_undone(state, shown))
    return replace(state, **{event.name: event.value})


def shown_positions(state: InvarianceState) -> Positions:
    """Mirrored, turned, shifted; in the order in which the atoms are drawn, H2 before H3."""
    new = state.positions * np.array([-1.0 if state.mirrored else 1.0, 1.0, 1.0])
    return new @ rotation(state.turn).T + np.array([state.shift, 0.0, 0.0])


def _undone(state: InvarianceState, shown: Positions) -> Positions:
    back = (shown - np.array([state.shift, 0.0, 0.0])) @ rotation(state.turn)
    return back * np.array([-1.0 if state.mirrored else 1.0, 1.0, 1.0])


def listed(state: InvarianceState) -> tuple[np.ndarray, Positions]:
    """Elements and positions in the order of the list: what an energy is given."""
    order = [0, 1, 3, 2] if state.exchanged else [0, 1, 2, 3]
    return _molecule()[0][order], shown_positions(state)[order]


def rotation(degrees: float) -> Float[np.ndarray, "3 3"]:
    """About AXIS, by Rodrigues' formula."""
    angle = np.radians(degrees)
    cross = np.cross(np.eye(3), AXIS)  # cross @ v is AXIS × v
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def energies(state: InvarianceState) -> tuple[float, float]:
    """Of the chosen model, eV: before anything was done, and now."""
    numbers, _ = _molecule()
    energy = MODELS[state.model]
    return energy(numbers, state.positions), energy(*listed(state))


def residuals(state: InvarianceState) -> dict[str, float]:
    """What each law's own experiment changes the energy by, eV: 0 where it holds."""
    numbers, r = _molecule()[0], state.positions
    energy = MODELS[state.model]
    start, other = energy(numbers, r), [0, 1, 3, 2]
    found = {
        "shift": energy(numbers, r + SHIFT) - start,
        "turn": energy(numbers, r @ rotation(ANGLE).T) - start,
        "exchange": energy(numbers[other], r[other]) - start,
        "mirror": energy(numbers, r * np.array([-1.0, 1.0, 1.0])) - start,
        "cutoff": _step_at_the_cutoff(energy, numbers, r),
        "swap": _step_at_the_swap(energy, numbers, r),
    }
    return {law: abs(found[law]) for law in LAWS}


def _step_at_the_cutoff(energy: Callable, numbers: np.ndarray, r: Positions) -> float:
    """The last atom is pulled away from the first until r_c lies between them."""
    return _step(lambda distance: energy(numbers, _pulled(r, 0, distance)), CUTOFF)


def _step_at_the_swap(energy: Callable, numbers: np.ndarray, r: Positions) -> float:
    """The last atom is pulled away from O1 to where its row of the Coulomb matrix is as long as the
    other hydrogen's: there the sorted matrix exchanges the two."""
    return _step(lambda distance: energy(numbers, _pulled(r, 1, distance)), swap_distance(r))


def swap_distance(r: Positions) -> float:
    """Å from O1 to H3 where the rows of the two hydrogens are equally long, by bisection."""
    numbers, (near, far) = _molecule()[0], (NEAR, FAR)
    for _ in range(52):  # to rounding
        middle = (near + far) / 2
        rows = np.linalg.norm(_coulomb_matrix(numbers, _pulled(r, 1, middle)), axis=1)
        near, far = (middle, far) if rows[3] > rows[2] else (near, middle)
    return far


def _pulled(r: Positions, start: int, distance: float) -> Positions:
    """The last atom at this distance from another one, in the same direction."""
    moved = r.copy()
    moved[3] = r[start] + (r[3] - r[start]) * (distance / np.linalg.norm(r[3] - r[start]))
    return moved


def _step(at: Callable[[float], float], place: float) -> float:
    """What the energy jumps by at a place, eV, less its slope."""
    a, b, c, d = (at(place + n * STEP) for n in (-3, -1, 1, 3))
    return c - b - (b - a + d - c) / 2


@cache
def _network(inputs: int, seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(8, inputs)) / np.sqrt(inputs), rng.normal(size=8), rng.normal(size=8)


def _asked(features: np.ndarray, seed: int = 0) -> float:
    first, bias, last = _network(features.shape[-1], seed)
    return float((np.tanh(features @ first.T + bias) @ last).sum())


def coordinates(numbers: np.ndarray, r: Positions) -> float:
    """A network on x, y, z as they stand in the list."""
    return _asked(r.ravel())


def centred(numbers: np.ndarray, r: Positions) -> float:
    """The same, counted from the mean of the positions."""
    return _asked((r - r.mean(axis=0)).ravel())


def coulomb(numbers: np.ndarray, r: Positions) -> float:
    """A network on Z_i Z_j / r_ij, as the list has it."""
    matrix = _coulomb_matrix(numbers, r)
    return _asked(matrix[np.triu_indices(len(r), 1)] / 20)


def sorted_coulomb(numbers: np.ndarray, r: Positions) -> float:
    """The same with rows and columns in the order of their length."""
    matrix = _coulomb_matrix(numbers, r)
    order = np.argsort(-np.linalg.norm(matrix, axis=1))
    return _asked(matrix[order][:, order][np.triu_indices(len(r), 1)] / 20)


def _coulomb_matrix(numbers: np.ndarray, r: Positions) -> Float[np.ndarray, "atoms atoms"]:
    distances = np.linalg.norm(r[:, None] - r, axis=-1)
    matrix = np.outer(numbers, numbers) / (distances + np.eye(len(r)))
    return matrix * (1 - np.eye(len(r))) + np.diag(0.5 * numbers**2.4)


def hard_cutoff(numbers: np.ndarray, r: Positions) -> float:
    """Σ_i of a network on radial functions of neighbours that end at the cutoff all at once."""
    return _asked(_radial(numbers, r, lambda d: d < CUTOFF))


def symmetry(numbers: np.ndarray, r: Positions) -> float:
    """The same with neighbours that fade out: all laws hold."""
    return _asked(_radial(numbers, r, _fade))


def handed(numbers: np.ndarray, r: Positions) -> float:
    """As `symmetry`, and the volumes that neighbours span, in the order of their distance."""
    return symmetry(numbers, r) + float(np.tanh(_volumes(numbers, r)).sum())


def _fade(distances: np.ndarray) -> np.ndarray:
    return 0.5 * (np.cos(np.pi * np.minimum(distances, CUTOFF) / CUTOFF) + 1)


def _radial(numbers: np.ndarray, r: Positions, weight: Callable) -> np.ndarray:
    distances = np.linalg.norm(r[:, None] - r, axis=-1)
    waves = np.exp(-ETA * (distances[..., None] - CENTRES) ** 2) * weight(distances)[..., None]
    waves *= (1 - np.eye(len(r)))[..., None]
    kinds = [waves[:, numbers == z].sum(axis=1) for z in (8, 1)]
    return np.concatenate([*kinds, (numbers == 8)[:, None]], axis=1)


def _volumes(numbers: np.ndarray, r: Positions) -> np.ndarray:
    """Σ over ordered neighbours j, k, l of r_ij · (r_ik × r_il), with weights that tell them apart:
    their element and how far away they are."""
    found = np.zeros(len(r))
    for i in range(len(r)):
        arms = r - r[i]
        far = np.linalg.norm(arms, axis=1)
        weight = _fade(far) * np.exp(-far) * numbers
        for j, k, l in permutations([n for n in range(len(r)) if n != i], 3):
            scale = weight[j] * weight[k] ** 2 * weight[l] ** 3
            found[i] += scale * (arms[j] @ np.cross(arms[k], arms[l]))
    return found


MODELS = {
    "coordinates": coordinates,
    "centred": centred,
    "coulomb": coulomb,
    "sorted_coulomb": sorted_coulomb,
    "hard_cutoff": hard_cutoff,
    "handed": handed,
    "symmetry": symmetry,
}
