"""A loss curve that grows while a model learns: `fit(..., on_epoch=loss_curve(lang=lang))`.

Outside a notebook the same numbers come as lines of text. Drawing takes a tenth of the time at
most.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from mlp_teach.show import in_notebook
from mlp_teach.training.fit import Epoch
from mlp_teach.widgets.drawing import Dot, Drawing, Line, Panel, Table

COLORS = ("blue", "orange", "green", "purple")
POINTS = 400  # of a curve that are drawn
PAUSE = 2.0  # s between two lines of text
WORDS = {
    "en": {
        "training": "training",
        "validation": "validation",
        "description": "Loss on a logarithmic scale against the epoch, while the model learns.",
        "epoch": "epoch",
        "loss": "loss",
        "header": ("", "now", "lowest", "in epoch"),
        "comma": ", ",
        "summary": "Epoch {epoch}: {values}.",
    },
    "ja": {
        "training": "訓練",
        "validation": "検証",
        "description": "学習中の損失（対数目盛）とエポックの関係を示します。",
        "epoch": "エポック",
        "loss": "損失",
        "header": ("", "現在", "最小値", "そのエポック"),
        "comma": "、",
        "summary": "エポック {epoch}:{values}。",
    },
}

History = dict[str, list[tuple[int, float]]]  # name of a curve: (epoch, value)


class LossCurve:
    """Keeps what it was told and shows it; call it with an Epoch, or `update` with any numbers."""

    def __init__(self, lang: str = "en"):
        self.lang = lang
        self.history: History = {}
        self._canvas = None
        self._place = None  # where it is displayed
        self._in_cell = False
        self._shown = -np.inf  # time of the last picture or line
        self._cost = 0.0  # s that it took

    def __call__(self, epoch: Epoch) -> None:
        words = WORDS[self.lang]
        values = {"training": epoch.training_loss, "validation": epoch.validation_loss}
        self.update(epoch.number, {words[name]: value for name, value in values.items()})

    def update(self, epoch: int, numbers: Mapping[str, float]) -> None:
        """Adds one value to each named curve; values that are not finite are left out."""
        for name, value in numbers.items():
            if np.isfinite(value):
                self.history.setdefault(name, []).append((epoch, float(value)))
        start, notebook = time.monotonic(), in_notebook()
        if start - self._shown < (10 * self._cost if notebook else PAUSE):
            return
        if notebook:
            self._show()
        else:
            print(loss_line(epoch, numbers), flush=True)
        self._shown = time.monotonic()
        self._cost = self._shown - start

    def _show(self) -> None:
        from IPython import get_ipython
        from IPython.display import display

        from mlp_teach.widgets.canvas import Canvas

        if self._canvas is None:
            self._canvas = Canvas(
                self.history, lambda state: loss_picture(state, self.lang), lang=self.lang
            )
            self._place = display(self._canvas, display_id=True)
        else:
            self._canvas.redraw()
        if not self._in_cell:  # what comes after the last picture is drawn when the cell has run
            get_ipython().events.register("post_run_cell", self._finish)
            self._in_cell = True

    def _finish(self, result=None) -> None:
        from IPython import get_ipython

        get_ipython().events.unregister("post_run_cell", self._finish)
        self._in_cell = False
        self._canvas.redraw()
        self._place.update(self._canvas)  # a saved notebook keeps the last still, not the first


def loss_curve(lang: str = "en") -> LossCurve:
    """A new, empty curve."""
    return LossCurve(lang)


def loss_line(epoch: int, numbers: Mapping[str, float]) -> str:
    """One epoch as a line of text."""
    return f"{epoch:6d}  " + "  ".join(f"{name} {value:.4g}" for name, value in numbers.items())


def loss_picture(history: History, lang: str = "en") -> Drawing:
    """All curves so far on a logarithmic scale, with their last and lowest values."""
    words = WORDS[lang]
    marks: list[Line | Dot] = []
    for (name, points), color in zip(history.items(), COLORS, strict=False):
        shown = points[:: -(-len(points) // POINTS)]
        epochs, values = np.array([*shown, points[-1]], dtype=float).T
        marks += [
            Line(epochs, values, color, 2.0, label=name),
            Dot(float(epochs[-1]), float(values[-1]), color),
        ]
    everything = [value for points in history.values() for _, value in points if value > 0]
    last = max((points[-1][0] for points in history.values()), default=0)
    now = (f"{name} {points[-1][1]:.3g}" for name, points in history.items())
    low, high = (min(everything), max(everything)) if everything else (0.1, 1.0)
    return Drawing(
        panels=(
            Panel(
                (0.0, max(1.05 * last, 1.0)),
                (low / 1.3, high * 1.3),
                marks,
                x_label=words["epoch"],
                y_label=words["loss"],
                log=True,
            ),
        ),
        table=_table(history, words),
        description=words["description"],
        summary=words["summary"].format(epoch=last, values=words["comma"].join(now)),
        height=280.0,
    )


def _table(history: History, words: dict) -> Table:
    rows = []
    for name, points in history.items():
        epoch, lowest = min(points, key=lambda point: point[1])
        rows.append((name, f"{points[-1][1]:.4g}", f"{lowest:.4g}", str(epoch)))
    return Table(words["header"], tuple(rows))
