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

from mlp_teach.labelling.methods import (
    EMT,
    Label,
    LabelError,
    NotConvergedError,
    WithCalculator,
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
    ],
    ids=["a bit of a position", "an element", "a bit of the cell", "periodicity"],
)
def test_the_key_knows_every_change(change):
    changed = COPPER.copy()
    change(changed)
    assert key_of(changed, {"method": "EMT"}) != key_of(COPPER, {"method": "EMT"})


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
