"""Cards, quiz and the map of tools in JupyterLab: by keyboard alone, and again in a new kernel."""

import pytest

pytestmark = pytest.mark.browser

CELLS = {
    "cards": """
from mlp_teach.widgets.glossary_cards import glossary_cards
cards = glossary_cards()
cards""",
    "map": """
from mlp_teach.widgets.ecosystem_map import ecosystem_map
ecosystem_map(lang="ja")""",
}


@pytest.fixture(scope="module")
def session(lab):
    opened = lab(list(CELLS.values()))
    opened.page.wait_for_selector(".mlp-cards .mlp-answers button")
    opened.page.wait_for_selector(".mlp-picture svg")
    return opened


@pytest.fixture
def cards(session):
    found = session.page.locator(".mlp-cards")
    found.scroll_into_view_if_needed()
    return found


def text(cards, part):
    return cards.locator(f".mlp-card-{part}").inner_text()


def pressed(cards, key):
    """Presses a key and waits for the next page."""
    before = cards.inner_text()
    cards.page.keyboard.press(key)
    cards.page.wait_for_function(
        "([element, before]) => element.innerText !== before",
        arg=[cards.element_handle(), before],
        timeout=60_000,
    )


def test_a_card_is_turned_and_judged_by_keys_and_the_focus_stays(cards):
    first = text(cards, "question")
    cards.locator(".mlp-answers button").first.focus()
    pressed(cards, "Enter")
    assert text(cards, "question") == first
    assert len(text(cards, "meaning")) > 40
    assert cards.locator(".mlp-answers button:focus").count() == 1
    pressed(cards, "1")
    assert text(cards, "question") != first
    assert "1 of 1 known" in cards.inner_text()
    assert cards.locator(".mlp-answers button:focus").count() == 1


def test_the_quiz_offers_four_terms_and_says_what_was_right(cards):
    cards.locator("button[name='quiz']").focus()
    pressed(cards, "Enter")
    assert cards.locator(".mlp-answers button").count() == 4
    assert cards.locator("button[name='quiz']").get_attribute("aria-pressed") == "true"
    assert cards.locator("button[name='quiz']:focus").count() == 1
    pressed(cards, "2")
    verdict = cards.locator(".mlp-card-verdict")
    assert verdict.get_attribute("data-tone") in ("right", "wrong")
    assert verdict.is_visible()
    assert cards.locator(".mlp-card").get_attribute("aria-live") == "polite"


def test_the_map_follows_its_choices(session):
    output = session.page.locator(".mlp-canvas:not(.mlp-cards)")
    output.locator("select[name='tool']").select_option("LAMMPS")
    session.page.wait_for_function(
        "element => element.innerText.includes('MDAnalysis')",
        arg=output.locator(".mlp-summary").element_handle(),
    )
    assert output.locator("polyline[stroke*='orange']").count() > 3
    output.locator("details > summary").click()
    assert output.locator("tbody tr").first.inner_text().split()[0] == "SchNetPack"


def test_axe_finds_no_barrier(session):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    found = axe.Axe().run(session.page, {"include": [[".jp-Cell-outputArea"]]}, options)
    assert len(found.response["passes"]) > 15
    assert [one["help"] for one in found.response["violations"]] == []


def test_a_new_kernel_goes_on_with_what_was_learnt(session, cards):
    due = session.page.locator(".mlp-cards .mlp-summary").inner_text()
    assert "Still 5 today" in due or "Still 4 today" in due
    session.run_all_anew()
    session.page.wait_for_function(
        "() => document.querySelector('.mlp-cards .mlp-summary')?.innerText.includes('0 of 0')",
        timeout=60_000,
    )
    fresh = session.page.locator(".mlp-cards .mlp-summary").inner_text()
    assert "Still 6 today" not in fresh


def test_nothing_came_from_elsewhere_and_nothing_went_wrong(session):
    assert {host.split(":")[0] for host in session.hosts} == {"127.0.0.1"}
    assert session.errors == []
