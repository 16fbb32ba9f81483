# ---
# jupyter:
#   card: {learn_minutes: 70, run_seconds: 30, memory_mb: 650}
# ---

# %% [markdown] lang="en"
# # Seven architectures
#
# **Question of this lesson.** From Behler and Parrinello (2007) to MACE (2022): what was new each time? And are the later ones *ten times* better, as one reads?
#
# Afterwards you can
#
# - say in one sentence what each architecture takes in, what it learns and where its symmetry comes from;
# - find that idea in the library, in the few lines that differ;
# - read a learning curve: its slope, and whether data or training limits it;
# - compare models at equal data, at equal error and at equal cost, and add a model of your own to the comparison;
# - say what a table of "typical" errors can mean and what it cannot.

# %% [markdown] lang="ja" en="32bba685"
# # 7 つのアーキテクチャ
#
# **このレッスンの問い**　Behler と Parrinello（2007 年）から MACE（2022 年）まで、そのたびに何が新しくなったのでしょうか。また、新しいものは、よく言われるように **10 倍**も優れているのでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - それぞれのアーキテクチャについて、何を入力し、何を学習し、対称性がどこから来るかを 1 文で言う。
# - その考え方を、ライブラリの中の、違いが表れる数行に見つける。
# - 学習曲線から、傾きと、限界を決めているのがデータか訓練かを読み取る。
# - モデルを、同じデータ、同じ誤差、同じ手間で比べ、自分で訓練したモデルをそこに加える。
# - 「典型的な」誤差の表から何が言え、何が言えないかを説明する。

# %% [markdown] lang="en"
# ## 1. The years on a line
#
# Drag the handle along the years, or use the arrow keys; *Tab* reaches the buttons and the list of names. Each card tells what comes in, what it was trained on and where it is in this library.
#
# **Predict before you move.** Between which two neighbours on this line does the *input* change most? And how many years lie between the first network of potentials and the first one that is handed *directions*?

# %% [markdown] lang="ja" en="7fbb9e4f"
# ## 1. 年表
#
# つまみを年に沿ってドラッグするか、矢印キーを使ってください。*Tab* でボタンと名前の一覧に移れます。カードには、何を入力とするか、どのデータで訓練されたか、このライブラリのどこにあるかが書かれています。
#
# **動かす前に予想しましょう。** この年表で、**入力**がいちばん大きく変わるのは、どの 2 つの間でしょうか。また、最初のネットワークポテンシャルから、**向き**を入力とする最初のものまで、何年かかったでしょうか。

# %%
lang = "en"

from mlp_teach.widgets.architecture_timeline import architecture_timeline

architecture_timeline(lang=lang)

# %% [markdown] lang="en"
# ## 2. Ten ideas in a table
#
# (The line has the years of the first preprint and of the journal, in the order of the first: so GAP begins in 2009 there, and is of 2010 in the table below. Directions come in with DeepPot-SE, eleven years after the first: as a matrix whose products forget them again. Networks that *keep* quantities which turn with the molecule came in 2021. Which change is the largest is for you to argue.)
#
# The chapter's seven, and three more that this library has. *E* is always a sum over atoms (Behler and Parrinello's idea that all others keep), and forces are its slopes.
#
# | | year | what goes in | what is learnt | why it is invariant | cost grows with |
# |---|---|---|---|---|---|
# | [Behler-Parrinello](../../mlp_teach/models/behler_parrinello.py) | 2007 | functions of distances and angles, chosen by hand | a small network for each element | the functions are | neighbours, their pairs ($G^4$), elements² |
# | [GAP](../../mlp_teach/models/gap.py) | 2010 | smeared density of the neighbours: bispectrum, since 2013 SOAP | a weight for each sparse point, by one linear system | the power spectrum is | neighbours, sparse points, elements² |
# | [ANI](../../mlp_teach/models/ani.py) | 2017 | functions that peak at distances and angles, on a grid | networks for each element, several as a committee | the functions are | close neighbours, their pairs, elements² |
# | [SchNet](../../mlp_teach/models/schnet.py) | 2017 | distances | filters of the distance; messages of numbers | it only sees distances | neighbours × layers |
# | [DeepPot-SE](../../mlp_teach/models/deep_pot.py) | 2018 | a matrix of $1/r$ and directions | a function of the distance, then a network | $T^\top T$: scalar products alone | neighbours |
# | [DimeNet](../../mlp_teach/models/dimenet.py) | 2020 | distances and angles between edges | messages from edge to edge | it only sees lengths and angles | pairs of edges × layers |
# | [PaiNN](../../mlp_teach/models/painn.py) | 2021 | directions | scalars and vectors | vectors are only scaled, added, mixed | neighbours × layers |
# | [NequIP](../../mlp_teach/models/nequip.py) | 2021 | directions, as harmonics | features of degree $l$ | Clebsch-Gordan products | neighbours × paths × layers |
# | [MACE](../../mlp_teach/models/mace.py) | 2022 | the same | the same, and products of the sums: many bodies | Clebsch-Gordan products | neighbours once a layer; products |
# | [Allegro](../../mlp_teach/models/allegro.py) | 2022 | the same | features of *pairs*; no atom passes anything on | Clebsch-Gordan products | pairs × paths × layers |
#
# Years are the chapter's, where it has them right (of NequIP that of the preprint), else those of the first public text. Two entries of the chapter's own table need care: GAP of 2010 was not SOAP, and PaiNN is neither of 2020 nor invariant inside (lesson 08).
#
# ## 3. Where they differ, in code
#
# Everything around these lines is shared: the graph, the forces, the training. **Predict** for each before you look: where is the sum over neighbours?

# %% [markdown] lang="ja" en="9053d91d"
# ## 2. 10 の考え方を 1 つの表に
#
# （年表には最初のプレプリントの年と論文誌の年の両方があり、並びはプレプリントの年の順です。そのため GAP は、年表では 2009 年から、下の表では 2010 年です。向きを初めて入力としたのは、11 年後の DeepPot-SE です。ただし、行列の積をとると、向きの情報は失われます。分子と一緒に回る量をネットワークが**もち続ける**ようになったのは、2021 年です。どの変化がいちばん大きいかは、自分で考えてみてください。）
#
# もとの章の 7 つと、このライブラリにあるあと 3 つです。$E$ はいつも原子についての和で（Behler と Parrinello の考えを、ほかのすべてが受け継いでいます）、力はその傾きです。
#
# | | 年 | 何を入力するか | 何を学習するか | なぜ不変か | 手間は何とともに増えるか |
# |---|---|---|---|---|---|
# | [Behler-Parrinello](../../mlp_teach/models/behler_parrinello.py) | 2007 | 人が選んだ、距離と角度の関数 | 元素ごとの小さなネットワーク | 関数が不変 | 隣接原子、その対（$G^4$）、元素数の 2 乗 |
# | [GAP](../../mlp_teach/models/gap.py) | 2010 | 隣接原子をぼかした密度。バイスペクトル、2013 年からは SOAP | スパース点ごとの重み（連立一次方程式 1 回） | パワースペクトルが不変 | 隣接原子、スパース点、元素数の 2 乗 |
# | [ANI](../../mlp_teach/models/ani.py) | 2017 | 距離と角度の格子点で極大になる関数 | 元素ごとのネットワーク。複数でコミッティ（committee）を組む | 関数が不変 | 近い隣接原子、その対、元素数の 2 乗 |
# | [SchNet](../../mlp_teach/models/schnet.py) | 2017 | 距離 | 距離のフィルター、数のメッセージ | 距離しか見ない | 隣接原子 × 層 |
# | [DeepPot-SE](../../mlp_teach/models/deep_pot.py) | 2018 | $1/r$ と向きの行列 | 距離の関数と、それに続くネットワーク | $T^\top T$：内積だけ | 隣接原子 |
# | [DimeNet](../../mlp_teach/models/dimenet.py) | 2020 | 距離と、エッジの間の角度 | エッジからエッジへのメッセージ | 長さと角度しか見ない | エッジの対 × 層 |
# | [PaiNN](../../mlp_teach/models/painn.py) | 2021 | 向き | スカラーとベクトル | ベクトルには、スカラー倍、和、混合しか行わない | 隣接原子 × 層 |
# | [NequIP](../../mlp_teach/models/nequip.py) | 2021 | 球面調和関数で表した向き | 次数 $l$ の特徴量 | クレプシュ・ゴルダン積 | 隣接原子 × 経路 × 層 |
# | [MACE](../../mlp_teach/models/mace.py) | 2022 | 同じ | 同じものと、和どうしの積（多体） | クレプシュ・ゴルダン積 | 隣接原子の和は 1 層に 1 回、あとは積 |
# | [Allegro](../../mlp_teach/models/allegro.py) | 2022 | 同じ | **対**の特徴量。原子は何も次へ渡さない | クレプシュ・ゴルダン積 | 対 × 経路 × 層 |
#
# 年は、もとの章で正しければそれに合わせ（NequIP はプレプリントの年）、ほかは最初に公開された年です。もとの章の表で注意が必要なのは、2010 年の GAP は SOAP ではなかったこと、PaiNN は 2020 年のものでも、内部が不変なものでもないこと（レッスン 08）です。
#
# ## 3. コードのどこが違うか
#
# これらの行のまわりは、グラフも力も訓練も、すべて共通です。見る前に、それぞれについて**予想しましょう。** 隣接原子についての和は、どこにあるでしょうか。

