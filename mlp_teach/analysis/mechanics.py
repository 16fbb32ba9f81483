"""Lattice constant, bulk modulus and elastic constants of a cubic crystal, from any ASE calculator.

Equation of state. Birch's curve in third order (F. Birch, Phys. Rev. 71, 809 (1947)),

    E(V) = c_0 + c_1 x + c_2 x² + c_3 x³         x = (V / V_ref)^(-2/3)                  (1)

is linear in its coefficients: a least-squares fit needs no first guess. The minimum is where dE/dx
is zero, and B = V d²E/dV² there.

Elastic constants. Hooke's law of a cubic crystal ties stress to strain by three numbers,

    σ_xx = C11 ε_xx + C12 (ε_yy + ε_zz)          σ_yz = 2 C44 ε_yz                       (2)

so two strained pairs of cells (one stretched, one sheared, each by +ε and -ε) give them all as
central differences. No atom is allowed to move inside the cell, which is right where every atom
sits on a centre of inversion (fcc, bcc, rock salt) and is refused elsewhere (diamond).

    here         | code            | unit
    V, E         | volumes, energies | Å³, eV (of the whole cell)
    a            | lattice_constant  | Å (edge of the given cubic cell)
    B, C11, ...  | bulk_modulus, c11, c12, c44 | GPa
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator
from jaxtyping import Float

from mlp_teach.units import GPA

RANGE = np.linspace(-0.03, 0.03, 9)  # linear strains of the equation of state
CENTRED = 2e-3  # how far from the middle of the range the minimum may lie
UNBALANCED = 1e-3  # eV/Å per unit of strain and atom: above, atoms would move inside the cell


@dataclass(frozen=True)
class EquationOfState:
    """The fitted curve (1) with the points that it was fitted to."""

    volumes: Float[np.ndarray, " points"]  # Å³
    energies: Float[np.ndarray, " points"]  # eV
    lattice_constant: float  # a, Å
    volume: float  # V at the minimum, Å³
    energy: float  # E there, eV
    bulk_modulus: float  # B, GPa
    coefficients: tuple[float, float, float, float]  # c_0 to c_3, eV
    reference_volume: float  # V_ref, Å³

    def __call__(self, volumes: Float[np.ndarray, " any"]) -> Float[np.ndarray, " any"]:
        """The fitted energies (eV) at these volumes (Å³)."""
        x = (np.asarray(volumes) / self.reference_volume) ** (-2 / 3)
        return np.polynomial.polynomial.polyval(x, self.coefficients)


@dataclass(frozen=True)
class CubicElasticity:
    """Elastic constants of a cubic crystal, GPa."""

    c11: float
    c12: float
    c44: float

    @property
    def bulk_modulus(self) -> float:
        """B = (C11 + 2 C12) / 3."""
        return (self.c11 + 2 * self.c12) / 3

    @property
    def anisotropy(self) -> float:
        """Zener's ratio 2 C44 / (C11 - C12): 1 for an isotropic crystal, about 3 for copper."""
        return 2 * self.c44 / (self.c11 - self.c12)

    @property
    def stable(self) -> bool:
        """Born's conditions: no small strain lowers the energy."""
        return abs(self.c12) < self.c11 and self.bulk_modulus > 0 and self.c44 > 0


def equation_of_state(
    crystal: Atoms, calculator: Calculator, strains: Sequence[float] = RANGE
) -> EquationOfState:
    """E(V) of a cubic crystal around its minimum; the given cell is only the first guess.

    Raises ValueError for a cell that is not cubic and where no minimum is found.
    """
    _require_cubic(crystal)
    guess = centre = crystal.cell[0, 0]
    for _ in range(20):  # until the minimum lies in the middle of the range
        edges = [(1 + strain) * centre for strain in strains]
        cells = [_labelled(crystal, edge * np.eye(3), calculator) for edge in edges]
        energies = np.array([atoms.get_potential_energy() for atoms in cells])
        lowest = int(energies.argmin())
        if 0 < lowest < len(edges) - 1:
            state = fit_birch(np.array(edges) ** 3, energies)
            if abs(state.lattice_constant / centre - 1) < CENTRED:
                return state
            centre = state.lattice_constant
        else:
            centre = edges[lowest]
    raise ValueError(
        f"The energy of {crystal.get_chemical_formula()} has no minimum between a = {guess:.3f} Å "
        f"and {centre:.3f} Å. Is the first guess of the lattice constant sensible, and was the "
        "model trained on cells like these?"
    )


