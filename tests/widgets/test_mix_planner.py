"""The data-mix planner: its table is what the library's own fits give, its picture what it says."""

import numpy as np
import pytest
import torch

from mlp_teach.descriptors.soap import soap
from mlp_teach.models.gap import GAP
from mlp_teach.models.reference_energies import reference_energies
from mlp_teach.models.sparse_points import farthest
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.sampling.coverage import mean_features
from mlp_teach.sampling.mix import KINDS
from mlp_teach.training.metrics import compare
from mlp_teach.training.regression import Regression, solve_weights
from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import Area, Button, Changed, Dot, Slider
from mlp_teach.widgets.mix_planner import COLORS, HOLES, WORDS, mix_picture, mix_planner
from mlp_teach.widgets.mix_scene import (
    BUDGET,
    CHOSEN,
    DESCRIPTOR,
    LEVELS,
    POINTS,
    TESTED,
    MixState,
    best,
    chapter,
    mix_numbers,
    mix_update,
    pool_map,
    read_pool,
    record,
)

EVEN = MixState()
NOTHING = MixState((0, 0, 0, 0, 0))


@pytest.fixture(scope="module")
def pool():
    return read_pool()


@pytest.mark.parametrize("counts", [(1, 2, 0, 1, 0), (0, 0, 1, 0, 2)])
def test_the_recorded_errors_are_those_of_a_fit_done_now(pool, counts):
    """From the shipped structures, with the library's fit and metrics, and no triangle kept."""
    chosen = [a for kind, n in zip(KINDS, counts, strict=True) for a in pool[kind][:n]]
    data = [(atom_graph(atoms, DESCRIPTOR.cutoff), labels(atoms)) for atoms in chosen]
    model = GAP(DESCRIPTOR, n_points=POINTS * len(data))
    rows = [soap(graph, DESCRIPTOR) for graph, _ in data]
    model.points.copy_(torch.cat([mine[farthest(mine, POINTS)] for mine in rows]))
    energies = torch.cat([one.energy for _, one in data])
    model.reference.copy_(reference_energies([g for g, _ in data], energies, (29,))[0])
    solve_weights(model, data, Regression(sigma_energy=1e-3, sigma_forces=0.05))
    numbers = mix_numbers(MixState(counts))
    for kind in KINDS[:2] if counts[0] else KINDS[2:3]:
        tests = pool[kind][CHOSEN:][:TESTED]
        asked = [(atom_graph(atoms, DESCRIPTOR.cutoff), labels(atoms)) for atoms in tests]
        found, place = compare(model, asked, stress=False), KINDS.index(kind)
        assert numbers.forces[place] == pytest.approx(found.mae("forces"), rel=1e-3)
        assert numbers.energy[place] == pytest.approx(found.mae("energy"), rel=1e-3)


def test_the_recorded_features_are_those_of_the_shipped_structures(pool):
    for n, kind in enumerate(KINDS):
        assert len(pool[kind]) == CHOSEN + TESTED
        few = mean_features(pool[kind][:2], DESCRIPTOR)
        np.testing.assert_allclose(record().features[n, :2], few, atol=1e-7)
        per_atom = [a.get_potential_energy() / len(a) for a in pool[kind]]
        above = record().energies[n]
        assert np.ptp(np.array(per_atom) - above) < 1e-6
    assert record().energies.min() > 0  # nothing lies below the perfect crystal


def test_every_mix_but_the_empty_one_is_in_the_table():
    missing = np.isnan(record().errors).any(axis=(-1, -2))
    assert missing.sum() == 1
    assert missing[0, 0, 0, 0, 0]


def test_the_chapters_shares_come_out_whole_and_can_be_shown():
    counts = tuple(part.count for part in chapter().parts)
    assert counts == (2, 12, 2, 2, 2)
    assert tuple(part.kind for part in chapter().parts) == KINDS
    assert mix_update(EVEN, Changed("chapter", True)) == MixState(counts)
    assert sum(mix_update(EVEN, Changed("even", True)).counts) == BUDGET


def test_the_best_mix_is_no_worse_than_any_that_is_as_large():
    found = best(BUDGET)
    assert sum(found) <= BUDGET
    worst = mix_numbers(MixState(found)).forces.max()
    rng, tried = np.random.default_rng(0), 0
    while tried < 200:
        counts = tuple(int(n) for n in rng.choice(LEVELS, 5))
        if 0 < sum(counts) <= BUDGET:
            tried += 1
            assert mix_numbers(MixState(counts)).forces.max() >= worst
    assert mix_update(EVEN, Changed("best", True)) == MixState(found)
    assert best(0) == NOTHING.counts


