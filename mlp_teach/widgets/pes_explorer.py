"""Explorer of a potential-energy surface: move one atom, see what two potentials make of it.

The map shows the energy as a landscape over the plane in which the atom moves: the stronger its
colour, the lower. The arrows are forces, F = -dE/dr, which point downhill, at right angles to the
contours. Beside it stands the energy along the path that the atom has taken.

With an ensemble a band shows how far its members disagree, and dots what they have been trained on.
A ring warns outside of the training domain, and where the members disagree more than at any dot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import product
from threading import Lock

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.data import chemical_symbols, covalent_radii
from ase.data.colors import jmol_colors

from mlp_teach.widgets.drawing import (
    Area,
    Arrow,
    Ball,
    Button,
    Choice,
    Dot,
    Drawing,
    Handle,
    Line,
    Panel,
    Ring,
    Table,
    Text,
    number,
)
from mlp_teach.widgets.pes_scene import (
    Alarm,
    PesState,
    Potential,
    Range,
    Scene,
    Visit,
    first_state,
    landscape,
    make_scene,
    outside,
    parted,
    pes_update,
    survey,
)

ARROW, LONGEST = 0.5, 1.5  # Å of arrow for 1 eV/Å, and Å at most
COLORS = ("blue", "orange")  # reference, model
WORDS = {
    "en": {
        "names": ("reference", "model", "difference"),
        "description": "Map of the energy of {formula} with one atom to move, the forces on it, "
        "and the energy along its path, from the reference and from the model.",
        "map": "Map of",
        "maps": ("energy, reference", "energy, model", "difference"),
        "scale": "stronger colour: lower, by {span:g} eV in all",
        "scale_difference": "stronger colour: larger difference, up to {span:g} eV",
        "path": "Energy along the path",
        "length": "length of the path / Å",
        "energy": "energy / eV",
        "forces": ("force, reference", "force, model"),
        "handle": "moved atom",
        "learnt": "training point",
        "spread": "ensemble's spread",
        "outside": "outside the data",
        "strange": " Warning: outside the training domain.",
        "parted": " Warning: the ensemble's forces spread by more than at any training point, "
        "{bound} eV/Å.",
        "within": " The ensemble's forces spread by {spread} eV/Å.",
        "again": "New path from here",
        "slide": ("Downhill by the reference", "Downhill by the model"),
        "table": ("", "energy / eV", "F{a} / eV Å⁻¹", "F{b} / eV Å⁻¹", "|F| / eV Å⁻¹"),
        "summary": "Atom at ({x}, {y}) Å. Energy: reference {e0} eV, model {e1} eV. "
        "Force: {f0} and {f1} eV/Å.",
    },
    "ja": {
        "names": ("参照", "モデル", "差"),
        "description": "{formula} のエネルギー地図。動かせる原子 1 個と、それに働く力、"
        "経路に沿ったエネルギーを、参照とモデルの両方について示します。",
        "map": "地図",
        "maps": ("エネルギー（参照）", "エネルギー（モデル）", "両者の差"),
        "scale": "色が強いほど低い（全体で {span:g} eV）",
        "scale_difference": "色が強いほど差が大きい（{span:g} eV まで）",
        "path": "経路に沿ったエネルギー",
        "length": "経路の長さ / Å",
        "energy": "エネルギー / eV",
        "forces": ("力（参照）", "力（モデル）"),
        "handle": "動かす原子",
        "learnt": "訓練点",
        "spread": "アンサンブルのばらつき",
        "outside": "データの外",
        "strange": "警告：訓練領域の外です。",
        "parted": "警告：アンサンブルの力のばらつきが、訓練点での最大値 {bound} eV/Å を"
        "超えています。",
        "within": "アンサンブルの力のばらつきは {spread} eV/Å。",
        "again": "ここから新しい経路",
        "slide": ("参照の力で下る", "モデルの力で下る"),
        "table": ("", "エネルギー / eV", "F{a} / eV Å⁻¹", "F{b} / eV Å⁻¹", "|F| / eV Å⁻¹"),
        "summary": "原子の位置 ({x}, {y}) Å。エネルギー：参照 {e0} eV、モデル {e1} eV。"
        "力：{f0} eV/Å と {f1} eV/Å。",
    },
}


def pes_explorer(
    atoms: Atoms,
    reference: Potential,
    model: Potential,
    *,
    moved: int = -1,
    plane: str = "xy",
    region: tuple[Range, Range] | None = None,
    start: Sequence[float] | None = None,
    span: float = 3.0,
    members: Sequence[Potential] = (),
    learnt: Sequence[Sequence[float]] = (),
    strange: Alarm | None = None,
    lang: str = "en",
):
    """The widget: `moved` is the atom to move, in the `plane` of two Cartesian directions.

    `region` (Å) is where it may go, 2 Å beyond the atoms unless given; `start` (Å, in the plane) is
    where its first path begins, straight to where it is; `span` (eV) is the height of the map.
    `members` are the models of an ensemble, `learnt` the places (Å, in the plane) where the moved
    atom stood in the training structures, and `strange` tells structures outside of the training
    domain (`alarm_of`): each may be missing.
    """
    from mlp_teach.widgets.canvas import Canvas

    scene = make_scene(
        atoms, reference, model, moved, plane, region, span, members, learnt, strange
    )
    canvas = Canvas(
        first_state(scene, start),
        lambda state: pes_picture(scene, state, lang),
        lambda state, event: pes_update(scene, state, event),
        lang,
        "pes_explorer",
    )
    with suppress(RuntimeError):  # outside of a kernel the model's map is made when it is asked for
        loop = asyncio.get_running_loop()
        canvas.survey = loop.create_task(survey(scene))  # a task that nobody holds may vanish
    return canvas


def potential_of(calculator: Calculator) -> Potential:
    """An ASE calculator (EMT, MLPCalculator, ...) as a function to energy and forces.

    JupyterLab answers widgets in a thread of their own, beside the cells and the survey, and a
    calculator holds the results of one structure only: one question at a time.
    """
    alone = Lock()

    def potential(atoms: Atoms) -> tuple[float, np.ndarray]:
        atoms = atoms.copy()
        atoms.calc = calculator
        with alone:
            return atoms.get_potential_energy(), atoms.get_forces()

    return potential


def alarm_of(domain) -> Alarm:
    """A training domain (simulation/domain.py) as a function to whether a structure is outside."""
    from mlp_teach.simulation.domain import departure  # brings PyTorch, not needed without a model

    return lambda atoms: bool(departure(domain, atoms).outside.any())


def pes_picture(scene: Scene, state: PesState, lang: str = "en") -> Drawing:
    """Map, path and numbers for one state."""
    words = WORDS[lang]
    maps = zip(("reference", "model", "difference"), words["maps"], strict=True)
    return Drawing(
        panels=(_map(scene, state, words), _profile(scene, state, words)),
        table=_table(scene, state, words),
        description=words["description"].format(formula=scene.atoms.get_chemical_formula()),
        summary=_summary(scene, state, words),
        controls=(
            Choice("map", words["map"], state.map, tuple(maps)),
            *(Button(f"slide_{i}", words["slide"][i]) for i in (0, 1)),
            Button("again", words["again"]),
        ),
        height=370.0,
    )


def _map(scene: Scene, state: PesState, words: dict) -> Panel:
    here = state.path[-1]
    difference = state.map == "difference"
    radius = 0.75 * float(covalent_radii[scene.atoms.numbers[scene.moved]])
    wide, tall = (high - low for low, high in scene.region)
    arrows = (_arrow(scene, here, which, words) for which in (0, 1))
    return Panel(
        *scene.region,
        marks=(
            *_areas(scene, state.map),
            Line([v.x for v in state.path], [v.y for v in state.path], "muted", 1.5, dashed=True),
            *(Dot(x, y, "muted", 1.5) for x, y in scene.learnt),
            *_balls(scene, here),
            *_warning(scene, here, radius, words),
            *arrows,
            Handle("atom", here.x, here.y, words["handle"], radius),
        ),
        title=words["scale_difference" if difference else "scale"].format(
            span=scene.span / 10 if difference else scene.span
        ),
        equal=True,
        bare=True,
        share=min(1.3, max(0.6, 0.75 * wide / tall)),
    )


def _warning(scene: Scene, here: Visit, radius: float, words: dict) -> tuple[Ring | Text, ...]:
    if not outside(scene, here):
        return ()
    (left, _), (bottom, top) = scene.region
    word = words["outside"]  # where no atom stands that has the ring
    below = here.y > top - (top - bottom) / 3
    return (
        Ring(here.x, here.y, 1.35 * radius, "purple"),
        Text(left, bottom if below else top, word, "ink", "start", dy=-6.0 if below else 14.0),
    )


@lru_cache(maxsize=8)
def _areas(scene: Scene, which: str) -> tuple[Area, ...]:
    color = {"reference": "blue", "model": "orange", "difference": "purple"}[which]
    return tuple(Area(lines, color, 0.085) for lines in landscape(scene, which))


def _balls(scene: Scene, here: Visit) -> list[Ball]:
    """The atoms and their periodic images, those further back first, the moved one where it is."""
    atoms = scene.atoms.copy()
    atoms.positions[scene.moved, scene.axes] = here.x, here.y
    images = product(*((-1, 0, 1) if periodic else (0,) for periodic in atoms.pbc))
    places = np.concatenate([atoms.positions + image @ atoms.cell.array for image in images])
    depth = ({0, 1, 2} - set(scene.axes)).pop()
    towards = -1 if scene.axes == (0, 2) else 1  # the reader looks along +y at x and z
    found = []
    for index in np.argsort(towards * places[:, depth], kind="stable"):
        z = int(atoms.numbers[index % len(atoms)])
        x, y = (float(places[index, axis]) for axis in scene.axes)
        color = "#" + "".join(f"{round(255 * float(c)):02x}" for c in jmol_colors[z])
        label = "" if (x, y) == (here.x, here.y) else chemical_symbols[z]  # room for the arrows
        found.append(Ball(x, y, 0.75 * float(covalent_radii[z]), color, label))
    return found


def _arrow(scene: Scene, here: Visit, which: int, words: dict) -> Arrow:
    force = ARROW * here.forces[which][list(scene.axes)]
    force *= min(1.0, LONGEST / max(float(np.linalg.norm(force)), 1e-12))
    dx, dy = map(float, force)
    shift = (5.0, -5.0)[which]  # where they agree, both are seen
    return Arrow(here.x, here.y, dx, dy, COLORS[which], shift, words["forces"][which])


def _profile(scene: Scene, state: PesState, words: dict) -> Panel:
    """Energy against the length of the path, for both potentials."""
    places = np.array([(v.x, v.y) for v in state.path])
    energies = np.array([v.energies for v in state.path])
    length = np.concatenate([[0.0], np.linalg.norm(np.diff(places, axis=0), axis=1).cumsum()])
    spread = np.array([v.energy_deviation for v in state.path])
    low, high = energies[:, 1] - spread, energies[:, 1] + spread
    lowest, highest = min(energies.min(), low.min()), max(energies.max(), high.max())
    room = 0.08 * max(float(highest - lowest), 0.1)
    outline = np.column_stack([[*length, *length[::-1]], [*high, *low[::-1]]])
    return Panel(
        (0.0, max(float(length[-1]) * 1.04, 0.5)),
        (float(lowest) - room, float(highest) + room),
        marks=(
            *((Area([outline], "orange", 0.25),) if scene.members else ()),
            Line(length, energies[:, 0], "blue", 3.0, label=words["names"][0]),
            Line(length, energies[:, 1], "orange", 2.0, dashed=True, label=words["names"][1]),
            *(Dot(float(length[-1]), float(energies[-1, i]), COLORS[i]) for i in (0, 1)),
        ),
        title=words["path"],
        x_label=words["length"],
        y_label=words["energy"],
    )


def _table(scene: Scene, state: PesState, words: dict) -> Table:
    here = state.path[-1]
    a, b = ("xyz"[axis] for axis in scene.axes)
    energies = [*here.energies, here.energies[1] - here.energies[0]]
    forces = [*here.forces, here.forces[1] - here.forces[0]]
    values = [
        (energy, *force[list(scene.axes)], np.linalg.norm(force))
        for energy, force in zip(energies, forces, strict=True)
    ]
    names = words["names"]
    if scene.members:
        spread = here.force_deviation
        names = (*names, words["spread"])
        values.append((here.energy_deviation, *spread[list(scene.axes)], np.linalg.norm(spread)))
    return Table(
        tuple(cell.format(a=a, b=b) for cell in words["table"]),
        tuple(
            (name, *(number(float(value)) for value in row))
            for name, row in zip(names, values, strict=True)
        ),
    )


def _summary(scene: Scene, state: PesState, words: dict) -> str:
    here = state.path[-1]
    strengths = [number(float(np.linalg.norm(force))) for force in here.forces]
    e0, e1 = (number(energy) for energy in here.energies)
    x, y = number(here.x, 2), number(here.y, 2)
    text = words["summary"].format(x=x, y=y, e0=e0, e1=e1, f0=strengths[0], f1=strengths[1])
    if scene.members:
        spread = number(float(np.linalg.norm(here.force_deviation)))
        text += words["within"].format(spread=spread)
    if parted(scene, here):
        text += words["parted"].format(bound=number(scene.bound))
    return text + words["strange"] * here.strange
