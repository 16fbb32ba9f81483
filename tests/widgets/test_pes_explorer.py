"""The PES explorer as plain functions: what is drawn and written is what the potentials said."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from ase import Atoms
from ase.build import fcc100
from ase.calculators.calculator import Calculator
from ase.calculators.emt import EMT

from mlp_teach.simulation.domain import learn_domain
from mlp_teach.widgets.drawing import (
    Area,
    Arrow,
    Ball,
    Changed,
    Dot,
    Handle,
    Line,
    Moved,
    Ring,
    Text,
)
from mlp_teach.widgets.pes_explorer import (
    WORDS,
    alarm_of,
    first_state,
    pes_explorer,
    pes_picture,
    pes_update,
    potential_of,
)
from mlp_teach.widgets.pes_scene import make_scene

EMT_POTENTIAL = potential_of(EMT())


class Busy(Calculator):
    """A calculator that notices who comes while it works."""

    implemented_properties = ["energy", "forces"]  # noqa: RUF012
    working = False

    def calculate(self, atoms=None, properties=(), system_changes=()):
        super().calculate(atoms, properties, system_changes)
        assert not self.working
        self.working = True
        time.sleep(0.01)
        self.working = False
        self.results = {"energy": 1.0, "forces": np.zeros((1, 3))}


def test_two_threads_that_ask_one_calculator_wait_for_each_other():
    """JupyterLab answers widgets in another thread than that of the cells."""
    ask = potential_of(Busy())
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(ask, [Atoms("Cu", [[n, 0, 0]]) for n in range(20)]))


def softer(atoms):
    """Half of EMT: a model that is wrong by a known amount."""
    energy, forces = EMT_POTENTIAL(atoms)
    return energy / 2, forces / 2


@pytest.fixture(scope="module")
def scene():
    trimer = Atoms("Cu3", [(0.0, 0.0, 0.0), (2.3, 0.0, 0.0), (1.0, 2.2, 0.0)])
    return make_scene(trimer, EMT_POTENTIAL, softer)


@pytest.fixture(scope="module")
def state(scene):
    return first_state(scene)


def marks(panel, kind):
    return [mark for mark in panel.marks if isinstance(mark, kind)]


def test_the_first_path_leads_from_the_edge_straight_to_the_atom(scene, state):
    assert len(state.path) == 41
    assert (state.path[0].x, state.path[0].y) == pytest.approx((scene.region[0][1], 2.2))
    assert (state.path[-1].x, state.path[-1].y) == (1.0, 2.2)


def test_arrows_point_along_the_force_and_their_lengths_compare(scene, state):
    reference, model = marks(pes_picture(scene, state).panels[0], Arrow)
    force = state.path[-1].forces[0]
    assert np.cross([reference.dx, reference.dy, 0.0], force)[2] == pytest.approx(0.0)
    assert reference.dx * force[0] + reference.dy * force[1] > 0
    assert (2 * model.dx, 2 * model.dy) == pytest.approx((reference.dx, reference.dy))


def test_the_handle_and_the_ball_of_the_moved_atom_are_where_it_is(scene, state):
    moved = pes_update(scene, state, Moved("atom", 1.4, 2.9))
    panel = pes_picture(scene, moved).panels[0]
    (handle,) = marks(panel, Handle)
    assert (handle.x, handle.y) == (1.4, 2.9)
    places = {(ball.x, ball.y) for ball in marks(panel, Ball)}
    assert places == {(0.0, 0.0), (2.3, 0.0), (1.4, 2.9)}


def test_the_profile_shows_each_energy_at_the_length_of_the_path(scene, state):
    moved = pes_update(scene, state, Moved("atom", 1.0, 2.6))
    reference, model = marks(pes_picture(scene, moved).panels[1], Line)
    first = moved.path[0]
    assert reference.x[-1] == pytest.approx((first.x - 1.0) + 0.4)
    np.testing.assert_allclose(reference.y, [v.energies[0] for v in moved.path])
    np.testing.assert_allclose(model.y, np.array(reference.y) / 2)


def test_the_table_holds_energies_forces_and_their_differences(scene, state):
    rows = pes_picture(scene, state).table.rows
    values = np.array([[float(c.replace("\u2212", "-")) for c in row[1:]] for row in rows])
    energy, forces = EMT_POTENTIAL(scene.atoms)
    expected = [energy, *forces[2, :2], np.linalg.norm(forces[2])]
    np.testing.assert_allclose(values[0], expected, atol=5e-4)
    np.testing.assert_allclose(values[1], np.divide(expected, 2), atol=5e-4)
    # of the last column the length of the difference, not the difference of the lengths
    np.testing.assert_allclose(
        values[2], [*np.divide(expected[:3], -2), expected[3] / 2], atol=1e-3
    )


def test_a_new_path_starts_where_the_atom_is(scene, state):
    again = pes_update(scene, state, Changed("again", True))
    assert again.path == (state.path[-1],)


def test_sliding_downhill_lowers_the_energy(scene, state):
    slid = pes_update(scene, state, Changed("slide_0", True))
    assert len(slid.path) == len(state.path) + 8
    assert slid.path[-1].energies[0] < state.path[-1].energies[0]


def test_the_path_forgets_its_oldest_places(scene, state):
    for _ in range(60):
        state = pes_update(scene, state, Changed("slide_1", True))
    assert len(state.path) == 400


@pytest.mark.parametrize("map_", ["reference", "model", "difference"])
def test_the_chosen_map_is_drawn_in_its_colour(scene, state, map_):
    chosen = pes_update(scene, state, Changed("map", map_))
    color = {"reference": "blue", "model": "orange", "difference": "purple"}[map_]
    areas = marks(pes_picture(scene, chosen).panels[0], Area)
    assert len(areas) == 10
    assert {area.color for area in areas} == {color}


def test_periodic_images_are_drawn_and_the_moved_atom_lies_over_the_surface():
    slab = fcc100("Cu", (2, 1, 1), vacuum=5.0)
    slab.append("O")
    slab.positions[-1] = slab.positions[0] + [0.0, 0.0, 1.8]
    scene = make_scene(slab, EMT_POTENTIAL, softer, plane="xz", region=((-1.0, 5.0), (5.5, 9.0)))
    path = pes_update(scene, first_state(scene), Changed("again", True))
    balls = marks(pes_picture(scene, path).panels[0], Ball)
    assert len(balls) == 9 * len(slab)  # the cell and its eight images; z is not periodic
    assert sum(ball.color == "#ff0d0d" for ball in balls) == 9


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_all_words_are_in_the_language_of_the_lesson(scene, state, lang):
    drawing = pes_picture(scene, state, lang)
    assert [row[0] for row in drawing.table.rows] == list(WORDS[lang]["names"])
    assert drawing.panels[1].x_label == WORDS[lang]["length"]
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_the_widget_shows_what_the_functions_compute(scene):
    widget = pes_explorer(scene.atoms, EMT_POTENTIAL, softer, lang="ja")
    widget.apply(Moved("atom", 1.2, 2.5))
    assert (widget.state.path[-1].x, widget.state.path[-1].y) == (1.2, 2.5)
    assert widget.picture["summary"].startswith("原子の位置 (1.20, 2.50)")
    assert widget.words["numbers"] == "数値で見る"


def test_in_a_kernel_the_models_map_is_made_while_nothing_else_is_to_be_done(scene):
    asked = []

    def model(atoms):
        asked.append(1)
        return softer(atoms)

    async def kernel():
        widget = pes_explorer(scene.atoms, EMT_POTENTIAL, model)
        at_first = len(asked)
        await widget.survey
        surveyed = len(asked)
        widget.apply(Changed("map", "model"))
        return at_first, surveyed, len(asked)

    at_first, surveyed, chosen = asyncio.run(kernel())
    assert at_first < surveyed == chosen
    assert not hasattr(pes_explorer(scene.atoms, EMT_POTENTIAL, model), "survey")


@pytest.fixture(scope="module")
def with_ensemble():
    """EMT and half of it agree where the force is weak; learnt is a place at rest."""
    trimer = Atoms("Cu3", [(0.0, 0.0, 0.0), (2.3, 0.0, 0.0), (1.15, 2.0, 0.0)])
    members = (EMT_POTENTIAL, softer)
    return make_scene(trimer, EMT_POTENTIAL, softer, members=members, learnt=[(1.15, 2.3)])


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_an_ensemble_warns_by_ring_word_and_summary_outside_of_its_data(with_ensemble, lang):
    state, words = first_state(with_ensemble), WORDS[lang]
    inside = pes_update(with_ensemble, state, Moved("atom", 1.15, 2.3))
    beyond = pes_update(with_ensemble, state, Moved("atom", 1.15, 1.6))
    for at, warned in ((inside, False), (beyond, True)):
        picture = pes_picture(with_ensemble, at, lang)
        panel = picture.panels[0]
        assert len(marks(panel, Ring)) == warned
        assert [mark.text for mark in marks(panel, Text)] == [words["outside"]] * warned
        assert (words["parted"].split("{")[0] in picture.summary) == warned


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_training_domain_warns_of_atoms_too_close(with_ensemble, lang):
    alarm = alarm_of(learn_domain([with_ensemble.atoms], 5.0))
    told = make_scene(with_ensemble.atoms, EMT_POTENTIAL, softer, strange=alarm)
    for height, warned in ((2.0, False), (1.6, True)):
        moved = pes_update(told, first_state(told), Moved("atom", 1.15, height))
        picture = pes_picture(told, moved, lang)
        assert len(marks(picture.panels[0], Ring)) == warned
        assert (WORDS[lang]["strange"] in picture.summary) == warned


def test_the_band_is_the_members_spread_around_the_model_and_the_table_tells_it(with_ensemble):
    moved = pes_update(with_ensemble, first_state(with_ensemble), Moved("atom", 1.15, 2.3))
    picture = pes_picture(with_ensemble, moved)
    (band,) = marks(picture.panels[1], Area)
    outline, here = band.outlines[0], moved.path[-1]
    half = len(moved.path)
    assert outline[half - 1, 1] - outline[half, 1] == pytest.approx(2 * here.energy_deviation)
    assert here.energy_deviation == pytest.approx(abs(here.energies[0] - here.energies[1]) / 2)
    assert picture.table.rows[3][0] == WORDS["en"]["spread"]
    assert picture.table.rows[3][1] == f"{here.energy_deviation:.3f}"


def test_what_was_learnt_is_dotted_on_the_map(with_ensemble):
    panel = pes_picture(with_ensemble, first_state(with_ensemble)).panels[0]
    assert [(dot.x, dot.y) for dot in marks(panel, Dot)] == [(1.15, 2.3)]
