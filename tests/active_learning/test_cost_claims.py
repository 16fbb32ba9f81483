"""The chapter's figures: which follow from its own inputs, which do not, and by how much."""

import pytest

from mlp_teach.active_learning.cost_claims import Claim, chapter_claims, chapter_contradictions

WRONG = {
    "A: time, passed": 25.25 / 7,
    "A: time, failed": 27.75 / 7,
    "A: time, expected": 26.0 / 7,
    "A: labels, beside expected costs": 16_500,
    "B: labels": 1_900,
    "B saves: time": 100 * (1 - (14 + 1 / 6) / 26),
    "B saves: labels": 100 * (1 - 1_900 / 16_500),
    "B saves: labels, as a ratio": 165 / 19,
}


def test_wrong_figures_are_flagged_and_put_right():
    found = {claim.what: claim.derived for claim in chapter_claims() if claim.verdict == "wrong"}
    assert found == pytest.approx(WRONG, rel=1e-12)


def test_one_figure_is_cut_off():
    found = [c for c in chapter_claims() if c.verdict == "cut off, not rounded"]
    assert [(c.what, c.chapter) for c in found] == [("B saves: money, in %", 87)]
    assert found[0].derived == pytest.approx(100 * (1 - 2_072 / 16_587.6))


def test_all_other_figures_are_reproduced():
    right = [claim for claim in chapter_claims() if claim.verdict == "right"]
    assert len(right) == len(chapter_claims()) - len(WRONG) - 1
    assert all(abs(claim.derived - claim.chapter) <= claim.step / 2 for claim in right)
    assert {c.chapter for c in right} >= {16_500, 1_900, 3.65, 7.17, 88, 172, 16_588, 2_072, 14_516}


def test_no_claim_stands_twice():
    names = [claim.what for claim in chapter_claims()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("derived", "verdict"),
    [
        (2.5, "right"),
        (1.5, "right"),
        (2.6, "cut off, not rounded"),
        (2.99, "cut off, not rounded"),
        (3.0, "wrong"),
        (1.4, "wrong"),
    ],
)
def test_verdicts_go_by_the_step_to_which_a_figure_is_written(derived, verdict):
    assert Claim("two", 2, derived, "days", 1).verdict == verdict


def test_sections_that_do_not_agree():
    pairs = [(c.one, c.other, c.unit) for c in chapter_contradictions()]
    assert pairs == [
        (60, pytest.approx(88.48, abs=0.01), "%"),
        (50, pytest.approx(100 * 2 / 3), "%"),
        (70, pytest.approx(80), "%"),
        (3, 1_000, "GPU days"),
    ]
