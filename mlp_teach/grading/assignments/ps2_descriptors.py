"""Assignment 2: symmetry functions, SOAP, what they cannot see, and how descriptors compare."""

from mlp_teach.grading.assignments.ps2 import (
    angular,
    chain_rule,
    comparison,
    own_descriptor,
    radial,
    soap,
    twins,
)
from mlp_teach.grading.exercise import Assignment

ASSIGNMENT = Assignment(
    "ps2_descriptors",
    (
        radial.FEATURE_COUNTS,
        radial.RADIAL_FUNCTION,
        angular.ANGULAR_FUNCTION,
        angular.ANGULAR_BY_MOMENTS,
        twins.RADIAL_TWINS,
        soap.POWER_SPECTRUM,
        soap.SOAP_KERNEL,
        chain_rule.ENERGY_AND_FORCES,
        own_descriptor.OWN_DESCRIPTOR,
        comparison.COMPARISON,
    ),
    (comparison.REASONS,),
)
