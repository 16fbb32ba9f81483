"""What ends a JupyterLab whose starter is gone: nothing else, and not later than needed."""

import subprocess

import pytest
from browser_lab import GUARD

SERVER = 4711
# The shell's own words in the test's hands: no time passes, and the number is nobody's.
WORLD = """
sleep() { echo sleep; }
kill() {
    echo "kill $*"
    [ "$1" = -0 ] || return 0
    left=$((left - 1)); [ "$left" -gt 0 ]
}
"""


def said(left):
    """What the guard does to a server that still answers to `left` - 1 looks at it."""
    command = ["sh", "-c", f"left={left}\n{WORLD}\n{GUARD}", str(SERVER)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("left", [1, 3])
def test_a_number_that_may_be_another_s_by_now_is_left_alone(left):
    lines = said(left)
    assert lines[0] == f"kill {SERVER}"
    assert lines[-1] == f"kill -0 {SERVER}"
    assert lines.count("sleep") <= left


def test_a_server_that_does_not_end_is_ended():
    lines = said(10_000)
    assert lines[0] == f"kill {SERVER}"
    assert lines[-2:] == [f"kill -0 {SERVER}", f"kill -9 {SERVER}"]
    assert lines.count("sleep") == 30


def test_it_waits_for_its_starter_and_ends_after_the_server():
    server = subprocess.Popen(["sleep", "3000"])
    try:
        guard = subprocess.Popen(["sh", "-c", GUARD, str(server.pid)], stdin=subprocess.PIPE)
        assert (server.poll(), guard.poll()) == (None, None)
        guard.stdin.close()
        assert server.wait(600) == -15
        guard.wait(600)
    finally:
        server.kill()
        server.wait()
