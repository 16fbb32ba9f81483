"""The rows of the table of claims: chosen, sorted and counted as plain data."""

import pytest

from mlp_teach.widgets.claims import (
    VERDICTS,
    Choice,
    chosen,
    claims,
    counts,
    sections,
    update,
)

WRONG = Choice(verdict="wrong")


def numbers(choice, lang="en"):
    return [row.number for row in chosen(claims(), choice, lang)]


def test_without_a_choice_all_rows_stand_in_the_order_of_the_chapter():
    assert numbers(Choice()) == [row.number for row in claims()]
    found = [row.section for row in claims()]
    assert found == sorted(found)
    assert set(found) == set(range(len(sections("en"))))
    assert len(sections("ja")) == len(sections("en"))


def test_each_choice_narrows_and_together_they_narrow_more():
    wrong, lesson = set(numbers(WRONG)), set(numbers(Choice(lesson="05")))
    assert {"2.5-5", "S-1", "X-1"} <= wrong
    assert "2.5-1" in lesson
    assert (
        set(numbers(Choice(verdict="wrong", lesson="05"))) == wrong & lesson == {"2.5-5", "2.5-8"}
    )
    first = numbers(Choice(section="0"))
    assert {number.partition("-")[0] for number in first} == {"2.1"}


def test_words_are_found_in_the_language_of_the_lesson():
    assert numbers(Choice(words="dropout")) == ["2.5-8"]
    assert numbers(Choice(words="Dropout  NETWORK")) == []
    assert numbers(Choice(words="ドロップアウト"), "ja") == ["2.5-8"]
    assert numbers(Choice(words="ドロップアウト")) == []


def test_a_number_asks_for_its_row_alone_though_others_name_it():
    assert numbers(Choice(words=" s-2 ")) == ["S-2"]
    assert numbers(Choice(words="S-2", verdict="open")) == ["S-2"]
    assert len(numbers(Choice(words="S-"))) > 10


def test_sorting_by_verdict_and_by_lesson_keeps_the_chapters_order_among_equals():
    rows = chosen(claims(), Choice(order="verdict"), "en")
    places = [VERDICTS.index(row.verdict) for row in rows]
    assert places == sorted(places)
    order = [row.number for row in claims()]
    right = [row.number for row in rows if row.verdict == "right"]
    assert right == sorted(right, key=order.index)
    lessons = [row.lessons for row in chosen(claims(), Choice(order="evidence"), "en")]
    assert lessons[0][0] == "01"
    assert lessons[-1] == ()
    assert numbers(Choice(downwards=True)) == order[::-1]


def test_the_same_heading_twice_turns_the_order_round_and_another_begins_anew():
    down = update(Choice(), "order", "number")
    assert (down.order, down.downwards) == ("number", True)
    assert not update(down, "order", "number").downwards
    assert not update(down, "order", "verdict").downwards


def test_asking_for_a_row_drops_the_other_choices_but_not_the_order():
    choice = update(Choice(section="3", verdict="open", order="verdict"), "row", "S-2")
    assert choice == Choice(words="S-2", order="verdict")


@pytest.mark.parametrize(("name", "value"), [("order", "claim"), ("colour", "red")])
def test_what_cannot_be_asked_is_said(name, value):
    with pytest.raises(ValueError, match=r"sorted by|There is no"):
        update(Choice(), name, value)


def test_counts_hold_what_lesson_13_says_of_them():
    """One in six right just as it stands, one in twelve wrong."""
    found = counts(claims())
    assert list(found) == list(VERDICTS)
    assert sum(found.values()) == len(claims())
    assert 5.5 < len(claims()) / found["right"] < 7
    assert 11 < len(claims()) / found["wrong"] < 13
    assert found["open"] == 0  # whoever adds one says so in lesson 13
