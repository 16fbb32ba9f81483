"""From which price on, and from which risk on, active learning is the cheaper plan."""

from __future__ import annotations

import numpy as np

from mlp_teach.active_learning.cost import Cost, Prices, break_even, expectation, money, tries
from mlp_teach.active_learning.cost_scenarios import break_even_label_price
from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps5.plan_inputs import cost_of_b, given_by, outcomes_of_a
from mlp_teach.grading.compare import Unfit, judge, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "break_even"
CLOSE = 1e-6  # the library searches where a formula would do
UPSIDE_DOWN = Text(
    "Upside down: the price of a node-hour times the node-hours saved must equal what the "
    "GPU-hours more cost.",
    "逆数になっています。節約したノード時間 × 1 ノード時間の価格が、増えた GPU 時間の費用と等しく"
    "なるはずです。",
)
PASSED_ALONE = Text(
    "Plan A was taken as it is when its model passes. Its expected cost counts, with "
    "both outcomes.",
    "計画 A が合格した場合の値を使っています。両方の結果を含む期待値を使ってください。",
)
FAILED_ALONE = Text(
    "Plan A was taken as it is when its model fails. Its expected cost counts, with both outcomes.",
    "計画 A が不合格の場合の値を使っています。両方の結果を含む期待値を使ってください。",
)
TURNED = Text(
    "The probabilities have changed places: `failure` belongs to the outcome `failed`.",
    "確率が逆です。`failure` は `failed` の確率です。",
)
SIGN = Text(
    "The sign is wrong: a price is positive where one plan needs more node-hours and the other "
    "more GPU-hours.",
    "符号が逆です。一方のノード時間が多く、他方の GPU 時間が多いとき、価格は正になります。",
)
PRICE = Text(
    "At this price of a node-hour the two plans do not cost the same. Write both costs as a + b p, "
    "and set them equal.",
    "この価格では、2 つの計画の費用が等しくなりません。両方の費用を a + b p の形に書き、等しいと"
    "おいてください。",
)
NOT_THE_FAILURE = Text(
    "This is the probability that plan A passes; that it fails is 1 minus that.",
    "これは計画 A が合格する確率です。不合格の確率は、1 からそれを引いたものです。",
)
NODES_ALONE = Text(
    "The GPU-hours cost money too, in all three.",
    "GPU 時間にも費用がかかります。3 つの場合すべてに入れてください。",
)
RISK = Text(
    "At this failure probability the two plans do not cost the same. A's expected cost is a "
    "straight line in it, from `passed` at 0 to `failed` at 1.",
    "この不合格の確率では、2 つの計画の費用が等しくなりません。A の期待値は、確率 0 で `passed`、"
    "1 で `failed` となる直線です。",
)
NO_PROBABILITY = Text(
    "A probability lies between 0 and 1. If one plan is the cheaper at both ends, there is none to "
    "return but None.",
    "確率は 0 から 1 の間です。両端で同じ計画のほうが安ければ、None を返してください。",
)
Hours = list[float]  # node-hours and GPU-hours


def _hours(used: Cost) -> Hours:
    return [float(used.node_hours), float(used.gpu_hours)]


def _cost(hours: Hours) -> Cost:
    return Cost(0.0, hours[0], hours[1], 0.0)


def _mean(passed: Hours, failed: Hours, failure: float) -> Cost:
    return expectation(tries(failure, 2), [_cost(passed), _cost(failed)])


def _price(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = given_by(chance)
    (passed, failed), b = map(_hours, outcomes_of_a(given)), _hours(cost_of_b(given))
    q, node, gpu = given.failure, given.node_price, given.gpu_price

    def at(a: Cost) -> float:
        return break_even_label_price(a, _cost(b), gpu, highest=100.0)

    right = at(_mean(passed, failed, q))
    mistakes = [
        (PASSED_ALONE, at(_cost(passed))),
        (FAILED_ALONE, at(_cost(failed))),
        (TURNED, at(_mean(passed, failed, 1 - q))),
        (UPSIDE_DOWN, 1 / right),
        (UPSIDE_DOWN, gpu**2 / right),
        (SIGN, -right),
    ]
    found = parts(ask(NAME, passed, failed, b, q, node, gpu), 2)[0]
    return judge(found, right, PRICE, mistakes, CLOSE)


def _close_plans(chance: np.random.Generator) -> tuple[Hours, Hours, Hours, float, float, float]:
    """Hours of A passed and failed and of B that cost the same for some failure in between."""
    node, gpu = (float(x) for x in chance.uniform((0.5, 1.0), (2.0, 3.0)).round(2))
    passed = [float(chance.integers(3_000, 5_000)), 84.0]
    failed = [passed[0] + float(chance.integers(1_500, 3_000)), 96.0]
    share = chance.uniform(0.2, 0.45)
    more = float(chance.integers(150, 400))
    between = node * (passed[0] + share * (failed[0] - passed[0])) + gpu * 84.0
    b = [round((between - gpu * more) / node, 1), more]
    return passed, failed, b, float(chance.uniform(0.1, 0.4)), node, gpu


def _risk(ask: Ask, chance: np.random.Generator) -> Text | None:
    passed, failed, b, q, node, gpu = _close_plans(chance)
    prices = Prices(node, gpu)
    right = break_even(
        lambda x: money(_mean(passed, failed, x), prices),
        lambda x: money(_cost(b), prices),
        0.0,
        1.0,
    )
    mistakes = [
        (NOT_THE_FAILURE, 1 - right),
        (NODES_ALONE, (b[0] - passed[0]) / (failed[0] - passed[0])),
    ]
    found = parts(ask(NAME, passed, failed, b, q, node, gpu), 2)[1]
    if found is None:
        raise Unfit(RISK)
    return judge(found, right, RISK, mistakes, CLOSE)


def _no_risk(ask: Ask, chance: np.random.Generator) -> Text | None:
    """B is so cheap, or so dear, that no probability makes both equal."""
    for cheap in (True, False):
        passed, failed, b, q, node, gpu = _close_plans(chance)
        b = [0.3 * passed[0], b[1]] if cheap else [1.4 * failed[0], b[1]]
        answer = ask(NAME, passed, failed, b, q, node, gpu)
        if answer is None:
            raise Unfit(hints.PARTS.with_words(expected=2))
        if parts(answer, 2)[1] is not None:
            return NO_PROBABILITY
    passed, failed, b, q, node, gpu = _close_plans(chance)
    if parts(ask(NAME, passed, failed, b, q, node, gpu), 2)[1] is None:
        return RISK  # None always is no answer
    return None


BREAK_EVEN = Exercise(
    "ps5_break_even",
    NAME,
    (
        Item(
            "price",
            2,
            Text(
                "At the price of a node-hour both plans cost the same",
                "求めた 1 ノード時間の価格で、両方の費用が等しい",
            ),
            _price,
        ),
        Item(
            "risk",
            2,
            Text(
                "At the failure probability both cost the same",
                "求めた不合格の確率で、両方の費用が等しい",
            ),
            _risk,
        ),
        Item(
            "none",
            1,
            Text("None where there is no such probability", "そのような確率がなければ None"),
            _no_risk,
        ),
    ),
)
