"""The renderer: valid XML, each mark where its numbers say, and nothing but text from text."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from mlp_teach.colors import PALETTE
from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import (
    Area,
    Arrow,
    Ball,
    Dot,
    Drawing,
    Handle,
    Line,
    Narrow,
    Panel,
    Ring,
    Table,
    Text,
)

TABLE = Table(("", "energy / eV"), (("model", "\u22121.25"), ("reference", "\u22121.5")))
SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def drawing(*marks, **panel):
    given = {"x_range": (0.0, 10.0), "y_range": (0.0, 10.0), "bare": True, **panel}
    return Drawing((Panel(marks=marks, **given),), TABLE, "A picture", "E = 1 eV", height=328.0)


def parsed(*marks, **panel):
    """Every element with its tag; the panel is 300 pixels wide and high, 30 a unit."""
    root = ElementTree.fromstring(svg.render(drawing(*marks, **panel), 328.0))
    return [(e.tag.split("}")[1], e.attrib, e.text) for e in root.iter()]


def only(elements, tag, **attributes):
    found = [e for e in elements if e[0] == tag and attributes.items() <= e[1].items()]
    assert len(found) == 1
    return found[0][1]


def test_a_line_passes_through_its_points():
    line = only(parsed(Line((0.0, 5.0, 10.0), np.array([0.0, 10.0, 0.0]))), "polyline")
    assert line["points"] == "0.0,300.0 150.0,0.0 300.0,300.0"
    assert line["stroke"] == PALETTE["blue"][0]


def test_a_ring_and_a_ball_have_their_radius_in_data_units():
    elements = parsed(Ring(5.0, 5.0, 2.0), Ball(1.0, 1.0, 0.5, "#ff0000"))
    assert only(elements, "circle", cx="150", cy="150")["r"] == "60"
    assert only(elements, "circle", fill="#ff0000")["r"] == "15"


def test_an_area_with_a_hole_keeps_the_hole_open():
    area = only(parsed(Area((8 * SQUARE, 2 * SQUARE + 3))), "path", fill=PALETTE["blue"][0])
    assert area["fill-rule"] == "evenodd"
    assert area["d"].count("M") == area["d"].count("Z") == 2


def test_one_area_in_another_frame_is_another_path():
    area = Area((8 * SQUARE,))
    ranges = ((0.0, 10.0), (0.0, 20.0), (0.0, 10.0))
    paths = [only(parsed(area, x_range=one), "path")["d"] for one in ranges]
    assert paths[0] == paths[2] != paths[1]


def test_an_arrow_ends_where_its_vector_ends_and_a_zero_vector_draws_nothing():
    tip = only(parsed(Arrow(2.0, 2.0, 3.0, 0.0)), "polygon")["points"].split()[0]
    assert tip == "150,240"
    assert not [e for e in parsed(Arrow(2.0, 2.0, 0.0, 0.0)) if e[0] == "polygon"]


def test_two_equal_arrows_can_lie_side_by_side():
    left, right = (parsed(Arrow(2.0, 2.0, 3.0, 0.0, shift=shift)) for shift in (3.0, -3.0))
    tips = [only(elements, "polygon")["points"].split()[0] for elements in (left, right)]
    assert tips == ["150,237", "150,243"]  # pixels count downwards


def test_a_handle_says_where_it_is_and_how_far_a_key_moves_it():
    handle = only(parsed(Handle("atom", 2.5, 7.5, "moved atom", 0.1, step=0.05)), "g", tabindex="0")
    assert (handle["data-name"], handle["data-step"]) == ("atom", "0.05")
    assert (handle["data-x"], handle["data-y"]) == ("2.5", "7.5")
    assert handle["data-bounds"] == "0 10 0 10"
    assert handle["data-box"] == "14 14 300 300"
    assert (handle["role"], handle["aria-label"]) == ("slider", "moved atom")
    assert (handle["aria-valuenow"], handle["aria-valuetext"]) == ("2.5000", "x 2.50, y 7.50")


def test_a_handle_is_never_smaller_than_a_finger():
    elements = parsed(Handle("a", 5.0, 5.0, "a", radius=0.01))
    assert float(only(elements, "circle")["r"]) >= 13


def test_handles_are_the_last_child_so_that_the_browser_keeps_their_focus():
    few = drawing(Handle("a", 1.0, 1.0, "a"))
    many = drawing(
        *(Dot(float(i), 1.0) for i in range(9)), Handle("a", 2.0, 2.0, "a"), title="t", bare=False
    )
    for picture in (few, many):
        root = ElementTree.fromstring(svg.render(picture, 400.0))
        assert len(root) == 4  # the light on balls, the paper, the picture, the handles
        assert [child.get("class") for child in root[-1]] == ["mlp-handle"]


def test_a_picture_with_handles_is_a_group_and_one_without_is_an_image():
    assert parsed(Dot(1.0, 1.0))[0][1]["role"] == "img"
    assert parsed(Handle("a", 1.0, 1.0, "a"))[0][1]["role"] == "group"
    assert parsed(Dot(1.0, 1.0))[0][1]["aria-label"] == "A picture"


def test_words_stay_words_whatever_they_hold():
    text = "<script>alert('1')</script> & \"quoted\""
    elements = parsed(
        Text(1.0, 1.0, text),
        Handle('a"b', 1.0, 1.0, text),
        Line((0.0,), (0.0,), label=text),
        title=text,
    )
    assert [e[2] for e in elements if e[0] == "text"].count(text) == 3
    assert not [e for e in elements if e[0] == "script"]
    assert "<script" not in svg.table(Table((text,), ((text,),)))


def test_the_live_picture_has_no_colour_of_its_own_but_that_of_atoms_and_their_light():
    live = svg.render(
        drawing(Line((0.0, 1.0), (0.0, 1.0)), Dot(1.0, 1.0), Arrow(0.0, 0.0, 1.0, 1.0), title="t"),
        400.0,
        svg.LIVE,
    )
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", live)) <= {"#fff", "#000"}
    assert {name for name in re.findall(r"var\(--mlp-(\w+)\)", live)} <= set(PALETTE)


def test_panels_stand_in_a_row_on_a_wide_page_and_below_each_other_on_a_narrow_one():
    panel = Panel((0.0, 1.0), (0.0, 1.0), (), bare=True)
    picture = Drawing((panel, panel), TABLE, "two", height=200.0)
    places = {}
    for width in (900, 400):
        root = ElementTree.fromstring(svg.render(picture, float(width)))
        inner = [e for e in root.iter() if e.tag.endswith("svg") and e is not root]
        places[width] = [(float(e.get("x")), float(e.get("y"))) for e in inner]
        assert float(root.get("height")) == (200 if width == 900 else 400)
    assert places[900] == [(14, 14), (464, 14)]
    assert places[400] == [(14, 14), (14, 214)]


def test_a_narrow_page_gets_the_panels_made_for_it_with_their_heights():
    panel = Panel((0.0, 1.0), (0.0, 1.0), (), bare=True)
    narrow = Narrow(700.0, (panel, panel, panel), (100.0, 300.0, 50.0))
    picture = Drawing((panel,), TABLE, "one", height=200.0, narrow=narrow)
    roots = [ElementTree.fromstring(svg.render(picture, width)) for width in (699.0, 700.0)]
    assert [float(root.get("height")) for root in roots] == [450, 200]
    inner = [e for e in roots[0].iter() if e.tag.endswith("svg") and e is not roots[0]]
    assert [float(e.get("y")) for e in inner] == [14, 114, 414]


@pytest.mark.parametrize("bare", [True, False])
def test_the_words_under_an_axis_end_above_the_lower_edge(bare):
    """The tails of g and of _ reach a third of the letters' size below their line."""
    texts = [e for e in parsed(x_label="index_add", bare=bare) if e[2] == "index_add"]
    assert float(texts[0][1]["y"]) + 12 / 3 <= 328 - 4


