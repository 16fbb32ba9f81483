# ---
# jupyter:
#   card: {learn_minutes: 75, run_seconds: 65, memory_mb: 660}
# ---

# %% [markdown] lang="en"
# # Fifteen terms
#
# **Question of this lesson.** Fifteen words come up in every talk on learned potentials. What does each of them mean, exactly enough that a few lines of code can show it?
#
# Afterwards you can
#
# - explain the five that everything else is built on: potential energy surface, descriptor, invariance and equivariance, mean absolute error, active learning;
# - show each of the fifteen on a real model, and say what it does *not* mean;
# - keep them in mind: cards and a quiz come back on the day when you would begin to forget.

# %% [markdown] lang="ja" en="d7011372"
# # 15 の用語
#
# **このレッスンの問い**　機械学習ポテンシャルの話には、いつも同じ 15 の言葉が出てきます。それぞれの意味を、数行のコードで示せるほどはっきりと言えるでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - すべての土台になる 5 つの用語（ポテンシャルエネルギー曲面、記述子、不変性と同変性、平均絶対誤差、能動学習）を説明する。
# - 15 の用語のそれぞれを本物のモデルで示し、それが**何を意味しないか**も言う。
# - 忘れずに覚えておく。カードとクイズが、忘れかけたころにまた現れる。

# %% [markdown] lang="en"
# ## 1. Potential energy surface (PES)
#
# The energy as a function of where all atoms are, $E(\mathbf r_1, \dots, \mathbf r_N)$: a landscape over $3N$ coordinates. Its valleys are stable structures, its passes are transition states, and minus its slope is the force. It is *what a potential learns*.
#
# A copper atom sits in a hollow of a copper surface. The next hollow is 2.55 Å away. `nudged_elastic_band` finds the way over the lowest pass.
#
# **Predict.** How high is the pass: nearer to 0.04, 0.4 or 4 eV? (At room temperature an atom has about 0.03 eV to spare.)

# %% [markdown] lang="ja" en="313f4378"
# ## 1. ポテンシャルエネルギー曲面（PES）
#
# すべての原子の位置の関数としてのエネルギー $E(\mathbf r_1, \dots, \mathbf r_N)$ です。$3N$ 個の座標の上に広がる地形で、谷は安定な構造、峠は遷移状態、傾きの符号を変えたものが力です。**ポテンシャルが学習する相手**は、これです。
#
# 銅の表面のくぼみに、銅原子が 1 個のっています。隣のくぼみまでは 2.55 Å です。`nudged_elastic_band` は、いちばん低い峠を越える道を見つけます。
#
# **予想しましょう。** 峠の高さは、0.04 eV、0.4 eV、4 eV のどれに近いでしょうか。（室温の原子が自由に使えるエネルギーは、およそ 0.03 eV です。）

# %%
lang = "en"

from ase.build import add_adsorbate, fcc100
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms

from mlp_teach.sampling.equilibrium import relaxed

slab = fcc100("Cu", (3, 3, 3), vacuum=8.0, periodic=True)
slab.set_constraint(FixAtoms(mask=slab.positions[:, 2] < slab.positions[:, 2].max() - 2.0))

# %%
hollows = []
for shift in (0.0, slab.cell[0, 0] / 3):
    start = slab.copy()
    add_adsorbate(start, "Cu", 1.7, "hollow")
    start.positions[-1, 0] += shift
    hollows.append(relaxed(start, EMT()))

# %%
from mlp_teach.sampling.reaction_path import nudged_elastic_band

hop = nudged_elastic_band(*hollows, EMT, between=5)
for way, energy in zip(hop.way, hop.energies - hop.energies[0], strict=True):
    print(f"{way:5.2f} Å   {energy:+.3f} eV  {'#' * round(60 * energy)}")

# %% [markdown] lang="en"
# Two valleys and a pass 0.42 eV high, for effective medium theory (EMT), which plays the quantum-mechanical calculation in this lesson. One path through 84 coordinates; nobody can draw the rest.
#
# ## 2. Descriptor
#
# A network needs its input as a row of numbers of fixed length. The **descriptor** of an atom describes its surroundings so, and stays the same when the structure is moved, turned or renumbered.
#
# **Predict.** An atom inside copper has 12 nearest neighbours, one on the surface 8. How many numbers does the descriptor of each have?

# %% [markdown] lang="ja" en="d95ddda7"
# 谷が 2 つと、高さ 0.42 eV の峠です。これは有効媒質理論（EMT）での値で、このレッスンでは EMT に量子力学計算の役をしてもらいます。84 個の座標の中を通る道の 1 本にすぎず、残りは誰にも描けません。
#
# ## 2. 記述子
#
# ネットワークの入力は、決まった長さの一列の数でなければなりません。原子のまわりのようすをそのように表したものが**記述子**（descriptor）です。構造を動かしても、回しても、番号を付け替えても変わりません。
#
# **予想しましょう。** 銅の内部の原子には最近接原子が 12 個、表面の原子には 8 個あります。それぞれの記述子は、何個の数でしょうか。

# %%
from ase.build import bulk

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.neighbors import atom_graph

eight = SymmetryFunctions(
    cutoff=5.0,  # Å
    elements=(29,),
    g2=tuple((4.0, r_s) for r_s in (2.0, 2.5, 3.0, 3.5, 4.0, 4.5)),
    g5=((0.02, 1, 1), (0.02, 1, -1)),
)
inside = symmetry_functions(atom_graph(bulk("Cu"), 5.0), eight)[0]
surface = symmetry_functions(atom_graph(slab, 5.0), eight)[-1]
print("inside ", inside.numpy().round(3))
print("surface", surface.numpy().round(3))

# %% [markdown] lang="en"
# Eight numbers for both: as many as we chose. The surface atom's are smaller, it has fewer neighbours. Lessons 06 to 10 are about choosing them well.
#
# ## 3. Invariance and equivariance
#
# **Invariance**: a quantity stays as it is when the structure is transformed. **Equivariance**: it answers in a known way; turn the structure, and it turns along. We take a potential that was trained on DFT data and turn a cluster by a random rotation $R$.
#
# **Predict.** Of energy and forces, which is invariant and which is equivariant?

