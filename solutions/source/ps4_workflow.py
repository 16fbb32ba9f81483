# ---
# jupyter:
#   card: {learn_minutes: 300, run_seconds: 20, memory_mb: 500}
# ---

# %% [markdown] lang="en"
# # Assignment 4: from data to a simulation
#
# Ten exercises (47 points) and an answer in words (7 points), 54 points in all: errors and units, energy drift, what lies outside of the training data, learning curves, the crystal, the liquid, a fair split; and at the end a plan for methanol on copper. They go with lessons 03, 04 and 05.
#
# - Write each answer in place of `raise NotImplementedError()`. Everything that it uses must stand **in its own cell** (numpy is there as `np`): answers are checked one by one.
# - The cell below each answer tests it at once, with new numbers each time you run it, and says which idea to look at again. Run it as often as you like.
# - All exercises are to be solved with numpy alone. Energies are in eV, lengths in Å, unless the text says otherwise.
# - There are hints in steps. Try first, then open one.

# %% [markdown] lang="ja" en="8e614b55"
# # 課題 4：データからシミュレーションへ
#
# 全部で 10 問（47 点）と記述問題 1 問（7 点）、合わせて 54 点です。誤差と単位、エネルギーのドリフト、訓練データの外にあるもの、学習曲線、結晶、液体、公平な分割と進み、最後に銅の上のメタノールの研究計画を立てます。レッスン 03、04、05 に対応しています。
#
# - 解答は `raise NotImplementedError()` の代わりに書いてください。解答は 1 つずつ単独で調べるので、使うものはすべて**同じセルの中に**書いてください（numpy は `np` として使えます）。
# - 解答の下のセルを実行すると、その場で調べて、見直すべき考え方を教えてくれます。数値は毎回変わります。何度実行してもかまいません。
# - どの問題も numpy だけで解いてください。断りがなければ、エネルギーは eV、長さは Å です。
# - ヒントは段階に分かれています。まず自分で考え、それから 1 つずつ開いてください。

# %% tags=["given:ps4_workflow_imports"]
import numpy as np

from mlp_teach.grading.practice import practice

lang = "en"
assignment = "ps4_workflow"

# %% [markdown] lang="en"
# ## 1. An error table (4 points)
#
# For some structures there are reference energies and a model's energies (eV, one for each structure), the numbers of atoms $N$, and the forces of both (eV/Å, the atoms of all structures one below the other). Return four numbers as papers print them:
#
# 1. MAE of the energies, in meV/atom: the mean of $|E - E^{\mathrm{ref}}|/N$ over the structures;
# 2. RMSE of the energies, in meV/atom: the root of the mean of $[(E - E^{\mathrm{ref}})/N]^2$;
# 3. MAE of the forces, in meV/Å, over all components of all atoms;
# 4. RMSE of the forces, in meV/Å.
#
# <details><summary>Hint 1</summary>Make two arrays of errors first, one for the energies (already per atom) and one for the forces. Everything else is the same for both.</details>

# %% [markdown] lang="ja" en="98824b52"
# ## 問 1. 誤差の表（4 点）
#
# いくつかの配置について、参照エネルギーとモデルのエネルギー（eV、配置ごとに 1 つ）、原子数 $N$、両者の力（eV/Å、すべての配置の原子を縦に並べたもの）があります。論文に載せる次の 4 つの数を返してください。
#
# 1. エネルギーの MAE（meV/atom）。すなわち、$|E - E^{\mathrm{ref}}|/N$ の配置についての平均。
# 2. エネルギーの RMSE（meV/atom）。すなわち、$[(E - E^{\mathrm{ref}})/N]^2$ の平均の平方根。
# 3. 力の MAE（meV/Å）。すべての原子のすべての成分についての平均。
# 4. 力の RMSE（meV/Å）。
#
# <details><summary>ヒント 1</summary>まず誤差の配列を 2 つ作ります。1 つはエネルギー（この時点で原子 1 個あたりにしておきます）、もう 1 つは力です。あとの計算は同じです。</details>


# %% tags=["answer:ps4_error_table"]
def error_table(energies, energies_ref, n_atoms, forces, forces_ref):
    """MAE and RMSE of the energies (meV/atom), MAE and RMSE of the forces (meV/Å)."""
    ### BEGIN SOLUTION
    table = []
    for off in ((energies - energies_ref) / n_atoms, forces - forces_ref):
        table += [1e3 * np.abs(off).mean(), 1e3 * np.sqrt((off**2).mean())]
    return table
    ### END SOLUTION


# %% tags=["test:ps4_error_table"]
practice(assignment, "ps4_error_table", error_table, lang)

# %% [markdown] lang="en"
# ## 2. Find the error: a stress from VASP (3 points)
#
# VASP prints the stress as six numbers `in kB`: kilobar, positive under **compression**, in the order xx yy zz xy yz zx. In this course a stress is a symmetric matrix in eV/Å³, positive under **tension**.
#
# The next function had been tested with cubic crystals only. It has one error. Find it, and write the function without it.
#
# <details><summary>Hint 1</summary>In a cubic crystal all shears are zero. Give the function <code>[1, 2, 3, 4, 5, 6]</code> and see where each number goes.</details>

# %% [markdown] lang="ja" en="004fb4a3"
# ## 問 2. 誤りを探す：VASP の応力（3 点）
#
# VASP は応力を 6 個の数で出力します（`in kB`）。単位はキロバール、**圧縮**で正、順序は xx yy zz xy yz zx です。このコースの応力は、eV/Å³ を単位とし、**引張り**で正の対称行列です。
#
# 次の関数は、立方晶でしか試されていませんでした。誤りが 1 つあります。それを見つけて、誤りのない関数を書いてください。
#
# <details><summary>ヒント 1</summary>立方晶では、せん断成分がすべて 0 です。関数に <code>[1, 2, 3, 4, 5, 6]</code> を渡して、それぞれの数がどこへ行くかを見てください。</details>


