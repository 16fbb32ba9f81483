"""Lesson 14's plan at full size is the experiment file that its text names."""

import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from mlp_teach.training.experiment import read_experiment

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from lesson_source import read_lesson  # noqa: E402


@pytest.fixture(scope="module")
def names():
    """What the lesson's first cells define, those that only make a plan."""
    (path,) = (ROOT / "course" / "source").glob("14_*.py")
    cells = [cell.text for cell in read_lesson(path).cells if cell.kind == "code"]
    found = {}
    for cell in cells:
        if cell.startswith(("SIZES", "PLAN")):
            exec(compile(cell, path.name, "exec"), found)
    return found


def plan(names, size, folder):
    (folder / "plan.toml").write_text(
        names["PLAN"].format(average=names["AVERAGE"][size], **names["SIZES"][size])
    )
    return read_experiment(folder / "plan.toml")


def test_the_full_size_equals_its_file(names, tmp_path):
    file = read_experiment(ROOT / "experiments" / "painn_ethanol_full.toml")
    assert asdict(plan(names, "full", tmp_path)) == asdict(file)


def test_the_steps_are_those_that_the_lesson_counts(names, tmp_path):
    steps = {}
    for size in names["SIZES"]:
        settings = plan(names, size, tmp_path).training
        steps[size] = settings.epochs * -(-950 // settings.batch_size)
    assert steps == {"small": 456, "full": 190_000}
