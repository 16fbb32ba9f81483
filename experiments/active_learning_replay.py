"""The run that the replay of lesson 12 shows, from the folders of experiments/active_learning.py.

    python experiments/active_learning_replay.py FOLDER/mlearn_Cu

One run is shown round by round, seed 0 of choosing the most uncertain; the curves are those of all
seeds. The map is that of the structures' mean SOAP vectors. Writes
mlp_teach/active_learning/replays/mlearn_Cu.json.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from mlp_teach.active_learning.journal import as_atoms, read_journal
from mlp_teach.active_learning.loop import JOURNAL
from mlp_teach.active_learning.records import curves, run_of
from mlp_teach.active_learning.replay import REPLAYS, Curve, map_of, replay_of, write_replay
from mlp_teach.active_learning.selection import mean_features
from mlp_teach.basis.radial import GaussianOrbitals
from mlp_teach.datasets import load
from mlp_teach.descriptors.soap import SOAP, soap
from mlp_teach.labelling.store import key_of
from mlp_teach.neighbors import atom_graph

SHOWN, SEEDS = "uncertain", range(5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the runs of mlearn_Cu")
    folder = parser.parse_args().folder
    pool = load("mlearn_Cu", "train")
    lines = read_journal(folder / f"{SHOWN}_0" / JOURNAL)
    index = {key_of(atoms, {}): number for number, atoms in enumerate(pool)}
    at_first = next(line for line in lines if line["event"] == "chosen")["structures"]
    made = replay_of(
        lines,
        title="Cu",
        error="force_rmse",
        error_name="RMSE",
        unit="meV/Å",
        places=places(pool),
        first=[index[key_of(as_atoms(data), {})] for data in at_first],
        active=curve(folder, SHOWN),
        random=curve(folder, "random"),
    )
    write_replay(made, REPLAYS / "mlearn_Cu.json")


def places(pool: list) -> np.ndarray:
    """The descriptor of the run's model (pool_systems.copper), averaged over each structure."""
    parameters = SOAP(GaussianOrbitals(5.0, 6, 4, 0.5), (29,), transition=1.0)
    graphs = (atom_graph(atoms, parameters.cutoff) for atoms in pool)
    with torch.no_grad():
        rows = [mean_features(soap(graph, parameters), graph) for graph in graphs]
    return map_of(torch.cat(rows).numpy())


def curve(folder: Path, strategy: str) -> Curve:
    """The errors of all seeds."""
    runs = [run_of(folder / f"{strategy}_{k}", "mlearn_Cu", strategy, k, 0.0) for k in SEEDS]
    labels, errors = curves(runs, strategy, "force_rmse")
    return Curve(labels.astype(int), errors)


if __name__ == "__main__":
    main()
