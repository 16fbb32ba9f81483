"""SOAP: by hand, the integrals as sums over space, what must not matter, and what may go wrong."""

from dataclasses import replace
from functools import cache
from math import cos, exp, pi, sqrt

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule
from scipy.special import sph_harm_y

from mlp_teach.basis.radial import GaussianOrbitals, Polynomials, RadialPoints, SineBessel
from mlp_teach.checks import LAWS, smoothness
from mlp_teach.descriptors import soap as soap_file
from mlp_teach.descriptors.soap import (
    SOAP,
    density_coefficients,
    kernel,
    multiplicity,
    power_spectrum,
    soap,
)
from mlp_teach.graph import collate
from mlp_teach.neighbors import atom_graph, neighbor_pairs_by_loops
from tests.descriptors.soap_systems import FADING, KINDS, SYSTEMS, rattled, three_elements

each_system = pytest.mark.parametrize(("atoms", "elements"), SYSTEMS.values(), ids=SYSTEMS.keys())
each_kind = pytest.mark.parametrize("kind", KINDS)


def graph_of(atoms: Atoms, parameters: SOAP):
    return atom_graph(atoms, parameters.cutoff)


# The slow twin: c_nlm = ∫ ρ(r) g_n(r) Y_lm(r̂) dr as a sum over points in space --------------------


@cache
def sphere(l_max: int):
    """Directions, weights and Y_lm in them; exact for products of harmonics up to degree 79."""
    cosine, weights = np.polynomial.legendre.leggauss(40)
    phi = np.arange(80) * 2 * pi / 80
    polar, azimuth = (x.ravel() for x in np.meshgrid(np.arccos(cosine), phi, indexing="ij"))
    points = np.stack(
        [np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)], axis=1
    )
    harmonics = {}
    for l in range(l_max + 1):
        for m in range(-l, l + 1):
            y = sph_harm_y(l, abs(m), polar, azimuth) * (-1) ** m
            part = y.real if m >= 0 else y.imag
            harmonics[l, m] = part * (1 if m == 0 else sqrt(2))
    return points, np.repeat(weights * 2 * pi / 80, 80), harmonics


def fade_by_hand(r: float, p: SOAP) -> float:
    if not p.transition:
        return 1.0
    late = max(r - (p.radial.cutoff - p.transition), 0)
    return 0.5 * (1 + cos(pi * late / p.transition)) if late < p.transition else 0.0


def radii_and_functions(radial) -> tuple[np.ndarray, list[np.ndarray]]:
    """Radii r, and for each l the matrix that makes c_n of the density's parts at these radii."""
    if isinstance(radial, RadialPoints):  # interpolate with Gaussians at r_k, orthonormalise
        r_k, s = radial.points, radial.sigma
        r, weights = legendre(r_k[-1] + 8 * s)
        gaussians = np.exp(-((r - r_k[:, None]) ** 2) / (2 * s**2))
        overlaps = np.einsum("kr,jr,r->kj", gaussians, gaussians, weights * r**2)
        values = np.exp(-((r_k[:, None] - r_k) ** 2) / (2 * s**2))
        matrix = np.linalg.cholesky(overlaps).T @ np.linalg.inv(values)
        return r_k, [matrix] * (radial.l_max + 1)
    orbital = isinstance(radial, GaussianOrbitals)
    r, weights = legendre(radial.cutoff + 6 * radial.sigma if orbital else radial.cutoff)
    found = radial.orthonormal(torch.from_numpy(r)).numpy()
    return r, [g * weights * r**2 for g in found]


@cache
def legendre(end: float):
    x, weights = np.polynomial.legendre.leggauss(60)
    return (x + 1) * end / 2, weights * end / 2


