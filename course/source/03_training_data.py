# ---
# jupyter:
#   card: {learn_minutes: 80, run_seconds: 60, memory_mb: 760}
# ---

# %% [markdown] lang="en"
# # Training data: five kinds of structures, and what each teaches
#
# **Question of this lesson.** A potential knows what it was shown. What should one show it, how does one make such structures, and what goes wrong when a kind is missing?
#
# Afterwards you can
#
# - name five kinds of training data, say what each is for, and make all of them for one system;
# - plan a mix that adds up, and draw it from a seed;
# - label structures with a reference method, so that nothing is computed twice and nothing failed is used;
# - read what a set covers: energies, a map, holes, shortest distances;
# - predict, and then measure, what a model gets wrong when one kind is left out.
#
# Copper with EMT, a quick effective-medium potential (Jacobsen 1996), stands for DFT here: each label takes milliseconds, so that you can make thousands. Section 8 turns to labels of real DFT.

# %% [markdown] lang="ja" en="a2c58dce"
# # 訓練データ：5 種類の構造と、それぞれが教えること
#
# **このレッスンの問い**　ポテンシャルは、見せられたものしか知りません。何を見せればよいのでしょうか。そのような構造は、どうやって作るのでしょうか。ある種類が欠けると、何が起こるのでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - 訓練データの 5 つの種類を挙げ、それぞれの目的を説明し、1 つの系についてすべてを作る。
# - 合計の合う構成を計画し、乱数の種から再現できるように構造を作る。
# - 参照計算でラベルを付ける。同じ計算を 2 度せず、失敗した計算を使わないようにする。
# - データが何を覆っているかを、エネルギー、地図、穴、最短距離から読み取る。
# - ある種類を抜くとモデルが何を間違えるかを予想し、測って確かめる。
#
# ここでは、銅と EMT（有効媒質理論に基づく速いポテンシャル。Jacobsen、1996 年）を DFT の代わりに使います。ラベル 1 つが数ミリ秒で済むので、何千個でも作れます。8 節では、本物の DFT のラベルを扱います。

# %% [markdown] lang="en"
# ## 1. A plan that adds up
#
# The chapter that we follow gives two plans, one for CO₂ on a copper catalyst and one for methanol on copper (its exercise 2). The library keeps such a plan as plain data and scales it to any total: each part gets its share rounded down, and what is missing then goes, one each, to the parts that lost most.
#
# By hand: 10 structures in the ratio 3 : 3 : 1 would be 4.29, 4.29 and 1.43. Rounded down they are 4, 4 and 1; one is missing, and the last part has lost most: 4, 4, 2.
#
# **Predict.** Which of the five kinds gets most, and why might that be?

# %% [markdown] lang="ja" en="2f1e1bb6"
# ## 1. 合計の合う計画
#
# もとの章には、計画の例が 2 つあります。銅触媒上の CO₂ と、銅の上のメタノール（演習 2）です。ライブラリでは、このような計画を単なるデータとして表し、どんな合計にも縮小・拡大できます。各部分の取り分の端数を切り捨て、足りなくなった分は、切り捨てで最も損をした部分から順に 1 個ずつ足します。
#
# 手で計算してみましょう。10 個を 3 : 3 : 1 に分けると 4.29、4.29、1.43 です。切り捨てると 4、4、1 で、1 個足りません。最も損をしたのは最後の部分なので、4、4、2 とします。
#
# **予想しましょう。** 5 種類のうち、最も多いのはどれでしょうか。それはなぜでしょうか。

# %%
lang = "en"

from mlp_teach.sampling.mix import CARBON_DIOXIDE_ON_COPPER, METHANOL_ON_COPPER, scaled

for mix in (CARBON_DIOXIDE_ON_COPPER, METHANOL_ON_COPPER, scaled(METHANOL_ON_COPPER, 137)):
    print(mix, end="\n\n")

# %% [markdown] lang="en"
# Both tables add up, and so does 4 paths × 20 images × 10 conditions = 800. More than half is molecular dynamics: that is where frames are easy to get. Whether they are worth as much is another question, and section 7 will ask it.
#
# No source is given for the shares. Take them as a first guess.
#
# ## 2. Around equilibrium
#
# In a relaxed crystal all forces are zero, so it teaches one energy and nothing about how forces grow. Small random displacements of width $\sigma$ (*rattling*) and strains show the walls of the valley. If an atom is held by a spring $k$ in each direction, rattling raises the energy by $\frac12 k\sigma^2$ for each of three directions. That is what temperature does too, $\frac12 k_B T$ each, so rattling by $\sigma$ looks like $T = k\sigma^2/k_B$. But it is *not* like temperature in all: in a warm crystal neighbours move together.
#
# **Predict.** From $\sigma = 0.05$ Å to $0.1$ Å: how much higher is the energy?

# %% [markdown] lang="ja" en="44193265"
# どちらの表も合計が合い、4 経路 × 20 点 × 10 条件 = 800 も合っています。半分以上が分子動力学なのは、フレームを手軽に得られるからです。その数に見合う価値があるかどうかは、7 節で調べます。
#
# 割合の出典は示されていません。最初の目安と考えてください。
#
# ## 2. 平衡構造の近く
#
# 緩和した結晶では、力はすべて 0 です。ここから学べるのはエネルギー 1 つだけで、動かしたときに力がどう増えるかはわかりません。幅 $\sigma$ の小さな乱数で原子をずらしたり（rattling）、ひずませたりすると、谷の壁が見えます。どの方向にもばね定数 $k$ のばねで支えられた原子なら、ずらすことで 1 方向あたり $\frac12 k\sigma^2$ だけエネルギーが上がります。温度がすることも同じで、1 方向あたり $\frac12 k_B T$ です。つまり、$\sigma$ だけずらすのは、温度 $T = k\sigma^2/k_B$ に似ています。ただし、**すべて**が同じではありません。温かい結晶では、隣どうしの原子が一緒に動くからです。
#
# **予想しましょう。** $\sigma$ を 0.05 Å から 0.1 Å にすると、エネルギーの上昇は何倍になるでしょうか。

# %%
import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT

from mlp_teach.sampling.equilibrium import rattled, rattled_evenly, relaxed, strained
from mlp_teach.units import BOLTZMANN, MEV

cube = relaxed(bulk("Cu", cubic=True), EMT(), 1e-3, with_cell=True)  # 4 atoms
crystal = cube * (2, 2, 2)  # 32 atoms
kinds = {"equilibrium": strained(crystal, 16, 0.04, 0.02, seed=1)}
kinds["equilibrium"] += rattled(crystal, 16, 0.05, seed=2)


# %%
def energy(atoms):
    atoms.calc = EMT()
    return atoms.get_potential_energy() / len(atoms)  # eV an atom


print(f"lattice constant {cube.cell[0, 0]:.3f} Å, energy {energy(cube):.4f} eV/atom")
for width in (0.02, 0.05, 0.1, 0.2):
    rise = np.mean([energy(a) for a in rattled(crystal, 6, width)]) - energy(cube)
    print(f"σ = {width} Å: {rise / MEV:6.1f} meV/atom, as at {rise / (1.5 * BOLTZMANN):5.0f} K")

