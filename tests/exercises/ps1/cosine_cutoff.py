"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_squared(r, r_c):
    x = np.pi * np.minimum(r, r_c) / (2 * r_c)
    return np.cos(x) ** 2, -np.pi / r_c * np.cos(x) * np.sin(x) * (r < r_c)


def right_masked(r, r_c):
    value, slope = np.zeros(len(r)), np.zeros(len(r))
    near = r < r_c
    value[near] = 0.5 * (np.cos(np.pi * r[near] / r_c) + 1)
    slope[near] = -0.5 * np.pi / r_c * np.sin(np.pi * r[near] / r_c)
    return [value, slope]


def wrong_degrees(r, r_c):
    inside = r < r_c
    value = (np.cos(180 * r / r_c) + 1) / 2
    return value * inside, -90 / r_c * np.sin(180 * r / r_c) * inside


def wrong_twice(r, r_c):
    value, slope = right_masked(r, r_c)
    return 2 * value, 2 * slope


def wrong_full_wave(r, r_c):
    x = 2 * np.pi * r / r_c
    return (np.cos(x) + 1) / 2 * (r < r_c), -np.pi / r_c * np.sin(x) * (r < r_c)


def wrong_no_one(r, r_c):
    value, slope = right_masked(r, r_c)
    return (value - 0.5) * (r < r_c), slope


def wrong_uphill(r, r_c):
    value, slope = right_masked(r, r_c)
    return value, -slope


def wrong_chain(r, r_c):
    value, _ = right_masked(r, r_c)
    return value, -0.5 * np.sin(np.pi * r / r_c) * (r < r_c)


def wrong_goes_on(r, r_c):
    x = np.pi * r / r_c
    return (np.cos(x) + 1) / 2, -np.pi / (2 * r_c) * np.sin(x)


def wrong_value_alone(r, r_c):
    return right_masked(r, r_c)[0]
