"""Programs that a machine may have: are they there, and what did they say when they stopped?"""

from __future__ import annotations

import shutil

from ase import Atoms

from mlp_teach.labelling.methods import LabelError, refuse_charges_and_moments


def check_periodic(atoms: Atoms, who: str) -> None:
    refuse_charges_and_moments(atoms)
    if not atoms.pbc.all():
        raise LabelError(
            f"{who} needs a cell that is periodic in all directions. For a molecule: "
            "atoms.center(vacuum=4) and atoms.pbc = True."
        )


def found_program(command: str, debian: str, conda: str) -> str:
    """The command, if its program is there."""
    if shutil.which(command.split()[-1]) is None or shutil.which(command.split()[0]) is None:
        raise LabelError(
            f"The program {command} was not found. Install it: apt-get install {debian}, or "
            f"conda install -c conda-forge {conda}. If it has another name: command='...'."
        )
    return command


def unconverged(cycles: int) -> str:
    return f"The density did not converge in {cycles} cycles."


def last_words(text: str, frame: str) -> str:
    """What stands between the lines with which a program frames its errors, or its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marks = [k for k, line in enumerate(lines) if line.startswith(frame)]
    if len(marks) >= 2:
        return " ".join(lines[marks[-2] + 1 : marks[-1]])
    return lines[-1] if lines else "it wrote nothing"
