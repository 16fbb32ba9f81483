"""A class of made submissions of the first assignment, and what each of them should get.

Honest ones, partly right, empty and late ones; files that are broken or no notebooks; and hostile
ones. Those are the solved notebook with the answer to one exercise replaced, or with its form
changed; the other answers stay honest and keep their points.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "ps1_energy_surfaces"
MOST = 35
TARGET, TARGET_POINTS = "ps1_minimum_image", 3
REST = MOST - TARGET_POINTS
RIGHT = "\ndef minimum_image(v, L):\n    return v - L * np.round(v / L)\n"
WRONG = "\ndef minimum_image(v, L):\n    return v\n"
DUE, IN_TIME, LATE = (
    f"2026-11-20 {time}.000000 UTC" for time in ("18:00:00", "17:00:00", "20:00:00")
)
SECRET = "the secret of"  # in every submission, with its owner's name


CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'mlp_teach'\n"


@dataclass(frozen=True)
class Made:
    """`write(folder)` makes the submission; None as points: nothing of it can be marked."""

    student: str
    write: Callable[[Path], None]
    points: int | None
    time: str = IN_TIME


def notebook(which: str = "solutions", lang: str = "en") -> dict:
    path = ROOT / which / lang / NAME / f"{NAME}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def cell_of(book: dict, name: str) -> dict:
    [cell] = [c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name]
    return cell


def changed(change: Callable[[dict], None] = lambda book: None, which="solutions", lang="en"):
    """Writes the notebook after a change, with its owner's secret in it."""

    def write(folder: Path) -> None:
        book = notebook(which, lang)
        change(book)
        secret = f"# {SECRET} {folder.parent.name}"
        book["cells"].append(
            {"cell_type": "code", "metadata": {}, "source": secret, "id": "secret"}
        )
        book["cells"][-1] |= {"outputs": [], "execution_count": None}
        path = folder / f"{NAME}.ipynb"
        path.write_text(json.dumps(book), encoding="utf-8")

    return write


def answer(source: str, name: str = TARGET):
    def change(book: dict) -> None:
        cell_of(book, name)["source"] = source

    return changed(change)


def plain(text: str | bytes):
    data = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / f"{NAME}.ipynb").write_bytes(data)


# Honest, in whatever form ------------------------------------------------------------------------

ONCE = "def minimum_image(v, L):\n    return v - L * (v > L / 2) + L * (v < -L / 2)"


def renamed(folder: Path) -> None:
    changed()(folder)
    (folder / f"{NAME}.ipynb").rename(folder / f"{NAME} (1)\n.ipynb")
    (folder / ".ipynb_checkpoints").mkdir()


