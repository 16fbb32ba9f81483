"""Checkpoints: what goes in comes out, and whatever happens there is a whole file or none."""

import errno
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from ase.build import molecule
from safetensors.torch import save_file

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.training.checkpoint import (
    FORMAT,
    CheckpointError,
    load_model,
    read_checkpoint,
    save_checkpoint,
    write_whole,
)

ROOT = Path(__file__).parents[2]


def a_model(precision: torch.dtype = torch.float32) -> BehlerParrinello:
    torch.manual_seed(0)
    functions = SymmetryFunctions(3.0, (1, 8), g2=((0.5, 1.0),), g4=((0.1, 2.0, -1.0),))
    model = BehlerParrinello(functions, hidden=(4, 3), activation="Tanh", dropout=0.1)
    model.reference.copy_(torch.tensor([-13.0, -2041.0]) / 3)
    return model.to(precision) if precision else model


@pytest.mark.parametrize("precision", [torch.float32, torch.float64, None])
def test_what_goes_in_comes_out_to_the_last_bit(precision, tmp_path):
    model = a_model(precision)  # None: weights in float32, reference energies in float64
    save_checkpoint(tmp_path / "model.safetensors", model)
    twin = load_model(tmp_path / "model.safetensors")
    assert twin.settings() == model.settings()
    for name, value in model.state_dict().items():
        assert twin.state_dict()[name].dtype == value.dtype, name
        assert torch.equal(twin.state_dict()[name], value), name


def test_a_model_that_was_read_predicts_the_same_and_can_learn_on(tmp_path):
    model = a_model(torch.float64)
    twin = load_model(save_checkpoint(tmp_path / "model.safetensors", model))
    graph = atom_graph(molecule("H2O"), 3.0)
    expected, found = predict(model.eval(), graph), predict(twin, graph)
    assert torch.equal(found.energies, expected.energies)
    assert torch.equal(found.forces, expected.forces)
    assert not twin.training
    assert all(parameter.requires_grad for parameter in twin.parameters())


def test_further_tensors_and_facts_come_out_too(tmp_path):
    extra = {"a.b": torch.arange(3), "empty": torch.zeros(0, 2), "number": torch.tensor(1.5)}
    facts = {"best": [float("inf"), -1], "author": "日本語 é", "nested": {"on": True, "off": None}}
    save_checkpoint(tmp_path / "state.safetensors", a_model(), extra=extra, **facts)
    _, found_extra, found_facts = read_checkpoint(tmp_path / "state.safetensors")
    assert found_facts == facts
    assert found_extra.keys() == extra.keys()
    assert all(torch.equal(found_extra[name], value) for name, value in extra.items())


def test_the_folder_is_made_and_nothing_else_is_left_in_it(tmp_path):
    path = save_checkpoint(tmp_path / "new" / "folder" / "model.safetensors", a_model())
    save_checkpoint(path, a_model())
    assert list(path.parent.iterdir()) == [path]


# Files that are no checkpoint --------------------------------------------------------------------


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="no checkpoint at"):
        read_checkpoint(tmp_path / "none.safetensors")
    with pytest.raises(CheckpointError, match="is a folder; a checkpoint is one file"):
        read_checkpoint(tmp_path)


def test_a_file_cut_short_anywhere_is_said(tmp_path):
    whole = save_checkpoint(tmp_path / "model.safetensors", a_model()).read_bytes()
    cut = tmp_path / "cut.safetensors"
    for length in [0, 1, 7, 8, 9, 100, *range(200, len(whole), 199), len(whole) - 1]:
        cut.write_bytes(whole[:length])
        with pytest.raises(CheckpointError, match="cut short or is another kind of file"):
            read_checkpoint(cut)


@pytest.mark.parametrize(
    "content", [b"not a checkpoint at all", b"\xff" * 1000, b"{}" * 50, bytes(64)]
)
def test_garbage_is_said(content, tmp_path):
    path = tmp_path / "garbage.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="cut short or is another kind of file"):
        read_checkpoint(path)


class Trap:
    def __reduce__(self):
        return (os.mkdir, ("trapped",))


def test_the_code_in_a_strangers_pickle_is_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(Trap(), "torch.pt")
    Path("plain.pickle").write_bytes(pickle.dumps(Trap()))
    for name in ("torch.pt", "plain.pickle"):
        with pytest.raises(CheckpointError):
            read_checkpoint(name)
    assert not Path("trapped").exists()


def foreign(path: Path, header: dict | list | None) -> Path:
    metadata = None if header is None else {"mlp_teach": json.dumps(header)}
    save_file({"weight": torch.zeros(2)}, path, metadata=metadata)
    return path


@pytest.mark.parametrize("header", [None, {"format": "mlp_teach checkpoint 0"}, {}, [], 7])
def test_a_file_of_another_package_or_format_is_said(header, tmp_path):
    path = foreign(tmp_path / "foreign.safetensors", header)
    with pytest.raises(CheckpointError, match=r"not one of ours.*own readers"):
        read_checkpoint(path)


