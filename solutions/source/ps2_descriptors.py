# ---
# jupyter:
#   card: {learn_minutes: 300, run_seconds: 60, memory_mb: 800}
# ---

# %% [markdown] lang="en"
# # Assignment 2: descriptors
#
# Ten exercises that are tested and one that a person reads, 47 points: symmetry functions and what they cannot see, SOAP and its kernel, forces through a descriptor, a descriptor of your own, and at the end a comparison of all kinds. They go with lessons 06, 07 and 10.
#
# - Write each answer in place of `raise NotImplementedError()`. Everything that it uses must stand **in its own cell** (numpy is there as `np`): answers are checked one by one.
# - The cell below each answer tests it at once, with new numbers each time you run it, and says which idea to look at again. Run it as often as you like.
# - All exercises are to be solved with numpy alone; to compare with the library is allowed, and wise. Lengths are in Å; $\mathbf r_{ij} = \mathbf r_j - \mathbf r_i$ points from $i$ to $j$; there are no cells.
# - There are hints in steps. Try first, then open one.

# %% [markdown] lang="ja" en="9a87e329"
# # 課題 2：記述子
#
# 自動で調べる 10 問と、人が読む 1 問で、合計 47 点です。対称性関数とその盲点から始めて、SOAP とそのカーネル、記述子を通した力、自分で作る記述子と進み、最後に、いろいろな記述子を比べます。レッスン 06、07、10 に対応しています。
#
# - 解答は `raise NotImplementedError()` の代わりに書いてください。解答は 1 つずつ単独で調べるので、使うものはすべて**同じセルの中に**書いてください（numpy は `np` として使えます）。
# - 解答の下のセルを実行すると、その場で調べて、見直すべき考え方を教えてくれます。数値は毎回変わります。何度実行してもかまいません。
# - どの問も、numpy だけで解いてください。ライブラリの結果と比べるのは自由で、お勧めします。長さの単位は Å です。$\mathbf r_{ij} = \mathbf r_j - \mathbf r_i$ は $i$ から $j$ へ向かいます。周期的なセルは使いません。
# - ヒントは段階に分かれています。まず自分で考え、それから 1 つずつ開いてください。

# %% tags=["given:ps2_descriptors_imports"]
import numpy as np

from mlp_teach.grading.practice import practice

lang = "en"
assignment = "ps2_descriptors"

# %% [markdown] lang="en"
# ## 1. How many numbers? (2 points)
#
# There are $S$ elements. Of symmetry functions take $p$ radial ones for each element of the neighbour, and $q$ angular ones for each pair of elements of two neighbours. SOAP has $n_{\max}$ radial functions for each element; $n$ and $n'$ run over those of all elements, $l$ from 0 to $l_{\max}$, and of $p_{nn'l} = p_{n'nl}$ only one is kept.
#
# Return both lengths: `return functions, soap`.
#
# <details><summary>Hint 1</summary>Of three things one can make six pairs if a thing may be paired with itself and the order does not matter.</details>
# <details><summary>Hint 2</summary>In SOAP there are S n_max radial functions in all; how many pairs n, n' do they make?</details>

# %% [markdown] lang="ja" en="63d2f136"
# ## 問 1. 数はいくつあるか（2 点）
#
# 元素が $S$ 種類あります。対称性関数は、動径関数を隣接原子の元素ごとに $p$ 個、角度関数を 2 個の隣接原子の元素の組ごとに $q$ 個とります。SOAP では、動径関数が元素ごとに $n_{\max}$ 個あります。$n$ と $n'$ はすべての元素の動径関数を通しで数え、$l$ は 0 から $l_{\max}$ までです。$p_{nn'l} = p_{n'nl}$ なので、一方だけを残します。
#
# `return functions, soap` のように、両方の個数を返してください。
#
# <details><summary>ヒント 1</summary>同じものどうしの組も許し、順序を問わなければ、3 つのものから 6 通りの組ができます。</details>
# <details><summary>ヒント 2</summary>SOAP の動径関数は、全部で S n_max 個です。n と n' の組は何通りできますか。</details>


# %% tags=["answer:ps2_feature_counts"]
def feature_counts(n_elements, p, q, n_max, l_max):
    """How many symmetry functions, and how many numbers in SOAP's power spectrum."""
    ### BEGIN SOLUTION
    channels = n_elements * n_max
    functions = n_elements * p + n_elements * (n_elements + 1) // 2 * q
    return functions, channels * (channels + 1) // 2 * (l_max + 1)
    ### END SOLUTION


# %% tags=["test:ps2_feature_counts"]
practice(assignment, "ps2_feature_counts", feature_counts, lang)

# %% [markdown] lang="en"
# ## 2. A radial function (4 points)
#
# Write $G^2$ of every atom of a cluster,
#
# $$G^2_i = \sum_{j \ne i} e^{-\eta (r_{ij} - R_s)^2} f_c(r_{ij}), \qquad f_c(r) = \tfrac12\left[\cos\frac{\pi r}{r_c} + 1\right] \ (r < r_c), \quad f_c(r) = 0 \ (r \ge r_c).$$
#
# <details><summary>Hint 1</summary><code>np.linalg.norm(positions[None] - positions[:, None], axis=2)</code> is the table of all distances. What stands on its diagonal, and what would that add?</details>
# <details><summary>Hint 2</summary><code>np.where(r &lt; r_c, inside, 0.0)</code> chooses for each distance.</details>

