# ---
# jupyter:
#   card: {learn_minutes: 240, run_seconds: 60, memory_mb: 800}
# ---

# %% [markdown] lang="en"
# # Assignment 5: active learning
#
# Ten exercises and one answer in words, 65 points: when to stop, what a committee says, the error bars of a Gaussian process, which structures to label, and what all that costs. The last exercise with code is a loop of your own. They go with lesson 12.
#
# - Write each answer in place of `raise NotImplementedError()`. Everything that it uses must stand **in its own cell** (numpy is there as `np`): answers are checked one by one, and with numpy alone.
# - The cell below each answer tests it at once, with new numbers each time you run it, and says which idea to look at again. Run it as often as you like.
# - Lengths are in Å, forces in eV/Å. Structures, frames and rounds are counted from 0, as Python does.
# - There are hints in steps. Try first, then open one.

# %% [markdown] lang="ja" en="1aadfe43"
# # 課題 5：能動学習
#
# 全部で 10 問と記述問題 1 問、65 点です。いつ止めるか、コミッティは何を教えてくれるか、ガウス過程の誤差棒、どの構造にラベルを付けるか、そして、それらにいくらかかるかを扱います。コードを書く最後の問題では、自分のループを作ります。レッスン 12 に対応しています。
#
# - 解答は `raise NotImplementedError()` の代わりに書いてください。解答は 1 つずつ単独で、numpy だけを使って調べます。使うものはすべて**同じセルの中に**書いてください（numpy は `np` として使えます）。
# - 解答の下のセルを実行すると、その場で調べて、見直すべき考え方を教えてくれます。数値は毎回変わります。何度実行してもかまいません。
# - 長さの単位は Å、力の単位は eV/Å です。構造、配置、反復の番号は、Python と同じように 0 から数えます。
# - ヒントは段階に分かれています。まず自分で考え、それから 1 つずつ開いてください。

# %% tags=["given:ps5_active_learning_imports"]
import numpy as np

from mlp_teach.grading.practice import practice

lang = "en"
assignment = "ps5_active_learning"

# %% [markdown] lang="en"
# ## 1. Find the error: a lucky round (4 points)
#
# After each round of a loop two numbers are known: `deviation`, the largest deviation of the committee on a candidate, and `error`, that of structures that are labelled but not trained on. A round is *good* if `deviation` is not above `deviation_limit` **and** `error` is below `error_limit`. One good round may be luck, so the loop is to stop in the first round that ends a row of `patience` good rounds, **one right after the other**. If there is none, the answer is -1.
#
# The function below has one error: it may stop too early. Find it, and write the function without it.
#
# <details><summary>Hint 1</summary>Go through it by hand with patience = 2 and the rounds good, bad, good. Should it stop?</details>
# <details><summary>Hint 2</summary>What must happen to the count in a bad round?</details>

# %% [markdown] lang="ja" en="11e71b80"
# ## 問 1. 誤りを探す：まぐれの合格（4 点）
#
# ループの反復が 1 回終わるごとに、2 つの数がわかります。候補でのコミッティのばらつきの最大値 `deviation` と、訓練に使わないラベル付きの構造での誤差 `error` です。`deviation` が `deviation_limit` 以下で、**しかも** `error` が `error_limit` より小さければ、その反復を「合格」と呼びます。1 回の合格はまぐれかもしれません。そこで、`patience` 回**続けて**合格したら、その最後の反復で止めます。求めるのは、最初に止めてよい反復の番号です。なければ -1 を返します。
#
# 次の関数には誤りが 1 つあり、早く止めすぎることがあります。それを見つけて、誤りのない関数を書いてください。
#
# <details><summary>ヒント 1</summary>patience = 2 で、合格、不合格、合格という場合を手でたどってみましょう。止めてよいでしょうか。</details>
# <details><summary>ヒント 2</summary>不合格の反復では、数えた回数をどうしなければなりませんか。</details>


# %% tags=["given:ps5_round_to_stop_given"]
def round_to_stop_with_error(deviation, error, deviation_limit, error_limit, patience):
    good = 0
    for k in range(len(error)):
        if deviation[k] <= deviation_limit and error[k] < error_limit:
            good = good + 1
            if good == patience:
                return k
    return -1


# %% tags=["answer:ps5_round_to_stop"]
def round_to_stop(deviation, error, deviation_limit, error_limit, patience):
    """The number of the round after which the loop may stop, or -1."""
    ### BEGIN SOLUTION
    good = 0
    for k in range(len(error)):
        if deviation[k] <= deviation_limit and error[k] < error_limit:
            good = good + 1
            if good == patience:
                return k
        else:
            good = 0
    return -1
    ### END SOLUTION


# %% tags=["test:ps5_round_to_stop"]
practice(assignment, "ps5_round_to_stop", round_to_stop, lang)

# %% [markdown] lang="en"
# ## 2. A committee on its way (7 points)
#
# One of $K$ models moves the atoms; in each frame all of them are asked for the forces, `forces[frame, model, atom]`. With a bar for the mean over the **models**,
#
# $$s_i = \sqrt{\frac1K \sum_k |\mathbf F_i^k - \bar{\mathbf F}_i|^2}, \qquad \varepsilon = \max_i s_i .$$
#
# Go through the frames in order. Up to `lower` the models agree, and the frame would teach little; with lower < ε ≤ upper it is a **candidate** for a label; the first frame that is not ε ≤ upper **ends** the trajectory, and neither it nor what comes after it is labelled. A model that has left what it knows may also answer NaN: that ends the trajectory too.
#
# Return three things: ε of all frames, the list of candidates, and the number of the frame that ends it (the number of frames if none does).
#
# <details><summary>Hint 1</summary>Models are axis 1: <code>forces.mean(axis=1, keepdims=True)</code>. Then squares, the sum over the three components (axis 3), the mean over the models, the root, and the largest atom.</details>
# <details><summary>Hint 2</summary>All comparisons with NaN are False. So <code>not (e &lt;= upper)</code> is not the same as <code>e &gt; upper</code>.</details>
# <details><summary>Hint 3</summary>A loop over the frames with a <code>break</code>, or the first True of an array of truth values.</details>

