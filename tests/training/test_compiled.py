"""The compiled step: filled batches give the plain step's gradients, and a training ends where the
plain one does; what cannot be compiled is refused or done plainly."""

import shutil
from dataclasses import replace

import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.emt import EMT

from mlp_teach.basis.expansions import GaussianSmearing, SineWaves
from mlp_teach.descriptors.aev import AEV
from mlp_teach.graph import Labels, halved, undirected
from mlp_teach.models.allegro import Allegro
from mlp_teach.models.ani import ANI
from mlp_teach.models.deep_pot import DeepPot
from mlp_teach.models.dimenet import DimeNet
from mlp_teach.models.dimenet_plus_plus import DimeNetPlusPlus
from mlp_teach.models.mace import MACE
from mlp_teach.models.nequip import NequIP
from mlp_teach.models.painn import PaiNN
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.training import processes
from mlp_teach.training.asked import asked
from mlp_teach.training.compiled import (
    CompiledStep,
    compiled_step,
    counts_of,
    gradients,
    plain_step,
    repeated,
)
from mlp_teach.training.experiment_file import ExperimentError, read_experiment
from mlp_teach.training.filled import size_of
from mlp_teach.training.fit import Settings, TrainingError, fit
from mlp_teach.training.losses import Weights
from mlp_teach.training.run import run
from mlp_teach.training.state import State, entries
from tests.training.small_data import small_data, small_model
from tests.training.small_experiment import small_experiment

ELEMENTS, CUTOFF = (1, 6, 8, 29), 3.0
WEIGHTS = Weights(energy=1.0, forces=0.5)
SMALL = {"channels": 4, "l_max": 1, "layers": 2, "n_radial": 3, "radial_widths": (4,)}
MODELS = {
    "SchNet": lambda: SchNet(ELEMENTS, GaussianSmearing(4, CUTOFF), features=4, layers=2),
    "PaiNN": lambda: PaiNN(ELEMENTS, SineWaves(4, CUTOFF), features=4, layers=2),
    "NequIP": lambda: NequIP(ELEMENTS, CUTOFF, **SMALL),
    "MACE": lambda: MACE(ELEMENTS, CUTOFF, l_hidden=1, correlation=2, n_readout=4, **SMALL),
    "Allegro": lambda: Allegro(ELEMENTS, CUTOFF, 4, 4, 1, True, 1, 3, (4,), (4,), (4,)),
}


def small(name: str):
    """A model in float64, none of whose parameters is 0."""
    torch.manual_seed(1)
    model = MODELS[name]().double()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return model


def with_labels(atoms: Atoms, seed: int, *, stress: bool = False):
    graph = atom_graph(atoms, CUTOFF)
    generator = torch.Generator().manual_seed(seed)
    shapes = ((1,), (len(atoms), 3), (1, 3, 3))
    made = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]
    return graph, Labels(made[0], made[1], made[2] if stress else None)


def molecules():
    """Of different sizes and elements, one of them an atom without pairs."""
    names = ("H2O", "CH3CH2OH", "O", "CO", "CH4")
    return [with_labels(molecule(name), k) for k, name in enumerate(names)]


def cells():
    """Periodic ones of different sizes, with stress."""
    found = []
    for k, cell in enumerate((bulk("Cu", cubic=True), bulk("Cu"), bulk("Cu") * (1, 1, 2))):
        cell.rattle(0.1, seed=k)
        found.append(with_labels(cell, k, stress=True))
    return found


def traced(model, data, size: int, weights: Weights = WEIGHTS):
    """The step as it is before a compiler sees it, and the data for it."""
    plain_step(model, data[:size], weights)  # makes the tables that are kept (basis/kept.py)
    half = [(halved(graph, CUTOFF), truth) for graph, truth in data]
    step = CompiledStep(model, weights, size_of([graph for graph, _ in half], size))
    step.trace(half[:size])
    return step, half


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    ("data", "size", "stress"), [(molecules, 3, 0.0), (cells, 2, 0.3)], ids=["molecules", "cells"]
)
def test_gradients_of_a_filled_batch_are_those_of_the_plain_step(name, data, size, stress):
    model, data, weights = small(name), data(), replace(WEIGHTS, stress=stress)
    step, half = traced(model, data, size, weights)
    for chosen in (slice(0, size), slice(size, None), slice(-1, None), slice(None, None, 2)):
        wanted = gradients(model, lambda c=chosen: plain_step(model, data[c], weights))
        found = gradients(model, lambda c=chosen: step(half[c]))
        assert wanted.abs().max() > 1e-3
        torch.testing.assert_close(found, wanted, rtol=1e-10, atol=1e-10 * wanted.abs().max())


def test_its_loss_is_that_of_the_plain_step():
    model, data = small("SchNet"), molecules()
    step, half = traced(model, data, 3)
    assert step(half[3:]) == pytest.approx(plain_step(model, data[3:], WEIGHTS), rel=1e-12)


