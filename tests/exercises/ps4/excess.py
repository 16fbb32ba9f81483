"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _beyond(training, atoms):
    low, high = training.min(axis=0), training.max(axis=0)
    return np.maximum(np.maximum(atoms - high, low - atoms), 0)


def right_clipped(training, atoms):
    low, high = training.min(axis=0), training.max(axis=0)
    return (np.abs(atoms - np.clip(atoms, low, high)) / (high - low)).max(axis=1)


def right_scaled(training, atoms):
    low, high = training.min(axis=0), training.max(axis=0)
    scaled = (atoms - low) / (high - low)
    return [float(max(0.0, (one - 1).max(), (-one).max())) for one in scaled]


def wrong_as_it_was(training, atoms):
    with np.errstate(all="ignore"):
        width = atoms.max(axis=0) - atoms.min(axis=0)
        return (_beyond(training, atoms) / width).max(axis=1)


def wrong_all_together(training, atoms):
    both = np.concatenate([training, atoms])
    return (_beyond(both, atoms) / np.ptp(both, axis=0)).max(axis=1)


def wrong_width_of_all(training, atoms):
    both = np.concatenate([training, atoms])
    return (_beyond(training, atoms) / np.ptp(both, axis=0)).max(axis=1)


def wrong_too_large_only(training, atoms):
    high, width = training.max(axis=0), np.ptp(training, axis=0)
    return np.maximum((atoms - high) / width, 0).max(axis=1)


def wrong_negative_inside(training, atoms):
    low, high = training.min(axis=0), training.max(axis=0)
    return (np.maximum(atoms - high, low - atoms) / (high - low)).max(axis=1)


def wrong_sum(training, atoms):
    return (_beyond(training, atoms) / np.ptp(training, axis=0)).sum(axis=1)


def wrong_no_width(training, atoms):
    return _beyond(training, atoms).max(axis=1)


def wrong_deviations(training, atoms):
    return (_beyond(training, atoms) / training.std(axis=0)).max(axis=1)


def wrong_widths_of_features(training, atoms):
    return _beyond(training, atoms) / np.ptp(training, axis=0)


def wrong_deviation_of_new(training, atoms):
    with np.errstate(all="ignore"):
        return (_beyond(training, atoms) / atoms.std(axis=0)).max(axis=1)
