"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _bend(x, y):
    """How far a parabola through three labels lies from the straight line, in each gap."""
    width = np.diff(x)
    curvature = np.abs(np.diff(np.diff(y) / width) / (x[2:] - x[:-2]))
    padded = np.concatenate([[0.0], curvature, [0.0]])
    return np.maximum(padded[:-1], padded[1:]) * width**2.5


def right_bends(energy, low, high, labels):
    x = np.linspace(low, high, 6)
    y = np.array([energy(one) for one in x])
    while len(x) < labels:
        gap = np.argmax(_bend(x, y))
        place = (x[gap] + x[gap + 1]) / 2
        x, y = np.insert(x, gap + 1, place), np.insert(y, gap + 1, energy(place))
    return list(x)


def right_committee(energy, low, high, labels):
    """Two models that saw the same labels: straight lines, and lines without every other label."""
    known = {place: float(energy(place)) for place in np.linspace(low, high, 7)}
    while len(known) < labels:
        x = np.array(sorted(known))
        y = np.array([known[place] for place in x])
        middle = (x[1:] + x[:-1]) / 2
        doubt = np.zeros(len(middle))
        for left_out in range(1, len(x) - 1):
            x_less, y_less = np.delete(x, left_out), np.delete(y, left_out)
            apart = np.abs(np.interp(middle, x_less, y_less) - np.interp(middle, x, y))
            doubt = np.maximum(doubt, apart)
        place = float(middle[np.argmax(doubt * (x[1:] - x[:-1]) ** 0.5)])
        known[place] = float(energy(place))
    return np.array(list(known))


def wrong_chance(energy, low, high, labels):
    places = [low, high, *np.random.default_rng(3).uniform(low, high, labels - 2)]
    for place in places:
        energy(place)
    return places


def wrong_equal_spacing(energy, low, high, labels):
    places = np.linspace(low, high, labels)
    energy(places)
    return places


def wrong_process(energy, low, high, labels):
    """The deviation of a Gaussian process, which knows places and no energies."""
    grid, x = np.linspace(low, high, 301), [low, high]

    def alike(a, b):
        return np.exp(-2 * (np.array(a)[:, None] - np.array(b)) ** 2)

    while len(x) < labels:
        inverse = np.linalg.inv(alike(x, x) + 1e-8 * np.eye(len(x)))
        between = alike(grid, x)
        x.append(grid[np.argmax(1 - ((between @ inverse) * between).sum(1))])
    energy(np.array(x))
    return x


def wrong_looks_everywhere(energy, low, high, labels):
    grid = np.linspace(low, high, 601)
    steep = np.abs(np.gradient(np.gradient(energy(grid), grid), grid)) ** 0.4
    share = np.cumsum(steep) / steep.sum()
    return np.interp(np.linspace(share[0], 1, labels), share, grid)


def wrong_lowest_energy(energy, low, high, labels):
    x = [low, (low + high) / 2, high]
    y = [energy(place) for place in x]
    while len(x) < labels:
        order = np.argsort(x)
        best = min(range(len(x) - 1), key=lambda i: y[order[i]] + y[order[i + 1]])
        place = (x[order[best]] + x[order[best + 1]]) / 2
        x.append(place)
        y.append(energy(place))
    return x


def wrong_slope_of_bends(energy, low, high, labels):
    """The curvature without the width of the gap: it digs at one place for ever."""
    x = np.linspace(low, high, 6)
    y = energy(x)
    while len(x) < labels:
        width = np.diff(x)
        curvature = np.abs(np.diff(np.diff(y) / width) / (x[2:] - x[:-2]))
        gap = np.argmax(curvature)
        place = (x[gap] + x[gap + 1]) / 2
        x, y = np.insert(x, gap + 1, place), np.insert(y, gap + 1, energy(place))
    return x


def wrong_energies_returned(energy, low, high, labels):
    told = []

    def heard(place):
        told.append(float(energy(place)))
        return told[-1]

    right_bends(heard, low, high, labels)
    return told


def wrong_most_disagreed_label(energy, low, high, labels):
    """It asks again at the label whose absence would be felt most."""
    x = list(np.linspace(low, high, 7))
    y = [energy(place) for place in x]
    while len(x) < labels:
        order = np.argsort(x)
        xs, ys = np.array(x)[order], np.array(y)[order]
        doubts = [
            abs(np.interp(xs[k], np.delete(xs, k), np.delete(ys, k)) - ys[k])
            for k in range(1, len(xs) - 1)
        ]
        place = xs[1 + np.argmax(doubts)]
        x.append(place)
        y.append(energy(place))
    return x


def wrong_no_ends(energy, low, high, labels):
    width = (high - low) / 50
    return right_bends(energy, low + width, high - width, labels)
