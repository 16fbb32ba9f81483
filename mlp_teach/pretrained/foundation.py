"""Foundation models: potentials for nearly all elements, by the packages that bring their weights.

CHGNet: B. Deng, P. Zhong, K. Jun, J. Riebesell, K. Han, C. J. Bartel, G. Ceder, Nat. Mach. Intell.
5, 1031 (2023), doi:10.1038/s42256-023-00716-3.
SevenNet-0: Y. Park, J. Kim, S. Hwang, S. Han, J. Chem. Theory Comput. 20, 4857 (2024),
doi:10.1021/acs.jctc.4c00190.

Both were fitted to relaxations in the Materials Project (MPtrj, PBE; CHGNet's r2scan afterwards to
r2SCAN). The functions give the packages' own ASE calculators, so that simulation and analysis take
them like ours. The weights are files in the packages' wheels: nothing is asked of the network.

What to know before use:

- Both calculate in float32, CHGNet's energy included. Differences over small steps drown in
  rounding: strains of 1e-3 are right for `elastic_constants`, 3e-4 too small.
- CHGNet needs a cell. An atom or molecule without one ends in "Singular matrix".
- CHGNet 0.3.0 has a rough energy curve; docs/lesson_material/foundation_models.md shows how rough.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ase.calculators.calculator import Calculator

CHGNET = ("0.3.0", "0.2.0", "r2scan")
# SevenNet's package downloads what its wheel does not hold: these three it holds.
SEVENNET = {
    "7net-0": "SevenNet_0__11Jul2024/checkpoint_sevennet_0.pth",
    "7net-0_22May2024": "SevenNet_0__22May2024/checkpoint_sevennet_0.pth",
    "7net-l3i5": "SevenNet_l3i5/checkpoint_l3i5.pth",
}


def chgnet_calculator(version: str = "0.3.0", device: str = "cpu") -> Calculator:
    """CHGNet: energy (eV), forces (eV/Å), stress (eV/Å³), magnetic moments (Bohr magnetons).

    Raises ValueError for an unknown version, and ModuleNotFoundError, with what to install, where
    the package chgnet is missing.
    """
    _require_known(version, CHGNET, "CHGNet")
    _folder("chgnet")
    from chgnet.model.dynamics import CHGNetCalculator
    from chgnet.model.model import CHGNet

    model = CHGNet.load(model_name=version, use_device=device, verbose=False)
    return CHGNetCalculator(model, use_device=device)


def sevennet_calculator(name: str = "7net-0", device: str = "cpu") -> Calculator:
    """SevenNet: energy, energies of atoms (eV), forces (eV/Å), stress (eV/Å³).

    Raises ValueError for an unknown name, ModuleNotFoundError, with what to install, where the
    package sevenn is missing, and FileNotFoundError where it came without this file.
    """
    _require_known(name, tuple(SEVENNET), "SevenNet")
    weights = _folder("sevenn") / "pretrained_potentials" / SEVENNET[name]
    if not weights.is_file():
        raise FileNotFoundError(
            f"The installed package sevenn has no file {weights}. Version 0.13.0 has it: "
            "pip install --force-reinstall --no-deps sevenn==0.13.0"
        )
    from sevenn.calculator import SevenNetCalculator

    return SevenNetCalculator(str(weights), device=device)


def _folder(package: str) -> Path:
    """Where a package lies, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        hint = ""
        if package == "chgnet":
            hint = " On Python 3.13 and later it is compiled, which needs a C compiler."
        raise ModuleNotFoundError(
            f"The package {package}, which brings this potential and its weights, is not "
            f'installed. Install the extra: pip install "mlp_teach[{package}]".{hint}'
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _require_known(name: str, known: tuple[str, ...], family: str) -> None:
    if name not in known:
        raise ValueError(
            f"There is no {family} {name!r} that comes without a download; there are {list(known)}."
        )