@pytest.mark.parametrize("name", ["os:system", "mlp_teach.training.fit:fit", "torch.nn:Linear", ""])
def test_a_file_does_not_choose_what_is_imported(name, tmp_path):
    header = {"format": FORMAT, "model": name, "settings": {}, "facts": {}}
    with pytest.raises(CheckpointError, match="none of mlp_teach's"):
        read_checkpoint(foreign(tmp_path / "odd.safetensors", header))


@pytest.mark.parametrize(
    "name", ["mlp_teach.models.of_the_future:Model", "mlp_teach.models.behler_parrinello:Later"]
)
def test_a_model_of_a_later_version_is_said(name, tmp_path):
    header = {"format": FORMAT, "model": name, "settings": {}, "facts": {}}
    with pytest.raises(CheckpointError, match=r"does not have. Update"):
        read_checkpoint(foreign(tmp_path / "later.safetensors", header))


def test_weights_that_do_not_fit_the_settings_are_said(tmp_path, monkeypatch):
    model = a_model()
    monkeypatch.setattr(model, "hidden", (4, 4))  # what it says of itself is not what it is
    path = save_checkpoint(tmp_path / "model.safetensors", model)
    with pytest.raises(CheckpointError, match="do not fit its settings"):
        read_checkpoint(path)


# Disks that refuse and processes that die --------------------------------------------------------


@pytest.fixture
def small_disk():
    """No file may grow beyond 20 kB in this process, as on a full disk."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_a_file_may_not_grow_the_old_one_stays(tmp_path, small_disk):
    path = tmp_path / "model.safetensors"
    old = save_checkpoint(path, a_model()).read_bytes()
    with pytest.raises(OSError, match=r"model.safetensors could not be written .*free some space"):
        save_checkpoint(path, a_model(), extra={"large": torch.zeros(10_000)})
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_on_a_full_disk_the_old_file_stays_and_the_message_names_the_cause(
    step, tmp_path, monkeypatch
):
    path = tmp_path / "model.safetensors"
    old = save_checkpoint(path, a_model()).read_bytes()

    def refuse(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(OSError, match="No space left on device") as caught:
        save_checkpoint(path, a_model(torch.float64))
    assert caught.value.errno == errno.ENOSPC
    assert str(path) in str(caught.value)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_while_writing_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, b"old")

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# In a process of its own: a child writes files of one repeated byte as fast as it can and is killed
# at a random moment, again and again, at least five times in mid-write; what lies there afterwards
# must be one whole file, and what it wrote beside it gone with the next file that is written.
KILLED_WHILE_WRITING = """
import os, random, signal, socket, sys, time
from pathlib import Path
from mlp_teach.training.checkpoint import write_whole

path, length, random_ = Path(sys.argv[1]), 1_000_000, random.Random(0)

def parts():
    return [name for name in os.listdir(path.parent) if name.endswith(".part")]

write_whole(path, bytes([255]) * length)
kills, caught, deadline = 0, 0, time.monotonic() + 300
while kills < 20 or caught < 5:
    assert time.monotonic() < deadline, "no child was killed while it wrote"
    child = os.fork()
    if child == 0:
        n = 0
        while True:
            write_whole(path, bytes([n % 250]) * length)
            n += 1
    time.sleep(random_.uniform(0.002, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    kills += 1
    content = path.read_bytes()
    assert len(content) == length and content == content[:1] * length, f"half a file at {kills}"
    assert len(parts()) <= 1, parts()
    caught += len(parts())
    writers = f"elsewhere.{child}", f"{socket.gethostname()}.{os.getppid()}"
    others = [path.with_name(f".{path.name}.{one}.part") for one in writers]
    for other in others:
        other.write_bytes(b"of another computer, and of a process that lives")
    if kills % 2:
        write_whole(path, b"x" * length)
        assert sorted(parts()) == sorted(one.name for one in others), parts()
    for other in others:
        other.unlink()
print("kills:", kills, "in mid-write:", caught)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX processes")
def test_a_process_killed_while_writing_leaves_a_whole_file(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING, str(tmp_path / "file")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_single_flipped_bit_is_found_wherever_it_is(tmp_path):
    path = save_checkpoint(tmp_path / "model.safetensors", a_model())
    whole = path.read_bytes()
    weights_start = 8 + int.from_bytes(whole[:8], "little")
    for place in [*range(0, weights_start, 37), *range(weights_start, len(whole), 11)]:
        damaged = bytearray(whole)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError):
            read_checkpoint(path)


@pytest.mark.parametrize("lost", ["facts", "settings", "model"])
def test_a_header_that_makes_no_model_is_said(lost, tmp_path):
    header = {"format": FORMAT, "model": "mlp_teach.models.behler_parrinello:BehlerParrinello"}
    header |= {"settings": a_model().settings(), "facts": {}}
    del header[lost]
    path = tmp_path / "model.safetensors"
    save_file({"x": torch.zeros(1)}, path, metadata={"mlp_teach": json.dumps(header)})
    with pytest.raises(CheckpointError, match=f"makes no model .*'{lost}'"):
        read_checkpoint(path)


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(OSError, match=r"cannot be a folder to write to .*choose another"):
        save_checkpoint(tmp_path / "file" / "model.safetensors", a_model())
    assert (tmp_path / "file").read_text() == "kept"
