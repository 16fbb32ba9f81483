# ---
# jupyter:
#   card: {learn_minutes: 60, run_seconds: 20, memory_mb: 620}
# ---

# %% [markdown] lang="en"
# # The ecosystem
#
# **Question of this lesson.** No program does everything. Which tools work together in a project, which files lead from one to the next, and what goes wrong at the borders between them?
#
# Afterwards you can
#
# - name the four phases of a project, their tools, and what each needs and delivers;
# - carry a structure from labels to a trained model, a simulation and an analysis;
# - convert between formats and know what gets lost;
# - recognise the mistakes in units, signs and orders that cost people weeks.

# %% [markdown] lang="ja" en="80768fbf"
# # エコシステム
#
# **このレッスンの問い**　何もかもできるプログラムはありません。一つの研究で、どの道具が一緒に働き、どのファイルが次の道具へ渡るのでしょうか。そして、その境目では何が起こるでしょうか。
#
# このレッスンを終えると、次のことができるようになります。
#
# - 研究の 4 つの段階と道具、それぞれに必要なものと得られるものを挙げる。
# - 一つの構造を、ラベル付けから、モデルの訓練、シミュレーション、解析まで運ぶ。
# - 形式を変換し、何が失われるかを知る。
# - 何週間も無駄にしかねない、単位・符号・順序の間違いを見抜く。

# %% [markdown] lang="en"
# ## 1. Four phases, many tools
#
# | phase | takes | gives | usual cost | tools of the chapter |
# |---|---|---|---|---|
# | 1 data | structures | energies, forces, stress | days to weeks on a supercomputer | VASP, Quantum ESPRESSO, CP2K, GPAW |
# | 2 training | labelled structures | a model file | hours to days on one GPU or a few | SchNetPack, NequIP, MACE, DeePMD-kit (PyTorch, JAX) |
# | 3 simulation | model, start structure | trajectory | one to tens of GPUs, for nanoseconds to microseconds of simulated time | LAMMPS, ASE, i-PI |
# | 4 analysis | trajectory | structure (radial distribution, coordination, clusters), dynamics (diffusion, rates, residence times), thermodynamics (free energy, entropy) | minutes | NumPy, MDAnalysis, MDTraj, OVITO, VMD |
#
# And the way leads back: if validation fails, or the model is unsure in a simulation, structures return to phase 1; what the analysis shows raises the next question. (The costs are the chapter's. Yours depend on atoms, method and machine: this lesson goes through all four phases in less than a minute.)
#
# The map knows 19 tools and the files that they exchange. **Predict before you choose:**
#
# 1. Does VASP write anything that MACE reads?
# 2. Which tool can pass files to the most others?
# 3. By which files can a LAMMPS run get to MDAnalysis?

# %% [markdown] lang="ja" en="ade2d2e7"
# ## 1. 4 つの段階と、たくさんの道具
#
# | 段階 | 入力 | 出力 | よくある費用 | 章に出てくる道具 |
# |---|---|---|---|---|
# | 1 データ | 構造 | エネルギー、力、応力 | スーパーコンピュータで数日から数週間 | VASP、Quantum ESPRESSO、CP2K、GPAW |
# | 2 訓練 | ラベル付きの構造 | モデルのファイル | GPU 1 台から数台で数時間から数日 | SchNetPack、NequIP、MACE、DeePMD-kit（PyTorch、JAX） |
# | 3 シミュレーション | モデルと初期構造 | 軌跡（trajectory） | ナノ秒からマイクロ秒のシミュレーションに、GPU 1 台から数十台 | LAMMPS、ASE、i-PI |
# | 4 解析 | 軌跡 | 構造（動径分布、配位数、クラスター）、動的性質（拡散、反応速度、滞在時間）、熱力学（自由エネルギー、エントロピー） | 数分 | NumPy、MDAnalysis、MDTraj、OVITO、VMD |
#
# 戻る道もあります。検証で不合格になったときや、シミュレーション中にモデルの自信がなくなったときは、その構造が段階 1 に戻ります。解析の結果は、次の問いを生みます。（費用は章の数字です。実際は原子数、手法、コンピュータによります。このレッスンでは、4 つの段階を 1 分以内で通ります。）
#
# 地図には、19 個の道具と、やりとりされるファイルが載っています。**選ぶ前に予想しましょう。**
#
# 1. VASP が書くもののうち、MACE が読めるものはあるでしょうか。
# 2. いちばん多くの相手にファイルを渡せる道具は、どれでしょうか。
# 3. LAMMPS の計算結果は、どのファイルで MDAnalysis に渡せるでしょうか。

# %%
lang = "en"

from mlp_teach.widgets.ecosystem_map import ecosystem_map

ecosystem_map(lang=lang)

# %% [markdown] lang="en"
# Choose a tool, a file, a phase; *The same in numbers* opens the table of what is left, with each tool's files, its version, and how we know (*run*: we ran this version in November 2026; *documented*: we read its pages). The map is a list of facts in a file of the library, and what it says of ASE is tested against ASE:

# %% [markdown] lang="ja" en="d9b4f271"
# 道具、ファイル、段階を選んでみましょう。「数値で見る」を開くと、残った道具の表が現れます。読み書きするファイル、版、根拠が載っています（「実行」：その版を 2026 年 11 月に実際に動かした。「文書」：公式の説明を読んだ）。地図のもとは、ライブラリのファイルにある事実の一覧で、ASE についての記述は ASE そのものと照らし合わせて確かめています。

