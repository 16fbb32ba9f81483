"""Equations of state: energy over lattice constant, computed points and fitted curve."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from mlp_teach.analysis.mechanics import EquationOfState
from mlp_teach.plotting.style import COLORS, DASHES, SERIES, SHAPES, finish, new_axes, say
from mlp_teach.units import MEV


def equation_of_state_plot(
    states: Mapping[str, EquationOfState], n_atoms: int, ax: Axes | None = None, *, lang: str = "en"
) -> Axes:
    """E - E_min per atom (meV) over the edge of the cubic cell; `n_atoms`: atoms in that cell."""
    ax = new_axes(ax)
    for (label, state), color, dash, shape in zip(
        states.items(), SERIES, DASHES, SHAPES, strict=False
    ):
        volumes = np.linspace(state.volumes.min(), state.volumes.max(), 200)
        scale = 1 / (n_atoms * MEV)
        style = {"color": COLORS[color]}
        ax.plot(np.cbrt(volumes), (state(volumes) - state.energy) * scale, linestyle=dash, **style)
        points = (state.energies - state.energy) * scale
        ax.plot(np.cbrt(state.volumes), points, shape, label=_numbers(label, state), **style)
    title = say(lang, "Equation of state", "状態方程式")
    x = say(lang, "lattice constant (Å)", "格子定数（Å）")
    y = say(lang, "energy above the minimum (meV/atom)", "最小値からのエネルギー（meV/atom）")
    return finish(ax, lang, title, x, y, text=equation_of_state_text(states, lang=lang))


def equation_of_state_text(states: Mapping[str, EquationOfState], *, lang: str = "en") -> str:
    """Lattice constant and bulk modulus, a line a curve."""
    return "\n".join(
        say(
            lang,
            f"{label}: lattice constant {state.lattice_constant:.4f} Å, bulk modulus "
            f"{state.bulk_modulus:.1f} GPa.",
            f"{label}：格子定数 {state.lattice_constant:.4f} Å、体積弾性率 "
            f"{state.bulk_modulus:.1f} GPa。",
        )
        for label, state in states.items()
    )


def _numbers(label: str, state: EquationOfState) -> str:
    numbers = f"a = {state.lattice_constant:.3f} Å, B = {state.bulk_modulus:.0f} GPa"
    return f"{label}: {numbers}" if label else numbers
