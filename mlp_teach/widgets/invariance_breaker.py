"""The invariance breaker: seven ways to describe a molecule, and which laws each of them breaks.

Left the molecule, to drag, turn, shift and mirror; right a meter for each law: how much the chosen
energy changes where it should not, on a scale from rounding to an electronvolt.
"""

from __future__ import annotations

from math import log10

from ase.data.colors import jmol_colors

from mlp_teach.widgets.drawing import (
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
from mlp_teach.widgets.invariance_scene import (
    LAWS,
    MODELS,
    InvarianceState,
    energies,
    invariance_update,
    listed,
    residuals,
    shown_positions,
)

EDGE = 2.4  # Å, of the map
LEAST, HELD = -17.0, -9.0  # log10 of eV: where the meter begins, and where rounding ends
DECADES = (-16.0, -12.0, -8.0, -4.0, 0.0)
RADII = {8: 0.34, 1: 0.24}  # Å
NAMES = ("O0", "O1", "H2", "H3")
WORDS = {
    "en": {
        "description": "A molecule of hydrogen peroxide that can be dragged, shifted, turned and "
        "mirrored, and a meter on a logarithmic scale: by how much the chosen energy changes in "
        "six experiments that should not change it.",
        "model": "energy from",
        "coordinates": "raw coordinates x, y, z",
        "centred": "x, y, z from the centre",
        "coulomb": "Coulomb matrix, unsorted",
        "sorted_coulomb": "Coulomb matrix, sorted",
        "hard_cutoff": "radial functions, hard cutoff",
        "handed": "radial functions and volumes",
        "symmetry": "radial functions, smooth cutoff",
        "shift": "shift",
        "turn": "turn",
        "exchange": "exchange H",
        "mirror": "mirror",
        "cutoff": "cutoff",
        "swap": "rows swap",
        "start": "back to the start",
        "molecule": "Drag an atom",
        "meter": "|ΔE| where none should be (eV)",
        "holds": "rounding",
        "header": ("experiment", "|ΔE| (eV)", "law"),
        "rows": {
            "shift": "all atoms moved by 1 Å",
            "turn": "turned by 40° about an oblique axis",
            "exchange": "the two hydrogens exchanged in the list",
            "mirror": "mirrored, x → −x",
            "cutoff": "step where H3 is 3.2 Å from O0",
            "swap": "step where the matrix rows of H2 and H3 swap",
        },
        "kept": "holds",
        "broken": "broken",
        "summary": "{model}: E = {before} eV, after what you did {now} eV; broken: {laws}",
        "none": "no law",
    },
    "ja": {
        "description": "ドラッグしたり、平行に動かしたり、回したり、鏡に映したりできる"
        "過酸化水素分子と、対数目盛りの計器。計器は、変わらないはずの 6 つの実験で、"
        "選んだエネルギーがどれだけ変わるかを示します。",
        "model": "エネルギーの計算に使うもの",
        "coordinates": "座標 x, y, z そのまま",
        "centred": "中心から測った x, y, z",
        "coulomb": "並べ替えないクーロン行列",
        "sorted_coulomb": "並べ替えたクーロン行列",
        "hard_cutoff": "動径関数、急なカットオフ",
        "handed": "動径関数と体積",
        "symmetry": "動径関数、なめらかなカットオフ",
        "shift": "並進",
        "turn": "回転",
        "exchange": "H の交換",
        "mirror": "鏡映",
        "cutoff": "カットオフ",
        "swap": "行の入替",
        "start": "はじめに戻す",
        "molecule": "原子をドラッグ",
        "meter": "変わらないはずの E の変化 |ΔE|（eV）",
        "holds": "丸め誤差",
        "header": ("実験", "|ΔE|（eV）", "法則"),
        "rows": {
            "shift": "全原子を 1 Å 動かす",
            "turn": "斜めの軸のまわりに 40° 回す",
            "exchange": "リストの中で 2 個の水素を交換する",
            "mirror": "鏡に映す（x → −x）",
            "cutoff": "H3 が O0 から 3.2 Å の所での跳び",
            "swap": "行列で H2 と H3 の行が入れ替わる所での跳び",
        },
        "kept": "成り立つ",
        "broken": "破れている",
        "summary": "{model}：E = {before} eV、操作後 {now} eV。破れている法則：{laws}",
        "none": "なし",
    },
}


def invariance_breaker(lang: str = "en", model: str = "coordinates"):
    """The widget, at first with this energy: one of `invariance_scene.MODELS`."""
    from mlp_teach.widgets.canvas import Canvas

    if model not in MODELS:
        raise ValueError(f"model is {model!r}; the breaker knows {', '.join(MODELS)}.")
    state = InvarianceState(model)
    return Canvas(
        state,
        lambda state: invariance_picture(state, lang),
        invariance_update,
        lang,
        "invariance_breaker",
    )


def invariance_picture(state: InvarianceState, lang: str = "en") -> Drawing:
    """Molecule, meter and numbers for one state."""
    words, found = WORDS[lang], residuals(state)
    return Drawing(
        panels=(_molecule(state, words), _meter(found, words)),
        table=_table(found, words),
        description=words["description"],
        summary=_summary(state, found, words),
        controls=_controls(state, words),
    )


def _controls(state: InvarianceState, words: dict) -> tuple[Control, ...]:
    shift = f"{words['shift']}: {number(state.shift, 1)} Å"
    turn = f"{words['turn']}: {number(state.turn, 0)}°"
    return (
        Choice("model", words["model"], state.model, [(name, words[name]) for name in MODELS]),
        Slider("shift", words["shift"], state.shift, -1.5, 1.5, 0.1, shift),
        Slider("turn", words["turn"], state.turn, -180.0, 180.0, 5.0, turn),
        Button("exchange", words["exchange"]),
        Button("mirror", words["mirror"]),
        Button("start", words["start"]),
    )


def _molecule(state: InvarianceState, words: dict) -> Panel:
    """Where the list puts each atom; those in front are drawn last."""
    places, (numbers, in_list) = shown_positions(state), listed(state)
    marks: list = [
        Ring(x, y, RADII[z]) for z, (x, y, _) in zip((8, 8, 1, 1), state.positions, strict=True)
    ]
    bonds = [(0, 1), *((i, j) for i in (0, 1) for j in (2, 3) if _close(places, i, j))]
    marks += [Line(*places[list(pair), :2].T, "muted", 1.5) for pair in bonds]
    for n in in_list[:, 2].argsort(kind="stable"):
        x, y, _ = in_list[n]
        color = "#" + "".join(f"{round(255 * part):02x}" for part in jmol_colors[numbers[n]])
        marks.append(Ball(x, y, RADII[int(numbers[n])], color, NAMES[n]))
    for n, (x, y, _) in enumerate(places):
        marks.append(Handle(f"atom{n}", float(x), float(y), NAMES[n], RADII[8], 0.1))
    edges = (-EDGE, EDGE)
    return Panel(edges, edges, marks, title=words["molecule"], equal=True, bare=True)


def _close(places, i: int, j: int) -> bool:
    return bool(((places[i] - places[j]) ** 2).sum() < 1.5**2)


def _meter(found: dict[str, float], words: dict) -> Panel:
    """Bars of log10 |ΔE|, from what a computer cannot resolve up."""
    end, marks = len(LAWS) - 0.5, []
    for power in DECADES:
        marks.append(Line((-0.5, end), (power, power), "grid", 1.0))
        marks.append(Text(-0.6, power, f"1e{power:+.0f}" if power else "1", anchor="end", dy=4.0))
    marks.append(Line((-0.5, end), (HELD, HELD), "muted", 1.0, dashed=True))
    marks.append(Text(end, HELD, words["holds"], "muted", "end", dy=14.0))
    for n, law in enumerate(LAWS):
        place, value = float(n), _size(found[law])
        color = "orange" if value > HELD else "blue"
        marks += [Line((place, place), (LEAST, value), color, 9.0), Dot(place, value, color, 5.0)]
        marks.append(Text(place, LEAST, words[law], "ink", dy=16.0 + 14.0 * (n % 2)))
    edges = (-1.8, end + 0.5)  # room for the words beside the bars
    return Panel(edges, (LEAST - 2.6, 1.5), marks, words["meter"], bare=True, share=1.3)


def _size(residual: float) -> float:
    return max(log10(max(residual, 1e-300)), LEAST)


def _summary(state: InvarianceState, found: dict[str, float], words: dict) -> str:
    before, now = energies(state)
    comma = "、" if words is WORDS["ja"] else ", "
    broken = comma.join(words[law] for law in LAWS if _size(found[law]) > HELD)
    return words["summary"].format(
        model=words[state.model],
        before=number(before, 4),
        now=number(now, 4),
        laws=broken or words["none"],
    )


def _table(found: dict[str, float], words: dict) -> Table:
    rows = [
        (
            words["rows"][law],
            f"{found[law]:.1e}",
            words["broken" if _size(found[law]) > HELD else "kept"],
        )
        for law in LAWS
    ]
    return Table(words["header"], rows)
