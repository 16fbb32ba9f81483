"""Results of students who never were, for tests of what comes after the marking."""

from mlp_teach.grading.class_results import Result
from mlp_teach.grading.exercise import Assignment, Criterion, Text, Written, assignment
from mlp_teach.grading.marks import Mark
from mlp_teach.grading.record import Record, WrittenMark

NAME = "ps1_energy_surfaces"
HINT = Text("Try <b>again</b> \x1b[31m", "もう一度 <b>&</b>")
CRITERION = Text("Names the RUBRIC", "採点基準")
WORDS = Written("ps1_words", Text("Why?", "なぜですか"), (Criterion(3, CRITERION),))
TASK = Assignment(NAME, assignment(NAME).exercises, (WORDS,))
ITEMS = [(exercise.name, item) for exercise in TASK.exercises for item in exercise.items]


def result(
    student="alice", right=None, hint=HINT, given=None, by_hand=None, comments=None, **facts
):
    """A student with the points of the items in `right` (all, if it is None)."""
    marks = tuple(
        Mark(
            name, item.name, *((item.points, item.points, None) if good else (0, item.points, hint))
        )
        for n, (name, item) in enumerate(ITEMS)
        for good in [right is None or n in right]
    )
    written = (WrittenMark(WORDS.name, given, WORDS.points, (comments or {}).get(WORDS.name, "")),)
    known = dict(
        assignment=NAME,
        student=student,
        lang="en",
        submitted_at="2026-11-20T10:00:00+00:00",
        late_seconds=0,
        sha256="ab" * 32,
        points=sum(mark.points for mark in marks),
        most=sum(mark.most for mark in marks),
        marks=marks,
        written=written,
        isolation="bubblewrap",
        grader="mlp_teach 1",
    )
    return Result(Record(**known | facts), by_hand or {}, comments or {})
