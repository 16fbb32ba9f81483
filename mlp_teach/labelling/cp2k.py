"""PBE of CP2K: Gaussians for the orbitals, plane waves for the density; molecules and insulators.

T. D. Kühne et al., J. Chem. Phys. 152, 194103 (2020), doi:10.1063/5.0007045.

ASE writes the input and talks to the program, which goes on where its density did not converge: so
the output is asked. No k-points and no smearing here: for metals take plane waves.

    apt-get install cp2k cp2k-data
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ase
from ase import Atoms
from ase.calculators.cp2k import CP2K as CP2KCalculator

from mlp_teach.labelling.methods import (
    Label,
    LabelError,
    NotConvergedError,
    label_with,
    refuse_charges_and_moments,
)
from mlp_teach.labelling.programs import found_program, last_words, unconverged

TO_THE_BOTTOM = """
&FORCE_EVAL
&DFT
&SCF
EPS_SCF 1e-6
&OT
MINIMIZER DIIS
PRECONDITIONER FULL_ALL
&END OT
&END SCF
&END DFT
&END FORCE_EVAL
"""  # orbital transformation: it goes downhill, where mixing densities may swing


@dataclass(frozen=True)
class CP2K:
    """PBE of CP2K, for a structure in a cell, periodic or not."""

    cutoff: float | int = 5442  # eV, that is 400 Ry
    basis: str = "DZVP-MOLOPT-SR-GTH"
    pseudopotential: str = "GTH-PBE"
    max_cycles: int = 200
    command: str = "cp2k.psmp"

    def settings(self) -> dict:
        facts = {
            "cutoff_eV": self.cutoff,
            "basis": self.basis,
            "pseudopotential": self.pseudopotential,
            "convergence": 1e-6,
        }
        found = _version_of_cp2k(self._command())
        return {"method": "PBE of CP2K", **facts, "cp2k": found, "ase": ase.__version__}

    def label(self, atoms: Atoms) -> Label:
        refuse_charges_and_moments(atoms)
        if atoms.numbers.sum() % 2:
            raise LabelError("An odd number of electrons: CP2K here is for closed shells.")
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
                inp=TO_THE_BOTTOM,
            ) as calculator:
                found = label_with(atoms, calculator)
            _check_cp2k(Path(folder) / "label.out", self.max_cycles)
            return found

    def _command(self) -> str:
        return found_program(self.command, "cp2k cp2k-data", "cp2k")


@cache
def _version_of_cp2k(command: str) -> str:
    said = subprocess.run(
        [*command.split(), "--version"], capture_output=True, text=True, check=True
    )
    return said.stdout.splitlines()[0].strip()


def _check_cp2k(output: Path, cycles: int) -> None:
    """Raises for an output of CP2K whose density did not converge; it goes on all the same."""
    text = output.read_text(errors="replace") if output.exists() else ""
    if "SCF run NOT converged" in text:
        raise NotConvergedError(unconverged(cycles))
    if "SCF run converged" not in text:
        raise LabelError(f"CP2K does not say that it converged: {last_words(text, '***')}")
