"""Networks that were saved whole: read without their package, and never run."""

import os
import pickle
import sys
import zipfile
from collections import OrderedDict
from contextlib import suppress
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest
import torch

from mlp_teach.models.stored_modules import StandIn, parameters, stored_module

PACKAGE = """
import torch
from torch import nn

class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor([2.0, 3.0], dtype=torch.float64))
        self.register_buffer("cutoff", torch.tensor(4.5))
        self.register_buffer("nothing", None)
        self.name = "half"

class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.halves = nn.ModuleList([Half(), Half()])
        self.linear = nn.Linear(3, 2)
        self.absent = None
        self.neighbors = 2.5
        self.register_buffer("numbers", torch.tensor([1, 8]))
        self.activation = nn.functional.silu
"""


def saved(folder: Path) -> tuple[Path, dict[str, torch.Tensor]]:
    """A file of a network whose package is gone, and its state_dict."""
    (folder / "gone.py").write_text(PACKAGE)
    sys.path.insert(0, str(folder))
    invalidate_caches()
    try:
        whole = import_module("gone").Whole()
        torch.save(whole, folder / "a.model")
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("gone", None)
    return folder / "a.model", whole.state_dict()


# What is read ------------------------------------------------------------------------------------


def test_all_tensors_are_read_by_the_names_of_the_state_dict(tmp_path):
    file, expected = saved(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="gone"):
        torch.load(file, weights_only=False)
    found = parameters(stored_module(file))
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name].dtype == value.dtype
        assert torch.equal(found[name], value)
        assert not found[name].requires_grad


def test_plain_numbers_names_and_classes_are_kept(tmp_path):
    stored = stored_module(saved(tmp_path)[0])
    assert type(stored).__name__ == "Whole"
    assert type(stored).__module__ == "gone"
    assert stored.neighbors == 2.5
    assert stored.absent is None
    assert stored.training is True
    first = stored.halves._modules["0"]
    assert first.name == "half"
    assert float(first.cutoff) == 4.5  # found among buffers, as in the module itself
    assert first.scale.tolist() == [2.0, 3.0]
    assert stored.activation.__name__ == "silu"
    assert issubclass(stored.activation, StandIn)


def test_what_is_not_there_is_an_attribute_error_in_words(tmp_path):
    stored = stored_module(saved(tmp_path)[0])
    with pytest.raises(AttributeError, match="What was stored holds no 'charge'"):
        _ = stored.charge
    assert stored.halves._modules["1"].nothing is None


def test_a_stand_in_does_nothing():
    one = StandIn("made", "of")
    assert one.given == ("made", "of")
    assert isinstance(one("called"), StandIn)
    one.__setstate__(("not", "a dict"))
    assert one.state == ("not", "a dict")


# What is not run ---------------------------------------------------------------------------------


class Runs:
    """Unpickled as usual, it calls a function with an argument."""

    def __init__(self, function, *given):
        self.call = function, given

    def __reduce__(self):
        return self.call


def mark(folder) -> str:
    return f"touch {folder / 'it_ran'}"


CALLS = {
    "os.system": lambda folder: Runs(os.system, mark(folder)),
    "eval": lambda folder: Runs(eval, f"__import__('os').system({mark(folder)!r})"),
    "inside": lambda folder: {"inside": [Runs(os.system, mark(folder))]},
    "default": lambda folder: OrderedDict(a=Runs(os.system, mark(folder))),
}


@pytest.mark.parametrize("name", CALLS)
def test_code_in_a_file_of_torch_does_not_run(name, tmp_path):
    file = tmp_path / "evil.model"
    torch.save(CALLS[name](tmp_path), file)
    with suppress(ValueError):  # an object becomes a stand-in, a dict is no network
        assert isinstance(stored_module(file), StandIn)
    assert not (tmp_path / "it_ran").exists()


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_code_in_a_plain_pickle_does_not_run(name, protocol, tmp_path):
    file = tmp_path / "evil.model"
    file.write_bytes(pickle.dumps(CALLS[name](tmp_path), protocol))
    with pytest.raises(ValueError, match="it is no whole zip file"):
        stored_module(file)
    assert not (tmp_path / "it_ran").exists()


@pytest.mark.parametrize("place", range(4))
def test_code_in_any_part_of_a_file_in_the_old_format_does_not_run(place, tmp_path):
    """torch.save wrote pickles one after another: a number, a version, a system, the network."""
    parts = [torch.serialization.MAGIC_NUMBER, torch.serialization.PROTOCOL_VERSION, {}, {}]
    parts[place] = CALLS["os.system"](tmp_path)
    file = tmp_path / "evil.model"
    file.write_bytes(b"".join(pickle.dumps(part, 2) for part in parts))
    with pytest.raises(ValueError, match="it is no whole zip file"):
        stored_module(file)
    assert not (tmp_path / "it_ran").exists()


def test_code_before_a_zip_file_does_not_run(tmp_path):
    file, _ = saved(tmp_path)
    file.write_bytes(pickle.dumps(CALLS["os.system"](tmp_path)) + file.read_bytes())
    assert zipfile.is_zipfile(file)
    with pytest.raises(ValueError, match=r"is no network that torch\.save wrote: "):
        stored_module(file)
    assert not (tmp_path / "it_ran").exists()


def test_the_same_files_do_run_when_loaded_as_usual(tmp_path):
    """Else the tests above could not fail."""
    for name in ("os.system", "eval", "inside", "default"):
        pickle.loads(pickle.dumps(CALLS[name](tmp_path)))
        (tmp_path / "it_ran").unlink()


# Bad files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n", b"1 2 3\n" * 100, b"\x80\x02", b"PK\x03\x04", bytes(range(256))],
    ids=["empty", "text", "numbers", "begin of a pickle", "begin of a zip", "bytes"],
)
def test_other_files_are_refused_in_words(content, tmp_path):
    file = tmp_path / "x.model"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.model is no network that torch\.save wrote: "):
        stored_module(file)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_short_is_refused_in_words(share, tmp_path):
    file, _ = saved(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    with pytest.raises(
        ValueError, match=r"a\.model is no network that torch\.save wrote: it is no"
    ):
        stored_module(file)


@pytest.mark.parametrize("name", ["data.pkl", "data/0", "byteorder"])
def test_a_file_with_a_damaged_part_is_refused_in_words(name, tmp_path):
    file, _ = saved(tmp_path)
    with zipfile.ZipFile(file) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[f"a/{name}"] = parts[f"a/{name}"][:-4] if name != "byteorder" else b"strange"
    with zipfile.ZipFile(file, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    with pytest.raises(ValueError, match=r"a\.model is no network that torch\.save wrote: "):
        stored_module(file)


@pytest.mark.parametrize("content", [{"a": 1}, [2.5], torch.zeros(2), "text"], ids=str)
def test_what_is_no_network_is_refused_in_words(content, tmp_path):
    torch.save(content, tmp_path / "x.model")
    with pytest.raises(
        ValueError, match=r"no network that torch\.save wrote: it holds a (dict|list|Tensor|str)"
    ):
        stored_module(tmp_path / "x.model")


def test_another_zip_is_refused_in_words(tmp_path):
    file = tmp_path / "x.model"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ValueError, match=r"is no network that torch\.save wrote"):
        stored_module(file)
