"""Many labels at once through Dask: on this machine, or the same call on a cluster with Slurm.

    with local_workers(4) as executor:
        label(structures, GFN2(), "labels", executor)

    with slurm_workers(jobs=20, memory="4 GB", queue="short", interface="ib0") as executor:
        label(structures, PBE(), "labels", executor)

A worker is a process that computes one label at a time and keeps it in the store itself, so that
whatever ends the others, this one included, loses what was being computed and no more. A worker
that dies (a crash, too little memory, a cancelled job) is replaced and its structure tried again;
a structure that three workers died of is reported, and the rest go on.

Connections are encrypted and need a key that is made anew each time: without it, anybody who
reaches a port of Dask could run programs in your name.

M. Rocklin, Proc. 14th Python in Science Conf. (2015), doi:10.25080/Majora-7b98e3ed-013.
"""

from __future__ import annotations

import os
import pickle
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mlp_teach.labelling.foreman import SCHEDULER, SETTINGS, Order
from mlp_teach.labelling.job_lines import check_lines, open_variables

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Asked
    from distributed.security import Security


class WorkersError(RuntimeError):
    """No workers; the message says why."""


class Workers(Executor):
    """A client of Dask as one of Python's executors.

    Dask's own, client.get_executor, takes a result for an error if its worker dies just then.
    """

    def __init__(self, client: Client):
        self._client = client

    def submit(self, function, /, *arguments) -> Future:
        asked, given = self._client.submit(function, *arguments, pure=False), Future()

        def pass_on(asked: Asked) -> None:
            if not given.set_running_or_notify_cancel():
                return
            try:
                given.set_result(asked.result())
            except BaseException as error:  # a cancellation, too: nobody may wait for ever
                given.set_exception(error)

        asked.add_done_callback(pass_on)
        given.add_done_callback(lambda given: asked.cancel() if given.cancelled() else None)
        return given


def environment(threads: int) -> dict[str, str]:
    """Variables that a worker needs before it imports anything: its threads, and our modules."""
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
    return dict.fromkeys(names, str(threads)) | {"PYTHONPATH": path}


@contextmanager
def local_workers(
    n: int, memory: str | None = None, gpus: Sequence[str] = ()
) -> Iterator[Executor]:
    """`n` processes of one thread each on this machine, for `run.label`; they end with the block.

    A worker that needs more `memory`, for example "2 GB" or "2G", is ended and replaced; None gives
    each its share of the machine. Of the `gpus`, names for CUDA_VISIBLE_DEVICES, each sees one; if
    there are fewer than workers, some share one. They can be reached from this machine alone.
    Raises ValueError for no workers, WorkersError if they do not start.
    """
    if n < 1:
        raise ValueError(f"n is {n}; at least one worker is needed.")
    from distributed import Client
    from distributed.security import Security

    security = Security.temporary()
    with (
        tempfile.TemporaryDirectory(prefix="workers-", ignore_cleanup_errors=True) as folder,
        _foreman(Order(n, memory, security, folder, tuple(gpus))) as address,
        Client(address, security=security, set_as_default=False) as client,
    ):
        yield Workers(client)


@contextmanager
def _foreman(order: Order) -> Iterator[str]:
    """The address at which its workers take work."""
    log = Path(order.folder) / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlp_teach.labelling.foreman"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=os.environ | environment(threads=1),
            start_new_session=True,  # so that Ctrl-C reaches us alone
        )
    with process:
        with suppress(BrokenPipeError):  # it has ended, and its log says why
            pickle.dump(order, process.stdin)
            process.stdin.flush()
        address = process.stdout.readline().decode().strip()
        if not address:
            process.wait()
            raise WorkersError(f"The workers did not start:\n{log.read_text(errors='replace')}")
        yield address


