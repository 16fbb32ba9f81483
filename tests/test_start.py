"""start.py from outside: a tiny course with stand-ins for the packages, set up for real.

Only the packages are stand-ins (wheels of one file each, found offline). The environment, pip, the
lock, the signals and the processes are real.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import start

ROOT = Path(__file__).resolve().parent.parent
BACKEND = """
import os, zipfile
def get_requires_for_build_editable(config_settings=None):
    return []
def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(os.path.join(folder, "tiny-1-py3-none-any.whl"), "w") as wheel:
        info = "tiny-1.dist-info/"
        wheel.writestr("tiny.pth", os.getcwd())
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return "tiny-1-py3-none-any.whl"
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny"
version = "1"
dependencies = ["torch", "matplotlib"]
optional-dependencies.test = ["extra"]
optional-dependencies.hub = ["proxy"]
"""
SAY = "import json, os, sys; print(json.dumps([sys.argv[1:], os.environ['OMP_NUM_THREADS']]))"


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> None:
    """A wheel that pip installs: its files and the least of metadata."""
    info = f"{name}-{version}.dist-info/"
    files = files | {
        info + "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        info + "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        info + "RECORD": "",
    }
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)


def make_course(root: Path) -> Path:
    """A course of a few small files with the real start.py; returns its folder."""
    shutil.copytree(ROOT / "tools" / "starter", root / "tools" / "starter")
    shutil.copy(ROOT / "start.py", root)
    files = {
        "pyproject.toml": PYPROJECT,
        "backend.py": BACKEND,
        "constraints.txt": "matplotlib==1\ntorch==2.13.0\n",
        "mlp_teach/__init__.py": "",
        "mlp_teach/cli.py": SAY,
        "jupyterlab/__main__.py": SAY,
        "course/en/00_start_here.ipynb": "{}",
        "course/ja/00_start_here.ipynb": "{}",
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    (root / "wheels").mkdir()
    torch = {"torch/__init__.py": "__version__ = '2.13.0+cpu'"}
    wheel(root / "wheels", "torch", "2.13.0+cpu", torch)
    for version in ("1", "2"):
        font_manager = {"matplotlib/font_manager.py": ""}
        wheel(root / "wheels", "matplotlib", version, font_manager)
    wheel(root / "wheels", "extra", "1", {"extra.py": ""})
    wheel(root / "wheels", "proxy", "1", {"proxy.py": ""})
    return root


def environ(root: Path, **more: str) -> dict[str, str]:
    """Nothing of this computer's own pip, uv and course settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_", "MLP_TEACH_", "OMP_", "LC_", "LANG"))
    }
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (root / "wheels").as_uri(), "LANG": "C.UTF-8"}
    no_uv = os.pathsep.join(
        folder for folder in kept["PATH"].split(os.pathsep) if not Path(folder, "uv").exists()
    )
    return kept | offline | {"PIP_CONFIG_FILE": os.devnull, "PATH": no_uv} | more


def command(root: Path, *words: str) -> list[str]:
    return [sys.executable, str(root / "start.py"), *words]


def run(root: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(root, *words), env=environ(root, **more), capture_output=True, text=True
    )


