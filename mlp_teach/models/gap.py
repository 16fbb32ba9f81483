"""GAP: a sparse Gaussian process on SOAP, which knows how sure it is.

A. P. Bartók, M. C. Payne, R. Kondor and G. Csányi, Phys. Rev. Lett. 104, 136403 (2010),
doi:10.1103/PhysRevLett.104.136403; V. L. Deringer et al., Chem. Rev. 121, 10073 (2021),
doi:10.1021/acs.chemrev.1c00022. Equation numbers are ours.

The energy of an atom is a sum over M sparse points, surroundings ξ_m taken from the training data:
what looks like them has an energy like theirs.

    E_i = E0 + Σ_m α_m k(i, m),   k(i, m) = δ² (p̂_i · ξ_m)^ζ                               (1)

with k = 0 between atoms of different elements. The weights α follow from one linear system (see
training/regression.py), with no learning rate and no epochs. The same Gaussian process says how far
E_i may be off: δ² before anything is known, less what the sparse points explain of surroundings i,
plus what the data leave open at the sparse points,

    s_i² = δ² - k_i K⁻¹ k_iᵀ + k_i (K + Σ_d K_dᵀ K_d / σ_d²)⁻¹ k_iᵀ                          (2)

with K = k(m, m') and K_d the row of k that belongs to a label d of error σ_d. The first two terms
need no labels at all; far from all sparse points they are δ².

    paper | code         | shape            | unit
    p̂_i   | soap         | atoms features   | -
    ξ_m   | points       | points features  | -
    α_m   | weights      | points           | 1/eV
    δ, ζ  | delta, zeta  | numbers          | eV, -
    E0    | reference    | elements         | eV
    K     | kernel       | points points    | eV²

Unlike the paper of 2010, which used the bispectrum: SOAP (2013) is what GAP is used with today.
"""

from __future__ import annotations

from dataclasses import asdict
from math import inf

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from mlp_teach.basis import radial
from mlp_teach.descriptors.angular import power
from mlp_teach.descriptors.soap import SOAP, soap
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.graph import AtomGraph


