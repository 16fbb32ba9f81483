"""Experiment files: what they ask for, what is wrong in them, and a small training from one."""

from pathlib import Path

import pytest
import torch
from ase import Atoms
from ase.build import bulk
from ase.calculators.lj import LennardJones as AseLennardJones
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import write

from mlp_teach.datasets import load
from mlp_teach.descriptors.first_order import FirstOrderGraph
from mlp_teach.graph import Labels
from mlp_teach.neighbors import StructureError
from mlp_teach.training.experiment import (
    ExperimentError,
    build_model,
    load_frames,
    make_data,
    read_experiment,
    split_frames,
    train,
)
from mlp_teach.training.fit import Settings, TrainingError
from mlp_teach.training.losses import Weights
from mlp_teach.training.regression import Regression

EXPERIMENTS = sorted((Path(__file__).parents[2] / "experiments").glob("*.toml"))

TEXT = """
[data]
set = "mlearn_Cu"
validation = 0.25
seed = 3
precision = "float32"

[model]
class = "mlp_teach.models.behler_parrinello:BehlerParrinello"
hidden = [4]

[model.functions]
cutoff = 5.0
elements = [18]
g2 = [[0.3, 3.0], [0.8, 4.0]]

[training]
epochs = 3
batch_size = 2

[training.weights]
forces = 0.5
"""


def written(folder, text: str = TEXT) -> Path:
    path = folder / "experiment.toml"
    path.write_text(text, encoding="utf-8")
    return path


def frames(count: int = 8) -> list[Atoms]:
    found = []
    for seed in range(count):
        atoms = bulk("Ar", "fcc", a=5.4, cubic=True)
        atoms.rattle(0.1, seed=seed)
        atoms.calc = AseLennardJones(epsilon=0.1, sigma=3.4, rc=6.0)
        known = {"energy": atoms.get_potential_energy(), "forces": atoms.get_forces()}
        atoms.calc = SinglePointCalculator(atoms, **known)
        found.append(atoms)
    return found


def test_a_file_says_all_that_is_needed(tmp_path):
    experiment = read_experiment(written(tmp_path))
    assert (experiment.dataset, experiment.validation, experiment.seed) == ("mlearn_Cu", 0.25, 3)
    assert experiment.precision == torch.float32
    assert experiment.training == Settings(epochs=3, batch_size=2, weights=Weights(forces=0.5))


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_the_experiments_of_the_course_can_be_read_and_built(path):
    model = build_model(read_experiment(path))
    assert 2 < model.cutoff < 10
    assert type(model).from_settings(model.settings()).settings() == model.settings()


