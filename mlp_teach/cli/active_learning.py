"""mlp-teach active-learning: one run of the loop on a pool whose labels are hidden at first."""

from __future__ import annotations

from math import isnan
from pathlib import Path


def active_learning(options) -> None:
    from mlp_teach.active_learning.candidates import STRATEGIES
    from mlp_teach.active_learning.pool_systems import SYSTEMS, pool_run

    for what, name, known in (
        ("system", options.system, SYSTEMS),
        ("strategy", options.strategy, STRATEGIES),
    ):
        if name not in known:
            raise ValueError(f"There is no {what} {name!r}; there are: {', '.join(known)}.")
    system = SYSTEMS[options.system]()
    print(f"{len(system.pool)} structures in the pool, {len(system.test)} to test on")
    print("labels   force RMSE   95 % below    largest   most uncertain")
    loop = pool_run(
        system,
        STRATEGIES[options.strategy],
        options.seed,
        options.out,
        rounds=options.rounds,
        on_round=_show,
    )
    print(loop.reason)
    print(f"Every decision stands in {Path(options.out) / 'journal.jsonl'}")


def _show(one) -> None:
    errors = [one.errors[name] for name in ("force_rmse", "force_p95", "force_max")]
    numbers = "".join(f"{error:7.1f} meV/Å" for error in errors)
    asked = "" if isnan(one.largest) else f"   {one.largest:6.3f} eV/Å"  # the last need not
    print(f"{one.labels:6} {numbers}{asked}", flush=True)
