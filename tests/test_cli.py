"""The command line: each word does its job, and a refusal is one sentence and exit status 1."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.emt import EMT
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import read, write

from mlp_teach.cli import _parser, ensembles, main
from mlp_teach.datasets import load
from mlp_teach.grading.sandbox import isolation
from mlp_teach.labelling import workers
from mlp_teach.simulation.trajectory import read_trajectory
from mlp_teach.training import device, metrics
from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.experiment import without_stress_offset
from tests.training.small_experiment import small_experiment

EXPERIMENT = """
[data]
set = "mlearn_Cu"
validation = 0.1
seed = 0
precision = "float32"
[model]
class = "mlp_teach.models.behler_parrinello:BehlerParrinello"
hidden = [4]
[model.functions]
cutoff = 3.0
elements = [29]
g2 = [[4.0, 2.0], [4.0, 2.5]]
[training]
epochs = 1
batch_size = 64
"""


def refusal(capsys, *arguments: str) -> str:
    assert main(list(arguments)) == 1
    return capsys.readouterr().err


def test_doctor_prints_its_report(capsys):
    assert main(["doctor"]) == 0
    assert "torch" in capsys.readouterr().out


def test_evaluate_reads_a_file_of_frames(tmp_path, capsys):
    atoms = bulk("Cu", cubic=True)
    atoms.rattle(0.05, seed=0)
    atoms.calc = EMT()
    atoms.get_forces()
    write(tmp_path / "frames.xyz", [atoms, atoms])
    path = str(tmp_path / "frames.xyz")
    assert main(["evaluate", "behler_parrinello_cu", "--data", path]) == 0
    printed = capsys.readouterr().out
    assert "meV/atom" in printed
    assert "meV/Å" in printed


def test_evaluate_on_a_gpu_is_refused_where_there_is_none(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    said = refusal(capsys, "evaluate", "behler_parrinello_cu", "--device", "cuda")
    assert "PyTorch finds no cuda device here" in said


def test_evaluate_brings_model_and_data_to_the_device_that_is_named(monkeypatch, tmp_path):
    frame = bulk("Cu", cubic=True)
    frame.calc = SinglePointCalculator(frame, energy=1.0, forces=np.zeros((4, 3)))
    write(tmp_path / "frames.xyz", frame)
    seen = []
    monkeypatch.setattr(device, "choose_device", lambda name: torch.device("meta"))

    def note(model, data, *, device):
        seen.append((next(model.parameters()).device.type, device.type))
        raise RuntimeError("seen")

    monkeypatch.setattr(metrics, "compare", note)
    words = ["evaluate", "behler_parrinello_cu", "--data", str(tmp_path / "frames.xyz")]
    assert main([*words, "--device", "cuda"]) == 1
    assert seen == [("meta", "meta")]


def test_evaluate_takes_the_devices_that_train_takes(monkeypatch, tmp_path):
    frame = bulk("Cu", cubic=True)
    frame.calc = SinglePointCalculator(frame, energy=1.0, forces=np.zeros((4, 3)))
    write(tmp_path / "frames.xyz", frame)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    seen = []

    def note(model, data, *, device):
        seen.append(device.type)
        raise RuntimeError("seen")

    monkeypatch.setattr(metrics, "compare", note)
    words = ["evaluate", "behler_parrinello_cu", "--data", str(tmp_path / "frames.xyz")]
    for name in ("auto", "mps"):
        assert main([*words, "--device", name]) == 1
    assert seen == ["cpu", "cpu"]  # MPS has no double precision


def test_each_worker_beside_gpus_is_given_one_and_jobs_ask_for_theirs(monkeypatch, tmp_path):
    given = {}
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5,7")
    monkeypatch.setattr(workers, "local_workers", lambda *words: given.update(local=words))
    monkeypatch.setattr(workers, "slurm_workers", lambda *words, **named: given.update(named))

    def asked(*words: str):
        options = _parser().parse_args(["ensemble", "a.toml", "--out", str(tmp_path), *words])
        ensembles._workers(options)
        return ensembles._device(options)

    assert asked("--workers", "3", "--device", "cuda") == "cuda"
    assert given["local"] == (3, None, ["5", "7"])
    assert asked("--workers", "3") == "cpu"
    assert given["local"] == (3, None, ())
    assert asked("--slurm", "--memory", "4G", "--gpus", "1") == "cuda"
    assert given["gpus"] == 1
    assert asked("--slurm", "--memory", "4G") == "cpu"
    with pytest.raises(ValueError, match="--device cuda takes the GPUs"):
        asked("--gpus", "1")


@pytest.mark.parametrize(
    "command", [["learning-curve"], ["ensemble"], ["sweep", "--set", "training.epochs=2,3"]]
)
def test_tf32_is_refused_on_a_processor_by_every_command_that_trains(command, tmp_path, capsys):
    path = str(small_experiment(tmp_path))
    words = [command[0], path, *command[1:], "--out", str(tmp_path / "out"), "--tf32"]
    assert "TF32 is a format of NVIDIA's GPUs" in refusal(capsys, *words)
    assert not (tmp_path / "out").exists()


def test_md_writes_a_trajectory_and_goes_on_with_it(tmp_path, capsys):
    run = ["md", "behler_parrinello_cu", "bulk:Cu:2", "--out", str(tmp_path), "--ensemble", "nve"]
    assert main([*run, "--steps", "20"]) == 0
    assert main([*run, "--steps", "30"]) == 0
    assert len(read_trajectory(tmp_path / "trajectory.xyz")) == 4
    assert "energy drift" in capsys.readouterr().out


@pytest.mark.slow
def test_train_writes_a_model_that_evaluate_reads(tmp_path, capsys):
    (tmp_path / "small.toml").write_text(EXPERIMENT)
    out = tmp_path / "out"
    assert main(["train", str(tmp_path / "small.toml"), "--out", str(out)]) == 0
    assert "validation" in capsys.readouterr().out
    assert load_model(out / "model.safetensors").cutoff == 3.0
    assert (out / "errors.json").is_file()


def test_learning_curve_trains_each_size_once(tmp_path, capsys):
    frames = []
    for seed in range(14):
        atoms = bulk("Cu", cubic=True)
        atoms.rattle(0.05, seed=seed)
        atoms.calc = EMT()
        atoms.get_forces()
        frames.append(atoms)
    write(tmp_path / "learn.xyz", frames[:10])
    write(tmp_path / "test.xyz", frames[10:])
    text = EXPERIMENT.replace('"mlearn_Cu"', '"learn.xyz"\ntest = "test.xyz"')
    (tmp_path / "small.toml").write_text(text + "[learning_curve]\nframes = [3, 9]\n")
    run = ["learning-curve", str(tmp_path / "small.toml"), "--out", str(tmp_path / "out")]
    assert main(run) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()[1:-1]] == ["3"] * 3 + ["9"] * 3
    models = sorted((tmp_path / "out").glob("*/model.safetensors"))
    written = [path.stat().st_mtime_ns for path in models]
    assert len(written) == 2
    assert main(run) == 0
    assert capsys.readouterr().out == printed
    assert [path.stat().st_mtime_ns for path in models] == written


def test_train_and_evaluate_say_the_same_of_structures_without_labels(tmp_path, capsys):
    write(tmp_path / "bare.xyz", [bulk("Cu", cubic=True)] * 10)
    (tmp_path / "bare.toml").write_text(EXPERIMENT.replace("mlearn_Cu", "bare.xyz"))
    said = refusal(capsys, "train", str(tmp_path / "bare.toml"), "--out", str(tmp_path / "out"))
    sentence = "Cu4 carries no energy and no forces."
    assert sentence in said
    words = ["--data", str(tmp_path / "bare.xyz")]
    assert sentence in refusal(capsys, "evaluate", "behler_parrinello_cu", *words)


def test_an_experiment_without_sizes_is_said(tmp_path, capsys):
    (tmp_path / "small.toml").write_text(EXPERIMENT)
    said = refusal(capsys, "learning-curve", str(tmp_path / "small.toml"), "--out", str(tmp_path))
    assert "Add two lines: [learning_curve]" in said


GAP = """
[data]
set = "mlearn_Si"
validation = 0.0
seed = 0
precision = "float64"
[model]
class = "mlp_teach.models.gap:GAP"
elements = [14]
transition = 0.5
n_points = 30
[model.radial]
basis = "GaussianOrbitals"
cutoff = 3.0
n_max = 3
l_max = 2
sigma = 0.5
[regression]
"""


def test_evaluate_also_without_the_copies_of_training_frames(capsys):
    words = ["evaluate", "behler_parrinello_cu", "--data", "mlearn_Cu", "test"]
    assert main([*words, "--without-copies"]) == 0
    said = capsys.readouterr().out
    assert "without 9 copies of equal energy" in said
    assert "without 13 copies" in said


def stresses(said: str) -> dict[str, float]:
    """The MAE of the stress (GPa) of each part."""
    rows = [line.rsplit(maxsplit=4) for line in said.splitlines()]
    return {row[0]: float(row[2]) for row in rows if row[1:2] == ["stress"]}


def test_evaluate_tells_the_offset_of_the_stress_labels_and_takes_it_off_too(tmp_path, capsys):
    assert main(["evaluate", "behler_parrinello_cu"]) == 0
    said = capsys.readouterr().out
    assert "labels of mlearn_Cu are about 2.3 GPa too tensile" in said
    frames = load("mlearn_Cu", "test")
    for number, (part, found) in enumerate(stresses(said).items()):
        file = tmp_path / f"{number}.xyz"
        write(file, without_stress_offset(frames, number * 2.3))
        assert main(["evaluate", "behler_parrinello_cu", "--data", str(file)]) == 0
        said = capsys.readouterr().out
        assert stresses(said) == {str(file): found}
        assert "about" not in said  # nothing is known of a file
        assert part == "mlearn_Cu test" + " (corrected)" * number
    assert (number, found < 0.08) == (1, True)


def test_what_is_no_better_than_the_mean_of_the_labels_is_named(tmp_path, capsys):
    run = ["train", str(small_experiment(tmp_path, epochs=1, rate=1e-9)), "--out"]
    assert main([*run, str(tmp_path / "untrained")]) == 0
    said = capsys.readouterr().out
    assert "Worse than if their mean were always given: " in said
    assert "forces (test)" in said
    run = ["train", str(small_experiment(tmp_path, epochs=100)), "--out"]
    assert main([*run, str(tmp_path / "trained")]) == 0
    assert "forces (test)" not in capsys.readouterr().out


def test_a_file_has_no_training_part(capsys):
    said = refusal(
        capsys, "evaluate", "behler_parrinello_cu", "--data", "a.xyz", "--without-copies"
    )
    assert "SET SPLIT" in said


@pytest.mark.slow
def test_train_fits_a_gap_that_evaluate_and_md_read(tmp_path, capsys):
    (tmp_path / "gap.toml").write_text(GAP)
    out = tmp_path / "out"
    assert main(["train", str(tmp_path / "gap.toml"), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "test" in said
    assert "validation" not in said
    assert main(["evaluate", str(out), "--data", "mlearn_Si", "test"]) == 0
    run = tmp_path / "run"
    assert main(["md", str(out), "bulk:Si:1", "--steps", "5", "--out", str(run)]) == 0
    (out / "training.safetensors").write_bytes(b"of a network")
    said = refusal(capsys, "train", str(tmp_path / "gap.toml"), "--out", str(out))
    assert "holds the training of a network" in said


def test_a_potential_of_quip_is_read_too(tmp_path, capsys):
    file = Path(__file__).parent / "reference" / "quip_gap" / "Cu" / "gp.xml"
    run = tmp_path / "run"
    assert main(["md", str(file), "bulk:Cu:2", "--steps", "3", "--out", str(run)]) == 0


@pytest.mark.parametrize(
    ("file", "structures", "name"),
    [
        ("mace_small.model", "mace_models.npz", "HCN_{}"),
        ("nequip_trained.ckpt", "nequip_trained.npz", "{}_0"),
    ],
)
def test_evaluate_finds_what_the_package_said_of_its_own_model(
    file, structures, name, tmp_path, capsys
):
    folder = Path(__file__).parent / "reference"
    with np.load(folder / structures) as one, np.load((folder / file).with_suffix(".npz")) as two:
        there, said = dict(one), dict(two)
    atoms = Atoms(there[name.format("numbers")], positions=there[name.format("positions")])
    key = "HCN/{}" if "HCN" in name else name
    energy, forces = said[key.format("energies_of_atoms")].sum(), said[key.format("forces")]
    assert np.abs(forces).max() > 0.005  # eV/Å
    atoms.calc = SinglePointCalculator(atoms, energy=energy, forces=forces)
    write(tmp_path / "frame.xyz", atoms)
    words = ["--data", str(tmp_path / "frame.xyz")]
    assert main(["evaluate", str(folder / file), *words]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[-4:-1] for row in rows] == [[n, "0.000", "0.000"] for n in ("energy", "forces")]
    missing = str(tmp_path / file)
    assert missing in refusal(capsys, "evaluate", missing, *words)


def test_label_writes_frames_and_computes_nothing_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    frames = [bulk("Cu", cubic=True), bulk("Si"), bulk("Cu") * 2]
    write("structures.xyz", frames)
    words = ["label", "structures.xyz", "--method", "emt", "--output", "labelled.xyz"]
    said = refusal(capsys, *words)
    assert "1 of 3 structures have no label; the others are in labelled.xyz" in said
    write("structures.xyz", [frames[0], frames[2]])
    assert main([*words, "--workers", "2"]) == 0
    assert "0 labels were computed, 2 were in labels" in capsys.readouterr().out
    for atoms, labelled in zip((frames[0], frames[2]), read("labelled.xyz", ":"), strict=True):
        atoms.calc = EMT()
        assert abs(labelled.get_potential_energy() - atoms.get_potential_energy()) < 1e-9
        assert np.abs(labelled.get_forces() - atoms.get_forces()).max() < 1e-7
        assert labelled.info["label"]["method"] == "EMT"


def test_gfn2_says_that_it_is_for_molecules(tmp_path, monkeypatch, capsys):
    pytest.importorskip("tblite", reason="GFN2 needs tblite")
    monkeypatch.chdir(tmp_path)
    for atoms, told in ((bulk("Si"), True), (molecule("H2O"), False)):
        write("structures.xyz", atoms)
        assert main(["label", "structures.xyz", "--output", "labelled.xyz"]) == 0
        assert ("GFN2-xTB is made for molecules" in capsys.readouterr().out) == told


@pytest.mark.parametrize(
    "words",
    [
        ["learning-curve", "none.toml", "--out", "out"],
        ["ensemble", "none.toml", "--out", "out"],
        ["workflow", "--out", "out"],
        ["doctor"],
    ],
)
def test_what_is_not_for_several_processes_is_refused_under_torchrun(
    words, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert "torchrun started 2 processes" in refusal(capsys, *words)
    assert not list(tmp_path.iterdir())


def test_one_process_of_torchrun_and_a_world_without_it_are_no_reason_to_refuse(
    monkeypatch, capsys
):
    for variables in ({"TORCHELASTIC_RUN_ID": "1", "WORLD_SIZE": "1"}, {"WORLD_SIZE": "2"}):
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            assert "no checkpoint none" in refusal(capsys, "evaluate", "none")


def test_an_error_that_no_line_of_ours_raised_says_where_it_came_up(monkeypatch, capsys):
    def fails(*words):
        torch.zeros(2) @ torch.zeros(3)

    assert main(["train", "nothing.toml", "--out", "x"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    monkeypatch.setattr("mlp_teach.training.experiment.read_experiment", fails)
    assert main(["train", "nothing.toml", "--out", "x"]) == 1
    said = capsys.readouterr().err
    assert re.search(r"RuntimeError in .*mlp_teach/cli/training\.py, line \d+: ", said)


def test_a_missing_model_is_refused_with_a_sentence(capsys):
    assert "There is no checkpoint nothing" in refusal(capsys, "evaluate", "nothing")


def test_a_missing_structure_is_refused_with_a_sentence(tmp_path, capsys):
    out = ["--out", str(tmp_path)]
    assert "There is no file" in refusal(capsys, "md", "behler_parrinello_cu", "no.xyz", *out)
    assert "bulk:Cu:3" in refusal(capsys, "md", "behler_parrinello_cu", "bulk:Cu", *out)


def test_a_missing_experiment_is_refused_with_a_sentence(tmp_path, capsys):
    said = refusal(capsys, "train", str(tmp_path / "none.toml"), "--out", str(tmp_path))
    assert "There is no experiment file" in said


def test_an_unknown_word_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["fly"])
    assert "invalid choice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["evaluate", "none"], "no checkpoint none"),
        (["evaluate", "behler_parrinello_cu", "--data", "a", "b", "c"], "--data was given 3 words"),
        (["evaluate", "behler_parrinello_cu", "--data", "none.xyz"], "no file none.xyz"),
        (["md", "behler_parrinello_cu", "text.txt", "--out", "o"], "cannot be read as a structure"),
        (["md", "behler_parrinello_cu", "bulk:Cu:0", "--out", "o"], "bulk:SYMBOL:REPEATS"),
        (["md", "behler_parrinello_cu", "bulk:Xx:1", "--out", "o"], "no cubic crystal of 'Xx'"),
        (["md", "behler_parrinello_cu", "bulk:Cu:1", "--out", "o", "--timestep", "1e9"], "1e+09"),
        (["md", "behler_parrinello_cu", "bulk:Cu:1", "--out", "o", "--seed", "-1"], "seed is -1"),
        (["md", "behler_parrinello_cu", "bulk:Cu:1", "--out", "text.txt"], "cannot be a folder"),
        (["label", "none.xyz", "--output", "o"], "no file none.xyz"),
        (["label", "text.txt", "--output", "o"], "cannot be read as structures"),
        (["label", "text.txt", "--output", "o", "--workers", "0"], "--workers is 0"),
        (["workflow", "--out", "text.txt"], "cannot be a folder to write to"),
    ],
)
def test_a_wrong_word_is_answered_and_nothing_is_written(
    words, sentence, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("no structure")
    assert sentence in refusal(capsys, *words)
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
    assert (tmp_path / "text.txt").read_text() == "no structure"


@pytest.mark.slow
def test_active_learning_shows_its_rounds_and_keeps_every_decision(tmp_path, capsys):
    command = ["active-learning", "mlearn_Cu", "uncertain", "--rounds", "1", "--out", str(tmp_path)]
    assert main(command) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "262 structures in the pool, 18 to test on"
    assert [line.split()[0] for line in said[2:4]] == ["10", "20"]
    assert "nan" not in said[3]  # nobody looked for more
    assert (tmp_path / "journal.jsonl").exists()
    assert main(command) == 0  # it was done
    assert said[3] in capsys.readouterr().out


def test_active_learning_says_what_there_is(tmp_path, capsys):
    for words, missing in (("gold random", "formate_strided"), ("mlearn_Cu best", "d_optimal")):
        assert main(["active-learning", *words.split(), "--out", str(tmp_path)]) == 1
        assert missing in capsys.readouterr().err


@pytest.mark.skipif(isolation() != "bubblewrap", reason=f"the sandbox: {isolation()}")
def test_check_marks_a_notebook_of_exercises(capsys):
    exercises = Path(__file__).parent.parent / "exercises" / "ja"
    handed_out = exercises / "ps1_energy_surfaces" / "ps1_energy_surfaces.ipynb"
    assert main(["check", str(handed_out)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "合計：35 点中 0 点"
    with_words = exercises.parent / "en" / "ps2_descriptors" / "ps2_descriptors.ipynb"
    assert main(["check", str(with_words)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("6 points more")
    assert main(["check", __file__]) == 1
    assert "test_cli.py" in capsys.readouterr().err
