"""Symmetric products: how many there are, by hand, against plain sums, turned, and in any order."""

from itertools import combinations_with_replacement, permutations, product
from math import factorial, prod, sqrt

import pytest
import torch

from mlp_teach.basis.rotations import random_rotation, wigner_d
from mlp_teach.basis.symmetric_products import _independent, drawn_out, products, symmetric_products
from mlp_teach.basis.tensor_product import couple, harmonics

PINNED = {  # B of the first 9 tenths, l up to 2 and 3 factors; the first ones by hand:
    0: [0.1**3, 0.1 * 0.29 / sqrt(3), 0.11403946685249, 0.14037891163792, 0.25549010417963],
    1: [
        0.1**2 * 0.2 / sqrt(3),
        0.00376851671865,
        0.025938388539,
        0.12220416948689,
        -0.0726937440781,
    ],
}
CPU = torch.device("cpu")


def components(l_max: int, batch: int = 5, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((l_max + 1) ** 2, batch, generator=generator, dtype=torch.float64)


def of_degree(a: torch.Tensor, l: int) -> torch.Tensor:
    return a[l * l : (l + 1) ** 2]


def turned(a: torch.Tensor, turn: torch.Tensor) -> torch.Tensor:
    l_max = round(sqrt(len(a))) - 1
    return torch.cat([wigner_d(l, turn) @ of_degree(a, l) for l in range(l_max + 1)])


def plain_sum(a: torch.Tensor, l_max: int, nu: int, degree: int) -> torch.Tensor:
    """(1), product by product: paths M batch."""
    factors, u = symmetric_products(l_max, nu, degree)
    found = torch.zeros(len(u), 2 * degree + 1, a.shape[1], dtype=a.dtype)
    for row, coefficients in zip(factors.tolist(), u.unbind(1), strict=True):
        found += coefficients[:, :, None] * prod(a[n] for n in row)
    return found


# By hand -----------------------------------------------------------------------------------------


def test_of_one_factor_there_is_the_factor_itself():
    for degree in range(3):
        factors, u = symmetric_products(3, 1, degree)
        assert factors.flatten().tolist() == list(range(degree**2, (degree + 1) ** 2))
        expected = torch.eye(2 * degree + 1, dtype=torch.float64) / sqrt(2 * degree + 1)
        torch.testing.assert_close(u[0], expected, rtol=0, atol=1e-15)


def test_two_factors_make_a_scalar_of_each_degrees_square():
    a = components(3)
    found = plain_sum(a, 3, 2, 0)[:, 0]
    for l, row in enumerate(found):
        expected = of_degree(a, l).square().sum(0) / sqrt(2 * l + 1)
        torch.testing.assert_close(row.abs(), expected, rtol=1e-13, atol=0)


def test_two_factors_make_no_cross_product_because_that_has_an_order():
    factors, u = symmetric_products(1, 2, 1)
    assert factors.tolist() == [[0, 1], [0, 2], [0, 3]]  # a scalar times a vector
    assert len(u) == 1


def test_three_vectors_make_no_volume_because_that_has_an_order():
    factors, u = symmetric_products(1, 3, 0)  # only s s s and s (v · v)
    assert len(u) == 2
    assert sorted(map(tuple, factors.tolist())) == [(0, 0, 0), (0, 1, 1), (0, 2, 2), (0, 3, 3)]


# How many ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("degree", "nu", "count"), [(0, 1, 1), (0, 2, 4), (0, 3, 8), (1, 1, 1), (1, 2, 3), (1, 3, 12)]
)
def test_there_are_as_many_paths_as_stated(degree, nu, count):
    assert len(symmetric_products(3, nu, degree).coefficients) == count


def test_a_scalar_of_three_factors_needs_77_products():
    factors, _ = symmetric_products(3, 3, 0)
    assert len(factors) == len({tuple(row) for row in factors.tolist()}) == 77
    assert (factors.diff(dim=1) >= 0).all()


@pytest.mark.parametrize(("l_max", "nu"), [(1, 2), (1, 3), (2, 2), (2, 3), (1, 4)])
@pytest.mark.parametrize("degree", [0, 1, 2])
def test_there_are_as_many_paths_as_invariants_of_the_group(l_max, nu, degree):
    """The mean over all rotations of χ_L(R) Sym^ν χ(R), Weyl's integral over the angle."""
    steps = 64  # more than any frequency: the mean over equidistant angles is exact
    angles = [2 * torch.pi * n / steps for n in range(steps)]
    count = {1: 0.0, -1: 0.0}
    for angle, sign in product(angles, (1, -1)):
        angle = torch.tensor(angle, dtype=torch.float64)
        eigenvalues = [  # of the rotation or mirror, on all components
            sign**l * torch.exp(1j * m * angle) for l in range(l_max + 1) for m in range(-l, l + 1)
        ]
        symmetric = sum(prod(some) for some in combinations_with_replacement(eigenvalues, nu))
        own = sum(sign**degree * torch.exp(1j * m * angle) for m in range(-degree, degree + 1))
        count[sign] += float(((1 - torch.cos(angle)) * symmetric * own.conj()).real) / steps
    expected = (count[1] + count[-1]) / 2
    assert abs(expected - round(expected)) < 1e-9
    assert len(symmetric_products(l_max, nu, degree).coefficients) == round(expected)