# %% tags=["given:ps4_stress_from_vasp_given"]
def stress_with_error(in_kb):
    kbar = 6.241509e-4  # eV/Å³
    xx, yy, zz, yz, xz, xy = -np.array(in_kb) * kbar
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


# %% tags=["answer:ps4_stress_from_vasp"]
def stress_from_vasp(in_kb):
    """Stress (eV/Å³, positive under tension), a 3 x 3 matrix, of VASP's six numbers (kbar)."""
    ### BEGIN SOLUTION
    kbar = 6.241509e-4  # eV/Å³
    xx, yy, zz, xy, yz, xz = -np.array(in_kb) * kbar
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    ### END SOLUTION


# %% tags=["test:ps4_stress_from_vasp"]
practice(assignment, "ps4_stress_from_vasp", stress_from_vasp, lang)

# %% [markdown] lang="en"
# ## 3. Is energy conserved? (4 points)
#
# From a run at constant energy (NVE) you have the times $t$ (ps) and the total energies of the cell (eV). Let $e(t)$ be the energy **per atom in meV**, and lay the line $e_0 + s\,t$ through all points by least squares. Return
#
# - the drift $s$, in meV/atom/ps;
# - the fluctuation about the line, $\sqrt{\frac1n\sum_{t}\,[e(t) - e_0 - s\,t]^2}$, in meV/atom, for $n$ points.
#
# A drift tells of a time step that is too long, or of forces that are not the slope of the energy; a fluctuation alone is harmless, and shrinks with the square of the time step.
#
# <details><summary>Hint 1</summary><code>np.polyfit(x, y, 1)</code> returns the slope first, then the constant.</details>

# %% [markdown] lang="ja" en="15493b2d"
# ## 問 3. エネルギーは保存しているか（4 点）
#
# エネルギー一定の計算（NVE）から、時刻 $t$（ps）とセルの全エネルギー（eV）が得られました。**原子 1 個あたり、meV 単位**のエネルギーを $e(t)$ とし、すべての点に最小二乗法で直線 $e_0 + s\,t$ を当てはめます。次の 2 つを返してください。
#
# - ドリフト $s$（meV/atom/ps）
# - 直線のまわりのゆらぎ $\sqrt{\frac1n\sum_{t}\,[e(t) - e_0 - s\,t]^2}$（meV/atom）。$n$ は点の数です。
#
# ドリフトがあれば、時間刻みが長すぎるか、力がエネルギーの傾きになっていません。ゆらぎだけなら害はなく、時間刻みの 2 乗に比例して小さくなります。
#
# <details><summary>ヒント 1</summary><code>np.polyfit(x, y, 1)</code> は、傾き、定数の順に返します。</details>


# %% tags=["answer:ps4_energy_drift"]
def energy_drift(times, energies, n_atoms):
    """Drift (meV/atom/ps) and fluctuation (meV/atom) of total energies (eV) at times (ps)."""
    ### BEGIN SOLUTION
    e = 1e3 * (energies - energies.mean()) / n_atoms
    slope, start = np.polyfit(times, e, 1)
    return slope, np.std(e - start - slope * times)
    ### END SOLUTION


# %% tags=["test:ps4_energy_drift"]
practice(assignment, "ps4_energy_drift", energy_drift, lang)

# %% [markdown] lang="en"
# ## 4. Find the error: how far outside? (3 points)
#
# A model is safe where it has seen the like. Each feature $\mu$ has a range in the training data, from $G^\mu_{\mathrm{low}}$ to $G^\mu_{\mathrm{high}}$. How far an atom lies outside is measured in widths of that range, by its worst feature:
#
# $$\mathrm{excess}_i = \max_\mu \frac{\max(G_i^\mu - G^\mu_{\mathrm{high}},\ G^\mu_{\mathrm{low}} - G_i^\mu,\ 0)}{G^\mu_{\mathrm{high}} - G^\mu_{\mathrm{low}}}.$$
#
# In the next function `training` and `atoms` are arrays with a row for each atom and a column for each feature. It has one error, of the kind that makes a test look better than it is. Find it, and write the function without it.
#
# <details><summary>Hint 1</summary>Ask for the same atom twice: once in company, once alone.</details>
# <details><summary>Hint 2</summary>Which of the numbers in the formula are known before the first new atom is seen?</details>

# %% [markdown] lang="ja" en="70f2e57f"
# ## 問 4. 誤りを探す：どれだけ外にあるか（3 点）
#
# モデルを信頼できるのは、似たものを見たことがあるところです。訓練データでは、特徴量 $\mu$ ごとに $G^\mu_{\mathrm{low}}$ から $G^\mu_{\mathrm{high}}$ までの範囲があります。原子がどれだけ外にはみ出しているかは、最も悪い特徴量について、この範囲の幅を単位にして測ります。
#
# $$\mathrm{excess}_i = \max_\mu \frac{\max(G_i^\mu - G^\mu_{\mathrm{high}},\ G^\mu_{\mathrm{low}} - G_i^\mu,\ 0)}{G^\mu_{\mathrm{high}} - G^\mu_{\mathrm{low}}}$$
#
# 次の関数の `training` と `atoms` は、1 行が 1 原子、1 列が 1 つの特徴量の配列です。誤りが 1 つあります。テストの結果を実際よりよく見せてしまう種類の誤りです。それを見つけて、誤りのない関数を書いてください。
#
# <details><summary>ヒント 1</summary>同じ原子について、ほかの原子と一緒に調べた場合と、1 個だけで調べた場合を比べてください。</details>
# <details><summary>ヒント 2</summary>式に出てくる数のうち、新しい原子を見る前に決まっているのはどれですか。</details>


