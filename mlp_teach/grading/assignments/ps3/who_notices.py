"""The receptive field: which energies and which forces notice that an atom moved."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps3.clusters import cluster, vectors_and_distances
from mlp_teach.grading.compare import Unfit, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Plain

NAME = "who_notices"
N_ATOMS = 16
WORDS = Text(
    "Each of the two things must be a list of atoms' numbers, counted from 0: no truth values, no "
    "distances.",
    "2 つの値は、それぞれ 0 から数えた原子の番号のリストでなければなりません。真偽値や距離では"
    "ありません。",
)
A_BALL = Text(
    "All atoms within L r_c were taken. A message goes from atom to atom by steps of at most "
    "r_c: where no chain leads, nothing arrives.",
    "L r_c より近い原子がすべて選ばれています。メッセージは、1 回に r_c までの歩幅で原子から原子へ"
    "伝わります。たどれる道がなければ、何も届きません。",
)
ONE_TOO_FEW = Text(
    "One step is missing: after L layers news from L steps away has arrived.",
    "1 歩足りません。L 層のあとには、L 歩先のことまで届いています。",
)
ONE_TOO_MANY = Text(
    "One step too far: each layer carries news one step, and there are L layers.",
    "1 歩多すぎます。1 層で 1 歩ずつ伝わり、層は L 個です。",
)
NOT_ITSELF = Text(
    "The moved atom itself is missing: its distances have changed, so has its energy.",
    "動かした原子自身が抜けています。隣接原子との距離が変わるので、そのエネルギーも変わります。",
)
NEIGHBORS = Text(
    "Only the neighbours were found. What they have heard they send on in the next layer.",
    "隣接原子しか見つかっていません。隣接原子は、受け取ったことを次の層で送ります。",
)
EXACTLY = Text(
    "Atoms that are fewer than L steps away are missing: an atom keeps what it has heard before.",
    "L 歩より近い原子が抜けています。原子は、それまでに受け取ったことを忘れません。",
)
ENERGIES = Text(
    "These are not the atoms whose energy changes. Draw the graph, and go L steps from the moved "
    "atom.",
    "エネルギーの変わる原子になっていません。グラフを描き、動かした原子から L 歩進んでください。",
)
SAME = Text(
    "A force is a slope of the whole energy: F_j = -Σ_i ∂E_i/∂r_j. It notices whatever any "
    "energy E_i notices that depends on r_j: go on from there.",
    "力は全エネルギーの傾きで、F_j = -Σ_i ∂E_i/∂r_j です。r_j に依存する E_i のどれかが変われば、"
    "F_j も変わります。そこからさらに先へ進んでください。",
)
ONE_MORE = Text(
    "Forces reach further than one step beyond the energies: E_i depends on r_j for j up to L "
    "steps from i.",
    "力は、エネルギーより 1 歩先まで届くだけではありません。E_i は、i から L 歩先の j の位置にも"
    "依存します。",
)
FORCES = Text("These are not the atoms whose force changes.", "力の変わる原子になっていません。")


def _steps(positions: np.ndarray, r_c: float, moved: int) -> np.ndarray:
    """How many steps each atom is away from the moved one; infinite where no chain leads."""
    _, r = vectors_and_distances(positions)
    near = (r < r_c) & (r > 0)
    steps = np.full(len(r), np.inf)
    reached = np.arange(len(r)) == moved
    for step in range(len(r)):
        steps[reached & np.isinf(steps)] = step
        reached = near @ reached
    return steps


def _given(chance: np.random.Generator, layers: int) -> tuple:
    """Clusters in which each of the usual mistakes shows."""
    while True:
        positions = cluster(chance, N_ATOMS, 5.5)
        positions[:, 2] *= 0.3
        r_c = float(chance.uniform(1.6, 2.0))
        _, r = vectors_and_distances(positions)
        if (np.abs(r - r_c) < 0.01).any() or r[r > 0].min() < 0.7:
            continue
        for moved in range(N_ATOMS):
            steps = _steps(positions, r_c, moved)
            ball = r[moved] < layers * r_c
            shells = [int((steps == n).sum()) for n in range(2 * layers + 2)]
            odd = (layers == 1) or (ball & (steps > layers)).any()
            if min(shells) > 0 and odd and np.isinf(steps).any():
                return positions, r_c, layers, moved


def _atoms(found: Plain) -> set[int]:
    """Raises Unfit for what is no list of atoms' numbers."""
    if found is None:
        raise Unfit(hints.NOTHING)
    if not isinstance(found, list | np.ndarray):
        raise Unfit(WORDS)
    flat = found if isinstance(found, list) else found.tolist()
    whole = all(type(one) is int or (type(one) is float and one.is_integer()) for one in flat)
    if not whole or not all(0 <= one < N_ATOMS for one in flat):
        raise Unfit(WORDS)
    return {int(one) for one in flat}


