"""An ensemble against labels: errors by hand, a spread whose truth is known, what is left out."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from ase.build import bulk
from ase.io import write

from mlp_teach.active_learning.calibration import components
from mlp_teach.active_learning.ensemble_errors import judge, report
from mlp_teach.active_learning.uncertainty import committee, energy_deviation, force_deviation
from mlp_teach.cli import main
from mlp_teach.graph import Labels
from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.training.metrics import compare
from tests.training.test_learning_curve import TEXT, frame

# Energies and forces are proportional to ε: a member's error is its ε less that of the labels.
MEMBERS = [LennardJones(epsilon) for epsilon in (0.9, 1.0, 1.3)]
TRUE = LennardJones(1.0)


def labelled(count: int, **changes):
    data = []
    for seed in range(count):
        atoms = bulk("Ar", "fcc", a=5.4, cubic=True)
        atoms.rattle(0.05 * (seed + 1), seed=seed)
        graph = atom_graph(atoms, TRUE.cutoff)
        truth = predict(TRUE, graph)
        data.append((graph, replace(Labels(truth.energy, truth.forces, None), **changes)))
    return data


def test_errors_are_those_of_the_members_and_of_their_mean():
    data = labelled(4)
    found = judge(MEMBERS, data)
    for model, errors in zip(MEMBERS, found.members, strict=True):
        alone = compare(model, data, stress=False).as_dict()
        for quantity, one in alone.items():
            assert errors[quantity] == pytest.approx(one, rel=1e-6)
    mean = compare(LennardJones((0.9 + 1.0 + 1.3) / 3), data, stress=False).as_dict()
    for quantity, one in mean.items():
        assert found.mean[quantity] == pytest.approx(one, rel=1e-6)


def test_the_mean_squared_error_is_at_most_the_average_of_the_members():
    found = judge(MEMBERS, labelled(4))
    for quantity, one in found.mean.items():
        squares = [member[quantity]["rmse"] ** 2 for member in found.members]
        assert one["rmse"] ** 2 <= np.mean(squares)


def test_the_spread_is_held_against_the_error_of_the_mean():
    """The mean has ε 0.0667 too large and the members deviate by 0.1700: 0.39 of each spread."""
    found = judge(MEMBERS, labelled(6))
    factor = (3.2 / 3 - 1) / np.std([0.9, 1.0, 1.3])
    assert found.energy.rank == pytest.approx(1)
    assert found.energy.scales == pytest.approx((factor, factor))
    assert found.energy.within[1] == 1  # all are one standard deviation off, but for rounding
    # |F̄ - F| is 0.39 s_i, so the three components have 0.39² s_i² = <e²/u²> s_i²: the same factor
    assert found.forces.scales == pytest.approx((factor, factor))


def test_the_spread_of_forces_is_that_of_calibration():
    graph, truth = labelled(1)[0]
    said = committee(MEMBERS, graph)
    deviation = force_deviation(said).numpy()
    errors = (torch.stack([one.forces for one in said]).mean(0) - truth.forces).numpy()
    u, e, _ = components(deviation, errors, np.zeros(len(deviation), int))
    two = judge(MEMBERS, labelled(2)).forces
    assert np.sqrt(np.mean((e / u) ** 2)) == pytest.approx(two.scales[0], rel=0.3)
    assert energy_deviation(said, graph) > 0


def test_forces_that_symmetry_forbids_are_left_out():
    atoms = bulk("Ar", "fcc", a=5.4, cubic=True)
    graph = atom_graph(atoms, TRUE.cutoff)
    perfect = graph, Labels(predict(TRUE, graph).energy, torch.zeros(4, 3).double(), None)
    data = labelled(4)
    assert judge(MEMBERS, [*data, perfect]).forces.rank == judge(MEMBERS, data).forces.rank


def test_what_has_no_label_has_no_calibration():
    no_forces = judge(MEMBERS, labelled(3, forces=None))
    assert (no_forces.forces, list(no_forces.mean)) == (None, ["energy"])
    no_energy = judge(MEMBERS, labelled(3, energy=None))
    assert (no_energy.energy, list(no_energy.mean)) == (None, ["forces"])
    assert judge(MEMBERS, labelled(1)).energy is None  # one structure cannot judge another
    with pytest.raises(ValueError, match="No structure has an energy or forces"):
        judge(MEMBERS, labelled(2, energy=None, forces=None))
    with pytest.raises(ValueError, match="committee of 1 cannot disagree"):
        judge(MEMBERS[:1], labelled(2))


def test_the_report_has_the_numbers():
    found = judge(MEMBERS, labelled(6))
    lines = report(found).splitlines()
    assert len(lines) == 1 + 2 * 4 + 2
    mean = [f"{found.mean['forces'][name]:.3f}" for name in ("mae", "rmse")]
    assert lines[8].split() == ["mean", "forces", *mean, "meV/Å"]
    assert "correlation with the error 1.00. Times 0.39 it is" in lines[9]
    assert f"{100 * found.forces.within[0]:.0f} % of the errors are below one" in lines[10]


def test_the_command_trains_judges_and_says_what_it_found(tmp_path, capsys):
    write(tmp_path / "learn.xyz", [frame(seed) for seed in range(10)])
    write(tmp_path / "test.xyz", [frame(seed) for seed in range(20, 24)])
    (tmp_path / "experiment.toml").write_text(TEXT, encoding="utf-8")
    command = ["ensemble", str(tmp_path / "experiment.toml"), "--out", str(tmp_path / "out")]
    assert main([*command, "--members", "2"]) == 0
    printed = capsys.readouterr().out
    assert "On the test part, 4 structures:" in printed
    assert "member 1" in printed
    assert (tmp_path / "out" / "ensemble.json").is_file()
    assert main([*command, "--members", "1"]) == 1
    assert "cannot disagree" in capsys.readouterr().err
    assert main([*command, "--workers", "0"]) == 1
    assert "--workers is 0" in capsys.readouterr().err
