"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _fade(r, r_c):
    return np.where(r < r_c, 0.5 * (np.cos(np.pi * r / r_c) + 1), 0.0)


def _fade_slope(r, r_c):
    return np.where(r < r_c, -0.5 * np.pi / r_c * np.sin(np.pi * r / r_c), 0.0)


def _table(positions):
    """r_ij and its length; the diagonal is called infinite."""
    vectors = positions[None, :, :] - positions[:, None, :]
    r = np.linalg.norm(vectors, axis=-1)
    np.fill_diagonal(r, 1e9)
    return vectors, r


def _columns(r, functions, r_c):
    """G of each atom and dG/dr of each pair, one layer a function."""
    G, slopes = [], []
    for eta, r_s in functions:
        bump = np.exp(-eta * (r - r_s) ** 2)
        G.append((bump * _fade(r, r_c)).sum(axis=1))
        slope = -2 * eta * (r - r_s) * bump * _fade(r, r_c) + bump * _fade_slope(r, r_c)
        slopes.append(slope)
    return np.array(G), np.array(slopes)


def right_by_tables(positions, functions, weights, r_c):
    vectors, r = _table(positions)
    G, slopes = _columns(r, functions, r_c)
    outer = weights[:, None] * (1 - np.tanh(G) ** 2)
    pull = ((outer[:, :, None] + outer[:, None, :]) * slopes).sum(axis=0)
    forces = np.einsum("ij,ijx->ix", pull / r, vectors)
    return weights @ np.tanh(G).sum(axis=1), forces


def right_by_loops(positions, functions, weights, r_c):
    n = len(positions)
    energy, forces = 0.0, np.zeros((n, 3))
    for i in range(n):
        neighbors = []
        for j in range(n):
            vector = positions[j] - positions[i]
            r = np.sqrt(vector @ vector)
            if i != j and r < r_c:
                neighbors.append((j, vector / r, r))
        for (eta, r_s), weight in zip(functions, weights, strict=True):
            G = 0.0
            for _, _, r in neighbors:
                G += np.exp(-eta * (r - r_s) ** 2) * (np.cos(np.pi * r / r_c) + 1) / 2
            energy += weight * np.tanh(G)
            outer = weight / np.cosh(G) ** 2
            for j, unit, r in neighbors:
                bump = np.exp(-eta * (r - r_s) ** 2)
                x = np.pi * r / r_c
                slope = bump * (-eta * (r - r_s) * (np.cos(x) + 1) - np.pi * np.sin(x) / (2 * r_c))
                forces[i] += outer * slope * unit
                forces[j] -= outer * slope * unit
    return energy, forces


def right_by_exact_pairs(positions, functions, weights, r_c):
    i, j = np.triu_indices(len(positions), 1)
    vectors = positions[j] - positions[i]
    r = np.sqrt((vectors * vectors).sum(axis=1))
    near = r < r_c
    i, j, vectors, r = i[near], j[near], vectors[near], r[near]
    away = r[:, None] - functions[:, 1]
    terms = np.exp(-functions[:, 0] * away**2) * _fade(r, r_c)[:, None]
    G = np.zeros((len(positions), len(weights)))
    np.add.at(G, i, terms)
    np.add.at(G, j, terms)
    outer = weights * (1 - np.tanh(G) ** 2)
    log_slope = -2 * functions[:, 0] * away + (_fade_slope(r, r_c) / _fade(r, r_c))[:, None]
    pull = ((outer[i] + outer[j]) * terms * log_slope).sum(axis=1) / r
    forces = np.zeros_like(positions)
    np.add.at(forces, i, pull[:, None] * vectors)
    np.add.at(forces, j, -pull[:, None] * vectors)
    return (np.tanh(G) @ weights).sum(), forces


def wrong_own_energy_only(positions, functions, weights, r_c):
    vectors, r = _table(positions)
    G, slopes = _columns(r, functions, r_c)
    outer = weights[:, None] * (1 - np.tanh(G) ** 2)
    pull = (outer[:, :, None] * slopes).sum(axis=0)
    return weights @ np.tanh(G).sum(axis=1), np.einsum("ij,ijx->ix", pull / r, vectors)


def wrong_own_slope_twice(positions, functions, weights, r_c):
    energy, forces = wrong_own_energy_only(positions, functions, weights, r_c)
    return energy, 2 * forces


