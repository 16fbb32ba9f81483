# ---
# jupyter:
#   card: {learn_minutes: 60, run_seconds: 45, memory_mb: 880}
# ---

# %% [markdown] lang="en"
# # What is a machine-learning potential?
#
# **Question of this lesson.** A quantum-mechanical calculation of four copper atoms takes about half a minute. Can a function learn its answers, give them in milliseconds,
# and still obey the laws of physics?
#
# Afterwards you can
#
# - say what a machine-learning potential is, and compute an energy and its forces by hand;
# - name the three things that it is made of, and show for each what happens without it;
# - test a potential for the laws that it has to obey;
# - say when "thousands of times faster" is true, and what it leaves out.

# %% [markdown] lang="ja" en="3672b4a8"
# # 機械学習ポテンシャルとは何か
#
# **このレッスンの問い**　銅の原子 4 個の量子力学計算には、およそ 30 秒かかります。その答えを関数に学習させて、ミリ秒で、
# しかも物理法則を守りながら答えさせることはできるでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - 機械学習ポテンシャルとは何かを説明し、エネルギーと力を手で計算する。
# - 機械学習ポテンシャルを成り立たせる 3 つの要素を挙げ、それぞれが欠けると何が起こるかを示す。
# - ポテンシャルが、守るべき法則を守っているかどうかを調べる。
# - 「数千倍速い」がどんなときに正しく、何を見落としているかを説明する。

# %% [markdown] lang="en"
# ## 1. Energy and force
#
# Atoms stand at positions $R = (\mathbf r_1, \dots, \mathbf r_N)$: $3N$ numbers. Quantum mechanics assigns an energy $E$ to each such arrangement of the nuclei;
# over all arrangements, $E(R)$ is a landscape, the **potential-energy surface** (PES). A *potential* is any function $f$ that stands for it:
#
# $$E = f(R), \qquad \mathbf F_i = -\frac{\partial f}{\partial \mathbf r_i}.$$
#
# The second equation says that forces point downhill and that there is nothing more to know: who has $f$ has the forces.
#
# The oldest example has two numbers, $\epsilon$ and $\sigma$: the Lennard-Jones potential. Here it is for two argon atoms, by hand.
#
# **Predict.** Its minimum lies at $2^{1/6}\sigma = 3.82$ Å. Will the second atom, at $x = 4$ Å, be pulled to the left (negative force) or pushed to the right?

# %% [markdown] lang="ja" en="f4ecc211"
# ## 1. エネルギーと力
#
# 原子の位置 $R = (\mathbf r_1, \dots, \mathbf r_N)$ は、$3N$ 個の数です。原子核の配置をひとつ決めると、量子力学からエネルギー $E$ が決まります。
# あらゆる配置について見れば、$E(R)$ は一つの地形になります。これを**ポテンシャルエネルギー曲面**（potential-energy surface, PES）と呼びます。
# **ポテンシャル**とは、この曲面の代わりになる関数 $f$ のことです。
#
# $$E = f(R), \qquad \mathbf F_i = -\frac{\partial f}{\partial \mathbf r_i}$$
#
# 2 番目の式は、力が坂を下る向きに働くこと、そして $f$ さえわかれば力もすべてわかることを表しています。
#
# いちばん古い例は、2 つの数 $\epsilon$ と $\sigma$ だけで決まるレナード・ジョーンズ（Lennard-Jones）ポテンシャルです。アルゴン原子 2 個について、手で計算してみましょう。
#
# **予想しましょう。** エネルギーが最小になる距離は $2^{1/6}\sigma = 3.82$ Å です。$x = 4$ Å にある 2 番目の原子は、左へ引かれる（力が負）でしょうか、右へ押されるでしょうか。

# %%
lang = "en"

from math import cos, pi

epsilon, sigma, r_c = 0.0104, 3.40, 8.5  # eV, Å, Å: argon


def energy(r):
    v = 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
    return v * (cos(pi * r / r_c) + 1) / 2  # fades out at the cutoff r_c


r, h = 4.0, 1e-5
print(f"E = {energy(r):+.8f} eV")
print(f"F = {-(energy(r + h) - energy(r - h)) / (2 * h):+.8f} eV/Å")

# %% [markdown] lang="en"
# It is pulled to the left. We found the force as a slope, from two energies a tiny step $2h$ apart. Now the same from the library:
# a model, a graph of the atoms and their neighbours, and `predict`, which is the only place where the library makes forces.

# %% [markdown] lang="ja" en="622f5bf7"
# 左へ引かれます。力は、わずかな間隔 $2h$ をおいた 2 つのエネルギーから、傾きとして求めました。同じことをライブラリでやってみます。
# 使うのは、モデル、原子とその隣接原子（neighbor）を表すグラフ（graph）、そして `predict` です。ライブラリの中で力を作るのは `predict` だけです。

# %%
from ase import Atoms

from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

argon = LennardJones(epsilon, sigma, r_c)
dimer = Atoms("Ar2", positions=[[0, 0, 0], [4.0, 0, 0]])
answer = predict(argon, atom_graph(dimer, argon.cutoff), stress=False)
print(f"E   = {answer.energy.item():+.8f} eV")
for i, force in enumerate(answer.forces[:, 0], start=1):
    print(f"F_x = {force:+.8f} eV/Å on atom {i}")

# %%
from mlp_teach.show import show

show(LennardJones.forward)
show(predict)

# %% [markdown] lang="en"
# The model returns one energy for each atom; `predict` adds them up and lets `torch.autograd` find the slope. No formula for the force was written.
#
# **Claim 1.** The forces are the slope of the energy, for each atom and each direction. We test it on three atoms, with the difference formula from above.

# %% [markdown] lang="ja" en="1ca2d531"
# モデルが返すのは、原子ごとのエネルギーです。`predict` はそれを足し合わせ、傾きは `torch.autograd` に求めさせます。力の式は、どこにも書かれていません。
#
# **主張 1**　力は、どの原子のどの方向についても、エネルギーの傾きです。原子 3 個で、上の差分の式を使って確かめましょう。

# %%
import numpy as np


def energy_of(atoms):
    return predict(argon, atom_graph(atoms, r_c), forces=False, stress=False).energy.item()


