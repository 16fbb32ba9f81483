"""Do energy, forces and stress of a set belong together? Units and signs, found from the data.

Between two neighbouring structures a and b the energy changes by the work that forces and stress
do, in the trapezoidal rule:

    E_b - E_a = -Σ_i ½ (F_i,a + F_i,b) · (r_i,b - r_i,a)            (1)  same cell
    E_b - E_a = V_a ½ (S_a + S_b) : η                               (2)  strained cell

    F = (h_a^-1 h_b)^T      η = (F^T F - 1) / 2      S_b = det(F) F^-1 σ_b F^-T      S_a = σ_a

with the strain η and the stress S (Piola and Kirchhoff's second) that a rotation leaves as they
are. So the slope of the energy differences over the work is 1 where all is well, -1 where a sign is
turned, and the ratio of two units where one was left unconverted. A slope cannot see both sides
wrong by one factor. There the total energy of free atoms helps: Thomas-Fermi theory with Scott's
and Schwinger's corrections, in Hartree,

    E(Z) = -0.7687 Z^(7/3) + Z^2 / 2 - 0.2699 Z^(5/3)               (3)

is within 2 % of a full calculation from carbon to copper. Source of (3): B.-G. Englert and
J. Schwinger, Phys. Rev. A 32, 26 (1985).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.stress import voigt_6_to_full_3x3_stress
from jaxtyping import Float

from mlp_teach.units import GPA

NEAR = 0.1  # Å, root mean square displacement: (1) holds to a few per cent
SMALL_STRAIN = 0.021  # (2) holds to a few per cent
FEWEST = 5  # pairs: fewer say nothing


@dataclass(frozen=True)
class Slope:
    """Energy difference over work, from `pairs` neighbouring structures."""

    slope: float
    correlation: float
    pairs: int
    offset: float = 0.0  # GPa, stress labels minus dE/dε / V (tension positive); for stress only


def force_slope(frames: Sequence[Atoms]) -> Slope | None:
    """Slope of (1); None where no five structures have a neighbour within 0.1 Å."""
    rows = [
        (_energy(b) - _energy(a), -np.vdot(_label(a, "forces") + _label(b, "forces"), moved) / 2)
        for group in _groups(frames, "forces", same_cell=True)
        for a, b, moved in _nearest(group)
    ]
    if len(rows) < FEWEST:
        return None
    energy, work = np.array(rows).T
    # Each pair's own ratio: one wild structure must not decide, as it would in a fit.
    strong = abs(work) >= np.median(abs(work))
    slope = float(np.median(energy[strong] / work[strong]))
    return Slope(slope, float(np.corrcoef(energy, work)[0, 1]), len(rows))


def stress_slope(frames: Sequence[Atoms]) -> Slope | None:
    """Slope of (2) and a constant offset of the stress; None where there are no strained cells.

    Structures count as neighbours if their fractional coordinates agree and their cells differ by
    a strain below 2 %.
    """
    rows = []
    for group in _groups(frames, "stress", same_cell=False):
        for a, b in _strained(group):
            work = _strain_work(a, b, _label(a, "stress"), _label(b, "stress"))
            of_unit_stress = _strain_work(a, b, np.eye(3), np.eye(3))
            rows.append((_energy(b) - _energy(a), work, of_unit_stress))
    if len(rows) < FEWEST:
        return None
    energy, work, of_unit_stress = np.array(rows).T
    both = np.stack([work, of_unit_stress], axis=1)
    (slope, shift), *_ = np.linalg.lstsq(both, energy, rcond=None)
    fitted = both @ (slope, shift)
    offset = 0.0 if slope == 0 else -shift / slope / GPA
    correlation = np.corrcoef(energy, fitted)[0, 1]
    return Slope(float(slope), float(correlation), len(rows), float(offset))


def free_atom_ratio(frames: Sequence[Atoms]) -> float:
    """Median of energy label over the all-electron energy (3) of its free atoms, in Hartree.

    About 27.2 for total energies in eV, 1 in Hartree; any small number for codes that leave out
    core electrons or count from another reference.
    """
    z = np.arange(120.0)
    free = -0.7687 * z ** (7 / 3) + z**2 / 2 - 0.2699 * z ** (5 / 3)
    return float(np.median([_energy(atoms) / free[atoms.numbers].sum() for atoms in frames]))


def _label(atoms: Atoms, name: str) -> Float[np.ndarray, "rows 3"]:
    """Straight from the results: ASE would refuse labels whose positions were changed since."""
    value = np.asarray(atoms.calc.results[name], dtype=float)
    return voigt_6_to_full_3x3_stress(value) if value.shape == (6,) else value


def _energy(atoms: Atoms) -> float:
    return float(atoms.calc.results["energy"])


def _groups(frames: Sequence[Atoms], label: str, same_cell: bool) -> Iterator[list[Atoms]]:
    """Frames with an energy and `label`, atom for atom alike (and in the same cell)."""
    groups: dict[tuple, list[Atoms]] = {}
    for atoms in frames:
        if atoms.calc is not None and {"energy", label} <= atoms.calc.results.keys():
            cell = np.round(atoms.cell.array, 4).tobytes() if same_cell else b""
            key = (atoms.numbers.tobytes(), atoms.pbc.tobytes(), cell)
            groups.setdefault(key, []).append(atoms)
    return (group for group in groups.values() if len(group) > 1)


def _nearest(group: list[Atoms]) -> Iterator[tuple[Atoms, Atoms, Float[np.ndarray, "atoms 3"]]]:
    """Each frame with the nearest other one, where that lies within NEAR; and the displacement."""
    centred = np.array([(atoms.positions - atoms.positions.mean(0)).ravel() for atoms in group])
    squares = (centred**2).sum(1)
    for i, atoms in enumerate(group):
        distance = squares - 2 * centred @ centred[i]  # squared, up to a constant
        distance[i] = np.inf
        j = distance.argmin()
        moved = group[j].positions - atoms.positions
        if 1e-6 < np.sqrt((moved**2).mean() * 3) < NEAR:
            yield atoms, group[j], moved


def _strain_work(
    a: Atoms, b: Atoms, stress_a: Float[np.ndarray, "3 3"], stress_b: Float[np.ndarray, "3 3"]
) -> float:
    """The right-hand side of (2), eV."""
    gradient = np.linalg.solve(a.cell.array, b.cell.array).T  # F
    strain = (gradient.T @ gradient - np.eye(3)) / 2  # η
    inverse = np.linalg.inv(gradient)
    pulled_back = np.linalg.det(gradient) * inverse @ stress_b @ inverse.T  # S_b
    return float(a.get_volume() * np.vdot(stress_a + pulled_back, strain) / 2)


def _strained(group: list[Atoms]) -> Iterator[tuple[Atoms, Atoms]]:
    """Pairs of frames with the same fractional coordinates in slightly different cells."""
    group = [atoms for atoms in group if atoms.pbc.all()]
    places = [atoms.get_scaled_positions(wrap=False) for atoms in group]
    cells = np.array([atoms.cell.array for atoms in group]).reshape(-1, 3, 3)
    for i, atoms in enumerate(group):
        gradients = np.linalg.solve(cells[i], cells[:i]) - np.eye(3)
        largest = abs(gradients).max(axis=(1, 2), initial=0)
        for j in np.flatnonzero((largest > 1e-9) & (largest < SMALL_STRAIN)):
            moved = places[j] - places[i]
            moved -= np.round(moved)
            if abs(moved - moved.mean(0)).max() < 1e-4:
                yield atoms, group[j]
