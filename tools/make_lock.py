"""Resolve the course's dependencies afresh and write down the versions that came out.

    python3.11 tools/make_lock.py           # every package in its newest version
    python3.11 tools/make_lock.py --keep    # only what is new; all others keep their version

Writes constraints.txt (the lock: all that start.py installs), environment.yml (the same for conda,
without the packages for testing) and its copy for Binder. It installs everything into a clean
environment, so that the lock is what a real installation gave, on the oldest supported Python.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What a lock made on one system cannot say: where a package does not exist or is not needed.
MARKERS = {
    "importlib_metadata": 'python_version < "3.12"',
    "lazy-importer": 'python_version < "3.12"',
    "nglview": 'python_version < "3.14"',
    "numpy": 'python_version < "3.14"',
    "overrides": 'python_version < "3.12"',
    "pexpect": 'sys_platform != "win32"',
    "ptyprocess": 'sys_platform != "win32"',
    "tblite": (  # has no files for Windows, Linux on ARM and macOS 14 (Darwin 23)
        'sys_platform == "linux" and platform_machine == "x86_64" '
        'or sys_platform == "darwin" and "Version 23." not in platform_version'
    ),
    "zipp": 'python_version < "3.12"',
}
# nglview 4.0 asks for numpy below 2.3, which has no files for Python 3.14: there, none and this.
ELSEWHERE = ['numpy==2.4.6; python_version >= "3.14"']
LOCK_HEAD = """\
# The versions that were resolved and tested together, for Python 3.11 to 3.14 on Linux, macOS and
# Windows. Made by tools/make_lock.py. Only Windows needs colorama and pywinpty, and only macOS
# appnope: those three are left free.
"""
CONDA_HEAD = """\
# conda env create -f environment.yml && conda activate mlp_teach && pip install --no-deps -e .
# The versions of constraints.txt without the packages for testing. Made by tools/make_lock.py.
name: mlp_teach
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
      - --extra-index-url https://download.pytorch.org/whl/cpu  # on Linux: without CUDA
"""


def main() -> None:
    if sys.version_info[:2] != (3, 11):
        sys.exit("Make the lock with Python 3.11: newer ones resolve to what 3.11 cannot install.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pinned_torch = re.search(r"^torch==\S+$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip"]
        install = [*pip, "install", "--quiet"]
        subprocess.run([*install, "--upgrade", "pip"], check=True)
        if "--keep" in sys.argv[1:]:
            install += ["-c", str(ROOT / "constraints.txt")]
        torch = pinned_torch[0]  # raised by hand, since it decides which builds are found
        course = project["project"]["dependencies"]
        subprocess.run([*install, "--upgrade", torch, *course], check=True)
        frozen_course = frozen(pip)
        extras = project["project"]["optional-dependencies"]["test"]
        builders = project["build-system"]["requires"]
        subprocess.run([*install, *extras, *builders], check=True)
        everything = frozen([*pip], "--all")
    (ROOT / "constraints.txt").write_text(LOCK_HEAD + lines(everything), encoding="utf-8")
    conda = CONDA_HEAD + "".join(f"      - {line}\n" for line in lines(frozen_course).splitlines())
    for path in ("environment.yml", "binder/environment.yml"):
        (ROOT / path).write_text(conda, encoding="utf-8")


def frozen(pip: list[str], *options: str) -> list[str]:
    command = [*pip, "freeze", *options]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return answer.stdout.splitlines()


def lines(freeze: list[str]) -> str:
    """Pins with markers, without what holds on this computer alone (+cpu)."""
    pins = []
    for line in freeze:
        name, version = line.split("==")
        marker = MARKERS.get(name.lower())
        pin = f"{name}=={version.partition('+')[0]}"
        pins.append(f"{pin}; {marker}" if marker else pin)
    return "\n".join(sorted([*pins, *ELSEWHERE], key=str.lower)) + "\n"


if __name__ == "__main__":
    main()
