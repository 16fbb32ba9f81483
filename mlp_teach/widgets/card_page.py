"""A page of cards with buttons, and what the learner knows kept beside the notebook.

The glossary cards and the self-check are such pages: plain functions say what is on the desk and
what a button does (`Rules`), this shows it and reads and writes the file (`glossary_deck`).

Words are what is shown, so this is no picture on the canvas but a page of its own: text that
enlarges with the browser's, buttons that the keyboard reaches by Tab or by their numbers, and a
region that a screen reader reads aloud when it changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from mlp_teach.widgets.canvas import style
from mlp_teach.widgets.glossary_deck import Deck, read_deck, write_deck
from mlp_teach.widgets.glossary_desk import Page

HERE = Path(__file__).parent
WORDS = {
    "en": {
        "aside": "The file with your progress could not be read. It was kept as {name}, and a new "
        "one is begun.",
        "unsaved": "Your progress is not saved: {error}.",
        "press": "Press a button in the notebook, or its number; in a cell: {name}.press(1).",
    },
    "ja": {
        "aside": "学習の記録が読めなかったので、{name} として残し、新しく始めました。",
        "unsaved": "学習の記録を保存できません：{error}。",
        "press": "ノートブックのボタンか、その番号を押します。セルからは {name}.press(1) です。",
    },
}


@dataclass(frozen=True)
class Rules:
    """What makes one kind of page: a desk has a field `deck`; `details` heads the table beneath,
    `name` is what a lesson calls the widget."""

    new_desk: Callable[[Deck, date], Any]
    update: Callable[[Any, str, date], Any]
    page: Callable[[Any, str], Page]
    as_html: Callable[[str], str]
    details: dict[str, str]
    name: str


class CardPage(anywidget.AnyWidget):
    """Shows the page of a desk and takes its buttons; `today` is the clock."""

    _esm = (HERE / "glossary_cards.js").read_text("utf-8")
    _css = style() + (HERE / "glossary_cards.css").read_text("utf-8")
    page = traitlets.Dict().tag(sync=True)

    def __init__(self, rules: Rules, path: Path | None, lang: str, today: Callable[[], date]):
        if lang not in WORDS:
            raise ValueError(f'lang is {lang!r}; the course speaks "en" and "ja".')
        super().__init__()
        self.rules, self.path, self.lang, self._today = rules, path, lang, today
        self._note = ""
        self.desk = rules.new_desk(self._read({}), today())
        self.on_msg(lambda widget, content, buffers: self._receive(content))
        self._show()

    def press(self, button: int | str) -> None:
        """Presses a button by its number on the page (from 1) or its name, and saves."""
        if isinstance(button, int):
            names = [one.name for one in self.rules.page(self.desk, self.lang).buttons]
            if not 1 <= button <= len(names):
                raise ValueError(f"There is no button {button} now, but {len(names)} of them.")
            button = names[button - 1]
        before = self.desk.deck
        # Another notebook may have written in the meantime: what the file says counts.
        desk = replace(self.desk, deck=self._read(before))
        self.desk = self.rules.update(desk, button, self._today())
        if self.path is not None and self.desk.deck != before:
            try:
                write_deck(self.path, self.desk.deck)
            except OSError as error:
                self._note = WORDS[self.lang]["unsaved"].format(error=error)
        self._show()

    def text(self) -> str:
        """The page for a terminal, and for whoever gets no widget."""
        shown = self.rules.page(self.desk, self.lang)
        lines = [self._note, shown.question, shown.prompt, shown.verdict, shown.meaning]
        lines += [f"  {n}  {one.label}" for n, one in enumerate(shown.buttons, 1)]
        press = WORDS[self.lang]["press"].format(name=self.rules.name)
        return "\n".join([shown.title, *filter(None, lines), shown.progress, press])

    def _read(self, otherwise: Deck) -> Deck:
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
        shown = asdict(self.rules.page(self.desk, self.lang))
        self.page = {**shown, "note": self._note, "details": self.rules.details[self.lang]}

    def _receive(self, content: dict) -> None:
        try:
            self.press(content["name"])
        except ValueError:  # pressed twice before the next page came: the second one is void
            self._show()

    def _repr_mimebundle_(self, **kwargs):
        """The live widget and, for a page or a print that cannot show it, all that it asks."""
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live or {}, {})
        still = {"text/plain": self.text(), "text/html": self.rules.as_html(self.lang)}
        return {**data, **still}, metadata
