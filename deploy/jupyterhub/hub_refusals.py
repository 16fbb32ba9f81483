"""Which choices a hub cannot, or must not, start with: sentences that say what to do instead.

    for sentence in reasons_against(settings, root=os.geteuid() == 0): print(sentence)

No rule here needs JupyterHub: they are plain functions of the choices, and are tested as such.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import stat
import sys
from pathlib import Path

import hub_accounts
from hub_reach import reasons_of_certificate, reasons_of_reach, reasons_of_repository
from hub_settings import (
    LONGEST_NAME,
    SOCKET_FOLDER,
    USER_NAME,
    Settings,
    secrets_of,
    state_folder,
)

SPAWNERS = ("simple", "local")
AUTHENTICATORS = ("shared-password", "pam", "oauth")
SOCKET_NAME = len("/kernel-00000000-0000-0000-0000-000000000000-ipc-5")
SOCKET_PATH = 107  # bytes that Linux takes for the path of a socket
MEMORY = re.compile(r"(?!0+(\.0*)?[KMGT])\d+(\.\d+)?[KMGT]")  # JupyterHub's units, not nothing
LEAST_MEMORY = 256 << 20  # bytes; a server and the smallest kernel take 216 MB (docs/hub.md, 5)
SHORTEST_PASSWORD, SHORTEST_ADMIN_PASSWORD = 8, 32  # JupyterHub's own rules


def reasons_against(settings: Settings, root: bool) -> list[str]:
    """Why a hub must not, or cannot, start with these choices: sentences that say what to do."""
    found = [
        *unknown_choices(settings),
        *reasons_of_sizes(settings),
        *reasons_of_reach(settings),
        *reasons_of_repository(settings),
        *reasons_of_certificate(settings),
        *reasons_of_spawner(settings, root),
        *reasons_of_exchange(settings),
        *reasons_of_names(settings),
        *reasons_of_groups(settings),
        *reasons_of_accounts(settings),
        *reasons_of_login(settings),
        *reasons_of_places(settings, root),
    ]
    if shutil.which("configurable-http-proxy") is None:
        found.append(
            "configurable-http-proxy is not on the PATH: npm install -g configurable-http-proxy@5"
        )
    return found


def unknown_choices(settings: Settings) -> list[str]:
    known = (("auth", AUTHENTICATORS), ("spawner", SPAWNERS), ("lang", ("en", "ja")))
    return [
        f"{name} = {getattr(settings, name)!r}: it is one of {', '.join(values)}"
        for name, values in known
        if getattr(settings, name) not in values
    ]


def reasons_of_sizes(settings: Settings) -> list[str]:
    """A memory of 0 would be no limit, and 0 minutes would end each server that starts."""
    found = []
    if not MEMORY.fullmatch(settings.memory):
        found.append(f"memory = {settings.memory!r}: give each student some, as 512M or 2G")
    elif bytes_of(settings.memory) < LEAST_MEMORY:
        found.append(
            f"memory = {settings.memory!r}: a student's server and the smallest kernel need 256M; "
            "2G holds each lesson"
        )
    for name, least, most in (
        *(("port", 1, 65533), ("idle_minutes", 1, math.inf), ("starts_at_once", 1, math.inf)),
        ("cpu", 0.01, math.inf),  # of a processor: Linux divides none further
    ):
        if not least <= (value := getattr(settings, name)) <= most or value == math.inf:
            found.append(f"{name} = {value}: it lies between {least} and {most}")
    return found


def bytes_of(memory: str) -> float:
    return float(memory[:-1]) * 1024 ** (1 + "KMGT".index(memory[-1]))


def reasons_of_spawner(settings: Settings, root: bool) -> list[str]:
    found = []
    if settings.spawner == "local" and not root:
        found.append("the local spawner starts servers under other accounts: start it with sudo")
    if settings.spawner == "simple" and settings.auth != "shared-password":
        found.append(f"{settings.auth} knows who somebody is, the simple spawner treats all alike")
    return found


def reasons_of_exchange(settings: Settings) -> list[str]:
    if not hub_accounts.COURSE.fullmatch(settings.course_id):
        return [hub_accounts.no_course(settings.course_id)]
    if not settings.exchange or settings.spawner != "local":
        return []
    if settings.auth == "shared-password":
        return [
            "who knows the shared password can take any student's name, so no work for marks is "
            "handed in with it; take --auth pam or oauth, or leave exchange out"
        ]
    if not settings.teachers:
        return ["exchange needs teachers: the first of them owns the folders of the course there"]
    return []


def reasons_of_names(settings: Settings) -> list[str]:
    return [
        f"{name!r} is no user's name: letters, digits and _ . @ -, at most {LONGEST_NAME}, "
        "and no . or - at its beginning"
        for name in (*settings.teachers, *settings.students)
        if not re.match(USER_NAME, name.lower())
    ]


def reasons_of_groups(settings: Settings) -> list[str]:
    """Two of them: a student in the teachers' group would be an administrator of the hub."""
    names = {"students_group": settings.students_group, "teachers_group": settings.teachers_group}
    found = [
        f"{one} = {name!r} is no name for a group: small letters, digits, - and _, a letter first, "
        "at most 32"
        for one, name in names.items()
        if not hub_accounts.NAME.fullmatch(name)
    ]
    found += [
        f"{one} = {name!r} is a group of the system, with rights of its own: take another name"
        for one, name in names.items()
        if hub_accounts.is_of_the_system(name)
    ]
    if settings.students_group == settings.teachers_group:
        found.append("students_group and teachers_group are the same: teachers need one of theirs")
    return found


