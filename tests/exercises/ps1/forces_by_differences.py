"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_by_coordinates(energy, positions, h):
    moved = positions.astype(float)
    forces = np.empty(positions.shape)
    for i in range(len(positions)):
        for a in range(3):
            moved[i, a] = positions[i, a] + h
            high = energy(moved)
            moved[i, a] = positions[i, a] - h
            forces[i, a] = (energy(moved) - high) / (2 * h)
            moved[i, a] = positions[i, a]
    return forces


def right_five_points(energy, positions, h):
    steps = np.eye(positions.size).reshape(-1, *positions.shape)

    def slope(d):
        return [(energy(positions + d * e) - energy(positions - d * e)) / (2 * d) for e in steps]

    return -((4 * np.array(slope(h)) - np.array(slope(2 * h))) / 3).reshape(positions.shape)


def wrong_uphill(energy, positions, h):
    return -right_by_coordinates(energy, positions, h)


def wrong_divided_by_h(energy, positions, h):
    return 2 * right_by_coordinates(energy, positions, h)


def wrong_divided_by_4h(energy, positions, h):
    return right_by_coordinates(energy, positions, h) / 2


def wrong_one_sided(energy, positions, h):
    forces = np.zeros_like(positions)
    for place in np.ndindex(positions.shape):
        moved = positions.copy()
        moved[place] += h
        forces[place] = -(energy(moved) - energy(positions)) / h
    return forces


def wrong_left_moved(energy, positions, h):
    positions, forces = positions.copy(), np.zeros_like(positions)
    for place in np.ndindex(positions.shape):
        positions[place] += h
        high = energy(positions)
        positions[place] -= 2 * h
        forces[place] = -(high - energy(positions)) / (2 * h)
    return forces


def wrong_centred_in_place(energy, positions, h):
    positions -= positions.mean(axis=0)
    return right_by_coordinates(energy, positions, h)


def wrong_whole_atoms(energy, positions, h):
    forces = np.zeros_like(positions)
    for i in range(len(positions)):
        high, low = positions.copy(), positions.copy()
        high[i] += h
        low[i] -= h
        forces[i] = -(energy(high) - energy(low)) / (2 * h)
    return forces


def wrong_no_return(energy, positions, h):
    right_by_coordinates(energy, positions, h)