def power_by_sums(atoms: Atoms, i: int, p: SOAP) -> list[float]:
    """(1) and (2) for one atom: the density at every point, its coefficients, their products."""
    centers, j, images, _ = neighbor_pairs_by_loops(atoms, p.cutoff)
    around = [(atoms.numbers[i], np.zeros(3))]
    for n in np.flatnonzero(centers == i):
        apart = atoms.positions[j[n]] + images[n] @ atoms.cell.array - atoms.positions[i]
        around.append((atoms.numbers[j[n]], apart))
    directions, weights, harmonics = sphere(p.radial.l_max)
    r, functions = radii_and_functions(p.radial)
    space = r[:, None, None] * directions
    c = {}  # l, m -> one number a channel
    for element in p.elements:
        density = np.zeros(space.shape[:2])
        for number, where in around:
            if number == element:
                squares = ((space - where) ** 2).sum(axis=2)
                fade = fade_by_hand(float(np.linalg.norm(where)), p)
                density += fade * np.exp(-squares / (2 * p.radial.sigma**2))
        for (l, m), y in harmonics.items():
            c.setdefault((l, m), []).extend(functions[l] @ (density @ (weights * y)))
    row = []
    for l in range(p.radial.l_max + 1):
        for n in range(p.n_channels):
            for n_prime in range(n, p.n_channels):
                total = sum(c[l, m][n] * c[l, m][n_prime] for m in range(-l, l + 1))
                row.append(sqrt(8 * pi**2 / (2 * l + 1)) * total)
    return row


@each_system
@each_kind
def test_the_power_spectrum_is_that_of_the_density_summed_over_space(atoms, elements, kind):
    parameters = KINDS[kind](elements)
    i = len(atoms) // 2
    found = power_spectrum(graph_of(atoms, parameters), parameters)[i].numpy()
    expected = np.array(power_by_sums(atoms, i, parameters))
    assert np.abs(found - expected).max() < 1e-11 * np.abs(expected).max()


# By hand -----------------------------------------------------------------------------------------


def test_the_number_of_features():
    assert SOAP(GaussianOrbitals(5.0, 8, 6, 0.5), (29,)).n_features == 252
    assert SOAP(GaussianOrbitals(5.0, 8, 6, 0.5), (1, 6, 8)).n_features == 2100


def test_the_names_stand_in_the_order_of_the_features():
    parameters = SOAP(GaussianOrbitals(3.0, 2, 1, 0.5), (1, 8))
    assert parameters.names() == [
        f"l={l} {pair}"
        for l in (0, 1)
        for pair in (
            *("H1-H1", "H1-H2", "H1-O1", "H1-O2", "H2-H2"),
            *("H2-O1", "H2-O2", "O1-O1", "O1-O2", "O2-O2"),
        )
    ]


def test_an_atom_alone_by_hand():
    # One point at r = 0 (RadialPoints with n = 1): the density there is 1, its l = 0 part √4π, and
    # the norm of exp(-r²/2σ²) is √(√π σ³/4). With l = 1: nothing.
    sigma = 0.5
    parameters = SOAP(RadialPoints(3.0, 1, 1, sigma), (29,))
    c = sqrt(4 * pi) * sqrt(sqrt(pi) * sigma**3 / 4)
    found = power_spectrum(graph_of(Atoms("Cu"), parameters), parameters)
    assert found[0].tolist() == pytest.approx([sqrt(8 * pi**2) * c * c, 0], abs=1e-15)
    assert soap(graph_of(Atoms("Cu"), parameters), parameters)[0].tolist() == [1, 0]


@pytest.mark.parametrize("direction", [[0, 0, 1], [1, 0, 0], [0.6, 0, -0.8]])
def test_one_neighbour_by_hand_on_an_axis_or_off_it(direction):
    # The same with a neighbour at R: exp(-R²/2σ²) more at r = 0, where all directions are one.
    sigma, away = 0.7, 1.1
    parameters = SOAP(RadialPoints(3.0, 1, 1, sigma), (29,), transition=3.0)
    fade = 0.5 * (1 + cos(pi * away / 3))
    c = (1 + fade * exp(-(away**2) / (2 * sigma**2))) * sqrt(4 * pi * sqrt(pi) * sigma**3 / 4)
    atoms = Atoms("Cu2", positions=[[0, 0, 0], away * np.array(direction)])
    found = power_spectrum(graph_of(atoms, parameters), parameters)
    for atom in found.tolist():
        assert atom == pytest.approx([sqrt(8 * pi**2) * c * c, 0], rel=1e-9, abs=1e-15)


