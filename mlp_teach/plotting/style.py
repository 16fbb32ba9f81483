"""One look for every figure: colours, axes, and the language of the words.

The colours are those of the widgets: they can be told apart with any kind of colour vision. In grey
they cannot, so lines differ in their dashes and points in their shape besides.
"""

from __future__ import annotations

import base64
import io
from html import escape

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlp_teach.colors import PALETTE

COLORS = {name: light for name, (light, _) in PALETTE.items()}
SERIES = ("blue", "orange", "green", "purple", "ink")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
SHAPES = ("o", "s", "^", "D", "v")


def say(lang: str, en: str, ja: str) -> str:
    """The words in the language of the lesson. Raises ValueError for a third one."""
    if lang not in ("en", "ja"):
        raise ValueError(f"The languages are 'en' and 'ja'; {lang!r} was given.")
    return en if lang == "en" else ja


class Picture(Figure):
    """A figure that a notebook shows as it is, with its numbers in words as alternative text.

    Made without pyplot, which would keep every figure in memory until it is closed.
    """

    def __init__(self, width: float, height: float):
        super().__init__(figsize=(width, height), layout="constrained")
        self.sentences: list[str] = []  # what the panels show, in words

    @property
    def in_words(self) -> str:
        return "\n".join(self.sentences)

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        """What Jupyter asks for: drawn at twice the resolution, shown at the nominal size."""
        png = io.BytesIO()
        self.savefig(png, format="png", dpi=2 * self.dpi)
        width, height = (round(inches * self.dpi) for inches in self.get_size_inches())
        # JupyterLab gives a picture no alternative text: there, the picture is a piece of HTML.
        data = base64.b64encode(png.getvalue()).decode()
        size = f'width="{width}" height="{height}"'
        page = f'<img src="data:image/png;base64,{data}" alt="{escape(self.in_words)}" {size}>'
        bundle = {"text/html": page, "image/png": png.getvalue(), "text/plain": self.in_words}
        return bundle, {"image/png": {"width": width, "height": height}}


def new_axes(ax: Axes | None, size: tuple[float, float] = (5.0, 3.8)) -> Axes:
    """The given axes, or those of a new picture."""
    if ax is None:
        ax = Picture(*size).subplots()
    ax.grid(color=COLORS["grid"], linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(colors=COLORS["muted"], labelcolor=COLORS["ink"])
    return ax


def finish(ax: Axes, lang: str, title: str, x: str, y: str, *, text: str) -> Axes:
    """Words on the axes, in a font that has them; a legend where something is labelled."""
    if isinstance(ax.figure, Picture):
        ax.figure.sentences.append(text)
    ax.set_title(title, fontsize="medium", loc="left")
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    if ax.get_legend() is None and ax.get_legend_handles_labels()[1]:
        ax.legend(frameon=False, fontsize="small")
    use_font(ax, lang)
    return ax


def use_font(ax: Axes, lang: str) -> None:
    """Japanese glyphs where they are needed; digits on the axes keep matplotlib's own font."""
    if lang != "ja":
        return
    with matplotlib.rc_context():  # importing it changes the default font of all figures
        import matplotlib_fontja
    family = [matplotlib_fontja.matplotlib_fontja.FONT_NAME, "DejaVu Sans"]
    legend = ax.get_legend()
    words = [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
    for text in [*words, *(legend.get_texts() if legend else [])]:
        text.set_fontfamily(family)
