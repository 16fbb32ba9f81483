"""The replay: walk through a recorded run of active learning, round by round.

A map of the pool shows what is labelled, what the models are unsure of and what is asked for next;
beside it the error falls with the labels, as it did and as it did by chance; below stands the
largest uncertainty of each round, with a threshold to move: where would the loop have stopped?
"""

from __future__ import annotations

from math import isnan

import numpy as np

from mlp_teach.active_learning.replay import Replay
from mlp_teach.widgets.drawing import (
    Area,
    Control,
    Dot,
    Drawing,
    Line,
    Panel,
    Slider,
    Table,
    number,
)
from mlp_teach.widgets.learning_replay_scene import (
    Band,
    ReplayNumbers,
    ReplayState,
    band,
    error_at,
    first_state,
    largest_of,
    replay_numbers,
    replay_update,
    slider_of,
)
from mlp_teach.widgets.learning_replay_words import WORDS

SMALLEST, WIDEST = 0.004, 0.016  # half a mark of the map, as a share of its width
LABELLED = 0.009
CORNERS = {
    "diamond": np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]]),
    "square": np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]]),
}


def learning_replay(replay: Replay, lang: str = "en", threshold: float | None = None):
    """The widget, at first in round 1 and with this threshold on the uncertainty (eV/Å)."""
    from mlp_teach.widgets.canvas import Canvas

    return Canvas(
        first_state(replay, threshold),
        lambda state: replay_picture(replay, state, lang),
        lambda state, event: replay_update(replay, state, event),
        lang,
        f"learning_replay of {replay.title}",
    )


def replay_picture(replay: Replay, state: ReplayState, lang: str = "en") -> Drawing:
    """Map, learning curves and uncertainties for one state."""
    words, numbers = WORDS[lang], replay_numbers(replay, state)
    return Drawing(
        panels=(
            _map(replay, numbers, words),
            _curves(replay, numbers, words),
            _uncertainties(replay, state, numbers, words),
        ),
        table=_table(replay, state, words),
        description=words["description"],
        summary=_summary(replay, state, numbers, words),
        controls=_controls(replay, state, words),
        height=300.0,
    )


def _controls(replay: Replay, state: ReplayState, words: dict) -> tuple[Control, ...]:
    last, (high, step) = len(replay.rounds), slider_of(replay)
    at = words["of"].format(round=state.round + 1, last=last)
    threshold = f"{words['threshold']}: {state.threshold:.3g} eV/Å"
    return (
        Slider("round", words["round"], float(state.round), 0.0, last - 1.0, 1.0, at),
        Slider(
            "threshold", words["threshold"], min(state.threshold, high), 0.0, high, step, threshold
        ),
    )


