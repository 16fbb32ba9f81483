"""nbgrader's folders: as their teacher would make them, whatever lies in their place."""

import os
import pwd
import stat
from pathlib import Path
from types import SimpleNamespace

import hub_accounts
import pytest

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")

TESS, MALLORY = 61001, 61002  # numbers of accounts, which need not be there
FOLDERS = {"": 0o1777, "mlp": 0o755, "mlp/outbound": 0o755, "mlp/inbound": 0o3733}


@pytest.fixture
def exchange(tmp_path, monkeypatch):
    """Where the exchange of the teacher tess lies, and a folder that is none of hers."""
    account = SimpleNamespace(pw_name="tess", pw_uid=TESS, pw_gid=TESS)
    monkeypatch.setattr(pwd, "getpwnam", {"tess": account}.__getitem__)
    (tmp_path / "victim").mkdir(mode=0o700)
    yield tmp_path / "nbgrader" / "exchange"
    assert owner_and_mode(tmp_path / "victim") == (0, 0o700)
    assert list((tmp_path / "victim").iterdir()) == []


def owner_and_mode(folder: Path) -> tuple[int, int]:
    about = folder.lstat()
    return about.st_uid, stat.S_IMODE(about.st_mode)


def refused(exchange, piece):
    with pytest.raises(PermissionError, match=piece):
        hub_accounts.make_exchange(exchange, "mlp", "tess")


def test_folders_get_their_owner_and_mode_however_often(exchange):
    for _ in range(2):
        hub_accounts.make_exchange(exchange, "mlp", "tess")
        found = {name: owner_and_mode(exchange / name) for name in FOLDERS}
        assert found == {name: (TESS if name else 0, mode) for name, mode in FOLDERS.items()}
        (exchange / "mlp" / "inbound").chmod(0o700)
        (exchange / "mlp" / "inbound" / "work").touch()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_link_in_the_place_of_a_folder_is_refused_and_not_followed(exchange, tmp_path, name):
    place = exchange / name
    place.parent.mkdir(parents=True)
    if name.startswith("mlp/"):
        os.chown(place.parent, TESS, TESS)
    place.symlink_to(tmp_path / "victim")
    refused(exchange, f"{place} is a link or a file, no folder")
    place.unlink()
    place.touch()
    refused(exchange, f"{place} is a link or a file, no folder")


def test_what_a_student_made_before_is_not_taken_for_the_course(exchange):
    (exchange / "mlp").mkdir(parents=True)
    os.chown(exchange / "mlp", MALLORY, MALLORY)
    refused(exchange, f"mlp belongs to {MALLORY}, not to {TESS}: .* chown -h {TESS} .*mlp")
    assert owner_and_mode(exchange / "mlp")[0] == MALLORY
