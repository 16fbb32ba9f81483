"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _epsilon(forces):
    apart = forces - forces.mean(axis=1, keepdims=True)
    return np.sqrt((apart**2).sum(axis=3).mean(axis=1)).max(axis=1)


def _walk(epsilon, lower, upper):
    candidates = []
    for frame, size in enumerate(epsilon):
        if not size <= upper:
            return epsilon, candidates, frame
        if size > lower:
            candidates.append(frame)
    return epsilon, candidates, len(epsilon)


def right_walk(forces, lower, upper):
    return _walk(_epsilon(forces), lower, upper)


def right_by_arrays(forces, lower, upper):
    epsilon = np.sqrt(forces.var(axis=1).sum(axis=-1)).max(axis=-1)
    over = np.isnan(epsilon) | (epsilon > upper)
    end = int(np.argmax(over)) if over.any() else len(epsilon)
    return [epsilon, np.flatnonzero(epsilon[:end] > lower), end]


def wrong_over_atoms(forces, lower, upper):
    apart = forces - forces.mean(axis=2, keepdims=True)
    return _walk(np.sqrt((apart**2).sum(axis=3).mean(axis=2)).max(axis=1), lower, upper)


def wrong_k_minus_one(forces, lower, upper):
    epsilon = np.sqrt(forces.var(axis=1, ddof=1).sum(axis=-1)).max(axis=-1)
    return _walk(epsilon, lower, upper)


def wrong_lengths(forces, lower, upper):
    return _walk(np.linalg.norm(forces, axis=3).std(axis=1).max(axis=1), lower, upper)


def wrong_no_root(forces, lower, upper):
    return _walk(_epsilon(forces) ** 2, lower, upper)


def wrong_mean_of_atoms(forces, lower, upper):
    return _walk(np.sqrt(forces.var(axis=1).sum(axis=-1)).mean(axis=-1), lower, upper)


def wrong_components_alone(forces, lower, upper):
    return _walk(forces.std(axis=1).max(axis=(1, 2)), lower, upper)


def wrong_goes_on(forces, lower, upper):
    epsilon, _, end = right_walk(forces, lower, upper)
    return epsilon, [f for f, size in enumerate(epsilon) if lower < size <= upper], end


def wrong_end_labelled(forces, lower, upper):
    epsilon, candidates, end = right_walk(forces, lower, upper)
    return epsilon, candidates + [end] * (end < len(epsilon)), end


def wrong_all_before_the_end(forces, lower, upper):
    epsilon, _, end = right_walk(forces, lower, upper)
    return epsilon, list(range(end)), end


def wrong_nan_goes_on(forces, lower, upper):
    epsilon = _epsilon(forces)
    over = np.flatnonzero(epsilon > upper)
    end = over[0] if len(over) else len(epsilon)
    return epsilon, np.flatnonzero(epsilon[:end] > lower), end


def wrong_last_frame_allowed(forces, lower, upper):
    epsilon, candidates, end = right_walk(forces, lower, upper)
    return epsilon, candidates, end - 1


def wrong_no_end_is_minus_one(forces, lower, upper):
    epsilon, candidates, end = right_walk(forces, lower, upper)
    return epsilon, candidates, end if end < len(epsilon) else -1
