"""Which test of an assignment catches which wrong answer, as a table.

    python tests/exercises/caught.py                  writes tests/exercises/ps*.md anew
    python tests/exercises/caught.py ps2_descriptors  that of one assignment

Answers are run as in marking: in the sandbox, each item in a process of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mlp_teach.grading.exercise import Exercise, Text, assignment, assignments, source_of_chance
from mlp_teach.grading.marks import SETUP, Workbench
from mlp_teach.grading.practice import outcome

FOLDER = Path(__file__).resolve().parent
ASSIGNMENTS = {name: FOLDER / name.partition("_")[0] for name in assignments()}
Outcomes = dict[str, dict[str, Text | None]]  # of an answer's name: item's name, its hint


def answers(name: str, task: Exercise) -> dict[str, str]:
    """The cell of each answer to an exercise: its file, and the name that the exercise asks for."""
    text = (ASSIGNMENTS[name] / f"{task.function}.py").read_text(encoding="utf-8")
    names = [line[4:].partition("(")[0] for line in text.splitlines() if line.startswith("def ")]
    public = [one for one in names if not one.startswith("_")]
    return {one: f"{text}\n\n{task.function} = {one}\n" for one in public}


def outcomes(name: str, task: Exercise, workbench: Workbench, salt: str = "") -> Outcomes:
    """What each item says of each answer."""
    found: Outcomes = {}
    for answer, cell in answers(name, task).items():
        found[answer] = {}
        for item in task.items:
            chance = source_of_chance(name, task.name, item.name, answer, salt)
            with workbench.test(task, [SETUP, cell]) as ask:
                found[answer][item.name] = outcome(item, ask, chance)
    return found


def table(name: str, found: dict[str, Outcomes]) -> str:
    """Markdown: a row an answer, a column an item; what catches it is crossed."""
    lines = [f"# {name}: which test catches which wrong answer", ""]
    lines += [
        "Made by `python tests/exercises/caught.py`. `x`: caught, with the hint on the right."
    ]
    for task in assignment(name).exercises:
        items = [item.name for item in task.items]
        lines += ["", f"## {task.function} ({task.points} points)", ""]
        lines += [f"| answer | {' | '.join(items)} | hint |", f"|---|{'---|' * len(items)}---|"]
        for answer, hints in found[task.name].items():
            marks = ["" if hint is None else "x" for hint in hints.values()]
            said = dict.fromkeys(
                hint.en.split(". ")[0].rstrip(".") for hint in hints.values() if hint
            )
            short = "; ".join(said).replace("|", "\\|")
            lines.append(f"| {answer.replace('_', ' ')} | {' | '.join(marks)} | {short} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    for name in sys.argv[1:] or ASSIGNMENTS:
        with Workbench() as workbench:
            tasks = assignment(name).exercises
            found = {task.name: outcomes(name, task, workbench) for task in tasks}
        (FOLDER / f"{name}.md").write_text(table(name, found), encoding="utf-8")
        print(table(name, found))


if __name__ == "__main__":
    main()
