"""Rotations and mirrors of features: by hand, on harmonics, one after another, and e3nn's."""

from functools import cache
from math import cos, pi, sin, sqrt
from pathlib import Path

import numpy as np
import pytest
import torch

from mlp_teach.basis.rotations import random_rotation, rotation_matrix, wigner_d
from mlp_teach.basis.spherical_harmonics import spherical_harmonics

L_MAX = 6


def turn(seed: int = 0) -> torch.Tensor:
    return random_rotation(torch.Generator().manual_seed(seed))


def vectors(count: int = 40) -> torch.Tensor:
    return torch.randn(count, 3, generator=torch.Generator().manual_seed(9), dtype=torch.float64)


@cache
def stored() -> dict[str, np.ndarray]:
    with np.load(Path(__file__).parents[1] / "reference" / "e3nn_tables.npz") as file:
        return dict(file)


# By hand -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ([0, 0, 0.4], [[cos(0.4), -sin(0.4), 0], [sin(0.4), cos(0.4), 0], [0, 0, 1]]),
        ([pi / 2, 0, 0], [[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
        ([0, -pi / 2, 0], [[0, 0, -1], [0, 1, 0], [1, 0, 0]]),
        ([2 * pi / 3 / sqrt(3)] * 3, [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        ([0, 0, 0], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    ],
    ids=["about z", "y to z", "backwards about y", "x to y to z", "none"],
)
def test_a_rotation_is_known_by_axis_and_angle(axis, expected):
    found = rotation_matrix(torch.tensor(axis, dtype=torch.float64))
    expected = torch.tensor(expected, dtype=torch.float64)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-15)


def test_a_vector_turns_as_its_components_y_z_x():
    rotation = turn()
    expected = rotation[[1, 2, 0]][:, [1, 2, 0]]
    torch.testing.assert_close(wigner_d(1, rotation), expected, rtol=0, atol=1e-15)
    assert torch.equal(wigner_d(0, rotation), torch.ones(1, 1, dtype=torch.float64))


def test_about_the_polar_axis_m_and_minus_m_turn_by_m_times_the_angle():
    d = wigner_d(2, rotation_matrix(torch.tensor([0, 0, 0.3], dtype=torch.float64)))
    expected = torch.zeros(5, 5, dtype=torch.float64)
    for m in (-2, -1, 0, 1, 2):  # rows: cos m(φ + α) and sin m(φ + α), taken apart
        expected[2 + m, 2 + m] = cos(0.3 * m)
        expected[2 + m, 2 - m] -= sin(0.3 * m)
    torch.testing.assert_close(d, expected, rtol=0, atol=1e-15)


# Properties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("l", range(L_MAX + 1))
@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "mirror"])
def test_harmonics_of_turned_vectors_are_turned_harmonics(l, sign):
    rotation = sign * turn(3)
    rows = slice(l * l, (l + 1) ** 2)
    before = spherical_harmonics(vectors(), L_MAX)[rows]
    after = spherical_harmonics(vectors() @ rotation.T, L_MAX)[rows]
    torch.testing.assert_close(after, wigner_d(l, rotation) @ before, rtol=0, atol=1e-13)


@pytest.mark.parametrize("l", range(L_MAX + 1))
@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, -1)])
@pytest.mark.parametrize("parity", [1, -1])
def test_one_rotation_after_another_is_their_product(l, signs, parity):
    one, other = signs[0] * turn(1), signs[1] * turn(2)
    both = wigner_d(l, one, parity) @ wigner_d(l, other, parity)
    torch.testing.assert_close(wigner_d(l, one @ other, parity), both, rtol=0, atol=1e-13)
    identity = torch.eye(2 * l + 1, dtype=torch.float64)
    back = wigner_d(l, one.T, parity) @ wigner_d(l, one, parity)
    torch.testing.assert_close(back, identity, rtol=0, atol=1e-13)


def test_the_parity_is_what_the_inversion_does():
    inversion = -torch.eye(3, dtype=torch.float64)
    for l in range(4):
        identity = torch.eye(2 * l + 1, dtype=torch.float64)
        for parity, sign in ((1, 1), (-1, -1), (None, (-1) ** l)):
            found = wigner_d(l, inversion, parity)
            torch.testing.assert_close(found, sign * identity, rtol=0, atol=1e-14)
            rotation = turn()
            assert torch.equal(wigner_d(l, rotation, parity), wigner_d(l, rotation))


def test_it_can_be_differentiated():
    angles = torch.tensor([0.3, -1.1, 0.7], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a: wigner_d(3, rotation_matrix(a)), angles)
    still = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a: wigner_d(2, rotation_matrix(a)), still)


def test_random_rotations_are_rotations_and_all_equally_likely():
    generator = torch.Generator().manual_seed(0)
    found = torch.stack([random_rotation(generator) for _ in range(4000)])
    identity = torch.eye(3, dtype=torch.float64).expand_as(found)
    torch.testing.assert_close(found @ found.mT, identity, rtol=0, atol=1e-14)
    determinants = torch.linalg.det(found)
    torch.testing.assert_close(determinants, torch.ones_like(determinants), rtol=0, atol=1e-14)
    # Over all rotations: mean R = 0, mean R_ab² = 1/3, share of angles below 90° = ½ - 1/π.
    # Five standard errors of 4000 draws: √(1/3), √(4/45) and ½ at most, over √4000, times five.
    assert found.mean(0).abs().max() < 0.046
    assert (found.square().mean(0) - 1 / 3).abs().max() < 0.024
    traces = found.diagonal(dim1=1, dim2=2).sum(1)
    assert abs(float((traces > 1).double().mean()) - (1 / 2 - 1 / pi)) < 0.04


# The reference -----------------------------------------------------------------------------------


@pytest.mark.parametrize("l", range(5))
def test_matrices_are_e3nns_of_the_same_rotation_in_its_axes(l):
    to_ours = torch.eye(3, dtype=torch.float64)[[2, 0, 1]]  # its (x, y, z) are our (z, x, y)
    for rotation, expected in zip(stored()["rotations"], stored()[f"wigner_D/{l}"], strict=True):
        found = wigner_d(l, to_ours @ torch.from_numpy(rotation) @ to_ours.T)
        assert np.abs(found.numpy() - expected).max() < 1e-10


@pytest.mark.parametrize("l", range(5))
def test_harmonics_are_e3nns_of_the_same_vectors_in_its_axes(l):
    points = torch.from_numpy(stored()["vectors"])[:, [2, 0, 1]]
    found = sqrt(4 * pi) * spherical_harmonics(points, l)[l * l :].T
    assert np.abs(found.numpy() - stored()[f"harmonics/{l}"]).max() < 1e-12


# Degenerate input --------------------------------------------------------------------------------


def test_what_is_no_rotation_is_refused_in_words():
    with pytest.raises(ValueError, match="l is -1; the lowest degree of a feature is 0"):
        wigner_d(-1, torch.eye(3))
    for matrix in (1.01 * torch.eye(3), torch.zeros(3, 3), torch.eye(3) + torch.eye(3).roll(1, 0)):
        with pytest.raises(ValueError, match="neither a rotation nor a mirror: R Rᵀ is not 1"):
            wigner_d(2, matrix)


def test_single_precision_stays_single_and_near():
    rotation = turn()
    found = wigner_d(4, rotation.float())
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), wigner_d(4, rotation), rtol=0, atol=3e-6)
