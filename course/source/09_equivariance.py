# ---
# jupyter:
#   card: {learn_minutes: 85, run_seconds: 70, memory_mb: 830}
# ---

# %% [markdown] lang="en"
# # Equivariance: numbers that turn with the atoms
#
# **Question of this lesson.** The energy of a molecule does not depend on how it lies. Why then let a network carry vectors and tensors, which do? What may one do with them, and what does it bring?
#
# Afterwards you can
#
# - say what *invariant* and *equivariant* mean, measure both, and name what is equivariant in every potential;
# - read features of degree 0, 1 and 2, and turn them by their matrices;
# - multiply two vectors in the three ways that turn along, by hand and by Clebsch-Gordan coefficients;
# - say what a mirror does to each kind of feature, and why an energy must not read some of them;
# - count the bodies that a network sees at once, and show two structures that one more body tells apart;
# - judge, from measured learning curves, what degree $l$ brings and what it costs.

# %% [markdown] lang="ja" en="18788dab"
# # 同変性：原子と一緒に回る数
#
# **このレッスンの問い**　分子のエネルギーは、分子の向きによりません。それなのに、向きによって変わるベクトルやテンソルを、なぜネットワークの中にもたせるのでしょうか。それらに対して何をしてよく、それで何が得られるのでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - 不変と同変の意味を説明し、どちらも測る。どのポテンシャルでも同変である量を挙げる。
# - 次数 0、1、2 の特徴量を読み、行列で回す。
# - 2 本のベクトルの積のうち、一緒に回るもの 3 種類を、手とクレプシュ・ゴルダン係数で計算する。
# - 鏡映で各種の特徴量がどう変わるか、エネルギーが使ってはならない特徴量があるのはなぜかを説明する。
# - ネットワークが一度に見る原子の数を数え、もう 1 個多く見れば区別できる構造の組を示す。
# - 測定した学習曲線から、次数 $l$ を上げる効果と手間を判断する。

# %% [markdown] lang="en"
# ## 1. Stay or turn along
#
# Turn a structure by a rotation $R$: every position $\mathbf r$ becomes $R\mathbf r$. A quantity computed from it is
#
# - **invariant** if it stays: $f(R\mathbf r) = f(\mathbf r)$;
# - **equivariant** if it turns along: $\mathbf g(R\mathbf r) = R\,\mathbf g(\mathbf r)$.
#
# By hand: an atom at the origin with two neighbours, at $(1, 0, 0)$ and $(0, 2, 0)$. The sum of the two vectors is $\mathbf v = (1, 2, 0)$. Turn all by 90° about z, so that x becomes y and y becomes −x.
#
# **Predict**, before you run: the new $\mathbf v$, its length, and the sum of its components. Which of the three is invariant, which equivariant, which neither?

# %% [markdown] lang="ja" en="f45cfeff"
# ## 1. 変わらない量と、一緒に回る量
#
# 構造を回転 $R$ で回すと、どの位置 $\mathbf r$ も $R\mathbf r$ になります。構造から計算した量は、
#
# - 変わらなければ**不変**（invariant）：$f(R\mathbf r) = f(\mathbf r)$
# - 一緒に回れば**同変**（equivariant）：$\mathbf g(R\mathbf r) = R\,\mathbf g(\mathbf r)$
#
# であるといいます。
#
# 手で計算しましょう。原点の原子に、$(1, 0, 0)$ と $(0, 2, 0)$ の 2 個の隣接原子があります。2 本のベクトルの和は $\mathbf v = (1, 2, 0)$ です。全体を z 軸のまわりに 90° 回すと、x 方向は y 方向に、y 方向は −x 方向に移ります。
#
# 実行する前に**予想しましょう**。新しい $\mathbf v$、その長さ、その成分の和はどうなるでしょうか。3 つのうち、不変なもの、同変なもの、どちらでもないものはどれでしょうか。

# %%
lang = "en"

import numpy as np

neighbors = np.array([[1.0, 0, 0], [0, 2, 0]])
quarter = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])  # 90° about z
for name, places in (("before", neighbors), ("after", neighbors @ quarter.T)):
    v = places.sum(axis=0)
    print(f"{name:7} v = {v}   length {np.linalg.norm(v):.4f}   sum of components {v.sum():.0f}")

# %% [markdown] lang="en"
# $\mathbf v$ turned to $(-2, 1, 0)$; the length stayed; the sum of components did neither, so no potential may use it.
#
# Now a whole network. SchNet (lesson 08) reads distances alone, so all that its atoms carry is invariant, and so is the energy.
#
# **Predict.** What happens to the *forces* of SchNet when the molecule turns?

# %% [markdown] lang="ja" en="215048b9"
# $\mathbf v$ は $(-2, 1, 0)$ に回り、長さは変わりませんでした。成分の和はどちらでもないので、ポテンシャルには使えません。
#
# 次は、ネットワーク全体です。SchNet（レッスン 08）が読むのは距離だけなので、原子がもつ数はすべて不変で、エネルギーも不変です。
#
# **予想しましょう。** 分子を回すと、SchNet の**力**はどうなるでしょうか。

# %%
import torch
from ase import Atoms
from ase.build import molecule

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.basis.rotations import random_rotation
from mlp_teach.checks.deformations import turned
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

torch.manual_seed(0)
schnet = SchNet((1, 6, 8), GaussianSmearing(10, cutoff=4.0), features=8).double()
methanol = molecule("CH3OH")
methanol = methanol[np.argsort(methanol.numbers, kind="stable")]  # H H H H C O, see below


# %%
R = random_rotation(torch.Generator().manual_seed(1))


def largest(x):
    return f"{x.abs().max():.0e}"


answers = [predict(schnet, atom_graph(a, 4.0)) for a in (methanol, turned(methanol, R.numpy()))]
before, after = answers
print("the energy changes by      ", largest(after.energy - before.energy), "eV")
print("forces change by           ", largest(after.forces - before.forces), "eV/Å")
print("forces and R F differ by   ", largest(after.forces - before.forces @ R.T), "eV/Å")

# %% [markdown] lang="en"
# They turn along. It cannot be otherwise: if $E(R\mathbf r) = E(\mathbf r)$ for all $\mathbf r$, then the slope of $E$ at the turned place is the turned slope. So **the forces of every potential with an invariant energy are equivariant**: SchNet's, Behler and Parrinello's, even Lennard-Jones'. When one speaks of an *equivariant network*, something else is meant: that the numbers *inside*, which atoms send to each other, turn along too.
#
# ## 2. What NequIP carries
#
# **NequIP** (Batzner et al. 2022) gives every atom features of several **degrees** $l$. A feature of degree $l$ has $2l+1$ components, which a rotation mixes among themselves as it mixes the spherical harmonics $Y_{lm}$ of lesson 07:
#
# $$h_l(R\mathbf r) = D_l(R)\, h_l(\mathbf r).$$
#
# $D_0$ is 1: a scalar. $D_1$ is $R$ itself (in the order y, z, x): a vector. $D_2$ is a matrix of 5 × 5. A letter says what a mirror does, e (even) or o (odd); section 6 comes to that. So `0e` is a scalar, `1o` a vector, `2e` five numbers.
#
# **Claim 1.** The features of a NequIP turn by $D_l$, to rounding.
#
# `trace` (lesson 08) reads them off, after the third of four layers; the weights are random. (NequIP sorts atoms by element, so we have sorted methanol too.)
#
# **Predict.** The first column of the output is the largest change of a component. In which rows is it zero, to rounding?

