# ---
# jupyter:
#   card: {learn_minutes: 50, run_seconds: 4, memory_mb: 160}
# ---

# %% [markdown] lang="en"
# # Summary
#
# **Question of this lesson.** Which figures of the chapter may you repeat, and what do you know now that you did not know before?
#
# Afterwards you can
#
# - look up any statement of the chapter: what we found, and in which cell it was measured;
# - check a figure yourself in three lines, and name what is missing when it cannot be checked;
# - say which of the four goals you have reached, and where to go on.

# %% [markdown] lang="ja" en="b5bdf7db"
# # まとめ
#
# **このレッスンの問い**　もとの章の数値のうち、そのまま人に言ってよいのはどれでしょうか。また、このコースの前には知らなかったことで、いま知っていることは何でしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - もとの章のどの記述についても、確かめた結果と、それを測ったセルを調べる。
# - 数値を自分で、3 行で確かめる。確かめられないときは、何が足りないかを言う。
# - 4 つの目標のうちどれに届いたか、次に何をすればよいかを言う。

# %% [markdown] lang="en"
# ## 1. How much of it holds?
#
# A textbook chapter is full of statements: a range here, a factor there, a year, a rule. We took each one that has a number in it, and the general ones besides, and gave it one of six verdicts: *right*; *right, with care* (easily misread); *depends* (on something that is not said); *wrong*; *no source* (nothing to check it against); *open* (not measured yet).
#
# **Predict.** Of each hundred, how many are right just as they stand? How many are wrong?

# %% [markdown] lang="ja" en="1d5416c7"
# ## 1. どれだけ成り立つか
#
# 教科書の章は、記述でいっぱいです。範囲、倍率、年、規則。そのうち数値を含むものすべてと、一般的な記述を取り上げ、6 通りの判定を付けました。**正しい**、**正しいが注意**（読み違えやすい）、**条件による**（書かれていない条件による）、**誤り**、**出典なし**（確かめる手がかりがない）、**未定**（まだ測っていない）です。
#
# **予想しましょう。** 100 個のうち、そのままで正しいのは何個でしょうか。誤りは何個でしょうか。

# %%
lang = "en"

from mlp_teach.widgets.claims import claims, counts
from mlp_teach.widgets.claims_table import WORDS

names = dict(zip(counts(claims()), WORDS[lang]["verdicts"], strict=True))
for verdict, n in counts(claims()).items():
    share = 100 * n / len(claims())
    print(f"{share:3.0f} %  {'#' * round(share):40} {n:3}  {names[verdict]}")

# %% [markdown] lang="en"
# About one in six is right just as it stands, and one in twelve is wrong. The rest is what this course is about: true as meant but easily misread, or true of *some* system that the sentence does not name. That is no special fault of this chapter; you will find the same shares in many a talk. Where do the verdicts lie?

# %% [markdown] lang="ja" en="ef9c269f"
# そのままで正しいのはおよそ 6 個に 1 個、誤りは 12 個に 1 個です。残りが、このコースの主題です。意味は正しくても読み違えやすいものと、**ある**系では正しいのに、その系が書かれていないものです。これは、この章だけの欠点ではありません。多くの講演でも同じような割合になるでしょう。判定は、節ごとにどう分かれているでしょうか。

# %%
from mlp_teach.plotting.style import COLORS, Picture, finish, new_axes, say
from mlp_teach.widgets.claims import VERDICTS, sections

looks = dict(zip(VERDICTS, ("green", "green", "blue", "orange", "muted", "grid"), strict=True))
by_section = [
    counts([row for row in claims() if row.section == n]) for n in range(len(sections(lang)))
]
ax = new_axes(Picture(9.5, 4.6).subplots())
left = [0] * len(by_section)
for verdict, hatch in zip(VERDICTS, ("", "///", "", "xx", "", ""), strict=True):
    width = [found[verdict] for found in by_section]
    look = {"color": COLORS[looks[verdict]], "hatch": hatch, "edgecolor": COLORS["paper"]}
    ax.barh(range(len(width)), width, 0.7, left, label=names[verdict], **look)
    left = [a + b for a, b in zip(left, width, strict=True)]

