"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_columns(energies, energies_ref, n_atoms, forces, forces_ref):
    e = 1e3 * (energies - energies_ref) / n_atoms
    f = 1e3 * (forces - forces_ref)
    return abs(e).mean(), np.sqrt((e**2).mean()), abs(f).mean(), np.sqrt((f**2).mean())


def right_by_loops(energies, energies_ref, n_atoms, forces, forces_ref):
    found = []
    e = [(a - b) / n for a, b, n in zip(energies, energies_ref, n_atoms)]  # noqa: B905
    f = (forces_ref - forces).ravel().tolist()
    for errors in (e, f):
        found.append(1000 * sum(abs(x) for x in errors) / len(errors))
        found.append(1000 * (sum(x * x for x in errors) / len(errors)) ** 0.5)
    return found


def wrong_whole_cells(energies, energies_ref, n_atoms, *forces):
    return right_columns(energies, energies_ref, np.ones(len(n_atoms)), *forces)


def wrong_mean_size(energies, energies_ref, n_atoms, *forces):
    return right_columns(energies, energies_ref, np.mean(n_atoms), *forces)


def wrong_electronvolts(*given):
    return [one / 1000 for one in right_columns(*given)]


def wrong_signs_cancel(energies, energies_ref, n_atoms, forces, forces_ref):
    e, f = 1e3 * (energies - energies_ref) / n_atoms, 1e3 * (forces - forces_ref)
    return e.mean(), np.sqrt((e**2).mean()), f.mean(), np.sqrt((f**2).mean())


def wrong_lengths_of_vectors(energies, energies_ref, n_atoms, forces, forces_ref):
    first, second, *_ = right_columns(energies, energies_ref, n_atoms, forces, forces_ref)
    off = 1e3 * np.linalg.norm(forces - forces_ref, axis=1)
    return first, second, off.mean(), np.sqrt((off**2).mean())


def wrong_no_root(*given):
    a, b, c, d = right_columns(*given)
    return a, b**2, c, d**2


def wrong_scatter(energies, energies_ref, n_atoms, forces, forces_ref):
    e, f = 1e3 * (energies - energies_ref) / n_atoms, 1e3 * (forces - forces_ref)
    return np.mean(np.abs(e)), np.std(e), np.mean(np.abs(f)), np.std(f)


def wrong_order(*given):
    a, b, c, d = right_columns(*given)
    return b, a, d, c


def wrong_two_only(*given):
    return right_columns(*given)[::2]
