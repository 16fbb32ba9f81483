# ---
# jupyter:
#   card: {learn_minutes: 80, run_seconds: 75, memory_mb: 750}
# ---

# %% [markdown] lang="en"
# # Graph networks: descriptors that are learnt
#
# **Question of this lesson.** Symmetry functions and SOAP were chosen by people. Can a network find out by itself what to look at in an atom's surroundings, and what do we gain and lose by it?
#
# Afterwards you can
#
# - write a molecule as a graph and compute one SchNet message by hand;
# - read the source of a message-passing network, line by line, beside its equations;
# - say how far an atom sees after a given number of layers, and measure it;
# - show what lengths, angles and vectors each can and cannot tell apart, and say why PaiNN is equivariant;
# - train SchNet and PaiNN on DFT data, and judge their errors and their cost.

# %% [markdown] lang="ja" en="cf0a1034"
# # グラフニューラルネットワーク：学習される記述子
#
# **このレッスンの問い**　対称性関数や SOAP は、人が選んだ記述子でした。原子のまわりの何に注目すべきかを、ネットワーク自身に見つけさせることはできるでしょうか。それで何を得て、何を失うのでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - 分子をグラフとして表し、SchNet のメッセージを 1 つ手で計算する。
# - メッセージパッシングのネットワークのコードを、式と並べて 1 行ずつ読む。
# - 層の数によって原子がどこまで「見える」かを説明し、測る。
# - 距離、角度、ベクトルのそれぞれで何が区別でき、何が区別できないかを示し、PaiNN が同変である理由を説明する。
# - SchNet と PaiNN を DFT データで訓練し、誤差と計算の手間を評価する。

# %% [markdown] lang="en"
# ## 1. A molecule as a graph
#
# A graph is points (*nodes*) and lines between them (*edges*). For a potential the nodes are the atoms, and an edge joins two atoms that are closer than the cutoff $r_c$. That is all. An edge is not a chemical bond: nobody tells the network where the bonds are.
#
# **Predict.** Water: the O–H distance is 0.97 Å, the H–H distance 1.53 Å. How many edges has its graph with $r_c = 1.2$ Å, and how many with 2 Å?

# %% [markdown] lang="ja" en="2a9147c0"
# ## 1. 分子をグラフとして表す
#
# グラフ（graph）とは、点（**ノード**、node）と、点を結ぶ線（**エッジ**、edge）のことです。ポテンシャルでは、ノードは原子です。カットオフ $r_c$ より近い 2 個の原子を、エッジで結びます。それだけです。エッジは化学結合ではありません。どこに結合があるかは、誰もネットワークに教えません。
#
# **予想しましょう。** 水分子では、O–H 距離が 0.97 Å、H–H 距離が 1.53 Å です。$r_c = 1.2$ Å のとき、グラフのエッジは何本でしょうか。2 Å ではどうでしょうか。

# %%
lang = "en"

from ase.build import molecule

from mlp_teach.graph import displacements
from mlp_teach.neighbors import atom_graph

water = molecule("H2O")  # atom 0 is O, atoms 1 and 2 are H
for cutoff in (1.2, 2.0):
    graph = atom_graph(water, cutoff)
    print(f"r_c = {cutoff} Å: {graph.n_pairs} pairs")
    r = displacements(graph).norm(dim=1)
    for i, j, distance in zip(graph.centers, graph.neighbors, r, strict=True):
        print(f"   {j} -> {i}   {distance:.4f} Å")

# %% [markdown] lang="en"
# Two edges and three; the library lists each in both directions, since each end has something to tell the other. This `graph`, with the elements of its nodes, is all that the network is given.
#
# ## 2. One message by hand
#
# In **SchNet** (Schütt et al. 2017) every atom carries a row of $F$ numbers $x_i$, at first the same for all atoms of an element. One layer does three things:
#
# $$W(r) = \big[w_2\, \mathrm{ssp}(w_1 e(r) + b_1) + b_2\big] f_c(r) \tag{1}$$
# $$y_i = \sum_j (A x_j) \circ W(r_{ij}) \tag{2}$$
# $$x_i \leftarrow x_i + B_2\, \mathrm{ssp}(B_1 y_i + c_1) + c_2 \tag{3}$$
#
# (1) is the **filter**: a small network turns the distance into $F$ weights. $e(r)$ is the distance written as several Gaussians, $\mathrm{ssp}(x) = \ln(\frac12 + \frac12 e^x)$ bends, and $f_c$ fades out at the cutoff. (2) is the **message passing**: neighbour $j$ sends its numbers, each is multiplied ($\circ$) by its own weight, and atom $i$ adds up what comes in. (3) lets the atom digest it. After the last layer a small network (4) turns $x_i$ into $E_i$.
#
# By hand, then, with numbers that fit on paper: $F = 2$, two Gaussians, at 0 and at 2 Å, and every matrix the identity, every $b$ zero. Hydrogen starts as $(1, 0)$, oxygen as $(0, 1)$.
#
# **Predict.** Which of the two numbers of $y_\mathrm{O}$ is zero after one layer? Which of $y_\mathrm{H}$?

# %% [markdown] lang="ja" en="f131be67"
# 2 本と 3 本です。両端の原子が互いに情報を送り合うので、ライブラリはどのエッジも両方の向きで並べます。ネットワークに渡されるのは、この `graph` と、ノードの元素だけです。
#
# ## 2. メッセージを 1 つ手で計算する
#
# **SchNet**（Schütt ら、2017 年）では、どの原子も $F$ 個の数の列 $x_i$ をもちます。はじめは、同じ元素の原子ならどれも同じ値です。1 つの層（layer）は、次の 3 つのことをします。
#
# $$W(r) = \big[w_2\, \mathrm{ssp}(w_1 e(r) + b_1) + b_2\big] f_c(r) \tag{1}$$
# $$y_i = \sum_j (A x_j) \circ W(r_{ij}) \tag{2}$$
# $$x_i \leftarrow x_i + B_2\, \mathrm{ssp}(B_1 y_i + c_1) + c_2 \tag{3}$$
#
# (1) は**フィルター**（filter）です。小さなネットワークが、距離を $F$ 個の重みに変えます。$e(r)$ は距離をいくつかのガウス関数で表したもの、$\mathrm{ssp}(x) = \ln(\frac12 + \frac12 e^x)$ は活性化関数、$f_c$ はカットオフで 0 になる関数です。(2) が**メッセージパッシング**（message passing）です。隣接原子 $j$ が自分の数を送り、それぞれに重みが掛けられ（$\circ$ は成分ごとの積）、原子 $i$ が届いたものを足し合わせます。(3) で、原子は受け取ったものを自分の数に反映させます。最後の層のあと、小さなネットワーク (4) が $x_i$ を $E_i$ に変えます。
#
# 紙の上で計算できる数にしましょう。$F = 2$、ガウス関数は 0 Å と 2 Å の 2 個、行列はすべて単位行列、$b$ はすべて 0 とします。水素は $(1, 0)$、酸素は $(0, 1)$ から始めます。
#
# **予想しましょう。** 1 層のあとで $y_\mathrm{O}$ の 2 つの数のうち 0 なのはどちらでしょうか。$y_\mathrm{H}$ ではどうでしょうか。

