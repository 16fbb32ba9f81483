"""A recorded run: from a journal to a file and back; the map; what is no run."""

import math
from dataclasses import replace

import numpy as np
import pytest

from mlp_teach.active_learning.journal import read_journal
from mlp_teach.active_learning.replay import (
    Curve,
    Replay,
    ReplayRound,
    map_of,
    read_replay,
    replay_of,
    shipped,
    write_replay,
)
from tests.active_learning.small_loop import frames, points, pool_loop

CURVE = Curve(np.array([4, 7]), np.array([[50.0, 40.0], [60.0, 30.0]]))
WORDS = {"title": "copper", "error": "forces", "error_name": "RMSE", "unit": "meV/Å"}


def small(**changed) -> Replay:
    nan = math.nan
    rounds = (
        ReplayRound(2, 50.0, np.array([nan, nan, 0.3, 0.123456, 0.0]), np.array([2])),
        ReplayRound(3, 40.0, np.array([nan, nan, nan, 0.1, 0.2]), np.array([], dtype=int)),
    )
    given = {"title": "銅", "error_name": "RMSE", "unit": "meV/Å", "rounds": rounds}
    given |= {"places": np.arange(10.0).reshape(5, 2), "first": np.array([0, 1])}
    return Replay(**given | {"active": CURVE, "random": CURVE} | changed)


def equal(one, other) -> bool:
    """Dataclasses of arrays, lists and numbers."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.allclose(one, other, rtol=1e-3, equal_nan=True)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, Replay | ReplayRound | Curve):
        return all(equal(getattr(one, name), getattr(other, name)) for name in vars(one))
    return one == other


def test_a_file_gives_the_same_replay(tmp_path):
    replay = small()
    write_replay(replay, tmp_path / "replay.json")
    read = read_replay(tmp_path / "replay.json")
    assert equal(replay, read)
    assert read.rounds[0].scores[3] == 0.1235  # four digits
    assert math.isnan(read.rounds[0].scores[0])
    assert not equal(replay, small(title="copper"))


def test_a_journal_tells_the_rounds_of_its_run(tmp_path):
    (tmp_path / "run").mkdir()
    rmse = iter((50.0, 40.0, 30.0, 20.0))
    loop = pool_loop(tmp_path, rounds=3, judge=lambda models: {"forces": next(rmse)})
    pool = frames()
    places = map_of(points(pool).features(pool))
    lines = read_journal(tmp_path / "run" / "journal.jsonl")
    found = replay_of(lines, places=places, first=range(4), active=CURVE, random=CURVE, **WORDS)
    assert [one.error for one in found.rounds] == [50, 40, 30, 20]
    assert [one.labels for one in found.rounds] == [one.labels for one in loop.rounds[1:]]
    assert [one.chosen.tolist() for one in found.rounds] == [r.names for r in loop.rounds[1:]]
    longer = [*lines, *({**line, "labels": 99} for line in lines if line["event"] == "stopped")]
    again = replay_of(longer, places=places, first=range(4), active=CURVE, random=CURVE, **WORDS)
    assert [one.labels for one in again.rounds][3:] == [99]  # stopped, gone on: the later counts
    asked = set(range(4))
    for one in found.rounds[:-1]:
        assert set(np.flatnonzero(np.isnan(one.scores))) == asked
        best = np.argsort(-np.nan_to_num(one.scores, nan=-1), kind="stable")
        assert set(one.chosen) == set(best[:3])
        asked |= set(one.chosen)
    assert np.isnan(found.rounds[-1].scores).all()  # out of rounds: nobody looked
    with pytest.raises(ValueError, match="no error named 'energy'; it has forces"):
        replay_of(
            lines,
            places=places,
            first=range(4),
            active=CURVE,
            random=CURVE,
            **WORDS | {"error": "energy"},
        )


def test_the_replay_that_ships_is_a_whole_run():
    replay = shipped()
    assert len(replay.places) == 262
    assert [one.labels for one in replay.rounds] == list(range(10, 140, 10))
    assert replay.active.labels.tolist() == replay.random.labels.tolist()
    assert replay.active.errors.shape == replay.random.errors.shape == (5, 13)
    for one, error in zip(replay.rounds, replay.active.errors[0], strict=True):
        assert one.error == pytest.approx(error, rel=1e-3)  # of seed 0
    for one in replay.rounds[:-1]:  # the rule of the run: the most uncertain come first
        left = np.nan_to_num(one.scores, nan=-1)
        assert left[one.chosen].min() >= np.delete(left, one.chosen).max()
    with pytest.raises(ValueError, match="no replay of 'gold'; there is: mlearn_Cu"):
        shipped("gold")


def test_the_map_keeps_what_lies_in_a_plane():
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(30, 2)) * [3.0, 1.0]
    turned = flat @ np.linalg.qr(rng.normal(size=(6, 6)))[0][:2] + rng.normal(size=6)
    places = map_of(turned)
    apart = [np.linalg.norm(rows[:, None] - rows, axis=2) for rows in (flat, places)]
    np.testing.assert_allclose(*apart, atol=1e-12)
    spread = places.std(0)
    assert spread[0] > spread[1]
    for one in (places, map_of(-turned)):
        assert (one[np.abs(one).argmax(0), [0, 1]] > 0).all()


def test_a_map_of_one_feature_or_of_one_structure_is_flat():
    line = map_of(np.array([[1.0], [2.0], [6.0]]))
    assert line.tolist() == [[-2, 0], [-1, 0], [3, 0]]
    assert map_of(np.ones((1, 5))).tolist() == [[0, 0]]


def test_what_no_loop_does_is_refused():
    with pytest.raises(ValueError, match="asked for twice"):
        small(first=np.array([0, 2]))
    with pytest.raises(ValueError, match="Structure 7 is asked for, but the pool has 5"):
        small(first=np.array([0, 7]))
    with pytest.raises(ValueError, match="one round at least"):
        small(rounds=())
    with pytest.raises(ValueError, match="score is infinite"):
        small(rounds=(replace(small().rounds[0], scores=np.full(5, np.inf)),))
    assert replace(small(), first=np.array([0, 4])).first[1] == 4
