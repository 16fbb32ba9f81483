"""A descriptor of one's own: invariant, smooth, of fixed length, and not blind to the twins."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps2.clusters import turned
from mlp_teach.grading.compare import Unfit
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Plain

NAME = "own_descriptor"
MOST = 200  # numbers
SAME = 1e-8  # of the largest number
DIFFERENT = 1e-4  # of a number itself
TWINS = ((0, 1, 4, 7), (0, 1, 3, 4))  # multiples of 45° on a circle: the same six angles
NOT_A_ROW = Text(
    "The function must return one row of 1 to 200 numbers: a list, or an array of shape "
    "(features,).",
    "関数は、1 〜 200 個の数を 1 列に並べたもの（リスト、または形が (features,) "
    "の配列）を返さなければなりません。",
)
BLIND = Text(
    "Nothing changes when a neighbour moves from 0.5 r_c to 0.7 r_c: what obeys all laws must "
    "also see something.",
    "隣接原子を 0.5 r_c から 0.7 r_c へ動かしても何も変わりません。法則を満たすだけでなく、"
    "環境の違いが見えなければなりません。",
)
ORDER = Text(
    "The numbers depend on the order of the neighbours. Sums do not.",
    "隣接原子の順番によって数が変わります。和なら順番によりません。",
)
ROTATION = Text(
    "The numbers change when everything is turned. Vectors turn along; their lengths and scalar "
    "products do not change.",
    "全体を回すと数が変わります。ベクトルは一緒に回りますが、長さや内積は変わりません。",
)
MIRROR = Text(
    "The numbers tell left from right: a mirror image has the same energy. Square what changes "
    "its sign.",
    "数が左右を区別しています。鏡像のエネルギーは同じです。符号の変わる量は 2 乗してください。",
)
LENGTH = Text(
    "The length depends on the number of neighbours: {found} numbers, before it was {expected}. "
    "Sum over neighbours.",
    "数の個数が隣接原子の数によって変わります（前は {expected} 個、今度は {found} 個）。"
    "隣接原子について和をとってください。",
)
BEYOND = Text(
    "A neighbour beyond r_c is still seen.",
    "r_c より遠い隣接原子がまだ見えています。",
)
EDGE = Text(
    "A neighbour does not fade in smoothly at r_c: give each neighbour a factor f_c(r), which is "
    "0 there with slope 0.",
    "隣接原子が r_c でなめらかに現れません。各隣接原子に、r_c で値も傾きも 0 になる f_c(r) "
    "をかけてください。",
)
KINK = Text(
    "There is a kink where two neighbours are equally far: sorting, minimum and maximum are not "
    "smooth.",
    "2 個の隣接原子が同じ距離になる所で折れ曲がります。並べ替え、最小値、"
    "最大値はなめらかではありません。",
)
COPY = Text(
    "A copy that was only turned and renumbered gets other numbers. What differs for copies "
    "cannot tell structures apart.",
    "回して番号を付け替えただけのコピーが、違う数になります。コピーで変わる数では、"
    "構造を区別できません。",
)
RADIAL = Text(
    "Two neighbours at 90° and two at 180° get the same numbers: no angle is seen. Scalar "
    "products of r_ij and r_ik hold it.",
    "90° をなす 2 個の隣接原子と、180° をなす 2 個が、同じ数になります。角度が見えていません。"
    "角度は r_ij と r_ik の内積に含まれます。",
)
PAIRS = Text(
    "The twins get the same numbers. A function of two neighbours at a time cannot tell them "
    "apart; use three at a time.",
    "双子が同じ数になります。一度に 2 個の隣接原子しか見ない関数では区別できません。一度に 3 "
    "個を見てください。",
)


def _row(found: Plain) -> np.ndarray:
    if found is None:
        raise Unfit(hints.NOTHING)
    try:
        row = np.array(found)
    except ValueError:  # lists of different lengths
        raise Unfit(NOT_A_ROW) from None
    if row.dtype.kind not in "iuf" or row.ndim != 1 or not 1 <= len(row) <= MOST:
        raise Unfit(NOT_A_ROW)
    if not np.isfinite(row).all():
        raise Unfit(hints.NOT_FINITE)
    return row.astype(float)


class _Seen:
    """Asks for the numbers of surroundings; refuses one whose length or sight is not sound."""

    def __init__(self, ask: Ask, chance: np.random.Generator):
        self._ask, self.r_c = ask, float(chance.uniform(4.0, 7.0))
        near = self.surroundings(chance, 4)
        before, moved = self.row(near), near.copy()
        self.scale, self.length = np.abs(before).max() + 1e-300, len(before)
        moved[0] *= 0.7 / 0.5
        if not self.differ(before, self.row(moved)):
            raise Unfit(BLIND)

    def surroundings(self, chance: np.random.Generator, n: int) -> np.ndarray:
        """n neighbours in as many directions; the first of them at half the cutoff."""
        directions = chance.normal(size=(n, 3))
        directions /= np.linalg.norm(directions, axis=1)[:, None]
        distances = np.append(0.5, chance.uniform(0.35, 0.9, n - 1)) * self.r_c
        return directions * distances[:, None]

    def row(self, vectors: np.ndarray) -> np.ndarray:
        return _row(self._ask(NAME, vectors, self.r_c))

    def differ(self, one: np.ndarray, other: np.ndarray) -> bool:
        """Does any number differ, be it small or large?"""
        self.apart(one, other)
        sizes = np.maximum(np.maximum(np.abs(one), np.abs(other)), 1e-6 * self.scale)
        return bool((np.abs(one - other) > DIFFERENT * sizes).any())

    def apart(self, one: np.ndarray, other: np.ndarray) -> float:
        """The largest difference, in parts of the largest number."""
        if len(one) != len(other):
            raise Unfit(LENGTH.with_words(expected=len(one), found=len(other)))
        return float(np.abs(one - other).max() / self.scale)


def _symmetries(ask: Ask, chance: np.random.Generator) -> Text | None:
    seen = _Seen(ask, chance)
    vectors = seen.surroundings(chance, 6)
    changed = {
        ORDER: vectors[np.roll(np.arange(6), int(chance.integers(1, 6)))],
        ROTATION: turned(vectors, chance),
        MIRROR: turned(vectors, chance, mirror=True),
    }
    before = seen.row(vectors)
    for hint, one in changed.items():
        if seen.apart(before, seen.row(one)) > SAME:
            return hint
    return None


def _length(ask: Ask, chance: np.random.Generator) -> Text | None:
    seen = _Seen(ask, chance)
    for n in (1, 2, 12, 40):
        found = len(seen.row(seen.surroundings(chance, n)))
        if found != seen.length:
            return LENGTH.with_words(expected=seen.length, found=found)
    found = len(seen.row(np.zeros((0, 3))))
    return None if found == seen.length else LENGTH.with_words(expected=seen.length, found=found)


def _smooth(ask: Ask, chance: np.random.Generator) -> Text | None:
    seen = _Seen(ask, chance)
    others = seen.surroundings(chance, 4)
    direction = turned(np.array([[seen.r_c, 0.0, 0.0]]), chance)
    without = seen.row(others)

    def effect(distance: float) -> float:
        return seen.apart(without, seen.row(np.vstack([others, distance * direction])))

    if max(effect(1.02), effect(1.4)) > SAME:
        return BEYOND
    if effect(0.999) > 0.03 * effect(0.99) + SAME:  # a value and a slope of 0: about 0.01
        return EDGE
    return KINK if _kinked(seen, others) else None


def _kinked(seen: _Seen, others: np.ndarray) -> bool:
    """Does the slope jump where the two nearest neighbours are equally far?"""
    units = others / np.linalg.norm(others, axis=1)[:, None]
    middle = 0.34 * seen.r_c
    others = np.vstack([units[:2] * middle, others[2:]])

    def row(shift: float) -> np.ndarray:
        moved = others.copy()
        moved[0] = (middle + shift) * units[0]
        return seen.row(moved)

    def jump(h: float) -> float:
        return seen.apart(row(h) + row(-h), 2 * row(0.0)) / h

    h = 1e-3 * seen.r_c
    return jump(h / 10) > 0.3 * jump(h) + 1e-6


def _told_apart(seen: _Seen, one: np.ndarray, other: np.ndarray, chance) -> bool:
    """Do two surroundings get different numbers, but turned copies of one the same?"""
    rows = [seen.row(turned(vectors, chance)) for vectors in (one, other)]
    copy = seen.row(turned(one, chance)[::-1])
    if seen.apart(rows[0], copy) > SAME:
        raise Unfit(COPY)
    return seen.differ(*rows)


def _angles(ask: Ask, chance: np.random.Generator) -> Text | None:
    seen = _Seen(ask, chance)
    r = chance.uniform(0.4, 0.6) * seen.r_c
    bent, straight = ([[r, 0, 0], [0, r, 0]], [[r, 0, 0], [-r, 0, 0]])
    return None if _told_apart(seen, np.array(bent), np.array(straight), chance) else RADIAL


def _twins(ask: Ask, chance: np.random.Generator) -> Text | None:
    seen = _Seen(ask, chance)
    r, rings = chance.uniform(0.4, 0.6) * seen.r_c, []
    for places in TWINS:
        angles = np.pi / 4 * np.array(places)
        rings.append(r * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1))
    return None if _told_apart(seen, *rings, chance) else PAIRS


OWN_DESCRIPTOR = Exercise(
    "ps2_own_descriptor",
    NAME,
    (
        Item(
            "symmetries",
            2,
            Text(
                "No direction, mirror or order of neighbours is special",
                "方向・鏡映・隣接原子の順番のどれにも依存しない",
            ),
            _symmetries,
        ),
        Item(
            "length",
            1,
            Text(
                "As many numbers for 40 neighbours as for none",
                "隣接原子が 40 個でも 0 個でも、数の個数が同じである",
            ),
            _length,
        ),
        Item(
            "smooth",
            1,
            Text("Nothing jumps, and nothing has a kink", "どこでも途切れず、折れ曲がらない"),
            _smooth,
        ),
        Item("angles", 1, Text("It sees angles", "角度が見えている"), _angles),
        Item(
            "twins",
            2,
            Text("It tells the twins of lesson 06 apart", "レッスン 06 の双子を区別できる"),
            _twins,
        ),
    ),
)
