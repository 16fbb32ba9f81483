"""What the lessons cite stands in course/references.bib, and the claims point at what exists."""

import re
from pathlib import Path

COURSE = Path(__file__).parents[1] / "course"
LESSONS = sorted((COURSE / "source").glob("[0-9][0-9]_*.py"))
BIBLIOGRAPHY = (COURSE / "references.bib").read_text(encoding="utf-8")
CLAIMS = (COURSE / "claims.md").read_text(encoding="utf-8")
KEYS = re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, re.MULTILINE)
DOIS = re.findall(r"doi\s*=\s*\{([^}]+)\}", BIBLIOGRAPHY)


def test_every_entry_has_its_own_key_and_doi():
    assert len(set(KEYS)) == len(set(DOIS)) == len(KEYS) == len(DOIS) > 0


def test_every_doi_in_a_lesson_is_in_the_bibliography():
    cited = {
        d for path in LESSONS for d in re.findall(r"\[doi:([^\]]+)\]", path.read_text("utf-8"))
    }
    assert len(cited) > 10
    assert not cited - set(DOIS)


def test_every_doi_link_leads_to_the_doi_that_it_shows():
    for path in LESSONS:
        text = path.read_text("utf-8").replace("%28", "(").replace("%29", ")")
        for shown, target in re.findall(r"\[doi:([^\]]+)\]\(https://doi\.org/([^\s]+)\)", text):
            assert target == shown, path.name


def test_claims_cite_papers_that_are_in_the_bibliography():
    cited = set(re.findall(r"`([a-z]+\d{4})`", CLAIMS))
    assert cited
    assert not cited - set(KEYS)


def test_each_claim_has_one_number_a_verdict_and_evidence():
    rows = [
        [c.strip() for c in line.split("|")[1:-1]] for line in CLAIMS.splitlines() if "|" in line
    ]
    rows = [row for row in rows if re.fullmatch(r"[0-9A-Z.]+-\d+", row[0])]
    numbers = [row[0] for row in rows]
    assert len(set(numbers)) == len(numbers) > 30
    words = ("right", "depends", "wrong", "no source", "open")
    for row in rows:
        assert len(row) == 4, row[0]
        assert row[2].startswith(words), row[0]
        assert row[3], row[0]


def test_lessons_that_the_claims_name_exist():
    numbers = {path.name[:2] for path in LESSONS}
    named = set(re.findall(r"[Ll]esson (\d\d)", CLAIMS))
    to_come = set(re.findall(r"[Ll]esson (\d\d)", "\n".join(re.findall(r".*\| open \|.*", CLAIMS))))
    assert named - to_come <= numbers
    assert to_come <= {"11"}
