"""The exercises of assignment 3, one topic a file."""
