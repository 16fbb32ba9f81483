# ---
# jupyter:
#   card: {learn_minutes: 75, run_seconds: 45, memory_mb: 780}
# ---

# %% [markdown] lang="en"
# # Symmetry functions: what an atom sees
#
# **Question of this lesson.** How does one describe the surroundings of an atom by a row of numbers that stays the same when everything is turned, moved or renumbered, and still says what matters?
#
# Afterwards you can
#
# - say why coordinates are a bad input for a neural network;
# - compute a radial function $G^2$ and an angular function $G^4$ by hand;
# - show what radial functions cannot see, what angular ones add, and what even they miss;
# - choose parameters, count the functions, and estimate what they cost.

# %% [markdown] lang="ja" en="a04245f5"
# # 対称性関数：原子から見える景色
#
# **このレッスンの問い**　原子のまわりのようすを、全体を回しても、ずらしても、番号を付け替えても変わらず、しかも大事なことを漏らさない一列の数で表すには、どうすればよいでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - 座標がニューラルネットワークの入力に向かない理由を説明する。
# - 動径関数 $G^2$ と角度関数 $G^4$ を手で計算する。
# - 動径関数に見えないもの、角度関数が補うもの、それでも見落とすものを示す。
# - パラメータを選び、関数の個数を数え、計算の手間を見積もる。

# %% [markdown] lang="en"
# ## 1. Why not the coordinates themselves?
#
# **Predict.** Are these two the same molecule? How would you tell, from the numbers?

# %% [markdown] lang="ja" en="a0044def"
# ## 1. なぜ座標をそのまま使わないのか
#
# **予想しましょう。** 次の 2 つは同じ分子でしょうか。数値から、どうすればわかるでしょうか。

# %%
lang = "en"

import numpy as np
from ase.build import molecule

from mlp_teach.checks.deformations import random_orthogonal, turned

water = molecule("H2O")
same = turned(water, random_orthogonal(np.random.default_rng(0), determinant=+1))[[0, 2, 1]]
print(water.positions.round(3), same.positions.round(3), sep="\n\n")

# %% [markdown] lang="en"
# They are: the second is the first, turned, with its two hydrogen atoms exchanged. No number stayed what it was. A model that reads coordinates has to learn from data that these are one and the same (lesson 01 showed how it fails).
# So we look for numbers that a rotation cannot change:
#
# | description | turned | renumbered | number of numbers | smooth |
# |---|---|---|---|---|
# | coordinates | changes | changes | $3N$ | yes |
# | distances $r_{ij}$ to the neighbours | same | changes | as many as neighbours | no: a neighbour at the cutoff appears suddenly |
# | the same, sorted | same | same | as many as neighbours | no: a kink where two swap places |
# | **sums of smooth functions of $r_{ij}$ and $\theta_{ijk}$** | same | same | **chosen once** | **yes** |
#
# The last line is the idea of Behler and Parrinello (2007): *symmetry functions*, here in the form of Behler (2011). A sum does not care for the order of its terms, nor how many there are.
# Let us compute some.

# %% [markdown] lang="ja" en="22250f4f"
# 同じ分子です。2 つ目は 1 つ目を回し、2 個の水素原子を入れ替えたものです。もとのままの数は一つもありません。座標を読むモデルは、これらが同じものだとデータから学ばなければなりません（うまくいかないようすは、レッスン 01 で見ました）。
# そこで、回しても変わらない数を探します。
#
# | 表し方 | 回すと | 番号を付け替えると | 数の個数 | なめらかさ |
# |---|---|---|---|---|
# | 座標 | 変わる | 変わる | $3N$ | なめらか |
# | 隣接原子までの距離 $r_{ij}$ | 同じ | 変わる | 隣接原子の数 | 不連続：カットオフで隣接原子が突然現れる |
# | 距離を小さい順に並べたもの | 同じ | 同じ | 隣接原子の数 | 順番が入れ替わる所で折れ曲がる |
# | **$r_{ij}$ と $\theta_{ijk}$ のなめらかな関数の和** | 同じ | 同じ | **はじめに決めた数** | **なめらか** |
#
# 最後の行が、Behler と Parrinello（2007 年）の考えた**対称性関数**（symmetry function）です。ここでは Behler（2011 年）の形を使います。和は、足す順番にも、項がいくつあるかにもよりません。
# さっそく計算してみましょう。

# %% [markdown] lang="en"
# Before that, see for yourself what each description breaks. The energy here is a small network with random weights; the meter does six experiments; in none of them may it change or jump. Untrained is enough: a law that holds, holds whatever the weights.
#
# The *Coulomb matrix* has $Z_i Z_j / r_{ij}$ off its diagonal: no turn changes it. Unsorted, its rows come in the order of the list; sorted, the longest row comes first (the length of a row is the root of the sum of its squares).
#
# **Predict** which bars will be tall for each entry of the list, then choose it. Two things to look for:
#
# - *Coulomb matrix.* Which law does the unsorted one break? Sorting mends that. What does sorting break in its turn?
# - *Radial functions and volumes* break one law only. Which one, and would you have noticed it with a flat molecule?

# %% [markdown] lang="ja" en="2de298e8"
# その前に、それぞれの表し方が何を破るかを、自分の目で確かめましょう。ここでのエネルギーは、重みが乱数の小さなネットワークです。右の計器は 6 つの実験を行います。どの実験でも、エネルギーは変わったり跳んだりしてはいけません。訓練していなくてもかまいません。成り立つ法則は、重みが何であっても成り立つからです。
#
# **クーロン行列**（Coulomb matrix）の非対角成分は $Z_i Z_j / r_{ij}$ で、分子を回しても変わりません。並べ替えない行列の行はリストの順に、並べ替えた行列の行は長い順に並びます（行の長さとは、成分の 2 乗の和の平方根です）。
#
# 一覧の項目のそれぞれについて、どの棒が高くなるかを**予想してから**選びましょう。次の 2 つに注目してください。
#
# - **クーロン行列**　並べ替えない行列は、どの法則を破りますか。並べ替えればそれは直りますが、代わりに何が破れますか。
# - **動径関数と体積**　破れる法則は 1 つだけです。どれでしょうか。平らな分子でも気づけたでしょうか。

# %%
from mlp_teach.widgets.invariance_breaker import invariance_breaker

invariance_breaker(lang)

# %% [markdown] lang="en"
# Did you expect it?
#
# - *Coulomb matrix.* The unsorted matrix breaks the exchange of the two hydrogens: its rows follow the list. Sorting cures that, and the bar of the exchange falls to rounding. But where two rows become equally long, they swap places in the matrix, and the energy *jumps*, here by 0.04 eV. It happens where H3 is pulled from 0.84 to 0.98 Å away from O1, an ordinary stretch of a bond. A step has no slope: the force on H3 knows nothing of it, and in molecular dynamics the energy is not conserved there. (The sorted *distances* of the table only have a kink: two that swap places are equal.)
# - *Radial functions and volumes* break the mirror alone: the volume $\mathbf r_{ij} \cdot (\mathbf r_{ik} \times \mathbf r_{il})$ changes its sign. In a flat molecule all volumes are zero, and you would have noticed nothing: a law must be tested on a structure that can break it.

