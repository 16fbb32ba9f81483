"""The collision hunt: what is equal is equal to rounding, and the map helps to get there."""

from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from mlp_teach.widgets import svg
from mlp_teach.widgets.collision_hunt import (
    BARS,
    LEAST,
    WORDS,
    collision_hunt,
    collision_picture,
    verdict,
)
from mlp_teach.widgets.collision_scene import (
    CLOSEST,
    DESCRIPTORS,
    EQUAL,
    FIXED,
    PARTNER,
    RADIUS,
    CollisionState,
    caught,
    collision_numbers,
    collision_update,
    corners,
    known_collision,
    rmsd,
    surroundings,
)
from mlp_teach.widgets.drawing import Changed, Choice, Dot, Handle, Moved, Slider, Text


def twin(height=0.0, descriptor="soap"):
    return CollisionState(descriptor, corners(PARTNER), height)


@pytest.mark.parametrize("height", [0.0, 0.7, 2.0])
def test_the_homometric_pair_is_equal_for_every_function_of_pairs(height):
    numbers = collision_numbers(twin(height))
    assert numbers.rmsd > 1.0
    assert max(numbers.apart[name] for name in DESCRIPTORS) < 1e-12
    for fixed, mine in (numbers.distances, numbers.angles):
        np.testing.assert_allclose(fixed, mine, atol=1e-6)
    assert numbers.apart["everyone"] > 0.05  # the neighbours' own surroundings differ


def test_by_hand_both_sets_of_corners_have_the_same_six_steps_between_them():
    def steps(chosen):
        return sorted(min((a - b) % 8, (b - a) % 8) for a, b in combinations(chosen, 2))

    assert steps(FIXED) == steps(PARTNER) == [1, 1, 2, 3, 3, 4]


def test_of_all_sets_of_four_corners_only_the_twin_deceives_the_functions_of_pairs():
    deceived = []
    for chosen in combinations(range(8), 4):
        numbers = collision_numbers(CollisionState("soap", corners(chosen)))
        assert numbers.apart["radial"] < 1e-14
        if numbers.rmsd > 0.1 and numbers.apart["soap"] < EQUAL:
            assert numbers.apart["angular"] < EQUAL
            deceived.append(chosen)
    twins = {frozenset((n + sign * k) % 8 for k in PARTNER) for n in range(8) for sign in (1, -1)}
    assert {frozenset(chosen) for chosen in deceived} == twins


def test_a_neighbour_turned_about_the_centre_deceives_radial_functions_alone():
    numbers = collision_numbers(CollisionState("radial", known_collision("radial")))
    assert numbers.rmsd > 0.5
    assert numbers.apart["radial"] < 1e-15
    assert min(numbers.apart["angular"], numbers.apart["soap"]) > 0.05


def test_off_the_circle_the_descriptors_tell_the_surroundings_apart():
    places = ((RADIUS + 0.2, 0.0), *corners(FIXED)[1:])
    numbers = collision_numbers(CollisionState("radial", places))
    assert min(numbers.apart.values()) > 0.01


@pytest.mark.parametrize("seed", range(3))
def test_a_turn_a_mirror_and_another_order_leave_no_distance(seed):
    rng = np.random.default_rng(seed)
    one = rng.normal(size=(4, 3))
    q = Rotation.random(random_state=seed).as_matrix() * (-1) ** seed
    assert rmsd(one, one[rng.permutation(4)] @ q) < 1e-14


def test_the_distance_is_the_least_over_a_search_of_turns_and_orders():
    """The pair lies in a plane, where one angle and a mirror are all: a search finds the least."""
    one, other = (surroundings(corners(chosen), 0.0) for chosen in (FIXED, PARTNER))
    found = []
    for turn in np.radians(np.arange(0.0, 360.0, 0.5)):
        cos, sin = np.cos(turn), np.sin(turn)
        for q in ([[cos, -sin, 0], [sin, cos, 0]], [[cos, sin, 0], [sin, -cos, 0]]):
            turned = other @ np.array([*q, [0, 0, 1]])
            orders = turned[list(permutations(range(4)))]
            found.append(((orders - one) ** 2).sum(2).mean(1).min())
    assert rmsd(one, other) == pytest.approx(np.sqrt(min(found)), rel=1e-4)
    assert rmsd(one, other) <= np.sqrt(min(found)) + 1e-12


def test_a_neighbour_by_hand():
    one = np.array([[1.0, 0, 0], [0, 1.0, 0], [-1.0, 0, 0], [0, -1.0, 0]])
    assert rmsd(one, 1.5 * one) == pytest.approx(0.5)


