"""The fifteen terms: complete in both languages, and a quiz that cannot be answered by spelling."""

import re

import pytest

from mlp_teach.widgets.glossary_terms import BY_KEY, FIRST_DAY, TERMS

CHAPTER = {
    *("pes", "descriptor", "symmetry_function", "message_passing", "equivariance", "invariance"),
    *("cutoff", "mae", "active_learning", "data_efficiency", "generalization", "ensemble"),
    *("transfer_learning", "many_body", "e3"),
}


def test_the_fifteen_terms_of_the_chapter_are_there_and_its_five_come_first():
    assert set(BY_KEY) == CHAPTER
    assert len(TERMS) == 15
    first = {term.key for term in TERMS[:FIRST_DAY]}  # invariance and equivariance count as one
    assert first == {"pes", "descriptor", "invariance", "equivariance", "mae", "active_learning"}


def test_wrong_answers_are_other_terms():
    for term in TERMS:
        assert len({term.key, *term.near}) == 4
        assert set(term.near) <= set(BY_KEY)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_two_terms_share_a_word_of_their_own(lang):
    for part in ("name", "meaning", "case"):
        texts = [getattr(term.wording(lang), part) for term in TERMS]
        assert all(texts)
        assert len(set(texts)) == 15


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_case_does_not_name_its_term(lang):
    for term in TERMS:
        wording = term.wording(lang)
        names = [name.strip("()（） ") for name in re.split(r"（| \(|）|\) ", wording.name)]
        assert not [name for name in names if name and name.lower() in wording.case.lower()]


def test_each_text_is_in_its_language():
    japanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    for term in TERMS:
        assert not japanese.search(term.en.name + term.en.meaning + term.en.case)
        for text in (term.ja.name, term.ja.meaning, term.ja.case):
            assert japanese.search(text)
