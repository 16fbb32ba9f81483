"""New inputs each time, the same verdict each time: no right answer is unlucky, no wrong one lucky.

Run in this process, as the practice cells in a notebook do.
"""

import numpy as np
import pytest

from mlp_teach.grading.exercise import assignment, source_of_chance
from mlp_teach.grading.practice import Here, outcome, practice
from tests.exercises.caught import ASSIGNMENTS, answers

TASKS = [(name, task) for name in ASSIGNMENTS for task in assignment(name).exercises]


def function_of(task, cell):
    space = {"np": np, "__name__": "answer"}
    exec(cell, space)
    return space[task.function]


def ids(value):
    return getattr(value, "function", value)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "task"), TASKS, ids=ids)
def test_verdicts_do_not_depend_on_chance(name, task):
    for answer, cell in answers(name, task).items():
        ask = Here(task.function, function_of(task, cell))
        for seed in range(2 if task.library else 10):
            chance = source_of_chance("chance", str(seed))
            said = [outcome(item, ask, chance) for item in task.items]
            assert any(said) == answer.startswith("wrong"), (answer, seed, said)


def test_practice_prints_what_holds_and_returns_the_points(capsys):
    name, task = TASKS[2]
    cells = answers(name, task)
    assert practice(name, task.name, function_of(task, cells["wrong_once"]), "ja") == 2.0
    printed = capsys.readouterr().out
    assert "3 点中 2 点" in printed
    assert "箱 1 つ分しか" in printed
    assert practice(name, task.name, function_of(task, cells["right_by_remainder"])) == 3.0


def test_practice_of_nothing_yet_gives_nothing():
    def minimum_image(vectors, lengths):
        raise NotImplementedError

    assert practice(TASKS[2][0], TASKS[2][1].name, minimum_image) == 0.0


def test_unknown_names_are_refused_in_words():
    with pytest.raises(ValueError, match="there are ps1_energy_surfaces"):
        practice("ps9", "x", len)
    with pytest.raises(ValueError, match="it has ps1_forces_by_differences"):
        practice("ps1_energy_surfaces", "x", len)
