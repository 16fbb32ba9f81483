# ---
# jupyter:
#   card: {learn_minutes: 50, run_seconds: 45, memory_mb: 1000}
# ---

# %% [markdown] lang="en"
# # Full-size training: send it away, look on, bring it home
#
# **Question of this lesson.** The trainings so far took a minute beside the notebook. A model for research takes hours, on a computer with a GPU. Where does it run, how do you watch it, and how does the model come back to you?
#
# Afterwards you can
#
# - say what a kernel has, and let a notebook choose its size by that;
# - count the steps of a training and estimate its time *before* you start it;
# - start a training as a job of its own, follow it, stop it and let it go on;
# - read a model card, and test whether a checkpoint gives the same numbers on your computer;
# - reach a GPU in three ways, and say which one suits which computer.
#
# Everything here runs on a laptop or on Binder, at the small size. With a GPU you change one word.

# %% [markdown] lang="ja" en="c8ee7030"
# # 実際の規模の訓練：送り出し、見守り、持ち帰る
#
# **このレッスンの問い**　これまでの訓練は、ノートブックを開いている間に、1 分ほどで終わりました。研究に使うモデルの訓練は、GPU のあるコンピュータでも何時間もかかります。どこで動かし、どう見守り、できたモデルをどう持ち帰ればよいのでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - カーネルで何が使えるかを調べ、それに合わせてノートブックに規模を選ばせる。
# - 訓練のステップ数を数え、始める前に時間を見積もる。
# - 訓練を独立したジョブとして始め、見守り、止め、続きから動かす。
# - モデルカードを読み、手元のコンピュータでもチェックポイントから同じ数値が出ることを確かめる。
# - GPU を使う 3 つの方法を知り、どのコンピュータにどれが向くかを説明する。
#
# 小さい規模なら、ノートパソコンでも Binder でも、すべて動きます。GPU があれば、単語を 1 つ変えるだけです。

# %% [markdown] lang="en"
# ## 1. What does this kernel have?
#
# A notebook has two halves. The page is in your browser; the **kernel**, the process that computes, may be on your computer, on a server, or on a third computer that the server has asked. *Here* means where the kernel is.
#
# **Predict.** Which device will the doctor find: a processor only, or a GPU? And on which computer?

# %% [markdown] lang="ja" en="c5449a98"
# ## 1. このカーネルで何が使えるか
#
# ノートブックは 2 つの部分からできています。画面はブラウザの中にあります。計算をするプロセスである**カーネル**（kernel）は、手元のコンピュータにあるかもしれませんし、サーバーや、サーバーから依頼を受けた別のコンピュータにあるかもしれません。「ここ」とは、カーネルのあるコンピュータのことです。
#
# **予想しましょう。** どのデバイスが見つかるでしょうか。プロセッサ（CPU）だけでしょうか、GPU もあるでしょうか。それは、どのコンピュータでしょうか。

# %%
lang = "en"

import platform

from mlp_teach.doctor import examine, report
from mlp_teach.kernels.offer import kernel_offer

print("host     ", platform.node())
print(report([one for one in examine() if one.name in ("torch", "threads", "device", "memory")]))
offer = kernel_offer(lang)
print(offer.message)

# %% [markdown] lang="en"
# The last line is the kernel's offer. It looks for what was asked of it (the variable `MLP_TEACH_DEVICE` of its kernelspec, section 7) and for what PyTorch finds. If a GPU was asked for and is not there, it says so and offers the small size, so that a notebook never fails for want of a GPU.
#
# ## 2. One plan, two sizes
#
# An experiment is a text. This one trains a PaiNN on ethanol (rMD17: 1,000 frames to learn from, another 1,000 to test); only a few numbers differ between the sizes. The full size equals `experiments/painn_ethanol_full.toml`, which has the features of the paper.

# %% [markdown] lang="ja" en="34d0c402"
# 最後の行が、このカーネルからの提案です。カーネルに指定されたデバイス（kernelspec の変数 `MLP_TEACH_DEVICE`、7 節）と、PyTorch から見えるものとを調べています。GPU が指定されているのに見つからなければ、そう述べたうえで、小さい規模を提案します。ですから、GPU がないというだけでノートブックが失敗することはありません。
#
# ## 2. 1 つの計画、2 つの規模
#
# 実験は 1 つのテキストファイルに書きます。次の計画では、エタノール（rMD17：学習用 1,000 配置、テスト用 1,000 配置）で PaiNN を訓練します。2 つの規模で違うのは、いくつかの数値だけです。full は `experiments/painn_ethanol_full.toml` と同じで、特徴量の数は論文と同じです。

