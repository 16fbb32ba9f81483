"""The desk of the self-check: what is asked, what an answer does, and what comes back when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mlp_teach.widgets.self_check_desk import keys, known, new_desk, order, page, update
from mlp_teach.widgets.self_check_questions import BY_KEY

MONDAY = date(2026, 11, 23)


def answer(desk, right=True, today=MONDAY):
    """The desk after one question was answered and the next one is asked."""
    desk = update(desk, "answer 0" if right else "answer 1", today)
    return update(desk, "next", today)


def test_a_first_visit_asks_all_questions_of_the_first_goal():
    desk = new_desk({}, MONDAY)
    assert desk.pile == keys("1")
    shown = page(desk, "en")
    assert shown.question == BY_KEY[desk.pile[0]].en.text
    assert {button.label for button in shown.buttons} == {
        a.text for a in BY_KEY[desk.pile[0]].en.answers
    }
    assert [kind.chosen for kind in shown.kinds] == [True, False, False, False]


def test_a_right_answer_says_why_and_its_question_goes():
    desk = update(new_desk({}, MONDAY), "answer 0", MONDAY)
    shown = page(desk, "en")
    assert (shown.tone, shown.meaning) == ("right", BY_KEY[keys("1")[0]].en.answers[0].why)
    assert "3 to go" in shown.progress
    assert update(desk, "next", MONDAY).pile == keys("1")[1:]


def test_a_wrong_answer_says_why_it_is_wrong_and_what_is_right_and_comes_again():
    desk = update(new_desk({}, MONDAY), "answer 2", MONDAY)
    shown, asked = page(desk, "ja"), BY_KEY[keys("1")[0]].ja
    assert shown.tone == "wrong"
    assert shown.meaning.startswith(asked.answers[2].why)
    assert asked.answers[0].text in shown.meaning
    assert "残り 4 問" in shown.progress
    assert update(desk, "next", MONDAY).pile == (*keys("1")[1:], keys("1")[0])


def test_what_was_known_comes_back_tomorrow_and_then_after_two_days():
    desk = new_desk({}, MONDAY)
    for _ in keys("1"):
        desk = answer(desk)
    assert desk.pile == ()
    assert "2026-11-24" in page(desk, "en").prompt
    assert known(desk.deck, "1") == 4
    tuesday = MONDAY + timedelta(1)
    desk = new_desk(desk.deck, tuesday)
    assert set(desk.pile) == set(keys("1"))
    desk = answer(desk, today=tuesday)
    assert desk.deck[keys("1")[0]].due == tuesday + timedelta(2)


def test_the_last_answer_counts():
    desk = answer(new_desk({}, MONDAY))
    assert known(desk.deck, "1") == 1
    again = update(replace(desk, pile=keys("1")), "answer 1", MONDAY)
    assert known(again.deck, "1") == 0


def test_goals_are_kept_apart_and_the_table_counts_them():
    desk = answer(new_desk({}, MONDAY))
    desk = update(desk, "goal 3", MONDAY)
    assert desk.pile == keys("3")
    shown = page(desk, "en")
    assert [row[1:] for row in shown.boxes] == [("1", "1", "4"), *[("0", "0", "4")] * 3]
    assert "1 of 16 known" in shown.progress


def test_all_may_be_taken_again_at_once():
    desk = new_desk({}, MONDAY)
    for _ in keys("1"):
        desk = answer(desk)
    desk = update(desk, "all", MONDAY)
    assert desk.pile == keys("1")
    assert page(desk, "en").buttons[0].name.startswith("answer")


def test_answers_are_shuffled_and_in_another_order_when_they_come_again():
    orders = {order(new_desk({}, MONDAY, goal)) for goal in "1234"}
    assert len(orders) > 1
    desk = new_desk({}, MONDAY)
    seen = []
    for _ in range(12):
        if desk.pile[0] == keys("1")[0]:
            seen.append(order(desk))
        desk = answer(desk, right=False)
    assert len(seen) == 3
    assert len(set(seen)) > 1


def test_a_page_left_open_over_night_begins_with_todays_questions():
    desk = update(new_desk({}, MONDAY), "answer 1", MONDAY)
    assert update(desk, "next", MONDAY + timedelta(1)).answer is None


def test_a_button_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no button 'next' now"):
        update(new_desk({}, MONDAY), "next", MONDAY)
