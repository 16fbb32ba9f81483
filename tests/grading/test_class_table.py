"""How a class did: difficulty and discrimination as by hand, and no number where there is none."""

import numpy as np
import pytest

from mlp_teach.grading import hints
from mlp_teach.grading.class_table import as_table, class_table, correlation, table_page
from mlp_teach.grading.exercise import Text
from mlp_teach.grading.marks import MISSING
from tests.grading.made_results import ITEMS, TASK, result

FIRST = TASK.exercises[0]
OTHER = Text("Another.", "ほか")


def row(rows, exercise, item=None):
    return next(one for one in rows if (one.exercise, one.item) == (exercise, item))


def test_difficulty_is_the_mean_share_and_discrimination_leaves_the_item_out():
    rights = [{0, 1, 2, 3}, {0, 1}, {0}, set(), {1, 2, 5}]
    found = [result(f"s{n}", right=right) for n, right in enumerate(rights)]
    rows = class_table(TASK, found)
    item = row(rows, FIRST.name, "slope")  # the item number 0, worth 2
    assert item.share == pytest.approx(3 / 5)
    points = np.array([2, 2, 2, 0, 0])
    rest = np.array([one.total for one in found]) - points
    assert item.discrimination == pytest.approx(np.corrcoef(points, rest)[0, 1])
    whole = row(rows, FIRST.name)
    assert whole.share == pytest.approx(np.mean([4, 3, 2, 0, 2]) / 4)
    assert [one.exercise for one in rows if one.item is None][-1] == "ps1_words"
    assert len(rows) == len(ITEMS) + len(TASK.exercises) + 1


def test_where_all_are_alike_there_is_no_discrimination():
    rows = class_table(TASK, [result(f"s{n}") for n in range(5)])
    assert {one.discrimination for one in rows} == {None}
    assert {one.share for one in rows} == {1.0, None}  # None: nobody has marked the words
    assert {one.share for one in class_table(TASK, [])} == {None}
    one = class_table(TASK, [result(right={0})])
    assert {row.discrimination for row in one} == {None}
    assert "–" in as_table(rows).as_text()


def test_correlation_is_none_for_rounding_noise():
    noise = np.array([0.1 + 0.2, 0.3, 0.3])
    assert correlation(noise, np.arange(3.0)) is None
    assert correlation(np.array([]), np.array([])) is None
    assert correlation(np.arange(3.0), -np.arange(3.0)) == pytest.approx(-1)


def test_the_commonest_hint_counts_each_student_once():
    found = [
        result("a", right=set()),
        result("b", right=set()),
        result("c", right=set(), hint=OTHER),
    ]
    whole = row(class_table(TASK, found), FIRST.name)
    assert (whole.hint.en[:3], whole.hinted) == ("Try", 2)
    assert class_table(TASK, found) == class_table(TASK, found[::-1])


def test_not_answered_is_told_from_answered_wrongly():
    missing = MISSING.with_words(function=FIRST.function)
    found = [result("a", right=set(), hint=hints.EMPTY), result("b", right=set(), hint=missing)]
    found += [result("c", right=set()), result("d")]
    rows = class_table(TASK, found)
    assert row(rows, FIRST.name).not_answered == 0.5
    assert row(rows, TASK.exercises[1].name).not_answered == 0.25  # another's missing cell
    assert row(rows, "ps1_words").not_answered is None


def test_what_could_not_be_marked_says_nothing_of_an_exercise():
    trouble = Text("The file is empty.", "空です")
    found = [result("a"), result("b", right=set(), trouble=trouble)]
    assert row(class_table(TASK, found), FIRST.name).share == 1.0


def test_answers_in_words_count_once_all_are_marked():
    found = [result("a", given=3), result("b", right={0}, given=0)]
    words = row(class_table(TASK, found), "ps1_words")
    assert (words.share, words.discrimination) == (0.5, pytest.approx(1))
    words = row(class_table(TASK, [*found, result("c")]), "ps1_words")
    assert (words.share, words.discrimination) == (None, None)


def test_it_comes_as_text_csv_and_page():
    rows = class_table(TASK, [result("a", right={0}), result("b")])
    table = as_table(rows, "ja", longest=5)
    assert "もう一度…" in table.as_text()
    assert table.as_csv().splitlines()[0].startswith('"exercise","item","points"')
    text = table_page(TASK, rows, 2, "en")
    assert "&lt;b&gt;again&lt;/b&gt;" in text
    assert "<b>" not in text
