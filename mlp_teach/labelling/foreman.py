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

# One structure at a time goes to a worker, so that its death counts against this one alone; and the
# third death is the last.
SETTINGS = {"distributed.scheduler.worker-saturation": 1.0}
ATTEMPTS = 3
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Order:
    """What the owner writes into the pipe."""

    workers: int
    memory: str | None  # of each; None: its share of the machine
    security: Any  # of Dask: the key without which nobody connects
    folder: str  # for temporary files


def main() -> None:
    order = pickle.load(sys.stdin.buffer)
    answer = os.dup(1)
    os.dup2(2, 1)  # what a method prints must not get into the answer
    import dask
    from distributed import LocalCluster

    dask.config.set(SETTINGS)
    cluster = LocalCluster(
        n_workers=order.workers,
        threads_per_worker=1,
        memory_limit=order.memory or "auto",
        host=LOOPBACK,
        dashboard_address=None,
        security=order.security,
        local_directory=order.folder,
        scheduler_kwargs={"allowed_failures": ATTEMPTS - 1},
        silence_logs="CRITICAL",
    )
    os.write(answer, f"{cluster.scheduler_address}\n".encode())
    os.close(answer)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    try:
        main()
    except BaseException:
        traceback.print_exc()
    os._exit(0)  # at once: Dask would wait for what is being computed
