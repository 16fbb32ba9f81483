"""Which cell of a submission stands for which cell of the release.

A cell says itself what it is, by its grade_id, else by its id. Where that is lost, an answer is
known by the function that it defines, or by the words of the handed-out stub, or by its neighbours;
any other cell by its text. Of several cells for one answer the last that is a real answer is kept:
one that differs from the stub and defines the function, rather with its name than without.
"""

from __future__ import annotations

import re
from collections import Counter

ALIKE = 0.8  # share of common words above which two texts are versions of one
STUB_FOUND = 0.7  # share of the stub's own words that an answer without name and function has
LEAST_WORDS = 5
LONGEST = 100_000  # characters that are looked at when texts are compared
STUB = re.compile(r"^.*(YOUR (CODE|ANSWER) HERE|raise NotImplementedError).*$", re.MULTILINE)
DEFINED = re.compile(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *=(?!=)", re.MULTILINE)


class Match:
    """`chosen`: place in the release -> cell. `place_of`: cell -> place, copies too; the rest was
    added by the student. `claims`: the place that a cell's own marks name, None without marks."""

    def __init__(self, cells: list[dict], release: list[dict]):
        self.cells, self.release = cells, release
        self.chosen: dict[int, int] = {}
        self.place_of: dict[int, int] = {}
        names = {grade_id(cell): place for place, cell in enumerate(release)}
        ids = {cell.get("id"): place for place, cell in enumerate(release)}
        self.claims = [names.get(grade_id(c) or "", ids.get(c.get("id", ""))) for c in cells]
        self._texts = [plain(cell["source"]) for cell in cells]
        self._given = [plain(cell["source"]) for cell in release]
        self._locked = {self._given[p] for p, c in enumerate(release) if not is_answer(c)}
        self._functions = {p: asked_for(c) for p, c in enumerate(release) if is_answer(c)}
        asked = set(self._functions.values()) - {None}
        self._defines = [defined(cell["source"]) & asked for cell in cells]
        self._given_words = [words(text) for text in self._given]
        self._stubs = {p: words(STUB.sub("", self._given[p])) for p in self._functions}
        self._counted: dict[int, Counter] = {}
        for i, place in enumerate(self.claims):
            if place in self._functions and self._texts[i] in self._locked:
                self.claims[i] = None  # marks of an answer, but the text of another cell
        self._match_answers()
        self._match_others()

    def copies(self, place: int) -> list[int]:
        """The cells of a place that are not kept."""
        return [i for i, p in self.place_of.items() if p == place and self.chosen.get(p) != i]

    def _match_answers(self) -> None:
        ranks = {place: self._ranks(place) for place in self._functions}
        self._choose(ranks, 2)  # real answers first; what they are is then no other's stub
        for place in self._functions:
            if place not in self.chosen:
                self._match_by_neighbours(place)
        self._choose(ranks, 0)
        for place, found in ranks.items():
            known = {self._given[place]}
            if place in self.chosen:
                known.add(self._texts[self.chosen[place]])
            for *_, i in found:
                if self.claims[i] == place or self._texts[i] in known:
                    self.place_of.setdefault(i, place)

    def _choose(self, ranks: dict[int, list], least: int) -> None:
        for place, function in self._functions.items():
            # One cell may define what two exercises ask for; it is then the answer to both.
            free = [
                rank
                for rank in ranks[place]
                if rank[-1] not in self.place_of
                or (rank[0] == 2 and function in self._defines[rank[-1]])
            ]
            best = max(free, default=(-1,))
            if place not in self.chosen and best[0] >= least:
                self.chosen[place] = best[-1]
                self.place_of.setdefault(best[-1], place)

    def _ranks(self, place: int) -> list[tuple[int, int, int]]:
        """(quality, nearness, number) of each cell that may be this answer; the largest is."""
        found = []
        for i in range(len(self.cells)):
            function, named = self._functions[place], self.claims[i] == place
            real = self._texts[i] not in ("", self._given[place])
            right = function is None or function in self._defines[i]
            quality = 2 if real and right else int(real)
            nearness = 3 if named else self._nearness(place, i)
            if nearness is not None:
                found.append((quality, nearness, i))
        return found

    def _nearness(self, place: int, i: int) -> int | None:
        cell, claim = self.cells[i], self.claims[i]
        if self._texts[i] in self._locked or (not is_code(cell) and "```" in cell["source"]):
            return None  # the release's own text, or one that quotes code
        if self._functions[place] in self._defines[i]:
            if len(self._defines[i]) > 1 or claim is not None:
                return 0
            return 2 if is_code(cell) else 1
        if claim is None and not self._defines[i] and self._is_like_stub(place, i):
            return 0
        return None

    def _is_like_stub(self, place: int, i: int) -> bool:
        if self._texts[i] == self._given[place]:
            return self._texts[i] != ""
        if is_code(self.release[place]) and not defined(self._texts[i]):
            return False  # the exercise's own text has the same words
        stub = self._stubs[place]
        shared = (stub & self._words(i)).total()
        return stub.total() >= LEAST_WORDS and shared >= STUB_FOUND * stub.total()

    def _match_by_neighbours(self, place: int) -> None:
        # A written answer names no function. It stands alone where its place is.
        if self._functions[place] is not None:
            return
        where = self._where(place - 1)
        if where is not None and where + 1 < len(self.cells):
            i = where + 1
            follows = self._texts[i] not in self._locked and self._where(place + 1) == i + 1
            if self.claims[i] is None and i not in self.place_of and follows:
                self.chosen[place] = i
                self.place_of[i] = place

    def _where(self, place: int) -> int | None:
        """Where the cell of a place stands, by its marks or its text; None where it does not."""
        if not 0 <= place < len(self.release):
            return len(self.cells) if place > 0 else -1
        for i, claim in enumerate(self.claims):
            if claim == place or (claim is None and self._texts[i] == self._given[place]):
                return i
        return self.chosen.get(place)

    def _words(self, i: int) -> Counter:
        if i not in self._counted:
            self._counted[i] = words(self._texts[i])
        return self._counted[i]

    def _match_others(self) -> None:
        others = [p for p in range(len(self.release)) if p not in self._functions]
        for by in (self._is_claimed, self._is_same, self._is_alike):
            for place in others:
                fits = [i for i in range(len(self.cells)) if by(place, i)]
                if place not in self.chosen and fits:
                    whole = [i for i in fits if self._texts[i] == self._given[place]]
                    self.chosen[place] = (whole or fits)[0]
                    self.place_of[self.chosen[place]] = place
        for place in others:
            for i in range(len(self.cells)):
                if self._is_claimed(place, i) or self._is_same(place, i):
                    self.place_of[i] = place

    def _is_claimed(self, place: int, i: int) -> bool:
        return i not in self.place_of and self.claims[i] == place

    def _is_same(self, place: int, i: int) -> bool:
        free = i not in self.place_of and self.claims[i] is None
        return free and self._texts[i] == self._given[place] != ""

    def _is_alike(self, place: int, i: int) -> bool:
        if place in self.chosen or i in self.place_of or self.claims[i] is not None:
            return False
        mine, given = self._words(i), self._given_words[place]
        return 2 * (mine & given).total() > ALIKE * (mine.total() + given.total())


def grade_id(cell: dict) -> str | None:
    """What nbgrader calls the cell."""
    about = cell["metadata"].get("nbgrader")
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else None


def is_answer(cell: dict) -> bool:
    """Is it a cell that students write in?"""
    about = cell["metadata"].get("nbgrader")
    return isinstance(about, dict) and about.get("solution") is True


def asked_for(stub: dict) -> str | None:
    """The function or class that an answer has to define: the last of the stub."""
    names = [a or b for a, b in DEFINED.findall(stub["source"])] if is_code(stub) else []
    return names[-1] if names else None


def is_code(cell: dict) -> bool:
    return cell["cell_type"] == "code"


def defined(source: str) -> set[str]:
    """Names that a text defines at its left edge, by eye: a parser may be brought down."""
    return {a or b for a, b in DEFINED.findall(source)}


def plain(source: str) -> str:
    """A text without the white space at the ends of its lines."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def words(text: str) -> Counter:
    return Counter(re.findall(r"\w+", text[:LONGEST]))
