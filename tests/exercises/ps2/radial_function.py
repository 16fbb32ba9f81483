"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _f_c(r, r_c):
    return np.where(r < r_c, 0.5 * (np.cos(np.pi * r / r_c) + 1), 0.0)


def _table(positions):
    return np.linalg.norm(positions[None] - positions[:, None], axis=2)


def right_by_arrays(positions, eta, r_s, r_c):
    r = _table(positions)
    terms = np.exp(-eta * (r - r_s) ** 2) * _f_c(r, r_c)
    np.fill_diagonal(terms, 0)
    return terms.sum(axis=1)


def right_by_loops(positions, eta, r_s, r_c):
    G = []
    for i, center in enumerate(positions):
        total = 0.0
        for j, neighbor in enumerate(positions):
            r = np.sqrt(((neighbor - center) ** 2).sum())
            if i != j and r < r_c:
                total += np.exp(-eta * (r - r_s) ** 2) * (np.cos(np.pi * r / r_c) + 1) / 2
        G.append(total)
    return G


def right_by_pairs(positions, eta, r_s, r_c):
    i, j = np.triu_indices(len(positions), 1)
    r = np.sqrt(((positions[j] - positions[i]) ** 2).sum(axis=1))
    terms = np.exp(-eta * (r - r_s) ** 2) * np.cos(np.pi * np.minimum(r / r_c, 1) / 2) ** 2
    return np.bincount(i, terms, len(positions)) + np.bincount(j, terms, len(positions))


def wrong_own_neighbor(positions, eta, r_s, r_c):
    r = _table(positions)
    return (np.exp(-eta * (r - r_s) ** 2) * _f_c(r, r_c)).sum(axis=1)


def wrong_no_half(positions, eta, r_s, r_c):
    return 2 * right_by_arrays(positions, eta, r_s, r_c)


def wrong_one_way(positions, eta, r_s, r_c):
    G = np.zeros(len(positions))
    for i in range(len(positions)):
        for j in range(i + 1, len(positions)):
            r = np.linalg.norm(positions[j] - positions[i])
            G[i] += np.exp(-eta * (r - r_s) ** 2) * _f_c(r, r_c)
    return G


def wrong_no_square(positions, eta, r_s, r_c):
    r = _table(positions)
    terms = np.exp(-eta * (r - r_s)) * _f_c(r, r_c)
    return terms.sum(axis=1) - np.diag(terms)


def wrong_uphill(positions, eta, r_s, r_c):
    return right_by_arrays(positions, -eta, r_s, r_c)


def wrong_no_shift(positions, eta, r_s, r_c):
    return right_by_arrays(positions, eta, 0.0, r_c)


def wrong_width(positions, eta, r_s, r_c):
    r = _table(positions) + 100 * r_c * np.eye(len(positions))
    return (np.exp(-(((r - r_s) / eta) ** 2) / 2) * _f_c(r, r_c)).sum(axis=1)


def wrong_no_cutoff_function(positions, eta, r_s, r_c):
    r = _table(positions)
    near = (r < r_c) & (r > 0)
    return (np.exp(-eta * (r - r_s) ** 2) * near).sum(axis=1)


def wrong_cosine_goes_on(positions, eta, r_s, r_c):
    r = _table(positions) + 1e6 * np.eye(len(positions))
    return (np.exp(-eta * (r - r_s) ** 2) * (np.cos(np.pi * r / r_c) + 1) / 2).sum(axis=1)


def wrong_degrees(positions, eta, r_s, r_c):
    r = _table(positions) + 2 * r_c * np.eye(len(positions))
    f_c = np.where(r < r_c, 0.5 * (np.cos(180 * r / r_c) + 1), 0.0)
    return (np.exp(-eta * (r - r_s) ** 2) * f_c).sum(axis=1)


def wrong_mean(positions, eta, r_s, r_c):
    G = []
    for i in range(len(positions)):
        r = np.linalg.norm(np.delete(positions, i, axis=0) - positions[i], axis=1)
        G.append(np.mean(np.exp(-eta * (r - r_s) ** 2) * _f_c(r, r_c)))
    return G


def wrong_sum_over_all(positions, eta, r_s, r_c):
    return right_by_arrays(positions, eta, r_s, r_c).sum()
