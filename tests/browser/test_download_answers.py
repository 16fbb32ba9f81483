"""Download my answers in JupyterLab, by keyboard: what was just typed is in the file."""

import zipfile

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    """
from mlp_teach.widgets.download_answers import download_answers
download_answers(lang="en")""",
    "answer = 1",
]
EDIT = """async () => {
    const cell = jupyterapp.shell.currentWidget.content.model.cells.get(1);
    cell.sharedModel.setSource("answer = 42");
}"""


@pytest.fixture(scope="module")
def session(lab):
    opened = lab(CELLS)
    opened.page.wait_for_selector("button[name='download']")
    return opened


def pressed(session, path):
    """Presses Enter on the button and keeps the file that arrives; the names in it."""
    session.page.locator("button[name='download']").focus()
    with session.page.expect_download(timeout=60_000) as waiting:
        session.page.keyboard.press("Enter")
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename.startswith("mlp_teach_")
    return zipfile.ZipFile(path)


def said(session) -> str:
    session.page.wait_for_function(
        "() => document.querySelector('.mlp-summary').innerText.includes(' kB.')"
    )
    return session.page.locator(".mlp-summary").inner_text()


def test_an_edit_is_saved_and_arrives(session, tmp_path):
    session.page.evaluate(EDIT)
    with pressed(session, tmp_path / "first.zip") as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/lesson.ipynb")]
        assert b"answer = 42" in archive.read(name)
    assert "lesson.ipynb" in said(session)
    assert "Not everything" not in said(session)


def test_it_can_be_pressed_again(session, tmp_path):
    with pressed(session, tmp_path / "second.zip") as archive:
        assert archive.testzip() is None


def test_a_reader_hears_what_happens(session):
    assert session.page.locator(".mlp-summary").get_attribute("role") == "status"
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    found = axe.Axe().run(session.page, {"include": [[".jp-Cell-outputArea"]]}, options)
    assert [one["help"] for one in found.response["violations"]] == []


def test_nothing_came_from_elsewhere_and_nothing_went_wrong(session):
    assert session.hosts == {"127.0.0.1"}
    assert session.errors == []
