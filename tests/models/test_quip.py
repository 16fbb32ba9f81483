"""GAP files of QUIP: the same energies, forces and stress, and errors that say what is wrong."""

import shutil

import numpy as np
import pytest

from mlp_teach.models.quip import QuipError, read_quip
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from tests.models import quip_reference as quip


@pytest.mark.parametrize("fit", quip.FITS)
def test_energies_forces_and_stress_equal_quips(fit):
    model = read_quip(quip.file(fit))
    energies, forces, stresses = (
        quip.predictions(fit, name) for name in ("energy", "forces", "stress")
    )
    for n, atoms in enumerate(quip.structures(fit)):
        found = predict(model, atom_graph(atoms, model.cutoff))
        assert abs(float(found.energy) - energies[n]) < 1e-8  # eV, of the whole cell
        assert np.abs(found.forces.numpy() - forces[n]).max() < 1e-7  # eV/Å
        assert np.abs(found.stress[0].numpy() - stresses[n]).max() < 1e-9  # eV/Å³


def test_the_stored_forces_are_not_small():
    largest = [np.abs(f).max() for fit in quip.FITS for f in quip.predictions(fit, "forces")]
    assert np.median(largest) > 0.5


def test_the_elements_come_in_our_order_whatever_quips_was():
    text = quip.file("CuPdAu").read_text()
    assert "species_Z={29 46 79 }" not in text, "the stored file no longer shows another order"
    model = read_quip(quip.file("CuPdAu"))
    assert model.descriptor == quip.descriptor("CuPdAu")
    assert model.reference.tolist() == [-0.3, 0.1, 0.2]
    assert model.point_element.bincount().tolist() == [20, 20, 20]


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(quip.file("Cu").parent, tmp_path / "gap")
    return tmp_path / "gap" / "gp.xml"


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no GAP file .*nothing\.xml"):
        read_quip(tmp_path / "nothing.xml")


def test_sparse_points_that_are_not_there_are_named(copy):
    for points in copy.parent.glob("*sparseX*"):
        points.unlink()
    with pytest.raises(FileNotFoundError, match="sparse points; it is not there"):
        read_quip(copy)


def test_a_file_cut_short_is_refused(copy):
    copy.write_text(copy.read_text()[:3000])
    with pytest.raises(QuipError, match="not whole XML"):
        read_quip(copy)


def test_sparse_points_cut_short_are_refused(copy):
    (points,) = copy.parent.glob("*sparseX*")
    points.write_text("\n".join(points.read_text().splitlines()[:-5]) + "\n")
    with pytest.raises(QuipError, match=r"not the one that gp\.xml was written with"):
        read_quip(copy)
    copy.write_text(copy.read_text().replace("sparseX_md5sum", "another"))
    with pytest.raises(QuipError, match=r"4235 numbers.*40 points of 106"):
        read_quip(copy)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("soap cutoff", "distance_2b cutoff", "knows soap alone"),
        ('covariance_type="2"', 'covariance_type="1"', "dot_product"),
        ("n_max=6", "n_max=0", "makes no SOAP: n_max is 0"),
        ("atom_sigma=0.5", "atom_sigma=0.5 average=T", "average=T"),
        ("gpCoordinates", "coordinates", "no GAP of gap_fit"),
        ('do_core="F"', 'do_core="T"', "core potential"),
        ('signal_mean=".0', 'signal_mean="3.0', "or a mean"),
        ("n_species=1", "n_species=1 radial_basis=GTO", "radial_basis=GTO, which"),
        ("n_species=1", "n_species=1 central_weight=0.3", "central_weight=0.3, which"),
        ("n_species=1", "n_species=1 normalise=F", "normalise=F, which"),
        ('n_sparseX="40"', "", "lacks or garbles"),
        ('e0 Z="29"', 'e0 Z="30"', "lacks or garbles an entry that a GAP needs .29"),
        ('sparseCutoff="1.0000000000000000"', 'sparseCutoff="nan"', "NaN or infinity"),
    ],
)
def test_what_the_reader_does_not_know_is_refused(copy, old, new, message):
    copy.write_text(copy.read_text().replace(old, new))
    with pytest.raises(QuipError, match=message):
        read_quip(copy)
