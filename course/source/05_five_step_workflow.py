# ---
# jupyter:
#   card: {learn_minutes: 120, run_seconds: 120, memory_mb: 900}
# ---

# %% [markdown] lang="en"
# # The five-step workflow
#
# **Question of this lesson.** How does one get from quantum-mechanical calculations to a simulation that one can trust?
#
# We go the whole road once, on real data of copper, in the five steps that every such project has:
#
# 1. **data**: look at them before you trust them;
# 2. **descriptors**: turn what an atom sees into numbers;
# 3. **training**: choose a loss, make it small, know when to stop;
# 4. **validation**: how wrong is the model, and where;
# 5. **simulation**: let the atoms move, under watch.
#
# Afterwards you can
#
# - find copies, wrong units and wrong signs in a labelled data set;
# - say what a weight in the loss means, and why a weight without its unit means nothing;
# - read a loss curve, and change one setting at a time to see what it does;
# - judge a potential by its errors, by physics, and by where it stops being valid;
# - run molecular dynamics that stops when the model is out of its depth, and compare speeds fairly.
#
# You train a small model yourself, in about a minute. Beside it stands a larger one that ships with the course, made by `experiments/behler_parrinello_cu.toml` with the same code.

# %% [markdown] lang="ja" en="95998770"
# # 5 ステップのワークフロー
#
# **このレッスンの問い**　量子力学計算から、信頼できるシミュレーションまで、どのように進めばよいのでしょうか。
#
# 銅の実際のデータを使って、道のりの全体を一度歩いてみます。どのプロジェクトにも共通する、次の 5 つのステップです。
#
# 1. **データ**：信じる前に、よく見る。
# 2. **記述子**：原子から見える景色を数にする。
# 3. **訓練**：損失を選び、小さくし、やめどきを知る。
# 4. **検証**：モデルはどれくらい、どこで間違うか。
# 5. **シミュレーション**：見張りながら、原子を動かす。
#
# このレッスンを終えると、次のことができるようになります。
#
# - ラベル付きデータの中から、重複や、単位と符号の誤りを見つける。
# - 損失の重みの意味を説明し、単位のない重みに意味がない理由を述べる。
# - 損失の曲線を読み、設定を一つずつ変えて、そのはたらきを調べる。
# - ポテンシャルのよしあしを、誤差と、物理と、通用する範囲から判断する。
# - モデルの手に負えなくなると止まる分子動力学を実行し、速さを公平に比べる。
#
# 小さなモデルを、1 分ほどで自分で訓練します。その隣に、コースに付属する大きなモデルを並べます。これも同じコードで、`experiments/behler_parrinello_cu.toml` から作ったものです。

# %%
lang = "en"

import numpy as np
import torch

from mlp_teach.datasets import check_labels, load, stress_slope, symmetry_copies
from mlp_teach.plotting.style import COLORS, SERIES, SHAPES, Picture, finish, new_axes, say
from mlp_teach.show import show

official, test = load("mlearn_Cu", "train"), load("mlearn_Cu", "test")
print(len(official), "+", len(test))

# %% [markdown] lang="en"
# ## Step 1. Data
#
# The set was made for a well-known comparison of potentials (Zuo et al., 2020): 293 structures, computed with VASP and the PBE functional, already split into 262 for training and 31 for testing.
# Each carries an energy, the forces and a stress: its **labels**. What is in it?
#
# **Predict.** Four kinds of structures: molecular dynamics at three temperatures (AIMD), the same with an atom missing (vacancy), a strained crystal (elastic), surfaces.
# In one kind all forces are zero. In which, and why?

# %% [markdown] lang="ja" en="86f7400c"
# ## ステップ 1　データ
#
# このデータは、ポテンシャルの比較で知られる研究（Zuo ら、2020 年）のために作られました。VASP と PBE 汎関数で計算した 293 個の構造で、はじめから訓練用 262 個とテスト用 31 個に分けてあります。
# 構造には、エネルギー、力、応力が付いています。これを**ラベル**（label）と呼びます。何が入っているのでしょうか。
#
# **予想しましょう。** 構造は 4 種類です。3 つの温度の分子動力学（AIMD）、そこから原子を 1 個抜いたもの（vacancy）、ひずませた結晶（elastic）、表面（surface）。
# このうち一つでは、力がすべて 0 です。どれでしょうか。それはなぜでしょうか。

# %%
kinds = {kind: [] for kind in ("AIMD-NVT", "Vacancy", "Elastic", "Surface")}
for atoms in official:
    kinds[atoms.info["config_type"]].append(atoms)
for kind, frames in kinds.items():
    energy = [atoms.get_potential_energy() / len(atoms) for atoms in frames]
    force = max(abs(atoms.get_forces()).max() for atoms in frames)
    in_test = sum(atoms.info["config_type"] == kind for atoms in test)
    print(
        f"{kind:9} {len(frames):4} + {in_test:2}   E/N {min(energy):.3f} … {max(energy):.3f} eV   "
        f"F ≤ {force:6.3f} eV/Å"
    )

# %%
picture = Picture(9.5, 3.6)
left, right = map(new_axes, picture.subplots(1, 2))
for (kind, frames), color, shape in zip(kinds.items(), SERIES, SHAPES, strict=False):
    energy = [atoms.get_potential_energy() / len(atoms) for atoms in frames]
    volume = [atoms.get_volume() / len(atoms) for atoms in frames]
    spread = [atoms.get_forces().std() for atoms in frames]
    style = {"color": COLORS[color], "label": kind, "markersize": 4, "alpha": 0.7}
    left.plot(volume, energy, shape, **style)
    right.plot(spread, energy, shape, **style)
left.set(xlim=(10, 25))
title = say(lang, "A map of the data: volume", "データの地図：体積")
finish(left, lang, title, "V/N (Å³)", "E/N (eV)", text=title)
title = say(lang, "… and size of the forces", "データの地図：力の大きさ")
finish(right, lang, title, "RMS F (eV/Å)", "E/N (eV)", text=title).figure

# %% [markdown] lang="en"
# In the strained crystals every atom is a centre of inversion: what pulls it to one side pulls it to the other as well. The forces of these 108 structures teach nothing; their energies and stresses do.
# The three clouds of AIMD are its three temperatures: 300, 1000 and 3000 K.
#
# What is *not* there matters as much. The textbook chapter behind this course ("the chapter" from here on) lists five kinds of data in its section 2.3; two are missing, reaction paths and random structures; and there is no bcc, no cluster, little between the volume of the crystal and that of a surface.
# A model made from these data knows nothing of the white parts of the map, and step 4 shows what that means.
#
# ### Are the labels right?
#
# `check_labels` looks for what can be seen in the data alone. A check that has never failed proves nothing, so we also hand it a set with a mistake: energies left in Hartree.

# %% [markdown] lang="ja" en="174ea124"
# ひずませた結晶では、どの原子も反転中心にあります。原子を一方へ引くものは、反対側へも同じだけ引くのです。この 108 個の構造では、力からは何も学べません。学べるのは、エネルギーと応力からです。AIMD の 3 つの集まりは、300、1000、3000 K の 3 つの温度です。
#
# 「何がないか」も同じくらい大切です。このコースのもとになった教科書の章（以下「もとの章」）の 2.3 節には、5 種類のデータが出てきます。そのうち、反応経路とランダムな構造がありません。bcc も、クラスターもなく、結晶の体積と表面の体積のあいだは、ほとんど空いています。
# このデータで作ったモデルは、地図の空白の部分を何も知りません。それが何を意味するかは、ステップ 4 でわかります。
#
# ### ラベルは正しいか
#
# `check_labels` は、データだけから見抜ける誤りを探します。一度も失敗したことのない検査は、何の証明にもなりません。そこで、誤りのあるデータも渡してみます。エネルギーをハートリー（Hartree）のままにしたものです。

# %%
from ase.calculators.singlepoint import SinglePointCalculator

from mlp_teach.units import HARTREE

mistaken = [atoms.copy() for atoms in official]
for copy, atoms in zip(mistaken, official, strict=True):
    others = {"forces": atoms.get_forces(), "stress": atoms.get_stress()}
    energy = atoms.get_potential_energy() / HARTREE
    copy.calc = SinglePointCalculator(copy, energy=energy, **others)
print(len(check_labels(official)), "findings in the set as it is")
print(*check_labels(mistaken), sep="\n")

# %% [markdown] lang="en"
# It found the mistake because strained crystals are close to each other: between two of them the energy must change by the work that the stress does. Where no two structures are close, it can say nothing: turn the sign of the forces here, and it stays silent.
#
# The same comparison brings a second thing to light.
#
# **Claim 1.** The stress labels do not belong to the energies: they are off by a constant.

# %% [markdown] lang="ja" en="1e81e792"
# 誤りが見つかったのは、ひずませた結晶が互いに近いからです。近い 2 つの構造では、エネルギーの差が、応力のする仕事に等しくなければなりません。近い構造がなければ、何も言えません。ここで力の符号を逆にしても、検査は黙ったままです。
#
# 同じ比較から、もう一つのことがわかります。
#
# **主張 1**　応力のラベルはエネルギーと合っておらず、一定の値だけずれています。

# %%
slope = stress_slope(official)
print(f"slope {slope.slope:.3f} (should be 1), correlation {slope.correlation:.4f}")
print(f"offset {slope.offset:+.2f} GPa, from {slope.pairs} pairs of strained crystals")

# %% [markdown] lang="en"
# The slope is right, so are units and sign. But the labels show 2.3 GPa more tension than the energies do. A plane-wave basis of finite size does such a thing (Pulay stress).
# A potential has *one* energy and its stress is the slope of it: no model can fit both. So the chapter's target, "stress MAE below 0.1 GPa", is out of reach on these labels before anybody starts.
#
# We take the constant off, and may then learn from the stress too. Measured on the training part, it serves for the test as well.

# %% [markdown] lang="ja" en="39d7f8a8"
# 傾きは正しいので、単位も符号も合っています。しかしラベルの応力は、エネルギーから求めた応力よりも 2.3 GPa だけ引張り側にあります。平面波基底の大きさが有限だと、このようなずれが生じます（ピューレイ応力、Pulay stress）。
# ポテンシャルのエネルギーは一つで、応力はその傾きですから、両方に合うモデルはありえません。ですから、もとの章の目標「応力の MAE 0.1 GPa 未満」は、このラベルのままでは、始める前から手が届きません。
#
# そこで、この一定の値を取り除きます。そうすれば、応力からも学べます。値は訓練用のデータで測りましたが、テスト用にもそのまま使えます。

