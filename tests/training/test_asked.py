"""What is kept beside a result says which experiment it is of, wherever its files lie."""

import shutil

import pytest

from mlp_teach.training.asked import asked
from mlp_teach.training.experiment_file import read_experiment
from tests.training.small_experiment import small_experiment


@pytest.fixture
def file(tmp_path):
    (tmp_path / "here").mkdir()
    return small_experiment(tmp_path / "here")


def test_the_same_files_in_another_folder_are_the_same_experiment(file, tmp_path):
    there = shutil.copytree(file.parent, tmp_path / "there") / file.name
    assert asked(read_experiment(there)) == asked(read_experiment(file))


@pytest.mark.parametrize("name", ["learn.xyz", "test.xyz"])
def test_changed_frames_make_another_experiment(file, name):
    before = asked(read_experiment(file))
    frames = file.parent / name
    frames.write_text(frames.read_text().replace("3", "4", 1))
    assert asked(read_experiment(file)) != before


def test_missing_frames_are_named(file):
    (file.parent / "test.xyz").unlink()
    with pytest.raises(FileNotFoundError, match=r"test\.xyz"):
        asked(read_experiment(file))
