"""One submission, from the file that was handed in to its record; runs in any process.

Read, repaired by the doctor, marked in the sandbox, saved: the notebook that staff will see first,
the record last, so that where there is a record, all is there.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mlp_teach.grading.class_folder import Submission
from mlp_teach.grading.course import language
from mlp_teach.grading.doctor import heal_bytes
from mlp_teach.grading.doctor_bytes import Refused, read_bytes
from mlp_teach.grading.exercise import Assignment, Text, assignment
from mlp_teach.grading.graded_notebook import empty_notebook, graded_notebook
from mlp_teach.grading.marks import Mark, Marks, Workbench, mark
from mlp_teach.grading.record import Record
from mlp_teach.grading.sandbox import SandboxError, isolation
from mlp_teach.training.whole_file import write_whole

FAILED = Text(
    "The grader itself failed: {what}. This is no fault of the student's; please report it.",
    "採点プログラム自身の誤りです：{what}。学生の責任ではありません。開発者に知らせてください。",
)


@dataclass(frozen=True)
class Job:
    """All that a worker needs to know about one submission."""

    submission: Submission
    assignment: str
    releases: dict[str, Path]  # by language, that of the class first
    late_seconds: int
    salt: str
    grader: str
    weaker: bool  # may the sandbox be the weaker one?
    place: Path  # STUDENT.json; the notebook is written beside it


@dataclass
class Found:
    """What came out so far."""

    lang: str
    doctor: list[Text]
    digest: str | None = None
    trouble: Text | None = None
    marks: Marks | None = None
    notebook: bytes = b""
    final: bool = True  # else tried again the next time


def grade_submission(job: Job) -> Record:
    """Marks the submission and saves its record. No submission raises an error.

    Raises SandboxError where there is no sandbox, OSError where nothing can be written.
    """
    task, given = assignment(job.assignment), job.submission
    found = Found(next(iter(job.releases)), list(given.notes), trouble=given.trouble)
    try:
        _grade(job, task, found)
    except Refused as refused:
        found.trouble = refused.finding.text
    except (SandboxError, OSError):
        raise
    except Exception as error:  # ours, and told as such: the class goes on
        what = f"{type(error).__name__}: {error}"
        found.trouble, found.marks, found.final = FAILED.with_words(what=what), None, False
    if found.marks is None:
        found.marks = nothing(task, given.student, found.trouble)
        found.notebook = empty_notebook(job.releases[found.lang].read_bytes(), found.trouble)
    write_whole(job.place.with_suffix(".ipynb"), found.notebook)
    record = _record(job, found)
    record.save(job.place)
    return record


def _grade(job: Job, task: Assignment, found: Found) -> None:
    path, folder = job.submission.notebook, job.submission.folder
    if path is None:
        return
    data = read_bytes(path, folder)
    found.digest, found.lang = sha256(data).hexdigest(), language(data, job.releases)
    release = job.releases[found.lang]
    healed = heal_bytes(data, release, path)  # what the digest is of
    if healed.notebook is None:
        found.trouble = healed.findings[0].text
        return
    found.doctor += [one.text for one in healed.findings]
    found.marks = _marks(healed.notebook, task, job)
    found.notebook = graded_notebook(healed.notebook, release.read_bytes(), found.marks, found.lang)


def _record(job: Job, found: Found) -> Record:
    handed_in = job.submission.handed_in
    return Record(
        assignment=job.assignment,
        student=job.submission.student,
        lang=found.lang,
        submitted_at=None if handed_in is None else handed_in.isoformat(),
        late_seconds=job.late_seconds,
        sha256=found.digest,
        points=found.marks.points,
        most=found.marks.most,
        marks=found.marks.marks,
        doctor=tuple(found.doctor),
        trouble=found.trouble,
        isolation="bubblewrap" if isolation() == "bubblewrap" else "weaker",
        grader=job.grader if found.final else f"{job.grader} failed",
    )


def _marks(notebook: bytes, task: Assignment, job: Job) -> Marks:
    with tempfile.TemporaryDirectory(prefix="mlp_teach_") as folder:
        path = Path(folder) / f"{task.name}.ipynb"
        path.write_bytes(notebook)
        with Workbench(weaker=job.weaker) as workbench:
            return mark(path, task, job.submission.student, job.salt, workbench)


def nothing(task: Assignment, student: str, trouble: Text) -> Marks:
    """The marks of a submission of which nothing could be marked."""
    items = [(one.name, item) for one in task.exercises for item in one.items]
    marks = [Mark(name, item.name, 0, item.points, trouble) for name, item in items]
    return Marks(task, student, tuple(marks))
