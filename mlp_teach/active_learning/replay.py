"""A recorded run, to be looked at round by round: a small file instead of hours.

What was uncertain, what was chosen and what came of it stands in the journal of a run (journal.py).
For a picture two things are added: where each structure of the pool lies on a map, and how the
error fell in runs that chose by chance. The map shows rows of features x, less their mean, in the
two directions along which they differ most,

    x - x̄ = u S Vᵀ,   place = (x - x̄)·(v_1, v_2)                                             (1)

so that structures which are alike lie together. Most distances are larger than they look.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

REPLAYS = Path(__file__).parent / "replays"
DIGITS = 4  # of a number in the file: more than a picture shows


@dataclass(frozen=True)
class Curve:
    """Errors on test structures, of runs with different seeds, after the same numbers of labels."""

    labels: Int[np.ndarray, " points"]
    errors: Float[np.ndarray, "seeds points"]  # in the replay's unit


@dataclass(frozen=True)
class ReplayRound:
    """What the models of one round knew, how good they were, and what they asked for."""

    labels: int  # that they were trained on
    error: float  # in the replay's unit
    scores: Float[np.ndarray, " pool"]  # uncertainty of each, eV/Å; NaN for what was asked for
    chosen: Int[np.ndarray, " chosen"]  # of the pool, in order; none in the last round


@dataclass(frozen=True)
class Replay:
    """A run among the structures of a pool, and the curves of several runs to compare with."""

    title: str  # such as "Cu": words of pictures in any language
    error_name: str  # such as "RMSE"
    unit: str  # of errors, such as "meV/Å"
    places: Float[np.ndarray, "pool 2"]
    first: Int[np.ndarray, " first"]  # of the pool, labelled before the first round
    rounds: tuple[ReplayRound, ...]
    active: Curve
    random: Curve

    def __post_init__(self) -> None:
        """Raises ValueError for no rounds, infinite scores and a structure that is asked twice."""
        if not self.rounds:
            raise ValueError("A replay needs one round at least.")
        if any(np.isinf(one.scores).any() for one in self.rounds):
            raise ValueError("A score is infinite; no picture can show it.")
        asked = np.concatenate([self.first, *(one.chosen for one in self.rounds)])
        if len(np.unique(asked)) < len(asked):
            raise ValueError("A structure of the pool is asked for twice; no loop does that.")
        if len(asked) and not 0 <= asked.min() <= asked.max() < len(self.places):
            raise ValueError(
                f"Structure {asked.max()} is asked for, but the pool has {len(self.places)}."
            )


def replay_of(
    lines: Sequence[dict],
    *,
    title: str,
    error: str,
    error_name: str,
    unit: str,
    places: Float[np.ndarray, "pool 2"],
    first: Sequence[int],
    active: Curve,
    random: Curve,
) -> Replay:
    """From the lines of a journal (journal.read_journal) of a run with a pool.

    `error` is the one of the journal's errors that is shown, in `unit`; candidates are named by
    their index in the pool, as `pool.look_in` does. Of a run that stopped and went on later, the
    later line of a round counts.
    """
    told = {line["round"]: line for line in lines if line["event"] in ("chosen", "stopped")}
    rounds = [_round(line, error, len(places)) for number, line in told.items() if number > 0]
    asked = np.array(first, dtype=int)
    return Replay(title, error_name, unit, places, asked, tuple(rounds), active, random)


def _round(line: dict, error: str, pool: int) -> ReplayRound:
    if error not in line["errors"]:
        known = ", ".join(line["errors"]) or "none: the loop was given no judge"
        raise ValueError(f"The journal has no error named {error!r}; it has {known}.")
    scores = np.full(pool, np.nan)
    scores[line.get("candidates", [])] = line.get("scores", [])
    chosen = np.array(line.get("names", []), dtype=int)
    return ReplayRound(line["labels"], float(line["errors"][error]), scores, chosen)


def map_of(features: Float[np.ndarray, "pool features"]) -> Float[np.ndarray, "pool 2"]:
    """(1), in the features' unit. The largest place in each direction is positive."""
    apart = features - features.mean(0)
    directions = np.linalg.svd(apart, full_matrices=False)[2][:2]  # v_1, v_2 of (1)
    places = np.zeros((len(features), 2))
    places[:, : len(directions)] = apart @ directions.T
    largest = np.take_along_axis(places, np.abs(places).argmax(0)[None], 0)
    return places * np.where(largest < 0, -1.0, 1.0)  # a singular vector has no sign of its own


def write_replay(replay: Replay, path: Path | str) -> None:
    """The replay as JSON text; NaN becomes null."""
    Path(path).write_text(json.dumps(_plain(replay), ensure_ascii=False) + "\n", encoding="utf-8")


def read_replay(path: Path | str) -> Replay:
    """The replay that was written."""
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    rounds = [
        ReplayRound(one["labels"], one["error"], _numbers(one["scores"]), _whole(one["chosen"]))
        for one in data["rounds"]
    ]
    return Replay(
        data["title"],
        data["error_name"],
        data["unit"],
        _numbers(data["places"]).reshape(-1, 2),
        _whole(data["first"]),
        tuple(rounds),
        *(
            Curve(_whole(data[name]["labels"]), _numbers(data[name]["errors"]))
            for name in ("active", "random")
        ),
    )


def shipped(name: str = "mlearn_Cu") -> Replay:
    """A replay that comes with the package. Raises ValueError for one that does not."""
    path = REPLAYS / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in REPLAYS.glob("*.json")))
        raise ValueError(f"There is no replay of {name!r}; there is: {known}.")
    return read_replay(path)


def _numbers(values: list) -> np.ndarray:
    return np.array(values, dtype=float)  # None becomes NaN


def _whole(values: list) -> np.ndarray:
    return np.array(values, dtype=int)


def _plain(value: object) -> object:
    """Dataclasses as dicts, arrays as lists of short numbers."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return None if np.isnan(value) else float(f"{value:.{DIGITS}g}")
    if isinstance(value, Curve | ReplayRound | Replay):
        return {name: _plain(one) for name, one in vars(value).items()}
    return value
