"""Accounts of the system for the class: two groups, homes that only their owners can read.

    sudo python deploy/jupyterhub/hub_accounts.py roster.csv --to passwords.csv

makes an account for every `id` of the roster (the file of docs/instructors_guide.md) that has none
yet, and gives each that has none a password of its own; passwords.csv, which only you can read, is
what you hand out. What broke off is given again: it goes on where it was.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import grp
import os
import pwd
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
COURSE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")  # it becomes the name of a folder
SHOWN = 10  # reasons against a roster; who saved it wrongly has one for each line
FIRST = 1000  # the first number of accounts that are people
NO_PASSWORD = ("!", "!!")  # what useradd leaves where a password would stand


def the_account(name: str, groups: tuple[str, ...]) -> pwd.struct_passwd:
    """The account in which a server may run.

    Raises PermissionError for the system's own accounts and for people outside the groups.
    """
    account = pwd.getpwnam(name)
    if account.pw_uid < FIRST:
        raise PermissionError(f"{name} is an account of the system, not of a student")
    if not any(belongs(account, group) for group in groups):
        raise PermissionError(
            f"{name} is in none of the groups {', '.join(groups)}; if this is the right person: "
            f"usermod -aG {groups[0]} {name}"
        )
    return account


def belongs(account: pwd.struct_passwd, group: str) -> bool:
    try:
        found = grp.getgrnam(group)
    except KeyError:
        return False
    return account.pw_gid == found.gr_gid or account.pw_name in found.gr_mem


def is_of_the_system(group: str) -> bool:
    """Whether it is one like sudo or docker, whose members may do more than others."""
    try:
        return grp.getgrnam(group).gr_gid < FIRST
    except KeyError:
        return False


def no_name(name: str) -> str:
    return (
        f"{name!r} is no name for an account: small letters, digits, - and _, a letter first, "
        "at most 32"
    )


def no_course(course: str) -> str:
    return (
        f"course_id = {course!r} is no name for a course: letters, digits, - and _, and neither "
        "- nor _ at its beginning"
    )


def make_account(name: str, group: str) -> bool:
    """Makes an account without a password in a group; False where there is one of that name.

    Raises ValueError for a name that Linux or nbgrader would not take.
    """
    if not NAME.fullmatch(name):
        raise ValueError(no_name(name))
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
    put work into `inbound`, but not list it, nor move or remove what others put there.

    Raises ValueError for a course whose name is not that of one folder, and PermissionError where
    a link, or a folder of somebody else, stands in the place of one of them.
    """
    if not COURSE.fullmatch(course):
        raise ValueError(no_course(course))
    account = pwd.getpwnam(teacher)
    owner = (account.pw_uid, account.pw_gid)
    root.parent.mkdir(parents=True, exist_ok=True)
    with owned(root, 0o1777, (0, 0)) as top, owned(root / course, 0o755, owner, top) as inner:
        for name, mode in (("outbound", 0o755), ("inbound", 0o3733)):
            with owned(root / course / name, mode, owner, inner):
                pass


@contextlib.contextmanager
def owned(
    folder: Path, mode: int, owner: tuple[int, int], above: int | None = None
) -> Iterator[int]:
    """A folder, made if need be, with its mode and owner, as an open file; `above` is the one in
    which it lies. Others can write there, so no name is looked up twice and no link is followed.

    Raises PermissionError for a link or a file, and for a folder of somebody else.
    """
    name = folder if above is None else folder.name
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=above)
    try:
        handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
    except NotADirectoryError as error:
        raise PermissionError(f"{folder} is a link or a file, no folder: take it away") from error
    try:
        if (found := os.fstat(handle).st_uid) not in (0, owner[0]):
            raise PermissionError(
                f"{folder} belongs to {name_of(found)}, not to {name_of(owner[0])}: look at what "
                f"lies in it, then take it away, or: chown -h {name_of(owner[0])} {folder}"
            )
        os.fchown(handle, *owner)
        os.fchmod(handle, mode)
        yield handle
    finally:
        os.close(handle)


