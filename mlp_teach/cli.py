"""The command mlp-teach: the main jobs of the course without a notebook.

mlp-teach workflow --out FOLDER            the five steps on copper, in about three minutes
mlp-teach train FILE.toml --out FOLDER     one experiment; started again, it goes on where it was
mlp-teach learning-curve FILE.toml --out FOLDER    the same with ever more frames
mlp-teach evaluate MODEL --data SET SPLIT  errors of a model on a shipped set or a file
mlp-teach md MODEL STRUCTURE --out FOLDER  molecular dynamics with a trained model
mlp-teach doctor                           what this computer offers
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

REFUSALS = (ValueError, OSError, RuntimeError)  # ours, with a sentence that says what to do


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, 1 for a refusal with its sentence, 130 for Ctrl-C."""
    # Read when torch is imported. Two threads on a shared machine wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except REFUSALS as error:
        print(f"mlp-teach: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("mlp-teach: stopped. What was saved so far is whole.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mlp-teach", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(command, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(
            command.__name__.strip("_").replace("_", "-"), help=text, description=text
        )
        one.set_defaults(command=command)
        return one

    workflow = add(_workflow, "data, descriptors, training, validation and simulation on copper")
    workflow.add_argument("--out", type=Path, default=Path("runs/workflow"), help="folder to write")
    train = add(_train, "train what an experiment file asks for, or go on with it")
    curve = add(_learning_curve, "train at each size of an experiment's [learning_curve]")
    for one in (train, curve):
        one.add_argument("experiment", type=Path)
        one.add_argument("--out", type=Path, required=True, help="folder to write")
        one.add_argument(
            "--device",
            default="cpu",
            help="cpu, cuda, mps or auto; default cpu (a GAP stays there)",
        )
    model = "a .safetensors, .xml (QUIP), .model (MACE) or .ckpt (NequIP) file, or a shipped name"
    evaluate = add(_evaluate, "errors of a model on labelled structures")
    evaluate.add_argument("model", help=model)
    evaluate.add_argument(
        "--data", nargs="+", default=["mlearn_Cu", "test"], help="SET SPLIT, or a file of frames"
    )
    evaluate.add_argument(
        "--without-copies",
        action="store_true",
        help="also without the frames that equal one of SET's training part by symmetry",
    )
    md = add(_md, "molecular dynamics; the same command again goes on where it was")
    md.add_argument("model", help=model)
    md.add_argument(
        "structure", help="a file that ASE reads, or bulk:SYMBOL:REPEATS, e.g. bulk:Cu:3"
    )
    md.add_argument("--out", type=Path, required=True, help="folder to write")
    md.add_argument("--temperature", type=float, default=300.0, help="K; default 300")
    md.add_argument("--ensemble", choices=("nve", "nvt"), default="nvt")
    md.add_argument("--steps", type=int, default=1000)
    md.add_argument("--timestep", type=float, default=2.0, help="fs; default 2")
    md.add_argument("--domain", metavar="SET", help="stop where SET's training part ends")
    md.add_argument("--seed", type=int, default=0)
    add(_doctor, "what this computer offers to the course")
    return parser


def _workflow(options) -> None:
    from mlp_teach.workflow import run_workflow

    run_workflow(options.out)


