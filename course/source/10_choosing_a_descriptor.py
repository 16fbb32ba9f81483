# ---
# jupyter:
#   card: {learn_minutes: 60, run_seconds: 65, memory_mb: 650}
# ---

# %% [markdown] lang="en"
# # Choosing a descriptor
#
# **Question of this lesson.** Symmetry functions, SOAP, graph networks, equivariant networks: which one should you take? Textbooks answer with a table of words such as *low*, *medium* and *highest*. What is left of such a table when every entry is measured?
#
# Afterwards you can
#
# - count the numbers that describe an atom, for any number of elements;
# - measure what a descriptor costs in time and memory, against neighbours and elements;
# - check invariance in place of believing in it;
# - compare models at equal data, and say what a learning curve does and does not show;
# - choose for a situation of your own, with reasons and with the price.

# %% [markdown] lang="ja" en="34c21152"
# # 記述子を選ぶ
#
# **このレッスンの問い**　対称性関数、SOAP、グラフネットワーク、同変ネットワークのうち、どれを使えばよいのでしょうか。教科書は「低」「中」「最高」のような言葉を並べた表で答えます。1 つずつ測ってみると、その表のうち何が残るでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - 元素が何種類でも、1 個の原子を表す数の個数を数える。
# - 記述子にかかる時間とメモリを、隣接原子の数と元素の数に対して測る。
# - 不変性を、信じるのではなく確かめる。
# - 同じデータでモデルを比べ、学習曲線から何が言え、何が言えないかを説明する。
# - 自分の状況に合わせて、理由と代償を示して選ぶ。

# %% [markdown] lang="en"
# ## 1. The table to be tested
#
# In short, the chapter's table says this:
#
# | | symmetry functions | SOAP | SchNet | equivariant |
# |---|---|---|---|---|
# | numbers an atom | 50 to 100 | 30 to 50 | learnable | learnable |
# | data efficiency | low | medium | medium | high |
# | accuracy | medium | high | high | highest |
# | cost | low | medium | medium | medium to high |
# | difficulty | low | medium | medium | high |
#
# **Predict.** Mark each entry: will it survive a measurement, yes, no, or "depends"? And on what will it depend? Section 9 has the answers of one computer and two data sets.
#
# All five models of this lesson, small and untrained:

# %% [markdown] lang="ja" en="ef439dfe"
# ## 1. 確かめる表
#
# もとの章の表は、要するに次のように言っています。
#
# | | 対称性関数 | SOAP | SchNet | 同変 |
# |---|---|---|---|---|
# | 1 原子を表す数の個数 | 50 〜 100 | 30 〜 50 | 学習可能 | 学習可能 |
# | データ効率 | 低 | 中 | 中 | 高 |
# | 精度 | 中 | 高 | 高 | 最高 |
# | 計算の手間 | 低 | 中 | 中 | 中〜高 |
# | 実装の難しさ | 低 | 中 | 中 | 高 |
#
# **予想しましょう。** それぞれの欄は、測定しても「そのとおり」、「違う」、「場合による」のどれでしょうか。場合によるなら、何によるのでしょうか。9 節に、1 台のコンピュータと 2 つのデータセットで得た答えがあります。
#
# このレッスンで使う 5 つのモデルを、小さく、訓練しないまま用意します。

# %%
lang = "en"

import numpy as np
import torch

from mlp_teach.basis.expansions import GaussianSmearing, SineWaves
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.models.gap import GAP
from mlp_teach.models.nequip import NequIP
from mlp_teach.models.painn import PaiNN
from mlp_teach.models.schnet import SchNet


# %%
def functions(cutoff, elements):
    radial = tuple((4.0, float(r_s)) for r_s in np.linspace(1.0, cutoff - 0.5, 8))
    angles = tuple((0.01, zeta, sign) for zeta in (1, 4) for sign in (1, -1))
    return SymmetryFunctions(cutoff, elements, g2=radial, g4=angles)


def make_gap(cutoff, elements):
    gap = GAP(SOAP(GaussianOrbitals(cutoff, 6, 4, 0.3), elements, 1.0), n_points=400, zeta=2)
    gap.points.normal_()  # by chance, as the networks' weights are
    gap.weights.normal_()
    return gap


# %%
def make_models(cutoff, elements):
    torch.manual_seed(0)
    models = {
        "functions": BehlerParrinello(functions(cutoff, elements), (20, 20)),
        "SOAP": make_gap(cutoff, elements),
        "SchNet": SchNet(elements, GaussianSmearing(20, cutoff), features=32),
        "PaiNN": PaiNN(elements, SineWaves(10, cutoff), features=24),
        "NequIP": NequIP(elements, cutoff, channels=8, l_max=2, parity=False, layers=3),
    }
    return {name: model.double() for name, model in models.items()}


# %% [markdown] lang="en"
# ## 2. How long is it?
#
# A symmetry function is taken for each element of the neighbours, an angular one for each *pair* of elements. With $S$ elements, $p$ radial and $q$ angular functions that is
#
# $$S\,p + \tfrac{S(S+1)}{2}\,q,$$
#
# and SOAP has, with $n_{\max}$ radial functions for each element,
#
# $$\tfrac{S n_{\max}(S n_{\max}+1)}{2}\,(l_{\max}+1).$$
#
# By hand, for $S = 2$, $p = 8$, $q = 16$: $16 + 3 \cdot 16 = 64$. For SOAP with $n_{\max} = 8$, $l_{\max} = 6$: $\frac{16 \cdot 17}{2} \cdot 7 = 952$. The library counts alike:

