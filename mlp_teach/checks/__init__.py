"""The laws that every potential obeys, as checks that a new model passes or fails.

    E_i(Q r) = E_i(r),  F(Q r) = Q F(r),  σ(Q r) = Q σ Qᵀ     rotation, reflection
    E_i(r + t) = E_i(r), across the faces of the cell too     translation
    like atoms have no names                                  permutation
    E(A + B) = E(A) + E(B) out of each other's reach          far_fragments, supercell, batch
    an atom alone has an energy and no force                  isolated_atom
    F = -∂E/∂r,  V σ = ∂E/∂ε, by differences                  forces, convergence, stress
    no step in E or F where atoms are r_c apart               smoothness

Each check shakes the structure first (in a perfect crystal forces vanish, and their errors with
them), makes new graphs with `atom_graph` and returns a Verdict. A deviation is given relative to
the largest force, an energy's to that force times 1 Å; rounding is near 1e-15.

What no law can see is a model that is wrong but well-behaved: a sum onto the wrong atom, r_ij with
the wrong sign or a missing ½ make another potential, and it obeys the laws like any other. Only
the slow twin, the equation as loops, number against number, finds these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from ase import Atoms

from mlp_teach.checks.invariance import (
    batch,
    determinism,
    far_fragments,
    isolated_atom,
    permutation,
    reflection,
    rotation,
    supercell,
    translation,
)
from mlp_teach.checks.slopes import convergence, forces, smoothness, stress
from mlp_teach.checks.verdict import Verdict
from mlp_teach.neighbors import neighbor_pairs
from mlp_teach.potential import Model

LAWS = (
    *(determinism, rotation, reflection, translation, permutation),
    *(supercell, far_fragments, batch, isolated_atom),
    *(forces, convergence, stress, smoothness),
)


def check_all(model: Model, frames: Atoms | Sequence[Atoms], seed: int = 0) -> list[Verdict]:
    """Every law on every structure; for each law the worst verdict. The model is not changed.

    Raises ValueError where no structure has two atoms that see each other.
    """
    frames = [frames] if isinstance(frames, Atoms) else list(frames)
    if not any(_has_neighbours(atoms, model.cutoff) for atoms in frames):
        raise ValueError(
            f"None of the {len(frames)} structure(s) has two atoms within the model's cutoff, "
            f"{model.cutoff:g} Å: nothing could fail. Give one that has."
        )
    return [
        max(
            (law(model, atoms, seed) for atoms in frames),
            key=lambda verdict: (np.isnan(verdict.measured), verdict.measured),
        )
        for law in LAWS
    ]


def report(verdicts: Iterable[Verdict]) -> str:
    """The verdicts as a table, with the idea to revisit below each broken law."""
    verdicts = list(verdicts)
    broken = sum(not verdict.passed for verdict in verdicts)
    end = f"{broken} of {len(verdicts)} laws are broken." if broken else "All laws hold."
    return "\n".join([f"{'law':<14} {'measured':>9} {'allowed':>8}", *map(str, verdicts), end])


def _has_neighbours(atoms: Atoms, cutoff: float) -> bool:
    i, j, *_ = neighbor_pairs(atoms, cutoff)
    return bool((i != j).any())
