"""Training: steps by hand, a falling loss, sentences for what cannot work, and runs that go on."""

import os
import subprocess
import sys
from dataclasses import fields, replace
from itertools import count, pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.training import fit as fit_module
from mlp_teach.training.checkpoint import CheckpointError, load_model
from mlp_teach.training.fit import Settings, TrainingError, fit
from mlp_teach.training.losses import Weights
from mlp_teach.training.state import batch_loss
from tests.training.small_data import small_data, small_model

ROOT = Path(__file__).parents[2]
SHORT = Settings(epochs=8, batch_size=3, learning_rate=0.02, last_learning_rate=0.002, average=0.5)
TOO_LARGE = 10**400  # a whole number that no float holds
DATA = small_data()
TRAINING, VALIDATION = DATA[2:], DATA[:2]


def state(model) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def assert_same(one, other) -> None:
    """To the last bit."""
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def trained(settings: Settings, **options):
    model = small_model(options.pop("dropout", 0.0))
    return model, fit(model, TRAINING, VALIDATION, settings, **options)


# One step by hand --------------------------------------------------------------------------------

ONE_STEP = Settings(
    epochs=1, batch_size=8, optimizer="sgd", learning_rate=0.001, average=0.0, clip=1e9
)


def before_and_gradient():
    model = small_model()
    value = batch_loss(model, TRAINING, ONE_STEP.weights, train=True)
    value.backward()
    return [(p.detach().clone(), p.grad) for p in model.parameters()]


def assert_parameters(model, expected) -> None:
    for parameter, value in zip(model.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.detach(), value, rtol=1e-9, atol=1e-12)


def test_gradient_descent_goes_down_the_slope_by_the_learning_rate():
    model, _ = trained(ONE_STEP)
    assert_parameters(model, [p - 0.001 * g for p, g in before_and_gradient()])


def test_l2_pulls_every_parameter_towards_zero():
    model, _ = trained(replace(ONE_STEP, l2=0.3))
    assert_parameters(model, [p - 0.001 * (g + 0.3 * p) for p, g in before_and_gradient()])


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_slope():
    model, _ = trained(replace(ONE_STEP, optimizer="adam"))
    for parameter, (before, g) in zip(model.parameters(), before_and_gradient(), strict=True):
        steep = g.abs() > 1e-5
        step = (parameter.detach() - before)[steep]
        torch.testing.assert_close(step, -0.001 * g[steep].sign(), rtol=1e-2, atol=0)


def test_a_step_is_no_longer_than_the_clip_allows():
    model, _ = trained(replace(ONE_STEP, clip=1e-4))
    steps = [
        p.detach() - before
        for p, (before, _) in zip(model.parameters(), before_and_gradient(), strict=True)
    ]
    length = torch.cat([step.flatten() for step in steps]).norm()
    assert length.item() == pytest.approx(0.001 * 1e-4, rel=1e-2)


def test_what_stays_in_the_model_is_the_moving_average_of_its_parameters():
    model, _ = trained(replace(ONE_STEP, average=0.05))
    assert_parameters(model, [p - 0.95 * 0.001 * g for p, g in before_and_gradient()])


def test_the_average_starts_with_a_short_memory():
    model, _ = trained(replace(ONE_STEP, average=0.99))  # its first decay is 1/10, not 0.99
    assert_parameters(model, [p - 0.9 * 0.001 * g for p, g in before_and_gradient()])


def test_the_learning_rate_falls_by_the_same_factor_each_step():
    settings = Settings(epochs=3, batch_size=8, learning_rate=0.1, last_learning_rate=0.001)
    _, history = trained(settings)
    assert [epoch.learning_rate for epoch in history] == pytest.approx([0.1, 0.01, 0.001])


def test_the_average_watches_the_training_and_does_not_change_it():
    _, watched = trained(replace(SHORT, average=0.9))
    _, alone = trained(replace(SHORT, average=0.0))
    assert [e.training_loss for e in watched] == [e.training_loss for e in alone]
    assert watched[-1].validation_loss != alone[-1].validation_loss