# %% [markdown] lang="ja" en="6f7386e1"
# ## 2. 数はいくつあるか
#
# 動径の対称性関数は隣接原子の元素ごとに、角度の関数は元素の**組**ごとに取ります。元素が $S$ 種、動径関数が $p$ 個、角度関数が $q$ 個なら、個数は
#
# $$S\,p + \tfrac{S(S+1)}{2}\,q$$
#
# です。SOAP は、元素ごとに $n_{\max}$ 個の動径関数があれば
#
# $$\tfrac{S n_{\max}(S n_{\max}+1)}{2}\,(l_{\max}+1)$$
#
# 個です。$S = 2$、$p = 8$、$q = 16$ なら、手で計算すると $16 + 3 \cdot 16 = 64$ 個です。SOAP は $n_{\max} = 8$、$l_{\max} = 6$ なら $\frac{16 \cdot 17}{2} \cdot 7 = 952$ 個です。ライブラリも同じように数えます。

# %%
from mlp_teach.show import show

show(SymmetryFunctions.n_features.fget)

# %% [markdown] lang="en"
# **Predict** both lengths for five elements. And how many numbers does a SchNet with 64 features carry for five elements?

# %% [markdown] lang="ja" en="a22cf26e"
# **予想しましょう。** 元素が 5 種なら、それぞれ何個でしょうか。特徴量が 64 個の SchNet は、元素が 5 種のとき、1 原子について何個の数をもつでしょうか。

# %%
from mlp_teach.widgets.descriptor_choice import length_of

print("elements   functions   SOAP (8, 6)   SchNet   PaiNN (64 features)")
for n in (1, 2, 3, 4):
    lengths = [length_of(one, n) for one in ("network", "gap", "invariant", "equivariant")]
    print("{:8} {:11} {:13} {:8} {:7}".format(n, *lengths))
five = SOAP(GaussianOrbitals(5.0, 8, 6, 0.5), (1, 6, 7, 8, 29)).n_features
print(f"SOAP with five elements: {five}")

# %% [markdown] lang="en"
# With five elements there are 280 functions and 5,740 SOAP numbers; SchNet keeps the 64 that you chose (PaiNN four times as many, with its vectors), since elements enter as an embedding (lesson 08). So "50 to 100" holds for two elements, "30 to 50" for none of these. A length is no measure of quality, but it is one of cost.
#
# ## 3. What does it cost?
#
# Energies and forces of 32 copper atoms, cutoff from 4 to 6 Å. Time is the least of three; "kept" is the memory that the forward pass must hold until the slopes have been computed.
#
# **Predict.** From 4 to 6 Å the neighbours grow fourfold. By which factors do the times of functions (with $G^4$), SOAP and SchNet grow? Which is the fastest at the end?

# %% [markdown] lang="ja" en="2991fe25"
# 元素が 5 種なら、対称性関数は 280 個、SOAP は 5,740 個です。SchNet は、選んだ 64 個のままです（ベクトルももつ PaiNN では、その 4 倍）。元素は埋め込みとして入るからです（レッスン 08）。つまり「50 〜 100」は元素が 2 種のときに当てはまり、「30 〜 50」はここではどれにも当てはまりません。個数は、よしあしの尺度ではありませんが、手間の尺度ではあります。
#
# ## 3. どれだけ手間がかかるか
#
# 銅 32 原子のエネルギーと力を、カットオフ 4 〜 6 Å で計算します。時間は 3 回の最小値です。kept は、傾きを計算し終えるまで保持しなければならないメモリです。
#
# **予想しましょう。** 4 Å から 6 Å にすると、隣接原子は 4 倍に増えます。対称性関数（$G^4$ を含む）、SOAP、SchNet の時間は何倍になるでしょうか。最後にいちばん速いのはどれでしょうか。

# %%
from time import process_time

from ase.build import bulk

from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict


def microseconds(model, graph):
    times = []
    for _ in range(3):
        start = process_time()
        predict(model, graph, stress=False)
        times.append(process_time() - start)
    return 1e6 * min(times) / graph.n_atoms