# %% [markdown] lang="ja" en="6ef4bc43"
# ## 問 2. コミッティとともに進む（7 点）
#
# $K$ 個のモデルのうちの 1 個で原子を動かし、各配置で全部のモデルに力を尋ねます。結果は `forces[frame, model, atom]` です。上線を**モデル**についての平均として、
#
# $$s_i = \sqrt{\frac1K \sum_k |\mathbf F_i^k - \bar{\mathbf F}_i|^2}, \qquad \varepsilon = \max_i s_i$$
#
# とします。配置を順に見ていきます。ε が `lower` 以下なら、モデルの意見は一致していて、ほとんど学べません。lower < ε ≤ upper なら、ラベルを付ける**候補**です。ε ≤ upper でない最初の配置で、軌跡は**終わります**。その配置にも、その後の配置にも、ラベルは付けません。知らない領域に出たモデルは NaN と答えることもあります。このときも軌跡は終わりです。
#
# すべての配置の ε、候補のリスト、軌跡が終わる配置の番号（終わらなければ配置の数）の 3 つを返してください。
#
# <details><summary>ヒント 1</summary>モデルは軸 1 です：<code>forces.mean(axis=1, keepdims=True)</code>。その後は、2 乗、3 成分（軸 3）の和、モデルについての平均、平方根、最大の原子、の順です。</details>
# <details><summary>ヒント 2</summary>NaN との比較はすべて False です。したがって、<code>not (e &lt;= upper)</code> と <code>e &gt; upper</code> は同じではありません。</details>
# <details><summary>ヒント 3</summary>配置についてのループを <code>break</code> で抜けるか、真偽値の配列で最初の True を探します。</details>


# %% tags=["answer:ps5_explored"]
def explored(forces, lower, upper):
    """ε (eV/Å) of each frame, the candidates, and the end; forces: (frames, models, atoms, 3)."""
    ### BEGIN SOLUTION
    apart = forces - forces.mean(axis=1, keepdims=True)
    s = np.sqrt((apart**2).sum(axis=3).mean(axis=1))
    epsilon = s.max(axis=1)
    over = np.flatnonzero(~(epsilon <= upper))  # NaN as well
    end = over[0] if len(over) else len(epsilon)
    return epsilon, np.flatnonzero(epsilon[:end] > lower), end
    ### END SOLUTION


# %% tags=["test:ps5_explored"]
practice(assignment, "ps5_explored", explored, lang)

# %% [markdown] lang="en"
# ## 3. What a Gaussian process does not know (4 points)
#
# A Gaussian process needs no committee: with the kernel $k$, labels at $X$ and their noise $\sigma$ (a standard deviation), what is left of its variance at $x$ is
#
# $$\mathrm{sd}(x)^2 = k(x, x) - k(x, X)\,\left[\mathbf K + \sigma^2 \mathbf 1\right]^{-1} k(X, x), \qquad K_{ab} = k(X_a, X_b).$$
#
# The kernels are worked out already: `prior` holds $k(x, x)$ for each point, `between` a row $k(x, X)$ for each point, `among` is $\mathbf K$. Return $\mathrm{sd}$ for all points. At a label without noise it is 0; rounding may make a tiny negative variance of that, which counts as 0.
#
# <details><summary>Hint 1</summary>Without any labels: what is sd? And with one label, when all matrices are numbers?</details>
# <details><summary>Hint 2</summary>With <code>weights = np.linalg.solve(matrix, between.T)</code> the second term is <code>(between * weights.T).sum(axis=1)</code>.</details>

# %% [markdown] lang="ja" en="3aed8541"
# ## 問 3. ガウス過程が知らないこと（4 点）
#
# ガウス過程には、コミッティは要りません。カーネルを $k$、ラベルのある点を $X$、ラベルの雑音を $\sigma$（標準偏差）とすると、$x$ での分散のうち、残るのは
#
# $$\mathrm{sd}(x)^2 = k(x, x) - k(x, X)\,\left[\mathbf K + \sigma^2 \mathbf 1\right]^{-1} k(X, x), \qquad K_{ab} = k(X_a, X_b)$$
#
# です。カーネルは計算済みです。`prior` は各点の $k(x, x)$、`between` は 1 行が 1 つの点の $k(x, X)$、`among` は $\mathbf K$ です。すべての点の $\mathrm{sd}$ を返してください。雑音のないラベルの所では 0 になります。丸め誤差で分散がわずかに負になることがあるので、そのときは 0 とします。
#
# <details><summary>ヒント 1</summary>ラベルが 1 個もなければ、sd はいくらですか。ラベルが 1 個で、行列がすべてただの数になる場合はどうですか。</details>
# <details><summary>ヒント 2</summary><code>weights = np.linalg.solve(matrix, between.T)</code> とすると、第 2 項は <code>(between * weights.T).sum(axis=1)</code> です。</details>


