"""What a file and options choose, and the address that a class gets."""

from pathlib import Path

import hub_settings
import pytest
from course_link import course_link
from hub_settings import Settings, read_settings

from tests.hub.class_machine import ROOT


def test_a_file_and_options_make_the_settings(tmp_path):
    file = tmp_path / "hub.toml"
    file.write_text('port = 9000\ncpu = 2\nteachers = ["tess"]\n[oauth]\nclient_id = "mlp"\n')
    settings = read_settings(file, port=9100, memory=None)
    assert (settings.port, settings.cpu, settings.memory) == (9100, 2.0, "2G")
    assert (settings.teachers, settings.oauth) == (("tess",), {"client_id": "mlp"})
    file.write_text("prot = 9000\n")
    with pytest.raises(ValueError, match=r"unknown: prot; known are auth"):
        read_settings(file)
    file.write_text('port = "9000"\n')
    with pytest.raises(ValueError, match="expected a int"):
        read_settings(file)


def test_a_file_of_a_windows_editor_is_read_and_one_in_another_encoding_is_named(tmp_path):
    file = tmp_path / "hub.toml"
    file.write_text("port = 9000\n", "utf-8-sig")
    assert read_settings(file).port == 9000
    file.write_text("a word for all\n", "utf-8-sig")
    assert hub_settings.secrets_of(file) == ["a word for all"]
    with pytest.raises(ValueError, match=r"hub\.toml: Expected '='"):
        read_settings(file)
    file.write_text("# ポート\n", "shift_jis")
    for reads in (read_settings, hub_settings.secrets_of):
        with pytest.raises(ValueError, match=r"hub\.toml is not in UTF-8"):
            reads(file)


def test_places_are_seen_from_where_the_command_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/alice")
    near = Settings(password_file="words.txt", tls_key="~/key.pem", exchange="/srv/x", state="h")
    full = hub_settings.with_full_paths(near)
    assert full.password_file == str(tmp_path / "words.txt")
    assert (full.tls_key, full.exchange) == ("/home/alice/key.pem", "/srv/x")
    assert (full.state, full.tls_cert) == (str(tmp_path / "h"), "")


def test_the_sample_is_what_docs_say_and_can_be_read():
    sample = read_settings(ROOT / "deploy" / "jupyterhub" / "hub.toml")
    assert (sample.auth, sample.spawner, sample.loopback) == ("pam", "local", False)


def test_the_link_names_the_repository_the_folder_and_the_lesson():
    link = course_link("http://127.0.0.1:8000/", "https://git.example.org/c.git", lang="ja")
    assert link == (
        "http://127.0.0.1:8000/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgit.example.org%2Fc.git"
        "&branch=main&targetpath=mlp_course"
        "&urlpath=lab%2Ftree%2Fmlp_course%2Fcourse%2Fja%2F00_start_here.ipynb"
    )
    assert (ROOT / "course" / "ja" / f"{Path('00_start_here')}.ipynb").is_file()
