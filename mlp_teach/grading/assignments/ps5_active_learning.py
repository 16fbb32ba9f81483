"""Assignment 5: choosing what to label, knowing when to stop, and what it all costs."""

from mlp_teach.grading.assignments.ps5 import (
    break_even,
    calibration,
    exploring,
    gaussian_process,
    information,
    loop,
    plans,
    selection,
    statements,
    stopping,
    when_it_pays,
)
from mlp_teach.grading.exercise import Assignment

ASSIGNMENT = Assignment(
    "ps5_active_learning",
    (
        stopping.ROUND_TO_STOP,
        exploring.EXPLORED,
        gaussian_process.POSTERIOR_SD,
        calibration.CALIBRATED,
        selection.UNCERTAIN_AND_APART,
        information.D_OPTIMAL,
        plans.PLANS,
        break_even.BREAK_EVEN,
        statements.WRONG_STATEMENTS,
        loop.ASKED_PLACES,
    ),
    written=(when_it_pays.WHEN_IT_PAYS,),
)
