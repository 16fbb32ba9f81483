# ---
# jupyter:
#   card: {learn_minutes: 100, run_seconds: 115, memory_mb: 980}
# ---

# %% [markdown] lang="en"
# # Active learning: let the model ask for its data
#
# **Question of this lesson.** A label costs an hour of a supercomputer. A model can say where it is unsure. Does it pay to label there, rather than anywhere? How much is saved, and is it always?
#
# Afterwards you can
#
# - choose the next label by hand, and say what such a choice knows and what it does not know;
# - measure four kinds of uncertainty against true errors: do they find the bad ones, and do they say how bad?
# - choose a batch in five ways, with chance among them;
# - run the whole loop, on a labelled pool and with molecular dynamics, stop it, kill it and go on with it;
# - judge a claim like "3 to 5 times fewer labels" from measured curves with intervals;
# - say what a plan costs in days and money, and what its result hangs on.

# %% [markdown] lang="ja" en="8880ae19"
# # 能動学習：データをモデルに選ばせる
#
# **このレッスンの問い**　ラベル 1 個には、スーパーコンピュータの 1 時間がかかります。一方、モデルは、どこに自信がないかを答えられます。どこでもよいから選ぶより、自信のない所を選んでラベルを付けるほうが得なのでしょうか。どれだけ節約でき、それはいつでも成り立つのでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - 次にラベルを付ける点を手で選び、その選び方が何を知っていて、何を知らないかを説明する。
# - 4 種類の不確実性を本当の誤差と比べる。悪いものを見つけられるか。どれだけ悪いかを言い当てられるか。
# - 一度にラベルを付ける組を、無作為な選び方を含む 5 通りの方法で選ぶ。
# - ラベル付きのプールと分子動力学の両方でループ全体を動かし、止め、強制終了し、続きから再開する。
# - 「ラベルが 3〜5 分の 1 で済む」のような主張を、区間の付いた測定結果から判断する。
# - 計画にかかる日数と費用を計算し、結果を左右するものを見つける。

# %% [markdown] lang="en"
# ## 1. Where would you label next?
#
# The energy along a bond, of which two labels are known, at $x = 0$ and $x = 3$. You may compute one more, at 0.5, 1.5 or 4. Which one?
#
# The Gaussian process of lesson 07 has an answer: where its standard deviation is largest. By hand, with $k = e^{-(x - x')^2/2}$ and no noise. The two labels hardly know of each other, $k(0, 3) = e^{-4.5} = 0.011$; leave that out, and each takes its part away:
#
# $$\mathrm{sd}(x)^2 \approx 1 - k(x, 0)^2 - k(x, 3)^2.$$
#
# | $x$ | $k(x, 0)$ | $k(x, 3)$ | $\mathrm{sd}$ |
# |---|---|---|---|
# | 0.5 | 0.882 | 0.044 | $\sqrt{1 - 0.779 - 0.002} = 0.47$ |
# | 1.5 | 0.325 | 0.325 | $\sqrt{1 - 0.105 - 0.105} = 0.89$ |
# | 4 | 0.0003 | 0.607 | $\sqrt{1 - 0.000 - 0.368} = 0.80$ |
#
# So the middle of the gap: 1.5. Did you need the two energies for that?
#
# **Predict.** We now go on like this on a grid from 0 to 6, six labels more. Where does the third label go? And how often will six labels *drawn at random* do better than these six?

# %% [markdown] lang="ja" en="fdf0c223"
# ## 1. 次にラベルを付けるならどこか
#
# ある結合に沿ったエネルギーについて、$x = 0$ と $x = 3$ の 2 点のラベルがわかっています。もう 1 点、0.5、1.5、4 のどれかを計算できるとしたら、どれを選びますか。
#
# レッスン 07 のガウス過程の答えは、標準偏差が最大の所です。手で計算しましょう。$k = e^{-(x - x')^2/2}$ とし、雑音はないものとします。2 つのラベルは互いにほとんど無関係です（$k(0, 3) = e^{-4.5} = 0.011$）。これを無視すると、ラベルはそれぞれ自分の分だけ分散を減らします。
#
# $$\mathrm{sd}(x)^2 \approx 1 - k(x, 0)^2 - k(x, 3)^2$$
#
# | $x$ | $k(x, 0)$ | $k(x, 3)$ | $\mathrm{sd}$ |
# |---|---|---|---|
# | 0.5 | 0.882 | 0.044 | $\sqrt{1 - 0.779 - 0.002} = 0.47$ |
# | 1.5 | 0.325 | 0.325 | $\sqrt{1 - 0.105 - 0.105} = 0.89$ |
# | 4 | 0.0003 | 0.607 | $\sqrt{1 - 0.000 - 0.368} = 0.80$ |
#
# したがって、すき間の真ん中の 1.5 です。この計算に、2 点のエネルギーは必要だったでしょうか。
#
# **予想しましょう。** 0 から 6 までの格子の上で、同じようにあと 6 個選びます。3 個目のラベルはどこになるでしょうか。また、**無作為に**選んだ 6 個のほうがよい結果になることは、どのくらいあるでしょうか。

# %%
lang = "en"

import numpy as np


def likeness(one, other):
    return np.exp(-((one[:, None] - other) ** 2) / 2)


def gaussian_process(x, seen, y):
    inverse = np.linalg.inv(likeness(seen, seen) + 1e-6 * np.eye(len(seen)))
    between = likeness(x, seen)
    variance = 1 - ((between @ inverse) * between).sum(1)
    return between @ inverse @ y, np.sqrt(np.maximum(variance, 0))


# %%
def curve(x):  # what a label tells: the energy of a bond, with its minimum at x = 1
    return (1 - np.exp(1 - x)) ** 2


seen = np.array([0.0, 3.0])
for place in (0.5, 1.5, 4.0):
    energy, spread = gaussian_process(np.array([place]), seen, curve(seen))
    print(f"x = {place}: E = {energy[0]:.2f} ± {spread[0]:.3f}, true {curve(place):.2f}")

# %%
grid = np.linspace(0, 6, 121)


def rmse(seen):
    return np.sqrt(((gaussian_process(grid, seen, curve(seen))[0] - curve(grid)) ** 2).mean())


draws = [np.random.default_rng(seed).choice(grid, 6, replace=False) for seed in range(200)]
chance = np.array([[rmse(np.append(seen, draw[:n])) for n in range(7)] for draw in draws])
for n in range(1, 7):
    spread = gaussian_process(grid, seen, curve(seen))[1]
    seen = np.append(seen, grid[spread.argmax()])
    better, usual = (chance[:, n] < rmse(seen)).mean(), np.median(chance[:, n])
    print(f"label at {seen[-1]:.2f}: error {rmse(seen):.2f}; at random {usual:.2f}", end="")
    print(f", and {better:.0%} of the draws do better")

# %% [markdown] lang="en"
# The third label goes to the very end, 6: nothing is near it. It helps no more than a random one: half of the draws do better. In the end few do, 5 %.
#
# Three things to remember, for they come back on real systems:
#
# - The choice needs **no energies**. The standard deviation of a Gaussian process knows where labels are, not what they say. Here it takes the flat tail as seriously as the steep wall at $x < 1$, where the errors are: look at $x = 0.5$ in the first output, 2.63 ± 0.47 and true is 0.42.
# - What is far from everything is always uncertain. Someone must say where to stop looking: here the grid.
# - One run against one draw proves nothing. It takes many draws.
#
# ## 2. The loop
#
# > train, look where the models are unsure, label there, train again; stop when sure.
#
# The library's loop, `run_loop` in [active_learning/loop.py](../../mlp_teach/active_learning/loop.py), takes each part as a function: `train`, `explore`, `choose`, a `method` that labels, `judge` and `stop`. We go through them one by one.
#
# For the models we need something that trains in a moment. A GAP (lesson 07) is one linear system once its sparse points are chosen, and those need no labels. A **committee** (an *ensemble* in lessons 01 and 05) comes cheaply too: each member counts every structure a random number of times, 0, 1, 2, ... (*bagging*), and where few labels decide, the members differ.

