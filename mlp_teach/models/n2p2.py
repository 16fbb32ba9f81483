"""Reads potentials made by n2p2 or RuNNer: input.nn, scaling.data and weights.*.data.

A. Singraber, J. Behler, C. Dellago, J. Chem. Theory Comput. 15, 1827 (2019),
doi:10.1021/acs.jctc.8b00770; file formats: the documentation of n2p2.

These files hold a Behler-Parrinello potential in Bohr and Hartree (or in whatever the training data
were in: the files do not say). Each element has its own list of symmetry functions, its own scaling
and its own network; here one list serves all elements, and a function that an element does not have
gets weights of zero.

    symfunction_short Cu 2 Cu     η R_s r_c          G2, and Cu 3 Cu Cu η λ ζ r_c is G4, 9 is G5
    scaling.data                  element index min max mean sigma
    weights.029.data              value a layer i layer j (weight i -> j), value b layer j (bias)

The functions of an element are numbered in the order in which n2p2 sorts them, not as they are
listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.elements import NUMBERS
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.units import BOHR, HARTREE

RADIAL, ANGULAR, WIDE = 2, 3, 9  # the types that stand for G2, G4 and G5
ACTIVATIONS = {"t": "Tanh", "s": "Sigmoid", "p": "Softplus"}


class N2p2Error(ValueError):
    """Files that do not make a potential this reader knows; the message says which line or key."""


@dataclass(frozen=True, order=True)
class Line:
    """One symfunction_short, in the order in which n2p2 sorts them ."""

    kind: int
    cutoff: float
    eta: float
    r_s: float
    zeta: float
    lambda_: float
    neighbors: tuple[int, ...]  # atomic numbers, rising

    def column(self, length: float) -> tuple[int, tuple[int, ...], tuple[float, ...]]:
        """Type, neighbours and parameters, with lengths in Å where the file counts in `length`."""
        eta = self.eta / length**2
        angular = (eta, self.zeta, self.lambda_)
        return (
            self.kind,
            self.neighbors,
            (eta, self.r_s * length) if self.kind == RADIAL else angular,
        )


def read_n2p2(
    folder: Path | str, length: float = BOHR, energy: float = HARTREE
) -> BehlerParrinello:
    """The potential in a folder, in float64; its units of length (in Å) and energy (in eV).

    Raises FileNotFoundError for a missing file and N2p2Error for what is not supported: cutoff
    functions but the cosine, several cutoffs, types of symmetry functions but 2, 3 and 9.
    """
    folder = Path(folder)
    keys = _read_input(folder / "input.nn")
    elements = tuple(sorted(NUMBERS[symbol] for symbol in keys["elements"][0]))
    lines = {z: _lines(keys, z) for z in elements}
    functions = _union(lines, length)
    nodes = tuple(int(n) for n in keys["global_nodes_short"][0])
    model = BehlerParrinello(functions, nodes, _activation(keys)).double()
    columns = _columns(functions)
    scaling = _table(folder / "scaling.data")
    free = {NUMBERS[symbol]: float(value) for symbol, value in keys.get("atom_energy", [])}
    for place, z in enumerate(elements):
        own = [columns.index(line.column(length)) for line in lines[z]]
        rows = scaling[scaling[:, 0] == place + 1]
        if len(rows) != len(own):
            raise N2p2Error(
                f"{folder} has {len(own)} symmetry functions of element {z} in input.nn and "
                f"{len(rows)} rows for it in scaling.data. Was one of the files cut short?"
            )
        shift, scale = _scaling(rows, keys)
        model.shift[place, own], model.scale[place, own] = shift, scale
        weights = _weights(folder / f"weights.{z:03d}.data")
        linear = [layer for layer in model.networks[place] if isinstance(layer, nn.Linear)]
        try:
            for number, layer in enumerate(linear):
                _fill(layer, weights, number, own if number == 0 else range(layer.in_features))
        except KeyError as error:
            raise N2p2Error(
                f"{folder}/weights.{z:03d}.data lacks the line with {error}. Was it cut short, or "
                "does it belong to other global_nodes_short?"
            ) from error
        model.reference[place] = free.get(z, 0.0) * energy
    model.energy_scale.fill_(energy)
    return model.eval()


def _read_input(path: Path) -> dict[str, list[list[str]]]:
    """Keyword -> the words of each line with it."""
    keys: dict[str, list[list[str]]] = {}
    for line in _text(path).splitlines():
        word, *rest = line.split("#")[0].split() or [""]
        keys.setdefault(word, []).append(rest)
    missing = {"elements", "global_nodes_short", "global_activation_short", "symfunction_short"}
    if missing := missing - keys.keys():
        raise N2p2Error(f"{path} lacks {sorted(missing)}: is it an input.nn of n2p2 or RuNNer?")
    if keys.get("cutoff_type", [["1"]])[0][0] != "1":
        raise N2p2Error(
            f"{path} asks for cutoff_type {keys['cutoff_type'][0]}; only 1, the cosine, is here."
        )
    return keys


def _lines(keys, z: int) -> list[Line]:
    """The functions of one element in n2p2's order."""
    found = []
    for center, kind, *words in keys["symfunction_short"]:
        if NUMBERS[center] != z:
            continue
        if int(kind) not in (RADIAL, ANGULAR, WIDE):
            raise N2p2Error(
                f"symfunction_short of type {kind}: only 2 (G2), 3 (G4) and 9 (G5) are"
                " supported here."
            )
        n = 1 if int(kind) == RADIAL else 2
        neighbors = tuple(sorted(NUMBERS[symbol] for symbol in words[:n]))
        values = [float(word) for word in words[n:]]
        if len(values) != n + 2:  # an r_s of angular functions, for instance
            raise N2p2Error(
                f"symfunction_short {center} {kind} {' '.join(words)}: {n + 2} numbers after the"
                f" elements are supported here, not {len(values)}."
            )
        if n == 1:
            eta, r_s, cutoff = values
            found.append(Line(RADIAL, cutoff, eta, r_s, 0.0, 0.0, neighbors))
        else:
            eta, lambda_, zeta, cutoff = values
            found.append(Line(int(kind), cutoff, eta, 0.0, zeta, lambda_, neighbors))
    return sorted(found)