# %%
def kept(model, graph):
    sizes = {}  # of each piece of memory, once

    def note(tensor):
        storage = tensor.untyped_storage()
        sizes[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        predict(model, graph, stress=False)
    return sum(sizes.values()) / 1e3 / graph.n_atoms  # kB an atom


# %%
crystal = bulk("Cu", cubic=True).repeat(2)
crystal.rattle(0.1, seed=0)
for cutoff in (4.0, 5.0, 6.0):
    graph = atom_graph(crystal, cutoff)
    print(f"{cutoff} Å, {graph.n_pairs / graph.n_atoms:.0f} neighbours")
    for name, model in make_models(cutoff, (29,)).items():
        time, memory = microseconds(model, graph), kept(model, graph)
        print(f"    {name:10} {time:6.0f} µs an atom   {memory:6.0f} kB an atom kept")

# %% [markdown] lang="en"
# The more neighbours, the worse for $G^4$, which lists their pairs. Larger sizes take longer and are recorded: 108 atoms, 24 functions, 252 SOAP numbers, networks with 64 features (NequIP 16 channels, $l \le 2$); functions and networks in single precision. `python benchmarks/descriptor_cost.py` repeats it (minutes).
#
# **Predict** the order of the five at 183 neighbours (8 Å).

# %% [markdown] lang="ja" en="63adad3e"
# 隣接原子が多いほど、その対を並べる $G^4$ は不利になります。もっと大きな場合は時間がかかるので、記録した値を示します。108 原子、対称性関数 24 個、SOAP 252 個、ネットワークの特徴量は 64 個（NequIP は 16 チャンネル、$l \le 2$）で、対称性関数とネットワークは単精度です。`python benchmarks/descriptor_cost.py` で確かめられます（数分）。
#
# **予想しましょう。** 隣接原子が 183 個（8 Å）のとき、5 つの順序はどうなるでしょうか。

# %%
from mlp_teach.plotting.style import COLORS, DASHES, SERIES, SHAPES, Picture, finish, new_axes, say

neighbours = (17.9, 44.8, 77.5, 183.0)  # 4, 5, 6, 8 Å
recorded = {  # µs an atom, then MB for all 108
    "functions": ((61, 97, 314, 2723), (2, 16, 47, 248)),
    "SOAP": ((127, 159, 314, 647), (16, 39, 58, 77)),
    "SchNet": ((57, 108, 163, 468), (10, 23, 36, 93)),
    "PaiNN": ((208, 426, 538, 951), (25, 61, 101, 263)),
    "NequIP": ((235, 486, 785, 2025), (25, 64, 95, 263)),
}
titles = say(lang, "time, µs an atom", "時間（µs/原子）"), say(lang, "memory, MB", "メモリ（MB）")

# %%
figure = Picture(8.8, 3.6)
label = say(lang, "neighbours", "隣接原子の数")
for kind, ax in enumerate(map(new_axes, figure.subplots(1, 2))):
    for name, color, dash, shape in zip(recorded, SERIES, DASHES, SHAPES, strict=True):
        style = {"color": COLORS[color], "linestyle": dash, "marker": shape, "label": name}
        ax.loglog(neighbours, recorded[name][kind], **style)
    ax.set_xticks(neighbours, [f"{n:.0f}" for n in neighbours])
    ax.minorticks_off()
    text = "; ".join(f"{name} {rows[kind]}" for name, rows in recorded.items())
    finish(ax, lang, titles[kind], label, "", text=text)
figure

# %% [markdown] lang="en"
# With 18 neighbours the functions and SchNet are the cheapest; with 183 neighbours the functions are the *most expensive*, and SchNet and SOAP lead. "Low, medium, medium, high" is one column of a table that has an axis more. (The machine was busy: from repeat to repeat single times differ by a third, so do not take the order of two close values too seriously.)
#
# **And elements?** From 1 to 4 of them on the same sites, 5 Å: functions 97 to 178 µs without a clear trend, SOAP 159, 301, 458 and 749 µs, the networks unchanged within the noise. Where elements are many, SOAP's length is its price; there are ways to compress it (Darby et al. 2022).
#
# ## 4. Are they equally invariant?
#
# The chapter says "rotation, translation" for three and "E(3)" for the fourth. **Predict** which of the five energies changes under a rotation, a mirror, a translation or an exchange of like atoms, and by how much.

# %% [markdown] lang="ja" en="17485afd"
# 隣接原子が 18 個なら対称性関数と SchNet が最も安く、183 個なら対称性関数が**最も高く**つき、SchNet と SOAP が上位です。「低、中、中、高」は、本当はもう 1 つ軸がある表の 1 列にすぎません。（コンピュータはほかの仕事でも使われていたので、1 回ごとの時間は 3 割ほど違います。近い値どうしの順序は、あまり気にしないでください。）
#
# **元素の数では？** 同じ位置に 1 〜 4 種の元素を置くと（5 Å）、対称性関数は 97 〜 178 µs ではっきりした傾向がなく、SOAP は 159、301、458、749 µs、ネットワークはばらつきの範囲で変わりません。元素が多いとき、SOAP の代償はその長さです。縮める方法もあります（Darby ら、2022 年）。
#
# ## 4. どれも同じように不変か
#
# もとの章は、3 つに「回転・並進」、4 つ目に「E(3)」と書いています。**予想しましょう。** 5 つのエネルギーのうち、回転、鏡映、並進、同種原子の交換で変わるのはどれで、どのくらい変わるでしょうか。

# %%
from ase.build import molecule

from mlp_teach.checks import permutation, reflection, rotation, translation

ethanol = molecule("CH3CH2OH")
print("            rotation   mirror   translation   exchange")
for name, model in make_models(4.0, (1, 6, 8)).items():
    laws = (rotation, reflection, translation, permutation)
    errors = [law(model, ethanol).measured for law in laws]
    print(f"{name:10} {errors[0]:9.0e} {errors[1]:8.0e} {errors[2]:13.0e} {errors[3]:10.0e}")

# %% [markdown] lang="en"
# None, beyond rounding. All five energies are invariant and all five sets of forces turn along: the row separates nothing. What "equivariant" adds lies *inside* (lesson 09).
#
# ### What does a descriptor not see?
#
# Invariance is cheap: the number 1 has it too. A descriptor must also *differ* where surroundings do. The radial functions $G^2$ sum over neighbours; $G^4$ and SOAP's power spectrum sum over pairs of them.
#
# Four neighbours lie around an atom, on corners of an octagon. Drag yours away from the fixed ones (rings) until the atoms are truly apart (blue bar) and the chosen descriptor calls both equal (orange bar below the dashed line). Corners and circle catch a neighbour that comes near.
#
# **Predict.** Which moves does $G^2$ not see? Is there one that SOAP does not see?

# %% [markdown] lang="ja" en="a6c6b3a1"
# 丸め誤差を超えて変わるものはありません。5 つともエネルギーは不変で、力は一緒に回ります。この行では区別がつきません。「同変」で加わるのは、**内部**の性質です（レッスン 09）。
#
# ### 記述子には何が見えないか
#
# 不変であるだけなら簡単です。数字の 1 も不変だからです。記述子は、違う環境に**違う**値を与えなければなりません。動径関数 $G^2$ は隣接原子についての和、$G^4$ と SOAP のパワースペクトルは隣接原子の対についての和です。
#
# 1 個の原子のまわりに、正八角形の頂点を占める 4 個の隣接原子があります。固定された原子（輪）から自分の原子をドラッグで離し、原子どうしは確かに離れている（青い棒）のに、選んだ記述子では等しい（オレンジの棒が破線より下）という状態を作ってください。頂点や円に近づけた原子は、ちょうどその上に乗ります。
#
# **予想しましょう。** $G^2$ に見えないのは、どのような動きでしょうか。SOAP に見えない動きはあるでしょうか。

# %%
from mlp_teach.widgets.collision_hunt import collision_hunt

collision_hunt(lang=lang)

# %% [markdown] lang="en"
# Any neighbour that turns about the centre deceives $G^2$. For $G^4$ and SOAP press *show a collision*: corners 0, 1, 2, 5 in place of 0, 1, 3, 4. At best the atoms are 1.4 Å apart, and the descriptors agree to $10^{-13}$. The table says why: the same four distances, the same six angles. No $n_{\max}$ or $\zeta$ can help, and the slider shows that the centre may leave the plane. (Of all ways to occupy four corners it is the only one that does this.)
#
# Whose finding is what? That two different sets of points can have all distances in common is old, from the analysis of crystals by X-rays (*homometric* sets: Patterson 1944). That descriptors of atoms are incomplete for such reasons, with three and even with four bodies, was shown by Pozdnyakov et al. (2020); they also said what eases it: an energy is a sum over *all* atoms, and the neighbours see each other from elsewhere (the last bar). Nor does the pair deceive every model. **Predict** for which of our five, untrained, the energy of the *centre* differs.

# %% [markdown] lang="ja" en="0303d1e7"
# 中心のまわりに隣接原子を 1 個回すと、$G^2$ はだまされます。$G^4$ と SOAP については、「衝突の例を見る」を押してください。頂点 0、1、3、4 の代わりに 0、1、2、5 を占める配置です。どのように重ねても原子は 1.4 Å 離れているのに、記述子は $10^{-13}$ まで一致します。理由は表からわかります。4 つの距離も 6 つの角度も同じなのです。$n_{\max}$ や $\zeta$ をいくら増やしても、区別はできません。スライダーで中心を面から離しても同じです。（4 つの頂点の選び方のうち、こうなるのはこれだけです。）
#
# 誰が何を見つけたのでしょうか。異なる点の集合が、すべての距離を共有しうることは、X 線による結晶構造の解析で古くから知られていました（**ホモメトリック**な集合：Patterson、1944 年）。同じような理由で、原子の記述子が 3 体でも、さらに 4 体でも不完全であることを示したのは、Pozdnyakov ら（2020 年）です。彼らは、影響が和らぐ理由も述べています。エネルギーは**すべての**原子についての和であり、隣接原子は互いを別の所から見ているからです（右端の棒）。また、どのモデルもこの対にだまされるわけではありません。訓練していない 5 つのモデルのうち、**中心**の原子のエネルギーが違うのはどれか、**予想しましょう。**

# %%
from ase import Atoms

from mlp_teach.widgets.collision_scene import FIXED, PARTNER, corners


def atomic_energies(model, chosen):
    neighbours = [(x, y, 0.5) for x, y in corners(chosen)]
    return model(atom_graph(Atoms("Cu5", [(0, 0, 0), *neighbours]), 6.0)).detach()


for name, model in make_models(6.0, (29,)).items():
    one, other = (atomic_energies(model, chosen) for chosen in (FIXED, PARTNER))
    centre, total = abs(other[0] / one[0] - 1), abs(other.sum() / one.sum() - 1)
    print(f"{name:10} centre differs by {centre:.0e}, the sum of all five by {total:.0e}")

# %% [markdown] lang="en"
# Functions and GAP give the centre one energy for both, SchNet, PaiNN and NequIP do not: with several layers of messages its row holds what the neighbours see (lesson 08). SchNet's difference is tiny, but it is not rounding.
#
# ## 5. Accuracy at equal data, live
#
# Fifty frames of ethanol for each, twenty to choose the best epoch, a hundred for the test. GAP solves one linear system; networks take the steps of lesson 08.

# %% [markdown] lang="ja" en="d1d07726"
# 対称性関数と GAP は、どちらの配置でも中心の原子に同じエネルギーを与えます。SchNet、PaiNN、NequIP は違います。メッセージの層をいくつも重ねると、中心の特徴量に、隣接原子から見たものが入るからです（レッスン 08）。SchNet の差はわずかですが、丸め誤差ではありません。
#
# ## 5. 同じデータでの精度：その場で測る
#
# どのモデルにもエタノール 50 配置を与え、20 配置で最良のエポックを選び、100 配置でテストします。GAP は連立一次方程式を 1 回解き、ネットワークはレッスン 08 と同じように訓練します。

# %%
from mlp_teach.datasets import load
from mlp_teach.training.experiment import make_data, train
from mlp_teach.training.fit import Settings
from mlp_teach.training.losses import Weights
from mlp_teach.training.metrics import compare
from mlp_teach.training.regression import Regression

# %%
frames, test_frames = load("ethanol", "train"), load("ethanol", "test")[:100]
network = Settings(
    epochs=60,
    batch_size=5,
    learning_rate=1e-2,
    last_learning_rate=1e-4,
    average=0.98,
    weights=Weights(energy=100.0, forces=1.0),
)

# %% [markdown] lang="en"
# **Claim**, the chapter's: where data are few, take an equivariant network. If so, PaiNN has the smallest error of the forces of these four.
#
# **Predict.** Does it? In which order do the other three follow, and what is the order of the times?

# %% [markdown] lang="ja" en="b491b285"
# **主張**（もとの章による）　データが少ないときは、同変なネットワークを選ぶとよい。そうだとすれば、力の誤差は、4 つのモデルのうち PaiNN がいちばん小さいはずです。
#
# **予想しましょう。** そのとおりになるでしょうか。ほかの 3 つの順序と、時間の順序はどうなるでしょうか。


# %%
def learn(name, settings, precision=torch.float32):
    model, start = make_models(4.0, (1, 6, 8))[name].to(precision), process_time()
    parts = frames[:50], frames[900:920], test_frames
    training, validation, test = (make_data(model, part, precision) for part in parts)
    train(model, training, validation, settings)
    errors, seconds = compare(model, test, stress=False), process_time() - start
    print(
        f"{name:10} {errors.mae('energy'):5.1f} meV/atom {errors.mae('forces'):5.0f} meV/Å", end=""
    )
    print(f"   {seconds:4.1f} CPU s")


learn("SOAP", Regression(sigma_energy=1e-3, sigma_forces=0.02), torch.float64)
for name in ("functions", "SchNet", "PaiNN"):
    learn(name, network)

# %% [markdown] lang="en"
# The claim fails here: PaiNN is the best of the networks (and the slowest of the four), but GAP is ahead of all of them by far, in a fraction of their time. So is SOAP the better descriptor? Careful: a kernel method on 50 frames is compared with networks of some thousand weights that had seconds to learn, and GAP's width and power were chosen among five settings on validation frames (`experiments/gap_ethanol_small.toml`), while of the networks nothing was tuned. Descriptor, regression and training come as a bundle; only the bundle is measured.
#
# ## 6. Data efficiency: recorded learning curves
#
# More training, 100, 300 and 950 frames, all 1,000 test frames: `mlp-teach learning-curve experiments/NAME.toml --out FOLDER` repeats a line, for `behler_parrinello_ethanol`, `gap_ethanol` and `gap_ethanol_small`, `schnet_ethanol`, `painn_ethanol`.
#
# **Predict.** Will the lines cross?

# %% [markdown] lang="ja" en="dc05d73f"
# 主張は、ここでは成り立ちません。ネットワークの中では PaiNN が最良（時間は 4 つの中で最長）ですが、GAP が、ごく短い時間で、どのネットワークも大きく引き離しました。では、SOAP のほうがよい記述子なのでしょうか。注意が必要です。比べているのは、50 配置でのカーネル法と、数千の重みを数秒で訓練したネットワークです。また、GAP の幅と指数は、検証用の配置で 5 通りの中から選びましたが（`experiments/gap_ethanol_small.toml`）、ネットワークは何も調整していません。記述子、回帰の方法、訓練はひとまとまりで、測っているのは、そのまとまり全体です。
#
# ## 6. データ効率：記録した学習曲線
#
# もっと長く訓練し、100、300、950 配置で学習して、テスト用の 1,000 配置すべてで誤差を測りました。`mlp-teach learning-curve experiments/NAME.toml --out FOLDER` で 1 本ずつ確かめられます。NAME は `behler_parrinello_ethanol`、`gap_ethanol` と `gap_ethanol_small`、`schnet_ethanol`、`painn_ethanol` です。
#
# **予想しましょう。** 線は交わるでしょうか。

# %%
from mlp_teach.plotting.learning import learning_curve
from mlp_teach.widgets.descriptor_choice import ERRORS, SIZES, TRAINING

names = {"network": "functions", "gap": "SOAP + GAP", "invariant": "SchNet", "equivariant": "PaiNN"}
for option, name in names.items():
    print(f"{name:11} CPU s for {SIZES} frames: {TRAINING[option]}")
learning_curve(SIZES, {names[option]: ERRORS[option] for option in names}, lang=lang).figure

# %% [markdown] lang="en"
# - With 100 frames: GAP 49, PaiNN 86, SchNet 95, functions 98 meV/Å. With 300: GAP 21, PaiNN 44.
# - With 950 PaiNN is ahead (14 against 17), after 21 CPU minutes against 75 seconds.
# - PaiNN's line is the steepest, as the chapter promises of equivariance, but a steep line that starts high needs data to win. NequIP with $l \le 2$ has 82 with 100 frames, after fewer steps (lesson 09).
#
# What flattens a line is not always the data. GAP with 600 sparse points has 46 with 300 frames, and 42 on the frames that it *knows*; with 2,400 points it is 21. At 950 frames these are too few again (15 on the known frames). (With all atoms of the 100 frames as points, as lesson 11 takes them, GAP has 43 in place of 49.) The functions' network has 42 on its own 950 frames. Always look at the training error before you say "data efficiency".
#
# On copper the order is the same: GAP 8.9, functions and network 18 meV/Å from mlearn's 262 frames (lessons 05 and 07; published GAP: 10, Zuo et al. 2020).
#
# ## 7. Difficulty and meaning
#
# How difficult is it to write? A poor measure, but one: lines of this library that each model needs, comments included.
#
# **Predict** the order.

# %% [markdown] lang="ja" en="03302a49"
# - 100 配置では、GAP が 49、PaiNN が 86、SchNet が 95、対称性関数が 98 meV/Å です。300 配置では、GAP が 21、PaiNN が 44 です。
# - 950 配置では PaiNN が勝ります（14 と 17）。ただし CPU 時間は 21 分と 75 秒です。
# - PaiNN の線がいちばん急なのは、もとの章が同変性について述べるとおりです。しかし、急な線でも、高い所から始まれば、勝つにはデータが必要です。$l \le 2$ の NequIP は、もっと少ないステップ数で、100 配置のとき 82 です（レッスン 09）。
#
# 線を平らにするのは、データの不足とは限りません。スパース点が 600 個の GAP は、300 配置で 46 meV/Å ですが、**知っている**配置でも 42 です。2,400 個にすると 21 になります。950 配置では、それでも足りません（知っている配置で 15）。（レッスン 11 のように 100 配置の全原子をスパース点にすると、GAP の誤差は 49 ではなく 43 です。）対称性関数のネットワークも、自分の 950 配置で 42 です。「データ効率」と言う前に、必ず訓練誤差を見てください。
#
# 銅でも順序は同じで、mlearn の 262 配置から、GAP は 8.9、対称性関数のネットワークは 18 meV/Å です（レッスン 05、07。論文の GAP は 10：Zuo ら、2020 年）。
#
# ## 7. 難しさと意味
#
# 書くのはどれだけ難しいでしょうか。粗い尺度ですが、各モデルに必要なこのライブラリの行数を、コメントも含めて数えます。
#
# **予想しましょう。** 順序はどうなるでしょうか。

# %%
import ast
from pathlib import Path

import mlp_teach

PACKAGE = Path(mlp_teach.__file__).parent


# %%
def add_lines(name, counted):
    path = PACKAGE.parent / (name.replace(".", "/") + ".py")
    if path.exists() and name not in counted:
        text = path.read_text("utf-8")
        counted[name] = sum(bool(line.strip()) for line in text.splitlines())
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom):
                for inner in [node.module, *(f"{node.module}.{a.name}" for a in node.names)]:
                    add_lines(inner, counted)


