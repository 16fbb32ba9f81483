"""A class on a hub, from the login to the marks, with accounts of the system and a real browser."""

import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import browser_lab
import pytest
from course_link import course_link

from mlp_teach.grading.sandbox import isolation
from tests.hub import class_machine
from tests.hub.class_machine import ROOT, STATE, ClassMachine

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ACCOUNTS = {"alice": "mlp_students", "bob": "mlp_students", "teacher": "mlp_teachers"}
NAME = "ps1_energy_surfaces"
MEMORY = 900  # MB a student: the first lesson and its server need about 550
OPTIONS = (
    *("--auth", "pam", "--teachers", "teacher", "--memory", f"{MEMORY}M"),
    *("--exchange", "/srv/nbgrader/exchange"),
    *("--server-options=--LabApp.expose_app_in_browser=True",),
)
HAND_OUT = f"""mkdir -p class/source && cd class &&
cp -r {ROOT}/solutions/en/{NAME} source/ &&
nbgrader generate_assignment {NAME} && nbgrader release_assignment {NAME}"""
MARK = f"""cd class && nbgrader collect {NAME} &&
mlp-teach grade . --assignment {NAME} --require-sandbox && cat graded/{NAME}/alice.json"""
ANSWER = """async ([path, answers]) => {
    const file = await jupyterapp.serviceManager.contents.get(path);
    let done = 0;
    for (const cell of file.content.cells) {
        const about = cell.metadata.nbgrader;
        if (about?.solution && about.grade_id in answers) {
            cell.source = answers[about.grade_id];
            done += 1;
        }
    }
    await jupyterapp.serviceManager.contents.save(path, file);
    return done;
}"""
TAKE_MEMORY = """async ([code, seconds]) => {
    const {kernel} = jupyterapp.shell.currentWidget.sessionContext.session;
    const died = new Promise(resolve => kernel.statusChanged.connect((_, status) => {
        if (status.includes("restarting")) resolve("died");
    }));
    const done = kernel.requestExecute({code}).done.then(answer => answer.content.status);
    const late = new Promise(resolve => setTimeout(() => resolve("late"), 1e3 * seconds));
    return await Promise.race([died, done, late]);
}"""


