"""The data-mix planner: choose how many structures of each kind, and see what a model learns.

Left the map of the pool with the chosen structures filled and the largest holes ringed, in the
middle the force error of each kind, right which energies are covered.
"""

from __future__ import annotations

from itertools import pairwise
from math import log10

import numpy as np

from mlp_teach.sampling.mix import KINDS
from mlp_teach.widgets.drawing import (
    Area,
    Button,
    Control,
    Dot,
    Drawing,
    Line,
    Panel,
    Slider,
    Table,
    Text,
    number,
)
from mlp_teach.widgets.mix_scene import (
    CHOSEN,
    LEVELS,
    MixNumbers,
    MixState,
    mix_numbers,
    mix_update,
    pool_map,
    record,
)

COLORS = dict(zip(KINDS, ("blue", "orange", "green", "purple", "ink"), strict=True))
HOLES = 3  # that are ringed
DECADES = (0.0, 1.0, 2.0, 3.0)  # log10 of meV/Å
BINS = np.geomspace(5e-3, 2.0, 15)  # eV/atom
WORDS = {
    "en": {
        "description": "A map of copper structures of five kinds with the chosen ones filled, the "
        "force error that a model trained on these has for each kind, and a histogram of the "
        "energies that are covered.",
        "kinds": ("equilibrium", "dynamics", "paths", "random", "defects"),
        "chapter": "the chapter's shares",
        "even": "evenly",
        "best": "the best with as many",
        "map": "Map: filled are chosen",
        "hole": "largest holes",
        "direction": "direction {n} ({share} %)",
        "forces": "Force error for each kind (meV/Å)",
        "energies": "Energies covered",
        "above": "eV/atom above the crystal",
        "count": "structures",
        "header": (
            "kind",
            "structures",
            "share",
            "force error (meV/Å)",
            "energy error (meV/atom)",
            "median distance of the tests to what is chosen",
        ),
        "summary": "{total} structures; worst: {kind}, forces off by {forces} meV/Å, energies by "
        "{energy} meV/atom",
        "nothing": "Nothing is chosen: no model",
    },
    "ja": {
        "description": "5 種類の銅の構造の地図（選んだものを塗りつぶす）、それらで学習したモデルの"
        "種類ごとの力の誤差、選んだ構造のエネルギーのヒストグラム。",
        "kinds": ("平衡の近く", "分子動力学", "反応経路", "ランダム", "欠陥"),
        "chapter": "もとの章の割合",
        "even": "均等に",
        "best": "同じ数で最良",
        "map": "地図（塗りつぶしは選んだ構造）",
        "hole": "大きな穴",
        "direction": "第 {n} 主成分（{share} %）",
        "forces": "種類ごとの力の誤差（meV/Å）",
        "energies": "エネルギーの分布",
        "above": "結晶からの差（eV/atom）",
        "count": "構造の数",
        "header": (
            "種類",
            "構造の数",
            "割合",
            "力の誤差（meV/Å）",
            "エネルギーの誤差（meV/atom）",
            "テスト構造から選んだ構造まで（中央値）",
        ),
        "summary": "{total} 個の構造。最も悪いのは{kind}：力の誤差 {forces} meV/Å、"
        "エネルギーの誤差 {energy} meV/atom",
        "nothing": "何も選ばれていないので、モデルはありません",
    },
}


def mix_planner(lang: str = "en", counts: tuple[int, ...] = (4, 4, 4, 4, 4)):
    """The widget; at first with these numbers of structures, in the order of `mix.KINDS`."""
    from mlp_teach.widgets.canvas import Canvas

    if len(counts) != len(KINDS) or not set(counts) <= set(LEVELS):
        raise ValueError(f"counts is {counts}; give {len(KINDS)} of the numbers {LEVELS}.")
    state = MixState(tuple(counts))
    return Canvas(state, lambda state: mix_picture(state, lang), mix_update, lang, "mix_planner")


def mix_picture(state: MixState, lang: str = "en") -> Drawing:
    """Map, errors, energies and numbers of one mix."""
    words, numbers = WORDS[lang], mix_numbers(state)
    return Drawing(
        panels=(_map(numbers, words), _errors(numbers, words), _energies(numbers, words)),
        table=_table(state, numbers, words),
        description=words["description"],
        summary=_summary(numbers, words),
        controls=_controls(state, words),
    )


def _controls(state: MixState, words: dict) -> tuple[Control, ...]:
    sliders = [
        Slider(kind, name, float(LEVELS.index(n)), 0.0, len(LEVELS) - 1.0, 1.0, f"{name}: {n}")
        for kind, name, n in zip(KINDS, words["kinds"], state.counts, strict=True)
    ]
    return (*sliders, *(Button(name, words[name]) for name in ("chapter", "even", "best")))


