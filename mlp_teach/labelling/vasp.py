"""VASP, for those who have its licence: folders to run, and labels from folders that were run.

G. Kresse and J. Furthmüller, Phys. Rev. B 54, 11169 (1996), doi:10.1103/PhysRevB.54.11169.

    method = VASP(k_points=(4, 4, 4))
    write_folders(structures, method, "to_run")     POSCAR, INCAR, KPOINTS, potcar.txt and job.sh
    ...                                             copy, `sbatch job.sh` there, copy back
    print(read_folders("to_run", method, "labels")) what was read, and what was not and why
    label(structures, method, "labels")             finds them in the store, as of any method

VASP may not be passed on, nor its files of potentials: potcar.txt names those that job.sh puts
together where they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io.vasp import write_vasp

from mlp_teach.labelling.methods import (
    Label,
    LabelError,
    check_label,
    refuse_charges_and_moments,
)
from mlp_teach.labelling.store import Store, key_of, plain
from mlp_teach.labelling.vasp_output import check_settings, read_output

MANIFEST = "manifest.json"
SAME_PLACE = 1e-5  # Å; VASP writes 8 decimals of fractional positions
JOB = """#!/bin/bash
# A sketch: set account, partition, time and modules as your cluster wants them.
#SBATCH --job-name=labels
#SBATCH --array=0-{last}%20
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=16
#SBATCH --time=02:00:00
# Submit it from the folder where it lies. VASP_PP_PATH: the folder that holds potpaw_PBE.
cd "$(printf %04d "$SLURM_ARRAY_TASK_ID")" || exit 1
while read -r name; do cat "$VASP_PP_PATH/potpaw_PBE/$name/POTCAR"; done < potcar.txt > POTCAR
srun vasp_std
"""


@dataclass(frozen=True)
class VASP:
    """PBE of VASP. `potentials` names one that is not called as its element: {"O": "O_s"}."""

    cutoff: float | int = 520  # eV
    k_points: tuple[int, int, int] = (1, 1, 1)  # of a grid that contains Γ
    smearing: float | int = 0.05  # eV, of Gauss
    max_cycles: int = 100
    potentials: dict[str, str] = field(default_factory=dict)
    more: dict[str, str | int | float] = field(default_factory=dict)  # further lines of INCAR

    def settings(self) -> dict:
        facts = {"incar": self.incar(), "k_points": list(self.k_points)}
        return {"method": "PBE of VASP", **facts, "potentials": dict(self.potentials)}

    def label(self, atoms: Atoms) -> Label:
        """Never: VASP runs elsewhere. A label that was read is found before this is asked."""
        raise LabelError(
            "No label of VASP was read for this structure. Write its folder with write_folders, "
            "run it where VASP is, and read it with read_folders into the same store."
        )

    def incar(self) -> dict:
        """What INCAR says: energy, forces and stress of one structure that does not move."""
        return {
            "GGA": "PE",
            "ENCUT": self.cutoff,
            "PREC": "Accurate",
            "EDIFF": 1e-6,
            "NELM": self.max_cycles,
            "ISMEAR": 0,
            "SIGMA": self.smearing,
            "LREAL": ".FALSE.",
            "IBRION": -1,
            "NSW": 0,
            "ISIF": 2,
            "LWAVE": ".FALSE.",
            "LCHARG": ".FALSE.",
            **self.more,
        }

    def files(self) -> dict[str, str]:
        """INCAR and KPOINTS, by name."""
        incar = "".join(f"{name} = {value}\n" for name, value in self.incar().items())
        grid = " ".join(map(str, self.k_points))
        return {"INCAR": incar, "KPOINTS": f"A grid that contains Gamma\n0\nGamma\n{grid}\n0 0 0\n"}

    def potential(self, element: str) -> str:
        return self.potentials.get(element, element)


@dataclass(frozen=True)
class Collected:
    """Folders that gave a label, and for each other folder why it did not."""

    read: list[str]
    failures: dict[str, str]

    def __str__(self) -> str:
        lines = [f"{len(self.read)} labels read, {len(self.failures)} folders without one"]
        return "\n".join(lines + [f"{name}: {why}" for name, why in self.failures.items()])


def write_folders(structures: Iterable[Atoms], method: VASP, folder: str | Path) -> list[Path]:
    """A numbered folder for each structure, a manifest of what is in them, and a script of Slurm.

    POSCAR has the atoms sorted by element; the manifest knows their order. Fixed atoms are written
    as free ones: their forces are wanted too. Raises ValueError for a folder that is not empty and
    for no structures, LabelError for one that VASP cannot take, before anything is written.
    """
    folder, structures = Path(folder), list(structures)
    if not structures:
        raise ValueError("There are no structures to write folders for.")
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty. Take a new folder: a run may be going on there.")
    for index, atoms in enumerate(structures):
        _check(atoms, index)
    manifest, made = {}, []
    for index, atoms in enumerate(structures):
        order = np.argsort(atoms.get_chemical_symbols(), kind="stable")
        made.append(folder / f"{index:04d}")
        made[-1].mkdir(parents=True)
        write_vasp(made[-1] / "POSCAR", atoms[order], ignore_constraints=True)
        elements = sorted(set(atoms.get_chemical_symbols()))
        names = "".join(f"{method.potential(element)}\n" for element in elements)
        for name, text in {**method.files(), "potcar.txt": names}.items():
            (made[-1] / name).write_text(text, encoding="utf-8")
        manifest[made[-1].name] = {
            "key": key_of(atoms, method.settings()),
            "order": order.tolist(),
            "numbers": atoms.numbers.tolist(),
            "positions": atoms.positions.tolist(),
            "cell": atoms.cell.array.tolist(),
        }
    content = {"settings": plain(method.settings()), "folders": manifest}
    (folder / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    (folder / "job.sh").write_text(JOB.format(last=len(structures) - 1), encoding="utf-8")
    return made


def read_folders(folder: str | Path, method: VASP, store: Store | str | Path) -> Collected:
    """Puts the labels of all folders that are done into the store; names the others, and why.

    Raises ValueError for a folder that write_folders did not make, or made for another method, and
    for a manifest that is damaged.
    """
    folder, store = Path(folder), store if isinstance(store, Store) else Store(store)
    path = folder / MANIFEST
    if not path.is_file():
        raise ValueError(
            f"There is no {path}: write_folders makes it, beside the numbered folders."
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        settings, entries = dict(manifest["settings"]), dict(manifest["folders"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is damaged ({error!r}): write the folders anew, and copy the outputs there."
        ) from error
    _check_settings(folder, settings, plain(method.settings()))
    read, failures = [], {}
    for name, entry in entries.items():
        try:
            label, facts = _label_of(folder / name, entry, method)
        except Exception as error:  # files that were spoilt in any way; the other folders go on
            failures[name] = f"{type(error).__name__}: {error}"
        else:
            store.put(entry["key"], label, {"settings": method.settings(), **facts})
            read.append(name)
    return Collected(read, failures)


def _check_settings(folder: Path, there: dict, here: dict) -> None:
    others = [
        f"{name} was {there.get(name)} and is {here.get(name)}"
        for name in {**there, **here}
        if there.get(name) != here.get(name)
    ]
    if others:
        raise ValueError(
            f"{folder} was written with other settings than the method has: {'; '.join(others)}."
        )


def _check(atoms: Atoms, index: int) -> None:
    try:
        refuse_charges_and_moments(atoms)
        if not len(atoms) or not atoms.pbc.all() or not atoms.cell.volume:
            raise LabelError(
                "VASP needs atoms in a cell that is periodic in all directions. For a molecule: "
                "atoms.center(vacuum=6) and atoms.pbc = True."
            )
        if not np.isfinite(atoms.positions).all() or not atoms.numbers.all():
            raise LabelError("A position is not a finite number, or an atom (X) is no element.")
        if np.linalg.det(atoms.cell.array) < 0:
            raise LabelError(
                "VASP stops at a left-handed cell. Let the third vector of the cell point the "
                "other way, atoms.cell[2] *= -1: the crystal stays as it is."
            )
    except LabelError as error:
        raise LabelError(f"Structure {index}: {error}") from error


def _label_of(folder: Path, entry: dict, method: VASP) -> tuple[Label, dict]:
    """The label with its atoms in the order they were given, and what is worth knowing of it."""
    for name, text in method.files().items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") != text:
            raise LabelError(
                f"{name} was changed after it was written: the label would be kept under settings "
                "that it does not have. Write new folders with VASP(..., more={...})."
            )
    output = read_output(folder)
    check_settings(output, method.incar(), " ".join(map(str, method.k_points)))
    order, atoms = np.array(entry["order"]), output.atoms
    for element, used in output.potentials.items():
        if used != method.potential(element):
            raise LabelError(f"POTCAR was {used} for {element}, not {method.potential(element)}.")
    given = Atoms(entry["numbers"], positions=entry["positions"], cell=entry["cell"], pbc=True)[
        order
    ]
    if not _same(atoms, given):
        raise LabelError("The output is that of another structure than this folder was made for.")
    if key_of(given[np.argsort(order)], method.settings()) != entry["key"]:
        raise LabelError(
            f"What {MANIFEST} says of this folder was changed: write the folders anew."
        )
    forces = np.empty_like(output.forces)
    forces[order] = output.forces
    facts = {"energy_of_sigma_0": output.energy_of_sigma_0, "potcar": output.potentials}
    return check_label(Label(output.free_energy, forces, output.stress), len(given)), facts


def _same(atoms: Atoms, given: Atoms) -> bool:
    if len(atoms) != len(given) or (atoms.numbers != given.numbers).any():
        return False
    if not np.allclose(atoms.cell.array, given.cell.array, rtol=0, atol=SAME_PLACE):
        return False
    apart = np.linalg.solve(given.cell.array.T, (atoms.positions - given.positions).T).T
    return bool((np.abs(apart - np.round(apart)) @ np.abs(given.cell.array) < SAME_PLACE).all())
