"""A batch of uncertain structures that are apart from each other."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.assignments.ps5.chosen import AGAIN, NUMBER, differ, whole_numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "uncertain_and_apart"
NO_CANDIDATE = Text(
    "A structure was chosen that is not among the most uncertain ones, or an index that does not "
    "exist. Indices count all structures, not the candidates alone.",
    "最も不確実なものに入らない構造か、存在しない番号が選ばれています。"
    "番号は、候補の中ではなく、全構造の中での番号です。",
)
LAST_ONLY = Text(
    "Only the distance to the last chosen structure counts here, so that the next one may lie "
    "beside an earlier one. What is a structure's distance to all that are chosen?",
    "最後に選んだ構造からの距離しか見ていないので、前に選んだものの隣が選ばれます。"
    "選んだもの全体からの距離とは何でしょうか。",
)
MEAN_DISTANCE = Text(
    "A mean or sum of the distances to the chosen ones hides that one of them is very near. The "
    "nearest one counts.",
    "選んだものからの距離の平均や和では、すぐ隣に 1 個あっても気づけません。"
    "最も近いものまでの距離を使います。",
)
FARTHEST_OF = Text(
    "The largest distance to a chosen structure was used; the smallest one says whether the "
    "structure is new.",
    "選んだものまでの最大の距離を使っています。新しいかどうかを決めるのは最小の距離です。",
)
SCORES_ALONE = Text(
    "These are the most uncertain structures, however alike they are. The distances have no part "
    "in the choice.",
    "どれほど似ていても、不確実な順に選んでいます。距離が使われていません。",
)
ALL_COUNT = Text(
    "All structures were candidates; only the `among` most uncertain ones are.",
    "すべての構造を候補にしています。候補は、最も不確実な `among` 個だけです。",
)
NEAREST_FIRST = Text(
    "The structure that is nearest to the chosen ones was taken: that is the most alike one. "
    "argmax, not argmin.",
    "選んだものに最も近い構造、つまり最も似たものを選んでいます。argmin ではなく argmax です。",
)
NOT_APART = Text(
    "This is not: the most uncertain one first, then, of the `among` most uncertain, the one whose "
    "nearest chosen structure is farthest away.",
    "最も不確実なものを最初に選び、その後は、最も不確実な `among` 個のうち、"
    "最も近い既選択の構造までの距離が最大のものを選ぶ、という手順になっていません。",
)
TWINS = Text(
    "Two nearly equal structures were chosen, while others were still far from all chosen ones.",
    "選んだもの全体から遠い構造がまだ残っているのに、ほとんど同じ構造が 2 個選ばれています。",
)


def _step_by_step(features, pool, count, merit) -> list[int]:
    """Greedy: the first of the pool, then the largest merit(distances to all chosen, by row)."""
    chosen = [pool[0]]
    while len(chosen) < count:
        rest = [one for one in pool if one not in chosen]
        apart = np.linalg.norm(features[rest][:, None] - features[chosen], axis=2)
        chosen.append(rest[int(np.argmax(merit(apart)))])
    return chosen


def _apart(ask: Ask, chance: np.random.Generator) -> Text | None:
    from mlp_teach.active_learning.selection import uncertain_and_apart

    features, scores = chance.normal(size=(40, 3)), chance.uniform(0.05, 0.4, 40)
    outward = np.argsort(np.linalg.norm(features - features.mean(0), axis=1))
    scores[outward[chance.integers(12, 24)]] = 0.45  # neither the innermost nor the outermost one
    count, among = 6, 18
    right = uncertain_and_apart(scores, features, count, among).tolist()
    order = [int(one) for one in np.argsort(-scores)]
    pool = order[:among]
    mistakes = [
        (SCORES_ALONE, lambda: order[:count]),
        *(
            (hint, lambda merit=merit: _step_by_step(features, pool, count, merit))
            for hint, merit in (
                (LAST_ONLY, lambda d: d[:, -1]),
                (MEAN_DISTANCE, lambda d: d.sum(1)),
                (FARTHEST_OF, lambda d: d.max(1)),
                (NEAREST_FIRST, lambda d: -d.min(1)),
            )
        ),
        (ALL_COUNT, lambda: _step_by_step(features, order, count, lambda d: d.min(1))),
    ]
    found = whole_numbers(ask(NAME, scores, features, count, among))
    hint = differ(found, right, mistakes, NOT_APART)
    return NO_CANDIDATE if hint is NOT_APART and not set(found) <= set(pool) else hint


def _no_twins(ask: Ask, chance: np.random.Generator) -> Text | None:
    """Frames of one trajectory each: as many are chosen as there are trajectories."""
    kinds, frames = 6, 8
    kind = chance.permutation(np.repeat(np.arange(kinds), frames))
    middles = 4.0 * np.array(list(np.ndindex(3, 2)), float) + chance.uniform(-0.5, 0.5, (kinds, 2))
    features = middles[kind] + chance.normal(scale=0.02, size=(len(kind), 2))
    scores = chance.uniform(0.2, 0.3, len(kind))
    found = whole_numbers(ask(NAME, scores, features, kinds, len(kind)))
    if not set(found) <= set(range(len(kind))):
        return NO_CANDIDATE
    if len(found) != kinds:
        return NUMBER.with_words(found=len(found), expected=kinds)
    if len(set(found)) < kinds:
        return AGAIN
    return None if len({int(one) for one in kind[found]}) == kinds else TWINS


UNCERTAIN_AND_APART = Exercise(
    "ps5_uncertain_and_apart",
    NAME,
    (
        Item(
            "batch",
            2,
            Text(
                "The right structures of a pool are chosen, in order",
                "プールから正しい構造が正しい順に選ばれる",
            ),
            _apart,
        ),
        Item(
            "twins",
            2,
            Text(
                "Of six trajectories each gives one structure, not one of them two",
                "6 本の軌跡から 1 個ずつ選ばれ、同じ軌跡から 2 個は選ばれない",
            ),
            _no_twins,
        ),
    ),
)
