"""Our side of the comparison of GAP with QUIP; compare.py starts it.

The potential is one that gap_fit wrote (tests/reference/quip_gap/Cu: SOAP with n = 6, l = 4, cutoff
4 Å, 40 sparse points), read by both sides. From ase.Atoms, neighbour search included, to energy,
forces and stress of 256 Cu.
"""

from pathlib import Path

import numpy as np
from work import copper, serve

from mlp_teach.models.quip import read_quip
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

FILE = Path(__file__).parents[1] / "tests" / "reference" / "quip_gap" / "Cu" / "gp.xml"


def tasks() -> dict:
    atoms, model = copper(256), read_quip(FILE)
    graph = atom_graph(atoms, model.cutoff)

    def everything() -> np.ndarray:
        found = predict(model, atom_graph(atoms, model.cutoff))
        energy = np.full((256, 1), float(found.energy))
        stress = np.broadcast_to(found.stress[0].numpy().reshape(1, 9), (256, 9))
        return np.hstack([energy, found.forces.numpy(), stress])

    return {
        "energy_forces_stress": everything,
        "energy": lambda: predict(
            model, atom_graph(atoms, model.cutoff), forces=False, stress=False
        ).energy.numpy(),
        "energies_graph_given": lambda: predict(model, graph, forces=False, stress=False),
        "forces_graph_given": lambda: predict(model, graph, stress=False),
        "error_bars_of_the_sparse_points": lambda: model.novelty(graph),
    }


if __name__ == "__main__":
    serve(tasks())
