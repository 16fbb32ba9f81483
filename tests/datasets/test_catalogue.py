"""The catalogue against the files themselves, and what it prints."""

import numpy as np
import pytest

from mlp_teach.datasets import citation, contents, dataset, describe, licence, load

NAMES = list(dict.fromkeys(row.name for row in contents()))


@pytest.mark.parametrize("row", contents(), ids=lambda row: f"{row.name}-{row.split}")
def test_the_table_of_contents_tells_what_the_files_hold(row):
    frames = load(row.name, row.split)
    assert len(frames) == row.frames
    assert sum(map(len, frames)) == row.atoms
    assert set().union(*(set(atoms.symbols) for atoms in frames)) <= set(row.elements.split())
    shared = set.intersection(*(set(atoms.calc.results) for atoms in frames))
    assert shared == set(row.labels.split("+"))
    for atoms in frames:
        assert all(np.isfinite(value).all() for value in atoms.calc.results.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_elements_of_a_set_are_all_in_it(name):
    symbols = set().union(*(set(atoms.symbols) for atoms in load(name)))
    assert symbols == set(dataset(name).elements)


@pytest.mark.parametrize("name", NAMES)
def test_every_set_has_a_licence_text_a_notice_and_a_paper_to_cite(name):
    text = licence(name)
    assert dataset(name).notice in text
    assert dataset(name).licence in text.splitlines()[0]
    assert len(text.splitlines()) > 7
    assert "doi:10." in citation(name)
    assert describe(name).startswith(name)


def test_the_lgpl_comes_with_the_gpl_that_it_builds_on():
    text = licence("water")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "GNU GENERAL PUBLIC LICENSE\n" in text


def test_a_citation_comes_as_text_and_as_bibtex():
    text = citation("mlearn_Cu")
    assert "J. Phys. Chem. A 124 731 (2020)" in text
    entry = citation("mlearn_Cu", bibtex=True)
    assert entry.startswith("@article{zuo2020,\n")
    assert "author = {Y. Zuo and C. Chen and " in entry
    assert entry.count("{") == entry.count("}")


def test_contents_prints_as_a_table_with_aligned_columns():
    lines = str(contents()).splitlines()
    column = lines[0].index("licence")
    assert len(lines) == len(contents()) + 1
    assert all(line[column - 2 : column] == "  " for line in lines)
    assert contents()._repr_markdown_().splitlines()[1].count("---") == 6


def test_an_unknown_name_is_answered_with_the_names_that_exist():
    with pytest.raises(ValueError, match=r"no data set named 'mlearn_Au'.*mlearn_Cu, mlearn_Si"):
        describe("mlearn_Au")
