"""One training by several processes, each with its share of every batch; one on each GPU.

    torchrun --nproc-per-node 2 -m mlp_teach.cli train EXPERIMENT.toml --device cuda --out FOLDER

All processes hold the same model and draw the same batches. Each differentiates its share, which
weighs by how many structures (for energy and stress) and atoms (for forces) of the whole batch it
has, so that the sum of the shares' gradients is the gradient of the whole batch:

    ∂L/∂θ = Σ_p ∂L_p/∂θ,     L_p = w_E (M_p/M) MSE_p(E/N) + w_F (N_p/N) MSE_p(F) + ...

Each takes the same step with that sum. So the result is that of one process but for the order of
additions, whatever the number of processes; dropout, which is drawn anew in each, is the exception.

PyTorch's DistributedDataParallel does the same sum, as a mean and while the gradient is still being
made, and gives the same numbers here (tests/training/test_processes.py). It is not used: it would
wait for ever for a process whose share is empty, as in the last batch of an epoch, must be told of
parameters that a share does not touch, such as those of an element it has not, and its own pages
warn of torch.autograd.grad, by which forces are made. For networks of this size the sum is short.

When one process dies, the sums of the others fail and torchrun ends them; start the same again to
go on from the checkpoint, with the same result. When torchrun itself is killed, the training goes
on without it, and the folder's lock keeps a second one out. One that is alive and does not answer
is waited for: half an hour by gloo, ten minutes by nccl (PyTorch's default).

    here      | code                            | unit
    M_p, M    | len(part), len(whole)           | -
    N_p, N    | Σ graph.n_atoms of part, whole  | -
    w_E, w_F  | weights.energy, weights.forces  | those of losses.Weights
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.training.losses import Weights

T = TypeVar("T")
Data = Sequence[tuple[AtomGraph, Labels]]


@contextmanager
def joined(device: str) -> Iterator[None]:
    """Within it the processes that torchrun started work together, each on a GPU of its own;
    nothing happens where torchrun started none.

    Raises ValueError where it started more than there are GPUs.
    """
    if not (dist.is_available() and dist.is_torchelastic_launched()):
        yield
        return
    on_gpus = torch.cuda.is_available() and device in ("cuda", "auto")
    if on_gpus:
        started, there = int(os.environ["LOCAL_WORLD_SIZE"]), torch.cuda.device_count()
        if started > there:
            raise ValueError(
                f"torchrun started {started} processes, and PyTorch finds {there} GPU(s) here: "
                f"give --nproc-per-node {there}."
            )
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if on_gpus else "gloo")
    try:
        yield
    finally:
        dist.destroy_process_group()


def count() -> int:
    """How many processes train together; one where nobody has joined."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def rank() -> int:
    """The number of this process, from 0; the first one writes the files."""
    return dist.get_rank() if count() > 1 else 0


def share(items: Sequence[T]) -> Sequence[T]:
    """What this process takes of them."""
    return items[rank() :: count()]


def share_of_weights(weights: Weights, whole: Data, part: Data) -> Weights:
    """The weights of L_p, for a part that is not empty."""
    if len(part) == len(whole):
        return weights
    structures = len(part) / len(whole)
    atoms = sum(graph.n_atoms for graph, _ in part) / sum(graph.n_atoms for graph, _ in whole)
    return replace(
        weights,
        energy=weights.energy * structures,
        forces=weights.forces * atoms,
        stress=weights.stress * structures,
    )


def total(value: float, device: torch.device) -> float:
    """The sum of a number over all processes."""
    if count() == 1:
        return value
    precision = torch.float32 if device.type == "mps" else torch.float64
    tensor = torch.tensor(value, dtype=precision, device=device)
    dist.all_reduce(tensor)
    return tensor.item()


def add_gradients(model: nn.Module) -> None:
    """Puts the sum of all processes' gradients in the place of this one's.

    A parameter without a gradient in any of them stays without one.
    """
    if count() == 1:
        return
    parameters = [one for one in model.parameters() if one.requires_grad]
    here = parameters[0].new_tensor([one.grad is not None for one in parameters])
    grads = [torch.zeros_like(one) if one.grad is None else one.grad for one in parameters]
    flat = torch.cat([here, *(one.reshape(-1) for one in grads)])
    dist.all_reduce(flat)
    sums: list[Tensor] = list(flat.split([len(here), *(one.numel() for one in parameters)]))
    for parameter, there, grad in zip(parameters, sums[0].tolist(), sums[1:], strict=True):
        parameter.grad = grad.view_as(parameter) if there else None
