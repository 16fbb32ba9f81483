"""Right and wrong answers to the exercise of this name."""

import numpy as np

KBAR = 6.241509e-4  # eV/Å³


def right_renamed(in_kb):
    xx, yy, zz, xy, yz, xz = -np.array(in_kb) * KBAR
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def right_by_places(in_kb):
    stress = np.zeros((3, 3))
    for value, (a, b) in zip(in_kb, ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (2, 0))):  # noqa: B905
        stress[a, b] = stress[b, a] = -0.1 * value / 160.21766
    return stress.tolist()


def wrong_as_it_was(in_kb):
    xx, yy, zz, yz, xz, xy = -np.array(in_kb) * KBAR
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def wrong_order_of_lammps(in_kb):
    xx, yy, zz, xy, xz, yz = -np.array(in_kb) * KBAR
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def wrong_one_swap(in_kb):
    xx, yy, zz, yz, xy, xz = -np.array(in_kb) * KBAR
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def wrong_pressure(in_kb):
    return -right_renamed(in_kb)


def wrong_pressure_as_it_was(in_kb):
    return -wrong_as_it_was(in_kb)


def wrong_gigapascal(in_kb):
    return right_renamed(in_kb) * 10


def wrong_kilobar(in_kb):
    return right_renamed(in_kb) / 6.241509074e-4


def wrong_upper_half(in_kb):
    return np.triu(right_renamed(in_kb))


def wrong_voigt(in_kb):
    return -np.array(in_kb)[[0, 1, 2, 4, 5, 3]] * KBAR


def wrong_halved_shears(in_kb):
    stress = right_renamed(in_kb)
    return (stress + np.diag(np.diag(stress))) / 2
