"""Drawing lists: what a widget shows, as plain data in the units of the physics.

A widget is three things: a state, a function from state to Drawing, and a function from state and
event to the next state. None of them knows of a browser: `svg.render` turns a Drawing into a
picture, `canvas.Canvas` shows it and sends back what the learner moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Numbers = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Line:
    """A curve through points; `width` in pixels; with a label it enters the legend."""

    x: Numbers
    y: Numbers
    color: str = "blue"
    width: float = 2.0
    dashed: bool = False
    label: str = ""


@dataclass(frozen=True, eq=False)
class Area:
    """Closed outlines, filled; a hole is an outline inside another one.

    Each is equal to itself alone: one that stays from picture to picture is written only once.
    """

    outlines: Sequence[np.ndarray]  # each points x 2
    color: str = "blue"
    opacity: float = 0.15


@dataclass(frozen=True)
class Ball:
    """An atom of this `radius` (units of the axes); `color` is a palette name or #rrggbb."""

    x: float
    y: float
    radius: float
    color: str
    label: str = ""


@dataclass(frozen=True)
class Ring:
    """A circle's outline, `radius` in the units of the axes: a cutoff."""

    x: float
    y: float
    radius: float
    color: str = "muted"
    dashed: bool = True


@dataclass(frozen=True)
class Dot:
    """A marker of fixed `size` (pixels) on a curve."""

    x: float
    y: float
    color: str = "blue"
    size: float = 4.5
    hollow: bool = False
    label: str = ""


@dataclass(frozen=True)
class Arrow:
    """A vector (dx, dy) from (x, y): a force.

    `shift` moves it that many pixels to its left, so that two equal ones lie side by side.
    """

    x: float
    y: float
    dx: float
    dy: float
    color: str = "blue"
    shift: float = 0.0
    label: str = ""


@dataclass(frozen=True)
class Text:
    """Words at a point, moved from it by `dy` pixels; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    color: str = "muted"
    anchor: str = "middle"
    dy: float = 0.0


@dataclass(frozen=True)
class Handle:
    """A place that the learner drags, or focuses and moves by `step` with the arrow keys."""

    name: str
    x: float
    y: float
    label: str
    radius: float = 0.0  # in the units of the axes; never less than a finger needs
    step: float = 0.05


Mark = Line | Area | Ball | Ring | Dot | Arrow | Text | Handle


@dataclass(frozen=True)
class Panel:
    """One pair of axes with what stands in it; later marks lie over earlier ones.

    `equal` gives both axes one scale (a map of atoms), `bare` leaves out ticks and grid, `log`
    makes the y axis logarithmic. `share` is the panel's part of the width.
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    marks: Sequence[Mark]
    title: str = ""
    x_label: str = ""
    y_label: str = ""
    equal: bool = False
    bare: bool = False
    log: bool = False
    share: float = 1.0


@dataclass(frozen=True)
class Slider:
    """A number to choose; `text` is what stands beside it, such as 'η = 0.5 Å⁻²'."""

    name: str
    label: str
    value: float
    low: float
    high: float
    step: float
    text: str


@dataclass(frozen=True)
class Choice:
    """One of several named options."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]  # (value, what the learner reads)


@dataclass(frozen=True)
class Button:
    """Something to do once."""

    name: str
    label: str


Control = Slider | Choice | Button


@dataclass(frozen=True)
class Table:
    """The same numbers as text; the first column names the row."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Narrow:
    """How a drawing looks on a page of fewer than `below` pixels: these panels one beneath the
    other, each with its own height in pixels."""

    below: float
    panels: Sequence[Panel]
    heights: Sequence[float]


@dataclass(frozen=True)
class Drawing:
    """Everything that a widget shows for one state.

    `description` says what kind of picture it is (for those who do not see it), `summary` what it
    shows now, in one line of numbers.
    """

    panels: Sequence[Panel]
    table: Table
    description: str
    summary: str = ""
    controls: Sequence[Control] = ()
    height: float = 330.0  # pixels, of one row of panels
    narrow: Narrow | None = None  # without it, panels that find no room move below


@dataclass(frozen=True)
class Moved:
    """The learner moved the handle `name` to (x, y), in the units of its panel."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Changed:
    """The learner set the control `name`; a button's value is True."""

    name: str
    value: float | str | bool


Event = Moved | Changed


def number(value: float, digits: int = 3) -> str:
    """A number as a reader wants it: fixed digits and a real minus sign."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "\u2212")
