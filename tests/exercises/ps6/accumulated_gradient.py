"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_weighed_averages(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    of_energy = np.average(energy_gradients, axis=0, weights=structures)
    of_forces = np.average(force_gradients, axis=0, weights=atoms)
    return w_E * of_energy + w_F * of_forces


def right_summed_in_a_loop(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    total = np.zeros(energy_gradients.shape[1])
    for e, f, n, a in zip(energy_gradients, force_gradients, structures, atoms):  # noqa: B905
        total += w_E * e * n / sum(structures) + w_F * f * (3 * a) / (3 * sum(atoms))
    return list(total)


def wrong_mean_of_batches(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    return (w_E * energy_gradients + w_F * force_gradients).mean(axis=0)


def wrong_sum_of_batches(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    return (w_E * energy_gradients + w_F * force_gradients).sum(axis=0)


def wrong_all_by_structures(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    batch = w_E * energy_gradients + w_F * force_gradients
    return structures @ batch / structures.sum()


def wrong_all_by_atoms(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    batch = w_E * energy_gradients + w_F * force_gradients
    return atoms @ batch / atoms.sum()


def wrong_no_weights(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    return structures @ energy_gradients / sum(structures) + atoms @ force_gradients / sum(atoms)


def wrong_never_divided(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    return w_E * structures @ energy_gradients + w_F * atoms @ force_gradients


def wrong_components_by_atoms(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    of_energy = structures @ energy_gradients / sum(structures)
    return w_E * of_energy + w_F * 3 * atoms @ force_gradients / sum(atoms)


def wrong_one_number(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    right = right_weighed_averages(energy_gradients, force_gradients, structures, atoms, w_E, w_F)
    return np.linalg.norm(right)