# %%
for name in ("behler_parrinello", "gap", "schnet", "painn", "nequip", "mace"):
    counted = {}
    add_lines(f"mlp_teach.models.{name}", counted)
    print(f"{name:18} {len(counted):2} files {sum(counted.values()):5} lines")
print(*functions(4.0, (1, 6)).names()[7:10], sep="\n")  # what a number means: its name
print(*SOAP(GaussianOrbitals(4.0, 6, 4, 0.3), (1, 6)).names()[7:9], sep="\n")

# %% [markdown] lang="en"
# About 900 lines for functions, 1,200 for SchNet and PaiNN, 1,500 for GAP (without its fit) and 1,800 to 2,000 for NequIP and MACE: the order of the chapter. (Lines of files that several models share count for each of them, also where a model needs only a part.) And a number with a name, such as a shell at $R_s$ or an angle with $\zeta$, can be read; one of SOAP can be traced to two radial functions and a degree; the rows of a network cannot be named, although filters can be drawn (lesson 08). Here, too, the chapter's row stands.
#
# ## 8. The chooser
#
# Describe a situation; the tree takes the way of your answers and says why, at which price and what comes second. Thresholds (three elements, 300 frames) are our judgement on these measurements. **Before each, predict the end and one reason:**
#
# 1. Ethanol, 100 frames with forces. Now 950.
# 2. Copper alone, long runs of many atoms on CPUs; then an alloy of four elements.
# 3. A molecule on a surface, four elements, an hour a label. What does half the error cost?
# 4. No forces among the labels. Why does all else fall silent?

