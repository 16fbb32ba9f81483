"""README in both languages: its links lead to files, both show the same code and figures."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGLISH, JAPANESE = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.ja.md"))
LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.mark.parametrize("name", ["README.md", "README.ja.md", "docs/measured.md"])
def test_links_lead_to_files(name):
    page = ROOT / name
    found = [one for one in LINK.findall(page.read_text("utf-8")) if "://" not in one]
    assert len(found) > 3
    assert [one for one in found if not (page.parent / one).exists()] == []


def test_both_languages_show_the_same_code_and_the_same_table_of_models():
    code = re.compile(r"```python\n.*?```", re.DOTALL)
    assert code.findall(ENGLISH) == code.findall(JAPANESE) != []
    tables = [models(text) for text in (ENGLISH, JAPANESE)]
    assert tables[0] == tables[1]
    assert len(tables[0]) == 10


def models(text: str) -> dict[str, list[str]]:
    """The numbers of each row that begins with a year."""
    rows = [line for line in text.splitlines() if re.match(r"\| 20\d\d", line)]
    return {re.search(r"`(\S+)`", row)[1]: re.findall(r"\d[\d.e-]*", row) for row in rows}


def test_the_code_of_the_readme_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", ENGLISH, re.DOTALL)
    exec(code, {})
    assert capsys.readouterr().out.startswith("tensor([")


def test_commands_that_the_measurements_name_are_there():
    text = (ROOT / "docs" / "measured.md").read_text("utf-8")
    named = set(re.findall(r"(?:tests|benchmarks|experiments|tools)/[\w/.]+\w", text))
    assert len(named) > 30
    assert [one for one in sorted(named) if not (ROOT / one).exists()] == []
