"""Where a training runs: on the processor, or on a graphics card if there is one."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager

import torch

NAMES = ("cpu", "cuda", "mps", "auto")


class DeviceMemoryError(RuntimeError):
    """A training that needs more memory than its GPU has left."""


def choose_device(name: str = "auto") -> torch.device:
    """The device of a name; "auto" is the first there is of cuda, mps and cpu.

    Raises ValueError for a name that is not known, and for a device that this computer has not.
    """
    if name not in NAMES:
        raise ValueError(f"The device is {name!r}; choose one of {', '.join(NAMES)}.")
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next((one for one, is_there in there.items() if is_there), "cpu")
    elif not there.get(name, True):
        raise ValueError(
            f"PyTorch finds no {name} device here. Train on the cpu, or install a PyTorch for your "
            "graphics card (MLP_TEACH_TORCH=cuda python3 start.py)."
        )
    return torch.device(name)


def visible_gpus() -> list[str]:
    """The names of CUDA's GPUs that this process may use, each fit for CUDA_VISIBLE_DEVICES."""
    named = [one.strip() for one in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")]
    there = torch.cuda.device_count()  # without those after a word that names none
    return named[:there] if any(named) else [str(number) for number in range(there)]


def judge_on(where: torch.device) -> torch.device:
    """Where the errors of a model are measured that was trained on a device: there, but for MPS,
    which lacks the double precision that they are summed in."""
    return torch.device("cpu") if where.type == "mps" else where


def device_name(device: torch.device) -> str:
    """What a device is called by its maker, as far as the system tells."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    chip = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # Linux
            names = [line for line in file if line.startswith("model name")]
        chip = names[0].partition(":")[2].strip() if names else chip
    except OSError:
        pass
    return f"{chip}, its GPU by MPS" if device.type == "mps" else f"{chip} (CPU)"


def peak_memory(device: torch.device) -> int:
    """The most bytes of a GPU that this process's tensors took since the last call; 0 of others."""
    if device.type != "cuda":
        return 0
    most = torch.cuda.max_memory_allocated(device)
    torch.cuda.reset_peak_memory_stats(device)
    return most


@contextmanager
def memory_in_words() -> Iterator[None]:
    """Within it a GPU without memory left raises DeviceMemoryError, which says what to do, in the
    place of PyTorch's error."""
    try:
        yield
    except RuntimeError as error:
        if "out of memory" not in str(error):
            raise
        raise DeviceMemoryError(
            "The GPU has not enough memory left for this training. Lower batch_size in [training] "
            "and begin in another folder; or see by nvidia-smi whether others use the GPU, and "
            "start the same again when they have ended."
        ) from error


def check_tf32(device: torch.device) -> None:
    """Raises ValueError for a device that has no TF32."""
    if device.type != "cuda":
        raise ValueError(f"TF32 is a format of NVIDIA's GPUs; a {device.type} has none.")


@contextmanager
def tf32_products(device: torch.device) -> Iterator[None]:
    """Within it a GPU multiplies float32 matrices in TF32: faster, with 10 of 23 bits kept of each
    factor; sums and all else stay as they are.

    It moves the forces of a trained network by 1 to 3 percent of their error
    (docs/lesson_material/training_precision.md). Raises ValueError for a device without it.
    """
    check_tf32(device)
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
