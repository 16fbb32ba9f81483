"""Which structures to label next.

E. V. Podryabinkin and A. V. Shapeev, Comput. Mater. Sci. 140, 171 (2017),
doi:10.1016/j.commatsci.2017.08.031 (D-optimality); T. F. Gonzalez, Theor. Comput. Sci. 38, 293
(1985), doi:10.1016/0304-3975(85)90224-5 (farthest points); G. L. Nemhauser, L. A. Wolsey and
M. L. Fisher, Math. Program. 14, 265 (1978), doi:10.1007/BF01588971 (what greed loses). Equation
numbers are ours.

The most uncertain structures are often alike, neighbouring frames of one trajectory, and the label
of one tells what those of the others would have. So a batch should also be diverse. Two measures of
that need no model at all, only a row of numbers x for each structure:

    farthest points:  next = argmax_i min_c |x_i - x_c|        c: chosen or known             (1)
    D-optimal:        next = argmax_i log det(A + X_iᵀ X_i),   A = ridge I + Σ_c X_cᵀ X_c     (2)

(1) covers the space: no structure is left far from all chosen ones, at most twice as far as with
the best choice there is. (2) asks what a linear model learns: A⁻¹ is the covariance of its weights,
and the volume of their error ellipsoid shrinks as det A grows. Greedy choice, one after the other,
adds to log det A at least 1 - 1/e = 63 % of the most that can be added. What a structure adds is

    log det(I + W_i W_iᵀ),   W_i = X_i R⁻¹,   RᵀR = A                                        (3)
    W_i <- W_i (I + W_cᵀ W_c)^-½ = W_i - W_i V (I - (I + S²)^-½) Vᵀ,   U S Vᵀ = W_c            (4)

(4) being the update when c joins: of rank one if X_c is one row, and nothing is inverted. W goes
with the root of A: where features are large that leaves twice as many digits as A itself.

X_i is one row where the label is an energy, which is linear in the sum of the atoms' features. It
has several where forces are labels too, or where each atom counts by itself, as surroundings that
are rare should not drown in a mean over many usual ones. Both work here. The paper exchanges rows
of a square matrix by MaxVol, which needs as many chosen rows as features; (2) with a ridge takes
any number, as a batch does.

    here  | code      | shape                | unit
    x_i   | features  | structures features  | of the descriptor
    X_i   | features  | structures rows features | of the descriptor
    W_i   | white     | structures rows features | -
    A     | -         | features features    | of the descriptor, squared

All functions give indices in the order of choice, none twice. Of equals the earlier one comes
first, also if rounding makes a difference between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.linalg import solve_triangular
from torch import Tensor

from mlp_teach.graph import AtomGraph

HUGE = 1e100  # squares of what is below have a sum
EQUAL = 1e-10  # relative: scores that differ by less count as equal


def most_uncertain(
    scores: Float[np.ndarray, " structures"], count: int
) -> Int[np.ndarray, " chosen"]:
    """The `count` largest scores, the largest first. Raises ValueError for a score that is NaN."""
    _check_scores(scores)
    _check_count(count, len(scores))
    return np.argsort(-scores, kind="stable")[:count]


def at_random(n: int, count: int, generator: np.random.Generator) -> Int[np.ndarray, " chosen"]:
    """`count` of n structures, each as likely as any other: what every choice must be better than.

    The first k of `count` are again a random choice of k.
    """
    _check_count(count, n)
    return generator.permutation(n)[:count]


def farthest(
    features: Float[np.ndarray, "structures features"],
    count: int,
    known: Float[np.ndarray, "known features"] | None = None,
) -> Int[np.ndarray, " chosen"]:
    """(1). Where nothing is known, the first is the one nearest to the mean: the most ordinary.

    Raises ValueError for features that are not finite.
    """
    _check_features(features)
    _check_count(count, len(features))
    nearest = np.full(len(features), np.inf)
    if known is None or not len(known):
        chosen = [_largest(-_squares(features, features.mean(0)))]
    else:
        _check_features(known)
        for row in known:
            nearest = np.minimum(nearest, _squares(features, row))
        chosen = [_largest(nearest)]
    return _go_on(features, chosen, count, nearest)


def uncertain_and_apart(
    scores: Float[np.ndarray, " structures"],
    features: Float[np.ndarray, "structures features"],
    count: int,
    among: int,
) -> Int[np.ndarray, " chosen"]:
    """Farthest points (1) among the `among` most uncertain, the most uncertain of all first.

    With `among` = `count` it chooses as `most_uncertain`, with all structures nearly as `farthest`.
    Raises ValueError for scores that are NaN, features that are not finite and fewer `among` than
    `count`.
    """
    _check_count(count, among)
    candidates = most_uncertain(scores, among)
    _check_features(features[candidates])
    nearest = np.full(among, np.inf)
    return candidates[_go_on(features[candidates], [0], count, nearest)]


def _go_on(features: np.ndarray, chosen: list[int], count: int, nearest: np.ndarray) -> np.ndarray:
    while len(chosen) < count:
        nearest = np.minimum(nearest, _squares(features, features[chosen[-1]]))
        nearest[chosen] = -1.0  # below all that are not chosen, also their copies
        chosen.append(_largest(nearest))  # (1)
    return np.array(chosen)


def d_optimal(
    features: Float[np.ndarray, "structures features"]
    | Sequence[Float[np.ndarray, "_ features"]]
    | Float[np.ndarray, "structures rows features"],
    count: int,
    known: Float[np.ndarray, "known features"] | None = None,
    ridge: float | int = 1e-6,
) -> Int[np.ndarray, " chosen"]:
    """(2), with one row for each structure or with several; `known` are rows, of any structures.

    `ridge` is what is known of each weight before any label: 1/variance, in the features' unit
    squared. Directions in which features vary by much less than its root do not count, so scale
    them first. Raises ValueError for features that are not finite and a ridge that is not positive.
    """
    blocks = _padded(features)
    _check_features(blocks)
    _check_count(count, len(blocks))
    if not 0 < ridge < np.inf:
        raise ValueError(f"ridge is {ridge}; it must be positive: without it det A is 0 at first.")
    white = _white(blocks, known, ridge)
    identity, chosen = np.eye(blocks.shape[1]), []
    for _ in range(count):
        gains = np.linalg.slogdet(identity + white @ white.swapaxes(1, 2)).logabsdet  # (3)
        gains[chosen] = -np.inf
        chosen.append(_largest(gains))
        _, s, v = np.linalg.svd(white[chosen[-1]], full_matrices=False)
        white = white - (white @ v.T * (1 - 1 / np.sqrt(1 + s**2))) @ v  # (4)
    return np.array(chosen)


def _white(blocks: np.ndarray, known: np.ndarray | None, ridge: float | int) -> np.ndarray:
    """W of (3)."""
    size = blocks.shape[2]
    before = np.sqrt(ridge) * np.eye(size)
    if known is not None:
        _check_features(known)
        before = np.concatenate([before, known])
    root = np.linalg.qr(before, mode="r")  # R, without squares
    rows = solve_triangular(root, blocks.reshape(-1, size).T, trans="T", check_finite=False)
    return np.ascontiguousarray(rows.T).reshape(blocks.shape)


def mean_features(
    features: Float[Tensor, "atoms features"], graph: AtomGraph
) -> Float[Tensor, "systems features"]:
    """One row a structure, in the descriptor's unit: the mean over its atoms."""
    total = features.new_zeros(graph.n_systems, features.shape[1])
    atoms = torch.bincount(graph.system, minlength=graph.n_systems)
    return total.index_add(0, graph.system, features) / atoms[:, None]