@pytest.fixture(scope="module")
def hub():
    missing = browser_lab.missing() or class_machine.missing()
    if not missing and isolation() != "bubblewrap":
        missing = f"the sandbox: {isolation()}"
    if missing:
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    try:
        with ClassMachine(folder, OPTIONS, ACCOUNTS) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def repository(hub):
    """The address of the course as it lies here, one commit on a git server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="course-"))
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", folder / "course.git")
    commit(folder, "course.git", ROOT, "course")
    port = class_machine.free_ports(1)
    words = ["git", "daemon", "--export-all", f"--base-path={folder}", "--listen=127.0.0.1"]
    server = subprocess.Popen([*words, f"--port={port}", folder], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"git://127.0.0.1:{port}/course.git"
    finally:
        for one in class_machine.family(server.pid):
            one.kill()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def git(folder, *words):
    who = ("-c", "user.name=The course", "-c", "user.email=course@example.org")
    subprocess.run(["git", *who, *map(str, words)], cwd=folder, check=True, capture_output=True)


def commit(folder, bare, tree, *paths):
    """Commits files of a folder to a bare repository, whatever repository the folder belongs to."""
    place = (f"--git-dir={folder / bare}", f"--work-tree={tree}")
    git(tree, *place, "add", "--", *paths)
    git(tree, *place, "commit", "--quiet", "--message=The course")


def wait_for(port):
    for _ in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser_lab.chromium(), args=browser_lab.FLAGS
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def handed_out(hub):
    """The teacher hands the assignment out, while the student is still reading."""
    said = []
    work = threading.Thread(target=lambda: said.append(hub.run("teacher", HAND_OUT)))
    work.start()

    def wait():
        work.join()
        assert said[0].returncode == 0, said[0].stdout

    return wait


@pytest.fixture(scope="module")
def lesson(hub, browser, repository, handed_out):
    """Alice has followed the link to the course and logged in: her tab, the first lesson open."""
    page = browser.new_context(viewport={"width": 1280, "height": 1600}).new_page()
    page.set_default_timeout(120_000)
    tab = browser_lab.Tab(page)
    tab.asked = []
    page.on("request", lambda request: tab.asked.append(request.url))
    page.on("websocket", lambda socket: tab.asked.append(socket.url))
    page.goto(course_link(hub.base, repository))
    page.fill("#username_input", "alice")
    page.fill("#password_input", hub.words["alice"])
    page.click("#login_submit")
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
    tab.kernel = tab.ask(browser_lab.READY)
    return tab


def test_a_lesson_runs_and_its_widget_moves(lesson):
    lesson.run_all(120)
    errors = [
        output
        for cell in lesson.notebook()["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    ]
    assert not errors
    widget = lesson.page.locator(".mlp-canvas").first
    widget.scroll_into_view_if_needed()
    summary = widget.locator(".mlp-summary")
    before = summary.inner_text()
    widget.locator(".mlp-handle").first.focus()
    lesson.page.keyboard.press("ArrowLeft")
    lesson.page.wait_for_function(
        "([element, before]) => element.innerText !== before",
        arg=[summary.element_handle(), before],
    )


@pytest.fixture(scope="module")
def work_done(hub, lesson, handed_out):
    """Alice has fetched the assignment, answered and submitted it; how many cells she answered."""
    handed_out()
    page = lesson.page
    page.evaluate("jupyterapp.commands.execute('nbgrader:open-assignment-list')")
    page.click("#released_assignments_list button:has-text('Fetch')")
    hand_in = page.locator("#fetched_assignments_list button:has-text('Submit')")
    hand_in.wait_for()
    answered = lesson.ask(ANSWER, [f"{NAME}/{NAME}.ipynb", solutions()])
    hand_in.click()
    page.locator("#submitted_assignments_list .list_item").first.wait_for()
    return answered


def test_an_assignment_is_fetched_done_submitted_and_graded(hub, work_done):
    assert work_done == len(solutions())
    done = hub.run("teacher", MARK)
    assert done.returncode == 0, done.stdout
    marks = json.loads(done.stdout[done.stdout.index("\n{") :])
    assert marks["points"] == 35


def solutions():
    """The model answers by the names of their cells."""
    notebook = json.loads((ROOT / "solutions" / "en" / NAME / f"{NAME}.ipynb").read_text("utf-8"))
    found = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    assert found
    return found


def test_who_needs_too_much_memory_loses_a_kernel_and_nothing_else(hub, lesson):
    lesson.page.evaluate(
        "jupyterapp.shell.activateById([...jupyterapp.shell.widgets('main')]"
        ".find(tab => tab.sessionContext).id)"
    )
    taken = "block = b'x' * (%d << 20)"
    assert lesson.page.evaluate(TAKE_MEMORY, [taken % 50, 60]) == "ok"
    assert lesson.page.evaluate(TAKE_MEMORY, [taken % (2 * MEMORY), 60]) == "died"
    assert lesson.page.evaluate(TAKE_MEMORY, [taken % 50, 60]) == "ok", "a new kernel works"


SECRETS = (  # each is there, so that root reads it, and is nothing for bob
    "ls /home/alice",
    "cat /home/alice/mlp_course/course/notation.md",
    f"cat /home/alice/{NAME}/{NAME}.ipynb",
    "ls /home/teacher/class/source",
    "cat /home/teacher/class/gradebook.db",
    f"ls {STATE}/hub",
    f"cat {STATE}/hub/jupyterhub.sqlite",
    f"cat {STATE}/hub/cookie_secret",
    f"ls {STATE}/run/$(id -u alice)/*",
    "ls /srv/nbgrader/exchange/mlp_teach/inbound/*",
    "cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep JUPYTERHUB_API_TOKEN",
)
CHANGES = (
    "mv /srv/nbgrader/exchange/mlp_teach /srv/nbgrader/exchange/mine",
    "touch /srv/nbgrader/exchange/mlp_teach/outbound/mine",
    "ln -s /home/alice /srv/nbgrader/exchange/mlp_teach/mine",
    "ln -sfT /home/alice /srv/nbgrader/exchange/mlp_teach/inbound",
    "touch /home/alice/mine",
)


def succeeded(hub, name, commands):
    """Those of the commands that an account can do."""
    lines = [f"({one}) >/dev/null 2>&1 && echo {n}" for n, one in enumerate(commands)]
    return [commands[int(n)] for n in hub.run(name, "; ".join(lines)).stdout.split()]


def test_a_student_reads_nothing_of_others_nor_of_the_hub(hub, lesson, work_done):
    assert succeeded(hub, "root", SECRETS) == list(SECRETS)
    assert succeeded(hub, "bob", (*SECRETS, *CHANGES)) == []
    assert succeeded(hub, "bob", ("ls /srv/nbgrader/exchange/mlp_teach/outbound/ps1*",))
    assert hub.run("alice", "stat -c %a ~ mlp_course").stdout.split() == ["700", "700"]


def test_secrets_stand_in_no_log_no_address_and_no_process_list(hub, lesson):
    tokens = {
        value
        for process in hub.processes()
        for name, value in process.environ().items()
        if "TOKEN" in name or "SECRET" in name
    }
    assert len(tokens) >= 3, "the proxy's, the culler's and a student's token"
    hidden = {*tokens, *hub.words.values()}
    log = hub.log.read_text("utf-8", "replace")
    assert [one for one in hidden if one in log] == []
    lists = [" ".join(process.cmdline()) for process in hub.processes()]
    assert [line for line in lists if any(one in line for one in hidden)] == []
    assert [url for url in lesson.asked if any(one in url for one in hidden)] == []
    assert "jupyterhub.singleuser" in "".join(lists)
    assert "/user/alice" in log


def test_nothing_listens_beyond_this_machine(hub, lesson):
    listening = [
        connection.laddr
        for process in hub.processes()
        for connection in process.net_connections("inet")
        if connection.status == "LISTEN"
    ]
    assert len(listening) >= 4, "proxy, its own port, hub, a student's server"
    assert {address.ip for address in listening} == {"127.0.0.1"}
    asked = [urlsplit(url) for url in lesson.asked if not url.startswith(("data:", "blob:"))]
    assert {url.hostname for url in asked} == {"127.0.0.1"}
