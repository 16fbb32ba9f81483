# ---
# jupyter:
#   card: {learn_minutes: 180, run_seconds: 60, memory_mb: 800}
# ---

# %% [markdown] lang="en"
# # Assignment 1: energy surfaces
#
# Eight exercises, 35 points: forces from energies, symmetries, periodic cells, the cutoff, Lennard-Jones, and at the end a potential of your own. They go with lesson 01.
#
# - Write each answer in place of `raise NotImplementedError()`. Everything that it uses must stand **in its own cell** (numpy is there as `np`): answers are checked one by one.
# - The cell below each answer tests it at once, with new numbers each time you run it, and says which idea to look at again. Run it as often as you like.
# - Exercises 1 to 7 are to be solved with numpy alone. Units are eV and Å; $\mathbf r_{ij} = \mathbf r_j - \mathbf r_i$ points from $i$ to $j$.
# - There are hints in steps. Try first, then open one.

# %% [markdown] lang="ja" en="c851fa5d"
# # 課題 1：エネルギー曲面
#
# 全部で 8 問、35 点です。エネルギーから力を求めることから始めて、対称性、周期的なセル、カットオフ、レナード・ジョーンズと進み、最後に自分のポテンシャルを作ります。レッスン 01 に対応しています。
#
# - 解答は `raise NotImplementedError()` の代わりに書いてください。解答は 1 つずつ単独で調べるので、使うものはすべて**同じセルの中に**書いてください（numpy は `np` として使えます）。
# - 解答の下のセルを実行すると、その場で調べて、見直すべき考え方を教えてくれます。数値は毎回変わります。何度実行してもかまいません。
# - 問 1 から問 7 は numpy だけで解いてください。単位は eV と Å です。$\mathbf r_{ij} = \mathbf r_j - \mathbf r_i$ は $i$ から $j$ へ向かいます。
# - ヒントは段階に分かれています。まず自分で考え、それから 1 つずつ開いてください。

# %% tags=["given:ps1_energy_surfaces_imports"]
import numpy as np

from mlp_teach.grading.practice import practice

lang = "en"
assignment = "ps1_energy_surfaces"

# %% [markdown] lang="en"
# ## 1. Forces by differences (4 points)
#
# `energy(positions)` is any function that gives an energy in eV for an array of positions, one row an atom. Write a function that returns the forces on all atoms,
#
# $$F_{i\alpha} = -\frac{\partial E}{\partial r_{i\alpha}} \approx -\frac{E(r_{i\alpha} + h) - E(r_{i\alpha} - h)}{2h},$$
#
# and leaves `positions` as they were.
#
# <details><summary>Hint 1</summary>Loop over <code>np.ndindex(positions.shape)</code>: each turn is one coordinate of one atom.</details>
# <details><summary>Hint 2</summary>Make a copy, move one coordinate of it, and ask for its energy; twice.</details>

# %% [markdown] lang="ja" en="5429145f"
# ## 問 1. 差分で求める力（4 点）
#
# `energy(positions)` は、位置の配列（1 行が 1 原子）に対してエネルギーを eV で返す任意の関数です。すべての原子に働く力
#
# $$F_{i\alpha} = -\frac{\partial E}{\partial r_{i\alpha}} \approx -\frac{E(r_{i\alpha} + h) - E(r_{i\alpha} - h)}{2h}$$
#
# を返す関数を書いてください。`positions` を変えてはいけません。
#
# <details><summary>ヒント 1</summary><code>np.ndindex(positions.shape)</code> でループすると、1 回ごとに 1 つの原子の 1 つの座標が選ばれます。</details>
# <details><summary>ヒント 2</summary>コピーを作り、その座標を 1 つだけ動かしてエネルギーを求めます。これを 2 回行います。</details>


# %% tags=["answer:ps1_forces_by_differences"]
def forces_by_differences(energy, positions, h):
    """Forces (eV/Å), an array of the shape of positions (Å); h is the step (Å)."""
    ### BEGIN SOLUTION
    forces = np.zeros_like(positions)
    for place in np.ndindex(positions.shape):
        high, low = positions.copy(), positions.copy()
        high[place] += h
        low[place] -= h
        forces[place] = -(energy(high) - energy(low)) / (2 * h)
    return forces
    ### END SOLUTION


# %% tags=["test:ps1_forces_by_differences"]
practice(assignment, "ps1_forces_by_differences", forces_by_differences, lang)