def _padded(features: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
    """One table a structure, all of the same length: a row of zeros adds nothing to (2)."""
    if not len(features):
        raise ValueError("There are no structures to choose from.")
    blocks = [np.atleast_2d(block).astype(float) for block in features]
    most = max(len(block) for block in blocks)
    return np.stack([np.pad(block, ((0, most - len(block)), (0, 0))) for block in blocks])


def _squares(features: np.ndarray, row: np.ndarray) -> np.ndarray:
    return np.square((features - row).astype(float)).sum(1)


def _largest(values: np.ndarray) -> int:
    """The first of all values that equal the largest one but for rounding."""
    most = values.max()
    return int(np.argmax(values >= most - EQUAL * abs(most)))


def _check_scores(scores: np.ndarray) -> None:
    if (places := np.flatnonzero(np.isnan(scores))).size:
        raise ValueError(
            f"The score of structure {places[0]} is NaN ({places.size} of {len(scores)} are): the "
            "model gave no number for it. Leave it out, or find out why: atoms that lie upon each "
            "other give NaN."
        )


def _check_features(features: np.ndarray) -> None:
    good = np.abs(features) < HUGE  # nan is not
    if not good.all():
        bad = np.unique(np.argwhere(~good)[:, 0])
        raise ValueError(
            f"Features of row {bad[0]} are not finite ({bad.size} such rows), or beyond {HUGE:g}."
        )


def _check_count(count: int, available: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(f"count is {count!r}; a whole number from 1 on is needed.")
    if count > available:
        raise ValueError(f"{count} structures were asked for, but there are {available} to choose.")
