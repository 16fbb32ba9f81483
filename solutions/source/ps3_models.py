# ---
# jupyter:
#   card: {learn_minutes: 240, run_seconds: 60, memory_mb: 800}
# ---

# %% [markdown] lang="en"
# # Assignment 3: models
#
# Nine exercises, 41 points: a network for each element, the loss, uncertainty, how far an atom sees, messages of numbers and of vectors, forces, and at the end a message-passing potential of your own. They go with lessons 05, 08 and 09.
#
# - Write each answer in place of `raise NotImplementedError()`. Everything that it uses must stand **in its own cell** (numpy is there as `np`): answers are checked one by one.
# - The cell below each answer tests it at once, with new numbers each time you run it, and says which idea to look at again. Run it as often as you like.
# - Exercises 1 to 8 are to be solved with numpy alone. Units are eV and Å; $\mathbf r_{ij} = \mathbf r_j - \mathbf r_i$ points from $i$ to $j$. No atom is a neighbour of itself.
# - There are hints in steps. Try first, then open one.

# %% [markdown] lang="ja" en="4bbf2170"
# # 課題 3：モデル
#
# 全部で 9 問、41 点です。元素ごとのネットワーク、損失、不確実性、原子から見える範囲、数やベクトルのメッセージ、力と進み、最後に自分のメッセージパッシング・ポテンシャルを作ります。レッスン 05、08、09 に対応しています。
#
# - 解答は `raise NotImplementedError()` の代わりに書いてください。解答は 1 つずつ単独で調べるので、使うものはすべて**同じセルの中に**書いてください（numpy は `np` として使えます）。
# - 解答の下のセルを実行すると、その場で調べて、見直すべき考え方を教えてくれます。数値は毎回変わります。何度実行してもかまいません。
# - 問 1 から問 8 は numpy だけで解いてください。単位は eV と Å です。$\mathbf r_{ij} = \mathbf r_j - \mathbf r_i$ は $i$ から $j$ へ向かいます。原子は自分自身の隣接原子ではありません。
# - ヒントは段階に分かれています。まず自分で考え、それから 1 つずつ開いてください。

# %% tags=["given:ps3_models_imports"]
import numpy as np

from mlp_teach.grading.practice import practice

lang = "en"
assignment = "ps3_models"

# %% [markdown] lang="en"
# ## 1. A network for each element (4 points)
#
# In the potential of Behler and Parrinello the energy is a sum over atoms, and every element has a small network of its own. The descriptor $G_i$ of atom $i$ goes through the network of its element $k$:
#
# $$E_i = \mathbf w_k\cdot\tanh(\mathbf W_k G_i + \mathbf b_k) + c_k, \qquad E = \sum_i E_i.$$
#
# `G` has one row an atom, `Z` holds the atomic numbers. `elements` lists the elements **in any order**: row $k$ of `W`, `b`, `w` and `c` belongs to `elements[k]`. `W[k]` has the shape (hidden, features). Return both: `return energies, total`.
#
# <details><summary>Hint 1</summary>For each atom find the place k of its number in elements: <code>list(elements).index(z)</code>, or <code>np.flatnonzero(elements == z)[0]</code>.</details>
# <details><summary>Hint 2</summary>With one loop over atoms everything is small: <code>W[k] @ G[i]</code> has one number for each hidden node.</details>

# %% [markdown] lang="ja" en="5a8cba8a"
# ## 問 1. 元素ごとのネットワーク（4 点）
#
# Behler と Parrinello のポテンシャルでは、エネルギーは原子についての和で、どの元素も専用の小さなネットワークをもちます。原子 $i$ の記述子 $G_i$ を、その元素 $k$ のネットワークに入れます。
#
# $$E_i = \mathbf w_k\cdot\tanh(\mathbf W_k G_i + \mathbf b_k) + c_k, \qquad E = \sum_i E_i$$
#
# `G` は 1 行が 1 原子で、`Z` には原子番号が入っています。`elements` には元素が**任意の順で**並んでいて、`W`、`b`、`w`、`c` の $k$ 行目が `elements[k]` のものです。`W[k]` の形は (hidden, features) です。`return energies, total` のように、両方を返してください。
#
# <details><summary>ヒント 1</summary>原子ごとに、その原子番号が elements の何番目にあるか（k）を調べます。<code>list(elements).index(z)</code> や <code>np.flatnonzero(elements == z)[0]</code> が使えます。</details>
# <details><summary>ヒント 2</summary>原子についてのループを 1 つ書けば、扱う配列はどれも小さくなります。<code>W[k] @ G[i]</code> は、隠れ層の節点ごとに 1 つの数です。</details>


