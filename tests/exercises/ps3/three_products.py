"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_einsum(a, b):
    ab = np.einsum("na,nb->nab", a, b)
    s = np.trace(ab, axis1=1, axis2=2)
    x, y, z = ((ab - ab.transpose(0, 2, 1))[:, k, m] for k, m in ((1, 2), (2, 0), (0, 1)))
    v = np.stack([x, y, z], axis=1)
    t = (ab + ab.transpose(0, 2, 1)) / 2
    for k in range(3):
        t[:, k, k] -= s / 3
    return s, v, t


def right_row_by_row(a, b):
    s, v, t = [], [], []
    for x, y in zip(a, b, strict=True):
        s.append(x @ y)
        v.append(np.cross(x, y))
        t.append((np.outer(x, y) + np.outer(y, x)) / 2 - np.identity(3) * (x @ y) / 3)
    return s, v, np.array(t)


def wrong_trace_left(a, b):
    s, v, t = right_einsum(a, b)
    return s, v, t + s[:, None, None] * np.eye(3) / 3


def wrong_whole_trace(a, b):
    s, v, t = right_einsum(a, b)
    return s, v, t - 2 / 3 * s[:, None, None] * np.eye(3)


def wrong_no_half(a, b):
    ab = a[:, :, None] * b[:, None, :]
    s = (a * b).sum(1)
    return s, np.cross(a, b), ab + ab.swapaxes(1, 2) - 2 * s[:, None, None] / 3 * np.eye(3)


def wrong_plain_outer_product(a, b):
    s = (a * b).sum(1)
    return s, np.cross(a, b), a[:, :, None] * b[:, None] - s[:, None, None] * np.eye(3) / 3


def wrong_third_everywhere(a, b):
    ab = a[:, :, None] * b[:, None, :]
    s = (a * b).sum(1)
    return s, np.cross(a, b), (ab + ab.swapaxes(1, 2)) / 2 - s[:, None, None] / 3


def wrong_difference(a, b):
    ab = a[:, :, None] * b[:, None, :]
    return (a * b).sum(1), np.cross(a, b), (ab - ab.swapaxes(1, 2)) / 2


def wrong_cross_swapped(a, b):
    s, _, t = right_einsum(a, b)
    return s, np.cross(b, a), t


def wrong_order_of_components(a, b):
    s, v, t = right_einsum(a, b)
    return s, v[:, [1, 2, 0]], t


def wrong_componentwise(a, b):
    s, _, t = right_einsum(a, b)
    return s, a * b, t


def wrong_all_with_all(a, b):
    _, v, t = right_einsum(a, b)
    return a @ b.T, v, t


def wrong_one_sum(a, b):
    _, v, t = right_einsum(a, b)
    return np.full(len(a), np.sum(a * b)), v, t


def wrong_coupled(a, b):
    s, v, t = right_einsum(a, b)
    return s / np.sqrt(3), v / np.sqrt(2), t


def wrong_trace_of_sum(a, b):
    ab = a[:, :, None] * b[:, None, :]
    m = (ab + ab.swapaxes(1, 2)) / 2
    m[:, range(3), range(3)] = 0
    return (a * b).sum(1), np.cross(a, b), m
