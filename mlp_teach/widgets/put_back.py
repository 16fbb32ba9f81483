"""One's own work from a zip of `download_answers`, back in place: for the next visit to Binder.

    put_back("mlp_teach_20261126_053000.zip")     the file was dragged into the file browser before

Taken are notebooks and kept files alone, into folders of the course alone: a zip may come from
anywhere. What lies there and is another one stays, as NAME_before or, where that is another one
again, NAME_before2 and so on.
"""

from __future__ import annotations

import zipfile
import zlib
from itertools import count
from pathlib import Path, PurePosixPath

from mlp_teach.training.whole_file import write_whole
from mlp_teach.widgets.own_work import BEFORE, KEPT, LARGEST, MOST, course_folder

FOLDERS = ("course", "exercises")


def put_back(archive: Path | str, folder: Path | str = ".") -> list[str]:
    """Writes the files of the zip `archive` into the course that `folder` lies in; returns their
    names. Raises ValueError, and writes nothing, if it is no such zip; OSError as the disk does."""
    root = course_folder(Path(folder))
    try:
        with zipfile.ZipFile(archive) as opened:
            contents = {_place(root, one.filename): _read(opened, one) for one in _ours(opened)}
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:  # the last: with a password
        raise ValueError(f"{archive} is no zip file, or a damaged one: {error}.") from error
    for place, content in contents.items():
        if place.exists() and place.read_bytes() != content:
            place.rename(_free(place))
        write_whole(place, content)
    return [place.relative_to(root).as_posix() for place in contents]


def _ours(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that are wanted, when they are not too large together."""
    members = [one for one in archive.infolist() if _is_wanted(one.filename)]
    if sum(one.file_size for one in members) > MOST or len(members) > 1000:
        raise ValueError(f"{archive.filename} holds more than {MOST / 1e6:.0f} MB of notebooks.")
    return members


def _is_wanted(name: str) -> bool:
    last = PurePosixPath(name).name
    return last in KEPT or last.endswith(".ipynb")


def _place(root: Path, name: str) -> Path:
    """Where a member belongs. ValueError for a name that leads anywhere else."""
    _, *parts = PurePosixPath(name).parts  # the first is the zip's own folder
    place = root.joinpath(*parts)
    plain = not any(part.startswith(".") or "\\" in part or ":" in part for part in parts)
    known = len(parts) > 1 and parts[0] in FOLDERS
    inside = place.resolve().is_relative_to(root.resolve())  # a link on the way leads out
    if name.startswith("/") or not (plain and known and inside):
        raise ValueError(f"The zip has a file {name!r}, which is none of the course's folders.")
    return place


def _free(place: Path) -> Path:
    """A name for what lies in a place, under which nothing lies."""
    names = (f"{place.stem}{BEFORE}{number if number > 1 else ''}" for number in count(1))
    return next(one for name in names if not (one := place.with_stem(name)).exists())


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        content = file.read(LARGEST + 1)  # what it says of its size need not be true
    if len(content) > LARGEST:
        raise ValueError(f"{member.filename} is larger than {LARGEST / 1e6:.0f} MB.")
    return content
