"""The process that local workers belong to: it replaces those that die, and ends with its owner.

`workers.local_workers` runs it. It is a process of its own so that a worker never runs the owner's
script again, as new processes of Python otherwise do, and so that its owner may be killed: the
owner's end closes the pipe that it reads, it leaves, and with it the workers, in the middle of
whatever they compute.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from dataclasses import dataclass
from typing import Any

LOOPBACK = "127.0.0.1"
SETTINGS = {
    # One piece of work at a time goes to a worker, so that its death counts against this one alone.
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.http.routes": [],  # no pages about what is being done
    "distributed.worker.http.routes": [],
}
SCHEDULER = {
    "allowed_failures": 2,  # the third death is the last
    "dashboard": False,
    "dashboard_address": f"{LOOPBACK}:0",  # without it, Dask wants port 8787
}


@dataclass(frozen=True)
class Order:
    """What the owner writes into the pipe."""

    workers: int
    memory: str | None  # of each; None: its share of the machine
    security: Any  # of Dask: the key without which nobody connects
    folder: str  # for temporary files
    gpus: tuple[str, ...] = ()  # in turn, one for each worker


def main() -> None:
    order = pickle.load(sys.stdin.buffer)
    answer = os.dup(1)
    os.dup2(2, 1)  # what a method prints must not get into the answer
    import dask
    from distributed import LocalCluster

    # A worker that died is replaced in seconds. Dask looks after 15 whether it is back, and would
    # give up one that is just being replaced for the second time.
    dask.config.set(SETTINGS | {"distributed.deploy.lost-worker-timeout": "365 days"})
    cluster = LocalCluster(
        n_workers=order.workers,
        threads_per_worker=1,
        memory_limit=order.memory or "auto",
        host=LOOPBACK,
        dashboard_address=None,
        security=order.security,
        local_directory=order.folder,
        scheduler_kwargs=SCHEDULER,
        worker_class=_with_gpus(order.gpus) if order.gpus else None,
        silence_logs="CRITICAL",
    )
    os.write(answer, f"{cluster.scheduler_address}\n".encode())
    os.close(answer)
    sys.stdin.buffer.read()


def _with_gpus(gpus: tuple[str, ...]) -> type:
    """Dask's Nanny, the process that starts a worker, of whom each shows its worker one GPU."""
    from distributed import Nanny

    class OneGPU(Nanny):
        def __init__(self, *arguments, name, **options):
            seen = {"CUDA_VISIBLE_DEVICES": gpus[int(name) % len(gpus)]}
            super().__init__(*arguments, name=name, env=seen, **options)

    return OneGPU


if __name__ == "__main__":
    try:
        main()
    except BaseException:
        traceback.print_exc()
    os._exit(0)  # at once: Dask would wait for what is being computed
