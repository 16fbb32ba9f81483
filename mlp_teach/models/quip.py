"""Reader of GAP files that QUIP's gap_fit wrote: SOAP alone, one kernel for each element.

https://github.com/libAtoms/GAP. A file `gp.xml` holds E0 of each element and, for each element of
the central atom, a `gpCoordinates`: the descriptor as a line of words, the weights α, and the name
of a second file with the sparse points, one number a line, point after point. Energies are in eV,
lengths in Å. `signal_variance` is δ, not its square; the order of the features is that of
descriptors/soap_orders.py, with one element more.
"""

from __future__ import annotations

import shlex
import xml.etree.ElementTree as ElementTree
from hashlib import md5
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.radial import RadialPoints
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.descriptors.soap_orders import quip_order
from mlp_teach.models.gap import GAP

DEFAULTS = {"cutoff_transition_width": "0.5", "n_species": "1"}
READ = ("cutoff", "cutoff_transition_width", "n_max", "l_max", "atom_sigma", "species_Z", "Z")
# What changes nothing here: told elsewhere in the file, or only how the potential was fitted.
IDLE = ("n_species", "n_Z", "zeta", "delta", "covariance_type", "add_species", "n_sparse")
IDLE += (
    "sparse_method",
    "config_type_n_sparse",
    "sparse_jitter",
    "theta_uniform",
    "print_sparse_index",
)
MEANT = {"f0": 0.0, "central_weight": 1.0, "covariance_sigma0": 0.0}  # the values that are read
SWITCHES = {"normalise": "T", "normalize": "T", "average": "F", "diagonal_radial": "F"}


class QuipError(ValueError):
    """A GAP file that this reader cannot turn into a model; the message says why."""


def read_quip(path: Path | str) -> GAP:
    """The model of a `gp.xml` and the sparse points beside it, in double precision.

    Raises FileNotFoundError for a file that is not there, and QuipError for one that is cut short
    or altered, or that holds another descriptor, core potential or covariance.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no GAP file {path}.")
    try:
        return _model(ElementTree.parse(path).getroot(), path)
    except ElementTree.ParseError as error:
        raise QuipError(f"{path} is not whole XML ({error}). Copy it again.") from error
    except QuipError:
        raise
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise QuipError(
            f"{path} lacks or garbles an entry that a GAP needs ({error}). Copy it again."
        ) from error


def _model(tree: ElementTree.Element, path: Path) -> GAP:
    parts = list(tree.iter("gpCoordinates"))
    if not parts:
        raise QuipError(f"{path} holds no gpCoordinates: it is no GAP of gap_fit.")
    if any(data.get("do_core", "F") != "F" for data in tree.iter("GAP_data")):
        raise QuipError(f"{path} has a core potential (do_core), which this reader does not know.")
    lines = [_words(part, path) for part in parts]
    parameters = [_soap(words, path) for words in lines]
    if any(one != parameters[0] for one in parameters):
        raise QuipError(f"{path} describes its elements by different SOAPs; this reader takes one.")
    kinds = {(part.get("zeta"), part.get("signal_variance")) for part in parts}
    if len(kinds) > 1:
        raise QuipError(f"{path} has several zeta or delta, {sorted(kinds)}; a GAP here has one.")
    zeta, delta = (float(value) for value in kinds.pop())
    total = sum(int(part.get("n_sparseX")) for part in parts)
    model = GAP(parameters[0], total, zeta=zeta, delta=delta)
    read = [
        _points(part, words, parameters[0], path) for part, words in zip(parts, lines, strict=True)
    ]
    model.points.copy_(torch.cat([points for points, _ in read]))
    model.weights.copy_(torch.cat([weights for _, weights in read]))
    elements = parameters[0].elements
    places = [elements.index(int(words["Z"])) for words in lines]
    counts = torch.tensor([len(weights) for _, weights in read])
    model.point_element.copy_(torch.repeat_interleave(torch.tensor(places), counts))
    known = {int(one.get("Z")): float(one.get("value")) for one in tree.iter("e0")}
    model.reference.copy_(torch.tensor([known[z] for z in elements], dtype=torch.float64))
    return model


def _words(part: ElementTree.Element, path: Path) -> dict[str, str]:
    """The descriptor's line as names and values."""
    text = part.findtext("descriptor", "")
    first, *rest = shlex.split(text.replace("{", '"').replace("}", '"'))
    if first != "soap":
        raise QuipError(f"{path} has the descriptor {first!r}; this reader knows soap alone.")
    words = DEFAULTS | dict(word.split("=", 1) for word in rest if "=" in word)
    for name, value in words.items():
        meant = float(value) == MEANT[name] if name in MEANT else value == SWITCHES.get(name, value)
        if name not in (*READ, *IDLE, *MEANT, *SWITCHES) or not meant:
            raise QuipError(f"{path} sets {name}={value}, which this reader does not know.")
    if part.get("covariance_type") != "2" or float(part.get("signal_mean", 0)) != 0:
        raise QuipError(f"{path} has another covariance than dot_product, or a mean.")
    return words


def _species(words: dict[str, str]) -> tuple[int, ...]:
    return tuple(int(z) for z in words["species_Z"].split())


def _soap(words: dict[str, str], path: Path) -> SOAP:
    try:
        basis = RadialPoints(
            cutoff=float(words["cutoff"]),
            n_max=int(words["n_max"]),
            l_max=int(words["l_max"]),
            sigma=float(words["atom_sigma"]),
        )
        elements = tuple(sorted(_species(words)))
        return SOAP(basis, elements, float(words["cutoff_transition_width"]))
    except (KeyError, ValueError) as error:
        raise QuipError(f"The descriptor in {path} makes no SOAP: {error}") from error


def _points(
    part: ElementTree.Element, words: dict[str, str], parameters: SOAP, path: Path
) -> tuple[Float[Tensor, "points features"], Float[Tensor, " points"]]:
    """Sparse points in our order of features, and their weights."""
    listed = list(part.iter("sparseX"))
    file = path.with_name(part.get("sparseX_filename", ""))
    if not file.is_file():
        raise FileNotFoundError(f"{path} names {file.name} for its sparse points; it is not there.")
    content = file.read_bytes()
    if part.get("sparseX_md5sum", "") not in ("", md5(content, usedforsecurity=False).hexdigest()):
        raise QuipError(
            f"{file} is not the one that {path.name} was written with. Copy both again."
        )
    numbers = np.array(content.split(), dtype=float)
    width = parameters.n_features + 1
    if len(numbers) != len(listed) * width or len(listed) != int(part.get("n_sparseX")):
        raise QuipError(
            f"{file} holds {len(numbers)} numbers, {path} {len(listed)} weights; "
            f"{part.get('n_sparseX')} points of {width} features are needed. Copy both again."
        )
    order = quip_order(parameters, _species(words))
    points = torch.empty(len(listed), parameters.n_features, dtype=torch.float64)
    points[:, order] = torch.from_numpy(numbers.reshape(-1, width)[:, :-1].copy())
    weights = [float(one.get("alpha")) * float(one.get("sparseCutoff")) for one in listed]
    found = torch.tensor(weights, dtype=torch.float64)
    if not (found.isfinite().all() and points.isfinite().all()):
        raise QuipError(f"{path} or {file.name} holds NaN or infinity.")
    return points, found
