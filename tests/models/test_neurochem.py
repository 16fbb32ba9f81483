"""The reader of NeuroChem's files: a small potential written here, bad files, a missing package.

ANI-1x itself is held against TorchANI's numbers in test_neurochem_reference.py.
"""

import bz2
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from ase.build import molecule

from mlp_teach.descriptors.aev import aev
from mlp_teach.models import neurochem
from mlp_teach.models.neurochem import NeuroChemError, ani_1x, read_neurochem, torchani_folder
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.units import HARTREE

PARAMS = """TM = 1
Rcr = 4.0000e+00
Rca = 3.0000e+00
EtaR = [1.6000000e+01]
ShfR = [9.0000000e-01,1.6875000e+00]
Zeta = [8.0000000e+00]
ShfZ = [7.8539816e-01,2.3561945e+00]
EtaA = [4.0000000e+00]
ShfA = [1.1000000e+00]
Atyp = [O,H]
"""
N_FEATURES = 2 * 2 + 3 * 2
WIDTHS = {"O": (N_FEATURES, 3, 1), "H": (N_FEATURES, 2, 4, 1)}
WATER = molecule("H2O")


def weights(symbol: str, member: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """(out in) and (out) of each layer, in float32."""
    rng = np.random.default_rng([ord(symbol), member])
    widths = WIDTHS[symbol]
    return [
        (rng.normal(size=(b, a)).astype("<f4"), rng.normal(size=b).astype("<f4"))
        for a, b in pairwise(widths)
    ]


def layers(symbol: str) -> str:
    nodes = WIDTHS[symbol][1:]
    text = f"inputsize={N_FEATURES};\natom_net {symbol} $\n"
    for number, n in enumerate(nodes, 1):
        kind = 6 if number == len(nodes) else 9
        text += f"layer [\nnodes={n};\nactivation={kind};\ntype=0;\nblocksize=7;\n]\n"
    return text + "\n $ "


def packed(text: str) -> bytes:
    content = bz2.compress(text.encode())
    return f"{len(content)}=\n".encode() + content


def written(folder: Path) -> Path:
    (folder / "small.params").write_text(PARAMS)
    (folder / "sae_linfit.dat").write_text("O,0=-75.5\nH,1=-0.5\n")
    for member in range(2):
        place = folder / f"train{member}" / "networks"
        place.mkdir(parents=True)
        for symbol in WIDTHS:
            (place / f"ANN-{symbol}.nnf").write_bytes(packed(layers(symbol)))
            for number, (weight, bias) in enumerate(weights(symbol, member), 1):
                name = f"ANN-{symbol}.nnf-l{number}"
                (place / f"{name}.wparam").write_bytes(weight.tobytes())
                (place / f"{name}.bparam").write_bytes(bias.tobytes())
    return folder


def by_hand(model, member: int) -> list[float]:
    """Energy of each atom in eV, from the weights as they were written."""
    table = aev(atom_graph(WATER, model.cutoff), model.functions).numpy()
    found = []
    for row, symbol in zip(table, WATER.symbols, strict=True):
        *hidden, (last, end) = weights(symbol, member)
        for weight, bias in hidden:
            row = weight.astype(float) @ row + bias
            row = np.where(row > 0, row, 0.1 * np.expm1(np.minimum(row, 0) / 0.1))
        output = (last.astype(float) @ row + end).item()
        found.append((output + {"O": -75.5, "H": -0.5}[symbol]) * HARTREE)
    return found


def test_a_small_potential_is_evaluated_as_its_files_say(tmp_path):
    model = read_neurochem(written(tmp_path), 2)
    graph = atom_graph(WATER, model.cutoff)
    expected = np.array([by_hand(model, member) for member in range(2)])
    np.testing.assert_allclose(model.member_energies(graph).detach(), expected, rtol=1e-12)
    np.testing.assert_allclose(predict(model, graph).energies, expected.mean(0), rtol=1e-12)


def test_the_grid_is_the_files_rounded_to_single_precision(tmp_path):
    functions = read_neurochem(written(tmp_path), 1).functions
    assert (functions.cutoff, functions.angular_cutoff, functions.elements) == (4.0, 3.0, (8, 1))
    assert (functions.eta, functions.angular_eta, functions.zeta) == (16.0, 4.0, 8.0)
    assert functions.shifts == (float(np.float32(0.9)), 1.6875)
    assert functions.angular_shifts == (float(np.float32(1.1)),)
    assert functions.sections[0] == float(np.float32(0.78539816))


def test_fewer_members_are_the_first_ones(tmp_path):
    written(tmp_path)
    graph = atom_graph(WATER, 4.0)
    both, one = (read_neurochem(tmp_path, n).member_energies(graph) for n in (2, 1))
    np.testing.assert_allclose(one[0].detach(), both[0].detach(), rtol=1e-14)


# Bad files ---------------------------------------------------------------------------------------

NET = "train1/networks/ANN-H.nnf"
EVERY_FILE = ["sae_linfit.dat", NET, f"{NET}-l2.wparam", f"{NET}-l3.bparam"]


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_missing_file_is_named(name, tmp_path):
    (written(tmp_path) / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{Path(name).name} is missing"):
        read_neurochem(tmp_path, 2)


@pytest.mark.parametrize("name", ["small.params", *EVERY_FILE])
def test_an_empty_file_is_named_with_what_the_package_carries(name, tmp_path):
    (written(tmp_path) / name).write_bytes(b"")
    with pytest.raises(NeuroChemError, match=f"{Path(name).name} is empty.*carries ANI-1x only"):
        read_neurochem(tmp_path, 2)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["small.params", *EVERY_FILE])
def test_a_file_that_was_cut_short_is_said(name, share, tmp_path):
    file = written(tmp_path) / name
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    with pytest.raises(NeuroChemError, match="cut short"):
        read_neurochem(tmp_path, 2)


def test_a_folder_without_parameters_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no \.params file"):
        read_neurochem(tmp_path, 1)


def test_more_members_than_there_are_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"train2.*is missing\. Are there fewer members"):
        read_neurochem(written(tmp_path), 3)


