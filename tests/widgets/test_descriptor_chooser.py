"""The chooser draws the way that the answers take, and says its reasons and its price."""

from dataclasses import replace
from itertools import pairwise

import pytest

from mlp_teach.colors import PALETTE
from mlp_teach.widgets import svg
from mlp_teach.widgets.descriptor_choice import (
    OPTIONS,
    RUNS,
    SIZES,
    SYSTEMS,
    TREE,
    Situation,
    advise,
    label_hours,
)
from mlp_teach.widgets.descriptor_chooser import NARROW, choice_picture, descriptor_chooser
from mlp_teach.widgets.descriptor_chooser_words import WORDS
from mlp_teach.widgets.descriptor_tree import LEAVES, boxes
from mlp_teach.widgets.drawing import Changed, Line, Slider, Text
from mlp_teach.widgets.frame import frame

HERE = Situation()


def thick(situation):
    marks = choice_picture(situation).panels[0].marks
    return [mark for mark in marks if isinstance(mark, Line) and mark.width == 4.0]


def keys(words):
    return {k: keys(v) if isinstance(v, dict) else None for k, v in words.items()}


def test_every_branch_of_the_tree_has_a_box_of_its_own():
    found = boxes()
    assert len(found) == 2 * len(TREE) + 1
    assert len({(box.x, box.y) for box in found}) == len(found)
    for name, question in TREE.items():
        (me,) = [n for n, box in enumerate(found) if box.name == name]
        children = {box.yes: box.name for box in found if box.parent == me}
        assert children == {True: question.yes, False: question.no}


@pytest.mark.parametrize("changes", [{}, {"forces": "no"}, {"error_bar": "yes"}], ids=str)
def test_the_way_is_thick_from_the_root_to_one_end(changes):
    situation = replace(HERE, **changes)
    lines, advice = thick(situation), advise(situation)
    assert len(lines) == len(advice.path)
    for before, after in pairwise(lines):
        assert after.y[0] == before.y[-1]
    (end,) = [box for box in boxes() if box.x == LEAVES and box.y == lines[-1].y[-1]]
    assert end.name == advice.option
    assert {line.color for line in lines} <= set(PALETTE)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_recommendation_without_reasons_and_price(lang):
    for elements in (1, 4):
        for runs in RUNS:
            for system in SYSTEMS:
                for bar in ("yes", "no"):
                    situation = Situation(
                        runs=runs, elements=elements, system=system, error_bar=bar
                    )
                    drawing = choice_picture(situation, lang)
                    words, said = WORDS[lang], drawing.summary
                    assert "{" not in said
                    assert words["price"]["gap"].split("：" if lang == "ja" else ":")[0] in said
                    assert words[system] in said
                    assert svg.render(drawing).startswith("<svg")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_narrow_page_shows_the_same_tree_as_a_list_whose_words_have_room(lang):
    for changes in ({}, {"forces": "no"}, {"error_bar": "yes", "elements": 4}):
        situation = replace(HERE, **changes)
        drawing = choice_picture(situation, lang)
        (panel,) = drawing.narrow.panels
        texts = [mark for mark in panel.marks if isinstance(mark, Text)]
        assert len(texts) == len(boxes())
        lines = [mark for mark in panel.marks if isinstance(mark, Line) and mark.width == 4.0]
        ends = [next(n for n, t in enumerate(texts) if t.y == line.y[-1]) for line in lines]
        assert boxes()[ends[-1]].name == advise(situation).option
        assert texts[ends[-1]].color == "ink"
        place = frame(panel, 0.0, 0.0, 380.0, drawing.narrow.heights[0])
        for text in texts:
            wide = 6.5 * sum(2 if ord(letter) > 0x2E80 else 1 for letter in text.text)
            assert place.x(text.x) + wide < place.width
        heights = [place.y(text.y) for text in texts]
        assert min(b - a for a, b in pairwise(heights)) > 14.0


def test_the_list_replaces_the_boxes_below_its_width_and_only_there():
    drawing, words = choice_picture(HERE), WORDS["en"]
    listed = words["answered"].format(answer=words["no"], said=words["asks"]["runs"])
    assert listed in svg.render(drawing, NARROW - 1.0)
    assert listed not in svg.render(drawing, NARROW)


def test_one_element_is_one_and_two_are_several():
    said = [choice_picture(replace(HERE, elements=n)).summary for n in (1, 2)]
    assert "With 1 element SOAP" in said[0]
    assert "With 2 elements SOAP" in said[1]


def test_the_summary_names_the_numbers():
    said = choice_picture(HERE).summary
    assert said.startswith("Begin with SOAP + GAP.")
    assert "SOAP has 2100 numbers and functions have 120" in said
    assert "Look next at equivariant: 86 meV/Å, 328 µs an atom." in said
    assert f"{label_hours(HERE):.1f} CPU hours" in said
    assert "Beware" not in said
    assert "Beware" in choice_picture(replace(HERE, long_range="yes")).summary


def test_an_error_bar_from_a_network_takes_several_of_them():
    committee = replace(HERE, error_bar="yes", elements=4)
    assert WORDS["en"]["committee"] in choice_picture(committee).summary
    assert WORDS["en"]["committee"] not in choice_picture(replace(HERE, error_bar="yes")).summary


@pytest.mark.parametrize("frames", SIZES)
def test_the_table_has_all_options_and_the_ends_say_the_same(frames):
    drawing = choice_picture(replace(HERE, frames=frames))
    rows = {row[0]: row for row in drawing.table.rows}
    assert list(rows) == [WORDS["en"]["options"][option] for option in OPTIONS]
    texts = [mark.text for mark in drawing.panels[0].marks if isinstance(mark, Text)]
    row = rows["SchNet"]
    assert f"{float(row[2]):.0f} meV/Å, {row[3]} µs" in texts
    assert f"({frames} frames)" in drawing.table.header[2]


def test_the_last_number_of_elements_means_or_more():
    def slider(n):
        controls = choice_picture(replace(HERE, elements=n)).controls
        return next(c for c in controls if isinstance(c, Slider)).text

    assert slider(2) == "elements: 2"
    assert slider(4) == "elements: 4 or more"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_widget_speaks_the_lessons_language(lang):
    widget = descriptor_chooser(lang, elements=1, frames=950)
    assert widget.state == Situation(elements=1, frames=950)
    before = widget.picture["summary"]
    widget.apply(Changed("runs", "long"))
    assert widget.picture["summary"] != before
    assert keys(WORDS["en"]) == keys(WORDS["ja"])


def test_it_refuses_what_was_not_measured():
    with pytest.raises(ValueError, match="elements is 9; it was measured for 1 to 4"):
        descriptor_chooser(elements=9)
    with pytest.raises(ValueError, match="frames is 50; it was measured for"):
        descriptor_chooser(frames=50)
