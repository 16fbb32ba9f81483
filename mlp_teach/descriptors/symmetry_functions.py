"""Symmetry functions: what an atom sees, as a row of numbers that no rotation changes.

J. Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717; equation numbers are its own.

Around atom i stand neighbours j at distances r_ij, and pairs of them (j, k) under angles θ_ijk. Sums
of smooth functions of these, each fading out at the cutoff r_c, describe the surroundings:

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
orders is twice that.

How it is fast. The factors of G4 belong to pairs, not to triplets: with F_j = exp(-η r_ij²) f_c(r_ij)
and H_jk = exp(-η r_jk²) f_c(r_jk) the double sum is ½ Σ_jk F_j H_jk (1 + λ cos θ_jk)^ζ F_k, a row times
a matrix times a column. With the vectors of each atom's n neighbours in one n × 3 block R, all
angles are one product of matrices, U Uᵀ with U = R / |R|, and all r_jk² = r_ij² + r_ik² - 2 R Rᵀ, so
no list of triplets is made. With one column of F an element, Fᵀ M F gives all pairs of elements at
once. Blocks of a few centres at a time keep the matrices in the processor's cache, and the
backward pass computes each block anew, so that memory grows with the pairs and not with their squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from mlp_teach.basis.cutoffs import cosine_cutoff
from mlp_teach.elements import SYMBOLS
from mlp_teach.graph import AtomGraph, displacements

BLOCK = 2**18  # matrix elements a block: 2 MB in float64, what a core's own cache holds


@dataclass(frozen=True)
class SymmetryFunctions:
    """Which functions to evaluate: cutoff (Å), elements (atomic numbers) and parameters.

    Features are ordered by neighbour element (G1, G2, G3 for each), then by pair of elements
    (G4, G5 for each). Raises ValueError for parameters that make no sense.
    """

    cutoff: float
    elements: tuple[int, ...]
    g1: bool = False
    g2: tuple[tuple[float, float], ...] = ()  # (eta, r_s)
    g3: tuple[float, ...] = ()  # kappa
    g4: tuple[tuple[float, float, float], ...] = ()  # (eta, zeta, lambda)
    g5: tuple[tuple[float, float, float], ...] = ()  # (eta, zeta, lambda)

    def __post_init__(self) -> None:
        if list(self.elements) != sorted(set(self.elements)) or not self.elements:
            raise ValueError(
                f"elements is {self.elements}; give atomic numbers, each once, rising."
            )
        for _, zeta, lambda_ in (*self.g4, *self.g5):
            if zeta < 1 or lambda_ not in (-1, 1):
                raise ValueError(
                    f"zeta is {zeta} and lambda {lambda_}: zeta must be 1 or more (below it the "
                    "forces are infinite for atoms in a line) and lambda +1 or -1."
                )

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
    """All functions of every atom. The graph's cutoff must be that of the functions, or larger."""
    return from_vectors(displacements(graph), graph, functions)


def from_vectors(
    vectors: Float[Tensor, "pairs 3"], graph: AtomGraph, functions: SymmetryFunctions
) -> Float[Tensor, "atoms features"]:
    """The same from the vectors r_ij (Å), to differentiate with respect to them."""
    d = torch.linalg.vector_norm(vectors, dim=1)
    element = element_index(graph.numbers, functions.elements)[graph.neighbors]
    features = []
    if functions.n_radial:
        features.append(_radial(d, element, graph, functions))
    if functions.g4 or functions.g5:
        features.append(_angular(vectors, element, graph, functions))
    return torch.cat(features, dim=1)


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


def _radial(d, element, graph: AtomGraph, functions: SymmetryFunctions) -> Tensor:
    terms = [torch.ones_like(d)] if functions.g1 else []  # (6)
    terms += [torch.exp(-eta * (d - r_s) ** 2) for eta, r_s in functions.g2]  # (7)
    terms += [torch.cos(kappa * d) for kappa in functions.g3]  # (8)
    terms = torch.stack(terms, dim=1) * cosine_cutoff(d, functions.cutoff)[:, None]
    n = len(functions.elements)
    sums = terms.new_zeros(graph.n_atoms * n, functions.n_radial)
    return sums.index_add(0, graph.centers * n + element, terms).view(graph.n_atoms, -1)


