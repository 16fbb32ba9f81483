"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_rank_one(features, count, known, ridge):
    """det(A + x xᵀ) = det A (1 + xᵀ A⁻¹ x)."""
    inverse = np.linalg.inv(ridge * np.eye(features.shape[1]) + known.T @ known)
    chosen = []
    for _ in range(count):
        leverage = np.einsum("if,fg,ig->i", features, inverse, features)
        leverage[chosen] = -1.0
        new = int(leverage.argmax())
        chosen.append(new)
        u = inverse @ features[new]
        inverse = inverse - np.outer(u, u) / (1 + features[new] @ u)
    return chosen


def right_by_determinants(features, count, known, ridge):
    rows, chosen = [row for row in known], []
    for _ in range(count):
        best = None
        for i in range(len(features)):
            if i in chosen:
                continue
            x = np.array([*rows, features[i]])
            size = np.linalg.det(ridge * np.eye(x.shape[1]) + x.T @ x)
            if best is None or size > best[0]:
                best = (size, i)
        chosen.append(best[1])
        rows.append(features[best[1]])
    return np.array(chosen)


def _greedy(features, count, a, merit, update=True, skip=True):
    chosen = []
    for _ in range(count):
        values = [
            -np.inf if skip and i in chosen else merit(a + np.outer(x, x))
            for i, x in enumerate(features)
        ]
        chosen.append(int(np.argmax(values)))
        if update:
            a = a + np.outer(features[chosen[-1]], features[chosen[-1]])
    return chosen


def _start(features, known, ridge):
    return ridge * np.eye(features.shape[1]) + known.T @ known


def wrong_longest_rows(features, count, known, ridge):
    return np.argsort(-np.linalg.norm(features, axis=1))[:count]


def wrong_never_updated(features, count, known, ridge):
    return _greedy(features, count, _start(features, known, ridge), np.linalg.det, update=False)


def wrong_trace(features, count, known, ridge):
    return _greedy(features, count, _start(features, known, ridge), np.trace)


def wrong_known_left_out(features, count, known, ridge):
    return _greedy(features, count, ridge * np.eye(features.shape[1]), np.linalg.det)


def wrong_smallest(features, count, known, ridge):
    a = _start(features, known, ridge)
    return _greedy(features, count, a, lambda a: -np.linalg.slogdet(a)[1])


def wrong_chosen_again(features, count, known, ridge):
    a = _start(features, known, ridge)
    return _greedy(features, count, a, np.linalg.det, update=False, skip=False)


def wrong_one_too_few(features, count, known, ridge):
    return right_rank_one(features, count - 1, known, ridge)


def wrong_smallest_variance(features, count, known, ridge):
    """The smallest trace of A⁻¹, which is another rule, A-optimality."""
    a = _start(features, known, ridge)
    return _greedy(features, count, a, lambda a: -np.trace(np.linalg.inv(a)))
