# ---
# jupyter:
#   card: {learn_minutes: 20, run_seconds: 8, memory_mb: 470}
# ---

# %% [markdown] lang="en"
# # Start here
#
# **Question of this lesson.** Does everything work on this computer, and how do you get the most out of a lesson?
#
# Run the next three cells: click into the first and press **Shift+Enter** three times. A picture appears after a few seconds.

# %% [markdown] lang="ja" en="bea7d71b"
# # はじめに
#
# **このレッスンの問い**　このコンピュータで、すべてが正しく動くでしょうか。また、レッスンはどう進めると身につくでしょうか。
#
# 次のセルをクリックして、**Shift+Enter** を 3 回押してください。数秒で図が現れます。

# %%
lang = "en"

from itertools import combinations

import numpy as np
from ase import Atoms
from ase.calculators.emt import EMT

from mlp_teach.widgets.pes_explorer import pes_explorer, potential_of

ask_emt, one_atom = potential_of(EMT()), EMT().get_potential_energy(Atoms("Cu"))


# %%
def together(atoms):
    energy, forces = ask_emt(atoms)
    return energy - len(atoms) * one_atom, forces  # 0 eV: free atoms


def in_pairs(atoms):
    energy, forces = 0.0, np.zeros((len(atoms), 3))
    for pair in combinations(range(len(atoms)), 2):
        energy_of_pair, forces_of_pair = together(atoms[list(pair)])
        energy += energy_of_pair
        forces[list(pair)] += forces_of_pair
    return energy, forces


# %%
trimer = Atoms("Cu3", [[0, 0, 0], [2.5, 0, 0], [1.25, 3.6, 0]])
pes_explorer(trimer, together, in_pairs, span=6, lang=lang)

# %% [markdown] lang="en"
# Three copper atoms. The map says how high the energy is when the third atom stands elsewhere, the arrows say in which
# direction it is pulled. Two rules of nature are compared here:
#
# - **reference**: effective medium theory (EMT), a simple theory of metals, in which an atom's energy depends on all its neighbours together;
# - **model**: the same theory, but asked for one pair of atoms at a time; the energies of the three pairs are added up.
#
# So the two agree for *two* atoms, at every distance.
#
# **Predict before you try.** Do they also agree for three? If not, which of the two binds the third atom more strongly?
# Run the next cell and write down what you expect, and why, in a few words. Nobody marks it; it is kept beside the notebook, and you can hold it against what you find.

# %% [markdown] lang="ja" en="d61c6e87"
# 銅の原子が 3 個あります。地図は、3 番目の原子を別の場所に置いたときのエネルギーの高さを表し、矢印はその原子がどちらへ
# 引かれるかを表します。ここでは 2 つの法則を比べています。
#
# - **参照**：有効媒質理論（effective medium theory, EMT）。金属の簡単な理論で、原子のエネルギーは、まわりの原子すべてからまとめて決まります。
# - **モデル**：同じ理論ですが、原子を 2 個ずつ取り出してエネルギーを求め、3 つの対について足し合わせます。
#
# ですから、原子が 2 個のときは、どの距離でも一致します。
#
# **試す前に予想しましょう。** 3 個でも一致するでしょうか。一致しないなら、3 番目の原子を強く結合するのはどちらでしょうか。
# 次のセルを実行して、予想とその理由を短く書いてください。採点はされません。書いたものはノートブックと同じフォルダに保存されるので、あとで結果と比べられます。

# %%
from mlp_teach.widgets.prediction import prediction

prediction("three atoms", lang)

# %% [markdown] lang="en"
# Now go back to the picture and drag the third atom towards the other two, or press `Tab` until a ring shows that the atom is selected, then use the arrow keys.
# Choose *difference* as the map. Then press one of the two *downhill* buttons a few times: it lets the atom follow that force.

# %% [markdown] lang="ja" en="4244e55e"
# では、図に戻って、3 番目の原子をほかの 2 個のほうへドラッグしてください。キーボードなら、`Tab` キーで原子を選び（輪が目印です）、矢印キーで動かします。
# 次に、地図を「両者の差」に切り替えます。最後に、「…の力で下る」ボタンを何度か押してみましょう。選んだほうの力に従って、原子が動きます。

