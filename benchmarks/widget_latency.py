"""How long from a key press to the new picture, for each widget, in JupyterLab in a real browser.

    python benchmarks/widget_latency.py            all widgets; asked: median 50 ms, 95 % in 100 ms
    python benchmarks/widget_latency.py soap pes   some of them

The clock runs in the page: from the key press or the slider's input to the first frame that shows a
changed picture, through the kernel and back. A slider that stands at its end gives no input, and so
starts no clock. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
import browser_lab  # noqa: E402

PLAIN = "from mlp_teach.widgets.{0} import {0}; {0}()"  # a file and what it shows
WIDGETS = {
    "pes": """
from ase import Atoms
from ase.calculators.emt import EMT
from mlp_teach.widgets.pes_explorer import pes_explorer, potential_of
emt = potential_of(EMT())
pes_explorer(Atoms("Cu2", [(0, 0, 0), (2.4, 0, 0)]), emt, emt)""",
    "player": """
from ase.build import bulk
from ase.calculators.emt import EMT
from mlp_teach.simulation.ensembles import NVE, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.widgets.md_player import md_player
copper = bulk("Cu", cubic=True) * (2, 2, 2)
copper.calc = EMT()
frames = [with_velocities(copper, 600)]
while len(frames) < 40:
    frames.append(simulate(frames[-1], NVE(4), steps=2, interval=2).atoms)
md_player(frames, 8, spread=[0.1] * 40)""",
    "replay": """
from mlp_teach.active_learning.replay import shipped
from mlp_teach.widgets.learning_replay import learning_replay
learning_replay(shipped())""",
    "symmetry": PLAIN.format("symmetry_explorer"),
    "soap": PLAIN.format("soap_explorer"),
    "messages": PLAIN.format("message_stepper"),
    "equivariance": PLAIN.format("equivariance_explorer"),
    "invariance": PLAIN.format("invariance_breaker"),
    "collision": PLAIN.format("collision_hunt"),
    "cutoff": PLAIN.format("cutoff_lab"),
    "mix": PLAIN.format("mix_planner"),
    "failures": PLAIN.format("failure_gallery"),
    "cost": PLAIN.format("cost_desk"),
    "chooser": PLAIN.format("descriptor_chooser"),
    "tools": PLAIN.format("ecosystem_map"),
    "timeline": PLAIN.format("architecture_timeline"),
    "claims": PLAIN.format("claims_table"),
    "cards": PLAIN.format("glossary_cards"),
    "check": PLAIN.format("self_check"),
}
PRESSES, PAUSE = 40, 200  # how many, and ms between them
WATCH = """canvas => {
    window.waits = [];
    let started = null;
    const begin = () => { started ??= performance.now(); };
    canvas.addEventListener("input", begin, true);
    canvas.addEventListener("keydown", event => {
        if (event.target.matches(".mlp-handle, button")) begin();
    }, true);
    new MutationObserver(() => {
        if (started === null) return;
        const from = started;
        started = null;
        requestAnimationFrame(() => window.waits.push(performance.now() - from));
    }).observe(canvas.querySelector(".mlp-picture, .mlp-rows, .mlp-card"), {
        subtree: true, childList: true, characterData: true,
        // What Python draws; a handle's data-x changes at once, by itself.
        attributeFilter: ["d", "points", "x", "y", "cx", "cy", "x1", "y1", "x2", "y2", "transform",
            "fill", "stroke"],
    });
}"""
TARGETS = (".mlp-handle", "input[type=range]", "select", ".mlp-answers button")
BETTER = {"messages": "input[name=cutoff]"}  # of all its sliders the one with the most to compute
ARROWS, NUMBER = ["ArrowRight"] * 5 + ["ArrowLeft"] * 5, ["1"]  # a page of cards: its first button


def waits(tab, canvas, name: str) -> np.ndarray:
    """Milliseconds of each key press that changed the picture."""
    canvas.scroll_into_view_if_needed()
    canvas.evaluate(WATCH)
    targets = (BETTER[name],) if name in BETTER else TARGETS
    target = next(one for one in targets if canvas.locator(one).count())
    canvas.locator(target).first.focus()
    keys = NUMBER if target.endswith("button") else ARROWS
    for n in range(PRESSES):
        tab.page.keyboard.press(keys[n % len(keys)])
        tab.page.wait_for_timeout(PAUSE)
    return np.array(tab.page.evaluate("() => window.waits"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("widgets", nargs="*", choices=[*WIDGETS, []], help="all without it")
    names = parser.parse_args().widgets or list(WIDGETS)
    folder = Path(tempfile.mkdtemp(prefix="lab-"))
    try:
        with browser_lab.Lab(folder, str(ROOT)) as lab:
            notebook = nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_code_cell(WIDGETS[name]) for name in names]
            )
            notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
            nbformat.write(notebook, lab.work / "widgets.ipynb")
            tab = lab.open("widgets.ipynb")
            tab.run_all()
            tab.page.wait_for_selector(".mlp-canvas svg")
            print(f"{'widget':14} {'pictures':>8} {'median ms':>10} {'95 % ms':>8}")
            for name, canvas in zip(names, tab.page.locator(".mlp-canvas").all(), strict=True):
                found = waits(tab, canvas, name)
                half, most = np.percentile(found, (50, 95))
                print(f"{name:14} {len(found):8} {half:10.0f} {most:8.0f}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
