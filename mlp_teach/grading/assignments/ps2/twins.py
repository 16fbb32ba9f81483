"""Two structures that no radial function can tell apart, built by the student."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from mlp_teach.grading.assignments.ps2.clusters import features
from mlp_teach.grading.compare import Unfit, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Plain

NAME = "radial_twins"
SMALLEST, LARGEST = 3, 12  # atoms
FARTHEST = 1e4  # Å
CLOSE = 1e-6
APART = 0.1  # Å: so much must differ, in one distance at least
NOT_POSITIONS = Text(
    "Return two arrays of positions, each of the shape (atoms, 3), with 3 to 12 atoms in each.",
    "位置の配列を 2 つ返してください。形はどちらも (atoms, 3)、原子は 3 〜 12 個です。",
)
OTHER_NUMBER = Text(
    "The two structures have {one} and {other} atoms; they must have equally many.",
    "2 つの構造の原子数が {one} 個と {other} 個です。同じ数にしてください。",
)
TOO_CLOSE = Text(
    "Two atoms stand {found:.2f} Å apart, closer than d: no two atoms of copper do.",
    "2 個の原子が {found:.2f} Å しか離れていません。d より近い原子対があってはいけません。",
)
SAME = Text(
    "The two are one structure: turned, mirrored, shifted or renumbered. All distances between "
    "atoms agree.",
    "2 つは同じ構造です。回転、鏡映、並進、番号の付け替えをしただけで、"
    "原子間の距離はすべて一致しています。",
)
FEW_NEIGHBORS = Text(
    "Atom 0 must see two neighbours or more in both structures, closer than r_c. Which atom "
    "stands first in your lists?",
    "どちらの構造でも、原子 0 の r_c 以内に 2 個以上の隣接原子が必要です。リストの先頭にあるのは、"
    "どの原子ですか。",
)
CENTER_SEES = Text(
    "The radial functions of atom 0 differ: its neighbours must stand at the same distances in "
    "both structures.",
    "原子 0 の動径関数が異なります。どちらの構造でも、隣接原子までの距離は同じでなけ"
    "ればなりません。",
)
NO_OTHER_ANGLE = Text(
    "Atom 0 sees the same angles in both structures. Move one of its neighbours around it.",
    "原子 0 から見た角度が、どちらの構造でも同じです。隣接原子の 1 つを、原子 0 "
    "のまわりに動かしてください。",
)
NEIGHBORS_SEE = Text(
    "Atom 0 is blind to the difference, but others are not: which distances below r_c has one "
    "structure that the other has not?",
    "原子 0 には違いが見えませんが、ほかの原子には見えています。r_c より短い距離のうち、"
    "一方の構造にしかないものはどれですか。",
)
OTHERS_SEE = Text(
    "The radial functions of some atoms differ between the two structures. List for each atom its "
    "distances below r_c.",
    "2 つの構造で、動径関数の異なる原子があります。原子ごとに、r_c より短い距離を書き並べてみてく"
    "ださい。",
)
LONELY = Text(
    "Some atom has no neighbour within r_c: it would see nothing anyway. Each atom is to have one "
    "at least.",
    "r_c 以内に隣接原子のない原子があります。それでは何も見えなくて当然です。どの原子にも 1 "
    "個以上の隣接原子が必要です。",
)


def _built(ask: Ask, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """The student's structures and the cutoff. Raises Unfit for what is no pair of structures."""
    d = float(chance.uniform(2.2, 2.8))
    r_c = float(chance.uniform(1.2, 1.6) * d)
    one, other = (_positions(found) for found in parts(ask(NAME, d, r_c), 2))
    if len(one) != len(other):
        raise Unfit(OTHER_NUMBER.with_words(one=len(one), other=len(other)))
    distances = [_distances(positions) for positions in (one, other)]
    shortest = min(lengths.min() for lengths in distances)
    if shortest < d - CLOSE:
        raise Unfit(TOO_CLOSE.with_words(found=shortest))
    if np.abs(distances[0] - distances[1]).max() < APART and _congruent(one, other):
        raise Unfit(SAME)
    return one, other, r_c


