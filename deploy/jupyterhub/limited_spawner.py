"""Students' servers with limits.

LimitedSpawner runs each under the student's own account and, where Linux lets us, in a cgroup of
its own, so that the limit is one on everything that student runs. TrialSpawner runs all in one
account, without root; there only a limit on each single process is left.

That one is RLIMIT_DATA: it counts memory that a process may write to and that nobody shares, also
where it has not been touched yet. RLIMIT_AS would count PyTorch's mapped libraries as well.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import pwd
import resource
from collections.abc import Callable
from pathlib import Path

import cgroups
import hub_accounts
from hub_settings import SOCKET_FOLDER
from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from jupyterhub.utils import maybe_future
from traitlets import Bool, List, Unicode


def limit_of_a_process(memory: int) -> int:
    """Bytes for RLIMIT_DATA of one process, of what a student may use in all.

    Threads' stacks and PyTorch's pools are counted before they are used, so a tight limit would
    stop a lesson that is far from using it: half as much again.
    """
    return memory * 3 // 2


def own_folder(place: Path, owner: int | None) -> str:
    """A folder that only one account can enter, for the sockets of its kernels."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner is not None:
        os.chown(place, owner, -1)
    place.chmod(0o700)
    return str(place)


class LimitedSpawner(LocalProcessSpawner):
    """Each student under an account of the system that belongs to one of `groups`.

    Raises PermissionError for root, for the system's accounts and for people of neither group.
    """

    groups = List(
        Unicode(), help="groups of the system whose members may have a server", config=True
    )
    make_accounts = Bool(False, help="whether a new name gets an account", config=True)
    runtime = Unicode(help="folder for the sockets of all kernels", config=True)

    async def start(self) -> tuple[str, int]:
        name = self.user.name
        if self.make_accounts and hub_accounts.make_account(name, self.groups[0]):
            self.log.info("Made the account %s", name)
        account = hub_accounts.the_account(name, tuple(self.groups))
        own_folder(Path(self.runtime) / str(account.pw_uid), account.pw_uid)
        return await super().start()

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        # its number and not its name: the path of a socket may have 107 characters
        runtime = Path(self.runtime) / str(pwd.getpwnam(self.user.name).pw_uid)
        return super().user_env(env) | {"JUPYTER_RUNTIME_DIR": str(runtime)}

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        become, memory = super().make_preexec_fn(name), self.mem_limit
        limits = cgroups.Limits(memory, self.cpu_limit or os.cpu_count())
        self.joined = cgroups.make(name, limits) if cgroups.version() else []

        def prepare() -> None:
            for file in self.joined:
                file.write_text("0")
            set_limits(0 if self.joined else memory)
            become()

        return prepare

    async def run_post_stop_hook(self) -> None:
        """Ends what is left. JupyterHub calls it also for a server that ended by itself, for which
        it does not call `stop`."""
        await asyncio.to_thread(cgroups.end, cgroups.joined(self.user.name))
        await maybe_future(super().run_post_stop_hook())


class TrialSpawner(SimpleLocalProcessSpawner):
    """All students in the account of whoever started the hub: anybody can read everything."""

    runtime = Unicode(help="folder for the sockets of all kernels", config=True)

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        short = hashlib.sha256(self.user.name.encode()).hexdigest()[:SOCKET_FOLDER]
        runtime = own_folder(Path(self.runtime) / short, None)
        return super().user_env(env) | {"JUPYTER_RUNTIME_DIR": runtime}

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        enter, memory = super().make_preexec_fn(name), self.mem_limit

        def prepare() -> None:
            set_limits(memory)
            enter()

        return prepare


def set_limits(memory: int) -> None:
    """For all that this process starts: memory, where it is not 0, and files that are shut."""
    os.umask(0o077)
    if memory:
        bytes_ = limit_of_a_process(memory)
        resource.setrlimit(resource.RLIMIT_DATA, (bytes_, bytes_))
