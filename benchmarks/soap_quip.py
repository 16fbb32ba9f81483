"""Our side of the comparison of SOAP with QUIP; compare.py starts it.

n = 8, l = 6, cutoff 5 Å, fading over the last 0.5 Å, QUIP's radial points; unit vectors and their
slopes; from ase.Atoms, neighbour search included.
"""

from later import Later
from work import copper, serve

from mlp_teach.basis.radial import RadialPoints
from mlp_teach.descriptors.soap import SOAP, soap
from mlp_teach.descriptors.soap_orders import quip_order
from mlp_teach.descriptors.soap_slopes import first_order_soap
from mlp_teach.neighbors import atom_graph

PARAMETERS = SOAP(RadialPoints(5.0, 8, 6, 0.5), (29,), transition=0.5)


def tasks() -> dict:
    atoms, order = copper(256), quip_order(PARAMETERS)
    given = atom_graph(atoms, PARAMETERS.cutoff)

    def values_and_slopes() -> Later:
        found = first_order_soap(atom_graph(atoms, PARAMETERS.cutoff), PARAMETERS)
        return Later(lambda: found.slopes.flatten(0, 1)[:, order].numpy())

    return {
        "values": lambda: soap(atom_graph(atoms, PARAMETERS.cutoff), PARAMETERS).numpy(),
        "values_and_slopes": values_and_slopes,
        "values_graph_given": lambda: soap(given, PARAMETERS),
    }


if __name__ == "__main__":
    serve(tasks())