# %%
from mlp_teach.show import show
from mlp_teach.widgets import ecosystem_tools as tools

show(tools.connected)
by_name = {tool.name: tool for tool in tools.TOOLS}

# %%
for pair in ("VASP MACE", "VASP ASE", "ASE MACE", "LAMMPS MDAnalysis"):
    writer, reader = pair.split()
    files = tools.connected(by_name[writer], by_name[reader])
    print(f"{writer} -> {reader}: {', '.join(tools.FILES[one].name for one in files) or '-'}")
for name, one in by_name.items():
    others = sum(bool(tools.connected(one, other)) for other in tools.TOOLS if other != one)
    print(f"{name:18} {'#' * others}")

# %% [markdown] lang="en"
# VASP's files do not go into MACE: somebody converts. That somebody is mostly ASE, the hub of the map.
#
# ## 2. What is here?
#
# This looks for all of them on your computer. It starts nothing and never fails; what is missing is no fault, the lesson needs ASE only.

# %% [markdown] lang="ja" en="79633ffc"
# VASP のファイルは、そのままでは MACE に入りません。あいだで変換するものが必要です。それはたいてい、地図の中心にある ASE です。
#
# ## 2. ここには何があるか
#
# このコンピュータにある道具を探します。何も起動せず、失敗もしません。見つからなくても問題はなく、このレッスンに必要なのは ASE だけです。

# %%
from mlp_teach.widgets.ecosystem_here import tools_here, tools_report

print(tools_report(tools_here(), lang))

# %% [markdown] lang="en"
# ## 3. One crystal through all four phases
#
# ### Phase 1: structures and labels
#
# 60 copper cells of 32 atoms, strained and shaken. The labels come from effective medium theory (EMT), which takes milliseconds where DFT takes minutes; `label` would take DFT just as well. They are kept in a folder, and written as *extended XYZ*: text that a human can read, one block for each frame.
#
# **Predict.** What must a file hold so that a stranger can train on it?

# %% [markdown] lang="ja" en="562815fd"
# ## 3. 一つの結晶が 4 つの段階を通る
#
# ### 段階 1：構造とラベル
#
# 32 原子の銅のセルを 60 個、ひずませて揺らします。ラベルには有効媒質理論（EMT）を使います。DFT なら数分のところが数ミリ秒で済みます（`label` は DFT も同じように受け付けます）。ラベルはフォルダに保存し、**拡張 XYZ**（extended XYZ）形式で書き出します。人が読めるテキストで、構造ごとに 1 つのまとまりになっています。
#
# **予想しましょう。** 見知らぬ人が訓練に使うには、ファイルに何が書かれていなければならないでしょうか。

# %%
from pathlib import Path
from tempfile import mkdtemp

from ase.build import bulk
from ase.io import read, write

from mlp_teach.labelling.methods import EMT
from mlp_teach.labelling.run import label
from mlp_teach.sampling.equilibrium import strained

# %%
folder = Path(mkdtemp())
crystal = bulk("Cu", cubic=True) * (2, 2, 2)
made = label(strained(crystal, 60, 0.03, 0.1), EMT(), folder / "labels", progress=False)
write(folder / "copper.xyz", made.frames, format="extxyz")
lines = (folder / "copper.xyz").read_text().splitlines()
print(*lines[:4], f"... {len(lines)} lines", sep="\n")

# %% [markdown] lang="en"
# The second line names everything: cell, columns (element, position, forces), energy, stress, periodicity, and here also how the structure and its label were made. No unit is written down: it is agreed that they are eV and Å. Read back, nothing is lost but the last digits:

# %% [markdown] lang="ja" en="e48ea809"
# 2 行目に、すべてが書かれています。セル、列の内容（元素、位置、力）、エネルギー、応力、周期性、そしてここでは、構造とラベルの作り方もです。単位は書かれていません。eV と Å を使う約束になっているからです。読み戻しても、失われるのは末尾の桁だけです。

# %%
frames = read(folder / "copper.xyz", ":")
pairs = list(zip(frames, made.frames, strict=True))
for name in ("potential_energy", "forces", "stress", "positions"):
    worst = max(
        abs(getattr(a, "get_" + name)() - getattr(b, "get_" + name)()).max() for a, b in pairs
    )
    print(f"{name:17} differs by {worst:.0e}")

# %% [markdown] lang="en"
# ### Phase 2: training
#
# Radial symmetry functions and a small network (lesson 05 does this with care; here it is one step of four). The model goes into a file of its own.

# %% [markdown] lang="ja" en="57771a5a"
# ### 段階 2：訓練
#
# 動径対称性関数と小さなネットワークです（ていねいな訓練はレッスン 05 で扱います。ここでは 4 段階のうちの一つです）。モデルは、専用のファイルに入ります。

# %%
import numpy as np
import torch

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.training.experiment import make_data, train
from mlp_teach.training.fit import Settings
from mlp_teach.training.losses import Weights

radial = tuple((4.0, r_s) for r_s in np.arange(1.75, 5.5, 0.35))
torch.manual_seed(0)
model = BehlerParrinello(SymmetryFunctions(cutoff=5.5, elements=(29,), g2=radial), hidden=(15, 15))
learn, validate, exam = (make_data(model, p) for p in (frames[:40], frames[40:50], frames[50:]))
settings = Settings(40, 4, 2e-2, 1e-3, weights=Weights(5.0, 0.1, 5.0), average=0.98)
history = train(model, learn, validate, settings)

