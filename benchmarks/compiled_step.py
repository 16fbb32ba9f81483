"""What `compile = true` does for a training step with forces: CPU time, plain and compiled.

    python benchmarks/compiled_step.py experiments/schnet_ethanol.toml ...
    python benchmarks/compiled_step.py --training 100 experiments/schnet_ethanol.toml

The second line trains for that many epochs on 100 frames, compiled and plain, and tells the CPU
time of each, compiling included, and the errors on 200 test frames.

The step is the library's own (mlp_teach/training/compiled.py), with the batches, precision and
weights of the experiment file; "filled" is how much larger than a batch the filled one is. A time
is the least of several for each of a few batches, and the mean over these: steps done plainly take
as long as their batch is large, compiled ones all the same.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from tempfile import TemporaryDirectory

import torch

from mlp_teach.training.compiled import compiled_step, gradients, plain_step
from mlp_teach.training.experiment import (
    build_model,
    load_frames,
    make_data,
    read_experiment,
    train,
)
from mlp_teach.training.metrics import errors_of

FRAMES, BATCHES, REPEATS = 120, 8, 5


def main(paths: list[str]) -> None:
    torch.set_num_threads(1)
    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"  # no other processes, whose time nobody sees
    with TemporaryDirectory() as empty:  # so that all is compiled anew
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = empty
        work(paths)


def work(paths: list[str]) -> None:
    if paths[0] == "--training":
        train_both(int(paths[1]), paths[2])
        return
    for path in paths:
        measure(path)


def measure(path: str) -> None:
    experiment = read_experiment(path)
    model, settings = build_model(experiment), experiment.training
    data = make_data(model, load_frames(experiment)[0][:FRAMES], experiment.precision)
    model.adapt([graph for graph, _ in data], torch.cat([truth.energy for _, truth in data]))
    model.to(experiment.precision)
    begun = cpu_seconds()
    step, half = compiled_step(model, data, settings)
    first = cpu_seconds() - begun
    if step is None:
        return
    size = settings.batch_size
    parts = [slice(size * k, size * (k + 1)) for k in range(min(BATCHES, len(data) // size))]
    plain = mean_ms([lambda p=p: plain_step(model, data[p], settings.weights) for p in parts])
    compiled = mean_ms([lambda p=p: step(half[p]) for p in parts])
    filling = mean_ms([lambda p=p: step.size.filled(half[p]) for p in parts])
    print(f"{path}: {size} structures a batch, {experiment.precision}", flush=True)
    print(f"    plain {plain:.2f} ms of CPU time, compiled {compiled:.2f}, {filling:.2f} to fill")
    pairs = sum(graph.n_pairs for part in parts for graph, _ in half[part]) / len(parts)
    print(f"    filled {step.size.pairs / pairs:.2f} times in pairs; compiled in {first:.0f} CPU s")
    wanted = gradients(model, lambda: plain_step(model, data[parts[-1]], settings.weights))
    off = (gradients(model, lambda: step(half[parts[-1]])) - wanted).abs().max()
    print(f"    gradients differ by {off / wanted.abs().max():.1e} of the largest", flush=True)


def train_both(epochs: int, path: str) -> None:
    experiment = read_experiment(path)
    learnt, judged, test = load_frames(experiment)
    for compiled in (True, False):
        model = build_model(experiment)
        frames = (learnt[:100], judged[:20], test[:200])
        data = [make_data(model, part, experiment.precision) for part in frames]
        begun = cpu_seconds()
        settings = replace(experiment.training, epochs=epochs, compile=compiled)
        train(model, data[0], data[1], settings)
        spent = cpu_seconds() - begun
        errors = errors_of(model, {"test": data[2]}, torch.device("cpu"))["test"]
        mae = ", ".join(f"{name} {one['mae']:.5g}" for name, one in errors.items())
        print(f"compile = {compiled}: {spent:.1f} CPU s; MAE {mae}", flush=True)


def mean_ms(works: list[Callable]) -> float:
    """CPU ms, the least for each piece of work, on average."""
    least = [float("inf")] * len(works)
    for _ in range(REPEATS):
        for k, work in enumerate(works):
            start = time.process_time()
            work()
            least[k] = min(least[k], time.process_time() - start)
    return 1000 * sum(least) / len(least)


def cpu_seconds() -> float:
    """Of this process and of the compilers that it has called."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