# %%
from mlp_teach.models import ani, behler_parrinello, deep_pot, gap
from mlp_teach.show import show

show(behler_parrinello.BehlerParrinello.forward)
show(gap.GAP.forward)
show(ani.ANI.member_energies)
show(deep_pot.DeepPot.outputs)

# %% [markdown] lang="en"
# In none of them: `symmetry_functions`, `_rows`, `_outputs` and `environments` have taken the sum already, once. What follows looks at one atom at a time. (ANI's is Behler-Parrinello's with other functions and a committee.) In the graph networks the sum is part of what is learnt, and it is taken again in each layer:

# %% [markdown] lang="ja" en="9dfae133"
# どこにもありません。和は、`symmetry_functions`、`_rows`、`_outputs`、`environments` の中で、すでに 1 度だけ計算されています。その後は、原子を 1 個ずつ見るだけです。（ANI は、Behler-Parrinello の関数を取りかえ、コミッティにしたものです。）グラフネットワークでは、この和も学習の一部で、層ごとに繰り返されます。

# %%
from mlp_teach.models import dimenet, painn, schnet

show(schnet.Interaction.forward)
show(dimenet.Interaction.forward)
show(painn.Update.forward)

# %% [markdown] lang="en"
# SchNet: `index_add`, what $j$ sends, times a filter. DimeNet: `carried` goes along edges that meet, each counted by `s`, which knows distance and angle. PaiNN's messages are like SchNet's, with directions; new is the line `(mixed_v * mixed_u).sum(1)`, where vectors become a number. Its successors allow any degree:

# %% [markdown] lang="ja" en="cd337c84"
# SchNet では `index_add` で、$j$ が送るものにフィルターを掛けて足します。DimeNet では、`carried` が、つながったエッジからエッジへ進み、距離と角度で決まる `s` で重みが付きます。PaiNN のメッセージは、SchNet のものに向きを加えた形です。新しいのは、ベクトルが数になる `(mixed_v * mixed_u).sum(1)` の行です。その後のモデルでは、次数はいくつでもかまいません。

# %%
from mlp_teach.models import allegro, mace, nequip

show(nequip.Layer.forward)
show(mace.Layer.forward)
show(allegro.Allegro.forward)

# %% [markdown] lang="en"
# `neighbor_sums` is the same function in NequIP and MACE. NequIP then needs a gate and the next layer; MACE multiplies the sums with each other (`self.product`, lesson 09 §7). Allegro has no `neighbor_sums` at all: the sum `a` is over the pairs of *one* atom, and only the pair `v` goes on.
#
# **Claim 1.** So Allegro's energy of an atom depends on its neighbours within the cutoff alone, as in the four of the first cell, while the others reach as many cutoffs as they have layers.
#
# ## 4. One molecule through all of them
#
# The recorded settings of section 5, untrained: random numbers wherever training would put something. We ask each model four things: how many parameters it has; how far the energy of the first atom of a long chain of carbon feels a displacement (*reach*); how much the energies and forces of ethanol miss the rotation law (relative to the largest force); and the CPU time of energies and forces.
#
# **Predict.** Which has the most parameters? Which is the slowest? By how many powers of ten will the residuals of Behler-Parrinello and MACE differ?

# %% [markdown] lang="ja" en="6f430ad7"
# `neighbor_sums` は、NequIP と MACE で同じ関数です。そのあと、NequIP にはゲートと次の層が必要で、MACE は和どうしを掛け合わせます（`self.product`。レッスン 09 の 7 節）。Allegro には `neighbor_sums` がありません。和 `a` は **1 個**の原子がもつ対についての和で、次の層へ進むのは対の量 `v` だけです。
#
# **主張 1**　したがって、Allegro では、原子のエネルギーはカットオフの内側の隣接原子だけで決まります。最初のセルの 4 つと同じです。ほかのモデルは、層の数だけカットオフを重ねた距離まで届きます。
#
# ## 4. 1 つの分子を、すべてのモデルに通す
#
# 5 節で使う設定のまま、訓練しないで使います。訓練で決まる数は、すべて乱数です。それぞれに 4 つのことを尋ねます。パラメータの数。炭素の長い鎖で、どれだけ離れた原子の変位まで、端の原子のエネルギーに影響するか（到達距離、reach）。エタノールのエネルギーと力が、回転の法則からどれだけ外れるか（最大の力に対する比）。そして、エネルギーと力の CPU 時間です。
#
# **予想しましょう。** パラメータがいちばん多いのはどれでしょうか。いちばん遅いのはどれでしょうか。法則からの外れは、Behler-Parrinello と MACE で何桁違うでしょうか。

# %%
import torch

from mlp_teach.plotting.architectures import NAMES, known_models
from mlp_teach.training.checkpoint import model_class
from mlp_teach.training.recorded_curves import recorded

curves = recorded("ethanol")
models = known_models(curves)


def untrained(name):
    curve = [one for one in curves if one.name == name][-1]
    torch.manual_seed(0)
    return model_class(curve.model).from_settings(curve.model_settings).double()


# %%
def filled(model):  # with random numbers, where there are none yet
    if isinstance(model, gap.GAP):
        model.points.normal_()
        model.weights.normal_()
        model.point_element.random_(3)
    for weight in model.parameters():
        if not weight.any():
            torch.nn.init.normal_(weight, std=0.1)
    return model


# %%
from dataclasses import replace

from ase import Atoms

from mlp_teach.neighbors import atom_graph


def reach(model, step=0.95):
    chain = Atoms("C20", [[0, 0, step * n] for n in range(20)])
    graph = atom_graph(chain, model.cutoff)
    positions = graph.positions.requires_grad_()
    energies = model(replace(graph, positions=positions))
    (slope,) = torch.autograd.grad(energies[0], positions)
    return step * int(slope.norm(dim=1).nonzero().max())


# %%
from time import process_time

from mlp_teach.datasets import load
from mlp_teach.neighbors import batch_graph
from mlp_teach.potential import predict

test = load("ethanol", "test")


# %%
def microseconds(model, times):  # of eight molecules at once, the least of four
    graph = batch_graph(test[:8], model.cutoff)
    if not isinstance(model, gap.GAP):  # networks work in single precision
        model, graph = model.float(), graph.to(dtype=torch.float32)
    for _ in range(4):
        start = process_time()
        predict(model, graph, stress=False)
        times.append(1e6 * (process_time() - start) / graph.n_atoms)
    return min(times)


