"""Products of features: names and layout, by hand, as loops, turned and mirrored."""

from math import sqrt

import pytest
import torch

from mlp_teach.basis.clebsch_gordan import coupling
from mlp_teach.basis.rotations import random_rotation, wigner_d
from mlp_teach.basis.tensor_product import (
    Irrep,
    Path,
    component_coupling,
    couple,
    harmonics,
    irreps_of,
    paths,
    slices,
)

TRIPLES = [(1, 1, 0), (1, 1, 1), (2, 1, 1), (2, 2, 3), (3, 2, 2), (0, 3, 3)]


def features(l: int, batch=(4,), channels: int = 3, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(10 * l + seed)
    return torch.randn(*batch, 2 * l + 1, channels, generator=generator, dtype=torch.float64)


# Names and layout --------------------------------------------------------------------------------


def test_an_irrep_is_written_as_degree_and_parity():
    assert irreps_of("0e + 1o+2e") == (Irrep(0, 1), Irrep(1, -1), Irrep(2, 1))
    assert irreps_of("12o") == (Irrep(12, -1),)
    assert [str(irrep) for irrep in irreps_of("0e + 0o + 1e + 12o")] == ["0e", "0o", "1e", "12o"]
    assert [irrep.size for irrep in irreps_of("0o + 1e + 4e")] == [1, 3, 9]


@pytest.mark.parametrize("text", ["", "1", "o", "1x", "-1e", "1.5e", "0e +", "8x0e", "0e 1o"])
def test_what_is_no_irrep_is_refused_in_words(text):
    with pytest.raises(ValueError, match="is no irrep; one is a degree and a parity"):
        irreps_of(text)


@pytest.mark.parametrize(("l", "parity"), [(-1, 1), (0, 0), (1, 2), (True, 1)])
def test_impossible_degrees_and_parities_are_refused_in_words(l, parity):
    with pytest.raises(ValueError, match="l is a whole number from 0 on, and the parity 1 or -1"):
        Irrep(l, parity)


def test_harmonics_have_the_parity_of_their_degree_and_stand_one_after_another():
    assert harmonics(3) == irreps_of("0e + 1o + 2e + 3o")
    assert slices(harmonics(3)) == [slice(0, 1), slice(1, 4), slice(4, 9), slice(9, 16)]
    assert slices(irreps_of("2o + 0e")) == [slice(0, 5), slice(5, 6)]
    assert slices(()) == []


def test_paths_are_listed_by_hand():
    first, second, out = irreps_of("0e + 1o"), harmonics(1), irreps_of("0e + 1o + 1e + 2o")
    assert paths(first, second, out) == (
        Path(0, 0, 0),  # 0e x 0e -> 0e
        Path(1, 1, 0),  # 1o x 1o -> 0e
        Path(0, 1, 1),  # 0e x 1o -> 1o
        Path(1, 0, 1),  # 1o x 0e -> 1o
        Path(1, 1, 2),  # 1o x 1o -> 1e; and no 2o, since 1o x 1o -> 2e
    )


def test_there_are_ten_paths_from_scalars_and_vectors_through_degree_3():
    all_l = harmonics(3)
    assert len(paths(harmonics(0), all_l, all_l)) == 4
    assert len(paths(harmonics(1), all_l, all_l)) == 10
    assert paths((), all_l, all_l) == paths(all_l, all_l, ()) == ()


# Products ----------------------------------------------------------------------------------------


def test_two_vectors_make_a_dot_product_and_a_cross_product():
    x, y = features(1), features(1, seed=1)
    dot, cross = couple(x, y, 0), couple(x, y, 1)
    torch.testing.assert_close(dot, (x * y).sum(1, keepdim=True) / sqrt(3))
    # (y, z, x) is as right-handed as (x, y, z)
    torch.testing.assert_close(cross, torch.linalg.cross(x, y, dim=1) / sqrt(2))


@pytest.mark.parametrize("triple", TRIPLES)
def test_products_equal_the_equation_as_loops(triple):
    l1, l2, l3 = triple
    x, y, c = features(l1), features(l2, seed=1), coupling(l1, l2, l3)
    expected = torch.zeros(4, 2 * l3 + 1, 3, dtype=torch.float64)
    for m1 in range(2 * l1 + 1):
        for m2 in range(2 * l2 + 1):
            for m3 in range(2 * l3 + 1):
                factor = sqrt(2 * l3 + 1) * c[m1, m2, m3]
                expected[:, m3] += factor * x[:, m1] * y[:, m2]  # (2)
    torch.testing.assert_close(couple(x, y, l3), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("triple", TRIPLES)
@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "mirror"])
@pytest.mark.parametrize("parities", [(1, 1), (1, -1), (-1, -1)])
def test_a_product_turns_with_its_factors_and_has_the_product_of_their_parities(
    triple, sign, parities
):
    l1, l2, l3 = triple
    turn = sign * random_rotation(torch.Generator().manual_seed(4))
    x, y = features(l1), features(l2, seed=1)
    turned_x, turned_y = wigner_d(l1, turn, parities[0]) @ x, wigner_d(l2, turn, parities[1]) @ y
    expected = wigner_d(l3, turn, parities[0] * parities[1]) @ couple(x, y, l3)
    assert expected.abs().max() > 0.1
    torch.testing.assert_close(couple(turned_x, turned_y, l3), expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("triple", TRIPLES)
def test_components_of_size_one_make_components_of_size_one(triple):
    l1, l2, l3 = triple
    x, y = features(l1, (20000,), 1), features(l2, (20000,), 1, seed=1)
    mean_square = float(couple(x, y, l3).square().mean())
    assert mean_square == pytest.approx(1, abs=0.08)
    # without chance: the mean over normal x and y is Σ C² of all three, times (2l3+1)/(2l3+1)
    assert float(component_coupling(l1, l2, l3).square().sum()) / (2 * l3 + 1) == pytest.approx(1)


def test_any_batch_and_precision_is_kept():
    x, y = features(1, (2, 5), 4), features(2, (2, 5), 4)
    found = couple(x, y, 2)
    assert found.shape == (2, 5, 5, 4)
    torch.testing.assert_close(found[1, 3], couple(x[1, 3], y[1, 3], 2))
    assert couple(x.float(), y.float(), 2).dtype == torch.float32
    assert couple(x[:0], y[:0], 2).shape == (0, 5, 5, 4)


def test_degrees_that_do_not_couple_are_refused_in_words():
    with pytest.raises(ValueError, match="Degrees 1 and 1 do not couple to 3"):
        couple(features(1), features(1), 3)


@pytest.mark.parametrize(
    "x",
    [torch.tensor([[1], [2], [3]]), torch.zeros(3), torch.zeros(2, 4)],
    ids=["whole numbers", "no channels", "two components"],
)
def test_what_is_no_feature_is_refused_in_words(x):
    plain = getattr(couple, "__wrapped__", couple)  # without the tests' own check of shapes
    with pytest.raises(ValueError, match="needs 2l \\+ 1 rows"):
        plain(x, torch.zeros(3, 4), 0)


def test_two_vectors_make_their_dot_and_cross_product():
    a, b = torch.tensor([[1.0, 2.0, 3.0], [-1.0, 0.5, 2.0]], dtype=torch.float64)
    one, other = (v[[1, 2, 0], None] for v in (a, b))  # in the order y, z, x
    assert float(couple(one, other, 0)) == pytest.approx(float(a @ b) / 3**0.5)
    cross = torch.linalg.cross(a, b)[[1, 2, 0]] / 2**0.5
    torch.testing.assert_close(couple(one, other, 1)[:, 0], cross, rtol=0, atol=1e-14)
