"""predict: forces and stress that a student can work out by hand, and second derivatives."""

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk

from mlp_teach.graph import collate, displacements
from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict


class Spring(torch.nn.Module):
    """E_i = ½ Σ_j ½ k (r_ij - r_0)²: each pair is half of either atom's energy."""

    cutoff = 2.5

    def __init__(self, k: float = 4.0, r_0: float = 1.5):
        super().__init__()
        self.k = torch.nn.Parameter(torch.tensor(k, dtype=torch.float64))
        self.r_0 = r_0

    def forward(self, graph):
        r = torch.linalg.vector_norm(displacements(graph), dim=1)
        terms = 0.25 * self.k * (r - self.r_0) ** 2
        return terms.new_zeros(graph.n_atoms).index_add(0, graph.centers, terms)


def dimer(distance: float = 2.0, **more) -> Atoms:
    return Atoms("Ar2", positions=[[0, 0, 0], [0, 0, distance]], **more)


def test_a_stretched_spring_by_hand():
    # ½ k (2 - 1.5)² = ½ · 4 · ¼ = ½ eV, and each end is pulled inwards by k · ½ = 2 eV/Å
    answer = predict(Spring(), atom_graph(dimer(), 2.5))
    assert answer.energy.tolist() == [0.5]
    assert answer.energies.tolist() == [0.25, 0.25]
    assert answer.forces.tolist() == [[0, 0, 2], [0, 0, -2]]


def test_a_stretched_spring_pulls_the_cell_together_by_hand():
    # In a cell of 100 Å^3 the virial is F · r = 2 · 2 eV along z: σ_zz = +0.04 eV/Å^3 (tension).
    answer = predict(Spring(), atom_graph(dimer(cell=[4, 5, 5], pbc=True), 2.5))
    expected = torch.zeros(1, 3, 3, dtype=torch.float64)
    expected[0, 2, 2] = 0.04
    torch.testing.assert_close(answer.stress, expected)


def test_a_compressed_crystal_has_positive_pressure():
    atoms = Atoms("Ar", cell=[1.2, 1.2, 1.2], pbc=True)  # six neighbours at 1.2 Å, springs of 1.5
    spring = Spring()
    spring.cutoff = 1.5
    stress = predict(spring, atom_graph(atoms, 1.5)).stress[0]
    # along each axis one spring a cell: E = ½ · 4 · 0.3², dE/dε = k (1.2 - 1.5) · 1.2
    expected = 4.0 * (1.2 - 1.5) * 1.2 / 1.2**3
    np.testing.assert_allclose(stress, expected * np.eye(3), atol=1e-12)
    assert -stress.trace() / 3 > 0


def test_the_stress_is_symmetric_and_does_not_feel_a_turn_of_the_system():
    atoms = bulk("NaCl", "rocksalt", a=3.0)
    atoms.rattle(0.1, seed=1)
    stress = predict(Spring(), atom_graph(atoms, 2.5)).stress[0]
    torch.testing.assert_close(stress, stress.T)
    assert stress[0, 1].abs() > 1e-6


def test_the_stress_of_a_model_that_sees_directions_is_symmetric_too():
    def sees_directions(graph):
        x, y, _ = displacements(graph).unbind(1)
        return x.new_zeros(graph.n_atoms).index_add(0, graph.centers, x**3 * y)

    atoms = bulk("NaCl", "rocksalt", a=3.0)
    atoms.rattle(0.1, seed=1)
    graph = atom_graph(atoms, 2.5)
    stress = predict(sees_directions, graph).stress[0]
    torch.testing.assert_close(stress, stress.T)
    # by hand: x -> x + ε_yx y and y -> y + ε_xy x, each with half of the common ε
    x, y, _ = displacements(graph).unbind(1)
    expected = (3 * x**2 * y**2 + x**4).sum() / 2 / atoms.get_volume()
    assert stress[0, 1].item() == pytest.approx(expected.item())
    assert abs(expected) > 0.1


def test_a_molecule_has_no_stress_but_nan():
    answer = predict(Spring(), atom_graph(dimer(), 2.5))
    assert answer.stress.isnan().all()
    assert answer.forces.isfinite().all()