# %% [markdown] lang="en"
# About four times, as a spring would have it; at 0.2 Å it is more, because atoms that come close repel more steeply than a spring. At 0.05 Å a crystal of copper is as high as at 240 K.
#
# These structures also teach how atoms **vibrate**. The spring behind 240 K is $k = k_B T/\sigma^2 = 8.3$ eV/Å², and an atom of copper on it swings with $\sqrt{k/m}/2\pi = 5.6$ THz, once in 180 fs: a mean over copper's vibrations, the fastest of which take some 130 fs. A vibrational spectrum is nothing but such curvatures, so it is what a model with this kind of data alone can be asked for.
#
# ## 3. What temperature does: molecular dynamics
#
# Here neighbours move together, and at high temperatures the crystal finds ways that nobody would draw. But successive steps are almost the same structure. How long the motion remembers is the correlation time $\tau$ of its potential energy; the library runs a pilot, measures $\tau$ and takes frames $2\tau$ apart.
#
# **Predict.** How many new frames does a run of 20 ps hold, in which a step of 5 fs gives 4,000 structures?

# %% [markdown] lang="ja" en="70233d2a"
# ばねの式のとおり、およそ 4 倍です。0.2 Å ではそれより大きくなります。近づいた原子どうしは、ばねより急に反発するからです。0.05 Å ずらした銅の結晶のエネルギーは、240 K のときと同じくらいです。
#
# これらの構造は、原子がどう**振動**するかも教えます。240 K に対応するばねは $k = k_B T/\sigma^2 = 8.3$ eV/Å² で、このばねにつながれた銅原子は $\sqrt{k/m}/2\pi = 5.6$ THz、つまり 180 fs に 1 回振動します。これは銅の振動の平均で、最も速い振動の周期は 130 fs ほどです。振動スペクトル（vibrational spectrum）は、このような曲率だけで決まります。ですから、この種類のデータだけで訓練したモデルからも求められます。
#
# ## 3. 温度の効果：分子動力学
#
# 分子動力学では隣どうしの原子が一緒に動き、高温では、人が思いつかないような構造も現れます。しかし、続いたステップの構造は、ほとんど同じです。運動がどれだけの間過去を覚えているかは、ポテンシャルエネルギーの相関時間（correlation time）$\tau$ でわかります。ライブラリは、まず予備の計算で $\tau$ を測り、$2\tau$ おきにフレームを取ります。
#
# **予想しましょう。** 20 ps の計算（5 fs 刻みで 4,000 個の構造）から、新しいフレームは何個得られるでしょうか。

# %%
from mlp_teach.sampling.trajectory import trajectory

kinds["trajectory"] = []
for kelvin in (300, 700, 1200):
    settings = {"timestep_fs": 5.0, "warm_up": 100, "pilot": 300, "seed": kelvin}
    frames = trajectory(crystal, EMT(), kelvin, 11, **settings)
    kinds["trajectory"] += frames
    tau = frames[0].info["correlation_time_fs"]
    rise = np.mean([energy(a) for a in frames]) - energy(cube)
    print(f"{kelvin:5} K: τ = {tau:3.0f} fs, {20_000 / (2 * tau):4.0f} new frames in 20 ps", end="")
    print(f", {rise / MEV:5.1f} meV/atom above the crystal")

# %% [markdown] lang="en"
# The potential energy lies 37.5 meV/atom above the crystal at 300 K, close to $\frac32 k_B T = 38.8$ meV. The memory is 24 to 42 fs here (a short pilot knows it to a factor of two at best), so 20 ps hold 240 to 420 *new* frames at each temperature, not 4,000. For 1,000 new ones one runs 50 to 85 ps.
#
# ## 4. From one valley to another: reaction paths
#
# Between two valleys lies a saddle, and dynamics crosses it seldom: at 300 K a barrier of 0.42 eV is passed once in $e^{16}$ tries. The *nudged elastic band* lays a chain of images between two relaxed ends and lets each relax across the chain alone; the highest climbs to the saddle.
#
# An extra copper atom on Cu(100) hops from one hollow to the next. EMT's barrier is known: 0.42 eV.
#
# **Predict.** Where along the way is the energy highest?

# %% [markdown] lang="ja" en="1f2c8d02"
# 300 K のポテンシャルエネルギーは結晶より 37.5 meV/atom 高く、$\frac32 k_B T = 38.8$ meV に近い値です。相関時間は 24 〜 42 fs です（短い予備計算では、せいぜい 2 倍程度の精度でしかわかりません）。つまり、20 ps から得られる**新しい**フレームは、温度ごとに 4,000 個ではなく 240 〜 420 個です。新しいフレームを 1,000 個得るには、50 〜 85 ps の計算が必要です。
#
# ## 4. 谷から谷へ：反応経路
#
# 2 つの谷の間には鞍点があり、分子動力学がそこを越えることはめったにありません。300 K で 0.42 eV の障壁を越えるのは、$e^{16}$ 回に 1 回です。**NEB**（nudged elastic band）法では、緩和した 2 つの端の間に像を鎖のように並べ、鎖に垂直な方向にだけ緩和させます。最も高い像は、鞍点まで登らせます。
#
# Cu(100) 表面に載せた余分な銅原子が、くぼみから隣のくぼみへ跳び移る経路を求めましょう。EMT での障壁は 0.42 eV であることが知られています。
#
# **予想しましょう。** 途中でエネルギーが最も高いのはどこでしょうか。

# %%
from mlp_teach.sampling.reaction_path import nudged_elastic_band
from mlp_teach.sampling.surfaces import adsorbed, adsorption_sites, nanoparticle, slab, stepped

flat = slab(cube, (1, 0, 0), layers=2, vacuum=6.0, repeat=(2, 2))  # 4 planes of 8 atoms
here, *others = [site for site in adsorption_sites(flat) if site.kind == "hollow"]
there = min(others, key=lambda site: np.linalg.norm(site.position - here.position))
ends = [relaxed(adsorbed(flat, Atoms("Cu"), site, 1.6), EMT(), 0.02) for site in (here, there)]
path = nudged_elastic_band(*ends, EMT)
kinds["reaction_path"] = rattled_evenly(path.images, 32, 0.05, seed=5)
print("energy along the path, eV:", *(path.energies - path.energies[0]).round(3))
print(f"barrier {path.barrier:.3f} eV, after {path.way[path.energies.argmax()]:.2f} Å")

# %% [markdown] lang="en"
# Half way, where the adatom sits on a bridge between two atoms. The barrier is 0.41 eV in this thin slab of four layers, all of them free; a thicker, wider one has 0.42 eV. None of the rattled crystals holds anything like it: an atom with four or two neighbours.
#
# The chapter names a second method, the **string** (E, Ren, Vanden-Eijnden 2007). It has no springs and no tangents: each image takes a step down the full force, then all are moved along the curve to equal distances again. What slides down the valley is put back; what is left is the way across.
#
# **Predict.** Will it find the same barrier? Nobody makes its highest image climb: can its barrier be too high, or too low?

# %% [markdown] lang="ja" en="084af945"
# 最も高いのは中央で、そこでは余分な原子が 2 個の原子の間（ブリッジ）にあります。障壁は、4 層がすべて動けるこの薄い板では 0.41 eV で、もっと厚く広い板では 0.42 eV です。隣接原子が 4 個や 2 個しかない原子は、ずらした結晶のどれにもありません。
#
# もとの章には、もう 1 つの方法として**ストリング法**（string method。E、Ren、Vanden-Eijnden、2007 年）が挙がっています。ばねも接線も使いません。それぞれの像を力の向きに 1 歩下ろし、そのあと、曲線に沿って等間隔に並べ直します。谷に沿って滑り落ちた分は元に戻り、谷を横切る向きの変化だけが残ります。
#
# **予想しましょう。** 同じ障壁が求まるでしょうか。この方法では、最も高い像を鞍点まで登らせません。障壁は、高すぎることがあるでしょうか、低すぎることがあるでしょうか。

