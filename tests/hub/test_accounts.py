"""A roster becomes accounts with passwords: all of them, or a sentence and none."""

import csv
import re
import shlex
import subprocess
import sys
import types

import hub_accounts
import pytest

from tests.hub import class_machine
from tests.hub.class_machine import ROOT

GROUP = "mlp_students"
COMMAND = ROOT / "deploy" / "jupyterhub" / "hub_accounts.py"


class Machine:
    """Accounts in memory in the place of Linux's own, with the commands that are asked for."""

    def __init__(self):
        self.passwords, self.groups, self.fails = {}, {}, ""

    def add(self, name, *groups, password="!"):
        self.passwords[name] = password
        for group in groups:
            self.groups.setdefault(group, []).append(name)

    def getpwnam(self, name):
        if name not in self.passwords:
            raise KeyError(name)
        number = 1000 + list(self.passwords).index(name)
        return types.SimpleNamespace(pw_name=name, pw_uid=number, pw_gid=number)

    def getgrnam(self, group):
        return types.SimpleNamespace(gr_gid=5000, gr_mem=self.groups[group])

    def run(self, words, input="", **ignored):
        said = ""
        if self.fails and re.match(self.fails, f"{' '.join(words)} {input}"):
            raise subprocess.CalledProcessError(1, words)
        if words[0] == "useradd":
            self.add(words[-1], words[words.index("--groups") + 1])
        elif words[0] == "getent":
            said = f"{words[2]}:{self.passwords[words[2]]}:20000:0:99999:7:::\n"
        elif words[0] == "chpasswd":
            self.passwords |= dict(line.split(":") for line in input.splitlines())
        return types.SimpleNamespace(stdout=said)


@pytest.fixture
def machine(monkeypatch):
    made = Machine()
    monkeypatch.setattr(hub_accounts.pwd, "getpwnam", made.getpwnam)
    monkeypatch.setattr(hub_accounts.grp, "getgrnam", made.getgrnam)
    monkeypatch.setattr(hub_accounts.subprocess, "run", made.run)
    return made


@pytest.fixture
def roster(tmp_path):
    def write(*ids, header="id,first_name"):
        file = tmp_path / "roster.csv"
        file.write_text("\n".join([header, *(f"{one},Some" for one in ids), ""]), "utf-8-sig")
        return file

    return write


def handed_out(file):
    return dict(csv.reader(file.read_text().splitlines()))


def test_each_student_gets_an_account_and_the_password_that_the_file_says(
    machine, roster, tmp_path
):
    to = tmp_path / "passwords.csv"
    assert hub_accounts.accounts_of(roster("alice", " bob ", "alice"), GROUP, to) == 2
    assert machine.passwords == handed_out(to)
    assert sorted(machine.groups[GROUP]) == ["alice", "bob"]
    assert len({len(word) >= 12 and word for word in machine.passwords.values()}) == 2
    assert to.stat().st_mode & 0o777 == 0o600
    before = dict(machine.passwords)
    assert hub_accounts.accounts_of(roster("alice", "bob", "carla"), GROUP, to) == 1
    assert before.items() < machine.passwords.items()
    assert machine.passwords == handed_out(to)


def test_what_is_told_is_how_many_passwords_were_given(
    machine, roster, tmp_path, monkeypatch, capsys
):
    to = tmp_path / "passwords.csv"
    machine.add("alice", GROUP)  # an account that lacks nothing but a password
    words = ["hub_accounts.py", str(roster("alice", "bob")), "--to", str(to)]
    monkeypatch.setattr(sys, "argv", words)
    hub_accounts.main()
    assert capsys.readouterr().out == f"2 passwords given; they stand in {to}\n"


def test_one_name_that_cannot_be_makes_no_account_at_all(machine, roster, tmp_path):
    to = tmp_path / "passwords.csv"
    with pytest.raises(ValueError, match=r"line 3: 'S1234567' is no name(.|\n)*line 4: 'a:b' is"):
        hub_accounts.accounts_of(roster("alice", "S1234567", "a:b", "bob"), GROUP, to)
    assert machine.passwords == {}
    assert not to.exists()


def test_a_row_without_a_name_is_told_by_its_line_and_an_empty_one_is_left_out(
    machine, roster, tmp_path
):
    file = roster("alice", " ", "bob")
    with pytest.raises(ValueError, match=r"roster\.csv, line 3: a row without an id"):
        hub_accounts.accounts_of(file, GROUP, tmp_path / "to")
    assert machine.passwords == {}
    file.write_text("first_name,id\nAlice,alice\n,\n\n , \nBob,bob\n,,\n")
    assert hub_accounts.names_of(file) == {"alice": 2, "bob": 6}


def test_of_many_reasons_some_are_shown_and_the_others_counted(machine, roster, tmp_path):
    with pytest.raises(ValueError, match="and 3 more") as told:
        hub_accounts.accounts_of(roster(*(f"S{n}" for n in range(13))), GROUP, tmp_path / "to")
    assert str(told.value).count("is no name") == 10
    with pytest.raises(ValueError, match="no account was made") as told:
        hub_accounts.accounts_of(roster(*(f"S{n}" for n in range(10))), GROUP, tmp_path / "to")
    assert "more" not in str(told.value)


