"""A place for the learner's own prediction: one text field, kept beside the notebook.

    prediction("three atoms", lang)        the name tells the predictions of one lesson apart

Kept is what is typed, while it is typed, in the file of all widgets (`kept.py`); on the next visit
it stands there again. Nobody marks it.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from mlp_teach.widgets.canvas import style
from mlp_teach.widgets.drawing import Changed
from mlp_teach.widgets.kept import FILE, keep, kept_events, name_of

HERE = Path(__file__).parent
WORDS = {  # above the field; beneath it when the text was kept, and when it could not be
    "en": ("My prediction", f"Kept beside the notebook, in {FILE}.", f"{FILE} cannot be written."),
    "ja": (
        "私の予想",
        f"ノートブックと同じフォルダの {FILE} に保存しました。",
        f"{FILE} に書き込めません。",
    ),
}


def prediction(name: str, lang: str = "en") -> Prediction:
    """The widget. Raises ValueError for a language that the course does not speak."""
    if lang not in WORDS:
        raise ValueError(f'lang is {lang!r}; the course speaks "en" and "ja".')
    return Prediction(name, *WORDS[lang])


class Prediction(anywidget.AnyWidget):
    """A labelled text field; `text` is what stands in it, for a cell to read."""

    _esm = (HERE / "prediction.js").read_text("utf-8")
    _css = style()
    label = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str, label: str, kept: str, failed: str):
        place, folder = name_of("prediction", name), Path.cwd()
        before = [getattr(event, "value", "") for event in kept_events(place, folder)]
        text = str(before[-1]) if before else ""
        super().__init__(label=label, text=text, note=kept if text else "")

        def write(change) -> None:
            events = [Changed("text", self.text)]
            keep(place, events, folder)
            self.note = kept if kept_events(place, folder) == events else failed

        self.observe(write, "text")

    def _repr_mimebundle_(self, **kwargs):
        """The live widget and, for a page or a print that cannot show it, what was written."""
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live or {}, {})
        return {**data, "text/plain": f"{self.label}: {self.text}"}, metadata