def test_there_are_experiments():
    assert EXPERIMENTS


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('set = "mlearn_Cu"\n', "", "lacks the entry 'set'"),
        ("[data]", "[dat]", r"has \['dat'\], which an experiment does not know"),
        ("[data]\n", "[[data]]\n", r"entry 'data' is \[\{.*must be a table"),
        (
            '"float32"',
            '"float16"',
            r"'precision' is 'float16'; choose one of \['float32', 'float64",
        ),
        ('"float32"', "32", "'precision' is 32; it must be a text"),
        ("validation = 0.25", 'validation = "0.1"', "'validation' is '0.1'; it must be a number"),
        ("validation = 0.25", "validation = 1.5", "'validation' is 1.5; it is a share"),
        ("seed = 3", 'seed = 3\nkinds = "fcc"', "'kinds' is 'fcc'; it must be a list"),
        ("seed = 3", "seed = 3\nkinds = [3]", r"'kinds' is \[3\]; give texts"),
        ("seed = 3", "seed = 3\nkinds = []", r"'kinds' is \[\]; give texts"),
        ("seed = 3", "seed = 3\ntest_share = 1.0", "'test_share' is 1.0; it is a share"),
        ("seed = 3", 'seed = 3\ntest_share = 0.1\ntest = "a"', "both 'test' and 'test_share'"),
        ("seed = 3", "seed = 1.5", "'seed' is 1.5; it must be a whole number"),
        ("seed = 3", "seed = -1", "'seed' is -1; it must be 0 or more"),
        ("seed = 3", f"seed = {2**63}", "'seed' is 9223372036854775808; it must be below"),
        ("seed = 3", f"seed = {'9' * 23}", "'seed' is 9+; it must be below"),
        ("seed = 3", "seed = 3\nstress_offset = 2.3", r"has \['stress_offset'\], which \[data\]"),
        ("epochs = 3", "epochs = -3", "epochs is -3; a whole number from 1 on"),
        ("batch_size = 2", "batch_size = 0", "batch_size is 0; a whole number from 1 on"),
        ("epochs = 3", f"epochs = 3\nseed = {'9' * 23}", r"seed is 9+; it must be below 2\^62"),
        ("forces = 0.5", "forces = -1.0", "weight of the forces is -1.0"),
        ("[training.weights]\nforces = 0.5", "weights = 3", "'weights' is 3; it must be a table"),
        ("epochs = 3", "epoch = 3", r"has \['epoch'\], which Settings does not know.*epochs"),
        ("forces = 0.5", "force = 0.5", r"has \['force'\], which Weights does not know.*forces"),
        ("epochs = 3", "epochs = three", "not valid TOML"),
        ("[data]", "learning_curve = 50\n[data]", "'learning_curve' is 50; it must be a table"),
        ("[data]", "[learning_curve]\nepochs = [3]\n[data]", "lacks the entry 'frames'"),
        ("[data]", "[learning_curve]\nframes = 50\n[data]", "'frames' is 50; it must be a list"),
        ("[data]", "[learning_curve]\nframes = [9, 5]\n[data]", r"frames is \[9, 5\]; give rising"),
        ("[data]", "[learning_curve]\nframes=[5]\nepochs=9\n[data]", "'epochs' is 9; .* a list"),
        ("[data]", "[learning_curve]\nframes=[5]\nsteps=[9]\n[data]", r"\['steps'\], .* Sizes"),
        *(
            ("seed = 3", f"seed = 3\nstress_offset_GPa = {value}", "a finite number is needed")
            for value in ("nan", "1e400", "9" * 400)
        ),
        ("behler_parrinello:Be", "nope:Be", r"(?s)'class' is .*one of.*\.allegro:Allegro.*:SchNet"),
        ("mlp_teach.models.behler_parrinello", "os", "'class' is 'os:BehlerParrinello'; it is one"),
        ("hidden = [4]", "hidden = 4", "entry 'hidden' is 4; it must be a list"),
        ("elements = [18]", "elements = 18", "entry 'elements' is 18; it must be a list"),
        ("elements = [18]", 'elements = [1, "O"]', r"'elements' is \[1, 'O'\]; give atomic"),
        ("cutoff = 5.0", f"cutoff = {'9' * 400}", "'cutoff' is 9+; finite numbers"),
        ("[0.3, 3.0]", "[nan, 3.0]", r"'g2' is \[\[nan.*; finite numbers"),
        ("epochs = 3", f"epochs = {'9' * 5000}", "not valid TOML"),
        ("epochs = 3", f"epochs = {'[' * 100_000}", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_said(old, new, sentence, tmp_path):
    assert old in TEXT
    with pytest.raises(ExperimentError, match=sentence):
        read_experiment(written(tmp_path, TEXT.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("cutoff = 5.0", "cutoff = -1.0", "cutoff is -1.0; it must be a positive length"),
        ("cutoff = 5.0", "", "missing .*'cutoff'"),
        ("elements = [18]", "elements = [500]", "give atomic numbers"),
        ("[0.3, 3.0]", "[0.3]", r"g2 holds \(?\[?0.3.*must be \(eta, r_s\)"),
        ("hidden = [4]", "hidden = [0]", r"hidden layers of \[0\] nodes cannot be"),
        ("hidden = [4]", 'hidden = [4]\nactivation = "Module"', "activation is 'Module'; it must"),
        ("hidden = [4]", "hiden = [4]", "unexpected keyword argument 'hiden'"),
        ("[model.functions]", "[model.function]", "entry 'functions' is missing"),
        ("[model.functions]", "functions = 1\n[model.more]", "make no BehlerParrinello"),
    ],
)
def test_settings_that_make_no_model_are_said(old, new, sentence, tmp_path):
    assert old in TEXT
    experiment = read_experiment(written(tmp_path, TEXT.replace(old, new)))
    with pytest.raises(ExperimentError, match=sentence):
        build_model(experiment)


def test_a_file_of_windows_notepad_begins_with_a_mark(tmp_path):
    path = tmp_path / "experiment.toml"
    path.write_text(TEXT, encoding="utf-8-sig")
    assert read_experiment(path).dataset == "mlearn_Cu"


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="no experiment file"):
        read_experiment(tmp_path / "none.toml")