# Whole trainings ---------------------------------------------------------------------------------

LONG = replace(SHORT, epochs=40)


@pytest.mark.parametrize(
    ("settings", "dropout", "factor"),
    [
        (LONG, 0.0, 0.2),
        (replace(LONG, optimizer="sgd", learning_rate=0.1, weights=Weights(300.0, 3.0)), 0.0, 0.3),
        (replace(LONG, l2=1e-4, weights=Weights(1.0, 0.01, 10.0)), 0.0, 0.5),
        (LONG, 0.1, 0.3),
    ],
    ids=["adam", "sgd", "l2 and stress", "dropout"],
)
def test_the_loss_falls(settings, dropout, factor):
    _, history = trained(settings, dropout=dropout)
    assert min(e.validation_loss for e in history) < factor * history[0].validation_loss
    assert history[-1].training_loss < factor * history[0].training_loss


def test_the_history_counts_epochs_and_is_told_as_it_grows():
    told = []
    _, history = trained(SHORT, on_epoch=told.append)
    assert told == history
    assert [epoch.number for epoch in history] == list(range(8))
    assert all(later.seconds >= epoch.seconds for epoch, later in pairwise(history))


def test_the_model_that_stays_is_the_best_of_all_epochs_and_ready_to_predict():
    # so high a rate that the loss goes up and down
    model, history = trained(replace(SHORT, epochs=15, learning_rate=0.3, last_learning_rate=0.3))
    losses = [epoch.validation_loss for epoch in history]
    assert losses.index(min(losses)) < len(losses) - 1
    found = sum(batch_loss(model, [one], SHORT.weights).item() for one in VALIDATION) / 2
    assert found == pytest.approx(min(losses), rel=1e-12)
    assert not model.training


def test_chance_follows_from_the_seed():
    for dropout in (0.0, 0.2):
        assert_same(
            state(trained(SHORT, dropout=dropout)[0]), state(trained(SHORT, dropout=dropout)[0])
        )
    other, _ = trained(replace(SHORT, seed=1))
    assert not torch.equal(
        state(other)["networks.0.0.weight"], state(trained(SHORT)[0])["networks.0.0.weight"]
    )


STANDING_STILL = replace(SHORT, learning_rate=1e-40, last_learning_rate=1e-41)


def test_it_stops_early_when_nothing_gets_better():
    _, history = trained(replace(STANDING_STILL, epochs=50, patience=3))
    assert len(history) == 1 + 3


def test_without_patience_it_goes_on_to_the_end():
    _, history = trained(STANDING_STILL)
    assert len(history) == SHORT.epochs


def test_graphs_need_not_be_prepared():
    model = small_model()
    plain = [(as_plain(graph), labels) for graph, labels in TRAINING]
    expected = batch_loss(model, TRAINING, SHORT.weights).item()
    assert batch_loss(model, plain, SHORT.weights).item() == pytest.approx(expected, rel=1e-9)


def as_plain(graph) -> AtomGraph:
    return AtomGraph(**{field.name: getattr(graph, field.name) for field in fields(AtomGraph)})


# What cannot work --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1])
def test_a_training_part_of_one_structure_is_refused(number):
    with pytest.raises(TrainingError, match=rf"has {number} structure.*two at least"):
        fit(small_model(), TRAINING[:number], VALIDATION, SHORT)


def test_an_empty_validation_part_is_refused():
    with pytest.raises(TrainingError, match="validation part is empty"):
        fit(small_model(), TRAINING, [], SHORT)


def test_an_unknown_optimizer_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"'momentum'; choose one of adam, sgd"):
        replace(SHORT, optimizer="momentum")


def test_a_loss_that_is_not_finite_stops_the_training_with_a_sentence():
    graph, labels = TRAINING[3]
    wrong = Labels(labels.energy, labels.forces * float("nan"), labels.stress)
    with pytest.raises(TrainingError, match=r"loss became nan.*learning rate .* label wrong"):
        fit(small_model(), [*TRAINING[:3], (graph, wrong)], VALIDATION, SHORT)


