"""What every assignment promises of its exercises; a test file of an assignment says which hints.

    class TestEnergySurfaces(Promises):
        name, points, hints = "ps1_energy_surfaces", 35, HINTS

HINTS holds, for each exercise, each wrong answer of tests/exercises/psN/<function>.py and its hint:
{"minimum_image": {"wrong_rounded_down": cells.CUT_OFF, ...}, ...}.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import pytest

from mlp_teach.grading.exercise import LANGUAGES, Exercise, Text, assignment
from mlp_teach.grading.marks import Workbench, mark
from mlp_teach.grading.variant import EXAMPLE
from tests.exercises.caught import FOLDER, answers, outcomes, table


@pytest.mark.slow
# These answers are ours: without bubblewrap the weaker form will do.
@pytest.mark.filterwarnings("ignore::mlp_teach.grading.sandbox.WeakerSandbox")
class Promises:
    """Every right answer gets all points, every wrong one fails with the hint that helps."""

    name: ClassVar[str]
    points: ClassVar[int]  # as the text of the assignment says, written answers and all
    hints: ClassVar[dict[str, dict[str, Text | str]]]  # of function, of wrong answer

    @pytest.fixture(scope="class")
    @classmethod
    def workbench(cls):
        with Workbench() as workbench:
            yield workbench

    @pytest.fixture(scope="class")
    @classmethod
    def judged(cls, workbench):
        """Outcomes of every answer to an exercise; all in the same sandboxes."""
        tasks = cls.tasks()
        return cache(lambda function: outcomes(cls.name, tasks[function], workbench))

    @classmethod
    def tasks(cls) -> dict[str, Exercise]:
        return {task.function: task for task in assignment(cls.name).exercises}

    def test_every_exercise_has_five_wrong_answers_and_two_right_ones(self):
        assert self.hints.keys() == self.tasks().keys()
        for function, task in self.tasks().items():
            names = answers(self.name, task)
            wrong = {name for name in names if not name.startswith("right_")}
            assert wrong == self.hints[function].keys()
            assert len(wrong) >= 5
            assert len(names) - len(wrong) >= 2

    def test_points_add_up_to_what_the_text_says(self):
        assert assignment(self.name).points == self.points
        for lang, word in (("en", f"{self.points} points"), ("ja", f"{self.points} 点")):
            place = FOLDER.parents[1] / "exercises" / lang / self.name / f"{self.name}.ipynb"
            assert word in place.read_text(encoding="utf-8")

    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize(("folder", "share"), [("exercises", 0), ("solutions", 1)])
    def test_the_release_scores_nothing_and_the_solutions_all(self, workbench, lang, folder, share):
        task = assignment(self.name)
        place = FOLDER.parents[1] / folder / lang / self.name / f"{self.name}.ipynb"
        marks = mark(place, task, EXAMPLE, workbench=workbench)
        assert marks.points == share * sum(one.points for one in task.exercises)
        assert marks.most == sum(one.points for one in task.exercises)

    def test_right_answers_get_all_points(self, judged, function):
        right = {a: said for a, said in judged(function).items() if a.startswith("right_")}
        failed = {a: said for a, said in right.items() if any(said.values())}
        assert not failed

    def test_wrong_answers_fail_with_the_right_hint(self, judged, function):
        for answer, expected in self.hints[function].items():
            said = [hint for hint in judged(function)[answer].values() if hint is not None]
            assert any(is_said(expected, hint) for hint in said), (answer, said)

    def test_every_item_catches_something(self, judged, function):
        wrong = {a: said for a, said in judged(function).items() if a.startswith("wrong_")}
        for item in self.tasks()[function].items:
            assert any(said[item.name] for said in wrong.values()), item.name

    def test_the_table_of_what_catches_what_is_up_to_date(self, judged):
        tasks = self.tasks().items()
        made = table(self.name, {task.name: judged(function) for function, task in tasks})
        kept = (FOLDER / f"{self.name}.md").read_text(encoding="utf-8")
        assert made == kept, "run tests/exercises/caught.py"


def is_said(expected: Text | str, hint: Text) -> bool:
    """Is that the hint? Words that were filled in may be any."""
    start = expected if isinstance(expected, str) else expected.ja
    return hint.ja.startswith(start.split("{")[0])