@contextmanager
def slurm_workers(
    jobs: int,
    memory: str,
    walltime: str = "01:00:00",
    *,
    queue: str | None = None,
    account: str | None = None,
    interface: str | None = None,
    cores: int = 1,
    gpus: int = 0,
    first: Sequence[str] = (),
    directives: Sequence[str] = (),
    folder: str | Path = "slurm",
) -> Iterator[Executor]:
    """The same on a cluster with Slurm: `jobs` jobs of one worker each, submitted from here.

    memory      of a job: "4 GB", or "4G" as Slurm writes it
    queue       what Slurm calls a partition; None: the cluster's own choice
    interface   the network that the nodes share, such as "ib0"; `ip link` lists them
    cores       threads of one label: for methods that use more than one
    gpus        of a job, by Slurm's --gres=gpu:N; a cluster that wants other words: directives
    first       lines of shell for a job's beginning, such as "module load quantum-espresso"
    directives  further options of sbatch, such as "--constraint=haswell"
    folder      for the jobs' output and, while they run, their key; all nodes must see it

    A job that ends (cancelled, out of time) is replaced until the block is left; then all are
    cancelled. Variables whose names say that they are secret do not go with it. Raises ValueError
    for no jobs and for one text in the place of lines, WorkersError where Slurm is absent or
    refuses.
    """
    if jobs < 1 or cores < 1 or gpus < 0:
        raise ValueError(
            f"jobs is {jobs}, cores is {cores} and gpus is {gpus}; 1, 1 and 0 at least."
        )
    check_lines(first=first, directives=directives)
    if shutil.which("sbatch") is None:
        raise WorkersError(
            "There is no sbatch here. Run this where Slurm is, on the login node of a cluster; on "
            "this machine alone, use local_workers."
        )
    import dask
    from distributed import Client

    SLURMCluster = _slurm_cluster()
    folder = Path(folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    exports = [f"export {name}={shlex.quote(it)}" for name, it in environment(cores).items()]
    with (
        tempfile.TemporaryDirectory(prefix=".key-", dir=folder) as private,
        dask.config.set(SETTINGS),
        SLURMCluster(
            cores=1,
            processes=1,
            job_cpu=cores,
            memory=memory,
            walltime=walltime,
            queue=queue,
            account=account,
            interface=interface,
            job_script_prologue=[*exports, *first],
            job_extra_directives=[*[f"--gres=gpu:{gpus}"] * (gpus > 0), *directives],
            log_directory=str(folder),
            security=(security := _key_in_files(Path(private))),
            scheduler_options=SCHEDULER,
            worker_extra_args=["--no-dashboard"],
            python=sys.executable,
            silence_logs="CRITICAL",
        ) as cluster,
        Client(cluster, security=security, set_as_default=False) as client,
    ):
        _try_out(cluster.job_script())
        cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)
        yield Workers(client)


def _slurm_cluster() -> type:
    """dask_jobqueue's. To import it (0.9.0) makes Ctrl-C end this process as if all were done, with
    status 0 and no word; that is taken back. Its sbatch does not see what is secret."""
    before = signal.getsignal(signal.SIGINT)
    from dask_jobqueue.slurm import SLURMCluster, SLURMJob

    if before is not None and signal.getsignal(signal.SIGINT) is not before:
        signal.signal(signal.SIGINT, before)
    hidden = sorted(os.environ.keys() - open_variables().keys())
    sbatch = shlex.join(["env", *(word for name in hidden for word in ("-u", name)), "sbatch"])
    job = type("Job", (SLURMJob,), {"submit_command": sbatch})
    return type("Cluster", (SLURMCluster,), {"job_cls": job})


def _key_in_files(folder: Path) -> Security:
    """A new key, in files that jobs on other nodes can read and no other person."""
    from distributed.security import Security

    made = Security.temporary()
    (folder / "key").write_text(made.tls_worker_key)
    (folder / "certificate").write_text(made.tls_worker_cert)
    key, certificate = str(folder / "key"), str(folder / "certificate")
    return Security(
        require_encryption=True,
        tls_ca_file=certificate,
        tls_client_key=key,
        tls_client_cert=certificate,
        tls_scheduler_key=key,
        tls_scheduler_cert=certificate,
        tls_worker_key=key,
        tls_worker_cert=certificate,
    )


def _try_out(script: str) -> None:
    """Raises WorkersError with Slurm's own words for a job that it would not take."""
    tried = subprocess.run(["sbatch", "--test-only"], input=script, capture_output=True, text=True)
    if tried.returncode:
        raise WorkersError(f"Slurm refuses the job: {tried.stderr.strip()}")
