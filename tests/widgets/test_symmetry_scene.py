"""What the explorer of G2 and G4 computes is the library's number, and the equation by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach.descriptors.symmetry_functions import symmetry_functions
from mlp_teach.neighbors import atom_graph
from mlp_teach.widgets.drawing import Changed, Moved
from mlp_teach.widgets.symmetry_scene import (
    ANGLES,
    CUTOFF,
    DISTANCES,
    SymmetryState,
    symmetry_numbers,
    symmetry_update,
)

STATE = SymmetryState(g2_eta=0.5, r_s=2.0, g4_eta=0.02, zeta=4.0, lambda_=-1.0)


def test_the_sums_are_the_librarys_for_the_cluster_that_is_drawn():
    numbers = symmetry_numbers(STATE)
    places = [(0.0, 0.0, 0.0), *((x, y, 0.0) for x, y in STATE.neighbors)]
    graph = atom_graph(Atoms("Cu5", places), CUTOFF)
    _, g2, g4, _ = symmetry_functions(graph, STATE.functions())[0].tolist()
    assert (numbers.g2, numbers.g4) == pytest.approx((g2, g4), rel=1e-12)


def test_the_shares_add_up_to_the_sums():
    numbers = symmetry_numbers(STATE)
    assert sum(numbers.g2_shares) == pytest.approx(numbers.g2, rel=1e-12)
    assert sum(numbers.g4_shares) == pytest.approx(numbers.g4, rel=1e-12)
    assert (len(numbers.g2_shares), len(numbers.g4_shares)) == (4, 6)


def test_the_curve_is_the_summand_of_g2_worked_out_by_hand():
    fade = 0.5 * (np.cos(np.pi * DISTANCES / CUTOFF) + 1)
    by_hand = np.exp(-0.5 * (DISTANCES - 2.0) ** 2) * fade
    np.testing.assert_allclose(symmetry_numbers(STATE).curve, by_hand, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("zeta", "lambda_"), [(1.0, 1.0), (1.0, -1.0), (4.0, 1.0), (32.0, -1.0)])
def test_the_angular_factor_is_that_of_the_paper_worked_out_by_hand(zeta, lambda_):
    numbers = symmetry_numbers(replace(STATE, zeta=zeta, lambda_=lambda_))
    by_hand = 2 ** (1 - zeta) * (1 + lambda_ * np.cos(ANGLES)) ** zeta
    np.testing.assert_allclose(numbers.angular, by_hand, atol=1e-12)


def test_a_neighbour_beyond_the_cutoff_adds_nothing():
    moved = symmetry_update(STATE, Moved("3", 0.0, -6.2))
    numbers = symmetry_numbers(moved)
    assert numbers.g2_shares[3] == 0.0
    assert [numbers.g4_shares[pair] for pair in (2, 4, 5)] == [0.0, 0.0, 0.0]


def test_turning_all_neighbours_changes_no_number():
    angle = 0.7
    turned = tuple(
        (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle))
        for x, y in STATE.neighbors
    )
    before, after = symmetry_numbers(STATE), symmetry_numbers(replace(STATE, neighbors=turned))
    assert (after.g2, after.g4) == pytest.approx((before.g2, before.g4), rel=1e-12)


def test_an_atom_is_not_moved_onto_another_one():
    assert symmetry_update(STATE, Moved("0", 0.1, 0.1)) is STATE
    x, y = STATE.neighbors[1]
    assert symmetry_update(STATE, Moved("0", x + 0.2, y)) is STATE


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        (Changed("r_s", 3.1), "r_s", 3.1),
        (Changed("zeta", 8.0), "zeta", 8.0),
        (Changed("lambda_", "-1"), "lambda_", -1.0),
        (Changed("g2_eta", 59.0), "g2_eta", 4.0),
        (Changed("g4_eta", 0.0), "g4_eta", 0.001),
    ],
)
def test_each_control_sets_its_parameter(event, field, value):
    assert getattr(symmetry_update(SymmetryState(), event), field) == value


def test_the_numbers_are_exact_and_not_those_of_single_precision():
    assert (
        symmetry_functions(
            atom_graph(Atoms("Cu2", [(0, 0, 0), (2.5, 0, 0)]), CUTOFF), STATE.functions()
        ).dtype
        == torch.float64
    )