# %%
from mlp_teach.training.experiment import without_stress_offset

official = without_stress_offset(official, slope.offset)
test = without_stress_offset(test, slope.offset)
print(f"{stress_slope(official).offset:+.2f} GPa are left")

# %% [markdown] lang="en"
# ### Which DFT?
#
# A label holds the choices of whoever made it, and the model learns these along with the physics. So they are written down, and are the same for all structures of a set.
#
# | choice | in this set | what hangs on it |
# |---|---|---|
# | functional | PBE (Perdew et al., 1996) | how right the model can be at best: no training removes an error of the functional. A hybrid such as HSE06 puts a quarter of exact exchange into PBE at short range (Heyd et al., 2003; Krukau et al., 2006); it costs far more, so one labels few structures with it and learns the difference (transfer learning, lesson 02) |
# | dispersion | none | neutral molecules attract each other as $-C_6/r^6$, which PBE misses. For molecules that adsorb, for layers and liquids one adds a correction such as D3 (Grimme et al., 2010). It is a function of the positions alone, so it may be in the labels or be added to the model: never both |
# | basis | plane waves | their number, given by the energy cutoff, or the size of a set of local functions: too few, and the stress is off as above |
# | k-points | as many as the cell needs | metals need many; a set with cells of several sizes keeps their *density* the same |
# | convergence | the electrons' cycle (SCF) in each structure; the forces too where one relaxes | an unfinished cycle is noise, and no check above is sure to find it in a single structure |
#
# By hand: how much of the dispersion does a model with a cutoff of 5.5 Å miss? For a molecule 3 Å above matter of even density, $\int_d^\infty r^{-6} \cdot 4\pi r^2 \,\mathrm{d}r$ goes as $d^{-3}$, so a share of $(3/5.5)^3 = 16$ % lies beyond. That is a reason to add D3 to the model and not to the labels.
#
# Balance belongs to the plan as well: structures of low energy, where the simulation will be, *and* of high energy, where it must not fall into a hole (step 5 shows one).
#
# ### Is the test a test?
#
# **Predict.** A model learns the 262 training structures. How many of the 31 test structures are new to it?

# %% [markdown] lang="ja" en="0e5fc3f9"
# ### どの DFT か
#
# ラベルには、計算した人の選択が含まれています。モデルは、物理と一緒にそれも学びます。ですから、選択を記録し、データの中ではすべての構造でそろえます。
#
# | 選択 | このデータでは | 何が決まるか |
# |---|---|---|
# | 汎関数 | PBE（Perdew ら、1996 年） | モデルの正しさの上限。汎関数の誤差は、どんな訓練でも取り除けません。HSE06 のような混成汎関数では、PBE の短距離の交換エネルギーの 4 分の 1 を、厳密交換で置きかえます（Heyd ら、2003 年。Krukau ら、2006 年）。計算がはるかに重いので、少数の構造だけをこれで計算し、差を学ばせます（転移学習、レッスン 02） |
# | 分散力 | なし | 中性の分子どうしは $-C_6/r^6$ で引き合いますが、PBE にはこの引力がありません。吸着分子、層状物質、液体では、D3（Grimme ら、2010 年）のような補正を加えます。位置だけの関数なので、ラベルに含めても、モデルに足してもかまいません。ただし、両方に入れてはいけません |
# | 基底 | 平面波 | 平面波の数（エネルギーのカットオフで決まります）、または局在基底の大きさ。足りないと、上のように応力がずれます |
# | k 点 | セルに必要なだけ | 金属では多く必要です。大きさの違うセルがあるときは、k 点の**密度**をそろえます |
# | 収束 | どの構造でも電子の反復計算（SCF）、構造緩和では力も | 収束していない計算は雑音になります。構造が 1 個だけなら、上の検査で必ず見つかるとは限りません |
#
# 手で計算してみましょう。カットオフ 5.5 Å のモデルは、分散力をどれだけ見落とすでしょうか。一様な密度の物質から 3 Å の所にある分子では、$\int_d^\infty r^{-6} \cdot 4\pi r^2 \,\mathrm{d}r$ が $d^{-3}$ に比例するので、$(3/5.5)^3 = 16$ % がカットオフの外にあります。D3 をラベルに含めず、モデルに足すほうがよい理由の一つです。
#
# バランスも計画のうちです。シミュレーションが訪れる低いエネルギーの構造だけでなく、穴に落ちないように、高いエネルギーの構造も必要です（穴の例は、ステップ 5 で見ます）。
#
# ### テストはテストになっているか
#
# **予想しましょう。** モデルは訓練用の 262 個を学習します。テスト用の 31 個のうち、モデルにとって新しい構造はいくつあるでしょうか。

# %%
copies = symmetry_copies(test, among=official)
for copy in copies:
    kind, difference = test[copy.frame].info["description"], copy.energy_difference
    print(f"test {copy.frame} = training {copy.of}   ΔE = {1e3 * difference:+8.3f} meV   {kind}")

# %% [markdown] lang="en"
# Eighteen. The 13 strained crystals of the test are copies: the same strain along another axis, so a rotation turns one into the other. A model that obeys symmetry, and ours does, has seen them.
# Nine of the pairs agree in energy to a millionth of an eV, as they should. Two differ by 21 and 54 meV per cell: that is noise of the labels, 0.2 and 0.5 meV/atom. A model that obeys symmetry gives both partners one energy, so it must be wrong by half of it at least.
#
# Does the chapter's recipe, a random split 80/10/10, avoid this?

# %% [markdown] lang="ja" en="cdd150a3"
# 18 個です。テストにある 13 個のひずんだ結晶は、訓練用の構造の写しです。同じひずみを別の軸に加えたもので、回転すれば重なります。対称性を守るモデルなら（私たちのモデルもそうです）、もう見たことがあるのと同じです。
# そのうち 9 組は、エネルギーが 100 万分の数 eV まで一致します。当然そうなるはずです。しかし 2 組は、セルあたり 21 meV と 54 meV 違います。これはラベルの雑音で、0.2 meV/atom と 0.5 meV/atom にあたります。対称性を守るモデルは 2 つに同じエネルギーを与えるので、少なくともその半分は間違えることになります。
#
# もとの章にある 80/10/10 の無作為な分割なら、これを避けられるでしょうか。

# %%
from mlp_teach.training.split import random_split

eighty, _, ten = random_split(official + test, (0.8, 0.1, 0.1), seed=0)
print(f"{len(symmetry_copies(ten, among=eighty))} of {len(ten)} are copies")

# %% [markdown] lang="en"
# No. What matters is not the proportion but that the parts are **independent**: copies, and frames that follow each other in time, belong on the same side.
#
# We keep the official test, so that our errors can be compared with published ones, and report them with and without the copies. A tenth of the training part becomes the **validation** part: it decides when to stop and which settings to take.
# The test is for the very end, and once: who chooses by the test has made it a part of the training.

# %% [markdown] lang="ja" en="14fa0d8e"
# 避けられません。大切なのは割合ではなく、それぞれの部分が**独立**であることです。写しどうしや、時間的に続く構造は、同じ側に入れます。
#
# ここでは、論文の値と比べられるように、もとのテストをそのまま使い、誤差は写しを含む場合と除いた場合の両方を示します。訓練用の 1 割は**検証**（validation）用に取り分けます。やめどきや設定は、検証用のデータで決めます。
# テストは最後に一度だけ使います。テストを見て設定を選んだら、そのテストは訓練の一部になってしまいます。

# %%
training, validation, _ = random_split(official, (0.9, 0.1, 0.0), seed=0)
print(len(training), len(validation), len(test))

# %% [markdown] lang="en"
# ## Step 2. Descriptors
#
# A network needs numbers, always equally many, that do not change when the atoms are turned or renamed. For the quick model we take the simplest of Behler's symmetry functions (lesson 06 has all of them):
#
# $$G_i = \sum_j e^{-\eta (r_{ij} - R_s)^2} f_c(r_{ij}),$$
#
# roughly "how many neighbours stand near the distance $R_s$". By hand, for two atoms 2.5 Å apart, with $\eta = 6.378$ Å⁻², $R_s = 3$ Å and $r_c = 5.5$ Å:
# $e^{-6.378 \times 0.25} = 0.2030$, times $f_c = \frac12[\cos(2.5\pi/5.5) + 1] = 0.5712$, is 0.1160. And the library says:

# %% [markdown] lang="ja" en="9dfcb084"
# ## ステップ 2　記述子
#
# ネットワークに入れるのは、いつも同じ個数の、そして原子を回しても番号を付け替えても変わらない数です。速さを優先するモデルでは、Behler の対称性関数のうち、いちばん単純なものを使います（全種類はレッスン 06 で学びます）。
#
# $$G_i = \sum_j e^{-\eta (r_{ij} - R_s)^2} f_c(r_{ij})$$
#
# これは、おおよそ「距離 $R_s$ の付近に隣接原子が何個あるか」を表します。2.5 Å 離れた原子 2 個について、手で計算してみましょう。$\eta = 6.378$ Å⁻²、$R_s = 3$ Å、$r_c = 5.5$ Å とします。$e^{-6.378 \times 0.25} = 0.2030$ に $f_c = \frac12[\cos(2.5\pi/5.5) + 1] = 0.5712$ を掛けて、0.1160 です。ライブラリの答えは次のとおりです。

# %%
from ase import Atoms

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.neighbors import atom_graph

narrow = tuple((19.531, round(1.4 + 0.2 * n, 2)) for n in range(8))  # (η, R_s)
wide = tuple((6.378, round(3.0 + 0.35 * n, 2)) for n in range(7))
functions = SymmetryFunctions(cutoff=5.5, elements=(29,), g2=narrow + wide)


def described(atoms):
    return symmetry_functions(atom_graph(atoms, functions.cutoff), functions)


print(described(Atoms("Cu2", [[0, 0, 0], [2.5, 0, 0]]))[0, 8].item())

# %% [markdown] lang="en"
# Eight narrow functions where copper's repulsion is steep, seven wide ones where the shells of the crystal stand. Their curves, and what three atoms look like to them:

# %% [markdown] lang="ja" en="cf49b887"
# 反発が急な近距離には狭い関数を 8 個、結晶の隣接殻がある距離には広い関数を 7 個置きました。その曲線と、3 種類の原子がどう見えるかを図にします。

# %%
from ase.build import bulk, fcc111

from mlp_teach.basis.cutoffs import cosine_cutoff

