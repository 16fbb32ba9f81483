"""What hostile code can do in the sandbox: nothing that the next test or anybody outside notices.

Each attack is a cell of its own; after each of them an honest test runs in the same sandbox.
"""

import errno
import hashlib
import os
import platform
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest

from mlp_teach.grading import sandbox as module
from mlp_teach.grading.exercise import assignment, assignments
from mlp_teach.grading.refused_calls import MACHINES
from mlp_teach.grading.sandbox import Fault, Limits, Sandbox, SandboxError, WeakerSandbox, isolation
from mlp_teach.grading.wire import Expression

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no fork: use WSL")
walled = pytest.mark.skipif(
    os.name != "nt" and isolation() != "bubblewrap", reason=f"the sandbox: {isolation()}"
)
ROOT = Path(__file__).resolve().parents[2]
HONEST = "import numpy as np\ndef f(x):\n    return 2 * np.asarray(x)"
TIGHT = Limits(seconds=4.0, cpu_seconds=4, megabytes=300, processes=24, file_megabytes=4)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(limits=TIGHT, weaker=False) as sandbox:
        yield sandbox


@pytest.fixture
def fault(sandbox):
    """Runs a cell's f(1.0) and tells the kind of fault; then an honest test must go well."""

    def run(cell):
        with pytest.raises(Fault) as caught, sandbox.test([cell]) as ask:
            ask("f", 1.0)
        assert honest(sandbox) == [2.0, 4.0]
        return caught.value.kind

    return run


def living(place):
    """Processes below one, without those that wait to be buried."""
    found = []
    for process in place.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found += [process] * (process.status() != psutil.STATUS_ZOMBIE)
    return found


def honest(sandbox):
    with sandbox.test([HONEST]) as ask:
        return ask("f", np.array([1.0, 2.0])).tolist()


def told(sandbox, cell, *arguments):
    with sandbox.test([cell]) as ask:
        return ask("f", *arguments)


@walled
def test_a_function_gets_arrays_and_functions_and_gives_back_arrays(sandbox):
    cell = "def f(energy, positions):\n    return energy(positions) + positions"
    found = told(sandbox, cell, Expression("lambda r: (r**2).sum()"), np.arange(3.0))
    np.testing.assert_array_equal(found, 5.0 + np.arange(3.0))


ENDS = {
    "os._exit": ("import os\ndef f(x): os._exit(0)", {"ended"}),
    "sys.exit in the cell": ("import sys; sys.exit()\ndef f(x): return x", {"raised"}),
    "kills itself": ("import os\ndef f(x): os.kill(os.getpid(), 9); os.abort()", {"ended"}),
    "kills all": ("import os\ndef f(x): os.kill(-1, 9); os._exit(1)", {"ended", "raised"}),
    "kills each": (
        "import os\ndef f(x):\n    for p in range(2, 3000):\n        try: os.kill(p, 9)\n"
        "        except OSError: pass\n    os.killpg(0, 9); os._exit(1)",
        {"ended"},
    ),
    "endless loop": ("def f(x):\n    while True: pass", {"timeout", "ended"}),
    "sleeps": ("import time\ndef f(x): time.sleep(1000)", {"timeout"}),
    "endless loop in the cell": ("while True: pass", {"timeout", "ended"}),
    "swallows everything": (
        "def f(x):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass",
        {"timeout", "ended"},
    ),
    "ignores signals": (
        "import signal\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\ndef f(x):\n    while True: pass",
        {"timeout", "ended"},
    ),
    "fork bomb": (
        "import os\ndef f(x):\n    while True:\n        try: os.fork()\n        except "
        "OSError: pass",
        {"timeout", "ended"},
    ),
    "memory bomb": (
        "def f(x):\n    kept = []\n    while True: kept.append(bytearray(50_000_000))",
        {"memory"},
    ),
    "memory bomb of many": (
        "import os, time\ndef f(x):\n    for _ in range(6):\n        if os.fork() == 0:\n"
        "            kept = bytearray(b'x') * 150_000_000\n            time.sleep(60)\n"
        "    time.sleep(60)",
        {"memory"},
    ),
    "closes everything": (
        "import os\ndef f(x): os.closerange(0, 1000); return x",
        {"ended", "raised"},
    ),
    "deep recursion": (
        "import sys; sys.setrecursionlimit(10**9)\ndef f(x): return f(x)",
        {"ended", "timeout", "memory"},
    ),
    "null pointer": ("import ctypes\ndef f(x): ctypes.string_at(0)", {"ended"}),
    "huge answer": ("import numpy as np\ndef f(x): return np.zeros(2_000_000)", {"answer"}),
    "no plain data": ("def f(x): return object()", {"answer"}),
    "pickled surprise": (
        "class P:\n    def __reduce__(self): return exec, ('1/0',)\ndef f(x): return P()",
        {"answer"},
    ),
    "array of objects": ("import numpy as np\ndef f(x): return np.array([f])", {"answer"}),
    "raises": ("def f(x): raise ValueError('x' * 10**6)", {"raised"}),
    "raises an exit": ("def f(x): raise SystemExit(0)", {"raised"}),
    "no such name": ("def g(x): return x", {"raised"}),
    "syntax error": ("def f(x) return x", {"raised"}),
}


