"""The published n2p2 networks of mlearn, evaluated by plain NumPy: energies, forces, errors.

    python n2p2_networks.py         # rewrites n2p2_networks.npz beside this file, prints errors

It needs numpy and ase, and mlp_teach for the data sets alone. It shares no code with the reader in
mlp_teach/models/n2p2.py: formulas, sorting, scaling, network and derivatives (by the chain rule)
are written here anew, and the forces are held against finite differences of the energy.
README.md says what the files mean.
"""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import ase
import numpy as np
from ase.neighborlist import neighbor_list

from mlp_teach.datasets import load

FOLDER = Path(__file__).parent
BOHR = 0.529177210903  # Å
HARTREE = 27.211386245988  # eV


@dataclass(frozen=True, order=True)
class Function:
    """One symmetry function, in Bohr; its fields are in the order in which n2p2 sorts by them."""

    kind: int  # 2: G2, 3: G4
    cutoff: float
    eta: float
    shift: float
    zeta: float
    sign: float


@dataclass(frozen=True)
class Potential:
    functions: list[Function]
    low: np.ndarray  # of each function in the training data
    high: np.ndarray
    layers: list[tuple[np.ndarray, np.ndarray]]  # weights (in, out) and biases (out)
    reference: float  # Hartree an atom


def read(folder: Path) -> Potential:
    functions, reference = [], 0.0
    for line in (folder / "input.nn").read_text().splitlines():
        match line.split("#")[0].split():
            case ["symfunction_short", _, "2", _, eta, shift, cutoff]:
                functions.append(Function(2, float(cutoff), float(eta), float(shift), 0.0, 0.0))
            case ["symfunction_short", _, "3", _, _, eta, sign, zeta, cutoff]:
                functions.append(
                    Function(3, float(cutoff), float(eta), 0.0, float(zeta), float(sign))
                )
            case ["symfunction_short", *_] as other:
                raise ValueError(f"not written for {other}")
            case ["atom_energy", _, value]:
                reference = float(value)
    table = np.loadtxt(folder / "scaling.data", ndmin=2)
    table = table[np.argsort(table[:, 1])]
    (path,) = folder.glob("weights.*.data")
    return Potential(sorted(functions), table[:, 2], table[:, 3], read_layers(path), reference)