# %%
from mlp_teach.checks import rotation

costs = {}
print(f"{'':18} parameters  cutoff  reach (Å)  rotation   µs an atom")
for name in models:
    model = filled(untrained(name))
    numbers = sum(weight.numel() for weight in model.parameters()) or model.n_points
    far, residual = reach(model), rotation(model, test[0]).measured
    costs[name] = microseconds(model, [])
    row = f"{numbers:10} {model.cutoff:7.1f} {far:10.2f} {residual:9.0e} {costs[name]:12.0f}"
    print(f"{NAMES.get(name, name):18} {row}")

# %% [markdown] lang="en"
# - **Claim 1 holds.** Atoms stand 0.95 Å apart, so with a cutoff of 5 Å the last one in sight is at 4.75 Å: for Behler-Parrinello, ANI and GAP (with their cutoffs), DeepPot-SE and Allegro. Three layers reach 14.25 Å, MACE's two 9.5 Å.
# - **Residuals** are rounding, for all of them. Equivariance inside buys no better symmetry outside.
# - **Parameters** say nothing about the time: the two models with the most are in the middle of the last column. The order is that of *these* sizes; in other sizes they would stand elsewhere. GAP has one weight for each sparse point, and works in double precision.
#
# ## 5. The same frames, the same test
#
# Ethanol from rMD17 (PBE/def2-SVP, molecular dynamics at 500 K). One order of the training frames for all, by seed 0: the first 50, 100, 200, 300, 500, 950 of it to learn from, 50 others to choose the best epoch, the set's own 1,000 to test. The trainings took 4 seconds to 21 minutes on one CPU thread and were recorded (`mlp_teach/training/recorded`); each is a file of `experiments/`, repeated by
#
# `mlp-teach learning-curve experiments/mace_ethanol.toml --out FOLDER`
#
# Models are small and training is short: what a laptop does, not what the papers do. GAP has all atoms of the frames as sparse points, up to 2,400.
#
# **Predict.** Both axes are logarithmic. Which family lies lowest with 50 frames, and which with 950? Which lines are the steepest?

# %% [markdown] lang="ja" en="7757fe71"
# - **主張 1 は成り立ちます。** 原子の間隔は 0.95 Å なので、カットオフが 5 Å なら、見える最後の原子は 4.75 Å です。Behler-Parrinello、ANI と GAP（それぞれのカットオフで）、DeepPot-SE、Allegro がそうです。3 層なら 14.25 Å、MACE は 2 層で 9.5 Å まで届きます。
# - **法則からの外れ**は、どれも丸め誤差です。内部が同変でも、外での対称性がよくなるわけではありません。
# - **パラメータの数**からは、時間について何もわかりません。ここで最も多い 2 つは、最後の列では中ほどです。この順序は、**この**大きさのモデルについてのもので、大きさを変えれば変わります。GAP の重みはスパース点ごとに 1 つで、計算は倍精度です。
#
# ## 5. 同じデータ、同じテスト
#
# rMD17 のエタノールです（PBE/def2-SVP、500 K の分子動力学）。訓練用の配置の順序は、乱数の種（seed）0 で決め、すべてに共通です。その最初の 50、100、200、300、500、950 個から学習し、別の 50 個で最良のエポックを選び、テスト用の 1,000 個で測ります。訓練は CPU 1 スレッドで 4 秒 〜 21 分かかるので、記録してあります（`mlp_teach/training/recorded`）。それぞれに `experiments/` のファイルがあり、次のコマンドで繰り返せます。
#
# `mlp-teach learning-curve experiments/mace_ethanol.toml --out FOLDER`
#
# モデルは小さく、訓練は短いものです。論文ではなく、ノートパソコンでできる範囲です。GAP のスパース点には、学習に使った配置の全原子を使います（上限は 2,400 個）。
#
# **予想しましょう。** 両軸とも対数です。50 配置でいちばん低いのはどの種類で、950 配置ではどれでしょうか。いちばん急な線はどれでしょうか。

# %%
from mlp_teach.plotting.architectures import family_curves

family_curves(curves, lang=lang)

# %%
from mlp_teach.training.recorded_curves import exponent, line_of

print("error = a / n^b of the forces; meV/Å and meV/atom with the most frames")
for name in models:
    frames, errors = line_of(curves, name)
    energies = line_of(curves, name, "energy")[1]
    slope = f"{exponent(frames, errors):.2f}" if len(frames) > 1 else "   -"
    print(f"{NAMES.get(name, name):18} b = {slope} {errors[-1]:6.1f} {energies[-1]:6.2f}", end="")
    print(f"  (with {frames[-1]:.0f})")

# %% [markdown] lang="en"
# GAP, of 2010, lies lowest up to 500 frames. PaiNN's line is the steepest, with $b \approx 0.7$, and at 950 frames the only one below GAP. Among the message-passing networks NequIP has the least error with 100 and 200 frames, as one says of equivariance (with 50, DimeNet++ is its equal); but at the end NequIP and MACE are *not* in front. Is the chapter wrong, then? Not so fast: first ask what these lines show.
#
# How much of it is chance? With few frames the networks were trained from other first weights, too (other seeds), on the same frames:

# %% [markdown] lang="ja" en="a411a345"
# 2010 年の GAP が、500 配置まではいちばん低い位置にあります。PaiNN の線がいちばん急で（$b \approx 0.7$）、950 配置で GAP より下に来るのは PaiNN だけです。メッセージパッシングのネットワークの中では、100 配置と 200 配置で NequIP の誤差がいちばん小さく、同変性について言われるとおりです（50 配置では DimeNet++ と同じくらいです）。しかし右端では、NequIP と MACE は先頭では**ありません**。では、もとの章が間違っているのでしょうか。急がずに、まず、これらの線が何を示しているのかを考えましょう。
#
# どこまでが偶然でしょうか。配置が少ないところでは、同じ配置のまま、乱数の種（seed）を変えて、別の初期の重みからも訓練しました。

# %%
from mlp_teach.training.recorded_curves import range_of, seeds_of

print("least and largest error of the forces, meV/Å, with so many frames")
for name in models:
    ends = {n: pair for n, pair in range_of(curves, name).items() if n <= 200}
    words = ", ".join(f"{n}: {low:.0f} to {high:.0f}" for n, (low, high) in ends.items())
    print(f"{NAMES.get(name, name):18} seeds: {len(seeds_of(curves, name))}  {words or '-'}")

# %% [markdown] lang="en"
# Three seeds of one model differ by some per cent, by 14 % at most, but for two: MACE by 25 % with 50 frames, and DeepPot-SE, whose training is furthest from its end, by 56 and 28 % with 50 and 100. Architectures differ by factors. GAP is solved, not trained: no first weights come into it. So do not take a difference of 10 % between two lines for a result: with 50 frames NequIP (96 to 107) and DimeNet++ (104 to 108) cannot be told apart.
#
# ## 6. Data or training: what limits a line?
#
# A model that has learnt all that its frames can teach knows *them* far better than the test. If it is as wrong on the frames it knows as on the test, more frames would not help: it has too little flexibility, or it had too few steps.
#
# **Predict.** For which models is the error on their own 950 frames close to that on the test?

