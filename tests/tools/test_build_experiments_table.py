"""experiments/README.md says what the experiment files say."""

import pytest

from tools import build_experiments_table
from tools.build_experiments_table import FOLDER, main, page, row


def test_the_page_is_what_the_files_say():
    assert (FOLDER / "README.md").read_text("utf-8") == page()


def test_a_row_has_the_errors_of_the_file_or_says_that_nobody_ran_it():
    cells = [cell.strip() for cell in row(FOLDER / "gap_cu_full.toml").split("|")]
    assert cells[2:7] == ["GAP", "mlearn_Cu", "all", "0.417", "8.7"]
    cells = [cell.strip() for cell in row(FOLDER / "painn_cu_full.toml").split("|")]
    assert cells[5:8] == ["-", "-", "not measured"]


def test_check_tells_of_a_page_that_is_old(tmp_path, monkeypatch, capsys):
    (tmp_path / "gap.toml").write_bytes((FOLDER / "gap_cu.toml").read_bytes())
    monkeypatch.setattr(build_experiments_table, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["", "--check"])
    assert main() == 1
    assert "is not what the files say" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", [""])
    assert main() == 0
    monkeypatch.setattr("sys.argv", ["", "--check"])
    assert main() == 0


@pytest.mark.parametrize("name", ["mace_3bpa", "nequip_3bpa"])
def test_errors_that_a_file_tells_in_another_way_are_left_to_it(name):
    assert row(FOLDER / f"{name}.toml").count("see the file") == 2
