"""Labels: right, kept, never made twice, never lost; failures are named and cost nobody else."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.calculator import CalculationFailed
from ase.calculators.emt import EMT as EMTCalculator
from ase.calculators.lj import LennardJones
from ase.constraints import Hookean

from mlp_teach.labelling.methods import (
    EMT,
    PBE,
    Label,
    LabelError,
    NotConvergedError,
    WithCalculator,
    refuse_another_charge,
    refuse_charges_and_moments,
)
from mlp_teach.labelling.run import label
from mlp_teach.labelling.store import Store, StoreError, key_of
from mlp_teach.sampling.equilibrium import rattled

COPPER = bulk("Cu", cubic=True)


@dataclass(frozen=True)
class Counting:
    """EMT that writes down each call, and fails as the structure's info asks."""

    log: Path

    def settings(self) -> dict:
        return {"method": "counting"}

    def label(self, atoms: Atoms) -> Label:
        with self.log.open("a") as file:
            file.write(f"{atoms.positions[0, 0]}\n")
        if atoms.info.get("fails") == "converging":
            raise NotConvergedError("The density did not converge in 3 cycles.")
        if atoms.info.get("fails") == "crashing":
            raise ZeroDivisionError("a fault of the package")
        if atoms.info.get("fails") == "dying":
            os._exit(3)
        return EMT().label(atoms)

    @property
    def calls(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


@pytest.fixture
def counting(tmp_path):
    return Counting(tmp_path / "calls")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "labels")


def test_labels_are_the_methods_numbers(store):
    frames = rattled(COPPER, 3)
    found = label(frames, EMT(), store, progress=False)
    assert (found.computed, found.found, found.failures) == (3, 0, [])
    for atoms, labelled in zip(frames, found.frames, strict=True):
        asked = atoms.copy()
        asked.calc = EMTCalculator()
        assert labelled.get_potential_energy() == asked.get_potential_energy()
        assert np.array_equal(labelled.get_forces(), asked.get_forces())
        assert np.allclose(labelled.get_stress(), asked.get_stress(), rtol=1e-15, atol=1e-17)
        assert labelled.info["label"]["method"] == "EMT"
        assert labelled.info["sampler"] == "rattled"


def test_what_is_there_is_not_computed_again(store, counting):
    frames = rattled(COPPER, 4)
    label(frames[:3], counting, store, progress=False)
    again = label(frames, counting, store, progress=False)
    assert (again.computed, again.found, counting.calls, len(store)) == (1, 3, 4, 4)


def test_equal_structures_are_computed_once(store, counting):
    one, other = rattled(COPPER, 2)
    found = label([one, other, one.copy(), one], counting, store, progress=False)
    assert (found.computed, found.found, counting.calls) == (2, 2, 2)
    energies = [atoms.get_potential_energy() for atoms in found.frames]
    assert energies[0] == energies[2] == energies[3] != energies[1]


def test_a_failing_structure_is_named_and_the_rest_goes_on(store, counting):
    frames = rattled(COPPER, 4)
    frames[1].info["fails"], frames[2].info["fails"] = "converging", "crashing"
    found = label(frames, counting, store, progress=False)
    assert len(found.frames) == 2
    assert [(f.index, f.kind) for f in found.failures] == [
        (1, "NotConvergedError"),
        (2, "ZeroDivisionError"),
    ]
    assert found.failures[0].message == "The density did not converge in 3 cycles."
    del frames[1].info["fails"]
    assert label(frames, counting, store, progress=False).computed == 1  # asked again, not given up


def test_many_at_once_give_the_same(store, counting, tmp_path):
    frames = rattled(COPPER, 6)
    frames[2].info["fails"] = "converging"
    with ProcessPoolExecutor(2) as executor:
        found = label(frames, counting, store, executor, progress=False)
    alone = label(frames, counting, Store(tmp_path / "other"), progress=False)
    assert [f.index for f in found.failures] == [f.index for f in alone.failures] == [2]
    for one, other in zip(found.frames, alone.frames, strict=True):
        assert np.array_equal(one.get_forces(), other.get_forces())
        assert np.array_equal(one.positions, other.positions)