def test_two_neighbours_opposite_to_each_other_have_no_odd_degrees_and_on_one_side_they_do():
    parameters = SOAP(GaussianOrbitals(3.0, 2, 3, 0.5), (1, 8))
    line = Atoms("OH2", positions=[[0, 0, 0], [0, 1, 0], [0, -1, 0]])
    bent = Atoms("OH2", positions=[[0, 0, 0], [0, 1, 0], [1, 0, 0]])
    odd = ["l=1 H1-H1", "l=3 H1-H1"]
    places = [parameters.names().index(name) for name in odd]
    values = [power_spectrum(graph_of(a, parameters), parameters)[0, places] for a in (line, bent)]
    assert values[0].abs().max() < 1e-15
    assert values[1].min() > 1e-5


def test_elements_are_kept_apart():
    parameters = SOAP(GaussianOrbitals(3.0, 1, 0, 0.5), (1, 8))
    hydrogen, mixed, oxygen = range(3)
    found = power_spectrum(graph_of(Atoms("O"), parameters), parameters)[0]
    assert found[oxygen] > 0.1
    assert found[hydrogen] == found[mixed] == 0


def test_a_feature_of_two_functions_counts_twice_in_the_kernel():
    parameters = SOAP(GaussianOrbitals(3.0, 2, 1, 0.5), (29,))
    assert multiplicity(parameters).tolist() == [1, 2, 1, 1, 2, 1]
    graph = graph_of(rattled(bulk("Cu") * 2), parameters)
    p = power_spectrum(graph, parameters)
    full = []  # the sum over all n and n', which (3) means
    for l in (0, 3):
        full += [p[:, l], p[:, l + 1], p[:, l + 1], p[:, l + 2]]
    full = torch.stack(full, dim=1)
    full = full / full.norm(dim=1, keepdim=True)
    unit = soap(graph, parameters)
    torch.testing.assert_close(kernel(unit, unit, 2), (full @ full.T) ** 2)


def test_the_kernel_of_an_atom_with_itself_is_one_and_with_others_less():
    parameters = KINDS["points, fading"]((1, 6, 8))
    p = soap(graph_of(rattled(molecule("CH3OH")), parameters), parameters)
    k = kernel(p, p, 4)
    torch.testing.assert_close(k.diagonal(), torch.ones(6).double())
    assert (k - torch.eye(6)).max() < 1
    assert k.min() >= 0
    assert torch.linalg.eigvalsh(k).min() > -1e-12


# What must not matter ----------------------------------------------------------------------------


@each_system
@each_kind
def test_neither_order_nor_pairs_beyond_the_cutoff_matter(atoms, elements, kind):
    parameters = KINDS[kind](elements)
    graph = graph_of(atoms, parameters)
    expected = soap(graph, parameters)
    order = torch.from_numpy(np.random.default_rng(0).permutation(graph.n_pairs))
    pairs = {name: getattr(graph, name)[order] for name in ("centers", "neighbors", "images")}
    for other in (replace(graph, **pairs), atom_graph(atoms, parameters.cutoff + 1.0)):
        torch.testing.assert_close(soap(other, parameters), expected, rtol=0, atol=1e-13)


@each_kind
def test_a_batch_has_the_rows_of_its_members(kind):
    parameters = KINDS[kind]((1, 6, 8, 29))
    members = (molecule("H2O"), Atoms("Cu"), bulk("Cu"), molecule("CO"), three_elements())
    graphs = [graph_of(atoms, parameters) for atoms in members]
    expected = torch.cat([soap(graph, parameters) for graph in graphs])
    torch.testing.assert_close(soap(collate(graphs), parameters), expected, rtol=0, atol=1e-13)


@each_kind
def test_an_element_that_is_nowhere_adds_zeros_alone(kind):
    few, many = KINDS[kind]((1, 8)), KINDS[kind]((1, 6, 8))
    graph = graph_of(molecule("H2O"), few)
    found, names = power_spectrum(graph, many), many.names()
    kept = [n for n, name in enumerate(names) if "C" not in name]
    torch.testing.assert_close(found[:, kept], power_spectrum(graph, few), rtol=1e-13, atol=0)
    assert found[:, [n for n, name in enumerate(names) if "C" in name]].abs().max() == 0


