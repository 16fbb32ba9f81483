"""The stored numbers of QUIP (tests/reference/quip_gap.py), as structures, labels and models."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import torch
from ase import Atoms

from mlp_teach.basis.radial import RadialPoints
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.neighbors import atom_graph

FOLDER = Path(__file__).parents[1] / "reference"
FITS = ("Cu", "CuPdAu")


@cache
def stored() -> dict[str, np.ndarray]:
    with np.load(FOLDER / "quip_gap.npz") as file:
        return dict(file)


@cache
def index() -> dict:
    return json.loads(str(stored()["index"]))


def file(fit: str) -> Path:
    return FOLDER / "quip_gap" / fit / "gp.xml"


def descriptor(fit: str) -> SOAP:
    one = index()["fits"][fit]
    basis = RadialPoints(one["cutoff"], one["n_max"], one["l_max"], index()["sigma"])
    return SOAP(basis, tuple(one["species"]), one["width"])


def structures(fit: str) -> list[Atoms]:
    return [
        Atoms(
            stored()[f"{fit}_{n}_numbers"],
            positions=stored()[f"{fit}_{n}_positions"],
            cell=stored()[f"{fit}_{n}_cell"],
            pbc=True,
        )
        for n in range(index()[fit]["all"])
    ]


def predictions(fit: str, name: str) -> list[np.ndarray]:
    return [stored()[f"{fit}_{n}_{name}"] for n in range(index()[fit]["all"])]


def training_data(fit: str) -> list[tuple[AtomGraph, Labels]]:
    data = []
    for n, atoms in enumerate(structures(fit)[: index()[fit]["training"]]):
        energy, forces, stress = (
            torch.from_numpy(stored()[f"{fit}_{n}_label_{name}"])
            for name in ("energy", "forces", "stress")
        )
        graph = atom_graph(atoms, descriptor(fit).cutoff)
        data.append((graph, Labels(energy[None], forces, stress[None])))
    return data
