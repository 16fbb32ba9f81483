"""The exercises of assignment 1, one topic a file."""
