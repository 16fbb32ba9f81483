# ---
# jupyter:
#   card: {learn_minutes: 240, run_seconds: 60, memory_mb: 1000}
# ---

# %% [markdown] lang="en"
# # Assignment 6: at full size
#
# Nine exercises and a report, 50 points: what happens in a training step, what precision costs, how to stop and go on, how to choose and report honestly, and at last a training at full size with its learning curve. They go with lessons 05, 08 and 09.
#
# - Write each answer in place of `raise NotImplementedError()`. Everything that it uses must stand **in its own cell** (numpy is there as `np`): answers are checked one by one.
# - The cell below each answer tests it at once, with new numbers each time you run it, and says which idea to look at again. Run it as often as you like.
# - Exercises 1 to 8 are to be solved with numpy and Python alone. Energies are in eV and lengths in Å, where nothing else is said.
# - Exercise 7 is **personal**: element, cutoff and seed follow from your id. Write your id into the next cell, as your instructor has it; the marks go by the name of the folder that you hand in.
# - Everything runs on a CPU in a minute. On a kernel with a GPU the last training is a real one: the notebook asks its kernel what it has, and says what it takes. You may also choose by hand, in the next cell.

# %% [markdown] lang="ja" en="20f27825"
# # 課題 6：実際の規模で訓練する
#
# 9 問とレポートで、合計 50 点です。訓練の 1 ステップで何が起こるか、精度を下げると何が失われるか、中断して続けるにはどうするか、正直に選び、報告するにはどうするかを調べ、最後に、実際の規模で訓練して学習曲線を求めます。レッスン 05、08、09 に対応しています。
#
# - 解答は `raise NotImplementedError()` の代わりに書いてください。解答は 1 つずつ単独で調べるので、使うものはすべて**同じセルの中に**書いてください（numpy は `np` として使えます）。
# - 解答の下のセルを実行すると、その場で調べて、見直すべき考え方を教えてくれます。数値は毎回変わります。何度実行してもかまいません。
# - 問 1 から問 8 は、numpy と Python だけで解いてください。断りのないかぎり、エネルギーの単位は eV、長さの単位は Å です。
# - 問 7 は**一人ひとり異なります**。元素、カットオフ、乱数の種が id から決まります。次のセルに、履修者名簿にある自分の id を書いてください。採点では、提出したフォルダの名前を id とみなします。
# - すべて CPU で 1 分以内に終わります。GPU のあるカーネルでは、最後の訓練が実際の規模になります。何が使えるかはノートブックがカーネルに問い合わせ、その答えを表示します。次のセルで、自分で選ぶこともできます。

# %%
student = "student"  # your id
size = device = None  # as the kernel offers; by hand, for instance: size, device = "full", "cpu"

# %% tags=["given:ps6_full_size_imports"]
import numpy as np

from mlp_teach.grading.practice import practice
from mlp_teach.grading.variant import variant
from mlp_teach.kernels.offer import kernel_offer

lang = "en"
assignment = "ps6_full_size"
print(variant(student).say(lang))
offer = kernel_offer(lang)
own = offer.device if offer.size == "full" else "cpu"  # other GPUs were never tried
size, device = size or offer.size, device or own
print(offer.message, f"({size = }, {device = })")

# %% [markdown] lang="en"
# ## 1. The learning rate (3 points)
#
# Large networks are often trained with a *warm-up*: the learning rate rises for the first `warm` steps, while Adam has seen few gradients, and then falls along half a cosine. Steps are counted from 0 to `steps` - 1. Return the rate of one of them:
#
# $$\eta_k = \eta_\text{high}\,\frac{k + 1}{n_\text{warm}} \quad (k < n_\text{warm}), \qquad \eta_k = \eta_\text{low} + \tfrac12(\eta_\text{high} - \eta_\text{low})\,(1 + \cos\pi t_k) \quad (k \ge n_\text{warm}),$$
#
# where $t_k$ grows in equal steps from 0 at $k = n_\text{warm}$ to 1 in the last step.
#
# <details><summary>Hint 1</summary>How many steps lie between number <code>warm</code> and number <code>steps - 1</code>?</details>
# <details><summary>Hint 2</summary>Try the ends: the rate must be <code>high</code> for k = warm - 1 and for k = warm, and <code>low</code> for k = steps - 1.</details>

# %% [markdown] lang="ja" en="1ed56968"
# ## 問 1. 学習率（3 点）
#
# 大きなネットワークの訓練では、**ウォームアップ**（warm-up）がよく使われます。Adam がまだ少しの勾配しか見ていない最初の `warm` ステップでは学習率を上げていき、その後は余弦の半波長分に沿って下げます。ステップは 0 から `steps` - 1 まで数えます。その 1 つのステップの学習率
#
# $$\eta_k = \eta_\text{high}\,\frac{k + 1}{n_\text{warm}} \quad (k < n_\text{warm}), \qquad \eta_k = \eta_\text{low} + \tfrac12(\eta_\text{high} - \eta_\text{low})\,(1 + \cos\pi t_k) \quad (k \ge n_\text{warm})$$
#
# を返してください。$t_k$ は、$k = n_\text{warm}$ の 0 から最後のステップの 1 まで、等間隔で増えます。
#
# <details><summary>ヒント 1</summary>番号 <code>warm</code> から番号 <code>steps - 1</code> までに、何ステップありますか。</details>
# <details><summary>ヒント 2</summary>端を確かめます。学習率は、k = warm - 1 と k = warm で <code>high</code>、k = steps - 1 で <code>low</code> にならなければなりません。</details>