def test_a_validation_loss_that_is_never_finite_ends_with_a_sentence():
    graph, labels = VALIDATION[0]
    wrong = Labels(labels.energy * float("nan"), labels.forces, labels.stress)
    with pytest.raises(TrainingError, match="no loss on the validation part was finite"):
        fit(small_model(), TRAINING, [(graph, wrong)], replace(SHORT, epochs=2))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("epochs", 0), ("batch_size", 0), ("patience", -1), ("seed", -1)),
        *(("learning_rate", 0.0), ("last_learning_rate", -1.0), ("learning_rate", float("nan"))),
        *(("clip", 0.0), ("l2", -1.0), ("average", 1.0), ("average", -0.1)),
        *(("learning_rate", 1e-320), ("last_learning_rate", 1e-320)),
        *((name, TOO_LARGE) for name in ("learning_rate", "last_learning_rate", "clip", "l2")),
        *(("average", TOO_LARGE), ("learning_rate", True)),
    ],
    ids=lambda one: f"{one}"[:20],
)
def test_settings_without_sense_are_named(name, value):
    with pytest.raises(ValueError, match=f"^{name} is {value}"):
        replace(SHORT, **{name: value})


def test_a_label_that_the_loss_needs_and_nobody_has_is_named():
    data = [(graph, Labels(energy=labels.energy)) for graph, labels in TRAINING]
    with pytest.raises(ValueError, match="weighs the forces"):
        fit(small_model(), data, VALIDATION, SHORT)


# Runs that go on ---------------------------------------------------------------------------------


@pytest.fixture
def a_checkpoint_each_epoch(monkeypatch):
    """The clock runs 11 s an epoch, and a checkpoint is due after 10."""
    monkeypatch.setattr(fit_module, "time", SimpleNamespace(monotonic=count(0.0, 11.0).__next__))


class Stop(Exception):
    pass


@pytest.mark.parametrize(
    ("settings", "dropout"),
    [
        (SHORT, 0.0),
        (SHORT, 0.2),
        (replace(SHORT, optimizer="sgd"), 0.0),
        (replace(SHORT, patience=2, learning_rate=0.3, last_learning_rate=0.3), 0.0),
    ],
    ids=["adam", "dropout", "sgd", "early stopping"],
)
def test_a_run_stopped_after_any_epoch_goes_on_to_the_same_model(
    settings, dropout, tmp_path, a_checkpoint_each_epoch
):
    def stop_at(number):
        def on_epoch(epoch):
            if epoch.number == number:
                raise Stop

        return on_epoch

    whole, expected = trained(settings, dropout=dropout)
    for number in {0, 2, len(expected) - 1}:
        path = tmp_path / f"{number}.safetensors"
        with pytest.raises(Stop):
            trained(settings, dropout=dropout, checkpoint=path, on_epoch=stop_at(number))
        told = []
        model, history = trained(settings, dropout=dropout, checkpoint=path, on_epoch=told.append)
        assert_same(state(model), state(whole))
        assert losses(history) == losses(expected)
        assert [epoch.number for epoch in told] == list(range(number + 1, len(expected)))


def losses(history) -> list[tuple[float, float]]:
    return [(epoch.training_loss, epoch.validation_loss) for epoch in history]


def test_a_run_that_was_finished_is_not_run_again(tmp_path):
    path, told = tmp_path / "state.safetensors", []
    model, history = trained(SHORT, checkpoint=path)
    again, same = trained(SHORT, checkpoint=path, on_epoch=told.append)
    assert told == []
    assert same == history
    assert_same(state(again), state(model))


