"""Active learning: which structures to label next, and what choosing them saves."""