def test_a_worker_that_dies_is_reported(store, counting):
    frames = rattled(COPPER, 3)
    frames[1].info["fails"] = "dying"
    with ProcessPoolExecutor(1) as executor:
        found = label(frames, counting, store, executor, progress=False)
    assert 1 in [f.index for f in found.failures]
    assert {f.kind for f in found.failures} == {"BrokenProcessPool"}
    del frames[1].info["fails"]
    assert len(label(frames, counting, store, progress=False).frames) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda atoms: atoms.positions.__setitem__((0, 0), np.nextafter(atoms.positions[0, 0], 1)),
        lambda atoms: atoms.numbers.__setitem__(0, 28),
        lambda atoms: atoms.set_cell(atoms.cell * (1 + 1e-15)),
        lambda atoms: atoms.set_pbc([True, True, False]),
        lambda atoms: atoms.set_initial_charges([1, 0, 0, 0]),
        lambda atoms: atoms.set_initial_magnetic_moments([1, 0, 0, 0]),
        lambda atoms: atoms.set_initial_magnetic_moments([[0, 0, 1]] + 3 * [[0, 0, 0]]),
    ],
    ids=[
        *("a bit of a position", "an element", "a bit of the cell", "periodicity"),
        *("a charge", "a moment", "a moment's direction"),
    ],
)
def test_the_key_knows_every_change(change):
    changed = COPPER.copy()
    change(changed)
    assert key_of(changed, {"method": "EMT"}) != key_of(COPPER, {"method": "EMT"})


def test_a_charge_is_not_a_moment_and_keys_of_neutral_structures_stay():
    """The last is a key of the store's first version: labels that were kept are still found."""
    charged, magnetic, neutral = COPPER.copy(), COPPER.copy(), COPPER.copy()
    charged.set_initial_charges([1, 0, 0, 0])
    magnetic.set_initial_magnetic_moments([1, 0, 0, 0])
    assert key_of(charged, {}) != key_of(magnetic, {})
    neutral.set_initial_charges([0.0] * 4)
    neutral.set_initial_magnetic_moments([0.0] * 4)
    assert key_of(neutral, {}) == key_of(COPPER, {})
    kept = "047ea40ecb5ccaa6"
    assert key_of(Atoms("Cu", cell=[2, 2, 2], pbc=True), {"method": "EMT"}).startswith(kept)


def test_the_key_does_not_know_what_changes_no_number():
    other = COPPER.copy()
    other.info["note"], other.positions[0] = "a note", -0.0
    assert key_of(other, {"a": 1, "b": 2}) == key_of(COPPER, {"b": 2, "a": 1})
    assert key_of(COPPER, {"a": 1}) != key_of(COPPER, {"a": 2})


def test_a_file_that_was_changed_is_refused_by_name(store):
    label([COPPER], EMT(), store, progress=False)
    path = store.path(key_of(COPPER, EMT().settings()))
    kept = json.loads(path.read_text())
    assert kept["facts"]["settings"]["method"] == "EMT"
    path.write_text('{"energy": 1.0')
    with pytest.raises(StoreError, match=path.name):
        label([COPPER], EMT(), store, progress=False)


