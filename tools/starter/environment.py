"""The course's environment: where it is and what state it is in.

A finished environment carries a stamp that says what it was made from. One without a stamp is
half-made; one whose stamp names another folder or whose Python is gone cannot run; one whose stamp
names another lock is old.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from starter import pytorch
from starter.steps import StartError

LAYOUT = "1"  # raised when start.py itself puts other things into an environment
MARKER = "made-by-start.py"  # start.py empties no folder without it


class Action(Enum):
    USE = "use"
    UPDATE = "update"
    BUILD = "build"


@dataclass(frozen=True)
class Place:
    """The repository and the environment made for it, both as absolute paths."""

    root: Path
    venv: Path

    @property
    def bin(self) -> Path:
        return self.venv / ("Scripts" if sys.platform == "win32" else "bin")

    @property
    def python(self) -> Path:
        return self.bin / ("python.exe" if sys.platform == "win32" else "python")

    @property
    def constraints(self) -> Path:
        return self.root / "constraints.txt"

    @property
    def stamp(self) -> Path:
        return self.venv / "stamp.json"

    @property
    def lock_file(self) -> Path:
        return self.venv.with_name(self.venv.name + ".lock")


def find_place(root: str | Path) -> Place:
    """The environment beside start.py, or where the variable MLP_TEACH_VENV says."""
    root = Path(root).resolve()
    asked = os.environ.get("MLP_TEACH_VENV", "").strip()
    venv = Path(asked).expanduser() if asked else root / ".venv"
    return Place(root, venv.absolute())  # absolute, not resolve: a linked folder keeps its name


def examine(place: Place, extras: tuple[str, ...] = ()) -> tuple[Action, str]:
    """What to do with the environment before it can be used, and why."""
    if not place.venv.exists():
        return Action.BUILD, "There is no environment yet."
    stamp = read_stamp(place)
    if stamp is None:
        return Action.BUILD, "An earlier set-up did not come to its end."
    tag = python_tag(place.python)
    if tag is None:
        return Action.BUILD, "The environment's Python does not start any more."
    wanted = recipe(place, tag)
    changed = {key for key in wanted if stamp.get(key) != wanted[key]}
    if other := other_course(place):
        return Action.BUILD, f"It belongs to the course in {other}."
    if changed & {"root", "venv"}:
        return Action.BUILD, "The folder was moved, and an environment cannot move with it."
    if changed & {"layout", "python"}:
        return Action.BUILD, "The environment was made for another Python or by an older start.py."
    if pytorch.wish() and pytorch.wish() != stamp["torch"]:
        return Action.BUILD, "MLP_TEACH_TORCH asks for another PyTorch."
    if changed:
        return Action.UPDATE, "The locked versions have changed."
    if lacking := sorted(set(extras) - set(stamp["extras"])):
        return Action.UPDATE, f"The packages for {', '.join(lacking)} are not installed yet."
    return Action.USE, "The environment is complete."


def recipe(place: Place, tag: str) -> dict[str, str]:
    """All that an environment is made from; when one of them changes, so must the environment."""
    lock = hashlib.sha256()
    for name in ("constraints.txt", "pyproject.toml"):
        lock.update((place.root / name).read_bytes())
    return {
        "layout": LAYOUT,
        "lock": lock.hexdigest(),
        "python": tag,
        "root": str(place.root),
        "venv": str(place.venv),
    }


def python_tag(python: Path) -> str | None:
    """What compiled packages depend on, like cpython-311; None where this Python does not run."""
    command = [python, "-I", "-S", "-c", "import sys; print(sys.implementation.cache_tag)"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def read_stamp(place: Place) -> dict | None:
    try:
        return json.loads(place.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_stamp(place: Place, extras: tuple[str, ...], torch_wish: str) -> None:
    """The set-up's last act. The rename makes it all or nothing, whenever the power fails."""
    stamp = {
        **recipe(place, python_tag(place.python)),
        "extras": sorted(extras),
        "torch": torch_wish,
    }
    draft = place.stamp.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place.stamp)


def other_course(place: Place) -> Path | None:
    """The folder of another course that is still there and uses this environment, if one does."""
    stamp = read_stamp(place) or {}
    if stamp.get("venv") != str(place.venv) or stamp.get("root") == str(place.root):
        return None
    root = Path(stamp["root"])
    return root if (root / "start.py").is_file() else None


def check_owner(place: Place) -> None:
    """Raises StartError for an environment of another course that is still there, and where the
    environment's folder holds what start.py did not make."""
    folder = place.venv
    if other := other_course(place):
        raise StartError(
            f"{folder} belongs to the course in {other}, so it stays as it is.\n"
            "Name another folder in the variable MLP_TEACH_VENV, or run start.py there."
        )
    if not folder.exists() or (folder / MARKER).exists():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise StartError(
            f"{folder} was not made by start.py, so it stays as it is.\n"
            "Move it away, or name another folder in the variable MLP_TEACH_VENV."
        )


def empty(place: Place) -> None:
    """Delete the environment, and nothing else: the marker goes last, so a kill leaves it."""
    check_owner(place)
    if not place.venv.exists():
        return
    marker = place.venv / MARKER
    try:
        for entry in place.venv.iterdir():
            if entry == marker:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        marker.unlink(missing_ok=True)
        place.venv.rmdir()
    except OSError as error:
        raise StartError(
            f"{error.filename} could not be deleted ({error.strerror}).\n"
            "Close JupyterLab and every program that uses the environment, then start again."
        ) from error


def child_environ(place: Place) -> dict[str, str]:
    """The variables for all that start.py starts.

    What would let another Python's packages in, or send ours elsewhere, is left out. One thread,
    unless the person set another number: small matrices gain nothing from more.
    """
    strays = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"}
    environ = {name: value for name, value in os.environ.items() if name not in strays}
    environ.setdefault("OMP_NUM_THREADS", "1")
    environ.setdefault("UV_COMPILE_BYTECODE", "1")  # as pip does: the first import is quick
    # glibc gives large pieces of memory back and asks for them anew, page by page: that makes
    # lesson 05 a seventh slower. Other systems do not read these.
    environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(2**29))
    environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(2**29))
    return environ | {
        "JUPYTER_PREFER_ENV_PATH": "1",  # a kernel of the same name in the home folder loses
        "PATH": f"{place.bin}{os.pathsep}{os.environ.get('PATH', '')}",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
        "PYTHONUTF8": "1",
        "VIRTUAL_ENV": str(place.venv),
    }
