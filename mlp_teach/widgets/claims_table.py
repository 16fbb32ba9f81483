"""The table of the chapter's claims: sort it, filter it, and follow the evidence to its cell.

    table = claims_table(verdict="wrong", lang=lang)
    table                                 as the last line of a cell: the widget
    table.choose("section", "2")          from a cell; print(table.text()) reads what is left

It opens as the learner left it (`kept.py`).
A page of its own as the glossary cards are, not a picture on the canvas: a real table, whose
headers sort, whose text enlarges with the browser's, and whose links a screen reader announces.
"""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from pathlib import Path

import anywidget
import traitlets

from mlp_teach.widgets import kept
from mlp_teach.widgets.canvas import style
from mlp_teach.widgets.claims import (
    COLUMNS,
    SORTED_BY,
    VERDICTS,
    Choice,
    Claim,
    Piece,
    chosen,
    claims,
    counts,
    sections,
    steps,
    update,
)
from mlp_teach.widgets.drawing import Changed

HERE = Path(__file__).parent
WORDS = {
    "en": {
        "title": "The chapter's claims, checked",
        "fields": {"section": "Section", "verdict": "Verdict", "lesson": "Measured in"},
        "words": "Words or number",
        "all": "all",
        "lesson": "lesson {}",
        "columns": ("No.", "claim", "verdict", "evidence"),
        "verdicts": VERDICTS,
        "summary": "{left} of {total} rows: {parts}.",
        "between": "; ",
        "colon": ": ",
        "none": "No row is left. Choose less.",
        "everything": "Show all rows",
        "help": "A heading sorts the table, and turns it round the second time. A lesson's name "
        "leads to the section whose cells measured it.",
    },
    "ja": {
        "title": "確かめた章の主張",
        "fields": {"section": "節", "verdict": "判定", "lesson": "測ったレッスン"},
        "words": "語句または番号",
        "all": "すべて",
        "lesson": "レッスン {}",
        "columns": ("番号", "主張", "判定", "根拠"),
        "verdicts": ("正しい", "正しいが注意", "条件による", "誤り", "出典なし", "未定"),
        "summary": "{total} 行のうち {left} 行：{parts}。",
        "between": "、",
        "colon": "：",
        "none": "当てはまる行がありません。条件を減らしましょう。",
        "everything": "すべての行を表示",
        "help": "見出しを押すと並べ替え、もう一度押すと逆順になります。"
        "レッスン名は、測ったセルのある節へのリンクです。",
    },
}


def claims_table(section: str = "", verdict: str = "", lesson: str = "", lang: str = "en"):
    """The widget, begun with a choice: a place in `sections`, a verdict, a lesson's two digits."""
    return ClaimsTable(Choice(section=section, verdict=verdict, lesson=lesson), lang)


class ClaimsTable(anywidget.AnyWidget):
    """Shows the rows that a choice leaves; all go to the browser once, then only their order."""

    _esm = (HERE / "claims_table.js").read_text("utf-8")
    _css = style() + (HERE / "claims_table.css").read_text("utf-8")
    rows = traitlets.Dict().tag(sync=True)
    page = traitlets.Dict().tag(sync=True)

    def __init__(self, choice: Choice, lang: str):
        if lang not in WORDS:
            raise ValueError(f'lang is {lang!r}; the course speaks "en" and "ja".')
        super().__init__(rows={row.number: _row(row, lang) for row in claims()})
        self._kept, self._folder = kept.name_of("claims_table", choice), Path.cwd()
        self.choice, self.lang = self._left(choice, lang), lang
        self.on_msg(lambda widget, content, buffers: self._take(content["name"], content["value"]))
        self.page = page(self.choice, lang)

    def choose(self, name: str, value: str) -> None:
        """Sets section, verdict, lesson, words, order, or row; an empty value asks for nothing."""
        self.choice = update(self.choice, name, value)
        self.page = page(self.choice, self.lang)

    def _left(self, start: Choice, lang: str) -> Choice:
        """The choice of the last visit; the start where there was none, or none that can be."""
        choice = start
        try:
            for event in kept.kept_events(self._kept, self._folder):
                choice = update(choice, event.name, event.value)
            page(choice, lang)
        except (ValueError, AttributeError, TypeError):
            return start
        return choice

    def _take(self, name: str, value: str) -> None:
        """What the learner asks for, which is kept."""
        self.choose(name, value)
        events = [Changed(*step) for step in steps(self.choice)]
        kept.keep(self._kept, events, self._folder)

    def text(self) -> str:
        """What is left, for a terminal and for whoever gets no widget."""
        left = chosen(claims(), self.choice, self.lang)
        lines = [self.page["title"], self.page["summary"]]
        for row in left:
            wording = row.wording(self.lang)
            lines.append(f"{row.number:7} {_plain(wording.claim)}")
            lines.append(f"{'':7} {wording.verdict}{WORDS[self.lang]['colon']}")
            lines[-1] += _plain(wording.evidence)
        return "\n".join(lines)

    def _repr_mimebundle_(self, **kwargs):
        """The live widget and, for a page or a print that cannot show it, the rows as a table."""
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live or {}, {})
        still = {"text/plain": self.text(), "text/html": table_as_html(self.choice, self.lang)}
        return {**data, **still}, metadata