trimer = Atoms("Ar3", positions=[[0, 0, 0], [4.0, 0, 0], [1.5, 3.6, 0.5]])
by_autograd = predict(argon, atom_graph(trimer, r_c), stress=False).forces.numpy()
print(by_autograd.round(6), "eV/Å")

# %%
by_difference = np.zeros((3, 3))
for i, axis in np.ndindex(3, 3):
    for sign in (+1, -1):
        moved = trimer.copy()
        moved.positions[i, axis] += sign * h
        by_difference[i, axis] -= sign * energy_of(moved) / (2 * h)
print(f"largest deviation {abs(by_autograd - by_difference).max():.0e} eV/Å")

# %% [markdown] lang="en"
# Look at the columns of the forces: each adds up to zero. **Predict** why, before you read on.
#
# If all atoms move together, nothing changes; so the energy has no slope in that direction, and the slope in that direction is the sum of all forces.
# A symmetry of the energy is a law for the forces. Section 2 makes use of that.

# %% [markdown] lang="ja" en="e7667af3"
# 力の各列を見てください。足すと 0 になります。読み進める前に、理由を**予想しましょう**。
#
# 原子をすべて同じだけ動かしても、何も変わりません。つまり、その方向にはエネルギーの傾きがなく、その方向の傾きとは、力の総和にほかなりません。
# エネルギーの対称性は、力についての法則になります。2 節でこれを使います。

# %%
from mlp_teach.graph import collate
from mlp_teach.plotting.style import COLORS, Picture, finish, new_axes, say

distances = np.linspace(3.3, 9.0, 571)
many = collate([atom_graph(Atoms("Ar2", [[0, 0, 0], [d, 0, 0]]), r_c) for d in distances])
curve = predict(argon, many, stress=False)
minimum = distances[curve.energy.argmin()]

# %%
picture = Picture(9, 3.2)
left, right = map(new_axes, picture.subplots(1, 2))
left.plot(distances, 1000 * curve.energy, color=COLORS["blue"])
right.plot(distances, 1000 * curve.forces[1::2, 0], color=COLORS["orange"])
title = say(lang, f"Lowest at {minimum:.2f} Å", f"最小は {minimum:.2f} Å")
finish(left, lang, title, "r / Å", "E / meV", text=title)
title = say(lang, "Force on the right-hand atom", "右側の原子に働く力")
finish(right, lang, title, "r / Å", "F / meV Å⁻¹", text=title).figure

# %% [markdown] lang="en"
# The force is zero where the energy is lowest, negative (attraction) to the right of it, and both fade out at 8.5 Å. The minimum lies at 3.76 Å, not at the formula's 3.82 Å:
# the cutoff function presses the whole curve down and so moves it a little. A cutoff is part of the potential; two programs with the same $\epsilon$ and $\sigma$ and different cutoffs compute different things.

# %% [markdown] lang="ja" en="bfa69860"
# エネルギーが最小になる所で力は 0 になり、その右側では負（引力）です。どちらも 8.5 Å で消えます。最小の位置は、式から出る 3.82 Å ではなく 3.76 Å です。
# カットオフ関数が曲線全体を押し縮め、最小の位置を少し動かしたのです。カットオフはポテンシャルの一部です。$\epsilon$ と $\sigma$ が同じでも、カットオフが違えば、2 つのプログラムは違うものを計算しています。

# %% [markdown] lang="en"
# ## 2. A potential from data
#
# Lennard-Jones is two numbers and a formula that somebody thought of. For metals or molecules nobody has thought of one that is accurate enough.
# A **machine-learning potential** (MLP) takes a flexible function with hundreds to millions of numbers instead, and has them found from examples:
#
# $$D = \{(R_1, E_1, F_1),\ (R_2, E_2, F_2),\ \dots\}, \qquad f \text{ such that } f(R_n) \approx E_n,\quad -\partial f/\partial R\,(R_n) \approx F_n.$$
#
# Three things make it one, and we look at each of them:
#
# 1. **data**: energies and forces of many arrangements, nearly always from quantum mechanics (density-functional theory, DFT);
# 2. **a function of many variables** that can take nearly any shape;
# 3. **physics built in**: what is known of $E(R)$ need not be learnt, and cannot be violated.
#
# ### Data
#
# Here are real examples that ship with the course: copper by DFT.

# %% [markdown] lang="ja" en="8e7a40a4"
# ## 2. データからポテンシャルを作る
#
# レナード・ジョーンズは、2 つの数と、人が考え出した一つの式です。金属や分子については、十分に正確な式を誰も考え出せていません。
# そこで**機械学習ポテンシャル**（machine-learning potential, MLP）では、数百から数百万個の数をもつ柔軟な関数を用意し、その数を例から決めます。
#
# $$D = \{(R_1, E_1, F_1),\ (R_2, E_2, F_2),\ \dots\}, \qquad f(R_n) \approx E_n,\quad -\partial f/\partial R\,(R_n) \approx F_n \text{ となる } f$$
#
# MLP を成り立たせるのは次の 3 つです。順に見ていきましょう。
#
# 1. **データ**：さまざまな配置のエネルギーと力。ほとんどの場合、量子力学（密度汎関数理論、DFT）で計算します。
# 2. **多変数の関数**：ほとんどどんな形にもなれる関数。
# 3. **組み込まれた物理**：$E(R)$ について既に知っていることは、学習しなくてよく、破られることもありません。
#
# ### データ
#
# コースに付属する実際の例を見てみましょう。DFT で計算した銅です。

# %%
from mlp_teach.datasets import citation, load

copper = load("mlearn_Cu", "train")
first = copper[0]
E, F = first.get_potential_energy(), first.get_forces()
print(f"{len(copper)} frames, {3 * sum(map(len, copper))} force components. The first frame:")
print(f"R: {first.positions.size} numbers")
print(f"E: 1 number, {E:.3f} eV = {E / len(first):.4f} eV/atom")
print(f"F: {F.size} numbers, the largest {abs(F).max():.3f} eV/Å")
print(citation("mlearn_Cu"))

# %% [markdown] lang="en"
# One DFT calculation gives one energy but $3N$ force components: that is why forces are worth so much in training.
#
# To *play* with a potential we need answers in milliseconds, so in this lesson another theory stands in for DFT: effective medium theory (EMT), which you met in lesson 00.
# What we do with it is what one does with DFT. The system is small enough to see all of it: three copper atoms, two of them 2.5 Å apart, the third anywhere in a plane around them.
# The chosen places all lie in the **left half**, no closer than 2 Å to another atom and no further up than 4 Å.

