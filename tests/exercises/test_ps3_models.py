"""Assignment 3: which hint each wrong answer gets, and that the judge is right itself."""

import numpy as np
import torch

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps1.own_potential import JAPANESE
from mlp_teach.grading.assignments.ps3 import (
    committee_deviation,
    element_networks,
    filtered_messages,
    loss_and_slope,
    network_forces,
    own_network,
    three_products,
    vector_messages,
    who_notices,
)
from tests.exercises.promises import Promises

HINTS = {
    "element_networks": {
        "wrong_one_network": element_networks.ONE_NETWORK,
        "wrong_sorted_elements": element_networks.SORTED,
        "wrong_as_they_come": element_networks.AS_THEY_COME,
        "wrong_by_place_in_list": element_networks.ORDER,
        "wrong_no_inner_bias": element_networks.NO_INNER_BIAS,
        "wrong_no_constant": element_networks.NO_OUTER_BIAS,
        "wrong_tanh_at_the_end": element_networks.TANH_AT_END,
        "wrong_straight": element_networks.NO_TANH,
        "wrong_mean": element_networks.MEAN,
        "wrong_total_alone": hints.PARTS,
    },
    "loss_and_slope": {
        "wrong_whole_cells": loss_and_slope.NOT_PER_ATOM,
        "wrong_n_once": loss_and_slope.ONCE,
        "wrong_inner_n_forgotten": loss_and_slope.SLOPE_PER_ATOM,
        "wrong_sums": loss_and_slope.SUM,
        "wrong_mean_over_atoms": loss_and_slope.VECTORS,
        "wrong_half": loss_and_slope.HALF,
        "wrong_absolute": loss_and_slope.NOT_SQUARED,
        "wrong_step_downhill": loss_and_slope.UPHILL,
        "wrong_energies_alone": loss_and_slope.NO_FORCES,
        "wrong_no_two": loss_and_slope.NO_TWO,
        "wrong_exchange_inverted": loss_and_slope.INVERTED,
        "wrong_root": loss_and_slope.ROOT,
    },
    "committee_deviation": {
        "wrong_one_less": committee_deviation.ONE_LESS,
        "wrong_whole_energy": committee_deviation.NOT_PER_ATOM,
        "wrong_root_of_n": committee_deviation.ROOT_OF_N,
        "wrong_mean_of_components": committee_deviation.COMPONENT_MEAN,
        "wrong_lengths": committee_deviation.LENGTHS,
        "wrong_deviations_added": committee_deviation.NOT_TURNED,
        "wrong_variances": committee_deviation.VARIANCE,
        "wrong_mean_distance": committee_deviation.MEAN_LENGTH,
        "wrong_no_mean": committee_deviation.SHARED,
        "wrong_largest": committee_deviation.FORCES,
        "wrong_over_atoms": hints.SHAPE,
    },
    "who_notices": {
        "wrong_ball": who_notices.A_BALL,
        "wrong_neighbours_alone": who_notices.NEIGHBORS,
        "wrong_one_too_few": who_notices.ONE_TOO_FEW,
        "wrong_one_too_many": who_notices.ONE_TOO_MANY,
        "wrong_without_itself": who_notices.NOT_ITSELF,
        "wrong_forces_as_energies": who_notices.SAME,
        "wrong_forces_one_step_more": who_notices.ONE_MORE,
        "wrong_exactly_so_many_steps": who_notices.EXACTLY,
        "wrong_truth_values": who_notices.WORDS,
        "wrong_without_end": who_notices.NO_END,
    },
    "three_products": {
        "wrong_trace_left": three_products.TRACE_LEFT,
        "wrong_whole_trace": three_products.WHOLE_TRACE,
        "wrong_no_half": three_products.NO_HALF,
        "wrong_plain_outer_product": three_products.NOT_SYMMETRIC,
        "wrong_third_everywhere": three_products.EVERYWHERE,
        "wrong_difference": three_products.ANTISYMMETRIC,
        "wrong_cross_swapped": three_products.SWAPPED,
        "wrong_order_of_components": three_products.NOT_ALONG,
        "wrong_componentwise": three_products.VECTOR,
        "wrong_all_with_all": hints.SHAPE,
        "wrong_one_sum": three_products.ADDED_UP,
        "wrong_coupled": three_products.SCALED,
        "wrong_trace_of_sum": three_products.LOST,
    },
    "filtered_messages": {
        "wrong_own_neighbour": filtered_messages.OWN_NEIGHBOR,
        "wrong_mean": filtered_messages.MEAN,
        "wrong_own_numbers": filtered_messages.OWN_NUMBERS,
        "wrong_no_cutoff": filtered_messages.NO_FADE,
        "wrong_cut_in_a_step": filtered_messages.NO_FADE,
        "wrong_fade_rises_again": filtered_messages.JUMP,
        "wrong_bias_after_fade": filtered_messages.BIAS_OUTSIDE,
        "wrong_softplus": filtered_messages.NO_SHIFT,
        "wrong_not_mixed": filtered_messages.NOT_MIXED,
        "wrong_mixed_by_columns": filtered_messages.TRANSPOSED,
        "wrong_width": filtered_messages.WIDTH,
        "wrong_product": filtered_messages.NO_SUM,
    },
    "vector_messages": {
        "wrong_backwards": vector_messages.BACKWARDS,
        "wrong_overwritten": vector_messages.OVERWRITTEN,
        "wrong_sent_back": vector_messages.TO_SENDER,
        "wrong_whole_vectors": vector_messages.NOT_UNIT,
        "wrong_own_vectors": vector_messages.OWN_NUMBERS,
        "wrong_own_numbers": vector_messages.OWN_NUMBERS,
        "wrong_exchanged": vector_messages.EXCHANGED,
        "wrong_not_passed_on": vector_messages.NOT_PASSED_ON,
        "wrong_new_vectors": vector_messages.NOT_THE_CHANGE,
        "wrong_mean": vector_messages.MEAN,
        "wrong_silu_on_components": vector_messages.NOT_ALONG,
        "wrong_absolute": vector_messages.NOT_ALONG,
    },
    "network_forces": {
        "wrong_as_it_was": network_forces.AS_IT_WAS,
        "wrong_without_the_two": network_forces.ONE_ENERGY,
        "wrong_neighbours_alone": network_forces.ONE_ENERGY,
        "wrong_two_still_there": network_forces.DOUBLE,
        "wrong_other_sign": network_forces.SIGN,
        "wrong_fade_taken_for_the_error": network_forces.NO_SLOPE_OF_FADE,
        "wrong_product_of_slopes": network_forces.FORCES,
        "wrong_drift_taken_off": network_forces.FORCES,
        "wrong_zero": network_forces.FORCES,
    },
    "own_network": {
        "wrong_single_precision": own_network.SINGLE,
        "wrong_one_layer": own_network.ONE_LAYER,
        "wrong_same_message_twice": own_network.ONE_LAYER,
        "wrong_no_elements": own_network.ELEMENTS_UNSEEN,
        "wrong_no_fade": JAPANESE["smoothness"],
        "wrong_components": JAPANESE["rotation"],
        "wrong_triple_product": JAPANESE["reflection"],
        "wrong_last_neighbour_wins": own_network.NEIGHBORS_UNSEEN,
        "wrong_normalised_over_all": JAPANESE["far_fragments"],
        "wrong_mean_of_neighbours": hints.NOT_FINITE,
        "wrong_detached": JAPANESE["forces"],
        "wrong_no_images": JAPANESE["supercell"],
    },
}


