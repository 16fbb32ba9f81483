"""Figures of coverage: what they draw, in both languages, and their numbers in words."""

import re

import numpy as np
import pytest

from mlp_teach import plotting

ENERGIES = {"near": np.array([0.0, 0.1, 0.1]), "far": np.array([0.9, 1.0])}
PLACES = {"near": np.zeros((3, 2)), "far": np.array([[1.0, 2.0], [3.0, 2.0]])}
SHARES = np.array([0.7, 0.2])
SHORTEST = {("Cu", "Cu"): np.array([2.5, 2.3]), ("C", "O"): np.array([np.inf, np.inf])}


def drawings(lang: str) -> dict:
    return {
        "energy": (
            plotting.energy_histogram(ENERGIES, bins=10, lang=lang),
            plotting.energy_histogram_text(ENERGIES, lang=lang),
        ),
        "map": (
            plotting.coverage_map(PLACES, SHARES, lang=lang),
            plotting.coverage_map_text(PLACES, SHARES, lang=lang),
        ),
        "distance": (
            plotting.neighbour_distances(ENERGIES, lang=lang),
            plotting.neighbour_distances_text(ENERGIES, lang=lang),
        ),
    }


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_figure_draws_without_a_missing_glyph_and_names_its_sets(lang):
    for ax, text in drawings(lang).values():
        ax.figure.draw_without_rendering()
        assert ax.get_legend_handles_labels()[1] == ["near", "far"]
        assert ax.get_title(loc="left")
        assert ax.figure.in_words == text


def test_the_text_gives_the_numbers():
    texts = {name: text for name, (_, text) in drawings("en").items()}
    assert "near: 3 structures from 0.000 to 0.100 eV/atom, median 0.100." in texts["energy"]
    assert "The map holds 90% of the variance." in texts["map"]
    assert "far: around (2.000, 2.000), width (1.000, 0.000)." in texts["map"]
    assert "far: nearest structure at 0.9 to 1, median 0.95." in texts["distance"]


def test_both_languages_give_the_same_numbers():
    english, japanese = drawings("en"), drawings("ja")
    for name in english:
        numbers = [
            sorted(re.findall(r"\d+(?:\.\d+)?", both[name][1])) for both in (english, japanese)
        ]
        assert numbers[0] == numbers[1], name


def test_all_sets_share_the_bins_of_the_histogram_and_no_structure_is_lost():
    ax = plotting.energy_histogram(ENERGIES, bins=10)
    near, far = (patch.get_data() for patch in ax.patches)
    assert (near.edges == far.edges).all()
    assert near.values.sum() == 3
    assert far.values.sum() == 2
    assert near.values[:2].sum() == 3


def test_a_map_shows_every_structure_where_it_is():
    ax = plotting.coverage_map(PLACES, SHARES)
    near, far = (points.get_offsets() for points in ax.collections)
    assert np.asarray(near).tolist() == PLACES["near"].tolist()
    assert np.asarray(far).tolist() == PLACES["far"].tolist()
    assert "70%" in ax.get_xlabel()
    assert "20%" in ax.get_ylabel()


def test_the_lines_of_distances_rise_to_one():
    ax = plotting.neighbour_distances({"near": np.array([3.0, 1.0])})
    [line] = ax.get_lines()
    assert line.get_xdata().tolist() == [1.0, 3.0]
    assert line.get_ydata().tolist() == [0.5, 1.0]
    assert ax.get_xscale() == "log"
    assert plotting.neighbour_distances(ENERGIES).get_xscale() == "linear"  # 0 is among them


def test_shortest_distances_in_words():
    english, japanese = (
        plotting.shortest_distances_text(SHORTEST, lang=lang) for lang in ("en", "ja")
    )
    assert "Cu-Cu: shortest 2.30 Å, median 2.40 Å, in 2 of 2 structures." in english
    assert "C-O: never met." in english
    assert re.findall(r"\d\.\d\d", english) == re.findall(r"\d\.\d\d", japanese)


def test_too_many_and_empty_sets_are_refused_in_words():
    many = {str(n): np.zeros(1) for n in range(6)}
    with pytest.raises(ValueError, match="6 sets were given; from 1 to 5 can be told apart"):
        plotting.energy_histogram(many)
    with pytest.raises(ValueError, match="set 'none' is empty"):
        plotting.coverage_map({"none": np.zeros((0, 2))}, SHARES)
