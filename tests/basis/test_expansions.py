"""Expansions of a distance: values by hand, slopes at zero, and what is refused."""

import math

import pytest
import torch

from mlp_teach.basis.expansions import GaussianSmearing, SineWaves, expansion_of


def test_gaussians_peak_at_their_centres():
    expansion = GaussianSmearing(5, 4.0)  # at 0, 1, 2, 3, 4 Å, 1 Å wide
    values = expansion(torch.tensor([2.0, 2.5], dtype=torch.float64))
    assert values[0].tolist() == pytest.approx([math.exp(-0.5 * n**2) for n in (2, 1, 0, 1, 2)])
    assert values[1, 2] == values[1, 3] == pytest.approx(math.exp(-0.125))


def test_sine_waves_by_hand():
    values = SineWaves(2, 4.0)(torch.tensor([1.0, 4.0], dtype=torch.float64))
    assert values[0].tolist() == pytest.approx([0.5, math.sqrt(0.5)])
    assert values[1].abs().max() < 1e-15


@pytest.mark.parametrize("expansion", [GaussianSmearing(6, 3.0), SineWaves(6, 3.0)])
def test_they_have_slopes_at_zero_and_curvature_above(expansion):
    distances = torch.tensor([0.0, 1e-3, 1.0, 2.9], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(expansion, distances[1:])
    (slope,) = torch.autograd.grad(expansion(distances).sum(), distances, create_graph=True)
    (second,) = torch.autograd.grad(slope.sum(), distances)
    assert slope.isfinite().all()
    assert second[1:].isfinite().all()  # no two atoms are 0 Å apart


def test_sine_waves_keep_their_digits_in_single_precision():
    distances = torch.linspace(1e-4, 5, 400, dtype=torch.float64)
    exact = SineWaves(20, 5.0)(distances)
    single = SineWaves(20, 5.0)(distances.float()).double()
    assert float((single - exact).abs().max()) < 2e-5 * float(exact.abs().max())


def test_plain_data_make_them_again():
    assert expansion_of({"kind": "SineWaves", "n": 4, "cutoff": 5.0}) == SineWaves(4, 5.0)
    with pytest.raises(ValueError, match="no expansion 'Bumps'; there are GaussianSmearing, Sine"):
        expansion_of({"kind": "Bumps", "n": 4, "cutoff": 5.0})


@pytest.mark.parametrize(("kind", "least"), [(GaussianSmearing, 2), (SineWaves, 1)])
def test_numbers_that_make_no_sense_are_named(kind, least):
    with pytest.raises(ValueError, match=f"n is {least - 1}; a whole number from {least}"):
        kind(least - 1, 5.0)
    with pytest.raises(ValueError, match=r"cutoff is 0\.0"):
        kind(8, 0.0)
