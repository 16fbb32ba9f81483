"""The five steps, on a handful of structures: everything that the folder promises is there."""

import json
from dataclasses import replace

import pytest

import mlp_teach.workflow as workflow
from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.experiment import load_frames
from mlp_teach.workflow import QUICK, run_workflow


@pytest.fixture
def few(monkeypatch):
    """Small cells and all strained ones at first; the labels' elastic constants need many."""
    training, validation, test = load_frames(QUICK)
    strained = [a for a in training if a.info["config_type"] == "Elastic"]
    others = [a for a in training if a.info["config_type"] != "Elastic"][:4]
    monkeypatch.setattr(
        workflow,
        "load_frames",
        lambda experiment: (strained[:70] + others, validation[:2], test[:3]),
    )


@pytest.mark.slow
def test_the_folder_holds_model_numbers_text_and_picture(few, tmp_path):
    said = []
    quick = replace(QUICK, training=replace(QUICK.training, epochs=2))
    results = run_workflow(tmp_path, quick, picoseconds=0.1, say=said.append)
    assert [line[:6] for line in said if line.startswith("Step")] == [
        f"Step {n}" for n in range(1, 6)
    ]
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert {"errors", "lattice_constant_A", "drift_meV_per_atom"} <= summary.keys()
    assert "C44" in (tmp_path / "summary.txt").read_text()
    assert (tmp_path / "summary.png").read_bytes().startswith(b"\x89PNG")
    assert load_model(tmp_path / "model.safetensors").functions.n_features == 15
    assert len(results.history) == 2


def test_the_folder_of_another_training_is_refused(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"of a GAP")
    with pytest.raises(ValueError, match="holds a training"):
        run_workflow(tmp_path, QUICK)
    assert (tmp_path / "model.safetensors").read_bytes() == b"of a GAP"
    assert len(list(tmp_path.iterdir())) == 2