crystal, slab = bulk("Cu", cubic=True, a=3.634), fcc111("Cu", (2, 2, 6), a=3.634, vacuum=8.0)
hot = [atoms for atoms in kinds["AIMD-NVT"] if atoms.get_potential_energy() / 108 > -3.75]
seen = {
    say(lang, "crystal", "結晶"): described(crystal)[0],
    say(lang, "surface", "表面"): described(slab)[-1],
    say(lang, "melt, 3000 K", "融液（3000 K）"): described(hot[0])[0],
}
centres = [r_s for _, r_s in functions.g2]

# %%
picture = Picture(9.5, 3.4)
left, right = map(new_axes, picture.subplots(1, 2))
r = torch.linspace(1.2, 5.6, 300)
for eta, r_s in functions.g2:
    left.plot(r, torch.exp(-eta * (r - r_s) ** 2) * cosine_cutoff(r, 5.5), color=COLORS["blue"])
for shell in (0.5, 1.0, 1.5, 2.0):
    left.axvline(3.634 * shell**0.5, color=COLORS["muted"], linestyle=":")
for (name, values), color, shape in zip(seen.items(), SERIES, SHAPES, strict=False):
    right.plot(centres, values, f"-{shape}", color=COLORS[color], label=name, markersize=4)
title = say(lang, "15 functions; dotted: the crystal's shells", "15 個の関数（点線は結晶の隣接殻）")
finish(left, lang, title, "r (Å)", "", text=title)
title = say(lang, "What one atom sees", "1 個の原子から見える景色")
finish(right, lang, title, "$R_s$ (Å)", "$G_i$", text=title).figure

# %% [markdown] lang="en"
# **Predict.** Three atoms, the outer ones 2.5 Å from the middle one: once in a straight line, once at 60°. These functions know distances only. Will the *middle* atom notice the difference? Will an *outer* one?

# %% [markdown] lang="ja" en="f514c400"
# **予想しましょう。** 原子が 3 個あり、外側の 2 個は中央の原子から 2.5 Å の所にあります。まっすぐに並べた場合と、60° に曲げた場合を比べます。この関数が知っているのは距離だけです。中央の原子は違いに気づくでしょうか。外側の原子はどうでしょうか。

# %%
line = Atoms("Cu3", [[0, 0, 0], [2.5, 0, 0], [-2.5, 0, 0]])
bent = Atoms("Cu3", [[0, 0, 0], [2.5, 0, 0], [1.25, 2.5 * 3**0.5 / 2, 0]])
change = (described(line) - described(bent)).abs().amax(dim=1)
print("middle {:.6f}, outer {:.6f} and {:.6f}".format(*change))

# %% [markdown] lang="en"
# The middle atom is blind to the angle; only the outer ones, whose distance changed, see it. So the quick model works where the neighbours' own view gives the angle away, as in a dense metal.
# The shipped model has 20 radial and 16 angular functions.
#
# The chapter gives a cutoff of 5 to 10 Å and 10 to 50 radial functions as usual. Neighbours grow with the cube of the cutoff: 5.5 Å holds 54 atoms of copper, 10 Å 368, so that choice alone is a factor of seven in cost.
#
# ## Step 3. Training
#
# ### What is to become small?

# %% [markdown] lang="ja" en="c2ea4625"
# 中央の原子には角度が見えません。気づくのは、距離の変わった外側の原子だけです。ですからこのモデルは、金属のように原子が密に並び、まわりの原子の見え方から角度が伝わる所で役に立ちます。
# 付属のモデルは、動径の関数を 20 個、角度の関数を 16 個使います。
#
# もとの章には、カットオフ 5〜10 Å、動径関数 10〜50 個が普通だと書かれています。隣接原子の数は、カットオフの 3 乗に比例して増えます。銅では 5.5 Å に 54 個、10 Å に 368 個の原子が入るので、この選択だけで計算量が 7 倍違います。
#
# ## ステップ 3　訓練
#
# ### 何を小さくするか

# %%
from mlp_teach.training.losses import Weights, loss

show(loss)

# %% [markdown] lang="en"
# $$L = w_E\,\mathrm{MSE}(E/N) + w_F\,\mathrm{MSE}(F) + w_\sigma\,\mathrm{MSE}(\sigma)$$
#
# Energies and forces have different units, so the weights have units too, and their ratio is an exchange rate: an energy error of $a$ costs as much as a force error of $a\sqrt{w_E/w_F}$.
#
# The chapter advises $w_E = 1$ and $w_F = 100$ to 1000, "because of the units". Is that so? $w_F/w_E$ is a length squared: Å². Kilocalories instead of electronvolts would change nothing.
# What does change it, by a factor of $N^2$, is whether $E$ stands for the energy of the whole cell or per atom.
#
# **Predict.** At $w_F/w_E = 100$ Å² with energies *per atom*: which error of the force does an energy error of 1 meV/atom weigh as much as? Will such a model be good at energies?

# %% [markdown] lang="ja" en="23d12917"
# $$L = w_E\,\mathrm{MSE}(E/N) + w_F\,\mathrm{MSE}(F) + w_\sigma\,\mathrm{MSE}(\sigma)$$
#
# エネルギーと力は単位が違うので、重みにも単位があります。その比は交換レートのようなもので、大きさ $a$ のエネルギーの誤差は、大きさ $a\sqrt{w_E/w_F}$ の力の誤差と同じ重さになります。
#
# もとの章は $w_E = 1$、$w_F = 100$〜$1000$ を勧め、「単位換算のため」としています。本当でしょうか。$w_F/w_E$ は長さの 2 乗、つまり Å² です。電子ボルトの代わりにキロカロリーを使っても、何も変わりません。
# 変わるのは、$E$ がセル全体のエネルギーなのか、1 原子あたりなのかです。これで $N^2$ 倍違います。
#
# **予想しましょう。** 1 原子あたりのエネルギーを使い、$w_F/w_E = 100$ Å² とします。1 meV/atom のエネルギーの誤差は、どれだけの力の誤差と同じ重さでしょうか。このモデルは、エネルギーを正しく答えられるでしょうか。

# %%
for ratio in (0.01, 0.02, 0.1, 1, 100, 1000):
    per_atom = 1 / ratio**0.5
    whole_cell = 108 * per_atom
    print(f"w_F/w_E = {ratio:7g} Å²:  1 meV/atom ≙ {per_atom:6.2f} meV/Å", end="")
    print(f"   (E of a whole cell of 108 atoms: {whole_cell:7.1f} meV/Å)")

# %% [markdown] lang="en"
# With energies per atom, 1 meV/atom weighs no more than 0.1 meV/Å: the energies hardly count. With the energy of a cell of 108 atoms it weighs 11 meV/Å, which is sensible.
# So the chapter's numbers fit one reading of its formula and are wrong by a factor of $10^4$ for the other. **A weight without its unit and its formula cannot be copied.** We take $w_E = 5$, $w_F = 0.1$ and $w_\sigma = 5$: 1 meV/atom weighs as much as 7 meV/Å and 0.16 GPa. The chapter's 100 we try below.
#
# ### Training
#
# First the features of all structures and their slopes, once: the atoms do not move during training. Then the network's parameters are to be found.

# %% [markdown] lang="ja" en="b6abe6aa"
# 1 原子あたりのエネルギーでは、1 meV/atom の重さは 0.1 meV/Å にしかなりません。エネルギーはほとんど考慮されないのです。原子 108 個のセル全体のエネルギーなら 11 meV/Å で、これは妥当な値です。
# つまりもとの章の数値は、式の一方の読み方には合っていますが、もう一方の読み方では 1 万倍ずれています。**単位と式のない重みは、写して使えません。** ここでは $w_E = 5$、$w_F = 0.1$、$w_\sigma = 5$ とします。1 meV/atom が、7 meV/Å や 0.16 GPa と同じ重さになります。もとの章の 100 は後で試します。
#
# ### 訓練する
#
# まず、すべての構造について、特徴量とその傾きを一度だけ計算します。訓練のあいだ、原子は動かないからです。そのあとで、ネットワークのパラメータを決めます。

# %%
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.training.experiment import make_data, train

torch.manual_seed(0)
model = BehlerParrinello(functions, hidden=(20, 20))
learn, validate = make_data(model, training), make_data(model, validation)
print(sum(p.numel() for p in model.parameters()), "parameters")
print(len(learn), "energies and", 3 * sum(map(len, training)), "force components")

# %%
from mlp_teach.training.fit import Settings
from mlp_teach.widgets.loss_curve import loss_curve

settings = Settings(
    epochs=40,  # each shows every structure once
    batch_size=4,  # structures to a step
    learning_rate=2e-2,  # falls, step by step, to
    last_learning_rate=1e-3,
    average=0.98,  # moving average of the parameters
    weights=Weights(energy=5.0, forces=0.1, stress=5.0),
)
history = train(model, learn, validate, settings, on_epoch=loss_curve(lang=lang))

# %% [markdown] lang="en"
# While it runs, read how it is done. Three things are worth a name: the **learning rate** falls along an exponential; what is judged after each epoch is a **moving average** of the parameters (EMA), smoother than the last step;
# and the best average, not the last one, is what remains. (With `patience` the training ends when nothing better comes: **early stopping**.)

# %% [markdown] lang="ja" en="f2efa74b"
# 訓練が進むあいだに、やり方を読んでみましょう。名前を覚えておきたいことが 3 つあります。**学習率**（learning rate）は指数関数に沿って下がります。エポックごとに評価するのは、最後の値よりなめらかな、パラメータの**移動平均**（EMA）です。
# そして最後に残るのは、最後の平均ではなく、最もよかった平均です。（`patience` を指定すると、改善しなくなったところで訓練を打ち切ります。これが**早期終了**、early stopping です。）

# %%
from mlp_teach.training.state import State

show(State.step)
show(State.validate)

# %% [markdown] lang="en"
# ### One knob at a time
#
# What do the settings do? A quarter of the data and 12 epochs are enough to see. Judged on the validation part, since we are choosing.
#
# **Predict** for each line: better or worse than the first, in energies, in forces, in the stress?
#
# The chapter names Adam and SGD, learning rates of 10⁻³ to 10⁻⁵, L2 and dropout. For SGD we tried learning rates of 0.1, 0.3, 1 and 3, and show the best.

# %% [markdown] lang="ja" en="11bdf438"
# ### つまみを一つずつ
#
# それぞれの設定は、何をしているのでしょうか。データの 4 分の 1 と 12 エポックで十分にわかります。これは設定を選ぶ作業なので、検証用のデータで評価します。
#
# 各行について**予想しましょう。** 最初の行と比べて、エネルギー、力、応力は、それぞれよくなるでしょうか、悪くなるでしょうか。
#
# もとの章に出てくるのは、Adam と SGD、学習率 10⁻³〜10⁻⁵、L2、ドロップアウトです。SGD は学習率 0.1、0.3、1、3 を試し、最もよかったものを載せます。

