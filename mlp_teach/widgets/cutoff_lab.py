"""The smooth-cutoff lab: four ways to end a potential, and the energy that each lets drift away.

Left the energy of two atoms around r_c, in the middle the force, right the total energy of a
cluster of thirteen argon atoms whose distances cross r_c as they move.
"""

from __future__ import annotations

import numpy as np

from mlp_teach.widgets.cutoff_scene import (
    WAYS,
    CutoffNumbers,
    CutoffState,
    cutoff_numbers,
    cutoff_update,
)
from mlp_teach.widgets.drawing import Control, Drawing, Line, Panel, Slider, Table, number

STROKES = {  # colour, width, dashed
    "hard": ("orange", 2.0, False),
    "shifted": ("purple", 2.0, True),
    "cosine": ("blue", 2.0, False),
    "polynomial": ("green", 2.0, True),
}
LEAST = 1e-4  # meV, where the picture of the run begins
LIMITS = {"cutoff": (5.5, 9.0, 0.1), "step": (2.0, 20.0, 1.0), "temperature": (5.0, 40.0, 5.0)}
UNITS = {"cutoff": "Å", "step": "fs", "temperature": "K"}
WORDS = {
    "en": {
        "description": "Three pictures: the energy of two argon atoms around the cutoff, their "
        "force, and the total energy of a moving cluster of thirteen, for a hard, a shifted, a "
        "cosine and a polynomial cutoff.",
        "cutoff": "cutoff r_c",
        "step": "time step",
        "temperature": "temperature at the start",
        "hard": "hard",
        "shifted": "shifted",
        "polynomial": "polynomial",
        "cosine": "cosine",
        "energy": "Two atoms: E (meV)",
        "force": "Force (meV/Å)",
        "drift": "Thirteen atoms: |E − E(0)| (meV)",
        "distance": "r (Å)",
        "time": "t (ps)",
        "header": ("cutoff", "jump of E (meV)", "of F (meV/Å)", "largest |ΔE| of the run (meV)"),
        "summary": "r_c = {cutoff} Å, {step} fs, {temperature} K: the total energy is off by up to "
        "{hard} meV with the hard cutoff, {shifted} with the shifted, {cosine} with the cosine, "
        "{polynomial} with the polynomial",
    },
    "ja": {
        "description": "3 つの図：カットオフ付近での 2 個のアルゴン原子のエネルギーと力、"
        "動いている 13 個のクラスターの全エネルギー。急なカットオフ、ずらしたもの、余弦、多項式の"
        "4 通りを比べます。",
        "cutoff": "カットオフ r_c",
        "step": "時間刻み",
        "temperature": "はじめの温度",
        "hard": "急な打ち切り",
        "shifted": "ずらす",
        "cosine": "余弦",
        "polynomial": "多項式",
        "energy": "2 原子の E（meV）",
        "force": "力（meV/Å）",
        "drift": "13 原子の |E − E(0)|（meV）",
        "distance": "r（Å）",
        "time": "t（ps）",
        "header": ("カットオフ", "E の跳び（meV）", "F の跳び（meV/Å）", "|ΔE| の最大値（meV）"),
        "summary": "r_c = {cutoff} Å、{step} fs、{temperature} K：全エネルギーのずれは最大で、"
        "急な打ち切り {hard} meV、ずらす {shifted}、余弦 {cosine}、多項式 {polynomial}",
    },
}


def cutoff_lab(lang: str = "en"):
    """The widget."""
    from mlp_teach.widgets.canvas import Canvas

    return Canvas(
        CutoffState(), lambda state: cutoff_picture(state, lang), cutoff_update, lang, "cutoff_lab"
    )


def cutoff_picture(state: CutoffState, lang: str = "en") -> Drawing:
    """The three pictures and the jumps for one state."""
    words, numbers = WORDS[lang], cutoff_numbers(state)
    return Drawing(
        panels=(
            _pair_panel(state, numbers.distances, 1e3 * numbers.energies, words, "energy"),
            _pair_panel(state, numbers.distances, 1e3 * numbers.forces, words, "force"),
            _drift_panel(numbers, words),
        ),
        table=_table(numbers, words),
        description=words["description"],
        summary=_summary(state, numbers, words),
        controls=_controls(state, words),
    )


def _controls(state: CutoffState, words: dict) -> tuple[Control, ...]:
    found = []
    for name, (low, high, step) in LIMITS.items():
        value = getattr(state, name)
        text = f"{words[name]}: {number(value, 1 if step < 1 else 0)} {UNITS[name]}"
        found.append(Slider(name, words[name], value, low, high, step, text))
    return tuple(found)


def _pair_panel(
    state: CutoffState, r: np.ndarray, rows: np.ndarray, words: dict, title: str
) -> Panel:
    """Curves around the cutoff, in two pieces each: a jump is not a slope."""
    low, high = float(rows.min()), float(rows.max())
    room = 0.1 * (high - low)
    marks = [Line((state.cutoff, state.cutoff), (low - room, high + room), "muted", 1.0, True)]
    inside = r < state.cutoff
    for way, values in zip(WAYS, rows, strict=True):
        for part, label in ((inside, words[way]), (~inside, "")):
            marks.append(Line(r[part], values[part], *STROKES[way], label=label))
    edges = (float(r[0]), float(r[-1]))
    return Panel(edges, (low - room, high + room), marks, words[title], x_label=words["distance"])


def _drift_panel(numbers: CutoffNumbers, words: dict) -> Panel:
    """How far the total energy is from its start; logarithmic, for they differ by factors."""
    marks = [
        Line(
            numbers.times,
            np.maximum(1e3 * np.abs(drift), LEAST),
            *STROKES[way],
            label=words[way],
        )
        for way, drift in zip(WAYS, numbers.drift, strict=True)
    ]
    times = (0.0, float(numbers.times[-1]))
    return Panel(
        times, (LEAST, 100.0), marks, words["drift"], x_label=words["time"], log=True, share=1.2
    )


def _summary(state: CutoffState, numbers: CutoffNumbers, words: dict) -> str:
    worst = 1e3 * np.abs(numbers.drift).max(axis=1)
    return words["summary"].format(
        cutoff=number(state.cutoff, 1),
        step=number(state.step, 0),
        temperature=number(state.temperature, 0),
        **{way: number(float(value), 3) for way, value in zip(WAYS, worst, strict=True)},
    )


def _table(numbers: CutoffNumbers, words: dict) -> Table:
    columns = (numbers.energy_jump, numbers.force_jump, np.abs(numbers.drift).max(axis=1))
    rows = [
        (words[way], *(number(1e3 * float(column[n]), 3) for column in columns))
        for n, way in enumerate(WAYS)
    ]
    return Table(words["header"], rows)
