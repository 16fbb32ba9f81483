"""What follows from a potential or a trajectory: mechanics of crystals, structure of anything."""
