"""What VASP says of one structure: vasprun.xml where there is one, else OUTCAR.

ASE reads the numbers. Which of them are a label, and whether they are one at all, is decided here:

- Energy. VASP writes two: the free energy F = E - TS ("free energy TOTEN", e_fr_energy), and its
  extrapolation to no smearing ("energy(sigma->0)", e_0_energy). VASP's forces and stress are the
  slope of F; a model learns its forces as the slope of its energy. So F is the label.
- Stress. VASP writes kB, positive where a cell wants to grow, in OUTCAR in the order XX YY ZZ XY YZ
  ZX. Here it is eV/Å³ and negative for such a cell, 3 × 3: ASE turns sign and order.
- Convergence. VASP goes on when its density did not converge. OUTCAR then lacks "EDIFF is reached";
  vasprun.xml shows as many cycles as NELM allows. One that converges in the very last cycle is
  refused too, where there is no OUTCAR beside it.
- Settings. INCAR may have been another one where VASP ran: the output repeats it, with few digits.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io import read
from ase.stress import voigt_6_to_full_3x3_stress

from mlp_teach.labelling.methods import LabelError, NotConvergedError

REACHED = "aborting loop because EDIFF is reached"
ENDED = "General timing and accounting informations for this job"


@dataclass(frozen=True)
class Output:
    """Atoms and forces in the order of POSCAR; eV, eV/Å and eV/Å³."""

    atoms: Atoms
    free_energy: float
    energy_of_sigma_0: float
    forces: np.ndarray
    stress: np.ndarray | None
    potentials: dict[str, str]  # of each element the POTCAR that was used, if it is said
    incar: dict[str, str]  # as VASP read it: all of it in vasprun.xml, two lines in OUTCAR
    k_points: str | None  # divisions of the grid, if they are said


def read_output(folder: str | Path) -> Output:
    """What one folder's run gave. Raises LabelError for one that has not run, is not finished or
    moved its atoms, and NotConvergedError."""
    folder = Path(folder)
    xml, outcar = folder / "vasprun.xml", folder / "OUTCAR"
    said = outcar.read_text(errors="replace") if outcar.is_file() else None
    if said is not None:
        _check_outcar(said)
    if xml.is_file():
        root = _check_xml(xml, asked=said is None)
        return _output(xml, "vasp-xml", _titles_of_xml(root), *_settings_of_xml(root))
    if said is None:
        raise LabelError("There is neither vasprun.xml nor OUTCAR: VASP has not run here.")
    lines = re.findall(r"^ +(ENCUT|ISPIN) *= *([0-9.]+)", said, re.MULTILINE)
    return _output(outcar, "vasp-out", _titles(said), dict(lines), None)


def check_settings(output: Output, incar: Mapping[str, str | float | int], grid: str) -> None:
    """Raises LabelError where the output says that VASP read another INCAR or KPOINTS.

    Numbers are compared; words are not, which VASP shortens and rewrites.
    """
    wanted = {"ISPIN": 1} | {name.upper(): value for name, value in incar.items()}
    for name, said in output.incar.items():
        if name not in wanted or _differ(said, wanted[name]):
            raise LabelError(
                f"VASP ran with {name} = {said}, not {wanted.get(name, 'without it')}."
            )
    if output.k_points not in (None, grid):
        raise LabelError(f"VASP ran with {output.k_points} k-points, not {grid}.")


def _differ(said: str, wanted: str | float | int) -> bool:
    try:
        return not math.isclose(float(said), float(wanted), rel_tol=1e-3, abs_tol=1e-8)
    except ValueError:
        return False


def _check_outcar(said: str) -> None:
    if ENDED not in said:
        raise LabelError("OUTCAR has no end: VASP is still running, or was stopped.")
    if said.count("FREE ENERGIE OF THE ION-ELECTRON SYSTEM") > 1:
        raise LabelError("The atoms moved: more than one structure in OUTCAR. A label has NSW = 0.")
    if REACHED not in said:
        raise NotConvergedError("OUTCAR does not say that EDIFF was reached.")


def _check_xml(xml: Path, asked: bool) -> ET.Element:
    """The file's root; with `asked`, convergence is judged by the number of cycles."""
    try:
        root = ET.parse(xml).getroot()
    except ET.ParseError as error:
        raise LabelError(
            f"vasprun.xml is cut short ({error}): VASP is still running, or was stopped."
        ) from error
    steps = root.findall("calculation")
    if len(steps) != 1:
        raise LabelError(f"vasprun.xml holds {len(steps)} structures. A label has 1, with NSW = 0.")
    cycles, allowed = len(steps[0].findall("scstep")), root.find(".//parameters//i[@name='NELM']")
    if allowed is None or not (allowed.text or "").strip().isdigit():
        raise LabelError("vasprun.xml does not say NELM; whether it converged is not known.")
    if asked and cycles >= int(allowed.text):
        raise NotConvergedError(f"The density took all {cycles} cycles that NELM allows.")
    return root


def _titles_of_xml(root: ET.Element) -> list[str]:
    rows = root.findall(".//atominfo/array[@name='atomtypes']/set/rc")
    return [column.text or "" for row in rows for column in row.findall("c")[-1:]]


def _settings_of_xml(root: ET.Element) -> tuple[dict[str, str], str | None]:
    """The lines of INCAR, and the divisions of the grid of k-points."""
    said = {line.get("name", ""): (line.text or "").strip() for line in root.findall("./incar/*")}
    grid = root.find("./kpoints/generation/v[@name='divisions']")
    return said, None if grid is None else " ".join((grid.text or "").split())


def _titles(said: str) -> list[str]:
    return [line.partition("POTCAR:")[2] for line in said.splitlines() if "POTCAR:" in line]


def _potentials(titles: list[str]) -> dict[str, str]:
    """Of titles such as "PAW_PBE Cu_pv 06Sep2000". Raises LabelError for another functional's."""
    found = {}
    for kind, name, *_ in (title.split() for title in titles if len(title.split()) > 1):
        if kind != "PAW_PBE":
            raise LabelError(f"POTCAR was {kind} {name}, which is not made for PBE (PAW_PBE).")
        found[re.split(r"[^A-Za-z]", name)[0]] = name  # H of H.75 too
    return found


def _output(
    path: Path, kind: str, titles: list[str], incar: dict[str, str], k_points: str | None
) -> Output:
    potentials = _potentials(titles)
    try:
        atoms = read(path, index=-1, format=kind)
        found = atoms.calc.results
        stress = found.get("stress")
        return Output(
            atoms,
            float(found["free_energy"]),
            float(found["energy"]),
            np.array(found["forces"], dtype=float),
            None if stress is None else voigt_6_to_full_3x3_stress(stress),
            potentials,
            incar,
            k_points,
        )
    except Exception as error:  # ASE's readers let many kinds out
        raise LabelError(
            f"{path.name} cannot be read ({type(error).__name__}: {error})."
        ) from error