# %% tags=["answer:ps3_element_networks"]
def element_networks(G, Z, elements, W, b, w, c):
    """The energies of the atoms (eV), and their sum."""
    ### BEGIN SOLUTION
    k = np.array([list(elements).index(z) for z in Z])
    hidden = np.tanh(np.einsum("ihf,if->ih", W[k], G) + b[k])
    energies = (w[k] * hidden).sum(axis=1) + c[k]
    return energies, energies.sum()
    ### END SOLUTION


# %% tags=["test:ps3_element_networks"]
practice(assignment, "ps3_element_networks", element_networks, lang)

# %% [markdown] lang="en"
# ## 2. The loss and its slope (5 points)
#
# Take a potential that is linear in its parameters θ: it gives structure $s$ the energy $E_s = \sum_f B_{sf}\,\theta_f$, and atom $i$ the force $F_{i\alpha} = \sum_f A_{i\alpha f}\,\theta_f$. `A` and `F_ref` hold the atoms of all structures one after the other; structure $s$ has $N_s$ atoms. The loss is that of lesson 05,
#
# $$L = w_E\,\Big\langle\Big(\frac{E_s - E_s^{\mathrm{ref}}}{N_s}\Big)^2\Big\rangle_s + w_F\,\Big\langle\big(F_{i\alpha} - F_{i\alpha}^{\mathrm{ref}}\big)^2\Big\rangle_{i\alpha},$$
#
# with the first mean over structures and the second over all force components, three an atom. Return three things:
#
# - $L$;
# - its slope $\partial L/\partial\theta_f$, derived by hand, an array of the shape of θ;
# - the error of the force components (meV/Å) that weighs as much as an error of 1 meV/atom.
#
# <details><summary>Hint 1</summary><code>B @ theta</code> is one energy a structure; <code>A @ theta</code> has the shape of F_ref.</details>
# <details><summary>Hint 2</summary>The slope of the mean of x² is the mean of 2 x ∂x/∂θ. For the energies x is ΔE/N, so ∂x/∂θ is B/N.</details>
# <details><summary>Hint 3</summary><code>np.tensordot(dF, A, 2)</code> multiplies and sums over atoms and components. And for the last one: when is w_E a² equal to w_F b²?</details>

# %% [markdown] lang="ja" en="dcdc5590"
# ## 問 2. 損失とその傾き（5 点）
#
# パラメータ θ について 1 次式のポテンシャルを考えます。構造 $s$ のエネルギーは $E_s = \sum_f B_{sf}\,\theta_f$、原子 $i$ に働く力は $F_{i\alpha} = \sum_f A_{i\alpha f}\,\theta_f$ です。`A` と `F_ref` には、すべての構造の原子が続けて並んでいます。構造 $s$ の原子数は $N_s$ です。損失は、レッスン 05 と同じく、
#
# $$L = w_E\,\Big\langle\Big(\frac{E_s - E_s^{\mathrm{ref}}}{N_s}\Big)^2\Big\rangle_s + w_F\,\Big\langle\big(F_{i\alpha} - F_{i\alpha}^{\mathrm{ref}}\big)^2\Big\rangle_{i\alpha}$$
#
# とします。第 1 項は構造についての平均、第 2 項は力の全成分（1 原子に 3 つ）についての平均です。次の 3 つを返してください。
#
# - $L$
# - 手で導いた傾き $\partial L/\partial\theta_f$（θ と同じ形の配列）
# - 1 meV/atom の誤差と同じ重さになる、力の成分の誤差（meV/Å）
#
# <details><summary>ヒント 1</summary><code>B @ theta</code> は構造ごとに 1 つのエネルギーで、<code>A @ theta</code> の形は F_ref と同じです。</details>
# <details><summary>ヒント 2</summary>x² の平均の傾きは、2 x ∂x/∂θ の平均です。エネルギーの項では x は ΔE/N なので、∂x/∂θ は B/N です。</details>
# <details><summary>ヒント 3</summary><code>np.tensordot(dF, A, 2)</code> は、掛けてから原子と成分について和をとります。最後の値については、w_E a² と w_F b² が等しいのはいつかを考えてください。</details>