# %%
SIZES = {
    "small": {"features": 32, "layers": 2, "epochs": 12, "batch": 25, "rate": (5e-3, 1e-4)},
    "full": {"features": 128, "layers": 3, "epochs": 2000, "batch": 10, "rate": (1e-3, 1e-6)},
}
AVERAGE = {"small": 0.95, "full": 0.999}  # decay of the moving average of the weights

# %%
PLAN = """
data = {{set = "ethanol", validation = 0.05, seed = 0, precision = "float32"}}
[model]
class = "mlp_teach.models.painn:PaiNN"
elements = [1, 6, 8]
expansion = {{kind = "SineWaves", n = 20, cutoff = 5.0}}
features = {features}
layers = {layers}
[training]
weights = {{energy = 10.0, forces = 1.0}}
epochs = {epochs}
batch_size = {batch}
learning_rate = {rate[0]}
last_learning_rate = {rate[1]}
average = {average}"""

# %%
from pathlib import Path

from mlp_teach.training.experiment import build_model, read_experiment

plans = {}
for size, numbers in SIZES.items():
    place = Path("runs") / f"lesson_14_{size}"
    place.mkdir(parents=True, exist_ok=True)
    (place / "plan.toml").write_text(PLAN.format(average=AVERAGE[size], **numbers))
    plans[size] = read_experiment(place / "plan.toml")
    weights = sum(one.numel() for one in build_model(plans[size]).parameters())
    print(f"{size:5}  {weights:7,} weights   {place.absolute()}")

# %% [markdown] lang="en"
# **By hand.** Of the 1,000 frames, 950 are learnt from. At the small size an epoch has 950 / 25 = 38 steps, 12 epochs have 456. At the full size: 95 steps, times 2,000, are 190,000. That is 417 times as many, with a network of 21 times as many weights.
#
# **Predict.** How much longer does *one step* take at the full size: 21 times? How many hours will the whole take here? Write a number down, then measure ten steps.

# %% [markdown] lang="ja" en="0bb212bd"
# **手で計算しましょう。** 1,000 配置のうち、訓練に使うのは 950 配置です。small では 1 エポックが 950 / 25 = 38 ステップ、12 エポックで 456 ステップです。full では 1 エポックが 95 ステップ、2,000 エポックで 190,000 ステップです。ステップ数は 417 倍、ネットワークの重みの数は 21 倍です。
#
# **予想しましょう。** full の 1 ステップにかかる時間は、small の何倍でしょうか。21 倍でしょうか。全体では、ここで何時間かかるでしょうか。数を書きとめてから、10 ステップを測ってみます。

# %%
from dataclasses import replace

from mlp_teach.datasets import load
from mlp_teach.training.experiment import make_data, train

frames = load("ethanol", "train")


def seconds_per_step(plan, device, steps=10):
    model, batch = build_model(plan), plan.training.batch_size
    data = make_data(model, frames[: steps * batch], plan.precision)
    twice = replace(plan.training, epochs=2)  # the first time is slower: memory is fetched
    first, second = train(model, data, data[:1], twice, device=device)
    return (second.seconds - first.seconds) / steps