def read_layers(path: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    weights: dict[int, dict[tuple[int, int], float]] = {}
    biases: dict[int, dict[int, float]] = {}
    for line in path.read_text().splitlines():
        match line.split("#")[0].split():
            case [value, "a", _, _, i, layer, j]:
                weights.setdefault(int(layer), {})[int(i) - 1, int(j) - 1] = float(value)
            case [value, "b", _, layer, j]:
                biases.setdefault(int(layer), {})[int(j) - 1] = float(value)
    layers = []
    for layer in sorted(weights):
        shape = tuple(max(index) + 1 for index in zip(*weights[layer], strict=True))
        matrix = np.full(shape, np.nan)
        for index, value in weights[layer].items():
            matrix[index] = value
        bias = np.array([biases[layer][j] for j in range(shape[1])])
        assert np.isfinite(matrix).all()
        layers.append((matrix, bias))
    return layers


def fade(r: np.ndarray, cutoff: float) -> tuple[np.ndarray, np.ndarray]:
    """The cutoff function and its derivative."""
    x = np.pi * np.minimum(r, cutoff) / cutoff
    return 0.5 * (np.cos(x) + 1), -0.5 * np.pi / cutoff * np.sin(x)


def g2(r: np.ndarray, f: Function) -> tuple[np.ndarray, np.ndarray]:
    """Terms of G2 and their derivatives by r_ij."""
    value, slope = fade(r, f.cutoff)
    gauss = np.exp(-f.eta * (r - f.shift) ** 2)
    return gauss * value, gauss * (slope - 2 * f.eta * (r - f.shift) * value)


def g4(sides: np.ndarray, f: Function) -> tuple[np.ndarray, np.ndarray]:
    """Terms of G4 and their derivatives by the sides r_ij, r_ik, r_jk of the triangle."""
    a, b, c = sides
    cosine = np.clip((a**2 + b**2 - c**2) / (2 * a * b), -1, 1)
    by_side = np.stack([1 / b - cosine / a, 1 / a - cosine / b, -c / (a * b)])
    (fa, fb, fc), slopes = fade(sides, f.cutoff)
    gauss = np.exp(-f.eta * (sides**2).sum(0))
    base = 1 + f.sign * cosine
    angular = 2 ** (1 - f.zeta) * base**f.zeta
    turned = 2 ** (1 - f.zeta) * f.zeta * f.sign * base ** (f.zeta - 1)
    fades = fa * fb * fc
    others = np.stack([fb * fc, fa * fc, fa * fb])
    slope = turned * by_side * gauss * fades
    slope += angular * gauss * (slopes * others - 2 * f.eta * sides * fades)
    return angular * gauss * fades, slope


def network(potential: Potential, features: np.ndarray) -> tuple[float, np.ndarray]:
    """Energy of one atom (Hartree) and its derivative by the unscaled features."""
    width = potential.high - potential.low
    x = (features - potential.low) / width
    jacobian = np.diag(1 / width)  # of the current layer's outputs, by the features
    for n, (weights, bias) in enumerate(potential.layers):
        x, jacobian = x @ weights + bias, jacobian @ weights
        if n < len(potential.layers) - 1:
            x = np.tanh(x)
            jacobian = jacobian * (1 - x**2)
    return x[0] + potential.reference, jacobian[:, 0]


def evaluate(potential: Potential, atoms: ase.Atoms) -> tuple[float, np.ndarray]:
    """Energy (eV) and forces (eV/Å)."""
    cutoff = max(f.cutoff for f in potential.functions)
    centre, neighbour, vectors = neighbor_list("ijD", atoms, cutoff * BOHR)
    vectors /= BOHR
    energy, forces = 0.0, np.zeros((len(atoms), 3))
    for i in range(len(atoms)):
        mine = centre == i
        d, who = vectors[mine], neighbour[mine]
        r = np.linalg.norm(d, axis=1)
        j, k = np.triu_indices(len(r), 1)
        across = d[k] - d[j]
        sides = np.stack([r[j], r[k], np.linalg.norm(across, axis=1)])
        near = sides[2] < cutoff
        j, k, across, sides = j[near], k[near], across[near], sides[:, near]
        terms = [g2(r, f) if f.kind == 2 else g4(sides, f) for f in potential.functions]
        own, by_feature = network(potential, np.array([value.sum() for value, _ in terms]))
        energy += own
        by_r, by_sides = np.zeros_like(r), np.zeros_like(sides)
        for weight, (_, slope), f in zip(by_feature, terms, potential.functions, strict=True):
            if f.kind == 2:
                by_r += weight * slope
            else:
                by_sides += weight * slope
        pull = np.zeros_like(d)  # dE_i / d vector
        pull += by_r[:, None] * d / r[:, None]
        np.add.at(pull, j, (by_sides[0] / sides[0])[:, None] * d[j])
        np.add.at(pull, k, (by_sides[1] / sides[1])[:, None] * d[k])
        between = (by_sides[2] / sides[2])[:, None] * across
        np.add.at(pull, k, between)
        np.add.at(pull, j, -between)
        np.add.at(forces, who, -pull)
        forces[i] += pull.sum(0)
    return energy * HARTREE, forces * HARTREE / BOHR


def check_forces(potential: Potential, atoms: ase.Atoms, step: float = 1e-4) -> None:
    """Forces of three atoms against central differences of the energy."""
    _, forces = evaluate(potential, atoms)
    for i in (0, len(atoms) // 2, len(atoms) - 1):
        for axis in range(3):
            energies = []
            for sign in (1, -1):
                moved = atoms.copy()
                moved.positions[i, axis] += sign * step
                energies.append(evaluate(potential, moved)[0])
            difference = -(energies[0] - energies[1]) / (2 * step)
            assert abs(difference - forces[i, axis]) < 1e-5, (i, axis, difference, forces[i, axis])


def main() -> None:
    arrays = {"bohr": np.array(BOHR), "hartree": np.array(HARTREE)}
    for element in ("Cu", "Si"):
        potential = read(FOLDER / "published_nnp" / element)
        frames = load(f"mlearn_{element}", "test")
        check_forces(potential, frames[0])
        results = [evaluate(potential, atoms) for atoms in frames]
        n = np.array([len(atoms) for atoms in frames])
        energies = np.array([energy for energy, _ in results])
        errors = (energies - [atoms.get_potential_energy() for atoms in frames]) / n
        off = np.concatenate(
            [
                forces - atoms.get_forces()
                for (_, forces), atoms in zip(results, frames, strict=True)
            ]
        )
        e_rmse, f_rmse = np.sqrt((errors**2).mean()) * 1e3, np.sqrt((off**2).mean())
        print(
            f"{element}: RMSE {e_rmse:.4f} meV/atom, {f_rmse:.5f} eV/Å; "
            f"mean error {errors.mean() * 1e3:.4f} meV/atom"
        )
        smallest = int(n.argmin())
        arrays[f"{element}_energies"] = energies
        arrays[f"{element}_frame"] = np.array(smallest)
        arrays[f"{element}_forces"] = results[smallest][1]
        arrays[f"{element}_rmse"] = np.array([e_rmse, f_rmse])
    made = [f"{name} {version(name)}" for name in ("numpy", "ase")]
    arrays["versions"] = np.array(", ".join([*made, f"python {platform.python_version()}"]))
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **arrays)


if __name__ == "__main__":
    main()
