"""Run every lesson as a student would and hold it to the card that it shows.

    python tools/run_lessons.py                      all lessons, both languages
    python tools/run_lessons.py --lang en 06         one language, the lessons whose names start so
    python tools/run_lessons.py --keep runs/lessons  also write the executed notebooks there
    python tools/run_lessons.py --pictures runs/p    also write a picture of each widget there
    python tools/run_lessons.py --headless           without JupyterLab and a browser
    python tools/run_lessons.py --labs 1             one after the other, also where two have room
    python tools/run_lessons.py --script             run the sources as plain scripts instead

Each notebook runs top to bottom in a fresh kernel on one thread that cannot reach the network: in
JupyterLab in a real browser where Chromium and Playwright are found, else in the kernel alone. Two
JupyterLabs share the work where there are two processors and enough memory. A lesson fails when a
cell fails, when a cell prints a warning, when it takes more CPU seconds or memory than its card
promises, or when something is wrong on the page (`lesson_browser.py` tells what is looked at). CPU
seconds are what one idle core would need: other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

sys.path.insert(0, str(Path(__file__).resolve().parent))
import browser_lab
from browser_lab import Lab
from kernel_meter import Meter
from lesson_browser import look
from side_by_side import side_by_side

COURSE = Path(__file__).resolve().parent.parent / "course"
CELL_TIMEOUT = 600  # wall seconds: a cell that hangs, on a machine however busy
LESSON_TIMEOUT = 1800  # the same for all cells of a lesson
MEMORY_FOR_TWO = 6e9  # bytes: two kernels of 1 GB, each with a JupyterLab and a Chromium
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
COLOR_CODE = re.compile(r"\x1b\[[0-9;]*m")  # of a terminal, in tracebacks
# Runs in the kernel before the first cell: loopback is how the kernel talks, all else is refused.
NO_NETWORK = """
import sys
def _refuse(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        if args[1][0] not in ("127.0.0.1", "::1", "localhost"):
            raise PermissionError(f"a lesson must run without the network, but asked for {args[1]}")
sys.addaudithook(_refuse)
"""


def environment() -> dict[str, str]:
    """One thread, and the library that stands beside these lessons, wherever one is installed."""
    path = os.pathsep.join(filter(None, [str(COURSE.parent), os.environ.get("PYTHONPATH")]))
    return {**os.environ, **dict.fromkeys(THREADS, "1"), "PYTHONPATH": path}


@dataclass(frozen=True)
class Run:
    """What one lesson took; `trouble` is empty when it kept its card."""

    name: str
    card: dict
    wall_seconds: float
    cpu_seconds: float
    memory_mb: float
    trouble: str = ""


def run_headless(path: Path, keep: Path | None = None) -> Run:
    """Execute one built notebook from its own folder and measure its kernel."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=[
            f"--IPKernelApp.exec_lines=exec({NO_NETWORK!r})",
            "--IPKernelApp.log_level=40",  # errors only: not its note that loopback is unencrypted
        ],
    )
    start, trouble, meters = time.perf_counter(), "", []

    def watch(**_):
        meters.append(Meter(client.km.provisioner.pid))
        meters[-1].start()

    client.on_notebook_start = watch
    client.on_notebook_complete = lambda **_: meters[-1].stop()
    try:
        client.execute(env=environment())
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        trouble = COLOR_CODE.sub("", str(error)).strip()
    return _judged(path, notebook, time.perf_counter() - start, meters[-1], [trouble], keep)