def _union(lines: dict[int, list[Line]], length: float) -> SymmetryFunctions:
    """One list that has every function of every element."""
    every = sorted({line for own in lines.values() for line in own})
    cutoffs = {line.cutoff for line in every}
    if len(cutoffs) != 1:
        raise N2p2Error(f"The functions have the cutoffs {sorted(cutoffs)}; one for all is needed.")
    parameters = {kind: [] for kind in (RADIAL, ANGULAR, WIDE)}
    for line in every:
        _, _, values = line.column(length)
        if values not in parameters[line.kind]:
            parameters[line.kind].append(values)
    g2, g4, g5 = (tuple(values) for values in parameters.values())
    return SymmetryFunctions(cutoffs.pop() * length, tuple(sorted(lines)), g2=g2, g4=g4, g5=g5)


def _columns(functions: SymmetryFunctions) -> list[tuple]:
    """What stands in each column of the features, in the words of Line.column."""
    pairs = combinations_with_replacement(functions.elements, 2)
    return [(RADIAL, (z,), values) for z in functions.elements for values in functions.g2] + [
        (kind, pair, values)
        for pair in pairs
        for kind, parameters in ((ANGULAR, functions.g4), (WIDE, functions.g5))
        for values in parameters
    ]


def _scaling(rows: Float[Tensor, "own 6"], keys) -> tuple[Tensor, Tensor]:
    """Shift and factor that bring each function into its range."""
    low, high, mean, sigma = rows[:, 2:6].T
    ends = [float(keys.get(f"scale_{end}_short", [[end == "max"]])[0][0]) for end in ("min", "max")]
    centered = "center_symmetry_functions" in keys
    if "scale_symmetry_functions" in keys:
        scale, shift = (ends[1] - ends[0]) / (high - low), mean if centered else low
    elif centered:
        return mean, torch.ones_like(mean)
    elif "scale_symmetry_functions_sigma" in keys:
        scale, shift = (ends[1] - ends[0]) / sigma, mean
    else:
        return torch.zeros_like(mean), torch.ones_like(mean)
    return shift - ends[0] / scale, scale


def _activation(keys) -> str:
    *hidden, last = keys["global_activation_short"][0]
    if last != "l" or len(set(hidden)) != 1 or hidden[0] not in ACTIVATIONS:
        raise N2p2Error(
            f"The activations are {hidden} and {last!r}: one of {sorted(ACTIVATIONS)} in all "
            "hidden layers and 'l' at the end is what is supported here."
        )
    return ACTIVATIONS[hidden[0]]


@torch.no_grad()
def _fill(layer: nn.Linear, weights: dict, number: int, columns) -> None:
    """Weights and biases of layer `number`; inputs that the file does not have get zeros."""
    layer.weight.zero_()
    for j in range(layer.out_features):
        layer.bias[j] = weights["b", number + 1, j + 1]
        for i, column in enumerate(columns):
            layer.weight[j, column] = weights["a", number, i + 1, j + 1]


def _weights(path: Path) -> dict:
    """Lines `value a n l i m j` (weight from node i of layer l to node j) and `value b n l j`."""
    found = {}
    for line in _text(path).splitlines():
        words = line.split("#")[0].split()
        try:
            if words and words[1] == "a":
                found["a", int(words[3]), int(words[4]), int(words[6])] = float(words[0])
            elif words:
                found["b", int(words[3]), int(words[4])] = float(words[0])
        except (IndexError, ValueError) as error:
            raise N2p2Error(
                f"{path} has the line {line!r}, which is no weight: value, a or b, index, layer, "
                "node. Was the file cut short?"
            ) from error
    return found


def _table(path: Path) -> Float[Tensor, "rows 6"]:
    rows = [line.split("#")[0].split() for line in _text(path).splitlines()]
    return torch.tensor(
        [[float(v) for v in row] for row in rows if len(row) == 6], dtype=torch.float64
    ).reshape(-1, 6)


def _text(path: Path) -> str:
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing. A potential of n2p2 is a folder with input.nn,"
            " scaling.data and one weights.ZZZ.data for each element."
        )
    return path.read_text()
