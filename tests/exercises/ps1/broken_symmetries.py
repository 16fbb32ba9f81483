"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _turn(seed, determinant=1.0):
    q = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    return q * np.linalg.det(q) * determinant


def _noticed(energy, positions, changes, close=1e-9):
    before = energy(positions)
    return [n for n, new in changes.items() if not abs(energy(new) - before) <= close]


def _changes(positions):
    return {
        "translation": positions + np.array([1.0, 2.0, 3.0]),
        "rotation": positions @ _turn(1),
        "reflection": positions * np.array([-1.0, 1.0, 1.0]),
        "permutation": positions[::-1],
    }


def right_reversed(energy, positions):
    changes = _changes(positions)
    changes["permutation"] = positions[np.r_[1 : len(positions), 0]]
    return _noticed(energy, positions, changes, close=1e-8)


def right_many_tries(energy, positions):
    def change(name, seed):
        rng = np.random.default_rng(seed)
        return {
            "translation": lambda: positions + rng.normal(size=3),
            "rotation": lambda: positions @ _turn(seed).T,
            "reflection": lambda: positions * np.array([-1, 1, 1]),
            "permutation": lambda: rng.permutation(positions),
        }[name]()

    found = set()
    for name in ("permutation", "reflection", "rotation", "translation"):
        for seed in range(12):
            apart = energy(change(name, seed)) - energy(positions)
            if abs(apart) > 1e-10 * (1 + abs(energy(positions))):
                found.add(name)
    return found


def wrong_no_rounding(energy, positions):
    return _noticed(energy, positions, _changes(positions), close=0.0)


def wrong_about_z_only(energy, positions):
    turn = np.array([[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, 1]])
    return _noticed(energy, positions, _changes(positions) | {"rotation": positions @ turn})


def wrong_last_two_swapped(energy, positions):
    order = [*range(len(positions) - 2), len(positions) - 1, len(positions) - 2]
    return _noticed(energy, positions, _changes(positions) | {"permutation": positions[order]})


def wrong_improper_turn(energy, positions):
    return _noticed(
        energy, positions, _changes(positions) | {"rotation": positions @ _turn(1, -1.0)}
    )


def wrong_half_turn_for_mirror(energy, positions):
    turned = positions * np.array([-1, -1, 1])
    return _noticed(energy, positions, _changes(positions) | {"reflection": turned})


def wrong_one_atom_moved(energy, positions):
    moved = positions.copy()
    moved[0] += 1.0
    return _noticed(energy, positions, _changes(positions) | {"translation": moved})


def wrong_tiny_step(energy, positions):
    return _noticed(energy, positions, _changes(positions) | {"translation": positions + 1e-9})


def wrong_words(energy, positions):
    return ["translations"]
