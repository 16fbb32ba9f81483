"""Elastic constants from a set of strained cells that are already labelled, as in DFT data.

A calculator can be asked for any strain; a data set holds the strains that somebody chose, with the
noise of its labels. So whole curves are fitted. Two kinds of cells are used, made from one cubic
crystal by stretching one axis by δ or by a simple shear γ. Let W be the energy per volume of the
unstrained crystal, S the 2nd Piola-Kirchhoff stress and t the part of it that does the work:

    stretch:  W = w_0 + s δ + C11 δ²/2 + ...      t = S_xx (1 + δ)     = dW/dδ + p        (1)
              S_yy = s + (C12 + s) δ + ... + p (1 + δ)                                    (2)
    shear:    W = w_0 + C44 γ²/2 + ...            t = S_xy + γ S_yy    = dW/dγ            (3)

s is the stress that is left in the unstrained cell, p a constant that the stress labels have but
the energies have not (the Pulay stress of plane waves). C11, C12 and C44 are the coefficients of
Cauchy stress against strain at that cell, as `mechanics.elastic_constants` gives them. Energies and
stresses are fitted together, each weighted by its noise. The energy has its minimum at the lattice
constant a_0 = a (1 - s / (C11 + 2 C12)), to first order in s.

The same fit of a model's labels for the same cells (`predicted`) gives numbers to compare with:
what the fit neglects, it neglects in both. The errors come from the scatter of the points alone;
how much the choice of `max_strain` and `degree` matters shows when they are changed.

    here           | code                               | unit
    δ, γ           | x                                  | 1
    W, t, S_yy     | columns of Curve                   | GPa
    s, p           | residual_stress, stress_offset     | GPa
    a, a_0         | reference, lattice_constant        | Å
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.calculators.singlepoint import SinglePointCalculator
from jaxtyping import Float, Int

from mlp_teach.analysis.mechanics import CubicElasticity
from mlp_teach.units import GPA, MEV

# Scatter of the labels of mlearn_Cu between cells that are equal by symmetry.
ENERGY_NOISE = 0.2 * MEV  # eV per atom
STRESS_NOISE = 0.2  # GPa
ZERO = 1e-5  # strain below which a component counts as zero


@dataclass(frozen=True)
class StrainedCells:
    """The fit of (1) to (3); errors are one standard deviation, from the scatter of the points."""

    elasticity: CubicElasticity  # at the reference lattice constant
    errors: CubicElasticity
    reference: float  # a, Å
    lattice_constant: float  # a_0, Å
    lattice_error: float
    residual_stress: float  # s, GPa, from the energies
    stress_offset: float  # p, GPa; positive: the labels show too much tension
    stress_offset_error: float
    stretched: int  # cells used
    sheared: int

    def __str__(self) -> str:
        values, errors = self.elasticity, self.errors
        constants = (
            f"C11 = {values.c11:.1f} ± {errors.c11:.1f}, C12 = {values.c12:.1f} ± "
            f"{errors.c12:.1f}, C44 = {values.c44:.1f} ± {errors.c44:.1f}"
        )
        return (
            f"{constants}, B = {values.bulk_modulus:.1f} GPa at a = {self.reference:.4f} "
            f"Å; energy minimum at {self.lattice_constant:.4f} ± {self.lattice_error:.4f} Å; "
            f"stress labels off by {self.stress_offset:+.2f} ± {self.stress_offset_error:.2f} GPa "
            f"({self.stretched} stretched and {self.sheared} sheared cells)"
        )


@dataclass(frozen=True)
class Curve:
    """Points of one kind of strain."""

    x: Float[np.ndarray, " points"]  # δ or γ
    energy: Float[np.ndarray, " points"]  # W, GPa
    stress: Float[np.ndarray, " points"]  # t, GPa
    sideways: Float[np.ndarray, " points"]  # S_yy, GPa; of a stretch: mean of the other two axes


def fit_strained_cells(
    frames: Sequence[Atoms], *, max_strain: float = 0.05, degree: int = 4, cell_atoms: int = 4
) -> StrainedCells:
    """Fits cells of one cubic crystal, strained without internal motion, labelled E and stress.

    `cell_atoms`: atoms in the cubic cell whose edge is the lattice constant; 4 for fcc. Frames
    beyond `max_strain` are left out. Raises ValueError where frames are neither stretched along one
    axis nor simply sheared, and where there are too few of a kind.
    """
    stretch, shear, edge = strain_curves(frames, max_strain)
    for kind, curve in (("stretched", stretch), ("sheared", shear)):
        if len(np.unique(np.round(curve.x, 6))) < degree + 2:
            raise ValueError(
                f"{len(curve.x)} {kind} cells with strains up to {max_strain} are too few for a "
                f"curve of degree {degree}. Raise max_strain, lower the degree or add cells."
            )
    noise = ENERGY_NOISE * len(frames[0]) / edge**3 / GPA
    w, w_error = _fit(stretch, noise, np.arange(degree + 1), with_offset=True)  # (1)
    v, v_error = _fit(shear, noise, np.arange(0, degree + 1, 2), with_offset=False)  # (3)
    s, p = w[1], w[-1]
    sideways = stretch.sideways - p * (1 + stretch.x)  # (2)
    u, covariance = np.polyfit(stretch.x, sideways, degree - 1, cov=True)
    elasticity = CubicElasticity(c11=float(2 * w[2]), c12=float(u[-2] - s), c44=float(2 * v[1]))
    c12_error = float(np.sqrt(covariance[-2, -2]))
    a = edge * (cell_atoms / len(frames[0])) ** (1 / 3)
    return StrainedCells(
        elasticity=elasticity,
        errors=CubicElasticity(float(2 * w_error[2]), c12_error, float(2 * v_error[1])),
        reference=a,
        lattice_constant=float(a * (1 - s / (3 * elasticity.bulk_modulus))),
        lattice_error=float(a * w_error[1] / (3 * elasticity.bulk_modulus)),
        residual_stress=float(s),
        stress_offset=float(p),
        stress_offset_error=float(w_error[-1]),
        stretched=len(stretch.x),
        sheared=len(shear.x),
    )


def predicted(frames: Sequence[Atoms], calculator: Calculator) -> list[Atoms]:
    """The same structures with energy and stress of a calculator in place of their labels."""
    relabelled = []
    for atoms in frames:
        atoms = atoms.copy()
        atoms.calc = calculator
        energy, stress = atoms.get_potential_energy(), atoms.get_stress()
        atoms.calc = SinglePointCalculator(atoms, energy=energy, stress=stress)
        relabelled.append(atoms)
    return relabelled


def strain_curves(frames: Sequence[Atoms], max_strain: float) -> tuple[Curve, Curve, float]:
    """The stretched and the sheared cells as curves, and the edge (Å) of the unstrained supercell.

    The edge is the most frequent one: stretch and shear leave most edges as they were.
    """
    edge = float(np.median([atoms.cell.lengths() for atoms in frames]))
    kinds: dict[str, list[tuple[float, float, float, float]]] = {"stretch": [], "shear": []}
    for atoms in frames:
        for kind, point in _points(atoms, edge):
            if abs(point[0]) <= max_strain + ZERO:
                kinds[kind].append(point)
    stretch, shear = (Curve(*np.array(points).reshape(-1, 4).T) for points in kinds.values())
    return stretch, shear, edge


def _points(atoms: Atoms, edge: float) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Kind and (x, W, t, S_yy) of one cell; the unstrained one is a point of both curves."""
    gradient = atoms.cell.array.T / edge  # F: a rotation of the cell drops out of η and S
    strain = (gradient.T @ gradient - np.eye(3)) / 2  # η
    inverse = np.linalg.inv(gradient)
    stress = atoms.get_stress(voigt=False) / GPA
    stress = np.linalg.det(gradient) * inverse @ stress @ inverse.T  # S
    energy = atoms.get_potential_energy() / edge**3 / GPA
    if abs(strain).max() < ZERO:
        mean = np.trace(stress) / 3
        return [("stretch", (0.0, energy, mean, mean)), ("shear", (0.0, energy, 0.0, mean))]
    for axis in range(3):
        expected = np.zeros((3, 3))
        expected[axis, axis] = strain[axis, axis]
        if np.allclose(strain, expected, atol=ZERO):
            x = np.sqrt(1 + 2 * strain[axis, axis]) - 1
            sideways = (np.trace(stress) - stress[axis, axis]) / 2
            return [("stretch", (x, energy, stress[axis, axis] * (1 + x), sideways))]
    for i, j in permutations(range(3), 2):
        x = 2 * strain[i, j]
        expected = np.zeros((3, 3))
        expected[i, j] = expected[j, i] = x / 2
        expected[j, j] = x**2 / 2
        if np.allclose(strain, expected, atol=ZERO):
            return [("shear", (x, energy, stress[i, j] + x * stress[j, j], stress[j, j]))]
    raise ValueError(
        f"A cell is strained by\n{np.round(strain, 4)}\nrelative to a cube of edge {edge:.4f} Å: "
        "neither a stretch along one axis nor a simple shear. Leave it out."
    )


def _fit(
    curve: Curve, noise: float, powers: Int[np.ndarray, " powers"], with_offset: bool
) -> tuple[Float[np.ndarray, " coefficients"], Float[np.ndarray, " coefficients"]]:
    """Coefficients of W(x), and p as the last one; each with its error."""
    x = curve.x[:, None]
    value, slope = x**powers, powers * x ** np.maximum(powers - 1, 0)
    if with_offset:
        value, slope = np.hstack([value, 0 * x]), np.hstack([slope, 0 * x + 1])
    rows = np.vstack([value / noise, slope / STRESS_NOISE])
    target = np.concatenate([curve.energy / noise, curve.stress / STRESS_NOISE])
    found, *_ = np.linalg.lstsq(rows, target, rcond=None)
    scatter = ((rows @ found - target) ** 2).sum() / (len(target) - len(found))
    return found, np.sqrt(scatter * np.diag(np.linalg.inv(rows.T @ rows)))