# %% [markdown] lang="ja" en="9abc1cdc"
# 3 個目のラベルは、いちばん端の 6 です。近くに何もないからです。これは無作為な点と変わらず、半分の試行のほうがよい結果でした。最後には、それは 5 % に減ります。
#
# 実際の系でも出てくるので、3 つのことを覚えておきましょう。
#
# - 選ぶのに**エネルギーは要りません**。ガウス過程の標準偏差が知っているのは、ラベルがどこにあるかだけで、その値ではありません。ここでは、平らな裾も、誤差の大きい $x < 1$ の急な壁と同じように扱っています。最初の出力の $x = 0.5$ を見ましょう。2.63 ± 0.47 に対して、本当の値は 0.42 です。
# - どこからも遠い所は、いつも不確実です。どこまで探すかは、誰かが決めなければなりません。ここでは格子がそれです。
# - 1 回の実行を 1 回の無作為な選び方と比べても、何も言えません。何度も試す必要があります。
#
# ## 2. ループ
#
# > 訓練し、モデルに自信のない所を探し、そこにラベルを付け、また訓練する。自信がついたら止める。
#
# ライブラリのループは [active_learning/loop.py](../../mlp_teach/active_learning/loop.py) の `run_loop` です。訓練（`train`）、探索（`explore`）、選択（`choose`）、ラベルを付ける方法（`method`）、評価（`judge`）、停止（`stop`）を、それぞれ関数や値として受け取ります。1 つずつ見ていきましょう。
#
# モデルには、すぐに訓練できるものが必要です。GAP（レッスン 07）は、スパース点さえ決めれば連立一次方程式 1 つで済み、スパース点を選ぶのにラベルは要りません。**コミッティ**（committee、複数のモデルの組。レッスン 01 と 05 の「アンサンブル」と同じもの）も簡単に作れます。各メンバーが、どの構造も乱数で決めた回数（0、1、2、…）だけ数えるのです（バギング、bagging）。少数のラベルで決まる所では、メンバーの答えが分かれます。

# %%
from mlp_teach.active_learning.bagged_gap import FixedPoints, bagged
from mlp_teach.active_learning.uncertainty import force_deviation
from mlp_teach.show import show

show(bagged)
show(force_deviation)

# %% [markdown] lang="en"
# ## 3. kill -9, and go on
#
# Such a loop runs for days, on machines that are switched off. So each decision is one line of a journal, on the disk before anything acts on it; every label lies in a store; and the random numbers of round $k$ follow from the seed and $k$ alone.
#
# **Claim.** A run that is killed without warning, at any moment, and called again, asks for the same structures as one that was never disturbed, and computes no label twice. The library's test kills 20 times at random moments; we kill three times. The script is a whole active-learning project, of four copper atoms: forty shaken crystals to choose from, EMT to label them, the most uncertain first. (The next sections take it apart.)

# %% [markdown] lang="ja" en="e1b3b3c2"
# ## 3. kill -9 のあとで続ける
#
# このようなループは何日も動き、その間にコンピュータが止まることもあります。そこで、決めたことを 1 つずつジャーナル（journal）の 1 行に書き、ディスクに書き終えてから行動します。ラベルはすべて保存され、反復 $k$ の乱数は、種と $k$ だけから決まります。
#
# **主張**　予告なしにいつ強制終了しても、もう一度呼び出せば、止められなかった場合と同じ構造を選び、同じラベルを 2 度計算することはありません。ライブラリのテストでは無作為な瞬間に 20 回止めていますが、ここでは 3 回止めます。次のスクリプトは、銅 4 原子の、能動学習のプロジェクト全体です。揺らした結晶 40 個の中から、最も不確実なものを選び、EMT でラベルを付けます。（中身は、次の節から順に見ていきます。）

# %%
SCRIPT = """
import sys
from ase.build import bulk
from mlp_teach.active_learning.bagged_gap import FixedPoints, bagged, choose_points_equally
from mlp_teach.active_learning.candidates import by_uncertainty
from mlp_teach.active_learning.loop import run_loop
from mlp_teach.active_learning.pool import look_in
from mlp_teach.active_learning.stop import Stop
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.labelling.methods import EMT
from mlp_teach.models.gap import GAP
from mlp_teach.sampling.equilibrium import rattled
from mlp_teach.training.regression import Regression"""

# %%
SCRIPT += """
copper = bulk("Cu", cubic=True)
pool = rattled(copper, 20, 0.05, seed=1) + rattled(copper, 20, 0.2, seed=2)
gap = GAP(SOAP(GaussianOrbitals(4.0, 3, 2, 0.6), (29,), transition=1.0), 20)
choose_points_equally(gap, pool, Regression())
basis = FixedPoints(gap, Regression())
run_loop(
    sys.argv[1], pool[:4], EMT(),
    train=lambda frames, seed: basis.fit(frames, bagged(len(frames), 4, seed)),
    explore=look_in(pool, basis.score, basis.features),
    choose=by_uncertainty, stop=Stop(5), settings={}, per_round=3,
)"""

# %%
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

from mlp_teach.active_learning.journal import read_journal

work = Path(mkdtemp())
(work / "project.py").write_text(SCRIPT, encoding="utf-8")


# %%


def start(name, kill_at=None):
    """Runs the project in a process of its own, which is killed at so many lines of journal."""
    process = subprocess.Popen([sys.executable, work / "project.py", work / name])
    journal = work / name / "journal.jsonl"
    while kill_at and process.poll() is None:
        if journal.exists() and len(read_journal(journal)) >= kill_at:
            process.kill()  # kill -9: no time to say goodbye
        time.sleep(0.002)
    return process.wait()


# %%
print("killed three times:", [start("killed", kill_at=lines) for lines in (2, 6, 10)])
print("and then:", start("killed"), "  undisturbed:", start("undisturbed"))
for name in ("killed", "undisturbed"):
    lines = read_journal(work / name / "journal.jsonl")
    asked = [line["names"] for line in lines if line["event"] == "chosen" and line["round"] > 0]
    computed = sum(line["computed"] for line in lines if line["event"] == "labelled")
    opened = sum(line["event"] == "opened" for line in lines)
    print(f"{name}: opened {opened} times, asked for {asked}; {computed} labels computed")

# %% [markdown] lang="en"
# The same structures, in the same order, and 4 + 15 labels each time. (−9 is how Linux says "killed by signal 9", 0 "ended by itself, all well".)
#
# ## 4. How unsure? Four ways
#
# The molecule 3BPA (27 atoms, DFT) was sampled at 300, 600 and 1,200 K. We train on 60 frames of 300 K and ask about 40 others from each temperature. Four measures, no label needed for any:
#
# 1. the standard deviation of the **energies** of five models, which the chapter uses;
# 2. the deviation of their **forces**, in each structure that of the worst atom, as DP-GEN does;
# 3. the standard deviation of the **Gaussian process** itself, no committee needed;
# 4. the **distance** of an atom's SOAP to the nearest known one of its element, mean over the atoms; no model needed.
#
# Two questions to each, which are not the same. *Does it find the bad ones?* The rank correlation with the true error, 1 for the same order, 0 for none. *Does it say how bad?* The factor $s$ that makes of it a standard deviation of the error; a good error bar has $s = 1$.
#
# **Predict.** Which of the four finds the bad ones best? Are five models over- or underconfident?

# %% [markdown] lang="ja" en="ea8bcc14"
# どちらも同じ構造を同じ順に選び、計算したラベルは 4 + 15 個です。（−9 は、Linux で「シグナル 9 で強制終了された」、0 は「正常に終わった」という意味です。）
#
# ## 4. どれだけ自信がないか：4 つの測り方
#
# 分子 3BPA（27 原子、DFT）の配置が、300、600、1,200 K で得られています。300 K の 60 配置で訓練し、それぞれの温度から別の 40 配置ずつについて尋ねます。次の 4 つの量は、どれもラベルなしで計算できます。
#
# 1. 5 個のモデルの**エネルギー**の標準偏差。もとの章で使われているもの。
# 2. 5 個のモデルの**力**のばらつき。DP-GEN と同じように、構造の中で最大の原子の値をとる。
# 3. **ガウス過程**自身の標準偏差。コミッティは不要。
# 4. 各原子の SOAP から、同じ元素の既知の原子の SOAP までの最短**距離**を、原子について平均したもの。モデルも不要。
#
# それぞれに、2 つの問いがあります。この 2 つは別のことです。**悪いものを見つけられるか**。これは本当の誤差との順位相関（rank correlation）で測り、順序が同じなら 1、無関係なら 0 です。**どれだけ悪いかを言い当てられるか**。これは、誤差の標準偏差にするために掛ける係数 $s$ で測り、よい誤差棒なら $s = 1$ です。
#
# **予想しましょう。** 悪いものをいちばんよく見つけるのはどれでしょうか。5 個のモデルは自信過剰でしょうか、それとも控えめでしょうか。

# %%
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.datasets import load
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.models.gap import GAP
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.training.regression import Regression, choose_points, fit_gap