# %%
for n, name in enumerate(sections(lang)):
    ax.text(-0.5, n, name, ha="right", va="center")
ax.set_yticks([])
ax.invert_yaxis()
ax.locator_params(axis="x", integer=True)
ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
title = say(lang, "Verdicts by section", "節ごとの判定")
text = "\n".join(
    f"{name}: " + ", ".join(f"{names[v]} {n}" for v, n in found.items() if n)
    for name, found in zip(sections(lang), by_section, strict=True)
)
finish(ax, lang, title, say(lang, "rows", "行数"), "", text=f"{title}\n{text}").figure

# %% [markdown] lang="en"
# Where things are defined (2.1, 2.2), most rows are right, with or without care. Where ranges are given (2.5), they depend. What is wrong sits mostly where sums are made (exercise 3) and where a method is explained in a single line (SOAP, DimeNet, PaiNN). And where accuracies are compared (2.7), there is little to check: no system is named.
#
# ## 2. The table
#
# All rows, with the evidence. Choose a section, a verdict or a lesson; type words or a number; press a heading to sort. The name of a lesson leads to the section whose cells measured it: go there, change a number, and see whether the verdict stays. A number such as S-2 leads to that row, a paper's key to the paper (for this link alone you need the network).
#
# **Predict before you choose.** Which lesson settles the most rows? And which of the wrong ones would have cost you most, had you believed it?

# %% [markdown] lang="ja" en="cac56f67"
# 定義をするところ（2.1、2.2 節）では、ほとんどの行が、注意は要るとしても、正しいものです。範囲を示すところ（2.5 節）は、条件によります。誤りが多いのは、足し算をするところ（演習 3）と、手法を一行で説明するところ（SOAP、DimeNet、PaiNN）です。精度を比べるところ（2.7 節）では、確かめられることがほとんどありません。系が書かれていないからです。
#
# ## 2. 一覧表
#
# すべての行と、その根拠です。節、判定、レッスンを選ぶか、語句や番号を入力します。見出しを押すと並べ替えます。レッスン名は、測ったセルのある節へのリンクです。開いて、数値を変えて、判定が変わらないかどうか確かめてください。S-2 のような番号はその行へ、論文の記号は論文へのリンクです（このリンクだけは、ネットワークが必要です）。
#
# **選ぶ前に予想しましょう。** いちばん多くの行を確かめたのは、どのレッスンでしょうか。また、誤りのうち、信じていたら最も高くついたのはどれでしょうか。

# %%
from mlp_teach.widgets.claims_table import claims_table

table = claims_table(lang=lang)
table

# %% [markdown] lang="en"
# The rules of this table are plain functions, as behind every picture of the course. This one says which rows are left:

# %% [markdown] lang="ja" en="f9b59add"
# この表の規則も、コースのほかの図と同じく、ただの関数です。どの行が残るかを決めるのは、これです。

# %%
from mlp_teach.show import show
from mlp_teach.widgets.claims import Choice, chosen

show(chosen)
wrong = chosen(claims(), Choice(verdict="wrong"), lang)
print(len(wrong), *(row.number for row in wrong))

# %% [markdown] lang="en"
# ## 3. Three lines that check a figure
#
# Most rows needed no supercomputer. The chapter's second exercise expects 10 to 50 reactions of ten methanol molecules on copper within 10 ns at 500 K. No barrier is given; but a rate *implies* one: a molecule that tries $\nu = 10^{13}$ times a second succeeds at a rate $\nu\,e^{-E/k_BT}$.
#
# **Predict.** Which barrier is implied: 0.05, 0.5 or 1 eV? And with 1 eV, how long would one wait for a single reaction?

# %% [markdown] lang="ja" en="e2ad2063"
# ## 3. 数値を確かめる 3 行
#
# ほとんどの行には、スーパーコンピュータは要りませんでした。もとの章の演習 2 では、銅の上のメタノール 10 分子が、500 K、10 ns の間に 10 〜 50 回反応すると期待しています。障壁は書かれていません。しかし、速度がわかれば障壁も**決まります**。毎秒 $\nu = 10^{13}$ 回試みる分子が反応する速度は、$\nu\,e^{-E/k_BT}$ です。
#
# **予想しましょう。** 障壁は 0.05、0.5、1 eV のどれに近いでしょうか。1 eV なら、反応が 1 回起こるまで、どれだけ待つことになるでしょうか。

