"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_by_remainder(vectors, lengths):
    return (vectors + lengths / 2) % lengths - lengths / 2


def right_by_loops(vectors, lengths):
    found = []
    for vector in vectors:
        row = []
        for x, edge in zip(vector, lengths):  # noqa: B905
            while x > edge / 2:
                x -= edge
            while x < -edge / 2:
                x += edge
            row.append(float(x))
        found.append(row)
    return found


def wrong_rounded_down(vectors, lengths):
    return vectors - lengths * np.floor(vectors / lengths)


def wrong_one_side(vectors, lengths):
    return np.where(vectors > lengths / 2, vectors - lengths, vectors)


def wrong_one_length(vectors, lengths):
    edge = lengths[0]
    return vectors - edge * np.round(vectors / edge)


def wrong_fractions(vectors, lengths):
    fractions = vectors / lengths
    return fractions - np.round(fractions)


def wrong_once(vectors, lengths):
    vectors = np.where(vectors > lengths / 2, vectors - lengths, vectors)
    return np.where(vectors < -lengths / 2, vectors + lengths, vectors)


def wrong_sign_lost(vectors, lengths):
    return np.abs(vectors - lengths * np.round(vectors / lengths))


def wrong_truncated(vectors, lengths):
    return vectors - lengths * np.trunc(vectors / lengths)
