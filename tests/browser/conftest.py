"""A JupyterLab with one notebook, open in a real Chromium; skipped where there is none."""

import shutil
import tempfile
from pathlib import Path

import browser_lab
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")  # Playwright holds an event loop: tests of other files need theirs
def lab():
    """open(cells) -> the tab with that notebook run: its page, console errors and hosts asked."""
    from nbformat import v4, write

    if missing := browser_lab.missing():
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="lab-"))

    def open_cells(cells: list[str]) -> browser_lab.Tab:
        notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        write(notebook, running.work / "lesson.ipynb")
        (running.work / "widgets.json").unlink(missing_ok=True)  # what an earlier test did
        tab = running.open("lesson.ipynb")
        tab.run_all()
        return tab

    try:
        with browser_lab.Lab(folder, str(ROOT)) as running:
            yield open_cells
    finally:
        shutil.rmtree(folder, ignore_errors=True)
