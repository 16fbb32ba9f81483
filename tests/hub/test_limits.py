"""What one student may use is what one student can use: the kernel of Linux says so."""

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import cgroups
import hub_accounts
import pytest
from cgroups import Limits

GROUP = f"test-{os.getpid()}"
groups = pytest.mark.skipif(cgroups.version() == 0, reason="no cgroup can be made here")


def python(code, before="", files=()):
    """Runs code in a process of its own, after `before` and once it is in a group."""
    text = "\n".join(
        [*(f"open({str(file)!r}, 'w').write('0')" for file in files), before, textwrap.dedent(code)]
    )
    words = [sys.executable, "-c", text]
    return subprocess.run(words, capture_output=True, text=True, timeout=60)


@pytest.fixture
def group():
    yield cgroups.make(GROUP, Limits(memory=200 << 20, cpu=0.25, tasks=30))
    cgroups.end(cgroups.joined(GROUP))
    assert cgroups.joined(GROUP) == []


@groups
def test_a_group_over_its_memory_loses_a_process(group):
    assert python("x = b'1' * (100 << 20); print('fits')", files=group).stdout == "fits\n"
    assert python("x = b'1' * (400 << 20)", files=group).returncode == -9


@groups
def test_two_processes_share_the_memory_of_their_group(group):
    code = """
    import subprocess, sys
    x = b'1' * (120 << 20)
    take = "x = b'1' * (%d << 20)"
    for size in (20, 120):
        print(subprocess.run([sys.executable, "-c", take % size]).returncode, flush=True)
    """
    done = python(code, files=group)
    killed = [done.returncode, *map(int, done.stdout.split())]
    assert killed[1] == 0
    assert -9 in killed, "one of the two, whichever the kernel takes"


@groups
def test_a_group_gets_its_share_of_a_processor(group):
    code = """
    import time
    end = time.monotonic() + 2
    while time.monotonic() < end:
        pass
    print(time.process_time())
    """
    used = float(python(code, files=group).stdout)
    assert used < 0.25 * 2 + 0.15


@groups
def test_processes_cannot_be_started_without_end(group):
    code = """
    import subprocess, sys
    running = []
    try:
        for _ in range(60):
            running.append(subprocess.Popen(["sleep", "5"]))
    except OSError:
        print(len(running))
    for one in running:
        one.kill()
    """
    assert int(python(code, files=group).stdout) < 30


@groups
def test_what_a_student_left_behind_ends_with_the_server(group):
    """Also what has a session of its own, as a training by ThisComputer has (docs/hub.md, 4)."""
    how = "stdout=-3, stderr=-3, start_new_session=True"
    left = f"import subprocess; subprocess.Popen(['sleep', '60'], {how})"
    assert python(left, files=group).returncode == 0
    assert group[0].read_text().split()
    cgroups.end(group)
    assert not group[0].exists()


def test_version_2_gets_the_same_limits_in_its_own_files(tmp_path, monkeypatch):
    monkeypatch.setattr(cgroups.os, "geteuid", lambda: 0)
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    assert cgroups.version(tmp_path) == 2
    folder = tmp_path / "mlp_teach_hub" / "alice"
    folder.mkdir(parents=True)
    (folder / "memory.swap.max").write_text("max")
    cgroups.make("alice", Limits(memory=1 << 30, cpu=1.5, tasks=100), tmp_path)
    written = {file.name: file.read_text() for file in folder.iterdir()}
    assert written == {
        "memory.max": "1073741824",
        "memory.swap.max": "0",
        "cpu.max": "150000 100000",
        "pids.max": "100",
    }
    assert (folder.parent / "cpu.weight").read_text() == "2000"
    for above in (tmp_path, folder.parent):
        assert (above / "cgroup.subtree_control").read_text() == "+memory +cpu +pids"


@groups
def test_no_group_stays_of_the_one_that_was_tried():
    assert cgroups.version() in (1, 2)
    assert cgroups.joined(f".trial-{os.getpid()}") == []


@pytest.mark.parametrize("refused", ["mkdir", "write_text"])
@pytest.mark.parametrize("form", [1, 2])
def test_groups_that_are_seen_but_cannot_be_made_are_not_promised(
    tmp_path, monkeypatch, form, refused
):
    """As in a container, where /sys/fs/cgroup is there and read-only."""
    monkeypatch.setattr(cgroups.os, "geteuid", lambda: 0)
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids\n" if form == 2 else "")
    for name in cgroups.NEEDED:
        (tmp_path / name).mkdir()
        (tmp_path / name / "cgroup.procs").touch()
    assert cgroups.version(tmp_path) == form

    def refuses(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, refused, refuses)
    assert cgroups.version(tmp_path) == 0


def test_without_root_or_controllers_no_group_is_promised(tmp_path, monkeypatch):
    monkeypatch.setattr(cgroups.os, "geteuid", lambda: 1000)
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids\n")
    assert cgroups.version(tmp_path) == 0
    monkeypatch.setattr(cgroups.os, "geteuid", lambda: 0)
    (tmp_path / "cgroup.controllers").write_text("cpu\n")
    assert cgroups.version(tmp_path) == 0


SET = """
import sys
sys.path.insert(0, {folder!r})
from limited_spawner import set_limits
set_limits({memory})
"""


def limited(code, memory):
    pytest.importorskip("jupyterhub")
    folder = str(Path(cgroups.__file__).parent)
    return python(code, before=SET.format(folder=folder, memory=memory))


def test_a_process_without_a_group_cannot_take_twice_the_memory():
    assert "MemoryError" in limited("x = b'1' * (1 << 30)", memory=512 << 20).stderr
    assert limited("x = b'1' * (256 << 20); print('fits')", memory=512 << 20).stdout == "fits\n"


@pytest.mark.slow
def test_that_limit_does_not_count_pytorch_s_mapped_libraries():
    code = """
    import torch
    layer = torch.nn.Linear(200, 200)
    layer(torch.randn(64, 200)).sum().backward()
    print(open('/proc/self/status').read())
    """
    done = limited(code, memory=512 << 20)
    sizes = dict(line.split(":") for line in done.stdout.splitlines() if "kB" in line)
    address_space, data = (int(sizes[name].split()[0]) / 1024 for name in ("VmPeak", "VmData"))
    assert data < 512 < address_space


@pytest.mark.parametrize("name", ["root", "daemon", "nobody"])
def test_no_server_runs_as_an_account_of_the_system(name):
    with pytest.raises(PermissionError):
        hub_accounts.the_account(name, ("mlp_students",))


@pytest.mark.parametrize("name", ["Alice", "a b", "alice@example.org", "-rf", "../x", "", "a" * 33])
def test_names_that_are_no_accounts_are_refused_before_a_command_sees_them(name):
    with pytest.raises(ValueError, match="no name for an account"):
        hub_accounts.make_account(name, "mlp_students")
