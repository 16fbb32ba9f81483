"""Fitting a GAP: one linear system instead of a descent.

V. L. Deringer et al., Chem. Rev. 121, 10073 (2021), doi:10.1021/acs.chemrev.1c00022. Equation
numbers are ours.

Every label is linear in the weights α: the energy of a structure is the sum of k(i, m) α_m over its
atoms, a force is a sum of slopes of k, the virial V σ = ∂E/∂ε the same with r_ij beside. With one
row K_d for each label y_d of expected error σ_d, the most probable weights minimise

    Σ_d (y_d - K_d α)² / σ_d² + αᵀ K α                                                     (1)

the second term being the Gaussian process' own belief that energies are small and smooth. Written
as one tall system, rows K_d/σ_d over the rows U of K = Uᵀ U,

    [ K_d/σ_d ]       [ y_d/σ_d ]
    [    U    ] α  ≈  [    0    ]                                                          (2)

it is solved by QR. (The normal equations would square its condition number, and weights of ± 1000
that nearly cancel would lose their digits.) The triangle R of a QR says all about the rows that
went into it, so rows come a block at a time, under the R of those before: memory does not grow
with the data.

σ of an energy or virial is one atom's times √N: errors of the atoms are taken as independent.

    here  | code            | shape                | unit
    K_d   | design_rows     | labels points        | eV, eV/Å, eV
    σ_d   | Regression      | numbers              | eV √atom, eV/Å, eV √atom
    R     | triangle        | points+1 points+1    | the last column is for y
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.descriptors.soap import soap
from mlp_teach.descriptors.soap_slopes import first_order_soap
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.elements import SYMBOLS
from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.models import sparse_points
from mlp_teach.models.gap import GAP
from mlp_teach.models.reference_energies import reference_energies
from mlp_teach.training.design_rows import design_rows
from mlp_teach.training.losses import is_finite
from mlp_teach.training.state import TrainingError

Data = Sequence[tuple[AtomGraph, Labels]]

BLOCK = 2**13  # rows that wait for the next QR


@dataclass(frozen=True)
class Regression:
    """How to fit. Errors expected of the labels, which set their weights; 0 leaves forces or
    virials out (never energies: without them nothing says where zero is).

    `select` names the function of models/sparse_points.py that chooses the points. Raises
    ValueError, which names the entry, for a value that makes no sense.
    """

    sigma_energy: float | int = 1e-3  # eV √atom: a cell of N atoms may be off by this times √N
    sigma_forces: float | int = 0.05  # eV/Å
    sigma_virial: float | int = 0.0  # eV √atom, of V σ
    select: str = "cur"
    seed: int = 0

    def __post_init__(self) -> None:
        sigmas = (self.sigma_energy, self.sigma_forces, self.sigma_virial)
        names = ("sigma_energy", "sigma_forces", "sigma_virial")
        for name, value in zip(names, sigmas, strict=True):
            if not is_finite(value) or value < 0:
                raise ValueError(f"{name} is {value!r}; give 0 or more.")
        if self.sigma_energy == 0:
            raise ValueError(
                "sigma_energy is 0, but forces alone do not say where zero is. For energies that "
                "should hardly count give a large sigma, such as 1."
            )
        if not all(value == 0 or 1e-12 < value < 1e12 for value in sigmas):
            raise ValueError(f"The sigmas are {sigmas}; numbers between 1e-12 and 1e12 are needed.")
        if self.select not in ("cur", "farthest"):
            raise ValueError(f"select is {self.select!r}; choose 'cur' or 'farthest'.")
        if type(self.seed) is not int or self.seed < 0:
            raise ValueError(f"seed is {self.seed!r}; a whole number from 0 on is needed.")


def fit_gap(
    model: GAP,
    data: Data,
    settings: Regression,
    *,
    progress: Callable[[Iterable], Iterable] = lambda items: items,
) -> GAP:
    """Chooses sparse points among the atoms of `data`, then solves for the weights; fills `model`.

    Raises TrainingError for structures without a label that the settings ask for, and for fewer
    atoms than sparse points.
    """
    _check(model, data, settings)
    model.double()
    graphs = [graph for graph, _ in data]
    energies = torch.cat([labels.energy for _, labels in data])
    reference, _ = reference_energies(graphs, energies, model.descriptor.elements)
    model.reference.copy_(reference)
    choose_points(model, graphs, settings)
    return solve_weights(model, data, settings, progress=progress)


@torch.no_grad()
def choose_points(model: GAP, graphs: Sequence[AtomGraph], settings: Regression) -> None:
    """Sparse points of each element, in proportion to its atoms (one at least)."""
    select = getattr(sparse_points, settings.select)
    rows = torch.cat([soap(graph.to(dtype=torch.float64), model.descriptor) for graph in graphs])
    numbers = torch.cat([graph.numbers for graph in graphs])
    element = element_index(numbers, model.descriptor.elements)
    counts = torch.bincount(element, minlength=len(model.descriptor.elements))
    if not counts.all():
        missing = SYMBOLS[model.descriptor.elements[int(counts.argmin())]]
        raise TrainingError(
            f"The descriptor lists {missing}, but no structure of the data holds it: nothing would "
            "be known of its energy. Leave it out, or give structures with it."
        )
    if len(rows) < model.n_points:
        raise TrainingError(
            f"The model has {model.n_points} sparse points, the data {len(rows)} atoms to choose "
            "them from. Give more structures, or set n_points to less."
        )
    points, elements = [], []
    for place, n in enumerate(_shares(counts, model.n_points)):
        mine = rows[element == place]
        points.append(mine[select(mine, n, settings.seed)] if n else mine[:0])
        elements += [place] * n
    model.points.copy_(torch.cat(points))
    model.point_element.copy_(torch.tensor(elements))


def _shares(counts: Tensor, total: int) -> list[int]:
    """Whole numbers that add up to `total`, in proportion to the counts, 1 at least where any."""
    present = (counts > 0).long()
    if total < int(present.sum()):
        raise TrainingError(
            f"{total} sparse points are too few for {int(present.sum())} elements: each needs one."
        )
    exact = (total - present.sum()) * counts.double() / counts.sum()
    shares = present + torch.minimum(exact.floor().long(), counts - present)
    while int(shares.sum()) < total:  # what rounding down has left goes where most is missing
        room = torch.where(shares < counts, exact + present - shares, -torch.inf)
        shares[room.argmax()] += 1
    return shares.tolist()


@torch.no_grad()
def solve_weights(
    model: GAP,
    data: Data,
    settings: Regression,
    *,
    progress: Callable[[Iterable], Iterable] = lambda items: items,
) -> GAP:
    """(2) for the model's own sparse points and E0: sets its weights and its root R."""
    system = _Triangle(model.n_points)
    for graph, labels in progress(data):
        _add_structure(system, model, graph.to(dtype=torch.float64), labels, settings)
    system.add(model.factor().T, torch.zeros(model.n_points, dtype=torch.float64))
    triangle = system.reduced()
    root, right = triangle[:-1, :-1], triangle[:-1, -1:]
    model.root = root
    model.weights.copy_(torch.linalg.solve_triangular(root, right, upper=True)[:, 0])
    return model


