"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_by_std(E, F):
    return np.std(E) / F.shape[1], np.sqrt((F.std(axis=0) ** 2).sum(axis=1))


def right_by_loops(E, F):
    K, N = len(F), len(F[0])
    mean = sum(E) / K
    s_E = (sum((e - mean) ** 2 for e in E) / K) ** 0.5 / N
    s = []
    for i in range(N):
        middle = sum(F[k][i] for k in range(K)) / K
        s.append((sum(np.linalg.norm(F[k][i] - middle) ** 2 for k in range(K)) / K) ** 0.5)
    return s_E, s


def right_all_pairs(E, F):
    apart = F[None] - F[:, None]
    s_E = np.sqrt(((E[None] - E[:, None]) ** 2).mean() / 2) / F.shape[1]
    return s_E, np.sqrt((apart**2).sum(axis=3).mean(axis=(0, 1)) / 2)


def wrong_one_less(E, F):
    return E.std(ddof=1) / F.shape[1], np.sqrt(F.var(axis=0, ddof=1).sum(axis=1))


def wrong_whole_energy(E, F):
    return E.std(), np.sqrt(F.var(axis=0).sum(axis=1))


def wrong_root_of_n(E, F):
    return E.std() / np.sqrt(F.shape[1]), np.sqrt(F.var(axis=0).sum(axis=1))


def wrong_mean_of_components(E, F):
    return E.std() / F.shape[1], np.sqrt(F.var(axis=0).mean(axis=1))


def wrong_lengths(E, F):
    return E.std() / F.shape[1], np.linalg.norm(F, axis=2).std(axis=0)


def wrong_deviations_added(E, F):
    return E.std() / F.shape[1], F.std(axis=0).sum(axis=1)


def wrong_variances(E, F):
    return E.var() / F.shape[1] ** 2, F.var(axis=0).sum(axis=1)


def wrong_mean_distance(E, F):
    apart = np.linalg.norm(F - F.mean(axis=0), axis=2)
    return np.abs(E - E.mean()).mean() / F.shape[1], apart.mean(axis=0)


def wrong_no_mean(E, F):
    return np.sqrt(np.mean(E**2)) / F.shape[1], np.sqrt((F**2).sum(axis=2).mean(axis=0))


def wrong_largest(E, F):
    return np.ptp(E) / F.shape[1], np.linalg.norm(F - F.mean(axis=0), axis=2).max(axis=0)


def wrong_over_atoms(E, F):
    return E.std() / F.shape[1], np.sqrt(F.var(axis=1).sum(axis=1))
