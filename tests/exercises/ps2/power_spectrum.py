"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_by_loops(c):
    n_max, columns = c.shape
    degrees = round(np.sqrt(columns))
    p = np.zeros((degrees, n_max, n_max))
    for l in range(degrees):
        for n in range(n_max):
            for other in range(n_max):
                for m in range(-l, l + 1):
                    p[l, n, other] += c[n, l * l + l + m] * c[other, l * l + l + m]
        p[l] *= np.sqrt(8 * np.pi**2 / (2 * l + 1))
    return p


def right_by_einsum(c):
    p, l = [], 0
    while l * l < c.shape[1]:
        block = c[:, l * l : l * l + 2 * l + 1] * (8 / (2 * l + 1)) ** 0.25 * np.sqrt(np.pi)
        p.append(np.einsum("am,bm->ab", block, block))
        l += 1
    return np.stack(p)


def _blocks(c):
    for l in range(round(np.sqrt(c.shape[1]))):
        yield l, c[:, l**2 : (l + 1) ** 2]


def wrong_no_front(c):
    return np.array([b @ b.T for _, b in _blocks(c)])


def wrong_no_root(c):
    return np.array([8 * np.pi**2 / (2 * l + 1) * b @ b.T for l, b in _blocks(c)])


def wrong_root_of_pi_only(c):
    return np.array([np.sqrt(8) * np.pi / (2 * l + 1) * b @ b.T for l, b in _blocks(c)])


def wrong_mean_over_m(c):
    return np.array([(b[:, None] * b[None]).mean(axis=2) for _, b in _blocks(c)])


def wrong_product_of_sums(c):
    sums = [(l, b.sum(axis=1)) for l, b in _blocks(c)]
    return np.array([np.sqrt(8 * np.pi**2 / (2 * l + 1)) * np.outer(s, s) for l, s in sums])


def wrong_all_columns(c):
    degrees = range(int(np.sqrt(c.shape[1])))
    return np.array([np.sqrt(8 * np.pi**2 / (2 * l + 1)) * c @ c.T for l in degrees])


def wrong_columns_from_l(c):
    found = []
    for l in range(int(np.sqrt(c.shape[1]))):
        block = c[:, l : l + 2 * l + 1]
        found.append(np.sqrt(8 * np.pi**2 / (2 * l + 1)) * block @ block.T)
    return found


def wrong_normalised(c):
    p = right_by_loops(c)
    return p / np.sqrt((p**2).sum())


def wrong_last_l_left_out(c):
    return right_by_loops(c)[:-1]


def wrong_triangle_only(c):
    p = right_by_loops(c)
    n, n_prime = np.triu_indices(len(c))
    return p[:, n, n_prime]


def wrong_first_m_only(c):
    p = [np.outer(b[:, 0], b[:, 0]) * np.sqrt(8 * np.pi**2 / (2 * l + 1)) for l, b in _blocks(c)]
    return np.array(p)