@pytest.mark.parametrize("encoding", ["shift_jis", "latin-1", "utf-16"])
def test_a_roster_in_another_encoding_is_named_with_what_to_do(machine, tmp_path, encoding):
    file = tmp_path / "roster.csv"
    name = {"latin-1": "Jérôme"}.get(encoding, "太郎")
    file.write_text(f"id,first_name\nalice,{name}\n", encoding)
    with pytest.raises(ValueError, match=r"roster\.csv is not in UTF-8: .* CSV UTF-8"):
        hub_accounts.names_of(file)
    file.write_text(f"id,first_name\nalice,{name}\n", "utf-8")
    assert hub_accounts.names_of(file) == {"alice": 2}


def test_what_is_no_csv_and_a_command_that_fails_end_in_a_sentence(
    machine, roster, tmp_path, monkeypatch
):
    file = roster("alice", 200_000 * "x")
    words = ["hub_accounts.py", str(file), "--to", str(tmp_path / "to")]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit, match=r"roster\.csv is no CSV: field larger"):
        hub_accounts.main()
    roster("alice")
    for command in ("useradd", "chpasswd"):
        machine.fails = command
        with pytest.raises(SystemExit, match=f"{command} failed; what was made stays"):
            hub_accounts.main()


def test_an_account_of_somebody_else_is_not_touched(machine, roster, tmp_path):
    machine.add("staff", "printers")
    with pytest.raises(ValueError, match=f"usermod -aG {GROUP} staff"):
        hub_accounts.accounts_of(roster("alice", "staff"), GROUP, tmp_path / "to")
    assert machine.passwords == {"staff": "!"}


@pytest.mark.parametrize("step", ["useradd .* bob", "chpasswd bob:"])
def test_what_broke_off_goes_on_and_nobody_is_left_without_a_password(
    machine, roster, tmp_path, step
):
    to, file = tmp_path / "passwords.csv", roster("alice", "bob", "carla")
    machine.fails = step
    with pytest.raises(subprocess.CalledProcessError):
        hub_accounts.accounts_of(file, GROUP, to)
    assert machine.passwords["alice"] == handed_out(to)["alice"]
    assert "carla" not in machine.passwords
    machine.fails = ""
    assert hub_accounts.accounts_of(file, GROUP, to) == 2
    assert machine.passwords == handed_out(to)  # the last line counts


@pytest.mark.parametrize("password", ["$y$j9T$abc", "!$y$j9T$abc", "*", ""])
def test_a_password_that_is_there_stays_and_so_does_a_lock(machine, roster, tmp_path, password):
    machine.add("alice", GROUP, password=password)
    assert hub_accounts.accounts_of(roster("alice"), GROUP, tmp_path / "to") == 0
    assert machine.passwords == {"alice": password}


@pytest.mark.parametrize("header", ["ID;Name", "student,name", ""])
def test_a_roster_without_the_column_id_ends_with_a_sentence(
    machine, roster, tmp_path, monkeypatch, header
):
    to, file = tmp_path / "passwords.csv", roster("alice", header=header)
    monkeypatch.setattr(sys, "argv", ["hub_accounts.py", str(file), "--to", str(to)])
    with pytest.raises(SystemExit, match=r"roster\.csv has no column id"):
        hub_accounts.main()
    assert not to.exists()


REAL = f"""cd /srv; umask 022; export PYTHONDONTWRITEBYTECODE=1
accounts="{shlex.join([sys.executable, str(COMMAND)])} roster.csv --to passwords.csv"
printf 'id\\nalice\\nbob\\nS1\\n' > roster.csv; $accounts
printf 'id\\nalice\\nbob\\ncarla\\n' > roster.csv
groupadd mlp_students; useradd --groups mlp_students carla
$accounts; $accounts; cut -d, -f1 passwords.csv
getent shadow alice bob carla | cut -d: -f1,2 | cut -c1-8; ls -ld /home/bob; ls -l passwords.csv"""


@pytest.mark.skipif(bool(missing := class_machine.no_machine()), reason=missing)
def test_linux_s_own_commands_do_what_these_tests_take_them_to_do():
    """On a machine of its own, to which nothing of this one belongs."""
    outside = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    own = [sys.executable, ROOT / "tests" / "hub" / "own_machine.py"]
    reached = dict.fromkeys([sys.prefix, sys.base_prefix, str(ROOT)])
    words = [*outside, *own, *reached, "--", "sh", "-c", REAL]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=600)
    assert "'S1' is no name" in done.stderr
    said = done.stdout.splitlines()
    assert [line.partition(" ")[0] for line in said[:2]] == ["3", "0"], done
    assert said[2:5] == ["alice", "bob", "carla"]
    assert [line.partition("$")[0] for line in said[5:8]] == ["alice:", "bob:", "carla:"]
    assert said[8].startswith("drwx------")
    assert said[9].startswith("-rw-------")