# %% [markdown] lang="ja" en="da913ed8"
# DFT 計算 1 回で得られるのは、1 個のエネルギーと $3N$ 個の力の成分です。訓練で力が重宝されるのは、このためです。
#
# 図の上で原子を自由に動かしてみるには、ミリ秒で答えが必要です。そこでこのレッスンでは、レッスン 00 に出てきた有効媒質理論（EMT）を DFT の代役にします。
# DFT を使うときも、することは同じです。全体を見渡せるように、系は小さくします。銅の原子 3 個のうち 2 個を 2.5 Å 離して固定し、3 個目を、その 2 個を含む平面の中で動かします。
# データとして選ぶ場所は、すべて**左半分**にあります。ほかの原子から 2 Å 以上離れ、高さは 4 Å までです。

# %%
from ase.calculators.emt import EMT


def place(x, y):
    atoms = Atoms("Cu3", positions=[[0, 0, 0], [2.5, 0, 0], [x, y, 0]], calculator=EMT())
    atoms.get_forces()  # the "reference calculation": from now on the atoms carry E and F
    return atoms


# %%
def sample(n, left, right, rng):
    frames = []
    while len(frames) < n:
        atoms = place(rng.uniform(left, right), rng.uniform(0.5, 4.0))
        if atoms.get_distances(2, [0, 1]).min() > 2.0:
            frames.append(atoms)
    return frames


# %% [markdown] lang="en"
# ### A function of many variables
#
# Twelve numbers describe what each atom sees (**descriptors**; how they work is the subject of lesson 06), and a small neural network turns them into the atom's energy.
# The sum over the atoms is $E$: the potential of Behler and Parrinello (2007).

# %% [markdown] lang="ja" en="8f2129a2"
# ### 多変数の関数
#
# それぞれの原子から見える景色を、12 個の数で表します。これを**記述子**（descriptor）と呼びます（しくみはレッスン 06 で学びます）。小さなニューラルネットワークが、この数を原子のエネルギーに変えます。
# 全原子について足せば $E$ です。これが Behler と Parrinello のポテンシャル（2007 年）です。

# %%
import torch

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.models.behler_parrinello import BehlerParrinello

functions = SymmetryFunctions(
    cutoff=6.0,  # Å
    elements=(29,),
    g2=tuple((4.0, r_s) for r_s in np.linspace(1.5, 5.0, 8)),  # what stands at which distance
    g5=((0.02, 1, 1), (0.02, 1, -1), (0.02, 4, 1), (0.02, 4, -1)),  # and under which angle
)
torch.manual_seed(0)
model = BehlerParrinello(functions, hidden=(15, 15))

# %%
show(BehlerParrinello.forward)
parameters = sum(p.numel() for p in model.parameters())
print(f"\n{functions.n_features} descriptors an atom, {parameters} parameters")

# %% [markdown] lang="en"
# Training changes the parameters until energies and forces of the data come out right. Twenty of the hundred frames are kept aside to see when to stop.

# %% [markdown] lang="ja" en="ed4d8ee9"
# 訓練（training）とは、データのエネルギーと力が正しく出るように、パラメータを変えていくことです。100 個の配置のうち 20 個は、やめどきを知るために取り分けておきます。

# %%
from mlp_teach.neighbors import labels
from mlp_teach.plotting import loss_curves
from mlp_teach.training.fit import Settings, fit
from mlp_teach.training.losses import Weights


def ready(frames):
    graphs = [model.prepare(atom_graph(atoms, model.cutoff, torch.float32)) for atoms in frames]
    return [(g, labels(atoms, torch.float32)) for g, atoms in zip(graphs, frames, strict=True)]


# %%
data = ready(sample(100, -1.5, 1.25, np.random.default_rng(0)))
model.adapt([graph for graph, _ in data], torch.cat([label.energy for _, label in data]))
settings = Settings(epochs=150, learning_rate=1e-2, weights=Weights(energy=1.0, forces=0.1))
history = fit(model, data[20:], data[:20], settings)
loss_curves(history, lang=lang).figure

# %% [markdown] lang="en"
# **Predict.** All hundred frames have the third atom in the left half. The model is now asked about
#
# - new places in the *left* half,
# - places in the *right* half, where it has never seen an atom,
# - places *further up* than 4 Å, and places *closer* than 2 Å.
#
# Where will it be right? Write down a guess for each.

# %% [markdown] lang="ja" en="8c67ba5f"
# **予想しましょう。** 100 個の配置では、3 番目の原子はいつも左半分にありました。では、次の場所についてモデルに尋ねます。
#
# - 左半分の、新しい場所
# - 右半分。ここに原子があるところを、モデルは一度も見ていません。
# - 4 Å より上の場所と、2 Å より近い場所
#
# 正しく答えられるのはどこでしょうか。それぞれの予想を書き留めてください。

# %%
from mlp_teach.training.metrics import compare

rng = np.random.default_rng(1)
places = {
    say(lang, "left half", "左半分"): sample(100, -1.5, 1.25, rng),
    say(lang, "right half", "右半分"): sample(100, 1.25, 4.0, rng),
    say(lang, "further up", "もっと上"): [place(1.25, y) for y in rng.uniform(4.5, 5.5, 20)],
    say(lang, "too close", "近すぎる"): [place(1.25, y) for y in rng.uniform(1.0, 1.4, 20)],
}
for name, frames in places.items():
    errors = compare(model, ready(frames), stress=False)
    mae_e, mae_f = errors.mae("energy"), errors.mae("forces")
    print(
        f"{name:10}  E: {mae_e:8.1f} meV/atom   F: {mae_f:8.1f} meV/Å   R²: {errors.r2('energy'):7.4f}"
    )

