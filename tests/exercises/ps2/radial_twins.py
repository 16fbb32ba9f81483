"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _chain(d, turns):
    """A chain in a plane; each bond turns by so many degrees against the one before."""
    angles = np.radians(np.cumsum([0, *turns]))
    steps = d * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    return np.vstack([np.zeros(3), np.cumsum(steps, axis=0)])


def _ring(n, d):
    angles = 2 * np.pi * np.arange(n) / n
    radius = d / (2 * np.sin(np.pi / n))
    return radius * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)


def right_straight_and_bent(d, r_c):
    straight = np.array([[0, 0, 0], [d, 0, 0], [-d, 0, 0]])
    bent = np.array([[0, 0, 0], [d, 0, 0], [d * np.cos(2.2), d * np.sin(2.2), 0]])
    return straight, bent


def right_rings(d, r_c):
    triangle = _ring(3, d)
    return _ring(6, d), np.vstack([triangle, triangle + np.array([0, 0, 3 * r_c])])


def right_chains(d, r_c):
    one, other = _chain(d, [0, 0, 0]), _chain(d, [0, 50, 0])
    return one[[2, 0, 1, 3, 4]].tolist(), other[[2, 4, 3, 1, 0]].tolist()


def right_star(d, r_c):
    """Three arms in a plane, or three that stand up from it."""
    return np.vstack([np.zeros(3), _ring(3, np.sqrt(3) * d)]), np.vstack([np.zeros(3), _spread(d)])


def _spread(d):
    """Three arms of length d, 109.5° apart: their ends are 1.63 d from each other."""
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1]])
    return d * corners / np.sqrt(3)


def wrong_same_twice(d, r_c):
    bent = np.array([[0, 0, 0], [d, 0, 0], [0, d, 0]])
    return bent, bent.copy()


def wrong_turned(d, r_c):
    one = _chain(d, [40, 70])
    return one[[1, 0, 2, 3]], (one @ np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1.0]]))[[1, 0, 2, 3]]


def wrong_mirror_image(d, r_c):
    one = np.array([[0, 0, 0], [d, 0, 0], [0, d, 0], [0, 0, 1.2 * d]])
    return one, one * [-1, 1, 1]


def wrong_renumbered(d, r_c):
    one = _chain(d, [60, 20, 10])
    return one, one[::-1]


def wrong_stretched(d, r_c):
    one = np.array([[0, 0, 0], [d, 0, 0], [-d, 0, 0]])
    return one, 1.1 * one


def wrong_neighbors_see(d, r_c):
    """The atom in the middle is blind, but the ends are close enough to see each other."""
    bent = np.array([[0, 0, 0], [d, 0, 0], [d / 2, d * np.sqrt(3) / 2, 0]])
    return bent, np.array([[0, 0, 0], [d, 0, 0], [-d, 0, 0]])


def wrong_twisted_chain(d, r_c):
    """Cis and trans: distances and angles that are seen are all the same."""
    return _chain(d, [60, 60])[[1, 0, 2, 3]], _chain(d, [60, -60])[[1, 0, 2, 3]]


def wrong_two_dimers(d, r_c):
    def dimers(apart):
        return np.array([[0, 0, 0], [d, 0, 0], [0, apart, 0], [d, apart, 0]])

    return dimers(3 * r_c), dimers(4 * r_c)


def wrong_all_alone(d, r_c):
    one = 3 * r_c * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    return one, 2 * one


def wrong_end_of_chain_first(d, r_c):
    return _chain(d, [0, 0]), _chain(d, [0, 50])


def wrong_other_number(d, r_c):
    return _ring(6, d), _ring(3, d)


def wrong_atoms_merged(d, r_c):
    bent = np.array([[0, 0, 0], [d, 0, 0], [d * np.cos(0.3), d * np.sin(0.3), 0]])
    return np.array([[0, 0, 0], [d, 0, 0], [-d, 0, 0]]), bent


def wrong_distances(d, r_c):
    return [d, d, d], [d, d, 2 * d]


def wrong_one_structure(d, r_c):
    return np.array([[0, 0, 0], [d, 0, 0], [-d, 0, 0]])