# %%
from mlp_teach.sampling.reaction_path import string

rope = string(*ends, EMT)
print("energy along the string, eV:", *(rope.energies - rope.energies[0]).round(3))
print(f"barrier {rope.barrier:.3f} eV, after {rope.way[rope.energies.argmax()]:.2f} Å")

# %% [markdown] lang="en"
# 0.413 eV, against the band's 0.412: the same path by two methods, each of which stops at a small force. An image that does not climb may miss the top and give too *low* a barrier; here the path is symmetric, and the middle one of nine images sits on it. For this the string asked EMT 422 times and the band 152 times.
#
# Either way gives a training set its saddle. Reactions on catalysts, such as the reduction of CO₂ or the making of hydrogen, are this kind's home.
#
# ## 5. Where no simulation goes: random structures
#
# A model in the middle of a simulation that went astray meets structures that no one planned. *Large displacements* give such, if no two atoms come nearer than a least distance: otherwise the labels are huge, or the calculation fails. *Metropolis Monte Carlo* moves one atom at a time and accepts with probability $\min(1, e^{-\Delta E / k_B T})$.
#
# **Predict.** Which of the two has higher energies: displacements up to 0.7 Å, or Monte Carlo at 1500 K?

# %% [markdown] lang="ja" en="5892ab5c"
# 0.413 eV です。NEB 法では 0.412 eV でした。どちらも小さな力が残ったところで止めていますが、2 つの方法で同じ経路が求まりました。登らない像は、頂上を外して障壁を**低く**見積もることがあります。ここでは経路が対称なので、9 個の像の中央がちょうど頂上にあります。EMT を呼び出した回数は、ストリング法が 422 回、NEB 法が 152 回です。
#
# どちらの方法でも、鞍点の構造が訓練データに入ります。CO₂ の還元や水素の生成のような触媒反応には、この種類のデータが欠かせません。
#
# ## 5. シミュレーションの行かない所：ランダムな構造
#
# 道に迷ったシミュレーションの中では、モデルは誰も予定しなかった構造に出会います。**大きな変位**を加えれば、そのような構造を作れます。ただし、どの 2 原子も最小距離より近づけないようにします。そうしないと、ラベルが巨大になるか、計算が失敗します。**メトロポリス・モンテカルロ法**では、原子を 1 個ずつ動かし、確率 $\min(1, e^{-\Delta E / k_B T})$ で受け入れます。
#
# **予想しましょう。** 最大 0.7 Å の変位と、1500 K のモンテカルロ法では、どちらのエネルギーが高いでしょうか。

# %%
from mlp_teach.sampling.provenance import nearest
from mlp_teach.sampling.random_search import displaced, monte_carlo

far = displaced(crystal, 16, largest=0.7, minimum_distance=1.9, seed=6)
walk = monte_carlo(crystal, EMT(), 1500, 16, sweeps_between=4, largest_move=0.25, seed=7)
kinds["random_search"] = far + walk.frames
print(f"Monte Carlo accepted {walk.accepted:.0%} of its moves")
for name, frames in (("displaced", far), ("Monte Carlo", walk.frames)):
    rise = (np.mean([energy(a) for a in frames]) - energy(cube)) / MEV
    print(f"{name:11} {rise:5.0f} meV/atom, shortest {min(map(nearest, frames)):.2f} Å")

# %% [markdown] lang="en"
# Displacements lie a whole eV an atom above the crystal, where no simulation at any temperature of a solid goes; Monte Carlo stays with what temperature allows (178 meV/atom; $\frac32 k_B T$ is 194). It needs energies alone, and no forces.
#
# ## 6. Where neighbours are missing: defects and surfaces
#
# Cracks, catalysis and growth happen where atoms have fewer neighbours than in the crystal, or more. Vacancies, an interstitial, two surfaces, a step, a particle and a grain boundary, each relaxed loosely and then rattled. And a molecule of CO on the surface, on top of an atom, on a bridge between two, or in the hollow between four.
#
# **Predict.** Which of the eight structures lies highest above the crystal, per atom? Which costs more, *one* vacancy or *one* interstitial? And where will EMT put CO: on top, on the bridge or in the hollow?

# %% [markdown] lang="ja" en="48339d40"
# 大きな変位を加えた構造は、結晶より 1 eV/atom も高く、固体のどんな温度のシミュレーションも行かない所です。モンテカルロ法は、温度が許す範囲にとどまります（178 meV/atom。$\frac32 k_B T$ は 194 meV）。必要なのはエネルギーだけで、力は要りません。
#
# ## 6. 隣がいない所：欠陥と表面
#
# 破壊、触媒反応、結晶成長が起こるのは、原子の隣接原子が結晶より少ないか、多い所です。空孔、格子間原子、2 種類の表面、ステップ、微粒子、粒界を作り、それぞれを大まかに緩和してから、少しずらします。さらに、CO 分子を表面の 3 か所、つまり原子の真上（top）、2 個の間（bridge）、4 個の間のくぼみ（hollow）に載せてみます。
#
# **予想しましょう。** 8 個の構造のうち、原子 1 個あたりのエネルギーが結晶より最も高いのはどれでしょうか。空孔 **1 個**と格子間原子 **1 個**では、どちらを作るのに大きなエネルギーが要るでしょうか。また、EMT では、CO は 3 か所のうちどこで最も安定になるでしょうか。

# %%
from mlp_teach.sampling.defects import interstitials, tilt_boundary, vacancies

bases = [
    *vacancies(crystal, 1, missing=1, seed=8),
    *vacancies(crystal, 1, missing=2, seed=9),
    *interstitials(crystal, "Cu", 1),
    slab(cube, (1, 1, 1), 2, 6.0) * (2, 1, 1),
    slab(cube, (1, 1, 0), 2, 6.0) * (2, 1, 1),
    stepped(flat),
    nanoparticle("Cu", {(1, 1, 1): 1.0, (1, 0, 0): 1.15}, 30),
    *tilt_boundary(cube, (2, 1, 0), 4),
]
bases = [relaxed(atoms, EMT(), 0.1) for atoms in bases]
kinds["defects"] = rattled_evenly(bases, 32, 0.05, seed=10)

# %%
for atoms in bases:
    sort = atoms.info["sampled_from"].split(", ")[-1]
    print(f"{sort:13} {len(atoms):2} atoms  {energy(atoms):.3f} eV/atom")

carbon_monoxide = Atoms("CO", positions=[[0, 0, 0], [0, 0, 1.15]])
for kind, height in (("top", 1.9), ("bridge", 1.5), ("hollow", 1.2)):
    site = next(site for site in adsorption_sites(flat) if site.kind == kind)
    put = relaxed(adsorbed(flat, carbon_monoxide, site, height), EMT(), 0.02)
    print(f"CO, {kind:6}: {energy(put) * len(put):.2f} eV")

