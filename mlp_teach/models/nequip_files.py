"""Reader of models that the nequip package trained: its checkpoint files.

https://github.com/mir-group/nequip, version 0.19.1 (NequIPGNNModel, not the preset foundation
models' own files). The weights are the same but for factors that nequip keeps beside them: each
linear map is divided by the root of its number of inputs; silu and tanh of features are multiplied
by c = 1.679 and 1.594 (to mean square 1), and in the radial network each layer but the first by √2.
An element enters nequip's self-connections by a vector of numbers, S^z = Σ_g S_g a_(z g), here
summed up. Irreps with fewer channels than others are filled up with zeros.

    here, nequip.py   | there
    embedding         | type_embed
    up, mix and gates | layerT_convnet.conv.linear_1, linear_2
    radial            | layerT_convnet.conv.edge_mlp
    skip, skip_gates  | layerT_convnet.conv.sc
    readout           | per_atom_energy_readout
"""

from __future__ import annotations

import pickle
from math import sqrt
from pathlib import Path
from typing import NamedTuple
from zipfile import is_zipfile

import torch
from torch import Tensor

from mlp_teach.basis.tensor_product import Irrep
from mlp_teach.elements import NUMBERS
from mlp_teach.models.nequip import ODD_SCALAR, SCALAR, Layer, NequIP

DEFAULTS = {  # of NequIPGNNModel
    "num_layers": 4,
    "l_max": 1,
    "parity": True,
    "num_features": 32,
    "num_bessels": 8,
    "polynomial_cutoff_p": 6,
    "avg_num_neighbors": None,
}
FIXED = {  # what would make it another model
    "per_edge_type_cutoff": None,
    "bessel_trainable": False,
    "pair_potential": None,
    "readout_mlp_nonlinearity": "silu",
    "convnet_resnet": False,
    "convnet_sc": True,
    "learnable_shift": False,
    "categorical_graph_field_embed": None,
}
KEPT = ("output_mask", "bessel_weights", "_rmax_recip", "scales", "shifts")  # not learned
SILU = 1.6791767923989418  # e3nn's c, made of a million random numbers: not quite 1/√mean silu²
TANH = 1.5937334472592695


UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RuntimeError, EOFError, OSError)
UNREADABLE += (pickle.UnpicklingError,)


class NequipError(ValueError):
    """A model that this reader cannot turn into a NequIP; the message says why."""


def read_nequip(file: str | Path) -> NequIP:
    """The model of a checkpoint (`.ckpt`) of nequip-train, in double precision.

    nequip need not be installed, and nothing in the file is run. Where training kept averaged
    weights, these are read, as nequip itself does. Raises FileNotFoundError for a file that is not
    there, and NequipError for one that holds anything else.
    """
    if not Path(file).is_file():
        raise FileNotFoundError(f"There is no checkpoint {file}.")
    if not is_zipfile(file):
        raise NequipError(
            f"{file} is no checkpoint of nequip-train that this reader knows (it is no whole zip "
            "file). Was it copied to its end?"
        )
    try:
        stored = torch.load(file, map_location="cpu", weights_only=True)
        given = dict(stored["hyper_parameters"]["model"])
        weights = stored["state_dict"]
        names = [name for name in weights if "model.func." in name]
        found = {name: weights[name] for name in names}
        averaged = [w for name, w in weights.items() if name.startswith("ema.ema_weight_")]
        if averaged and not weights["ema._extra_state"]["is_holding_ema_weights"]:
            raise NequipError(f"{file} was written while its averaged weights were in use.")
        if averaged:
            learned = [name for name in names if not name.endswith(KEPT) and found[name].numel()]
            learned = [name for name in learned if "_w3j" not in name]
            found |= zip(learned, averaged, strict=True)
        return nequip_of(found, given)
    except NequipError:
        raise
    except UNREADABLE as error:
        said = str(error).partition("\n")[0]
        if "weights_only" in said:  # PyTorch advises to run what is in the file
            said = "it holds more than numbers"
        raise NequipError(
            f"{file} is no checkpoint of nequip-train that this reader knows ({said}). A packaged "
            "model (.nequip.zip) is made of one: give that."
        ) from error


