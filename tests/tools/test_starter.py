"""The parts of start.py one by one: which PyTorch, which state, which sentence, which lock."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from starter import environment, pytorch, verify
from starter.commands import split_language
from starter.environment import Action, Place, examine, write_stamp
from starter.one_at_a_time import one_at_a_time
from starter.set_up import coming_alone, requirements
from starter.steps import StartError, explain
from starter.verify import checks

PINNED = "torch==2.13.0"


def report(version: str, *others: str) -> str:
    """What pip's --report holds, as far as start.py reads it."""
    packages = [("torch", version), *((name, "1") for name in others)]
    items = [{"metadata": {"name": name, "version": number}} for name, number in packages]
    return json.dumps({"install": items})


CUDA = report("2.13.0", "sympy", "nvidia-cublas", "triton")


@pytest.mark.parametrize(
    "found", [report("2.13.0+cpu", "sympy"), report("2.13.0", "sympy")], ids=["local", "plain"]
)
@pytest.mark.parametrize("gpu", [True, False])
def test_a_cpu_build_that_pip_finds_is_taken_as_it_is(found, gpu):
    torch = pytorch.for_this_machine(PINNED, found, gpu=gpu, linux=True)
    assert torch.arguments == (PINNED,)


@pytest.mark.parametrize("found", [CUDA, report("2.13.0+cu130", "sympy")], ids=["plain", "local"])
def test_no_cuda_build_where_no_gpu_is(found):
    torch = pytorch.for_this_machine(PINNED, found, gpu=False, linux=True)
    assert torch.arguments == ("--index-url", pytorch.CPU_INDEX, PINNED)
    assert "MLP_TEACH_TORCH" in torch.advice


def test_the_cuda_build_where_a_gpu_is():
    torch = pytorch.for_this_machine(PINNED, CUDA, gpu=True, linux=True)
    assert torch.arguments == (PINNED,)
    assert "CUDA" in torch.name


def test_other_systems_never_need_the_cpu_index():
    torch = pytorch.for_this_machine(PINNED, CUDA, gpu=False, linux=False)
    assert torch.arguments == (PINNED,)


@pytest.mark.parametrize(
    ("wish", "arguments"),
    [
        ("cuda", ("torch===2.13.0",)),
        ("https://example.org/whl/cu130", ("--index-url", "https://example.org/whl/cu130", PINNED)),
        ("https://example.org/torch.whl", ("https://example.org/torch.whl",)),
        ("../torch-2.9.1.whl", ("../torch-2.9.1.whl",)),
        ("torch==2.9.1", ("torch==2.9.1",)),
    ],
)
def test_the_persons_choice_of_pytorch_wins(wish, arguments):
    assert pytorch.chosen(wish, PINNED).arguments == arguments


@pytest.mark.parametrize("wish", ["", "cpu"])
def test_without_a_choice_this_computer_decides(wish):
    assert pytorch.chosen(wish, PINNED) is None


def test_pytorch_has_a_step_of_its_own_and_no_relative_is_mistaken_for_it():
    project = {
        "dependencies": ["numpy", "torch>=2.6", "torchmetrics"],
        "optional-dependencies": {"test": ["pytest"]},
    }
    assert requirements(project, ()) == ["numpy", "torchmetrics"]
    assert requirements(project, ("test",)) == ["numpy", "torchmetrics", "pytest"]


def test_some_packages_come_without_what_they_ask_for():
    table = {"tool": {"mlp_teach": {"alone": {"test": ["torchani==2.2.4"]}}}}
    assert coming_alone(table, ()) == []
    assert coming_alone(table, ("test",)) == ["torchani==2.2.4"]
    assert coming_alone({}, ("test",)) == []


@pytest.fixture
def place(tmp_path, monkeypatch) -> Place:
    """A complete environment, as far as its state is concerned: this Python and a stamp."""
    monkeypatch.delenv("MLP_TEACH_TORCH", raising=False)
    place = Place(tmp_path, tmp_path / ".venv")
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    place.bin.mkdir(parents=True)
    place.python.symlink_to(sys.executable)
    write_stamp(place, (), "")
    return place


def test_a_complete_environment_is_used(place):
    assert examine(place)[0] is Action.USE


def test_missing_packages_for_testing_are_an_update(place):
    assert examine(place, ("test",))[0] is Action.UPDATE
    write_stamp(place, ("test",), "")
    assert examine(place, ("test",))[0] is Action.USE
    assert examine(place)[0] is Action.USE


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_another_lock_is_an_update(place, name):
    (place.root / name).write_text("changed")
    assert examine(place)[0] is Action.UPDATE


