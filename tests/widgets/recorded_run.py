"""A short run among twelve structures, written down by hand, for the tests of the replay."""

import math

import numpy as np

from mlp_teach.active_learning.replay import Curve, Replay, ReplayRound

NAN = math.nan
POOL = 12
LABELS = np.array([2, 4, 6, 8])


def run(**changed) -> Replay:
    """Two at first, two in each of three rounds; after the last one nobody looked."""
    rounds, asked = [], [0, 1]
    for number, (largest, error) in enumerate(
        zip((0.8, 0.5, 0.3), (90.0, 60.0, 45.0), strict=True)
    ):
        scores = np.linspace(0.05, largest, POOL)  # the last of those left is the most uncertain
        scores[asked] = NAN
        left = [index for index in range(POOL) if index not in asked]
        scores[left[-1]] = largest
        chosen = [left[-1], left[-2]]
        rounds.append(ReplayRound(2 + 2 * number, error, scores, np.array(chosen)))
        asked += chosen
    nobody = np.full(POOL, NAN)
    rounds.append(ReplayRound(8, 40.0, nobody, np.array([], dtype=int)))
    places = np.array([(k % 4, k // 4) for k in range(POOL)], dtype=float)
    given = {
        "title": "Cu",
        "error_name": "RMSE",
        "unit": "meV/Å",
        "places": places,
        "first": np.array([0, 1]),
        "rounds": tuple(rounds),
        "active": Curve(LABELS, np.array([[90.0, 60, 45, 40], [110.0, 70, 55, 44]])),
        "random": Curve(LABELS, np.array([[95.0, 80, 70, 64], [105.0, 90, 76, 66]])),
    }
    return Replay(**given | changed)