def _within(given: tuple, steps: int) -> set[int]:
    positions, r_c, _, moved = given
    return set(np.flatnonzero(_steps(positions, r_c, moved) <= steps).tolist())


def _ball(given: tuple, layers: int) -> set[int]:
    positions, r_c, _, moved = given
    _, r = vectors_and_distances(positions)
    return set(np.flatnonzero(r[moved] < layers * r_c).tolist())


def _hint(found: set[int], right: set[int], mistakes: list, otherwise: Text) -> Text | None:
    if found == right:
        return None
    return next((hint for hint, wrong in mistakes if found == wrong), otherwise)


def _energies(ask: Ask, chance: np.random.Generator) -> Text | None:
    for layers in (1, 2, 3):
        given = _given(chance, layers)
        found, right = _atoms(parts(ask(NAME, *given), 2)[0]), _within(given, layers)
        itself = {given[3]}
        mistakes = [
            (NOT_ITSELF, right - itself),
            *((A_BALL, _ball(given, layers) - part) for part in (set(), itself)),
            *((NEIGHBORS, _within(given, 1) - part) for part in (set(), itself)),
            (ONE_TOO_FEW, _within(given, layers - 1)),
            (ONE_TOO_MANY, _within(given, layers + 1)),
            (EXACTLY, right - _within(given, layers - 1)),
            (EXACTLY, _walks(given, layers)),
        ]
        if hint := _hint(found, right, mistakes, ENERGIES):
            return hint
    return None


def _walks(given: tuple, length: int) -> set[int]:
    """Where walks of exactly that length end."""
    positions, r_c, _, moved = given
    _, r = vectors_and_distances(positions)
    walks = np.linalg.matrix_power(((r < r_c) & (r > 0)).astype(int), length)
    return set(np.flatnonzero(walks[moved]).tolist())


def _forces(ask: Ask, chance: np.random.Generator) -> Text | None:
    for layers in (1, 2):
        given = _given(chance, layers)
        found, right = _atoms(parts(ask(NAME, *given), 2)[1]), _within(given, 2 * layers)
        itself = {given[3]}
        mistakes = [
            (NOT_ITSELF, right - itself),
            *((SAME, _within(given, layers) - part) for part in (set(), itself)),
            (A_BALL, _ball(given, 2 * layers)),
            (A_BALL, _ball(given, layers)),
            (EXACTLY, _walks(given, 2 * layers)),
            (ONE_MORE, _within(given, layers + 1)),
        ]
        if hint := _hint(found, right, mistakes, FORCES):
            return hint
    return None


WHO_NOTICES = Exercise(
    "ps3_who_notices",
    NAME,
    (
        Item(
            "energies",
            2,
            Text("The energies that change", "エネルギーの変わる原子が正しい"),
            _energies,
        ),
        Item("forces", 2, Text("The forces that change", "力の変わる原子が正しい"), _forces),
    ),
)
