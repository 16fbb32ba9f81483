"""The chapter's five steps on real data of copper, in one go: what lesson 05 does step by step.

1 data         mlearn_Cu, looked at before it is trusted
2 descriptors  radial symmetry functions, cheap enough for a minute's training
3 training     a Behler-Parrinello network on energies and forces
4 validation   errors on unseen structures, then physics: lattice and elastic constants
5 simulation   molecular dynamics at constant energy, and what the atoms' arrangement looks like

The folder gets model.safetensors, summary.json, summary.txt and summary.png.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from ase import Atoms
from ase.build import bulk
from tqdm import tqdm

from mlp_teach.analysis.mechanics import elastic_constants, equation_of_state, relaxed
from mlp_teach.analysis.strained_cells import fit_strained_cells
from mlp_teach.analysis.structure import radial_distribution
from mlp_teach.datasets import check_labels, symmetry_copies
from mlp_teach.plotting import Workflow, workflow_summary, workflow_text
from mlp_teach.simulation.calculator import MLPCalculator
from mlp_teach.simulation.domain import domain_of
from mlp_teach.simulation.ensembles import NVE, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.simulation.observed import Run
from mlp_teach.simulation.trajectory import read_trajectory
from mlp_teach.simulation.watch import Watch
from mlp_teach.training.checkpoint import make_folder, save_checkpoint, write_whole
from mlp_teach.training.experiment import (
    Data,
    Experiment,
    build_model,
    load_frames,
    make_data,
    train,
)
from mlp_teach.training.fit import Epoch, Settings
from mlp_teach.training.losses import Weights
from mlp_teach.training.metrics import Comparison, compare
from mlp_teach.training.progress import ASKED

TIMESTEP = 2.0  # fs: a fiftieth of copper's fastest vibration

# Narrow Gaussians where the repulsion is steep, wide ones where the shells of a crystal are.
NARROW = tuple((19.5, round(1.4 + 0.2 * n, 2)) for n in range(8))
WIDE = tuple((6.4, round(3.0 + 0.35 * n, 2)) for n in range(7))

QUICK = Experiment(
    dataset="mlearn_Cu",
    validation=0.1,
    seed=0,
    precision=torch.float32,
    stress_offset=2.35,
    model="mlp_teach.models.behler_parrinello:BehlerParrinello",
    model_settings={
        "functions": {"cutoff": 5.5, "elements": [29], "g2": [list(p) for p in NARROW + WIDE]},
        "hidden": [20, 20],
    },
    training=Settings(
        epochs=80,
        batch_size=4,
        learning_rate=1e-2,
        last_learning_rate=1e-5,
        average=0.98,
        weights=Weights(energy=5.0, forces=0.1, stress=5.0),
    ),
)


def run_workflow(
    folder: Path | str,
    experiment: Experiment = QUICK,
    *,
    picoseconds: float = 4.0,
    say: Callable[[str], None] = print,
) -> Workflow:
    """All five steps; writes the folder and returns what the figure shows.

    A training that was interrupted goes on where it was. Raises ValueError for a folder that holds
    another training, OSError if nothing can be written.
    """
    folder = Path(folder)
    make_folder(folder)
    if (folder / ASKED).exists():  # whose model would be replaced
        raise ValueError(f"{folder} holds a training. Choose another folder for the five steps.")
    torch.manual_seed(experiment.seed)
    say("Step 1 of 5, data: what there is, and what is odd about it")
    frames = load_frames(experiment)
    copies = look_at(frames, say)
    say("Step 2 of 5, descriptors: what each atom sees, as numbers")
    model = build_model(experiment)
    parts = [make_data(model, one, experiment.precision, _bar) for one in frames]
    say(f"{parts[0][0][0].values.shape[1]} symmetry functions up to {model.cutoff:g} Å")
    say("Step 3 of 5, training")
    history = _train(model, parts, experiment, folder, say)
    model = model.double()
    say("Step 4 of 5, validation: unseen structures first, then physics")
    seen = {copy.frame for copy in copies}
    new = [one for number, one in enumerate(parts[2]) if number not in seen]
    errors = {
        "training": compare(model, _double(parts[0]), stress=False),
        "test": compare(model, _double(parts[2]), stress=False),
        "test without copies": compare(model, _double(new), stress=False),
    }
    crystal, mechanics = crystal_properties(model, [*frames[0], *frames[1]])
    say("Step 5 of 5, simulation: 108 atoms at 300 K, energy kept constant")
    run = dynamics(model, crystal, [*frames[0], *frames[1]], picoseconds, folder)
    say(f"  {run.stopped or 'to the end, inside the training domain'}")
    structures = read_trajectory(folder / "trajectory.xyz")
    results = Workflow(
        history=history,
        comparison=errors["test"],
        states={"this model": mechanics["state"]},
        functions={"300 K": radial_distribution(structures[len(structures) // 2 :], 7.0)},
        drift=run.drift(),
    )
    save_checkpoint(folder / "model.safetensors", model)
    table = _table(errors, mechanics, results)
    _write(folder, results, table, errors, mechanics)
    say(table + f"\n\nModel, numbers and figure are in {folder}")
    return results


def look_at(frames: tuple[list[Atoms], list[Atoms], list[Atoms]], say: Callable) -> list:
    """Counts, oddities and leaks of the three parts; returns the copies among the test frames."""
    for name, part in zip(("training", "validation", "test"), frames, strict=True):
        say(f"  {name:10} {len(part):4} structures, {sum(map(len, part)):6} atoms")
    for finding in check_labels([*frames[0], *frames[1]]):
        say(f"  {finding}")
    copies = symmetry_copies(frames[2], among=[*frames[0], *frames[1]])
    say(f"  {len(copies)} test structures are symmetry copies: errors follow with and without them")
    return copies


def crystal_properties(model: torch.nn.Module, frames: list[Atoms]) -> tuple[Atoms, dict]:
    """Equation of state and elastic constants of fcc copper beside those of the labels."""
    calculator = MLPCalculator(model)
    state = equation_of_state(bulk("Cu", cubic=True), calculator)
    strained = [atoms for atoms in frames if atoms.info.get("config_type") == "Elastic"]
    reference = fit_strained_cells(strained)
    # Elastic constants soften as a crystal expands: both are given at the lattice constant at which
    # the labelled cells were strained.
    same = bulk("Cu", a=reference.reference, cubic=True)
    return relaxed(same, state), {
        "state": state,
        "model": elastic_constants(same, calculator),
        "reference": reference,
    }


def dynamics(
    model: torch.nn.Module, crystal: Atoms, seen: list[Atoms], picoseconds: float, folder: Path
) -> Run:
    """108 atoms near 300 K at constant energy, watched against the structures seen in training."""
    atoms = crystal * (3, 3, 3)
    atoms.calc = MLPCalculator(model)
    # Half of the kinetic energy of a crystal at rest goes into its springs: 600 K become 300 K.
    atoms = with_velocities(atoms, temperature_K=600.0)
    trajectory = folder / "trajectory.xyz"
    trajectory.unlink(missing_ok=True)  # of an earlier model
    return simulate(
        atoms,
        NVE(timestep_fs=TIMESTEP),
        steps=round(picoseconds * 1000 / TIMESTEP),
        watch=Watch(domain_of(model, seen)),
        trajectory=trajectory,
    )


def _train(model, parts: list[Data], experiment: Experiment, folder: Path, say) -> list[Epoch]:
    epochs = experiment.training.epochs
    with tqdm(total=epochs, desc="epochs", disable=None) as bar:

        def show(epoch: Epoch) -> None:
            bar.update(epoch.number + 1 - bar.n)
            losses = f"loss {epoch.training_loss:.1e}, validation {epoch.validation_loss:.1e}"
            bar.set_postfix_str(losses)
            if bar.disable and epoch.number % 10 == 9:  # nobody sees a bar: a line now and then
                say(f"  epoch {epoch.number + 1:3} of {epochs}, {epoch.seconds:4.0f} s: {losses}")

        return train(
            model,
            parts[0],
            parts[1],
            experiment.training,
            checkpoint=folder / "training.safetensors",
            on_epoch=show,
        )


def _bar(items):
    """A progress bar where somebody watches, nothing in a log file."""
    return tqdm(items, desc="graphs", disable=None)


def _double(data: Data) -> Data:
    return [(graph.to(dtype=torch.float64), truth.to(dtype=torch.float64)) for graph, truth in data]


def _table(errors: dict[str, Comparison], mechanics: dict, results: Workflow) -> str:
    lines = [f"{'errors':22}{'energy, meV/atom':>20}{'forces, meV/Å':>20}"]
    lines += [f"{'':22}{'MAE':>10}{'RMSE':>10}{'MAE':>10}{'RMSE':>10}"]
    for name, one in errors.items():
        values = [f"{get(q):10.2f}" for q in ("energy", "forces") for get in (one.mae, one.rmse)]
        lines.append(f"{name:22}" + "".join(values))
    model, truth = mechanics["model"], mechanics["reference"]
    pairs = {"lattice constant, Å": (mechanics["state"].lattice_constant, truth.lattice_constant)}
    for name in ("c11", "c12", "c44"):
        own, reference = getattr(model, name), getattr(truth.elasticity, name)
        pairs[f"{name.upper()}, GPa, at {truth.reference:.3f} Å"] = (own, reference)
    lines += ["", f"{'crystal':26}{'model':>10}{'DFT':>10}{'differs by':>12}"]
    for name, (own, reference) in pairs.items():
        lines.append(f"{name:26}{own:10.3f}{reference:10.3f}{100 * (own / reference - 1):+11.1f}%")
    drift, length = results.drift.drift, np.ptp(results.drift.times)
    lines += ["", f"energy drift {drift:+.4f} meV/atom in {length:.1f} ps near 300 K"]
    return "\n".join(lines)


def _write(folder: Path, results: Workflow, table: str, errors: dict, mechanics: dict) -> None:
    summary = {
        "errors": {name: one.as_dict() for name, one in errors.items()},
        "lattice_constant_A": mechanics["state"].lattice_constant,
        "bulk_modulus_GPa": mechanics["state"].bulk_modulus,
        "elastic_constants_GPa": asdict(mechanics["model"]),
        "drift_meV_per_atom": results.drift.drift,
        "seconds_of_training": results.history[-1].seconds,
    }
    write_whole(folder / "summary.json", (json.dumps(summary, indent=2) + "\n").encode())
    text = f"{table}\n\n{workflow_text(results)}\n"
    write_whole(folder / "summary.txt", text.encode())
    picture = io.BytesIO()
    workflow_summary(results).savefig(picture, format="png", dpi=110)
    write_whole(folder / "summary.png", picture.getvalue())
