"""Assignment 1: which hint each wrong answer gets."""

from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps1 import (
    cells,
    fade,
    lennard_jones,
    own_potential,
    slopes,
    symmetries,
)
from tests.exercises.promises import Promises

HINTS = {
    "forces_by_differences": {
        "wrong_uphill": slopes.SIGN,
        "wrong_divided_by_h": slopes.DOUBLE,
        "wrong_divided_by_4h": slopes.HALF,
        "wrong_one_sided": slopes.ONE_SIDED,
        "wrong_left_moved": slopes.LEFT_MOVED,
        "wrong_centred_in_place": slopes.CHANGED,
        "wrong_whole_atoms": slopes.WRONG,
        "wrong_no_return": hints.NOTHING,
    },
    "broken_symmetries": {
        "wrong_no_rounding": symmetries.FALSE_ALARM["rotation"],
        "wrong_about_z_only": symmetries.MISSED["rotation"],
        "wrong_last_two_swapped": symmetries.MISSED["permutation"],
        "wrong_improper_turn": symmetries.FALSE_ALARM["rotation"],
        "wrong_half_turn_for_mirror": symmetries.MISSED["reflection"],
        "wrong_one_atom_moved": symmetries.FALSE_ALARM["translation"],
        "wrong_tiny_step": symmetries.MISSED["translation"],
        "wrong_words": symmetries.WORDS,
    },
    "minimum_image": {
        "wrong_rounded_down": cells.CUT_OFF,
        "wrong_one_side": cells.ONE_SIDE,
        "wrong_one_length": cells.ONE_LENGTH,
        "wrong_fractions": cells.FRACTIONS,
        "wrong_once": cells.ONCE,
        "wrong_sign_lost": cells.SIGN_LOST,
        "wrong_truncated": cells.NOT_NEAREST,
    },
    "neighbor_counts": {
        "wrong_own_neighbor": cells.OWN_NEIGHBOR,
        "wrong_one_way": cells.ONE_WAY,
        "wrong_no_images": cells.NO_IMAGES,
        "wrong_square": cells.SQUARE,
        "wrong_total": hints.SHAPE,
        "wrong_yes_or_no": cells.MISCOUNTED,
    },
    "displacements": {
        "wrong_as_it_was": cells.COLUMNS,
        "wrong_backwards": cells.BACKWARDS,
        "wrong_other_image": cells.OTHER_IMAGE,
        "wrong_no_shift": cells.NO_SHIFT,
        "wrong_image_of_i": cells.BACKWARDS,
        "wrong_diagonal": cells.NOT_VECTORS,
    },
    "cosine_cutoff": {
        "wrong_degrees": fade.DEGREES,
        "wrong_twice": fade.TWICE,
        "wrong_full_wave": fade.FULL_WAVE,
        "wrong_no_one": fade.NO_ONE,
        "wrong_uphill": fade.UPHILL,
        "wrong_chain": fade.CHAIN,
        "wrong_goes_on": fade.GOES_ON,
        "wrong_value_alone": hints.PARTS,
    },
    "lennard_jones": {
        "wrong_counted_twice": lennard_jones.TWICE,
        "wrong_halved": lennard_jones.HALVED,
        "wrong_no_four": lennard_jones.FOUR,
        "wrong_mean": lennard_jones.MEAN,
        "wrong_no_fade": lennard_jones.NO_FADE,
        "wrong_sign_of_forces": lennard_jones.SIGN_OF_FORCES,
        "wrong_no_slope_of_fade": lennard_jones.NO_SLOPE_OF_FADE,
        "wrong_one_end": lennard_jones.ONE_END,
        "wrong_own_neighbor": hints.NOT_FINITE,
        "wrong_sign_of_energy": lennard_jones.SIGN_OF_ENERGY,
    },
    "own_potential": {
        "wrong_zero": own_potential.NO_WELL,
        "wrong_for_pairs_alone": own_potential.ASLEEP,
        "wrong_no_wall": own_potential.TOO_SOFT,
        "wrong_no_fade": own_potential.JAPANESE["smoothness"],
        "wrong_directions": own_potential.JAPANESE["rotation"],
        "wrong_order_of_atoms": own_potential.JAPANESE["permutation"],
        "wrong_origin": own_potential.JAPANESE["translation"],
        "wrong_mean_of_all": own_potential.JAPANESE["far_fragments"],
        "wrong_mean_of_neighbors": hints.NOT_FINITE,
        "wrong_detached": own_potential.JAPANESE["forces"],
        "wrong_total": hints.SHAPE,
    },
}


class TestEnergySurfaces(Promises):
    name, points, hints = "ps1_energy_surfaces", 35, HINTS