# %% [markdown] lang="ja" en="7113c9be"
# どちらも 8 個で、これは私たちが決めた個数です。表面の原子のほうが値が小さいのは、隣接原子が少ないからです。うまい選び方は、レッスン 06 から 10 で扱います。
#
# ## 3. 不変性と同変性
#
# **不変性**（invariance）は、構造を変換しても量が変わらないこと、**同変性**（equivariance、等変性ともいう）は、決まったしかたで応えることです。構造を回せば、一緒に回ります。DFT のデータで訓練したポテンシャルを使い、クラスターを無作為な回転 $R$ で回して調べてみましょう。
#
# **予想しましょう。** エネルギーと力のうち、不変なのはどちらで、同変なのはどちらでしょうか。

# %%
import numpy as np
import torch

from mlp_teach.checks.deformations import random_orthogonal, turned
from mlp_teach.potential import predict
from mlp_teach.pretrained import load_pretrained

copper = load_pretrained("behler_parrinello_cu")
cluster = bulk("Cu", cubic=True) * (2, 1, 1)
cluster.pbc = False
cluster.rattle(0.1, seed=0)
R = random_orthogonal(np.random.default_rng(0), determinant=+1)
both = (atom_graph(atoms, copper.cutoff) for atoms in (cluster, turned(cluster, R)))
before, after = (predict(copper, graph, stress=False) for graph in both)
R = torch.from_numpy(R)

# %%
for name, change in (
    ("E changes by      ", after.energy - before.energy),
    ("F changes by      ", after.forces - before.forces),
    ("F and R F differ by", after.forces - before.forces @ R.T),
):
    print(f"{name} {change.abs().max():.0e}")

# %% [markdown] lang="en"
# The energy is invariant, the forces are equivariant, both to rounding. This potential sees invariant descriptors only; its forces are equivariant *because* its energy is invariant. (Inside some networks there are equivariant numbers too: section 9.)
#
# ## 4. Mean absolute error (MAE)
#
# The usual measure of accuracy: the mean of $\lvert\text{prediction} - \text{label}\rvert$. Energies are compared per atom (meV/atom), forces per component (meV/Å). Its relative, the root mean squared error (RMSE), squares the errors first, and takes the root of their mean.
#
# **Predict.** Errors of 1, 2 and 6 meV/atom: what are MAE and RMSE? Which of the two minds the 6 more?

# %% [markdown] lang="ja" en="a4c50d08"
# エネルギーは不変、力は同変です。どちらも丸め誤差の範囲で成り立ちます。このポテンシャルが見ているのは不変な記述子だけですが、エネルギーが不変**だからこそ**、力は同変になります。（ネットワークによっては、内部にも同変な数があります。9 節で見ます。）
#
# ## 4. 平均絶対誤差（MAE）
#
# 精度の代表的な尺度で、$\lvert\text{予測} - \text{ラベル}\rvert$ の平均です。エネルギーは原子 1 個あたり（meV/atom）、力は成分ごと（meV/Å）に比べます。よく似た二乗平均平方根誤差（RMSE）では、先に 2 乗してから平均し、その平方根をとります。
#
# **予想しましょう。** 誤差が 1、2、6 meV/atom のとき、MAE と RMSE はいくらでしょうか。6 をより気にするのは、どちらでしょうか。

# %%
from mlp_teach.datasets import load
from mlp_teach.neighbors import labels
from mlp_teach.training.metrics import compare

errors = np.array([1.0, 2.0, -6.0])
print(f"by hand   MAE {abs(errors).mean():5.2f}   RMSE {(errors**2).mean() ** 0.5:5.2f} meV/atom")

exam = [(atom_graph(atoms, copper.cutoff), labels(atoms)) for atoms in load("mlearn_Cu", "test")]
judged = compare(copper, exam, stress=False, batch_size=1)
for quantity, unit in (("energy", "meV/atom"), ("forces", "meV/Å")):
    print(
        f"{quantity:9} MAE {judged.mae(quantity):5.2f}   RMSE {judged.rmse(quantity):5.2f} {unit}"
    )

# %% [markdown] lang="en"
# Of the same model on the same 31 unseen frames one paper could report 18 meV/Å and another 34. Always ask which of the two it is, of what, and on which data.
#
# ## 5. Active learning
#
# Labels are what costs. In **active learning** the model itself says which structures to label next: those of which it is unsure. A small world makes it visible: three copper atoms in a plane, two of them fixed, labelled by EMT. These two functions make and label one structure, and draw many:

# %% [markdown] lang="ja" en="c5cc9bab"
# 同じモデルと、見せていない同じ 31 個の構造でも、18 meV/Å と報告する論文も、34 meV/Å と報告する論文もありえます。どちらの尺度か、何の誤差か、どのデータでの値かを、いつも確かめましょう。
#
# ## 5. 能動学習（active learning）
#
# 費用がかかるのはラベルです。**能動学習**では、次にラベルを付ける構造を、モデル自身が示します。自信のない構造です。小さな世界で見てみましょう。平面上の銅原子 3 個で、2 個は固定し、EMT でラベルを付けます。次の 2 つの関数は、構造を 1 個作ってラベルを付けるものと、そのような構造を乱数で何個も作るものです。

# %%
from ase import Atoms


def place(x, y, symbol="Cu", scale=1.0):
    points = scale * np.array([[0, 0, 0], [2.5, 0, 0], [x, y, 0]])
    atoms = Atoms(symbol + "3", points, calculator=EMT())
    atoms.get_forces()  # the "quantum-mechanical" calculation
    return atoms


# %%
def sample(n, left, right, seed, **kind):
    rng = np.random.default_rng(seed)
    spots = zip(rng.uniform(left, right, 3 * n), rng.uniform(0.5, 4.0, 3 * n), strict=True)
    apart = [(x, y) for x, y in spots if min(np.hypot(x, y), np.hypot(x - 2.5, y)) > 2.0]
    return [place(x, y, **kind) for x, y in apart[:n]]


# %% [markdown] lang="en"
# A small network, trained in a few seconds, and its errors on structures that it has not seen:

