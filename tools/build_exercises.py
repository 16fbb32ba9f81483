"""Build the assignments from their one source: what staff keep, and what students get.

    python tools/build_exercises.py           write solutions/{en,ja} and exercises/{en,ja}
    python tools/build_exercises.py --check   write nothing; fail if one is not up to date
    python tools/build_exercises.py --stamp   every translation now says what its English says

An assignment is solutions/source/NAME.py, written like a lesson (`tools/build_notebooks.py` tells
how: both languages, a card, 15 lines of code a cell). Tags give cells their part in the grading:

    # %% tags=["given:NAME_imports"]   handed out as it is, and locked
    # %% tags=["answer:EXERCISE"]      students fill ### BEGIN SOLUTION to ### END SOLUTION
    # %% tags=["test:EXERCISE"]        calls practice(...); its points are those of the exercise
    # %% [markdown] lang="en" tags=["written:NAME"]   an answer in words: this is the model answer
    # %% [markdown] lang="ja" tags=["written:NAME"]   (students get an empty cell to write in)

Answers are checked one by one, each after `import numpy as np` alone. What an exercise asks and how
it is judged stands in mlp_teach/grading/assignments/NAME.py. The release is made by nbgrader's own
generate_assignment, so this needs nbgrader.
"""

import argparse
import os
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parent))
from build_notebooks import build, stamp
from lesson_source import LANGUAGES, Lesson, problems, read_lesson

from mlp_teach.grading.exercise import Assignment, assignment

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("given", "answer", "test", "written")
EMPTY = {"en": "*Write your answer here.*", "ja": "*ここに解答を書いてください。*"}
CARD_TEXT = {
    "en": "> **This assignment** takes about {learn_minutes:g} minutes. Solved, all its "
    "cells together "
    "run in less than {run_seconds:g} s on one CPU thread, in less than {memory_mb:g} MB "
    "of memory.\n>\n"
    "> **On Binder nothing is kept and nothing is graded.** Before you leave, run this in a new "
    "cell and press the button: `from mlp_teach.widgets.download_answers import download_answers; "
    'download_answers(lang="en")`',
    "ja": "> **この課題**の所要時間は約 {learn_minutes:g} 分です。解き終えたとき、"
    "すべてのセルを実行しても、"
    "CPU 1 スレッドで {run_seconds:g} 秒、メモリ {memory_mb:g} MB を超えません。\n>\n"
    "> **Binder では、何も保存されず、採点もされません。** 終える前に、新しいセルで次を実行し、"
    "ボタンを押してください：`from mlp_teach.widgets.download_answers import download_answers; "
    'download_answers(lang="ja")`',
}


def source_notebook(lesson: Lesson, lang: str) -> str:
    """nbgrader's source version in one language, as the text of its file."""
    notebook = nbformat.reads(build(lesson, lang), as_version=4)
    notebook.cells[1].source = CARD_TEXT[lang].format(**lesson.card)  # build puts the card there
    for cell in notebook.cells:
        for tag in cell.metadata.pop("tags", []):
            cell.metadata["nbgrader"] = _about(tag, lesson.topic)
    return nbformat.writes(notebook) + "\n"


def _about(tag: str, name: str) -> dict:
    part, _, grade_id = tag.partition(":")
    about = {
        "schema_version": 3,
        "cell_type": "markdown" if part == "written" else "code",
        "grade_id": f"{grade_id}_test" if part == "test" else grade_id,
        "grade": part in ("test", "written"),
        "solution": part in ("answer", "written"),
        "locked": part in ("given", "test"),
        "task": False,
    }
    if about["grade"]:
        about["points"] = _points(assignment(name), grade_id)
    return about


def _points(task: Assignment, grade_id: str) -> int:
    return {one.name: one.points for one in (*task.exercises, *task.written)}[grade_id]


def tag_problems(lesson: Lesson) -> list[str]:
    """Do the cells and the assignment's file tell of the same exercises, in the same order?"""
    found: dict[str, list[str]] = {part: [] for part in PARTS}
    for cell in lesson.cells:
        if cell.lang == "ja":  # its English twin is looked at; nbgrader asks for the same cells
            continue
        for tag in cell.tags:
            part, _, grade_id = tag.partition(":")
            if part not in PARTS:
                return [f"{lesson.path}:{cell.line}: the tag {tag!r} is none of {PARTS}."]
            found[part].append(grade_id)
    task = assignment(lesson.topic)
    exercises, written = ([one.name for one in many] for many in (task.exercises, task.written))
    expected = {"answer": exercises, "test": exercises, "written": written}
    return [
        f"{lesson.path}:1: cells tagged '{part}:' are {found[part]}; the assignment has {names}."
        for part, names in expected.items()
        if found[part] != names
    ] + _twin_problems(lesson)


def _twin_problems(lesson: Lesson) -> list[str]:
    """A written answer has the same name in both languages."""
    return [
        f"{lesson.path}:{ja.line}: its tags are {list(ja.tags)}, those of its English twin "
        f"{list(en.tags)}."
        for en, ja in pairwise(lesson.cells)
        if ja.lang == "ja" and en.tags != ja.tags
    ]


def release_notebook(name: str, source: str, lang: str = "en") -> str:
    """What nbgrader makes of a source notebook: without solutions, with checksums."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    # nbgrader calls alembic by its name, which lies beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ["PATH"]])
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        path = course / "source" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(source, encoding="utf-8")
        config = Config()
        config.CourseDirectory.root = str(course)
        config.CourseDirectory.course_id = "mlp_teach"
        config.ClearSolutions.text_stub = EMPTY[lang]
        answer = NbGraderAPI(config=config).generate_assignment(name, force=True, create=True)
        if not answer["success"]:
            raise ValueError(f"nbgrader made no release of {name}:\n{answer.get('log', '')}")
        made = course / "release" / name / f"{name}.ipynb"
        return nbformat.writes(nbformat.read(made, as_version=4)) + "\n"


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    mode.add_argument("--stamp", action="store_true", help="mark all translations as up to date")
    options = parser.parse_args(arguments)
    found: list[str] = []
    for path in sorted((root / "solutions" / "source").glob("*.py")):
        lesson = read_lesson(path)
        if options.stamp:
            path.write_text(stamp(lesson), encoding="utf-8", newline="\n")
            lesson = read_lesson(path)
        found += problems(lesson) + tag_problems(lesson)
        for lang in LANGUAGES:
            source = source_notebook(lesson, lang)
            place = Path(lang) / path.stem / f"{path.stem}.ipynb"
            found += _hold(root / "solutions" / place, source, options.check)
            release = release_notebook(path.stem, source, lang)
            found += _hold(root / "exercises" / place, release, options.check)
    for problem in found:
        print(problem.replace(f"{root}{os.sep}", ""))
    print(f"{len(found)} problems")
    return 1 if found else 0


def _hold(path: Path, text: str, check: bool) -> list[str]:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return []
    if check:
        return [f"{path}: not up to date; run tools/build_exercises.py without --check."]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return []


if __name__ == "__main__":
    sys.exit(main())
