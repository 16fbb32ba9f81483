"""From a submitted file to JSON: what can be read at all is read, the rest is refused by name.

Each repair leaves a note, so that a file without notes is one that needs none.
"""

from __future__ import annotations

import codecs
import json
import math
import os
import re
import stat
from functools import partial
from pathlib import Path

from mlp_teach.grading.doctor_report import Finding, Notes

LARGEST_READ = 50_000_000  # bytes; more than marks read, since outputs may be dropped
MOST_PARTS = 1_000_000  # brackets: parsed, each costs about 100 bytes of memory
DEEPEST = 60
# Not on every system: follow no link, wait for no pipe, translate no line end.
CAREFUL = [getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")]


class Refused(Exception):
    """The file is no notebook; `finding` says why."""

    def __init__(self, what: str, *where: str):
        super().__init__(what)
        self.finding = Finding(what, where)


def read_bytes(path: Path, folder: Path) -> bytes:
    """The bytes of a plain file that lies in the folder and is no link. Raises Refused."""
    try:
        if path.is_symlink() or not path.parent.resolve().is_relative_to(folder.resolve()):
            raise Refused("link")
        flags = os.O_RDONLY
        for flag in CAREFUL:
            flags |= flag
        handle = os.open(path, flags)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise Refused("unreadable")
        with os.fdopen(handle, "rb") as file:
            data = file.read(LARGEST_READ + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise Refused("unreadable") from error
    if len(data) > LARGEST_READ:
        raise Refused("large")
    return data


def read_json(data: bytes, notes: Notes) -> dict:
    """The JSON object in the bytes of a file. Raises Refused."""
    text = _decoded(data, notes)
    if not text.strip():
        raise Refused("empty")
    if text.count("[") + text.count("{") > MOST_PARTS:
        raise Refused("large")
    book = _parsed(text, notes)
    if not isinstance(book, dict):
        raise Refused("no notebook")
    level = [book]
    for _ in range(DEEPEST):
        parts = (p.values() if isinstance(p, dict) else p for p in level)
        level = [child for part in parts for child in part if isinstance(child, (dict, list))]
    if level:
        raise Refused("deep")
    return _writable(book, notes) if re.search(r"\\u[dD][89a-fA-F]", text) else book


def _decoded(data: bytes, notes: Notes) -> str:
    encoding = "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
        notes.add("encoding")
    elif data.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
        notes.add("bom")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        notes.add("encoding")
    if "\r" in text:
        notes.add("line ends")
    return text


def _parsed(text: str, notes: Notes) -> object:
    try:
        return _loads(text, notes)
    except RecursionError as error:
        raise Refused("deep") from error
    except ValueError as error:
        if re.search("^(<{7}|>{7})", text, re.MULTILINE):
            raise Refused("conflict") from error
        raise Refused("broken", str(getattr(error, "lineno", "?"))) from error


def _writable(book: dict, notes: Notes) -> dict:
    # Half a character, such as \ud800 alone, cannot be written as UTF-8.
    clean = json.loads(json.dumps(book, ensure_ascii=False).encode("utf-8", "replace"))
    if clean != book:
        notes.add("encoding")
    return clean


def _loads(text: str, notes: Notes) -> object:
    def number(digits: str) -> float | None:
        value = float(digits)  # 1e999 is a number in JSON, and none here
        if not math.isfinite(value):
            notes.add("nan")
            return None
        return value

    read = partial(json.loads, text, parse_constant=number, parse_float=number)
    try:
        return read()
    except json.JSONDecodeError as error:
        if "control character" not in error.msg:
            raise
        notes.add("encoding")  # a bare line end or tab within a string
        return read(strict=False)
