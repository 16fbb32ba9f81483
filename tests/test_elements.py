"""Symbols and numbers are those of ASE, and they are each other's inverse."""

import numpy as np
import pytest
from ase.data import atomic_numbers, chemical_symbols

from mlp_teach.elements import NUMBERS, SYMBOLS, checked_elements


def test_symbols_are_those_of_ase():
    assert list(SYMBOLS) == chemical_symbols
    assert atomic_numbers == NUMBERS


def test_numbers_and_symbols_are_inverse():
    assert all(NUMBERS[symbol] == number for number, symbol in enumerate(SYMBOLS))
    assert SYMBOLS[29] == "Cu"


def test_numbers_of_any_kind_become_ints():
    found = checked_elements(np.array([1, 8, 29]))
    assert found == (1, 8, 29)
    assert {type(z) for z in found} == {int}


@pytest.mark.parametrize("elements", [(), (0, 1), (29, 500), ("Cu",), 29, (1.5,)])
def test_what_is_no_list_of_atomic_numbers_is_refused(elements):
    with pytest.raises(ValueError, match="give atomic numbers, such as"):
        checked_elements(elements)


@pytest.mark.parametrize("elements", [(8, 1), (1, 1, 8)])
def test_each_is_there_once_and_they_rise(elements):
    with pytest.raises(ValueError, match="each once, rising"):
        checked_elements(elements)