@pytest.mark.parametrize("data", [molecules, cells])
def test_every_filled_batch_has_the_same_numbers_of_everything(data):
    half = [(halved(graph, CUTOFF), truth) for graph, truth in data()]
    size, seen = size_of([graph for graph, _ in half], 2), set()
    for batch in ([0, 1], [1, 0], [1, 2], [2, 0], [0], [2]):
        graph = size.filled([half[k] for k in batch]).graph
        ends = torch.bincount(torch.cat([graph.centers, graph.neighbors]))
        kinds = tuple(torch.bincount(graph.numbers, minlength=30).tolist())
        images = bool(graph.images.any())
        seen.add((graph.n_systems, kinds, graph.n_pairs, int(ends.max()), images))
        assert set(graph.system.tolist()) == set(range(graph.n_systems))
    assert len(seen) == 1


def test_pairs_of_ghosts_are_beyond_the_cutoff_and_pairs_of_atoms_are_their_own():
    half = [(halved(graph, CUTOFF), truth) for graph, truth in molecules()]
    filled = size_of([graph for graph, _ in half], 3).filled(half[:1])
    i, j, vectors = undirected(filled.graph, CUTOFF)
    ghosts = ~filled.real_atoms
    assert (ghosts[i] == ghosts[j]).all()
    assert int((~ghosts[i]).sum()) == half[0][0].n_pairs
    assert (vectors[ghosts[i]].norm(dim=1) == 2 * CUTOFF).all()


@pytest.mark.parametrize("data", [molecules, cells])
def test_a_halved_graph_has_the_pairs_that_undirected_chooses(data):
    for graph, _ in data():
        for wanted, found in zip(
            undirected(graph, 2.0), undirected(halved(graph, 2.0), 2.0), strict=True
        ):
            torch.testing.assert_close(found, wanted, rtol=0, atol=0)


def test_a_batch_larger_than_the_data_can_make_is_refused():
    half = [(halved(graph, CUTOFF), truth) for graph, truth in molecules()]
    size = size_of([graph for graph, _ in half[2:]], 2)
    with pytest.raises(ValueError, match="more of something"):
        size.filled(half[:2])


def test_a_batch_that_answers_differently_is_left_to_the_plain_step():
    chain = with_labels(Atoms("H6", [[1.8 * k, 0, 0] for k in range(6)]), 0)
    star = Atoms("H4", [[0, 0, 0], [1.8, 0, 0], [0, 1.8, 0], [0, 0, 1.8]])
    model = small("Allegro")
    step, _ = traced(model, [chain, chain], 1)
    graph, truth = with_labels(star, 1)
    batch = [(halved(graph, 2.0), truth)]  # one atom with three neighbours, where two were most
    batch = [(replace(batch[0][0], cutoff=CUTOFF), truth)]
    assert gradients(model, lambda: step(batch)) is None
    state = State(model, Settings(weights=WEIGHTS))
    state.compiled, wanted = step, plain_step(model, batch, WEIGHTS)
    assert state.step(batch, 1e-3, 0) == wanted


@pytest.mark.parametrize("minlength", [0, 3, 9])
def test_counts_are_those_of_bincount(minlength):
    places = torch.tensor([4, 0, 4, 2])
    wanted = torch.bincount(places, minlength=minlength)
    torch.testing.assert_close(counts_of(places, minlength=minlength), wanted, rtol=0, atol=0)


def test_places_are_those_of_repeat_interleave():
    times = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(repeated(times), torch.repeat_interleave(times), rtol=0, atol=0)


def copper(count: int = 9):
    """Graphs and labels in float64: cells of two sizes, forces from EMT."""
    found = []
    for seed in range(count):
        atoms = bulk("Cu", cubic=seed % 2 == 0)
        atoms.rattle(0.1, seed=seed)
        atoms.calc = EMT()
        atoms.get_forces()
        found.append((atom_graph(atoms, CUTOFF), labels(atoms)))
    return found


def trained(data, *, compile: bool, **words) -> torch.Tensor:
    model = small("SchNet")
    model.adapt([graph for graph, _ in data], torch.cat([truth.energy for _, truth in data]))
    settings = Settings(epochs=4, batch_size=3, weights=WEIGHTS, compile=compile)
    fit(model, data[2:], data[:2], settings, **words)
    return torch.cat([one.detach().flatten() for one in model.parameters()])


@pytest.fixture
def no_compiler(monkeypatch):
    """The traced step is called as it is."""
    monkeypatch.setattr(torch, "compile", lambda step, **words: step)


def test_a_training_ends_where_the_plain_one_does(no_compiler, monkeypatch):
    wanted = trained(copper(), compile=False)
    called = []
    before = State._differentiate
    monkeypatch.setattr(
        State,
        "_differentiate",
        lambda self, batch: called.append(self.compiled) or before(self, batch),
    )
    found = trained(copper(), compile=True)
    assert len(called) == 4 * 3
    assert all(isinstance(step, CompiledStep) for step in called)
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-9)


