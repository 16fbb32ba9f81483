"""The widget of the self-check: what is answered is kept beside the notebook."""

from datetime import date, timedelta
from html import unescape

import pytest

from mlp_teach.widgets.self_check import FILE, SelfCheck, self_check
from mlp_teach.widgets.self_check_desk import keys
from mlp_teach.widgets.self_check_questions import QUESTIONS


def opened(tmp_path, day=0, lang="en"):
    return SelfCheck(tmp_path / FILE, lang, lambda: date(2026, 11, 23) + timedelta(day))


def test_a_new_kernel_goes_on_and_the_next_day_asks_again(tmp_path):
    first = opened(tmp_path)
    assert not (tmp_path / FILE).exists()  # opening a lesson leaves nothing behind
    first.press("answer 0")
    assert opened(tmp_path, lang="ja").desk.pile == keys("1")[1:]
    assert keys("1")[0] in opened(tmp_path, day=1).desk.pile


def test_buttons_are_pressed_by_number_as_they_stand_on_the_page(tmp_path):
    check = opened(tmp_path)
    names = [button["name"] for button in check.page["buttons"]]
    check.press(names.index("answer 0") + 1)
    assert check.page["tone"] == "right"
    with pytest.raises(ValueError, match="no button 2 now, but 1"):
        check.press(2)


def test_a_message_of_the_page_before_is_void(tmp_path):
    check = opened(tmp_path)
    check._receive({"name": "answer 1"})
    check._receive({"name": "answer 2"})
    assert check.desk.deck[keys("1")[0]].asked == 1


def test_a_damaged_file_is_set_aside_and_said(tmp_path):
    (tmp_path / FILE).write_text("[]")
    check = opened(tmp_path)
    assert (tmp_path / "self_check.damaged-1.json").read_text() == "[]"
    assert "self_check.damaged-1.json" in check.text()


def test_without_a_widget_all_questions_stand_with_their_answers():
    bundle, _ = self_check(None, "ja")._repr_mimebundle_()
    page = unescape(bundle["text/html"])
    for question in QUESTIONS:
        assert question.ja.text in page
        assert question.ja.answers[0].why in page
    assert "check.press(1)" in bundle["text/plain"]


def test_a_third_language_is_refused():
    with pytest.raises(ValueError, match="speaks"):
        self_check(None, "de")