def test_a_slider_means_a_place_in_the_levels():
    state = mix_update(EVEN, Changed("random_search", 5.0))
    assert state.counts == (4, 4, 4, 12, 4)
    assert mix_update(state, Changed("equilibrium", 0.0)).counts == (0, 4, 4, 12, 4)


def test_chosen_structures_are_no_holes_and_a_kind_left_out_is_one():
    numbers = mix_numbers(MixState((4, 4, 4, 4, 0)))
    assert numbers.chosen.sum() == 16
    assert not numbers.chosen[:, CHOSEN:].any()  # a test structure is never chosen
    assert numbers.holes[numbers.chosen].max() < 1e-6
    with_defects = mix_numbers(EVEN)
    assert (with_defects.holes <= numbers.holes + 1e-12).all()  # more structures close holes
    tests = slice(CHOSEN, None)
    assert numbers.holes[4, tests].mean() > 1.5 * with_defects.holes[4, tests].mean()
    rows = record().features
    by_hand = min(np.linalg.norm(rows[4, 19] - other) for other in rows[numbers.chosen])
    assert numbers.holes[4, 19] == pytest.approx(by_hand)


def test_the_map_fills_the_chosen_and_rings_the_largest_holes():
    numbers = mix_numbers(EVEN)
    dots = [mark for mark in mix_picture(EVEN).panels[0].marks if type(mark) is Dot]
    for n, kind in enumerate(KINDS):
        filled = {(d.x, d.y) for d in dots if d.color == COLORS[kind] and not d.hollow}
        expected = pool_map()[0][n][numbers.chosen[n]]
        assert filled == {tuple(map(float, place)) for place in expected}
    rings = [(d.x, d.y) for d in dots if d.color == "muted"]
    far = np.sort(numbers.holes, axis=None)[-HOLES:]
    where = [tuple(map(float, pool_map()[0][numbers.holes == hole][0])) for hole in far]
    assert sorted(rings) == sorted(where)


def test_the_bars_the_table_and_the_summary_show_the_errors():
    state = MixState((2, 12, 2, 2, 2))
    drawing, numbers = mix_picture(state), mix_numbers(state)
    bars = [mark.outlines[0] for mark in drawing.panels[1].marks if type(mark) is Area]
    assert [bar[:, 1].max() for bar in bars] == pytest.approx(np.log10(numbers.forces))
    for n, row in enumerate(drawing.table.rows):
        assert row[1:4] == (
            str(state.counts[n]),
            f"{5 * state.counts[n]} %",
            f"{numbers.forces[n]:.1f}",
        )
    worst = int(numbers.forces.argmax())
    start = f"20 structures; worst: {WORDS['en']['kinds'][worst]}, forces off by "
    assert drawing.summary.startswith(start + f"{numbers.forces[worst]:.0f} meV/Å")


def test_the_histogram_holds_every_chosen_structure_once():
    long = dict.fromkeys([*COLORS.values(), "grid"], 0.0)
    for mark in mix_picture(EVEN).panels[2].marks:
        long[mark.color] += np.ptp(mark.outlines[0][:, 0])
    assert long == {**dict.fromkeys(COLORS.values(), 4.0), "grid": record().energies.size}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_both_languages_draw_even_an_empty_mix(lang):
    for state in (EVEN, NOTHING, MixState((12,) * 5)):
        drawing = mix_picture(state, lang)
        assert "<svg" in svg.render(drawing)
        assert len({len(row) for row in (drawing.table.header, *drawing.table.rows)}) == 1
    assert mix_picture(NOTHING, lang).summary == WORDS[lang]["nothing"]
    assert [type(control) for control in drawing.controls] == [Slider] * 5 + [Button] * 3
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_numbers_that_were_not_trained_on_are_refused_in_words():
    with pytest.raises(ValueError, match=r"counts is \(3, 1, 1, 1, 1\)"):
        mix_planner(counts=(3, 1, 1, 1, 1))


def test_the_widget_follows_its_controls():
    widget = mix_planner("ja")
    before = widget.picture["summary"]
    widget.apply(Changed("defects", 0.0))
    assert widget.picture["summary"] != before
    assert widget.state.counts == (4, 4, 4, 4, 0)
