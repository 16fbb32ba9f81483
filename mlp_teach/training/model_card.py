"""A model card: what a trained model is, what it was made from, and how good it is, on one page.

Whoever meets the file a year later must be able to say whether it may be used, what to cite, and
how to make it again. The page is Markdown; `run` writes it as model_card.md beside the model and
into the model's file, among its facts (checkpoint.read_checkpoint).
"""

from __future__ import annotations

import json
import platform
import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent

import torch

import mlp_teach
from mlp_teach.datasets import citation, dataset
from mlp_teach.training.device import device_name, peak_memory
from mlp_teach.training.experiment_file import Experiment, is_file
from mlp_teach.training.progress import Epoch
from mlp_teach.training.regression import Regression

UNITS = {"energy": "meV/atom", "forces": "meV/Å", "stress": "GPa"}


@dataclass(frozen=True)
class Circumstances:
    """Where and how a training ran."""

    command: str
    date: str  # ISO, UTC
    device: str
    products: str  # of matrices: their precision while it trained
    processes: int
    threads: int
    wall_seconds: float  # of the epochs, those before an interruption too
    cpu_seconds: float  # of this process since it was started
    before: int = 0  # epochs that were made before it was started, maybe elsewhere
    gpu_bytes: int = 0  # that its tensors took at most on its GPU, if it had one
    plain_steps: bool = False  # though compiled ones were asked for: the compiler failed


def circumstances(
    device: torch.device,
    *,
    products: str,
    processes: int,
    wall_seconds: float,
    cpu_seconds: float,
    before: int = 0,
    plain_steps: bool = False,
) -> Circumstances:
    """Those of now and here."""
    return Circumstances(
        command=_command(sys.argv, processes),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        device=device_name(device),
        products=products,
        processes=processes,
        threads=torch.get_num_threads(),
        wall_seconds=wall_seconds,
        cpu_seconds=cpu_seconds,
        before=before,
        gpu_bytes=peak_memory(device),
        plain_steps=plain_steps,
    )


def _command(words: Sequence[str], processes: int) -> str:
    """Ours with all its words; of other programs, such as a notebook's, the name alone."""
    path = Path(words[0])
    if path.name != "mlp-teach" and path.parts[-3:] != ("mlp_teach", "cli", "__main__.py"):
        return f"mlp_teach.training in Python, called by {path.name or 'Python'}"
    if processes > 1:
        torchrun = ["torchrun", "--nproc-per-node", str(processes), "-m", "mlp_teach.cli"]
        return shlex.join([*torchrun, *words[1:]])
    return shlex.join(["mlp-teach", *words[1:]])


def model_card(
    experiment: Experiment,
    model: torch.nn.Module,
    frames: dict[str, int],
    history: Sequence[Epoch],
    errors: dict,
    where: Circumstances,
    times: int = 1,
) -> str:
    """The page; `frames` and `errors` (meV/atom, meV/Å, GPa) are by part of the data, and an epoch
    showed each training frame `times` times (subsets.py)."""
    kind = experiment.model.partition(":")[2]
    sections = {
        "Model": _model(experiment, model),
        "Data": _data(experiment, frames),
        "Errors": _errors(errors),
        "Training": _training(experiment, history, times),
        "How it was made": _circumstances(where),
    }
    title = f"# {kind}, trained on {Path(experiment.dataset).name}\n"
    page = "\n".join([title, *(f"## {name}\n\n{text}\n" for name, text in sections.items())])
    # A folder's name in another encoding than UTF-8 must not cost the model that was trained.
    return page.encode(errors="backslashreplace").decode()


def _model(experiment: Experiment, model: torch.nn.Module) -> str:
    numbers = sum(one.numel() for one in model.parameters())
    own, source = experiment.model_seed, experiment.weights_from
    if isinstance(experiment.training, Regression):
        begun = ""
    elif source:
        begun = f"\nIt began with the weights of {source}."
    else:
        seed = experiment.seed if own is None else own
        begun = f"\nIts first weights were drawn with seed {seed}."
    precision = str(experiment.precision).removeprefix("torch.")
    return f"`{experiment.model}`, {numbers:,} parameters, {precision}.{begun}\n" + _as_lines(
        experiment.model_settings
    )


