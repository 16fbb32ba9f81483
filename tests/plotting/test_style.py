"""One look: the palette, dashes, shapes and the language of the words."""

import pytest

from mlp_teach.colors import PALETTE
from mlp_teach.plotting.style import COLORS, DASHES, SERIES, SHAPES, say


def test_the_colours_are_those_of_the_palette_on_light_paper():
    """tests/widgets/test_drawing.py holds the palette to contrast and to colour vision."""
    assert {name: light for name, (light, _) in PALETTE.items()} == COLORS
    assert set(SERIES) <= set(COLORS)


def test_each_line_has_a_dash_and_a_shape_of_its_own():
    assert len(set(SERIES)) == len(set(DASHES)) == len(set(SHAPES)) == len(SERIES)


def test_a_third_language_is_refused():
    assert say("en", "force", "力") == "force"
    assert say("ja", "force", "力") == "力"
    with pytest.raises(ValueError, match="'de' was given"):
        say("de", "force", "力")
