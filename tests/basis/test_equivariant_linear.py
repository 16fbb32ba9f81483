"""Linear maps of features: as loops, turned before or after, and for each element another one."""

import pytest
import torch

from mlp_teach.basis.equivariant_linear import ElementLinear, EquivariantLinear, PathLinear
from mlp_teach.basis.rotations import random_rotation, wigner_d
from mlp_teach.basis.tensor_product import Path, harmonics, irreps_of, paths, slices

IRREPS = irreps_of("0e + 1o + 1e + 2e")
SIZE = sum(irrep.size for irrep in IRREPS)


def features(n_atoms: int = 5, channels: int = 3) -> torch.Tensor:
    generator = torch.Generator().manual_seed(11)
    return torch.randn(n_atoms, SIZE, channels, generator=generator, dtype=torch.float64)


def linear(n_in: int = 3, n_out: int = 4) -> EquivariantLinear:
    torch.manual_seed(0)
    return EquivariantLinear(IRREPS, n_in, n_out).double()


def of_elements(out=IRREPS) -> ElementLinear:
    torch.manual_seed(0)
    return ElementLinear(3, IRREPS, out, 3).double()


def turned(x: torch.Tensor, turn: torch.Tensor) -> torch.Tensor:
    parts = zip(IRREPS, slices(IRREPS), strict=True)
    return torch.cat([wigner_d(i.l, turn, i.parity) @ x[:, lm] for i, lm in parts], 1)


def test_channels_of_each_irrep_are_mixed_as_loops_say():
    x, map_ = features(), linear()
    expected = torch.zeros(5, SIZE, 4, dtype=torch.float64)
    for n, lm in enumerate(slices(IRREPS)):
        for m in range(lm.start, lm.stop):
            for k in range(3):
                for out in range(4):
                    expected[:, m, out] += x[:, m, k] * map_.weight[n, k, out].detach()
    torch.testing.assert_close(map_(x), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("sign", [1, -1], ids=["rotation", "mirror"])
def test_turning_may_come_before_or_after(sign):
    turn = sign * random_rotation(torch.Generator().manual_seed(1))
    for map_ in (linear(), lambda x: of_elements()(x, [2, 0, 3])):
        x = features()
        torch.testing.assert_close(map_(turned(x, turn)), turned(map_(x), turn), rtol=0, atol=1e-13)


def test_nothing_comes_from_nothing():
    assert not linear()(torch.zeros_like(features())).any()
    assert linear()(features(0)).shape == (0, SIZE, 4)


def test_each_element_has_its_own_matrices():
    x, map_ = features(), of_elements()
    found = map_(x, [2, 0, 3])
    for atom, element in enumerate([0, 0, 2, 2, 2]):
        one = linear(3, 3)
        with torch.no_grad():
            one.weight.copy_(map_.weight[element])
        expected = one(x[atom : atom + 1])[0]
        torch.testing.assert_close(found[atom], expected, rtol=0, atol=1e-14)
    assert (map_.weight[0] - map_.weight[2]).abs().max() > 0.1


def test_what_is_asked_for_is_made_in_its_order_and_what_is_not_there_is_0():
    x, out = features(), irreps_of("2e + 0o + 1o")
    map_ = of_elements(out)
    found = map_(x, [5, 0, 0])
    assert map_.weight.shape == (3, 2, 3, 3)
    torch.testing.assert_close(found[:, :5], x[:, 7:] @ map_.weight[0, 0])
    assert not found[:, 5].any()
    torch.testing.assert_close(found[:, 6:], x[:, 1:4] @ map_.weight[0, 1])


def test_an_element_without_atoms_learns_nothing():
    map_ = of_elements()
    map_(features(), [2, 0, 3]).sum().backward()
    assert not map_.weight.grad[1].any()
    assert map_.weight.grad[0].any()
    assert map_.weight.grad[2].any()


def test_counts_that_do_not_add_up_are_an_error():
    with pytest.raises(RuntimeError, match="split"):
        of_elements()(features(), [2, 0, 2])
    with pytest.raises(ValueError, match="zip"):
        of_elements()(features(), [2, 3])


def path_sums(n_atoms: int, channels: int) -> tuple[tuple[Path, ...], list[torch.Tensor]]:
    """Paths from features and harmonics to IRREPS, and for each irrep one feature of each path."""
    listed = paths(IRREPS, harmonics(2), IRREPS)
    counts = [sum(path.out == n for path in listed) for n in range(len(IRREPS))]
    assert len(set(counts)) > 1
    both = zip(IRREPS, counts, strict=True)
    return listed, [torch.randn(n_atoms, irrep.size, n * channels) for irrep, n in both]


def test_paths_that_lead_to_one_irrep_are_joined():
    torch.manual_seed(4)
    listed, sums = path_sums(5, 2)
    out = irreps_of("1e + 0e + 1e")
    map_ = PathLinear(listed, IRREPS, out, 2)
    first, scalar, again = map_.weights
    assert first.shape == again.shape == (sums[2].shape[2], 2)
    expected = torch.cat([sums[2] @ first, sums[0] @ scalar, sums[2] @ again], 1)
    torch.testing.assert_close(map_(sums), expected)


def test_numbers_keep_their_size():
    torch.manual_seed(3)
    x = torch.randn(200, SIZE, 64)
    listed, sums = path_sums(200, 64)
    joined = PathLinear(listed, IRREPS, IRREPS, 64)(sums)
    for y in (
        EquivariantLinear(IRREPS, 64, 64)(x),
        ElementLinear(2, IRREPS, IRREPS, 64)(x, [100, 100]),
        joined.flatten(1),
    ):
        assert float(y.detach().square().mean()) == pytest.approx(1, abs=0.1)