def _map(numbers: MixNumbers, words: dict) -> Panel:
    """Rings lie below the hollow dots, and these below the chosen ones: nothing is hidden."""
    places, shares = pool_map()
    marks: list = []
    for n, place in enumerate(_largest_holes(numbers)):
        x, y = places[place]
        label = words["hole"] if n == 0 else ""
        marks.append(Dot(float(x), float(y), "muted", 9.0, hollow=True, label=label))
    for filled in (False, True):
        for kind, mine, chosen in zip(KINDS, places, numbers.chosen, strict=True):
            size = 4.5 if filled else 3.0
            marks += [
                Dot(float(x), float(y), COLORS[kind], size, hollow=not filled)
                for x, y in mine[chosen == filled]
            ]
    low, high = places.min(axis=(0, 1)), places.max(axis=(0, 1))
    room = 0.06 * (high - low)
    names = (
        words["direction"].format(n=n + 1, share=number(100 * float(share), 0))
        for n, share in enumerate(shares)
    )
    x_range, y_range = np.transpose([low - room, high + room]).tolist()
    return Panel(tuple(x_range), tuple(y_range), marks, words["map"], *names, share=1.2)


def _largest_holes(numbers: MixNumbers) -> list[tuple[int, int]]:
    if numbers.mix is None:
        return []
    order = np.argsort(-numbers.holes, axis=None)[:HOLES]
    return [tuple(map(int, np.unravel_index(n, numbers.holes.shape))) for n in order]


def _errors(numbers: MixNumbers, words: dict) -> Panel:
    """Bars of log10, with the colours of the map; names in two rows, for they are long."""
    end, marks = len(KINDS) - 0.5, []
    for power in DECADES:
        marks.append(Line((-0.5, end), (power, power), "grid", 1.0))
        marks.append(Text(-0.6, power, f"{10**power:g}", anchor="end", dy=4.0))
    for n, (kind, name) in enumerate(zip(KINDS, words["kinds"], strict=True)):
        marks.append(Text(float(n), DECADES[0], name, "ink", dy=18.0 + 14.0 * (n % 2)))
        if numbers.mix is not None:
            high = log10(numbers.forces[n])
            marks.append(_bar(n - 0.2, n + 0.2, DECADES[0], high, COLORS[kind]))
            marks.append(Text(float(n), high, number(float(numbers.forces[n]), 0), "ink", dy=-6.0))
    return Panel((-1.3, end + 0.1), (-0.5, 3.2), marks, title=words["forces"], bare=True)


def _bar(left: float, right: float, low: float, high: float, color: str) -> Area:
    """A filled rectangle in the units of the axes: its ends say a number, so they are not round."""
    corners = [(left, low), (right, low), (right, high), (left, high)]
    return Area([np.array(corners, dtype=float)], color, 1.0)


def _energies(numbers: MixNumbers, words: dict) -> Panel:
    """A bar for each bin, lying: the pool's number in grey, the chosen of each kind over it."""
    energies = record().energies
    pool = np.histogram(energies, BINS)[0]
    marks = []
    for n, (low, high) in enumerate(pairwise(BINS)):
        marks.append(_bar(0.0, float(pool[n]), low, 0.9 * high, "grid"))
        start = 0.0
        for kind, mine, chosen in zip(KINDS, energies, numbers.chosen, strict=True):
            count = int(((mine >= low) & (mine < high) & chosen).sum())
            if count:
                marks.append(_bar(start, start + count, low, 0.9 * high, COLORS[kind]))
            start += count
    return Panel(
        (0.0, float(pool.max())),
        (float(BINS[0]), float(BINS[-1])),
        marks,
        words["energies"],
        words["count"],
        words["above"],
        log=True,
        share=0.9,
    )


def _summary(numbers: MixNumbers, words: dict) -> str:
    if numbers.mix is None:
        return words["nothing"]
    worst = int(numbers.forces.argmax())
    return words["summary"].format(
        total=numbers.mix.total,
        kind=words["kinds"][worst],
        forces=number(float(numbers.forces[worst]), 0),
        energy=number(float(numbers.energy[worst]), 1),
    )


def _table(state: MixState, numbers: MixNumbers, words: dict) -> Table:
    rows = []
    for n, name in enumerate(words["kinds"]):
        if numbers.mix is None:
            rows.append((name, "0", "", "", "", ""))
            continue
        rows.append(
            (
                name,
                str(state.counts[n]),
                f"{100 * numbers.mix.share(numbers.mix.parts[n]):.0f} %",
                number(float(numbers.forces[n]), 1),
                number(float(numbers.energy[n]), 2),
                number(float(np.median(numbers.holes[n, CHOSEN:])), 4),
            )
        )
    return Table(words["header"], rows)