# %% [markdown] lang="ja" en="95152f67"
# 予想どおりでしたか。
#
# - **クーロン行列**　並べ替えない行列は、2 個の水素の交換についての対称性を破ります。行がリストの順に並ぶからです。並べ替えるとこれは直り、「H の交換」の棒は丸め誤差まで下がります。しかし、2 つの行の長さが等しくなる所で行の順番が入れ替わり、エネルギーは不連続に**跳びます**。この分子では 0.04 eV です。跳びが起こるのは、O1 と H3 の距離を、はじめの 0.84 Å から 0.98 Å まで伸ばした所で、ふつうの結合の伸び縮みの範囲です。跳びは傾きに現れません。H3 に働く力は跳びを知らず、分子動力学ではそこでエネルギーが保存しなくなります。（上の表の「並べ替えた距離」は折れ曲がるだけです。入れ替わる 2 つの距離は、その瞬間に等しいからです。）
# - **動径関数と体積**　破れるのは鏡映についての対称性だけです。体積 $\mathbf r_{ij} \cdot (\mathbf r_{ik} \times \mathbf r_{il})$ は、鏡に映すと符号が変わります。平らな分子では体積がすべて 0 なので、何も気づかなかったでしょう。法則を確かめるには、その法則を破りうる構造を使わなければなりません。

# %% [markdown] lang="en"
# ## 2. Radial functions
#
# $$G^2_i = \sum_j e^{-\eta (r_{ij} - R_s)^2} f_c(r_{ij}), \qquad f_c(r) = \tfrac12\left[\cos\frac{\pi r}{r_c} + 1\right] \text{ for } r < r_c.$$
#
# In words: *how many neighbours stand near the distance $R_s$?* The Gaussian has its top at $R_s$ and a width that $\eta$ sets: it falls to half at $\sqrt{\ln 2/\eta}$ from the top. The cutoff function $f_c$ lets a neighbour fade out (lesson 00).
#
# A centre and two neighbours, at 2.5 and 3.5 Å. By hand:

# %% [markdown] lang="ja" en="ba227fe1"
# ## 2. 動径関数
#
# $$G^2_i = \sum_j e^{-\eta (r_{ij} - R_s)^2} f_c(r_{ij}), \qquad f_c(r) = \tfrac12\left[\cos\frac{\pi r}{r_c} + 1\right] \quad (r < r_c)$$
#
# 言葉にすれば、「距離 $R_s$ の近くに、隣接原子はいくつあるか」です。ガウス関数は $R_s$ で最大になり、幅は $\eta$ で決まります。頂上から $\sqrt{\ln 2/\eta}$ だけ離れると、半分の高さになります。カットオフ関数 $f_c$ は、遠ざかる隣接原子をなめらかに消します（レッスン 00）。
#
# 中心の原子と、2.5 Å と 3.5 Å にある 2 個の隣接原子について、手で計算してみます。

# %%
from math import cos, exp, pi

r_c, eta, r_s = 6.0, 1.0, 2.5  # Å, 1/Å², Å


def f_c(r):
    return 0.5 * (cos(pi * r / r_c) + 1) if r < r_c else 0.0


print("G2 =", sum(exp(-eta * (r - r_s) ** 2) * f_c(r) for r in (2.5, 3.5)))

# %%
from ase import Atoms

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.neighbors import atom_graph

trimer = Atoms("Cu3", positions=[[0, 0, 0], [2.5, 0, 0], [0, 3.5, 0]])
radial = SymmetryFunctions(cutoff=r_c, elements=(29,), g2=((eta, r_s),))
features = symmetry_functions(atom_graph(trimer, r_c), radial)
print(radial.names(), features.shape)
print(features)

# %% [markdown] lang="en"
# One row for each atom, one column for each function; the first row is our number. Here is the code that made it, with the numbers of the paper's equations at the ends of the lines:

# %% [markdown] lang="ja" en="13a555c4"
# 行が原子、列が関数です。1 行目が、いま手で求めた数です。これを計算したコードを見てみましょう。行末の番号は論文の式の番号です。

# %%
from mlp_teach.descriptors import symmetry_functions as library
from mlp_teach.show import show

show(library._radial)

# %% [markdown] lang="en"
# Why must $f_c$ be smooth, and how smooth? Left and in the middle, the energy and the force of two atoms near the cutoff, ended in four ways. Right, thirteen atoms of argon that move under each of them: their total energy should stay what it is.
#
# **Predict.** The *shifted* potential has no jump in its energy. Will it keep the total energy as well as the cosine does? Then move the cutoff to 6.5 Å, where distances cross it often.

# %% [markdown] lang="ja" en="7cb03394"
# $f_c$ は、なぜなめらかでなければならないのでしょうか。どのくらいなめらかならよいのでしょうか。左と中央は、4 通りの方法で打ち切った 2 原子のエネルギーと力を、カットオフの付近で描いたものです。右は、それぞれの下で動くアルゴン 13 原子で、全エネルギーは一定のはずです。
#
# **予想しましょう。** ずらしたポテンシャルでは、エネルギーは跳びません。全エネルギーは、余弦と同じくらいよく保たれるでしょうか。次に、カットオフを 6.5 Å にして、距離が頻繁にカットオフを横切るようにしてみましょう。

# %%
from mlp_teach.widgets.cutoff_lab import cutoff_lab

cutoff_lab(lang)

# %% [markdown] lang="en"
# With the hard cutoff the total energy jumps by $V(r_c)$ whenever a distance crosses it; no thermostat and no shorter time step mends that. Shifted, it jumps no longer. At 7.2 Å, where crossings are rare, it does as well as the polynomial; at 6.5 Å the total energy is off by 0.038 meV, against 0.008 with the cosine and 0.012 with the polynomial.
#
# Now halve the time step: the two smooth ways fall to a quarter, as velocity Verlet promises, so what was left was the error of the step. The shifted one falls to a third only: each crossing breaks the promise, for the force jumps there. DimeNet's and MACE's polynomial is smoother still than the cosine, yet no better here: its curve is steeper inside.

# %% [markdown] lang="ja" en="b57ce732"
# 急な打ち切りでは、距離がカットオフを横切るたびに、全エネルギーが $V(r_c)$ だけ跳びます。温度を制御しても、時間刻みを短くしても直りません。ずらせば、跳びはなくなります。カットオフを横切ることがまれな 7.2 Å では、多項式と変わりません。しかし 6.5 Å では、全エネルギーのずれが 0.038 meV になります。余弦は 0.008 meV、多項式は 0.012 meV です。
#
# 時間刻みを半分にしてみましょう。なめらかな 2 つでは、速度ベルレ法の約束どおり、ずれが 4 分の 1 になります。つまり、残っていたのは時間刻みの誤差です。ずらした場合は、3 分の 1 にしかなりません。横切るたびに力が跳び、この約束が破れるからです。DimeNet や MACE の多項式は余弦よりさらになめらかですが、内側での変化が急なので、ここではよりよくなりません。

# %% [markdown] lang="en"
# ## 3. Angular functions
#
# **Predict.** Move the second neighbour around the centre on a circle, at a constant distance of 3.5 Å. What does $G^2$ of the centre do?

# %% [markdown] lang="ja" en="c6896399"
# ## 3. 角度関数
#
# **予想しましょう。** 2 番目の隣接原子を、距離 3.5 Å のまま、中心原子のまわりに円を描いて動かします。中心原子の $G^2$ はどうなるでしょうか。

# %%
for angle in (45, 90, 135, 180):
    trimer.set_angle(1, 0, 2, angle)
    value = symmetry_functions(atom_graph(trimer, r_c), radial)[0].item()
    print(f"{angle:4}°   G2 = {value:.6f}")
trimer.set_angle(1, 0, 2, 90)  # back to where it was