# %% [markdown] lang="en"
# The right half is as good as the left one, although no data came from there. Turn the picture over: an atom at $x$ looks to the other two exactly like one at $2.5 - x$ with their roles exchanged.
# The model cannot tell these apart *by construction*. This is what built-in physics does: **every example counts many times**.
#
# Outside the data it fails, and the model itself does not warn you: the energy of atoms that are too close is wrong by electronvolts. An MLP knows its data and the laws that were built in; beyond both it guesses.
# "Any arrangement of atoms", as definitions of MLPs like to say, is true of the input, not of the accuracy.
#
# Two alarms can be had. The **training domain** knows which distances and descriptors occur in the data (lesson 05). And an **ensemble**, the same model trained again from other random numbers (lesson 02), agrees where data hold it and parts where its members guess.

# %% [markdown] lang="ja" en="81796e91"
# 右半分のデータは一つもないのに、左半分と同じくらい正確です。図を裏返してみてください。残りの 2 個から見ると、$x$ にある原子と $2.5 - x$ にある原子は、2 個の役割を入れ替えただけで、まったく同じに見えます。
# モデルは、その作りからして、この 2 つを区別できません。物理を組み込むとはこういうことです。**一つの例が、何度も役に立ちます**。
#
# データの外では失敗し、しかもモデル自身は何の警告も出しません。近すぎる原子のエネルギーは、電子ボルトの大きさで間違っています。MLP が知っているのは、データと、組み込まれた法則だけです。どちらも届かない所では、当てずっぽうになります。
# MLP の定義にはよく「任意の原子配置」とありますが、それは入力について正しいのであって、精度について正しいのではありません。
#
# 警報になるものが 2 つあります。1 つは**訓練領域**（training domain）で、データにどんな距離や記述子が現れたかを覚えておくものです（レッスン 05）。もう 1 つは**アンサンブル**（ensemble、レッスン 02）です。同じモデルを別の乱数から何度か訓練すると、データに支えられた所では一致し、推測している所では食い違います。

# %%
from dataclasses import replace

ensemble = [model]
for seed in (1, 2):
    torch.manual_seed(seed)
    another = BehlerParrinello(functions, hidden=(15, 15))
    another.adapt([graph for graph, _ in data], torch.cat([label.energy for _, label in data]))
    fit(another, data[20:], data[:20], replace(settings, seed=seed))
    ensemble.append(another)

# %% [markdown] lang="en"
# Go and see it. The stronger the colour, the lower the energy; the arrows are the two forces; the small dots are where the third atom stood in the data; the band is the spread of the ensemble. A ring warns if one of the two alarms rings; the line below the picture says which.
#
# - **Predict:** will the ring come in the right half, where there are no dots?
# - Try the *difference* map, and find a place where the two arrows point in different directions. Which alarm rings?
# - Find a place where the model is wrong and the ensemble silent. Agreement is no proof.

# %% [markdown] lang="ja" en="d882fe69"
# 自分の目で確かめましょう。色が濃いほどエネルギーは低く、矢印は 2 つの力です。小さな点は、データの中で 3 番目の原子があった場所、帯はアンサンブルのばらつきです。2 つの警報のどちらかが鳴ると、輪が出ます。どちらが鳴ったかは、図の下の文でわかります。
#
# - **予想しましょう。** 点が 1 つもない右半分で、輪は出るでしょうか。
# - 「両者の差」の地図も見て、2 本の矢印が別の方向を向く場所を探してください。どちらの警報が鳴っていますか。
# - モデルは間違っているのに、アンサンブルが黙っている場所を探してください。一致は、正しさの証明ではありません。

# %%
from mlp_teach.simulation.calculator import MLPCalculator
from mlp_teach.simulation.domain import domain_of
from mlp_teach.widgets.pes_explorer import alarm_of, pes_explorer, potential_of

learned, known = MLPCalculator(model), sample(100, -1.5, 1.25, np.random.default_rng(0))
members = [potential_of(MLPCalculator(member)) for member in ensemble]

# %%
pes_explorer(
    place(1.25, 2.2),
    potential_of(EMT()),
    members[0],
    region=((-2.0, 4.5), (-2.5, 5.5)),
    start=(1.25, 5.5),
    members=members,
    learnt=[atoms.positions[2, :2] for atoms in known],
    strange=alarm_of(domain_of(model, known)),
    lang=lang,
)

# %% [markdown] lang="en"
# ### The same with DFT
#
# The course ships a potential of the same kind, trained on the 262 DFT frames above (`experiments/behler_parrinello_cu.toml` repeats the training; lesson 05 looks closely at data, training and test). Here it meets the 31 test frames, which it has not been trained on:

# %% [markdown] lang="ja" en="ac7d57c9"
# ### DFT のデータで
#
# コースには、同じ種類のポテンシャルを上の 262 個の DFT データで訓練したものが付属しています（`experiments/behler_parrinello_cu.toml` で訓練を再現できます。データ、訓練、テストはレッスン 05 で詳しく見ます）。訓練に使っていない 31 個のテスト用データで試してみましょう。

# %%
from mlp_teach.plotting import parity_figure
from mlp_teach.pretrained import load_pretrained

trained_on_dft = load_pretrained("behler_parrinello_cu")
test = [(atom_graph(a, trained_on_dft.cutoff), labels(a)) for a in load("mlearn_Cu", "test")]
parity_figure(compare(trained_on_dft, test, stress=False, batch_size=1), lang=lang)

# %% [markdown] lang="en"
# Less than 1 meV per atom, where the thermal energy at room temperature is 26 meV; and 18 meV/Å, where the mean size of a force component is 450. Near its data, a learnt potential can be as good as the calculations that it was learnt from.
# (Some test frames are symmetry copies of training frames; lesson 05 finds them and gives the errors without them.)

# %% [markdown] lang="ja" en="af64180e"
# 原子 1 個あたり 1 meV 以下（室温の熱エネルギーは 26 meV）、力の成分は 18 meV/Å（大きさの平均は 450 meV/Å）です。学習したポテンシャルは、データの近くでは、もとの計算にほとんど劣りません。
# （テスト用の構造の一部は、訓練用の構造を対称操作で移した写しです。レッスン 05 でそれを見つけ、除いたときの誤差も求めます。）

# %% [markdown] lang="en"
# ### Physics built in
#
# What should a potential obey? Run the laws against the trained model. Each is a function in `mlp_teach.checks` that does what its name says to a structure and looks at what changes:

