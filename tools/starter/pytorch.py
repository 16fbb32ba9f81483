"""Which PyTorch to install: the person's choice, else a build without CUDA where no GPU is.

On Linux the package index has PyTorch with CUDA, 4 GB of it. PyTorch's own index has a build for
the CPU alone, 0.2 GB. A machine's pip may also be set up to find a CPU build by itself, so pip is
asked first what it would install, and nothing is downloaded for that answer.
"""

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
NO_CPU_INDEX = """\
PyTorch's build for the CPU comes from https://download.pytorch.org. Where that cannot be reached,
the variable MLP_TEACH_TORCH may name a wheel that you downloaded elsewhere, another index, or cuda
for the build that the usual package index has (4 GB, and it runs on the CPU too)."""
CUDA_PARTS = re.compile(r"^(nvidia|cuda|triton)\b")


@dataclass(frozen=True)
class Torch:
    """What to hand to `pip install --no-deps`, and how to name it to the person."""

    arguments: tuple[str, ...]
    name: str
    advice: str = ""  # what else can be done if this fails


def chosen(wish: str, pinned: str) -> Torch | None:
    """PyTorch as the variable MLP_TEACH_TORCH asks for it; None where it is left to this computer.

    `wish` is cuda, the address of a package index, a wheel's path or address, a requirement such
    as torch==2.9.1, or empty, or cpu; `pinned` is the lock's version, torch==2.13.0.
    """
    version = pinned.removeprefix("torch==")
    if wish in ("", "cpu"):
        return None
    if wish == "cuda":  # === takes 2.13.0 and no 2.13.0+cpu that pip may find beside it
        return Torch((f"torch==={version}",), f"PyTorch {version} with CUDA, as asked")
    if wish.startswith(("http://", "https://")) and not wish.endswith(".whl"):
        return Torch(("--index-url", wish, pinned), f"PyTorch {version} from {wish}, as asked")
    return Torch((wish,), f"PyTorch: {wish}, as asked")


def from_cpu_index(pinned: str) -> Torch:
    arguments = ("--index-url", CPU_INDEX, pinned)
    name = f"PyTorch {pinned.removeprefix('torch==')} for the CPU, from {CPU_INDEX}"
    return Torch(arguments, name, NO_CPU_INDEX)


def for_this_machine(pinned: str, report: str, *, gpu: bool, linux: bool) -> Torch:
    """PyTorch by what pip would install (its --report, JSON) and whether a GPU is to be used."""
    packages = {
        item["metadata"]["name"]: item["metadata"] for item in json.loads(report)["install"]
    }
    version = packages["torch"]["version"]
    if is_cpu_build(packages) or not linux:
        return Torch((pinned,), f"PyTorch {version}")
    if gpu:
        return Torch((pinned,), f"PyTorch {version} with CUDA for the NVIDIA GPU here (4 GB)")
    return from_cpu_index(pinned)


def is_cpu_build(packages: dict[str, dict]) -> bool:
    """Whether the PyTorch among the packages that pip would install brings no CUDA with it."""
    local = packages["torch"]["version"].partition("+")[2]
    return local == "cpu" if local else not any(map(CUDA_PARTS.match, packages))


def has_nvidia_driver() -> bool:
    """Whether an NVIDIA driver is loaded; /usr/lib/wsl is where Windows shows its own to Linux."""
    signs = ("/proc/driver/nvidia/version", "/dev/nvidiactl", "/usr/lib/wsl/lib/libcuda.so.1")
    return any(Path(sign).exists() for sign in signs) or bool(shutil.which("nvidia-smi"))


def wish() -> str:
    return os.environ.get("MLP_TEACH_TORCH", "").strip()