# %% [markdown] lang="ja" en="01570315"
# 対称性関数は約 900 行、SchNet と PaiNN は 1,200 行、GAP は（当てはめを除いて）1,500 行、NequIP と MACE は 1,800 〜 2,000 行で、もとの章の順序のとおりです。（共有のファイルは、その一部しか使わないモデルでも、全行を数えています。）$R_s$ の殻や $\zeta$ の角度のように名前のある数は、意味を読み取れます。SOAP の数は、2 つの動径関数と次数までたどれます。ネットワークの数の列には名前がつけられませんが、フィルターは描けます（レッスン 08）。もとの章のこの行も、そのとおりです。
#
# ## 8. 選択の木
#
# 状況を入力すると、木が答えの道筋をたどり、理由と代償、次の候補を示します。しきい値（元素 3 種、300 配置）は、これらの測定に基づく私たちの判断です。**それぞれ、行き先と理由を 1 つ予想してから動かしましょう。**
#
# 1. エタノールで、力のある 100 配置。次に 950 配置。
# 2. 銅だけで、多くの原子を CPU で長く計算する。次に 4 元素の合金。
# 3. 表面上の分子で、4 元素、ラベルは 1 つ 1 時間。誤差を半分にするにはいくらかかるか。
# 4. ラベルに力がない。ほかの条件が効かなくなるのはなぜか。

