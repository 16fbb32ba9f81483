"""A learning curve: its exponent, and how many frames a target would take."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import Unfit, judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "frames_needed"
SIGN = Text(
    "The sign is wrong: with n⁻ᵇ a falling error has a positive b.",
    "符号が逆です。n⁻ᵇ と書くので、誤差が減るとき b は正です。",
)
NO_FLOOR = Text(
    "The floor was not taken off the errors before the logarithm: on double-logarithmic paper the "
    "curve bends.",
    "対数をとる前に、誤差から下限 c が引かれていません。両対数の図で曲線が曲がってしまいます。",
)
ENDS = Text(
    "The first and the last size alone decide here. Each point has noise: lay a line through all.",
    "最初と最後の点だけで決まっています。どの点にもばらつきがあるので、"
    "すべての点に直線を当てはめてください。",
)
HALF_LOGARITHM = Text(
    "Both sides need the logarithm: log(ε - c) = log a - b log n.",
    "両辺の対数をとってください：log(ε - c) = log a - b log n。",
)
EXPONENT = Text(
    "This is not the exponent b of the line through log(ε - c) against log n.",
    "log n に対する log(ε - c) の直線から求めた指数 b になっていません。",
)
TARGET = Text(
    "The target holds the floor too: a n⁻ᵇ is to fall to target - floor.",
    "目標値にも下限 c が含まれています。a n⁻ᵇ は target - floor まで下がればよいのです。",
)
OTHER_BASE = Text(
    "Logarithms of two bases have met: exp belongs to np.log, 10 ** to np.log10.",
    "2 種類の底が混ざっています。np.log には exp が、np.log10 には 10 ** が対応します。",
)
INVERSE = Text(
    "Put your n into a n⁻ᵇ: it does not give target - floor. Solve for n once more.",
    "求めた n を a n⁻ᵇ に代入しても、target - floor になりません。"
    "もう一度 n について解いてください。",
)
FRAMES = Text(
    "The fitted curve does not come down to the target there.",
    "当てはめた曲線は、その点で目標値になりません。",
)
UNREACHABLE = Text(
    "A target at the floor or below it is never reached: return np.inf.",
    "下限以下の目標には、決して届きません。np.inf を返してください。",
)


def _curve(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Sizes, errors (meV/Å) and the floor that noise of the labels sets."""
    sizes = 25 * 2 ** np.arange(6)
    a, b, floor = chance.uniform((200.0, 0.35, 2.0), (500.0, 0.65, 6.0))
    scatter = np.exp(chance.choice([-1, 1]) * np.array([0.12, -0.1, 0.05, -0.06, 0.1, 0.08]))
    return sizes, floor + a * sizes**-b * scatter, float(floor)


def _fit(sizes: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    """a and b of a n⁻ᵇ, by the normal equations."""
    x, y = np.log(sizes), np.log(errors)
    t = x - x.mean()
    b = -float((t * y).sum() / (t**2).sum())
    return float(np.exp(y.mean() + b * x.mean())), b


def _target(errors: np.ndarray, floor: float, chance: np.random.Generator) -> float:
    return float(floor + (errors[-1] - floor) * chance.uniform(0.4, 0.7))


def _exponent(ask: Ask, chance: np.random.Generator) -> Text | None:
    sizes, errors, floor = _curve(chance)
    found = parts(ask(NAME, sizes, errors, floor, _target(errors, floor, chance)), 2)[0]
    above = errors - floor
    _, right = _fit(sizes, above)
    with_floor = _fit(sizes, errors)[1]
    half = np.polyfit(sizes, np.log(above), 1)[0]
    mistakes = [
        (SIGN, -right),
        *((NO_FLOOR, one) for one in (with_floor, -with_floor)),
        (ENDS, np.log(above[0] / above[-1]) / np.log(sizes[-1] / sizes[0])),
        (ENDS, np.log(above[-2] / above[-1]) / np.log(2)),
        *((HALF_LOGARITHM, one) for one in (half, -half)),
    ]
    return judge(found, right, EXPONENT, mistakes, close=1e-6)


def _frames(ask: Ask, chance: np.random.Generator) -> Text | None:
    sizes, errors, floor = _curve(chance)
    target = _target(errors, floor, chance)
    found = parts(ask(NAME, sizes, errors, floor, target), 2)[1]
    a, b = _fit(sizes, errors - floor)
    right = (a / (target - floor)) ** (1 / b)
    if abs(float(numbers(found, ())) - right) <= 1:  # rounded to a whole frame or not
        return None
    a_all, b_all = _fit(sizes, errors)
    power = np.log(a), np.log10(a)
    bases = [(base / (target - floor)) ** (1 / b) for base in (10 ** power[0], np.exp(power[1]))]
    mistakes = [
        (TARGET, (a / target) ** (1 / b)),
        (NO_FLOOR, (a_all / target) ** (1 / b_all)),
        (NO_FLOOR, (a_all / (target - floor)) ** (1 / b_all)),
        *((OTHER_BASE, one) for one in bases),
        (INVERSE, (a / (target - floor)) ** b),
        (INVERSE, ((target - floor) / a) ** (1 / b)),
        (INVERSE, a * (target - floor) ** (1 / b)),
    ]
    return judge(found, right, FRAMES, mistakes, close=1e-3)


def _out_of_reach(ask: Ask, chance: np.random.Generator) -> Text | None:
    for share in (0.5, 1.0, 1.5):  # below the floor, at it, and a target within reach
        sizes, errors, floor = _curve(chance)
        found = parts(ask(NAME, sizes, errors, floor, share * floor), 2)[1]
        try:
            numbers(found, ())
        except Unfit:
            endless = isinstance(found, float) and found == np.inf
        else:
            endless = False
        if endless != (share <= 1):
            return UNREACHABLE if share <= 1 else FRAMES
    return None


FRAMES_NEEDED = Exercise(
    "ps4_frames_needed",
    NAME,
    (
        Item("exponent", 2, Text("The exponent is right", "指数が正しい"), _exponent),
        Item(
            "frames",
            2,
            Text("So many frames are needed", "必要なフレーム数が正しい"),
            _frames,
        ),
        Item(
            "floor",
            1,
            Text(
                "Nothing goes below the floor",
                "下限より下の目標には届かない",
            ),
            _out_of_reach,
        ),
    ),
)
