"""Paths over known saddles: an atom in two bent valleys, and a copper atom on Cu(100).

The atom's energy is V(x) + ½ k (y - c (x² - 1))² + ½ k z², V'(x) = A (x + 1)(x - s)(x - 1): valleys
at x = ±1, and at x = s a saddle that lies off the straight line between them.
"""

import numpy as np
import pytest
from ase import Atoms
from ase.build import add_adsorbate, fcc100, molecule
from ase.calculators.calculator import Calculator
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms, FixedPlane

from mlp_teach.sampling.equilibrium import NotRelaxedError, relaxed
from mlp_teach.sampling.reaction_path import ReactionPath, _chain, nudged_elastic_band, string

HEIGHT, STIFF, BEND = 4.0, 8.0, 0.5  # A and k in eV/Å^n, c in 1/Å
LENGTH = 10.0  # Å, of the periodic cell
METHODS = [nudged_elastic_band, string]


def valley(x: float, s: float) -> float:
    return HEIGHT * (x**4 / 4 - s * x**3 / 3 - x**2 / 2 + s * x)  # V


class Valleys(Calculator):
    """The first atom feels the two valleys, the others nothing; images of it feel the same."""

    implemented_properties = ("energy", "forces")

    def __init__(self, s: float):
        super().__init__()
        self.s = s

    def get_property(self, name, atoms=None, allow_calculation=True):
        x, y, z = atoms.positions[0]
        x = x - LENGTH * np.round(x / LENGTH)
        off = y - BEND * (x**2 - 1)
        if name != "forces":
            return valley(x, self.s) + STIFF / 2 * (off**2 + z**2)
        forces = np.zeros((len(atoms), 3))
        slope = HEIGHT * (x + 1) * (x - self.s) * (x - 1)
        forces[0] = [2 * BEND * x * STIFF * off - slope, -STIFF * off, -STIFF * z]
        return forces


def ends(first: float = -1.0, last: float = 1.0, **settings) -> tuple[Atoms, Atoms]:
    far = [0.0, 4.0, 0.0]
    return tuple(Atoms("HHe", positions=[[x, 0, 0], far], **settings) for x in (first, last))


def path(method, s: float = 0.0, between: int = 7, **settings) -> ReactionPath:
    goal = 0.05 if method is string else 0.01
    return method(*ends(**settings), lambda: Valleys(s), between, largest_force=goal)


@pytest.mark.parametrize("s", [0.0, 0.3, -0.4])
def test_the_climbing_image_finds_the_saddle(s):
    found = path(nudged_elastic_band, s)
    top = found.images[int(found.energies.argmax())].positions[0]
    assert top == pytest.approx([s, BEND * (s**2 - 1), 0.0], abs=0.005)
    assert found.barrier == pytest.approx(valley(s, s) - valley(-1, s), abs=1e-4)
    assert found.reaction_energy == pytest.approx(valley(1, s) - valley(-1, s), abs=1e-12)
    assert found.largest_force < 0.01


@pytest.mark.parametrize("between", [5, 9, 21])
@pytest.mark.parametrize("s", [0.0, 0.3])
def test_the_string_finds_the_barrier_as_nearly_as_its_images_lie(s, between):
    found = path(string, s, between)
    missing = valley(s, s) - valley(-1, s) - found.barrier
    half_a_step = found.way[-1] / (between + 1) / 2
    assert missing < HEIGHT * (1 - s**2) * half_a_step**2 / 2  # its factor is -V'' at the saddle
    lifted = found.largest_force**2 / (2 * STIFF)  # by the force that is left
    assert missing > -lifted - 1e-9


def test_the_string_has_an_image_on_the_saddle_of_two_equal_valleys():
    found = string(*ends(), lambda: Valleys(0.0), largest_force=0.01)
    assert found.barrier == pytest.approx(HEIGHT / 4, abs=1e-4)
    assert found.reaction_energy == pytest.approx(0.0, abs=1e-12)
    assert np.diff(found.way).std() < 1e-3 * found.way[-1]  # equal distances


def test_both_methods_find_the_same_curve():
    band, chain = (path(method, 0.3, between=15) for method in METHODS)
    curves = [np.array([a.positions[0] for a in found.images]) for found in (band, chain)]
    y = np.interp(curves[0][:, 0], curves[1][:, 0], curves[1][:, 1])
    assert abs(curves[0][:, 1] - y).max() < 0.02
    assert abs(curves[0][:, 1]).max() > 0.4


@pytest.mark.parametrize("method", METHODS)
def test_a_path_goes_through_a_face_of_the_cell_the_short_way(method):
    open_path = path(method, 0.3)
    cell = {"cell": [LENGTH] * 3, "pbc": True}
    found = path(method, 0.3, first=LENGTH - 1, last=1.0, **cell)
    assert found.way[-1] == pytest.approx(open_path.way[-1], abs=0.02)
    assert found.energies == pytest.approx(open_path.energies, abs=0.01)


