"""Who stands how far from whom: radial distribution function and coordination numbers.

The radial distribution function compares the number of B atoms at distance r from an A atom with
that in an ideal gas of the same density:

    g_AB(r) = n(r, r + dr) / (N_A ρ_B V_shell)      V_shell = 4π/3 ((r + dr)³ - r³)         (1)
    N_AB(r) = 1/N_A Σ_{r' < r} n(r')                                                        (2)

with n the number of pairs in the shell, ρ_B = N_B / V, and N_AB the running coordination number.
The exact volume of the shell, not 4π r² dr, keeps small r right. Images of an atom, its own
included, are neighbours like any others: they are needed for g -> 1 in a small cell, and so r may
exceed the cell.

    here       | code         | unit
    r          | r (middles), edges | Å
    g_AB       | g            | 1
    N_AB       | coordination | atoms, at the outer edge of each bin
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers, chemical_symbols
from jaxtyping import Float, Int

from mlp_teach.neighbors import neighbor_pairs


@dataclass(frozen=True)
class RadialDistribution:
    """g(r) and N(r), averaged over frames."""

    edges: Float[np.ndarray, " edges"]  # Å, one more than bins
    g: Float[np.ndarray, " bins"]
    coordination: Float[np.ndarray, " bins"]  # atoms within edges[1:]
    centre: str | None  # A; None: any atom
    neighbor: str | None  # B
    frames: int

    @property
    def r(self) -> Float[np.ndarray, " bins"]:
        """Middles of the bins, Å."""
        return (self.edges[1:] + self.edges[:-1]) / 2

    def coordination_at(self, distance: float) -> float:
        """Neighbours within `distance` (Å), by linear interpolation of (2).

        Raises ValueError beyond the range of the bins.
        """
        if not 0 <= distance <= self.edges[-1]:
            raise ValueError(
                f"{distance} Å lies outside of the 0 to {self.edges[-1]:.2f} Å that were counted. "
                "Call radial_distribution with a larger r_max."
            )
        return float(np.interp(distance, self.edges, np.concatenate([[0.0], self.coordination])))


def radial_distribution(
    frames: Atoms | Sequence[Atoms],
    r_max: float = 8.0,
    bins: int = 160,
    *,
    centre: str | None = None,
    neighbor: str | None = None,
) -> RadialDistribution:
    """g_AB(r) and N_AB(r) of one structure or of many; A and B are element symbols or None for all.

    Raises ValueError for structures that are not periodic in three directions (they have no density
    to compare with) and for elements that are not there.
    """
    frames = [frames] if isinstance(frames, Atoms) else list(frames)
    _check(frames, r_max, centre, neighbor)
    edges = np.linspace(0.0, r_max, bins + 1)
    shells = 4 / 3 * np.pi * np.diff(edges**3)
    g, coordination = np.zeros(bins), np.zeros(bins)
    for atoms in frames:
        of_a, of_b = _are(atoms, centre), _are(atoms, neighbor)
        centers, neighbors, _, distances = neighbor_pairs(atoms, r_max)
        counted = distances[of_a[centers] & of_b[neighbors]]
        per_atom = np.histogram(counted, edges)[0] / of_a.sum()
        g += per_atom / (of_b.sum() / atoms.get_volume() * shells) / len(frames)  # (1)
        coordination += per_atom.cumsum() / len(frames)  # (2)
    return RadialDistribution(edges, g, coordination, centre, neighbor, len(frames))


def first_minimum(rdf: RadialDistribution, smoothing: float = 0.2) -> float:
    """The distance (Å) where the first shell ends: the first minimum of g after its first peak.

    g is averaged over windows of `smoothing` (Å) first, so that noise makes no minima; of a gap
    where g stays zero, the middle is given. Raises ValueError where g has no peak or no minimum.
    """
    width = max(1, round(smoothing / (rdf.edges[1] - rdf.edges[0])))
    padded = np.pad(rdf.g, (width // 2, width - 1 - width // 2), mode="edge")
    smooth = np.convolve(padded, np.ones(width) / width, mode="valid")
    high = np.flatnonzero(smooth > 1.0)
    if len(high) == 0:
        raise ValueError(
            "g(r) does not rise above 1: there is no first shell. Is r_max larger than the "
            "distance of nearest neighbours?"
        )
    rest = smooth[high[0] :]
    falling = np.flatnonzero(np.diff(rest) < 0)
    start = falling[0] if len(falling) else len(rest)
    rising = np.flatnonzero(np.diff(rest[start:]) > 0)
    if len(rising) == 0:
        raise ValueError(
            f"g(r) has no minimum after its first peak up to {rdf.edges[-1]:.2f} Å. "
            "Call radial_distribution with a larger r_max."
        )
    last = start + rising[0]  # of the lowest bins: in a gap there are many
    first = start + np.flatnonzero(rest[start : last + 1] == rest[last])[0]
    return float((rdf.r[high[0] + first] + rdf.r[high[0] + last]) / 2)


def coordination_numbers(atoms: Atoms, cutoff: float) -> Int[np.ndarray, " atoms"]:
    """Neighbours of each atom within `cutoff` (Å), images counted; molecules are welcome."""
    centers, *_ = neighbor_pairs(atoms, cutoff)
    return np.bincount(centers, minlength=len(atoms))


def _are(atoms: Atoms, symbol: str | None) -> np.ndarray:
    if symbol is None:
        return np.ones(len(atoms), dtype=bool)
    return atoms.numbers == atomic_numbers[symbol]


def _check(frames: list[Atoms], r_max: float, *symbols: str | None) -> None:
    if not frames or not r_max > 0:
        raise ValueError(
            f"{len(frames)} structures and r_max = {r_max} Å were given; one structure at least "
            "and a positive distance are needed."
        )
    for atoms in frames:
        if not atoms.pbc.all() or abs(atoms.get_volume()) < 1e-9:
            raise ValueError(
                f"{atoms.get_chemical_formula()} is periodic along {atoms.pbc.tolist()}: g(r) "
                "compares with the density of the cell, which only a structure that fills space "
                "has. For a molecule or a slab use coordination_numbers or a plain histogram."
            )
        for symbol in symbols:
            if symbol is not None and symbol not in atoms.symbols:
                there = sorted({chemical_symbols[z] for z in atoms.numbers})
                raise ValueError(f"There is no {symbol!r} among {', '.join(there)}.")
