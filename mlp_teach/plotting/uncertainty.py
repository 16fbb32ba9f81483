"""Uncertainty against true error: how large the errors it foretells are, and which it finds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from mlp_teach.active_learning.calibration import (
    SIGMAS,
    Calibration,
    in_bins,
    normal_within,
    rank_correlation,
    sparsification,
    sparsification_area,
)
from mlp_teach.plotting.style import COLORS, DASHES, SERIES, finish, new_axes, say

Values = Float[np.ndarray, " values"]
SMALL = 2000  # points above which they are drawn small and pale
LAST = 0.98  # share taken away at which the curves end: a mean over the last few says nothing


def calibration_plot(
    uncertainty: Values,
    errors: Values,
    found: Calibration,
    ax: Axes | None = None,
    *,
    unit: str = "eV/Å",
    bins: int = 10,
    lang: str = "en",
) -> Axes:
    """|error| against scaled uncertainty, doubly logarithmic, with the root mean squares in bins.

    `found` is what `calibrate` says of the same values; the mean of its two scales is applied.
    """
    ax = new_axes(ax, size=(4.6, 4.0))
    spread = float(np.mean(found.scales)) * uncertainty
    many = len(errors) > SMALL
    size, pale = (2, 0.25) if many else (4, 0.6)
    shown = np.abs(errors) > 0  # a logarithm has no place for 0
    ax.plot(
        spread[shown],
        np.abs(errors[shown]),
        ".",
        color=COLORS["blue"],
        markersize=size,
        alpha=pale,
        rasterized=many,
        zorder=1,
    )
    ends = np.array([spread.min(), spread.max()])
    for sigmas, dash in zip(SIGMAS, ("-", "--"), strict=True):
        label = say(lang, f"{sigmas:g} standard deviations", f"標準偏差の {sigmas:g} 倍")
        ax.plot(ends, sigmas * ends, dash, color=COLORS["ink"], linewidth=1.2, label=label)
    label = say(lang, f"root mean squares in {bins} bins", f"{bins} 区間の二乗平均平方根")
    ax.plot(*in_bins(spread, errors, bins), "o-", color=COLORS["orange"], label=label, zorder=3)
    ax.set(xscale="log", yscale="log")
    ax.xaxis.set_minor_locator(LogLocator(subs=(2, 5)))
    for format_ticks in (ax.xaxis.set_major_formatter, ax.xaxis.set_minor_formatter):
        format_ticks("{x:g}")
    title = say(lang, "Error against uncertainty", "誤差と不確実性")
    x = say(lang, f"scaled uncertainty ({unit})", f"尺度を合わせた不確実性（{unit}）")
    y = say(lang, f"|error| ({unit})", f"|誤差|（{unit}）")
    return finish(ax, lang, title, x, y, text=calibration_text(found, lang=lang))


def calibration_text(found: Calibration, *, lang: str = "en") -> str:
    """All numbers of a calibration in a sentence."""
    one, two = (f"{100 * share:.1f} %" for share in found.within)
    normal_one, normal_two = (f"{100 * normal_within(sigmas):.1f} %" for sigmas in SIGMAS)
    low, high = sorted(found.scales)
    return say(
        lang,
        f"Rank correlation {found.rank:.2f}; scale {low:.3g} and {high:.3g} in the two halves; "
        f"{one} of the errors within 1 standard deviation ({normal_one} if normal), {two} within "
        f"2 ({normal_two}); negative log likelihood {found.likelihood:.2f}, of the same error bar "
        f"for all {found.constant:.2f}; area {found.area:.2f}, by chance {found.random_area:.2f}.",
        f"順位相関は {found.rank:.2f}、尺度は両半分で {low:.3g} と {high:.3g}。標準偏差の 1 "
        f"倍以内の誤差は {one}（正規分布なら {normal_one}）、2 倍以内は {two}（{normal_two}）。"
        f"負の対数尤度は {found.likelihood:.2f}（誤差棒がすべて同じなら {found.constant:.2f}）。"
        f"面積は {found.area:.2f}（無作為なら {found.random_area:.2f}）。",
    )


def sparsification_plot(
    measures: Mapping[str, Values],
    errors: Values,
    ax: Axes | None = None,
    *,
    unit: str = "eV/Å",
    lang: str = "en",
) -> Axes:
    """Mean |error| of what is left when the most uncertain are taken away, a line a measure.

    Below them the best there can be, the order of the errors themselves; the level line is chance.
    """
    ax = new_axes(ax)
    share = np.arange(len(errors)) / len(errors)
    shown = share <= LAST
    level = float(np.abs(errors).mean())
    ax.axhline(level, color=COLORS["muted"], linewidth=1, label=say(lang, "by chance", "無作為"))
    for (name, uncertainty), color, dash in zip(measures.items(), SERIES, DASHES, strict=False):
        left = sparsification(uncertainty, errors)
        ax.plot(100 * share[shown], left[shown], linestyle=dash, color=COLORS[color], label=name)
    best = sparsification(np.abs(errors), errors)
    label = say(lang, "the errors themselves", "誤差そのもの")
    ax.plot(100 * share[shown], best[shown], linestyle=":", color=COLORS["muted"], label=label)
    ax.set_ylim(bottom=0)
    title = say(lang, "What is left without the most uncertain", "不確かなものを除いたあとの誤差")
    x = say(lang, "taken away (%)", "除いた割合（%）")
    y = say(lang, f"mean |error| of the rest ({unit})", f"残りの平均 |誤差|（{unit}）")
    text = sparsification_text(measures, errors, unit=unit, lang=lang)
    return finish(ax, lang, title, x, y, text=text)


def sparsification_text(
    measures: Mapping[str, Values], errors: Values, *, unit: str = "eV/Å", lang: str = "en"
) -> str:
    """Rank correlation, mean error of the surer half, and area: a line a measure."""
    level = float(np.abs(errors).mean())
    lines = [
        say(
            lang,
            f"All: mean |error| {level:.3g} {unit}.",
            f"全体：平均 |誤差| {level:.3g} {unit}。",
        )
    ]
    for name, uncertainty in measures.items():
        rank = rank_correlation(uncertainty, errors)
        half = sparsification(uncertainty, errors)[len(errors) // 2]
        area = sparsification_area(uncertainty, errors)
        lines.append(
            say(
                lang,
                f"{name}: rank correlation {rank:.2f}; the surer half has {half:.3g} {unit}; "
                f"area {area:.2f}.",
                f"{name}：順位相関 {rank:.2f}、確かな方の半分では {half:.3g} {unit}、"
                f"面積 {area:.2f}。",
            )
        )
    return "\n".join(lines)
