"""The library's side of the message stepper: one prediction of a small SchNet, taken apart.

Every number comes from `trace`: the model's own lines were run, and what they made was written
down. A message from j to i is the product of two of these values, what j sends and the filter of
the pair; its size is the length of its row of numbers. Which atoms i has heard of after a layer
follows from the pairs. The weights are random: this is what messages are, not what training makes
of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from ase import Atoms
from ase.build import molecule

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.models import schnet
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.trace import Step, Trace, trace
from mlp_teach.widgets.drawing import Event

MOLECULES = ("H2O", "H2CO", "CH3OH")
ELEMENTS = (1, 6, 8)
FEATURES, LAYERS = 8, 3
LOWEST, HIGHEST = 1.2, 4.0  # Å, of the cutoff
MOST_ATOMS = 6
EQUATIONS = ("1", "2", "3", "4")
HEADER = re.compile(r"^ {4}(\S.*?) {2,}\((\d)\)$", re.MULTILINE)


@dataclass(frozen=True)
class MessageState:
    """The molecule, the cutoff (Å), and where we stand: layer from 1, atom from 0, equation."""

    molecule: str = "CH3OH"
    cutoff: float = 1.6
    layer: int = 1
    atom: int = 3
    equation: str = "2"


@dataclass(frozen=True, eq=False)
class MessageNumbers:
    """What the library says of one state; rows of the arrays are atoms."""

    names: tuple[str, ...]  # C0, O1, ...
    places: np.ndarray  # where to draw them, Å
    edges: tuple[tuple[int, int], ...]
    distances: np.ndarray  # to the receiving atom, Å
    sizes: np.ndarray  # of the messages to it in this layer, or of the filters; 0 where none comes
    largest: float  # of all sizes in all layers and for all atoms
    known_after: np.ndarray  # layers until the receiving atom knows of this one; -1: never
    curves: tuple[tuple[str, np.ndarray], ...]  # the numbers that the step reads and makes
    energies: np.ndarray  # eV, of the untrained network
    formula: str  # of the equation, from the header of the model's file
    step: Step  # the line that was run


def prepare(cutoff: float) -> None:
    """Traces all molecules at this cutoff, so that each is there at once when it is chosen."""
    for name in MOLECULES:
        _traced(name, cutoff)


def message_update(state: MessageState, event: Event) -> MessageState:
    """What a new value of a control means; a smaller molecule has fewer atoms to choose from."""
    kind = {"layer": int, "atom": int, "cutoff": float}.get(event.name, str)
    state = replace(state, **{event.name: kind(event.value)})
    return replace(state, atom=min(state.atom, len(_molecule(state.molecule)) - 1))


def message_numbers(state: MessageState) -> MessageNumbers:
    """The state's part of the traced prediction."""
    atoms, traced = _traced(state.molecule, state.cutoff)
    i, j = _pairs(traced)
    sizes = np.stack([_sizes(traced, layer, state.equation) for layer in range(LAYERS)])
    step = traced.equation(state.equation, "schnet")[0 if state.equation == "4" else _at(state)]
    names = tuple(f"{symbol}{n}" for n, symbol in enumerate(atoms.symbols))
    return MessageNumbers(
        names=names,
        places=_flat(atoms.positions),
        edges=tuple(zip(i.tolist(), j.tolist(), strict=True)),
        distances=np.linalg.norm(atoms.positions - atoms.positions[state.atom], axis=1),
        sizes=sizes[_at(state), state.atom],
        largest=float(sizes.max()),
        known_after=_known_after(len(atoms), i, j, state.atom),
        curves=_curves(traced, state, names),
        energies=traced.prediction.energies.numpy(),
        formula=_formulas()[state.equation],
        step=step,
    )


def _at(state: MessageState) -> int:
    return state.layer - 1


@cache
def _molecule(name: str) -> Atoms:
    return molecule(name)