# %% [markdown] lang="en"
# The crystal has −0.007 eV/atom, so the particle is highest by far (0.70 eV an atom above it): most of its 19 atoms lie at its surface. One vacancy costs 31 × 0.040 ≈ 1.2 eV, one interstitial 33 × 0.118 ≈ 3.9 eV: to squeeze an atom in is dearer than to take one out.
#
# The last three lines are a warning. EMT puts CO deepest into the *hollow*; experiment has it on *top* of a copper atom. And a molecular dynamics run with EMT lets CO fall apart within half a picosecond at 100 K. A teacher that is wrong makes a model that is wrong, however well it fits. So we stay with copper, where EMT is a fair stand-in; CO₂ on copper, which the chapter is about, needs DFT.
#
# One defect of the chapter's list is missing: the **dislocation**, the line up to which one part of a crystal has slipped over the other by a lattice vector $b$ (2.55 Å in copper). Metals bend because such lines move. Hardly an atom lacks a neighbour there; what is strange is far away as well, since the shear falls off as $b/2\pi r$ only, and is still 4 % at 10 Å. So no small cell holds one line alone; with a second, opposite one the far strains cancel. Strained crystals teach what is far from the line, small cells that are sheared or hold the core teach the rest: the set for tungsten of Szlachta et al. (2014) has surfaces, vacancies, slipped planes and dislocation cores, and no cell of more than 135 atoms.
#
# ## 7. Labels, coverage, and one kind left out
#
# ### Labels
#
# `label` takes structures, a method and a folder. Each label is kept at once, under a key made of the structure and the settings:

# %% [markdown] lang="ja" en="ca637c56"
# 結晶は −0.007 eV/atom なので、飛び抜けて高いのは微粒子です（結晶より 0.70 eV/atom 高い）。19 個の原子のほとんどが表面にあるからです。空孔 1 個には 31 × 0.040 ≈ 1.2 eV、格子間原子 1 個には 33 × 0.118 ≈ 3.9 eV が要ります。原子を 1 個押し込むほうが、1 個抜くよりも多くのエネルギーが要るのです。
#
# 最後の 3 行は警告です。EMT では CO は**くぼみ**（hollow）で最も安定ですが、実験では銅原子の**真上**（top）に吸着します。また、EMT で分子動力学を行うと、CO は 100 K でも 0.5 ps 以内に壊れてしまいます。教師が間違っていれば、どれほどよく合わせても、できるのは間違ったモデルです。そこで、EMT がまずまずの代役を務められる銅だけを使います。もとの章が扱う銅の上の CO₂ には、DFT が必要です。
#
# もとの章の一覧のうち、ここで作っていない欠陥が 1 つあります。**転位**（dislocation）です。結晶の一部が、ほかの部分に対して格子ベクトル $b$（銅では 2.55 Å）だけ滑ったとき、滑った所と滑っていない所の境目にできる線のことです。金属が曲がるのは、この線が動くからです。隣接原子の足りない原子は、ほとんどありません。特別なのは、遠くまで広がるひずみです。せん断ひずみは $b/2\pi r$ でしか減らず、10 Å 離れても 4 % あります。ですから、小さなセルに 1 本だけを入れることはできません。逆向きの線をもう 1 本入れると、遠くのひずみが打ち消し合います。線から遠い所はひずませた結晶が、残りは、ずらした面や転位の芯を含む小さなセルが教えます。タングステンの訓練データ（Szlachta ら、2014 年）には、表面、空孔、滑った面、転位の芯があり、セルはどれも 135 原子以下です。
#
# ## 7. ラベル、データの広がり、1 種類を抜く実験
#
# ### ラベルを付ける
#
# `label` には、構造、計算方法、フォルダを渡します。ラベルは 1 つできるごとに、構造と設定から作ったキーで保存されます。

# %%
from mlp_teach.labelling.store import key_of
from mlp_teach.show import show

show(key_of)

# %% [markdown] lang="en"
# We "stop" it after 60 of our 161 structures, and call it again for all of them and one more, iron, which EMT cannot do. The kind of each structure is noted in its `info` before.
#
# **Predict.** How many labels does the second call compute, and how many does it find? What becomes of the others when iron fails? And would a note in `info` that is changed between the calls make a new key? (The answer stands in the code.)

# %% [markdown] lang="ja" en="f1a2b3c0"
# 161 個の構造のうち 60 個で「中断」し、EMT では計算できない鉄の構造を 1 つ加えて、もう一度全部を渡してみましょう。構造の種類は、あらかじめ `info` に書き込んでおきます。
#
# **予想しましょう。** 2 回目の呼び出しで、新たに計算されるラベルと、保存済みのものが見つかるラベルは、それぞれ何個でしょうか。鉄の計算が失敗すると、ほかの構造はどうなるでしょうか。また、2 回の呼び出しの間に `info` の内容を変えたら、キーは変わるでしょうか。（答えは、上のコードにあります。）

# %%
from tempfile import TemporaryDirectory

from mlp_teach.labelling import methods
from mlp_teach.labelling.run import label

folder = TemporaryDirectory()
for kind, frames in kinds.items():
    for atoms in frames:
        atoms.info["kind"] = kind
everything = [atoms for frames in kinds.values() for atoms in frames]
label(everything[:60], methods.EMT(), folder.name)
done = label([*everything, bulk("Fe")], methods.EMT(), folder.name)
print(f"{done.computed} computed, {done.found} found; not labelled: {done.failures}")
data = {kind: [a for a in done.frames if a.info["kind"] == kind] for kind in kinds}

# %% [markdown] lang="en"
# 101 computed and 60 found: nothing was done twice, and iron is reported by name while all others went on. (A note in `info` makes no new key; a position that differs in its last bit does.) A label that took hours is worth the same care; the tests kill such a run at random moments.
#
# ### What does the set cover?
#
# Energies, and a map: the mean SOAP vector of each structure, in the two directions in which these vary most.

# %% [markdown] lang="ja" en="6fbe9727"
# 計算されたのは 101 個、見つかったのは 60 個で、2 度計算したものは 1 つもありません。（`info` を変えても、キーは変わりません。位置は、最後の 1 ビットが違うだけでもキーが変わります。）鉄は名前を挙げて報告され、ほかの計算はそのまま進みました。ラベル 1 つに何時間もかかるときこそ、この仕組みが役に立ちます。テストでは、このような計算を無作為な時点で強制終了させて確かめています。
#
# ### データは何を覆っているか
#
# エネルギーの分布と、地図を描きましょう。地図は、構造ごとに平均した SOAP ベクトルを、最も大きくばらつく 2 つの方向で表したものです。

# %%
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.plotting import coverage_map, energy_histogram
from mlp_teach.plotting.style import Picture
from mlp_teach.sampling.coverage import mean_features, principal_map

copper = SOAP(GaussianOrbitals(5.0, n_max=6, l_max=4, sigma=0.5), (29,), transition=1.0)
rows = {kind: mean_features(frames, copper) for kind, frames in data.items()}
main = principal_map(np.concatenate(list(rows.values())))
above = {k: np.array([energy(a) for a in f]) - energy(cube) for k, f in data.items()}
left, right = Picture(9.6, 3.9).subplots(1, 2)
energy_histogram(above, left, lang=lang)
places = {kind: main.transform(mine) for kind, mine in rows.items()}
coverage_map(places, main.explained_variance_ratio_, right, lang=lang).figure

# %% [markdown] lang="en"
# Two directions hold 97 % of the variance. Strained crystals lie along a line, compressed ones at its upper end and stretched ones at its lower; dynamics is a short stretch in the middle. Large displacements go up, surfaces to the right, and the particle of 19 atoms is farthest out. The path is one small cloud: a mean over 33 atoms hardly notices where *one* of them sits. What is strange about few atoms, or lies in a third direction, no such map shows; distances show the latter.
#
# **Predict** from the map: which kind is farthest from all the others, and so will be missed most?

