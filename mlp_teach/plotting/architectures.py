"""Architectures side by side: their learning curves by family, and accuracy against cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.axis import Axis

from mlp_teach.plotting.learning import learning_curve_text
from mlp_teach.plotting.style import (
    COLORS,
    DASHES,
    SERIES,
    SHAPES,
    Picture,
    finish,
    new_axes,
    say,
)
from mlp_teach.training.recorded_curves import RecordedCurve, line_of, range_of, seeds_of

FAMILIES = {  # in each panel the models that read an atom's surroundings in one way
    "fixed": ("BehlerParrinello", "ANI", "GAP"),
    "invariant": ("DeepPot", "SchNet", "DimeNet", "DimeNetPlusPlus"),
    "equivariant": ("PaiNN", "NequIP", "MACE", "Allegro"),
}
TITLES = {
    "fixed": ("descriptors fixed beforehand", "記述子が固定"),
    "invariant": ("learnt, invariant inside", "学習する：内部は不変"),
    "equivariant": ("learnt, equivariant inside", "学習する：内部は同変"),
}
NAMES = {
    "BehlerParrinello": "Behler-Parrinello",
    "DeepPot": "DeepPot-SE",
    "DimeNetPlusPlus": "DimeNet++",
}
UNITS = {"forces": "meV/Å", "energy": "meV/atom"}
APART = 1.8  # a size stands at the axis that is so many times smaller than the last one there


def known_models(curves: Sequence[RecordedCurve]) -> list[str]:
    """Classes of the models that a record holds, in the order of the panels."""
    known = {curve.name for curve in curves}
    return [name for names in FAMILIES.values() for name in names if name in known]


def family_curves(
    curves: Sequence[RecordedCurve],
    quantity: str = "forces",
    *,
    own: Mapping[str, Sequence[tuple[float | int, float | int]]] | None = None,
    lang: str = "en",
) -> Picture:
    """Test errors (MAE) over the frames, doubly logarithmic, a panel a family; the lines of the
    other families stay visible in grey; a bar joins the seeds of a model that has several. `own`
    adds points to a model: frames and error."""
    own, lines = own or {}, {name: line_of(curves, name, quantity) for name in known_models(curves)}
    picture = Picture(10.5, 4.0)
    panels = picture.subplots(1, len(FAMILIES), sharey=True)
    picture.sentences.append(family_curves_text(curves, quantity, own=own, lang=lang))
    for ax, (family, names) in zip(panels, FAMILIES.items(), strict=True):
        new_axes(ax)
        for name, line in lines.items():
            if name not in names:
                ax.plot(*line, color=COLORS["grid"], linewidth=1.2)
        for name, color, dash, shape in zip(names, SERIES, DASHES, SHAPES, strict=False):
            if name in lines:
                look = {"color": COLORS[color], "linestyle": dash, "marker": shape}
                ax.plot(*lines[name], **look, label=NAMES.get(name, name))
                for frames, ends in range_of(curves, name, quantity).items():
                    ax.vlines(frames, *ends, color=COLORS[color], linewidth=3, alpha=0.5)
            for frames, error in own.get(name, ()):
                ax.plot(frames, error, "*", color=COLORS["ink"], markersize=11)
        ax.set(xscale="log", yscale="log")
        sizes = _shown_sizes(lines.values())
        ax.set_xticks(sizes, labels=[str(n) for n in sizes])
        ax.tick_params(axis="x", which="minor", bottom=False, labelbottom=False)
        first = ax is panels[0]
        y = say(lang, f"test error ({UNITS[quantity]})", f"テスト誤差（{UNITS[quantity]}）")
        finish(
            ax,
            lang,
            say(lang, *TITLES[family]),
            say(lang, "training structures", "訓練構造の数"),
            y if first else "",
            text="",
        )
    _set_ticks(panels[0].yaxis)  # of all panels
    return picture


def family_curves_text(
    curves: Sequence[RecordedCurve],
    quantity: str = "forces",
    *,
    own: Mapping[str, Sequence[tuple[float | int, float | int]]] | None = None,
    lang: str = "en",
) -> str:
    """Errors of each model at its sizes, with the exponent of a power law; then one's own."""
    sentences = []
    for name in known_models(curves):
        frames, errors = line_of(curves, name, quantity)
        sizes, one = [int(n) for n in frames], {NAMES.get(name, name): list(errors)}
        sentences.append(learning_curve_text(sizes, one, unit=UNITS[quantity], lang=lang))
        if ranges := range_of(curves, name, quantity):
            ends = ", ".join(f"{n}: {low:.3g}–{high:.3g}" for n, (low, high) in ranges.items())
            many = len(seeds_of(curves, name))
            said = f"{many} seeds, {ends}.", f"乱数の種 {many} 通り：{ends}。"
            sentences.append(say(lang, *said))
    for name, points in (own or {}).items():
        for frames, error in points:
            shown = NAMES.get(name, name)
            sentences.append(
                say(
                    lang,
                    f"Your {shown}: {error:.3g} {UNITS[quantity]} with {frames:g}.",
                    f"自分で訓練した {shown}：{frames:g} 個で {error:.3g} {UNITS[quantity]}。",
                )
            )
    return "\n".join(sentences)


