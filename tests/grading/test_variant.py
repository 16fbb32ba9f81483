"""Variants that follow from a student's id: the same everywhere, different among students."""

import json
from pathlib import Path

import numpy as np
import pytest

from mlp_teach.elements import NUMBERS
from mlp_teach.grading.assignments.ps6 import asked
from mlp_teach.grading.check import student_of
from mlp_teach.grading.exercise import Exercise, Text
from mlp_teach.grading.practice import outcome, practice
from mlp_teach.grading.variant import CUTOFFS, ELEMENTS, EXAMPLE, PersonalItem, variant

CLASS = [f"s24{number:03}" for number in range(300)]
FULL_WIDTH = "ｓ２４０１７"


def test_a_variant_stays_what_it_is():
    # Notebooks were handed out with it: it must not change from version to version.
    assert str(variant("student")) == (
        "Variant(element='Au', number=79, cutoff=5.8, seed=866)"  # of our own answers
    )
    assert variant("alice").say() == "element Fe (atomic number 26), cutoff 5.7 Å, seed 774"


def test_a_slip_of_the_keyboard_makes_no_other_variant():
    assert variant(" S24017\n") == variant("s24017") == variant(FULL_WIDTH)


def test_an_empty_id_is_refused_in_words():
    with pytest.raises(ValueError, match="write yours"):
        variant("  ")


def test_a_class_has_many_variants():
    found = [variant(student) for student in CLASS]
    assert {one.element for one in found} == set(ELEMENTS)
    assert {one.cutoff for one in found} == set(CUTOFFS.tolist())
    assert all(NUMBERS[one.element] == one.number for one in found)
    assert all(1 <= one.seed < 1000 for one in found)
    same = len(found) - len({str(one) for one in found})
    assert same <= 3


def test_cutoffs_are_written_as_they_are_said():
    for student in CLASS:
        mine = variant(student)
        assert f"{mine.cutoff} Å" in mine.say("en")
        assert f"{mine.number}" in mine.say("ja")
        assert repr(mine.cutoff) == f"{mine.cutoff:.1f}"


def item(test):
    return PersonalItem("mine", 2, Text("mine", "自分のもの"), test)


def test_a_personal_item_knows_whose_answer_it_is():
    said = []

    def test(ask, chance, student):
        said.append(student)

    chance = np.random.default_rng(0)
    outcome(item(test), len, chance, "alice")
    outcome(item(test), len, chance)
    assert said == ["alice", EXAMPLE]


def experiment_for(student):
    mine = variant(student)

    def experiment_text(size, frames, exchange):
        return f"""
        [data]
        set = "train_{mine.element}.xyz"
        test = "test_{mine.element}.xyz"
        validation = 0.1
        seed = {mine.seed}
        precision = "float32"
        [model]
        class = "{asked.MODEL}"
        elements = [{mine.number}]
        expansion = {{kind = "GaussianSmearing", n = 20, cutoff = {mine.cutoff}}}
        [training]
        seed = {mine.seed}
        """

    return experiment_text


@pytest.mark.parametrize("student", CLASS[:20])
def test_one_checker_serves_everybody(student, capsys):
    where = ("ps6_full_size", "ps6_experiment_text")
    assert practice(*where, experiment_for(student), "en", student) >= 3.0
    assert "[ok] Element, frames, cutoff and both seeds are yours" in capsys.readouterr().out


def test_the_variant_of_another_is_noticed_and_the_id_is_named(capsys):
    where = ("ps6_full_size", "ps6_experiment_text")
    practice(*where, experiment_for("bob"), "en", "alice")
    printed = capsys.readouterr().out
    assert "For the id 'alice' it is" in printed
    assert "name of your folder" in printed


def test_the_imports_of_an_exercise_are_none_unless_it_says_so():
    assert Exercise("x", "x", ()).imports == ()


def notebook_with(path: Path, *cells: str) -> Path:
    code = [{"cell_type": "code", "metadata": {}, "source": text} for text in cells]
    path.write_text(json.dumps({"cells": code}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "student"),
    [
        ('student = "s24017"  # your id', "s24017"),
        ("size = 'full'\nstudent='O\"Neil'", 'O"Neil'),
        ("a_student = 'x'", "me"),
        ("student = name()", "me"),
    ],
)
def test_the_id_is_read_from_the_notebook(tmp_path, text, student):
    assert student_of(notebook_with(tmp_path / "a.ipynb", "import numpy", text)) == student