def _map(replay: Replay, numbers: ReplayNumbers, words: dict) -> Panel:
    """The pool; larger marks for larger uncertainty."""
    low, high = replay.places.min(0), replay.places.max(0)
    wide = np.where(high > low, high - low, 1.0)
    low, high = low - 0.05 * wide, high + 0.05 * wide
    unit = (high - low) * [1.0, 1.3]  # a panel is about that much wider than tall
    share = numbers.scores / max(float(np.nanmax(largest_of(replay))), 1e-12)
    size = SMALLEST + (WIDEST - SMALLEST) * np.sqrt(np.nan_to_num(share))
    size[numbers.labelled] = LABELLED
    marks: list = []
    for name, color, which, shape in (
        ("sure", "muted", numbers.sure, "diamond"),
        ("unsure", "orange", numbers.unsure, "diamond"),
        ("labelled", "blue", numbers.labelled, "square"),
    ):
        if len(which):
            outlines = replay.places[which, None] + size[which, None, None] * unit * CORNERS[shape]
            # Each an area of its own: where two of one area overlap there would be a hole.
            marks += [Area([outline], color, 0.8) for outline in outlines]
            # The first one is a dot too: a dot can say in the legend what its colour means.
            marks.append(Dot(*map(float, replay.places[which[0]]), color, 3.0, label=words[name]))
    for order, place in enumerate(replay.places[numbers.new]):
        label = "" if order else words["new"]
        marks.append(Dot(*map(float, place), "green", 6.0, hollow=True, label=label))
    ranges = [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
    title = words["map"].format(title=replay.title, n=len(replay.places))
    return Panel(ranges[0], ranges[1], marks, title=title, bare=True, share=1.15)


def _curves(replay: Replay, numbers: ReplayNumbers, words: dict) -> Panel:
    """Error against labels, up to now; the axes are those of the end."""
    whole = [band(curve, 10**9) for curve in (replay.active, replay.random)]
    runs = [one.error for one in replay.rounds]
    lowest = min(min(runs), *(float(one.low.min()) for one in whole))
    highest = max(max(runs), *(float(one.high.max()) for one in whole))
    last = max(replay.rounds[-1].labels, *(int(one.labels.max()) for one in whole))
    marks = [
        *_band(numbers.random, "purple", words["random"], dashed=True),
        *_band(numbers.active, "blue", words["active"], dashed=False),
        Dot(float(numbers.labels), numbers.error, "blue", 6.0, hollow=True, label=words["this"]),
    ]
    if not isnan(numbers.chance):
        marks.append(Dot(float(numbers.labels), numbers.chance, "purple", 4.0))
    return Panel(
        (0.0, 1.04 * last),
        (lowest / 1.15, highest * 1.15),
        marks,
        title=words["curve"].format(n=len(replay.active.errors)),
        x_label=words["labels"],
        y_label=f"{replay.error_name} / {replay.unit}",
        log=True,
    )


def _band(one: Band, color: str, label: str, dashed: bool) -> list:
    if not len(one.labels):
        return []
    there, back = np.array([one.labels, one.low]).T, np.array([one.labels, one.high]).T[::-1]
    return [
        Area([np.concatenate([there, back])], color),
        Line(one.labels, one.mean, color, 2.5, dashed, label),
    ]


def _uncertainties(
    replay: Replay, state: ReplayState, numbers: ReplayNumbers, words: dict
) -> Panel:
    """The largest uncertainty of each round up to now, and the threshold."""
    rounds, top = np.arange(1, len(numbers.largest) + 1), slider_of(replay)[0]
    seen = ~np.isnan(numbers.largest)
    end = len(replay.rounds) + 0.5
    marks: list = [
        Line((0.5, end), (state.threshold,) * 2, "orange", 2.0, True, words["threshold"]),
        Line(rounds[seen], numbers.largest[seen], "green", 2.5),
        *(Dot(float(n), float(numbers.largest[n - 1]), "green") for n in rounds[seen]),
    ]
    if numbers.stops is not None and numbers.stops <= state.round:
        value = float(numbers.largest[numbers.stops])
        marks.append(
            Dot(numbers.stops + 1.0, value, "orange", 8.0, hollow=True, label=words["stop"])
        )
    return Panel(
        (0.5, end),
        (0.0, 1.06 * top),
        marks,
        x_label=words["round"],
        y_label=words["uncertainty"],
    )


def _summary(replay: Replay, state: ReplayState, numbers: ReplayNumbers, words: dict) -> str:
    threshold = f"{state.threshold:.3g}"
    now = words["now"].format(
        round=state.round + 1,
        labels=numbers.labels,
        error=replay.error_name,
        value=_error(numbers.error, words),
        unit=replay.unit,
        chance=_error(numbers.chance, words),
        new=len(numbers.new),
    )
    if numbers.stops is None:
        return f"{now} {words['never'].format(threshold=threshold)}"
    end = replay.rounds[numbers.stops]
    stops = words["stops"].format(
        threshold=threshold,
        stop=numbers.stops + 1,
        stop_labels=end.labels,
        stop_error=_error(end.error, words),
        unit=replay.unit,
    )
    return f"{now} {stops}"


def _table(replay: Replay, state: ReplayState, words: dict) -> Table:
    """One row a round, up to now."""
    header = [one.format(error=replay.error_name, unit=replay.unit) for one in words["header"]]
    rows = []
    for n, largest in enumerate(largest_of(replay)[: state.round + 1]):
        one = replay.rounds[n]
        rows.append(
            (
                str(n + 1),
                str(one.labels),
                _error(one.error, words),
                _error(error_at(replay.random, one.labels), words),
                words["unknown"] if isnan(largest) else number(largest, 3),
                ", ".join(map(str, one.chosen)),
            )
        )
    return Table(header, tuple(rows))


def _error(value: float, words: dict) -> str:
    return words["unknown"] if isnan(value) else f"{value:.3g}"