# %%
from mlp_teach.training.checkpoint import load_model, save_checkpoint
from mlp_teach.training.metrics import compare

errors = compare(model, exam)
for quantity, unit in (("energy", "meV/atom"), ("forces", "meV/Å"), ("stress", "GPa")):
    print(f"{quantity}: MAE {errors.mae(quantity):.2f} {unit} on 10 unseen cells")
path = save_checkpoint(folder / "copper.safetensors", model.double())
print(f"{path.name}: {path.stat().st_size} bytes, starts with {path.read_bytes()[8:60]}")

# %% [markdown] lang="en"
# Model files are where the ecosystem is least of one mind: `.safetensors` here, `.model` (MACE), `.nequip.zip` (NequIP), frozen graphs (DeePMD-kit). Each is read by its own package only; what they share is the *interface* to the next phase: an ASE calculator, or a pair style for LAMMPS. (Many are Python pickles, and to load one is to run its author's code: take them from people you trust. A safetensors file holds numbers only.)
#
# ### Phase 3: simulation
#
# The file is loaded as somebody else would load it, and the model moves the crystal at 300 K for 1.2 ps. Beside it the teacher, EMT, does the same: that is the test.
#
# **Predict.** The model's forces are wrong by 100 meV/Å in the mean. Will the mean structure be visibly different?

# %% [markdown] lang="ja" en="9da467ce"
# エコシステムの中で、いちばん足並みがそろっていないのがモデルのファイルです。ここでは `.safetensors`、MACE は `.model`、NequIP は `.nequip.zip`、DeePMD-kit は凍結したグラフで、それぞれ専用のパッケージでしか読めません。共通なのは、次の段階への**窓口**、つまり ASE の calculator や LAMMPS の pair style です。（多くは Python の pickle で、読み込むと作者のコードが実行されます。信頼できる人のものだけを使いましょう。safetensors に入っているのは数だけです。）
#
# ### 段階 3：シミュレーション
#
# ほかの人がするのと同じようにファイルを読み込み、300 K で 1.2 ps、結晶の分子動力学を行います。教師である EMT でも同じことをして、並べて比べます。これが検証です。
#
# **予想しましょう。** モデルの力には、平均で 100 meV/Å の誤差があります。平均の構造は、目に見えて違うでしょうか。

# %%
from ase.calculators.emt import EMT as Teacher

from mlp_teach.simulation.calculator import MLPCalculator
from mlp_teach.simulation.ensembles import NVT, with_velocities
from mlp_teach.simulation.md import simulate

calculators = {"EMT": Teacher(), "model": MLPCalculator(load_model(path))}
for name, calculator in calculators.items():
    atoms = crystal.copy()
    atoms.calc = calculator
    atoms, kept_as = with_velocities(atoms, 300.0), folder / f"{name}.xyz"
    run = simulate(atoms, NVT(4.0, 300.0), steps=300, trajectory=kept_as)
    print(f"{name:5} {run.time_fs[-1] / 1000:.1f} ps at {run.temperature_K.mean():.0f} K")

# %% [markdown] lang="en"
# ### Phase 4: analysis
#
# Analysis reads the trajectories from disk; it knows nothing of models.

# %% [markdown] lang="ja" en="c5689ac0"
# ### 段階 4：解析
#
# 解析は、軌跡をディスクから読みます。モデルのことは何も知りません。

# %%
from mlp_teach.analysis.structure import radial_distribution
from mlp_teach.plotting.structure import rdf_plot, rdf_text

names = {"EMT": "EMT", "model": {"en": "model", "ja": "モデル"}[lang]}
functions = {
    shown: radial_distribution(read(folder / f"{name}.xyz", "10:"), 6.0, bins=80)
    for name, shown in names.items()
}
print(rdf_text(functions, lang=lang))
rdf_plot(functions, lang=lang).figure

# %% [markdown] lang="en"
# The shells stand where the teacher's stand, with the same number of neighbours. Four phases, four files (`copper.xyz`, `copper.safetensors`, two trajectories), and each phase could have been another program.
#
# ## 4. What survives a change of format
#
# **Claim.** A structure file is not just a structure file. We give one crystal everything (two elements, a sheared cell, velocities, energy, forces, stress) and send it through eight formats and back.
#
# **Predict.** Which keep the velocities? Which keep energy and forces? Which turn the crystal?

# %% [markdown] lang="ja" en="3d9c3e24"
# 殻の位置も、隣接原子の数も、教師と同じです。4 つの段階と 4 つのファイル（`copper.xyz`、`copper.safetensors`、軌跡 2 つ）で、どの段階も別のプログラムに置き換えられます。
#
# ## 4. 形式を変えると何が残るか
#
# **主張**　構造のファイルは、どれも同じではありません。一つの結晶にすべてを持たせ（2 種類の元素、せん断したセル、速度、エネルギー、力、応力）、8 つの形式に書いて、読み戻します。
#
# **予想しましょう。** 速度を残すのはどれでしょうか。エネルギーと力を残すのはどれでしょうか。結晶の向きを変えるのはどれでしょうか。

