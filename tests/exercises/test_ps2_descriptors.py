"""Assignment 2: which hint each wrong answer gets, and whether right values are right."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps2 import (
    angular,
    chain_rule,
    comparison,
    own_descriptor,
    radial,
    soap,
    twins,
)
from tests.exercises.promises import Promises

HINTS = {
    "feature_counts": {
        "wrong_ordered_pairs": radial.ORDERED,
        "wrong_different_elements_only": radial.NO_LIKE_PAIRS,
        "wrong_radial_once": radial.RADIAL_ONCE,
        "wrong_angular_by_element": radial.ANGULAR_ONCE,
        "wrong_l_from_one": radial.L_FROM_ZERO,
        "wrong_with_m": radial.M_SUMMED,
        "wrong_pairs_of_elements": radial.PAIRS_OF_ELEMENTS,
        "wrong_elements_apart": radial.ELEMENTS_APART,
        "wrong_sum": hints.PARTS,
    },
    "radial_function": {
        "wrong_own_neighbor": radial.OWN_NEIGHBOR,
        "wrong_no_half": radial.TWICE,
        "wrong_one_way": radial.ONE_WAY,
        "wrong_no_square": radial.NO_SQUARE,
        "wrong_uphill": radial.UPHILL,
        "wrong_no_shift": radial.NO_SHIFT,
        "wrong_width": radial.WIDTH,
        "wrong_no_cutoff_function": radial.NO_FADE,
        "wrong_cosine_goes_on": radial.GOES_ON,
        "wrong_degrees": radial.DEGREES,
        "wrong_mean": radial.MEAN,
        "wrong_sum_over_all": hints.SHAPE,
    },
    "angular_function": {
        "wrong_both_orders": angular.TWICE,
        "wrong_with_itself": angular.ITSELF,
        "wrong_each_triangle_once": angular.ONE_CORNER,
        "wrong_no_prefactor": angular.NO_PREFACTOR,
        "wrong_prefactor_upside_down": angular.NO_PREFACTOR,
        "wrong_without_far_side": angular.FAR_SIDE,
        "wrong_two_cutoffs": angular.FAR_SIDE,
        "wrong_head_to_tail": angular.LAMBDA,
        "wrong_degrees": angular.DEGREES,
        "wrong_scalar_product": angular.NOT_UNIT,
        "wrong_no_power": angular.NO_POWER,
        "wrong_no_squares": angular.NO_SQUARES,
        "wrong_mean_over_pairs": angular.MEAN,
        "wrong_cosine_goes_on": angular.GOES_ON,
        "wrong_total": hints.SHAPE,
    },
    "angular_by_moments": {
        "wrong_as_it_was": angular.AS_IT_WAS,
        "wrong_made_positive": angular.CLIPPED,
        "wrong_cut_at_zero": angular.CLIPPED,
        "wrong_nothing_taken_off": angular.NOT_TAKEN_OFF,
        "wrong_squares_once": angular.OTHER_LAMBDA,
        "wrong_lambda_times_squares": angular.OTHER_LAMBDA,
        "wrong_other_sign": angular.AS_IT_WAS,
        "wrong_not_halved": angular.TWICE,
        "wrong_no_cutoff_function": angular.NOT_G5,
    },
    "radial_twins": {
        "wrong_same_twice": twins.SAME,
        "wrong_turned": twins.SAME,
        "wrong_mirror_image": twins.SAME,
        "wrong_renumbered": twins.SAME,
        "wrong_stretched": twins.CENTER_SEES,
        "wrong_neighbors_see": twins.NEIGHBORS_SEE,
        "wrong_twisted_chain": twins.NO_OTHER_ANGLE,
        "wrong_two_dimers": twins.FEW_NEIGHBORS,
        "wrong_all_alone": twins.LONELY,
        "wrong_end_of_chain_first": twins.FEW_NEIGHBORS,
        "wrong_other_number": twins.OTHER_NUMBER,
        "wrong_atoms_merged": twins.TOO_CLOSE,
        "wrong_distances": twins.NOT_POSITIONS,
        "wrong_one_structure": hints.PARTS,
    },
    "power_spectrum": {
        "wrong_no_front": soap.NO_FRONT,
        "wrong_no_root": soap.NO_ROOT,
        "wrong_root_of_pi_only": soap.NO_ROOT,
        "wrong_mean_over_m": soap.MEAN,
        "wrong_product_of_sums": soap.SUMS_MULTIPLIED,
        "wrong_all_columns": soap.MIXED,
        "wrong_columns_from_l": soap.MIXED,
        "wrong_normalised": soap.NORMALISED,
        "wrong_last_l_left_out": hints.SHAPE,
        "wrong_triangle_only": hints.SHAPE,
        "wrong_first_m_only": soap.TURNS,
    },
    "soap_kernel": {
        "wrong_as_it_was": soap.AS_IT_WAS,
        "wrong_two_in_each_row": soap.TWO_EACH,
        "wrong_root_of_two_everywhere": soap.AS_IT_WAS,
        "wrong_diagonal_doubled": soap.DIAGONAL_TOO,
        "wrong_triangle_added_to_itself": soap.AS_IT_WAS,
        "wrong_diagonal_in_both": soap.DIAGONAL_TOO,
        "wrong_not_normalised": soap.NOT_UNIT,
        "wrong_no_zeta": soap.NO_ZETA,
        "wrong_times_zeta": soap.NO_ZETA,
        "wrong_normalised_together": soap.NOT_KERNEL,
        "wrong_flat": hints.SHAPE,
    },
    "energy_and_forces": {
        "wrong_own_energy_only": chain_rule.OWN_ENERGY_ONLY,
        "wrong_own_slope_twice": chain_rule.OWN_SLOPE_TWICE,
        "wrong_sign": chain_rule.SIGN,
        "wrong_no_slope_of_tanh": chain_rule.NO_OUTER,
        "wrong_no_slope_of_fade": chain_rule.NO_SLOPE_OF_FADE,
        "wrong_no_slope_of_bump": chain_rule.NO_SLOPE_OF_BUMP,
        "wrong_no_tanh": chain_rule.NO_TANH,
        "wrong_tanh_of_the_sum": chain_rule.TANH_OF_SUM,
        "wrong_doubled_forces": chain_rule.TWICE,
        "wrong_half_forces": chain_rule.HALF,
        "wrong_mean_energy": chain_rule.MEAN,
        "wrong_own_neighbor": chain_rule.OWN_NEIGHBOR,
        "wrong_no_cutoff_function": chain_rule.NO_FADE,
        "wrong_energy_alone": hints.PARTS,
    },
    "own_descriptor": {
        "wrong_constant": own_descriptor.BLIND,
        "wrong_coordinates": own_descriptor.ROTATION,
        "wrong_sorted_distances": own_descriptor.LENGTH,
        "wrong_sorted_and_padded": own_descriptor.KINK,
        "wrong_shortest_distance": own_descriptor.KINK,
        "wrong_first_neighbor": own_descriptor.ORDER,
        "wrong_handed": own_descriptor.MIRROR,
        "wrong_hard_cutoff": own_descriptor.EDGE,
        "wrong_linear_cutoff": own_descriptor.EDGE,
        "wrong_no_cutoff": own_descriptor.BEYOND,
        "wrong_radial": own_descriptor.RADIAL,
        "wrong_pairs_only": own_descriptor.PAIRS,
        "wrong_mean": hints.NOT_FINITE,
        "wrong_table": own_descriptor.NOT_A_ROW,
    },
    "comparison": {
        "wrong_chapter_order": comparison.CHAPTER_ORDER,
        "wrong_no_crossing": comparison.NO_CROSSING,
        "wrong_largest_error_first": comparison.ORDER,
        "wrong_soap_behind_schnet": comparison.ORDER,
        "wrong_networks_choose_nothing": comparison.NOT_FREE,
        "wrong_soap_has_no_choices": comparison.MISSING,
        "wrong_soap_without_kernel_power": comparison.MISSING,
        "wrong_functions_with_sigma": comparison.TOO_MANY,
        "wrong_filters_have_names": comparison.LEARNT,
        "wrong_soap_is_plain": comparison.NAMED,
        "wrong_words": comparison.CHOICE_WORDS,
        "wrong_two_parts": hints.PARTS,
    },
}


class TestDescriptors(Promises):
    name, points, hints = "ps2_descriptors", 47, HINTS


def test_the_spectrum_is_the_mean_squared_overlap():
    """p · p' = 8π² times the mean over rotations of the squared overlap: what exercise 7 says."""
    import torch

    from mlp_teach.basis.rotations import wigner_d

    rng = np.random.default_rng(0)
    one, other = (rng.normal(size=(2, 9)) for _ in range(2))  # two n, l up to 2
    heights, shares = np.polynomial.legendre.leggauss(5)
    turns = 2 * np.pi * np.arange(5) / 5  # exact up to degree 4, and the square has l = 4
    mean = 0.0
    for height, share in zip(heights, shares, strict=True):
        for first in turns:
            for last in turns:
                angles = (first, np.arccos(height), last)
                matrix = torch.tensor(Rotation.from_euler("ZYZ", angles).as_matrix())
                d = torch.block_diag(*(wigner_d(l, matrix) for l in range(3))).numpy()
                mean += share / 2 / 25 * (one * (other @ d.T)).sum() ** 2
    spectra = [
        [c[:, l * l : (l + 1) ** 2] @ c[:, l * l : (l + 1) ** 2].T for l in range(3)]
        for c in (one, other)
    ]
    weighed = sum(
        (a * b).sum() / (2 * l + 1) for l, (a, b) in enumerate(zip(*spectra, strict=True))
    )
    assert 8 * np.pi**2 * mean == pytest.approx(8 * np.pi**2 * weighed, rel=1e-10)


