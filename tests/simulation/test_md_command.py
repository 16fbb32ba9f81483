"""mlp-teach md: crystals that cannot be meant are refused in words."""

import pytest

from mlp_teach.cli.running import structure_of


@pytest.mark.parametrize("repeats", ["²", "３", "0", "-1", "", "1.5"])
def test_a_number_of_repeats_that_is_none_is_refused_in_words(repeats):
    with pytest.raises(ValueError, match=r"should read bulk:SYMBOL:REPEATS, for example"):
        structure_of(f"bulk:Cu:{repeats}")


def test_a_crystal_is_repeated_along_all_its_axes():
    assert len(structure_of("bulk:Cu:2")) == 4 * 2**3
