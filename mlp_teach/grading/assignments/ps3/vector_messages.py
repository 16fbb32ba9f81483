"""PaiNN's vector messages, which turn along."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "vector_messages"
N_ATOMS, FEATURES = 6, 4
BACKWARDS = Text(
    "The directions are turned round: r̂_ij points from i, which hears, to j, which speaks.",
    "向きが逆です。r̂_ij は、受け手 i から送り手 j へ向かいます。",
)
NOT_UNIT = Text(
    "The vectors r_ij were taken with their lengths. r̂_ij has length 1: the distance enters by W "
    "alone.",
    "r_ij がその長さのまま使われています。r̂_ij の長さは 1 です。距離は W だけを通して入ります。",
)
OVERWRITTEN = Text(
    "Only one message of each atom is left: `change[centers] += ...` keeps the last one of equal "
    "indices. np.add.at adds them all.",
    "各原子にメッセージが 1 つしか残っていません。`change[centers] += ...` "
    "では、同じ番号のうち最後の 1 つしか残りません。すべてを足すには np.add.at を使います。",
)
TO_SENDER = Text(
    "The messages arrive at the senders: they are added up at i, the centre of the pair.",
    "メッセージが送り手に届いています。足し合わせる先は、対の中心原子 i です。",
)
OWN_NUMBERS = Text(
    "The receiver's φ or v was taken. A message carries those of the sender j.",
    "受け手の φ または v が使われています。メッセージが運ぶのは送り手 j のものです。",
)
EXCHANGED = Text(
    "φ_2 W_2 belongs to the direction r̂_ij, φ_3 W_3 to the vectors v_j: here it is the other way.",
    "φ_2 W_2 は向き r̂_ij に、φ_3 W_3 はベクトル v_j に掛けます。ここでは逆になっています。",
)
NOT_PASSED_ON = Text(
    "The second part is missing: the vectors v_j are passed on, weighted by φ_3 W_3.",
    "第 2 項が抜けています。ベクトル v_j を、φ_3 W_3 で重みをつけて送ります。",
)
MEAN = Text(
    "This is a mean over the neighbours; messages are added up.",
    "隣接原子についての平均になっています。メッセージは足し合わせます。",
)
NOT_THE_CHANGE = Text(
    "This is v_i + Δv_i; Δv_i alone was asked for.",
    "v_i + Δv_i が返されています。求めるのは Δv_i だけです。",
)
MESSAGES = Text(
    "This is not the sum of the messages. Try it by hand with one pair and one feature.",
    "メッセージの和になっていません。対が 1 つ、特徴量が 1 つの場合を手計算してみてください。",
)
NOT_ALONG = Text(
    "The answer does not turn with the atoms. Scale and add whole vectors; never treat x, y and "
    "z each for itself.",
    "答えが原子と一緒に回っていません。ベクトルは全体に数を掛け、全体を足すだけにします。"
    "x、y、z を別々に扱ってはいけません。",
)


def _parts(
    given: tuple,
    sender: np.ndarray | None = None,
    vectors_of: np.ndarray | None = None,
    units: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Both parts of each pair's message, pairs 3 features; what is not given is as it should be."""
    v, phi_2, phi_3, w_2, w_3, vectors, _, j = given
    sender = j if sender is None else sender
    vectors_of = j if vectors_of is None else vectors_of
    units = vectors / np.sqrt((vectors**2).sum(1))[:, None] if units is None else units
    direction = np.einsum("pf,pf,pa->paf", phi_2[sender], w_2, units)
    return direction, np.einsum("pf,pf,paf->paf", phi_3[sender], w_3, v[vectors_of])


def _added(parts: np.ndarray, places: np.ndarray) -> np.ndarray:
    who = np.eye(N_ATOMS)[places]  # pairs atoms: an independent way to add at equal indices
    return np.einsum("pn,paf->naf", who, parts)


