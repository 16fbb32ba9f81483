"""What binder/start has every kernel run first: memory that a cell freed is given back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from tools.lesson_memory import QUIET, share_mb

ROOT = Path(__file__).resolve().parents[2]
STARTUP = ROOT / "tools" / "kernel_startup.py"
HOLD = "held = [bytearray(b'1') * 100_000 for _ in range(1500)]; above = bytearray(100_000)"
linux = pytest.mark.skipif(sys.platform != "linux", reason="PSS is told by Linux alone")


def environment(**more: str) -> dict[str, str]:
    """Without what start.py tells the allocator and what another startup file would do."""
    names = [name for name in os.environ if name.startswith("MALLOC_") or name == "PYTHONSTARTUP"]
    return {name: os.environ[name] for name in os.environ.keys() - set(names)} | more


def memory_after(cells: list[str], env: dict[str, str]) -> list[float]:
    """MB of a kernel after each cell; of one that fails, AssertionError."""
    manager, client = start_new_kernel(env=env, extra_arguments=QUIET)
    try:
        found = []
        for cell in cells:
            answer = client.execute_interactive(cell, timeout=300)["content"]
            assert answer["status"] == "ok", answer
            found.append(share_mb(manager.provisioner.pid))
        return found
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@linux
@pytest.mark.parametrize("given_back", [True, False])
def test_what_a_cell_frees_is_given_back_only_with_the_startup_file(given_back):
    env = environment(**({"PYTHONSTARTUP": str(STARTUP)} if given_back else {}))
    before, held, after = memory_after(["1", HOLD, "del held"], env)
    assert held > before + 120
    assert (after < before + 60) == given_back


@linux
def test_a_kernel_knows_no_names_of_the_startup_file():
    env = environment(PYTHONSTARTUP=str(STARTUP))
    memory_after(["assert not [name for name in globals() if 'memory' in name]"], env)


def test_a_plain_python_runs_it_without_a_word():
    done = subprocess.run(
        [sys.executable, "-c", f"exec(open({str(STARTUP)!r}).read()); print(*globals())"],
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert done.returncode == 0
    assert not done.stderr
    assert "memory" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="start is for a shell")
def test_start_tells_the_kernels_of_the_startup_file_from_any_folder(tmp_path):
    command = ["bash", str(ROOT / "binder" / "start"), sys.executable, "-c"]
    done = subprocess.run(
        [*command, "import os; print(os.environ['PYTHONSTARTUP'])"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    assert Path(done.stdout.strip()) == STARTUP