# %%
from math import exp, log

from mlp_teach.units import BOLTZMANN

kT = BOLTZMANN * 500  # eV
for events in (10, 50):
    rate = events / (10 * 10e-9)  # of one molecule, 1/s
    print(f"{events} reactions: {kT * log(1e13 / rate):.2f} eV")
print(f"with 1 eV one waits {1e6 / (10 * 1e13 * exp(-1 / kT)):.0f} µs")

# %% [markdown] lang="en"
# **Claim.** The figure is possible with a barrier of 0.43 to 0.50 eV, and wrong by five orders of magnitude with 1 eV. So the verdict is *depends*, and what it depends on is a number that one nudged elastic band tells (lesson 03). Many figures can be tried like this:
#
# 1. **Units out, units in.** 1 to 3 GPU days for 1 ns of 1,000 atoms are 86 to 259 µs an atom and step: now it can be compared.
# 2. **Add it up.** Scenario A of exercise 3 says 2 weeks; its own steps add up to 25 days, 26 with the risk that the model fails (lesson 12 §9).
# 3. **Ask for the system.** "10,000 configurations, 1 to 2 meV/atom": of what?
# 4. **Ask for the measure.** MAE or RMSE, per atom or per cell, on which frames?
# 5. **Ask what the others had.** Equal data? Equal time? Who tuned what?
#
# ## 4. What do you know? The four goals
#
# The chapter has four goals: to say what a machine-learning potential is and what it owes to its neighbouring fields; to explain fifteen terms; to carry out the five steps; to compare kinds of descriptors and say where each fits. Four questions on each. Every answer says why, the wrong ones too, so try one that you think is wrong.
#
# Press the buttons or their numbers. What you know is kept in the file `self_check.json` beside this notebook; a question that you answered comes back after a day, then after two, then four. Delete the file to start again.

# %% [markdown] lang="ja" en="6e3f8409"
# **主張**　この数値は、障壁が 0.43 〜 0.50 eV ならありえますが、1 eV なら 5 桁も違います。だから判定は「条件による」で、その条件とは、NEB 法を 1 回使えばわかる数です（レッスン 03）。多くの数値は、このように試せます。
#
# 1. **単位をそろえる**　GPU 1 台で、1,000 原子、1 ns に 1 〜 3 日とは、1 原子・1 ステップあたり 86 〜 259 µs です。こうすれば比べられます。
# 2. **足してみる**　演習 3 のシナリオ A は 2 週間とありますが、書かれた手順を足すと 25 日、モデルが失敗する場合も見込むと 26 日です（レッスン 12 の 9 節）。
# 3. **系を尋ねる**　「10,000 配置、1 〜 2 meV/atom」とは、何についてでしょうか。
# 4. **尺度を尋ねる**　MAE か RMSE か、原子 1 個あたりかセル全体か、どの配置での値か。
# 5. **相手の条件を尋ねる**　データの数は同じか、時間は同じか、誰が何を調整したか。
#
# ## 4. 何がわかったか：4 つの目標
#
# もとの章には 4 つの目標があります。機械学習ポテンシャルとは何か、隣の分野から何を受け継いだかを言うこと。15 の用語を説明すること。5 つのステップを実行すること。記述子の種類を比べ、それぞれが合う場面を言うこと。目標ごとに 4 問あります。どの答えにも、誤りの答えにも、理由が付いています。間違いだと思う答えも試してみましょう。
#
# ボタンを押すか、その番号を押します。記録は、このノートブックと同じフォルダのファイル `self_check.json` に残ります。答えた問題は、1 日後、2 日後、4 日後にまた出ます。ファイルを消せば、はじめからになります。

# %%
from mlp_teach.widgets.self_check import self_check

check = self_check(lang=lang)
check

