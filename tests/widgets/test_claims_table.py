"""The widget around the table of claims: what it sends to the browser and what it takes."""

import re

import pytest

from mlp_teach.widgets.claims import Choice, claims
from mlp_teach.widgets.claims_table import WORDS, claims_table, page, summary, table_as_html

LANGUAGES = ("en", "ja")


def test_all_rows_go_to_the_browser_once_and_then_their_order():
    table = claims_table(verdict="wrong")
    assert len(table.rows) == len(claims())
    before = table.rows
    assert table.page["order"][0] == "2.5-5"
    table.choose("verdict", "open")
    assert table.page["order"] == ["T-1", "T-2"]
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