# %% tags=["answer:ps5_posterior_sd"]
def posterior_sd(prior, between, among, noise):
    """Standard deviations: prior (points), between (points, labels), among (labels, labels)."""
    ### BEGIN SOLUTION
    matrix = among + noise**2 * np.eye(len(among))
    weights = np.linalg.solve(matrix, between.T)
    variance = prior - (between * weights.T).sum(axis=1)
    return np.sqrt(np.maximum(variance, 0))
    ### END SOLUTION


# %% tags=["test:ps5_posterior_sd"]
practice(assignment, "ps5_posterior_sd", posterior_sd, lang)

# %% [markdown] lang="en"
# ## 4. Is it an error bar? (6 points)
#
# An uncertainty $u$ of any kind is made an error bar by one factor $s$. If the error $e$ is normal with the standard deviation $s u$, the most likely factor is
#
# $$s = \sqrt{\left\langle \frac{e^2}{u^2} \right\rangle}.$$
#
# A factor flatters the data that it was fitted to. So fit it to `u` and `e`, and judge it with `new_u` and `new_e`. Errors have a sign. Return three things:
#
# 1. $s$;
# 2. the shares of the new errors with $|e| \le s u$ and with $|e| \le 2 s u$, two numbers between 0 and 1 (normal errors would have 0.683 and 0.954);
# 3. the rank correlation of the new $u$ with the new $|e|$: the usual correlation, but of the ranks (smallest, second, ...) in place of the numbers. No two numbers are equal.
#
# <details><summary>Hint 1</summary>First divide each error by its own u, then square, then take the mean, then the root.</details>
# <details><summary>Hint 2</summary>The mean of an array of truth values is the share of those that are True.</details>
# <details><summary>Hint 3</summary><code>np.argsort(np.argsort(values))</code> are the ranks, and <code>np.corrcoef(a, b)[0, 1]</code> is the correlation.</details>

# %% [markdown] lang="ja" en="622e6cbd"
# ## 問 4. それは誤差棒か（6 点）
#
# どんな不確実性 $u$ も、1 つの係数 $s$ を掛ければ誤差棒になります。誤差 $e$ が標準偏差 $s u$ の正規分布に従うとき、最も確からしい（最尤の）係数は
#
# $$s = \sqrt{\left\langle \frac{e^2}{u^2} \right\rangle}$$
#
# です。係数は、それを決めるのに使ったデータには甘くなります。そこで、`u` と `e` で決め、`new_u` と `new_e` で評価してください。誤差には符号があります。次の 3 つを返します。
#
# 1. $s$。
# 2. 新しい誤差のうち、$|e| \le s u$ のものの割合と、$|e| \le 2 s u$ のものの割合。0 から 1 の 2 つの数（正規分布なら 0.683 と 0.954）。
# 3. 新しい $u$ と新しい $|e|$ の順位相関。値の代わりに順位（最小、2 番目、…）を使った、ふつうの相関です。等しい値はありません。
#
# <details><summary>ヒント 1</summary>まず誤差をそれぞれの u で割り、それから 2 乗、平均、平方根の順です。</details>
# <details><summary>ヒント 2</summary>真偽値の配列の平均は、True の割合です。</details>
# <details><summary>ヒント 3</summary><code>np.argsort(np.argsort(values))</code> が順位で、<code>np.corrcoef(a, b)[0, 1]</code> が相関です。</details>


# %% tags=["answer:ps5_calibrated"]
def calibrated(u, e, new_u, new_e):
    """The factor s, the shares within s u and 2 s u, and the rank correlation."""
    ### BEGIN SOLUTION
    s = np.sqrt(np.mean((e / u) ** 2))
    shares = [np.mean(np.abs(new_e) <= k * s * new_u) for k in (1, 2)]
    rank_u, rank_e = (np.argsort(np.argsort(values)) for values in (new_u, np.abs(new_e)))
    return s, shares, np.corrcoef(rank_u, rank_e)[0, 1]
    ### END SOLUTION


# %% tags=["test:ps5_calibrated"]
practice(assignment, "ps5_calibrated", calibrated, lang)

# %% [markdown] lang="en"
# ## 5. Find the error: alike (4 points)
#
# The most uncertain structures are often neighbouring frames of one trajectory. So a batch is chosen in two steps: only the `among` structures with the largest `scores` are candidates; the first choice is the most uncertain one, and then comes, again and again, the candidate that is **farthest from all that are chosen**: the one whose nearest chosen structure is the farthest away. `features` has a row for each structure; distances are the usual ones between rows.
#
# The function below has one error, and its batches hold near-copies. Find it, and write the function without it. It returns `count` indices (of all structures), in the order of choice.
#
# <details><summary>Hint 1</summary>Four candidates on a line at 0, 0.1, 4 and 5. Start with 0. Which ones should come second and third? Which ones does the function take?</details>
# <details><summary>Hint 2</summary>Keep for each candidate the distance to the nearest chosen one, and bring it up to date after each choice.</details>

# %% [markdown] lang="ja" en="ffbf27d8"
# ## 問 5. 誤りを探す：似たものどうし（4 点）
#
# 最も不確実な構造は、1 本の軌跡の隣り合う配置であることがよくあります。そこで、2 段階で選びます。候補は、`scores` の大きい `among` 個だけです。最初に最も不確実なものを選び、その後は、候補の中から**選んだもの全体から最も遠い**もの、つまり、最も近い既選択の構造までの距離が最大のものを、繰り返し選びます。`features` の 1 行が 1 つの構造で、距離は行と行のふつうの距離です。
#
# 次の関数には誤りが 1 つあり、ほとんど同じ構造が一緒に選ばれます。それを見つけて、誤りのない関数を書いてください。（全構造の中での）`count` 個の番号を、選んだ順に返します。
#
# <details><summary>ヒント 1</summary>直線上の 0、0.1、4、5 に 4 個の候補があり、0 から始めるとします。2 番目と 3 番目に選ぶべきなのはどれですか。この関数が選ぶのはどれですか。</details>
# <details><summary>ヒント 2</summary>候補ごとに、選んだもののうち最も近いものまでの距離を覚えておき、選ぶたびに更新します。</details>