# %% tags=["answer:ps6_learning_rate"]
def learning_rate(step, steps, warm, high, low):
    """The learning rate of step number `step`, which is a whole number from 0 to steps - 1."""
    ### BEGIN SOLUTION
    if step < warm:
        return high * (step + 1) / warm
    t = (step - warm) / (steps - 1 - warm)
    return low + 0.5 * (high - low) * (1 + np.cos(np.pi * t))
    ### END SOLUTION


# %% tags=["test:ps6_learning_rate"]
practice(assignment, "ps6_learning_rate", learning_rate, lang)

# %% [markdown] lang="en"
# ## 2. An error report (4 points)
#
# What a paper prints about a potential: MAE and RMSE of the energies in **meV/atom**, MAE and RMSE of the forces in **meV/Å**, and, because a mean over all atoms hides the rare ones, the MAE of the forces on each element.
#
# The function gets the true and the predicted energies of some structures (eV, one each), the true and the predicted forces of all their atoms (eV/Å, one row an atom, one structure after the other), the atomic number of each atom, and the number of atoms of each structure. Return three things: MAE and RMSE of the energies; MAE and RMSE of the forces; the MAE of the forces of each element that is there, in the order of the atomic numbers.
#
# <details><summary>Hint 1</summary>Which of the errors have to be divided by a number of atoms, and before or after the mean?</details>
# <details><summary>Hint 2</summary><code>np.unique(numbers)</code> gives the elements in order; <code>numbers == z</code> chooses the rows of one of them.</details>

# %% [markdown] lang="ja" en="e7d04a68"
# ## 問 2. 誤差の報告（4 点）
#
# ポテンシャルの論文に載っている数値を求めます。エネルギーの MAE と RMSE（**meV/atom**）、力の MAE と RMSE（**meV/Å**）、そして元素ごとの力の MAE です。全原子についての平均だけでは、数の少ない元素の誤差が隠れてしまうからです。
#
# 関数が受け取るのは、いくつかの構造の正しいエネルギーと予測したエネルギー（eV、構造ごとに 1 つ）、全原子についての正しい力と予測した力（eV/Å、1 行が 1 原子で、構造の順に並びます）、各原子の原子番号、各構造の原子数です。次の 3 つを返してください。エネルギーの MAE と RMSE、力の MAE と RMSE、そして、含まれる元素ごとの力の MAE（原子番号の順）です。
#
# <details><summary>ヒント 1</summary>原子数で割るのはどの誤差ですか。それは平均の前ですか、後ですか。</details>
# <details><summary>ヒント 2</summary><code>np.unique(numbers)</code> は元素を順に返します。<code>numbers == z</code> で、1 つの元素の行を選べます。</details>


# %% tags=["answer:ps6_error_report"]
def error_report(energies, forces, energies_model, forces_model, numbers, sizes):
    """[MAE, RMSE] in meV/atom, [MAE, RMSE] in meV/Å, and [MAE of each element] in meV/Å."""

    ### BEGIN SOLUTION
    def both(errors):
        return [np.abs(errors).mean(), np.sqrt((errors**2).mean())]

    e = 1000 * (energies_model - energies) / sizes
    f = 1000 * (forces_model - forces)
    of_elements = [np.abs(f[numbers == z]).mean() for z in np.unique(numbers)]
    return both(e), both(f), of_elements
    ### END SOLUTION


# %% tags=["test:ps6_error_report"]
practice(assignment, "ps6_error_report", error_report, lang)

# %% [markdown] lang="en"
# ## 3. Find the error: lost digits (3 points)
#
# Graphics cards like `float32`, which has seven digits. Codes that treat all electrons give total energies below −10⁵ eV, and the bonds are in the last few digits. So one learns the energy per atom beyond that of the free atoms,
#
# $$\frac{1}{N}\Big(E - \sum_a n_a E_{0,a}\Big),$$
#
# with $n_a$ atoms of element $a$ in the structure and the energy $E_{0,a}$ of a free one. The next function does this, yet a network trained on what it returns never got below 1 meV/atom. Find its error, and write the function without it. The result must still be `float32`.
#
# <details><summary>Hint 1</summary>What is the distance of neighbouring <code>float32</code> numbers near 100,000? <code>np.spacing(np.float32(1e5))</code> tells.</details>
# <details><summary>Hint 2</summary>All arrays that come in are float64. At which moment may the digits be dropped?</details>

# %% [markdown] lang="ja" en="dff63b8a"
# ## 問 3. 誤りを探す：失われた桁（3 点）
#
# GPU が得意とする `float32` には、7 桁の精度しかありません。一方、すべての電子を扱う計算コードの全エネルギーは、絶対値が 10⁵ eV を超えることもあり、結合のエネルギーはその末尾の数桁にすぎません。そこで、孤立原子のエネルギーを引いた、1 原子あたりのエネルギー
#
# $$\frac{1}{N}\Big(E - \sum_a n_a E_{0,a}\Big)$$
#
# を学習します。$n_a$ は構造に含まれる元素 $a$ の原子数、$E_{0,a}$ はその孤立原子のエネルギーです。次の関数はこれを計算していますが、返された値で訓練したネットワークの誤差は、1 meV/atom より小さくなりませんでした。誤りを見つけて、誤りのない関数を書いてください。結果はやはり `float32` でなければなりません。
#
# <details><summary>ヒント 1</summary>100,000 の近くで、隣り合う <code>float32</code> の数はどれだけ離れていますか。<code>np.spacing(np.float32(1e5))</code> でわかります。</details>
# <details><summary>ヒント 2</summary>渡される配列はすべて float64 です。桁を捨ててよいのは、どの時点ですか。</details>