# %% [markdown] lang="ja" en="c60457b1"
# ## 問 2. 動径関数（4 点）
#
# クラスターのすべての原子について、$G^2$ を求めてください。
#
# $$G^2_i = \sum_{j \ne i} e^{-\eta (r_{ij} - R_s)^2} f_c(r_{ij}), \qquad f_c(r) = \tfrac12\left[\cos\frac{\pi r}{r_c} + 1\right] \ (r < r_c), \quad f_c(r) = 0 \ (r \ge r_c)$$
#
# <details><summary>ヒント 1</summary><code>np.linalg.norm(positions[None] - positions[:, None], axis=2)</code> が、すべての距離の表です。対角成分には何が入り、それは和に何を加えるでしょうか。</details>
# <details><summary>ヒント 2</summary><code>np.where(r &lt; r_c, inside, 0.0)</code> は、距離ごとに値を選びます。</details>


# %% tags=["answer:ps2_radial_function"]
def radial_function(positions, eta, r_s, r_c):
    """G2 of each atom, an array; eta in 1/Å², r_s and r_c in Å."""
    ### BEGIN SOLUTION
    r = np.linalg.norm(positions[None] - positions[:, None], axis=2)
    fade = np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)
    np.fill_diagonal(fade, 0.0)  # no atom is its own neighbour
    return (np.exp(-eta * (r - r_s) ** 2) * fade).sum(axis=1)
    ### END SOLUTION


# %% tags=["test:ps2_radial_function"]
practice(assignment, "ps2_radial_function", radial_function, lang)

# %% [markdown] lang="en"
# ## 3. An angular function (5 points)
#
# Write $G^4$ of every atom of a cluster, with each pair of neighbours counted **once**:
#
# $$G^4_i = 2^{1-\zeta} \sum_{j<k} (1 + \lambda \cos\theta_{ijk})^\zeta \; e^{-\eta (r_{ij}^2 + r_{ik}^2 + r_{jk}^2)} f_c(r_{ij}) f_c(r_{ik}) f_c(r_{jk}).$$
#
# Neither $j$ nor $k$ is $i$, and $\theta_{ijk}$ is the angle at $i$. The cutoff function is that of exercise 2 (copy it into the cell).
#
# <details><summary>Hint 1</summary>Three loops are enough: over i, over j, and over k after j. Leave out i itself.</details>
# <details><summary>Hint 2</summary>cos θ needs no angle: it is the scalar product of r_ij and r_ik, divided by both lengths.</details>
# <details><summary>Hint 3</summary>With one triangle of equal sides r, all three atoms have 2^(1-ζ) (1 + λ/2)^ζ exp(-3 η r²) f_c(r)³.</details>

# %% [markdown] lang="ja" en="820a5e52"
# ## 問 3. 角度関数（5 点）
#
# クラスターのすべての原子について、$G^4$ を求めてください。隣接原子の対は **1 回ずつ**数えます。
#
# $$G^4_i = 2^{1-\zeta} \sum_{j<k} (1 + \lambda \cos\theta_{ijk})^\zeta \; e^{-\eta (r_{ij}^2 + r_{ik}^2 + r_{jk}^2)} f_c(r_{ij}) f_c(r_{ik}) f_c(r_{jk})$$
#
# $j$ も $k$ も $i$ とは異なり、$\theta_{ijk}$ は $i$ における角度です。カットオフ関数は問 2 のものです（このセルに写してください）。
#
# <details><summary>ヒント 1</summary>3 重のループで十分です。i、j、そして j より後の k について回し、i 自身は除きます。</details>
# <details><summary>ヒント 2</summary>cos θ を求めるのに、角度は要りません。r_ij と r_ik の内積を、両方の長さで割ったものです。</details>
# <details><summary>ヒント 3</summary>3 辺が等しく r である三角形 1 つなら、3 個の原子の値はどれも 2^(1-ζ) (1 + λ/2)^ζ exp(-3 η r²) f_c(r)³ です。</details>


# %% tags=["answer:ps2_angular_function"]
def angular_function(positions, eta, zeta, lambda_, r_c):
    """G4 of each atom, an array; zeta is a whole number, lambda_ is 1 or -1."""
    ### BEGIN SOLUTION
    vectors = positions[None] - positions[:, None]
    r = np.linalg.norm(vectors, axis=2)
    w = np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0) * np.exp(-eta * r**2)
    sums = np.zeros(len(positions))
    for i in range(len(positions)):
        others = np.delete(np.arange(len(positions)), i)
        units = vectors[i, others] / r[i, others][:, None]
        terms = (1 + lambda_ * units @ units.T) ** zeta * np.outer(w[i, others], w[i, others])
        sums[i] = np.triu(terms * w[others][:, others], 1).sum()  # j < k
    return 2.0 ** (1 - zeta) * sums
    ### END SOLUTION


# %% tags=["test:ps2_angular_function"]
practice(assignment, "ps2_angular_function", angular_function, lang)

