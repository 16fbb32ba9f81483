"""mlp-teach evaluate and md: what a trained model is asked to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mlp_teach.cli.error_table import print_errors


def evaluate(options) -> None:
    from mlp_teach.datasets import dataset, load, read_frames, symmetry_copies
    from mlp_teach.neighbors import atom_graph, labels
    from mlp_teach.training.device import choose_device, judge_on
    from mlp_teach.training.metrics import compare

    where = judge_on(choose_device(options.device))
    if len(options.data) > 2:
        raise ValueError(
            f"--data was given {len(options.data)} words, {options.data}; it takes SET SPLIT, such "
            "as mlearn_Cu test, or one file of labelled frames."
        )
    is_file = len(options.data) == 1 and Path(options.data[0]).suffix != ""
    if is_file and options.without_copies:
        raise ValueError("--without-copies needs SET SPLIT: a file has no training part.")
    frames = read_frames(options.data[0]) if is_file else load(*options.data)
    model = model_of(options.model).to(where)
    data = [(atom_graph(atoms, model.cutoff), labels(atoms)) for atoms in frames]
    found = {" ".join(options.data): compare(model, data, device=where)}
    if options.without_copies:
        copies = symmetry_copies(frames, load(options.data[0], "train"))
        equal = [copy for copy in copies if abs(copy.energy_difference) < 3e-6]  # eV
        both = [(equal, "copies of equal energy"), (copies, "copies")]
        for some, what in both if len(equal) < len(copies) else both[1:]:
            left_out = {copy.frame for copy in some}
            rest = [one for number, one in enumerate(data) if number not in left_out]
            found[f"without {len(some)} {what}"] = compare(model, rest, device=where)
    offset = None if is_file else dataset(options.data[0]).stress_offset_GPa
    print_errors(_rows(found, offset))
    if offset and any(one.stress for one in found.values()):
        kind = "tensile" if offset > 0 else "compressive"
        print(
            f"The stress labels of {options.data[0]} are about {abs(offset):g} GPa too {kind} for "
            "its energies (mlp_teach.datasets.describe). Rows (corrected): with that taken off."
        )


def _rows(found: dict, offset: float | None) -> dict:
    """The errors of each part, and the stress also without its labels' offset (GPa), if any."""
    import numpy as np

    rows = {}
    for name, one in found.items():
        rows[name] = one.as_dict()
        if offset and one.stress:
            truth, guess = one.stress
            pressure = np.tile(offset * np.eye(3).ravel(), len(truth) // 9)
            right = replace(one, energy=None, forces=None, stress=(truth - pressure, guess))
            rows[f"{name} (corrected)"] = right.as_dict()
    return rows


def md(options) -> None:
    from tqdm import tqdm

    from mlp_teach.datasets import load
    from mlp_teach.simulation.calculator import MLPCalculator
    from mlp_teach.simulation.domain import domain_of
    from mlp_teach.simulation.ensembles import NVE, NVT, with_velocities
    from mlp_teach.simulation.md import simulate
    from mlp_teach.simulation.watch import Watch
    from mlp_teach.training.checkpoint import make_folder

    atoms, model = structure_of(options.structure), model_of(options.model)
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


def structure_of(name: str):
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
    if not (repeats.isascii() and repeats.isdecimal()) or int(repeats) < 1:
        raise ValueError(f"{name!r} should read bulk:SYMBOL:REPEATS, for example bulk:Cu:3.")
    try:
        return bulk(symbol, cubic=True) * int(repeats)
    except (ValueError, KeyError, RuntimeError) as error:
        raise ValueError(
            f"ASE knows no cubic crystal of {symbol!r} ({error}). Give a file with the structure."
        ) from error


def model_of(name: str):
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