# %%
from dataclasses import replace

from mlp_teach.training.metrics import compare

short, few = replace(settings, epochs=12, average=0.95), learn[::4]


def quick_run(data=few, seed=0, dropout=0.0, **changes):
    torch.manual_seed(seed)
    small = BehlerParrinello(functions, hidden=(20, 20), dropout=dropout)
    train(small, data, validate[::9], replace(short, seed=seed, **changes))
    return small


# %%
runs = {
    "Adam": quick_run(),
    "  another seed": quick_run(seed=1),
    "w_σ = 0": quick_run(weights=Weights(5.0, 0.1, 0.0)),
    "w_F = 0": quick_run(weights=Weights(5.0, 0.0, 5.0)),
    "w_E = 1, w_F = 100": quick_run(weights=Weights(1.0, 100.0, 5.0)),
    "SGD": quick_run(optimizer="sgd", learning_rate=1.0, last_learning_rate=0.05),
    "learning rate 1e-4": quick_run(learning_rate=1e-4, last_learning_rate=1e-4),
    "L2 1e-3": quick_run(l2=1e-3),
    "dropout 0.1": quick_run(dropout=0.1),
}

# %%
print(f"{'':20}  meV/atom  meV/Å    GPa")
for name, small in runs.items():
    errors = compare(small, validate)
    mae = [errors.mae(quantity) for quantity in ("energy", "forces", "stress")]
    print(f"{name:20}" + "{:8.1f} {:8.1f} {:8.2f}".format(*mae))

# %% [markdown] lang="en"
# - Another **seed** alone changes the error of the energies by more than a quarter. A smaller difference between two settings means nothing until several seeds agree on it.
# - **Without the stress** (w_σ = 0) the stress is more than twice as wrong; nothing else changes much.
# - **Without forces** (w_F = 0) the forces are useless: 59 energies cannot tell the slope of a surface in 324 dimensions. One force calculation gives 325 numbers instead of one.
# - **The chapter's weights** buy better forces for energies and stresses that are many times worse, as the exchange rate said.
# - **SGD** takes the same step in every direction; Adam scales each parameter's step by the gradients it has met. In the same 180 steps it is ahead.
# - **A learning rate of 10⁻⁴**, inside the chapter's range, has hardly begun. With thousands of epochs it gets there. A learning rate goes with a number of steps, a batch size and a scaling of the features; by itself it is no advice.
# - **L2** pulls all parameters towards zero. It is meant against overfitting; with 761 parameters and 19,000 numbers to fit there is none to cure.
# - **Dropout** switches a tenth of the nodes off at random in every step. The forces suffer, and it does harm of its own, as we see next.

# %% [markdown] lang="ja" en="d8a73946"
# - **乱数の種**を変えるだけで、エネルギーの誤差は 4 分の 1 以上変わります。2 つの設定の差がそれより小さければ、いくつかの種で同じ結果になるまでは、差があるとは言えません。
# - **応力を使わない**（w_σ = 0）と、応力の誤差は 2 倍以上になります。ほかはあまり変わりません。
# - **力を使わない**（w_F = 0）と、力は使いものになりません。59 個のエネルギーだけでは、324 次元の曲面の傾きはわかりません。力も計算すれば、1 個の構造から得られる数は 1 個ではなく 325 個になります。
# - **もとの章の重み**では、力がよくなる代わりに、エネルギーと応力は何倍も悪くなります。交換レートのとおりです。
# - **SGD** は、どの方向にも同じ歩幅で進みます。Adam は、それまでの勾配に応じて、パラメータごとに歩幅を変えます。同じ 180 ステップなら、Adam のほうが先へ進みます。
# - **学習率 10⁻⁴** はもとの章の範囲に入っていますが、まだほとんど始まっていません。数千エポックかければ追いつきます。学習率は、ステップ数やバッチサイズや特徴量の縮尺と組になって意味をもつもので、それだけを取り出しても助言になりません。
# - **L2** は、すべてのパラメータを 0 へ引き寄せます。過学習（overfitting）を抑えるためのものですが、761 個のパラメータで 19,000 個の数に合わせるここでは、抑えるべき過学習がありません。
# - **ドロップアウト**（dropout）は、ステップごとに、節点の 1 割を無作為に切ります。力が悪くなるうえに、別の害もあります。次に見てみましょう。

# %%
from mlp_teach.potential import predict

noisy, graph = runs["dropout 0.1"], validate[0][0]
for mode in ("on", "off"):
    noisy.train(mode == "on")  # as during training: nodes are switched off at random
    answers = [predict(noisy, graph) for _ in range(20)]
    energies = 1e3 * torch.stack([answer.energy for answer in answers]) / graph.n_atoms
    forces = 1e3 * torch.stack([answer.forces for answer in answers])
    scatter = energies.std(), forces.std(dim=0).mean()
    print("dropout {:4} E ± {:.2f} meV/atom, F ± {:.1f} meV/Å".format(mode, *scatter))

# %% [markdown] lang="en"
# **Claim 2.** With dropout on, one structure has another energy each time it is asked. Such an energy is not a function of the positions and conserves nothing. Off, it is a function again, but one that was trained for another purpose. In potentials dropout is rarely used, for good reason; the chapter lists it as usual.
#
# ### Too few data, too many parameters
#
# When *is* there overfitting? Take the chapter's smallest network, three layers of 64 nodes, and 20 energies without forces.
#
# **Predict** what the two loss curves will do.

# %% [markdown] lang="ja" en="80f97c32"
# **主張 2**　ドロップアウトを効かせたままでは、同じ構造でも、尋ねるたびに違うエネルギーが返ってきます。これでは位置の関数ではなく、何も保存されません。切れば関数に戻りますが、それは別の目的で訓練された関数です。ポテンシャルでドロップアウトがめったに使われないのには、理由があるのです。もとの章は普通の手法として挙げています。
#
# ### データが少なく、パラメータが多いとき
#
# では、過学習はいつ起こるのでしょうか。もとの章が挙げる最小のネットワーク（64 節点が 3 層）と、力なしの 20 個のエネルギーで試します。
#
# 2 本の損失曲線がどうなるか、**予想しましょう。**

# %%
from mlp_teach.plotting import loss_curves

torch.manual_seed(0)
large = BehlerParrinello(functions, hidden=(64, 64, 64))
stubborn = replace(short, epochs=70, learning_rate=5e-3, last_learning_rate=5e-3)
stubborn = replace(stubborn, weights=Weights(1.0, 0.0, 0.0))
overfit = train(large, learn[:20], validate[::3], stubborn)
del learn  # 100 MB of pairs and slopes; what follows, exercises too, needs few of them
print(sum(p.numel() for p in large.parameters()), "parameters, 20 energies")
loss_curves(overfit, lang=lang).figure

# %% [markdown] lang="en"
# The training loss keeps falling while the validation loss turns round: from there on the network learns the twenty answers and not the landscape. Early stopping keeps the parameters of the dot. Better are more data, above all forces: they are the cheapest data there are.
#
# ## Step 4. Validation
#
# ### How wrong is it?
#
# Now the test, for the first time. Points on the line would be perfect.

# %% [markdown] lang="ja" en="6bd1919e"
# 訓練損失は下がり続けますが、検証損失は途中で上がり始めます。そこから先でネットワークが覚えているのは、地形ではなく 20 個の答えです。早期終了では、点の所のパラメータを残します。もっとよいのはデータを増やすこと、とりわけ力を使うことです。力ほど安く手に入るデータはありません。
#
# ## ステップ 4　検証
#
# ### どれくらい間違うか
#
# ここで初めてテストを使います。点がすべて直線に乗れば完璧です。

# %%
from mlp_teach.neighbors import labels
from mlp_teach.plotting import parity_figure
from mlp_teach.pretrained import load_pretrained

model, shipped = model.double(), load_pretrained("behler_parrinello_cu")
reach = max(model.cutoff, shipped.cutoff)
exam = [(atom_graph(atoms, reach), labels(atoms)) for atoms in test]
quick = compare(model, exam)
parity_figure(quick, lang=lang)

# %% [markdown] lang="en"
# Beautiful lines. But beauty is a matter of scale, and so is $R^2$, which compares the errors with the spread of the data:
#
# $$R^2 = 1 - \frac{\sum (\text{model} - \text{DFT})^2}{\sum (\text{DFT} - \text{mean})^2}.$$
#
# **Predict.** The chapter asks for $R^2 > 0.99$ in energies. EMT, the simple theory of metals from lesson 00, was made in 1996 and knows nothing of these data. Does it pass?

# %% [markdown] lang="ja" en="4c6802d6"
# きれいな直線です。しかし、きれいに見えるかどうかは目盛り次第です。誤差をデータの広がりと比べる $R^2$ も同じです。
#
# $$R^2 = 1 - \frac{\sum (\text{モデル} - \text{DFT})^2}{\sum (\text{DFT} - \text{平均})^2}$$
#
# **予想しましょう。** もとの章は、エネルギーについて $R^2 > 0.99$ を求めています。レッスン 00 に出てきた金属の簡単な理論 EMT は 1996 年に作られたもので、このデータのことを何も知りません。合格するでしょうか。

# %%
from ase.calculators.emt import EMT

from mlp_teach.training.metrics import Comparison

guesses = [atoms.copy() for atoms in test]
for atoms in guesses:
    atoms.calc = EMT()


# %%
def columns(frames):
    energies = np.array([1e3 * atoms.get_potential_energy() / len(atoms) for atoms in frames])
    return energies, np.concatenate([1e3 * atoms.get_forces().ravel() for atoms in frames])


(E, F), (E_emt, F_emt) = columns(test), columns(guesses)
emt = Comparison((E, E_emt - (E_emt - E).mean()), (F, F_emt), None)  # its zero of energy is another

# %%
full = compare(shipped, exam, batch_size=1)
print(f"{'':26}      E, meV/atom              F, meV/Å")
print(f"{'':26}  MAE   RMSE      R²      MAE   RMSE      R²")
for name, one in {"EMT": emt, "quick": quick, "shipped": full}.items():
    numbers = [get(q) for q in ("energy", "forces") for get in (one.mae, one.rmse, one.r2)]
    print(f"{name:26}" + "{:6.2f} {:6.2f} {:8.5f} {:8.1f} {:6.1f} {:8.5f}".format(*numbers))
print("published network (n2p2)       -   1.68        -        -   63.0        -")
print("published GAP               0.46      -        -       10      -        -")

