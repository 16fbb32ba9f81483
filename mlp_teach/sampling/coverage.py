"""What a set of structures covers: its energies, its place on a map, its holes, its shortest bonds.

None of these says how good a model trained on the set will be. They say where it has nothing to go
by. Structures are compared by the mean of their atoms' SOAP (descriptors/soap.py),

    x = 1/N Σ_i p̂_i                                                                         (1)

The map shows the two directions in which x varies most within one set (principal components), and
how much of the variance they hold; another set is drawn with the first one's directions, so that
both can be compared. What lies in all other directions a map cannot show, and distances can:

    d(x) = min |x - x_k|,   over the structures k of a set                                   (2)

Within a set d tells how crowded it is (0: twice the same up to symmetry; `datasets.repeats` finds
these without a descriptor), from one set to another how far the one is from all that the other
holds: a hole. Energies are compared per atom, above what the elements alone would give,

    e = (E - Σ_a N_a E0_a) / N                                                               (3)

with E0 from least squares over one set.

Unlike a distance between atoms, (1) hides one strange atom among many ordinary ones, by 1/N; then
look at `features` of single atoms instead.

    here  | code      | shape               | unit
    p̂_i   | soap      | atoms features      | -
    x     | features  | structures features | -
    N_a   | counts    | structures elements | -
    e     | above     | structures          | eV
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np
import torch
from ase import Atoms
from jaxtyping import Float, Int
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from mlp_teach.descriptors.soap import SOAP, soap
from mlp_teach.neighbors import atom_graph, neighbor_pairs


def mean_features(frames: Sequence[Atoms], soap_of: SOAP) -> Float[np.ndarray, "structures rows"]:
    """(1), one row a structure. Raises ValueError for an element that the descriptor lacks."""
    return np.array([rows.mean(axis=0) for rows in features(frames, soap_of)])


@torch.no_grad()
def features(frames: Sequence[Atoms], soap_of: SOAP) -> list[Float[np.ndarray, "_ rows"]]:
    """p̂ of all atoms, one array a structure."""
    _check_any(len(frames))
    return [soap(atom_graph(atoms, soap_of.cutoff), soap_of).numpy() for atoms in frames]


def principal_map(rows: Float[np.ndarray, "structures rows"], directions: int = 2) -> PCA:
    """The `directions` in which these rows vary most: scikit-learn's PCA.

    `map.transform(others)` draws this set or another, `map.explained_variance_ratio_` are shares of
    the variance of this one. Raises ValueError for fewer rows than directions and one.
    """
    if not 0 < directions < len(rows):
        raise ValueError(
            f"{len(rows)} structures span no map of {directions} directions: that takes "
            f"{directions + 1} structures or more."
        )
    return PCA(directions, svd_solver="full").fit(rows)


def nearest_within(rows: Float[np.ndarray, "structures rows"]) -> Float[np.ndarray, " structures"]:
    """(2) from each structure of a set to the nearest other one."""
    if len(rows) < 2:
        raise ValueError(f"Of {len(rows)} structures none has a neighbour; give two at least.")
    return NearestNeighbors(n_neighbors=2).fit(rows).kneighbors(rows)[0][:, 1]


def nearest_from(
    rows: Float[np.ndarray, "structures rows"], known: Float[np.ndarray, "known rows"]
) -> tuple[Float[np.ndarray, " structures"], Int[np.ndarray, " structures"]]:
    """(2) from each structure to the nearest one of another set, and which one that is."""
    _check_any(len(known))
    apart, which = NearestNeighbors(n_neighbors=1).fit(known).kneighbors(rows)
    return apart[:, 0], which[:, 0]


def element_counts(
    frames: Sequence[Atoms], elements: Sequence[int]
) -> Int[np.ndarray, "structures elements"]:
    """N_a for atomic numbers `elements`. Raises ValueError for a structure with another element."""
    counts = np.array([[(atoms.numbers == z).sum() for z in elements] for atoms in frames])
    for number, (atoms, row) in enumerate(zip(frames, counts, strict=True)):
        if row.sum() != len(atoms):
            raise ValueError(
                f"Structure {number}, {atoms.symbols}, holds an element that is not among "
                f"{list(elements)}."
            )
    return counts


def element_energies(
    counts: Int[np.ndarray, "structures elements"], energies: Float[np.ndarray, " structures"]
) -> Float[np.ndarray, " elements"]:
    """E0 of (3), eV: the smallest of them where compositions do not tell the elements apart."""
    return np.linalg.lstsq(counts.astype(float), energies, rcond=None)[0]


def above_elements(
    counts: Int[np.ndarray, "structures elements"],
    energies: Float[np.ndarray, " structures"],
    of_elements: Float[np.ndarray, " elements"],
) -> Float[np.ndarray, " structures"]:
    """e of (3), eV an atom; `of_elements` may come from another set."""
    return (energies - counts @ of_elements) / counts.sum(axis=1)


def shortest_distances(
    frames: Sequence[Atoms], reach: float | int = 6.0
) -> dict[tuple[str, str], Float[np.ndarray, " structures"]]:
    """The shortest distance (Å) between two atoms of each pair of elements, in each structure.

    Infinite where a structure has none within `reach` (Å). Symbols of a pair are in the order of
    atomic numbers.
    """
    _check_any(len(frames))
    symbols = {z: s for atoms in frames for z, s in zip(atoms.numbers, atoms.symbols, strict=True)}
    pairs = list(combinations_with_replacement(sorted(symbols), 2))
    found = {pair: np.full(len(frames), np.inf) for pair in pairs}
    for number, atoms in enumerate(frames):
        centers, neighbors, _, apart = neighbor_pairs(atoms, reach)
        low, high = np.sort([atoms.numbers[centers], atoms.numbers[neighbors]], axis=0)
        for (a, b), shortest in found.items():
            mine = apart[(low == a) & (high == b)]
            shortest[number] = mine.min() if len(mine) else np.inf
    return {(symbols[a], symbols[b]): shortest for (a, b), shortest in found.items()}


def _check_any(count: int) -> None:
    if not count:
        raise ValueError("The set is empty; give one structure at least.")
