"""Map of the four phases and their tools: which files lead from one to another.

Choose a tool, and the map draws what it can pass on (orange) and what can come to it (blue); choose
a kind of file, and it marks who writes it and who reads it. The table beneath has what is left by
the choices: each tool with its files, its version, and how we know.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlp_teach.widgets.drawing import (
    Area,
    Arrow,
    Changed,
    Choice,
    Drawing,
    Line,
    Mark,
    Narrow,
    Panel,
    Table,
    Text,
)
from mlp_teach.widgets.ecosystem_tools import FILES, TOOLS, Tool, connected

HALF_WIDTH, HALF_HEIGHT = 0.40, 0.36  # of a tool's box; columns and rows are 1 apart
ROWS = 7
PICTURE_HEIGHT = 400.0  # pixels
NARROW = 760.0  # pixels of a page on which four columns would not hold their words
WORDS = {
    "en": {
        "description": "Four columns, one for each phase of a project, with the tools of each, and "
        "lines for files that lead from one tool to another.",
        "phases": ("1 data", "2 training", "3 simulation", "4 analysis"),
        "phase": "Phase",
        "tool": "Tool",
        "file": "File",
        "all": "all",
        "none": "none",
        "legend": ("its input can come from", "its output can go to"),
        "file_legend": ("reads it", "writes it"),
        "loop": "what is unsure goes back to be labelled",
        "header": ("tool", "phase", "reads", "writes", "version", "basis", "source"),
        "basis": {"run": "run", "documented": "documented"},
        "summary": "{count} of {total} tools in the table below.",
        "of_tool": "{name} gets files from {before} and passes them to {after}. ",
        "of_file": "{name} ({what}): written by {writers}; read by {readers}. ",
        "nobody": "nobody here",
        "comma": ", ",
    },
    "ja": {
        "description": "プロジェクトの 4 つの段階を 4 列に並べ、それぞれの道具と、"
        "道具から道具へ渡るファイルの線を示します。",
        "phases": ("1 データ", "2 訓練", "3 シミュレーション", "4 解析"),
        "phase": "段階",
        "tool": "道具",
        "file": "ファイル",
        "all": "すべて",
        "none": "なし",
        "legend": ("入力の出どころ", "出力の行き先"),
        "file_legend": ("読む", "書く"),
        "loop": "自信のない構造は、戻してラベルを付ける",
        "header": ("道具", "段階", "読む", "書く", "版", "根拠", "出典（英語）"),
        "basis": {"run": "実行", "documented": "文書"},
        "summary": "下の表には、{total} 個のうち {count} 個の道具があります。",
        "of_tool": "{name}：受け取り元は{before}、渡し先は{after}。",
        "of_file": "{name}（{what}）：書くのは{writers}、読むのは{readers}。",
        "nobody": "なし（この地図では）",
        "comma": "、",
    },
}


@dataclass(frozen=True)
class EcosystemState:
    """What is chosen: a phase ("0": all), the place of a tool ("": none), a kind of file."""

    phase: str = "0"
    tool: str = ""
    file: str = ""


def ecosystem_map(tool: str = "", file: str = "", lang: str = "en"):
    """The widget, with a tool (by name) or a kind of file (a key of FILES) chosen."""
    from mlp_teach.widgets.canvas import Canvas

    _check(tool, file)
    state = EcosystemState(tool=tool, file=file)
    return Canvas(
        state, lambda state: ecosystem_picture(state, lang), ecosystem_update, lang, "ecosystem_map"
    )


def ecosystem_update(state: EcosystemState, event: Changed) -> EcosystemState:
    """The state after a choice."""
    return replace(state, **{event.name: event.value})


def ecosystem_picture(state: EcosystemState, lang: str = "en") -> Drawing:
    """Map, table and summary of one state."""
    words = WORDS[lang]
    chosen = [tool for tool in TOOLS if _fits(tool, state)]
    return Drawing(
        panels=(_map(state, words, 4),),
        narrow=Narrow(NARROW, (_map(state, words, 2),), (2 * PICTURE_HEIGHT - 60,)),
        table=_table(chosen, words),
        description=words["description"],
        summary=_summary(state, chosen, words, lang),
        controls=_controls(state, words),
        height=PICTURE_HEIGHT,
    )


def _check(tool: str, file: str) -> None:
    names = [one.name for one in TOOLS]
    if tool and tool not in names:
        raise ValueError(f"There is no tool {tool!r} on the map; there are {', '.join(names)}.")
    if file and file not in FILES:
        raise ValueError(f"There is no file {file!r} on the map; there are {', '.join(FILES)}.")


def _fits(tool: Tool, state: EcosystemState) -> bool:
    """Whether a tool stays in the table: each choice that is made must hold for it."""
    in_phase = state.phase in ("0", str(tool.phase))
    with_file = not state.file or state.file in (*tool.reads, *tool.writes)
    if not state.tool or tool.name == state.tool:
        return in_phase and with_file
    chosen = _named(state.tool)
    return in_phase and (_joined(chosen, tool, state) or _joined(tool, chosen, state))


def _joined(writer: Tool, reader: Tool, state: EcosystemState) -> bool:
    """Whether a file of the chosen kind, or any if none is chosen, leads from one to the other."""
    kinds = connected(writer, reader)
    return state.file in kinds if state.file else bool(kinds)


def _named(name: str) -> Tool:
    return next(tool for tool in TOOLS if tool.name == name)


def _controls(state: EcosystemState, words: dict) -> tuple[Choice, ...]:
    phases = (("0", words["all"]), *((str(n), w) for n, w in enumerate(words["phases"], 1)))
    tools = (("", words["none"]), *((tool.name, tool.name) for tool in TOOLS))
    files = (("", words["all"]), *((key, kind.name) for key, kind in FILES.items()))
    return (
        Choice("tool", words["tool"], state.tool, tools),
        Choice("file", words["file"], state.file, files),
        Choice("phase", words["phase"], state.phase, phases),
    )


def heads(columns: int) -> list[tuple[float, float]]:
    """Where the four phases begin, with so many columns beside each other."""
    return [(1.0 + n % columns, -(ROWS + 1.0) * (n // columns)) for n in range(4)]


def places(columns: int = 4) -> dict[str, tuple[float, float]]:
    """Where the middle of each tool's box lies: a column for each phase, from above."""
    found = {}
    for phase, (x, top) in enumerate(heads(columns), 1):
        column = [tool for tool in TOOLS if tool.phase == phase]
        for row, tool in enumerate(column):
            found[tool.name] = (x, top + (ROWS - len(column)) / -2 - row - 1.0)
    return found


