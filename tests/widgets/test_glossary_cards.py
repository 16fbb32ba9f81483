"""The widget of the glossary: what is pressed is kept, and another kernel finds it."""

from datetime import date, timedelta
from html import unescape

import pytest

from mlp_teach.widgets.glossary_cards import FILE, GlossaryCards, glossary_cards
from mlp_teach.widgets.glossary_desk import KEYS
from mlp_teach.widgets.glossary_terms import BY_KEY, TERMS


def opened(tmp_path, day=0, lang="en"):
    return GlossaryCards(tmp_path / FILE, lang, lambda: date(2026, 11, 23) + timedelta(day))


def test_a_new_kernel_goes_on_where_the_last_one_was(tmp_path):
    first = opened(tmp_path)
    assert not (tmp_path / FILE).exists()  # opening a lesson leaves nothing behind
    first.press("turn")
    first.press("knew")
    second = opened(tmp_path)
    assert second.desk.deck == first.desk.deck
    assert second.desk.pile == KEYS[1:6]
    assert KEYS[0] in opened(tmp_path, day=1).desk.pile


def test_two_notebooks_at_once_lose_nothing(tmp_path):
    english, japanese = opened(tmp_path), opened(tmp_path, lang="ja")
    english.press("turn")
    english.press("knew")
    japanese.press("turn")
    japanese.press("missed")
    assert opened(tmp_path).desk.deck[KEYS[0]].asked == 2


def test_buttons_are_pressed_by_number_too(tmp_path):
    cards = opened(tmp_path)
    cards.press(1)
    assert cards.desk.answer == "turned"
    with pytest.raises(ValueError, match="no button 3 now, but 2"):
        cards.press(3)


def test_a_damaged_file_is_set_aside_and_said(tmp_path):
    (tmp_path / FILE).write_text("{")
    cards = opened(tmp_path)
    aside = tmp_path / "glossary_cards.damaged-1.json"
    assert aside.read_text() == "{"
    assert aside.name in cards.page["note"]
    assert aside.name in cards.text()
    cards.press("turn")
    cards.press("knew")
    assert opened(tmp_path).page["note"] == ""


def test_a_folder_that_cannot_be_written_is_said_and_the_cards_go_on(tmp_path):
    (tmp_path / "file").write_text("")
    cards = GlossaryCards(tmp_path / "file" / FILE, "en", date.today)
    cards.press("turn")
    cards.press("knew")
    assert cards.desk.right == 1
    assert cards.page["note"].startswith("Your progress is not saved")


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cards = glossary_cards(folder=None)
    cards.press("turn")
    cards.press("knew")
    assert list(tmp_path.iterdir()) == []


def test_the_front_end_gets_the_page_and_its_messages_press_buttons(tmp_path):
    cards = opened(tmp_path, lang="ja")
    cards._receive({"name": "quiz"})
    assert cards.page["question"] == BY_KEY[KEYS[0]].ja.case
    assert len(cards.page["buttons"]) == 4
    cards._receive({"name": "turn"})  # of the page before: void
    assert cards.desk.asked == 0


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_still_holds_all_terms_and_the_text_the_page(tmp_path, lang):
    cards = opened(tmp_path, lang=lang)
    data, _ = cards._repr_mimebundle_()
    assert all(term.wording(lang).meaning in unescape(data["text/html"]) for term in TERMS)
    assert data["text/plain"] == cards.text()
    assert cards.page["question"] in cards.text()
    assert "  1  " in cards.text()


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="speaks"):
        glossary_cards(folder=None, lang="de")