# %% [markdown] lang="ja" en="ce0c9822"
# 力は、分子と一緒に回ります。そうなるほかはありません。どんな $\mathbf r$ でも $E(R\mathbf r) = E(\mathbf r)$ なら、回した先での $E$ の傾きは、もとの傾きを回したものだからです。つまり、**エネルギーが不変なら、力は必ず同変です**。SchNet でも、Behler と Parrinello のネットワークでも、レナード・ジョーンズでも同じです。「同変なネットワーク」というときは、別のことを指しています。原子が互いに送り合う**内部の**数も、一緒に回るということです。
#
# ## 2. NequIP がもつ数
#
# **NequIP**（Batzner ら、2022 年）では、どの原子も、いくつかの**次数**（degree）$l$ の特徴量（feature）をもちます。次数 $l$ の特徴量には $2l+1$ 個の成分があり、回転すると、レッスン 07 の球面調和関数 $Y_{lm}$ と同じように混ざり合います。
#
# $$h_l(R\mathbf r) = D_l(R)\, h_l(\mathbf r)$$
#
# $D_0$ は 1 で、これはスカラーです。$D_1$ は（成分を y、z、x の順に並べた）$R$ そのもので、これはベクトルです。$D_2$ は 5 × 5 の行列です。鏡映でどうなるかは文字で表し、e（偶、even）と o（奇、odd）があります（6 節）。`0e` はスカラー、`1o` はベクトル、`2e` は 5 個の数です。
#
# **主張 1**　NequIP の特徴量は、丸め誤差の範囲で $D_l$ に従って回ります。
#
# 4 層のうち第 3 層のあとの値を、`trace`（レッスン 08）で読み取ります。重みは乱数です。（NequIP は原子を元素の順に並べ替えるので、メタノールも並べ替えておきました。）
#
# **予想しましょう。** 出力の最初の列は、成分の変化の最大値です。これが丸め誤差の範囲で 0 になるのは、どの行でしょうか。

# %%
from mlp_teach.basis.rotations import wigner_d
from mlp_teach.basis.tensor_product import slices
from mlp_teach.models.nequip import NequIP
from mlp_teach.trace import trace

torch.manual_seed(1)
nequip = NequIP((1, 6, 8), cutoff=4.0, channels=4, l_max=2, layers=4).double()
nequip.n_neighbors.fill_(4.0)  # about as many as an atom of methanol has


def features(atoms, layer=2):  # counted from 0
    made = trace(nequip, atom_graph(atoms, 4.0)).equation(3, "nequip")[layer]["return"].numbers
    irreps = nequip.layers[layer].out
    return {irrep: made[:, lm] for irrep, lm in zip(irreps, slices(irreps), strict=True)}


# %%
h, h_turned = features(methanol), features(turned(methanol, R.numpy()))
print("                 change   from D h     size")
for irrep in h:
    D = wigner_d(irrep.l, R)
    change, rest = h_turned[irrep] - h[irrep], h_turned[irrep] - D @ h[irrep]
    print(f"{irrep}, {irrep.size} numbers", *(f"{largest(x):>9}" for x in (change, rest, h[irrep])))

# %% [markdown] lang="en"
# Scalars, `0e` and `0o`, stay; all else changes, and exactly as $D_l$ says. Six kinds of features, four channels of each, and not one of them needs to be learnt to turn: with *random* weights it holds to rounding, here $10^{-14}$.
#
# A Clebsch-Gordan coefficient, met in section 5, is all that it takes. First, what do such features look like?
#
# ## 3. Pictures of degree 0, 1 and 2
#
# The harmonics $Y_{lm}$ of a direction are themselves features of degree $l$: one neighbour in direction $\hat{\mathbf r}$ gives $Y_{lm}(\hat{\mathbf r})$. Drawn is $|Y|$ as the distance from the middle, blue where $Y$ is positive, orange where it is negative; x points to the lower right, y to the upper right, z up.
#
# **Predict.** Turn the picture named xy by 45° about the z axis, which points up. Which of the others does it become?

# %% [markdown] lang="ja" en="02cde645"
# スカラー（`0e` と `0o`）は変わらず、ほかはすべて変わります。しかも、ちょうど $D_l$ のとおりに変わります。6 種類の特徴量が 4 チャンネルずつありますが、回り方を学習したものは 1 つもありません。重みが**乱数**でも、丸め誤差の範囲（ここでは $10^{-14}$）で成り立ちます。
#
# そのために必要なのは、5 節に出てくるクレプシュ・ゴルダン係数だけです。その前に、このような特徴量の姿を見ておきましょう。
#
# ## 3. 次数 0、1、2 の姿
#
# 向きの関数である球面調和関数 $Y_{lm}$ は、それ自身が次数 $l$ の特徴量です。$\hat{\mathbf r}$ の向きに隣接原子が 1 個あれば、$Y_{lm}(\hat{\mathbf r})$ が得られます。図では、中心からの距離が $|Y|$ を、青が正、橙が負を表します。x 軸は右下、y 軸は右上、z 軸は上を向いています。
#
# **予想しましょう。** xy と書かれた図を、上向きの z 軸のまわりに 45° 回すと、ほかのどの図になるでしょうか。

# %%
from mlp_teach.basis.spherical_harmonics import spherical_harmonics
from mlp_teach.plotting.style import COLORS, Picture, finish, new_axes, say

polar, azimuth = np.meshgrid(np.linspace(0, np.pi, 25), np.linspace(0, 2 * np.pi, 33))
x, y, z = np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)
Y = spherical_harmonics(torch.from_numpy(np.stack([x, y, z], -1)), 2).numpy()
NAMES = ["1", "y", "z", "x", "xy", "yz", "3z²−r²", "xz", "x²−y²"]

# %%
picture = Picture(8.6, 4.6)
for name, place, values in zip(NAMES, [3, *range(7, 10), *range(11, 16)], Y, strict=True):
    ax, size = picture.add_subplot(3, 5, place, projection="3d"), abs(values)
    colors = np.where(values > 0, COLORS["blue"], COLORS["orange"])
    ax.plot_surface(size * x, size * y, size * z, facecolors=colors, rstride=1, cstride=1)
    ax.set(xlim=(-0.5, 0.5), ylim=(-0.5, 0.5), zlim=(-0.5, 0.5), title=name)
    ax.set_box_aspect((1, 1, 1), zoom=1.3)
    ax.set_axis_off()
words = say(
    lang,
    "l = 0, 1, 2: a ball; pairs of lobes along y, z, x; five of four lobes or a ring",
    "l = 0、1、2：球、y・z・x 方向の対の葉、4 枚の葉または輪をもつ 5 つの図形",
)
picture.sentences.append(words)
picture

# %% [markdown] lang="en"
# xy has its four lobes between the axes; turned by 45° they lie on the axes, as in x²−y², but with blue and orange exchanged: the positive lobes come to lie along y. So it becomes −(x²−y²). The matrix $D_2$ of this rotation says the same in its first column: a 1 in xy becomes a −1 in x²−y².

# %% [markdown] lang="ja" en="e7d0e0cf"
# xy の 4 枚の葉は軸と軸の間にあり、45° 回すと、x²−y² のように軸の上に来ます。ただし、正の葉は y 軸の上に来るので、青と橙が入れ替わります。つまり −(x²−y²) になります。この回転の行列 $D_2$ の 1 列目も同じことを表しています。xy 成分の 1 が、x²−y² 成分の −1 になるのです。

# %%
from mlp_teach.basis.rotations import rotation_matrix

eighth = rotation_matrix(torch.tensor([0.0, 0.0, np.pi / 4], dtype=torch.float64))
print(NAMES[4:])
print(wigner_d(2, eighth).numpy().round(3) + 0.0)

# %% [markdown] lang="en"
# A row can be read as an equation, too: the first says $Y_{xy}(R\mathbf r) = Y_{x^2-y^2}(\mathbf r)$; yz and xz mix like the components of a vector in the plane; 3z²−r² stays, as z does.
#
# And what does a degree mean? One vector $\mathbf v$ says *which way*. Five numbers of degree 2 say *along which line* and how flat: they are a symmetric 3 × 3 matrix without trace, as the quadrupole of a charge or the shape of a strain. Drawn as an ellipsoid they know an axis, but not its ends.
#
# ## 4. Turn it yourself
#
# Hydrogen peroxide, H₂O₂, is a twisted chain H–O–O–H. Arrows are a `1o` (or `1e`) and ellipses a `2e` of our kind of network, computed anew for every position; the bars are the numbers of one atom, beside three of a SchNet. **Before each, predict:**
#
# 1. Turn about z by 90°, then by 180°. Which bars move? Which are back at 180°: those of `1o` or of `2e`? (Remember: an axis does not know its ends.)
# 2. Mirror. Which bars change their sign, which stay?
# 3. Choose H₂O. Why is its `0o` zero, and why do its `1e` arrows vanish? Tilt it and look again.
# 4. Read the last number below the picture, how far NequIP is from $D$ times its first answer. Can you make it larger than rounding?