@pytest.mark.parametrize("y_label", ["", "energy"])
def test_a_long_number_beside_an_axis_is_whole_and_clear_of_the_axis_name(y_label):
    elements = parsed(y_range=(-0.125, -0.0625), bare=False, y_label=y_label)
    numbers = [e for e in elements if e[2] and e[2].startswith("\u22120.")]
    assert max(len(e[2]) for e in numbers) == 5
    starts = [float(e[1]["x"]) - 6.6 * 6 for e in numbers]  # one digit more than these have
    name = [float(e[1]["x"]) for e in elements if e[2] == "energy"]
    assert min(starts) > max([0.0, *name])
    assert all(x - 11 > 0 for x in name)  # its letters, turned, reach to the left of its line


def test_a_legend_of_two_lines_keeps_clear_of_the_title_and_of_the_axes():
    lines = [Line((0.0,), (0.0,), label=f"a long name {n}") for n in range(4)]
    elements = parsed(*lines, title="title")
    heights = {e[2]: float(e[1]["y"]) for e in elements if e[0] == "text"}
    top = float(only(elements, "svg", x="14")["y"])
    assert heights["a long name 0"] - heights["title"] >= 18
    assert heights["a long name 3"] - heights["a long name 0"] == 18
    assert heights["a long name 3"] < top