def test_a_neighbour_is_caught_by_the_corner_and_then_by_the_circle():
    assert caught(RADIUS - 0.1, 0.1) == corners((0,))[0]
    x, y = caught(1.05 * RADIUS * np.cos(0.4) - 0.05, 1.0 * RADIUS * np.sin(0.4))
    assert np.hypot(x, y) == pytest.approx(RADIUS, abs=1e-15)
    assert caught(1.0, 1.0) == (1.0, 1.0)


def test_arrow_keys_alone_lead_from_corner_to_corner():
    """Steps of the handle out of one corner, along a grid, into each other corner's catch."""
    handle = next(m for m in collision_picture(CollisionState()).panels[0].marks if is_handle(m))
    start, goals = corners((0,))[0], corners(tuple(range(1, 8)))
    assert caught(start[0] + handle.step, start[1]) != start
    for x, y in goals:
        grid = [
            start[k] + handle.step * round((p - start[k]) / handle.step)
            for k, p in enumerate((x, y))
        ]
        assert caught(*grid) == (x, y)


def is_handle(mark):
    return type(mark) is Handle


def test_a_neighbour_does_not_come_too_near_to_another_or_to_the_centre():
    state = CollisionState()
    x, y = state.neighbors[1]
    assert collision_update(state, Moved("0", x + 0.5 * CLOSEST, y)) is state
    assert collision_update(state, Moved("0", 0.5 * CLOSEST, 0.0)) is state
    assert collision_update(state, Moved("0", 1.2, -1.5)).neighbors[0] == (1.2, -1.5)


@pytest.mark.parametrize("descriptor", DESCRIPTORS)
def test_the_hint_is_a_collision_and_the_start_is_none(descriptor):
    state = replace(CollisionState(descriptor), height=0.5)
    hinted = collision_update(state, Changed("hint", True))
    assert verdict(hinted, collision_numbers(hinted)) == "collision"
    assert hinted.height == 0.5
    again = collision_update(hinted, Changed("start", True))
    assert again == CollisionState(descriptor)
    assert verdict(again, collision_numbers(again)) == "told"


def test_at_first_every_bar_is_there_and_one_key_leads_to_no_difference_which_is_said():
    state = CollisionState()
    numbers = collision_numbers(state)
    assert min(numbers.rmsd, *numbers.apart.values()) > 1e-3
    x, y = state.neighbors[3]
    handles = [m for m in collision_picture(state).panels[0].marks if is_handle(m)]
    same = collision_update(state, Moved("3", x + handles[3].step, y))
    assert verdict(same, collision_numbers(same)) == "same"
    for one, said in ((state, False), (same, True)):
        texts = [m.text for m in collision_picture(one).panels[1].marks if type(m) is Text]
        assert (WORDS["en"]["empty"] in texts) == said


def test_the_meter_and_the_table_show_the_numbers():
    state = twin(0.5)
    drawing, numbers = collision_picture(state), collision_numbers(state)
    dots = [mark for mark in drawing.panels[1].marks if type(mark) is Dot]
    values = [numbers.rmsd, *numbers.apart.values()]
    assert [dot.x for dot in dots] == list(range(len(BARS)))
    assert [dot.y for dot in dots] == pytest.approx(np.log10(np.maximum(values, 10**LEAST)))
    assert [dot.color for dot in dots] == ["blue", "muted", "muted", "orange", "muted"]
    assert drawing.summary.startswith("SOAP: collision. Atoms 1.3")
    rows = {name: texts for name, *texts in drawing.table.rows}
    assert rows["difference: SOAP"][1] == f"{numbers.apart['soap']:.1e}"
    angles = [texts for name, texts in rows.items() if name.startswith("angle")]
    assert len(angles) == 6
    assert all(fixed == mine for fixed, mine in angles)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_both_languages_draw_and_name_everything(lang):
    for descriptor in DESCRIPTORS:
        drawing = collision_picture(twin(descriptor=descriptor), lang)
        assert WORDS[lang][descriptor] in drawing.summary
        assert WORDS[lang]["collision"] in drawing.summary
        assert "<svg" in svg.render(drawing)
    assert [type(control) for control in drawing.controls][:2] == [Choice, Slider]
    handles = [mark for mark in drawing.panels[0].marks if is_handle(mark)]
    assert len({handle.label for handle in handles}) == 4
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_an_unknown_descriptor_is_refused_in_words():
    with pytest.raises(ValueError, match="the hunt knows radial, angular, soap"):
        collision_hunt(descriptor="coulomb")


def test_the_widget_follows_its_controls():
    widget = collision_hunt("ja", descriptor="angular")
    widget.apply(Changed("hint", True))
    assert "衝突" in widget.picture["summary"]
    widget.apply(Changed("height", 1.0))
    assert widget.state.height == 1.0