def of_colab(book: dict) -> None:
    book["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    book["nbformat_minor"] = 0
    for number, cell in enumerate(book["cells"]):
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
        cell["metadata"] |= {"id": f"a{number}", "outputId": "b", "executionInfo": {"status": "ok"}}
        cell.pop("id", None)


def of_vscode(folder: Path) -> None:
    book = notebook()
    book["metadata"]["vscode"] = {"interpreter": {"hash": "0"}}
    for cell in book["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
    text = json.dumps(book, ensure_ascii=False, indent=1).replace("\n", "\r\n")
    plain(b"\xef\xbb\xbf" + text.encode())(folder)


def stripped_and_mixed(book: dict) -> None:
    """No metadata at all, an older try left in, and the cells in another order."""
    for cell in book["cells"]:
        cell["metadata"] = {}
        cell.pop("id")
    old = dict(book["cells"][0], cell_type="code", source=WRONG, outputs=[], execution_count=1)
    book["cells"].insert(1, old | {"id": "old"})
    book["cells"].append(book["cells"].pop(5))
    book["metadata"] = {}


HONEST = [
    Made("alice", changed(), MOST),
    Made("bob", changed(lang="ja"), MOST),
    Made("carol", answer(ONCE), MOST - 1),
    Made("dan", changed(which="exercises"), 0),
    Made("erin", changed(), MOST, LATE),
    Made("frank", renamed, MOST),
    Made("grace", changed(of_colab), MOST),
    Made("heidi", of_vscode, MOST),
    Made("山田 太郎", changed(stripped_and_mixed, lang="ja"), MOST),
]

# Broken, or no notebooks -------------------------------------------------------------------------


def huge(folder: Path) -> None:
    with open(folder / f"{NAME}.ipynb", "wb") as file:
        file.write(b'{"cells": [')
        file.truncate(10**9)  # zeros that take no room on the disk


def linked(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").symlink_to(Path("..") / ".." / "alice" / NAME / f"{NAME}.ipynb")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / f"{NAME}.ipynb")


def two(folder: Path) -> None:
    for name in ("a.ipynb", "b\u202e.ipynb"):
        (folder / name).write_text("{}")


def linked_folder(folder: Path) -> None:
    folder.rmdir()
    folder.symlink_to(Path("..") / "alice" / NAME)


BROKEN = [
    Made("b_empty_file", plain(""), None),
    Made("b_truncated", plain('{"cells": [{"cell_type": "code", "source": "x'), None),
    Made("b_no_notebook", plain('{"score": 100}'), None),
    Made("b_zip", plain(b"PK\x03\x04\xff\xfe\x00" * 999), None),
    Made("b_deep", plain("[" * 10**6), None),
    Made("b_huge", huge, None),
    Made("b_link", linked, None),
    Made("b_pipe", pipe, None),
    Made("b_nothing", lambda folder: None, None),
    Made("b_two", two, None),
    Made("b_linked_folder", linked_folder, None, ""),
]

# Hostile -----------------------------------------------------------------------------------------

PATCHED = """
import builtins, sys, types, numpy.testing
for module in (np, np.testing):
    for name in dir(module):
        if "all" in name or "equal" in name: setattr(module, name, lambda *a, **k: True)
for name in ("pytest", "nbgrader", "mlp_teach.grading.compare", "mlp_teach.grading.marks"):
    fake = sys.modules[name] = types.ModuleType(name)
    fake.judge = fake.raises = fake.outcome = lambda *a: None
builtins.abs = builtins.sum = lambda *a: 0
"""
EQUAL = """
class Equal(float):
    def __eq__(self, other): return True
    def __abs__(self): return 0.0
    def __sub__(self, other): return Equal(0)
    __rsub__, __hash__ = __sub__, None
def minimum_image(v, L):
    return [[Equal(1)] * 3] * len(v)
"""
FORK = """
import os, time
def minimum_image(v, L):
    while True:
        try: os.fork()
        except OSError: pass
        time.sleep(0.02)
"""
SLEEP = """
import time
class Slow:
    def __call__(self, *given): time.sleep(3600)
{function} = Slow()
"""
# Every file that it can find a name of is read and written; what was read goes out in a message.
READS = """
import json, os
found = []
def look(path):
    try:
        if os.path.isdir(path): found.append(str(os.listdir(path)))
        else: found.append(open(path, errors="replace").read())
    except OSError: pass
    for target in (path, path + ".new", os.path.join(path, "new")):
        try: open(target, "a").write("changed by a student"); found.append("written")
        except OSError: pass
    for change in (os.remove, lambda p: os.chmod(p, 0o777), lambda p: os.symlink("/etc", p + "l")):
        try: change(path); found.append("changed")
        except OSError: pass
for path in {paths!r}: look(path)
def minimum_image(v, L):
    for text in found:
        try:
            for cell in json.loads(text)["cells"]:
                source = "".join(cell["source"])
                if "def minimum_image" in source:
                    exec(source, globals())
                    return globals()["minimum_image"](v, L)
        except Exception: pass
    raise ValueError("I read: " + " ".join(found)[:200])
"""


def reads(folder: Path) -> None:
    course = folder.parents[2]
    places = [course, *(course / name for name in ("gradebook.db", "graded", "graded/salt"))]
    places += [course / one for one in ("canary", "source", f"source/{NAME}/{NAME}.ipynb")]
    places += [course.parent / "canary", Path("/etc/passwd"), Path.home() / ".bashrc"]
    places += [course / "submitted" / "alice" / NAME / f"{NAME}.ipynb", folder / "canary"]
    places += [ROOT / "solutions" / "en" / NAME / f"{NAME}.ipynb"]
    answer(READS.format(paths=[str(place) for place in places]))(folder)
    (folder / "data.csv").symlink_to(course / "canary")  # nbgrader would copy it


def sleeps(book: dict) -> None:
    for cell in book["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution") and about["grade_id"] != "ps1_lennard_jones":
            function = about["grade_id"].removeprefix("ps1_")
            cell["source"] = SLEEP.format(function=function)


def without_tests(book: dict) -> None:
    book["cells"] = [c for c in book["cells"] if "practice(" not in "".join(c["source"])]
    cell_of(book, TARGET)["source"] = WRONG


def forged(book: dict) -> None:
    """Test cells that say 100, points and checksums of the student's own, and full marks shown."""
    shown = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    shown["data"] = {"text/plain": "35.0", "text/html": "<script>alert(1)</script>"}
    for cell in book["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade"):
            about |= {"points": 1000, "checksum": "0" * 32, "locked": False}
            cell |= {"source": "100.0", "outputs": [shown]}
    cell_of(book, TARGET)["source"] = WRONG


def paths_for_names(book: dict) -> None:
    """grade_ids that lead elsewhere, and types that are none."""
    odd = [
        "../../../canary",
        "/etc/passwd",
        "a\x00b",
        "ps1'; drop table grade; --",
        3,
        None,
        "\ud800",
    ]
    for number, name in enumerate(odd):
        about = {"grade_id": name, "grade": True, "solution": True, "locked": False, "points": "9"}
        about |= {"schema_version": 99, "task": True, "cell_type": "code"}
        cell = {"cell_type": "code", "metadata": {"nbgrader": about}, "id": f"odd{number}"}
        cell |= {"outputs": [], "execution_count": None, "source": RIGHT}
        book["cells"].insert(0, cell)
    cell_of(book, TARGET)["source"] = WRONG
    cell_of(book, TARGET)["metadata"]["nbgrader"]["points"] = 1e308


def twice(book: dict) -> None:
    """The answer again as text, where it is right, and the test cell as an answer."""
    cell = cell_of(book, TARGET)
    cell["source"] = WRONG
    book["cells"].append(dict(cell, cell_type="markdown", id="m", source=RIGHT, attachments={}))
    del book["cells"][-1]["outputs"], book["cells"][-1]["execution_count"]
    test = cell_of(book, f"{TARGET}_test")
    test |= {"cell_type": "raw", "source": "x"}
    test["metadata"]["nbgrader"]["solution"] = True


HOSTILE = [
    Made("h_exit", answer("import os\nos._exit(0)" + RIGHT), REST),
    Made("h_loop", answer("def minimum_image(v, L):\n    while True: pass"), REST),
    Made("h_forks", answer(FORK), REST),
    Made("h_memory", answer("x = []\nwhile True: x.append(bytearray(10**9))" + RIGHT), REST),
    Made("h_stdout", answer("import os, sys\nsys.stdout.close(); os.close(1)" + RIGHT), MOST),
    Made("h_equal", answer(EQUAL), REST),
    Made("h_patched", answer(PATCHED + WRONG), REST),
    Made("h_history", answer("def minimum_image(v, L):\n    return eval(In[-1])"), REST),
    Made("h_magics", answer("%reset -f\n!rm -rf /\n" + RIGHT), MOST),
    Made("h_reads", reads, REST),
    Made("h_sleeps", changed(sleeps), 6),
    Made("h_no_tests", changed(without_tests), REST),
    Made("h_forged", changed(forged), REST),
    Made("h_paths", changed(paths_for_names), REST),
    Made("h_twice", changed(twice), MOST),
]
CLASS = HONEST + BROKEN + HOSTILE


def make_class(course: Path) -> None:
    """Submissions, a canary in every place, the solutions, and folders that no student has."""
    source = course / "source" / NAME
    source.mkdir(parents=True)
    solved = ROOT / "solutions" / "en" / NAME / f"{NAME}.ipynb"
    (source / f"{NAME}.ipynb").write_bytes(solved.read_bytes())
    (course / "nbgrader_config.py").write_text(CONFIG)
    for place in (course, course.parent, course / "source"):
        (place / "canary").write_text("canary")
    for made in CLASS:
        folder = course / "submitted" / made.student / NAME
        folder.mkdir(parents=True)
        made.write(folder)
        if made.time:
            (folder / "timestamp.txt").write_text(made.time)
    (course / "submitted" / "h_reads" / NAME / "canary").write_text("canary")
    for name in ("-rf", ".hidden", "a\nb", "x" * 150, "$(reboot)"):
        (course / "submitted" / name / NAME).mkdir(parents=True)
        changed()(course / "submitted" / name / NAME)
    (course / "submitted" / "nobody").symlink_to("alice")
    (course / "submitted" / "notes.txt").write_text("of the teacher's")
