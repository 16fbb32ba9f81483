"""Functions of one distance or one direction, of which descriptors and models are made."""