# %% [markdown] lang="en"
# It stays as it is: it knows distances only. So a second kind of function looks at two neighbours $j, k$ at once and at the angle $\theta_{ijk}$ between them, seen from $i$:
#
# $$G^4_i = 2^{1-\zeta} \sum_{j<k} (1 + \lambda \cos\theta_{ijk})^\zeta \; e^{-\eta (r_{ij}^2 + r_{ik}^2 + r_{jk}^2)} f_c(r_{ij}) f_c(r_{ik}) f_c(r_{jk}).$$
#
# With $\lambda = +1$ small angles count most, with $\lambda = -1$ large ones; the larger $\zeta$, the narrower the range. $2^{1-\zeta}$ keeps the largest value of the angular factor at 2. By hand, with the sum over the single pair of neighbours of our three atoms:

# %% [markdown] lang="ja" en="85a51860"
# 少しも変わりません。$G^2$ が知っているのは距離だけだからです。そこで 2 種類目の関数は、2 個の隣接原子 $j, k$ を同時に見て、$i$ から見た角度 $\theta_{ijk}$ を調べます。
#
# $$G^4_i = 2^{1-\zeta} \sum_{j<k} (1 + \lambda \cos\theta_{ijk})^\zeta \; e^{-\eta (r_{ij}^2 + r_{ik}^2 + r_{jk}^2)} f_c(r_{ij}) f_c(r_{ik}) f_c(r_{jk})$$
#
# $\lambda = +1$ なら小さい角度が、$\lambda = -1$ なら大きい角度がよく効きます。$\zeta$ が大きいほど、効く角度の範囲は狭くなります。$2^{1-\zeta}$ は、角度因子の最大値を 2 にそろえるためのものです。3 個の原子では、隣接原子の対は 1 組だけです。手で計算してみましょう。

# %%
from itertools import combinations, permutations

eta, zeta, lambda_ = 0.01, 2, 1  # 1/Å², -, -


def term(j, k):
    (a, b), far = trimer.positions[[j, k]], trimer.get_distance(j, k)
    r_ij, r_ik = np.linalg.norm(a), np.linalg.norm(b)
    fades = f_c(r_ij) * f_c(r_ik) * f_c(far)
    angular = (1 + lambda_ * (a @ b) / (r_ij * r_ik)) ** zeta
    return 2 ** (1 - zeta) * angular * exp(-eta * (r_ij**2 + r_ik**2 + far**2)) * fades


print("each pair once    ", sum(term(j, k) for j, k in combinations([1, 2], 2)))
print("in both orders    ", sum(term(j, k) for j, k in permutations([1, 2], 2)))

# %%
functions = SymmetryFunctions(cutoff=r_c, elements=(29,), g4=((eta, zeta, lambda_),))
print("library           ", symmetry_functions(atom_graph(trimer, r_c), functions)[0].item())

# %% [markdown] lang="en"
# ### The factor 2
#
# The paper writes $\sum_{j,k \ne i}$, which taken literally counts each pair in both orders: twice as much. DScribe, n2p2 and this library count it once. Neither is wrong, since a network absorbs the factor; but weights trained with one convention give nonsense with the other.
# It is the first thing to check when two programs disagree, and the second is whether $r_{jk}$ takes part:
#
# ### $G^4$ or $G^5$?
#
# $G^5$ is $G^4$ without $r_{jk}$: no $r_{jk}^2$ in the exponent and no third $f_c$. A textbook that writes "the angular symmetry function" has to say which one it means (the chapter we follow prints $G^4$).
#
# **Predict.** Two neighbours, both at 4 Å, cutoff 6 Å. From which angle on is $G^4$ zero, whatever its parameters?

# %% [markdown] lang="ja" en="e74e9d23"
# ### 2 倍の違い
#
# 論文の式は $\sum_{j,k \ne i}$ と書かれています。文字どおりに読めば、それぞれの対を両方の順で数えることになり、値は 2 倍です。DScribe、n2p2、このライブラリでは 1 回だけ数えます。ネットワークがこの 2 倍を吸収するので、どちらも間違いではありません。しかし、一方の約束で訓練した重みを他方で使うと、でたらめな値になります。
# 2 つのプログラムの結果が食い違ったら、まずここを疑います。次に疑うのは、$r_{jk}$ が入っているかどうかです。
#
# ### $G^4$ か $G^5$ か
#
# $G^5$ は、$G^4$ から $r_{jk}$ を除いたものです。指数に $r_{jk}^2$ がなく、3 つ目の $f_c$ もありません。単に「角度対称性関数」と書くときは、どちらなのかを示す必要があります（もとの章に書かれているのは $G^4$ です）。
#
# **予想しましょう。** 2 個の隣接原子が、どちらも 4 Å の距離にあります。カットオフは 6 Å です。$G^4$ がパラメータによらず 0 になるのは、角度が何度より大きいときでしょうか。

# %%
both = SymmetryFunctions(cutoff=6.0, elements=(29,), g4=((0.01, 1, -1),), g5=((0.01, 1, -1),))
print("angle   r_jk / Å     G4        G5")
for angle in (60, 80, 90, 97, 98, 110, 150, 180):
    x = np.radians(angle)
    atoms = Atoms("Cu3", [[0, 0, 0], [4, 0, 0], [4 * np.cos(x), 4 * np.sin(x), 0]])
    g4, g5 = symmetry_functions(atom_graph(atoms, 6.0), both)[0].tolist()
    print(f"{angle:4}°   {atoms.get_distance(1, 2):7.2f}   {g4:8.5f}  {g5:8.5f}")

# %% [markdown] lang="en"
# From 97.2° on ($2 \cdot 4 \sin(\theta/2) = 6$): two neighbours that are far from each other are no pair to $G^4$. It sees compact triangles; $G^5$ sees all angles, open ones too.
#
# ## 4. Try it
#
# Drag a neighbour or use the arrow keys; change the parameters. **Before each, predict which numbers will change:**
#
# 1. Move a neighbour on a circle around the centre. ($G^2$? $G^4$?)
# 2. Move a neighbour out through the dashed circle. Does anything jump?
# 3. $\zeta$ from 1 to 16 at $\lambda = -1$: which pairs still count?
# 4. Find a setting where $G^2$ counts, to good accuracy, just the neighbours between 2 and 3 Å.

# %% [markdown] lang="ja" en="23dfca10"
# 97.2° より大きいときです（$2 \cdot 4 \sin(\theta/2) = 6$）。互いに遠い 2 個の隣接原子は、$G^4$ にとっては対ではありません。$G^4$ は小さくまとまった三角形を見ます。$G^5$ は、開いたものも含め、すべての角度を見ます。
#
# ## 4. 動かしてみよう
#
# 隣接原子をドラッグするか、矢印キーで動かし、パラメータも変えてみましょう。**動かす前に、どの数が変わるかを予想してください。**
#
# 1. 隣接原子を、中心のまわりに円を描いて動かす。（$G^2$ は？　$G^4$ は？）
# 2. 隣接原子を、破線の円の外へ出す。急に変わるものはあるか。
# 3. $\lambda = -1$ で、$\zeta$ を 1 から 16 へ変える。まだ効いているのは、どの対か。
# 4. 2 Å から 3 Å にある隣接原子の数を、$G^2$ がほぼ正しく数えるような設定を見つける。

# %%
from mlp_teach.widgets.symmetry_explorer import symmetry_explorer

symmetry_explorer(lang=lang)

# %% [markdown] lang="en"
# Did you expect it? (1) $G^2$ of the centre stays, $G^4$ moves. (2) Nothing jumps: $f_c$ has faded. (3) Only pairs that face each other, near 180°. (4) $R_s = 2.5$ Å and $\eta \approx 3$ Å⁻², which falls to half at 2 and 3 Å; a sharp window it never is.
#
# ## 5. Are they really invariant?
#
# **Claim 1.** Rotation, reflection, translation and exchange of like atoms change no symmetry function. We test on a real structure with three elements, ethanol from a DFT trajectory, 20 times each.
#
# **Predict.** What will the largest changes be: exactly zero, some $10^{-15}$, or some $10^{-8}$? And which of the four operations turns the molecule into one that no rotation brings back?

