"""Atoms in a picture: nearer ones over further ones, the cell around them, words for who asks."""

import sys

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule

from mlp_teach.widgets.drawing import Ball, Line
from mlp_teach.widgets.viewer import atoms_picture, describe, viewer


def marks(atoms, kind):
    return [m for m in atoms_picture(atoms, "").panels[0].marks if isinstance(m, kind)]


def test_every_atom_is_drawn_inside_the_picture():
    water = molecule("H2O")
    panel = atoms_picture(water, "water").panels[0]
    balls = [m for m in panel.marks if isinstance(m, Ball)]
    assert len(balls) == 3
    for ball in balls:
        assert panel.x_range[0] < ball.x - ball.radius < ball.x + ball.radius < panel.x_range[1]
        assert panel.y_range[0] < ball.y - ball.radius < ball.y + ball.radius < panel.y_range[1]


def test_up_is_up_and_what_is_nearer_to_the_eye_is_drawn_last():
    high_and_far = Atoms("OHF", [(0.0, 0.0, 0.0), (0.0, 0.0, 3.0), (0.0, 3.0, 0.0)])
    oxygen, hydrogen, fluorine = "#ff0d0d", "#ffffff", "#90e050"
    balls = marks(high_and_far, Ball)
    y = {ball.color: ball.y for ball in balls}
    assert y[hydrogen] > y[oxygen]
    order = [ball.color for ball in balls]
    assert order.index(fluorine) < order.index(oxygen)  # the eye stands at -y


def test_the_picture_is_a_turned_one_not_a_distorted_one():
    cube = bulk("Cu", cubic=True)
    ends = np.array([np.stack([line.x, line.y], axis=1) for line in marks(cube, Line)])
    lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) * 12 / cube.cell.lengths()[0]
    # Parallel projection of three orthogonal unit vectors: their squared lengths add up to 2.
    shown = np.unique(lengths.round(6))
    assert (shown**2).sum() == pytest.approx(2.0, abs=1e-5)


def test_a_molecule_without_a_cell_has_no_edges():
    assert marks(molecule("H2O"), Line) == []
    assert len(marks(bulk("Cu"), Line)) == 12 * 12


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Cu4, 4 atoms, periodic along a, b, c."),
        ("ja", "Cu4、原子 4 個、a, b, c 方向に周期的。"),
    ],
)
def test_a_structure_is_described_in_words(lang, text):
    assert describe([bulk("Cu", cubic=True)], lang) == text
    assert describe([bulk("Cu", cubic=True)] * 3, lang) != text


def test_a_page_without_nglview_gets_the_still(monkeypatch):
    monkeypatch.setitem(sys.modules, "nglview", None)
    data = viewer(molecule("H2O"), "a water molecule")._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/svg+xml"}
    assert 'aria-label="a water molecule"' in data["image/svg+xml"]
    assert data["text/plain"].splitlines()[0] == "a water molecule"


def test_no_structure_is_refused():
    with pytest.raises(ValueError, match="no structures"):
        viewer([])
