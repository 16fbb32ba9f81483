"""What TF32 and bfloat16 products would do to a trained model of ethanol: its energies and forces.

    python benchmarks/matmul_precision.py FILE.safetensors ...

Prints for each model and kind of product how far energies and forces are off those in float64, and
the errors to the labels of 40 test frames. The products are rounded here as a GPU rounds them
(tests/training/rounded_products.py): no GPU is needed, and nothing is said of speed.
"""

import sys
from contextlib import nullcontext
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mlp_teach.datasets import load
from mlp_teach.graph import collate, collate_labels
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.potential import predict
from mlp_teach.training.checkpoint import load_model
from mlp_teach.units import MEV
from tests.training.rounded_products import BITS, RoundedProducts

FRAMES, ATOMS = 40, 9


def main() -> None:
    frames = load("ethanol", "test")[:FRAMES]
    truth = collate_labels([labels(atoms) for atoms in frames])
    print("MAE in meV/atom, meV/Å   | off: energy, forces, worst force | to the labels")
    for path in sys.argv[1:]:
        model = load_model(path).double()
        graph = collate([atom_graph(atoms, model.cutoff) for atoms in frames])
        exact = predict(model, graph, stress=False)
        print(f"{type(model).__name__} {path}")
        row("float64", exact, exact, truth)
        model, graph = model.float(), graph.to(dtype=torch.float32)
        for name, bits in [("float32", None), *BITS.items()]:
            with RoundedProducts(bits) if bits else nullcontext():
                row(name, predict(model, graph, stress=False), exact, truth)


def row(name: str, found, exact, truth) -> None:
    energy, forces = found.energy.double(), found.forces.double()
    moved = (energy - exact.energy) / ATOMS / MEV, (forces - exact.forces) / MEV
    wrong = (energy - truth.energy) / ATOMS / MEV, (forces - truth.forces) / MEV
    numbers = [one.abs().mean() for one in moved] + [moved[1].abs().max()]
    numbers += [one.abs().mean() for one in wrong]
    print(f"  {name:9}" + "".join(f"{one:10.4f}" for one in numbers))


if __name__ == "__main__":
    main()