def name_of(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def accounts_of(roster: Path, group: str, to: Path) -> int:
    """Makes the accounts that are lacking and gives each without a password one, which is appended
    to a file; how many. Where a name stands twice in that file, its last line counts.

    Raises, before anything is made, ValueError for a group of the system, and for a roster with a
    name that cannot be one.
    """
    if is_of_the_system(group):
        raise ValueError(f"{group} is a group of the system, with rights of its own")
    names = names_of(roster)
    reasons = [
        f"line {line}: {reason}"
        for name, line in names.items()
        if (reason := reason_against(name, group))
    ]
    if reasons:
        more = [f"and {len(reasons) - SHOWN} more"] if len(reasons) > SHOWN else []
        raise ValueError("\n".join(["no account was made:", *reasons[:SHOWN], *more]))
    given = 0
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(handle, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        for name in names:
            make_account(name, group)
            if lacks_password(name):
                word = secrets.token_urlsafe(9)
                csv.writer(file).writerow((name, word))
                file.flush()  # before it counts: one that is in no file would be lost
                set_password(name, word)
                given += 1
    return given


def names_of(roster: Path) -> dict[str, int]:
    """The column `id`: each name once, with the line where it stands first.

    Raises ValueError where there is no such column, no name in a row that is not empty, or no CSV
    in UTF-8.
    """
    found: dict[str, int] = {}
    try:
        for line, name in ids_of(roster):
            found.setdefault(name, line)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{roster} is not in UTF-8: save it anew, in Excel as CSV UTF-8"
        ) from error
    except csv.Error as error:
        raise ValueError(f"{roster} is no CSV: {error}") from error
    return found


def ids_of(roster: Path) -> Iterator[tuple[int, str]]:
    """Lines and names of the rows that are not empty. Raises ValueError as names_of does."""
    with roster.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        columns = next(rows, [])
        if "id" not in columns:
            raise ValueError(
                f"{roster} has no column id: its first line must name one (it is "
                f"{','.join(columns)!r}), with commas between the columns"
            )
        where = columns.index("id")
        for row in rows:
            name = "".join(row[where : where + 1]).strip()
            if not name and any(map(str.strip, row)):
                raise ValueError(f"{roster}, line {rows.line_num}: a row without an id")
            if name:
                yield rows.line_num, name


def reason_against(name: str, *groups: str) -> str:
    """Why a name can get no account of these groups, or "". One that has an account there keeps
    it; that of somebody else is not touched."""
    if not NAME.fullmatch(name):
        return no_name(name)
    try:
        the_account(name, groups)
    except PermissionError as error:
        return str(error)
    except KeyError:
        return ""  # it can be made
    return ""


def lacks_password(name: str) -> bool:
    """Whether no password was ever given; one that somebody took away by a lock counts as given."""
    found = subprocess.run(["getent", "shadow", name], capture_output=True, text=True)
    return found.stdout.split(":")[1:2] in ([one] for one in NO_PASSWORD)


def set_password(name: str, word: str) -> None:
    """Through a pipe: the process list does not see it."""
    subprocess.run(["chpasswd"], input=f"{name}:{word}\n", text=True, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("roster", type=Path, help="CSV with a column id")
    parser.add_argument("--group", default="mlp_students", help="mlp_teachers for teachers")
    parser.add_argument("--to", type=Path, required=True, help="file for names and passwords")
    chosen = parser.parse_args()
    try:
        given = accounts_of(chosen.roster, chosen.group, chosen.to)
    except (ValueError, OSError) as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:  # it has said why
        sys.exit(
            f"{error.cmd[0]} failed; what was made stays, and the same command goes on from it"
        )
    print(f"{given} passwords given; they stand in {chosen.to}")


if __name__ == "__main__":
    main()
