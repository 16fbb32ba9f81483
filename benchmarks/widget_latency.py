"""How long from a key press to the new picture, for each widget, in JupyterLab in a real browser.

    python benchmarks/widget_latency.py            all widgets; asked: median 50 ms, 95 % in 100 ms
    python benchmarks/widget_latency.py soap pes   some of them

The clock runs in the page: from the key press or the slider's input to the first frame that shows a
changed picture, through the kernel and back. Run it on a machine that does nothing else.
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

WIDGETS = {
    "pes": """
from ase import Atoms
from ase.calculators.emt import EMT
from mlp_teach.widgets.pes_explorer import pes_explorer, potential_of
emt = potential_of(EMT())
pes_explorer(Atoms("Cu2", [(0, 0, 0), (2.4, 0, 0)]), emt, emt)""",
    "symmetry": "from mlp_teach.widgets.symmetry_explorer import *; symmetry_explorer()",
    "soap": "from mlp_teach.widgets.soap_explorer import *; soap_explorer()",
    "messages": "from mlp_teach.widgets.message_stepper import *; message_stepper()",
    "equivariance": """
from mlp_teach.widgets.equivariance_explorer import equivariance_explorer
equivariance_explorer()""",
    "invariance": "from mlp_teach.widgets.invariance_breaker import *; invariance_breaker()",
    "cutoff": "from mlp_teach.widgets.cutoff_lab import *; cutoff_lab()",
    "cost": "from mlp_teach.widgets.cost_desk import *; cost_desk()",
    "replay": """
from mlp_teach.active_learning.replay import shipped
from mlp_teach.widgets.learning_replay import learning_replay
learning_replay(shipped())""",
}
PRESSES, PAUSE = 40, 200  # how many, and ms between them
WATCH = """canvas => {
    window.waits = [];
    let started = null;
    const begin = event => { started ??= performance.now(); };
    canvas.addEventListener("keydown", begin, true);
    new MutationObserver(() => {
        if (started === null) return;
        const from = started;
        started = null;
        requestAnimationFrame(() => window.waits.push(performance.now() - from));
    }).observe(canvas.querySelector(".mlp-picture"), {
        subtree: true, childList: true, characterData: true,
        // What Python draws; a handle's data-x changes at once, by itself.
        attributeFilter: ["d", "points", "x", "y", "cx", "cy", "x1", "y1", "x2", "y2", "transform"],
    });
}"""
TARGETS = (".mlp-handle", "input[type=range]")


def waits(tab, canvas) -> np.ndarray:
    """Milliseconds of each key press that changed the picture."""
    canvas.scroll_into_view_if_needed()
    canvas.evaluate(WATCH)
    target = next(found.first for one in TARGETS if (found := canvas.locator(one)).count())
    target.focus()
    for n in range(PRESSES):
        tab.page.keyboard.press("ArrowRight" if (n // 5) % 2 == 0 else "ArrowLeft")
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
                found = waits(tab, canvas)
                half, most = np.percentile(found, (50, 95))
                print(f"{name:14} {len(found):8} {half:10.0f} {most:8.0f}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