def test_four_panels_stand_two_and_two_rather_than_three_and_one():
    panel = Panel((0.0, 1.0), (0.0, 1.0), (), bare=True)
    root = ElementTree.fromstring(svg.render(Drawing((panel,) * 4, TABLE, "four"), 900.0))
    inner = [e for e in root.iter() if e.tag.endswith("svg") and e is not root]
    assert [float(e.get("x")) for e in inner] == [14, 464, 14, 464]


def test_every_labelled_mark_enters_the_legend_once():
    elements = parsed(
        Line((0.0, 1.0), (0.0, 1.0), label="line"),
        Dot(1.0, 1.0, label="dot"),
        Arrow(0.0, 0.0, 1.0, 0.0, label="arrow"),
    )
    assert [e[2] for e in elements if e[0] == "text"] == ["line", "dot", "arrow"]


def test_axes_write_a_real_minus_sign():
    texts = [e[2] for e in parsed(bare=False, y_range=(-2.0, 2.0)) if e[0] == "text"]
    assert "\u22122" in texts


def test_a_long_axis_writes_powers_of_ten():
    elements = parsed(bare=False, log=True, y_range=(1e-5, 2e5), x_range=(0.0, 3.0))
    texts = [e[2] for e in elements if e[0] == "text"]
    small = ["10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1"]
    assert texts[-11:] == [*small, "1", "10", "100", "1000", "10⁴", "10⁵"]


def test_the_table_is_html_with_headers_for_its_rows_and_columns():
    root = ElementTree.fromstring(svg.table(TABLE))
    assert [e.get("scope") for e in root.iter("th")] == ["col", "row", "row"]
    assert [e.text for e in root.iter("td")] == [None, "\u22121.25", "\u22121.5"]  # no empty header


def test_the_text_holds_description_summary_and_every_number():
    assert svg.as_text(drawing()).splitlines() == [
        "A picture",
        "E = 1 eV",
        "           energy / eV",
        "model      \u22121.25",
        "reference  \u22121.5",
    ]


@pytest.mark.parametrize("far", [1e9, -1e9])
def test_a_point_far_outside_does_not_make_a_number_no_browser_draws(far):
    points = only(parsed(Line((0.0, far), (0.0, far))), "polyline")["points"]
    assert all(abs(float(v)) <= 1e4 for pair in points.split() for v in pair.split(","))


def test_a_handle_says_its_place_in_digits_however_small_it_is():
    handle = Handle("atom", 1.6e-16, 0.5, "atom")
    panel = Panel((-1.0, 1.0), (-1.0, 1.0), (handle,))
    text = svg.render(Drawing((panel,), Table(("x",), (("0",),)), "a handle"), 400.0, svg.LIVE)
    assert 'aria-valuenow="0.0000"' in text