def accuracy_and_cost(
    costs: Mapping[str, float],
    errors: Mapping[str, float],
    ax: Axes | None = None,
    *,
    lang: str = "en",
) -> Axes:
    """Error of the forces (meV/Å) over the time of one evaluation (µs an atom), a point a model.

    A line joins the models that no other beats in both. Raises ValueError where names differ.
    """
    best = front(costs, errors)
    ax = new_axes(ax, (6.4, 4.2))
    ax.plot(
        [costs[name] for name in best],
        [errors[name] for name in best],
        color=COLORS["orange"],
        linestyle="--",
        zorder=1,
        label=say(lang, "beaten by none in both", "両方で勝るものがない"),
    )
    for name, cost in costs.items():
        inside = name in best
        color = COLORS["orange" if inside else "blue"]
        ax.plot(cost, errors[name], "o" if inside else "s", color=color)
        crowded = any(
            1 < errors[other] / errors[name] < 1.12 and 0.6 < costs[other] / cost < 1.6
            for other in costs
        )
        ax.annotate(
            NAMES.get(name, name),
            (cost, errors[name]),
            xytext=(6, -11 if crowded else 4),  # below, where the next above has its name
            textcoords="offset points",
            fontsize="small",
        )
    ax.set(xscale="log", yscale="log")
    ax.margins(0.15)
    for axis in (ax.xaxis, ax.yaxis):
        _set_ticks(axis)
    title = say(lang, "Accuracy against cost", "精度と手間")
    x = say(lang, "energy and forces, µs an atom", "エネルギーと力（µs/原子）")
    y = say(lang, "test error (meV/Å)", "テスト誤差（meV/Å）")
    text = accuracy_and_cost_text(costs, errors, lang=lang)
    return finish(ax, lang, title, x, y, text=text)


def accuracy_and_cost_text(
    costs: Mapping[str, float], errors: Mapping[str, float], *, lang: str = "en"
) -> str:
    """Cost and error of each model, cheapest first, and which of them none beats in both."""
    best = front(costs, errors)
    parts = [
        f"{NAMES.get(name, name)} {costs[name]:.3g} µs, {errors[name]:.3g} meV/Å"
        for name in sorted(costs, key=costs.get)
    ]
    names = ", ".join(NAMES.get(name, name) for name in best)
    return (
        "; ".join(parts)
        + ". "
        + say(lang, f"Beaten by none in both: {names}.", f"両方で勝るものがない：{names}。")
    )


def _shown_sizes(lines: Iterable[tuple]) -> list[int]:
    """Numbers of frames that stand far enough apart on a logarithmic axis, with the largest."""
    kept: list[int] = []
    for size in sorted({int(n) for frames, _ in lines for n in frames}, reverse=True):
        if not kept or kept[-1] >= APART * size:
            kept.append(size)
    return kept[::-1]


def _set_ticks(axis: Axis) -> None:
    """Round numbers that stand far enough apart on a logarithmic axis."""
    low, high = axis.get_view_interval()
    ticks = [n * 10.0**k for k in range(-3, 5) for n in (1, 2, 3, 5)]
    ticks = [tick for tick in ticks if low <= tick <= high]
    axis.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axis.set_minor_formatter("")


def front(costs: Mapping[str, float], errors: Mapping[str, float]) -> list[str]:
    """The models that no other beats in both, cheapest first."""
    if costs.keys() != errors.keys():
        raise ValueError(
            f"Costs are of {sorted(costs)}, errors of {sorted(errors)}; give both for each model."
        )
    kept: list[str] = []
    for name in sorted(costs, key=lambda one: (costs[one], errors[one])):
        if not kept or errors[name] < errors[kept[-1]]:
            kept.append(name)
    return kept