# %%
alloy = bulk("Cu", cubic=True) * (2, 2, 2)
alloy.symbols[3] = "Ag"
shear = np.array([[1, 0.02, 0], [0, 1, 0.03], [0, 0, 1]])
alloy.set_cell(alloy.cell.array @ shear, scale_atoms=True)
alloy = with_velocities(alloy, 300.0)
alloy.calc = Teacher()
E, F, sigma = alloy.get_potential_energy(), alloy.get_forces(), alloy.get_stress()
pseudo = {"pseudopotentials": {"Cu": "Cu.UPF", "Ag": "Ag.UPF"}}
lammps = {"masses": True, "velocities": True}
formats = {"extxyz": {}, "traj": {}, "db": {}, "xyz": {}, "vasp": {}}
formats |= {"lammps-data": lammps, "espresso-in": pseudo, "proteindatabank": {}}


# %%
def kept(back):
    cell = back.cell.rank == 3 and np.allclose(back.cell.cellpar(), alloy.cell.cellpar(), atol=0.01)
    turned = cell and not np.allclose(back.cell.array, alloy.cell.array, atol=0.01)
    fastest = [np.linalg.norm(one.get_velocities(), axis=1).max() for one in (back, alloy)]
    speed = np.isclose(*fastest, rtol=1e-3)
    labels = back.calc is not None and {"energy", "forces"} <= back.calc.results.keys()
    return ("cell" if cell else "-", "TURNED" if turned else "-", "v" if speed else "-",
            "E, F" if labels else "-")  # fmt: skip


for name, options in formats.items():
    file = folder / f"alloy.{name}"
    write(file, alloy, format=name, **options)
    print("{:16} {:6} {:8} {:4} {:5}".format(name, *kept(read(file, format=name))))

# %% [markdown] lang="en"
# - Only ASE's own formats and extended XYZ keep the labels. Plain XYZ loses even the cell: a trajectory in it is of no use for a crystal.
# - VASP's and LAMMPS' inputs keep velocities (LAMMPS' only if asked to). Input files carry no results: those are in other files (OUTCAR, the log).
# - LAMMPS data and PDB *turn the crystal*, since they store a cell as lengths and angles, or as a triangle.
#
# ## 5. The traps
#
# ### The order of the atoms
#
# **Predict.** Atom 4 is silver, all others are copper. How does a POSCAR list them? Which number does silver get in LAMMPS?

# %% [markdown] lang="ja" en="26842dd4"
# - ラベルを残すのは、ASE 自身の形式と拡張 XYZ だけです。ただの XYZ は、セルまで失います。結晶の軌跡には使えません。
# - VASP と LAMMPS の入力ファイルは、速度を残します（LAMMPS では指定したときだけ）。入力ファイルに結果は入りません。結果は別のファイル（OUTCAR やログ）にあります。
# - LAMMPS data と PDB は、**結晶の向きを変えます**。セルを、長さと角度、または三角行列として保存するからです。
#
# ## 5. 落とし穴
#
# ### 原子の順序
#
# **予想しましょう。** 4 番目の原子が銀で、ほかはすべて銅です。POSCAR には、どう並ぶでしょうか。LAMMPS で、銀の番号はいくつでしょうか。

# %%
poscar, data, pwi = ((folder / f"alloy.{n}").read_text().splitlines() for n in list(formats)[4:7])
print("POSCAR:", *poscar[5:7], sep="\n   ")
masses = data.index("Masses")
print("LAMMPS data:", *data[masses - 2 : masses + 4], sep="\n   ")
heads = [line for line in pwi if line.startswith(("ATOMIC", "K_POINTS", "CELL"))]
print("pw.x:", *heads, sep="\n   ")

# %% [markdown] lang="en"
# - The POSCAR has *three* groups, Cu Ag Cu, and the POTCAR must have three as well; VASP reads the potentials by place, not by name. `write(..., sort=True)` makes two groups, and then your forces come back in another order than your atoms.
# - LAMMPS knows type numbers only. ASE numbers alphabetically: silver is 1, copper 2. If `pair_coeff` names them the other way round, LAMMPS runs happily with an alloy of 31 silver atoms. Say `specorder=["Cu", "Ag"]` and check the masses.
# - ASE writes the input of Quantum ESPRESSO in Å although the program thinks in Bohr; and it writes `K_POINTS gamma` if you say nothing: one k-point, for a metal. Forces and stress must be asked for too (`tprnfor`, `tstress`).
#
# ### A turned cell
#
# LAMMPS wants the first cell vector along x and the second in the plane of x and y. ASE's `Prism` turns everything there and back.
#
# **Predict.** In the turned crystal, what is different: the energy, the lengths of the forces, their components?

# %% [markdown] lang="ja" en="e821009d"
# - POSCAR では、Cu Ag Cu の **3 つ**の組になり、POTCAR も 3 つ必要です。VASP は、擬ポテンシャルを名前ではなく順序で読むからです。`write(..., sort=True)` とすれば 2 組になりますが、こんどは力が、もとの原子とは違う順序で返ってきます。
# - LAMMPS が知っているのは、型の番号だけです。ASE はアルファベット順に番号を付けるので、銀が 1、銅が 2 です。`pair_coeff` で逆に書くと、LAMMPS は銀 31 個の合金として何事もなく動きます。`specorder=["Cu", "Ag"]` と指定し、質量を確かめましょう。
# - Quantum ESPRESSO は内部では Bohr を使いますが、ASE は入力ファイルを Å で書きます。また、何も指定しなければ `K_POINTS gamma` と書きます。金属なのに k 点が 1 個だけです。力と応力も、出力するように指定しなければなりません（`tprnfor`、`tstress`）。
#
# ### 向きの変わったセル
#
# LAMMPS では、最初の格子ベクトルが x 方向に、2 番目が xy 平面になければなりません。ASE の `Prism` が、行きも帰りも回してくれます。
#
# **予想しましょう。** 回した結晶で違うのは、エネルギー、力の大きさ、力の成分のどれでしょうか。