# %% [markdown] lang="ja" en="13390913"
# ### 組み込まれた物理
#
# ポテンシャルは、どんな法則を守るべきでしょうか。訓練したモデルで調べてみましょう。どの法則も `mlp_teach.checks` の関数で、名前のとおりに構造を変えてみて、何が変わるかを見ます。

# %%
from mlp_teach import checks

laws = (checks.rotation, checks.reflection, checks.translation, checks.permutation)
laws += (checks.far_fragments, checks.isolated_atom, checks.forces, checks.smoothness)
show(checks.permutation)
print(checks.report([law(model, place(1.0, 2.2)) for law in laws]))

# %% [markdown] lang="en"
# All hold, to rounding. They held before the training too: they come from how the function is made, not from data.
#
# **Predict.** What if we feed the nine coordinates to a neural network as they are? Which of the first four laws will it break, and will its forces still be the slope of its energy?

# %% [markdown] lang="ja" en="261241de"
# 丸め誤差の範囲で、すべて成り立ちます。実は、訓練の前から成り立っていました。データからではなく、関数の作りから来る性質だからです。
#
# **予想しましょう。** 9 個の座標を、そのままニューラルネットワークに入れたらどうなるでしょうか。最初の 4 つの法則のうち、破られるのはどれでしょうか。力は、それでもエネルギーの傾きになっているでしょうか。

# %%
torch.manual_seed(0)
network = torch.nn.Sequential(
    torch.nn.Linear(9, 15), torch.nn.Tanh(), torch.nn.Linear(15, 1)
).double()


def naive(graph):
    return network(graph.positions.flatten()).expand(3) / 3


naive.cutoff = 6.0
print(checks.report([law(naive, place(1.0, 2.2)) for law in (*laws[:4], checks.forces)]))

# %% [markdown] lang="en"
# It breaks all four; only the forces are still right, since `predict` makes them. Such a network would have to learn from data that a turned molecule is the same molecule, and would never learn it exactly.
# It also knows three atoms and no other number.
#
# **Claim 2.** Because forces are a slope, walking around a closed path costs no work, and molecular dynamics conserves energy. We lead the third atom around a circle and add up $\mathbf F \cdot \Delta \mathbf r$.

# %% [markdown] lang="ja" en="26e9cd8f"
# 4 つとも破られます。正しいのは力だけで、それは `predict` が作っているからです。このようなネットワークは、「回した分子は同じ分子だ」ということをデータから学ばなければならず、しかも正確に学びきることはありません。
# それに、原子が 3 個のときにしか使えません。
#
# **主張 2**　力が傾きであるからこそ、閉じた道を一周しても仕事は 0 で、分子動力学（molecular dynamics, MD）ではエネルギーが保存されます。3 番目の原子に円を一周させ、$\mathbf F \cdot \Delta \mathbf r$ を足していきましょう。

# %%
angles = np.linspace(0, 2 * np.pi, 401)
path = np.stack([0.5 + 0.7 * np.cos(angles), 3.0 + 0.7 * np.sin(angles)], axis=1)
force = []
for x, y in path:
    atoms = Atoms("Cu3", [[0, 0, 0], [2.5, 0, 0], [x, y, 0]], calculator=learned)
    force.append(atoms.get_forces()[2, :2])
steps, middle = np.diff(path, axis=0), (np.array(force)[1:] + np.array(force)[:-1]) / 2
work = (steps * middle).sum(axis=1).cumsum()
print(
    f"largest work on the way {abs(work).max():.3f} eV, after the whole circle {work[-1]:+.0e} eV"
)

# %% [markdown] lang="en"
# ## 3. How many dimensions?
#
# The energy depends on $3N$ coordinates; for 100 atoms, on 300. Moving or turning everything changes nothing, so $3N - 6$ of them matter (1 for two atoms; $3N-3$ in a crystal, which cannot be turned in its periodic cell).
#
# **Predict.** Ten points along each dimension would make a table to look energies up in. For how many atoms could one fill it, at a millisecond an entry?

# %% [markdown] lang="ja" en="6aa73aa3"
# ## 3. 何次元か
#
# エネルギーは $3N$ 個の座標で決まります。原子 100 個なら 300 個です。全体をずらしたり回したりしても何も変わらないので、本当に意味があるのは $3N - 6$ 個です（原子 2 個なら 1 個。周期的なセルの中で回せない結晶では $3N-3$ 個）。
#
# **予想しましょう。** 各次元に 10 点ずつ取れば、エネルギーを引くための表ができます。1 項目に 1 ミリ秒かかるとして、原子何個までなら表を埋められるでしょうか。

# %%
print(
    say(
        lang,
        "atoms coordinates   dimensions     entries     years",
        " 原子        座標         次元      項目数        年",
    )
)
for n in (2, 3, 4, 5, 10, 100):
    dimensions = max(3 * n - 6, 1)
    entries = 10.0**dimensions
    print(f"{n:5} {3 * n:11} {dimensions:12} {entries:11.0e} {entries / 1000 / 3.156e7:9.0e}")

# %%
neighbours = atom_graph(first, 5.5).n_pairs / len(first)
print(
    say(lang, "neighbours within 5.5 Å in copper:", "銅で 5.5 Å 以内にある隣接原子の数:"),
    round(neighbours),
)

# %% [markdown] lang="en"
# Four atoms take a quarter of an hour, five take twelve days, and 100 atoms have more entries than there are atoms in the universe (about $10^{80}$). No table, no grid, no interpolation: the function must be *learnt from few points*.
#
# Two things make that possible. **Symmetry**: each example stands for all its copies. **Locality**: $E = \sum_i E_i$, and $E_i$ depends only on the neighbours within a few Å. A frame with 108 atoms is then not one point in
# 324 dimensions but 108 examples of the same smaller question, and a model trained on 108 atoms serves for a million.

# %% [markdown] lang="ja" en="d890ee37"
# 原子 4 個なら十数分、5 個なら 12 日、100 個になると、項目の数は宇宙にある原子の数（およそ $10^{80}$）をはるかに超えます。表も、格子も、補間も役に立ちません。少ない点から学習するしかないのです。
#
# それを可能にするものが 2 つあります。**対称性**：一つの例が、その写しすべてを代表します。**局所性**（locality）：$E = \sum_i E_i$ であり、$E_i$ は数 Å 以内の隣接原子だけで決まります。すると、原子 108 個の配置は、
# 324 次元の 1 点ではなく、より小さな同じ問いの例 108 個になります。そして、原子 108 個で訓練したモデルが、100 万個でも使えます。

