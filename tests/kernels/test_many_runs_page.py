"""docs/many_runs.md: the same in both languages, and what one is to type works."""

import re
import shlex
import shutil
from pathlib import Path
from unittest.mock import MagicMock, create_autospec

import pytest

from mlp_teach.cli import _parser, main
from mlp_teach.labelling import workers
from mlp_teach.training import ensemble
from mlp_teach.training.sweep import combinations, read_changes, side_by_side, variants

ROOT = Path(__file__).resolve().parents[2]
PAGES = [(ROOT / "docs" / name).read_text("utf-8") for name in ("many_runs.md", "many_runs.ja.md")]
CODE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
MAKE, USE, ON_GPUS = (text for kind, text in CODE.findall(PAGES[0]) if kind == "python")
COMMANDS = [text.strip() for kind, text in CODE.findall(PAGES[0]) if kind == "bash"]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The experiment that the page makes, in the folder from which it makes it."""
    shutil.copytree(ROOT / "experiments", tmp_path / "experiments")
    monkeypatch.chdir(tmp_path)
    exec(MAKE, {})
    return Path("runs/small.toml")


def test_both_languages_have_the_same_code_tables_and_sections():
    assert CODE.findall(PAGES[0]) == CODE.findall(PAGES[1])
    for sign in (r"^\|", r"^## ", r"^- "):
        english, japanese = (len(re.findall(sign, page, re.MULTILINE)) for page in PAGES)
        assert english == japanese > 0


def test_the_small_experiment_has_the_frames_that_the_page_says(small):
    from mlp_teach.training.experiment import load_frames, read_experiment

    experiment = read_experiment(small)
    assert [len(part) for part in load_frames(experiment)] == [100, 25, 50]
    assert experiment.training.epochs == 20


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_are_understood_and_make_the_runs_that_the_page_says(line, small):
    options = _parser().parse_args(shlex.split(line)[1:])
    assert options.experiment == small
    if "ensemble" in line:
        assert (options.members, options.workers) == (4, 2)
        return
    values = dict(read_changes(text) for text in options.set)
    changes = (side_by_side if options.side_by_side else combinations)(values)
    assert len(variants(small, changes)) == (4 if "model.hidden" in line else 2)
    assert bool(options.slurm) == bool(options.memory)


def test_options_and_files_that_the_page_names_are_there():
    with_slurm = next(line for line in COMMANDS if "--slurm" in line)
    options = vars(_parser().parse_args(shlex.split(with_slurm)[1:]))
    for page in PAGES:
        named = {name for row in page.splitlines() for name in re.findall(r"^\| `--(\w+)`", row)}
        assert named == {"workers", "memory", "walltime", "queue", "interface", "cores", "gpus"}
        assert {*named, "account"} <= set(options)
        tests = re.findall(r"tests/[\w/]+\.py", page)
        assert tests
        assert all((ROOT / name).is_file() for name in tests)


def test_the_call_for_gpus_is_one_that_our_functions_take(small, monkeypatch):
    asked = create_autospec(workers.slurm_workers, return_value=MagicMock())
    trained = create_autospec(ensemble.train_ensemble)
    monkeypatch.setattr(workers, "slurm_workers", asked)
    monkeypatch.setattr(ensemble, "train_ensemble", trained)
    exec(ON_GPUS, {})
    assert asked.call_args.kwargs["gpus"] == 1
    assert trained.call_args.kwargs["device"] == "cuda"


@pytest.mark.slow
def test_the_spread_of_the_members_is_used_as_the_page_does_it(small, capsys):
    small.write_text(small.read_text().replace("epochs = 20", "epochs = 1"))
    command = ["ensemble", str(small), "--members", "2", "--out", "runs/ensemble"]
    assert main(command) == 0
    capsys.readouterr()
    exec(USE, {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(re.fullmatch(r"-42\d\d\.\d+ eV, forces within \d+\.\d+ .*", line) for line in lines)