class _Triangle:
    """The R of all rows so far, with their y as one more column; rows wait until there are many."""

    def __init__(self, n_points: int):
        self.blocks = [torch.zeros(0, n_points + 1, dtype=torch.float64)]
        self.waiting = 0

    def add(self, rows: Float[Tensor, "rows points"], y: Float[Tensor, " rows"]) -> None:
        self.blocks.append(torch.cat([rows, y[:, None]], 1))
        self.waiting += len(y)
        if self.waiting >= BLOCK:
            self.reduced()

    def reduced(self) -> Float[Tensor, "some more"]:
        """R, after the waiting rows have gone into it."""
        self.blocks = [torch.linalg.qr(torch.cat(self.blocks), mode="r").R]
        self.waiting = 0
        return self.blocks[0]


def _add_structure(
    system: _Triangle, model: GAP, graph: AtomGraph, labels: Labels, settings: Regression
) -> None:
    """The rows of one structure's labels, each divided by its σ; no virial without a volume."""
    rows = design_rows(model, first_order_soap(graph, model.descriptor))
    of_many = math.sqrt(graph.n_atoms)
    element = element_index(graph.numbers, model.descriptor.elements)
    if settings.sigma_energy and labels.energy is not None:
        sigma = settings.sigma_energy * of_many
        y = labels.energy.double() - model.reference[element].sum()
        system.add(rows.energy / sigma, y / sigma)
    if settings.sigma_forces and labels.forces is not None:
        y = labels.forces.double().flatten()
        system.add(rows.forces.flatten(0, 1) / settings.sigma_forces, y / settings.sigma_forces)
    volume = torch.linalg.det(graph.cells[0]).abs()
    if settings.sigma_virial and labels.stress is not None and volume > 0:
        sigma = settings.sigma_virial * of_many
        a, b = torch.triu_indices(3, 3)
        y = labels.stress[0].double()[a, b] * volume
        system.add(rows.virial[a, b] / sigma, y / sigma)


def _check(model: GAP, data: Data, settings: Regression) -> None:
    if not data:
        raise TrainingError("There is no structure to fit to.")
    for number, (graph, labels) in enumerate(data):
        if graph.n_systems != 1:
            raise TrainingError(
                f"Item {number} of the data holds {graph.n_systems} structures; give each its own."
            )
        if graph.cutoff < model.cutoff:
            raise TrainingError(
                f"The graph of structure {number} holds pairs up to {graph.cutoff:g} Å, the model "
                f"looks {model.cutoff:g} Å far. Make it with atom_graph(atoms, model.cutoff)."
            )
        _check_label(number, "energy", labels.energy, (1,))
        if settings.sigma_forces:
            _check_label(number, "forces", labels.forces, (graph.n_atoms, 3))
        if settings.sigma_virial and torch.linalg.det(graph.cells[0]) != 0:
            _check_label(number, "stress", labels.stress, (1, 3, 3))


def _check_label(number: int, name: str, value: Tensor | None, shape: tuple[int, ...]) -> None:
    if value is None:
        raise TrainingError(
            f"Structure {number} has no {name}, which a sigma above 0 asks for. Label it, leave it "
            "out, or set that sigma to 0."
        )
    if tuple(value.shape) != shape:
        raise TrainingError(
            f"The {name} of structure {number} has the shape {tuple(value.shape)}; {shape} is "
            "needed."
        )
    if not value.isfinite().all():
        raise TrainingError(
            f"The {name} of structure {number} is NaN or infinite. Leave it out, or label it again."
        )
