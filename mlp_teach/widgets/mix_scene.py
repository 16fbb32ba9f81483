"""What models learn from every mix of five kinds of copper structures: a recorded table.

20 structures of each kind were drawn once by mlp_teach's samplers (mix_copper.py) and labelled with
EMT. 12 of each may be chosen, always the first n in an order of chance, with n one of LEVELS; 8 are
for testing. For each of the 6⁵ - 1 mixes a GAP was fitted to the energies and forces of what is
chosen, with four atoms of each chosen structure as sparse points, and asked about all tests. The
errors are recorded, not estimated between mixes: a slider stops where a model was trained.
tools/record_mixes.py makes the two files, mix_pool.xyz.xz and mix_table.npz.

Map and holes are sampling/coverage.py's, of the mean SOAP of each structure: the directions are
those of the whole pool, so that a point stays where it is, and a hole is the distance from a
structure to the nearest chosen one.
"""

from __future__ import annotations

import io
import lzma
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.io import read
from jaxtyping import Bool, Float

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.sampling.coverage import nearest_from, principal_map
from mlp_teach.sampling.mix import CARBON_DIOXIDE_ON_COPPER, KINDS, Mix, Part, scaled
from mlp_teach.widgets.drawing import Event

LEVELS = (0, 1, 2, 4, 8, 12)  # structures of a kind
CHOSEN, TESTED, POINTS = 12, 8, 4  # of a kind to choose from, to test on; sparse points of each
DESCRIPTOR = SOAP(GaussianOrbitals(5.0, n_max=6, l_max=4, sigma=0.5), (29,), transition=1.0)
BUDGET = 20  # structures: what the buttons make
HERE = Path(__file__).parent


@dataclass(frozen=True)
class MixState:
    """How many of each kind, in the order of KINDS; each one of LEVELS."""

    counts: tuple[int, ...] = (4, 4, 4, 4, 4)


@dataclass(frozen=True, eq=False)
class Record:
    """mix_table.npz."""

    errors: Float[np.ndarray, "6 6 6 6 6 kinds 2"]  # meV/Å, meV/atom, by the places in LEVELS
    features: Float[np.ndarray, "kinds structures features"]
    energies: Float[np.ndarray, "kinds structures"]  # eV/atom above the crystal

    @property
    def worst(self) -> Float[np.ndarray, "6 6 6 6 6"]:
        """The largest of the five force errors of each mix; nan where nothing is chosen."""
        return self.errors[..., 0].max(axis=-1)


@dataclass(frozen=True, eq=False)
class MixNumbers:
    """All that the picture shows of one mix; rows are the KINDS."""

    mix: Mix | None  # None where nothing is chosen
    forces: Float[np.ndarray, "kinds"]  # meV/Å, error on the tests of each kind
    energy: Float[np.ndarray, "kinds"]  # meV/atom
    chosen: Bool[np.ndarray, "kinds structures"]
    holes: Float[np.ndarray, "kinds structures"]  # distance to the nearest chosen structure


def mix_update(state: MixState, event: Event) -> MixState:
    """What a slider (a place in LEVELS) or a button means."""
    match event.name:
        case "chapter":
            return MixState(tuple(part.count for part in chapter().parts))
        case "even":
            return MixState((BUDGET // len(KINDS),) * len(KINDS))
        case "best":
            return MixState(best(sum(state.counts)))
    counts = list(state.counts)
    counts[KINDS.index(event.name)] = LEVELS[int(event.value)]
    return replace(state, counts=tuple(counts))


def chapter() -> Mix:
    """The chapter's shares, 10, 60, 10, 10 and 10 %, of BUDGET structures."""
    return scaled(CARBON_DIOXIDE_ON_COPPER, BUDGET)


def best(total: int) -> tuple[int, ...]:
    """Of all recorded mixes with no more structures, the one whose worst force error is least."""
    worst = np.where(_totals() <= total, record().worst, np.inf)
    worst[np.isnan(worst)] = np.inf
    place = np.unravel_index(worst.argmin(), worst.shape)
    return tuple(LEVELS[int(n)] for n in place) if np.isfinite(worst.min()) else (0,) * len(KINDS)


def mix_numbers(state: MixState) -> MixNumbers:
    """Errors, what is chosen, and holes."""
    all_of_it, total = record(), sum(state.counts)
    places = tuple(LEVELS.index(count) for count in state.counts)
    chosen = np.arange(CHOSEN + TESTED) < np.array(state.counts)[:, None]
    holes = np.full(chosen.shape, np.nan)
    if total:
        rows = all_of_it.features
        holes = nearest_from(rows.reshape(chosen.size, -1), rows[chosen])[0].reshape(chosen.shape)
    parts = tuple(Part(k, k, n, "chosen") for k, n in zip(KINDS, state.counts, strict=True))
    return MixNumbers(
        mix=Mix("chosen", parts) if total else None,
        forces=all_of_it.errors[places][:, 0],
        energy=all_of_it.errors[places][:, 1],
        chosen=chosen,
        holes=holes,
    )


@cache
def record() -> Record:
    """The recorded table; small, and read once."""
    with np.load(HERE / "mix_table.npz") as found:
        return Record(*(found[name].astype(float) for name in ("errors", "features", "energies")))


@cache
def pool_map() -> tuple[Float[np.ndarray, "kinds structures 2"], Float[np.ndarray, "2"]]:
    """Where each structure of the pool lies, and how much of the variance each direction holds."""
    rows = record().features
    found = principal_map(rows.reshape(-1, rows.shape[-1]))
    places = found.transform(rows.reshape(-1, rows.shape[-1]))
    return places.reshape(*rows.shape[:2], 2), found.explained_variance_ratio_


@cache
def _totals() -> np.ndarray:
    """Structures of each mix in the table."""
    return sum(np.meshgrid(*[LEVELS] * len(KINDS), indexing="ij"))


def read_pool(path: Path = HERE / "mix_pool.xyz.xz") -> dict[str, list[Atoms]]:
    """The structures of each kind with their labels: CHOSEN to choose from, then TESTED."""
    text = io.StringIO(lzma.decompress(path.read_bytes()).decode())
    frames = read(text, ":", format="extxyz")
    return {kind: [a for a in frames if a.info["kind"] == kind] for kind in KINDS}
