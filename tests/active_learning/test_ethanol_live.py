"""Live learning of ethanol: what it begins with, and a short run with real labels."""

from dataclasses import replace

import numpy as np
import pytest
from ase.build import molecule

from mlp_teach.active_learning import ethanol_live
from mlp_teach.active_learning.candidates import by_uncertainty_apart
from mlp_teach.active_learning.ethanol_live import ethanol, live_run, turned
from mlp_teach.labelling.methods import GFN2

ETHANOL = molecule("CH3CH2OH")
BONDS = [(0, 1), (1, 2), (2, 3), (1, 4), (1, 5), (0, 6), (0, 7), (0, 8)]


def test_turned_molecules_keep_their_bonds_and_reach_every_angle():
    found = turned(ETHANOL, 200, seed=0)
    for i, j in BONDS:
        lengths = np.array([atoms.get_distance(i, j) for atoms in found])
        assert lengths.mean() == pytest.approx(ETHANOL.get_distance(i, j), abs=0.02)
        assert lengths.std() < 0.09  # √2 · 0.05 Å and a little
    for angle in ((0, 1, 2, 3), (2, 1, 0, 6)):
        turns = [atoms.get_dihedral(*angle) for atoms in found]
        counts, _ = np.histogram(turns, bins=6, range=(0, 360))
        assert counts.min() > 15  # 33 on average


def test_the_seed_decides():
    one, again, other = (turned(ETHANOL, 2, seed)[1].positions for seed in (3, 3, 4))
    assert (one == again).all()
    assert not (one == other).any()


def test_a_short_run_learns_from_what_its_own_dynamics_met(tmp_path, monkeypatch):
    pytest.importorskip("tblite")
    monkeypatch.setattr(ethanol_live, "trajectory", lambda *_, **__: turned(ETHANOL, 3, seed=5))
    short = replace(ethanol_live.DYNAMICS, temperatures_K=(300,), steps=20)
    monkeypatch.setattr(ethanol_live, "DYNAMICS", short)
    system = ethanol(tmp_path)
    assert len(ethanol(tmp_path).test) == len(system.test) == 3
    loop = live_run(system, by_uncertainty_apart, 0, tmp_path / "run", rounds=1)
    assert [one.labels for one in loop.rounds[1:]] == [30, 32]  # two looks, at steps 10 and 20
    assert loop.rounds[1].names
    assert set(loop.rounds[1].names) <= {
        "300 K, step 10",
        "300 K, step 20",
    }
    energy = GFN2().label(loop.frames[-1]).energy
    assert loop.frames[-1].get_potential_energy() == pytest.approx(energy, abs=1e-6)
    assert loop.rounds[-1].errors["force_rmse"] < 1000
