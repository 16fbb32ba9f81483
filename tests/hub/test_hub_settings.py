"""Which choices a hub refuses, and with which advice."""

import dataclasses
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import hub_settings
import pytest
from course_link import course_link
from hub_settings import Settings, read_settings, reasons_against

from tests.hub.class_machine import ROOT, STARTER


@pytest.fixture
def words(tmp_path, monkeypatch):
    """A file of passwords; the proxy is there, and students can reach this Python."""
    monkeypatch.setattr(hub_settings.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(hub_settings, "closed_to_others", lambda place: None)
    file = tmp_path / "words.txt"
    file.write_text("students' word\n" + 32 * "t" + "\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def trial(words):
    return Settings(password_file=str(words), state="/tmp/hub")


def fails(settings, piece, root=False):
    reasons = reasons_against(settings, root)
    assert len(reasons) == 1, reasons
    assert piece in reasons[0]


def test_a_trial_on_this_machine_starts(trial):
    assert reasons_against(trial, root=False) == []
    assert reasons_against(dataclasses.replace(trial, ip="::1"), root=False) == []


def test_a_class_with_accounts_starts_for_root(trial):
    local = dataclasses.replace(trial, spawner="local")
    assert reasons_against(local, root=True) == []
    fails(local, "sudo")


@pytest.mark.parametrize("reach", [{"ip": "0.0.0.0"}, {"ip": "192.168.1.5"}, {"ip": "::"}])
def test_the_simple_spawner_is_refused_outside_this_machine(trial, reach):
    secure = {"tls_cert": "cert.pem", "tls_key": "key.pem"}
    fails(dataclasses.replace(trial, **reach, **secure), "the simple spawner")
    known = dataclasses.replace(trial, url="https://hub.example.org")
    fails(known, "the simple spawner")


def test_passwords_do_not_travel_in_the_clear(trial):
    reached = dataclasses.replace(trial, spawner="local", ip="0.0.0.0")
    fails(reached, "--tls-cert", root=True)
    secure = dataclasses.replace(reached, tls_cert="cert.pem", tls_key="key.pem")
    assert reasons_against(secure, root=True) == []


def test_a_shared_password_hands_out_no_work_for_marks(trial):
    marked = dataclasses.replace(trial, spawner="local", exchange="/srv/nbgrader/exchange")
    fails(marked, "any student's name", root=True)
    assert reasons_against(dataclasses.replace(marked, auth="pam"), root=True) == []


def test_the_password_file_is_there_is_shut_and_holds_words(trial, words):
    teachers = dataclasses.replace(trial, teachers=("tess",))
    assert reasons_against(teachers, root=False) == []
    fails(dataclasses.replace(trial, password_file=""), "must name a file")
    words.write_text("students' word\nshort\n")
    assert reasons_against(trial, root=False) == []
    fails(teachers, "line 2")
    words.write_text("short\n")
    fails(trial, "line 1")
    words.write_text("long enough\n")
    words.chmod(0o644)
    fails(trial, "chmod 600")


def test_oauth_needs_its_addresses_and_keeps_its_secret_out_of_the_settings(trial):
    names = ("client_id", "authorize_url", "token_url", "userdata_url", "oauth_callback_url")
    oauth = dict.fromkeys(names, "x")
    local = dataclasses.replace(trial, spawner="local", auth="oauth")
    assert reasons_against(dataclasses.replace(local, oauth=oauth), root=True) == []
    fails(local, "client_id", root=True)
    told = dataclasses.replace(local, oauth=oauth | {"client_secret": "s"})
    fails(told, "password file", root=True)


@pytest.mark.parametrize("name", ["..", ".ssh", "a/b", "-x", "", "x" * 33, "a\n"])
def test_a_name_that_is_no_plain_file_name_is_refused(trial, name):
    fails(dataclasses.replace(trial, students=("alice", name)), f"{name!r} is no user's name")
    fails(dataclasses.replace(trial, teachers=(name,)), f"{name!r} is no user's name")
    usual = dataclasses.replace(trial, students=("Alice", "j.smith"), teachers=("2026_t-1",))
    assert reasons_against(usual, root=False) == []


@pytest.mark.parametrize(
    ("home", "root"), [("/root", True), ("/home/alice", False), ("/Users/alice.smith", False)]
)
def test_where_no_folder_is_named_the_usual_one_is_short_enough(trial, monkeypatch, home, root):
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: Path(home)))
    assert reasons_against(dataclasses.replace(trial, state=""), root) == []


def test_other_refusals_say_what_to_do(trial, monkeypatch):
    fails(dataclasses.replace(trial, auth="pam"), "treats all alike")
    fails(dataclasses.replace(trial, state="/tmp/" + 40 * "long"), "shorter")
    fails(dataclasses.replace(trial, repository="https://me:secret@git.example.org/c"), "public")
    fails(dataclasses.replace(trial, lang="fr"), "en, ja")
    monkeypatch.setattr(hub_settings.shutil, "which", lambda name: None)
    fails(trial, "npm install")


@pytest.mark.parametrize(
    "wrong",
    [
        *({"memory": memory} for memory in ("0", "0G", "0.0G", "", "lots", "-1G", "2g")),
        *({"cpu": cpu} for cpu in (0.0, -1.0, float("nan"), float("inf"))),
        *({"port": 0}, {"port": 65534}, {"idle_minutes": 0}, {"starts_at_once": 0}),
    ],
)
def test_no_student_is_without_limits_and_no_size_is_nonsense(trial, wrong):
    ((name, value),) = wrong.items()
    fails(dataclasses.replace(trial, **wrong), f"{name} = {value!r}")


@pytest.mark.parametrize("memory", ["512M", "2G", "1.5G", "0.5G"])
def test_a_limit_of_memory_is_a_number_with_its_unit(trial, memory):
    assert reasons_against(dataclasses.replace(trial, memory=memory), root=False) == []


def test_the_address_of_the_class_is_no_clear_one(trial):
    local = dataclasses.replace(trial, spawner="local", url="http://hub.example.org")
    fails(local, "https://", root=True)
    secure = dataclasses.replace(local, url="https://hub.example.org")
    assert reasons_against(secure, root=True) == []


def test_a_closed_folder_on_the_way_is_found():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        home = Path(name)
        (home / "course" / "env").mkdir(parents=True)
        home.chmod(0o700)
        assert hub_settings.closed_to_others(home / "course" / "env") == home
        home.chmod(0o711)
        assert hub_settings.closed_to_others(home / "course" / "env") is None


def test_the_local_spawner_is_refused_there(trial, monkeypatch):
    monkeypatch.setattr(hub_settings, "closed_to_others", lambda place: Path("/root"))
    fails(dataclasses.replace(trial, spawner="local"), "cannot enter /root", root=True)
    assert reasons_against(trial, root=True) == []


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


def test_places_are_seen_from_where_the_command_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/alice")
    near = Settings(password_file="words.txt", tls_key="~/key.pem", exchange="/srv/x", state="h")
    full = hub_settings.with_full_paths(near)
    assert full.password_file == str(tmp_path / "words.txt")
    assert (full.tls_key, full.exchange) == ("/home/alice/key.pem", "/srv/x")
    assert (full.state, full.tls_cert) == (str(tmp_path / "h"), "")


def test_the_command_says_all_reasons_at_once_and_starts_nothing(tmp_path):
    command = [sys.executable, STARTER, "--ip", "0.0.0.0", "--state", tmp_path / "hub"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 2
    assert "not started" in done.stderr
    assert "take --spawner local" in done.stderr
    assert "--password-file" in done.stderr
    assert not (tmp_path / "hub").exists()


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
