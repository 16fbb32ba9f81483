"""Records of graded submissions: what is saved is what is loaded, whole, and the same each time."""

import json

import pytest

from mlp_teach.grading.exercise import Text
from mlp_teach.grading.marks import Mark
from mlp_teach.grading.record import (
    Record,
    RecordError,
    WrittenMark,
    record_path,
    records,
)

NAME = "ps1_energy_surfaces"
HINT = Text("The sign is wrong: \x1b é", "符号が逆です")


def example(student="alice", points=2):
    marks = (Mark("ps1_a", "one", points, 2, None), Mark("ps1_a", "two", 0, 1, HINT))
    return Record(
        assignment=NAME,
        student=student,
        lang="ja",
        submitted_at="2026-11-20T10:00:00+00:00",
        late_seconds=0,
        sha256="ab" * 32,
        points=points,
        most=3,
        marks=marks,
        written=(WrittenMark("ps1_words", None, 4, ""), WrittenMark("ps1_more", 1.5, 2, "Good.")),
        doctor=(Text("Repaired.", "直しました。"),),
        isolation="bubblewrap",
        grader="1",
    )


def test_a_record_is_loaded_as_it_was_saved(tmp_path):
    path = record_path(tmp_path, NAME, "alice")
    example().save(path)
    assert Record.load(path) == example()
    assert path.read_text(encoding="utf-8") == example().as_json()
    assert [one.name for one in path.parent.iterdir()] == ["alice.json"]  # nothing beside it


def test_the_file_is_flat_and_tells_the_points():
    data = json.loads(example().as_json())
    assert (data["student"], data["points"], data["most"]) == ("alice", 2, 3)
    assert data["marks"][0]["hint"] is None
    assert data["marks"][1]["hint"] == {"en": HINT.en, "ja": HINT.ja}
    assert data["trouble"] is None


def test_totals_count_what_a_person_gave_and_tell_what_is_left():
    record = example()
    assert (record.total, record.total_most, record.waits) == (3.5, 9, True)
    assert record.of_exercise("ps1_a") == 2
    done = record.with_written([WrittenMark("ps1_words", 4, 4, "")])
    assert (done.total, done.waits) == (6, False)


def test_records_come_by_name_and_a_broken_one_is_told(tmp_path):
    for student in ("bob", "alice"):
        example(student).save(record_path(tmp_path, NAME, student))
    assert [one.student for one in records(tmp_path, NAME)] == ["alice", "bob"]
    for text in ("", "[]", "{}", example().as_json().replace('"points"', '"pints"')):
        record_path(tmp_path, NAME, "carol").write_text(text)
        with pytest.raises(RecordError, match=r"carol\.json is no record"):
            records(tmp_path, NAME)
