"""Lesson 13's widgets in JupyterLab: sorted, filtered and followed to a cell by keyboard alone."""

import pytest

from mlp_teach.widgets.claims import VERDICTS, claims

pytestmark = pytest.mark.browser

CELLS = {
    "en": """
import shutil
from pathlib import Path
import mlp_teach
from mlp_teach.widgets.claims_table import claims_table
course = Path(mlp_teach.__file__).parents[1] / "course"
for lesson in ("en/02_fifteen_terms", "en/06_symmetry_functions", "ja/07_soap"):
    shutil.copy(course / f"{lesson}.ipynb", f"{lesson[3:]}.ipynb")
claims_table()""",
    "ja": """
claims_table(lang="ja")""",
    "check_en": """
from mlp_teach.widgets.self_check import self_check
self_check()""",
    "check_ja": """
self_check(folder=None, lang="ja")""",
}
IN_VIEW = """([heading]) => {
    const found = [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) h2")]
        .find(one => one.textContent.startsWith(heading));
    const box = found?.getBoundingClientRect();
    return box && box.top >= 0 && box.bottom <= innerHeight && box.height > 0;
}"""
BACK = """() => {
    const tabs = [...jupyterapp.shell.widgets("main")];
    jupyterapp.shell.activateById(tabs.find(tab => tab.title.label === "lesson.ipynb").id);
}"""


@pytest.fixture(scope="module")
def session(lab):
    opened = lab(list(CELLS.values()))
    opened.page.wait_for_selector(".mlp-cards .mlp-answers button")
    assert opened.page.locator(".mlp-claims").count() == 2
    return opened


@pytest.fixture
def widget(session):
    """widget(name): a widget, scrolled into view, with all rows shown."""

    def find(name):
        cell = session.page.locator(".jp-Notebook .jp-CodeCell").nth(list(CELLS).index(name))
        found = cell.locator(".mlp-canvas")
        found.scroll_into_view_if_needed()
        return found

    return find


def changed(output, act):
    """Acts, waits until the summary is another one, and returns it."""
    summary = output.locator(".mlp-summary")
    before = summary.inner_text()
    act()
    output.page.wait_for_function(
        "([element, before]) => element.innerText !== before",
        arg=[summary.element_handle(), before],
        timeout=60_000,
    )
    return summary.inner_text()


def numbers(output):
    return output.locator("tbody th").all_inner_texts()


def wait_for_row(output, number):
    """Waits until one row is left, this one."""
    output.page.wait_for_function(
        """([table, number]) => {
            const rows = [...table.querySelectorAll("tbody th")];
            return rows.length === 1 && rows[0].innerText === number;
        }""",
        arg=[output.element_handle(), number],
        timeout=60_000,
    )


@pytest.mark.parametrize(
    ("lang", "said", "word"),
    [("en", "wrong 14.", "dropout"), ("ja", "誤り 14。", "ドロップアウト")],
)
def test_choices_words_and_the_way_back_follow_the_keyboard(widget, lang, said, word):
    table = widget(lang)
    keyboard = table.page.keyboard
    verdict = table.locator("select[name='verdict']")
    verdict.focus()
    assert said in changed(table, lambda: verdict.select_option("wrong"))
    assert "S-1" in numbers(table)
    assert "2.1-1" not in numbers(table)
    table.locator("input[name='words']").focus()
    keyboard.type(word)
    wait_for_row(table, "2.5-8")
    table.locator(".mlp-controls button").focus()
    changed(table, lambda: keyboard.press("Enter"))
    assert verdict.input_value() == table.locator("input").input_value() == ""
    assert len(numbers(table)) > 150


