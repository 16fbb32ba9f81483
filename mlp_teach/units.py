"""Units: the course counts energy in eV, length in Å and mass in u; every other unit is a number.

Multiply to come in, divide to go out: `1.5 * HARTREE` is an energy in eV, `energy / KCAL_PER_MOL`
prints one in kcal/mol. Time in these units is Å·sqrt(u/eV) = 10.18 fs, as in ASE.

Source: CODATA 2018 (Tiesinga et al., Rev. Mod. Phys. 93, 025010 (2021)); the exact constants of the
SI since 2019 where they are exact.
"""

E_CHARGE = 1.602176634e-19  # C, exact; also J per eV
AVOGADRO = 6.02214076e23  # 1/mol, exact
BOLTZMANN = 1.380649e-23 / E_CHARGE  # eV/K, exact
U_KG = 1.66053906660e-27  # kg per u

EV = 1.0
ANGSTROM = 1.0
U = 1.0

MEV = 1e-3  # eV
HARTREE = 27.211386245988  # eV
RYDBERG = HARTREE / 2  # eV
BOHR = 0.529177210903  # Å
NM = 10.0  # Å

KJ_PER_MOL = 1e3 / (AVOGADRO * E_CHARGE)  # eV
KCAL_PER_MOL = 4.184 * KJ_PER_MOL  # eV, thermochemical calorie

GPA = 1e9 * 1e-30 / E_CHARGE  # eV/Å^3
KBAR = 0.1 * GPA  # eV/Å^3
BAR = 1e-4 * GPA  # eV/Å^3

# One eV accelerates one u to sqrt(eV/u), so that Å·sqrt(u/eV) is the unit of time.
FS = 1e-15 / (1e-10 * (U_KG / E_CHARGE) ** 0.5)  # in Å·sqrt(u/eV)
PS = 1e3 * FS