# %% [markdown] lang="en"
# ## 2. Which symmetries does it break? (4 points)
#
# Again `energy(positions)` is any function, of atoms of one element. Find out by trying which of these changes it notices, and return their names in a list:
#
# - `'translation'`: all atoms move by the same vector;
# - `'rotation'`: all atoms turn about an axis through the origin;
# - `'reflection'`: $x \to -x$ for all atoms;
# - `'permutation'`: the atoms stand in another order in the list.
#
# An energy that notices nothing gives an empty list.
#
# <details><summary>Hint 1</summary>Make a changed copy of the positions for each name, and compare two energies.</details>
# <details><summary>Hint 2</summary>Numbers are rounded: call energies equal when they differ by less than 1e-9.</details>
# <details><summary>Hint 3</summary>One rotation may leave a function alone by chance: about z, for instance, no z changes. The Q of <code>np.linalg.qr</code> of a random matrix turns about an axis that is nothing special; its determinant must be +1, else it mirrors as well.</details>

# %% [markdown] lang="ja" en="b293b98a"
# ## 問 2. どの対称性が破れているか（4 点）
#
# ここでも `energy(positions)` は任意の関数で、原子はすべて同じ元素です。次の変化のうち、この関数の値を変えるものを実際に試して調べ、その名前をリストで返してください。
#
# - `'translation'`（並進）：すべての原子を同じベクトルだけ動かす。
# - `'rotation'`（回転）：すべての原子を、原点を通る軸のまわりに回す。
# - `'reflection'`（鏡映）：すべての原子について $x \to -x$ とする。
# - `'permutation'`（置換）：リストの中の原子の順番を変える。
#
# どれでも値が変わらなければ、空のリストを返します。
#
# <details><summary>ヒント 1</summary>名前ごとに、位置を変えたコピーを作り、2 つのエネルギーを比べます。</details>
# <details><summary>ヒント 2</summary>数値には丸め誤差があります。差が 1e-9 より小さければ等しいとみなします。</details>
# <details><summary>ヒント 3</summary>回転の選び方によっては、たまたま値が変わらないこともあります。たとえば、z 軸まわりでは z 座標が変わりません。乱数の行列を <code>np.linalg.qr</code> で分解した Q なら、特別でない軸のまわりに回ります。ただし、行列式が +1 でなければ、鏡映も加わってしまいます。</details>


# %% tags=["answer:ps1_broken_symmetries"]
def broken_symmetries(energy, positions):
    """Names of the changes that the energy notices, a list."""
    ### BEGIN SOLUTION
    q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    q = q * np.linalg.det(q)  # in three dimensions -Q has the other determinant
    changed = {
        "translation": positions + np.array([1.3, -2.1, 0.7]),
        "rotation": positions @ q.T,
        "reflection": positions * np.array([-1, 1, 1]),
        "permutation": np.roll(positions, 1, axis=0),
    }
    before = energy(positions)
    return [name for name, new in changed.items() if abs(energy(new) - before) > 1e-9]
    ### END SOLUTION


# %% tags=["test:ps1_broken_symmetries"]
practice(assignment, "ps1_broken_symmetries", broken_symmetries, lang)

# %% [markdown] lang="en"
# ## 3. The nearest image (3 points)
#
# In a periodic box with the edges $L_x, L_y, L_z$ every atom has images, one in each copy of the box. For each vector between two atoms return the one to the **nearest image**: each component lies between $-L/2$ and $L/2$.
#
# <details><summary>Hint 1</summary>How many boxes away is the atom? x / L, to the nearest whole number.</details>
# <details><summary>Hint 2</summary><code>np.round</code> works on arrays, and an array of shape (pairs, 3) divided by one of shape (3,) goes column by column.</details>

# %% [markdown] lang="ja" en="05651cdc"
# ## 問 3. 最も近い像（3 点）
#
# 3 辺が $L_x, L_y, L_z$ の周期的な箱では、どの原子にも、箱のコピーごとに 1 つずつ像があります。2 原子間のベクトルのそれぞれについて、**最も近い像**へのベクトルを返してください。各成分は $-L/2$ から $L/2$ の間に入ります。
#
# <details><summary>ヒント 1</summary>原子は、箱いくつ分だけ離れていますか。x / L に最も近い整数です。</details>
# <details><summary>ヒント 2</summary><code>np.round</code> は配列に使えます。形が (pairs, 3) の配列を (3,) の配列で割ると、列ごとに割られます。</details>


# %% tags=["answer:ps1_minimum_image"]
def minimum_image(vectors, lengths):
    """The vectors (pairs, 3) to the nearest images, in a box with three edges (Å)."""
    ### BEGIN SOLUTION
    return vectors - lengths * np.round(vectors / lengths)
    ### END SOLUTION