def test_a_compiled_training_that_was_cut_off_goes_on_to_the_same_weights(no_compiler, tmp_path):
    def cut_off(epoch):
        if epoch.number == 1:
            raise KeyboardInterrupt

    whole = trained(copper(), compile=True)
    path = tmp_path / "state"
    with pytest.raises(KeyboardInterrupt):
        trained(copper(), compile=True, checkpoint=path, on_epoch=cut_off)
    assert path.exists()
    told = []
    rest = trained(copper(), compile=True, checkpoint=path, on_start=told.extend)
    assert told
    torch.testing.assert_close(rest, whole, rtol=0, atol=0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of PyTorch, about what itself calls
@pytest.mark.skipif(not shutil.which("g++"), reason="there is no C++ compiler")
def test_with_a_compiler_too(monkeypatch):
    torch.compiler.reset()
    monkeypatch.setattr("torch._inductor.config.compile_threads", 1)
    model, data = small("SchNet"), molecules()
    step, half = compiled_step(model, data, Settings(batch_size=3, weights=WEIGHTS))
    assert step is not None
    wanted = gradients(model, lambda: plain_step(model, data[1:4], WEIGHTS))
    found = gradients(model, lambda: step(half[1:4]))
    torch.testing.assert_close(found, wanted, rtol=1e-10, atol=1e-10 * wanted.abs().max())


def test_where_the_compiler_fails_the_training_is_the_plain_one(monkeypatch):
    def fail(step, **words):
        def call(*inputs):
            raise RuntimeError("InvalidCxxCompiler: no g++\nand much more")

        return call

    wanted = trained(copper(), compile=False)
    monkeypatch.setattr(torch, "compile", fail)
    with pytest.warns(RuntimeWarning, match=r"InvalidCxxCompiler: no g\+\+\), so"):
        found = trained(copper(), compile=True)
    torch.testing.assert_close(found, wanted, rtol=0, atol=0)


class BothWays(torch.nn.Module):
    """Reads all pairs by itself, so that pairs listed once are half of them."""

    cutoff = CUTOFF

    def __init__(self):
        super().__init__()
        self.strength = torch.nn.Parameter(torch.tensor(1.0, dtype=torch.float64))

    def forward(self, graph):
        ends = graph.positions[graph.neighbors] - graph.positions[graph.centers]
        energies = self.strength * torch.exp(-ends.square().sum(1))
        return energies.new_zeros(graph.n_atoms).index_add(0, graph.centers, energies)


AEVS = AEV.on_a_grid(ELEMENTS, CUTOFF, 2.5, 2, 2, 2)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: ANI(AEVS, ((4,),) * 4), "lists whose length"),
        (lambda: DeepPot(ELEMENTS, CUTOFF, 1.0, (3,), 2, (4,)), "lists whose length"),
        (lambda: DimeNet(ELEMENTS, CUTOFF, 4, 1, 3, 2, 2), "lists whose length"),
        (lambda: DimeNetPlusPlus(ELEMENTS, CUTOFF, 4, 1, 3, 2, 4, 3, 4), "lists whose length"),
        (BothWays, "another gradient"),
    ],
)
def test_a_model_that_cannot_be_is_refused_before_the_training(make, reason, no_compiler):
    with pytest.raises(TrainingError, match=f"cannot be compiled: .*{reason}"):
        compiled_step(make().double(), molecules(), Settings(batch_size=3, weights=WEIGHTS))


def test_prepared_graphs_and_several_processes_are_refused(monkeypatch):
    settings = Settings(compile=True)
    with pytest.raises(TrainingError, match="BehlerParrinello cannot be compiled: its structures"):
        fit(small_model(), small_data(8), small_data(2), settings)
    monkeypatch.setattr(processes, "count", lambda: 2)
    monkeypatch.setattr(processes, "rank", lambda: 0)
    with pytest.raises(TrainingError, match="one process"):
        fit(small("SchNet"), copper()[2:], copper()[:2], settings)


def test_the_switch_is_true_or_false():
    settings = Settings()
    object.__setattr__(settings, "compile", 1)  # tests would refuse the type where it is given
    with pytest.raises(ValueError, match="compile is 1; it is a switch"):
        settings.__post_init__()


def test_files_from_before_the_switch_are_still_good(tmp_path):
    assert "compile" not in entries(Settings())
    assert entries(Settings(compile=True))["compile"] is True
    assert "compile" not in asked(read_experiment(small_experiment(tmp_path)))["training"]


def test_a_folder_of_a_plain_training_is_not_gone_on_with(tmp_path):
    path = small_experiment(tmp_path)
    run(read_experiment(path), tmp_path / "run")
    path.write_text(path.read_text() + "compile = true\n")
    with pytest.raises(ExperimentError, match=r"other settings: \[training\] compile"):
        run(read_experiment(path), tmp_path / "run")
