"""Questions on the four goals of the course, in two languages; every answer says why.

The first answer of each question is the right one; what is shown is shuffled (`self_check_desk`).
The others are what is often believed, and their `why` says what is wrong with it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What may be chosen, and what choosing it teaches."""

    text: str
    why: str


@dataclass(frozen=True)
class Asked:
    """A question in one language with three answers, the right one first."""

    text: str
    answers: tuple[Answer, Answer, Answer]


@dataclass(frozen=True)
class Question:
    """`key` names it in files, `goal` counts GOALS from 1."""

    key: str
    goal: int
    en: Asked
    ja: Asked

    def asked(self, lang: str) -> Asked:
        return {"en": self.en, "ja": self.ja}[lang]


GOALS = {
    "en": ("1 What it is", "2 The terms", "3 The five steps", "4 Descriptors"),
    "ja": ("1 MLP とは何か", "2 用語", "3 5 つのステップ", "4 記述子"),
}

QUESTIONS = (
    Question(
        "what_is_learnt",
        1,
        Asked(
            "What does a machine-learning potential learn?",
            (
                Answer(
                    "An energy as a function of where the atoms are; forces are minus its slope.",
                    "So forces fit the energy by construction, and energy is conserved (lesson "
                    "01 §1).",
                ),
                Answer(
                    "The forces; the energy is added up from them afterwards.",
                    "Forces that are learnt alone need not be the slope of any energy. A "
                    "simulation with such forces drifts.",
                ),
                Answer(
                    "The properties of a material from its formula.",
                    "It sees atoms and their places only. Properties come out of a simulation "
                    "(lesson 05, step 5).",
                ),
            ),
        ),
        Asked(
            "機械学習ポテンシャルは、何を学習するのでしょうか。",
            (
                Answer(
                    "原子の位置の関数としてのエネルギー。力は、その傾きに負号を付けたもの。",
                    "だから、力は作り方からエネルギーと合い、エネルギーは保存されます"
                    "（レッスン 01 の 1 節）。",
                ),
                Answer(
                    "力。エネルギーは、後から力を足し合わせて求める。",
                    "力だけを学ぶと、どんなエネルギーの傾きにもなっていないことがあります。"
                    "そのような力では、全エネルギーがドリフトします。",
                ),
                Answer(
                    "化学式から、材料の性質を。",
                    "見ているのは、原子とその位置だけです。性質はシミュレーションから求まります"
                    "（レッスン 05 のステップ 5）。",
                ),
            ),
        ),
    ),
    Question(
        "accuracy_elsewhere",
        1,
        Asked(
            "A potential has an MAE of 1 meV/atom on its test set. You use it on structures of "
            "another kind. What do you know of its error there?",
            (
                Answer(
                    "Nothing, until it is tested there.",
                    "Accuracy belongs to a model and a test. In lesson 01 §2 it went from 2 "
                    "meV/atom to 1 eV/atom where atoms came closer than in any training frame.",
                ),
                Answer(
                    "It is about 1 meV/atom there too.",
                    "The test spoke of structures like its own. Generalization ends with the "
                    "kind of data (lesson 02 §10).",
                ),
                Answer(
                    "It is small as long as the energy is conserved.",
                    "A wrong model conserves its wrong energy as well (lesson 05, step 5).",
                ),
            ),
        ),
        Asked(
            "テストデータで MAE が 1 meV/atom のポテンシャルを、種類の違う構造に使います。"
            "そこでの誤差について、何がわかっているでしょうか。",
            (
                Answer(
                    "そこで確かめるまでは、何もわからない。",
                    "精度は、モデルとテストの組で決まります。レッスン 01 の 2 節では、"
                    "原子がどの訓練データよりも近づくところで、2 meV/atom が 1 eV/atom になりま"
                    "した。",
                ),
                Answer(
                    "そこでも 1 meV/atom ほど。",
                    "テストが語るのは、テストデータに似た構造のことだけです。汎化は、"
                    "データの種類が変わるところで尽きます（レッスン 02 の 10 節）。",
                ),
                Answer(
                    "エネルギーが保存されている限り、小さい。",
                    "間違ったモデルも、その間違ったエネルギーを保存します"
                    "（レッスン 05 のステップ 5）。",
                ),
            ),
        ),
    ),
    Question(
        "built_in",
        1,
        Asked(
            "Which of these has to be learnt from data, because it cannot be built in?",
            (
                Answer(
                    "How deep the valley of the stable structure is.",
                    "Only labels know. Symmetries and the forces' fit to the energy are a "
                    "matter of construction (lesson 01 §2).",
                ),
                Answer(
                    "That the energy stays when all atoms are turned together.",
                    "A model of invariant descriptors, or of equivariant features, cannot do "
                    "otherwise; one of raw coordinates would have to learn it and fails "
                    "(lesson 06 §1).",
                ),
                Answer(
                    "That two atoms of one element can be exchanged.",
                    "A sum over neighbours and a sum over atoms do not know which atom is which.",
                ),
            ),
        ),
        Asked(
            "次のうち、あらかじめ組み込むことができず、データから学ばなければならないのはどれで"
            "しょうか。",
            (
                Answer(
                    "安定な構造の谷の深さ。",
                    "知っているのはラベルだけです。対称性や、力とエネルギーの整合は、"
                    "作り方で決まります（レッスン 01 の 2 節）。",
                ),
                Answer(
                    "すべての原子を一緒に回しても、エネルギーが変わらないこと。",
                    "不変な記述子や同変な特徴量のモデルでは、ほかになりようがありません。"
                    "生の座標のモデルは、これを学ばなければならず、失敗します"
                    "（レッスン 06 の 1 節）。",
                ),
                Answer(
                    "同じ元素の原子 2 個を入れ替えられること。",
                    "隣接原子についての和や、原子についての和では、"
                    "どの原子がどれかは区別されません。",
                ),
            ),
        ),
    ),
    Question(
        "fields",
        1,
        Asked(
            "Three fields meet in a potential. What does each bring?",
            (
                Answer(
                    "Quantum chemistry the labels, machine learning the model and how to fit "
                    "it, molecular dynamics what to do with it.",
                    "Energies and forces of DFT or better; networks, kernels and optimisers; "
                    "integrators, ensembles and statistics (lesson 01 §5).",
                ),
                Answer(
                    "Molecular dynamics the labels, quantum chemistry the model.",
                    "Dynamics makes structures. Their labels come from a quantum-mechanical "
                    "calculation, whatever moved the atoms (lesson 03 §3 and §7).",
                ),
                Answer(
                    "Machine learning the laws of physics, the others the data.",
                    "The laws that hold for all (symmetry, energy and force) are put in by "
                    "people; what is fitted is one energy surface.",
                ),
            ),
        ),
        Asked(
            "ポテンシャルでは 3 つの分野が出会います。それぞれが持ち寄るものは何でしょうか。",
            (
                Answer(
                    "量子化学はラベル、機械学習はモデルとその合わせ方、分子動力学はその使い方。",
                    "DFT やそれ以上の計算のエネルギーと力。ネットワーク、カーネル、最適化。"
                    "積分法、統計集団、統計の手法です（レッスン 01 の 5 節）。",
                ),
                Answer(
                    "分子動力学はラベル、量子化学はモデル。",
                    "分子動力学が作るのは構造です。何が原子を動かしたにせよ、"
                    "ラベルは量子力学の計算から得ます（レッスン 03 の 3、7 節）。",
                ),
                Answer(
                    "機械学習は物理法則、ほかはデータ。",
                    "すべてに当てはまる法則（対称性、エネルギーと力の関係）は、"
                    "人が組み込みます。データに合わせるのは、1 つのエネルギー曲面です。",
                ),
            ),
        ),
    ),
    Question(
        "mae_or_rmse",
        2,
        Asked(
            "One model, one test set of copper. One report says 18 meV/Å, another 34 meV/Å. "
            "How can both be right?",
            (
                Answer(
                    "The first gives the MAE, the second the RMSE.",
                    "A few large errors weigh more in the RMSE (lesson 02 §4). Always say which.",
                ),
                Answer(
                    "The second was trained for a shorter time.",
                    "It is one model. Only the measure differs.",
                ),
                Answer(
                    "The first divides by the number of atoms.",
                    "That is done for energies (meV/atom). Forces are compared component by "
                    "component, in both reports.",
                ),
            ),
        ),
        Asked(
            "同じモデル、同じ銅のテストデータです。ある報告には 18 meV/Å、"
            "別の報告には 34 meV/Å とあります。どうすれば両方とも正しくなるでしょうか。",
            (
                Answer(
                    "前者は MAE、後者は RMSE。",
                    "少数の大きな誤差は、RMSE では重く効きます（レッスン 02 の 4 節）。"
                    "どちらかを必ず書きましょう。",
                ),
                Answer(
                    "後者は訓練時間が短かった。",
                    "モデルは 1 つです。違うのは尺度だけです。",
                ),
                Answer(
                    "前者は原子数で割っている。",
                    "それはエネルギーの場合です（meV/atom）。力は、"
                    "どちらの報告でも成分ごとに比べています。",
                ),
            ),
        ),
    ),
    Question(
        "invariant_or_equivariant",
        2,
        Asked(
            "You turn a molecule by 90° about z. A potential answers with the same energy, and "
            "with forces that are turned by 90° about z. What is that?",
            (
                Answer(
                    "The energy is invariant, the forces are equivariant: as they should be.",
                    "Every potential of this course does so, SchNet and GAP too. 'Equivariant "
                    "network' speaks of the numbers inside (lesson 09 §1 and §2).",
                ),
                Answer(
                    "An error: invariant means that forces do not change either.",
                    "Forces that stayed would point to where the neighbours were before.",
                ),
                Answer(
                    "The mark of an equivariant network, NequIP for example.",
                    "An invariant energy has equivariant forces, whatever the network carries "
                    "inside.",
                ),
            ),
        ),
        Asked(
            "分子を z 軸のまわりに 90° 回すと、ポテンシャルは、同じエネルギーと、"
            "z 軸のまわりに 90° 回った力を答えました。これは何でしょうか。",
            (
                Answer(
                    "エネルギーは不変、力は同変。あるべき姿である。",
                    "このコースのどのポテンシャルも、SchNet や GAP も、そうなります。"
                    "「同変ネットワーク」とは、内部の数についての言葉です（レッスン 09 の 1、"
                    "2 節）。",
                ),
                Answer(
                    "誤り。不変なら、力も変わらないはず。",
                    "力が変わらなければ、隣の原子が前にあったところを向いてしまいます。",
                ),
                Answer(
                    "NequIP のような同変ネットワークの印。",
                    "エネルギーが不変なら、ネットワークの内部に何があっても、力は同変です。",
                ),
            ),
        ),
    ),
    Question(
        "members_agree",
        2,
        Asked(
            "Three models of an ensemble agree within 5 meV/Å on a structure. What follows?",
            (
                Answer(
                    "No alarm; their common error can still be larger.",
                    "They share data and descriptor, and so their mistakes. In lesson 12 §8 "
                    "members agreed within 0.03 eV/Å, and a force was off by 1.4.",
                ),
                Answer(
                    "The error is below 5 meV/Å.",
                    "The spread ranks errors; it is no error bar. On strange cells the largest "
                    "error was twice the spread in the median (lesson 05, step 5).",
                ),
                Answer(
                    "The structure, or one very like it, is in the training data.",
                    "Often, but models of one kind can also continue alike into the unknown.",
                ),
            ),
        ),
        Asked(
            "アンサンブルの 3 つのモデルが、ある構造について 5 meV/Å 以内で一致しました。"
            "何が言えるでしょうか。",
            (
                Answer(
                    "警報は出ない。ただし、共通の誤差はもっと大きいかもしれない。",
                    "データと記述子を共有しているので、間違いも共有します。"
                    "レッスン 12 の 8 節では、0.03 eV/Å 以内で一致したのに、"
                    "力の 1 つは 1.4 外れていました。",
                ),
                Answer(
                    "誤差は 5 meV/Å より小さい。",
                    "ばらつきは誤差の順位を示すもので、大きさそのものではありません。"
                    "見慣れないセルでは、最大の誤差は、中央値でばらつきの 2 倍でした"
                    "（レッスン 05 のステップ 5）。",
                ),
                Answer(
                    "その構造か、とても似た構造が、訓練データにある。",
                    "そのことが多いのですが、同種のモデルは、未知のところへも同じように延びるこ"
                    "とがあります。",
                ),
            ),
        ),
    ),
    Question(
        "reach",
        2,
        Asked(
            "A message-passing network has a cutoff radius of 5 Å and two layers. How far away "
            "can an atom be and still change the energy of this atom?",
            (
                Answer(
                    "Up to 10 Å, through atoms in between.",
                    "L rounds reach L cutoffs, and exactly no further (lesson 08 §4).",
                ),
                Answer(
                    "Up to 5 Å: that is what a cutoff means.",
                    "That holds for one layer, and for symmetry functions and SOAP. A message "
                    "that arrived is passed on in the next round.",
                ),
                Answer(
                    "At any distance, since it is a network.",
                    "Nothing reaches beyond the last round; long-range forces need something more.",
                ),
            ),
        ),
        Asked(
            "カットオフ半径 5 Å、2 層のメッセージパッシングのネットワークがあります。"
            "どれだけ遠くの原子まで、この原子のエネルギーを変えられるでしょうか。",
            (
                Answer(
                    "間の原子を通して、10 Å まで。",
                    "L 回で、カットオフの L 倍まで届き、それより先へは決して届きません"
                    "（レッスン 08 の 4 節）。",
                ),
                Answer(
                    "5 Å まで。カットオフとはそういう意味だから。",
                    "それは、1 層の場合と、対称性関数や SOAP の場合です。届いたメッセージは、"
                    "次の回で先へ伝えられます。",
                ),
                Answer(
                    "どこまでも。ネットワークだから。",
                    "最後の回より先へは、何も届きません。長距離の力には、別のしくみが必要です。",
                ),
            ),
        ),
    ),
    Question(
        "first_with_data",
        3,
        Asked(
            "Somebody hands you labelled structures. What comes first?",
            (
                Answer(
                    "Ask the data whether labels fit each other and whether structures repeat.",
                    "In mlearn_Cu stresses lay 2.3 GPa from the slope of the energies, and 13 "
                    "of 31 test frames were copies of training frames (lesson 05, step 1).",
                ),
                Answer(
                    "Split them at random, 80/10/10.",
                    "A random split puts copies of one structure into both parts, and the test "
                    "is worth nothing.",
                ),
                Answer(
                    "Train, and see how large the error is.",
                    "If the labels disagree with each other, no model can fit them, and a "
                    "small error on copies proves nothing.",
                ),
            ),
        ),
        Asked(
            "ラベル付きの構造を渡されました。まず何をしますか。",
            (
                Answer(
                    "ラベルどうしが合っているか、同じ構造が繰り返されていないか、データを調べる。",
                    "mlearn_Cu では、応力がエネルギーの傾きから 2.3 GPa ずれていて、"
                    "テスト用 31 個のうち 13 個が訓練データの写しでした"
                    "（レッスン 05 のステップ 1）。",
                ),
                Answer(
                    "無作為に 80/10/10 に分ける。",
                    "無作為に分けると、同じ構造の写しが両方に入り、テストの意味がなくなります。",
                ),
                Answer(
                    "訓練して、誤差の大きさを見る。",
                    "ラベルどうしが食い違っていれば、どんなモデルも合わせられません。"
                    "写しでの誤差が小さくても、何の証拠にもなりません。",
                ),
            ),
        ),
    ),
    Question(
        "weights",
        3,
        Asked(
            "A paper trains with w_E = 1 and w_F = 100. May you copy these numbers?",
            (
                Answer(
                    "Only with their units and with the formula of the loss.",
                    "w_F/w_E is a length squared and says which errors weigh the same; it "
                    "makes a difference whether the energy is taken per atom or per cell "
                    "(lesson 05, step 3).",
                ),
                Answer(
                    "Yes: the factor only converts units.",
                    "It decides what is to become small. With energies per atom, 100 Å² sets 1 "
                    "meV/atom equal to 0.1 meV/Å: the energies hardly count.",
                ),
                Answer(
                    "Yes, since there are 3N forces and one energy.",
                    "A mean is taken over each, so their number is out already.",
                ),
            ),
        ),
        Asked(
            "ある論文では、w_E = 1、w_F = 100 で訓練しています。この数を写してもよいでしょうか。",
            (
                Answer(
                    "単位と、損失の式も一緒でなければならない。",
                    "w_F/w_E は長さの 2 乗で、どの誤差を同じ重さとみなすかを表します。"
                    "エネルギーを原子 1 個あたりにするか、セル全体にするかでも変わります"
                    "（レッスン 05 のステップ 3）。",
                ),
                Answer(
                    "よい。係数は単位の換算にすぎない。",
                    "何を小さくするかを決めるのが重みです。原子 1 個あたりのエネルギーなら、"
                    "100 Å² では 1 meV/atom が 0.1 meV/Å と同じになり、"
                    "エネルギーはほとんど効きません。",
                ),
                Answer(
                    "よい。力は 3N 個、エネルギーは 1 個だから。",
                    "どちらも平均をとるので、個数の違いはもう除かれています。",
                ),
            ),
        ),
    ),
    Question(
        "conserved",
        3,
        Asked(
            "A run at constant energy conserves it to 0.01 meV/atom over 10 ps. What does this "
            "show?",
            (
                Answer(
                    "That forces are the slope of the model's energy and the timestep is short "
                    "enough.",
                    "Whether that energy is right, only a comparison with labels or experiment "
                    "tells (lesson 05, steps 4 and 5).",
                ),
                Answer(
                    "That the potential is accurate at this temperature.",
                    "At 6000 K, twice the hottest data, the energy was conserved just as well "
                    "(lesson 05, step 5).",
                ),
                Answer(
                    "That the structures stayed inside the training data.",
                    "The total energy says nothing of that; a watch on the domain or a spread "
                    "does.",
                ),
            ),
        ),
        Asked(
            "エネルギー一定の計算で、10 ps の間、エネルギーが 0.01 meV/atom の範囲で保存されま"
            "した。これは何を示すでしょうか。",
            (
                Answer(
                    "力がモデルのエネルギーの傾きであることと、時間刻みが十分に短いこと。",
                    "そのエネルギーが正しいかどうかは、ラベルや実験と比べなければわかりません"
                    "（レッスン 05 のステップ 4、5）。",
                ),
                Answer(
                    "この温度でポテンシャルが正確であること。",
                    "最も熱いデータの 2 倍の 6000 K でも、"
                    "エネルギーは同じようによく保存されました（レッスン 05 のステップ 5）。",
                ),
                Answer(
                    "構造が訓練データの範囲にとどまったこと。",
                    "全エネルギーは、そのことを何も語りません。知らせてくれるのは、"
                    "訓練領域の見張りや、モデルのばらつきです。",
                ),
            ),
        ),
    ),
    Question(
        "r_squared",
        3,
        Asked(
            "A potential's energies have R² = 0.995. Does it pass?",
            (
                Answer(
                    "That alone says little: ask for the MAE, and on which structures.",
                    "EMT, which knows nothing of the data, passes R² > 0.99 with 14 meV/atom "
                    "(lesson 05, step 4).",
                ),
                Answer(
                    "Yes, more than 0.99 is excellent.",
                    "R² compares with the spread of the labels: with very different structures "
                    "it comes easily, with very similar ones a good model misses it.",
                ),
                Answer(
                    "No, it has to be 1 to the third digit.",
                    "On frames of nearly equal energy a useful model can have a low R². It is "
                    "the wrong measure, not the wrong limit.",
                ),
            ),
        ),
        Asked(
            "エネルギーの R² が 0.995 のポテンシャルは、合格でしょうか。",
            (
                Answer(
                    "それだけではほとんど何もわからない。MAE と、どの構造での値かを尋ねる。",
                    "データを何も知らない EMT でも、14 meV/atom で R² > 0.99 に合格します"
                    "（レッスン 05 のステップ 4）。",
                ),
                Answer(
                    "合格。0.99 を超えれば優秀である。",
                    "R² は、ラベルのばらつきとの比較です。とても異なる構造があれば簡単に届き、"
                    "とても似た構造では、良いモデルでも届きません。",
                ),
                Answer(
                    "不合格。小数第 3 位まで 1 でなければならない。",
                    "エネルギーがほぼ等しい配置では、役に立つモデルでも R² は低くなります。"
                    "限界値ではなく、尺度が合っていないのです。",
                ),
            ),
        ),
    ),
    Question(
        "how_long",
        4,
        Asked(
            "SOAP with 8 radial functions and degrees up to 6, for an alloy of four elements. "
            "How many numbers does an atom get?",
            (
                Answer(
                    "3,696.",
                    "S n (S n + 1)/2 · (l + 1) with S = 4. The length grows with the square of "
                    "the number of elements (lesson 07 §6, lesson 10 §2).",
                ),
                Answer(
                    "252, for any number of elements.",
                    "That is S = 1. Each pair of elements has numbers of its own.",
                ),
                Answer(
                    "Between 30 and 50.",
                    "So the chapter has it. One element, n = 4 and l = 2 give 30; what is "
                    "called for here is a hundred times as long.",
                ),
            ),
        ),
        Asked(
            "動径関数 8 個、次数 6 までの SOAP を、4 元素の合金に使います。"
            "1 個の原子は何個の数で表されるでしょうか。",
            (
                Answer(
                    "3,696 個。",
                    "S n (S n + 1)/2 · (l + 1) で S = 4 です。長さは、"
                    "元素の数の 2 乗で増えます（レッスン 07 の 6 節、レッスン 10 の 2 節）。",
                ),
                Answer(
                    "元素がいくつでも 252 個。",
                    "それは S = 1 の場合です。元素の組ごとに、別の数があります。",
                ),
                Answer(
                    "30 〜 50 個。",
                    "もとの章にはそうあります。1 元素で n = 4、l = 2 なら 30 個ですが、"
                    "ここで必要なものは、その 100 倍の長さです。",
                ),
            ),
        ),
    ),
    Question(
        "who_is_invariant",
        4,
        Asked(
            "The chapter's table gives two descriptors 'rotation and translation' and the last "
            "one 'E(3)'. For which of the energies does a rotation make a difference?",
            (
                Answer(
                    "For none of them.",
                    "Symmetry functions, SOAP, SchNet, PaiNN and NequIP kept energy and forces "
                    "to 2e-14 (relative) under rotation, mirror, shift and exchange (lesson 10 "
                    "§4).",
                ),
                Answer(
                    "For all but E(3)-equivariant networks.",
                    "Invariance of the energy is older than these networks; they carry "
                    "equivariant features besides.",
                ),
                Answer(
                    "For symmetry functions a little: they are chosen by hand.",
                    "They are functions of distances and angles, which do not change when all "
                    "is turned (lesson 06 §5).",
                ),
            ),
        ),
        Asked(
            "もとの章の表では、対称性関数や SOAP は「回転・並進」、最後のものは「E(3)」です。"
            "回転でエネルギーが変わるのは、どれでしょうか。",
            (
                Answer(
                    "どれも変わらない。",
                    "対称性関数、SOAP、SchNet、PaiNN、NequIP のどれでも、回転、鏡映、並進、"
                    "入れ替えで、エネルギーと力は（相対的に）2e-14 まで保たれました"
                    "（レッスン 10 の 4 節）。",
                ),
                Answer(
                    "E(3) 同変ネットワーク以外のすべて。",
                    "エネルギーの不変性は、これらのネットワークより前からあります。新しいのは、"
                    "同変な特徴量ももつことです。",
                ),
                Answer(
                    "対称性関数が少し。手で選ぶから。",
                    "距離と角度の関数なので、全体を回しても変わりません（レッスン 06 の 5 節）。",
                ),
            ),
        ),
    ),
    Question(
        "few_frames",
        4,
        Asked(
            "You have 100 labelled frames of ethanol and nothing else. What had the smallest "
            "error of forces in our measurement?",
            (
                Answer(
                    "SOAP with a Gaussian process, 49 meV/Å.",
                    "NequIP had 82, PaiNN 86, SchNet 95, symmetry functions with a network 98 "
                    "(lesson 10 §6). One system: on yours, measure.",
                ),
                Answer(
                    "NequIP, for equivariance is what few data need.",
                    "Among the networks yes: 82 against 86 to 98. A kernel was ahead of all of "
                    "them.",
                ),
                Answer(
                    "SchNet, for it designs its own descriptor.",
                    "To learn the descriptor takes data too: 95 with 100 frames, 26 with 950.",
                ),
            ),
        ),
        Asked(
            "ラベル付きのエタノールが 100 配置だけあります。私たちの測定で、"
            "力の誤差が最も小さかったのはどれでしょうか。",
            (
                Answer(
                    "SOAP とガウス過程、49 meV/Å。",
                    "NequIP は 82、PaiNN は 86、SchNet は 95、"
                    "対称性関数とネットワークは 98 でした（レッスン 10 の 6 節）。"
                    "1 つの系での結果です。自分の系では測りましょう。",
                ),
                Answer(
                    "NequIP。データが少ないときこそ同変性だから。",
                    "ネットワークの中ではそのとおりです（86 〜 98 に対して 82）。しかし、"
                    "カーネルはそのどれよりも先を行きました。",
                ),
                Answer(
                    "SchNet。記述子を自分で設計するから。",
                    "記述子を学ぶのにもデータがいります。100 配置では 95、950 配置では 26 でした。",
                ),
            ),
        ),
    ),
    Question(
        "blind_spot",
        4,
        Asked(
            "Two different arrangements of four neighbours have the same SOAP vector to 1e-12. "
            "Why?",
            (
                Answer(
                    "It holds pairs of neighbours and their angles, and these agree.",
                    "Finer expansions do not help, a term with one neighbour more does (MACE "
                    "with ν = 3; lesson 07 §8, lesson 09 §7).",
                ),
                Answer(
                    "The expansion is too coarse.",
                    "The vectors agree however large n and l are made.",
                ),
                Answer(
                    "The cutoff is too short to see all neighbours.",
                    "All four are inside. What is missing is which angles belong together.",
                ),
            ),
        ),
        Asked(
            "隣接原子 4 個の異なる 2 つの配置で、SOAP のベクトルが 1e-12 まで一致します。"
            "なぜでしょうか。",
            (
                Answer(
                    "含むのは隣接原子の対とその角度までで、それらが一致しているから。",
                    "展開を細かくしても役に立ちません。役に立つのは、"
                    "隣接原子がもう 1 個入る項です（ν = 3 の MACE。レッスン 07 の 8 節、"
                    "レッスン 09 の 7 節）。",
                ),
                Answer(
                    "展開が粗すぎるから。",
                    "n と l をどれほど大きくしても、一致します。",
                ),
                Answer(
                    "カットオフが短くて、隣接原子が全部は見えていないから。",
                    "4 個とも内側にあります。欠けているのは、どの角度が組になるかという情報です。",
                ),
            ),
        ),
    ),
)
BY_KEY = {question.key: question for question in QUESTIONS}
