"""Boxes and days with a clock of our own, and a file that is whole or set aside."""

import json
from datetime import date, timedelta

import pytest

from mlp_teach.widgets.glossary_deck import (
    Card,
    answered,
    days,
    due_cards,
    read_deck,
    write_deck,
)

MONDAY = date(2026, 11, 23)
KEYS = ("a", "b", "c", "d")


def later(number):
    return MONDAY + timedelta(number)


def test_a_card_that_is_always_known_comes_after_1_2_4_8_and_16_days():
    deck, today, waits = {}, MONDAY, []
    for _ in range(6):
        deck = answered(deck, "a", True, today)
        waits.append((deck["a"].due - today).days)
        assert "a" not in due_cards(deck, KEYS, deck["a"].due - timedelta(1), 0)
        today = deck["a"].due
        assert due_cards(deck, KEYS, today, 0) == ("a",)
    assert waits == [1, 2, 4, 8, 16, 16]
    assert deck["a"] == Card(5, later(47), MONDAY, asked=6, right=6)


def test_a_card_that_was_missed_comes_again_today_and_starts_from_the_first_box():
    deck = {"a": Card(4, MONDAY, later(-15), asked=4, right=4)}
    missed = answered(deck, "a", False, MONDAY)
    assert due_cards(missed, KEYS, MONDAY, 0) == ("a",)
    again = answered(missed, "a", True, MONDAY)
    assert (again["a"].box, again["a"].due) == (1, later(1))
    assert (again["a"].asked, again["a"].right) == (6, 5)
    assert deck["a"].asked == 4  # a deck is not changed, a new one is made


def test_practice_before_the_day_moves_nothing_up_but_a_miss_counts():
    deck = {"a": Card(3, later(4), MONDAY, 3, 3)}
    known = answered(deck, "a", True, later(1))["a"]
    assert (known.box, known.due) == (3, later(4))
    assert answered(deck, "a", False, later(1))["a"].box == 0


def test_the_shakiest_come_first_then_so_many_new_ones_a_day():
    deck = {
        "d": Card(1, MONDAY, later(-1)),
        "b": Card(3, later(-1), later(-9)),
        "c": Card(2, later(1), later(-9)),
    }
    assert due_cards(deck, KEYS, MONDAY, 6) == ("d", "b", "a")
    begun = answered({}, "a", True, MONDAY)
    assert due_cards(begun, KEYS, MONDAY, 2) == ("b",)
    assert due_cards(begun, KEYS, later(1), 2) == ("a", "b", "c")


def test_a_day_that_a_wrong_clock_wrote_does_not_bury_a_card():
    deck = {"a": Card(2, later(4000), MONDAY)}
    assert due_cards(deck, KEYS, MONDAY, 0) == ("a",)
    assert due_cards({"a": Card(5, later(16), MONDAY)}, KEYS, MONDAY, 0) == ()


def test_days_double_from_box_to_box():
    assert [days(box) for box in range(6)] == [0, 1, 2, 4, 8, 16]


def test_a_deck_comes_back_from_its_file_as_it_was(tmp_path):
    deck = answered(answered({}, "a", True, MONDAY), "b", False, MONDAY)
    write_deck(tmp_path / "cards.json", deck)
    stored = read_deck(tmp_path / "cards.json")
    assert stored.deck == deck
    assert stored.aside is None
    assert [file.name for file in tmp_path.iterdir()] == ["cards.json"]


def test_no_file_is_an_empty_deck(tmp_path):
    assert read_deck(tmp_path / "cards.json").deck == {}
    assert list(tmp_path.iterdir()) == []


GOOD = {"box": 1, "due": "2026-11-24", "begun": "2026-11-23", "asked": 1, "right": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"format": "mlp_teach gloss',
        b"[1, 2]",
        b"\xff\xfe\x00",
        json.dumps({"format": "another", "cards": {}}).encode(),
        json.dumps({"format": "mlp_teach glossary 1", "cards": [1]}).encode(),
        *(
            json.dumps({"format": "mlp_teach glossary 1", "cards": {"a": GOOD | wrong}}).encode()
            for wrong in (
                {"box": 9},
                {"box": "1"},
                {"due": "tomorrow"},
                {"right": 2},
                {"more": 0},
                {"due": 3},
            )
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_kept_under_another_name(tmp_path, content):
    path = tmp_path / "cards.json"
    for number in (1, 2):  # the second does not overwrite the first
        path.write_bytes(content + b" " * number)
        stored = read_deck(path)
        assert stored.deck == {}
        assert stored.aside == tmp_path / f"cards.damaged-{number}.json"
        assert not path.exists()
    assert (tmp_path / "cards.damaged-1.json").read_bytes() == content + b" "


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "cards.json"
    write_deck(path, answered({}, "a", True, MONDAY))
    before = path.read_bytes()

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="unchanged"):
        write_deck(path, {})
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["cards.json"]