# %% [markdown] lang="ja" en="a0be50e7"
# 予想どおりでしたか。(1) 中心原子の $G^2$ は変わらず、$G^4$ が変わります。(2) 何も跳びません。$f_c$ がもう 0 に近いからです。(3) 180° 近くで向かい合う対だけです。(4) $R_s = 2.5$ Å、$\eta \approx 3$ Å⁻² とすれば、2 Å と 3 Å で半分になります。ただし、くっきりした窓にはなりません。
#
# ## 5. 本当に変わらないのか
#
# **主張 1**　回転、鏡映、並進、同種原子の入れ替えのどれによっても、対称性関数は変わりません。3 種類の元素を含む実際の構造として、DFT の軌跡から取ったエタノールを使い、20 回ずつ確かめます。
#
# **予想しましょう。** 変化の最大値は、ちょうど 0 でしょうか、$10^{-15}$ ほどでしょうか、$10^{-8}$ ほどでしょうか。また、4 つの操作のうち、どう回しても元に戻せない分子ができるのはどれでしょうか。

# %%
from mlp_teach.datasets import load

ethanol = load("ethanol", "train")[0]
functions = SymmetryFunctions(
    cutoff=6.0,
    elements=(1, 6, 8),
    g2=tuple((1.0, r) for r in (1.0, 2.0, 3.0, 4.0)),
    g4=((0.01, 1, 1), (0.01, 1, -1), (0.01, 4, 1), (0.01, 4, -1)),
)


def describe(atoms):
    return symmetry_functions(atom_graph(atoms, functions.cutoff), functions).numpy()


# %%
rng, before, worst = np.random.default_rng(0), describe(ethanol), {}
for _ in range(20):
    order = rng.permutation(len(ethanol))
    moved = ethanol.copy()
    moved.translate(rng.normal(scale=10, size=3))
    after = {
        "rotation": describe(turned(ethanol, random_orthogonal(rng, +1))),
        "reflection": describe(turned(ethanol, random_orthogonal(rng, -1))),
        "translation": describe(moved),
        "permutation": describe(ethanol[order])[np.argsort(order)],
    }
    for name, features in after.items():
        worst[name] = max(worst.get(name, 0), abs(features - before).max())

# %%
print(functions.n_features, "functions, largest value", before.max().round(3))
for name, change in worst.items():
    print(f"{name:12} largest change {change:.0e}")

# %% [markdown] lang="en"
# To rounding: of numbers as large as 6, double precision keeps 16 digits, so sums in another order differ by some $10^{-15}$. The reflection deserves a thought: no rotation undoes it (this ethanol is twisted, so it is not its own mirror image), and yet both get the same numbers. That is right for the energy, which is the same for both.
#
# ## 6. What they see and what they miss
#
# **Claim 2.** Radial functions alone cannot tell a right angle from a straight line; angular ones can.
#
# Two neighbours, both at 2.5 Å, at a right angle or in line with the centre. **Predict** which of these differ: the radial functions of the *centre*, its angular functions, the radial functions of the two *neighbours*.

# %% [markdown] lang="ja" en="dcce6e8f"
# 変わるのは丸め誤差の分だけです。倍精度の桁数は 16 桁なので、6 ほどの大きさの数では、足す順序が変わるだけで $10^{-15}$ ほどの差が出ます。鏡映については、少し考えてみてください。鏡像は、どう回しても元に戻りません（このエタノールはねじれているので、自分の鏡像と重なりません）。それでも、分子とその鏡像は同じ数になります。どちらもエネルギーは同じなので、これで正しいのです。
#
# ## 6. 見えるものと、見落とすもの
#
# **主張 2**　動径関数だけでは、直角と一直線を区別できません。角度関数ならできます。
#
# 2 個の隣接原子を、どちらも 2.5 Å の距離に、直角に置く場合と、中心原子をはさんで一直線に置く場合を比べます。違いが現れるのは、**中心原子**の動径関数、中心原子の角度関数、**隣接原子**の動径関数のうち、どれでしょうか。**予想しましょう。**

# %%
functions = SymmetryFunctions(
    cutoff=6.0,
    elements=(29,),
    g2=tuple((2.0, r) for r in np.arange(1.0, 6.0, 0.25)),
    g4=tuple((0.01, zeta, sign) for zeta in (1, 2, 4, 8, 16) for sign in (1, -1)),
    g5=tuple((0.01, zeta, sign) for zeta in (1, 2, 4, 8, 16) for sign in (1, -1)),
)
n_radial = functions.n_radial
right = Atoms("Cu3", positions=[[0, 0, 0], [2.5, 0, 0], [0, 2.5, 0]])
straight = Atoms("Cu3", positions=[[0, 0, 0], [2.5, 0, 0], [-2.5, 0, 0]])
change = abs(describe(right) - describe(straight))
print(f"centre:     {n_radial} radial {change[0, :n_radial].max():.1e}", end="   ")
print(f"{functions.n_features - n_radial} angular {change[0, n_radial:].max():.1e}")
print(f"neighbours: {n_radial} radial {change[1:, :n_radial].max():.1e}")

# %% [markdown] lang="en"
# The twenty radial functions of the *centre* are the same, its angular ones differ: the claim holds. But look at the last line: the *neighbours* do see the difference, for their distance to each other has changed. A potential that adds up $E_i$ over all atoms
# is therefore less blind than one of its atoms, and purely radial descriptors work surprisingly well in dense metals (section 8).
#
# **Claim 3.** Angular functions do not see everything either. Put four neighbours on a circle, at multiples of 45°. Take the places 0, 1, 4, 7 or the places 0, 1, 3, 4.
#
# **Predict:** will $G^4$ and $G^5$ of the centre tell these two apart?

# %% [markdown] lang="ja" en="364a1e15"
# 中心原子の 20 個の動径関数はまったく同じで、角度関数は異なります。主張のとおりです。しかし最後の行を見てください。隣接原子のほうには違いが見えています。隣接原子どうしの距離が変わったからです。全原子の $E_i$ を足すポテンシャルは、
# 一つ一つの原子ほど盲目ではありません。密な金属で、動径だけの記述子が意外によく働くのも、このためです（8 節）。
#
# **主張 3**　角度関数も、すべてが見えるわけではありません。4 個の隣接原子を、円周上の 45° ごとの位置に置きます。位置 0, 1, 4, 7 に置く場合と、位置 0, 1, 3, 4 に置く場合を比べます。
#
# **予想しましょう。** 中心原子の $G^4$ と $G^5$ は、この 2 つを区別できるでしょうか。


# %%
def on_a_circle(places, radius=3.5):
    angles = np.radians(45) * np.array(places)
    ring = [[radius * np.cos(a), radius * np.sin(a), 0] for a in angles]
    return Atoms("Cu5", positions=[[0, 0, 0], *ring])


one, other = on_a_circle([0, 1, 4, 7]), on_a_circle([0, 1, 3, 4])
change = abs(describe(one) - describe(other))
print(f"centre:     all {functions.n_features} functions agree to {change[0].max():.0e}")
print(f"neighbours: differ by up to {change[1:].max():.2f}")
for atoms in (one, other):
    angles = sorted(round(atoms.get_angle(j, 0, k)) for j, k in combinations(range(1, 5), 2))
    print("angles at the centre:", angles)

# %% [markdown] lang="en"
# They cannot. Both arrangements have the same six angles, and a function of one pair at a time has nothing else to go by. Such twins exist for every description by pairs of neighbours, SOAP's power spectrum among them (Pozdnyakov et al. 2020).
# Again the neighbours come to the rescue here, and thermal motion makes exact twins unlikely. But *a descriptor that looks good in tests can still be blind somewhere*: this was one reason to build models that look at more than two neighbours at a time (MACE) or let atoms exchange messages.

