"""What a run was begun with; a folder goes on with the same, or not at all."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version

from ase import Atoms

from mlp_teach.active_learning.journal import Journal, JournalError
from mlp_teach.active_learning.stop import Stop
from mlp_teach.labelling.methods import Method
from mlp_teach.labelling.store import key_of, plain


class SettingsError(ValueError):
    """The folder holds a run of other settings; the message names them."""


def settings_of(
    first: Sequence[Atoms], method: Method, per_round: int, seed: int, more: dict
) -> dict:
    """All that decides which labels a run ends with, as plain data.

    Raises ValueError for no first structures, and a batch or seed that is none.
    """
    if not first:
        raise ValueError("There are no first structures: nothing could be learnt in round 1.")
    for name, value, least in (("per_round", per_round, 1), ("seed", seed, 0)):
        if type(value) is not int or value < least:
            raise ValueError(f"{name} is {value!r}; a whole number from {least} on is needed.")
    keys = "".join(key_of(atoms, {}) for atoms in first)
    own = {"first": sha256(keys.encode()).hexdigest()[:16], "per_round": per_round, "seed": seed}
    return plain(own | {"method": method.settings()} | {"more": more})


def begin(journal: Journal, settings: dict, stop: Stop, watched: bool) -> None:
    """Notes that a process works here now. Raises SettingsError for settings that differ, and
    JournalError for a journal that does not begin with its settings."""
    opened = journal.of("opened")
    if journal.lines and journal.lines[0]["event"] != "opened":
        raise JournalError(
            f"{journal.path} does not begin with the settings of its run: its first line is gone. "
            "Begin anew in another folder."
        )
    if opened:
        there = opened[0]["settings"]
        if differing := [
            f"{name} is {_short(here)} now, it was {_short(was)}"
            for name, was, here in _pairs(there, settings)
            if was != here
        ]:
            raise SettingsError(
                f"{journal.path.parent} holds a run of other settings: {'; '.join(differing)}. "
                "Call it with the old ones to go on, or choose another folder."
            )
    packages = ("mlp_teach", "torch", "numpy", "ase")
    versions = {name: version(name) for name in packages} | {"python": sys.version.split()[0]}
    where = {"machine": platform.machine(), "locked": watched}
    journal.add("opened", settings=settings, stop=asdict(stop), versions=versions, **where)


def _pairs(there: dict, here: dict) -> list[tuple[str, object, object]]:
    """Name and both values of every setting, those of a dict apart: method.accuracy."""
    found = []
    for name in sorted(there.keys() | here.keys()):
        was, now = there.get(name), here.get(name)
        if isinstance(was, dict) and isinstance(now, dict):
            inner = [(f"{name}.{one}", *values) for one, *values in _pairs(was, now)]
            found += [(one.removeprefix("more."), *values) for one, *values in inner]
        else:
            found.append((name, was, now))
    return found


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
