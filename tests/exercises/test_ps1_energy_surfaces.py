"""Assignment 1: every right answer gets all points, every wrong one fails with the hint "
"that helps."""

from functools import cache

import pytest

from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps1 import (
    cells,
    fade,
    lennard_jones,
    own_potential,
    slopes,
    symmetries,
)
from mlp_teach.grading.exercise import Text, assignment
from mlp_teach.grading.marks import Workbench
from tests.exercises.caught import ASSIGNMENTS, FOLDER, answers, outcomes, table

pytestmark = [
    pytest.mark.slow,
    # These answers are ours: without bubblewrap the weaker form will do.
    pytest.mark.filterwarnings("ignore::mlp_teach.grading.sandbox.WeakerSandbox"),
]
NAME = "ps1_energy_surfaces"
TASKS = {task.function: task for task in assignment(NAME).exercises}
HINTS = {
    "forces_by_differences": {
        "wrong_uphill": slopes.SIGN,
        "wrong_divided_by_h": slopes.DOUBLE,
        "wrong_divided_by_4h": slopes.HALF,
        "wrong_one_sided": slopes.ONE_SIDED,
        "wrong_left_moved": slopes.LEFT_MOVED,
        "wrong_centred_in_place": slopes.CHANGED,
        "wrong_whole_atoms": slopes.WRONG,
        "wrong_no_return": hints.NOTHING,
    },
    "broken_symmetries": {
        "wrong_no_rounding": symmetries.FALSE_ALARM["rotation"],
        "wrong_about_z_only": symmetries.MISSED["rotation"],
        "wrong_last_two_swapped": symmetries.MISSED["permutation"],
        "wrong_improper_turn": symmetries.FALSE_ALARM["rotation"],
        "wrong_half_turn_for_mirror": symmetries.MISSED["reflection"],
        "wrong_one_atom_moved": symmetries.FALSE_ALARM["translation"],
        "wrong_tiny_step": symmetries.MISSED["translation"],
        "wrong_words": symmetries.WORDS,
    },
    "minimum_image": {
        "wrong_rounded_down": cells.CUT_OFF,
        "wrong_one_side": cells.ONE_SIDE,
        "wrong_one_length": cells.ONE_LENGTH,
        "wrong_fractions": cells.FRACTIONS,
        "wrong_once": cells.ONCE,
        "wrong_sign_lost": cells.SIGN_LOST,
        "wrong_truncated": cells.NOT_NEAREST,
    },
    "neighbor_counts": {
        "wrong_own_neighbor": cells.OWN_NEIGHBOR,
        "wrong_one_way": cells.ONE_WAY,
        "wrong_no_images": cells.NO_IMAGES,
        "wrong_square": cells.SQUARE,
        "wrong_total": hints.SHAPE,
        "wrong_yes_or_no": cells.MISCOUNTED,
    },
    "displacements": {
        "wrong_as_it_was": cells.COLUMNS,
        "wrong_backwards": cells.BACKWARDS,
        "wrong_other_image": cells.OTHER_IMAGE,
        "wrong_no_shift": cells.NO_SHIFT,
        "wrong_image_of_i": cells.BACKWARDS,
        "wrong_diagonal": cells.NOT_VECTORS,
    },
    "cosine_cutoff": {
        "wrong_degrees": fade.DEGREES,
        "wrong_twice": fade.TWICE,
        "wrong_full_wave": fade.FULL_WAVE,
        "wrong_no_one": fade.NO_ONE,
        "wrong_uphill": fade.UPHILL,
        "wrong_chain": fade.CHAIN,
        "wrong_goes_on": fade.GOES_ON,
        "wrong_value_alone": hints.PARTS,
    },
    "lennard_jones": {
        "wrong_counted_twice": lennard_jones.TWICE,
        "wrong_halved": lennard_jones.HALVED,
        "wrong_no_four": lennard_jones.FOUR,
        "wrong_mean": lennard_jones.MEAN,
        "wrong_no_fade": lennard_jones.NO_FADE,
        "wrong_sign_of_forces": lennard_jones.SIGN_OF_FORCES,
        "wrong_no_slope_of_fade": lennard_jones.NO_SLOPE_OF_FADE,
        "wrong_one_end": lennard_jones.ONE_END,
        "wrong_own_neighbor": hints.NOT_FINITE,
        "wrong_sign_of_energy": lennard_jones.SIGN_OF_ENERGY,
    },
    "own_potential": {
        "wrong_zero": own_potential.NO_WELL,
        "wrong_no_wall": own_potential.TOO_SOFT,
        "wrong_no_fade": own_potential.JAPANESE["smoothness"],
        "wrong_directions": own_potential.JAPANESE["rotation"],
        "wrong_order_of_atoms": own_potential.JAPANESE["permutation"],
        "wrong_origin": own_potential.JAPANESE["translation"],
        "wrong_mean_of_all": own_potential.JAPANESE["far_fragments"],
        "wrong_mean_of_neighbors": hints.NOT_FINITE,
        "wrong_detached": own_potential.JAPANESE["forces"],
        "wrong_total": hints.SHAPE,
    },
}


@pytest.fixture(scope="module")
def judged():
    """Outcomes of every answer to an exercise; all in the same two sandboxes."""
    with Workbench() as workbench:
        yield cache(lambda function: outcomes(NAME, TASKS[function], workbench))


def is_said(expected: Text | str, hint: Text) -> bool:
    """Is that the hint? Words that were filled in may be any."""
    return hint.ja.startswith(
        (expected if isinstance(expected, str) else expected.ja).split("{")[0]
    )


def test_every_exercise_has_five_wrong_answers_and_two_right_ones():
    assert HINTS.keys() == TASKS.keys()
    for function, task in TASKS.items():
        names = answers(NAME, task)
        assert {name for name in names if not name.startswith("right_")} == HINTS[function].keys()
        assert len(HINTS[function]) >= 5
        assert len(names) - len(HINTS[function]) >= 2


@pytest.mark.parametrize("function", TASKS)
def test_right_answers_get_all_points(judged, function):
    right = {name: said for name, said in judged(function).items() if name.startswith("right_")}
    failed = {name: said for name, said in right.items() if any(said.values())}
    assert not failed


@pytest.mark.parametrize(("function", "answer"), [(f, a) for f in HINTS for a in HINTS[f]])
def test_wrong_answers_fail_with_the_right_hint(judged, function, answer):
    said = [hint for hint in judged(function)[answer].values() if hint is not None]
    assert any(is_said(HINTS[function][answer], hint) for hint in said), said


@pytest.mark.parametrize("function", TASKS)
def test_every_item_catches_something(judged, function):
    wrong = {name: said for name, said in judged(function).items() if name.startswith("wrong_")}
    for item in TASKS[function].items:
        assert any(said[item.name] for said in wrong.values()), item.name


def test_the_table_of_what_catches_what_is_up_to_date(judged):
    made = table(NAME, {task.name: judged(function) for function, task in TASKS.items()})
    kept = (FOLDER / f"{NAME}.md").read_text(encoding="utf-8")
    assert made == kept, "run tests/exercises/caught.py"


def test_the_answers_belong_to_known_assignments():
    assert ASSIGNMENTS.keys() == {NAME}


def test_points_add_up_to_what_the_text_says():
    assert sum(task.points for task in TASKS.values()) == 35
