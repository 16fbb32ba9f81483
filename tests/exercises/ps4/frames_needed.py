"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_polyfit(sizes, errors, floor, target):
    slope, start = np.polyfit(np.log(sizes), np.log(errors - floor), 1)
    if target <= floor:
        return -slope, np.inf
    return -slope, np.exp((start - np.log(target - floor)) / -slope)


def right_rounded_up(sizes, errors, floor, target):
    x, y = np.log10(sizes), np.log10(errors - floor)
    columns = np.vstack([np.ones(len(x)), -x]).T
    (start, b), *_ = np.linalg.lstsq(columns, y, rcond=None)
    left = target - floor
    return b, float(np.ceil((10**start / left) ** (1 / b))) if left > 0 else float("inf")


def wrong_sign(sizes, errors, floor, target):
    b, frames = right_polyfit(sizes, errors, floor, target)
    return -b, frames


def wrong_no_floor(sizes, errors, floor, target):
    return right_polyfit(sizes, errors, 0.0, target)


def wrong_floor_in_target(sizes, errors, floor, target):
    b, start = np.polyfit(np.log(sizes), np.log(errors - floor), 1) * np.array([-1, 1])
    return b, (np.exp(start) / target) ** (1 / b)


def wrong_ends(sizes, errors, floor, target):
    ends = [0, -1]
    return right_polyfit(sizes[ends], errors[ends], floor, target)


def wrong_half_logarithm(sizes, errors, floor, target):
    slope, start = np.polyfit(sizes, np.log(errors - floor), 1)
    left = target - floor
    return -slope, (np.log(left) - start) / slope if left > 0 else np.inf


def wrong_two_bases(sizes, errors, floor, target):
    slope, start = np.polyfit(np.log10(sizes), np.log10(errors - floor), 1)
    left = target - floor
    return -slope, (np.exp(start) / left) ** (-1 / slope) if left > 0 else np.inf


def wrong_inverse(sizes, errors, floor, target):
    slope, start = np.polyfit(np.log(sizes), np.log(errors - floor), 1)
    left = target - floor
    return -slope, (np.exp(start) / left) ** -slope if left > 0 else np.inf


def wrong_never_endless(sizes, errors, floor, target):
    left = max(target - floor, 1e-9)
    return right_polyfit(sizes, errors, floor, floor + left)


def wrong_nan(sizes, errors, floor, target):
    slope, start = np.polyfit(np.log(sizes), np.log(errors - floor), 1)
    with np.errstate(all="ignore"):
        return -slope, np.exp((start - np.log(target - floor)) / -slope)


def wrong_in_proportion(sizes, errors, floor, target):
    b, _ = right_polyfit(sizes, errors, floor, target)
    left = target - floor
    return b, sizes[-1] * (errors[-1] - floor) / left if left > 0 else np.inf
