"""A widget opens as the learner left it, and nothing that is wrong with the file stops it."""

import json

import pytest

from mlp_teach.widgets.canvas import AGAIN, Canvas
from mlp_teach.widgets.drawing import Changed, Moved
from mlp_teach.widgets.kept import FILE, MOST, WIDGETS, keep, kept_events, name_of, with_event
from tests.widgets.test_canvas import State, draw, update


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    return tmp_path


def canvas(lang="en", name="dot"):
    return Canvas(State(), draw, update, lang, name)


def move(widget, x):
    widget._receive({"kind": "Moved", "name": "dot", "x": x, "y": 5})


def test_a_second_visit_goes_on_where_the_first_ended(folder):
    first = canvas()
    move(first, 3)
    move(first, 4.5)
    assert canvas().state == State(4.5)
    assert canvas(name="another").state == State()
    (entries,) = json.loads((folder / FILE).read_text()).values()
    assert entries == [{"kind": "Moved", "name": "dot", "x": 4.5, "y": 5.0}]
    assert list(folder.iterdir()) == [folder / FILE]


def test_what_a_cell_applies_is_not_kept(folder):
    canvas().apply(Moved("dot", 3.0, 5.0))
    assert not (folder / FILE).exists()


def test_without_a_name_nothing_is_kept(folder):
    move(Canvas(State(), draw, update), 3)
    assert not (folder / FILE).exists()


def test_an_event_that_failed_is_not_kept():
    widget = canvas()
    move(widget, 3)
    move(widget, 9)
    assert "no picture beyond 8" in widget.picture["error"]
    assert canvas().state == State(3.0)


def plain(state):
    """The same picture without a button of its own that leads to the start."""
    drawing = draw(state)
    return type(drawing)(**{**vars(drawing), "controls": drawing.controls[:2]})


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_button_leads_back_to_the_start(lang):
    widget = Canvas(State(), plain, update, lang, "dot")
    move(widget, 3)
    assert widget.picture["controls"][-1]["label"] == AGAIN[lang]
    widget._receive({"kind": "Changed", "name": "from_start", "value": True})
    assert widget.state == State()
    assert widget.picture["summary"] == "x = 1"
    assert Canvas(State(), plain, update, lang, "dot").state == State()


def test_there_are_no_two_buttons_for_one_thing():
    names = [control["name"] for control in canvas().picture["controls"]]
    assert names == ["x", "kind", "reset"]


def test_another_start_is_another_widget():
    move(canvas(), 3)
    assert Canvas(State(2.0), draw, update, "en", "dot").state == State(2.0)
    assert canvas().state == State(3.0)


def test_notebooks_do_not_share_a_widget(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "en/01_what_is_an_mlp.ipynb")
    assert name_of("dot", State()).startswith("01_what_is_an_mlp/dot/")
    move(canvas(), 3)
    monkeypatch.setenv("JPY_SESSION_NAME", "en/05_five_step_workflow.ipynb")
    assert canvas().state == State()
    monkeypatch.setenv("JPY_SESSION_NAME", "en/01_what_is_an_mlp.ipynb")
    assert canvas().state == State(3.0)


DOT = name_of("dot", State()).encode()  # as without a notebook


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[1, 2]",
        b'{"dot": 3}',
        b'{"dot": [3]}',
        b'{"dot": [{"kind": "Gone", "name": "dot", "x": 3, "y": 5}]}',
        b'{"dot": [{"kind": "Moved", "name": "dot"}]}',
        b'{"dot": [{"kind": "Moved", "name": "dot", "x": 9.0, "y": 5.0}]}',
        b'{"dot": [{"kind": "Changed", "name": "no such", "value": 5.0}]}',
        b'{"dot": [{"kind": "Changed", "name": "x", "value": "many"}]}',
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_a_spoilt_file_means_a_fresh_start(folder, content):
    (folder / FILE).write_bytes(content.replace(b'dot": [', DOT + b'": ['))
    widget = canvas()
    assert widget.state == State()
    move(widget, 3)
    assert widget.state == State(3.0)
    assert widget.picture["error"] == ""


def test_a_folder_that_cannot_be_written_to_keeps_nothing_and_hurts_nobody(folder):
    (folder / FILE).mkdir()
    widget = canvas()
    move(widget, 3)
    assert widget.state == State(3.0)
    assert widget.picture["error"] == ""
    assert canvas().state == State()


def test_of_moves_in_a_row_the_last_is_kept_and_of_buttons_every_one():
    events = []
    for event in (
        *(Changed("x", 1.0), Changed("x", 2.0), Moved("dot", 1.0, 1.0), Moved("dot", 2.0, 1.0)),
        *(Changed("mirror", True), Changed("mirror", True), Changed("x", 3.0)),
    ):
        events = with_event(events, event)
    assert events == [
        *(Changed("x", 2.0), Moved("dot", 2.0, 1.0), Changed("mirror", True)),
        *(Changed("mirror", True), Changed("x", 3.0)),
    ]


def test_the_file_does_not_grow_without_end(folder):
    events = []
    for _ in range(MOST + 50):
        events = with_event(events, Changed("mirror", True))
    assert len(events) == MOST
    keep("dot", events, folder)
    assert kept_events("dot", folder) == events
    for number in range(WIDGETS + 10):
        keep(f"widget {number}", [], folder)
    assert len(json.loads((folder / FILE).read_text())) == WIDGETS
    assert kept_events("dot", folder) == []