@walled
@pytest.mark.parametrize("name", ENDS)
def test_a_test_that_goes_wrong_costs_itself_only(fault, name):
    cell, kinds = ENDS[name]
    assert fault(cell) in kinds


@walled
def test_patched_libraries_do_not_outlive_their_test(sandbox):
    cell = (
        "import builtins, json, os, sys, numpy as np, numpy.testing\n"
        "np.asarray = np.allclose = np.testing.assert_allclose = lambda *a, **k: 7\n"
        "builtins.abs = builtins.sum = lambda *a: 0\njson.dumps = lambda *a: '7'\n"
        "sys.modules['pytest'] = None\nos.fork = os.kill = None\n"
        "def f(x): return 3"
    )
    with sandbox.test([cell]) as ask:
        assert ask("f", 1.0) == 7  # the forged encoder speaks for its own test, and for no other
    assert honest(sandbox) == [2.0, 4.0]


@walled
def test_bytes_on_every_descriptor_are_an_answer_at_most(sandbox):
    cell = (
        "import os\n"
        "def f(x):\n"
        "    for fd in range(64):\n"
        "        try: os.write(fd, 2 * (bytes([0, 0, 0, 4]) + b'=4.0'))\n"
        "        except OSError: pass\n"
        "    print('points: 100'); return 6.0"
    )
    with sandbox.test([cell]) as ask:
        answers = [ask("f", 1.0), ask("f", 1.0)]
    assert answers == [4.0, 4.0]  # numbers, which are judged like any other
    assert honest(sandbox) == [2.0, 4.0]


@walled
def test_a_hundred_megabytes_on_stdout_go_nowhere(sandbox):
    cell = "import sys\ndef f(x):\n    for _ in range(100): print('x' * 10**6)\n    return x"
    assert told(sandbox, cell, 1.0) == 1.0


@pytest.fixture
def canaries(tmp_path, monkeypatch):
    """Files and variables that nobody inside may read or change."""
    monkeypatch.setenv("CANARY", "secret of the grader")
    files = [tmp_path / name for name in ("gradebook.db", "solutions/ps1.ipynb", "submitted/b/x")]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("canary")
        file.chmod(0o666)
    tmp_path.chmod(0o777)
    before = fingerprint(tmp_path)
    yield [str(file) for file in files]
    assert fingerprint(tmp_path) == before


def fingerprint(folder):
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