# %% [markdown] lang="ja" en="8f9b0c21"
# 同じモデルでも、3 つの種で数 % 違い、最大で 14 % です。例外は 2 つあります。MACE は 50 配置で 25 %、訓練がいちばん足りない DeepPot-SE は 50 配置で 56 %、100 配置で 28 % 違います。アーキテクチャによる違いは何倍にもなります。GAP は訓練ではなく、方程式を解いて求めるので、初期の重みはありません。したがって、2 本の線が 10 % 違うだけでは、結果とは言えません。50 配置の NequIP（96 〜 107）と DimeNet++（104 〜 108）は、区別できません。
#
# ## 6. 限界を決めるのはデータか、訓練か
#
# 配置から学べることをすべて学んだモデルなら、**その配置**についての誤差は、テストよりずっと小さくなります。知っているはずの配置で、テストと同じくらい間違うなら、配置を増やしても助けになりません。モデルの柔軟さが足りないか、訓練のステップが足りないのです。
#
# **予想しましょう。** 自分の 950 配置での誤差がテストの誤差に近いのは、どのモデルでしょうか。

# %%
from mlp_teach.training.recorded_curves import points_of

print(f"{'':18} frames  known   test  known/test   steps  CPU s")
for name in models:
    last = points_of(curves, name)[-1]
    known, new = (last.errors[part]["forces"]["mae"] for part in ("training", "test"))
    row = f"{last.frames:6} {known:6.1f} {new:6.1f} {known / new:11.2f} {last.steps:7}"
    print(f"{NAMES.get(name, name):18} {row} {last.cpu_seconds:6.0f}")

# %% [markdown] lang="en"
# - PaiNN knows its frames to a fifth of the test error: its line shows **data**. It also had by far the most CPU time, 21 minutes.
# - Behler-Parrinello, DeepPot-SE, NequIP, MACE, Allegro and GAP are at 0.85 and above: their right ends show **training**, or for GAP the 2,400 points: with 6,000 of them it has 12 meV/Å, below PaiNN, after 209 CPU seconds (`experiments/gap_ethanol_full.toml`). Behler-Parrinello, with twice the functions and eight times the steps, comes to 33 meV/Å (12 CPU minutes, `experiments/behler_parrinello_ethanol_full.toml`) and then knows its own frames to 18. Five minutes are too short for an equivariant network on a CPU; a longer run (exercise 4) moves the line down, and tells you what the data can do.
# - With 50 frames most ratios are about a half or less (`points_of(curves, name)[0]`): there, even short runs show data. Allegro's and DeepPot-SE's are 0.7 and 0.8: they need far more steps than they got.
#
# **Claim 2.** A learning curve compares architectures only where all of them are limited by the data. To the right, ours compare *what a few CPU minutes buy*. That is an honest question too, but another one than the chapter's.
#
# For the other question, the papers: on the same set, with as many frames (950 + 50), larger models and longer training, forces in meV/Å, as Batatia et al. (2022, table 1) collected them: GAP 18.1, ANI 13.4, ACE 7.3, NequIP 2.8, Allegro 2.1, MACE 2.1. GAP's number is nearly ours (17.5; 12.0 with 6,000 points), for a GAP is solved, not trained. MACE's is fifteen times smaller than ours.
#
# ## 7. Your own point
#
# A record should be something that you can repeat and extend. A GAP from 50 frames takes two seconds. With the recorded frames it must give the recorded number; with other draws of 50 frames it shows how much luck is in a draw.
#
# **Predict.** How far apart will three draws lie: 1 %, 5 % or 20 %?

# %% [markdown] lang="ja" en="d6d34ee0"
# - PaiNN は、知っている配置での誤差がテストの 5 分の 1 です。この線は**データ**の限界を示しています。CPU 時間も 21 分で、飛び抜けて長いものです。
# - Behler-Parrinello、DeepPot-SE、NequIP、MACE、Allegro、GAP では 0.85 以上です。線の右端は**訓練**の限界を示しています（GAP では 2,400 個のスパース点。6,000 個にすれば、209 CPU 秒で 12 meV/Å となり、PaiNN を下回ります：`experiments/gap_ethanol_full.toml`）。Behler-Parrinello も、関数を約 2 倍、ステップ数を 8 倍にすると 33 meV/Å になり（CPU で 12 分、`experiments/behler_parrinello_ethanol_full.toml`）、学習に使った配置での誤差は 18 まで下がります。同変ネットワークを CPU で訓練するのに、5 分では短すぎます。もっと長く訓練すれば（演習 4）、線は下がり、データで何ができるかがわかります。
# - 50 配置では、ほとんどの比が半分くらいかそれ以下です（`points_of(curves, name)[0]`）。そこでは、短い訓練でもデータの限界が見えます。Allegro と DeepPot-SE では 0.7 と 0.8 で、ステップ数がまるで足りません。
#
# **主張 2**　学習曲線でアーキテクチャを比べられるのは、どれもデータで限界が決まっている所だけです。右側では、私たちの線は**CPU 数分で何が得られるか**を比べています。それも正直な問いですが、もとの章の問いとは違います。
#
# もう 1 つの問いには、論文の値で答えましょう。同じデータ、同じ数の配置（950 + 50）で、もっと大きなモデルを長く訓練したときの力の誤差（meV/Å）は、Batatia ら（2022 年、表 1）によれば、GAP 18.1、ANI 13.4、ACE 7.3、NequIP 2.8、Allegro 2.1、MACE 2.1 です。GAP の値は私たちのもの（17.5。スパース点が 6,000 個なら 12.0）に近い値です。GAP の重みは、訓練ではなく、方程式を解いて求めるからです。MACE の値は私たちの 15 分の 1 です。
#
# ## 7. 自分の点を加える
#
# 記録は、再現でき、付け足せるものでなければなりません。50 配置の GAP なら 2 秒です。記録と同じ配置なら、記録と同じ数になるはずです。別の 50 配置を引けば、引き方による運がどれだけあるかがわかります。
#
# **予想しましょう。** 3 通りの引き方で、誤差は 1 %、5 %、20 % のどのくらい違うでしょうか。

# %%
from mlp_teach.training.experiment import make_data
from mlp_teach.training.metrics import compare
from mlp_teach.training.regression import Regression, fit_gap
from mlp_teach.training.split import random_split

(fifty,) = [one for one in curves if one.experiment == "gap_ethanol_50"]


def fit_with(draw):
    shuffled, _, _ = random_split(load("ethanol", "train"), (0.95, 0.05, 0.0), draw)
    model = gap.GAP.from_settings(fifty.model_settings)
    learnt = make_data(model, shuffled[:50], torch.float64)
    return fit_gap(model, learnt, Regression(**fifty.training))


# %%
mine = []
for draw in (0, 1, 2):
    model = fit_with(draw)
    judged = make_data(model, test, torch.float64)
    mine.append((50, compare(model, judged, stress=False).mae("forces")))
    print(f"draw {draw}: {mine[-1][1]:.2f} meV/Å")
print(f"recorded: {fifty.points[0].errors['test']['forces']['mae']:.2f}")
family_curves(curves, own={"GAP": mine}, lang=lang)

# %% [markdown] lang="en"
# The first is the record, to the last digit; the draws differ by 1 to 3 %. So gaps of 20 % between lines at 50 frames are not luck of the draw.
#
# Your own network goes the same way, with the file of an experiment: copy `experiments/nequip_ethanol.toml`, change what you like, run
#
# `mlp-teach learning-curve mine.toml --out mine`
#
# and read `mine/learning_curve.json` with `mlp_teach.training.learning_curve.read_points("mine")`. Give frames and errors to `own=`, as above.
#
# ## 8. Ten times fewer data, ten times more accurate?
#
# The chapter says: from 2007 to 2022 data efficiency grew tenfold (30,000 to 3,000 structures), and accuracy too (5 to 0.5 meV/atom). Both are statements about a horizontal and a vertical distance between two learning curves. Measure both.
#
# **Predict.** How many times fewer frames than Behler-Parrinello do GAP and NequIP need for 50 meV/Å, with our trainings?

