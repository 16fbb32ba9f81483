"""When each task of a project runs, and which tasks decide the end.

J. E. Kelley and M. R. Walker, Proc. Eastern Joint Computer Conference (1959), 160. Equation numbers
are those of `cost.py`, whose critical path this spells out. Every task starts as early as it can.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlp_teach.active_learning.cost import Number, Project, Task, critical_path, ordered

WORKERS = ("people", "supercomputer", "GPU")


@dataclass(frozen=True)
class Slot:
    """A task's place in the calendar (days from the start); `critical`: it decides the end."""

    task: Task
    start: float
    finish: float
    critical: bool

    @property
    def who(self) -> str:
        """Who works: the supercomputer, the GPU, or people, who use up neither."""
        if self.task.node_hours > 0:
            return "supercomputer"
        return "GPU" if self.task.gpu_hours > 0 else "people"


def timetable(project: Project) -> tuple[Slot, ...]:
    """All tasks, each behind those that it waits for."""
    path, finish, slots = critical_path(project).path, {}, []
    for task in ordered(project):
        start = max((finish[name] for name in task.after), default=0.0)
        finish[task.name] = start + float(task.days)  # (1)
        slots.append(Slot(task, start, finish[task.name], task.name in path))
    return tuple(slots)


def days_at_work(slots: tuple[Slot, ...], who: str) -> Number:
    """How many days that worker is busy, all tasks together."""
    return sum(slot.task.days for slot in slots if slot.who == who)
