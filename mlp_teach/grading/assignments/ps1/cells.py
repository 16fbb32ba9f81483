"""Periodic cells: the nearest image, neighbours through the faces, and cells that are no box."""

from __future__ import annotations

from itertools import product

import numpy as np

from mlp_teach.grading.compare import judge
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NEAREST = "minimum_image"
COUNTS = "neighbor_counts"
VECTORS = "displacements"

CUT_OFF = Text(
    "Rounding down leaves vectors between 0 and L; the nearest image lies between -L/2 and L/2.",
    "切り捨てると、ベクトルは 0 から L の間になります。最も近い像は -L/2 から L/2 の間にあります。",
)
ONE_SIDE = Text(
    "Only vectors on one side are brought back: those below -L/2 need +L as those above "
    "L/2 need -L.",
    "片側のベクトルしか戻していません。L/2 より大きいものから L を引くのと同様に、-L/2 "
    "より小さいものには L を足します。",
)
ONE_LENGTH = Text(
    "The box has three different lengths; one of them was used for all directions.",
    "箱の 3 辺の長さは異なりますが、1 つの長さがすべての方向に使われています。",
)
FRACTIONS = Text(
    "These are fractions of the box, not Å: multiply by the lengths at the end.",
    "これは箱の長さに対する割合で、Å ではありません。最後に長さを掛けてください。",
)
ONCE = Text(
    "Vectors of several boxes are brought back by one box only. How many L are there in x?",
    "箱いくつ分も離れたベクトルが、箱 1 つ分しか戻されていません。x の中に L はいくつありますか。",
)
SIGN_LOST = Text(
    "The sign is lost: a vector may point to the left.",
    "符号が失われています。ベクトルは負の向きも指します。",
)
NOT_NEAREST = Text(
    "This is not the nearest image: subtract the whole number of boxes that is nearest to "
    "x / L, for "
    "each direction.",
    "最も近い像になっていません。方向ごとに、x / L に最も近い整数個分の L を引いてください。",
)
OWN_NEIGHBOR = Text(
    "Each atom has one neighbour too many: it counts itself, at distance 0.",
    "どの原子も隣接原子が 1 個多くなっています。距離 0 の自分自身を数えています。",
)
ONE_WAY = Text(
    "Each pair is counted at one of its ends only. If j is a neighbour of i, i is one of j.",
    "原子対が片方でしか数えられていません。j が i の隣接原子なら、i も j の隣接原子です。",
)
NO_IMAGES = Text(
    "Neighbours through the faces of the box are missing: count nearest images.",
    "箱の面を越えた隣接原子が抜けています。最も近い像で数えてください。",
)
SQUARE = Text(
    "A square of a distance was compared with r_c. Take the root, or compare with r_c².",
    "距離の 2 乗を r_c と比べています。平方根をとるか、r_c² と比べてください。",
)
MISCOUNTED = Text(
    "These are not the numbers of neighbours: for each atom, count the other atoms whose "
    "nearest image "
    "is closer than r_c.",
    "隣接原子の数になっていません。各原子について、最も近い像が r_c "
    "より近いほかの原子を数えてください。",
)
COLUMNS = Text(
    "The columns of the cell were taken for lattice vectors. They are its rows: S h, not h S.",
    "セルの列を格子ベクトルとして使っています。格子ベクトルは行です。h S ではなく S h です。",
)
BACKWARDS = Text(
    "The vectors point from j to i; r_ij goes from i to j.",
    "ベクトルが j から i を向いています。r_ij は i から j へ向かいます。",
)
OTHER_IMAGE = Text(
    "The images are on the wrong side: it is + S h, the atom j is shifted, not i.",
    "像の向きが逆です。+ S h です。ずらすのは i ではなく j です。",
)
NO_SHIFT = Text(
    "The shift by lattice vectors is missing, S h.",
    "格子ベクトルによるずれ S h が抜けています。",
)
NOT_VECTORS = Text(
    "These are not r_j + S h - r_i. Try it by hand for one pair in a cell that is no box.",
    "r_j + S h - r_i になっていません。直方体でないセルの 1 対について、手で計算してみてください。",
)


def _box(chance: np.random.Generator) -> np.ndarray:
    return chance.permutation([7.0, 9.0, 12.0]) + chance.uniform(0, 1, 3)


