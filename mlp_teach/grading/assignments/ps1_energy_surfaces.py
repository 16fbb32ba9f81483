"""Assignment 1: energies, forces, symmetries, periodic cells, the cutoff, and a potential "
"of one's own."""

from mlp_teach.grading.assignments.ps1 import (
    cells,
    fade,
    lennard_jones,
    own_potential,
    slopes,
    symmetries,
)
from mlp_teach.grading.exercise import Assignment

ASSIGNMENT = Assignment(
    "ps1_energy_surfaces",
    (
        slopes.FORCES_BY_DIFFERENCES,
        symmetries.BROKEN_SYMMETRIES,
        cells.MINIMUM_IMAGE,
        cells.NEIGHBOR_COUNTS,
        cells.DISPLACEMENTS,
        fade.COSINE_CUTOFF,
        lennard_jones.LENNARD_JONES,
        own_potential.OWN_POTENTIAL,
    ),
)
