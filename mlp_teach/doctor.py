"""What this computer offers to the course, and what is missing: `mlp-teach doctor`."""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

PACKAGES = [
    "torch",
    "numpy",
    "ase",
    "vesin",
    "safetensors",
    "matplotlib",
    "jupyterlab",
    "ipywidgets",
    "anywidget",
    "nglview",
]
GIB = 2**30


@dataclass(frozen=True)
class Finding:
    """One line of the report; `advice` is empty where all is well."""

    name: str
    value: str
    advice: str = ""


def examine() -> list[Finding]:
    """Looks at Python, packages, threads, device, memory and disk; changes nothing."""
    return [
        _python(),
        *map(_package, PACKAGES),
        _threads(),
        _device(),
        _memory(),
        _disk(),
    ]


def report(findings: list[Finding]) -> str:
    """The findings as text, one a line, with advice where there is some."""
    width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{'!' if finding.advice else ' '} {finding.name:{width}}  {finding.value}")
        if finding.advice:
            lines.append(f"  {'':{width}}  -> {finding.advice}")
    return "\n".join(lines)


def _python() -> Finding:
    version = platform.python_version()
    old = sys.version_info < (3, 11)
    return Finding("python", f"{version} on {platform.system()}", "Use 3.11 or newer." * old)


def _package(name: str) -> Finding:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "missing", "Run `python3 start.py` again: it repairs the environment.")
    if name == "nglview" and version != "4.0":
        return Finding(
            name, version, "Only 4.0 shows atoms in JupyterLab: pip install nglview==4.0"
        )
    return Finding(name, version)


def _threads() -> Finding:
    import torch

    threads, cores = torch.get_num_threads(), os.cpu_count() or 1
    advice = ""
    if threads > 1 and os.environ.get("OMP_WAIT_POLICY", "").upper() != "PASSIVE":
        advice = (
            "Threads that wait by spinning slow each other down on a shared machine: set "
            "OMP_NUM_THREADS=1 (start.py does) unless the machine is yours alone."
        )
    return Finding("threads", f"{threads} of torch, {cores} cores", advice)


def _device() -> Finding:
    import torch

    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        name = torch.cuda.get_device_name()
        there = f"{name}, CUDA {torch.version.cuda}"
        return Finding("device", f"{there}, {free / GIB:.1f} of {total / GIB:.1f} GiB free")
    if torch.backends.mps.is_available():
        return Finding("device", "Apple GPU (MPS; single precision only)")
    return Finding("device", "CPU; enough for every lesson")


def _memory() -> Finding:
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return Finding("memory", "unknown on this system")
    ours = min(machine, *_memory_limits())
    value = f"{ours / GIB:.1f} GiB"
    if ours < machine:
        value += f", the limit set here; the machine has {machine / GIB:.1f}"
    little = ours < 2 * GIB
    return Finding("memory", value, "Lessons need up to 1 GiB each: close others." * little)


def _memory_limits(
    place: Path = Path("/sys/fs/cgroup"), told: Path = Path("/proc/self/cgroup")
) -> list[float]:
    """Bytes that this process may have by each cgroup it is in, as hubs and containers set them;
    none set is infinite. The group's parents count, too: a container may see itself as the root."""
    found = [math.inf]
    try:
        lines = told.read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return found
    for line in lines:
        _, kinds, group = line.split(":", 2)
        if kinds == "":  # version 2
            root, name = place, "memory.max"
        elif "memory" in kinds.split(","):
            root, name = place / "memory", "memory.limit_in_bytes"
        else:
            continue
        own = root / group.strip("/")
        folders = [own, *own.parents]
        found += [_bytes(one / name) for one in folders[: folders.index(root) + 1]]
    return found


def _bytes(limit: Path) -> float:
    try:
        return float(limit.read_text("ascii"))
    except (OSError, ValueError):  # not there, or "max"
        return math.inf


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    return Finding("disk", f"{free / GIB:.1f} GiB free here", "Free some space." * (free < GIB))
