"""The chapter's problem 2, second half: how long can one simulate, and what can one see?"""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.assignments.ps4.entries import entries, number, same, whole
from mlp_teach.grading.assignments.ps4.training_plan import LONG_STEP
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.units import BOLTZMANN

NAME = "simulation_plan"
KEYS = ("atoms", "timestep", "steps", "nanoseconds", "gpu_days", "events")
TRIES = 1e13  # 1/s
CLOSE = 1e-2  # k_B to four digits is 1e-3 in exp(-E / k_B T)
METHANOL = Text(
    "CH₃OH has 6 atoms: C, O and four H.",
    "CH₃OH の原子は 6 個です（C と O が 1 個ずつ、H が 4 個）。",
)
SLAB = Text(
    "Each of the layers has edge × edge copper atoms.",
    "どの層にも、銅原子が edge × edge 個あります。",
)
ATOMS = Text(
    "'atoms' is not the copper of all layers and six atoms for each methanol.",
    "'atoms' が、すべての層の銅原子と、メタノール 1 分子あたり 6 個の合計になっていません。",
)
PICOSECONDS = Text(
    "These are picoseconds: 1 ns is 1,000,000 fs.",
    "これはピコ秒です。1 ns は 1,000,000 fs です。",
)
ONE_FS = Text(
    "So long the run would be with steps of 1 fs; yours are of another length.",
    "これは 1 fs 刻みのときの長さです。この計画の時間刻みは 1 fs ではありません。",
)
TIME = Text(
    "'nanoseconds' is not the number of steps times the time step.",
    "'nanoseconds' が、ステップ数と時間刻みの積になっていません。",
)
ONE_ATOM = Text(
    "The time is per atom *and* step: 'atoms' is a factor of it.",
    "かかる時間は「1 原子・1 ステップあたり」です。原子数も掛けてください。",
)
SECONDS_OF_A_DAY = Text(
    "A day has 86,400 s, a second 1,000,000 µs. Which of them is missing?",
    "1 日は 86,400 秒、1 秒は 1,000,000 µs です。どちらかの換算が違います。",
)
DAYS = Text(
    "'gpu_days' is not steps × atoms × microseconds, in days.",
    "'gpu_days' が、steps × atoms × microseconds を日に直したものになっていません。",
)
TOO_LONG = Text(
    "The run takes {cost:.2f} GPU-days; there are {most:.2f}.",
    "使える日数を超えています。計算には GPU で {cost:.2f} 日かかりますが、使えるのは "
    "{most:.2f} 日です。",
)
TOO_SHORT = Text(
    "The run takes {cost:.2f} of {most:.2f} GPU-days: use 95 % of them at least.",
    "使える日数が余っています。{most:.2f} 日のうち {cost:.2f} 日しか使っていないので、95 % "
    "以上を使ってください。",
)
UPHILL = Text(
    "The higher the barrier, the rarer the event: exp(-E/kT), with a minus.",
    "障壁が高いほど、反応はまれになります。exp(-E/kT) の指数には負の符号がつきます。",
)
ONE_MOLECULE = Text(
    "So many events has one molecule; all of them try.",
    "これは 1 分子あたりの回数です。反応を試みるのは、すべての分子です。",
)
EVENTS = Text(
    "'events' is not molecules × 10¹³ /s × exp(-barrier / (k_B T)) × time. Is the time in seconds?",
    "'events' が、分子数 × 10¹³ /s × exp(-barrier / (k_B T)) × 時間になっていません。"
    "時間は秒に直しましたか。",
)


def _given(chance: np.random.Generator) -> dict[str, float | int]:
    return {
        "edge": int(chance.integers(6, 11)),
        "layers": int(chance.choice([3, 5, 6, 7])),
        "molecules": int(chance.integers(8, 21)),
        "microseconds": round(float(chance.uniform(20.0, 250.0)), 1),
        "gpu_days": round(float(chance.uniform(3.0, 20.0)), 1),
        "barrier": round(float(chance.uniform(0.4, 1.1)), 2),
        "kelvin": int(chance.integers(400, 701)),
    }