# %% [markdown] lang="en"
# ## 4. Find the error: fast, and negative (3 points)
#
# $G^5$ leaves $r_{jk}$ out. With $\zeta = 1$ it is, for one atom with neighbours at $\mathbf r_j$,
#
# $$G^5 = \sum_{j<k} F_j F_k\,(1 + \lambda \cos\theta_{jk}), \qquad F_j = e^{-\eta r_j^2} f_c(r_j),$$
#
# and lesson 06 (section 9) computes it without listing pairs. The next function does that. It had been compared with two loops for $\lambda = +1$, and agreed to the last digit. With $\lambda = -1$ it now gives *negative* numbers, although no term of the sum is below zero. It has one error. Find it, and write the function without it, for both $\lambda$.
#
# <details><summary>Hint 1</summary>Take a single neighbour. There is no pair, so what should come out, and what does?</details>
# <details><summary>Hint 2</summary>The double sum over all j and k holds each pair twice, and j = k as well. What is 1 + λ cos θ there?</details>

# %% [markdown] lang="ja" en="65f5cfbf"
# ## 問 4. 誤りを探す：速いが、負になる（3 点）
#
# $G^5$ には $r_{jk}$ が入りません。$\zeta = 1$ のとき、$\mathbf r_j$ に隣接原子をもつ 1 個の原子では
#
# $$G^5 = \sum_{j<k} F_j F_k\,(1 + \lambda \cos\theta_{jk}), \qquad F_j = e^{-\eta r_j^2} f_c(r_j)$$
#
# です。レッスン 06（9 節）では、これを、対を並べずに計算しました。次の関数も同じやり方です。$\lambda = +1$ で 2 重のループと比べたところ、最後の桁まで一致しました。ところが $\lambda = -1$ では、和のどの項も負ではないのに、**負**の値が出ます。誤りが 1 つあります。それを見つけて、どちらの $\lambda$ でも正しい関数を書いてください。
#
# <details><summary>ヒント 1</summary>隣接原子が 1 個だけの場合を考えます。対は 1 つもありません。値はいくらになるはずで、実際はいくらですか。</details>
# <details><summary>ヒント 2</summary>すべての j と k についての 2 重の和には、どの対も 2 回ずつ含まれ、j = k の項も含まれます。そこでは 1 + λ cos θ はいくらですか。</details>


# %% tags=["given:ps2_angular_given"]
def angular_with_error(vectors, eta, lambda_, r_c):
    r = np.linalg.norm(vectors, axis=1)
    F = np.exp(-eta * r**2) * np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)
    u = vectors / r[:, None]
    double_sum = F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum()
    return (double_sum - 2 * (F**2).sum()) / 2


# %% tags=["answer:ps2_angular_by_moments"]
def angular_by_moments(vectors, eta, lambda_, r_c):
    """G5 with zeta = 1 of an atom whose neighbours stand at `vectors` (n, 3) from it."""
    ### BEGIN SOLUTION
    r = np.linalg.norm(vectors, axis=1)
    F = np.exp(-eta * r**2) * np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)
    u = vectors / r[:, None]
    double_sum = F.sum() ** 2 + lambda_ * ((F @ u) ** 2).sum()
    return (double_sum - (1 + lambda_) * (F**2).sum()) / 2  # at j = k the cosine is 1
    ### END SOLUTION


# %% tags=["test:ps2_angular_by_moments"]
practice(assignment, "ps2_angular_by_moments", angular_by_moments, lang)

# %% [markdown] lang="en"
# ## 5. Build what radial functions cannot see (4 points)
#
# A potential of radial functions alone can be fooled, whatever its parameters and however it was trained. Build two structures of copper that prove it. You are given $d$ and a cutoff $r_c$ between $1.2\,d$ and $1.6\,d$. Return two arrays of positions such that
#
# - both have the same number of atoms, 3 to 12, and no two atoms are closer than $d$;
# - they truly differ: no shift, turn, mirror or new numbering makes one of the other, and some distance between two atoms differs by 0.1 Å or more;
# - atom 0 has two neighbours or more in both, under different angles, and each of its radial functions has the same value in both (2 points);
# - each atom has a neighbour, and *every* atom of the first structure has a partner of its own in the second, whose radial functions are all the same (2 points).
#
# <details><summary>Hint 1</summary>A radial function knows the distances below r_c. Write them down for each atom of a chain of three, straight and bent.</details>
# <details><summary>Hint 2</summary>With two bonds of length d and the angle θ between them, the ends are 2 d sin(θ/2) apart. When do they not see each other?</details>

# %% [markdown] lang="ja" en="3bc0aa60"
# ## 問 5. 動径関数に見えないものを作る（4 点）
#
# 動径関数だけのポテンシャルは、パラメータをどう選び、どのように訓練しても、だますことができます。それを示す 2 つの銅の構造を作ってください。$d$ と、$1.2\,d$ から $1.6\,d$ の間のカットオフ $r_c$ が与えられます。次の条件を満たす、2 つの位置の配列を返してください。
#
# - 原子数は同じで、3 〜 12 個。どの 2 原子の距離も $d$ 以上である。
# - 本当に異なる構造である。並進、回転、鏡映、番号の付け替えでは互いに移り合わず、0.1 Å 以上異なる原子間距離がある。
# - 原子 0 は、どちらの構造でも 2 個以上の隣接原子をもち、それらのなす角が 2 つの構造で異なる。しかも、原子 0 のどの動径関数も、両方の構造で同じ値になる（2 点）。
# - どの原子にも隣接原子がある。しかも、1 つ目の構造の**すべて**の原子に、動径関数がどれも等しい 2 つ目の構造の原子を、1 対 1 に対応させることができる（2 点）。
#
# <details><summary>ヒント 1</summary>動径関数が知っているのは、r_c より短い距離だけです。3 原子の鎖がまっすぐな場合と曲がっている場合について、各原子から見た距離を書き出してみてください。</details>
# <details><summary>ヒント 2</summary>長さ d の 2 本の結合が角 θ をなすとき、両端の原子は 2 d sin(θ/2) だけ離れています。両端が互いに見えないのは、どんなときですか。</details>


