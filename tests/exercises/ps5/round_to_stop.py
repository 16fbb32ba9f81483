"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_windows(deviation, error, deviation_limit, error_limit, patience):
    good = (deviation <= deviation_limit) & (error < error_limit)
    for k in range(patience - 1, len(good)):
        if good[k - patience + 1 : k + 1].all():
            return k
    return -1


def right_count_of_bad_rounds(deviation, error, deviation_limit, error_limit, patience):
    last_bad = -1
    for k, (spread, wrong) in enumerate(zip(deviation, error)):  # noqa: B905
        if spread > deviation_limit or wrong >= error_limit:
            last_bad = k
        elif k - last_bad == patience:
            return k
    return -1


def wrong_as_it_was(deviation, error, deviation_limit, error_limit, patience):
    good = 0
    for k in range(len(error)):
        if deviation[k] <= deviation_limit and error[k] < error_limit:
            good += 1
            if good == patience:
                return k
    return -1


def wrong_deviation_alone(deviation, error, deviation_limit, error_limit, patience):
    return right_windows(deviation, 0 * error, deviation_limit, error_limit, patience)


def wrong_error_alone(deviation, error, deviation_limit, error_limit, patience):
    return right_windows(0 * deviation, error, deviation_limit, error_limit, patience)


def wrong_first_of_the_row(*given):
    k = right_windows(*given)
    return k if k == -1 else k - given[-1] + 1


def wrong_one_more(deviation, error, deviation_limit, error_limit, patience):
    return right_windows(deviation, error, deviation_limit, error_limit, patience + 1)


def wrong_counted_from_one(*given):
    k = right_windows(*given)
    return k if k == -1 else k + 1


def wrong_last_round_if_none(deviation, *given):
    k = right_windows(deviation, *given)
    return len(deviation) if k == -1 else k


def wrong_nothing_if_none(*given):
    k = right_windows(*given)
    return None if k == -1 else k


def wrong_each_in_its_own_rounds(deviation, error, deviation_limit, error_limit, patience):
    """Waits until each was good so many times in a row, whenever that was."""
    sure = wrong_deviation_alone(deviation, error, deviation_limit, error_limit, patience)
    right = wrong_error_alone(deviation, error, deviation_limit, error_limit, patience)
    return -1 if -1 in (sure, right) else max(sure, right)


def wrong_mean_of_the_window(deviation, error, deviation_limit, error_limit, patience):
    for k in range(patience - 1, len(error)):
        window = slice(k - patience + 1, k + 1)
        if np.mean(deviation[window]) <= deviation_limit and np.mean(error[window]) < error_limit:
            return k
    return -1
