"""An ASE calculator: ASE asks for energy, forces and stress of a structure, a model answers.

With it every tool of ASE runs on a trained potential: relaxation, phonons, molecular dynamics.

Several models make an ensemble (a committee): trained on the same data from different random
numbers, they agree where the data held them and part where they guess. The answer is their mean,
and their spread says how far to trust it. As in Zhang et al., Phys. Rev. Materials 3, 023804
(2019), doi:10.1103/PhysRevMaterials.3.023804, the spread of the K forces on atom i is

    ε_i = sqrt(⟨|F_i - ⟨F_i⟩|²⟩),    ⟨...⟩ the mean over the models

The largest of them tells whether any atom of the structure is strange. A small spread is no proof:
the models share their data and their descriptors, so they can be wrong together.

    here          | code                  | shape    | unit
    ε_i           | results["forces_std"] | atoms    | eV/Å
    spread of E/N | results["energy_std"] | a number | eV/atom

The neighbours are searched anew in every step, which takes 1.5 of 15 ms for 108 copper atoms. A
list with a skin that lasts several steps (Verlet's; vesin has one) would save 6 % of the step. But
then the order of the pairs, and with it the last digits of the forces, would depend on the steps
before, and a run that goes on from a file would not be the run that was interrupted.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import chain

import numpy as np
import torch
from ase.calculators.calculator import (
    CalculationFailed,
    Calculator,
    PropertyNotImplementedError,
    all_changes,
)
from ase.outputs import Properties, all_outputs
from ase.stress import full_3x3_to_voigt_6_stress
from torch import nn

from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import Prediction, predict


class MLPCalculator(Calculator):
    """Energy, energies (eV), forces (eV/Å), stress (eV/Å^3, Voigt) of a model or an ensemble.

    Calculates with copies in precision `dtype`, on the device that the models are on; the models
    themselves stay as they are. Asking raises StructureError for a structure without a graph,
    ValueError for an element that the model does not know, PropertyNotImplementedError for the
    stress of a structure that is not periodic in all directions, and CalculationFailed where the
    model's answer is not finite.
    """

    implemented_properties = ["energy", "free_energy", "energies", "forces", "stress"]  # noqa: RUF012

    def __init__(self, models: nn.Module | Sequence[nn.Module], dtype: torch.dtype = torch.float64):
        super().__init__()
        several = isinstance(models, Sequence) and not isinstance(models, str)
        members = list(models) if several else [models]
        for model in members:
            if not isinstance(model, nn.Module):
                raise TypeError(
                    f"MLPCalculator was given a {type(model).__name__}; it needs a model, a "
                    "torch.nn.Module. From a file: MLPCalculator(load_model(path))."
                )
        if not members:
            raise ValueError("MLPCalculator was given no model; it needs one, or a list of them.")
        # Copies: a training that goes on must not change a simulation, nor `dtype` the model.
        self.models = [copy.deepcopy(model).to(dtype).eval() for model in members]
        self.dtype = dtype
        first = next(chain(members[0].parameters(), members[0].buffers()), torch.empty(0))
        self.device = first.device
        if len(members) > 1:
            self.implemented_properties = [
                *self.implemented_properties,
                "energy_std",
                "forces_std",
            ]

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes) -> None:
        super().calculate(atoms, properties, system_changes)
        has_volume = bool(self.atoms.pbc.all() and self.atoms.cell.rank == 3)
        if "stress" in properties and not has_volume:
            raise PropertyNotImplementedError(
                f"The stress of {self.atoms.get_chemical_formula()} was asked for, but it is "
                f"periodic along {self.atoms.pbc.tolist()}: stress is energy per volume, and only "
                "a structure that is periodic in all three directions has one."
            )
        graphs = {
            cutoff: atom_graph(self.atoms, cutoff, self.dtype).to(self.device)
            for cutoff in {model.cutoff for model in self.models}
        }
        # The stress costs 4 % beside the forces, and constant-pressure dynamics asks for both at
        # every step: working out all of it at once saves a second pass.
        self.results = _results(
            [predict(model, graphs[model.cutoff], stress=has_volume) for model in self.models]
        )

    def export_properties(self) -> Properties:
        """ASE's own properties only: it refuses names that it does not know."""
        return Properties({k: v for k, v in self.results.items() if k in all_outputs})


def _results(predictions: list[Prediction]) -> dict[str, float | np.ndarray]:
    """The mean over the models in ASE's form, and their spread where there are several."""

    def stacked(name: str) -> np.ndarray:
        return np.stack([getattr(p, name).double().cpu().numpy() for p in predictions])

    energies, forces = stacked("energies"), stacked("forces")
    if not (np.isfinite(energies).all() and np.isfinite(forces).all()):
        raise CalculationFailed(
            "The model's energy or forces are not finite. Either two atoms are so close that "
            "numbers overflow, or the model's own parameters hold NaN: try a training structure."
        )
    totals = energies.sum(axis=1)
    energy = float(totals.mean())
    results = {
        "energy": energy,
        "free_energy": energy,
        "energies": energies.mean(axis=0),
        "forces": forces.mean(axis=0),
    }
    if len(predictions) > 1:
        results["energy_std"] = float(totals.std()) / energies.shape[1]
        results["forces_std"] = np.sqrt(forces.var(axis=0).sum(axis=1))
    if predictions[0].stress is not None:
        results["stress"] = full_3x3_to_voigt_6_stress(stacked("stress").mean(axis=0)[0])
    return results