# %%
known = load("3bpa", "train")[:60]  # dynamics at 300 K
TEMPERATURES = (300, 600, 1200)
others = [atoms for T in TEMPERATURES for atoms in load("3bpa", f"test_{T}K")[:40]]
parameters = SOAP(GaussianOrbitals(4.0, 4, 3, 0.5), (1, 6, 7, 8), transition=1.0)
gap, settings = GAP(parameters, 400), Regression(sigma_forces=0.05)
choose_points(gap, [atom_graph(atoms, gap.cutoff) for atoms in known], settings)
basis = FixedPoints(gap, settings)
fit = basis.fit(known, bagged(len(known), 5, seed=0))  # one model of all, and five bagged ones

# %%
forces = np.stack([basis.forces(fit, atoms).numpy() for atoms in others])  # frame, model, atom
errors = forces[:, 0] - np.stack([atoms.get_forces() for atoms in others])
deviation = np.sqrt(forces[:, 1:].var(axis=1).sum(axis=2))  # of the five: force_deviation
for n, T in enumerate(TEMPERATURES):
    part = slice(40 * n, 40 * n + 40)
    wrong, unsure = (errors[part] ** 2).mean() ** 0.5, (deviation[part] ** 2).mean() ** 0.5
    print(f"{T:4} K: error {1e3 * wrong:.0f}, deviation {1e3 * unsure / 3**0.5:.0f} meV/Å (RMS)")

# %%
from mlp_teach.active_learning.uncertainty import Surroundings, descriptor_distance
from mlp_teach.descriptors.soap import soap
from mlp_teach.graph import collate


def around(frames):
    graph = collate([atom_graph(atoms, parameters.cutoff) for atoms in frames])
    return graph, Surroundings(soap(graph, parameters), graph.numbers)


graph, surroundings = around(others)


# %%
process = GAP(parameters, 400)
fit_gap(process, [(atom_graph(a, parameters.cutoff), labels(a)) for a in known], settings)
apart = descriptor_distance(surroundings, around(known)[1]).numpy().reshape(120, 27)
energies = np.stack([basis.energy(fit, atoms).numpy() for atoms in others])
ways = {
    "energies of five": energies[:, 1:].std(axis=1),
    "forces of five": deviation.max(axis=1),
    "Gaussian process": process.energy_uncertainty(graph).numpy(),
    "distance": apart.mean(axis=1),
}

# %%
from mlp_teach.active_learning.calibration import calibrate, rank_correlation

error = energies[:, 0] - [atoms.get_potential_energy() for atoms in others]
worst = np.linalg.norm(errors, axis=2).max(axis=1)  # of the forces in a structure
print(f"{'rank with error of':20} energy  worst force  scale s   within s u, 2 s u")
for name, u in ways.items():
    found = calibrate(u, error, np.arange(120), np.random.default_rng(0))
    ranks = f"{found.rank:6.2f} {rank_correlation(u, worst):9.2f}"
    within = f"{found.within[0]:.0%}, {found.within[1]:.0%}"
    print(f"{name:20} {ranks} {np.mean(found.scales):11.2g} {within:>16}")

# %% [markdown] lang="en"
# All four find the bad ones, none reliably: ranks of 0.5 to 0.6 for the error of the energy, 0.6 to 0.8 for the worst force. What needs no model at all, the distance, does as well as the best: these errors come from being far from what is known.
#
# Only the energies of the five and the Gaussian process have the unit of this error, so only there does $s$ mean something. **The five models are overconfident**, by a factor of 2.5 for energies and of about 3 for forces (first output: they deviate by 100 to 190 meV/Å where the errors are 300 to 630). They share what they were all taught and all lack. The Gaussian process has $s = 1.0$, which is luck: $\delta$ sets its scale, and nobody had told us $\delta$ (lesson 07). With a scale fitted on one half of the frames and judged on the other, 72 to 76 % lie within one standard deviation and 93 to 96 % within two; for normal errors it would be 68 and 95 %.
#
# So never read a committee's spread as an error bar without having held it against true errors. As an *order* it is useful.
#
# ## 5. Which ones?
#
# Suppose we may label 10 of these 120 frames. The library has five rules, and each gets the same: scores, features (here the rows of the linear model, so that two structures are near each other if a label of one tells that of the other), what is known, and a source of chance.

# %% [markdown] lang="ja" en="5aeaf701"
# 4 つとも悪いものを見つけますが、どれも確実ではありません。順位相関は、エネルギーの誤差では 0.5〜0.6、最悪の力では 0.6〜0.8 です。モデルを使わない距離も、いちばんよいものに並びます。ここでの誤差は、既知のものから遠いことから生じているのです。
#
# この誤差と同じ単位をもつのは、5 個のモデルのエネルギーとガウス過程だけなので、$s$ に意味があるのもこの 2 つだけです。**5 個のモデルは自信過剰です**。誤差を、エネルギーでは 2.5 分の 1、力では 3 分の 1 ほどに見積もっています（最初の出力では、誤差 300〜630 meV/Å に対して、ばらつきは 100〜190 meV/Å でした）。どのモデルも、同じことを教わり、同じことを知らないからです。ガウス過程の $s = 1.0$ は幸運です。大きさを決めるのは $\delta$ ですが、その値は誰も教えてくれません（レッスン 07）。半分の配置で決めた $s$ を使って残りの半分を調べると、誤差の 72〜76 % が標準偏差の範囲に、93〜96 % が 2 倍の範囲に入りました。正規分布なら 68 % と 95 % です。
#
# コミッティのばらつきは、本当の誤差と比べてからでなければ、誤差棒として読んではいけません。**順序**としては役に立ちます。
#
# ## 5. どれを選ぶか
#
# この 120 配置のうち、10 配置にラベルを付けられるとします。ライブラリには 5 つの選び方があり、どれにも同じものを渡します。スコア、特徴量（ここでは線形モデルの行。一方のラベルから他方がわかる構造どうしは近くなる）、既知の構造、乱数です。

# %%
from mlp_teach.active_learning import candidates as rules
from mlp_teach.active_learning.selection import uncertain_and_apart

show(uncertain_and_apart)

# %% [markdown] lang="en"
# **Predict.** How many of the 10 will be from 300, 600 and 1,200 K, by each rule? Which rule chooses the frames that are most alike?

# %% [markdown] lang="ja" en="89d650ee"
# **予想しましょう。** 選ばれる 10 配置のうち、300、600、1,200 K のものは、それぞれの選び方で何個でしょうか。互いに似た配置を選ぶのは、どの選び方でしょうか。

# %%
pool = rules.Candidates(
    others,
    list(range(120)),
    basis.score(fit, others),
    basis.features(others),
    basis.features(known),
)
RULES = ("by_chance", "by_uncertainty", "by_uncertainty_apart", "by_distance", "by_information")

