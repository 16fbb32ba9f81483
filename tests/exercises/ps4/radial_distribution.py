"""Right and wrong answers to the exercise of this name."""

import numpy as np


def _distances(frame, lengths, images=True):
    vectors = frame[None] - frame[:, None]
    vectors = vectors - lengths * np.round(vectors / lengths) * images
    return np.sqrt((vectors**2).sum(2))


def _g(frames, lengths, bins, r_max=None, images=True, own=False):
    edges = np.linspace(0, r_max or min(lengths) / 2, bins + 1)
    n = len(frames[0])
    chosen = np.ones((n, n), dtype=bool) if own else ~np.eye(n, dtype=bool)
    each = [np.histogram(_distances(f, lengths, images)[chosen], edges)[0] for f in frames]
    gas = n / np.prod(lengths) * 4 / 3 * np.pi * np.diff(edges**3)
    return (edges[1:] + edges[:-1]) / 2, np.mean(each, axis=0) / n / gas


def right_whole_arrays(frames, lengths, bins):
    return _g(frames, lengths, bins)


def right_by_loops(frames, lengths, bins):
    width = min(lengths) / 2 / bins
    counts = [0] * bins
    for frame in frames:
        for i in range(len(frame)):
            for j in range(i):
                d = frame[j] - frame[i]
                d = (d + lengths / 2) % lengths - lengths / 2
                number = int(np.sqrt(d @ d) / width)
                if number < bins:
                    counts[number] += 2
    g = []
    for number, count in enumerate(counts):
        shell = 4 / 3 * np.pi * width**3 * ((number + 1) ** 3 - number**3)
        n = len(frames[0])
        g.append(count / len(frames) / n / (n / (lengths[0] * lengths[1] * lengths[2]) * shell))
    return [(number + 0.5) * width for number in range(bins)], g


def wrong_each_pair_once(frames, lengths, bins):
    r, g = _g(frames, lengths, bins)
    return r, g / 2


def wrong_no_images(frames, lengths, bins):
    return _g(frames, lengths, bins, images=False)


def wrong_all_atoms(frames, lengths, bins):
    r, g = _g(frames, lengths, bins)
    return r, g * len(frames[0])


def wrong_sum_of_frames(frames, lengths, bins):
    r, g = _g(frames, lengths, bins)
    return r, g * len(frames)


def wrong_first_frame(frames, lengths, bins):
    return _g(frames[:1], lengths, bins)


def wrong_thin_shells(frames, lengths, bins):
    r, g = _g(frames, lengths, bins)
    edges = np.linspace(0, min(lengths) / 2, bins + 1)
    return r, g * (4 / 3 * np.pi * np.diff(edges**3)) / (4 * np.pi * r**2 * edges[1])


def wrong_itself(frames, lengths, bins):
    return _g(frames, lengths, bins, own=True)


def wrong_no_density(frames, lengths, bins):
    r, g = _g(frames, lengths, bins)
    return r, g * len(frames[0]) / np.prod(lengths)


def wrong_longest_edge(frames, lengths, bins):
    return _g(frames, lengths, bins, r_max=max(lengths) / 2)


def wrong_whole_edge(frames, lengths, bins):
    return _g(frames, lengths, bins, r_max=min(lengths))


def wrong_left_edges(frames, lengths, bins):
    r, g = _g(frames, lengths, bins)
    return r - r[0], g


def wrong_others_only(frames, lengths, bins):
    r, g = _g(frames, lengths, bins)
    return r, g * len(frames[0]) / (len(frames[0]) - 1)


def wrong_cube(frames, lengths, bins):
    r, g = _g(frames, lengths, bins)
    return r, g * lengths[0] ** 3 / np.prod(lengths)