# %% [markdown] lang="ja" en="3e6d7760"
# 1 番目は、最後の桁まで記録と一致します。引き方による違いは 1 〜 3 % です。したがって、50 配置で線が 20 % 離れていれば、引き方の運ではありません。
#
# 自分のネットワークも、実験ファイルを使って同じように加えられます。`experiments/nequip_ethanol.toml` をコピーし、好きなところを変えて、
#
# `mlp-teach learning-curve mine.toml --out mine`
#
# を実行し、`mine/learning_curve.json` を `mlp_teach.training.learning_curve.read_points("mine")` で読みます。配置数と誤差を、上のように `own=` に渡してください。
#
# ## 8. データは 10 分の 1、精度は 10 倍か
#
# もとの章によれば、2007 年から 2022 年に、データ効率は 10 倍（30,000 から 3,000 配置）、精度も 10 倍（5 から 0.5 meV/atom）になりました。どちらも、2 本の学習曲線の間の、水平と垂直の隔たりについての主張です。両方を測りましょう。
#
# **予想しましょう。** 私たちの訓練で 50 meV/Å にするのに必要な配置は、GAP と NequIP では、Behler-Parrinello の何分の 1 でしょうか。

# %%
from mlp_teach.active_learning.records import labels_needed

targets = (80, 60, 50, 40, 30)
print("frames needed for so many meV/Å: ", *(f"{target:6}" for target in targets))
for name in models:
    frames, errors = line_of(curves, name)
    needed = [labels_needed(frames, errors, target) for target in targets]
    words = [f"≤ {n:.0f}" if n == frames[0] else f"{n:.0f}" for n in needed]
    words = ["-" if word == "inf" else word for word in words]
    print(f"{NAMES.get(name, name):33}", *(f"{word:>6}" for word in words))

# %% [markdown] lang="en"
# Read off between neighbouring points; "-" is beyond the last. **What came out, horizontally (claim T-1).** For 50 meV/Å Behler-Parrinello takes 872 frames, GAP 80, NequIP 279, MACE 354. So a factor of ten is real, *in this case, at this error*, and lies between 2007 and 2010; for 80 meV/Å Behler-Parrinello takes 156 and NequIP 91, a factor below two. There is no "data efficiency" without an error that is asked for, nor without saying how long one trained: NequIP's line would lie further left after a longer training (section 6). Nothing here can say whether 30,000 or 3,000 structures are typical for some other system.
#
# **Vertically (claim T-2).** With all 950 frames: Behler-Parrinello 1.18 meV/atom and 49 meV/Å, GAP 0.35 and 17, NequIP 0.60 and 27, MACE 0.76 and 32, PaiNN 0.25 and 14. After long training, published: GAP 18, MACE 2.1 meV/Å, 8.6 times less in the twelve years from 2010 on, at equal data. So *about* ten is right for forces of this molecule if one trains long; the chapter's two numbers, 5 and 0.5 meV/atom, belong to *different* numbers of structures (30,000 and 3,000), so they cannot be a statement about accuracy at equal data at all.
#
# And progress does not come in the order of years: at 950 frames and a few minutes, the model of 2010 is ahead of three of 2021 and 2022.
#
# ## 9. Accuracy against cost
#
# Accuracy is bought three times: with labels, with training, and at each step of a simulation. The last price is the one from section 4.
#
# **Predict.** For which models is there no other that is better in both, error and time?

# %% [markdown] lang="ja" en="6d1c5f93"
# 隣り合う点の間で読み取った値です。「-」は、最後の点でも届かないことを表します。**水平方向の結果（主張 T-1）**　50 meV/Å に必要な配置は、Behler-Parrinello が 872、GAP が 80、NequIP が 279、MACE が 354 です。つまり、10 倍というのは、**この系、この誤差では**本当です。ただし、その差は 2007 年と 2010 年の間にあります。80 meV/Å なら、Behler-Parrinello が 156、NequIP が 91 で、2 倍未満です。どの誤差を求めるかを言わなければ、「データ効率」は決まりません。訓練の長さも同じです。NequIP の線は、長く訓練すればもっと左へ移るでしょう（6 節）。ほかの系で 30,000 や 3,000 配置が典型的かどうかは、ここからは何も言えません。
#
# **垂直方向の結果（主張 T-2）**　950 配置すべてを使うと、Behler-Parrinello は 1.18 meV/atom と 49 meV/Å、GAP は 0.35 と 17、NequIP は 0.60 と 27、MACE は 0.76 と 32、PaiNN は 0.25 と 14 です。長く訓練した論文の値は、GAP 18、MACE 2.1 meV/Å で、同じデータのまま、2010 年からの 12 年で 8.6 分の 1 になりました。したがって、この分子の力については、長く訓練すれば**およそ** 10 倍は正しいと言えます。一方、もとの章の 5 と 0.5 meV/atom は、**異なる**配置数（30,000 と 3,000）での値なので、同じデータでの精度についての主張にはなりえません。
#
# また、進歩は年の順に来るわけではありません。950 配置と数分の訓練では、2010 年のモデルが、2021、2022 年の 3 つのモデルに勝ります。
#
# ## 9. 精度と手間
#
# 精度の代価は 3 度払います。ラベルで、訓練で、そしてシミュレーションの 1 ステップごとに。最後のものが、4 節で測った時間です。
#
# **予想しましょう。** 誤差と時間の両方で勝るモデルがほかにないのは、どのモデルでしょうか。

# %%
from mlp_teach.plotting.architectures import accuracy_and_cost

reached = {name: points_of(curves, name)[-1] for name in models}
reached = {name: point for name, point in reached.items() if point.frames == 950}
last_errors = {name: point.errors["test"]["forces"]["mae"] for name, point in reached.items()}
accuracy_and_cost({name: costs[name] for name in reached}, last_errors, lang=lang).figure

# %% [markdown] lang="en"
# In our runs these were PaiNN and ANI, and SchNet, whose time differs from ANI's by less than such a measurement scatters. On the dashed line every further step in accuracy costs time; what lies above it, at these sizes and after these trainings, one would not choose. All of that is movable: a larger batch lowers the time of small networks, longer training lowers the points, GAP's time grows with its points, and an atom of a crystal has several times as many neighbours (lesson 10 §3). A picture like this is worth making for *your* system; somebody else's is not a law.
#
# ### Does the order hold on a crystal?
#
# Models of the same kinds, in sizes of their own, on mlearn's copper: crystals at rest, strained, hot and molten, with vacancies and surfaces. The first 50, 100, 200 and 236 frames of one order for all, 26 others to choose the best epoch, the set's own 31 to test. DimeNet is there as DimeNet++, its faster form. (Nine of the 31 equal a training frame by symmetry, so all lines end a little too low: lesson 05.)
#
# **Predict.** Which of the ethanol lines will change places? Think of what differs: one element instead of three; 18 neighbours within 4 Å, 54 within 5.5 Å, instead of the eight other atoms of an ethanol; 108 atoms a frame instead of nine.

# %% [markdown] lang="ja" en="3a378b28"
# 私たちの測定では、PaiNN と ANI、そして SchNet でした（SchNet と ANI の時間の差は、測定のばらつきより小さいものです）。破線の上では、精度を 1 段上げるたびに時間がかかります。線より上にあるモデルは、この大きさ、この訓練では選ぶ理由がありません。ただし、どの点も動きえます。バッチを大きくすれば小さなネットワークの時間は減り、長く訓練すれば点は下がり、GAP の時間はスパース点とともに増え、結晶の原子では隣接原子の数が何倍にもなります（レッスン 10 の 3 節）。このような図は、**自分の**系について描く価値があります。他人の図は法則ではありません。
#
# ### 結晶でも同じ順序か
#
# 同じアーキテクチャを、この系に合わせた大きさで、mlearn の銅に使います。静止した結晶、ひずんだ結晶、高温の結晶、融体、空孔、表面です。すべてに共通の順序で、最初の 50、100、200、236 個から学習し、別の 26 個で最良のエポックを選び、テスト用の 31 個で測ります。DimeNet の代わりに、より速い DimeNet++ を使います（31 個のうち 9 個は、対称操作で訓練用の配置と一致します。そのため、どの線も右端が少し低すぎます。レッスン 05）。
#
# **予想しましょう。** エタノールでの順序から、どれとどれが入れ替わるでしょうか。違いを考えてください。元素は 3 種類ではなく 1 種類。隣接原子は、エタノールではほかの 8 個の原子ですが、銅では 4 Å 以内に 18 個、5.5 Å 以内に 54 個です。1 つの配置の原子は 9 個ではなく 108 個です。

