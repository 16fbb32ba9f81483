"""Flashcards and quiz as plain functions: a desk with a pile of cards, and the page it shows.

    desk = update(new_desk(deck, today), "turn", today)
    page(desk, lang)          what the learner reads, and the buttons there are

A card asks for the meaning of a term and is judged by the learner; a question of the quiz shows a
case and asks which term fits. Both count for the same boxes (`glossary_deck`).
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from mlp_teach.widgets.glossary_deck import LAST_BOX, Deck, answered, days, due_cards
from mlp_teach.widgets.glossary_terms import BY_KEY, FIRST_DAY, TERMS

KEYS = tuple(BY_KEY)
WORDS = {
    "en": {
        "title": "Glossary cards",
        "cards": "Cards",
        "quiz": "Quiz",
        "what": "What does this mean? Say it to yourself, then turn the card.",
        "which": "Which term fits?",
        "turn": "Turn the card",
        "knew": "I knew it",
        "missed": "Not yet",
        "next": "Next",
        "right": "Right: {name}.",
        "wrong": "Not quite: it is {name}. The card comes back today.",
        "done": "Done for today.",
        "tomorrow": "The next cards are due on {day}: {count}.",
        "all": "Practise all {count} now",
        "progress": "Still {left} today. So far {right} of {asked} known. Learnt for good (box "
        "{last}): {known} of {count}.",
        "boxes": "How many cards lie in which box",
        "header": ("box", "waits, days", "cards"),
        "new": "new",
    },
    "ja": {
        "title": "用語カード",
        "cards": "カード",
        "quiz": "クイズ",
        "what": "どういう意味でしょうか。自分の言葉で言ってから、カードをめくりましょう。",
        "which": "あてはまる用語はどれでしょうか。",
        "turn": "カードをめくる",
        "knew": "言えた",
        "missed": "まだ",
        "next": "次へ",
        "right": "正解：{name}。",
        "wrong": "惜しい：正解は{name}です。このカードは今日もう一度出ます。",
        "done": "今日の分は終わりです。",
        "tomorrow": "次のカードは {day} に {count} 枚あります。",
        "all": "いま {count} 枚すべてを練習する",
        "progress": "今日の残り {left} 枚。これまで {asked} 回のうち {right} 回正解。"
        "定着（箱 {last}）：{count} 枚のうち {known} 枚。",
        "boxes": "どの箱に何枚あるか",
        "header": ("箱", "間隔（日）", "枚数"),
        "new": "新しい",
    },
}


@dataclass(frozen=True)
class Desk:
    """`pile`: keys still to ask, the first is on show. `answer`: empty while the question is open,
    then "turned" or the key of the chosen term. `asked` and `right` count this sitting."""

    deck: Deck
    pile: tuple[str, ...]
    today: date
    quiz: bool = False
    answer: str = ""
    asked: int = 0
    right: int = 0


@dataclass(frozen=True)
class Button:
    """What may be pressed; `chosen` marks the kind of exercise that is on."""

    name: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Page:
    """All that the learner reads; `tone` of the verdict is "right", "wrong" or empty."""

    title: str
    question: str
    prompt: str
    verdict: str
    tone: str
    meaning: str
    buttons: tuple[Button, ...]
    kinds: tuple[Button, ...]
    progress: str
    boxes: tuple[tuple[str, ...], ...]
    header: tuple[str, ...]


def new_desk(deck: Deck, today: date) -> Desk:
    """The desk with the cards of today."""
    return Desk(deck, due_cards(deck, KEYS, today, FIRST_DAY), today)


def update(desk: Desk, button: str, today: date) -> Desk:
    """The desk after a button. Raises ValueError for one that is not there."""
    names = [one.name for one in page(desk, "en").buttons]
    if button not in (*names, "cards", "quiz"):
        raise ValueError(f"There is no button {button!r} now; there are {', '.join(names)}.")
    if today != desk.today:  # left open over night
        fresh = new_desk(desk.deck, today)
        return replace(fresh, quiz=desk.quiz)
    if button in ("cards", "quiz"):
        return replace(_next(desk), quiz=button == "quiz")
    if button == "turn":
        return replace(desk, answer="turned")
    if button in ("knew", "missed"):
        return _next(replace(_judged(desk, button == "knew"), answer=button))
    if button == "next":
        return _next(desk)
    if button == "all":
        return replace(desk, pile=KEYS, answer="")
    return replace(_judged(desk, button == desk.pile[0]), answer=button)


def _judged(desk: Desk, right: bool) -> Desk:
    deck = answered(desk.deck, desk.pile[0], right, desk.today)
    return replace(desk, deck=deck, asked=desk.asked + 1, right=desk.right + right)


def _next(desk: Desk) -> Desk:
    """The next card on top, if this one was answered: one that was missed comes last again."""
    if desk.answer in ("", "turned"):
        return replace(desk, answer="")
    first, *rest = desk.pile
    missed = desk.deck[first].box == 0
    return replace(desk, pile=(*rest, first) if missed else tuple(rest), answer="")


def options(desk: Desk) -> tuple[str, ...]:
    """The four keys to choose from; their order changes from one time to the next."""
    key = desk.pile[0]
    times = desk.asked - bool(desk.answer)
    shuffled = [key, *BY_KEY[key].near]
    random.Random(f"{key} {times}").shuffle(shuffled)
    return tuple(shuffled)


def page(desk: Desk, lang: str) -> Page:
    """What the desk shows, in the language of the lesson."""
    words = WORDS[lang]
    question, prompt, verdict, tone, meaning, buttons = (
        _card(desk, words, lang) if desk.pile else _done(desk, words)
    )
    return Page(
        title=words["title"],
        question=question,
        prompt=prompt,
        verdict=verdict,
        tone=tone,
        meaning=meaning,
        buttons=buttons,
        kinds=(
            Button("cards", words["cards"], not desk.quiz),
            Button("quiz", words["quiz"], desk.quiz),
        ),
        progress=_progress(desk, words),
        boxes=_boxes(desk, words),
        header=words["header"],
    )


def _card(desk: Desk, words: dict, lang: str) -> tuple:
    term = BY_KEY[desk.pile[0]].wording(lang)
    if not desk.quiz:
        if not desk.answer:
            return term.name, words["what"], "", "", "", (Button("turn", words["turn"]),)
        judge = (Button("knew", words["knew"]), Button("missed", words["missed"]))
        return term.name, "", "", "", term.meaning, judge
    if not desk.answer:
        chosen = tuple(Button(key, BY_KEY[key].wording(lang).name) for key in options(desk))
        return term.case, words["which"], "", "", "", chosen
    tone = "right" if desk.answer == desk.pile[0] else "wrong"
    verdict = words[tone].format(name=term.name)
    return term.case, "", verdict, tone, term.meaning, (Button("next", words["next"]),)


def _done(desk: Desk, words: dict) -> tuple:
    coming = Counter(card.due for key, card in desk.deck.items() if key in BY_KEY)
    later = [day for day in coming if day > desk.today]
    prompt = ""
    if later:
        prompt = words["tomorrow"].format(day=min(later).isoformat(), count=coming[min(later)])
    again = (Button("all", words["all"].format(count=len(KEYS))),)
    return words["done"], prompt, "", "", "", again


def _progress(desk: Desk, words: dict) -> str:
    known = sum(card.box == LAST_BOX for key, card in desk.deck.items() if key in BY_KEY)
    return words["progress"].format(
        left=len(desk.pile),
        right=desk.right,
        asked=desk.asked,
        last=LAST_BOX,
        known=known,
        count=len(TERMS),
    )


def _boxes(desk: Desk, words: dict) -> tuple[tuple[str, str, str], ...]:
    """How many cards lie in each box."""
    mine = [desk.deck[key].box for key in KEYS if key in desk.deck]
    rows = [(words["new"], "", str(len(KEYS) - len(mine)))]
    rows += [(str(box), str(days(box)), str(mine.count(box))) for box in range(LAST_BOX + 1)]
    return tuple(rows)