# %%
for size, plan in plans.items():
    steps = plan.training.epochs * -(-950 // plan.training.batch_size)
    one = seconds_per_step(plan, offer.device)
    print(f"{size:5}  {steps:7,} steps of {1e3 * one:5.1f} ms: {steps * one / 3600:6.3f} h")

# %% [markdown] lang="en"
# A step costs a few times as much, not 21 times: it has fewer frames (10 instead of 25), and with small matrices much of the time goes into what does not grow with them. But there are so many steps that a processor is busy for hours. Where this text was written, a thread that nobody disturbed would have taken 23 ms for a step of the small size and 60 ms for one of the full size: 10 seconds and 3 hours in all, without the frames that judge each epoch. On a busy computer you will have read larger numbers: what counts for you is the time that you wait.
#
# That is an estimate, and it says what it rests on: ten steps, this machine. On a GPU nobody has measured it yet; run these cells on a kernel that has one, and you will know. **Estimate before you send**: an error by a factor of ten is found now, not tomorrow.

# %% [markdown] lang="ja" en="ae4bb91e"
# 1 ステップは数倍の時間がかかりますが、21 倍ではありません。1 度に見る配置が 25 から 10 に減り、また、行列が小さいうちは、その大きさによらない手間が大きいからです。しかしステップ数が多いので、プロセッサなら何時間もかかります。この文章を書いたコンピュータでは、ほかに何も動いていないときの 1 スレッドに換算して、1 ステップが small で 23 ms、full で 60 ms でした。全体では 10 秒と 3 時間で、そのほかに、毎エポックの検証の時間がかかります。混んだコンピュータでは、もっと大きな数が表示されたはずです。大切なのは、実際に待つ時間です。
#
# これは見積もりで、根拠は、このコンピュータでの 10 ステップです。GPU での時間は、まだ誰も測っていません。GPU のあるカーネルでこのセルを実行すれば、わかります。**送り出す前に見積もりましょう。** 10 倍の間違いに、明日ではなく、いま気づけます。

# %% [markdown] lang="en"
# ## 3. A job of its own
#
# A training that runs *in* a notebook ends with it: a closed laptop, a restarted kernel, a server that ends idle kernels. So send it away, as a process of its own. The notebook keeps nothing but the name of a folder, and the job writes there, after every epoch, how far it is.
#
# **Predict.** The next cell starts a training of half a minute. How long will the cell itself take? And what becomes of the training if you restart the kernel right after?

# %% [markdown] lang="ja" en="60bcbbfa"
# ## 3. 独立したジョブにする
#
# ノートブックの「中」で動く訓練は、ノートブックと一緒に終わります。ノートパソコンを閉じたとき、カーネルを再起動したとき、使われていないカーネルをサーバーが止めたときです。そこで、独立したプロセスとして送り出します。ノートブックが覚えているのはフォルダの名前だけで、ジョブは 1 エポックごとに、どこまで進んだかをそのフォルダに書きます。
#
# **予想しましょう。** 次のセルで、30 秒ほどの訓練が始まります。セルの実行そのものには、どれくらいかかるでしょうか。また、その直後にカーネルを再起動したら、訓練はどうなるでしょうか。

# %%
import time

from mlp_teach.training.job import ThisComputer, follow, submit

size = "small"  # or offer.size, which is "full" where there is a GPU
folder = Path("runs") / f"lesson_14_{size}"
started = time.perf_counter()
job = submit(folder / "plan.toml", folder, ThisComputer(), device=offer.device)
print(f"process {job.number} on {job.host}, sent in {time.perf_counter() - started:.2f} s")

# %% [markdown] lang="en"
# The cell is done at once, and the kernel is free. The training lives on without it: after a restart, the next cell finds it again by its folder. (If the folder holds a training that was finished before, the job sees that and ends soon.)
#
# ## 4. Look on
#
# The **training monitor** reads the folder every two seconds while the kernel is free, and whenever you press its button. Run the cell, then go on reading; the curve grows meanwhile.
#
# **Predict.** Will the validation loss, of 50 frames that are not learnt from, lie above or below the training loss in the first epochs? (The training loss is a mean over the whole epoch; the validation comes at its end.)

# %% [markdown] lang="ja" en="bb8bd192"
# セルはすぐに終わり、カーネルは空いています。訓練は、カーネルがなくなっても続きます。再起動しても、次のセルがフォルダを手がかりに、また見つけます（すでに終わった訓練がフォルダにあれば、ジョブはそれに気づいて、すぐに終わります）。
#
# ## 4. 見守る
#
# **訓練モニター**は、カーネルが空いている間は 2 秒ごとに、またボタンを押したときに、フォルダを読みます。セルを実行したら、先へ読み進めてください。そのあいだに曲線が伸びていきます。
#
# **予想しましょう。** 訓練に使わない 50 配置での検証の損失は、はじめの数エポックで、訓練の損失より上になるでしょうか、下になるでしょうか（訓練の損失はエポック全体の平均で、検証はエポックの終わりに行います）。

# %%
from mlp_teach.widgets.training_monitor import training_monitor

monitor = training_monitor(folder, lang)
monitor

# %% [markdown] lang="en"
# The picture is a view; behind it are plain data. `follow` gives them to any cell, in any notebook that sees the folder. (*waiting*, 0 of 0: the job's Python is still starting. Run the cell again.) Below stands what it reads with.
#
# **Predict**, before you read the code: a job that is killed at once cannot write that it was. What will its file say for ever after, and how can a reader find out the truth?

# %% [markdown] lang="ja" en="b40b3e6f"
# 図のもとになっているのは、普通のデータです。フォルダが見えるノートブックなら、どのセルからでも `follow` で取り出せます。（*waiting*、0 of 0 と出たら、ジョブの Python がまだ起動中です。もう一度セルを実行してください。）その下に表示されるのは、`follow` がファイルを読むのに使う関数です。
#
# コードを読む前に**予想しましょう**。突然強制終了されたジョブは、そのことを書き残せません。ファイルには、いつまでも何と書いてあるでしょうか。読む側は、どうすれば本当のことがわかるでしょうか。

# %%
from mlp_teach.show import show
from mlp_teach.training.progress import read_progress

progress = follow(folder)
print(progress.state, len(progress.history), "of", progress.epochs)
print(*progress.history[-2:], sep="\n")
show(read_progress)

# %% [markdown] lang="en"
# It says *running* for ever. So on the job's own computer the reader asks whether the process still lives; its number is not enough, since numbers are given again, so the time when it began must agree, too. If it is another process or none, the state is *gone*. On another computer nobody can ask: there only silence tells.
#
# The rest of the lesson needs the model, so the next cell waits until the job is over. At the full size do not wait: close everything, and come back tomorrow. (On a hub a training that `ThisComputer()` started ends with your server, after some time without use, since the hub does not see what it prints; the same `submit` goes on from the checkpoint. A job of Slurm does not mind.)

# %% [markdown] lang="ja" en="9e97b8e8"
# いつまでも *running* と書いてあります。そこで、ジョブと同じコンピュータでは、そのプロセスがまだ生きているかを調べます。プロセスの番号は使い回されるので、番号だけでなく、始まった時刻も一致しなければなりません。その番号のプロセスがないか、別のプロセスになっていれば、状態は *gone* です。別のコンピュータからは調べようがなく、書き込みが途絶えたことだけが手がかりです。
#
# この先ではモデルを使うので、次のセルはジョブが終わるまで待ちます。full のときは待たずに、すべて閉じて、明日また来てください。（ハブでは、`ThisComputer()` で始めた訓練は、しばらく使わずにいると、サーバーと一緒に終わります。訓練の表示がハブからは見えないからです。もう一度同じ `submit` を実行すれば、チェックポイントから続きます。Slurm のジョブなら、その心配はありません。）

# %%
progress = monitor.wait(seconds=900)
if progress.state != "finished":
    raise RuntimeError(monitor.summary())
monitor

# %% [markdown] lang="en"
# At first the validation lies *below*: it is judged at the end of the epoch, by the averaged weights, when most has been learnt already. After some five epochs they change places: the model then knows its own frames a little better than others. In a long training that little becomes much (lesson 05).
#
# ## 5. Bring it home
#
# The folder now has these files. None of them is a pickle, so you may read a stranger's without running the stranger's code.
#
# | file | what it holds |
# |---|---|
# | `run.json` | what was asked: another experiment in this folder is refused |
# | `epochs.csv`, `progress.json` | a line for each epoch, and the job's state |
# | `training.safetensors` | all that a stopped job needs to go on: weights, their average, Adam's memory |
# | `model.safetensors` | the best model, its settings, its errors |
# | `errors.json`, `model_card.md` | errors of each part of the data; what to tell others |
# | `job.json`, `job.log` | where the job ran, what it printed |
#
# The kernel that computes next need not be the one that trained. From a GPU's host, copy `model.safetensors` to your computer (its size is printed below), open a kernel of your own, and load it.
#
# **Claim.** The loaded model gives the errors that the job reported, to the rounding of its precision.
#
# **Predict.** The job computed in single precision, 7 digits. How many digits of the mean force error will agree if we compute it here in double precision?

# %% [markdown] lang="ja" en="bc0d9a43"
# はじめは、検証のほうが「下」にあります。検証はエポックの終わりに、平均した重みで行うので、そのときにはもうかなり学習が進んでいるからです。5 エポックほどで 2 つは入れ替わります。モデルが、自分の訓練データのほうを、ほかの配置より少しよく知っているからです。訓練が長くなると、この差が広がります（レッスン 05）。
#
# ## 5. 持ち帰る
#
# フォルダには、次のファイルができています。pickle は 1 つもないので、他人のファイルを読んでも、他人のコードが動くことはありません。
#
# | ファイル | 内容 |
# |---|---|
# | `run.json` | 指定した内容（このフォルダで別の実験を始めようとすると、拒否されます） |
# | `epochs.csv`、`progress.json` | エポックごとに 1 行の記録と、ジョブの状態 |
# | `training.safetensors` | 止めたジョブを続けるのに必要なものすべて（重みとその平均、Adam の内部状態） |
# | `model.safetensors` | 最良のモデル、その設定と誤差 |
# | `errors.json`、`model_card.md` | データの各部分での誤差と、人に伝えるべきこと |
# | `job.json`、`job.log` | ジョブの動いた場所と、表示した内容 |
#
# 次に計算するカーネルは、訓練したカーネルでなくてもかまいません。GPU のあるコンピュータから `model.safetensors` を手元にコピーし（大きさは下に表示します）、手元のカーネルで読み込みます。
#
# **主張**　読み込んだモデルの誤差は、ジョブの報告した誤差と、計算精度の丸めの範囲で一致します。
#
# **予想しましょう。** ジョブの計算は単精度、つまり 7 桁です。ここで倍精度で計算すると、力の誤差の平均は何桁一致するでしょうか。

# %%
import json

import torch

from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.metrics import compare

model = load_model(folder / "model.safetensors")
print(f"{(folder / 'model.safetensors').stat().st_size / 1e6:.2f} MB")
told = json.loads((folder / "errors.json").read_text())["test"]
data = make_data(model, load("ethanol", "test"), torch.float64)  # makes the model double, too
found = compare(model, data).as_dict()
for name, unit in (("energy", "meV/atom"), ("forces", "meV/Å")):
    print(f"{name}: job {told[name]['mae']:.9g}, here {found[name]['mae']:.9g} {unit}")

# %% [markdown] lang="en"
# The forces agree to about as many digits as single precision has; the energy to fewer, since the energy of an ethanol, −4,200 eV, is a large number of which we want the last few meV. (Single precision is enough to *train*; for a long simulation at constant energy take double. Assignment 6 measures it.)
#
# A model without its story is worth little: in a year nobody knows the data, the seed, the version. The job wrote it down.

# %% [markdown] lang="ja" en="cc849f9b"
# 力は、単精度の桁数とほぼ同じだけ一致します。エネルギーが一致する桁は、それより少なくなります。エタノールのエネルギーは約 −4,200 eV という大きな数で、知りたいのはその最後の数 meV だからです（訓練には単精度で十分ですが、エネルギー一定の長いシミュレーションでは倍精度を使います。課題 6 で測ります）。
#
# 由来のわからないモデルには、ほとんど価値がありません。1 年もたてば、データも、乱数の種も、バージョンも、誰にもわからなくなります。ジョブが、それを書き残しています（カードは英語です）。

# %%
from IPython.display import Markdown

card = (folder / "model_card.md").read_text()
Markdown("\n".join(f"#{line}" if line.startswith("#") else line for line in card.splitlines()))

# %% [markdown] lang="en"
# ## 6. What full size means
#
# | experiment | model | learns from | steps | time on a GPU | the same, smaller, on a CPU (measured) |
# |---|---|---|---|---|---|
# | `schnet_ethanol_full` | SchNet, 64 features | 950 ethanol | 190,000 | not measured | 26 meV/Å after 6.4 CPU minutes |
# | `painn_ethanol_full` | PaiNN, 128 features | 950 ethanol | 190,000 | not measured | 14 meV/Å after 20.7 |
# | `dimenet_plus_plus_ethanol_full` | DimeNet++, 128 features | 950 ethanol | 190,000 | not measured | 26 meV/Å after 7.4 |
# | `gap_ethanol_full` | GAP, 6,000 sparse points | 950 ethanol | none: it is solved | needs none | itself: 12 meV/Å after 3.5 |
# | `mace_3bpa_full` | MACE, 256 channels | 3BPA at 300 K | 95,000 | not measured | 56 meV/Å (RMSE) after 14 |
# | `nequip_3bpa_full` | NequIP, 64 channels | 3BPA at 300 K | 95,000 | not measured | 62 meV/Å (RMSE) after 12 |
# | `nequip_formate_full` | NequIP, 32 channels | formate on Cu(110) | 104,000 | not measured | 75 meV/Å after 12 |
#
# "Not measured" means that: the course was written without a GPU at hand, and a time that nobody measured is not written down as if somebody had. Each file says so too. What you measure, with the card's name, is worth recording.
#
# Full size is more than patience. Longer trainings are killed more often, so a checkpoint must be whole at any moment; they are run by several people, so data, split and seed must be in the file; and they cost money, so the small size comes first: it finds the wrong path, the wrong unit and the missing package in a minute.

# %% [markdown] lang="ja" en="d72f2b32"
# ## 6. 実際の規模とは
#
# | 実験 | モデル | 学習するデータ | ステップ数 | GPU での時間 | 小さくして CPU で測った結果 |
# |---|---|---|---|---|---|
# | `schnet_ethanol_full` | SchNet、特徴量 64 | エタノール 950 配置 | 190,000 | 未測定 | CPU で 6.4 分、26 meV/Å |
# | `painn_ethanol_full` | PaiNN、特徴量 128 | エタノール 950 配置 | 190,000 | 未測定 | 20.7 分、14 meV/Å |
# | `dimenet_plus_plus_ethanol_full` | DimeNet++、特徴量 128 | エタノール 950 配置 | 190,000 | 未測定 | 7.4 分、26 meV/Å |
# | `gap_ethanol_full` | GAP、スパース点 6,000 個 | エタノール 950 配置 | なし（方程式を解く） | GPU は不要 | この大きさで 3.5 分、12 meV/Å |
# | `mace_3bpa_full` | MACE、256 チャンネル | 300 K の 3BPA | 95,000 | 未測定 | 14 分、56 meV/Å（RMSE） |
# | `nequip_3bpa_full` | NequIP、64 チャンネル | 300 K の 3BPA | 95,000 | 未測定 | 12 分、62 meV/Å（RMSE） |
# | `nequip_formate_full` | NequIP、32 チャンネル | Cu(110) 上のギ酸イオン（formate） | 104,000 | 未測定 | 12 分、75 meV/Å |
#
# 「未測定」とは、文字どおりの意味です。このコースは GPU のない所で書かれました。誰も測っていない時間を、測ったかのようには書きません。ファイルにもそう書いてあります。あなたが測ったら、GPU の名前と一緒に記録してください。
#
# 実際の規模で必要なのは、忍耐だけではありません。長い訓練ほど途中で強制終了されることが多いので、チェックポイントはいつでも完全でなければなりません。何人もで動かすので、データ、分割、乱数の種はファイルに書いてなければなりません。お金もかかるので、まず小さい規模で試します。パスや単位の間違い、足りないパッケージは、1 分で見つかります。

# %% [markdown] lang="en"
# ## 7. Three ways to a GPU
#
# ```mermaid
# flowchart LR
#     page["page in the browser"] --> server["Jupyter server"]
#     server -->|"1 · kernelspec"| one["kernel, GPU in the same computer"]
#     server -->|"2 · gateway, with a token"| gate["gateway on the GPU's computer"] --> two["kernel there"]
#     server --> local["kernel without GPU"] -->|"3 · job"| slurm["Slurm's queue"] --> three["training on a node"]
#     three -.->|"progress files"| local
# ```
#
# | way | where | who sets it up, once | what you do |
# |---|---|---|---|
# | 1 kernel on the same computer | workstation, or a hub whose host has the GPU | `mlp-teach kernel install --device cuda` | *Kernel → Change Kernel → mlp_teach (GPU)* |
# | 2 kernel on another computer | a GPU server that you reach by ssh | `jupyter kernelgateway` there, `jupyter lab --gateway-url` here | the same menu; all kernels of that JupyterLab are then there |
# | 3 job | a cluster with Slurm | nothing | `submit(plan, folder, Slurm(gpus=1, ...))` |
#
# The first is the simplest. The second holds a GPU for as long as the kernel lives, also while you think; the third only while it computes, and it survives everything that happens to your notebook. For hours of training, take the third wherever there is a queue. The commands, with what to do for safety, are in [docs/gpu_kernels.md](../../docs/gpu_kernels.md).
#
# On the second way remember what *here* means: files are read and written on the other computer. That is why a lesson finds code and data through the package, never through the notebook's folder.
#
# **Predict.** What must a batch script say for the third way? Think of five things, then read one:

# %% [markdown] lang="ja" en="cd7a02bf"
# ## 7. GPU を使う 3 つの方法
#
# ```mermaid
# flowchart LR
#     page["ブラウザの画面"] --> server["Jupyter サーバー"]
#     server -->|"1 · kernelspec"| one["同じコンピュータのカーネルと GPU"]
#     server -->|"2 · ゲートウェイ（トークンつき）"| gate["GPU のあるコンピュータのゲートウェイ"] --> two["そこのカーネル"]
#     server --> local["GPU のないカーネル"] -->|"3 · ジョブ"| slurm["Slurm の待ち行列"] --> three["計算ノードでの訓練"]
#     three -.->|"進み具合のファイル"| local
# ```
#
# | 方法 | 向いている所 | 準備（1 度だけ） | 使い方 |
# |---|---|---|---|
# | 1 同じコンピュータのカーネル | ワークステーション、GPU のあるホストで動くハブ | `mlp-teach kernel install --device cuda` | メニューの「Kernel → Change Kernel → mlp_teach (GPU)」 |
# | 2 別のコンピュータのカーネル | ssh で入れる GPU サーバー | 接続先で `jupyter kernelgateway`、手元で `jupyter lab --gateway-url` | 同じメニュー。その JupyterLab のカーネルは、すべて接続先で動く |
# | 3 ジョブ | Slurm のあるクラスタ | なし | `submit(plan, folder, Slurm(gpus=1, ...))` |
#
# いちばん簡単なのは 1 です。2 では、カーネルがある限り、考えている間も GPU を占有します。3 では、計算している間だけ占有し、ノートブックに何が起きても続きます。何時間もの訓練には、待ち行列があるなら 3 を使いましょう。コマンドと、安全のための注意は、[docs/gpu_kernels.ja.md](../../docs/gpu_kernels.ja.md) にあります。
#
# 2 では、「ここ」の意味に気をつけてください。ファイルを読み書きするのは、接続先のコンピュータです。レッスンのコードとデータを、ノートブックのフォルダからではなくパッケージから読み込むのは、そのためです。
#
# **予想しましょう。** 3 の方法では、バッチスクリプトに何を書かなければならないでしょうか。5 つ考えてから、読んでみましょう。

# %%
from mlp_teach.training.slurm import Slurm, script

ask = Slurm(
    gpus=1, cores=4, memory="16G", time="06:00:00", partition="gpu", first=["module load cuda"]
)
command = ["mlp-teach", "train", "plan.toml", "--out", "runs/painn", "--device", "cuda"]
print(script(command, {"OMP_NUM_THREADS": "4"}, Path("runs/painn/job.log"), ask))

# %% [markdown] lang="en"
# What is asked for (GPU, cores, memory, time, queue), where the output goes, how the software is found, and the command. When the time is over, Slurm ends the job; the same `submit` again goes on from the checkpoint. With `gpus=1` the job trains on the GPU, with `gpus=2` a process on each shares the work. While Slurm does not answer, the monitor says so and goes on.
#
# **On Binder** there is no GPU, about 1 to 2 GB of memory, and everything is gone when you leave. Stay at the small size, and download what you want to keep.
#
# ## What we learned
#
# - A kernel says what it has; a notebook takes its size from that, and says so when there is no GPU.
# - Count the steps, measure ten of them, multiply: then send.
# - A long training is a job of its own. The notebook keeps the folder's name and looks on.
# - A checkpoint is whole at any moment, holds numbers only, and gives the same numbers elsewhere, to rounding.
# - No model without its card: data, split, seed, versions, device, time, errors.
# - Three ways to a GPU: a kernel beside the server, a kernel behind a gateway, a job in a queue.
#
# ## Exercises
#
# 1. *Fill.* How many steps does the small size make with batches of 5? How does the estimate of section 2 change if a step then takes 15 ms?
# 2. *Find.* Someone writes: "PaiNN at full size takes 20 minutes on a GPU." Which three things does the sentence lack before you could check it?
# 3. *Find.* Start the training in a new folder with `epochs` = 60, and end it by `stop(folder)` (from `mlp_teach.training.job`) once 20 epochs are done. Which files are there, and which is not? `submit` again: at which epoch does it go on, and is the loss of that epoch the one that an unbroken run has?
# 4. *Find.* While a training runs, restart the kernel, run the cells up to section 2 and then the one with the monitor. What was lost?
# 5. *Build.* Send three trainings with `seed` = 0, 1, 2 and show their errors' mean and spread. With two processors, how many would you let run at once?
# 6. *Build.* Make an experiment for another set of the course (`mlp_teach.datasets`), estimate its time as in section 2, then measure it. By what factor were you wrong, and why?
# 7. The last part of assignment 6, [full size](../../exercises/en/ps6_full_size/ps6_full_size.ipynb): run it on the kernel that you have; it takes `size` and `device` from the kernel's offer. Send it away if it is long.
#
# ## References
#
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150): PaiNN.
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f): the ethanol data.
# - D. P. Kingma, J. Ba (2014), [doi:10.48550/arXiv.1412.6980](https://doi.org/10.48550/arXiv.1412.6980): Adam.
# - D. P. Kovács et al., *J. Chem. Theory Comput.* **17**, 7696 (2021), [doi:10.1021/acs.jctc.1c00647](https://doi.org/10.1021/acs.jctc.1c00647): the 3BPA data.

