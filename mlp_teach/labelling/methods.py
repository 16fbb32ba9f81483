"""What computes a label: a structure in, energy, forces and stress out, with how it was done.

A method is plain data: its settings say all that changes the numbers, versions included, so that
two labels can be told apart years later. Each refuses what it cannot do (an element, periodicity),
and a calculation that did not converge is no label: NotConvergedError names it. Forces are the
slope of the energy; where occupations are smeared, as in metals, that is the free energy E - TS.

- EMT: effective medium theory, a few metals in a millisecond, of ASE.
    K. W. Jacobsen, P. Stoltze and J. K. Nørskov, Surf. Sci. 366, 394 (1996).
- GFN2: a semiempirical method for molecules, milliseconds, of tblite.
    C. Bannwarth, S. Ehlert and S. Grimme, J. Chem. Theory Comput. 15, 1652 (2019).
- PBE: density functional theory for molecules, seconds, of PySCF.
    J. P. Perdew, K. Burke and M. Ernzerhof, Phys. Rev. Lett. 77, 3865 (1996).
- WithCalculator: anything that ASE can call.

GPAW, Quantum ESPRESSO, CP2K and VASP have files of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Protocol, runtime_checkable

import ase
import numpy as np
from ase import Atoms
from ase.calculators.calculator import CalculationFailed, PropertyNotImplementedError
from ase.calculators.emt import EMT as EMTCalculator
from ase.calculators.emt import parameters as emt_parameters

from mlp_teach.units import BOHR, HARTREE

AnyCalculator = Any  # ASE asks calculators for no common class: GPAW's has none


class LabelError(RuntimeError):
    """No label; the message says why."""


class NotConvergedError(LabelError):
    """The method's equations were not solved: its numbers are not to be used."""


@dataclass(frozen=True)
class Label:
    """Energy (eV), forces (eV/Å), and stress (eV/Å³, 3 × 3; None where there is none)."""

    energy: float
    forces: np.ndarray
    stress: np.ndarray | None


def check_label(label: Label, n_atoms: int) -> Label:
    """The label itself. Raises LabelError for one that `n_atoms` atoms cannot have."""
    numbers = [np.atleast_1d(label.energy), label.forces, label.stress]
    if not all(np.isfinite(values).all() for values in numbers if values is not None):
        raise NotConvergedError("An energy, force or stress is not a finite number.")
    if label.forces.shape != (n_atoms, 3):
        raise LabelError(
            f"Its forces have the shape {label.forces.shape}; {n_atoms} atoms have ({n_atoms}, 3)."
        )
    if label.stress is not None and label.stress.shape != (3, 3):
        raise LabelError(f"Its stress has the shape {label.stress.shape}, not (3, 3).")
    return label


@runtime_checkable
class Method(Protocol):
    """What `run.label` needs of a method."""

    def settings(self) -> dict:
        """All that changes the numbers, as plain data; "method" is its name."""
        ...

    def label(self, atoms: Atoms) -> Label:
        """Raises LabelError; NotConvergedError for a calculation that did not converge."""
        ...


@dataclass(frozen=True)
class EMT:
    """Effective medium theory: Al, Ni, Cu, Pd, Ag, Pt, Au, and crude H, C, N, O."""

    def settings(self) -> dict:
        return {"method": "EMT", "ase": ase.__version__}

    def label(self, atoms: Atoms) -> Label:
        unknown = sorted(set(atoms.get_chemical_symbols()) - set(emt_parameters))
        if unknown:
            raise LabelError(f"EMT has no parameters for {', '.join(unknown)}.")
        return label_with(atoms, EMTCalculator())


@dataclass(frozen=True)
class GFN2:
    """GFN2-xTB of tblite, for molecules of nearly all elements; not for metals.

    The charge of the whole is the sum of ASE's initial charges, unpaired electrons that of moments.
    """

    accuracy: float = 0.1  # tblite's: smaller is tighter
    max_iterations: int = 250

    def settings(self) -> dict:
        _tblite()
        facts = {"accuracy": self.accuracy, "max_iterations": self.max_iterations}
        return {"method": "GFN2-xTB", **facts, "tblite": version("tblite")}

    def label(self, atoms: Atoms) -> Label:
        if atoms.pbc.any() and not atoms.pbc.all():  # tblite would take it for all
            raise LabelError("GFN2 of tblite is periodic in all directions or in none.")
        charge = atoms.get_initial_charges().sum()
        if abs(charge - round(charge)) > 1e-6:  # tblite would round it
            raise LabelError(f"The initial charges add up to {charge:.4g}, not to a whole number.")
        refuse_another_charge(atoms)
        calculator = _tblite()(
            method="GFN2-xTB",
            accuracy=self.accuracy,
            max_iterations=self.max_iterations,
            verbosity=0,
        )
        return label_with(atoms, calculator)