# %% [markdown] lang="ja" en="46cd7a8c"
# 区別できません。どちらの並びも、同じ 6 つの角度をもっています。一度に 1 組の対しか見ない関数には、それ以外に手がかりがないのです。このような双子は、隣接原子の対による記述ならどれにも存在します。SOAP のパワースペクトルも例外ではありません（Pozdnyakov ら、2020 年）。
# ここでも隣接原子のほうには違いが見えますし、熱運動があれば、厳密な双子はまず現れません。それでも、「試験でよく見えた記述子にも、どこかに盲点がある」かもしれません。一度に 3 個以上の隣接原子を見るモデル（MACE）や、原子どうしが情報をやり取りするモデルが作られた理由の一つです。

# %% [markdown] lang="en"
# ## 7. How many functions?
#
# With several elements, each radial sum is taken for one element of the neighbour at a time, each angular sum for one unordered pair of elements. With $S$ elements, $p$ radial and $q$ angular functions there are
#
# $$S\,p + \frac{S(S+1)}{2}\,q$$
#
# features. The chapter speaks of "50 to 100". **Predict** for how many elements that is true, with 8 radial and 16 angular functions.

# %% [markdown] lang="ja" en="640efa76"
# ## 7. 関数はいくつ必要か
#
# 元素が何種類かあるときは、動径の和は隣接原子の元素ごとに、角度の和は元素の組（順序なし）ごとに取ります。元素が $S$ 種類、動径関数が $p$ 個、角度関数が $q$ 個なら、特徴量の数は
#
# $$S\,p + \frac{S(S+1)}{2}\,q$$
#
# です。もとの章には「50 〜 100」とあります。動径 8 個、角度 16 個のとき、これは元素が何種類の場合に正しいでしょうか。**予想しましょう**。

# %%
from mlp_teach.elements import NUMBERS

radial = tuple((2.0, r) for r in np.linspace(1.0, 5.5, 8))
angular = tuple((eta, z, s) for eta in (0.01, 0.05) for z in (1, 2, 4, 16) for s in (1, -1))
for symbols in ("Cu", "H O", "H C O", "H C O Cu", "H C N O Cu", "H C N O S Cu"):
    elements = tuple(sorted(NUMBERS[s] for s in symbols.split()))
    n = SymmetryFunctions(cutoff=6.0, elements=elements, g2=radial, g4=angular).n_features
    print(f"{symbols:14} {n:4} features")

# %% [markdown] lang="en"
# For two elements. The published networks for copper and for silicon (Zuo et al. 2020), one element each, use 27; with six elements our modest set has grown to several hundred. The number of elements, not the method, makes symmetry functions expensive.
# (A way out is to weigh neighbours by their atomic number instead of sorting them by element: Gastegger et al. 2018.)
#
# ## 8. Choosing $\eta$ and $R_s$
#
# A set is good if its members differ in what they see, and if together they see what the energy depends on. Two families are common: **centred** Gaussians ($R_s = 0$, different $\eta$), and **shifted** ones
# (equal $\eta$, $R_s$ on a grid; with a spacing $\Delta$, $\eta = 1/(2\Delta^2)$ lets each hand over to the next).

# %% [markdown] lang="ja" en="10559ad3"
# 2 種類のときです。公開されている銅とケイ素のネットワーク（Zuo ら、2020 年）は、どちらも 1 元素で、27 個の関数を使っています。一方、元素が 6 種類になると、控えめに選んだこの組でも数百に増えます。対称性関数の手間を増やすのは、手法そのものではなく、元素の数なのです。
# （元素ごとに分ける代わりに、隣接原子に原子番号の重みを付けて足す方法もあります。Gastegger ら、2018 年。）
#
# ## 8. $\eta$ と $R_s$ の選び方
#
# よい組とは、関数どうしの見ているものが違い、しかも合わせれば、エネルギーを決めるものが見えている組です。よく使われるのは 2 通りです。**中心型**（$R_s = 0$ で $\eta$ を変える）と、**シフト型**（$\eta$ は共通で、$R_s$ を等間隔に並べる。間隔が $\Delta$ なら $\eta = 1/(2\Delta^2)$ とすると、隣どうしがちょうどよく重なる）です。

# %%
from mlp_teach.plotting.style import COLORS, DASHES, SERIES, Picture, finish, new_axes, say

grid = np.linspace(1.5, 5.5, 8)
sets = {
    say(lang, "centred", "中心型"): tuple((eta, 0.0) for eta in np.geomspace(0.005, 1.0, 8)),
    say(lang, "shifted", "シフト型"): tuple((1 / (2 * (grid[1] - grid[0]) ** 2), r) for r in grid),
}

# %%
r = np.linspace(0.5, 6.0, 111)
pairs_of_atoms = [atom_graph(Atoms("Cu2", [[0, 0, 0], [d, 0, 0]]), 6.0) for d in r]
picture = Picture(9, 3.2)
axes = picture.subplots(1, 2)
for (name, g2), ax, color in zip(sets.items(), axes, SERIES, strict=False):
    chosen = SymmetryFunctions(cutoff=6.0, elements=(29,), g2=g2)
    values = np.array([symmetry_functions(pair, chosen)[0].numpy() for pair in pairs_of_atoms])
    new_axes(ax).plot(r, values, color=COLORS[color])
    finish(ax, lang, name, "r / Å", "G²", text=name)
picture

# %% [markdown] lang="en"
# How good is a set? Here is an honest and quick test. Take the simplest model there is, $E/N = \sum_\mu w_\mu \langle G^\mu\rangle + w_0$, linear in the features averaged over the atoms; find the weights by least squares on the DFT energies of the training part, and look at the error on the test part.
# We do it for copper (262 training frames) and for silicon (214). The **condition number** says how nearly the features repeat each other: a large one means that tiny changes of the features need huge weights.
#
# **Predict:** for which of the two elements will angular functions matter more?

# %% [markdown] lang="ja" en="d3a4465f"
# 組のよしあしは、どう判断すればよいでしょうか。手早く、ごまかしのきかない方法で試しましょう。いちばん単純な、原子について平均した特徴量の 1 次式 $E/N = \sum_\mu w_\mu \langle G^\mu\rangle + w_0$ をモデルにします。訓練用の DFT エネルギーに最小二乗法で重みを合わせ、テスト用で誤差を見ます。
# 銅（訓練用 262 個）とケイ素（214 個）で試します。**条件数**（condition number）は、特徴量どうしがどれだけ似通っているかを表します。大きいと、特徴量のわずかな違いに巨大な重みをかけることになります。
#
# **予想しましょう。** 角度関数がより大切なのは、銅とケイ素のどちらでしょうか。


# %%
def averages(frames, functions):
    graphs = [atom_graph(atoms, functions.cutoff) for atoms in frames]
    rows = [symmetry_functions(graph, functions).mean(0).numpy() for graph in graphs]
    return np.array(rows), np.array([atoms.get_potential_energy() / len(atoms) for atoms in frames])


def linear_model(dataset, functions):
    x, y = averages(load(dataset, "train"), functions)
    x_test, y_test = averages(load(dataset, "test"), functions)
    x, x_test = (x - x.mean(0)) / x.std(0), (x_test - x.mean(0)) / x.std(0)
    weights = np.linalg.lstsq(np.c_[x, np.ones(len(x))], y, rcond=None)[0]
    errors = np.c_[x_test, np.ones(len(x_test))] @ weights - y_test
    return 1000 * np.sqrt((errors**2).mean()), np.linalg.cond(x)