def nequip_of(weights: dict[str, Tensor], given: dict) -> NequIP:
    """The model with these tensors, by nequip's names, and the arguments of NequIPGNNModel.

    In double precision. Raises NequipError for arguments that change what is computed here.
    """
    weights = {name.split("func.", 1)[-1]: w.double() for name, w in weights.items()}
    given = DEFAULTS | given
    _check_arguments(given)
    widths, names = given["num_features"], given["type_names"]
    widths = widths if isinstance(widths, list) else [widths] * (given["l_max"] + 1)
    order = sorted(range(len(names)), key=lambda n: NUMBERS[names[n]])
    attributes = weights["type_embed.embed_module.weight"][order]
    mlp, readout = (
        [w for name, w in weights.items() if name.startswith(f"{part}.mlp")]
        for part in ("layer0_convnet.conv.edge_mlp", "per_atom_energy_readout.mlp_module")
    )
    model = NequIP(
        tuple(NUMBERS[names[n]] for n in order),
        cutoff=given["r_max"],
        channels=max(*widths, attributes.shape[1]),
        radial_widths=tuple(w.shape[1] for w in mlp[:-1]),
        readout_widths=tuple(w.shape[1] for w in readout[:-1]),
        n_radial=given["num_bessels"],
        layers=given["num_layers"],
        envelope=given["polynomial_cutoff_p"],
        **{name: given[name] for name in ("l_max", "parity")},
    ).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.embedding.weight[:, : attributes.shape[1]] = attributes
        for t, layer in enumerate(model.layers):
            inside = f"layer{t}_convnet.conv."
            block = {name.removeprefix(inside): w for name, w in weights.items() if inside in name}
            _fill_layer(layer, block, widths, attributes, model.cutoff)
        _fill_network(model.readout.layers, readout)
        model.readout.layers[0].weight *= SILU
        mean = given["avg_num_neighbors"] or 1.0
        mean = mean if isinstance(mean, dict) else dict.fromkeys(names, mean)
        counted = [float(mean[names[n]]) for n in order]
        model.n_neighbors.copy_(torch.tensor(counted, dtype=torch.float64))
        for ours, theirs in ((model.energy_scale, "scales"), (model.reference, "shifts")):
            if (values := weights.get(f"per_type_energy_scale_shift.{theirs}")) is not None:
                ours.copy_(values.flatten().expand(len(names))[order])
    return model


class _Sizes(NamedTuple):
    """How many channels of each irrep are really there, of ours, which have all as many."""

    came: dict[Irrep, int]
    out: dict[Irrep, int]
    gates: list[int]
    channels: int
    silu: dict[Irrep, float]  # the factor that nequip's activation gave what comes in


def _fill_layer(
    layer: Layer, block: dict, widths: list[int], attributes: Tensor, cutoff: float
) -> None:
    first, irreps = layer.skip is None, layer.coupling.first
    sizes = _Sizes(
        {x: attributes.shape[1] if first else widths[x.l] for x in irreps},
        {x: widths[x.l] for x in layer.out},
        [widths[x.l] for x in layer.gated],
        layer.up.weight.shape[1],
        {x: 1.0 if first else TANH if x == ODD_SCALAR else SILU for x in irreps},
    )
    pieces = block["linear_1.weight"].split([sizes.came[x] ** 2 for x in irreps])
    for ours, piece, x in zip(layer.up.weight, pieces, irreps, strict=True):
        n = sizes.came[x]
        ours[:n, :n] = piece.view(n, n) / sqrt(n) * sizes.silu[x]
    _fill_radial(layer, block, sizes)
    layer.radial.layers[0].weight *= sqrt(2 / cutoff)  # their waves are as much larger
    _fill_mix(layer, block["linear_2.weight"], sizes)
    if not first:
        _fill_skip(layer, block["sc.weight"], sizes, attributes)


