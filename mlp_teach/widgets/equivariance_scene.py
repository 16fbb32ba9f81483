"""The library's side of the equivariance explorer: turn a molecule, ask two networks anew.

For each orientation the molecule is put in place and both networks compute from scratch: a SchNet,
whose atoms carry plain numbers, and a NequIP, whose atoms carry features of degree 0, 1 and 2 and
of both parities. What NequIP should say after the turn, D times what it said before, is computed
besides, so that the difference can be shown. The weights are random: this is what the features are,
not what training makes of them.

A feature of degree 2 is a traceless symmetric matrix Q. It is drawn as the ellipsoid to which
exp(k Q) stretches a ball, seen along z: long where Q is positive, flat where it is negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import radians
from typing import NamedTuple

import numpy as np
import torch
from ase import Atoms
from ase.build import molecule
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.clebsch_gordan import coupling
from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.basis.rotations import rotation_matrix, wigner_d
from mlp_teach.basis.tensor_product import Irrep, irreps_of, slices
from mlp_teach.checks.deformations import turned
from mlp_teach.models.nequip import NequIP
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import atom_graph
from mlp_teach.widgets.drawing import Event

MOLECULES = ("H2O", "H2O2", "CH3OH")
ELEMENTS, CUTOFF = (1, 6, 8), 4.0  # Å
LAYER = 2  # counted from 0: the first in which there are odd scalars
SHOWN = irreps_of("0e + 0o + 1o + 1e + 2e")
TENSOR = Irrep(2, 1)
VECTORS = ("1o", "1e")
X_Y_Z = [2, 0, 1]  # where x, y and z stand among the components of degree 1
NOTHING = 1e-12  # a feature below this is rounding
MOST_ATOMS = 6
N_PLAIN = 3  # how many numbers of SchNet are shown
LONGEST = 0.5  # largest eigenvalue of k Q
CIRCLE = np.linspace(0.0, 2 * np.pi, 49)


@dataclass(frozen=True)
class EquivarianceState:
    """How the molecule lies: mirrored (x -> -x) first, turned about z, tilted about x (degrees)."""

    molecule: str = "H2O2"
    turn: float = 0.0
    tilt: float = 0.0
    mirrored: bool = False
    atom: int = 3
    vector: str = "1o"  # which is drawn


@dataclass(frozen=True, eq=False)
class EquivarianceNumbers:
    """What both networks say of one state; rows of the arrays are atoms."""

    names: tuple[str, ...]  # H0, H1, O2, ...
    places: np.ndarray  # Å, as they lie now
    plain: np.ndarray  # SchNet's numbers of the chosen atom: before, now
    features: dict[str, np.ndarray]  # NequIP's of the chosen atom, by irrep: before, now
    deviation: float  # largest |now - D before| of all atoms and irreps
    vectors: np.ndarray  # of all atoms, x y z, the longest before the turn has length 1
    outlines: tuple[np.ndarray, ...]  # of the ellipsoids; a ball of radius 1 where Q is 0
    energies: np.ndarray  # NequIP's, of the molecule, eV: before, now


def equivariance_update(state: EquivarianceState, event: Event) -> EquivarianceState:
    """What a new value of a control means; a smaller molecule has fewer atoms to choose from."""
    if event.name == "mirror":
        return replace(state, mirrored=not state.mirrored)
    if event.name == "upright":
        return replace(state, turn=0.0, tilt=0.0, mirrored=False)
    kind = {"turn": float, "tilt": float, "atom": int}.get(event.name, str)
    state = replace(state, **{event.name: kind(event.value)})
    return replace(state, atom=min(state.atom, len(_molecule(state.molecule)) - 1))


def movement(state: EquivarianceState) -> Float[Tensor, "3 3"]:
    """The rotation or mirror of a state: r -> R r."""
    about_z = rotation_matrix(torch.tensor([0.0, 0.0, radians(state.turn)], dtype=torch.float64))
    about_x = rotation_matrix(torch.tensor([radians(state.tilt), 0.0, 0.0], dtype=torch.float64))
    sign = -1.0 if state.mirrored else 1.0
    return about_x @ about_z @ torch.tensor([sign, 1.0, 1.0], dtype=torch.float64).diag()


def equivariance_numbers(state: EquivarianceState) -> EquivarianceNumbers:
    """Both networks' numbers before the turn and now."""
    atoms, q = _molecule(state.molecule), movement(state)
    before = _asked(state.molecule, 0.0, 0.0, False)
    now = _asked(state.molecule, state.turn, state.tilt, state.mirrored)
    (vector,) = irreps_of(state.vector)
    longest = float(torch.linalg.vector_norm(before.features[vector], dim=1).max())
    xyz = now.features[vector][:, X_Y_Z].numpy()
    both, i = (before, now), state.atom
    return EquivarianceNumbers(
        names=tuple(f"{symbol}{n}" for n, symbol in enumerate(atoms.symbols)),
        places=turned(atoms, q.numpy()).positions,
        plain=np.stack([one.plain[i, :N_PLAIN].numpy() for one in both]),
        features={
            str(irrep): np.stack([one.features[irrep][i].numpy() for one in both])
            for irrep in SHOWN
        },
        deviation=max(_deviation(before, now, irrep, q) for irrep in SHOWN),
        vectors=xyz / longest if longest > NOTHING else 0.0 * xyz,
        outlines=_outlines(before.features[TENSOR], now.features[TENSOR]),
        energies=np.array([before.energy, now.energy]),
    )


