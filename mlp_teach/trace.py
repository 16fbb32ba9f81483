"""One prediction, step by step: `trace(model, graph)`.

Python itself reports each line that it runs (`sys.settrace`), so the models hold no code for this.
A step is one statement of a file in models/, descriptors/ or basis/ that has just been run: where
it stands, the number of its equation if the line ends in a comment such as `# (2)`, and what it
made.
Inner calls come before the statement that called them, since they end first.

Which rows belong to atoms and which to pairs cannot be read off a size: water has 3 atoms and 3
pairs. So the model is run a second time with a lonely atom and a pair of atoms added far away: what
has grown by three rows holds atoms, what has grown by one or two holds pairs.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

import torch
from jaxtyping import Int
from torch import Tensor

from mlp_teach.graph import AtomGraph, collate, displacements
from mlp_teach.potential import Model, Prediction, predict

PACKAGE = Path(__file__).parent
FOLDERS = tuple(f"{PACKAGE / name}{os.sep}" for name in ("models", "descriptors", "basis"))
WHOLE = 1000  # numbers that a value may have to be kept whole
EQUATION = re.compile(r"#\s*\((\d+[a-z]?)\)")
INDICES = (("i", "j"), ("centers", "neighbors"))  # the library's names for the atoms of a pair


@dataclass(frozen=True, eq=False)
class Value:
    """What a name stood for once a step was done: a tensor or a number."""

    name: str  # "return" where a function handed it back; "return 0", "return 1" for several
    shape: tuple[int, ...]
    dtype: str
    numbers: Tensor | None  # a copy; None where there are more than WHOLE
    low: float | None  # smallest and largest number, mean of all; None where there are none
    high: float | None
    mean: float | None
    rows: str = ""  # "atoms" or "pairs" if the first dimension counts them
    pairs: tuple[Int[Tensor, " rows"], Int[Tensor, " rows"]] | None = None  # i and j of each row

    def __str__(self) -> str:
        size = " × ".join(map(str, self.shape)) or "number"
        rows = f" {self.rows}" if self.rows else ""
        size = size.replace(str(self.shape[0]), f"{self.shape[0]}{rows}", 1) if rows else size
        span = "" if self.low is None else f", {self.low:.4g} to {self.high:.4g}"
        return f"{self.name}: {size} {self.dtype}{span}"


@dataclass(frozen=True, eq=False)
class Step:
    """One statement that was run, and what it made."""

    path: str  # mlp_teach/models/schnet.py
    line: int  # the first of the statement
    text: str  # its source, with its comment
    equation: str  # "2" for a line that ends in `# (2)`, else ""
    function: str  # Interaction.forward
    call: int  # which call of this function it was, counted from 0: the layer, where each has one
    depth: int  # how many of the library's functions called each other to come here
    values: tuple[Value, ...]

    def __getitem__(self, name: str) -> Value:
        """The value of this name. Raises KeyError, with the names that there are."""
        for value in self.values:
            if value.name == name:
                return value
        raise KeyError(f"{name!r}; this step made {[value.name for value in self.values]}")

    def __str__(self) -> str:
        number = f"({self.equation})" if self.equation else ""
        made = "; ".join(map(str, self.values))
        code = " ".join(self.text.partition("  #")[0].split())
        return f"{Path(self.path).name}:{self.line:<4} {number:5}{'  ' * self.depth}{code}\n" + (
            f"{'':12}{'  ' * self.depth}{made}" if made else ""
        )


@dataclass(frozen=True, eq=False)
class Trace:
    """The steps of one prediction in the order in which they were done, and the prediction."""

    steps: tuple[Step, ...]
    prediction: Prediction  # energies alone

    def equation(self, number: str | int, path: str = "") -> list[Step]:
        """The steps of one equation, such as 2; of files whose path contains `path`."""
        return [s for s in self.steps if s.equation == str(number) and path in s.path]

    def __str__(self) -> str:
        return "\n".join(str(step).rstrip() for step in self.steps)


@dataclass(frozen=True)
class Statement:
    """One statement of a file, as its text says it."""

    first: int
    last: int  # of its own lines: for a loop those of its head
    end: int  # of its body
    names: tuple[str, ...]
    returns: int  # 0: it does not; 1: one value; n: a tuple of n
    loops: bool
    text: str
    equation: str


def trace(model, graph) -> Trace:
    """Runs `model` on an AtomGraph and tells what happened, line by line; without forces.

    Raises TypeError for what is no model or no graph, and ValueError for a model of which no line
    lies in models/, descriptors/ or basis/ of this library.
    """
    _check(model, graph)
    predict(model, graph, forces=False, stress=False)  # fills tables that are made once
    recorder = _recorded(model, graph)
    if not recorder.steps:
        raise ValueError(
            "No line of mlp_teach's models, descriptors or basis was run: trace follows the models "
            "of this library only."
        )
    grown = _grown(model, graph, recorder)
    values = iter(grown)
    steps = tuple(
        replace(step, values=tuple(_with_rows(v, next(values), graph) for v in step.values))
        for step in recorder.steps
    )
    return Trace(steps, recorder.prediction)


def _check(model, graph) -> None:
    if not callable(model):
        raise TypeError(
            f"trace was given a {type(model).__name__} as model; a model is something to call with "
            "a graph, such as SchNet(...)."
        )
    if not isinstance(graph, AtomGraph):
        raise TypeError(
            f"trace was given {type(graph).__name__} as graph; make one with "
            "atom_graph(atoms, model.cutoff)."
        )


def _recorded(model: Model, graph: AtomGraph) -> _Recorder:
    recorder, earlier = _Recorder(), sys.gettrace()
    sys.settrace(recorder.on_call)
    try:
        recorder.prediction = predict(model, graph, forces=False, stress=False)
    finally:
        sys.settrace(earlier)
    return recorder


class _Recorder:
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
        return self._follower(_statements(code.co_filename), self._counted(code))

    def _counted(self, code: CodeType) -> int:
        self.calls[code] += 1
        return self.calls[code] - 1

    def _follower(self, statements: dict[int, Statement], call: int):
        """Follows one call of one function."""
        before: Statement | None = None
        failed = False

        def follow(frame: FrameType, event: str, argument):
            nonlocal before, failed
            if event == "exception":
                failed = True
            elif event == "line":
                now = statements.get(frame.f_lineno)
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


def _grown(model: Model, graph: AtomGraph, recorder: _Recorder) -> list[tuple]:
    """For each value its i and j, and by how many rows it grows with the atoms added far away.

    None instead of the rows where the second run went another way: its sums came in blocks.
    """
    unknown = [(pairs, None) for pairs in recorder.indices]
    if type(graph) is not AtomGraph or not graph.n_atoms:
        return unknown
    other = _recorded(model, collate([graph, *_probes(graph)]))
    if [s.line for s in other.steps] != [s.line for s in recorder.steps]:
        return unknown
    both = zip(recorder.steps, other.steps, strict=True)
    sizes = [pair for a, b in both for pair in zip(a.values, b.values, strict=False)]
    if len(sizes) != len(recorder.indices):
        return unknown
    grown = [b.shape[0] - a.shape[0] if a.shape and b.shape else 0 for a, b in sizes]
    return list(zip(recorder.indices, grown, strict=True))


def _probes(graph: AtomGraph) -> list[AtomGraph]:
    """The graph's first atom, alone, and its closest pair, far from all else."""
    lonely = _molecule(graph, graph.numbers[:1], graph.positions[:1], [])
    if not graph.n_pairs:
        return [lonely]
    vectors = displacements(graph)
    closest = int(vectors.square().sum(1).argmin())
    numbers = graph.numbers[[int(graph.centers[closest]), int(graph.neighbors[closest])]]
    places = torch.stack([torch.zeros_like(vectors[closest]), vectors[closest]])
    return [lonely, _molecule(graph, numbers, places, [(0, 1), (1, 0)])]


