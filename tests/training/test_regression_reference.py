"""Our fit of a GAP against gap_fit's: same points, labels and errors, so the same potential."""

import numpy as np
import pytest
import torch

from mlp_teach.models.gap import GAP
from mlp_teach.models.quip import read_quip
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict
from mlp_teach.training.regression import Regression, solve_weights
from tests.models import quip_reference as quip


@pytest.fixture(scope="module", params=quip.FITS)
def both(request):
    """gap_fit's potential and ours, on its sparse points."""
    theirs = read_quip(quip.file(request.param))
    facts = quip.index()
    ours = GAP(theirs.descriptor, theirs.n_points, facts["zeta"], facts["delta"], facts["jitter"])
    ours.points.copy_(theirs.points)
    ours.point_element.copy_(theirs.point_element)
    ours.reference.copy_(theirs.reference)
    solve_weights(ours, quip.training_data(request.param), Regression(*facts["sigmas"]))
    return request.param, theirs, ours


def test_predictions_equal_gap_fits(both):
    fit, theirs, ours = both
    for atoms in quip.structures(fit):
        graph = atom_graph(atoms, ours.cutoff)
        mine, expected = predict(ours, graph), predict(theirs, graph)
        assert abs(float(mine.energy - expected.energy)) / len(atoms) < 1e-6  # eV/atom
        assert (mine.forces - expected.forces).abs().max() < 1e-5  # eV/Å
        assert (mine.stress - expected.stress).abs().max() < 1e-6  # eV/Å³


def test_the_fit_is_better_than_nothing_and_not_perfect(both):
    # else the comparison would hold for any two fits that follow the labels
    fit, _, ours = both
    errors, sizes = [], []
    for graph, labels in quip.training_data(fit):
        errors.append(float(predict(ours, graph).energy - labels.energy) / graph.n_atoms)
        sizes.append(float(labels.energy) / graph.n_atoms)
    assert 1e-4 < np.sqrt(np.mean(np.square(errors))) < 0.2 * np.std(sizes)


def test_another_sigma_gives_another_potential(both):
    fit, theirs, ours = both
    other = GAP(theirs.descriptor, theirs.n_points, ours.zeta, ours.delta, ours.jitter)
    for name in ("points", "point_element", "reference"):
        getattr(other, name).copy_(getattr(theirs, name))
    energy, forces, virial = quip.index()["sigmas"]
    solve_weights(other, quip.training_data(fit), Regression(energy, forces, 1.1 * virial))
    graph = quip.training_data(fit)[0][0]
    with torch.no_grad():
        assert (other(graph) - ours(graph)).abs().max() > 1e-6
