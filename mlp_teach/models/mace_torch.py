"""Reader of models that mace-torch saved: `.model` files, as mace_run_train writes them.

https://github.com/ACEsuit/mace, version 0.3.16. The weights are the same but for factors that
mace-torch keeps beside them: each linear map is divided by the root of its number of inputs, each
silu is multiplied by c = 1.679 (to mean square 1), and the products (2) of mace.py are written with
more paths than are independent, which become sums of ours. The sum (1) is divided by n there, by
the root of n here. mace-torch adds E0 and a shift for each atom; here both are in E0.

    here, mace.py        | there
    embedding            | node_embedding.linear / √elements
    layers.t.up, mix     | interactions.t.linear_up, linear / √n
    layers.t.radial      | interactions.t.conv_tp_weights
    layers.t.skip        | interactions.t.skip_tp
    layers.t.product     | products.t.symmetric_contractions
    layers.t.out         | products.t.linear
    readouts             | readouts
"""

from __future__ import annotations

from itertools import permutations
from math import factorial, sqrt
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.symmetric_products import products
from mlp_teach.models.mace import MACE, SymmetricContraction
from mlp_teach.models.stored_modules import StandIn, parameters, stored_module

SILU = 1.6791767923989418  # e3nn's c, made of a million random numbers: not quite 1/√mean silu²
FIRST = {"RealAgnosticInteractionBlock": False, "RealAgnosticResidualInteractionBlock": True}
KNOWN_PARTS = {
    *("node_embedding", "radial_embedding", "spherical_harmonics", "atomic_energies_fn"),
    *("interactions", "products", "readouts", "scale_shift"),
}
SWITCHES = {  # options of MACE that change what the tensors mean, as they must be
    "apply_cutoff": True,
    "use_so3": False,
    "use_agnostic_product": False,
    "use_last_readout_only": False,
}


class MaceError(ValueError):
    """A file that this reader cannot turn into a model; the message says why."""


def read_mace(file: str | Path) -> MACE:
    """The model of a `.model` file, in double precision; mace-torch need not be installed.

    Raises FileNotFoundError for a file that is not there, and MaceError for one that holds anything
    else than a MACE of the paper's kind: other blocks, several heads, a repulsion beside it.
    """
    if not Path(file).is_file():
        raise FileNotFoundError(f"There is no model file {file}.")
    try:
        stored = stored_module(file)
        _check_kind(stored)
        interactions = [stored.interactions._modules[n] for n in stored.interactions._modules]
        return mace_of(
            parameters(stored),
            residual_first=FIRST[type(interactions[0]).__name__],
            n_neighbors=float(interactions[0].avg_num_neighbors),
        )
    except MaceError:
        raise
    except (ValueError, AttributeError, KeyError, IndexError, RuntimeError) as error:
        raise MaceError(f"{file} is not a MACE that this reader knows: {error}") from error


def mace_of(weights: dict[str, Tensor], residual_first: bool, n_neighbors: float) -> MACE:
    """The model with these tensors, by mace-torch's names, and what a file has beside them."""
    weights = {name: w.double() if w.is_floating_point() else w for name, w in weights.items()}
    model = MACE(
        tuple(weights["atomic_numbers"].tolist()), **_sizes(weights), residual_first=residual_first
    )
    model = model.double()
    size, n_elements = model.sizes["channels"], len(model.elements)
    with torch.no_grad():
        table = weights["node_embedding.linear.weight"].view(n_elements, size)
        model.embedding.weight.copy_(table / sqrt(n_elements))
        for t, layer in enumerate(model.layers):
            block = f"interactions.{t}."
            _fill(layer.up.weight, weights[block + "linear_up.weight"], sqrt(size))
            _fill_network(layer.radial, weights, block + "conv_tp_weights.layer{}.weight")
            mixes = weights[block + "linear.weight"].split([w.numel() for w in layer.mix.weights])
            for ours, theirs in zip(layer.mix.weights, mixes, strict=True):
                _fill(ours, theirs, sqrt(len(ours) * n_neighbors))
            skip = weights[block + "skip_tp.weight"].view(-1, size, n_elements, size)
            layer.skip.weight.copy_(skip.permute(2, 0, 1, 3) / sqrt(size * n_elements))
            _fill(layer.out.weight, weights[f"products.{t}.linear.weight"], sqrt(size))
            inside = f"products.{t}.symmetric_contractions.contractions."
            for degree in range(len(layer.product.weights)):
                _fill_products(layer.product, degree, weights, f"{inside}{degree}.")
            if t + 1 < len(model.layers):
                _fill(model.readouts[t].weight, weights[f"readouts.{t}.linear.weight"], sqrt(size))
        _fill_network(model.readouts[-1], weights, f"readouts.{t}.linear_{{}}.weight", first=1)
        model.n_neighbors.fill_(n_neighbors)
        model.energy_scale.copy_(weights.get("scale_shift.scale", torch.tensor(1.0)).squeeze())
        shift = weights.get("scale_shift.shift", torch.tensor(0.0)).squeeze()
        model.reference.copy_(weights["atomic_energies_fn.atomic_energies"].squeeze() + shift)
    return model


