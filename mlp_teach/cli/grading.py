"""mlp-teach check and grade: the marks of one notebook, and those of a class."""

from __future__ import annotations

from contextlib import nullcontext

IN_WORDS = {
    "en": "{} points more are for answers in words, which a person reads.",
    "ja": "ほかに、人が採点する文章の解答が {} 点分あります。",
}


def check(options) -> None:
    from mlp_teach.grading.check import check

    marks, lang = check(options.notebook)
    print(marks.page(lang))
    words = sum(one.points for one in marks.assignment.written)
    if words:
        print(IN_WORDS[lang].format(words))


def grade(options) -> None:
    from tqdm import tqdm

    from mlp_teach.grading.class_folder import read_time
    from mlp_teach.grading.grade_class import grade_class
    from mlp_teach.labelling.workers import local_workers

    if options.workers < 1:
        raise ValueError(f"--workers is {options.workers}; at least one is needed.")
    due = None if options.due is None else read_time(options.due)
    workers = local_workers(options.workers) if options.workers > 1 else nullcontext()
    with workers as executor, tqdm(total=0, desc="submissions", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        graded = grade_class(
            options.folder,
            options.assignment,
            release=options.release,
            due=due,
            executor=executor,
            weaker=not options.require_sandbox,
            again=options.again,
            on_done=show,
        )
    print_class(graded, options.lang)


def print_class(graded, lang: str) -> None:
    """One line a student, and what staff should look at."""
    for record in graded.records:
        late = f"  {record.late_seconds / 3600:.1f} h late" if record.late_seconds else ""
        waits = "  answers in words wait to be marked" if record.waits else ""
        print(f"{record.student:24} {record.total:g} of {record.total_most:g}{late}{waits}")
        if record.trouble is not None:
            print(f"    {record.trouble.say(lang)}")
        for line in record.doctor:
            print(f"    {line.say(lang)}")
    for line in graded.passed_over:
        print(line)
    kept = len(graded.records) - graded.marked
    print(f"{graded.marked} submissions were marked, {kept} had their marks already")
    if any(record.isolation != "bubblewrap" for record in graded.records):
        print("The sandbox was the weaker one: students' code could read your files.")
