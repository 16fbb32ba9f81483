"""What the commands on a page of docs/ do to the course's environment."""

import re
import shlex
from pathlib import Path

import pytest
from starter import commands

ROOT = Path(__file__).resolve().parents[2]


def environment_made_by(line: str, monkeypatch) -> tuple[str, ...]:
    """The extras of the environment that a line `... python3 start.py ...` makes.

    The line is run but for the set-up itself. It fails the test if it would set nothing up, or
    would go on to another program.
    """
    words = shlex.split(line.partition("start.py")[2])
    made = []
    monkeypatch.setattr(commands, "make_ready", lambda place, extras=(): made.append(extras))
    monkeypatch.setattr(commands, "hand_over", lambda *_: pytest.fail(f"{line} starts a program"))
    assert commands.main(str(ROOT), words) == 0, line
    assert len(made) == 1, f"{line} makes no environment"
    return made[0]


def frozen_copies(page: str) -> list[str]:
    """Lines by which pip would put a copy of this folder in the place of the editable package."""
    ours = re.findall(
        r"pip install\b.*?(?<=[\s\"'])\.(?:\[[\w,]+\])?(?=[\s\"'`]|$).*", page, re.MULTILINE
    )
    return [line for line in ours if not re.search(r"\s(-e|--editable)\s", line)]