# %% [markdown] lang="en"
# **Claim 3.** $R^2 > 0.99$ is a weak criterion. EMT passes it in energies with an MAE of 14 meV/atom. The energies of the test scatter by 191 meV/atom, so $R^2 = 0.99$ allows an RMSE of a tenth of that, 19 meV/atom. The chapter's other targets, an MAE of 1 to 5 meV/atom and 50 to 150 meV/Å, say much more.
# Quote MAE and RMSE with their units, and the range of the data beside them.
#
# The quick model meets the targets. Its forces are better than those of the network that was published with the data, its energies are not; the shipped model beats that network in both and does not reach GAP.
#
# And without the copies?

# %% [markdown] lang="ja" en="383d51ff"
# **主張 3**　$R^2 > 0.99$ は弱い基準です。EMT は MAE が 14 meV/atom もあるのに、エネルギーで合格します。テストのエネルギーは 191 meV/atom ほど散らばっているので、$R^2 = 0.99$ なら、その 1 割の 19 meV/atom の RMSE が許されます。もとの章のもう一つの目標、MAE が 1〜5 meV/atom、50〜150 meV/Å のほうが、ずっと多くを語ります。MAE と RMSE を単位付きで示し、データの範囲も添えましょう。
#
# 自分で訓練したモデルは、目標を達成しています。力は、データと一緒に公開されたネットワークより正確ですが、エネルギーは及びません。付属のモデルは、そのネットワークをどちらでも上回りますが、GAP には届きません。
#
# 写しを除くとどうなるでしょうか。

# %%
copied = {copy.frame for copy in copies}
new = [n for n in range(len(test)) if n not in copied]
for name, one in (("quick", model), ("shipped", shipped)):
    for part, chosen in (("31", range(31)), ("18 new", new), ("13 copies", copied)):
        errors = compare(one, [exam[n] for n in chosen], stress=False, batch_size=1)
        E_mae, F_mae = errors.mae("energy"), errors.mae("forces")
        print(f"{name:8} {part:10} E {E_mae:5.2f} meV/atom   F {F_mae:5.1f} meV/Å")

# %% [markdown] lang="en"
# The copies flatter every model of this comparison, published ones included: they are easy (their forces are zero) and known. The lines "18 new" say what to expect of a new structure.
# Which of the new ones are the worst? Look at `config_type` in exercise 2.
#
# ### The stress
#
# The chapter's target is an MAE of 0.1 GPa.

# %% [markdown] lang="ja" en="def0e876"
# 写しがあるために、この比較に出てくるモデルはどれも、公開されたものも含めて、実際よりよく見えています。写しはやさしく（力が 0 です）、しかも既に知っている構造だからです。新しい構造で期待できる誤差は、「18 new」の行です。
# 新しい構造のうち、最も悪いのはどれでしょうか。演習 2 で `config_type` を見てみましょう。
#
# ### 応力
#
# もとの章の目標は、MAE 0.1 GPa です。

# %%
constant = slope.offset * np.eye(3)  # what we took off in step 1
for name, one in {"quick": quick, "shipped": full}.items():
    truth, guess = (values.reshape(-1, 3, 3) for values in one.stress)
    raw = abs(guess - (truth + constant)).mean()
    print(f"{name:8} MAE {one.mae('stress'):.3f} GPa; on the labels as they came {raw:.2f} GPa")

# %% [markdown] lang="en"
# With the constant taken off, the target is met; on the labels as they came, no model that gets the energies right could meet it. A target for a model is a demand on its labels first.
#
# ### Does it know the crystal?
#
# Small errors on average are no guarantee for a property that depends on *differences* of energies. So compute some: lattice constant and bulk modulus from energies at several volumes, elastic constants from strains.
# The reference is the DFT itself: the strained crystals of the data set, fitted. (The fit also finds the offset of step 1, by another route.)
#
# **Predict.** The chapter asks that lattice and elastic constants "agree with DFT" and gives no number. Which will agree better, the lattice constant or the elastic constants? By how much?

# %% [markdown] lang="ja" en="11610404"
# 一定の値を取り除けば、目標は達成できます。取り除かなければ、エネルギーを正しく再現するモデルには達成できません。モデルに課す目標は、まずラベルに課す要求なのです。
#
# ### 結晶を知っているか
#
# 平均の誤差が小さくても、エネルギーの「差」で決まる性質まで正しいとは限りません。いくつか計算してみましょう。格子定数と体積弾性率はいくつかの体積でのエネルギーから、弾性定数はひずみから求めます。
# 比べる相手は DFT そのもの、つまりデータにあるひずんだ結晶へのフィットです（フィットからは、ステップ 1 のずれも、別の道筋で求まります）。
#
# **予想しましょう。** もとの章は、格子定数と弾性定数が DFT と「一致する」ことを求めていますが、数値は示していません。よく合うのは、格子定数と弾性定数のどちらでしょうか。どれくらい違うでしょうか。

# %%
from mlp_teach.analysis.mechanics import elastic_constants, equation_of_state
from mlp_teach.analysis.strained_cells import fit_strained_cells
from mlp_teach.simulation.calculator import MLPCalculator

dft = fit_strained_cells(kinds["Elastic"])  # at the lattice constant dft.reference
calculators = {"quick": MLPCalculator(model), "shipped": MLPCalculator(shipped)}
print(dft)

# %%
print("           a (Å)      B    C11    C12    C44  (GPa)")
a, c = dft.lattice_constant, dft.elasticity
truth = (a, c.bulk_modulus, c.c11, c.c12, c.c44)
print("DFT       {:.4f} {:6.1f} {:6.1f} {:6.1f} {:6.1f}".format(*truth))
for name, calculator in calculators.items():
    a = equation_of_state(crystal, calculator).lattice_constant
    c = elastic_constants(bulk("Cu", cubic=True, a=dft.reference), calculator)
    ours = (a, c.bulk_modulus, c.c11, c.c12, c.c44)
    percent = 100 * (np.divide(ours, truth) - 1)
    print("{:9} {:.4f} {:6.1f} {:6.1f} {:6.1f} {:6.1f}".format(name, *ours))
    print("         {:+6.2f}% {:+5.0f}% {:+5.0f}% {:+5.0f}% {:+5.0f}%".format(*percent))

# %% [markdown] lang="en"
# The lattice constant agrees to a few hundredths of a per cent, the elastic constants to about ten per cent. No wonder: the first is where a slope is zero, the others are curvatures.
# A ripple of only half a meV/atom over a strain $\varepsilon$ of 2 % changes a curvature by $2\,\delta E / (V \varepsilon^2) = 2 \times 0.0005 / (12 \times 0.0004)$ eV/Å³, which is 33 GPa.
# That is why stress labels help so much, being slopes already; and why one validates the very quantity that one needs.
#
# ### Does it vibrate as it should?
#
# The chapter adds vibrational spectra. Frequencies are roots of curvatures, $\omega = \sqrt{k/m}$, so an error of 10 % in a curvature is one of 5 % in a frequency; the elastic constants above already tell how far off the slow waves are, whose speed is $\sqrt{C/\rho}$. There are two ways to the rest:
#
# - **Move one atom**, by $\pm 0.01$ Å, and read the forces on all: $k_{ij} = -[F_j(+) - F_j(-)]/0.02$ Å. From these follow all modes (`ase.vibrations` for molecules, `ase.phonons` for crystals; both take our calculator). What counts is how the force *changes*: if its error differs by 10 meV/Å between the two places, $k$ is off by 0.5 eV/Å², of copper's 6 to 8 a good part. A model with noisy forces has noisy spectra, however small its MAE.
# - **Listen to a run.** The spectrum of the velocities in a run at constant energy (step 5) holds the effect of temperature as well. To tell lines apart that differ by 1 THz takes at least 1 ps.
#
# Exercise 6 does the first for one atom.
#
# ### Where does it stop being valid?
#
# Extrapolation test: small and strange copper cells from another group and another code (Cu-ACE-21: FHI-aims, also PBE), 250 of them. The zero of energy differs, so we compare energies relative to the fcc crystal.
# The library learns the **training domain**: for each descriptor the range that it has in the training data, and the closest approach of two atoms. How far an atom lies outside is measured in widths of the range, the *excess*.

# %% [markdown] lang="ja" en="b1742902"
# 格子定数は 0.1 % もずれていませんが、弾性定数は 10 % 前後までずれます。無理もありません。格子定数は傾きが 0 になる場所ですが、弾性定数は曲率だからです。2 % のひずみ $\varepsilon$ のあいだに、わずか 0.5 meV/atom のさざ波があるだけで、曲率は $2\,\delta E / (V \varepsilon^2) = 2 \times 0.0005 / (12 \times 0.0004)$ eV/Å³、つまり 33 GPa も変わります。
# 応力のラベルが大いに役立つのは、応力がはじめから傾きだからです。そして、本当に必要な量そのもので検証しなければならないのも、このためです。
#
# ### 正しく振動するか
#
# もとの章は、振動スペクトルも挙げています。振動数は曲率の平方根 $\omega = \sqrt{k/m}$ なので、曲率が 10 % ずれると、振動数は 5 % ずれます。速さが $\sqrt{C/\rho}$ の遅い波については、上の弾性定数から、どれだけずれているかがすでにわかります。それ以外を調べる方法は 2 つあります。
#
# - **原子を 1 個動かす**。$\pm 0.01$ Å だけ動かし、すべての原子の力を読みます：$k_{ij} = -[F_j(+) - F_j(-)]/0.02$ Å。ここから、すべての振動モードが求まります（分子は `ase.vibrations`、結晶は `ase.phonons`。どちらにも、このコースの計算機（calculator）を渡せます）。大切なのは力の**変化**です。2 か所で力の誤差が 10 meV/Å 違えば、$k$ は 0.5 eV/Å² ずれます。銅の $k$ は 6〜8 eV/Å² ですから、無視できません。力に雑音のあるモデルでは、MAE がどれほど小さくても、スペクトルが乱れます。
# - **動きを調べる**。エネルギー一定のシミュレーション（ステップ 5）から求めた速度のスペクトルには、温度の効果も含まれます。1 THz 離れた線を見分けるには、少なくとも 1 ps のシミュレーションが必要です。
#
# 演習 6 では、1 つ目の方法を原子 1 個で試します。
#
# ### どこから通用しなくなるか
#
# 外挿（extrapolation）のテストです。別の研究グループが別のプログラムで計算した、小さくて変わった銅のセルを 250 個使います（Cu-ACE-21。FHI-aims、汎関数は同じ PBE）。エネルギーの原点が違うので、fcc 結晶を基準にしたエネルギーを比べます。
# ライブラリは**訓練領域**（training domain）を学びます。訓練データでの記述子ごとの範囲と、原子どうしの最も近い距離です。原子がどれだけ外にはみ出しているかは、範囲の幅を単位にして測ります（はみ出し、excess）。

