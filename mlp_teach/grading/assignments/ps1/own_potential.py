"""A potential of one's own that obeys every law of `mlp_teach.checks`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product, takewhile

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "own_potential"
CUTOFF = 5.0  # Å
NO_WELL = Text(
    "Two copper atoms should attract each other: the energy of the pair has its minimum "
    "between 2.0 Å "
    "and 3.5 Å, at least 0.05 eV below two free atoms; here it is {depth:.3f} eV at {place:.2f} Å.",
    "2 個の銅原子は引き合うはずです。対のエネルギーは 2.0 Å から 3.5 Å の間で最小になり、"
    "自由な 2 原子より 0.05 eV 以上低くなければなりません。今は {place:.2f} Å で "
    "{depth:.3f} eV です。",
)
TOO_SOFT = Text(
    "At 1.2 Å two copper atoms should repel each other: E > 0 there.",
    "1.2 Å では、2 個の銅原子は反発し、E > 0 になるはずです。",
)
ASLEEP = Text(
    "The energy is right where it was asked for once, and does not change elsewhere when atoms "
    "move. The function must do the same for every structure.",
    "ある構造ではエネルギーが正しいのに、ほかの構造では原子を動かしても変わりません。"
    "どの構造にも同じ計算をしなければなりません。",
)
FELT = 1e-9  # eV: a change of the energy that is not rounding
JAPANESE = {
    "determinism": "同じ構造に 2 つの答えが返ってきました。乱数を使っていませんか。",
    "rotation": "エネルギーが方向に依存しています。距離や角度だけを使い、"
    "ベクトルは内積としてだけ使ってください。",
    "reflection": "エネルギーが左右を区別しています。"
    "鏡映で符号の変わる量をそのまま使わないでください。",
    "translation": "エネルギーが原点の位置に依存しています。"
    "位置ではなく r_ij（graph.displacements）を使ってください。",
    "permutation": "エネルギーが原子の順番に依存しています。隣接原子について和をとり、"
    "パラメータは原子の番号ではなく元素ごとに与えてください。",
    "supercell": "エネルギーがセルの選び方に依存しています。グラフの原子対はすべて数えてください。"
    "周期像もそれぞれ 1 つの隣接原子で、自分自身の像も含まれます。",
    "far_fragments": "離れた 2 つの部分が影響し合っています。"
    "全原子についての平均や最大値を使わないでください。",
    "batch": "バッチの中の構造が影響し合っています。原子ごとの和にとどめてください。",
    "isolated_atom": "隣接原子のない原子で計算できません。対が 1 つもないときの和は 0 です。"
    "平均は 0/0 になり、長さ 0 のベクトルのノルムは微分できません。",
    "forces": "力がエネルギーの傾きになっていません。.detach()、.item()、numpy "
    "を通っていませんか。",
    "convergence": "エネルギーに折れ目があります。abs、max、丸めを使っていませんか。",
    "stress": "応力がひずみについての傾きになっていません。"
    "長さはすべてグラフの位置とセルから作ってください。",
    "smoothness": "カットオフでエネルギーか力が不連続です。傾きとともに 0 "
    "になるカットオフ関数を掛けてください。",
}


def _well_hint(model) -> Text | None:
    """Has the dimer of copper a well, and a wall before it? Zero would obey every law."""
    import torch
    from ase import Atoms

    from mlp_teach.neighbors import batch_graph
    from mlp_teach.potential import predict

    r = np.append(np.arange(1.8, 5.0, 0.02), (1.2, 6.0))  # the last one: two free atoms
    pairs = [Atoms("Cu2", [(0, 0, 0), (0, 0, x)]) for x in r]
    graph = batch_graph(pairs, model.cutoff)
    energy = predict(model, graph, forces=False, stress=False).energy
    if not torch.isfinite(energy).all():
        return hints.NOT_FINITE
    energy = energy.numpy() - float(energy[-1])
    lowest = energy.argmin()
    if not (2.0 <= r[lowest] <= 3.5 and energy[lowest] <= -0.05):
        return NO_WELL.with_words(depth=energy[lowest], place=r[lowest])
    return None if energy[-2] > 0 else TOO_SOFT


def _well(ask: Ask, chance: np.random.Generator) -> Text | None:
    from mlp_teach.grading.remote import RemoteModel

    return _well_hint(RemoteModel(ask, NAME, CUTOFF))


def is_asleep(model, structures: Sequence, chance: np.random.Generator) -> bool:
    """Does a structure's every atom keep its energy when atoms move? That would obey every law."""
    from mlp_teach.neighbors import atom_graph

    for atoms in structures:
        moved = atoms.copy()
        moved.positions += chance.normal(scale=0.05, size=atoms.positions.shape)
        before, after = (model.pull(atom_graph(one, model.cutoff))[0] for one in (atoms, moved))
        if not bool((before - after).abs().max() > FELT):
            return True
    return False


def _laws(*names: str):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        from ase import Atoms
        from ase.build import bulk

        from mlp_teach import checks
        from mlp_teach.grading.remote import RemoteModel

        model = RemoteModel(ask, NAME, CUTOFF)
        if hint := _well_hint(model):
            return hint
        corners = 2.4 * np.array(list(np.ndindex(2, 2, 2)))[:5]
        structures = (Atoms("Cu5", corners), bulk("Cu", cubic=True))
        seeds = chance.integers(1 << 30, size=2)
        if is_asleep(model, structures, chance):
            return ASLEEP
        laws = {law.__name__: law for law in checks.LAWS}
        for name, atoms in product(names, structures):
            # A pair that by chance crosses r_c meanwhile may cost one verdict, not two.
            verdicts = (laws[name](model, atoms, int(seed)) for seed in seeds)
            broken = list(takewhile(lambda verdict: not verdict.passed, verdicts))
            if len(broken) == len(seeds):
                return Text(broken[0].idea, JAPANESE[name])
        return None

    return test


OWN_POTENTIAL = Exercise(
    "ps1_own_potential",
    NAME,
    (
        Item(
            "well",
            2,
            Text(
                "Two copper atoms attract each other and then repel",
                "2 個の銅原子が引き合い、近づくと反発する",
            ),
            _well,
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
                "Forces and stress are slopes, and nothing jumps at 5 Å",
                "力と応力が傾きであり、5 Å で何も途切れない",
            ),
            _laws("forces", "convergence", "stress", "smoothness"),
        ),
    ),
    library=True,
    own_work=True,
    imports=("torch.fx.experimental.symbolic_shapes",),
)