# %%
from math import cos, exp, log, pi


def ssp(x):
    return log(0.5 + 0.5 * exp(x))


def W(r, r_c=2.0):
    e = exp(-(r**2) / 8), exp(-((r - 2) ** 2) / 8)  # the width is the spacing, 2 Å
    return [ssp(one) * 0.5 * (cos(pi * r / r_c) + 1) for one in e]


# %%
near, far = W(water.get_distance(0, 1)), W(water.get_distance(1, 2))
print("W(O-H) =", near, "\nW(H-H) =", far)
print("y_O =", [2 * near[0], 0.0])  # from two hydrogen atoms (1, 0)
print("y_H =", [far[0], near[1]])  # from hydrogen (1, 0) and from oxygen (0, 1)

# %%
import torch

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.models.schnet import SchNet

tiny = SchNet((1, 8), GaussianSmearing(2, cutoff=2.0), features=2, layers=1).double()
layer = tiny.layers[0]
with torch.no_grad():
    for part in (tiny.embedding, layer.send, layer.filter[0], layer.filter[2]):
        part.weight.copy_(torch.eye(2))
    for part in (layer.filter[0], layer.filter[2]):
        part.bias.zero_()

# %% [markdown] lang="en"
# The library's network has now the same weights as our paper. `trace` runs one prediction and writes down what each line made; no model holds any code for that. Look at the numbers of (1) and at the two lines of `y`:

# %% [markdown] lang="ja" en="c1e81a15"
# これで、ライブラリのネットワークの重みが、紙の上と同じになりました。`trace` は予測を 1 回実行し、各行が作った値を記録します（モデルの側には、そのためのコードは一切ありません）。(1) の数と、`y` の 2 行を見てください。

# %%
from mlp_teach.trace import trace

graph = atom_graph(water, 2.0)
steps = [s for s in trace(tiny, graph).steps if s.function == "Interaction.forward"]
for step in steps[:-1]:
    print(step)
    print(step.values[-1].numbers.numpy().round(5), "\n")

# %% [markdown] lang="en"
# The same numbers. The last `y` has a row for each atom: O, H, H. Oxygen heard only from hydrogen, so its second number is zero; a hydrogen atom heard from both kinds.
# Why two lines for one equation? A filter is the same seen from either end, so the library makes it once for each pair of atoms and sends along it in both directions. Here is the whole layer:

# %% [markdown] lang="ja" en="70bcf0d5"
# 同じ数になりました。最後の `y` は、1 行が 1 個の原子（O、H、H）です。酸素には水素からしか届かないので、2 つ目の数は 0 です。水素には両方の元素から届きました。
# 1 つの式がなぜ 2 行なのでしょうか。フィルターはどちらの端から見ても同じなので、ライブラリは原子の対ごとに 1 回だけ計算し、両方の向きに使います。層の全体を見てみましょう。

# %%
from mlp_teach.models.schnet import Interaction
from mlp_teach.show import show

show(Interaction.forward)

# %% [markdown] lang="en"
# Compare with lesson 06: $y_i$ is a sum over neighbours of functions of the distance, as $G^2$ is. Two things are new. The functions are **learnt** ($w_1$, $w_2$ are parameters like all others), and the sum is done **again**: in the next layer a neighbour sends numbers in which its own neighbours have left their mark.
# That is how angles can come in, indirectly, although each filter knows one distance only: where the third side of a triangle is an edge too (section 5 looks at the case where it is not).
#
# ## 3. Step through it
#
# Methanol, three layers, eight numbers an atom, random weights, and a cutoff so short that only bonds remain. **Before each, predict:**
#
# 1. Start at an H of the methyl group, equation (2), layer 1. From whom does it hear? After how many layers does it know of the H of the OH group?
# 2. Raise the cutoff until it hears from every atom. Which message is larger, from near or from far? Must it be so?
# 3. Water, equation (1): compare the filters of the two O–H pairs. Why are they equal?
# 4. Equation (4): the three H of the methyl group do not have quite the same energy. Why? (Which distances differ?)

# %% [markdown] lang="ja" en="60e1e8d6"
# レッスン 06 と比べてみましょう。$y_i$ は、$G^2$ と同じように、距離の関数を隣接原子について足したものです。新しいことは 2 つあります。第一に、その関数が**学習されます**（$w_1$、$w_2$ も、ほかと同じパラメータです）。第二に、和を**繰り返します**。次の層で隣接原子が送る数には、そのまた隣の原子の影響が入っています。
# 1 つのフィルターが知っているのは 1 つの距離だけなのに、角度の情報が間接的に入りうるのは、このためです。ただし、三角形の 3 番目の辺もエッジになっている場合です（そうでない場合は 5 節で調べます）。
#
# ## 3. 1 段ずつ進めてみよう
#
# メタノール、3 層、1 原子あたり 8 個の数、重みは乱数、カットオフは結合だけが残るほど短くしてあります。**動かす前に予想しましょう。**
#
# 1. メチル基の H を選び、式 (2)、第 1 層とする。どの原子からメッセージが届くか。OH 基の H のことを知るのは、何層目のあとか。
# 2. すべての原子から届くまで、カットオフを大きくする。近い原子と遠い原子で、どちらのメッセージが大きいか。必ずそうなるか。
# 3. 水の式 (1)。2 つの O–H 対のフィルターを比べる。なぜ等しいのか。
# 4. 式 (4)。メチル基の 3 個の H のエネルギーは、わずかに違う。なぜか。（どの距離が違うか。）

# %%
from mlp_teach.widgets.message_stepper import message_stepper

message_stepper(lang=lang)

# %% [markdown] lang="en"
# Did you expect it? (1) From carbon alone; after the second layer it knows of oxygen and its two fellows, after the third of the last hydrogen. (2) The weights are random, so neither has to be larger; a filter learns what distance is worth. (3) Equal distances, equal filters. (4) The hydrogen opposite to that of the OH group is bound at 1.090 Å, the two others at 1.097 Å.
#
# ## 4. How far does an atom see?
#
# **Claim 1.** After $L$ layers the energy of an atom depends on atoms up to $L$ cutoffs away, and on nothing beyond. This is its **receptive field**.
#
# The test: a chain of eight atoms, 1.5 Å apart, cutoff 2 Å. We take the energy $E_0$ of the first atom and ask autograd by how much it changes when each of the atoms moves: $|\partial E_0/\partial \mathbf r_j|$.
#
# **Predict** the table: which entries are exactly zero? What happens to those that are not, from left to right?