# %% [markdown] lang="ja" en="41735c54"
# 数秒で訓練できる小さなネットワークと、見せていない構造での誤差です。

# %%
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.training.experiment import make_data, train
from mlp_teach.training.fit import Settings
from mlp_teach.training.losses import Weights

functions = SymmetryFunctions(
    cutoff=6.0,
    elements=(29,),
    g2=tuple((4.0, r_s) for r_s in np.linspace(1.5, 5.0, 8)),
    g5=((0.02, 1, 1), (0.02, 1, -1), (0.02, 4, 1), (0.02, 4, -1)),
)
settings = Settings(
    epochs=100, learning_rate=1e-2, last_learning_rate=1e-3, weights=Weights(1.0, 0.1)
)


# %%
def learn(frames, seed=0, settings=settings):
    torch.manual_seed(seed)
    model = BehlerParrinello(functions, hidden=(15, 15))
    data = make_data(model, frames)
    held_back = max(2, len(data) // 5)  # decides which epoch was the best
    train(model, data[held_back:], data[:held_back], settings)
    return model.double()


def mae(model, frames):
    found = [(atom_graph(atoms, 6.0), labels(atoms)) for atoms in frames]
    judged = compare(model, found, stress=False, batch_size=100)
    return f"{judged.mae('energy'):5.1f} meV/atom {judged.mae('forces'):5.0f} meV/Å"


# %% [markdown] lang="en"
# We start from 40 structures in which the third atom stands above the other two. Three networks learn them, from different random numbers. Then they are asked about 300 structures from a region three times as wide, whose labels nobody has looked at yet. Where they disagree, the data did not decide: that is the uncertainty.

# %% [markdown] lang="ja" en="ef2baadb"
# 3 番目の原子がほかの 2 個の上にある 40 個の構造から始めます。異なる乱数から 3 個のネットワークが学びます。次に、幅が 3 倍の領域から取った、まだ誰もラベルを見ていない 300 個の構造について尋ねます。答えが食い違うのは、データでは決まらなかったところです。これが不確実性（uncertainty）です。

# %%
from mlp_teach.active_learning.uncertainty import committee, force_deviation, largest_in_each
from mlp_teach.graph import collate

known, pool, unseen = sample(40, 0.3, 2.2, 0), sample(300, -1.5, 4.0, 1), sample(200, -1.5, 4.0, 2)
models = [learn(known, seed) for seed in range(3)]
graph = collate([atom_graph(atoms, 6.0) for atoms in pool])
predictions = committee(models, graph)
deviation = largest_in_each(force_deviation(predictions), graph).numpy()
for part in (0, 50, 90, 100):
    print(f"disagreement, {part:3} % lie below {1e3 * np.percentile(deviation, part):5.0f} meV/Å")

# %% [markdown] lang="en"
# Now 20 labels may be bought. Three ways to spend them:
#
# 1. the 20 structures with the largest disagreement;
# 2. 20 that are uncertain *and* far from each other: among the 80 most uncertain, always the one farthest from those already taken;
# 3. 20 at random.
#
# **Predict.** Put them in order, the best first.

# %% [markdown] lang="ja" en="e0213fa3"
# いま、ラベルを 20 個だけ買えます。使い方は 3 通りです。
#
# 1. 食い違いがいちばん大きい 20 個。
# 2. 自信がなく、**しかも**互いに離れた 20 個。食い違いの大きい 80 個の中から、すでに選んだものからいちばん遠いものを順に選ぶ。
# 3. 無作為に 20 個。
#
# **予想しましょう。** よいほうから順に並べてください。

# %%
from mlp_teach.active_learning.selection import at_random, most_uncertain, uncertain_and_apart

spots = np.array([atoms.positions[2, :2] for atoms in pool])
choices = {
    "most uncertain": most_uncertain(deviation, 20),
    "uncertain and apart": uncertain_and_apart(deviation, spots, 20, among=80),
    "at random": at_random(300, 20, np.random.default_rng(0)),
}
print(f"{'before':20}", mae(models[0], unseen))
taught = {name: learn(known + [pool[i] for i in chosen]) for name, chosen in choices.items()}
for name, model in taught.items():
    print(f"{name:20}", mae(model, unseen))

# %% [markdown] lang="en"
# The 20 most uncertain structures are worse than 20 at random: they crowd in two corners, close to the other atoms, where forces are large, and each repeats what its neighbour said. Uncertain *and* different wins. So active learning does not save labels by itself; a good choice does. (With another draw we tried three seeds and 10, 20 and 40 labels. By the force error the second way was always the best, and the first always the worst but for one of the three random draws of 10.)
#
# You have met the five that come first. Where did the choices lie?

# %% [markdown] lang="ja" en="f29fb1d3"
# 「いちばん自信のない」20 個は、無作為に選んだ 20 個より劣ります。ほかの原子に近く力の大きい 2 つの隅に集まっていて、隣と同じことを繰り返すだけだからです。自信がなく、**しかも**互いに異なるものが勝ちます。能動学習がひとりでにラベルを節約するのではありません。節約するのは、よい選び方です。（別に取った構造で、乱数の種 3 通りと、ラベル 10、20、40 個を試しました。力の誤差では、2 の選び方がいつも最良で、1 の選び方は、10 個のときの無作為の 3 回のうち 1 回を除いて、いつも最悪でした。）
#
# 最初に学ぶ 5 つがそろいました。3 通りの選択は、どこにあったのでしょうか。

# %%
from mlp_teach.plotting.style import COLORS, Picture, finish, new_axes, say

JAPANESE = dict(zip(choices, ("自信のない順", "自信がなく離れた", "無作為"), strict=True))
looks = (("orange", "v"), ("blue", "o"), ("green", "^"))

# %%
picture = Picture(9.5, 2.3)
for ax, (name, chosen), (color, shape) in zip(
    map(new_axes, picture.subplots(1, 3)), choices.items(), looks, strict=True
):
    ax.plot(*spots.T, ".", color=COLORS["muted"], alpha=0.3)
    ax.plot(*np.array([atoms.positions[2, :2] for atoms in known]).T, "x", color=COLORS["ink"])
    ax.plot(*spots[chosen].T, shape, color=COLORS[color])
    ax.set_aspect("equal")
    title = say(lang, name, JAPANESE[name])
    finish(ax, lang, title, "x (Å)", "y (Å)", text=title)
picture

# %% [markdown] lang="en"
# (Crosses: the 40 that were known. Grey: the 300 to choose from.)
#
# ## 6. Cards and quiz
#
# Reading is not remembering: who is asked remembers far more a week later than who reads again (Roediger and Karpicke 2006), and questions that are spread over days do better than the same number in one evening (Cepeda et al. 2006). So today the cards bring the first five (six cards: invariance and equivariance have one each), tomorrow these again and some new ones, and a card that you know waits twice as long each time.
#
# Press the buttons, or their numbers on the keyboard. *Quiz* gives a case and asks for the term. What you know is kept in the file `glossary_cards.json` beside this notebook; delete it to start again.

# %% [markdown] lang="ja" en="a2afd39c"
# （×：はじめから知っていた 40 個。灰色：候補の 300 個。）
#
# ## 6. カードとクイズ
#
# 読むことと覚えることは違います。問いに答えた人は、読み返しただけの人より、1 週間後にずっと多くを覚えています（Roediger と Karpicke、2006 年）。また、同じ回数でも、一晩にまとめるより何日かに分けるほうが効きます（Cepeda ら、2006 年）。そこで、今日のカードは最初の 5 つです（不変性と同変性を 1 枚ずつ数えて 6 枚）。明日は同じものと新しいものが出て、言えたカードは、次に出るまでの日数が 2 倍ずつ延びます。
#
# ボタンを押すか、キーボードでその番号を押します。「クイズ」では、ある場面を示して用語を尋ねます。記録は、このノートブックと同じフォルダのファイル `glossary_cards.json` に残ります。消せば、はじめからになります。

# %%
from mlp_teach.widgets.glossary_cards import glossary_cards

cards = glossary_cards(lang=lang)
cards

# %% [markdown] lang="en"
# ## 7. Symmetry function, cutoff radius, message passing
#
# A **symmetry function** is one number of Behler and Parrinello's descriptor: a smooth function, summed over neighbours. $G^2 = \sum_j e^{-\eta (r_{ij}-R_s)^2} f_c(r_{ij})$ counts the neighbours near $R_s$. The **cutoff radius** $r_c$ is where an atom stops being a neighbour.
#
# **Predict.** One neighbour moves from 2 to 7 Å; $R_s = 3$ Å, $r_c = 6$ Å. Where is $G^2$ largest, and where is it exactly zero?

# %% [markdown] lang="ja" en="89035c49"
# ## 7. 対称性関数、カットオフ半径、メッセージパッシング
#
# **対称性関数**（symmetry function）は、Behler と Parrinello の記述子をなす数の一つで、なめらかな関数を隣接原子について足したものです。$G^2 = \sum_j e^{-\eta (r_{ij}-R_s)^2} f_c(r_{ij})$ は、$R_s$ の近くの隣接原子を数えます。**カットオフ半径**（cutoff radius）$r_c$ は、これより先は隣接原子とみなさない距離です。
#
# **予想しましょう。** 1 個の隣接原子が 2 Å から 7 Å まで動きます。$R_s = 3$ Å、$r_c = 6$ Å です。$G^2$ が最大になるのはどこで、ちょうど 0 になるのはどこでしょうか。

# %%
one = SymmetryFunctions(cutoff=6.0, elements=(29,), g2=((1.0, 3.0),))
for distance in (2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 5.9, 6.0, 7.0):
    pair = Atoms("Cu2", [[0, 0, 0], [distance, 0, 0]])
    value = symmetry_functions(atom_graph(pair, 6.0), one)[0].item()
    print(f"{distance} Å   G2 = {value:.2e}  {'#' * round(50 * value)}")

# %% [markdown] lang="en"
# It is largest a little before 3 Å, since $f_c$ already falls there. Exactly zero it is from $r_c$ = 6 Å on only: at 5.9 Å some $10^{-7}$ is left. The number of neighbours within $r_c$ grows as $r_c^3$, and with it the cost:

# %% [markdown] lang="ja" en="b7a3c826"
# 3 Å の少し手前で最大になります（そこではもう $f_c$ が減り始めています）。ちょうど 0 になるのは、$r_c$ = 6 Å から先だけです。5.9 Å では、まだ $10^{-7}$ ほど残っています。$r_c$ 以内の隣接原子の数は $r_c^3$ に比例して増え、それとともに計算の手間も増えます。

# %%
for cutoff in (3.0, 5.0, 6.0, 8.0, 10.0):
    print(f"r_c = {cutoff:4} Å: {atom_graph(bulk('Cu'), cutoff).n_pairs:4} neighbours in copper")

# %% [markdown] lang="en"
# In **message passing** an atom sends numbers to its neighbours, and each updates its own with what it receives. Eight carbon atoms in a row, 1.5 Å apart, cutoff 2 Å: each hears directly of its two neighbours only.
#
# **Predict.** With three rounds, which atoms can change the energy of the first?

# %% [markdown] lang="ja" en="14217d1e"
# **メッセージパッシング**（message passing）では、原子が隣接原子に数を送り、受け取った原子は自分の数を更新します。1.5 Å おきに一列に並んだ 8 個の炭素原子で、カットオフは 2 Å です。直接聞こえるのは、両隣だけです。
#
# **予想しましょう。** 3 回やりとりすると、1 番目の原子のエネルギーを変えられるのは、どの原子でしょうか。

# %%
from dataclasses import replace

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.models.schnet import Interaction, SchNet
from mlp_teach.show import show

chain = atom_graph(Atoms("C8", [[0, 0, 1.5 * n] for n in range(8)]), cutoff=2.0)
places = chain.positions.requires_grad_()
for rounds in (1, 2, 3):
    torch.manual_seed(1)
    schnet = SchNet((6,), GaussianSmearing(10, 2.0), features=16, layers=rounds).double()
    energies = schnet(replace(chain, positions=places))
    (slope,) = torch.autograd.grad(energies[0], places)
    print(f"rounds: {rounds}  ", *("yes" if one > 0 else " - " for one in slope.norm(dim=1)))
show(Interaction.forward)

# %% [markdown] lang="en"
# As far as it has rounds, and no further (lesson 08 reads this code line by line).
#
# ## 8. Many-body interaction
#
# The part of the energy that no sum over pairs has. We take three copper atoms in a triangle and compare the energy with that of its three pairs.
#
# **Predict.** Is the whole bound more strongly than its pairs together, or less?

# %% [markdown] lang="ja" en="bdfd0636"
# やりとりの回数だけ届き、それより先へは届きません（このコードは、レッスン 08 で一行ずつ読みます）。
#
# ## 8. 多体相互作用
#
# エネルギーのうち、対の和では表せない部分です。三角形に並んだ銅原子 3 個のエネルギーを、3 つの対のエネルギーと比べます。
#
# **予想しましょう。** 全体の結合は、対を足したものより強いでしょうか、弱いでしょうか。

# %%
from itertools import combinations

free = Atoms("Cu", calculator=EMT()).get_potential_energy()


def bound(atoms):
    atoms = atoms.copy()
    atoms.calc = EMT()
    return atoms.get_potential_energy() - len(atoms) * free


trimer = Atoms("Cu3", [[0, 0, 0], [2.4, 0, 0], [1.2, 2.4 * 3**0.5 / 2, 0]])
pairs = sum(bound(trimer[list(two)]) for two in combinations(range(3), 2))
print(f"three atoms {bound(trimer):+.2f} eV, their three pairs {pairs:+.2f} eV")

# %% [markdown] lang="en"
# Less: in a metal, bonds weaken each other. A descriptor with angles can say so, and so can one with distances only: the number of neighbours enters an energy that is not a sum over them.
#
# ## 9. E(3) equivariance
#
# E(3) is the group of all transformations of space that keep distances: translations, rotations, reflections and what they make together. NequIP and MACE carry numbers inside that answer to all of them: features of degree $l$ turn by a matrix $D_l$, and those of odd parity change sign when space is inverted.
#
# We move a methanol molecule away, turn it and mirror it, all at once, and look into the first layer of an untrained NequIP.
#
# **Predict.** Which of its features ($l = 0$, 1, 2) change? Do they change as they should?

# %% [markdown] lang="ja" en="9077e64b"
# 弱くなります。金属では、結合は互いに弱め合うのです。角度を含む記述子はこれを表せますし、距離だけの記述子でも表せます。エネルギーは隣接原子についての和とは限らず、隣接原子の数に応じて変われるからです。
#
# ## 9. E(3) 同変性
#
# E(3) は、距離を保つ空間の変換すべて、つまり並進、回転、鏡映と、その組み合わせからなる群です。NequIP や MACE は、そのすべてに応える数を内部にもちます。次数 $l$ の特徴量は行列 $D_l$ で回り、偶奇性が奇のものは、空間を反転すると符号が変わります。
#
# メタノール分子を、遠くへ動かし、回し、鏡に映します。これを一度に行い、訓練していない NequIP の第 1 層をのぞいてみましょう。
#
# **予想しましょう。** 特徴量（$l = 0$、1、2）のうち、変わるのはどれでしょうか。変わり方は正しいでしょうか。

# %%
from ase.build import molecule

from mlp_teach.basis.rotations import wigner_d
from mlp_teach.basis.tensor_product import slices
from mlp_teach.models.nequip import NequIP
from mlp_teach.trace import trace

torch.manual_seed(1)
nequip = NequIP((1, 6, 8), cutoff=4.0, channels=4, l_max=2, layers=2).double()
nequip.n_neighbors.fill_(4.0)
methanol = molecule("CH3OH")


# %%
def features(atoms):
    first = trace(nequip, atom_graph(atoms, 4.0)).equation(3, "nequip")[0]["return"].numbers
    irreps = nequip.layers[0].out
    return {irrep: first[:, lm] for irrep, lm in zip(irreps, slices(irreps), strict=True)}


# %%
Q = random_orthogonal(np.random.default_rng(0), determinant=-1)  # turns and mirrors
moved = turned(methanol, Q)
moved.translate([10.0, -20.0, 30.0])
h, h_moved, R = features(methanol), features(moved), torch.from_numpy(-Q)  # Q = inversion times R
for irrep in h:
    change, expected = h_moved[irrep] - h[irrep], irrep.parity * (wigner_d(irrep.l, R) @ h[irrep])
    rest = h_moved[irrep] - expected
    print(f"l = {irrep.l}: changes by {change.abs().max():.0e}, ", end="")
    print(f"differs from p D h by {rest.abs().max():.0e}")

# %% [markdown] lang="en"
# $l = 0$ does not change (it is invariant: the simplest case of equivariance), the others change exactly as $p\,D_l$ says. Nothing was trained: it is built in (lesson 09).
#
# ## 10. Ensemble, generalization
#
# An **ensemble** is several models of one kind, trained alike from different random numbers: the three of section 5. Their mean is the answer, their spread is a warning. **Generalization** means to be right on structures that were not in the training data.
#
# **Claim.** The error of the mean is at most the mean of the errors: for each component of a force,
#
# $$\Big\lvert \tfrac13\sum_k F_k - F \Big\rvert \le \tfrac13\sum_k \lvert F_k - F \rvert,$$
#
# and so for the MAE. (It is the triangle inequality; equal only where all members err to the same side.)
#
# **Predict.** Is the mean of the three also better than *each* of them? And outside of the region that they learnt, by which factors are energies and forces worse?

# %% [markdown] lang="ja" en="830cc1b3"
# $l = 0$ は変わらず（不変は、同変のいちばん簡単な場合です）、ほかは $p\,D_l$ のとおりに変わります。何も訓練していません。はじめから組み込まれているのです（レッスン 09）。
#
# ## 10. アンサンブル、汎化
#
# **アンサンブル**（ensemble）は、異なる乱数から同じように訓練した同種のモデルの組で、5 節の 3 個がそうです。平均が答え、ばらつきが警告です。**汎化**（generalization）とは、訓練データになかった構造でも正しく答えることです。
#
# **主張**　平均の誤差は、誤差の平均を超えません。力のどの成分についても
#
# $$\Big\lvert \tfrac13\sum_k F_k - F \Big\rvert \le \tfrac13\sum_k \lvert F_k - F \rvert$$
#
# であり、したがって MAE についても成り立ちます。（三角不等式です。等号が成り立つのは、すべてのモデルが同じ側に外れたときだけです。）
#
# **予想しましょう。** 3 個の平均は、**どの** 1 個よりもよいでしょうか。また、学んだ領域の外では、エネルギーと力の誤差はそれぞれ何倍になるでしょうか。

# %%
from mlp_teach.units import MEV

nearby = sample(200, 0.3, 2.2, 3)
print("learnt, 40 structures    ", mae(models[0], known))
print("unseen, same region      ", mae(models[0], nearby))
print("unseen, wider region     ", mae(models[0], unseen))

truth = np.concatenate([atoms.get_forces() for atoms in pool])
forces = np.stack([one.forces.numpy() for one in predictions])
single = [abs(one - truth).mean() / MEV for one in forces]
print("forces, wider region, each", *(f"{one:.0f}" for one in single), "meV/Å")
print(f"mean of the three errors {np.mean(single):.0f}, ", end="")
print(f"error of the mean {abs(forces.mean(0) - truth).mean() / MEV:.0f} meV/Å")

# %% [markdown] lang="en"
# In its own region the model is nearly as good on new structures as on those it learnt (in the forces, within a factor of two): it generalizes, *there*. Outside, forces are off by ten times as much as on new structures inside (300 in place of 29 meV/Å) and energies by more than forty times (79 in place of 1.8 meV/atom).
#
# The claim holds: 199 against 250 meV/Å. But the mean is *not* better than each. It beats two of the three; the second alone has 172. Only, who has no labels there cannot know which member is the best. And averaging mends a part of the error at most: models that saw the same data share many of their mistakes. The spread did say where (section 5).
#
# ## 11. Data efficiency
#
# How few labels a model needs for a given error. It shows in a **learning curve**: error against the number of training structures. One label is an energy and, from the same calculation, three force components for each atom.
#
# **Predict.** The same network learns from energies alone, or from energies and forces. How many more structures does it need without forces?

# %% [markdown] lang="ja" en="f921043a"
# 学んだ領域では、新しい構造でも、学んだ構造に近い精度で答えます（力の誤差は 2 倍以内）。**そこでは**汎化しています。領域の外では、領域内の新しい構造と比べて、力の誤差は 10 倍（29 が 300 meV/Å に）、エネルギーの誤差は 40 倍以上（1.8 が 79 meV/atom に）になります。
#
# 主張は成り立ちます。平均の誤差は 199、誤差の平均は 250 meV/Å です。しかし、平均は「どの 1 個よりもよい」わけでは**ありません**。3 個のうち 2 個には勝ちますが、2 番目のモデルだけなら 172 です。ただし、そこにラベルがなければ、どのモデルが最良かは知りようがありません。また、平均をとっても、直るのはせいぜい誤差の一部です。同じデータを見たモデルは、多くの間違いを共有するからです。それでも、ばらつきはその場所を教えてくれました（5 節）。
#
# ## 11. データ効率
#
# ある誤差に達するのに、どれだけ少ないラベルで足りるかです。これは、訓練データの数と誤差の関係を表す**学習曲線**（learning curve）に現れます。1 つの計算からは、エネルギー 1 個と、原子ごとに 3 個の力の成分が得られます。
#
# **予想しましょう。** 同じネットワークに、エネルギーだけを、またはエネルギーと力を学ばせます。力がないと、何倍の構造が必要になるでしょうか。

# %%
without = replace(settings, weights=Weights(1.0, 0.0))
for n in (10, 20, 40):
    runs = [learn(pool[:n], settings=one) for one in (without, settings)]
    print(f"{n:3} structures: ", "   ".join(mae(model, unseen) for model in runs))

# %% [markdown] lang="en"
# (Left without forces, right with them.) Here the energies alone of 40 structures teach less than energies and forces of 20: without forces one needs more than twice as many structures, and for good forces more than four times (242 meV/Å with 40, against 202 with 10). Architecture matters as well: lesson 09 measures what equivariance brings.
#
# ## 12. Transfer learning
#
# Begin with the weights of a model that learnt something related, and train on with a few labels of the new. Copper's network of section 5 (the one taught with the best choice) is to learn *silver*, whose atoms are about 13 % larger (we make its triangles 14 % larger).
#
# **Predict.** With 8 silver structures, does the start from copper help? And with 20?

# %% [markdown] lang="ja" en="3d12325d"
# （左が力なし、右が力ありの結果です。）ここでは、40 個の構造のエネルギーだけから学べることは、20 個のエネルギーと力から学べることに及びません。つまり、力がないと 2 倍を超える数の構造が必要で、力の精度で比べるなら 4 倍でも足りません（40 個で 242 meV/Å、力があれば 10 個で 202 meV/Å）。ネットワークのしくみ（アーキテクチャ）も効きます。同変性の効果は、レッスン 09 で測ります。
#
# ## 12. 転移学習
#
# 関係のあることを学んだモデルの重みから始めて、新しいデータの少数のラベルで訓練を続けます。5 節の銅のネットワーク（いちばんよい選び方で学んだもの）に、**銀**を学ばせます。銀の原子は銅より 13 % ほど大きく、ここでは三角形を 14 % 大きくしてあります。
#
# **予想しましょう。** 銀の構造が 8 個のとき、銅から始めるのは役に立つでしょうか。20 個ではどうでしょうか。

# %%
from mlp_teach.training.fit import fit

silver, silver_unseen = (
    sample(n, -1.5, 4.0, seed, symbol="Ag", scale=1.14) for n, seed in ((20, 5), (200, 6))
)


# %%
def learn_silver(n, start):
    torch.manual_seed(0)
    model = BehlerParrinello(replace(functions, elements=(47,)), hidden=(15, 15))
    data = make_data(model, silver[:n])
    held_back, small = max(2, n // 5), replace(settings, epochs=200, batch_size=4)
    if start is None:
        train(model, data[held_back:], data[:held_back], small)  # sets the scales, then fits
    else:
        model.load_state_dict(start.state_dict())
        fit(model.float(), data[held_back:], data[:held_back], small)
    return model.double()


# %%
start = taught["uncertain and apart"]
for n in (8, 20):
    print(f"{n:3} structures: from nothing", mae(learn_silver(n, None), silver_unseen), end="")
    print("   from copper", mae(learn_silver(n, start), silver_unseen))

# %% [markdown] lang="en"
# With 8 structures the start from copper gives better forces, but no better energies; with 20 it is worse in both: then the new data know more of silver than copper does, and copper's scales are in the way. (With another copper network, trained on 160 structures, and another draw of 8, both were better: 62 instead of 84 meV/atom, 131 instead of 422 meV/Å.) And where the old problem is nearer, much more is gained: a NequIP that learnt ethanol and gets 10 frames of methanol is off by 24 meV/Å, one that starts from nothing and makes as many steps by 150 ([transfer.md](../../docs/lesson_material/transfer.md)). So it is from bulk copper to its surfaces: with 5 slabs the forces are off by 48 meV/Å, from nothing with 70 slabs by 67, and by 44 in twice as many steps. But the network forgets: its energies of the bulk were off by 3 meV/atom, and are by 14 afterwards. Transfer *can* help where labels are few and the old problem is near enough. It is to be measured, not assumed.
#
# ## 13. How the cards decide
#
# The rule behind the cards is as short as any of the code above (S. Leitner's boxes, as told by Settles and Meeder 2016):

# %% [markdown] lang="ja" en="49766308"
# 8 個では、銅から始めると力は良くなりますが、エネルギーは良くなりません。20 個では、どちらも悪くなります。銀のことは新しいデータのほうがよく知っていて、銅の尺度が邪魔になるからです。（160 個の構造で訓練した別の銅のネットワークと、別に取った 8 個では、どちらも良くなりました。84 が 62 meV/atom に、422 が 131 meV/Å になりました。）もとの問題がもっと近ければ、得るものはずっと大きくなります。エタノールを学習した NequIP にメタノールの 10 配置を与えると、力の誤差は 24 meV/Å です。同じステップ数で、乱数の重みから始めると 150 meV/Å です（[transfer.md](../../docs/lesson_material/transfer.md)、英語）。銅のバルクから表面へ移るときも同じです。スラブ 5 個で力の誤差は 48 meV/Å になり、乱数の重みから始めると、70 個でも 67 meV/Å（ステップ数を 2 倍にすれば 44）です。ただし、ネットワークは前に学んだことを忘れます。バルクのエネルギーの誤差は 3 meV/atom でしたが、スラブを学んだあとは 14 meV/atom です。転移学習は、ラベルが少なく、もとの問題が十分に近ければ、役に立つ**ことがあります**。役に立つと決めてかからず、測って確かめましょう。
#
# ## 13. カードが出る日の決まり方
#
# カードの規則も、これまでのコードと同じくらい短いものです（S. Leitner の箱。Settles と Meeder、2016 年の説明による）。

# %%
from datetime import date

from mlp_teach.widgets.glossary_deck import answered

show(answered)
deck, today = {}, date(2026, 11, 23)
for known_today in (True, True, True, False, True, True):
    deck = answered(deck, "pes", known_today, today)
    print(today, "known " if known_today else "missed", "-> box", deck["pes"].box, deck["pes"].due)
    today = deck["pes"].due

# %% [markdown] lang="en"
# ## 14. Statements to take with care
#
# | statement in the chapter | what we found |
# |---|---|
# | cutoffs are typically 5 to 10 Å | copper has 42 neighbours within 5 Å and 368 within 10 Å (section 7); the model of section 3 has 5.5 Å |
# | MAE is *the* accuracy | on the same frames 18 (MAE) or 34 meV/Å (RMSE): say which (section 4) |
# | active learning picks uncertain structures and so extends data efficiently | the 20 most uncertain taught less than 20 at random; uncertain and different ones taught more (section 5) |
# | an ensemble is several *independent* models | they share data and descriptor, and so their mistakes (section 10) |
# | transfer learning saves cost | depends: silver from copper with 8 labels better forces only, with 20 nothing; methanol from ethanol a good deal (section 12) |
# | the newest methods need only some thousand structures | no system is named; forces as labels matter as much as the method (section 11, and lesson 09 for equivariance) |
# | a graph is a descriptor | a graph says who is whose neighbour; its numbers are learnt (section 7, lesson 08) |
#
# ## What we learned
#
# - PES: the energy as a function of all positions. Descriptor: an atom's surroundings as a row of numbers. The energy is invariant, the forces are equivariant. MAE: the mean size of the errors; say of what.
# - Active learning: label where the model is unsure, but not twice the same.
# - A cutoff limits what an atom sees; message passing reaches one cutoff further with each round. Symmetry functions are sums that fade at the cutoff.
# - Many-body: what pairs cannot say. E(3) equivariance: features that answer to every turn, mirror and shift.
# - Ensembles warn; generalization ends with the kind of data; learning curves measure data efficiency; transfer may help when labels are few.
#
# ## Exercises
#
# 1. Ask the quiz until every case has come once. Which two terms do you mix up? Write one sentence that tells them apart.
# 2. Section 3 with `determinant=-1` (a mirror). What changes, and why may a potential not tell left from right?
# 3. Find errors of four structures with an MAE of 2 and an RMSE of 4 meV/atom. What is the largest ratio RMSE/MAE that $n$ structures can have?
# 4. In section 5, choose among the 40, the 160 and all 300 most uncertain (`among`). What happens at the ends, and why? Then repeat the comparison with other seeds in `at_random` and `learn`: which order stays?
# 5. Could section 12 start from the copper model that ships with the package? What would have to be equal?
# 6. Call `cards.press(1)` and `print(cards.text())` in a new cell. What do the cards look like to somebody without a browser?
#
# **Next:** [03 Training data](03_training_data.ipynb); or straight on to [05 Five-step workflow](05_five_step_workflow.ipynb). And come back tomorrow for six new cards.
#
# ## References
#
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401): descriptors and networks. J. Behler, *J. Chem. Phys.* **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717): symmetry functions.
# - K. T. Schütt et al., *Adv. Neural Inf. Process. Syst.* **30** (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566): SchNet. S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5): NequIP.
# - L. Zhang et al., *Phys. Rev. Mater.* **3**, 023804 (2019), [doi:10.1103/PhysRevMaterials.3.023804](https://doi.org/10.1103/PhysRevMaterials.3.023804): active learning by the disagreement of models.
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3): EMT. Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723): the copper data.
# - B. Settles, B. Meeder, *Proc. ACL 2016*, 1848, [doi:10.18653/v1/P16-1174](https://doi.org/10.18653/v1/P16-1174): spaced repetition, Leitner's boxes.
# - H. L. Roediger, J. D. Karpicke, *Psychol. Sci.* **17**, 249 (2006), [doi:10.1111/j.1467-9280.2006.01693.x](https://doi.org/10.1111/j.1467-9280.2006.01693.x): being asked helps memory. N. J. Cepeda et al., *Psychol. Bull.* **132**, 354 (2006), [doi:10.1037/0033-2909.132.3.354](https://doi.org/10.1037/0033-2909.132.3.354): spreading practice over days.