# %% [markdown] lang="ja" en="7dade773"
# 行を式として読むこともできます。1 行目は $Y_{xy}(R\mathbf r) = Y_{x^2-y^2}(\mathbf r)$ です。yz と xz は平面内のベクトルの成分のように混ざり、3z²−r² は、z と同じように変わりません。
#
# 次数は何を意味するのでしょうか。1 本のベクトル $\mathbf v$ は、**どちらの向きか**を表します。次数 2 の 5 個の数は、**どの直線に沿っているか**と、どれだけ平たいかを表します。これは、電荷の四重極やひずみの形のような、トレースが 0 の対称な 3 × 3 行列です。楕円体として描くと、軸はわかりますが、軸の両端の区別はありません。
#
# ## 4. 回してみよう
#
# 過酸化水素 H₂O₂ は、ねじれた鎖 H–O–O–H です。矢印は `1o`（または `1e`）、楕円は `2e` で、向きを変えるたびにネットワークが計算し直しています。棒は 1 個の原子がもつ数で、SchNet の数を 3 つ並べてあります。**動かす前に予想しましょう。**
#
# 1. z 軸のまわりに 90°、次に 180° 回す。どの棒が動くか。180° でもとに戻るのは、`1o` と `2e` のどちらか。（軸の両端は区別できなかった。）
# 2. 鏡に映す。符号が変わる棒、変わらない棒はどれか。
# 3. H₂O を選ぶ。`0o` が 0 なのはなぜか。`1e` の矢印が消えるのはなぜか。傾けてもう一度見る。
# 4. 図の下の最後の数は、はじめの答えに $D$ を掛けたものと NequIP の答えの差である。丸め誤差より大きくできるか。

# %%
from mlp_teach.widgets.equivariance_explorer import equivariance_explorer

equivariance_explorer(lang=lang)

# %% [markdown] lang="en"
# Did you expect it? (1) At 180° x and y of `1o` have changed their sign. Of `2e` xy, 3z²−r² and x²−y² are back, but not yz and xz: an axis that leans to one side now leans to the other. (2) The mirror turns x to −x: `0o` changes its sign, x of `1o`, y and z of `1e`, xy and xz of `2e`. (3) Flat water is its own mirror image, so an odd number must be its own negative. Its `1e` is not zero: it stands upright on the plane, and you look at it from its tip. (4) No.
#
# ## 5. Three products of two vectors
#
# A network must multiply, or else it stays linear. Which products of two vectors $\mathbf a$ and $\mathbf b$ turn along? There are nine products $a_\alpha b_\beta$ of their components, and a rotation sorts them into three sets:
#
# - $\mathbf a\cdot\mathbf b$, **one** number: degree 0;
# - $\mathbf a\times\mathbf b$, **three** numbers: degree 1;
# - the symmetric matrix $\frac12(a_\alpha b_\beta + a_\beta b_\alpha)$ less a third of its trace, **five** numbers: degree 2.
#
# $1 + 3 + 5 = 9$: nothing is lost. By hand, $\mathbf a = (1, 2, 2)$ and $\mathbf b = (2, 0, 1)$:
#
# $$\mathbf a\cdot\mathbf b = 4, \qquad \mathbf a\times\mathbf b = (2, 3, -4), \qquad \tfrac12(\mathbf a\mathbf b^T + \mathbf b\mathbf a^T) - \tfrac43 = \begin{pmatrix} 2/3 & 2 & 5/2 \\ 2 & -4/3 & 1 \\ 5/2 & 1 & 2/3 \end{pmatrix}$$
#
# **Clebsch-Gordan coefficients** $C_{m_1m_2m_3}$ are the tables that pick these sets out, for features of any degrees. Their formula stands in the header of [basis/clebsch_gordan.py](../../mlp_teach/basis/clebsch_gordan.py). The library's `couple` sums with them:

# %% [markdown] lang="ja" en="527c7541"
# 予想どおりでしたか。(1) 180° では、`1o` の x と y の符号が変わります。`2e` の xy、3z²−r²、x²−y² はもとに戻りますが、yz と xz は戻りません。傾いた軸が、反対側に傾くからです。(2) この鏡は x を −x にします。符号が変わるのは、`0o`、`1o` の x、`1e` の y と z、`2e` の xy と xz です。(3) 平面の水分子は、自分自身の鏡像です。ですから、奇の数は、自分に負号をつけたものと等しくなければなりません。`1e` は 0 ではなく、平面に垂直に立っていて、矢の先から見ています。(4) できません。
#
# ## 5. 2 本のベクトルの 3 つの積
#
# ネットワークは掛け算をしなければ、線形のままです。2 本のベクトル $\mathbf a$、$\mathbf b$ の積のうち、一緒に回るのはどれでしょうか。成分の積 $a_\alpha b_\beta$ は 9 個あり、回転はこれを 3 つの組に分けます。
#
# - $\mathbf a\cdot\mathbf b$：**1** 個の数、次数 0
# - $\mathbf a\times\mathbf b$：**3** 個の数、次数 1
# - 対称行列 $\frac12(a_\alpha b_\beta + a_\beta b_\alpha)$ からトレースの 3 分の 1 を引いたもの：**5** 個の数、次数 2
#
# $1 + 3 + 5 = 9$ なので、何も失われません。$\mathbf a = (1, 2, 2)$、$\mathbf b = (2, 0, 1)$ を手で計算すると、次のようになります。
#
# $$\mathbf a\cdot\mathbf b = 4, \qquad \mathbf a\times\mathbf b = (2, 3, -4), \qquad \tfrac12(\mathbf a\mathbf b^T + \mathbf b\mathbf a^T) - \tfrac43 = \begin{pmatrix} 2/3 & 2 & 5/2 \\ 2 & -4/3 & 1 \\ 5/2 & 1 & 2/3 \end{pmatrix}$$
#
# どんな次数の特徴量についても、このような組を取り出す表が**クレプシュ・ゴルダン係数**（Clebsch-Gordan coefficients）$C_{m_1m_2m_3}$ です。公式は [basis/clebsch_gordan.py](../../mlp_teach/basis/clebsch_gordan.py) の冒頭にあります。ライブラリの `couple` は、これを使って和を取ります。

# %%
from mlp_teach.basis.tensor_product import couple
from mlp_teach.show import show

show(couple)

# %% [markdown] lang="en"
# **Predict** what `couple` gives for $l_3 = 0$, 1 and 2, up to a factor each. Mind the order: y, z, x for degree 1, and xy, yz, 3z²−r², xz, x²−y² for degree 2. And which of the three is zero when a vector is multiplied by itself?

# %% [markdown] lang="ja" en="2ccbf32d"
# **予想しましょう。** $l_3 = 0$、1、2 のとき、`couple` は（定数倍を除いて）何を返すでしょうか。成分の順は、次数 1 では y、z、x、次数 2 では xy、yz、3z²−r²、xz、x²−y² です。また、同じベクトルどうしを掛けると、3 つのうちどれが 0 になるでしょうか。


# %%
def feature(vector):  # x y z -> one channel of degree 1
    return torch.tensor([vector[1], vector[2], vector[0]])[:, None]


a, b = np.array([1.0, 2, 2]), np.array([2.0, 0, 1])
made = [couple(feature(a), feature(b), l)[:, 0].numpy() for l in (0, 1, 2)]
print("l = 0:", made[0].round(4), "   a·b/√3 =", (a @ b / 3**0.5).round(4))
print("l = 1:", made[1].round(4), "   a×b/√2 =", (np.cross(a, b)[[1, 2, 0]] / 2**0.5).round(4))

# %%
M = (np.outer(a, b) + np.outer(b, a)) / 2 - np.eye(3) * (a @ b) / 3
off_diagonal = 2**0.5 * np.array([M[0, 1], M[1, 2], M[0, 2]])
print("l = 2:", made[2].round(4), "   √2 (xy, yz, xz) =", off_diagonal.round(4))
squares = [(part**2).sum() for part in made]
print("squares:", np.round(squares, 3), "  sum", sum(squares).round(3))
print("|a|²|b|² =", (a @ a) * (b @ b))
print("a with itself, l = 1:", couple(feature(a), feature(a), 1)[:, 0].numpy())