# %% [markdown] lang="ja" en="538af59d"
# 予想どおりでしたか。(1) 炭素だけから届きます。2 層のあとで酸素とメチル基のほかの H を、3 層のあとで OH 基の H を知ります。(2) 重みは乱数なので、どちらが大きいとも決まっていません。距離の重要さは、フィルターが学習します。(3) 距離が等しければ、フィルターも等しくなります。(4) OH 基の H と反対側にある H は C から 1.090 Å、ほかの 2 個は 1.097 Å です。
#
# ## 4. 原子はどこまで見えるか
#
# **主張 1**　$L$ 層のあと、原子のエネルギーは、カットオフの $L$ 倍までの距離にある原子に依存し、それより遠くには依存しません。この範囲を**受容野**（receptive field）といいます。
#
# 8 個の原子を 1.5 Å 間隔で並べ、カットオフを 2 Å として確かめましょう。端の原子のエネルギー $E_0$ が、各原子を動かすとどれだけ変わるか、$|\partial E_0/\partial \mathbf r_j|$ を自動微分で求めます。
#
# **予想しましょう。** 表のどこが厳密に 0 になるでしょうか。0 でない値は、左から右へどう変わるでしょうか。

# %%
from dataclasses import replace

from ase import Atoms

chain = atom_graph(Atoms("C8", [[0, 0, 1.5 * n] for n in range(8)]), cutoff=2.0)
positions = chain.positions.requires_grad_()
for layers in (1, 2, 3, 4):
    torch.manual_seed(1)
    model = SchNet((6,), GaussianSmearing(10, 2.0), features=16, layers=layers).double()
    energies = model(replace(chain, positions=positions))
    (slope,) = torch.autograd.grad(energies[0], positions)
    print(f"L = {layers} ", *(f"{s:9.1e}" if s else "        0" for s in slope.norm(dim=1)))

# %% [markdown] lang="en"
# One atom further with each layer, exactly. And what comes from far is faint: with four layers the fifth atom counts a thousand million times less than the second (with random weights; training can change that, but not the zeros).
#
# So a network with $L$ layers and cutoff $r_c$ is *not* as local as a descriptor with cutoff $r_c$. In a molecule of ethanol's size nothing changes: with 5 Å every atom sees all others in the first layer. In a crystal it matters:

# %% [markdown] lang="ja" en="8d29c342"
# 1 層ごとに、ちょうど原子 1 個分だけ遠くへ届きます。そして、遠くからの影響はごく弱いものです。4 層のとき、5 番目の原子の影響は 2 番目の 10 億分の 1 ほどしかありません（重みが乱数の場合です。訓練すれば変わりますが、0 は 0 のままです）。
#
# つまり、カットオフ $r_c$ で $L$ 層のネットワークは、カットオフ $r_c$ の記述子ほど局所的では**ありません**。エタノールくらいの分子では違いはありません。5 Å なら、第 1 層ですべての原子が見えるからです。しかし結晶では大きな違いになります。

# %%
from ase.build import bulk

for layers in (1, 2, 3):
    inside = atom_graph(bulk("Cu"), 5.0 * layers).n_pairs
    print(f"L = {layers}, r_c = 5 Å: {inside:4} other atoms of copper in the receptive field")

# %% [markdown] lang="en"
# The cost of one prediction grows only with the 42 neighbours and the number of layers; nobody lists 1,200 atoms. But who cuts a large system into parts for several processors must give each part a rim of 15 Å, or exchange messages after each layer. (Allegro, which lesson 11 meets, avoids this by not passing messages between atoms at all.)
#
# ## 5. What can it not see?
#
# SchNet gets distances, and only those below the cutoff. **DimeNet** (Klicpera et al. 2020) gets angles too. **PaiNN** (Schütt et al. 2021) gets directions: its atoms carry vectors. Two tests, with a cutoff of 1.6 Å so that only the bonds of 1.3 Å are edges:
#
# - *bent*: three atoms O–C–O, with an angle of 90° or 180°;
# - *twisted*: a chain O–C–C–O with right angles, the last bond turned about the middle one by 90° or 180°.
#
# **Predict.** Which of the three models gives different energies for *bent*? Which for *twisted*?

# %% [markdown] lang="ja" en="3cff6dc6"
# 1 回の予測の手間は、42 個の隣接原子と層の数で決まります。1,200 個の原子を並べるわけではありません。しかし、大きな系を分割して複数のプロセッサで計算するときは、各部分に 15 Å の「のりしろ」をつけるか、1 層ごとに情報を交換しなければなりません。（レッスン 11 で出会う Allegro は、原子間でメッセージを送らないことで、この問題を避けています。）
#
# ## 5. 何が見えないか
#
# SchNet が受け取るのは距離だけ、それもカットオフより短いものだけです。**DimeNet**（Klicpera ら、2020 年）は角度も受け取ります。**PaiNN**（Schütt ら、2021 年）は向きを受け取り、原子はベクトルももちます。カットオフを 1.6 Å とし、長さ 1.3 Å の結合だけがエッジになるようにして、2 つの実験をします。
#
# - **曲げ**（bent）：3 個の原子 O–C–O。角度は 90° または 180°。
# - **ねじれ**（twisted）：O–C–C–O の鎖。隣り合う結合は直角で、最後の結合を中央の結合のまわりに 90° または 180° 回す。
#
# **予想しましょう。** 「曲げ」で異なるエネルギーを与えるのは、3 つのモデルのうちどれでしょうか。「ねじれ」ではどうでしょうか。

# %%
from math import radians, sin

b = 1.3  # Å


def bent(angle):
    x = radians(angle)
    return Atoms("OCO", [[b, 0, 0], [0, 0, 0], [b * cos(x), b * sin(x), 0]])


def twisted(angle):
    x = radians(angle)
    return Atoms("OCCO", [[b, 0, 0], [0, 0, 0], [0, 0, b], [b * cos(x), b * sin(x), b]])


# %%
from mlp_teach.basis.expansions import SineWaves
from mlp_teach.models.dimenet import DimeNet
from mlp_teach.models.painn import PaiNN


def three_models(cutoff):
    torch.manual_seed(0)
    schnet = SchNet((6, 8), GaussianSmearing(20, cutoff), features=32)
    dimenet = DimeNet((6, 8), cutoff, features=16, layers=2)
    painn = PaiNN((6, 8), SineWaves(10, cutoff), features=32)
    for output in dimenet.outputs:  # a new DimeNet says 0; give it something to say
        torch.nn.init.normal_(output.last.weight, std=0.01)
    return {"SchNet": schnet.double(), "DimeNet": dimenet.double(), "PaiNN": painn.double()}


