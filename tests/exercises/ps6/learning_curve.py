"""Right and wrong answers to the exercise of this name."""

import numpy as np

from mlp_teach.training.experiment import build_model, make_data, train
from mlp_teach.training.metrics import compare
from mlp_teach.training.subsets import Sizes, sizes_of


def _exponent(sizes, errors):
    return -np.polyfit(np.log(sizes), np.log(errors), 1)[0]


def _compared(experiment, training, validation, test, sizes, device):
    for size in sizes_of(Sizes(sizes), len(training), experiment.training):
        model = build_model(experiment)
        learn = make_data(model, size.part(training), experiment.precision)
        validate = make_data(model, validation, experiment.precision)
        train(model, learn, validate, size.settings, device=device)
        yield compare(model, make_data(model, test, experiment.precision))


def right_data_once(experiment, training, validation, test, sizes, device):
    model = build_model(experiment)
    parts = [make_data(model, part, experiment.precision) for part in (training, validation, test)]
    errors = []
    for size in sizes_of(Sizes(sizes), len(training), experiment.training):
        model = build_model(experiment)
        train(model, size.part(parts[0]), parts[1], size.settings, device=device)
        errors.append(compare(model, parts[2], stress=False).mae("forces"))
    slope, _ = np.polyfit(np.log10(sizes), np.log10(errors), 1)
    return np.array(errors), -slope


def right_slope_by_hand(experiment, training, validation, test, sizes, device):
    errors = []
    for one in _compared(experiment, training, validation, test, sizes, device):
        truth, guess = one.forces
        errors.append(abs(guess - truth).mean())
    x, y = np.log(sizes), np.log(errors)
    x, y = x - x.mean(), y - y.mean()
    return errors, -(x @ y) / (x @ x)


def wrong_model_goes_on(experiment, training, validation, test, sizes, device):
    model, errors = build_model(experiment), []
    parts = [make_data(model, part, experiment.precision) for part in (training, validation, test)]
    for size in sizes_of(Sizes(sizes), len(training), experiment.training):
        train(model, size.part(parts[0]), parts[1], size.settings, device=device)
        errors.append(compare(model, parts[2]).mae("forces"))
    return errors, _exponent(sizes, errors)


def wrong_same_epochs(experiment, training, validation, test, sizes, device):
    errors = []
    for n in sizes:
        model = build_model(experiment)
        learn = make_data(model, training[:n], experiment.precision)
        validate = make_data(model, validation, experiment.precision)
        train(model, learn, validate, experiment.training, device=device)
        judged = make_data(model, test, experiment.precision)
        errors.append(compare(model, judged).mae("forces"))
    return errors, _exponent(sizes, errors)


def wrong_validation_errors(experiment, training, validation, test, sizes, device):
    found = _compared(experiment, training, validation, validation, sizes, device)
    errors = [one.mae("forces") for one in found]
    return errors, _exponent(sizes, errors)


def wrong_electronvolts(experiment, training, validation, test, sizes, device):
    found = _compared(experiment, training, validation, test, sizes, device)
    errors = [one.mae("forces") / 1e3 for one in found]
    return errors, _exponent(sizes, errors)


def wrong_sign(experiment, training, validation, test, sizes, device):
    found = _compared(experiment, training, validation, test, sizes, device)
    errors = [one.mae("forces") for one in found]
    return errors, np.polyfit(np.log(sizes), np.log(errors), 1)[0]


def wrong_no_logarithm(experiment, training, validation, test, sizes, device):
    found = _compared(experiment, training, validation, test, sizes, device)
    errors = [one.mae("forces") for one in found]
    return errors, -np.polyfit(sizes, errors, 1)[0]


def wrong_two_points(experiment, training, validation, test, sizes, device):
    found = _compared(experiment, training, validation, test, sizes, device)
    errors = [one.mae("forces") for one in found]
    return errors, np.log(errors[0] / errors[-1]) / np.log(sizes[-1] / sizes[0])
