"""The chapter's problem 2, first half: structures for methanol on copper, and what they cost."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.assignments.ps4.entries import counts, entries, number, same, whole
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "training_plan"
KEYS = (
    "timestep",
    "spacing",
    "images",
    "conditions",
    "counts",
    "total",
    "split",
    "calculations",
    "node_hours",
)
LONG_STEP = Text(
    "An O–H bond vibrates in 9 fs: with hydrogen a time step is 1 fs at most, and not zero.",
    "O–H 結合の振動の周期は 9 fs です。水素があるときの時間刻みは、0 より大きく 1 fs "
    "以下の値にします。",
)
TOO_NEAR = Text(
    "Frames nearer than 2 τ remember each other: they count as one structure, and are paid for "
    "as two.",
    "2 τ より近いフレームは互いを覚えています。費用は 2 個分でも、配置としては 1 個分です。",
)
BETWEEN_STEPS = Text(
    "The spacing must be a whole number of time steps: between two steps there is no frame.",
    "フレームの間隔は、時間刻みの整数倍でなければなりません。ステップの途中にフレームはありません。",
)
NO_SUM = Text(
    "The five counts add up to {found}, but 'total' says {total}.",
    "5 つの数の合計は {found} ですが、'total' は {total} です。",
)
PATHS = Text(
    "{paths} paths of {images} images under {conditions} conditions are {right} structures, not "
    "{found}.",
    "反応経路の配置の数が合いません。{paths} 経路 × {images} 個の像 × {conditions} 条件は "
    "{right} 個ですが、{found} 個になっています。",
)
FEW_IMAGES = Text(
    "A path needs 5 images at least: two ends, the saddle, and something on either side of it.",
    "経路には像が 5 個以上必要です。両端、鞍点、そしてその両側です。",
)
MISSING_KIND = Text(
    "One of the five kinds has less than 5 % of the structures. Lesson 03 measured what becomes "
    "of a model that lacks one.",
    "全体の 5 % に満たない種類があります。"
    "種類が欠けるとモデルがどうなるかは、レッスン 03 で測りました。",
)
SPLIT_SUM = Text(
    "The split has {found} structures, the plan {total}. Round two of the parts and give the rest "
    "to the third.",
    "分割の合計は {found} 個ですが、計画では {total} 個です。2 "
    "つを丸め、残りをもう 1 つに入れてください。",
)
SPLIT_SHARES = Text(
    "Training gets 60 % at least, validation and test 5 % each at least.",
    "訓練用は 60 % 以上、検証用とテスト用はそれぞれ 5 % 以上にします。",
)
ONE_EACH = Text(
    "A frame of dynamics was counted as one calculation. With DFT every time step between two "
    "frames is one.",
    "分子動力学のフレーム 1 個を、計算 1 回と数えています。DFT では、フレームの間のすべての"
    "時間ステップが 1 回の計算です。",
)
NOT_RELAXED = Text(
    "An image was counted as one calculation. It is calculated anew in each iteration while the "
    "band relaxes.",
    "像 1 個を、計算 1 回と数えています。バンドが緩和する間、像は反復のたびに計算し直されます。",
)
FEMTOSECONDS = Text(
    "A frame takes spacing / timestep calculations; the spacing alone is in femtoseconds.",
    "フレーム 1 個あたりの計算は spacing / timestep 回です。spacing は時間（fs）で、"
    "回数ではありません。",
)
CALCULATIONS = Text(
    "'calculations' does not follow from 'counts': one for each structure, but spacing / timestep "
    "for a frame of dynamics, and `iterations` for an image of a path.",
    "'calculations' が 'counts' と合いません。配置 1 個につき 1 回ですが、分子動力学の"
    "フレームは spacing / timestep 回、経路の像は iterations 回です。",
)
MINUTES = Text(
    "These are node-minutes: an hour has 60.",
    "これはノード分です。1 時間は 60 分です。",
)
HOURS = Text(
    "'node_hours' is not 'calculations' times the minutes of one, in hours.",
    "'node_hours' が、calculations × minutes を時間に直したものになっていません。",
)
TOO_DEAR = Text(
    "The plan costs {cost:.0f} node-hours; there are {most:.0f}.",
    "予算を超えています。計画には {cost:.0f} ノード時間かかりますが、使えるのは {most:.0f} "
    "ノード時間です。",
)
NOT_SPENT = Text(
    "The plan costs {cost:.0f} node-hours; at least 80 % of the {most:.0f} should be used. "
    "What is left pays for more structures.",
    "予算が余っています。{most:.0f} ノード時間のうち {cost:.0f} ノード時間しか使っていません。"
    "80 % 以上を使って、配置を増やしてください。",
)


def _given(chance: np.random.Generator) -> dict[str, float | int]:
    return {
        "node_hours": int(chance.integers(4000, 9000)),
        "minutes": round(float(chance.uniform(1.0, 3.0)), 2),
        "tau": round(float(chance.uniform(20.0, 40.0)), 1),
        "paths": int(chance.integers(3, 7)),
        "iterations": int(chance.integers(30, 81)),
    }


def _plan(ask: Ask, chance: np.random.Generator) -> tuple[dict, dict]:
    given = _given(chance)
    return given, entries(ask, NAME, given, KEYS)


def _prices(given: dict, plan: dict) -> np.ndarray:
    """DFT calculations of one structure of each kind, in the order of `counts`."""
    steps = number(plan, "spacing") / max(number(plan, "timestep"), 1e-9)
    return np.array([1, steps, given["iterations"], 1, 1])


def _dynamics(ask: Ask, chance: np.random.Generator) -> Text | None:
    given, plan = _plan(ask, chance)
    step, spacing = number(plan, "timestep"), number(plan, "spacing")
    if not 0.05 <= step <= 1.0:
        return LONG_STEP
    if spacing < 2 * given["tau"] - 1e-9:
        return TOO_NEAR
    return None if same(round(spacing / step), spacing / step) else BETWEEN_STEPS


def _structures(ask: Ask, chance: np.random.Generator) -> Text | None:
    given, plan = _plan(ask, chance)
    found, total = counts(plan, "counts", 5), whole(plan, "total")
    images, conditions = whole(plan, "images"), whole(plan, "conditions")
    if sum(found) != total:
        return NO_SUM.with_words(found=sum(found), total=total)
    right = given["paths"] * images * conditions
    if found[2] != right:
        words = {"paths": given["paths"], "images": images, "conditions": conditions}
        return PATHS.with_words(**words, right=right, found=found[2])
    if images < 5:
        return FEW_IMAGES
    return MISSING_KIND if total == 0 or min(found) < 0.05 * total else None


def _split(ask: Ask, chance: np.random.Generator) -> Text | None:
    _, plan = _plan(ask, chance)
    parts, total = counts(plan, "split", 3), sum(counts(plan, "counts", 5))
    if sum(parts) != total:
        return SPLIT_SUM.with_words(found=sum(parts), total=total)
    sound = parts[0] >= 0.6 * total and min(parts[1:]) >= 0.05 * total and total
    return None if sound else SPLIT_SHARES


def _calculations(ask: Ask, chance: np.random.Generator) -> Text | None:
    given, plan = _plan(ask, chance)
    found, prices = np.array(counts(plan, "counts", 5)), _prices(given, plan)
    said = number(plan, "calculations")
    if found.sum() and same(said, float(found @ prices)):
        return None
    for hint, kind, price in (
        (ONE_EACH, 1, 1),
        (FEMTOSECONDS, 1, number(plan, "spacing")),
        (NOT_RELAXED, 2, 1),
    ):
        mistaken = prices.copy()
        mistaken[kind] = price
        if same(said, float(found @ mistaken)):
            return hint
    return ONE_EACH if same(said, float(found.sum())) else CALCULATIONS


def _budget(ask: Ask, chance: np.random.Generator) -> Text | None:
    given, plan = _plan(ask, chance)
    said, most = number(plan, "node_hours"), given["node_hours"]
    minutes = number(plan, "calculations") * given["minutes"]
    if not same(said, minutes / 60):
        return MINUTES if same(said, minutes) else HOURS
    cost = float(counts(plan, "counts", 5) @ _prices(given, plan)) * given["minutes"] / 60
    if cost > most * (1 + 1e-9):
        return TOO_DEAR.with_words(cost=cost, most=most)
    return None if cost >= 0.8 * most else NOT_SPENT.with_words(cost=cost, most=most)


TRAINING_PLAN = Exercise(
    "ps4_training_plan",
    NAME,
    (
        Item(
            "dynamics",
            1,
            Text(
                "Steps are short enough for hydrogen, frames far enough apart",
                "時間刻みは水素に十分短く、フレームの間隔は十分長い",
            ),
            _dynamics,
        ),
        Item(
            "structures",
            2,
            Text(
                "The structures add up, and no kind is missing",
                "配置の数の合計が合い、どの種類も欠けていない",
            ),
            _structures,
        ),
        Item("split", 1, Text("The split adds up", "分割の合計が合っている"), _split),
        Item(
            "calculations",
            2,
            Text(
                "The DFT calculations are all counted",
                "DFT 計算の回数がすべて数えられている",
            ),
            _calculations,
        ),
        Item(
            "budget",
            1,
            Text(
                "The node-hours are right, and the budget is used and kept",
                "ノード時間が正しく、予算を超えず、十分に使っている",
            ),
            _budget,
        ),
    ),
)