# %% tags=["answer:ps2_radial_twins"]
def radial_twins(d, r_c):
    """Positions (Å) of two structures that no radial function with this cutoff tells apart."""
    ### BEGIN SOLUTION
    angle = np.radians(120)  # the ends are 1.73 d apart
    straight = d * np.array([[0, 0, 0], [1, 0, 0], [-1, 0, 0]])
    bent = d * np.array([[0, 0, 0], [1, 0, 0], [np.cos(angle), np.sin(angle), 0]])
    return straight, bent
    ### END SOLUTION


# %% tags=["test:ps2_radial_twins"]
practice(assignment, "ps2_radial_twins", radial_twins, lang)

# %% [markdown] lang="en"
# ## 6. The power spectrum (3 points)
#
# The density around an atom is expanded, $\rho = \sum_{nlm} c_{nlm}\,g_n(r)\,Y_{lm}(\hat{\mathbf r})$. The array `c` has one row for each $n$; its columns are $l = 0$ with one $m$, then $l = 1$ with three, then $l = 2$ with five, and so on: column $l^2 + l + m$. Return
#
# $$p_{nn'l} = \sqrt{\frac{8\pi^2}{2l+1}}\; \sum_{m=-l}^{l} c_{nlm}\, c_{n'lm}$$
#
# for all $l$, $n$ and $n'$, as an array of the shape $(l_{\max} + 1, n_{\max}, n_{\max})$.
#
# <details><summary>Hint 1</summary>The number of columns is (l_max + 1)². Those of one l are <code>c[:, l**2 : (l + 1) ** 2]</code>.</details>
# <details><summary>Hint 2</summary>The sum over m of products is a product of matrices.</details>

# %% [markdown] lang="ja" en="c4dd5864"
# ## 問 6. パワースペクトル（3 点）
#
# 原子のまわりの密度は、$\rho = \sum_{nlm} c_{nlm}\,g_n(r)\,Y_{lm}(\hat{\mathbf r})$ と展開されています。配列 `c` の行は $n$ です。列は、$l = 0$ の 1 列、$l = 1$ の 3 列、$l = 2$ の 5 列、…の順に並び、$l^2 + l + m$ 列目が $(l, m)$ です。すべての $l$、$n$、$n'$ について
#
# $$p_{nn'l} = \sqrt{\frac{8\pi^2}{2l+1}}\; \sum_{m=-l}^{l} c_{nlm}\, c_{n'lm}$$
#
# を求め、形が $(l_{\max} + 1, n_{\max}, n_{\max})$ の配列で返してください。
#
# <details><summary>ヒント 1</summary>列の数は (l_max + 1)² です。1 つの l に属する列は <code>c[:, l**2 : (l + 1) ** 2]</code> です。</details>
# <details><summary>ヒント 2</summary>積を m について足すのは、行列の積です。</details>


# %% tags=["answer:ps2_power_spectrum"]
def power_spectrum(c):
    """p, of the shape (l, n, n'), from coefficients of the shape (n, (l_max + 1)²)."""
    ### BEGIN SOLUTION
    spectrum = []
    for l in range(round(c.shape[1] ** 0.5)):
        block = c[:, l**2 : (l + 1) ** 2]
        spectrum.append(np.sqrt(8 * np.pi**2 / (2 * l + 1)) * block @ block.T)
    return np.array(spectrum)
    ### END SOLUTION


# %% tags=["test:ps2_power_spectrum"]
practice(assignment, "ps2_power_spectrum", power_spectrum, lang)

# %% [markdown] lang="en"
# ## 7. Find the error: a kernel that saves memory (3 points)
#
# The likeness of two surroundings is
#
# $$k = (\hat{\mathbf p} \cdot \hat{\mathbf p}')^\zeta, \qquad \mathbf p \cdot \mathbf p' = \sum_l \sum_n \sum_{n'} p_{nn'l}\, p'_{nn'l}, \qquad \hat{\mathbf p} = \mathbf p/|\mathbf p|.$$
#
# `p` and `p_other` hold spectra as in exercise 6, one for each atom: shapes $(a, l_{\max}+1, n_{\max}, n_{\max})$ and $(b, l_{\max}+1, n_{\max}, n_{\max})$; the result is $(a, b)$. The next function keeps the numbers with $n \le n'$ only, since the others repeat them. Its values lie between 0 and 1, they do not change under rotations, and the likeness of any surroundings to itself is 1: it passed all of its tests. Yet a colleague who averages the squared overlap over rotations (lesson 07, section 1) finds other values for $\zeta = 1$. Who is right? Write the function without the error.
#
# <details><summary>Hint 1</summary>Compute p · p' of two small spectra, with n_max = 2 and l = 0, by hand: from all numbers, and from those that are kept.</details>
# <details><summary>Hint 2</summary>Either keep all numbers, or let a number that stands for two count twice, in the scalar product and in the lengths.</details>

