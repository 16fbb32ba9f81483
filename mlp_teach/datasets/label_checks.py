"""Is something wrong with a labelled set? Each finding is a sentence that says what to do.

What can be seen from the data is looked for: labels missing or not finite, one structure only,
exact repeats, net forces, absurdly large forces, units and signs that do not belong together. What
cannot be seen is not guessed: a set without close neighbours, from a code that leaves out core
electrons, may be in any unit of energy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from ase import Atoms

from mlp_teach.datasets.findings import Finding, labels_of, listed, value_of
from mlp_teach.datasets.label_units import unit_findings

NET_FORCE = 5e-4  # eV/Å per atom, on average: converged calculations stay below
LARGE_FORCE = 50.0  # eV/Å: atoms some tenths of an Å too close


def check_labels(frames: Sequence[Atoms]) -> list[Finding]:
    """Everything odd that can be seen; an empty list where all is well. Changes nothing."""
    findings = [*_amount(frames), *_missing(frames), *_not_finite(frames)]
    broken = {index for one in findings if one.kind == "not finite" for index in one.frames}
    sound = [atoms for index, atoms in enumerate(frames) if index not in broken]
    return [
        *findings,
        *_repeats(frames),
        *_net_force(sound),
        *_large(frames),
        *unit_findings(sound),
    ]


def _amount(frames: Sequence[Atoms]) -> Iterator[Finding]:
    if len(frames) < 2:
        yield Finding(
            "one structure",
            (),
            f"The number of structures is {len(frames)}: a model that is fitted to it can be "
            "neither tested nor trusted. Add structures that differ, 20 or more for a first trial.",
        )


def _missing(frames: Sequence[Atoms]) -> Iterator[Finding]:
    for label in ("energy", "forces", "stress"):
        without = tuple(k for k, atoms in enumerate(frames) if label not in labels_of(atoms))
        stress_is_optional = label == "stress" and len(without) == len(frames)
        if without and not stress_is_optional:
            hint = _hint(frames[without[0]], label)
            message = f"No {label}: {listed(without, len(frames))}. {hint}"
            yield Finding(f"no {label}", without, message)


def _hint(atoms: Atoms, label: str) -> str:
    """Many files name their labels otherwise; ASE then keeps them out of the calculator."""
    stems = {"energy": ("energ",), "forces": ("force",), "stress": ("stress", "virial")}[label]
    stored = [*atoms.info, *atoms.arrays]
    other = [name for name in stored if any(stem in name.lower() for stem in stems)]
    if other:
        return (
            f"There is {other[0]!r}: if that is it, bring it to eV and Å and attach it with "
            f"atoms.calc = SinglePointCalculator(atoms, {label}=...)."
        )
    return "Train without it (its weight in the loss zero), leave these frames out or label them."


def _not_finite(frames: Sequence[Atoms]) -> Iterator[Finding]:
    for name in ("positions", "cell", "energy", "forces", "stress"):
        bad = tuple(k for k, a in enumerate(frames) if not np.isfinite(value_of(a, name)).all())
        if bad:
            yield Finding(
                "not finite",
                bad,
                f"NaN or infinity in {name}: {listed(bad, len(frames))}. One of them turns the "
                "whole model into NaN: leave these frames out, or label them again.",
            )


def _repeats(frames: Sequence[Atoms]) -> Iterator[Finding]:
    seen: dict[bytes, list[int]] = {}
    for index, atoms in enumerate(frames):
        place = [np.round(x, 6) + 0.0 for x in (atoms.positions, atoms.cell.array)]  # -0.0 is 0.0
        key = b"".join(x.tobytes() for x in (atoms.numbers, atoms.pbc, *place))
        seen.setdefault(key, []).append(index)
    groups = [group for group in seen.values() if len(group) > 1]
    extra = tuple(sorted(index for group in groups for index in group[1:]))
    if not extra:
        return
    spread = [np.ptp([value_of(frames[k], "energy") for k in group]) for group in groups]
    contrary = sum(one > 1e-6 for one in spread)
    differ = f" {contrary} of them with another energy: find out why." if contrary else ""
    yield Finding(
        "repeats",
        extra,
        f"Exact repeats of an earlier frame: {listed(extra, len(frames))}.{differ} Keep one of "
        "each, or the same structure may end up in training and test set.",
    )


def _net_force(frames: Sequence[Atoms]) -> Iterator[Finding]:
    forces = [value_of(atoms, "forces") for atoms in frames if "forces" in labels_of(atoms)]
    net = np.mean([abs(one.sum(0)).max() / len(one) for one in forces]) if forces else 0.0
    if net > NET_FORCE:
        yield Finding(
            "net force",
            (),
            f"The forces of a frame do not add up to zero: {1e3 * net:.1f} meV/Å per atom on "
            "average. No potential that depends on relative positions can fit that part. Expect it "
            "in the errors, or subtract the mean force of each frame.",
        )


def _large(frames: Sequence[Atoms]) -> Iterator[Finding]:
    largest = np.array([abs(value_of(atoms, "forces")).max(initial=0) for atoms in frames])
    large = tuple(int(k) for k in np.flatnonzero((largest > LARGE_FORCE) & np.isfinite(largest)))
    if large:
        yield Finding(
            "large forces",
            large,
            f"A force above {LARGE_FORCE:.0f} eV/Å: {listed(large, len(frames))}, up to "
            f"{max(largest[list(large)]):.0f} eV/Å. A squared loss would see little else: leave "
            "these frames out.",
        )
