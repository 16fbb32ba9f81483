"""The prediction: what is typed is there on the next visit, and nothing else is touched."""

import json
import subprocess
import sys

import pytest

from mlp_teach.widgets.kept import FILE
from mlp_teach.widgets.prediction import WORDS, prediction
from tests.widgets.test_kept import canvas, move


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", "00_start_here.ipynb")
    return tmp_path


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_was_typed_is_there_on_the_next_visit(lang, folder):
    first = prediction("three atoms", lang)
    assert (first.text, first.note) == ("", "")
    for text in ("Th", "They do not agree; 予想\n2."):
        first.text = text
    label, kept, _ = WORDS[lang]
    assert (first.label, first.note) == (label, kept)
    again = prediction("three atoms", lang)
    assert (again.text, again.note) == ("They do not agree; 予想\n2.", kept)
    assert list(folder.iterdir()) == [folder / FILE]


def test_each_prediction_and_each_notebook_has_its_own_text(monkeypatch):
    prediction("one").text = "first"
    prediction("two").text = "second"
    monkeypatch.setenv("JPY_SESSION_NAME", "07_soap.ipynb")
    assert prediction("one").text == ""
    prediction("one").text = "third"
    monkeypatch.setenv("JPY_SESSION_NAME", "00_start_here.ipynb")
    assert [prediction(name).text for name in ("one", "two")] == ["first", "second"]


def test_the_other_widgets_of_the_file_stay_as_they_were(folder):
    move(canvas(), 3)
    prediction("one").text = "mine"
    assert canvas().state.x == 3.0
    assert len(json.loads((folder / FILE).read_text("utf-8"))) == 2


def test_a_text_that_is_taken_back_is_gone():
    prediction("one").text = "wrong"
    prediction("one").text = ""
    assert prediction("one").text == ""


def test_where_nothing_can_be_written_it_says_so(folder):
    (folder / FILE).mkdir()
    widget = prediction("one")
    widget.text = "lost"
    assert widget.note == WORDS["en"][2]


@pytest.mark.parametrize("content", ["", "[]", '{"00_start_here/prediction/x": 3}', "\0"])
def test_a_broken_file_is_no_obstacle(content, folder):
    (folder / FILE).write_text(content)
    assert prediction("one").text == ""


def test_a_page_without_widgets_shows_the_words():
    widget = prediction("one")
    widget.text = "too long"
    data, _ = widget._repr_mimebundle_()
    assert data["text/plain"] == "My prediction: too long"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="the course speaks"):
        prediction("one", "fr")


def test_it_needs_no_torch():
    program = "import sys, mlp_teach.widgets.prediction; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
