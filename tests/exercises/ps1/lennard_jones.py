"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _fade(r, r_c):
    if r >= r_c:
        return 0.0, 0.0
    x = np.pi * r / r_c
    return (np.cos(x) + 1) / 2, -np.pi / (2 * r_c) * np.sin(x)


def _pairs(positions, epsilon, sigma, r_c):
    """For i < j: i, j, r_ij, r, v, v', f, f'."""
    for i in range(len(positions)):
        for j in range(i + 1, len(positions)):
            vector = positions[j] - positions[i]
            r = np.linalg.norm(vector)
            six = (sigma / r) ** 6
            v, dv = 4 * epsilon * (six**2 - six), -24 * epsilon * (2 * six**2 - six) / r
            yield i, j, vector, r, v, dv, *_fade(r, r_c)


def right_by_loops(positions, epsilon, sigma, r_c):
    energy, forces = 0.0, np.zeros((len(positions), 3))
    for i, j, vector, r, v, dv, f, df in _pairs(positions, epsilon, sigma, r_c):
        energy += v * f
        forces[i] += (dv * f + v * df) * vector / r
        forces[j] -= (dv * f + v * df) * vector / r
    return energy, forces


def right_by_index_arrays(positions, epsilon, sigma, r_c):
    i, j = np.triu_indices(len(positions), 1)
    vectors = positions[j] - positions[i]
    r = np.sqrt((vectors**2).sum(1))
    near = r < r_c
    i, j, vectors, r = i[near], j[near], vectors[near], r[near]
    x = np.pi * r / r_c
    f, df = 0.5 * (1 + np.cos(x)), -0.5 * np.pi / r_c * np.sin(x)
    v = 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
    dv = 4 * epsilon * (-12 * sigma**12 / r**13 + 6 * sigma**6 / r**7)
    along = vectors * ((dv * f + v * df) / r)[:, None]
    forces = np.zeros_like(positions)
    np.add.at(forces, i, along)
    np.add.at(forces, j, -along)
    return np.sum(v * f), forces


def wrong_counted_twice(*given):
    energy, forces = right_by_loops(*given)
    return 2 * energy, 2 * forces


def wrong_halved(*given):
    energy, forces = right_by_loops(*given)
    return energy / 2, forces / 2


def wrong_no_four(positions, epsilon, sigma, r_c):
    return right_by_loops(positions, epsilon / 4, sigma, r_c)


def wrong_mean(positions, *given):
    energy, forces = right_by_loops(positions, *given)
    return energy / len(positions), forces


def wrong_no_fade(positions, epsilon, sigma, r_c):
    energy, forces = 0.0, np.zeros((len(positions), 3))
    for i, j, vector, r, v, dv, *_ in _pairs(positions, epsilon, sigma, r_c):
        if r < r_c:
            energy += v
            forces[i] += dv * vector / r
            forces[j] -= dv * vector / r
    return energy, forces


def wrong_sign_of_forces(*given):
    energy, forces = right_by_loops(*given)
    return energy, -forces


def wrong_no_slope_of_fade(positions, epsilon, sigma, r_c):
    energy, forces = 0.0, np.zeros((len(positions), 3))
    for i, j, vector, r, v, dv, f, _ in _pairs(positions, epsilon, sigma, r_c):
        energy += v * f
        forces[i] += dv * f * vector / r
        forces[j] -= dv * f * vector / r
    return energy, forces


def wrong_one_end(positions, epsilon, sigma, r_c):
    energy, forces = 0.0, np.zeros((len(positions), 3))
    for i, _, vector, r, v, dv, f, df in _pairs(positions, epsilon, sigma, r_c):
        energy += v * f
        forces[i] += (dv * f + v * df) * vector / r
    return energy, forces


def wrong_own_neighbor(positions, epsilon, sigma, r_c):
    with np.errstate(all="ignore"):
        vectors = positions[None] - positions[:, None]
        r = np.sqrt((vectors**2).sum(2))
        v = 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
        f = np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)
        return 0.5 * (v * f).sum(), (v[:, :, None] * vectors).sum(1)


def wrong_sign_of_energy(*given):
    energy, forces = right_by_loops(*given)
    return -energy, forces
