"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _clipped(gradient, clip):
    length = np.sqrt(np.sum(gradient**2))
    return gradient * clip / length if length > clip else gradient


def _adam(parameters, gradient, memory, step, rate):
    m = 0.9 * memory[0] + 0.1 * gradient
    v = 0.999 * memory[1] + 0.001 * gradient**2
    m_hat, v_hat = m / (1 - 0.9 ** (step + 1)), v / (1 - 0.999 ** (step + 1))
    return parameters - rate * m_hat / (np.sqrt(v_hat) + 1e-8), np.array([m, v])


def _followed(average, parameters, step, decay):
    decay = min(decay, (1 + step) / (10 + step))
    return decay * average + (1 - decay) * parameters


def right_in_parts(parameters, gradient, memory, average, step, rate, clip, decay):
    new, memory = _adam(parameters, _clipped(gradient, clip), memory, step, rate)
    return new, memory, _followed(average, new, step, decay)


def right_as_pytorch_does(parameters, gradient, memory, average, step, rate, clip, decay):
    gradient = gradient * min(1.0, clip / (np.linalg.norm(gradient) + 1e-6))
    m, v = memory
    m = m + 0.1 * (gradient - m)
    v = 0.999 * v + (1 - 0.999) * gradient * gradient
    first, second = 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)
    parameters = parameters - (rate / first) * m / (np.sqrt(v) / np.sqrt(second) + 1e-8)
    short = (1 + step) / (10 + step)
    average = average + (1 - (short if short < decay else decay)) * (parameters - average)
    return parameters, [m, v], average


def wrong_not_clipped(parameters, gradient, memory, average, step, rate, clip, decay):
    new, memory = _adam(parameters, gradient, memory, step, rate)
    return new, memory, _followed(average, new, step, decay)


def wrong_always_clipped(parameters, gradient, memory, average, step, rate, clip, decay):
    gradient = clip * gradient / np.linalg.norm(gradient)
    new, memory = _adam(parameters, gradient, memory, step, rate)
    return new, memory, _followed(average, new, step, decay)


def wrong_clipped_one_by_one(parameters, gradient, memory, average, step, rate, clip, decay):
    new, memory = _adam(parameters, np.clip(gradient, -clip, clip), memory, step, rate)
    return new, memory, _followed(average, new, step, decay)


def wrong_no_correction(parameters, gradient, memory, average, step, rate, clip, decay):
    gradient = _clipped(gradient, clip)
    m = 0.9 * memory[0] + 0.1 * gradient
    v = 0.999 * memory[1] + 0.001 * gradient**2
    new = parameters - rate * m / (np.sqrt(v) + 1e-8)
    return new, np.array([m, v]), _followed(average, new, step, decay)


def wrong_counted_from_zero(parameters, gradient, memory, average, step, rate, clip, decay):
    gradient = _clipped(gradient, clip)
    m = 0.9 * memory[0] + 0.1 * gradient
    v = 0.999 * memory[1] + 0.001 * gradient**2
    with np.errstate(all="ignore"):
        m_hat, v_hat = m / (1 - np.power(0.9, step)), v / (1 - np.power(0.999, step))
        new = parameters - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
    return new, np.array([m, v]), _followed(average, new, step, decay)


def wrong_no_root(parameters, gradient, memory, average, step, rate, clip, decay):
    gradient = _clipped(gradient, clip)
    m = 0.9 * memory[0] + 0.1 * gradient
    v = 0.999 * memory[1] + 0.001 * gradient**2
    m_hat, v_hat = m / (1 - 0.9 ** (step + 1)), v / (1 - 0.999 ** (step + 1))
    new = parameters - rate * m_hat / (v_hat + 1e-8)
    return new, np.array([m, v]), _followed(average, new, step, decay)


def wrong_uphill(parameters, gradient, memory, average, step, rate, clip, decay):
    new, memory = _adam(parameters, _clipped(gradient, clip), memory, step, -rate)
    return new, memory, _followed(average, new, step, decay)


def wrong_plain_descent(parameters, gradient, memory, average, step, rate, clip, decay):
    gradient = _clipped(gradient, clip)
    _, memory = _adam(parameters, gradient, memory, step, rate)
    new = parameters - rate * gradient
    return new, memory, _followed(average, new, step, decay)


def wrong_average_too_early(parameters, gradient, memory, average, step, rate, clip, decay):
    average = _followed(average, parameters, step, decay)
    new, memory = _adam(parameters, _clipped(gradient, clip), memory, step, rate)
    return new, memory, average


def wrong_long_memory(parameters, gradient, memory, average, step, rate, clip, decay):
    new, memory = _adam(parameters, _clipped(gradient, clip), memory, step, rate)
    return new, memory, decay * average + (1 - decay) * new


def wrong_decay_swapped(parameters, gradient, memory, average, step, rate, clip, decay):
    new, memory = _adam(parameters, _clipped(gradient, clip), memory, step, rate)
    decay = min(decay, (1 + step) / (10 + step))
    return new, memory, decay * new + (1 - decay) * average


def wrong_parameters_alone(parameters, gradient, memory, average, step, rate, clip, decay):
    return _adam(parameters, _clipped(gradient, clip), memory, step, rate)[0]
