"""Make Binder's environment here, without containers, and open the first lesson in it.

    python tools/prove_binder.py FOLDER      FOLDER keeps what was made; a second call goes on there

1. src/: the files of the last commit, as Binder clones them.
2. repo2docker reads them, from an environment of its own (r2d/), and writes the Dockerfile; its
   steps are held against what `binder_rules` reads. Nothing is built: there is no container engine.
3. prefix/: a new environment with the lines of environment.yml's pip part, installed as one list.
   Its Python is this one, not conda's, and the base that repo2docker puts below it is not there.
   Where the index of PyTorch's CPU builds is out of reach, name a folder: PIP_FIND_LINKS=FOLDER.
4. postBuild, then JupyterLab through start, lesson 00 in a browser, its memory, the sizes.

It takes minutes and 2 GB. What it cannot prove: conda's part, the image itself, and times on
mybinder.org.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from binder_memory import measure
from binder_rules import Reading, read_binder
from browser_lab import missing

ROOT = Path(__file__).resolve().parent.parent
REPO2DOCKER = "jupyter-repo2docker==2026.4.0"
CPU_INDEX = "--extra-index-url"


def clone(folder: Path, root: Path = ROOT) -> Path:
    """The last commit in a new folder src/, or that of an earlier call brought up to it."""
    source = folder / "src"
    if not source.exists():
        run(["git", "clone", "-q", "--depth", "1", f"file://{root}", source])
    run(["git", "fetch", "-q", "--depth", "1", "origin", "HEAD"], source)
    run(["git", "reset", "-q", "--hard", "FETCH_HEAD"], source)
    return source


def dockerfile(folder: Path, source: Path) -> str:
    """What repo2docker would give to a container engine."""
    environment = folder / "r2d"
    if not (environment / "bin" / "repo2docker").exists():
        run([sys.executable, "-m", "venv", environment])
        run([environment / "bin" / "pip", "install", "-q", REPO2DOCKER])
    command = [environment / "bin" / "repo2docker", "--no-build", "--debug", source]
    return run(command, folder)


def missing_steps(text: str, reading: Reading) -> list[str]:
    """The steps that we read and that the Dockerfile does not have in that order."""
    copy = "COPY --chown=0:0 src/ ${REPO_DIR}/"
    steps = [
        f"-2epy-2d{reading.python.replace('.', '-2e')}-2dlinux",  # the frozen base, name escaped
        f'--file "{reading.environment}"',
        copy,
        f"RUN ./{reading.post_build}",
        f'ENV R2D_ENTRYPOINT="${{REPO_DIR}}/{reading.start}"',
    ]
    if not reading.installed_before_the_copy:
        steps[1:3] = steps[2:0:-1]
    lost, place = [], 0
    for step in steps:
        found = text.find(step, place)
        lost += [step] if found < 0 else []
        place = max(place, found)
    return lost


def install(folder: Path, reading: Reading) -> Path:
    """A new environment with the pip part; one that an earlier call made is brought up to it."""
    prefix, listed = folder / "prefix", folder / "requirements.txt"
    listed.write_text("".join(f"{line}\n" for line in reading.pip if reachable(line)))
    if not prefix.exists():
        run([sys.executable, "-m", "venv", prefix])
    run([prefix / "bin" / "python", "-m", "pip", "install", "-q", "-U", "-r", listed])
    return prefix


def reachable(line: str) -> bool:
    """Without the index of PyTorch's CPU builds where PIP_FIND_LINKS stands in for it."""
    return not (line.startswith(CPU_INDEX) and "PIP_FIND_LINKS" in os.environ)


def post_build(source: Path, prefix: Path, reading: Reading) -> None:
    """Runs postBuild in the copy's root with the environment first on the path."""
    path = os.pathsep.join([str(prefix / "bin"), os.environ["PATH"]])
    run([source / reading.post_build], source, {**os.environ, "PATH": path})


def run(command: list, folder: Path | None = None, env: dict[str, str] | None = None) -> str:
    """What a command prints. RuntimeError with its last words when it fails."""
    words = list(map(str, command))
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout + done.stderr


def megabytes(folder: Path) -> float:
    """What the files of a folder take."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder.resolve()
    if lack := missing():
        print(lack)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    source = clone(folder)
    reading = read_binder(source)
    lost = missing_steps(dockerfile(folder, source), reading)
    print(f"repo2docker reads it as we do: {not lost}", *lost, sep="\n  ", flush=True)
    started = time.perf_counter()
    prefix = install(folder, reading)
    print(f"{len(reading.pip)} lines of pip: {time.perf_counter() - started:.0f} s", flush=True)
    post_build(source, prefix, reading)
    run([prefix / "bin" / "python", "-m", "pip", "check"])
    git = megabytes(source / ".git")
    print(
        f"prefix {megabytes(prefix):.0f} MB, repository {megabytes(source) - git:.0f} MB",
        flush=True,
    )
    measure(source, prefix, ["00"])
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
