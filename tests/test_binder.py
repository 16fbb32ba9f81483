"""binder/ as repo2docker reads it, and its scripts as Binder runs them.

The whole of it, with a new environment and repo2docker itself, takes minutes and is a command:
python tools/prove_binder.py FOLDER. `tools/binder_rules.py` says where the rules stand.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from packaging.requirements import Requirement

from tools.binder_rules import BEFORE, FROZEN, BinderError, read_binder

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
READ = {"environment.yml", "apt.txt", "postBuild", "start"}
unix = pytest.mark.skipif(sys.platform == "win32", reason="Binder runs Linux")


@pytest.fixture
def copy(tmp_path):
    """A repository with our binder/ alone."""
    shutil.copytree(BINDER, tmp_path / "binder")
    return tmp_path


@pytest.fixture(scope="module")
def reading():
    return read_binder(ROOT)


def test_binder_reads_our_environment_and_both_scripts(reading):
    assert reading.environment == "binder/environment.yml"
    assert reading.post_build == "binder/postBuild"
    assert reading.start == "binder/start"
    assert reading.apt == ()


def test_every_file_in_binder_has_a_name_that_is_read():
    names = {path.name for path in BINDER.iterdir()}
    assert names <= READ
    assert names.isdisjoint(BEFORE)


def test_the_python_has_a_frozen_base(reading):
    assert reading.python in FROZEN


def test_the_environment_is_installed_before_the_repository_is_copied(reading):
    """So a new commit, which changes lessons alone, does not install everything again."""
    assert reading.installed_before_the_copy


def test_each_line_of_pip_is_an_option_or_one_version(reading):
    options = [line for line in reading.pip if line.startswith("-")]
    assert options == ["--extra-index-url https://download.pytorch.org/whl/cpu"]
    for line in reading.pip[1:]:
        assert re.fullmatch(r"==[0-9][0-9a-z.]*", str(Requirement(line).specifier)), line


def test_the_root_counts_no_more_once_there_is_a_binder_folder(copy, reading):
    (copy / "environment.yml").write_text("dependencies: [python=3.9]\n")
    (copy / "postBuild").write_text("exit 1\n")
    (copy / "apt.txt").write_text("cowsay\n")
    assert read_binder(copy) == reading


def test_without_a_binder_folder_the_root_is_read(tmp_path):
    (tmp_path / "environment.yml").write_text("dependencies: [python=3.12, {pip: [-e .]}]\n")
    (tmp_path / "apt.txt").write_text("# fonts\nfonts-noto-cjk  # Japanese\n\n")
    found = read_binder(tmp_path)
    assert (found.environment, found.python, found.start) == ("environment.yml", "3.12", "")
    assert found.apt == ("fonts-noto-cjk",)
    assert not found.installed_before_the_copy


@pytest.mark.parametrize("name", BEFORE)
def test_what_repo2docker_prefers_is_told(copy, name):
    (copy / name).write_text("")  # the root does not count
    read_binder(copy)
    (copy / "binder" / name).write_text("")
    with pytest.raises(BinderError, match=re.escape(f"binder/{name} comes before")):
        read_binder(copy)


def test_two_folders_are_refused(copy):
    (copy / ".binder").mkdir()
    with pytest.raises(BinderError, match="wants one of them"):
        read_binder(copy)


@pytest.mark.parametrize(
    ("line", "local"),
    [
        *(("-e .", True), ("-r other.txt", True), ("--constraint=all.txt", True)),
        *(("./wheels/own.whl", True), ("own @ file:///srv/own.whl", True)),
        *(("torch==2.13.0", False), ("--extra-index-url https://pypi.org/simple", False)),
    ],
)
def test_lines_that_need_the_repository_are_known(copy, line, local):
    (copy / "binder" / "environment.yml").write_text(f"dependencies: [{{pip: ['{line}']}}]\n")
    assert read_binder(copy).installed_before_the_copy != local


@unix
def test_git_keeps_the_executable_bits():
    """repo2docker sets them itself; a hub whose image is made otherwise does not."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    command = ["git", "ls-files", "-s", "binder/postBuild", "binder/start"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split()[0] for line in answer.stdout.splitlines()] == ["100755"] * 2


@unix
def test_start_hands_over_words_process_and_one_thread():
    """The process stays the same one, so that Binder's signals reach the server."""
    code = "import os, sys; print(os.getpid(), os.environ['OMP_NUM_THREADS'], sys.argv[1:])"
    command = [BINDER / "start", sys.executable, "-c", code, "two words", "$HOME"]
    env = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    answer, _ = running.communicate(timeout=60)
    assert answer.strip() == f"{running.pid} 1 ['two words', '$HOME']"


@unix
@pytest.mark.parametrize("fails", [1, 2, 0])
def test_postbuild_ends_with_the_first_thing_that_fails(tmp_path, fails):
    """With a `python` that writes down what it is asked for, and fails at one of its calls."""
    calls, python = tmp_path / "calls", tmp_path / "python"
    count = f'echo "$*" >> {calls}; [ "$(wc -l < {calls})" != {fails} ]'
    python.write_text(f"#!/bin/sh\n{count}\n")
    python.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([BINDER / "postBuild"], cwd=tmp_path, env=env)
    assert (done.returncode == 0) == (fails == 0)
    asked = calls.read_text().splitlines()
    assert len(asked) == (fails or 2)
    assert asked[0] == "-m pip install --no-deps --no-cache-dir -e ."


def test_the_badge_leads_to_the_first_lesson():
    text = (ROOT / "README.md").read_text("utf-8")
    (link,) = set(re.findall(r"\((https://mybinder\.org/v2/[^)]+)\)", text))
    (place,) = parse_qs(urlsplit(link).query)["urlpath"]
    assert place.startswith("lab/tree/")
    assert (ROOT / place.removeprefix("lab/tree/")).is_file()


@unix
@pytest.mark.slow
@pytest.mark.browser
def test_the_first_lesson_runs_in_what_start_starts(tmp_path_factory):
    """With this environment in place of Binder's: binder/start, JupyterLab, lesson 00."""
    from tools import browser_lab
    from tools.binder_memory import binder_lab, run_lessons_in

    if missing := browser_lab.missing():
        pytest.skip(missing)
    source = tmp_path_factory.mktemp("src")
    for name in ("binder", "course/en", "exercises/en"):
        shutil.copytree(ROOT / name, source / name)
    folder = Path(tmp_path_factory.mktemp("lab"))
    with binder_lab(source, Path(sys.prefix), folder, str(ROOT)) as lab:
        lesson = source / "course" / "en" / "00_start_here.ipynb"
        ((name, memory, each),) = run_lessons_in(lab, [lesson])
    assert name == "00_start_here"
    assert len(each) == 2  # the server and one kernel
    assert 100 < memory < 1000