# %%
(centred, shifted), fine = sets.values(), np.linspace(1.5, 5.5, 16)
more = tuple((1 / (2 * (fine[1] - fine[0]) ** 2), r) for r in fine)
angular = tuple((eta, z, s) for eta in (0.01, 0.05) for z in (1, 4, 16) for s in (1, -1))
choices = {
    "8 G2, centred": {"g2": centred},
    "8 G2, shifted": {"g2": shifted},
    "16 G2, shifted": {"g2": more},
    "8 G2 + 12 G4": {"g2": shifted, "g4": angular},
    "8 G2 + 12 G5": {"g2": shifted, "g5": angular},
}

# %%
for dataset, z in (("mlearn_Cu", 29), ("mlearn_Si", 14)):
    for name, parameters in choices.items():
        chosen = SymmetryFunctions(cutoff=6.0, elements=(z,), **parameters)
        rmse, condition = linear_model(dataset, chosen)
        print(f"{dataset}  {name:15} RMSE {rmse:5.1f} meV/atom   condition number {condition:.0e}")

# %% [markdown] lang="en"
# Read it line by line:
#
# - In **copper** sixteen radial functions do nearly as well as a set with angles; in **silicon**, whose bonds have directions, twice as many radial functions help little, and angles cut the error to about a third. A descriptor is good *for a material*.
# - The centred set is not worse (for copper even better), but its condition number is ten thousand times that of the shifted one: its members look alike, as angular functions do. Training by gradient steps suffers from that, least squares in double precision hardly.
# - Twenty numbers and some two hundred frames, not tens of thousands, already give a few meV/atom, with straight lines instead of a network. The published networks reach 1.7 (Cu) and 6.9 meV/atom (Si) on the same test frames.
#
# A recipe to start from: the cutoff beyond the second shell of neighbours (5 to 6.5 Å); shifted Gaussians 0.2 to 0.5 Å apart, from just inside the shortest distance in your data to just inside $r_c$; $\zeta = 1, 2, 4, 16$ with both signs of $\lambda$ and one or two small $\eta$. Then drop what does not vary or
# repeats another (Imbalzano et al. 2018 automate this), and judge by the error on unseen data.
#
# ## 9. What do they cost?
#
# With $n$ neighbours an atom has $n(n-1)/2$ pairs of them; and $n$ grows as $r_c^3$. **Predict** from that: the cutoff goes from 4 to 8 Å. By which factors do $G^2$ and $G^4$ get slower?

# %% [markdown] lang="ja" en="8788d638"
# 1 行ずつ読んでいきましょう。
#
# - **銅**では、動径関数 16 個で、角度を含む組とほぼ並びます。結合に向きがある**ケイ素**では、動径関数を倍にしてもあまり改善せず、角度を加えると誤差は約 3 分の 1 になります。記述子のよしあしは、物質によって決まるのです。
# - 中心型の誤差は悪くありません（銅ではむしろ良いほどです）。しかし、条件数はシフト型の 1 万倍です。関数どうしが似ているのです。角度関数にも同じ傾向があります。倍精度の最小二乗法ならほとんど困りませんが、勾配を使う訓練では不利になります。
# - 数万ではなく二百あまりの配置と、わずか 20 個の数で、しかもネットワークではなく 1 次式でも、数 meV/atom に届きます。同じテスト用データで、公開されているネットワークの誤差は 1.7（Cu）と 6.9 meV/atom（Si）です。
#
# はじめの一歩としては、次のように選ぶとよいでしょう。カットオフは第 2 近接殻の外まで（5 〜 6.5 Å）。シフト型のガウス関数を 0.2 〜 0.5 Å 間隔で、データの最短距離の少し内側から $r_c$ の少し内側まで並べる。$\zeta = 1, 2, 4, 16$ に $\lambda$ の両方の符号と、小さい $\eta$ を 1、2 通り組み合わせる。
# そのあと、ほとんど変化しないものや、ほかと重複するものを除き（Imbalzano ら、2018 年は、これを自動化しました）、見せていないデータの誤差で判断します。
#
# ## 9. どれだけ手間がかかるか
#
# 隣接原子が $n$ 個あれば、その対は $n(n-1)/2$ 組あります。そして $n$ は $r_c^3$ に比例して増えます。これをもとに**予想しましょう**。カットオフを 4 Å から 8 Å にすると、$G^2$ と $G^4$ はそれぞれ何倍遅くなるでしょうか。

# %%
from time import process_time

from ase.build import bulk

crystal = bulk("Cu", cubic=True).repeat(3)
crystal.rattle(0.1, seed=0)
angular = tuple((0.01, zeta, sign) for zeta in (1, 2, 4) for sign in (1, -1))
kinds = {"G2": {"g2": ((1.0, 2.0), (1.0, 3.0), (1.0, 4.0))}, "G4": {"g4": angular}}
kinds["G5"] = {"g5": angular}


# %%
def microseconds(graph, functions):
    times = []
    for _ in range(3):
        start = process_time()
        symmetry_functions(graph, functions)
        times.append(process_time() - start)
    return 1e6 * min(times) / graph.n_atoms


# %%
cutoffs, neighbours, costs = (3.0, 4.0, 5.0, 6.0, 7.0, 8.0), [], []
for cutoff in cutoffs:
    graph = atom_graph(crystal, cutoff)
    neighbours.append(graph.n_pairs / graph.n_atoms)
    chosen = [SymmetryFunctions(cutoff=cutoff, elements=(29,), **kind) for kind in kinds.values()]
    costs.append([microseconds(graph, functions) for functions in chosen])
    print(f"{cutoff} Å  {neighbours[-1]:4.0f} neighbours ", *(f"{t:7.1f} µs" for t in costs[-1]))

# %%
ax = new_axes(Picture(5.6, 3.6).subplots())
for name, color, dashes, times in zip(kinds, SERIES, DASHES, np.array(costs).T, strict=False):
    ax.loglog(neighbours, times, "o", linestyle=dashes, color=COLORS[color], label=name)
ax.set_xticks(neighbours, [f"{n:.0f}" for n in neighbours])
ax.minorticks_off()
title = say(lang, "CPU time an atom", "原子 1 個あたりの CPU 時間")
finish(ax, lang, title, say(lang, "neighbours", "隣接原子の数"), "µs", text=title).figure

# %% [markdown] lang="en"
# $G^2$ follows the neighbours. $G^4$ grows with the pairs, $\propto r_c^6$ in the end: the cutoff is the most expensive parameter of all. But $G^5$, with as many angles, overtakes it. How?
#
# ### Two identities that make them fast
#
# **Moments.** Take $\zeta = 1$, $\lambda = 1$, and write $F_j = e^{-\eta r_{ij}^2} f_c(r_{ij})$ and $\mathbf u_j = \mathbf r_{ij}/r_{ij}$. Since $\cos\theta_{ijk} = \mathbf u_j \cdot \mathbf u_k$, the sum over pairs falls apart into two sums over single neighbours:
#
# $$\sum_{j,k} F_j F_k (1 + \mathbf u_j \cdot \mathbf u_k) = \Big(\sum_j F_j\Big)^2 + \Big|\sum_j F_j \mathbf u_j\Big|^2.$$
#
# What is too much in it ($j = k$) is subtracted, and half of the rest is $G^5$. No pair was ever listed: the cost is linear in $n$. With larger whole $\zeta$ the same works with more moments. Check it on an atom of the crystal:

