"""The slopes of SOAP: how the vector of atom i changes as its neighbour j moves.

Equation numbers as in soap.py. From (2),

    ∂p_nn'l/∂r_ij = √(8π²/(2l+1)) (A_nn' + A_n'n),   A_nn' = Σ_m (∂c_nlm/∂r_ij) c_n'lm

and j enters c_nlm of its own element alone, by one term R_nl(r) r^l Y_lm(r) of the sum over
neighbours, with R_nl the radial function times f_c. Its derivative has two parts, and each is an
outer product of n and n' once the sum over m is done:

    A_nn' = (∂R_nl/∂r) r̂ t_n' + R_nl τ_n'
    t_n' = Σ_m r^l Y_lm c_n'lm,   τ_n' = Σ_m ∂(r^l Y_lm)/∂r c_n'lm

So a slope costs little more than writing it down. A model that is trained on forces needs them
all (models/gap.py); forces themselves come cheaper from autograd, which sums over features first.

    here        | code                | shape                    | unit
    R_nl, ∂R/∂r | radial, radial_slope | l n pairs               | Å^(3/2-l), Å^(1/2-l)
    t, τ        | t, tau              | pairs channels, pairs 3 channels | Å^(3/2+l), Å^(1/2+l)
    A_nn'       | products            | pairs 3 n channels       | Å²
    ∂p/∂r_ij    | power_spectrum_slopes | pairs 3 features       | Å²
    ∂p̂/∂r_ij   | first_order_soap    | pairs 3 features         | 1/Å
"""

from __future__ import annotations

from dataclasses import fields, replace
from math import pi, sqrt

import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.basis.cutoffs import cosine_transition
from mlp_teach.basis.spherical_harmonics import solid_harmonics, solid_harmonics_gradient
from mlp_teach.descriptors.first_order import FirstOrderGraph
from mlp_teach.descriptors.slots import slots, with_far_neighbor
from mlp_teach.descriptors.soap import SOAP, density_coefficients, multiplicity, power_of
from mlp_teach.descriptors.symmetry_functions import element_index
from mlp_teach.graph import AtomGraph, displacements

BLOCK = 2**11  # slots at a time


@torch.no_grad()
def first_order_soap(graph: AtomGraph, parameters: SOAP) -> FirstOrderGraph:
    """The graph, its pairs in another order, with p̂ of every atom and its slopes (1/Å).

    To be extrapolated from: first_order.py. Raises ValueError for an element that is not among the
    parameters' ones.
    """
    graph, power, slopes = power_spectrum_slopes(graph, parameters)
    counts = multiplicity(parameters).to(power).sqrt()
    power = power * counts
    length = torch.linalg.vector_norm(power, dim=1, keepdim=True)
    unit = power / length
    # ∂(p/|p|) is what of ∂p/|p| stands at right angles to p.
    slopes *= (counts / length).index_select(0, graph.centers)[:, None]
    mine = unit.index_select(0, graph.centers)
    slopes.addcmul_(slopes @ mine[:, :, None], mine[:, None], value=-1)
    own = {f.name: getattr(graph, f.name) for f in fields(AtomGraph)}
    return FirstOrderGraph(**own, values=unit, slopes=slopes, origin=displacements(graph))


