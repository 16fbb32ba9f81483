"""A kernel in a sandbox, for whatever starts kernels: nbgrader, nbclient, a Jupyter server.

    JUPYTER_DEFAULT_PROVISIONER_NAME=mlp-teach-sandbox nbgrader autograde ps1_energy_surfaces

Who executes a student's notebook executes a student's code. Here it runs in bubblewrap: no network,
an empty home, a read-only system, and no sight of solutions, gradebook or other students. What
talks to the kernel stays outside; both share a folder with unix sockets and nothing else.

It keeps your files, not the points: code in the kernel can still forge the tests of its own
notebook. The marks come from `mlp-teach grade`. On Linux, with bubblewrap and prlimit.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from jupyter_client.provisioning import LocalProvisioner

from mlp_teach.grading.sandbox import (
    COURSE,
    PACKAGE,
    SandboxError,
    isolation,
    plain_uid,
    plain_user,
    seat,
    system,
    walls,
)

LIMITS = ["--as=6000000000", "--cpu=600", "--nproc=4096", "--fsize=50000000", "--core=0"]
CHANNELS = ("shell", "iopub", "stdin", "hb", "control")


class SandboxProvisioner(LocalProvisioner):
    """One kernel in bubblewrap. Raises SandboxError where there is none that works."""

    _folder = ""

    async def pre_launch(self, **settings):
        if isolation() != "bubblewrap":
            raise SandboxError(f"No sandbox for the kernel: {isolation()}.")
        self._cleared()
        # The path of a unix socket has 108 letters at most.
        self._folder = tempfile.mkdtemp(prefix="mlp", dir="/tmp")
        manager = self.parent
        manager.transport, manager.cache_ports = "ipc", False
        manager.connection_file, manager.ip = f"{self._folder}/k.json", f"{self._folder}/k"
        for channel in CHANNELS:
            setattr(manager, f"{channel}_port", 0)
        # Signals end at the wall; Ctrl-C goes in as a message.
        self.kernel_spec.interrupt_mode = "message"
        settings = await super().pre_launch(**settings)
        for path in (self._folder, manager.connection_file):
            os.chown(path, plain_uid(), -1)
        _, *words = settings["cmd"]
        settings["cmd"] = [*_around(self._folder), seat(f"{sys.prefix}/bin/python"), *words]
        settings["cwd"] = "/"
        return settings

    async def cleanup(self, restart: bool = False) -> None:
        await super().cleanup(restart)
        if not restart:
            self._cleared()

    def _cleared(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def _around(folder: str) -> list[str]:
    """The command before the kernel's: limits, then walls."""
    words = ["prlimit", *LIMITS, "--", *walls(), "--setenv", "PYTHONPATH", COURSE]
    words += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    words += ["--perms", "0777", "--tmpfs", "/home/student", *system()]
    words += ["--perms", "0755", "--dir", COURSE]
    words += ["--ro-bind", str(PACKAGE), str(Path(COURSE) / PACKAGE.name)]
    words += ["--bind", folder, folder, "--chdir", "/home/student", "--remount-ro", "/dev"]
    return [*words, "--remount-ro", "/", "--", *plain_user()]