# Properties --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("l_max", "nu"), [(3, 1), (3, 2), (3, 3), (2, 3), (1, 4)])
@pytest.mark.parametrize("degree", [0, 1, 2])
@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "mirror"])
def test_they_turn_with_their_factors(l_max, nu, degree, sign):
    turn = sign * random_rotation(torch.Generator().manual_seed(6))
    a = components(l_max)
    before = plain_sum(a, l_max, nu, degree)
    after = plain_sum(turned(a, turn), l_max, nu, degree)
    assert before.abs().amax((1, 2)).min() > 1e-2
    torch.testing.assert_close(after, wigner_d(degree, turn) @ before, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("nu", "degree"), [(1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (3, 2)])
def test_paths_are_orthogonal_and_of_length_1_in_one_order_of_the_degrees(nu, degree):
    """A product stands in all orders; a path is of length 1 with its degrees in one of them."""
    factors, u = symmetric_products(3, nu, degree)
    orders = torch.tensor([len(set(permutations(row))) for row in factors.tolist()])
    gram = torch.einsum("pfm,qfm,f->pq", u, u, 1 / orders.double())
    expected = []
    for path in u:
        used = factors[path.abs().amax(1) > 0]
        (degrees,) = {tuple(int(sqrt(a)) for a in row) for row in used.tolist()}
        expected.append(1 / len(set(permutations(degrees))))
    expected = torch.tensor(expected, dtype=torch.float64).diag()
    torch.testing.assert_close(gram, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("degree", [0, 1])
def test_every_coupling_of_three_factors_is_a_sum_of_paths(degree):
    a = components(3, batch=60)
    paths = plain_sum(a, 3, 3, degree).flatten(1)
    blocks = [of_degree(a, l)[None] for l in range(4)]  # one row: m, batch as channels
    for l1, l2, l3 in product(range(4), repeat=3):
        for between in range(abs(l1 - l2), l1 + l2 + 1):
            if (l1 + l2 + l3 + degree) % 2 or not abs(between - l3) <= degree <= between + l3:
                continue
            way = couple(couple(blocks[l1], blocks[l2], between), blocks[l3], degree)[0].flatten()
            weights = torch.linalg.lstsq(paths.T, way[:, None]).solution[:, 0]
            torch.testing.assert_close(weights @ paths, way, rtol=0, atol=1e-10)


# The drawn-out form ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("l_max", "nu_max", "degree"),
    [(3, 3, 0), (3, 3, 1), (2, 3, 1), (2, 3, 2), (3, 1, 1), (0, 3, 0), (1, 4, 0), (1, 4, 1)],
)
def test_the_largest_factor_drawn_out_makes_the_same_sums(l_max, nu_max, degree):
    a = components(l_max)
    u = drawn_out(l_max, nu_max, degree, torch.float64, CPU)
    q = products(len(a), nu_max - 1, CPU)(a)
    found = torch.einsum("pmcq,cb,qb->pmb", u.view(len(u), -1, len(a), len(q)), a, q)
    expected = torch.cat([plain_sum(a, l_max, nu, degree) for nu in range(1, nu_max + 1)])
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("nu", [0, 1, 2, 3])
def test_all_products_of_up_to_so_many_factors_are_there_once(nu):
    a = components(1)
    table = products(len(a), nu, CPU)
    every = [row for n in range(nu + 1) for row in combinations_with_replacement(range(4), n)]
    assert sorted(table.factors) == sorted(every)
    assert len(table.factors) == sum(factorial(n + 3) // factorial(n) // 6 for n in range(nu + 1))
    expected = torch.stack([prod((a[n] for n in row), start=0 * a[0] + 1) for row in table.factors])
    torch.testing.assert_close(table(a), expected, rtol=1e-14, atol=0)


def test_any_batch_and_precision_is_kept():
    a = components(1, batch=6).view(4, 2, 3).float()
    found = products(4, 2, CPU)(a)
    assert found.shape == (15, 2, 3)
    assert found.dtype == drawn_out(1, 3, 0, torch.float32, CPU).dtype == torch.float32
    assert products(4, 2, CPU)(a[:, :0]).shape == (15, 0, 3)


# The same everywhere -----------------------------------------------------------------------------


def test_the_order_and_the_signs_of_paths_are_what_learned_weights_were_learned_with():
    a = torch.arange(1, 10, dtype=torch.float64)[:, None] / 10
    for degree, expected in PINNED.items():
        found = plain_sum(a, 2, 3, degree)[:, 0, 0]
        assert found.tolist() == pytest.approx(expected, abs=1e-12)


def test_they_are_the_same_when_made_again():
    for degree in (0, 1):
        first, again = (
            symmetric_products(2, 3, degree),
            symmetric_products.__wrapped__(2, 3, degree),
        )
        assert torch.equal(first.factors, again.factors)
        assert torch.equal(first.coefficients, again.coefficients)


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_what_can_be_made_does_not_depend_on_the_order_of_the_degrees(degree):
    sorted_first = _independent((1, 1, 2), degree)
    other = _independent((1, 2, 1), degree).permute(0, 1, 3, 2, 4)
    assert len(sorted_first) == len(other)
    overlaps = torch.einsum("pabcm,qabcm->pq", sorted_first, other)  # of two orthonormal bases
    identity = torch.eye(len(other), dtype=torch.float64)
    torch.testing.assert_close(overlaps @ overlaps.T, identity, rtol=0, atol=1e-13)


# Degenerate input --------------------------------------------------------------------------------


def test_scalars_alone_make_their_powers():
    for nu in (1, 2, 3):
        factors, u = symmetric_products(0, nu, 0)
        assert factors.tolist() == [[0] * nu]
        assert u.tolist() == [[[1.0]]]
    assert drawn_out(0, 3, 0, torch.float64, CPU).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_what_no_product_reaches_has_no_paths():
    factors, u = symmetric_products(0, 2, 1)
    assert factors.shape == (0, 2)
    assert u.shape == (0, 0, 3)
    assert len(symmetric_products(len(harmonics(1)) - 1, 2, 3).coefficients) == 0