# %% tags=["answer:ps3_loss_and_slope"]
def loss_and_slope(theta, B, A, E_ref, F_ref, n_atoms, w_E, w_F):
    """L, dL/dθ, and the error of F (meV/Å) that weighs as much as 1 meV/atom."""
    ### BEGIN SOLUTION
    dE = (B @ theta - E_ref) / n_atoms
    dF = A @ theta - F_ref
    loss = w_E * (dE**2).mean() + w_F * (dF**2).mean()
    slope = 2 * w_E * (dE / n_atoms) @ B / len(dE)
    slope = slope + 2 * w_F * np.tensordot(dF, A, 2) / dF.size
    return loss, slope, np.sqrt(w_E / w_F)
    ### END SOLUTION


# %% tags=["test:ps3_loss_and_slope"]
practice(assignment, "ps3_loss_and_slope", loss_and_slope, lang)

# %% [markdown] lang="en"
# ## 3. How unsure is a committee? (4 points)
#
# $K$ models that were trained alike, but for chance, are asked about one structure of $N$ atoms. Where they disagree, the data have left a choice. `E` holds their energies $E^k$, `F` of shape (models, atoms, 3) their forces. With a bar for the mean over the models, return
#
# $$s_E = \frac1N\sqrt{\frac1K\sum_k\big(E^k - \bar E\big)^2}, \qquad s_i = \sqrt{\frac1K\sum_k\big|\mathbf F_i^k - \bar{\mathbf F}_i\big|^2},$$
#
# a number (eV/atom) and an array with one number an atom (eV/Å): `return s_E, s_i`.
#
# <details><summary>Hint 1</summary><code>F - F.mean(axis=0)</code> holds the vectors F_i^k - F̄_i. Which axis are the models, which the components?</details>
# <details><summary>Hint 2</summary>The square of a vector's length is the sum of three squares; then comes the mean over the models, then the root.</details>

# %% [markdown] lang="ja" en="1b853e3d"
# ## 問 3. コミッティの不確実性（4 点）
#
# 偶然に決まる部分だけが違い、あとは同じように訓練した $K$ 個のモデル（コミッティ）に、原子数 $N$ の 1 つの構造について尋ねます。答えが食い違うところは、データだけでは決まらないところです。`E` にはエネルギー $E^k$ が、形が (models, atoms, 3) の `F` には力が入っています。モデルについての平均を上線で表し、
#
# $$s_E = \frac1N\sqrt{\frac1K\sum_k\big(E^k - \bar E\big)^2}, \qquad s_i = \sqrt{\frac1K\sum_k\big|\mathbf F_i^k - \bar{\mathbf F}_i\big|^2}$$
#
# を `return s_E, s_i` のように返してください。$s_E$ は 1 個の数（eV/atom）、$s_i$ は原子ごとに 1 つの数が並ぶ配列（eV/Å）です。
#
# <details><summary>ヒント 1</summary><code>F - F.mean(axis=0)</code> に、ベクトル F_i^k - F̄_i が入っています。モデルの軸と成分の軸はどれですか。</details>
# <details><summary>ヒント 2</summary>ベクトルの長さの 2 乗は、3 つの 2 乗の和です。そのあとにモデルについての平均、最後に平方根をとります。</details>


# %% tags=["answer:ps3_committee_deviation"]
def committee_deviation(E, F):
    """s_E (eV/atom) and s_i (eV/Å, one number an atom) of a committee."""
    ### BEGIN SOLUTION
    s_E = E.std() / F.shape[1]
    squares = ((F - F.mean(axis=0)) ** 2).sum(axis=2)
    return s_E, np.sqrt(squares.mean(axis=0))
    ### END SOLUTION


# %% tags=["test:ps3_committee_deviation"]
practice(assignment, "ps3_committee_deviation", committee_deviation, lang)

# %% [markdown] lang="en"
# ## 4. Who notices? (4 points)
#
# In a cluster one atom, number `moved`, is displaced by a tiny amount; no pair of atoms crosses the cutoff $r_c$ by that. A message-passing network with $L$ layers is asked before and after. In each layer every atom hears from the atoms nearer than $r_c$, and keeps what it knew. The energies are invariant, the layers and the readout bend (they are not linear), and the weights are nothing special.
#
# Return two lists of atoms' numbers, counted from 0, in any order: the atoms whose **energy** $E_i$ changes, and those whose **force** $\mathbf F_j$ changes.
#
# <details><summary>Hint 1</summary>Draw the graph: a line joins two atoms nearer than r_c. How many lines does a message pass in one layer?</details>
# <details><summary>Hint 2</summary>A loop keeps the set of atoms that know; in each turn the neighbours of the set join it.</details>
# <details><summary>Hint 3</summary>F_j = -Σ_i ∂E_i/∂r_j, summed over every E_i that depends on r_j. And which E_i depend on the moved atom?</details>