def test_a_checkpoint_of_other_settings_is_refused_and_stays(tmp_path):
    path = tmp_path / "state.safetensors"
    trained(SHORT, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match="other settings"):
        trained(replace(SHORT, learning_rate=0.01), checkpoint=path)
    with pytest.raises(CheckpointError, match="other settings"):
        trained(SHORT, dropout=0.1, checkpoint=path)
    assert path.read_bytes() == before


def test_a_checkpoint_of_other_data_is_refused_and_stays(tmp_path):
    path = tmp_path / "training.safetensors"
    fit(small_model(), TRAINING, VALIDATION, SHORT, checkpoint=path)
    before = path.read_bytes()
    for training, validation in ((TRAINING[1:], VALIDATION), (TRAINING, TRAINING[:1])):
        with pytest.raises(CheckpointError, match="training on other data"):
            fit(small_model(), training, validation, SHORT, checkpoint=path)
    assert path.read_bytes() == before


def test_a_damaged_checkpoint_is_said_and_stays(tmp_path):
    path = tmp_path / "state.safetensors"
    trained(SHORT, checkpoint=path)
    path.write_bytes(path.read_bytes()[:-1])
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match="cut short"):
        trained(SHORT, checkpoint=path)
    assert path.read_bytes() == before


# In a process of its own: children train, with a checkpoint each epoch, and are killed at random
# moments until one of them reaches the end; its model must be that of a run that was left alone.
KILLED_WHILE_TRAINING = """
import os, random, signal, sys, time
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
import torch
from mlp_teach.training import fit as fit_module
from mlp_teach.training.checkpoint import load_model, save_checkpoint
from tests.training.small_data import small_data, small_model

torch.set_num_threads(1)
fit_module.time = SimpleNamespace(monotonic=count(0.0, 11.0).__next__)
settings = fit_module.Settings(epochs=30, batch_size=3, learning_rate=0.02, average=0.9)
data = small_data()
folder, random_, told = Path(sys.argv[1]), random.Random(int(sys.argv[2])), []

def run(checkpoint, on_epoch=None):
    model = small_model(dropout=0.1)
    fit_module.fit(model, data[:8], data[8:], settings, checkpoint=checkpoint, on_epoch=on_epoch)
    return model

run(None)  # the first run is slow: it warms torch up
started = time.perf_counter()
whole = run(None)
duration, kills = time.perf_counter() - started, 0
while True:
    child = os.fork()
    if child == 0:
        save_checkpoint(folder / "final.safetensors", run(folder / "state.safetensors"))
        os._exit(0)
    deadline = time.perf_counter() + random_.uniform(0.05, 0.6) * duration
    while time.perf_counter() < deadline or kills > 8:
        ended, _ = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        time.sleep(0.001)
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        kills += 1
        continue
    break
found = load_model(folder / "final.safetensors")
assert kills >= 2, f"only {kills} kills"
for name, value in whole.state_dict().items():
    assert torch.equal(found.state_dict()[name], value), name
print(kills, "kills")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX processes")
def test_a_run_killed_at_random_moments_goes_on_to_the_same_model_to_the_last_bit(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_TRAINING, str(tmp_path), "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_checkpoint_read_as_a_model_is_the_best_one_not_the_last(tmp_path):
    path = tmp_path / "state.safetensors"
    model = small_model()
    fit(model, TRAINING, VALIDATION, SHORT, checkpoint=path)
    for ours, stored in zip(model.parameters(), load_model(path).parameters(), strict=True):
        assert torch.equal(ours, stored)


def test_an_interrupted_training_leaves_the_best_model_ready_to_predict():
    model, whole = small_model(), small_model()

    def interrupt(epoch) -> None:
        if epoch.number == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(model, TRAINING, VALIDATION, SHORT, on_epoch=interrupt)
    assert not model.training
    losses = []
    fit(whole, TRAINING, VALIDATION, SHORT, on_epoch=lambda e: losses.append(e.validation_loss))
    found = sum(batch_loss(model, [one], SHORT.weights).item() for one in VALIDATION)
    assert found / len(VALIDATION) == pytest.approx(min(losses[:4]), rel=1e-9)