# %% [markdown] lang="ja" en="3a967150"
# ## 問 7. 誤りを探す：メモリを節約したカーネル（3 点）
#
# 2 つの環境の類似度は
#
# $$k = (\hat{\mathbf p} \cdot \hat{\mathbf p}')^\zeta, \qquad \mathbf p \cdot \mathbf p' = \sum_l \sum_n \sum_{n'} p_{nn'l}\, p'_{nn'l}, \qquad \hat{\mathbf p} = \mathbf p/|\mathbf p|$$
#
# です。`p` と `p_other` には、問 6 のようなスペクトルが原子ごとに 1 つずつ入っています。形は $(a, l_{\max}+1, n_{\max}, n_{\max})$ と $(b, l_{\max}+1, n_{\max}, n_{\max})$ で、結果の形は $(a, b)$ です。次の関数は、$n \le n'$ の数だけを残します。ほかの数は、その繰り返しだからです。値は 0 と 1 の間にあり、回転で変わらず、自分自身との類似度は 1 になります。試験にはすべて合格しました。ところが、重なりの 2 乗を回転について平均する（レッスン 07 の 1 節）と、$\zeta = 1$ で違う値になりました。正しいのはどちらでしょうか。誤りのない関数を書いてください。
#
# <details><summary>ヒント 1</summary>n_max = 2、l = 0 だけの小さなスペクトル 2 つについて、p · p' を手で計算してください。すべての数を使う場合と、残した数だけを使う場合です。</details>
# <details><summary>ヒント 2</summary>すべての数を残すか、または、2 つ分を表す数を、内積でも長さでも 2 回分として数えます。</details>


# %% tags=["given:ps2_kernel_given"]
def soap_kernel_with_error(p, p_other, zeta):
    n, n_prime = np.triu_indices(p.shape[2])
    rows = [spectra[:, :, n, n_prime].reshape(len(spectra), -1) for spectra in (p, p_other)]
    units = [row / np.linalg.norm(row, axis=1)[:, None] for row in rows]
    return (units[0] @ units[1].T) ** zeta


# %% tags=["answer:ps2_soap_kernel"]
def soap_kernel(p, p_other, zeta):
    """The likeness of each atom's surroundings to each of the others, an array (a, b)."""
    ### BEGIN SOLUTION
    n, n_prime = np.triu_indices(p.shape[2])
    root = np.where(n == n_prime, 1.0, np.sqrt(2))  # n, n' stands for n', n too
    rows = [(root * x[:, :, n, n_prime]).reshape(len(x), -1) for x in (p, p_other)]
    units = [row / np.linalg.norm(row, axis=1)[:, None] for row in rows]
    return (units[0] @ units[1].T) ** zeta
    ### END SOLUTION


# %% tags=["test:ps2_soap_kernel"]
practice(assignment, "ps2_soap_kernel", soap_kernel, lang)

# %% [markdown] lang="en"
# ## 8. Forces through a descriptor (6 points)
#
# The smallest network there is: each atom's energy is a sum over $M$ radial functions, each sent through a tanh and weighed,
#
# $$E = \sum_i E_i, \qquad E_i = \sum_{\mu=1}^{M} w_\mu \tanh G^\mu_i, \qquad G^\mu_i = \sum_{j \ne i} e^{-\eta_\mu (r_{ij} - R_\mu)^2} f_c(r_{ij}).$$
#
# `functions` has a row $(\eta_\mu, R_\mu)$ for each function, `weights` holds the $w_\mu$ in eV. Return $E$ and the forces $\mathbf F_i = -\partial E/\partial\mathbf r_i$ in eV/Å, derived by hand.
#
# <details><summary>Hint 1</summary>Three slopes, one after the other: of E_i with G (the slope of tanh x is 1 - tanh² x), of G with r_ij, and of r_ij with the position of i.</details>
# <details><summary>Hint 2</summary>One term of G is a product: its slope is [-2 η (r - R) f_c + f_c'] exp(-η (r - R)²), with f_c' = -π/(2 r_c) sin(π r/r_c).</details>
# <details><summary>Hint 3</summary>When i moves, its own E_i changes, and the E_j of all its neighbours. Write s_i for dE_i/dG_i; then the pair pulls i along r_ij with (s_i + s_j) times the slope of a term, and j the other way.</details>

# %% [markdown] lang="ja" en="6a8dcfcf"
# ## 問 8. 記述子を通した力（6 点）
#
# いちばん小さなネットワークを考えます。各原子のエネルギーは、$M$ 個の動径関数をそれぞれ tanh に通し、重みをかけて足したものです。
#
# $$E = \sum_i E_i, \qquad E_i = \sum_{\mu=1}^{M} w_\mu \tanh G^\mu_i, \qquad G^\mu_i = \sum_{j \ne i} e^{-\eta_\mu (r_{ij} - R_\mu)^2} f_c(r_{ij})$$
#
# `functions` の各行は 1 つの関数の $(\eta_\mu, R_\mu)$ で、`weights` は $w_\mu$（eV）です。$E$ と、手で導いた力 $\mathbf F_i = -\partial E/\partial\mathbf r_i$（eV/Å）を返してください。
#
# <details><summary>ヒント 1</summary>3 つの傾きを順に求めます。E_i の G についての傾き（tanh x の傾きは 1 - tanh² x）、G の r_ij についての傾き、r_ij の i の位置についての傾きです。</details>
# <details><summary>ヒント 2</summary>G の 1 つの項は積なので、その傾きは [-2 η (r - R) f_c + f_c'] exp(-η (r - R)²) です。ここで f_c' = -π/(2 r_c) sin(π r/r_c) です。</details>
# <details><summary>ヒント 3</summary>i が動くと、E_i だけでなく、すべての隣接原子の E_j も変わります。dE_i/dG_i を s_i と書けば、この対は i を r_ij の向きに (s_i + s_j) ×（項の傾き）で引き、j を逆向きに引きます。</details>