# %% [markdown] lang="ja" en="2611cbc5"
# ## 問 4. どの原子が気づくか（4 点）
#
# クラスターの中の 1 個の原子（番号 `moved`）を、ごくわずかに動かします。これでカットオフ $r_c$ を横切る原子対はありません。動かす前とあとで、$L$ 層のメッセージパッシング・ネットワークに尋ねます。どの層でも、原子は $r_c$ より近い原子からメッセージを受け取り、それまでに知っていたことも忘れません。エネルギーは不変で、層も出力部も非線形であり、重みに特別な値はないものとします。
#
# 0 から数えた原子の番号のリストを 2 つ返してください（順番は問いません）。1 つ目は**エネルギー** $E_i$ が変わる原子、2 つ目は**力** $\mathbf F_j$ が変わる原子です。
#
# <details><summary>ヒント 1</summary>グラフを描きます。r_c より近い 2 個の原子を線で結びます。メッセージは 1 層で何本の線を進みますか。</details>
# <details><summary>ヒント 2</summary>知っている原子の集合を用意してループします。1 回ごとに、集合の隣接原子が加わります。</details>
# <details><summary>ヒント 3</summary>F_j = -Σ_i ∂E_i/∂r_j です。r_j に依存する E_i のすべてについて和をとります。では、動かした原子に依存するのは、どの E_i ですか。</details>


# %% tags=["answer:ps3_who_notices"]
def who_notices(positions, r_c, layers, moved):
    """Two lists: the atoms whose energy changes, and those whose force changes."""
    ### BEGIN SOLUTION
    r = np.linalg.norm(positions[None] - positions[:, None], axis=2)
    knows = np.arange(len(r)) == moved
    steps = []
    for _ in range(2 * layers):
        knows = knows | (r[knows] < r_c).any(axis=0)
        steps.append(np.flatnonzero(knows))
    return steps[layers - 1], steps[-1]
    ### END SOLUTION


# %% tags=["test:ps3_who_notices"]
practice(assignment, "ps3_who_notices", who_notices, lang)

# %% [markdown] lang="en"
# ## 5. Three products of two vectors (4 points)
#
# `a` and `b` are arrays of the shape (n, 3): n pairs of vectors. For each pair form the products of degree 0, 1 and 2 that turn along with the vectors (lesson 09),
#
# $$s = \mathbf a\cdot\mathbf b, \qquad \mathbf v = \mathbf a\times\mathbf b, \qquad T_{\alpha\beta} = \tfrac12\,(a_\alpha b_\beta + a_\beta b_\alpha) - \tfrac13\,(\mathbf a\cdot\mathbf b)\,\delta_{\alpha\beta},$$
#
# without the factors of the Clebsch-Gordan coefficients, components in the order x, y, z. Return three arrays of the shapes (n,), (n, 3) and (n, 3, 3). They are tested by a law too: together they hold all nine products, $s^2/3 + |\mathbf v|^2/2 + \sum T^2 = |\mathbf a|^2|\mathbf b|^2$.
#
# <details><summary>Hint 1</summary><code>np.cross(a, b)</code> goes row by row. So does <code>(a * b).sum(axis=1)</code>.</details>
# <details><summary>Hint 2</summary><code>a[:, :, None] * b[:, None, :]</code> is a matrix of nine products for each pair; <code>swapaxes(1, 2)</code> transposes each of them.</details>

# %% [markdown] lang="ja" en="99424f8b"
# ## 問 5. 2 本のベクトルの 3 つの積（4 点）
#
# `a` と `b` は形が (n, 3) の配列で、n 組のベクトルです。それぞれの組について、ベクトルと一緒に回る次数 0、1、2 の積（レッスン 09）
#
# $$s = \mathbf a\cdot\mathbf b, \qquad \mathbf v = \mathbf a\times\mathbf b, \qquad T_{\alpha\beta} = \tfrac12\,(a_\alpha b_\beta + a_\beta b_\alpha) - \tfrac13\,(\mathbf a\cdot\mathbf b)\,\delta_{\alpha\beta}$$
#
# を作り、形が (n,)、(n, 3)、(n, 3, 3) の 3 つの配列を返してください。クレプシュ・ゴルダン係数の因子はつけず、成分は x、y、z の順にします。合わせると 9 個の積のすべてを含むこと、すなわち $s^2/3 + |\mathbf v|^2/2 + \sum T^2 = |\mathbf a|^2|\mathbf b|^2$ も調べます。
#
# <details><summary>ヒント 1</summary><code>np.cross(a, b)</code> は行ごとに計算します。<code>(a * b).sum(axis=1)</code> も同じです。</details>
# <details><summary>ヒント 2</summary><code>a[:, :, None] * b[:, None, :]</code> には、組ごとに 9 個の積の行列が入ります。<code>swapaxes(1, 2)</code> で、それぞれを転置できます。</details>


