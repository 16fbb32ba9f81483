"""Pages for students and staff: all that each needs, nothing that students must not see, and what
students wrote is only text."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mlp_teach.grading.course import Course
from mlp_teach.grading.exercise import Text
from mlp_teach.grading.feedback import duration, give_back, student_page
from mlp_teach.grading.html_page import MOST_LETTERS, code, escaped, page
from mlp_teach.grading.staff_files import Answers, answers_in, model_answers
from mlp_teach.grading.staff_page import CHANGED, NO_ANSWER, staff_page, write_staff_pages
from tests.grading.made_results import HINT, NAME, TASK, WORDS, result

ROOT = Path(__file__).resolve().parents[2]
EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\x00\ud800\u202egnp"


class Parser(HTMLParser):
    """Tags, attributes and text of a page; fails for tags that are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.texts = [], set(), set(), []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def harmless(text):
    """The text that a browser shows, of a page that can neither run nor load anything."""
    text.encode()
    parsed = Parser(text)
    assert not parsed.tags & {"script", "img", "iframe", "link", "a", "form", "object", "svg"}
    assert parsed.attributes <= {"class", "lang", "charset", "name", "content", "http-equiv"}
    assert "default-src 'none'" in text
    return "".join(parsed.texts)


def test_the_page_tells_points_hints_and_how_late():
    shown = harmless(student_page(result(right={0, 2}, late_seconds=90_000), TASK))
    assert "3 of 38 points" in shown
    assert "Handed in: 2026-11-20 10:00 UTC (1 d 1 h after the deadline)" in shown
    assert shown.count("Try <b>again</b>") == len(TASK.exercises)  # once where all hints are alike
    assert "forces_by_differences: 3 of 4 points" in shown
    assert "Half the step makes the error a quarter" in shown
    assert "Try <b>again</b>" in shown
    assert "still to be marked by a person" in shown
    assert "Why?: not yet marked" in shown


def test_it_speaks_the_language_of_the_notebook():
    repaired = (Text("Put back.", "戻しました。"),)
    text = student_page(result(right=set(), lang="ja", doctor=repaired, late_seconds=60), TASK)
    shown = harmless(text)
    assert '<html lang="ja">' in text
    for words in ("38 点中 0 点", "戻しました。", HINT.ja, "1 分", "なぜですか"):
        assert words in shown
    for words in ("Put back", "points", "Handed in", "not yet", "Half the step"):
        assert words not in shown


def test_a_mark_and_a_comment_of_a_persons_are_shown():
    marked = result(
        right=set(),
        given=1.5,
        by_hand={"ps1_lennard_jones": 2.5},
        comments={"ps1_words": f"Good. {EVIL}", "ps1_lennard_jones": "Nearly."},
    )
    shown = harmless(student_page(marked, TASK))
    assert "4 of 38 points" in shown
    assert "set the points: 2.5" in shown
    assert "Why?: 1.5 of 3 points" in shown
    assert "Nearly." in shown
    assert "still to be marked" not in shown


def test_students_do_not_see_the_mark_scheme_or_the_tests():
    text = student_page(result(right={0}, given=1), TASK)
    staff = staff_page(result(right={0}, given=1), TASK, None, None)
    for secret in ("RUBRIC", "untouched", "bubblewrap", "abababab"):
        assert secret not in text
        assert secret in staff


def test_a_submission_that_could_not_be_marked_is_told_why():
    why = Text("The file is empty.", "ファイルが空です。")
    shown = harmless(student_page(result(right=set(), trouble=why, hint=why), TASK))
    assert "It could not be marked: The file is empty." in shown


def test_hostile_names_hints_and_code_are_text():
    evil = Text(EVIL, EVIL)
    one = result(
        "a+b", right=set(), hint=evil, doctor=(evil,), trouble=evil, comments={"ps1_words": EVIL}
    )
    one = replace(one, record=replace(one.record, student=EVIL, submitted_at=EVIL))
    mine = Answers(dict.fromkeys((task.name for task in TASK.exercises), EVIL), {WORDS.name: EVIL})
    for text in (student_page(one, TASK), staff_page(one, TASK, mine, mine, EVIL)):
        shown = harmless(text)
        assert "<script>alert(1)</script>" in shown
        assert "\u202e" not in shown
        assert "\\u202egnp" in shown
        assert "\x00" not in text


def test_a_huge_answer_makes_no_huge_page():
    assert len(code("&" * 10**7)) < 6 * MOST_LETTERS + 100
    assert str(escaped(page("t", "en", []))).count("<") == 0


