"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_subtract_first(energies, counts, e0):
    return ((energies - counts @ e0) / counts.sum(axis=1)).astype(np.float32)


def right_by_loops(energies, counts, e0):
    targets = np.zeros(len(energies), dtype="float32")
    for k in range(len(energies)):
        rest = energies[k] - sum(n * e for n, e in zip(counts[k], e0))  # noqa: B905
        targets[k] = rest / sum(counts[k])
    return targets


def wrong_as_it_was(energies, counts, e0):
    energies, e0 = energies.astype(np.float32), e0.astype(np.float32)
    free = counts.astype(np.float32) @ e0
    return (energies - free) / counts.sum(axis=1).astype(np.float32)


def wrong_energies_cast_first(energies, counts, e0):
    rest = energies.astype(np.float32) - counts @ e0
    return (rest / counts.sum(axis=1)).astype(np.float32)


def wrong_stays_double(energies, counts, e0):
    return (energies - counts @ e0) / counts.sum(axis=1)


def wrong_float16(energies, counts, e0):
    return ((energies - counts @ e0) / counts.sum(axis=1)).astype(np.float16).astype(np.float32)


def wrong_not_per_atom(energies, counts, e0):
    return (energies - counts @ e0).astype(np.float32)


def wrong_nothing_subtracted(energies, counts, e0):
    return (energies / counts.sum(axis=1)).astype(np.float32)


def wrong_each_once(energies, counts, e0):
    return ((energies - e0.sum()) / counts.sum(axis=1)).astype(np.float32)


def wrong_sign(energies, counts, e0):
    return ((counts @ e0 - energies) / counts.sum(axis=1)).astype(np.float32)


def wrong_mean_subtracted(energies, counts, e0):
    return (energies / counts.sum(axis=1) - e0.mean()).astype(np.float32)
