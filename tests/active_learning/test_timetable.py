"""When tasks run: by hand, and against the critical path of random projects."""

import random

import pytest

from mlp_teach.active_learning.cost import Project, Task, critical_path
from mlp_teach.active_learning.timetable import days_at_work, timetable


def random_project(seed: int) -> Project:
    """Up to eight tasks in mixed order with random waits."""
    draw = random.Random(seed)
    names = [f"task {k}" for k in range(draw.randint(1, 8))]
    tasks = [
        Task(name, draw.uniform(0, 5), after=tuple(n for n in names[:k] if draw.random() < 0.4))
        for k, name in enumerate(names)
    ]
    draw.shuffle(tasks)
    return Project(tuple(tasks))


def test_two_branches_by_hand():
    project = Project(
        (
            Task("write", 1, after=("measure", "read")),
            Task("read", 2),
            Task("build", 4, node_hours=10),
            Task("measure", 3, gpu_hours=72, after=("build",)),
        )
    )
    slots = {slot.task.name: slot for slot in timetable(project)}
    times = {name: (slot.start, slot.finish, slot.critical) for name, slot in slots.items()}
    assert times == {
        "read": (0, 2, False),
        "build": (0, 4, True),
        "measure": (4, 7, True),
        "write": (7, 8, True),
    }
    assert [slots[name].who for name in ("read", "build", "measure")] == [
        "people",
        "supercomputer",
        "GPU",
    ]
    assert days_at_work(timetable(project), "people") == 3


@pytest.mark.parametrize("seed", range(20))
def test_no_task_starts_before_what_it_waits_for_and_the_last_ends_with_the_project(seed):
    project = random_project(seed)
    slots = {slot.task.name: slot for slot in timetable(project)}
    assert len(slots) == len(project.tasks)
    for task in project.tasks:
        assert slots[task.name].finish == pytest.approx(slots[task.name].start + task.days)
        ends = [slots[name].finish for name in task.after]
        assert slots[task.name].start == max(ends, default=0)
    schedule = critical_path(project)
    assert max(slot.finish for slot in slots.values()) == pytest.approx(schedule.days)
    critical = {name for name, slot in slots.items() if slot.critical}
    assert critical == set(schedule.path)
    assert sum(slots[name].task.days for name in critical) == pytest.approx(schedule.days)
