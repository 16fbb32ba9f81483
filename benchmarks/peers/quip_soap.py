"""QUIP's side of the comparison of SOAP; compare.py starts it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from later import Later
from quippy.descriptors import Descriptor
from work import copper, serve


def tasks() -> dict:
    atoms = copper(256)
    soap = Descriptor(
        "soap cutoff=5.0 cutoff_transition_width=0.5 n_max=8 l_max=6 atom_sigma=0.5 "
        "n_Z=1 Z={29} n_species=1 species_Z={29}"
    )

    def values() -> Later:
        found = soap.calc(atoms)
        return Later(lambda: found["data"][:, :-1])  # the last element is 0

    def values_and_slopes() -> Later:
        found = soap.calc(atoms, grad=True)

        def of_neighbours():
            """Without those by the centre itself, which are minus the sum of the others."""
            center, atom = found["grad_index_0based"].T
            return found["grad_data"][atom != center, :, :-1].reshape(-1, 252)

        return Later(of_neighbours)

    return {"values": values, "values_and_slopes": values_and_slopes}


if __name__ == "__main__":
    serve(tasks())