# %% [markdown] lang="ja" en="b7545b73"
# $G^2$ は隣接原子の数に比例します。$G^4$ は対の数とともに増え、やがて $r_c^6$ に比例します。いちばん高くつくパラメータは、カットオフなのです。ところが、同じだけの角度を見る $G^5$ は、途中で $G^4$ より速くなります。なぜでしょうか。
#
# ### 計算を速くする 2 つの工夫
#
# **モーメント**　$\zeta = 1$、$\lambda = 1$ とし、$F_j = e^{-\eta r_{ij}^2} f_c(r_{ij})$、$\mathbf u_j = \mathbf r_{ij}/r_{ij}$ と書きます。$\cos\theta_{ijk} = \mathbf u_j \cdot \mathbf u_k$ なので、対についての和は、隣接原子 1 個ずつについての 2 つの和に分かれます。
#
# $$\sum_{j,k} F_j F_k (1 + \mathbf u_j \cdot \mathbf u_k) = \Big(\sum_j F_j\Big)^2 + \Big|\sum_j F_j \mathbf u_j\Big|^2$$
#
# 余分な $j = k$ の項を引き、残りを半分にすれば $G^5$ です。対を一つも並べていないので、手間は $n$ に比例します。$\zeta$ がもっと大きい整数でも、モーメントを増やせば同じことができます。結晶の中の原子で確かめましょう。

# %%
from mlp_teach.graph import displacements

eta, graph = 0.01, atom_graph(crystal, 6.0)
vectors = displacements(graph)[graph.centers == 0].numpy()
r = np.linalg.norm(vectors, axis=1)
F = np.exp(-eta * r**2) * [f_c(d) for d in r]
u = vectors / r[:, None]
by_pairs = sum(F[j] * F[k] * (1 + u[j] @ u[k]) for j, k in combinations(range(len(r)), 2))
by_moments = (F.sum() ** 2 + ((F @ u) ** 2).sum() - (F**2 * 2).sum()) / 2
g5 = SymmetryFunctions(cutoff=6.0, elements=(29,), g5=((eta, 1, 1),))
print(len(r), "neighbours,", len(r) * (len(r) - 1) // 2, "pairs")
print("pairs  ", by_pairs, "\nmoments", by_moments)
print("library", symmetry_functions(graph, g5)[0].item())

# %% [markdown] lang="en"
# **Triangles.** $G^4$ contains $r_{jk}$, so it does not fall apart like this. But its three cutoffs ask for triangles with all sides shorter than $r_c$, and the radial part of a triangle is the same whichever corner is the centre. So the library lists each triangle once and lets it serve its three corners. How much does that save?

# %% [markdown] lang="ja" en="923fb7b6"
# **三角形**　$G^4$ には $r_{jk}$ が含まれるので、このようには分かれません。しかし、3 つのカットオフ関数のおかげで、効くのは 3 辺がすべて $r_c$ より短い三角形だけです。しかも、三角形の動径部分は、どの頂点を中心にしても同じです。そこでライブラリは、三角形を 1 回だけ並べ、3 つの頂点すべてに使います。どれだけ節約になるでしょうか。

# %%
from mlp_teach.descriptors import angular as angular_sums
from mlp_teach.graph import triplets

first, second = triplets(graph.centers)
vectors = displacements(graph)
closed = (vectors[first] - vectors[second]).norm(dim=1) < 6.0
print(f"pairs of neighbours:       {len(first) / graph.n_atoms:6.0f} an atom")
print(f"of these closed triangles: {closed.sum() / graph.n_atoms:6.0f}")
print(f"each triangle listed once: {closed.sum() / 3 / graph.n_atoms:6.0f}")
show(angular_sums._g4_block)

# %% [markdown] lang="en"
# Both identities are told in the headers of [descriptors/moments.py](../../mlp_teach/descriptors/moments.py), for all whole $\zeta$, and of [descriptors/angular.py](../../mlp_teach/descriptors/angular.py); the slow sums by loops stand in the tests.
#
# ## 10. Do others get the same?
#
# A descriptor that only its author's code can compute is of little use. Every feature was compared with the package DScribe on eleven structures (crystals with cells smaller than the cutoff, slabs, molecules; one to three elements), two cutoffs and three sets of parameters: they agree to $10^{-11}$ or better, relative to the value.
# The networks published with the mlearn data set, in n2p2's format, give their published errors when read by this library. On one thread, with 256 copper atoms:
#
# | | compared with DScribe 2.1.2 | how to repeat |
# |---|---|---|
# | numbers | equal to $10^{-11}$ | `pytest tests/descriptors/test_symmetry_functions_reference.py` |
# | CPU time of $G^2$, $G^2+G^4$, $G^2+G^5$ | 0.8 to 1.0, 0.3 to 0.5, 0.3 to 0.4 times DScribe's | [benchmarks/README.md](../../benchmarks/README.md) |
# | n2p2 networks (Zuo et al. 2020), test RMSE | Cu 1.68 meV/atom, 0.063 eV/Å; Si 6.93 meV/atom, 0.170 eV/Å | `pytest tests/models/test_n2p2_reference.py` |

# %% [markdown] lang="ja" en="6f11f3d0"
# どちらの工夫も、ファイルの冒頭で説明しています。モーメントは [descriptors/moments.py](../../mlp_teach/descriptors/moments.py)（一般の整数 $\zeta$ について）、三角形は [descriptors/angular.py](../../mlp_teach/descriptors/angular.py) です。ループで書いた遅い和は、テストの中にあります。
#
# ## 10. ほかのプログラムとも一致するか
#
# 作者のコードでしか計算できない記述子は、役に立ちません。すべての特徴量を、パッケージ DScribe と比べました。11 個の構造（カットオフより小さいセルの結晶、スラブ、分子。元素は 1 〜 3 種類）、2 通りのカットオフ、3 組のパラメータについて、相対誤差 $10^{-11}$ 以内で一致しています。
# mlearn のデータとともに n2p2 の形式で公開されたネットワークも、このライブラリで読み込むと、発表されたとおりの誤差になります。銅 256 原子、1 スレッドでの比較は次のとおりです。
#
# | | DScribe 2.1.2 との比較 | 確かめ方 |
# |---|---|---|
# | 値 | $10^{-11}$ 以内で一致 | `pytest tests/descriptors/test_symmetry_functions_reference.py` |
# | $G^2$、$G^2+G^4$、$G^2+G^5$ の CPU 時間 | DScribe の 0.8 〜 1.0 倍、0.3 〜 0.5 倍、0.3 〜 0.4 倍 | [benchmarks/README.md](../../benchmarks/README.md) |
# | n2p2 のネットワーク（Zuo ら、2020 年）のテスト RMSE | Cu 1.68 meV/atom、0.063 eV/Å。Si 6.93 meV/atom、0.170 eV/Å | `pytest tests/models/test_n2p2_reference.py` |

# %% [markdown] lang="en"
# ## 11. Statements to take with care
#
# | statement in the chapter | what we found |
# |---|---|
# | the sum over $j, k \ne i$ | each pair once in DScribe, n2p2 and here; in both orders it is twice as much (section 3) |
# | "the angular symmetry function" | what is printed is $G^4$; $G^5$ leaves $r_{jk}$ out and sees other angles (section 3) |
# | rotation and translation invariance is guaranteed | yes, to rounding; also reflection and the exchange of like atoms, which matter as much (section 5) |
# | 50 to 100 functions are needed | 27 for Cu or Si; with several elements $Sp + S(S+1)q/2$, soon hundreds (section 7) |
# | tens of thousands of frames are needed | 214 to 262 give a few meV/atom here (section 8); what counts is what the frames hold |
# | low computational cost | true of $G^2$; $G^4$ grows as $r_c^6$ (section 9) |
# | simple to implement | simple to write as loops; the fast forms need an identity and care |
#
# ## What we learned
#
# - A sum of smooth functions of distances and angles does not change when the structure is turned, mirrored, moved or renumbered, and has a fixed length.
# - $G^2$ counts neighbours near a distance, $G^4$ and $G^5$ look at angles. With $\lambda = \pm 1$ and $\zeta$ one chooses which.
# - What one atom cannot see its neighbours may; exact twins exist all the same.
# - Angles matter for silicon, hardly for copper. Choose by the error on unseen data.
# - The number of features grows with the square of the number of elements, the cost of $G^4$ with the sixth power of the cutoff; algebra makes $G^5$ linear in the neighbours.
#
# ## Exercises
#
# 1. Compute $G^1 = \sum_j f_c(r_{ij})$ of an atom in fcc copper ($a = 3.6$ Å, $r_c = 4$ Å) by hand: how many neighbours, at which distances? Check with the library (`g1=True`).
# 2. Which $\theta$ maximises $(1 - \cos\theta)^\zeta$, and at which angle has it fallen to half for $\zeta = 1$ and $16$? Confirm it in the explorer.
# 3. Derive the moment identity for $\zeta = 2$. How many different monomials are there, and from how many neighbours on is it cheaper than listing the pairs?
# 4. Repeat section 8 with a cutoff of 4 Å. Which of the two elements suffers, and why?
# 5. Find three neighbours around a centre, not all at the same distance, that have the same $G^4$ and $G^5$ as another, different arrangement, or argue why there is none with three. (Hint: a triangle is fixed by its sides.)
#
# **Next:** [07 SOAP](07_soap.ipynb). If you have not been there yet: [05 Five-step workflow](05_five_step_workflow.ipynb) puts these functions to work.
#
# ## References
#
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401).
# - J. Behler, *J. Chem. Phys.* **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717): $G^1$ to $G^5$, the equations used here.
# - S. N. Pozdnyakov et al., *Phys. Rev. Lett.* **125**, 166001 (2020), [doi:10.1103/PhysRevLett.125.166001](https://doi.org/10.1103/PhysRevLett.125.166001): environments that such descriptors cannot tell apart.
# - G. Imbalzano et al., *J. Chem. Phys.* **148**, 241730 (2018), [doi:10.1063/1.5024611](https://doi.org/10.1063/1.5024611): choosing functions automatically.
# - M. Gastegger et al., *J. Chem. Phys.* **148**, 241709 (2018), [doi:10.1063/1.5019667](https://doi.org/10.1063/1.5019667): weighted symmetry functions for many elements.
# - L. Himanen et al., *Comput. Phys. Commun.* **247**, 106949 (2020), [doi:10.1016/j.cpc.2019.106949](https://doi.org/10.1016/j.cpc.2019.106949): DScribe. A. Singraber et al., *J. Chem. Theory Comput.* **15**, 1827 (2019), [doi:10.1021/acs.jctc.8b00770](https://doi.org/10.1021/acs.jctc.8b00770): n2p2.
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723): the copper and silicon data and networks.
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f): the ethanol data.

