"""The words that start.py understands."""

import errno
import locale
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starter import environment, pytorch
from starter.environment import Action, Place
from starter.one_at_a_time import one_at_a_time
from starter.set_up import known_extras, make_ready
from starter.steps import DISK_FULL_HELP, StartError, Ticker
from starter.verify import checks, run_checks

HELP = """\
usage: python3 start.py [command] [its arguments]

  lab     open the first lesson in JupyterLab; this is what happens without a command
            --lang en|ja  the course's language (else this computer's)
            further arguments go to JupyterLab
  run     the five-step workflow without a browser: data, descriptors, training, validation and
          simulation, with a table, plots and the trained model in a folder below runs/
            further arguments go to `mlp-teach workflow`
  test    check everything: style, notebooks, tests, and every lesson against its card
            --fast        leave out the slow tests and the lessons
            -- ARGUMENTS  run pytest alone, with these arguments
  install make the environment, or bring it up to date, and start nothing
            further words name extras of pyproject.toml to have too, such as hub grading; they
            stay with it from then on
  doctor  say what there is and what is missing; changes nothing
  clean   delete the environment and the caches; results in runs/ stay

Its first start makes an environment (about 1.6 GB) in the folder .venv beside it. Variables:
  MLP_TEACH_VENV   another folder for the environment
  MLP_TEACH_TORCH  another PyTorch: cpu, cuda, the address of a package index, a wheel, or a
                   requirement such as torch==2.9.1
  OMP_NUM_THREADS  threads for computations (else 1)
"""
ANOTHER_FOLDER = (
    "The environment can be put elsewhere: name a folder in the variable MLP_TEACH_VENV."
)


def main(root: str, argv: list[str]) -> int:
    """Run one command; gives 0 if fine, 1 if it failed, 2 if misused, 130 if stopped by Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # for a path that this terminal cannot write
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` clauses run
    if argv[:1] in (["-h"], ["--help"], ["help"]):
        print(HELP)
        return 0
    word, rest = (argv[0], argv[1:]) if argv and argv[0][0] != "-" else ("lab", argv)
    if word not in COMMANDS:
        print(f"start.py knows {', '.join(COMMANDS)}; not {word!r}.\n\n{HELP}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[word](environment.find_place(root), rest)
    except StartError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, a folder that may not be written to
        help_ = DISK_FULL_HELP if error.errno == errno.ENOSPC else ANOTHER_FOLDER
        print(f"\n{error}\n{help_}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def lab(place: Place, arguments: list[str]) -> int:
    language, arguments = split_language(arguments)
    make_ready(place)
    lesson = first_lesson(place.root, language)
    command = [place.python, "-P", "-m", "jupyterlab", f"--ServerApp.root_dir={place.root}"]
    if lesson:
        command.append(f"--LabApp.default_url=/lab/tree/{lesson}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in containers; the server listens to this computer alone
    print(
        f"JupyterLab starts with {lesson or 'the whole folder'}; Ctrl-C here ends it.", flush=True
    )
    return hand_over(place, [*command, *arguments])


def run(place: Place, arguments: list[str]) -> int:
    make_ready(place)
    if not any(word == "--out" or word.startswith("--out=") for word in arguments):
        folder = place.root / "runs" / datetime.now().strftime("workflow-%Y-%m-%d-%H%M%S")
        arguments = ["--out", str(folder), *arguments]
    return hand_over(place, [place.python, "-P", "-m", "mlp_teach.cli", "workflow", *arguments])


def test(place: Place, arguments: list[str]) -> int:
    commands = checks(place.python, arguments)  # before the set-up: a misspelt word fails at once
    make_ready(place, extras=("test",))
    return run_checks(place, commands)


def install(place: Place, arguments: list[str]) -> int:
    known = known_extras(place)
    if strange := set(arguments) - set(known):
        raise StartError(f"start.py install takes {', '.join(known)}; not {min(strange)!r}.")
    make_ready(place, extras=tuple(arguments))
    print(f"The environment is complete: {place.venv}")
    return 0


def doctor(place: Place, arguments: list[str]) -> int:
    action, reason = environment.examine(place)
    parent = next(folder for folder in place.venv.parents if folder.exists())
    facts = {
        "Python": f"{sys.version.split()[0]} ({sys.executable})",
        "system": f"{sys.platform}, {os.cpu_count()} cores",
        "free disk": f"{shutil.disk_usage(parent).free / 1e9:.1f} GB at {parent}",
        "NVIDIA driver": "yes" if pytorch.has_nvidia_driver() else "no",
        "uv": shutil.which("uv") or "no (pip does its work)",
        "environment": str(place.venv),
        "state": reason,
    }
    for name, fact in facts.items():
        print(f"{name:<14} {fact}")
    sys.stdout.flush()
    if action is not Action.USE:
        environment.check_owner(place)  # what is not ours, install would not touch
        print("python3 start.py install sees to that.")
        return 1
    return hand_over(place, [place.python, "-P", "-m", "mlp_teach.cli", "doctor", *arguments])


def clean(place: Place, arguments: list[str]) -> int:
    with one_at_a_time(place.lock_file), Ticker(f"deleting {place.venv}"):
        environment.empty(place)
    place.lock_file.unlink(missing_ok=True)
    caches = [place.root / ".pytest_cache", place.root / ".ruff_cache"]
    for package in ("mlp_teach", "tests", "tools", "course"):
        caches += (place.root / package).rglob("__pycache__")
    for cache in caches:
        shutil.rmtree(cache, ignore_errors=True)
    return 0


COMMANDS: dict[str, Callable[[Place, list[str]], int]] = {
    "lab": lab,
    "run": run,
    "test": test,
    "install": install,
    "doctor": doctor,
    "clean": clean,
}


def hand_over(place: Place, command: list[str | Path]) -> int:
    """Let a program take this one's place: it gets the terminal, the signals and the exit code."""
    command = [str(part) for part in command]
    environ = environment.child_environ(place)
    if sys.platform != "win32":
        os.execve(command[0], command, environ)
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the program; we wait for its end
    return subprocess.run(command, env=environ).returncode


def split_language(arguments: list[str]) -> tuple[str, list[str]]:
    """The language asked for, else this computer's, and the other arguments."""
    language, rest, words = computer_language(), [], iter(arguments)
    for word in words:
        if word == "--lang":
            language = next(words, "")
        elif word.startswith("--lang="):
            language = word.removeprefix("--lang=")
        else:
            rest.append(word)
    if language not in ("en", "ja"):
        raise StartError(f"--lang takes en or ja, not {language!r}.")
    return language, rest


def computer_language() -> str:
    """ja on a computer that is set to Japanese, en on all others."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    if sys.platform == "win32":
        import ctypes

        primary = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF
        return "ja" if primary == 0x11 else "en"  # LANG_JAPANESE
    return "ja" if (locale.getlocale()[0] or "").startswith("ja") else "en"


def first_lesson(root: Path, language: str) -> str:
    """The first lesson's path below the root; empty where the course has none."""
    for folder in (language, "en"):
        path = f"course/{folder}/00_start_here.ipynb"
        if (root / path).exists():
            return path
    return ""
