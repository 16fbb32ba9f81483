"""Spherical harmonics, coupling coefficients and rotation matrices of e3nn, for tests/basis.

Run it in an environment of its own (see README.md here):

    OMP_NUM_THREADS=1 python e3nn_tables.py          # rewrites e3nn_tables.npz
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from e3nn import o3

HERE = Path(__file__).parent
L_MAX = 4
TRIPLES = ((2, 3, 5), (3, 3, 6), (5, 2, 3), (6, 3, 3))  # and all up to L_MAX


def triples() -> list[tuple[int, int, int]]:
    """All that couple: no side longer than the two others together."""
    ls = range(L_MAX + 1)
    every = [(a, b, c) for a in ls for b in ls for c in ls if abs(a - b) <= c <= a + b]
    return every + list(TRIPLES)


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(2019)
    vectors = torch.cat([torch.randn(12, 3), torch.eye(3), -torch.eye(3)])
    vectors /= vectors.norm(dim=1, keepdim=True)
    angles = torch.stack(o3.rand_angles(5), dim=1)
    turns = o3.angles_to_matrix(*angles.T)
    stored = {"vectors": vectors, "angles": angles, "rotations": turns}
    for l in range(L_MAX + 1):
        stored[f"harmonics/{l}"] = o3.spherical_harmonics(
            l, vectors, normalize=True, normalization="component"
        )
        stored[f"wigner_D/{l}"] = o3.wigner_D(l, *angles.T)
    for triple in triples():
        stored["wigner_3j/" + "_".join(map(str, triple))] = o3.wigner_3j(*triple)
    index = {
        "l_max": L_MAX,
        "triples": triples(),
        "versions": {
            "e3nn": version("e3nn"),
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
    }
    arrays = {name: value.numpy() for name, value in stored.items()}
    np.savez_compressed(HERE / "e3nn_tables.npz", index=json.dumps(index), **arrays)


if __name__ == "__main__":
    main()