# %%
from ase.calculators.lammps import Prism

back = read(folder / "alloy.lammps-data", format="lammps-data")
back.calc = Teacher()
prism = Prism(alloy.cell)
lengths = [np.linalg.norm(one, axis=1) for one in (back.get_forces(), F)]
for name, change in (
    ("energy", back.get_potential_energy() - E),
    ("lengths of forces", lengths[0] - lengths[1]),
    ("components of forces", back.get_forces() - F),
    ("components, turned back", prism.vector_to_ase(back.get_forces()) - F),
):
    print(f"{name:24} {abs(np.asarray(change)).max():.1e}")

# %% [markdown] lang="en"
# Invariance and equivariance again, as a bug: energies agree, so nobody suspects the forces.
#
# ### Units
#
# The same numbers as five programs would print them. **Predict:** is a Rydberg larger or smaller than an eV? How long is a picosecond in ASE's own unit of time?

# %% [markdown] lang="ja" en="0e8969f8"
# 不変性と同変性が、こんどはバグの姿で現れました。エネルギーが一致するので、誰も力を疑いません。
#
# ### 単位
#
# 同じ量を、5 つのプログラムが出力する数値で書いてみます。**予想しましょう。** 1 リュードベリは 1 eV より大きいでしょうか、小さいでしょうか。1 ピコ秒は、ASE の時間の単位でいくつでしょうか。

# %%
from mlp_teach.units import BOHR, FS, HARTREE, PS, RYDBERG

f, v = abs(F).max(), np.sqrt((alloy.get_velocities() ** 2).sum(1).mean())
print(f"energy    ASE, VASP, LAMMPS metal {E:8.4f} eV")
print(f"          Quantum ESPRESSO        {E / RYDBERG:8.4f} Ry")
print(f"          CP2K, PySCF             {E / HARTREE:8.4f} Ha")
print(f"force     ASE, VASP, LAMMPS metal {f:8.4f} eV/Å")
print(f"          Quantum ESPRESSO        {f / (RYDBERG / BOHR):8.4f} Ry/Bohr")
print(f"          CP2K, PySCF             {f / (HARTREE / BOHR):8.4f} Ha/Bohr")
print(f"speed     ASE                     {v:8.4f} Å·sqrt(u/eV)⁻¹")
print(f"          VASP (POSCAR)           {v * FS:8.4f} Å/fs")
print(f"          LAMMPS metal            {v * PS:8.4f} Å/ps")
print(
    f"1 ps = {PS:.2f} of ASE's units of time; timestep 2 fs: 2 * fs in ASE, 0.002 in LAMMPS metal"
)

# %% [markdown] lang="en"
# A timestep of `2` in LAMMPS' metal units is 2 ps: everything explodes at once, so that one is found. One of `0.002` in *real* units is 2 attoseconds: it looks wonderfully stable.
#
# ### Stress
#
# Six numbers, and everything about them differs: the sign (ASE: tension positive; VASP, Quantum ESPRESSO and LAMMPS print a pressure: compression positive), the unit, the order.
#
# **Predict.** ASE's order is xx, yy, zz, yz, xz, xy. VASP prints xx, yy, zz, xy, yz, zx. If you only fix sign and unit, which of the six are wrong?

# %% [markdown] lang="ja" en="251a4de7"
# LAMMPS の metal 単位で、時間刻みを `2` とすれば 2 ps です。すぐに原子が飛び散るので、気づきます。*real* 単位で `0.002` とすれば 2 アト秒です。こちらは、すばらしく安定に見えます。
#
# ### 応力
#
# 6 個の数ですが、何もかもが違います。符号（ASE は引張りが正。VASP、Quantum ESPRESSO、LAMMPS は圧力を出力するので、圧縮が正）、単位、そして順序です。
#
# **予想しましょう。** ASE の順序は xx, yy, zz, yz, xz, xy、VASP の出力は xx, yy, zz, xy, yz, zx です。符号と単位だけを直すと、6 個のうちどれが間違っているでしょうか。

# %%
from mlp_teach.units import BAR, GPA, KBAR

vasp = -sigma[[0, 1, 2, 5, 3, 4]] / KBAR  # xx yy zz xy yz zx
lammps = -sigma[[0, 1, 2, 5, 4, 3]] / BAR  # pxx pyy pzz pxy pxz pyz
print("ASE     eV/Å³ ", *(f"{s:9.5f}" for s in sigma), "  xx yy zz yz xz xy")
print("VASP    kbar  ", *(f"{s:9.2f}" for s in vasp), "  xx yy zz xy yz zx")
print("LAMMPS  bar   ", *(f"{s:9.0f}" for s in lammps), "  xx yy zz xy xz yz")
print("QE      Ry/a³ ", *(f"{s:9.6f}" for s in -sigma / (RYDBERG / BOHR**3)), "  (a matrix)")

# %% [markdown] lang="en"
# Is that right? ASE reads the programs' own output. We write the line as VASP prints it, let ASE's reader have it, and compare; and give LAMMPS' numbers to ASE's converter:

# %% [markdown] lang="ja" en="4b25ac31"
# これで正しいでしょうか。ASE は、各プログラムの出力を読めます。VASP が出力するとおりの行を書いて ASE に読ませ、比べます。LAMMPS の数値は、ASE の変換関数に渡します。