class GAP(nn.Module):
    """Energies (eV) from `n_points` sparse points; before training its weights are zero."""

    def __init__(
        self,
        descriptor: SOAP,
        n_points: int,
        zeta: float | int = 4,
        delta: float | int = 1.0,
        jitter: float = 1e-8,
    ):
        super().__init__()
        if type(n_points) is not int or n_points < 1:
            raise ValueError(f"n_points is {n_points!r}; a whole number from 1 on is needed.")
        for name, value in (("zeta", zeta), ("delta", delta), ("jitter", jitter)):
            if type(value) not in (int, float) or not 0 < value < inf:
                raise ValueError(f"{name} is {value!r}; a number above 0 is needed.")
        self.descriptor = descriptor
        self.cutoff = descriptor.cutoff
        self.zeta, self.delta, self.jitter = float(zeta), float(delta), float(jitter)
        size = (n_points, descriptor.n_features)
        self.register_buffer("points", torch.zeros(size, dtype=torch.float64))
        self.register_buffer("point_element", torch.zeros(n_points, dtype=torch.long))
        self.register_buffer("weights", torch.zeros(n_points, dtype=torch.float64))
        reference = torch.zeros(len(descriptor.elements), dtype=torch.float64)
        self.register_buffer("reference", reference)
        # R of the fit, RᵀR = K + Σ K_dᵀ K_d / σ_d²: for the last term of (2). Not in checkpoints,
        # where it would be larger than all the rest.
        self.register_buffer("root", None, persistent=False)
        self.register_load_state_dict_post_hook(lambda model, _: setattr(model, "root", None))

    @property
    def n_points(self) -> int:
        return len(self.points)

    def forward(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        """E_i of (1). Raises ValueError for an element that the descriptor does not list."""
        element = element_index(graph.numbers, self.descriptor.elements)
        return self._rows(graph) @ self.weights + self.reference[element]  # (1)

    def similarity(
        self, features: Float[Tensor, "atoms features"], element: Int[Tensor, " atoms"]
    ) -> Float[Tensor, "atoms points"]:
        """k(i, m), eV²."""
        alike = power(features @ self.points.T, self.zeta) * self.delta**2
        if len(self.descriptor.elements) > 1:
            alike = alike * (element[:, None] == self.point_element)
        return alike

    def kernel(self) -> Float[Tensor, "points points"]:
        """K of the sparse points, with a little on its diagonal: points may be nearly equal."""
        alike = self.similarity(self.points, self.point_element)
        return alike + self.jitter * torch.eye(self.n_points).to(alike)

    @torch.no_grad()
    def novelty(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        """√ of the first two terms of (2), in eV: near 0 at a sparse point, δ far from them all."""
        known = self._through(self.factor(), self._rows(graph))
        return (self.delta**2 - known.square().sum(0)).clamp(min=0.0).sqrt()

    @torch.no_grad()
    def uncertainty(self, graph: AtomGraph) -> Float[Tensor, " atoms"]:
        """s_i of (2), in eV: the standard deviation of each atom's energy.

        Raises ValueError for a model that was read from a file: the root that the fit leaves is not
        stored. `novelty` works without it.
        """
        left = self._through(self._fitted_root(), self._rows(graph))
        return (self.novelty(graph).square() + left.square().sum(0)).sqrt()

    @torch.no_grad()
    def energy_uncertainty(self, graph: AtomGraph) -> Float[Tensor, " systems"]:
        """The standard deviation of each system's energy, eV; errors as `uncertainty`.

        Atoms with like surroundings err together, so it is not √N times that of one atom.
        """
        root, factor = self._fitted_root(), self.factor()
        element = element_index(graph.numbers, self.descriptor.elements)
        features, rows = self._features(graph), self._rows(graph)
        found = []
        for system in range(graph.n_systems):
            mine = graph.system == system
            p, kind = features[mine], element[mine]
            alike = power(p @ p.T, self.zeta) * (kind[:, None] == kind) * self.delta**2
            total = rows[mine].sum(0, keepdim=True)  # of k over the atoms of the system
            known, left = self._through(factor, total), self._through(root, total)
            found.append(alike.sum() - known.square().sum() + left.square().sum())  # (2)
        return torch.stack(found).clamp(min=0.0).sqrt()

    def factor(self) -> Float[Tensor, "points points"]:
        """L of K = L Lᵀ. Raises ValueError where rounding has made K indefinite."""
        factor, failed = torch.linalg.cholesky_ex(self.kernel())
        if failed:
            raise ValueError(
                f"The kernel of the {self.n_points} sparse points is singular to rounding: they "
                f"are too much alike for a jitter of {self.jitter:g} eV². Raise jitter, or take "
                "fewer points."
            )
        return factor

    def _fitted_root(self) -> Float[Tensor, "points points"]:
        if self.root is None:
            raise ValueError(
                "This GAP was not fitted in this session, so that what its data left open is not "
                "known. Fit it again, or ask `novelty`, which needs the sparse points alone."
            )
        return self.root.T

    def _rows(self, graph: AtomGraph) -> Float[Tensor, "atoms points"]:
        element = element_index(graph.numbers, self.descriptor.elements)
        return self.similarity(self._features(graph), element)

    def _features(self, graph: AtomGraph) -> Float[Tensor, "atoms features"]:
        if {graph.positions.dtype, self.points.dtype} != {torch.float64}:
            raise ValueError(
                f"The graph is in {graph.positions.dtype}, the model in {self.points.dtype}. A GAP "
                "needs float64 in both, for its weights are large and of both signs: "
                "graph.to(dtype=torch.float64), model.double()."
            )
        return soap(graph, self.descriptor)

    @staticmethod
    def _through(
        factor: Float[Tensor, "points points"], rows: Float[Tensor, "atoms points"]
    ) -> Float[Tensor, "points atoms"]:
        """L⁻¹ kᵀ, so that kᵢ (L Lᵀ)⁻¹ kⱼᵀ is a product of two columns."""
        return torch.linalg.solve_triangular(factor, rows.T, upper=False)

    def settings(self) -> dict:
        """The arguments that make this model anew, as plain data for a file."""
        basis = self.descriptor.radial
        return {
            "radial": {"basis": type(basis).__name__} | asdict(basis),
            "elements": list(self.descriptor.elements),
            "transition": self.descriptor.transition,
            "n_points": self.n_points,
            "zeta": self.zeta,
            "delta": self.delta,
            "jitter": self.jitter,
        }

    @classmethod
    def from_settings(cls, settings: dict) -> GAP:
        """Raises ValueError for entries that are not known, KeyError for those that are missing."""
        needed, optional = (
            {"radial", "elements", "transition", "n_points"},
            {"zeta", "delta", "jitter"},
        )
        if strange := set(settings) - needed - optional:
            raise ValueError(f"A GAP has no {sorted(strange)}; it has {sorted(needed | optional)}.")
        kinds = {kind.__name__: kind for kind in radial.RadialBasis.__args__}
        basis = dict(settings["radial"])
        name = basis.pop("basis")
        if name not in kinds:
            raise ValueError(f"There is no radial basis {name!r}; there are {sorted(kinds)}.")
        elements = tuple(settings["elements"])
        descriptor = SOAP(kinds[name](**basis), elements, settings["transition"])
        others = {key: settings[key] for key in optional if key in settings}
        return cls(descriptor, settings["n_points"], **others)
