"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_by_loops(v, phi_2, phi_3, W_2, W_3, vectors, centers, neighbors):
    change = np.zeros(v.shape)
    for p, (i, j) in enumerate(zip(centers, neighbors, strict=True)):
        unit = vectors[p] / np.linalg.norm(vectors[p])
        change[i] += np.outer(unit, phi_2[j] * W_2[p]) + phi_3[j] * W_3[p] * v[j]
    return change


def right_by_atoms(v, phi_2, phi_3, W_2, W_3, vectors, centers, neighbors):
    units = vectors / np.sqrt(np.sum(vectors**2, axis=1, keepdims=True))
    messages = np.einsum("pf,pa->paf", phi_2[neighbors] * W_2, units)
    messages += np.einsum("pf,paf->paf", phi_3[neighbors] * W_3, v[neighbors])
    return np.array([messages[centers == i].sum(axis=0) for i in range(len(v))])


def _messages(v, phi_2, phi_3, W_2, W_3, vectors, centers, neighbors):
    r = np.linalg.norm(vectors, axis=1)[:, None]
    along = (phi_2[neighbors] * W_2)[:, None, :] * (vectors / r)[:, :, None]
    return along, (phi_3[neighbors] * W_3)[:, None, :] * v[neighbors]


def _added(v, places, messages):
    change = np.zeros_like(v)
    np.add.at(change, places, messages)
    return change


def wrong_backwards(*given):
    along, passed = _messages(*given)
    return _added(given[0], given[6], passed - along)


def wrong_overwritten(*given):
    change = np.zeros_like(given[0])
    change[given[6]] += sum(_messages(*given))
    return change


def wrong_sent_back(*given):
    return _added(given[0], given[7], sum(_messages(*given)))


def wrong_whole_vectors(v, phi_2, phi_3, W_2, W_3, vectors, centers, neighbors):
    along = (phi_2[neighbors] * W_2)[:, None, :] * vectors[:, :, None]
    passed = (phi_3[neighbors] * W_3)[:, None, :] * v[neighbors]
    return _added(v, centers, along + passed)


def wrong_own_vectors(v, phi_2, phi_3, W_2, W_3, vectors, centers, neighbors):
    along, _ = _messages(v, phi_2, phi_3, W_2, W_3, vectors, centers, neighbors)
    return _added(v, centers, along + (phi_3[neighbors] * W_3)[:, None, :] * v[centers])


def wrong_own_numbers(v, phi_2, phi_3, W_2, W_3, vectors, centers, neighbors):
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    along = (phi_2[centers] * W_2)[:, None, :] * units[:, :, None]
    return _added(v, centers, along + (phi_3[centers] * W_3)[:, None, :] * v[neighbors])


def wrong_exchanged(v, phi_2, phi_3, W_2, W_3, *others):
    return right_by_loops(v, phi_3, phi_2, W_3, W_2, *others)


def wrong_not_passed_on(*given):
    return _added(given[0], given[6], _messages(*given)[0])


def wrong_new_vectors(*given):
    return given[0] + right_by_loops(*given)


def wrong_mean(*given):
    messages, centers = sum(_messages(*given)), given[6]
    change = np.zeros_like(given[0])
    for i in set(centers):
        change[i] = messages[centers == i].mean(axis=0)
    return change


def wrong_silu_on_components(*given):
    change = right_by_loops(*given)
    return change / (1 + np.exp(-change))


def wrong_absolute(v, phi_2, phi_3, W_2, W_3, vectors, *pairs):
    return right_by_loops(v, phi_2, phi_3, W_2, W_3, abs(vectors), *pairs)