# %% tags=["given:ps4_excess_given"]
def excess_with_error(training, atoms):
    low, high = training.min(axis=0), training.max(axis=0)
    width = atoms.max(axis=0) - atoms.min(axis=0)
    beyond = np.maximum(np.maximum(atoms - high, low - atoms), 0)
    return (beyond / width).max(axis=1)


# %% tags=["answer:ps4_excess"]
def excess(training, atoms):
    """How far each atom lies outside of the training data's ranges, in widths of a range."""
    ### BEGIN SOLUTION
    low, high = training.min(axis=0), training.max(axis=0)
    beyond = np.maximum(np.maximum(atoms - high, low - atoms), 0)
    return (beyond / (high - low)).max(axis=1)
    ### END SOLUTION


# %% tags=["test:ps4_excess"]
practice(assignment, "ps4_excess", excess, lang)

# %% [markdown] lang="en"
# ## 5. How many frames would it take? (5 points)
#
# A learning curve often follows a power law down to a floor $c$ that the noise of the labels sets and no number of frames can pass:
#
# $$\varepsilon(n) = c + a\,n^{-b}.$$
#
# You have the numbers of frames `sizes`, the errors, the floor and a target error. Lay a straight line by least squares through $\log(\varepsilon - c)$ against $\log n$. Return the exponent $b$ and the number of frames with which the fitted curve reaches the target (rounded up or not). A target at the floor or below is never reached: then the number is `np.inf`.
#
# <details><summary>Hint 1</summary>log(ε - c) = log a - b log n is a line in log n. What are its slope and its constant?</details>
# <details><summary>Hint 2</summary>Set a n⁻ᵇ = target - c and solve for n.</details>

# %% [markdown] lang="ja" en="a110e9c3"
# ## 問 5. フレームはいくつ必要か（5 点）
#
# 学習曲線は、多くの場合べき乗則に従って下がります。ただし、ラベルの雑音で決まる下限 $c$ があり、フレームをいくら増やしても、それより下へは行けません。
#
# $$\varepsilon(n) = c + a\,n^{-b}$$
#
# フレーム数 `sizes`、そのときの誤差、下限、目標の誤差が与えられます。$\log n$ に対する $\log(\varepsilon - c)$ に、最小二乗法で直線を当てはめてください。指数 $b$ と、当てはめた曲線が目標に届くフレーム数（切り上げても、そのままでもかまいません）を返します。目標が下限以下なら決して届かないので、フレーム数は `np.inf` とします。
#
# <details><summary>ヒント 1</summary>log(ε - c) = log a - b log n は、log n についての直線です。傾きと定数は何ですか。</details>
# <details><summary>ヒント 2</summary>a n⁻ᵇ = target - c とおいて、n について解きます。</details>


# %% tags=["answer:ps4_frames_needed"]
def frames_needed(sizes, errors, floor, target):
    """The exponent b, and the number of frames that the target takes (np.inf: no number)."""
    ### BEGIN SOLUTION
    slope, constant = np.polyfit(np.log(sizes), np.log(errors - floor), 1)
    if target <= floor:
        return -slope, np.inf
    return -slope, (np.exp(constant) / (target - floor)) ** (-1 / slope)
    ### END SOLUTION


# %% tags=["test:ps4_frames_needed"]
practice(assignment, "ps4_frames_needed", frames_needed, lang)

# %% [markdown] lang="en"
# ## 6. Does it know the crystal? (5 points)
#
# A model gave energies $E$ (eV) of an fcc crystal at several volumes $V$ (Å³), **both for one atom**. Return
#
# - the lattice constant $a$ (Å): the edge of the cube of **four** atoms, at the volume where the energy is lowest;
# - the bulk modulus $B = V\,\dfrac{d^2E}{dV^2}$ there, in GPa (1 eV/Å³ = 160.2177 GPa).
#
# The lowest energy lies between the given points. Birch's curve, a polynomial of third degree in $x = V^{-2/3}$, fits such energies; a parabola in $V$ is not good enough, nor is a cubic or quartic.
#
# <details><summary>Hint 1</summary><code>np.polyfit</code> with x and degree 3; <code>np.polyder</code> for derivatives, <code>np.roots</code> for zeros. Of the two zeros of the slope take the one with positive curvature.</details>
# <details><summary>Hint 2</summary>x⁻³ᐟ² is the volume. What is dx/dV?</details>
# <details><summary>Hint 3</summary>Where dE/dx = 0 the curvature in V is d²E/dx² (dx/dV)², with dx/dV = -2x / 3V.</details>

# %% [markdown] lang="ja" en="89f821df"
# ## 問 6. 結晶を知っているか（5 点）
#
# モデルで、fcc 結晶のいくつかの体積 $V$（Å³）におけるエネルギー $E$（eV）を求めました。**どちらも原子 1 個あたり**です。次の 2 つを返してください。
#
# - 格子定数 $a$（Å）：エネルギーが最小になる体積での、原子 **4 個**を含む立方体の辺の長さ
# - そこでの体積弾性率 $B = V\,\dfrac{d^2E}{dV^2}$（GPa。1 eV/Å³ = 160.2177 GPa）
#
# エネルギーの最小は、与えられた点と点の間にあります。このようなエネルギーには、バーチ（Birch）の曲線、すなわち $x = V^{-2/3}$ の 3 次式がよく合います。$V$ の放物線では不十分で、$V$ の 3 次式や 4 次式でも足りません。
#
# <details><summary>ヒント 1</summary><code>np.polyfit</code> に x と次数 3 を渡します。微分には <code>np.polyder</code>、零点には <code>np.roots</code> が使えます。傾きの零点は 2 つあるので、曲率が正のほうを選びます。</details>
# <details><summary>ヒント 2</summary>体積は x⁻³ᐟ² です。dx/dV はどうなりますか。</details>
# <details><summary>ヒント 3</summary>dE/dx = 0 の点では、V についての曲率は d²E/dx² (dx/dV)² です。dx/dV = -2x / 3V です。</details>


