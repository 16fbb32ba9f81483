"""Which PyTorch to install: the person's choice, else a build without CUDA where no GPU is.

On Linux the package index has PyTorch with CUDA, 4 GB of it. PyTorch's own index has a build for
the CPU alone, 0.2 GB. A machine's pip may also be set up to find a CPU build by itself, so pip is
asked first what it would install, and nothing is downloaded for that answer.
"""

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_PARTS = re.compile(r"^(nvidia|cuda|triton)\b")


@dataclass(frozen=True)
class Torch:
    """What to hand to `pip install --no-deps`, and how to name it to the person."""

    arguments: tuple[str, ...]
    name: str


def chosen(wish: str, pinned: str) -> Torch | None:
    """PyTorch as the variable MLP_TEACH_TORCH asks for it; None where it asks for nothing.

    `wish` is cpu, cuda, the address of a package index, a wheel's path or address, or a
    requirement such as torch==2.9.1; `pinned` is the lock's version, torch==2.13.0.
    """
    version = pinned.removeprefix("torch==")
    if not wish:
        return None
    if wish == "cpu":
        return from_cpu_index(pinned)
    if wish == "cuda":  # === takes 2.13.0 and no 2.13.0+cpu that pip may find beside it
        return Torch((f"torch==={version}",), f"PyTorch {version} with CUDA, as asked")
    if wish.startswith(("http://", "https://")) and not wish.endswith(".whl"):
        return Torch(("--index-url", wish, pinned), f"PyTorch {version} from {wish}, as asked")
    return Torch((wish,), f"PyTorch: {wish}, as asked")


def from_cpu_index(pinned: str) -> Torch:
    arguments = (pinned,) if sys.platform != "linux" else ("--index-url", CPU_INDEX, pinned)
    return Torch(arguments, f"PyTorch {pinned.removeprefix('torch==')} for the CPU")


def for_this_machine(pinned: str, report: str, nvidia: bool) -> Torch:
    """PyTorch by what pip would install (its --report, JSON) and whether a GPU is here."""
    version = pinned.removeprefix("torch==")
    if is_cpu_build(report) or sys.platform != "linux":
        return Torch((pinned,), f"PyTorch {version}")
    if nvidia:
        return Torch(
            (pinned,), f"PyTorch {version} with CUDA, for this computer's NVIDIA GPU (4 GB)"
        )
    return from_cpu_index(pinned)


def is_cpu_build(report: str) -> bool:
    """Whether a `pip install --dry-run --report` holds a PyTorch that brings no CUDA with it."""
    packages = [item["metadata"] for item in json.loads(report)["install"]]
    version = next(package["version"] for package in packages if package["name"] == "torch")
    if "+" in version:
        return version.endswith("+cpu")
    return not any(CUDA_PARTS.match(package["name"]) for package in packages)


def has_nvidia_driver() -> bool:
    """Whether an NVIDIA driver is loaded; /usr/lib/wsl is where Windows shows its own to Linux."""
    signs = ("/proc/driver/nvidia/version", "/dev/nvidiactl", "/usr/lib/wsl/lib/libcuda.so.1")
    return any(Path(sign).exists() for sign in signs) or bool(shutil.which("nvidia-smi"))


def wish() -> str:
    return os.environ.get("MLP_TEACH_TORCH", "").strip()
