"""Assignment 4: errors, splits, learning curves, validation, and a plan for methanol on copper."""

from mlp_teach.grading.assignments.ps4 import (
    drift,
    equation_of_state,
    error_table,
    excess,
    frames_needed,
    methanol_reasons,
    radial_distribution,
    simulation_plan,
    split,
    stress_line,
    training_plan,
)
from mlp_teach.grading.exercise import Assignment

ASSIGNMENT = Assignment(
    "ps4_workflow",
    (
        error_table.ERROR_TABLE,
        stress_line.STRESS_FROM_VASP,
        drift.ENERGY_DRIFT,
        excess.EXCESS_OF_ATOMS,
        frames_needed.FRAMES_NEEDED,
        equation_of_state.EQUATION_OF_STATE,
        radial_distribution.RADIAL_DISTRIBUTION,
        split.INDEPENDENT_SPLIT,
        training_plan.TRAINING_PLAN,
        simulation_plan.SIMULATION_PLAN,
    ),
    written=(methanol_reasons.METHANOL_REASONS,),
)