# %% [markdown] lang="en"
# They do not agree: the sum of pairs binds the third atom more than twice as strongly, because it counts two full bonds. In a metal, bonds
# weaken each other. Such a **many-body interaction** cannot be put together from pairs, however well the pairs are known.
# Nobody has a simple formula for it that holds for all materials; so one *learns* it from quantum-mechanical calculations.
# This course shows how: from the first definition to a potential that you train yourself and use in a simulation.

# %% [markdown] lang="ja" en="4015d015"
# 一致しません。対の和では、3 番目の原子の結合が 2 倍以上も強くなります。結合 2 本分をそのまま足すからです。
# 金属では、結合は互いに弱め合います。このような**多体相互作用**（many-body interaction）は、対をどれほど正確に
# 知っていても、対の足し合わせでは表せません。どの物質にも通用する簡単な式は知られていないので、量子力学の計算結果から「学習」します。
# このコースでは、最初の定義から始めて、自分で訓練したポテンシャルをシミュレーションに使うところまで進みます。

# %% [markdown] lang="en"
# ## How a lesson works
#
# 1. **Predict.** Before an experiment we ask what you expect. Decide, even if you are not sure: a wrong
#    prediction teaches more than a cell that merely ran. Write it down: in a field as above where there is one (no need to
#    save: it stays in the file `widgets.json` beside the notebook), else in a cell of your own.
# 2. **Run.** Each claim is followed by the cell that tests it. Change a number and run it again. You cannot break anything that *Kernel → Restart Kernel* does not mend;
#    to keep the original, *File → Duplicate* it first.
# 3. **Read.** `show(...)` prints the library's own code, with its file and line numbers. What is explained is what runs.
# 4. **Play.** Pictures with a dashed ring can be moved. Below each stand the same numbers as text.
# 5. **Practise.** Exercises close every lesson.
#
# | key | what it does |
# |---|---|
# | `Shift+Enter` | run this cell and go to the next |
# | `Ctrl+Enter` | run this cell and stay |
# | `Esc`, then `A` or `B` | new cell above or below |
# | `I` `I` (after `Esc`) | stop a cell that takes too long |
# | `Tab`, then arrow keys | select and move an atom in a picture (with `Shift`: larger steps) |
#
# The same lessons exist in Japanese, in the folder `course/ja`.

# %% [markdown] lang="ja" en="bc4c791f"
# ## レッスンの進め方
#
# 1. **予想する**　実験の前に、結果がどうなると思うかを尋ねます。自信がなくても決めてください。ただセルを実行するより、予想が外れたほうが多くを学べます。予想は書きとめましょう。上のような欄があればそこに（ノートブックと同じフォルダのファイル `widgets.json` に自動で保存されます）、なければ自分でセルを作って書きます。
# 2. **実行する**　主張のすぐ後に、それを確かめるセルがあります。数値を変えて、もう一度実行してみましょう。おかしくなっても、「Kernel → Restart Kernel」で元に戻ります。元のノートブックを残したいときは、先に「File → Duplicate」で複製します。
# 3. **読む**　`show(...)` は、ライブラリのコードそのものを、ファイル名と行番号つきで表示します。説明したものが、そのまま動いています。
# 4. **動かす**　点線の輪がある図は動かせます。図の下には、同じ内容が数値でも示されます。
# 5. **解く**　各レッスンの最後に演習があります。
#
# | キー | はたらき |
# |---|---|
# | `Shift+Enter` | セルを実行して次へ進む |
# | `Ctrl+Enter` | セルを実行して、その場にとどまる |
# | `Esc` のあと `A` または `B` | 上または下に新しいセルを作る |
# | `Esc` のあと `I` `I` | 時間のかかりすぎるセルを止める |
# | `Tab` のあと矢印キー | 図の中の原子を選んで動かす（`Shift` を加えると大きく動く） |
#
# 同じレッスンの英語版が、フォルダ `course/en` にあります。

