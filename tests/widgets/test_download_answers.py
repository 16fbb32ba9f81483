"""The button that hands over one's own work, without a browser: what it sends and what it says."""

import io
import zipfile
from base64 import b64decode

import pytest
from nbformat import v4, writes

from mlp_teach.widgets import download_answers as file
from mlp_teach.widgets.download_answers import WORDS, download_answers


@pytest.fixture
def folder(tmp_path):
    for name in ("course", "exercises"):
        (tmp_path / name).mkdir()
    text = writes(v4.new_notebook(cells=[v4.new_code_cell("answer = 42")]))
    (tmp_path / "exercises" / "ps1.ipynb").write_text(text)
    return tmp_path


def asked(widget) -> dict:
    sent = []
    widget.send = sent.append
    widget._receive({"ask": "pack"})
    (answer,) = sent
    return answer


def test_a_press_sends_the_zip_as_text_and_says_what_is_in_it(folder):
    answer = asked(download_answers(folder / "exercises"))
    with zipfile.ZipFile(io.BytesIO(b64decode(answer["content"]))) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/exercises/ps1.ipynb")]
        assert b"answer = 42" in archive.read(name)
    assert answer["name"].endswith(".zip")
    assert answer["said"].startswith(f"{answer['name']}: 1 files")
    assert "exercises/ps1.ipynb" in answer["said"]


def test_each_press_packs_anew(folder):
    widget = download_answers(folder)
    before = asked(widget)["content"]
    (folder / "exercises" / "ps1.ipynb").write_text("{}")
    assert asked(widget)["content"] != before


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_nothing_to_download_is_said(tmp_path, lang):
    assert asked(download_answers(tmp_path, lang)) == {"said": WORDS[lang]["empty"]}


def test_what_was_left_out_is_named(folder, monkeypatch):
    monkeypatch.setattr("mlp_teach.widgets.own_work.LARGEST", 10)
    (folder / "exercises" / "widgets.json").write_text("{}")
    said = asked(download_answers(folder))["said"]
    assert "Too large" in said
    assert said.endswith("exercises/ps1.ipynb.")


def test_a_disk_that_fails_is_said(folder, monkeypatch):
    def refuse(*args):
        raise OSError("no such disk")

    monkeypatch.setattr(file, "pack", refuse)
    assert asked(download_answers(folder)) == {"said": "It could not be packed: no such disk."}


def test_other_messages_are_not_answered(folder):
    widget = download_answers(folder)
    widget.send = pytest.fail
    widget._receive({"kind": "Changed"})


def test_without_a_button_the_file_can_be_written(folder, tmp_path):
    path = download_answers(folder).write(tmp_path / "mine.zip")
    assert zipfile.is_zipfile(path)
    assert (
        'write("my_answers.zip")' in download_answers(folder)._repr_mimebundle_()[0]["text/plain"]
    )


def test_both_languages_say_the_same():
    assert WORDS["en"].keys() == WORDS["ja"].keys()
    with pytest.raises(ValueError, match='speaks "en" and "ja"'):
        download_answers(lang="fr")
