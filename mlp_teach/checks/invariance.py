"""Laws without a derivative: what may happen to a structure without a change of its energies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from ase import Atoms

from mlp_teach.checks.deformations import boxed, free_cluster, random_orthogonal, strained, turned
from mlp_teach.checks.verdict import EXACT, Verdict, ask, difference, start, worst
from mlp_teach.graph import collate
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import Model, Prediction, predict


def determinism(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """The same structure twice gives the same numbers."""
    model, atoms, _ = start(model, atoms, seed)
    idea = (
        "One structure got two answers. Dropout and other chance belong to training: call "
        "model.eval() before predicting."
    )
    return Verdict("determinism", difference(ask(model, atoms), ask(model, atoms)), EXACT, idea)


def rotation(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """A turned structure has the same energies; forces and stress turn along."""
    idea = (
        "The model knows directions in space. Let distances and angles enter, and vectors only in "
        "scalar products with each other, never a component of one."
    )
    return Verdict("rotation", _apart_when_turned(model, atoms, seed, +1), EXACT, idea)


def reflection(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """A mirror image has the same energies; forces and stress are mirrored."""
    idea = (
        "The model tells left from right. A triple product a · (b × c) changes its sign in a "
        "mirror: let it enter squared, or not at all."
    )
    return Verdict("reflection", _apart_when_turned(model, atoms, seed, -1), EXACT, idea)


def translation(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """A moved structure is the same, also when atoms leave the cell and come back behind it."""
    model, atoms, rng = start(model, atoms, seed)
    moved = atoms.copy()
    moved.translate(rng.normal(scale=3.0, size=3))
    moved.wrap()
    idea = (
        "The model knows the origin, or which image of an atom lies in the cell. Let "
        "r_ij = r_j + S h - r_i enter (graph.displacements), never a position."
    )
    return Verdict("translation", difference(ask(model, atoms), ask(model, moved)), EXACT, idea)


def permutation(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """Listed in another order, each atom keeps its energy and its force."""
    model, atoms, rng = start(model, atoms, seed)
    order = rng.permutation(len(atoms))
    old, new = ask(model, atoms), ask(model, atoms[order])
    old = replace(old, energies=old.energies[order], forces=old.forces[order])
    idea = (
        "The order of the atoms matters. Sum over neighbours, and give parameters to elements, "
        "never to an index; a list of neighbours side by side depends on their order."
    )
    return Verdict("permutation", difference(old, new), EXACT, idea)


def supercell(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """Two cells of a crystal are the same crystal. A molecule gets a box first."""
    model, atoms, _ = start(model, boxed(atoms, 2.5), seed)
    idea = (
        "The choice of the cell matters. In a small cell one atom is a neighbour many times, once "
        "for each image, and its own neighbour too: let every pair of the graph count."
    )
    apart = difference(_twice(ask(model, atoms)), ask(model, atoms.repeat((2, 1, 1))))
    return Verdict("supercell", apart, EXACT, idea)


def far_fragments(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """A cluster and a wider one, out of each other's reach, know nothing of each other."""
    model, atoms, _ = start(model, free_cluster(atoms), seed)
    far = strained(atoms, 0.02 * np.eye(3))
    far.translate([np.ptp(atoms.positions[:, 0]) + 1.5 * model.cutoff, 0, 0])
    idea = (
        "Two distant parts have another energy than each alone. An atom's energy may come from its "
        "neighbours only: no mean, maximum or normalisation over all atoms."
    )
    parts = _joined([ask(model, atoms), ask(model, far)])
    return Verdict("far fragments", difference(parts, ask(model, atoms + far)), EXACT, idea)


def batch(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """In a batch each structure gets what it gets alone."""
    model, atoms, _ = start(model, boxed(atoms, 2.5), seed)
    members = [strained(atoms, 0.02 * np.eye(3)), atoms, atoms.repeat((1, 2, 1))]
    graphs = [atom_graph(member, model.cutoff) for member in members]
    alone = _joined([predict(model, graph) for graph in graphs])
    idea = (
        "The structures of a batch change each other. Look for a sum, a mean or an index over the "
        "whole batch; graph.system says which structure an atom belongs to."
    )
    return Verdict("batch", difference(alone, predict(model, collate(graphs))), EXACT, idea)


def isolated_atom(model: Model, atoms: Atoms, seed: int = 0) -> Verdict:
    """An atom without neighbours has a finite energy and no force."""
    model, atoms, _ = start(model, atoms, seed)
    idea = (
        "An atom without neighbours breaks the model. A sum over no pairs is zero, not missing; a "
        "norm has no slope at zero and a mean of nothing is 0/0: guard them."
    )
    deviations = []
    for number in np.unique(atoms.numbers):
        try:
            answer = ask(model, Atoms([number], positions=[[0.1, 0.2, 0.3]]))
        except (RuntimeError, LookupError, ValueError) as error:
            return Verdict("isolated atom", np.inf, EXACT, f"{idea} It raised: {error}")
        deviations += [*answer.forces.abs().flatten(), *(0 * answer.energies)]
    return Verdict("isolated atom", worst(deviations), EXACT, idea)


def _apart_when_turned(model: Model, atoms: Atoms, seed: int, determinant: int) -> float:
    model, atoms, rng = start(model, atoms, seed)
    q = random_orthogonal(rng, determinant)
    old, new = ask(model, atoms), ask(model, turned(atoms, q))
    q = torch.from_numpy(q)
    stress = None if new.stress is None else q.T @ new.stress @ q
    return difference(old, replace(new, forces=new.forces @ q, stress=stress))


def _joined(answers: list[Prediction]) -> Prediction:
    """What structures should give side by side."""
    columns = zip(*(vars(answer).values() for answer in answers), strict=True)
    return Prediction(
        *(None if any(v is None for v in column) else torch.cat(column) for column in columns)
    )


def _twice(answer: Prediction) -> Prediction:
    return replace(answer, energies=answer.energies.repeat(2), forces=answer.forces.repeat(2, 1))