# %% [markdown] lang="ja" en="6bc04fa8"
# ## 14. 注意して読みたい記述
#
# | もとの章の記述 | 確かめた結果 |
# |---|---|
# | カットオフは典型的に 5 〜 10 Å | 銅では、この間で隣接原子が 42 個から 368 個に増える（7 節）。3 節のモデルは 5.5 Å |
# | 精度の指標は MAE | 同じ構造でも、MAE なら 18、RMSE なら 34 meV/Å。どちらかを書く（4 節） |
# | 能動学習は不確実な配置を選び、データを効率的に増やす | いちばん自信のない 20 個は、無作為に選んだ 20 個に劣った。自信がなく互いに異なるものが勝った（5 節） |
# | アンサンブルは複数の**独立した**モデル | データと記述子を共有し、間違いも共有する（10 節） |
# | 転移学習は計算コストを減らす | 条件による。銅から銀では、ラベル 8 個で力だけが良くなり、20 個では何も良くならない。エタノールからメタノールでは、大きく減る（12 節） |
# | 最新の手法は数千配置で十分 | 系が示されていない。力をラベルに使うことも、手法と同じくらい効く（11 節。同変性の効果はレッスン 09） |
# | グラフは記述子の一つ | グラフが表すのは、どの原子がどの原子の隣接原子かということ。原子を表す数は学習される（7 節、レッスン 08） |
#
# ## このレッスンで学んだこと
#
# - PES は、全原子の位置の関数としてのエネルギー。記述子は、原子のまわりを表す一列の数。エネルギーは不変で、力は同変。MAE は誤差の大きさの平均で、何についてかを書く。
# - 能動学習では、モデルが自信のないところにラベルを付ける。ただし、同じものに二度は付けない。
# - カットオフは、原子に見える範囲を限る。メッセージパッシングは、1 回ごとにカットオフ 1 つ分だけ遠くへ届く。対称性関数は、カットオフで消える関数の和。
# - 多体相互作用は、対では表せないもの。E(3) 同変な特徴量は、回転にも、鏡映にも、並進にも正しく応える。
# - アンサンブルは警告を出す。汎化は、データの種類が変わるところで尽きる。データ効率は学習曲線で測る。転移学習は、ラベルが少ないときに役立つことがある。
#
# ## 演習
#
# 1. すべての場面が一度ずつ出るまで、クイズを続けてください。混同する 2 つの用語はどれですか。その違いを一文で書きましょう。
# 2. 3 節を `determinant=-1`（鏡映）でやり直してください。何が変わりますか。ポテンシャルが右と左を区別してはならないのは、なぜでしょうか。
# 3. MAE が 2、RMSE が 4 meV/atom になるような、4 個の構造の誤差を見つけてください。$n$ 個の構造では、比 RMSE/MAE は最大でいくらになりますか。
# 4. 5 節で、候補を自信のない順に 40 個、160 個、300 個すべて（`among`）と変えてください。両端では何が起こりますか。それはなぜですか。次に、`at_random` と `learn` の乱数の種を変えて比べ直してください。変わらない順序はどれですか。
# 5. 12 節を、パッケージに付属する銅のモデルから始められるでしょうか。何が同じでなければなりませんか。
# 6. 新しいセルで `cards.press(1)` と `print(cards.text())` を実行してください。ブラウザのない人には、カードはどう見えますか。
#
# **次へ**：[03 訓練データ](03_training_data.ipynb)。または、すぐに [05 5 ステップのワークフロー](05_five_step_workflow.ipynb) へ。そして明日、新しい 6 枚のカードに会いに戻ってきてください。
#
# ## 参考文献
#
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401)：記述子とネットワーク。J. Behler, *J. Chem. Phys.* **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717)：対称性関数
# - K. T. Schütt et al., *Adv. Neural Inf. Process. Syst.* **30** (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566)：SchNet。S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5)：NequIP
# - L. Zhang et al., *Phys. Rev. Mater.* **3**, 023804 (2019), [doi:10.1103/PhysRevMaterials.3.023804](https://doi.org/10.1103/PhysRevMaterials.3.023804)：モデルの食い違いによる能動学習
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3)：EMT。Y. Zuo et al., *J. Phys. Chem. A* **124**, 731 (2020), [doi:10.1021/acs.jpca.9b08723](https://doi.org/10.1021/acs.jpca.9b08723)：銅のデータ
# - B. Settles, B. Meeder, *Proc. ACL 2016*, 1848, [doi:10.18653/v1/P16-1174](https://doi.org/10.18653/v1/P16-1174)：間隔反復と Leitner の箱
# - H. L. Roediger, J. D. Karpicke, *Psychol. Sci.* **17**, 249 (2006), [doi:10.1111/j.1467-9280.2006.01693.x](https://doi.org/10.1111/j.1467-9280.2006.01693.x)：問われることが記憶を助ける。N. J. Cepeda et al., *Psychol. Bull.* **132**, 354 (2006), [doi:10.1037/0033-2909.132.3.354](https://doi.org/10.1037/0033-2909.132.3.354)：練習を何日かに分ける
