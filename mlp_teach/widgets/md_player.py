"""The player of a simulation: the atoms as they move, and beside them how it goes.

Three things are kept at one frame: a clock that runs while it plays, the canvas with the curves and
a drawing of the atoms, and NGL's viewer where it works.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from ase import Atoms
from ipywidgets import Layout, Play, VBox

from mlp_teach.widgets import svg
from mlp_teach.widgets.canvas import Canvas
from mlp_teach.widgets.drawing import (
    Button,
    Changed,
    Dot,
    Drawing,
    Event,
    Line,
    Panel,
    Slider,
    Table,
    number,
)
from mlp_teach.widgets.md_player_scene import Film, PlayerState, film, player_update
from mlp_teach.widgets.viewer import atoms_picture, atoms_view, describe

PAUSE = 250  # ms from frame to frame
SAMPLED = 20  # frames that decide how large the picture of the atoms is
STROKES = {"drift": "blue", "temperature": "orange", "spread": "purple"}
LEAST = {"drift": 0.1, "temperature": 1.0, "spread": 0.001}  # what a curve's axis spans at least
DIGITS = {"drift": 2, "temperature": 0, "spread": 3}
WORDS = {
    "en": {
        "description": "A simulation of {atoms} The atoms in one frame, and the total energy, the "
        "temperature and, if it is known, the spread of the forces against time.",
        "play": "play / pause",
        "frame": "frame",
        "of": "frame {n} of {last}",
        "back": "one back",
        "on": "one on",
        "start": "to the start",
        "atoms": "The atoms",
        "drift": "E − E(0) (meV/atom)",
        "temperature": "Temperature (K)",
        "spread": "Spread of the forces (eV/Å)",
        "time": "t (ps)",
        "header": ("", "now", "mean", "lowest", "highest"),
        "summary": "Frame {n} of {last}, t = {time} ps: E − E(0) = {drift} meV/atom, T = "
        "{temperature} K",
        "spreading": ", the forces spread by up to {spread} eV/Å",
    },
    "ja": {
        "description": "シミュレーション：{atoms}1 コマの原子と、全エネルギー、温度、"
        "（わかっていれば）力のばらつきの時間変化。",
        "play": "再生／一時停止",
        "frame": "コマ",
        "of": "コマ {n} / {last}",
        "back": "1 つ戻る",
        "on": "1 つ進む",
        "start": "最初へ戻る",
        "atoms": "原子",
        "drift": "E − E(0)（meV/atom）",
        "temperature": "温度（K）",
        "spread": "力のばらつき（eV/Å）",
        "time": "t（ps）",
        "header": ("", "現在", "平均", "最低", "最高"),
        "summary": "コマ {n} / {last}、t = {time} ps：E − E(0) = {drift} meV/atom、T = "
        "{temperature} K",
        "spreading": "、力のばらつきは最大 {spread} eV/Å",
    },
}


@dataclass(frozen=True, eq=False)
class MDPlayer:
    """Shown when it is the last line of a cell; `canvas.state.frame` is there to read."""

    film: Film
    canvas: Canvas
    clock: Play
    lang: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        drawing = player_picture(self.film, self.canvas.state, self.lang)
        still = {"text/plain": svg.as_text(drawing), "image/svg+xml": svg.render(drawing)}
        return {**together(self)._repr_mimebundle_(), **still}


def md_player(
    frames: Sequence[Atoms],
    interval_fs: float | int,
    spread: Sequence[float] | None = None,
    lang: str = "en",
    name: str = "md_player",
) -> MDPlayer:
    """Plays frames with velocities and energies that are `interval_fs` apart.

    It opens at the frame where it was last stopped or set; two players in one notebook need two
    names. Of another film, a frame that is not there is the last one.
    """
    whole = film(frames, interval_fs, spread)
    last = len(frames) - 1
    # It ticks unseen: its own buttons have no names for a screen reader.
    clock = Play(min=0, max=last, interval=PAUSE, layout=Layout(display="none"))

    def tick(change) -> None:
        canvas.apply(Changed("frame", float(change["new"])))

    def update(state: PlayerState, event: Event) -> PlayerState:
        playing = clock.playing
        if event.name == "play":
            playing = not playing
            again = playing and state.frame == last
            event = Changed("frame", 0.0 if again else float(state.frame))
        new = player_update(whole, state, event)
        clock.unobserve(tick, "value")
        clock.value = new.frame
        clock.observe(tick, "value")
        clock.playing = playing
        return new

    clock.observe(tick, "value")
    canvas = Canvas(
        PlayerState(),
        lambda state: player_picture(whole, state, lang),
        update,
        lang,
        name,
        place=lambda state: Changed("frame", float(state.frame)),
    )
    clock.value = canvas.state.frame  # also where a spoilt file led to nothing
    return MDPlayer(whole, canvas, clock, lang)


def together(player: MDPlayer) -> VBox:
    """Canvas, clock and, where nglview is there, a viewer that follows them."""
    view = atoms_view(player.film.frames)
    if view is None:
        return VBox([player.canvas, player.clock])
    view.frame = player.clock.value
    player.clock.observe(lambda change: setattr(view, "frame", change["new"]), "value")
    return VBox([player.canvas, player.clock, view])


def player_picture(film: Film, state: PlayerState, lang: str = "en") -> Drawing:
    """Atoms and curves of one frame."""
    words = WORDS[lang]
    curves = {name: getattr(film, name) for name in STROKES if getattr(film, name) is not None}
    return Drawing(
        panels=(
            _atoms(film, state, words),
            *(_curve(film, state, name, values, words) for name, values in curves.items()),
        ),
        table=_table(state, curves, words),
        description=words["description"].format(atoms=describe(film.frames[:1], lang) + " "),
        summary=_summary(film, state, words),
        controls=_controls(film, state, words),
        height=260.0,
    )


def _controls(film: Film, state: PlayerState, words: dict) -> tuple:
    last = len(film.frames)
    text = words["of"].format(n=state.frame + 1, last=last)
    return (
        Slider("frame", words["frame"], float(state.frame), 0.0, last - 1.0, 1.0, text),
        Button("play", words["play"]),
        Button("back", words["back"]),
        Button("on", words["on"]),
        Button("start", words["start"]),
    )


def _atoms(film: Film, state: PlayerState, words: dict) -> Panel:
    """As the viewer's still, but the edges of the picture are those of all frames."""
    panel = atoms_picture(film.frames[state.frame], "").panels[0]
    x_range, y_range = _edges(film)
    return replace(panel, x_range=x_range, y_range=y_range, title=words["atoms"])


