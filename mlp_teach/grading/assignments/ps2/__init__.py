"""The exercises of assignment 2, one topic a file."""