def _train(options) -> None:
    from tqdm import tqdm

    from mlp_teach.training.checkpoint import make_folder, save_checkpoint, write_whole
    from mlp_teach.training.device import choose_device
    from mlp_teach.training.experiment import (
        build_model,
        load_frames,
        make_data,
        read_experiment,
        train,
    )
    from mlp_teach.training.metrics import compare
    from mlp_teach.training.regression import Regression

    choose_device(options.device)  # refused now rather than after the graphs are made
    experiment = read_experiment(options.experiment)
    model = build_model(experiment)
    make_folder(options.out)
    state = options.out / "training.safetensors"
    if isinstance(experiment.training, Regression) and state.exists():
        raise ValueError(
            f"{options.out} holds the training of a network. Choose another folder for this model."
        )
    parts = [
        make_data(
            model,
            frames,
            experiment.precision,
            lambda items: tqdm(items, desc="graphs", disable=None),
        )
        for frames in load_frames(experiment)
    ]
    epochs = getattr(experiment.training, "epochs", 0)  # a regression has none
    with tqdm(total=epochs, desc="epochs", disable=None if epochs else True) as bar:

        def show(epoch) -> None:
            bar.update(epoch.number + 1 - bar.n)
            bar.set_postfix_str(f"loss {epoch.training_loss:.2e}, {epoch.validation_loss:.2e}")

        train(
            model,
            parts[0],
            parts[1],
            experiment.training,
            checkpoint=state,
            on_epoch=show,
            progress=lambda items: tqdm(items, desc="structures", disable=None),
            device=options.device,
        )
    errors = {
        name: compare(model, data).as_dict()
        for name, data in zip(("training", "validation", "test"), parts, strict=True)
        if data
    }
    path = save_checkpoint(options.out / "model.safetensors", model, errors=errors)
    write_whole(options.out / "errors.json", (json.dumps(errors, indent=2) + "\n").encode())
    _print_errors(errors)
    print(f"The model is {path}")


def _learning_curve(options) -> None:
    from tqdm import tqdm

    from mlp_teach.training.device import choose_device
    from mlp_teach.training.experiment import read_experiment
    from mlp_teach.training.learning_curve import FILE, measure, table

    choose_device(options.device)  # refused now rather than after the graphs are made
    begun = set()
    with tqdm(total=0, desc="epochs", disable=None) as bar:

        def show(size, epoch) -> None:
            if size.frames not in begun:
                begun.add(size.frames)
                bar.reset(size.settings.epochs)
                bar.set_description(f"{size.frames} frames")
            bar.update(epoch.number + 1 - bar.n)

        points = measure(
            read_experiment(options.experiment), options.out, on_epoch=show, device=options.device
        )
    print(table(points))
    print(f"The points are in {options.out / FILE}")


def _evaluate(options) -> None:
    from mlp_teach.datasets import load, read_frames, symmetry_copies
    from mlp_teach.neighbors import atom_graph, labels
    from mlp_teach.training.metrics import compare

    if len(options.data) > 2:
        raise ValueError(
            f"--data was given {len(options.data)} words, {options.data}; it takes SET SPLIT, such "
            "as mlearn_Cu test, or one file of labelled frames."
        )
    is_file = len(options.data) == 1 and Path(options.data[0]).suffix != ""
    if is_file and options.without_copies:
        raise ValueError("--without-copies needs SET SPLIT: a file has no training part.")
    frames = read_frames(options.data[0]) if is_file else load(*options.data)
    model = _model(options.model)
    data = [(atom_graph(atoms, model.cutoff), labels(atoms)) for atoms in frames]
    name = " ".join(options.data)
    errors = {name: compare(model, data).as_dict()}
    if options.without_copies:
        copies = symmetry_copies(frames, load(options.data[0], "train"))
        equal = [copy for copy in copies if abs(copy.energy_difference) < 3e-6]  # eV
        for some, what in ((equal, "copies of equal energy"), (copies, "copies")):
            left_out = {copy.frame for copy in some}
            rest = [one for number, one in enumerate(data) if number not in left_out]
            errors[f"without {len(some)} {what}"] = compare(model, rest).as_dict()
    _print_errors(errors)


