"""The widget without a browser: events change the state, pictures follow, errors are told."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import mlp_teach.widgets
from mlp_teach.colors import PALETTE
from mlp_teach.widgets.canvas import Canvas, style
from mlp_teach.widgets.drawing import (
    Button,
    Changed,
    Choice,
    Drawing,
    Handle,
    Moved,
    Panel,
    Slider,
    Table,
)


@dataclass(frozen=True)
class State:
    x: float = 1.0


def draw(state):
    if state.x > 8:
        raise ValueError("no picture beyond 8")
    return Drawing(
        (Panel((0.0, 10.0), (0.0, 10.0), (Handle("dot", state.x, 5.0, "dot"),)),),
        Table(("x",), ((f"{state.x:g}",),)),
        "A dot",
        f"x = {state.x:g}",
        controls=(
            Slider("x", "place", state.x, 0.0, 10.0, 0.1, f"x = {state.x:g} Å"),
            Choice("kind", "kind", "a", (("a", "first"), ("b", "second"))),
            Button("reset", "Start again"),
        ),
    )


def update(state, event):
    match event:
        case Moved("dot", x, _):
            return replace(state, x=x)
        case Changed("x", value):
            return replace(state, x=float(value))
        case Changed("reset", True):
            return State()
    raise KeyError(event.name)


@pytest.fixture
def canvas():
    return Canvas(State(), draw, update)


def send(canvas, **content):
    """What the browser does: a message through the widget's channel."""
    canvas._handle_custom_msg(content, [])


@pytest.mark.parametrize(
    ("event", "x"),
    [
        ({"kind": "Moved", "name": "dot", "x": 3.5, "y": 0.0}, 3.5),
        ({"kind": "Changed", "name": "x", "value": 4}, 4.0),
        ({"kind": "Changed", "name": "reset", "value": True}, 1.0),
    ],
)
def test_a_message_from_the_browser_changes_state_and_picture(canvas, event, x):
    canvas.apply(Moved("dot", 2.0, 0.0))
    send(canvas, **event)
    assert canvas.state.x == x
    assert canvas.picture["summary"] == f"x = {x:g}"
    assert f'data-x="{x:g}"' in canvas.picture["svg"]
    assert f">{x:g}<" in canvas.picture["table"]
    assert canvas.picture["controls"][0]["value"] == x


def test_every_event_is_answered_even_when_nothing_changes(canvas):
    counts = [canvas.picture["count"]]
    for _ in range(3):
        send(canvas, kind="Moved", name="dot", x=1.0, y=5.0)
        counts.append(canvas.picture["count"])
    assert counts == sorted(set(counts))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"kind": "Moved", "name": "dot", "x": 9.0, "y": 0.0}, "ValueError: no picture beyond 8"),
        ({"kind": "Changed", "name": "unknown", "value": 1}, "KeyError: 'unknown'"),
    ],
)
def test_an_event_that_fails_is_told_to_the_learner_and_changes_nothing(canvas, event, said):
    before = canvas.picture
    send(canvas, **event)
    assert canvas.picture["error"] == said
    assert canvas.picture["svg"] == before["svg"]
    assert canvas.state == State()
    send(canvas, kind="Moved", name="dot", x=2.0, y=0.0)
    assert canvas.picture["error"] == ""
    assert canvas.state.x == 2.0


def test_a_new_width_of_the_page_redraws_for_it(canvas):
    canvas.width = 500.0
    assert canvas.picture["svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg" width="500"')


def test_controls_are_plain_data_with_their_kind(canvas):
    kinds = [control["kind"] for control in canvas.picture["controls"]]
    assert kinds == ["Slider", "Choice", "Button"]
    assert canvas.picture["controls"][1]["options"] == (("a", "first"), ("b", "second"))


def test_a_page_without_widgets_gets_the_still_and_the_numbers(canvas):
    data, _ = canvas._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert PALETTE["paper"][0] in data["image/svg+xml"]
    assert "var(--" not in data["image/svg+xml"]
    assert data["text/plain"].splitlines() == ["A dot", "x = 1", "x", "1"]


def test_the_style_gives_every_colour_for_light_and_for_dark_pages():
    css = style()
    for name, (light, dark) in PALETTE.items():
        assert f"--mlp-{name}: {light};" in css
        assert f"--mlp-{name}: {dark};" in css
    used = {part.split(")")[0] for part in css.split("var(--mlp-")[1:]}
    assert used <= set(PALETTE)


def test_nothing_is_fetched_from_elsewhere():
    folder = Path(mlp_teach.widgets.__file__).parent
    for path in [*folder.glob("*.js"), *folder.glob("*.css")]:
        text = path.read_text(encoding="utf-8").replace("https://doi.org/", "")  # links to papers
        assert "://" not in text
        assert "import" not in text
        assert "url(" not in text


def test_another_language_than_the_courses_is_refused_by_name():
    with pytest.raises(ValueError, match="lang is 'fr'"):
        Canvas(State(), draw, update, lang="fr")
