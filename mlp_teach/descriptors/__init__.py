"""Descriptors: an atom graph in, one row of numbers an atom out, the same however it is turned."""
