"""Right and wrong answers to the exercise of this name."""

import numpy as np


def right_nearest_kept(scores, features, count, among):
    pool = np.argsort(scores)[::-1][:among]
    chosen = [0]
    nearest = np.linalg.norm(features[pool] - features[pool[0]], axis=1)
    while len(chosen) < count:
        new = int(nearest.argmax())
        chosen.append(new)
        nearest = np.minimum(nearest, np.linalg.norm(features[pool] - features[pool[new]], axis=1))
    return pool[chosen]


def right_by_loops(scores, features, count, among):
    candidates = sorted(range(len(scores)), key=lambda i: -scores[i])[:among]
    chosen = [candidates.pop(0)]
    while len(chosen) < count:
        best, most = None, -1.0
        for i in candidates:
            nearest = min(sum((features[i] - features[c]) ** 2) for c in chosen)
            if nearest > most:
                best, most = i, nearest
        candidates.remove(best)
        chosen.append(best)
    return chosen


def _rule(scores, features, count, among, merit):
    pool = list(np.argsort(-scores)[:among])
    chosen = [pool.pop(0)]
    while len(chosen) < count:
        values = [merit([np.linalg.norm(features[i] - features[c]) for c in chosen]) for i in pool]
        chosen.append(pool.pop(int(np.argmax(values))))
    return [int(one) for one in chosen]


def wrong_as_it_was(scores, features, count, among):
    pool = np.argsort(-scores)[:among]
    chosen = [pool[0]]
    while len(chosen) < count:
        distance = np.linalg.norm(features[pool] - features[chosen[-1]], axis=1)
        distance[np.isin(pool, chosen)] = -1.0
        chosen.append(pool[distance.argmax()])
    return np.array(chosen)


def wrong_mean_distance(*given):
    return _rule(*given, np.mean)


def wrong_largest_distance(*given):
    return _rule(*given, max)


def wrong_argmin(*given):
    return _rule(*given, lambda d: -min(d))


def wrong_scores_alone(scores, features, count, among):
    return np.argsort(-scores)[:count]


def wrong_all_are_candidates(scores, features, count, among):
    return _rule(scores, features, count, len(scores), min)


def wrong_indices_of_candidates(scores, features, count, among):
    pool = np.argsort(-scores)[:among]
    chosen = right_by_loops(scores, features, count, among)
    return [int(np.flatnonzero(pool == one)[0]) for one in chosen]


def wrong_again_and_again(scores, features, count, among):
    pool = np.argsort(-scores)[:among]
    chosen = [pool[0]]
    while len(chosen) < count:
        distance = np.linalg.norm(features[pool] - features[chosen[-1]], axis=1)
        chosen.append(pool[distance.argmax()])
    return chosen


def wrong_first_is_the_outermost(scores, features, count, among):
    pool = np.argsort(-scores)[:among]
    outside = np.linalg.norm(features[pool] - features[pool].mean(0), axis=1)
    return pool[_rule(outside, features[pool], count, among, min)]
