"""Choosing few of many surroundings: which, how many, and what is refused."""

import pytest
import torch

from mlp_teach.models.sparse_points import cur, farthest


def crowd(n: int = 200) -> torch.Tensor:
    """Many rows near one direction, and three at right angles to it and to each other."""
    torch.manual_seed(0)
    rows = torch.zeros(n, 5, dtype=torch.float64)
    rows[:, 0] = 1
    rows += 1e-3 * torch.randn(n, 5, dtype=torch.float64)
    for place, axis in ((17, 1), (80, 2), (150, 3)):
        rows[place] = torch.eye(5, dtype=torch.float64)[axis]
    return rows / rows.norm(dim=1, keepdim=True)


@pytest.mark.parametrize("seed", range(5))
def test_farthest_points_find_what_is_rare(seed):
    assert {17, 80, 150} <= set(farthest(crowd(), 5, seed).tolist())


def test_farthest_points_equal_the_definition():
    torch.manual_seed(1)
    rows = torch.nn.functional.normalize(torch.randn(30, 4, dtype=torch.float64), dim=1)
    chosen = farthest(rows, 8, seed=3).tolist()
    expected = chosen[:1]
    while len(expected) < 8:
        distances = [min(float((row - rows[c]).norm()) for c in expected) for row in rows]
        expected.append(max(range(len(rows)), key=distances.__getitem__))
    assert chosen == expected


def test_cur_draws_by_leverage():
    # A row alone in its direction has leverage 1, one of 197 in the same 2 directions has 2/197. Of
    # 8 draws, all but about (2/3)^7 hold a row of leverage 1; by uniform draws it would be 1 in 25.
    found = torch.zeros(200)
    for seed in range(200):
        found[cur(crowd(), 8, seed)] += 1 / 200
    rare = torch.tensor([17, 80, 150])
    assert (found[rare] > 0.85).all()
    others = torch.ones(200, dtype=torch.bool)
    others[rare] = False
    assert abs(float(found[others].sum()) - (8 - float(found[rare].sum()))) < 1e-4
    assert found[others].max() < 0.3


@pytest.mark.parametrize("select", [cur, farthest])
def test_points_are_different_and_repeatable(select):
    rows = crowd()
    chosen = select(rows, 50, seed=4)
    assert len(set(chosen.tolist())) == 50
    assert torch.equal(chosen, select(rows, 50, seed=4))
    assert not torch.equal(chosen, select(rows, 50, seed=5))


@pytest.mark.parametrize("select", [cur, farthest])
def test_all_rows_can_be_chosen_also_equal_ones(select):
    rows = torch.ones(6, 3, dtype=torch.float64) / 3**0.5
    assert sorted(select(rows, 6).tolist()) == list(range(6))


@pytest.mark.parametrize("select", [cur, farthest])
@pytest.mark.parametrize("n", [0, 201])
def test_more_points_than_rows_are_refused(select, n):
    with pytest.raises(ValueError, match=f"{n} sparse points were asked for"):
        select(crowd(), n)