def _molecule(graph: AtomGraph, numbers: Tensor, positions: Tensor, pairs: list) -> AtomGraph:
    index = graph.centers.new_tensor(pairs).reshape(-1, 2)
    return AtomGraph(
        positions=positions,
        numbers=numbers,
        cells=torch.zeros_like(graph.cells[:1]),
        system=torch.zeros_like(numbers, dtype=graph.system.dtype),
        centers=index[:, 0],
        neighbors=index[:, 1],
        images=graph.images.new_zeros(len(index), 3),
    )


def _with_rows(value: Value, found: tuple, graph: AtomGraph) -> Value:
    pairs, grown = found
    if not value.shape or not value.shape[0]:
        return value
    rows, alone = value.shape[0], 3 if graph.n_pairs else 1
    if pairs is None and rows == graph.n_pairs:
        pairs = graph.centers, graph.neighbors
    is_atoms = rows == graph.n_atoms and grown in (None, alone)
    is_pairs = pairs is not None and grown in (None, 1, 2) and graph.n_pairs > 0
    if is_atoms and not (grown is None and is_pairs):  # both, and nothing to tell: say nothing
        return replace(value, rows="atoms")
    if is_pairs and not is_atoms:
        i, j = (one.detach().clone().cpu() for one in pairs)
        return replace(value, rows="pairs", pairs=(i, j))
    return value


@cache
def _statements(path: str) -> dict[int, Statement]:
    """The innermost statement of each line of a file."""
    lines, found = linecache.getlines(path), {}
    for node in ast.walk(ast.parse("".join(lines))):  # outer ones first
        if isinstance(node, ast.stmt):
            statement = _statement(node, lines)
            found |= dict.fromkeys(range(statement.first, statement.last + 1), statement)
    return found


def _statement(node: ast.stmt, lines: list[str]) -> Statement:
    body = getattr(node, "body", None)
    last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno
    own = lines[node.lineno - 1 : last]
    margin = len(own[0]) - len(own[0].lstrip())
    text = "\n".join(line[margin:].rstrip() for line in own)
    number = EQUATION.search(text)
    returns = 0
    if isinstance(node, ast.Return) and node.value is not None:
        returns = len(node.value.elts) if isinstance(node.value, ast.Tuple) else 1
    loops = isinstance(node, ast.For)
    names = () if isinstance(node, ast.FunctionDef | ast.ClassDef) else _targets(node)
    equation = number[1] if number else ""
    return Statement(node.lineno, last, node.end_lineno, names, returns, loops, text, equation)


def _targets(node: ast.stmt) -> tuple[str, ...]:
    """The local names that a statement sets, or changes in place: x, and y of y[i] += x."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    names: list[str] = []
    while targets:
        target = targets.pop(0)
        if isinstance(target, ast.Tuple | ast.List):
            targets = [*target.elts, *targets]
        elif isinstance(target, ast.Starred | ast.Subscript):
            targets = [target.value, *targets]
        elif isinstance(target, ast.Name) and target.id not in names:
            names.append(target.id)
    return tuple(names)