# %% tags=["test:ps1_minimum_image"]
practice(assignment, "ps1_minimum_image", minimum_image, lang)

# %% [markdown] lang="en"
# ## 4. How many neighbours? (3 points)
#
# For each atom in a periodic box count the other atoms whose nearest image is closer than $r_c$. The cutoff is less than half of the shortest edge, so each atom is seen once at most.
#
# <details><summary>Hint 1</summary><code>positions[None] - positions[:, None]</code> holds all vectors r_ij, of shape (atoms, atoms, 3).</details>
# <details><summary>Hint 2</summary>What is the distance of an atom to itself?</details>

# %% [markdown] lang="ja" en="73dc8439"
# ## 問 4. 隣接原子はいくつあるか（3 点）
#
# 周期的な箱の中の各原子について、最も近い像が $r_c$ より近いほかの原子を数えてください。カットオフは最も短い辺の半分より小さいので、どの原子も 2 度数えられることはありません。
#
# <details><summary>ヒント 1</summary><code>positions[None] - positions[:, None]</code> に、すべてのベクトル r_ij が (atoms, atoms, 3) の形で入っています。</details>
# <details><summary>ヒント 2</summary>原子とその原子自身との距離はいくらですか。</details>


# %% tags=["answer:ps1_neighbor_counts"]
def neighbor_counts(positions, lengths, r_c):
    """The number of neighbours of each atom, an array of whole numbers."""
    ### BEGIN SOLUTION
    vectors = positions[None] - positions[:, None]
    vectors = vectors - lengths * np.round(vectors / lengths)
    near = np.linalg.norm(vectors, axis=2) < r_c
    return near.sum(axis=1) - 1  # without the atom itself
    ### END SOLUTION


# %% tags=["test:ps1_neighbor_counts"]
practice(assignment, "ps1_neighbor_counts", neighbor_counts, lang)

# %% [markdown] lang="en"
# ## 5. Find the error (3 points)
#
# In a cell that is no box, the **rows** of the matrix $\mathbf h$ are the lattice vectors, and the image $\mathbf S$ (three whole numbers) of atom $j$ that atom $i$ sees lies at
#
# $$\mathbf r_{ij} = \mathbf r_j + \mathbf S\,\mathbf h - \mathbf r_i.$$
#
# The next function was used for years; it had been tested with cubic cells only. It has one error. Find it, and write the function without it.
#
# <details><summary>Hint 1</summary>Choose a cell with one entry off the diagonal, and an image (0, 1, 0). Where should it lie, and where does the function put it?</details>

# %% [markdown] lang="ja" en="38e94c65"
# ## 問 5. 誤りを探す（3 点）
#
# 直方体でないセルでは、行列 $\mathbf h$ の**行**が格子ベクトルです。原子 $i$ から見える原子 $j$ の像 $\mathbf S$（3 つの整数）は、
#
# $$\mathbf r_{ij} = \mathbf r_j + \mathbf S\,\mathbf h - \mathbf r_i$$
#
# にあります。次の関数は何年も使われてきましたが、試したのはいつも立方体のセルでした。誤りが 1 つあります。それを見つけて、誤りのない関数を書いてください。
#
# <details><summary>ヒント 1</summary>対角成分以外に 1 つだけ 0 でない成分をもつセルと、像 (0, 1, 0) を選びます。像はどこにあるはずで、関数はどこに置きますか。</details>


# %% tags=["given:ps1_displacements_given"]
def displacements_with_error(positions, cell, centers, neighbors, images):
    shifts = np.einsum("pa,ba->pb", images, cell)
    return positions[neighbors] + shifts - positions[centers]


# %% tags=["answer:ps1_displacements"]
def displacements(positions, cell, centers, neighbors, images):
    """r_ij (Å) for pairs of atoms, centers i and neighbors j, an array (pairs, 3)."""
    ### BEGIN SOLUTION
    shifts = np.einsum("pa,ab->pb", images, cell)
    return positions[neighbors] + shifts - positions[centers]
    ### END SOLUTION


# %% tags=["test:ps1_displacements"]
practice(assignment, "ps1_displacements", displacements, lang)

# %% [markdown] lang="en"
# ## 6. A smooth cutoff (4 points)
#
# What a neighbour adds should fade out, not stop in a step. Write the cosine cutoff for an array of distances,
#
# $$f_c(r) = \tfrac12\left[\cos\frac{\pi r}{r_c} + 1\right] \ (r < r_c), \qquad f_c(r) = 0 \ (r \ge r_c),$$
#
# and its slope $f_c'(r)$, by hand. Return both: `return value, slope`.
#
# <details><summary>Hint 1</summary>The slope of cos(a r) is -a sin(a r).</details>
# <details><summary>Hint 2</summary><code>np.where(r &lt; r_c, inside, 0.0)</code> chooses for each distance.</details>

