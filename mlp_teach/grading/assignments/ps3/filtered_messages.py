"""SchNet's messages: what neighbours send, filtered by distance and added up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlp_teach.grading.assignments.ps3.clusters import cluster, vectors_and_distances
from mlp_teach.grading.compare import judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "filtered_messages"
OWN_NEIGHBOR = Text(
    "Each atom sends a message to itself, through the filter of distance 0: leave out j = i.",
    "原子が、距離 0 のフィルターを通して自分自身にもメッセージを送っています。"
    "j = i を除いてください。",
)
MEAN = Text(
    "This is a mean over the neighbours; messages are added up.",
    "隣接原子についての平均になっています。メッセージは足し合わせます。",
)
OWN_NUMBERS = Text(
    "The atom weighs its own x_i. The message carries the sender's numbers, x_j.",
    "原子が自分の x_i に重みを掛けています。メッセージが運ぶのは、送り手の数 x_j です。",
)
NO_FADE = Text(
    "The filter is not multiplied by f_c: a neighbour that crosses r_c would change y in a step.",
    "フィルターに f_c が掛けられていません。隣接原子が r_c を横切ると、y が段になって変わります。",
)
BIAS_OUTSIDE = Text(
    "f_c must multiply the whole bracket, the bias b_2 too: else b_2 is left at r_c.",
    "f_c はバイアス b_2 も含めて、括弧の全体に掛けます。そうしないと、r_c で b_2 が残ります。",
)
NO_SHIFT = Text(
    "The ½ in ssp(x) = ln(½ + ½ e^x) is missing: ssp(0) is 0.",
    "ssp(x) = ln(½ + ½ e^x) の ½ が抜けています。ssp(0) は 0 です。",
)
NOT_MIXED = Text(
    "The numbers are sent as they are; they are to be mixed first, A x_j.",
    "数がそのまま送られています。先に A x_j のように混ぜてください。",
)
TRANSPOSED = Text(
    "A stands transposed: (A x)_f = Σ_g A_fg x_g. For rows x that is x @ A.T.",
    "A が転置になっています。(A x)_f = Σ_g A_fg x_g で、行 x に対しては x @ A.T です。",
)
WIDTH = Text(
    "The Gaussians have another width: (r - μ)² is divided by 2 d².",
    "ガウス関数の幅が違います。(r - μ)² を 2 d² で割ってください。",
)
MESSAGES = Text(
    "This is not Σ_j (A x_j) ∘ W(r_ij). Try it by hand for two atoms.",
    "Σ_j (A x_j) ∘ W(r_ij) になっていません。2 原子で手計算してみてください。",
)
NO_SUM = Text(
    "What two neighbours send together is not the sum of what each sends alone.",
    "2 つの隣接原子から届くものが、それぞれから届くものの和になっていません。",
)
JUMP = Text(
    "A message does not fade to zero at r_c, or comes from beyond.",
    "メッセージが r_c で 0 になっていないか、r_c より遠くから届いています。",
)


@dataclass(frozen=True)
class Variant:
    """How a filter is made; without changes as in the text."""

    shift: bool = True  # ssp(0) = 0
    bias_faded: bool = True
    width: float = 1.0  # of the Gaussians, in d


def _filters(r: np.ndarray, given: tuple, how: Variant = Variant()) -> np.ndarray:
    """W of all distances, 0 at r_c and beyond."""
    _, _, r_c, centers, d, w1, b1, w2, b2, _ = given
    e = np.exp(-((r[..., None] - centers) ** 2) / (2 * (how.width * d) ** 2))
    hidden = np.log1p(np.exp(e @ w1.T + b1)) - np.log(2) * how.shift
    fade = np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)[..., None]
    if how.bias_faded:
        return (hidden @ w2.T + b2) * fade
    return hidden @ w2.T * fade + b2 * (fade > 0)


def _right(given: tuple, sent: np.ndarray | None = None, how: Variant = Variant()) -> np.ndarray:
    x, positions, *_, mix = given
    _, r = vectors_and_distances(positions)
    w = _filters(r, given, how) * (1 - np.eye(len(r)))[..., None]
    return (w * (x @ mix.T if sent is None else sent)[None]).sum(1)


def _unfaded(given: tuple) -> np.ndarray:
    x, positions, r_c, *_, mix = given
    _, r = vectors_and_distances(positions)
    near = (r < r_c) & (r > 0)
    fade = (np.cos(np.pi * np.minimum(r, r_c) / r_c) + 1) / 2
    w = np.where(near, 1 / np.where(near, fade, 1.0), 0.0)[..., None] * _filters(r, given)
    return (w * (x @ mix.T)[None]).sum(1)


def _given(chance: np.random.Generator, positions: np.ndarray, r_c: float) -> tuple:
    n, n_gaussians, hidden, features = len(positions), 4, 5, 3
    centers = np.linspace(0.0, r_c, n_gaussians)

    def draw(*shape: int) -> np.ndarray:
        return chance.normal(size=shape).round(3)

    weights = (draw(hidden, n_gaussians), draw(hidden), draw(features, hidden), draw(features))
    return draw(n, features), positions, r_c, centers, float(centers[1]), *weights, draw(3, 3)


def _messages(ask: Ask, chance: np.random.Generator) -> Text | None:
    r_c = float(chance.uniform(5.0, 6.0))
    given = _given(chance, cluster(chance, 6, 2.5), r_c)
    x, positions, *_, mix = given
    _, r = vectors_and_distances(positions)
    right, w = _right(given), _filters(r, given)
    mistakes = [
        (OWN_NEIGHBOR, (w * (x @ mix.T)[None]).sum(1)),
        (MEAN, right / len(x)),
        (MEAN, right / (len(x) - 1)),
        (OWN_NUMBERS, (x @ mix.T) * (w.sum(1) - w[0, 0])),
        (OWN_NUMBERS, (x @ mix.T) * w.sum(1)),
        (NO_FADE, _unfaded(given)),
        (BIAS_OUTSIDE, _right(given, how=Variant(bias_faded=False))),
        (NO_SHIFT, _right(given, how=Variant(shift=False))),
        (NOT_MIXED, _right(given, x)),
        (TRANSPOSED, _right(given, x @ mix)),
        *((WIDTH, _right(given, how=Variant(width=width))) for width in (2**0.5, 2**-0.5)),
    ]
    return judge(ask(NAME, *given), right, MESSAGES, mistakes)


def _sums(ask: Ask, chance: np.random.Generator) -> Text | None:
    """What arrives from two neighbours is what arrives from each, whatever the filter is."""
    x, positions, *others = _given(chance, cluster(chance, 3, 2.0), float(chance.uniform(4.5, 5.5)))
    heard = [
        numbers(ask(NAME, x[who], positions[who], *others), (len(who), 3))[0]
        for who in ([0, 1, 2], [0, 1], [0, 2])
    ]
    if min(np.abs(one).max() for one in heard[1:]) < 1e-6:
        return MESSAGES
    apart = np.abs(heard[0] - heard[1] - heard[2]).max()
    return None if apart < 1e-8 * np.abs(heard).max() else NO_SUM


def _cutoff(ask: Ask, chance: np.random.Generator) -> Text | None:
    """One atom goes away: its message gets small towards r_c, and is nothing beyond."""
    r_c = float(chance.uniform(3.0, 4.0))
    direction = chance.normal(size=3)
    direction /= np.linalg.norm(direction)
    given = _given(chance, np.zeros((2, 3)), r_c)
    heard = []
    for part in (0.5, 0.9995, 1.0005, 1.4, 1.9):
        positions = np.array([np.zeros(3), part * r_c * direction])
        heard.append(np.abs(numbers(ask(NAME, given[0], positions, *given[2:]), (2, 3))).max())
    if heard[0] < 1e-6:
        return MESSAGES
    return None if heard[1] < 1e-3 * heard[0] and max(heard[2:]) < 1e-12 else JUMP


FILTERED_MESSAGES = Exercise(
    "ps3_filtered_messages",
    NAME,
    (
        Item(
            "messages",
            2,
            Text("The messages are right", "メッセージが正しい"),
            _messages,
        ),
        Item(
            "sums",
            1,
            Text(
                "Messages of several neighbours add up",
                "複数の隣接原子からのメッセージが足し合わされる",
            ),
            _sums,
        ),
        Item(
            "cutoff",
            1,
            Text(
                "Messages fade out at r_c and end there",
                "メッセージが r_c でなめらかに 0 になり、その外からは届かない",
            ),
            _cutoff,
        ),
    ),
)