def said(result: subprocess.CompletedProcess[str]) -> list:
    """What the program that start.py handed over to was given: its arguments and threads."""
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course whose environment is complete; its name has a blank and Japanese letters."""
    root = make_course(tmp_path_factory.mktemp("course") / "機械 学習")
    first = run(root, "run")
    assert "There is no environment yet" in first.stdout
    assert "[5/5]" in first.stdout
    said(first)
    return root


def test_the_second_start_installs_nothing(course):
    second = run(course, "run")
    said(second)
    assert "/5]" not in second.stdout


def test_run_gives_the_workflow_a_folder_of_its_own(course):
    (word, option, folder), _ = said(run(course, "run"))
    assert (word, option) == ("workflow", "--out")
    assert Path(folder).parent == course / "runs"


def test_run_passes_arguments_on_and_keeps_a_folder_that_was_asked_for(course):
    arguments, _ = said(run(course, "run", "--out", "here", "--epochs", "3"))
    assert arguments == ["workflow", "--out", "here", "--epochs", "3"]


@pytest.mark.parametrize(("given", "threads"), [({}, "1"), ({"OMP_NUM_THREADS": "4"}, "4")])
def test_one_thread_unless_another_number_is_set(course, given, threads):
    assert said(run(course, "run", **given))[1] == threads


@pytest.mark.parametrize(
    ("words", "variables", "language"),
    [
        ((), {}, "en"),
        ((), {"LANG": "ja_JP.UTF-8"}, "ja"),
        (("lab", "--lang", "ja"), {}, "ja"),
        (("--lang=en",), {"LANG": "ja_JP.UTF-8"}, "en"),
    ],
)
def test_lab_opens_the_first_lesson_in_the_right_language(course, words, variables, language):
    arguments, _ = said(run(course, *words, **variables))
    assert f"--LabApp.default_url=/lab/tree/course/{language}/00_start_here.ipynb" in arguments
    assert f"--ServerApp.root_dir={course}" in arguments


def test_lab_passes_further_arguments_to_jupyterlab(course):
    assert said(run(course, "lab", "--lang", "ja", "--no-browser"))[0][-1] == "--no-browser"


def test_a_changed_lock_updates_the_environment_in_place(course):
    lock = course / "constraints.txt"
    lock.write_text("matplotlib==2\ntorch==2.13.0\n")
    venv_made = (course / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    update = run(course, "run")
    said(update)
    assert "The locked versions have changed" in update.stdout
    assert (course / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == venv_made
    assert list((course / ".venv").rglob("matplotlib-2.dist-info"))


def test_an_update_that_fails_says_why_and_leaves_the_environment_as_it_was(course):
    lock = course / "constraints.txt"
    before, stamp = lock.read_text(), (course / ".venv" / "stamp.json").read_text()
    lock.write_text("matplotlib==3\ntorch==2.13.0\n")
    failed = run(course, "run")
    lock.write_text(before)
    assert failed.returncode == 1
    assert "does not show the locked version of matplotlib" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert (course / ".venv" / "stamp.json").read_text() == stamp


def test_doctor_reports_and_changes_nothing(tmp_path):
    root = make_course(tmp_path / "new")
    report = run(root, "doctor")
    assert report.returncode == 1
    assert "There is no environment yet" in report.stdout
    assert report.stdout.splitlines()[-1] == "python3 start.py install sees to that."
    assert not (root / ".venv").exists()


def test_install_makes_the_environment_with_extras_and_starts_nothing(tmp_path):
    root = make_course(tmp_path / "new")
    made = run(root, "install", "hub")
    assert made.returncode == 0, made.stderr
    assert "[5/5]" in made.stdout
    assert made.stdout.splitlines()[-1] == f"The environment is complete: {root / '.venv'}"
    assert list((root / ".venv").rglob("proxy.py"))
    assert not list((root / ".venv").rglob("extra.py"))
    again = run(root, "install")
    assert "/5]" not in again.stdout
    editable = [root / ".venv" / "bin" / "python", "-c", "import mlp_teach as m; print(m.__file__)"]
    if sys.platform != "win32":
        where = subprocess.run(editable, capture_output=True, text=True, cwd=tmp_path).stdout
        assert Path(where.strip()).parent == root / "mlp_teach"


def test_extras_stay_through_updates_and_a_new_environment(course, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(course, root, symlinks=True)  # moved: what is there is made anew
    moved = run(root, "install", "hub")
    assert "The folder was moved" in moved.stdout
    (root / "constraints.txt").write_text("matplotlib==1\ntorch==2.13.0\n# changed\n")
    assert "The locked versions have changed" in run(root, "install").stdout
    assert json.loads((root / ".venv" / "stamp.json").read_text())["extras"] == ["hub"]
    more = run(root, "install", "test")
    assert "The packages for test are not installed yet" in more.stdout
    other = run(root, "install", MLP_TEACH_TORCH="torch==2.13.0+cpu")
    assert "asks for another PyTorch" in other.stdout
    assert json.loads((root / ".venv" / "stamp.json").read_text())["extras"] == ["hub", "test"]
    assert list((root / ".venv").rglob("proxy.py"))


def test_an_extra_that_there_is_not_is_refused_before_anything_is_made(tmp_path):
    root = make_course(tmp_path / "new")
    refused = run(root, "install", "hubb")
    assert refused.returncode == 1
    assert "takes hub, test; not 'hubb'" in refused.stderr
    assert not (root / ".venv").exists()


def test_a_folder_that_start_py_did_not_make_is_never_emptied(tmp_path):
    root = make_course(tmp_path / "new")
    thesis = root / ".venv" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work")
    for word in ("lab", "clean"):
        refused = run(root, word)
        assert refused.returncode == 1
        assert "was not made by start.py" in refused.stderr
    assert thesis.read_text() == "years of work"


def test_a_place_that_cannot_hold_an_environment_is_named(tmp_path):
    root = make_course(tmp_path / "new")
    refused = run(root, "run", MLP_TEACH_VENV=str(root / "start.py" / "venv"))
    assert refused.returncode == 1
    assert str(root / "start.py") in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unknown_word_is_answered_with_those_that_exist(tmp_path):
    misused = run(make_course(tmp_path / "new"), "lap")
    assert misused.returncode == 2
    assert "lab, run, test, install, doctor, clean" in misused.stderr


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 15, 0)])
def test_another_python_gets_a_sentence(version, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", version)
    assert not start.python_is_fit()
    assert "runs on Python 3.11 to 3.14" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_set_up_killed_in_the_middle_is_made_anew(tmp_path):
    root = make_course(tmp_path / "new")
    process = start_and_wait_for(root, "-m venv")
    process.kill()
    process.wait()
    process.stdout.close()
    again = run(root, "run")
    said(again)
    assert "An earlier set-up did not come to its end" in again.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_ends_the_set_up_with_a_word_and_no_process_stays(tmp_path):
    root = make_course(tmp_path / "new")
    process = start_and_wait_for(root, "-m venv")
    os.killpg(process.pid, signal.SIGINT)
    output = process.communicate(timeout=30)[0]
    assert process.returncode == 130
    assert "Stopped." in output
    assert "Traceback" not in output
    wait_until(lambda: not group_exists(process.pid))


def test_a_moved_folder_needs_a_new_environment(course, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(course, moved, symlinks=True)
    report = run(moved, "doctor")
    assert report.returncode == 1
    assert "The folder was moved" in report.stdout


def test_the_environment_of_another_course_that_is_there_stays(course, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(course, other, ignore=shutil.ignore_patterns(".venv"))
    stamp = course / ".venv" / "stamp.json"
    before = stamp.read_bytes()
    for word in ("doctor", "install", "clean"):
        refused = run(other, word, MLP_TEACH_VENV=str(course / ".venv"))
        assert refused.returncode == 1
        assert f"belongs to the course in {course}, so it stays" in refused.stderr
        assert "moved" not in refused.stdout
        assert "install sees to that" not in refused.stdout
    assert stamp.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX links")
def test_an_environment_whose_python_is_gone_needs_a_new_one(course):
    python = course / ".venv" / "bin" / "python"
    target = python.readlink()
    python.unlink()
    python.symlink_to("/nowhere/python")
    report = run(course, "doctor")
    python.unlink()
    python.symlink_to(target)
    assert report.returncode == 1
    assert "Python does not start any more" in report.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for uv")
def test_pip_takes_over_where_uv_cannot(course, tmp_path):
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\nexit 2\n")
    uv.chmod(0o755)
    lock = course / "constraints.txt"
    lock.write_text(lock.read_text() + "# changed\n")
    path = f"{tmp_path}{os.pathsep}{environ(course)['PATH']}"
    update = run(course, "run", PATH=path)
    said(update)
    assert re.search(r"by uv\n +failed.*\n.*all the others\n +done", update.stdout)


def test_clean_leaves_results_and_takes_the_environment(course, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(course, root, symlinks=True)
    (root / "runs").mkdir(exist_ok=True)
    assert run(root, "clean").returncode == 0
    assert not (root / ".venv").exists()
    assert (root / "runs").exists()


def start_and_wait_for(root: Path, words: str) -> subprocess.Popen[str]:
    """Start a set-up in a process group of its own and wait until its log shows these words."""
    process = subprocess.Popen(
        command(root, "run"),
        env=environ(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    log = root / ".venv" / "set-up.log"
    wait_until(lambda: log.exists() and words in log.read_text(encoding="utf-8"))
    return process


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, "it did not happen within a minute"
        time.sleep(0.02)


def group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
