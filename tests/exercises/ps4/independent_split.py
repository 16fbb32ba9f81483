"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _merged(runs, copies):
    group = np.unique(runs, return_inverse=True)[1]
    for i, j in copies:
        group[group == group[j]] = group[i]
    return group


def _dealt(group, shares, seed):
    parts = [[], [], []]
    for name in np.random.default_rng(seed).permutation(np.unique(group)):
        lacking = [s * len(group) - len(p) for s, p in zip(shares, parts)]  # noqa: B905
        parts[int(np.argmax(lacking))] += np.flatnonzero(group == name).tolist()
    return parts


def right_dealt(runs, copies, shares, seed):
    return _dealt(_merged(runs, copies), shares, seed)


def right_flooded_and_cut(runs, copies, shares, seed):
    near = {i: set(np.flatnonzero(runs == runs[i]).tolist()) for i in range(len(runs))}
    for i, j in copies.tolist():
        near[i].add(j)
        near[j].add(i)
    left, groups = set(range(len(runs))), []
    while left:
        group, edge = set(), {min(left)}
        while edge:
            group |= edge
            edge = set().union(*(near[i] for i in edge)) - group
        groups.append(sorted(group))
        left -= group
    order = np.random.RandomState(seed).permutation(len(groups))
    ends = np.cumsum(shares) * len(runs)
    parts, done = ([], [], []), 0
    for n in order:
        middle = done + len(groups[n]) / 2
        parts[min(int(np.searchsorted(ends, middle)), 2)].extend(groups[n])
        done += len(groups[n])
    return [np.array(part) for part in parts]


def wrong_random_frames(runs, copies, shares, seed):
    order = np.random.default_rng(seed).permutation(len(runs))
    a, b = (round(x) for x in np.cumsum(shares)[:2] * len(runs))
    return order[:a], order[a:b], order[b:]


def wrong_as_in_the_file(runs, copies, shares, seed):
    order = np.arange(len(runs))
    a, b = (int(x) for x in np.cumsum(shares)[:2] * len(runs))
    return order[:a], order[a:b], order[b:]


def wrong_copies_forgotten(runs, copies, shares, seed):
    return _dealt(_merged(runs, []), shares, seed)


def wrong_only_the_copied_frame(runs, copies, shares, seed):
    group = runs.copy()
    for i, j in copies:
        group[j] = group[i]
    return _dealt(group, shares, seed)


def wrong_one_step(runs, copies, shares, seed):
    group = runs.copy()
    for i, j in copies:
        group[runs == runs[j]] = runs[i]
    return _dealt(group, shares, seed)


def wrong_thirds(runs, copies, shares, seed):
    return _dealt(_merged(runs, copies), [1 / 3, 1 / 3, 1 / 3], seed)


def wrong_always_eighty(runs, copies, shares, seed):
    return _dealt(_merged(runs, copies), [0.8, 0.1, 0.1], seed)


def wrong_no_validation(runs, copies, shares, seed):
    training, validation, test = _dealt(_merged(runs, copies), shares, seed)
    return training + validation, [], test


def wrong_drawn_twice(runs, copies, shares, seed):
    rng = np.random.default_rng(seed)
    group = _merged(runs, copies)
    names = np.unique(group)
    parts = []
    for share in shares:
        chosen = rng.choice(names, int(share * len(names)), replace=False)
        parts.append(np.flatnonzero(np.isin(group, chosen)))
    return parts


def wrong_unseeded(runs, copies, shares, seed):
    return _dealt(_merged(runs, copies), shares, None)


def wrong_fixed_seed(runs, copies, shares, seed):
    return _dealt(_merged(runs, copies), shares, 0)


def wrong_labels(runs, copies, shares, seed):
    part = np.zeros(len(runs), int)
    for number, frames in enumerate(_dealt(_merged(runs, copies), shares, seed)):
        part[frames] = number
    return part
