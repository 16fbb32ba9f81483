"""The one widget behind every interactive picture of the course: state in, picture out.

    widget = Canvas(state, draw, update)
    draw(state) -> Drawing            plain data, see `drawing`
    update(state, event) -> state     what a moved handle or a changed control means

Both are plain functions and are tested as such. Python draws as well (`svg`): what the browser
shows is what a print or a page without widgets gets, and canvas.js only puts it in place and
reports moves. `widget.state` is there for the next cell to read. With `kept`, a name, the widget
opens as the learner left it (`kept.py`), and a button leads back to the start. Kept is what the
learner did; or, with `place`, the one event that leads straight to a state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import anywidget
import traitlets

from mlp_teach.colors import PALETTE
from mlp_teach.widgets import kept as kept_file
from mlp_teach.widgets import svg
from mlp_teach.widgets.drawing import Button, Changed, Drawing, Event, Moved

HERE = Path(__file__).parent
WORDS = {
    "en": {"numbers": "The same in numbers", "help": "Drag, or press Tab and then the arrow keys."},
    "ja": {"numbers": "数値で見る", "help": "ドラッグするか、Tab キーのあと矢印キーで動かします。"},
}
AGAIN = {"en": "Start again", "ja": "最初からやり直す"}
STARTS = ("from_start", "again", "start", "reset", "upright")  # buttons that lead back to the start


def style() -> str:
    """canvas.css with the palette as variables, for light and for dark pages."""

    def variables(theme: int) -> str:
        return "".join(f"--mlp-{name}: {pair[theme]};" for name, pair in PALETTE.items())

    dark = "[data-jp-theme-light='false'] .mlp-canvas, body.vscode-dark .mlp-canvas"
    return (
        f".mlp-canvas {{{variables(0)}}}\n"
        f"{dark} {{{variables(1)}}}\n"
        f"@media print {{{dark} {{{variables(0)}}}}}\n" + (HERE / "canvas.css").read_text("utf-8")
    )


class Canvas(anywidget.AnyWidget):
    """Shows draw(state) and follows what the learner moves; `lang` is "en" or "ja"."""

    _esm = (HERE / "canvas.js").read_text("utf-8")
    _css = style()
    picture = traitlets.Dict().tag(sync=True)
    width = traitlets.Float(svg.WIDTH).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        state,
        draw: Callable,
        update: Callable | None = None,
        lang: str = "en",
        kept: str = "",
        place: Callable | None = None,
    ):
        if lang not in WORDS:
            raise ValueError(f'lang is {lang!r}; the course speaks "en" and "ja".')
        super().__init__(words=WORDS[lang])
        self.state = self._start = state
        self._draw, self._update, self._place = draw, update, place
        self._again = Button("from_start", AGAIN[lang])
        self._kept = kept and kept_file.name_of(kept, state)
        self._folder, self._events = Path.cwd(), []
        self._restore()
        self.observe(lambda change: self.redraw(), "width")
        self.on_msg(lambda widget, content, buffers: self._receive(content))
        self.redraw()

    def redraw(self) -> None:
        """Draws the present state again."""
        self._show(self._draw(self.state))

    def apply(self, event: Event) -> None:
        """Takes one event as if the learner had caused it; if it fails, nothing has changed."""
        state = self._update(self.state, event)
        self._show(self._draw(state))
        self.state = state

    def _restore(self) -> None:
        """Does again what the learner did on the last visit; if that fails, starts anew."""
        if not self._kept:
            return
        events = kept_file.kept_events(self._kept, self._folder)
        try:
            state = self.state
            for event in events:
                state = self._update(state, event)
            self._draw(state)
        except Exception:  # of another version of the widget, or not ours
            return
        self.state, self._events = state, events

    def _show(self, drawing: Drawing) -> None:
        controls = list(drawing.controls)
        if self._kept and not any(control.name in STARTS for control in controls):
            controls.append(self._again)
        self._publish(
            svg=svg.render(drawing, self.width, svg.LIVE),
            table=svg.table(drawing.table),
            summary=drawing.summary,
            controls=[{"kind": type(c).__name__, **asdict(c)} for c in controls],
            error="",
        )

    def _publish(self, **parts) -> None:
        # The count makes every picture a new one: the front end waits for the answer to its event.
        count = self.picture.get("count", 0) + 1
        self.picture = {**self.picture, **parts, "count": count}

    def _receive(self, content: dict) -> None:
        kind = {"Moved": Moved, "Changed": Changed}[content["kind"]]
        # JavaScript writes 2.0 as 2
        fields = {k: float(v) if type(v) is int else v for k, v in content.items() if k != "kind"}
        try:
            self._take(kind(**fields))
        except Exception as error:  # shown to the learner: a log is where nobody looks
            self._publish(error=f"{type(error).__name__}: {error}")

    def _take(self, event: Event) -> None:
        """One event of the learner's own, which is kept."""
        if self._kept and event.name == "from_start":
            self._show(self._draw(self._start))
            self.state, self._events = self._start, []
        else:
            self.apply(event)
            before = [] if self._place else self._events
            last = self._place(self.state) if self._place else event
            self._events = kept_file.with_event(before, last)
        if self._kept:
            kept_file.keep(self._kept, self._events, self._folder)

    def _repr_mimebundle_(self, **kwargs):
        """The live widget and, for a page or a print that cannot show it, its still and numbers."""
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live or {}, {})
        drawing = self._draw(self.state)
        still = {"text/plain": svg.as_text(drawing), "image/svg+xml": svg.render(drawing)}
        return {**data, **still}, metadata
