"""docs/own_data.md: the same in both languages, and its way from a molecule to dynamics works."""

import importlib
import re
import shlex
import shutil
from pathlib import Path

import pytest

from mlp_teach.cli import main

ROOT = Path(__file__).resolve().parents[1]
PAGES = [(ROOT / "docs" / name).read_text("utf-8") for name in ("own_data.md", "own_data.ja.md")]
CODE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
(MAKE,) = (text for kind, text in CODE.findall(PAGES[0]) if kind == "python")
(COMMANDS,) = (text.strip() for kind, text in CODE.findall(PAGES[0]) if kind == "bash")


def test_both_languages_have_the_same_code_tables_sections_and_names():
    assert CODE.findall(PAGES[0]) == CODE.findall(PAGES[1])
    for sign in (r"^\|", r"^## "):
        english, japanese = (len(re.findall(sign, page, re.MULTILINE)) for page in PAGES)
        assert english == japanese > 0
    english, japanese = (set(re.findall(r"`(mlp_teach\.[\w.]+)", page)) for page in PAGES)
    assert english == japanese


def test_every_function_that_the_page_names_is_there():
    names = set(re.findall(r"`(mlp_teach\.[\w.]+)", PAGES[0]))
    assert len(names) > 8
    for name in names:
        module, _, last = name.rpartition(".")
        found = importlib.import_module(module)
        assert hasattr(found, last) or importlib.import_module(name), name


@pytest.mark.slow
def test_the_way_from_a_molecule_to_dynamics(tmp_path, monkeypatch, capsys):
    pytest.importorskip("tblite")
    shutil.copytree(ROOT / "experiments", tmp_path / "experiments")
    monkeypatch.chdir(tmp_path)
    exec(MAKE, {})
    small = Path("runs/formaldehyde.toml")
    small.write_text(small.read_text("utf-8").replace("epochs = 50", "epochs = 3"), "utf-8")
    for line in COMMANDS.splitlines():
        program, *words = shlex.split(line)
        assert program == "mlp-teach"
        assert main(words) == 0, line
    assert "test" in capsys.readouterr().out
    assert Path("runs/dynamics/trajectory.xyz").is_file()