# %% [markdown] lang="en"
# ## Keep your work
#
# On your own computer and on the hub of a class, your notebooks stay where they are. **On Binder they do not:** the computer that you were lent
# is gone when you close the page, or leave it alone for some ten minutes, and nothing that you do there is graded. Before you leave, press this button. It saves what is open
# and gives your browser one file: your exercises, the lessons that you ran, and what the pictures and cards remember. Next time, drag that file into
# the file browser on the left and run `from mlp_teach.widgets.put_back import put_back; put_back("NAME.zip")`. The same two lines as below work in every notebook of the course.
#
# Binder lends about 2 GB of memory. Each open notebook takes its share, so shut down what you have finished: *Kernel → Shut Down Kernel*.

# %% [markdown] lang="ja" en="f13b3b6e"
# ## 作業を残す
#
# 自分のコンピュータや授業用のハブでは、ノートブックはそのまま残ります。**Binder では残りません。** 借りているコンピュータは、ページを閉じたり
# 10 分ほど何もしなかったりすると消えてしまい、そこでの作業が採点されることもありません。ページを離れる前に、このボタンを押してください。開いているものを保存し、
# 演習問題、実行したレッスン、図やカードの記録を 1 つのファイルにまとめて、ブラウザに渡します。次に始めるときは、そのファイルを左のファイルブラウザにドラッグし、
# `from mlp_teach.widgets.put_back import put_back; put_back("ファイル名.zip")` を実行してください。下のセルの 2 行は、このコースのどのノートブックでも使えます。
#
# Binder で使えるメモリは 2 GB ほどです。開いているノートブックがそれぞれメモリを使うので、終わったものは「Kernel → Shut Down Kernel」で停止しましょう。

# %%
from mlp_teach.widgets.download_answers import download_answers

download_answers(lang=lang)

# %% [markdown] lang="en"
# ## Is all well on this computer?
#
# The doctor looks at what the course needs. A line that starts with `!` comes with advice; without any, go on.

# %% [markdown] lang="ja" en="53020cc3"
# ## このコンピュータの健康診断
#
# 必要なものがそろっているかどうかを調べます。`!` で始まる行には、英語で対処法が続きます。なければ、そのまま進みましょう。

# %%
from mlp_teach.doctor import examine, report

print(report(examine()))
print("\n", {"en": "This lesson speaks English.", "ja": "このレッスンは日本語です。"}[lang])

# %% [markdown] lang="en"
# ## The map
#
# The course follows the sections of a textbook chapter; each lesson is taught with files of the library `mlp_teach`, and you are meant to read them.
# In the picture, structures enter on the left and a simulation comes out on the right.

# %% [markdown] lang="ja" en="75614580"
# ## 地図
#
# このコースは、ある教科書の章の節立てに沿っています。各レッスンはライブラリ `mlp_teach` のファイルを使って進み、そのファイルを読むことも学習の一部です。
# 図では、左から原子の構造が入り、右からシミュレーションが出てきます。