# %%
print(f"{'':20} 300 600 1200 K   error   distance")
for name in RULES:
    ten = getattr(rules, name)(pool, 10, np.random.default_rng(1))
    rows, counts = pool.features[ten], np.bincount(ten // 40, minlength=3)
    between = np.linalg.norm(rows[:, None] - rows, axis=2) + 1e9 * np.eye(10)
    wrong = 1e3 * (errors[ten] ** 2).mean() ** 0.5
    print(f"{name:20} {counts[0]:3} {counts[1]:3} {counts[2]:4} {wrong:9.0f}", end="")
    print(f"{between.min(axis=1).mean():11.0f}")

# %% [markdown] lang="en"
# (*error*: RMS of the forces of the chosen ten, meV/Å; *distance*: from each of them to the nearest other one.)
#
# Every rule but chance leaves the 300 K frames alone and finds frames with larger errors, 690 to 710 against 540 meV/Å. Of these four, pure uncertainty takes the frames that are most alike, 235 apart against 264 to 291; in a batch that wastes labels. (Chance takes still closer ones: most frames of 300 K look alike.) `by_uncertainty_apart` takes the fifty most uncertain and of these the ones farthest apart. `by_distance` and `by_information` (D-optimality, as in moment tensor potentials) never ask how unsure the models are, but how much is new.
#
# ## 6. Against chance
#
# The proof is in the learning curve. We take the 262 copper structures of mlearn as a **pool**: the labels are hidden, the loop sees one only when it asks for it. Ten labels drawn at random to begin with, ten rounds, ten more labels each. The test part (without its copies of training frames, lesson 05) judges.
#
# **Predict.** After how many labels will the most uncertain choice be as good as 110 random labels: 30? 60? 110?

# %% [markdown] lang="ja" en="73a5b513"
# （error は選ばれた 10 配置の力の RMS 誤差（meV/Å）、distance はそれぞれから最も近い別の 1 個までの距離です。）
#
# 無作為な選び方（`by_chance`）以外は、どれも 300 K の配置を選ばず、誤差の大きい配置を見つけます（540 に対して 690〜710 meV/Å）。この 4 つの中では、不確実性だけで選ぶと、最も似た配置が選ばれます（距離はほかの 264〜291 に対して 235）。一度に何個も選ぶときには、ラベルの無駄になります。（無作為に選ぶと、さらに近くなります。300 K の配置は互いに似ているからです。）`by_uncertainty_apart` は、最も不確実な 50 個のうち、互いにいちばん離れたものを選びます。`by_distance` と `by_information`（モーメントテンソルポテンシャルで使われる D 最適性）は、モデルの自信ではなく、どれだけ新しいかを見ます。
#
# ## 6. 無作為な選び方と比べる
#
# 答えは学習曲線にあります。mlearn の銅の構造 262 個を**プール**（pool）にします。ラベルは隠しておき、ループは、求めたものだけを見ることができます。はじめに無作為に選んだ 10 個から出発し、10 回の反復で 10 個ずつラベルを増やします。評価には、テスト用データを使います（訓練用の配置の写しは除いてあります。レッスン 05）。
#
# **予想しましょう。** 最も不確実なものを選ぶと、何個のラベルで、無作為な 110 個と同じ誤差になるでしょうか。30 個でしょうか、60 個でしょうか、110 個でしょうか。

# %%
from mlp_teach.active_learning.pool_systems import copper, pool_run

del basis, gap, process, pool, graph, surroundings  # make room
copper_pool = copper()
runs = {
    rule.__name__: pool_run(copper_pool, rule, seed=0, folder=work / rule.__name__, rounds=10)
    for rule in (rules.by_chance, rules.by_uncertainty)
}
print("labels  ", *(f"{one.labels:5}" for one in runs["by_chance"].rounds[1:]))
for name, run in runs.items():
    print(f"{name:15}", *(f"{one.errors['force_rmse']:5.1f}" for one in run.rounds[1:]), "meV/Å")

# %% [markdown] lang="en"
# Twenty labels, ten of them asked for, do as much as 110 random ones, and this took half a minute. One seed, though. Five seeds of the same pool were recorded (`experiments/active_learning.py`; `mlp-teach active-learning mlearn_Cu uncertain --out FOLDER` makes one run); here is one of these runs round by round, with the bands of all five. **Before you move the slider:** in which corner of the map will the first labels be asked for? Then move the threshold: where would the loop have stopped, and how good was the model there?

# %% [markdown] lang="ja" en="36bb0361"
# 20 個のラベル（うち 10 個は求めたもの）で、無作為な 110 個と同じ誤差になりました。計算は 30 秒ほどです。ただし、これは乱数の種 1 つの結果です。同じプールでの 5 つの種の結果を記録してあります（`experiments/active_learning.py`。`mlp-teach active-learning mlearn_Cu uncertain --out FOLDER` で 1 回分を実行できます）。次のウィジェットでは、そのうちの 1 回を反復ごとに、5 つの種の帯と一緒に見ることができます。**スライダーを動かす前に**、最初に選ばれるのは地図のどのあたりか予想しましょう。次に、しきい値を動かしてみましょう。ループはどこで止まったはずで、そのときモデルはどれだけ正確だったでしょうか。

# %%
from mlp_teach.active_learning.replay import shipped
from mlp_teach.widgets.learning_replay import learning_replay

learning_replay(shipped("mlearn_Cu"), lang=lang)

# %% [markdown] lang="en"
# ### How much is saved? Measured
#
# The chapter says that data are collected **3 to 5 times** more efficiently, and elsewhere that **50 to 70 %** of the labels are saved. (These are two statements: 3 to 5 times means 67 to 80 %.) No system is named. So we asked of several real ones, with five seeds each: how many labels does a rule need to reach the error that random choice reaches with all of its labels? The ratio of the two numbers is what is gained. The interval comes from drawing the five seeds anew, with repetition, 2,000 times.
#
# - **mlearn_Cu**: the pool above; crystals, strained cells, surfaces and hot frames of copper.
# - **Cu_ACE21**: 800 small cells of copper, random and very different from each other.
# - **formate**: HCOO on Cu(110) on its way to CO₂ and H, 52 atoms. The pool is molecular dynamics, the test whole other pieces of such runs.
# - **formate_strided**: the same, with the frames of plain trajectories alone in the pool.
# - **formate_few_points**: formate once more, with the model that we had at first. Its 300 sparse points were shared out by the number of atoms, which left carbon and hydrogen half a dozen each. We saw the result, found this reason, ran it again with as many points for each element, and show both.
# - **ethanol_live**: no pool. The models' own dynamics at 300, 500 and 800 K finds the structures (section 7), GFN2-xTB labels them, and random choice draws from what the same kind of dynamics meets. The test is dynamics with GFN2 itself.
#
# **Predict** for each: more than 3 times? Less than 1, worse than chance?
#
# (The records call the rules of section 5 *uncertain*, *uncertain_apart*, *farthest*, which is `by_distance`, and *d_optimal*, which is `by_information`. A saving below zero: more labels than chance needs.)

# %% [markdown] lang="ja" en="4423af06"
# ### どれだけ節約できるか：測ってみる
#
# もとの章は、データ収集の効率が **3〜5 倍**になると書き、別の所ではラベルが **50〜70 %** 減ると書いています。（この 2 つは同じではありません。3〜5 倍なら、67〜80 % です。）どの系の話かは書かれていません。そこで、いくつかの実際の系で、5 つの種ずつ調べました。無作為な選び方がすべてのラベルを使って達する誤差に、ほかの選び方は何個のラベルで達するでしょうか。2 つの個数の比が、得をした倍率です。区間は、5 つの種を重複を許して 2,000 回選び直して求めました。
#
# - **mlearn_Cu**：上のプール。銅の結晶、ひずんだセル、表面、高温の配置。
# - **Cu_ACE21**：銅の小さなセル 800 個。無作為に作られ、互いに大きく異なる。
# - **formate**：Cu(110) 面上で CO₂ と H になろうとしている HCOO（52 原子）。プールは分子動力学の配置で、テストは、別の時間帯をまるごと取ったもの。
# - **formate_strided**：同じ系で、プールをふつうの軌跡の配置だけにしたもの。
# - **formate_few_points**：formate を、はじめに使ったモデルで調べたもの。300 個のスパース点を原子の数に比例して分けたため、炭素と水素には数個ずつしかなかった。結果を見てその理由に気づき、どの元素にも同じ数の点を割り当ててやり直した。両方を示す。
# - **ethanol_live**：プールなし。モデル自身による 300、500、800 K の分子動力学が構造を見つけ（7 節）、GFN2-xTB がラベルを付ける。無作為な選び方も、同じような分子動力学で出会った構造から選ぶ。テストは、GFN2 による分子動力学。
#
# **予想しましょう。** それぞれ、3 倍を超えるでしょうか。1 倍より小さく、無作為な選び方に負けるでしょうか。
#
# （記録の中では、5 節の選び方を *uncertain*、*uncertain_apart*、*farthest*（`by_distance`）、*d_optimal*（`by_information`）と呼んでいます。節約が負なら、無作為な選び方より多くのラベルが必要です。）

# %%
from mlp_teach.active_learning.records import recorded, saving

COPPER, FORMATE = ("mlearn_Cu", "Cu_ACE21"), ("formate", "formate_strided", "formate_few_points")
for system in (*COPPER, *FORMATE, "ethanol_live"):
    found = recorded(system)
    print(f"\n{system:18} ratio (90 %)             labels saved (90 %)")
    for name in dict.fromkeys(run.strategy for run in found if run.strategy != "random"):
        one = saving(found, name, "force_rmse")
        low, high = one.ratio_interval
        print(f"{name:18} {one.ratio:4.2f} ({low:4.2f} to {high:4.2f})", end="")
        print("   {:5.0f} % ({:.0f} to {:.0f})".format(one.percent, *one.percent_interval))
    print(f"chance was first there with {one.chance_first:.0f} of its {one.labels} labels")

# %%
from mlp_teach.plotting.strategies import strategy_curves
from mlp_teach.plotting.style import Picture

picture, shown = Picture(9.6, 3.6), ("mlearn_Cu", "formate", "ethanol_live")
for ax, system in zip(picture.subplots(1, 3), shown, strict=True):
    strategy_curves(recorded(system), ax=ax, lang=lang)
picture

# %% [markdown] lang="en"
# So the answer is: **it depends**, on the pool more than on the rule.
#
# - *mlearn_Cu*: the most uncertain first, 4.5 times (3.7 to 5.2), 78 % saved: the chapter's figure. The pool explains it: many crystals much like each other, and few structures of other kinds. After 40 labels this choice held 9.6 of the ten surfaces on average, chance 1.6.
# - *Cu_ACE21*: 5.2 times (4.6 to 5.6), with variety 6.3 (5.9 to 7.1). Two reasons to be careful. Chance itself was there with 109 of its 200 labels, and then became worse again; held against those 109, the ratios are 2.8 and 3.4. And this is the RMSE, which a few huge errors make. Ask for the error below which 95 % lie, and the same choice is worse than chance: 0.75 (0.60 to 0.97). It repairs the extremes and neglects the rest.
# - *formate*: the most uncertain first is **worse than chance**, 0.69 (0.58 to 0.76). Likely because pool and test are of one kind: chance covers it evenly, while uncertainty goes for rare, violent moments of which the test has few. What asks for *variety* saves a third to a half: D-optimal 1.9 times (1.6 to 2.1), farthest 1.6 (1.1 to 1.8), and these look at no label and at no model. Of its plain trajectory frames alone (*formate_strided*) uncertainty gives 1.06 (0.89 to 1.20): nothing.
# - *formate_few_points*: a model too stiff to learn what it is asked to. Its uncertainty, 0.16, sends it again and again to places where no label helps, six times worse than chance. Look at the model before you look at the rule.
# - *ethanol_live*: 1.25 times (0.93 to 1.47) with uncertain and apart. With the most uncertain alone one of five runs went astray, 347 meV/Å at the end against 127 to 165 of the others (chance: 125 to 153), and the mean with it: 0.37 (0.30 to 1.37). It had asked for ten neighbouring frames of one trajectory that had left all sense, 14 eV and more above the rest. An interval that wide says that five seeds are too few to tell.
#
# "3 to 5 times" is thus possible, and so is a loss. The best rule saved 78 % on *mlearn_Cu*, 84 on *Cu_ACE21*, 47 on *formate*, 37 on *formate_strided* and 20 on *ethanol_live* (interval from −7 to 32), but which one is best was known only afterwards. A saving is a property of a pool, a model, a rule and a measure of error together. Always run chance beside it.

# %% [markdown] lang="ja" en="ed06ca1e"
# 答えは、**場合による**です。しかも、選び方よりもプールによります。
#
# - *mlearn_Cu*：最も不確実なものから選ぶと 4.5 倍（3.7〜5.2）で、78 % 減りました。もとの章の値のとおりです。理由はプールにあります。互いによく似た結晶が多く、違う種類の構造は少数です。ラベル 40 個の時点で、10 個ある表面のうち平均 9.6 個がこの方法では選ばれ、無作為では 1.6 個でした。
# - *Cu_ACE21*：5.2 倍（4.6〜5.6）、多様さも求めると 6.3 倍（5.9〜7.1）。ただし、注意が 2 つあります。無作為な選び方も、200 個のうち 109 個で一度この誤差に達し、その後また悪くなりました。その 109 個と比べれば、2.8 倍と 3.4 倍です。また、これは少数の巨大な誤差で決まる RMSE の結果です。誤差の 95 % 点で比べると、同じ選び方が無作為な選び方に負けます（0.75 倍、0.60〜0.97）。極端なものを直し、ほかをおろそかにするのです。
# - *formate*：最も不確実なものから選ぶと、**無作為な選び方より悪く**、0.69 倍（0.58〜0.76）でした。おそらく、プールとテストが同じような配置だからです。無作為に選べば均等に行き渡りますが、不確実なものを選ぶと、テストにはほとんどない、まれで激しい瞬間ばかりになります。**多様さ**を求める選び方では 3 分の 1 から半分近く減りました。D 最適で 1.9 倍（1.6〜2.1）、最も遠いもので 1.6 倍（1.1〜1.8）です。どちらも、ラベルもモデルも見ていません。ふつうの軌跡の配置だけ（*formate_strided*）では、不確実なものを選んでも 1.06 倍（0.89〜1.20）で、差はありません。
# - *formate_few_points*：硬すぎて、教わっても学べないモデルです。不確実性は、ラベルが役に立たない所へ何度もモデルを向かわせ、0.16 倍、つまり無作為な選び方の 6 分の 1 の効率になりました。選び方より先に、モデルを調べましょう。
# - *ethanol_live*：不確実で互いに離れたものを選ぶと、1.25 倍（0.93〜1.47）でした。最も不確実なものだけを選ぶと、5 回のうち 1 回は道を外れ（最後の誤差が、ほかの 4 回の 127〜165、無作為な選び方の 125〜153 に対して 347 meV/Å）、平均も引きずられて 0.37 倍（0.30〜1.37）でした。でたらめな構造になってしまった 1 本の軌跡（エネルギーはほかより 14 eV 以上高い）から、隣り合う 10 配置を選んでいたのです。これほど広い区間からわかるのは、種が 5 つでは足りないということです。
#
# つまり、「3〜5 倍」は可能ですが、損をすることもあります。最もよかった選び方で減ったラベルは、*mlearn_Cu* で 78 %、*Cu_ACE21* で 84 %、*formate* で 47 %、*formate_strided* で 37 %、*ethanol_live* で 20 %（区間は −7〜32）でした。ただし、どれが最もよいかは、あとになってからわかったことです。節約の大きさは、プール、モデル、選び方、誤差の測り方を合わせたものの性質です。必ず、無作為な選び方と並べて比べましょう。

# %% [markdown] lang="en"
# ## 7. Let it explore
#
# A pool must come from somewhere. Where none is, the model itself looks for structures: run molecular dynamics with it until the committee disagrees about the force on some atom. With $\varepsilon$ the largest deviation of a force (DP-GEN's rule):
#
# - $\varepsilon \le$ *lower*: they agree, nothing to learn;
# - between: a **candidate**;
# - $\varepsilon >$ *upper*: stop. The model has left what it knows, and the atoms may soon be where no atoms would be.
#
# A crystal of copper with a vacancy, 31 atoms, and EMT in the part of the expensive method, so that we can look at the truth for nothing. The start: **two** structures, shaken by 0.05 Å. Then 0.4 ps each at 300, 900 and 1,500 K with the model of the round.
#
# **Predict.** Where does the first model give up: at which temperature, and after how many steps? And after how many labels will it run to the end everywhere?

# %% [markdown] lang="ja" en="d201c61d"
# ## 7. モデルに探索させる
#
# プールは、どこかから手に入れなければなりません。ないときは、モデル自身が構造を探します。モデルで分子動力学を行い、ある原子の力についてコミッティの意見が分かれるまで続けるのです。力のばらつきの最大値を $\varepsilon$ とします（DP-GEN の規則）。
#
# - $\varepsilon \le$ *lower*：意見は一致している。学ぶことはない。
# - その間：ラベルを付ける**候補**。
# - $\varepsilon >$ *upper*：止める。モデルは知らない領域に出てしまい、原子はまもなく、ありえない位置に行くかもしれない。
#
# 空孔をもつ銅の結晶（31 原子）を使います。高価な方法の役は EMT が務めるので、本当の値も簡単に調べられます。出発点は、0.05 Å 揺らした **2 個**の構造です。各反復で、その時点のモデルを使って、300、900、1,500 K で 0.4 ps ずつ動かします。
#
# **予想しましょう。** 最初のモデルは、どの温度で、何ステップで音を上げるでしょうか。どの温度でも最後まで動くようになるのは、ラベルが何個のときでしょうか。

# %%
from ase.build import bulk

from mlp_teach.active_learning.bagged_gap import choose_points_equally
from mlp_teach.active_learning.explore import Dynamics, explore_by
from mlp_teach.active_learning.loop import run_loop
from mlp_teach.active_learning.stop import Stop
from mlp_teach.labelling.methods import EMT
from mlp_teach.sampling.equilibrium import rattled

# %%
del copper_pool  # make room
crystal = bulk("Cu", cubic=True) * 2
del crystal[0]  # a vacancy
first = rattled(crystal, 2, 0.05, seed=3)
gap = GAP(SOAP(GaussianOrbitals(5.0, 5, 3, 0.6), (29,), transition=1.0), n_points=60)
settings = Regression(sigma_forces=0.02)
choose_points_equally(gap, rattled(crystal, 10, 0.3, seed=4), settings)
basis = FixedPoints(gap, settings)
LIMITS = {"lower": 0.05, "upper": 0.2}  # eV/Å
dynamics = Dynamics((300, 900, 1500), steps=100, timestep_fs=4.0, interval=5, **LIMITS)

# %%
from ase.calculators.emt import EMT as ASE_EMT

from mlp_teach.labelling.run import with_label
from mlp_teach.potential import predict
from mlp_teach.sampling.trajectory import trajectory

true = trajectory(crystal, ASE_EMT(), (1500,), 8, timestep_fs=4.0, seed=5, pilot=50)
hot = [with_label(atoms, EMT().label(atoms), {"method": "EMT"}) for atoms in true]


def judge(models):
    graph = collate([atom_graph(atoms, models[0].cutoff) for atoms in hot])
    found = predict(models[0], graph, stress=False).forces.detach().numpy()
    wrong = 1e3 * np.linalg.norm(found - np.concatenate([a.get_forces() for a in hot]), axis=1)
    return {"RMSE": (wrong**2).mean() ** 0.5 / 3**0.5, "worst": wrong.max()}


# %%
def tell(one):
    errors = ", ".join(f"{name} {value:.0f}" for name, value in one.errors.items())
    print(f"round {one.number}: {one.labels} labels; true errors {errors} meV/Å", flush=True)


# %%
live = run_loop(
    work / "live",
    first,
    EMT(),
    train=lambda frames, seed: basis.models(basis.fit(frames, bagged(len(frames), 4, seed))),
    explore=explore_by(dynamics, first, basis.features),
    choose=rules.by_uncertainty_apart,
    stop=Stop(4),
    settings=dynamics.settings(),
    per_round=3,
    judge=judge,
    on_round=tell,
)

# %%
for line in read_journal(work / "live" / "journal.jsonl"):
    if "search" in line:
        visits = line["search"]["trajectories"]
        steps = ", ".join(f"{one['temperature_K']} K {one['last_step']}" for one in visits)
        found = sum(one["candidates"] for one in visits)
        print(f"round {line['round']}: steps {steps}; {found} candidates, ", end="")
        print(f"largest deviation {line['largest']:.2f} eV/Å; asked for {'; '.join(line['names'])}")
print(live.reason)

# %% [markdown] lang="en"
# With two labels the model gives up at 1,500 K after 20 steps (80 fs). With five it runs to the end everywhere. (Would three labels drawn at random have done as well? Exercise 6.) The true error falls from 216 to 46 meV/Å with 12 labels, and all but the first two are of structures that the model itself met.
#
# ## 8. When to stop?
#
# The limits of the loop are `Stop(rounds, labels, score, error)`: rounds and labels that one can afford; a **score**, the largest uncertainty that one puts up with; an **error** on labelled structures that nobody trains on.
#
# The chapter has both: a threshold for the spread and "accurate enough?". Which one to trust? The two runs of section 6 again, the largest deviation of a candidate in each round beside the true error.
#
# **Predict.** With `score` = 0.05 eV/Å, in which round would each run stop? Which of the two models is the better one then?

# %% [markdown] lang="ja" en="6324e6f9"
# ラベルが 2 個のモデルは、1,500 K では 20 ステップ（80 fs）で止まりました。5 個になると、どの温度でも最後まで動きます。（無作為に選んだ 3 個でも同じだったでしょうか。演習 6 で調べます。）本当の誤差は、12 個のラベルで 216 から 46 meV/Å に下がりました。最初の 2 個を除いて、どのラベルもモデル自身が出会った構造のものです。
#
# ## 8. いつ止めるか
#
# ループの限度は `Stop(rounds, labels, score, error)` で与えます。許される反復とラベルの数、我慢できる不確実性の最大値（**score**）、訓練に使わないラベル付きの構造での誤差（**error**）です。
#
# もとの章には、ばらつきのしきい値と「精度は十分か」の両方が出てきます。どちらを信じればよいでしょうか。6 節の 2 つの実行をもう一度見て、各反復での候補のばらつきの最大値を、本当の誤差と並べます。
#
# **予想しましょう。** `score` を 0.05 eV/Å にすると、それぞれ何回目の反復で止まるでしょうか。そのとき、よいモデルはどちらでしょうか。

# %%
for name, run in runs.items():
    rounds = run.rounds[1:-1]
    print(f"{name:15} {'labels':18}", *(f"{one.labels:5}" for one in rounds))
    print(f"{'':15} {'deviation / eV/Å':18}", *(f"{one.largest:5.2f}" for one in rounds))
    worst = [f"{1e-3 * one.errors['force_max']:5.2f}" for one in rounds]
    print(f"{'':15} worst error / eV/Å", *worst, "\n")

# %% [markdown] lang="en"
# The run that asks for the most uncertain would stop in its fifth round, with 50 labels. The random one in none of the ten: somewhere in the pool there is always a structure of which its models are unsure, and rightly so, for they are the worse ones.
#
# But read the last line. Where five models agree within 0.03 eV/Å about every structure of the pool, one force of the test is wrong by 1.4 eV/Å. Either the test holds something that the pool does not, or 150 sparse points cannot express it; a committee that agrees tells neither. The live run of section 7 says the same: deviations of about 0.1 eV/Å, and a worst error of 0.4.
#
# **Sure is not right.** A threshold on the spread says when asking more will not help *this* model. Whether the model is good enough, only labelled structures that nobody trains on can say.
#
# ## 9. What does it cost?
#
# Exercise 3 of the chapter plans a project, CO₂ on copper, twice: scenario **A** labels 15,000 structures first, and 5,000 more if the model fails (30 %); scenario **B** labels 500, then 800 and 600 where the models are unsure. A label takes one node-hour.
#
# How long does it take? Not a sum, but the longest chain of tasks that wait for each other: the **critical path**. What is paid for is a sum. What may fail enters with its probability. The library has the chapter's inputs and works out all else:

# %% [markdown] lang="ja" en="833fbad0"
# 最も不確実なものを選ぶ実行は、5 回目の反復（ラベル 50 個）で止まります。無作為に選ぶ実行は、10 回の中では止まりません。プールのどこかに、モデルに自信のない構造がいつも残っているからです。実際、こちらのモデルのほうが悪いので、自信がないのは正しいことです。
#
# しかし、不確実なものを選んだほうの最後の行を読みましょう。プールのどの構造でも 5 個のモデルが 0.03 eV/Å 以内で一致しているのに、テストには 1.4 eV/Å も間違った力があります。プールにないものがテストにあるのか、150 個のスパース点では表せないのか、どちらかです。意見の一致したコミッティは、どちらも教えてくれません。7 節の実行でも同じで、ばらつきは 0.1 eV/Å ほどなのに、最悪の誤差は 0.4 eV/Å でした。
#
# **自信があることと、正しいことは別です。** ばらつきのしきい値からわかるのは、もう**このモデル**に尋ねても役に立たないということです。モデルが十分に正確かどうかは、訓練に使わないラベル付きの構造で調べるしかありません。
#
# ## 9. いくらかかるか
#
# もとの章の演習 3 では、銅上の CO₂ のプロジェクトを 2 通りに計画しています。シナリオ **A** では、はじめに 15,000 構造にラベルを付け、モデルが不合格なら（30 %）5,000 構造を追加します。シナリオ **B** では 500 構造から始め、モデルに自信のない所に 800、600 構造を追加します。ラベル 1 個は 1 ノード時間です。
#
# かかる時間は、すべての作業の和ではなく、順番を待つ作業の最も長いつながり、**クリティカルパス**（critical path）です。費用は和です。失敗は、確率を掛けて数えます。ライブラリは、もとの章の入力値から、ほかのすべてを計算します。

# %%
from mlp_teach.active_learning.cost_claims import chapter_claims

for claim in chapter_claims():
    if claim.verdict != "right":
        numbers = f"chapter {claim.chapter:8,g}, derived {claim.derived:8,.1f} {claim.unit}"
        print(f"{claim.what:33} {numbers}: {claim.verdict}")

# %% [markdown] lang="en"
# Counted step by step, A takes 26.0 days (3.7 weeks) and B 14.17: **B saves 45.5 % of the time**, not 20 %. The arithmetic of the money was right: 87.5 % saved.
#
# But right arithmetic is not yet a result. That A needs 16,500 labels and B 1,900 was *put in*, and so were 14 days of planning for A and 3 for B. At the desk below the sliders are inputs, everything else is derived; the table says which is which. **Predict, then turn:**
#
# 1. Section 2.8 judges by **five** models, yet B pays for one. Train five a round, one after the other on one GPU. What is left of the 45.5 %?
# 2. What does the *time* hang on most (right picture)? Give A's planning the 3 days that B's sampling takes.
# 3. Make labels as cheap as you can, or as dear. Who wins in money, and from which price on?
# 4. Suppose that active learning saves nothing, as on some system of section 6: B labels as many as A.
# 5. How many rounds can B have until it is as slow as A?

# %% [markdown] lang="ja" en="c00df9b9"
# 手順を 1 つずつ数えると、A は 26.0 日（3.7 週間）、B は 14.17 日です。**B で減る時間は** 20 % ではなく **45.5 %** です。費用の計算は正しく、87.5 % 減ります。
#
# しかし、計算が正しくても、それだけでは結果とは言えません。A に 16,500 個、B に 1,900 個のラベルが要るというのは、**入力した値**です。A の計画に 14 日、B の準備に 3 日というのも同じです。次のコストデスクでは、スライダーが入力で、ほかはすべて計算結果です（表に区別があります）。**予想してから動かしましょう。**
#
# 1. 2.8 節では **5 個**のモデルで判断しますが、B は 1 個分しか数えていません。1 台の GPU で順に 5 個訓練すると、45.5 % はどうなるでしょうか。
# 2. **時間**を最も左右するのは何でしょうか（右の図）。A の計画を、B の準備と同じ 3 日にしてみましょう。
# 3. ラベルを、できるだけ安く、または高くしてみましょう。費用で勝つのはどちらでしょうか。どの価格から逆転するでしょうか。
# 4. 6 節のある系のように、能動学習で何も減らないとします。B のラベルを A と同じ数にするとどうなるでしょうか。
# 5. B の反復を何回まで増やすと、A と同じ遅さになるでしょうか。

# %%
from mlp_teach.widgets.cost_desk import cost_desk

cost_desk(lang=lang)

# %%
from dataclasses import replace

from mlp_teach.active_learning.cost_inputs import Inputs, cost_of_a, cost_of_b, dollars

chapter = Inputs()
variants = {
    "the chapter, corrected": chapter,
    "five models a round": replace(chapter, models=5),
    "A plans for 3 days": replace(chapter, planning_days=3),
    "A labels while planning": replace(chapter, labels_while_planning=True),
    "B labels as fast as the nodes": replace(chapter, chapter_days=False),
    "B needs as many labels as A": replace(chapter, labels_per_round=8_000),
}

# %%
for what, inputs in variants.items():
    a, b = cost_of_a(inputs), cost_of_b(inputs)
    time_saved, money_saved = 1 - b.days / a.days, 1 - dollars(b, inputs) / dollars(a, inputs)
    saved = f"saved: time {time_saved:6.1%}, money {money_saved:6.1%}"
    print(f"{what:30} A {a.days:5.2f}, B {b.days:5.2f} days; {saved}")

# %% [markdown] lang="en"
# With five models 27.6 % of the time is left. The time hangs most on something that is no computation at all: A's two weeks of planning. With 3 days 5.6 % is left, and with 2.2 days nothing. Money hangs on the number of labels and on what one costs, so the saving in money *is* the assumed saving in labels; below 0.6 cents a node-hour A would be the cheaper one. And if nothing is saved, B takes a third longer than A: it labels in turns, and each turn waits for the last.
#
# ## 10. Statements to take with care
#
# | statement in the chapter | what we found |
# |---|---|
# | uncertainty is the standard deviation of the energies of five models | one way of four, and not the best: rank 0.5 with the error, 2.5 times too small (section 4). Forces find the worst atoms better |
# | 3 to 5 times more efficient; 50 to 70 % of labels saved | depends: 4.5 and 5.2 times (78 and 81 %) on two pools of copper, the second 2.8 times if chance's first arrival counts; 0.69 (0.58 to 0.76), a loss, on formate, where variety gives 1.9 (1.6 to 2.1, 47 %); 1.25 (0.93 to 1.47) live (section 6). And 3 to 5 times would be 67 to 80 % |
# | it finds transition states and defects by itself | it finds what is unlike the known: nearly all surfaces of the copper pool after 40 labels. In formate frames near the breaking of C–H are 3.7 % of the pool and 4.1 % of what it chose, hardly more. Whether a transition state is met at all is a matter of exploring: temperature, time, where one starts (section 7) |
# | objective, without human intuition | rule, threshold, temperatures, descriptor and first structures are chosen by people; five rules chose five sets of ten (section 5) |
# | silicon: 2,000 configurations in place of 10,000; CO₂ on copper: 60 % of the cost saved | no source is named. The chapter's own exercise has 87 % for the second |
# | exercise 3: 20 % of the time saved, the times are almost the same | 45.5 %; 27.6 % with five models; it hangs most on 14 days of planning (section 9) |
# | exercise 3: 2,000 configurations, 87 % fewer labels | 1,900; 88.5 % of the expected 16,500, put in and not found |
# | exercise 3: 1 µs of dynamics in 3 GPU days | section 2.5 of the chapter has 1 ns in 1 to 3: a thousand times slower. With 1,000 GPU days B saves 1 % of the time |
#
# ## What we learned
#
# - Label where the model is unsure: by hand, that is where no label is near. Such a choice knows places, not energies.
# - Finding the bad ones and saying how bad are two things. Committees are good at the first and overconfident; calibrate them before you read a number.
# - In a batch also want variety. Chance is the rule to beat, over several seeds.
# - The saving was about 5 times on pools of many kinds, a loss on one of a single kind, and six times worse with a model too stiff to learn. Pool, model, rule and measure decide together.
# - Sure is not right: keep labelled structures that nobody trains on, and stop by their error.
# - A loop that runs for days must survive being killed: decide, write down, then act.
# - A cost model's result hangs on its inputs. Ask which ones before you quote it.
#
# ## Exercises
#
# 1. *Fill.* Section 1 with labels at 0, 1.5 and 3: which of 0.75, 2.25 and 5 comes next? On paper, then with `gaussian_process`.
# 2. *Fill.* Two models differ by 30 meV in the energy of 27 atoms. What does `energy_deviation` say? And K models, one of which is off by $d$, all others equal?
# 3. *Find.* Someone stops the loop when the largest deviation is below 0.05 eV/Å and reports "errors below 0.05 eV/Å". Show with the numbers of section 8 what is wrong.
# 4. *Find.* A colleague compares one run of active learning with one random draw and finds "4 times". Which of the 25 pairs of recorded seeds of mlearn_Cu would have given more than 6, which less than 3? (`curves` gives the single seeds, `ratio_of` compares two.)
# 5. *Build.* A rule `choose(candidates, count, generator)` of your own: for instance uncertain *and* far from what is known. Run it in section 6 beside the others, with at least three seeds.
# 6. *Build.* Put `by_chance` into the loop of section 7. Does it need more labels to run 100 steps at 1,500 K?
# 7. *The chapter's exercise 3.* Plan your own project at the desk: your prices, your nodes, your labels (`cost_desk(inputs=Inputs(...))`; beyond its sliders, with four nodes for instance, `cost_of_a` and `cost_of_b` as in section 9). Which input would you measure first?
#
# **Next:** [13 Summary](13_summary.ipynb). (The Gaussian process and GAP are the subject of lesson [07](07_soap.ipynb).)
#
# ## References
#
# - L. Zhang, D.-Y. Lin, H. Wang, R. Car, W. E, *Phys. Rev. Mater.* **3**, 023804 (2019), [doi:10.1103/PhysRevMaterials.3.023804](https://doi.org/10.1103/PhysRevMaterials.3.023804): the loop with force deviations and two limits.
# - Y. Zhang et al., *Comput. Phys. Commun.* **253**, 107206 (2020), [doi:10.1016/j.cpc.2020.107206](https://doi.org/10.1016/j.cpc.2020.107206): DP-GEN.
# - E. V. Podryabinkin, A. V. Shapeev, *Comput. Mater. Sci.* **140**, 171 (2017), [doi:10.1016/j.commatsci.2017.08.031](https://doi.org/10.1016/j.commatsci.2017.08.031): D-optimal choice.
# - J. S. Smith, B. Nebgen, N. Lubbers, O. Isayev, A. E. Roitberg, *J. Chem. Phys.* **148**, 241733 (2018), [doi:10.1063/1.5023802](https://doi.org/10.1063/1.5023802): less is more, with ANI.
# - L. Breiman, *Mach. Learn.* **24**, 123 (1996), [doi:10.1007/BF00058655](https://doi.org/10.1007/BF00058655): bagging.
# - G. Palmer et al., *npj Comput. Mater.* **8**, 115 (2022), [doi:10.1038/s41524-022-00794-8](https://doi.org/10.1038/s41524-022-00794-8): one factor that calibrates error bars.
# - D. P. Kovács et al., *J. Chem. Theory Comput.* **17**, 7696 (2021), [doi:10.1021/acs.jctc.1c00647](https://doi.org/10.1021/acs.jctc.1c00647): the 3BPA data.
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723): the mlearn data.
# - C. Bannwarth, S. Ehlert, S. Grimme, *J. Chem. Theory Comput.* **15**, 1652 (2019), [doi:10.1021/acs.jctc.8b01176](https://doi.org/10.1021/acs.jctc.8b01176): GFN2-xTB.