# %% tags=["answer:ps4_equation_of_state"]
def equation_of_state(volumes, energies):
    """Lattice constant (Å) and bulk modulus (GPa) of fcc; volumes, energies of one atom."""
    ### BEGIN SOLUTION
    curve = np.polyfit(volumes ** (-2 / 3), energies, 3)
    bend = np.polyder(curve, 2)
    x = next(one for one in np.roots(np.polyder(curve)).real if np.polyval(bend, one) > 0)
    volume = x ** (-3 / 2)
    modulus = volume * np.polyval(bend, x) * (2 * x / (3 * volume)) ** 2
    return (4 * volume) ** (1 / 3), 160.2177 * modulus
    ### END SOLUTION


# %% tags=["test:ps4_equation_of_state"]
practice(assignment, "ps4_equation_of_state", equation_of_state, lang)

# %% [markdown] lang="en"
# ## 7. Who stands how far from whom? (5 points)
#
# `frames` is a trajectory of $N$ atoms of one element, an array (frames, atoms, 3), in a periodic box with the edges `lengths`. Return the distances $r$ and the radial distribution function
#
# $$g(r) = \frac{n(r_1, r_2)}{\dfrac{N}{V}\cdot\dfrac{4\pi}{3}\,(r_2^3 - r_1^3)}, \qquad r = \frac{r_1 + r_2}{2},$$
#
# where $n(r_1, r_2)$ is the number of neighbours of an atom between $r_1$ and $r_2$, averaged over all atoms and all frames. Take `bins` shells of equal thickness, from 0 to the largest distance up to which **nearest images** find every neighbour. Return `r, g`.
#
# <details><summary>Hint 1</summary>Up to half of the shortest edge no atom has two images within reach; beyond, images are missed.</details>
# <details><summary>Hint 2</summary>You had such distances in exercises 3 and 4 of assignment 1. An atom is not its own neighbour.</details>
# <details><summary>Hint 3</summary><code>np.histogram(distances, edges)[0]</code> counts; <code>np.diff(edges**3)</code> is r₂³ - r₁³ for all shells.</details>

# %% [markdown] lang="ja" en="10c5e8b7"
# ## 問 7. どの距離に何個あるか（5 点）
#
# `frames` は、1 種類の元素の $N$ 個の原子の軌跡で、(frames, atoms, 3) の配列です。原子は、3 辺の長さが `lengths` の周期的な箱の中にあります。距離 $r$ と、動径分布関数
#
# $$g(r) = \frac{n(r_1, r_2)}{\dfrac{N}{V}\cdot\dfrac{4\pi}{3}\,(r_2^3 - r_1^3)}, \qquad r = \frac{r_1 + r_2}{2}$$
#
# を返してください。$n(r_1, r_2)$ は、1 個の原子から見て $r_1$ と $r_2$ の間にある隣接原子の数を、すべての原子とすべてのフレームについて平均したものです。0 から、**最も近い像**だけですべての隣接原子が見つかる最大の距離までを、厚さの等しい `bins` 個の殻に分けます。`return r, g` のように返します。
#
# <details><summary>ヒント 1</summary>最も短い辺の半分までなら、1 つの原子の像が 2 つ入ることはありません。それより遠くでは、見落とす像が出てきます。</details>
# <details><summary>ヒント 2</summary>距離の求め方は、課題 1 の問 3 と問 4 にあります。原子は自分自身の隣接原子ではありません。</details>
# <details><summary>ヒント 3</summary><code>np.histogram(distances, edges)[0]</code> で数えます。<code>np.diff(edges**3)</code> は、すべての殻の r₂³ - r₁³ です。</details>


# %% tags=["answer:ps4_radial_distribution"]
def radial_distribution(frames, lengths, bins):
    """r (Å) and g(r), two arrays with a number for each of the bins."""
    ### BEGIN SOLUTION
    n_atoms, counts = frames.shape[1], np.zeros(bins)
    edges = np.linspace(0, lengths.min() / 2, bins + 1)
    for positions in frames:
        vectors = positions[None] - positions[:, None]
        vectors = vectors - lengths * np.round(vectors / lengths)
        distances = np.linalg.norm(vectors, axis=2)[~np.eye(n_atoms, dtype=bool)]
        counts += np.histogram(distances, edges)[0] / n_atoms / len(frames)
    gas = n_atoms / lengths.prod() * 4 / 3 * np.pi * np.diff(edges**3)
    return (edges[1:] + edges[:-1]) / 2, counts / gas
    ### END SOLUTION


# %% tags=["test:ps4_radial_distribution"]
practice(assignment, "ps4_radial_distribution", radial_distribution, lang)

