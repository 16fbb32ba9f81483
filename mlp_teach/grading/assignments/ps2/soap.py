"""SOAP of one element: the power spectrum, and the planted error of a kernel."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.assignments.ps2.clusters import turned
from mlp_teach.grading.compare import CLOSE, judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

POWER = "power_spectrum"
KERNEL = "soap_kernel"

NO_FRONT = Text(
    "The factor √(8π²/(2l+1)) is missing: it makes p · p' the mean squared overlap.",
    "係数 √(8π²/(2l+1)) が抜けています。この係数によって、p · p' が重なりの 2 乗の平均になります。",
)
NO_ROOT = Text(
    "The root of 8π²/(2l+1) is to be taken, of all of it.",
    "8π²/(2l+1) の全体の平方根をとってください。",
)
MEAN = Text(
    "This is a mean over m; p is a sum over m, with the factor √(8π²/(2l+1)).",
    "m についての平均になっています。p は m についての和に、係数 √(8π²/(2l+1)) をかけたものです。",
)
SUMS_MULTIPLIED = Text(
    "First multiply, then add up over m: a scalar product. The product of two sums changes when "
    "everything is turned.",
    "かけてから、m について足してください（内積）。和どうしの積は、全体を回すと変わります。",
)
MIXED = Text(
    "For each l take its own 2l + 1 columns, from l² up to but without (l + 1)².",
    "l ごとに、その 2l + 1 列だけを使ってください。l² 列目から始まり、(l + 1)² "
    "列目の手前までです。",
)
NORMALISED = Text(
    "The spectrum is not to be normalised yet: its length is needed.",
    "まだ規格化しないでください。長さにも意味があります。",
)
NOT_POWER = Text(
    "This is not √(8π²/(2l+1)) Σ_m c_nlm c_n'lm. Try it for l = 0, where there is one m.",
    "√(8π²/(2l+1)) Σ_m c_nlm c_n'lm になっていません。m が 1 つしかない l = 0 で試してください。",
)
TURNS = Text(
    "The numbers change when the surroundings are turned. Scalar products over m, one l at a "
    "time, do not.",
    "環境を回すと数が変わります。l ごとに m について内積をとれば、変わりません。",
)
BLIND = Text(
    "The numbers stay the same when a coefficient with l > 0 changes: is every l used?",
    "l > 0 の係数を変えても数が変わりません。すべての l を使っていますか。",
)
AS_IT_WAS = Text(
    "This is the kernel as it was. p_nn'l with n ≠ n' stands twice in p · p', as nn' and as n'n; "
    "how often is it counted here?",
    "もとのカーネルと同じです。n ≠ n' の p_nn'l は、p · p' の中に nn' と n'n の 2 回現れます。"
    "ここでは何回数えていますか。",
)
TWO_EACH = Text(
    "Twice in the scalar product is √2 times in each of the two rows, not 2 times.",
    "内積の中で 2 回というのは、2 つの列のそれぞれに √2 をかけることです。2 "
    "をかけるのではありません。",
)
DIAGONAL_TOO = Text(
    "The p with n = n' stand once in p · p'; only those with n ≠ n' stand twice.",
    "n = n' の p は p · p' の中に 1 回しか現れません。2 回現れるのは n ≠ n' のものだけです。",
)
NOT_UNIT = Text(
    "The rows are not divided by their lengths: the likeness of any surroundings to itself is 1.",
    "各列をその長さで割っていません。自分自身との類似度は 1 です。",
)
NO_ZETA = Text(
    "ζ does not act as a power of the scalar product.",
    "ζ が内積の指数になっていません。",
)
NOT_KERNEL = Text(
    "This is not (p̂ · p̂')^ζ with sums over all l, n and n'.",
    "すべての l、n、n' について和をとった (p̂ · p̂')^ζ になっていません。",
)
N_MAX, L_MAX = 4, 3


def _coefficients(chance: np.random.Generator) -> np.ndarray:
    """Like those of a real density: l = 0 is the largest, for the atom's own cloud is in it."""
    c = chance.normal(size=(N_MAX, (L_MAX + 1) ** 2))
    c[:, 0] += chance.uniform(1.0, 2.0, N_MAX)
    return c


def _parts(c: np.ndarray) -> list[np.ndarray]:
    return [c[:, l * l : (l + 1) ** 2] for l in range(L_MAX + 1)]


def power(c: np.ndarray) -> np.ndarray:
    """The power spectrum, of the shape (l, n, n')."""
    each = [np.sqrt(8 * np.pi**2 / (2 * l + 1)) * (p @ p.T) for l, p in enumerate(_parts(c))]
    return np.array(each)


def _turned(c: np.ndarray, chance: np.random.Generator, mirror: bool) -> np.ndarray:
    """The coefficients of the same surroundings, turned."""
    import torch

    from mlp_teach.basis.rotations import wigner_d

    matrix = torch.tensor(turned(np.eye(3), chance, mirror).copy())
    ds = [wigner_d(l, matrix).numpy() for l in range(L_MAX + 1)]
    return np.hstack([p @ d.T for p, d in zip(_parts(c), ds, strict=True)])


