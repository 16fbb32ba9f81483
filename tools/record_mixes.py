"""Records what models learn from many mixes of copper structures: for the data-mix planner.

    OMP_NUM_THREADS=1 python tools/record_mixes.py [FOLDER]                       some minutes

Draws 20 structures of each of the five kinds with mlp_teach's samplers and labels them with EMT.
In a fixed order of chance, 12 of each are there to be chosen, 8 are for testing. A mix takes the
first n_k of each kind, n_k one of LEVELS: 6⁵ - 1 mixes, each with a GAP whose sparse points are
four atoms of every chosen structure, as far from each other as that structure has them.

All is linear: the rows of a kind's first n structures (training/design_rows.py) are written down
for the points of all, once, and reduced to their triangle (training/regression.py); a mix stacks
five triangles and takes its own columns. One mix is fitted with `solve_weights` as well, and both
must agree. Two files come out, mix_pool.xyz.xz and mix_table.npz.
"""

from __future__ import annotations

import io
import lzma
import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from ase.calculators import emt
from ase.io import write

from mlp_teach.descriptors.soap import soap
from mlp_teach.descriptors.soap_slopes import first_order_soap
from mlp_teach.labelling.methods import EMT
from mlp_teach.labelling.run import label
from mlp_teach.models.gap import GAP
from mlp_teach.models.sparse_points import farthest
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.sampling.coverage import mean_features
from mlp_teach.sampling.mix import KINDS, Mix, Part, draw
from mlp_teach.sampling.mix_copper import Copper
from mlp_teach.training.design_rows import design_rows
from mlp_teach.training.metrics import compare
from mlp_teach.training.regression import Regression, solve_weights
from mlp_teach.widgets.mix_scene import CHOSEN, DESCRIPTOR, LEVELS, POINTS, TESTED, read_pool

SEED = 3
SETTINGS = Regression(sigma_energy=1e-3, sigma_forces=0.05)
SHAPE = (len(LEVELS),) * len(KINDS) + (len(KINDS), 2)
WIDGETS = Path(__file__).resolve().parent.parent / "mlp_teach" / "widgets"


def main(folder: Path) -> None:
    pool_file = folder / "mix_pool.xyz.xz"
    if not pool_file.exists():
        ship(pool(), pool_file)
    kinds = read_pool(pool_file)
    fitter, table = Fitter(graphs_of(kinds)), np.full(SHAPE, np.nan)
    for place in product(range(len(LEVELS)), repeat=len(KINDS)):
        if any(place):
            table[place] = fitter.errors(tuple(LEVELS[n] for n in place))
    print("largest difference from solve_weights:", fitter.difference((2, 12, 2, 0, 1)))
    keep(folder, kinds, table)
    print("20 as in the chapter, 20 evenly, meV/Å and meV/atom:")
    for counts in ((2, 12, 2, 2, 2), (4, 4, 4, 4, 4), (4, 0, 4, 4, 8)):
        print(counts, table[tuple(map(LEVELS.index, counts))].round(2).tolist())


def graphs_of(kinds: dict) -> list:
    """Graphs and labels, kind after kind."""
    frames = [atoms for of_kind in kinds.values() for atoms in of_kind]
    return [(atom_graph(atoms, DESCRIPTOR.cutoff), labels(atoms)) for atoms in frames]


def keep(folder: Path, kinds: dict, table: np.ndarray) -> None:
    """Errors, mean features and energies above the crystal."""
    crystal = Copper().crystal
    crystal.calc = emt.EMT()
    zero = crystal.get_potential_energy() / len(crystal)
    energies = [[a.get_potential_energy() / len(a) - zero for a in mine] for mine in kinds.values()]
    features = [mean_features(mine, DESCRIPTOR) for mine in kinds.values()]
    np.savez_compressed(
        folder / "mix_table.npz",
        errors=table.astype(np.float16),  # three digits, in half the room,
        features=np.array(features, dtype=np.float32),
        energies=np.array(energies, dtype=np.float32),
    )


def pool() -> list:
    """The same number of each kind, in an order of chance within it, with EMT's labels."""
    parts = tuple(Part(kind, kind, CHOSEN + TESTED, "the pool") for kind in KINDS)
    drawn = draw(Mix("pool", parts), Copper(temperatures=(300, 700, 1200)), SEED)
    with TemporaryDirectory() as folder:
        done = label(drawn, EMT(), folder)
    assert not done.failures
    found, rng = [], np.random.default_rng(SEED)
    for kind in KINDS:
        mine = [atoms for atoms in done.frames if atoms.info["kind"] == kind]
        found += [mine[n] for n in rng.permutation(len(mine))]
    for atoms in found:
        atoms.info = {"kind": atoms.info["kind"]}
    return found


def ship(frames: list, path: Path) -> None:
    text = io.StringIO()
    write(text, frames, format="extxyz")
    path.write_bytes(lzma.compress(text.getvalue().encode(), preset=9))