# %%
@torch.no_grad()
def change(model, make, cutoff):
    one, other = (model(atom_graph(make(angle), cutoff)).sum() for angle in (90, 180))
    return float((one - other).abs())


# %%
for cutoff in (1.6, 5.0):
    print(f"cutoff {cutoff} Å       bent     twisted")
    for name, model in three_models(cutoff).items():
        seen = [change(model, make, cutoff) for make in (bent, twisted)]
        print(f"   {name:10}", *(f"{d:10.0e}" for d in seen))

# %% [markdown] lang="en"
# Read the upper half as a staircase. The size of a number says little (the weights are random), but zero to rounding ($10^{-16}$ or 0) means *cannot see*:
#
# | within the cutoff | lengths | angles | torsions |
# |---|---|---|---|
# | SchNet | yes | no | no |
# | DimeNet | yes | yes | no |
# | PaiNN | yes | yes | yes |
#
# The torsion surprises: DimeNet's angles are between neighbouring edges, and a twist about the middle bond changes none of them, whatever the number of layers. PaiNN's vectors are passed on: the vector that arrives at one C still points to *its* O.
#
# In the lower half, with 5 Å, all three see both: the distance between the outer atoms has become an edge. So in practice a long cutoff heals much of SchNet's blindness, but not all of it: Pozdnyakov and Ceriotti (2022) give structures which networks of distances cannot tell apart with *any* cutoff.
#
# Is DimeNet then "SchNet with bond angles", as the chapter has it? The step is larger. In SchNet the atoms carry numbers, in DimeNet the *directed edges* do: there is one row of numbers for $j \to i$ and another for $i \to j$, and messages go from edge to edge. Distance and angle enter together, as a wave in a ball, not as an extra term. See the header of [models/dimenet.py](../../mlp_teach/models/dimenet.py).
#
# ## 6. Vectors that turn along
#
# Why can PaiNN look at directions, when an energy must not depend on the orientation? In PaiNN every atom carries scalars $s_i$ and **vectors** $\mathbf v_i$, at first zero:

# %% [markdown] lang="ja" en="5c6d1d7e"
# 上半分は階段のように読めます。値の大きさに意味はあまりありません（重みは乱数です）が、丸め誤差の範囲で 0（$10^{-16}$ か 0）なら、**見えていない**ということです。
#
# | カットオフの内側で | 距離 | 角度 | ねじれ角 |
# |---|---|---|---|
# | SchNet | 見える | 見えない | 見えない |
# | DimeNet | 見える | 見える | 見えない |
# | PaiNN | 見える | 見える | 見える |
#
# ねじれの結果は意外かもしれません。DimeNet の角度は隣り合うエッジの間の角度で、中央の結合のまわりにねじっても、どれも変わりません。層を増やしても同じです。PaiNN では、ベクトルそのものが送られます。一方の C に届いたベクトルは、**もう一方の C につく** O の向きを覚えています。
#
# 下半分、カットオフ 5 Å では、3 つとも両方を区別できます。両端の原子の距離がエッジになったからです。ですから実際には、カットオフを長くすれば SchNet の盲点はかなり補えます。しかし、すべてではありません。Pozdnyakov と Ceriotti（2022 年）は、**どんな**カットオフでも、距離だけのネットワークには区別できない構造の組を示しました。
#
# では、もとの章がいうように、DimeNet は「SchNet に結合角を加えたもの」でしょうか。違いはもっと大きなものです。SchNet で数をもつのは原子ですが、DimeNet では**向きのついたエッジ**です。$j \to i$ と $i \to j$ が別々の数の列をもち、メッセージはエッジからエッジへ送られます。距離と角度は、付け足しの項としてではなく、球の中の波として一緒に入ります。[models/dimenet.py](../../mlp_teach/models/dimenet.py) の冒頭を見てください。
#
# ## 6. 一緒に回るベクトル
#
# エネルギーは向きによってはいけないのに、なぜ PaiNN は向きを使えるのでしょうか。PaiNN では、どの原子もスカラー $s_i$ と**ベクトル** $\mathbf v_i$（はじめは 0）をもちます。

# %%
from mlp_teach.models.painn import Message, Update

show(Message.forward)
show(Update.forward)

# %% [markdown] lang="en"
# Look at what is done with vectors: they are multiplied by scalars, added, and mixed with each other (`self.mix` acts on the last dimension, the $F$ vectors, not on x, y, z, and has no bias). Lengths and scalar products make new scalars.
#
# **Claim 2.** When the molecule turns, every $\mathbf v_i$ turns with it, and every $s_i$ and the energy stay. The first is called **equivariance**, the second **invariance**.
#
# **Predict** what happens if one applies the activation function silu to the three components of each vector, as one does with scalars.

# %% [markdown] lang="ja" en="babf437a"
# ベクトルに対して何をしているかに注目しましょう。スカラーを掛ける、足す、ベクトルどうしを混ぜる（`self.mix` は最後の次元、つまり $F$ 本のベクトルに作用し、x、y、z には作用しません。バイアスもありません）。この 3 つだけです。長さと内積からは、新しいスカラーが作られます。
#
# **主張 2**　分子を回すと、どの $\mathbf v_i$ も一緒に回り、$s_i$ とエネルギーは変わりません。前者を**同変性**（equivariance）、後者を**不変性**（invariance）といいます。
#
# **予想しましょう。** スカラーと同じように、ベクトルの 3 成分に活性化関数 silu を作用させると、どうなるでしょうか。

# %%
import numpy as np

from mlp_teach.checks.deformations import random_orthogonal, turned

torch.manual_seed(0)
painn = PaiNN((1, 6, 8), SineWaves(10, 4.0), features=16).double()


def last_layer(atoms):
    traced = trace(painn, atom_graph(atoms, 4.0))
    s, v = traced.equation(4, "painn")[-1].values
    return s.numbers, v.numbers, traced.prediction.energy


# %%
methanol, R = molecule("CH3OH"), random_orthogonal(np.random.default_rng(0), determinant=+1)
(s, v, E), (s_turned, v_turned, E_turned) = last_layer(methanol), last_layer(turned(methanol, R))


def by(R, vectors):  # turn the x, y, z of each vector
    return torch.einsum("ab,ibf->iaf", torch.from_numpy(R), vectors)


print("a vector of O, before", v[1, :, 0].numpy().round(4))
print("               after ", v_turned[1, :, 0].numpy().round(4))

# %%
silu = torch.nn.functional.silu


def largest(x):
    return f"{x.abs().max():.0e}"


print("scalars change by            ", largest(s_turned - s))
print("the energy changes by        ", largest(E_turned - E), "eV")
print("vectors change by            ", largest(v_turned - v))
print("v and R v differ by          ", largest(v_turned - by(R, v)))
print("silu(v) and R silu(v) differ by", largest(silu(v_turned) - by(R, silu(v))))

