"""Density functional theory with programs that a machine may have: GPAW, Quantum ESPRESSO, CP2K.

J. J. Mortensen et al., J. Chem. Phys. 160, 092503 (2024) (GPAW); P. Giannozzi et al., J. Phys.:
Condens. Matter 29, 465901 (2017) (Quantum ESPRESSO); T. D. Kühne et al., J. Chem. Phys. 152, 194103
(2020) (CP2K).

All do PBE, and are for neutral structures without spin. ASE writes their input, starts them in a
folder of their own and reads what they wrote. Each has its own sign of convergence, which is asked
before a number is believed. Energies are free energies, whose slope the forces are.

Plane waves (the first two) want a periodic cell; a metal wants k-points and smearing. The grid of
k-points contains Γ: for 4 atoms of copper and 4 × 4 × 4 points that is right to 4 meV/atom, where
the grid that avoids it is 47 meV/atom off. CP2K's Gaussians are for molecules and insulators here.

Cutoffs and grids below are those of a first trial. Raise them until energies differ no more.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import ase
from ase import Atoms
from ase.calculators.calculator import get_calculator_class
from ase.calculators.cp2k import CP2K as CP2KCalculator
from ase.calculators.espresso import Espresso, EspressoProfile
from ase.units import Rydberg

from mlp_teach.labelling.methods import (
    Label,
    LabelError,
    NotConvergedError,
    label_with,
    refuse_charges_and_moments,
)

PAW_OF_DEBIAN = {  # of the package quantum-espresso-data
    "H": "H.pbe-kjpaw.UPF",
    "C": "C.pbe-n-kjpaw_psl.0.1.UPF",
    "N": "N.pbe-n-kjpaw_psl.1.0.0.UPF",
    "O": "O.pbe-kjpaw.UPF",
    "Cu": "Cu.pbe-kjpaw.UPF",
}


@dataclass(frozen=True)
class GPAW:
    """PBE of GPAW: plane waves and projector augmented waves."""

    cutoff: float | int = 400  # eV
    k_points: tuple[int, int, int] = (1, 1, 1)
    smearing: float | int = 0.1  # eV, of Fermi and Dirac
    max_cycles: int = 200

    def settings(self) -> dict:
        facts = {
            "cutoff_eV": self.cutoff,
            "k_points": list(self.k_points),
            "fermi_dirac_eV": self.smearing,
            "density_convergence": 1e-5,
        }
        versions = {name: _installed(name) for name in ("gpaw", "gpaw-data")}
        return {"method": "PBE of GPAW", **facts, **versions, "ase": ase.__version__}

    def label(self, atoms: Atoms) -> Label:
        _check_periodic(atoms, "GPAW with plane waves")
        _installed("gpaw")
        calculator = get_calculator_class("gpaw")(
            mode={"name": "pw", "ecut": self.cutoff},
            xc="PBE",
            kpts={"size": self.k_points, "gamma": True},
            occupations={"name": "fermi-dirac", "width": self.smearing},
            convergence={"density": 1e-5},
            maxiter=self.max_cycles,
            txt=None,
        )
        try:
            return label_with(atoms, calculator)
        except Exception as error:
            if type(error).__name__ == "KohnShamConvergenceError":  # of gpaw
                raise NotConvergedError(_unconverged(self.max_cycles)) from error
            raise


@dataclass(frozen=True)
class QuantumEspresso:
    """PBE of pw.x: plane waves; pseudopotentials are files of `folder`, one for each element."""

    pseudopotentials: dict[str, str] = field(default_factory=lambda: dict(PAW_OF_DEBIAN))
    folder: str = "/usr/share/espresso/pseudo"
    cutoff: float | int = 544  # eV, that is 40 Ry
    density_cutoff: float | int = 4354  # eV; 8 to 12 times the other for augmented waves
    k_points: tuple[int, int, int] = (1, 1, 1)
    smearing: float | int = 0.136  # eV, of Marzari and Vanderbilt
    max_cycles: int = 100
    command: str = "pw.x"

    def settings(self) -> dict:
        facts = {
            "cutoff_eV": self.cutoff,
            "density_cutoff_eV": self.density_cutoff,
            "k_points": list(self.k_points),
            "marzari_vanderbilt_eV": self.smearing,
            "convergence_Ry": 1e-9,
            "pseudopotentials": {e: self._file(e) for e in sorted(self.pseudopotentials)},
        }
        found = _version_of_pw(self._command())
        return {"method": "PBE of Quantum ESPRESSO", **facts, "pw.x": found, "ase": ase.__version__}

    def label(self, atoms: Atoms) -> Label:
        _check_periodic(atoms, "Quantum ESPRESSO")
        unknown = sorted(set(atoms.get_chemical_symbols()) - set(self.pseudopotentials))
        if unknown:
            raise LabelError(f"No pseudopotential is named for {', '.join(unknown)}.")
        with tempfile.TemporaryDirectory() as folder:
            calculator = Espresso(
                profile=EspressoProfile(self._command(), self.folder),
                directory=folder,
                pseudopotentials={e: self.pseudopotentials[e] for e in set(atoms.symbols)},
                kpts=None if self.k_points == (1, 1, 1) else self.k_points,
                input_data=self._input(),
            )
            try:
                found = label_with(atoms, calculator)
            except Exception as error:  # pw.x ended with an error, or ASE found no forces
                _check_pw(Path(folder), self.max_cycles)
                raise LabelError(f"ASE could not read what pw.x wrote: {error}") from error
            _check_pw(Path(folder), self.max_cycles)
            return found

    def _input(self) -> dict:
        return {
            "control": {"tprnfor": True, "tstress": True, "disk_io": "none"},
            "system": {
                "ecutwfc": self.cutoff / Rydberg,
                "ecutrho": self.density_cutoff / Rydberg,
                "occupations": "smearing",
                "smearing": "mv",
                "degauss": self.smearing / Rydberg,
            },
            "electrons": {"conv_thr": 1e-9, "electron_maxstep": self.max_cycles},
        }

    def _command(self) -> str:
        return _found(self.command, "quantum-espresso quantum-espresso-data", "qe")

    def _file(self, element: str) -> str:
        """Name and sum: files of one name differ from place to place."""
        path = Path(self.folder) / self.pseudopotentials[element]
        if not path.is_file():
            raise LabelError(
                f"There is no pseudopotential {path} for {element}. Give the folder where yours "
                "are and their names: QuantumEspresso({'Cu': 'Cu.upf'}, folder='...'). Files: "
                "apt-get install quantum-espresso-data, or www.materialscloud.org/sssp."
            )
        return f"{path.name} {sha256(path.read_bytes()).hexdigest()[:12]}"


@dataclass(frozen=True)
class CP2K:
    """PBE of CP2K: Gaussians, with plane waves for the density. A cell, periodic or not."""

    cutoff: float | int = 5442  # eV, that is 400 Ry
    basis: str = "DZVP-MOLOPT-SR-GTH"
    pseudopotential: str = "GTH-PBE"
    max_cycles: int = 50
    command: str = "cp2k.psmp"

    def settings(self) -> dict:
        facts = {
            "cutoff_eV": self.cutoff,
            "basis": self.basis,
            "pseudopotential": self.pseudopotential,
            "convergence": 1e-7,
        }
        found = _version_of_cp2k(self._command())
        return {"method": "PBE of CP2K", **facts, "cp2k": found, "ase": ase.__version__}

    def label(self, atoms: Atoms) -> Label:
        refuse_charges_and_moments(atoms)
        if not atoms.cell.volume or atoms.pbc.any() != atoms.pbc.all():
            raise LabelError(
                "CP2K needs a cell, periodic in all directions or in none. For a molecule: "
                "atoms.center(vacuum=4)."
            )
        with tempfile.TemporaryDirectory() as folder:
            with CP2KCalculator(
                label=f"{folder}/label",
                command=f"{self._command()} -s",
                xc="PBE",
                basis_set=self.basis,
                pseudo_potential=self.pseudopotential,
                cutoff=self.cutoff,
                max_scf=self.max_cycles,
                stress_tensor=bool(atoms.pbc.all()),
                print_level="MEDIUM",
                inp="&FORCE_EVAL\n&DFT\n&SCF\nEPS_SCF 1e-7\n&END SCF\n&END DFT\n&END FORCE_EVAL",
            ) as calculator:
                found = label_with(atoms, calculator)
            _check_cp2k(Path(folder) / "label.out", self.max_cycles)
            return found

    def _command(self) -> str:
        return _found(self.command, "cp2k cp2k-data", "cp2k")


def _check_periodic(atoms: Atoms, who: str) -> None:
    refuse_charges_and_moments(atoms)
    if not atoms.pbc.all():
        raise LabelError(
            f"{who} needs a cell that is periodic in all directions. For a molecule: "
            "atoms.center(vacuum=4) and atoms.pbc = True."
        )


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError as error:
        raise LabelError(
            f"{package} is not installed: pip install gpaw gpaw-data, which wants libxc and a "
            "BLAS: apt-get install libxc-dev libopenblas-dev libfftw3-dev libopenmpi-dev."
        ) from error


def _found(command: str, debian: str, conda: str) -> str:
    """The command, if its program is there."""
    if shutil.which(command.split()[-1]) is None or shutil.which(command.split()[0]) is None:
        raise LabelError(
            f"The program {command} was not found. Install it: apt-get install {debian}, or "
            f"conda install -c conda-forge {conda}. If it has another name: command='...'."
        )
    return command


@cache
def _version_of_pw(command: str) -> str:
    return EspressoProfile(command, "").version()


@cache
def _version_of_cp2k(command: str) -> str:
    said = subprocess.run(
        [*command.split(), "--version"], capture_output=True, text=True, check=True
    )
    return said.stdout.splitlines()[0].strip()


def _unconverged(cycles: int) -> str:
    return f"The density did not converge in {cycles} cycles."


def _check_pw(folder: Path, cycles: int) -> None:
    """Raises for an output of pw.x that does not end in a converged density."""
    output = folder / "espresso.pwo"
    text = output.read_text(errors="replace") if output.exists() else ""
    if "convergence NOT achieved" in text:
        raise NotConvergedError(_unconverged(cycles))
    if "convergence has been achieved" not in text or "JOB DONE" not in text:
        raise LabelError(f"pw.x stopped before its end: {_last_words(text, '%%%%')}")


def _check_cp2k(output: Path, cycles: int) -> None:
    """Raises for an output of CP2K whose density did not converge; it goes on all the same."""
    text = output.read_text(errors="replace") if output.exists() else ""
    if "SCF run NOT converged" in text:
        raise NotConvergedError(_unconverged(cycles))
    if "SCF run converged" not in text:
        raise LabelError(f"CP2K does not say that it converged: {_last_words(text, '***')}")


def _last_words(text: str, frame: str) -> str:
    """What stands between the lines with which a program frames its errors, or its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marks = [k for k, line in enumerate(lines) if line.startswith(frame)]
    if len(marks) >= 2:
        return " ".join(lines[marks[-2] + 1 : marks[-1]])
    return lines[-1] if lines else "it wrote nothing"
