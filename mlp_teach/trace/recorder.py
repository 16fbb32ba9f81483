"""Writes down the statements of one prediction while Python runs them."""

from __future__ import annotations

import inspect
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import torch
from torch import Tensor

from mlp_teach.graph import AtomGraph
from mlp_teach.potential import Model, Prediction, predict
from mlp_teach.trace.statements import Statement, statements
from mlp_teach.trace.steps import Step, Value

PACKAGE = Path(__file__).parent.parent
FOLDERS = tuple(f"{PACKAGE / name}{os.sep}" for name in ("models", "descriptors", "basis"))
WHOLE = 1000  # numbers that a value may have to be kept whole
INDICES = (("i", "j"), ("centers", "neighbors"))  # the library's names for the atoms of a pair


def recorded(model: Model, graph: AtomGraph) -> Recorder:
    """One prediction under the eyes of a recorder."""
    recorder, earlier = Recorder(), sys.gettrace()
    sys.settrace(recorder.on_call)
    try:
        recorder.prediction = predict(model, graph, forces=False, stress=False)
    finally:
        sys.settrace(earlier)
    return recorder


class Recorder:
    """What Python calls at each line: it writes down the statement that has just been done."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.indices: list[tuple[Tensor, Tensor] | None] = []  # a value's own i and j, if any
        self.calls: Counter[CodeType] = Counter()
        self.open: list[FrameType] = []
        self.prediction: Prediction | None = None

    def on_call(self, frame: FrameType, event: str, argument):
        code = frame.f_code
        if not code.co_filename.startswith(FOLDERS) or code.co_name.startswith("<"):
            return None
        if code.co_flags & inspect.CO_GENERATOR:  # it would begin anew at each of its values
            return None
        frame.f_trace_opcodes = False
        self.open.append(frame)
        return self._follower(statements(code.co_filename), self._counted(code))

    def _counted(self, code: CodeType) -> int:
        self.calls[code] += 1
        return self.calls[code] - 1

    def _follower(self, by_line: dict[int, Statement], call: int):
        """Follows one call of one function."""
        before: Statement | None = None
        failed = False

        def follow(frame: FrameType, event: str, argument):
            nonlocal before, failed
            if event == "exception":
                failed = True
            elif event == "line":
                now = by_line.get(frame.f_lineno)
                if before and now is not before and not failed and _was_done(before, frame):
                    self._write(before, call, frame, None)
                before, failed = now, False
            elif event == "return":
                if before and not failed and _was_done(before, frame):
                    self._write(before, call, frame, argument)
                self.open.pop()
            return follow

        return follow

    def _write(self, statement: Statement, call: int, frame: FrameType, returned) -> None:
        values = []
        for name, content in _named(statement, frame, returned):
            values += _value(name, content)
        if not values and not statement.equation:
            return
        path = Path(frame.f_code.co_filename).relative_to(PACKAGE.parent).as_posix()
        self.indices += [self._pairs_of(value) for value in values]
        self.steps.append(
            Step(
                path,
                statement.first,
                statement.text,
                statement.equation,
                frame.f_code.co_qualname,
                call,
                len(self.open) - 1,
                tuple(values),
            )
        )

    def _pairs_of(self, value: Value) -> tuple[Tensor, Tensor] | None:
        """i and j of the innermost function that has them, if there are as many as rows."""
        for frame in reversed(self.open):
            for names in INDICES:
                i, j = (frame.f_locals.get(name) for name in names)
                if _is_index(i) and _is_index(j) and i.shape == j.shape == value.shape[:1]:
                    return i, j
        return None


def _was_done(statement: Statement, frame: FrameType) -> bool:
    """Of a loop's head only what begins another round: its end sets no name."""
    return not statement.loops or statement.last < frame.f_lineno <= statement.end


def _is_index(candidate) -> bool:
    return isinstance(candidate, Tensor) and candidate.ndim == 1 and candidate.dtype == torch.int64


def _named(statement: Statement, frame: FrameType, returned) -> Iterator[tuple[str, object]]:
    if statement.returns > 1 and isinstance(returned, tuple):
        yield from ((f"return {number}", part) for number, part in enumerate(returned))
    elif statement.returns:
        yield "return", returned
    for name in statement.names:
        if name in frame.f_locals:
            yield name, frame.f_locals[name]


def _value(name: str, content) -> list[Value]:
    """A tensor or number as it is now; nothing for all else."""
    if isinstance(content, bool | int | float):
        number = float(content)
        dtype, kept = type(content).__name__, torch.tensor(content)
        return [Value(name, (), dtype, kept, number, number, number)]
    if not isinstance(content, Tensor):
        return []
    tensor = content.detach()
    dtype = str(tensor.dtype).removeprefix("torch.")
    whole = tensor.clone().cpu() if tensor.numel() <= WHOLE else None
    summary = (None, None, None)
    if tensor.numel() and not tensor.is_complex():
        plain = tensor.double()
        summary = (plain.min().item(), plain.max().item(), plain.mean().item())
    return [Value(name, tuple(tensor.shape), dtype, whole, *summary)]