def _angular(vectors, element, graph: AtomGraph, functions: SymmetryFunctions) -> Tensor:
    """(9) and (10), a block of centres at a time."""
    pairs, centers, counts = _by_neighbour_count(graph)
    widths = counts.tolist()
    sizes = []  # centres a block
    while sum(sizes) < len(widths):
        widest = widths[min(len(widths), sum(sizes) + 1) - 1]
        sizes.append(min(max(1, BLOCK // max(widest, 1) ** 2), len(widths) - sum(sizes)))
    lengths = [int(block.sum()) for block in counts.split(sizes)]
    features = []
    for arguments in zip(
        vectors[pairs].split(lengths),
        element[pairs].split(lengths),
        counts.split(sizes),
        strict=True,
    ):
        if len(sizes) > 1 and torch.is_grad_enabled():
            block = checkpoint(_block, *arguments, functions, use_reentrant=False)
        else:
            block = _block(*arguments, functions)
        features.append(block)
    return torch.cat(features)[centers.argsort()]


def _by_neighbour_count(graph: AtomGraph):
    """Pairs grouped by centre, the centres in rising order of their neighbours, and how many."""
    count = torch.bincount(graph.centers, minlength=graph.n_atoms)
    counts, centers = count.sort(stable=True)
    rank = centers.argsort()
    return rank[graph.centers].argsort(stable=True), centers, counts


def _block(
    vectors: Float[Tensor, "pairs 3"],
    element: Int[Tensor, " pairs"],
    counts: Int[Tensor, " block"],
    functions: SymmetryFunctions,
) -> Float[Tensor, "block features"]:
    """All angular functions of some centres; `counts` says how many of the pairs each one has."""
    squares = vectors.square().sum(1)  # r_ij²
    d = squares.sqrt()
    fade = cosine_cutoff(d, functions.cutoff)
    features = []
    if functions.g4:
        features.append(_g4(vectors, squares, d, fade, element, counts, functions))
    if functions.g5:
        features.append(_g5(vectors, squares, d, fade, element, counts, functions))
    return torch.cat(features, dim=2).flatten(1)


def _g4(vectors, squares, d, fade, element, counts, functions: SymmetryFunctions) -> Tensor:
    rc = functions.cutoff
    ij, ik, center = _triplets(vectors.detach(), counts, rc)
    dot = (vectors[ij] * vectors[ik]).sum(1)
    far = squares[ij] + squares[ik] - 2 * dot  # r_jk²
    cos = dot / (d[ij] * d[ik])
    etas = sorted({eta for eta, *_ in functions.g4})
    near = {eta: fade * torch.exp(-eta * squares) for eta in etas}
    between = cosine_cutoff(far.sqrt(), rc)
    radial = {eta: near[eta][ij] * near[eta][ik] * torch.exp(-eta * far) * between for eta in etas}
    return _sum(cos, radial, element, ij, ik, center, len(counts), functions.g4, functions)


def _g5(vectors, squares, d, fade, element, counts, functions: SymmetryFunctions) -> Tensor:
    ij, ik, center = _triplets(vectors.detach(), counts, float("inf"))
    cos = (vectors[ij] * vectors[ik]).sum(1) / (d[ij] * d[ik])
    near = {eta: fade * torch.exp(-eta * squares) for eta, *_ in functions.g5}
    radial = {eta: near[eta][ij] * near[eta][ik] for eta in near}
    return _sum(cos, radial, element, ij, ik, center, len(counts), functions.g5, functions)


def _triplets(vectors, counts, reach: float):
    """The pairs ij and ik, j < k and r_jk below `reach`, and their centre."""
    width = max(int(counts.max()), 1)
    slot = torch.arange(width, device=counts.device)
    filled = slot < counts[:, None]
    table = torch.zeros_like(filled, dtype=torch.long)
    table[filled] = torch.arange(len(vectors), device=counts.device)
    block = vectors.new_zeros(len(counts), width, 3)
    block[filled] = vectors
    dots = block @ block.mT
    squares = dots.diagonal(dim1=1, dim2=2)
    far = squares[:, :, None] + squares[:, None, :] - 2 * dots
    allowed = filled[:, :, None] & filled[:, None, :] & (slot[:, None] < slot)
    center, j, k = ((far < reach**2) & allowed).nonzero(as_tuple=True)
    return table[center, j], table[center, k], center


def _sum(cos, radial, element, ij, ik, center, n_centers, parameters, functions) -> Tensor:
    """Σ_j<k 2^(1-ζ) (1 + λ cos θ)^ζ times the radial part, for each pair of elements."""
    powers = {
        (zeta, lambda_): _power((1 + lambda_ * cos).clamp(min=0), zeta)
        for _, zeta, lambda_ in parameters
    }
    terms = [powers[zeta, lambda_] * radial[eta] for eta, zeta, lambda_ in parameters]
    n = len(functions.elements)
    kinds = n * (n + 1) // 2
    a, b = torch.minimum(element[ij], element[ik]), torch.maximum(element[ij], element[ik])
    kind = a * n - a * (a - 1) // 2 + b - a
    sums = cos.new_zeros(n_centers * kinds, len(terms))
    sums = sums.index_add(0, center * kinds + kind, torch.stack(terms, dim=1))
    sums = sums * torch.tensor([2 ** (1 - zeta) for _, zeta, _ in parameters]).to(sums)
    return sums.view(n_centers, kinds, len(terms))


def _power(base: Tensor, exponent: float) -> Tensor:
    """base^exponent; whole exponents by squaring, which is exact and several times faster."""
    if exponent != int(exponent):
        return base**exponent
    result, square, n = None, base, int(exponent)
    while n:
        if n % 2:
            result = square if result is None else result * square
        n //= 2
        square = square * square if n else square
    return result