# %% [markdown] lang="ja" en="72b6b655"
# ## 問 6. なめらかなカットオフ（4 点）
#
# 隣接原子の寄与は、突然なくなるのではなく、なめらかに 0 にならなければなりません。距離の配列に対する余弦カットオフ
#
# $$f_c(r) = \tfrac12\left[\cos\frac{\pi r}{r_c} + 1\right] \ (r < r_c), \qquad f_c(r) = 0 \ (r \ge r_c)$$
#
# と、手で求めた傾き $f_c'(r)$ を書いてください。`return value, slope` のように、両方を返します。
#
# <details><summary>ヒント 1</summary>cos(a r) の傾きは -a sin(a r) です。</details>
# <details><summary>ヒント 2</summary><code>np.where(r &lt; r_c, inside, 0.0)</code> は、距離ごとに値を選びます。</details>


# %% tags=["answer:ps1_cosine_cutoff"]
def cosine_cutoff(r, r_c):
    """f_c and its slope (1/Å) at the distances r (Å), two arrays of the shape of r."""
    ### BEGIN SOLUTION
    x = np.pi * r / r_c
    value = np.where(r < r_c, (np.cos(x) + 1) / 2, 0.0)
    slope = np.where(r < r_c, -np.pi / (2 * r_c) * np.sin(x), 0.0)
    return value, slope
    ### END SOLUTION


# %% tags=["test:ps1_cosine_cutoff"]
practice(assignment, "ps1_cosine_cutoff", cosine_cutoff, lang)

# %% [markdown] lang="en"
# ## 7. Lennard-Jones (6 points)
#
# Atoms of a cluster (no cell) attract and repel each other in pairs:
#
# $$E = \sum_{i<j} v(r_{ij})\,f_c(r_{ij}), \qquad v(r) = 4\epsilon\left[\left(\frac{\sigma}{r}\right)^{12} - \left(\frac{\sigma}{r}\right)^{6}\right],$$
#
# with the cutoff function of exercise 6 (copy what you need of it into the cell). Return the energy and the forces $\mathbf F_i = -\partial E/\partial\mathbf r_i$, derived by hand.
#
# <details><summary>Hint 1</summary>First the energy, with two loops or with one array of all distances. No atom is its own neighbour.</details>
# <details><summary>Hint 2</summary>The slope of a product: (v f_c)' = v' f_c + v f_c'.</details>
# <details><summary>Hint 3</summary>Moving i along r_ij makes the distance shorter, so F_i = Σ_j (v f_c)' r_ij / |r_ij|.</details>

# %% [markdown] lang="ja" en="0e2c6d70"
# ## 問 7. レナード・ジョーンズ（6 点）
#
# クラスター（セルなし）の原子は、2 個ずつ引き合い、反発します。
#
# $$E = \sum_{i<j} v(r_{ij})\,f_c(r_{ij}), \qquad v(r) = 4\epsilon\left[\left(\frac{\sigma}{r}\right)^{12} - \left(\frac{\sigma}{r}\right)^{6}\right]$$
#
# カットオフ関数は問 6 のものです（必要な部分をこのセルに写してください）。エネルギーと、手で導いた力 $\mathbf F_i = -\partial E/\partial\mathbf r_i$ を返してください。
#
# <details><summary>ヒント 1</summary>まずエネルギーを求めます。2 重のループを使っても、すべての距離を 1 つの配列にしてもかまいません。原子を自分自身の隣接原子として数えてはいけません。</details>
# <details><summary>ヒント 2</summary>積の傾きは次のとおりです：(v f_c)' = v' f_c + v f_c'。</details>
# <details><summary>ヒント 3</summary>i を r_ij の向きに動かすと距離は縮みます。したがって F_i = Σ_j (v f_c)' r_ij / |r_ij| です。</details>


# %% tags=["answer:ps1_lennard_jones"]
def lennard_jones(positions, epsilon, sigma, r_c):
    """Energy (eV) and forces (eV/Å, one row an atom) of a cluster."""
    ### BEGIN SOLUTION
    vectors = positions[None] - positions[:, None]  # r_ij
    r = np.linalg.norm(vectors, axis=2)
    np.fill_diagonal(r, np.inf)
    x = np.pi * np.minimum(r, r_c) / r_c
    f, df = (np.cos(x) + 1) / 2, -np.pi / (2 * r_c) * np.sin(x)
    six = (sigma / r) ** 6
    v, dv = 4 * epsilon * (six**2 - six), 24 * epsilon * (six - 2 * six**2) / r
    pull = (dv * f + v * df) / r
    return 0.5 * (v * f).sum(), (pull[:, :, None] * vectors).sum(axis=1)
    ### END SOLUTION


