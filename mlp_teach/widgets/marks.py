"""Each mark of a drawing list as SVG, one short function a mark."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import numpy as np

from mlp_teach.widgets.drawing import (
    Area,
    Arrow,
    Ball,
    Dot,
    Handle,
    Line,
    Mark,
    Numbers,
    Ring,
    Text,
)
from mlp_teach.widgets.frame import Frame

FINGER = 13  # pixels: no handle has a smaller radius
HEAD, SHAFT = 9, 3.5  # pixels: length of an arrow's head, width of its shaft

Colors = dict[str, str]


def mark(what: Mark, frame: Frame, colors: Colors) -> str:
    """One mark as SVG text in the pixels of its frame; nothing for a Handle: see `handle`."""
    match what:
        case Line():
            return _line(what, frame, colors)
        case Area():
            return _area(what, frame, colors)
        case Ball():
            return _ball(what, frame, colors)
        case Ring():
            return _ring(what, frame, colors)
        case Dot():
            return dot(what, px(frame.x(what.x)), px(frame.y(what.y)), colors)
        case Arrow():
            return _arrow(what, frame, colors)
        case Text():
            return _text(what, frame, colors)
        case Handle():
            return ""


def px(value) -> str:
    """A length in pixels, to a tenth: what the eye can tell, and short."""
    return f"{value:.1f}".removesuffix(".0")


def color(name: str, colors: Colors) -> str:
    """A palette colour by its name; #rrggbb stands for itself."""
    return name if name.startswith("#") else colors[name]


def dot(what: Dot, x: str, y: str, colors: Colors) -> str:
    paint = color(what.color, colors)
    fill = colors["paper"] if what.hollow else paint
    return (
        f'<circle cx="{x}" cy="{y}" r="{px(what.size)}" fill="{fill}" stroke="{paint}" '
        f'stroke-width="2"/>'
    )


def handle(what: Handle, frame: Frame, colors: Colors) -> str:
    """A focusable place with all that the front end needs to report a move of it."""
    x, y = px(frame.left + frame.x(what.x)), px(frame.top + frame.y(what.y))
    radius = max(what.radius * frame.scale, FINGER)
    bounds = " ".join(f"{v:.6g}" for v in (*frame.x_range, *frame.y_range))
    box = " ".join(px(v) for v in (frame.left, frame.top, frame.width, frame.height))
    return (
        f'<g class="mlp-handle" tabindex="0" role="slider" aria-label="{escape(what.label)}" '
        f'aria-valuenow="{what.x:.4f}" aria-valuetext="x {what.x:.2f}, y {what.y:.2f}" '
        f'data-name="{escape(what.name)}" data-x="{what.x:.6g}" data-y="{what.y:.6g}" '
        f'data-step="{what.step:g}" data-bounds="{bounds}" data-box="{box}">'
        f'<circle cx="{x}" cy="{y}" r="{px(radius + 4)}" fill="none" pointer-events="all" '
        f'stroke="{colors["ink"]}" stroke-width="1.5" stroke-dasharray="3 3"/></g>'
    )


def _points(x: Numbers, y: Numbers, frame: Frame) -> str:
    places = np.clip(np.stack([frame.x(x), frame.y(y)], axis=1), -1e4, 1e4)
    all_at_once = " ".join(["%.1f,%.1f"] * len(places))  # half the time of one after the other
    return all_at_once % tuple(places.ravel().tolist())


def _line(what: Line, frame: Frame, colors: Colors) -> str:
    dashes = ' stroke-dasharray="6 4"' if what.dashed else ""
    return (
        f'<polyline points="{_points(what.x, what.y, frame)}" fill="none" '
        f'stroke="{color(what.color, colors)}" stroke-width="{px(what.width)}" '
        f'stroke-linejoin="round" stroke-linecap="round"{dashes}/>'
    )


def _area(what: Area, frame: Frame, colors: Colors) -> str:
    return (
        f'<path d="{_path(what, frame)}" fill="{color(what.color, colors)}" fill-rule="evenodd" '
        f'fill-opacity="{what.opacity:g}"/>'
    )


@lru_cache(maxsize=64)  # a landscape has thousands of points and stays while an atom moves over it
def _path(what: Area, frame: Frame) -> str:
    return "".join(f"M{_points(*outline.T, frame)}Z" for outline in what.outlines)


def _ball(what: Ball, frame: Frame, colors: Colors) -> str:
    """A disc with a rim that shows on any paper, and light from above left."""
    x, y, radius = float(frame.x(what.x)), float(frame.y(what.y)), what.radius * frame.scale
    circle = f'<circle cx="{px(x)}" cy="{px(y)}" r="{px(radius)}"'
    label = ""
    if what.label:
        label = (
            f'<text x="{px(x)}" y="{px(y + 4)}" text-anchor="middle" font-weight="600" '
            f'fill="{_legible(what.color)}">{escape(what.label)}</text>'
        )
    return (
        f'{circle} fill="{color(what.color, colors)}" stroke="{colors["muted"]}"/>'
        f'{circle} fill="url(#{colors["shine"]})"/>{label}'
    )


def _legible(fill: str) -> str:
    """Black or white, whichever stands out from a fill of #rrggbb."""
    if not fill.startswith("#"):
        return "#ffffff"
    red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"


def _ring(what: Ring, frame: Frame, colors: Colors) -> str:
    dashes = ' stroke-dasharray="5 5"' if what.dashed else ""
    return (
        f'<circle cx="{px(frame.x(what.x))}" cy="{px(frame.y(what.y))}" '
        f'r="{px(what.radius * frame.scale)}" fill="none" '
        f'stroke="{color(what.color, colors)}" stroke-width="1.5"{dashes}/>'
    )


def _arrow(what: Arrow, frame: Frame, colors: Colors) -> str:
    start = np.array([frame.x(what.x), frame.y(what.y)])
    tip = np.array([frame.x(what.x + what.dx), frame.y(what.y + what.dy)])
    length = float(np.linalg.norm(tip - start))
    if length < 1:  # shorter than a pixel: no direction to show
        return ""
    along = (tip - start) / length
    left = np.array([along[1], -along[0]])  # pixels count downwards
    start, tip = start + what.shift * left, tip + what.shift * left
    neck = tip - min(HEAD, length) * along
    wing = 0.5 * min(HEAD, length) * left
    triangle = " ".join(f"{px(x)},{px(y)}" for x, y in (tip, neck + wing, neck - wing))
    shaft = f'x1="{px(start[0])}" y1="{px(start[1])}" x2="{px(neck[0])}" y2="{px(neck[1])}"'
    paint, paper = color(what.color, colors), colors["paper"]
    return (  # with a rim of paper, so that it stands out from an atom of its own colour
        f'<line {shaft} stroke="{paper}" stroke-width="{px(SHAFT + 3)}"/>'
        f'<polygon points="{triangle}" fill="{paint}" stroke="{paper}" stroke-width="3" '
        f'stroke-linejoin="round" paint-order="stroke"/>'
        f'<line {shaft} stroke="{paint}" stroke-width="{px(SHAFT)}"/>'
    )


def _text(what: Text, frame: Frame, colors: Colors) -> str:
    return (
        f'<text x="{px(frame.x(what.x))}" y="{px(frame.y(what.y) + what.dy)}" '
        f'text-anchor="{what.anchor}" fill="{color(what.color, colors)}">{escape(what.text)}</text>'
    )