@pytest.mark.parametrize("method", METHODS)
def test_images_say_where_they_are_and_ends_stay(method):
    first, last = ends()
    found = method(first, last, lambda: Valleys(0.0), 3)
    assert [a.info["number"] for a in found.images] == [0, 1, 2, 3, 4]
    assert [a.info["way"] for a in found.images] == pytest.approx(found.way)
    assert {a.info["sampler"] for a in found.images} == {method.__name__}
    assert {a.calc for a in found.images} == {None}
    assert (found.images[0].positions == first.positions).all()
    assert (found.images[-1].positions == last.positions).all()
    calculator = Valleys(0.0)
    energies = [calculator.get_potential_energy(a) for a in found.images]
    assert found.energies == pytest.approx(energies)
    steps = [
        np.linalg.norm(b.positions - a.positions)
        for a, b in zip(found.images, found.images[1:], strict=False)
    ]
    assert np.diff(found.way) == pytest.approx(steps)


def test_one_calculator_for_all_images_is_refused_in_words():
    chain = getattr(_chain, "__wrapped__", _chain)  # a user has no checks of types around it
    with pytest.raises(ValueError, match=r"a new calculator for each image: give EMT"):
        chain(*ends(), EMT(), 5)


@pytest.fixture(scope="module")
def hop() -> ReactionPath:
    slab = fcc100("Cu", (3, 3, 4), vacuum=8.0)
    slab.set_constraint(FixAtoms([a.index for a in slab if a.tag > 2]))
    first = slab.copy()
    add_adsorbate(first, "Cu", 1.7, "hollow")
    last = first.copy()
    last.positions[-1] += slab.cell[0] / 3
    first, last = (relaxed(a, EMT()) for a in (first, last))
    return nudged_elastic_band(first, last, EMT, between=5)


def test_a_copper_atom_hops_over_the_bridge(hop):
    """By symmetry the saddle is the bridge: there an atom relaxes that may move sideways only in
    the mirror plane, with no path at all. It lies 0.4201 eV above the hollow (ASE 3.29, EMT; to
    0.001 eV/Å). Electrons say 0.69 eV: C. Lee et al., Surf. Sci. 306, L575 (1994)."""
    slab = fcc100("Cu", (3, 3, 4), vacuum=8.0)
    add_adsorbate(slab, "Cu", 1.7, "bridge")
    fixed = FixAtoms([a.index for a in slab if a.tag > 2])
    slab.set_constraint([fixed, FixedPlane(len(slab) - 1, [1, 0, 0])])
    bridge = relaxed(slab, EMT(), 0.001)
    bridge.calc = EMT()
    assert abs(bridge.get_forces(apply_constraint=False)[-1]).max() < 0.001  # a stationary point
    assert bridge.get_potential_energy() - hop.energies[0] == pytest.approx(0.4201, abs=0.0005)
    assert hop.barrier == pytest.approx(0.4201, abs=0.001)
    assert hop.reaction_energy == pytest.approx(0.0, abs=0.001)
    assert hop.energies.argmax() == 3
    x = [a.positions[-1, 0] for a in hop.images]
    assert x[3] == pytest.approx((x[0] + x[-1]) / 2, abs=0.01)


def test_fixed_atoms_stay_and_the_others_make_way(hop):
    fixed = hop.images[0].constraints[0].index
    moves = np.array([abs(a.positions - hop.images[0].positions).max(1) for a in hop.images])
    assert len(fixed) == 18
    assert (moves[:, fixed] == 0).all()
    assert np.delete(moves[3], fixed)[:-1].max() > 0.01


def test_the_string_leaves_fixed_atoms_where_they_are():
    first, last = ends()
    for end in (first, last):
        end.set_constraint(FixAtoms([1]))
    found = string(first, last, lambda: Valleys(0.0), 3)
    assert all((a.positions[1] == first.positions[1]).all() for a in found.images)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_no_path_is_refused_in_words(method):
    first, last = ends()
    with pytest.raises(ValueError, match="same atoms in the same order"):
        method(first, molecule("H2O"), EMT)
    with pytest.raises(ValueError, match="same atoms in the same order"):
        method(first, last[[1, 0]], EMT)
    with pytest.raises(ValueError, match="same cell"):
        method(first, ends(cell=[9, 9, 9])[1], EMT)
    with pytest.raises(ValueError, match="no way from one to the other"):
        method(first, first, lambda: Valleys(0.0))
    with pytest.raises(ValueError, match="between is 0"):
        method(first, last, EMT, between=0)
    with pytest.raises(ValueError, match=r"largest_force is -1\.0"):
        method(first, last, lambda: Valleys(0.0), largest_force=-1.0)
    with pytest.raises(NotRelaxedError, match=r"After 2 steps .* not 0\.001\. Allow more steps"):
        method(first, last, lambda: Valleys(0.0), largest_force=0.001, steps=2)
