"""The tree gives every situation one recommendation, and its numbers are the recorded ones."""

import json
import math
import tomllib
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from mlp_teach.widgets.descriptor_choice import (
    COSTS,
    ERRORS,
    LABELS,
    OPTIONS,
    ROOT,
    RUNS,
    SECOND,
    SIZES,
    SYSTEMS,
    TREE,
    Situation,
    advise,
    answer,
    choice_update,
    frames_for_half,
    label_hours,
    length_of,
)
from mlp_teach.widgets.drawing import Changed

ROOT_FOLDER = Path(__file__).resolve().parents[2]
FILES = {
    "network": ("behler_parrinello_ethanol",),
    "gap": ("gap_ethanol_small", "gap_ethanol"),  # the later one where both have a size
    "invariant": ("schnet_ethanol",),
    "equivariant": ("painn_ethanol",),
}


def recorded(option: str) -> dict[int, float]:
    found = {}
    for name in FILES[option]:
        text = (ROOT_FOLDER / "experiments" / f"{name}.toml").read_text(encoding="utf-8")
        result = tomllib.loads(text)["result"]
        errors = result["learning_curve_forces_meV_per_A"]
        found |= dict(zip(result["learning_curve_frames"], errors, strict=True))
    return found


@pytest.mark.parametrize("option", FILES)
def test_the_errors_are_those_of_the_experiments(option):
    found = recorded(option)
    assert ERRORS[option] == tuple(found[size] for size in SIZES)


def test_the_costs_are_those_of_the_benchmark():
    rows = json.loads((ROOT_FOLDER / "benchmarks" / "descriptor_cost.json").read_text("utf-8"))
    names = {"symmetry functions": "network", "SOAP": "gap"}
    names |= {"SchNet": "invariant", "PaiNN": "equivariant"}
    seen = 0
    for row in rows["rows"]:
        if row["cutoff_A"] == 5.0 and row["descriptor"] in names:
            option, n = names[row["descriptor"]], row["elements"]
            assert COSTS[option][n - 1] == row["microseconds_an_atom"]
            assert length_of(option, n) == row["features"]
            seen += 1
    assert seen == 16


def test_every_way_ends_at_a_recommendation_that_its_answers_lead_to():
    reached = set()
    for elements, frames, forces, bar, runs, system in product(
        (1, 3, 4), SIZES, ("yes", "no"), ("yes", "no"), RUNS, SYSTEMS
    ):
        situation = Situation(forces, bar, runs, elements, frames, system=system)
        advice, at = advise(situation), ROOT
        for name, yes in advice.path:
            assert name == at
            assert yes == answer(TREE[name].asks, situation)
            at = TREE[name].yes if yes else TREE[name].no
        assert at == advice.option
        assert advice.second != advice.option
        reached.add(advice.option)
    assert reached == set(OPTIONS) == set(SECOND)


@pytest.mark.parametrize(
    ("changes", "option"),
    [
        ({}, "gap"),
        ({"frames": 950}, "equivariant"),
        ({"elements": 4}, "equivariant"),
        ({"forces": "no", "error_bar": "yes"}, "linear"),
        ({"error_bar": "yes", "frames": 950}, "gap"),
        ({"runs": "long"}, "invariant"),
        ({"runs": "long", "system": "metal", "elements": 1}, "network"),
        ({"runs": "gpu", "frames": 300}, "gap"),
    ],
    ids=str,
)
def test_what_decides(changes, option):
    assert advise(replace(Situation(), **changes)).option == option


@pytest.mark.parametrize(
    "changes", [{"label": "3600"}, {"long_range": "yes"}, {"system": "surface"}], ids=str
)
def test_what_does_not_decide(changes):
    assert advise(replace(Situation(), **changes)).path == advise(Situation()).path


def test_the_lesser_error_at_these_sizes_is_the_recommended_one():
    """Where only the number of frames decides, the tree follows the measurements."""
    for frames in SIZES:
        best = min(ERRORS, key=lambda option: ERRORS[option][SIZES.index(frames)])
        assert advise(Situation(frames=frames)).option == best


def test_lengths_by_hand():
    assert [length_of("network", n) for n in (1, 2, 3, 4)] == [24, 64, 120, 192]
    assert [length_of("gap", n) for n in (1, 2, 3, 4)] == [252, 952, 2100, 3696]
    assert length_of("invariant", 1) == length_of("invariant", 4)


def test_hours_and_halves_by_hand():
    assert label_hours(Situation(frames=300, label="45")) == pytest.approx(3.75)
    assert label_hours(Situation(label="3600"), frames=2.5) == pytest.approx(2.5)
    assert frames_for_half("linear") is None
    for option, (first, _, last) in ERRORS.items():
        factor = frames_for_half(option)
        halvings = first / last
        assert factor ** (math.log2(halvings)) == pytest.approx(SIZES[-1] / SIZES[0])


def test_controls_set_their_side_of_the_situation():
    assert choice_update(Situation(), Changed("elements", 2.0)).elements == 2
    assert choice_update(Situation(), Changed("frames", "950")).frames == 950
    for label in LABELS:
        assert choice_update(Situation(), Changed("label", label)).label == label
