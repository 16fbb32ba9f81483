"""Which symmetries does a given energy break?"""

from __future__ import annotations

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Expression

NAME = "broken_symmetries"
NAMES = ("translation", "rotation", "reflection", "permutation")
WORDS = Text(
    "Return a list with some of the words 'translation', 'rotation', 'reflection', 'permutation'.",
    "'translation'、'rotation'、'reflection'、'permutation' のうち、"
    "破れているものをリストで返してください。",
)
FALSE_ALARM = {
    "translation": Text(
        "A translation was said to change an energy that it leaves alone. Do all atoms "
        "move by the same "
        "vector? And do you allow for rounding: is 1e-12 eV a change?",
        "並進で変わらないエネルギーが、変わると判定されました。すべての原子を同じベクトルだけ動かしましたか。"
        "丸め誤差（1e-12 eV など）を変化とみなしていませんか。",
    ),
    "rotation": Text(
        "A rotation was said to change an energy that it leaves alone. Is the matrix a "
        "rotation, with "
        "R Rᵀ = 1 and determinant +1? And do you allow for rounding?",
        "回転で変わらないエネルギーが、変わると判定されました。行列は回転行列（R Rᵀ = 1、"
        "行列式 +1）ですか。"
        "丸め誤差を許容していますか。",
    ),
    "reflection": Text(
        "A reflection was said to change an energy that it leaves alone. Does it only turn "
        "x into -x, "
        "for all atoms? And do you allow for rounding?",
        "鏡映で変わらないエネルギーが、変わると判定されました。すべての原子の x を -x "
        "にしただけですか。"
        "丸め誤差を許容していますか。",
    ),
    "permutation": Text(
        "A permutation was said to change an energy that it leaves alone. Do only the rows of "
        "`positions` change places? And do you allow for rounding?",
        "置換で変わらないエネルギーが、変わると判定されました。`positions` "
        "の行だけを入れ替えましたか。"
        "丸め誤差を許容していますか。",
    ),
}
MISSED = {
    "translation": Text(
        "An energy that knows the origin was not noticed. Move all atoms, far enough and "
        "in all three "
        "directions.",
        "原点の位置に依存するエネルギーが見逃されました。すべての原子を、十分大きく、3 "
        "方向すべてに動かしてください。",
    ),
    "rotation": Text(
        "An energy that knows directions was not noticed. Turn by a large angle, and about "
        "more than "
        "one axis: a turn about z leaves every z as it is.",
        "方向に依存するエネルギーが見逃されました。大きな角度で、複数の軸のまわりに回してください。"
        "z 軸まわりの回転では z 座標は変わりません。",
    ),
    "reflection": Text(
        "An energy that tells left from right was not noticed. A mirror (x to -x) has "
        "determinant -1; "
        "a turn by 180° is no mirror.",
        "左右を区別するエネルギーが見逃されました。鏡映（x を -x にする）の行列式は -1 "
        "です。180° の回転は鏡映ではありません。",
    ),
    "permutation": Text(
        "An energy that gives one atom a part of its own was not noticed. Let every atom "
        "change its "
        "place in the list.",
        "特定の原子を特別扱いするエネルギーが見逃されました。すべての原子の順番を入れ替えてください。",
    ),
}
# {k} and {c} are drawn anew. d: all vectors r_j - r_i; n: their lengths.
PAIRS = "(lambda d: (lambda n: {})(np.sqrt((d ** 2).sum(-1))))(r[None] - r[:, None])"
_CHIRAL = (
    "(lambda v: float({k} * np.linalg.det(v.transpose(1, 0, 2)).sum()))"
    "(np.stack([(d * np.exp(-(n / s) ** 2)[..., None]).sum(1) for s in (2.0, 3.0, 4.5)]))"
)
SOUND = (
    PAIRS.format("float({k} * np.exp(-n / {c}).sum())"),
    PAIRS.format("float({k} * (np.exp(-n).sum(1) ** 0.5).sum())"),
)
BROKEN = {
    "translation": (
        PAIRS.format("float({k} * np.exp(-n).sum() + 1e-3 * (r ** 2).sum())"),
        PAIRS.format("float({k} * np.exp(-n).sum() + 1e-3 * np.linalg.norm(r, axis=1).sum())"),
    ),
    "rotation": (
        PAIRS.format("float({k} * np.exp(-n).sum() + 1e-2 * (d[..., 2] ** 2).sum())"),
        PAIRS.format("float({k} * np.exp(-n).sum() + 1e-2 * np.abs(d[..., 0]).sum())"),
    ),
    "reflection": (PAIRS.format(_CHIRAL), PAIRS.format("2 + " + _CHIRAL)),
    "permutation": (
        PAIRS.format("float({k} * np.exp(-n).sum() + 1e-2 * n[0].sum())"),
        PAIRS.format("float({k} * np.exp(-n).sum() + 1e-2 * n[-1].sum())"),
    ),
}


def _energy(pattern: str, chance: np.random.Generator) -> Expression:
    k, c = chance.uniform((0.5, 1.0), (2.0, 3.0)).round(3)
    return Expression("lambda r: " + pattern.replace("{k}", str(k)).replace("{c}", str(c)))


def _said(ask: Ask, pattern: str, chance: np.random.Generator) -> list[str]:
    positions = chance.uniform(-2.5, 2.5, (5, 3)) + 1.0
    said = ask(NAME, _energy(pattern, chance), positions)
    if said is None:
        raise Unfit(hints.NOTHING)
    if not isinstance(said, list) or not all(type(one) is str and one in NAMES for one in said):
        raise Unfit(WORDS)
    return said


def _item(name: str, japanese: str) -> Item:
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        for pattern in BROKEN[name]:
            if name not in _said(ask, pattern, chance):
                return MISSED[name]
        others = [BROKEN[other][0] for other in NAMES if other != name]
        for pattern in (*SOUND, *others):
            if name in _said(ask, pattern, chance):
                return FALSE_ALARM[name]
        return None

    claim = Text(
        f"'{name}' is in the list where it changes the energy, and only there",
        f"{japanese}でエネルギーが変わるとき、そのときに限り '{name}' がリストにある",
    )
    return Item(name, 1, claim, test)


BROKEN_SYMMETRIES = Exercise(
    "ps1_broken_symmetries",
    NAME,
    tuple(map(_item, NAMES, ("並進", "回転", "鏡映", "置換"))),
)
