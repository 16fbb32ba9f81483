"""What ends a JupyterLab whose starter is gone: nothing else, and not later than needed. And what a
page may wait for: a kernel that was not heard, but nothing for ever."""

import subprocess

import browser_lab
import pytest
from browser_lab import FLAGS, GUARD, READY, Tab, chromium

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


# A kernel that tells who it is when asked the second time, as one whose first answer is lost.
DEAF_AT_FIRST = """() => {
    let asked = 0, told;
    const info = new Promise((tell) => { told = tell; });
    const kernel = {id: "k", info, requestKernelInfo: async () => { if (++asked === 2) told(); }};
    const session = {kernel};
    globalThis.jupyterapp = {
        shell: {currentWidget: {sessionContext: {ready: Promise.resolve(), session}}},
        asked: () => asked,
    };
}"""


@pytest.fixture
def tab():
    if missing := browser_lab.missing():
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield Tab(browser.new_page())
        browser.close()


@pytest.mark.browser
def test_a_kernel_whose_answer_was_lost_is_asked_again(tab):
    tab.page.evaluate(DEAF_AT_FIRST)
    assert tab.ask(READY, 0.05) == "k"
    tab.page.wait_for_timeout(300)
    assert tab.page.evaluate("jupyterapp.asked()") == 2


@pytest.mark.browser
def test_a_page_that_hangs_is_ended(tab, monkeypatch):
    from playwright.sync_api import Error

    monkeypatch.setattr(browser_lab, "GRACE", 0.5)
    with pytest.raises(Error, match=r"closed|crash"):
        tab.ask("() => { while (true) {} }", seconds=0.5)


@pytest.mark.browser
def test_what_never_comes_is_not_waited_for(tab):
    from playwright.sync_api import Error

    with pytest.raises(Error, match="late"):
        tab.ask("() => new Promise(() => {})", seconds=0.1)
    assert tab.ask("(a, b) => [b, a]", 1, [2], seconds=60) == [[2], 1]