def test_the_first_weights_follow_from_the_seed(tmp_path):
    def weights(text):
        return build_model(read_experiment(written(tmp_path, text))).networks[0][0].weight

    assert torch.equal(weights(TEXT), weights(TEXT))
    assert not torch.equal(weights(TEXT), weights(TEXT.replace("seed = 3", "seed = 4")))


def test_the_largest_seed_makes_a_model_and_a_split(tmp_path):
    text = TEXT.replace("seed = 3", f"seed = {2**63 - 1}")
    experiment = read_experiment(written(tmp_path, text))
    build_model(experiment)
    assert len(split_frames(experiment, frames())[1]) == 2


def test_the_validation_share_is_drawn_from_the_training_part(tmp_path):
    experiment = read_experiment(written(tmp_path))
    training, validation = split_frames(experiment, frames())
    assert (len(training), len(validation)) == (6, 2)
    assert split_frames(experiment, frames())[1] == validation


def test_data_are_prepared_once_in_the_training_s_precision(tmp_path):
    model = build_model(read_experiment(written(tmp_path)))
    for precision in (torch.float32, torch.float64):
        for graph, labels in make_data(model, frames(2), precision):
            assert isinstance(graph, FirstOrderGraph)
            assert {graph.values.dtype, graph.slopes.dtype, labels.forces.dtype} == {precision}


def test_a_frame_without_labels_is_said(tmp_path):
    model = build_model(read_experiment(written(tmp_path)))
    with pytest.raises(StructureError, match="carries no energy"):
        make_data(model, [*frames(1), bulk("Ar")])


def test_training_lowers_the_loss_in_the_data_s_precision(tmp_path):
    longer = TEXT.replace("epochs = 3", "epochs = 30\nlearning_rate = 0.05\naverage = 0.8")
    experiment = read_experiment(written(tmp_path, longer))
    model = build_model(experiment)
    parts = [make_data(model, part) for part in split_frames(experiment, frames())]
    history = train(model, *parts, experiment.training)
    assert history[-1].validation_loss < 0.7 * history[0].validation_loss
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


@pytest.mark.parametrize("count", [0, 1])
def test_a_training_part_of_one_structure_is_refused_with_a_sentence(count, tmp_path):
    experiment = read_experiment(written(tmp_path))
    model = build_model(experiment)
    data = make_data(model, frames(3))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(TrainingError, match="two at least"):
        train(model, data[:count], data, experiment.training)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_structures_without_an_energy_are_counted(tmp_path):
    experiment = read_experiment(written(tmp_path))
    model = build_model(experiment)
    data = make_data(model, frames(4))
    lacking = [(graph, Labels(forces=labels.forces)) for graph, labels in data[:3]]
    with pytest.raises(TrainingError, match="3 of 4 training structures have no energy"):
        train(model, [*lacking, data[3]], data, experiment.training)


