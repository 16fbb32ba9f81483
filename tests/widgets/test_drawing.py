"""The palette: every colour is seen on its paper, and told apart by colour-blind eyes."""

from itertools import combinations

import numpy as np
import pytest

from mlp_teach.colors import PALETTE
from mlp_teach.widgets.drawing import number

CURVES = ("blue", "orange", "green", "purple")
# Machado, Oliveira, Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 1291 (2009), severity 1.0,
# on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color: str) -> np.ndarray:
    """#rrggbb as linear RGB, 0 to 1."""
    c = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, 1 to 21."""
    light, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB as CIE L*a*b* under D65, in which equal distances look about equal."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(
    ("name", "least"), [*((c, 3.0) for c in CURVES), ("ink", 7), ("muted", 4.5)]
)
def test_colours_stand_out_from_the_paper_as_wcag_asks(theme, name, least):
    assert contrast(PALETTE[name][theme], PALETTE["paper"][theme]) >= least


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("pair", list(combinations(CURVES, 2)))
def test_curves_can_be_told_apart_with_every_colour_vision(theme, blindness, pair):
    one, other = (lab(np.array(BLINDNESS[blindness]) @ linear(PALETTE[c][theme])) for c in pair)
    assert np.linalg.norm(one - other) > 20  # about 2 is the least that an eye sees


@pytest.mark.parametrize(
    ("value", "text"), [(1.23456, "1.235"), (-0.5, "\u22120.500"), (-0.0001, "0.000"), (0, "0.000")]
)
def test_numbers_have_fixed_digits_a_real_minus_and_no_negative_zero(value, text):
    assert number(float(value)) == text
