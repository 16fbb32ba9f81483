"""The receptive field: which energies and which forces notice that an atom moved."""

from __future__ import annotations

from collections.abc import Callable

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
NO_END = Text(
    "All atoms to which a chain of neighbours leads were taken. News goes one step with each "
    "layer, so it has not come to all of them.",
    "隣接原子をたどって行けるすべての原子が選ばれています。情報は 1 層で 1 歩ずつ進むので、"
    "まだ全部には届いていません。",
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


Mistakes = Callable[[tuple], list[tuple[Text, set[int]]]]


def _given(chance: np.random.Generator, layers: int, reach: int, mistakes: Mistakes) -> tuple:
    """A flat cluster in which each of the usual mistakes finds other atoms than the others do."""
    while True:
        positions = cluster(chance, N_ATOMS, 5.5) * (1.0, 1.0, 0.3)
        r_c = float(chance.uniform(1.6, 2.0))
        _, r = vectors_and_distances(positions)
        if (np.abs(r - r_c) < 0.01).any() or r[r > 0].min() < 0.7:
            continue
        for moved in range(N_ATOMS):
            given = positions, r_c, layers, moved
            steps = _steps(positions, r_c, moved)
            if not np.isin(range(reach + 2), steps).all() or not np.isinf(steps).any():
                continue
            if layers == 1 or _all_differ(_within(given, reach), mistakes(given)):
                return given


def _all_differ(right: set[int], mistakes: list[tuple[Text, set[int]]]) -> bool:
    hint_of = {frozenset(right): None}
    return all(hint_of.setdefault(frozenset(wrong), hint) is hint for hint, wrong in mistakes)


def _atoms(found: Plain) -> set[int]:
    """Raises Unfit for what is no list of atoms' numbers."""
    if found is None:
        raise Unfit(hints.NOTHING)
    flat = found.tolist() if isinstance(found, np.ndarray) else found
    if not isinstance(flat, list):
        raise Unfit(WORDS)
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


def _walks(given: tuple, length: int) -> set[int]:
    """Where walks of exactly that length end."""
    positions, r_c, _, moved = given
    _, r = vectors_and_distances(positions)
    walks = np.linalg.matrix_power(((r < r_c) & (r > 0)).astype(int), length)
    return set(np.flatnonzero(walks[moved]).tolist())


def _with_and_without(atoms: set[int], moved: int) -> tuple[set[int], set[int]]:
    return atoms, atoms - {moved}


def _energy_mistakes(given: tuple) -> list[tuple[Text, set[int]]]:
    *_, layers, moved = given
    right = _within(given, layers)
    return [
        (NOT_ITSELF, right - {moved}),
        *((A_BALL, one) for one in _with_and_without(_ball(given, layers), moved)),
        *((NEIGHBORS, one) for one in _with_and_without(_within(given, 1), moved)),
        (ONE_TOO_FEW, _within(given, layers - 1)),
        (ONE_TOO_MANY, _within(given, layers + 1)),
        (NO_END, _within(given, N_ATOMS)),
        (EXACTLY, right - _within(given, layers - 1)),
        (EXACTLY, _walks(given, layers)),
    ]


def _force_mistakes(given: tuple) -> list[tuple[Text, set[int]]]:
    *_, layers, moved = given
    right = _within(given, 2 * layers)
    return [
        (NOT_ITSELF, right - {moved}),
        *((SAME, one) for one in _with_and_without(_within(given, layers), moved)),
        *((A_BALL, _ball(given, n * layers)) for n in (1, 2)),
        (ONE_MORE, _within(given, layers + 1)),
        (NO_END, _within(given, N_ATOMS)),
        (EXACTLY, right - _within(given, 2 * layers - 1)),
    ]


def _hint(found: set[int], right: set[int], mistakes: list, otherwise: Text) -> Text | None:
    if found == right:
        return None
    return next((hint for hint, wrong in mistakes if found == wrong), otherwise)


def _energies(ask: Ask, chance: np.random.Generator) -> Text | None:
    for layers in (3, 1):
        given = _given(chance, layers, layers, _energy_mistakes)
        found, right = _atoms(parts(ask(NAME, *given), 2)[0]), _within(given, layers)
        if hint := _hint(found, right, _energy_mistakes(given), ENERGIES):
            return hint
    return None


def _forces(ask: Ask, chance: np.random.Generator) -> Text | None:
    for layers in (2, 1):
        given = _given(chance, layers, 2 * layers, _force_mistakes)
        found, right = _atoms(parts(ask(NAME, *given), 2)[1]), _within(given, 2 * layers)
        if hint := _hint(found, right, _force_mistakes(given), FORCES):
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