@pytest.mark.parametrize("members", [0, -1])
def test_no_members_is_said(members, tmp_path):
    with pytest.raises(NeuroChemError, match="whole number from 1 on"):
        read_neurochem(written(tmp_path), members)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("activation=9", "activation=5", r"activations \[5, 5, 6\]; supported are"),
        ("activation=6", "activation=9", r"activations \[9, 9, 9\]; supported are"),
        ("inputsize=10", "inputsize=12", r"inputs \[12\].*10 inputs"),
        ("nodes=4", "nodes=5", "other layers than the network of the first member"),
    ],
)
def test_layers_that_are_not_supported_are_said(old, new, sentence, tmp_path):
    assert old in layers("H")
    (written(tmp_path) / NET).write_bytes(packed(layers("H").replace(old, new)))
    with pytest.raises(NeuroChemError, match=sentence):
        read_neurochem(tmp_path, 2)


def test_two_widths_of_gaussians_are_said(tmp_path):
    written(tmp_path)
    (tmp_path / "small.params").write_text(PARAMS.replace("[1.6000000e+01]", "[16.0,8.0]"))
    with pytest.raises(NeuroChemError, match="has 2 eta; one is supported"):
        read_neurochem(tmp_path, 1)


# The package -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ani-1ccx_8x", "ani-2x_8x"])
def test_the_potentials_that_the_package_does_not_carry_are_said(name):
    with pytest.raises(NeuroChemError, match=r"is empty.*carries ANI-1x only"):
        read_neurochem(torchani_folder() / "resources" / name, 1)


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(neurochem, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install --no-deps torchani==2\.2\.4"):
        ani_1x()
