"""The exercises of assignment 5, one topic a file."""
