"""How fast errors fall with the labels, strategy beside strategy, seeds as bands."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from mlp_teach.active_learning.records import Run, curves
from mlp_teach.plotting.style import COLORS, DASHES, SERIES, SHAPES, finish, new_axes, say

NAMES = {
    "random": ("at random", "無作為"),
    "uncertain": ("most uncertain", "最も不確か"),
    "uncertain_apart": ("uncertain and apart", "不確かで互いに遠い"),
    "farthest": ("farthest (no labels)", "最も遠い（ラベル不要）"),
    "d_optimal": ("D-optimal", "D 最適"),
}
ERRORS = {
    "force_rmse": ("RMSE of the forces (meV/Å)", "力の RMSE (meV/Å)"),
    "force_p95": ("95 % of force errors below (meV/Å)", "力の誤差の 95 % 点（meV/Å）"),
    "force_max": ("largest force error (meV/Å)", "力の最大誤差（meV/Å）"),
    "energy_rmse": ("RMSE of the energies (meV/atom)", "エネルギーの RMSE (meV/atom)"),
}

TICKS = [n * 10**k for k in range(5) for n in (1, 2, 3, 5)]  # of the labels, those in reach


def strategy_curves(
    runs: Sequence[Run], error: str = "force_rmse", ax: Axes | None = None, *, lang: str = "en"
) -> Axes:
    """Mean error over the number of labels, both logarithmic; bands reach from the lowest to the
    highest seed."""
    ax = new_axes(ax)
    strategies = list(dict.fromkeys(run.strategy for run in runs))
    for place, strategy in enumerate(strategies):
        labels, errors = curves(runs, strategy, error)
        color = COLORS[SERIES[place % len(SERIES)]]
        ax.fill_between(labels, errors.min(0), errors.max(0), color=color, alpha=0.15, linewidth=0)
        ax.plot(
            labels,
            errors.mean(0),
            color=color,
            linestyle=DASHES[place % len(DASHES)],
            marker=SHAPES[place % len(SHAPES)],
            markersize=4,
            label=say(lang, *NAMES.get(strategy, (strategy, strategy))),
        )
    ax.set(xscale="log", yscale="log")
    ticks = [n for n in TICKS if labels[0] <= n <= labels[-1]]
    ax.set_xticks(ticks, labels=[str(n) for n in ticks])
    ax.tick_params(axis="x", which="minor", bottom=False, labelbottom=False)
    for format_ticks in (ax.yaxis.set_major_formatter, ax.yaxis.set_minor_formatter):
        format_ticks("{x:g}")
    title = say(lang, f"What labels bring: {runs[0].system}", f"ラベルの効果：{runs[0].system}")
    y = say(lang, *ERRORS.get(error, (error, error)))
    text = strategy_curves_text(runs, error, lang=lang)
    return finish(ax, lang, title, say(lang, "labels", "ラベル数"), y, text=text)


def strategy_curves_text(runs: Sequence[Run], error: str, *, lang: str = "en") -> str:
    """First and last mean errors of every strategy in a sentence."""
    parts = []
    for strategy in dict.fromkeys(run.strategy for run in runs):
        labels, errors = curves(runs, strategy, error)
        name = say(lang, *NAMES.get(strategy, (strategy, strategy)))
        first, last = (f"{error:.4g}" for error in errors.mean(0)[[0, -1]])
        few, many = (f"{count:.0f}" for count in labels[[0, -1]])
        parts.append(
            say(
                lang,
                f"{name}: {first} with {few} labels, {last} with {many}",
                f"{name}：ラベル {few} 個で {first}、{many} 個で {last}",
            )
        )
    return "; ".join(parts) + "."
