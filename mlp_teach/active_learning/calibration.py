"""Is an uncertainty worth its name? It is held against true errors.

G. Palmer et al., npj Comput. Mater. 8, 115 (2022), doi:10.1038/s41524-022-00794-8 (the scale);
E. Ilg et al., ECCV 2018, arXiv:1802.07095 (sparsification). Equation numbers are ours.

Two questions, and a measure may do well at one of them only. *Does it find the bad ones?* That is a
question of order, and all that active learning needs: the rank correlation of uncertainty u and
|error e|, and what is left of the mean error when the most uncertain are taken away. *Does it say
how bad?* That is a question of size. Whatever the unit of u, one factor s makes of it a standard
deviation of the error: the most probable one if errors are normal, which is also the one that gives

    z = e / (s u),   <z²> = 1,   s² = <e²/u²>                                                 (1)

Then 68.3 % of all |e| should be below s u, and 95.4 % below 2 s u. The mean negative log likelihood

    NLL = <½ z² + ln(s u) + ½ ln 2π>                                                          (2)

counts both questions together. It means something beside another only: that of one and the same
error bar for all, u = 1. A scale flatters the errors that it was fitted to, so each half of the
structures is judged with the scale of the other half; atoms of one structure stay together.

    sparsification: m(q) = mean |e| of those left when the share q of largest u is gone       (3)
    area = ∫ [m(q) - m*(q)] dq / m(0)      m*: the same with |e| itself in place of u          (4)

0 is the order of the errors themselves. Taking away by chance leaves m(q) as it is.

    here  | code        | unit
    u     | uncertainty | any
    e     | errors      | eV/atom or eV/Å, with sign where (1) and (2) are asked for
    s     | scale       | that of e / u
    NLL   | negative_log_likelihood | -, in the unit of e: differences count

e is one number with a normal distribution: an energy, or one component of a force. The three
components of a force each have u = s_i / √3 where s_i is the deviation of the whole (`components`).
All are arrays of NumPy: of a tensor of uncertainty.py, `.detach().numpy()`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import erf
from scipy.stats import spearmanr

SIGMAS = (1.0, 2.0)
ZERO = 1e-9  # of the largest uncertainty: what is below is rounding


@dataclass(frozen=True)
class Calibration:
    """One uncertainty against true errors; what needs a scale is judged with the other half's."""

    rank: float  # Spearman's correlation of u and |e|: 1 if the order is the same, 0 if none
    scales: tuple[float, float]  # s of the one half and of the other
    within: tuple[float, float]  # share of |e| below s u and 2 s u
    likelihood: float  # NLL
    constant: float  # NLL of the same error bar for all, to compare with
    area: float  # (4)
    random_area: float  # (4) when u is chance


def calibrate(
    uncertainty: Float[np.ndarray, " values"],
    errors: Float[np.ndarray, " values"],
    structure: Int[np.ndarray, " values"],
    generator: np.random.Generator,
) -> Calibration:
    """All of the above; `structure` says which structure a value belongs to.

    Raises ValueError for uncertainties that are 0 or not finite, errors that are not finite or all
    0 in one half, and fewer than two structures.
    """
    _check(uncertainty, errors)
    same = np.ones_like(uncertainty)
    first = _first_half(structure, generator)
    scales = scale(uncertainty[first], errors[first]), scale(uncertainty[~first], errors[~first])
    if min(scales) == 0:
        raise ValueError("All errors of one half are 0: they say nothing of the other half's size.")
    spread = np.where(first, scales[1], scales[0]) * uncertainty  # each with the other half's scale
    flat = np.where(first, scale(same[~first], errors[~first]), scale(same[first], errors[first]))
    return Calibration(
        rank=rank_correlation(uncertainty, errors),
        scales=scales,
        within=tuple(within(spread, errors, sigmas) for sigmas in SIGMAS),
        likelihood=negative_log_likelihood(spread, errors),
        constant=negative_log_likelihood(flat, errors),
        area=sparsification_area(uncertainty, errors),
        random_area=sparsification_area(same, errors),
    )


def rank_correlation(
    uncertainty: Float[np.ndarray, " values"], errors: Float[np.ndarray, " values"]
) -> float:
    """Spearman's ρ of u and |e|; nan where all of one of them are the same."""
    size = np.abs(errors)
    if len(size) < 2 or np.ptp(size) == 0 or (uncertainty == uncertainty[0]).all():
        return float("nan")
    return float(spearmanr(uncertainty, size).statistic)


