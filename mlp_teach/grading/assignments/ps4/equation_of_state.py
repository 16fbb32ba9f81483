"""Lattice constant and bulk modulus of a cubic crystal from energies at several volumes."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.units import GPA

NAME = "equation_of_state"
CLOSE_A, CLOSE_B = 1e-5, 2e-3  # other curves than Birch's may be fitted, if they fit as well
ONE_ATOM = Text(
    "A cube of the volume of one atom is not the cell: the fcc cube holds four.",
    "1 原子分の体積の立方体は、セルではありません。fcc の立方体には 4 個の原子が入ります。",
)
ON_THE_GRID = Text(
    "This is the lowest of the given volumes; the minimum of the curve lies between them.",
    "これは与えられた体積のうち最も低い点です。曲線の最小は、点と点の間にあります。",
)
VOLUME = Text(
    "This is a volume; the exercise asks for the edge of the cube.",
    "体積になっています。求められているのは、立方体の辺の長さです。",
)
PARABOLA = Text(
    "A parabola in V is not good enough: a crystal is harder to compress than to stretch. Take a "
    "cubic in V^(-2/3).",
    "V の放物線では不十分です。結晶は、伸ばすより縮めるほうが大変だからです。"
    "V^(-2/3) の 3 次式を使ってください。",
)
POLYNOMIAL = Text(
    "Near, but a polynomial in V follows such energies not closely enough. Take a cubic in "
    "V^(-2/3).",
    "近い値ですが、V の多項式では、このようなエネルギーに十分には合いません。"
    "V^(-2/3) の 3 次式を使ってください。",
)
LATTICE = Text(
    "This is not the edge of the cube at which the fitted energy is lowest.",
    "当てはめたエネルギーが最小になる立方体の辺の長さになっていません。",
)
NO_VOLUME = Text(
    "The factor V is missing: B = V d²E/dV².",
    "係数 V が抜けています：B = V d²E/dV²。",
)
UNIT = Text(
    "The unit is not GPa: 1 eV/Å³ is 160.2177 GPa.",
    "単位が GPa になっていません。1 eV/Å³ は 160.2177 GPa です。",
)
FOUR = Text(
    "A factor of 4 is wrong: with V and E both for one atom, B is the same as for the cell.",
    "係数 4 が余分か、抜けています。V と E がどちらも 1 原子あたりなら、B はセルのときと同じです。",
)
CHAIN = Text(
    "This is the curvature in x = V^(-2/3), not in V: each derivative brings dx/dV = -2x / 3V.",
    "x = V^(-2/3) についての曲率で、V についてではありません。"
    "微分のたびに dx/dV = -2x / 3V がつきます。",
)
SIGN = Text(
    "The sign is wrong: the energy has a minimum, its curvature is positive.",
    "符号が逆です。エネルギーは最小なので、曲率は正です。",
)
MODULUS = Text(
    "This is not V d²E/dV² at the minimum, in GPa.",
    "最小の点での V d²E/dV²（GPa）になっていません。",
)


def _points(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float, float]:
    """V (Å³) and E (eV) of one atom along Birch's curve; V_0 and B (eV/Å³) of it."""
    v0, bulk, slope = chance.uniform((10.0, 0.4, 4.0), (20.0, 1.5, 6.0))
    volumes = v0 * np.linspace(0.88, 1.14, 11) * chance.uniform(0.985, 1.015)
    f = ((v0 / volumes) ** (2 / 3) - 1) / 2
    energies = 4.5 * v0 * bulk * f**2 * (1 + (slope - 4) * f)
    return volumes, energies - 3.7, float(v0), float(bulk)


def _of_polynomials(volumes: np.ndarray, energies: np.ndarray) -> list[tuple[float, float]]:
    """V (Å³) and B (eV/Å³) at the lowest energy of a cubic and of a quartic in V."""
    mean, found = volumes.mean(), []
    for degree in (3, 4):
        curve = np.poly1d(np.polyfit(volumes - mean, energies, degree))
        zeros = curve.deriv().roots
        at = min((zero.real for zero in zeros if abs(zero.imag) < 1e-6), key=abs)
        found.append((at + mean, (at + mean) * curve.deriv(2)(at)))
    return found


def _lattice(ask: Ask, chance: np.random.Generator) -> Text | None:
    volumes, energies, v0, _ = _points(chance)
    right = (4 * v0) ** (1 / 3)
    parabola = np.polyfit(volumes, energies, 2)
    bottom = -parabola[1] / (2 * parabola[0])
    lowest = volumes[energies.argmin()]
    mistakes = [
        (ONE_ATOM, v0 ** (1 / 3)),
        *((ON_THE_GRID, one ** (1 / 3)) for one in (4 * lowest, lowest)),
        *((VOLUME, one) for one in (v0, 4 * v0)),
        *((PARABOLA, one ** (1 / 3)) for one in (4 * bottom, bottom)),
        *((POLYNOMIAL, (4 * one) ** (1 / 3)) for one, _ in _of_polynomials(volumes, energies)),
        (ONE_ATOM, (2 * v0) ** (1 / 3)),
    ]
    return judge(parts(ask(NAME, volumes, energies), 2)[0], right, LATTICE, mistakes, CLOSE_A)


def _modulus(ask: Ask, chance: np.random.Generator) -> Text | None:
    volumes, energies, v0, bulk = _points(chance)
    right = bulk / GPA
    parabola = np.polyfit(volumes, energies, 2)
    bottom = -parabola[1] / (2 * parabola[0])
    in_x = 9 * bulk * v0 / (4 * v0 ** (-4 / 3))  # d²E/dx², of which B is V (2x / 3V)²
    mistakes = [
        *((NO_VOLUME, one) for one in (bulk / v0 / GPA, bulk / v0)),
        *((UNIT, bulk * one) for one in (1, GPA, 10 / GPA, 0.1 / GPA)),
        *((FOUR, right * one) for one in (4, 0.25)),
        *((PARABOLA, 2 * parabola[0] * one / GPA) for one in (bottom, v0)),
        *((POLYNOMIAL, one / GPA) for _, one in _of_polynomials(volumes, energies)),
        *((CHAIN, in_x * one) for one in (1, v0, 1 / GPA, v0 / GPA)),
        (CHAIN, v0 * in_x * (2 / (3 * v0)) ** 2 / GPA),
        (SIGN, -right),
    ]
    return judge(parts(ask(NAME, volumes, energies), 2)[1], right, MODULUS, mistakes, CLOSE_B)


EQUATION_OF_STATE = Exercise(
    "ps4_equation_of_state",
    NAME,
    (
        Item("lattice", 2, Text("The lattice constant is right", "格子定数が正しい"), _lattice),
        Item("modulus", 3, Text("The bulk modulus is right", "体積弾性率が正しい"), _modulus),
    ),
)
