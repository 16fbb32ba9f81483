"""What torch.compile does for a training step with forces: CPU time of one, plain and compiled.

    python benchmarks/compiled_step.py experiments/schnet_ethanol.toml

A step differentiates twice (energy by positions, loss by parameters). Compiling the model alone
serves predictions only; the step as a whole can be traced by make_fx, which writes both derivatives
down as one list of operations, and compiled then. That list holds for one batch's shapes, and
tracing passes no question about values. So the answers to those that SchNet and PaiNN ask (are
there images, which pairs are near enough, are all elements known) are given here beforehand.
"""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch.func import functional_call
from torch.fx.experimental.proxy_tensor import make_fx

from mlp_teach.graph import collate, collate_labels, undirected
from mlp_teach.potential import predict
from mlp_teach.training import losses
from mlp_teach.training.experiment import build_model, load_frames, make_data, read_experiment

REPEATS = 40


def main(path: str) -> None:
    torch.set_num_threads(1)
    experiment = read_experiment(path)
    model = build_model(experiment)
    size = experiment.training.batch_size
    data = make_data(model, load_frames(experiment)[0][: 2 * size], experiment.precision)
    model.adapt([graph for graph, _ in data], torch.cat([truth.energy for _, truth in data]))
    model.to(experiment.precision)
    graph = collate([graph for graph, _ in data[:size]])
    truth = collate_labels([truth for _, truth in data[:size]])
    answer_questions(model, graph)
    names, parameters = zip(*model.named_parameters(), strict=True)
    buffers = dict(model.named_buffers())

    def step(positions, *values):
        values = [value.detach().requires_grad_() for value in values]
        bound = Bound(model, dict(zip(names, values, strict=True)) | buffers)
        moved = replace(graph, positions=positions)
        guess = predict(bound, moved, stress=False, create_graph=True)
        value = losses.loss(guess, truth, graph, experiment.training.weights)
        return torch.autograd.grad(value, values, allow_unused=True, materialize_grads=True)

    inputs = graph.positions, *(one.detach() for one in parameters)
    say("plain", lambda: step(*inputs))
    try:
        say("torch.compile", lambda: torch.compile(step)(*inputs))
    except Exception as error:  # whatever it is, it is the answer
        print(f"torch.compile: {type(error).__name__}: {str(error).splitlines()[0]}")
    torch.compiler.reset()
    compiled = torch.compile(make_fx(step)(*inputs))
    say("make_fx, then torch.compile", lambda: compiled(*inputs))
    say("plain again", lambda: step(*inputs))
    pairs = zip(step(*inputs), compiled(*inputs), strict=True)
    off = max(((a - b).abs().max() / a.abs().max().clamp(min=1e-30)).item() for a, b in pairs)
    print(f"gradients differ by {off:.1e} of the largest of a parameter's")


class Bound:
    """The model with these values for its parameters."""

    def __init__(self, model, values):
        self.model, self.values, self.cutoff = model, values, model.cutoff

    def __call__(self, graph):
        return functional_call(self.model, self.values, (graph,))


def answer_questions(model, graph) -> None:
    """Replaces what asks about values by what it answers for this graph of molecules."""
    module = sys.modules[type(model).__module__]
    i, j, _ = undirected(graph, model.cutoff)
    element = module.element_index(graph.numbers, model.elements)
    counts = losses.atoms_per_system(graph)

    def vectors(moved, cutoff):
        return i, j, moved.positions.index_select(0, j) - moved.positions.index_select(0, i)

    module.undirected = vectors
    module.element_index = lambda numbers, elements: element
    losses.atoms_per_system = lambda graph: counts


def say(what: str, work: Callable) -> None:
    start = cpu_seconds()
    work()
    first, least = cpu_seconds() - start, float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    print(f"{what}: {1000 * least:.2f} ms CPU; the first {first:.1f} s", flush=True)


def cpu_seconds() -> float:
    """Of this process and of the compilers that it has called."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main(str(Path(sys.argv[1])))