def _md(options) -> None:
    from tqdm import tqdm

    from mlp_teach.datasets import load
    from mlp_teach.simulation.calculator import MLPCalculator
    from mlp_teach.simulation.domain import domain_of
    from mlp_teach.simulation.ensembles import NVE, NVT, with_velocities
    from mlp_teach.simulation.md import simulate
    from mlp_teach.simulation.watch import Watch
    from mlp_teach.training.checkpoint import make_folder

    atoms, model = _structure(options.structure), _model(options.model)
    atoms.calc = MLPCalculator(model)
    domain = domain_of(model, load(options.domain, "train")) if options.domain else None
    # At constant energy half of the kinetic energy goes into the springs of a crystal at rest.
    start = options.temperature * (2 if options.ensemble == "nve" else 1)
    atoms = with_velocities(atoms, temperature_K=start, seed=options.seed)
    if options.ensemble == "nve":
        ensemble = NVE(timestep_fs=options.timestep)
    else:
        ensemble = NVT(timestep_fs=options.timestep, temperature_K=options.temperature)
    make_folder(options.out)
    with tqdm(total=options.steps, desc="steps", disable=None) as bar:
        run = simulate(
            atoms,
            ensemble,
            steps=options.steps,
            seed=options.seed,
            watch=Watch(domain),
            trajectory=options.out / "trajectory.xyz",
            on_moment=lambda moment: bar.update(moment.step - bar.n),
        )
    done = int(run.step[-1])
    if done > options.steps:
        print(f"The folder has {done} steps already: nothing to do. Ask for more with --steps.")
    else:
        print(run.stopped or f"{done} steps of {options.timestep:g} fs, to the end.")
    print(f"temperature {run.temperature_K[len(run.temperature_K) // 2 :].mean():.0f} K (2nd half)")
    if options.ensemble == "nve" and len(run.step) > 2:  # a line through two points says nothing
        print(f"energy drift {run.drift().drift:+.4f} meV/atom")
    print(f"The trajectory is {options.out / 'trajectory.xyz'}")


def _structure(name: str):
    """A structure file, or bulk:SYMBOL:REPEATS."""
    from ase.build import bulk
    from ase.io import read

    if not name.startswith("bulk:"):
        if not Path(name).is_file():
            raise ValueError(f"There is no file {name}; or write bulk:Cu:3 for a crystal.")
        try:
            return read(name)
        except Exception as error:  # ASE's readers let many kinds out
            raise ValueError(
                f"{name} cannot be read as a structure ({type(error).__name__}: {error}). Give a "
                "file that ASE knows, such as .xyz, .cif or POSCAR, or write bulk:Cu:3."
            ) from error
    _, symbol, repeats = name.split(":") if name.count(":") == 2 else (name, "", "")
    if not repeats.isdigit() or int(repeats) < 1:
        raise ValueError(f"{name!r} should read bulk:SYMBOL:REPEATS, for example bulk:Cu:3.")
    try:
        return bulk(symbol, cubic=True) * int(repeats)
    except (ValueError, KeyError, RuntimeError) as error:
        raise ValueError(
            f"ASE knows no cubic crystal of {symbol!r} ({error}). Give a file with the structure."
        ) from error


def _model(name: str):
    from mlp_teach.pretrained import load_pretrained, names
    from mlp_teach.training.checkpoint import load_model

    if name in names():
        return load_pretrained(name)
    path = Path(name) / "model.safetensors" if Path(name).is_dir() else Path(name)
    if path.suffix == ".xml":
        from mlp_teach.models.quip import read_quip

        return read_quip(path)
    if path.suffix == ".model":
        from mlp_teach.models.mace_torch import read_mace

        return read_mace(path)
    if path.suffix == ".ckpt":
        from mlp_teach.models.nequip_files import read_nequip

        return read_nequip(path)
    if not path.is_file():
        raise ValueError(
            f"There is no checkpoint {path}. Name a .safetensors file, a folder that `train` or "
            "`workflow` wrote, a gp.xml of QUIP, a .model of mace-torch, a .ckpt of nequip-train, "
            f"or one of the shipped potentials: {', '.join(names())}."
        )
    return load_model(path).double()


def _doctor(options) -> None:
    from mlp_teach.doctor import examine, report

    print(report(examine()))


def _print_errors(errors: dict) -> None:
    units = {"energy": "meV/atom", "forces": "meV/Å", "stress": "GPa"}
    print(f"{'part':33} {'quantity':9} {'MAE':>9} {'RMSE':>9}  unit")
    for part, quantities in errors.items():
        for name, one in quantities.items():
            print(f"{part:33} {name:9} {one['mae']:9.3f} {one['rmse']:9.3f}  {units[name]}")


if __name__ == "__main__":
    sys.exit(main())
