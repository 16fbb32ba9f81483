"""GAPs as QUIP's gap_fit trains and QUIP evaluates them, for tests/models and tests/training.

Run it in an environment of its own (see README.md here); it needs quippy-ase, which brings ase:

    OMP_NUM_THREADS=1 python quip_gap.py GAP_FIT      # rewrites quip_gap.npz and quip_gap/

GAP_FIT is the program gap_fit of that environment. Small cells are labelled by ASE's EMT:
and copper with gold. gap_fit chooses the sparse points (CUR) and fits energies, forces and virials;
QUIP then predicts the training cells and cells it has not seen, also a tiny and skewed one, a
slab, a dimer and an atom alone. The files of the second fit are kept, to test the reader on.
"""

import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import ase
import numpy as np
from ase.build import bulk, fcc111
from ase.calculators.emt import EMT
from ase.io import write
from quippy.potential import Potential

HERE = Path(__file__).parent
SEED = 2010
SIGMAS = (0.002, 0.05, 0.02)  # energy, forces, virial
FITS = {
    "Cu": {"species": [29], "n_sparse": 40, "n_max": 6, "l_max": 4, "cutoff": 4.0, "width": 0.6},
    "CuPdAu": {
        "species": [29, 46, 79],
        "n_sparse": 20,
        "n_max": 3,
        "l_max": 3,
        "cutoff": 3.8,
        "width": 1.0,
    },
}
E0 = {29: -0.3, 46: 0.1, 79: 0.2}
DELTA, ZETA, SIGMA, JITTER = 0.7, 4, 0.5, 1e-8


def shaken(atoms: ase.Atoms, random, width=0.12, strain=0.03) -> ase.Atoms:
    atoms.set_cell(atoms.cell @ (np.eye(3) + random.normal(0, strain, (3, 3))), scale_atoms=True)
    atoms.positions += random.normal(0, width, atoms.positions.shape)
    return atoms


def cells(species: list[int], random, n: int) -> list[ase.Atoms]:
    found = []
    for _ in range(n):
        atoms = bulk("Cu", a=3.6 if len(species) == 1 else 3.85, cubic=True) * (2, 2, 1)
        atoms.numbers = random.choice(species, len(atoms))
        found.append(shaken(atoms, random))
    return found


def unseen(species: list[int], random) -> list[ase.Atoms]:
    tiny = bulk("Cu", a=3.7)
    tiny.set_cell([[2.5, 0.3, -0.2], [0.6, 2.6, 0.4], [-0.5, 0.7, 2.7]], scale_atoms=True)
    slab = fcc111("Cu", (2, 2, 3), vacuum=5)
    dimer = ase.Atoms("Cu2", positions=[[0, 0, 0], [0.3, -0.4, 2.3]], cell=[12, 13, 14], pbc=True)
    alone = ase.Atoms("Cu", positions=[[1, 2, 3]], cell=[12, 12, 12], pbc=True)
    slab.pbc = True
    slab.positions += random.normal(0, 0.1, slab.positions.shape)
    found = [*cells(species, random, 2), tiny, slab, dimer, alone]
    for atoms in found:
        atoms.numbers = random.choice(species, len(atoms))
    return found


def fit(name: str, frames: list[ase.Atoms], folder: Path, program: str) -> Path:
    settings = FITS[name]
    write(folder / "train.xyz", frames)
    gap = (
        f"soap cutoff={settings['cutoff']} cutoff_transition_width={settings['width']} "
        f"n_max={settings['n_max']} l_max={settings['l_max']} atom_sigma={SIGMA} zeta={ZETA} "
        f"delta={DELTA} covariance_type=dot_product n_sparse={settings['n_sparse']} "
        "sparse_method=cur_points f0=0.0 add_species"
    )
    command = [
        program,
        "at_file=train.xyz",
        "energy_parameter_name=energy_ref",
        "force_parameter_name=forces_ref",
        "virial_parameter_name=virial_ref",
        "do_copy_at_file=F",
        "sparse_separate_file=T",
        f"sparse_jitter={JITTER}",
        f"default_sigma={{{' '.join(map(str, SIGMAS))} 0}}",
        "e0={" + ":".join(f"{s}:{E0[z]}" for s, z in (("Cu", 29), ("Pd", 46), ("Au", 79))) + "}",
        "gp_file=gp.xml",
        f"gap={{{gap}}}",
        "rnd_seed=1",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found = re.search(r"target virials \(property name: virial_ref\) found: +(\d+)", done.stdout)
    assert found is not None
    assert int(found[1]) > 0, "gap_fit did not read the virials"
    return folder / "gp.xml"


def labelled(atoms: ase.Atoms) -> ase.Atoms:
    copy = atoms.copy()
    atoms.calc = EMT()
    copy.info["energy_ref"] = atoms.get_potential_energy()
    copy.arrays["forces_ref"] = atoms.get_forces()
    stress = atoms.get_stress(voigt=False)
    copy.info["stress"] = stress  # not read by gap_fit
    copy.info["virial_ref"] = (-stress * atoms.get_volume()).ravel()  # QUIP's sign
    return copy


def main(program: str) -> None:
    stored, index = {}, {"fits": FITS, "E0": E0, "sigmas": SIGMAS}
    index |= {"delta": DELTA, "zeta": ZETA, "sigma": SIGMA, "jitter": JITTER}
    random = np.random.default_rng(SEED)
    for name, settings in FITS.items():
        frames = [labelled(atoms) for atoms in cells(settings["species"], random, 12)]
        stresses = [atoms.info.pop("stress") for atoms in frames]
        with tempfile.TemporaryDirectory() as folder:
            file = fit(name, frames, Path(folder), program)
            potential = Potential("", param_filename=str(file))
            everything = [*frames, *unseen(settings["species"], random)]
            for number, atoms in enumerate(everything):
                atoms.calc = potential
                key = f"{name}_{number}"
                stored[f"{key}_positions"] = atoms.positions
                stored[f"{key}_numbers"] = atoms.numbers
                stored[f"{key}_cell"] = atoms.cell.array
                stored[f"{key}_energy"] = atoms.get_potential_energy()
                stored[f"{key}_forces"] = atoms.get_forces()
                stored[f"{key}_stress"] = atoms.get_stress(voigt=False)
            for number, (atoms, stress) in enumerate(zip(frames, stresses, strict=True)):
                stored[f"{name}_{number}_label_energy"] = atoms.info["energy_ref"]
                stored[f"{name}_{number}_label_forces"] = atoms.arrays["forces_ref"]
                stored[f"{name}_{number}_label_stress"] = stress
            index[name] = {"training": len(frames), "all": len(everything)}
            keep(file, HERE / "quip_gap" / name)
    index["versions"] = {
        "quippy-ase": version("quippy-ase"),
        "ase": ase.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
    np.savez_compressed(HERE / "quip_gap.npz", index=json.dumps(index), **stored)


def keep(file: Path, folder: Path) -> None:
    """gp.xml, without the zeros of the elements that are not there, and its sparse points."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    text = [
        line
        for line in file.read_text().splitlines()
        if "<e0 " not in line or any(f'Z="{z}"' in line for z in E0)
    ]
    (folder / "gp.xml").write_text("\n".join(text) + "\n")
    for points in file.parent.glob("gp.xml.sparseX*"):
        shutil.copy(points, folder)


if __name__ == "__main__":
    main(sys.argv[1])
