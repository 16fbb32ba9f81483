"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _pieces(vectors, eta, r_c):
    r = np.linalg.norm(vectors, axis=1)
    f_c = np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)
    return np.exp(-eta * r**2) * f_c, vectors / r[:, None]


def _as_it_was(vectors, eta, lambda_, r_c):
    F, u = _pieces(vectors, eta, r_c)
    double = F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum()
    return (double - 2 * (F**2).sum()) / 2


def right_by_moments(vectors, eta, lambda_, r_c):
    F, u = _pieces(vectors, eta, r_c)
    lone = (F**2).sum()
    return 0.5 * (F.sum() ** 2 - lone + lambda_ * (((F @ u) ** 2).sum() - lone))


def right_by_pairs(vectors, eta, lambda_, r_c):
    F, u = _pieces(vectors, eta, r_c)
    j, k = np.triu_indices(len(F), 1)
    return (F[j] * F[k] * (1 + lambda_ * (u[j] * u[k]).sum(axis=1))).sum()


def right_by_loops(vectors, eta, lambda_, r_c):
    total = 0.0
    for j in range(len(vectors)):
        for k in range(j):
            a, b = np.linalg.norm(vectors[j]), np.linalg.norm(vectors[k])
            if a < r_c and b < r_c:
                cos = vectors[j] @ vectors[k] / (a * b)
                fades = (np.cos(np.pi * a / r_c) + 1) * (np.cos(np.pi * b / r_c) + 1) / 4
                total += (1 + lambda_ * cos) * np.exp(-eta * (a**2 + b**2)) * fades
    return total


def wrong_as_it_was(vectors, eta, lambda_, r_c):
    return _as_it_was(vectors, eta, lambda_, r_c)


def wrong_made_positive(vectors, eta, lambda_, r_c):
    return abs(_as_it_was(vectors, eta, lambda_, r_c))


def wrong_cut_at_zero(vectors, eta, lambda_, r_c):
    return max(0.0, _as_it_was(vectors, eta, lambda_, r_c))


def wrong_nothing_taken_off(vectors, eta, lambda_, r_c):
    F, u = _pieces(vectors, eta, r_c)
    return (F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum()) / 2


def wrong_squares_once(vectors, eta, lambda_, r_c):
    F, u = _pieces(vectors, eta, r_c)
    return (F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum() - (F**2).sum()) / 2


def wrong_lambda_times_squares(vectors, eta, lambda_, r_c):
    F, u = _pieces(vectors, eta, r_c)
    return (F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum() - 2 * lambda_ * (F**2).sum()) / 2


def wrong_other_sign(vectors, eta, lambda_, r_c):
    F, u = _pieces(vectors, eta, r_c)
    double = F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum()
    return (double - (1 - lambda_) * (F**2).sum()) / 2


def wrong_not_halved(vectors, eta, lambda_, r_c):
    F, u = _pieces(vectors, eta, r_c)
    return F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum() - (1 + lambda_) * (F**2).sum()


def wrong_no_cutoff_function(vectors, eta, lambda_, r_c):
    r = np.linalg.norm(vectors, axis=1)
    F, u = np.exp(-eta * r**2), vectors / r[:, None]
    return (F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum() - (1 + lambda_) * (F**2).sum()) / 2