# %% tags=["given:ps5_uncertain_and_apart_given"]
def uncertain_and_apart_with_error(scores, features, count, among):
    pool = np.argsort(-scores)[:among]
    chosen = [pool[0]]
    while len(chosen) < count:
        apart = np.linalg.norm(features[pool] - features[chosen[-1]], axis=1)
        apart[np.isin(pool, chosen)] = -1
        chosen.append(pool[apart.argmax()])
    return chosen


# %% tags=["answer:ps5_uncertain_and_apart"]
def uncertain_and_apart(scores, features, count, among):
    """Indices of `count` of the `among` most uncertain structures, in the order of choice."""
    ### BEGIN SOLUTION
    pool = np.argsort(-scores)[:among]
    chosen = [pool[0]]
    nearest = np.full(among, np.inf)
    while len(chosen) < count:
        apart = np.linalg.norm(features[pool] - features[chosen[-1]], axis=1)
        nearest = np.minimum(nearest, apart)  # 0 for what is chosen
        chosen.append(pool[nearest.argmax()])
    return chosen
    ### END SOLUTION


# %% tags=["test:ps5_uncertain_and_apart"]
practice(assignment, "ps5_uncertain_and_apart", uncertain_and_apart, lang)

# %% [markdown] lang="en"
# ## 6. The most informative rows (5 points)
#
# For a linear model a structure is a row $\mathbf x$ of features, and
#
# $$\mathbf A = \lambda \mathbf 1 + \sum_c \mathbf x_c^{\mathsf T} \mathbf x_c \qquad (c: \text{all known and chosen rows})$$
#
# is the inverse covariance of the weights: the larger $\det\mathbf A$, the smaller the volume of their error bars. Choose `count` rows of `features`, one after the other, each the one that makes $\det \mathbf A$ largest; none twice. `known` holds the rows that are labelled already (there may be none: then its shape is (0, number of features)), `ridge` is $\lambda$. Return the indices in the order of choice.
#
# <details><summary>Hint 1</summary>The product of a column and a row is <code>np.outer(x, x)</code>, and <code>known.T @ known</code> is the sum of these over all known rows.</details>
# <details><summary>Hint 2</summary>Either work out det(A + xᵀx) for every row that is left, or use det(A + xᵀx) = det A (1 + x A⁻¹ xᵀ): the largest x A⁻¹ xᵀ wins.</details>
# <details><summary>Hint 3</summary>After each choice A grows. Else copies of one long row would be chosen.</details>

# %% [markdown] lang="ja" en="5f097300"
# ## 問 6. 最も情報の多い行（5 点）
#
# 線形モデルにとって、構造は特徴量の行 $\mathbf x$ です。このとき
#
# $$\mathbf A = \lambda \mathbf 1 + \sum_c \mathbf x_c^{\mathsf T} \mathbf x_c \qquad (c: \text{既知の行と選んだ行のすべて})$$
#
# は重みの共分散行列の逆行列で、$\det\mathbf A$ が大きいほど、重みの誤差を表す楕円体の体積は小さくなります。`features` から `count` 個の行を 1 つずつ、毎回 $\det \mathbf A$ が最大になるように選んでください。同じ行を 2 度選んではいけません。`known` はすでにラベルのある行です（1 つもないこともあり、そのときの形は (0, 特徴量の数) です）。`ridge` は $\lambda$ です。番号を、選んだ順に返します。
#
# <details><summary>ヒント 1</summary>列と行の積は <code>np.outer(x, x)</code> です。<code>known.T @ known</code> は、既知のすべての行についてのその和です。</details>
# <details><summary>ヒント 2</summary>残っているすべての行について det(A + xᵀx) を計算するか、det(A + xᵀx) = det A (1 + x A⁻¹ xᵀ) を使います。後者では、x A⁻¹ xᵀ が最大の行です。</details>
# <details><summary>ヒント 3</summary>選ぶたびに A は大きくなります。そうしなければ、1 つの長い行の写しばかりが選ばれます。</details>


# %% tags=["answer:ps5_d_optimal"]
def d_optimal(features, count, known, ridge):
    """Indices of `count` rows of features, in the order of choice."""
    ### BEGIN SOLUTION
    a = ridge * np.eye(features.shape[1]) + known.T @ known
    chosen = []
    for _ in range(count):
        gain = np.einsum("if,fg,ig->i", features, np.linalg.inv(a), features)
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        a = a + np.outer(features[chosen[-1]], features[chosen[-1]])
    return chosen
    ### END SOLUTION


# %% tags=["test:ps5_d_optimal"]
practice(assignment, "ps5_d_optimal", d_optimal, lang)

