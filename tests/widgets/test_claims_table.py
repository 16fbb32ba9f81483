"""The widget around the table of claims: what it sends to the browser and what it takes."""

import json
import re

import pytest

from mlp_teach.widgets.claims import Choice, claims
from mlp_teach.widgets.claims_table import WORDS, claims_table, page, summary, table_as_html
from mlp_teach.widgets.drawing import Changed, Moved
from mlp_teach.widgets.kept import FILE, keep

LANGUAGES = ("en", "ja")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    return tmp_path


def ask(table, name, value):
    """As the learner does, in the browser."""
    table._handle_custom_msg({"name": name, "value": value}, [])


def test_all_rows_go_to_the_browser_once_and_then_their_order():
    table = claims_table(verdict="wrong")
    assert len(table.rows) == len(claims())
    before = table.rows
    assert table.page["order"][0] == "2.5-5"
    table.choose("verdict", "depends")
    expected = [row.number for row in claims() if row.verdict == "depends"]
    assert table.page["order"] == expected != []
    assert table.rows is before


def test_headers_say_how_the_table_is_sorted():
    table = claims_table()
    assert [h["sort"] for h in table.page["header"]] == ["ascending", "none", "none", "none"]
    table.choose("order", "verdict")
    table.choose("order", "verdict")
    assert [h["sort"] for h in table.page["header"]] == ["none", "none", "descending", "none"]
    assert [h["name"] for h in table.page["header"]] == ["number", "", "verdict", "evidence"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_choices_have_labels_and_options_in_the_language(lang):
    controls = {one["name"]: one for one in page(Choice(lesson="05"), lang)["controls"]}
    assert set(controls) == set(WORDS[lang]["fields"])
    assert controls["lesson"]["value"] == "05"
    lessons = [value for value, _ in controls["lesson"]["options"]]
    assert lessons[0] == ""
    assert {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "12"} <= set(lessons)
    japanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    assert bool(japanese.search(str(page(Choice(), lang)))) == (lang == "ja")


def test_summary_counts_and_says_when_nothing_is_left():
    assert summary([], "ja") == WORDS["ja"]["none"]
    wrong = [row for row in claims() if row.verdict == "wrong"]
    assert summary(wrong, "en") == f"{len(wrong)} of {len(claims())} rows: wrong {len(wrong)}."


def test_text_holds_claim_verdict_and_evidence():
    table = claims_table(lang="ja")
    table.choose("row", "S-1")
    claim, evidence = table.text().splitlines()[2:]
    assert claim.split() == ["S-1", "SOAP", "は電子密度を表す"]
    assert evidence.strip().startswith("誤り：隣接原子の密度")


def test_without_a_widget_there_is_a_table_with_links():
    html = table_as_html(Choice(words="2.5-5"), "en")
    assert html.count("<tr>") == 2
    assert '<a href="05_five_step_workflow.ipynb#Step-3.-Training">lesson 05, step 3</a>' in html
    assert "w_E = 1 and w_F = 100 to 1000" in html
    table = claims_table()
    bundle, _ = table._repr_mimebundle_()
    assert bundle["text/html"].count("<tr>") == len(claims()) + 1


def test_a_third_language_is_refused():
    with pytest.raises(ValueError, match="speaks"):
        claims_table(lang="de")


@pytest.mark.parametrize(
    "asked",
    [
        [("section", "2"), ("lesson", "05")],
        [("words", "cutoff"), ("order", "verdict")],
        [("order", "evidence"), ("order", "evidence"), ("verdict", "depends")],
        [("order", "number")],
        [("row", "S-1"), ("order", "verdict"), ("order", "number")],
    ],
)
def test_a_second_visit_shows_what_the_first_chose(asked):
    table = claims_table()
    for name, value in asked:
        ask(table, name, value)
    assert table.choice != Choice()
    again = claims_table(lang="ja")
    assert again.choice == table.choice
    assert again.page["order"] == page(table.choice, "ja")["order"]


def test_all_rows_asked_for_are_all_rows_the_next_time():
    table = claims_table(verdict="wrong")
    ask(table, "row", "")
    assert claims_table(verdict="wrong").choice == Choice()
    assert claims_table(verdict="open").choice == Choice(verdict="open")  # another widget


def test_what_a_cell_chooses_is_not_kept(folder):
    claims_table().choose("verdict", "wrong")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "event", [Changed("no such", "2"), Changed("words", 5.0), Moved("words", 1.0, 2.0)], ids=str
)
def test_a_spoilt_file_means_a_fresh_start(folder, event):
    ask(claims_table(), "verdict", "wrong")
    (name,) = json.loads((folder / FILE).read_text())
    keep(name, [Changed("section", "2"), event], folder)
    assert claims_table().choice == Choice()
