"""The colours: told apart with every kind of colour vision, and seen on white paper."""

import matplotlib
import numpy as np
import pytest

from mlp_teach.plotting.style import COLORS, DASHES, SERIES, SHAPES, say

# Machado, Oliveira and Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 1291 (2009), severity 1.
VISION = {
    "full": np.eye(3),
    "without red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "without green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "without blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193, 0.1192, 0.9503]]
)


def linear(name):
    rgb = np.array(matplotlib.colors.to_rgb(COLORS[name]))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB."""
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / TO_XYZ.sum(1)
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_the_colours_can_be_told_apart_with_every_kind_of_colour_vision(vision):
    seen = {name: lab(VISION[vision] @ linear(name)) for name in SERIES}
    for one in seen:
        for other in seen:
            assert one == other or np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


def test_the_colours_stand_out_from_white_paper():
    for name in SERIES:
        luminance = TO_XYZ[1] @ linear(name)
        assert 1.05 / (luminance + 0.05) > 4.5, name  # WCAG 2, AA


def test_each_line_has_a_dash_and_a_shape_of_its_own():
    assert len(set(SERIES)) == len(set(DASHES)) == len(set(SHAPES)) == len(SERIES)


def test_a_third_language_is_refused():
    assert say("en", "force", "力") == "force"
    assert say("ja", "force", "力") == "力"
    with pytest.raises(ValueError, match="'de' was given"):
        say("de", "force", "力")