# %% tags=["answer:ps2_energy_and_forces"]
def energy_and_forces(positions, functions, weights, r_c):
    """Energy (eV) and forces (eV/Å, one row an atom) of a cluster."""
    ### BEGIN SOLUTION
    vectors = positions[None] - positions[:, None]  # r_ij
    r = np.linalg.norm(vectors, axis=2) + r_c * np.eye(len(positions))  # no own neighbour
    x, energy, pull = np.pi * np.minimum(r / r_c, 1.0), 0.0, 0.0
    f, df = (np.cos(x) + 1) / 2, -np.pi / (2 * r_c) * np.sin(x)
    for (eta, shift), weight in zip(functions, weights, strict=True):
        bump = np.exp(-eta * (r - shift) ** 2)
        t = np.tanh((bump * f).sum(axis=1))
        energy += weight * t.sum()
        both = weight * (2 - t[:, None] ** 2 - t**2)  # dE_i/dG_i + dE_j/dG_j
        pull += both * bump * (df - 2 * eta * (r - shift) * f) / r
    return energy, (pull[..., None] * vectors).sum(axis=1)
    ### END SOLUTION


# %% tags=["test:ps2_energy_and_forces"]
practice(assignment, "ps2_energy_and_forces", energy_and_forces, lang)

# %% [markdown] lang="en"
# ## 9. A descriptor of your own (7 points)
#
# Build a descriptor that sees more than symmetry functions and SOAP do. It gets the `vectors` from an atom to other atoms (Å, shape $(n, 3)$; $n$ may be 0, and some may be farther than $r_c$) and returns a row of numbers. The form is up to you, but
#
# - turning, mirroring or renumbering the neighbours changes no number (2 points);
# - there are always equally many numbers, 1 to 200, for any $n$ (1 point);
# - numbers change smoothly: what lies beyond $r_c$ does not count, a neighbour comes in with value and slope 0, nothing has a kink (1 point);
# - two neighbours at a right angle and two in a straight line get different numbers (1 point);
# - so do the **twins** of lesson 06 (section 6): four neighbours on a circle at the multiples 0, 1, 4, 7 or 0, 1, 3, 4 of 45°. No function of two neighbours at a time can do that (2 points).
#
# And it must see something: a row of constants obeys every law.
#
# <details><summary>Hint 1</summary>Sums over neighbours, each with a factor F = f_c(r), take care of order, length and smoothness. Scalar products take care of turning and mirroring.</details>
# <details><summary>Hint 2</summary>With unit vectors u: the vector v = Σ F u and the matrix M = Σ F u uᵀ turn along. Which numbers made of them do not? How many neighbours at a time does each hold?</details>
# <details><summary>Hint 3</summary>v · v and the trace of M M hold two neighbours at a time. v · M v holds three.</details>

# %% [markdown] lang="ja" en="b3ad6d48"
# ## 問 9. 自分で作る記述子（7 点）
#
# 対称性関数や SOAP より多くのものが見える記述子を作ってください。1 個の原子からほかの原子へのベクトル `vectors`（Å、形は $(n, 3)$）を受け取り、数を 1 列に並べて返します。$n$ は 0 のこともあり、$r_c$ より遠い原子が含まれることもあります。式の形は自由ですが、次の条件があります。
#
# - 隣接原子の全体を回しても、鏡に映しても、番号を付け替えても、どの数も変わらない（2 点）。
# - $n$ がいくつでも、数の個数は同じで、1 〜 200 個である（1 点）。
# - 数はなめらかに変わる。$r_c$ より遠い原子は効かず、隣接原子は値も傾きも 0 で現れ、どこにも折れ曲がりがない（1 点）。
# - 直角に並ぶ 2 個の隣接原子と、一直線に並ぶ 2 個では、違う数になる（1 点）。
# - レッスン 06（6 節）の**双子**でも、違う数になる。双子とは、4 個の隣接原子を円周上で 45° の 0, 1, 4, 7 倍の位置に置いたものと、0, 1, 3, 4 倍の位置に置いたもので、一度に 2 個の隣接原子しか見ない関数では区別できない（2 点）。
#
# さらに、何かが見えていなければなりません。定数を並べただけでも、法則はすべて満たされてしまうからです。
#
# <details><summary>ヒント 1</summary>隣接原子ごとに係数 F = f_c(r) をかけた和なら、順番、個数、なめらかさの条件を満たします。内積なら、回転と鏡映の条件を満たします。</details>
# <details><summary>ヒント 2</summary>単位ベクトルを u とすると、ベクトル v = Σ F u と行列 M = Σ F u uᵀ は、全体と一緒に回ります。そこから作れる、回らない数は何ですか。それぞれ、一度に何個の隣接原子を見ていますか。</details>
# <details><summary>ヒント 3</summary>v · v と、M M のトレースは、一度に 2 個を見ています。v · M v は、一度に 3 個を見ています。</details>


