"""mlp-teach active-learning, on a system that takes a second."""

from argparse import Namespace

import pytest

from mlp_teach.active_learning import pool_systems
from mlp_teach.active_learning.pool_systems import PoolSystem
from mlp_teach.cli.active_learning import active_learning
from tests.active_learning.small_loop import frames, points


def small() -> PoolSystem:
    shaken = frames(40)
    return PoolSystem("small", shaken[::2], shaken[1::2], points(shaken), 4, 2, 3)


def test_it_prints_a_line_a_round_and_goes_on_in_the_same_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(pool_systems.SYSTEMS, "small", small)
    asked = {"system": "small", "strategy": "uncertain", "seed": 0, "out": tmp_path}
    active_learning(Namespace(**asked, rounds=1))
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "20 structures in the pool, 20 to test on"
    assert [line.split()[0] for line in printed[2:4]] == ["4", "6"]
    assert printed[4] == "1 rounds are done."
    active_learning(Namespace(**asked, rounds=2))
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:4]] == ["6", "8"]


def test_unknown_names_are_refused_with_those_that_there_are(tmp_path):
    asked = {"seed": 0, "out": tmp_path, "rounds": 1}
    with pytest.raises(ValueError, match="no system 'gold'; there are: mlearn_Cu, "):
        active_learning(Namespace(system="gold", strategy="random", **asked))
    with pytest.raises(ValueError, match="no strategy 'best'; there are: random, "):
        active_learning(Namespace(system="mlearn_Cu", strategy="best", **asked))
