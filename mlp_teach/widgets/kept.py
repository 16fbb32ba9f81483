"""What a learner did to a widget, kept in a small file beside the notebook for the next visit.

Kept are the events, not the state: played again from the start they give the state back, whatever
it is made of. Of several moves of one thing in a row only the last is kept. The file, widgets.json,
holds a list for each widget of each notebook and is replaced as a whole. Where it cannot be read or
written, nothing is kept, and nothing else happens.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path, PurePosixPath

from mlp_teach.widgets.drawing import Changed, Event, Moved

FILE = "widgets.json"
MOST = 300  # events of one widget; who does more starts the next visit with these
WIDGETS = 200  # in one file
KINDS = {"Moved": Moved, "Changed": Changed}


def name_of(widget: str, start: object) -> str:
    """A widget's name in the file: its notebook, where Jupyter tells that, its own name, and a mark
    of its start: what was done to another start means nothing here."""
    notebook = PurePosixPath(os.environ.get("JPY_SESSION_NAME", "")).stem
    mark = sha256(repr(start).encode()).hexdigest()[:8]
    return f"{notebook}/{widget}/{mark}"


def kept_events(name: str, folder: Path) -> list[Event]:
    """What was done to the widget of that name; nothing where nothing is known."""
    try:
        return [_event(**entry) for entry in _read(folder).get(name, [])]
    except (TypeError, KeyError, AttributeError):
        return []


def keep(name: str, events: Sequence[Event], folder: Path) -> None:
    """Keeps them for the next visit."""
    entries = [{"kind": type(event).__name__, **asdict(event)} for event in events]
    try:
        content = _read(folder)
        content.pop(name, None)  # the latest stands last
        content[name] = entries
        content = dict(list(content.items())[-WIDGETS:])
        beside = folder / f".{FILE}.{os.getpid()}.part"
        beside.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(beside, folder / FILE)  # no fsync: it would cost more than the picture
    except (
        OSError,
        TypeError,
        AttributeError,
    ):  # a disk that is full or read-only; a file of another shape
        return


def with_event(events: list[Event], event: Event) -> list[Event]:
    """One more; it takes the place of the last where that only set the same thing before."""
    again = bool(events) and type(events[-1]) is type(event) and events[-1].name == event.name
    button = isinstance(event, Changed) and event.value is True
    rest = events[:-1] if again and not button else events
    return [*rest[-MOST + 1 :], event]


def _event(kind: str, **fields) -> Event:
    return KINDS[kind](**fields)


def _read(folder: Path) -> dict:
    try:
        return json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
