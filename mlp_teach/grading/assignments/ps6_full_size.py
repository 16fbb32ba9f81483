"""Assignment 6: a training at full size: steps, gradients, digits, stops, and an honest report."""

from mlp_teach.grading.assignments.ps6 import (
    accumulate,
    asked,
    curve,
    digits,
    full_size,
    honest,
    report,
    resume,
    schedule,
    step,
)
from mlp_teach.grading.exercise import Assignment

ASSIGNMENT = Assignment(
    "ps6_full_size",
    (
        schedule.LEARNING_RATE,
        report.ERROR_REPORT,
        digits.LEARNING_TARGETS,
        accumulate.ACCUMULATED_GRADIENT,
        step.TRAINING_STEP,
        honest.FIT_HONESTLY,
        asked.EXPERIMENT_TEXT,
        resume.RESUMABLE,
        curve.LEARNING_CURVE,
    ),
    written=(full_size.REPORT,),
)