@cache
def _traced(name: str, cutoff: float) -> tuple[Atoms, Trace]:
    with torch.random.fork_rng(devices=[]):  # the learner's own random numbers stay as they are
        torch.manual_seed(2017)
        model = SchNet(ELEMENTS, GaussianSmearing(10, cutoff), FEATURES, LAYERS).double()
    atoms = _molecule(name)
    return atoms, trace(model, atom_graph(atoms, cutoff))


def _made(traced: Trace, name: str, layer: int) -> np.ndarray:
    """What a name of Interaction.forward stood for at the end of a layer."""
    found = [
        step[name].numbers
        for step in traced.steps
        if step.function == "Interaction.forward"
        and step.call == layer
        and name in [value.name for value in step.values]
    ]
    return found[-1].numpy()


def _features(traced: Trace) -> list[np.ndarray]:
    """x before the first layer and after each one."""
    return [
        step["x"].numbers.numpy()
        for step in traced.steps
        if step.function == "SchNet.forward" and "x" in [value.name for value in step.values]
    ]


def _pairs(traced: Trace) -> tuple[np.ndarray, np.ndarray]:
    filters = traced.equation(1, "schnet")[0]["filters"]
    if filters.pairs is None:  # a cutoff within which nobody has a neighbour
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    return tuple(one.numpy() for one in filters.pairs)


def _rows(traced: Trace, layer: int, equation: str) -> dict[tuple[int, int], np.ndarray]:
    """The row of each (receiver, sender): the filter of (1), or the message of (2)."""
    filters, sent = _made(traced, "filters", layer), _made(traced, "sent", layer)
    rows = {}
    for i, j, row in zip(*_pairs(traced), filters, strict=True):
        rows[int(i), int(j)] = row * (1.0 if equation == "1" else sent[j])
        rows[int(j), int(i)] = row * (1.0 if equation == "1" else sent[i])
    return rows


def _sizes(traced: Trace, layer: int, equation: str) -> np.ndarray:
    """Lengths of the rows, receivers x senders."""
    n = len(traced.prediction.energies)
    sizes = np.zeros((n, n))
    for (to, sender), row in _rows(traced, layer, equation).items():
        sizes[to, sender] = np.linalg.norm(row)
    return sizes


def _curves(
    traced: Trace, state: MessageState, names: tuple[str, ...]
) -> tuple[tuple[str, np.ndarray], ...]:
    if state.equation in ("1", "2"):
        rows = _rows(traced, _at(state), state.equation)
        mine = [(names[j], row) for (i, j), row in rows.items() if i == state.atom]
        return (
            (*mine, ("Σ", _made(traced, "y", _at(state))[state.atom]))
            if (state.equation == "2")
            else tuple(mine)
        )
    x = _features(traced)
    if state.equation == "3":
        before, after = x[_at(state)][state.atom], x[state.layer][state.atom]
        return ("before", before), ("after", after)
    return (("E", traced.prediction.energies.numpy()),)


def _known_after(n: int, i: np.ndarray, j: np.ndarray, atom: int) -> np.ndarray:
    """How many layers a change at each atom needs to reach `atom`."""
    after = np.full(n, -1)
    after[atom] = 0
    for layer in range(1, n):
        for a, b in (*zip(i, j, strict=True), *zip(j, i, strict=True)):
            if after[a] == layer - 1 and after[b] < 0:
                after[b] = layer
    return after


def _flat(positions: np.ndarray) -> np.ndarray:
    """Along the two longest axes, seen a little from the side so that no atom hides another."""
    centred = positions - positions.mean(axis=0)
    axes = np.linalg.svd(centred)[2]
    axes *= np.sign(axes[np.arange(3), np.abs(axes).argmax(axis=1)])[:, None]
    long, middle, short = axes @ centred.T
    return np.stack([long + 0.7 * short, middle - 0.3 * short], axis=1)


@cache
def _formulas() -> dict[str, str]:
    """The equations as the header of the model's file has them."""
    # What an equation defines besides stands behind a comma.
    return {number: text.split(",  ")[0] for text, number in HEADER.findall(schnet.__doc__)}