# %% [markdown] lang="en"
# A goal is reached when you can *do* it, not when you can tick it. Beside each goal stands something to do:
#
# | goal | do this without looking | then compare with |
# |---|---|---|
# | what it is | Write down the definition as three lines of code: an energy, a gradient, a test. | [01](01_what_is_an_mlp.ipynb) |
# | the terms | Explain one of the fifteen to somebody, with a number of your own. | [02](02_fifteen_terms.ipynb) |
# | the five steps | Take 100 frames of a set that you have not used (`mlp_teach.datasets.contents()`), all five steps, on one page. | [05](05_five_step_workflow.ipynb) |
# | descriptors | Choose one for a system of yours; say what would change your mind. | [10](10_choosing_a_descriptor.ipynb) |
#
# ## 5. What comes next
#
# | you want to | begin with |
# |---|---|
# | train a message-passing network on a molecule | lesson [08](08_graph_networks.ipynb) §7, then `experiments/painn_ethanol.toml` and the command `mlp-teach train` |
# | see what equivariance gives, at full size | lesson [09](09_equivariance.ipynb) §8, then `experiments/mace_3bpa.toml`; `mlp-teach md mace_3bpa` |
# | compare architectures fairly | lesson [11](11_seven_architectures.ipynb) §5 to §8, then a copy of `experiments/nequip_ethanol.toml` and `mlp-teach learning-curve` |
# | train at full size, on a GPU | lesson [14](14_full_size_training.ipynb) and `docs/gpu_kernels.md` |
# | use a potential that others trained on most of the elements | `mlp_teach.pretrained.foundation`, and what it reached on copper and silicon: `docs/lesson_material/foundation_models.md` |
# | make data of your own | lesson [03](03_training_data.ipynb): five kinds of structures, labels that survive a crash; `mlp-teach label` |
# | let the model choose | lesson [12](12_active_learning.ipynb), `mlp-teach active-learning` |
# | run it in LAMMPS, or hand it to others | lesson [04](04_ecosystem.ipynb): which program reads what |
# | read the code | `mlp_teach/models/painn.py` beside its paper; then write your own model: one file, and `checks` tells what it breaks |
#
# The chapter also names what no lesson measures. So that you have met it:
#
# | where | what is named |
# |---|---|
# | kinds of data (2.3) | what each kind is for, and dislocations: told in lesson [03](03_training_data.ipynb) §2 to §7, measured only in part |
# | settings of DFT (2.5, exercise 2) | functional, dispersion, basis, convergence: told in lesson [05](05_five_step_workflow.ipynb), step 1, tried by nobody here |
# | balance (2.5) | low *and* high energies: without the latter a simulation finds holes (lesson 03 §5 and §7 measure the price) |
# | where descriptors are at home (2.6) | symmetry functions: water, silicon, metal surfaces; SOAP: crystals, nanoclusters, alloys; graph networks: organic molecules, catalysis, biomolecules |
# | words (2.6 and 2.7) | *end to end*: from atoms to energies, everything learnt; *continuous-filter convolution*: SchNet's filter, a function of the distance (lesson 08 §2); *quantified uncertainty*: GAP's bars (lesson 07 §11) |
# | pretrained models (2.7) | ORB, GNoME; here CHGNet and SevenNet can be asked (`mlp_teach.pretrained.foundation`) |
# | the chapters after it | training SchNet on MD17, trouble and its cures; NequIP and MACE in research. Here: lessons 05, 08, 09, 11 and 14 |

