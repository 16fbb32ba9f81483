"""A drawing list as SVG text: the one renderer, for the live picture and for the still one.

The live picture names its colours as CSS variables, so that the page's light or dark theme decides;
a still one carries the colours of light paper. Curves are clipped by giving every panel an <svg>
of its own. The handles come last, each an element that can be focused, with its place and step as
data attributes: that is all that the browser needs to report a move. Their group is always the last
child, so that the browser can keep the elements, and with them the focus, from picture to picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, log10

from mlp_teach.colors import PALETTE
from mlp_teach.widgets.drawing import Arrow, Dot, Drawing, Handle, Line, Panel, Table
from mlp_teach.widgets.frame import (
    GAP,
    Frame,
    frame,
    legend_rows,
    legend_width,
    log_ticks,
    sample_width,
    ticks,
)
from mlp_teach.widgets.marks import Colors, color, dot, handle, mark, px

FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', sans-serif"
NARROWEST = 280  # pixels of width a panel needs: where there are fewer, the rest moves below
WIDTH = 760.0  # pixels, before a page has said how wide it is
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
STILL = {"shine": "mlp-shine"} | {name: light for name, (light, _) in PALETTE.items()}
LIVE = {"shine": "mlp-shine-live"} | {name: f"var(--mlp-{name})" for name in PALETTE}
SHINE = (
    '<radialGradient id="{}" cx="0.36" cy="0.32" r="0.7"><stop stop-color="#fff" '
    'stop-opacity="0.6"/><stop offset="0.6" stop-color="#fff" stop-opacity="0.05"/>'
    '<stop offset="1" stop-color="#000" stop-opacity="0.22"/></radialGradient>'
)


def render(drawing: Drawing, width: float = WIDTH, colors: Colors = STILL) -> str:
    """The drawing as one <svg> element of this width in pixels."""
    pictures, handles, height = "", "", 0.0
    for panels, tall in _rows(drawing, width):
        left, shares = 0.0, sum(panel.share for panel in panels)
        for panel in panels:
            wide = width * panel.share / shares
            place = frame(panel, left, height, wide, tall)
            pictures += _panel(panel, place, colors)
            moved = (one for one in panel.marks if isinstance(one, Handle))
            handles += "".join(handle(one, place, colors) for one in moved)
            left += wide
        height += tall
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{px(width)}" height="{px(height)}" '
        f'viewBox="0 0 {px(width)} {px(height)}" role="{"group" if handles else "img"}" '
        f'aria-label="{escape(drawing.description)}" font-family="{FONT}" font-size="12">'
        f"{SHINE.format(colors['shine'])}"
        f'<rect width="100%" height="100%" fill="{colors["paper"]}"/><g>{pictures}</g>'
        f"<g>{handles}</g></svg>"
    )


def _rows(drawing: Drawing, width: float) -> list[tuple[Sequence[Panel], float]]:
    """The panels that stand beside each other, and the height of their row."""
    narrow = drawing.narrow
    if narrow and width < narrow.below:
        return [((p,), tall) for p, tall in zip(narrow.panels, narrow.heights, strict=True)]
    count = len(drawing.panels)
    most = max(1, min(count, int(width / NARROWEST)))
    columns = ceil(count / ceil(count / most))  # rows of one length
    starts = range(0, count, columns)
    return [(drawing.panels[i : i + columns], drawing.height) for i in starts]


def table(content: Table) -> str:
    """The numbers beneath a picture as an HTML table."""
    head = "".join(
        f'<th scope="col">{escape(cell)}</th>' if cell else "<td></td>" for cell in content.header
    )
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in content.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def as_text(drawing: Drawing) -> str:
    """What the drawing says, for a terminal and for whoever gets no picture."""
    rows = [list(drawing.table.header), *map(list, drawing.table.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([drawing.description, drawing.summary, *(line.rstrip() for line in lines)])


def _panel(panel: Panel, place: Frame, colors: Colors) -> str:
    return (
        _words(panel, place, colors)
        + ("" if panel.bare else _axes(panel, place, colors))
        + f'<svg x="{px(place.left)}" y="{px(place.top)}" width="{px(place.width)}" '
        f'height="{px(place.height)}">{"".join(mark(m, place, colors) for m in panel.marks)}</svg>'
    )


def _words(panel: Panel, place: Frame, colors: Colors) -> str:
    """Title, names of the axes and legend, outside the axes."""
    middle_x, middle_y = place.left + place.width / 2, place.top + place.height / 2
    top = place.top - GAP / 2 - 18 * len(legend_rows(panel, place.room))
    parts = []
    if panel.title:
        parts.append(_word(place.left, top, panel.title, colors["ink"], "start", bold=True))
    if panel.x_label:
        bottom = place.top + place.height + (12 if panel.bare else 34)
        parts.append(_word(middle_x, bottom, panel.x_label, colors["ink"], "middle"))
    if panel.y_label:
        turn = f' transform="rotate(-90 {px(place.left - 52)} {px(middle_y)})"'
        word = _word(place.left - 52, middle_y, panel.y_label, colors["ink"], "middle", turn=turn)
        parts.append(word)
    return "".join(parts) + _legend(panel, place, colors)


def _word(x, y, text: str, fill: str, anchor: str, bold: bool = False, turn: str = "") -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{px(x)}" y="{px(y)}" text-anchor="{anchor}" fill="{fill}"{weight}{turn}>'
        f"{escape(text)}</text>"
    )


def _legend(panel: Panel, place: Frame, colors: Colors) -> str:
    y, parts = place.top - GAP / 2 - 4, []
    for row in reversed(legend_rows(panel, place.room)):
        x = place.left
        for item in row:
            parts.append(_sample(item, x, y, colors))
            words = x + sample_width(item)
            parts.append(_word(words, y + 4, item.label, colors["ink"], "start"))
            x += legend_width(item)
        y -= 18
    return "".join(parts)


def _sample(item: Line | Dot | Arrow, x: float, y: float, colors: Colors) -> str:
    if isinstance(item, Dot):
        return dot(item, px(x + item.size + 2), px(y), colors)
    paint = color(item.color, colors)
    dashes = ' stroke-dasharray="6 4"' if isinstance(item, Line) and item.dashed else ""
    head = ""
    if isinstance(item, Arrow):
        head = f'<path d="M{px(x + 20)},{px(y)}l-8,-4v8Z" fill="{paint}"/>'
    end = x + (14 if head else 20)
    return (
        f'<line x1="{px(x)}" y1="{px(y)}" x2="{px(end)}" y2="{px(y)}" stroke="{paint}" '
        f'stroke-width="3"{dashes}/>{head}'
    )


def _axes(panel: Panel, place: Frame, colors: Colors) -> str:
    """A thin grid with its numbers outside; no box around it."""
    parts = []
    for value in ticks(*place.x_range, wanted=max(2, round(place.width / 70))):
        x = place.left + float(place.x(value))
        parts.append(_grid_line(x, place.top, x, place.top + place.height, colors))
        below = place.top + place.height + 16
        parts.append(_word(x, below, _tick(value), colors["muted"], "middle"))
    choose = log_ticks if panel.log else ticks
    for value in choose(*place.y_range):
        y = place.top + float(place.y(value))
        parts.append(_grid_line(place.left, y, place.left + place.width, y, colors))
        parts.append(_word(place.left - 7, y + 4, _tick(value), colors["muted"], "end"))
    return "".join(parts)


def _grid_line(x1: float, y1: float, x2: float, y2: float, colors: Colors) -> str:
    ends = f'x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}"'
    return f'<line {ends} stroke="{colors["grid"]}"/>'


def _tick(value: float) -> str:
    """Powers of ten beyond four digits as such: what is longer would leave the page."""
    power = round(log10(value), 9) if value > 0 else 0.0
    if abs(power) > 3 and power == round(power):
        return "10" + f"{power:.0f}".translate(RAISED)
    return f"{value:g}".replace("-", "\u2212")
