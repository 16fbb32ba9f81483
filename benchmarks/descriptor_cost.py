"""What each descriptor costs against neighbours and elements: energies and forces, time and memory.

    python benchmarks/descriptor_cost.py

A crystal of 108 atoms on the sites of fcc copper, shaken by 0.1 Å, each site given one of 1 to 4
elements by chance. Weights are random: they change no time. Prints a table and writes
descriptor_cost.json, which lesson 10 and its widget quote. Each case runs in a forked process of
its own, so that its peak of memory is its own; needs Linux or macOS.
"""

import json
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import numpy as np
import psutil
import torch
from ase import Atoms
from ase.build import bulk
from work import peak_memory

from mlp_teach.basis.expansions import GaussianSmearing, SineWaves
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.models.gap import GAP
from mlp_teach.models.nequip import NequIP
from mlp_teach.models.painn import PaiNN
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

ELEMENTS = (29, 46, 47, 79)  # Cu, Pd, Ag, Au
CUTOFFS = (4.0, 5.0, 6.0, 8.0)  # Å, with one element
KINDS = (1, 2, 3, 4)  # at 5 Å
REPEATS = 4
FILE = Path(__file__).with_suffix(".json")


def crystal(n_elements: int) -> Atoms:
    """108 atoms of so many elements on the same places."""
    atoms = bulk("Cu", cubic=True) * (3, 3, 3)
    atoms.rattle(0.1, seed=2007)
    chosen = np.random.default_rng(0).integers(n_elements, size=len(atoms))
    atoms.numbers = np.array(ELEMENTS)[chosen]
    return atoms


def symmetry_functions(cutoff: float, elements: tuple[int, ...]) -> torch.nn.Module:
    angles = tuple((0.01, zeta, sign) for zeta in (1, 2, 4, 16) for sign in (1, -1))
    wide = tuple((0.05, zeta, sign) for zeta in (1, 2, 4, 16) for sign in (1, -1))
    shifts = tuple((4.0, float(r_s)) for r_s in np.linspace(1.5, cutoff - 0.5, 8))
    functions = SymmetryFunctions(cutoff, elements, g2=shifts, g4=angles + wide)
    return BehlerParrinello(functions, (20, 20))


def soap(cutoff: float, elements: tuple[int, ...]) -> torch.nn.Module:
    model = GAP(SOAP(GaussianOrbitals(cutoff, 8, 6, 0.5), elements, 1.0), n_points=500)
    model.points.normal_()  # any will do: they are read, not judged
    model.weights.normal_()
    return model


def schnet(cutoff: float, elements: tuple[int, ...]) -> torch.nn.Module:
    return SchNet(elements, GaussianSmearing(25, cutoff), features=64, layers=3)


def painn(cutoff: float, elements: tuple[int, ...]) -> torch.nn.Module:
    return PaiNN(elements, SineWaves(20, cutoff), features=64, layers=3)


def nequip(cutoff: float, elements: tuple[int, ...]) -> torch.nn.Module:
    return NequIP(elements, cutoff, channels=16, l_max=2, parity=False, layers=3)


MODELS = {
    "symmetry functions": (symmetry_functions, torch.float32),
    "SOAP": (soap, torch.float64),  # a kernel's weights nearly cancel: single precision is too few
    "SchNet": (schnet, torch.float32),
    "PaiNN": (painn, torch.float32),
    "NequIP": (nequip, torch.float32),
}


def cases() -> Iterator[tuple[str, float, int]]:
    for name in MODELS:
        yield from ((name, cutoff, 1) for cutoff in CUTOFFS)
        yield from ((name, 5.0, n) for n in KINDS if n > 1)


def measured(name: str, cutoff: float, n_elements: int) -> dict:
    """Time and memory of energies and forces, the graph given."""
    make, precision = MODELS[name]
    torch.manual_seed(0)
    model = make(cutoff, ELEMENTS[:n_elements]).to(precision)
    graph = atom_graph(crystal(n_elements), cutoff).to(dtype=precision)
    small = atom_graph(crystal(n_elements)[:4], cutoff).to(dtype=precision)
    predict(model, small, stress=False)  # what is loaded at the first call is not the task's
    before = psutil.Process().memory_info().rss / 1e6
    seconds = []
    for _ in range(REPEATS):
        start = process_time()
        predict(model, graph, stress=False)
        seconds.append(process_time() - start)
    return {
        "descriptor": name,
        "cutoff_A": cutoff,
        "elements": n_elements,
        "neighbours": round(graph.n_pairs / graph.n_atoms, 1),
        "microseconds_an_atom": round(1e6 * min(seconds) / graph.n_atoms, 1),
        "median": round(1e6 * float(np.median(seconds)) / graph.n_atoms, 1),
        "memory_MB": round(peak_memory() - before, 1),
        "features": _length(model),
    }


def _length(model: torch.nn.Module) -> int:
    """How many numbers describe an atom; of a network, those that it carries after a layer."""
    if isinstance(model, BehlerParrinello):
        return model.functions.n_features
    if isinstance(model, GAP):
        return model.descriptor.n_features
    if isinstance(model, NequIP):
        return sum(irrep.size for irrep in model.layers[0].out) * 16
    return model.features * (4 if isinstance(model, PaiNN) else 1)


def in_a_fork(task: Callable[[], dict]) -> dict:
    """The task's answer from a child process, whose peak of memory starts afresh."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        with os.fdopen(writing, "w") as out:
            json.dump(task(), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


def main() -> None:
    torch.set_num_threads(1)
    rows = []
    print("descriptor          r_c / Å  neighbours  elements  features  µs an atom      MB")
    for case in cases():
        rows.append(row := in_a_fork(lambda case=case: measured(*case)))
        print(
            f"{row['descriptor']:18} {row['cutoff_A']:8} {row['neighbours']:11} {row['elements']:9}"
            f"{row['features']:10} {row['microseconds_an_atom']:11} {row['memory_MB']:7}",
            flush=True,
        )
    content = {
        "machine": f"{platform.machine()}, one thread, torch {torch.__version__}",
        "load_average": round(os.getloadavg()[0], 1),
        "rows": rows,
    }
    FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
