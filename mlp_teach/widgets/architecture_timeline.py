"""Timeline of architectures, from Behler and Parrinello to the pretrained potentials.

Move along the years by dragging the handle or with the arrow keys, step from one to the next with
the buttons, or choose one by its name; a card beside the picture says what its idea is, what it
takes in, what it was trained on, and where it stands in this library.
"""

from __future__ import annotations

from mlp_teach.widgets.drawing import (
    Button,
    Choice,
    Control,
    Drawing,
    Mark,
    Narrow,
    Panel,
    Table,
    number,
)
from mlp_teach.widgets.frame import GAP
from mlp_teach.widgets.timeline_entries import ENTRIES, INPUTS, Entry
from mlp_teach.widgets.timeline_scene import (
    ALL,
    CARD_ROWS,
    END,
    FIRST,
    RAIL,
    TimelineState,
    card_marks,
    map_marks,
    named,
    of_kind,
    timeline_update,
)

HEIGHT = 460.0  # pixels
NARROW = 640.0  # pixels of a page on which the names would lie on the dots
CARD_EDGES = 2 * GAP + 20  # pixels around the card's lines, its title among them
WORDS = {
    "en": {
        "description": "A row for each of the descriptors, architectures and pretrained "
        "potentials of 2007 to 2024, with a dot in the year of its preprint and in that of its "
        "journal, and a card for the chosen one.",
        "title": "Drag the year, or choose a name",
        "handle": "year: {year}",
        "entry": "Name",
        "takes": "Takes in",
        "all": "all",
        "earlier": "earlier one",
        "later": "later one",
        "inputs": {
            "descriptor": "descriptor by hand",
            "distances": "distances",
            "angles": "distances and angles",
            "vectors": "vectors",
            "tensors": "tensors",
        },
        "dates": ("preprint", "journal or proceedings"),
        "preprint": "Preprint: arXiv:{arxiv} ({year})",
        "no_preprint": "No preprint that we know of",
        "published": "{venue} ({year})",
        "unpublished": "In no journal that we know of",
        "input": "Takes in: {what}",
        "trained": "Trained on: {what}",
        "pretrained": "Pretrained for nearly all elements",
        "library": "Here: {file}",
        "no_library": "Not in this library",
        "errors": {
            "ethanol": "Forces of ethanol: MAE {value} meV/Å (1,000 frames of revised MD17; "
            "MACE's paper, Table 1)",
            "md17": "Forces of ethanol: MAE {value} meV/Å (1,000 frames of the first "
            "MD17; MACE's paper, Table 1)",
            "hull": "Energy above the hull: MAE {value} meV/atom (257,000 crystals; "
            "Matbench Discovery)",
        },
        "short": {
            "ethanol": "{value} meV/Å, ethanol",
            "md17": "{value} meV/Å, ethanol of the first MD17",
            "hull": "{value} meV/atom, above the hull",
        },
        "header": (
            "name",
            "preprint",
            "journal",
            "takes in",
            "trained on",
            "error (MAE)",
            "in mlp_teach",
            "DOI",
        ),
        "none": "–",
        "summary": "{name}, {year}. {idea} Up to {until}: {count} of {total}.",
    },
    "ja": {
        "description": "2007 年から 2024 年までの記述子、アーキテクチャ、事前訓練済みポテンシャルを"
        "1 行ずつ並べ、プレプリントの年と論文誌の年に点を打ちます。"
        "選んだものの説明を横に示します。",
        "title": "年をドラッグするか、名前を選ぶ",
        "handle": "年：{year}",
        "entry": "名前",
        "takes": "入力",
        "all": "すべて",
        "earlier": "1 つ前へ",
        "later": "1 つ次へ",
        "inputs": {
            "descriptor": "人が設計した記述子",
            "distances": "距離",
            "angles": "距離と角度",
            "vectors": "ベクトル",
            "tensors": "テンソル",
        },
        "dates": ("プレプリント", "論文誌・会議録"),
        "preprint": "プレプリント：arXiv:{arxiv}（{year}）",
        "no_preprint": "プレプリントは見つからない",
        "published": "{venue}（{year}）",
        "unpublished": "論文誌での発表は見つからない",
        "input": "入力：{what}",
        "trained": "訓練：{what}",
        "pretrained": "ほぼすべての元素について事前訓練済み",
        "library": "このライブラリ：{file}",
        "no_library": "このライブラリにはない",
        "errors": {
            "ethanol": "エタノールの力：MAE {value} meV/Å（改訂 MD17 の 1,000 構造。"
            "MACE の論文の表 1）",
            "md17": "エタノールの力：MAE {value} meV/Å（最初の MD17 の 1,000 構造。"
            "MACE の論文の表 1）",
            "hull": "凸包からのエネルギー：MAE {value} meV/atom（結晶 257,000 個。"
            "Matbench Discovery）",
        },
        "short": {
            "ethanol": "{value} meV/Å、エタノール",
            "md17": "{value} meV/Å、最初の MD17 のエタノール",
            "hull": "{value} meV/atom、凸包から",
        },
        "header": (
            "名前",
            "プレプリント",
            "論文誌",
            "入力",
            "訓練データ",
            "誤差（MAE）",
            "mlp_teach",
            "DOI",
        ),
        "none": "–",
        "summary": "{name}（{year} 年）。{idea}{until} 年までに {total} 個のうち {count} 個。",
    },
}


