"""A message-passing potential of one's own that obeys every law of `mlp_teach.checks`."""

from __future__ import annotations

from itertools import product, takewhile

import numpy as np

from mlp_teach.grading.assignments.ps1.own_potential import ASLEEP, JAPANESE, is_asleep
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "own_network"
CUTOFF = 3.0  # Å
HEARD = 1e-9  # eV: a change of the energy that is not rounding
NEIGHBORS_UNSEEN = Text(
    "The energy of an atom does not change when one of its neighbours moves. Add up the messages "
    "of all of them with index_add, each weighted by a function of the distance.",
    "隣接原子の 1 つを動かしても、原子のエネルギーが変わりません。距離の関数で重みをつけた"
    "メッセージを、すべての隣接原子について index_add で足し合わせてください。",
)
ONE_LAYER = Text(
    "An atom hears of its neighbours, but not of its neighbours' neighbours. Do it again: the "
    "second message must carry what the neighbour has heard in the first layer.",
    "隣接原子のことは伝わっていますが、そのまた隣の原子のことが伝わっていません。もう一度繰り返し"
    "ます。2 回目のメッセージは、隣接原子が第 1 層で受け取ったものを運ばなければなりません。",
)
ELEMENTS_UNSEEN = Text(
    "An atom does not notice whether it is carbon or oxygen, or which of the two a neighbour is. "
    "Let the numbers with which each atom begins, and sends, depend on graph.numbers.",
    "原子が、自分または隣接原子が炭素か酸素かを区別していません。各原子が最初にもち、"
    "隣へ送る数を、graph.numbers によって決めてください。",
)
SINGLE = Text(
    "This was computed in float32, which has too few digits for the laws. Compute in float64, as "
    "the positions are: `.to(r)` for numbers, `.double()` for layers of torch.",
    "float32 で計算されているため、法則を確かめるには桁が足りません。位置と同じ float64 で"
    "計算してください。数には `.to(r)`、torch の層には `.double()` が使えます。",
)


def _energy(model, numbers: str = "COOC", moved: int | None = None) -> float:
    """E of the second atom of a chain; it sees its neighbours alone, not the fourth atom."""
    from ase import Atoms

    from mlp_teach.neighbors import atom_graph

    chain = Atoms(numbers, [(0, 0, 0), (1.9, 0.2, 0), (3.6, -0.3, 0.4), (5.4, 0.1, 0.5)])
    if moved is not None:
        chain.positions[moved] += (0.1, 0.0, 0.1)
    return float(model.pull(atom_graph(chain, CUTOFF))[0][1])


def _hears(ask: Ask, chance: np.random.Generator) -> Text | None:
    from mlp_teach.grading.remote import RemoteModel

    model = RemoteModel(ask, NAME, CUTOFF)
    before = _energy(model)
    for moved, hint in ((2, NEIGHBORS_UNSEEN), (3, ONE_LAYER)):
        if not abs(_energy(model, moved=moved) - before) > HEARD:
            return hint
    changes = (abs(_energy(model, numbers) - before) for numbers in ("CCOC", "COCC", "COOO"))
    return None if min(changes) > HEARD else ELEMENTS_UNSEEN


def _structures(chance: np.random.Generator) -> list:
    """A molecule and a crystal of carbon and oxygen."""
    from ase import Atoms

    corners = 1.4 * np.array(list(np.ndindex(2, 2, 2)))[chance.permutation(8)[:5]]
    # No symmetry, and more of one element than of the other: what is equal by chance hides errors.
    edge = float(chance.uniform(2.15, 2.35))
    places = edge * np.array([(0, 0, 0), (0.5, 0.5, 0.5), (0.5, 0, 1.1)])
    crystal = Atoms("COC", places, cell=[edge, edge, 1.7 * edge], pbc=True)
    return [Atoms("C2OCO", corners), crystal]


def _laws(*names: str):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        from mlp_teach import checks
        from mlp_teach.grading.remote import RemoteModel

        model = RemoteModel(ask, NAME, CUTOFF)
        two = _energy(model), _energy(model, moved=2)
        if not abs(two[1] - two[0]) > HEARD:
            return NEIGHBORS_UNSEEN  # such a model obeys every law
        structures, seeds = _structures(chance), chance.integers(1 << 30, size=2)
        if is_asleep(model, structures, chance):
            return ASLEEP
        laws = {law.__name__: law for law in checks.LAWS}
        for name, atoms in product(names, structures):
            # A pair that by chance crosses r_c meanwhile may cost one verdict, not two.
            verdicts = (laws[name](model, atoms, int(seed)) for seed in seeds)
            broken = list(takewhile(lambda verdict: not verdict.passed, verdicts))
            if len(broken) == len(seeds):
                if all(float(np.float32(energy)) == energy for energy in two):
                    return SINGLE
                return Text(broken[0].idea, JAPANESE[name])
        return None

    return test


OWN_NETWORK = Exercise(
    "ps3_own_network",
    NAME,
    (
        Item(
            "hears",
            2,
            Text(
                "An atom hears of elements, neighbours and neighbours' neighbours",
                "元素、隣接原子、そのまた隣の原子のことが伝わる",
            ),
            _hears,
        ),
        Item(
            "symmetries",
            2,
            Text(
                "No place, direction, mirror or order of atoms is special",
                "位置・方向・鏡映・原子の順番のどれにも依存しない",
            ),
            _laws("determinism", "translation", "rotation", "reflection", "permutation"),
        ),
        Item(
            "sums",
            2,
            Text(
                "Energies add up: cells, far fragments, batches, atoms alone",
                "エネルギーが加算的である（セル、離れた部分、バッチ、孤立原子）",
            ),
            _laws("isolated_atom", "far_fragments", "batch", "supercell"),
        ),
        Item(
            "slopes",
            2,
            Text(
                "Forces and stress are slopes, and nothing jumps at 3 Å",
                "力と応力が傾きであり、3 Å で何も途切れない",
            ),
            _laws("forces", "convergence", "stress", "smoothness"),
        ),
    ),
    library=True,
    own_work=True,
    imports=("torch.fx.experimental.symbolic_shapes",),  # autograd's first use would, in each item
)