# %% tags=["test:ps1_lennard_jones"]
practice(assignment, "ps1_lennard_jones", lennard_jones, lang)

# %% [markdown] lang="en"
# ## 8. A potential of your own (8 points)
#
# Build a potential for copper, in PyTorch, that is accepted by every check of `mlp_teach.checks`. It gets an `AtomGraph` with all pairs closer than 5 Å and returns one energy (eV) for each atom; forces and stress are made of it by `predict`.
# The form is up to you, but
#
# - two copper atoms have their lowest energy between 2.0 Å and 3.5 Å, at least 0.05 eV below two free atoms;
# - at 1.2 Å they repel each other: their energy is higher than that of two free atoms;
# - all laws of lesson 01 hold: symmetries; energies that add up; forces and stress that are slopes of the energy, also where a pair crosses 5 Å.
#
# `vectors_of(graph)` gives $\mathbf r_{ij}$ for all pairs. Both (i, j) and (j, i) are there. The library's own models are not to be had when it is marked: build yours.
#
# <details><summary>Hint 1</summary>A Morse curve has a well: D [(1 - exp(-a (r - d)))² - 1]. Each of the two atoms gets half of it.</details>
# <details><summary>Hint 2</summary><code>torch.zeros(graph.n_atoms).index_add(0, graph.centers, terms)</code> adds up the terms of each atom; the zeros need the type of the terms: <code>terms.new_zeros(...)</code>.</details>
# <details><summary>Hint 3</summary>At 5 Å value and slope must be zero. You know a function that does that.</details>

# %% [markdown] lang="ja" en="0ae3a2f8"
# ## 問 8. 自分のポテンシャル（8 点）
#
# `mlp_teach.checks` のすべての検査に合格する銅のポテンシャルを、PyTorch で作ってください。5 Å より近いすべての原子対をもつ `AtomGraph` を受け取り、原子ごとに 1 つのエネルギー（eV）を返します。力と応力は `predict` がそこから作ります。
# 式の形は自由ですが、次の条件があります。
#
# - 2 個の銅原子のエネルギーは 2.0 Å から 3.5 Å の間で最小になり、自由な 2 原子より 0.05 eV 以上低い。
# - 1.2 Å では反発する。すなわち、エネルギーは自由な 2 原子より高い。
# - レッスン 01 の法則がすべて成り立つ。すなわち、対称性を満たし、エネルギーが部分の和になり、力と応力がエネルギーの傾きになる（原子対が 5 Å を横切るところでも）。
#
# `vectors_of(graph)` は、すべての対の $\mathbf r_{ij}$ を返します。(i, j) と (j, i) の両方が入っています。採点のときには、ライブラリのモデルは使えません。自分で作ってください。
#
# <details><summary>ヒント 1</summary>モース曲線 D [(1 - exp(-a (r - d)))² - 1] には井戸があります。2 個の原子に半分ずつ分けます。</details>
# <details><summary>ヒント 2</summary><code>torch.zeros(graph.n_atoms).index_add(0, graph.centers, terms)</code> は、原子ごとに項を足し合わせます。0 の配列の型は項に合わせます：<code>terms.new_zeros(...)</code>。</details>
# <details><summary>ヒント 3</summary>5 Å で値と傾きが 0 にならなければなりません。そうなる関数を、もう知っているはずです。</details>

# %% tags=["answer:ps1_own_potential"]
import torch

from mlp_teach.graph import displacements as vectors_of


def own_potential(graph):
    """Energies (eV) of the atoms of an AtomGraph with pairs up to 5 Å."""
    ### BEGIN SOLUTION
    r = torch.linalg.vector_norm(vectors_of(graph), dim=1)
    well = 0.4 * ((1 - torch.exp(-1.5 * (r - 2.6))) ** 2 - 1)
    terms = 0.5 * well * (torch.cos(torch.pi * r / 5.0) + 1) / 2
    return terms.new_zeros(graph.n_atoms).index_add(0, graph.centers, terms)
    ### END SOLUTION


# %% tags=["test:ps1_own_potential"]
practice(assignment, "ps1_own_potential", own_potential, lang)
