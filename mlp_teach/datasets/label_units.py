"""Which unit or sign went wrong, from what energies, forces and stress say together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from ase import Atoms

from mlp_teach.datasets.consistency import Slope, force_slope, free_atom_ratio, stress_slope
from mlp_teach.datasets.findings import Finding, labels_of, value_of
from mlp_teach.units import BOHR, GPA, HARTREE, KBAR, KCAL_PER_MOL, KJ_PER_MOL, RYDBERG

LARGE_STRESS = 160 * GPA  # root mean square; half the pressure in the centre of the Earth
FREE_ATOMS = 0.05  # a total energy is within 5 % of the energy of its free atoms
OTHER_UNITS = {
    "Hartree": HARTREE,
    "Rydberg": RYDBERG,
    "kcal/mol": KCAL_PER_MOL,
    "kJ/mol": KJ_PER_MOL,
}

# What a slope of energy over work means; labels in eV, eV/Å and eV/Å³ give 1.
FORCE_SLOPES = {
    -1.0: "the forces have the wrong sign: multiply them by -1 (F = -dE/dr)",
    1 / HARTREE: "the energies look like Hartree beside forces in eV/Å: multiply them by 27.2114",
    1 / RYDBERG: "the energies look like Rydberg beside forces in eV/Å: multiply them by 13.6057",
    1
    / KCAL_PER_MOL: "the energies look like kcal/mol beside forces in eV/Å: divide them by 23.0605",
    1 / KJ_PER_MOL: "the energies look like kJ/mol beside forces in eV/Å: divide them by 96.4853",
    HARTREE: "the forces look like Hartree/Å beside energies in eV: multiply them by 27.2114",
    HARTREE / BOHR: "the forces look like Hartree/Bohr beside energies in eV: multiply by 51.4221",
    KCAL_PER_MOL: "the forces look like kcal/mol/Å beside energies in eV: divide them by 23.0605",
    1
    / BOHR: "the forces look like Hartree/Bohr beside energies in Hartree: bring both to eV and Å",
    BOHR: "the positions look like Bohr beside energies in eV and forces in eV/Å: multiply the "
    "positions by 0.529177",
}
STRESS_SLOPES = {
    -1.0: "the stress has the wrong sign: multiply it by -1 (tension is positive in ASE)",
    GPA: "the stress looks like GPa: divide it by 160.218 to get eV/Å³",
    -GPA: "the stress looks like a pressure in GPa: divide it by -160.218 to get eV/Å³",
    KBAR: "the stress looks like kbar: divide it by 1602.18 to get eV/Å³",
    -KBAR: "the stress looks like kbar, compression counted as positive (as VASP prints it): "
    "divide it by -1602.18 to get eV/Å³",
    1
    / HARTREE: "the energies look like Hartree beside a stress in eV/Å³: multiply them by 27.2114",
}


def unit_findings(frames: Sequence[Atoms]) -> Iterator[Finding]:
    """Units and signs that do not belong together, as far as these frames show them."""
    with_energy = [atoms for atoms in frames if "energy" in labels_of(atoms)]
    if with_energy:
        yield from _total_energies(with_energy)
        yield from _mixed(with_energy)
    yield from _slope(force_slope(frames), FORCE_SLOPES, "forces")
    by_strain = stress_slope(frames)
    yield from _slope(by_strain, STRESS_SLOPES, "stress")
    if by_strain is None:
        yield from _stress_size(frames)


def _total_energies(frames: Sequence[Atoms]) -> Iterator[Finding]:
    """Energies that equal those of the free atoms, all electrons counted, in another unit."""
    in_ev = free_atom_ratio(frames) / HARTREE  # 1 for total energies in eV
    for unit, size in OTHER_UNITS.items():
        if abs(in_ev * size - 1) < FREE_ATOMS:
            yield Finding(
                "energy unit",
                (),
                f"The energies look like total energies in {unit}: multiply them by {size:.6g} "
                "to get eV, and look at the unit of the forces as well.",
            )


def _mixed(frames: Sequence[Atoms]) -> Iterator[Finding]:
    """Frames of one composition whose energies differ by the ratio of two units."""
    energies: dict[str, list[float]] = {}
    for atoms in frames:
        energies.setdefault(atoms.get_chemical_formula(), []).append(labels_of(atoms)["energy"])
    for formula, values in energies.items():
        if np.median(values) == 0.0:
            continue
        ratios = np.array(values) / np.median(values)
        odd = int(sum(abs(ratios * HARTREE - 1) < 0.1) + sum(abs(ratios / HARTREE - 1) < 0.1))
        if odd:
            yield Finding(
                "mixed units",
                (),
                f"{odd} of {len(values)} energies of {formula} are 27.2 times smaller or larger "
                "than the others: eV and Hartree are mixed. Bring all to eV.",
            )


def _slope(found: Slope | None, meanings: dict[float, str], label: str) -> Iterator[Finding]:
    if found is None or abs(found.correlation) < 0.9 or abs(found.slope - 1) < 0.3:
        return
    evidence = (
        f"Between {found.pairs} pairs of neighbouring structures the energy changes by "
        f"{found.slope:.3g} times the work of the {label}, where it should be 1 times."
    )
    likely = [text for slope, text in meanings.items() if abs(found.slope / slope - 1) < 0.15]
    advice = f"So {likely[0]}." if likely else "Look for a unit that was not converted, or a sign."
    yield Finding(f"{label} and energy", (), f"{evidence} {advice}")


def _stress_size(frames: Sequence[Atoms]) -> Iterator[Finding]:
    stress = [value_of(atoms, "stress") for atoms in frames if "stress" in labels_of(atoms)]
    size = np.sqrt(np.mean([np.mean(one**2) for one in stress])) if stress else 0.0
    if size > LARGE_STRESS:
        yield Finding(
            "stress unit",
            (),
            f"The stress is {size:.3g} on average, in eV/Å³ more than half the pressure in the "
            "centre of the Earth. Is it in GPa (divide by 160.218) or kbar (divide by 1602.18)?",
        )
