"""mlp-teach label: files that must not be written, and what is said when nothing was."""

import pytest
from ase.build import bulk
from ase.io import read, write

from mlp_teach.cli import main


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder with copper, which EMT knows, and silicon, which it does not."""
    monkeypatch.chdir(tmp_path)
    write("both.xyz", [bulk("Cu"), bulk("Si")])
    write("silicon.xyz", bulk("Si"))
    (tmp_path / "empty.xyz").touch()
    (tmp_path / "link.xyz").symlink_to("both.xyz")
    (tmp_path / "a folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("structures", "output", "said"),
    [
        ("both.xyz", "both.xyz", "--output is both.xyz itself"),
        ("both.xyz", "link.xyz", "--output is both.xyz itself"),
        ("both.xyz", "a folder", "a file in a folder that is there"),
        ("both.xyz", "nowhere/labelled.xyz", "a file in a folder that is there"),
        ("empty.xyz", "labelled.xyz", "empty.xyz"),
        ("both.xyz", "labelled.png", "give it the ending .xyz"),
        ("both.xyz", "labelled", "give it the ending .xyz"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_anything_is_computed(
    structures, output, said, here, capsys
):
    before = sorted(path.name for path in here.rglob("*"))
    assert main(["label", structures, "--method", "emt", "--output", output]) == 1
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in here.rglob("*")) == before
    assert len(read("both.xyz", ":")) == 2


def test_where_all_fail_nothing_is_said_to_be_written(here, capsys):
    assert main(["label", "silicon.xyz", "--method", "emt", "--output", "labelled.xyz"]) == 1
    assert "1 of 1 structures have no label; nothing was written." in capsys.readouterr().err
    assert not (here / "labelled.xyz").exists()


def test_names_with_spaces_and_letters_of_the_world(capsys):
    write("銅 Kupfer.xyz", bulk("Cu"))
    words = ["label", "銅 Kupfer.xyz", "--method", "emt", "--output", "a folder/標 x.xyz"]
    assert main([*words, "--store", "a folder/標"]) == 0
    assert read("a folder/標 x.xyz").info["label"]["method"] == "EMT"
