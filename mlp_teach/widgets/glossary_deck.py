"""Spaced repetition: which cards are due today, and a small file that remembers them.

S. Leitner's boxes, as B. Settles and B. Meeder describe them (Proc. ACL 2016, 1848,
doi:10.18653/v1/P16-1174): a card that was known moves up a box, and a card waits twice as long in
each box as in the one below. One that was not known goes back to the start.

    box      0      1      2       3       4       5
    waits    0      1      2       4       8       16    days

Box 0 is "again today". A card that is answered before its day (extra practice) stays where it is if
it was known: only recall after the wait shows that it was remembered.

The file is JSON beside the notebook and is replaced as a whole, so that a kernel that dies leaves
the old one. What cannot be read is set aside under another name, never overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from mlp_teach.training.whole_file import write_whole

FORMAT = "mlp_teach glossary 1"
LAST_BOX = 5


@dataclass(frozen=True)
class Card:
    """What is known of one card; a card that was never shown has none."""

    box: int
    due: date
    begun: date
    asked: int = 0
    right: int = 0


Deck = Mapping[str, Card]


def days(box: int) -> int:
    """How long a card waits in a box."""
    return 2 ** (box - 1) if box else 0


def due_cards(deck: Deck, keys: Sequence[str], today: date, new_a_day: int) -> tuple[str, ...]:
    """The cards to ask today: those whose day has come, the shakiest first, then new ones.

    New ones come in the order of `keys`, `new_a_day` of them at most, those of today counted.
    """
    waiting = [key for key in keys if key in deck and _is_due(deck[key], today)]
    waiting.sort(key=lambda key: deck[key].box)
    begun = sum(card.begun == today for card in deck.values())
    new = [key for key in keys if key not in deck]
    return (*waiting, *new[: max(0, new_a_day - begun)])


def _is_due(card: Card, today: date) -> bool:
    # A day further off than any box waits was written by a clock that was wrong.
    return card.due <= today or card.due > today + timedelta(days(LAST_BOX))


def answered(deck: Deck, key: str, right: bool, today: date) -> Deck:
    """The deck after one answer."""
    card = deck.get(key, Card(0, today, today))
    card = replace(card, asked=card.asked + 1, right=card.right + right)
    if not right:
        card = replace(card, box=0, due=today)
    elif _is_due(card, today):
        box = min(card.box + 1, LAST_BOX)
        card = replace(card, box=box, due=today + timedelta(days(box)))
    return {**deck, key: card}


@dataclass(frozen=True)
class Stored:
    """What a file held; `aside` is where one that could not be read was moved to."""

    deck: Deck
    aside: Path | None = None


def read_deck(path: Path) -> Stored:
    """The deck of a file, an empty one where there is none. Raises OSError as the disk does."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Stored({})
    try:
        return Stored(_parse(content))
    except (ValueError, TypeError, KeyError, AttributeError):  # not JSON, or JSON of another shape
        return Stored({}, _set_aside(path))


def write_deck(path: Path, deck: Deck) -> None:
    """Replaces the file in one step. Raises OSError, and leaves the old one, if the disk does."""
    cards = {key: asdict(card) for key, card in deck.items()}
    text = json.dumps({"format": FORMAT, "cards": cards}, default=date.isoformat, indent=1)
    write_whole(path, text.encode())


def _parse(content: bytes) -> Deck:
    data = json.loads(content)
    if data["format"] != FORMAT:
        raise ValueError(data["format"])
    return {key: _card(**entry) for key, entry in data["cards"].items()}


def _card(box: int, due: str, begun: str, asked: int, right: int) -> Card:
    counts = (box, asked, right)
    if not all(type(n) is int for n in counts) or not (
        0 <= box <= LAST_BOX and 0 <= right <= asked
    ):
        raise ValueError(counts)
    return Card(box, date.fromisoformat(due), date.fromisoformat(begun), asked, right)


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    return path.rename(aside)