# %%
copper = recorded("mlearn_Cu")
for name in known_models(copper):
    last = points_of(copper, name)[-1]
    known, new = (last.errors[part]["forces"]["mae"] for part in ("training", "test"))
    energy, row = last.errors["test"]["energy"]["mae"], f"{last.frames:6} {known:6.1f} {new:6.1f}"
    print(
        f"{NAMES.get(name, name):18} {row} meV/Å {energy:6.2f} meV/atom {last.cpu_seconds:6.0f} s"
    )
family_curves(copper, lang=lang)

# %% [markdown] lang="en"
# GAP is ahead by far, with a sixth to a quarter of the graph networks' error at 50 frames, and about a third of theirs at the last. Its line is nearly flat, because 50 frames of copper already hold some 16,000 components of forces, all of one element, and a GAP is solved in one step. With all 262 frames its 1,000 points hardly limit it either: 9 meV/Å with 2,000 and with 4,000 points (`experiments/gap_cu.toml`, `gap_cu_full.toml`).
#
# Behler-Parrinello, among the last on ethanol, comes second: 34 meV/Å with 50 frames, 21 with 100, 18 with 236. None of the graph networks gets there with 236. For one element a short list of functions says enough, and cheap functions allow many steps: 13,000 for 100 frames, where NequIP made 2,400.
#
# ANI and DeepPot-SE look no further than Behler-Parrinello, and yet they begin far above all others, at 106 and 348 meV/Å with 50 frames, and end among the graph networks, at 28 and 31. Both made fewer steps (2,400 and 3,500 with 50 frames, Behler-Parrinello 7,950), and DeepPot-SE learns its description, too: it knows even its own 50 frames to 278 meV/Å only.
#
# Among the graph networks the order is not that of ethanol either. SchNet, behind NequIP there, is ahead of it here with 50 frames, and behind with 200 and more, for NequIP's line is the steeper one. PaiNN, the best network on ethanol, has 73 meV/Å with 50 frames and 31 with 236, after NequIP and SchNet. All of them know their own frames nearly as badly as the test: what these lines show is what a few minutes of training give (claim 2). With 50 and 100 frames the bars are of three seeds. They differ by up to 20 %, but for DeepPot-SE, whose luckiest seed is the one drawn: 128 meV/Å with 100 frames, the two others 211 and 224. So neither "the best model" nor "the most data-efficient one" is a property of an architecture alone. It is one of architecture, system, number of frames and training.
#
# The energies tell something else. Most of their error lies in two of the 31 test frames, the surfaces: with its last training SchNet is wrong there by 94 and 102 meV/atom and nowhere else by more than 6, DimeNet++ by 114 and 124; Allegro by 30 and 31; NequIP by 15; MACE, ANI, PaiNN and DeepPot-SE by 6 to 9; Behler-Parrinello by 3. Of the 262 training frames ten are surfaces. So a mean over a test set says little before you know which structures make it: print the worst ones (exercise 6).
#
# ## 10. The table of typical figures
#
# The chapter gives, for "a molecular system of 100 atoms": 30,000 structures for Behler-Parrinello with 3 to 5 meV/atom and 80 to 120 meV/Å, down to 3,000 for MACE with 0.3 to 0.8 and 20 to 40.
#
# **Predict.** Which of these six questions can such a table answer? Which system? which error is that, MAE or RMSE? judged on what? how many steps? what would MACE reach with 30,000? what would Behler-Parrinello reach with 3,000?
#
# | what the chapter's table seems to say | what we found |
# |---|---|
# | each method has *its* number of structures | it has a curve: each of ours has useful errors with 50 to 950 frames |
# | each method has *its* error | Behler-Parrinello: 18 meV/Å on copper, 49 on ethanol (MAE; lesson 05; here). MACE on 3BPA: 38 at 300 K and 240 at 1,200 K, from the same training; as RMSE 56 and 426 |
# | training takes hours to a day, about the same for all | on the same 950 frames 51 s (Behler-Parrinello), 69 s (GAP) to 21 minutes (PaiNN), and what one wants of it decides |
# | accuracy and data efficiency grow together with the years | two distances between curves; each depends on where one looks (section 8) |
#
# It answers none of the six. What such a table *can* mean is a wish list: orders of magnitude that somebody found good enough. Ask for the learning curve.
#
# ## 11. Already trained
#
# The last step of the history is to train once, on most of the periodic table, and hand out the weights.
#
# | | trained on | structures | paper |
# |---|---|---|---|
# | M3GNet | relaxations of the Materials Project | 0.19 million | Chen and Ong 2022 |
# | CHGNet | MPtrj, the same project | 1.58 million | Deng et al. 2023 |
# | MACE-MP-0 | MPtrj | 1.58 million | Batatia et al. 2025 |
# | SevenNet-0 | MPtrj (weights of July 2024) | 1.58 million | Park et al. 2024 |
# | GNoME | its own search for crystals; not public | 89 million, by Riebesell et al.'s list | Merchant et al. 2023 |
# | ORB v2 | MPtrj and Alexandria | 1.6 + 30.5 million | Neumann et al. 2024 |
#
# **Claim T-10** of the chapter, "ORB, GNoME (2024), trained on hundreds of millions of structures", is wrong for ORB, whose count is 32 million, and GNoME is of 2023; its paper speaks of hundreds of millions of *calculations*. Most of these structures are steps of relaxations, and many are near a minimum. Architectures are those that you know: MACE-MP-0 is a MACE, SevenNet and GNoME's are NequIPs; ORB does without built-in rotation symmetry.
#
# How good are they without any label of yours? Measured here on mlearn's copper: 60 meV/Å (CHGNet 0.3.0), 63 (SevenNet-0), where a GAP of 40 labelled frames has 20. On the other hand they had seen no label of that set, and know 88 other elements. Details, with two of them to run: `docs/lesson_material/foundation_models.md`, `mlp_teach.pretrained.foundation`.
#
# ## What we learned
#
# - All ten add up energies of atoms. They differ in what of the surroundings comes in, and in whether the sum over neighbours is fixed or learnt, taken once or in layers, of numbers or of things that turn.
# - Symmetry outside is exact in all of them; reach, cost and flexibility are what separates them.
# - A learning curve shows data only where the model knows its own frames much better than the test.
# - "Ten times" is a distance between two curves. It needs an error or a size at which it is read, and a training that is named.
# - On one molecule, with minutes of CPU: GAP leads with few frames, and with all of them if it gets points enough; PaiNN is next there; NequIP and MACE need the long training that their papers give them.
#
# ## Exercises
#
# 1. *Fill.* In section 2, cover the columns "what goes in" and "why it is invariant" and fill them from memory. Check three entries against the headers of the files.
# 2. *Fill.* By hand: a line through 98 meV/Å at 100 frames and 49 at 950. Which $b$ is that? How many frames would 10 meV/Å take, and why should you not believe it?
# 3. *Find.* A poster says: "our network needs 20 times fewer data than SchNet". Write down the four questions that you would ask its author, in order.
# 4. *Build.* Copy `experiments/nequip_ethanol.toml`, give 100 frames four times the epochs, and add your point to the picture. Where is known/test now? What would you try next, more data or more training?
# 5. *Build.* Draw Behler-Parrinello's line with `quantity="energy"`, then find the frames that GAP and NequIP need for its last error. Is the factor that of the forces?
# 6. *Find.* Load `behler_parrinello_cu` and print, for each of the 31 test frames of `mlearn_Cu`, its kind (`atoms.info["config_type"]`) and the error of its energy, the largest first. Which kinds lead? Leave them out: how much of the MAE is left?
#
# **Next:** [12 Active learning](12_active_learning.ipynb)
#
# ## References
#
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401): atomic energies from networks.
# - A. P. Bartók et al., *Phys. Rev. Lett.* **104**, 136403 (2010), [doi:10.1103/PhysRevLett.104.136403](https://doi.org/10.1103/PhysRevLett.104.136403): GAP.
# - J. S. Smith, O. Isayev, A. E. Roitberg, *Chem. Sci.* **8**, 3192 (2017), [doi:10.1039/C6SC05720A](https://doi.org/10.1039/C6SC05720A): ANI.
# - K. T. Schütt et al., *NeurIPS* **30**, 991 (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566): SchNet.
# - L. Zhang et al., *NeurIPS* **31** (2018), [doi:10.48550/arXiv.1805.09003](https://doi.org/10.48550/arXiv.1805.09003): DeepPot-SE.
# - J. Klicpera, J. Groß, S. Günnemann, *ICLR* (2020), [doi:10.48550/arXiv.2003.03123](https://doi.org/10.48550/arXiv.2003.03123): DimeNet.
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150): PaiNN.
# - S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5): NequIP.
# - I. Batatia et al., *NeurIPS* **35** (2022), [doi:10.48550/arXiv.2206.07697](https://doi.org/10.48550/arXiv.2206.07697): MACE, and the table of published errors.
# - A. Musaelian et al., *Nat. Commun.* **14**, 579 (2023), [doi:10.1038/s41467-023-36329-y](https://doi.org/10.1038/s41467-023-36329-y): Allegro.
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f): rMD17, the ethanol data.
# - C. Chen, S. P. Ong, *Nat. Comput. Sci.* **2**, 718 (2022), [doi:10.1038/s43588-022-00349-3](https://doi.org/10.1038/s43588-022-00349-3): M3GNet.
# - B. Deng et al., *Nat. Mach. Intell.* **5**, 1031 (2023), [doi:10.1038/s42256-023-00716-3](https://doi.org/10.1038/s42256-023-00716-3): CHGNet and MPtrj.
# - I. Batatia et al., *J. Chem. Phys.* **163**, 184110 (2025), [doi:10.1063/5.0297006](https://doi.org/10.1063/5.0297006): MACE-MP-0.
# - Y. Park et al., *J. Chem. Theory Comput.* **20**, 4857 (2024), [doi:10.1021/acs.jctc.4c00190](https://doi.org/10.1021/acs.jctc.4c00190): SevenNet.
# - A. Merchant et al., *Nature* **624**, 80 (2023), [doi:10.1038/s41586-023-06735-9](https://doi.org/10.1038/s41586-023-06735-9): GNoME.
# - M. Neumann et al., arXiv (2024), [doi:10.48550/arXiv.2410.22570](https://doi.org/10.48550/arXiv.2410.22570): ORB.
# - J. Riebesell et al., arXiv (2023), [doi:10.48550/arXiv.2308.14920](https://doi.org/10.48550/arXiv.2308.14920): Matbench Discovery, with its list of training sets.

