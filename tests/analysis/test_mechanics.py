"""Lattice constant, equation of state and elastic constants: by hand, by energy, by other codes."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.lj import LennardJones
from ase.calculators.morse import MorsePotential
from ase.eos import EquationOfState as AseEquationOfState

from mlp_teach.analysis.mechanics import (
    CubicElasticity,
    elastic_constants,
    equation_of_state,
    fit_birch,
    relaxed,
)
from mlp_teach.units import GPA


def nearest_neighbours_only() -> LennardJones:
    """Cut between the first (1.12 σ) and the second (1.59 σ) shell of fcc."""
    return LennardJones(sigma=1.0, epsilon=1.0, rc=1.4)


@pytest.fixture(scope="module")
def copper():
    """EMT copper at its own lattice constant, with its equation of state."""
    state = equation_of_state(bulk("Cu", cubic=True), EMT())
    return relaxed(bulk("Cu", cubic=True), state), state


def test_emt_copper_agrees_with_ase_and_matscipy(copper):
    """a0 3.590 Å; matscipy 1.3.1 fit_elastic_constants: 172.6, 115.4, 89.9, B 134.5 GPa."""
    crystal, state = copper
    found = elastic_constants(crystal, EMT())
    assert state.lattice_constant == pytest.approx(3.590, abs=0.001)
    assert state.bulk_modulus == pytest.approx(134.4, abs=0.5)
    assert (found.c11, found.c12, found.c44) == pytest.approx((172.6, 115.4, 89.9), abs=0.2)
    assert found.bulk_modulus == pytest.approx(134.5, abs=0.1)


def test_bulk_modulus_of_the_curve_and_of_the_elastic_constants_agree(copper):
    crystal, state = copper
    assert elastic_constants(crystal, EMT()).bulk_modulus == pytest.approx(
        state.bulk_modulus, rel=0.005
    )


def test_the_fitted_curve_is_ases_birch_murnaghan(copper):
    _, state = copper
    volume, energy, bulk_modulus = AseEquationOfState(
        state.volumes, state.energies, "birchmurnaghan"
    ).fit()
    assert state.volume == pytest.approx(volume, rel=1e-6)
    assert state.energy == pytest.approx(energy, rel=1e-4)
    assert state.bulk_modulus == pytest.approx(bulk_modulus / GPA, rel=1e-3)
    np.testing.assert_allclose(state(state.volumes), state.energies, atol=1e-3)


def test_a_birch_curve_is_recovered_exactly():
    volumes, v0, e0, b0, b1 = np.linspace(40, 54, 7), 46.0, -3.0, 0.9, 4.7
    x = (v0 / volumes) ** (2 / 3)
    energies = e0 + 9 * v0 * b0 / 16 * ((x - 1) ** 3 * b1 + (x - 1) ** 2 * (6 - 4 * x))
    state = fit_birch(volumes, energies)
    assert state.volume == pytest.approx(v0, rel=1e-9)
    assert state.energy == pytest.approx(e0, rel=1e-9)
    assert state.bulk_modulus * GPA == pytest.approx(b0, rel=1e-6)
    assert state.lattice_constant == pytest.approx(v0 ** (1 / 3), rel=1e-9)


def test_a_poor_first_guess_gives_the_same_crystal(copper):
    _, state = copper
    for guess in (3.2, 4.0):
        other = equation_of_state(bulk("Cu", a=guess, cubic=True), EMT())
        assert other.lattice_constant == pytest.approx(state.lattice_constant, abs=1e-4)
        assert other.bulk_modulus == pytest.approx(state.bulk_modulus, rel=1e-3)


def test_nearest_neighbour_springs_on_fcc_give_constants_2_1_1_by_hand():
    """Bonds of length r = 2^(1/6) σ, stiffness k = 72 ε / r²: C11 = √2 k / r, C12 = C44 = C11/2."""
    r = 2 ** (1 / 6)
    by_hand = np.sqrt(2) * 72 / r**2 / r / GPA
    crystal = bulk("Ar", a=np.sqrt(2) * r, cubic=True)
    found = elastic_constants(crystal, nearest_neighbours_only(), strain=1e-5)
    assert found.c11 == pytest.approx(by_hand, rel=1e-5)
    assert found.c12 == pytest.approx(by_hand / 2, rel=1e-5)
    assert found.c44 == pytest.approx(by_hand / 2, rel=1e-5)
    assert found.anisotropy == pytest.approx(2.0, rel=1e-5)


@pytest.mark.parametrize(
    "pair_potential",
    [
        LennardJones(sigma=2.3, epsilon=0.3, rc=5.0, ro=3.9, smooth=True),
        MorsePotential(epsilon=0.35, r0=2.8, rho0=4.0, rcut1=3.9, rcut2=5.0),
    ],
    ids=["Lennard-Jones", "Morse"],
)
def test_cauchy_relation_c12_equals_c44_for_pair_potentials(pair_potential):
    state = equation_of_state(bulk("Cu", cubic=True), pair_potential)
    crystal = relaxed(bulk("Cu", cubic=True), state)
    for _ in range(3):  # to zero pressure: the curve's minimum is a fit
        crystal.calc = pair_potential
        stress = crystal.get_stress()[:3].mean()
        stiffness = 3 * elastic_constants(crystal, pair_potential).bulk_modulus * GPA
        crystal.set_cell(crystal.cell.array * (1 - stress / stiffness), scale_atoms=True)
    found = elastic_constants(crystal, pair_potential)
    assert found.c12 == pytest.approx(found.c44, rel=1e-4)


def test_energies_give_the_same_elastic_constants(copper):
    """Second differences of E: C11 by stretching, C44 by shearing, C11 - C12 at constant area."""
    crystal, _ = copper
    found = elastic_constants(crystal, EMT())
    step = 2e-3

    def curvature(direction) -> float:
        energies = []
        for sign in (-1, 0, 1):
            atoms = crystal.copy()
            atoms.set_cell(crystal.cell.array @ (np.eye(3) + sign * step * direction), True)
            atoms.calc = EMT()
            energies.append(atoms.get_potential_energy())
        return (energies[0] - 2 * energies[1] + energies[2]) / step**2 / crystal.get_volume() / GPA

    shear = np.zeros((3, 3))
    shear[0, 1] = shear[1, 0] = 0.5
    assert curvature(np.diag([1, 0, 0])) == pytest.approx(found.c11, rel=0.01)
    assert curvature(np.diag([1, -1, 0])) == pytest.approx(2 * (found.c11 - found.c12), rel=0.02)
    assert curvature(shear) == pytest.approx(found.c44, rel=0.01)


def test_central_differences_do_not_depend_on_the_step(copper):
    crystal, _ = copper
    small, large = (elastic_constants(crystal, EMT(), strain=s) for s in (2e-4, 1e-3))
    assert small.c11 == pytest.approx(large.c11, rel=1e-3)
    assert small.c44 == pytest.approx(large.c44, rel=1e-3)


def test_a_supercell_has_the_constants_of_its_cell(copper):
    crystal, _ = copper
    one, eight = (elastic_constants(crystal * n, EMT()) for n in (1, 2))
    assert (one.c11, one.c12, one.c44) == pytest.approx((eight.c11, eight.c12, eight.c44), rel=1e-6)


def test_the_given_crystal_is_left_as_it_is(copper):
    crystal = bulk("Cu", cubic=True)
    cell = crystal.cell.array.copy()
    equation_of_state(crystal, EMT())
    elastic_constants(crystal, EMT())
    np.testing.assert_array_equal(crystal.cell.array, cell)
    assert crystal.calc is None


def test_borns_conditions():
    assert CubicElasticity(170.0, 120.0, 80.0).stable
    assert not CubicElasticity(110.0, 120.0, 80.0).stable
    assert not CubicElasticity(170.0, 120.0, -1.0).stable
    assert not CubicElasticity(170.0, -90.0, 80.0).stable


def test_a_cell_that_is_not_cubic_is_refused_with_what_to_do():
    for crystal in (bulk("Cu"), bulk("Ti"), Atoms("Cu", cell=[4, 4, 4], pbc=False)):
        with pytest.raises(
            ValueError, match=r"(?s)cubic cell with edges along x, y, z.*cubic=True"
        ):
            elastic_constants(crystal, EMT())
        with pytest.raises(ValueError, match="cubic cell"):
            equation_of_state(crystal, EMT())


def test_diamond_is_refused_because_its_atoms_move_inside_the_cell():
    crystal = bulk("C", "diamond", a=3.5, cubic=True)
    with pytest.raises(ValueError, match=r"they would move inside the cell"):
        elastic_constants(crystal, LennardJones(sigma=1.3, epsilon=1.0, rc=3.0))


def test_a_crystal_without_a_minimum_is_refused():
    repulsive = LennardJones(sigma=5.0, rc=5.0)
    with pytest.raises(ValueError, match=r"no minimum between a = 3\.6.*first guess"):
        equation_of_state(bulk("Cu", a=3.6, cubic=True), repulsive)


def test_a_curve_without_a_minimum_or_with_few_points_is_refused():
    volumes = np.linspace(40, 50, 7)
    with pytest.raises(ValueError, match=r"no minimum between 40\.00 and 50\.00 Å³"):
        fit_birch(volumes, -volumes)
    with pytest.raises(ValueError, match="4 volumes are too few"):
        fit_birch(volumes[:4], volumes[:4])