# %%
from mlp_teach.widgets.descriptor_chooser import descriptor_chooser

descriptor_chooser(lang=lang)

# %% [markdown] lang="en"
# ## 9. Statements to take with care
#
# | statement in the chapter | what we found |
# |---|---|
# | 50 to 100 symmetry functions | 24 to 192 for 1 to 4 elements with one recipe (section 2) |
# | SOAP 30 to 50 | 252 to 3,696 (section 2) |
# | cost low, medium, medium, medium to high | depends on the neighbours: functions go from cheapest to dearest between 18 and 183 (section 3) |
# | invariance: rotation and translation, or E(3) | the same for all five, to $2 \cdot 10^{-14}$ and better (section 4) |
# | data efficiency low, medium, medium, high | ethanol: GAP ahead with 100 and 300 frames, PaiNN with 950; PaiNN's curve is the steepest (section 6) |
# | accuracy medium, high, high, highest | 49, 17, 26, 14 meV/Å with 950 frames: this order but for SOAP above SchNet; not with 100 (section 6) |
# | difficulty low, medium, medium, high | by lines of this library: 900, 1,500, 1,200, 1,800 to 2,000 (section 7) |
# | beginners: symmetry functions | depends; GAP needed the least training here, functions are the easiest to read |
# | crystals and alloys: SOAP | yes for few elements (copper, silicon); its length grows with their square |
# | organic molecules: SchNet, DimeNet | on ethanol GAP was better at each size, PaiNN from 200 frames on (lesson 11) |
# | few data: equivariant | with 100 and 300 frames of one molecule GAP was better; with many elements not measured |
#
# ## What we learned
#
# - A length follows from a formula; functions and SOAP grow with the square of the elements, learnt numbers do not.
# - Cost has axes: neighbours, elements, precision. One word cannot hold them.
# - Invariance separates none of these families. What they cannot tell apart does: functions of pairs of neighbours miss homometric surroundings.
# - Only bundles of descriptor, regression and training can be compared, at stated data and time; look at the training error too.
# - A recommendation is worth its reasons and its price.
#
# ## Exercises
#
# 1. *Fill (the chapter's problem 1).* Make a table of symmetry functions, SOAP, graph networks and equivariant networks with the columns "what has to be chosen by hand", "data efficiency" and "what its numbers mean". Put a number or a cell of this lesson behind each entry, and write "depends on ..." where one word would not be honest.
# 2. *Fill.* Which length have your functions for H, C, N, O with $p = 10$, $q = 9$? Check it with the library.
# 3. *Find.* A colleague reports: "with 300 frames GAP's error hardly fell, so its data efficiency is low." Which number do you ask for first? Which line of section 6 answers it?
# 4. *Find.* In which situation of the chooser do you disagree? Which measurement would decide, and what would it cost?
# 5. *Build.* Give the network of functions in section 5 twice the epochs, then twice the angular functions. Which helps more, per CPU second?
# 6. *Build.* Add MACE to sections 3 and 4 (`mlp_teach.models.mace`). Where does it lie?
#
# **Next:** [11 Seven architectures](11_seven_architectures.ipynb)
#
# ## References
#
# - J. Behler, *J. Chem. Phys.* **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717): symmetry functions.
# - A. P. Bartók, R. Kondor, G. Csányi, *Phys. Rev. B* **87**, 184115 (2013), [doi:10.1103/PhysRevB.87.184115](https://doi.org/10.1103/PhysRevB.87.184115): SOAP.
# - J. P. Darby, J. R. Kermode, G. Csányi, *npj Comput. Mater.* **8**, 166 (2022), [doi:10.1038/s41524-022-00847-y](https://doi.org/10.1038/s41524-022-00847-y): shorter SOAP for many elements.
# - K. T. Schütt et al., *NeurIPS* **30**, 991 (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566): SchNet.
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150): PaiNN.
# - S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5): NequIP.
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723): accuracy against cost, on the copper and silicon data.
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f): the ethanol data.
# - S. N. Pozdnyakov et al., *Phys. Rev. Lett.* **125**, 166001 (2020), [doi:10.1103/PhysRevLett.125.166001](https://doi.org/10.1103/PhysRevLett.125.166001): descriptors with three or four bodies are incomplete.
# - A. L. Patterson, *Phys. Rev.* **65**, 195 (1944), [doi:10.1103/PhysRev.65.195](https://doi.org/10.1103/PhysRev.65.195): homometric sets of points.

