"""Total energy over time in an NVE run, with the drift as a line."""

from __future__ import annotations

from matplotlib.axes import Axes

from mlp_teach.plotting.style import COLORS, finish, new_axes, say
from mlp_teach.simulation.conservation import EnergyDrift


def drift_plot(run: EnergyDrift, ax: Axes | None = None, *, lang: str = "en") -> Axes:
    """E(t) - E(0) per atom (meV) over time (ps), with the straight line through it."""
    ax = new_axes(ax)
    ax.plot(run.times, run.energies, color=COLORS["blue"], linewidth=0.8)
    start = run.energies.mean() - run.slope * run.times.mean()
    ends = run.times[[0, -1]]
    label = say(
        lang,
        f"drift {run.drift:+.3g} meV/atom in {ends[1] - ends[0]:.3g} ps",
        f"ドリフト {run.drift:+.3g} meV/atom（{ends[1] - ends[0]:.3g} ps 間）",
    )
    ax.plot(ends, start + run.slope * ends, "--", color=COLORS["orange"], label=label)
    title = say(lang, "Conservation of energy", "エネルギー保存")
    y = say(lang, "change of the total energy (meV/atom)", "全エネルギーの変化（meV/atom）")
    x = say(lang, "time (ps)", "時間（ps）")
    return finish(ax, lang, title, x, y, text=drift_text(run, lang=lang))


def drift_text(run: EnergyDrift, *, lang: str = "en") -> str:
    """Drift and fluctuation in a sentence."""
    duration = run.times[-1] - run.times[0]
    return say(
        lang,
        f"The total energy drifts by {run.drift:+.3g} meV/atom in {duration:.3g} ps and fluctuates "
        f"about that line by {run.fluctuation:.3g} meV/atom.",
        f"全エネルギーは {duration:.3g} ps で {run.drift:+.3g} meV/atom ドリフトし、"
        f"その直線のまわりで {run.fluctuation:.3g} meV/atom ゆらぎます。",
    )
