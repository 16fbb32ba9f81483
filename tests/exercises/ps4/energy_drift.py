"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_polyfit(times, energies, n_atoms):
    e = 1e3 * (energies - energies[0]) / n_atoms
    slope, start = np.polyfit(times, e, 1)
    return slope, np.std(e - slope * times - start)


def right_least_squares(times, energies, n_atoms):
    columns = np.stack([times, np.ones_like(times)], axis=1)
    best = np.linalg.lstsq(columns, energies - energies.mean(), rcond=None)[0]
    rest = energies - energies.mean() - columns @ best
    return best[0] / n_atoms * 1000, (rest @ rest / len(rest)) ** 0.5 / n_atoms * 1000


def wrong_ends(times, energies, n_atoms):
    slope = (energies[-1] - energies[0]) / (times[-1] - times[0]) / n_atoms * 1000
    return slope, right_polyfit(times, energies, n_atoms)[1]


def wrong_whole_cell(times, energies, n_atoms):
    return right_polyfit(times, energies, 1)


def wrong_electronvolts(times, energies, n_atoms):
    slope, scatter = right_polyfit(times, energies, n_atoms)
    return slope / 1000, scatter / 1000


def wrong_whole_run(times, energies, n_atoms):
    slope, scatter = right_polyfit(times, energies, n_atoms)
    return slope * (times[-1] - times[0]), scatter


def wrong_by_step(times, energies, n_atoms):
    return right_polyfit(np.arange(len(times)), energies, n_atoms)


def wrong_femtoseconds(times, energies, n_atoms):
    return right_polyfit(1000 * times, energies, n_atoms)


def wrong_about_the_mean(times, energies, n_atoms):
    slope, _ = right_polyfit(times, energies, n_atoms)
    return slope, 1000 * np.std(energies / n_atoms)


def wrong_about_the_first(times, energies, n_atoms):
    slope, _ = right_polyfit(times, energies, n_atoms)
    e = 1000 * (energies - energies[0]) / n_atoms
    return slope, np.sqrt(np.mean(e**2))


def wrong_sample_deviation(times, energies, n_atoms):
    slope, scatter = right_polyfit(times, energies, n_atoms)
    return slope, scatter * np.sqrt(len(times) / (len(times) - 1))


def wrong_variance(times, energies, n_atoms):
    slope, scatter = right_polyfit(times, energies, n_atoms)
    return slope, scatter**2


def wrong_range(times, energies, n_atoms):
    e = 1000 * energies / n_atoms
    slope, start = np.polyfit(times, e, 1)
    rest = e - slope * times - start
    return slope, rest.max() - rest.min()


def wrong_upside_down(times, energies, n_atoms):
    e = 1e3 * (energies - energies[0]) / n_atoms
    return np.polyfit(e, times, 1)[0], right_polyfit(times, energies, n_atoms)[1]
