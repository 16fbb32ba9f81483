"""The time of a submission: an answer that takes it all takes none from the others."""

import time

import pytest

from mlp_teach.grading import hints
from mlp_teach.grading.allowance import HURRIED, PATIENT, SHORT, Allowance, Timed
from mlp_teach.grading.exercise import assignment
from mlp_teach.grading.sandbox import Fault

TASK = assignment("ps1_energy_surfaces")
FIRST, SECOND, *_, MODEL = TASK.exercises


def test_an_exercise_that_did_not_come_back_gets_little_and_the_next_one_all():
    allowance = Allowance(TASK)
    assert allowance.seconds(FIRST) is None
    assert allowance.spend(FIRST, 10.0, hints.TIMEOUT) == hints.TIMEOUT
    assert allowance.seconds(FIRST) == SHORT
    assert allowance.seconds(SECOND) is None
    hint = allowance.spend(FIRST, 1.0, hints.TIMEOUT)
    assert hint == HURRIED.with_words(seconds=SHORT)
    assert "2 s" in hint.en
    assert "2 秒" in hint.ja


def test_quick_answers_change_nothing_whatever_their_hints():
    allowance = Allowance(TASK)
    for hint in (None, hints.EMPTY, hints.MEMORY):
        assert allowance.spend(FIRST, 0.1, hint) == hint
    assert allowance.seconds(FIRST) is None


def test_a_submission_that_is_slow_everywhere_is_hurried_in_the_end():
    allowance, spent, last = Allowance(TASK), 0.0, None
    for exercise in TASK.exercises:
        for _ in exercise.items:
            limit = allowance.seconds(exercise) or (20.0 if exercise.library else 10.0)
            last = allowance.spend(exercise, limit, hints.TIMEOUT)
            spent += limit
    assert spent < 90.0  # s; without it they would take their limits, more than 200
    assert last == HURRIED.with_words(seconds=SHORT)


def test_all_questions_of_an_item_have_one_limit_together(monkeypatch):
    monkeypatch.setattr("os.getloadavg", lambda: (0.0, 0.0, 0.0))
    timed = Timed(lambda call, *arguments: time.sleep(0.01) or 1.0, seconds=10.0)
    assert timed("f") == 1.0
    assert timed.spent >= 0.01
    timed.spent = PATIENT * 10.0 - 1.0
    assert timed("f") == 1.0
    timed.spent += 1.0
    with pytest.raises(Fault, match="timeout"):
        timed("f")


def test_time_counts_less_on_a_busy_machine_but_not_for_nothing(monkeypatch):
    def spent(load):
        monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0))
        timed = Timed(lambda call, *arguments: time.sleep(0.05), seconds=10.0)
        timed("f")
        return timed.spent

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert spent(1.0) >= 0.05
    begun = time.monotonic()
    quarter = spent(8.0)
    assert 0.05 / 4 <= quarter <= (time.monotonic() - begun) / 4
    assert spent(1e6) >= 0.05 / 9
