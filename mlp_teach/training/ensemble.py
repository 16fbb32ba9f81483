"""An ensemble: the same training several times, with other first weights and batches.

B. Lakshminarayanan, A. Pritzel and C. Blundell, NeurIPS 30 (2017), arXiv:1612.01474. They draw no
subsets of the data, nor do we: all members learn from the same frames and stop by the same others.
Where these leave no choice the members agree, and where they disagree the data do not say; how well
that tells the error is measured by active_learning/ensemble_errors.py.

Member 0 is the experiment as it stands, member k has k more on the seeds of first weights and of
batches (of a GAP: of its sparse points). Weights that are taken from a file are the same for all;
then batches alone make the difference, and the members disagree less.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from torch import nn

from mlp_teach.training.checkpoint import load_model
from mlp_teach.training.experiment import Experiment
from mlp_teach.training.many_runs import Failure, Finished, Run, train_all


def members(experiment: Experiment, count: int) -> list[Run]:
    """`count` runs named member_0 and so on. Raises ValueError for fewer than two."""
    if count < 2:
        raise ValueError(f"An ensemble of {count} cannot disagree; two members are the least.")
    first = experiment.seed if experiment.model_seed is None else experiment.model_seed
    own, found = experiment.training, [Run("member_0", experiment)]
    for k in range(1, count):
        training = replace(own, seed=own.seed + k)
        found.append(
            Run(f"member_{k}", replace(experiment, model_seed=first + k, training=training))
        )
    return found


def train_ensemble(
    experiment: Experiment,
    count: int,
    folder: Path | str,
    executor: Executor | None = None,
    *,
    device: str = "cpu",
    tf32: bool = False,
    progress: bool = True,
) -> list[Finished | Failure]:
    """Trains `count` members, each in a folder of `folder`; errors in meV/atom, meV/Å, GPa.

    The same call again goes on where it was, a larger count adds members. Raises what `members` and
    `train_all` do.
    """
    runs = members(experiment, count)
    return train_all(runs, folder, executor, device=device, tf32=tf32, progress=progress)


def load_ensemble(folder: Path | str, names: Collection[str] | None = None) -> list[nn.Module]:
    """The members that are trained, or those of them that have these names, in double precision:
    what uncertainty.committee asks for.

    Raises FileNotFoundError for a folder with none, CheckpointError for a damaged one.
    """
    found = Path(folder).glob("member_*/model.safetensors")
    # Without copies such as "member_0 (1)".
    members = (path for path in found if re.fullmatch(r"member_\d+", path.parent.name))
    paths = [p for p in sorted(members, key=_number) if names is None or p.parent.name in names]
    if not paths:
        raise FileNotFoundError(
            f"{folder} holds no trained member (member_0/model.safetensors). Make them by "
            "`mlp-teach ensemble`."
        )
    return [load_model(path).double() for path in paths]


def _number(path: Path) -> int:
    return int(path.parent.name.removeprefix("member_"))
