"""The library's side of the replay: where a recorded run of active learning stands in one round.

A round begins with labelled structures and the models trained on them; those look at the rest of
the pool, and the most uncertain ones (or whatever the run's rule says) are asked for. A threshold
on the largest uncertainty would have ended the run in the first round that is not above it: the
run is recorded to its end, so any threshold can be tried afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, isnan, log10, nan

import numpy as np

from mlp_teach.active_learning.replay import Curve, Replay
from mlp_teach.widgets.drawing import Event

FEWEST = 20  # steps of the threshold's slider


@dataclass(frozen=True)
class ReplayState:
    """The round, from 0, and the threshold that is tried, eV/Å."""

    round: int
    threshold: float


@dataclass(frozen=True, eq=False)
class Band:
    """Mean, lowest and highest error over the seeds, up to a number of labels."""

    labels: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, eq=False)
class ReplayNumbers:
    """One state's part of the run; indices are of the pool."""

    labels: int  # that the models were trained on
    error: float
    chance: float  # error of the random runs with as many labels, their mean; nan: not known
    labelled: np.ndarray
    new: np.ndarray  # what is asked for in this round, in order
    sure: np.ndarray
    unsure: np.ndarray  # above the threshold, and not asked for in this round
    scores: np.ndarray  # of the pool, eV/Å; nan where labelled
    largest: np.ndarray  # of each round up to this one, eV/Å; nan: nobody looked
    active: Band
    random: Band
    stops: int | None  # the round in which the threshold ends the run


def first_state(replay: Replay, threshold: float | None = None) -> ReplayState:
    """The first round; a threshold (eV/Å) halfway between the run's extremes unless one is given.

    Raises ValueError where no round has an uncertainty to compare with, or for one below 0.
    """
    if threshold is not None and not 0 <= threshold < np.inf:
        raise ValueError(f"threshold is {threshold}; give 0 eV/Å or more.")
    seen = np.array([one for one in largest_of(replay) if not isnan(one)])
    if not len(seen):
        raise ValueError("In no round of this run anybody looked at the pool: nothing to replay.")
    if threshold is None:
        step = slider_of(replay)[1]
        threshold = round((seen.min() + seen.max()) / 2 / step) * step
    return ReplayState(0, float(threshold))


def replay_update(replay: Replay, state: ReplayState, event: Event) -> ReplayState:
    """What a new value of a control means."""
    if event.name == "round":
        return replace(state, round=min(max(int(event.value), 0), len(replay.rounds) - 1))
    return replace(state, threshold=float(event.value))


def replay_numbers(replay: Replay, state: ReplayState) -> ReplayNumbers:
    """All that the picture shows."""
    now, past = replay.rounds[state.round], replay.rounds[: state.round]
    labelled = np.concatenate([replay.first, *(one.chosen for one in past)]).astype(int)
    scores = now.scores.copy()
    scores[labelled] = nan
    left = np.setdiff1d(np.arange(len(scores)), np.concatenate([labelled, now.chosen]))
    above = scores[left] > state.threshold  # nan, where nobody looked, is not above
    largest = largest_of(replay)
    return ReplayNumbers(
        labels=now.labels,
        error=now.error,
        chance=error_at(replay.random, now.labels),
        labelled=labelled,
        new=now.chosen,
        sure=left[~above],
        unsure=left[above],
        scores=scores,
        largest=np.array(largest[: state.round + 1]),
        active=band(replay.active, now.labels),
        random=band(replay.random, now.labels),
        stops=next((n for n, one in enumerate(largest) if one <= state.threshold), None),
    )


def largest_of(replay: Replay) -> list[float]:
    """The largest uncertainty of each round, eV/Å; nan where nobody looked."""
    seen = [one.scores[~np.isnan(one.scores)] for one in replay.rounds]
    return [float(scores.max()) if len(scores) else nan for scores in seen]


def band(curve: Curve, labels: int) -> Band:
    """The curve's points with at most that many labels."""
    some = curve.labels <= labels
    errors = curve.errors[:, some]
    return Band(curve.labels[some], errors.mean(0), errors.min(0), errors.max(0))


def error_at(curve: Curve, labels: int) -> float:
    """Mean error with so many labels, on the straight line between two points; else nan."""
    return float(np.interp(labels, curve.labels, curve.errors.mean(0), left=nan, right=nan))


def slider_of(replay: Replay) -> tuple[float, float]:
    """Where the threshold's slider ends, and its step, eV/Å: a round number."""
    top = max(float(np.nanmax(largest_of(replay))), 1e-6)
    step = 10.0 ** floor(log10(top / FEWEST))
    return ceil(top / step) * step, step
