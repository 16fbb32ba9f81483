"""course/notation.md: what its column `code` names is really there."""

import dataclasses
import importlib
import re
from pathlib import Path

import pytest

NOTATION = Path(__file__).resolve().parents[2] / "course" / "notation.md"
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in NOTATION.read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith("|---")
]
CODE = [row[1].strip("`") for row in ROWS if row[1].startswith("`")]


def find(path: str):
    """The object at a dotted path of the package; a field of a dataclass counts as there."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(["mlp_teach", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            if dataclasses.is_dataclass(found) and name in {
                field.name for field in dataclasses.fields(found)
            }:
                return name
            found = getattr(found, name)
        return found
    raise AttributeError(path)


@pytest.mark.parametrize("path", CODE)
def test_every_name_in_the_table_is_a_place_in_the_package(path):
    assert find(path) is not None


def test_the_table_names_the_whole_graph_and_prediction():
    from mlp_teach.graph import AtomGraph
    from mlp_teach.potential import Prediction

    for kind, module in ((AtomGraph, "graph"), (Prediction, "potential")):
        for field in dataclasses.fields(kind):
            assert f"{module}.{kind.__name__}.{field.name}" in CODE


def test_every_row_says_the_same_in_both_languages():
    japanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    for row in ROWS:
        english, translated = (row[2], row[3]) if len(row) == 5 else row
        assert len(row) in (2, 5), row
        assert not japanese.search(english), row
        assert japanese.search(translated), row