# %% [markdown] lang="ja" en="4db1c5a9"
# 2 つの方向で分散の 97 % を表しています。ひずませた結晶は 1 本の線に沿って並び、上の端が縮めたもの、下の端が伸ばしたものです。分子動力学は、その真ん中の短い部分にあります。大きな変位を加えたものは上、表面は右にあり、19 原子の微粒子が最も遠くにあります。反応経路は小さなひと塊です。33 原子を平均すると、そのうちの **1 個**がどこにあるかは、ほとんど見えなくなるのです。少数の原子だけが変わっている場合や、第 3 の方向の違いは、このような地図には写りません。後者は、距離を調べればわかります。
#
# **予想しましょう。** ほかのどれからも最も遠い種類、つまり、欠けたときに最も困る種類はどれでしょうか。

# %%
from mlp_teach.datasets import repeats
from mlp_teach.plotting import shortest_distances_text
from mlp_teach.sampling.coverage import nearest_from, nearest_within, shortest_distances

for kind, mine in rows.items():
    rest = np.concatenate([others for other, others in rows.items() if other != kind])
    within, away = nearest_within(mine), nearest_from(mine, rest)[0]
    print(f"{kind:13} to its own kind {np.median(within):.4f}", end="")
    print(f"   to the others {np.median(away):.4f}, at most {away.max():.4f}", end="   ")
    print(shortest_distances_text(shortest_distances(data[kind]), lang=lang))
print("repeats:", len(repeats(done.frames)), "of", len(done.frames))

# %% [markdown] lang="en"
# Paths, random structures and defects are ten times as far from the other kinds as from their own, the particle a hundred times; frames of dynamics are less than twice as far from the others as from each other. So these could be spared, if distance is what counts.
#
# Three structures are repeats: the path is symmetric, and its images on the way down mirror those on the way up. Had one of a pair been for testing and one for training, the test would be worth nothing. (Here all six are in the training part.)
#
# ### Leave one kind out
#
# A GAP (lesson 07) is fitted by one linear solve, so there is no luck in it. We train it on three quarters of each kind, then five times with one kind left out, and ask for forces and energies of the last quarter of each kind.

# %% [markdown] lang="ja" en="a9f9fe5f"
# 反応経路、ランダムな構造、欠陥では、ほかの種類までの距離が、同じ種類の中での距離のおよそ 10 倍です。微粒子では 100 倍に達します。分子動力学のフレームでは、両者の差は 2 倍もありません。距離が決め手なら、なくても困らないのは分子動力学です。
#
# 3 つの構造が重複しています。経路が対称なので、下りの像は上りの像の鏡像なのです。もし一方が訓練用、他方がテスト用になっていたら、テストの意味がなくなります。（ここでは、6 個とも学習用です。）
#
# ### 1 種類を抜く
#
# GAP（レッスン 07）は連立一次方程式を 1 回解くだけで決まるので、運に左右されません。まず全種類の 4 分の 3 で学習し、次に 1 種類ずつ抜いて 5 回学習します。そして、各種類の残り 4 分の 1 について、力とエネルギーを尋ねます。

# %%
from mlp_teach.models.gap import GAP
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.training.metrics import compare
from mlp_teach.training.regression import Regression, fit_gap

graphs = {k: [(atom_graph(a, copper.cutoff), labels(a)) for a in f] for k, f in data.items()}
train = {k: [one for n, one in enumerate(f) if n % 4 != 3] for k, f in graphs.items()}
test = {k: f[3::4] for k, f in graphs.items()}


def errors(without):
    seen = [one for kind, part in train.items() if kind != without for one in part]
    model = fit_gap(GAP(copper, n_points=150), seen, Regression(1e-3, 0.05))
    return [compare(model, part, stress=False) for part in test.values()]


# %% [markdown] lang="en"
# **Claim**, the chapter's: all five kinds are needed. If so, a model that was never shown a kind errs at least twice as much, in forces or in energies, about *that* kind than one that saw all five.
#
# **Predict.** Each row of the table is a model, each column a kind that is asked about. Where will the largest number stand? For which kind will the claim fail, if for any?

# %% [markdown] lang="ja" en="01099720"
# **主張**（もとの章による）　5 種類のすべてが必要です。そうだとすれば、ある種類を 一度も見ていないモデルでは、**その種類**についての力かエネルギーの誤差が、全種類を見たモデルの 2 倍以上になるはずです。
#
# **予想しましょう。** 表の行はモデル、列は尋ねる種類です。最も大きな数はどこに現れるでしょうか。主張が成り立たない種類があるとすれば、どれでしょうか。

# %%
table = {without: errors(without) for without in (None, *kinds)}
for quantity, unit, digits in (("forces", "meV/Å", 0), ("energy", "meV/atom", 1)):
    print(f"\n{quantity + ', MAE, ' + unit:26}", *(f"{kind:>14}" for kind in kinds))
    for without, found in table.items():
        name = "all five kinds" if without is None else f"without {without}"
        print(f"{name:26}", *(f"{one.mae(quantity):14.{digits}f}" for one in found))

# %% [markdown] lang="en"
# Read the columns downwards. The claim holds for four kinds and fails for one.
#
# - **Leave out paths, random structures or defects, and that same kind suffers.** Forces on paths and random structures become four times worse, those at defects twice; and the energies of defects are off by 32 meV/atom, where they were off by less than 1.
# - **Leave out strained cells, and their energies alone suffer**: 5 meV/atom in place of 0.2. A stretched perfect crystal has no forces; whoever looks at forces only will not notice.
# - **Nobody misses dynamics**, the kind of which both plans have most; only the energies around equilibrium get worse, from 0.2 to 0.6 meV/atom. Whatever a *solid* does at 300 to 1200 K is near what rattling and Monte Carlo show. That is this system's answer: a liquid, or a molecule with torsions, has places where rattling does not go.
# - **Random structures have a price.** Without them the other four kinds are fitted better, some twice as well: their large energies and forces take the model's freedom. Insurance costs.
#
# One system, 24 frames of each kind. In another draw forces at defects became three times worse, energies 41 meV/atom; the rest was as here. Distances had foretold which three would be missed, but not by how much, and not the price.
#
# ### Plan a mix of twenty
#
# You can pay for twenty labels: which ones? The widget holds 20 other structures of each kind, up to 12 of them to choose, 8 to test on. For each of 7,775 mixes a GAP was trained and its errors were recorded (`tools/record_mixes.py` does it again), so nothing is guessed between them. The map fills what is chosen and rings the three largest holes.
#
# **Predict.** Twenty in the chapter's shares, or four of each kind: which mix is better where it is worst, and on which kind is that? Then find twenty whose worst force error lies below 90 meV/Å, before you press *the best with as many*.