# %%
from ase.calculators.lammps import convert
from ase.io.vasp_parsers.vasp_outcar_parsers import Stress

line = "  in kB  " + "  ".join(f"{s:.5f}" for s in vasp)
by_ase = Stress().parse(0, [line])["stress"]
print(f"VASP's line read by ASE differs from sigma by {abs(by_ase - sigma).max():.0e} eV/Å³")
pressure = convert(-lammps[[0, 1, 2, 5, 4, 3]], "pressure", "metal", "ASE")
print(f"LAMMPS' numbers, converted by ASE, differ by  {abs(pressure - sigma).max():.0e} eV/Å³")
careless = -vasp * KBAR
print("only sign and unit mended, GPa off:", ((careless - sigma) / GPA).round(2))

# %% [markdown] lang="en"
# The first three are right, so the pressure is, and every test on a cubic crystal passes. The shears have changed places.
#
# ## 6. Can the data tell?
#
# Labels must fit each other: forces to energies, stress to energies. `check_labels` looks at the energy differences between neighbouring structures (and the library's readers of each DFT program, such as [labelling/vasp_output.py](../../mlp_teach/labelling/vasp_output.py), put units, signs and orders right to begin with). Four ways to spoil the labels of 30 slightly strained cells:
#
# **Predict.** Which of them will it find?

# %% [markdown] lang="ja" en="137b251c"
# 最初の 3 つは正しいので、圧力も正しく、立方晶での検査はすべて通ります。入れ替わったのは、せん断成分です。
#
# ## 6. データから見抜けるか
#
# ラベルは、互いにつじつまが合っていなければなりません。力はエネルギーと、応力はエネルギーと合うはずです。`check_labels` は、近い構造どうしのエネルギー差を調べます。（ライブラリには DFT プログラムごとの読み取りもあり、たとえば [labelling/vasp_output.py](../../mlp_teach/labelling/vasp_output.py) は、単位・符号・順序をはじめから正します。）少しだけひずませた 30 個のセルのラベルを、4 通りのしかたで台なしにします。
#
# **予想しましょう。** 見つけられるのは、どれでしょうか。

# %%
from ase.calculators.singlepoint import SinglePointCalculator

from mlp_teach.datasets import check_labels

small = strained(bulk("Cu", cubic=True), 30, 0.01)
good = label(small, EMT(), folder / "labels", progress=False).frames
swap = [0, 1, 2, 5, 3, 4]
spoilt = {
    "as they are": lambda E, s: (E, s),
    "energy in Ha": lambda E, s: (E / HARTREE, s),
    "sign of the stress": lambda E, s: (E, -s),
    "sign and unit of VASP": lambda E, s: (E, -s / KBAR),
    "order of VASP": lambda E, s: (E, s[swap]),
}


# %%
def with_labels(atoms, spoil):
    energy, stress = spoil(atoms.get_potential_energy(), atoms.get_stress())
    labels = {"energy": energy, "forces": atoms.get_forces(), "stress": stress}
    atoms = atoms.copy()
    atoms.calc = SinglePointCalculator(atoms, **labels)
    return atoms


for name, spoil in spoilt.items():
    findings = check_labels([with_labels(atoms, spoil) for atoms in good])
    print(f"{name}:", *(findings or ["nothing found"]), sep="\n   ")

