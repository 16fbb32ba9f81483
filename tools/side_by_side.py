"""Several workers on one list: each takes the next piece as soon as it has done its last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from threading import Thread
from time import sleep
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def side_by_side(
    worker: Callable[[], AbstractContextManager[Callable[[Piece], Result]]],
    pieces: Sequence[Piece],
    at_once: int,
    hurry: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Piece, Result]]:
    """Every piece with what a worker made of it, in the order in which they are done.

    Each of `at_once` threads opens a worker, takes pieces from the front of the list and closes the
    worker in the end. What a worker raises is raised here, and so is Ctrl-C, once all are closed:
    no further piece is taken, and `hurry` is called now and then to cut short what is being done.
    """
    waiting: SimpleQueue = SimpleQueue()
    done: SimpleQueue = SimpleQueue()
    for piece in pieces:
        waiting.put(piece)

    def work_on() -> None:
        try:
            with worker() as work:
                while (piece := _next(waiting)) is not None:
                    done.put((piece, work(piece), None))
        except BaseException as error:
            done.put((None, None, error))

    threads = [Thread(target=work_on) for _ in range(min(at_once, len(pieces)))]
    for thread in threads:
        thread.start()
    try:
        for _ in pieces:
            piece, result, error = done.get()
            if error:
                raise error
            yield piece, result
    except BaseException:
        while _next(waiting) is not None:
            pass
        while any(thread.is_alive() for thread in threads):
            hurry()
            sleep(0.1)
        raise
    for thread in threads:
        thread.join()


def _next(waiting: SimpleQueue):
    """The next piece, or None where there is none left."""
    try:
        return waiting.get_nowait()
    except Empty:
        return None
