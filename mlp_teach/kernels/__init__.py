"""Kernels that can do more than the one beside the notebook: with a GPU, or on another computer."""