# %% [markdown] lang="en"
# The vectors turn, to rounding; the scalars and the energy stay. A silu on components would have broken it: bending each of x, y, z by itself singles out the axes.
#
# So PaiNN, which the chapter lists beside SchNet, belongs with the *equivariant* networks of the next lessons: NequIP and MACE carry vectors too, and higher tensors. (It is also of 2021, not 2020.) All three give an *invariant* energy; what differs is what travels inside.
#
# ## 7. Training: SchNet and PaiNN on ethanol
#
# The data: rMD17's ethanol, frames from a DFT trajectory (PBE/def2-SVP) at 500 K. From 100 frames, 2,700 force components, we train both with about the same CPU time. Small networks, for a minute on one thread.

# %% [markdown] lang="ja" en="27c2df5f"
# ベクトルは、丸め誤差の範囲で分子と一緒に回り、スカラーとエネルギーは変わりません。成分ごとに silu を作用させると、これが壊れます。x、y、z を別々に曲げることは、座標軸を特別扱いすることだからです。
#
# もとの章は PaiNN を SchNet と並べていますが、PaiNN は、この先のレッスンの**同変**ネットワークの仲間です。NequIP や MACE も、ベクトルと、さらに高次のテンソルをもちます。（発表も 2020 年ではなく 2021 年です。）どれもエネルギーは**不変**です。違うのは、内部で何が送られるかです。
#
# ## 7. 訓練：エタノールで SchNet と PaiNN
#
# データは rMD17 のエタノールで、500 K の DFT（PBE/def2-SVP）の軌跡から取った配置です。100 配置、2,700 個の力の成分を使い、ほぼ同じ CPU 時間で両方を訓練します。1 スレッドで 1 分以内に済むよう、ネットワークは小さくしてあります。

# %%
from mlp_teach.datasets import load
from mlp_teach.training.experiment import make_data

frames, test_frames = load("ethanol", "train"), load("ethanol", "test")[:200]
torch.manual_seed(0)
schnet = SchNet((1, 6, 8), GaussianSmearing(20, cutoff=5.0), features=32, layers=3)
torch.manual_seed(0)
painn = PaiNN((1, 6, 8), SineWaves(10, cutoff=5.0), features=24, layers=3)
untrained = SchNet.from_settings(schnet.settings())
untrained.load_state_dict(schnet.state_dict())
learn, validate, test = (
    make_data(schnet, part) for part in (frames[:100], frames[100:120], test_frames)
)
for name, model in (("SchNet", schnet), ("PaiNN", painn)):
    print(name, sum(p.numel() for p in model.parameters()), "parameters")

# %%
from time import process_time

from mlp_teach.training.experiment import train
from mlp_teach.training.fit import Settings
from mlp_teach.training.losses import Weights
from mlp_teach.widgets.loss_curve import loss_curve

settings = Settings(
    epochs=80,
    batch_size=5,
    learning_rate=1e-2,
    last_learning_rate=1e-4,
    average=0.98,
    weights=Weights(energy=100.0, forces=1.0),  # 1 meV/atom weighs as much as 10 meV/Å
)

# %%
start = process_time()
train(schnet, learn, validate, settings, on_epoch=loss_curve(lang=lang))
print(f"SchNet: {process_time() - start:.0f} CPU seconds")

# %% [markdown] lang="en"
# **Predict**, while PaiNN trains with half as many epochs (one of its epochs takes about twice as long): which of the two will have the smaller error of the forces?

# %% [markdown] lang="ja" en="2bf7f853"
# PaiNN は 1 エポックに約 2 倍の時間がかかるので、エポック数を半分にして訓練します。そのあいだに**予想しましょう**。力の誤差は、どちらが小さくなるでしょうか。

# %%
start = process_time()
train(painn, learn, validate, replace(settings, epochs=40), on_epoch=loss_curve(lang=lang))
print(f"PaiNN: {process_time() - start:.0f} CPU seconds")

# %%
from mlp_teach.plotting.parity_plot import parity, parity_text
from mlp_teach.plotting.style import COLORS, DASHES, SERIES, Picture, finish, new_axes, say
from mlp_teach.training.metrics import compare

figure, models = Picture(8.6, 4.2), {"SchNet": schnet, "PaiNN": painn}
for ax, (name, model) in zip(figure.subplots(1, 2), models.items(), strict=True):
    comparison = compare(model, test, stress=False)
    print(name, parity_text(comparison, lang=lang), sep="\n")
    parity(comparison, "forces", ax, lang=lang)
    ax.set_title(f"{name}  {ax.get_title(loc='left')}", loc="left", fontsize="medium")
    ax.locator_params(nbins=5)
figure

# %% [markdown] lang="en"
# With equal time and data PaiNN's forces are better. Directions seem to help (though the two differ in more: the radial basis, the activation function, the number of filters).
#
# Two things to keep in mind when you read such numbers. The test frames come from the same trajectory as the training frames: the error says nothing about reactions, other temperatures or other molecules. And it is one training with one seed. With three seeds we found 144 to 161 meV/Å for SchNet and 120 to 128 for PaiNN: here the difference, 15 to 25 %, is larger than the spread. Do not believe a smaller one before you have repeated it (exercise 3).
#
# ### What has the filter learnt?
#
# **Predict.** What will the filters $W(r)$ of the first layer look like before training, and after? Where have they no reason to change?

# %% [markdown] lang="ja" en="ad8e7939"
# 同じ時間、同じデータで比べると、PaiNN の力の誤差は SchNet より小さくなりました。向きの情報が役立っているようです（ただし、2 つのモデルは、動径基底、活性化関数、フィルターの数も違います）。
#
# このような数値を読むときに、気をつけたいことが 2 つあります。テスト用の配置は、訓練用と同じ軌跡から取ったものです。ですからこの誤差は、反応や、別の温度、別の分子については何も教えません。また、これは 1 つの乱数の種による 1 回の訓練です。3 通りの種では、SchNet が 144 〜 161 meV/Å、PaiNN が 120 〜 128 meV/Å でした。ここでは、15 〜 25 % の差が、ばらつきより大きいといえます。もっと小さな差は、繰り返して確かめるまで信じないでください（演習 3）。
#
# ### フィルターは何を学んだか
#
# **予想しましょう。** 第 1 層のフィルター $W(r)$ は、訓練の前と後でどんな形をしているでしょうか。変わる理由がないのは、どの距離でしょうか。

# %%
from mlp_teach.basis.cutoffs import cosine_cutoff

distances = torch.cat([displacements(graph).norm(dim=1) for graph, _ in learn])
print(f"distances in the training data: {distances.min():.2f} to {distances.max():.2f} Å")
r = torch.linspace(0.7, 5.0, 200)


