"""Where a panel's axes lie on the page, and the round numbers beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mlp_teach.widgets.drawing import Arrow, Dot, Line, Numbers, Panel

GAP = 14  # pixels around everything
LEGEND_GAP = 14  # pixels between two samples


@dataclass(frozen=True)
class Frame:
    """The axes' rectangle in pixels and the ranges that they span; data to pixels inside it."""

    left: float
    top: float
    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    log: bool = False
    room: float = 0.0  # pixels for a line of the legend

    def x(self, value: Numbers | float) -> np.ndarray | float:
        low, high = self.x_range
        return (np.asarray(value, dtype=float) - low) / (high - low) * self.width

    def y(self, value: Numbers | float) -> np.ndarray | float:
        value, (low, high) = np.asarray(value, dtype=float), self.y_range
        if self.log:
            low, high = math.log10(low), math.log10(high)
            value = np.log10(np.maximum(value, 1e-300))
        return (high - value) / (high - low) * self.height

    @property
    def scale(self) -> float:
        """Pixels a unit of x."""
        return self.width / (self.x_range[1] - self.x_range[0])


def frame(panel: Panel, left: float, top: float, width: float, height: float) -> Frame:
    """The axes inside the panel's place on the page, once room for the words is taken off."""
    before = GAP if panel.bare else 48 + 18 * bool(panel.y_label)  # a number such as −0.125
    wide = room = width - before - GAP
    above = GAP + 20 * bool(panel.title) + 18 * len(legend_rows(panel, room))
    below = (GAP + 8 * bool(panel.x_label)) if panel.bare else 22 + 20 * bool(panel.x_label)
    tall = height - above - below
    if panel.equal:  # the longer side shrinks until both axes have one scale
        spans = [high - low for low, high in (panel.x_range, panel.y_range)]
        scale = min(wide / spans[0], tall / spans[1])
        wide, tall = scale * spans[0], scale * spans[1]
    edges = (panel.x_range, panel.y_range)
    return Frame(left + before, top + above, wide, tall, *edges, panel.log, room)


def legend(panel: Panel) -> list[Line | Dot | Arrow]:
    """The marks that carry a label and so enter the legend."""
    return [m for m in panel.marks if isinstance(m, Line | Dot | Arrow) and m.label]


def legend_rows(panel: Panel, room: float) -> list[list[Line | Dot | Arrow]]:
    """The legend in lines of at most so many pixels, none of them empty."""
    rows, used = [], 0.0
    for item in legend(panel):
        wide = legend_width(item)
        if not rows or used + wide - LEGEND_GAP > room:
            rows, used = [*rows, []], 0.0
        rows[-1].append(item)
        used += wide
    return rows


def legend_width(item: Line | Dot | Arrow) -> float:
    """Pixels of a sample, its words and the gap after them, about."""
    words = sum(12.5 if ord(letter) > 0x2E80 else 6.6 for letter in item.label)
    return sample_width(item) + words + LEGEND_GAP


def sample_width(item: Line | Dot | Arrow) -> float:
    """Pixels from the start of a sample to its words."""
    return 2 * item.size + 8 if isinstance(item, Dot) else 26.0


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers from low to high, about as many as wanted, in steps of 1, 2 or 5."""
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * min((1, 2, 5, 10), key=lambda factor: abs(math.log(factor * power / raw)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(n * step, 12) for n in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten from low to high, with 2 and 5 between them where there would be few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1,) if len(powers) > 4 else (1, 2, 5)
    chosen = [f * 10.0**p for p in powers for f in factors if low <= f * 10.0**p <= high]
    return chosen if len(chosen) > 1 else [value for value in ticks(low, high) if value > 0]
