"""Right and wrong answers to the exercise of this name."""

from itertools import combinations, permutations

import numpy as np


def _fade(r, r_c):
    return 0.5 * (np.cos(np.pi * r / r_c) + 1) if r < r_c else 0.0


def _triples(positions, pairs=combinations):
    """i, the three sides, and the cosine of the angle at i."""
    n = len(positions)
    for i in range(n):
        others = [a for a in range(n) if a != i]
        for j, k in pairs(others, 2):
            a, b = positions[j] - positions[i], positions[k] - positions[i]
            r_ij, r_ik = np.linalg.norm(a), np.linalg.norm(b)
            yield i, r_ij, r_ik, np.linalg.norm(a - b), (a @ b) / (r_ij * r_ik)


def right_by_loops(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, a, b, c, cos in _triples(positions):
        fades = _fade(a, r_c) * _fade(b, r_c) * _fade(c, r_c)
        G[i] += (1 + lambda_ * cos) ** zeta * np.exp(-eta * (a**2 + b**2 + c**2)) * fades
    return 2 ** (1 - zeta) * G


def right_by_arrays(positions, eta, zeta, lambda_, r_c):
    vectors = positions[None] - positions[:, None]
    r2 = (vectors**2).sum(-1)
    r = np.sqrt(r2)
    w = np.where(r < r_c, np.cos(np.pi * r / (2 * r_c)) ** 2, 0) * np.exp(-eta * r2)
    np.fill_diagonal(w, 0)
    units = vectors / (r + np.eye(len(r)))[:, :, None]
    cos = np.einsum("ijx,ikx->ijk", units, units)
    terms = (1 + lambda_ * cos) ** zeta * w[:, :, None] * w[:, None, :] * w[None]
    return 2.0**-zeta * terms.sum(axis=(1, 2))


def right_by_law_of_cosines(positions, eta, zeta, lambda_, r_c):
    n = len(positions)
    r = np.array([[np.linalg.norm(p - q) for q in positions] for p in positions])
    G = []
    for i in range(n):
        total = 0.0
        for j in range(n):
            for k in range(j):
                if i in (j, k) or max(r[i, j], r[i, k], r[j, k]) >= r_c:
                    continue
                a, b, c = r[i, j], r[i, k], r[j, k]
                cos = (a * a + b * b - c * c) / (2 * a * b)
                total += (
                    2 * ((1 + lambda_ * cos) / 2) ** zeta * np.exp(-eta * (a * a + b * b + c * c))
                ) * (_fade(a, r_c) * _fade(b, r_c) * _fade(c, r_c))
        G.append(total)
    return G


def wrong_both_orders(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, a, b, c, cos in _triples(positions, permutations):
        fades = _fade(a, r_c) * _fade(b, r_c) * _fade(c, r_c)
        G[i] += (1 + lambda_ * cos) ** zeta * np.exp(-eta * (a**2 + b**2 + c**2)) * fades
    return 2 ** (1 - zeta) * G


def wrong_with_itself(positions, eta, zeta, lambda_, r_c):
    n = len(positions)
    G = np.zeros(n)
    for i in range(n):
        for j in range(n):
            for k in range(j, n):
                if j == i or k == i:
                    continue
                a, b = positions[j] - positions[i], positions[k] - positions[i]
                r_ij, r_ik, r_jk = (np.sqrt(x @ x) for x in (a, b, b - a))
                cos = a @ b / r_ij / r_ik
                fades = _fade(r_ij, r_c) * _fade(r_ik, r_c) * _fade(r_jk, r_c)
                bump = np.exp(-eta * (r_ij**2 + r_ik**2 + r_jk**2))
                G[i] += (1 + lambda_ * cos) ** zeta * bump * fades
    return 2 ** (1 - zeta) * G


def wrong_each_triangle_once(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, j, k in combinations(range(len(positions)), 3):
        a, b = positions[j] - positions[i], positions[k] - positions[i]
        r_ij, r_ik, r_jk = np.linalg.norm(a), np.linalg.norm(b), np.linalg.norm(b - a)
        cos = a @ b / (r_ij * r_ik)
        fades = _fade(r_ij, r_c) * _fade(r_ik, r_c) * _fade(r_jk, r_c)
        bump = np.exp(-eta * (r_ij**2 + r_ik**2 + r_jk**2))
        G[i] += 2 ** (1 - zeta) * (1 + lambda_ * cos) ** zeta * bump * fades
    return G


def wrong_no_prefactor(positions, eta, zeta, lambda_, r_c):
    return right_by_loops(positions, eta, zeta, lambda_, r_c) / 2 ** (1 - zeta)


def wrong_prefactor_upside_down(positions, eta, zeta, lambda_, r_c):
    return wrong_no_prefactor(positions, eta, zeta, lambda_, r_c) * 2 ** (zeta - 1)


def wrong_without_far_side(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, a, b, _, cos in _triples(positions):
        fades = _fade(a, r_c) * _fade(b, r_c)
        G[i] += (1 + lambda_ * cos) ** zeta * np.exp(-eta * (a**2 + b**2)) * fades
    return 2 ** (1 - zeta) * G


def wrong_two_cutoffs(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, a, b, c, cos in _triples(positions):
        fades = _fade(a, r_c) * _fade(b, r_c)
        G[i] += (1 + lambda_ * cos) ** zeta * np.exp(-eta * (a**2 + b**2 + c**2)) * fades
    return 2 ** (1 - zeta) * G


def wrong_head_to_tail(positions, eta, zeta, lambda_, r_c):
    """r_ji and r_ik: head to tail, so that the cosine has the other sign."""
    G = np.zeros(len(positions))
    for i, a, b, c, cos in _triples(positions):
        fades = _fade(a, r_c) * _fade(b, r_c) * _fade(c, r_c)
        G[i] += (1 - lambda_ * cos) ** zeta * np.exp(-eta * (a**2 + b**2 + c**2)) * fades
    return 2 ** (1 - zeta) * G


def wrong_degrees(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, a, b, c, cos in _triples(positions):
        theta = np.degrees(np.arccos(cos))
        fades = _fade(a, r_c) * _fade(b, r_c) * _fade(c, r_c)
        bump = np.exp(-eta * (a**2 + b**2 + c**2))
        G[i] += 2 ** (1 - zeta) * (1 + lambda_ * np.cos(theta)) ** zeta * bump * fades
    return G


def wrong_scalar_product(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, a, b, c, cos in _triples(positions):
        fades = _fade(a, r_c) * _fade(b, r_c) * _fade(c, r_c)
        bump = np.exp(-eta * (a**2 + b**2 + c**2))
        G[i] += 2 ** (1 - zeta) * (1 + lambda_ * a * b * cos) ** zeta * bump * fades
    return G


def wrong_no_power(positions, eta, zeta, lambda_, r_c):
    return 2 ** (1 - zeta) * right_by_loops(positions, eta, 1, lambda_, r_c)


def wrong_no_squares(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, a, b, c, cos in _triples(positions):
        fades = _fade(a, r_c) * _fade(b, r_c) * _fade(c, r_c)
        G[i] += 2 ** (1 - zeta) * (1 + lambda_ * cos) ** zeta * np.exp(-eta * (a + b + c)) * fades
    return G


def wrong_mean_over_pairs(positions, eta, zeta, lambda_, r_c):
    n = len(positions) - 1
    return right_by_loops(positions, eta, zeta, lambda_, r_c) / (n * (n - 1) / 2)


def wrong_cosine_goes_on(positions, eta, zeta, lambda_, r_c):
    G = np.zeros(len(positions))
    for i, a, b, c, cos in _triples(positions):
        fades = np.prod([(np.cos(np.pi * side / r_c) + 1) / 2 for side in (a, b, c)])
        bump = np.exp(-eta * (a**2 + b**2 + c**2))
        G[i] += 2 ** (1 - zeta) * (1 + lambda_ * cos) ** zeta * bump * fades
    return G


def wrong_total(positions, eta, zeta, lambda_, r_c):
    return right_by_loops(positions, eta, zeta, lambda_, r_c).sum()
