"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_product(positions, cell, centers, neighbors, images):
    return positions[neighbors] - positions[centers] + images @ cell


def right_by_loops(positions, cell, centers, neighbors, images):
    rows = []
    for i, j, image in zip(centers, neighbors, images):  # noqa: B905
        there = positions[j] + image[0] * cell[0] + image[1] * cell[1] + image[2] * cell[2]
        rows.append((there - positions[i]).tolist())
    return rows


def wrong_as_it_was(positions, cell, centers, neighbors, images):
    return positions[neighbors] + images @ cell.T - positions[centers]


def wrong_backwards(positions, cell, centers, neighbors, images):
    return positions[centers] - positions[neighbors] - images @ cell


def wrong_other_image(positions, cell, centers, neighbors, images):
    return positions[neighbors] - images @ cell - positions[centers]


def wrong_no_shift(positions, cell, centers, neighbors, images):
    return positions[neighbors] - positions[centers]


def wrong_image_of_i(positions, cell, centers, neighbors, images):
    return positions[centers] + images @ cell - positions[neighbors]


def wrong_diagonal(positions, cell, centers, neighbors, images):
    return positions[neighbors] + images * np.diag(cell) - positions[centers]
