"""What goes into a learner's zip: the learner's notebooks and cards; no secrets, links, giants."""

import io
import os
import sys
import zipfile
from datetime import datetime
from pathlib import Path, PurePosixPath

import pytest
from nbformat import v4, writes

from mlp_teach.widgets import own_work
from mlp_teach.widgets.own_work import course_folder, own_files, pack

NOW = datetime(2026, 11, 26, 5, 30)
EXERCISE = "exercises/en/ps1/ps1.ipynb"
LESSONS = "course/en"


def notebook(path: Path, code: str = "x = 1", run: bool = False) -> Path:
    cell = v4.new_code_cell(code, execution_count=1 if run else None)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(writes(v4.new_notebook(cells=[cell])))
    return path


@pytest.fixture
def course(tmp_path):
    """A course in which one exercise is solved, one lesson was run and one was not."""
    root = tmp_path / "course_copy"
    notebook(root / EXERCISE, "answer = 42")
    notebook(root / LESSONS / "00_start.ipynb", run=True)
    notebook(root / LESSONS / "01_next.ipynb")
    (root / LESSONS / "widgets.json").write_text("{}")
    (root / LESSONS / "self_check.json").write_text("{}")
    return root


def inside(packed) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_the_learners_work_as_it_lies_on_the_disk(course):
    packed = pack(course, NOW, "0.1.0")
    assert packed.name == "mlp_teach_20261126_053000.zip"
    assert packed.left_out == ()
    found = inside(packed)
    top = "mlp_teach_20261126_053000/"
    assert found.pop(f"{top}README.txt").decode().startswith("Your work from the course mlp_teach")
    assert {name.removeprefix(top) for name in found} == set(packed.files)
    assert set(packed.files) == {
        EXERCISE,
        f"{LESSONS}/00_start.ipynb",
        f"{LESSONS}/widgets.json",
        f"{LESSONS}/self_check.json",
    }
    for name in packed.files:
        assert found[top + name] == (course / name).read_bytes()


def test_exercises_come_first_and_what_is_kept_before_notebooks(course):
    (course / "exercises/en/ps1/widgets.json").write_text("{}")
    names = [path.relative_to(course).as_posix() for path in own_files(course)]
    assert names[:2] == ["exercises/en/ps1/widgets.json", EXERCISE]
    assert names[-1] == f"{LESSONS}/00_start.ipynb"


@pytest.mark.parametrize(
    "name",
    [
        *(".env", "id_rsa", "exercises/en/ps1/password.txt", "exercises/en/ps1/token.json"),
        *("exercises/.ipynb_checkpoints/ps1.ipynb", "exercises/en/ps1/.hidden.ipynb"),
        *("solutions/en/ps1/ps1.ipynb", "gradebook.db", ".git/config", "own.ipynb"),
    ],
)
def test_nothing_else_goes_along(course, name):
    path = course / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("SECRET")
    packed = pack(course, NOW, "0.1.0")
    assert name not in packed.files
    assert b"SECRET" not in b"".join(inside(packed).values())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes links for administrators alone")
def test_links_and_pipes_lead_nowhere(course, tmp_path):
    outside = notebook(tmp_path / "theirs" / "theirs.ipynb", "SECRET = 1", run=True)
    (course / "exercises/en/link.ipynb").symlink_to(outside)
    (course / "exercises/en/folder").symlink_to(outside.parent)
    (course / LESSONS / "glossary_cards.json").symlink_to(outside)
    os.mkfifo(course / "exercises/en/pipe.ipynb")  # reading it would wait for ever
    packed = pack(course, NOW, "0.1.0")
    assert len(packed.files) == 4
    assert b"SECRET" not in b"".join(inside(packed).values())


def test_no_name_leads_out_of_the_zips_own_folder(course):
    notebook(course / "exercises/en/ps..1.ipynb")
    for name in inside(pack(course, NOW, "0.1.0")):
        parts = PurePosixPath(name).parts
        assert not PurePosixPath(name).is_absolute()
        assert ".." not in parts
        assert parts[0] == "mlp_teach_20261126_053000"


def test_giants_are_left_out_and_told(course, monkeypatch):
    monkeypatch.setattr(own_work, "LARGEST", 3000)
    (course / EXERCISE).write_text("x" * 3001)
    packed = pack(course, NOW, "0.1.0")
    assert packed.left_out == (EXERCISE,)
    assert len(packed.files) == 3


def test_all_together_stay_below_the_limit(course, monkeypatch):
    for number in range(10):
        notebook(course / f"exercises/en/own{number}.ipynb", "#" * 5000)
    monkeypatch.setattr(own_work, "MOST", 30_000)
    packed = pack(course, NOW, "0.1.0")
    contents = inside(packed)
    total = sum(len(content) for name, content in contents.items() if "README" not in name)
    assert 20_000 < total <= 30_000
    assert packed.left_out
    assert len(packed.files) + len(packed.left_out) == 14


def test_a_file_that_cannot_be_read_is_told(course, monkeypatch):
    def refuse(path, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    packed = pack(course, NOW, "0.1.0")
    assert packed.files == ()
    assert EXERCISE in packed.left_out


def test_a_damaged_lesson_is_the_learners(course):
    (course / LESSONS / "01_next.ipynb").write_text("{")
    assert f"{LESSONS}/01_next.ipynb" in pack(course, NOW, "0.1.0").files


def test_the_course_is_found_from_any_of_its_notebooks(course, tmp_path):
    assert course_folder(course / "exercises/en/ps1") == course
    assert course_folder(course / LESSONS) == course
    assert course_folder(tmp_path) == tmp_path


def test_an_assignment_that_was_fetched_alone_is_packed_too(tmp_path):
    folder = tmp_path / "ps1"
    notebook(folder / "ps1.ipynb")
    notebook(folder / "a/b/c/deep.ipynb")
    notebook(folder / "a/b/c/d/deeper.ipynb")
    assert set(pack(folder, NOW, "0.1.0").files) == {"ps1.ipynb", "a/b/c/deep.ipynb"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such name")
def test_a_name_in_another_encoding_keeps_no_other_file_from_home(tmp_path):
    for name in ("mine.ipynb", "lat\udcffin.ipynb"):
        (tmp_path / name).write_text("{}")
    packed = pack(tmp_path, datetime(2026, 11, 26, 5, 30), "0.1.0")
    assert (packed.files, packed.left_out) == (("mine.ipynb",), ("lat\\udcffin.ipynb",))
