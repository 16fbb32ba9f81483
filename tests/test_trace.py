"""trace: every equation is met, what it says is what was computed, and nothing is left behind."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule

import mlp_teach
from mlp_teach.basis.expansions import GaussianSmearing, SineWaves
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.aev import AEV
from mlp_teach.descriptors.soap import SOAP, soap
from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
from mlp_teach.graph import displacements
from mlp_teach.models.allegro import Allegro
from mlp_teach.models.ani import ANI
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.models.deep_pot import DeepPot
from mlp_teach.models.dimenet import DimeNet
from mlp_teach.models.dimenet_plus_plus import DimeNetPlusPlus
from mlp_teach.models.gap import GAP
from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.models.mace import MACE
from mlp_teach.models.nequip import NequIP
from mlp_teach.models.painn import PaiNN
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.trace import WHOLE, trace

ROOT = Path(mlp_teach.__file__).parent.parent
ELEMENTS, CUTOFF = (1, 6, 8), 4.0


def schnet(layers: int = 2, features: int = 8) -> SchNet:
    torch.manual_seed(1)
    return SchNet(ELEMENTS, GaussianSmearing(6, CUTOFF), features, layers).double()


def painn() -> PaiNN:
    torch.manual_seed(1)
    return PaiNN(ELEMENTS, SineWaves(5, CUTOFF), features=6, layers=2).double()


def dimenet() -> DimeNet:
    torch.manual_seed(1)
    return DimeNet(ELEMENTS, CUTOFF, features=6, layers=2).double()


def dimenet_plus_plus() -> DimeNetPlusPlus:
    torch.manual_seed(1)
    sizes = {"features": 6, "layers": 2, "n_meeting": 4, "n_basis": 3, "n_output": 5}
    return DimeNetPlusPlus(ELEMENTS, CUTOFF, **sizes).double()


def nequip() -> NequIP:
    torch.manual_seed(1)
    return NequIP(ELEMENTS, CUTOFF, channels=3, layers=2, radial_widths=(4,)).double()


def mace() -> MACE:
    torch.manual_seed(1)
    return MACE(ELEMENTS, CUTOFF, channels=3, l_max=2, radial_widths=(4,)).double()


def allegro() -> Allegro:
    torch.manual_seed(1)
    return Allegro(ELEMENTS, CUTOFF, scalars=4, channels=3).double()


def deep_pot() -> DeepPot:
    torch.manual_seed(1)
    return DeepPot(ELEMENTS, CUTOFF, 2.0, (3, 6), 2, (5, 5)).double()


def behler_parrinello() -> BehlerParrinello:
    torch.manual_seed(1)
    functions = SymmetryFunctions(
        cutoff=CUTOFF, elements=ELEMENTS, g2=((1.0, 1.0), (1.0, 2.0)), g4=((0.01, 2, 1),)
    )
    return BehlerParrinello(functions, hidden=(5,)).double()


def gap() -> GAP:
    descriptor = SOAP(GaussianOrbitals(CUTOFF, n_max=3, l_max=2, sigma=0.5), ELEMENTS)
    model = GAP(descriptor, n_points=4)
    generator = torch.Generator().manual_seed(1)
    model.points.copy_(torch.rand(model.points.shape, generator=generator, dtype=torch.float64))
    model.point_element.copy_(torch.tensor([0, 1, 2, 0]))
    model.weights.copy_(torch.tensor([0.5, -1.0, 2.0, 0.1]))
    return model


def ani() -> ANI:
    torch.manual_seed(1)
    functions = AEV.on_a_grid(
        ELEMENTS, cutoff=CUTOFF, angular_cutoff=3.0, n_shifts=3, n_angular_shifts=2
    )
    return ANI(functions, ((4,), (3,), (5,)), 2).double()


def lennard_jones() -> LennardJones:
    return LennardJones(cutoff=CUTOFF)


# How many there are in the model's own header.
EQUATIONS = {schnet: 4, painn: 4, dimenet: 6, dimenet_plus_plus: 6}
EQUATIONS |= {nequip: 4, mace: 4, allegro: 6}
MODELS = [*EQUATIONS, deep_pot, behler_parrinello, gap, ani, lennard_jones]
METHANOL = molecule("CH3OH")


def graph_of(atoms: Atoms = METHANOL, cutoff: float = CUTOFF):
    return atom_graph(atoms, cutoff)


@pytest.mark.parametrize("make", EQUATIONS)
def test_every_equation_of_the_files_header_is_met(make):
    model = make()
    source = Path(sys.modules[type(model).__module__].__file__)
    header = source.read_text("utf-8").split('"""')[1]
    numbers = set(re.findall(r"\((\d)\)$", header, re.MULTILINE))
    met = {step.equation for step in trace(model, graph_of()).steps if source.name in step.path}
    assert met - {""} == numbers == {str(n + 1) for n in range(EQUATIONS[make])}