# %% [markdown] lang="en"
# ## 8. A split without leaks (6 points)
#
# Frames of one trajectory are almost the same structure, and copies are the same. If one is in the training part and the other in the test, the test is no test. Write a split that keeps them together. You get
#
# - `runs`: for each frame the number of the trajectory that it was taken from (a crystal that stands alone is a trajectory of one frame); the frames come in any order;
# - `copies`: an array (pairs, 2) of frames that are copies of each other, perhaps without a row;
# - `shares`: three shares of one, for training, validation and test;
# - `seed`.
#
# Return three lists of frame numbers, counted from 0: training, validation, test. Then
#
# - every frame stands in exactly one list, and no list is empty;
# - frames of one trajectory stand in one list, and so do copies. Take care: if $a$ is a copy of $b$, and $b$ of $c$, all three belong together, and all their trajectories with them;
# - no list differs from its share of the frames by more than the size of the largest such group;
# - the same seed gives the same lists, another seed others.
#
# <details><summary>Hint 1</summary>Give each frame the number of a group; at first that is its trajectory. For each pair of copies let the <b>whole</b> group of one become part of the other's.</details>
# <details><summary>Hint 2</summary>Take the groups in an order drawn by <code>np.random.default_rng(seed).permutation(...)</code>.</details>
# <details><summary>Hint 3</summary>Put each group where most frames are lacking: share × frames - frames already there.</details>

# %% [markdown] lang="ja" en="369fe56f"
# ## 問 8. 情報の漏れない分割（6 点）
#
# 1 つの軌跡のフレームは、ほとんど同じ配置です。写しなら、まったく同じです。一方が訓練用、もう一方がテスト用に入っていたら、テストになりません。これらを離さない分割を書いてください。与えられるのは次のものです。
#
# - `runs`：フレームごとの、もとの軌跡の番号（単独の結晶は、フレームが 1 個の軌跡とみなします）。フレームの並び順は決まっていません。
# - `copies`：互いに写しであるフレームの組。(pairs, 2) の配列で、1 行もないこともあります。
# - `shares`：訓練用、検証用、テスト用の割合。3 つの合計は 1 です。
# - `seed`：乱数の種。
#
# 訓練用、検証用、テスト用のフレームの番号（0 から数えます）を、3 つのリストで返してください。次の条件を満たさなければなりません。
#
# - どのフレームも、ちょうど 1 つのリストに入っている。空のリストはない。
# - 1 つの軌跡のフレームは同じリストに入っている。写しも同じリストに入っている。$a$ が $b$ の写しで、$b$ が $c$ の写しなら、3 つとも、それぞれの軌跡ごと一緒でなければならないことに注意してください。
# - どのリストのフレーム数も、割合から決まる数との差が、このような組のうち最大のものの大きさを超えない。
# - 種が同じなら同じリスト、違えば別のリストになる。
#
# <details><summary>ヒント 1</summary>フレームごとに組の番号を付けます。はじめは軌跡の番号です。写しの対ごとに、一方の組を<b>丸ごと</b>もう一方の組に入れます。</details>
# <details><summary>ヒント 2</summary><code>np.random.default_rng(seed).permutation(...)</code> で決めた順に、組を取り出します。</details>
# <details><summary>ヒント 3</summary>組は、フレームが最も足りないところに入れます。足りない数は、割合 × 全フレーム数 - すでに入っているフレーム数です。</details>


# %% tags=["answer:ps4_independent_split"]
def independent_split(runs, copies, shares, seed):
    """Frames for training, validation and test, three lists."""
    ### BEGIN SOLUTION
    group = np.unique(runs, return_inverse=True)[1]
    for a, b in copies:
        group[group == group[b]] = group[a]
    parts = [[], [], []]
    for name in np.random.default_rng(seed).permutation(np.unique(group)):
        lacking = [shares[k] * len(runs) - len(parts[k]) for k in range(3)]
        parts[int(np.argmax(lacking))] += np.flatnonzero(group == name).tolist()
    return parts
    ### END SOLUTION


# %% tags=["test:ps4_independent_split"]
practice(assignment, "ps4_independent_split", independent_split, lang)

# %% [markdown] lang="en"
# ## 9. Methanol on copper: the training data (7 points)
#
# You are to study how methanol loses hydrogen on a copper surface, CH₃OH → HCHO + H₂, with a potential of your own. The chapter that the course follows asks for a plan in five steps (its problem 2) and gives one: 300 structures around equilibrium, 2,000 of molecular dynamics with DFT, 800 on reaction paths (4 paths × 20 images × 10 conditions), 500 random ones, 400 with defects. Of the cost it says only: about five days on a supercomputer.
#
# Make a plan that adds up **and can be paid for**. Your function gets a dict `given` with
#
# | key | meaning |
# |---|---|
# | `node_hours` | what all DFT calculations together may cost |
# | `minutes` | node-minutes of one DFT calculation |
# | `tau` | correlation time $\tau$ of the dynamics, fs |
# | `paths` | number of reaction paths |
# | `iterations` | iterations of the nudged elastic band until a path has relaxed |
#
# and returns a dict with
#
# | key | meaning | rule |
# |---|---|---|
# | `timestep` | of the dynamics, fs | 1 at most: an O–H bond vibrates in 9 fs |
# | `spacing` | time between two frames that are kept, fs | $2\tau$ at least, a whole number of time steps |
# | `images` | of a path, both ends counted | 5 at least |
# | `conditions` | under how many conditions (coverage, site, surface) each path is followed | whole number |
# | `counts` | list of five: equilibrium, dynamics, paths, random, defects | each at least 5 % of the total; paths: `paths` × `images` × `conditions` |
# | `total` | structures in all | sum of `counts` |
# | `split` | list of three: training, validation, test | adds up; training 60 % at least, the others 5 % each |
# | `calculations` | DFT calculations in all | see below |
# | `node_hours` | what they cost | not above what is given, and 80 % of it at least |
#
# Dynamics with DFT calculates **every** time step, also between the frames that are kept: `spacing / timestep` calculations for each frame. An image of a path is calculated in each of the `iterations`. All other structures take one calculation each.
#
# <details><summary>Hint 1</summary>Choose the time step and the spacing first; <code>np.ceil</code> helps. Then you know what one structure of each kind costs.</details>
# <details><summary>Hint 2</summary>Let all five kinds have as many structures as the paths. What does one condition more cost, and how many of them can you pay for?</details>
# <details><summary>Hint 3</summary>Split: round two parts down and give the rest to the third, so that nothing is lost.</details>

