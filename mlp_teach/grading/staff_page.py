"""All about one submission, for staff: what the student's page leaves out.

Each item by its name and with the words that its inputs follow from, so that a mark can be
repeated; the student's answers beside the model answers; and for answers in words the rubric. What
has two languages is in that of the notebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from mlp_teach.grading.class_folder import Submission, submissions
from mlp_teach.grading.class_results import Result
from mlp_teach.grading.course import Course
from mlp_teach.grading.doctor_bytes import Refused, read_bytes
from mlp_teach.grading.exercise import LANGUAGES, Assignment, Exercise, Written
from mlp_teach.grading.feedback import as_people_write, checked, duration
from mlp_teach.grading.html_page import Html, beside, code, element, joined, page
from mlp_teach.grading.record import record_path
from mlp_teach.grading.staff_files import Answers, answers_in, model_answers
from mlp_teach.grading.table import Table
from mlp_teach.training.whole_file import write_whole

NO_ANSWER = "No answer was found."
NO_MODEL = "No model answer was found: --source names the folder of nbgrader's source version."
CHANGED = "The file that is in submitted/ now is not the one that these marks are of."
REPEAT = (
    "The inputs of an item follow from the words in its row and the class's salt: graded again, an "
    "answer gets the same inputs (mlp_teach.grading.exercise.source_of_chance)."
)


def staff_page(
    result: Result, task: Assignment, mine: Answers | None, model: Answers | None, note: str = ""
) -> str:
    """The page. Answers that could not be read, or found, are None."""
    record, lang = result.record, result.record.lang
    parts = [_facts(result), element("p", note, "hint")] if note else [_facts(result)]
    if record.trouble:
        parts.append(element("p", f"Could not be marked: {record.trouble.say(lang)}", "hint"))
    if record.doctor:
        repaired = joined(element("li", text.say(lang)) for text in record.doctor)
        parts += [element("h2", "The doctor's report"), element("ul", repaired)]
    parts.append(element("p", REPEAT, "note"))
    for exercise in task.exercises:
        parts += _exercise(result, task.name, exercise)
        parts.append(_answers(exercise.name, mine and mine.code, model and model.code))
    for one in task.written:
        parts += _rubric(result, one)
        parts.append(_answers(one.name, mine and mine.written, model and model.written))
    return page(f"{task.name}: {result.student}", "en", parts)


def _facts(result: Result) -> Html:
    record = result.record
    when = as_people_write(record.submitted_at) if record.submitted_at else "not known"
    if record.late_seconds:
        when += f", {duration(record.late_seconds, 'en')} late"
    facts = (
        ("points", f"{result.total:g} of {record.total_most:g}"),
        ("by the tests", f"{record.points:g} of {record.most:g}"),
        ("handed in", when),
        ("language", record.lang),
        ("SHA-256 of the file", record.sha256 or "not known"),
        ("sandbox", record.isolation),
        ("grader", record.grader),
    )
    return Table(("", ""), facts).as_html()


def _exercise(result: Result, where: str, exercise: Exercise) -> Iterator[Html]:
    points, most = result.points(exercise.name), result.most(exercise.name)
    by_hand = ", set by hand" if exercise.name in result.by_hand else ""
    yield element("h2", f"{exercise.name}: {points:g} of {most:g}{by_hand}")
    yield from _comment(result, exercise.name)
    lang = result.record.lang
    claims = {item.name: item.claim.say(lang) for item in exercise.items}
    rows = tuple(
        (
            mark.item,
            claims.get(mark.item),
            f"{mark.points} / {mark.most}",
            mark.hint.say(lang) if mark.hint else None,
            " · ".join((where, exercise.name, mark.item, result.student)),
        )
        for mark in result.record.marks
        if mark.exercise == exercise.name
    )
    yield Table(("item", "claim", "points", "hint", "inputs follow from"), rows).as_html()


def _rubric(result: Result, one: Written) -> Iterator[Html]:
    points, lang = result.points(one.name), result.record.lang
    given = "not yet marked" if points is None else f"{points:g} of {one.points:g}"
    yield element("h2", f"{one.name}: {given}")
    yield element("p", one.title.say(lang))
    rows = tuple((criterion.points, criterion.what.say(lang)) for criterion in one.criteria)
    yield Table(("points", "for"), rows).as_html()
    yield from _comment(result, one.name)


def _comment(result: Result, name: str) -> Iterator[Html]:
    if name in result.comments:
        yield joined([element("p", "Comment"), code(result.comments[name])])


def _answers(name: str, mine: dict[str, str] | None, model: dict[str, str] | None) -> Html:
    texts = ((mine or {}).get(name), NO_ANSWER), ((model or {}).get(name), NO_MODEL)
    shown = [code(text) if text else element("p", missing) for text, missing in texts]
    heads = (element("p", "Handed in"), element("p", "Model answer"))
    return beside(*(joined(both) for both in zip(heads, shown, strict=True)))


def write_staff_pages(
    course: Course, task: Assignment, found: Sequence[Result], source: Path | None = None
) -> Path:
    """Writes CLASS/staff/ASSIGNMENT/STUDENT.html for each student; returns the folder."""
    handed = {one.student: one for one in submissions(course.submitted, task.name)[0]}
    models = {lang: model_answers(course, task, lang, source) for lang in LANGUAGES}
    place = course.folder / "staff" / task.name
    for result in found:
        student, record = checked(result.student), result.record
        marked = record_path(course.folder, task.name, student).with_suffix(".ipynb")
        there = record.trouble is None and marked.is_file()
        mine = answers_in(marked.read_bytes(), task) if there else None
        note = "" if _digest(handed.get(student)) == record.sha256 else CHANGED
        text = staff_page(result, task, mine, models[record.lang], note)
        write_whole(place / f"{student}.html", text.encode())
    return place


def _digest(submission: Submission | None) -> str | None:
    if submission is None or submission.notebook is None:
        return None
    try:
        return sha256(read_bytes(submission.notebook, submission.folder)).hexdigest()
    except Refused:
        return None
