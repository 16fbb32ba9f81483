"""What the PES explorer asks of its potentials, against energies that can be worked out by hand."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest
from ase import Atoms

from mlp_teach.simulation.domain import learn_domain
from mlp_teach.widgets.pes_explorer import alarm_of
from mlp_teach.widgets.pes_scene import (
    FINE,
    GRID,
    downhill,
    landscape,
    make_scene,
    outside,
    placed,
    survey,
    visit,
)

PAIR = Atoms("Cu2", [(0.0, 0.0, 0.0), (2.0, 0.0, 0.0)])


def spring(strength):
    """E = k/2 (x² + y²) of the second atom's place, and its force: two numbers to check by hand."""

    def potential(atoms):
        place = atoms.positions[1]
        forces = np.zeros((2, 3))
        forces[1] = -strength * place
        return 0.5 * strength * float(place @ place), forces

    return potential


def scene(**given):
    return make_scene(PAIR, spring(1.0), spring(3.0), region=((-3.0, 3.0), (-2.0, 2.0)), **given)


def test_a_visit_holds_energy_and_force_of_both_potentials_at_the_place():
    seen = visit(scene(), 1.0, -2.0)
    assert seen.energies == (2.5, 7.5)
    np.testing.assert_allclose(seen.forces[0], [-1.0, 2.0, 0.0])
    np.testing.assert_allclose(seen.forces[1], [-3.0, 6.0, 0.0])


def test_the_atom_stays_in_its_region_and_the_given_structure_as_it_was():
    seen = visit(scene(), 99.0, -99.0)
    assert (seen.x, seen.y) == (3.0, -2.0)
    np.testing.assert_array_equal(PAIR.positions[1], [2.0, 0.0, 0.0])


@pytest.mark.parametrize(("plane", "moved_to"), [("xz", [1.0, 0.0, 2.0]), ("zy", [2.0, 2.0, 1.0])])
def test_a_plane_names_its_two_directions_in_order(plane, moved_to):
    asked = []

    def potential(atoms):
        asked.append(atoms.positions[1].copy())
        return spring(1.0)(atoms)

    visit(make_scene(PAIR, potential, spring(1.0), plane=plane), 1.0, 2.0)
    np.testing.assert_allclose(asked[0], moved_to)


def test_without_a_region_the_atom_may_go_two_angstrom_beyond_the_atoms():
    assert make_scene(PAIR, spring(1.0), spring(1.0)).region == ((-2.0, 4.0), (-2.0, 2.0))


@pytest.mark.parametrize("plane", ["x", "xx", "xyz", "ab", ""])
def test_a_plane_that_is_not_two_directions_is_refused(plane):
    with pytest.raises(ValueError, match="two of x, y, z"):
        make_scene(PAIR, spring(1.0), spring(1.0), plane=plane)


@pytest.mark.parametrize(("which", "strength"), [(0, 1.0), (1, 3.0)])
def test_downhill_follows_the_force_of_the_chosen_potential(which, strength):
    start = visit(scene(), 0.4, 0.2)
    path = downhill(scene(), start, which, steps=3, longest=1.0)
    assert len(path) == 3
    assert path[0].x == pytest.approx(0.4 * (1 - 0.05 * strength))  # 0.05 Å for 1 eV/Å
    energies = [start.energies[which], *(step.energies[which] for step in path)]
    assert energies == sorted(energies, reverse=True)


def test_no_step_downhill_is_longer_than_allowed():
    start = visit(scene(), 3.0, 0.0)
    path = [start, *downhill(scene(), start, 1, steps=5, longest=0.03)]
    lengths = [a.x - b.x for a, b in pairwise(path)]
    np.testing.assert_allclose(lengths, 0.03)


def test_each_contour_of_the_map_lies_where_the_energy_has_its_height():
    contours = landscape(scene(span=2.0), "reference")
    assert len(contours) == 10
    for k, outlines in enumerate(contours, start=1):
        radius = np.sqrt(2 * 2.0 * k / 10)  # 1/2 r² = span k / 10
        assert len(outlines) == 1
        inside = np.abs(outlines[0][:, 1]) < 1.99  # not the edge of the map
        np.testing.assert_allclose(np.linalg.norm(outlines[0][inside], axis=1), radius, rtol=0.01)


def test_the_map_of_the_difference_shows_where_it_is_large_in_tenths_of_a_tenth_of_the_span():
    edge, hole = sorted(landscape(scene(span=2.0), "difference")[4], key=lambda one: -np.ptp(one))
    assert np.ptp(edge[:, 0]) == pytest.approx(6.0)  # the whole map, but
    radius = np.linalg.norm(hole, axis=1)  # not where |3/2 - 1/2| r² is below 0.2 · 5/10
    np.testing.assert_allclose(radius, np.sqrt(0.1), rtol=0.02)