class LabKernels:
    """A JupyterLab in a browser that runs lessons one after the other; a context."""

    def __init__(self, pictures: Path | None = None):
        self.pictures = pictures
        self._folder = tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        kernel = folder / "data" / "kernels" / "python3"
        kernel.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv += [f"--IPKernelApp.exec_lines=exec({NO_NETWORK!r})"]
        spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec))
        env = {**environment(), "JUPYTER_PATH": str(folder / "data")}
        self._lab = Lab(folder, env["PYTHONPATH"], env)

    def __enter__(self) -> LabKernels:
        self._lab.__enter__()
        return self

    def __exit__(self, *exception) -> None:
        try:
            self._lab.__exit__(*exception)
        finally:
            self._folder.cleanup()

    def run(self, path: Path, keep: Path | None = None) -> Run:
        """Open one built notebook, run it, move its widgets and measure its kernel."""
        name = f"{path.parent.name}/{path.name}"
        (self._lab.work / path.parent.name).mkdir(exist_ok=True)
        shutil.copy(path, self._lab.work / name)
        start = time.perf_counter()
        try:
            folder = self.pictures and self.pictures / f"{path.parent.name}_{path.stem}"
            notebook, meter, troubles = self._opened(name, folder)
        except Exception as error:  # the page is gone, and the next lesson has one of its own
            self._lab.new_browser()
            self._lab.end_kernels()
            notebook, meter = nbformat.read(path, as_version=4), Meter(self._lab.server.pid)
            troubles = [f"its page is gone: {str(error).splitlines()[0]}"]
        return _judged(path, notebook, time.perf_counter() - start, meter, troubles, keep)

    def _opened(self, name: str, pictures: Path | None) -> tuple[NotebookNode, Meter, list[str]]:
        """The notebook after it ran, what it took, what went wrong."""
        tab = self._lab.open(name)
        meter, troubles = Meter(_process_of(tab.kernel, self._lab.server.pid)), []
        meter.start()
        try:
            tab.run_all(LESSON_TIMEOUT)
        except Exception as error:  # all that a browser can say
            troubles = [str(error).splitlines()[0]]
        finally:
            meter.stop()
        notebook = nbformat.from_dict(tab.notebook())
        troubles += failed_cells(notebook)
        if not troubles:
            troubles += look(tab, pictures).troubles
        tab.close()
        return notebook, meter, troubles


def _process_of(kernel: str, server: int) -> int:
    """The process of a kernel that a server started."""
    for child in psutil.Process(server).children():
        with suppress(psutil.NoSuchProcess):  # a helper of JupyterLab that is just ending
            if any(kernel in word for word in child.cmdline()):
                return child.pid
    raise RuntimeError(f"the server has no kernel {kernel}")


def failed_cells(notebook) -> list[str]:
    """What the first cell said that failed, or nothing."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code" or "raises-exception" in cell.metadata.get("tags", ()):
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                text = COLOR_CODE.sub("", "\n".join(output.traceback))
                return [f"cell {number} fails:\n{text}"]
        if cell.source.strip() and cell.execution_count is None:
            return [f"cell {number} did not run"]
    return []


def _judged(path: Path, notebook, wall: float, meter: Meter, troubles, keep) -> Run:
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, keep / f"{path.parent.name}_{path.name}")
    card = notebook.metadata["mlp_teach"]["card"]
    name = f"{path.parent.name}/{path.stem}"
    run = Run(name, card, wall, meter.cpu_seconds, meter.memory_mb)
    troubles = [*troubles, printed_warnings(notebook), over_card(run)]
    return Run(**{**vars(run), "trouble": "\n".join(filter(None, troubles))})


def printed_warnings(notebook) -> str:
    """A sentence on the first warning that a student would see, or nothing."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            warning = re.search(r"\b\w*Warning: .*", str(output.get("text", "")))
            if output.get("name") == "stderr" and warning:
                return f"cell {number} prints a warning: {warning.group()}"
    return ""


def over_card(run: Run, seconds_only: bool = False) -> str:
    """A sentence on what the run took beyond its card, or nothing."""
    found = []
    if run.cpu_seconds > run.card["run_seconds"]:
        found.append(f"{run.cpu_seconds:.0f} s of CPU, card says {run.card['run_seconds']} s")
    if run.memory_mb > run.card["memory_mb"] and not seconds_only:
        found.append(f"{run.memory_mb:.0f} MB, card says {run.card['memory_mb']} MB")
    return "; ".join(found)


def run_script(path: Path) -> str:
    """Run a source as a plain script; the end of its error text, or nothing."""
    done = subprocess.run(
        [sys.executable, str(path)],
        capture_output=True,
        text=True,
        timeout=CELL_TIMEOUT,
        env={**environment(), "MPLBACKEND": "agg"},
    )
    return done.stderr[-1000:] if done.returncode else ""


