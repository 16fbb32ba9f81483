"""The calculator gives ASE what `predict` says, in ASE's form, and says clearly what it cannot."""

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.calculator import CalculationFailed, PropertyNotImplementedError
from ase.calculators.fd import calculate_numerical_forces, calculate_numerical_stress
from ase.filters import FrechetCellFilter
from ase.io import read, write
from ase.optimize import BFGS

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.neighbors import StructureError, atom_graph
from mlp_teach.potential import predict
from mlp_teach.simulation.calculator import MLPCalculator


class Counting(LennardJones):
    """Lennard-Jones that counts how often it is asked."""

    calls = 0

    def forward(self, graph):
        type(self).calls += 1
        return super().forward(graph)


@pytest.fixture
def strained():
    """A skewed, rattled argon crystal, in which no force and no stress component is zero."""
    atoms = bulk("Ar", cubic=True, a=5.3)
    atoms.set_cell(atoms.cell.array @ [[1.02, 0.03, 0], [0, 0.98, 0.05], [0.01, 0, 1]], True)
    atoms.rattle(0.1, seed=3)
    atoms.calc = MLPCalculator(LennardJones(cutoff=6.0))
    return atoms


def network(seed: int) -> BehlerParrinello:
    torch.manual_seed(seed)
    functions = SymmetryFunctions(4.5, (18,), g2=((0.1, 0.0), (0.5, 3.0)), g4=((0.01, 1.0, -1.0),))
    return BehlerParrinello(functions, hidden=(5,))


def test_energy_forces_and_stress_are_those_of_predict(strained):
    prediction = predict(LennardJones(cutoff=6.0), atom_graph(strained, 6.0))
    assert strained.get_potential_energy() == pytest.approx(prediction.energy.item(), abs=1e-12)
    assert strained.get_potential_energy(force_consistent=True) == strained.get_potential_energy()
    np.testing.assert_allclose(
        strained.get_potential_energies(), prediction.energies.detach(), atol=1e-13
    )
    np.testing.assert_allclose(strained.get_forces(), prediction.forces, atol=1e-13)
    np.testing.assert_allclose(
        strained.get_stress(voigt=False), prediction.stress[0], atol=1e-15, rtol=1e-10
    )


def test_forces_and_stress_are_derivatives_by_ase_s_own_finite_differences(strained):
    np.testing.assert_allclose(
        strained.get_forces(), calculate_numerical_forces(strained, eps=1e-4), atol=1e-7
    )
    np.testing.assert_allclose(
        strained.get_stress(), calculate_numerical_stress(strained, eps=1e-5), atol=1e-8
    )
    assert np.abs(strained.get_stress()).min() > 1e-5  # so that an order of Voigt's is seen


def test_a_compressed_crystal_has_negative_stress_and_positive_pressure():
    atoms = bulk("Ar", cubic=True, a=5.0)
    atoms.calc = MLPCalculator(LennardJones())
    assert (atoms.get_stress()[:3] < -1e-3).all()


def test_one_call_of_the_model_serves_energy_forces_and_stress():
    atoms = bulk("Ar", cubic=True)
    atoms.calc = MLPCalculator(Counting(cutoff=6.0))
    Counting.calls = 0
    atoms.get_forces(), atoms.get_stress(), atoms.get_potential_energy()
    assert Counting.calls == 1
    atoms.positions[0, 0] += 0.1
    atoms.get_potential_energy()
    assert Counting.calls == 2


def test_ase_relaxes_atoms_and_cell_with_it():
    atoms = bulk("Ar", cubic=True, a=5.0)
    atoms.rattle(0.05, seed=1)
    atoms.calc = MLPCalculator(LennardJones(cutoff=8.5))
    assert BFGS(FrechetCellFilter(atoms), logfile=None).run(fmax=1e-4, steps=200)
    lengths = atoms.cell.lengths()
    assert np.ptp(lengths) < 1e-3
    assert 5.2 < lengths.mean() < 5.4  # 5.24 Å without a cutoff function


def test_an_atom_alone_has_no_forces_and_a_cell_smaller_than_the_cutoff_has_its_energy():
    alone = Atoms("Ar", calculator=MLPCalculator(LennardJones()))
    assert alone.get_potential_energy() == 0
    np.testing.assert_array_equal(alone.get_forces(), np.zeros((1, 3)))
    primitive, cubic = bulk("Ar", a=5.3), bulk("Ar", a=5.3, cubic=True) * (2, 2, 2)
    primitive.calc = cubic.calc = MLPCalculator(LennardJones())
    energy = primitive.get_potential_energy()
    assert energy == pytest.approx(cubic.get_potential_energy() / len(cubic), abs=1e-12)


