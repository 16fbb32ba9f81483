"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _a(nodes, hours, planning, at_once, failed):
    """Days, node-hours and GPU-hours of plan A, if the model fails and if it does not."""
    first, more = 15_000 * hours, 5_000 * hours * failed
    start = max(planning, first / nodes / 24) if at_once else planning + first / nodes / 24
    days = start + 1 + 0.5 + 0.5 + more / nodes / 24 + failed * 0.5 + 3
    return np.array([days, first + more, 12 + 12 * failed + 72])


def _b(nodes, hours, round_labels):
    labels, gpu = 500 + sum(round_labels), 0.0
    days = 3 + 0.5 + 0.5 * len(round_labels)
    for k in range(1, len(round_labels) + 3):
        gpu += 2 + 2 * k
    gpu += 24 * (len(round_labels) + 1) + 72
    return np.array([days + labels * hours / nodes / 24 + gpu / 24, labels * hours, gpu])


def _with_money(hours, node_price, gpu_price):
    return [*hours, node_price * hours[1] + gpu_price * hours[2]]


def _both(
    nodes,
    hours_per_label,
    failure,
    planning_days,
    round_labels,
    node_price,
    gpu_price,
    at_once,
):
    passed, failed = (_a(nodes, hours_per_label, planning_days, at_once, k) for k in (0, 1))
    return (1 - failure) * passed + failure * failed, _b(nodes, hours_per_label, round_labels)


def right_two_sums(*given):
    a, b = _both(*given)
    return [_with_money(one, *given[5:7]) for one in (a, b)]


def right_longest_path(
    nodes, hours_per_label, failure, planning_days, round_labels, node_price, gpu_price, at_once
):
    """A list of (days, node-hours, GPU-hours), walked through step by step."""

    def labels(n):
        return (n * hours_per_label / nodes / 24, n * hours_per_label, 0)

    def gpu(hours):
        return (hours / 24, 0, hours)

    def total(steps):
        return [sum(column) for column in zip(*steps)]  # noqa: B905

    a_steps = [(1, 0, 0), gpu(12), (0.5, 0, 0), gpu(72)]
    again = total([labels(5_000), gpu(12)])
    a = total([labels(15_000), *a_steps])
    if at_once:
        a[0] = a[0] - labels(15_000)[0] + max(planning_days, labels(15_000)[0])
    else:
        a[0] += planning_days
    a = [x + failure * y for x, y in zip(a, again)]  # noqa: B905
    steps, k = [(3, 0, 0), labels(500), (0.5, 0, 0)], 1
    for n in round_labels:
        steps += [gpu(2 + 2 * k), gpu(24), (0.5, 0, 0), labels(n)]
        k += 1
    steps += [gpu(2 + 2 * k), gpu(24), gpu(4 + 2 * k), gpu(72)]
    b = total(steps)
    both = [np.array([*one, one[1] * node_price + one[2] * gpu_price]) for one in (a, b)]
    return both[0], both[1]


def _priced(a, b, given):
    return [_with_money(one, *given[5:7]) for one in (a, b)]


def wrong_no_failure(*given):
    _, b = _both(*given)
    return _priced(_a(*given[:2], given[3], given[7], 0), b, given)


def wrong_failure_in_full(*given):
    _, b = _both(*given)
    return _priced(_a(*given[:2], given[3], given[7], 1), b, given)


def wrong_probabilities_turned(*given):
    a, _ = _both(*given[:2], 1 - given[2], *given[3:])
    return _priced(a, _both(*given)[1], given)


def wrong_sum_of_planning_and_labels(*given):
    return right_two_sums(*given[:-1], False)


def wrong_planning_alone(*given):
    a, b = _both(*given)
    first = 15_000 * given[1] / given[0] / 24
    days = a[0] - (max(given[3], first) if given[7] else first)
    return _priced([days + given[3] * given[7], *a[1:]], b, given)


def wrong_hours_for_days(*given):
    a, b = _both(*given)
    return _priced(a * [24, 1, 1], b * [24, 1, 1], given)


def wrong_gpu_in_days(*given):
    a, b = _both(*given)
    return _priced(a / [1, 1, 24], b / [1, 1, 24], given)


def wrong_last_training_forgotten(*given):
    a, b = _both(*given)
    hours = 2 + 2 * (len(given[4]) + 2)
    return _priced(a, b - np.array([hours / 24, 0, hours]), given)


def wrong_no_dynamics(*given):
    a, b = _both(*given)
    return _priced(a - [3, 0, 72], b - [3, 0, 72], given)


def wrong_one_hour_a_label(*given):
    return right_two_sums(given[0], 1.0, *given[2:])


def wrong_node_hours_divided(*given):
    a, b = _both(*given)
    return _priced(a / [1, given[0], 1], b / [1, given[0], 1], given)


def wrong_prices_turned(*given):
    a, b = _both(*given)
    return [_with_money(one, given[6], given[5]) for one in (a, b)]


def wrong_no_second_training(*given):
    a, b = _both(*given)
    return _priced(a - given[2] * np.array([0.5, 0, 12]), b, given)
