"""The descriptor chooser in JupyterLab: by keyboard alone, and readable by a screen reader."""

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    """
from mlp_teach.widgets.descriptor_chooser import descriptor_chooser
descriptor_chooser(elements=2)"""
]


@pytest.fixture(scope="module")
def session(lab):
    opened = lab(CELLS)
    opened.page.wait_for_selector(".mlp-picture svg")
    return opened


@pytest.fixture
def output(session):
    return session.page.locator(".mlp-canvas")


def changed(output, before):
    """Waits until the summary is another one, and returns it."""
    output.page.wait_for_function(
        "([element, before]) => element.innerText !== before",
        arg=[output.locator(".mlp-summary").element_handle(), before],
        timeout=20_000,
    )
    return output.locator(".mlp-summary").inner_text()


def test_keys_lead_to_another_end_of_the_tree(output):
    before = output.locator(".mlp-summary").inner_text()
    assert before.startswith("Begin with SOAP + GAP.")
    thick = output.locator("polyline[stroke-width='4']")
    assert thick.count() == 5
    output.locator("input[name='elements']").focus()
    for wanted in ("2100 numbers", "Begin with equivariant."):  # three elements, then four
        output.page.keyboard.press("ArrowRight")
        before = changed(output, before)
        assert wanted in before
    output.locator("select[name='forces']").select_option("no")
    assert changed(output, before).startswith("Begin with functions, linear.")
    assert thick.count() == 1


def test_axe_finds_no_barrier(session):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    found = axe.Axe().run(session.page, {"include": [[".jp-Cell-outputArea"]]}, options)
    assert len(found.response["passes"]) > 15
    assert [one["help"] for one in found.response["violations"]] == []


def test_nothing_came_from_elsewhere_and_nothing_went_wrong(session):
    assert {host.split(":")[0] for host in session.hosts} == {"127.0.0.1"}
    assert session.errors == []
