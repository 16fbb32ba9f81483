"""The descriptor chooser: questions as a tree, a recommendation with its reasons and its price.

The learner describes a situation; the way through the tree is drawn thick. Beneath stand the reason
for every turn, what the recommendation costs, what comes second, and the numbers of all options.
"""

from __future__ import annotations

from mlp_teach.widgets.descriptor_choice import (
    LABELS,
    MOST_ELEMENTS,
    OPTIONS,
    RUNS,
    SIZES,
    SYSTEMS,
    TRAINING,
    TREE,
    Advice,
    Situation,
    advise,
    choice_update,
    cost_of,
    error_of,
    frames_for_half,
    label_hours,
    length_of,
)
from mlp_teach.widgets.descriptor_chooser_words import WORDS
from mlp_teach.widgets.descriptor_tree import list_panel, tree_panel
from mlp_teach.widgets.drawing import (
    Choice,
    Control,
    Drawing,
    Narrow,
    Slider,
    Table,
    number,
)

HEIGHT, LIST_HEIGHT = 400.0, 420.0  # pixels, of the tree and of the list
NARROW = 700.0  # pixels of a page on which the boxes would not hold their words


def descriptor_chooser(lang: str = "en", elements: int = 3, frames: int = 100):
    """The widget, at first for so many elements (1 to 4) and frames (100, 300 or 950)."""
    from mlp_teach.widgets.canvas import Canvas

    if not 1 <= elements <= MOST_ELEMENTS:
        raise ValueError(f"elements is {elements}; it was measured for 1 to {MOST_ELEMENTS}.")
    if frames not in SIZES:
        raise ValueError(f"frames is {frames}; it was measured for {SIZES}.")
    situation = Situation(elements=elements, frames=frames)
    return Canvas(
        situation,
        lambda state: choice_picture(state, lang),
        choice_update,
        lang,
        "descriptor_chooser",
    )


def choice_picture(situation: Situation, lang: str = "en") -> Drawing:
    """Tree, reasons and numbers for one situation."""
    words, advice = WORDS[lang], advise(situation)
    return Drawing(
        panels=(tree_panel(situation, advice, words),),
        table=_table(situation, words),
        description=words["description"],
        summary=words["join"].join(_sentences(situation, advice, words)),
        controls=_controls(situation, words),
        height=HEIGHT,
        narrow=Narrow(NARROW, (list_panel(situation, advice, words),), (LIST_HEIGHT,)),
    )


def _sentences(situation: Situation, advice: Advice, words: dict) -> list[str]:
    """Recommendation, a reason for each turn, its price, the second choice, what to beware of."""
    option = advice.option
    counted = {
        "counted": words["count"][situation.elements > 1].format(n=situation.elements),
        "frames": situation.frames,
        "soap": length_of("gap", situation.elements),
        "functions": length_of("network", situation.elements),
        "net": length_of("equivariant", situation.elements),
    }
    found = [words["recommend"].format(name=words["options"][option])]
    for name, yes in advice.path:
        reason = f"{TREE[name].asks} {'yes' if yes else 'no'}"
        found.append(words["because"][reason].format(**counted))
    found.append(words["price"][option].format(**_price(option, situation, words)))
    if situation.error_bar == "yes" and option not in ("gap", "linear"):
        found.append(words["committee"])
    second = _price(advice.second, situation, words)
    found.append(words["second"].format(name=words["options"][advice.second], **second))
    found.append(words["labels"].format(hours=_hours(label_hours(situation))))
    if factor := frames_for_half(option):
        hours = label_hours(situation, factor * situation.frames)
        found.append(words["half"].format(factor=number(factor, 1), hours=_hours(hours)))
    found.append(words[situation.system])
    return [*found, words["long_range yes"]] if situation.long_range == "yes" else found


def _price(option: str, situation: Situation, words: dict) -> dict[str, str]:
    """The numbers that a sentence on an option may name."""
    cost, error = cost_of(option, situation.elements), error_of(option, situation.frames)
    size = SIZES.index(situation.frames)
    return {
        "cost": number(cost, 0),
        "error": words["unlearnt"] if error is None else words["measured"].format(error=error),
        "ratio": number(cost / cost_of("invariant", situation.elements), 1),
        "training": number(TRAINING["equivariant"][size] / 60, 1),
        "fit": number(TRAINING["gap"][size], 0),
    }


def _hours(hours: float) -> str:
    return number(hours, 1 if hours < 10 else 0)


def _controls(situation: Situation, words: dict) -> tuple[Control, ...]:
    names = words["control"]
    most = situation.elements == MOST_ELEMENTS
    count = words["or more"].format(n=MOST_ELEMENTS) if most else str(situation.elements)
    yes_no = [("yes", words["yes"]), ("no", words["no"])]
    sizes = [(str(size), str(size)) for size in SIZES]
    return (
        Choice("system", names["system"], situation.system, _options(SYSTEMS, words["system"])),
        Slider(
            "elements",
            names["elements"],
            float(situation.elements),
            1.0,
            float(MOST_ELEMENTS),
            1.0,
            f"{names['elements']}: {count}",
        ),
        Choice("frames", names["frames"], str(situation.frames), sizes),
        Choice("forces", names["forces"], situation.forces, yes_no),
        Choice("label", names["label"], situation.label, _options(tuple(LABELS), words["label"])),
        Choice("runs", names["runs"], situation.runs, _options(RUNS, words["runs"])),
        Choice("error_bar", names["error_bar"], situation.error_bar, yes_no),
        Choice("long_range", names["long_range"], situation.long_range, yes_no),
    )


def _options(keys: tuple[str, ...], named: dict) -> list[tuple[str, str]]:
    return [(key, named[key]) for key in keys]


def _table(situation: Situation, words: dict) -> Table:
    size, rows = SIZES.index(situation.frames), []
    for option in OPTIONS:
        error, half = error_of(option, situation.frames), frames_for_half(option)
        rows.append(
            (
                words["options"][option],
                str(length_of(option, situation.elements)),
                "–" if error is None else number(error, 1),
                number(cost_of(option, situation.elements), 0),
                "–" if error is None else number(TRAINING[option][size], 0),
                "–" if half is None else number(half, 1),
            )
        )
    return Table(tuple(h.format(frames=situation.frames) for h in words["header"]), tuple(rows))