# %%
from mlp_teach.simulation.domain import departure, learn_domain

domain = learn_domain(
    training, model.cutoff, lambda g: symmetry_functions(g, functions), functions.names()
)
strange = load("Cu_ACE21_1k")[::4]
zero_dft = min(a.get_potential_energy() / len(a) for a in strange)
zero = equation_of_state(crystal, calculators["quick"]).energy / len(crystal)
excess, wrong = [], []
for atoms in strange:
    truth = atoms.get_potential_energy() / len(atoms) - zero_dft
    excess.append(float(departure(domain, atoms).excess.max()))
    atoms = Atoms(atoms, calculator=calculators["quick"])
    wrong.append(1e3 * (atoms.get_potential_energy() / len(atoms) - zero - truth))

# %%
excess, wrong = np.array(excess), abs(np.array(wrong))
inside = excess <= domain.margin
for name, these in (("inside", inside), ("outside", ~inside)):
    median, worst = np.median(wrong[these]), wrong[these].max()
    print(
        f"{name:8} {these.sum():3} structures, error {median:3.0f} (median), {worst:4.0f} (worst) meV/atom"
    )

# %%
axes = new_axes(None, size=(6.5, 3.6))
axes.semilogy(excess, wrong, "o", color=COLORS["blue"], markersize=3, alpha=0.6)
axes.axvline(domain.margin, color=COLORS["orange"], linestyle="--")
axes.set_xlim(-0.02, 0.8)  # a few lie further out
title = say(lang, "Cells unlike the training data", "訓練データに似ていないセル")
x = say(lang, "excess (widths of the training range)", "はみ出し（訓練範囲の幅を単位とする）")
y = say(lang, "error of the energy (meV/atom)", "エネルギーの誤差（meV/atom）")
finish(axes, lang, title, x, y, text=title).figure

# %% [markdown] lang="en"
# **Claim 4.** Outside its training domain the model is wrong several times more, and nothing in its answer says so; the domain does. To the right of the dashed line the watch of step 5 would stop a run.
# The sign is necessary, not sufficient: the worst structure *inside* is wrong as well. Ranges make a box, and a box has corners that no training structure ever visited.
#
# ## Step 5. Simulation
#
# Any model of the library becomes an ASE calculator by `MLPCalculator(model)`. Before the atoms move, look at four ways to go wrong. Each runs as you look, beside a twin that does right. Choose one from the list, then turn the dial.
#
# **Predict**, one for each:
#
# - *The run explodes.* The fastest vibration of this cluster of copper atoms takes 147 fs. Which time step is too long?
# - *A hole in the energy.* A sum of radial functions is right to a meV on its labels, and these end at 2.4 Å. What happens when two fast atoms meet?
# - *Forces without an energy.* They are wrong by 10 meV/Å on the dashed circle, a fifth of the chapter's strictest target. Does it matter whether this error is the slope of something?
# - *A mean instead of a sum.* What does a molecule notice of three others, far away?

# %% [markdown] lang="ja" en="5f3a702c"
# **主張 4**　訓練領域の外では、誤差は数倍になります。しかも、モデルの答えだけを見ても、そのことはわかりません。教えてくれるのは訓練領域です。破線より右では、ステップ 5 の見張りが計算を止めます。
# ただし、これは必要な警告であって、十分ではありません。内側にも、ひどく外れた構造があります。範囲は箱の形をしていて、箱の隅には、訓練データが一度も訪れなかった所があるからです。
#
# ## ステップ 5　シミュレーション
#
# ライブラリのモデルはどれも、`MLPCalculator(model)` で ASE の計算機（calculator）になります。原子を動かす前に、失敗の例を 4 つ見ておきましょう。どれもその場で計算し、正しいものと並べて示します。リストから一つ選び、つまみを動かしてください。
#
# それぞれについて**予想しましょう。**
#
# - *計算が発散する*：この銅のクラスターの最も速い振動の周期は 147 fs です。時間刻みをいくつにすると、長すぎるでしょうか。
# - *エネルギーの穴*：動径関数の和は、どのラベルにも 1 meV 以内で合いますが、ラベルは 2.4 Å より遠い所にしかありません。速い原子どうしが出会うと、どうなるでしょうか。
# - *エネルギーのない力*：力の誤差は、破線の円の上で 10 meV/Å で、もとの章の最も厳しい目標の 5 分の 1 です。この誤差が何かの傾きであるかどうかは、大切でしょうか。
# - *和でなく平均*：遠く離れた 3 個の分子のことを、1 つの分子は何か感じるでしょうか。

# %%
from mlp_teach.widgets.failure_gallery import failure_gallery

failure_gallery(lang=lang)

# %% [markdown] lang="en"
# | failure | what you saw | what finds it | the cure |
# |---|---|---|---|
# | the run explodes | up to about 36 fs the energy fluctuates, at 40 fs temperature and energy climb by powers of ten | no law: the potential is right. Half the step must give a quarter of the fluctuation | a time step below a twentieth of the fastest period |
# | a hole | from 0.45 eV on, the two fly through each other | no law: the energy is smooth. The training domain of step 4, which knows the closest approach | labels at short distances, or a known repulsion beneath the fit |
# | forces without an energy | in 3 ps the energy of the motion grows to two and a half times what it was; with an error of the same size that is a slope it stays | `checks.forces`: forces and energy disagree; and the work on a closed way | forces as the slope of one energy |
# | a mean | the energy of four molecules is that of one, and each bond swings half as fast | `checks.far_fragments`: distant parts do not add up | a sum over atoms |
#
# "Law" means those in `mlp_teach.checks`, which lesson 01 ran against a model: they find two of the four without a simulation, and only two. The error that swirls is the worst of its kind, since it pushes the same way in every round; errors that change from place to place cancel in part. Large models that predict forces directly, for speed, do make it (Bigi et al., 2024).
#
# Now to our own model. First the question that comes before all others: is energy conserved, and with which timestep?
#
# **Predict.** The chapter gives 0.5 to 1 fs. The fastest vibration of copper takes about 130 fs. What happens to the fluctuation of the total energy if the timestep is doubled?

# %% [markdown] lang="ja" en="fcc8c524"
# | 失敗 | 見えたこと | 見つけ方 | 直し方 |
# |---|---|---|---|
# | 計算が発散する | 36 fs あたりまではエネルギーがゆらぐだけですが、40 fs では温度もエネルギーも何桁も上がります | ポテンシャルは正しいので、法則では見つかりません。時間刻みを半分にすれば、ゆらぎは 4 分の 1 になるはずです | 時間刻みを、最も速い振動の周期の 20 分の 1 より短くする |
# | 穴 | 0.45 eV を超えると、原子どうしがすり抜けます | エネルギーはなめらかなので、法則では見つかりません。最も近い距離を知っている、ステップ 4 の訓練領域が見つけます | 近い距離のラベルを加えるか、フィットの下に既知の反発を置く |
# | エネルギーのない力 | 3 ps で、運動のエネルギーが 2 倍半になります。誤差の大きさが同じでも、傾きであれば変わりません | `checks.forces` で、力とエネルギーの食い違いがわかります。閉じた経路を 1 周する仕事でもわかります | 力を、1 つのエネルギーの傾きとして求める |
# | 平均 | 分子 4 個のエネルギーが 1 個と同じになり、結合の振動は半分の速さになります | `checks.far_fragments` で、離れた部分が足し算にならないとわかります | 原子についての和をとる |
#
# ここで「法則」というのは、レッスン 01 でモデルを調べた `mlp_teach.checks` のことです。4 つのうち 2 つは、シミュレーションをしなくても見つかります。しかし、2 つだけです。渦を巻く誤差は、何周しても同じ向きに押すので、この種の誤差の中では最悪の場合です。場所によって変わる誤差は、一部が打ち消し合います。速さのために力を直接予測する大きなモデルでは、この種の誤差が実際に現れます（Bigi ら、2024 年）。
#
# では、私たちのモデルに戻ります。何よりも先に確かめるのは、エネルギーが保存されるかどうか、そして時間刻みをいくらにするかです。
#
# **予想しましょう。** もとの章では 0.5〜1 fs とされています。銅の最も速い振動の周期は 130 fs ほどです。時間刻みを 2 倍にすると、全エネルギーのゆらぎはどうなるでしょうか。

# %%
from mlp_teach.simulation.ensembles import NVE, NVT, with_velocities
from mlp_teach.simulation.md import simulate


def nve(atoms, timestep_fs, steps):
    return simulate(atoms, NVE(timestep_fs), steps=steps, interval=1).drift()


block = bulk("Cu", cubic=True, a=3.634) * (3, 3, 3)
block.calc = calculators["quick"]
start = with_velocities(block, 600, seed=0)  # half of it goes into the springs: 300 K
for dt in (2, 4, 8, 16):
    print(f"{dt:3} fs: ± {nve(start, dt, 400 // dt).fluctuation:.4f} meV/atom")

# %% [markdown] lang="en"
# Twice the step, about four times the fluctuation: velocity Verlet is a method of second order, and the model is smooth enough to show it. For copper 4 fs is safe. The chapter's 0.5 to 1 fs is what light atoms need: an O–H bond vibrates in 9 fs.
#
# Does it *drift*? Two picoseconds at constant energy:

# %% [markdown] lang="ja" en="353af2b4"
# 時間刻みが 2 倍なら、ゆらぎは約 4 倍です。速度ベルレ法（velocity Verlet）は 2 次の方法で、モデルはそれが見えるくらいになめらかだということです。銅なら 4 fs で大丈夫です。もとの章の 0.5〜1 fs は、軽い原子に必要な値です。O–H 結合の振動の周期は 9 fs しかありません。
#
# では、全エネルギーはドリフト（drift）するでしょうか。エネルギー一定で 2 ps 走らせます。

# %%
from mlp_teach.plotting import drift_plot

drift_plot(nve(start, 4, 500), lang=lang).figure

# %% [markdown] lang="en"
# No drift worth the name. (The chapter asks for 10 to 100 ps: replace 500 by 2500 and wait a quarter of a minute.) But careful: conserved energy shows that forces are the slope of *this* energy, not that it is the right one.
#
# ### A liquid, compared with DFT
#
# A hard test: melt copper at 3000 K and ask who stands how far from whom. The 34 hottest training structures come from DFT's own simulation of the same 108 atoms in the same cell; we did not train on what we look at now, the radial distribution function.