@walled
@pytest.mark.parametrize("library", [False, True], ids=["numpy", "library"])
def test_no_file_of_the_course_or_the_class_can_be_read_or_written(canaries, library):
    cell = """
import os
def f(paths):
    done = []
    for path in paths:
        try:
            if os.path.isdir(path): done.append((path, os.listdir(path)))
            else: done.append((path, open(path).read()[:9]))
        except OSError: pass
        for target in (path, path + ".new"):
            try:
                open(target, "w").write("changed"); done.append((target, "written"))
            except OSError: pass
        for change in (os.remove, os.rmdir, lambda p: os.symlink("/etc", p + "l")):
            try: change(path); done.append((path, "changed"))
            except OSError: pass
    return done
"""
    home = Path.home()
    paths = [
        *canaries,
        *(str(Path(one).parent) for one in canaries),
        *(str(ROOT / name) for name in ("solutions", "tests", "mlp_teach", "README.md", ".git")),
        str(ROOT / "mlp_teach" / "grading" / "assignments" / "ps1" / "slopes.py"),
        *(str(home / name) for name in (".bashrc", ".ssh", ".gitconfig", ".cache", ".jupyter")),
        *("/etc/passwd", "/etc/shadow", "/etc/hostname", "/var", "/work", "/mnt", "/sys", "/run"),
        *("/proc/1/environ", "/proc/self/environ", "/proc/2/mem", "/proc/self/fd", "/proc/mounts"),
        "/course/mlp_teach/grading/assignments",
        "/course/mlp_teach/grading/marks.py",
    ]
    with Sandbox(library=library, limits=TIGHT, weaker=False) as sandbox:
        assert told(sandbox, cell, paths) == []


@walled
def test_the_environment_is_not_the_graders(sandbox, canaries):
    cell = "import os\ndef f(): return sorted(os.environ) + list(os.environ.values())"
    found = told(sandbox, cell)
    assert "secret of the grader" not in found
    assert {"HOME", "PATH"} <= set(found)
    assert len(found) < 2 * 12


@walled
def test_only_its_own_process_is_to_be_seen(sandbox):
    assert told(
        sandbox, "import os\ndef f(): return os.getpid(), os.getppid(), os.listdir('/proc')"
    ) == [
        1,
        0,
        [],
    ]


@walled
def test_it_is_no_superuser_and_cannot_become_one(sandbox):
    cell = """
import ctypes, os
libc = ctypes.CDLL(None)
def f():
    tries = [libc.setuid(0), libc.mount(b"/", b"/tmp", None, 4096, None), libc.chroot(b"/tmp")]
    return os.getuid(), os.geteuid(), tries
"""
    uid, effective, tries = told(sandbox, cell)
    assert uid == effective != 0
    assert tries == [-1, -1, -1]


