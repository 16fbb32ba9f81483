"""The replay's picture: every structure once, curves that grow, numbers as text, two languages."""

import re

import numpy as np
import pytest

from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import Area, Changed, Dot, Line, Slider
from mlp_teach.widgets.learning_replay import learning_replay, replay_picture
from mlp_teach.widgets.learning_replay_scene import ReplayState, replay_numbers
from mlp_teach.widgets.learning_replay_words import WORDS
from tests.widgets.recorded_run import LABELS, POOL, run

RUN = run()


def picture(round_: int, threshold: float = 0.4, lang: str = "en"):
    return replay_picture(RUN, ReplayState(round_, threshold), lang)


def marks(drawing, panel: int, kind):
    return [mark for mark in drawing.panels[panel].marks if isinstance(mark, kind)]


def labels(drawing, panel: int) -> list[str]:
    return [mark.label for mark in drawing.panels[panel].marks if getattr(mark, "label", "")]


@pytest.mark.parametrize("round_", range(4))
def test_every_structure_has_one_mark_at_its_place(round_):
    drawing, found = picture(round_), replay_numbers(RUN, ReplayState(round_, 0.4))
    areas = marks(drawing, 0, Area)
    centres = [tuple(np.round(area.outlines[0].mean(0), 9)) for area in areas]
    hollow = [(dot.x, dot.y) for dot in marks(drawing, 0, Dot) if dot.hollow]
    assert sorted([*centres, *hollow]) == sorted(map(tuple, RUN.places.tolist()))
    assert hollow == [tuple(RUN.places[index]) for index in found.new]
    colors = {name: [a for a in areas if a.color == name] for name in ("blue", "orange", "muted")}
    assert len(colors["blue"]) == len(found.labelled)
    assert len(colors["orange"]) == len(found.unsure)
    assert len(colors["muted"]) == len(found.sure)


def test_what_is_more_uncertain_is_drawn_larger():
    areas = [area for area in marks(picture(0), 0, Area) if area.color != "blue"]
    place = {tuple(p): index for index, p in enumerate(RUN.places.tolist())}
    size = {
        place[tuple(np.round(area.outlines[0].mean(0), 9))]: np.ptp(area.outlines[0][:, 0])
        for area in areas
    }
    order = sorted(size, key=size.__getitem__)
    assert order == sorted(size, key=lambda index: RUN.rounds[0].scores[index])


def test_the_legend_names_each_kind_that_is_there():
    assert labels(picture(0), 0) == ["sure", "unsure", "labelled", "chosen"]
    assert labels(picture(0, threshold=0.9), 0) == ["sure", "labelled", "chosen"]
    assert labels(picture(3), 0) == ["sure", "labelled"]
    assert labels(picture(0), 1) == ["by chance", "active", "this run"]
    assert labels(picture(1), 2) == ["threshold"]
    assert labels(picture(2), 2) == ["threshold", "would stop"]


@pytest.mark.parametrize("round_", range(4))
def test_the_curves_grow_with_the_rounds_on_axes_that_stay(round_):
    drawing, last = picture(round_), picture(3)
    for line in marks(drawing, 1, Line):
        np.testing.assert_array_equal(line.x, LABELS[: round_ + 1])
    bands = marks(drawing, 1, Area)
    assert [len(area.outlines[0]) for area in bands] == [2 * (round_ + 1)] * 2
    for panel in range(3):
        assert drawing.panels[panel].x_range == last.panels[panel].x_range
        assert drawing.panels[panel].y_range == last.panels[panel].y_range
    low, high = drawing.panels[1].y_range
    assert low < 40
    assert high > 110


def test_the_threshold_is_a_line_and_the_stop_is_marked_when_it_is_reached():
    line = marks(picture(0, 0.4), 2, Line)[0]
    assert line.dashed
    assert tuple(line.y) == (0.4, 0.4)
    hollow = [dot for dot in marks(picture(3, 0.4), 2, Dot) if dot.hollow]
    assert [(dot.x, dot.y) for dot in hollow] == [(3, 0.3)]
    assert not [dot for dot in marks(picture(3, 0.1), 2, Dot) if dot.hollow]
    assert len(marks(picture(3, 0.1), 2, Dot)) == 3  # in the fourth round nobody looked


def test_the_summary_says_where_we_are_and_where_it_would_stop():
    text = picture(1, 0.4).summary
    assert text == (
        "Round 2: 4 labels, RMSE 60 meV/Å (by chance 85); 2 structures are asked for. With a "
        "threshold of 0.4 eV/Å the loop stops in round 3, with 6 labels and 45 meV/Å."
    )
    assert picture(1, 0.1).summary.endswith("comes below a threshold of 0.1 eV/Å.")


def test_the_table_has_a_row_for_each_round_so_far():
    table = picture(3).table
    assert len(picture(0).table.rows) == 1
    assert table.header[2] == "RMSE / meV/Å"
    assert table.rows[1] == ("2", "4", "60", "85", "0.500", "9, 8")
    assert table.rows[3] == ("4", "8", "40", "65", "not known", "")
    assert {len(row) for row in table.rows} == {len(table.header)}


def test_sliders_stand_at_the_state_and_say_it_in_words():
    sliders = {c.name: c for c in picture(2).controls if isinstance(c, Slider)}
    assert sliders["round"].text == "round: 3 of 4"
    assert (sliders["round"].low, sliders["round"].high, sliders["round"].value) == (0, 3, 2)
    assert sliders["threshold"].text == "threshold: 0.4 eV/Å"
    far = replay_picture(RUN, ReplayState(0, 7.0)).controls[1]
    assert far.value == far.high


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_state_can_be_drawn_and_read(lang):
    for round_ in range(4):
        for threshold in (0.0, 0.4, 2.0):
            drawing = picture(round_, threshold, lang)
            assert svg.render(drawing).startswith("<svg")
            assert drawing.summary in svg.as_text(drawing)


def test_both_languages_say_the_same_numbers():
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    for threshold in (0.1, 0.4):
        english, japanese = (picture(2, threshold, lang).summary for lang in ("en", "ja"))
        found = [sorted(re.findall(r"[\d.]*\d", text)) for text in (english, japanese)]
        assert found[0] == found[1]


def test_a_pool_on_a_line_and_a_run_without_chance_can_be_drawn():
    line = run(places=np.zeros((POOL, 2)))
    assert svg.render(replay_picture(line, ReplayState(0, 0.4))).startswith("<svg")
    early = run(random=type(RUN.random)(LABELS + 100, RUN.random.errors))
    assert "by chance not known" in replay_picture(early, ReplayState(0, 0.4)).summary


def test_the_widget_walks_through_the_run():
    widget = learning_replay(RUN, lang="ja", threshold=0.4)
    assert widget.picture["controls"][0]["label"] == "反復"
    before = widget.picture["summary"]
    widget.apply(Changed("round", 1.0))
    assert widget.state == ReplayState(1, 0.4)
    assert widget.picture["summary"] != before
    assert "text/plain" in widget._repr_mimebundle_()[0]
