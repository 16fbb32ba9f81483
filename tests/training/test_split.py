"""A split shares every structure out once, by its seed; kinds keep what is of them."""

import pytest
from ase import Atoms

from mlp_teach.training.split import of_kinds, random_split


@pytest.mark.parametrize("count", [10, 11, 57, 100])
def test_every_structure_is_in_one_part_once(count):
    training, validation, test = random_split(range(count))
    assert sorted(training + validation + test) == list(range(count))


@pytest.mark.parametrize(
    ("count", "fractions", "sizes"),
    [
        (100, (0.8, 0.1, 0.1), (80, 10, 10)),
        (10, (0.8, 0.1, 0.1), (8, 1, 1)),
        (7, (0.5, 0.25, 0.25), (4, 1, 2)),
        (9, (0.9, 0.1, 0.0), (8, 1, 0)),
        (3, (1.0, 0.0, 0.0), (3, 0, 0)),
    ],
)
def test_the_sizes_are_the_shares(count, fractions, sizes):
    assert tuple(map(len, random_split(range(count), fractions))) == sizes


def test_the_seed_decides_and_nothing_else():
    assert random_split(range(50), seed=3) == random_split(range(50), seed=3)
    assert random_split(range(50), seed=3) != random_split(range(50), seed=4)


def test_the_order_is_mixed():
    training, _, _ = random_split(range(100))
    assert training != sorted(training)


@pytest.mark.parametrize("fractions", [(0.8, 0.1, 0.2), (0.5, 0.5, 0.1), (1.2, -0.1, -0.1)])
def test_shares_that_are_not_those_of_one_are_refused(fractions):
    with pytest.raises(ValueError, match="three shares of one"):
        random_split(range(100), fractions)


@pytest.mark.parametrize(("count", "part"), [(0, "training"), (3, "test"), (1, "validation")])
def test_a_part_that_would_be_empty_is_named(count, part):
    with pytest.raises(ValueError, match=f"{count} structures are too few .*{part} part"):
        random_split(range(count))


NAMES = ["fcc.shake.1", "100surf_fcc_d1.00", "bcc.shake.1", "100surf_bcc_d2.50", "fcc.vac"]
FRAMES = [Atoms(info={"config_type": name}) for name in NAMES]


@pytest.mark.parametrize(
    ("kinds", "places"),
    [
        (["bcc.shake.1"], [2]),
        (["fcc*"], [0, 4]),
        (["*surf*", "fcc.*"], [0, 1, 3, 4]),
        (["fcc.*", "fcc.vac"], [0, 4]),
        (["*_d[2-9]*"], [3]),
    ],
)
def test_frames_of_some_kinds_keep_their_order_and_come_once(kinds, places):
    chosen = of_kinds(FRAMES, kinds)
    assert [NAMES.index(atoms.info["config_type"]) for atoms in chosen] == places


@pytest.mark.parametrize("kind", ["FCC*", "fcc", "hcp*"])
def test_a_kind_that_no_frame_is_of_is_refused_and_some_are_named(kind):
    with pytest.raises(ValueError, match=r"kind '.*' *\. Some of 5: 100surf_bcc_d2.50, 100surf_f"):
        of_kinds(FRAMES, ["bcc*", kind])


def test_frames_that_do_not_say_their_kind_cannot_be_chosen_by_it():
    with pytest.raises(ValueError, match="1 of 6 frames do not say of what kind"):
        of_kinds([*FRAMES, Atoms()], ["fcc*"])
