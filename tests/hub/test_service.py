"""The unit by which systemd starts a class's hub: what it names is there, and systemd reads it."""

import configparser
import shlex
import shutil
import subprocess
import sys

import pytest
import start_hub
from hub_settings import read_settings

from tests.hub.class_machine import ROOT

UNIT = ROOT / "deploy" / "jupyterhub" / "mlp_teach_hub.service"


@pytest.fixture(scope="module")
def service():
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # systemd tells capitals from small letters
    unit.read(UNIT, "utf-8")
    return unit["Service"]


def test_it_starts_the_command_that_the_page_has(service):
    command = service["ExecStart"].removeprefix(service["WorkingDirectory"] + "/")
    for page in ("hub.md", "hub.ja.md"):
        assert f"\nsudo {command}\n" in (ROOT / "docs" / page).read_text("utf-8")
    python, script, *options = shlex.split(command)
    assert python.startswith(".venv/")
    assert (ROOT / script).samefile(start_hub.__file__)
    sample = ROOT / "deploy" / "jupyterhub" / options[1]
    assert start_hub.chosen([options[0], str(sample)]) == read_settings(sample)


def test_a_refusal_is_not_repeated_without_end(service, capsys):
    assert start_hub.main(["--lang", "fr"]) == int(service["RestartPreventExitStatus"])
    assert "not started" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_reads_every_line_of_it(service, tmp_path):
    """With a command that is here in the place of the class's own."""
    text = UNIT.read_text("utf-8").replace(service["ExecStart"], sys.executable)
    copy = tmp_path / UNIT.name
    assert complaints(copy, text) == ""
    assert "KilMode" in complaints(copy, text.replace("KillMode", "KilMode"))
    assert "kill mode" in complaints(copy, text.replace("=mixed", "=mixt"))
    assert "not executable" in complaints(copy, UNIT.read_text("utf-8"))


def complaints(file, text):
    """About this unit; those of the machine on which we are here are none of ours."""
    file.write_text(text, "utf-8")
    command = ["systemd-analyze", "verify", file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    return "\n".join(line for line in done.stderr.splitlines() if file.name in line)
