"""Explorer of SOAP: move neighbours, turn them, watch density, spectrum and similarity.

Left the atoms on the density that the descriptor holds; in the middle the power spectrum, one bar
for each l, beside that of the stored reference; right the overlap of the two densities for every
way to turn the reference, which is what the similarity averages over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlp_teach.widgets.drawing import (
    Area,
    Ball,
    Button,
    Choice,
    Control,
    Dot,
    Drawing,
    Handle,
    Line,
    Panel,
    Ring,
    Slider,
    Table,
    Text,
    number,
)
from mlp_teach.widgets.soap_scene import (
    CUTOFF,
    EDGE,
    TURNS,
    SoapNumbers,
    SoapState,
    density_map,
    soap_numbers,
    soap_update,
)

COPPER_COLOR = "#c88033"
SMALLEST = 1e-3  # of a bar
WORDS = {
    "en": {
        "description": "A centre atom with neighbours to move on a map of their smeared density, "
        "the power spectrum of SOAP for each angular momentum l beside that of a stored reference, "
        "and the overlap of both densities against the angle by which the reference is turned.",
        "expanded": "by n_max and l_max",
        "exact": "exact",
        "map": "Density: {shown}",
        "handle": "neighbour {i}",
        "shown": "density",
        "spectrum": "Power spectrum",
        "share": "size of all p_nn'l of one l",
        "now": "now",
        "reference": "reference",
        "overlap": "Overlap {overlap}, similarity {k}",
        "curve": "overlap",
        "similarity": "similarity",
        "turn": "reference turned by / °",
        "sigma": "σ",
        "n_max": "n_max",
        "l_max": "l_max",
        "angle": "turn all",
        "mirror": "mirror",
        "keep": "store as reference",
        "header": ("", "now", "reference"),
        "size": "|p| at l = {l}",
        "overlap_row": "overlap with the reference",
        "similarity_row": "similarity to the reference",
        "summary": "similarity {k}, to the fourth power {k4}; overlap as they lie {overlap}",
    },
    "ja": {
        "description": "中心原子と動かせる隣接原子をぼかした密度の地図に重ね、"
        "角運動量 l ごとの SOAP のパワースペクトルを、保存した基準の環境と並べて示します。"
        "また、基準の環境を回したときの 2 つの密度の重なりを、角度に対して示します。",
        "expanded": "n_max, l_max で展開",
        "exact": "もとのまま",
        "map": "密度：{shown}",
        "handle": "隣接原子 {i}",
        "shown": "密度",
        "spectrum": "パワースペクトル",
        "share": "l ごとの p_nn'l の大きさ",
        "now": "いま",
        "reference": "基準",
        "overlap": "いまの重なり {overlap}、類似度 {k}",
        "curve": "重なり",
        "similarity": "類似度",
        "turn": "基準の環境を回す角度 / °",
        "sigma": "σ",
        "n_max": "n_max",
        "l_max": "l_max",
        "angle": "全体を回す",
        "mirror": "鏡に映す",
        "keep": "基準として保存",
        "header": ("", "いま", "基準"),
        "size": "l = {l} の |p|",
        "overlap_row": "基準との重なり",
        "similarity_row": "基準との類似度",
        "summary": "類似度 {k}、その 4 乗 {k4}、このままの重なり {overlap}",
    },
}


def soap_explorer(neighbors: Sequence[tuple[float, float]] | None = None, lang: str = "en"):
    """The widget; `neighbors` (x, y in Å around the centre) replace its own three."""
    from mlp_teach.widgets.canvas import Canvas

    state = SoapState()
    if neighbors is not None:
        places = tuple((float(x), float(y)) for x, y in neighbors)
        state = replace(state, neighbors=places, reference=places, angle=0.0)
    return Canvas(
        state, lambda state: soap_picture(state, lang), soap_update, lang, "soap_explorer"
    )


def soap_picture(state: SoapState, lang: str = "en") -> Drawing:
    """Atoms on their density, spectrum, overlap and numbers for one state."""
    words, numbers = WORDS[lang], soap_numbers(state)
    values = {
        "k": number(numbers.similarity, 4),
        "k4": number(numbers.similarity**4, 4),
        "overlap": number(numbers.overlap, 4),
    }
    return Drawing(
        panels=(
            _atoms(state, words),
            _spectrum(numbers, words),
            _overlap(numbers, words, words["overlap"].format(**values)),
        ),
        table=_table(numbers, values, words),
        description=words["description"],
        summary=words["summary"].format(**values),
        controls=_controls(state, words),
    )


def _controls(state: SoapState, words: dict) -> tuple[Control, ...]:
    def slider(name: str, low: float, high: float, step: float, shown: str) -> Slider:
        value = float(getattr(state, name))
        return Slider(name, words[name], value, low, high, step, f"{words[name]}: {shown}")

    return (
        slider("angle", -180.0, 180.0, 5.0, f"{number(state.angle, 0)}°"),
        slider("sigma", 0.2, 1.0, 0.05, f"{state.sigma:.2f} Å"),
        slider("n_max", 1.0, 10.0, 1.0, f"{state.n_max}"),
        slider("l_max", 0.0, 8.0, 1.0, f"{state.l_max}"),
        Choice(
            "shown",
            words["shown"],
            state.shown,
            tuple((name, words[name]) for name in ("expanded", "exact")),
        ),
        Button("mirror", words["mirror"]),
        Button("keep", words["keep"]),
    )


def _atoms(state: SoapState, words: dict) -> Panel:
    places = tuple(enumerate(state.neighbors, start=1))
    return Panel(
        (-EDGE, EDGE),
        (-EDGE, EDGE),
        marks=(
            *(Area(outlines, "blue", 0.12) for outlines in density_map(state)),
            Ring(0.0, 0.0, CUTOFF),
            *(Ring(x, y, 0.4, "orange") for x, y in state.reference),
            Ball(0.0, 0.0, 0.4, "#8a8f98", "0"),
            *(Ball(x, y, 0.4, COPPER_COLOR, str(i)) for i, (x, y) in places),
            *(
                Handle(str(i - 1), x, y, words["handle"].format(i=i), radius=0.4, step=0.1)
                for i, (x, y) in places
            ),
        ),
        title=words["map"].format(shown=words[state.shown]),
        equal=True,
        bare=True,
    )


def _spectrum(numbers: SoapNumbers, words: dict) -> Panel:
    """Two bars for each l on a logarithmic scale: l = 0 holds the atom itself and is far larger."""
    marks: list = []
    both = (
        ("blue", -0.17, numbers.powers, words["now"]),
        ("orange", 0.17, numbers.reference_powers, words["reference"]),
    )
    for color, shift, powers, label in both:
        for l, power in enumerate(powers):
            x, y = (l + shift, l + shift), (SMALLEST, max(float(power), SMALLEST))
            marks.append(Line(x, y, color, 6.0, label=label if l == 0 else ""))
    return Panel(
        (-0.6, max(len(numbers.powers), 3) - 0.4),
        (SMALLEST, 1.0),
        marks,
        title=words["spectrum"],
        x_label="l",
        y_label=words["share"],
        log=True,
    )


def _overlap(numbers: SoapNumbers, words: dict, title: str) -> Panel:
    k = numbers.similarity
    return Panel(
        (-180.0, 180.0),
        (0.0, 1.08),
        marks=(
            Line(TURNS, numbers.overlaps, "blue", 2.5, label=words["curve"]),
            Line((-180.0, 180.0), (k, k), "orange", 2.0, dashed=True, label=words["similarity"]),
            Dot(0.0, numbers.overlap, "blue"),
            Text(0.0, numbers.overlap, words["now"], "ink", dy=18.0),
        ),
        title=title,
        x_label=words["turn"],
        y_label=words["curve"],
    )


def _table(numbers: SoapNumbers, values: dict, words: dict) -> Table:
    both = zip(numbers.powers, numbers.reference_powers, strict=True)
    rows = [
        (words["size"].format(l=l), number(float(now), 4), number(float(then), 4))
        for l, (now, then) in enumerate(both)
    ]
    rows += [(words["similarity_row"], values["k"], number(1.0, 4))]
    rows += [(words["overlap_row"], values["overlap"], number(1.0, 4))]
    return Table(words["header"], rows)
