"""The reader of n2p2's files: two elements with different functions, units, scalings, bad files.

The published networks of one element are in test_n2p2_reference.py.
"""

from math import tanh
from pathlib import Path

import numpy as np
import pytest
from ase.build import bulk, molecule

from mlp_teach.checks import check_all, report
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.models.n2p2 import N2p2Error, read_n2p2
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.units import BOHR, HARTREE

PUBLISHED = Path(__file__).parents[1] / "reference" / "published_nnp"

# H has two functions and O three, listed in another order than n2p2 sorts them: by type, then eta,
# r_s, zeta, lambda and the neighbours' elements. One hidden layer of two nodes.
INPUT = """
number_of_elements 2
elements O H  # in any order: n2p2 numbers them by atomic number
atom_energy O -75.0
atom_energy H -0.5
cutoff_type 1
global_hidden_layers_short 1
global_nodes_short 2
global_activation_short t l
symfunction_short O 3 H H 0.01 -1.0 2.0 6.0
symfunction_short O 2 O 0.30 1.0 6.0
symfunction_short H 3 O H 0.02 1.0 1.0 6.0
symfunction_short O 2 H 0.10 0.0 6.0
symfunction_short H 2 O 0.10 0.0 6.0
"""
SORTED = {  # as features of one list for both, in n2p2's order: eta, r_s, zeta, lambda
    1: ["G2 O η=0.1 R_s=0", "G4 H-O η=0.02 ζ=1 λ=+1"],
    8: ["G2 H η=0.1 R_s=0", "G2 O η=0.3 R_s=1", "G4 H-H η=0.01 ζ=2 λ=-1"],
}
STATISTICS = {  # min, max, mean, sigma of each function
    1: [(0.1, 1.1, 0.4, 0.2), (0.0, 0.5, 0.1, 0.05)],
    8: [(0.2, 2.2, 0.9, 0.4), (0.3, 0.8, 0.5, 0.1), (0.0, 0.25, 0.05, 0.02)],
}
WATERS = molecule("H2O") + molecule("H2O")
WATERS.positions[3:] += [1.5, 0.4, 1.2]
FREE = {1: -0.5, 8: -75.0}


