"""Laws of the derivative: forces and stress are slopes of the energy, and nothing jumps at r_c."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import torch
from ase import Atoms
from torch import Tensor

from mlp_teach.checks.deformations import boxed, nearest_to, strained
from mlp_teach.checks.verdict import Verdict, ask, scale, start, worst
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import Model, predict

SLOPE = 1e-5  # what a finite difference may miss, also where a pair crosses r_c on the way


def forces(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """F = -∂E/∂r: atoms are moved by a hundred-thousandth of an Å, one at a time."""
    model, atoms, rng = start(model, atoms, seed)
    answer = ask(model, atoms)
    errors = [_slope(model, atoms, m, 1e-5) + (answer.forces * m).sum() for m in _moves(atoms, rng)]
    idea = (
        "The forces are not the slope of the energy. Something on the way has no derivative "
        "(.detach(), .item(), numpy, an index that positions choose), or the energy jumps."
    )
    return Verdict("forces", worst(errors) / scale(answer), SLOPE, idea)


def convergence(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """(E(r+h) - E(r-h)) / 2h is wrong by the order of h²: half the step, a quarter of the error.

    Measured is what the order lacks to 2. The median of six moves counts, since the order is lower
    where a pair crosses r_c on the way: the second derivative jumps there.
    """
    model, atoms, rng = start(model, atoms, seed)
    answer = ask(model, atoms)
    rounding = 1e-12 * (scale(answer) + float(answer.energies.abs().sum()))
    orders = []
    for move in _moves(atoms, rng):
        force = float((answer.forces * move).sum())
        wide, narrow = (abs(_slope(model, atoms, move, h) + force) for h in (1e-3, 5e-4))
        orders.append(2.0 if wide < rounding else np.log2(wide / max(narrow, rounding)))
    idea = (
        "Half the step does not quarter the error: the forces miss a part of the slope, or the "
        "energy has kinks (abs, max, rounding, a table read without interpolation, float32)."
    )
    return Verdict("convergence", float(np.maximum(2 - np.median(orders), 0)), 0.2, idea)


def stress(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """V σ = ∂E/∂ε, all six components. A molecule gets a box first."""
    model, atoms, _ = start(model, boxed(atoms, 2.5), seed)
    answer, volume = ask(model, atoms), atoms.get_volume()
    errors = []
    for a, b in combinations_with_replacement(range(3), 2):
        strain = np.zeros((3, 3))
        strain[a, b] += 5e-6  # twice on the diagonal, else once on either side of it
        strain[b, a] += 5e-6
        low, high = (_energy(model, strained(atoms, sign * strain)) for sign in (-1, 1))
        errors.append((high - low) / 2e-5 - volume * answer.stress[0, a, b])
    virial = volume * float(answer.stress.abs().max())
    idea = (
        "The stress is not the slope of the energy in strain. Every length must come from the "
        "graph's positions and cells, which are strained; no copy kept from before is."
    )
    return Verdict("stress", worst(errors) / float(virial + scale(answer)), SLOPE, idea)


def smoothness(model: Model, atoms: Atoms, seed: int = 0, radius: float | None = None) -> Verdict:
    """No step in energy or force where two atoms are `radius` (Å, without it r_c) apart.

    For each two elements one pair is drawn across. With f at -2δ, -δ, δ and 2δ from there the step
    is 2 [f(δ) - f(-δ)] - [f(2δ) - f(-2δ)]: what grows evenly cancels, a step stays.
    """
    model, atoms, _ = start(model, boxed(atoms, 2.5).repeat((2, 1, 1)), seed)
    radius = model.cutoff if radius is None else radius
    steps = []
    for moved, direction, distance in nearest_to(atoms, radius):
        answers = []
        for offset in (-2e-4, -1e-4, 1e-4, 2e-4):
            across = atoms.copy()
            across.positions[moved] += (radius + offset - distance) * direction
            answers.append(ask(model, across))
        for f in ([a.energies for a in answers], [a.forces for a in answers]):
            step = 2 * (f[2] - f[1]) - (f[3] - f[0])
            steps.append(step.abs().max() / scale(answers[0]))
    idea = (
        "Energy or forces jump at the cutoff. Every term needs a cutoff function that is zero at "
        "r_c with its slope; a term of three atoms needs one for each distance in it."
    )
    return Verdict("smoothness", worst(steps), 1e-6, idea)


def _energy(model: Model, atoms: Atoms) -> float:
    graph = atom_graph(atoms, model.cutoff)
    return float(predict(model, graph, forces=False, stress=False).energy)


def _moves(atoms: Atoms, rng: np.random.Generator) -> list[Tensor]:
    """Six moves or more of one atom by 1 Å in a random direction; the elements take turns."""
    kinds = [rng.permutation(np.flatnonzero(atoms.numbers == z)) for z in np.unique(atoms.numbers)]
    moves = torch.zeros(max(6, len(kinds)), len(atoms), 3, dtype=torch.float64)
    for number, move in enumerate(moves):
        turn, kind = divmod(number, len(kinds))
        direction = torch.from_numpy(rng.normal(size=3))
        move[kinds[kind][turn % len(kinds[kind])]] = direction / direction.norm()
    return list(moves)


def _slope(model: Model, atoms: Atoms, move: Tensor, h: float) -> float:
    """(E(r + h move) - E(r - h move)) / 2h."""
    ends = []
    for step in (-h, h):
        moved = atoms.copy()
        moved.positions += step * move.numpy()
        ends.append(_energy(model, moved))
    return (ends[1] - ends[0]) / (2 * h)