# %% [markdown] lang="en"
# ```mermaid
# flowchart LR
#     sam["sampling/, labelling/"] --> data["datasets/"] --> gra["graph.py"] --> desc["descriptors/"] --> mod["models/"] --> pot["potential.py"] --> tra["training/"] --> sim["simulation/"]
#     sim --> act["active_learning/"] --> sam
#     L1(["2.1 · lesson 01"]) -.-> pot
#     L3(["2.3 · lesson 03"]) -.-> sam
#     L5(["2.5 · lesson 05"]) -.-> data & tra & sim
#     L6(["2.6 · lessons 06, 07"]) -.-> desc
#     L8(["2.6, 2.7 · lessons 08, 09, 11"]) -.-> mod
#     L12(["2.8 · lesson 12"]) -.-> act
# ```
#
# | lesson | asks | read along in the library |
# |---|---|---|
# | [01 What is an MLP?](01_what_is_an_mlp.ipynb) | What must a learned potential be able to do? | `graph.py`, `potential.py`, `checks/`, `models/lennard_jones.py` |
# | [02 Fifteen terms](02_fifteen_terms.ipynb) | What do the words of the field mean, shown on real objects? | `widgets/glossary_terms.py` |
# | [03 Training data](03_training_data.ipynb) | Which structures does a potential have to be shown? | `sampling/`, `labelling/` |
# | [04 The ecosystem](04_ecosystem.ipynb) | Which program does what, and what do they read and write? | `labelling/`, `simulation/`, `analysis/` |
# | [05 Five-step workflow](05_five_step_workflow.ipynb) | How does one get from data to a simulation one can trust? | `datasets/`, `training/`, `simulation/`, `analysis/` |
# | [06 Symmetry functions](06_symmetry_functions.ipynb) | How do atoms become numbers that do not change when the atoms turn? | `descriptors/symmetry_functions.py`, `descriptors/angular.py` |
# | [07 SOAP](07_soap.ipynb) | How does one compare two surroundings as a whole? | `descriptors/soap.py`, `models/gap.py`, `training/regression.py` |
# | [08 Graph networks](08_graph_networks.ipynb) | Can a network find its own descriptor, by messages between atoms? | `models/schnet.py`, `models/dimenet.py`, `models/painn.py`, `trace/` |
# | [09 Equivariance](09_equivariance.ipynb) | What do features gain that turn with the atoms? | `basis/tensor_product.py`, `models/nequip.py`, `models/mace.py` |
# | [10 Choosing a descriptor](10_choosing_a_descriptor.ipynb) | Which descriptor for which system, data and machine? | `checks/`, `widgets/descriptor_choice.py` |
# | [11 Seven architectures](11_seven_architectures.ipynb) | What was new each time from 2007 to today, and is it ten times better? | `models/`, `plotting/architectures.py`, `training/recorded_curves.py` |
# | [12 Active learning](12_active_learning.ipynb) | Can the model itself say what to label next, and what does that save? | `active_learning/` |
# | [13 Summary](13_summary.ipynb) | Which figures of the chapter hold, and which of its goals have you reached? | `widgets/claims.py`, [claims.md](../claims.md) |
# | [14 Full-size training](14_full_size_training.ipynb) | A training takes hours on a GPU: how to send it away, look on, and bring the model home? | `kernels/`, `training/job.py`, `widgets/training_monitor.py` |
#
# Take them in this order, or go to 06 before 05 if you like to know your tools first.

