"""nbgrader's own autograde with kernels in the sandbox: the points of practice cells, and walls.

The provisioner is found as in an installed package, by the entry point that pyproject.toml states.
"""

import json
import os
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mlp_teach.grading.sandbox import isolation
from tests.grading.made_submissions import MOST, NAME, ROOT, notebook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(isolation() != "bubblewrap", reason=f"the sandbox: {isolation()}"),
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
GROUP = "jupyter_client.kernel_provisioners"
PROBE = """
import os, socket
import mlp_teach.grading.practice as module
seen = []
for path in {paths!r}:
    try: seen.append((path, os.listdir(path) if os.path.isdir(path) else open(path).read()[:9]))
    except OSError: pass
    try: open(path + ".new", "w"); seen.append(path + " written")
    except OSError: pass
for place in [("127.0.0.1", {port}), ("1.1.1.1", 53)]:
    try: socket.create_connection(place, timeout=1); seen.append(place)
    except OSError: pass
seen += [value for name, value in os.environ.items() if name == "CANARY"]
seen += [name for name in os.listdir("/proc") if name.isdigit() and int(name) > 60]
seen += [os.getuid()] if os.getuid() == 0 else []
open("scratch", "w").write("there is a home")
print("seen:", seen, os.getcwd())
"""


SLEEP = "import time\nwhile True: time.sleep(1)"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class of two after nbgrader autograde."""
    folder = tmp_path_factory.mktemp("made") / "class"
    for step, name in (("source/.", "solutions"), ("submitted/alice", "solutions")):
        write(folder / step / NAME, notebook(name))
    with socket.create_server(("127.0.0.1", 0)) as server:
        book = notebook()
        paths = [folder, folder / "gradebook.db", folder / "source", ROOT / "solutions"]
        paths += [folder / "submitted" / "alice", Path.home() / ".bashrc", Path("/etc/passwd")]
        source = PROBE.format(paths=[str(path) for path in paths], port=server.getsockname()[1])
        extra = {"cell_type": "code", "metadata": {}, "id": "probe", "source": source}
        book["cells"].append(extra | {"outputs": [], "execution_count": None})
        loop = dict(extra, id="loop", source=SLEEP, outputs=[], execution_count=None)
        book["cells"].append(loop)
        write(folder / "submitted" / "mallory" / NAME, book)
        (folder / "nbgrader_config.py").write_text(CONFIG)
        nbgrader(folder, "generate_assignment")
        nbgrader(folder, "autograde")
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()  # nobody was here
    return folder


CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "mlp_teach"
c.ExecutePreprocessor.timeout = 40
c.ClearSolutions.enforce_metadata = False
"""


def write(folder, book):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(book), encoding="utf-8")


def nbgrader(folder, command):
    found = folder / "packages" / "made-1.dist-info"
    found.mkdir(parents=True, exist_ok=True)
    (found / "METADATA").write_text("Metadata-Version: 2.1\nName: made\nVersion: 1\n")
    lines = [f"{name} = {value}" for name, value in PROJECT["entry-points"][GROUP].items()]
    (found / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]))
    environment = os.environ | {
        "JUPYTER_DEFAULT_PROVISIONER_NAME": "mlp-teach-sandbox",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(found.parent)]),
        "PATH": os.pathsep.join([f"{sys.prefix}/bin", os.environ["PATH"]]),
        "CANARY": "of the teacher",
        "OMP_NUM_THREADS": "1",
    }
    arguments = [sys.executable, "-m", "nbgrader", command, NAME]
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def graded(course, student):
    path = course / "autograded" / student / NAME / f"{NAME}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_autograde_gives_the_points_of_the_practice_cells(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for student in ("alice", "mallory"):
            assert gradebook.find_submission(NAME, student).score == MOST


def test_a_cell_sees_no_solution_no_gradebook_and_no_network(course):
    said = graded(course, "mallory")[-2]["outputs"]
    assert ["".join(one["text"]) for one in said] == ["seen: [] /home/student\n"]


def test_an_endless_cell_is_interrupted_and_costs_itself(course):
    *_, loop = graded(course, "mallory")
    assert {one["ename"] for one in loop["outputs"]} == {"KeyboardInterrupt", "CellTimeoutError"}