def _fill_radial(layer: Layer, block: dict, sizes: _Sizes) -> None:
    """nequip's paths stand in the order in which they are found, ours by the irrep they lead to."""
    ours, out = layer.coupling.paths, layer.out
    found = sorted(ours, key=lambda path: (path.first, path.second, out[path.out].l))
    columns = [
        ours.index(path) * sizes.channels
        + torch.arange(sizes.came[layer.coupling.first[path.first]])
        for path in found
    ]
    *hidden, last = [w for name, w in block.items() if name.startswith("edge_mlp.")]
    wide = last.new_zeros(len(last), len(ours) * sizes.channels)
    wide[:, torch.cat(columns)] = last
    _fill_network(layer.radial.layers, [*hidden, wide])


def _fill_mix(layer: Layer, theirs: Tensor, sizes: _Sizes) -> None:
    """Of nequip's even scalars the first are features and the rest gates, irrep by irrep."""
    rows = {}
    for n, x in enumerate(layer.out):
        came = [layer.coupling.first[path.first] for path in layer.coupling.paths if path.out == n]
        found = [k * sizes.channels + torch.arange(sizes.came[y]) for k, y in enumerate(came)]
        rows[x] = torch.cat(found)
    ordered = sorted(layer.out)  # nequip's order: by degree, odd before even
    widths = [_outputs(x, sizes) for x in ordered]
    pieces = theirs.split([len(rows[x]) * sum(w) for x, w in zip(ordered, widths, strict=True)])
    for x, piece, width in zip(ordered, pieces, widths, strict=True):
        columns = (piece.view(len(rows[x]), -1) / sqrt(len(rows[x]))).split(width, 1)
        for place, column in zip(_places(layer, x), columns, strict=True):
            layer.mix.weights[place][rows[x], : column.shape[1]] = column


def _fill_skip(layer: Layer, theirs: Tensor, sizes: _Sizes, attributes: Tensor) -> None:
    """Σ_g S_g a_(z g) for each element z."""
    n_attributes = attributes.shape[1]
    both = [x for x in layer.coupling.first if x in layer.out]
    made = [x for x in (*layer.out, *[SCALAR] * len(layer.gated)) if x in both]
    counts = [sizes.came[x] * n_attributes * sum(_outputs(x, sizes)) for x in both]
    for x, piece in zip(both, theirs.split(counts), strict=True):
        n = sizes.came[x]
        summed = torch.einsum("ugw,zg->zuw", piece.view(n, n_attributes, -1), attributes)
        summed = summed * (sizes.silu[x] / sqrt(n * n_attributes))
        places = [place for place, y in enumerate(made) if y == x]
        for place, columns in zip(places, summed.split(_outputs(x, sizes), 2), strict=True):
            layer.skip.weight[:, place, :n, : columns.shape[2]] = columns


def _outputs(x: Irrep, sizes: _Sizes) -> list[int]:
    """How many channels of an irrep nequip makes: for even scalars, also those of each gate."""
    return [sizes.out[x], *(sizes.gates if x == SCALAR else ())]


def _places(layer: Layer, x: Irrep) -> list[int]:
    """Where our layer makes them: the gates come after all features."""
    n_gates = len(layer.gated) if x == SCALAR else 0
    return [layer.out.index(x), *range(len(layer.out), len(layer.out) + n_gates)]


def _fill_network(layers: torch.nn.ModuleList, theirs: list[Tensor]) -> None:
    """Their rows are inputs; fewer inputs than ours are the first ones."""
    for n, (layer, w) in enumerate(zip(layers, theirs, strict=True)):
        layer.weight[:, : len(w)] = w.T * (sqrt(2) if n else 1) / sqrt(len(w))


def _check_arguments(given: dict) -> None:
    odd = {name: given[name] for name, value in FIXED.items() if given.get(name, value) != value}
    unknown = set(given["type_names"]) - set(NUMBERS)
    if odd or unknown:
        raise NequipError(
            f"This model has {odd or unknown}; this reader knows models with {FIXED} and chemical "
            "symbols as types."
        )