@torch.no_grad()
def first_filters(model):
    return model.layers[0].filter(model.expansion(r)) * cosine_cutoff(r, 5.0)[:, None]


shown = first_filters(schnet).abs().amax(0).topk(4).indices  # the four largest

# %%
figure = Picture(8.6, 3.4)
both, counts = (untrained, schnet), np.histogram(distances, bins=86, range=(0.7, 5.0))[0]
titles = say(lang, "before training", "訓練前"), say(lang, "after training", "訓練後")
for ax, model, title in zip(figure.subplots(1, 2, sharey=True), both, titles, strict=True):
    for color, dashes, W in zip(SERIES, DASHES, first_filters(model)[:, shown].T, strict=False):
        new_axes(ax).plot(r, W, color=COLORS[color], linestyle=dashes)
    low = -0.8 * counts / counts.max()
    ax.stairs(low, np.linspace(0.7, 5.0, 87), fill=True, color=COLORS["grid"])
    words = say(lang, "grey: how often a distance occurs", "灰色：その距離の頻度")
    finish(ax, lang, f"{title} ({words})", "r (Å)", "W(r)", text=f"{title}: {words}")
figure

# %% [markdown] lang="en"
# Before, chance made small humps that fade out. After, the curves are several times as high and as steep below 2 Å, most of all at the O–H and C–H bonds near 1.0 and 1.1 Å, so that a small change of such a bond changes the message much; beyond 2 Å, where a distance says less about the energy, they stay small. Below the shortest distance nothing was learnt: what stands there is how the smooth network goes on. A potential is not to be trusted where there were no data.
# A filter is the one part of a graph network that one can simply draw; so "black box" is a little too hard a word. What the rows $x_i$ mean is another matter.
#
# ## 8. Is learnt better than chosen?
#
# The chapter says that a graph network needs less data than symmetry functions. We can test it on our 100 frames: a Behler-Parrinello network with 42 symmetry functions, the recipe of lesson 06, nothing tuned.
#
# **Predict** its error of the forces, between, below or above the two others.

# %% [markdown] lang="ja" en="97419c9d"
# 訓練前は、乱数が作った小さな山が消えていくだけです。訓練後は、2 Å より内側で、高さも傾きも何倍かになっています。とくに急なのは、O–H 結合（1.0 Å）と C–H 結合（1.1 Å）の所です。結合がわずかに変わるだけで、メッセージが大きく変わるのです。距離がエネルギーにあまり効かない 2 Å より遠い所では、小さいままです。最短の距離より内側では、何も学んでいません。そこにあるのは、なめらかなネットワークの延長です。データのない所でポテンシャルを信用してはいけません。
# グラフネットワークの中で、フィルターだけは、そのまま描いて見ることができます。ですから「ブラックボックス」は少し言いすぎです。もっとも、数の列 $x_i$ が何を意味するかは、別の問題です。
#
# ## 8. 学ぶほうが、選ぶよりよいのか
#
# もとの章には、グラフネットワークは対称性関数より少ないデータで済むと書かれています。同じ 100 配置で確かめましょう。42 個の対称性関数を使う Behler–Parrinello ネットワークです。レッスン 06 の目安どおりに選び、調整はしていません。
#
# **予想しましょう。** 力の誤差は、2 つのモデルの間、下、上のどこに来るでしょうか。

# %%
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.models.behler_parrinello import BehlerParrinello

functions = SymmetryFunctions(
    cutoff=5.0,
    elements=(1, 6, 8),
    g2=tuple((4.0, r_s) for r_s in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0)),
    g4=tuple((0.01, zeta, sign) for zeta in (1, 4) for sign in (1, -1)),
)
torch.manual_seed(0)
network = BehlerParrinello(functions, hidden=(20, 20))
start = process_time()
parts = [make_data(network, part) for part in (frames[:100], frames[100:120])]
train(network, *parts, settings, on_epoch=loss_curve(lang=lang))
print(f"Behler-Parrinello: {process_time() - start:.0f} CPU seconds")

# %%
models = {"Behler-Parrinello": network} | models
print("                    meV/atom    meV/Å")
for name, model in models.items():
    errors = compare(model, test, stress=False)
    print(f"{name:18} {errors.mae('energy'):8.2f} {errors.mae('forces'):10.1f}")
zero = np.abs(errors.forces[0]).mean()
print(f"{'forces all zero':18} {'':8} {zero:10.1f}")

# %% [markdown] lang="en"
# The old descriptor holds its own: better than SchNet here, close to PaiNN in the forces and ahead of both in the energies, in less time (with three seeds: 128 to 131 meV/Å and 3.5 to 3.9 meV/atom; PaiNN 3.7 to 4.4).
# With 100 frames and a small molecule, what people know about neighbours and angles is worth as much as what a network can find out by itself.
#
# **Predict.** And with 300 and 900 frames? We ran the same cells with `frames[:300]` and `frames[:900]` and forty frames for validation (one to two minutes each; recorded, not run here):

# %% [markdown] lang="ja" en="530133d3"
# 昔からの記述子も負けていません。ここでは SchNet よりよく、力では PaiNN に近く、エネルギーでは両方を上回り、時間も短く済みました（3 通りの種で 128 〜 131 meV/Å、3.5 〜 3.9 meV/atom。PaiNN のエネルギーは 3.7 〜 4.4）。
# 100 配置の小さな分子では、隣接原子と角度についての人の知識には、ネットワークが自分で見つけるものと同じだけの価値があります。
#
# **予想しましょう。** 300 配置や 900 配置ではどうでしょうか。同じセルを `frames[:300]` と `frames[:900]`、検証用 40 配置で実行しました（それぞれ 1 〜 2 分。ここでは実行せず、記録した値を示します）。

# %%
from mlp_teach.plotting.learning import learning_curve

recorded = {  # test MAE of the forces, meV/Å
    "Behler-Parrinello": (129.5, 84.2, 56.7),
    "SchNet": (144.4, 78.9, 40.2),
    "PaiNN": (121.8, 69.7, 35.9),
}
learning_curve((100, 300, 900), recorded, lang=lang).figure