@pytest.mark.parametrize("pbc", [False, (True, True, False)])
def test_no_stress_without_a_volume_but_energy_and_forces(pbc):
    atoms = bulk("Ar", cubic=True)
    atoms.pbc = pbc
    atoms.calc = MLPCalculator(LennardJones())
    with pytest.raises(PropertyNotImplementedError, match=r"Ar4 was asked for.*periodic in all"):
        atoms.get_stress()
    assert np.isfinite(atoms.get_forces()).all()


def test_an_unknown_element_is_named():
    atoms = molecule("H2O", calculator=MLPCalculator(network(0)))
    with pytest.raises(ValueError, match="holds O, but this potential knows Ar only"):
        atoms.get_potential_energy()


def test_a_bad_structure_s_sentence_comes_through_and_the_next_good_one_works(strained):
    good = strained.get_potential_energy()
    where = strained.positions[2].copy()
    strained.positions[2, 1] = np.nan
    with pytest.raises(StructureError, match="position of atom 2"):
        strained.get_forces()
    strained.positions[2] = strained.positions[1]
    with pytest.raises(StructureError, match="Atoms 1 and 2 lie"):
        strained.get_forces()
    strained.positions[2] = where
    assert strained.get_potential_energy() == good


def test_an_answer_that_is_not_finite_is_an_error():
    atoms = bulk("Ar", cubic=True)
    atoms.calc = MLPCalculator(LennardJones(epsilon=float("nan")))
    with pytest.raises(CalculationFailed, match="not finite"):
        atoms.get_potential_energy()


def test_the_model_itself_stays_as_it_is():
    model = network(0)
    model.train()
    calculator = MLPCalculator(model, dtype=torch.float64)
    assert next(model.parameters()).dtype == torch.float32
    assert model.training
    atoms = bulk("Ar", cubic=True, a=5.3)
    atoms.rattle(0.1)
    atoms.calc = calculator
    before = atoms.get_potential_energy()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    calculator.reset()
    assert atoms.get_potential_energy() == before


def test_single_precision_agrees_to_single_precision(strained):
    double = strained.get_forces()
    strained.calc = MLPCalculator(LennardJones(cutoff=6.0), dtype=torch.float32)
    single = strained.get_forces()
    assert single.dtype == np.float64
    np.testing.assert_allclose(single, double, rtol=1e-4, atol=1e-7)
    assert not np.array_equal(single, double)


def test_an_ensemble_answers_with_the_mean_and_the_spread(strained):
    weak, strong = LennardJones(epsilon=0.01, cutoff=6.0), LennardJones(epsilon=0.03, cutoff=5.5)
    (e1, f1, s1), (e2, f2, s2) = (_answers(strained, [model]) for model in (weak, strong))
    energy, forces, stress = _answers(strained, [weak, strong])
    assert energy == pytest.approx((e1 + e2) / 2, rel=1e-13)
    np.testing.assert_allclose(forces, (f1 + f2) / 2, atol=1e-15)
    np.testing.assert_allclose(stress, (s1 + s2) / 2, atol=1e-17)
    results = strained.calc.results
    # Of two numbers the standard deviation is half their distance.
    assert results["energy_std"] == pytest.approx(abs(e1 - e2) / 2 / len(strained), rel=1e-12)
    spread = np.linalg.norm(f1 - f2, axis=1) / 2
    np.testing.assert_allclose(results["forces_std"], spread, rtol=1e-12)
    assert strained.calc.get_property("energy_std", strained) == results["energy_std"]


def test_models_that_agree_have_no_spread(strained):
    _answers(strained, [LennardJones(cutoff=6.0)] * 3)
    assert strained.calc.results["energy_std"] == pytest.approx(0, abs=1e-15)
    assert strained.calc.results["forces_std"].max() < 1e-12


def test_one_model_has_no_spread_to_give(strained):
    strained.get_forces()
    assert "forces_std" not in strained.calc.results
    with pytest.raises(PropertyNotImplementedError, match="energy_std"):
        strained.calc.get_property("energy_std", strained)


def test_ase_writes_and_reads_what_an_ensemble_says(strained, tmp_path):
    energy, forces, _ = _answers(strained, [network(0), network(1)])
    for name in ("one.traj", "one.extxyz"):
        write(tmp_path / name, strained)
        again = read(tmp_path / name)
        assert again.get_potential_energy() == pytest.approx(energy, abs=1e-7)
        np.testing.assert_allclose(again.get_forces(), forces, atol=1e-7)
    assert "energy" in strained.get_properties(["energy", "forces"])


def test_no_model_at_all_is_an_error():
    with pytest.raises(ValueError, match="given no model"):
        MLPCalculator([])


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_model_on_the_gpu_is_used_there(strained):
    expected = strained.get_forces()
    strained.calc = MLPCalculator(LennardJones(cutoff=6.0).to("cuda"))
    np.testing.assert_allclose(strained.get_forces(), expected, atol=1e-12)


def _answers(atoms, models):
    atoms.calc = MLPCalculator(models)
    return atoms.get_potential_energy(), atoms.get_forces(), atoms.get_stress()
