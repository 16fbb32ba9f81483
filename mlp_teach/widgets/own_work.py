"""A learner's own work as one zip file: for a computer whose disk is soon gone, as on Binder.

Packed are notebooks and what widgets and cards keep, and nothing else, so that no key or password
that lies beside them goes along: all notebooks of exercises/, the lessons of course/ of which a
cell was run, and the files of KEPT. Without these two folders (an assignment that nbgrader fetched,
say) the folder itself is looked through. Names that begin with a dot, links to other places and
whatever is too large stay out; the last is told.

The way home is `put_back`. What it found in a file's place stays beside it under a name that ends
in BEFORE, and is not packed again.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_ISREG

KEPT = ("widgets.json", "glossary_cards.json", "self_check.json")
BEFORE = "_before"
LARGEST = 8_000_000  # bytes of one file
MOST = 20_000_000  # bytes of all: they travel through the notebook's connection
UP, DOWN = 4, 3  # folders: to find the course from a notebook, and to find notebooks below it
NOTE = """Your work from the course mlp_teach, packed {now:%Y-%m-%d %H:%M} by version {version}.
It has not been graded. To go on: drag the zip file into JupyterLab's file browser, beside a
notebook of the course, and run there

コース mlp_teach での作業内容です（{now:%Y-%m-%d %H:%M}、バージョン {version}）。
採点はされていません。続けるときは、zip ファイルを JupyterLab のファイルブラウザで、
コースのノートブックと同じフォルダにドラッグし、そのノートブックで次を実行してください。

from mlp_teach.widgets.put_back import put_back
put_back("{name}.zip")
"""


@dataclass(frozen=True)
class Packed:
    """A zip file: its name, its bytes, the files in it and those that could not go into it."""

    name: str
    content: bytes
    files: tuple[str, ...]
    left_out: tuple[str, ...]


def course_folder(start: Path) -> Path:
    """The folder with course/ and exercises/ that `start` lies in; `start` where there is none."""
    start = start.resolve()
    places = (start, *start.parents)[: UP + 1]
    whole = (place for place in places if _is_course(place))
    return next(whole, start)


def _is_course(place: Path) -> bool:
    return (place / "course").is_dir() and (place / "exercises").is_dir()


def own_files(root: Path) -> list[Path]:
    """The learner's files below `root`, those first that would be missed most."""
    if not _is_course(root):
        return sorted(_found(root), key=_rank)
    lessons = (path for path in _found(root / "course") if path.name in KEPT or was_run(path))
    return [*sorted(_found(root / "exercises"), key=_rank), *sorted(lessons, key=_rank)]


def _rank(path: Path) -> tuple[bool, Path]:
    return path.suffix != ".json", path  # what is kept is small: it always finds room


def _found(place: Path) -> Iterator[Path]:
    """Notebooks and kept files in a folder and below it, without hidden ones and links."""
    for folder, below, names in os.walk(place):  # follows no links
        here = Path(folder)
        deep = len(here.relative_to(place).parts) >= DOWN
        below[:] = [] if deep else [name for name in below if not name.startswith(".")]
        for name in names:
            if _is_wanted(name) and S_ISREG((here / name).lstat().st_mode):
                yield here / name


def _is_wanted(name: str) -> bool:
    if name in KEPT:
        return True
    return name.endswith(".ipynb") and not name.startswith(".") and BEFORE not in name


def was_run(path: Path) -> bool:
    """Was a cell of the notebook run, as it was last saved? A damaged one counts as one's own."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return any(cell.get("execution_count") is not None for cell in cells)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return True


def pack(root: Path, now: datetime, version: str) -> Packed:
    """Packs the learner's files as they were last saved, up to the limits above."""
    files, left_out, room, into = [], [], MOST, io.BytesIO()
    name = f"mlp_teach_{now:%Y%m%d_%H%M%S}"
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/README.txt", NOTE.format(now=now, version=version, name=name))
        for path in own_files(root):
            inside = path.relative_to(root).as_posix()
            told = inside.encode(errors="backslashreplace").decode()
            # A name in another encoding than UTF-8 fits into no zip; the others must get home.
            content = _read(path, min(room, LARGEST)) if told == inside else None
            if content is None:
                left_out.append(told)
                continue
            archive.writestr(f"{name}/{inside}", content)
            files.append(inside)
            room -= len(content)
    return Packed(f"{name}.zip", into.getvalue(), tuple(files), tuple(left_out))


def _read(path: Path, most: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)  # it may grow while it is read
    except OSError:
        return None
    return content if len(content) <= most else None