def architecture_timeline(lang: str = "en", name: str = "Behler-Parrinello", takes: str = ALL):
    """The widget, at first with this entry chosen, in its year, and this kind of input shown:
    descriptor, distances, angles, vectors, tensors or all.

    Raises ValueError for a name or kind that is not there, and for one that hides the other.
    """
    from mlp_teach.widgets.canvas import Canvas

    entry = named(name)
    if entry not in of_kind(takes):
        raise ValueError(f"{name} takes in {entry.takes}, not {takes}: it would be hidden.")
    return Canvas(
        TimelineState(entry.first, takes, name),
        lambda state: timeline_picture(state, lang),
        timeline_update,
        lang,
        "architecture_timeline",
    )


def timeline_picture(state: TimelineState, lang: str = "en") -> Drawing:
    """Timeline, card, table and summary of one state."""
    words, entry = WORDS[lang], named(state.chosen)
    shown = [one for one in of_kind(state.takes) if one.first <= state.year]
    years, rows = (FIRST - 1.0, END + 1.0), (RAIL - 2.0, 0.0)
    timeline = Panel(years, rows, map_marks(state, words), title=words["title"], bare=True)
    card = card_marks(card_lines(entry, lang))
    line = (HEIGHT - CARD_EDGES) / CARD_ROWS
    used = 0.5 - min(mark.y for mark in card)
    low, height = _card(entry, card, used), CARD_EDGES + used * line
    return Drawing(
        panels=(timeline, _card(entry, card, float(CARD_ROWS))),
        narrow=Narrow(NARROW, (timeline, low), (HEIGHT, height)),
        table=_table(state, lang),
        description=words["description"],
        summary=words["summary"].format(
            name=entry.name,
            year=entry.first,
            idea=_said(entry.idea, lang),
            until=state.year,
            count=len(shown),
            total=len(ENTRIES),
        ),
        controls=_controls(state, words),
        height=HEIGHT,
    )


def _card(entry: Entry, marks: list[Mark], rows: float) -> Panel:
    """The card with room for so many lines."""
    return Panel((0.0, 1.0), (-rows, 0.0), marks, title=entry.name, bare=True)


def card_lines(entry: Entry, lang: str) -> list[tuple[str, str]]:
    """What the card says: a colour and a text for each paragraph."""
    words = WORDS[lang]
    preprint = words["preprint"] if entry.arxiv else words["no_preprint"]
    published = words["published"] if entry.published else words["unpublished"]
    lines = [
        ("muted", entry.authors),
        ("muted", published.format(venue=entry.venue, year=entry.published)),
        ("muted", preprint.format(arxiv=entry.arxiv, year=entry.preprint)),
        ("muted", f"doi:{entry.doi}"),
        ("ink", ""),
        ("ink", _said(entry.idea, lang)),
        ("ink", ""),
        ("ink", words["input"].format(what=words["inputs"][entry.takes])),
        ("ink", words["trained"].format(what=_said(entry.trained, lang))),
    ]
    if entry.pretrained:
        lines.append(("ink", words["pretrained"]))
    if entry.error is not None:
        lines += [("ink", ""), ("ink", _error(entry, words["errors"]))]
    library = words["library"] if entry.file else words["no_library"]
    return [*lines, ("ink", ""), ("muted", library.format(file=entry.file))]


def _said(texts: tuple[str, str], lang: str) -> str:
    return texts[("en", "ja").index(lang)]


def _error(entry: Entry, forms: dict) -> str:
    """The error in the words of one of the forms; meV/atom without decimals."""
    digits = 0 if entry.error_of == "hull" else 1
    return forms[entry.error_of].format(value=number(entry.error, digits))


def _controls(state: TimelineState, words: dict) -> tuple[Control, ...]:
    kinds = ((ALL, words["all"]), *((one, words["inputs"][one]) for one in INPUTS))
    names = tuple((entry.name, entry.name) for entry in ENTRIES)
    return (
        Choice("entry", words["entry"], state.chosen, names),
        Choice("takes", words["takes"], state.takes, kinds),
        Button("earlier", words["earlier"]),
        Button("later", words["later"]),
    )


def _table(state: TimelineState, lang: str) -> Table:
    """All of the chosen kind, whatever the year."""
    words = WORDS[lang]
    none = words["none"]
    rows = tuple(
        (
            entry.name,
            str(entry.preprint or none),
            str(entry.published or none),
            words["inputs"][entry.takes],
            _said(entry.trained, lang),
            none if entry.error is None else _error(entry, words["short"]),
            entry.file.removeprefix("mlp_teach/") or none,
            entry.doi,
        )
        for entry in of_kind(state.takes)
    )
    return Table(words["header"], rows)
