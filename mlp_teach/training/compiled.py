"""A training step as compiled code: `compile = true` under [training] of an experiment.

A step differentiates twice, the energy by positions and the loss by parameters, which torch.compile
refuses. make_fx writes all that one step does down as a list of operations on arrays, and this list
can be compiled. It holds for arrays of one shape, which is why batches are filled up (filled.py),
and for one course of events: wherever a model asks for a value (is each element known? how many
neighbours has an atom at most?), the list goes on as the answer was in the first batch. So each
question becomes a result of the compiled step too. Should a batch answer differently, what was
computed of it is thrown away, and the plain step made instead.

Lists whose length is a matter of values cannot be filled up like this: models that make some in
each step, such as triplets, are refused.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.fx import Node
from torch.fx.experimental.proxy_tensor import disable_proxy_modes_tracing, make_fx

from mlp_teach.graph import AtomGraph, HalfGraph, Labels, halved
from mlp_teach.potential import Prediction, predict
from mlp_teach.training import processes
from mlp_teach.training.filled import Batch, Filled, Size, size_of
from mlp_teach.training.losses import Weights, loss
from mlp_teach.training.state import Data, Settings, TrainingError, batch_loss


def compiled_step(
    model: nn.Module, training: Data, settings: Settings, backend: str = "inductor"
) -> tuple[CompiledStep | None, Data]:
    """The compiled step, and the training part with each pair of atoms chosen and listed once.

    The first and the last batch are done by both steps, and compared. Raises TrainingError for a
    model whose step cannot be compiled and for several processes. Where the compiler fails a
    RuntimeWarning says so, and what comes back is None and the training part as it was.
    """
    if processes.count() > 1:
        raise TrainingError("compile = true is for one process: start it without torchrun.")
    if type(training[0][0]) is not AtomGraph:
        raise refused(model, "its structures come with a descriptor that was evaluated before")
    model.train()
    size, last = settings.batch_size, (len(training) - 1) // settings.batch_size
    plain = [training[:size], training[last * size :]]
    # Plain ones first: what they ask for is there when the step is traced (basis/kept.py).
    expected = [gradients(model, lambda b=b: plain_step(model, b, settings.weights)) for b in plain]
    half = [(halved(graph, model.cutoff), labels) for graph, labels in training]
    step = CompiledStep(model, settings.weights, size_of([g for g, _ in half], size))
    try:
        step.trace(half[:size])
    except Exception as error:  # whatever it is, it is why this model cannot be
        raise refused(model, f"{error}") from error
    try:
        step.compile(backend)
        step(half[:size])
    except Exception as error:  # there are as many as compilers
        reason = f"{error}".strip().partition("\n")[0]
        message = f"The step cannot be compiled here ({reason}), so the training goes on without."
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        return None, training
    for batch, wanted in zip((half[:size], half[last * size :]), expected, strict=True):
        found = gradients(model, lambda b=batch: step(b))
        if found is None:
            raise refused(model, "what it asks for differs from batch to batch")
        if not torch.allclose(found, wanted, rtol=0, atol=tolerance(wanted)):
            raise refused(model, "the compiled step gives another gradient")
    return step, half


def refused(model: nn.Module, reason: str) -> TrainingError:
    return TrainingError(
        f"A training step of {type(model).__name__} cannot be compiled: {reason}. Take `compile` "
        "out of [training]."
    )


def plain_step(model: nn.Module, batch: Data, weights: Weights) -> float:
    value = batch_loss(model, batch, weights, train=True)
    value.backward()
    return value.item()


def gradients(model: nn.Module, step: Callable[[], float | None]) -> Tensor | None:
    """The gradient that a step puts into the parameters, which are left without; None if none."""
    model.zero_grad(set_to_none=True)
    if step() is None:
        return None
    found = [torch.zeros_like(p) if p.grad is None else p.grad for p in model.parameters()]
    model.zero_grad(set_to_none=True)
    return torch.cat([one.flatten() for one in found])


def tolerance(gradient: Tensor) -> float:
    """How far rounding may move a gradient: half the digits are far more than it does."""
    return torch.finfo(gradient.dtype).eps ** 0.5 * float(gradient.abs().max())


class CompiledStep:
    """The loss of a batch and its gradient by the parameters, first traced, then compiled."""

    def __init__(self, model: nn.Module, weights: Weights, size: Size):
        self.model, self.weights, self.size = model, weights, size

    def __call__(self, batch: Batch) -> float | None:
        """The loss, whose gradient stands in the parameters then; None where a question has another
        answer than in the batch that was traced."""
        with torch.no_grad():
            value, answers, *found = self.compiled(*self._inputs(self.size.filled(batch)))
        if answers.tolist() != self.answers:
            return None
        parameters = dict(self.model.named_parameters())
        for name, gradient in zip(self.used, found, strict=True):
            parameters[name].grad = gradient.clone()  # two may be one array, and will be changed
        return value.item()

    def compile(self, backend: str) -> None:
        """Has the next call compile what was traced."""
        self.compiled = torch.compile(self.traced, backend=backend, dynamic=False)

    def trace(self, batch: Batch) -> None:
        """Writes down what a step does. Raises ValueError for lists whose length is not fixed."""
        example = self.size.filled(batch)
        names = [name for name, _ in self.model.named_parameters()]
        kinds = [f.name for f in fields(Labels)]
        self.labels = [name for name in kinds if getattr(example.labels, name) is not None]
        questions: list[Tensor] = []

        def step(*inputs: Tensor) -> list[Tensor]:
            values = [value.detach().requires_grad_() for value in inputs[: len(names)]]
            bound = Bound(self.model, dict(zip(names, values, strict=True)))
            value = self._loss(bound, self._batch(inputs[len(names) :]))
            found = torch.autograd.grad(value, values, allow_unused=True)
            self.used = [n for n, one in zip(names, found, strict=True) if one is not None]
            used = [one for one in found if one is not None]
            return [value.detach(), torch.stack(questions), *used]

        def answered(question: Tensor) -> bool | int | float:
            questions.append(question.long())
            with disable_proxy_modes_tracing():
                return question.item()

        table = {
            torch.ops.aten._local_scalar_dense.default: answered,
            torch.ops.aten.bincount.default: counts_of,
            torch.ops.aten.repeat_interleave.Tensor: repeated,
        }
        inputs = self._inputs(example)
        self.traced = make_fx(step, decomposition_table=table)(*inputs)
        if any(has_no_fixed_length(node) for node in self.traced.graph.nodes):
            raise ValueError("it makes lists whose length is another one in each batch")
        with torch.no_grad():
            self.answers = self.traced(*inputs)[1].tolist()
        self.compiled = self.traced  # it can be called as it is, too

    def _inputs(self, batch: Filled) -> list[Tensor]:
        graph = [getattr(batch.graph, f.name) for f in fields(AtomGraph) if f.name != "cutoff"]
        labels = [getattr(batch.labels, name) for name in self.labels]
        parameters = [one.detach() for one in self.model.parameters()]
        return [*parameters, *graph, *batch[2:], *labels]

    def _batch(self, tensors: Sequence[Tensor]) -> Filled:
        graph = HalfGraph(*tensors[:7], cutoff=self.size.cutoff)
        labels = Labels(**dict(zip(self.labels, tensors[10:], strict=True)))
        return Filled(graph, labels, *tensors[7:10])

    def _loss(self, model: Bound, batch: Filled) -> Tensor:
        forces, stress = self.weights.forces > 0, self.weights.stress > 0
        guess = predict(model, batch.graph, forces=forces, stress=stress, create_graph=True)
        guess = without_ghosts(guess, batch)
        systems, atoms = batch.per_real
        total = guess.energy.new_zeros(())
        for name, per_real in (("energy", systems), ("forces", atoms), ("stress", systems)):
            weight = getattr(self.weights, name)
            if weight > 0:  # a mean over ghosts too, times what there is of both for each real one
                alone = Weights(**{"energy": 0.0, "forces": 0.0, "stress": 0.0} | {name: weight})
                total = total + per_real * loss(guess, batch.labels, batch.graph, alone)
        return total


class Bound:
    """A model with these values for its parameters."""

    def __init__(self, model: nn.Module, values: dict[str, Tensor]):
        self.model, self.values, self.cutoff = model, values, model.cutoff

    def __call__(self, graph: AtomGraph) -> Tensor:
        return functional_call(self.model, self.values, (graph,))


def without_ghosts(guess: Prediction, batch: Filled) -> Prediction:
    """Zeros for ghosts, as in their labels."""
    atoms, systems = batch.real_atoms[:, None], batch.real_systems
    forces, stress = guess.forces, guess.stress
    return replace(
        guess,
        energy=torch.where(systems, guess.energy, 0.0),
        forces=None if forces is None else torch.where(atoms, forces, 0.0),
        stress=None if stress is None else torch.where(systems[:, None, None], stress, 0.0),
    )


def has_no_fixed_length(node: Node) -> bool:
    """Whether the result of an operation has a length that depends on values."""
    if torch.Tag.dynamic_output_shape not in getattr(node.target, "tags", ()):
        return False
    if node.target is not torch.ops.aten.index.Tensor:
        return True
    values = [index.meta.get("val") for index in node.args[1] if index]
    return any(value is not None and value.dtype == torch.bool for value in values)


def counts_of(places: Tensor, weights: None = None, minlength: int = 0) -> Tensor:
    """torch.bincount, by operations whose result has a known length."""
    enough = bool((places < minlength).all())
    length = minlength if enough else int(places.max()) + 1
    counts = torch.zeros(length, dtype=torch.long, device=places.device)
    return counts.index_add(0, places, torch.ones_like(places, dtype=torch.long))


def repeated(times: Tensor, output_size: int | None = None) -> Tensor:
    """torch.repeat_interleave, likewise: 0 as many times as the first number says, then 1, ..."""
    places = torch.arange(int(times.sum()), device=times.device)
    return torch.searchsorted(times.cumsum(0), places, right=True)