def test_an_energy_that_is_not_finite_is_said_before_the_training(tmp_path):
    experiment = read_experiment(written(tmp_path))
    model = build_model(experiment)
    data = make_data(model, frames(4), torch.float64)
    graph, labels = data[1]
    wrong = Labels(labels.energy * float("nan"), labels.forces)
    with pytest.raises(TrainingError, match="1 of 3 training structures have an energy"):
        train(model, [data[0], (graph, wrong), data[2]], data[3:], experiment.training)


GAP_TEXT = """
[data]
set = "mlearn_Si"
validation = 0.0
seed = 1
precision = "float64"

[model]
class = "mlp_teach.models.gap:GAP"
elements = [18]
transition = 1.0
n_points = 12

[model.radial]
basis = "GaussianOrbitals"
cutoff = 5.0
n_max = 4
l_max = 3
sigma = 0.6

[regression]
sigma_energy = 0.001
sigma_forces = 0.01
"""


def test_a_regression_learns_and_shows_its_progress(tmp_path):
    experiment = read_experiment(written(tmp_path, GAP_TEXT))
    assert experiment.training == Regression(sigma_energy=0.001, sigma_forces=0.01)
    model, shown = build_model(experiment), []
    training, validation = split_frames(experiment, frames())
    assert len(training) == 8
    assert validation == []
    data = make_data(model, training, experiment.precision)
    history = train(
        model, data, [], experiment.training, progress=lambda items: shown.extend(items) or items
    )
    assert history == []
    assert len(shown) == 8
    graph, labels = data[0]
    assert float(model(graph).sum()) == pytest.approx(float(labels.energy), abs=4e-3)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "[regression]",
            "[training]\nepochs = 2\n[regression]",
            "both .training. and .regression.",
        ),
        ("sigma_forces", "sigma_force", "sigma_force'.*does not know"),
        ("sigma_forces = 0.01", "sigma_forces = -1.0", "sigma_forces is -1.0"),
        ("validation = 0.0", "validation = 1.0", "share between 0 and 1"),
        ('"float64"', '"float32"', "a regression needs 'float64'"),
    ],
)
def test_a_mistake_in_a_regression_is_said(old, new, sentence, tmp_path):
    with pytest.raises(ExperimentError, match=sentence):
        read_experiment(written(tmp_path, GAP_TEXT.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("n_points = 12", "n_points = 12\nzetta = 3", "no .'zetta'."),
        ("n_points = 12", "n_points = 0", "n_points is 0"),
        ("transition = 1.0", "", "'transition' is missing"),
        ('"GaussianOrbitals"', '"Wavelets"', "no radial basis 'Wavelets'"),
        ("l_max = 3", "l_max = -1", "l_max is -1"),
    ],
)
def test_settings_that_make_no_gap_are_said(old, new, sentence, tmp_path):
    with pytest.raises(ExperimentError, match=sentence):
        build_model(read_experiment(written(tmp_path, GAP_TEXT.replace(old, new))))


def test_own_files_can_be_learnt_from(tmp_path):
    write(tmp_path / "mine.xyz", frames(6), format="extxyz")
    write(tmp_path / "other.xyz", frames(2), format="extxyz")
    text = GAP_TEXT.replace('"mlearn_Si"', '"mine.xyz"\ntest = "other.xyz"')
    training, validation, test = load_frames(read_experiment(written(tmp_path, text)))
    assert (len(training), len(validation), len(test)) == (6, 0, 2)
    alone = GAP_TEXT.replace('"mlearn_Si"', '"mine.xyz"')
    assert len(load_frames(read_experiment(written(tmp_path, alone)))[2]) == 0