# %% tags=["given:ps6_learning_targets_given"]
def learning_targets_with_error(energies, counts, e0):
    energies, e0 = energies.astype(np.float32), e0.astype(np.float32)
    counts = counts.astype(np.float32)
    return (energies - counts @ e0) / counts.sum(axis=1)


# %% tags=["answer:ps6_learning_targets"]
def learning_targets(energies, counts, e0):
    """float32 targets (eV/atom) from total energies (eV), counts (structures, elements) and E0."""
    ### BEGIN SOLUTION
    bound = energies - counts @ e0  # in double precision
    return (bound / counts.sum(axis=1)).astype(np.float32)
    ### END SOLUTION


# %% tags=["test:ps6_learning_targets"]
practice(assignment, "ps6_learning_targets", learning_targets, lang)

# %% [markdown] lang="en"
# ## 4. A large batch on a small card (4 points)
#
# A batch that does not fit into memory is cut into smaller ones, one after the other, and only then the parameters make their step. The gradients must be put together so that nobody can tell: for the loss
#
# $$L = w_E\,\mathrm{MSE}(E/N) + w_F\,\mathrm{MSE}(F)$$
#
# of **all** structures together. For each small batch you get $\partial\,\mathrm{MSE}(E/N)/\partial\theta$ and $\partial\,\mathrm{MSE}(F)/\partial\theta$, where each MSE is the mean over that batch alone (of structures, and of force components), and how many structures and atoms are in it. The last batch may be smaller than the others.
#
# <details><summary>Hint 1</summary>A mean over everything is a sum over everything, divided once. Turn each mean of a batch back into a sum.</details>
# <details><summary>Hint 2</summary>How many terms are in the mean of the energies, and how many in that of the forces?</details>

# %% [markdown] lang="ja" en="866df6af"
# ## 問 4. 小さなカードで大きなバッチを（4 点）
#
# メモリに入りきらないバッチは、小さなバッチに分けて 1 つずつ計算し、その後で初めてパラメータを 1 ステップ進めます。勾配は、分けたことがわからないようにまとめなければなりません。すなわち、**すべての**構造をまとめた損失
#
# $$L = w_E\,\mathrm{MSE}(E/N) + w_F\,\mathrm{MSE}(F)$$
#
# の勾配です。小さなバッチごとに、$\partial\,\mathrm{MSE}(E/N)/\partial\theta$ と $\partial\,\mathrm{MSE}(F)/\partial\theta$、含まれる構造の数と原子の数が渡されます。MSE はどちらも、そのバッチの中だけの平均（エネルギーは構造について、力は成分について）です。最後のバッチは、ほかより小さいことがあります。
#
# <details><summary>ヒント 1</summary>全体の平均は、全体の和を 1 回だけ割ったものです。バッチごとの平均を和に戻します。</details>
# <details><summary>ヒント 2</summary>エネルギーの平均には、いくつの項が入っていますか。力の平均ではどうですか。</details>


# %% tags=["answer:ps6_accumulated_gradient"]
def accumulated_gradient(energy_gradients, force_gradients, structures, atoms, w_E, w_F):
    """The gradient of L. Two arrays (batches, parameters), and two with a number for each batch."""
    ### BEGIN SOLUTION
    of_energy = structures @ energy_gradients / structures.sum()
    of_forces = atoms @ force_gradients / atoms.sum()  # three components for each atom
    return w_E * of_energy + w_F * of_forces
    ### END SOLUTION


# %% tags=["test:ps6_accumulated_gradient"]
practice(assignment, "ps6_accumulated_gradient", accumulated_gradient, lang)

# %% [markdown] lang="en"
# ## 5. One training step (5 points)
#
# What `mlp_teach.training.state.State.step` does after the gradient $g$ is known, by hand. Step number $k$ is counted from 0.
#
# 1. **Clip.** Is $|g|$ longer than `clip`, shorten it to `clip`; its direction stays.
# 2. **Remember.** $m \leftarrow 0.9\,m + 0.1\,g$ and $v \leftarrow 0.999\,v + 0.001\,g^2$, component by component.
# 3. **Step.** $\theta \leftarrow \theta - \eta\,\hat m / (\sqrt{\hat v} + 10^{-8})$ with $\hat m = m / (1 - 0.9^{k+1})$ and $\hat v = v / (1 - 0.999^{k+1})$: both means started from zero.
# 4. **Average.** $\bar\theta \leftarrow d\,\bar\theta + (1 - d)\,\theta$ with the new $\theta$ and $d = \min\left(\text{decay}, \frac{1 + k}{10 + k}\right)$.
#
# Return $\theta$, the two rows $m, v$ (not $\hat m, \hat v$), and $\bar\theta$.
#
# <details><summary>Hint 1</summary><code>np.linalg.norm</code> gives the length, and <code>min(1, clip / length)</code> is 1 where nothing is to be done.</details>
# <details><summary>Hint 2</summary>Test yourself: in the first step every parameter moves by about the learning rate, whatever its gradient is.</details>

