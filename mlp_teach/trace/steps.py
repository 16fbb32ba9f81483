"""What a trace is made of: values, the statements that made them, and the prediction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jaxtyping import Int
from torch import Tensor

from mlp_teach.potential import Prediction


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