# %% [markdown] lang="en"
# ## 7. Two plans for one project (8 points)
#
# Exercise 3 of the chapter: CO₂ on copper, from the first label to 1 µs of dynamics. What is written like `planning` is what your function gets.
#
# **Plan A**, all labels first:
#
# | step | time | uses |
# |---|---|---|
# | planning | `planning` days | people |
# | 15,000 labels | on `nodes` nodes at once | `hours` node-hours each |
# | preparation | 1 day | people |
# | training | 12 hours | one GPU |
# | validation | ½ day | people |
# | with the probability `failure`, once: 5,000 labels more, then training again | as above | as above |
# | dynamics | 3 days | one GPU |
#
# **Plan B**, active learning:
#
# | step | time | uses |
# |---|---|---|
# | sampling | 3 days | people |
# | 500 labels | on `nodes` nodes at once | `hours` node-hours each |
# | preparation | ½ day | people |
# | for each number in the list `round_labels`: training, exploration, judgement, then so many labels | training see below; 1 day; ½ day; as above | one GPU; one GPU; people; nodes |
# | training, exploration: the model passes | see below; 1 day | one GPU |
# | training for production | see below | one GPU |
# | dynamics | 3 days | one GPU |
#
# B's $k$-th training takes $2 + 2k$ GPU-hours, $k = 1, 2, \dots$ through to the last one. Each step waits for the one before it; only where `at_once` is True do A's **first** labels wait for nothing, so that they are computed while the planning goes on (the preparation waits for both). A day has 24 hours. A node-hour costs `node_price`, a GPU-hour `gpu_price`.
#
# Return two lists, for A and for B, each `[days, node-hours, GPU-hours, money]`; for A the **expected** values.
#
# <details><summary>Hint 1</summary>Write down both outcomes of plan A, each with all its steps. The expected value is (1 - failure) times the one plus failure times the other.</details>
# <details><summary>Hint 2</summary>n labels use n · hours node-hours, but take n · hours / nodes / 24 days.</details>
# <details><summary>Hint 3</summary>With two rounds B trains four times: 4, 6, 8 and 10 hours; and it explores three times.</details>

# %% [markdown] lang="ja" en="38602e40"
# ## 問 7. 1 つのプロジェクト、2 つの計画（8 点）
#
# もとの章の演習 3 です。銅上の CO₂ について、最初のラベルから 1 µs の分子動力学まで進めます。`planning` のような書体のものは、関数に渡される値です。
#
# **計画 A**：はじめにすべてのラベルを計算します。
#
# | 段階 | 時間 | 使うもの |
# |---|---|---|
# | 計画 | `planning` 日 | 人 |
# | ラベル 15,000 個 | `nodes` 台のノードで同時に計算 | 1 個につき `hours` ノード時間 |
# | 前処理 | 1 日 | 人 |
# | 訓練 | 12 時間 | GPU 1 台 |
# | 検証 | 半日 | 人 |
# | 確率 `failure` で 1 度だけ：ラベルを 5,000 個追加し、再訓練 | 上と同じ | 上と同じ |
# | 分子動力学 | 3 日 | GPU 1 台 |
#
# **計画 B**：能動学習を使います。
#
# | 段階 | 時間 | 使うもの |
# |---|---|---|
# | はじめの配置の準備 | 3 日 | 人 |
# | ラベル 500 個 | `nodes` 台のノードで同時に計算 | 1 個につき `hours` ノード時間 |
# | 前処理 | 半日 | 人 |
# | リスト `round_labels` の数それぞれについて：訓練、探索、判断、その数のラベル | 訓練は下記、1 日、半日、上と同じ | GPU 1 台、GPU 1 台、人、ノード |
# | 訓練と探索：モデルが合格する | 下記、1 日 | GPU 1 台 |
# | 本番用の訓練 | 下記 | GPU 1 台 |
# | 分子動力学 | 3 日 | GPU 1 台 |
#
# B の $k$ 回目の訓練は $2 + 2k$ GPU 時間です（最後の訓練まで $k = 1, 2, \dots$ と数えます）。どの段階も、前の段階が終わるのを待ちます。ただし `at_once` が True なら、A の**最初の**ラベルは何も待たず、計画と並行して計算します（前処理は両方を待ちます）。1 日は 24 時間です。1 ノード時間の価格は `node_price`、1 GPU 時間の価格は `gpu_price` です。
#
# A と B のリストを 1 つずつ、`[日数, ノード時間, GPU 時間, 費用]` の形で返してください。A については**期待値**です。
#
# <details><summary>ヒント 1</summary>計画 A の 2 つの結果を、それぞれすべての段階とともに書き出します。期待値は、一方の (1 - failure) 倍と他方の failure 倍の和です。</details>
# <details><summary>ヒント 2</summary>n 個のラベルは n · hours ノード時間を使いますが、かかるのは n · hours / nodes / 24 日です。</details>
# <details><summary>ヒント 3</summary>反復が 2 回なら、B の訓練は 4、6、8、10 時間の 4 回で、探索は 3 回です。</details>


# %% tags=["answer:ps5_plans"]
def plans(nodes, hours, failure, planning, round_labels, node_price, gpu_price, at_once):
    """[days, node-hours, GPU-hours, money] of plan A (expected) and of plan B."""
    ### BEGIN SOLUTION
    days = hours / nodes / 24  # of one label
    start = max(planning, 15_000 * days) if at_once else planning + 15_000 * days
    a_gpu = 12 + failure * 12 + 72
    a_days = start + 1 + 0.5 + failure * 5_000 * days + a_gpu / 24
    rounds, labels = len(round_labels), 500 + sum(round_labels)
    b_gpu = sum(2 + 2 * k for k in range(1, rounds + 3)) + 24 * (rounds + 1) + 72
    b_days = 3 + 0.5 + 0.5 * rounds + labels * days + b_gpu / 24
    a_node, b_node = hours * (15_000 + failure * 5_000), hours * labels
    both = [a_days, a_node, a_gpu], [b_days, b_node, b_gpu]
    return [[*one, node_price * one[1] + gpu_price * one[2]] for one in both]
    ### END SOLUTION