# %% [markdown] lang="en"
# The squares add up to $|\mathbf a|^2|\mathbf b|^2 = 45$: 16/3 + 29/2 + 151/6. So the three sets hold all of the nine products, each turned into the shape of its degree.
#
# Beside the gates, which scale a feature by a scalar, this is all the multiplication there is in NequIP. Its message couples what neighbour $j$ carries with the harmonics of the direction to it,
#
# $$m_i = \sum_j R(r_{ij})\,\big[h_j \otimes Y(\hat{\mathbf r}_{ij})\big],$$
#
# along every **path** $(l_1) \times (l_2) \to (l_3)$ that exists, each with its own learnt function $R$ of the distance. PaiNN (lesson 08) has a few of these paths: $0 \times 1 \to 1$ is its direction, $1 \times 0 \to 1$ its passing on of vectors, $1\times1\to0$ its scalar products. The chapter lists it among the invariant networks; it belongs here, with $l \le 1$.
#
# **Predict.** With both parities and $l \le 1$ a layer has 10 paths. How many with $l \le 2$ and $l \le 3$? How does the time of a prediction grow?

# %% [markdown] lang="ja" en="52fde392"
# 2 乗の和は 16/3 + 29/2 + 151/6 で、$|\mathbf a|^2|\mathbf b|^2 = 45$ になります。9 個の積はすべて 3 つの組に入り、それぞれの次数の形に整えられたのです。
#
# NequIP の中の掛け算は、特徴量をスカラー倍するゲート（gate）を除けば、これだけです。メッセージは、隣接原子 $j$ がもつ特徴量と、そこへ向かう方向の球面調和関数との積で、
#
# $$m_i = \sum_j R(r_{ij})\,\big[h_j \otimes Y(\hat{\mathbf r}_{ij})\big]$$
#
# と書けます。可能な**経路**（path）$(l_1) \times (l_2) \to (l_3)$ のすべてについて、距離の関数 $R$ を別々に学習します。PaiNN（レッスン 08）にも、このうちのいくつかがあります。向きを作る $0 \times 1 \to 1$、ベクトルを送る $1 \times 0 \to 1$、内積の $1\times1\to0$ です。もとの章は PaiNN を不変なネットワークに入れていますが、$l \le 1$ の同変ネットワークとして、ここに入れるべきものです。
#
# **予想しましょう。** 両方の偶奇性をもつ $l \le 1$ の層には、経路が 10 本あります。$l \le 2$、$l \le 3$ では何本でしょうか。予測にかかる時間は、どう増えるでしょうか。

# %%
from dataclasses import replace
from time import process_time

from mlp_teach.basis.tensor_product import both_parities, harmonics, paths
from mlp_teach.datasets import load
from mlp_teach.graph import collate

frames, test_frames = load("ethanol", "train"), load("ethanol", "test")[:200]
batch = collate([atom_graph(atoms, 5.0).to(dtype=torch.float32) for atoms in frames[:16]])

# %%
for l_max in (0, 1, 2, 3):
    n_paths = len(paths(both_parities(l_max), harmonics(l_max), both_parities(l_max)))
    model, times = NequIP((1, 6, 8), channels=16, l_max=l_max, layers=3), []
    for _ in range(3):
        start = process_time()
        predict(model, batch, stress=False)
        times.append(process_time() - start)
    print(f"l ≤ {l_max}: {n_paths:3} paths, {1e6 * min(times) / batch.n_atoms:5.0f} µs an atom")

# %% [markdown] lang="en"
# The time grows with the paths: there lies the price of a high $l$. The chapter calls the cost of such networks "medium to high"; one number for all of them does not exist.
#
# ## 6. The mirror
#
# Rotations are not all: an energy does not change in a mirror either (the weak force aside, far below anything here). What do features do?
#
# By hand: a wheel in the plane $z = 0$, pushed at $\mathbf r = (1, 0, 0)$ by the force $\mathbf F = (0, 1, 0)$. The torque is $\boldsymbol\tau = \mathbf r \times \mathbf F = (0, 0, 1)$. Now the inversion, $\mathbf r \to -\mathbf r$: both $\mathbf r$ and $\mathbf F$ change their sign, their product does not. So under rotations a torque is a vector like any other, but the inversion leaves it: **even**, `1e`. Force and position are **odd**, `1o`. In products parities multiply: $1o \times 1o \to 1e$.
#
# There are odd scalars, too: the triple product $(\mathbf a\times\mathbf b)\cdot\mathbf c$ is a single number that no rotation changes and every mirror turns to its negative, `0o`. It says whether three vectors stand like the fingers of a right or of a left hand.
#
# **Claim 2.** Under a mirror features answer by $p\,D_l$, with the sign $p$ of their parity. **Predict** for H₂O₂ and its mirror image: the energy, `0o`, `1o`, `1e`.

# %% [markdown] lang="ja" en="c732a62f"
# 時間は経路の数とともに増えます。これが、大きな $l$ の代償です。もとの章は、このようなネットワークの計算コストを「中〜高」としていますが、1 つの数で表せるものではありません。
#
# ## 6. 鏡
#
# 回転だけではありません。鏡に映しても、エネルギーは変わりません（弱い力の影響は、ここで扱うどの量よりもはるかに小さいので、考えません）。特徴量はどうなるでしょうか。
#
# 手で計算しましょう。平面 $z = 0$ にある車輪を、$\mathbf r = (1, 0, 0)$ の点で、力 $\mathbf F = (0, 1, 0)$ で押します。トルクは $\boldsymbol\tau = \mathbf r \times \mathbf F = (0, 0, 1)$ です。ここで空間反転 $\mathbf r \to -\mathbf r$ を行うと、$\mathbf r$ も $\mathbf F$ も符号が変わりますが、積は変わりません。回転に対しては、トルクはふつうのベクトルと同じです。しかし反転では変わりません。これを**偶**といい、`1e` と書きます。力や位置は**奇**で、`1o` です。この偶奇性（parity）は、積を取ると掛け合わされます：$1o \times 1o \to 1e$
#
# 奇のスカラーもあります。スカラー三重積 $(\mathbf a\times\mathbf b)\cdot\mathbf c$ は、どんな回転でも変わらず、鏡に映すと必ず符号が変わる 1 個の数で、`0o` です。3 本のベクトルが、右手の指の並び方か、左手の並び方かを表します。
#
# **主張 2**　鏡映では、特徴量は偶奇性の符号 $p$ を使って $p\,D_l$ に従います。H₂O₂ とその鏡像について、エネルギー、`0o`、`1o`、`1e` がどうなるか、**予想しましょう**。


# %%
def peroxide(degrees):  # H, H, O, O; right angles, and the last bond turned about O-O
    x = np.radians(degrees)
    places = [[0.97, 0, 0], [0.97 * np.cos(x), 0.97 * np.sin(x), 1.45], [0, 0, 0], [0, 0, 1.45]]
    return Atoms("H2O2", places)


left, mirror = peroxide(115), -R  # a rotation and then the inversion
h, h_mirrored = features(left), features(turned(left, mirror.numpy()))
for irrep in h:
    D = wigner_d(irrep.l, R)  # of the rotation alone
    kept, flipped = (largest(h_mirrored[irrep] - sign * D @ h[irrep]) for sign in (1, -1))
    print(f"{irrep}: from D h {kept:>6}   from -D h {flipped:>6}")


# %%
def energy(atoms):
    return predict(nequip, atom_graph(atoms, 4.0), forces=False, stress=False).energy


angles = np.arange(-180, 181, 15)
energies = np.array([energy(peroxide(angle)).item() for angle in angles])
odd_scalar = next(irrep for irrep in h if str(irrep) == "0o")
odd = np.array([features(peroxide(angle))[odd_scalar][:, 0, 0].sum().item() for angle in angles])
triple = np.sin(np.radians(angles))  # of the unit vectors O-H, O-O, O-H

# %%
picture = Picture(8.6, 3.2)
even_panel, odd_panel = picture.subplots(1, 2)
new_axes(even_panel).plot(angles, energies - energies[0], color=COLORS["blue"])
new_axes(odd_panel).plot(angles, odd / abs(odd).max(), color=COLORS["blue"], label="NequIP, 0o")
odd_panel.plot(angles, triple, color=COLORS["orange"], linestyle="--", label="(a×b)·c")
twist = say(lang, "twist of H-O-O-H / °", "H-O-O-H のねじれ角 / °")
titles = say(lang, "energy: even", "エネルギー：偶"), say(lang, "odd scalars", "奇のスカラー")
for ax, title, y_label in zip((even_panel, odd_panel), titles, ("E / eV", ""), strict=True):
    y = ax.lines[0].get_ydata()
    text = f"{title}: {y[4]:.2f} (-120°), {y[12]:.2f} (0°), {y[20]:.2f} (120°)"
    finish(ax, lang, title, twist, y_label, text=text)
    ax.set_xticks([-180, -90, 0, 90, 180])
