"""Models: an atom graph in, one energy an atom out (eV). Forces and stress are `predict`'s work."""