# %% [markdown] lang="ja" en="1cfd2264"
# モデルを 5 個にすると、減る時間は 27.6 % になります。時間を最も左右するのは、計算ではなく、A の 2 週間の計画です。3 日にすれば 5.6 % しか残らず、2.2 日なら差はなくなります。費用を左右するのは、ラベルの数とラベル 1 個の値段です。つまり、費用の節約とは、仮定したラベルの節約そのものです。1 ノード時間が 0.6 セントより安ければ、A のほうが安くなります。ラベルがまったく減らなければ、B には A より 3 分の 1 ほど長い時間がかかります。順番にラベルを付け、毎回、前の回を待つからです。
#
# ## 10. 注意して読みたい記述
#
# | もとの章の記述 | 確かめた結果 |
# |---|---|
# | 不確実性は 5 個のモデルのエネルギーの標準偏差 | 4 つの測り方の 1 つで、最良ではない。誤差との順位相関は 0.5、大きさは 2.5 分の 1（4 節）。最悪の原子を見つけるには、力のほうがよい |
# | 効率が 3〜5 倍、ラベルが 50〜70 % 減る | 場合による。銅の 2 つのプールでは 4.5 倍と 5.2 倍（78 % と 81 % 減。ただし後者は、無作為な選び方が初めて達した時点と比べれば 2.8 倍）。formate では 0.69 倍（0.58〜0.76）で損をし、多様さを求めると 1.9 倍（1.6〜2.1、47 % 減）。MD で探索しながらでは 1.25 倍（0.93〜1.47）（6 節）。なお、3〜5 倍なら 67〜80 % 減 |
# | 遷移状態や欠陥を自動的に見つける | 見つけるのは、既知のものと違うもの。銅のプールでは、40 個のラベルで表面のほとんどを見つけた。formate では、C–H が切れかけた配置はプールの 3.7 %、選ばれたものの 4.1 % で、ほとんど増えていない。遷移状態に出会うかどうかは、温度、時間、出発点といった探索のしかたで決まる（7 節） |
# | 人間の直感に頼らない客観的な方法 | 選び方、しきい値、温度、記述子、最初の構造を決めるのは人間。5 つの選び方は、5 通りの 10 個を選んだ（5 節） |
# | シリコン：10,000 配置が 2,000 配置に。銅上の CO₂：コスト 60 % 削減 | 出典がない。後者は、もとの章の演習では 87 % |
# | 演習 3：時間の節約は 20 %、所要時間はほぼ同じ | 45.5 %。モデルが 5 個なら 27.6 %。最も効くのは 14 日の計画（9 節） |
# | 演習 3：2,000 配置、ラベルは 87 % 減 | 1,900 配置。期待値 16,500 の 88.5 % 減だが、これは結果ではなく入力 |
# | 演習 3：1 µs の分子動力学が 3 GPU 日 | もとの章の 2.5 節では 1 ns が 1〜3 GPU 日で、1,000 倍遅い。1,000 GPU 日かかるなら、B で減る時間は 1 % |
#
# ## このレッスンで学んだこと
#
# - モデルに自信のない所にラベルを付けます。手で計算すると、それは近くにラベルのない所でした。この選び方が知っているのは場所であって、エネルギーではありません。
# - 悪いものを見つけることと、どれだけ悪いかを言い当てることは別です。コミッティは前者が得意ですが、自信過剰です。数値を読む前に校正しましょう。
# - 一度に何個も選ぶときは、多様さも必要です。比べる相手は無作為な選び方で、種を変えて何度も比べます。
# - 節約は、いろいろな構造を含むプールでは 5 倍ほどでしたが、同じような配置ばかりのプールでは損になり、硬すぎるモデルでは 6 倍悪くなりました。決めるのは、プール、モデル、選び方、誤差の測り方の組み合わせです。
# - 自信があることと正しいことは別です。訓練に使わないラベル付きの構造を残し、その誤差で止めましょう。
# - 何日も動くループは、強制終了されても続けられなければなりません。決めて、書いて、それから行動します。
# - コストの計算結果は、入力で決まります。引用する前に、どの入力が効いているかを調べましょう。
#
# ## 演習
#
# 1. **埋める**　1 節で、0、1.5、3 にラベルがあるとき、0.75、2.25、5 のうち次に選ばれるのはどれですか。紙の上で計算し、`gaussian_process` で確かめてください。
# 2. **埋める**　2 個のモデルが答えた 27 原子のエネルギーは、30 meV 違います。`energy_deviation` の値はいくらですか。$K$ 個のモデルのうち 1 個だけが $d$ ずれ、ほかがすべて等しいときはどうですか。
# 3. **探す**　ばらつきの最大値が 0.05 eV/Å を下回ったところでループを止め、「誤差は 0.05 eV/Å 以下」と報告した人がいます。何が間違っているかを、8 節の数値で示してください。
# 4. **探す**　能動学習を 1 回、無作為な選び方を 1 回だけ行って「4 倍」と言う人がいます。記録された mlearn_Cu の種の組 25 通りのうち、6 倍を超えるのはどれで、3 倍に満たないのはどれですか。（種ごとの値は `curves` で得られ、`ratio_of` で 2 つを比べられます。）
# 5. **作る**　自分の選び方 `choose(candidates, count, generator)` を作ってください。たとえば、不確実で、**しかも**既知のものから遠いものを選びます。6 節で、少なくとも 3 つの種について、ほかの選び方と比べてください。
# 6. **作る**　7 節のループで `by_chance` を使ってください。1,500 K で 100 ステップ動くまでに必要なラベルは増えますか。
# 7. **もとの章の演習 3**　コストデスクで、自分のプロジェクトを計画してください。価格、ノード数、ラベル数は自分のものを使います（`cost_desk(inputs=Inputs(...))`。ノードが 4 台しかないなど、スライダーの範囲を超えるときは、9 節のように `cost_of_a` と `cost_of_b` を使います）。まず測るべき入力はどれですか。
#
# **次へ**：[13 まとめ](13_summary.ipynb)。（ガウス過程と GAP については、レッスン [07](07_soap.ipynb) を見てください。）
#
# ## 参考文献
#
# - L. Zhang, D.-Y. Lin, H. Wang, R. Car, W. E, *Phys. Rev. Mater.* **3**, 023804 (2019), [doi:10.1103/PhysRevMaterials.3.023804](https://doi.org/10.1103/PhysRevMaterials.3.023804)：力のばらつきと 2 つの限度を使うループ
# - Y. Zhang et al., *Comput. Phys. Commun.* **253**, 107206 (2020), [doi:10.1016/j.cpc.2020.107206](https://doi.org/10.1016/j.cpc.2020.107206)：DP-GEN
# - E. V. Podryabinkin, A. V. Shapeev, *Comput. Mater. Sci.* **140**, 171 (2017), [doi:10.1016/j.commatsci.2017.08.031](https://doi.org/10.1016/j.commatsci.2017.08.031)：D 最適な選び方
# - J. S. Smith, B. Nebgen, N. Lubbers, O. Isayev, A. E. Roitberg, *J. Chem. Phys.* **148**, 241733 (2018), [doi:10.1063/1.5023802](https://doi.org/10.1063/1.5023802)：ANI での能動学習
# - L. Breiman, *Mach. Learn.* **24**, 123 (1996), [doi:10.1007/BF00058655](https://doi.org/10.1007/BF00058655)：バギング
# - G. Palmer et al., *npj Comput. Mater.* **8**, 115 (2022), [doi:10.1038/s41524-022-00794-8](https://doi.org/10.1038/s41524-022-00794-8)：1 つの係数による誤差棒の校正
# - D. P. Kovács et al., *J. Chem. Theory Comput.* **17**, 7696 (2021), [doi:10.1021/acs.jctc.1c00647](https://doi.org/10.1021/acs.jctc.1c00647)：3BPA のデータ
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723)：mlearn のデータ
# - C. Bannwarth, S. Ehlert, S. Grimme, *J. Chem. Theory Comput.* **15**, 1652 (2019), [doi:10.1021/acs.jctc.8b01176](https://doi.org/10.1021/acs.jctc.8b01176)：GFN2-xTB
