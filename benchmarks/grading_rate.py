"""How long a class takes to grade, and how much memory: `mlp-teach grade` on 100 submissions.

    python benchmarks/grading_rate.py [--submissions 100] [--workers 2]

Each is the solved first assignment with a comment of its own, so that no two files are alike. Time
on the clock depends on what else the machine does; seconds of processor time do not. Memory is the
sum over all processes, the sandboxes and the tests in them too; what several of them share counts
once (PSS). Needs Linux, nbgrader and, for the sandbox that it is meant for, bubblewrap.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
NAME = "ps1_energy_surfaces"
GLANCE = 0.5  # s


def make_class(folder: Path, how_many: int) -> None:
    solved = ROOT / "solutions" / "en" / NAME / f"{NAME}.ipynb"
    for number in range(how_many):
        book = json.loads(solved.read_text(encoding="utf-8"))
        for cell in book["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = "".join(cell["source"]) + f"\n# student {number}"
        place = folder / "submitted" / f"student{number:03}" / NAME
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_text(json.dumps(book), encoding="utf-8")


class Watch:
    """Memory now and at most (MB), and the processor time so far (s), of a process and its own."""

    def __init__(self, process: psutil.Process):
        self._main, self._seconds = process, {}
        self.most = 0.0

    def look(self) -> None:
        everyone = [self._main, *self._main.children(recursive=True)]
        total = 0.0
        for one in everyone:
            with suppress(psutil.Error):
                total += one.memory_full_info().pss / 1e6
        self.most = max(self.most, total)
        for foreman in [self._main, *self._main.children()]:
            with suppress(psutil.Error):
                for one in [foreman, *foreman.children()]:
                    # A worker's children are the sandboxes, whose time it gets when they end.
                    self._seconds[one.pid] = sum(one.cpu_times()[:4])

    @property
    def seconds(self) -> float:
        return sum(self._seconds.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if options.workers < 2:
        parser.error("--workers: at least 2; one alone is this process, and is counted otherwise")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "class"
        make_class(folder, options.submissions)
        command = [sys.executable, "-m", "mlp_teach.cli", "grade", str(folder)]
        command += ["--assignment", NAME, "--release", str(ROOT / "exercises" / "en")]
        command += ["--workers", str(options.workers)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        begun = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        watch = Watch(psutil.Process(process.pid))
        while process.poll() is None:
            with suppress(psutil.Error):
                watch.look()
            time.sleep(GLANCE)
        took = time.monotonic() - begun
        paths = sorted((folder / "graded" / NAME).glob("*.json"))
        points = {json.loads(path.read_bytes())["points"] for path in paths}
    print(f"{len(paths)} submissions, {options.workers} workers, points {points}")
    print(f"{took:.0f} s on the clock, load {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores")
    print(f"{watch.seconds:.0f} s of processor time, {watch.most:.0f} MB at most")


if __name__ == "__main__":
    main()
