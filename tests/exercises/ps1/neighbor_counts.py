"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _distances(positions, lengths, images=True):
    vectors = positions[None] - positions[:, None]
    vectors = vectors - lengths * np.round(vectors / lengths) * images
    return np.sqrt((vectors**2).sum(2))


def right_by_loops(positions, lengths, r_c):
    counts = []
    for i in range(len(positions)):
        counts.append(0)
        for j in range(len(positions)):
            d = positions[j] - positions[i]
            d -= lengths * np.rint(d / lengths)
            if i != j and d @ d < r_c**2:
                counts[i] += 1
    return counts


def right_without_the_diagonal(positions, lengths, r_c):
    distances = _distances(positions, lengths)
    np.fill_diagonal(distances, np.inf)
    return np.count_nonzero(distances < r_c, axis=0).astype(float)


def wrong_own_neighbor(positions, lengths, r_c):
    return (_distances(positions, lengths) < r_c).sum(1)


def wrong_one_way(positions, lengths, r_c):
    return np.triu(_distances(positions, lengths) < r_c, 1).sum(1)


def wrong_no_images(positions, lengths, r_c):
    return (_distances(positions, lengths, images=False) < r_c).sum(1) - 1


def wrong_square(positions, lengths, r_c):
    return (_distances(positions, lengths) ** 2 < r_c).sum(1) - 1


def wrong_total(positions, lengths, r_c):
    return ((_distances(positions, lengths) < r_c).sum(1) - 1).sum()


def wrong_yes_or_no(positions, lengths, r_c):
    distances = _distances(positions, lengths)
    np.fill_diagonal(distances, np.inf)
    return (distances < r_c).any(1) * 1
