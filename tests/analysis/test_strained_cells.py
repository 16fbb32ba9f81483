"""The fit of strained cells: exact for a smooth potential, robust with noise, and what DFT says."""

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.singlepoint import SinglePointCalculator

from mlp_teach.analysis.mechanics import elastic_constants, equation_of_state
from mlp_teach.analysis.strained_cells import fit_strained_cells, predicted, strain_curves
from mlp_teach.datasets import load
from mlp_teach.units import GPA


def labelled(atoms, energy, stress):
    atoms = atoms.copy()
    atoms.calc = SinglePointCalculator(atoms, energy=energy, stress=stress)
    return atoms


def labelled_by_emt(frames):
    """The same cells with the labels of EMT, which differ from DFT's and have no noise."""
    changed = []
    for atoms in frames:
        primitive = atoms.copy()[[0]]  # a 3x3x3 supercell of cubes: 108 times the primitive cell
        primitive.set_cell(np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 6 @ atoms.cell.array)
        primitive.calc = EMT()
        energy = 108 * primitive.get_potential_energy()
        changed.append(labelled(atoms, energy, primitive.get_stress(voigt=False)))
    return changed


@pytest.fixture(scope="module")
def dft():
    return [atoms for atoms in load("mlearn_Cu") if atoms.info["config_type"] == "Elastic"]


@pytest.fixture(scope="module")
def emt(dft):
    """The cells strained by 5 % at most."""
    inside = [a for a in dft if abs(a.cell.lengths() / 10.849222 - 1).max() < 0.0501]
    return labelled_by_emt([a for a in inside if abs(a.cell.angles() - 90).max() < 2.9])


def test_the_cells_of_mlearn_are_sixty_stretches_and_sixty_shears(dft):
    stretch, shear, edge = strain_curves(dft, max_strain=0.1)
    assert edge == pytest.approx(3 * 3.61641, abs=1e-3)
    assert len(stretch.x) == len(shear.x) == 61  # the unstrained cell belongs to both
    steps = np.unique(np.round(stretch.x, 4))
    np.testing.assert_allclose(steps, np.linspace(-0.1, 0.1, 21), atol=1e-4)


def test_emt_labels_give_what_central_differences_of_emt_give(emt):
    fit = fit_strained_cells(emt, max_strain=0.03)
    crystal = bulk("Cu", a=fit.reference, cubic=True)
    direct = elastic_constants(crystal, EMT())
    assert fit.elasticity.c11 == pytest.approx(direct.c11, abs=0.3)
    assert fit.elasticity.c12 == pytest.approx(direct.c12, abs=0.3)
    assert fit.elasticity.c44 == pytest.approx(direct.c44, abs=0.3)
    assert fit.stress_offset == pytest.approx(0.0, abs=0.01)
    crystal.calc = EMT()
    assert fit.residual_stress == pytest.approx(crystal.get_stress()[0] / GPA, abs=0.02)


def test_the_lattice_constant_of_emt_follows_to_first_order(emt):
    fit = fit_strained_cells(emt)
    state = equation_of_state(bulk("Cu", cubic=True), EMT())
    assert fit.lattice_constant == pytest.approx(state.lattice_constant, abs=0.002)


def test_an_offset_of_the_stress_is_found_and_changes_nothing_else(emt):
    pressed = [
        labelled(a, a.get_potential_energy(), a.get_stress(voigt=False) + 2 * GPA * np.eye(3))
        for a in emt
    ]
    plain, shifted = fit_strained_cells(emt), fit_strained_cells(pressed)
    assert shifted.stress_offset - plain.stress_offset == pytest.approx(2.0, abs=1e-6)
    assert shifted.elasticity.c11 == pytest.approx(plain.elasticity.c11, abs=1e-4)
    assert shifted.elasticity.c12 == pytest.approx(plain.elasticity.c12, abs=1e-4)
    assert shifted.elasticity.c44 == pytest.approx(plain.elasticity.c44, abs=1e-4)
    assert shifted.lattice_constant == pytest.approx(plain.lattice_constant, abs=1e-6)