# %% [markdown] lang="en"
# It finds all four, and names the unit and the sign. Of the order it can only say that something is wrong; to see what, take a structure whose answer you know: shear one crystal in one plane, and see *which* component answers. And it needs strained cells of other shapes: had all 30 been cubic, the order would not have shown.
#
# ## 7. Statements to take with care
#
# | statement in the chapter | what we found |
# |---|---|
# | phase 1 yields positions, energies, forces, stress | if you ask for them, in each program's own units, signs and orders (section 5) |
# | it takes days to weeks on a supercomputer; training takes hours to days on GPUs | for large sets; here all four phases took less than a minute on one CPU thread. Name atoms, method and machine (lesson 05) |
# | a trained model is a `.pth` file or the like | each package has its own, and none reads another's; the interface is the calculator or the pair style (section 3) |
# | trajectories are `.xyz` or `.lammpstrj` | plain XYZ loses cell, velocities and energies; *extended* XYZ keeps them (section 4) |
# | descriptors are made, then a network is trained | so it is for symmetry functions and SOAP; graph networks learn their numbers, and GAP is no network |
# | phase 4 gives free energy and entropy | not from one plain trajectory: they need methods of their own (umbrella sampling, thermodynamic integration) |
# | from insight back to DFT | and earlier: validation and simulation send structures back too (lesson 02, section 5) |
#
# ## What we learned
#
# - Four phases: data, training, simulation, analysis; the way back makes it a cycle. Tools meet in files, and ASE stands in the middle.
# - Extended XYZ carries structures *with* labels; plain XYZ does not even carry the cell. Model files are each package's own.
# - Look out for: groups in POSCAR, type numbers and the turned cell in LAMMPS, k-points and switches in Quantum ESPRESSO, picoseconds, Ry and Ha, sign, unit and order of stress.
# - After each border, send one structure back and compare energy, forces, stress and order of the atoms with what you had.
#
# ## Exercises
#
# 1. On the map: find two ways from Quantum ESPRESSO to DeePMD-kit, and one way from i-PI to OVITO. Which information is lost on each?
# 2. Write the alloy as a POSCAR with `sort=True` and read it back. Find the permutation that puts the forces into the old order.
# 3. Write the LAMMPS data file with `specorder=["Cu", "Ag"]`, and read it with ASE. How does ASE know which type is which element?
# 4. Shear a cubic copper crystal by 1 % in the plane of x and y only. Which of the six components of `get_stress()` answers? Write the line that VASP would print.
# 5. You find a file with energies near $-2108$ for two copper atoms and forces near 0.05. Which program and units could it be? What would you check first? (One copper atom with all its electrons has about $-1640$ Ha; with a pseudopotential, far less.)
# 6. Add a tool of your own to `TOOLS` in [ecosystem_tools.py](../../mlp_teach/widgets/ecosystem_tools.py), with a source for each fact.
#
# **Next:** [05 Five-step workflow](05_five_step_workflow.ipynb)
#
# ## References
#
# - A. H. Larsen et al., *J. Phys.: Condens. Matter* **29**, 273002 (2017), [doi:10.1088/1361-648X/aa680e](https://doi.org/10.1088/1361-648X/aa680e): ASE.
# - Phase 1. G. Kresse, J. Furthmüller, *Phys. Rev. B* **54**, 11169 (1996), [doi:10.1103/PhysRevB.54.11169](https://doi.org/10.1103/PhysRevB.54.11169): VASP. P. Giannozzi et al., *J. Phys.: Condens. Matter* **29**, 465901 (2017), [doi:10.1088/1361-648X/aa8f79](https://doi.org/10.1088/1361-648X/aa8f79): Quantum ESPRESSO. T. D. Kühne et al., *J. Chem. Phys.* **152**, 194103 (2020), [doi:10.1063/5.0007045](https://doi.org/10.1063/5.0007045): CP2K. J. J. Mortensen et al., *J. Chem. Phys.* **160**, 092503 (2024), [doi:10.1063/5.0182685](https://doi.org/10.1063/5.0182685): GPAW.
# - Phase 2. K. T. Schütt et al., *J. Chem. Phys.* **158**, 144801 (2023), [doi:10.1063/5.0138367](https://doi.org/10.1063/5.0138367): SchNetPack 2.0. S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5): NequIP. I. Batatia et al., *Adv. Neural Inf. Process. Syst.* **35** (2022), [doi:10.48550/arXiv.2206.07697](https://doi.org/10.48550/arXiv.2206.07697): MACE. J. Zeng et al., *J. Chem. Phys.* **159**, 054801 (2023), [doi:10.1063/5.0155600](https://doi.org/10.1063/5.0155600): DeePMD-kit.
# - Phase 3. A. P. Thompson et al., *Comput. Phys. Commun.* **271**, 108171 (2022), [doi:10.1016/j.cpc.2021.108171](https://doi.org/10.1016/j.cpc.2021.108171): LAMMPS. Y. Litman et al., *J. Chem. Phys.* **161**, 062504 (2024), [doi:10.1063/5.0215869](https://doi.org/10.1063/5.0215869): i-PI 3.
# - Phase 4. N. Michaud-Agrawal et al., *J. Comput. Chem.* **32**, 2319 (2011), [doi:10.1002/jcc.21787](https://doi.org/10.1002/jcc.21787): MDAnalysis. R. T. McGibbon et al., *Biophys. J.* **109**, 1528 (2015), [doi:10.1016/j.bpj.2015.08.015](https://doi.org/10.1016/j.bpj.2015.08.015): MDTraj. A. Stukowski, *Model. Simul. Mater. Sci. Eng.* **18**, 015012 (2010), [doi:10.1088/0965-0393/18/1/015012](https://doi.org/10.1088/0965-0393/18/1/015012): OVITO. W. Humphrey et al., *J. Mol. Graph.* **14**, 33 (1996), [doi:10.1016/0263-7855(96)00018-5](https://doi.org/10.1016/0263-7855%2896%2900018-5): VMD.

