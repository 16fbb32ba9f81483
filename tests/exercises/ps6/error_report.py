"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _two(errors):
    return np.abs(errors).mean(), np.sqrt(np.mean(errors**2))


def _by_element(errors, numbers):
    return [np.abs(errors[numbers == z]).mean() for z in np.unique(numbers)]


def right_in_parts(energies, forces, energies_model, forces_model, numbers, sizes):
    e = 1000 * (energies_model - energies) / sizes
    f = 1000 * (forces_model - forces)
    return _two(e), _two(f), _by_element(f, numbers)


def right_by_loops(energies, forces, energies_model, forces_model, numbers, sizes):
    per_atom = [a / n - b / n for a, b, n in zip(energies, energies_model, sizes)]  # noqa: B905
    absolute = sum(map(abs, per_atom)) / len(per_atom)
    root = (sum(x * x for x in per_atom) / len(per_atom)) ** 0.5
    flat = (forces - forces_model).ravel()
    elements = []
    for z in sorted(set(numbers.tolist())):
        mine = [abs(x) for i in range(len(numbers)) if numbers[i] == z for x in _row(flat, i)]
        elements.append(1e3 * sum(mine) / len(mine))
    root_forces = 1e3 * np.linalg.norm(flat) / np.sqrt(len(flat))
    return [[1e3 * absolute, 1e3 * root], [1e3 * np.mean(abs(flat)), root_forces], elements]


def _row(flat, i):
    return flat[3 * i : 3 * i + 3]


def wrong_whole_structures(energies, forces, energies_model, forces_model, numbers, sizes):
    f = 1000 * (forces_model - forces)
    return _two(1000 * (energies_model - energies)), _two(f), _by_element(f, numbers)


def wrong_electronvolts(energies, forces, energies_model, forces_model, numbers, sizes):
    f = forces_model - forces
    return _two((energies_model - energies) / sizes), _two(f), _by_element(f, numbers)


def wrong_pooled(energies, forces, energies_model, forces_model, numbers, sizes):
    e = 1000 * (energies_model - energies)
    f = 1000 * (forces_model - forces)
    pooled = np.abs(e).sum() / sizes.sum(), np.sqrt((e**2).mean()) / sizes.mean()
    return pooled, _two(f), _by_element(f, numbers)


def wrong_rmse_first(energies, forces, energies_model, forces_model, numbers, sizes):
    e, f, z = right_in_parts(energies, forces, energies_model, forces_model, numbers, sizes)
    return e[::-1], f[::-1], z


def wrong_no_root(energies, forces, energies_model, forces_model, numbers, sizes):
    e = 1000 * (energies_model - energies) / sizes
    f = 1000 * (forces_model - forces)
    two = (np.abs(e).mean(), (e**2).mean()), (np.abs(f).mean(), (f**2).mean())
    return *two, _by_element(f, numbers)


def wrong_signs_cancel(energies, forces, energies_model, forces_model, numbers, sizes):
    e = 1000 * (energies_model - energies) / sizes
    f = 1000 * (forces_model - forces)
    mean = [f[numbers == z].mean() for z in np.unique(numbers)]
    return (e.mean(), np.std(e)), (f.mean(), (f**2).mean() ** 0.5), mean


def wrong_lengths(energies, forces, energies_model, forces_model, numbers, sizes):
    e = 1000 * (energies_model - energies) / sizes
    f = 1000 * np.linalg.norm(forces_model - forces, axis=1)
    return _two(e), _two(f), _by_element(f, numbers)


def wrong_order_of_elements(energies, forces, energies_model, forces_model, numbers, sizes):
    e = 1000 * (energies_model - energies) / sizes
    f = 1000 * (forces_model - forces)
    met = dict.fromkeys(numbers.tolist())
    return _two(e), _two(f), [np.abs(f[numbers == z]).mean() for z in met]


def wrong_shares(energies, forces, energies_model, forces_model, numbers, sizes):
    e = 1000 * (energies_model - energies) / sizes
    f = 1000 * (forces_model - forces)
    share = [np.abs(f[numbers == z]).sum() / (3 * len(numbers)) for z in np.unique(numbers)]
    return _two(e), _two(f), share


def wrong_rmse_of_elements(energies, forces, energies_model, forces_model, numbers, sizes):
    e = 1000 * (energies_model - energies) / sizes
    f = 1000 * (forces_model - forces)
    return _two(e), _two(f), [_two(f[numbers == z])[1] for z in np.unique(numbers)]