# %% [markdown] lang="ja" en="6bb9e6ec"
# 列ごとに、上から下へ読みましょう。主張は 4 種類で成り立ち、1 種類では成り立ちません。
#
# - **反応経路、ランダムな構造、欠陥を抜くと、抜いた種類の誤差が大きく増えます。** 力の誤差は、反応経路とランダムな構造で 4 倍、欠陥で 2 倍になります。欠陥のエネルギーの誤差は、1 meV/atom 未満から 32 meV/atom に増えます。
# - **ひずませた結晶を抜いたときに増えるのは、そのエネルギーの誤差だけです。** 0.2 meV/atom が 5 meV/atom になります。一様に伸ばした完全結晶では力が 0 なので、力だけを見ていると気づきません。
# - **分子動力学は、抜いても困りません。** どちらの計画でも最も多い種類なのに、です。誤差が増えるのは平衡構造の近くのエネルギーだけで、0.2 meV/atom が 0.6 meV/atom になります。300 〜 1200 K の**固体**で起こることは、ずらした構造やモンテカルロ法の構造の近くにあります。ただし、これはこの系での答えです。液体や、結合のまわりに回転できる分子には、ずらすだけでは行けない構造があります。
# - **ランダムな構造には代償があります。** 抜くと、ほかの 4 種類の誤差は小さくなり、半分になるものもあります。大きなエネルギーと力に、モデルの自由度が使われるからです。保険料のようなものです。
#
# これは、1 つの系で、各種類 24 個のデータを使った結果です。別の種で作ったデータでは、欠陥の力の誤差が 3 倍、エネルギーの誤差が 41 meV/atom になり、ほかは同じでした。距離からは、困る 3 種類を予想できましたが、誤差の大きさと代償まではわかりませんでした。
#
# ### 20 個の計画を立てる
#
# ラベルを 20 個だけ付けられるとしたら、どれを選びますか。ウィジェットには、新しく作った構造が種類ごとに 20 個あり、12 個までを選べ、残り 8 個でテストします。7,775 通りの組み合わせのそれぞれについて GAP を学習させ、誤差を記録してあります（`tools/record_mixes.py` で再現できます）。途中を推定した値は 1 つもありません。地図では、選んだ構造が塗りつぶされ、大きな穴が 3 つ輪で囲まれます。
#
# **予想しましょう。** もとの章の割合で 20 個を選ぶのと、各種類を 4 個ずつ選ぶのとでは、最も悪い種類の誤差が小さいのはどちらで、それはどの種類でしょうか。次に、最も悪い力の誤差が 90 meV/Å より小さくなる 20 個を探してください。「同じ数で最良」を押すのはそのあとです。

# %%
from mlp_teach.widgets.mix_planner import mix_planner

mix_planner(lang=lang)

# %% [markdown] lang="en"
# In the chapter's shares (2, 12, 2, 2, 2) forces at defects are off by 160 meV/Å; with four of each the worst are random structures, by 109. Of the 3,433 mixes of twenty or fewer, 657 have a smaller worst error than the chapter's shares and 90 a smaller one than four of each. The best, 8 of dynamics, 8 random and 4 defects, has 81, with nothing around equilibrium and no path. It is the best by this measure alone: energies on paths are off by 6 meV/atom, with four of each by 3.
#
# - **Dynamics again.** With twelve of each, leaving it out costs little: the worst error rises from 53 to 60 meV/Å. With four of each it rises from 109 to 178. Where data are few, each structure counts.
# - **The price of random structures again.** Leave them out of the four of each, and the other four errors halve, while their own becomes 412.
# - **Holes hide.** With four of each, two of the three rings lie near filled points of the map. In truth these structures are three times as far away, in directions that the map leaves out.
#
# One draw, eight tests of each kind: do not read much into differences of a tenth.
#
# ### What each kind is for
#
# No kind is good or bad; each answers to a question that one means to ask.
#
# | kind | asked about | for example | what it does not hold |
# |---|---|---|---|
# | around equilibrium | stable structures, elastic constants, vibrational spectra (section 2) | crystals, relaxed molecules | anything beyond the first valley |
# | dynamics | motion at a temperature, what happens when it is hot | liquids, melting, diffusion | what is crossed once in millions of steps |
# | reaction paths | mechanisms and barriers | CO₂ reduced on a catalyst, hydrogen made, an atom that hops | what lies beside the path |
# | random | places that nobody foresaw: generality, insurance | crowded, torn, compressed structures | what nature prefers |
# | defects, interfaces | fracture, plastic flow, active sites of catalysts | vacancies, dislocations, grain boundaries, particles, adsorption sites | the perfect crystal far from them |
#
# Whoever simulates melting needs solid, liquid and the border between them; whoever has hydrogen in the system needs steps of 0.5 fs or so, since an O–H bond swings in 9 fs and a copper atom in 130 or more.
#
# ## 8. Labels of real DFT
#
# `ethanol_pbe` was made with this library: 300 geometries of four kinds (a molecule has no surface), drawn with the quick method GFN2-xTB and labelled with PBE. Both labels are in the file. A geometry took PBE some 5 CPU seconds, GFN2 a few milliseconds.
#
# **Predict.** By how much do the two methods' forces differ, compared with the forces themselves? And their barriers for the turn of the methyl group?

# %% [markdown] lang="ja" en="efecb29f"
# もとの章の割合（2、12、2、2、2 個）では、欠陥の力の誤差が 160 meV/Å になります。4 個ずつなら、最も悪いのはランダムな構造で、109 meV/Å です。20 個以下の 3,433 通りのうち、最も悪い誤差がもとの章の割合より小さいものは 657 通り、4 個ずつより小さいものは 90 通りあります。最良は、分子動力学 8 個、ランダム 8 個、欠陥 4 個の 81 meV/Å で、平衡の近くも反応経路も含みません。ただし、最良なのはこの尺度でだけです。反応経路のエネルギーの誤差は 6 meV/atom で、4 個ずつなら 3 meV/atom です。
#
# - **分子動力学をもう一度。** 12 個ずつなら、抜いても最も悪い誤差は 53 から 60 meV/Å になるだけです。4 個ずつなら、109 から 178 に増えます。データが少ないときは、どの構造も大切です。
# - **ランダムな構造の代償をもう一度。** 4 個ずつから抜くと、ほかの 4 種類の誤差は半分になり、ランダムな構造の誤差は 412 になります。
# - **穴は隠れます。** 4 個ずつのとき、3 つの輪のうち 2 つは、地図では塗りつぶした点の近くにあります。本当の距離は 3 倍もあり、地図に描かれない方向に離れているのです。
#
# 1 回だけの抽選で、テストは種類ごとに 8 個です。1 割ほどの差に意味があるとは考えないでください。
#
# ### それぞれの種類は何のためか
#
# 良い種類や悪い種類があるわけではありません。どれも、モデルに尋ねたいことに対応しています。
#
# | 種類 | モデルに尋ねること | 例 | 含まれないもの |
# |---|---|---|---|
# | 平衡構造の近く | 安定構造、弾性定数、振動スペクトル（2 節） | 結晶、緩和した分子 | 最初の谷の外 |
# | 分子動力学 | ある温度での運動、高温での性質 | 液体、融解、拡散 | 何百万ステップに 1 度しか越えない所 |
# | 反応経路 | 反応の機構と障壁 | 触媒上の CO₂ の還元、水素の生成、原子の跳び移り | 経路から外れた所 |
# | ランダム | 誰も予想しなかった所。汎化と保険 | 混み合った構造、引き裂かれた構造、圧縮された構造 | 実際に現れやすい構造 |
# | 欠陥・界面 | 破壊、塑性変形、触媒の活性サイト | 空孔、転位、粒界、微粒子、吸着サイト | 欠陥から遠い完全結晶 |
#
# 融解をシミュレーションするなら、固体、液体、その境目が必要です。水素を含む系では、時間刻みを 0.5 fs ほどに短くします。O–H 結合の振動の周期は 9 fs で、銅原子の 130 fs 以上よりずっと短いからです。
#
# ## 8. 本物の DFT のラベル
#
# `ethanol_pbe` は、このライブラリで作ったデータです。4 種類、300 個のエタノールの構造（分子には表面がありません）を、速い計算方法 GFN2-xTB で作り、PBE でラベルを付けました。ファイルには両方のラベルが入っています。1 個あたりの計算時間は、PBE が約 5 CPU 秒、GFN2 が数ミリ秒です。
#
# **予想しましょう。** 2 つの方法の力の違いは、力そのものの大きさに比べてどれくらいでしょうか。メチル基が回るときの障壁は、どれだけ違うでしょうか。

# %%
from mlp_teach.datasets import load