# %% [markdown] lang="ja" en="66dc2034"
# ## 11. 注意して読みたい記述
#
# | もとの章の記述 | 確かめた結果 |
# |---|---|
# | $j, k \ne i$ についての和 | DScribe、n2p2、このコースでは対を 1 回ずつ。両方の順なら 2 倍になる（3 節） |
# | 「角度対称性関数」 | 書かれているのは $G^4$。$G^5$ は $r_{jk}$ を含まず、見える角度も違う（3 節） |
# | 回転・並進不変性が保証される | 丸め誤差の範囲で正しい。鏡映と、同種原子の入れ替えについても成り立ち、同じくらい大切（5 節） |
# | 50 〜 100 個が必要 | Cu や Si では 27 個。元素が増えると $Sp + S(S+1)q/2$ で、すぐに数百になる（7 節） |
# | 数万の配置が必要 | ここでは 214 〜 262 で数 meV/atom（8 節）。大切なのは、配置に何が含まれているか |
# | 計算コストが低い | $G^2$ については正しい。$G^4$ は $r_c^6$ に比例して増える（9 節） |
# | 実装が比較的簡単 | ループで書くのは簡単。速くするには、恒等式と注意が要る |
#
# ## このレッスンで学んだこと
#
# - 距離と角度のなめらかな関数の和は、構造を回しても、鏡に映しても、ずらしても、番号を付け替えても変わらず、個数も一定です。
# - $G^2$ はある距離の近くの隣接原子を数え、$G^4$ と $G^5$ は角度を見ます。どの角度を見るかは、$\lambda = \pm 1$ と $\zeta$ で選びます。
# - 一つの原子に見えない違いが、隣接原子には見えることがあります。それでも、厳密な双子は存在します。
# - 角度は、ケイ素では大切で、銅ではあまり効きません。見せていないデータの誤差で選びましょう。
# - 特徴量の数は元素の数の 2 乗で、$G^4$ の手間はカットオフの 6 乗で増えます。$G^5$ は、代数の工夫で隣接原子の数に比例する手間で済みます。
#
# ## 演習
#
# 1. fcc の銅（$a = 3.6$ Å、$r_c = 4$ Å）の原子について、$G^1 = \sum_j f_c(r_{ij})$ を手で計算してください。隣接原子は、どの距離にいくつありますか。ライブラリ（`g1=True`）で確かめましょう。
# 2. $(1 - \cos\theta)^\zeta$ が最大になる $\theta$ はいくらですか。$\zeta = 1$ と $16$ で、値が半分になる角度はいくらですか。動かせる図で確かめてください。
# 3. $\zeta = 2$ のときのモーメントの恒等式を導いてください。単項式は何種類ありますか。隣接原子がいくつ以上なら、対を並べるより得になりますか。
# 4. カットオフを 4 Å にして、8 節をやり直してください。悪くなるのは銅とケイ素のどちらですか。それはなぜでしょうか。
# 5. 中心のまわりの 3 個の隣接原子（距離はすべて同じではない）で、$G^4$ と $G^5$ が等しい別の並びを見つけてください。あるいは、3 個では存在しないことを説明してください。（ヒント：三角形は 3 辺で決まります。）
#
# **次へ**：[07 SOAP](07_soap.ipynb)。まだの人は [05 5 ステップのワークフロー](05_five_step_workflow.ipynb) へ。これらの関数を実際に使います。
#
# ## 参考文献
#
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401)
# - J. Behler, *J. Chem. Phys.* **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717)：$G^1$ から $G^5$ まで。このレッスンの式
# - S. N. Pozdnyakov et al., *Phys. Rev. Lett.* **125**, 166001 (2020), [doi:10.1103/PhysRevLett.125.166001](https://doi.org/10.1103/PhysRevLett.125.166001)：この種の記述子では区別できない環境
# - G. Imbalzano et al., *J. Chem. Phys.* **148**, 241730 (2018), [doi:10.1063/1.5024611](https://doi.org/10.1063/1.5024611)：関数の自動選択
# - M. Gastegger et al., *J. Chem. Phys.* **148**, 241709 (2018), [doi:10.1063/1.5019667](https://doi.org/10.1063/1.5019667)：多元素のための重みつき対称性関数
# - L. Himanen et al., *Comput. Phys. Commun.* **247**, 106949 (2020), [doi:10.1016/j.cpc.2019.106949](https://doi.org/10.1016/j.cpc.2019.106949)：DScribe。A. Singraber et al., *J. Chem. Theory Comput.* **15**, 1827 (2019), [doi:10.1021/acs.jctc.8b00770](https://doi.org/10.1021/acs.jctc.8b00770)：n2p2
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723)：銅とケイ素のデータとネットワーク
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f)：エタノールのデータ
