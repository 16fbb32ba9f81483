"""Active learning against chance: every strategy, five seeds, on three pools and one live system.

    python experiments/active_learning.py formate mlearn_Cu ... --out FOLDER [--seeds 5]

Each run is a folder of the loop: killed and started again, this goes on. When all runs of a system
are there, their learning curves are written to FOLDER/<system>.json, which
mlp_teach/active_learning/recorded/ ships. `ethanol_live` needs tblite. `mlearn_Cu_by_kind` compares
chance with chance that takes equal shares of each kind of structure.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from mlp_teach.active_learning import ethanol_live, pool_systems
from mlp_teach.active_learning.candidates import STRATEGIES, Choose
from mlp_teach.active_learning.loop import Loop
from mlp_teach.active_learning.records import run_of, write_runs

LIVE = ("random", "uncertain", "uncertain_apart")


@dataclass(frozen=True)
class Measurement:
    """What is run for a system: a function of strategy, seed and folder, and the strategies."""

    run: Callable[[Choose, int, Path], Loop]
    strategies: dict[str, Choose]


formate = cache(pool_systems.formate)


def measurement(name: str, out: Path) -> Measurement:
    """Makes the system of this name."""
    if name == "ethanol_live":
        system = ethanol_live.ethanol(out / name)
        known = {strategy: STRATEGIES[strategy] for strategy in LIVE}
        return Measurement(partial(ethanol_live.live_run, system), known)
    if name == "mlearn_Cu_by_kind":
        system = pool_systems.copper()
        known = {"random": STRATEGIES["random"], "by_kind": pool_systems.kinds_in_turn(system.pool)}
        return Measurement(partial(pool_systems.pool_run, system), known)
    if name == "formate":
        system = formate()
    elif name == "formate_strided":
        system = pool_systems.formate_strided(formate())
    else:
        system = pool_systems.SYSTEMS[name]()
    return Measurement(partial(pool_systems.pool_run, system), STRATEGIES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [*pool_systems.SYSTEMS, "mlearn_Cu_by_kind", "ethanol_live"]
    parser.add_argument("systems", nargs="+", choices=names)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    for name in options.systems:
        asked, runs = measurement(name, options.out), []
        for seed in range(options.seeds):  # seed by seed: what is cut off is still balanced
            for strategy, choose in asked.strategies.items():
                started, folder = time.process_time(), options.out / name / f"{strategy}_{seed}"
                asked.run(choose, seed, folder)
                seconds = time.process_time() - started
                runs.append(run_of(folder, name, strategy, seed, seconds))
                error = runs[-1].errors["force_rmse"][-1]
                print(f"{name} {strategy} {seed}: {error:.1f} meV/Å at the end", flush=True)
        write_runs(runs, options.out / f"{name}.json")


if __name__ == "__main__":
    main()