ethanol = [*load("ethanol_pbe", "train"), *load("ethanol_pbe", "test")]
lowest = min(a.get_potential_energy() for a in ethanol)
for kind in dict.fromkeys(a.info["kind"] for a in ethanol):
    mine = [a for a in ethanol if a.info["kind"] == kind]
    E = np.array([a.get_potential_energy() for a in mine]) - lowest
    F = np.concatenate([a.get_forces() for a in mine])
    off = np.concatenate([a.arrays["gfn2_forces"] for a in mine]) - F
    print(f"{kind:13} {len(mine):3} frames, {E.min():.2f} to {E.max():5.2f} eV", end="")
    print(f"   mean |F| {abs(F).mean():.2f}, GFN2 off by {abs(off).mean():.2f} eV/Å")

# %%
turns = [a for a in ethanol if a.info.get("rotor") == "CH3"]
turns = [a for a in turns if a.info["sampler"] == "nudged_elastic_band"]
pbe = np.array([a.get_potential_energy() for a in turns])
gfn2 = np.array([a.info["gfn2_energy"] for a in turns])
print(f"CH3 turns over {np.ptp(pbe):.3f} eV (PBE), {np.ptp(gfn2):.3f} eV (GFN2)")

# %% [markdown] lang="en"
# GFN2's forces are off by 0.35 to 0.41 eV/Å, whatever the kind; of forces that are small to begin with, as in dynamics, that is two fifths. Over the same images GFN2 gives the methyl group a barrier of 0.09 eV and PBE one of 0.15 eV. A cheap method may draw geometries; it is no substitute for the labels.
#
# All 300 calculations converged, even at 10.4 eV above the lowest: the least distance of section 5 pays here.
#
# Label some yourself. GFN2 is `tblite`, which comes with the course on most machines; where it does not, the cell says so. With PySCF the same call with `methods.PBE()` makes the real thing, and with an executor, `label(..., executor=...)`, as many at once as there are workers (`mlp_teach.labelling.workers.local_workers`). Workers pay for slow labels: 200 of these molecules by GFN2 were done sooner by one process alone, since two workers took 5 s to start and handed over a few milliseconds of work.

# %% [markdown] lang="ja" en="e15a60ce"
# GFN2 の力の誤差は、種類によらず 0.35 〜 0.41 eV/Å です。分子動力学のように力がもともと小さいときは、その 4 割にあたります。メチル基が回る障壁は、同じ像について GFN2 で 0.09 eV、PBE で 0.15 eV です。安い計算方法は、構造を作るのには使えますが、ラベルの代わりにはなりません。
#
# 最低エネルギーより 10.4 eV 高い構造を含めて、300 個の計算はすべて収束しました。5 節の最小距離の効果です。
#
# 自分でもラベルを付けてみましょう。GFN2 の計算には `tblite` を使います。ほとんどの環境では教材と一緒に入っています。なければ、そう表示されます。PySCF があれば、同じ呼び出しに `methods.PBE()` を渡すだけで本物の DFT になります。`label(..., executor=...)` とすれば、ワーカーの数だけ同時に計算できます（`mlp_teach.labelling.workers.local_workers`）。ワーカーが役立つのは、1 個に時間のかかるラベルです。GFN2 でこの分子 200 個を計算したときは、1 つのプロセスだけのほうが早く終わりました。ワーカー 2 つは起動に 5 秒かかり、数ミリ秒の仕事を受け渡す手間も加わるからです。

# %%
try:
    quick = label(ethanol[:20], methods.GFN2(), folder.name)
    again = np.array([a.get_potential_energy() for a in quick.frames])
    kept = np.array([a.info["gfn2_energy"] for a in ethanol[:20]])
    print(f"{quick.rate:.0f} labels a CPU second; off by {abs(again - kept).max():.0e} eV at most")
except methods.LabelError as error:
    print(error)

# %% [markdown] lang="en"
# For VASP, which needs a licence, the library writes the folders and reads them when they come back: POSCAR, INCAR, KPOINTS and a job script for Slurm. The potentials must be your own.

# %% [markdown] lang="ja" en="42d6ee32"
# VASP にはライセンスが必要です。ライブラリは、計算用のフォルダ（POSCAR、INCAR、KPOINTS、Slurm のジョブスクリプト）を書き、戻ってきた結果を読みます。擬ポテンシャルは、自分のものを使います。

# %%
from pathlib import Path

from mlp_teach.labelling.vasp import VASP, write_folders

to_run = Path(folder.name) / "to_run"
written = write_folders(bases[:2], VASP(k_points=(3, 3, 3)), to_run)
print(*sorted(path.name for path in written[0].iterdir()), "and", "job.sh")
print((written[0] / "INCAR").read_text())

# %% [markdown] lang="en"
# ## 9. Statements to take with care
#
# | statement in the chapter | what we found |
# |---|---|
# | potentials need varied structures, of five kinds | right: without a kind, forces on paths, random structures and defects become two to four times worse, strained cells in their energies; dynamics was not missed here (section 7) |
# | around equilibrium: hundreds to thousands | depends on the system: here 24 of them, among 121 of all kinds, give 7 meV/Å and 0.2 meV/atom (section 7) |
# | tens of ps of dynamics, thousands to tens of thousands of structures | most are repeats: 20 ps hold 240 to 420 *new* ones at each temperature (section 3) |
# | random sampling: calculations may become unstable | right, with care; it can be avoided: with a least distance all 80 random geometries of ethanol converged with PBE, up to 10.4 eV above the lowest |
# | 500 + 3,000 + 500 + 500 + 500 = 5,000; 10, 60, 10, 10, 10 % | right as a sum; no source for the shares (section 1); with 20 structures equal shares had a smaller worst error (section 7) |
# | methanol: 300 + 2,000 + 800 + 400 + 500 = 4,000; 800 = 20 × 4 × 10 | right as a sum; no source for the shares (section 1) |
# | defects and surfaces need data of their own | right: without them forces there are off by 55 in place of 25 meV/Å, energies by 32 in place of 0.7 meV/atom (section 7) |
#
# ## What we learned
#
# - Five kinds: around equilibrium (relax, rattle, strain), dynamics, reaction paths, random search, defects. Each goes where the others do not.
# - Frames of dynamics count when they have forgotten each other, not when they are many.
# - A plan is data: it adds up at any total, and a change of one part leaves the others as they were.
# - A label carries its method and settings, is computed once, and failures are named.
# - A map shows where data lie; distances show holes that a map hides. Neither says how large an error will be: leaving a kind out does.
# - A label is as good as its method. EMT misplaces CO; GFN2 and PBE differ by a third of an eV/Å or more.
#
# ## Exercises
#
# 1. Scale the table of CO₂ to 12 structures by hand, then with `scaled`. Which part decides a tie?
# 2. Give back three frames of the kind that was missed most. How much of its error is left? Plot the error against the number of frames.
# 3. Run the dynamics at 300 K with a thermostat of 1 ps in place of 0.1 ps. What becomes of $\tau$, and why?
# 4. Replace the mean of SOAP by the atom that is farthest from all others. Does the map then show the vacancy?
# 5. Draw `scaled(CARBON_DIOXIDE_ON_COPPER, 100)` from `Copper(with_co=True)` in `sampling/mix_copper.py`. Which of the chapter's five lines can it not do, and why?
# 6. Train on the PBE labels of *trajectory* in `ethanol_pbe` alone and ask about *random_search*. Then on GFN2's labels of all kinds, and ask about PBE's. Which mistake is worse?
#
# **Next:** [04 The ecosystem](04_ecosystem.ipynb). How the model itself can choose what to label is the topic of [lesson 12](12_active_learning.ipynb).
#
# ## References
#
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3): EMT.
# - G. Henkelman, B. P. Uberuaga, H. Jónsson, *J. Chem. Phys.* **113**, 9901 (2000), [doi:10.1063/1.1329672](https://doi.org/10.1063/1.1329672): the nudged elastic band with a climbing image.
# - W. E, W. Ren, E. Vanden-Eijnden, *J. Chem. Phys.* **126**, 164103 (2007), [doi:10.1063/1.2720838](https://doi.org/10.1063/1.2720838): the string method.
# - W. J. Szlachta, A. P. Bartók, G. Csányi, *Phys. Rev. B* **90**, 104108 (2014), [doi:10.1103/PhysRevB.90.104108](https://doi.org/10.1103/PhysRevB.90.104108): data with dislocation cores, for tungsten.
# - N. Metropolis et al., *J. Chem. Phys.* **21**, 1087 (1953), [doi:10.1063/1.1699114](https://doi.org/10.1063/1.1699114): Monte Carlo.
# - S. Andersson, J. B. Pendry, *Phys. Rev. Lett.* **43**, 363 (1979), [doi:10.1103/PhysRevLett.43.363](https://doi.org/10.1103/PhysRevLett.43.363): where CO sits on Cu(100).
# - C. Bannwarth, S. Ehlert, S. Grimme, *J. Chem. Theory Comput.* **15**, 1652 (2019), [doi:10.1021/acs.jctc.8b01176](https://doi.org/10.1021/acs.jctc.8b01176): GFN2-xTB.
# - Q. Sun et al., *J. Chem. Phys.* **153**, 024109 (2020), [doi:10.1063/5.0006074](https://doi.org/10.1063/5.0006074): PySCF, which made the PBE labels.

