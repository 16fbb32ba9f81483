"""Read a lesson's source, course/source/NN_topic.py, and find what is wrong with it.

The format is Jupytext's percent format (`tools/build_notebooks.py` tells how to write one).
"""

import ast
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import jupytext

LANGUAGES = ("en", "ja")
MAX_CODE_LINES = 15
MAX_SECONDS, MAX_MEGABYTES = 120, 1024  # what a lesson may ask of one CPU thread and of its memory
CARD_KEYS = ("learn_minutes", "run_seconds", "memory_mb")
LANGUAGE_LINE = re.compile(r'^lang = "en"$', re.MULTILINE)
TITLE = re.compile(r"\A# \S")


@dataclass(frozen=True)
class Cell:
    """One cell of a source; `line` is where it starts, `stamp` the hash its translator saw."""

    kind: str
    text: str
    line: int
    lang: str | None = None
    stamp: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """Eight digits that change with the words, not with where the lines break."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Lesson:
    """A lesson as its author wrote it: both languages, code once."""

    path: Path
    card: dict
    cells: tuple[Cell, ...]

    @property
    def topic(self) -> str:
        return self.path.stem


def read_lesson(path: Path) -> Lesson:
    """Parse one source file. Raises ValueError when its cells cannot be told apart."""
    text = path.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    if len(starts) != len(notebook.cells):
        raise ValueError(
            f"{path}: {len(starts)} lines start with '# %%' but {len(notebook.cells)} cells were "
            "found; let nothing but the header stand before the first of these lines."
        )
    cells = tuple(_cell(cell, line) for cell, line in zip(notebook.cells, starts, strict=True))
    return Lesson(path, dict(notebook.metadata.get("card", {})), cells)


def _cell(cell, line: int) -> Cell:
    meta = cell.metadata
    tags = tuple(meta.get("tags", ()))
    stamp = meta.get("en")
    return Cell(
        cell.cell_type,
        cell.source,
        line,
        meta.get("lang"),
        None if stamp is None else str(stamp),
        tags,
    )


def problems(lesson: Lesson) -> list[str]:
    """What stands against this lesson, a sentence each; empty when nothing does."""
    return [*_card_problems(lesson), *_code_problems(lesson), *_language_problems(lesson)]


def _card_problems(lesson: Lesson) -> list[str]:
    card = lesson.card
    if set(card) != set(CARD_KEYS) or not all(isinstance(v, int | float) for v in card.values()):
        return [
            f"{lesson.path}:1: the header's card is {card or 'missing'}; write "
            "'#   card: {learn_minutes: 30, run_seconds: 60, memory_mb: 700}' under '# jupyter:'."
        ]
    found = []
    if card["run_seconds"] > MAX_SECONDS:
        found.append(f"{lesson.path}:1: run_seconds may be {MAX_SECONDS} at most; load a result.")
    if card["memory_mb"] > MAX_MEGABYTES:
        found.append(f"{lesson.path}:1: memory_mb may be {MAX_MEGABYTES} at most.")
    if not lesson.cells or not TITLE.match(lesson.cells[0].text):
        found.append(f"{lesson.path}:1: the first cell must be Markdown and begin with '# Title'.")
    return found


def _code_problems(lesson: Lesson) -> list[str]:
    found, switches = [], 0
    for cell in lesson.cells:
        where = f"{lesson.path}:{cell.line}:"
        if cell.kind != "code":
            continue
        switches += len(LANGUAGE_LINE.findall(cell.text))
        n_lines = len(cell.text.splitlines())
        if n_lines > MAX_CODE_LINES:
            found.append(f"{where} {n_lines} lines of code; split the cell at {MAX_CODE_LINES}.")
        if cell.lang:
            found.append(f"{where} a code cell belongs to both languages; drop its lang.")
        try:
            tree = ast.parse(cell.text)
        except SyntaxError as error:
            found.append(f"{where} not plain Python ({error.msg}); a lesson also runs as a script.")
            continue
        if any(isinstance(node, ast.ClassDef) for node in ast.walk(tree)):
            found.append(f"{where} defines a class; show the library's own with show(...) instead.")
    if switches != 1:
        found.append(
            f"{lesson.path}:1: the line 'lang = \"en\"' stands {switches} times; write it once, in "
            "the first code cell: the Japanese notebook gets 'lang = \"ja\"' there."
        )
    return found


def _language_problems(lesson: Lesson) -> list[str]:
    found = []
    cells = (None, *lesson.cells, None)
    for before, cell, after in zip(cells[:-2], cells[1:-1], cells[2:], strict=True):
        where = f"{lesson.path}:{cell.line}:"
        if cell.kind != "markdown" or cell.lang is None:
            continue
        if cell.lang not in LANGUAGES:
            found.append(f"{where} lang={cell.lang!r} is none of {', '.join(LANGUAGES)}.")
        elif cell.lang == "en" and (after is None or after.lang != "ja"):
            found.append(f'{where} no Japanese twin; write a cell with lang="ja" right after it.')
        elif cell.lang == "ja" and (before is None or before.lang != "en"):
            found.append(f'{where} no English twin; write a cell with lang="en" right before it.')
        elif cell.lang == "ja" and cell.stamp is None:
            found.append(f"{where} the Japanese text bears no stamp; read both, then run --stamp.")
        elif cell.lang == "ja" and cell.stamp != before.hash:
            found.append(
                f"{where} the English text changed after this translation; bring the Japanese "
                f"up to it, then run tools/build_notebooks.py --stamp {lesson.path.stem} (for an "
                "assignment, tools/build_exercises.py --stamp)."
            )
    return found
