"""One network for each element, and the energy as a sum over atoms."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "element_networks"
ONE_NETWORK = Text(
    "All atoms go through one network. Each element has its own: row k of W, b, w and c belongs to "
    "elements[k].",
    "すべての原子が同じネットワークを通っています。ネットワークは元素ごとに別です。W、b、w、c の "
    "k 行目が elements[k] のものです。",
)
SORTED = Text(
    "The networks are given in the order of `elements`, which need not be sorted: find the place "
    "of Z_i in it.",
    "ネットワークは `elements` の順に並んでいて、原子番号の順とは限りません。"
    "その中で Z_i がある場所を探してください。",
)
AS_THEY_COME = Text(
    "The networks are given out in the order in which elements appear among the atoms. The order "
    "of the atoms must not matter: find the place of Z_i in `elements`.",
    "原子の中に元素が現れた順に、ネットワークが割り当てられています。原子の順番に"
    "依存してはいけません。`elements` の中で Z_i がある場所を探してください。",
)
NO_INNER_BIAS = Text(
    "The bias b is missing in the hidden layer.", "隠れ層のバイアス b が抜けています。"
)
NO_OUTER_BIAS = Text(
    "The constant c of the element is missing.",
    "元素の定数 c が抜けています。",
)
TANH_AT_END = Text(
    "The result is bent by tanh as well; the output is a plain sum, or else no |E_i| could "
    "exceed 1 eV.",
    "出力にも tanh が作用しています。出力はただの和です。そうしないと |E_i| が 1 eV を"
    "超えられません。",
)
NO_TANH = Text(
    "The tanh of the hidden layer is missing: without it the whole is a straight line.",
    "隠れ層の tanh が抜けています。これがないと、全体が 1 次関数になってしまいます。",
)
ENERGIES = Text(
    "These are not w · tanh(W G_i + b) + c with the numbers of each atom's element. Try one atom "
    "by hand.",
    "各原子の元素の値を使った w · tanh(W G_i + b) + c になっていません。"
    "1 原子で手計算してみてください。",
)
MEAN = Text(
    "This is a mean: the energy is a sum, and twice the atoms have twice the energy.",
    "平均になっています。エネルギーは和です。原子が 2 倍になれば、エネルギーも 2 倍になります。",
)
TOTAL = Text(
    "The second thing is not the sum of the atoms' energies.",
    "2 番目の値が、原子のエネルギーの和になっていません。",
)
ORDER = Text(
    "When the atoms stand in another order, they have other energies. An atom's network may "
    "depend on its element only.",
    "原子の順番を変えると、エネルギーが変わってしまいます。原子のネットワークは、元素だけで"
    "決まらなければなりません。",
)


def _right(given: tuple, networks: list[int], b: float = 1.0, c: float = 1.0, bend=np.tanh):
    """Energies with the network of the given number for each atom."""
    features, *_, weights, inner, w, outer = given
    rows = zip(features, networks, strict=True)
    energies = [w[k] @ bend(weights[k] @ g + b * inner[k]) + c * outer[k] for g, k in rows]
    return np.array(energies)


def _networks(given: tuple) -> list[int]:
    _, numbers_, elements, *_ = given
    return [int(np.flatnonzero(elements == z)[0]) for z in numbers_]


def _given(chance: np.random.Generator) -> tuple:
    """G, Z, elements, W, b, w, c. Elements are neither sorted nor met in their order or sorted."""
    three = np.sort(chance.choice([1, 6, 7, 8, 9, 14, 16, 29], 3, replace=False))
    elements = three[chance.permutation([[1, 0, 2], [1, 2, 0], [0, 2, 1], [2, 0, 1]])[0]]
    numbers_ = elements[[2, 1, 2, 0, 1, 0, 2, 0]]
    hidden, features = 5, 3
    shapes = ((3, hidden, features), (3, hidden), (3, hidden), (3,))
    weights = (chance.normal(size=shape).round(3) for shape in shapes)
    return chance.uniform(0, 2, (len(numbers_), features)), numbers_, elements, *weights


def _mistakes(given: tuple) -> list:
    networks = _networks(given)
    _, numbers_, elements, *_ = given
    met = list(dict.fromkeys(numbers_.tolist()))
    straight = _right(given, networks, bend=lambda x: x)
    return [
        *((ONE_NETWORK, _right(given, [k] * len(numbers_))) for k in range(3)),
        (SORTED, _right(given, [sorted(elements).index(z) for z in numbers_])),
        (AS_THEY_COME, _right(given, [met.index(z) for z in numbers_])),
        (NO_INNER_BIAS, _right(given, networks, b=0.0)),
        (NO_OUTER_BIAS, _right(given, networks, c=0.0)),
        (TANH_AT_END, np.tanh(_right(given, networks))),
        (NO_TANH, straight),
    ]


def _energies(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _given(chance)
    right = _right(given, _networks(given))
    return judge(parts(ask(NAME, *given), 2)[0], right, ENERGIES, _mistakes(given))


def _total(ask: Ask, chance: np.random.Generator) -> Text | None:
    """The sum of the energies that were found, right or not; but found they must be."""
    given = _given(chance)
    energies, total = parts(ask(NAME, *given), 2)
    energies = numbers(energies, (len(given[0]),))
    if np.ptp(energies) < 1e-9:
        return ENERGIES
    return judge(total, energies.sum(), TOTAL, [(MEAN, energies.mean())])


def _order(ask: Ask, chance: np.random.Generator) -> Text | None:
    features, numbers_, *networks = _given(chance)
    n_atoms = len(numbers_)
    order = np.arange(n_atoms)[::-1]  # elements are met in another order, too
    before = numbers(parts(ask(NAME, features, numbers_, *networks), 2)[0], (n_atoms,))
    after = numbers(parts(ask(NAME, features[order], numbers_[order], *networks), 2)[0], (n_atoms,))
    if np.ptp(before) < 1e-9:
        return ENERGIES
    return None if np.abs(after - before[order]).max() < 1e-9 * np.abs(before).max() else ORDER


ELEMENT_NETWORKS = Exercise(
    "ps3_element_networks",
    NAME,
    (
        Item("energies", 2, Text("The energies E_i are right", "E_i が正しい"), _energies),
        Item("total", 1, Text("E is their sum", "E がその和である"), _total),
        Item(
            "order",
            1,
            Text("The order of the atoms does not matter", "原子の順番に依存しない"),
            _order,
        ),
    ),
)
