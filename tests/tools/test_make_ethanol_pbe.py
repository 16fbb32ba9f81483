"""The set ethanol_pbe anew, as far as seconds go: what turns, and what is for testing."""

from collections import Counter

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule

pytest.importorskip("tblite", reason="tblite is not installed: pip install mlp_teach[xtb]")

import make_ethanol_pbe as made


def test_the_backbone_is_found_whatever_the_order_of_the_atoms():
    ethanol = molecule("CH3CH2OH")
    turned = ethanol[::-1]
    for atoms in (ethanol, turned):
        first, second, oxygen, hydrogen = made._backbone(atoms)
        assert [atoms.symbols[k] for k in (first, second, oxygen, hydrogen)] == list("CCOH")
        assert atoms.get_distance(second, oxygen) < 1.5 < atoms.get_distance(first, oxygen)
        assert atoms.get_distance(oxygen, hydrogen) < 1.1


def test_a_fifth_of_each_kind_is_for_testing_and_always_the_same():
    frames = [Atoms(info={"kind": kind}) for kind in 40 * ["a"] + 11 * ["b"] + 4 * ["c"]]
    test = made._test_part(frames)
    assert test == made._test_part(frames)
    assert Counter(a.info["kind"] for a, is_test in zip(frames, test, strict=True) if is_test) == {
        "a": 8,
        "b": 2,
    }


@pytest.mark.slow
def test_rotors_turn_and_the_rest_of_the_molecule_holds():
    frames = made._rotors(made.relaxed(molecule("CH3CH2OH"), made.gfn2(), 0.005))
    assert len(frames) == 60
    images = [atoms for atoms in frames if atoms.info["sampler"] == "nudged_elastic_band"]
    assert Counter(atoms.info["rotor"] for atoms in images) == {"OH": 10, "CH3": 5}
    first, second, oxygen, hydrogen = made._backbone(images[0])
    angles = [atoms.get_dihedral(first, second, oxygen, hydrogen) for atoms in images[:10]]
    assert (np.diff(angles) < 0).all()  # from 180° towards 60°
    assert angles[-1] == pytest.approx(60, abs=5)
    bonds = [atoms.get_distance(first, second) for atoms in images]
    assert max(bonds) - min(bonds) < 0.02
