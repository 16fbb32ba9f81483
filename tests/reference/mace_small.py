"""A small model file as mace-torch saves it, and what it says, for tests/models/test_mace_torch.py.

Run it in an environment of its own (see README.md here), after mace_models.py:

    OMP_NUM_THREADS=1 python mace_small.py          # rewrites mace_small.model and mace_small.npz
"""

import numpy as np
import torch
from mace_models import HERE, MODELS, answer, model, structures

SMALL = {
    "hidden_irreps": "3x0e + 3x1o",
    "max_ell": 1,
    "correlation": 2,
    "num_bessel": 4,
    "radial_MLP": [5],
    "MLP_irreps": "2x0e",
}
NAMES = ("CH3CH2OH", "HCN", "triclinic", "alone")


def main() -> None:
    torch.set_default_dtype(torch.float64)
    MODELS["small"] = SMALL
    made = model("small")
    stored = {}
    for name in NAMES:
        for part, value in answer(made, structures()[name]).items():
            stored[f"{name}/{part}"] = value
    np.savez_compressed(HERE / "mace_small.npz", **stored)
    torch.save(made, HERE / "mace_small.model")  # as mace_run_train does


if __name__ == "__main__":
    main()
