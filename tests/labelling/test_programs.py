"""GPAW, Quantum ESPRESSO and CP2K, where they are; and what is said where they are not."""

import shutil
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms

from mlp_teach.labelling.cp2k import CP2K, _check_cp2k
from mlp_teach.labelling.gpaw import GPAW
from mlp_teach.labelling.methods import LabelError, NotConvergedError
from mlp_teach.labelling.quantum_espresso import QuantumEspresso, _check_pw
from mlp_teach.labelling.run import label
from mlp_teach.labelling.store import plain

HERE = {
    "gpaw": find_spec("gpaw") is not None,
    "pw.x": shutil.which("pw.x") is not None and Path(QuantumEspresso().folder).is_dir(),
    "cp2k.psmp": shutil.which("cp2k.psmp") is not None,
}
METHODS = {
    "gpaw": GPAW(cutoff=500),
    "pw.x": QuantumEspresso({"H": "H.pbe-kjpaw.UPF"}, cutoff=400, density_cutoff=3200),
    "cp2k.psmp": CP2K(cutoff=4000),
}
HYDROGEN = Atoms("H2", [[0.0, 0.1, 0.2], [0.1, 0.3, 1.05]], cell=[5, 5, 5], pbc=True)
CHARGED = HYDROGEN.copy()
CHARGED.set_initial_charges([1, 0])


@pytest.fixture(scope="module", params=METHODS)
def method(request):
    if not HERE[request.param]:
        pytest.skip(f"{request.param} is not on this machine")
    return METHODS[request.param]


@pytest.mark.slow
def test_forces_are_the_slope_of_the_energy(method):
    h, energies = 0.02, []
    for step in (h, -h):
        moved = HYDROGEN.copy()
        moved.positions[1, 2] += step
        energies.append(method.label(moved).energy)
    slope = -(energies[0] - energies[1]) / (2 * h)
    found = method.label(HYDROGEN)
    assert found.forces[1, 2] == pytest.approx(slope, abs=0.05)
    assert slope < -1  # stretched: pulled back


@pytest.mark.slow
def test_stress_is_the_slope_in_strain(method):
    """To what the basis changes with the cell (GPAW at 300 eV: a third)."""
    h, energies = 0.01, []
    for step in (h, -h):
        strained = HYDROGEN.copy()
        strained.set_cell(HYDROGEN.cell.array * [1, 1, 1 + step], scale_atoms=True)
        energies.append(method.label(strained).energy)
    slope = (energies[0] - energies[1]) / (2 * h) / HYDROGEN.get_volume()
    found = method.label(HYDROGEN)
    assert found.stress[2, 2] == pytest.approx(slope, rel=0.1)
    assert slope > 0.01
    assert np.allclose(found.stress, found.stress.T, atol=1e-6)


@pytest.mark.slow
def test_too_few_cycles_are_refused_by_name(method, tmp_path):
    found = label([HYDROGEN], replace(method, max_cycles=2), tmp_path, progress=False)
    assert [(f.kind, f.message) for f in found.failures] == [
        ("NotConvergedError", "The density did not converge in 2 cycles.")
    ]


def test_settings_are_plain_and_say_the_version(method):
    settings = method.settings()
    assert plain(settings) == settings
    assert any(name in settings for name in ("gpaw", "pw.x", "cp2k"))
    assert replace(method, cutoff=1234).settings() != settings


def test_what_they_cannot_do_is_refused(method):
    with pytest.raises(LabelError, match="initial charges or magnetic moments"):
        method.label(CHARGED)
    with pytest.raises(LabelError, match="periodic in all directions"):
        method.label(Atoms("H2", HYDROGEN.positions))


def test_cp2k_refuses_an_odd_number_of_electrons():
    with pytest.raises(LabelError, match="An odd number of electrons"):
        CP2K().label(Atoms("H", cell=[5, 5, 5], pbc=True))


def test_a_program_that_is_not_there_is_named_with_how_to_get_it(monkeypatch):
    for method, how in (
        (QuantumEspresso(command="pw.y"), "apt-get install quantum-espresso"),
        (CP2K(command="cp2k.none"), "apt-get install cp2k cp2k-data"),
    ):
        with pytest.raises(LabelError, match=f"{method.command} was not found.*{how}"):
            method._command()
    with pytest.raises(LabelError, match="not found"):
        CP2K(command="cp2k.none").settings()
    if not HERE["gpaw"]:
        with pytest.raises(LabelError, match="gpaw is not installed: pip install gpaw gpaw-data"):
            GPAW().settings()


def test_a_pseudopotential_that_is_not_there_is_named(tmp_path):
    method = QuantumEspresso({"H": "H.upf"}, folder=str(tmp_path))
    with pytest.raises(LabelError, match=r"no pseudopotential .*H\.upf for H"):
        method.settings()
    with pytest.raises(LabelError, match="No pseudopotential is named for Cu"):
        method.label(Atoms("Cu", cell=[3, 3, 3], pbc=True))
    (tmp_path / "H.upf").write_text("one")
    one = method._file("H")
    (tmp_path / "H.upf").write_text("other")
    assert method._file("H") != one


# Lines as the programs write them, for machines that have none.
PW_GOOD = "     convergence has been achieved in  11 iterations\n   JOB DONE.\n"
PW_BAD = "     convergence NOT achieved after   2 iterations: stopping\n"
PW_ERROR = """
 %%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%
     Error in routine readpp (1):
     file H.upf not found
 %%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%

     stopping ...
"""
CP2K_GOOD = "  *** SCF run converged in    11 steps ***\n"
CP2K_BAD = " *** WARNING in qs_scf.F:598 :: SCF run NOT converged ***\n"


def test_the_signs_of_convergence_in_written_lines(tmp_path):
    output = tmp_path / "espresso.pwo"
    output.write_text(PW_GOOD)
    _check_pw(tmp_path, 2)
    output.write_text(PW_BAD)
    with pytest.raises(NotConvergedError, match="in 2 cycles"):
        _check_pw(tmp_path, 2)
    output.write_text(PW_ERROR)
    with pytest.raises(LabelError, match=r"Error in routine readpp \(1\): file H\.upf not found"):
        _check_pw(tmp_path, 2)
    output.write_text(PW_GOOD.splitlines()[0])  # killed before its end
    with pytest.raises(LabelError, match="stopped before its end"):
        _check_pw(tmp_path, 2)
    output = tmp_path / "label.out"
    output.write_text(CP2K_GOOD)
    _check_cp2k(output, 3)
    output.write_text(CP2K_BAD)
    with pytest.raises(NotConvergedError, match="in 3 cycles"):
        _check_cp2k(output, 3)
    for text in ("", "nothing of use\n"):
        output.write_text(text)
        with pytest.raises(LabelError, match="does not say that it converged"):
            _check_cp2k(output, 3)


def test_one_energy_is_the_free_energy():
    """Of the two that a calculator with smearing gives, the one whose slope the forces are."""
    from ase.calculators.lj import LennardJones

    from mlp_teach.labelling.methods import label_with

    class Smeared(LennardJones):
        def calculate(self, *arguments, **words):
            super().calculate(*arguments, **words)
            self.results["energy"] = self.results["free_energy"] + 1

    class Plain(LennardJones):
        def calculate(self, *arguments, **words):
            super().calculate(*arguments, **words)
            del self.results["free_energy"]

    copper = Atoms("Cu2", [[0, 0, 0], [0, 0, 1.2]])
    wanted = label_with(copper, LennardJones()).energy
    assert label_with(copper, Smeared()).energy == wanted
    assert label_with(copper, Plain()).energy == wanted
    assert np.isfinite(wanted)
