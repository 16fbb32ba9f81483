"""A Slurm of one node in a temporary folder, for tests: munge, controller and node, on loopback.

It needs the packages slurm-wlm and munge (Debian's names) and no rights. Memory is booked and not
enforced, for there are no cgroups; there is no accounting, so `sacct` does not work.
"""

import getpass
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "squeue", "sinfo")
CONFIGURATION = """\
ClusterName=teach
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort={controller}
SlurmdPort={node}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
KillWait=5
SchedulerParameters=sched_interval=2,batch_sched_delay=1
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=debug Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""


def missing_programs() -> list[str]:
    return [name for name in PROGRAMS if shutil.which(name) is None]


@contextmanager
def one_node_slurm() -> Iterator[Path]:
    """The folder of a Slurm that takes jobs; SLURM_CONF names it to all programs meanwhile."""
    host = socket.gethostname().partition(".")[0]
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # short: a socket's path has 107 letters
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for name in ("munge", "state", "spool"):
            (folder / name).mkdir()
        folder.chmod(0o755)
        (folder / "munge").chmod(0o711)
        key = folder / "munge.key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        ports = dict(zip(("controller", "node"), free_ports(2), strict=True))
        configuration = folder / "slurm.conf"
        names = {"host": host, "user": getpass.getuser(), "folder": folder}
        configuration.write_text(CONFIGURATION.format(**names, **ports))
        before = os.environ.get("SLURM_CONF")
        os.environ["SLURM_CONF"] = str(configuration)
        stack.callback(restore, before)
        daemon(stack, folder, "munged", "--foreground", "--force", *munge_files(folder))
        wait_for(lambda: (folder / "munge" / "socket").exists(), folder)
        daemon(stack, folder, "slurmctld", "-D", "-f", str(configuration))
        daemon(stack, folder, "slurmd", "-D", "-f", str(configuration), "-N", host)
        wait_for(lambda: "idle" in slurm("sinfo", "--noheader", "--format=%T"), folder)
        stack.callback(slurm, "scancel", "--user", getpass.getuser())
        yield folder


def munge_files(folder: Path) -> list[str]:
    return [
        f"--key-file={folder}/munge.key",
        f"--socket={folder}/munge/socket",
        f"--pid-file={folder}/munge/munged.pid",
        f"--log-file={folder}/munge/munged.log",
        f"--seed-file={folder}/munge/munged.seed",
    ]


def daemon(stack: ExitStack, folder: Path, *command: str) -> None:
    """Start a program that runs until the stack is left."""
    with (folder / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)

    def end() -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    stack.callback(end)


def slurm(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout


def jobs() -> list[str]:
    """The numbers of the jobs that run."""
    return slurm("squeue", "--noheader", "--states=RUNNING", "--format=%A").split()


def free_ports(n: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def restore(before: str | None) -> None:
    if before is None:
        del os.environ["SLURM_CONF"]
    else:
        os.environ["SLURM_CONF"] = before


def wait_for(happened, folder: Path) -> None:
    end = time.monotonic() + 30
    while not happened():
        if time.monotonic() > end:
            logs = [f"{log.name}:\n{log.read_text()}" for log in folder.glob("*.log")]
            raise TimeoutError("\n".join(["Slurm did not start.", *logs]))
        time.sleep(0.1)
