"""Make the environment: PyTorch first, then the rest under one lock, then the course itself.

Every step can be killed at any moment: the stamp is written last, and without it the next start
begins anew (the installers keep what they downloaded).
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from starter import pytorch
from starter.environment import (
    MARKER,
    Action,
    Place,
    check_owner,
    child_environ,
    empty,
    examine,
    read_stamp,
    write_stamp,
)
from starter.one_at_a_time import one_at_a_time
from starter.steps import StartError, Steps, Ticker

NEEDED = 2.5e9  # bytes: an environment takes 1.8 GB, and the installers unpack as they go
PIN = re.compile(r"^torch==.*$", re.MULTILINE)
JUPYTER = {  # no news pop-up over the first lesson, and no call to the outside for it
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    }
}
CHECK = "import torch, mlp_teach, matplotlib.font_manager; print(torch.__version__)"


def make_ready(place: Place, extras: tuple[str, ...] = ()) -> None:
    """Build, repair or update the environment until it can be used; nothing if it already can.

    Raises StartError with a sentence for the person who started the course.
    """
    if examine(place, extras)[0] is Action.USE:
        return
    with one_at_a_time(place.lock_file) as lock:
        action, reason = examine(place, extras)  # again: another start.py may just have finished
        if action is Action.BUILD:
            check_owner(place)
            print(f"{reason} Making one in {place.venv}.\nThis takes a few minutes, once.")
            warn_if_disk_is_small(place)
            stamp = read_stamp(place) or {"extras": []}
            extras = tuple({*extras, *stamp["extras"]} & set(known_extras(place)))
            if place.venv.exists():
                with Ticker("[1/5] deleting what is there"):
                    empty(place)
            build(place, extras, lock)
        elif action is Action.UPDATE:
            print(f"{reason} Bringing {place.venv} up to date.")
            update(place, extras, lock)


def build(place: Place, extras: tuple[str, ...], lock: int) -> None:
    place.venv.mkdir(parents=True)
    (place.venv / MARKER).write_text("start.py may delete this folder.\n", encoding="ascii")
    steps = Steps(place.venv / "set-up.log", child_environ(place), (lock,))
    base = getattr(sys, "_base_executable", None) or sys.executable  # not a venv's own copy
    steps.run("[1/5] an environment of its own", [base, "-m", "venv", place.venv])
    install(place, extras, pytorch.wish(), steps)
    write_stamp(place, extras, pytorch.wish())


def update(place: Place, extras: tuple[str, ...], lock: int) -> None:
    """Change a complete environment in place.

    Meanwhile there is no stamp, so that a kill leads to a new environment. An installer that gives
    up by itself (no network) leaves nothing that the next try could not mend: the stamp comes back.
    """
    stamp = read_stamp(place)
    extras = tuple({*extras, *stamp["extras"]} & set(known_extras(place)))
    wish = pytorch.wish() or stamp["torch"]
    aside = place.stamp.replace(place.stamp.with_suffix(".old"))
    steps = Steps(place.venv / "set-up.log", child_environ(place), (lock,))
    try:
        install(place, extras, wish, steps)
    except StartError:
        aside.replace(place.stamp)
        raise
    write_stamp(place, extras, wish)
    aside.unlink()


def install(place: Place, extras: tuple[str, ...], wish: str, steps: Steps) -> None:
    """All that comes into the bare environment."""
    pip = [place.python, "-m", "pip", "install"]
    project = tomllib.loads((place.root / "pyproject.toml").read_text(encoding="utf-8"))
    builders = project["build-system"]["requires"]
    steps.run("[1/5] its installer", [*pip, "--upgrade", "-c", place.constraints, "pip", *builders])
    torch = install_torch(place, pip, wish, steps)
    lock = place.venv / "constraints.txt"
    lock.write_text(PIN.sub(torch, place.constraints.read_text("utf-8")), encoding="utf-8")
    install_rest(pip, lock, [torch, *requirements(project["project"], extras)], steps)
    if alone := coming_alone(project, extras):
        steps.run("[3/5] files of other packages", [*pip, "--no-deps", *alone])
    own = ["--no-deps", "--no-build-isolation", "-e", place.root]
    steps.run("[4/5] the course itself", [*pip, *own])
    settings = place.venv / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(JUPYTER, indent=2), encoding="ascii")
    steps.run("[5/5] a first try of it all", [place.python, "-c", CHECK])


def install_torch(place: Place, pip: list, wish: str, steps: Steps) -> str:
    """Install PyTorch alone; gives the requirement that names it, such as torch==2.13.0+cpu."""
    pinned = PIN.search(place.constraints.read_text("utf-8"))[0]
    installed = installed_torch(place)
    if installed and installed.partition("+")[0] == pinned:
        return installed  # an update: whichever build it is, it was chosen then
    torch = pytorch.chosen(wish, pinned)
    if torch is None:
        report = place.venv / "torch-report.json"
        ask = ["--dry-run", "--ignore-installed", "--quiet", "--report", report]
        question = [*pip, *ask, "-c", place.constraints, pinned]
        steps.run("[2/5] asking pip which PyTorch it finds", question)
        found = report.read_text(encoding="utf-8")
        gpu = wish != "cpu" and pytorch.has_nvidia_driver()
        torch = pytorch.for_this_machine(pinned, found, gpu=gpu, linux=sys.platform == "linux")
    steps.run(f"[2/5] {torch.name}", [*pip, "--no-deps", *torch.arguments], torch.advice)
    return installed_torch(place)


def installed_torch(place: Place) -> str:
    """The requirement that names the PyTorch in the environment; empty where there is none."""
    query = "import importlib.metadata as m; print('torch==' + m.version('torch'))"
    answer = subprocess.run([place.python, "-c", query], capture_output=True, text=True)
    return answer.stdout.strip()


def install_rest(pip: list, lock: Path, wanted: list[str], steps: Steps) -> None:
    """Everything else under the lock: by uv if it is here, else, or if uv cannot, by pip.

    Both end at the same versions, for the lock names every one. uv does not read pip's settings (an
    index, a proxy's certificate), so a machine that is set up for pip alone needs pip.
    """
    title = "[3/5] JupyterLab, ASE and all the others"
    arguments = ["-c", lock, *wanted]
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--python", pip[0], *arguments]
        if steps.try_run(f"{title}, by uv", command):
            return
    steps.run(title, [*pip, *arguments])


def known_extras(place: Place) -> list[str]:
    """The names that `requirements` takes."""
    project = tomllib.loads((place.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return sorted(project["optional-dependencies"])


def requirements(project: dict, extras: tuple[str, ...]) -> list[str]:
    """What pyproject.toml asks for, without PyTorch, which has a step of its own."""
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return [line for line in wanted if not re.match(r"torch\b", line)]


def coming_alone(project: dict, extras: tuple[str, ...]) -> list[str]:
    """Requirements of the extras that are installed without their own dependencies."""
    table = project.get("tool", {}).get("mlp_teach", {}).get("alone", {})
    return [line for extra in extras for line in table.get(extra, [])]


def warn_if_disk_is_small(place: Place) -> None:
    folder = place.venv.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < NEEDED:
        print(f"Only {free / 1e9:.1f} GB are free there; {NEEDED / 1e9:.1f} GB may be needed.")
