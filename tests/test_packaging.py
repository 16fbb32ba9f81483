"""Lock, pyproject, conda environment, Binder and citation tell the same story."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import mlp_teach
import start

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
COURSE = [Requirement(line) for line in PROJECT["dependencies"]]
TESTING = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"]]
BUILDING = [Requirement(line) for line in PYPROJECT["build-system"]["requires"]]
PYTHONS = [f"3.{minor}" for minor in range(start.OLDEST[1], start.NEWEST[1] + 1)]
PIN = re.compile(
    r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*(; (python_version|sys_platform) [<>=!]+ \".+\"( .+)?)?"
)
MACHINES = {
    "linux": {"platform_machine": "x86_64", "platform_version": "#1 SMP"},
    "darwin": {"platform_machine": "arm64", "platform_version": "Darwin Kernel Version 24.6.0: x"},
    "win32": {"platform_machine": "AMD64", "platform_version": "10.0.26100"},
}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def lock_lines() -> list[str]:
    return [line for line in text("constraints.txt").splitlines() if not line.startswith("#")]


def conda_lines() -> list[str]:
    """The items of environment.yml's pip section."""
    return re.findall(r"^      - (.*?)(?:  #.*)?$", text("environment.yml"), re.MULTILINE)


def pins(lines: list[str], python: str = "3.11", system: str = "linux") -> dict[str, str]:
    """Version by package that holds for one Python on one system."""
    here = {"python_version": python, "sys_platform": system} | MACHINES[system]
    found = {}
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate(here):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} is pinned twice for Python {python} on {system}"
            found[name] = next(iter(requirement.specifier)).version
    return found


@pytest.mark.parametrize("line", lock_lines())
def test_the_lock_holds_plain_versions_that_install_anywhere(line):
    assert PIN.fullmatch(line), "no path, no address and no local version such as +cpu"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_lock_pins_every_dependency_within_its_range(python, system):
    locked = pins(lock_lines(), python, system)
    here = {"python_version": python, "sys_platform": system} | MACHINES[system]
    for requirement in [*COURSE, *TESTING, *BUILDING]:
        if requirement.marker and not requirement.marker.evaluate(here):
            continue
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_versions_that_matter_are_pinned():
    locked = pins(lock_lines())
    assert locked["nglview"] == "4.0"
    assert "torch" in locked


@pytest.mark.parametrize(
    ("system", "change", "there"),
    [
        ("linux", {}, True),
        ("linux", {"platform_machine": "aarch64"}, False),
        ("darwin", {}, True),
        ("darwin", {"platform_version": "Darwin Kernel Version 23.6.0: Mon Jul 29"}, False),
        ("win32", {}, False),
    ],
)
def test_tblite_is_asked_for_where_it_has_files(system, change, there):
    """Version 0.8.0 has wheels for x86_64 with glibc and for macOS from 15 on; elsewhere pip would
    build it, with a Fortran compiler."""
    here = {"sys_platform": system} | MACHINES[system] | change
    wanted = next(requirement for requirement in COURSE if requirement.name == "tblite")
    locked = next(Requirement(line) for line in lock_lines() if line.startswith("tblite=="))
    assert wanted.marker.evaluate(here) == locked.marker.evaluate(here) == there


def test_conda_gets_the_lock_without_the_packages_for_testing():
    option, *lines = conda_lines()
    assert option == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert set(lines) <= set(lock_lines())
    assert {canonicalize_name(requirement.name) for requirement in COURSE} <= pins(lines).keys()
    assert pins(lines).keys().isdisjoint({"pytest", "ruff", "playwright", "beartype"})


def test_conda_installs_a_python_that_start_py_takes():
    assert re.search(r"- python=(\S+)", text("environment.yml"))[1] in PYTHONS


def test_binder_gets_the_same_environment():
    assert text("binder/environment.yml") == text("environment.yml")


def test_binder_installs_the_package_and_stops_at_the_first_error():
    lines = text("binder/postBuild").splitlines()
    assert "set -e" in lines
    assert any(re.fullmatch(r"python -m pip install --no-deps .* -e \.", line) for line in lines)


def test_binder_starts_with_one_thread_and_hands_over():
    lines = text("binder/start").splitlines()
    assert 'export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"' in lines
    assert lines[-1] == 'exec "$@"'


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
@pytest.mark.parametrize("name", ["start.py", ".ci/run", "binder/postBuild", "binder/start"])
def test_scripts_are_executable_and_name_their_interpreter(name):
    assert os.access(ROOT / name, os.X_OK)
    assert text(name).startswith("#!")


def test_ci_runs_the_test_command_in_a_fresh_environment():
    script = text(".ci/run")
    assert "set -euo pipefail" in script
    assert script.index('MLP_TEACH_VENV="$folder/venv"') < script.index("python3 start.py test")


def test_the_pythons_agree():
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    stated = re.findall(r"Programming Language :: Python :: (3\.\d+)", text("pyproject.toml"))
    assert stated == PYTHONS


def test_the_version_is_the_same_everywhere():
    assert re.search(r"^version: (.*)$", text("CITATION.cff"), re.MULTILINE)[1] == (
        mlp_teach.__version__
    )
    assert re.search(r"^## (\d+\.\d+\.\d+)", text("CHANGELOG.md"), re.MULTILINE)[1] == (
        mlp_teach.__version__
    )


def test_every_range_admits_more_than_one_version_unless_a_comment_says_why():
    narrow = [item.name for item in COURSE if "==" in str(item.specifier)]
    assert narrow == ["nglview"]
    assert all(item.specifier != SpecifierSet("") for item in COURSE)


def test_the_wheel_holds_every_file_of_the_package(tmp_path):
    code = "import sys, flit_core.buildapi as b; print(b.build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", code, tmp_path]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    with zipfile.ZipFile(tmp_path / answer.stdout.strip()) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith("mlp_teach/")}
    files = {path for path in (ROOT / "mlp_teach").rglob("*") if path.is_file()}
    expected = {
        path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts
    }
    assert packed == expected


def test_the_licence_names_those_of_the_data_that_ship():
    catalogue = text("mlp_teach/datasets/data/catalogue.toml")
    shipped = set(re.findall(r'^licence = "(.+)"', catalogue, re.MULTILINE))
    assert shipped
    assert shipped <= set(PROJECT["license"].split(" AND "))


def test_nothing_overwrites_the_lark_of_jupyterlab():
    # lark-parser, an old name of lark, installs files of the same names
    assert "lark" in pins(lock_lines())
    assert not {"lark-parser", "torchani"} & pins(lock_lines()).keys()