def _mistakes(given: tuple, has_v: bool, has_phi_2: bool) -> list:
    v, phi_2, phi_3, w_2, w_3, vectors, i, j = given
    first, second = _parts(given)
    last = np.zeros_like(v)
    last[i] = first + second
    counts = np.maximum(np.bincount(i, minlength=N_ATOMS), 1)[:, None, None]
    swapped = (v, phi_3, phi_2, w_3, w_2, vectors, i, j)
    mistakes = [
        (OVERWRITTEN, last),
        (TO_SENDER, _added(first + second, j)),
        *((OWN_NUMBERS, _added(sum(_parts(given, *of)), i)) for of in ((i, j), (j, i), (i, i))),
        (EXCHANGED, _added(sum(_parts(swapped)), i)),
        (MEAN, _added(first + second, i) / counts),
    ]
    if has_phi_2:
        mistakes += [(BACKWARDS, _added(second - first, i))]
        mistakes += [(NOT_UNIT, _added(sum(_parts(given, units=vectors)), i))]
    if has_v:
        mistakes += [(NOT_PASSED_ON, _added(first, i))]
        mistakes += [(NOT_THE_CHANGE, v + _added(first + second, i))]
    return mistakes


def _given(chance: np.random.Generator, v: float = 1.0, phi_2: float = 1.0) -> tuple:
    """Some pairs of six atoms, both ways, in any order; the last atom has none."""
    first, second = np.triu_indices(N_ATOMS - 1, 1)
    kept = chance.permutation(len(first))[:8]
    i, j = (np.concatenate(ends) for ends in ((first, second), (second, first)))
    kept = chance.permutation(np.concatenate([kept, kept + len(first)]))
    i, j = i[kept], j[kept]
    positions = chance.uniform(-2, 2, (N_ATOMS, 3))
    atoms, pairs = (N_ATOMS, FEATURES), (len(i), FEATURES)
    return (
        v * chance.normal(size=(N_ATOMS, 3, FEATURES)),
        phi_2 * chance.normal(size=atoms),
        chance.normal(size=atoms),
        chance.normal(size=pairs),
        chance.normal(size=pairs),
        positions[j] - positions[i],
        i,
        j,
    )


def _compared(v: float, phi_2: float):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        given = _given(chance, v, phi_2)
        right = _added(sum(_parts(given)), given[6])
        mistakes = _mistakes(given, v != 0, phi_2 != 0)
        return judge(ask(NAME, *given), right, MESSAGES, mistakes)

    return test


def _turned(ask: Ask, chance: np.random.Generator) -> Text | None:
    """Whatever is answered, turned and mirrored questions have turned and mirrored answers."""
    from mlp_teach.checks.deformations import random_orthogonal

    given = _given(chance)
    before = numbers(ask(NAME, *given), given[0].shape)
    blind = numbers(ask(NAME, 0 * given[0], *given[1:]), given[0].shape)
    if min(np.abs(blind).max(), np.abs(before - blind).max()) < 1e-6:  # nothing turns along
        return MESSAGES
    for determinant in (1, -1):
        q = random_orthogonal(chance, determinant)
        v, vectors = np.einsum("ab,nbf->naf", q, given[0]), given[5] @ q.T
        after = numbers(ask(NAME, v, *given[1:5], vectors, *given[6:]), v.shape)
        apart = np.abs(after - np.einsum("ab,nbf->naf", q, before)).max()
        if apart > 1e-8 * np.abs(before).max():
            return NOT_ALONG
    return None


VECTOR_MESSAGES = Exercise(
    "ps3_vector_messages",
    NAME,
    (
        Item(
            "directions",
            1,
            Text("First layer, all v_j = 0", "第 1 層（すべての v_j が 0）で正しい"),
            _compared(v=0.0, phi_2=1.0),
        ),
        Item(
            "passed_on",
            1,
            Text("Vectors are passed on (φ_2 = 0)", "ベクトルが送られる（φ_2 = 0）"),
            _compared(v=1.0, phi_2=0.0),
        ),
        Item(
            "both",
            1,
            Text("Both parts together", "両方の項がある場合に正しい"),
            _compared(1.0, 1.0),
        ),
        Item(
            "turned",
            1,
            Text(
                "The answer turns with the atoms, in a mirror too",
                "答えが原子と一緒に回り、鏡映にも従う",
            ),
            _turned,
        ),
    ),
)
