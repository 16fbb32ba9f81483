"""The five-step workflow on one page: what was trained, how good it is, what it predicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mlp_teach.analysis.mechanics import EquationOfState
from mlp_teach.analysis.structure import RadialDistribution
from mlp_teach.plotting.dynamics import drift_plot, drift_text
from mlp_teach.plotting.learning import loss_curves, loss_curves_text
from mlp_teach.plotting.mechanics import equation_of_state_plot, equation_of_state_text
from mlp_teach.plotting.parity_plot import parity, parity_text
from mlp_teach.plotting.structure import rdf_plot, rdf_text
from mlp_teach.plotting.style import Picture
from mlp_teach.simulation.conservation import EnergyDrift
from mlp_teach.training.fit import Epoch
from mlp_teach.training.metrics import Comparison


@dataclass(frozen=True)
class Workflow:
    """Results of the workflow; what is None or empty is left out of figure and text."""

    history: Sequence[Epoch] = ()
    comparison: Comparison | None = None
    states: Mapping[str, EquationOfState] = field(default_factory=dict)
    n_atoms: int = 4  # atoms in the cubic cell of the equations of state
    functions: Mapping[str, RadialDistribution] = field(default_factory=dict)
    drift: EnergyDrift | None = None


def workflow_summary(results: Workflow, *, reference: str = "DFT", lang: str = "en") -> Picture:
    """Up to six panels: loss, parity of energies and forces, equation of state, g(r), drift."""
    draw = _panels(results, reference, lang)
    if not draw:
        raise ValueError("The workflow has no results yet: run a step of it, then draw.")
    columns = min(3, len(draw))
    rows = -(-len(draw) // columns)
    figure = Picture(4.6 * columns, 3.9 * rows)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel, ax in zip(draw, axes, strict=False):
        panel(ax)
    for ax in axes[len(draw) :]:
        ax.set_visible(False)
    return figure


def workflow_text(results: Workflow, *, lang: str = "en") -> str:
    """The numbers of all panels, in the same order."""
    lines = []
    if results.history:
        lines.append(loss_curves_text(results.history, lang=lang))
    if results.comparison is not None:
        lines.append(parity_text(results.comparison, lang=lang))
    if results.states:
        lines.append(equation_of_state_text(results.states, lang=lang))
    if results.functions:
        lines.append(rdf_text(results.functions, lang=lang))
    if results.drift is not None:
        lines.append(drift_text(results.drift, lang=lang))
    return "\n".join(lines)


def _panels(results: Workflow, reference: str, lang: str) -> list:
    """Functions of one argument, the axes to draw into."""
    draw = []
    if results.history:
        draw.append(lambda ax: loss_curves(results.history, ax, lang=lang))
    if results.comparison is not None:
        for name in ("energy", "forces"):
            if getattr(results.comparison, name) is not None:
                draw.append(
                    lambda ax, name=name: parity(
                        results.comparison, name, ax, reference=reference, lang=lang
                    )
                )
    if results.states:
        draw.append(
            lambda ax: equation_of_state_plot(results.states, results.n_atoms, ax, lang=lang)
        )
    if results.functions:
        draw.append(lambda ax: rdf_plot(results.functions, ax, lang=lang))
    if results.drift is not None:
        draw.append(lambda ax: drift_plot(results.drift, ax, lang=lang))
    return draw