def _positions(found: Plain) -> np.ndarray:
    try:
        cast = np.array(found)
    except ValueError:  # lists of different lengths
        raise Unfit(NOT_POSITIONS) from None
    sound = cast.dtype.kind in "iuf" and cast.ndim == 2 and cast.shape[1] == 3
    if not sound or not SMALLEST <= len(cast) <= LARGEST:
        raise Unfit(NOT_POSITIONS)
    if not (np.abs(cast) < FARTHEST).all():  # nor NaN
        raise Unfit(NOT_POSITIONS)
    return cast.astype(float)


def _distances(positions: np.ndarray) -> np.ndarray:
    pairs = positions[:, None] - positions[None]
    return np.sort(np.sqrt((pairs**2).sum(2))[np.triu_indices(len(positions), 1)])


def _congruent(one: np.ndarray, other: np.ndarray) -> bool:
    """Do the triangles of atoms agree too? There are different structures of equal distances."""

    def perimeters(positions: np.ndarray) -> np.ndarray:
        triples = combinations(range(len(positions)), 3)
        return np.sort([_distances(positions[list(three)]).sum() for three in triples])

    return bool(np.abs(perimeters(one) - perimeters(other)).max() < APART)


def _radial(positions: np.ndarray, r_c: float) -> np.ndarray:
    shifts = np.linspace(0.3, 0.95, 24) * r_c
    return features(positions, r_c, g2=tuple((8.0, float(r_s)) for r_s in shifts))


def _cosines(positions: np.ndarray, r_c: float) -> np.ndarray:
    """Of the angles at atom 0 between neighbours that it sees, in their order."""
    vectors = positions[1:] - positions[0]
    r = np.sqrt((vectors**2).sum(1))
    units = (vectors / r[:, None])[r < r_c]
    return np.sort((units @ units.T)[np.triu_indices(len(units), 1)])


def _center(ask: Ask, chance: np.random.Generator) -> Text | None:
    one, other, r_c = _built(ask, chance)
    cosines = [_cosines(positions, r_c) for positions in (one, other)]
    if not all(map(len, cosines)):
        return FEW_NEIGHBORS
    apart = np.abs(_radial(one, r_c)[0] - _radial(other, r_c)[0]).max()
    if apart > CLOSE or len(cosines[0]) != len(cosines[1]):
        return CENTER_SEES
    return None if np.abs(cosines[0] - cosines[1]).max() > 0.01 else NO_OTHER_ANGLE


def _all_atoms(ask: Ask, chance: np.random.Generator) -> Text | None:
    one, other, r_c = _built(ask, chance)
    rows = [_radial(positions, r_c) for positions in (one, other)]
    for positions in (one, other):
        vectors = positions[:, None] - positions[None]
        if (((vectors**2).sum(2) < r_c**2).sum(1) < 2).any():  # itself and a neighbour
            return LONELY
    # The same rows in any order have the same sorted projections on any directions.
    directions = chance.normal(size=(rows[0].shape[1], 40))
    sorted_rows = [np.sort(one @ directions, axis=0) for one in rows]
    if np.abs(sorted_rows[0] - sorted_rows[1]).max() < CLOSE:
        return None
    center = np.abs(rows[0][0] - rows[1][0]).max() < CLOSE
    return NEIGHBORS_SEE if center else OTHERS_SEE


RADIAL_TWINS = Exercise(
    "ps2_radial_twins",
    NAME,
    (
        Item(
            "center",
            2,
            Text(
                "Atom 0 sees other angles, and no radial function of it changes",
                "原子 0 から見た角度が異なり、原子 0 の動径関数はどれも変わらない",
            ),
            _center,
        ),
        Item(
            "all atoms",
            2,
            Text(
                "The structures differ, and no radial function of any atom tells",
                "2 つの構造が異なり、どの原子のどの動径関数でも区別できない",
            ),
            _all_atoms,
        ),
    ),
)
