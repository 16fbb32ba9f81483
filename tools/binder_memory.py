"""Memory on Binder with some lessons open at once: JupyterLab and its kernels, without the browser.

    python tools/binder_memory.py FOLDER               with lesson 00 open
    python tools/binder_memory.py FOLDER 01 06 08      with these three, run one after the other
    python tools/binder_memory.py FOLDER --lang ja 01

FOLDER is what tools/prove_binder.py made: a copy of the repository in src/, its environment in
prefix/. JupyterLab is started there through binder/start; each lesson is opened in a tab of a real
browser, all its cells run, and it stays open. Told is the PSS of the server and of all that it
started: what they have for themselves, and what they share counted once. Linux only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from browser_lab import Lab, missing
from lesson_memory import Watch, share_mb, shares
from run_lessons import LESSON_TIMEOUT, failed_cells


def binder_lab(source: Path, prefix: Path, folder: Path, pythonpath: str = "") -> Lab:
    """JupyterLab of an environment, in a copy of the repository, as Binder's entry point starts it:
    binder/start, then the server's command. `folder` holds its settings, not the learner's."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    path = os.pathsep.join([str(prefix / "bin"), os.environ["PATH"]])
    env = {"PATH": path, "REPO_DIR": str(source), "HOME": str(home), "OMP_NUM_THREADS": ""}
    command = (str(source / "binder" / "start"), str(prefix / "bin" / "jupyter-lab"))
    lab = Lab(folder, pythonpath, env, command)
    lab.work = source
    return lab


def run_lessons_in(lab: Lab, lessons: Sequence[Path]) -> Iterator[tuple[str, float, list[float]]]:
    """Opens and runs one after the other; after each its name, MB of all, MB of each process.
    RuntimeError when a cell fails."""
    for lesson in lessons:
        tab = lab.open(lesson.relative_to(lab.work).as_posix())
        tab.run_all(LESSON_TIMEOUT)
        if troubles := failed_cells_of(tab):
            raise RuntimeError(f"{lesson.name}: {troubles[0]}")
        each = sorted(shares(lab.server.pid).values(), reverse=True)
        yield lesson.stem, sum(each), each


def failed_cells_of(tab) -> list[str]:
    """What the first cell said that failed, or nothing."""
    import nbformat

    return failed_cells(nbformat.from_dict(tab.notebook()))


def measure(source: Path, prefix: Path, names: Sequence[str], lang: str = "en") -> float:
    """Prints what each lesson adds, and the most until then; that of all in MB is returned."""
    lessons = [next((source / "course" / lang).glob(f"{name}_*.ipynb")) for name in names]
    with (
        tempfile.TemporaryDirectory(prefix="lab-") as folder,
        binder_lab(source, prefix, Path(folder)) as lab,
    ):
        print(f"{'JupyterLab at rest':34}{share_mb(lab.server.pid):8.0f} MB", flush=True)
        watch = Watch(lab.server.pid)
        watch.start()
        try:
            for name, all_of_it, each in run_lessons_in(lab, lessons):
                parts = " + ".join(f"{one:.0f}" for one in each)
                most = f"at most {watch.most:.0f}"
                print(f"{'then ' + name:34}{all_of_it:8.0f} MB = {parts}; {most}", flush=True)
        finally:
            watch.stop()
    return watch.most


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="what tools/prove_binder.py made")
    parser.add_argument("lessons", nargs="*", default=["00"], help="their numbers")
    parser.add_argument("--lang", choices=("en", "ja"), default="en")
    options = parser.parse_args(arguments)
    if lack := missing():
        print(lack)
        return 1
    folder = options.folder.resolve()
    measure(folder / "src", folder / "prefix", options.lessons, options.lang)
    return 0


if __name__ == "__main__":
    sys.exit(main())