# %% [markdown] lang="ja" en="aa25eb4f"
# 4 つとも見つけ、単位と符号は言い当てました。順序については、何かがおかしいとしか言えません。何がおかしいかを知るには、答えのわかる構造を使います。結晶を一つの面内でだけせん断し、**どの**成分が応えるかを見るのです。また、この検査には、いろいろな形にひずんだセルが必要です。30 個がすべて立方体だったら、順序の間違いは現れません。
#
# ## 7. 注意して読みたい記述
#
# | もとの章の記述 | 確かめた結果 |
# |---|---|
# | 段階 1 の出力は、配置、エネルギー、力、応力 | 出力するように指定すれば。単位、符号、順序はプログラムごとに違う（5 節） |
# | スーパーコンピュータで数日から数週間、訓練は GPU で数時間から数日 | 大きなデータならそうなる。ここでは、4 段階すべてが CPU 1 スレッドで 1 分以内。原子数、手法、コンピュータを書く（レッスン 05） |
# | 訓練済みモデルは `.pth` などのファイル | パッケージごとに違い、互いに読めない。共通の窓口は、calculator か pair style（3 節） |
# | 軌跡は `.xyz` や `.lammpstrj` | ただの XYZ は、セル、速度、エネルギーを失う。**拡張** XYZ は残す（4 節） |
# | 記述子を作り、それからネットワークを訓練する | 対称性関数や SOAP ではそうする。グラフネットワークは数そのものを学び、GAP はネットワークではない |
# | 段階 4 で自由エネルギーやエントロピーが得られる | ふつうの軌跡 1 本からは得られない。専用の方法（アンブレラサンプリング、熱力学積分）が要る |
# | 科学的洞察から DFT へ戻る | もっと前からも戻る。検証やシミュレーションも、構造を送り返す（レッスン 02、5 節） |
#
# ## このレッスンで学んだこと
#
# - データ、訓練、シミュレーション、解析の 4 段階があり、戻る道があるので循環になります。道具はファイルで出会い、その中心に ASE がいます。
# - 拡張 XYZ は、構造を**ラベルごと**運びます。ただの XYZ は、セルさえ運びません。モデルのファイルは、パッケージごとに別です。
# - 気をつけるのは、POSCAR の組、LAMMPS の型の番号とセルの向き、Quantum ESPRESSO の k 点と指定、ピコ秒、Ry と Ha、応力の符号・単位・順序です。
# - 境目を越えるたびに、構造を 1 つ送り返し、エネルギー、力、応力、原子の順序を、もとのものと比べましょう。
#
# ## 演習
#
# 1. 地図で、Quantum ESPRESSO から DeePMD-kit への道を 2 つ、i-PI から OVITO への道を 1 つ見つけてください。それぞれ、どの情報が失われますか。
# 2. 合金を `sort=True` で POSCAR に書き、読み戻してください。力をもとの順序に戻す置換を見つけましょう。
# 3. LAMMPS data を `specorder=["Cu", "Ag"]` で書き、ASE で読んでください。ASE は、どの型がどの元素かを、どうやって知るのでしょうか。
# 4. 立方晶の銅を、xy 面内でだけ 1 % せん断してください。`get_stress()` の 6 成分のうち、応えるのはどれですか。VASP が出力するはずの行を書いてください。
# 5. 銅原子 2 個のエネルギーが $-2108$ くらい、力が 0.05 くらいというファイルを見つけました。どのプログラムの、どの単位が考えられますか。まず何を確かめますか。（銅原子 1 個は、全電子なら約 $-1640$ Ha です。擬ポテンシャルでは、絶対値がずっと小さくなります。）
# 6. 自分の道具を、事実ごとに出典を付けて、[ecosystem_tools.py](../../mlp_teach/widgets/ecosystem_tools.py) の `TOOLS` に加えてください。
#
# **次へ**：[05 5 ステップのワークフロー](05_five_step_workflow.ipynb)
#
# ## 参考文献
#
# - A. H. Larsen et al., *J. Phys.: Condens. Matter* **29**, 273002 (2017), [doi:10.1088/1361-648X/aa680e](https://doi.org/10.1088/1361-648X/aa680e)：ASE
# - 段階 1：G. Kresse, J. Furthmüller, *Phys. Rev. B* **54**, 11169 (1996), [doi:10.1103/PhysRevB.54.11169](https://doi.org/10.1103/PhysRevB.54.11169)：VASP。P. Giannozzi et al., *J. Phys.: Condens. Matter* **29**, 465901 (2017), [doi:10.1088/1361-648X/aa8f79](https://doi.org/10.1088/1361-648X/aa8f79)：Quantum ESPRESSO。T. D. Kühne et al., *J. Chem. Phys.* **152**, 194103 (2020), [doi:10.1063/5.0007045](https://doi.org/10.1063/5.0007045)：CP2K。J. J. Mortensen et al., *J. Chem. Phys.* **160**, 092503 (2024), [doi:10.1063/5.0182685](https://doi.org/10.1063/5.0182685)：GPAW
# - 段階 2：K. T. Schütt et al., *J. Chem. Phys.* **158**, 144801 (2023), [doi:10.1063/5.0138367](https://doi.org/10.1063/5.0138367)：SchNetPack 2.0。S. Batzner et al., *Nat. Commun.* **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5)：NequIP。I. Batatia et al., *Adv. Neural Inf. Process. Syst.* **35** (2022), [doi:10.48550/arXiv.2206.07697](https://doi.org/10.48550/arXiv.2206.07697)：MACE。J. Zeng et al., *J. Chem. Phys.* **159**, 054801 (2023), [doi:10.1063/5.0155600](https://doi.org/10.1063/5.0155600)：DeePMD-kit
# - 段階 3：A. P. Thompson et al., *Comput. Phys. Commun.* **271**, 108171 (2022), [doi:10.1016/j.cpc.2021.108171](https://doi.org/10.1016/j.cpc.2021.108171)：LAMMPS。Y. Litman et al., *J. Chem. Phys.* **161**, 062504 (2024), [doi:10.1063/5.0215869](https://doi.org/10.1063/5.0215869)：i-PI 3
# - 段階 4：N. Michaud-Agrawal et al., *J. Comput. Chem.* **32**, 2319 (2011), [doi:10.1002/jcc.21787](https://doi.org/10.1002/jcc.21787)：MDAnalysis。R. T. McGibbon et al., *Biophys. J.* **109**, 1528 (2015), [doi:10.1016/j.bpj.2015.08.015](https://doi.org/10.1016/j.bpj.2015.08.015)：MDTraj。A. Stukowski, *Model. Simul. Mater. Sci. Eng.* **18**, 015012 (2010), [doi:10.1088/0965-0393/18/1/015012](https://doi.org/10.1088/0965-0393/18/1/015012)：OVITO。W. Humphrey et al., *J. Mol. Graph.* **14**, 33 (1996), [doi:10.1016/0263-7855(96)00018-5](https://doi.org/10.1016/0263-7855%2896%2900018-5)：VMD