def test_rotated_cells_give_the_same(emt):
    turned = []
    for atoms in emt:
        copy = atoms.copy()
        copy.rotate(30, (1, 2, 3), rotate_cell=True)
        turned.append(copy)
    turned = labelled_by_emt(turned)
    assert turned[0].get_stress()[5] != pytest.approx(emt[0].get_stress()[5], abs=1e-4)
    one, other = fit_strained_cells(emt), fit_strained_cells(turned)
    assert other.elasticity.c11 == pytest.approx(one.elasticity.c11, abs=1e-3)
    assert other.elasticity.c44 == pytest.approx(one.elasticity.c44, abs=1e-3)


def test_predicted_cells_carry_the_labels_of_the_calculator(dft, emt):
    few = [atoms for atoms in dft if any(np.allclose(atoms.cell, a.cell) for a in emt[:3])]
    for ours, theirs in zip(predicted(few, EMT()), emt[:3], strict=True):
        assert ours.get_potential_energy() == pytest.approx(theirs.get_potential_energy())
        np.testing.assert_allclose(ours.get_stress(), theirs.get_stress(), atol=1e-6)


def test_noise_moves_the_result_by_about_its_error(emt):
    clean, rng = fit_strained_cells(emt), np.random.default_rng(0)
    pulls = []
    for _ in range(20):
        noisy = []
        for atoms in emt:
            energy = atoms.get_potential_energy() + 108 * 2e-4 * rng.normal()
            stress = atoms.get_stress() + 0.2 * GPA * rng.normal(size=6)
            noisy.append(labelled(atoms, energy, stress))
        fit = fit_strained_cells(noisy)
        pulls += [
            (getattr(fit.elasticity, name) - getattr(clean.elasticity, name))
            / getattr(fit.errors, name)
            for name in ("c11", "c12", "c44")
        ]
    assert 0.7 < np.std(pulls) < 1.4
    assert abs(np.mean(pulls)) < 0.5


def test_the_elastic_constants_of_the_dft_behind_mlearn_copper(dft):
    """Windows and degrees of the fit move C11 from 171 to 191 GPa: the noise of the labels."""
    fit = fit_strained_cells(dft)
    assert fit.lattice_constant == pytest.approx(3.634, abs=0.001)
    assert fit.elasticity.c11 == pytest.approx(182, abs=12)
    assert fit.elasticity.c12 == pytest.approx(137, abs=8)
    assert fit.elasticity.c44 == pytest.approx(94, abs=4)
    assert fit.elasticity.bulk_modulus == pytest.approx(151.5, abs=2)
    for max_strain, degree in ((0.04, 4), (0.06, 6), (0.1, 6)):
        other = fit_strained_cells(dft, max_strain=max_strain, degree=degree)
        assert other.elasticity.bulk_modulus == pytest.approx(151.5, abs=2)
        assert other.lattice_constant == pytest.approx(3.634, abs=0.001)
        assert other.elasticity.c11 == pytest.approx(182, abs=12)


def test_the_stress_labels_of_mlearn_copper_are_too_tensile(dft):
    assert fit_strained_cells(dft).stress_offset == pytest.approx(2.5, abs=0.2)


def test_the_result_prints_with_errors_and_units(emt):
    text = str(fit_strained_cells(emt))
    assert "C11 = 158.2 ± " in text
    assert "GPa at a = 3.6164 Å" in text


def test_other_strains_and_too_few_cells_are_refused(emt):
    odd = labelled(emt[0], energy=0.0, stress=np.zeros(6))
    odd.set_cell(odd.cell.array @ (np.eye(3) + np.diag([0.02, 0.03, 0])), scale_atoms=True)
    odd = labelled(odd, energy=0.0, stress=np.zeros(6))
    with pytest.raises(ValueError, match="neither a stretch along one axis nor a simple shear"):
        fit_strained_cells([*emt, odd])
    with pytest.raises(ValueError, match=r"stretched cells with strains up to 0\.02 are too few"):
        fit_strained_cells(emt, max_strain=0.02, degree=6)