# %% [markdown] lang="ja" en="314af74f"
# 目標に届いたかどうかは、印を付けられるかではなく、**できる**かどうかで決まります。目標ごとに、やってみることを挙げます。
#
# | 目標 | 見ないでやってみること | 比べる相手 |
# |---|---|---|
# | MLP とは何か | 定義を 3 行のコードで書く。エネルギー、勾配、テスト。 | [01](01_what_is_an_mlp.ipynb) |
# | 用語 | 15 の用語の 1 つを、自分の数値を添えて、誰かに説明する。 | [02](02_fifteen_terms.ipynb) |
# | 5 つのステップ | まだ使っていないデータ（`mlp_teach.datasets.contents()`）の 100 配置で、5 つのステップすべてを 1 ページで。 | [05](05_five_step_workflow.ipynb) |
# | 記述子 | 自分の系に 1 つ選ぶ。何がわかれば考えを変えるかも言う。 | [10](10_choosing_a_descriptor.ipynb) |
#
# ## 5. この先へ
#
# | やりたいこと | はじめの一歩 |
# |---|---|
# | メッセージパッシングのネットワークを分子で訓練する | レッスン [08](08_graph_networks.ipynb) の 7 節、次に `experiments/painn_ethanol.toml` とコマンド `mlp-teach train` |
# | 同変性の効果を、実用の大きさで見る | レッスン [09](09_equivariance.ipynb) の 8 節、次に `experiments/mace_3bpa.toml`、`mlp-teach md mace_3bpa` |
# | アーキテクチャを公平に比べる | レッスン [11](11_seven_architectures.ipynb) の 5 〜 8 節、次に `experiments/nequip_ethanol.toml` のコピーと `mlp-teach learning-curve` |
# | 実用の大きさで、GPU で訓練する | レッスン [14](14_full_size_training.ipynb) と `docs/gpu_kernels.ja.md` |
# | ほとんどの元素について事前訓練済みのポテンシャルを使う | `mlp_teach.pretrained.foundation` と、銅とシリコンでの結果（`docs/lesson_material/foundation_models.md`、英語） |
# | 自分のデータを作る | レッスン [03](03_training_data.ipynb)：5 種類の構造と、中断に強いラベル付け。`mlp-teach label` |
# | モデルに選ばせる | レッスン [12](12_active_learning.ipynb)、`mlp-teach active-learning` |
# | LAMMPS で動かす、人に渡す | レッスン [04](04_ecosystem.ipynb)：どのプログラムが何を読むか |
# | コードを読む | `mlp_teach/models/painn.py` を論文の隣に置いて。次に自分のモデルを書く。ファイル 1 つで足り、何を破ったかは `checks` が教えます |
#
# もとの章には、どのレッスンでも測っていないものも出てきます。名前だけでも知っておきましょう。
#
# | 場所 | 出てくるもの |
# |---|---|
# | データの種類（2.3 節） | 種類ごとの用途と転位。レッスン [03](03_training_data.ipynb) で説明したが、測ったのは一部だけ |
# | DFT の設定（2.5 節、演習 2） | 汎関数、分散力、基底、収束。レッスン [05](05_five_step_workflow.ipynb) で説明したが、このコースでは比べていない |
# | バランス（2.5 節） | エネルギーの低いところ**と**高いところ。後者がないと、シミュレーションが穴を見つける（その代償は、レッスン 03 の 5、7 節で測った） |
# | 記述子の得意な場面（2.6 節） | 対称性関数：水、シリコン、金属表面。SOAP：結晶、ナノクラスター、合金。グラフネットワーク：有機分子、触媒反応、生体分子 |
# | 言葉（2.6、2.7 節） | エンドツーエンド（end to end）：原子からエネルギーまで、すべてを学習する。連続フィルター畳み込み（continuous-filter convolution）：距離の関数である SchNet のフィルター（レッスン 08 の 2 節）。不確実性の定量化：GAP の誤差棒（レッスン 07 の 11 節） |
# | 事前訓練済みモデル（2.7 節） | ORB、GNoME。ここでは CHGNet と SevenNet を動かせる（`mlp_teach.pretrained.foundation`） |
# | 続きの章 | MD17 での SchNet の訓練、困ったときの対処、NequIP と MACE の研究例。このコースでは、レッスン 05、08、09、11、14 |

