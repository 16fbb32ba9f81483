"""What students handed in: found by name and time; links and strange names lead nowhere."""

from datetime import UTC, datetime, timedelta

import pytest

from mlp_teach.grading import class_folder
from mlp_teach.grading.class_folder import printable, read_time, submissions

NAME = "ps1"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def hand_in(place, student, file=f"{NAME}.ipynb", time=None):
    folder = place / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    if file:
        (folder / file).write_text("{}")
    if time is not None:
        (folder / "timestamp.txt").write_text(time)
    return folder


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 12:00:00.000000 UTC",  # as nbgrader writes it
        "2026-11-20 12:00:00.000000",
        "2026-11-20 12:00",
        "2026-11-20 21:00:00 Asia/Tokyo",
        "2026-11-20 21:00:00.000000 +0900",
        "2026-11-20T21:00+09:00",
        "2026-11-20T12:00:00Z",
    ],
)
def test_times_are_read_in_any_zone(text):
    assert read_time(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        *("", "noon", "2026-11-20 12:00 ../../etc/passwd", "2026-13-01"),
        *("0001-01-01 00:00 Asia/Tokyo", "9999-12-31T23:59-14:00"),
    ],
)
def test_what_is_no_time_is_refused_in_words(text):
    with pytest.raises(ValueError, match="is no time"):
        read_time(text)


def test_late_is_what_came_after_the_deadline(tmp_path):
    hand_in(tmp_path, "alice", time="2026-11-20 12:00:00.500000 UTC")
    hand_in(tmp_path, "bob")
    (alice, bob), _ = submissions(tmp_path, NAME)
    assert alice.late(NOON) == 1
    assert alice.late(NOON + timedelta(seconds=1)) == 0
    assert (alice.late(None), bob.late(NOON), bob.handed_in) == (0, 0, None)


def test_a_time_that_cannot_be_read_is_told_and_costs_nothing(tmp_path):
    for student, time in (("alice", "yesterday"), ("bob", "\udc00")):
        folder = hand_in(tmp_path, student)
        (folder / "timestamp.txt").write_bytes(time.encode(errors="surrogatepass"))
    (hand_in(tmp_path, "carol") / "timestamp.txt").symlink_to("/etc/hostname")
    found, _ = submissions(tmp_path, NAME)
    assert [one.notes for one in found] == [(class_folder.NO_TIME,)] * 3
    assert [one.handed_in for one in found] == [None] * 3


def test_one_notebook_under_another_name_is_taken_and_told(tmp_path):
    folder = hand_in(tmp_path, "alice", "ps1 (1)\n\u202e.ipynb")
    [found], _ = submissions(tmp_path, NAME)
    assert found.notebook.parent == folder
    assert found.notes == (class_folder.RENAMED.with_words(other="ps1 (1)??.ipynb"),)
    hand_in(tmp_path, "alice", "other.ipynb")
    [found], _ = submissions(tmp_path, NAME)
    assert found.notebook is None
    assert "other.ipynb, ps1 (1)??.ipynb" in found.trouble.en


def test_a_folder_without_a_notebook_has_a_trouble_and_one_without_assignment_none(tmp_path):
    hand_in(tmp_path, "alice", "")
    (tmp_path / "bob" / "ps2").mkdir(parents=True)
    [found], strange = submissions(tmp_path, NAME)
    assert (found.student, found.notebook) == ("alice", None)
    assert found.trouble == class_folder.NO_NOTEBOOK.with_words(name=NAME)
    assert strange == []


def test_links_are_not_followed(tmp_path):
    alice = hand_in(tmp_path, "alice")
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / NAME).symlink_to(alice)
    (tmp_path / "carol").symlink_to(tmp_path / "alice")
    found, strange = submissions(tmp_path, NAME)
    assert [(one.student, one.trouble) for one in found] == [
        ("alice", None),
        ("bob", class_folder.LINK),
    ]
    assert strange == ["'carol' is a link; it was not followed."]


@pytest.mark.parametrize(
    "name", ["-rf", ".hidden", "a\nb", "x" * 150, "漢" * 80, "$(reboot)", "a ", "\u202eb"]
)
def test_names_that_are_no_words_are_passed_over_and_told(tmp_path, name):
    hand_in(tmp_path, name)
    found, [line] = submissions(tmp_path, NAME)
    assert found == []
    assert line.isprintable()


@pytest.mark.parametrize("name", ["alice", "山田 太郎", "o'brien", "a.b+c@d-e_f", "s2026"])
def test_names_of_people_are_taken(tmp_path, name):
    hand_in(tmp_path, name)
    [found], strange = submissions(tmp_path, NAME)
    assert (found.student, strange) == (name, [])


def test_names_that_differ_in_large_letters_only_are_told(tmp_path):
    for name in ("alice", "Alice"):
        hand_in(tmp_path, name)
    _, [line] = submissions(tmp_path, NAME)
    assert "'Alice'" in line
    assert "'alice'" in line


def test_no_folder_is_told(tmp_path):
    with pytest.raises(ValueError, match="nbgrader collect"):
        submissions(tmp_path / "nothing", NAME)


def test_a_name_is_shown_as_one_line():
    assert printable("a\nb\x1b[31m\udc80") == "a?b?[31m?"