class TestModels(Promises):
    name, points, hints = "ps3_models", 41, HINTS


def test_the_right_messages_are_those_of_the_library_s_schnet():
    from mlp_teach.basis.cutoffs import cosine_cutoff
    from mlp_teach.models.schnet import Interaction

    given = filtered_messages._given(np.random.default_rng(0), np.eye(3) * 2.0, r_c=5.0)
    x, positions, r_c, _, _, *weights = (torch.tensor(one) for one in given)
    layer = Interaction(3, 4).double()
    layer.filter[0] = torch.nn.Linear(4, 5)
    layer.filter[2] = torch.nn.Linear(5, 3)
    layer.update = torch.nn.Identity()
    places = [layer.filter[0].weight, layer.filter[0].bias, layer.filter[2].weight]
    places += [layer.filter[2].bias, layer.send.weight]
    for place, values in zip(places, weights, strict=True):
        place.data = values
    i, j = torch.triu_indices(3, 3, 1)
    r = torch.linalg.vector_norm(positions[j] - positions[i], dim=1)
    y = layer(x, GaussianSmearing(4, 5.0)(r), cosine_cutoff(r, float(r_c))[:, None], i, j)
    np.testing.assert_allclose(filtered_messages._right(given), y.detach(), atol=1e-12)


def test_the_right_vector_messages_are_those_of_the_library_s_painn():
    from mlp_teach.models.painn import Message

    given = vector_messages._given(np.random.default_rng(0))
    v, phi_2, phi_3, w_2, w_3, vectors, i, j = (torch.from_numpy(one) for one in given)
    once = torch.where(i < j)[0]
    # The filters of a pair are the same from both ends in PaiNN.
    back = [int(torch.where((i == j[p]) & (j == i[p]))[0]) for p in once]
    for w in (w_2, w_3):
        w[back] = w[once]

    class Given(torch.nn.Module):
        def forward(self, s):
            return torch.cat([s, phi_2, phi_3], 1)

    message = Message(4)
    message.phi = Given()
    units = vectors / torch.linalg.vector_norm(vectors, dim=1)[:, None]
    s = torch.zeros(6, 4, dtype=torch.float64)
    _, new = message(s, v, [w_2[once], w_2[once], w_3[once]], units[once], i[once], j[once])
    right = vector_messages._added(sum(vector_messages._parts(given)), given[6])
    np.testing.assert_allclose(right, (new - v).numpy(), atol=1e-12)


def test_who_notices_is_what_a_schnet_shows():
    from ase import Atoms

    from mlp_teach.models.schnet import SchNet
    from mlp_teach.neighbors import atom_graph
    from mlp_teach.potential import predict

    for layers in (1, 2):
        chance = np.random.default_rng(2)
        given = who_notices._given(chance, layers, 2 * layers, who_notices._force_mistakes)
        positions, r_c, _, moved = given
        torch.manual_seed(0)
        schnet = SchNet((6,), GaussianSmearing(6, r_c), features=8, layers=layers).double()
        atoms = Atoms(f"C{len(positions)}", positions)
        before = predict(schnet, atom_graph(atoms, r_c))
        atoms.positions[moved] += (1e-3, -2e-3, 1e-3)
        after = predict(schnet, atom_graph(atoms, r_c))
        energies = (after.energies - before.energies).abs()
        forces = (after.forces - before.forces).abs().amax(1)
        for found, reach in ((energies, layers), (forces, 2 * layers)):
            # What is out of reach stays to the last digit, for nothing of it is computed anew.
            assert set(np.flatnonzero(found.numpy() > 1e-15)) == who_notices._within(given, reach)


def test_the_faulty_forces_are_right_for_two_atoms_as_the_text_says():
    pair = (np.array([[0.0, 0, 0], [1.0, 0.5, -0.3]]), 0.15, 2.5, 0.6, 1.3)
    faulty, right = network_forces._variant(pair, 2, 0), network_forces._right(*pair)
    np.testing.assert_allclose(faulty, right, atol=1e-12)
