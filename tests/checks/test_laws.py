"""The checks find the mistakes they are there for, and pass what is right."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.checks import LAWS, check_all, report, slopes, smoothness, verdict
from mlp_teach.checks import forces as check_forces
from mlp_teach.checks import stress as check_stress
from mlp_teach.checks.verdict import Verdict
from mlp_teach.graph import displacements
from mlp_teach.neighbors import atom_graph, neighbor_pairs_by_loops
from mlp_teach.potential import predict
from tests.checks import wrong_models as wrong

FRAMES = [bulk("NaCl", "rocksalt", a=5.2), molecule("CH3OH")]


def broken(model) -> set[str]:
    torch.manual_seed(0)
    return {law.name for law in check_all(model, FRAMES) if not law.passed}


def test_a_right_model_passes_every_law():
    assert broken(wrong.Right()) == set()


# Each wrong model, the law that is meant to find it, and other laws that it breaks too.
CAUGHT = [
    (wrong.SeesDirections, "rotation", {"reflection"}),
    (wrong.TellsLeftFromRight, "reflection", set()),
    (
        wrong.KnowsTheOrigin,
        "translation",
        {"rotation", "reflection", "supercell", "isolated atom"},
    ),
    (wrong.ForgetsImages, "translation", {"supercell", "smoothness"}),
    (wrong.CountsAtoms, "permutation", {"supercell", "far fragments", "batch"}),
    (wrong.HasAFavourite, "permutation", {"supercell", "smoothness"}),
    (wrong.SkipsOwnImages, "supercell", set()),
    (wrong.SharesAmongAll, "far fragments", {"supercell"}),
    (wrong.ComparesWithTheMean, "far fragments", {"batch"}),
    (wrong.UsesTheFirstCell, "batch", set()),
    (wrong.MeanOfNothing, "isolated atom", set()),
    (wrong.NormOfNothing, "isolated atom", set()),
    (wrong.NearestOfNobody, "isolated atom", set()),
    (wrong.CutsTheTape, "forces", {"convergence", "stress"}),
    (wrong.CutsHard, "smoothness", set()),
    (wrong.CutsWithAKink, "smoothness", set()),
    (wrong.AddsTheCutoffs, "smoothness", set()),
    (wrong.KeepsTheOldCell, "stress", {"translation"}),
]


@pytest.mark.parametrize(("model", "meant", "also"), CAUGHT)
def test_each_mistake_is_found_by_the_law_that_is_meant_for_it(model, meant, also):
    assert broken(model()) == {meant} | also


def test_dropout_that_was_left_on_is_found_as_chance():
    assert "determinism" in broken(wrong.Random().train())
    assert broken(wrong.Random().eval()) == set()


@pytest.mark.parametrize("model", [wrong.CountsInSingle, wrong.ReadsATable])
def test_a_staircase_of_an_energy_does_not_converge(model):
    assert "convergence" in broken(model())


# No law finds these: each is another potential, as well-behaved as the right one.
WELL_BEHAVED = [
    wrong.SumsOntoTheWrongAtom,
    wrong.TurnsOneVector,
    wrong.CountsPairsTwice,
    wrong.MixesUpUnits,
]


@pytest.mark.parametrize("model", WELL_BEHAVED)
def test_no_law_finds_a_wrong_model_that_is_well_behaved_but_the_slow_twin_does(model):
    assert broken(model()) == set()
    assert (energies(model()) - energies(wrong.Right())).abs().max() > 1e-3


def test_the_right_model_is_its_slow_twin():
    atoms = FRAMES[1]
    i, j, _, d = neighbor_pairs_by_loops(atoms, 4.0)
    expected = wrong.right_by_loops(atoms.numbers, zip(i, j, d, strict=True))
    np.testing.assert_allclose(energies(wrong.Right()), expected, rtol=1e-13)


def energies(model):
    return predict(model, atom_graph(FRAMES[1], model.cutoff), forces=False, stress=False).energies


# predict itself belongs to what is tested: with a mistake in it, the checks must notice.


def predicts(change, monkeypatch):
    def wrong_predict(model, graph, **options):
        return change(predict(model, graph, **options))

    monkeypatch.setattr(verdict, "predict", wrong_predict)
    monkeypatch.setattr(slopes, "predict", wrong_predict)


def test_forces_of_the_wrong_sign_are_found(monkeypatch):
    predicts(lambda p: p if p.forces is None else replace(p, forces=-p.forces), monkeypatch)
    assert not check_forces(wrong.Right(), FRAMES[1]).passed


@pytest.mark.parametrize("element", [0, 1])
def test_forces_that_are_wrong_for_one_element_only_are_found(monkeypatch, element):
    factor = torch.ones(2, 1)
    factor[element] = 1.001
    predicts(lambda p: p if p.forces is None else replace(p, forces=p.forces * factor), monkeypatch)
    assert not check_forces(wrong.Right(), FRAMES[0]).passed


@pytest.mark.parametrize(("row", "column"), [(a, b) for a in range(3) for b in range(a, 3)])
def test_each_component_of_the_stress_is_compared(monkeypatch, row, column):
    factor = torch.ones(3, 3)
    factor[row, column] = factor[column, row] = 1.05
    predicts(lambda p: p if p.stress is None else replace(p, stress=p.stress * factor), monkeypatch)
    assert not check_stress(wrong.Right(), FRAMES[0]).passed


def test_a_stress_of_the_wrong_sign_is_found(monkeypatch):
    predicts(lambda p: p if p.stress is None else replace(p, stress=-p.stress), monkeypatch)
    assert not check_stress(wrong.Right(), FRAMES[0]).passed


def test_smoothness_can_be_asked_of_an_inner_cutoff():
    class TwoCutoffs(wrong.Right):
        def energies(self, graph, vectors):
            r = torch.linalg.vector_norm(vectors, dim=1)
            inner = torch.where(r < 3.0, 0.01 * torch.exp(-r), 0.0)
            return super().energies(graph, vectors) + self.summed(graph, inner)

    assert smoothness(TwoCutoffs(), FRAMES[1]).passed
    assert not smoothness(TwoCutoffs(), FRAMES[1], radius=3.0).passed


def test_a_model_in_single_precision_is_checked_in_double_and_stays_as_it_was():
    class Learnt(wrong.Right):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(1.5))

        def forward(self, graph):
            return self.weight * super().forward(graph)

    model = Learnt()
    assert model.weight.dtype == torch.float32
    assert all(law.passed for law in check_all(model, FRAMES[0]))
    assert model.weight.dtype == torch.float32


def test_a_plain_function_can_be_checked_too():
    class Springs:
        cutoff = 3.0

        def __call__(self, graph):
            r2 = displacements(graph).square().sum(1)
            terms = (self.cutoff**2 - r2) ** 3
            return terms.new_zeros(graph.n_atoms).index_add(0, graph.centers, terms)

    assert all(law.passed for law in check_all(Springs(), FRAMES[0]))


def test_a_reference_energy_of_many_kev_hides_no_mistake():
    class Heavy(wrong.SeesDirections):
        def forward(self, graph):
            return super().forward(graph) - 1e5

    assert broken(Heavy()) == {"rotation", "reflection"}


def test_the_structures_that_were_given_stay_as_they_were():
    atoms = FRAMES[0].copy()
    check_all(wrong.Right(), atoms)
    assert atoms == FRAMES[0]


@pytest.mark.parametrize(
    "frames", [[], Atoms("Ar"), Atoms("Ar2", positions=[[0, 0, 0], [0, 0, 9]])]
)
def test_structures_on_which_nothing_could_fail_are_refused(frames):
    with pytest.raises(ValueError, match=r"two atoms within the model's cutoff, 4 Å"):
        check_all(wrong.Right(), frames)


def test_nan_never_passes_and_is_the_worst_of_all_verdicts():
    class NaNForCarbon(wrong.Right):
        def forward(self, graph):
            carbon = graph.numbers == 6
            return super().forward(graph) + torch.where(carbon, torch.nan, 0.0)

    assert not Verdict("any", float("nan"), 1.0, "").passed
    for found in check_all(NaNForCarbon(), [FRAMES[0], FRAMES[1], FRAMES[0]]):
        assert np.isnan(found.measured)
        assert not found.passed


def test_the_report_names_each_law_and_teaches_below_the_broken_ones():
    text = report(check_all(wrong.CutsHard(), FRAMES[0]))
    lines = text.splitlines()
    assert sum(line.endswith("ok") for line in lines) == len(LAWS) - 1
    (at,) = (n for n, line in enumerate(lines) if line.endswith("BROKEN"))
    assert lines[at].startswith("smoothness")
    assert "cutoff function" in lines[at + 1]
    assert lines[-1] == f"1 of {len(LAWS)} laws are broken."
    assert report(check_all(wrong.Right(), FRAMES[0])).endswith("All laws hold.")