def fit_birch(
    volumes: Float[np.ndarray, " points"], energies: Float[np.ndarray, " points"]
) -> EquationOfState:
    """Fits (1) to volumes (Å³) and energies (eV); a is the edge of a cube of the volume.

    Raises ValueError for fewer than five points and where the curve has no minimum among them.
    """
    volumes, energies = np.asarray(volumes, dtype=float), np.asarray(energies, dtype=float)
    if len(volumes) < 5:
        raise ValueError(
            f"{len(volumes)} volumes are too few: the curve has four coefficients, so five points "
            "at least show whether it fits. Add volumes around the minimum."
        )
    reference = volumes.mean()
    curve = np.polynomial.Polynomial.fit((volumes / reference) ** (-2 / 3), energies, 3).convert()
    x = _minimum(curve, (volumes / reference) ** (-2 / 3))
    if x is None:
        raise ValueError(
            f"The energies have no minimum between {volumes.min():.2f} and {volumes.max():.2f} Å³. "
            "Choose volumes on both sides of it, and a range over which the curve is smooth."
        )
    volume = reference * x**-1.5
    # dx/dV = -2x / 3V, and dE/dx = 0: d²E/dV² = E''(x) (2x / 3V)².
    bulk_modulus = volume * curve.deriv(2)(x) * (2 * x / (3 * volume)) ** 2 / GPA
    return EquationOfState(
        volumes=volumes,
        energies=energies,
        lattice_constant=float(volume ** (1 / 3)),
        volume=float(volume),
        energy=float(curve(x)),
        bulk_modulus=float(bulk_modulus),
        coefficients=tuple(float(c) for c in curve.coef),
        reference_volume=float(reference),
    )


def _minimum(curve: np.polynomial.Polynomial, among: Float[np.ndarray, " points"]) -> float | None:
    """The minimum of a cubic between the smallest and the largest of the points, if it has one."""
    roots = curve.deriv().roots()
    real = roots[abs(roots.imag) < 1e-12].real
    inside = real[(among.min() <= real) & (real <= among.max()) & (curve.deriv(2)(real) > 0)]
    return float(inside[0]) if len(inside) else None


def elastic_constants(
    crystal: Atoms, calculator: Calculator, strain: float = 1e-3
) -> CubicElasticity:
    """C11, C12 and C44 (GPa) of a cubic crystal at its given lattice constant, by (2).

    Its edges must lie along x, y and z. At the lattice constant of zero pressure these are the
    elastic constants; elsewhere the coefficients of stress against strain at that pressure.
    Raises ValueError for another cell and for a crystal whose atoms would move inside the cell.
    """
    _require_cubic(crystal)
    if not 0 < strain < 0.1:
        raise ValueError(f"strain is {strain}; a small positive number such as 1e-3 is needed.")
    stretch, shear = np.zeros((3, 3)), np.zeros((3, 3))
    stretch[0, 0] = strain
    shear[1, 2] = shear[2, 1] = strain / 2
    response = {}
    for name, tensor in (("stretch", stretch), ("shear", shear)):
        ahead, back = (
            _labelled(crystal, crystal.cell.array @ (np.eye(3) + sign * tensor), calculator)
            for sign in (1, -1)
        )
        response[name] = (_stress(ahead) - _stress(back)) / (2 * strain) / GPA
        _require_balance((ahead.get_forces() - back.get_forces()) / (2 * strain), crystal)
    return CubicElasticity(
        c11=float(response["stretch"][0, 0]),
        c12=float(response["stretch"][1, 1] + response["stretch"][2, 2]) / 2,
        c44=float(response["shear"][1, 2]),
    )


def relaxed(crystal: Atoms, state: EquationOfState) -> Atoms:
    """The crystal at the lattice constant of its equation of state."""
    crystal = crystal.copy()
    crystal.set_cell(np.eye(3) * state.lattice_constant, scale_atoms=True)
    return crystal


def _labelled(crystal: Atoms, cell: Float[np.ndarray, "3 3"], calculator: Calculator) -> Atoms:
    atoms = crystal.copy()
    atoms.set_cell(cell, scale_atoms=True)
    atoms.calc = calculator
    return atoms


def _stress(atoms: Atoms) -> Float[np.ndarray, "3 3"]:
    return atoms.get_stress(voigt=False)


def _require_cubic(crystal: Atoms) -> None:
    cell = crystal.cell.array
    if not crystal.pbc.all() or not np.allclose(cell, np.eye(3) * cell[0, 0], atol=1e-6):
        raise ValueError(
            f"A periodic cubic cell with edges along x, y, z was expected; the cell is\n{cell}\n"
            f"with pbc {crystal.pbc.tolist()}. Build it with ase.build.bulk(..., cubic=True)."
        )


def _require_balance(forces: Float[np.ndarray, "atoms 3"], crystal: Atoms) -> None:
    largest = abs(forces).max(initial=0)
    if largest > UNBALANCED:
        raise ValueError(
            f"Straining {crystal.get_chemical_formula()} pulls its atoms by {largest:.2g} eV/Å per "
            "unit of strain: they would move inside the cell and make it softer. This function is "
            "for crystals whose atoms sit on centres of inversion, such as fcc and bcc metals."
        )