def test_a_cell_and_its_supercell_have_the_same_surroundings():
    parameters = KINDS["points, fading"]((1, 8, 29))
    small = soap(graph_of(three_elements(), parameters), parameters)
    large = soap(graph_of(three_elements() * (2, 3, 1), parameters), parameters)
    torch.testing.assert_close(large, small.repeat(6, 1), rtol=0, atol=1e-13)


@pytest.mark.parametrize("block", [1, 1000])
@pytest.mark.parametrize("kept", [0, 10**9])
def test_blocks_and_what_they_keep_do_not_matter(block, kept, monkeypatch):
    parameters = KINDS["points, fading"]((1, 8, 29))
    graph = graph_of(three_elements(), parameters)
    whole = derivatives(graph, parameters)
    monkeypatch.setattr(soap_file, "BLOCK", block)
    monkeypatch.setattr(soap_file, "LARGE", block)
    monkeypatch.setattr(soap_file, "KEPT", kept)
    for one, other in zip(whole, derivatives(graph, parameters), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-11)
    torch.testing.assert_close(soap(graph, parameters), whole[0], rtol=1e-10, atol=1e-11)


def derivatives(graph, parameters):
    """Values, the gradient of a weighted sum of them, and the gradient of that one's square."""
    positions = graph.positions.clone().requires_grad_()
    values = soap(replace(graph, positions=positions), parameters)
    weights = torch.linspace(-1, 1, values.numel(), dtype=torch.float64).view_as(values)
    (slope,) = torch.autograd.grad((weights * values).sum(), positions, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.square().sum(), positions)
    return values.detach(), slope.detach(), curvature


@each_kind
def test_without_gradients_the_values_are_the_same(kind):
    parameters = KINDS[kind]((1, 8, 29))
    graph = graph_of(three_elements(), parameters)
    with torch.no_grad():
        silent = soap(graph, parameters)
    positions = graph.positions.clone().requires_grad_()
    loud = soap(replace(graph, positions=positions), parameters).detach()
    torch.testing.assert_close(silent, loud, rtol=0, atol=0)


@each_kind
def test_single_precision_keeps_six_digits(kind):
    parameters = KINDS[kind]((1, 8, 29))
    graph = graph_of(three_elements(), parameters)
    single = soap(graph.to(dtype=torch.float32), parameters)
    assert single.dtype == torch.float32
    assert (single.double() - soap(graph, parameters)).abs().max() < 1e-6


# Derivatives and laws ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "radial",
    [
        GaussianOrbitals(2.5, 2, 2, 0.5),
        Polynomials(2.5, 2, 2, 0.5),
        SineBessel(2.5, 2, 2, 0.5),
        RadialPoints(2.5, 2, 2, 0.5),
    ],
    ids=lambda radial: type(radial).__name__,
)
def test_first_and_second_derivatives_are_those_of_finite_differences(radial):
    parameters = SOAP(radial, (1, 8), transition=0.5)
    graph = graph_of(rattled(molecule("H2O"), seed=3), parameters)

    def values(positions):
        return soap(replace(graph, positions=positions), parameters)

    positions = graph.positions.clone().requires_grad_()
    assert torch.autograd.gradcheck(values, positions, fast_mode=True)
    assert torch.autograd.gradgradcheck(values, positions, fast_mode=True)


class Quadratic:
    """E_i = w·p̂ + (v·p̂)², with numbers w and v that are not equal by any symmetry."""

    def __init__(self, parameters: SOAP):
        self.parameters, self.cutoff = parameters, parameters.cutoff
        weights = np.random.default_rng(7).normal(size=(2, parameters.n_features))
        self.w, self.v = torch.from_numpy(weights)

    def __call__(self, graph):
        p = soap(graph, self.parameters)
        return p @ self.w + (p @ self.v) ** 2


FRAMES = {"tiny skewed cell": three_elements(), "molecule": molecule("CH3OH")}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("kind", FADING)
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_potential_made_of_it_obeys_the_law(law, kind, frame):
    atoms = FRAMES[frame]
    elements = tuple(sorted(set(atoms.numbers.tolist())))
    verdict = law(Quadratic(KINDS[kind](elements)), atoms)
    assert verdict.passed, str(verdict)


