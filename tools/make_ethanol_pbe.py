"""Makes the data set ethanol_pbe: 300 geometries of ethanol, labelled with PBE and with GFN2.

    OMP_NUM_THREADS=1 python tools/make_ethanol_pbe.py FOLDER [COUNT]      about half an hour

Geometries are drawn with GFN2-xTB by the samplers of mlp_teach, each from a fixed seed. They are
kept in FOLDER/geometries.xyz as soon as they are drawn: molecular dynamics on another processor
ends elsewhere, and since the set that ships was drawn, on 25 November 2026, the sampler of dynamics
has learnt to measure its memory better, so that a new run draws frames at other times. COUNT of
them, taken at random, are labelled; all if it is left out. Labels are kept in FOLDER/labels, so a
run that was stopped goes on when it is started again. At the end FOLDER holds the two files to
ship, and the lines for catalogue.toml are printed.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import sys
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import molecule
from ase.io import read, write
from tblite.ase import TBLite

from mlp_teach.labelling.methods import GFN2, PBE
from mlp_teach.labelling.run import label
from mlp_teach.sampling.equilibrium import rattled, relaxed
from mlp_teach.sampling.random_search import displaced, monte_carlo
from mlp_teach.sampling.reaction_path import nudged_elastic_band
from mlp_teach.sampling.trajectory import trajectory

TEMPERATURES = (300, 500, 800)  # K
DECIMALS = 8  # of extended XYZ: what is labelled is what the file says
TEST_SHARE = 5  # one in five of each kind


def main(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = folder / "geometries.xyz"
    if not drawn.exists():
        write(folder / "drawing.xyz", geometries(), format="extxyz")
        (folder / "drawing.xyz").rename(drawn)
    every = read(drawn, ":")
    order = np.random.default_rng(9).permutation(len(every))  # a part holds some of each kind
    frames = [every[k] for k in order[:count]]
    cheap = label(frames, GFN2(), folder / "labels")
    found = label(frames, PBE(), folder / "labels")
    for failure in [*cheap.failures, *found.failures]:
        print(f"frame {failure.index}: {failure.kind}: {failure.message}")
    print(f"{found.computed} computed, {found.found} found, {found.cpu_seconds:.0f} CPU s")
    baseline = {_name(atoms): atoms for atoms in cheap.frames}
    both = [(atoms, baseline[_name(atoms)]) for atoms in found.frames if _name(atoms) in baseline]
    ready = sorted([_with_baseline(atoms, other) for atoms, other in both], key=_name)
    test = _test_part(ready)
    for split, wanted in (("train", False), ("test", True)):
        part = [atoms for atoms, is_test in zip(ready, test, strict=True) if is_test == wanted]
        _ship(part, split, folder)


def geometries() -> list[Atoms]:
    """All 300, in the order of their kinds; `kind` is the module of `sampling` that made one."""
    anti = relaxed(molecule("CH3CH2OH"), gfn2(), 0.005)
    kinds = {
        "equilibrium": [anti, *rattled(anti, 20, 0.03, 1), *rattled(anti, 19, 0.06, 2)],
        "trajectory": _dynamics(anti),
        "reaction_path": _rotors(anti),
        "random_search": [
            *displaced(anti, 40, 0.3, 0.8, 6),
            *monte_carlo(anti, gfn2(), 1500, 40, largest_move=0.1, seed=7).frames,
        ],
    }
    found = []
    for kind, frames in kinds.items():
        for atoms in frames:
            atoms.positions = (atoms.positions - atoms.positions.mean(0)).round(DECIMALS)
            atoms.info |= {"kind": kind, "frame": len(found)}
            found.append(atoms)
    return found


def gfn2() -> TBLite:
    """A calculator with the settings of the labels."""
    method = GFN2()
    return TBLite(
        method="GFN2-xTB",
        accuracy=method.accuracy,
        max_iterations=method.max_iterations,
        verbosity=0,
    )


def _dynamics(anti: Atoms) -> list[Atoms]:
    """40 at each temperature. Every 8th of those that the sampler takes: the potential energy of a
    molecule swings with its bonds, forgets within 10 fs, and torsions are slower than that."""
    return trajectory(anti, gfn2(), TEMPERATURES, 8 * 40, timestep_fs=0.5, seed=3)[::8]


def _rotors(anti: Atoms) -> list[Atoms]:
    """OH from anti to gauche, CH3 a third of a turn: 15 images, and each of them rattled thrice.

    The anti form is there already, and the second half of CH3's turn mirrors the first.
    """
    C1, C2, O, H = _backbone(anti)
    gauche = anti.copy()
    gauche.set_dihedral(C1, C2, O, H, 60, indices=[H])
    hydrogens = np.flatnonzero(anti.symbols == "H")
    methyl = [k for k in hydrogens if anti.get_distance(k, C1) < 1.3]
    turned = anti.copy()
    turned.positions[methyl] = anti.positions[np.roll(methyl, 1)]
    images = []
    for rotor, last, end in (("OH", relaxed(gauche, gfn2(), 0.005), 11), ("CH3", turned, 6)):
        path = nudged_elastic_band(anti, last, gfn2, between=9, largest_force=0.03)
        print(f"{rotor} turns over {path.barrier * 1000:.0f} meV (GFN2)")
        for image in path.images[1:end]:
            image.info["rotor"] = rotor
            images.append(image)
    return images + [a for n, image in enumerate(images) for a in rattled(image, 3, 0.04, 100 + n)]


def _backbone(atoms: Atoms) -> tuple[int, int, int, int]:
    """Indices of C (of CH3), C, O and the H of OH."""
    oxygen = int(np.flatnonzero(atoms.symbols == "O")[0])
    near = np.argsort(atoms.get_distances(oxygen, range(len(atoms))))
    hydroxyl = next(int(k) for k in near if atoms.symbols[k] == "H")
    second = next(int(k) for k in near if atoms.symbols[k] == "C")
    first = next(int(k) for k in np.flatnonzero(atoms.symbols == "C") if k != second)
    return first, second, oxygen, hydroxyl


def _name(atoms: Atoms) -> int:
    return atoms.info["frame"]


def _with_baseline(atoms: Atoms, other: Atoms) -> Atoms:
    """PBE as the label, GFN2 beside it as gfn2_energy (eV) and gfn2_forces (eV/Å)."""
    del atoms.info["label"]  # the same in all frames: it stands in the catalogue
    atoms.info["gfn2_energy"] = other.get_potential_energy()
    atoms.arrays["gfn2_forces"] = other.get_forces()
    return atoms


def _test_part(frames: list[Atoms]) -> list[bool]:
    """Drawn at random from each kind, so that both parts hold the same mixture."""
    rng, test = np.random.default_rng(8), np.zeros(len(frames), dtype=bool)
    kinds = np.array([atoms.info["kind"] for atoms in frames])
    for kind in dict.fromkeys(kinds):
        members = np.flatnonzero(kinds == kind)
        test[rng.permutation(members)[: len(members) // TEST_SHARE]] = True
    return test.tolist()


def _ship(frames: list[Atoms], split: str, folder: Path) -> None:
    text = io.StringIO()
    write(text, frames, format="extxyz")
    path = folder / f"ethanol_pbe_{split}.xyz.xz"
    path.write_bytes(lzma.compress(text.getvalue().encode(), preset=9))
    content = path.read_bytes()
    print(
        f'\n[[ethanol_pbe.files]]\nsplit = "{split}"\nfile = "{path.name}"\n'
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\nbytes = {len(content)}\n'
        f"frames = {len(frames)}\natoms = {sum(map(len, frames))}\n"
        'labels = ["energy", "forces"]'
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300)
