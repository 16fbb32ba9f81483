"""Lessons that need no torch load none; the tool that measures memory sees what a cell takes."""

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbformat import v4, write

from tools.lesson_memory import Watch, share_mb

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "course" / "source"
linux = pytest.mark.skipif(sys.platform != "linux", reason="PSS is told by Linux alone")


def imports(lesson: str, cells: int | None) -> str:
    """The import statements of a lesson's first code cells, as a program; of all with None."""
    (path,) = SOURCE.glob(f"{lesson}_*.py")
    code = [cell for cell in path.read_text("utf-8").split("\n# %%") if "[markdown]" not in cell]
    trees = (ast.parse("#" + cell) for cell in code[1:][:cells])
    found = (node for tree in trees for node in tree.body)
    kinds = (ast.Import, ast.ImportFrom)
    return "\n".join(ast.unparse(node) for node in found if isinstance(node, kinds))


@pytest.mark.parametrize(
    ("lesson", "cells"), [("00", 6), ("02", 2), ("03", 5), ("04", 4), ("13", None)]
)
def test_a_lesson_that_needs_no_torch_yet_has_loaded_none(lesson, cells):
    program = imports(lesson, cells)
    assert "mlp_teach" in program
    code = f"{program}\nimport sys\nprint('torch' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_the_imports_are_really_found():
    assert "import torch" in imports("00", None)
    assert "import torch" not in imports("00", 6)


@linux
def test_the_memory_of_cells_is_seen_and_the_cell_that_brings_torch(tmp_path):
    cells = ["x = 1", "many = bytearray(b'1') * 100_000_000", "del many", "import torch"]
    (tmp_path / "torch.py").write_text("")  # one that loads at once
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    notebook.cells.insert(1, v4.new_markdown_cell("words"))
    write(notebook, tmp_path / "20_lesson.ipynb")
    row = printed(tmp_path, "20")[-1].split()
    alone, first, last, most = map(float, row[1:5])
    assert row[0] == "20_lesson"
    assert " ".join(row[5:]) == "4 of 4"
    assert alone > 10
    assert most > last + 80
    assert abs(last - first) < 40


@linux
def test_what_is_given_back_within_a_cell_is_seen_too():
    code = (
        "import sys; many = 0; print(flush=True); sys.stdin.readline(); "
        "many = bytearray(b'1') * 100_000_000; print(flush=True); sys.stdin.readline()"
    )
    command, pipe = [sys.executable, "-c", code], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=as_a_shell_has()) as large:
        large.stdout.readline()
        before, watch = share_mb(large.pid), Watch(large.pid)
        watch.start()
        large.stdin.write(b"\n")
        large.stdin.flush()
        large.stdout.readline()
        deadline = time.monotonic() + 60
        while watch.most < before + 80 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert watch.stop() > before + 80


@linux
def test_a_cell_that_fails_is_told(tmp_path):
    write(v4.new_notebook(cells=[v4.new_code_cell("1 / 0")]), tmp_path / "20_lesson.ipynb")
    assert "RuntimeError: ZeroDivisionError" in printed(tmp_path, "20")[-2]


def printed(course, *words) -> list[str]:
    code = (
        "import sys; from pathlib import Path; from tools import lesson_memory as it; "
        f"sys.exit(it.main({list(words)!r}, Path({str(course)!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=as_a_shell_has(),
    )
    return (done.stdout + done.stderr).splitlines()


def as_a_shell_has() -> dict[str, str]:
    """Without what start.py tells the allocator: to keep what was given back, which hides it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    return kept | {"PYTHONPATH": str(ROOT)}
