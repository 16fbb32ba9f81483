"""The loop: train, look where the models are unsure, label there, train again; stop when sure.

L. Zhang, D.-Y. Lin, H. Wang, R. Car and W. E, Phys. Rev. Mater. 3, 023804 (2019),
doi:10.1103/PhysRevMaterials.3.023804; Y. Zhang et al., Comput. Phys. Commun. 253, 107206 (2020),
doi:10.1016/j.cpc.2020.107206 (DP-GEN).

    labelled = label(first)
    round k = 1, 2, ...:  models     = train(labelled, seed_k)
                          candidates = explore(models, asked, chance_k)
                          chosen     = choose(candidates, per_round, chance_k)
                          labelled  += label(chosen)

What explores and what labels are arguments: pool.py looks among structures that are there,
explore.py runs molecular dynamics until the models disagree; labels come from any method of
labelling/, or from a set whose labels are hidden until somebody asks.

A run is a folder: `journal.jsonl` with every decision and `labels`, the store. Chance in round k
follows from (seed, k) alone, and a decision is on the disk before anything acts on it. So a run
that was killed at any moment, called again with the same arguments, goes on to the labels that it
would have had; none is made twice. Models are not kept: training again gives the same ones. Where
that takes long, let `train` keep checkpoints (training/fit.py does) under the seed it is given.

bagged_gap.py has a committee of GAPs. One of networks, with explore.deviations for its score:

    def train(frames, seed):
        models = []
        for k in range(seed, seed + 4):
            torch.manual_seed(k)
            models.append(PaiNN((46,), SineWaves(8, 4.5), features=32))
            data = [(atom_graph(atoms, 4.5), labels(atoms)) for atoms in frames]
            experiment.train(models[-1], data[2:], data[:2], Settings(seed=k))
        return models
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from ase import Atoms

from mlp_teach.active_learning.candidates import Candidates, Choose
from mlp_teach.active_learning.journal import Journal, JournalError, as_atoms, as_data
from mlp_teach.active_learning.run_settings import begin, settings_of
from mlp_teach.active_learning.stop import Stop
from mlp_teach.labelling.methods import LabelError, Method
from mlp_teach.labelling.run import Executor, Labelled, label
from mlp_teach.labelling.store import Store
from mlp_teach.training.lock import alone_in

JOURNAL, LABELS = "journal.jsonl", "labels"
SAME = 1e-4  # eV: a label that was made again, on another machine too, differs by less
Models = TypeVar("Models")  # whatever `train` gives: `explore` and `judge` know what to do with it


@dataclass(frozen=True)
class Round:
    """What one round knew and asked for; number 0 is the first structures, before any model."""

    number: int
    labels: int  # that its models were trained on
    errors: dict[str, float]  # of its models, what `judge` said
    largest: float  # score of a candidate, eV/Å; nan if nobody looked
    names: list  # of the candidates that were chosen


@dataclass(frozen=True)
class Loop(Generic[Models]):
    """How a run ended."""

    frames: list[Atoms]  # with labels, in the order of asking
    failures: list[str]  # what has no label, and why
    models: Models  # trained on all frames
    rounds: list[Round]
    reason: str  # why it stopped


def run_loop(
    folder: Path | str,
    first: Sequence[Atoms],
    method: Method,
    train: Callable[[list[Atoms], int], Models],
    explore: Callable[[Models, list[Atoms], np.random.Generator], Candidates],
    choose: Choose,
    *,
    stop: Stop,
    settings: dict,
    per_round: int = 10,
    seed: int = 0,
    judge: Callable[[Models], dict[str, float]] | None = None,
    executor: Executor | None = None,
    on_round: Callable[[Round], None] | None = None,
) -> Loop[Models]:
    """Runs the loop in `folder`, or goes on with it, until `stop` says why.

    `train` gets the labelled structures and a seed, `explore` all structures that were asked for
    (labelled or not) beside the models, `judge` gives errors on structures of its own. `settings`
    says in plain data what the loop cannot see of these functions: a folder that was begun with
    other settings is refused with SettingsError, which names them. `stop` may be another one later.
    A structure whose label fails is noted and the run goes on; LabelError is raised if all do.
    Raises InUseError if another process works in the folder, JournalError for a damaged one, also
    if labels are not those that it tells of, and OSError for a full disk.
    """
    with alone_in(folder) as watched:
        journal = Journal(Path(folder) / JOURNAL)
        begin(journal, settings_of(first, method, per_round, seed, settings), stop, watched)
        run = _Run(journal, method, Store(Path(folder) / LABELS), executor)
        if not journal.of("chosen"):
            _write_choice(journal, 0, list(first), {"why": "the first structures"})
        run.label_all()
        while True:
            if not run.frames:
                raise LabelError(f"No structure has a label so far. {run.failures[0]}")
            number = len(journal.of("chosen"))
            chance = np.random.SeedSequence([seed, number]).spawn(3)
            models = train(run.frames, int(chance[0].generate_state(1)[0]))
            errors = {} if judge is None else judge(models)
            facts = {"labels": len(run.frames), "errors": errors, "seed": [seed, number]}
            reason, candidates = stop.before_looking(number - 1, len(run.asked), errors), None
            if not reason:
                candidates = explore(models, run.asked, np.random.default_rng(chance[1]))
                facts |= _seen(candidates)
                reason = stop.after_looking(candidates.scores)
            if reason:
                _tell(_stopped(journal, {"round": number, "reason": reason, **facts}), on_round)
                return Loop(run.frames, run.failures, models, rounds_of(journal.lines), reason)
            count = min(per_round, len(candidates), stop.labels - len(run.asked))
            chosen = choose(candidates, count, np.random.default_rng(chance[2]))
            facts |= {"chosen": chosen, "names": [candidates.names[i] for i in chosen]}
            facts["why"] = (choose.__doc__ or "").strip().partition("\n")[0]
            line = _write_choice(journal, number, [candidates.structures[i] for i in chosen], facts)
            _tell(line, on_round)
            run.label_all()


class _Run:
    """Labelled structures so far, as the journal and the store have them."""

    def __init__(self, journal: Journal, method: Method, store: Store, executor: Executor | None):
        self.journal, self.method, self.store, self.executor = journal, method, store, executor
        self.asked: list[Atoms] = []
        self.frames: list[Atoms] = []
        self.failures: list[str] = []
        self.rounds = 0  # how many of the journal's choices are in the lists

    def label_all(self) -> None:
        """Labels what the journal says was chosen and nobody has labelled yet."""
        chosen, labelled = self.journal.of("chosen"), self.journal.of("labelled")
        for number in range(self.rounds, len(chosen)):
            structures = [as_atoms(data) for data in chosen[number]["structures"]]
            known = labelled[number] if number < len(labelled) else self._new(number, structures)
            failed = {failure["index"] for failure in known["failures"]}
            good = [atoms for index, atoms in enumerate(structures) if index not in failed]
            self.asked += structures
            found = label(good, self.method, self.store, progress=False)
            _check_told(number, known, found)
            self.frames += found.frames
            self.failures += [
                f"round {number}, structure {one['index']}: {one['kind']}: {one['message']}"
                for one in known["failures"]
            ]
        self.rounds = len(chosen)

    def _new(self, number: int, structures: list[Atoms]) -> dict:
        found = label(structures, self.method, self.store, self.executor, progress=False)
        return self.journal.add(
            "labelled",
            round=number,
            labels=len(found.frames),
            computed=found.computed,
            found=found.found,
            failures=[vars(failure) for failure in found.failures],
            energies=_energies(found),
            cpu_seconds=round(found.cpu_seconds, 3),
        )


def _energies(found: Labelled) -> list[float]:
    return [atoms.get_potential_energy() for atoms in found.frames]


def _check_told(number: int, known: dict, found: Labelled) -> None:
    """Raises JournalError where labels are not those that the journal tells of."""
    told, now = known["energies"], _energies(found)
    if len(told) != len(now) or not np.allclose(told, now, rtol=0, atol=SAME):
        why = f" ({found.failures[0].message})" if found.failures else ""
        raise JournalError(
            f"Round {number} labelled {len(told)} structures; {len(now)} of them have a label now, "
            f"or their energies are others{why}. The journal or the labels were changed after they "
            "were written: bring back what was there, or begin anew in another folder."
        )


def _write_choice(journal: Journal, number: int, structures: list[Atoms], facts: dict) -> dict:
    data = [as_data(atoms) for atoms in structures]
    cpu = round(time.process_time(), 3)
    return journal.add("chosen", round=number, **facts, process_seconds=cpu, structures=data)


def _stopped(journal: Journal, facts: dict) -> dict:
    """The line that says so: the last one, where a run that had stopped was called again."""
    last = [line for line in journal.lines if line["event"] != "opened"][-1]
    same = all(last.get(name) == facts[name] for name in ("round", "reason"))
    return last if last["event"] == "stopped" and same else journal.add("stopped", **facts)


def _seen(candidates: Candidates) -> dict:
    scores = candidates.scores
    return {
        "candidates": candidates.names,
        "scores": [float(f"{score:.4g}") for score in scores],
        "largest": float(scores.max()) if len(scores) else nan,
        "search": candidates.facts,
    }


def rounds_of(lines: list[dict]) -> list[Round]:
    """The rounds of a journal's lines (journal.read_journal); the last is the one that stopped.

    A run that stopped and was allowed more rounds has two lines of one round: the later counts.
    """
    told = {line["round"]: line for line in lines if line["event"] in ("chosen", "stopped")}
    return [_round(line) for line in told.values()]


def _round(line: dict) -> Round:
    get = line.get
    names = get("names", [])
    return Round(line["round"], get("labels", 0), get("errors", {}), get("largest", nan), names)


def _tell(line: dict, on_round: Callable[[Round], None] | None) -> None:
    if on_round is not None:
        on_round(_round(line))