picture

# %% [markdown] lang="en"
# Even features (`0e`, `1e`, `2e`) follow $D_l$, odd ones $-D_l$. (Why has NequIP's `0o` the zeros of the triple product, at −180°, 0° and 180°? A flat molecule is its own mirror image, so there an odd number must be its own negative. The weights are random: only the symmetry of the curves means something.)
#
# The two twists +115° and −115° are mirror images that no rotation brings together, as a right and a left hand: H₂O₂ is **chiral**. The network *can* tell them apart, by `0o`; its energy must not. So the last line of NequIP reads the `0e` alone. What if it read the others?

# %% [markdown] lang="ja" en="3b0a3b7e"
# 偶の特徴量（`0e`、`1e`、`2e`）は $D_l$ に、奇の特徴量は $-D_l$ に従います。（NequIP の `0o` が、三重積と同じ −180°、0°、180° で 0 になるのはなぜでしょうか。平らな分子は自分自身の鏡像なので、奇の数は、そこで自分自身の符号を変えたものに等しいはずだからです。重みは乱数なので、曲線の対称性以外に意味はありません。）
#
# ねじれ角 +115° と −115° は、互いに鏡像で、右手と左手のように、どう回しても重なりません。H₂O₂ は**キラル**（chiral）な分子です。ネットワークは、`0o` によってこの 2 つを区別**できます**が、エネルギーを変えてはいけません。そこで NequIP の最後の行は、`0e` だけを読みます。ほかも読んだらどうなるでしょうか。

# %%
pair = [peroxide(angle) for angle in (115, -115)]
e_right, e_left = (energy(atoms).item() for atoms in pair)
o_right, o_left = (features(atoms)[odd_scalar].sum().item() for atoms in pair)
print(f"E: {e_right:.6f} and {e_left:.6f} eV, difference {abs(e_right - e_left):.0e}")
print(f"E + 0o: {e_right + o_right:.6f} and {e_left + o_left:.6f}: wrong")
print(f"E + (0o)²: {e_right + o_right**2:.6f} and {e_left + o_left**2:.6f}: allowed")

# %% [markdown] lang="en"
# Odd numbers may enter the energy only in products that are even, such as a square. MACE carries features of *natural* parity alone, those of the harmonics, `0e`, `1o`, `2e`: fewer paths. Its scalars are all even, so that it cannot tell mirror images apart inside either, and need not.
#
# ## 7. How many bodies at once?
#
# One sum over neighbours, of whatever function of $\mathbf r_{ij}$, is a sum over *pairs* of atoms. Write $A_{lm} = \sum_j R(r_{ij})\,Y_{lm}(\hat{\mathbf r}_{ij})$. Its only invariant is $A_{00}$; with equal distances that merely counts. Products of the sums hold more:
#
# $$A\cdot A = \sum_j\sum_k (\ldots), \qquad (A\otimes A)\cdot A = \sum_j\sum_k\sum_n (\ldots).$$
#
# A product of $\nu$ sums knows the centre and $\nu$ neighbours at a time, $\nu + 1$ bodies, and nobody had to list triples or quadruples. This is the trick of the **atomic cluster expansion** (Drautz 2019), and of MACE.
#
# By hand: two neighbours at a right angle or in line. $A_1$ is the sum of the two unit vectors: of length $\sqrt2$ or 0. So $A_1\cdot A_1 = 2 + 2\cos\theta$ knows the angle, which $A_{00}$ does not.
#
# The *twins* of lessons 06 and 07 are harder: four neighbours on a circle at the multiples 0, 1, 4, 7 or 0, 1, 3, 4 of 45°. They have the same six angles, and SOAP, a product of two sums, cannot tell them apart.
#
# **Predict.** Which of these differ between the twins: the squares $|A_l|^2$ for $l = 0 \ldots 4$? the triple product $(A_1 \otimes A_1)_2 \cdot A_2$?

# %% [markdown] lang="ja" en="88c51599"
# 奇の数をエネルギーに入れてよいのは、2 乗のように、積が偶になるときだけです。MACE がもつのは、球面調和関数と同じ**自然な**偶奇性の特徴量 `0e`、`1o`、`2e` だけです。経路は少なくなります。スカラーはすべて偶なので、内部でも鏡像を区別できませんが、その必要もありません。
#
# ## 7. 一度に何個の原子を見るか
#
# 隣接原子についての和は、$\mathbf r_{ij}$ のどんな関数の和でも、原子の**対**についての和です。$A_{lm} = \sum_j R(r_{ij})\,Y_{lm}(\hat{\mathbf r}_{ij})$ と書きましょう。これだけから作れる不変量は $A_{00}$ しかなく、距離が等しければ個数を数えるだけです。和どうしの積には、もっと多くの情報があります。
#
# $$A\cdot A = \sum_j\sum_k (\ldots), \qquad (A\otimes A)\cdot A = \sum_j\sum_k\sum_n (\ldots)$$
#
# $\nu$ 個の和の積は、中心原子と $\nu$ 個の隣接原子、合わせて $\nu + 1$ 個の原子（$\nu + 1$ 体）を一度に見ます。3 個や 4 個の組を並べる必要はありません。これが**原子クラスター展開**（atomic cluster expansion。Drautz、2019 年）と MACE の工夫です。
#
# 手で計算しましょう。隣接原子が 2 個、直角に並ぶ場合と、一直線に並ぶ場合です。$A_1$ は 2 本の単位ベクトルの和で、長さは $\sqrt2$ または 0 です。$A_1\cdot A_1 = 2 + 2\cos\theta$ には角度が入っています。$A_{00}$ には入っていません。
#
# レッスン 06 と 07 の**双子**は、もっと難しい例です。4 個の隣接原子が、円周上の 45° の 0、1、4、7 倍の位置にある場合と、0、1、3、4 倍の位置にある場合です。6 個の角度はすべて同じで、2 個の和の積である SOAP には区別できません。
#
# **予想しましょう。** 双子の間で異なるのは、$l = 0 \ldots 4$ の $|A_l|^2$ のどれかでしょうか、三重積 $(A_1 \otimes A_1)_2 \cdot A_2$ でしょうか。


# %%
def ring(places):
    x = np.radians(45) * np.array(places)
    return np.stack([np.cos(x), np.sin(x), 0 * x], axis=1)


def sums(directions):  # A_l for l = 0 ... 4, one channel
    Y = spherical_harmonics(torch.from_numpy(directions), 4).sum(1) * (4 * np.pi) ** 0.5
    return [Y[l * l : (l + 1) ** 2, None] for l in range(5)]


for name, places in (("90°", [0, 2]), ("180°", [0, 4]), ("A", [0, 1, 4, 7]), ("B", [0, 1, 3, 4])):
    A = sums(ring(places))
    triple = couple(couple(A[1], A[1], 2), A[2], 0).item()
    print(f"{name:5} |A_l|²", *(f"{(x * x).sum():6.2f}" for x in A), f"  triple {triple:7.3f}")

# %% [markdown] lang="en"
# (The harmonics here have mean square 1, so $|A_1|^2$ is three times our $2 + 2\cos\theta$.) All squares of the twins agree, the triple product does not ($5\sqrt6$ and $-\sqrt6$): three neighbours at a time, four bodies, see the difference.
#
# **Claim 3.** In a single layer, the energy that MACE gives the *centre* tells apart, with `correlation` $\nu = 1$, neither the two angles nor the twins, with 2 the angles, with 3 both. NequIP, whose layers are sums over pairs ($\nu = 1$), has to pass messages to get there.
#
# **Predict** how many layers NequIP needs for the angle, if only the bonds to the centre are edges: until the centre's own share $E_i$ of the energy knows it, and until the energy does, the sum of the shares of all three atoms.

