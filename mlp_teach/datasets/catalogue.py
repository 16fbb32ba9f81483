"""What is known about each data set: contents, origin, level of theory, licence, oddities, papers.

The facts stand in `data/catalogue.toml` and `data/references.toml`; this file only reads them. The
tests compare the counts there with the files themselves.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class DataFile:
    """One compressed extended-XYZ file."""

    split: str
    file: str
    sha256: str
    bytes: int
    frames: int
    atoms: int
    labels: list[str]  # those that every frame has


@dataclass(frozen=True)
class Derived:
    """A split that keeps the frames of the split `of` whose info entries equal `where`."""

    split: str
    of: str
    where: dict[str, object]
    frames: int
    atoms: int


@dataclass(frozen=True)
class Dataset:
    """The catalogue's entry of one set; `stress_offset_GPa` is label minus dE/dε / V."""

    name: str
    title: str
    elements: list[str]
    level: str
    origin: str
    changes: str
    licence: str  # SPDX identifier
    notice: str
    cite: list[str]
    findings: list[str]
    files: list[DataFile]
    derived: list[Derived]
    stress_offset_GPa: float | None = None

    @property
    def splits(self) -> list[str]:
        return [part.split for part in [*self.files, *self.derived]]


class Row(NamedTuple):
    """One line of the table of contents."""

    name: str
    split: str
    frames: int
    atoms: int
    elements: str
    labels: str
    level: str
    licence: str


class Contents(list[Row]):
    """The rows, printed as a table."""

    def __str__(self) -> str:
        lines = [Row._fields, *([str(value) for value in row] for row in self)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(Row._fields))]
        right = (Row._fields.index("frames"), Row._fields.index("atoms"))
        return "\n".join(
            "  ".join(
                text.rjust(width) if column in right else text.ljust(width)
                for column, (text, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        """The same table where a notebook shows it."""
        rule = ["--:" if field in ("frames", "atoms") else "---" for field in Row._fields]
        lines = [Row._fields, rule, *([str(value) for value in row] for row in self)]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def contents() -> Contents:
    """Every set and split: frames, atoms in all, elements, labels, level of theory, licence."""
    rows = Contents()
    for one in _catalogue().values():
        labels = {part.split: "+".join(part.labels) for part in one.files}
        for part in [*one.files, *one.derived]:
            source = part.of if isinstance(part, Derived) else part.split
            rows.append(
                Row(
                    one.name,
                    part.split,
                    part.frames,
                    part.atoms,
                    " ".join(one.elements),
                    labels[source],
                    one.level.split(";")[0],
                    one.licence,
                )
            )
    return rows


def dataset(name: str) -> Dataset:
    """The catalogue's entry of one set. Raises ValueError for a name that it does not have."""
    if name not in _catalogue():
        raise ValueError(
            f"There is no data set named {name!r}. There are: {', '.join(_catalogue())}. "
            "print(contents()) shows what is in each."
        )
    return _catalogue()[name]


def describe(name: str) -> str:
    """A page about one set: what it is, its splits, where it comes from, what is odd about it."""
    one = dataset(name)
    lines = [f"{name}: {one.title}", "", f"level of theory: {one.level}"]
    lines += [
        f"{row.split}: {row.frames} frames, {row.atoms} atoms, {row.labels}"
        for row in contents()
        if row.name == name
    ]
    lines += [f"origin: {one.origin}", f"changes: {one.changes}"]
    lines += [f"licence: {one.licence}, {one.notice}"]
    lines += [f"known: {finding}" for finding in one.findings]
    return "\n".join([*lines, "", "cite:", citation(name)])


def licence(name: str) -> str:
    """Licence, copyright notice, changes and full licence text of one set."""
    one = dataset(name)
    files = [f"{one.licence}.txt"]
    if one.licence.startswith("LGPL"):
        files.append("GPL-3.0.txt")  # the LGPL is a set of additions to the GPL
    texts = [(DATA / "licences" / file).read_text(encoding="utf-8") for file in files]
    header = f"{name}: {one.licence}\n{one.notice}\nChanges: {one.changes}\n"
    return "\n".join([header, *texts])


def citation(name: str, bibtex: bool = False) -> str:
    """The papers to cite when one set is used, as text or as BibTeX, one paper after the other."""
    shown = [_bibtex(key) if bibtex else _reference(key) for key in dataset(name).cite]
    return ("\n\n" if bibtex else "\n").join(shown)


def _reference(key: str) -> str:
    paper = _references()[key]
    authors = ", ".join(paper["authors"]).replace(", others", " et al.")
    where = " ".join(paper[field] for field in ("journal", "volume", "pages") if field in paper)
    return f"{authors}: {paper['title']}. {where} ({paper['year']}). doi:{paper['doi']}"


def _bibtex(key: str) -> str:
    paper = _references()[key]
    fields = {**paper, "author": " and ".join(paper["authors"]), "title": f"{{{paper['title']}}}"}
    del fields["authors"]
    body = "".join(f"  {field} = {{{value}}},\n" for field, value in sorted(fields.items()))
    return f"@article{{{key},\n{body}}}"


@cache
def _references() -> dict[str, dict]:
    return tomllib.loads((DATA / "references.toml").read_text(encoding="utf-8"))


@cache
def _catalogue() -> dict[str, Dataset]:
    table = tomllib.loads((DATA / "catalogue.toml").read_text(encoding="utf-8"))
    return {name: _entry(name, facts) for name, facts in table.items()}


def _entry(name: str, facts: dict) -> Dataset:
    files = [DataFile(**part) for part in facts["files"]]
    derived = [Derived(**part) for part in facts.get("derived", [])]
    return Dataset(**{**facts, "name": name, "files": files, "derived": derived})
