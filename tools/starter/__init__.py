"""What start.py does: its own environment, made, kept and used, with the standard library alone."""