# %% [markdown] lang="ja" en="2ae8ae65"
# ## 問 9. 銅の上のメタノール：訓練データ（7 点）
#
# 銅の表面でメタノールが水素を失う反応 CH₃OH → HCHO + H₂ を、自分で作るポテンシャルで調べることになりました。このコースのもとになった章は、5 つのステップの作業計画を立てることを求め（演習 2）、解答例を示しています。平衡構造の近くが 300 個、DFT による分子動力学が 2,000 個、反応経路が 800 個（4 経路 × 20 個の像 × 10 条件）、ランダムな配置が 500 個、欠陥のあるものが 400 個です。費用については、「スーパーコンピュータで約 5 日」とあるだけです。
#
# 合計が合い、**しかも予算に収まる**計画を立ててください。関数には、次の辞書 `given` が渡されます。
#
# | キー | 意味 |
# |---|---|
# | `node_hours` | すべての DFT 計算に使えるノード時間 |
# | `minutes` | DFT 計算 1 回にかかるノード分 |
# | `tau` | 分子動力学の相関時間 $\tau$（fs） |
# | `paths` | 反応経路の数 |
# | `iterations` | NEB（nudged elastic band）法で経路が緩和するまでの反復の回数 |
#
# 返すのは、次の辞書です。
#
# | キー | 意味 | 条件 |
# |---|---|---|
# | `timestep` | 分子動力学の時間刻み（fs） | 1 以下（O–H 結合の振動の周期は 9 fs） |
# | `spacing` | 残すフレームとフレームの間隔（fs） | $2\tau$ 以上で、時間刻みの整数倍 |
# | `images` | 1 つの経路の像の数（両端を含む） | 5 以上 |
# | `conditions` | 各経路を調べる条件（被覆率、サイト、表面）の数 | 整数 |
# | `counts` | 5 つの数のリスト：平衡、分子動力学、反応経路、ランダム、欠陥 | それぞれ全体の 5 % 以上。反応経路は `paths` × `images` × `conditions` |
# | `total` | 配置の総数 | `counts` の合計 |
# | `split` | 3 つの数のリスト：訓練用、検証用、テスト用 | 合計が `total`。訓練用は 60 % 以上、ほかは 5 % 以上 |
# | `calculations` | DFT 計算の総数 | 下を見てください |
# | `node_hours` | その費用（ノード時間） | 与えられた値以下で、その 80 % 以上 |
#
# DFT による分子動力学では、残さないものも含めて、**すべて**の時間ステップを計算します。つまり、フレーム 1 個あたり `spacing / timestep` 回です。経路の像は、`iterations` 回の反復のたびに計算します。ほかの配置は 1 回ずつです。
#
# <details><summary>ヒント 1</summary>まず時間刻みと間隔を決めます（<code>np.ceil</code> が使えます）。すると、それぞれの種類の配置 1 個の費用がわかります。</details>
# <details><summary>ヒント 2</summary>5 つの種類をどれも反応経路と同じ個数にしてみます。条件を 1 つ増やすと、費用はいくら増えますか。いくつまで払えますか。</details>
# <details><summary>ヒント 3</summary>分割では、2 つを切り捨て、残りを 3 つ目に入れれば、失われるものはありません。</details>


