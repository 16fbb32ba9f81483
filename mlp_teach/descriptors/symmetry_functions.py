"""Symmetry functions: what an atom sees, as a row of numbers that no rotation changes.

J. Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717; equation numbers are its own.

Around atom i stand neighbours j at distances r_ij, and pairs of them (j, k) under angles θ_ijk.
Sums of smooth functions of these, each fading out at the cutoff r_c, describe the surroundings:

    G1 = Σ_j f_c(r_ij)                                                                  (6)
    G2 = Σ_j exp(-η (r_ij - R_s)²) f_c(r_ij)                                            (7)
    G3 = Σ_j cos(κ r_ij) f_c(r_ij)                                                      (8)
    G4 = 2^(1-ζ) Σ_j<k (1 + λ cos θ)^ζ exp(-η (r_ij² + r_ik² + r_jk²)) f_c f_c f_c      (9)
    G5 = 2^(1-ζ) Σ_j<k (1 + λ cos θ)^ζ exp(-η (r_ij² + r_ik²)) f_c(r_ij) f_c(r_ik)     (10)

They are invariant because only distances and angles enter, and because a sum does not ask in which
order like atoms come. With several elements each sum is taken for one element (or pair of elements)
of the neighbours at a time.

    paper     | code               | shape                    | unit
    r_ij      | vectors, d         | pairs 3, pairs           | Å
    f_c       | cosine_cutoff      | pairs                    | -
    η, R_s, κ | eta, r_s, kappa    | numbers                  | 1/Å², Å, 1/Å
    ζ, λ      | zeta, lambda_      | numbers                  | -, +1 or -1
    G         | the function value | atoms features           | -

Unlike the paper: each pair (j, k) counts once, as in DScribe and n2p2; the paper's sum over both
orders is twice that. How the angular sums are done fast is told in angular.py, beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import inf

import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.descriptors.angular import g4, g5
from mlp_teach.descriptors.edges import Parameters, edges
from mlp_teach.elements import SYMBOLS
from mlp_teach.graph import AtomGraph, displacements, goes_up


@dataclass(frozen=True)
class SymmetryFunctions:
    """Which functions to evaluate: cutoff (Å), elements (atomic numbers) and parameters.

    Features are ordered by neighbour element (G1, G2, G3 for each), then by pair of elements
    (G4, G5 for each). Raises ValueError for parameters that make no sense.
    """

    cutoff: float | int
    elements: tuple[int, ...]
    g1: bool = False
    g2: tuple[tuple[float | int, ...], ...] = ()  # (eta, r_s)
    g3: tuple[float | int, ...] = ()  # kappa
    g4: Parameters = ()  # (eta, zeta, lambda)
    g5: Parameters = ()  # (eta, zeta, lambda)

    def __post_init__(self) -> None:
        if list(self.elements) != sorted(set(self.elements)) or not self.elements:
            raise ValueError(
                f"elements is {self.elements}; give atomic numbers, each once, rising."
            )
        if not all(type(z) is int and 0 < z < len(SYMBOLS) for z in self.elements):
            raise ValueError(
                f"elements is {self.elements}; give atomic numbers, such as 29 for copper."
            )
        if not isinstance(self.cutoff, int | float) or not 0 < self.cutoff < inf:
            raise ValueError(f"The cutoff is {self.cutoff!r}; it must be a positive length in Å.")
        self._check_rows()
        # A file says 2 where 2.0 is meant; one kind of number keeps settings comparable.
        object.__setattr__(self, "cutoff", float(self.cutoff))
        object.__setattr__(self, "g3", tuple(float(kappa) for kappa in self.g3))
        for name in ("g2", "g4", "g5"):
            rows = tuple(tuple(float(value) for value in row) for row in getattr(self, name))
            object.__setattr__(self, name, rows)
        for _, zeta, lambda_ in (*self.g4, *self.g5):
            if not zeta >= 1 or lambda_ not in (-1, 1):
                raise ValueError(
                    f"zeta is {zeta} and lambda {lambda_}: zeta must be 1 or more (below it the "
                    "forces are infinite for atoms in a line) and lambda +1 or -1."
                )

    def _check_rows(self) -> None:
        wanted = {"g2": "eta, r_s", "g4": "eta, zeta, lambda", "g5": "eta, zeta, lambda"}
        for name, words in wanted.items():
            for row in getattr(self, name):
                whole = isinstance(row, tuple | list) and len(row) == len(words.split())
                if not whole or not all(isinstance(x, int | float) for x in row):
                    raise ValueError(f"{name} holds {row!r}; each of it must be ({words}).")
                if not 0 <= row[0] < inf:
                    raise ValueError(f"{name} holds {row!r}; eta must be 0 or more, and finite.")

    @property
    def n_radial(self) -> int:
        return self.g1 + len(self.g2) + len(self.g3)

    @property
    def n_features(self) -> int:
        n = len(self.elements)
        return n * self.n_radial + n * (n + 1) // 2 * (len(self.g4) + len(self.g5))

    def names(self) -> list[str]:
        """One line a feature, in their order, such as 'G2 Cu η=0.5 R_s=2'."""
        symbols = [SYMBOLS[z] for z in self.elements]
        radial = ["G1 {}"] * self.g1
        radial += [f"G2 {{}} η={eta:g} R_s={r_s:g}" for eta, r_s in self.g2]
        radial += [f"G3 {{}} κ={kappa:g}" for kappa in self.g3]
        angular = [
            f"{kind} {{}} η={eta:g} ζ={zeta:g} λ={lambda_:+g}"
            for kind, parameters in (("G4", self.g4), ("G5", self.g5))
            for eta, zeta, lambda_ in parameters
        ]
        pairs = ["-".join(pair) for pair in combinations_with_replacement(symbols, 2)]
        return [name.format(s) for s in symbols for name in radial] + [
            name.format(p) for p in pairs for name in angular
        ]


def symmetry_functions(
    graph: AtomGraph, functions: SymmetryFunctions
) -> Float[Tensor, "atoms features"]:
    """All functions of every atom. The graph's cutoff must be that of the functions, or larger.

    Raises ValueError for an element that the functions do not know.
    """
    return torch.stack(_columns(displacements(graph), graph, functions, triangles=True), dim=1)


def columns(
    vectors: Float[Tensor, "pairs 3"], graph: AtomGraph, functions: SymmetryFunctions
) -> list[Float[Tensor, " atoms"]]:
    """The same, one function at a time, from given vectors r_ij (Å).

    Here G_i depends on the vectors of i's own pairs only, which costs more time; meant to be
    differentiated by `vectors` (first_order.py).
    """
    return _columns(vectors, graph, functions, triangles=False)


def _columns(vectors, graph: AtomGraph, functions: SymmetryFunctions, *, triangles: bool):
    element = element_index(graph.numbers, functions.elements)
    rc, n = functions.cutoff, len(functions.elements)
    radial = _radial(vectors, element, graph, functions) if functions.n_radial else []
    angular = []
    if functions.g4:
        chosen = goes_up(graph) if triangles else None
        listed = edges(vectors, graph, element, n, chosen)
        angular += g4(listed, rc, functions.g4, triangles=triangles)
    if functions.g5:
        angular += g5(edges(vectors, graph, element, n), rc, functions.g5)
    # Each table has a column for every element, or pair of elements, of the neighbours: these come
    # first in the order of features, then the functions.
    return [
        column
        for tables in (radial, angular)
        for same_neighbors in zip(*(table.unbind(1) for table in tables), strict=True)
        for column in same_neighbors
    ]


def element_index(
    numbers: Int[Tensor, " atoms"], elements: tuple[int, ...]
) -> Int[Tensor, " atoms"]:
    """The place of each atom's element in `elements`; ValueError names one that is not there."""
    match = numbers[:, None] == torch.tensor(elements, device=numbers.device)
    known = match.any(dim=1)
    if not known.all():
        strange = SYMBOLS[int(numbers[~known][0])]
        expected = ", ".join(SYMBOLS[z] for z in elements)
        raise ValueError(
            f"The structure holds {strange}, but this potential knows {expected} only. "
            f"Train one on data with {strange}, or leave these atoms out."
        )
    return match.int().argmax(dim=1)


def _radial(
    vectors, element, graph: AtomGraph, functions: SymmetryFunctions
) -> list[Float[Tensor, "atoms elements"]]:
    d = torch.linalg.vector_norm(vectors, dim=1)
    fade = cosine_cutoff(d, functions.cutoff)
    terms = [fade] * functions.g1  # (6)
    terms += [torch.exp(-eta * (d - r_s).square()) * fade for eta, r_s in functions.g2]  # (7)
    terms += [torch.cos(kappa * d) * fade for kappa in functions.g3]  # (8)
    n = len(functions.elements)
    rows = graph.centers * n + element.index_select(0, graph.neighbors)
    zeros = fade.new_zeros(graph.n_atoms * n)
    return [zeros.index_add(0, rows, term).view(-1, n) for term in terms]