# %% tags=["answer:ps3_three_products"]
def three_products(a, b):
    """Products of degree 0, 1 and 2 of each pair of rows: s, v and T."""
    ### BEGIN SOLUTION
    s = (a * b).sum(axis=1)
    ab = a[:, :, None] * b[:, None, :]
    T = (ab + ab.swapaxes(1, 2)) / 2 - s[:, None, None] / 3 * np.eye(3)
    return s, np.cross(a, b), T
    ### END SOLUTION


# %% tags=["test:ps3_three_products"]
practice(assignment, "ps3_three_products", three_products, lang)

# %% [markdown] lang="en"
# ## 6. Messages filtered by distance (4 points)
#
# Write SchNet's message (lesson 08). Each atom of a cluster carries a row $x_i$ of $F$ numbers. What arrives at atom $i$ is
#
# $$y_i = \sum_{j\ne i} (A x_j)\circ W(r_{ij}), \qquad W(r) = \big[w_2\,\mathrm{ssp}(w_1\,e(r) + b_1) + b_2\big]\,f_c(r),$$
#
# with $e_n(r) = e^{-(r-\mu_n)^2/2d^2}$, $\mathrm{ssp}(x) = \ln(\frac12 + \frac12 e^x)$ and the cosine cutoff $f_c(r) = \frac12[\cos(\pi r/r_c) + 1]$, which is 0 from $r_c$ on; $\circ$ multiplies number by number. `mu` holds the $\mu_n$. `w1`, `w2` and `A` are matrices that act from the left on a column, as in the formula: `w1` has the shape (hidden, Gaussians), `w2` (F, hidden), `A` (F, F). Return $y$, an array of the shape of `x`.
#
# <details><summary>Hint 1</summary>Write first a function for the filter of one distance: a row of F numbers. Then two loops over atoms.</details>
# <details><summary>Hint 2</summary>Without loops a matrix acts on rows from the right, transposed: <code>x @ A.T</code>. All distances at once: <code>r[:, :, None] - mu</code>.</details>
# <details><summary>Hint 3</summary>f_c multiplies the whole bracket. And what is W(0)? No atom hears itself.</details>

# %% [markdown] lang="ja" en="1ce32aa5"
# ## 問 6. 距離のフィルターを通すメッセージ（4 点）
#
# SchNet のメッセージ（レッスン 08）を書いてください。クラスターのどの原子も、$F$ 個の数の列 $x_i$ をもちます。原子 $i$ に届くのは、
#
# $$y_i = \sum_{j\ne i} (A x_j)\circ W(r_{ij}), \qquad W(r) = \big[w_2\,\mathrm{ssp}(w_1\,e(r) + b_1) + b_2\big]\,f_c(r)$$
#
# です。ここで $e_n(r) = e^{-(r-\mu_n)^2/2d^2}$、$\mathrm{ssp}(x) = \ln(\frac12 + \frac12 e^x)$ で、余弦カットオフ $f_c(r) = \frac12[\cos(\pi r/r_c) + 1]$ は $r_c$ 以遠で 0、$\circ$ は成分ごとの積です。`mu` には $\mu_n$ が入っています。`w1`、`w2`、`A` は、式のとおり左から列に作用する行列で、形は `w1` が (hidden, Gaussians)、`w2` が (F, hidden)、`A` が (F, F) です。`x` と同じ形の配列 $y$ を返してください。
#
# <details><summary>ヒント 1</summary>まず、1 つの距離に対するフィルター（F 個の数）を求める関数を書きます。次に、原子についての 2 重のループを書きます。</details>
# <details><summary>ヒント 2</summary>ループを使わないなら、行列を転置して、行に右から作用させます：<code>x @ A.T</code>。すべての距離をまとめて扱うには <code>r[:, :, None] - mu</code> とします。</details>
# <details><summary>ヒント 3</summary>f_c は括弧の全体に掛けます。では、W(0) はいくらですか。原子は自分自身からはメッセージを受け取りません。</details>


