"""Symmetry functions against DScribe's numbers; tests/reference/README.md says how they were made.

A feature is right if it equals DScribe's to 1e-9 of itself. There is one exception: 1 + λ cos θ of
atoms in a line is zero, and what a computer keeps of it is rounding, about 1e-16 for each pair of
neighbours. So a feature may also differ by 1e-14 times the sum of its radial parts: that is the
mean of the features with ζ = 1 and λ = +1 and -1. `test_the_exception_is_rare` watches over that.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.graph import collate
from mlp_teach.neighbors import atom_graph

REFERENCE = Path(__file__).parents[1] / "reference" / "dscribe_acsf.npz"
RELATIVE = 1e-9
ROUNDING = 1e-14


@dataclass(frozen=True)
class Case:
    atoms: Atoms
    title: str
    cutoff: float
    parameters: dict
    elements: tuple[int, ...]
    names: list[str]
    features: np.ndarray


def read_cases() -> list[Case]:
    file = np.load(REFERENCE)
    index = json.loads(str(file["index"]))

    def atoms(s: int) -> Atoms:
        fields = ("positions", "numbers", "cell", "pbc")
        return Atoms(**{field: file[f"{field}_{s}"] for field in fields})

    return [
        Case(
            atoms=atoms(case["structure"]),
            title=f"{case['title']}; {case['parameters']}, r_c {case['cutoff']}",
            cutoff=case["cutoff"],
            parameters=index["parameters"][case["parameters"]],
            elements=tuple(case["elements"]),
            names=case["names"],
            features=file[f"features_{c}"],
        )
        for c, case in enumerate(index["cases"])
    ]


CASES = read_cases()
every_case = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])


def functions_of(case: Case) -> SymmetryFunctions:
    tuples = {
        kind: tuple(tuple(map(float, p)) if isinstance(p, list) else float(p) for p in values)
        for kind, values in case.parameters.items()
    }
    return SymmetryFunctions(cutoff=case.cutoff, elements=case.elements, g1=True, **tuples)


def our_names(functions: SymmetryFunctions) -> list[str]:
    """What stands in each column of ours, in the words of the reference file."""
    names = []
    for z in functions.elements:
        names.append(f"G1 {z}")
        names += [f"G2 {z} eta={eta} r_s={r_s}" for eta, r_s in functions.g2]
        names += [f"G3 {z} kappa={kappa}" for kappa in functions.g3]
    for a, low in enumerate(functions.elements):
        for high in functions.elements[a:]:
            for kind, parameters in (("G4", functions.g4), ("G5", functions.g5)):
                names += [
                    f"{kind} {low}-{high} eta={eta} zeta={zeta:g} lambda={sign:g}"
                    for eta, zeta, sign in parameters
                ]
    return names


def in_dscribes_order(features: np.ndarray, case: Case) -> np.ndarray:
    column = {name: n for n, name in enumerate(our_names(functions_of(case)))}
    assert sorted(column) == sorted(case.names)
    return features[:, [column[name] for name in case.names]]


@cache
def ours(number: int) -> np.ndarray:
    case = CASES[number]
    graph = atom_graph(case.atoms, case.cutoff)
    return in_dscribes_order(symmetry_functions(graph, functions_of(case)).numpy(), case)


def radial_parts(case: Case) -> np.ndarray:
    """Σ_j<k of each angular feature's radial part, from DScribe's numbers; 0 where unknown."""
    column = {name: n for n, name in enumerate(case.names)}
    sums = np.zeros_like(case.features)
    for n, name in enumerate(case.names):
        if name.startswith(("G4", "G5")):
            kind, pair, eta, *_ = name.split()
            both = [column.get(f"{kind} {pair} {eta} zeta=1 lambda={sign}") for sign in (-1, 1)]
            if None not in both:
                sums[:, n] = case.features[:, both].sum(axis=1) / 2
    return sums


def agrees(value: np.ndarray, case: Case, rounding: float) -> np.ndarray:
    allowed = RELATIVE * np.abs(case.features) + rounding * radial_parts(case)
    return (np.abs(value - case.features) <= allowed) | np.isnan(case.features)


@every_case
def test_every_feature_equals_dscribes(case: Case):
    value = ours(CASES.index(case))
    wrong = ~agrees(value, case, ROUNDING)
    assert value.shape == case.features.shape
    assert not wrong.any(), "\n".join(
        f"atom {i}, {case.names[n]}: {value[i, n]:.15g}, DScribe {case.features[i, n]:.15g}"
        for i, n in np.argwhere(wrong)[:10]
    )


@every_case
def test_features_are_finite_where_dscribe_gives_nan(case: Case):
    assert np.isfinite(ours(CASES.index(case))).all()


def test_the_exception_is_rare():
    exact, total = 0, 0
    for number, case in enumerate(CASES):
        known = ~np.isnan(case.features)
        exact += int((agrees(ours(number), case, rounding=0.0) & known).sum())
        total += int(known.sum())
    assert total > 20_000
    assert exact >= 0.995 * total


def test_the_reference_covers_what_it_should():
    elements = {len(set(case.atoms.numbers)) for case in CASES}
    periodic = {int(case.atoms.pbc.sum()) for case in CASES}
    kinds = {name[:2] for case in CASES for name in case.names}
    assert elements == {1, 2, 3}
    assert periodic == {0, 2, 3}
    assert kinds == {"G1", "G2", "G3", "G4", "G5"}
    assert any(np.isnan(case.features).any() for case in CASES)


def test_structures_in_one_batch_have_the_features_they_have_alone():
    together = [n for n, c in enumerate(CASES) if c.cutoff == 6.0 and c.elements == (1, 6, 8)]
    for label in ("radial", "angular"):
        chosen = [n for n in together if f"; {label}" in CASES[n].title]
        graphs = [atom_graph(CASES[n].atoms, 6.0) for n in chosen]
        batch = symmetry_functions(collate(graphs), functions_of(CASES[chosen[0]])).numpy()
        alone = np.concatenate([ours(n) for n in chosen])
        np.testing.assert_allclose(
            in_dscribes_order(batch, CASES[chosen[0]]), alone, rtol=1e-12, atol=1e-15
        )


def test_single_precision_agrees_to_its_own_rounding():
    number = next(
        n for n, c in enumerate(CASES) if c.title.startswith("sodium") and "angular" in c.title
    )
    case = CASES[number]
    graph = atom_graph(case.atoms, case.cutoff, dtype=torch.float32)
    value = in_dscribes_order(symmetry_functions(graph, functions_of(case)).numpy(), case)
    assert value.dtype == np.float32
    np.testing.assert_allclose(
        value, case.features, rtol=1e-4, atol=1e-5 * radial_parts(case).max()
    )
