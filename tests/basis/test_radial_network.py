"""The network of a distance: by hand, as loops, 0 at 0, and numbers that keep their size."""

import math

import pytest
import torch

from mlp_teach.basis.radial import sine_bessel
from mlp_teach.basis.radial_network import KEPT, RadialNetwork, wave_size
from mlp_teach.basis.silu import silu


def network(*widths: int) -> RadialNetwork:
    torch.manual_seed(0)
    return RadialNetwork(widths).double()


def test_one_input_and_one_hidden_unit_by_hand():
    one = network(1, 1, 1)
    with torch.no_grad():
        one.layers[0].weight.fill_(2.0)
        one.layers[1].weight.fill_(3.0)
    found = one(torch.tensor([[0.5]], dtype=torch.float64))
    assert float(found.detach()) == pytest.approx(3 / (1 + math.exp(-1)), rel=1e-15)


def test_it_equals_the_equation_as_loops():
    net = network(3, 5, 4, 2)
    e = torch.linspace(-2, 2, 12, dtype=torch.float64).view(4, 3)
    for row, found in zip(e, net(e).detach(), strict=True):
        x = row.tolist()
        for n, layer in enumerate(net.layers):
            w = layer.weight.tolist()
            x = [sum(w[b][a] * x[a] for a in range(len(x))) for b in range(len(w))]
            if n + 1 < len(net.layers):
                x = [value / (1 + math.exp(-value)) for value in x]
        assert found.tolist() == pytest.approx(x, rel=1e-13)


def test_two_widths_are_a_matrix_without_silu():
    net = network(3, 2)
    e = torch.randn(5, 3, dtype=torch.float64)
    torch.testing.assert_close(net(e), e @ net.layers[0].weight.T)


@pytest.mark.parametrize("widths", [(4, 3), (4, 6, 3), (4, 6, 6, 3)])
def test_it_is_zero_where_the_distance_has_faded_out_and_fades_with_it(widths):
    net = network(*widths)
    assert not any(name.endswith("bias") for name, _ in net.named_parameters())
    e = torch.randn(1, 4, dtype=torch.float64)
    assert not net(0 * e).any()
    near, nearer = (net(scale * e).abs().max() for scale in (1e-3, 1e-4))
    depth = len(widths) - 1  # near 0 silu is x/2, so that the output is proportional to e
    assert float((near / nearer).detach()) == pytest.approx(10, rel=0.05 * depth)


def test_numbers_keep_their_size_from_layer_to_layer():
    torch.manual_seed(1)
    net, e = RadialNetwork((64, 128, 128, 64)), torch.randn(4000, 64)
    assert float(net(e).detach().square().mean()) == pytest.approx(1, abs=0.3)


def test_it_expects_numbers_of_the_size_it_was_told():
    torch.manual_seed(1)
    plain = RadialNetwork((64, 128, 64))
    torch.manual_seed(1)
    told, e = RadialNetwork((64, 128, 64), size=0.1), torch.randn(50, 64)
    torch.testing.assert_close(told(0.1 * e), plain(e))


def test_waves_have_the_size_that_is_said_in_a_ball():
    r = (torch.arange(20_000, dtype=torch.float64) + 0.5) * (4.0 / 20_000)
    squares = sine_bessel(r, 8, 4.0).square().mean(1)
    mean = (squares * r**2).sum() / (r**2).sum()
    assert float(mean.sqrt()) == pytest.approx(wave_size(4.0), rel=1e-4)


def test_the_share_that_silu_leaves_is_the_mean_over_normal_numbers():
    x = torch.linspace(-12, 12, 200001, dtype=torch.float64)
    weight = torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    assert float(torch.trapezoid(weight * silu(x) ** 2, x)) == pytest.approx(KEPT, abs=5e-4)


def test_no_distances_give_no_numbers_and_any_batch_is_kept():
    net = network(3, 5, 2)
    assert net(torch.zeros(0, 3, dtype=torch.float64)).shape == (0, 2)
    assert net(torch.zeros(4, 7, 3, dtype=torch.float64)).shape == (4, 7, 2)
