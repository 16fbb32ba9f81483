"""PBE of Quantum ESPRESSO (pw.x): plane waves, with pseudopotentials that you choose.

P. Giannozzi et al., J. Phys.: Condens. Matter 29, 465901 (2017), doi:10.1088/1361-648X/aa8f79.

ASE writes the input, starts pw.x in a folder of its own and reads what it wrote; whether the
density converged is asked of the output, since pw.x may end as if all were well. The energy is the
free energy, whose slope the forces are; the grid of k-points contains Γ. Cutoffs are those of a
first trial: raise them until energies differ no more. Plane waves fill the vacuum too: for
molecules other methods are faster.

    apt-get install quantum-espresso quantum-espresso-data      with PBE files for H C N O Cu
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

import ase
from ase import Atoms
from ase.calculators.espresso import Espresso, EspressoProfile
from ase.units import Rydberg

from mlp_teach.labelling.methods import Label, LabelError, NotConvergedError, label_with
from mlp_teach.labelling.programs import check_periodic, found_program, last_words, unconverged

PAW_OF_DEBIAN = {  # of the package quantum-espresso-data
    "H": "H.pbe-kjpaw.UPF",
    "C": "C.pbe-n-kjpaw_psl.0.1.UPF",
    "N": "N.pbe-n-kjpaw_psl.1.0.0.UPF",
    "O": "O.pbe-kjpaw.UPF",
    "Cu": "Cu.pbe-kjpaw.UPF",
}


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
        check_periodic(atoms, "Quantum ESPRESSO")
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
                if (Path(folder) / "espresso.pwo").exists():
                    _check_pw(Path(folder), self.max_cycles)
                raise LabelError(f"ASE could not run pw.x or read its output: {error!r}") from error
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
        return found_program(self.command, "quantum-espresso quantum-espresso-data", "qe")

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


@cache
def _version_of_pw(command: str) -> str:
    return EspressoProfile(command, "").version()


def _check_pw(folder: Path, cycles: int) -> None:
    """Raises for an output of pw.x that does not end in a converged density."""
    output = folder / "espresso.pwo"
    text = output.read_text(errors="replace") if output.exists() else ""
    if "convergence NOT achieved" in text:
        raise NotConvergedError(unconverged(cycles))
    if "convergence has been achieved" not in text or "JOB DONE" not in text:
        raise LabelError(f"pw.x stopped before its end: {last_words(text, '%%%%')}")