# %% [markdown] lang="en"
# ## What we learned
#
# The chapter closes with seven points. Here they are, as they stand after the measurements:
#
# - **Definition.** A function fitted to labels, from positions to an energy; forces are its slope. Symmetry is built in, accuracy is not: it belongs to data and test.
# - **Terms.** Invariant energy, equivariant forces, in every family. A spread warns; it is no error bar.
# - **Data.** Kinds count more than numbers: what is not shown is not known. In solid copper, dynamics was the kind that could be spared.
# - **Ecosystem.** Four phases, and between them files with units, signs and orders of their own.
# - **Five steps.** Ask the data before you train; weights have units; conserved energy is not correct energy.
# - **Descriptors.** Functions and SOAP grow with the square of the number of elements, networks do not; with few frames the kernel was ahead, with many the equivariant network.
# - **Architectures and active learning.** Compare on one data set and at equal time, or do not compare. Choosing labels saved 78 % in one system and cost 45 % in another.
#
# ## Exercises
#
# 1. *Fill.* Sort the table by evidence. Which three rows could you measure again within a minute each? Do it for one, on another machine: does the verdict stay?
# 2. *Find.* Take a row with *no source* and write the shortest question to its author whose answer would make it checkable.
# 3. *Find.* A talk says: "our model needs ten times less data." Write down, in order, the four questions of section 3 that you would ask.
# 4. *Fill.* Row M-5: for a slab of 64 atoms and a molecule of 6, an error of 2 meV/atom is 0.14 eV. Which error per atom may you have if the adsorption energy is to be right within 0.05 eV, whatever cancels?
# 5. *Build.* Take a claim of a paper that you are reading, give it a verdict, and write its row as `course/claims.md` has it: number, claim, verdict, evidence.
#
# **Next:** [14 Full-size training](14_full_size_training.ipynb), or your own system. Or once more: the cards of [02](02_fifteen_terms.ipynb) are due.
#
# ## References
#
# Every row of the table names its papers; all are in `course/references.bib`. The ten of the chapter, with what each is read for here:
#
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401): lesson 06.
# - A. P. Bartók, R. Kondor, G. Csányi, *Phys. Rev. B* **87**, 184115 (2013), [doi:10.1103/PhysRevB.87.184115](https://doi.org/10.1103/PhysRevB.87.184115): lesson 07.
# - K. T. Schütt et al., *Adv. Neural Inf. Process. Syst.* **30** (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566): lesson 08.
# - J. Klicpera, J. Groß, S. Günnemann, *ICLR* (2020), [doi:10.48550/arXiv.2003.03123](https://doi.org/10.48550/arXiv.2003.03123): lesson 08.
# - S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5): lesson 09.
# - I. Batatia et al., *Adv. Neural Inf. Process. Syst.* **35** (2022), [doi:10.48550/arXiv.2206.07697](https://doi.org/10.48550/arXiv.2206.07697): lesson 09.
# - J. S. Smith, O. Isayev, A. E. Roitberg, *Chem. Sci.* **8**, 3192 (2017), [doi:10.1039/C6SC05720A](https://doi.org/10.1039/C6SC05720A): lesson 11.
# - L. Zhang et al., *Adv. Neural Inf. Process. Syst.* **31** (2018), [doi:10.48550/arXiv.1805.09003](https://doi.org/10.48550/arXiv.1805.09003): lesson 11.
# - K. T. Schütt et al., *Nat. Commun.* **10**, 5024 (2019), [doi:10.1038/s41467-019-12875-2](https://doi.org/10.1038/s41467-019-12875-2): wave functions learnt by a network; not treated here.
# - A. Musaelian et al., *Nat. Commun.* **14**, 579 (2023), [doi:10.1038/s41467-023-36329-y](https://doi.org/10.1038/s41467-023-36329-y): lesson 11.