# %% tags=["answer:ps3_filtered_messages"]
def filtered_messages(x, positions, r_c, mu, d, w1, b1, w2, b2, A):
    """y, what arrives at each atom: an array of the shape of x."""
    ### BEGIN SOLUTION
    r = np.linalg.norm(positions[None] - positions[:, None], axis=2)
    np.fill_diagonal(r, r_c)  # where f_c is 0
    e = np.exp(-((r[:, :, None] - mu) ** 2) / (2 * d**2))
    hidden = np.log(0.5 + 0.5 * np.exp(e @ w1.T + b1))
    fade = (np.cos(np.pi * np.minimum(r, r_c) / r_c) + 1) / 2
    W = (hidden @ w2.T + b2) * fade[:, :, None]
    return np.einsum("ijf,jf->if", W, x @ A.T)
    ### END SOLUTION


# %% tags=["test:ps3_filtered_messages"]
practice(assignment, "ps3_filtered_messages", filtered_messages, lang)

# %% [markdown] lang="en"
# ## 7. Messages that turn along (4 points)
#
# In PaiNN (lesson 08) atoms carry $F$ vectors each, too. A layer changes them by
#
# $$\Delta\mathbf v_i = \sum_j \Big[\varphi_2(s_j)\circ W_2(r_{ij})\;\hat{\mathbf r}_{ij} + \varphi_3(s_j)\circ W_3(r_{ij})\;\mathbf v_j\Big].$$
#
# $\varphi$ and $W$ have been computed already: `phi_2` and `phi_3` have the shape (atoms, F), the filters `W_2` and `W_3` (pairs, F). `v` has the shape (atoms, 3, F). Pair $p$ goes from atom `centers[p]` ($i$, which hears) to atom `neighbors[p]` ($j$, which speaks), along `vectors[p]`, $\mathbf r_{ij}$ **with its length**. Both (i, j) and (j, i) are listed; an atom may be in many pairs or in none. Return $\Delta\mathbf v$, an array of the shape of `v`.
#
# <details><summary>Hint 1</summary>A loop over pairs: <code>np.outer(unit, numbers)</code> of a unit vector and F numbers has the shape (3, F).</details>
# <details><summary>Hint 2</summary>Without a loop: <code>[:, None, :]</code> and <code>[:, :, None]</code> give arrays the missing axes.</details>
# <details><summary>Hint 3</summary><code>np.add.at(change, centers, messages)</code> adds all messages of equal centres; <code>change[centers] += messages</code> does not.</details>

# %% [markdown] lang="ja" en="98847015"
# ## 問 7. 一緒に回るメッセージ（4 点）
#
# PaiNN（レッスン 08）では、原子は $F$ 本のベクトルももちます。1 つの層で、ベクトルは
#
# $$\Delta\mathbf v_i = \sum_j \Big[\varphi_2(s_j)\circ W_2(r_{ij})\;\hat{\mathbf r}_{ij} + \varphi_3(s_j)\circ W_3(r_{ij})\;\mathbf v_j\Big]$$
#
# だけ変わります。$\varphi$ と $W$ は、もう計算してあります。`phi_2` と `phi_3` の形は (atoms, F)、フィルター `W_2` と `W_3` は (pairs, F)、`v` は (atoms, 3, F) です。$p$ 番目の対は、受け手の原子 `centers[p]`（$i$）から送り手の原子 `neighbors[p]`（$j$）へ向かい、`vectors[p]` は $\mathbf r_{ij}$ で、**長さは 1 ではありません**。(i, j) と (j, i) の両方が入っています。多くの対に入る原子も、どの対にも入らない原子もあります。`v` と同じ形の配列 $\Delta\mathbf v$ を返してください。
#
# <details><summary>ヒント 1</summary>対についてループします。単位ベクトルと F 個の数から <code>np.outer(unit, numbers)</code> を作ると、形は (3, F) になります。</details>
# <details><summary>ヒント 2</summary>ループを使わないなら、<code>[:, None, :]</code> や <code>[:, :, None]</code> で足りない軸を補います。</details>
# <details><summary>ヒント 3</summary><code>np.add.at(change, centers, messages)</code> は、中心原子が同じメッセージをすべて足します。<code>change[centers] += messages</code> ではそうなりません。</details>


# %% tags=["answer:ps3_vector_messages"]
def vector_messages(v, phi_2, phi_3, W_2, W_3, vectors, centers, neighbors):
    """Δv, the change of the atoms' vectors: an array (atoms, 3, F)."""
    ### BEGIN SOLUTION
    units = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    along = (phi_2[neighbors] * W_2)[:, None, :] * units[:, :, None]
    passed_on = (phi_3[neighbors] * W_3)[:, None, :] * v[neighbors]
    change = np.zeros_like(v)
    np.add.at(change, centers, along + passed_on)
    return change
    ### END SOLUTION


