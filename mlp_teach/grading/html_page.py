"""Pages for people: one file without scripts and without links, in which all text is only text.

A browser is told the same (Content-Security-Policy), so that even a mistake here loads nothing and
runs nothing.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

MOST_LETTERS = 20_000  # of a student's text on a page
INVISIBLE = {n: f"\\u{n:04x}" for n in (0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F))}
INVISIBLE |= {n: f"\\u{n:04x}" for n in (*range(0x2060, 0x206A), 0xFEFF)}
INVISIBLE |= {n: "\ufffd" for n in (*range(9), *range(11, 32), *range(127, 160))}
STYLE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff;
       font: 1rem/1.6 system-ui, "Hiragino Sans", "Noto Sans CJK JP", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { border-bottom: 1px solid #ccc; padding: .25rem .75rem .25rem 0; text-align: left;
         vertical-align: top; }
th { white-space: nowrap; } main { overflow-x: auto; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: #f5f5f5; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere;
      font-size: .875rem; line-height: 1.45; }
.hint { background: #fff4d6; padding: .25rem .75rem; margin: .25rem 0; }
.note { color: #555; } .beside > td { width: 50%; padding-right: 1rem; }
@media print { body { margin: 0; } }
"""


class Html(str):
    """Text that is HTML already. All other text is made harmless."""

    __slots__ = ()


def escaped(words: object) -> Html:
    """The words as they are to be read; what cannot be seen, or would turn the line, is shown."""
    if isinstance(words, Html):
        return words
    plain = str(words).encode("utf-8", "replace").decode().translate(INVISIBLE)
    return Html(html.escape(plain))


def element(tag: str, content: object, css: str = "") -> Html:
    """<tag>content</tag>."""
    attribute = f' class="{css}"' if css else ""
    return Html(f"<{tag}{attribute}>{escaped(content)}</{tag}>")


def joined(parts: Iterable[object]) -> Html:
    """The parts one after the other."""
    return Html("\n".join(escaped(part) for part in parts))


def code(text: str) -> Html:
    """A program or a text as it was typed, up to MOST_LETTERS."""
    left = len(text) - MOST_LETTERS
    shown = text if left <= 0 else f"{text[:MOST_LETTERS]}\n… (+ {left})"
    return element("pre", shown)


def beside(left: object, right: object) -> Html:
    """Two things next to each other."""
    cells = joined([element("td", left), element("td", right)])
    return element("table", element("tr", cells, "beside"))


def page(title: str, lang: str, parts: Iterable[object]) -> str:
    """The whole file."""
    return (
        f'<!DOCTYPE html>\n<html lang="{escaped(lang)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{joined([element('h1', title), *parts])}\n</main>\n</body>\n</html>\n"
    )
