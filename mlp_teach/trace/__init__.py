"""One prediction, step by step: `trace(model, graph)`.

Python itself reports each line that it runs (`sys.settrace`), so the models hold no code for this.
A step is one statement of a file in models/, descriptors/ or basis/ that has just been run: where
it stands, the number of its equation if the line ends in a comment such as `# (2)`, and what it
made.
Inner calls come before the statement that called them, since they end first.

Which rows belong to atoms and which to pairs cannot be read off a size: water has 3 atoms and 3
pairs. So the model is run a second time with a lonely atom and a pair of atoms added far away: what
has grown by three rows holds atoms, what has grown by one or two holds pairs.

statements   what a line of a source file sets, and the number of its equation
recorder     listens while a prediction is made, and writes down what was done
rows         tells atoms from pairs
steps        the plain data that come out
"""

from __future__ import annotations

from dataclasses import replace

from mlp_teach.graph import AtomGraph
from mlp_teach.potential import predict
from mlp_teach.trace.recorder import WHOLE, recorded
from mlp_teach.trace.rows import grown_rows, with_rows
from mlp_teach.trace.steps import Step, Trace, Value

__all__ = ["WHOLE", "Step", "Trace", "Value", "trace"]


def trace(model, graph) -> Trace:
    """Runs `model` on an AtomGraph and tells what happened, line by line; without forces.

    Raises TypeError for what is no model or no graph, and ValueError for a model of which no line
    lies in models/, descriptors/ or basis/ of this library.
    """
    _check(model, graph)
    predict(model, graph, forces=False, stress=False)  # fills tables that are made once
    recorder = recorded(model, graph)
    if not recorder.steps:
        raise ValueError(
            "No line of mlp_teach's models, descriptors or basis was run: trace follows the models "
            "of this library only."
        )
    values = iter(grown_rows(model, graph, recorder))
    steps = tuple(
        replace(step, values=tuple(with_rows(v, next(values), graph) for v in step.values))
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
