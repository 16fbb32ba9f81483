"""The orders of DScribe and QUIP: by hand, and that nothing is lost or listed twice."""

import pytest

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP
from mlp_teach.descriptors.soap_orders import dscribe_order, quip_order

TWO = SOAP(GaussianOrbitals(3.0, 2, 1, 0.5), (1, 8))


def named(order, parameters: SOAP) -> list[str]:
    names = parameters.names()
    return [names[place] for place in order(parameters).tolist()]


def test_dscribes_order_by_hand():
    assert named(dscribe_order, TWO) == [
        *("l=0 H1-H1", "l=0 H1-H2", "l=0 H2-H2", "l=1 H1-H1", "l=1 H1-H2", "l=1 H2-H2"),
        *("l=0 H1-O1", "l=0 H1-O2", "l=0 H2-O1", "l=0 H2-O2"),
        *("l=1 H1-O1", "l=1 H1-O2", "l=1 H2-O1", "l=1 H2-O2"),
        *("l=0 O1-O1", "l=0 O1-O2", "l=0 O2-O2", "l=1 O1-O1", "l=1 O1-O2", "l=1 O2-O2"),
    ]


def test_quips_order_by_hand():
    pairs = [
        "H1-H1",
        *("H1-H2", "H2-H2"),
        *("H1-O1", "H2-O1", "O1-O1"),
        *("H1-O2", "H2-O2", "O1-O2", "O2-O2"),
    ]
    assert named(quip_order, TWO) == [f"l={l} {pair}" for pair in pairs for l in (0, 1)]


@pytest.mark.parametrize("order", [dscribe_order, quip_order])
@pytest.mark.parametrize("elements", [(29,), (1, 8), (1, 6, 8)])
def test_every_feature_is_listed_once(order, elements):
    parameters = SOAP(GaussianOrbitals(3.0, 3, 2, 0.5), elements)
    assert sorted(order(parameters).tolist()) == list(range(parameters.n_features))
