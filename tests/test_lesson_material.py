"""The cells in docs/lesson_material run, and print what the comment at their last line says."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "lesson_material"
NUMBER = r"-?\d+(?:\.\d+)?"


@pytest.mark.slow
def test_the_cells_on_ani_print_what_they_say(capsys):
    text = (FOLDER / "ani.md").read_text(encoding="utf-8")
    cells = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(cells) == 2
    names = {}
    for cell in cells:
        exec(compile(cell, "ani.md", "exec"), names)
        printed = [
            float(n) for n in re.findall(NUMBER, re.sub("float64", "", capsys.readouterr().out))
        ]
        stated = [float(n) for n in re.findall(NUMBER, cell.rstrip().rpartition("#")[2])]
        assert stated
        assert printed == pytest.approx(stated, abs=6e-4)
