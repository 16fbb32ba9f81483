"""One's own work goes back to where it was; a zip of a stranger's writes nothing anywhere else."""

import io
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from mlp_teach.widgets import put_back as file
from mlp_teach.widgets.own_work import pack
from mlp_teach.widgets.put_back import put_back

TOP = "mlp_teach_20261126_053000"


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "new"
    for name in ("course/en", "exercises/en/ps1"):
        (root / name).mkdir(parents=True)
    (root / "exercises/en/ps1/ps1.ipynb").write_text("as handed out")
    return root


def zipped(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return path


def files_below(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(errors="replace") for path in found}


def test_what_was_packed_comes_back_and_what_was_there_stays(course, tmp_path):
    old = tmp_path / "old"
    for name in ("exercises/en/ps1/ps1.ipynb", "course/en/widgets.json", "exercises/en/own.ipynb"):
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_text(f"mine: {name}")
    packed = pack(old, datetime(2026, 11, 26, 5, 30), "0.1.0")
    (tmp_path / packed.name).write_bytes(packed.content)
    assert set(put_back(tmp_path / packed.name, course / "course/en")) == set(packed.files)
    found = files_below(course)
    assert found.pop("exercises/en/ps1/ps1_before.ipynb") == "as handed out"
    assert found == files_below(old)
    again = pack(course, datetime(2026, 11, 26, 5, 30), "0.1.0")
    assert again.files == packed.files  # without what was there before


def test_the_note_in_the_zip_says_how(course, tmp_path):
    packed = pack(course, datetime(2026, 11, 26, 5, 30), "0.1.0")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        note = archive.read(f"{TOP}/README.txt").decode()
    assert f'put_back("{TOP}.zip")' in note
    assert "採点はされていません" in note


def test_the_same_work_twice_leaves_no_copies(course, tmp_path):
    archive = zipped(tmp_path / "z.zip", {f"{TOP}/exercises/en/ps1/ps1.ipynb": "as handed out"})
    put_back(archive, course)
    assert files_below(course) == {"exercises/en/ps1/ps1.ipynb": "as handed out"}


def test_what_stayed_once_stays_when_another_zip_follows(course, tmp_path):
    for work in ("first", "second", "third"):
        archive = zipped(tmp_path / "z.zip", {f"{TOP}/exercises/en/ps1/ps1.ipynb": work})
        put_back(archive, course)
    assert files_below(course / "exercises/en/ps1") == {
        "ps1.ipynb": "third",
        "ps1_before.ipynb": "as handed out",
        "ps1_before2.ipynb": "first",
        "ps1_before3.ipynb": "second",
    }


@pytest.mark.parametrize(
    "name",
    [
        *(f"{TOP}/../../escaped.ipynb", f"{TOP}/course/../../escaped.ipynb", "../escaped.ipynb"),
        *("/tmp/escaped.ipynb", f"{TOP}/escaped.ipynb", f"{TOP}/mlp_teach/escaped.ipynb"),
        *(f"{TOP}/course/.hidden/escaped.ipynb", f"{TOP}/course/C:escaped.ipynb"),
        *(f"{TOP}/course/..\\..\\escaped.ipynb", "escaped.ipynb"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_and_nothing_is_written(course, tmp_path, name):
    good = f"{TOP}/exercises/en/ps1/ps1.ipynb"
    archive = zipped(tmp_path / "z.zip", {good: "mine", name: "theirs"})
    before = files_below(tmp_path)
    with pytest.raises(ValueError, match="none of the course's folders"):
        put_back(archive, course)
    assert files_below(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes links for administrators alone")
def test_a_link_on_the_way_is_not_followed(course, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (course / "course/link").symlink_to(tmp_path / "elsewhere")
    archive = zipped(tmp_path / "z.zip", {f"{TOP}/course/link/escaped.ipynb": "theirs"})
    with pytest.raises(ValueError, match="none of the course's folders"):
        put_back(archive, course)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_other_kinds_of_file_are_passed_over(course, tmp_path):
    names = ("course/en/sitecustomize.py", "course/en/.jupyter/config.py", "README.txt")
    archive = zipped(tmp_path / "z.zip", {f"{TOP}/{name}": "theirs" for name in names})
    before = files_below(course)
    assert put_back(archive, course) == []
    assert files_below(course) == before


def test_bombs_are_refused(course, tmp_path, monkeypatch):
    archive = zipped(tmp_path / "z.zip", {f"{TOP}/course/en/big.ipynb": "0" * 5000})
    monkeypatch.setattr(file, "LARGEST", 4000)
    with pytest.raises(ValueError, match="larger than"):
        put_back(archive, course)
    monkeypatch.setattr(file, "MOST", 4000)
    with pytest.raises(ValueError, match="holds more than"):
        put_back(archive, course)
    assert not (course / "course/en/big.ipynb").exists()


@pytest.mark.parametrize("byte", [6, 8])  # flags: with a password; a compression of no one's
def test_a_zip_that_cannot_be_opened_is_told(course, tmp_path, byte):
    archive = zipped(tmp_path / "z.zip", {f"{TOP}/course/en/a.ipynb": "mine"})
    content = bytearray(archive.read_bytes())
    for head in (content.find(b"PK\x03\x04") + byte, content.find(b"PK\x01\x02") + byte + 2):
        content[head] |= 1
    archive.write_bytes(content)
    with pytest.raises(ValueError, match="is no zip file, or a damaged one"):
        put_back(archive, course)


def test_what_is_no_zip_is_told(course, tmp_path):
    (tmp_path / "z.zip").write_text("no zip")
    with pytest.raises(ValueError, match="is no zip file, or a damaged one"):
        put_back(tmp_path / "z.zip", course)
