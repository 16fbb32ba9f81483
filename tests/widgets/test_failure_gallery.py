"""The failure gallery: each fails as it says, its twin does not, the named check sees it."""

import numpy as np
import pytest
import torch
from ase import Atoms

from mlp_teach import checks
from mlp_teach.basis.cutoffs import polynomial_cutoff
from mlp_teach.graph import displacements
from mlp_teach.simulation.domain import departure, learn_domain
from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import Changed, Choice, Line, Slider
from mlp_teach.widgets.failure_gallery import failure_gallery, failure_picture
from mlp_teach.widgets.failure_scene import (
    BOND,
    CENTRES,
    DEPTH,
    DIALS,
    FALL,
    HIGHEST,
    LABELS,
    LOOP,
    MASS,
    STEEPNESS,
    WALL,
    WIDTH,
    FailureState,
    bare_fit,
    cage,
    explosion,
    failure_numbers,
    failure_update,
    hole,
    mean,
    morse,
    swirl,
    verlet,
    walled_fit,
    wrong,
)
from mlp_teach.widgets.failure_words import WORDS

FRAMES = Atoms("Cu4", [(0, 0, 0), (2.5, 0.1, 0), (1.2, 2.3, 0.2), (1.3, 0.8, 2.2)])
CUTOFF = 6.0


@pytest.mark.parametrize("curve", [morse, bare_fit, walled_fit])
def test_forces_are_the_slopes_of_the_curves(curve):
    r, h = np.linspace(0.5, 6.0, 111), 1e-5
    slopes = (curve(r + h)[0] - curve(r - h)[0]) / (2 * h)
    np.testing.assert_allclose(curve(r)[1], -slopes, atol=1e-6, rtol=1e-8)


def test_the_cage_s_force_is_the_slope_of_its_energy_and_its_middle_is_at_rest():
    place, h = np.array([[0.1, -0.2]]), 1e-5
    slopes = [(cage(place + m)[0] - cage(place - m)[0])[0] / (2 * h) for m in h * np.eye(2)]
    np.testing.assert_allclose(cage(place)[1][0], -np.array(slopes), atol=1e-9)
    np.testing.assert_allclose(cage(np.zeros((1, 2)))[1], 0.0, atol=1e-15)


def test_velocity_verlet_follows_a_spring():
    places, velocities = verlet(lambda r: -2.0 * r, np.ones(1), np.zeros(1), 50.0, 0.5, 400)
    times = np.arange(401) * 0.5 * 0.0982269  # fs in Å sqrt(u/eV)
    np.testing.assert_allclose(places[:, 0], np.cos(0.2 * times), atol=2e-4)
    np.testing.assert_allclose(velocities[:, 0], -0.2 * np.sin(0.2 * times), atol=1e-4)


def test_half_the_step_fluctuates_a_quarter_until_the_step_is_too_long():
    worst = {step: abs(explosion(step).drift[0]).max() for step in (4.0, 8.0, 18.0, 22.0, 44.0)}
    assert 3.5 < worst[8.0] / worst[4.0] < 4.5
    assert worst[44.0] / worst[22.0] > 1000
    run = explosion(44.0)
    assert run.temperature[0].max() > 1e5
    assert run.temperature[1].max() == pytest.approx(600.0)
    np.testing.assert_array_equal(run.drift[1], explosion(4.0).drift[0])


def test_the_fit_is_right_on_its_labels_and_has_a_hole_inside_them():
    numbers = hole(0.4)
    assert numbers.label_errors.max() < 1e-3
    inside = numbers.distances < LABELS[0]
    assert numbers.top == numbers.curves[0, inside].max()
    assert (np.diff(numbers.curves[1:, inside]) < 0).all()  # twin and truth rise all the way in
    assert numbers.curves[0, 0] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("energy", [0.2, 0.4, 0.5, 0.9])
def test_atoms_go_through_each_other_once_they_are_over_the_top(energy):
    numbers = hole(energy)
    through, walled, truth = numbers.places.min(axis=1)
    assert (through < 0) == (energy > numbers.top)
    turns = DEPTH * np.exp(-STEEPNESS * (truth - BOND)) * (np.exp(-STEEPNESS * (truth - BOND)) - 2)
    assert turns == pytest.approx(energy, rel=0.01)
    assert walled > 1.8


def test_a_swirl_gives_energy_away_and_a_gradient_of_the_same_size_does_not():
    numbers = swirl(20.0)
    assert numbers.work[0] == pytest.approx(2 * np.pi * LOOP * 0.020)
    assert numbers.work[1] == pytest.approx(0.0, abs=1e-12)
    assert numbers.drift[0, -1] > 0.05
    assert abs(numbers.drift[1]).max() < 1e-4
    error = wrong(np.array([[LOOP, 0.0]] * 2), 0.020 / LOOP)
    np.testing.assert_allclose(np.linalg.norm(error, axis=1), 0.020)
    np.testing.assert_array_equal(swirl(0.0).places[0], swirl(0.0).places[1])


def test_what_the_swirl_gives_is_the_work_along_the_way():
    numbers = swirl(10.0)
    middle = (numbers.places[0, 1:] + numbers.places[0, :-1]) / 2
    errors = wrong(np.repeat(middle[:, None], 2, axis=1), 0.010 / LOOP)[:, 0]
    work = (errors * np.diff(numbers.places[0], axis=0)).sum()
    assert numbers.drift[0, -1] == pytest.approx(work, rel=0.01)