@pytest.mark.parametrize("kind", FADING)
def test_it_is_smooth_where_the_fading_starts_too(kind):
    parameters = KINDS[kind]((1, 6, 8))
    start = parameters.radial.cutoff - parameters.transition
    if start > 0:
        verdict = smoothness(Quadratic(parameters), molecule("CH3OH"), radius=start)
        assert verdict.passed, str(verdict)


@pytest.mark.parametrize("radial", [GaussianOrbitals(3.0, 3, 3, 0.5), RadialPoints(3.0, 4, 3, 0.5)])
def test_without_fading_there_is_a_step_at_the_cutoff(radial):
    verdict = smoothness(Quadratic(SOAP(radial, (1, 6, 8))), molecule("CH3OH"))
    assert not verdict.passed


# What may go wrong -------------------------------------------------------------------------------


@each_kind
def test_an_atom_alone_has_a_unit_vector_and_no_slope(kind):
    parameters = KINDS[kind]((1, 29))
    for part in derivatives(graph_of(Atoms("Cu"), parameters), parameters):
        assert part.isfinite().all()
    assert derivatives(graph_of(Atoms("Cu"), parameters), parameters)[0].norm() == pytest.approx(1)


def test_two_atoms_on_the_cutoff_do_not_see_each_other():
    parameters = KINDS["points, fading"]((29,))
    on_it = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 3.0]])
    alone = soap(graph_of(Atoms("Cu"), parameters), parameters)
    wide = soap(atom_graph(on_it, 4.0), parameters)
    torch.testing.assert_close(wide, alone.repeat(2, 1), rtol=0, atol=0)


def test_orbitals_see_a_neighbour_beyond_their_cutoff_while_it_reaches_in():
    parameters = KINDS["orbitals"]((29,))
    values = []
    for away in (3.0, 3.0 + 3.71 * 0.5, 3.0 + 3.72 * 0.5):
        atoms = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, away]])
        values.append(power_spectrum(atom_graph(atoms, 6.0), parameters)[0])
    alone = power_spectrum(graph_of(Atoms("Cu"), parameters), parameters)[0]
    assert (values[0] - alone).abs().max() > 1e-2
    assert 0 < (values[1] - alone).abs().max() < 1e-3  # the small step that is left
    assert (values[2] - alone).abs().max() == 0


def test_degrees_up_to_12_are_finite_in_single_precision():
    # An empty slot's neighbour stands 1000 Å away; 1000^12 is still a number there.
    parameters = SOAP(GaussianOrbitals(3.0, 2, 12, 0.5), (1, 8))
    graph = graph_of(molecule("H2O"), parameters).to(dtype=torch.float32)
    positions = graph.positions.requires_grad_()
    values = soap(replace(graph, positions=positions), parameters)
    (slope,) = torch.autograd.grad(values[:, ::7].sum(), positions)
    assert values.isfinite().all()
    assert slope.isfinite().all()


@pytest.mark.parametrize("function", [soap, power_spectrum, density_coefficients])
def test_an_element_that_is_not_known_is_named(function):
    parameters = KINDS["orbitals"]((1, 8))
    with pytest.raises(ValueError, match=r"holds C, but .* knows H, O only"):
        function(graph_of(molecule("CH3OH"), parameters), parameters)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"elements": ()}, "give atomic numbers"),
        ({"elements": (8, 1)}, "each once, rising"),
        ({"elements": (1, 1)}, "each once, rising"),
        ({"elements": (0,)}, "give atomic numbers, such as 29 for copper"),
        ({"elements": (500,)}, "give atomic numbers, such as 29 for copper"),
        ({"transition": -0.1}, r"transition is -0\.1; it must lie between 0 and the cutoff, 3 Å"),
        ({"transition": 3.1}, r"transition is 3\.1; it must lie between 0 and the cutoff, 3 Å"),
        ({"transition": float("nan")}, "transition is nan; it must lie between"),
    ],
)
def test_parameters_without_sense_are_named(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        SOAP(**{"radial": GaussianOrbitals(3.0, 2, 2, 0.5), "elements": (1,)} | given)
