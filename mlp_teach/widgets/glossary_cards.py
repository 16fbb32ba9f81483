"""Flashcards and quiz of the fifteen terms, with what the learner knows kept beside the notebook.

    cards = glossary_cards(lang=lang)
    cards                     as the last line of a cell: the widget
    cards.press(1)            the first button, from a cell; print(cards.text()) reads the page

Words are what is shown, so this is no picture on the canvas but a page of its own: text that
enlarges with the browser's, buttons that the keyboard reaches by Tab or by their numbers, and a
region that a screen reader reads aloud when it changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from html import escape
from pathlib import Path

import anywidget
import traitlets

from mlp_teach.widgets.canvas import style
from mlp_teach.widgets.glossary_deck import read_deck, write_deck
from mlp_teach.widgets.glossary_desk import WORDS, Desk, new_desk, page, update
from mlp_teach.widgets.glossary_terms import TERMS

HERE = Path(__file__).parent
FILE = "glossary_cards.json"


def glossary_cards(folder: Path | str | None = ".", lang: str = "en") -> GlossaryCards:
    """The widget; progress is kept in `folder` (the notebook's own), with None nowhere."""
    return GlossaryCards(None if folder is None else Path(folder) / FILE, lang, date.today)


class GlossaryCards(anywidget.AnyWidget):
    """Shows the page of a desk and takes its buttons; `today` is the clock."""

    _esm = (HERE / "glossary_cards.js").read_text("utf-8")
    _css = style() + (HERE / "glossary_cards.css").read_text("utf-8")
    page = traitlets.Dict().tag(sync=True)

    def __init__(self, path: Path | None, lang: str, today: Callable[[], date]):
        if lang not in WORDS:
            raise ValueError(f'lang is {lang!r}; the course speaks "en" and "ja".')
        super().__init__()
        self.path, self.lang, self._today = path, lang, today
        self._note = ""
        self.desk: Desk = new_desk(self._read({}), today())
        self.on_msg(lambda widget, content, buffers: self._receive(content))
        self._show()

    def press(self, button: int | str) -> None:
        """Presses a button by its number on the page (from 1) or its name, and saves."""
        if isinstance(button, int):
            names = [one.name for one in page(self.desk, self.lang).buttons]
            if not 1 <= button <= len(names):
                raise ValueError(f"There is no button {button} now, but {len(names)} of them.")
            button = names[button - 1]
        before = self.desk.deck
        # Another notebook may have written in the meantime: what the file says counts.
        self.desk = update(_with(self.desk, self._read(before)), button, self._today())
        if self.path is not None and self.desk.deck != before:
            try:
                write_deck(self.path, self.desk.deck)
            except OSError as error:
                self._note = WORDS[self.lang]["unsaved"].format(error=error)
        self._show()

    def text(self) -> str:
        """The page for a terminal, and for whoever gets no widget."""
        shown, words = page(self.desk, self.lang), WORDS[self.lang]
        lines = [self._note, shown.question, shown.prompt, shown.verdict, shown.meaning]
        lines += [f"  {n}  {one.label}" for n, one in enumerate(shown.buttons, 1)]
        return "\n".join([shown.title, *filter(None, lines), shown.progress, words["press"]])

    def _read(self, otherwise):
        """The deck on disk; `otherwise` where there is none, and where the disk fails."""
        if self.path is None:
            return otherwise
        try:
            stored = read_deck(self.path)
        except OSError as error:
            self._note = WORDS[self.lang]["unsaved"].format(error=error)
            return otherwise
        if stored.aside is not None:
            self._note = WORDS[self.lang]["aside"].format(name=stored.aside.name)
        return stored.deck or otherwise

    def _show(self) -> None:
        shown, words = page(self.desk, self.lang), WORDS[self.lang]
        self.page = {**asdict(shown), "note": self._note, "details": words["boxes"]}

    def _receive(self, content: dict) -> None:
        try:
            self.press(content["name"])
        except ValueError:  # pressed twice before the next page came: the second one is void
            self._show()

    def _repr_mimebundle_(self, **kwargs):
        """The live widget and, for a page or a print that cannot show it, all terms as a list."""
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live or {}, {})
        still = {"text/plain": self.text(), "text/html": terms_as_html(self.lang)}
        return {**data, **still}, metadata


def _with(desk: Desk, deck) -> Desk:
    return Desk(deck, desk.pile, desk.today, desk.quiz, desk.answer, desk.asked, desk.right)


def terms_as_html(lang: str) -> str:
    """The fifteen terms and their meanings as a list."""
    wordings = (term.wording(lang) for term in TERMS)
    rows = (f"<dt>{escape(w.name)}</dt><dd>{escape(w.meaning)}</dd>" for w in wordings)
    return f"<dl>{''.join(rows)}</dl>"