def scale(uncertainty: Float[np.ndarray, " values"], errors: Float[np.ndarray, " values"]) -> float:
    """s of (1). Raises ValueError for uncertainties that are 0 or not finite."""
    _check(uncertainty, errors)
    return float(np.sqrt(np.mean(np.square(errors / uncertainty))))


def within(
    spread: Float[np.ndarray, " values"], errors: Float[np.ndarray, " values"], sigmas: float | int
) -> float:
    """The share of |e| not above `sigmas` times their spread s u (in the unit of e)."""
    return float(np.mean(np.abs(errors) <= sigmas * spread))


def normal_within(sigmas: float | int) -> float:
    """What `within` is where errors are normal and s u is their standard deviation."""
    return float(erf(sigmas / np.sqrt(2)))


def negative_log_likelihood(
    spread: Float[np.ndarray, " values"], errors: Float[np.ndarray, " values"]
) -> float:
    """(2), of errors with the spread s u (in the unit of e)."""
    z = errors / spread
    return float(np.mean(0.5 * z**2 + np.log(spread)) + 0.5 * np.log(2 * np.pi))


def in_bins(
    uncertainty: Float[np.ndarray, " values"], errors: Float[np.ndarray, " values"], bins: int = 10
) -> tuple[Float[np.ndarray, " bins"], Float[np.ndarray, " bins"]]:
    """Root mean squares of u and of e in bins of equally many values, from low to high u.

    Of a perfect uncertainty they lie on a line through zero. Raises ValueError for more bins than
    values.
    """
    if not 1 <= bins <= len(errors):
        raise ValueError(f"{bins} bins for {len(errors)} values; each bin needs one at least.")
    parts = np.array_split(np.argsort(uncertainty, kind="stable"), bins)
    u, e = (
        np.array([np.sqrt(np.mean(values[part] ** 2)) for part in parts])
        for values in (uncertainty, errors)
    )
    return u, e


def sparsification(
    uncertainty: Float[np.ndarray, " values"], errors: Float[np.ndarray, " values"]
) -> Float[np.ndarray, " values"]:
    """(3) for q = 0, 1/n, ... (n-1)/n. Values of equal u go in any order, on average."""
    _, group = np.unique(uncertainty, return_inverse=True)
    size = (np.bincount(group, np.abs(errors)) / np.bincount(group))[group]
    kept = size[np.argsort(uncertainty, kind="stable")]
    return (np.cumsum(kept) / np.arange(1, len(kept) + 1))[::-1]


def sparsification_area(
    uncertainty: Float[np.ndarray, " values"], errors: Float[np.ndarray, " values"]
) -> float:
    """(4): 0 for the order of the errors themselves; nan where all errors are 0."""
    ours, best = sparsification(uncertainty, errors), sparsification(np.abs(errors), errors)
    return float((ours - best).mean() / best[0]) if best[0] > 0 else float("nan")


def components(
    deviation: Float[np.ndarray, " atoms"],
    errors: Float[np.ndarray, "atoms 3"],
    structure: Int[np.ndarray, " atoms"],
) -> tuple[Float[np.ndarray, " parts"], Float[np.ndarray, " parts"], Int[np.ndarray, " parts"]]:
    """u, e and structure of every component of the forces, eV/Å: u = s_i / √3 for each."""
    return np.repeat(deviation / np.sqrt(3), 3), errors.reshape(-1), np.repeat(structure, 3)


def _first_half(structure: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Which values belong to a randomly drawn half of the structures."""
    present = generator.permutation(np.unique(structure))
    if len(present) < 2:
        raise ValueError("All values are of one structure; two are needed, one to judge the other.")
    return np.isin(structure, present[: len(present) // 2])


def _check(uncertainty: np.ndarray, errors: np.ndarray) -> None:
    if not len(errors):
        raise ValueError("There are no errors to compare with.")
    if not np.isfinite(errors).all():
        raise ValueError(f"{(~np.isfinite(errors)).sum()} of {len(errors)} errors are not finite.")
    finite = np.isfinite(uncertainty)
    good = finite & (uncertainty > ZERO * uncertainty[finite].max(initial=0.0))
    if not good.all():
        raise ValueError(
            f"{(~good).sum()} of {len(good)} uncertainties are not finite, or 0 but for rounding. "
            "No scale makes an error bar of them. Leave out what is certain (structures that are "
            "known, forces that symmetry forbids) and elements that the model has never seen."
        )