# %% [markdown] lang="ja" en="2ce81e41"
# 求めるもの（GPU、コア、メモリ、時間、キュー）、出力先、ソフトウェアの見つけ方、そしてコマンドです。時間が来ると、Slurm はジョブを終わらせます。もう一度同じ `submit` を実行すれば、チェックポイントから続きます。`gpus=1` なら GPU で訓練し、`gpus=2` なら GPU ごとに 1 つのプロセスで分担します。Slurm から応答がない間も、モニターはそのことを示して続きます。
#
# **Binder** には GPU がなく、メモリは 1 〜 2 GB ほどで、離れるとすべて消えます。規模は small のままにして、残したいものはダウンロードしてください。
#
# ## このレッスンで学んだこと
#
# - カーネルは、何が使えるかを答えます。ノートブックはそれに合わせて規模を選び、GPU がなければ、そう伝えます。
# - ステップ数を数え、10 ステップを測り、掛け算をする。送り出すのは、それからです。
# - 長い訓練は、独立したジョブにします。ノートブックは、フォルダの名前を覚えて見守ります。
# - チェックポイントは、いつでも完全で、中身は数値だけです。別のコンピュータでも、丸めの範囲で同じ数値を出します。
# - モデルには必ずカードを付けます。データ、分割、乱数の種、バージョン、デバイス、時間、誤差です。
# - GPU を使う方法は 3 つ。サーバーの隣のカーネル、ゲートウェイの先のカーネル、待ち行列のジョブです。
#
# ## 演習
#
# 1. **埋める**　small でバッチを 5 にすると、全部で何ステップになりますか。1 ステップが 15 ms なら、2 節の見積もりはどう変わりますか。
# 2. **探す**　「実際の規模の PaiNN の訓練は、GPU で 20 分かかる」と書いた人がいます。確かめるために足りない情報を 3 つ挙げてください。
# 3. **探す**　新しいフォルダで `epochs` を 60 にして訓練を始め、20 エポックが終わったら `stop(folder)`（`mlp_teach.training.job`）で止めます。どのファイルがあり、どのファイルがありませんか。もう一度 `submit` すると、どのエポックから続きますか。そのエポックの損失は、止めなかった場合と同じですか。
# 4. **探す**　訓練が動いている間にカーネルを再起動し、2 節までのセルと、モニターのセルを実行してください。何が失われましたか。
# 5. **作る**　`seed` を 0、1、2 にした 3 つの訓練を送り出し、誤差の平均とばらつきを示してください。プロセッサが 2 つなら、同時にいくつ動かしますか。
# 6. **作る**　コースの別のデータ（`mlp_teach.datasets`）で実験を作り、2 節のように時間を見積もってから、実際に測ってください。見積もりは何倍外れましたか。それはなぜですか。
# 7. 課題 6 の最後の部分、[実際の規模で](../../exercises/ja/ps6_full_size/ps6_full_size.ipynb)：手元のカーネルで実行してください。`size` と `device` は、カーネルの提案どおりに決まります。長くかかるなら送り出してください。
#
# ## 参考文献
#
# - K. T. Schütt, O. T. Unke, M. Gastegger, *ICML* (2021), [doi:10.48550/arXiv.2102.03150](https://doi.org/10.48550/arXiv.2102.03150)：PaiNN
# - A. S. Christensen, O. A. von Lilienfeld, *Mach. Learn.: Sci. Technol.* **1**, 045018 (2020), [doi:10.1088/2632-2153/abba6f](https://doi.org/10.1088/2632-2153/abba6f)：エタノールのデータ
# - D. P. Kingma, J. Ba (2014), [doi:10.48550/arXiv.1412.6980](https://doi.org/10.48550/arXiv.1412.6980)：Adam
# - D. P. Kovács et al., *J. Chem. Theory Comput.* **17**, 7696 (2021), [doi:10.1021/acs.jctc.1c00647](https://doi.org/10.1021/acs.jctc.1c00647)：3BPA のデータ