# %% [markdown] lang="ja" en="c88f2756"
# ## 問 5. 訓練の 1 ステップ（5 点）
#
# 勾配 $g$ が求まった後に `mlp_teach.training.state.State.step` が行うことを、手で書きます。ステップの番号 $k$ は 0 から数えます。
#
# 1. **切り詰める**（clip）　$|g|$ が `clip` より長ければ、向きを変えずに `clip` まで短くします。
# 2. **記憶する**　成分ごとに、$m \leftarrow 0.9\,m + 0.1\,g$、$v \leftarrow 0.999\,v + 0.001\,g^2$ とします。
# 3. **進む**　$\theta \leftarrow \theta - \eta\,\hat m / (\sqrt{\hat v} + 10^{-8})$ とします。ここで $\hat m = m / (1 - 0.9^{k+1})$、$\hat v = v / (1 - 0.999^{k+1})$ です。2 つの平均が 0 から始まっていることを補正しています。
# 4. **平均する**　新しい $\theta$ を使って $\bar\theta \leftarrow d\,\bar\theta + (1 - d)\,\theta$ とします。ここで $d = \min\left(\text{decay}, \frac{1 + k}{10 + k}\right)$ です。
#
# $\theta$、2 行の配列 $m, v$（$\hat m, \hat v$ ではありません）、$\bar\theta$ を返してください。
#
# <details><summary>ヒント 1</summary>長さは <code>np.linalg.norm</code> で求まります。<code>min(1, clip / length)</code> は、何もしなくてよいとき 1 になります。</details>
# <details><summary>ヒント 2</summary>自分で確かめられます。最初のステップでは、勾配の大きさにかかわらず、どのパラメータもほぼ学習率の分だけ動きます。</details>


# %% tags=["answer:ps6_training_step"]
def training_step(parameters, gradient, memory, average, step, rate, clip, decay):
    """New parameters, memory (two rows: m, v) and average of the parameters."""
    ### BEGIN SOLUTION
    gradient = gradient * min(1.0, clip / np.linalg.norm(gradient))
    m = 0.9 * memory[0] + 0.1 * gradient
    v = 0.999 * memory[1] + 0.001 * gradient**2
    m_hat, v_hat = m / (1 - 0.9 ** (step + 1)), v / (1 - 0.999 ** (step + 1))
    parameters = parameters - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
    decay = min(decay, (1 + step) / (10 + step))
    average = decay * average + (1 - decay) * parameters
    return parameters, np.array([m, v]), average
    ### END SOLUTION


# %% tags=["test:ps6_training_step"]
practice(assignment, "ps6_training_step", training_step, lang)

# %% [markdown] lang="en"
# ## 6. Find two errors: an error that is too good (5 points)
#
# The next function fits a linear model by gradient descent, follows the weights with a moving average, and returns the best epoch (counted from 0), the RMSE on the test part, and the weights. The errors that it reported were always a little lower than those of later simulations. It has two errors, one of them a question of honesty. Find them, and write the function without them: what is judged and kept is the **average** after each epoch, and the test part is used once, at the end.
#
# `training`, `validation` and `test` are pairs `x, y`.
#
# <details><summary>Hint 1</summary>Which of the three parts decides here, and which should?</details>
# <details><summary>Hint 2</summary>Where is <code>average</code> used?</details>

# %% [markdown] lang="ja" en="8975c01d"
# ## 問 6. 2 つの誤りを探す：よすぎる誤差（5 点）
#
# 次の関数は、線形モデルを勾配降下法で当てはめながら、重みの移動平均をとり、最良のエポック（0 から数える）、テスト用データの RMSE、重みを返します。この関数の報告する誤差は、後のシミュレーションでの誤差より、いつも少し小さくなっていました。誤りが 2 つあり、1 つは正直さの問題です。それらを見つけて、誤りのない関数を書いてください。評価し、残すのは、各エポックの後の**平均**です。テスト用データは、最後に 1 度だけ使います。
#
# `training`、`validation`、`test` は、それぞれ `x, y` の組です。
#
# <details><summary>ヒント 1</summary>3 つのデータのうち、ここではどれが決めていますか。どれが決めるべきですか。</details>
# <details><summary>ヒント 2</summary><code>average</code> はどこで使われていますか。</details>


# %% tags=["given:ps6_fit_honestly_given"]
def fit_with_two_errors(training, validation, test, epochs, rate, decay):
    (x, y), lowest = training, np.inf
    weights = average = np.zeros(x.shape[1])
    for epoch in range(epochs):
        weights = weights - rate * 2 * x.T @ (x @ weights - y) / len(y)
        average = decay * average + (1 - decay) * weights
        x_test, y_test = test
        error = np.sqrt(np.mean((x_test @ weights - y_test) ** 2))
        if error < lowest:
            chosen, lowest, best = epoch, error, weights
    return chosen, lowest, best


# %% tags=["answer:ps6_fit_honestly"]
def fit_honestly(training, validation, test, epochs, rate, decay):
    """The best epoch, the RMSE of its weights on the test part, and these weights."""
    ### BEGIN SOLUTION
    (x, y), lowest = training, np.inf
    weights = average = np.zeros(x.shape[1])
    for epoch in range(epochs):
        weights = weights - rate * 2 * x.T @ (x @ weights - y) / len(y)
        average = decay * average + (1 - decay) * weights
        error = np.mean((validation[0] @ average - validation[1]) ** 2)
        if error < lowest:
            chosen, lowest, best = epoch, error, average
    return chosen, np.sqrt(np.mean((test[0] @ best - test[1]) ** 2)), best
    ### END SOLUTION


# %% tags=["test:ps6_fit_honestly"]
practice(assignment, "ps6_fit_honestly", fit_honestly, lang)

