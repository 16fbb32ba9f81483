"""Symbols and numbers are those of ASE, and they are each other's inverse."""

from ase.data import atomic_numbers, chemical_symbols

from mlp_teach.elements import NUMBERS, SYMBOLS


def test_symbols_are_those_of_ase():
    assert list(SYMBOLS) == chemical_symbols
    assert atomic_numbers == NUMBERS


def test_numbers_and_symbols_are_inverse():
    assert all(NUMBERS[symbol] == number for number, symbol in enumerate(SYMBOLS))
    assert SYMBOLS[29] == "Cu"
