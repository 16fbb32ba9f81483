"""The self-check as plain functions: a desk with the questions of one goal, and the page it shows.

    desk = update(new_desk(deck, today), "1", today)
    page(desk, lang)          what the learner reads, and the buttons there are

A question that was answered rightly comes back after the days of its box (`glossary_deck`); one
that was not comes again at the end of this sitting. What counts as known is the last answer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date

from mlp_teach.widgets.glossary_deck import Deck, answered, due_cards
from mlp_teach.widgets.glossary_desk import Button, Page
from mlp_teach.widgets.self_check_questions import BY_KEY, GOALS, QUESTIONS, Asked

WORDS = {
    "en": {
        "title": "Self-check of the four goals",
        "right": "Right.",
        "wrong": "Not quite.",
        "instead": "Right is: {text} {why}",
        "next": "Next question",
        "done": "No question of this goal is due.",
        "when": "The next one comes on {day}. Until then you may take them all again.",
        "all": "Take all {count} now",
        "progress": "Goal {goal}: {left} to go. All goals: {known} of {count} known.",
        "header": ("goal", "known", "asked", "questions"),
        "details": "What you know of each goal",
    },
    "ja": {
        "title": "4 つの目標の自己診断",
        "right": "正解です。",
        "wrong": "惜しい。",
        "instead": "正しくは：{text}{why}",
        "next": "次の問題",
        "done": "この目標の問題は、今日はもうありません。",
        "when": "次は {day} に出ます。それまでに、もう一度すべて解くこともできます。",
        "all": "いま {count} 問すべてを解く",
        "progress": "目標 {goal}：残り {left} 問。全体：{count} 問のうち {known} 問を正解。",
        "header": ("目標", "正解", "解答済み", "問題数"),
        "details": "目標ごとの記録",
    },
}
NUMBERS = ("1", "2", "3", "4")  # of the goals, and the names of their buttons


@dataclass(frozen=True)
class Desk:
    """`pile`: keys still to ask, the first is on show. `answer`: which of its answers was chosen, a
    number from 0 in the order of `Asked.answers`, or none yet. `times` shuffles."""

    deck: Deck
    pile: tuple[str, ...]
    today: date
    goal: str = "1"
    answer: int | None = None
    times: int = 0


def keys(goal: str) -> tuple[str, ...]:
    """The questions of a goal."""
    return tuple(question.key for question in QUESTIONS if str(question.goal) == goal)


def new_desk(deck: Deck, today: date, goal: str = "1") -> Desk:
    """The desk with what is due of a goal."""
    mine = keys(goal)
    return Desk(deck, due_cards(deck, mine, today, new_a_day=2 * len(mine)), today, goal)


def update(desk: Desk, button: str, today: date) -> Desk:
    """The desk after a button. Raises ValueError for one that is not there."""
    if button.startswith("goal ") and button[5:] in NUMBERS:
        return new_desk(desk.deck, today, button[5:])
    names = [one.name for one in page(desk, "en").buttons]
    if button not in names:
        raise ValueError(f"There is no button {button!r} now; there are {', '.join(names)}.")
    if today != desk.today:  # left open over night
        return new_desk(desk.deck, today, desk.goal)
    if button == "all":
        return replace(desk, pile=keys(desk.goal), answer=None)
    if button == "next":
        return _next(desk)
    chosen = int(button.removeprefix("answer "))
    deck = answered(desk.deck, desk.pile[0], chosen == 0, today)
    return replace(desk, deck=deck, answer=chosen)


def _next(desk: Desk) -> Desk:
    first, *rest = desk.pile
    pile = tuple(rest) if desk.answer == 0 else (*rest, first)
    return replace(desk, pile=pile, answer=None, times=desk.times + 1)


def order(desk: Desk) -> tuple[int, ...]:
    """In which order the three answers are shown; another one when the question comes again."""
    found = [0, 1, 2]
    random.Random(f"{desk.pile[0]} {desk.times}").shuffle(found)
    return tuple(found)


def page(desk: Desk, lang: str) -> Page:
    """What the desk shows, in the language of the lesson."""
    words = WORDS[lang]
    if desk.pile:
        question, prompt, verdict, tone, meaning, buttons = _question(desk, words, lang)
    else:
        question, prompt, verdict, tone, meaning, buttons = _done(desk, words)
    goals = zip(NUMBERS, GOALS[lang], strict=True)
    return Page(
        title=words["title"],
        question=question,
        prompt=prompt,
        verdict=verdict,
        tone=tone,
        meaning=meaning,
        buttons=buttons,
        kinds=tuple(Button(f"goal {n}", label, n == desk.goal) for n, label in goals),
        progress=words["progress"].format(
            goal=desk.goal,
            left=len(desk.pile) - (desk.answer == 0),
            known=known(desk.deck, *NUMBERS),
            count=len(BY_KEY),
        ),
        boxes=tuple(
            _row(desk.deck, n, label) for n, label in zip(NUMBERS, GOALS[lang], strict=True)
        ),
        header=words["header"],
    )


def _question(desk: Desk, words: dict, lang: str) -> tuple:
    asked: Asked = BY_KEY[desk.pile[0]].asked(lang)
    if desk.answer is None:
        buttons = tuple(Button(f"answer {n}", asked.answers[n].text) for n in order(desk))
        return asked.text, "", "", "", "", buttons
    chosen, right = asked.answers[desk.answer], asked.answers[0]
    after = (Button("next", words["next"]),)
    if desk.answer == 0:
        return asked.text, right.text, words["right"], "right", right.why, after
    instead = words["instead"].format(text=right.text, why=right.why)
    meaning = f"{chosen.why}\n\n{instead}"
    return asked.text, chosen.text, words["wrong"], "wrong", meaning, after


def _done(desk: Desk, words: dict) -> tuple:
    days = [desk.deck[key].due for key in keys(desk.goal) if key in desk.deck]
    prompt = words["when"].format(day=min(days).isoformat()) if days else ""
    again = (Button("all", words["all"].format(count=len(keys(desk.goal)))),)
    return words["done"], prompt, "", "", "", again


def known(deck: Deck, *goals: str) -> int:
    """How many questions of these goals were answered rightly when they came last."""
    return sum(deck[key].box > 0 for goal in goals for key in keys(goal) if key in deck)


def _row(deck: Deck, goal: str, label: str) -> tuple[str, str, str, str]:
    asked = sum(key in deck for key in keys(goal))
    return label, str(known(deck, goal)), str(asked), str(len(keys(goal)))
