"""What the learner reads and may press, from card to card."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mlp_teach.widgets.glossary_deck import Card
from mlp_teach.widgets.glossary_desk import KEYS, WORDS, new_desk, options, page, update
from mlp_teach.widgets.glossary_terms import BY_KEY, FIRST_DAY

TODAY = date(2026, 11, 23)


def pressed(desk, *buttons, today=TODAY):
    for button in buttons:
        desk = update(desk, button, today)
    return desk


def names(desk):
    return [button.name for button in page(desk, "en").buttons]


def through(desk):
    """Every card of the pile once, in the quiz, all known."""
    desk = pressed(desk, "quiz", today=desk.today)
    for _ in range(len(desk.pile)):
        desk = pressed(desk, desk.pile[0], "next", today=desk.today)
    return desk


def test_a_card_shows_its_term_first_and_its_meaning_when_turned():
    desk = new_desk({}, TODAY)
    term = BY_KEY[desk.pile[0]].en
    before, after = page(desk, "en"), page(pressed(desk, "turn"), "en")
    assert (before.question, before.meaning) == (term.name, "")
    assert (after.question, after.meaning) == (term.name, term.meaning)
    assert names(pressed(desk, "turn")) == ["knew", "missed"]


def test_the_first_day_brings_the_first_six_and_the_next_days_the_others():
    desk, day = new_desk({}, TODAY), TODAY
    assert desk.pile == KEYS[:FIRST_DAY]
    seen = []
    for _ in range(3):
        seen.append(len(desk.pile))
        day += timedelta(1)
        desk = new_desk(through(desk).deck, day)
    assert seen == [6, 6 + 6, 3 + 6]  # new ones, and those of the day before
    assert set(desk.deck) == set(KEYS)


def test_a_card_that_was_missed_comes_back_after_the_others():
    desk = pressed(new_desk({}, TODAY), "turn", "missed")
    assert desk.pile == (*KEYS[1:FIRST_DAY], KEYS[0])
    assert (desk.asked, desk.right) == (1, 0)
    known = pressed(desk, "turn", "knew")
    assert known.pile == (*KEYS[2:FIRST_DAY], KEYS[0])
    assert (known.asked, known.right) == (2, 1)


@pytest.mark.parametrize("key", KEYS)
def test_the_quiz_asks_the_case_and_knows_the_right_answer(key):
    desk = replace(new_desk({}, TODAY), pile=(key,), quiz=True)
    assert page(desk, "en").question == BY_KEY[key].en.case
    assert sorted(names(desk)) == sorted([key, *BY_KEY[key].near])
    for answer in options(desk):
        judged = pressed(desk, answer)
        shown = page(judged, "en")
        assert shown.tone == ("right" if answer == key else "wrong")
        assert BY_KEY[key].en.name in shown.verdict
        assert shown.meaning == BY_KEY[key].en.meaning
        assert judged.deck[key].box == (answer == key)
        assert pressed(judged, "next").pile == (() if answer == key else (key,))


def test_the_right_answer_is_not_always_in_one_place_and_stays_while_judged():
    desk = replace(new_desk({}, TODAY), quiz=True)
    places = {options(replace(desk, asked=n)).index(KEYS[0]) for n in range(20)}
    assert places == {0, 1, 2, 3}
    assert options(pressed(desk, desk.pile[0])) == options(desk)


def test_a_finished_day_says_when_the_next_cards_come():
    desk = through(new_desk({}, TODAY))
    shown = page(desk, "en")
    assert desk.pile == ()
    assert shown.question == "Done for today."
    assert "2026-11-24: 6" in shown.prompt
    assert names(desk) == ["all"]
    assert pressed(desk, "all").pile == KEYS


def test_boxes_are_counted():
    deck = {
        "pes": Card(5, TODAY, TODAY),
        "mae": Card(1, TODAY, TODAY),
        "old": Card(5, TODAY, TODAY),
    }
    shown = page(new_desk(deck, TODAY), "en")
    assert [row[2] for row in shown.boxes] == ["13", "0", "1", "0", "0", "0", "1"]
    assert "1 of 15" in shown.progress


def test_a_desk_left_open_over_night_lays_out_the_new_day():
    desk = pressed(through(new_desk({}, TODAY)), "all")
    tomorrow = pressed(desk, "pes", today=TODAY + timedelta(1))
    assert len(tomorrow.pile) == 12
    assert tomorrow.quiz
    assert tomorrow.deck == desk.deck  # what was pressed was meant for the page of yesterday


def test_changing_from_cards_to_quiz_keeps_the_card_on_top():
    desk = pressed(new_desk({}, TODAY), "turn", "quiz")
    assert (desk.pile[0], desk.answer, desk.deck) == (KEYS[0], "", {})
    done = pressed(desk, KEYS[0], "cards")
    assert done.pile[0] == KEYS[1]


def test_a_button_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="'knew' now; there are turn"):
        update(new_desk({}, TODAY), "knew", TODAY)


def test_both_languages_have_the_same_words():
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    desk = pressed(new_desk({}, TODAY), "quiz")
    assert page(desk, "ja").question == BY_KEY[KEYS[0]].ja.case
