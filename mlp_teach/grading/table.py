"""A table for staff, as text for a terminal, as CSV and as a part of a page.

Student ids and what students wrote are hostile in all three: a terminal obeys escape sequences, a
browser obeys tags, and a spreadsheet computes every cell that begins like a formula
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from mlp_teach.grading.html_page import Html, element, joined

Cell = str | float | int | None
FORMULA = tuple("=+-@＝＋－＠")  # what a spreadsheet may take for the beginning of one
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Table:
    """Rows under a head. Numbers stand on the right, with two decimals where they have any."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def as_text(self) -> str:
        """For a terminal: columns in line, also for letters that take two places there."""
        lines = [self.head, *(tuple(map(_shown, row)) for row in self.rows)]
        lines = [tuple(map(one_line, line)) for line in lines]
        widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
        numbers = [self._is_number(k) for k in range(len(self.head))]
        return "\n".join(
            "  ".join(
                _padded(cell, width, right)
                for cell, width, right in zip(line, widths, numbers, strict=True)
            ).rstrip()
            for line in lines
        )

    def as_csv(self) -> str:
        """For spreadsheets and other programs: no cell of text is a formula."""
        return csv_text([self.head, *self.rows])

    def as_html(self) -> Html:
        """The element of a page."""
        numbers = ["number" if self._is_number(k) else "" for k in range(len(self.head))]
        head = joined(
            element("th", name, css) for name, css in zip(self.head, numbers, strict=True)
        )
        rows = [
            element(
                "tr",
                joined(
                    element("td", _shown(cell), css) for cell, css in zip(row, numbers, strict=True)
                ),
            )
            for row in self.rows
        ]
        return element("table", joined([element("tr", head), *rows]))

    def _is_number(self, column: int) -> bool:
        cells = [row[column] for row in self.rows if row[column] is not None]
        return bool(cells) and not any(isinstance(cell, str) for cell in cells)


def csv_text(rows: Iterable[Iterable[Cell]]) -> str:
    """Lines of CSV after RFC 4180; all text in quotes, so that no separator within it counts."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows:
        writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue()


def defused(words: str) -> str:
    """One line that no spreadsheet takes for a formula: such a one gets an apostrophe before it."""
    line = one_line(words)
    return f"'{line}" if line.lstrip().startswith(FORMULA) else line


def one_line(words: str) -> str:
    """Without line ends, control characters, and those that turn the direction of writing."""
    plain = "".join(" " if letter.isspace() else letter for letter in words)
    return "".join(
        letter if (letter.isprintable() or letter == " ") and letter not in TURNING else "\ufffd"
        for letter in plain
    )


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _width(words: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in words
        if not unicodedata.combining(letter)
    )


def _padded(words: str, width: int, right: bool) -> str:
    space = " " * (width - _width(words))
    return space + words if right else words + space
