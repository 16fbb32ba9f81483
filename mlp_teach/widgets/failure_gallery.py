"""The failure gallery: four ways to go wrong, each beside a twin that does right.

A list chooses the failure and a dial how far it goes; both run as one looks. The table says what
finds each of them and what cures it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_teach.widgets.drawing import (
    Arrow,
    Choice,
    Control,
    Dot,
    Drawing,
    Line,
    Panel,
    Ring,
    Slider,
    Table,
    number,
)
from mlp_teach.widgets.failure_scene import (
    BOND,
    DIALS,
    HIGHEST,
    LABELS,
    LOOP,
    SAFE_STEP,
    Explosion,
    FailureState,
    Hole,
    Mean,
    Swirl,
    failure_numbers,
    failure_update,
    morse,
    wrong,
)
from mlp_teach.widgets.failure_words import WORDS

FAILS, RIGHT, TRUE = ("orange", 2.5), ("blue", 2.0, True), ("muted", 1.5)
LEAST = 0.01  # meV/atom, where the picture of the explosion begins
ARROWS, ROUND = 2.5, 54  # Å for each eV/Å; steps that the atom takes to go round
DIGITS = {"explosion": 0, "hole": 2, "swirl": 0, "mean": 0}


def failure_gallery(lang: str = "en", failure: str = "explosion"):
    """The widget, at first with this failure: one of `failure_scene.DIALS`."""
    from mlp_teach.widgets.canvas import Canvas

    if failure not in DIALS:
        raise ValueError(f"failure is {failure!r}; the gallery shows {', '.join(DIALS)}.")
    state = FailureState(failure, DIALS[failure][2])
    return Canvas(
        state, lambda state: failure_picture(state, lang), failure_update, lang, "failure_gallery"
    )


def failure_picture(state: FailureState, lang: str = "en") -> Drawing:
    """Both panels, the numbers and the words for one state."""
    words, numbers, name = WORDS[lang], failure_numbers(state), state.failure
    first, second = _values(numbers)
    return Drawing(
        panels=PANELS[name](state, numbers, words),
        table=_table(state, first, second, words),
        description=words["description"][name],
        summary=_summary(state, numbers, first, second, words),
        controls=_controls(state, words),
    )


def _controls(state: FailureState, words: dict) -> tuple[Control, ...]:
    options = [(name, words["failure"][name]) for name in DIALS]
    text = words["value"][state.failure].format(_shown(state))
    return (
        Choice("failure", words["choice"], state.failure, options),
        Slider("dial", words["dial"], float(state.dial), 0.0, float(HIGHEST), 1.0, text),
    )


def _shown(state: FailureState) -> str:
    return number(state.value, DIGITS[state.failure])


def _names(state: FailureState, words: dict) -> tuple[str, str]:
    """What the failing row and its twin are called."""
    fails, right = words["rows"][state.failure]
    return fails.format(_shown(state)), right.format(number(SAFE_STEP, 0))


def _explosion(state: FailureState, numbers: Explosion, words: dict) -> tuple[Panel, ...]:
    names, titles = _names(state, words), words["titles"]["explosion"]
    drifts = [np.maximum(1e3 * np.abs(one), LEAST) for one in numbers.drift]
    warmth = [one / 1000 for one in numbers.temperature]
    panels = []
    for title, rows, limits, labels in (
        (titles[0], drifts, (LEAST, 5e4), names),
        (titles[1], warmth, (0.1, 300.0), ("", "")),
    ):
        marks = [
            Line(times, row, *stroke, label=label)
            for times, row, stroke, label in zip(
                numbers.times, rows, (FAILS, RIGHT), labels, strict=True
            )
        ]
        panels.append(Panel((0.0, 2.0), limits, marks, title, words["time"], log=True))
    return tuple(panels)


def _hole(state: FailureState, numbers: Hole, words: dict) -> tuple[Panel, ...]:
    titles, low = words["titles"]["hole"], 0.5
    strokes, names = (FAILS, RIGHT, TRUE), (*_names(state, words), words["truth"])
    curves = [
        Line(numbers.distances, one, *stroke, label=name)
        for one, stroke, name in zip(numbers.curves, strokes, names, strict=True)
    ]
    dots = [Dot(*map(float, spot), "ink", 3.5) for spot in np.stack([LABELS, morse(LABELS)[0]]).T]
    dots[0] = replace(dots[0], label=words["labels"])
    level = Line((low, 4.6), (state.value, state.value), "purple", 1.5, True)
    ways = [
        Line(numbers.times, row, *stroke)
        for row, stroke in zip(numbers.places, strokes, strict=True)
    ]
    ways.append(Line((0.0, 0.5), (0.0, 0.0), "muted", 1.0))
    return (
        Panel((low, 4.6), (-0.5, 1.5), [*curves, level, *dots], titles[0], words["distance"]),
        Panel((0.0, 0.5), (-4.5, 4.5), ways, titles[1], words["time"]),
    )


def _swirl(state: FailureState, numbers: Swirl, words: dict) -> tuple[Panel, ...]:
    titles, names = words["titles"]["swirl"], _names(state, words)
    marks: list = [Ring(0.0, 0.0, LOOP, "muted")]
    grid = np.linspace(-0.3, 0.3, 5)
    spots = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    errors = wrong(np.repeat(spots[:, None], 2, axis=1), state.value / 1000 / LOOP)
    for spot, (across, outwards) in zip(spots, ARROWS * errors, strict=True):
        marks.append(Arrow(*map(float, (*spot, *outwards)), "blue"))
        marks.append(Arrow(*map(float, (*spot, *across)), "orange"))
    failing, right = numbers.places
    for way, (color, width, *dashed) in (
        (failing[:ROUND], FAILS),
        (failing[-ROUND:], FAILS),
        (right[:ROUND], RIGHT),
    ):
        marks.append(Line(*way.T, color, width, *dashed))
    drift = [
        Line(numbers.times, 1e3 * row, *stroke, label=name)
        for row, stroke, name in zip(numbers.drift, (FAILS, RIGHT), names, strict=True)
    ]
    high, edge = max(1.1e3 * float(numbers.drift.max()), 20.0), (-0.45, 0.45)
    return (
        Panel(edge, edge, marks, titles[0], equal=True, bare=True),
        Panel((0.0, 3.0), (-0.1 * high, high), drift, titles[1], words["time"]),
    )


def _mean(state: FailureState, numbers: Mean, words: dict) -> tuple[Panel, ...]:
    titles, names = words["titles"]["mean"], _names(state, words)
    marks: list = [
        Line(numbers.copies, row, *stroke, label=name)
        for row, stroke, name in zip(numbers.ratio, (FAILS, RIGHT), names, strict=True)
    ]
    for row, color in zip(numbers.ratio, ("orange", "blue"), strict=True):
        marks.append(Dot(state.value, float(row[state.dial]), color, 5.0))
    last = float(numbers.copies[-1])
    bonds = [
        Line(numbers.times, row, *stroke)
        for row, stroke in zip(numbers.bonds, (FAILS, RIGHT), strict=True)
    ]
    edges = BOND - 0.25, BOND + 0.25
    return (
        Panel((0.0, last + 1), (0.0, last + 1), marks, titles[0], words["copies"]),
        Panel((0.0, float(numbers.times[-1])), edges, bonds, titles[1], words["time"]),
    )


PANELS = {"explosion": _explosion, "hole": _hole, "swirl": _swirl, "mean": _mean}


def _values(numbers: Explosion | Hole | Swirl | Mean) -> tuple[list[float], list[float]]:
    """The two quantities of the table, each for the failing row, its twin and, if any, truth."""
    match numbers:
        case Explosion():
            return (
                [1e3 * float(np.abs(one).max()) for one in numbers.drift],
                [float(one.max()) for one in numbers.temperature],
            )
        case Hole():
            closest = np.maximum(numbers.places.min(axis=1), 0.0)
            return [1e3 * one for one in numbers.label_errors], [float(one) for one in closest]
        case Swirl():
            return (
                [1e3 * float(one) for one in numbers.drift[:, -1]],
                [1e3 * float(one) for one in numbers.work],
            )
        case Mean():
            return [float(one) for one in numbers.parting], [float(one) for one in numbers.periods]


SHOWN = {"explosion": (1, 0), "hole": (2, 2), "swirl": (2, 2), "mean": (3, 0)}  # digits


def _summary(
    state: FailureState, numbers, first: list[float], second: list[float], words: dict
) -> str:
    digits = SHOWN[state.failure]
    shown = {f"a{n}": number(value, digits[0]) for n, value in enumerate(first)}
    shown |= {f"b{n}": number(value, digits[1]) for n, value in enumerate(second)}
    if isinstance(numbers, Mean):
        ratios = numbers.ratio[:, state.dial]
        shown |= {f"n{n}": number(float(value), 0) for n, value in enumerate(ratios)}
    text = words["summary"][state.failure].format(value=_shown(state), **shown)
    return words["then"].format(text=text, cure=words["why"][state.failure]["cure"])


def _table(state: FailureState, first: list[float], second: list[float], words: dict) -> Table:
    rows = [
        (name, *(number(value, digits) for value in values[:2]))
        for name, values, digits in zip(
            words["numbers"][state.failure], (first, second), SHOWN[state.failure], strict=True
        )
    ]
    why = words["why"][state.failure]
    rows += [(words["words"], why["seen"], why["cure"]), (words["found"], why["found"], "")]
    return Table(words["header"], rows)
