"""Which choices a hub refuses, and with which advice."""

import collections
import dataclasses
import grp
import itertools
import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import hub_accounts
import hub_refusals
import pytest
import start_hub
from hub_refusals import reasons_against
from hub_settings import Settings

from tests.hub.class_machine import STARTER


@pytest.fixture
def words(tmp_path, monkeypatch):
    """A file of passwords; the proxy is there, and students can reach this Python."""
    monkeypatch.setattr(hub_refusals.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(hub_refusals, "closed_to_others", lambda place: None)
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
def test_the_simple_spawner_is_refused_outside_this_machine(trial, reach, certificate):
    known = dataclasses.replace(trial, url="https://hub.example.org")
    fails(dataclasses.replace(known, **reach, **certificate), "the simple spawner")
    fails(known, "the simple spawner")


def test_passwords_do_not_travel_in_the_clear(trial, certificate):
    reached = dataclasses.replace(trial, spawner="local", ip="192.168.1.5")
    fails(reached, "--tls-cert", root=True)
    secure = dataclasses.replace(reached, **certificate)
    assert reasons_against(secure, root=True) == []


@pytest.mark.parametrize("ip", ["0.0.0.0", "::", ""])
def test_where_the_hub_listens_on_every_address_the_class_is_told_one(trial, ip, certificate):
    every = dataclasses.replace(trial, spawner="local", ip=ip, **certificate)
    fails(every, "no address that students can open: give url", root=True)
    told = dataclasses.replace(every, url="https://hub.example.org")
    assert reasons_against(told, root=True) == []


def test_a_certificate_that_the_proxy_could_not_use_is_refused(trial, certificate, words):
    absent = dataclasses.replace(trial, **certificate | {"tls_key": "/etc/no such key.pem"})
    fails(absent, "tls_key = '/etc/no such key.pem' is no file")
    fails(dataclasses.replace(trial, tls_cert=certificate["tls_cert"]), "belong together")
    swapped = dict(zip(certificate, reversed(certificate.values()), strict=True))
    fails(dataclasses.replace(trial, **swapped), "are no certificate and its key")
    fails(dataclasses.replace(trial, **certificate | {"tls_key": str(words)}), "no certificate and")
    fails(dataclasses.replace(trial, **certificate | {"tls_key": "/etc"}), "no certificate and")
    assert reasons_against(dataclasses.replace(trial, **certificate), root=False) == []


def test_a_shared_password_hands_out_no_work_for_marks(trial):
    marked = dataclasses.replace(trial, spawner="local", exchange="/srv/nbgrader/exchange")
    fails(marked, "any student's name", root=True)


@pytest.fixture
def people(monkeypatch):
    """Accounts of this machine (name -> group) in the place of those that it has."""
    found, numbers = {}, collections.defaultdict(itertools.count(2000).__next__)

    def getpwnam(name):
        number, group = 0 if name == "root" else 1001, numbers[found[name]]
        return SimpleNamespace(pw_name=name, pw_uid=number, pw_gid=group)

    def getgrnam(name):
        return SimpleNamespace(gr_gid=numbers[name], gr_mem=[])

    monkeypatch.setattr(hub_accounts.pwd, "getpwnam", getpwnam)
    monkeypatch.setattr(hub_accounts.grp, "getgrnam", getgrnam)
    return found


def test_where_work_is_handed_in_a_teacher_owns_the_folders(trial, people):
    marked = dataclasses.replace(trial, spawner="local", auth="pam", exchange="/srv/exchange")
    fails(marked, "exchange needs teachers", root=True)
    taught = dataclasses.replace(marked, teachers=("tess",))
    fails(taught, "teachers names tess, who has no account here", root=True)
    people["tess"] = "mlp_teachers"
    assert reasons_against(taught, root=True) == []


def test_an_account_outside_the_class_gets_no_server_and_the_way_in_is_told(trial, people):
    people |= {"tess": "staff", "root": "mlp_teachers"}
    local = dataclasses.replace(trial, spawner="local")
    for auth in ("pam", "shared-password"):
        taught = dataclasses.replace(local, auth=auth, teachers=("tess",))
        fails(taught, "usermod -aG mlp_teachers tess", root=True)
        fails(dataclasses.replace(taught, teachers=("root",)), "account of the system", root=True)
    fails(dataclasses.replace(local, students=("tess",)), "usermod -aG mlp_students", root=True)


def test_accounts_that_the_hub_would_make_have_names_that_linux_takes(trial, people):
    local = dataclasses.replace(trial, spawner="local", students=("Alice", "bob"))
    assert reasons_against(local, root=True) == []
    for odd in ({"students": ("j.smith",)}, {"teachers": ("2026_t-1",)}):
        fails(dataclasses.replace(local, **odd), "is no name for an account", root=True)
        known = dataclasses.replace(trial, **odd)
        assert reasons_against(known, root=False) == [], "in a trial nobody has an account"


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
    named = dataclasses.replace(local, students=("ola",), oauth=oauth)
    assert reasons_against(named, root=True) == []
    fails(dataclasses.replace(named, oauth={}), "client_id", root=True)
    told = dataclasses.replace(named, oauth=oauth | {"client_secret": "s"})
    fails(told, "password file", root=True)


def test_an_oauth_login_that_lets_nobody_in_is_refused(trial):
    names = ("client_id", "authorize_url", "token_url", "userdata_url", "oauth_callback_url")
    local = dataclasses.replace(trial, spawner="local", auth="oauth")
    for extra in ({}, {"allow_all": False}, {"allowed_users": []}):
        closed = dataclasses.replace(local, oauth=dict.fromkeys(names, "x") | extra)
        fails(closed, "nobody would get in", root=True)
    for extra in ({"allow_all": True}, {"allowed_groups": ["class"]}):
        opened = dataclasses.replace(local, oauth=dict.fromkeys(names, "x") | extra)
        assert reasons_against(opened, root=True) == []


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
    monkeypatch.setattr(hub_refusals.shutil, "which", lambda name: None)
    fails(trial, "npm install")


@pytest.mark.parametrize(
    "wrong",
    [
        *({"memory": memory} for memory in ("0", "0G", "0.0G", "", "lots", "-1G", "2g")),
        *({"memory": memory} for memory in ("20M", "215M", "0.2G", "1000K", "0.0001T")),
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
    for part in ("hub.example.org", "localhost:8000", "ftp://hub.example.org", "https:///hub"):
        fails(dataclasses.replace(local, url=part), f"url = {part!r}: write all of it", root=True)
    secure = dataclasses.replace(local, url="https://hub.example.org")
    assert reasons_against(secure, root=True) == []


@pytest.mark.parametrize("part", ["[::1", "hub.example.org:99999", "hub example.org", "h:x", "h:0"])
def test_an_address_that_cannot_be_one_is_refused(trial, part):
    local = dataclasses.replace(trial, spawner="local", url=f"https://{part}")
    fails(local, f"url = 'https://{part}': write all of it", root=True)
    known = dataclasses.replace(local, url="https://me:secret@hub.example.org")
    fails(known, "no password may be in it", root=True)
    for right in ("https://[::1]:8443/", "https://hub.example.org:8443/class"):
        assert reasons_against(dataclasses.replace(local, url=right), root=True) == []


def test_a_repository_that_git_cannot_clone_is_refused(trial):
    fails(dataclasses.replace(trial, repository="https://[bad"), "no address that git can clone")
    for right in ("file:///srv/the class", "git://127.0.0.1:9418/c.git", "https://example.org/c"):
        assert reasons_against(dataclasses.replace(trial, repository=right), root=False) == []


@pytest.mark.parametrize("end", ["?private_token=abc123", "#abc123", "/x?a"])
def test_a_repository_s_address_holds_no_token(trial, end):
    told = dataclasses.replace(trial, repository=f"https://git.example.org/x.git{end}")
    fails(told, "no password or token may be in repository")


@pytest.mark.parametrize("scheme", ["http", "git"])
def test_the_course_is_not_changed_on_its_way(trial, scheme):
    fails(dataclasses.replace(trial, repository=f"{scheme}://git.example.org/c"), "let it be https")


@pytest.fixture
def near():
    """A folder with a short path, as sockets will lie in it."""
    with tempfile.TemporaryDirectory(prefix="t-") as name:
        yield Path(name)


@pytest.mark.parametrize(
    ("mode", "inside"), [(0o1777, ()), (0o777, ("hub", "run")), (0o755, ("bin", "hub"))]
)
def test_a_folder_that_is_no_hub_s_is_not_taken_for_its_state(trial, near, mode, inside):
    state = near / "hub"
    own = dataclasses.replace(trial, state=str(state))
    for name in ("", *inside):
        (state / name).mkdir()
    state.chmod(mode)
    fails(own, "is there and no hub's folder")
    assert stat.S_IMODE(state.stat().st_mode) == mode


def test_a_file_is_no_state_and_an_empty_folder_and_an_earlier_start_s_are(trial, near):
    (near / "file").touch()
    fails(dataclasses.replace(trial, state=str(near / "file")), "is there and no hub's folder")
    own = dataclasses.replace(trial, state=str(near / "hub"))
    (near / "hub").mkdir()
    assert reasons_against(own, root=False) == []
    start_hub.prepare(own, near / "hub")
    assert reasons_against(own, root=False) == []


ODD_COURSES = ["", ".", "..", "../other", "a/b", "a b", "-x", "_x", "コース", "x\n"]


@pytest.mark.parametrize("course", ODD_COURSES)
def test_a_course_is_the_name_of_one_folder(trial, course, tmp_path, monkeypatch):
    fails(dataclasses.replace(trial, course_id=course), f"course_id = {course!r} is no name for")
    usual = dataclasses.replace(trial, course_id="MLP-2026_a")
    assert reasons_against(usual, root=False) == []
    for gives in ("chown", "fchown"):
        monkeypatch.setattr(hub_accounts.os, gives, lambda *_: pytest.fail("it is given away"))
    with pytest.raises(ValueError, match="is no name for a course"):
        hub_accounts.make_exchange(tmp_path / "exchange", course, "root")
    assert not (tmp_path / "exchange").exists()


@pytest.mark.parametrize("group", ["", "a b", "-x", "Class", "x" * 33, "a\n", "a,sudo"])
def test_students_and_teachers_have_two_groups_that_linux_takes(trial, group):
    for name in ("students_group", "teachers_group"):
        fails(dataclasses.replace(trial, **{name: group}), f"{name} = {group!r} is no name")
    both = dataclasses.replace(trial, students_group="mlp", teachers_group="mlp")
    fails(both, "are the same")
    two = dataclasses.replace(trial, students_group="mlp", teachers_group="mlp-staff")
    assert reasons_against(two, root=False) == []


def test_nobody_gets_the_rights_of_a_group_of_the_system(trial, tmp_path):
    group = next(one.gr_name for one in grp.getgrall() if one.gr_name in ("sudo", "staff", "mail"))
    for name in ("students_group", "teachers_group"):
        fails(dataclasses.replace(trial, **{name: group}), f"{name} = {group!r} is a group of the")
    roster = tmp_path / "roster.csv"
    roster.write_text("id\nsomebody\n")
    with pytest.raises(ValueError, match="group of the system"):
        hub_accounts.accounts_of(roster, group, tmp_path / "words.csv")
    assert not (tmp_path / "words.csv").exists()


def test_a_closed_folder_on_the_way_is_found():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        home = Path(name)
        (home / "course" / "env").mkdir(parents=True)
        home.chmod(0o700)
        assert hub_refusals.closed_to_others(home / "course" / "env") == home
        home.chmod(0o711)
        assert hub_refusals.closed_to_others(home / "course" / "env") is None


def test_the_local_spawner_is_refused_there(trial, monkeypatch):
    monkeypatch.setattr(hub_refusals, "closed_to_others", lambda place: Path("/root"))
    fails(dataclasses.replace(trial, spawner="local"), "cannot enter /root", root=True)
    assert reasons_against(trial, root=True) == []


def test_the_command_says_all_reasons_at_once_and_starts_nothing(tmp_path):
    command = [sys.executable, STARTER, "--ip", "0.0.0.0", "--state", tmp_path / "hub"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 2
    assert "not started" in done.stderr
    assert "take --spawner local" in done.stderr
    assert "--password-file" in done.stderr
    assert not (tmp_path / "hub").exists()


def test_what_stops_the_preparations_is_told_in_a_sentence(trial, monkeypatch, capsys):
    def refuses(settings, state):
        raise PermissionError(13, "Permission denied", "/srv/exchange")

    monkeypatch.setattr(start_hub, "lacking", lambda settings: [])
    monkeypatch.setattr(start_hub, "prepare", refuses)
    monkeypatch.setattr(start_hub, "start", lambda *_: pytest.fail("it is started"))
    assert start_hub.main(["--password-file", trial.password_file, "--state", "/tmp/hub"]) == 2
    assert "not started: [Errno 13] Permission denied: '/srv/exchange'" in capsys.readouterr().err


@pytest.mark.parametrize("line", ['url = "https://[::1"', 'state = "a\\u0000b"', "a =="])
def test_settings_that_cannot_be_read_end_in_a_sentence(trial, tmp_path, capsys, line):
    file = tmp_path / "hub.toml"
    file.write_text(f'password_file = "{trial.password_file}"\n{line}\n')
    assert start_hub.main(["--settings", str(file)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(("The settings: ", "The hub was not started:"))
    if "url" not in line:
        return
    assert f"{line.partition(chr(34))[2][:-1]}': write all of it" in said


def test_what_a_process_may_take_is_told_in_numbers(trial):
    pytest.importorskip("jupyterhub")
    from limited_spawner import limit_of_a_process

    for memory, size in (("2G", 2 << 30), ("768M", 768 << 20)):
        settings = dataclasses.replace(trial, memory=memory)
        told = re.search(r"each process: ([\d.]+) ([MG])B \(1\.5", start_hub.limits(settings))
        assert float(told[1]) * {"M": 1 << 20, "G": 1 << 30}[told[2]] == limit_of_a_process(size)


def test_a_trial_has_the_folder_through_which_work_is_handed_in(trial, tmp_path):
    """A trial alone: where there are accounts it is the teacher's (test_hub_end_to_end.py)."""
    exchange = tmp_path / "nbgrader" / "exchange"
    start_hub.prepare(dataclasses.replace(trial, exchange=str(exchange)), tmp_path / "hub")
    assert exchange.is_dir()
    told = (tmp_path / "hub" / "jupyter" / "nbgrader_config.py").read_text("utf-8")
    assert f"c.Exchange.root = {str(exchange)!r}" in told
    start_hub.prepare(trial, tmp_path / "hub")
    assert not (tmp_path / "hub" / "jupyter" / "nbgrader_config.py").exists(), "it is taken out"
