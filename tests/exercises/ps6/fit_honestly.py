"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _rmse(part, weights):
    x, y = part
    return np.sqrt(np.mean((x @ weights - y) ** 2))


def _path(training, epochs, rate, decay):
    """Weights and average after each epoch."""
    x, y = training
    weights = average = np.zeros(x.shape[1])
    for _ in range(epochs):
        weights = weights - rate * 2 * x.T @ (x @ weights - y) / len(y)
        average = decay * average + (1 - decay) * weights
        yield weights, average


def right_list_of_averages(training, validation, test, epochs, rate, decay):
    averages = [average for _, average in _path(training, epochs, rate, decay)]
    errors = [_rmse(validation, average) for average in averages]
    epoch = int(np.argmin(errors))
    return epoch, _rmse(test, averages[epoch]), averages[epoch]


def right_in_one_loop(training, validation, test, epochs, rate, decay):
    x, y = training
    weights, average = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    best = None
    for epoch in range(epochs):
        weights -= rate * (2 / len(y)) * ((x @ weights - y) @ x)
        average += (1 - decay) * (weights - average)
        error = _rmse(validation, average)
        if best is None or error < best[0]:
            best = error, epoch, average.copy()
    _, epoch, average = best
    return [epoch, _rmse(test, average), average]


def wrong_as_it_was(training, validation, test, epochs, rate, decay):
    lowest = np.inf
    for epoch, (weights, _) in enumerate(_path(training, epochs, rate, decay)):
        error = _rmse(test, weights)
        if error < lowest:
            chosen, lowest, best = epoch, error, weights
    return chosen, lowest, best


def wrong_average_on_test(training, validation, test, epochs, rate, decay):
    lowest = np.inf
    for epoch, (_, average) in enumerate(_path(training, epochs, rate, decay)):
        error = _rmse(test, average)
        if error < lowest:
            chosen, lowest, best = epoch, error, average
    return chosen, lowest, best


def wrong_last_weights(training, validation, test, epochs, rate, decay):
    lowest = np.inf
    for epoch, (weights, _) in enumerate(_path(training, epochs, rate, decay)):
        error = _rmse(validation, weights)
        if error < lowest:
            chosen, lowest, best = epoch, error, weights
    return chosen, _rmse(test, best), best


def wrong_validation_error_reported(training, validation, test, epochs, rate, decay):
    lowest = np.inf
    for epoch, (_, average) in enumerate(_path(training, epochs, rate, decay)):
        error = _rmse(validation, average)
        if error < lowest:
            chosen, lowest, best = epoch, error, average
    return chosen, lowest, best


def wrong_average_at_the_end(training, validation, test, epochs, rate, decay):
    averages = [average for _, average in _path(training, epochs, rate, decay)]
    errors = [_rmse(validation, average) for average in averages]
    return int(np.argmin(errors)), _rmse(test, averages[-1]), averages[-1]


def wrong_training_error(training, validation, test, epochs, rate, decay):
    lowest = np.inf
    for epoch, (_, average) in enumerate(_path(training, epochs, rate, decay)):
        error = _rmse(training, average)
        if error < lowest:
            chosen, lowest, best = epoch, error, average
    return chosen, _rmse(test, best), best


def wrong_no_copy(training, validation, test, epochs, rate, decay):
    x, y = training
    weights, average, lowest = np.zeros(x.shape[1]), np.zeros(x.shape[1]), np.inf
    for epoch in range(epochs):
        weights -= rate * 2 * x.T @ (x @ weights - y) / len(y)
        average *= decay
        average += (1 - decay) * weights
        error = _rmse(validation, average)
        if error < lowest:
            chosen, lowest, best = epoch, error, average
    return chosen, _rmse(test, best), best


def wrong_decay_swapped(training, validation, test, epochs, rate, decay):
    found = list(_path(training, epochs, rate, 1 - decay))
    errors = [_rmse(validation, average) for _, average in found]
    epoch = int(np.argmin(errors))
    return epoch, _rmse(test, found[epoch][1]), found[epoch][1]


def wrong_mean_square(training, validation, test, epochs, rate, decay):
    epoch, error, weights = right_in_one_loop(training, validation, test, epochs, rate, decay)
    return epoch, error**2, weights