# %% [markdown] lang="ja" en="a2a4db29"
# ```mermaid
# flowchart LR
#     sam["sampling/, labelling/"] --> data["datasets/"] --> gra["graph.py"] --> desc["descriptors/"] --> mod["models/"] --> pot["potential.py"] --> tra["training/"] --> sim["simulation/"]
#     sim --> act["active_learning/"] --> sam
#     L1(["2.1 節・レッスン 01"]) -.-> pot
#     L3(["2.3 節・レッスン 03"]) -.-> sam
#     L5(["2.5 節・レッスン 05"]) -.-> data & tra & sim
#     L6(["2.6 節・レッスン 06、07"]) -.-> desc
#     L8(["2.6、2.7 節・レッスン 08、09、11"]) -.-> mod
#     L12(["2.8 節・レッスン 12"]) -.-> act
# ```
#
# | レッスン | 問い | あわせて読むファイル |
# |---|---|---|
# | [01 MLP とは何か](01_what_is_an_mlp.ipynb) | 学習したポテンシャルは、何ができなければならないか | `graph.py`、`potential.py`、`checks/`、`models/lennard_jones.py` |
# | [02 15 の用語](02_fifteen_terms.ipynb) | この分野の言葉は、実物で見ると何を指すか | `widgets/glossary_terms.py` |
# | [03 訓練データ](03_training_data.ipynb) | ポテンシャルにはどんな構造を見せればよいか | `sampling/`、`labelling/` |
# | [04 エコシステム](04_ecosystem.ipynb) | どのプログラムが何をし、何を読み書きするか | `labelling/`、`simulation/`、`analysis/` |
# | [05 5 ステップのワークフロー](05_five_step_workflow.ipynb) | データから、信頼できるシミュレーションまでどう進むか | `datasets/`、`training/`、`simulation/`、`analysis/` |
# | [06 対称性関数](06_symmetry_functions.ipynb) | 原子の並びを、回しても変わらない数にするにはどうするか | `descriptors/symmetry_functions.py`、`descriptors/angular.py` |
# | [07 SOAP](07_soap.ipynb) | 原子の環境どうしを、まるごと比べるにはどうするか | `descriptors/soap.py`、`models/gap.py`、`training/regression.py` |
# | [08 グラフニューラルネットワーク](08_graph_networks.ipynb) | 原子の間のメッセージから、記述子をネットワーク自身が見つけられるか | `models/schnet.py`、`models/dimenet.py`、`models/painn.py`、`trace/` |
# | [09 同変性](09_equivariance.ipynb) | 原子と一緒に回る特徴量を使うと、何が得られるか | `basis/tensor_product.py`、`models/nequip.py`、`models/mace.py` |
# | [10 記述子を選ぶ](10_choosing_a_descriptor.ipynb) | どの系、どのデータ、どのコンピュータに、どの記述子を使うか | `checks/`、`widgets/descriptor_choice.py` |
# | [11 7 つのアーキテクチャ](11_seven_architectures.ipynb) | 2007 年から今日まで、そのたびに何が新しくなったか。10 倍よくなったか | `models/`、`plotting/architectures.py`、`training/recorded_curves.py` |
# | [12 能動学習](12_active_learning.ipynb) | 次にラベルを付ける構造をモデル自身が選べるか、どれだけ節約できるか | `active_learning/` |
# | [13 まとめ](13_summary.ipynb) | もとの章の数値のうち、どれが成り立つか。どの目標に届いたか | `widgets/claims.py`、[claims.ja.md](../claims.ja.md) |
# | [14 実際の規模の訓練](14_full_size_training.ipynb) | GPU で何時間もかかる訓練を、どう送り出し、見守り、モデルを持ち帰るか | `kernels/`、`training/job.py`、`widgets/training_monitor.py` |
#
# この順に進むのがおすすめです。道具を先に知りたい人は、05 の前に 06 を読んでもかまいません。

# %% [markdown] lang="en"
# ## Read the code beside the paper
#
# Every file of the library is built alike: what it is, the equations with the paper's own numbers, a table of symbols where needed, and what was done
# differently. Then the code, with the paper's letters. Here is one of the smallest, whole.
#
# **Predict.** A neighbour moves outwards through the cutoff $r_c$. Its weight $f_c$ becomes zero there. Does the *force* that it exerts jump?

# %% [markdown] lang="ja" en="39a10818"
# ## 論文の隣に置いてコードを読む
#
# ライブラリのファイルは、どれも同じ形をしています。まず何のファイルか、次に式（番号は論文のもの）、必要なら記号の表、そして論文と違う点。
# その後にコードが続き、変数には論文と同じ文字を使います。いちばん小さいファイルの一つを、まるごと見てみましょう。
#
# **予想しましょう。** 隣の原子が遠ざかって、カットオフ半径（cutoff radius）$r_c$ を越えます。そこで重み $f_c$ は 0 になります。
# このとき、その原子が及ぼす力は急に変わるでしょうか。

# %%
from mlp_teach.basis import cutoffs
from mlp_teach.show import show

show(cutoffs)

# %% [markdown] lang="en"
# The header answers. **Claim.** At $r_c$ both the value and the slope of $f_c$ are zero.
#
# Is that true? A claim is as good as its test, and in these lessons the next cell tests it:

# %% [markdown] lang="ja" en="7edff59c"
# 答えはファイルの冒頭にあります。**主張**　$r_c$ では、$f_c$ の値も傾きも 0 です。
#
# 本当でしょうか。主張は、確かめてこそ信じられます。このコースでは、次のセルで確かめます。

# %%
import torch

