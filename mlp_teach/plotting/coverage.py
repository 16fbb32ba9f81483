"""What sets of structures cover: histogram of energies, map, distances between structures.

The numbers come from `sampling.coverage`; each set has a name, a colour and a shape.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from mlp_teach.plotting.style import COLORS, DASHES, SERIES, SHAPES, finish, new_axes, say

Values = Mapping[str, np.ndarray]  # of each set, one number a structure


def energy_histogram(
    energies: Values, ax: Axes | None = None, *, bins: int = 30, lang: str = "en"
) -> Axes:
    """How many structures of each set have which energy (eV/atom), in bins common to all."""
    _check(energies)
    ax = new_axes(ax)
    edges = np.histogram_bin_edges(np.concatenate(list(energies.values())), bins)
    for (label, values), color, dash in zip(energies.items(), SERIES, DASHES, strict=False):
        counts = np.histogram(values, edges)[0]
        ax.stairs(counts, edges, color=COLORS[color], linestyle=dash, linewidth=1.6, label=label)
    title = say(lang, "Energies covered", "データのエネルギー分布")
    x, y = (
        say(lang, "energy (eV/atom)", "エネルギー（eV/atom）"),
        say(lang, "structures", "構造の数"),
    )
    return finish(ax, lang, title, x, y, text=energy_histogram_text(energies, lang=lang))


def energy_histogram_text(energies: Values, *, lang: str = "en") -> str:
    """Number, range and median of each set."""
    return "\n".join(
        say(
            lang,
            f"{label}: {len(values)} structures from {min(values):.3f} to {max(values):.3f} "
            f"eV/atom, median {np.median(values):.3f}.",
            f"{label}：{len(values)} 個、{min(values):.3f} 〜 {max(values):.3f} eV/atom、"
            f"中央値 {np.median(values):.3f}。",
        )
        for label, values in energies.items()
    )


def coverage_map(
    places: Mapping[str, Float[np.ndarray, "structures 2"]],
    shares: Float[np.ndarray, " directions"],
    ax: Axes | None = None,
    *,
    lang: str = "en",
) -> Axes:
    """Each structure as a point in the two directions of a map; `shares` of the variance are in it.

    Raises ValueError for more sets than there are shapes, and for an empty one.
    """
    _check(places)
    ax = new_axes(ax)
    for (label, points), color, shape in zip(places.items(), SERIES, SHAPES, strict=False):
        style = {"color": COLORS[color], "marker": shape, "s": 18, "alpha": 0.7}
        ax.scatter(points[:, 0], points[:, 1], linewidths=0, label=label, **style)
    title = say(lang, "Map of the structures", "構造の地図")
    x, y = (
        say(lang, f"direction {n} ({share:.0%})", f"第 {n} 主成分（{share:.0%}）")
        for n, share in enumerate(shares[:2], 1)
    )
    return finish(ax, lang, title, x, y, text=coverage_map_text(places, shares, lang=lang))


def coverage_map_text(
    places: Mapping[str, Float[np.ndarray, "structures 2"]],
    shares: Float[np.ndarray, " directions"],
    *,
    lang: str = "en",
) -> str:
    """The share of the variance that is on the map; middle and width of each set."""
    first = say(
        lang,
        f"The map holds {sum(shares[:2]):.0%} of the variance.",
        f"この地図は分散の {sum(shares[:2]):.0%} を表しています。",
    )
    lines = [first]
    for label, points in places.items():
        (x, y), (wide, high) = points.mean(axis=0), points.std(axis=0)
        lines.append(
            say(
                lang,
                f"{label}: around ({x:.3f}, {y:.3f}), width ({wide:.3f}, {high:.3f}).",
                f"{label}：中心 ({x:.3f}, {y:.3f})、広がり ({wide:.3f}, {high:.3f})。",
            )
        )
    return "\n".join(lines)


def neighbour_distances(distances: Values, ax: Axes | None = None, *, lang: str = "en") -> Axes:
    """What share of the structures has another within a distance: one rising line a set."""
    _check(distances)
    ax = new_axes(ax)
    for (label, values), color, dash in zip(distances.items(), SERIES, DASHES, strict=False):
        share = np.arange(1, len(values) + 1) / len(values)
        ax.step(np.sort(values), share, color=COLORS[color], linestyle=dash, label=label)
    if all((values > 0).all() for values in distances.values()):
        ax.set_xscale("log")
    title = say(lang, "Distance to the nearest structure", "最も近い構造までの距離")
    x = say(lang, "distance of the descriptors (no unit)", "記述子の距離（無次元）")
    y = say(lang, "share of the structures (0 to 1)", "構造の割合（0 〜 1）")
    return finish(ax, lang, title, x, y, text=neighbour_distances_text(distances, lang=lang))


def neighbour_distances_text(distances: Values, *, lang: str = "en") -> str:
    """Least, median and largest of each set."""
    return "\n".join(
        say(
            lang,
            f"{label}: nearest structure at {min(values):.2g} to {max(values):.2g}, "
            f"median {np.median(values):.2g}.",
            f"{label}：最も近い構造までの距離は {min(values):.2g} 〜 {max(values):.2g}、"
            f"中央値 {np.median(values):.2g}。",
        )
        for label, values in distances.items()
    )


def shortest_distances_text(
    shortest: Mapping[tuple[str, str], Float[np.ndarray, " structures"]], *, lang: str = "en"
) -> str:
    """A line a pair of elements: the shortest of all, and the median over structures that have one.

    A line says so where no structure has such a pair within reach.
    """
    lines = []
    for (a, b), values in shortest.items():
        met = values[np.isfinite(values)]
        if not len(met):
            lines.append(say(lang, f"{a}-{b}: never met.", f"{a}-{b}：近くにありません。"))
            continue
        lines.append(
            say(
                lang,
                f"{a}-{b}: shortest {met.min():.2f} Å, median {np.median(met):.2f} Å, "
                f"in {len(met)} of {len(values)} structures.",
                f"{a}-{b}：最短 {met.min():.2f} Å、中央値 {np.median(met):.2f} Å"
                f"（{len(values)} 個中 {len(met)} 個の構造）。",
            )
        )
    return "\n".join(lines)


def _check(sets: Mapping[str, np.ndarray]) -> None:
    if not 0 < len(sets) <= len(SERIES):
        raise ValueError(f"{len(sets)} sets were given; from 1 to {len(SERIES)} can be told apart.")
    for label, values in sets.items():
        if not len(values):
            raise ValueError(f"The set {label!r} is empty; leave it out.")