def page(choice: Choice, lang: str) -> dict:
    """All that is shown but the rows themselves, of which it names those that are left."""
    words, left = WORDS[lang], chosen(claims(), choice, lang)
    return {
        "title": words["title"],
        "controls": _controls(choice, lang),
        "words": {"label": words["words"], "value": choice.words},
        "everything": words["everything"],
        "help": words["help"],
        "summary": summary(left, lang),
        "header": [
            {"name": name if name in SORTED_BY else "", "label": label, "sort": _sort(choice, name)}
            for name, label in zip(COLUMNS, words["columns"], strict=True)
        ],
        "order": [row.number for row in left],
    }


def _sort(choice: Choice, column: str) -> str:
    if column != choice.order:
        return "none"
    return "descending" if choice.downwards else "ascending"


def summary(left: list[Claim], lang: str) -> str:
    """How many rows are left, and how many of each verdict."""
    words = WORDS[lang]
    if not left:
        return words["none"]
    names = dict(zip(VERDICTS, words["verdicts"], strict=True))
    found = (f"{names[verdict]} {n}" for verdict, n in counts(left).items() if n)
    return words["summary"].format(
        left=len(left), total=len(claims()), parts=words["between"].join(found)
    )


def _controls(choice: Choice, lang: str) -> list[dict]:
    words = WORDS[lang]
    lessons = sorted({lesson for row in claims() for lesson in row.lessons})
    options = {
        "section": [(str(n), title) for n, title in enumerate(sections(lang))],
        "verdict": list(zip(VERDICTS, words["verdicts"], strict=True)),
        "lesson": [(lesson, words["lesson"].format(lesson)) for lesson in lessons],
    }
    return [
        {
            "name": name,
            "label": words["fields"][name],
            "value": getattr(choice, name),
            "options": [("", words["all"]), *these],
        }
        for name, these in options.items()
    ]


def _row(row: Claim, lang: str) -> dict:
    """A row for the browser; its tone is the place of its verdict."""
    tone = VERDICTS.index(row.verdict)
    return {"number": row.number, "tone": tone} | asdict(row.wording(lang))


def _plain(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.words for piece in pieces)


def table_as_html(choice: Choice, lang: str) -> str:
    """The rows that are left as a table, with links that need no widget."""
    words, left = WORDS[lang], chosen(claims(), choice, lang)
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in words["columns"])
    body = ""
    for row in left:
        wording = row.wording(lang)
        cells = (_html(wording.claim), escape(wording.verdict), _html(wording.evidence))
        body += f'<tr><th scope="row">{row.number}</th>'
        body += "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    title = f"<caption>{escape(summary(left, lang))}</caption>"
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html(pieces: tuple[Piece, ...]) -> str:
    kinds = {
        "strong": "<strong>{words}</strong>",
        "code": "<code>{words}</code>",
        "lesson": '<a href="{target}">{words}</a>',
        "paper": '<a href="https://doi.org/{target}">{words}</a>',
    }
    return "".join(
        kinds.get(piece.kind, "{words}").format(
            words=escape(piece.words), target=escape(piece.target)
        )
        for piece in pieces
    )