def _map(state: EcosystemState, words: dict, columns: int) -> Panel:
    where, marks = places(columns), []
    for (x, top), word in zip(heads(columns), words["phases"], strict=True):
        marks.append(Text(x, top - 0.2, word, "ink"))
        if x < columns:
            marks.append(Arrow(x + 0.35, top - 0.13, 0.3, 0.0, "muted"))
    if state.tool:
        marks += _links(state, where, words)
    for tool in TOOLS:
        marks += _box(tool, where[tool.name], state)
    if state.file:  # a legend
        for color, label in zip(("blue", "orange"), words["file_legend"], strict=True):
            marks.append(Line((9.0, 9.1), (0.0, 0.0), color, 3.0, label=label))
    low = heads(columns)[-1]
    marks += _way_back(low, words)
    left = 0.36 if low[1] == 0 else 0.25  # room for what bends around a column, and the way back
    return Panel((left, columns + 0.64), (low[1] - ROWS - 1.4, 0.15), marks, bare=True)


def _links(state: EcosystemState, where: dict, words: dict) -> list[Mark]:
    """From the tools that can feed the chosen one, and to those that it can feed."""
    chosen, marks = _named(state.tool), []
    for color, label, forward in zip(
        ("blue", "orange"), words["legend"], (False, True), strict=True
    ):
        marks.append(Line((9.0, 9.1), (0.0, 0.0), color, 3.0, label=label))
        for tool in TOOLS:
            pair = (chosen, tool) if forward else (tool, chosen)
            if tool != chosen and _joined(*pair, state):
                marks.append(_curve(where[pair[0].name], where[pair[1].name], color, forward))
    return marks