def refusing(strength):
    """A spring that does not answer at negative x."""

    def potential(atoms):
        if atoms.positions[1, 0] < 0:
            raise ValueError("atoms overlap")
        return spring(strength)(atoms)

    return potential


@pytest.mark.parametrize("which", ["reference", "difference"])
def test_where_the_potentials_refuse_to_answer_energy_and_difference_count_as_high(which):
    region = ((-3.0, 3.0), (-2.0, 2.0))
    partly = make_scene(PAIR, refusing(1.0), refusing(1.001), region=region)
    spacing = 6 / (GRID[0] - 1)  # of the grid, along x
    places = np.concatenate([outline for lines in landscape(partly, which) for outline in lines])
    if which == "reference":
        assert places[:, 0].min() > -spacing
    else:
        assert places[:, 0].min() == -3.0
        assert places[:, 0].max() < spacing


def test_a_map_is_asked_for_once():
    asked = []

    def potential(atoms):
        asked.append(1)
        return spring(1.0)(atoms)

    one = make_scene(PAIR, potential, spring(1.0))
    landscape(one, "reference")
    first = len(asked)
    landscape(one, "reference")
    assert first == len(asked) < FINE[0] * FINE[1]


def test_a_survey_asks_for_all_of_the_models_map_and_lets_others_go_first():
    asked, others = [], []

    def potential(atoms):
        asked.append(1)
        return spring(1.0)(atoms)

    one = make_scene(PAIR, spring(1.0), potential)

    async def kernel():
        task = asyncio.create_task(survey(one))
        while not task.done():
            others.append(len(asked))
            await asyncio.sleep(0)

    asyncio.run(kernel())
    assert max(np.diff(others)) == 1
    assert len(asked) == GRID[0] * GRID[1]
    landscape(one, "model")
    assert len(asked) == GRID[0] * GRID[1]


def test_a_survey_outlives_a_potential_that_fails():
    def potential(atoms):
        raise RuntimeError("no such element")

    one = make_scene(PAIR, spring(1.0), potential)
    asyncio.run(survey(one))
    with pytest.raises(RuntimeError, match="no such element"):
        landscape(one, "model")


def guessing(strength):
    """Three springs that agree where x <= 1 and differ beyond: by `strength` times x - 1."""

    def member(sign):
        def potential(atoms):
            energy, forces = spring(1.0)(atoms)
            beyond = max(atoms.positions[1][0] - 1.0, 0.0)
            forces[1, 0] -= sign * strength * beyond
            return energy + sign * strength * beyond**2 / 2, forces

        return potential

    return [member(sign) for sign in (-1, 0, 1)]


def test_the_spread_of_an_ensemble_is_the_standard_deviation_of_its_answers():
    seen = visit(scene(members=guessing(3.0)), 2.0, 0.5)
    assert seen.energy_deviation == pytest.approx(3.0 / 2 * (2 / 3) ** 0.5)  # of -1, 0 and 1
    np.testing.assert_allclose(seen.force_deviation, [3.0 * (2 / 3) ** 0.5, 0.0, 0.0], atol=1e-12)


def test_outside_is_where_the_members_disagree_more_than_at_any_place_learnt():
    told = scene(members=guessing(3.0), learnt=[(-1.0, 0.0), (1.5, 1.0)])
    assert told.bound == pytest.approx(1.5 * (2 / 3) ** 0.5)
    assert not outside(told, visit(told, -2.9, 1.9))  # far from all data, and yet agreed upon
    assert not outside(told, visit(told, 1.5, -1.0))
    assert outside(told, visit(told, 1.6, 0.0))


def test_a_place_closer_than_all_training_structures_is_outside_of_the_domain():
    domain = learn_domain([placed(scene(), 2.0, 0.0), placed(scene(), -2.5, 0.0)], 5.0)
    told = scene(strange=alarm_of(domain))
    for x, y, strange in ((0.0, 1.99, False), (0.0, 1.5, True)):  # 2.0 Å at the closest, times 0.97
        assert visit(told, x, y).strange == strange
        assert outside(told, visit(told, x, y)) == strange


def test_without_an_ensemble_nothing_is_called_outside():
    assert not outside(scene(), visit(scene(), 3.0, 2.0))


def test_an_ensemble_of_one_is_refused():
    with pytest.raises(ValueError, match="ensemble of one"):
        scene(members=[spring(1.0)])
