"""What a Gaussian process does not know: its standard deviation, from kernels alone."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Plain

NAME = "posterior_sd"
VARIANCE = Text(
    "The root is missing: this is the variance, in eV².",
    "平方根が抜けています。これは分散で、単位は eV² です。",
)
NOISE_AS_VARIANCE = Text(
    "The noise σ is a standard deviation: σ² goes onto the diagonal.",
    "雑音 σ は標準偏差です。対角成分に加えるのは σ² です。",
)
NO_NOISE = Text(
    "The noise is left out: σ² goes onto the diagonal of the kernel of the labels.",
    "雑音が入っていません。ラベルどうしのカーネルの対角成分に σ² を加えます。",
)
NOISE_EVERYWHERE = Text(
    "σ² was added to all elements of the matrix; it belongs onto the diagonal.",
    "σ² が行列のすべての成分に加えられています。加えるのは対角成分だけです。",
)
UNIT_PRIOR = Text(
    "Before any label the variance is k(x, x), which need not be 1.",
    "ラベルがないときの分散は k(x, x) で、1 とは限りません。",
)
NO_INVERSE = Text(
    "The kernel of the labels among themselves is not inverted, or not there: two labels at one "
    "place do not know twice as much as one.",
    "ラベルどうしのカーネルの逆行列が使われていません。"
    "同じ場所のラベル 2 個は、1 個の 2 倍を知っているわけではありません。",
)
LEARNT = Text(
    "This is what the labels took away. The variance is what they leave: k(x, x) minus that.",
    "これは、ラベルによって減った分です。求めるのは残った分、つまり k(x, x) からそれを引いた"
    "ものです。",
)
PLUS = Text(
    "Labels were added to the variance; they take some of it away.",
    "ラベルの分が分散に足されています。ラベルは分散を減らします。",
)
ROUNDING = Text(
    "At a label without noise nothing is left, and rounding makes -1e-16 of it, of which there is "
    "no root. Negative variances are 0.",
    "雑音のないラベルの所では分散が 0 になりますが、丸め誤差で -1e-16 のような値になり、平方根が"
    "とれません。負の分散は 0 とします。",
)
SD = Text(
    "This is not √[k(x, x) - k(x, X) (K + σ² I)⁻¹ k(X, x)]. Try it by hand for one label.",
    "√[k(x, x) - k(x, X) (K + σ² I)⁻¹ k(X, x)] になっていません。"
    "ラベル 1 個で手計算してみてください。",
)


def _kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A bump at x, as high as x is far from 0: its variance is not the same everywhere."""
    heights = 0.6 + 0.2 * np.abs(a)[:, None], 0.6 + 0.2 * np.abs(b)
    return heights[0] * heights[1] * np.exp(-((a[:, None] - b) ** 2) / 2)


def _places(chance: np.random.Generator, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels about 1 apart, and points anywhere between."""
    seen = np.arange(labels) + chance.uniform(-0.2, 0.2, labels)
    return seen, chance.uniform(-1.0, labels, 12)


def _left(points, seen, noise: float) -> np.ndarray:
    """The variance, one label after the other (sequential conditioning; no inverse)."""
    everything = np.concatenate([points, seen])
    covariance = _kernel(everything, everything)
    for place in range(len(points), len(everything)):
        column = covariance[:, place].copy()
        covariance = covariance - np.outer(column, column) / (column[place] + noise**2)
    return np.diag(covariance)[: len(points)].copy()


def _deviation(noisy: bool):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        seen, points = _places(chance, 6)
        noise = float(chance.uniform(0.1, 0.4)) if noisy else 0.0
        prior, between, among = (
            np.diag(_kernel(points, points)),
            _kernel(points, seen),
            _kernel(seen, seen),
        )
        left = _left(points, seen, noise)
        right = np.sqrt(np.maximum(left, 0.0))

        def root(x):
            return np.sqrt(np.maximum(x, 0.0))

        def by(matrix):
            taken = np.einsum("ps,sr,pr->p", between, np.linalg.inv(matrix), between)
            return root(prior - taken)

        identity = np.eye(len(seen))
        mistakes = [
            (VARIANCE, left),
            (NO_NOISE, by(among)),
            (NOISE_AS_VARIANCE, by(among + noise * identity)),
            (NOISE_EVERYWHERE, by(among + noise**2)),
            (UNIT_PRIOR, root(1 - (prior - left))),
            (LEARNT, root(prior - left)),
            (LEARNT, prior - left),
            (PLUS, root(prior + (prior - left))),
            (NO_INVERSE, root(prior - (between**2).sum(1))),
            (NO_INVERSE, root(prior - np.einsum("ps,sr,pr->p", between, among, between))),
            (NO_INVERSE, by(np.diag(np.diag(among)) + noise**2 * identity)),
        ]
        found = ask(NAME, prior, between, among, noise)
        return judge(found, right, SD, mistakes, close=1e-6)

    return test


def _has_nan(found: Plain) -> bool:
    try:
        return bool(np.isnan(np.array(found, dtype=float)).any())
    except (TypeError, ValueError):
        return False


def _at_labels(ask: Ask, chance: np.random.Generator) -> Text | None:
    """There nothing is left, and a root of what rounding leaves must not be NaN."""
    for _ in range(12):
        seen, _ = _places(chance, 8)
        kernel = _kernel(seen, seen)
        found = ask(NAME, np.diag(kernel).copy(), kernel, kernel, 0.0)
        if _has_nan(found):
            return ROUNDING
        if np.abs(numbers(found, seen.shape)).max() > 1e-5:
            return SD
    return None


POSTERIOR_SD = Exercise(
    "ps5_posterior_sd",
    NAME,
    (
        Item(
            "exact labels",
            2,
            Text("Right for labels without noise", "雑音のないラベルで正しい"),
            _deviation(noisy=False),
        ),
        Item(
            "noisy labels",
            1,
            Text("Right for labels with noise", "雑音のあるラベルで正しい"),
            _deviation(noisy=True),
        ),
        Item(
            "at the labels",
            1,
            Text("0 at the labels, and never NaN", "ラベルの所では 0 で、NaN にならない"),
            _at_labels,
        ),
    ),
)
