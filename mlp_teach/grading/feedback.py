"""What a student gets back: one page with points, hints and what a person wrote.

    student_page(result, task)            without tests, right values and mark scheme
    give_back(course, task, results)      writes them where `nbgrader release_feedback` finds them

nbgrader's own feedback shows the hidden tests to whom they failed; these pages take its place. It
hands out CLASS/feedback/STUDENT/ASSIGNMENT/NOTEBOOK.html, to the student who has the secret that
nbgrader gave to the submission (nbgrader 0.9.6, exchange/default/release_feedback.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from mlp_teach.grading.class_folder import LONGEST, NAME, Submission, submissions
from mlp_teach.grading.class_results import Result
from mlp_teach.grading.course import Course
from mlp_teach.grading.doctor_bytes import Refused, read_bytes
from mlp_teach.grading.exercise import Assignment, Exercise, Text
from mlp_teach.grading.html_page import Html, code, element, joined, page
from mlp_teach.grading.marks import Mark
from mlp_teach.grading.record import Record
from mlp_teach.training.whole_file import write_whole

TITLE = Text("{assignment}: feedback for {student}", "{assignment}：{student} さんへの返却")
TOTAL = Text("{points} of {most} points", "{most} 点中 {points} 点")
WAITS = Text(
    "Answers in words are still to be marked by a person; they count 0 so far.",
    "文章の解答はまだ採点されていません。今のところ 0 点として数えています。",
)
HANDED_IN = Text("Handed in: {when}", "提出：{when}")
LATE = Text("{time} after the deadline", "締め切りから {time} 遅れ")
REPAIRED = Text("What was repaired before the marking", "採点前に修復したこと")
NOT_MARKED = Text("It could not be marked: {why}", "採点できませんでした：{why}")
BY_HAND = Text(
    "A person looked at this and set the points: {points}.",
    "教員が確認し、点数を {points} 点にしました。",
)
NOT_YET = Text("not yet marked", "未採点")
HOLDS = Text("yes", "正解")
HOLDS_NOT = Text("not yet", "まだ")
HEAD = (Text("", ""), Text("What was asked", "求められていること"), Text("Points", "点"))
SECRET, TIME = "submission_secret.txt", "timestamp.txt"
LARGEST = 1000  # bytes of either


def student_page(result: Result, task: Assignment) -> str:
    """The page, in the language of the notebook that was handed in."""
    lang = result.record.lang
    title = TITLE.with_words(assignment=task.name, student=result.student).say(lang)
    return page(title, lang, _parts(result, task, lang))


def _parts(result: Result, task: Assignment, lang: str) -> Iterator[Html]:
    record = result.record
    total = out_of(result.total, record.total_most, lang)
    yield element("p", element("strong", total))
    if record.waits:
        yield element("p", WAITS.say(lang), "note")
    yield from _handed_in(record, lang)
    if record.doctor:
        yield element("h2", REPAIRED.say(lang))
        yield element("ul", joined(element("li", text.say(lang)) for text in record.doctor))
    for exercise in task.exercises:
        points, most = result.points(exercise.name), result.most(exercise.name)
        yield element("h2", f"{exercise.function}: {out_of(points, most, lang)}")
        if exercise.name in result.by_hand:
            yield element("p", BY_HAND.with_words(points=f"{points:g}").say(lang))
        yield from _comment(result, exercise.name)
        yield _items(exercise, [one for one in record.marks if one.exercise == exercise.name], lang)
    for one in task.written:
        points, most = result.points(one.name), result.most(one.name)
        given = NOT_YET.say(lang) if points is None else out_of(points, most, lang)
        yield element("h2", f"{one.title.say(lang)}: {given}")
        yield from _comment(result, one.name)


def _handed_in(record: Record, lang: str) -> Iterator[Html]:
    if record.submitted_at:
        line = HANDED_IN.with_words(when=as_people_write(record.submitted_at)).say(lang)
        if record.late_seconds:
            line += f" ({LATE.with_words(time=duration(record.late_seconds, lang)).say(lang)})"
        yield element("p", line)
    if record.trouble:
        why = record.trouble.say(lang)
        yield element("p", NOT_MARKED.with_words(why=why).say(lang), "hint")


def _comment(result: Result, name: str) -> Iterator[Html]:
    if name in result.comments:
        yield code(result.comments[name])


def _items(exercise: Exercise, marks: Sequence[Mark], lang: str) -> Html:
    claims = {item.name: item.claim.say(lang) for item in exercise.items}
    rows = [element("tr", joined(element("th", one.say(lang)) for one in HEAD))]
    said = None
    for mark in marks:
        asked = [element("span", claims.get(mark.item, mark.item))]
        if mark.hint is not None and mark.hint != said:  # each hint once
            asked.append(element("div", mark.hint.say(lang), "hint"))
            said = mark.hint
        cells = [
            element("td", (HOLDS if mark.hint is None else HOLDS_NOT).say(lang)),
            element("td", joined(asked)),
            element("td", f"{mark.points} / {mark.most}", "number"),
        ]
        rows.append(element("tr", joined(cells)))
    return element("table", joined(rows))


def out_of(points: float | int, most: float | int, lang: str) -> str:
    return TOTAL.with_words(points=f"{points:g}", most=f"{most:g}").say(lang)


def as_people_write(time: str) -> str:
    """A time of ISO 8601, to the minute."""
    try:
        return f"{datetime.fromisoformat(time).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return time


def duration(seconds: int, lang: str) -> str:
    """Days, hours and minutes; less than a minute is one."""
    minutes = max(-(-seconds // 60), 1)
    numbers = (minutes // 1440, minutes // 60 % 24, minutes % 60)
    units = {"en": (" d", " h", " min"), "ja": (" 日", " 時間", " 分")}[lang]
    return " ".join(f"{n}{unit}" for n, unit in zip(numbers, units, strict=True) if n)


def give_back(course: Course, task: Assignment, found: Sequence[Result]) -> list[str]:
    """Writes every student's page; returns a line for each that nbgrader cannot hand out."""
    handed = {one.student: one for one in submissions(course.submitted, task.name)[0]}
    lines = []
    for result in found:
        student = checked(result.student)
        submission = handed.get(student)
        place = course.folder / "feedback" / student / task.name
        name = _page_name(submission, task)
        write_whole(place / f"{name}.html", student_page(result, task).encode())
        write_whole(place / TIME, _beside(submission, TIME))
        secret = _beside(submission, SECRET)
        if secret:
            write_whole(place / SECRET, secret)
        else:
            lines.append(f"{student} did not hand in with nbgrader: give {place / name}.html")
            # Without one nbgrader would stop, and no other student would get a page either.
            if not (place / SECRET).exists():
                write_whole(place / SECRET, secrets.token_hex(64).encode())
    return lines


def _page_name(submission: Submission | None, task: Assignment) -> str:
    """nbgrader asks for the submitted file's own name, which may be too long or strange for us."""
    name = submission.notebook.stem if submission and submission.notebook else ""
    if NAME.fullmatch(name) and len(name.encode()) <= LONGEST:
        return name
    return task.name


def checked(student: str) -> str:
    """A student's name that can be a folder's. Raises ValueError for another."""
    if not NAME.fullmatch(student):
        raise ValueError(f"A record is of {student!r}, which is no name of a student's folder.")
    return student


def _beside(submission: Submission | None, file: str) -> bytes:
    if submission is None:
        return b""
    try:
        data = read_bytes(submission.folder / file, submission.folder)[:LARGEST]
        data.decode()  # nbgrader reads it as text, and would stop for the whole class
        return data
    except (Refused, UnicodeDecodeError):
        return b""
