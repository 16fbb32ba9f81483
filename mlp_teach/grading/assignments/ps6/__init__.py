"""The exercises of assignment 6, one topic a file."""
