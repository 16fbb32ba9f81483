"""Graphs and labels of an experiment, kept for the next one that asks for the same of its data.

    prepared = Prepared()
    prepared.parts(experiment, model, progress)      made
    prepared.parts(another, model, progress)         made once: members of an ensemble differ by
                                                     seeds alone, which no graph depends on

What is kept is known by all entries of the experiment but those of the training and of the first
weights: other data, another cutoff or another descriptor are made anew, and take the place of the
old. Nothing that trains changes a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from mlp_teach.training.asked import asked
from mlp_teach.training.experiment import Data, Experiment, load_frames, make_data

PARTS = ("training", "validation", "test")
NOT_OF_THE_DATA = ("training", "model_seed", "weights_from")  # entries of `asked`


class Prepared:
    """The graphs and labels that were made last."""

    def __init__(self) -> None:
        self._asked: dict = {}
        self._parts: dict[str, Data] = {}

    def parts(
        self,
        experiment: Experiment,
        model: torch.nn.Module,
        progress: Callable[[Sequence, str], Sequence] = lambda items, what: items,
    ) -> dict[str, Data]:
        """Those of each part; `model` is the experiment's, whose fixed descriptor is evaluated, and
        `progress` is shown the structures. Raises as `load_frames` and `make_data` do."""
        wanted = {k: it for k, it in asked(experiment).items() if k not in NOT_OF_THE_DATA}
        if wanted != self._asked:
            self._asked, self._parts = {}, {}  # memory for one set, not for two
            frames = dict(zip(PARTS, load_frames(experiment), strict=True))
            for name, part in frames.items():
                self._parts[name] = make_data(
                    model, part, experiment.precision, lambda items: progress(items, "graphs")
                )
            self._asked = wanted
        return dict(self._parts)
