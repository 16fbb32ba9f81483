"""The questions of the self-check: complete, in both languages, and naming what exists."""

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from mlp_teach.widgets.self_check_questions import BY_KEY, GOALS, QUESTIONS

COURSE = Path(__file__).resolve().parents[2] / "course"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
REFERENCES = {
    "en": re.compile(r"lesson (\d\d)(,? steps?)? ?§?(\d+)(?:,? and §?(\d+))?"),
    "ja": re.compile(r"レッスン (\d\d) の ?(ステップ )?(\d+)(?:、(\d+))?"),
}


def texts(asked):
    return [asked.text, *(part for one in asked.answers for part in (one.text, one.why))]


def test_each_goal_has_four_questions_and_each_key_is_one():
    assert Counter(question.goal for question in QUESTIONS) == dict.fromkeys((1, 2, 3, 4), 4)
    assert len(BY_KEY) == len(QUESTIONS)
    assert len(GOALS["en"]) == len(GOALS["ja"]) == 4


@pytest.mark.parametrize("key", BY_KEY)
def test_each_answer_teaches_in_both_languages(key):
    for lang, asked in (("en", BY_KEY[key].en), ("ja", BY_KEY[key].ja)):
        assert len({answer.text for answer in asked.answers}) == 3
        for text in texts(asked):
            assert text.endswith((".", "?", "。")), text
            assert bool(JAPANESE.search(text)) == (lang == "ja") or re.fullmatch(r"[\d,.]+", text)
        assert all(len(answer.why) > {"en": 30, "ja": 15}[lang] for answer in asked.answers)


@pytest.mark.parametrize("key", BY_KEY)
def test_both_languages_name_the_same_figures(key):
    def figures(asked):
        found = re.findall(r"\d[\d,.]*\d|\d", " ".join(texts(asked)))
        return {one.rstrip(",") for one in found if len(one) > 1}

    assert figures(BY_KEY[key].en) <= figures(BY_KEY[key].ja)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_sections_that_answers_name_exist(lang):
    named = []
    for question in QUESTIONS:
        named += REFERENCES[lang].findall(" ".join(texts(question.asked(lang))))
    assert len(named) > 20
    step = {"en": "Step {}.", "ja": "ステップ {}"}[lang]
    for lesson, is_step, *parts in named:
        (path,) = (COURSE / lang).glob(f"{lesson}_*.ipynb")
        cells = nbformat.read(path, as_version=4).cells
        for part in filter(None, parts):
            wanted = "## " + (step.format(part) if is_step else f"{part}.")
            found = any(f"\n{wanted}" in f"\n{cell.source}" for cell in cells)
            assert found, f"{path.name} has no {wanted}"
