"""The chapter's claims, checked: the rows of course/claims.md, to sort, to filter and to count.

    chosen(claims(), Choice(verdict="wrong"), "en")     the rows that a choice leaves, sorted

The rows come with the package (`claims.json`, made by tools/build_claims.py), so that a lesson
finds them wherever it lies. Their evidence is a list of pieces, some of which lead somewhere: to
the section of a lesson that measured it, to a paper, to another row.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

VERDICTS = ("right", "right, with care", "depends", "wrong", "no source", "open")
COLUMNS = ("number", "claim", "verdict", "evidence")
SORTED_BY = ("number", "verdict", "evidence")  # evidence: by the lesson that measured it
PACKED = Path(__file__).parent / "claims.json"


@dataclass(frozen=True)
class Piece:
    """A part of a text. `kind`: text, strong, code, lesson, paper or row; `target`: where it leads
    (a notebook with a heading, a DOI, a number)."""

    kind: str
    words: str
    target: str = ""


@dataclass(frozen=True)
class Wording:
    """A claim in one language; its verdict can say more than the kind of verdict does."""

    claim: tuple[Piece, ...]
    verdict: str
    evidence: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.words for piece in (*self.claim, *self.evidence))


@dataclass(frozen=True)
class Claim:
    """A row: `section` counts the tables of claims.md from 0, `verdict` is one of VERDICTS."""

    number: str
    section: int
    verdict: str
    en: Wording
    ja: Wording

    def wording(self, lang: str) -> Wording:
        return {"en": self.en, "ja": self.ja}[lang]

    @property
    def lessons(self) -> tuple[str, ...]:
        """The two digits of the lessons that the evidence leads to, each once, in order."""
        found = (piece.target[:2] for piece in self.en.evidence if piece.kind == "lesson")
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Choice:
    """What the learner asks for; empty fields ask for nothing. `words` may be a row's number."""

    section: str = ""
    verdict: str = ""
    lesson: str = ""
    words: str = ""
    order: str = "number"
    downwards: bool = False


@cache
def _packed() -> dict:
    return json.loads(PACKED.read_text(encoding="utf-8"))


def sections(lang: str) -> tuple[str, ...]:
    """The titles of the tables."""
    return tuple(section[lang] for section in _packed()["sections"])


@cache
def claims() -> tuple[Claim, ...]:
    """All rows in the order of the chapter."""
    return tuple(
        Claim(
            row["number"], row["section"], row["verdict"], _wording(row["en"]), _wording(row["ja"])
        )
        for row in _packed()["claims"]
    )


def _wording(packed: dict) -> Wording:
    claim, evidence = (tuple(Piece(*one) for one in packed[part]) for part in ("claim", "evidence"))
    return Wording(claim, packed["verdict"], evidence)


def counts(rows: Sequence[Claim]) -> dict[str, int]:
    """How many rows have each verdict, in the order of VERDICTS."""
    found = Counter(row.verdict for row in rows)
    return {verdict: found[verdict] for verdict in VERDICTS}


def chosen(rows: Sequence[Claim], choice: Choice, lang: str) -> list[Claim]:
    """The rows for which all that is asked holds, sorted; equal ones keep the chapter's order."""
    left = [row for row in rows if _fits(row, choice, lang)]
    place = {row.number: n for n, row in enumerate(rows)}

    def key(row: Claim):
        if choice.order == "verdict":
            return VERDICTS.index(row.verdict)
        if choice.order == "evidence":
            return row.lessons or ("99",)  # measured in no lesson: last
        return place[row.number]

    return sorted(left, key=key, reverse=choice.downwards)


def _fits(row: Claim, choice: Choice, lang: str) -> bool:
    words = choice.words.strip().casefold()
    if any(words == other.number.casefold() for other in claims()):
        return row.number.casefold() == words
    wording = row.wording(lang)
    text = f"{row.number} {wording.verdict} {wording.text}".casefold()
    return (
        choice.section in ("", str(row.section))
        and choice.verdict in ("", row.verdict)
        and (not choice.lesson or choice.lesson in row.lessons)
        and all(word in text for word in re.split(r"\s+", words))
    )


def update(choice: Choice, name: str, value: str) -> Choice:
    """The choice after a change. `order` named twice turns the order round; `row` asks for one row.

    Raises ValueError for a field or an order that is not there.
    """
    if name == "order":
        if value not in SORTED_BY:
            raise ValueError(f"Rows are sorted by {', '.join(SORTED_BY)}, not by {value!r}.")
        again = value == choice.order and not choice.downwards
        return replace(choice, order=value, downwards=again)
    if name == "row":
        return replace(Choice(order=choice.order, downwards=choice.downwards), words=value)
    if name not in ("section", "verdict", "lesson", "words"):
        raise ValueError(
            f"There is no {name!r} to choose; there are section, verdict, lesson, words."
        )
    return replace(choice, **{name: value})


def steps(choice: Choice) -> list[tuple[str, str]]:
    """Names and values with which `update` makes this choice of any in the chapter's order."""
    fields = [(name, getattr(choice, name)) for name in ("section", "verdict", "lesson", "words")]
    times = choice.downwards + (choice.order != "number")
    return fields + [("order", choice.order)] * times