# %% [markdown] lang="en"
# The lines cross. Chosen functions give a good start, learnt ones gain more from every further frame: with 900 frames PaiNN's error is 36 meV/Å, SchNet's 40, Behler-Parrinello's 57. So "less data than symmetry functions" is true or false depending on how much data one has.
# (The Behler-Parrinello network was neither tuned nor enlarged, and had less time, 77 CPU seconds with 900 frames against 109 and 114; more functions might lower its line too.)
#
# Larger networks (64 features) learnt from 950 frames and were tested on all 1,000. Trained alike, for 6.4 and 7.5 CPU minutes, the two were equal: 26.1 meV/Å (SchNet) and 26.3 (PaiNN). Then the energy got a tenth of its weight, and batches of 5 instead of 10 made more steps: PaiNN came to 14.3 meV/Å and 0.25 meV/atom in 20.7 CPU minutes, SchNet to 24.2 in 7.1, with worse energies (0.63 against 0.53): see `experiments/painn_ethanol.toml` and `schnet_ethanol.toml`. On its training frames this PaiNN errs by 3 meV/Å: what it lacks now is data. A comparison holds for its size, data and training, not for "SchNet" and "PaiNN" as such.
#
# ## 9. What does it cost?
#
# **Predict.** Energy and forces of 32 ethanol molecules, 288 atoms, per atom: order Behler-Parrinello, SchNet, PaiNN and DimeNet. What does a SchNet with 128 features instead of 32 cost, sixteen times as much?

# %% [markdown] lang="ja" en="664011ee"
# 線が交わりました。人が選んだ関数は出だしがよく、学習される関数は、配置が増えるほど大きく改善します。900 配置では、PaiNN の誤差は 36 meV/Å、SchNet は 40、Behler–Parrinello は 57 です。「対称性関数より少ないデータで済む」かどうかは、データの量によるのです。
# （Behler–Parrinello ネットワークは、調整も拡大もしておらず、訓練時間も短めです（900 配置で CPU 時間 77 秒。ほかは 109 秒と 114 秒）。関数を増やせば、この線も下がるかもしれません。）
#
# もっと大きなネットワーク（$F = 64$）を 950 配置で訓練し、テスト用の 1,000 配置すべてで調べました。同じように CPU 時間で 6.4 分と 7.5 分訓練したときは、SchNet が 26.1 meV/Å、PaiNN が 26.3 meV/Å で、差はありませんでした。次に、エネルギーの重みを 10 分の 1 にし、バッチを 10 から 5 に減らして更新の回数を増やしました。すると PaiNN は 20.7 分で 14.3 meV/Å と 0.25 meV/atom、SchNet は 7.1 分で 24.2 meV/Å になりました（SchNet のエネルギーは 0.53 から 0.63 に悪化しています）。`experiments/painn_ethanol.toml` と `schnet_ethanol.toml` を見てください。この PaiNN の誤差は、訓練用の配置では 3 meV/Å です。いま足りないのはデータなのです。比較の結果は、その大きさ、データ、訓練について言えるだけで、「SchNet」や「PaiNN」そのものについてではありません。
#
# ## 9. どれだけ手間がかかるか
#
# **予想しましょう。** エタノール 32 分子、288 原子のエネルギーと力を計算する時間を、1 原子あたりで比べます。Behler–Parrinello、SchNet、PaiNN、DimeNet を速い順に並べてください。SchNet の $F$ を 32 から 128 にすると、16 倍かかるでしょうか。

# %%
from mlp_teach.graph import collate
from mlp_teach.potential import predict

batch = collate([graph for graph, _ in test[:32]])
elements, gaussians, waves = (1, 6, 8), GaussianSmearing(20, 5.0), SineWaves(10, 5.0)
costs = models | {"DimeNet, F = 32": DimeNet(elements, 5.0, features=32, layers=3)}
costs["SchNet, F = 128"] = SchNet(elements, gaussians, features=128)
costs["PaiNN, F = 128"] = PaiNN(elements, waves, features=128)
for name, model in costs.items():
    times = []
    for _ in range(4):
        start = process_time()
        predict(model, batch, stress=False)
        times.append(process_time() - start)
    print(f"{name:18} {1e6 * min(times) / batch.n_atoms:6.0f} µs an atom")

# %% [markdown] lang="en"
# A small SchNet costs no more than symmetry functions with angles: it never lists a triplet. PaiNN takes about three times as long as SchNet: three filters in place of one, and vectors of three components. DimeNet, which goes through the triplets, takes eight to twelve times as long.
# Four times the features cost SchNet three to four times as much here, not sixteen: per pair the work is $F$ (products) plus what the filter's second matrix takes, $F^2$; with few features other things dominate.
#
# **Do others get the same?** With the weights of SchNetPack (SchNet, PaiNN) and of PyTorch Geometric (DimeNet) the library gives their energies to $10^{-8}$ eV and their forces to $10^{-7}$ eV/Å: `pytest tests/models/test_schnetpack_reference.py tests/models/test_pyg_reference.py`.
#
# ## 10. Statements to take with care
#
# | statement in the chapter | what we found |
# |---|---|
# | edges are interactions between atoms | pairs closer than $r_c$; nobody tells the network about bonds (section 1) |
# | $m_{ij}$ = filter × $h_j$, then $h_i + \sum m_{ij}$, then a network on it | nearly: SchNet first mixes ($A x_j$), and adds to $x_i$ what the network makes of the sum (section 2) |
# | no descriptor has to be designed | the cutoff, the Gaussians, $F$, $L$ and the form of the messages are designed (sections 2 and 4) |
# | less data than symmetry functions, higher accuracy | not with 100 frames of ethanol; yes with 300 and 900 (section 8) |
# | DimeNet = SchNet + bond angles | other carriers (directed edges), another basis; still blind to torsions within the cutoff (section 5) |
# | PaiNN (2020), an invariant graph network | 2021, and equivariant (section 6) |
# | a black box | filters can be drawn, receptive fields measured; rows $x_i$ are hard to read (sections 4 and 7) |
# | training needs large computers | half a minute on one thread for this lesson; large for large data |
#
# ## What we learned
#
# - A graph network sums learnt functions of the distance over the neighbours, and does it again: messages.
# - After $L$ layers an atom has heard of atoms up to $L r_c$ away, exactly, and ever more faintly.
# - Within the cutoff SchNet sees lengths, DimeNet angles too, PaiNN also torsions, because its atoms pass on vectors.
# - Vectors may be scaled by scalars, added and mixed with each other; then they turn along: equivariance. The energy is invariant in all these models.
# - Learnt is not better than chosen by itself: with few data it was not, with more it was. Compare at equal data and time, and on frames of another kind than the training frames.
#
# ## Exercises
#
# 1. Do section 2 for methane with $r_c = 1.5$ Å by hand: what are $y_\mathrm{C}$ and $y_\mathrm{H}$?
# 2. In the chain of section 4, let the cutoff be 3.2 Å. Which entries of the table become non-zero? Predict, then run.
# 3. Repeat sections 7 and 8 with two other seeds (`torch.manual_seed` and `Settings(seed=...)`). Is the difference between PaiNN and Behler-Parrinello larger than the spread?
# 4. The large SchNet and PaiNN of section 8 had the same error after a short training, and not after a longer one. Name two possible reasons, and a training that would decide between them.
# 5. Two chains that are mirror images of each other (a twist of +60° and of −60°): which of the three models can tell them apart? Should a potential be able to?
# 6. Show on paper that $\mathbf v_i \cdot \mathbf v_j$ does not change under rotation, and that a vector plus a constant vector does not turn along. Which line of `Update.forward` would be wrong with a bias?
#
# **Next:** [09 Equivariance](09_equivariance.ipynb). (Lesson [06](06_symmetry_functions.ipynb) is where the neighbours were summed by hand.)
#
# ## References
#
# - K. T. Schütt et al., *NeurIPS* **30**, 991 (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566): SchNet.
# - J. Klicpera, J. Groß, S. Günnemann, *ICLR* (2020), [doi:10.48550/arXiv.2003.03123](https://doi.org/10.48550/arXiv.2003.03123): DimeNet.
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150): PaiNN.
# - J. Gilmer et al., *ICML* (2017), [doi:10.48550/arXiv.1704.01212](https://doi.org/10.48550/arXiv.1704.01212): message passing as a common form.
# - S. N. Pozdnyakov, M. Ceriotti (2022), [doi:10.48550/arXiv.2201.07136](https://doi.org/10.48550/arXiv.2201.07136): structures that networks of distances cannot tell apart.
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401).
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f): the ethanol data.

