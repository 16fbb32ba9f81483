"""The doctor names what is missing and what to do, and stays silent where all is well."""

import importlib.metadata
import math

import pytest

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


V2, V1 = "memory.max", "memory.limit_in_bytes"


@pytest.mark.parametrize(
    ("told", "limits", "least"),
    [
        ("0::/", {V2: "max\n"}, math.inf),
        ("0::/", {V2: f"{2**30}\n"}, 2**30),
        ("0::/hub/ann", {f"hub/ann/{V2}": "900", f"hub/{V2}": "max"}, 900),
        ("0::/hub/ann", {f"hub/ann/{V2}": "max", f"hub/{V2}": "700"}, 700),  # that of all together
        ("0::/hub/ann", {f"other/{V2}": "5"}, math.inf),
        ("9:cpu:/a\n4:memory:/a/b", {f"memory/a/b/{V1}": "800", f"memory/{V1}": "9" * 19}, 800),
        ("4:memory:/docker/1f", {f"memory/{V1}": "600"}, 600),  # a container sees itself as root
        ("4:cpu,memory:/a\n0::/", {f"memory/a/{V1}": "500", V2: "400"}, 400),
        ("3:cpu:/a", {f"memory/a/{V1}": "500"}, math.inf),
    ],
)
def test_limits_of_memory_are_read_as_hubs_and_containers_set_them(told, limits, least, tmp_path):
    for name, limit in limits.items():
        (tmp_path / "cgroup" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cgroup" / name).write_text(limit)
    (tmp_path / "told").write_text(told + "\n")
    assert min(doctor._memory_limits(tmp_path / "cgroup", tmp_path / "told")) == least
    assert min(doctor._memory_limits(tmp_path / "cgroup", tmp_path / "none")) == math.inf


def test_the_smaller_of_limit_and_machine_is_told_and_little_comes_with_advice(monkeypatch):
    machine = {"SC_PAGE_SIZE": 2**12, "SC_PHYS_PAGES": 2**21}
    monkeypatch.setattr(doctor.os, "sysconf", machine.__getitem__, raising=False)
    for limit, value, advised in (
        (2**30, "1.0 GiB, the limit set here; the machine has 8.0", True),
        (2**40, "8.0 GiB", False),
        (math.inf, "8.0 GiB", False),
    ):
        monkeypatch.setattr(doctor, "_memory_limits", lambda limit=limit: [limit])
        assert doctor._memory().value == value
        assert bool(doctor._memory().advice) == advised
