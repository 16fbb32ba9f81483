"""A student's own check finds out what a notebook is, and marks it."""

import json
import shutil
from pathlib import Path

import pytest

from mlp_teach.grading.check import check, language_of
from mlp_teach.grading.marks import SubmissionError
from mlp_teach.grading.sandbox import isolation

ROOT = Path(__file__).resolve().parents[2]
NAME = "ps1_energy_surfaces"


@pytest.mark.skipif(isolation() != "bubblewrap", reason=f"the sandbox: {isolation()}")
def test_a_notebook_of_any_name_is_checked_in_its_language(tmp_path):
    mine = tmp_path / "my answers.ipynb"
    shutil.copy(ROOT / "exercises" / "ja" / NAME / f"{NAME}.ipynb", mine)
    marks, lang = check(mine)
    assert (marks.points, marks.most, lang) == (0, 35, "ja")


def test_a_notebook_of_something_else_is_refused(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps({"cells": [], "metadata": {}}))
    assert language_of(path) == "en"
    with pytest.raises(SubmissionError, match="no answer"):
        check(path)