@walled
def test_the_network_is_out_of_reach(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as named:
        named.bind("\0mlp_teach_canary")
        named.listen()
        cell = """
import socket
def f(port):
    reached = []
    local, name = ("127.0.0.1", port), chr(0) + "mlp_teach_canary"
    ways = [(socket.AF_INET, local), (socket.AF_UNIX, name), (socket.AF_INET, ("1.1.1.1", 53))]
    for family, place in ways:
        with socket.socket(family) as one:
            one.settimeout(1)
            try: one.connect(place); reached.append(str(place))
            except OSError: pass
    return reached
"""
        assert told(sandbox, cell, server.getsockname()[1]) == []
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()  # nobody was here
        with socket.create_connection(server.getsockname()), server.accept()[0]:
            pass  # though somebody could have been


@walled
def test_nothing_of_one_test_is_left_for_the_next(sandbox):
    write = """
import os, socket
def f():
    done = []
    for folder in ("/tmp", "/dev/shm", "/home/student", "."):
        try: open(folder + "/left", "w").write("x"); done.append(folder)
        except OSError: pass
    return done
"""
    assert "/tmp" in told(sandbox, write)
    read = (
        "import os\ndef f(): return [os.listdir(p) for p in ('/tmp', '/dev/shm', '/home/student')]"
    )
    assert told(sandbox, read) == [[], [], []]


WRITABLE = """
import os
def f():
    done = []
    scratch = ("/tmp", "/home/student", "/dev/shm", "/proc")
    for folder, below, files in os.walk("/"):
        if folder.startswith(scratch): continue
        try: open(folder + "/new", "w"); done.append(folder)
        except OSError: pass
        if folder.count("/") > 6 and not folder.startswith("/course"): below.clear()
    return done
"""


@walled
def test_only_the_scratch_folders_can_be_written(sandbox):
    assert told(sandbox, WRITABLE) == []


@walled
@pytest.mark.skipif(
    getattr(os, "getuid", int)() != 0, reason="a plain user has seen this form in the tests above"
)
@pytest.mark.parametrize("library", [False, True], ids=["numpy", "library"])
def test_the_form_for_plain_users_is_as_tight_as_that_for_root(library):
    code = (
        "import os, sys\nfrom mlp_teach.grading.sandbox import Sandbox\n"
        "assert os.getuid() == 1000\n"
        f"with Sandbox(library={library}, weaker=False) as s, s.test([sys.argv[1]]) as ask:\n"
        "    print(ask('f'))"
    )
    plain = ["bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--dev-bind", "/", "/"]
    command = [*plain, sys.executable, "-c", code, WRITABLE]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("[]\n", "")


@walled
def test_the_scratch_folders_are_small(sandbox):
    cell = """
def f():
    try:
        with open("/tmp/big", "wb") as file:
            for _ in range(100): file.write(bytes(10**6))
    except OSError: return "refused"
"""
    assert told(sandbox, cell) == "refused"


CALL = """
import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
def errno(result): return ctypes.get_errno() if result < 0 else 0
"""
CLONE = 56 if platform.machine() == "x86_64" else 220
UNCOUNTED = {
    "a segment of System V": "errno(libc.shmget(0, ctypes.c_size_t(4096), 0o1600))",
    "a file without a name": "os.memfd_create('x')",
    "pages that a child leaves behind": "len(mmap.mmap(-1, 4096))",
    "pages of /dev/zero": "len(mmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096))",
    "namespaces to mount a file system in": "errno(libc.unshare(0x10020000))",
    "the same for a child": f"errno(libc.syscall({CLONE}, 0x10000011, 0, 0, 0, 0))",
}


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in MACHINES, reason="no seccomp filter here"
)
@pytest.mark.parametrize("way", UNCOUNTED)
def test_no_memory_is_to_be_had_that_no_watch_counts(sandbox, way):
    cell = CALL + f"def f():\n    try: return {UNCOUNTED[way]}\n"
    cell += "    except OSError as error: return error.errno"
    assert told(sandbox, cell) == errno.EPERM


@walled
def test_threads_and_processes_of_an_honest_answer_start(sandbox):
    cell = """
import subprocess, threading
def f(x):
    found = []
    one = threading.Thread(target=lambda: found.append(x))
    one.start(); one.join()
    return [*found, subprocess.run(["/bin/echo", "2"], capture_output=True, text=True).stdout]
"""
    assert told(sandbox, cell, 1) == [1, "2\n"]


@walled
def test_memory_counts_while_the_grader_thinks(sandbox):
    cell = """
import os, threading, time
def f(x):
    def grow():
        kept = []
        for _ in range(50):
            kept.append(b"x" * 20_000_000)
        time.sleep(1000)
    if x == 1: threading.Thread(target=grow).start()
    return x
"""
    with sandbox.test([cell]) as ask:
        assert ask("f", 1) == 1
        until = time.monotonic() + 60
        place = psutil.Process(sandbox._zygote.pid)
        while len(living(place)) > 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert len(living(place)) == 2  # bwrap and the zygote
        with pytest.raises(Fault, match="memory"):
            ask("f", 2)
    assert honest(sandbox) == [2.0, 4.0]


@walled
def test_a_background_process_ends_with_its_test(sandbox):
    cell = """
import os, time
def f(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(1000)
        os._exit(0)
    return x
"""
    assert honest(sandbox) == [2.0, 4.0]
    place = psutil.Process(sandbox._zygote.pid)
    with sandbox.test([cell]) as ask:
        assert ask("f", 1.0) == 1.0
        assert len(place.children(recursive=True)) >= 5  # bwrap, zygote, keeper, test, it
    until = time.monotonic() + 120
    while len(place.children(recursive=True)) > 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(place.children(recursive=True)) == 2  # bwrap and the zygote


