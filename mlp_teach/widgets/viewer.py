"""Atoms in three dimensions: NGL's viewer where it works, a still picture everywhere.

nglview is imported only when something is shown, and all of the course goes through this file: the
next version that shows nothing, as 4.0.1 did, is met here. The still is drawn like every other
picture of the course, and is what a print and a page without widgets get.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import product

import numpy as np
from ase import Atoms
from ase.data import covalent_radii
from ase.data.colors import jmol_colors

from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import Ball, Drawing, Line, Panel, Table

TURN, TILT = np.radians(-20.0), np.radians(70.0)  # the still's eye: aside of -y, a little above
PIECES = 12  # of a cell's edge, each hidden or not by the atoms before it
WORDS = {
    "en": {
        "description": "{formula}, {n} atoms{periodic}.",
        "frames": " First of {n} structures.",
        "periodic": ", periodic along {axes}",
        "header": ("element", "atoms"),
    },
    "ja": {
        "description": "{formula}、原子 {n} 個{periodic}。",
        "frames": " {n} 個の構造の最初のものです。",
        "periodic": "、{axes} 方向に周期的",
        "header": ("元素", "原子数"),
    },
}


@dataclass(frozen=True)
class Viewer:
    """One structure or a trajectory, shown when it is the last line of a cell."""

    frames: tuple[Atoms, ...]
    description: str
    lang: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        drawing = atoms_picture(self.frames[0], self.description, self.lang)
        still = {"text/plain": svg.as_text(drawing), "image/svg+xml": svg.render(drawing, 480.0)}
        view = atoms_view(self.frames)
        return still if view is None else {**_live(view, self.description), **still}


def viewer(atoms: Atoms | Sequence[Atoms], description: str = "", lang: str = "en") -> Viewer:
    """Shows atoms, or a trajectory with a player. `description` is read to who cannot see them."""
    frames = (atoms,) if isinstance(atoms, Atoms) else tuple(atoms)
    if not frames:
        raise ValueError("viewer was given no structures; give ase.Atoms, or a list of them.")
    return Viewer(frames, description or describe(frames, lang), lang)


def describe(frames: Sequence[Atoms], lang: str = "en") -> str:
    """What a structure is, in one sentence."""
    words, atoms = WORDS[lang], frames[0]
    axes = ", ".join(name for name, periodic in zip("abc", atoms.pbc, strict=True) if periodic)
    text = words["description"].format(
        formula=atoms.get_chemical_formula(),
        n=len(atoms),
        periodic=words["periodic"].format(axes=axes) if axes else "",
    )
    return text + (words["frames"].format(n=len(frames)) if len(frames) > 1 else "")


def atoms_picture(atoms: Atoms, description: str, lang: str = "en") -> Drawing:
    """The structure seen from above and aside: what is further back is drawn first."""
    around = [[np.cos(TURN), -np.sin(TURN), 0], [np.sin(TURN), np.cos(TURN), 0], [0, 0, 1]]
    over = [[1, 0, 0], [0, np.cos(TILT), np.sin(TILT)], [0, -np.sin(TILT), np.cos(TILT)]]
    turned = (np.array(over) @ np.array(around)).T  # third component: towards the eye
    places, edges = atoms.positions @ turned, _edges(atoms) @ turned
    items = [(piece[:, 2].mean(), Line(*piece.T[:2], "muted", 1.5)) for piece in edges]
    items += [
        (place[2], _ball(int(z), place)) for z, place in zip(atoms.numbers, places, strict=True)
    ]
    outline = np.concatenate([places, edges.reshape(-1, 3)])[:, :2]
    low, high = outline.min(0) - 1.5, outline.max(0) + 1.5
    symbols = atoms.get_chemical_symbols()
    counted = tuple((one, str(symbols.count(one))) for one in sorted(set(symbols)))
    return Drawing(
        panels=(
            Panel(
                (float(low[0]), float(high[0])),
                (float(low[1]), float(high[1])),
                [mark for _, mark in sorted(items, key=lambda item: item[0])],
                equal=True,
                bare=True,
            ),
        ),
        table=Table(WORDS[lang]["header"], counted),
        description=description,
        height=360.0,
    )


def _edges(atoms: Atoms) -> np.ndarray:
    """The twelve edges of the cell in short pieces (pieces, 2 ends, 3); none without a cell."""
    cell, pieces = atoms.cell.array, []
    if atoms.cell.rank == 3:
        for axis in range(3):
            for a, b in product((0, 1), repeat=2):
                start = a * cell[axis - 1] + b * cell[axis - 2]
                points = start + np.linspace(0, 1, PIECES + 1)[:, None] * cell[axis]
                pieces += [points[i : i + 2] for i in range(PIECES)]
    return np.array(pieces).reshape(-1, 2, 3)


def _ball(z: int, place: np.ndarray) -> Ball:
    color = "#" + "".join(f"{round(255 * float(c)):02x}" for c in jmol_colors[z])
    return Ball(float(place[0]), float(place[1]), 0.85 * float(covalent_radii[z]), color)


def atoms_view(frames: Sequence[Atoms]):
    """NGL's widget alone, seen from where the still is; None where nglview is missing."""
    try:
        import nglview
    except ImportError:
        return None
    one = len(frames) == 1
    view = nglview.show_ase(frames[0]) if one else nglview.show_asetraj(list(frames))
    view.clear_representations()
    if frames[0].pbc.any():  # its guess of bonds joins all atoms of a metal
        view.add_spacefill(radius_type="covalent", radius_scale=0.85)
        view.add_unitcell()
    else:
        view.add_ball_and_stick()
    view.camera = "orthographic"
    view.center()
    for axis, angle in (([0, 1, 0], np.pi), ([1, 0, 0], -TILT), ([0, 0, 1], TURN)):
        view.control.spin(axis, float(angle))  # NGL looks along +z at first; now as in the still
    return view


def _live(view, description: str) -> dict:
    """NGL's widget with the description beneath it, as a mime bundle."""
    from ipywidgets import HTML, VBox

    return VBox([view, HTML(f"<p>{escape(description)}</p>")])._repr_mimebundle_()
