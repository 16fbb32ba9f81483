"""Looking for tools on this machine: right about what is there, and never an error."""

import ase
import pytest

from mlp_teach.widgets.ecosystem_here import WORDS, tools_here, tools_report
from mlp_teach.widgets.ecosystem_tools import TOOLS


def test_ase_is_found_in_its_version():
    found = {here.tool.name: here for here in tools_here()}
    assert list(found) == [tool.name for tool in TOOLS]
    assert found["ASE"].version == ase.__version__
    assert f"+ 3  ASE                 package, {ase.__version__}" in tools_report(tools_here())


def test_a_command_is_found_where_it_is(tmp_path, monkeypatch):
    lammps = tmp_path / "lmp"
    lammps.write_text("#!/bin/sh\nexit 1\n")  # it is not started
    lammps.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {here.tool.name: here for here in tools_here()}
    assert found["LAMMPS"].path == str(lammps)
    assert found["VMD"].path == found["VMD"].version == ""


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_broken_installations_count_as_absent(monkeypatch, lang):
    def broken(name):
        raise RuntimeError(f"{name} is damaged")

    def refused(name):
        raise PermissionError(name)

    monkeypatch.setattr("importlib.metadata.version", broken)
    monkeypatch.setattr("shutil.which", refused)
    report = tools_report(tools_here(), lang)
    assert report.count(WORDS[lang]["absent"]) == len(TOOLS)
    assert "+" not in report
