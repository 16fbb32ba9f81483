"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _rows(p, off_diagonal=1.0, diagonal=1.0):
    n, n_prime = np.triu_indices(p.shape[2])
    return np.where(n == n_prime, diagonal, off_diagonal) * p[:, :, n, n_prime]


def _unit(p):
    flat = p.reshape(len(p), -1)
    return flat / np.linalg.norm(flat, axis=1)[:, None]


def right_all_numbers(p, p_other, zeta):
    return (_unit(p) @ _unit(p_other).T) ** zeta


def right_root_of_two(p, p_other, zeta):
    root = np.sqrt(2)
    return (_unit(_rows(p, root)) @ _unit(_rows(p_other, root)).T) ** zeta


def right_by_loops(p, p_other, zeta):
    k = np.zeros((len(p), len(p_other)))
    for i, one in enumerate(p):
        for j, other in enumerate(p_other):
            k[i, j] = (one * other).sum() / np.sqrt((one * one).sum() * (other * other).sum())
    return k**zeta


def wrong_as_it_was(p, p_other, zeta):
    return (_unit(_rows(p)) @ _unit(_rows(p_other)).T) ** zeta


def wrong_two_in_each_row(p, p_other, zeta):
    return (_unit(_rows(p, 2.0)) @ _unit(_rows(p_other, 2.0)).T) ** zeta


def wrong_root_of_two_everywhere(p, p_other, zeta):
    root = np.sqrt(2)
    return (_unit(_rows(p, root, root)) @ _unit(_rows(p_other, root, root)).T) ** zeta


def wrong_diagonal_doubled(p, p_other, zeta):
    root = np.sqrt(2)
    return (_unit(_rows(p, 1.0, root)) @ _unit(_rows(p_other, 1.0, root)).T) ** zeta


def wrong_triangle_added_to_itself(p, p_other, zeta):
    """Upper and lower triangle, and the diagonal in both."""
    both = [_rows(one) for one in (p, p_other)]
    both = [_unit(np.concatenate([one, one], axis=2)) for one in both]
    return (both[0] @ both[1].T) ** zeta


def wrong_diagonal_in_both(p, p_other, zeta):
    whole = [one + one * np.eye(one.shape[2]) for one in (p, p_other)]
    return (_unit(whole[0]) @ _unit(whole[1]).T) ** zeta


def wrong_not_normalised(p, p_other, zeta):
    return np.einsum("alnm,blnm->ab", p, p_other) ** zeta


def wrong_no_zeta(p, p_other, zeta):
    return _unit(p) @ _unit(p_other).T


def wrong_times_zeta(p, p_other, zeta):
    return zeta * (_unit(p) @ _unit(p_other).T)


def wrong_normalised_together(p, p_other, zeta):
    rows = [one.reshape(len(one), -1) / np.linalg.norm(one) for one in (p, p_other)]
    return (rows[0] @ rows[1].T) ** zeta


def wrong_flat(p, p_other, zeta):
    return (_unit(p) @ _unit(p_other).T).ravel() ** zeta