@torch.no_grad()
def power_spectrum_slopes(
    graph: AtomGraph, parameters: SOAP
) -> tuple[AtomGraph, Float[Tensor, "atoms features"], Float[Tensor, "seen 3 features"]]:
    """(2) of every atom (Å³), and its slopes by the vectors of its own pairs (Å²). Errors as above.

    The pairs come in the order of the graph that is returned: by element of the neighbour, then by
    centre, without those beyond the cutoff; what belongs together is written in one piece so.
    """
    graph = _in_order(graph, parameters)
    vectors = displacements(graph)
    neighbor = element_index(graph.numbers, parameters.elements).index_select(0, graph.neighbors)
    c = density_coefficients(graph, parameters)
    slopes = vectors.new_empty(graph.n_pairs, 3, parameters.n_features)
    for s in range(len(parameters.elements)):
        table = slots(graph, neighbor == s)
        block = max(1, BLOCK // max(1, table.shape[1]))
        first = int((neighbor < s).sum())
        for start in range(0, graph.n_atoms, block):
            places = table[start : start + block]
            count = int((places < graph.n_pairs).sum())
            nearby = [c_l[start : start + block] for c_l in c]
            _fill(slopes[first : first + count], vectors, nearby, places, s, parameters)
            first += count
    return graph, power_of(c, parameters), slopes


def _in_order(graph: AtomGraph, parameters: SOAP) -> AtomGraph:
    (kept,) = torch.where(displacements(graph).T.square().sum(0) < parameters.cutoff**2)
    element = element_index(graph.numbers, parameters.elements)
    key = element[graph.neighbors[kept]] * graph.n_atoms + graph.centers[kept]
    kept = kept[torch.argsort(key, stable=True)]
    pairs = {name: getattr(graph, name)[kept] for name in ("centers", "neighbors", "images")}
    return replace(graph, **pairs)


def _fill(
    slopes: Float[Tensor, "some 3 features"],
    vectors: Float[Tensor, "pairs 3"],
    c: list[Float[Tensor, "atoms channels _"]],
    places: Int[Tensor, "atoms places"],
    element: int,
    parameters: SOAP,
) -> None:
    """Writes the slopes by the pairs in the slots, whose neighbours are of one element."""
    full = places < len(vectors)
    if not full.any():
        return
    found = with_far_neighbor(vectors)[:, places].movedim(0, -1)
    harmonics = solid_harmonics(found, parameters.radial.l_max)
    gradients = solid_harmonics_gradient(harmonics)
    found = found[full]
    d = torch.linalg.vector_norm(found, dim=1)
    radial, radial_slope = _radial_and_slope(d, parameters)
    first, second = (p.to(slopes.device) for p in _places_in_products(element, parameters))
    n_kept, n_max = len(first), parameters.radial.n_max
    products = slopes.new_zeros(len(d), 3, n_max * parameters.n_channels + 1)  # a 0 at the end
    table = products[..., :-1].unflatten(2, (n_max, -1))
    for l, c_l in enumerate(c):
        factor = sqrt(8 * pi**2 / (2 * l + 1))
        of_l = slice(l * l, (l + 1) ** 2)
        t = (harmonics[of_l].permute(1, 2, 0) @ c_l.mT)[full]
        tau = gradients[:, of_l].permute(2, 3, 0, 1).flatten(1, 2) @ c_l.mT
        tau = tau.unflatten(1, (-1, 3))[full]
        moved = (found / d[:, None])[:, :, None] * t[:, None]  # r̂ t
        torch.mul((radial_slope[l].T * factor)[:, None, :, None], moved[:, :, None], out=table)
        table.addcmul_((radial[l].T * factor)[:, None, :, None], tau[:, :, None])  # A
        written = slopes[..., l * n_kept : (l + 1) * n_kept]
        torch.add(products.index_select(2, first), products.index_select(2, second), out=written)


def _radial_and_slope(
    distances: Float[Tensor, " pairs"], parameters: SOAP
) -> tuple[Float[Tensor, "l n pairs"], Float[Tensor, "l n pairs"]]:
    """R_nl and ∂R_nl/∂r of every pair."""
    with torch.enable_grad():
        distances = distances.requires_grad_()
        radial = _radial(distances, parameters)
        # A backward pass gives Σ_nl v_nl ∂R_nl/∂r. That is linear in v: a second gives them all.
        v = torch.zeros_like(radial, requires_grad=True)
        (weighted,) = torch.autograd.grad(radial, distances, v, create_graph=True)
        (slope,) = torch.autograd.grad(weighted.sum(), v)
    return radial.detach(), slope


def _radial(distances: Float[Tensor, " pairs"], parameters: SOAP) -> Float[Tensor, "l n pairs"]:
    primitives = torch.stack([*parameters.radial.primitives(distances.square())])
    if parameters.transition:
        fade = cosine_transition(distances, parameters.radial.cutoff, parameters.transition)
        primitives = primitives * fade
    return parameters.radial.mixing.to(distances) @ primitives


def _places_in_products(
    element: int, parameters: SOAP
) -> tuple[Int[Tensor, " kept"], Int[Tensor, " kept"]]:
    """Where A_nn' and A_n'n of the kept n ≤ n' stand; at the end, where 0 is, if of others."""
    n_max, channels = parameters.radial.n_max, parameters.n_channels
    n, n_prime = torch.triu_indices(channels, channels)

    def place(one: Tensor, other: Tensor) -> Tensor:
        inside = one - element * n_max
        known = (inside >= 0) & (inside < n_max)
        return torch.where(known, inside * channels + other, n_max * channels)

    return place(n, n_prime), place(n_prime, n)
