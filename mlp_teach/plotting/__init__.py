"""Figures for lessons and reports: plain matplotlib, one function a figure, its numbers as text.

Each function draws into the axes that it is given, or into a figure of its own, and returns the
axes; in a notebook `parity(...).figure` as the last line of a cell shows the picture. Its twin
`..._text` says the same numbers in words; the picture carries them as its alternative text, for
screen readers and for a front end that shows no pictures. Both speak English (`lang="en"`) and
Japanese (`lang="ja"`). Nothing here changes matplotlib's settings.

A name loads its file when it is first asked for: some need torch, and a lesson that draws bars with
`plotting.style` need not pay for that.
"""

from importlib import import_module

_NAMES = {
    "coverage": (
        "coverage_map",
        "coverage_map_text",
        "energy_histogram",
        "energy_histogram_text",
        "neighbour_distances",
        "neighbour_distances_text",
        "shortest_distances_text",
    ),
    "dynamics": ("drift_plot", "drift_text"),
    "learning": ("learning_curve", "learning_curve_text", "loss_curves", "loss_curves_text"),
    "mechanics": ("equation_of_state_plot", "equation_of_state_text"),
    "parity_plot": ("parity", "parity_figure", "parity_text"),
    "strategies": ("strategy_curves", "strategy_curves_text"),
    "structure": ("rdf_plot", "rdf_text"),
    "style": ("COLORS",),
    "uncertainty": (
        "calibration_plot",
        "calibration_text",
        "sparsification_plot",
        "sparsification_text",
    ),
    "workflow": ("Workflow", "workflow_summary", "workflow_text"),
}
_FILE_OF = {name: file for file, names in _NAMES.items() for name in names}
__all__ = sorted(_FILE_OF)


def __getattr__(name: str):
    if name not in _FILE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
