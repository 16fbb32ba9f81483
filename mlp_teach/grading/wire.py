"""What passes between the grader and the process of a student's code: plain data, as JSON.

Numbers, words, arrays and lists of these; unlike a pickle, nothing in it can run when it is read.
`encode` writes and may be asked by the student's side, which can make it say anything; `decode`
believes nothing: it knows the few forms there are and refuses all else.

A message is its length in four bytes, then so many bytes. This file is one of the few
of the grader that a student's process can see (`INSIDE` in `sandbox.py`).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass

import numpy as np

LARGEST = 4_000_000  # bytes of one message: about 370,000 numbers
KINDS = "biuf"  # truth values, whole numbers, real numbers
DEEPEST = 4  # lists in lists

Plain = None | bool | int | float | str | list | np.ndarray


class WireError(ValueError):
    """What came, or was to be sent, is no plain data; the message says what it is instead."""


@dataclass(frozen=True)
class Expression:
    """Python that only the grader may send: a function for a student's function to work on."""

    source: str


def encode(value: object) -> bytes:
    """The bytes of one value. Raises WireError for what is no plain data."""
    data = json.dumps(_form(value)).encode()
    if len(data) > LARGEST:
        raise WireError(f"{len(data)} bytes are too many; {LARGEST} is the limit.")
    return data


def decode(data: bytes) -> Plain:
    """The value that the bytes stand for. Raises WireError for bytes that `encode` cannot write."""
    try:
        form = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise WireError("The answer cannot be read.") from error
    return _value(form)


def _form(value: object, depth: int = 0) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "detach"):  # a tensor; this file does without torch
        value = value.detach().cpu().numpy()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int):
        return int(value) if type(value) is not bool else value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in KINDS:
        whole = np.ascontiguousarray(value.astype(_carrier(value.dtype.kind)))
        text = base64.b64encode(whole.tobytes()).decode()
        return {"array": text, "kind": value.dtype.kind, "shape": list(value.shape)}
    if isinstance(value, Expression):
        return {"expression": value.source}
    if isinstance(value, list | tuple | set | frozenset) and depth < DEEPEST:
        ordered = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        return [_form(one, depth + 1) for one in ordered]
    raise WireError(f"{type(value).__name__} is neither a number, a word, an array nor a list.")


def _carrier(kind: str) -> str:
    return {"b": "|b1", "f": "<f8"}.get(kind, "<i8")


def _value(form: object, depth: int = 0) -> Plain:
    if form is None or type(form) in (bool, str, float):
        return form
    if type(form) is int:
        if abs(form) >= 2**63:
            raise WireError("The answer holds a whole number of more than 63 bits.")
        return form
    if type(form) is list and depth <= DEEPEST:
        return [_value(one, depth + 1) for one in form]
    if type(form) is dict and form.keys() == {"array", "kind", "shape"}:
        return _array(form)
    raise WireError("The answer is neither a number, a word, an array nor a list.")


def _array(form: dict) -> np.ndarray:
    text, kind, shape = form["array"], form["kind"], form["shape"]
    sound = type(text) is str and type(kind) is str and kind in tuple(KINDS)
    sound = sound and type(shape) is list and len(shape) <= 8
    if not sound or not all(type(n) is int and 0 <= n <= LARGEST for n in shape):
        raise WireError("The answer holds an array without a sound type or shape.")
    dtype = np.dtype(_carrier(kind))
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("The answer holds an array that cannot be read.") from error
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise WireError("The answer holds an array of another size than it says.")
    return np.frombuffer(data, dtype).reshape(shape).copy()


def arguments_of(data: bytes, functions: dict) -> tuple[str, list]:
    """The grader's question as the student's process reads it: what to call, and with what.

    Expressions become functions that see `functions` and nothing of the student's.
    """
    question = json.loads(data)
    values = []
    for form in question["arguments"]:
        if isinstance(form, dict) and "expression" in form:
            values.append(eval(form["expression"], dict(functions)))
        else:
            values.append(_value(form))
    return question["call"], values


def question(call: str, arguments: tuple) -> bytes:
    """The grader's question: an expression that names a function, and its arguments."""
    data = json.dumps({"call": call, "arguments": [_form(one) for one in arguments]}).encode()
    if len(data) > LARGEST:
        raise WireError(f"{len(data)} bytes are too many; {LARGEST} is the limit.")
    return data