@pytest.mark.parametrize("make", MODELS)
def test_tracing_does_not_change_the_prediction(make):
    model = make()
    graph = graph_of(cutoff=model.cutoff)
    before = predict(model, graph, forces=False, stress=False)
    traced = trace(model, graph)
    after = predict(model, graph, forces=False, stress=False)
    assert torch.equal(traced.prediction.energies, before.energies)
    assert torch.equal(after.energies, before.energies)
    last = traced.steps[-1]
    assert last.path.endswith(Path(sys.modules[type(model).__module__].__file__).name)
    assert last.depth == 0
    assert last["return"].shape == (graph.n_atoms,)
    assert torch.equal(last["return"].numbers, before.energies)


@pytest.mark.parametrize("make", MODELS)
def test_lines_and_texts_are_those_of_the_files(make):
    model = make()
    for step in trace(model, graph_of(cutoff=model.cutoff)).steps:
        lines = (ROOT / step.path).read_text("utf-8").splitlines()
        there = lines[step.line - 1 : step.line - 1 + len(step.text.splitlines())]
        assert [one.strip() for one in step.text.splitlines()] == [one.strip() for one in there]
        assert not step.equation or re.search(rf"# \({step.equation}\)", step.text)


@pytest.mark.parametrize("make", MODELS)
def test_two_traces_of_one_prediction_are_the_same(make):
    # Tables that a first call makes, and later ones read, do not count as steps.
    model = make()
    graph = graph_of(cutoff=model.cutoff)
    one, other = trace(model, graph), trace(model, graph)
    assert [(s.line, s.call) for s in one.steps] == [(s.line, s.call) for s in other.steps]


def test_a_step_of_schnet_holds_what_a_direct_evaluation_gives():
    model, graph = schnet(), graph_of(molecule("H2O"))
    traced, r = trace(model, graph), displacements(graph).norm(dim=1)
    (filters, again) = traced.equation(1, "schnet")
    assert (filters.call, again.call) == (0, 1)
    pairs = filters["filters"].pairs
    up = graph.centers < graph.neighbors
    assert torch.equal(pairs[0], graph.centers[up])
    assert torch.equal(pairs[1], graph.neighbors[up])
    fade = 0.5 * (torch.cos(torch.pi * r / CUTOFF) + 1)
    with torch.no_grad():
        layer = model.layers[0]
        by_hand = (layer.filter(model.expansion(r)) * fade[:, None])[up]
        sent = layer.send(model.embedding(torch.tensor([2, 0, 0])))
        y = torch.zeros(3, 8, dtype=torch.float64)
        for i, j, w in zip(*pairs, by_hand, strict=True):
            y[i] += sent[j] * w
    assert torch.allclose(filters["filters"].numbers, by_hand, rtol=1e-12)
    received = traced.equation(2, "schnet")[0]["y"]
    assert torch.allclose(received.numbers, y, rtol=1e-12)
    assert (received.low, received.high) == pytest.approx((y.min().item(), y.max().item()))
    assert received.mean == pytest.approx(y.mean().item())


def test_a_layers_output_is_what_a_hook_sees():
    model, graph, seen = schnet(layers=3), graph_of(), []
    for layer in model.layers:
        layer.register_forward_hook(lambda module, given, out: seen.append(out.detach()))
    returned = [step["return"].numbers for step in trace(model, graph).equation(3, "schnet")]
    assert len(returned) == 3
    assert all(torch.equal(a, b) for a, b in zip(returned, seen, strict=False))


def test_vectors_of_painn_come_with_names_shapes_and_rows():
    graph = graph_of()
    steps = trace(painn(), graph).equation(2, "painn")
    assert len(steps) == 4  # two layers, from both ends of a pair
    assert [step.call for step in steps] == [0, 0, 1, 1]
    assert steps[0].function == "Message.forward"
    assert steps[0]["dv"].shape == (6, 3, 6)
    assert steps[0]["dv"].rows == "atoms"
    (first, second) = trace(painn(), graph).equation(4, "painn")[0].values
    assert (first.name, second.name, second.shape) == ("return 0", "return 1", (6, 3, 6))


@pytest.mark.parametrize("name", ["H2O", "CH3OH", "CH4"])
def test_rows_of_atoms_and_rows_of_pairs_are_told_apart(name):
    # Water has as many pairs as atoms, and as many components as either.
    graph = graph_of(molecule(name))
    for step in trace(schnet(), graph).steps:
        for value in step.values:
            if step.function == "Interaction.forward":
                assert value.rows == ("pairs" if value.name == "filters" else "atoms")
            if value.name == "centers" and "expansions" in step.path:
                assert value.rows == ""
            if value.rows == "pairs":
                assert len(value.pairs[0]) == value.shape[0] == graph.n_pairs // 2


def test_pairs_beyond_the_models_cutoff_are_left_out_of_the_pairs_of_a_row():
    model, graph = schnet(), atom_graph(molecule("CH3CH2OH"), 6.0)
    value = trace(model, graph).equation(1, "schnet")[0]["filters"]
    vectors = graph.positions[value.pairs[1]] - graph.positions[value.pairs[0]]
    assert value.rows == "pairs"
    assert vectors.norm(dim=1).max() < CUTOFF