# %% tags=["test:ps5_plans"]
practice(assignment, "ps5_plans", plans, lang)

# %% [markdown] lang="en"
# ## 8. Break-even (5 points)
#
# Three times `[node-hours, GPU-hours]`: of plan A if its model passes, of plan A if it fails (which happens with the probability `failure`), and of plan B. Return two numbers:
#
# 1. the **price of a node-hour** at which A's expected money equals B's, for the given price of a GPU-hour (do not use `node_price` here; the result may be negative where one plan needs more of both);
# 2. the **failure probability** at which A's expected money equals B's, for the two given prices (do not use `failure` here); None if there is no such probability from 0 to 1.
#
# <details><summary>Hint 1</summary>Each money is a straight line in what you look for. Two straight lines meet where a + b x = c + d x.</details>
# <details><summary>Hint 2</summary>A's expected node-hours are (1 - failure) · passed + failure · failed, and so are its GPU-hours.</details>
# <details><summary>Hint 3</summary>At failure = 0 plan A costs what `passed` costs, at 1 what `failed` costs. How far along this way is B's money?</details>

# %% [markdown] lang="ja" en="adf3bac2"
# ## 問 8. どこで逆転するか（5 点）
#
# `[ノード時間, GPU 時間]` が 3 組あります。計画 A のモデルが合格した場合（`passed`）、不合格の場合（`failed`、確率 `failure`）、そして計画 B（`b`）です。次の 2 つの数を返してください。
#
# 1. A の費用の期待値が B の費用と等しくなる、**1 ノード時間の価格**。1 GPU 時間の価格は与えられたものとします（ここでは `node_price` を使いません。一方の計画が両方とも多く使うときは、負になることもあります）。
# 2. A の費用の期待値が B の費用と等しくなる、**不合格の確率**。2 つの価格は与えられたものとします（ここでは `failure` を使いません）。0 から 1 の間になければ None です。
#
# <details><summary>ヒント 1</summary>どちらの費用も、求めるものの 1 次式です。2 本の直線は a + b x = c + d x となる所で交わります。</details>
# <details><summary>ヒント 2</summary>A のノード時間の期待値は (1 - failure) · passed + failure · failed で、GPU 時間も同様です。</details>
# <details><summary>ヒント 3</summary>A の費用は、failure = 0 なら `passed` の費用、1 なら `failed` の費用です。B の費用は、その間のどこにありますか。</details>


# %% tags=["answer:ps5_break_even"]
def break_even(passed, failed, b, failure, node_price, gpu_price):
    """The price of a node-hour, and the failure probability or None, at which A costs as B."""
    ### BEGIN SOLUTION
    passed, failed, b = np.array(passed), np.array(failed), np.array(b)
    more = (1 - failure) * passed + failure * failed - b  # what A uses more than B
    price = -gpu_price * more[1] / more[0]
    low, high, other = (x @ np.array([node_price, gpu_price]) for x in (passed, failed, b))
    risk = (other - low) / (high - low)
    return price, risk if 0 <= risk <= 1 else None
    ### END SOLUTION


# %% tags=["test:ps5_break_even"]
practice(assignment, "ps5_break_even", break_even, lang)

# %% [markdown] lang="en"
# ## 9. Find the errors: a worked answer (7 points)
#
# The chapter works out the two plans of exercise 7 with one node-hour a label, 100 nodes, 14 days of planning, a failure probability of 0.3 and rounds of 800 and 600 labels. It puts in the time of the labels by hand: plan A 6.25 days for the 15,000 and 2 days for the 5,000; plan B ½ day for the 500 and 1 day in each round. All else is as in exercise 7, with `at_once` False. Then it says, in our words:
#
# - (a) On average plan A takes 16,500 node-hours.
# - (b) If its model passes at once, plan A takes 14 **days**.
# - (c) On average plan A takes 3.65 GPU days.
# - (d) Plan B labels 2,000 **structures**.
# - (e) Plan B takes 7.17 GPU days.
# - (f) Plan B takes about two weeks.
# - (g) Plan B takes 20 **%** less time than plan A does on average.
# - (h) Plan B takes 88 % fewer node-hours than plan A does on average.
# - (i) On average plan A labels 7.5 **times** as many structures as plan B.
# - (j) Dynamics of 1 ns takes one GPU day (so says another section), and of 1 µs 3 **GPU days**. (For all other statements, take the three days as they are.)
#
# Several of these do not follow from the numbers that were put in, or not from each other. Return a list of the wrong ones, each with the number that is right, to three digits or more, in the unit in bold: `[("a", 123.0), ...]`.
#
# <details><summary>Hint 1</summary>Start with the days of plan A. Its steps wait for each other.</details>
# <details><summary>Hint 2</summary>Where both plans are compared, what A takes is the expected value, with the 30 % in it: also its labels.</details>