# %% tags=["test:ps3_vector_messages"]
practice(assignment, "ps3_vector_messages", vector_messages, lang)

# %% [markdown] lang="en"
# ## 8. Find the error (4 points)
#
# A very small potential for a cluster of one element: one feature and one hidden node,
#
# $$E = \sum_i E_i, \qquad E_i = w\tanh(u\,G_i), \qquad G_i = \sum_{j\ne i} e^{-\eta r_{ij}^2} f_c(r_{ij}).$$
#
# The next function is to return the forces $\mathbf F_i = -\partial E/\partial\mathbf r_i$. It gave the right forces for every pair of atoms, and zero for perfect crystals; but in molecular dynamics the energy drifted. It has one error. Find it, and write the function without it (with the formula, not by differences).
#
# <details><summary>Hint 1</summary>Try three atoms in a row with different distances. Do the three forces add up to zero?</details>
# <details><summary>Hint 2</summary>Which of the energies E_1, E_2, E_3 … change when atom 1 moves? Which of them does the function know of?</details>
# <details><summary>Hint 3</summary>r_ij stands in G_i and in G_j. The slopes dE_i/dG_i and dE_j/dG_j are equal for a pair, and in general they are not.</details>

# %% [markdown] lang="ja" en="6fde7b61"
# ## 問 8. 誤りを探す（4 点）
#
# 1 種類の元素のクラスターに対する、ごく小さなポテンシャルを考えます。特徴量は 1 つ、隠れ層の節点も 1 つです。
#
# $$E = \sum_i E_i, \qquad E_i = w\tanh(u\,G_i), \qquad G_i = \sum_{j\ne i} e^{-\eta r_{ij}^2} f_c(r_{ij})$$
#
# 次の関数は、力 $\mathbf F_i = -\partial E/\partial\mathbf r_i$ を返すはずのものです。どの 2 原子についても正しい力を与え、完全結晶では 0 になりました。ところが、分子動力学ではエネルギーがずれていきました。誤りが 1 つあります。それを見つけて、誤りのない関数を書いてください（差分ではなく、式で求めます）。
#
# <details><summary>ヒント 1</summary>3 個の原子を、間隔を変えて 1 列に並べてみます。3 つの力を足すと 0 になりますか。</details>
# <details><summary>ヒント 2</summary>原子 1 を動かすと、エネルギー E_1、E_2、E_3、… のうちどれが変わりますか。関数が考えているのはどれですか。</details>
# <details><summary>ヒント 3</summary>r_ij は G_i にも G_j にも入っています。傾き dE_i/dG_i と dE_j/dG_j は、2 原子だけなら等しいのですが、一般には違います。</details>


# %% tags=["given:ps3_network_forces_given"]
def forces_with_error(positions, eta, r_c, u, w):
    vectors = positions[None] - positions[:, None]  # r_ij
    r = np.linalg.norm(vectors, axis=2)
    np.fill_diagonal(r, r_c)  # where f_c is 0
    x = np.pi * np.minimum(r, r_c) / r_c
    f, df = (np.cos(x) + 1) / 2, -np.pi / (2 * r_c) * np.sin(x)
    g = np.exp(-eta * r**2)
    G = (g * f).sum(axis=1)
    slope = w * u * (1 - np.tanh(u * G) ** 2)  # dE_i/dG_i
    pull = 2 * slope[:, None] * (df - 2 * eta * r * f) * g / r
    return (pull[:, :, None] * vectors).sum(axis=1)


# %% tags=["answer:ps3_network_forces"]
def network_forces(positions, eta, r_c, u, w):
    """Forces (eV/Å), one row an atom."""
    ### BEGIN SOLUTION
    vectors = positions[None] - positions[:, None]  # r_ij
    r = np.linalg.norm(vectors, axis=2)
    np.fill_diagonal(r, r_c)  # where f_c is 0
    x = np.pi * np.minimum(r, r_c) / r_c
    f, df = (np.cos(x) + 1) / 2, -np.pi / (2 * r_c) * np.sin(x)
    g = np.exp(-eta * r**2)
    slope = w * u * (1 - np.tanh(u * (g * f).sum(axis=1)) ** 2)
    pull = (slope[:, None] + slope[None, :]) * (df - 2 * eta * r * f) * g / r
    return (pull[:, :, None] * vectors).sum(axis=1)
    ### END SOLUTION


