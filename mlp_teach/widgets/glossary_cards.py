"""Flashcards and quiz of the fifteen terms, with what the learner knows kept beside the notebook.

cards = glossary_cards(lang=lang)
cards                     as the last line of a cell: the widget
cards.press(1)            the first button, from a cell; print(cards.text()) reads the page
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path

from mlp_teach.widgets.card_page import CardPage, Rules
from mlp_teach.widgets.glossary_desk import WORDS, new_desk, page, update
from mlp_teach.widgets.glossary_terms import TERMS

FILE = "glossary_cards.json"


def glossary_cards(folder: Path | str | None = ".", lang: str = "en") -> GlossaryCards:
    """The widget; progress is kept in `folder` (the notebook's own), with None nowhere."""
    return GlossaryCards(None if folder is None else Path(folder) / FILE, lang, date.today)


class GlossaryCards(CardPage):
    """The page of the glossary's desk."""

    def __init__(self, path: Path | None, lang: str, today: Callable[[], date]):
        details = {one: words["boxes"] for one, words in WORDS.items()}
        rules = Rules(new_desk, update, page, terms_as_html, details, "cards")
        super().__init__(rules, path, lang, today)


def terms_as_html(lang: str) -> str:
    """The fifteen terms and their meanings as a list."""
    wordings = (term.wording(lang) for term in TERMS)
    rows = (f"<dt>{escape(w.name)}</dt><dd>{escape(w.meaning)}</dd>" for w in wordings)
    return f"<dl>{''.join(rows)}</dl>"