# %% [markdown] lang="ja" en="9bab0cde"
# ## 問 9. 誤りを探す：ある解答例（7 点）
#
# もとの章は、問 7 の 2 つの計画を、ラベル 1 個につき 1 ノード時間、100 ノード、計画 14 日、不合格の確率 0.3、反復のラベル 800 個と 600 個で計算しています。ラベルにかかる時間は、直接与えています。計画 A では 15,000 個に 6.25 日、5,000 個に 2 日、計画 B では 500 個に半日、各反復に 1 日です。ほかは問 7 と同じで、`at_once` は False です。そして、次のように述べています（表現は書き改めてあります）。
#
# - (a) 計画 A が使うノード時間の期待値は 16,500 である。
# - (b) モデルがすぐに合格すれば、計画 A にかかる時間は 14 **日**である。
# - (c) 計画 A が使う GPU 時間の期待値は 3.65 日分である。
# - (d) 計画 B がラベルを付ける**構造の数**は 2,000 である。
# - (e) 計画 B が使う GPU 時間は 7.17 日分である。
# - (f) 計画 B にかかる時間は約 2 週間である。
# - (g) 計画 B にかかる時間は、計画 A の期待値より 20 **%** 少ない。
# - (h) 計画 B が使うノード時間は、計画 A の期待値より 88 % 少ない。
# - (i) 計画 A がラベルを付ける構造の数の期待値は、計画 B の 7.5 **倍**である。
# - (j) 1 ns の分子動力学には GPU 1 台で 1 日かかり（別の節の記述）、1 µs には 3 **日**かかる。（ほかの記述では、3 日をそのまま使ってください。）
#
# このうちのいくつかは、与えられた値から、または互いの記述から、導くことができません。誤っている記述を、正しい値とともに、リストで返してください。値は太字の単位で、有効数字 3 桁以上で書きます：`[("a", 123.0), ...]`。
#
# <details><summary>ヒント 1</summary>計画 A の日数から始めましょう。どの段階も前の段階を待ちます。</details>
# <details><summary>ヒント 2</summary>2 つの計画を比べるときの A の値は、30 % を含む期待値です。ラベルの数も同じです。</details>


# %% tags=["answer:ps5_wrong_statements"]
def wrong_statements():
    """The letters of the wrong statements, each with the right number."""
    ### BEGIN SOLUTION
    a_passed = 14 + 6.25 + 1 + 0.5 + 0.5 + 3
    a_days = a_passed + 0.3 * (2 + 0.5)
    b_days = 3 + 0.5 + 0.5 + 2 * (1 + 0.5 + 1) + 1 + (4 + 6 + 8 + 10) / 24 + 3
    a_labels, b_labels = 0.7 * 15_000 + 0.3 * 20_000, 500 + 800 + 600
    saved = 100 * (1 - b_days / a_days)
    return [("b", a_passed), ("d", b_labels), ("g", saved), ("i", a_labels / b_labels), ("j", 1000)]
    ### END SOLUTION


# %% tags=["test:ps5_wrong_statements"]
practice(assignment, "ps5_wrong_statements", wrong_statements, lang)

# %% [markdown] lang="en"
# ## 10. A loop of your own (8 points)
#
# Now the whole loop, on a line. The model is the simplest there is: **straight lines** from each label to the next. `energy(x)` computes a label; it takes a number, or an array, of which each element is a label. You may ask for `labels` of them (between 12 and 22) from `low` to `high`, the two ends included, none twice. Somewhere the energy has a wall, a barrier or a step; elsewhere it is smooth.
#
# Ask for some labels, look at what they say, ask where the model is likely to be wrong, and so on. Return the list of all places that you asked for. Then the error of the model (RMSE over the whole line) is compared, on average over 24 such energies, with that of models that got as many labels
#
# - at places **drawn at random**: yours is to be less than 0.65 times theirs;
# - at **equally spaced** places: less than 0.7 times theirs. For this a loop must look at the energies.
#
# <details><summary>Hint 1</summary>Begin with about six equally spaced labels. Then always halve one gap between two neighbouring labels. Which one?</details>
# <details><summary>Hint 2</summary>A committee of two: the model, and the model without one of its labels. Where they disagree, the energy bends.</details>
# <details><summary>Hint 3</summary>A straight line over a gap of width h misses a curve of curvature c by up to c h² / 8. The curvature follows from three neighbouring labels: how much the slope changes. And the error of a wide gap counts over a greater length.</details>

# %% [markdown] lang="ja" en="4fa0685a"
# ## 問 10. 自分のループ（8 点）
#
# いよいよ、直線の上でループ全体を作ります。モデルは最も簡単なもので、隣り合うラベルを**線分**で結びます。`energy(x)` はラベルを計算する関数で、数または配列を受け取ります（配列では、要素 1 つがラベル 1 個です）。`low` から `high` までの範囲で、両端を含めて `labels` 個（12〜22 個）まで求められます。同じ場所で 2 度求めてはいけません。エネルギーの曲線には、どこかに壁、障壁、または段があり、ほかの所はなめらかです。
#
# いくつかのラベルを求め、その値を見て、モデルが間違っていそうな場所で次を求める、という手順を繰り返してください。求めた場所すべてのリストを返します。モデルの誤差（直線全体での RMSE）を 24 本の曲線について求め、同じ数のラベルを次の場所で求めたモデルの誤差と、平均して比べます。
#
# - **無作為に**選んだ場所：その 0.65 倍より小さくしてください。
# - **等間隔の**場所：その 0.7 倍より小さくしてください。これには、エネルギーの値を見る必要があります。
#
# <details><summary>ヒント 1</summary>等間隔の 6 個ほどのラベルから始めます。その後は、隣り合うラベルの間隔を 1 つ選んで半分にする、を繰り返します。どの間隔を選べばよいでしょうか。</details>
# <details><summary>ヒント 2</summary>2 個のモデルのコミッティを使えます。1 つはこのモデル、もう 1 つはラベルを 1 個除いたモデルです。意見が分かれる所で、曲線は曲がっています。</details>
# <details><summary>ヒント 3</summary>幅 h の間隔を線分で結ぶと、曲率 c の曲線からのずれは最大で c h² / 8 です。曲率は、隣り合う 3 個のラベルから、傾きがどれだけ変わるかでわかります。また、広い間隔の誤差は、それだけ長い範囲に及びます。</details>