# %% [markdown] lang="en"
# ## 7. Your experiment (6 points)
#
# A training begins with a file that says all of it. Write a function that returns the text of such a file, for `mlp-teach train`, with **your** element, cutoff and seed (the second code cell shows them). Its form is that of the files in `experiments/`; `help(mlp_teach.training.experiment_file)` tells what stands where:
#
# ```toml
# [data]
# set = "…"
# test = "…"
# validation = …
# seed = …
# precision = "float32"
#
# [model]
# class = "mlp_teach.models.schnet:SchNet"
# elements = […]
# features = …
# layers = 3
# expansion = {kind = "GaussianSmearing", n = 25, cutoff = …}
#
# [training]
# epochs = …
# batch_size = …
# seed = …
# weights = {energy = …, forces = …}
# ```
#
# - The frames lie in `train_X.xyz` and `test_X.xyz`, where X is the symbol of your element. The first has `frames` frames, and 20 of these are for validation.
# - Both seeds are yours. Batches have 10 structures. The stress has no weight (that is how it is if nothing is said).
# - The weights make an energy error of 1 meV/atom count as much as a force error of `exchange` meV/Å.
# - `size` is one setting: `"small"` has 16 features and 2 epochs, to see that all runs; `"full"` has 64 features and as few whole epochs as give at least 20,000 steps. Nothing else changes.
#
# Only the text is checked; nothing is trained.
#
# <details><summary>Hint 1</summary>An f-string can hold the whole file; a brace that shall stand there is written twice: <code>{{</code>.</details>
# <details><summary>Hint 2</summary>Lesson 05: an energy error a costs as much as a force error a √(w_E / w_F).</details>
# <details><summary>Hint 3</summary>An epoch has as many steps as there are batches in the training part, the last of which may be smaller; frames for validation make no steps. Rounding up is <code>-(-a // b)</code>.</details>

# %% [markdown] lang="ja" en="aaee7bc7"
# ## 問 7. 自分の実験（6 点）
#
# 訓練は、そのすべてを書いたファイルから始まります。**自分の**元素、カットオフ、種を使って（2 番目のコードセルに表示されています）、`mlp-teach train` のためのファイルの文字列を返す関数を書いてください。形式は `experiments/` のファイルと同じです。どこに何を書くかは `help(mlp_teach.training.experiment_file)` でわかります。
#
# ```toml
# [data]
# set = "…"
# test = "…"
# validation = …
# seed = …
# precision = "float32"
#
# [model]
# class = "mlp_teach.models.schnet:SchNet"
# elements = […]
# features = …
# layers = 3
# expansion = {kind = "GaussianSmearing", n = 25, cutoff = …}
#
# [training]
# epochs = …
# batch_size = …
# seed = …
# weights = {energy = …, forces = …}
# ```
#
# - 配置は `train_X.xyz` と `test_X.xyz` にあります。X は自分の元素の記号です。前者には `frames` 個の配置があり、そのうち 20 個を検証用にします。
# - 種は 2 か所とも自分のものにします。バッチは 10 構造です。応力の重みは 0 にします（何も書かなければ 0 です）。
# - 1 meV/atom のエネルギーの誤差が、`exchange` meV/Å の力の誤差と同じ重さになるように、重みを決めます。
# - `size` は 1 つの設定です。`"small"` は、すべてが動くことを確かめるためのもので、features は 16、エポックは 2 回です。`"full"` では features を 64 とし、ステップ数が 20,000 以上になる最小のエポック数にします。ほかは何も変えません。
#
# 調べるのは文字列だけです。訓練は行いません。
#
# <details><summary>ヒント 1</summary>f 文字列にファイル全体を書けます。波括弧そのものは <code>{{</code> のように 2 つ重ねて書きます。</details>
# <details><summary>ヒント 2</summary>レッスン 05：大きさ a のエネルギーの誤差は、大きさ a √(w_E / w_F) の力の誤差と同じ重さになります。</details>
# <details><summary>ヒント 3</summary>1 エポックのステップ数は、訓練データのバッチの数です（最後のバッチは小さくてもかまいません）。検証用の配置ではステップは進みません。切り上げは <code>-(-a // b)</code> と書けます。</details>


