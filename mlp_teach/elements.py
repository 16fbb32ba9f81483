"""Element symbols by atomic number: SYMBOLS[29] is "Cu", and NUMBERS["Cu"] is 29."""

from operator import index

_IN_ORDER = """
H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br
Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho
Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es
Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
"""
SYMBOLS: tuple[str, ...] = ("X", *_IN_ORDER.split())  # no element has the number 0
NUMBERS: dict[str, int] = {symbol: number for number, symbol in enumerate(SYMBOLS)}


def checked_elements(elements: object) -> tuple[int, ...]:
    """Atomic numbers as a tuple of ints. Raises ValueError unless each is there once, rising."""
    try:
        found = tuple(index(z) for z in elements)
    except TypeError:
        found = ()
    if not found or not all(0 < z < len(SYMBOLS) for z in found):
        raise ValueError(
            f"elements is {elements!r}; give atomic numbers, such as 29 for copper: (29,)."
        )
    if list(found) != sorted(set(found)):
        raise ValueError(f"elements is {elements!r}; give atomic numbers, each once, rising.")
    return found