# %% tags=["answer:ps5_asked_places"]
def asked_places(energy, low, high, labels):
    """The places (Å) of all labels that were asked for."""
    ### BEGIN SOLUTION
    x = np.linspace(low, high, 6)
    y = np.array([energy(place) for place in x])
    while len(x) < labels:
        width = np.diff(x)
        bend = np.abs(np.diff(np.diff(y) / width)) / (x[2:] - x[:-2])
        bend = np.maximum(np.append(0, bend), np.append(bend, 0))  # of each gap
        gap = (bend * width**2.5).argmax()
        place = (x[gap] + x[gap + 1]) / 2
        x, y = np.insert(x, gap + 1, place), np.insert(y, gap + 1, energy(place))
    return x
    ### END SOLUTION


# %% tags=["test:ps5_asked_places"]
practice(assignment, "ps5_asked_places", asked_places, lang)

# %% [markdown] lang="en"
# ## 11. When does it pay? (7 points, in words)
#
# A colleague plans a project like that of exercise 7 and asks whether to use active learning. Answer in 200 to 300 words:
#
# - On what does the saving in **money** hang? Give at least one number that you worked out, such as a break-even price with the numbers of exercise 9 at one dollar a GPU-hour.
# - Is the saving in **labels** a result or an assumption? Name a case of lesson 12 in which active learning gained and one in which it lost, and say how to find out for a project of one's own.
# - What happens to the calendar **time**?
# - How does your colleague know that the model is **good enough**?
# - What do you advise, and for which project?

# %% [markdown] lang="ja" en="cf438cc4"
# ## 問 11. いつ得をするか（7 点、記述）
#
# 同僚が、問 7 のようなプロジェクトを計画していて、能動学習を使うべきかどうかを尋ねています。600〜800 字程度で答えてください。
#
# - **費用**の節約は何で決まりますか。自分で計算した数を、少なくとも 1 つ示してください。たとえば、問 9 の値で 1 GPU 時間を 1 ドルとしたとき、どの価格で逆転するかです。
# - **ラベル**の節約は、結果でしょうか、それとも仮定でしょうか。レッスン 12 から、能動学習で得をした例と損をした例を 1 つずつ挙げ、自分のプロジェクトではどうすれば確かめられるかを述べてください。
# - かかる**時間**はどうなりますか。
# - モデルが**十分に正確**であることは、どうすればわかりますか。
# - どんなプロジェクトについて、何を勧めますか。

# %% [markdown] lang="en" tags=["written:ps5_when_it_pays"]
# Money: plan A takes 16,500 node-hours and 88 GPU-hours on average, plan B 1,900 and 172. With a GPU-hour at one dollar, B is the cheaper one as soon as a node-hour costs more than 84.4 / 14,600 dollars, 0.6 cents. So it hangs on how many labels are saved and on what one costs; the price of the GPU hardly matters.
#
# But 16,500 and 1,900 were put in. On the copper pool of mlearn the most uncertain choice needed 4.5 times fewer labels than chance, on formate more than chance (a ratio of 0.69), and a choice by variety 1.9 times fewer. It depends on pool, model, rule and measure of error. I would run the loop and chance side by side on a small part, with several seeds.
#
# Time: rounds wait for each other. B takes 14.2 days and A 26.0, but 14 of A's are planning; with 3 days of planning B saves 5.6 %, and if B needs as many labels as A it is the slower one.
#
# That the committee agrees proves nothing: models that lack the same data agree in being wrong. Keep labelled structures that nobody trains on, and stop by their error, several rounds in a row.
#
# Advice: with DFT labels of an hour each and rare events to be found, yes. With cheap labels, or a pool much like what will be simulated, draw at random, or for variety.

# %% [markdown] lang="ja" tags=["written:ps5_when_it_pays"] en="7b66319b"
# 費用：期待値で、計画 A は 16,500 ノード時間と 88 GPU 時間、計画 B は 1,900 ノード時間と 172 GPU 時間を使います。1 GPU 時間を 1 ドルとすると、1 ノード時間が 84.4 / 14,600 ドル、つまり 0.6 セントより高ければ、B のほうが安くなります。費用の節約を決めるのは、節約できるラベルの数とラベル 1 個の価格で、GPU の価格はほとんど効きません。
#
# ただし、16,500 と 1,900 は与えられた値です。mlearn の銅のプールでは、最も不確実なものから選ぶと、ラベルは無作為な選び方の 4.5 分の 1 で済みました。一方、formate では無作為な選び方より多く必要で（効率は 0.69 倍）、多様さを求める選び方では 1.9 分の 1 でした。プール、モデル、選び方、誤差の測り方の組み合わせで決まります。まず一部分で、ループと無作為な選び方を、いくつかの種で並べて動かします。
#
# 時間：反復は順番を待ちます。B は 14.2 日、A は 26.0 日ですが、A の 14 日は計画です。計画が 3 日なら節約は 5.6 % しか残らず、B に A と同じ数のラベルが必要なら、B のほうが遅くなります。
#
# コミッティの意見が一致しても、何の証明にもなりません。同じデータを知らないモデルは、そろって間違えます。訓練に使わないラベル付きの構造を残し、その誤差が何回か続けて小さくなったら止めます。
#
# 勧め：ラベルが 1 個 1 時間の DFT で、まれな事象を見つけたいなら、使うとよいでしょう。ラベルが安いか、プールがシミュレーションするものとよく似ているなら、無作為に、または多様さを求めて選びます。
