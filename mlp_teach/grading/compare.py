"""Compares what a student's function returned with what is right, and recognises usual mistakes.

Nothing of the student's is trusted or run here: lists and arrays of plain numbers are cast to
float64, shape and finiteness are looked at, and numpy compares.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from mlp_teach.grading import hints
from mlp_teach.grading.exercise import Text
from mlp_teach.grading.wire import Plain

CLOSE = 1e-8  # of the largest number that is expected
Mistake = tuple[Text, ArrayLike]  # what to say, and what the mistake would have given


class Unfit(Exception):
    """The value cannot be compared; `hint` says what is wrong with it."""

    def __init__(self, hint: Text):
        super().__init__(hint.en)
        self.hint = hint


def judge(
    found: Plain,
    expected: ArrayLike,
    otherwise: Text,
    mistakes: Iterable[Mistake] = (),
    close: float = CLOSE,
) -> Text | None:
    """None where the numbers are equal, else the hint of the mistake that gives them.

    Where no mistake gives them it is `otherwise`. Raises Unfit for what is not finite numbers in
    the shape of `expected`.
    """
    expected = np.asarray(expected, dtype=float)
    found = numbers(found, expected.shape)
    if _equal(found, expected, close):
        return None
    for hint, wrong in mistakes:
        if np.shape(wrong) == expected.shape and _equal(found, np.asarray(wrong, float), close):
            return hint
    return otherwise


def numbers(found: Plain, shape: tuple[int, ...]) -> np.ndarray:
    """The value as float64 of that shape. Raises Unfit."""
    if found is None:
        raise Unfit(hints.NOTHING)
    try:
        cast = np.array(found)
    except ValueError:  # lists of different lengths
        raise Unfit(hints.NOT_PLAIN) from None
    if cast.dtype.kind not in "iuf":
        raise Unfit(hints.NOT_PLAIN)
    if cast.shape != shape:
        raise Unfit(hints.SHAPE.with_words(found=cast.shape, expected=shape))
    cast = cast.astype(float)
    if not np.isfinite(cast).all():
        raise Unfit(hints.NOT_FINITE)
    return cast


def parts(found: Plain, how_many: int) -> list[Plain]:
    """The things that a function returned together. Raises Unfit."""
    if found is None:
        raise Unfit(hints.NOTHING)
    if isinstance(found, np.ndarray) and found.ndim and len(found) == how_many:
        return list(found)
    if not isinstance(found, list) or len(found) != how_many:
        raise Unfit(hints.PARTS.with_words(expected=how_many))
    return found


def _equal(a: np.ndarray, b: np.ndarray, close: float) -> bool:
    scale = np.abs(b).max(initial=0.0)
    return bool((np.abs(a - b) <= close * (scale + 1e-300)).all())
