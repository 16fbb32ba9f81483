"""g(r) and coordination: ideal gas, fcc by hand, ASE's own, small and skewed cells, refusals."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, fcc111, molecule
from ase.data import atomic_numbers
from ase.geometry.rdf import get_rdf

from mlp_teach.analysis.structure import (
    coordination_numbers,
    first_minimum,
    radial_distribution,
)
from mlp_teach.datasets import load

FCC = {1: 12, 2: 6, 3: 24, 4: 12, 5: 24}  # shell at a sqrt(k/2): number of atoms


def gas(cell, atoms=400, frames=10, symbols="Ar") -> list[Atoms]:
    rng = np.random.default_rng(1)
    places = rng.random((frames, atoms, 3)) @ np.asarray(cell)
    return [Atoms(f"{symbols}{atoms}", p, cell=cell, pbc=True) for p in places]


@pytest.mark.parametrize(
    "cell",
    [np.eye(3) * 15.0, [[16, 0, 0], [9, 13, 0], [-5, 8, 14]]],
    ids=["cube", "skewed"],
)
def test_an_ideal_gas_has_g_of_one_everywhere(cell):
    rdf = radial_distribution(gas(cell), r_max=6.0, bins=12)
    density = 400 / abs(np.linalg.det(cell))
    pairs = 10 * 400 * density * 4 / 3 * np.pi * np.diff(rdf.edges**3)
    assert (abs(rdf.g - 1) * np.sqrt(pairs / 2) < 4).all()  # four standard deviations of counting
    ideal = density * 4 / 3 * np.pi * 6.0**3
    assert rdf.coordination[-1] == pytest.approx(ideal, rel=0.02)


def test_a_gas_in_a_cell_smaller_than_r_max_has_g_of_one_with_its_images():
    rdf = radial_distribution(gas(np.eye(3) * 5.0, atoms=60, frames=60), r_max=12.0, bins=12)
    np.testing.assert_allclose(rdf.g[3:], 1.0, atol=0.05)


@pytest.mark.parametrize(
    "crystal",
    [bulk("Cu", a=3.6), bulk("Cu", a=3.6, cubic=True), bulk("Cu", a=3.6, cubic=True) * (1, 2, 3)],
    ids=["one atom", "four atoms", "24 atoms"],
)
def test_the_shells_of_fcc_are_counted_as_by_hand(crystal):
    rdf = radial_distribution(crystal, r_max=6.0, bins=600)
    total = 0
    for shell, atoms in FCC.items():
        radius = 3.6 * np.sqrt(shell / 2)
        assert rdf.coordination_at(radius - 0.02) == pytest.approx(total)
        total += atoms
        assert rdf.coordination_at(radius + 0.02) == pytest.approx(total)
    peak = rdf.g[np.searchsorted(rdf.edges, 3.6 / np.sqrt(2)) - 1]
    width, middle = 0.01, rdf.r[np.searchsorted(rdf.edges, 3.6 / np.sqrt(2)) - 1]
    assert peak == pytest.approx(12 / (4 * np.pi * middle**2 * width * 4 / 3.6**3), rel=1e-4)


def test_the_first_shell_of_fcc_ends_between_its_first_two_distances():
    rdf = radial_distribution(bulk("Cu", a=3.6), r_max=6.0)
    assert first_minimum(rdf) == pytest.approx((3.6 / np.sqrt(2) + 3.6) / 2, abs=0.1)
    assert rdf.coordination_at(first_minimum(rdf)) == pytest.approx(12.0)


def test_hot_copper_keeps_twelve_neighbours():
    frames = [a for a in load("mlearn_Cu") if a.info["config_type"] == "AIMD-NVT"]
    rdf = radial_distribution(frames[:40])
    assert rdf.coordination_at(first_minimum(rdf)) == pytest.approx(12.0, abs=0.3)


def test_water_has_its_known_structure():
    frames = load("water", "test")
    oxygens = radial_distribution(frames, centre="O", neighbor="O")
    bonds = radial_distribution(frames, r_max=4.0, centre="O", neighbor="H")
    assert oxygens.r[oxygens.g.argmax()] == pytest.approx(2.75, abs=0.1)
    assert oxygens.coordination_at(first_minimum(oxygens)) == pytest.approx(4.4, abs=0.4)
    assert bonds.coordination_at(1.3) == pytest.approx(2.0, abs=0.02)


def test_partial_functions_add_up_to_the_whole():
    atoms = load("water", "test")[0]
    whole = radial_distribution(atoms, r_max=6.0)
    share = {"H": 2 / 3, "O": 1 / 3}
    parts = sum(
        share[a] * share[b] * radial_distribution(atoms, r_max=6.0, centre=a, neighbor=b).g
        for a in share
        for b in share
    )
    np.testing.assert_allclose(parts, whole.g, atol=1e-12)


def test_g_of_a_and_b_is_g_of_b_and_a_but_coordination_is_not():
    atoms = load("water", "test")[0]
    oh = radial_distribution(atoms, r_max=6.0, centre="O", neighbor="H")
    ho = radial_distribution(atoms, r_max=6.0, centre="H", neighbor="O")
    np.testing.assert_allclose(oh.g, ho.g, atol=1e-12)
    np.testing.assert_allclose(oh.coordination, 2 * ho.coordination, atol=1e-12)


@pytest.mark.parametrize("partners", [(None, None), ("O", "H"), ("H", "O"), ("O", "O")])
def test_ase_gives_the_same_where_its_cell_is_large_enough(partners):
    atoms = load("water", "test")[0]
    symbols = None if partners[0] is None else [atomic_numbers[symbol] for symbol in partners]
    theirs, r = get_rdf(atoms, rmax=6.0, nbins=100, elements=symbols)
    centre, neighbor = partners
    ours = radial_distribution(atoms, r_max=6.0, bins=100, centre=centre, neighbor=neighbor)
    np.testing.assert_allclose(ours.r, r)
    np.testing.assert_allclose(ours.g, theirs, atol=1e-10)


def test_frames_are_averaged():
    one, other = load("mlearn_Cu", "test")[10:12]
    both = radial_distribution([one, other]).g
    np.testing.assert_allclose(
        both, (radial_distribution(one).g + radial_distribution(other).g) / 2
    )


def test_coordination_numbers_of_molecules_slabs_and_lone_atoms():
    assert coordination_numbers(molecule("CH4"), 1.2).tolist() == [4, 1, 1, 1, 1]
    slab = fcc111("Cu", (2, 2, 3), a=3.6, vacuum=8)
    assert sorted(set(coordination_numbers(slab, 3.0))) == [9, 12]
    assert coordination_numbers(Atoms("Ar"), 5.0).tolist() == [0]


def test_a_molecule_and_a_slab_have_no_g_of_r_and_are_told_so():
    for atoms in (molecule("H2O"), fcc111("Cu", (2, 2, 3), vacuum=8)):
        with pytest.raises(ValueError, match=r"is periodic along.*coordination_numbers"):
            radial_distribution(atoms)


def test_absent_elements_empty_lists_and_bad_ranges_are_told():
    with pytest.raises(ValueError, match="There is no 'O' among Cu"):
        radial_distribution(bulk("Cu"), centre="O")
    with pytest.raises(ValueError, match="0 structures"):
        radial_distribution([])
    with pytest.raises(ValueError, match=r"r_max = -1\.0"):
        radial_distribution(bulk("Cu"), r_max=-1.0)
    with pytest.raises(ValueError, match="larger r_max"):
        radial_distribution(bulk("Cu"), r_max=4.0).coordination_at(5.0)


def test_a_missing_first_minimum_is_told():
    with pytest.raises(ValueError, match="does not rise above 1"):
        first_minimum(radial_distribution(bulk("Cu"), r_max=2.0))
    with pytest.raises(ValueError, match="no minimum after its first peak"):
        first_minimum(radial_distribution(bulk("Cu", a=3.6), r_max=3.0))
