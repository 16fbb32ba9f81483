"""Training that begins with trained weights: what is taken over, what is moved, what is refused."""

from dataclasses import replace

import pytest
import torch
from ase.io import write

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.datasets import load
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.potential import predict
from mlp_teach.training.checkpoint import load_model, save_checkpoint
from mlp_teach.training.experiment import ExperimentError, read_experiment, train
from mlp_teach.training.fit import Settings, TrainingError
from mlp_teach.training.learning_curve import measure
from mlp_teach.training.metrics import compare
from mlp_teach.training.transfer import SHIPPED, digest, source_file, take_weights
from tests.training.small_data import small_data, small_model
from tests.training.test_learning_curve import TEXT, frame

SMEARING = GaussianSmearing(4, 3.0)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A trained network of argon."""
    model = small_model()
    train(
        model,
        small_data(8),
        small_data()[8:],
        Settings(epochs=150, batch_size=4, learning_rate=0.02),
    )
    return save_checkpoint(tmp_path_factory.mktemp("source") / "model.safetensors", model)


def shifted(amount: float):
    """Argon with labels of another zero: `amount` eV more for each atom."""
    return [
        (graph, replace(one, energy=one.energy + amount * graph.n_atoms))
        for graph, one in small_data()
    ]


def taken(model, source, data):
    graphs, truths = zip(*data, strict=True)
    take_weights(model, source, graphs, torch.cat([truth.energy for truth in truths]))
    return model


def test_all_is_taken_over_but_the_zero_of_the_energies(source):
    given, model = load_model(source), taken(small_model(), source, shifted(7.0))
    for name, value in given.state_dict().items():
        assert name == "reference" or torch.equal(model.state_dict()[name], value)
    for graph, _ in small_data(3):
        before, after = predict(given, graph), predict(model, graph)
        assert torch.equal(before.forces, after.forces)
        assert torch.allclose(after.energies - before.energies, model.reference - given.reference)
    assert float(model.reference - given.reference) == pytest.approx(7.0, abs=0.01)


def test_the_zero_is_the_least_squares_answer(source):
    model = taken(small_model(), source, shifted(-3.0))
    left = [
        float((one.energy - predict(model, graph).energy) / graph.n_atoms)
        for graph, one in shifted(-3.0)
    ]
    assert abs(sum(left)) < 1e-12
    assert max(map(abs, left)) > 1e-6


def test_a_molecule_of_another_formula_gets_its_own_zero(tmp_path):
    """The E0 of ethanol say -3000 eV too little or too much of methanol; forces do not see it."""
    torch.manual_seed(0)
    source, model = (SchNet((1, 6, 8), SMEARING, features=4, layers=1).double() for _ in range(2))
    ethanol, methanol = (
        [(atom_graph(atoms, source.cutoff), labels(atoms)) for atoms in load(name, "train")[:4]]
        for name in ("ethanol", "methanol")
    )
    graphs, truths = zip(*ethanol, strict=True)
    source.adapt(graphs, torch.cat([truth.energy for truth in truths]))
    path = save_checkpoint(tmp_path / "ethanol.safetensors", source)
    wrong = compare(source, methanol)
    right = compare(taken(model, path, methanol), methanol)
    assert wrong.mae("energy") > 1e4  # meV/atom
    assert right.mae("energy") < 100
    assert right.mae("forces") == pytest.approx(wrong.mae("forces"), rel=1e-9)


def test_training_goes_on_from_there_and_not_from_anew(source):
    tiny = Settings(epochs=1, batch_size=4, learning_rate=1e-9, last_learning_rate=1e-9)
    data, errors = small_data(), []
    for weights_from in (str(source), ""):
        model = small_model()
        train(model, data[:8], data[8:], tiny, weights_from=weights_from)
        errors.append(compare(model, data).mae("forces"))
    trained = compare(load_model(source), data).mae("forces")
    assert errors[0] == pytest.approx(trained, rel=1e-3)
    assert errors[1] > 1.5 * trained


def test_weights_of_another_model_are_refused_by_what_differs(source, tmp_path):
    model = small_model(dropout=0.5)
    with pytest.raises(TrainingError, match=r"another model .*: dropout = 0.0, not 0.5\. Weights"):
        taken(model, source, small_data())
    with pytest.raises(TrainingError, match="a BehlerParrinello, not a SchNet"):
        taken(SchNet((18,), SMEARING), source, small_data())
    with pytest.raises(FileNotFoundError, match="no checkpoint"):
        taken(small_model(), tmp_path / "none.safetensors", small_data())


def test_a_shipped_potential_goes_by_its_name(source):
    assert source_file("mace_3bpa") == SHIPPED / "mace_3bpa.safetensors"
    assert source_file("mace_3bpa").is_file()
    assert source_file(source) == source
    assert digest("mace_3bpa") != digest(source)


@pytest.fixture
def file(tmp_path):
    """An experiment that begins with the weights of `first.safetensors` beside it."""
    write(tmp_path / "learn.xyz", [frame(seed) for seed in range(10)])
    write(tmp_path / "test.xyz", [frame(seed) for seed in range(20, 22)])
    text = TEXT.replace("hidden = [4]", 'hidden = [4]\nweights_from = "first.safetensors"')
    (tmp_path / "experiment.toml").write_text(text, encoding="utf-8")
    return tmp_path / "experiment.toml"


def test_an_experiment_names_the_weights_from_its_own_folder(file):
    experiment = read_experiment(file)
    assert experiment.weights_from == str(file.parent / "first.safetensors")
    assert "weights_from" not in experiment.model_settings
    text = file.read_text().replace("first.safetensors", "mace_3bpa")
    file.write_text(text)
    assert read_experiment(file).weights_from == "mace_3bpa"


def test_a_regression_cannot_begin_with_weights(file):
    text = file.read_text().replace("float32", "float64").replace("[training]", "[regression]")
    file.write_text(text.replace("epochs = 4\nbatch_size = 2", ""))
    with pytest.raises(ExperimentError, match="'weights_from' is for"):
        read_experiment(file)


def test_a_learning_curve_begins_with_them_and_refuses_others_later(file):
    experiment = read_experiment(file)
    plain = measure(replace(experiment, weights_from=""), file.parent / "plain")
    best = file.parent / "plain" / "frames_8" / "model.safetensors"
    best.rename(experiment.weights_from)
    points = measure(experiment, file.parent / "curve")
    for one, other in zip(points, plain, strict=True):
        assert one.errors["test"]["forces"] != other.errors["test"]["forces"]
    assert measure(experiment, file.parent / "curve") == points
    (file.parent / "plain" / "frames_2" / "model.safetensors").rename(experiment.weights_from)
    with pytest.raises(ExperimentError, match="a curve of other settings"):
        measure(experiment, file.parent / "curve")