# %% [markdown] lang="en"
# ## 4. How fast?
#
# Definitions of MLPs often promise a factor: "$10^4$ to $10^6$ times faster than DFT". A ratio of two times is only worth as much as what is said about both. So here they are.
#
# The DFT times were recorded when this course was made: energy and forces, CPU seconds on **one core** of a virtual machine with two cores (AMD EPYC), two numbers where two builds or runs differed.
# The model's times are measured now, on your machine, one thread. For copper it is the DFT-trained model of section 2; where there are other elements we take an untrained one, which is just as fast.
#
# **Predict** the ratio for four copper atoms.

# %% [markdown] lang="ja" en="dca907fb"
# ## 4. どれだけ速いか
#
# MLP の定義には、「DFT の $10^4$ 〜 $10^6$ 倍速い」といった数字がよく添えられます。時間の比は、両方の時間について何が述べられているかで値打ちが決まります。そこで、どちらもはっきり示しましょう。
#
# DFT の時間は、このコースを作ったときの記録です。エネルギーと力の計算 1 回について、2 コアの仮想マシン（AMD EPYC）の **1 コア**で使った CPU 秒で、ビルドや実行によって違ったときは 2 つの数を挙げています。
# モデルの時間は、今、あなたのコンピュータの 1 スレッドで測ります。銅には、2 節の DFT で訓練したモデルを使います。ほかの元素があるものには、訓練していないモデルを使います（速さは訓練したかどうかによりません）。
#
# 銅の原子 4 個での比を**予想しましょう**。

# %%
from dataclasses import replace
from time import process_time


def seconds(atoms, repeats=7):
    asked = trained_on_dft
    if set(atoms.numbers) != {29}:  # other elements: an untrained model is as fast as a trained one
        elements = tuple(sorted(set(atoms.numbers.tolist())))
        asked = BehlerParrinello(replace(functions, elements=elements)).double()
    times = []
    for _ in range(repeats):
        start = process_time()
        predict(asked, atom_graph(atoms, asked.cutoff), stress=False)
        times.append(process_time() - start)
    return min(times)


# %%
from ase.build import add_adsorbate, bulk, fcc111, molecule

slab = fcc111("Cu", (2, 2, 3), vacuum=6.0)
add_adsorbate(slab, molecule("CO"), height=1.9, position="ontop", mol_index=1)
recorded = (
    (bulk("Cu", cubic=True), "GPAW, PW 350 eV, 4×4×4 k", 17.4, 33.0),
    (slab, "GPAW, PW 350 eV, 2×2×1 k", 43.0, 47.0),
    (molecule("CH3CH2OH"), "PySCF, PBE/def2-SVP", 5.2, 6.0),
)
for atoms, method, low, high in recorded:
    ours = seconds(atoms)
    name = f"{atoms.get_chemical_formula()}, {len(atoms)} {say(lang, 'atoms', '原子')}"
    print(f"{name:16} {method:26} {low:4.1f}-{high:4.1f} s   MLP {1000 * ours:5.1f} ms", end="   ")
    print(f"{say(lang, 'ratio', '比')} {low / ours:6.0f} - {high / ours:6.0f}")

# %% [markdown] lang="en"
# Some thousands: real, and at the lower edge of the promise or below it. But the ratio is no constant. DFT with $N$ atoms costs about $N^3$ for large $N$; the cost of a local model grows as $N$. Let us measure the second half of this sentence.

# %% [markdown] lang="ja" en="2e532ea3"
# 数千倍です。確かに速いのですが、うたわれた数字の下端か、それより下です。ただし、この比は一定ではありません。原子数 $N$ が大きいとき、DFT の手間はおよそ $N^3$ に、局所的なモデルの手間は $N$ に比例します。後半が本当かどうか、測ってみましょう。

# %%
crystals = [bulk("Cu", cubic=True).repeat(n) for n in (1, 2, 3, 4, 5)]
sizes, ours = np.array([len(atoms) for atoms in crystals]), [seconds(a, 3) for a in crystals]
slope = np.polyfit(np.log(sizes[-3:]), np.log(ours[-3:]), 1)[0]
for size, time in zip(sizes, ours, strict=True):
    print(f"{size:4} {say(lang, 'atoms', '原子')} {1000 * time:7.1f} ms")

# %%
ax = new_axes(Picture(6, 3.8).subplots())
label = say(lang, "MLP, measured now", "MLP（今の測定）")
ax.loglog(sizes, ours, "o-", color=COLORS["orange"], label=label)
label = say(lang, "DFT, recorded", "DFT（記録）")
for atoms, _, low, high in recorded:
    ax.loglog([len(atoms)] * 2, [low, high], "s-", color=COLORS["blue"], label=label)
    label = None
for power, dashes in ((2, "--"), (3, ":")):
    label = say(lang, f"DFT if it grows as $N^{power}$", f"DFT（$N^{power}$ と仮定）")
    ax.loglog(sizes, 17.4 * (sizes / 4) ** power, dashes, color=COLORS["muted"], label=label)
title = say(lang, "CPU time of one call", "計算 1 回の CPU 時間") + f" (MLP: $N^{{{slope:.1f}}}$)"
finish(ax, lang, title, say(lang, "atoms", "原子の数"), "CPU / s", text=title).figure

# %% [markdown] lang="en"
# The model grows no faster than $N$; at these sizes even more slowly, since a part of its time does not depend on $N$ at all. (A similar model takes 0.2 ms an atom throughout from 256 to 16,384 atoms: `benchmarks/README.md`.)
#
# The dashed lines are **assumptions**, not measurements. ($N^2$ is there because larger cells of a metal need fewer k-points.) If they hold, the ratio passes $10^4$ at about ten atoms, and $10^6$ somewhere between some tens and somewhat more than a hundred.
# So the promise is a statement about large systems; a fair sentence names the size, the DFT settings, the model and both machines:
#
# > *For 4 copper atoms, on one CPU core each, this model is some thousand times faster than plane-wave DFT with a 4×4×4 grid of k-points.*
#
# A larger model gives a good part of that back: equivariant networks need 10 to 100 times as long as this one. And the training data cost DFT calculations too; the comparison begins to pay
# when a simulation needs more steps than the data set has frames.