@pytest.mark.parametrize("damage", ["", "{", '{"layout": "1"}'], ids=["gone", "cut", "partial"])
def test_a_missing_or_damaged_stamp_means_a_new_environment(place, damage):
    place.stamp.write_text(damage) if damage else place.stamp.unlink()
    assert examine(place)[0] is Action.BUILD


def test_another_pythons_environment_is_made_anew(place, monkeypatch):
    monkeypatch.setattr(environment, "python_tag", lambda python: "cpython-399")
    assert examine(place)[0] is Action.BUILD


def test_another_choice_of_pytorch_means_a_new_environment(place, monkeypatch):
    monkeypatch.setenv("MLP_TEACH_TORCH", "cuda")
    assert examine(place)[0] is Action.BUILD
    write_stamp(place, (), "cuda")
    assert examine(place)[0] is Action.USE


def test_a_choice_of_pytorch_once_made_need_not_be_repeated(place):
    write_stamp(place, (), "cuda")
    assert examine(place)[0] is Action.USE


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left", "disk"),
        ("The virtual environment was not created because ensurepip is not available", "venv"),
        ("Failed to resolve 'pypi.org' NameResolutionError\nNo matching distribution", "online"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer", "certificate"),
        ("[WinError 32] The process cannot access the file", "close JupyterLab"),
        ("ERROR: No matching distribution found for torch==2.13.0", "torch==2.13.0"),
        ("one\ntwo\nsomething nobody has seen", "something nobody has seen"),
    ],
)
def test_an_installers_trouble_is_put_into_words(output, word):
    assert word in explain(output)


HOLD = "import sys, fcntl; f = open(sys.argv[1], 'r+'); fcntl.flock(f, 2); print(flush=True)"
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks")


def hold(lock, pid: int, then: str) -> subprocess.Popen:
    """Another process that holds the lock in the name of process `pid`."""
    lock.write_text(str(pid))
    process = subprocess.Popen(
        [sys.executable, "-c", f"{HOLD}; {then}", lock], stdin=-1, stdout=-1, text=True
    )
    process.stdout.readline()
    return process


@posix
def test_a_second_set_up_is_refused_while_the_first_lives(tmp_path):
    lock = tmp_path / "lock"
    with hold(lock, 1, "input()") as other:
        with pytest.raises(StartError, match="process 1"), one_at_a_time(lock):
            pass
        other.communicate("\n")
    with one_at_a_time(lock):
        pass


@posix
def test_the_installer_of_a_killed_set_up_is_waited_for(tmp_path, capsys):
    lock = tmp_path / "lock"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with hold(lock, dead.pid, "import time; time.sleep(0.2)"), one_at_a_time(lock):
        pass
    assert "Waiting for it to end" in capsys.readouterr().out


def test_the_test_command_runs_every_check():
    names = [name for name, _ in checks(sys.executable, [])]
    assert names == ["lint", "format", "notebooks", "tests", "lessons"]


def test_the_fast_test_command_leaves_out_what_is_slow():
    fast = dict(checks(sys.executable, ["--fast"]))
    assert "lessons" not in fast
    assert fast["tests"][-2:] == ["-m", "not slow"]


def test_several_processes_take_the_files_in_our_order(monkeypatch):
    monkeypatch.setattr(verify.os, "cpu_count", lambda: 2)
    tests = dict(checks("python", []))["tests"]
    assert tests[3:] == ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    monkeypatch.setattr(verify.os, "cpu_count", lambda: 1)
    assert dict(checks("python", []))["tests"] == ["python", "-m", "pytest"]


def test_the_files_with_most_slow_tests_are_taken_first(pytestconfig):
    plugins = pytestconfig.pluginmanager.get_plugins()
    conftest = next(one for one in plugins if hasattr(one, "slow_files_first"))
    items = [
        SimpleNamespace(path=path, name=name, get_closest_marker=marks.count)
        for path, name, marks in [
            ("a.py", "1", []),
            ("a.py", "2", []),
            ("b.py", "3", ["slow"]),
            ("b.py", "4", []),
            ("c.py", "5", ["browser"]),
            ("c.py", "6", ["slow"]),
        ]
    ]
    conftest.slow_files_first(items)
    assert "".join(item.name for item in items) == "563412"


def test_pytest_alone_gets_what_stands_after_two_dashes():
    assert checks("python", ["--", "-k", "x"]) == [("tests", ["python", "-m", "pytest", "-k", "x"])]


def test_a_misspelt_option_is_not_silently_dropped():
    with pytest.raises(StartError, match="--fats"):
        checks(sys.executable, ["--fats"])


def test_a_language_that_the_course_does_not_speak_is_refused():
    with pytest.raises(StartError, match="en or ja"):
        split_language(["--lang", "fr"])
    with pytest.raises(StartError, match="en or ja"):
        split_language(["--lang"])