class Answer(NamedTuple):
    """What the networks say of a molecule as it lies."""

    plain: Float[Tensor, "atoms features"]
    features: dict[Irrep, Float[Tensor, "atoms _"]]  # of channel 0
    energy: float  # eV


@lru_cache(maxsize=256)
@torch.no_grad()
def _asked(name: str, turn: float, tilt: float, mirrored: bool) -> Answer:
    q = movement(EquivarianceState(turn=turn, tilt=tilt, mirrored=mirrored))
    graph = atom_graph(turned(_molecule(name), q.numpy()), CUTOFF)
    schnet, nequip = _networks()
    layer, seen = nequip.layers[LAYER], []
    hooks = [
        schnet.readout.register_forward_pre_hook(lambda module, given: seen.append(given[0])),
        layer.register_forward_hook(lambda module, given, made: seen.append(made[..., 0])),
    ]
    schnet(graph)
    energy = float(nequip(graph).sum())
    for hook in hooks:
        hook.remove()
    plain, made = seen
    where = dict(zip(layer.out, slices(layer.out), strict=True))
    return Answer(plain, {irrep: made[:, where[irrep]] for irrep in SHOWN}, energy)


@cache
def _networks() -> tuple[SchNet, NequIP]:
    with torch.random.fork_rng(devices=[]):  # the learner's own random numbers stay as they are
        torch.manual_seed(1)
        nequip = NequIP(ELEMENTS, CUTOFF, channels=4, l_max=2, layers=LAYER + 2)
        schnet = SchNet(ELEMENTS, GaussianSmearing(10, CUTOFF), features=8)
    nequip.n_neighbors.fill_(4.0)  # about as in a molecule, so that features stay near 1
    return schnet.double(), nequip.double()


@cache
def _molecule(name: str) -> Atoms:
    """Sorted by element, as NequIP sorts; its longest axis along x, its shortest along z."""
    atoms = molecule(name)
    atoms = atoms[np.argsort(atoms.numbers, kind="stable")]
    centred = atoms.positions - atoms.positions.mean(axis=0)
    axes = np.linalg.svd(centred)[2]
    axes *= np.sign(axes[np.arange(3), np.abs(axes).argmax(axis=1)])[:, None]
    axes[2] *= np.linalg.det(axes)  # a rotation: which of two mirror images it is stays
    return Atoms(atoms.numbers, centred @ axes.T)


def _deviation(before: Answer, now: Answer, irrep: Irrep, q: Float[Tensor, "3 3"]) -> float:
    expected = before.features[irrep] @ wigner_d(irrep.l, q, irrep.parity).T
    return float((now.features[irrep] - expected).abs().max())


def _outlines(
    before: Float[Tensor, "atoms m"], now: Float[Tensor, "atoms m"]
) -> tuple[np.ndarray, ...]:
    """exp(k Q) of a ball of radius 1, seen along z; one k for all atoms and orientations."""
    largest = float(torch.linalg.eigvalsh(_matrices(before)).abs().max())
    stretch = torch.linalg.matrix_exp(_matrices(now) * (LONGEST / max(largest, NOTHING)))
    shadow = (stretch @ stretch.mT)[:, :2, :2]
    squares, axes = torch.linalg.eigh(shadow)
    root = axes @ (squares.sqrt()[:, :, None] * axes.mT)
    circle = np.stack([np.cos(CIRCLE), np.sin(CIRCLE)])
    return tuple((one.numpy() @ circle).T for one in root)


def _matrices(feature: Float[Tensor, "atoms m"]) -> Float[Tensor, "atoms 3 3"]:
    """Q in x, y, z from the five components of degree 2."""
    return torch.einsum("abm,im->iab", coupling(1, 1, 2), feature)[:, X_Y_Z][:, :, X_Y_Z]