# %% [markdown] lang="ja" en="72e38d12"
# モデルの時間の増え方は $N$ を超えません。この大きさでは、$N$ によらない分があるので、もっと緩やかです（よく似たモデルでは、原子 256 個から 16,384 個まで、1 個あたりほぼ 0.2 ms で一定です。`benchmarks/README.md` を見てください）。
#
# 破線と点線は**仮定**であって、測定ではありません（$N^2$ も示したのは、金属では、大きなセルほど k 点が少なくて済むからです）。仮定が正しければ、比は、原子 10 個あたりで $10^4$ を、数十個から百数十個のどこかで $10^6$ を上回ります。
# つまり、うたわれている数字は大きな系についてのものです。公平に述べるなら、系の大きさ、DFT の設定、モデル、両方のコンピュータを示します。
#
# > 銅の原子 4 個について、どちらも CPU 1 コアで比べると、このモデルは、4×4×4 の k 点を使った平面波 DFT の数千倍速い。
#
# 大きなモデルでは、この差のかなりの部分が失われます。等変ネットワークは、このモデルの 10 倍から 100 倍の時間がかかります。また、訓練データにも DFT 計算が必要です。シミュレーションのステップ数が
# データの配置数を超えて、はじめて元が取れます。

# %% [markdown] lang="en"
# ## 5. Neighbouring fields
#
# | field | what it brings | where you meet it in this course |
# |---|---|---|
# | quantum chemistry | reference energies and forces, by DFT or better (coupled cluster, CCSD(T), for molecules); the idea of the PES; what bonds and reactions are | `datasets/`, `labelling/` |
# | classical force fields | the sum over atoms or bonds, the cutoff, decades of care about units and signs; fast, but a fixed formula | `models/lennard_jones.py` |
# | machine learning | flexible functions (networks, also on graphs), optimisers (SGD, Adam), means against overfitting, the habit of testing on unseen data | `models/`, `training/` |
# | molecular dynamics and statistical mechanics | what to do with forces: integrators (Verlet), ensembles (NVT, NPT), averages | `simulation/`, `analysis/` |
#
# What comes of it is used where DFT is too slow and a fixed formula too coarse: in the design of materials, in catalysis, at surfaces, for drugs.
#
# A difference to ordinary machine learning: the physics (symmetries, $\mathbf F = -\partial E/\partial\mathbf r$) is known exactly, the data are nearly free of noise, and the model is asked for millions of predictions in a row,
# each of which decides where the next one is made. A small error that pushes the atoms out of the data is therefore worse than its size suggests.

# %% [markdown] lang="ja" en="62146049"
# ## 5. 隣り合う分野
#
# | 分野 | もたらすもの | このコースで出会う場所 |
# |---|---|---|
# | 量子化学 | DFT や、より精密な計算（分子なら結合クラスター法 CCSD(T)）による参照エネルギーと力、PES という考え方、結合や反応についての知識 | `datasets/`、`labelling/` |
# | 古典的な力場 | 原子や結合についての和、カットオフ、単位や符号への長年の注意。速いが、式の形は固定 | `models/lennard_jones.py` |
# | 機械学習 | 柔軟な関数（グラフの上のものも含むニューラルネットワーク）、最適化の方法（SGD、Adam）、過学習を防ぐ工夫、見せていないデータで試す習慣 | `models/`、`training/` |
# | 分子動力学と統計力学 | 力の使い道：積分法（ベルレ法）、統計集団（NVT、NPT）、平均 | `simulation/`、`analysis/` |
#
# こうしてできたものは、DFT では遅すぎ、固定された式では粗すぎるところで使われます。材料設計、触媒、表面、薬の研究などです。
#
# ふつうの機械学習とは違う点もあります。物理（対称性や $\mathbf F = -\partial E/\partial\mathbf r$）は厳密にわかっていて、データにはほとんど雑音がありません。そしてモデルは何百万回も続けて予測を求められ、
# 一つの予測が、次にどこで予測するかを決めます。ですから、原子をデータの外へ押し出すような誤差は、小さくても、見かけよりずっと危険です。

# %% [markdown] lang="en"
# ## 6. Statements to take with care
#
# The textbook chapter that this course follows says these things in its section on the definition. Each was checked; the full list is in [course/claims.md](../claims.md).
#
# | statement | what we found |
# |---|---|
# | predicts *any* arrangement of atoms | accepts any; accurate near its data only: meV inside, up to eV outside (section 2) |
# | energy error below "a few meV" | per **atom**: 1 meV/atom is 0.1 eV for a cell of 108 atoms |
# | thousands to tens of thousands of frames are needed | depends on the question: 100 for our trimer, 262 for copper with 1 meV/atom (section 2); count force components, not frames |
# | no tuning by hand, unlike classical force fields | no parameters by hand; but cutoff, descriptors, network, weights and data are chosen |
# | $10^4$ to $10^6$ times faster than DFT | thousands for 4 to 14 atoms on one core; larger systems gain more (section 4) |
# | 100 atoms are a 300-dimensional space | 300 coordinates, 294 that matter; symmetry and locality make it learnable (section 3) |

# %% [markdown] lang="ja" en="495e2957"
# ## 6. 注意して読みたい記述
#
# このコースのもとになった教科書の章では、定義の節に次のような記述があります。どれも確かめました。全体の一覧は [course/claims.ja.md](../claims.ja.md) とレッスン 13 にあります。
#
# | 記述 | 確かめた結果 |
# |---|---|
# | 任意の原子配置を予測できる | 入力はできる。正確なのはデータの近くだけで、中では meV、外では eV の誤差（2 節） |
# | エネルギー誤差は「数 meV」以下 | **原子 1 個あたり**の値。1 meV/atom は、原子 108 個のセルでは 0.1 eV |
# | 数千から数万の配置が必要 | 問題による。3 原子の例では 100、銅では 262 で 1 meV/atom（2 節）。数えるなら、配置より力の成分 |
# | 古典力場のような手動の調整は不要 | パラメータは手で決めない。ただし、カットオフ、記述子、ネットワーク、重み、データは人が選ぶ |
# | DFT の $10^4$ 〜 $10^6$ 倍速い | 1 コア、原子 4 〜 14 個で数千倍。大きな系ほど差は開く（4 節） |
# | 原子 100 個で 300 次元 | 座標は 300、意味があるのは 294。対称性と局所性のおかげで学習できる（3 節） |

