"""Assignment 6: which hint each wrong answer gets, and whose experiment is whose."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch

from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps6 import (
    accumulate,
    asked,
    curve,
    digits,
    honest,
    report,
    resume,
    schedule,
    step,
)
from mlp_teach.grading.exercise import Assignment, assignment
from mlp_teach.grading.marks import mark
from mlp_teach.grading.variant import EXAMPLE
from tests.exercises.promises import Promises

NAME = "ps6_full_size"
FILE = f"en/{NAME}/{NAME}.ipynb"
ROOT = Path(__file__).resolve().parents[2]

HINTS = {
    "learning_rate": {
        "wrong_starts_at_zero": schedule.FROM_ZERO,
        "wrong_cosine_from_zero": schedule.COSINE_TOO_EARLY,
        "wrong_never_arrives": schedule.NO_END,
        "wrong_falls_to_zero": schedule.TO_ZERO,
        "wrong_degrees": schedule.DEGREES,
        "wrong_straight_line": schedule.STRAIGHT,
        "wrong_no_half": schedule.QUARTER,
        "wrong_no_warm_up": schedule.NO_WARM,
        "wrong_warm_up_from_low": schedule.NO_WARM,
    },
    "error_report": {
        "wrong_whole_structures": report.TOTAL,
        "wrong_electronvolts": report.ELECTRONVOLTS,
        "wrong_pooled": report.POOLED,
        "wrong_rmse_first": report.EXCHANGED,
        "wrong_no_root": report.NO_ROOT,
        "wrong_signs_cancel": report.SIGNED,
        "wrong_lengths": report.LENGTHS,
        "wrong_order_of_elements": report.ORDER,
        "wrong_shares": report.SHARES,
        "wrong_rmse_of_elements": report.EXCHANGED,
    },
    "learning_targets": {
        "wrong_as_it_was": digits.ROUNDED,
        "wrong_energies_cast_first": digits.ROUNDED,
        "wrong_stays_double": digits.DOUBLE,
        "wrong_float16": digits.HALF_PRECISION,
        "wrong_not_per_atom": digits.NOT_PER_ATOM,
        "wrong_nothing_subtracted": digits.NO_ATOMS,
        "wrong_each_once": digits.ONE_EACH,
        "wrong_sign": digits.SIGN,
        "wrong_mean_subtracted": digits.NOT_TARGETS,
    },
    "accumulated_gradient": {
        "wrong_mean_of_batches": accumulate.MEAN_OF_BATCHES,
        "wrong_sum_of_batches": accumulate.SUM_OF_BATCHES,
        "wrong_all_by_structures": accumulate.BY_STRUCTURES,
        "wrong_all_by_atoms": accumulate.BY_ATOMS,
        "wrong_no_weights": accumulate.WEIGHTS,
        "wrong_never_divided": accumulate.NO_GRADIENT,
        "wrong_components_by_atoms": accumulate.NO_GRADIENT,
        "wrong_one_number": hints.SHAPE,
    },
    "training_step": {
        "wrong_not_clipped": step.NOT_CLIPPED,
        "wrong_always_clipped": step.ALWAYS_CLIPPED,
        "wrong_clipped_one_by_one": step.EACH_CLIPPED,
        "wrong_no_correction": step.NO_CORRECTION,
        "wrong_counted_from_zero": step.STEP_FROM_ZERO,
        "wrong_no_root": step.NO_ROOT,
        "wrong_uphill": step.UPHILL,
        "wrong_plain_descent": step.PLAIN_DESCENT,
        "wrong_average_too_early": step.OLD_FOLLOWED,
        "wrong_long_memory": step.NO_SHORT_MEMORY,
        "wrong_decay_swapped": step.DECAY_SWAPPED,
        "wrong_parameters_alone": hints.PARTS,
    },
    "fit_honestly": {
        "wrong_as_it_was": honest.TEST_CHOOSES,
        "wrong_average_on_test": honest.TEST_CHOOSES,
        "wrong_last_weights": honest.LAST_STEP,
        "wrong_validation_error_reported": honest.LOWEST,
        "wrong_average_at_the_end": honest.LAST_AVERAGE,
        "wrong_training_error": honest.TRAINING_CHOOSES,
        "wrong_no_copy": honest.LAST_AVERAGE,
        "wrong_decay_swapped": honest.MIXED_UP,
        "wrong_mean_square": honest.SQUARE,
    },
    "experiment_text": {
        "wrong_no_square": asked.NO_SQUARE,
        "wrong_upside_down": asked.RECIPROCAL,
        "wrong_equal_weights": asked.WEIGHTS,
        "wrong_number_of_frames": asked.COUNT_FOR_SHARE,
        "wrong_five_per_cent": asked.SPLIT,
        "wrong_steps_of_all_frames": asked.ALL_FRAMES,
        "wrong_steps_for_epochs": asked.STEPS_FOR_EPOCHS,
        "wrong_same_size": asked.STEPS_MADE,
        "wrong_symbol": asked.SYMBOL,
        "wrong_variant": "id が 'student' のときは elements = [79], cutoff = 5.8, seed = 866",
        "wrong_seed_of_the_order": asked.TWO_SEEDS,
        "wrong_shipped_set": asked.OTHER_FRAMES,
        "wrong_smaller_batches": asked.ONE_SETTING,
        "wrong_misspelt": asked.UNREADABLE,
        "wrong_no_text": asked.NO_TEXT,
    },
    "resumable": {
        "wrong_weights_alone": resume.OTHER,
        "wrong_no_momentum": resume.NO_MOMENTUM,
        "wrong_no_average": resume.NO_AVERAGE,
        "wrong_step_from_zero": resume.NO_STEP,
        "wrong_same_order": resume.SAME_ORDER,
        "wrong_fewer_digits": resume.ROUNDED,
        "wrong_kept_in_a_variable": resume.ELSEWHERE,
        "wrong_never_read": resume.FROM_ZERO,
        "wrong_arrays": resume.NO_TEXT,
    },
    "learning_curve": {
        "wrong_model_goes_on": curve.GOES_ON,
        "wrong_same_epochs": curve.SAME_EPOCHS,
        "wrong_validation_errors": curve.VALIDATION,
        "wrong_electronvolts": curve.UNITS,
        "wrong_sign": curve.SIGN,
        "wrong_no_logarithm": curve.NO_LOGARITHM,
        "wrong_two_points": curve.ENDS,
    },
}


class TestFullSize(Promises):
    name, points, hints = NAME, 50, HINTS


def test_the_step_that_is_asked_for_is_pytorchs():
    case = step._Adam(np.random.default_rng(0), 7.0, 0)
    theta = torch.nn.Parameter(torch.tensor(case.parameters))
    optimizer = torch.optim.Adam([theta], lr=case.rate)
    theta.grad = torch.tensor(case.gradient)
    torch.nn.utils.clip_grad_norm_([theta], case.clip)
    optimizer.step()
    moved = theta.detach().numpy() - case.parameters
    np.testing.assert_allclose(case.move(case.clipped(), 1), moved, rtol=1e-6)


HANDED_OUT_BEFORE = 'student = "student"\nsize = "small"\ndevice = "cpu"'


def chosen(lang, first=None):
    """size and device after the first two code cells of the release; `first` replaces one."""
    notebook = nbformat.read(ROOT / "exercises" / lang / NAME / f"{NAME}.ipynb", as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    names = {}
    for text in (first or cells[0], cells[1]):
        exec(text, names)
    return names["size"], names["device"]


@pytest.fixture
def kernel(monkeypatch):
    """A kernel that has the GPUs named, of which none is here."""

    def has(*gpus):
        monkeypatch.delenv("MLP_TEACH_DEVICE", raising=False)
        monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in gpus)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Tensor 9000")
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in gpus)

    return has


@pytest.mark.parametrize(("lang", "word"), [("en", "small size"), ("ja", "規模は small です")])
def test_the_last_training_is_of_the_size_that_the_kernel_offers(kernel, capsys, lang, word):
    kernel()
    assert chosen(lang) == ("small", "cpu")
    assert word in capsys.readouterr().out
    kernel("cuda")
    assert chosen(lang) == ("full", "cuda")
    assert "Tensor 9000" in capsys.readouterr().out
    kernel("mps")  # never tried
    assert chosen(lang) == ("small", "cpu")


def test_who_chooses_by_hand_gets_that(kernel):
    kernel()
    assert chosen("en", 'student = "s"\nsize, device = "full", "cpu"') == ("full", "cpu")
    kernel("cuda")
    assert chosen("en", 'student = "s"\nsize, device = "small", None') == ("small", "cuda")
    assert chosen("en", HANDED_OUT_BEFORE) == ("small", "cpu")


@pytest.mark.parametrize("execution", ["autograde", "validate"])
def test_nbgrader_executes_the_small_size_on_every_computer(kernel, monkeypatch, execution):
    kernel("cuda")
    monkeypatch.setenv("NBGRADER_EXECUTION", execution)
    assert chosen("en") == ("small", "cpu")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::mlp_teach.grading.sandbox.WeakerSandbox")
def test_the_solutions_are_whole_for_the_id_that_stands_in_them_and_for_no_other():
    task = assignment(NAME)
    assert mark(ROOT / "solutions" / FILE, task, EXAMPLE).points == task.points - 9
    assert mark(ROOT / "exercises" / FILE, task, EXAMPLE).points == 0
    personal = Assignment(NAME, (asked.EXPERIMENT_TEXT,))
    marks = mark(ROOT / "solutions" / FILE, personal, "alice")
    lost = [one for one in marks.marks if one.hint]
    assert [one.item for one in lost] == ["yours"]
    assert "'alice'" in lost[0].hint.ja