def _values(ask: Ask, chance: np.random.Generator) -> Text | None:
    c = _coefficients(chance)
    right = power(c)
    front = 8 * np.pi**2 / (2 * np.arange(L_MAX + 1) + 1)
    plain = right / np.sqrt(front)[:, None, None]
    sums = np.array([np.outer(p.sum(1), p.sum(1)) for p in _parts(c)])
    all_columns = np.sqrt(front)[:, None, None] * (c @ c.T)
    shifted = [c[:, l : 3 * l + 1] @ c[:, l : 3 * l + 1].T for l in range(L_MAX + 1)]
    degrees = 2 * np.arange(L_MAX + 1)[:, None, None] + 1
    mistakes = [
        (NO_FRONT, plain),
        (NO_ROOT, front[:, None, None] * plain),
        (NO_ROOT, np.sqrt(8 * np.pi**2) * plain / degrees),
        (NO_ROOT, 8 * np.pi**2 * plain / np.sqrt(degrees)),
        *((MEAN, one / degrees) for one in (plain, right)),
        *((SUMS_MULTIPLIED, one) for one in (sums, np.sqrt(front)[:, None, None] * sums)),
        (MIXED, all_columns),
        (MIXED, np.sqrt(front)[:, None, None] * np.array(shifted)),
        (NORMALISED, right / np.linalg.norm(right)),
    ]
    return judge(ask(POWER, c), right, NOT_POWER, mistakes)


def _invariant(ask: Ask, chance: np.random.Generator) -> Text | None:
    c = _coefficients(chance)
    shape = (L_MAX + 1, N_MAX, N_MAX)
    before = numbers(ask(POWER, c), shape)
    scale = np.abs(before).max() + 1e-300
    for mirror in (False, True):
        after = numbers(ask(POWER, _turned(c, chance, mirror)), shape)
        if np.abs(after - before).max() > CLOSE * scale:
            return TURNS
    for l in range(L_MAX + 1):
        other = c.copy()
        other[:, l * l : (l + 1) ** 2] *= 1.5
        if np.abs(numbers(ask(POWER, other), shape) - before).max() < 1e-3 * scale:
            return BLIND
    return None


def _kernel_test(zeta: int | None):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        power_of = zeta or int(chance.integers(2, 6))
        ours, theirs = (
            np.array([power(_coefficients(chance)) for _ in range(many)]) for many in (4, 3)
        )
        if zeta is None:
            theirs[0] = 2.5 * ours[1]  # the same surroundings, but for the length

        def kernel(off_diagonal: float = 1.0, diagonal: float = 1.0) -> np.ndarray:
            weights = np.full((N_MAX, N_MAX), off_diagonal)
            np.fill_diagonal(weights, diagonal)
            rows = [(weights * p).reshape(len(p), -1) for p in (ours, theirs)]
            rows = [row / np.linalg.norm(row, axis=1)[:, None] for row in rows]
            return rows[0] @ rows[1].T

        right = kernel() ** power_of
        raw = np.einsum("alnm,blnm->ab", ours, theirs)
        n, n_prime = np.triu_indices(N_MAX)
        once = [p[:, :, n, n_prime] for p in (ours, theirs)]
        raw_once = np.einsum("alk,blk->ab", *once)
        mistakes = [
            (AS_IT_WAS, kernel(2**-0.5) ** power_of),
            (TWO_EACH, kernel(2**0.5) ** power_of),
            (DIAGONAL_TOO, kernel(1.0, 2.0) ** power_of),
            (DIAGONAL_TOO, kernel(1.0, 2.0**0.5) ** power_of),
            *((NOT_UNIT, one**power_of) for one in (raw, raw_once)),
            (NO_ZETA, kernel()),
            *((NO_ZETA, one * power_of) for one in (kernel(), kernel(2**-0.5))),
        ]
        return judge(ask(KERNEL, ours, theirs, power_of), right, NOT_KERNEL, mistakes)

    return test


POWER_SPECTRUM = Exercise(
    "ps2_power_spectrum",
    POWER,
    (
        Item("values", 2, Text("p_nn'l is right", "p_nn'l が正しい"), _values),
        Item(
            "invariant",
            1,
            Text(
                "It stays the same when the surroundings are turned or mirrored, and sees every l",
                "環境を回しても鏡に映しても変わらず、すべての l が見えている",
            ),
            _invariant,
        ),
    ),
)
SOAP_KERNEL = Exercise(
    "ps2_soap_kernel",
    KERNEL,
    (
        Item("plain", 2, Text("Right for ζ = 1", "ζ = 1 で正しい"), _kernel_test(1)),
        Item(
            "power",
            1,
            Text(
                "Right for larger ζ; 1 where only the length of p differs",
                "もっと大きい ζ でも正しく、p の長さだけが違うときは 1 になる",
            ),
            _kernel_test(None),
        ),
    ),
)