def test_a_heading_sorts_and_turns_the_order_round(widget):
    table = widget("en")
    heading = table.locator("thead th:nth-child(3)")
    heading.locator("button").focus()
    last = max((row.verdict for row in claims()), key=VERDICTS.index)
    for sort, first in (("ascending", "right"), ("descending", last)):
        table.page.keyboard.press("Enter")
        table.page.wait_for_function(
            "([element, sort]) => element.getAttribute('aria-sort') === sort",
            arg=[heading.element_handle(), sort],
        )
        assert table.locator("tbody .mlp-verdict").first.inner_text() == first
        assert heading.locator("button:focus").count() == 1
    table.locator("thead th:first-child button").click()
    table.page.wait_for_function(
        "table => table.querySelector('tbody th').innerText === '2.1-1'",
        arg=table.element_handle(),
    )


def test_a_rows_number_leads_to_that_row(widget):
    table = widget("en")
    words = table.locator("input[name='words']")
    words.focus()
    table.page.keyboard.type("S-6")
    wait_for_row(table, "S-6")
    table.locator("tbody button[value='S-2']").focus()
    table.page.keyboard.press("Enter")
    wait_for_row(table, "S-2")
    assert words.input_value() == "S-2"
    assert table.locator(".mlp-rows:focus").count() == 1
    table.locator(".mlp-controls button").click()


@pytest.mark.parametrize(
    ("lang", "number", "lesson", "heading"),
    [
        ("en", "2.2-9", "02_fifteen_terms", "10. Ensemble, generalization"),
        ("en", "2.6-7", "06_symmetry_functions", "8. Choosing"),
        ("ja", "S-5", "07_soap", "2. "),
    ],
)
def test_evidence_leads_to_its_section_in_another_tab(
    session, widget, lang, number, lesson, heading
):
    table = widget(lang)
    words = table.locator("input[name='words']")
    words.fill(number)
    wait_for_row(table, number)
    table.locator("a.mlp-lesson").first.focus()
    session.page.keyboard.press("Enter")
    session.page.wait_for_function(IN_VIEW, arg=[heading], timeout=60_000)
    assert session.page.url.endswith(f"{lesson}.ipynb")
    session.page.wait_for_timeout(1000)  # a reader reads before going back
    session.page.evaluate(BACK)
    table.locator(".mlp-controls button").click()


@pytest.mark.parametrize("name", ["check_en", "check_ja"])
def test_an_answer_teaches_and_the_next_question_comes(widget, name):
    check = widget(name)
    question = check.locator(".mlp-card-question")
    first = question.inner_text()
    assert check.locator(".mlp-answers button").count() == 3
    check.locator(".mlp-answers button[name='answer 1']").focus()
    changed_verdict = check.locator(".mlp-card-verdict")
    check.page.keyboard.press("Enter")
    changed_verdict.wait_for(state="visible")
    assert changed_verdict.get_attribute("data-tone") == "wrong"
    assert len(check.locator(".mlp-card-meaning").inner_text().split("\n\n")) == 2
    assert check.locator(".mlp-answers button:focus").count() == 1
    check.page.keyboard.press("1")
    check.page.wait_for_function(
        "([element, first]) => element.innerText !== first",
        arg=[question.element_handle(), first],
    )


def test_goals_are_chosen_by_keyboard(widget):
    check = widget("check_ja")
    goal = check.locator("button[name='goal 4']")
    goal.focus()
    changed(check, lambda: check.page.keyboard.press("Enter"))
    assert check.locator("button[name='goal 4']").get_attribute("aria-pressed") == "true"
    assert "SOAP" in check.locator(".mlp-card-question").inner_text()


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


def test_a_new_kernel_goes_on_with_what_was_answered_and_chosen(session, widget):
    table = widget("en")
    changed(table, lambda: table.locator("select[name='verdict']").select_option("depends"))
    session.run_all_anew()
    session.page.wait_for_function(
        """() => document.querySelectorAll(".mlp-cards tbody tr").length === 8""", timeout=60_000
    )
    row = widget("check_en").locator("tbody tr").first.locator("td")
    assert row.all_text_contents() == ["0", "1", "4"]  # known, asked, questions
    assert widget("en").locator("select[name='verdict']").input_value() == "depends"