@lru_cache(maxsize=8)
def _edges(film: Film) -> tuple[tuple[float, float], tuple[float, float]]:
    every = max(1, len(film.frames) // SAMPLED)
    panels = [atoms_picture(atoms, "").panels[0] for atoms in film.frames[::every]]
    ranges = [np.array([getattr(one, name) for one in panels]) for name in ("x_range", "y_range")]
    return tuple((float(one[:, 0].min()), float(one[:, 1].max())) for one in ranges)


def _curve(film: Film, state: PlayerState, name: str, values: np.ndarray, words: dict) -> Panel:
    """A quantity against time with a line and a dot at the frame."""
    middle, half = (values.max() + values.min()) / 2, (values.max() - values.min()) / 2
    half = float(max(1.15 * half, LEAST[name]))
    low, high = float(middle) - half, float(middle) + half
    now = float(film.times[state.frame])
    marks = [
        Line((now, now), (low, high), "muted", 1.5, True),
        Line(film.times, values, STROKES[name]),
        Dot(now, float(values[state.frame]), STROKES[name], 5.0),
    ]
    end = float(film.times[-1])
    return Panel((-0.02 * end, 1.02 * end), (low, high), marks, words[name], x_label=words["time"])


def _summary(film: Film, state: PlayerState, words: dict) -> str:
    n = state.frame
    text = words["summary"].format(
        n=n + 1,
        last=len(film.frames),
        time=number(float(film.times[n]), 2),
        drift=number(float(film.drift[n]), DIGITS["drift"]),
        temperature=number(float(film.temperature[n]), DIGITS["temperature"]),
    )
    if film.spread is None:
        return text
    spread = number(float(film.spread[n]), DIGITS["spread"])
    return text + words["spreading"].format(spread=spread)


def _table(state: PlayerState, curves: dict[str, np.ndarray], words: dict) -> Table:
    rows = []
    for name, values in curves.items():
        cells = (values[state.frame], values.mean(), values.min(), values.max())
        rows.append((words[name], *(number(float(one), DIGITS[name]) for one in cells)))
    return Table(words["header"], rows)
