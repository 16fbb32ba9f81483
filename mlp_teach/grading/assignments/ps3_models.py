"""Assignment 3: element networks, loss, uncertainty, messages, and a network of one's own."""

from mlp_teach.grading.assignments.ps3 import (
    committee_deviation,
    element_networks,
    filtered_messages,
    loss_and_slope,
    network_forces,
    own_network,
    three_products,
    vector_messages,
    who_notices,
)
from mlp_teach.grading.exercise import Assignment

ASSIGNMENT = Assignment(
    "ps3_models",
    (
        element_networks.ELEMENT_NETWORKS,
        loss_and_slope.LOSS_AND_SLOPE,
        committee_deviation.COMMITTEE_DEVIATION,
        who_notices.WHO_NOTICES,
        three_products.THREE_PRODUCTS,
        filtered_messages.FILTERED_MESSAGES,
        vector_messages.VECTOR_MESSAGES,
        network_forces.NETWORK_FORCES,
        own_network.OWN_NETWORK,
    ),
)
