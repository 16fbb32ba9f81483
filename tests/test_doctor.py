"""The doctor names what is missing and what to do, and stays silent where all is well."""

import importlib.metadata

import mlp_teach.doctor as doctor
from mlp_teach.doctor import Finding, examine, report


def test_it_looks_at_everything_and_reports_a_line_each():
    found = {finding.name for finding in examine()}
    assert {"python", "torch", "nglview", "threads", "device", "memory", "disk"} <= found


def test_advice_follows_its_line_and_marks_it():
    text = report(
        [Finding("disk", "0.1 GiB free here", "Free some space."), Finding("ase", "3.29")]
    )
    assert text.splitlines()[0].startswith("! disk")
    assert "-> Free some space." in text.splitlines()[1]
    assert text.splitlines()[2].startswith("  ase")


def test_a_missing_package_comes_with_a_cure(monkeypatch):
    def gone(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.importlib.metadata, "version", gone)
    assert "start.py" in doctor._package("vesin").advice


def test_the_nglview_that_draws_nothing_is_named(monkeypatch):
    monkeypatch.setattr(doctor.importlib.metadata, "version", lambda name: "4.0.1")
    assert "4.0 shows" in doctor._package("nglview").advice


def test_a_gpu_is_told_with_its_memory_and_the_version_of_cuda(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (3 * 2**30, 8 * 2**30))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Tensor 9000")
    monkeypatch.setattr(torch.version, "cuda", "12.6")
    assert doctor._device().value == "Tensor 9000, CUDA 12.6, 3.0 of 8.0 GiB free"
