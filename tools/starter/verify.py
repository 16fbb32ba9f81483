"""start.py test: everything that must be true before a change is accepted."""

import os
import subprocess
import time
from pathlib import Path

from starter.environment import Place, child_environ
from starter.steps import StartError

AT_ONCE = 4  # processes of pytest at most; each may need 2 GB


def run_checks(place: Place, commands: list[tuple[str, list[str]]]) -> int:
    """Run every check even if one fails, and close with a table; 0 if all passed, else 1."""
    results = []
    for name, command in commands:
        print(f"\n=== {name}: {' '.join(command)}", flush=True)
        start = time.monotonic()
        code = subprocess.run(command, cwd=place.root, env=child_environ(place)).returncode
        results.append((name, code, time.monotonic() - start))
    print()
    for name, code, seconds in results:
        print(f"{'ok    ' if code == 0 else 'FAILED'} {name:<10} {seconds:6.0f} s")
    return int(any(code for _, code, _ in results))


def checks(interpreter: Path, arguments: list[str]) -> list[tuple[str, list[str]]]:
    """The checks by name, as commands; after `--`, pytest alone with what follows.

    Raises StartError for other arguments.
    """
    python = str(interpreter)
    pytest = ("tests", [python, "-m", "pytest"])
    if "--" in arguments:
        pytest[1].extend(arguments[arguments.index("--") + 1 :])
        return [pytest]
    if strange := set(arguments) - {"--fast"}:
        raise StartError(
            f"start.py test takes --fast, or -- and pytest's own arguments; not {min(strange)!r}."
        )
    if (workers := min(os.cpu_count() or 1, AT_ONCE)) > 1:
        # In the order of tests/conftest.py; xdist's own would leave the longest files to the end.
        pytest[1].extend(["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"])
    everything = [
        ("lint", [python, "-m", "ruff", "check", "."]),
        ("format", [python, "-m", "ruff", "format", "--check", "."]),
        ("notebooks", [python, "tools/build_notebooks.py", "--check"]),
        pytest,
        ("lessons", [python, "tools/run_lessons.py"]),
    ]
    if "--fast" in arguments:
        pytest[1].extend(["-m", "not slow"])
        everything.pop()
    return everything
