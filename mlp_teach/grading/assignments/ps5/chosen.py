"""Indices that a student's function chose, held against the right ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit
from mlp_teach.grading.exercise import Text
from mlp_teach.grading.wire import Plain

NOT_WHOLE = Text(
    "Indices are whole numbers from 0 on, in one list or array.",
    "番号は 0 以上の整数で、1 つのリストまたは配列に入れてください。",
)
NUMBER = Text(
    "{found} structures were chosen; {expected} different ones are asked for.",
    "選ばれた構造は {found} 個です。異なる {expected} 個を選んでください。",
)
AGAIN = Text(
    "One structure was chosen twice. What is chosen must be left out of the next choice.",
    "同じ構造が 2 度選ばれています。選んだものは、次の候補から除いてください。",
)
Mistakes = Iterable[tuple[Text, Callable[[], list[int]]]]


def whole_numbers(found: Plain) -> list[int]:
    """One list of indices, as it was returned. Raises Unfit for anything else."""
    if found is None:
        raise Unfit(hints.NOTHING)
    try:
        cast = np.array(found)
    except ValueError:  # lists of different lengths
        raise Unfit(NOT_WHOLE) from None
    if cast.size == 0:
        return []
    if cast.ndim != 1 or cast.dtype.kind not in "iuf":
        raise Unfit(NOT_WHOLE)
    values = cast.tolist()
    if not all(np.isfinite(value) and value == int(value) for value in values):
        raise Unfit(NOT_WHOLE)
    return [int(value) for value in values]


def differ(found: list[int], right: list[int], mistakes: Mistakes, otherwise: Text) -> Text | None:
    """None for the right indices in their order, else the hint of the mistake that gives them."""
    if found == right:
        return None
    for hint, wrong in mistakes:
        if found == wrong():
            return hint
    if len(found) != len(right):
        return NUMBER.with_words(found=len(found), expected=len(right))
    return AGAIN if len(set(found)) < len(found) else otherwise
