"""Fifteen terms of the field, in two languages: what they mean and a case in which they are met.

A case never names its term: it is what the quiz asks. `near` are the terms that are most easily
taken for it, which stand beside it as answers. The first six are for the first day.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """A term in one language."""

    name: str
    meaning: str
    case: str


@dataclass(frozen=True)
class Term:
    """A term: `key` names it in files, `near` are keys."""

    key: str
    near: tuple[str, str, str]
    en: Wording
    ja: Wording

    def wording(self, lang: str) -> Wording:
        return {"en": self.en, "ja": self.ja}[lang]


FIRST_DAY = 6

TERMS = (
    Term(
        "pes",
        ("descriptor", "many_body", "invariance"),
        Wording(
            "potential energy surface (PES)",
            "The energy as a function of where all atoms are, E(R). Its valleys are stable "
            "structures, its passes are transition states, and minus its slope is the force.",
            "Two valleys joined by a pass 0.4 eV high: an atom hops from one to the other.",
        ),
        Wording(
            "ポテンシャルエネルギー曲面（PES）",
            "すべての原子の位置の関数としてのエネルギー E(R)。谷は安定な構造、峠は遷移状態で、"
            "傾きの符号を変えたものが力です。",
            "高さ 0.4 eV の峠をはさんで谷が 2 つあり、原子が一方から他方へ移ります。",
        ),
    ),
    Term(
        "descriptor",
        ("symmetry_function", "pes", "message_passing"),
        Wording(
            "descriptor",
            "A row of numbers that describes the surroundings of an atom and is the input of a "
            "model. It must not change when the structure is moved, turned or renumbered.",
            "Each atom of a crystal, however many neighbours it has, is handed to the network as "
            "252 numbers.",
        ),
        Wording(
            "記述子",
            "原子のまわりのようすを表す一列の数で、モデルの入力になります。構造を動かしても、"
            "回しても、番号を付け替えても変わってはなりません。",
            "結晶の原子は、隣接原子がいくつあっても、252 個の数としてネットワークに渡されます。",
        ),
    ),
    Term(
        "invariance",
        ("equivariance", "e3", "generalization"),
        Wording(
            "invariance",
            "A quantity stays as it is when the structure is transformed. The energy is invariant "
            "under rotation, reflection, translation and exchange of like atoms.",
            "A molecule was turned by 37°. Its energy is the same to the last digit.",
        ),
        Wording(
            "不変性",
            "構造を変換しても、量が変わらないこと。エネルギーは、回転、鏡映、並進、"
            "同種原子の入れ替えに対して不変です。",
            "分子を 37° 回しました。エネルギーは最後の桁まで同じです。",
        ),
    ),
    Term(
        "equivariance",
        ("invariance", "message_passing", "descriptor"),
        Wording(
            "equivariance",
            "A quantity answers to a transformation in a known way: turn the structure, and it "
            "turns along. Forces are equivariant under rotation.",
            "A molecule was turned by 37°. The arrows of the forces on its atoms have turned by "
            "37° too.",
        ),
        Wording(
            "同変性（等変性）",
            "変換に対して、量が決まったしかたで応えること。構造を回すと、一緒に回ります。"
            "力は回転に対して同変です。",
            "分子を 37° 回しました。原子に働く力の矢印も、37° 回っています。",
        ),
    ),
    Term(
        "mae",
        ("generalization", "ensemble", "data_efficiency"),
        Wording(
            "mean absolute error (MAE)",
            "The mean of |prediction - label|: in meV/atom for energies, in meV/Å for force "
            "components. One large error among many weighs less in it than in the RMSE.",
            "Predictions miss the labels by 1, 2 and 6 meV/atom. Somebody reports 3 meV/atom.",
        ),
        Wording(
            "平均絶対誤差（MAE）",
            "|予測 − ラベル| の平均。エネルギーは meV/atom、力の成分は meV/Å で表します。"
            "少数の大きな誤差は、RMSE ほどには効きません。",
            "予測がラベルから 1、2、6 meV/atom ずれていて、3 meV/atom と報告されました。",
        ),
    ),
    Term(
        "active_learning",
        ("transfer_learning", "ensemble", "data_efficiency"),
        Wording(
            "active learning",
            "The model says where it is unsure, those structures are labelled, and it is trained "
            "again: labels are bought where they teach most.",
            "Of 10,000 frames of a simulation, the 50 on which the models disagree most go to DFT "
            "tonight.",
        ),
        Wording(
            "能動学習（active learning）",
            "モデルが自信のない構造を示し、それにラベルを付けて、訓練し直すこと。"
            "いちばん多くを学べるところに、ラベルの費用をかけます。",
            "シミュレーションの 10,000 個の構造から、モデルどうしの食い違いが最も大きい 50 個を"
            "選び、今夜 DFT で計算します。",
        ),
    ),
    Term(
        "symmetry_function",
        ("descriptor", "cutoff", "many_body"),
        Wording(
            "symmetry function",
            "A sum of smooth functions of the distances (G2), or of distances and angles (G4, G5), "
            "between an atom and its neighbours. A set of them is Behler and Parrinello's "
            "descriptor.",
            "Σ_j exp(−η (r_ij − R_s)²) f_c(r_ij): it counts neighbours near the distance R_s.",
        ),
        Wording(
            "対称性関数",
            "原子と隣接原子の距離（G2）、または距離と角度（G4、G5）のなめらかな関数の和。"
            "いくつか並べたものが、Behler と Parrinello の記述子です。",
            "Σ_j exp(−η (r_ij − R_s)²) f_c(r_ij)。距離 R_s の近くの隣接原子を数えます。",
        ),
    ),
    Term(
        "message_passing",
        ("descriptor", "equivariance", "cutoff"),
        Wording(
            "message passing",
            "In a graph network every atom sends numbers to its neighbours and updates its own "
            "with what it receives, several times over. With L rounds it hears of atoms L cutoffs "
            "away.",
            "The cutoff is 5 Å, yet moving an atom 9 Å away changes this atom's energy: there are "
            "two layers.",
        ),
        Wording(
            "メッセージパッシング",
            "グラフネットワークで、各原子が隣接原子に数を送り、受け取った数で自分の数を更新する"
            "ことを、何回か繰り返すこと。L 回で、カットオフの L 倍まで届きます。",
            "カットオフは 5 Å なのに、9 Å 先の原子を動かすと、この原子のエネルギーが変わります。"
            "層が 2 つあるからです。",
        ),
    ),
    Term(
        "cutoff",
        ("symmetry_function", "message_passing", "many_body"),
        Wording(
            "cutoff radius",
            "The distance beyond which an atom is no neighbour any more. The number of neighbours "
            "grows with its cube, so it is a bargain between reach and cost.",
            "From 4 Å to 8 Å: eight times as many neighbours and a much larger bill.",
        ),
        Wording(
            "カットオフ半径",
            "これより遠い原子は隣接原子とみなさない、という距離。隣接原子の数はその 3 乗で"
            "増えるので、届く範囲と計算の手間との兼ね合いで決めます。",
            "4 Å から 8 Å にすると、隣接原子は 8 倍になり、手間はずっと増えます。",
        ),
    ),
    Term(
        "data_efficiency",
        ("generalization", "mae", "transfer_learning"),
        Wording(
            "data efficiency",
            "How few labels a model needs for a given error on unseen structures. It is read off a "
            "learning curve: error against the number of training structures.",
            "On 100 frames model A has the error that model B reaches with 400 of the same frames.",
        ),
        Wording(
            "データ効率",
            "見せていない構造での誤差をある値にするのに、どれだけ少ないラベルで足りるか。"
            "学習曲線（訓練データの数と誤差の関係）から読み取ります。",
            "モデル A の 100 配置での誤差は、モデル B が同じデータの 400 配置で達する誤差と"
            "同じです。",
        ),
    ),
    Term(
        "generalization",
        ("mae", "data_efficiency", "transfer_learning"),
        Wording(
            "generalization",
            "To be right on structures that were not in the training data. It is measured on data "
            "kept apart, and it ends where the structures become of another kind.",
            "2 meV/atom on the frames it learnt from, 3 meV/atom on frames it never saw.",
        ),
        Wording(
            "汎化",
            "訓練データにない構造でも正しく予測すること。別に取っておいたデータで測ります。"
            "データとは種類の違う構造には及びません。",
            "訓練に使った配置では 2 meV/atom、一度も見せていない配置でも 3 meV/atom です。",
        ),
    ),
    Term(
        "ensemble",
        ("active_learning", "mae", "generalization"),
        Wording(
            "ensemble (of models)",
            "Several models, trained alike from different random numbers. Their mean is the "
            "answer, and their spread warns of structures that the data do not settle. A small "
            "spread is no proof: they can be wrong together.",
            "Four networks, one data set, four seeds: on one structure they agree within 5 meV/Å, "
            "on another they differ by 800.",
        ),
        Wording(
            "（モデルの）アンサンブル",
            "異なる乱数から同じように訓練した複数のモデル。平均を答えとし、ばらつきは、データでは"
            "決まらない構造への警告になります。ばらつきが小さくても、そろって間違うことはあります。",
            "ネットワーク 4 個、データは 1 組、乱数の種は 4 通り。ある構造では 5 meV/Å 以内で"
            "一致し、別の構造では 800 meV/Å も違います。",
        ),
    ),
    Term(
        "transfer_learning",
        ("active_learning", "data_efficiency", "generalization"),
        Wording(
            "transfer learning",
            "To begin with the weights of a model that was trained on another, usually larger or "
            "cheaper, data set, and to train on with few labels of the new one.",
            "300 cheap labels first; then the same network is trained on with 8 expensive ones.",
        ),
        Wording(
            "転移学習",
            "別の（たいてい、より大きいか、より安価な）データで訓練したモデルの重みから始め、"
            "新しいデータの少数のラベルで訓練を続けること。",
            "まず安価なラベル 300 個で、続いて同じネットワークを高価なラベル 8 個で訓練します。",
        ),
    ),
    Term(
        "many_body",
        ("pes", "cutoff", "symmetry_function"),
        Wording(
            "many-body interaction",
            "What the energy of three or more atoms has beyond the sum over its pairs. Bond "
            "angles, and bonds that weaken each other in a metal, cannot be had from pairs.",
            "Three copper atoms are bound less strongly than the energies of their three pairs add "
            "up to.",
        ),
        Wording(
            "多体相互作用",
            "3 個以上の原子のエネルギーのうち、対の和では表せない部分。結合角や、金属で結合が"
            "互いに弱め合うことは、対だけからは出てきません。",
            "銅原子 3 個の結合は、3 つの対のエネルギーを足したものより弱くなります。",
        ),
    ),
    Term(
        "e3",
        ("equivariance", "invariance", "many_body"),
        Wording(
            "E(3) equivariance",
            "Equivariance under all transformations of space that keep distances: translations, "
            "rotations and reflections. NequIP and MACE carry features inside that answer to them, "
            "each by its degree l and its parity.",
            "Features of degree 1 and odd parity turn as vectors when the molecule turns, change "
            "sign when it is inverted, and do not notice when it is moved.",
        ),
        Wording(
            "E(3) 同変性",
            "距離を保つ空間の変換（並進、回転、鏡映）すべてに対する同変性。NequIP や MACE は、"
            "次数 l と偶奇性に従って応える特徴量を内部にもちます。",
            "次数 1 で偶奇性が奇の特徴量は、分子を回すとベクトルとして回り、反転すると符号が"
            "変わり、平行移動しても変わりません。",
        ),
    ),
)
BY_KEY = {term.key: term for term in TERMS}
