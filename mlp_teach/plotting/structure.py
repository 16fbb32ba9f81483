"""Radial distribution functions, with the running coordination number on a second axis."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes

from mlp_teach.analysis.structure import RadialDistribution, first_minimum
from mlp_teach.plotting.style import COLORS, DASHES, SERIES, finish, new_axes, say, use_font

MOST_NEIGHBOURS = 24  # on the right axis: beyond, shells are not told apart any more


def rdf_plot(
    functions: Mapping[str, RadialDistribution],
    ax: Axes | None = None,
    *,
    coordination: bool = False,
    g_max: float | None = None,
    lang: str = "en",
) -> Axes:
    """g(r), a line for each name; with `coordination` N(r) too, thin, on the right axis.

    `g_max` cuts the axis off where a bond's peak would flatten all the rest.
    """
    ax = new_axes(ax)
    right = ax.twinx() if coordination else None
    for (label, rdf), color, dash in zip(functions.items(), SERIES, DASHES, strict=False):
        ax.plot(rdf.r, rdf.g, color=COLORS[color], linestyle=dash, label=label)
        if right is not None:
            right.plot(rdf.edges[1:], rdf.coordination, color=COLORS[color], linewidth=0.8)
    ax.axhline(1.0, color=COLORS["muted"], linewidth=0.8, zorder=1)
    ax.set_xlim(0, max(rdf.edges[-1] for rdf in functions.values()))
    ax.set_ylim(0, g_max)
    if right is not None:
        right.set_ylim(0, MOST_NEIGHBOURS)
        right.set_ylabel(say(lang, "neighbours within r", "距離 r 以内の配位数"))
        use_font(right, lang)
    title = say(lang, "Radial distribution function", "動径分布関数")
    x = say(lang, "r (Å)", "距離 r（Å）")
    return finish(ax, lang, title, x, "g(r)", text=rdf_text(functions, lang=lang))


def rdf_text(functions: Mapping[str, RadialDistribution], *, lang: str = "en") -> str:
    """Height and place of the highest peak and, where it ends, the coordination number."""
    lines = []
    for label, rdf in functions.items():
        peak, place = rdf.g.max(), rdf.r[rdf.g.argmax()]
        words = say(
            lang,
            f"{label}: highest peak g = {peak:.2f} at {place:.2f} Å",
            f"{label}：最も高いピークは {place:.2f} Å で g = {peak:.2f}",
        )
        try:
            end = first_minimum(rdf)
        except ValueError:
            lines.append(words + say(lang, "; no first minimum.", "、第一極小はありません。"))
            continue
        number = rdf.coordination_at(end)
        lines.append(
            words
            + say(
                lang,
                f"; {number:.2f} neighbours up to the first minimum at {end:.2f} Å.",
                f"、第一極小 {end:.2f} Å までの配位数は {number:.2f} です。",
            )
        )
    return "\n".join(lines)