# %% [markdown] lang="ja" en="ef8a2b4b"
# ## このレッスンで学んだこと
#
# もとの章は 7 つの要点で終わります。測定を終えたいま、それぞれはこうなります。
#
# - **定義**　ラベルに合わせた、位置からエネルギーへの関数で、力はその傾き。対称性は組み込める。精度は組み込めず、データとテストで決まる。
# - **用語**　どの仲間でも、エネルギーは不変で、力は同変。ばらつきは警告であって、誤差の大きさではない。
# - **データ**　数よりも種類。見せていないものは知らない。固体の銅では、なくても困らないのは分子動力学だった。
# - **エコシステム**　4 つの段階の間を、それぞれの単位、符号、順序をもつファイルが行き来する。
# - **5 つのステップ**　訓練の前にデータを調べる。重みには単位がある。保存されるエネルギーが、正しいエネルギーとは限らない。
# - **記述子**　対称性関数と SOAP は元素の数の 2 乗で長くなり、ネットワークは変わらない。配置が少なければカーネルが、多ければ同変ネットワークが先を行った。
# - **アーキテクチャと能動学習**　1 つのデータ、同じ時間で比べる。そうでなければ比べない。ラベルを選ぶことで、ある系では 78 % を節約し、別の系では 45 % 余計にかかった。
#
# ## 演習
#
# 1. **埋める**　表を根拠の順に並べてください。1 分以内に測り直せる 3 行はどれですか。そのうち 1 行を、別のコンピュータで測ってください。判定は変わりませんか。
# 2. **見つける**　「出典なし」の行を 1 つ選び、その答えがあれば確かめられるようになる、最も短い質問を著者に書いてください。
# 3. **見つける**　ある講演で「私たちのモデルに必要なデータは 10 分の 1」と聞きました。3 節の問いのうち、尋ねるべき 4 つを、順に書いてください。
# 4. **埋める**　M-5 行：64 原子の板と 6 原子の分子では、2 meV/atom の誤差は 0.14 eV です。何が打ち消し合うかにかかわらず、吸着エネルギーを 0.05 eV 以内で求めるには、原子 1 個あたりの誤差はいくらまで許されますか。
# 5. **作る**　いま読んでいる論文の主張を 1 つ選び、判定を付けて、`course/claims.ja.md` の形の行（番号、主張、判定、根拠）を書いてください。
#
# **次へ**：[14 実際の規模の訓練](14_full_size_training.ipynb)。または、あなた自身の系へ。または、もう一度 [02](02_fifteen_terms.ipynb) のカードへ。今日の分が待っています。
#
# ## 参考文献
#
# 表の各行に論文を挙げました。すべて `course/references.bib` にあります。もとの章の 10 篇と、ここで読むところは次のとおりです。
#
# - J. Behler, M. Parrinello, *Phys. Rev. Lett.* **98**, 146401 (2007), [doi:10.1103/PhysRevLett.98.146401](https://doi.org/10.1103/PhysRevLett.98.146401)：レッスン 06
# - A. P. Bartók, R. Kondor, G. Csányi, *Phys. Rev. B* **87**, 184115 (2013), [doi:10.1103/PhysRevB.87.184115](https://doi.org/10.1103/PhysRevB.87.184115)：レッスン 07
# - K. T. Schütt et al., *Adv. Neural Inf. Process. Syst.* **30** (2017), [doi:10.48550/arXiv.1706.08566](https://doi.org/10.48550/arXiv.1706.08566)：レッスン 08
# - J. Klicpera, J. Groß, S. Günnemann, *ICLR* (2020), [doi:10.48550/arXiv.2003.03123](https://doi.org/10.48550/arXiv.2003.03123)：レッスン 08
# - S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5)：レッスン 09
# - I. Batatia et al., *Adv. Neural Inf. Process. Syst.* **35** (2022), [doi:10.48550/arXiv.2206.07697](https://doi.org/10.48550/arXiv.2206.07697)：レッスン 09
# - J. S. Smith, O. Isayev, A. E. Roitberg, *Chem. Sci.* **8**, 3192 (2017), [doi:10.1039/C6SC05720A](https://doi.org/10.1039/C6SC05720A)：レッスン 11
# - L. Zhang et al., *Adv. Neural Inf. Process. Syst.* **31** (2018), [doi:10.48550/arXiv.1805.09003](https://doi.org/10.48550/arXiv.1805.09003)：レッスン 11
# - K. T. Schütt et al., *Nat. Commun.* **10**, 5024 (2019), [doi:10.1038/s41467-019-12875-2](https://doi.org/10.1038/s41467-019-12875-2)：ネットワークで波動関数を学習する（このコースでは扱いません）
# - A. Musaelian et al., *Nat. Commun.* **14**, 579 (2023), [doi:10.1038/s41467-023-36329-y](https://doi.org/10.1038/s41467-023-36329-y)：レッスン 11
