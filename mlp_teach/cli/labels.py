"""mlp-teach label: reference energies and forces of a file of structures."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

QUICK = 20  # structures that a worker takes at a time where one takes milliseconds


def label(options) -> None:
    from ase.io import write

    from mlp_teach.labelling import run
    from mlp_teach.labelling.methods import EMT, GFN2, PBE
    from mlp_teach.labelling.workers import local_workers

    if options.workers < 1:
        raise ValueError(f"--workers is {options.workers}; at least one is needed.")
    method, together = {"emt": (EMT(), QUICK), "gfn2": (GFN2(), QUICK), "pbe": (PBE(), 1)}[
        options.method
    ]
    check_output(options.output, options.structures)
    structures = structures_of(options.structures)
    check_ending(options.output)
    if options.method == "gfn2" and any(atoms.pbc.all() for atoms in structures):
        print("GFN2-xTB is made for molecules; of crystals, metals take long or do not converge.")
    workers = local_workers(options.workers) if options.workers > 1 else nullcontext()
    with workers as executor:
        found = run.label(structures, method, options.store, executor, together)
    if found.frames:
        write(options.output, found.frames, format="extxyz")
    for failure in found.failures:
        print(f"structure {failure.index}: {failure.kind}: {failure.message}")
    print(f"{found.computed} labels were computed, {found.found} were in {options.store}")
    if found.computed:
        print(f"{found.rate:.3g} labels a second of one processor")
    if found.failures:
        others = f"the others are in {options.output}" if found.frames else "nothing was written"
        raise RuntimeError(
            f"{len(found.failures)} of {len(structures)} structures have no label; {others}."
        )
    print(f"The labelled structures are {options.output}")


def check_output(output: Path, structures: Path) -> None:
    """Raises ValueError, before hours are spent, for a file that cannot or must not be written."""
    if output.exists() and structures.exists() and output.samefile(structures):
        raise ValueError(
            f"--output is {structures} itself, and structures that fail would be gone from it. "
            "Give another file."
        )
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise ValueError(f"--output is {output}; a file in a folder that is there is needed.")


def check_ending(output: Path) -> None:
    """Raises ValueError for a name by which nobody would read extended XYZ again."""
    if output.suffix.lower() not in (".xyz", ".extxyz"):
        raise ValueError(
            f"--output is {output}; what is written is extended XYZ: give it the ending .xyz."
        )


def structures_of(file: Path) -> list:
    from ase.io import read

    if not file.is_file():
        raise ValueError(f"There is no file {file}.")
    try:
        found = read(file, ":")
    except Exception as error:  # ASE's readers let many kinds out
        raise ValueError(
            f"{file} cannot be read as structures ({type(error).__name__}: {error}). Give a file "
            "that ASE knows, such as .xyz, .cif or POSCAR."
        ) from error
    if not found:
        raise ValueError(f"{file} holds no structure.")
    return found