ALTERED = {
    "an energy": (lambda kept: kept | {"energy": kept["energy"] + 1}, "not those that were"),
    "a force": (lambda kept: kept | {"forces": [[0, 0, 1], *kept["forces"][1:]]}, "not those"),
    "no stress": (lambda kept: kept | {"stress": None}, "not those that were written"),
    "an atom less": (
        lambda kept: kept | {"forces": kept["forces"][1:]},
        r"shape \(3, 3\); 4 atoms",
    ),
    "flat forces": (lambda kept: kept | {"forces": [0.0] * 12}, r"shape \(12,\)"),
    "not finite": (lambda kept: kept | {"energy": float("nan")}, "not a finite number"),
    "half a stress": (lambda kept: kept | {"stress": [0.0] * 6}, r"stress has the shape \(6,\)"),
    "a list": (lambda kept: [], "is no label"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_altered_numbers_are_not_believed(store, name):
    alter, said = ALTERED[name]
    label([COPPER], EMT(), store, progress=False)
    path = store.path(key_of(COPPER, EMT().settings()))
    path.write_text(json.dumps(alter(json.loads(path.read_text()))))
    with pytest.raises(StoreError, match=said):
        label([COPPER], EMT(), store, progress=False)


def test_a_label_in_anothers_place_is_not_believed(store):
    one, other = (key_of(atoms, EMT().settings()) for atoms in (COPPER, bulk("Ag", cubic=True)))
    label([COPPER], EMT(), store, progress=False)
    store.path(other).parent.mkdir(exist_ok=True)
    store.path(one).rename(store.path(other))
    with pytest.raises(StoreError, match="not those that were written"):
        store.get(other)


def test_a_file_from_before_there_were_sums_is_still_read(store):
    label([COPPER], EMT(), store, progress=False)
    path = store.path(key_of(COPPER, EMT().settings()))
    kept = json.loads(path.read_text())
    del kept["sha256"]
    path.write_text(json.dumps(kept))
    assert label([COPPER], EMT(), store, progress=False).found == 1
    path.write_text(json.dumps(kept | {"forces": kept["forces"][1:]}))
    with pytest.raises(StoreError, match="4 atoms"):
        label([COPPER], EMT(), store, progress=False)


def test_folders_and_files_that_are_the_other_are_refused(store, tmp_path):
    path = store.path(key_of(COPPER, EMT().settings()))
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match=path.name):
        label([COPPER], EMT(), store, progress=False)
    (tmp_path / "a file").touch()
    with pytest.raises(StoreError, match="a file is a file; a store of labels is a folder"):
        Store(tmp_path / "a file")


def test_structures_may_come_one_by_one_and_a_store_by_its_name(tmp_path):
    found = label((atoms for atoms in rattled(COPPER, 2)), EMT(), tmp_path / "a", progress=False)
    again = label(rattled(COPPER, 2), EMT(), str(tmp_path / "a"), progress=False)
    assert (found.computed, again.found) == (2, 2)


def test_what_is_no_list_of_structures_or_no_method_is_refused(store):
    with pytest.raises(ValueError, match=r"one structure; give a list: label\(\[atoms\]"):
        label(COPPER, EMT(), store, progress=False)
    with pytest.raises(ValueError, match=r"the class EMT; give one that is made: EMT\(\)"):
        label([COPPER], EMT, store, progress=False)
    with pytest.raises(ValueError, match=r"Structure 1 is a str; ase\.Atoms are needed"):
        label((one for one in (COPPER, "Cu")), EMT(), store, progress=False)


def test_the_name_of_a_method_is_none(tmp_path):
    here = os.environ | {"PYTHONPATH": os.getcwd()}
    script = (
        "from mlp_teach.labelling.run import label; label([], 'emt', 'labels')"  # no hook there
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, env=here
    )
    assert "ValueError: method is 'emt', which has no settings" in done.stderr


def test_a_structure_without_atoms_has_no_label(store):
    settings = EMT().settings()
    store.put(key_of(Atoms(), settings), Label(0.0, np.zeros((0, 3)), None), {})  # of old
    found = label([Atoms(), COPPER], EMT(), store, progress=False)
    assert len(found.frames) == 1
    assert [(f.index, f.message) for f in found.failures] == [(0, "The structure has no atoms.")]


@dataclass(frozen=True)
class Wrong:
    """A method of somebody's own that gives forces on one atom, whatever it is given."""

    def settings(self) -> dict:
        return {"method": "wrong"}

    def label(self, atoms: Atoms) -> Label:
        return Label(0.0, np.zeros((1, 3)), None)


def test_forces_on_other_atoms_are_a_failure(store):
    found = label([COPPER, Atoms("Cu")], Wrong(), store, progress=False)
    assert (len(found.frames), len(store)) == (1, 1)
    assert "4 atoms have (4, 3)" in found.failures[0].message


def test_a_structure_that_is_nowhere_has_no_label(store, counting):
    lost = COPPER.copy()
    lost.positions[1, 2] = np.nan
    found = label([lost, COPPER], counting, store, progress=False)
    assert found.failures[0].message == "A position is not a finite number."
    assert (len(found.frames), counting.calls) == (1, 1)
    found = label([Atoms("CuX", positions=[[0, 0, 0], [0, 0, 2]])], counting, store, progress=False)
    assert "no element" in found.failures[0].message
    assert counting.calls == 1


def test_a_spring_of_ase_is_no_part_of_a_label(store):
    held = COPPER.copy()
    held.set_constraint(Hookean(0, 1, 5.0, 1.0))
    (found,) = label([held], EMT(), store, progress=False).frames
    free = COPPER.copy()
    free.calc = EMTCalculator()
    assert found.calc.results["energy"] == free.get_potential_energy()


def test_a_fact_called_method_does_not_hide_which_method_it_was():
    both = [WithCalculator(name, LennardJones, {"method": "fast"}) for name in ("one", "another")]
    assert key_of(COPPER, both[0].settings()) != key_of(COPPER, both[1].settings())


def test_what_could_not_be_written_leaves_nothing_behind(store, monkeypatch):
    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        label([COPPER], EMT(), store, progress=False)
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(os.name != "posix", reason="the mask of file permissions is POSIX's")
def test_labels_can_be_read_by_whom_the_user_lets_read_files(store):
    before = os.umask(0o022)
    try:
        label([COPPER], EMT(), store, progress=False)
    finally:
        os.umask(before)
    (path,) = store.folder.glob("??/*.json")
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("content", ['{"energy": 1' + "0" * 400 + "}", "[" * 200_000])
def test_numbers_and_lists_beyond_all_bounds_are_refused_by_name(store, content):
    label([COPPER], EMT(), store, progress=False)
    (path,) = store.folder.glob("??/*.json")
    path.write_text(content.replace("}", ', "forces": [[0, 0, 0]], "stress": null}'))
    with pytest.raises(StoreError, match=path.name):
        label([COPPER], EMT(), store, progress=False)


def test_numbers_of_numpy_in_settings_are_those_of_python(store):
    numpy = {"sigma": np.float32(2.0), "rc": np.int64(6), "smooth": np.bool_(False)}
    plain = {"sigma": 2.0, "rc": 6, "smooth": False}
    methods = [WithCalculator("LJ", LennardJones, facts) for facts in (numpy, plain)]
    found = [label([COPPER], method, store, progress=False) for method in methods]
    assert (found[0].computed, found[1].found) == (1, 1)
    told = found[0].frames[0].info["label"]
    assert told == methods[1].settings()
    assert {type(told["facts"][name]) for name in plain} == {float, int, bool}
    strange = WithCalculator("LJ", LennardJones, {"sigma": {2.0}})
    with pytest.raises(LabelError, match=r"not plain data \(\{2\.0\} is a set\)"):
        label([COPPER], strange, store, progress=False)


def test_pbe_refuses_charges_and_moments():
    water = molecule("H2O")
    for change in (water.set_initial_charges, water.set_initial_magnetic_moments):
        change([1, 0, 0])
        with pytest.raises(LabelError, match="initial charges or magnetic moments"):
            PBE().label(water)
        change([0, 0, 0])


def test_a_charge_that_only_info_knows_is_refused():
    """Before anything of PySCF is asked for."""
    ion = molecule("H2")
    ion.info["charge"] = 2
    with pytest.raises(LabelError, match="info says charge=2, but the initial charges add up to 0"):
        refuse_charges_and_moments(ion)
    ion.set_initial_charges([1, 1])
    refuse_another_charge(ion)


def test_methods_refuse_in_words():
    with pytest.raises(LabelError, match="EMT has no parameters for Si"):
        EMT().label(molecule("SiH4"))


def fails(**facts):
    class Failing(LennardJones):
        def calculate(self, *arguments, **words):
            raise CalculationFailed("SCF not converged")

    return Failing(**facts)


def test_a_calculation_that_failed_is_no_label():
    method = WithCalculator("failing", fails, {"sigma": 2.0})
    with pytest.raises(NotConvergedError, match="SCF not converged"):
        method.label(COPPER)
    unsure = WithCalculator("unsure", LennardJones, {"sigma": 2.0}, done=lambda calculator: False)
    with pytest.raises(NotConvergedError, match="unsure says that it did not converge"):
        unsure.label(COPPER)
    assert replace(unsure, done=lambda calculator: True).label(COPPER).energy < 0
    two = Atoms("Cu2", positions=np.zeros((2, 3)))
    with pytest.raises(NotConvergedError, match="not a finite number"), np.errstate(all="ignore"):
        WithCalculator("two in one place", LennardJones).label(two)


KILLED = """
import sys, time
from pathlib import Path
from ase.build import bulk
from mlp_teach.labelling.run import label
from mlp_teach.labelling.store import Store
from mlp_teach.sampling.equilibrium import rattled
from tests.labelling.test_labelling import Counting

folder = Path(sys.argv[1])
frames = rattled(bulk("Cu", cubic=True) * (2, 2, 2), 40)
label(frames, Counting(folder / "calls"), Store(folder / "labels"), progress=False)
"""


def test_a_run_that_is_killed_again_and_again_loses_nothing(tmp_path):
    """Twenty times at random moments; then no label is missing, and at most one a kill was made
    twice: the one that was being made."""
    random, kills = np.random.default_rng(0), 0
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    calls = tmp_path / "calls"
    for _ in range(20):
        before = Counting(calls).calls
        process = subprocess.Popen(command, env=environment)
        while process.poll() is None and Counting(calls).calls == before:
            time.sleep(0.01)  # until it has begun to label
        time.sleep(random.uniform(0, 0.05))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    frames = rattled(COPPER * (2, 2, 2), 40)
    store, counting = Store(tmp_path / "labels"), Counting(calls)
    found = label(frames, counting, store, progress=False)
    assert kills >= 5
    assert len(found.frames) == len(store) == 40
    assert counting.calls <= 40 + kills
    for atoms, labelled in zip(frames, found.frames, strict=True):
        assert labelled.get_potential_energy() == EMT().label(atoms).energy


def test_a_bar_is_shown_for_what_is_computed_and_for_nothing_else(tmp_path, capsys):
    label([bulk("Cu")], EMT(), tmp_path)
    assert "1/1" in capsys.readouterr().err
    label([bulk("Cu")], EMT(), tmp_path)
    assert capsys.readouterr().err == ""