# %% tags=["answer:ps2_own_descriptor"]
def own_descriptor(vectors, r_c):
    """A row of numbers that describes the neighbours at `vectors` (n, 3)."""
    ### BEGIN SOLUTION
    r = np.linalg.norm(vectors, axis=1)
    u = vectors / r[:, None]
    fade = np.where(r < r_c, (np.cos(np.pi * r / r_c) + 1) / 2, 0.0)
    row = []
    for eta in (0.0, 3.0, 6.0):  # the nearer, the heavier
        F = fade * np.exp(-eta * (r / r_c) ** 2)
        v, M = F @ u, u.T @ (u * F[:, None])
        row += [F.sum(), v @ v, np.trace(M @ M), v @ M @ v]
    return np.array(row)
    ### END SOLUTION


# %% tags=["test:ps2_own_descriptor"]
practice(assignment, "ps2_own_descriptor", own_descriptor, lang)

# %% [markdown] lang="en"
# ## 10. Descriptors compared (4 points)
#
# This is the first problem of the chapter that the course follows: compare symmetry functions, SOAP, graph networks and equivariant networks by what has to be designed by hand, by data efficiency, and by how far they can be interpreted. The chapter answers with words; answer with what lesson 10 found.
#
# `method` is `'symmetry functions'`, `'SOAP'`, `'SchNet'` or `'equivariant'`. Return three things for it:
#
# 1. a list of what people choose for the descriptor (not for the regression on top of it), from these words: `'r_c'`; `'eta, R_s'`; `'zeta, lambda'`; `'sigma'` (width of a smeared atom); `'n_max, l_max'` (size of an expansion of the density); `'kernel zeta'`; `'features'` (how many numbers an atom carries from layer to layer); `'layers'` (of messages); `'degree'` (largest $l$ of what is carried; think of NequIP). SOAP is meant with its kernel;
# 2. data efficiency: the ranks of its force error on ethanol among the four, learnt from 100 and from 950 frames (lesson 10, section 6), such as `[2, 3]`; 1 is the smallest error. Symmetry functions stand there with a network, SOAP with GAP, and the equivariant one is PaiNN;
# 3. how far one of its numbers can be read: `'high'`, `'medium'` or `'low'` (lesson 10, section 7).
#
# <details><summary>Hint 1</summary>A dictionary with a row for each method is enough: <code>return table[method]</code>.</details>
# <details><summary>Hint 2</summary>For the first part look at the formulas of lessons 06 and 07, and at what lesson 10 gives to each model in section 1.</details>

# %% [markdown] lang="ja" en="bdef1495"
# ## 問 10. 記述子を比べる（4 点）
#
# もとの章の問題 1 です。対称性関数、SOAP、グラフネットワーク、同変ネットワークを、人が設計しなければならないもの、データ効率、解釈のしやすさの 3 点で比べます。もとの章は言葉で答えていますが、ここではレッスン 10 の結果で答えてください。
#
# `method` は `'symmetry functions'`、`'SOAP'`、`'SchNet'`、`'equivariant'` のどれかです。それについて、次の 3 つを返してください。
#
# 1. 記述子のために人が選ぶもの（その先の回帰のためのものは除く）のリスト。次の語から選びます。`'r_c'`、`'eta, R_s'`、`'zeta, lambda'`、`'sigma'`（ぼかした原子の幅）、`'n_max, l_max'`（密度の展開の大きさ）、`'kernel zeta'`（カーネルの指数）、`'features'`（原子が層から層へ運ぶ数の個数）、`'layers'`（メッセージの層の数）、`'degree'`（運ぶものの最大の $l$。NequIP を考えてください）。SOAP にはカーネルも含めます。
# 2. データ効率。エタノールの力の誤差が 4 つのうち何位かを、100 配置と 950 配置で学習した場合について `[2, 3]` のように並べます（レッスン 10 の 6 節）。誤差の最も小さいものが 1 位です。対称性関数はネットワーク、SOAP は GAP との組み合わせで、同変のモデルは PaiNN です。
# 3. 1 つの数の意味をどこまで読み取れるか。`'high'`（高い）、`'medium'`（中くらい）、`'low'`（低い）のどれかです（レッスン 10 の 7 節）。
#
# <details><summary>ヒント 1</summary>方法ごとに 1 行をもつ辞書があれば十分です：<code>return table[method]</code>。</details>
# <details><summary>ヒント 2</summary>1 番目については、レッスン 06 と 07 の式と、レッスン 10 の 1 節で各モデルに渡しているものを見てください。</details>


# %% tags=["answer:ps2_comparison"]
def comparison(method):
    """What is chosen by hand, ranks with 100 and 950 frames, and how far a number can be read."""
    ### BEGIN SOLUTION
    table = {
        "symmetry functions": (["r_c", "eta, R_s", "zeta, lambda"], [4, 4], "high"),
        "SOAP": (["r_c", "sigma", "n_max, l_max", "kernel zeta"], [1, 2], "medium"),
        "SchNet": (["r_c", "features", "layers"], [3, 3], "low"),
        "equivariant": (["r_c", "features", "layers", "degree"], [2, 1], "low"),
    }
    return table[method]
    ### END SOLUTION


# %% tags=["test:ps2_comparison"]
practice(assignment, "ps2_comparison", comparison, lang)

