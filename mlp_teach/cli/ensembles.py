"""mlp-teach ensemble and sweep: many trainings, on several processors or as jobs of Slurm."""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext
from pathlib import Path

from mlp_teach.cli.training import stop_when_asked


def add_options(members: argparse.ArgumentParser, entries: argparse.ArgumentParser) -> None:
    for one in (members, entries):
        one.add_argument("experiment", type=Path)
        one.add_argument("--out", type=Path, required=True, help="folder to write")
        one.add_argument("--device", help="cpu, cuda, mps or auto; default cpu, with --gpus cuda")
        add_tf32(one)
        one.add_argument("--workers", type=int, default=1, help="trainings at a time; default 1")
        slurm = one.add_argument_group("on a cluster")
        slurm.add_argument("--slurm", action="store_true", help="each worker is a job of Slurm")
        slurm.add_argument("--memory", help="of a worker, such as 4GB; Slurm needs to know")
        slurm.add_argument("--gpus", type=int, default=0, help="of a job; default 0")
        slurm.add_argument("--walltime", default="01:00:00", help="of a job; default 01:00:00")
        slurm.add_argument("--queue", help="Slurm's partition")
        slurm.add_argument("--account")
        slurm.add_argument("--interface", help="network of the nodes, such as ib0")
        slurm.add_argument("--cores", type=int, default=1, help="threads of a job; default 1")
    members.add_argument("--members", type=int, default=4, help="default 4")
    entries.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="TABLE.ENTRY=VALUE,…",
        help="values to try, such as training.learning_rate=1e-3,3e-3; may be given again",
    )
    entries.add_argument(
        "--side-by-side",
        action="store_true",
        help="the first values of all entries together, then the second; not all combinations",
    )


def add_tf32(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--tf32", action="store_true", help="on an NVIDIA GPU: faster products with fewer digits"
    )


def ensemble(options) -> None:
    import torch

    from mlp_teach.active_learning.ensemble_errors import judge, report
    from mlp_teach.training.ensemble import load_ensemble, train_ensemble
    from mlp_teach.training.experiment import load_frames, make_data, read_experiment
    from mlp_teach.training.many_runs import Failure, Finished
    from mlp_teach.training.whole_file import write_whole

    stop_when_asked()
    experiment = read_experiment(options.experiment)
    with _workers(options) as executor:
        answers = train_ensemble(
            experiment,
            options.members,
            options.out,
            executor,
            device=_device(options),
            tf32=options.tf32,
        )
    lost = [one for one in answers if isinstance(one, Failure)]
    for one in lost:
        print(f"{one.name}: {one.kind}: {one.message}")
    if len(answers) - len(lost) < 2:
        raise RuntimeError("Fewer than two members are trained; one alone has no spread.")
    trained = [one.name for one in answers if isinstance(one, Finished)]
    models = load_ensemble(options.out, trained)  # an earlier, larger ensemble may lie there too
    _, validation, test = load_frames(experiment)
    part, frames = ("test", test) if test else ("validation", validation)
    found = judge(models, make_data(models[0], frames, torch.float64))
    content = {"part": part} | found.as_dict()
    write_whole(options.out / "ensemble.json", (json.dumps(content, indent=1) + "\n").encode())
    print(f"On the {part} part, {len(frames)} structures:")
    print(report(found))
    print(f"The members are in {options.out}; the numbers in {options.out / 'ensemble.json'}")
    if lost:
        raise RuntimeError(f"{len(lost)} of {len(answers)} members are not trained.")


def sweep(options) -> None:
    from mlp_teach.training.many_runs import Failure, train_all
    from mlp_teach.training.sweep import (
        combinations,
        read_changes,
        side_by_side,
        table,
        variants,
        write_sweep,
    )

    stop_when_asked()
    values = {}
    for text in options.set:
        name, listed = read_changes(text)
        if name in values:
            raise ValueError(f"--set has {name} twice; give all of its values at once.")
        values[name] = listed
    changes = (side_by_side if options.side_by_side else combinations)(values)
    runs = variants(options.experiment, changes)
    with _workers(options) as executor:
        answers = train_all(runs, options.out, executor, device=_device(options), tf32=options.tf32)
    path = write_sweep(options.out, changes, answers)
    print(table(answers))
    print(f"The numbers are in {path}")
    if lost := [one for one in answers if isinstance(one, Failure)]:
        raise RuntimeError(f"{len(lost)} of {len(answers)} runs have no model.")


def _device(options) -> str:
    return options.device or ("cuda" if options.gpus else "cpu")


def _workers(options):
    """An executor, or None for one training after the other here."""
    from mlp_teach.labelling.workers import local_workers, slurm_workers
    from mlp_teach.training.device import check_tf32, choose_device, visible_gpus

    if options.workers < 1:
        raise ValueError(f"--workers is {options.workers}; at least one is needed.")
    if not options.slurm:
        if options.gpus:
            raise ValueError("--gpus is for jobs; here, --device cuda takes the GPUs there are.")
        where = choose_device(_device(options))  # refused now rather than by each worker
        if options.tf32:
            check_tf32(where)
        if options.workers == 1:
            return nullcontext()
        gpus = visible_gpus() if where.type == "cuda" else ()
        return local_workers(options.workers, options.memory, gpus)
    if options.memory is None:
        raise ValueError("--slurm needs --memory, what a job asks for, such as 4GB.")
    return slurm_workers(
        options.workers,
        options.memory,
        options.walltime,
        queue=options.queue,
        account=options.account,
        interface=options.interface,
        cores=options.cores,
        gpus=options.gpus,
        folder=options.out / "slurm",
    )
