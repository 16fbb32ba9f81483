"""What fewer digits in the matrix products do to forces: TF32 is harmless, bfloat16 is not.

The products are rounded as a GPU rounds them (rounded_products.py), so no GPU is needed. Measured
for SchNet, PaiNN, MACE and Allegro: docs/lesson_material/training_precision.md.
"""

import pytest
import torch

from mlp_teach.datasets import load
from mlp_teach.graph import collate, collate_labels
from mlp_teach.neighbors import atom_graph, labels
from mlp_teach.potential import predict
from mlp_teach.pretrained import load_pretrained
from mlp_teach.training.device import tf32_products
from tests.training.rounded_products import BITS, RoundedProducts, rounded


def test_rounding_by_hand():
    ulp = 2.0**-10
    values = torch.tensor([1.0, 1 + 0.49 * ulp, 1 + 0.51 * ulp, 1 + 0.5 * ulp, 1 + 1.5 * ulp, -3.3])
    near = [1.0, 1.0, 1 + ulp, 1.0, 1 + 2 * ulp, -3.30078125]  # ties go to the even one
    assert rounded(values, 10).tolist() == near


def test_seven_bits_are_those_of_bfloat16():
    values = torch.randn(1000, generator=torch.Generator().manual_seed(0))
    assert torch.equal(rounded(values, 7), values.bfloat16().float())


def test_products_and_their_derivatives_are_rounded():
    left = torch.tensor([[1 + 2.0**-12]], requires_grad=True)
    right = torch.tensor([[3 + 2.0**-12]])
    with RoundedProducts(10) as mode:
        product = left @ right
        product.backward()
    assert product.item() == 3.0
    assert left.grad.item() == 3.0
    assert mode.count == 2


@pytest.fixture(scope="module")
def forces() -> dict[str, torch.Tensor]:
    """Of ten molecules: the labels, exact ones of a trained MACE, and those of its products."""
    model = load_pretrained("mace_3bpa")
    frames = load("3bpa", "test_300K")[:10]
    graph = collate([atom_graph(atoms, model.cutoff) for atoms in frames])
    found = {"labels": collate_labels([labels(atoms) for atoms in frames]).forces}
    found["float64"] = predict(model, graph, stress=False).forces
    model, graph = model.float(), graph.to(dtype=torch.float32)
    found["float32"] = predict(model, graph, stress=False).forces.double()
    for name, bits in BITS.items():
        with RoundedProducts(bits) as mode:
            found[name] = predict(model, graph, stress=False).forces.double()
        assert mode.count > 20
    return found


def off(forces, name: str, other: str = "float64") -> float:
    return (forces[name] - forces[other]).abs().mean().item()


def test_tf32_moves_forces_far_less_than_the_model_is_wrong(forces):
    own = off(forces, "labels")
    assert off(forces, "float32") < 1e-3 * own
    assert off(forces, "TF32") < 0.1 * own
    assert off(forces, "TF32", "labels") < 1.01 * own


def test_bfloat16_moves_forces_by_a_good_part_of_the_models_error(forces):
    assert off(forces, "bfloat16") > 0.1 * off(forces, "labels")


def test_tf32_is_for_gpus_of_one_maker_and_is_switched_back():
    before = torch.get_float32_matmul_precision()
    with pytest.raises(ValueError, match=r"TF32.*cpu"), tf32_products(torch.device("cpu")):
        raise AssertionError("must not get here")
    with tf32_products(torch.device("cuda")):
        assert torch.get_float32_matmul_precision() == "high"
    assert torch.get_float32_matmul_precision() == before
