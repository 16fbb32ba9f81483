"""A whole class: every submission of an assignment marked, and nbgrader's gradebook filled.

    found = grade_class("class", "ps1_energy_surfaces")
    for record in found.records: print(record.student, record.points)

Marks are given by workers, each submission by itself; the gradebook is written here, by one process
alone. Started again, it goes on where it was: records of the same bytes and the same grader stay,
however the last run ended. The records do not depend on how many workers there were.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from mlp_teach.grading.class_folder import Submission, submissions
from mlp_teach.grading.course import Course, read_course, releases
from mlp_teach.grading.doctor_bytes import Refused, read_bytes
from mlp_teach.grading.grade_submission import Job, grade_submission
from mlp_teach.grading.gradebook import Gradebook, opened
from mlp_teach.grading.grader_version import grader_version
from mlp_teach.grading.record import FOLDER, Record, RecordError, record_path
from mlp_teach.grading.sandbox import SandboxError, isolation
from mlp_teach.training.lock import alone_in
from mlp_teach.training.whole_file import write_whole

SALT = "salt"  # a file in the folder of records; with another salt, tests draw other inputs


@dataclass(frozen=True)
class Graded:
    """All records by the students' names, how many are new, and what was passed over and why."""

    records: list[Record]
    marked: int
    passed_over: list[str]


def grade_class(
    folder: str | Path,
    assignment: str,
    *,
    release: Path | None = None,
    due: datetime | None = None,
    executor: Executor | None = None,
    weaker: bool = True,
    again: bool = False,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> Graded:
    """Marks what was handed in and enters it into the gradebook.

    release    folder with what was handed out; None: as nbgrader_config.py says
    due        the deadline; None: that of the gradebook, with each student's extension
    executor   runs the marks; None: this process. `labelling.workers` has some for one machine
               and for a cluster
    weaker     may the sandbox be the weaker one, where there is no bubblewrap?
    again      mark anew what has a record
    on_done    is told how many of how many submissions are marked

    Raises CourseError or ValueError for a folder that is no class, SandboxError where there is no
    sandbox, InUseError where another process grades the class.
    """
    course = read_course(folder)
    handed_out = releases(course, assignment, release)
    if not weaker and isolation() != "bubblewrap":
        raise SandboxError(f"No sandbox: {isolation()}. Install it, or allow the weaker form.")
    with alone_in(course.folder / FOLDER), opened(course) as gradebook:
        _sweep(course, assignment)
        gradebook.enter(assignment, next(iter(handed_out.values())), due)
        found, passed_over = submissions(course.submitted, assignment)
        jobs = list(_jobs(course, assignment, handed_out, found, gradebook, weaker))
        waiting = jobs if again else [job for job in jobs if not _has_record(job)]
        on_done(len(jobs) - len(waiting), len(jobs))
        for done, _ in enumerate(_marked(waiting, executor), len(jobs) - len(waiting) + 1):
            on_done(done, len(jobs))
        graded = [_enter(job, gradebook) for job in jobs]
    return Graded(graded, len(waiting), passed_over)


def _sweep(course: Course, assignment: str) -> None:
    """Removes half-written files of a run that was killed."""
    places = [course.folder / FOLDER / assignment, *course.autograded.glob(f"*/{assignment}")]
    for place in places:
        for path in place.glob(".*.part"):
            path.unlink(missing_ok=True)


def _jobs(
    course: Course,
    assignment: str,
    handed_out: dict[str, Path],
    found: list[Submission],
    gradebook: Gradebook,
    weaker: bool,
) -> Iterator[Job]:
    salt = _salt(course.folder / FOLDER)
    grader = grader_version(assignment, handed_out.values(), salt)
    for one in found:
        late = one.late(gradebook.due(assignment, one.student))
        place = record_path(course.folder, assignment, one.student)
        yield Job(one, assignment, handed_out, late, salt, grader, weaker, place)


def _salt(folder: Path) -> str:
    """The class's own; made once, and closed to others on this machine, as the records are."""
    path = folder / SALT
    if not path.exists():
        write_whole(path, f"{secrets.token_hex(16)}\n".encode())
        for place in (folder, path):
            with suppress(OSError):  # drives that know no rights
                place.chmod(place.stat().st_mode & 0o770)
    return path.read_text(encoding="utf-8").strip()


def _has_record(job: Job) -> bool:
    """Is there a record of these bytes by this grader, and the notebook that goes with it?"""
    try:
        record = Record.load(job.place)
        data = read_bytes(job.submission.notebook or Path(), job.submission.folder)
    except (RecordError, OSError, Refused):
        return False  # what cannot be read is told anew: that is quick
    same = (record.sha256, record.grader) == (sha256(data).hexdigest(), job.grader)
    kept = record.isolation == "bubblewrap" or job.weaker
    return same and kept and job.place.with_suffix(".ipynb").is_file()


def _marked(jobs: list[Job], executor: Executor | None) -> Iterator[Record]:
    if executor is None:
        yield from (grade_submission(job) for job in jobs)
        return
    futures = [executor.submit(grade_submission, job) for job in jobs]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _enter(job: Job, gradebook: Gradebook) -> Record:
    """Writes the scores of a record into the gradebook, and what it says of written answers, and
    of the time, which may have changed since, into the record."""
    record = Record.load(job.place)
    gradebook.put(record, job.submission, job.place.with_suffix(".ipynb"))
    handed_in = job.submission.handed_in
    told = replace(
        record,
        written=gradebook.written(job.assignment, job.submission.student),
        late_seconds=job.late_seconds,
        submitted_at=None if handed_in is None else handed_in.isoformat(),
    )
    if told != record:
        told.save(job.place)
    return told
