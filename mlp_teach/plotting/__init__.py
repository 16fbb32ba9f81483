"""Figures for lessons and reports: plain matplotlib, one function a figure, its numbers as text.

Each function draws into the axes that it is given, or into a figure of its own, and returns the
axes; in a notebook `parity(...).figure` as the last line of a cell shows the picture. Its twin
`..._text` says the same numbers in words; the picture carries them as its alternative text, for
screen readers and for a front end that shows no pictures. Both speak English (`lang="en"`) and
Japanese (`lang="ja"`). Nothing here changes matplotlib's settings.
"""

from mlp_teach.plotting.coverage import (
    coverage_map,
    coverage_map_text,
    energy_histogram,
    energy_histogram_text,
    neighbour_distances,
    neighbour_distances_text,
    shortest_distances_text,
)
from mlp_teach.plotting.dynamics import drift_plot, drift_text
from mlp_teach.plotting.learning import (
    learning_curve,
    learning_curve_text,
    loss_curves,
    loss_curves_text,
)
from mlp_teach.plotting.mechanics import equation_of_state_plot, equation_of_state_text
from mlp_teach.plotting.parity import parity, parity_figure, parity_text
from mlp_teach.plotting.strategies import strategy_curves, strategy_curves_text
from mlp_teach.plotting.structure import rdf_plot, rdf_text
from mlp_teach.plotting.style import COLORS
from mlp_teach.plotting.uncertainty import (
    calibration_plot,
    calibration_text,
    sparsification_plot,
    sparsification_text,
)
from mlp_teach.plotting.workflow import Workflow, workflow_summary, workflow_text

__all__ = [
    "COLORS",
    "Workflow",
    "calibration_plot",
    "calibration_text",
    "coverage_map",
    "coverage_map_text",
    "drift_plot",
    "drift_text",
    "energy_histogram",
    "energy_histogram_text",
    "equation_of_state_plot",
    "equation_of_state_text",
    "learning_curve",
    "learning_curve_text",
    "loss_curves",
    "loss_curves_text",
    "neighbour_distances",
    "neighbour_distances_text",
    "parity",
    "parity_figure",
    "parity_text",
    "rdf_plot",
    "rdf_text",
    "shortest_distances_text",
    "sparsification_plot",
    "sparsification_text",
    "strategy_curves",
    "strategy_curves_text",
    "workflow_summary",
    "workflow_text",
]