# %% [markdown] lang="ja" en="d8647909"
# （ここの球面調和関数は 2 乗の平均が 1 なので、$|A_1|^2$ は $2 + 2\cos\theta$ の 3 倍です。）双子の 2 乗はすべて一致し、三重積だけが異なります（$5\sqrt6$ と $-\sqrt6$）。隣接原子を一度に 3 個、合わせて 4 体を見れば、違いがわかるのです。
#
# **主張 3**　1 層の MACE が**中心原子**に与えるエネルギーは、`correlation` が $\nu = 1$ なら角度も双子も区別できず、2 なら角度を、3 なら両方を区別できます。NequIP の層は対についての和（$\nu = 1$）なので、メッセージを何度か送らなければなりません。
#
# **予想しましょう。** 中心原子との結合だけがエッジのとき、NequIP が角度を見るには何層必要でしょうか。中心原子のエネルギー $E_i$ に角度が現れるまでと、3 個の原子のエネルギーを足した全エネルギーに現れるまでを、それぞれ考えてください。

# %%
from mlp_teach.models.mace import MACE


def centred(places):  # the centre comes first
    return atom_graph(Atoms(f"CO{len(places)}", [[0, 0, 0], *(1.3 * ring(places))]), cutoff=1.6)


@torch.no_grad()
def difference(model, one, other):  # of the centre's own share, and of the energy of all atoms
    share, another = model(centred(one)), model(centred(other))
    return abs(float(share[0] - another[0])), abs(float(share.sum() - another.sum()))


# %%
for nu in (1, 2, 3):
    torch.manual_seed(0)
    mace = MACE((6, 8), cutoff=1.6, channels=8, l_max=3, correlation=nu, layers=1).double()
    angle, twins = difference(mace, [0, 2], [0, 4]), difference(mace, [0, 1, 4, 7], [0, 1, 3, 4])
    print(f"MACE, ν = {nu}: centre, angle {angle[0]:.0e}, twins {twins[0]:.0e} eV")

for layers in (1, 2, 3):
    torch.manual_seed(0)
    model = NequIP((6, 8), cutoff=1.6, channels=8, l_max=3, layers=layers).double()
    centre, total = difference(model, [0, 2], [0, 4])
    print(f"NequIP, layers: {layers}, angle: centre {centre:.0e}, all atoms {total:.0e} eV")

# %% [markdown] lang="en"
# A staircase again. MACE climbs it inside one layer, by products at the atom, where they cost little. NequIP passes messages: the centre learns the sum of its neighbours' directions (1), tells it to a neighbour, which sees how it points towards *itself* (2), and hears back (3). So it takes three layers until the centre's own share of the energy knows the angle, but two until the *energy* does: by then the neighbours know it, and their shares are part of the sum. (In lesson 06, too, the neighbours saw what the centre could not.) That products inside a layer see more may be one reason why MACE usually makes do with two layers where NequIP has four (the library's defaults, too).
#
# (The size of the numbers says little, the weights are random; zero to rounding means *cannot see*. Two arrangements that products of three sums cannot tell apart exist, too: Pozdnyakov et al. 2020.)
#
# What do the products cost? With $l \le 3$ there are 16 components $A_{lm}$, so $16^\nu$ products. But their order does not matter, and most combinations do not turn as a scalar:

# %% [markdown] lang="ja" en="69ab9cf0"
# また階段です。MACE は、原子ごとの掛け算で、1 層の中でこの階段を上ります。掛け算は原子の上で行うので、手間はわずかです。NequIP は、メッセージで角度を知ります。まず中心原子が、隣接原子の方向の和を知ります（1 層目）。それを隣接原子に送ると、隣接原子は、その和が**自分**の側をどれだけ向いているかを知ります（2 層目）。それが中心原子に戻ってきます（3 層目）。つまり、中心原子のエネルギーに角度が現れるのは 3 層からですが、**全エネルギー**には 2 層で現れます。隣接原子は 2 層目で角度を知り、そのエネルギーも和に入るからです。（レッスン 06 でも、中心原子に見えない違いが隣接原子には見えました。）MACE は 2 層、NequIP は 4 層とすることが多く（ライブラリの既定値も同じです）、1 層の中の積で多くを見分けられることが、その理由の一つと考えられます。
#
# （重みは乱数なので、値の大きさに意味はあまりありません。丸め誤差の範囲で 0 なら、**見えていない**ということです。3 個の和の積でも区別できない構造の組もあります：Pozdnyakov ら、2020 年。）
#
# 積の手間はどれだけでしょうか。$l \le 3$ なら成分 $A_{lm}$ は 16 個で、積は $16^\nu$ 個あります。しかし、積の順序は問わず、しかも組み合わせの大部分はスカラーとして振る舞いません。

# %%
from mlp_teach.basis.symmetric_products import symmetric_products

print("bodies   16^ν   products that a scalar needs   independent scalars")
for nu in (1, 2, 3, 4):
    factors, coefficients = symmetric_products(3, nu, 0)
    print(f"{nu + 1:6} {16**nu:6} {len(factors):29} {len(coefficients):21}")

# %% [markdown] lang="en"
# Of 4,096 triple products 77 are needed, for 8 scalars; a learnt weight mixes these 8 for each element and channel. Five bodies would need 438 products. MACE's usual $\nu$ is 3.
#
# ## 8. Fewer data? Measured
#
# NequIP's paper made equivariant networks known by one finding: with $l \ge 1$ the error of the forces falls *faster* with the number of training frames than with $l = 0$, as $n^{-a}$ with a larger $a$. Not only a better start, a steeper curve. Why might that be?
#
# - Not because forces turn along: in section 1 they did so for SchNet as well. All models here are taught the symmetry for nothing.
# - A force is a direction. A network with $l = 0$ has to piece directions and angles together from distances, over several layers, and each way in which it does so must be learnt. With $l \ge 1$ directions are there from the first message on, and angles soon after (section 7). This is the usual explanation; it is plausible, no more.
# - It also has more parameters and takes more time. A fair test must ask whether that alone does it.
#
# We know of no proof; so we measure. The same small NequIP with $l = 0$ and $l = 2$, 8 channels, 3 layers, the same 100 frames of ethanol and the same number of steps.
#
# **Predict** by how much the error of the forces differs.

# %% [markdown] lang="ja" en="dd172c26"
# 4,096 個の三重の積のうち、必要なのは 77 個で、8 個のスカラーになります。この 8 個を、元素とチャンネルごとに学習した重みで混ぜます。5 体にすると 438 個の積が必要です。MACE では $\nu = 3$ がふつうです。
#
# ## 8. データは少なくて済むか：測ってみる
#
# NequIP の論文で注目されたのは、次の結果でした。$l \ge 1$ では $l = 0$ に比べて、力の誤差が訓練データの数 $n$ とともに**速く**減るのです。$n^{-a}$ の $a$ が大きく、出だしがよいだけでなく、曲線の傾きが急でした。なぜでしょうか。
#
# - 力が一緒に回るからではありません。1 節で見たように、SchNet の力も一緒に回ります。ここで扱うモデルはどれも、対称性を学習する必要がありません。
# - 力は向きをもちます。$l = 0$ のネットワークは、向きや角度の情報を、距離から何層もかけて組み立てなければならず、その組み立て方をすべて学習しなければなりません。$l \ge 1$ なら、向きは最初のメッセージから使え、角度もすぐに得られます（7 節）。これがよくある説明です。もっともらしいのですが、それ以上のものではありません。
# - ただし、$l$ が大きいとパラメータも時間も増えます。公平な比較では、それだけが理由ではないかを確かめなければなりません。
#
# 証明は知られていないようです。測ってみましょう。$l = 0$ と $l = 2$ の小さな NequIP（8 チャンネル、3 層）を、同じエタノール 100 配置と同じステップ数で訓練します。
#
# **予想しましょう。** 力の誤差は、どれだけ違うでしょうか。

# %%
from mlp_teach.training.experiment import make_data, train
from mlp_teach.training.fit import Settings
from mlp_teach.training.losses import Weights
from mlp_teach.training.metrics import compare
from mlp_teach.widgets.loss_curve import loss_curve

settings = Settings(
    batch_size=5,
    learning_rate=2e-2,
    last_learning_rate=1e-4,
    average=0.98,
    weights=Weights(energy=100.0, forces=1.0),  # 1 meV/atom weighs as much as 10 meV/Å
)
sizes = {"channels": 8, "layers": 3, "parity": False, "radial_widths": (32,)}