# %% [markdown] lang="ja" en="e1de3d47"
# 小さな SchNet は、角度を含む対称性関数より速いほどです。3 体の組を一切並べないからです。PaiNN は SchNet の 3 倍ほどかかります。フィルターが 1 つではなく 3 つあり、ベクトルには 3 成分あるからです。3 体の組をたどる DimeNet は、8 〜 12 倍かかります。
# $F$ を 4 倍にしても、SchNet の時間は 16 倍にはならず、ここでは 3 〜 4 倍でした。1 つの対あたりの手間は、積の分が $F$、フィルターの 2 番目の行列の分が $F^2$ です。$F$ が小さいうちは、それ以外の手間が目立ちます。
#
# **ほかのプログラムとも一致するか。** SchNetPack（SchNet、PaiNN）と PyTorch Geometric（DimeNet）の重みを読み込むと、このライブラリのエネルギーは $10^{-8}$ eV、力は $10^{-7}$ eV/Å の精度で一致します（`pytest tests/models/test_schnetpack_reference.py tests/models/test_pyg_reference.py`）。
#
# ## 10. 注意して読みたい記述
#
# | もとの章の記述 | 確かめた結果 |
# |---|---|
# | エッジは原子間の相互作用 | $r_c$ より近い原子の対。結合の情報は与えられない（1 節） |
# | $m_{ij}$ はフィルターと $h_j$ の積。$h_i + \sum m_{ij}$ を作り、それをネットワークに通す | ほぼ正しい。SchNet はまず混ぜ（$A x_j$）、和をネットワークに通したものを $x_i$ に足す（2 節） |
# | 記述子の設計が不要 | カットオフ、ガウス関数、$F$、$L$、メッセージの形は人が設計する（2 節、4 節） |
# | 対称性関数より少ないデータで高精度 | エタノール 100 配置ではそうならず、300 と 900 配置ではそうなった（8 節） |
# | DimeNet = SchNet + 結合角 | 数をもつのは向きつきのエッジで、基底も違う。カットオフ内のねじれは見えないまま（5 節） |
# | PaiNN（2020）は不変なグラフネットワーク | 2021 年で、同変（6 節） |
# | ブラックボックス | フィルターは描け、受容野は測れる。数の列 $x_i$ は読みにくい（4 節、7 節） |
# | 訓練に計算資源が必要 | このレッスンでは 1 スレッドで 30 秒足らず。データが大きければ大きい |
#
# ## このレッスンで学んだこと
#
# - グラフネットワークは、学習した距離の関数を隣接原子について足し、それを繰り返します。これがメッセージです。
# - $L$ 層のあと、原子は $L r_c$ までの原子のことを知っています。それより遠くは厳密に 0 で、遠いほど影響は弱くなります。
# - カットオフの内側で、SchNet には距離が、DimeNet にはさらに角度が、PaiNN にはさらにねじれ角が見えます。PaiNN ではベクトルが送られるからです。
# - ベクトルに許されるのは、スカラーを掛けること、足すこと、互いに混ぜることです。そうすれば分子と一緒に回ります。これが同変性です。エネルギーは、どのモデルでも不変です。
# - 学習した記述子が、選んだ記述子より必ずよいわけではありません。データが少ないうちは差がなく、増えると勝りました。同じデータ、同じ時間で比べ、訓練とは種類の違う配置でも比べましょう。
#
# ## 演習
#
# 1. メタン（$r_c = 1.5$ Å）について、2 節の計算を手で行ってください。$y_\mathrm{C}$ と $y_\mathrm{H}$ はいくらですか。
# 2. 4 節の鎖で、カットオフを 3.2 Å にします。表のどこが 0 でなくなりますか。予想してから実行してください。
# 3. 7 節と 8 節を、別の 2 つの乱数の種で繰り返してください（`torch.manual_seed` と `Settings(seed=...)`）。PaiNN と Behler–Parrinello の差は、ばらつきより大きいですか。
# 4. 8 節の大きな SchNet と PaiNN は、短い訓練では同じ誤差なのに、長い訓練では差がつきました。考えられる理由を 2 つ挙げ、どちらが正しいかを決められる訓練を考えてください。
# 5. 互いに鏡像の 2 つの鎖（ねじれ角 +60° と −60°）を区別できるのは、3 つのモデルのうちどれですか。ポテンシャルは、これを区別できるべきでしょうか。
# 6. $\mathbf v_i \cdot \mathbf v_j$ が回転で変わらないこと、ベクトルに一定のベクトルを足したものは一緒に回らないことを、紙の上で示してください。バイアスがあると、`Update.forward` のどの行が間違いになりますか。
#
# **次へ**：[09 同変性](09_equivariance.ipynb)。（隣接原子についての和を手で計算したのは、レッスン [06](06_symmetry_functions.ipynb) です。）
#
# ## 参考文献
#
# - K. T. Schütt et al., *NeurIPS* **30**, 991 (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566)：SchNet
# - J. Klicpera, J. Groß, S. Günnemann, *ICLR* (2020), [doi:10.48550/arXiv.2003.03123](https://doi.org/10.48550/arXiv.2003.03123)：DimeNet
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150)：PaiNN
# - J. Gilmer et al., *ICML* (2017), [doi:10.48550/arXiv.1704.01212](https://doi.org/10.48550/arXiv.1704.01212)：メッセージパッシングという共通の形
# - S. N. Pozdnyakov, M. Ceriotti (2022), [doi:10.48550/arXiv.2201.07136](https://doi.org/10.48550/arXiv.2201.07136)：距離だけのネットワークには区別できない構造
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401)
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f)：エタノールのデータ
