"""Right and wrong answers to the exercise of this name."""

import math

import numpy as np


def right_branches(step, steps, warm, high, low):
    if step < warm:
        return high * (step + 1) / warm
    t = (step - warm) / (steps - 1 - warm)
    return low + 0.5 * (high - low) * (1 + math.cos(math.pi * t))


def right_table(step, steps, warm, high, low):
    rise = np.linspace(high / warm, high, warm)
    fall = low + (high - low) * np.cos(np.linspace(0, np.pi / 2, steps - warm)) ** 2
    return np.append(rise, fall)[step]


def wrong_starts_at_zero(step, steps, warm, high, low):
    if step < warm:
        return high * step / warm
    return right_branches(step, steps, warm, high, low)


def wrong_cosine_from_zero(step, steps, warm, high, low):
    if step < warm:
        return high * (step + 1) / warm
    return low + 0.5 * (high - low) * (1 + np.cos(np.pi * step / (steps - 1)))


def wrong_never_arrives(step, steps, warm, high, low):
    if step < warm:
        return high * (step + 1) / warm
    return low + 0.5 * (high - low) * (1 + np.cos(np.pi * (step - warm) / (steps - warm)))


def wrong_falls_to_zero(step, steps, warm, high, low):
    if step < warm:
        return high * (step + 1) / warm
    return 0.5 * high * (1 + np.cos(np.pi * (step - warm) / (steps - 1 - warm)))


def wrong_degrees(step, steps, warm, high, low):
    if step < warm:
        return high * (step + 1) / warm
    return low + 0.5 * (high - low) * (1 + np.cos(180 * (step - warm) / (steps - 1 - warm)))


def wrong_straight_line(step, steps, warm, high, low):
    if step < warm:
        return high * (step + 1) / warm
    return high + (low - high) * (step - warm) / (steps - 1 - warm)


def wrong_no_half(step, steps, warm, high, low):
    if step < warm:
        return high * (step + 1) / warm
    return low + (high - low) * (1 + np.cos(np.pi * (step - warm) / (steps - 1 - warm)))


def wrong_no_warm_up(step, steps, warm, high, low):
    return low + 0.5 * (high - low) * (1 + np.cos(np.pi * step / (steps - 1)))


def wrong_warm_up_from_low(step, steps, warm, high, low):
    if step < warm:
        return low + (high - low) * (step + 1) / warm
    return right_branches(step, steps, warm, high, low)
