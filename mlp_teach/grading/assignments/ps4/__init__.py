"""The exercises of assignment 4, one topic a file."""
