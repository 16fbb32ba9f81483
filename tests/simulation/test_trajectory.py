"""Trajectories: every number comes back exactly, and nothing but a frame cut short is ever lost."""

import numpy as np
import pytest
from ase.io import read

from mlp_teach.simulation.ensembles import NPT, NVT, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.simulation.trajectory import (
    TrajectoryError,
    append,
    continue_from,
    read_trajectory,
)
from mlp_teach.simulation.watch import Watch


@pytest.fixture
def molecule_run(ethanol, tmp_path):
    """Arguments of a short run of a molecule, and its file."""
    path = tmp_path / "run.xyz"
    return {
        "atoms": with_velocities(ethanol, 300.0),
        "ensemble": NVT(0.5, 300.0),
        "steps": 40,
        "seed": 3,
        "trajectory": path,
    }


def test_numbers_come_back_to_the_last_bit(molecule_run):
    run = simulate(**molecule_run)
    last = read_trajectory(molecule_run["trajectory"])[-1]
    np.testing.assert_array_equal(last.positions, run.atoms.positions)
    np.testing.assert_array_equal(last.get_momenta(), run.atoms.get_momenta())
    assert last.info["potential_eV"] == run.potential_eV[-1]
    assert not last.pbc.any()


def test_a_cell_comes_back_too(argon, tmp_path):
    run = simulate(argon, NPT(5.0, 20.0), steps=20, trajectory=tmp_path / "a.xyz")
    frames = read_trajectory(tmp_path / "a.xyz")
    np.testing.assert_array_equal(frames[-1].cell, run.atoms.cell)
    assert frames[0].pbc.all()
    assert [atoms.info["step"] for atoms in frames] == [0, 10, 20]


def test_any_reader_of_extended_xyz_reads_it(molecule_run):
    simulate(**molecule_run)
    frames = read(molecule_run["trajectory"], ":")
    assert len(frames) == 5
    assert frames[0].get_chemical_formula() == "C2H6O"


@pytest.mark.parametrize("missing", [1, 9, 700, 1100, 2000])
def test_a_file_cut_at_any_byte_is_continued_to_the_same_file(molecule_run, missing):
    whole_run = simulate(**molecule_run)
    path = molecule_run["trajectory"]
    whole = path.read_bytes()
    path.write_bytes(whole[:-missing])
    assert len(read_trajectory(path)) < 5
    again = simulate(**molecule_run)
    assert path.read_bytes() == whole
    np.testing.assert_array_equal(again.total_eV, whole_run.total_eV)


@pytest.mark.parametrize("kept", [0, 1, 3, 40])
def test_a_file_cut_in_its_first_frame_starts_over(molecule_run, kept):
    simulate(**molecule_run)
    path = molecule_run["trajectory"]
    whole = path.read_bytes()
    path.write_bytes(whole[:kept])
    simulate(**molecule_run)
    assert path.read_bytes() == whole


def test_a_finished_run_is_read_back_and_a_longer_one_goes_on(molecule_run):
    first = simulate(**molecule_run)
    content = molecule_run["trajectory"].read_bytes()
    again = simulate(**molecule_run)
    np.testing.assert_array_equal(again.potential_eV, first.potential_eV)
    assert molecule_run["trajectory"].read_bytes() == content
    longer = simulate(**molecule_run | {"steps": 80})
    at_once = simulate(**molecule_run | {"steps": 80, "trajectory": None})
    np.testing.assert_array_equal(longer.potential_eV, at_once.potential_eV)


def test_a_run_that_was_stopped_goes_on_under_a_wider_limit(molecule_run):
    narrow = molecule_run | {"watch": Watch(temperature_K=1.0)}
    assert "above the limit of 1 K" in simulate(**narrow).stopped
    assert "above the limit of 1 K" in simulate(**narrow).stopped
    wide = simulate(**molecule_run)
    assert wide.stopped == ""
    assert wide.step.tolist() == [0, 10, 20, 30, 40]


def test_another_run_s_file_is_left_alone_and_the_difference_is_shown(molecule_run):
    simulate(**molecule_run)
    content = molecule_run["trajectory"].read_bytes()
    with pytest.raises(TrajectoryError, match=r"(?s)temperature_K=300 .*temperature_K=310 "):
        simulate(**molecule_run | {"ensemble": NVT(0.5, 310.0)})
    with pytest.raises(TrajectoryError, match="other settings"):
        simulate(**molecule_run | {"seed": 4})
    moved = molecule_run["atoms"].copy()
    moved.calc = molecule_run["atoms"].calc
    moved.positions[0, 0] += 1e-6
    with pytest.raises(TrajectoryError, match="start=C2H6O-"):
        simulate(**molecule_run | {"atoms": moved})
    assert molecule_run["trajectory"].read_bytes() == content


def test_a_file_made_with_another_potential_is_left_alone(molecule_run):
    simulate(**molecule_run)
    content = molecule_run["trajectory"].read_bytes()
    molecule_run["atoms"].calc.stiffness *= 1.1
    molecule_run["atoms"].calc.reset()
    with pytest.raises(TrajectoryError, match="was made with another potential"):
        simulate(**molecule_run | {"steps": 80})
    assert molecule_run["trajectory"].read_bytes() == content


def test_a_file_of_another_kind_is_left_alone(molecule_run):
    molecule_run["trajectory"].write_text("my thesis\n")
    with pytest.raises(TrajectoryError, match=r"not a trajectory.*my thesis"):
        simulate(**molecule_run)
    assert molecule_run["trajectory"].read_text() == "my thesis\n"


def test_a_full_disk_leaves_whole_frames_and_says_so(molecule_run):
    resource = pytest.importorskip("resource")  # not on Windows
    simulate(**molecule_run)
    path = molecule_run["trajectory"]
    whole = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 500, limits[1]))
    try:
        with pytest.raises(OSError, match=r"Step 50 could not be written.*free some space"):
            simulate(**molecule_run | {"steps": 60})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == whole
    assert simulate(**molecule_run | {"steps": 60}).step[-1] == 60


def test_no_file_is_no_frame(tmp_path):
    moments, frame = continue_from(tmp_path / "none.xyz", "any")
    assert moments == []
    assert frame is None


def test_frames_are_added_at_the_end(molecule_run):
    run = simulate(**molecule_run)
    path = molecule_run["trajectory"]
    before = path.read_bytes()
    moments, _ = continue_from(path, _settings(before))
    append(path, run.atoms, moments[-1], _settings(before), np.empty(0))
    assert path.read_bytes().startswith(before)
    assert len(read_trajectory(path)) == 6


def _settings(content: bytes) -> str:
    return content.decode().split('run="')[1].split('"')[0]
