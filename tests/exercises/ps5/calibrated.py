"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _ranks(values):
    return np.argsort(np.argsort(values))


def _shares(s, u, e):
    return [np.mean(np.abs(e) <= k * s * u) for k in (1, 2)]


def _rho(u, e):
    return np.corrcoef(_ranks(u), _ranks(np.abs(e)))[0, 1]


def right_plain(u, e, new_u, new_e):
    s = np.sqrt(np.mean((e / u) ** 2))
    return s, _shares(s, new_u, new_e), _rho(new_u, new_e)


def right_formulas(u, e, new_u, new_e):
    """By a search for the largest likelihood, and by Spearman's sum of squares."""
    grid = np.linspace(-3, 4, 3001)
    for _ in range(6):
        costs = [np.mean(0.5 * (e / (np.exp(g) * u)) ** 2 + g) for g in grid]
        best = grid[int(np.argmin(costs))]
        grid = np.linspace(best - 2 * (grid[1] - grid[0]), best + 2 * (grid[1] - grid[0]), 101)
    # The bottom is flat: the last digits come from the slope, <e²/u²> = s².
    s = np.exp(best) * np.sqrt(np.mean((e / (np.exp(best) * u)) ** 2))
    z = np.abs(new_e) / (s * new_u)
    shares = np.array([(z <= 1).sum(), (z <= 2).sum()]) / len(z)
    place = {v: n for n, v in enumerate(sorted(new_u))}
    size = {v: n for n, v in enumerate(sorted(abs(new_e)))}
    d = [place[a] - size[b] for a, b in zip(new_u, abs(new_e))]  # noqa: B905
    n = len(d)
    return float(s), shares, 1 - 6 * sum(x * x for x in d) / (n * (n**2 - 1))


def wrong_mean_absolute(u, e, new_u, new_e):
    s = np.mean(np.abs(e)) / np.mean(u)
    return s, _shares(s, new_u, new_e), _rho(new_u, new_e)


def wrong_ratio_of_sums(u, e, new_u, new_e):
    s = np.sqrt(np.sum(e**2) / np.sum(u**2))
    return s, _shares(s, new_u, new_e), _rho(new_u, new_e)


def wrong_no_root(u, e, new_u, new_e):
    s = np.mean((e / u) ** 2)
    return s, _shares(s, new_u, new_e), _rho(new_u, new_e)


def wrong_standard_deviation(u, e, new_u, new_e):
    s = np.std(e / u)
    return s, _shares(s, new_u, new_e), _rho(new_u, new_e)


def wrong_leak(u, e, new_u, new_e):
    s = np.sqrt(np.mean((new_e / new_u) ** 2))
    return s, _shares(s, new_u, new_e), _rho(new_u, new_e)


def wrong_judged_by_itself(u, e, new_u, new_e):
    s = np.sqrt(np.mean((e / u) ** 2))
    return s, _shares(s, u, e), _rho(u, e)


def wrong_unscaled(u, e, new_u, new_e):
    s = np.sqrt(np.mean((e / u) ** 2))
    return s, _shares(1.0, new_u, new_e), _rho(new_u, new_e)


def wrong_signs(u, e, new_u, new_e):
    s = np.sqrt(np.mean((e / u) ** 2))
    shares = [np.mean(new_e <= k * s * new_u) for k in (1, 2)]
    return s, shares, np.corrcoef(_ranks(new_u), _ranks(new_e))[0, 1]


def wrong_pearson(u, e, new_u, new_e):
    s, shares, _ = right_plain(u, e, new_u, new_e)
    return s, shares, np.corrcoef(new_u, np.abs(new_e))[0, 1]


def wrong_argsort_once(u, e, new_u, new_e):
    s, shares, _ = right_plain(u, e, new_u, new_e)
    return s, shares, np.corrcoef(np.argsort(new_u), np.argsort(np.abs(new_e)))[0, 1]


def wrong_per_cent(u, e, new_u, new_e):
    s, shares, rho = right_plain(u, e, new_u, new_e)
    return s, [100 * one for one in shares], rho


def wrong_upside_down(u, e, new_u, new_e):
    s = np.sqrt(np.mean((u / e) ** 2))
    return s, _shares(s, new_u, new_e), _rho(new_u, new_e)
