"""How a model learns: the loss over the epochs, and the error over the number of training data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from mlp_teach.plotting.style import COLORS, DASHES, SERIES, SHAPES, finish, new_axes, say
from mlp_teach.training.fit import Epoch


def loss_curves(history: Sequence[Epoch], ax: Axes | None = None, *, lang: str = "en") -> Axes:
    """Training and validation loss over the epochs, logarithmic; the best epoch is marked."""
    best = _best(history)
    epochs = [epoch.number + 1 for epoch in history]
    ax = new_axes(ax)
    parts = (
        (say(lang, "training", "訓練"), [epoch.training_loss for epoch in history]),
        (say(lang, "validation", "検証"), [epoch.validation_loss for epoch in history]),
    )
    for (label, losses), color, dash in zip(parts, SERIES, DASHES, strict=False):
        ax.plot(epochs, losses, color=COLORS[color], linestyle=dash, label=label)
    ax.plot(
        best.number + 1,
        best.validation_loss,
        "o",
        color=COLORS["orange"],
        label=say(lang, f"best: epoch {best.number + 1}", f"最良：エポック {best.number + 1}"),
    )
    ax.set_yscale("log")
    title = say(lang, "Loss during training", "学習中の損失")
    x, y = say(lang, "epoch", "エポック"), say(lang, "loss", "損失")
    return finish(ax, lang, title, x, y, text=loss_curves_text(history, lang=lang))


def loss_curves_text(history: Sequence[Epoch], *, lang: str = "en") -> str:
    """First, best and last losses in a sentence."""
    best, first, last = _best(history), history[0], history[-1]
    return say(
        lang,
        f"{len(history)} epochs in {last.seconds:.0f} s: training loss {first.training_loss:.3g} "
        f"to {last.training_loss:.3g}, validation loss {first.validation_loss:.3g} to "
        f"{last.validation_loss:.3g}; lowest {best.validation_loss:.3g} in epoch "
        f"{best.number + 1}.",
        f"{len(history)} エポック（{last.seconds:.0f} 秒）：訓練損失 {first.training_loss:.3g} → "
        f"{last.training_loss:.3g}、検証損失 {first.validation_loss:.3g} → "
        f"{last.validation_loss:.3g}。最小値はエポック {best.number + 1} の "
        f"{best.validation_loss:.3g} です。",
    )


def learning_curve(
    sizes: Sequence[int],
    errors: Mapping[str, Sequence[float]],
    ax: Axes | None = None,
    *,
    unit: str = "meV/Å",
    lang: str = "en",
) -> Axes:
    """Test error over the number of training structures, doubly logarithmic, a line a model."""
    _check(sizes, errors)
    ax = new_axes(ax)
    for (label, values), color, dash, shape in zip(
        errors.items(), SERIES, DASHES, SHAPES, strict=False
    ):
        ax.plot(sizes, values, color=COLORS[color], linestyle=dash, marker=shape, label=label)
    ax.set(xscale="log", yscale="log")
    ax.set_xticks(sizes, labels=[str(size) for size in sizes])
    ax.tick_params(axis="x", which="minor", bottom=False, labelbottom=False)
    for format_ticks in (ax.yaxis.set_major_formatter, ax.yaxis.set_minor_formatter):
        format_ticks("{x:g}")
    title = say(lang, "Learning curve", "学習曲線")
    x = say(lang, "training structures", "訓練構造の数")
    y = say(lang, f"test error ({unit})", f"テスト誤差（{unit}）")
    text = learning_curve_text(sizes, errors, unit=unit, lang=lang)
    return finish(ax, lang, title, x, y, text=text)


def learning_curve_text(
    sizes: Sequence[int],
    errors: Mapping[str, Sequence[float]],
    *,
    unit: str = "meV/Å",
    lang: str = "en",
) -> str:
    """Errors at each size, and the exponent of a power law through them, a line a model."""
    _check(sizes, errors)
    lines = []
    for label, values in errors.items():
        points = ", ".join(
            say(lang, f"{value:.3g} with {n}", f"{n} 個で {value:.3g}")
            for n, value in zip(sizes, values, strict=True)
        )
        line = say(
            lang,
            f"{label}: error ({unit}) {points} training structures",
            f"{label}：テスト誤差（{unit}）は訓練構造 {points}",
        )
        if len(sizes) > 1:
            power = np.polyfit(np.log(sizes), np.log(values), 1)[0]
            line += say(lang, f", about as n^{power:.2f}", f"、およそ n^{power:.2f} に比例します")
        lines.append(line + say(lang, ".", "。"))
    return "\n".join(lines)


def _best(history: Sequence[Epoch]) -> Epoch:
    if not history:
        raise ValueError("The history is empty: train for one epoch at least, then draw.")
    return min(history, key=lambda epoch: epoch.validation_loss)


def _check(sizes: Sequence[int], errors: Mapping[str, Sequence[float]]) -> None:
    for label, values in errors.items():
        if len(values) != len(sizes):
            raise ValueError(
                f"{label!r} has {len(values)} errors for {len(sizes)} sizes; give one for each."
            )
