"""Reading: right numbers, whole files, and a sentence for each way in which one can be broken."""

import dataclasses
import gzip
import lzma

import ase.io
import numpy as np
import pytest

from mlp_teach.datasets import DataFileError, catalogue, contents, frames, load, read_frames

TWO_FRAMES = """2
Properties=species:S:1:pos:R:3:forces:R:3 energy=-1.5 pbc="F F F"
H 0 0 0 0.1 0 0
H 0.7 0 0 -0.1 0 0
1
Properties=species:S:1:pos:R:3:forces:R:3 energy=-0.5 pbc="F F F"
H 0 0 0 0 0 0
"""


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of one shipped file that a test may damage; gives its path."""
    part = catalogue.dataset("methanol").files[1]
    path = tmp_path / part.file
    path.write_bytes((catalogue.DATA / part.file).read_bytes())
    monkeypatch.setattr(frames, "DATA", tmp_path)
    return path


def test_a_frame_has_its_labels_in_ev_and_angstrom():
    atoms = load("mlearn_Cu", "test")[0]
    assert atoms.get_potential_energy() == -426.34693886
    assert atoms.get_forces().shape == (107, 3)
    assert atoms.get_stress(voigt=False)[0, 0] == pytest.approx(-0.0185336035)
    assert atoms.cell[0, 0] == 10.863788
    assert atoms.pbc.all()


def test_no_split_gives_every_frame_once_and_says_where_it_is_from():
    everything = load("mlearn_Cu")
    splits = [atoms.info["split"] for atoms in everything]
    assert splits == ["train"] * 262 + ["test"] * 31
    assert len(load("3bpa")) == 1000


def test_a_derived_split_keeps_the_frames_that_it_names():
    assert {atoms.info["temperature"] for atoms in load("3bpa", "test_600K")} == {600}
    assert {atoms.info["split"] for atoms in load("formate_Cu110", "valid")} == {"valid"}


def test_the_3bpa_tests_share_no_frame_with_the_training_set():
    known = {round(atoms.get_potential_energy(), 6) for atoms in load("3bpa", "train")}
    fresh = [row.split for row in contents() if row.name == "3bpa" and "test" in row.split]
    assert len(fresh) == 3
    for split in fresh:
        energies = {round(atoms.get_potential_energy(), 6) for atoms in load("3bpa", split)}
        assert not energies & known


def test_loading_twice_gives_frames_that_do_not_share_memory():
    first, second = load("methanol", "test")[0], load("methanol", "test")[0]
    first.positions += 1.0
    first.calc.results["energy"] = 0.0
    assert not np.allclose(first.positions, second.positions)
    assert second.get_potential_energy() != 0.0


def test_an_unknown_split_is_answered_with_the_splits_that_exist():
    with pytest.raises(ValueError, match=r"no split 'valid'; it has train, test\..*every frame"):
        load("mlearn_Cu", "valid")


def test_a_truncated_shipped_file_is_named_with_the_repair(shipped):
    shipped.write_bytes(shipped.read_bytes()[:1000])
    with pytest.raises(DataFileError, match=r"is cut short: it has 1000 bytes.*git checkout"):
        load("methanol", "test")


def test_an_altered_shipped_file_is_refused_even_where_it_still_reads(shipped):
    text = lzma.decompress(shipped.read_bytes()).replace(b"energy=-3142", b"energy=-3143", 1)
    shipped.write_bytes(lzma.compress(text) + b"\0" * 40000)
    with pytest.raises(DataFileError, match=r"has been altered.*reinstall"):
        load("methanol", "test")


def test_a_missing_shipped_file_is_named_with_the_repair(shipped):
    shipped.unlink()
    with pytest.raises(DataFileError, match=r"is missing\. Restore the file"):
        load("methanol", "test")


@pytest.mark.parametrize("suffix", ["", ".xz", ".gz"])
def test_own_files_are_read_plain_and_compressed(tmp_path, suffix):
    pack = {"": bytes, ".xz": lzma.compress, ".gz": gzip.compress}[suffix]
    path = tmp_path / f"own.xyz{suffix}"
    path.write_bytes(pack(TWO_FRAMES.encode()))
    two = read_frames(path)
    assert [atoms.get_potential_energy() for atoms in two] == [-1.5, -0.5]
    assert two[0].get_forces()[1, 0] == -0.1


@pytest.mark.parametrize("lines", range(1, 7))
def test_own_file_cut_at_any_line_is_refused_or_loses_whole_frames_only(tmp_path, lines):
    path = tmp_path / "own.xyz"
    path.write_text("\n".join(TWO_FRAMES.splitlines()[:lines]) + "\n")
    if lines == 4:  # the cut lies between two frames: nothing to see
        assert len(read_frames(path)) == 1
        return
    with pytest.raises(DataFileError, match=r"cannot be read as extended XYZ.*last frame"):
        read_frames(path)


@pytest.mark.parametrize("suffix", [".xz", ".gz"])
def test_own_compressed_file_that_is_cut_short_is_named(tmp_path, suffix):
    pack = {".xz": lzma.compress, ".gz": gzip.compress}[suffix]
    path = tmp_path / f"own.xyz{suffix}"
    path.write_bytes(pack(TWO_FRAMES.encode())[:-20])
    with pytest.raises(DataFileError, match=r"cannot be decompressed.*cut short"):
        read_frames(path)


def test_own_file_that_is_empty_missing_or_no_text_is_named(tmp_path):
    empty = tmp_path / "empty.xyz"
    empty.touch()
    with pytest.raises(DataFileError, match=r"holds no frames|cannot be read"):
        read_frames(empty)
    with pytest.raises(DataFileError, match="There is no file"):
        read_frames(tmp_path / "none.xyz")
    binary = tmp_path / "binary.xyz"
    binary.write_bytes(bytes(range(128, 256)))
    with pytest.raises(DataFileError, match="is not text"):
        read_frames(binary)


def test_shipped_files_give_what_ase_reads_from_them():
    part = catalogue.dataset("methanol").files[1]
    slowly = ase.io.read(catalogue.DATA / part.file, ":5", format="extxyz")
    for ours, theirs in zip(load("methanol", "test"), slowly, strict=False):
        assert ours.get_potential_energy() == theirs.get_potential_energy()
        np.testing.assert_array_equal(ours.get_forces(), theirs.get_forces())


def test_a_catalogue_entry_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.dataset("methanol").licence = "none"


def test_own_file_that_ends_inside_a_line_is_read_with_a_warning(tmp_path):
    path = tmp_path / "own.xyz"
    path.write_text("1\nProperties=species:S:1:pos:R:3 energy=-1.0\nCu 0.0 0.0 1.25")
    with pytest.warns(UserWarning, match=r"does not end with a new line.*1\.25"):
        assert len(read_frames(path)) == 1


def test_own_file_may_begin_with_the_mark_that_windows_editors_write(tmp_path):
    path = tmp_path / "own.xyz"
    path.write_bytes(b"\xef\xbb\xbf1\nProperties=species:S:1:pos:R:3\nCu 0.0 0.0 1.25\n")
    assert len(read_frames(path)) == 1