# %% [markdown] lang="en"
# ## 11. Reasons for the table (6 points, read by a person)
#
# Write the reasons for exercise 10 in half a page:
#
# - put a number or a cell of the lessons behind one entry of each method at least (2 points);
# - say on what data efficiency depends, and what it was that was measured: descriptors alone? (2 points)
# - name one entry of the chapter's table (lesson 10, section 1) that the measurements do not bear out, with the number that shows it (1 point);
# - choose one method for a case of your own, with a reason and with its price (1 point).

# %% [markdown] lang="ja" en="be91c02b"
# ## 問 11. 表の根拠（6 点、人が採点します）
#
# 問 10 の表の根拠を、半ページほどで書いてください。
#
# - どの方法についても、少なくとも 1 つの欄に、レッスンの数値かセルを根拠として添える（2 点）。
# - データ効率が何によるか、そして、測ったのは何だったのか（記述子だけでしょうか）を述べる（2 点）。
# - もとの章の表（レッスン 10 の 1 節）のうち、測定結果と合わない欄を 1 つ、それを示す数値とともに挙げる（1 点）。
# - 自分で考えた場合を 1 つ決めて方法を選び、理由と代償を述べる（1 点）。

# %% [markdown] lang="en" tags=["written:ps2_reasons"]
# **By hand.** All four have choices. Symmetry functions are a list of $\eta, R_s, \zeta, \lambda$: 24 functions for one element and 192 for four with one recipe. SOAP has $r_c$, $\sigma$, $n_{\max}$, $l_{\max}$ and $\zeta$, five numbers, but 252 to 3,696 features. SchNet and equivariant networks learn their numbers, yet $r_c$, features, layers (and the degree) are set by people (lesson 10, sections 1 and 2).
#
# **Data efficiency** depends on how many frames there are: with 100 frames of ethanol GAP has 49 meV/Å, PaiNN 86, SchNet 95, functions 98; with 950 PaiNN is ahead (14 against 17). It depends on the material too (in silicon angles cut a linear model's error to about a third, in copper they hardly matter: lesson 06, section 8) and on regression and training: GAP with 600 sparse points has 46 meV/Å from 300 frames, with 2,400 it has 21. What was measured were bundles of descriptor, regression and training, with one seed each, not descriptors alone.
#
# **Meaning.** A function has a name, such as a shell at $R_s$; a number of SOAP is traced to two radial functions and a degree; a learnt number has none. This was judged, not measured.
#
# **Not borne out.** "SOAP has 30 to 50 numbers": 252 with $n_{\max} = 8$, $l_{\max} = 6$ and one element. Or "cost: low" for symmetry functions: with 183 neighbours they are the dearest of the five, 2,723 µs an atom.
#
# **A choice.** Copper alone, a hundred frames with forces and an error bar wanted: SOAP with GAP. On the same 40 frames of copper it has 20 meV/Å where a network of radial functions has 41 (lesson 07, section 13), and it trains in seconds; the price is that it becomes long and slow with many elements (159 to 749 µs an atom from one to four).

# %% [markdown] lang="ja" tags=["written:ps2_reasons"] en="d7d8df30"
# **人が選ぶもの**　4 つのどれにもあります。対称性関数では $\eta, R_s, \zeta, \lambda$ の一覧を決めます。同じ選び方で、1 元素なら 24 個、4 元素なら 192 個です。SOAP で決めるのは $r_c$、$\sigma$、$n_{\max}$、$l_{\max}$、$\zeta$ の 5 つですが、特徴量は 252 〜 3,696 個になります。SchNet や同変ネットワークは数を学習しますが、$r_c$、特徴量の個数、層の数（と次数）は人が決めます（レッスン 10 の 1、2 節）。
#
# **データ効率**は、配置の数によります。エタノール 100 配置では、GAP が 49、PaiNN が 86、SchNet が 95、対称性関数が 98 meV/Å です。950 配置では PaiNN が勝ります（14 と 17）。物質にもよります。1 次式のモデルの誤差は、角度関数を加えるとケイ素では約 3 分の 1 になりますが、銅ではほとんど変わりません（レッスン 06 の 8 節）。回帰の方法と訓練にもよります。300 配置の GAP は、スパース点が 600 個なら 46 meV/Å、2,400 個なら 21 meV/Å です。測ったのは、記述子、回帰、訓練のまとまり（乱数の種は 1 つずつ）であって、記述子だけではありません。
#
# **数の意味**　対称性関数には、$R_s$ の殻のように名前があります。SOAP の数は、2 つの動径関数と次数までたどれます。学習された数には名前がありません。これは測定ではなく、判断です。
#
# **測定と合わない欄**　「SOAP の数は 30 〜 50 個」。$n_{\max} = 8$、$l_{\max} = 6$、1 元素で 252 個です。または、対称性関数の「計算の手間：低」。隣接原子が 183 個なら 1 原子あたり 2,723 µs で、5 つのうち最も高くつきます。
#
# **選択**　銅だけで、力のある配置が 100 個あり、誤差棒も欲しい場合には、SOAP と GAP を選びます。同じ 40 個の銅の配置で、動径関数のネットワークの誤差が 41 meV/Å なのに対し、GAP は 20 meV/Å で（レッスン 07 の 13 節）、学習は数秒で済みます。代償は、元素が多いと特徴量が増えて遅くなることです（1 元素から 4 元素で、1 原子あたり 159 から 749 µs）。