def test_the_spectrum_of_the_grader_is_that_of_the_library():
    import torch

    from mlp_teach.basis.radial import GaussianOrbitals
    from mlp_teach.descriptors.soap import SOAP, power_of

    rng = np.random.default_rng(1)
    parameters = SOAP(GaussianOrbitals(4.0, soap.N_MAX, soap.L_MAX, 0.5), (29,))
    c = rng.normal(size=(soap.N_MAX, (soap.L_MAX + 1) ** 2))
    by_l = [torch.tensor(c[None, :, l * l : (l + 1) ** 2]) for l in range(soap.L_MAX + 1)]
    n, n_prime = np.triu_indices(soap.N_MAX)
    ours = soap.power(c)[:, n, n_prime].ravel()
    assert power_of(by_l, parameters)[0].numpy() == pytest.approx(ours, rel=1e-12)


def test_all_pairs_of_neighbors_of_the_twins_have_the_same_angles():
    def angles(places):
        apart = np.abs(np.subtract.outer(places, places)[np.triu_indices(4, 1)])
        return sorted(np.minimum(apart, 8 - apart))

    one, other = own_descriptor.TWINS
    assert angles(one) == angles(other)


def test_errors_are_those_of_the_lesson():
    from mlp_teach.widgets.descriptor_choice import ERRORS, SIZES

    names = {"symmetry functions": "network", "SOAP": "gap", "SchNet": "invariant"}
    for method, errors in comparison.ERRORS.items():
        shown = dict(zip(SIZES, ERRORS[names.get(method, method)], strict=True))
        assert errors == tuple(shown[frames] for frames in comparison.FRAMES)


def test_near_ties_may_stand_in_either_order():
    """95 and 98 meV/Å from one seed each are no order; 49 and 86 are."""
    assert comparison._bounds("SchNet", 100) == comparison._bounds("symmetry functions", 100)
    assert comparison._bounds("SchNet", 100) == (3, 4)
    assert comparison._bounds("SOAP", 100) == (1, 1)
    assert comparison._bounds("equivariant", 950) == (1, 1)