# %% tags=["answer:ps4_training_plan"]
def training_plan(given):
    """Structures, their split and their cost, a dict; see above."""
    ### BEGIN SOLUTION
    step, band = 0.5, given["paths"] * 10  # fs; images under one condition
    spacing = step * np.ceil(2 * given["tau"] / step)
    price = 3 + spacing / step + given["iterations"]  # of one structure of each kind
    conditions = int(given["node_hours"] * 60 / given["minutes"] / (band * price))
    same, total = band * conditions, 5 * band * conditions
    plan = {"timestep": step, "spacing": spacing, "images": 10, "conditions": conditions}
    plan |= {"counts": [same] * 5, "total": total, "calculations": same * price}
    plan["split"] = [total - 2 * (total // 10), total // 10, total // 10]
    plan["node_hours"] = same * price * given["minutes"] / 60
    return plan
    ### END SOLUTION


# %% tags=["test:ps4_training_plan"]
practice(assignment, "ps4_training_plan", training_plan, lang)

# %% [markdown] lang="en"
# ## 10. Methanol on copper: the simulation (5 points)
#
# The model is trained. How long can you simulate, and how many reactions will you see? `given` holds
#
# | key | meaning |
# |---|---|
# | `edge`, `layers` | the slab has `edge` × `edge` copper atoms in each of its layers |
# | `molecules` | methanol molecules, CH₃OH, on it |
# | `microseconds` | what the model takes on the GPU for one atom and one step, µs |
# | `gpu_days` | days for which you have one GPU |
# | `barrier` | of the reaction, eV |
# | `kelvin` | temperature, K |
#
# and your function returns a dict with
#
# | key | meaning | rule |
# |---|---|---|
# | `atoms` | in the cell | |
# | `timestep` | fs | 1 at most |
# | `steps` | number of steps | whole number |
# | `nanoseconds` | simulated time | follows from the two above |
# | `gpu_days` | what the run takes | not above what is given, and 95 % of it at least |
# | `events` | reactions to be expected | number of molecules × $10^{13}\,\mathrm{s}^{-1}\, e^{-E/k_BT}$ × time |
#
# with $E$ the barrier and $k_B = 8.617333\times10^{-5}$ eV/K. ($10^{13}$ per second is about how often a molecule tries.)
#
# <details><summary>Hint 1</summary>Steps: the seconds that you have, by the seconds of one step of all atoms, rounded down.</details>
# <details><summary>Hint 2</summary>1 day = 86,400 s, 1 µs = 10⁻⁶ s, 1 ns = 10⁶ fs = 10⁻⁹ s.</details>

# %% [markdown] lang="ja" en="6a0f459f"
# ## 問 10. 銅の上のメタノール：シミュレーション（5 点）
#
# モデルの訓練が終わりました。どれだけの時間をシミュレーションでき、反応は何回見られるでしょうか。`given` には次のものが入っています。
#
# | キー | 意味 |
# |---|---|
# | `edge`, `layers` | 銅のスラブの大きさ。各層に `edge` × `edge` 個の銅原子がある |
# | `molecules` | 表面にあるメタノール CH₃OH の分子数 |
# | `microseconds` | GPU での計算時間（µs）。1 原子・1 ステップあたり |
# | `gpu_days` | GPU 1 台を使える日数 |
# | `barrier` | 反応の障壁（eV） |
# | `kelvin` | 温度（K） |
#
# 返すのは、次の辞書です。
#
# | キー | 意味 | 条件 |
# |---|---|---|
# | `atoms` | セルの原子数 | |
# | `timestep` | 時間刻み（fs） | 1 以下 |
# | `steps` | ステップ数 | 整数 |
# | `nanoseconds` | シミュレーションの長さ（ns） | 上の 2 つから決まる |
# | `gpu_days` | 計算にかかる日数 | 与えられた値以下で、その 95 % 以上 |
# | `events` | 予想される反応の回数 | 分子数 × $10^{13}\,\mathrm{s}^{-1}\, e^{-E/k_BT}$ × 時間 |
#
# $E$ は障壁、$k_B = 8.617333\times10^{-5}$ eV/K です。（毎秒 $10^{13}$ 回は、1 つの分子が反応を試みる回数の目安です。）
#
# <details><summary>ヒント 1</summary>ステップ数は、使える秒数を、全原子の 1 ステップにかかる秒数で割り、切り捨てたものです。</details>
# <details><summary>ヒント 2</summary>1 日 = 86,400 秒、1 µs = 10⁻⁶ 秒、1 ns = 10⁶ fs = 10⁻⁹ 秒です。</details>


# %% tags=["answer:ps4_simulation_plan"]
def simulation_plan(given):
    """Size, length and yield of the simulation, a dict; see above."""
    ### BEGIN SOLUTION
    atoms = given["edge"] ** 2 * given["layers"] + 6 * given["molecules"]
    days_per_step = atoms * given["microseconds"] * 1e-6 / 86400
    steps = int(given["gpu_days"] / days_per_step)
    nanoseconds = steps * 0.5e-6  # steps of 0.5 fs
    rate = 1e13 * np.exp(-given["barrier"] / (8.617333e-5 * given["kelvin"]))  # 1/s
    events = given["molecules"] * rate * nanoseconds * 1e-9
    plan = {"atoms": atoms, "timestep": 0.5, "steps": steps, "nanoseconds": nanoseconds}
    return plan | {"gpu_days": steps * days_per_step, "events": float(events)}
    ### END SOLUTION


# %% tags=["test:ps4_simulation_plan"]
practice(assignment, "ps4_simulation_plan", simulation_plan, lang)

# %% [markdown] lang="en"
# ## 11. Methanol on copper: the reasons (7 points)
#
# Now in words, half a page to a page. Give reasons for a plan of your own; the two functions above help you with numbers.
#
# 1. What does each of the five kinds of structures teach the model **in this reaction**? Name surfaces, sites, molecules.
# 2. How far apart do you take the frames of the dynamics, and why? What would 2,000 frames of DFT dynamics cost?
# 3. How do you split the data, and why not at random?
# 4. By which quantities, and compared with what, do you decide that the model is good enough for this reaction?
# 5. What will the simulation show, and what not? What do you do when it leaves the training data?
# 6. The chapter's plan also says: a slab of 256 copper atoms with 10 molecules, 10 ns at 500 K in about 3 GPU days, in which 10 to 50 reactions are seen; its paths are CH₃OH → CH₃O → CH₂O → CHO → CO + H. Check one of these statements with numbers.

# %% [markdown] lang="ja" en="225cd90f"
# ## 問 11. 銅の上のメタノール：計画の理由（7 点）
#
# 最後は文章で答えてください。分量は半ページから 1 ページです。自分の計画の理由を説明します。数値には、上の 2 つの関数が役立ちます。
#
# 1. 5 種類の配置は、**この反応で**、それぞれモデルに何を教えますか。表面、サイト、分子を具体的に挙げてください。
# 2. 分子動力学のフレームはどれだけ離して取りますか。それはなぜですか。DFT の分子動力学で 2,000 フレームを得るには、どれだけの費用がかかりますか。
# 3. データをどう分割しますか。なぜ無作為ではいけないのですか。
# 4. モデルがこの反応に十分かどうかを、どの量で、何と比べて判断しますか。
# 5. シミュレーションから何がわかり、何がわかりませんか。訓練データの外に出たら、どうしますか。
# 6. もとの章の計画には、次のことも書かれています。銅原子 256 個のスラブに分子を 10 個載せ、500 K、10 ns の計算を GPU で約 3 日行うと、10〜50 回の反応が見られる。経路は CH₃OH → CH₃O → CH₂O → CHO → CO + H である。このうち 1 つを選び、数値で確かめてください。

# %% [markdown] lang="en" tags=["written:ps4_methanol_reasons"]
# An answer that gets all points; others are as good.
#
# 1. *Equilibrium*: Cu(111) with CH₃OH, CH₃O, CH₂O, H and H₂ on top, bridge and hollow sites, relaxed and rattled: adsorption energies, and the walls of the valleys. *Dynamics*: molecules that turn and move over the warm surface, and copper atoms that move along. *Paths*: stretched O–H and C–H bonds and transition states, which dynamics at 500 K hardly visits; they decide the barriers. *Random*: crowded and broken molecules, atoms that come too close; they keep the simulation from falling into a hole. *Defects*: steps, kinks and vacancies, where copper has fewer neighbours and bonds break more easily.
# 2. 2τ apart: nearer frames are almost one structure. With τ = 30 fs and steps of 0.5 fs each frame costs 120 calculations, so 2,000 frames cost 240,000, sixty times as many as the chapter's whole table of 4,000 structures would take at one each. Cheaper: draw the geometries with a quick method or a first model, and label only those that are kept.
# 3. Whole trajectories, whole paths and copies on one side, as in exercise 8. A random split puts neighbouring frames and images into training and test: the test then measures memory.
# 4. The barriers of the paths and the adsorption energies, against the same DFT (some 0.05 eV, since 0.1 eV changes a rate at 500 K by a factor of 10); forces at transition states and at defects, on paths that were not trained on; lattice constant and surface energy of copper; a short NVE run without drift. MAE over all structures is not enough: most of them are easy.
# 5. It shows where molecules sit, how they move and turn, and fast steps. It does not show rare events: with a barrier of 1.0 eV ten molecules react 10⁻⁴ times in 10 ns at 500 K. For rates one takes barriers and transition state theory, or biased sampling. The run is watched (excess of exercise 4, spread of an ensemble); where it leaves the data it is stopped, these structures are labelled, and the model is trained again.
# 6. *Events.* 10 to 50 in 10 ns with 10 molecules are 10⁸ to 5 × 10⁸ per second and molecule. At 500 K and 10¹³ tries per second this needs a barrier of 0.43 to 0.50 eV; the plan names none. *Time.* 256 + 60 = 316 atoms and 10 ns in steps of 0.5 fs are 6.3 × 10⁹ steps of an atom; in 3 days each may take 41 µs. The chapter's own rate (1 to 3 days for 1,000 atoms and 1 ns, with steps of 1 fs: 86 to 259 µs) gives 6 to 19 days. *Paths.* They go on to CO, but the reaction ends with HCHO + H₂: the step H + H → H₂ is missing, and with it where hydrogen leaves the surface.

# %% [markdown] lang="ja" tags=["written:ps4_methanol_reasons"] en="193ce997"
# 満点の解答の一例です。ほかにもよい答えがあります。
#
# 1. **平衡構造**：Cu(111) のトップ、ブリッジ、ホローの各サイトに CH₃OH、CH₃O、CH₂O、H、H₂ を置き、緩和してから少しずらしたもの。吸着エネルギーと谷の壁を教える。**分子動力学**：温かい表面の上で向きを変え、動き回る分子と、一緒に動く銅原子。**反応経路**：伸びた O–H 結合や C–H 結合と遷移状態。500 K の分子動力学はほとんど訪れないが、障壁はここで決まる。**ランダム**：混み合った分子、壊れた分子、近づきすぎた原子。シミュレーションが穴に落ちるのを防ぐ。**欠陥**：ステップ、キンク、空孔。銅の隣接原子が少なく、結合が切れやすい。
# 2. 2τ 離して取る。それより近いフレームは、ほとんど同じ配置だからである。τ = 30 fs、時間刻み 0.5 fs なら、1 フレームに 120 回の計算が必要で、2,000 フレームでは 240,000 回になる。もとの章の表全体（4,000 個）を 1 回ずつ計算する場合の 60 倍である。速い計算方法や最初のモデルで配置を作り、残すものだけにラベルを付ければ安く済む。
# 3. 問 8 のように、軌跡、経路、写しを丸ごと同じ側に入れる。無作為に分けると、隣り合うフレームや像が訓練用とテスト用に分かれ、テストが測るのは記憶になってしまう。
# 4. 経路の障壁と吸着エネルギーを、同じ DFT の値と比べる（目安は 0.05 eV。500 K では、0.1 eV の違いで反応速度が 10 倍変わる）。訓練に使わなかった経路で、遷移状態や欠陥での力を調べる。銅の格子定数と表面エネルギー、ドリフトのない短い NVE 計算も確かめる。全体の MAE だけでは足りない。大部分はやさしい配置だからである。
# 5. 分子のいる場所、動き方、向きの変わり方、速い過程はわかる。まれな現象はわからない。障壁が 1.0 eV なら、500 K、10 ns の間に 10 個の分子が反応する回数は 10⁻⁴ 回にすぎない。反応速度を知るには、障壁と遷移状態理論、またはバイアスをかけたサンプリングを使う。計算中は、問 4 のはみ出しやアンサンブルのばらつきを見張る。訓練データの外に出たら止め、その配置にラベルを付けて、もう一度訓練する。
# 6. **反応の回数**：10 分子、10 ns で 10〜50 回なら、1 分子あたり毎秒 10⁸〜5 × 10⁸ 回である。500 K、毎秒 10¹³ 回の試みでこうなるには、障壁が 0.43〜0.50 eV でなければならないが、計画に障壁の値はない。**時間**：256 + 60 = 316 原子で 10 ns、時間刻み 0.5 fs なら、原子数 × ステップ数は 6.3 × 10⁹ である。3 日で終えるには、1 原子・1 ステップを 41 µs で計算しなければならない。もとの章の別の見積もり（1,000 原子、1 ns で 1〜3 日。1 fs 刻みなら 86〜259 µs）によれば、6〜19 日かかる。**経路**：経路は CO まで続くが、調べたい反応の終点は HCHO + H₂ である。H + H → H₂ の段階、つまり水素が表面を離れる過程が抜けている。
