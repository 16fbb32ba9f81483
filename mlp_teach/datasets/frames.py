"""Frames from files: whole, labelled, and with a sentence where a file is broken.

ASE can read compressed extended XYZ, but it seeks back and forth in the stream for every frame,
which in a compressed file means starting over: the time grows with the square of the number of
frames (9.2 s against 0.24 s for the 262 of mlearn_Cu). So the file is decompressed first.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import warnings
from pathlib import Path

from ase import Atoms
from ase.io import read

from mlp_teach.datasets.catalogue import DATA, DataFile, dataset

REPAIR = "Restore the file: reinstall mlp_teach, or in a git checkout run `git checkout -- {path}`."


class DataFileError(ValueError):
    """A data file that is missing, cut short or altered; the message says what to do."""


def load(name: str, split: str | None = None) -> list[Atoms]:
    """The labelled frames of a shipped set; energies in eV, forces in eV/Å, stress in eV/Å³.

    Without a split: every frame of the set, once, in the order of `contents()`; then
    `atoms.info["split"]` says where each comes from. Raises ValueError for an unknown name or
    split, DataFileError for a file that is missing or not the one that was shipped.
    """
    one = dataset(name)
    if split is None:
        return [atoms for part in one.files for atoms in _frames(part)]
    for part in one.files:
        if part.split == split:
            return _frames(part)
    for part in one.derived:
        if part.split == split:
            return [atoms for atoms in load(name, part.of) if _matches(atoms, part.where)]
    raise ValueError(
        f"{name} has no split {split!r}; it has {', '.join(one.splits)}. "
        f"load({name!r}) without a split gives every frame."
    )


def read_frames(path: str | Path) -> list[Atoms]:
    """The frames of your own extended-XYZ file, plain or compressed (.xz, .gz).

    Raises DataFileError for a file that is missing, empty, cut short or not extended XYZ.
    """
    path = Path(path)
    if not path.is_file():
        raise DataFileError(f"There is no file {path}. Is the name right, and the folder?")
    text = _decompress(path.read_bytes(), path)
    frames = _parse(text, path)
    if not text.endswith("\n"):
        warnings.warn(
            f"{path} does not end with a new line: if it was cut short, its last number, "
            f"{text.split()[-1]}, has lost digits. Compare the file's size with the original's, or "
            "end the last line if it is whole.",
            stacklevel=2,
        )
    return frames


def _frames(part: DataFile) -> list[Atoms]:
    path = DATA / part.file
    repair = REPAIR.format(path=path)
    if not path.is_file():
        raise DataFileError(f"The data file {path} is missing. {repair}")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != part.sha256:
        what = "is cut short" if len(content) < part.bytes else "has been altered"
        raise DataFileError(
            f"The data file {path} {what}: it has {len(content)} bytes where {part.bytes} bytes "
            f"with the checksum {part.sha256[:12]}… were expected. {repair}"
        )
    frames = _parse(_decompress(content, path), path)
    for atoms in frames:
        atoms.info.setdefault("split", part.split)
    return frames


def _decompress(content: bytes, path: Path) -> str:
    openers = {".xz": lzma.decompress, ".gz": gzip.decompress}
    try:
        return openers.get(path.suffix, bytes)(content).decode("utf-8-sig")
    except (lzma.LZMAError, EOFError, OSError) as error:
        raise DataFileError(
            f"{path} cannot be decompressed ({error}): it is cut short or no {path.suffix} file. "
            "Copy or download it again and compare its size with the original's."
        ) from error
    except UnicodeDecodeError as error:
        raise DataFileError(
            f"{path} is not text ({error}). Extended XYZ was expected, plain or as .xz or .gz; "
            "convert other formats with ase.io.read and ase.io.write."
        ) from error


def _parse(text: str, path: Path) -> list[Atoms]:
    try:
        frames = read(io.StringIO(text), ":", format="extxyz")
    except Exception as error:  # ASE's reader lets many kinds out, AssertionError among them
        raise DataFileError(
            f"{path} cannot be read as extended XYZ ({type(error).__name__}: {error}). "
            "If the last frame is cut off, remove its lines or write the file again: each frame is "
            "the number of atoms, a comment line with energy=..., then one line for each atom."
        ) from error
    if not frames:
        raise DataFileError(f"{path} holds no frames. Was the program that wrote it stopped early?")
    return frames


def _matches(atoms: Atoms, where: dict[str, object]) -> bool:
    return all(atoms.info[key] == value for key, value in where.items())
