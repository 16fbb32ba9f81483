"""A plan that a student's function returns, as a dict of plain values, for a dict of givens."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit
from mlp_teach.grading.exercise import Ask, Text
from mlp_teach.grading.wire import Expression, Plain

NO_DICT = Text(
    "Return a dict with the keys {keys}.",
    "キー {keys} をもつ辞書（dict）を返してください。",
)
NO_KEY = Text(
    "The plan has no entry '{key}'.",
    "計画に '{key}' がありません。",
)
NO_NUMBER = Text(
    "'{key}' must be a number, not negative and not endless.",
    "'{key}' は、0 以上の（無限大ではない）数でなければなりません。",
)
NOT_WHOLE = Text(
    "'{key}' must be a whole number, not negative and not endless.",
    "'{key}' は、0 以上の整数でなければなりません。",
)
NO_COUNTS = Text(
    "'{key}' must be a list of {n} whole numbers, none of them negative.",
    "'{key}' は、0 以上の整数 {n} 個のリストでなければなりません。",
)
Entries = dict[str, Plain]
LARGEST = 1e15  # what is larger is no plan, and might not fit into a float when multiplied


def entries(ask: Ask, function: str, given: dict[str, float | int], keys: tuple) -> Entries:
    """What the function returns for `given`. Raises Unfit unless it is a dict with these keys."""
    call = f"lambda g: (lambda p: list(p.items()) if hasattr(p, 'items') else p)({function}(g))"
    found = ask(call, Expression(repr(given)))
    if found is None:
        raise Unfit(hints.NOTHING)
    pairs = found if isinstance(found, list) else [None]
    if not all(isinstance(one, list) and len(one) == 2 and type(one[0]) is str for one in pairs):
        raise Unfit(NO_DICT.with_words(keys=", ".join(keys)))
    plan = dict(pairs)
    for key in keys:
        if key not in plan:
            raise Unfit(NO_KEY.with_words(key=key))
    return plan


def number(plan: Entries, key: str) -> float:
    """One entry as a number. Raises Unfit."""
    value = plan[key]
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise Unfit(NO_NUMBER.with_words(key=key))
    return float(value)


def whole(plan: Entries, key: str) -> int:
    """One entry as a whole number; 3.0 is one. Raises Unfit."""
    try:
        value = number(plan, key)
    except Unfit:
        raise Unfit(NOT_WHOLE.with_words(key=key)) from None
    if value != int(value):
        raise Unfit(NOT_WHOLE.with_words(key=key))
    return int(value)


def counts(plan: Entries, key: str, n: int) -> list[int]:
    """One entry as `n` whole numbers. Raises Unfit."""
    wrong = Unfit(NO_COUNTS.with_words(key=key, n=n))
    values = plan[key]
    if not isinstance(values, list | np.ndarray) or len(values) != n:
        raise wrong
    try:
        cast = np.array(values)
    except ValueError:
        raise wrong from None
    if cast.shape != (n,) or cast.dtype.kind not in "iuf" or not np.isfinite(cast).all():
        raise wrong
    if (cast < 0).any() or (cast > LARGEST).any() or (cast != np.round(cast)).any():
        raise wrong
    return [int(value) for value in cast]


def same(found: float | int, right: float | int) -> bool:
    """Equal but for rounding in the last digits that one would print."""
    return bool(abs(found - right) <= 1e-6 * max(abs(right), 1e-300))