def test_staff_see_answers_beside_model_answers_and_what_inputs_follow_from(tmp_path):
    course = class_in(tmp_path)
    model = model_answers(course, TASK, "en")
    mine = answers_in((ROOT / "exercises" / "en" / NAME / f"{NAME}.ipynb").read_bytes(), TASK)
    shown = harmless(staff_page(result(right={0}), TASK, mine, model))
    assert "np.round(vectors / lengths)" in shown
    assert "raise NotImplementedError()" in shown
    assert "ps1_energy_surfaces · ps1_forces_by_differences · slope · alice" in shown
    assert "採点基準" in harmless(staff_page(result(lang="ja"), TASK, None, None))
    assert NO_ANSWER in harmless(staff_page(result(), TASK, None, model))
    assert model_answers(course, TASK, "en", tmp_path) is None


def class_in(folder):
    places = (ROOT / "exercises" / "en", folder / "submitted", folder / "autograded")
    (folder / "submitted").mkdir(exist_ok=True)
    return Course(folder, "mlp_teach", "sqlite:///", *places)


def test_pages_lie_where_nbgrader_looks_with_the_students_secret(tmp_path):
    course = class_in(tmp_path)
    for student, name in (("alice", NAME), ("bob", "my copy"), ("carol", NAME)):
        folder = tmp_path / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text("{}")
        if student != "carol":
            (folder / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
            (folder / "submission_secret.txt").write_text(f"secret of {student}")
    (tmp_path / "outside").write_text("CANARY")
    (tmp_path / "submitted" / "carol" / NAME / "submission_secret.txt").symlink_to(
        tmp_path / "outside"
    )
    found = [result(name) for name in ("alice", "bob", "carol", "gone")]
    lines = give_back(course, TASK, found)
    assert [line.partition(" ")[0] for line in lines] == ["carol", "gone"]
    place = tmp_path / "feedback"
    assert (place / "alice" / NAME / f"{NAME}.html").is_file()
    assert (place / "bob" / NAME / "my copy.html").is_file()
    assert (place / "alice" / NAME / "submission_secret.txt").read_text() == "secret of alice"
    assert (place / "alice" / NAME / "timestamp.txt").read_text() == "2026-11-20 10:00:00 UTC"
    made = (place / "carol" / NAME / "submission_secret.txt").read_text()
    assert re.fullmatch("[0-9a-f]{128}", made)
    give_back(course, TASK, found)
    assert (place / "carol" / NAME / "submission_secret.txt").read_text() == made


@pytest.mark.parametrize(
    "name", ["a" * 248, "漢" * 80, "a\nb", b"\xff".decode(errors="surrogateescape")]
)
def test_a_strange_file_name_stops_no_page(tmp_path, capsys, name):
    course = class_in(tmp_path)
    folder = tmp_path / "submitted" / "alice" / NAME
    folder.mkdir(parents=True)
    (folder / f"{name}.ipynb").write_text("{}")
    print(*give_back(course, TASK, [result()]))
    assert f"{NAME}.html" in capsys.readouterr().out
    assert (tmp_path / "feedback" / "alice" / NAME / f"{NAME}.html").is_file()


def test_bytes_that_are_no_text_do_not_get_to_nbgrader(tmp_path):
    course = class_in(tmp_path)
    folder = tmp_path / "submitted" / "alice" / NAME
    folder.mkdir(parents=True)
    for file in ("timestamp.txt", "submission_secret.txt"):
        (folder / file).write_bytes(b"\xff\xfe")
    assert len(give_back(course, TASK, [result()])) == 1
    place = tmp_path / "feedback" / "alice" / NAME
    assert (place / "timestamp.txt").read_text(encoding="utf-8") == ""
    assert len((place / "submission_secret.txt").read_text(encoding="utf-8")) == 128


def test_staff_pages_tell_when_the_file_has_changed_since(tmp_path):
    course = class_in(tmp_path)
    place = write_staff_pages(course, TASK, [result(), result("bob", sha256=None)])
    assert place == tmp_path / "staff" / NAME
    assert CHANGED in (place / "alice.html").read_text()
    assert CHANGED not in (place / "bob.html").read_text()


@pytest.mark.parametrize("name", ["../x", "..", "", "a/b", "/etc/x", "x\n"])
def test_a_record_of_a_strange_name_writes_nothing(tmp_path, name):
    (tmp_path / "class").mkdir()
    course = class_in(tmp_path / "class")
    for write in (give_back, write_staff_pages):
        with pytest.raises(ValueError, match="no name"):
            write(course, TASK, [result(name)])
    assert {path.name for path in tmp_path.rglob("*")} == {"class", "submitted"}


def test_durations_are_as_people_say_them():
    assert [duration(s, "en") for s in (1, 60, 3_660, 90_000, 172_800)] == [
        "1 min",
        "1 min",
        "1 h 1 min",
        "1 d 1 h",
        "2 d",
    ]
    assert duration(90_061, "ja") == "1 日 1 時間 2 分"
