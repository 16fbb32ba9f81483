"""PBE of GPAW: plane waves and projector augmented waves, for metals and other crystals.

J. J. Mortensen et al., J. Chem. Phys. 160, 092503 (2024), doi:10.1063/5.0182685.

The energy is the free energy, whose slope the forces are. The grid of k-points contains Γ: for 4
atoms of copper and 4 × 4 × 4 points that is right to 4 meV/atom, where the grid that avoids it is
47 meV/atom off. Cutoff and grid here are those of a first trial: raise them until energies differ
no more.

    pip install gpaw gpaw-data      after libxc and a BLAS; with FFTW twice as fast for copper
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import ase
from ase import Atoms
from ase.calculators.calculator import get_calculator_class

from mlp_teach.labelling.methods import Label, LabelError, NotConvergedError, label_with
from mlp_teach.labelling.programs import check_periodic, unconverged


@dataclass(frozen=True)
class GPAW:
    """PBE of GPAW: plane waves and projector augmented waves."""

    cutoff: float | int = 400  # eV
    k_points: tuple[int, int, int] = (1, 1, 1)
    smearing: float | int = 0.1  # eV, of Fermi and Dirac
    max_cycles: int = 200

    def settings(self) -> dict:
        facts = {
            "cutoff_eV": self.cutoff,
            "k_points": list(self.k_points),
            "fermi_dirac_eV": self.smearing,
            "density_convergence": 1e-5,
        }
        versions = {name: _installed(name) for name in ("gpaw", "gpaw-data")}
        return {"method": "PBE of GPAW", **facts, **versions, "ase": ase.__version__}

    def label(self, atoms: Atoms) -> Label:
        check_periodic(atoms, "GPAW with plane waves")
        _installed("gpaw")
        calculator = get_calculator_class("gpaw")(
            mode={"name": "pw", "ecut": self.cutoff},
            xc="PBE",
            kpts={"size": self.k_points, "gamma": True},
            occupations={"name": "fermi-dirac", "width": self.smearing},
            convergence={"density": 1e-5},
            maxiter=self.max_cycles,
            txt=None,
        )
        try:
            return label_with(atoms, calculator)
        except Exception as error:
            if type(error).__name__ == "KohnShamConvergenceError":  # of gpaw
                raise NotConvergedError(unconverged(self.max_cycles)) from error
            raise


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError as error:
        raise LabelError(
            f"{package} is not installed: pip install gpaw gpaw-data, which wants libxc and a "
            "BLAS: apt-get install libxc-dev libopenblas-dev libfftw3-dev libopenmpi-dev."
        ) from error