def test_a_slab_has_no_stress_but_nan():
    atoms = dimer(cell=[4, 5, 0], pbc=[True, True, False])
    assert predict(Spring(), atom_graph(atoms, 2.5)).stress.isnan().all()


def test_in_a_batch_each_system_has_its_own_energy_and_stress():
    atoms = [dimer(cell=[4, 5, 5], pbc=True), dimer(), dimer(1.5, cell=[4, 5, 5], pbc=True)]
    answer = predict(Spring(), collate([atom_graph(a, 2.5) for a in atoms]))
    assert answer.energy.tolist() == [0.5, 0.5, 0.0]
    assert answer.stress[0, 2, 2].item() == pytest.approx(0.04)
    assert answer.stress[1].isnan().all()
    assert answer.stress[2].abs().max() == 0


def test_what_nobody_asked_for_is_none():
    graph = atom_graph(dimer(cell=[4, 5, 5], pbc=True), 2.5)
    energy_only = predict(Spring(), graph, forces=False, stress=False)
    assert energy_only.forces is None
    assert energy_only.stress is None
    assert energy_only.energy.tolist() == [0.5]
    assert predict(Spring(), graph, stress=False).stress is None
    stress_only = predict(Spring(), graph, forces=False)
    assert stress_only.forces is None
    assert stress_only.stress[0, 2, 2].item() == pytest.approx(0.04)


@pytest.mark.parametrize("stress", [True, False])
def test_the_forces_are_the_same_with_and_without_the_stress(stress):
    atoms = bulk("Cu", cubic=True)
    atoms.rattle(0.1, seed=0)
    answer = predict(Spring(r_0=2.0), atom_graph(atoms, 2.5), stress=stress)
    both = predict(Spring(r_0=2.0), atom_graph(atoms, 2.5))
    torch.testing.assert_close(answer.forces, both.forces)


def test_an_atom_alone_has_no_force_and_in_a_cell_no_stress():
    answer = predict(Spring(), atom_graph(Atoms("Ar", cell=[9, 9, 9], pbc=True), 2.5))
    assert answer.energy.tolist() == [0.0]
    assert answer.forces.tolist() == [[0, 0, 0]]
    assert answer.stress.abs().max() == 0


def test_a_model_without_any_slope_has_zero_forces():
    def ideal_gas(graph):
        return torch.full((graph.n_atoms,), -1.0, dtype=torch.float64)

    answer = predict(ideal_gas, atom_graph(dimer(cell=[4, 5, 5], pbc=True), 2.5))
    assert answer.energy.tolist() == [-2.0]
    assert answer.forces.abs().max() == 0
    assert answer.stress.abs().max() == 0


def test_nothing_of_a_prediction_holds_on_to_the_computation():
    answer = predict(Spring(), atom_graph(dimer(cell=[4, 5, 5], pbc=True), 2.5))
    for tensor in (answer.energy, answer.energies, answer.forces, answer.stress):
        assert not tensor.requires_grad
    assert not predict(
        Spring(), atom_graph(dimer(), 2.5), forces=False, stress=False
    ).energy.requires_grad


def test_predicting_works_where_gradients_are_switched_off():
    with torch.no_grad():
        answer = predict(Spring(), atom_graph(dimer(), 2.5))
    assert answer.forces.tolist() == [[0, 0, 2], [0, 0, -2]]


def test_the_graph_stays_as_it_was():
    graph = atom_graph(dimer(cell=[4, 5, 5], pbc=True), 2.5)
    before = graph.positions.clone()
    predict(Spring(), graph)
    assert not graph.positions.requires_grad
    assert torch.equal(graph.positions, before)


# Second derivatives ------------------------------------------------------------------------------


def test_a_loss_on_forces_and_stress_has_the_gradient_by_hand():
    # F_z = k · ½ and σ_zz = k · ½ · 2 / 100, so d/dk of F² + σ is 2 k / 4 + 0.01.
    spring = Spring()
    answer = predict(spring, atom_graph(dimer(cell=[4, 5, 5], pbc=True), 2.5), create_graph=True)
    (answer.forces[0, 2] ** 2 + answer.stress[0, 2, 2]).backward()
    assert spring.k.grad.item() == pytest.approx(2 * 4 / 4 + 0.01)