# %% [markdown] lang="ja" en="5fb2cd9d"
# ## 9. 注意して読みたい記述
#
# | もとの章の記述 | 確かめた結果 |
# |---|---|
# | 訓練には 5 種類の多様な配置が必要 | 正しい。抜くと、反応経路、ランダムな構造、欠陥は力の誤差が 2 〜 4 倍、ひずませた結晶はエネルギーが悪くなる。ただし、ここでは分子動力学は抜いても困らない（7 節） |
# | 平衡構造は数百〜数千配置 | 系による。ここでは、全種類 121 個のうち 24 個で、7 meV/Å、0.2 meV/atom（7 節） |
# | 数十 ps の AIMD、数千〜数万配置 | ほとんどは重複。20 ps に含まれる**新しい**構造は、温度ごとに 240 〜 420 個（3 節） |
# | ランダムサンプリングでは計算が不安定になる場合がある | 正しい。ただし、避けられる。最小距離を設けると、ランダムなエタノール 80 個の PBE 計算はすべて収束した（最低エネルギーより最大 10.4 eV 上） |
# | 500 + 3,000 + 500 + 500 + 500 = 5,000、割合は 10、60、10、10、10 % | 和は正しい。割合の出典はない（1 節）。20 個では、均等な割合のほうが最も悪い誤差が小さかった（7 節） |
# | メタノール：300 + 2,000 + 800 + 400 + 500 = 4,000、800 = 20 × 4 × 10 | 和は正しい。割合の出典はない（1 節） |
# | 欠陥や表面には専用のデータが必要 | 正しい。抜くと、そこでの力の誤差は 25 から 55 meV/Å に、エネルギーの誤差は 0.7 から 32 meV/atom になる（7 節） |
#
# ## このレッスンで学んだこと
#
# - 5 つの種類がある。平衡構造の近く（緩和、ずらし、ひずみ）、分子動力学、反応経路、ランダム探索、欠陥。どれも、ほかの種類の行かない所へ行く。
# - 分子動力学のフレームの価値は、数ではなく、互いをどれだけ忘れているかで決まる。
# - 計画はデータである。どんな合計でも数が合い、一部分を変えても、ほかの部分は変わらない。
# - ラベルには計算方法と設定が付く。計算は 1 度だけで、失敗は名前を挙げて報告される。
# - 地図はデータのある所を示し、距離は地図に写らない穴を示す。誤差の大きさは、どちらからもわからない。1 種類を抜いてみればわかる。
# - ラベルの質は、計算方法で決まる。EMT は CO の位置を間違え、GFN2 と PBE の力は 0.35 eV/Å 以上違う。
#
# ## 演習
#
# 1. CO₂ の表を合計 12 個に縮小してください。まず手で、次に `scaled` で計算します。同点のときは、どの部分が優先されますか。
# 2. 最も困った種類のフレームを 3 個だけ戻して学習してください。誤差はどれだけ残りますか。フレームの数と誤差の関係を図にしてください。
# 3. 300 K の分子動力学で、熱浴の時定数を 0.1 ps から 1 ps にしてください。$\tau$ はどうなりますか。それはなぜですか。
# 4. SOAP の平均の代わりに、ほかのどれからも最も遠い原子の SOAP を使ってください。地図に空孔は現れますか。
# 5. `scaled(CARBON_DIOXIDE_ON_COPPER, 100)` を、`sampling/mix_copper.py` の `Copper(with_co=True)` から作ってください。もとの章の 5 行のうち、作れないのはどれですか。それはなぜですか。
# 6. `ethanol_pbe` の *trajectory* の PBE ラベルだけで学習し、*random_search* について尋ねてください。次に、全種類の GFN2 ラベルで学習し、PBE の値と比べてください。ひどい間違いはどちらですか。
#
# **次へ**：[04 エコシステム](04_ecosystem.ipynb)。ラベルを付ける構造をモデル自身に選ばせる方法は、[レッスン 12](12_active_learning.ipynb) の能動学習（active learning）で扱います。
#
# ## 参考文献
#
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3)：EMT
# - G. Henkelman, B. P. Uberuaga, H. Jónsson, *J. Chem. Phys.* **113**, 9901 (2000), [doi:10.1063/1.1329672](https://doi.org/10.1063/1.1329672)：最高点の像を登らせる NEB 法
# - W. E, W. Ren, E. Vanden-Eijnden, *J. Chem. Phys.* **126**, 164103 (2007), [doi:10.1063/1.2720838](https://doi.org/10.1063/1.2720838)：ストリング法
# - W. J. Szlachta, A. P. Bartók, G. Csányi, *Phys. Rev. B* **90**, 104108 (2014), [doi:10.1103/PhysRevB.90.104108](https://doi.org/10.1103/PhysRevB.90.104108)：タングステン。転位の芯を含むデータ
# - N. Metropolis et al., *J. Chem. Phys.* **21**, 1087 (1953), [doi:10.1063/1.1699114](https://doi.org/10.1063/1.1699114)：モンテカルロ法
# - S. Andersson, J. B. Pendry, *Phys. Rev. Lett.* **43**, 363 (1979), [doi:10.1103/PhysRevLett.43.363](https://doi.org/10.1103/PhysRevLett.43.363)：銅の (100) 面における CO の吸着位置
# - C. Bannwarth, S. Ehlert, S. Grimme, *J. Chem. Theory Comput.* **15**, 1652 (2019), [doi:10.1021/acs.jctc.8b01176](https://doi.org/10.1021/acs.jctc.8b01176)：GFN2-xTB
# - Q. Sun et al., *J. Chem. Phys.* **153**, 024109 (2020), [doi:10.1063/5.0006074](https://doi.org/10.1063/5.0006074)：PBE のラベルを計算した PySCF
