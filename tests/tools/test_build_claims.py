"""The table of claims: lesson 13 shows what course/claims.md says, and every link arrives."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from build_claims import PACKED, SOURCES, Course, anchor, headings, main, pack, read_rows

ROOT = Path(__file__).resolve().parents[2]
PACK = json.loads((ROOT / PACKED).read_text(encoding="utf-8"))
PART = re.compile(r"#(?:Step-|ステップ-|(?=\d+\.))(\d+)")  # of a section or a step
ROWS = {row["number"]: row for row in PACK["claims"]}
LINKS = [
    (number, lang, target)
    for number, row in ROWS.items()
    for lang in SOURCES
    for kind, _, *targets in row[lang]["claim"] + row[lang]["evidence"]
    for target in targets
    if kind == "lesson"
]


def pieces(number, lang, *kinds):
    found = ROWS[number][lang]["claim"] + ROWS[number][lang]["evidence"]
    return [piece for piece in found if piece[0] in kinds]


def test_the_packed_table_is_up_to_date():
    assert main(["--check"]) == 0


def section(lang, target):
    """The cells between the heading of a link and the next heading that is not below it."""
    name, _, wanted = target.partition("#")
    inside, level, found = False, 0, []
    for cell in nbformat.read(ROOT / "course" / lang / name, as_version=4).cells:
        if cell.cell_type == "markdown":
            for marks, words in re.findall(r"^(#+) (.+)$", cell.source, re.MULTILINE):
                if inside and len(marks) <= level:
                    return found
                if anchor(words) == wanted:
                    inside, level = True, len(marks)
        elif inside:
            found.append(cell)
    return found


@pytest.mark.parametrize(("number", "lang", "target"), sorted(set(LINKS)))
def test_every_link_leads_to_a_heading_with_cells_that_measure(number, lang, target):
    assert section(lang, target), f"{number}: nothing to run at {target} in course/{lang}"


def test_links_are_many_and_a_wrong_one_would_be_seen():
    assert len(LINKS) > 200
    assert section("en", "01_what_is_an_mlp.ipynb#4.-How-slow?") == []


@pytest.mark.parametrize("number", ROWS)
def test_both_languages_point_at_the_same_and_state_the_same_figures(number):
    def parts(lang):
        targets = [target for _, _, target in pieces(number, lang, "lesson")]
        lessons = [(target[:2], *PART.findall(target)) for target in targets]
        names = [piece[1] for piece in pieces(number, lang, "code", "paper", "row")]
        return sorted(lessons), sorted(names)

    def figures(lang):
        words = " ".join(piece[1] for piece in pieces(number, lang, "text", "strong"))
        return set(re.findall(r"\d[\d,.]*\d|\d", words))

    assert parts("en") == parts("ja")
    assert figures("en") <= figures("ja")  # small numbers are words in English


def test_places_in_the_repository_that_rows_name_exist():
    claims = (ROOT / "course" / "claims.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests|experiments|docs|benchmarks|widgets)/[^`\s]+)`", claims))
    assert len(named) > 15
    for name in named:
        base = ROOT / "mlp_teach" if name.startswith("widgets/") else ROOT
        assert list(base.glob(name)), name


@pytest.fixture
def course(tmp_path):
    """A small course: a lesson, a paper, two rows in each language."""
    for lang, (step, part) in {"en": ("Step", "2. Two"), "ja": ("ステップ", "2. 二")}.items():
        text = f"# Title\n\n## {step} 1. Data\n\n## {part}\n\n### Below"
        cells = [nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell("1")]
        path = tmp_path / "course" / lang / "05_steps.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    (tmp_path / "course" / "references.bib").write_text("@misc{a2020,\n  doi = {10.1/x},\n}\n")
    head = "| # | claim | verdict | evidence |\n|---|---|---|---|\n"
    (tmp_path / "course" / "claims.md").write_text(
        f"## 2.1 Title\n\n{head}| 2.1-1 | it is *so* | right | lesson 05 §2, `a2020`, row S-2 |\n"
        "| S-2 | 3 of 4 | wrong for d | lesson 05, steps 1 and 1, `b.py` |\n"
    )
    (tmp_path / "course" / "claims.ja.md").write_text(
        f"## 2.1 題\n\n{head}| 2.1-1 | **そう** | 正しい | レッスン 05 の 2 節、`a2020`、S-2 行 |\n"
        "| S-2 | 4 個中 3 個 | d は誤り | レッスン 05 のステップ 1、1、`b.py` |\n"
    )
    (tmp_path / "mlp_teach" / "widgets").mkdir(parents=True)
    return tmp_path


def test_evidence_becomes_pieces_with_targets(course):
    assert main(["--stamp"], course) == 0
    first, second = json.loads((course / PACKED).read_text(encoding="utf-8"))["claims"]
    assert first["en"]["claim"] == [["text", "it is "], ["strong", "so"]]
    assert first["en"]["evidence"] == [
        ["lesson", "lesson 05 §2", "05_steps.ipynb#2.-Two"],
        ["text", ", "],
        ["paper", "a2020", "10.1/x"],
        ["text", ", row "],
        ["row", "S-2", "S-2"],
    ]
    assert first["ja"]["evidence"][0] == ["lesson", "レッスン 05 の 2 節", "05_steps.ipynb#2.-二"]
    assert (second["verdict"], second["en"]["verdict"]) == ("wrong", "wrong for d")
    assert [piece[1] for piece in second["en"]["evidence"]][:3] == [
        "lesson 05, steps 1",
        " and ",
        "1",
    ]
    assert second["ja"]["evidence"][2] == ["lesson", "1", "05_steps.ipynb#ステップ-1.-Data"]


def test_an_english_row_that_changes_asks_for_its_translation(course):
    main(["--stamp"], course)
    path = course / "course" / "claims.md"
    path.write_text(path.read_text().replace("3 of 4", "2 of 4"))
    _, problems = pack(course)
    assert len(problems) == 1
    assert "English of row S-2 changed" in problems[0]
    assert main(["--check"], course) == 1
    assert main(["--stamp"], course) == 0
    assert main(["--check"], course) == 0


def test_what_is_not_there_is_said(course, capsys):
    path = course / "course" / "claims.md"
    path.write_text(path.read_text().replace("05 §2", "05 §7") + "| S-3 | x | open | y |\n")
    assert main([], course) == 1
    said = capsys.readouterr().out
    assert "no lesson 05 with a heading '7.'" in said
    assert "no row S-3" in said


def test_rows_keep_their_heading_and_headings_their_words(course):
    rows = read_rows((course / "course" / "claims.md").read_text())
    assert [row.heading for row in rows] == ["2.1 Title", "2.1 Title"]
    found = headings(course / "course" / "en" / "05_steps.ipynb")
    assert found == ["Title", "Step 1. Data", "2. Two", "Below"]
    assert Course(course, set()).place("en", "05", "") == "05_steps.ipynb#Title"


def test_formulas_in_a_heading_are_named_as_they_are_shown():
    assert anchor(r"8. Choosing $\eta$ and $R_s$") == "8.-Choosing-η-and-Rs"
    assert not [target for *_, target in LINKS if "$" in target or "\\" in target]