def test_a_molecule_in_a_batch_does_not_spoil_the_gradient_with_its_missing_stress():
    spring = Spring()
    graphs = [atom_graph(dimer(), 2.5), atom_graph(dimer(cell=[4, 5, 5], pbc=True), 2.5)]
    answer = predict(spring, collate(graphs), create_graph=True)
    answer.stress[1].sum().backward()
    assert spring.k.grad.item() == pytest.approx(0.01)


def hessian(model, graph) -> torch.Tensor:
    """∂²E/∂r∂r from positions that require a gradient."""
    positions = graph.positions.clone().requires_grad_()
    answer = predict(model, replace(graph, positions=positions), stress=False, create_graph=True)
    rows = [
        torch.autograd.grad(-force, positions, retain_graph=True)[0].flatten()
        for force in answer.forces.flatten()
    ]
    return torch.stack(rows)


def test_the_hessian_of_a_spring_by_hand():
    # At rest: k along the bond, nothing across. Stretched: F/r across it (it turns back).
    rest = hessian(Spring(), atom_graph(dimer(1.5), 2.5))
    block = torch.diag(torch.tensor([0.0, 0, 4], dtype=torch.float64))
    torch.testing.assert_close(rest, torch.kron(torch.tensor([[1.0, -1], [-1, 1]]).double(), block))
    stretched = hessian(Spring(), atom_graph(dimer(2.0), 2.5))
    assert stretched.diagonal()[:3].tolist() == [1.0, 1.0, 4.0]


def test_the_hessian_gives_the_vibration_of_a_dimer():
    # ω² = k / μ with μ = m / 2; five of the six modes are free at rest.
    eigenvalues = torch.linalg.eigvalsh(hessian(Spring(), atom_graph(dimer(1.5), 2.5)))
    torch.testing.assert_close(eigenvalues[:5], torch.zeros(5, dtype=torch.float64))
    assert math.isclose(eigenvalues[5].item(), 2 * 4.0)


def test_the_hessian_is_the_finite_difference_of_the_forces():
    atoms = bulk("NaCl", "rocksalt", a=3.0)
    atoms.rattle(0.1, seed=1)
    matrix = hessian(Spring(), atom_graph(atoms, 2.5))
    h = 1e-5
    for axis in range(3):
        forces = []
        for step in (h, -h):
            moved = atoms.copy()
            moved.positions[1, axis] += step
            forces.append(predict(Spring(), atom_graph(moved, 2.5)).forces.flatten())
        column = -(forces[0] - forces[1]) / (2 * h)
        torch.testing.assert_close(matrix[:, 3 + axis], column, atol=1e-7, rtol=1e-7)


@pytest.mark.parametrize("answer", [torch.zeros(()), torch.zeros(4, 1), torch.zeros(1)])
def test_a_model_that_does_not_answer_with_one_energy_an_atom_is_told(answer):
    graph = atom_graph(bulk("Cu", cubic=True), 3.0)
    with pytest.raises(ValueError, match=r"answered with the shape .*\(4,\)"):
        predict(lambda graph: answer, graph)


def test_a_graph_that_ends_before_the_models_cutoff_is_refused():
    model = LennardJones(epsilon=0.1)
    atoms = bulk("Ar", a=5.3)
    with pytest.raises(ValueError, match="pairs up to 3 Å, the model looks"):
        predict(model, atom_graph(atoms, 3.0))
    assert torch.isfinite(predict(model, atom_graph(atoms, model.cutoff)).energy)


def test_atoms_instead_of_a_graph_are_refused_in_words():
    code = (
        "from ase.build import molecule;"
        "from mlp_teach.models.lennard_jones import LennardJones;"
        "from mlp_teach.potential import predict;"
        "predict(LennardJones(cutoff=3.0), molecule('H2'))"
    )  # in a process of its own, without the tests' check of types
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "given a Atoms; it needs a graph, which atom_graph" in done.stderr