def test_a_set_may_be_tested_on_another_split_or_a_file(tmp_path):
    text = TEXT.replace('"mlearn_Cu"', '"3bpa"\ntest = "test_1200K"')
    parts = load_frames(read_experiment(written(tmp_path, text)))
    assert [len(part) for part in parts] == [375, 125, 166]
    assert {atoms.info["temperature"] for atoms in parts[2]} == {1200}
    write(tmp_path / "other.xyz", frames(2), format="extxyz")
    text = TEXT.replace('"mlearn_Cu"', '"mlearn_Cu"\ntest = "other.xyz"')
    assert len(load_frames(read_experiment(written(tmp_path, text)))[2]) == 2


def test_frames_may_be_of_some_kinds_only_but_for_those_of_a_test_file(tmp_path):
    text = TEXT.replace('"mlearn_Cu"', '"mlearn_Cu"\nkinds = ["Surface", "Vac*"]')
    training, validation, test = load_frames(read_experiment(written(tmp_path, text)))
    for learnt in (training + validation, test):
        assert {atoms.info["config_type"] for atoms in learnt} == {"Surface", "Vacancy"}
    assert len(training + validation) < 262
    write(tmp_path / "other.xyz", frames(2), format="extxyz")
    text = text.replace("kinds", 'test = "other.xyz"\nkinds')
    assert len(load_frames(read_experiment(written(tmp_path, text)))[2]) == 2
    text = TEXT.replace('"mlearn_Cu"', '"ethanol_pbe"\nkinds = ["Surface"]')
    with pytest.raises(ValueError, match="240 of 240 frames do not say of what kind"):
        load_frames(read_experiment(written(tmp_path, text)))


def test_a_set_without_a_test_part_may_give_a_share_of_its_frames(tmp_path):
    for name, count in (("Cu_ACE21_1k", 1000), ("mine.xyz", 8)):
        write(tmp_path / "mine.xyz", frames(8), format="extxyz")
        text = TEXT.replace('"mlearn_Cu"', f'"{name}"\ntest_share = 0.5')
        experiment = read_experiment(written(tmp_path, text))
        training, validation, test = load_frames(experiment)
        assert (len(training), len(validation)) == (count * 3 // 8, count // 8)
        positions = {atoms.positions.tobytes() + atoms.cell.tobytes() for atoms in test}
        learnt = {a.positions.tobytes() + a.cell.tobytes() for a in training + validation}
        assert len(test) == count // 2
        assert len(learnt & positions) < 3  # the source repeats two frames of the thousand
        assert load_frames(experiment)[2] == test


@pytest.mark.parametrize("word", ["ethanol", "test", "other"])
def test_a_file_has_no_part_that_a_word_could_name(tmp_path, word):
    write(tmp_path / "mine.xyz", load("mlearn_Cu", "test")[:4])
    text = TEXT.replace('"mlearn_Cu"', f'"mine.xyz"\ntest = "{word}"')
    with pytest.raises(ExperimentError, match=f"test = '{word}', and the set is a file"):
        load_frames(read_experiment(written(tmp_path, text)))


@pytest.mark.parametrize("test", ["", '\ntest = "test_0K"'])
def test_a_split_that_is_not_there_is_said(test, tmp_path):
    text = TEXT.replace('"mlearn_Cu"', f'"3bpa"{test}')
    with pytest.raises(ValueError, match="test_300K"):
        load_frames(read_experiment(written(tmp_path, text)))


def test_a_descent_needs_a_validation_share(tmp_path):
    with pytest.raises(ExperimentError, match="share between 0 and 1"):
        read_experiment(written(tmp_path, TEXT.replace("validation = 0.25", "validation = 0.0")))


def test_a_model_is_fitted_in_its_own_way(tmp_path):
    network = build_model(read_experiment(written(tmp_path)))
    gap = build_model(read_experiment(written(tmp_path, GAP_TEXT)))
    with pytest.raises(TrainingError, match="fits a GAP; BehlerParrinello is trained by"):
        train(network, make_data(network, frames(3)), [], Regression())
    with pytest.raises(TrainingError, match=r"fit it by \[regression\]"):
        train(gap, make_data(gap, frames(3)), make_data(gap, frames(1)), Settings())