# %%
def learn(l_max, epochs=20, n=100):
    torch.manual_seed(0)
    model = NequIP((1, 6, 8), cutoff=5.0, l_max=l_max, **sizes)
    parts = frames[:n], frames[900:920], test_frames
    training, validation, test = (make_data(model, part) for part in parts)
    start = process_time()
    how = replace(settings, epochs=epochs)
    train(model, training, validation, how, on_epoch=loss_curve(lang=lang))
    seconds, errors = process_time() - start, compare(model, test, stress=False)
    n_numbers = sum(p.numel() for p in model.parameters())
    print(f"l ≤ {l_max}: {n_numbers} parameters, {seconds:.0f} CPU s,", end=" ")
    print(f"{errors.mae('energy'):.1f} meV/atom, {errors.mae('forces'):.0f} meV/Å")


learn(0)

# %%
learn(2)

# %% [markdown] lang="en"
# Half the error with $l \le 2$, from the same data and steps. But it took twice the time, and has more than three times the parameters. So give $l = 0$ twice the epochs, and as much time.
#
# **Predict** whether it catches up.

# %% [markdown] lang="ja" en="992c2a27"
# 同じデータとステップ数で、$l \le 2$ の誤差は半分になりました。しかし、時間は 2 倍かかり、パラメータは 3 倍以上あります。そこで、$l = 0$ のエポック数を 2 倍にして、時間をそろえましょう。
#
# **予想しましょう。** 追いつくでしょうか。

# %%
learn(0, epochs=40)

# %% [markdown] lang="en"
# Better, but by far not as good: time alone does not do it. (With more channels? Exercise 6.)
#
# Now a learning curve: larger networks (16 channels), 25 to 200 frames, about 1,500 steps each, judged on all 1,000 test frames. Recorded, not run here: `mlp-teach learning-curve experiments/nequip_l2_ethanol.toml --out FOLDER` repeats one line in some CPU minutes.
#
# **Predict** the three lines: which is lowest, and are they parallel?

# %% [markdown] lang="ja" en="b6557771"
# よくなりましたが、遠く及びません。時間だけの問題ではないのです。（チャンネルを増やしたら？　演習 6 です。）
#
# 次は学習曲線です。もっと大きなネットワーク（16 チャンネル）を 25 〜 200 配置、どれも約 1,500 ステップで訓練し、テスト用の 1,000 配置すべてで評価しました。ここでは実行せず、記録した値を示します。`mlp-teach learning-curve experiments/nequip_l2_ethanol.toml --out FOLDER` を実行すれば、1 本の線を CPU 時間で数分のうちに確かめられます。
#
# **予想しましょう。** 3 本の線のうち、いちばん低いのはどれでしょうか。3 本は平行でしょうか。

# %%
from mlp_teach.plotting.learning import learning_curve

recorded = {  # test MAE of the forces, meV/Å
    "l = 0": (192.2, 164.1, 149.0, 135.2),
    "l ≤ 1": (164.8, 125.6, 111.2, 95.7),
    "l ≤ 2": (151.2, 97.2, 82.5, 67.3),
}
learning_curve((25, 50, 100, 200), recorded, lang=lang).figure

# %% [markdown] lang="en"
# The higher $l$, the lower the error, at every size. The network with $l \le 1$ does better with 50 frames than that with $l = 0$ with 200 (126 against 135 meV/Å); and with $l \le 2$, 50 frames come to what $l \le 1$ reaches with 200 (97 against 96). And the lines are not parallel: they fall about as $n^{-0.17}$, $n^{-0.25}$ and $n^{-0.37}$.
#
# Before believing in these exponents, look at the errors on the *training* frames. With 200 frames and $l = 0$ it is 131 meV/Å, hardly less than the 135 of the test: this network has not even learnt the frames that it was shown, and more of them would help little. What limits it are its size and the 1,500 steps, rather than the data. With 25 frames and $l \le 1$ it is 53 against 165: there, data are what is missing. So our lines mix two things, and their slopes are not those of the NequIP paper. What stands: at equal data, channels and steps a higher degree was better, and at equal time as well (the three trainings above). It is one molecule and one seed. In lesson 08 seeds made differences of up to 11 %; 151 against 165 with 25 frames is no more than that, the other differences are.
#
# (Lesson 08 had 122 meV/Å from 100 frames with a PaiNN of 24 features in 15 seconds, and 36 from 900 in two minutes: equivariant with $l \le 1$, and faster. Sizes and training count as much as the family.)
#
# **Do others get the same?** With the weights of nequip and of mace-torch the library gives their energies to $10^{-10}$ eV and their forces to $10^{-9}$ eV/Å, and its Clebsch-Gordan coefficients and matrices $D_l$ are e3nn's, up to the order of the components: `pytest tests/models/test_nequip_reference.py tests/models/test_mace_reference.py tests/basis`.
#
# ## 9. Statements to take with care
#
# | statement in the chapter | what we found |
# |---|---|
# | equivariance in place of invariance | *inside*; the energy is invariant and the forces are equivariant in every model of this course (sections 1 and 2) |
# | vectors and tensors travel as messages | right: `1o`, `2e` and so on, coupled with the harmonics (sections 2 and 5) |
# | E(3) equivariance: translation, rotation, inversion | right; translation costs nothing, since only differences $\mathbf r_{ij}$ are read; the inversion is parity (section 6) |
# | PaiNN, an invariant network | equivariant, with $l \le 1$ (section 5 and lesson 08) |
# | data efficiency rises dramatically, some thousand frames suffice | on 25 to 200 frames of ethanol, equal steps: 192 to 135 meV/Å with $l = 0$, 165 to 96 with $l \le 1$, 151 to 67 with $l \le 2$ (section 8). How many frames *suffice* depends on the system and on what one needs |
# | cost medium to high | grows with $l$: 50 µs an atom with $l = 0$, 300 with $l \le 3$, in one small NequIP (section 5) |
# | MACE: many-body terms of high order | right: $\nu + 1$ bodies in one layer, NequIP two (section 7) |
#
# ## What we learned
#
# - Invariant: stays. Equivariant: turns along. Forces of every invariant energy turn along; equivariant networks carry turning numbers inside.
# - A feature of degree $l$ has $2l+1$ components, mixed by $D_l$. Clebsch-Gordan coefficients multiply features: of two vectors they make the dot product, the cross product and the traceless symmetric table.
# - A mirror gives a feature the sign of its parity besides. Odd scalars see the hand of a molecule; an energy reads even scalars alone.
# - One sum over neighbours sees pairs. Products of $\nu$ sums see $\nu + 1$ bodies at the price of a product.
# - Higher degree brought lower errors at equal data here, and cost time and parameters; compare at equal time too.
#
# ## Exercises
#
# 1. *Fill.* $\mathbf a = (0, 0, 1)$ and $\mathbf b = (1, 0, 1)$: work out on paper what `couple` gives for $l_3 = 0, 1, 2$, then check it.
# 2. *Fill.* Which parity and which degrees come out of `1e` × `1o`? Which of them can be added to a force?
# 3. *Find.* Someone adds a learnt constant (a bias) to all features of a layer, "as one does in other networks". For which irreps is this harmless? Which law breaks otherwise? Try it with `features` and a rotation.
# 4. *Find.* A colleague's network gives H₂O₂ with +115° and −115° energies that differ by 3 meV, yet passes the test of rotation. What was read by mistake?
# 5. *Build.* A function of the places of four neighbours that tells the twins apart and is invariant under rotation *and* reflection, from `sums` and `couple`. Show that yours does what it should, with `random_rotation`.
# 6. *Build.* Give the $l \le 0$ network of section 8 more channels or more epochs, until it takes as long as $l \le 2$. Does it catch up?
#
# **Next:** [10 Choosing a descriptor](10_choosing_a_descriptor.ipynb). (Lesson [08](08_graph_networks.ipynb) has the messages of SchNet, DimeNet and PaiNN.)
#
# ## References
#
# - N. Thomas et al. (2018), [doi:10.48550/arXiv.1802.08219](https://doi.org/10.48550/arXiv.1802.08219): tensor field networks.
# - S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5): NequIP, and its learning curves.
# - I. Batatia et al., *NeurIPS* **35** (2022), [doi:10.48550/arXiv.2206.07697](https://doi.org/10.48550/arXiv.2206.07697): MACE.
# - R. Drautz, *Phys. Rev. B* **99**, 014104 (2019), [doi:10.1103/PhysRevB.99.014104](https://doi.org/10.1103/PhysRevB.99.014104): the atomic cluster expansion.
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150): PaiNN.
# - S. N. Pozdnyakov et al., *Phys. Rev. Lett.* **125**, 166001 (2020), [doi:10.1103/PhysRevLett.125.166001](https://doi.org/10.1103/PhysRevLett.125.166001): what products of two and of three sums cannot tell apart.
# - G. Racah, *Phys. Rev.* **62**, 438 (1942), [doi:10.1103/PhysRev.62.438](https://doi.org/10.1103/PhysRev.62.438): the formula of the coefficients.
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f): the ethanol data.