def _check_kind(stored: StandIn) -> None:
    """Refuses what the tensors alone would not show."""
    modules = stored._modules
    parts = set(modules) - KNOWN_PARTS
    blocks = [type(block).__name__ for block in stored.interactions._modules.values()]
    strange = set(blocks) - set(FIRST) | {name for name in blocks[1:] if not FIRST.get(name)}
    radial = modules["radial_embedding"]._modules
    strange |= {type(part).__name__ for part in radial.values()} - {
        "BesselBasis",
        "PolynomialCutoff",
    }
    kept = {name: stored.__dict__.get(name, usual) for name, usual in SWITCHES.items()}
    strange |= {f"{name}={x}" for name, x in kept.items() if x != SWITCHES[name]}
    silus = [modules["readouts"]._modules[str(len(blocks) - 1)].non_linearity]
    strange |= {type(act).__name__ for act in silus if _activation(act) != "silu"}
    heads = stored.__dict__.get("heads") or ["one"]
    if (
        type(stored).__name__ not in ("MACE", "ScaleShiftMACE")
        or parts
        or strange
        or len(heads) > 1
    ):
        raise MaceError(
            f"It is a {type(stored).__name__} with the blocks {blocks}, the heads {heads} and, "
            f"unknown here, {sorted(parts | strange) or 'nothing else'}. This reader knows MACE "
            f"with one head, made of {' and '.join(FIRST)}, and silu."
        )


def _activation(act: StandIn) -> str:
    (inner,) = act.acts._modules.values()
    return getattr(inner.f, "__name__", type(inner.f).__name__)


def _fill(ours: Tensor, theirs: Tensor, divisor: float) -> None:
    ours.copy_(theirs.view(ours.shape) / divisor)


def _fill_network(ours: torch.nn.Module, weights: dict, name: str, first: int = 0) -> None:
    """Their rows are inputs; silu's factor comes with the layer that reads it."""
    for n, layer in enumerate(ours.layers):
        theirs = weights[name.format(n + first)].view(layer.in_features, layer.out_features)
        layer.weight.copy_(theirs.T * (SILU if n else 1) / sqrt(layer.in_features))


def _fill_products(ours: SymmetricContraction, degree: int, weights: dict, name: str) -> None:
    """Solves Σ w U = Σ w' U' for our w: the same polynomial of the components of A."""
    u = ours.coefficients(degree, weights[name + "U_matrix_1"])
    total = 0
    for nu in range(1, ours.nu_max + 1):
        theirs = _sorted_products(weights[f"{name}U_matrix_{nu}"], nu, degree, ours)
        w = weights[
            name + ("weights_max" if nu == ours.nu_max else f"weights.{ours.nu_max - 1 - nu}")
        ]
        total = total + w.transpose(1, 2) @ theirs
    answer = torch.linalg.lstsq(u.T, total.flatten(0, 1).T).solution.T
    if not torch.allclose(answer @ u, total.flatten(0, 1), atol=1e-8 * float(total.abs().max())):
        raise MaceError(f"The products {name} are not those of features of natural parity.")
    ours.weights[degree].copy_(answer.view(ours.weights[degree].shape))


def _sorted_products(
    u: Float[Tensor, "*m_and_factors paths"], nu: int, degree: int, ours: SymmetricContraction
) -> Float[Tensor, "paths m_lm_q"]:
    """Their U, averaged over the orders of the factors, in the form of our own."""
    size = (ours.l_max + 1) ** 2
    u = u.reshape(2 * degree + 1, *[size] * nu, -1)
    every_order = sum(u.permute(0, *order, nu + 1) for order in permutations(range(1, nu + 1)))
    factors = products(size, ours.nu_max - 1, torch.device("cpu")).factors
    table = u.new_zeros(u.shape[-1], 2 * degree + 1, size, len(factors))
    for q, shorter in enumerate(factors):
        if len(shorter) == nu - 1:
            for last in range(shorter[-1] if shorter else 0, size):
                alike = len(set(permutations((*shorter, last)))) / factorial(nu)
                table[:, :, last, q] = every_order[(slice(None), *shorter, last)].T * alike
    return table.flatten(1)


def _sizes(weights: dict[str, Tensor]) -> dict:
    """What the shapes of the tensors say."""
    n_elements = len(weights["atomic_numbers"])
    channels = weights["node_embedding.linear.weight"].numel() // n_elements
    layers = int(weights["num_interactions"])
    inside = "products.0.symmetric_contractions.contractions."
    n_lm = weights[f"{inside}0.U_matrix_1"].shape[-2]
    radial = [
        w for name, w in weights.items() if name.startswith("interactions.0.conv_tp_weights.")
    ]
    return {
        "cutoff": float(weights["r_max"]),
        "channels": channels,
        "l_hidden": sum(name.startswith(inside) and name.endswith("U_matrix_1") for name in weights)
        - 1,
        "l_max": round(sqrt(n_lm)) - 1,
        "correlation": sum(name.startswith(f"{inside}0.U_matrix_") for name in weights),
        "layers": layers,
        "n_radial": len(radial[0]),
        "radial_widths": tuple(w.shape[1] for w in radial[:-1]),
        "n_readout": weights[f"readouts.{layers - 1}.linear_2.weight"].numel(),
        "envelope": int(weights["radial_embedding.cutoff_fn.p"]),
    }