def _nearest(vectors: np.ndarray, lengths: np.ndarray, far: int) -> np.ndarray:
    """The slow way: try every image and keep the shortest."""
    shifts = lengths * np.array(list(product(range(-far, far + 1), repeat=3)))
    images = vectors[:, None] + shifts
    return images[np.arange(len(vectors)), (images**2).sum(2).argmin(1)]


def _image_test(far: int):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        lengths = _box(chance)
        vectors = chance.uniform(-far, far, (40, 3)) * lengths
        right = _nearest(vectors, lengths, far + 1)
        once = vectors - lengths * (vectors > lengths / 2) + lengths * (vectors < -lengths / 2)
        above = vectors - lengths * (vectors > lengths / 2)
        mistakes = [
            (CUT_OFF, vectors % lengths),
            *((ONE_LENGTH, _nearest(vectors, np.full(3, one), 2 * far)) for one in lengths),
            (FRACTIONS, right / lengths),
            (SIGN_LOST, np.abs(right)),
            (ONCE, once),
            *((ONE_SIDE, one) for one in (above, above - lengths * np.trunc(vectors / lengths))),
        ]
        return judge(ask(NEAREST, vectors, lengths), right, NOT_NEAREST, mistakes)

    return test


def _count_test(periodic: bool):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        lengths = _box(chance)
        r_c = chance.uniform(0.4, 0.49) * lengths.min()
        fractions = chance.uniform(0, 1, (40, 3))
        positions = lengths * (fractions if periodic else 0.25 + fractions / 2)
        vectors = positions[None] - positions[:, None]
        plain = (vectors**2).sum(2)
        image = (_nearest(vectors.reshape(-1, 3), lengths, 1) ** 2).sum(1).reshape(plain.shape)
        near = (image < r_c**2) & ~np.eye(len(positions), dtype=bool)
        right = near.sum(1)
        mistakes = [
            (OWN_NEIGHBOR, right + 1),
            *((ONE_WAY, part(near).sum(axis)) for part in (np.triu, np.tril) for axis in (0, 1)),
            (NO_IMAGES, (plain < r_c**2).sum(1) - 1),
            (SQUARE, (image < r_c).sum(1) - 1),
            (OWN_NEIGHBOR, (plain < r_c**2).sum(1)),
        ]
        return judge(ask(COUNTS, positions, lengths, float(r_c)), right, MISCOUNTED, mistakes)

    return test


def _vectors_in_skewed_cell(ask: Ask, chance: np.random.Generator) -> Text | None:
    cell = np.diag(_box(chance)) + np.tril(chance.uniform(1.0, 3.0, (3, 3)), -1)
    positions = chance.uniform(0, 1, (6, 3)) @ cell
    centers, neighbors = chance.integers(0, 6, (2, 20))
    images = chance.integers(-2, 3, (20, 3))
    apart, shift = positions[neighbors] - positions[centers], images @ cell
    mistakes = [
        (COLUMNS, apart + images @ cell.T),
        (BACKWARDS, -apart - shift),
        (OTHER_IMAGE, apart - shift),
        (BACKWARDS, -apart + shift),
        (NO_SHIFT, apart),
    ]
    found = ask(VECTORS, positions, cell, centers, neighbors, images)
    return judge(found, apart + shift, NOT_VECTORS, mistakes)


MINIMUM_IMAGE = Exercise(
    "ps1_minimum_image",
    NEAREST,
    (
        Item(
            "one box",
            2,
            Text(
                "Vectors of up to one box get their nearest image",
                "箱 1 つ分までのベクトルが最も近い像になる",
            ),
            _image_test(1),
        ),
        Item(
            "several boxes",
            1,
            Text("Vectors of several boxes do too", "箱いくつ分も離れたベクトルでも同様である"),
            _image_test(3),
        ),
    ),
)
NEIGHBOR_COUNTS = Exercise(
    "ps1_neighbor_counts",
    COUNTS,
    (
        Item(
            "cluster",
            1,
            Text("Right for a cluster in the middle of a box", "箱の中央にあるクラスターで正しい"),
            _count_test(periodic=False),
        ),
        Item(
            "periodic",
            2,
            Text(
                "Right where atoms see each other through the faces",
                "面を越えて隣り合う原子があっても正しい",
            ),
            _count_test(periodic=True),
        ),
    ),
)
DISPLACEMENTS = Exercise(
    "ps1_displacements",
    VECTORS,
    (
        Item(
            "skewed",
            3,
            Text("r_ij is right in a cell that is no box", "直方体でないセルで r_ij が正しい"),
            _vectors_in_skewed_cell,
        ),
    ),
)
