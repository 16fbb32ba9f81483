"""Our side of the comparison of SOAP with DScribe; compare.py starts it.

n = 8, l = 6, cutoff 5 Å, DScribe's orbitals and no cutoff function; from ase.Atoms, neighbour
search included.
"""

from work import copper, serve

from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.descriptors.soap import SOAP, power_spectrum
from mlp_teach.descriptors.soap_orders import dscribe_order
from mlp_teach.neighbors import atom_graph


def tasks() -> dict:
    atoms, found = copper(256), {}
    for sigma in (0.5, 1.0):
        p = SOAP(GaussianOrbitals(5.0, 8, 6, sigma), (29,))
        graph, order = atom_graph(atoms, p.cutoff), dscribe_order(p)
        found[f"sigma_{sigma}"] = lambda p=p, order=order: power_spectrum(
            atom_graph(atoms, p.cutoff), p
        ).numpy()[:, order]
        found[f"sigma_{sigma}_graph_given"] = lambda p=p, graph=graph: power_spectrum(graph, p)
    return found


if __name__ == "__main__":
    serve(tasks())
