"""mlp-teach feedback, export, similarity and class-table: what comes after the marks of a class."""

from __future__ import annotations

FORMS = ("nbgrader", "canvas", "moodle")
LONGEST = 48  # letters of a hint in the terminal


def feedback(options) -> None:
    from mlp_teach.grading.class_results import results
    from mlp_teach.grading.course import read_course
    from mlp_teach.grading.exercise import assignment
    from mlp_teach.grading.feedback import give_back
    from mlp_teach.grading.staff_page import write_staff_pages

    course, task = read_course(options.folder), assignment(options.assignment)
    found = results(course, task)
    for line in give_back(course, task, found):
        print(line)
    waiting = sum(one.record.waits for one in found)
    if waiting:
        print(f"{waiting} submissions have answers in words that a person has still to mark.")
    print(f"{len(found)} pages for students are in {course.folder / 'feedback'}")
    print(f"To hand them out: nbgrader release_feedback {task.name}")
    print(f"All for staff: {write_staff_pages(course, task, found, options.source)}")


def export(options) -> None:
    from mlp_teach.grading.class_results import deadline, people, results
    from mlp_teach.grading.course import read_course
    from mlp_teach.grading.exercise import assignment
    from mlp_teach.grading.export import canvas_csv, moodle_csv, nbgrader_csv
    from mlp_teach.grading.roster import read_roster
    from mlp_teach.training.whole_file import write_whole

    course = read_course(options.folder)
    tasks = [assignment(name) for name in dict.fromkeys(options.assignment)]
    found = {task: results(course, task) for task in tasks}
    roster = people(course) if options.roster is None else read_roster(options.roster)
    if options.form == "nbgrader":
        due = {task.name: deadline(course, task.name) for task in tasks}
        text = nbgrader_csv(found, roster, due, options.late_penalty)
    else:
        form = {"canvas": canvas_csv, "moodle": moodle_csv}[options.form]
        text = form(found, roster, options.late_penalty)
    write_whole(options.to, text.encode())
    unknown = {one.student for results_ in found.values() for one in results_} - roster.keys()
    if unknown:
        print(f"Not in the roster, but in the file: {', '.join(sorted(unknown))}")
    print(f"{len(text.splitlines())} lines in the form of {options.form} are in {options.to}")


def similarity(options) -> None:
    from mlp_teach.grading.course import read_course
    from mlp_teach.grading.exercise import assignment
    from mlp_teach.grading.similarity import FEWEST
    from mlp_teach.grading.similarity_page import (
        FEW,
        compare_class,
        pairs_table,
        similarity_page,
    )
    from mlp_teach.training.whole_file import write_whole

    course, task = read_course(options.folder), assignment(options.assignment)
    found, answers, lines = compare_class(course, task, options.release)
    for line in lines:
        print(line)
    if (table := pairs_table(found)).rows:
        print(table.as_text())
    path = course.folder / "staff" / f"{task.name}.similarity.html"
    write_whole(path, similarity_page(task, found, answers).encode())
    print(f"{len(answers)} submissions were compared; {len(found.standing_out)} pairs stand out.")
    if len(answers) < FEWEST:
        print(FEW)
    print(f"To read them, before anything is said of them: {path}")


def class_table(options) -> None:
    from mlp_teach.grading.class_results import results
    from mlp_teach.grading.class_table import as_table, class_table, table_page
    from mlp_teach.grading.course import read_course
    from mlp_teach.grading.exercise import assignment
    from mlp_teach.training.whole_file import write_whole

    course, task = read_course(options.folder), assignment(options.assignment)
    found = results(course, task)
    rows = class_table(task, found)
    marked = sum(one.record.trouble is None for one in found)
    print(as_table(rows, options.lang, LONGEST).as_text())
    path = course.folder / "staff" / f"{task.name}.class-table.html"
    write_whole(path, table_page(task, rows, marked, options.lang).encode())
    write_whole(path.with_suffix(".csv"), as_table(rows, options.lang).as_csv().encode())
    print(f"{marked} submissions; also as {path} and .csv")
