"""What a training that runs as a job executes: its command, and the variables that go with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import mlp_teach


def training_command(
    experiment: Path, folder: Path, device: str, *, processes: int = 1, tf32: bool = False
) -> list[str]:
    """`mlp-teach train` by this Python; of several processes, with their torchrun before it."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    words = ["train", str(experiment), "--out", str(folder), "--device", device]
    return [
        sys.executable,
        *(torchrun if processes > 1 else []),
        *("-m", "mlp_teach.cli", *words),
        *(["--tf32"] if tf32 else []),
    ]


def variables(threads: int) -> dict[str, str]:
    """What the job needs besides: its threads, and the library that stands here."""
    path = [str(Path(mlp_teach.__file__).resolve().parents[1]), os.environ.get("PYTHONPATH")]
    return {
        "OMP_NUM_THREADS": str(threads),
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        "PYTHONUNBUFFERED": "1",
    }