def wrong_sign(positions, functions, weights, r_c):
    energy, forces = right_by_tables(positions, functions, weights, r_c)
    return energy, -forces


def wrong_no_slope_of_tanh(positions, functions, weights, r_c):
    vectors, r = _table(positions)
    G, slopes = _columns(r, functions, r_c)
    pull = 2 * np.tensordot(weights, slopes, axes=1)
    return weights @ np.tanh(G).sum(axis=1), np.einsum("ij,ijx->ix", pull / r, vectors)


def wrong_no_slope_of_fade(positions, functions, weights, r_c):
    vectors, r = _table(positions)
    G, _ = _columns(r, functions, r_c)
    outer = weights[:, None] * (1 - np.tanh(G) ** 2)
    forces = np.zeros_like(positions)
    for one, (eta, r_s) in zip(outer, functions, strict=True):
        slope = -2 * eta * (r - r_s) * np.exp(-eta * (r - r_s) ** 2) * _fade(r, r_c)
        forces += np.einsum("ij,ijx->ix", (one[:, None] + one) * slope / r, vectors)
    return weights @ np.tanh(G).sum(axis=1), forces


def wrong_no_slope_of_bump(positions, functions, weights, r_c):
    vectors, r = _table(positions)
    G, _ = _columns(r, functions, r_c)
    outer = weights[:, None] * (1 - np.tanh(G) ** 2)
    forces = np.zeros_like(positions)
    for one, (eta, r_s) in zip(outer, functions, strict=True):
        slope = np.exp(-eta * (r - r_s) ** 2) * _fade_slope(r, r_c)
        forces += np.einsum("ij,ijx->ix", (one[:, None] + one) * slope / r, vectors)
    return weights @ np.tanh(G).sum(axis=1), forces


def wrong_no_tanh(positions, functions, weights, r_c):
    vectors, r = _table(positions)
    G, slopes = _columns(r, functions, r_c)
    pull = 2 * np.einsum("m,mij->ij", weights, slopes)
    return weights @ G.sum(axis=1), np.einsum("ij,ijx->ix", pull / r, vectors)


def wrong_tanh_of_the_sum(positions, functions, weights, r_c):
    vectors, r = _table(positions)
    G, slopes = _columns(r, functions, r_c)
    inner = weights @ G
    outer = (1 - np.tanh(inner) ** 2)[None] * weights[:, None]
    pull = ((outer[:, :, None] + outer[:, None, :]) * slopes).sum(axis=0)
    return np.tanh(inner).sum(), np.einsum("ij,ijx->ix", pull / r, vectors)


def wrong_doubled_forces(positions, functions, weights, r_c):
    energy, forces = right_by_tables(positions, functions, weights, r_c)
    return energy, 2 * forces


def wrong_half_forces(positions, functions, weights, r_c):
    energy, forces = right_by_tables(positions, functions, weights, r_c)
    return energy, 0.5 * forces


def wrong_mean_energy(positions, functions, weights, r_c):
    energy, forces = right_by_tables(positions, functions, weights, r_c)
    return energy / len(positions), forces


def wrong_own_neighbor(positions, functions, weights, r_c):
    vectors = positions[None] - positions[:, None]
    with np.errstate(all="ignore"):
        r = np.linalg.norm(vectors, axis=-1)
        G, slopes = _columns(r, functions, r_c)
        outer = weights[:, None] * (1 - np.tanh(G) ** 2)
        pull = ((outer[:, :, None] + outer[:, None, :]) * slopes).sum(axis=0) / r
        forces = (pull[:, :, None] * vectors).sum(axis=1)
    return weights @ np.tanh(G).sum(axis=1), forces


def wrong_no_cutoff_function(positions, functions, weights, r_c):
    vectors, r = _table(positions)
    energy, forces = 0.0, np.zeros_like(positions)
    for (eta, r_s), weight in zip(functions, weights, strict=True):
        bump = np.exp(-eta * (r - r_s) ** 2) * (r < r_c)
        G = bump.sum(axis=1)
        energy += weight * np.tanh(G).sum()
        outer = weight * (1 - np.tanh(G) ** 2)
        pull = (outer[:, None] + outer) * -2 * eta * (r - r_s) * bump / r
        forces += (pull[:, :, None] * vectors).sum(axis=1)
    return energy, forces


def wrong_energy_alone(positions, functions, weights, r_c):
    return right_by_tables(positions, functions, weights, r_c)[0]