# %% [markdown] lang="ja" en="35d8b9d2"
# GAP が大きく先行しています。グラフネットワークの誤差に比べ、50 配置では 4 〜 6 分の 1、最後の点ではおよそ 3 分の 1 です。線がほとんど水平なのは、銅の 50 配置だけで、1 種類の元素の力の成分が約 16,000 個もあり、GAP では連立一次方程式を 1 回解くだけで重みを求めるからです。262 配置すべてを使っても、スパース点が 1,000 個であることは、ほとんど制約になりません。点を 2,000、4,000 個に増やしても、9 meV/Å です（`experiments/gap_cu.toml`、`gap_cu_full.toml`）。
#
# エタノールでは最下位に近かった Behler-Parrinello が、2 位です。50 配置で 34、100 配置で 21、236 配置で 18 meV/Å で、グラフネットワークは、どれも 236 配置でそこまで届きません。元素が 1 種類なら、関数の数は少なくて済みます。そのうえ、計算の軽い関数なら、たくさんのステップを訓練できます。100 配置では 13,000 ステップで、NequIP は 2,400 ステップでした。
#
# ANI と DeepPot-SE が見る範囲は、Behler-Parrinello より広くありません。それなのに、50 配置では 106、348 meV/Å と、ほかのどれよりもずっと上から始まり、最後は 28、31 で、グラフネットワークに並びます。どちらもステップ数が少なく（50 配置で 2,400 と 3,500。Behler-Parrinello は 7,950）、DeepPot-SE はそのうえ記述子も学習します。学習に使った 50 配置でさえ、誤差は 278 meV/Å です。
#
# グラフネットワークの間の順序も、エタノールとは違います。エタノールで NequIP に負けていた SchNet が、ここでは 50 配置で NequIP に勝ち、200 配置からは再び負けます。NequIP の線のほうが急だからです。エタノールではネットワークの中で最良だった PaiNN は、50 配置で 73、236 配置で 31 meV/Å で、NequIP と SchNet に及びません。どのネットワークでも、学習に使った配置での誤差が、テストの誤差とあまり変わりません。つまり、これらの線が示しているのは、数分の訓練で得られるものです（主張 2）。50 配置と 100 配置の縦棒は、3 つの種の範囲です。違いは最大で 20 % ですが、DeepPot-SE は別です。線に描いたのは最も運の良かった種で、100 配置で 128 meV/Å、ほかの 2 つは 211 と 224 です。したがって、「最良のモデル」も「データ効率の最も高いモデル」も、アーキテクチャだけで決まる性質ではありません。アーキテクチャ、系、配置数、訓練の組で決まります。
#
# エネルギーからは、別のことがわかります。誤差の大部分は、31 個のテスト用配置のうちの 2 個、表面によるものです。最後の訓練のあとで、SchNet の誤差は、この 2 個では 94 と 102 meV/atom、ほかではどれも 6 以下です。DimeNet++ は 114 と 124、Allegro は 30 と 31、NequIP は 15、MACE、ANI、PaiNN、DeepPot-SE は 6 〜 9、Behler-Parrinello は 3 です。訓練用の 262 配置のうち、表面は 10 個しかありません。テスト全体の平均は、どの構造によるのかを知るまで、あまり意味がありません。誤差の大きいものから順に表示してみましょう（演習 6）。
#
# ## 10. 「典型的な性能」の表
#
# もとの章は「100 原子の分子系」について、30,000 配置の Behler-Parrinello で 3 〜 5 meV/atom と 80 〜 120 meV/Å から、3,000 配置の MACE で 0.3 〜 0.8 と 20 〜 40 までの表を示しています。
#
# **予想しましょう。** このような表で、次の 6 つの問いのどれに答えられるでしょうか。どの系か。誤差は MAE か RMSE か。何を使ってテストしたか。何ステップ訓練したか。MACE なら 30,000 配置でどこまで届くか。Behler-Parrinello なら 3,000 配置でどこまで届くか。
#
# | 表が言っているように見えること | 確かめた結果 |
# |---|---|
# | 手法ごとに、必要な配置数が決まっている | あるのは曲線。どのモデルも、50 〜 950 配置で使える誤差になる |
# | 手法ごとに、誤差が決まっている | Behler-Parrinello は、銅で 18、エタノールで 49 meV/Å（MAE。レッスン 05、ここ）。3BPA の MACE は、同じ訓練で、300 K なら 38、1,200 K なら 240（RMSE なら 56 と 426） |
# | 訓練は数時間 〜 1 日で、どれもあまり変わらない | 同じ 950 配置で、51 秒（Behler-Parrinello）、69 秒（GAP）から 21 分（PaiNN）まで。何を求めるかで決まる |
# | 精度とデータ効率は、年とともに一緒に上がる | 2 本の曲線の間の 2 つの隔たりであり、どこで見るかによる（8 節） |
#
# 6 つの問いのどれにも答えられません。このような表が意味**しうる**のは、希望の一覧、つまり、誰かが十分だと考えた値の桁です。学習曲線を見せてもらいましょう。
#
# ## 11. 事前訓練済みモデル
#
# 歴史の最後の段階は、周期表のほとんどの元素について 1 度だけ訓練し、重みを配ることです。
#
# | | 訓練データ | 配置数 | 論文 |
# |---|---|---|---|
# | M3GNet | Materials Project の構造緩和 | 19 万 | Chen と Ong、2022 年 |
# | CHGNet | 同じプロジェクトの MPtrj | 158 万 | Deng ら、2023 年 |
# | MACE-MP-0 | MPtrj | 158 万 | Batatia ら、2025 年 |
# | SevenNet-0 | MPtrj（2024 年 7 月の重み） | 158 万 | Park ら、2024 年 |
# | GNoME | 自ら行った結晶の探索。非公開 | 8,900 万（Riebesell らの一覧） | Merchant ら、2023 年 |
# | ORB v2 | MPtrj と Alexandria | 160 万 + 3,050 万 | Neumann ら、2024 年 |
#
# もとの章の**主張 T-10**「ORB、GNoME（2024 年）は数億の配置で訓練された」は、ORB については誤りで、実際は 3,200 万です。GNoME は 2023 年で、論文が数億と言うのは**計算**の数です。これらの配置の大部分は構造緩和の途中の構造で、その多くは極小の近くです。アーキテクチャは、もう知っているものです。MACE-MP-0 は MACE、SevenNet と GNoME のモデルは NequIP です。ORB には、回転対称性が組み込まれていません。
#
# 自分のラベルなしで、どれだけ使えるでしょうか。mlearn の銅で測ると、60 meV/Å（CHGNet 0.3.0）と 63（SevenNet-0）でした。40 配置で当てはめた GAP は 20 です。その代わり、これらはこのデータのラベルを 1 つも見ておらず、ほかの 88 元素も知っています。詳しくは `docs/lesson_material/foundation_models.md`（英語）を見てください。2 つは `mlp_teach.pretrained.foundation` で動かせます。
#
# ## このレッスンで学んだこと
#
# - 10 のどれもが、原子ごとのエネルギーを足します。違うのは、環境の何を入力するか、隣接原子の和が固定か学習か、1 回か層ごとか、数の和か、一緒に回るものの和か、です。
# - 外から見た対称性は、どれも厳密です。違いは、届く距離、手間、柔軟さにあります。
# - 学習曲線がデータの限界を示すのは、知っている配置での誤差がテストよりずっと小さいときだけです。
# - 「10 倍」とは 2 本の曲線の間の隔たりです。どの誤差、どの配置数で読むか、どれだけ訓練したかを言わなければなりません。
# - 1 種類の分子、CPU 数分では、配置が少なければ GAP が先頭でした。全部使うときも、スパース点が十分なら GAP が先頭で、PaiNN が続きます。NequIP と MACE には、論文で行われているような長い訓練が必要です。
#
# ## 演習
#
# 1. **埋める**　2 節の表で「何を入力するか」と「なぜ不変か」の列を隠し、覚えているとおりに埋めてください。そのうち 3 つを、ファイルの冒頭と照らし合わせてください。
# 2. **埋める**　手で計算します。100 配置で 98 meV/Å、950 配置で 49 meV/Å を通る線の $b$ はいくらですか。10 meV/Å には何配置が必要ですか。それを信じてはいけないのはなぜですか。
# 3. **探す**　ポスターに「私たちのネットワークに必要なデータは SchNet の 20 分の 1」とあります。著者に尋ねる質問を 4 つ、順に書いてください。
# 4. **作る**　`experiments/nequip_ethanol.toml` をコピーし、100 配置のエポック数を 4 倍にして、図に点を加えてください。known/test はどうなりましたか。次に試すなら、データと訓練のどちらを増やしますか。
# 5. **作る**　Behler-Parrinello の線を `quantity="energy"` で描き、その最後の誤差に GAP と NequIP が必要とする配置数を求めてください。倍率は、力の場合と同じですか。
# 6. **探す**　`behler_parrinello_cu` を読み込み、`mlearn_Cu` のテスト用の 31 配置について、種類（`atoms.info["config_type"]`）とエネルギーの誤差を、大きいものから順に表示してください。先頭に来るのはどの種類ですか。それらを除くと、MAE はどれだけ残りますか。
#
# **次へ**：[12 能動学習](12_active_learning.ipynb)
#
# ## 参考文献
#
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401)：ネットワークによる原子エネルギー
# - A. P. Bartók et al., *Phys. Rev. Lett.* **104**, 136403 (2010), [doi:10.1103/PhysRevLett.104.136403](https://doi.org/10.1103/PhysRevLett.104.136403)：GAP
# - J. S. Smith, O. Isayev, A. E. Roitberg, *Chem. Sci.* **8**, 3192 (2017), [doi:10.1039/C6SC05720A](https://doi.org/10.1039/C6SC05720A)：ANI
# - K. T. Schütt et al., *NeurIPS* **30**, 991 (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566)：SchNet
# - L. Zhang et al., *NeurIPS* **31** (2018), [doi:10.48550/arXiv.1805.09003](https://doi.org/10.48550/arXiv.1805.09003)：DeepPot-SE
# - J. Klicpera, J. Groß, S. Günnemann, *ICLR* (2020), [doi:10.48550/arXiv.2003.03123](https://doi.org/10.48550/arXiv.2003.03123)：DimeNet
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150)：PaiNN
# - S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5)：NequIP
# - I. Batatia et al., *NeurIPS* **35** (2022), [doi:10.48550/arXiv.2206.07697](https://doi.org/10.48550/arXiv.2206.07697)：MACE、公表された誤差の表
# - A. Musaelian et al., *Nat. Commun.* **14**, 579 (2023), [doi:10.1038/s41467-023-36329-y](https://doi.org/10.1038/s41467-023-36329-y)：Allegro
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f)：rMD17、エタノールのデータ
# - C. Chen, S. P. Ong, *Nat. Comput. Sci.* **2**, 718 (2022), [doi:10.1038/s43588-022-00349-3](https://doi.org/10.1038/s43588-022-00349-3)：M3GNet
# - B. Deng et al., *Nat. Mach. Intell.* **5**, 1031 (2023), [doi:10.1038/s42256-023-00716-3](https://doi.org/10.1038/s42256-023-00716-3)：CHGNet と MPtrj
# - I. Batatia et al., *J. Chem. Phys.* **163**, 184110 (2025), [doi:10.1063/5.0297006](https://doi.org/10.1063/5.0297006)：MACE-MP-0
# - Y. Park et al., *J. Chem. Theory Comput.* **20**, 4857 (2024), [doi:10.1021/acs.jctc.4c00190](https://doi.org/10.1021/acs.jctc.4c00190)：SevenNet
# - A. Merchant et al., *Nature* **624**, 80 (2023), [doi:10.1038/s41586-023-06735-9](https://doi.org/10.1038/s41586-023-06735-9)：GNoME
# - M. Neumann et al., arXiv (2024), [doi:10.48550/arXiv.2410.22570](https://doi.org/10.48550/arXiv.2410.22570)：ORB
# - J. Riebesell et al., arXiv (2023), [doi:10.48550/arXiv.2308.14920](https://doi.org/10.48550/arXiv.2308.14920)：Matbench Discovery と、訓練データの一覧