# %% [markdown] lang="ja" en="2353c859"
# どの大きさでも、$l$ が大きいほど誤差は小さくなりました。$l \le 1$ のネットワークは、50 配置で、$l = 0$ の 200 配置を上回ります（126 と 135 meV/Å）。$l \le 2$ の 50 配置は、$l \le 1$ の 200 配置に並びます（97 と 96）。また、3 本の線は平行ではなく、およそ $n^{-0.17}$、$n^{-0.25}$、$n^{-0.37}$ で減ります。
#
# この指数を信じる前に、**訓練用**の配置での誤差を見ましょう。$l = 0$ の 200 配置では 131 meV/Å で、テストの 135 とほとんど変わりません。見せられた配置さえ学びきれていないので、配置を増やしてもあまり役に立ちません。限界を決めているのは、データよりも、ネットワークの大きさと 1,500 というステップ数です。$l \le 1$ の 25 配置では、訓練用の 53 に対してテストが 165 で、こちらはデータが足りません。このように、この図の線には 2 つのことが混ざっていて、傾きを NequIP の論文の値と比べることはできません。確かに言えるのは、同じデータ、チャンネル数、ステップ数では次数が高いほどよく、（上の 3 回の訓練では）同じ時間で比べてもそうだったということです。ただし、1 つの分子、1 つの乱数の種での結果です。レッスン 08 では、種による差が最大 11 % ありました。25 配置での 151 と 165 の差はその程度ですが、ほかの差はそれより大きなものです。
#
# （レッスン 08 の PaiNN（$F = 24$）は、100 配置では 15 秒の訓練で 122 meV/Å、900 配置では 2 分の訓練で 36 meV/Å に達しました。PaiNN は $l \le 1$ の同変ネットワークで、しかも高速です。大きさと訓練のしかたは、モデルの種類と同じくらい効きます。）
#
# **ほかのプログラムとも一致するか。** nequip と mace-torch の重みを読み込むと、このライブラリのエネルギーは $10^{-10}$ eV、力は $10^{-9}$ eV/Å の精度で一致します。クレプシュ・ゴルダン係数と行列 $D_l$ も、成分の順序を除いて e3nn と一致します（`pytest tests/models/test_nequip_reference.py tests/models/test_mace_reference.py tests/basis`）。
#
# ## 9. 注意して読みたい記述
#
# | もとの章の記述 | 確かめた結果 |
# |---|---|
# | 不変性ではなく同変性 | 違うのは**内部**。エネルギーが不変で力が同変なのは、この教材のどのモデルでも同じ（1 節、2 節） |
# | ベクトルやテンソルをメッセージとして送る | 正しい。`1o`、`2e` などを球面調和関数と掛け合わせる（2 節、5 節） |
# | E(3) 同変性：並進、回転、反転 | 正しい。差 $\mathbf r_{ij}$ しか読まないので、並進に手間は要らない。反転は偶奇性（6 節） |
# | PaiNN は不変なネットワーク | $l \le 1$ の同変ネットワーク（5 節、レッスン 08） |
# | データ効率が劇的に向上し、数千配置で十分 | エタノール 25 〜 200 配置、同じステップ数で、$l = 0$ は 192 〜 135 meV/Å、$l \le 1$ は 165 〜 96、$l \le 2$ は 151 〜 67（8 節）。いくつで**十分**かは、系と目的による |
# | 計算コストは中〜高 | $l$ とともに増える。ある小さな NequIP では、$l = 0$ で 1 原子あたり 50 µs、$l \le 3$ で 300 µs（5 節） |
# | MACE は高次の多体項をもつ | 正しい。1 層で $\nu + 1$ 体。NequIP の 1 層は 2 体（7 節） |
#
# ## このレッスンで学んだこと
#
# - 不変とは変わらないこと、同変とは一緒に回ることです。エネルギーが不変なら、力は必ず一緒に回ります。同変ネットワークは、内部の数も一緒に回ります。
# - 次数 $l$ の特徴量には $2l+1$ 個の成分があり、$D_l$ で混ざります。特徴量の掛け算には、クレプシュ・ゴルダン係数を使います。2 本のベクトルからは、内積、外積、トレースのない対称行列ができます。
# - 鏡に映すと、さらに偶奇性の符号がつきます。奇のスカラーには分子の右手と左手の区別が見えますが、エネルギーが読むのは偶のスカラーだけです。
# - 隣接原子についての和 1 つに見えるのは、対です。$\nu$ 個の和の積は、掛け算の手間だけで $\nu + 1$ 体を見ます。
# - 次数を上げると、ここでは同じデータで誤差が減りましたが、時間とパラメータが増えました。同じ時間でも比べましょう。
#
# ## 演習
#
# 1. **埋める**　$\mathbf a = (0, 0, 1)$、$\mathbf b = (1, 0, 1)$ のとき、`couple` が $l_3 = 0, 1, 2$ で返す値を紙の上で求め、確かめてください。
# 2. **埋める**　`1e` × `1o` からは、どの偶奇性と次数の特徴量ができますか。そのうち、力に足してよいのはどれですか。
# 3. **探す**　「ほかのネットワークと同じように」と、層のすべての特徴量に学習する定数（バイアス）を足した人がいます。これで問題がないのは、どの特徴量ですか。ほかでは、どの法則が破れますか。`features` と回転で試してください。
# 4. **探す**　ある人のネットワークは、ねじれ角 +115° と −115° の H₂O₂ に 3 meV 違うエネルギーを与えますが、回転の検査には合格します。誤って何を読んでいるのでしょうか。
# 5. **作る**　4 個の隣接原子の位置から計算され、双子を区別でき、回転でも鏡映でも変わらない関数を、`sums` と `couple` から作ってください。`random_rotation` を使って、目的どおりであることを示してください。
# 6. **作る**　8 節の $l \le 0$ のネットワークのチャンネルかエポックを、$l \le 2$ と同じ時間になるまで増やしてください。追いつきますか。
#
# **次へ**：[10 記述子を選ぶ](10_choosing_a_descriptor.ipynb)。（SchNet、DimeNet、PaiNN のメッセージは、レッスン [08](08_graph_networks.ipynb) にあります。）
#
# ## 参考文献
#
# - N. Thomas et al. (2018), [doi:10.48550/arXiv.1802.08219](https://doi.org/10.48550/arXiv.1802.08219)：テンソル場ネットワーク
# - S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5)：NequIP とその学習曲線
# - I. Batatia et al., *NeurIPS* **35** (2022), [doi:10.48550/arXiv.2206.07697](https://doi.org/10.48550/arXiv.2206.07697)：MACE
# - R. Drautz, *Phys. Rev. B* **99**, 014104 (2019), [doi:10.1103/PhysRevB.99.014104](https://doi.org/10.1103/PhysRevB.99.014104)：原子クラスター展開
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150)：PaiNN
# - S. N. Pozdnyakov et al., *Phys. Rev. Lett.* **125**, 166001 (2020), [doi:10.1103/PhysRevLett.125.166001](https://doi.org/10.1103/PhysRevLett.125.166001)：2 個や 3 個の和の積では区別できない構造
# - G. Racah, *Phys. Rev.* **62**, 438 (1942), [doi:10.1103/PhysRev.62.438](https://doi.org/10.1103/PhysRev.62.438)：係数の公式
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f)：エタノールのデータ
