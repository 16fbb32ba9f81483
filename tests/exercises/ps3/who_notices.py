"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _near(positions, r_c):
    r = np.linalg.norm(positions[None] - positions[:, None], axis=2)
    return r < r_c  # true on the diagonal


def right_by_matrix(positions, r_c, layers, moved):
    energies = np.linalg.matrix_power(_near(positions, r_c).astype(int), layers)
    forces = np.linalg.matrix_power(_near(positions, r_c).astype(int), 2 * layers)
    return np.flatnonzero(energies[moved]), np.flatnonzero(forces[moved])


def right_by_sets(positions, r_c, layers, moved):
    def spread(atoms):
        return {
            j
            for i in atoms
            for j in range(len(positions))
            if np.linalg.norm(positions[i] - positions[j]) < r_c
        }

    reached = [{moved}]
    for _ in range(2 * layers):
        reached.append(spread(reached[-1]))
    return reached[layers], reached[2 * layers]


def _grown(near, atoms, steps):
    for _ in range(steps):
        atoms = near[atoms].any(axis=0)
    return np.flatnonzero(atoms)


def _start(positions, moved):
    return np.arange(len(positions)) == moved


def wrong_ball(positions, r_c, layers, moved):
    r = np.linalg.norm(positions - positions[moved], axis=1)
    return np.flatnonzero(r < layers * r_c), np.flatnonzero(r < 2 * layers * r_c)


def wrong_neighbours_alone(positions, r_c, layers, moved):
    near = _near(positions, r_c)[moved]
    return np.flatnonzero(near), np.flatnonzero(near)


def wrong_one_too_few(positions, r_c, layers, moved):
    near, start = _near(positions, r_c), _start(positions, moved)
    return _grown(near, start, layers - 1), _grown(near, start, 2 * layers - 1)


def wrong_one_too_many(positions, r_c, layers, moved):
    near, start = _near(positions, r_c), _start(positions, moved)
    return _grown(near, start, layers + 1), _grown(near, start, 2 * layers + 1)


def wrong_without_itself(*given):
    energies, forces = right_by_sets(*given)
    return energies - {given[-1]}, forces - {given[-1]}


def wrong_forces_as_energies(*given):
    energies, _ = right_by_sets(*given)
    return energies, energies


def wrong_forces_one_step_more(positions, r_c, layers, moved):
    near, start = _near(positions, r_c), _start(positions, moved)
    return _grown(near, start, layers), _grown(near, start, layers + 1)


def wrong_exactly_so_many_steps(positions, r_c, layers, moved):
    near = _near(positions, r_c) & ~np.eye(len(positions), dtype=bool)
    start = _start(positions, moved)
    return _grown(near, start, layers), _grown(near, start, 2 * layers)


def wrong_truth_values(*given):
    atoms = np.arange(len(given[0]))
    return tuple(np.isin(atoms, list(one)) for one in right_by_sets(*given))


def wrong_without_end(positions, r_c, layers, moved):
    known, waiting = {moved}, [moved]
    while waiting:
        here = waiting.pop()
        for other in range(len(positions)):
            if other not in known and np.linalg.norm(positions[other] - positions[here]) < r_c:
                known.add(other)
                waiting.append(other)
    return sorted(known), sorted(known)
