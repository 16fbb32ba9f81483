"""Which grader it was: a record of another one is no record of this one's.

The name covers every file of the package that the marks of an assignment depend on, what was
handed out, and the class's salt. Whatever else changes, marks that were given stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from mlp_teach import __version__

PACKAGE = Path(__file__).resolve().parents[1]
IMPORT = re.compile(r"^ *(?:from|import) +(mlp_teach[\w.]*)(?: +import +(\([^)]*\)|.*))?", re.M)


def grader_version(assignment: str, releases: Iterable[Path], salt: str) -> str:
    """The grader's name for the marks of an assignment: version and 16 letters."""
    found = sha256(salt.encode())
    for path in sorted(_needed(assignment)):
        found.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    for path in sorted(releases):
        found.update(path.read_bytes())
    return f"mlp_teach {__version__} {found.hexdigest()[:16]}"


def _needed(assignment: str) -> set[Path]:
    """The files that the assignment, the marks and the doctor import, and those that these do."""
    grading = PACKAGE / "grading"
    waiting = [grading / "assignments" / f"{assignment}.py"]
    waiting += [grading / name for name in ("grade_submission.py", "zygote.py", "pulled.py")]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += _imported(path)
    return seen


def _imported(path: Path) -> list[Path]:
    names = []
    for module, words in IMPORT.findall(path.read_text(encoding="utf-8")):
        names += [module, *(f"{module}.{word}" for word in re.findall(r"\w+", words))]
    places = [PACKAGE.parent.joinpath(*name.split(".")) for name in names]
    files = [file for one in places for file in (one.with_suffix(".py"), one / "__init__.py")]
    return [file for file in files if file.is_file()]
