"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _fade(r, r_c):
    return np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)


def _split(vectors, r_c):
    """Weights and unit vectors of the neighbours."""
    r = np.linalg.norm(vectors, axis=1)
    return r, _fade(r, r_c), vectors / r[:, None]


def right_by_triples(vectors, r_c):
    r, F, u = _split(vectors, r_c)
    cosines = u @ u.T
    row = [F.sum(), (F * np.exp(-((r / r_c) ** 2) * 8)).sum()]
    row += [F @ cosines**k @ F for k in (1, 2, 3)]
    row.append(np.einsum("i,j,k,ij,jk,ki->", F, F, F, cosines, cosines, cosines**2))
    row.append(np.einsum("i,j,k,ij,jk->", F, F, F, cosines, cosines))
    return np.array(row)


def right_by_moments(vectors, r_c):
    features = []
    for eta in (0.0, 1.0, 4.0):
        r = np.sqrt((vectors**2).sum(axis=1))
        F = np.exp(-eta * (r / r_c) ** 2) * _fade(r, r_c)
        v = F @ vectors
        M = (vectors * F[:, None]).T @ vectors
        features += [F.sum(), v @ v, np.trace(M), np.trace(M @ M), np.linalg.det(M), v @ M @ v]
    return features


def right_by_a_layer_of_neighbors(vectors, r_c):
    """Each neighbour describes its sight of the others first; then they are summed."""
    bins = np.linspace(-1, 1, 6)
    total = np.zeros(6)
    for i in range(len(vectors)):
        r_i = np.sqrt(vectors[i] @ vectors[i])
        seen = np.zeros(6)
        for j in range(len(vectors)):
            r_j = np.sqrt(vectors[j] @ vectors[j])
            x = vectors[i] @ vectors[j] / (r_i * r_j)
            seen += np.exp(-4 * (x - bins) ** 2) * _fade(r_j, r_c)
        total += np.tanh(seen) * _fade(r_i, r_c)
    return total


def wrong_constant(vectors, r_c):
    return np.ones(5)


def wrong_coordinates(vectors, r_c):
    r, F, _ = _split(vectors, r_c)
    return np.concatenate([F @ vectors, [F.sum(), (F * r).sum()]])


def wrong_sorted_distances(vectors, r_c):
    return np.sort(np.linalg.norm(vectors, axis=1))


def wrong_sorted_and_padded(vectors, r_c):
    near = np.sort(_fade(np.linalg.norm(vectors, axis=1), r_c))[::-1]
    row = np.zeros(50)
    row[: len(near)] = near[:50]
    return row


def wrong_shortest_distance(vectors, r_c):
    r, F, u = _split(vectors, r_c)
    v, M = F @ u, u.T @ (u * F[:, None])
    return [F.sum(), v @ v, v @ M @ v, min([r_c, *r])]


def wrong_first_neighbor(vectors, r_c):
    r, F, u = _split(vectors, r_c)
    if len(r) == 0:
        return np.zeros(3)
    return np.array([F.sum(), F @ (u @ u[0]), F @ (u @ u[0]) ** 2])


def wrong_handed(vectors, r_c):
    r, F, u = _split(vectors, r_c)
    means = [(F * np.exp(-k * r / r_c)) @ u for k in (0, 2, 5)]
    v, M = F @ u, u.T @ (u * F[:, None])
    return np.array([F.sum(), v @ M @ v, np.linalg.det(np.array(means))])


def wrong_hard_cutoff(vectors, r_c):
    near = vectors[np.linalg.norm(vectors, axis=1) < r_c]
    u = near / np.linalg.norm(near, axis=1)[:, None]
    v, M = u.sum(axis=0), u.T @ u
    return [len(near), np.exp(-((near / 2) ** 2).sum(axis=1)).sum(), v @ v, v @ M @ v]


def wrong_linear_cutoff(vectors, r_c):
    r, _, u = _split(vectors, r_c)
    F = np.maximum(1 - r / r_c, 0)
    v, M = F @ u, u.T @ (u * F[:, None])
    return [F.sum(), v @ v, np.trace(M @ M), v @ M @ v]


def wrong_no_cutoff(vectors, r_c):
    r, _, u = _split(vectors, r_c)
    F = np.exp(-r / r_c)
    v, M = F @ u, u.T @ (u * F[:, None])
    return [F.sum(), v @ v, np.trace(M @ M), v @ M @ v]


def wrong_radial(vectors, r_c):
    r = np.linalg.norm(vectors, axis=1)
    return [(np.exp(-4 * (r - s) ** 2) * _fade(r, r_c)).sum() for s in np.linspace(1, r_c, 8)]


def wrong_pairs_only(vectors, r_c):
    r, F, u = _split(vectors, r_c)
    cosines = u @ u.T
    return [F.sum(), (F * r).sum(), *(F @ (1 + cosines) ** k @ F for k in (1, 2, 4, 8))]


def wrong_mean(vectors, r_c):
    r, F, u = _split(vectors, r_c)
    with np.errstate(all="ignore"):
        mean = F @ u / F.sum()
        return np.array([(F * r).sum() / F.sum(), mean @ mean])


def wrong_table(vectors, r_c):
    return vectors @ vectors.T
