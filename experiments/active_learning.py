"""Active learning against chance: every strategy, five seeds, on three pools and one live system.

    python experiments/active_learning.py formate mlearn_Cu ... --out FOLDER [--seeds 5]

Each run is a folder of the loop: killed and started again, this goes on. When all runs of a system
are there, their learning curves are written to FOLDER/<system>.json, which
mlp_teach/active_learning/recorded/ ships. `ethanol_live` needs tblite.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from mlp_teach.active_learning import ethanol_live, pool_systems
from mlp_teach.active_learning.candidates import STRATEGIES
from mlp_teach.active_learning.records import Run, run_of, write_runs

LIVE = ("random", "uncertain", "uncertain_apart")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [*pool_systems.SYSTEMS, "ethanol_live"]
    parser.add_argument("systems", nargs="+", choices=names)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    systems: dict = {}
    for name in options.systems:
        strategies = LIVE if name == "ethanol_live" else tuple(STRATEGIES)
        runs = []
        for seed in range(options.seeds):  # seed by seed: what is cut off is still balanced
            for strategy in strategies:
                runs.append(measured(systems, name, strategy, seed, options.out))
                error = runs[-1].errors["force_rmse"][-1]
                print(f"{name} {strategy} {seed}: {error:.1f} meV/Å at the end", flush=True)
        write_runs(runs, options.out / f"{name}.json")


def measured(systems: dict, name: str, strategy: str, seed: int, out: Path) -> Run:
    """One run; its system is made when it is first needed."""
    if name not in systems:
        systems[name] = (
            ethanol_live.ethanol(out / name)
            if name == "ethanol_live"
            else pool_systems.formate_strided(systems.get("formate"))
            if name == "formate_strided"
            else pool_systems.SYSTEMS[name]()
        )
    started, folder = time.process_time(), out / name / f"{strategy}_{seed}"
    run = ethanol_live.live_run if name == "ethanol_live" else pool_systems.pool_run
    run(systems[name], STRATEGIES[strategy], seed, folder)
    return run_of(folder, name, strategy, seed, time.process_time() - started)


if __name__ == "__main__":
    main()
