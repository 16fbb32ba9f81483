"""Several workers on one list: all is done once, at the same time, and no worker is left open."""

from contextlib import contextmanager
from threading import Barrier, Event, Lock

import pytest
from side_by_side import side_by_side

LONG = 120  # s, on a machine however busy


class Workers:
    """What the workers did: which are open, what was taken in which order."""

    def __init__(self, work):
        self.work, self.opened, self.closed, self.taken = work, 0, 0, []
        self._lock = Lock()

    @contextmanager
    def open(self):
        with self._lock:
            self.opened += 1
        try:
            yield self._take
        finally:
            with self._lock:
                self.closed += 1

    def _take(self, piece):
        with self._lock:
            self.taken.append(piece)
        return self.work(piece)


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_each_piece_is_done_once_and_every_worker_is_closed(at_once):
    workers = Workers(lambda piece: piece**2)
    found = list(side_by_side(workers.open, range(20), at_once))
    assert sorted(found) == [(piece, piece**2) for piece in range(20)]
    assert sorted(workers.taken) == list(range(20))
    assert workers.opened == workers.closed == at_once


def test_pieces_are_taken_from_the_front():
    workers = Workers(str)
    assert list(side_by_side(workers.open, [3, 1, 2], 1)) == [(3, "3"), (1, "1"), (2, "2")]


def test_two_work_at_the_same_time():
    both = Barrier(2)
    done = dict(side_by_side(Workers(lambda _: both.wait(LONG)).open, "ab", 2))
    assert sorted(done.values()) == [0, 1]  # each waited until the other was there


def test_one_long_piece_leaves_all_others_to_the_other_worker():
    others_done = Event()

    def work(piece):
        if piece == "long":
            return others_done.wait(LONG)
        if piece == "last":
            others_done.set()
        return piece

    found = list(side_by_side(Workers(work).open, ["long", "a", "b", "last"], 2))
    assert sorted(found) == [("a", "a"), ("b", "b"), ("last", "last"), ("long", True)]


def test_no_more_workers_than_pieces_are_opened():
    workers = Workers(str)
    assert list(side_by_side(workers.open, [1], 5)) == [(1, "1")]
    assert workers.opened == 1
    assert list(side_by_side(workers.open, [], 5)) == []
    assert workers.opened == 1


def test_what_a_worker_raises_is_raised_and_the_rest_is_not_taken():
    workers = Workers(lambda piece: 1 / piece)
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(workers.open, [2, 0, 1, 4], 1))
    assert workers.taken == [2, 0]
    assert workers.closed == 1


def test_a_worker_that_cannot_be_opened_is_told():
    @contextmanager
    def closed():
        raise OSError("no such lab")
        yield

    with pytest.raises(OSError, match="no such lab"):
        list(side_by_side(closed, [1, 2], 2))


def test_after_an_error_the_others_are_hurried_and_closed_and_take_no_more():
    hurried, taken_up = Event(), Event()

    def work(piece):
        if piece == "long":
            taken_up.set()
            return hurried.wait(LONG)
        taken_up.wait(LONG)
        raise ValueError(piece)

    workers = Workers(work)
    with pytest.raises(ValueError, match="bad"):
        list(side_by_side(workers.open, ["long", "bad", "more"], 2, hurry=hurried.set))
    assert sorted(workers.taken) == ["bad", "long"]
    assert workers.opened == workers.closed == 2
