"""Right and wrong answers to the exercise of this name."""

import numpy as np

RIGHT = [("b", 25.25), ("d", 1_900), ("g", 45.5), ("i", 8.68), ("j", 1_000)]


def right_rounded():
    return RIGHT


def right_worked_out():
    a_passed = 14 + 15_000 / 100 / 24 + 1 + 12 / 24 + 0.5 + 3
    a_days = a_passed + 0.3 * (2 + 12 / 24)
    b_days = 3 + 0.5 + 0.5 + (4 + 6 + 8 + 10) / 24 + 3 * 1 + 2 * 0.5 + 1 + 1 + 3
    b_labels = np.sum([500, 800, 600])
    a_labels = 0.7 * 15_000 + 0.3 * 20_000
    return [
        ["j", 1_000.0],
        ["i", float(a_labels / b_labels)],
        ["g", 100 * (1 - b_days / a_days)],
        ["d", int(b_labels)],
        ["b", a_passed],
    ]


def _with(letter, number):
    return [(one, number if one == letter else value) for one, value in RIGHT]


def wrong_in_weeks():
    return _with("b", 3.61)


def wrong_no_planning():
    return _with("b", 11.25)


def wrong_saving_without_risk():
    return _with("g", 43.9)


def wrong_saving_as_a_share():
    return _with("g", 0.455)


def wrong_labels_without_risk():
    return _with("i", 7.89)


def wrong_three_days_believed():
    return RIGHT[:-1]


def wrong_labels_missed():
    return [pair for pair in RIGHT if pair[0] not in "di"]


def wrong_gpu_accused():
    return [*RIGHT, ("e", 4.17)]


def wrong_nothing_found():
    return []


def wrong_everything_accused():
    numbers = dict.fromkeys("abcdefghij", 1.0) | dict(RIGHT)
    return list(numbers.items())


def wrong_letters_alone():
    return ["b", "d", "g", "i", "j"]


def wrong_thousandth():
    return _with("j", 3_000)
