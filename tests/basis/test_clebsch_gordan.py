"""Coupling coefficients: by hand, as sums over m, turned, against e3nn's, and what is refused."""

import json
from functools import cache
from itertools import permutations
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
import torch

from mlp_teach.basis.clebsch_gordan import clebsch_gordan, coupling
from mlp_teach.basis.rotations import random_rotation, wigner_d
from mlp_teach.basis.spherical_harmonics import spherical_harmonics

TRIPLES = [
    (a, b, c) for a in range(5) for b in range(5) for c in range(abs(a - b), min(a + b, 4) + 1)
]


@cache
def stored() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).parents[1] / "reference" / "e3nn_tables.npz") as file:
        return dict(file)


# By hand -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((0, 0, 0, 0, 0), 1),
        ((1, 1, 1, 1, 2), 1),
        ((1, 1, 1, 0, 2), sqrt(1 / 2)),
        ((1, 1, 1, 0, 1), sqrt(1 / 2)),
        ((1, 0, 1, 1, 1), -sqrt(1 / 2)),
        ((1, 0, 1, 0, 2), sqrt(2 / 3)),
        ((1, 0, 1, 0, 1), 0),
        ((1, 1, 1, -1, 2), sqrt(1 / 6)),
        ((1, 1, 1, -1, 0), sqrt(1 / 3)),
        ((1, 0, 1, 0, 0), -sqrt(1 / 3)),
        ((2, 2, 1, -1, 1), sqrt(3 / 5)),
        ((2, 1, 1, 0, 1), -sqrt(3 / 10)),
        ((2, 0, 1, 1, 1), sqrt(1 / 10)),
        ((2, 0, 2, 0, 4), sqrt(18 / 35)),
        ((2, 0, 2, 0, 2), -sqrt(2 / 7)),
    ],
)
def test_those_of_complex_harmonics_are_the_tables_in_textbooks(given, expected):
    assert clebsch_gordan(*given) == pytest.approx(expected, abs=1e-15)


def test_two_vectors_make_their_dot_product_over_the_root_of_3():
    expected = torch.eye(3, dtype=torch.float64) / sqrt(3)
    torch.testing.assert_close(coupling(1, 1, 0)[:, :, 0], expected, rtol=0, atol=1e-15)


def test_two_vectors_make_their_cross_product_over_the_root_of_6():
    generator = torch.Generator().manual_seed(1)
    a, b = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    y_z_x = [1, 2, 0]
    found = torch.einsum("abc,a,b->c", coupling(1, 1, 1), a[y_z_x], b[y_z_x])
    expected = torch.linalg.cross(a, b)[y_z_x] / sqrt(6)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-15)


def test_a_scalar_leaves_a_feature_as_it_is():
    for l in range(6):
        expected = torch.eye(2 * l + 1, dtype=torch.float64) / sqrt(2 * l + 1)
        for found in (coupling(0, l, l)[0], coupling(l, 0, l)[:, 0], coupling(l, l, 0)[:, :, 0]):
            torch.testing.assert_close(found, expected, rtol=0, atol=1e-14)


# The slow twin -----------------------------------------------------------------------------------


def test_where_the_sum_is_even_they_are_integrals_of_three_harmonics():
    z, weights = np.polynomial.legendre.leggauss(8)  # exact up to degree 15
    phi = np.arange(16) * 2 * np.pi / 16
    ring = np.sqrt(1 - z**2)
    points = np.stack(
        [np.outer(ring, np.cos(phi)), np.outer(ring, np.sin(phi)), np.outer(z, np.ones(16))], -1
    )
    y = spherical_harmonics(torch.from_numpy(points), 4).flatten(1)
    y_weighted = y * torch.from_numpy(weights * 2 * np.pi / 16).repeat_interleave(16)
    for triple in TRIPLES:
        if sum(triple) % 2 == 0:
            one, two, three = (slice(l * l, (l + 1) ** 2) for l in triple)
            integral = torch.einsum("ap,bp,cp->abc", y[one], y[two], y_weighted[three])
            expected = integral / torch.linalg.vector_norm(integral)
            torch.testing.assert_close(coupling(*triple), expected, rtol=0, atol=1e-13)


# Properties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("triple", [*TRIPLES, (2, 3, 5), (6, 3, 3)])
def test_what_is_made_turns_with_what_it_is_made_of(triple):
    turn = random_rotation(torch.Generator().manual_seed(5))
    one, two, three = (wigner_d(l, turn) for l in triple)
    c = coupling(*triple)
    before = torch.einsum("abc,ax,by->xyc", c, one, two)
    after = torch.einsum("xyc,dc->xyd", c, three)
    torch.testing.assert_close(before, after.movedim(-1, 2), rtol=0, atol=1e-13)


def test_the_squares_add_up_to_one_and_different_degrees_are_orthogonal():
    for l1 in range(5):
        for l2 in range(5):
            rows = [coupling(l1, l2, l3) for l3 in range(abs(l1 - l2), l1 + l2 + 1)]
            scaled = [c * sqrt(c.shape[2]) for c in rows]
            square = torch.cat(scaled, 2).flatten(0, 1)  # all products of two components, turned
            identity = torch.eye(len(square), dtype=torch.float64)
            torch.testing.assert_close(square @ square.T, identity, rtol=0, atol=1e-13)


def test_another_order_of_the_degrees_changes_the_sign_at_most():
    for triple in TRIPLES:
        sign = (-1) ** sum(triple)
        for order in permutations(range(3)):
            odd = order in ((0, 2, 1), (1, 0, 2), (2, 1, 0))
            other = coupling(*(triple[n] for n in order))
            expected = coupling(*triple).permute(order) * (sign if odd else 1)
            gap = min((other - expected).abs().max(), (other + expected).abs().max())
            assert gap < 1e-14
            if sum(triple) % 2 == 0:
                assert (other - expected).abs().max() < 1e-14


# The reference -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in stored() if name.startswith("wigner_3j/")])
def test_they_are_e3nns(name):
    triple = [int(l) for l in name.removeprefix("wigner_3j/").split("_")]
    assert np.abs(coupling(*triple).numpy() - stored()[name]).max() < 1e-12


def test_the_reference_holds_every_triple_up_to_degree_4():
    listed = {tuple(triple) for triple in json.loads(str(stored()["index"]))["triples"]}
    assert listed >= set(TRIPLES)


# Degenerate input --------------------------------------------------------------------------------


@pytest.mark.parametrize("triple", [(1, 1, 3), (0, 2, 1), (3, 1, 1), (-1, 1, 1), (1, 1, -1)])
def test_degrees_that_do_not_couple_are_refused_in_words(triple):
    l1, l2, l3 = triple
    with pytest.raises(ValueError, match=rf"Degrees {l1} and {l2} do not couple to {l3}: they"):
        coupling(*triple)


def test_large_degrees_stay_exact():
    c = coupling(8, 7, 6)
    assert float(c.square().sum()) == pytest.approx(1, abs=1e-12)
    turn = random_rotation(torch.Generator().manual_seed(7))
    turned = torch.einsum("abc,xa,yb,zc->xyz", c, *(wigner_d(l, turn) for l in (8, 7, 6)))
    torch.testing.assert_close(turned, c, rtol=0, atol=1e-12)