# %% [markdown] lang="en"
# ## What we learned
#
# - A potential is a function $E = f(R)$; forces are its slope, $\mathbf F_i = -\partial f/\partial \mathbf r_i$, and `torch.autograd` finds them.
# - A machine-learning potential is data, a flexible function, and built-in physics. Each example then counts for all its symmetric copies.
# - Inside its data a model is accurate to meV, outside it fails silently.
# - $3N - 6$ dimensions rule out tables; symmetry and locality make learning possible.
# - A speed-up is a ratio: name the size, the settings and the machines.
#
# ## Exercises
#
# 1. Compute by hand the energy of three argon atoms in an equilateral triangle of side 4 Å from the energy of the pair. Why is that right for Lennard-Jones and wrong for EMT?
# 2. Train the model on frames with $y$ between 0.5 and 4 Å **and** 20 frames closer than 2 Å. How do the four errors of section 2 change? What does it cost to learn the steep wall?
# 3. Give the energies but no forces in the training (`Weights(energy=1.0, forces=0.0)`). How many frames are now needed for the same error in the left half?
# 4. The lower half-plane ($y < 0$) was not in the data either. What will the explorer show there, and which law is responsible?
# 5. Your group needs 20 ps of dynamics of 500 copper atoms (time step 2 fs). Estimate, with the numbers of section 4, the CPU time by DFT and by the MLP, the data included. State your assumptions.
#
# **Next:** [02 Fifteen terms](02_fifteen_terms.ipynb), the words of the field on real objects; or straight on to [05 Five-step workflow](05_five_step_workflow.ipynb) with DFT data.
#
# ## References
#
# - M. Born, R. Oppenheimer, *Ann. Phys.* **389**, 457 (1927), [doi:10.1002/andp.19273892002](https://doi.org/10.1002/andp.19273892002): why nuclei move on an energy surface.
# - J. E. Lennard-Jones, *Proc. R. Soc. Lond. A* **106**, 463 (1924), [doi:10.1098/rspa.1924.0082](https://doi.org/10.1098/rspa.1924.0082).
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401).
# - O. T. Unke et al., *Chem. Rev.* **121**, 10142 (2021), [doi:10.1021/acs.chemrev.0c01111](https://doi.org/10.1021/acs.chemrev.0c01111): a review of machine-learning potentials.
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723): the copper data.
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3): effective medium theory.
# - J. J. Mortensen et al., *J. Chem. Phys.* **160**, 092503 (2024), [doi:10.1063/5.0182685](https://doi.org/10.1063/5.0182685): GPAW. Q. Sun et al., *J. Chem. Phys.* **153**, 024109 (2020), [doi:10.1063/5.0006074](https://doi.org/10.1063/5.0006074): PySCF.

# %% [markdown] lang="ja" en="62a0161c"
# ## このレッスンで学んだこと
#
# - ポテンシャルとは関数 $E = f(R)$ です。力はその傾き $\mathbf F_i = -\partial f/\partial \mathbf r_i$ で、`torch.autograd` が求めてくれます。
# - 機械学習ポテンシャルは、データと、柔軟な関数と、組み込まれた物理からできています。おかげで、一つの例が、対称な写しすべての代わりになります。
# - データの中では meV の精度があり、外では黙って間違えます。
# - $3N - 6$ 次元では表は作れません。学習を可能にするのは、対称性と局所性です。
# - 速さは比です。系の大きさ、設定、コンピュータを添えて述べましょう。
#
# ## 演習
#
# 1. 1 辺 4 Å の正三角形に並んだアルゴン原子 3 個のエネルギーを、対のエネルギーから手で計算してください。この方法がレナード・ジョーンズでは正しく、EMT では正しくないのはなぜでしょうか。
# 2. $y$ が 0.5 〜 4 Å の配置に、2 Å より近い配置を 20 個**加えて**訓練してください。2 節の 4 つの誤差はどう変わりますか。急な壁を学ぶために、何を犠牲にしたでしょうか。
# 3. 力を使わず、エネルギーだけで訓練してください（`Weights(energy=1.0, forces=0.0)`）。左半分で同じ誤差にするには、配置がいくつ必要になりますか。
# 4. 下半分（$y < 0$）も、データにはありませんでした。図では、そこはどう見えるはずですか。どの法則によるものでしょうか。
# 5. 銅の原子 500 個について、20 ps の分子動力学（時間刻み 2 fs）が必要になりました。4 節の数値を使って、DFT と MLP のそれぞれの CPU 時間を、データを作る時間も含めて見積もってください。仮定も書きましょう。
#
# **次へ**：この分野の言葉を実物で学ぶ [02 15 の用語](02_fifteen_terms.ipynb)。先に、DFT のデータを使う [05 5 ステップのワークフロー](05_five_step_workflow.ipynb) に進んでもかまいません。
#
# ## 参考文献
#
# - M. Born, R. Oppenheimer, *Ann. Phys.* **389**, 457 (1927), [doi:10.1002/andp.19273892002](https://doi.org/10.1002/andp.19273892002)：原子核がエネルギー曲面の上を動くと考えてよい理由
# - J. E. Lennard-Jones, *Proc. R. Soc. Lond. A* **106**, 463 (1924), [doi:10.1098/rspa.1924.0082](https://doi.org/10.1098/rspa.1924.0082)
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401)
# - O. T. Unke et al., *Chem. Rev.* **121**, 10142 (2021), [doi:10.1021/acs.chemrev.0c01111](https://doi.org/10.1021/acs.chemrev.0c01111)：機械学習ポテンシャルの総説
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723)：銅のデータ
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3)：有効媒質理論
# - J. J. Mortensen et al., *J. Chem. Phys.* **160**, 092503 (2024), [doi:10.1063/5.0182685](https://doi.org/10.1063/5.0182685)：GPAW。Q. Sun et al., *J. Chem. Phys.* **153**, 024109 (2020), [doi:10.1063/5.0006074](https://doi.org/10.1063/5.0006074)：PySCF
