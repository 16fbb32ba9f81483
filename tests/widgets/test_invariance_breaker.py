"""The invariance breaker: each energy breaks the laws that it should, and no other."""

from dataclasses import replace

import numpy as np
import pytest

from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import Ball, Changed, Choice, Dot, Handle, Moved, Slider
from mlp_teach.widgets.invariance_breaker import (
    LEAST,
    NAMES,
    WORDS,
    invariance_breaker,
    invariance_picture,
)
from mlp_teach.widgets.invariance_scene import (
    ANGLE,
    AXIS,
    CUTOFF,
    LAWS,
    MODELS,
    InvarianceState,
    energies,
    invariance_update,
    listed,
    residuals,
    rotation,
    shown_positions,
    swap_distance,
)

BROKEN = {
    "coordinates": {"shift", "turn", "exchange", "mirror"},
    "centred": {"turn", "exchange", "mirror"},
    "coulomb": {"exchange"},
    "sorted_coulomb": {"swap"},
    "hard_cutoff": {"cutoff"},
    "handed": {"mirror"},
    "symmetry": set(),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", range(3))
def test_each_energy_breaks_its_laws_and_no_other(model, seed):
    state = InvarianceState(model)
    rng = np.random.default_rng(seed)
    state = replace(state, positions=state.positions + rng.uniform(-0.1, 0.1, (4, 3)))
    found = residuals(state)
    assert {law for law, value in found.items() if value > 1e-4} == BROKEN[model]
    assert all(found[law] < 1e-11 for law in LAWS if law not in BROKEN[model])


def test_two_hydrogens_of_equal_rows_confuse_even_the_sorted_matrix():
    state = InvarianceState("sorted_coulomb")
    half = np.array([-1.0, -1.0, 1.0])  # half a turn about z takes one half of the molecule there
    positions = state.positions.copy()
    positions[1], positions[3] = positions[0] * half, positions[2] * half
    assert residuals(replace(state, positions=positions))["exchange"] > 1e-3


def test_the_rotation_is_one_about_its_axis():
    q = rotation(ANGLE)
    np.testing.assert_allclose(q @ q.T, np.eye(3), atol=1e-15)
    np.testing.assert_allclose(q @ AXIS, AXIS, atol=1e-15)
    assert np.linalg.det(q) == pytest.approx(1.0)
    assert np.trace(q) == pytest.approx(1 + 2 * np.cos(np.radians(ANGLE)))
    np.testing.assert_allclose(
        rotation(90.0) @ np.cross(AXIS, [0, 0, 1.0]),
        np.cross(AXIS, np.cross(AXIS, [0, 0, 1.0])),
        atol=1e-15,
    )


def test_a_step_at_the_cutoff_is_the_jump_that_the_energy_makes_there():
    state = InvarianceState("hard_cutoff")
    numbers, r = listed(state)
    way = (r[3] - r[0]) / np.linalg.norm(r[3] - r[0])
    near, far = r.copy(), r.copy()
    near[3], far[3] = r[0] + (CUTOFF - 1e-6) * way, r[0] + (CUTOFF + 1e-6) * way
    energy = MODELS["hard_cutoff"]
    jump = abs(energy(numbers, far) - energy(numbers, near))
    assert residuals(state)["cutoff"] == pytest.approx(jump, rel=1e-3)


def test_where_two_rows_swap_the_sorted_matrix_jumps_and_the_unsorted_does_not():
    state = InvarianceState("sorted_coulomb")
    numbers, r = listed(state)
    bond, place = r[3] - r[1], swap_distance(r)
    near, far = r.copy(), r.copy()
    for one, distance in ((near, place - 1e-6), (far, place + 1e-6)):
        one[3] = r[1] + bond * (distance / np.linalg.norm(bond))

    def hydrogen_rows(one):
        """Lengths of the two rows, from Z_i Z_j / r_ij and 0.5 Z^2.4 as the paper has them."""
        found = []
        for i in (2, 3):
            far_off = np.linalg.norm(np.delete(one, i, 0) - one[i], axis=1)
            found.append(np.hypot(np.linalg.norm(np.delete(numbers, i) / far_off), 0.5))
        return found

    assert np.subtract(*hydrogen_rows(near)) < 0 < np.subtract(*hydrogen_rows(far))
    for model, jumps in (("sorted_coulomb", True), ("coulomb", False)):
        jump = abs(MODELS[model](numbers, far) - MODELS[model](numbers, near))
        found = residuals(replace(state, model=model))["swap"]
        assert (jump > 0.01) == (found > 0.01) == jumps
        assert found == pytest.approx(jump, abs=1e-5)


@pytest.mark.parametrize("atom", ["atom2", "atom3"])
def test_wherever_a_hydrogen_is_dragged_the_sorted_matrix_shows_its_fault(atom):
    for x in np.linspace(-2.3, 2.3, 5):
        for y in np.linspace(-2.3, 2.3, 5):
            state = invariance_update(InvarianceState("sorted_coulomb"), Moved(atom, x, y))
            assert residuals(state)["swap"] > 1e-6


def test_in_a_flat_molecule_the_handed_energy_keeps_even_the_mirror_law():
    state = InvarianceState("handed")
    assert residuals(state)["mirror"] > 0.1
    assert residuals(replace(state, positions=state.positions * [1, 1, 0]))["mirror"] < 1e-12


@pytest.mark.parametrize("model", MODELS)
def test_what_the_learner_does_changes_the_energy_as_the_meter_says(model):
    state = InvarianceState(model)
    found = residuals(state)
    for law, event in (
        ("shift", Changed("shift", 1.0)),
        ("turn", Changed("turn", ANGLE)),
        ("exchange", Changed("exchange", True)),
        ("mirror", Changed("mirror", True)),
    ):
        before, now = energies(invariance_update(state, event))
        assert abs(now - before) == pytest.approx(found[law], abs=1e-12)


def test_a_dragged_atom_is_where_it_was_put_however_the_molecule_lies():
    state = InvarianceState(shift=0.7, turn=65.0, mirrored=True)
    before = shown_positions(state)
    moved = invariance_update(state, Moved("atom2", 1.5, -0.4))
    after = shown_positions(moved)
    assert after[2] == pytest.approx([1.5, -0.4, before[2, 2]])
    np.testing.assert_allclose(after[[0, 1, 3]], before[[0, 1, 3]], atol=1e-14)
    assert (moved.shift, moved.turn, moved.mirrored) == (0.7, 65.0, True)


def test_back_to_the_start_keeps_the_energy_that_was_chosen():
    state = invariance_update(InvarianceState("coulomb", turn=30.0), Changed("start", True))
    assert state.model == "coulomb"
    assert energies(state)[0] == energies(state)[1]
    np.testing.assert_array_equal(state.positions, InvarianceState().positions)


def test_exchanged_atoms_swap_their_names_and_stay_in_place():
    state = InvarianceState()
    exchanged = invariance_update(state, Changed("exchange", True))
    np.testing.assert_array_equal(shown_positions(exchanged), shown_positions(state))

    def places(one):
        marks = invariance_picture(one).panels[0].marks
        return {mark.label: (mark.x, mark.y) for mark in marks if type(mark) is Ball}

    before, after = places(state), places(exchanged)
    assert (after["H2"], after["H3"]) == (before["H3"], before["H2"])
    assert (after["O0"], after["O1"]) == (before["O0"], before["O1"])


def test_the_meter_and_the_table_show_the_residuals():
    state = InvarianceState("centred")
    drawing, found = invariance_picture(state), residuals(state)
    dots = [mark for mark in drawing.panels[1].marks if type(mark) is Dot]
    assert [dot.x for dot in dots] == list(range(len(LAWS)))
    expected = [max(np.log10(max(found[law], 1e-300)), LEAST) for law in LAWS]
    assert [dot.y for dot in dots] == pytest.approx(expected)
    assert [dot.color == "orange" for dot in dots] == [law in BROKEN["centred"] for law in LAWS]
    for row, law in zip(drawing.table.rows, LAWS, strict=True):
        assert row[1] == f"{found[law]:.1e}"
        assert row[2] == ("broken" if law in BROKEN["centred"] else "holds")
    assert drawing.summary.endswith("broken: turn, exchange H, mirror")
    assert invariance_picture(InvarianceState("symmetry")).summary.endswith("broken: no law")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_both_languages_draw_and_name_everything(lang):
    for model in MODELS:
        drawing = invariance_picture(InvarianceState(model, turn=20.0), lang)
        assert WORDS[lang][model] in drawing.summary
        assert "<svg" in svg.render(drawing)
    kinds = [type(control) for control in drawing.controls]
    assert kinds[:3] == [Choice, Slider, Slider]
    handles = [mark for mark in drawing.panels[0].marks if type(mark) is Handle]
    assert [handle.label for handle in handles] == list(NAMES)
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_an_unknown_energy_is_refused_in_words():
    with pytest.raises(ValueError, match="the breaker knows coordinates"):
        invariance_breaker(model="soap")


def test_the_widget_follows_its_controls():
    widget = invariance_breaker("ja", model="coulomb")
    widget.apply(Changed("model", "symmetry"))
    assert "なし" in widget.picture["summary"]
