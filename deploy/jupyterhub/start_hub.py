"""A JupyterHub for a class on this machine, with one command.

    python deploy/jupyterhub/start_hub.py --password-file ~/words.txt        # a trial on 127.0.0.1
    sudo .venv/bin/python deploy/jupyterhub/start_hub.py --settings hub.toml     # a class

Every choice of hub_settings.py is an option, or a line of a TOML file. docs/hub.md tells the rest.
Ctrl-C ends the hub and the servers; what students wrote stays.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import cgroups
import hub_accounts
from course_link import course_link
from hub_refusals import reasons_against
from hub_settings import Settings, read_settings, state_folder, with_full_paths

HERE = Path(__file__).resolve().parent
NEEDED = ("jupyterhub", "nbgitpuller", "jupyterhub_idle_culler")
QUIET_LAB = {  # no window about news covers the lesson
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    }
}
NBGRADER = """c = get_config()
c.CourseDirectory.course_id = {course!r}
c.Exchange.root = {exchange!r}
"""


def main(arguments: list[str]) -> int:
    try:
        settings = chosen(arguments)
        root = os.geteuid() == 0
        reasons = [*lacking(settings), *reasons_against(settings, root)]
    except (ValueError, OSError) as error:
        print(f"The settings: {error}", file=sys.stderr)
        return 2
    if reasons:
        print("The hub was not started:", *reasons, sep="\n  - ", file=sys.stderr)
        return 2
    state = state_folder(settings, root)
    try:
        prepare(settings, state)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"The hub was not started: {error}", file=sys.stderr)
        return 2
    print(*what_is_started(settings), sep="\n", flush=True)
    start(settings, state)
    return 0  # not reached: the hub has taken this process's place


def chosen(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--settings", type=Path, help="a TOML file of the names below")
    for one in dataclasses.fields(Settings):
        if one.name == "oauth":
            continue
        option, default = f"--{one.name.replace('_', '-')}", getattr(Settings(), one.name)
        if isinstance(default, tuple):
            parser.add_argument(option, action="append", help="may be given several times")
        else:
            parser.add_argument(option, type=type(default), help=f"{default!r} if not given")
    values = vars(parser.parse_args(arguments))
    return with_full_paths(read_settings(values.pop("settings"), **values))


def lacking(settings: Settings) -> list[str]:
    needed = (*NEEDED, *(["oauthenticator"] if settings.auth == "oauth" else []))
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    how = "python3 start.py install hub, then this again with .venv/bin/python"
    return [f"{', '.join(missing)} not installed: {how}"] if missing else []


def prepare(settings: Settings, state: Path) -> None:
    """The hub's folder: secrets in `hub`, sockets in `run`, what all may read in `jupyter`."""
    for name, mode in (("", 0o711), ("hub", 0o700), ("run", 0o711), ("homes", 0o700)):
        folder = state / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    shown = state / "jupyter" / "labconfig"
    shown.mkdir(parents=True, exist_ok=True)
    write(shown / "default_setting_overrides.json", json.dumps(QUIET_LAB))
    nbgrader = state / "jupyter" / "nbgrader_config.py"
    nbgrader.unlink(missing_ok=True)
    if settings.exchange:
        text = NBGRADER.format(course=settings.course_id, exchange=settings.exchange)
        write(nbgrader, text)
    for folder in (shown.parent, shown):
        folder.chmod(0o755)
    if settings.spawner == "local":
        prepare_accounts(settings)
    elif settings.exchange:  # nbgrader makes what lies in it, but not the folder itself
        Path(settings.exchange).mkdir(parents=True, exist_ok=True)


def prepare_accounts(settings: Settings) -> None:
    hub_accounts.make_groups(settings.students_group, settings.teachers_group)
    if settings.auth != "pam":
        for name in settings.teachers:
            hub_accounts.make_account(name, settings.teachers_group)
    if settings.exchange and settings.teachers:
        hub_accounts.make_exchange(
            Path(settings.exchange), settings.course_id, settings.teachers[0]
        )


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)


def what_is_started(settings: Settings) -> list[str]:
    lines = [f"The hub: {settings.base_url}", f"Limits:  {limits(settings)}"]
    if settings.spawner == "simple":
        lines.append("A trial: all users' code runs in your own account and can read your files.")
    if settings.auth == "shared-password":
        lines.append("Who knows the password can take any student's name: no work for marks.")
    if settings.repository:
        link = course_link(settings.base_url, settings.repository, settings.branch, settings.lang)
        lines.append(f"For the class: {link}")
    return lines


def limits(settings: Settings) -> str:
    said = f"{settings.memory} of memory and {settings.cpu:g} processors for each student"
    if settings.spawner == "local" and (version := cgroups.version()):
        return f"{said} (cgroups, version {version})"
    size, unit = float(settings.memory[:-1]), settings.memory[-1]
    local = settings.spawner == "local"
    needed = "cgroups, and none can be made here" if local else "cgroups, and not a trial"
    return (
        f"each process: {1.5 * size:g} {unit}B (1.5 × memory). No limit for all of a student's "
        f"processes together (that needs {needed})"
    )


def start(settings: Settings, state: Path) -> None:
    file = state / "hub" / "settings.json"
    file.write_text(json.dumps(dataclasses.asdict(settings), indent=1), encoding="utf-8")
    file.chmod(0o600)
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    os.chdir(state / "hub")
    os.umask(0o077)
    command = [sys.executable, "-m", "jupyterhub", "-f", str(HERE / "jupyterhub_config.py")]
    env = os.environ | {"MLP_TEACH_HUB_SETTINGS": str(file), "PATH": beside}
    os.execve(sys.executable, command, env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
