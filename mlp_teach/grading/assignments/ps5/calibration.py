"""Error bars held against true errors: scale, coverage, rank correlation."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "calibrated"
MEAN_ABSOLUTE = Text(
    "A ratio of means of |e| is not the most likely scale of normal errors: that one has the "
    "square of each z = e/u.",
    "|e| の平均の比は、正規分布の誤差に対する最尤の係数ではありません。"
    "z = e/u を 1 つずつ 2 乗したものを使います。",
)
RATIO_OF_SUMS = Text(
    "This is the root of <e²>/<u²>. Each error is to be divided by its own u first: <e²/u²>.",
    "これは <e²>/<u²> の平方根です。まず、誤差をそれぞれの u で割ります：<e²/u²>。",
)
SQUARED_SCALE = Text("The root is missing: this is s².", "平方根が抜けています。これは s² です。")
UPSIDE_DOWN = Text(
    "Upside down: s makes of u a standard deviation, so that s u is larger where errors are.",
    "逆数になっています。s は u に掛けて標準偏差にする係数です。"
    "誤差が大きいほど s も大きくなります。",
)
FLATTERED = Text(
    "These are of the data that the scale was fitted to: it flatters those. Judge it with the new "
    "data.",
    "係数を決めるのに使ったデータで計算しています。それでは甘い評価になります。"
    "新しいデータで評価してください。",
)
LEAKED = Text(
    "The scale was fitted to data that are to judge it: take `u` and `e` alone.",
    "評価に使うデータまで使って係数を決めています。`u` と `e` だけを使ってください。",
)
CENTRED = Text(
    "The mean of z was subtracted: np.std does so. An error that is always the same is an error.",
    "z の平均が引かれています（np.std は引きます）。いつも同じだけずれていても、誤差は誤差です。",
)
SCALE = Text(
    "The first thing is not s = √<e²/u²> over the data `u`, `e`.",
    "1 番目の値が、データ `u`、`e` についての s = √<e²/u²> になっていません。",
)
UNSCALED = Text(
    "The share is of |e| below u, without the scale s.",
    "係数 s を掛けずに、|e| が u 以下の割合を求めています。",
)
SIGNED = Text(
    "All large negative errors count as covered here: compare |e|.",
    "負の大きな誤差がすべて範囲内と数えられています。|e| を比べてください。",
)
PER_CENT = Text(
    "These are per cent; shares lie between 0 and 1.",
    "百分率になっています。割合は 0 から 1 です。",
)
OUTSIDE = Text(
    "These are the shares outside of the error bars.",
    "誤差棒の外にある割合になっています。",
)
SHARES = Text(
    "The second thing is not the shares of the new |e| up to s u and up to 2 s u.",
    "2 番目の値が、新しい |e| が s u 以下の割合と 2 s u 以下の割合になっていません。",
)
SIGN_IN_RANK = Text(
    "The sign of the errors is in the correlation: u says how large an error is, not its sign.",
    "誤差の符号が相関に入っています。u が表すのは誤差の大きさで、符号ではありません。",
)
PEARSON = Text(
    "This is the correlation of the numbers; that of their ranks is asked for.",
    "これは値そのものの相関です。求めるのは順位の相関です。",
)
ARGSORT_ONCE = Text(
    "np.argsort gives the places in order, not the rank of each place: of its answer another "
    "argsort gives the ranks.",
    "np.argsort が返すのは、小さい順に並べた番号で、各要素の順位ではありません。"
    "その結果にもう一度 argsort を使うと、順位になります。",
)
BACKWARDS = Text(
    "The sign is wrong: ranks in the same order have the correlation +1.",
    "符号が逆です。順序が同じなら、相関は +1 です。",
)
RANK = Text(
    "The third thing is not the correlation of the ranks of the new u with those of the new |e|.",
    "3 番目の値が、新しい u の順位と新しい |e| の順位の相関になっていません。",
)
Data = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _data(chance: np.random.Generator) -> Data:
    """Uncertainties that are too small by some factor, with errors of their size and a shift."""
    factor = chance.uniform(1.8, 3.5)

    def draw(n: int, stretch: float) -> tuple[np.ndarray, np.ndarray]:
        u = np.exp(chance.normal(-3.0, 0.6, n))
        return u, stretch * factor * u * (chance.normal(size=n) + 0.3)

    return (*draw(150, 1.0), *draw(120, 1.25))


def _scale(ask: Ask, chance: np.random.Generator) -> Text | None:
    from mlp_teach.active_learning.calibration import scale

    u, e, new_u, new_e = _data(chance)
    right, z = scale(u, e), e / u
    everything = scale(np.append(u, new_u), np.append(e, new_e))
    mistakes = [
        (MEAN_ABSOLUTE, np.abs(e).mean() / u.mean()),
        (MEAN_ABSOLUTE, np.abs(z).mean()),
        (RATIO_OF_SUMS, np.sqrt((e**2).mean() / (u**2).mean())),
        (SQUARED_SCALE, right**2),
        (UPSIDE_DOWN, 1 / right),
        (UPSIDE_DOWN, np.sqrt(np.mean((u / e) ** 2))),
        (LEAKED, scale(new_u, new_e)),
        (LEAKED, everything),
        (CENTRED, z.std()),
        (CENTRED, z.std(ddof=1)),
    ]
    return judge(parts(ask(NAME, u, e, new_u, new_e), 3)[0], right, SCALE, mistakes)


def _shares(ask: Ask, chance: np.random.Generator) -> Text | None:
    """By the scale that was returned, so that an error there does not count twice."""
    from mlp_teach.active_learning.calibration import within

    u, e, new_u, new_e = _data(chance)
    s, shares, _ = parts(ask(NAME, u, e, new_u, new_e), 3)
    s = float(numbers(s, ()))

    def both(spread, errors):
        return np.array([within(spread, errors, sigmas) for sigmas in (1, 2)])

    right = both(s * new_u, new_e)
    if not 0.05 < right[0] < right[1]:
        return SCALE
    mistakes = [
        (FLATTERED, both(s * u, e)),
        (UNSCALED, both(new_u, new_e)),
        (SIGNED, np.array([np.mean(new_e <= k * s * new_u) for k in (1, 2)])),
        (PER_CENT, 100 * right),
        (OUTSIDE, 1 - right),
    ]
    return judge(shares, right, SHARES, mistakes)


def _rank(ask: Ask, chance: np.random.Generator) -> Text | None:
    from mlp_teach.active_learning.calibration import rank_correlation

    u, e, new_u, new_e = _data(chance)
    right = rank_correlation(new_u, new_e)
    size = np.abs(new_e)

    def correlation(a, b):
        return np.corrcoef(a, b)[0, 1]

    def ranks(values):
        return np.argsort(np.argsort(values))

    mistakes = [
        (SIGN_IN_RANK, correlation(ranks(new_u), ranks(new_e))),
        (SIGN_IN_RANK, correlation(new_u, new_e)),
        (PEARSON, correlation(new_u, size)),
        (ARGSORT_ONCE, correlation(np.argsort(new_u), np.argsort(size))),
        (FLATTERED, rank_correlation(u, e)),
        (BACKWARDS, -right),
    ]
    return judge(parts(ask(NAME, u, e, new_u, new_e), 3)[2], right, RANK, mistakes)


CALIBRATED = Exercise(
    "ps5_calibrated",
    NAME,
    (
        Item(
            "scale", 2, Text("The scale is the most likely one", "係数が最尤のものである"), _scale
        ),
        Item(
            "shares",
            2,
            Text(
                "The shares within one and two error bars are right",
                "誤差棒とその 2 倍の範囲に入る割合が正しい",
            ),
            _shares,
        ),
        Item("rank", 2, Text("The rank correlation is right", "順位相関が正しい"), _rank),
    ),
)