def test_a_crystal_a_lone_atom_and_no_pairs_are_traced():
    torch.manual_seed(0)
    carbon = SchNet((6,), GaussianSmearing(4, 3.0), features=4, layers=1).double()
    crystal = trace(carbon, atom_graph(bulk("C", "diamond", a=3.57), 3.0))
    assert crystal.equation(1, "schnet")[0]["filters"].rows == "pairs"
    lone = trace(carbon, atom_graph(Atoms("C"), 3.0)).equation(1, "schnet")[0]["filters"]
    assert (lone.shape, lone.low, lone.mean) == ((0, 4), None, None)


def test_descriptors_are_followed_too():
    graph = graph_of()
    model = behler_parrinello()
    traced = trace(model, graph)
    assert {"6", "7"} <= {s.equation for s in traced.steps if "symmetry_functions" in s.path}
    assert len(traced.equation(1, "behler_parrinello")) == len(ELEMENTS)  # the head of a loop
    (features,) = (s["features"] for s in traced.steps if "features" in [v.name for v in s.values])
    assert torch.equal(features.numbers, symmetry_functions(graph, model.functions))
    model = gap()
    graph = graph_of(cutoff=model.cutoff)
    (step,) = trace(model, graph).equation(1, "models/gap")
    expected = soap(graph, model.descriptor)
    rows = model.similarity(expected, torch.tensor([1, 2, 0, 0, 0, 0])) @ model.weights
    assert torch.allclose(step["return"].numbers, rows, rtol=1e-12)


def test_a_prepared_graph_is_traced():
    model = behler_parrinello()
    prepared = model.prepare(graph_of())
    assert len(trace(model, prepared).equation(1, "behler_parrinello")) == len(ELEMENTS)


def test_large_values_come_as_a_summary():
    model, atoms = schnet(features=64), bulk("C", "diamond", a=3.57, cubic=True).repeat(2)
    value = trace(model, graph_of(atoms)).equation(2, "schnet")[0]["y"]
    assert value.shape == (64, 64)
    assert value.shape[0] * value.shape[1] > WHOLE
    assert value.numbers is None
    assert value.low < value.mean < value.high


def test_values_are_copies_that_later_steps_leave_alone():
    steps = trace(schnet(), graph_of()).steps
    first = next(s for s in steps if s.text.startswith("y = torch.zeros_like"))
    assert not first["y"].numbers.any()


def test_it_prints_equation_line_name_and_shape():
    printed = str(trace(schnet(), graph_of(molecule("H2O"))))
    assert re.search(r"schnet\.py:\d+ +\(1\) +filters = self\.filter\(expanded\) \* fade", printed)
    assert "filters: 3 pairs × 8 float64" in printed
    assert "y: 3 atoms × 8 float64" in printed


def test_a_step_asked_for_another_name_says_what_it_has():
    (step, _) = trace(schnet(), graph_of()).equation(1, "schnet")
    with pytest.raises(KeyError, match=r"'y'; this step made \['filters'\]"):
        step["y"]


def test_what_is_no_model_or_no_graph_is_refused_in_words():
    with pytest.raises(TypeError, match="a str as model"):
        trace("schnet", graph_of())
    with pytest.raises(TypeError, match="given Atoms as graph; make one with atom_graph"):
        trace(schnet(), METHANOL)
    with pytest.raises(ValueError, match="No line of mlp_teach's models"):
        trace(lambda graph: graph.positions[:, 0], graph_of())


def test_an_earlier_trace_function_comes_back_also_after_an_error():
    def mine(frame, event, argument):
        return None

    earlier = sys.gettrace()
    sys.settrace(mine)
    try:
        trace(schnet(), graph_of())
        after = sys.gettrace()
        with pytest.raises(ValueError, match="knows H, C, O only"):
            trace(schnet(), graph_of(molecule("NH3")))
        after_unknown = sys.gettrace()
        with pytest.raises(ZeroDivisionError):
            trace(_FailsSecondTime(schnet()), graph_of())
        after_error = sys.gettrace()
    finally:
        sys.settrace(earlier)
    assert after is after_unknown is after_error is mine


class _FailsSecondTime:
    """Fails while it is being followed."""

    def __init__(self, model):
        self.model, self.calls = model, 0

    def __call__(self, graph):
        self.calls += 1
        return self.model(graph) / (1 // (2 - self.calls))


def test_it_works_without_a_display_and_without_a_notebook():
    program = (
        "from ase.build import molecule; from mlp_teach.models.lennard_jones import LennardJones;"
        "from mlp_teach.neighbors import atom_graph; from mlp_teach.trace import trace; import sys;"
        "print(trace(LennardJones(), atom_graph(molecule('H2O'), 8.5)));"
        "assert 'IPython' not in sys.modules and 'matplotlib' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "lennard_jones.py:" in done.stdout
