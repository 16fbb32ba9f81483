"""Accounts of the system for the class: two groups, homes that only their owners can read.

    sudo python deploy/jupyterhub/hub_accounts.py roster.csv --to passwords.csv

makes an account for every `id` of the roster (the file of docs/instructors_guide.md) that has none
yet, with a password of its own; passwords.csv, which only you can read, is what you hand out.
"""

from __future__ import annotations

import argparse
import csv
import grp
import os
import pwd
import re
import secrets
import subprocess
from pathlib import Path

NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
FIRST = 1000  # the first number of accounts that are people


def the_account(name: str, groups: tuple[str, ...]) -> pwd.struct_passwd:
    """The account in which a server may run.

    Raises PermissionError for the system's own accounts and for people outside the groups.
    """
    account = pwd.getpwnam(name)
    if account.pw_uid < FIRST:
        raise PermissionError(f"{name} is an account of the system, not of a student")
    if not any(belongs(account, group) for group in groups):
        raise PermissionError(f"{name} is in none of the groups {', '.join(groups)}")
    return account


def belongs(account: pwd.struct_passwd, group: str) -> bool:
    try:
        found = grp.getgrnam(group)
    except KeyError:
        return False
    return account.pw_gid == found.gr_gid or account.pw_name in found.gr_mem


def make_account(name: str, group: str) -> bool:
    """Makes an account without a password in a group; False where there is one of that name.

    Raises ValueError for a name that Linux or nbgrader would not take.
    """
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name for an account: small letters, digits, - and _, at most 32"
        )
    make_groups(group)
    try:
        pwd.getpwnam(name)
        return False
    except KeyError:
        home = ["--create-home", "-K", "HOME_MODE=0700", "--shell", "/bin/bash"]
        subprocess.run(["useradd", *home, "--user-group", "--groups", group, name], check=True)
        return True


def make_groups(*groups: str) -> None:
    for group in groups:
        subprocess.run(["groupadd", "--force", group], check=True)


def make_exchange(root: Path, course: str, teacher: str) -> None:
    """nbgrader's folders of a course, as its teacher would make them, and sticky: students can
    put work into `inbound`, but not list it, nor move or remove what others put there."""
    account = pwd.getpwnam(teacher)
    folders = (
        (root, 0o1777, 0),
        (root / course, 0o755, account.pw_uid),
        (root / course / "outbound", 0o755, account.pw_uid),
        (root / course / "inbound", 0o3733, account.pw_uid),
    )
    for folder, mode, owner in folders:
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, owner, account.pw_gid if owner else 0)
        folder.chmod(mode)


def set_passwords(words: dict[str, str]) -> None:
    """Through a pipe: neither the process list nor a file sees them."""
    lines = "".join(f"{name}:{word}\n" for name, word in words.items())
    subprocess.run(["chpasswd"], input=lines, text=True, check=True)


def accounts_of(roster: Path, group: str, to: Path) -> int:
    """Makes the accounts that are lacking and appends their passwords to a file; how many."""
    with roster.open(encoding="utf-8-sig", newline="") as file:
        names = [row["id"].strip() for row in csv.DictReader(file)]
    made = {name: secrets.token_urlsafe(9) for name in names if make_account(name, group)}
    set_passwords(made)
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(handle, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(made.items())
    return len(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("roster", type=Path, help="CSV with a column id")
    parser.add_argument("--group", default="mlp_students", help="mlp_teachers for teachers")
    parser.add_argument("--to", type=Path, required=True, help="file for names and passwords")
    chosen = parser.parse_args()
    print(f"{accounts_of(chosen.roster, chosen.group, chosen.to)} accounts made")


if __name__ == "__main__":
    main()