def _curve(start: tuple, end: tuple, color: str, forward: bool) -> Line:
    """An S from the right edge of one box to the left edge of another, or beside a column."""
    (x0, y0), (x1, y1) = start, end
    shift = 0.06 if forward else -0.06  # two ways between the same boxes lie side by side
    t = np.linspace(0.0, 1.0, 24)
    if x1 == x0:
        bulge = x0 + (HALF_WIDTH if forward else -HALF_WIDTH) * (1 + 0.5 * np.sin(np.pi * t))
        return Line(bulge, y0 + (y1 - y0) * t, color, 1.5)
    side = HALF_WIDTH if x1 > x0 else -HALF_WIDTH
    x = (x0 + side) + (x1 - x0 - 2 * side) * t
    y = y0 + (y1 - y0) * (3 * t**2 - 2 * t**3) + shift
    return Line(x, y, color, 1.5)


def _box(tool: Tool, place: tuple[float, float], state: EcosystemState) -> list[Mark]:
    """A box with the tool's name; filled where the choices hold, barred for who reads or writes."""
    x, y = place
    left, right, low, high = x - HALF_WIDTH, x + HALF_WIDTH, y - HALF_HEIGHT, y + HALF_HEIGHT
    corners = np.array([(left, low), (right, low), (right, high), (left, high)])
    fits = _fits(tool, state)
    color = "purple" if tool.name == state.tool else "ink" if fits else "grid"
    marks: list[Mark] = [
        Area([corners], "paper", 1.0),
        Area([corners], "purple" if tool.name == state.tool else "muted", 0.18 if fits else 0.03),
        Line([*corners[:, 0], left], [*corners[:, 1], low], color, 1.5 if fits else 1.0),
        Text(x, y, tool.name, "ink" if fits else "muted", dy=4.0),
    ]
    if state.file in tool.reads:
        marks.append(Line((left, left), (low, high), "blue", 6.0))
    if state.file in tool.writes:
        marks.append(Line((right, right), (low, high), "orange", 6.0))
    return marks


def _way_back(last: tuple[float, float], words: dict) -> list[Mark]:
    """Beneath everything: from analysis and simulation back to the data."""
    x, y = last[0], last[1] - ROWS - 0.75
    # with the data further up, along the edge of the page
    end, tip = (1.0, y + 0.45) if last[1] == 0 else (0.32, -0.5)
    path = (x, x, end, end), (y + 0.25, y, y, tip - 0.45)
    return [
        Line(*path, "muted", 1.5, dashed=True),
        Arrow(end, tip - 0.45, 0.0, 0.45, "muted"),
        Text((1.0 + x) / 2, y, words["loop"], "muted", dy=16.0),
    ]


def _table(chosen: list[Tool], words: dict) -> Table:
    def names(kinds: tuple[str, ...]) -> str:
        return words["comma"].join(FILES[kind].name for kind in kinds)

    rows = tuple(
        (
            tool.name,
            words["phases"][tool.phase - 1],
            names(tool.reads),
            names(tool.writes),
            tool.version,
            words["basis"][tool.basis],
            tool.source,
        )
        for tool in chosen
    )
    return Table(words["header"], rows)


def _summary(state: EcosystemState, chosen: list[Tool], words: dict, lang: str) -> str:
    def listed(tools: list[Tool]) -> str:
        return words["comma"].join(tool.name for tool in tools) or words["nobody"]

    text = ""
    if state.tool:
        tool = _named(state.tool)
        others = [other for other in TOOLS if other != tool]
        before = listed([other for other in others if _joined(other, tool, state)])
        after = listed([other for other in others if _joined(tool, other, state)])
        text += words["of_tool"].format(name=tool.name, before=before, after=after)
    if state.file:
        kind = FILES[state.file]
        text += words["of_file"].format(
            name=kind.name,
            what={"en": kind.en, "ja": kind.ja}[lang],
            writers=listed([tool for tool in TOOLS if state.file in tool.writes]),
            readers=listed([tool for tool in TOOLS if state.file in tool.reads]),
        )
    return text + words["summary"].format(count=len(chosen), total=len(TOOLS))
