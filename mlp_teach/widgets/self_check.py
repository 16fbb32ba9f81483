"""Self-check of the four goals: questions whose answers teach, kept beside the notebook.

check = self_check(lang=lang)
check                     as the last line of a cell: the widget
check.press(1)            the first button, from a cell; print(check.text()) reads the page
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path

from mlp_teach.widgets.card_page import CardPage, Rules
from mlp_teach.widgets.self_check_desk import WORDS, new_desk, page, update
from mlp_teach.widgets.self_check_questions import QUESTIONS

FILE = "self_check.json"


def self_check(folder: Path | str | None = ".", lang: str = "en") -> SelfCheck:
    """The widget; progress is kept in `folder` (the notebook's own), with None nowhere."""
    return SelfCheck(None if folder is None else Path(folder) / FILE, lang, date.today)


class SelfCheck(CardPage):
    """The page of the self-check's desk."""

    def __init__(self, path: Path | None, lang: str, today: Callable[[], date]):
        details = {one: words["details"] for one, words in WORDS.items()}
        rules = Rules(new_desk, update, page, questions_as_html, details, "check")
        super().__init__(rules, path, lang, today)


def questions_as_html(lang: str) -> str:
    """All questions with their right answers as a list."""
    asked = (question.asked(lang) for question in QUESTIONS)
    rows = (
        f"<dt>{escape(one.text)}</dt>"
        f"<dd>{escape(one.answers[0].text)} {escape(one.answers[0].why)}</dd>"
        for one in asked
    )
    return f"<dl>{''.join(rows)}</dl>"
