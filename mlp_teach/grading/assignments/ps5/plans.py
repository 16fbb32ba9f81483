"""The chapter's problem 3: what a fixed data set and active learning cost, in days and money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_teach.active_learning.cost import Cost, Prices, money
from mlp_teach.grading.assignments.ps5.plan_inputs import (
    Given,
    cost_of_a,
    cost_of_b,
    fixed_set,
    given_by,
    outcomes_of_a,
)
from mlp_teach.grading.compare import Mistake, judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "plans"
DAYS, NODES, GPU, MONEY = range(4)
WITHOUT_FAILURE = Text(
    "This is plan A if its model passes at once. With the probability `failure` it takes more: the "
    "expected value is a mean over both outcomes.",
    "これは、計画 A のモデルがすぐに合格した場合です。確率 `failure` でさらに増えます。"
    "期待値は、2 つの結果の平均です。",
)
ALWAYS_FAILED = Text(
    "The second labels and training of plan A are counted in full: they are needed with the "
    "probability `failure` only.",
    "計画 A の追加のラベルと再訓練が、いつも数えられています。"
    "必要になるのは確率 `failure` のときだけです。",
)
TURNED = Text(
    "The probabilities have changed places: `failure` belongs to the outcome with more labels.",
    "確率が逆です。`failure` は、ラベルを追加する場合の確率です。",
)
NO_SECOND_TRAINING = Text(
    "If plan A fails, the second training costs time and GPU-hours too, not only the labels.",
    "計画 A が不合格のときは、ラベルだけでなく、再訓練にも時間と GPU 時間がかかります。",
)
NO_DYNAMICS = Text(
    "The last three days are dynamics on the GPU: 72 GPU-hours more.",
    "最後の 3 日間の分子動力学も GPU を使います。あと 72 GPU 時間あります。",
)
IN_DAYS = Text(
    "This is in days: GPU-hours and node-hours are asked for.",
    "単位が日になっています。GPU 時間とノード時間で答えてください。",
)
IN_HOURS = Text(
    "This is in hours; days are asked for.",
    "単位が時間になっています。日数で答えてください。",
)
NODES_FORGOTTEN = Text(
    "The labels are computed on `nodes` nodes at once: that divides the time, not the node-hours.",
    "ラベルは `nodes` 台のノードで同時に計算します。割られるのは時間で、ノード時間ではありません。",
)
ONE_HOUR_EACH = Text(
    "A label takes `hours` node-hours here, not 1.",
    "ここでは、ラベル 1 個に 1 ではなく `hours` ノード時間かかります。",
)
A_RESOURCES = Text(
    "Node-hours or GPU-hours of plan A are not right: add up all steps of each outcome, then take "
    "the mean with the probabilities.",
    "計画 A のノード時間または GPU 時間が正しくありません。結果ごとにすべての段階を足し、"
    "確率を掛けて平均してください。",
)
A_DAYS = Text(
    "The days of plan A are not right: one step after the other, each in days, and the mean over "
    "both outcomes.",
    "計画 A の日数が正しくありません。各段階を日数にして順に足し、2 つの結果の平均をとって"
    "ください。",
)
NOT_SIDE_BY_SIDE = Text(
    "Planning and labels run side by side here: the longer of the two counts, not their sum.",
    "ここでは計画とラベルの計算が並行して進みます。和ではなく、長いほうで決まります。",
)
SHORTER = Text(
    "The shorter of planning and labels was taken: the next step waits for both.",
    "計画とラベルの短いほうをとっています。次の段階は両方が終わるのを待ちます。",
)
MORE_AT_ONCE = Text(
    "Only the first labels run beside the planning. Whether more are needed is known after the "
    "validation.",
    "計画と並行するのは最初のラベルだけです。追加が必要かどうかは、検証の後でなければわかりません。",
)
A_AT_ONCE = Text(
    "The longest path through the steps is not right: what waits for what, if the first labels "
    "wait for nothing?",
    "最も長い経路が正しくありません。最初のラベルが何も待たないとき、どの段階が何を待ちますか。",
)
ONE_ROUND_TOO_FEW = Text(
    "After the last labels come two trainings more, with an exploration between them: the model "
    "must pass, and then be trained for production.",
    "最後のラベルの後にも、訓練が 2 回と、その間の探索が 1 回あります。"
    "合格を確かめてから、本番用に訓練します。",
)
B = Text(
    "Plan B is not right. Write its steps in a row for two rounds; the k-th training takes 2 + 2k "
    "GPU-hours, and the time of the GPU is a part of the days.",
    "計画 B が正しくありません。反復 2 回の場合の手順を順に書き出してください。k 回目の訓練は "
    "2 + 2k GPU 時間で、GPU を使う時間も日数に入ります。",
)
MONEY_HINT = Text(
    "Money is node_price times node-hours and gpu_price times GPU-hours, added, for each plan.",
    "費用は、計画ごとに、node_price × ノード時間と gpu_price × GPU 時間の和です。",
)


def _row(used: Cost) -> np.ndarray:
    return np.array([used.days, used.node_hours, used.gpu_hours], dtype=float)


def _said(ask: Ask, given: Given) -> np.ndarray:
    """The eight numbers, a row each plan. Raises Unfit."""
    return np.array([numbers(one, (4,)) for one in parts(ask(NAME, *given.values()), 2)])


def _of_outcomes(given: Given, what: slice) -> list[Mistake]:
    """What mistakes in the expectation make of plan A."""
    passed, failed = (_row(one)[what] for one in outcomes_of_a(given))
    q = given.failure
    training = np.array([0.5, 0.0, 12.0])[what]
    return [
        (WITHOUT_FAILURE, passed),
        (ALWAYS_FAILED, failed),
        (TURNED, q * passed + (1 - q) * failed),
        (NO_SECOND_TRAINING, (1 - q) * passed + q * (failed - training)),
    ]


def _a_resources(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = given_by(chance)
    what = slice(NODES, GPU + 1)
    right = _row(cost_of_a(given))[what]
    mistakes = [
        *_of_outcomes(given, what),
        (NO_DYNAMICS, right - [0, 72]),
        (IN_DAYS, right / [1, 24]),
        (IN_DAYS, right / 24),
        (ONE_HOUR_EACH, right / [given.hours_per_label, 1]),
        (NODES_FORGOTTEN, right / [given.nodes, 1]),
    ]
    return judge(_said(ask, given)[0][what], right, A_RESOURCES, mistakes)


def _a_days(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = given_by(chance)
    right = cost_of_a(given).days
    labels = given.hours_per_label * (15_000 + given.failure * 5_000)
    mistakes = [
        *((hint, wrong[0]) for hint, wrong in _of_outcomes(given, slice(DAYS, DAYS + 1))),
        (IN_HOURS, 24 * right),
        (NODES_FORGOTTEN, right + labels / 24 * (1 - 1 / given.nodes)),
        (IN_HOURS, right + labels / given.nodes * (1 - 1 / 24)),
        (ONE_HOUR_EACH, cost_of_a(replace(given, hours_per_label=1.0)).days),
    ]
    return judge(_said(ask, given)[0][DAYS], right, A_DAYS, mistakes)


def _a_at_once(ask: Ask, chance: np.random.Generator) -> Text | None:
    """Once the planning takes longer than the labels, once the other way round."""
    for nodes in (int(chance.integers(20, 40)), int(chance.integers(300, 500))):
        given = replace(given_by(chance, at_once=True, nodes=nodes), hours_per_label=1.2)
        right, plan = cost_of_a(given).days, fixed_set(given)
        side_by_side = plan.planning_days, plan.first.days
        joined = plan.first.days + given.failure * plan.more.days
        rest = right - max(side_by_side)
        mistakes = [
            (NOT_SIDE_BY_SIDE, cost_of_a(replace(given, at_once=False)).days),
            (SHORTER, rest + min(side_by_side)),
            *((NOT_SIDE_BY_SIDE, rest + one) for one in side_by_side),
            (MORE_AT_ONCE, rest - given.failure * plan.more.days + max(plan.planning_days, joined)),
            *((hint, wrong[0]) for hint, wrong in _of_outcomes(given, slice(DAYS, DAYS + 1))),
        ]
        if hint := judge(_said(ask, given)[0][DAYS], right, A_AT_ONCE, mistakes):
            return hint
    return None


def _b(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = given_by(chance)
    right = _row(cost_of_b(given))
    count = len(given.round_labels)
    last = np.array([1 / 24, 0, 1])  # days and GPU-hours of an hour on the GPU
    mistakes = [
        (ONE_ROUND_TOO_FEW, right - last * (2 + 2 * (count + 2))),
        (ONE_ROUND_TOO_FEW, right - last * (24 + 2 + 2 * (count + 1))),
        (ONE_ROUND_TOO_FEW, right - last * (24 + 2 + 2 * (count + 2))),
        (NO_DYNAMICS, right - [0, 0, 72]),
        (NO_DYNAMICS, right - 72 * last),
        (IN_DAYS, right / [1, 1, 24]),
        (IN_HOURS, right * [24, 1, 1]),
        (ONE_HOUR_EACH, _row(cost_of_b(replace(given, hours_per_label=1.0)))),
    ]
    return judge(_said(ask, given)[1][:MONEY], right, B, mistakes)


def _money(ask: Ask, chance: np.random.Generator) -> Text | None:
    """By the hours that were returned, so that an error there does not count twice."""
    given = given_by(chance)
    said = _said(ask, given)
    right = [
        money(
            Cost(0, float(row[NODES]), float(row[GPU]), 0),
            Prices(given.node_price, given.gpu_price),
        )
        for row in said
    ]
    if not all(0 < one < np.inf for one in right):
        return MONEY_HINT
    return judge(said[:, MONEY], right, MONEY_HINT)


PLANS = Exercise(
    "ps5_plans",
    NAME,
    (
        Item(
            "A: hours",
            2,
            Text(
                "Node-hours and GPU-hours of plan A, on average",
                "計画 A のノード時間と GPU 時間（期待値）",
            ),
            _a_resources,
        ),
        Item("A: days", 2, Text("Days of plan A, on average", "計画 A の日数（期待値）"), _a_days),
        Item(
            "A: at once",
            1,
            Text(
                "The same if the first labels do not wait for the planning",
                "最初のラベルが計画を待たない場合の日数",
            ),
            _a_at_once,
        ),
        Item("B", 2, Text("Days and hours of plan B", "計画 B の日数と時間"), _b),
        Item("money", 1, Text("The money of both", "両方の費用"), _money),
    ),
)