@walled
def test_a_sandbox_that_dies_is_replaced(sandbox):
    with sandbox.test([HONEST]) as ask:
        first = psutil.Process(sandbox._zygote.pid)
        inside = first.children(recursive=True)
        os.killpg(first.pid, 9)
        assert psutil.wait_procs(inside, timeout=60)[1] == []  # they die after it, one by one
        with pytest.raises(Fault) as caught:
            ask("f", 1.0)
    assert caught.value.kind == "ended"
    assert honest(sandbox) == [2.0, 4.0]


@walled
def test_the_library_is_there_when_asked_for_and_only_then(sandbox):
    cell = "def f():\n    import mlp_teach.graph\n    return 1"
    with pytest.raises(Fault, match="ModuleNotFoundError"):
        told(sandbox, cell)
    with Sandbox(library=True, limits=TIGHT, weaker=False) as other:
        assert told(other, cell) == 1
        with pytest.raises(Fault, match="ModuleNotFoundError"):
            told(other, "def f():\n    import mlp_teach.grading.assignments.ps1_energy_surfaces")


# The weaker form --------------------------------------------------------------------------------


@walled
def test_a_potential_of_ones_own_cannot_be_one_of_the_library_s():
    cell = """
import importlib
def f():
    found = []
    for name in ("graph", "models.lennard_jones", "models.painn", "training.fit", "trace.steps"):
        try: importlib.import_module("mlp_teach." + name); found.append(name)
        except ModuleNotFoundError: pass
    return found
"""
    with Sandbox(library=True, limits=TIGHT, weaker=False, own_work=True) as other:
        assert told(other, cell) == ["graph"]
    tasks = [one for name in assignments() for one in assignment(name).exercises]
    assert {"ps1_own_potential", "ps3_own_network"} == {one.name for one in tasks if one.own_work}


def test_an_installed_copy_beside_the_clone_is_hidden(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    copy = tmp_path / "lib/python3.99/site-packages/mlp_teach"
    copy.mkdir(parents=True)
    words = " ".join(module._bubblewrap(library=False))
    seat = module.seat(copy)
    assert f"--tmpfs {seat} " in words
    assert f"--remount-ro {seat} " in words


@pytest.fixture
def no_bubblewrap(monkeypatch):
    monkeypatch.setattr(module, "isolation", lambda: "bubblewrap is not installed")


def test_the_weaker_form_says_so(no_bubblewrap):
    with pytest.warns(WeakerSandbox, match="can read your files"), Sandbox():
        pass


def test_the_weaker_form_can_be_refused(no_bubblewrap):
    with pytest.raises(SandboxError, match="bubblewrap is not installed"):
        Sandbox(weaker=False)


def test_the_weaker_form_keeps_limits_and_lets_the_next_test_go_well(no_bubblewrap, monkeypatch):
    monkeypatch.setenv("CANARY", "secret of the grader")
    with pytest.warns(WeakerSandbox):
        weaker = Sandbox(limits=TIGHT)
    with weaker:
        cell = "import os\ndef f(): return list(os.environ.values())"
        assert "secret of the grader" not in told(weaker, cell)
        for name in ("os._exit", "endless loop", "memory bomb", "closes everything", "sleeps"):
            cell, kinds = ENDS[name]
            with pytest.raises(Fault) as caught:
                told(weaker, cell, 1.0)
            assert caught.value.kind in kinds | {"timeout"}, name  # nobody looks at its memory
            assert honest(weaker) == [2.0, 4.0]


def test_windows_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(module.sys, "platform", "win32")
    with pytest.raises(SandboxError, match="WSL"):
        isolation.__wrapped__()


def test_an_environment_below_tmp_is_seen_where_no_tests_own_tmp_hides_it(monkeypatch):
    """`.ci/run` makes its environment there, so that all tests of this file hold for it too."""
    monkeypatch.setattr(sys, "prefix", "/tmp/x/venv")
    words = module._bubblewrap(library=False)
    bind = words.index("/tmp/x/venv")
    assert words[bind - 1 : bind + 2] == ["--ro-bind", "/tmp/x/venv", "/installed/tmp/x/venv"]
    assert words.index("--tmpfs") < bind
    monkeypatch.setattr(sys, "prefix", "/opt/venv")
    words = module._bubblewrap(library=False)
    assert words[words.index("/opt/venv") + 1] == "/opt/venv"
