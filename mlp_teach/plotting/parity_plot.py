"""Parity: predicted against reference values; a perfect model has all points on the diagonal."""

from __future__ import annotations

from math import floor, log10

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from mlp_teach.plotting.style import COLORS, Picture, finish, new_axes, say
from mlp_teach.training.metrics import Comparison

LABELS = {
    "energy": ("Energy", "エネルギー", "meV/atom"),
    "forces": ("Forces", "力", "meV/Å"),
    "stress": ("Stress", "応力", "GPa"),
}
SMALL = 2000  # points above which they are drawn small and pale
LONG = 5  # signs of a number; five that are longer come close to each other below an axis


def parity(
    comparison: Comparison,
    name: str,
    ax: Axes | None = None,
    *,
    reference: str = "DFT",
    lang: str = "en",
) -> Axes:
    """Predicted against reference 'energy', 'forces' or 'stress'; MAE and RMSE in the title.

    Long numbers, as total energies are, are written from a round number on: "DFT + 468000".
    """
    truth, prediction = _values(comparison, name)
    english, japanese, unit = LABELS[name]
    ax = new_axes(ax, size=(4.2, 4.0))
    low = min(truth.min(), prediction.min())
    high = max(truth.max(), prediction.max())
    margin = 0.04 * (high - low) or 1.0
    ends = (low - margin, high + margin)
    ax.plot(ends, ends, color=COLORS["muted"], linewidth=1, zorder=1)
    many = len(truth) > SMALL
    ax.plot(
        truth,
        prediction,
        ".",
        color=COLORS["blue"],
        markersize=2 if many else 5,
        alpha=0.4 if many else 0.8,
        rasterized=many,
        zorder=2,
    )
    ax.set(xlim=ends, ylim=ends, aspect="equal")
    what = say(lang, english, japanese)
    title = f"{what}: MAE {comparison.mae(name):.3g}, RMSE {comparison.rmse(name):.3g} {unit}"
    shift = _count_from(ax, *ends)
    x = say(lang, f"{reference}{shift} ({unit})", f"{reference}{shift}（{unit}）")
    y = say(lang, f"model{shift} ({unit})", f"モデル{shift}（{unit}）")
    return finish(ax, lang, title, x, y, text=_sentence(comparison, name, lang))


def parity_figure(comparison: Comparison, *, reference: str = "DFT", lang: str = "en") -> Picture:
    """A panel for each of energy, forces and stress that has reference values."""
    names = [name for name in LABELS if getattr(comparison, name) is not None]
    figure = Picture(4.0 * len(names), 3.9)
    for name, ax in zip(names, figure.subplots(1, len(names), squeeze=False)[0], strict=True):
        parity(comparison, name, ax, reference=reference, lang=lang)
    return figure


def parity_text(comparison: Comparison, *, lang: str = "en") -> str:
    """One line a quantity: number of values, range, MAE, RMSE and R²."""
    names = [name for name in LABELS if getattr(comparison, name) is not None]
    return "\n".join(_sentence(comparison, name, lang) for name in names)


def _count_from(ax: Axes, low: float, high: float) -> str:
    """Few enough ticks for both axes; returns what was added to their numbers to shorten them."""
    place = floor(log10(high - low))
    decimals = max(0, 1 - place)
    longest = max(len(f"{end:.{decimals}f}") for end in (low, high))
    middle = (low + high) / 2
    far = longest > LONG and abs(middle) > high - low
    origin = round(middle, -place - 1) if far else 0.0  # a multiple of the ticks' distance
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: _short(value - origin, decimals)))
    if origin == 0:
        return ""
    return f" {'+' if origin < 0 else '−'} {abs(origin):.{max(0, -place - 1)}f}"


def _short(value: float, decimals: int) -> str:
    """The number without zeros at its end, a true minus sign, and no minus before a zero."""
    text = f"{value:.{decimals + 1}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def _sentence(comparison: Comparison, name: str, lang: str) -> str:
    truth, _ = _values(comparison, name)
    english, japanese, unit = LABELS[name]
    low, high = f"{truth.min():.4g}", f"{truth.max():.4g} {unit}"
    errors = f"MAE {comparison.mae(name):.3g} {unit}, RMSE {comparison.rmse(name):.3g} {unit}"
    if np.ptp(truth) > 0:  # R² compares with the spread of the reference
        errors += f", R² {comparison.r2(name):.4f}"
    return say(
        lang,
        f"{english}: {len(truth)} reference values from {low} to {high}; {errors}.",
        f"{japanese}：参照値 {len(truth)} 個（{low} 〜 {high}）、{errors}。",
    )


def _values(comparison: Comparison, name: str):
    values = getattr(comparison, name, None)
    if values is None:
        there = [label for label in LABELS if getattr(comparison, label) is not None]
        raise ValueError(
            f"There are no reference values of {name!r} to draw; there are of: "
            f"{', '.join(there) or 'nothing'}."
        )
    return values
