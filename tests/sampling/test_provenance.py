"""What made a structure, what may be asked for, and the shortest distance in a crystal."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from ase.calculators.emt import EMT

from mlp_teach.sampling.provenance import (
    check_count,
    check_positive,
    distances,
    generator,
    marked,
    nearest,
)


def test_a_marked_copy_says_what_made_it_and_has_no_calculator():
    atoms = bulk("Cu")
    atoms.calc = EMT()
    atoms.info["source"] = "a database"
    made = marked(atoms, "rattled", width=0.1)
    assert made.info == {"source": "a database", "sampler": "rattled", "width": 0.1}
    assert made.calc is None
    assert atoms.calc is not None
    assert atoms.info == {"source": "a database"}


def test_a_structure_made_of_a_made_one_keeps_where_it_came_from():
    twice = marked(marked(bulk("Cu"), "relaxed", largest_force=0.01), "rattled", width=0.1)
    assert twice.info["sampler"] == "rattled"
    assert twice.info["sampled_from"] == "relaxed"
    assert twice.info["largest_force"] == 0.01


def test_the_same_seed_gives_the_same_numbers():
    first, same, other = generator(3), generator(3), generator(4)
    drawn = first.uniform(size=4)
    assert (drawn == same.uniform(size=4)).all()
    assert (drawn != other.uniform(size=4)).all()


@pytest.mark.parametrize("seed", [-1, True, False])
def test_a_seed_that_is_none_is_refused_in_words(seed):
    with pytest.raises(ValueError, match="must be a whole number, 0 or larger"):
        generator(seed)


@pytest.mark.parametrize("count", [0, -2])
def test_a_count_that_is_none_is_refused_in_words(count):
    with pytest.raises(ValueError, match="at least 1 structure must be asked for"):
        check_count(count)


@pytest.mark.parametrize("count", [2.0, True])
def test_a_count_that_is_not_whole_is_refused_in_words(count):
    with pytest.raises(ValueError, match=f"count is {count}; it must be a whole number"):
        check_count(count)


@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf")])
def test_the_first_number_that_is_not_positive_is_named(value):
    check_positive(width=1, depth=np.float64(0.5))
    with pytest.raises(ValueError, match=r"depth is .*; it must be positive\."):
        check_positive(width=1.0, depth=value, height=-1.0)


def test_distances_are_those_to_the_nearest_image():
    pair = Atoms("H2", positions=[[0.5, 0, 0], [9.5, 0, 0]], cell=[10, 10, 10])
    assert distances(pair) == pytest.approx([9.0])
    pair.pbc = True
    assert distances(pair) == pytest.approx([1.0])
    assert len(distances(molecule("H2O"))) == 3
    assert len(distances(Atoms("H"))) == 0


@pytest.mark.parametrize(
    ("atoms", "expected"),
    [
        (bulk("Cu", "fcc", a=3.6), 3.6 / 2**0.5),
        (bulk("Cu", "fcc", a=3.6, cubic=True), 3.6 / 2**0.5),
        (bulk("Fe", "bcc", a=2.8), 2.8 * 3**0.5 / 2),
        (Atoms("H", cell=[2, 3, 4], pbc=True), 2.0),
        (Atoms("H", cell=[2, 3, 4], pbc=[False, True, True]), 3.0),
        (Atoms("H", cell=[2, 3, 4]), np.inf),
        (Atoms("H2", positions=[[0, 0, 0], [0, 0, 0.7]]), 0.7),
    ],
    ids=["fcc", "fcc cube", "bcc", "alone, own image", "one face open", "alone", "molecule"],
)
def test_the_shortest_distance_counts_images_of_the_same_atom(atoms, expected):
    assert nearest(atoms) == pytest.approx(expected)