def test_a_mean_does_not_add_up_and_slows_the_bond_by_the_root_of_the_copies():
    numbers = mean(9.0)
    np.testing.assert_allclose(numbers.ratio[1], numbers.copies)
    np.testing.assert_allclose(numbers.ratio[0], 1.0)
    assert numbers.parting == pytest.approx([DEPTH, 0.0])
    assert numbers.periods[0] / numbers.periods[1] == pytest.approx(3.0, rel=1e-3)
    harmonic = 2 * np.pi * np.sqrt(MASS / 2 / (2 * DEPTH * STEEPNESS**2)) * 10.1805
    assert numbers.periods[1] == pytest.approx(harmonic, rel=0.03)
    assert mean(1.0).periods[0] == mean(1.0).periods[1]


class Pairs:
    """Half a pair curve to each atom, ended smoothly: a potential as the library knows them."""

    cutoff = CUTOFF

    def __init__(self, curve):
        self.curve = curve

    def __call__(self, graph):
        d = displacements(graph).norm(dim=1)
        value = 0.5 * self.curve(d) * polynomial_cutoff(d / CUTOFF)
        return value.new_zeros(graph.n_atoms).index_add(0, graph.centers, value)


def torch_morse(d):
    wave = torch.exp(-STEEPNESS * (d - BOND))
    return DEPTH * (wave**2 - 2 * wave)


def torch_fit(d):
    """The failing fit of the hole, solved once more."""
    design = np.exp(-(((LABELS[:, None] - CENTRES) / WIDTH) ** 2))
    found = np.linalg.lstsq(design, morse(LABELS)[0], rcond=1e-3)[0]
    waves = torch.exp(-(((d[:, None] - torch.tensor(CENTRES)) / WIDTH) ** 2))
    return waves @ torch.tensor(found)


class Swirling(Pairs):
    """Its energies are Morse's, and what autograd says of them is not their slope."""

    def __call__(self, graph):
        r = graph.positions
        across = torch.stack([-r[:, 1], r[:, 0], 0 * r[:, 2]], dim=1).detach()
        return super().__call__(graph) - 0.05 * (across * (r - r.detach())).sum(dim=1)


class Averaging(Pairs):
    """Each atom gets the mean of its structure, as if every structure had four atoms."""

    def __call__(self, graph):
        energies = super().__call__(graph)
        counts = torch.bincount(graph.system, minlength=graph.n_systems)
        sums = energies.new_zeros(graph.n_systems).index_add(0, graph.system, energies)
        return (4 * sums / counts / counts)[graph.system]


def broken(model):
    return {one.name for one in checks.check_all(model, FRAMES) if not one.passed}


def test_no_law_finds_a_long_step_or_a_hole():
    assert broken(Pairs(torch_morse)) == set()
    assert torch_fit(torch.tensor([0.5])).item() < 0.1  # it has the hole
    assert broken(Pairs(torch_fit)) == set()


def test_the_training_domain_finds_the_hole():
    pairs = [Atoms("Cu2", [(0, 0, 0), (r, 0, 0)]) for r in LABELS]
    domain = learn_domain(pairs, CUTOFF)
    closest = float(np.abs(hole(0.5).places[0]).min())
    assert departure(domain, Atoms("Cu2", [(0, 0, 0), (closest + 0.3, 0, 0)])).outside.all()
    assert not departure(domain, pairs[0]).outside.any()


def test_the_law_of_forces_finds_the_swirl():
    assert "forces" in broken(Swirling(torch_morse))


def test_the_law_of_far_fragments_finds_the_mean():
    assert "far fragments" in broken(Averaging(torch_morse))


def test_another_failure_begins_where_it_shows():
    state = failure_update(FailureState(dial=3), Changed("failure", "mean"))
    assert (state.failure, state.value) == ("mean", 4.0)
    assert failure_update(state, Changed("dial", 8.0)).value == 9.0


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("failure", DIALS)
def test_every_place_of_the_dial_is_drawn_in_both_languages(lang, failure):
    for dial in (0, 7, HIGHEST):
        state = FailureState(failure, dial)
        drawing = failure_picture(state, lang)
        assert "<svg" in svg.render(drawing)
        lines = [m for panel in drawing.panels for m in panel.marks if type(m) is Line]
        assert all(np.isfinite(line.y).all() for line in lines)
        assert [type(control) for control in drawing.controls] == [Choice, Slider]
        assert WORDS[lang]["why"][failure]["cure"] in drawing.summary
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    for name, part in WORDS["en"].items():
        if isinstance(part, dict):
            assert part.keys() == WORDS["ja"][name].keys()


def test_summary_and_table_give_the_numbers_of_the_run():
    state = FailureState("hole", 10)
    drawing, numbers = failure_picture(state), failure_numbers(state)
    assert drawing.table.rows[0][1] == f"{1e3 * numbers.label_errors[0]:.2f}"
    assert drawing.table.rows[1][1:] == ("0.00", f"{numbers.places[1].min():.2f}")
    assert f"with a wall {numbers.places[1].min():.2f} Å" in drawing.summary
    lines = [mark for mark in drawing.panels[1].marks if type(mark) is Line]
    np.testing.assert_array_equal(lines[0].y, numbers.places[0])


def test_an_unknown_failure_is_refused_in_words():
    with pytest.raises(ValueError, match="the gallery shows explosion"):
        failure_gallery(failure="fire")


def test_the_widget_follows_its_controls():
    widget = failure_gallery("ja", failure="swirl")
    widget.apply(Changed("dial", 0.0))
    assert widget.picture["summary"].startswith("力の誤差 0 meV/Å")
    widget.apply(Changed("failure", "explosion"))
    assert widget.picture["controls"][1]["text"] == "時間刻み：42 fs"


def test_the_wall_is_what_it_is_called():
    assert walled_fit(np.zeros(1))[0][0] == pytest.approx(WALL, rel=1e-3)
    assert walled_fit(np.array([0.5]))[0][0] == pytest.approx(WALL * np.exp(-FALL / 2), rel=0.01)
