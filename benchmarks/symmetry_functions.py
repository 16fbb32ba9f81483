"""Our side of the comparison of symmetry functions, and the cost of forces and of size.

python benchmarks/symmetry_functions.py                 answers compare.py
python benchmarks/symmetry_functions.py --atoms 4096    energy and forces of one size, as JSON
"""

import argparse
import json
from time import process_time

import torch
from work import CUTOFF, G2, G4, copper, peak_memory, serve

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

COPPER = 29
# DScribe always gives G1, so ours does too here.
RADIAL = SymmetryFunctions(CUTOFF, (COPPER,), g1=True, g2=G2)
NARROW = SymmetryFunctions(CUTOFF, (COPPER,), g1=True, g2=G2, g4=G4)
WIDE = SymmetryFunctions(CUTOFF, (COPPER,), g1=True, g2=G2, g5=G4)


def potential() -> BehlerParrinello:
    torch.manual_seed(2011)
    return BehlerParrinello(NARROW).double()


def tasks() -> dict:
    """From ase.Atoms to features, the same with the graph given, and energies, forces, stress."""
    atoms, model = copper(256), potential()
    graph = atom_graph(atoms, CUTOFF)
    found = {
        "neighbours": lambda: atom_graph(atoms, CUTOFF),
        "energies": lambda: predict(model, graph, forces=False, stress=False),
        "forces": lambda: predict(model, graph, stress=False),
        "forces_and_stress": lambda: predict(model, graph),
    }
    for name, functions in (("G2", RADIAL), ("G2+G4", NARROW), ("G2+G5", WIDE)):
        found[name] = lambda f=functions: symmetry_functions(atom_graph(atoms, CUTOFF), f).numpy()
        found[f"{name}_graph_given"] = lambda f=functions: symmetry_functions(graph, f).numpy()
    return found


def one_size(n_atoms: int, repeats: int = 5) -> dict:
    """CPU seconds (least of `repeats`) and peak memory (MB) of energy and forces."""
    atoms, model = copper(n_atoms), potential()
    before = peak_memory()

    def seconds(task) -> float:
        start = process_time()
        task()
        return process_time() - start

    search = min(seconds(lambda: atom_graph(atoms, CUTOFF)) for _ in range(repeats))
    graph = atom_graph(atoms, CUTOFF)
    forces = min(seconds(lambda: predict(model, graph, stress=False)) for _ in range(repeats))
    return {
        "atoms": n_atoms,
        "pairs": graph.n_pairs,
        "neighbours_s": search,
        "energy_and_forces_s": forces,
        "peak_MB": peak_memory(),
        "after_import_MB": before,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--atoms", type=int, help="measure one size instead of answering")
    size = parser.parse_args().atoms
    torch.set_num_threads(1)
    if size is None:
        serve(tasks())
    else:
        print(json.dumps(one_size(size)))


if __name__ == "__main__":
    main()