r = torch.tensor([5.0, 5.9, 5.99, 6.0, 6.5], requires_grad=True)
weight = cutoffs.cosine_cutoff(r, cutoff=6.0)
(slope,) = torch.autograd.grad(weight.sum(), r)
for values in zip(r.tolist(), weight.tolist(), slope.tolist(), strict=True):
    print("r = {:.2f} Å   f_c = {:.6f}   slope = {:+.6f} /Å".format(*values))

# %% [markdown] lang="en"
# The claim holds: both fade out together, so the force does not jump. `torch.autograd` found the slope: you will meet it again, since this is how
# forces are made in the next lesson.
#
# ## What we learned
#
# - The environment works, or the doctor has told you what to do.
# - Predict, run, read, play, practise.
# - Two potentials that agree on every pair of atoms can disagree on three.
# - A library file opens with its equations; its claims are tested.
#
# ## Exercises
#
# 1. Use the *downhill* buttons of the first picture from several starting places. How many atoms does the third one touch at the end, and at which distances, by the reference and by the model?
# 2. Move the third atom far away from the other two. Which energy is left, and why is it not zero? Is it the lowest that two atoms can have? (Read the energies of a pair with `together(Atoms("Cu2", [[0, 0, 0], [d, 0, 0]]))`.)
# 3. A cutoff that ends suddenly, $f = 1$ for $r < r_c$ and 0 beyond, would be simpler. What would happen to the energy of a simulation in which atoms cross $r_c$?
#
# **Next:** [01 What is an MLP?](01_what_is_an_mlp.ipynb)
#
# ## References
#
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3): effective medium theory, as ASE has it.
# - J. Behler, *J. Chem. Phys.* **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717): the cutoff function.
# - A. H. Larsen et al., *J. Phys.: Condens. Matter* **29**, 273002 (2017), [doi:10.1088/1361-648X/aa680e](https://doi.org/10.1088/1361-648X/aa680e): ASE.

# %% [markdown] lang="ja" en="0eb61587"
# 主張のとおりです。値も傾きもなめらかに 0 に近づくので、力は急に変わりません。傾きを求めたのは `torch.autograd` です。次のレッスンでは、これで力を求めます。
#
# ## このレッスンで学んだこと
#
# - 環境は正しく動いています。そうでなければ、どうすればよいかがわかりました。
# - 予想し、実行し、読み、動かし、解く。
# - 原子 2 個ならいつも一致する 2 つのポテンシャルでも、3 個では食い違うことがあります。
# - ライブラリのファイルは式から始まり、その主張は確かめられています。
#
# ## 演習
#
# 1. 最初の図で、いろいろな場所から「…の力で下る」ボタンを使ってみましょう。3 番目の原子は、最後に何個の原子と接し、距離はいくらになりますか。参照とモデルのそれぞれで答えてください。
# 2. 3 番目の原子を、ほかの 2 個から遠く離します。残るエネルギーはいくらですか。なぜ 0 にならないのでしょうか。それは、原子 2 個がとりうる最低のエネルギーでしょうか。（対のエネルギーは `together(Atoms("Cu2", [[0, 0, 0], [d, 0, 0]]))` でわかります。）
# 3. $r < r_c$ で $f = 1$、その外で 0 と、急に切るほうが簡単です。そうすると、原子が $r_c$ を出入りするシミュレーションのエネルギーはどうなるでしょうか。
#
# **次へ**：[01 MLP とは何か](01_what_is_an_mlp.ipynb)
#
# ## 参考文献
#
# - K. W. Jacobsen, P. Stoltze, J. K. Nørskov, *Surf. Sci.* **366**, 394 (1996), [doi:10.1016/0039-6028(96)00816-3](https://doi.org/10.1016/0039-6028%2896%2900816-3)：有効媒質理論（ASE の EMT）
# - J. Behler, *J. Chem. Phys.* **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717)：カットオフ関数
# - A. H. Larsen et al., *J. Phys.: Condens. Matter* **29**, 273002 (2017), [doi:10.1088/1361-648X/aa680e](https://doi.org/10.1088/1361-648X/aa680e)：ASE
