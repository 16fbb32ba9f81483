"""The report on similar answers of a class: a table for the terminal, and a page to read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlp_teach.grading.class_folder import submissions
from mlp_teach.grading.course import Course, releases
from mlp_teach.grading.exercise import Assignment
from mlp_teach.grading.html_page import Html, beside, code, element, joined, page
from mlp_teach.grading.similarity import FEWEST, Answers, Similarity, similarity
from mlp_teach.grading.staff_files import handed_out_code, read_answers
from mlp_teach.grading.table import Table

MOST_PAIRS = 50  # on the page beside each other; and lines of the table
READ_ME = (
    "A pair stands out when its answers share more than is usual in this class, counted by how "
    "rare it is here. That is a reason to read both, and no proof: two people may have learned "
    "together or from the same page. A pair that does not stand out may have copied as well."
)
FEW = f"With fewer than {FEWEST} answers nothing is usual, so that no pair can stand out."


def compare_class(
    course: Course, task: Assignment, release: Path | None = None
) -> tuple[Similarity, Answers, list[str]]:
    """Compares what a class handed in; also the answers, and lines on what could not be read.

    Raises ValueError where there are no submissions or no release.
    """
    found, lines = submissions(course.submitted, task.name)
    given = next(iter(releases(course, task.name, release).values()))
    answers = {}
    for one in found:
        mine = read_answers(one.notebook, task, given) if one.notebook else None
        if mine is None:
            lines.append(f"{one.student}: no notebook that can be read.")
        else:
            answers[one.student] = mine.code
    return similarity(answers, handed_out_code(given)), answers, lines


def pairs_table(found: Similarity) -> Table:
    """Pairs by how much stands out; those that share next to nothing are left out."""
    rows = [
        (
            "*" if one.stands_out else "",
            *one.students,
            one.exercise or "all together",
            round(one.bits, 1),
            round(100 * one.share),
            "yes" if one.to_the_letter else "",
        )
        for one in found.pairs[:MOST_PAIRS]
        if one.stands_out or one.bits > 1
    ]
    head = ("stands out", "student", "student", "exercise", "bits", "% shared", "to the letter")
    return Table(head, tuple(rows))


def usual_table(found: Similarity) -> Table:
    """What pairs of this class share, exercise by exercise."""
    rows = [
        (one.exercise or "all together", one.answers, round(one.median, 1), round(one.far, 1))
        for one in found.usual
    ]
    return Table(("exercise", "answers", "bits of a usual pair", "stands out above"), tuple(rows))


def similarity_page(task: Assignment, found: Similarity, answers: Answers) -> str:
    """The page for staff: tables, and the answers of pairs that stand out beside each other."""
    parts = [
        element("p", READ_ME),
        *([element("p", FEW)] if found.students < FEWEST else []),
        element("h2", f"Pairs: {len(found.standing_out)} stand out"),
        pairs_table(found).as_html(),
        element("h2", "What is usual in this class"),
        usual_table(found).as_html(),
        *(
            element("p", f"Too long to be compared: {student}, {exercise}")
            for student, exercise in found.too_long
        ),
        *_readings(found, answers),
    ]
    return page(f"{task.name}: similar answers", "en", parts)


def _readings(found: Similarity, answers: Answers) -> Iterator[Html]:
    one_by_one = [one for one in found.standing_out if one.exercise is not None]
    for one in one_by_one[:MOST_PAIRS]:
        yield element("h2", f"{one.students[0]} and {one.students[1]}: {one.exercise}")
        yield beside(
            *(
                joined([element("p", student), code(answers[student][one.exercise])])
                for student in one.students
            )
        )
