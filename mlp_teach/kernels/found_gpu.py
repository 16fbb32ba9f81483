"""Whether a kernel that was installed for a GPU finds one: asked of its own interpreter, once.

A kernelspec is only a file, and a CPU build of PyTorch is the commonest reason for a kernel
without its GPU. The host on which the kernel is installed may also be one without, such as a
cluster's login node; so what is missing costs a sentence and not the kernel.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

ASKED = (  # "12.8 True": the CUDA of the build, if any, and whether there is a GPU
    "import torch;"
    "there = torch.cuda.is_available() or torch.backends.mps.is_available();"
    "print(torch.version.cuda or torch.version.hip or 'none', there)"
)
PATIENCE = 300  # s: to import torch from a network's disk takes long


def gpu_warning(folder: Path) -> str:
    """A sentence on what the kernelspec in the folder will miss here; "" where nothing is."""
    spec = json.loads((folder / "kernel.json").read_text("utf-8"))
    python, variables = spec["argv"][0], spec["env"]
    if variables.get("MLP_TEACH_DEVICE") == "cpu":
        return ""
    others = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with tempfile.TemporaryDirectory() as elsewhere:  # the present folder must not help
        try:
            ran = subprocess.run(
                [python, "-c", ASKED],
                env=others | variables,
                cwd=elsewhere,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            return f"Warning: {python} needs more than {PATIENCE} s to import torch."
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["no word"])[-1]
        return f"Warning: {python} cannot import torch ({last}): no training will run there."
    build, there = ran.stdout.split()[-2:]
    if there == "True":
        return ""
    if build == "none":
        return (
            f"Warning: the PyTorch of {python} is a build for CPUs, so this kernel will compute on "
            "the CPU. A build for GPUs: MLP_TEACH_TORCH=cuda python3 start.py install."
        )
    return (
        f"Warning: the PyTorch of {python} is a build for GPUs (CUDA {build}), but finds none here "
        "now; until it does, this kernel will compute on the CPU. Look with nvidia-smi."
    )