# %% [markdown] lang="ja" en="700afbe8"
# ## 9. 注意して読みたい記述
#
# | もとの章の記述 | 確かめた結果 |
# |---|---|
# | 対称性関数は 50 〜 100 個 | 同じ選び方で、元素 1 〜 4 種なら 24 〜 192 個（2 節） |
# | SOAP は 30 〜 50 個 | 252 〜 3,696 個（2 節） |
# | 手間は低、中、中、中〜高 | 隣接原子の数による。対称性関数は、18 個では最も安く、183 個では最も高い（3 節） |
# | 不変性は回転・並進、または E(3) | 5 つとも同じで、$2 \cdot 10^{-14}$ 以下の誤差で不変（4 節） |
# | データ効率は低、中、中、高 | エタノール 100 と 300 配置では GAP、950 では PaiNN が優勢。PaiNN の線がいちばん急（6 節） |
# | 精度は中、高、高、最高 | 950 配置で 49、17、26、14 meV/Å。SOAP が SchNet より上である以外はこの順序。100 配置では違う（6 節） |
# | 難しさは低、中、中、高 | このライブラリの行数では 900、1,500、1,200、1,800 〜 2,000（7 節） |
# | 初学者は対称性関数 | 場合による。訓練がいちばん楽なのは GAP、いちばん読みやすいのは対称性関数だった |
# | 結晶・合金は SOAP | 元素が少なければ正しい（銅、ケイ素）。長さは元素数の 2 乗で増える |
# | 有機分子は SchNet、DimeNet | エタノールでは、どの配置数でも GAP のほうがよく、PaiNN も 200 配置からはよかった（レッスン 11） |
# | データ不足なら同変 | 1 種類の分子の 100 と 300 配置では GAP がよかった。元素が多い場合は測っていない |
#
# ## このレッスンで学んだこと
#
# - 個数は式で決まります。対称性関数と SOAP は元素数の 2 乗で増え、学習される数は増えません。
# - 手間には、隣接原子、元素、精度という軸があり、1 つの言葉では表せません。
# - 不変性では、どの方法も区別できません。区別できるのは、何が見えないかです。隣接原子の対の関数には、ホモメトリックな環境の違いが見えません。
# - 比べられるのは、記述子、回帰、訓練のまとまりだけです。データの量と時間を明記し、訓練誤差も見ましょう。
# - 推奨の価値は、その理由と代償で決まります。
#
# ## 演習
#
# 1. *埋める（もとの章の問題 1）*　対称性関数、SOAP、グラフネットワーク、同変ネットワークについて、「人が選ぶもの」「データ効率」「数の意味」の表を作ってください。どの欄にも、このレッスンの数値かセルを根拠として添え、1 語では正直に書けない所には「…による」と書いてください。
# 2. *埋める*　H、C、N、O について $p = 10$、$q = 9$ なら、対称性関数は何個ですか。ライブラリで確かめてください。
# 3. *探す*　ある人が「300 配置にしても GAP の誤差はほとんど減らなかったので、データ効率は低い」と言います。まず、どの数値を尋ねますか。6 節のどこに答えがありますか。
# 4. *探す*　選択の木に同意できないのは、どの状況ですか。何を測れば決着がつき、その手間はどれだけですか。
# 5. *作る*　5 節の対称性関数のネットワークで、エポック数を 2 倍に、次に角度関数を 2 倍にしてください。CPU 1 秒あたりで効果が大きいのはどちらですか。
# 6. *作る*　3 節と 4 節に MACE（`mlp_teach.models.mace`）を加えてください。どこに来ますか。
#
# **次へ**：[11 7 つのアーキテクチャ](11_seven_architectures.ipynb)
#
# ## 参考文献
#
# - J. Behler, *J. Chem. Phys.* **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717)：対称性関数
# - A. P. Bartók, R. Kondor, G. Csányi, *Phys. Rev. B* **87**, 184115 (2013), [doi:10.1103/PhysRevB.87.184115](https://doi.org/10.1103/PhysRevB.87.184115)：SOAP
# - J. P. Darby, J. R. Kermode, G. Csányi, *npj Comput. Mater.* **8**, 166 (2022), [doi:10.1038/s41524-022-00847-y](https://doi.org/10.1038/s41524-022-00847-y)：元素が多いときの SOAP の圧縮
# - K. T. Schütt et al., *NeurIPS* **30**, 991 (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566)：SchNet
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150)：PaiNN
# - S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5)：NequIP
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723)：銅とケイ素のデータでの精度と手間
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f)：エタノールのデータ
# - S. N. Pozdnyakov et al., *Phys. Rev. Lett.* **125**, 166001 (2020), [doi:10.1103/PhysRevLett.125.166001](https://doi.org/10.1103/PhysRevLett.125.166001)：3 体、4 体の記述子の不完全さ
# - A. L. Patterson, *Phys. Rev.* **65**, 195 (1944), [doi:10.1103/PhysRev.65.195](https://doi.org/10.1103/PhysRev.65.195)：ホモメトリックな点の集合