class Fitter:
    """The rows of all structures for the sparse points of all that may be chosen."""

    def __init__(self, data: list):
        self.data = data
        size = CHOSEN + TESTED
        self.chosen = [range(k * size, k * size + CHOSEN) for k in range(len(KINDS))]
        self.tested = [range(k * size + CHOSEN, (k + 1) * size) for k in range(len(KINDS))]
        self.model = GAP(DESCRIPTOR, n_points=POINTS * CHOSEN * len(KINDS))
        features = [soap(data[n][0], DESCRIPTOR) for mine in self.chosen for n in mine]
        points = torch.cat([rows[farthest(rows, POINTS)] for rows in features])
        self.model.points.copy_(points)
        self.kernel = self.model.kernel()
        self.rows = [self._rows(*one) for one in data]
        self.triangles = [
            [self._triangle(mine[:level]) for level in LEVELS] for mine in self.chosen
        ]

    def _rows(self, graph, known) -> tuple[torch.Tensor, torch.Tensor]:
        """Of the energy and of the forces; then y and, for the energy, the number of atoms."""
        rows = design_rows(self.model, first_order_soap(graph, DESCRIPTOR))
        n = torch.full((1, 1), float(graph.n_atoms), dtype=torch.float64)
        energy = torch.cat([rows.energy, known.energy[:, None], n], 1)
        y = known.forces.flatten()[:, None]
        return energy, torch.cat([rows.forces.flatten(0, 1), y, 0 * y], 1)

    def _triangle(self, numbers: range) -> torch.Tensor:
        if not numbers:
            return torch.zeros(0, self.model.n_points + 2, dtype=torch.float64)
        parts = []
        for n in numbers:
            energy, forces = self.rows[n]
            sigma = SETTINGS.sigma_energy * self.data[n][0].n_atoms ** 0.5
            parts += [energy / sigma, forces / SETTINGS.sigma_forces]
        stacked = torch.cat(parts)
        if len(stacked) <= stacked.shape[1]:
            return stacked
        return torch.linalg.qr(stacked, mode="r").R

    def weights(self, counts: tuple[int, ...]) -> tuple[torch.Tensor, torch.Tensor, float]:
        """Columns, weights and E0 of the model of this mix."""
        used = [n for mine, count in zip(self.chosen, counts, strict=True) for n in mine[:count]]
        n_atoms = torch.tensor([float(self.data[n][0].n_atoms) for n in used]).double()
        energies = torch.cat([self.data[n][1].energy for n in used])
        reference = float((n_atoms @ energies) / (n_atoms @ n_atoms))
        columns = torch.tensor(
            [
                (k * CHOSEN + n) * POINTS + point
                for k, count in enumerate(counts)
                for n in range(count)
                for point in range(POINTS)
            ]
        )
        places = [LEVELS.index(count) for count in counts]
        rows = torch.cat([self.triangles[k][place] for k, place in enumerate(places)])
        y = rows[:, -2] - reference * rows[:, -1]
        prior = torch.linalg.cholesky(self.kernel[columns][:, columns]).T
        zeros = torch.zeros(len(columns), 1, dtype=torch.float64)
        system = torch.cat(
            [torch.cat([rows[:, columns], y[:, None]], 1), torch.cat([prior, zeros], 1)]
        )
        root = torch.linalg.qr(system, mode="r").R
        size = len(columns)
        solved = torch.linalg.solve_triangular(root[:size, :size], root[:size, size:], upper=True)
        return columns, solved[:, 0], reference

    def errors(self, counts: tuple[int, ...]) -> list[tuple[float, float]]:
        """MAE of forces (meV/Å) and energy (meV/atom) on the test structures of each kind."""
        columns, weights, reference = self.weights(counts)
        found = []
        for mine in self.tested:
            forces, energies = [], []
            for n in mine:
                energy, force = self.rows[n]
                forces.append((force[:, columns] @ weights - force[:, -2]).abs())
                off = energy[:, columns] @ weights + reference * energy[:, -1] - energy[:, -2]
                energies.append((off / energy[:, -1]).abs())
            both = torch.cat(forces).mean(), torch.cat(energies).mean()
            found.append((1e3 * float(both[0]), 1e3 * float(both[1])))
        return found

    def difference(self, counts: tuple[int, ...]) -> float:
        """Of the errors of this mix from those of the library's own fit, as a part."""
        columns, _, reference = self.weights(counts)
        model = GAP(DESCRIPTOR, n_points=len(columns))
        model.points.copy_(self.model.points[columns])
        model.reference.fill_(reference)
        used = [n for mine, count in zip(self.chosen, counts, strict=True) for n in mine[:count]]
        solve_weights(model, [self.data[n] for n in used], SETTINGS)
        worst = 0.0
        for mine, (forces, energy) in zip(self.tested, self.errors(counts), strict=True):
            found = compare(model, [self.data[n] for n in mine], stress=False)
            pairs = ((found.mae("forces"), forces), (found.mae("energy"), energy))
            worst = max(worst, *(abs(a - b) / b for a, b in pairs))
        return worst


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WIDGETS)