# %% [markdown] lang="ja" en="3951edc7"
# ドリフトと呼べるものはありません（もとの章が求めているのは 10〜100 ps です。500 を 2500 に変えれば、15 秒ほどで 10 ps になります）。ただし、注意が必要です。エネルギーの保存は、力が「このエネルギー」の傾きであることを示すだけで、エネルギーそのものが正しいことを示すわけではありません。
#
# ### 液体を DFT と比べる
#
# 難しいテストをしてみます。銅を 3000 K で融かし、原子どうしの距離の分布を調べます。訓練データのうち最も熱い 34 個は、DFT による、同じセルの同じ 108 個の原子のシミュレーションから取られています。ここで見る動径分布関数は、訓練には使っていません。

# %%
from mlp_teach.analysis.structure import radial_distribution
from mlp_teach.plotting import rdf_plot

melt = with_velocities(Atoms(hot[0], calculator=calculators["quick"]), 3000, seed=0)
run = simulate(melt, NVT(timestep_fs=2, temperature_K=3000), steps=200)
frames = []
for _ in range(12):  # without a thermostat now
    run = simulate(run.atoms, NVE(timestep_fs=2), steps=25)
    frames.append(run.atoms)
names = say(lang, "DFT", "DFT"), say(lang, "quick model", "自分で訓練したモデル")
both = (radial_distribution(hot, 7.0, 70), radial_distribution(frames, 7.0, 70))
rdf_plot(dict(zip(names, both, strict=True)), lang=lang).figure

# %% [markdown] lang="en"
# The two curves agree within the noise of a dozen snapshots: the model knows the liquid that it learned from 34 pictures. This is how it moves. Play it, go from frame to frame with the arrow keys, turn the atoms with the mouse.
#
# These 0.6 ps ran without a thermostat. The total energy should stand still, while the temperature breathes: motion and springs exchange their energy. Its mean is near 3000 K, not at it: the moment in which we took the thermostat away decides. The last curve is the spread of the forces over two models of step 3, which differ in their random numbers only; more of it below.

# %% [markdown] lang="ja" en="53d530aa"
# 2 本の曲線は、12 個の瞬間を平均したときの雑音の範囲で一致しています。モデルは、34 枚の写真から学んだ液体を、よく知っているのです。どのように動くか見てみましょう。再生するか、矢印キーで 1 コマずつ進めます。原子はマウスで回せます。
#
# この 0.6 ps は、熱浴なしで計算しました。全エネルギーは変わらず、温度だけがゆらぐはずです。運動と、ばねのような原子間の力とが、エネルギーをやりとりするからです。平均が 3000 K ちょうどにならないのは、熱浴を外した瞬間のエネルギーで決まるからです。最後の曲線は、ステップ 3 の、乱数だけが違う 2 つのモデルの力のばらつきです。これについては、後でもう一度取り上げます。

# %%
from mlp_teach.widgets.md_player import md_player

ensemble, spread = MLPCalculator(list(runs.values())[:2]), []
for atoms in frames:
    atoms.wrap()
    Atoms(atoms, calculator=ensemble).get_forces()
    spread.append(ensemble.results["forces_std"].max())
md_player(frames, 50, spread, lang)

# %% [markdown] lang="en"
# ### Leaving the known world
#
# Now hotter: 6000 K, twice the hottest training data. The **watch** looks at every tenth step and stops when an atom leaves the training domain.
#
# **Predict.** Would the total energy tell that something is wrong?

# %% [markdown] lang="ja" en="f9dd29e9"
# ### 知らない世界へ
#
# もっと熱くしてみます。訓練データの最高温度の 2 倍、6000 K です。**見張り**（watch）は 10 ステップごとに構造を調べ、訓練領域を出た原子があれば止めます。
#
# **予想しましょう。** 全エネルギーを見ていれば、異常に気づくでしょうか。

# %%
from mlp_teach.simulation.watch import Watch

hotter = NVT(timestep_fs=2, temperature_K=6000)
run = simulate(melt, hotter, steps=1000, watch=Watch(domain))
print(run.stopped)
for name, atoms in (("inside", frames[-1]), ("outside", run.atoms)):  # without a watch
    print(f"{name:8} E ± {nve(atoms, 1, 100).fluctuation:.3f} meV/atom in 0.1 ps of NVE")

# %% [markdown] lang="en"
# It would not: energy is conserved to some hundredths of a meV/atom outside the domain too. A model that is wrong is wrong smoothly.
#
# A second alarm is an **ensemble**: models trained from different random numbers agree where data held them and part where they guess. Ours are the two seeds from step 3. How far do their forces spread, and does the spread know of the error?

# %% [markdown] lang="ja" en="5706e384"
# 気づきません。訓練領域の外でも、エネルギーの変動は 0.01 meV/atom の桁です。間違ったモデルは、なめらかに間違うのです。
#
# もう一つの警報が**アンサンブル**（ensemble）です。乱数を変えて訓練した複数のモデルは、データに支えられた所では一致し、推測している所では食い違います。ステップ 3 の 2 つの種のモデルを使いましょう。力はどれだけばらつくでしょうか。そのばらつきは、誤差を知っているでしょうか。

# %%
spread, error = [], []
for atoms in strange:
    if len(atoms) > 1 and abs(atoms.get_forces()).max() > 1e-3:
        guess = Atoms(atoms, calculator=ensemble).get_forces()
        spread.append(ensemble.results["forces_std"].max())
        error.append(np.linalg.norm(guess - atoms.get_forces(), axis=1).max())
ratio = np.divide(error, spread)
print(
    "error / spread: median {:.1f}, one in ten above {:.1f}".format(*np.quantile(ratio, (0.5, 0.9)))
)

# %%
axes = new_axes(None, size=(5.2, 3.8))
axes.loglog(spread, error, "o", color=COLORS["blue"], markersize=3, alpha=0.6)
axes.loglog([0.01, 10], [0.01, 10], color=COLORS["muted"])
title = say(lang, "Does the spread know the error?", "ばらつきは誤差を知っているか")
x = say(lang, "spread of two models (eV/Å)", "2 つのモデルのばらつき（eV/Å）")
y = say(lang, "largest error of a force (eV/Å)", "力の最大誤差（eV/Å）")
finish(axes, lang, title, x, y, text=title).figure

# %% [markdown] lang="en"
# **Claim 5.** The spread knows where the error is large: the points climb with the line. But it is no error bar: most points lie above the line, some far above. The models share their data and their descriptors, so they err together.
# Take the spread as an alarm, with a limit of a few times its value on the test set: `Watch(domain, forces_std_eV_A=...)`.
#
# ### How fast?
#
# The chapter estimates 1 to 3 days on one GPU for 1000 atoms and 1 ns. With steps of 1 fs that is a million steps; so 86 to 259 µs for one atom and one step. That number can be compared. **Predict:** will one CPU thread be slower or faster?

# %% [markdown] lang="ja" en="74594033"
# **主張 5**　ばらつきは、誤差の大きい所を知っています。点は直線に沿って上がっています。しかし、ばらつきは誤差の大きさそのものではありません。点の多くは直線より上にあり、ずっと上のものもあります。どのモデルも同じデータと同じ記述子を使っているので、一緒に間違えるのです。
# ばらつきは、警報として使いましょう。限界値は、テストデータでの値の数倍とします：`Watch(domain, forces_std_eV_A=...)`
#
# ### どれくらい速いか
#
# もとの章では、1000 原子、1 ns の計算に、GPU 1 台で 1〜3 日と見積もっています。1 fs 刻みなら 100 万ステップですから、1 原子・1 ステップあたり 86〜259 µs です。この数なら比べられます。**予想しましょう。** CPU の 1 スレッドは、これより遅いでしょうか、速いでしょうか。

# %%
from time import process_time


def microseconds(calculator, repeats, steps):
    atoms = bulk("Cu", cubic=True, a=3.634) * (repeats, repeats, repeats)
    atoms.calc = calculator
    warm, begin = with_velocities(atoms, 600), process_time()
    simulate(warm, NVE(4), steps=steps, interval=steps)
    return 1e6 * (process_time() - begin) / (steps + 1) / len(atoms)


# %%
sizes = (("quick", 3, 30), ("quick", 5, 10), ("quick", 6, 8), ("shipped", 3, 15))
for name, repeats, steps in sizes:
    cost = microseconds(calculators[name], repeats, steps)
    days = cost * 1e-6 * 1000 * 1e6 / 86400
    print(f"{name:8} {4 * repeats**3:4} atoms: {cost:4.0f} µs an atom and step", end="")
    print(f" = {days:4.1f} days for 1000 atoms and a million steps")