# %% tags=["test:ps3_network_forces"]
practice(assignment, "ps3_network_forces", network_forces, lang)

# %% [markdown] lang="en"
# ## 9. A message-passing potential of your own (8 points)
#
# Build a message-passing potential for carbon and oxygen, in PyTorch. It gets an `AtomGraph` with all pairs closer than 3 Å and returns one energy (eV) for each atom; forces and stress are made of it by `predict`. It need not be trained: weights may be any numbers that you choose. But
#
# - the energy of an atom depends on its own element, on its neighbours and on their elements, and **on the neighbours of its neighbours**, though they are not within 3 Å;
# - all checks of `mlp_teach.checks` accept it: symmetries; energies that add up; forces and stress that are slopes of the energy, also where a pair crosses 3 Å.
#
# One number $x_i$ for each atom will do. `vectors_of(graph)` gives $\mathbf r_{ij}$ for all pairs, (i, j) and (j, i), and the same atom may be there several times, as several images. `graph.centers` holds $i$, `graph.neighbors` $j$, `graph.numbers` the atomic numbers. Positions are float64; compute in float64 too. The library's own models are not to be had when it is marked: build yours.
#
# <details><summary>Hint 1</summary>Begin with an x for each element, as in <code>graph.numbers.to(r) / 8</code>. One layer: <code>x.index_add(0, graph.centers, weights * x[graph.neighbors])</code>, then something smooth that bends, such as <code>torch.tanh</code>.</details>
# <details><summary>Hint 2</summary>The weights are a function of the distance that is zero at 3 Å, with its slope. You know one.</details>
# <details><summary>Hint 3</summary>The second layer sends the x that the first one has made.</details>

# %% [markdown] lang="ja" en="c7693f06"
# ## 問 9. 自分のメッセージパッシング・ポテンシャル（8 点）
#
# 炭素と酸素のメッセージパッシング・ポテンシャルを、PyTorch で作ってください。3 Å より近いすべての原子対をもつ `AtomGraph` を受け取り、原子ごとに 1 つのエネルギー（eV）を返します。力と応力は `predict` がそこから作ります。訓練は必要ありません。重みは好きな数に決めてかまいません。ただし、次の条件があります。
#
# - 原子のエネルギーは、自分の元素、隣接原子とその元素、そして 3 Å 以内にない**隣接原子の隣接原子**にも依存する。
# - `mlp_teach.checks` のすべての検査に合格する。すなわち、対称性を満たし、エネルギーが部分の和になり、力と応力がエネルギーの傾きになる（原子対が 3 Å を横切るところでも）。
#
# 原子ごとに 1 つの数 $x_i$ があれば十分です。`vectors_of(graph)` は、すべての対の $\mathbf r_{ij}$ を返します。(i, j) と (j, i) の両方が入っていて、同じ原子が別の像として何度も現れることがあります。`graph.centers` には $i$、`graph.neighbors` には $j$、`graph.numbers` には原子番号が入っています。位置は float64 なので、計算も float64 で行ってください。採点のときには、ライブラリのモデルは使えません。自分で作ってください。
#
# <details><summary>ヒント 1</summary>たとえば <code>graph.numbers.to(r) / 8</code> のように、元素ごとに違う x から始めます。1 つの層は、<code>x.index_add(0, graph.centers, weights * x[graph.neighbors])</code> と、そのあとのなめらかな非線形関数（<code>torch.tanh</code> など）です。</details>
# <details><summary>ヒント 2</summary>重みは距離の関数で、3 Å で傾きとともに 0 になるようにします。そうなる関数を、もう知っているはずです。</details>
# <details><summary>ヒント 3</summary>第 2 層では、第 1 層で作った x を送ります。</details>

# %% tags=["answer:ps3_own_network"]
import torch

from mlp_teach.graph import displacements as vectors_of


def own_network(graph):
    """Energies (eV) of the atoms of an AtomGraph with pairs up to 3 Å."""
    ### BEGIN SOLUTION
    r = torch.linalg.vector_norm(vectors_of(graph), dim=1)
    weights = torch.exp(-r) * (torch.cos(torch.pi * r / 3.0) + 1) / 2
    x = graph.numbers.to(r) / 8
    for _ in range(2):
        x = torch.tanh(x.index_add(0, graph.centers, weights * x[graph.neighbors]))
    return x
    ### END SOLUTION


# %% tags=["test:ps3_own_network"]
practice(assignment, "ps3_own_network", own_network, lang)