def table(runs: list[Run]) -> str:
    """Measured against promised, one line a lesson."""
    lines = [f"{'lesson':34} {'wall s':>7} {'CPU s':>7} {'card s':>7} {'MB':>6} {'card MB':>8}"]
    for run in runs:
        card = f"{run.card['run_seconds']:7g} {run.memory_mb:6.0f} {run.card['memory_mb']:8g}"
        verdict = "" if not run.trouble else "  FAILED"
        lines.append(
            f"{run.name:34} {run.wall_seconds:7.1f} {run.cpu_seconds:7.1f} {card}{verdict}"
        )
    return "\n".join(lines)


def run_notebooks(paths: list[Path], options: argparse.Namespace) -> list[Run]:
    """In a browser where there is one, and nobody said otherwise."""
    lack = "as asked" if options.headless else browser_lab.missing()
    if lack:
        print(f"without a browser: {lack}", flush=True)
        return [_told(run_headless(path, options.keep)) for path in paths]

    @contextmanager
    def lab() -> Iterator[Callable[[Path], Run]]:
        with LabKernels(options.pictures) as kernels:
            yield partial(kernels.run, keep=options.keep)

    def run_in(labs: int, some: list[Path]) -> dict[Path, Run]:
        done = side_by_side(lab, some, labs, hurry=browser_lab.close_browsers)
        return {path: _told(run) for path, run in done}

    labs = options.labs or room_for_labs()
    # The longest first: both labs then end at about the same time.
    runs = run_in(labs, sorted(paths, key=promised_seconds, reverse=True))
    if labs > 1 and (slow := [path for path in paths if only_too_slow(runs[path])]):
        print("once more, with nothing beside it: what took more CPU than promised", flush=True)
        runs |= run_in(1, slow)
    return [runs[path] for path in paths]


def only_too_slow(run: Run) -> bool:
    """Did it take more CPU seconds than promised, and was all else right?

    Two lessons at a time share the way to memory, and each may take more than it would alone.
    """
    return run.trouble != "" and run.trouble == over_card(run, seconds_only=True)


def promised_seconds(path: Path) -> float:
    """The CPU seconds on a lesson's card."""
    return nbformat.read(path, as_version=4).metadata["mlp_teach"]["card"]["run_seconds"]


def room_for_labs() -> int:
    """How many JupyterLabs, each with a browser and a lesson, this machine runs at once: 1 or 2."""
    room = (os.cpu_count() or 1) >= 2 and psutil.virtual_memory().available > MEMORY_FOR_TWO
    return 2 if room else 1


def _told(run: Run) -> Run:
    """Says at once that a lesson is done; the table comes at the end."""
    print(
        f"- {run.name}: {'FAILED' if run.trouble else 'ok'}, {run.wall_seconds:.0f} s", flush=True
    )
    return run


def main(arguments: list[str] | None = None, course: Path = COURSE) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="how the names start; all without it")
    parser.add_argument("--lang", choices=("en", "ja"), help="one language instead of both")
    parser.add_argument("--keep", type=Path, help="folder for the executed notebooks")
    parser.add_argument("--pictures", type=Path, help="folder for a picture of each widget")
    parser.add_argument("--headless", action="store_true", help="no JupyterLab, no browser")
    parser.add_argument("--labs", type=int, choices=(1, 2), help="how many at once; 2 if they fit")
    parser.add_argument("--script", action="store_true", help="run the sources as scripts")
    options = parser.parse_args(arguments)
    folders = ["source"] if options.script else [options.lang] if options.lang else ["en", "ja"]
    pattern = "[0-9][0-9]_*.py" if options.script else "[0-9][0-9]_*.ipynb"
    paths = [path for folder in folders for path in sorted((course / folder).glob(pattern))]
    paths = [p for p in paths if not options.lessons or p.name.startswith(tuple(options.lessons))]
    if not paths:
        print("no lesson of that name; build the notebooks first: python tools/build_notebooks.py")
        return 1
    if options.script:
        troubles = {str(path): run_script(path) for path in paths}
    else:
        runs = run_notebooks(paths, options)
        print(table(runs))
        troubles = {run.name: run.trouble for run in runs}
    failed = {name: trouble for name, trouble in troubles.items() if trouble}
    for name, trouble in failed.items():
        print(f"\n{name}: {trouble}")
    print(f"\n{len(paths) - len(failed)} of {len(paths)} lessons run as their cards say")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