def weights(z: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Input to hidden (inputs × 2), its bias, hidden to output, its bias."""
    rng = np.random.default_rng(z)
    return (
        rng.normal(size=(len(SORTED[z]), 2)),
        rng.normal(size=2),
        rng.normal(size=2),
        float(z) / 10,
    )


def written(folder: Path, more: str = "") -> Path:
    (folder / "input.nn").write_text(INPUT + more)
    lines = ["# a comment", "### min max mean sigma"]
    for place, z in enumerate(sorted(SORTED), 1):
        for index, values in enumerate(STATISTICS[z], 1):
            lines.append(f"{place} {index} " + " ".join(map(repr, values)))
        first, bias, last, end = weights(z)
        file = [
            f"{w!r} a 1 0 {i + 1} 1 {j + 1}"
            for i, row in enumerate(first)
            for j, w in enumerate(row.tolist())
        ]
        file += [f"{b!r} b 1 1 {j + 1}" for j, b in enumerate(bias.tolist())]
        file += [f"{w!r} a 1 1 {j + 1} 2 1" for j, w in enumerate(last.tolist())]
        file += [f"{end!r} b 1 2 1"]
        (folder / f"weights.{z:03d}.data").write_text("\n".join(["# comment", *file]) + "\n")
    (folder / "scaling.data").write_text("\n".join(lines) + "\n")
    return folder


def by_hand(scaled, atoms=WATERS) -> list[float]:
    """Each atom's functions by name, through scaled(G, min, max, mean, sigma) and its network."""
    functions = SymmetryFunctions(
        6.0, (1, 8), g2=((0.1, 0.0), (0.3, 1.0)), g4=((0.02, 1.0, 1.0), (0.01, 2.0, -1.0))
    )
    table, names = symmetry_functions(atom_graph(atoms, 6.0), functions), functions.names()
    energies = []
    for row, z in zip(table.numpy(), atoms.numbers, strict=True):
        inputs = [
            scaled(row[names.index(name)], *statistics)
            for name, statistics in zip(SORTED[z], STATISTICS[z], strict=True)
        ]
        first, bias, last, end = weights(z)
        hidden = [tanh(value) for value in inputs @ first + bias]
        energies.append(float(np.dot(hidden, last)) + end + FREE[z])
    return energies


SCALINGS = {
    "": lambda g, low, high, mean, sigma: g,
    "center_symmetry_functions": lambda g, low, high, mean, sigma: g - mean,
    "scale_symmetry_functions": lambda g, low, high, mean, sigma: (g - low) / (high - low),
    "scale_symmetry_functions\nscale_min_short -1\nscale_max_short 2": (
        lambda g, low, high, mean, sigma: -1 + 3 * (g - low) / (high - low)
    ),
    "scale_symmetry_functions\ncenter_symmetry_functions\nscale_min_short -1\nscale_max_short 2": (
        lambda g, low, high, mean, sigma: -1 + 3 * (g - mean) / (high - low)
    ),
    "scale_symmetry_functions_sigma\nscale_min_short 1\nscale_max_short 2": (
        lambda g, low, high, mean, sigma: 1 + (g - mean) / sigma
    ),
}


@pytest.mark.parametrize("keywords", SCALINGS, ids=lambda words: words.replace("\n", " ") or "none")
def test_two_elements_are_evaluated_as_n2p2_says(keywords, tmp_path):
    model = read_n2p2(written(tmp_path, keywords), length=1.0, energy=1.0)
    found = predict(model, atom_graph(WATERS, model.cutoff)).energies
    np.testing.assert_allclose(found, by_hand(SCALINGS[keywords]), rtol=1e-12)


def test_bohr_and_hartree_are_what_the_files_count_in_unless_said_otherwise(tmp_path):
    model = read_n2p2(written(tmp_path))
    assert model.cutoff == pytest.approx(6.0 * BOHR)
    smaller = WATERS.copy()
    smaller.positions *= BOHR  # the same structure, were its numbers Bohr
    found = predict(model, atom_graph(smaller, model.cutoff)).energies
    expected = np.array(by_hand(SCALINGS[""])) * HARTREE
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(("element", "structure"), [("Cu", "fcc"), ("Si", "diamond")])
def test_the_published_networks_obey_every_law(element, structure):
    model = read_n2p2(PUBLISHED / element, length=BOHR, energy=HARTREE)
    verdicts = check_all(model, bulk(element, structure) * (2, 1, 1))
    assert all(verdict.passed for verdict in verdicts), report(verdicts)


# Bad files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["input.nn", "scaling.data", "weights.001.data"])
def test_a_missing_file_is_named(name, tmp_path):
    (written(tmp_path) / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing"):
        read_n2p2(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("elements O H", "# elements", r"lacks \['elements'\]"),
        ("cutoff_type 1", "cutoff_type 2", "cutoff_type .*only 1, the cosine"),
        ("short O 2 O 0.30 1.0 6.0", "short O 2 O 0.30 1.0 5.0", r"cutoffs \[5\.0, 6\.0\]"),
        ("short O 2 O 0.30 1.0 6.0", "short O 12 O 0.30 1.0 6.0", "type 12: only 2 .*G2"),
        ("H H 0.01 -1.0 2.0 6.0", "H H 0.01 -1.0 2.0 6.0 1.0", "4 numbers .*not 5"),
        ("activation_short t l", "activation_short g l", "activations"),
        ("activation_short t l", "activation_short t t", "activations"),
    ],
)
def test_what_is_not_supported_is_said(old, new, sentence, tmp_path):
    written(tmp_path)
    assert old in INPUT
    (tmp_path / "input.nn").write_text(INPUT.replace(old, new))
    with pytest.raises(N2p2Error, match=sentence):
        read_n2p2(tmp_path)


@pytest.mark.parametrize("name", ["input.nn", "scaling.data", "weights.001.data"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9])
def test_a_file_that_was_cut_short_is_said(name, share, tmp_path):
    file = written(tmp_path) / name
    text = file.read_text()
    file.write_text(text[: int(share * len(text))])
    with pytest.raises(N2p2Error):
        read_n2p2(tmp_path)