# %% tags=["answer:ps6_experiment_text"]
def experiment_text(size, frames, exchange):
    """The text of a TOML file. `size` is "small" or "full"; `exchange` in meV/Å for 1 meV/atom."""
    ### BEGIN SOLUTION
    element, number, cutoff, seed = "Au", 79, 5.8, 866  # of the id "student"
    steps = -(-(frames - 20) // 10)
    features, epochs = {"small": (16, 2), "full": (64, -(-20000 // steps))}[size]
    expansion = f'{{kind = "GaussianSmearing", n = 25, cutoff = {cutoff}}}'
    weights = f"{{energy = {exchange**2}, forces = 1.0}}"
    return f"""
data = {{set = "train_{element}.xyz", test = "test_{element}.xyz", validation = {20 / frames}, seed = {seed}, precision = "float32"}}
model = {{class = "mlp_teach.models.schnet:SchNet", elements = [{number}], features = {features}, layers = 3, expansion = {expansion}}}
training = {{epochs = {epochs}, batch_size = 10, seed = {seed}, weights = {weights}}}"""
    ### END SOLUTION


# %% tags=["test:ps6_experiment_text"]
practice(assignment, "ps6_experiment_text", experiment_text, lang, student)

# %% [markdown] lang="en"
# ## 8. Stop, and go on bit for bit (6 points)
#
# Long trainings are interrupted: the machine is needed, the time is over, the power fails. What was saved must suffice to go on **as if nothing had happened**, to the last bit.
#
# The loop below trains without a stop. `update` makes one step; the state has three rows, weights, momentum and moving average, and the rate falls with the number of the step. Write it again so that it trains for `epochs` *further* epochs, from a `checkpoint` or, where that is `""`, from the beginning, and returns the new checkpoint: a text, the JSON of a list whose first entry is the state (a list of three lists of numbers). What else stands in the list is up to you.
#
# <details><summary>Hint 1</summary>What does the loop change while it runs? Four things, and one of them is inside <code>order</code>.</details>
# <details><summary>Hint 2</summary><code>order.bit_generator.state</code> can be read, and written again; <code>json.dumps</code> takes it as it is.</details>
# <details><summary>Hint 3</summary><code>json.dumps</code> takes lists, not arrays: <code>state.tolist()</code>. It writes all digits.</details>

# %% [markdown] lang="ja" en="0fe38ad5"
# ## 問 8. 中断し、ビット単位で正確に続ける（6 点）
#
# 長い訓練は中断されることがあります。コンピュータを明け渡す、制限時間が来る、停電する、といった場合です。保存したものだけから、**何もなかったかのように**、最後の 1 ビットまで同じに続けられなければなりません。
#
# 下のループは、中断せずに訓練します。`update` が 1 ステップ進めます。状態は 3 行（重み、モーメンタム、移動平均）で、学習率はステップの番号とともに下がります。これを書き直して、`checkpoint` から（`""` なら最初から）始めて**さらに** `epochs` エポック訓練し、新しいチェックポイントを返すようにしてください。チェックポイントは文字列で、最初の要素が状態（数のリスト 3 つからなるリスト）であるリストの JSON です。リストにほかに何を入れるかは自由です。
#
# <details><summary>ヒント 1</summary>ループが進む間に変わるものは何ですか。4 つあり、1 つは <code>order</code> の中にあります。</details>
# <details><summary>ヒント 2</summary><code>order.bit_generator.state</code> は読み出すことも、書き戻すこともできます。<code>json.dumps</code> にそのまま渡せます。</details>
# <details><summary>ヒント 3</summary><code>json.dumps</code> に渡せるのは配列ではなくリストです（<code>state.tolist()</code>）。桁はすべて書き出されます。</details>


# %% tags=["given:ps6_resumable_given"]
def update(state, step, x, y):
    weights, momentum, average = state
    momentum = 0.9 * momentum + 2 * x.T @ (x @ weights - y) / len(y)
    weights = weights - 0.02 / (1 + 0.05 * step) * momentum
    return np.array([weights, momentum, 0.95 * average + 0.05 * weights])


def train_at_once(update, x, y, epochs):
    state, step, order = np.zeros((3, x.shape[1])), 0, np.random.default_rng(0)
    for _ in range(epochs):
        for batch in np.split(order.permutation(len(x)), len(x) // 8):
            state = update(state, step, x[batch], y[batch])
            step += 1
    return state


# %% tags=["answer:ps6_resumable"]
def resumable(update, x, y, epochs, checkpoint):
    """The checkpoint after so many further epochs, a text; x has a multiple of 8 rows."""
    ### BEGIN SOLUTION
    import json

    state, step, order = np.zeros((3, x.shape[1])), 0, np.random.default_rng(0)
    if checkpoint:
        state, step, order.bit_generator.state = json.loads(checkpoint)
    for _ in range(epochs):
        for batch in np.split(order.permutation(len(x)), len(x) // 8):
            state = update(np.array(state), step, x[batch], y[batch])
            step += 1
    return json.dumps([np.array(state).tolist(), step, order.bit_generator.state])
    ### END SOLUTION


# %% tags=["test:ps6_resumable"]
practice(assignment, "ps6_resumable", resumable, lang)

# %% [markdown] lang="en"
# ## 9. A learning curve (5 points)
#
# Now with the library. How does the error fall with the number $n$ of training frames? Train a model for each size in `sizes`, with the first $n$ training frames, and return the test MAE of the forces of each (meV/Å), and the exponent $a$ of the law $c\,n^{-a}$ that fits them best in logarithms.
#
# `plan` is an `Experiment`; `training`, `validation` and `test` are lists of ASE atoms with labels. For a fair curve every size starts from the same untrained model, has the same validation and test part, and makes (nearly) the same number of steps. `sizes_of(Sizes(sizes), len(training), plan.training)` in `mlp_teach.training.subsets` takes care of the last: each thing that it gives has `part(training)`, what an epoch shows, and `settings`.
#
# You need `build_model`, `make_data` (with `plan.precision`) and `train` of `mlp_teach.training.experiment`, and `compare` of `mlp_teach.training.metrics`. Pass `device` on to `train`.
#
# <details><summary>Hint 1</summary>Inside the loop over sizes: build, make three data parts, train, compare.</details>
# <details><summary>Hint 2</summary>Look how <code>_point</code> and <code>measure</code> in <code>mlp_teach/training/learning_curve.py</code> do it.</details>
# <details><summary>Hint 3</summary>ln(c n^-a) = ln c - a ln n is a straight line: <code>np.polyfit(x, y, 1)</code>.</details>

# %% [markdown] lang="ja" en="3519b816"
# ## 問 9. 学習曲線（5 点）
#
# いよいよライブラリを使います。訓練に使う配置の数 $n$ を増やすと、誤差はどのように減るでしょうか。`sizes` のそれぞれのサイズについて、訓練用の最初の $n$ 配置でモデルを訓練し、テスト用データでの力の MAE（meV/Å）と、対数で見て最もよく合う法則 $c\,n^{-a}$ の指数 $a$ を返してください。
#
# `plan` は `Experiment` です。`training`、`validation`、`test` は、ラベルの付いた ASE の Atoms のリストです。公平な曲線にするには、どのサイズでも、同じ未訓練のモデルから始め、同じ検証用データとテスト用データを使い、（ほぼ）同じ数のステップを進めなければなりません。ステップ数は、`mlp_teach.training.subsets` の `sizes_of(Sizes(sizes), len(training), plan.training)` がそろえてくれます。これが返すものには、1 エポックで見せる配置 `part(training)` と `settings` があります。
#
# 必要なのは、`mlp_teach.training.experiment` の `build_model`、`make_data`（`plan.precision` を渡します）、`train` と、`mlp_teach.training.metrics` の `compare` です。`device` は `train` に渡してください。
#
# <details><summary>ヒント 1</summary>サイズについてのループの中で、モデルを作り、3 つのデータを用意し、訓練し、比べます。</details>
# <details><summary>ヒント 2</summary><code>mlp_teach/training/learning_curve.py</code> の <code>_point</code> と <code>measure</code> を読んでみてください。</details>
# <details><summary>ヒント 3</summary>ln(c n^-a) = ln c - a ln n は直線です：<code>np.polyfit(x, y, 1)</code>。</details>

# %% tags=["answer:ps6_learning_curve"]
from mlp_teach.training import experiment, metrics, subsets


def learning_curve(plan, training, validation, test, sizes, device):
    """Test MAE of the forces (meV/Å) for each size, and the exponent a of c n^-a."""
    ### BEGIN SOLUTION
    errors = []
    for one in subsets.sizes_of(subsets.Sizes(sizes), len(training), plan.training):
        model, parts = experiment.build_model(plan), (one.part(training), validation, test)
        data = [experiment.make_data(model, part, plan.precision) for part in parts]
        experiment.train(model, data[0], data[1], one.settings, device=device)
        errors.append(metrics.compare(model, data[2]).mae("forces"))
    return errors, -np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    ### END SOLUTION


# %% tags=["test:ps6_learning_curve"]
practice(assignment, "ps6_learning_curve", learning_curve, lang)

# %% [markdown] lang="en"
# ## 10. At full size: the report (9 points)
#
# The cells below train a SchNet on ethanol with your `learning_curve`, at the `size` and on the `device` that the first cells printed: those of the kernel's offer, or yours. `"small"` takes seconds and shows that all runs; after some 240 steps nothing has been learnt well, so do not believe its exponent. `"full"` has five trainings of 28,500 steps; one of that length took 6.4 minutes of CPU time (`experiments/schnet_ethanol.toml`). Change what you like: another shipped set, another model, other sizes. Run it at the largest size that you have time for, and report.

# %% [markdown] lang="ja" en="9db19bbb"
# ## 問 10. 実際の規模で：レポート（9 点）
#
# 下のセルは、問 9 の `learning_curve` を使い、エタノールについて SchNet を訓練します。`size` と `device` は、はじめのセルが表示したもの、つまりカーネルの提案か、自分で選んだものです。`"small"` は十数秒で終わり、すべてが動くことを確かめられます。ただし、240 ステップほどではまだよく学べていないので、その指数を信じてはいけません。`"full"` では、28,500 ステップの訓練を 5 回行います。同じ長さの訓練 1 回に、CPU 時間で 6.4 分かかった記録があります（`experiments/schnet_ethanol.toml`）。付属のほかのデータ、ほかのモデル、ほかのサイズなど、何を変えてもかまいません。時間の許す最大の規模で実行し、報告してください。

# %%
from mlp_teach.training.fit import Settings
from mlp_teach.training.losses import Weights

full = size == "full"
sizes = [60, 120, 240, 480, 950] if full else [10, 20, 40]
settings = Settings(
    epochs=300 if full else 30,
    batch_size=10 if full else 5,
    learning_rate=5e-3 if full else 1e-2,
    weights=Weights(energy=10.0, forces=1.0),
    average=0.999 if full else 0.9,
)
expansion = {"kind": "GaussianSmearing", "n": 25, "cutoff": 5.0}
model = {"elements": [1, 6, 8], "features": 64 if full else 24, "layers": 3 if full else 2}
model["expansion"] = expansion

# %%
import time

import torch

from mlp_teach.datasets import load
from mlp_teach.training.experiment import Experiment, split_frames

schnet = "mlp_teach.models.schnet:SchNet"
plan = Experiment("ethanol", 0.05, 0, torch.float32, 0.0, schnet, model, settings)
training, validation = split_frames(plan, load("ethanol", "train"))
few = slice(None, None, 1 if full else 20)  # a size in a hurry judges by fewer frames
data, started = (training[: sizes[-1]], validation[few]), time.perf_counter()
errors, exponent = learning_curve(plan, *data, load("ethanol", "test")[few], sizes, device)
print([f"{error:.1f} meV/Å" for error in errors], f"exponent {exponent:.2f}")
print(f"{time.perf_counter() - started:.1f} s, torch {torch.__version__}")

# %% [markdown] lang="en"
# Write one page, with numbers:
#
# 1. **What was run** (2 points): data and split, seed, model, steps, precision, device, versions, time; enough to repeat it.
# 2. **The errors** (2 points): of the test part at every size, with units, and beside them those of the training part at the largest size.
# 3. **The learning curve** (2 points): the exponent, and what it says. Would more frames help most, or more steps, or a larger network? How sure are you?
# 4. **A fair comparison** (2 points) with one published or recorded figure: same quantity, unit, mean, number of frames, data?
# 5. **A limit** (1 point): what these errors do not show.
#
# `mlp-teach learning-curve experiments/schnet_ethanol.toml --out FOLDER` does the same from the command line and prints the errors of the training part too; that file and its neighbours hold recorded results to compare with.

# %% [markdown] lang="ja" en="96d6f22c"
# 数値を示しながら、1 ページ程度で書いてください。
#
# 1. **何を実行したか**（2 点）：データと分割、乱数の種、モデル、ステップ数、精度、デバイス、バージョン、時間。これを読めば、同じことを繰り返せるように書きます。
# 2. **誤差**（2 点）：すべてのサイズでのテスト用データの誤差を、単位とともに示します。最大のサイズでは、訓練データの誤差も並べます。
# 3. **学習曲線**（2 点）：指数と、そこから言えること。最も効果があるのは、配置を増やすことですか、ステップを増やすことですか、ネットワークを大きくすることですか。それはどれくらい確かですか。
# 4. **公平な比較**（2 点）：論文の値、または記録された値を 1 つ選んで比べます。量、単位、平均のとり方、配置の数、データは同じですか。
# 5. **限界**（1 点）：この誤差からはわからないこと。
#
# `mlp-teach learning-curve experiments/schnet_ethanol.toml --out FOLDER` を使うと、同じことがコマンドラインででき、訓練データの誤差も表示されます。このファイルや同じ場所にあるファイルには、比較に使える結果が記録されています。

# %% [markdown] lang="en" tags=["written:ps6_report"]
# *An answer from the results recorded in `experiments/schnet_ethanol.toml`.*
#
# **What was run.** SchNet with 64 features and 3 layers, cutoff 5 Å, on ethanol (rMD17, as the course ships it). The first 100, 300 and 950 frames of the training part, 50 frames for validation (seed 0), the set's own 1,000 frames as the test. Adam with rates from 5·10⁻³ to 10⁻⁵, batches of 10, weights 100 (eV/atom)⁻² and 1 (eV/Å)⁻²; 5,670, 7,110 and 28,500 steps. float32, one CPU thread, torch 2.13.0; 1.3, 1.7 and 6.4 CPU minutes.
#
# **Errors** (MAE of the test part):
#
# | frames | forces, meV/Å | energy, meV/atom |
# |---|---|---|
# | 100 | 95.4 | 2.458 |
# | 300 | 67.6 | 2.135 |
# | 950 | 26.1 | 0.527 |
#
# With 950 frames it is 17.7 meV/Å and 0.343 meV/atom on the training part.
#
# **Learning curve.** All three points give about $n^{-0.58}$ for the forces. But the slope is 0.31 from 100 to 300 and 0.83 from 300 to 950, and the last model made four times as many steps. The small sizes were not trained to the end: half their steps gave 115.2 instead of 95.4 meV/Å with 100 frames. So the exponent mixes data and steps, and I would not extrapolate it. With 950 frames the training error (17.7) is not far below that of the test (26.1): more steps or a larger network may help as much as more frames. One seed, three points.
#
# **Comparison.** PaiNN of the same width, trained alike on the same frames, has 26.3 meV/Å (lesson 08): same data, split, mean and unit, so the two are equal here. A figure for SchNet on the older MD17 set (17 meV/Å from 1,000 frames, quoted from memory in the file) is an MAE in the same unit, but of other labels and a far longer training; it is no measure of this run.
#
# **A limit.** All frames come from one molecule at one temperature. The errors say nothing of reactions, of other molecules, or of whether a long simulation stays stable.

# %% [markdown] lang="ja" tags=["written:ps6_report"] en="cc27c432"
# *`experiments/schnet_ethanol.toml` に記録された結果を使った解答例です。*
#
# **何を実行したか**　features 64、3 層、カットオフ 5 Å の SchNet を、エタノール（コース付属の rMD17）で訓練しました。訓練用の最初の 100、300、950 配置を使い、検証用は 50 配置（種 0）、テストは付属のテスト用 1,000 配置です。Adam で学習率は 5·10⁻³ から 10⁻⁵、バッチは 10、重みは 100 (eV/atom)⁻² と 1 (eV/Å)⁻² です。ステップ数は 5,670、7,110、28,500 です。float32、CPU 1 スレッド、torch 2.13.0 で、CPU 時間は 1.3、1.7、6.4 分でした。
#
# **誤差**（テスト用データの MAE）：
#
# | 配置の数 | 力、meV/Å | エネルギー、meV/atom |
# |---|---|---|
# | 100 | 95.4 | 2.458 |
# | 300 | 67.6 | 2.135 |
# | 950 | 26.1 | 0.527 |
#
# 950 配置では、訓練データの誤差は 17.7 meV/Å と 0.343 meV/atom です。
#
# **学習曲線**　3 点すべてを使うと、力の誤差はおよそ $n^{-0.58}$ で減ります。しかし傾きは、100 から 300 では 0.31、300 から 950 では 0.83 で、最後のモデルはステップ数が 4 倍あります。小さいサイズは訓練が足りていません。100 配置では、ステップを半分にすると 95.4 ではなく 115.2 meV/Å でした。つまり、この指数にはデータの効果とステップの効果が混ざっており、外挿には使えません。950 配置では、訓練データの誤差（17.7）がテスト（26.1）とあまり離れていません。配置を増やすのと同じくらい、ステップを増やすことや、ネットワークを大きくすることにも効果がありそうです。種は 1 通り、点は 3 つだけです。
#
# **比較**　同じ大きさの PaiNN を同じ配置で同じように訓練すると、26.3 meV/Å です（レッスン 08）。データ、分割、平均のとり方、単位が同じなので、ここでは両者に差はないと言えます。古い MD17 についての SchNet の値（1,000 配置で 17 meV/Å。ファイルに記憶から引用されたもの）は、MAE で単位も同じですが、ラベルが異なり、訓練もはるかに長いので、今回の訓練の良し悪しを測る基準にはなりません。
#
# **限界**　配置はすべて、1 種類の分子の、1 つの温度でのものです。反応、ほかの分子、長いシミュレーションの安定性については、この誤差からは何もわかりません。