def _data(experiment: Experiment, frames: dict[str, int]) -> str:
    name = experiment.dataset
    parts = ", ".join(f"{count} for {part}" for part, count in frames.items())
    lines = [f"- frames: {parts}; validation drawn with seed {experiment.seed}"]
    if experiment.test:
        lines.append(f"- test part: {experiment.test}")
    if experiment.test_share:
        lines.append(f"- test part: a share of {experiment.test_share:g}, drawn with that seed")
    if experiment.kinds:
        lines.append(f"- frames of these kinds only: {', '.join(experiment.kinds)}")
    if experiment.stress_offset:
        lines.append(f"- taken off the stress labels: {experiment.stress_offset:g} GPa")
    if is_file(name):
        return "\n".join([f"- file: {name}, of the user's own", *lines])
    one = dataset(name)
    lines = [f"- set: {name}, {one.title}", f"- level of theory: {one.level}", *lines]
    lines += [f"- licence: {one.licence}, {one.notice}", f"- changes: {one.changes}", "- cite:"]
    return "\n".join([*lines, *(f"    - {paper}" for paper in citation(name).splitlines())])


def _errors(errors: dict) -> str:
    lines = ["| part | quantity | MAE | RMSE | R² | unit |", "|---|---|--:|--:|--:|---|"]
    for part, quantities in errors.items():
        for name, one in quantities.items():
            numbers = f"{one['mae']:.4g} | {one['rmse']:.4g} | {one['r2']:.5f}"
            lines.append(f"| {part} | {name} | {numbers} | {UNITS[name]} |")
    caution = (
        "They hold for structures like these, and say nothing of others: look before you use the "
        "model at other temperatures, phases or compositions."
    )
    return "\n".join([*lines, "", caution])


def _training(experiment: Experiment, history: Sequence[Epoch], times: int) -> str:
    told = ""
    if history:
        best = min(history, key=lambda epoch: epoch.validation_loss)
        told = (
            f"{len(history)} epochs; the model is the average after number {best.number} (from 0), "
            f"whose validation loss was {best.validation_loss:.4g}; last training loss "
            f"{history[-1].training_loss:.4g}.\n"
        )
    if times > 1:
        told += f"An epoch showed each training frame {times} times.\n"
    drawn = "sparse points" if isinstance(experiment.training, Regression) else "batches"
    told += f"The {drawn} were drawn with seed {experiment.training.seed}.\n"
    return told + _as_lines(asdict(experiment.training))


def _circumstances(where: Circumstances) -> str:
    package = f"mlp_teach {mlp_teach.__version__}"
    versions = [package, f"torch {torch.__version__}"]
    versions += [f"CUDA {torch.version.cuda}"] if torch.version.cuda else []
    versions += [f"{name} {version(name)}" for name in ("numpy", "ase")]
    versions += [f"Python {platform.python_version()}", platform.system()]
    epochs = f"{where.wall_seconds:.1f} s for the epochs, " * (where.wall_seconds > 0)
    memory = f"\n- memory of the GPU: {where.gpu_bytes / 2**30:.2f} GiB at most, of tensors"
    plain = "\n- steps: not compiled ones, as `compile` asks: the compiler failed"
    part = f" (this and what follows: of its last part, after {where.before} epochs)"
    last = part if where.before else ""
    return (
        dedent(f"""\
        - date: {where.date}
        - command: `{where.command}`{last}
        - device: {where.device}; {where.processes} process(es), {where.threads} thread(s) each
        - products of matrices while it trained: {where.products}
        - time: {epochs}{where.cpu_seconds:.1f} CPU s since it was last started
        - versions: {", ".join(versions)}""")
        + memory * (where.gpu_bytes > 0)
        + plain * where.plain_steps
    )


def _as_lines(settings: dict) -> str:
    lines = (f"{name} = {json.dumps(value)}" for name, value in settings.items())
    return "\n```text\n" + "\n".join(lines) + "\n```"