def _tblite():
    try:
        from tblite.ase import TBLite
    except ImportError as error:
        raise LabelError('GFN2 needs tblite: pip install "mlp_teach[xtb]".') from error
    return TBLite


@dataclass(frozen=True)
class PBE:
    """PBE of PySCF, for molecules: Gaussian basis, density fitting; closed shells."""

    basis: str = "def2-svp"
    grid: int = 2  # PySCF's level, from 0 to 9
    max_cycles: int = 100

    def settings(self) -> dict:
        _pyscf()
        facts = {"basis": self.basis, "grid": self.grid, "max_cycles": self.max_cycles}
        return {"method": "PBE", "density_fitting": True, **facts, "pyscf": version("pyscf")}

    def label(self, atoms: Atoms) -> Label:
        if atoms.pbc.any():
            raise LabelError("PBE of PySCF is for molecules here; this structure is periodic.")
        refuse_charges_and_moments(atoms)
        if atoms.numbers.sum() % 2:
            raise LabelError("An odd number of electrons: this method is for closed shells.")
        gto, dft = _pyscf()
        where = list(zip(atoms.get_chemical_symbols(), atoms.positions.tolist(), strict=True))
        molecule = gto.M(atom=where, basis=self.basis, unit="Angstrom", verbose=0)
        field_ = dft.RKS(molecule, xc="pbe").density_fit()
        field_.grids.level, field_.max_cycle = self.grid, self.max_cycles
        energy = field_.kernel()
        if not field_.converged:
            raise NotConvergedError(f"The density did not converge in {self.max_cycles} cycles.")
        gradient = field_.nuc_grad_method().kernel()
        found = Label(float(energy) * HARTREE, -gradient * HARTREE / BOHR, None)
        return check_label(found, len(atoms))


def refuse_another_charge(atoms: Atoms) -> None:
    """Raises LabelError where info, as files of other programs have it, says another charge than
    the initial charges: methods read these alone."""
    for name in ("charge", "total_charge"):
        told, total = atoms.info.get(name), atoms.get_initial_charges().sum()
        if isinstance(told, int | float | np.number) and abs(told - total) > 1e-6:
            raise LabelError(
                f"info says {name}={told}, but the initial charges add up to {total:g}, which is "
                "what counts here: atoms.set_initial_charges(...)."
            )


def refuse_charges_and_moments(atoms: Atoms) -> None:
    """Raises LabelError for a structure that is not meant to be neutral and closed-shell."""
    refuse_another_charge(atoms)
    if atoms.get_initial_charges().any() or atoms.get_initial_magnetic_moments().any():
        raise LabelError(
            "The structure has initial charges or magnetic moments; PBE here is for neutral "
            "closed shells. Set them to 0, or use WithCalculator."
        )


def _pyscf():
    try:
        from pyscf import dft, gto
    except ImportError as error:
        raise LabelError('PBE needs PySCF: pip install "mlp_teach[pyscf]".') from error
    return gto, dft


@dataclass(frozen=True)
class WithCalculator:
    """Any calculator of ASE; `make` gives a new one for each structure.

    `facts` are the settings that change the numbers, as plain data: make(**facts) is called. `done`
    is asked afterwards whether the calculation converged; ASE itself does not always know.
    """

    name: str
    make: Callable[..., AnyCalculator]
    facts: dict = field(default_factory=dict)
    done: Callable[[AnyCalculator], bool] | None = None

    def settings(self) -> dict:
        # Apart: a fact may be called "method" too, and would take the name's place.
        return {"method": self.name, "facts": dict(self.facts), "ase": ase.__version__}

    def label(self, atoms: Atoms) -> Label:
        calculator = self.make(**self.facts)
        found = label_with(atoms, calculator)
        if self.done is not None and not self.done(calculator):
            raise NotConvergedError(f"{self.name} says that it did not converge.")
        return found


def label_with(atoms: Atoms, calculator: AnyCalculator) -> Label:
    """What a calculator of ASE says; raises NotConvergedError where it fails.

    Constraints do not count: a spring (Hookean) would be in the energy and not in the forces.
    """
    work = atoms.copy()
    work.set_constraint()
    work.calc = calculator
    try:
        energy, forces = _energy(work), work.get_forces()
    except CalculationFailed as error:
        raise NotConvergedError(f"The calculation failed: {error}") from error
    stress = None
    if work.pbc.all():
        try:
            stress = work.get_stress(voigt=False)
        except (PropertyNotImplementedError, NotImplementedError):
            stress = None
    return check_label(Label(float(energy), np.array(forces), stress), len(atoms))


def _energy(work: Atoms) -> float:
    """The energy whose slope the forces are, if the calculator tells it apart."""
    try:
        return work.get_potential_energy(force_consistent=True)
    except PropertyNotImplementedError:
        return work.get_potential_energy()
