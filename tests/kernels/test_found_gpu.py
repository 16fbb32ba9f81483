"""The word on a kernel's GPU comes from the kernel's own interpreter, and names what is missing."""

import json
import os
import sys

import pytest
import torch

from mlp_teach.cli import main
from mlp_teach.kernels.found_gpu import gpu_warning

MADE_UP = """
import os
class version: cuda, hip = {cuda!r}, None
class cuda: is_available = staticmethod(lambda: {there})
class backends:
    class mps: is_available = staticmethod(lambda: False)
"""


def installed(folder, device, **variables):
    """A kernelspec whose torch says these things."""
    env = {"MLP_TEACH_DEVICE": device, "PYTHONPATH": str(folder)} | variables
    (folder / "kernel.json").write_text(json.dumps({"argv": [sys.executable], "env": env}))
    return folder


@pytest.mark.parametrize(
    ("cuda", "there", "words"),
    [
        (None, False, f"PyTorch of {sys.executable} is a build for CPUs"),
        ("12.8", False, "a build for GPUs (CUDA 12.8), but finds none here now"),
        ("12.8", True, None),
        ("12.8", "os.environ.get('CUDA_VISIBLE_DEVICES') == '3'", None),  # its own variables count
        (None, "1 / 0", "cannot import torch (ZeroDivisionError"),
    ],
)
@pytest.mark.parametrize("device", ["cuda", "auto"])
def test_what_is_missing_is_said(cuda, there, words, device, tmp_path):
    (tmp_path / "torch.py").write_text(MADE_UP.format(cuda=cuda, there=there))
    said = gpu_warning(installed(tmp_path, device, CUDA_VISIBLE_DEVICES="3"))
    assert words in said if words else said == ""


def test_a_kernel_for_the_cpu_misses_nothing(tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError")
    assert gpu_warning(installed(tmp_path, "cpu")) == ""


@pytest.mark.skipif(
    torch.version.cuda is not None or torch.backends.mps.is_available(), reason="a build for GPUs"
)
def test_the_command_installs_and_warns_of_a_build_for_cpus(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JUPYTER_PATH", os.pathsep)
    assert main(["kernel", "install", "--device", "cuda", "--prefix", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "The kernel 'mlp_teach (GPU)' is in" in said.out
    assert "is a build for CPUs, so this kernel will compute on the CPU" in said.err
    assert (tmp_path / "share/jupyter/kernels/mlp-teach-gpu/kernel.json").exists()