def _plan(ask: Ask, chance: np.random.Generator) -> tuple[dict, dict]:
    given = _given(chance)
    return given, entries(ask, NAME, given, KEYS)


def _copper(given: dict) -> int:
    return given["edge"] ** 2 * given["layers"]


def _atoms(ask: Ask, chance: np.random.Generator) -> Text | None:
    given, plan = _plan(ask, chance)
    found, molecules = whole(plan, "atoms"), given["molecules"]
    if found == _copper(given) + 6 * molecules:
        return None
    if (found - _copper(given)) in (6, *(n * molecules for n in (0, 1, 3, 4, 5))):
        return METHANOL
    one_layer = given["edge"] ** 2, given["edge"] * given["layers"]
    return SLAB if found - 6 * molecules in one_layer else ATOMS


def _time(ask: Ask, chance: np.random.Generator) -> Text | None:
    _, plan = _plan(ask, chance)
    step, steps = number(plan, "timestep"), whole(plan, "steps")
    if not 0.05 <= step <= 1.0:
        return LONG_STEP
    said, right = number(plan, "nanoseconds"), steps * step / 1e6
    if same(said, right) and steps > 0:
        return None
    mistakes = [(PICOSECONDS, 1e3 * right), (ONE_FS, steps / 1e6)]
    return next((hint for hint, wrong in mistakes if same(said, wrong) and steps), TIME)


def _budget(ask: Ask, chance: np.random.Generator) -> Text | None:
    given, plan = _plan(ask, chance)
    steps, said, most = whole(plan, "steps"), number(plan, "gpu_days"), given["gpu_days"]
    each = steps * given["microseconds"] * 1e-6 / 86_400
    atoms = whole(plan, "atoms")
    if same(said, each * atoms) and steps > 0:
        if said > most * (1 + 1e-9):
            return TOO_LONG.with_words(cost=said, most=most)
        return None if said >= 0.95 * most else TOO_SHORT.with_words(cost=said, most=most)
    if same(said, each) and steps > 0:
        return ONE_ATOM
    factors = (24, 24 * 60, 86_400, 1e6, 1e3)
    off = any(same(said, each * atoms * one) for one in factors) and steps > 0
    return SECONDS_OF_A_DAY if off else DAYS


def _events(ask: Ask, chance: np.random.Generator) -> Text | None:
    given, plan = _plan(ask, chance)
    said, seconds = number(plan, "events"), number(plan, "nanoseconds") * 1e-9
    exponent = given["barrier"] / (BOLTZMANN * given["kelvin"])
    one = TRIES * np.exp(-exponent) * seconds
    if seconds > 0 and abs(said - given["molecules"] * one) <= CLOSE * said:
        return None
    uphill = TRIES * np.exp(exponent) * seconds
    if any(abs(said - wrong) <= CLOSE * said for wrong in (uphill, given["molecules"] * uphill)):
        return UPHILL
    return ONE_MOLECULE if seconds > 0 and abs(said - one) <= CLOSE * said else EVENTS


SIMULATION_PLAN = Exercise(
    "ps4_simulation_plan",
    NAME,
    (
        Item("atoms", 1, Text("The atoms are counted", "原子数が正しい"), _atoms),
        Item(
            "time",
            1,
            Text(
                "The step is short enough, and the time follows from it",
                "時間刻みが十分短く、時間の長さがそれと合っている",
            ),
            _time,
        ),
        Item(
            "budget",
            2,
            Text(
                "The GPU-days are right, and the budget is used and kept",
                "GPU の日数が正しく、予算を超えず、十分に使っている",
            ),
            _budget,
        ),
        Item(
            "events",
            1,
            Text("The expected reactions are right", "予想される反応の回数が正しい"),
            _events,
        ),
    ),
)
