"""The journal: every line whole or not there, also on a full disk and after a torn write."""

import os

import numpy as np
import pytest
from ase.build import bulk, molecule

from mlp_teach.active_learning.journal import (
    Journal,
    JournalError,
    as_atoms,
    as_data,
    read_journal,
)
from mlp_teach.labelling.store import key_of


def test_what_was_written_is_read_back_with_the_time(tmp_path):
    journal = Journal(tmp_path / "journal")
    written = journal.add("chosen", round=1, scores=np.array([0.1, 0.30000000000000004]))
    assert written["scores"] == [0.1, 0.30000000000000004]
    assert written["time"].startswith("20")
    assert written["event"] == "chosen"
    journal.add("labelled", found=np.int64(2))
    again = Journal(tmp_path / "journal")
    assert again.lines == journal.lines == read_journal(tmp_path / "journal")
    assert [line["found"] for line in again.of("labelled")] == [2]


@pytest.mark.parametrize("left", range(1, 40, 5))
def test_a_torn_last_line_is_dropped_and_written_anew(tmp_path, left):
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.add("first")
    whole = path.read_bytes()
    journal.add("second", text="à la carte\nnew line")
    path.write_bytes(path.read_bytes()[: len(whole) + left])
    assert [line["event"] for line in read_journal(path)] == ["first"]
    again = Journal(path)
    assert path.read_bytes() == whole
    again.add("second")
    assert [line["event"] for line in Journal(path).lines] == ["first", "second"]


def test_a_last_line_that_is_no_decision_counts_as_torn(tmp_path):
    path = tmp_path / "journal"
    for torn in (b"\0\0\0\n", b"17\n", b'{"event": 3}\n', b"\xff\n"):
        path.write_bytes(b'{"event": "first"}\n' + torn)
        assert [line["event"] for line in Journal(path).lines] == ["first"]


@pytest.mark.parametrize("content", [b"my notes", b'{"a": 1}\n', b"[" * 100_000])
def test_a_file_that_is_no_journal_is_not_cut_off(tmp_path, content):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="is no journal of a run"):
        Journal(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("torn", [b"", b"{", b'{"event": "ope', b"\0\0\0"])
def test_a_first_line_that_was_torn_is_begun_anew(tmp_path, torn):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(torn)
    Journal(path).add("opened")
    assert [line["event"] for line in read_journal(path)] == ["opened"]


def test_brackets_without_end_are_damage_too(tmp_path):
    path = tmp_path / "journal.jsonl"
    Journal(path).add("opened")
    whole = path.read_bytes()
    path.write_bytes(whole + b"[" * 100_000 + b"\n" + whole)
    with pytest.raises(JournalError, match=r"Line 2 .* is damaged"):
        Journal(path)


def test_a_damaged_line_before_the_last_is_refused(tmp_path):
    path = tmp_path / "journal"
    path.write_bytes(b'{"event": "a"}\n{"eve\n{"event": "c"}\n')
    with pytest.raises(JournalError, match=r"Line 2 of .* is damaged"):
        Journal(path)


def test_a_full_disk_leaves_all_earlier_lines_and_nothing_of_the_new_one(tmp_path):
    resource = pytest.importorskip("resource", reason="limits of file sizes are POSIX")
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.add("first")
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 30, limits[1]))  # room for 30 bytes
    try:
        with pytest.raises(OSError, match=r"could not be written .* earlier lines are whole"):
            journal.add("second", text="x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert len(journal.lines) == 1
    journal.add("second", text="x" * 100)
    assert len(Journal(path).lines) == 2


def test_a_line_is_on_the_disk_before_anybody_acts_on_it(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda file: flushed.append(os.fstat(file).st_size))
    journal = Journal(tmp_path / "journal")
    journal.add("first")
    assert flushed == [(tmp_path / "journal").stat().st_size]


def test_what_is_no_plain_data_is_refused(tmp_path):
    with pytest.raises(TypeError, match="a journal holds plain data"):
        Journal(tmp_path / "journal").add("first", atoms=bulk("Cu"))


def test_structures_come_back_to_the_last_bit():
    magnet = bulk("Fe", cubic=True)
    magnet.set_initial_magnetic_moments([2.2, -0.1])
    magnet.positions += 1 / 3
    for atoms in (magnet, molecule("CH3CH2OH"), bulk("Cu")):
        again = as_atoms(as_data(atoms))
        assert key_of(again, {}) == key_of(atoms, {})
        assert (again.positions == atoms.positions).all()
        assert (again.pbc == atoms.pbc).all()
