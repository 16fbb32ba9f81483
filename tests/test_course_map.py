"""course/README.md: every heading of the chapter leads to cells that exist, in both languages."""

import re
from pathlib import Path

import pytest
from build_claims import anchor, headings

COURSE = Path(__file__).resolve().parents[1] / "course"
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in (COURSE / "README.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|")
][2:]
LINK = re.compile(r"\[([^\]]+)\]\(en/(\w+\.ipynb)#((?:[^()]|\([^()]*\))+)\)")
JAPANESE = {
    "What-we-learned": "このレッスンで学んだこと",
    "Exercises": "演習",
    "References": "参考文献",
}


def test_all_sections_of_the_chapter_have_rows():
    sections = [row[0].partition(" ")[0] for row in ROWS if row[0]]
    assert sections == [
        *(f"2.{n}" for n in range(1, 10)),
        *("Exercises", "Learning", "References"),
    ]
    assert len(ROWS) > 45


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_each_heading_leads_to_sections_that_exist(row):
    links = LINK.findall(row[2])
    assert links
    assert LINK.sub("", row[2]).strip(", ") == ""
    for words, name, target in links:
        assert name.startswith(words[:2])
        assert target in {anchor(line) for line in headings(COURSE / "en" / name)}
        number = re.match(r"(?:Step-)?(\d+)\.", target)
        japanese = headings(COURSE / "ja" / name)
        if not number:
            assert JAPANESE[target] in japanese
        elif target.startswith("Step"):
            assert any(line.startswith(f"ステップ {number[1]}") for line in japanese)
        else:
            assert any(line.startswith(f"{number[1]}. ") for line in japanese)


def test_every_lesson_is_on_the_map():
    named = {name for row in ROWS for _, name, _ in LINK.findall(row[2])}
    built = {path.name for path in (COURSE / "en").glob("[0-9]*.ipynb")} - {"00_start_here.ipynb"}
    assert built == named


def test_a_section_that_is_gone_would_be_seen():
    with pytest.raises(AssertionError):
        test_each_heading_leads_to_sections_that_exist(
            ["", "", "[01 §9](en/01_what_is_an_mlp.ipynb#9.-Gone)", ""]
        )
