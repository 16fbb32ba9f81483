"""Which descriptor for which situation: a small tree of questions, and the numbers behind it.

A question looks at one side of a situation and leads to another question or to a recommendation.
Whatever decides was measured by the course or is a length that can be counted; where a threshold
is our judgement, the words say so. The other sides of a situation (system, cost of a label, long
range) lead nowhere else: they change the price and what to beware of.

ERRORS are mean absolute errors of forces on the 1,000 test frames of ethanol, learnt from so many
frames (experiments/*_ethanol.toml); COSTS are energies and forces of a crystal with a cutoff of
5 Å and 45 neighbours (benchmarks/descriptor_cost.py). One system each: not laws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.widgets.drawing import Event

OPTIONS = ("linear", "network", "gap", "invariant", "equivariant")
SIZES = (100, 300, 950)  # frames of the learning curves
FEW_FRAMES = 300
FEW_ELEMENTS = 3
MOST_ELEMENTS = 4  # of the measurements: 4 or more
LABELS = {"6": 6.0, "45": 45.0, "3600": 3600.0}  # CPU seconds a label
SYSTEMS = ("molecule", "metal", "solid", "surface")
RUNS = ("short", "long", "gpu")

ERRORS = {  # meV/Å, for the frames of SIZES
    "network": (98.3, 77.6, 48.9),
    "gap": (49.2, 21.3, 17.5),
    "invariant": (95.4, 67.6, 26.1),
    "equivariant": (85.9, 43.9, 14.3),
}
TRAINING = {  # CPU seconds, tests included
    "network": (16.9, 27.0, 59.3),
    "gap": (6.1, 27.2, 75.1),
    "invariant": (78.0, 102.0, 384.0),
    "equivariant": (102.0, 240.0, 1242.0),
}
COSTS = {  # µs an atom, for 1 to 4 elements
    "network": (97.4, 178.2, 146.1, 151.9),
    "gap": (158.7, 301.1, 457.6, 749.4),
    "invariant": (107.9, 106.2, 108.1, 91.4),
    "equivariant": (426.5, 433.0, 327.8, 324.9),
}


@dataclass(frozen=True)
class Situation:
    """What a learner has and wants; `label` is a key of LABELS, `frames` one of SIZES."""

    forces: str = "yes"
    error_bar: str = "no"
    runs: str = "short"
    elements: int = 3
    frames: int = 100
    label: str = "6"
    system: str = "molecule"
    long_range: str = "no"


@dataclass(frozen=True)
class Question:
    """A fork of the tree: `asks` names what is asked, the branches what comes after."""

    asks: str
    yes: str
    no: str


# Names with a dot are questions, the others are recommendations.
ROOT = "1.forces"
TREE = {
    "1.forces": Question("forces", yes="2.error_bar", no="linear"),
    "2.error_bar": Question("error_bar", yes="3.elements", no="3.runs"),
    "3.elements": Question("elements", yes="gap", no="equivariant"),
    "3.runs": Question("runs", yes="4.metal", no="4.frames"),
    "4.metal": Question("metal", yes="network", no="invariant"),
    "4.frames": Question("frames", yes="5.elements", no="equivariant"),
    "5.elements": Question("elements", yes="gap", no="equivariant"),
}
SECOND = {  # what to look at next, and why stands in the words
    "linear": "gap",
    "network": "gap",
    "gap": "equivariant",
    "invariant": "equivariant",
    "equivariant": "invariant",
}


@dataclass(frozen=True)
class Advice:
    """The way through the tree, as (question, answer), and where it ends."""

    path: tuple[tuple[str, bool], ...]
    option: str
    second: str


def choice_update(situation: Situation, event: Event) -> Situation:
    """The situation after a control was set."""
    kind = int if event.name in ("elements", "frames") else str
    return replace(situation, **{event.name: kind(event.value)})


def answer(asks: str, situation: Situation) -> bool:
    """The situation's answer to a question of the tree."""
    return {
        "forces": situation.forces == "yes",
        "error_bar": situation.error_bar == "yes",
        "elements": situation.elements <= FEW_ELEMENTS,
        "runs": situation.runs == "long",
        "metal": situation.system == "metal" and situation.elements == 1,
        "frames": situation.frames <= FEW_FRAMES,
    }[asks]


def advise(situation: Situation) -> Advice:
    """Walks down the tree."""
    at, path = ROOT, []
    while at in TREE:
        yes = answer(TREE[at].asks, situation)
        path.append((at, yes))
        at = TREE[at].yes if yes else TREE[at].no
    return Advice(tuple(path), at, SECOND[at])


def error_of(option: str, frames: int) -> float | None:
    """Measured error of forces, meV/Å; None where forces were not learnt."""
    return ERRORS[option][SIZES.index(frames)] if option in ERRORS else None


def cost_of(option: str, elements: int) -> float:
    """Measured µs an atom for energies and forces; a linear model costs what its functions do."""
    return COSTS["network" if option == "linear" else option][elements - 1]


def length_of(option: str, elements: int) -> int:
    """How many numbers describe an atom: counted by the library, or carried by the network."""
    kinds = (29, 46, 47, 79)[:elements]
    if option in ("linear", "network"):
        radial, angular = ((4.0, 2.0),) * 8, ((0.01, 1.0, 1.0),) * 16
        return SymmetryFunctions(5.0, kinds, g2=radial, g4=angular).n_features
    if option == "gap":
        return SOAP(GaussianOrbitals(5.0, 8, 6, 0.5), kinds).n_features
    return {"invariant": 64, "equivariant": 64 * 4}[option]  # chosen, for any number of elements


def label_hours(situation: Situation, frames: float | None = None) -> float:
    """CPU hours for the labels of these frames, or of those at hand."""
    return LABELS[situation.label] * (situation.frames if frames is None else frames) / 3600


def frames_for_half(option: str) -> float | None:
    """Factor in frames that halves the error, if it falls on as it did from 100 to 950 frames."""
    if option not in ERRORS:
        return None
    first, _, last = ERRORS[option]
    slope = math.log(first / last) / math.log(SIZES[-1] / SIZES[0])
    return 2 ** (1 / slope)
