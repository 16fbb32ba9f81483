"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _ssp(x):
    return np.log(0.5 + 0.5 * np.exp(x))


def _fade(r, r_c):
    return 0.5 * (1 + np.cos(np.pi * r / r_c)) if r < r_c else 0.0


def _filter(r, r_c, centers, d, w1, b1, w2, b2):
    e = np.exp(-((r - centers) ** 2) / (2 * d * d))
    return (w2 @ _ssp(w1 @ e + b1) + b2) * _fade(r, r_c)


def right_by_loops(x, positions, r_c, centers, d, w1, b1, w2, b2, A):
    y = np.zeros_like(x)
    for i in range(len(x)):
        for j in range(len(x)):
            if j != i:
                r = np.linalg.norm(positions[j] - positions[i])
                y[i] += (A @ x[j]) * _filter(r, r_c, centers, d, w1, b1, w2, b2)
    return y


def right_by_pairs(x, positions, r_c, centers, d, w1, b1, w2, b2, A):
    i, j = np.triu_indices(len(x), 1)
    r = np.linalg.norm(positions[j] - positions[i], axis=1)
    near = r < r_c
    i, j, r = i[near], j[near], r[near, None]
    hidden = np.logaddexp(0, np.exp(-0.5 * ((r - centers) / d) ** 2) @ w1.T + b1) - np.log(2)
    w = (hidden @ w2.T + b2) * np.cos(np.pi * r / (2 * r_c)) ** 2
    sent, y = x @ A.T, np.zeros_like(x)
    np.add.at(y, i, sent[j] * w)
    np.add.at(y, j, sent[i] * w)
    return y


def _dense(x, positions, r_c, centers, d, w1, b1, w2, b2, A, diagonal=True, fade=True):
    r = np.linalg.norm(positions[None] - positions[:, None], axis=2)
    e = np.exp(-((r[:, :, None] - centers) ** 2) / (2 * d**2))
    w = _ssp(e @ w1.T + b1) @ w2.T + b2
    if fade:
        w = w * (np.where(r < r_c, np.cos(np.pi * r / r_c) + 1, 0) / 2)[:, :, None]
    if not diagonal:
        w[np.arange(len(x)), np.arange(len(x))] = 0
    return w


def wrong_own_neighbour(x, *given):
    w = _dense(x, *given)
    return np.einsum("ijf,jf->if", w, x @ given[-1].T)


def wrong_mean(x, *given):
    return np.mean(_dense(x, *given, diagonal=False) * (x @ given[-1].T), axis=1)


def wrong_own_numbers(x, *given):
    return _dense(x, *given, diagonal=False).sum(axis=1) * (x @ given[-1].T)


def wrong_no_cutoff(x, *given):
    return (_dense(x, *given, diagonal=False, fade=False) * (x @ given[-1].T)).sum(axis=1)


def wrong_cut_in_a_step(x, positions, r_c, *given):
    r = np.linalg.norm(positions[None] - positions[:, None], axis=2)
    w = _dense(x, positions, r_c, *given, diagonal=False, fade=False) * (r < r_c)[:, :, None]
    return (w * (x @ given[-1].T)).sum(axis=1)


def wrong_fade_rises_again(x, positions, r_c, *given):
    r = np.linalg.norm(positions[None] - positions[:, None], axis=2)
    w = _dense(x, positions, r_c, *given, diagonal=False, fade=False)
    w = w * ((np.cos(np.pi * r / r_c) + 1) / 2)[:, :, None]
    return (w * (x @ given[-1].T)).sum(axis=1)


def wrong_bias_after_fade(x, positions, r_c, centers, d, w1, b1, w2, b2, A):
    y = np.zeros_like(x)
    for i in range(len(x)):
        for j in range(len(x)):
            r = np.linalg.norm(positions[j] - positions[i])
            if j != i and r < r_c:
                e = np.exp(-((r - centers) ** 2) / (2 * d**2))
                y[i] += (A @ x[j]) * (w2 @ _ssp(w1 @ e + b1) * _fade(r, r_c) + b2)
    return y


def wrong_softplus(x, positions, r_c, centers, d, w1, b1, w2, b2, A):
    b2 = b2 + np.log(2) * w2.sum(axis=1)
    return right_by_loops(x, positions, r_c, centers, d, w1, b1, w2, b2, A)


def wrong_not_mixed(x, *given):
    return right_by_loops(x, *given[:-1], np.eye(x.shape[1]))


def wrong_mixed_by_columns(x, *given):
    return right_by_loops(x, *given[:-1], given[-1].T)


def wrong_width(x, positions, r_c, centers, d, *given):
    return right_by_loops(x, positions, r_c, centers, d / np.sqrt(2), *given)


def wrong_product(x, *given):
    sent = x @ given[-1].T
    w = _dense(x, *given, diagonal=False)
    return np.stack([np.prod(np.delete(w[i] * sent, i, 0), axis=0) for i in range(len(x))])
