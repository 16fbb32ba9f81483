"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_in_matrices(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F):
    rows, errors = B / n_atoms[:, None], (B @ theta - E_ref) / n_atoms
    flat, wrong = A.reshape(-1, len(theta)), (A @ theta - F_ref).ravel()
    L = w_E * errors @ errors / len(errors) + w_F * wrong @ wrong / len(wrong)
    slope = 2 * w_E / len(errors) * rows.T @ errors + 2 * w_F / len(wrong) * flat.T @ wrong
    return L, slope, np.sqrt(w_E / w_F)


def right_by_loops(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F):
    L, slope = 0.0, 0 * theta
    for s in range(len(E_ref)):
        error = (B[s] @ theta - E_ref[s]) / n_atoms[s]
        L += w_E * error**2 / len(E_ref)
        slope = slope + w_E * 2 * error * B[s] / n_atoms[s] / len(E_ref)
    for i in range(len(F_ref)):
        for a in range(3):
            error = A[i, a] @ theta - F_ref[i, a]
            L += w_F * error**2 / (3 * len(F_ref))
            slope = slope + w_F * 2 * error * A[i, a] / (3 * len(F_ref))
    return L, slope, (w_E / w_F) ** 0.5


def _parts(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F):
    e, f = (B @ theta - E_ref) / n_atoms, A @ theta - F_ref
    energy, forces = w_E * np.mean(e**2), w_F * np.mean(f**2)
    slope_e = 2 * w_E * (e / n_atoms) @ B / len(e)
    slope_f = 2 * w_F * np.tensordot(f, A, 2) / f.size
    return energy, forces, slope_e, slope_f, np.sqrt(w_E / w_F)


def wrong_whole_cells(*given):
    *first, n_atoms, w_E, w_F = given
    *_, exchange = _parts(*given)
    energy, forces, slope_e, slope_f, _ = _parts(*first, np.ones(len(n_atoms)), w_E, w_F)
    return energy + forces, slope_e + slope_f, exchange


def wrong_n_once(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F):
    e = B @ theta - E_ref
    _, forces, _, slope_f, exchange = _parts(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F)
    slope = 2 * w_E * (e / n_atoms) @ B / len(e) + slope_f
    return w_E * (e**2 / n_atoms).mean() + forces, slope, exchange


def wrong_inner_n_forgotten(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F):
    L, _, exchange = right_in_matrices(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F)
    e, f = (B @ theta - E_ref) / n_atoms, A @ theta - F_ref
    return L, 2 * w_E * e @ B / len(e) + 2 * w_F * np.tensordot(f, A, 2) / f.size, exchange


def wrong_sums(theta, B, A, E_ref, F_ref, *others):
    energy, forces, slope_e, slope_f, exchange = _parts(theta, B, A, E_ref, F_ref, *others)
    n, m = len(E_ref), F_ref.size
    return n * energy + m * forces, n * slope_e + m * slope_f, exchange


def wrong_mean_over_atoms(*given):
    energy, forces, slope_e, slope_f, exchange = _parts(*given)
    return energy + 3 * forces, slope_e + 3 * slope_f, exchange


def wrong_half(*given):
    energy, forces, slope_e, slope_f, exchange = _parts(*given)
    return (energy + forces) / 2, (slope_e + slope_f) / 2, exchange


def wrong_absolute(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F):
    e, f = (B @ theta - E_ref) / n_atoms, A @ theta - F_ref
    slope = w_E * (np.sign(e) / n_atoms) @ B / len(e)
    slope = slope + w_F * np.tensordot(np.sign(f), A, 2) / f.size
    return w_E * abs(e).mean() + w_F * abs(f).mean(), slope, w_E / w_F


def wrong_step_downhill(*given):
    L, slope, exchange = right_in_matrices(*given)
    return L, -slope, exchange


def wrong_energies_alone(*given):
    energy, forces, slope_e, _, exchange = _parts(*given)
    return energy + forces, slope_e, exchange


def wrong_no_two(*given):
    L, slope, exchange = right_in_matrices(*given)
    return L, slope / 2, exchange


def wrong_exchange_inverted(*given):
    L, slope, exchange = right_in_matrices(*given)
    return L, slope, 1 / exchange


def wrong_root(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F):
    e, f = (B @ theta - E_ref) / n_atoms, A @ theta - F_ref
    L = w_E * np.sqrt(np.mean(e**2)) + w_F * np.sqrt(np.mean(f**2))
    return L, right_by_loops(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F)[1], w_E / w_F