# %% [markdown] lang="en"
# One CPU thread suffices for a small potential like these. This does not make the chapter wrong: it does not say which model it means, and our two models alone differ by a factor of ten.
# Compare time **per atom and step**, of the same model, on named hardware; then multiply by the steps that *your* timestep needs (4 fs here: a quarter of the steps).
# From some hundreds of atoms on, the cost per atom no longer depends on their number (below, what every step costs anyhow is shared by few). That is the cutoff's gift: DFT's cost per atom grows, in large cells with the square of their number.
#
# One figure of the chapter contradicts this one: its third exercise does a *microsecond* in 3 GPU days, a thousand times faster for the same kind of run.
#
# ## What we learned
#
# - Look before you train: 13 of 31 test structures were copies, and all stress labels were off by 2.3 GPa. A random split does not help; independence does. A constant that is known can be taken off.
# - A weight has a unit. $w_F/w_E$ is a length squared, and says which error is as bad as which.
# - Change one setting at a time, try several seeds, judge on the validation part, and leave the test for the end.
# - Forces are the cheapest data. Dropout and L2 did not help here.
# - $R^2$ flatters. MAE and RMSE with units, with and without copies, and then the physics that you need.
# - Conserved energy proves consistency, not truth. A domain and an ensemble raise the alarm; neither is a proof.
#
# The same five steps without a notebook: `mlp-teach workflow --out runs/workflow`.
#
# ## Exercises
#
# 1. **Exchange rate.** Run `quick_run(weights=Weights(1.0, w, 1.0))` for w = 0.01, 0.03, 0.1, 0.3 and 1, and plot the energy MAE against the force MAE. Which would you choose for a phase diagram, which for a vibration spectrum?
# 2. **The worst.** Find the energy error of each of the 18 new test structures. Which `config_type` is worst for the quick model? How many such structures are there to learn from, and what would you compute next with a budget of ten DFT calculations?
# 3. **How many data?** Train on every 16th, 8th, 4th and 2nd structure with the same number of steps, `quick_run(make_data(model, training[::16]), epochs=48)` and so on, and draw `mlp_teach.plotting.learning_curve`. How many structures would the force error halve with, if the line went on? Why might it not?
# 4. **Timestep.** Give the copper atoms the mass of hydrogen (`block.set_masses([1.008] * len(block))`). Predict the timestep with the same fluctuation as before, then measure it.
# 5. **Squeeze.** Compress the crystal with `NPT(4, 300, pressure_GPa=p, barostat_fs=2000)` at 5, 10, 20 and 40 GPa under `Watch(domain)`. At which volume does the watch stop it? Find the place on the map of step 1.
# 6. **Spectrum.** Move one atom of `block` by $\pm 0.01$ Å along x, take its own force at both places and find $k$ and the frequency $\sqrt{k/m}/2\pi$ for both models. (With $k$ in eV/Å² and $m$ in u it is $15.6\sqrt{k/m}$ THz.) Lesson 03 found 5.6 THz with EMT as its teacher. By how much do your two models differ from each other, and from EMT?
#
# **Next:** [06 Symmetry functions](06_symmetry_functions.ipynb)
#
# ## References
#
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723): the data, and the published network and GAP (errors quoted above).
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401): the potential.
# - J. P. Perdew, K. Burke, M. Ernzerhof, *Phys. Rev. Lett.* **77**, 3865 (1996), [doi:10.1103/PhysRevLett.77.3865](https://doi.org/10.1103/PhysRevLett.77.3865): PBE.
# - J. Heyd, G. E. Scuseria, M. Ernzerhof, *J. Chem. Phys.* **118**, 8207 (2003), [doi:10.1063/1.1564060](https://doi.org/10.1063/1.1564060); A. V. Krukau et al., *J. Chem. Phys.* **125**, 224106 (2006), [doi:10.1063/1.2404663](https://doi.org/10.1063/1.2404663): the hybrid HSE and its parameter of 2006.
# - S. Grimme, J. Antony, S. Ehrlich, H. Krieg, *J. Chem. Phys.* **132**, 154104 (2010), [doi:10.1063/1.3382344](https://doi.org/10.1063/1.3382344): D3.
# - G. P. Francis, M. C. Payne, *J. Phys.: Condens. Matter* **2**, 4395 (1990), [doi:10.1088/0953-8984/2/19/007](https://doi.org/10.1088/0953-8984/2/19/007): Pulay stress.
# - D. P. Kingma, J. Ba, [doi:10.48550/arXiv.1412.6980](https://doi.org/10.48550/arXiv.1412.6980) (2014): Adam.
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3): EMT.
# - Y. Lysogorskiy et al., *npj Comput. Mater.* **7**, 97 (2021), [doi:10.1038/s41524-021-00559-9](https://doi.org/10.1038/s41524-021-00559-9): Cu-ACE-21.
# - A. Singraber, J. Behler, C. Dellago, *J. Chem. Theory Comput.* **15**, 1827 (2019), [doi:10.1021/acs.jctc.8b00770](https://doi.org/10.1021/acs.jctc.8b00770): n2p2 and its extrapolation warnings.
# - L. Zhang et al., *Phys. Rev. Mater.* **3**, 023804 (2019), [doi:10.1103/PhysRevMaterials.3.023804](https://doi.org/10.1103/PhysRevMaterials.3.023804): the spread of an ensemble.
# - F. Bigi, M. F. Langer, M. Ceriotti, [doi:10.48550/arXiv.2412.11569](https://doi.org/10.48550/arXiv.2412.11569) (2024): simulations with forces that are not the slope of an energy.

# %% [markdown] lang="ja" en="42a2494d"
# このような小さなポテンシャルなら、CPU の 1 スレッドで足ります。だからといって、もとの章が間違っているわけではありません。どのモデルの話なのかが書かれていませんし、ここの 2 つのモデルだけでも、1 原子あたりの時間は 10 倍ほど違います。
# 比べるなら、同じモデルの、**1 原子・1 ステップあたり**の時間を、コンピュータの名前とともに示しましょう。そのうえで、自分の時間刻みに必要なステップ数を掛けます（ここでは 4 fs なので、ステップ数は 4 分の 1 です）。
# 原子が数百個を超えると、1 原子あたりの時間は原子の数によらなくなります（少ないときは、1 ステップごとに必ずかかる手間を、少ない原子で分け合うことになります）。カットオフのおかげです。DFT では 1 原子あたりの時間も増え、大きなセルでは原子数の 2 乗で増えます。
#
# なお、もとの章のほかの数値とは矛盾があります。3 番目の演習では、1「マイクロ秒」を GPU 3 日で計算しています。同じような計算なのに、1000 倍も速いことになります。
#
# ## このレッスンで学んだこと
#
# - 訓練の前に、データをよく見る。テスト用の 31 個のうち 13 個は写しで、応力のラベルはどれも 2.3 GPa ずれていました。無作為に分けても解決しません。大切なのは独立であることです。ずれの値がわかれば、取り除けます。
# - 重みには単位がある。$w_F/w_E$ は長さの 2 乗で、どの誤差とどの誤差が同じ重さかを表します。
# - 設定は一つずつ変え、種をいくつか試し、検証用のデータで選ぶ。テストは最後まで取っておく。
# - 力は最も安く手に入るデータです。ドロップアウトと L2 は、ここでは役に立ちませんでした。
# - $R^2$ は実際よりよく見せる。MAE と RMSE を単位付きで、写しを含む場合と除いた場合について示し、それから、自分に必要な物理を確かめる。
# - エネルギーの保存が示すのは整合性で、正しさではない。訓練領域とアンサンブルは警報になりますが、どちらも証明にはなりません。
#
# 同じ 5 つのステップは、ノートブックなしでも実行できます：`mlp-teach workflow --out runs/workflow`
#
# ## 演習
#
# 1. **交換レート**　w = 0.01、0.03、0.1、0.3、1 について `quick_run(weights=Weights(1.0, w, 1.0))` を実行し、エネルギーの MAE と力の MAE の関係を図にしましょう。相図を求めるならどれを選びますか。振動スペクトルならどうですか。
# 2. **最悪の構造**　新しいテスト構造 18 個について、エネルギーの誤差を一つずつ求めましょう。自分で訓練したモデルで最も悪いのは、どの `config_type` ですか。学習に使えるそのような構造はいくつありますか。DFT 計算をあと 10 回できるなら、次に何を計算しますか。
# 3. **データはいくつ必要か**　訓練用の構造を 16 個に 1 個、8 個に 1 個、4 個に 1 個、2 個に 1 個だけ使い、ステップ数はそろえて（`quick_run(make_data(model, training[::16]), epochs=48)` など）訓練し、`mlp_teach.plotting.learning_curve` で図にしましょう。直線がそのまま続くとすれば、力の誤差を半分にするには、構造がいくつ必要ですか。そうならないとすれば、なぜでしょうか。
# 4. **時間刻み**　銅の原子の質量を、水素の質量に変えます（`block.set_masses([1.008] * len(block))`）。前と同じ大きさのゆらぎになる時間刻みを予想してから、測ってみましょう。
# 5. **圧縮**　`NPT(4, 300, pressure_GPa=p, barostat_fs=2000)` を使い、`Watch(domain)` で見張りながら、5、10、20、40 GPa と圧力を上げて結晶を圧縮しましょう。見張りが止めるのは、どの体積ですか。ステップ 1 の地図で、その場所を探してください。
# 6. **スペクトル**　`block` の原子を 1 個、x 方向に $\pm 0.01$ Å 動かし、その原子に働く力から $k$ と振動数 $\sqrt{k/m}/2\pi$ を、両方のモデルについて求めましょう（$k$ を eV/Å²、$m$ を u で表すと、$15.6\sqrt{k/m}$ THz です）。レッスン 03 では、EMT を教師として 5.6 THz でした。2 つのモデルは、互いに、また EMT と、どれだけ違いますか。
#
# **次へ**：[06 対称性関数](06_symmetry_functions.ipynb)
#
# ## 参考文献
#
# - Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723)：データ。公開されたネットワークと GAP（上で引用した誤差）
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401)：このポテンシャル
# - J. P. Perdew, K. Burke, M. Ernzerhof, *Phys. Rev. Lett.* **77**, 3865 (1996), [doi:10.1103/PhysRevLett.77.3865](https://doi.org/10.1103/PhysRevLett.77.3865)：PBE
# - J. Heyd, G. E. Scuseria, M. Ernzerhof, *J. Chem. Phys.* **118**, 8207 (2003), [doi:10.1063/1.1564060](https://doi.org/10.1063/1.1564060)。A. V. Krukau et al., *J. Chem. Phys.* **125**, 224106 (2006), [doi:10.1063/1.2404663](https://doi.org/10.1063/1.2404663)：混成汎関数 HSE と、2006 年のパラメータ
# - S. Grimme, J. Antony, S. Ehrlich, H. Krieg, *J. Chem. Phys.* **132**, 154104 (2010), [doi:10.1063/1.3382344](https://doi.org/10.1063/1.3382344)：D3
# - G. P. Francis, M. C. Payne, *J. Phys.: Condens. Matter* **2**, 4395 (1990), [doi:10.1088/0953-8984/2/19/007](https://doi.org/10.1088/0953-8984/2/19/007)：ピューレイ応力
# - D. P. Kingma, J. Ba, [doi:10.48550/arXiv.1412.6980](https://doi.org/10.48550/arXiv.1412.6980) (2014)：Adam
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3)：EMT
# - Y. Lysogorskiy et al., *npj Comput. Mater.* **7**, 97 (2021), [doi:10.1038/s41524-021-00559-9](https://doi.org/10.1038/s41524-021-00559-9)：Cu-ACE-21
# - A. Singraber, J. Behler, C. Dellago, *J. Chem. Theory Comput.* **15**, 1827 (2019), [doi:10.1021/acs.jctc.8b00770](https://doi.org/10.1021/acs.jctc.8b00770)：n2p2 と、その外挿の警告
# - L. Zhang et al., *Phys. Rev. Mater.* **3**, 023804 (2019), [doi:10.1103/PhysRevMaterials.3.023804](https://doi.org/10.1103/PhysRevMaterials.3.023804)：アンサンブルのばらつき
# - F. Bigi, M. F. Langer, M. Ceriotti, [doi:10.48550/arXiv.2412.11569](https://doi.org/10.48550/arXiv.2412.11569) (2024)：エネルギーの傾きでない力によるシミュレーション