def reasons_of_accounts(settings: Settings) -> list[str]:
    """With pam accounts are there, at least the teachers'; otherwise the hub must make them."""
    if settings.spawner != "local":
        return []
    groups = (settings.teachers_group, settings.students_group)
    if settings.auth == "pam":
        found = [reason_against_teacher(name, groups) for name in settings.teachers]
    else:
        found = [hub_accounts.reason_against(name, *groups) for name in settings.teachers]
        students = {name.lower() for name in settings.students}
        found += [hub_accounts.reason_against(name, *groups[::-1]) for name in sorted(students)]
    return list(filter(None, found))


def reason_against_teacher(name: str, groups: tuple[str, ...]) -> str:
    try:
        hub_accounts.the_account(name, groups)
    except PermissionError as error:
        return str(error)
    except KeyError:
        return (
            f"teachers names {name}, who has no account here: hub_accounts.py makes those of a "
            f"list (docs/hub.md, section 2), with --group {groups[0]}"
        )
    return ""


def reasons_of_login(settings: Settings) -> list[str]:
    if settings.auth == "oauth":
        needed = {"client_id", "authorize_url", "token_url", "userdata_url", "oauth_callback_url"}
        lacking = sorted(needed - settings.oauth.keys())
        found = [f"[oauth] lacks {', '.join(lacking)}"] if lacking else []
        if "client_secret" in settings.oauth:
            found.append("the client secret belongs into the password file, not into the settings")
        if not settings.students and not any(
            value for name, value in settings.oauth.items() if name.startswith("allow")
        ):
            found.append(
                "nobody would get in: name students, or write allow_all = true into [oauth]"
            )
        return found + secret_problems(settings.password_file, "the client secret", (1,))
    if settings.auth == "pam":
        return []
    wanted = (SHORTEST_PASSWORD, SHORTEST_ADMIN_PASSWORD)[: 2 if settings.teachers else 1]
    return secret_problems(settings.password_file, "the students' and the teachers' words", wanted)


def secret_problems(name: str, content: str, shortest: tuple[int, ...]) -> list[str]:
    """What is wrong with a file of secrets, one a line, each of at least so many characters."""
    file = Path(name).expanduser()
    if not name or not file.is_file():
        return [f"--password-file must name a file with {content}, one a line; {name!r} is none"]
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return [f"others can read {file}: chmod 600 {file}"]
    lines = secrets_of(file)
    return [
        f"line {n + 1} of {file} must hold at least {least} characters"
        for n, least in enumerate(shortest)
        if len(lines) <= n or len(lines[n]) < least
    ]


def reasons_of_places(settings: Settings, root: bool) -> list[str]:
    state = state_folder(settings, root)
    run, found = state / "run", []
    if len(bytes(run)) + 1 + SOCKET_FOLDER + SOCKET_NAME > SOCKET_PATH:
        found.append(f"{run} is too long a path for the kernels' sockets: give a shorter state")
    if is_foreign(state):
        found.append(
            f"state = {str(state)!r} is there and no hub's folder: name one that is not there, or "
            "empty and yours alone; the hub changes who may enter it"
        )
    closed = [closed_to_others(Path(place)) for place in (sys.prefix, sys.base_prefix)]
    if settings.spawner == "local" and (shut := next(filter(None, closed), None)):
        found.append(
            f"students cannot enter {shut}, so they cannot start this Python; put the course and "
            "its environment where all may read them, for example into /opt/mlp_teach"
        )
    return found


def is_foreign(state: Path) -> bool:
    """Whether a folder that is there is not one that an earlier start made, nor an empty one."""
    try:
        about, names = state.stat(), {one.name for one in state.iterdir()}
    except FileNotFoundError:
        return False
    except OSError:
        return True
    mine = about.st_uid == os.geteuid() and not about.st_mode & 0o022
    return not mine or (bool(names) and not {"hub", "run"} <= names)


def closed_to_others(place: Path) -> Path | None:
    """The uppermost folder on the way to a place that other accounts may not enter."""
    return next((one for one in [place, *place.parents][::-1] if not one.stat().st_mode & 1), None)
