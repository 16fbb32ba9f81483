"""The loop: what it writes down, when it stops, what it refuses; other models than GAP in it."""

import json
from dataclasses import replace
from functools import partial
from shutil import copytree

import numpy as np
import pytest
import torch
from ase.build import bulk

from mlp_teach.active_learning.candidates import Candidates, by_chance, by_distance
from mlp_teach.active_learning.explore import Dynamics, deviations, explore_by
from mlp_teach.active_learning.journal import Journal, JournalError, read_journal
from mlp_teach.active_learning.loop import rounds_of, run_loop
from mlp_teach.active_learning.pool import HiddenLabels, look_in, without_labels
from mlp_teach.active_learning.run_settings import SettingsError
from mlp_teach.active_learning.stop import Stop
from mlp_teach.labelling.methods import EMT, LabelError
from mlp_teach.training.experiment import make_data
from mlp_teach.training.fit import Settings, fit
from mlp_teach.training.lock import InUseError, alone_in
from tests.active_learning.small_loop import COPPER, frames, pool_loop
from tests.training.small_data import FUNCTIONS, BehlerParrinello


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("done")
    return folder, pool_loop(folder)


def lines(folder) -> list[dict]:
    return read_journal(folder / "run" / "journal.jsonl")


def test_a_run_labels_what_it_chose_and_nothing_twice(done):
    folder, loop = done
    assert loop.reason == "5 rounds are done."
    assert len(loop.frames) == 4 - 1 + 5 * 3
    assert len(set((folder / "calls").read_text().splitlines())) == 4 + 5 * 3
    assert [one.labels for one in loop.rounds] == [0, 3, 6, 9, 12, 15, 18]
    names = [name for one in loop.rounds for name in one.names]
    assert len(names) == len(set(names)) == 15
    assert not set(names) & {0, 1, 2, 3}


def test_a_label_that_failed_is_noted_and_the_run_goes_on(done):
    folder, loop = done
    assert loop.failures == [
        "round 0, structure 2: NotConvergedError: The density did not converge in 3 cycles."
    ]
    assert lines(folder)[2]["failures"][0]["kind"] == "NotConvergedError"


def test_the_most_uncertain_were_chosen_and_the_journal_says_so(done):
    folder, loop = done
    for line in [one for one in lines(folder) if one["event"] == "chosen"][1:]:
        scores = dict(zip(line["candidates"], line["scores"], strict=True))
        best = sorted(scores, key=scores.get, reverse=True)[:3]
        assert set(line["names"]) == set(best)
        assert line["why"] == "Those that the models are least sure of."
        assert len(scores) == 40 - 4 - 3 * (line["round"] - 1)
        assert line["seed"] == [0, line["round"]]
    assert {"torch", "ase", "python"} <= lines(folder)[0]["versions"].keys()
    assert rounds_of(lines(folder))[1:] == loop.rounds[1:]


def test_called_again_it_reads_and_goes_on_if_more_rounds_are_allowed(done, tmp_path):
    short = pool_loop(tmp_path, 2)
    calls = len((tmp_path / "calls").read_text().splitlines())
    again = pool_loop(tmp_path, 2)
    assert [one.positions.tolist() for one in again.frames] == [
        one.positions.tolist() for one in short.frames
    ]
    assert torch.equal(again.models.weights, short.models.weights)
    assert len((tmp_path / "calls").read_text().splitlines()) == calls
    longer, (_, whole) = pool_loop(tmp_path, 5), done
    assert longer.rounds[1:] == whole.rounds[1:]
    assert torch.equal(longer.models.weights, whole.models.weights)


def test_called_again_once_it_has_stopped_it_decides_nothing(done, tmp_path):
    """As after a kill between its last word and its end."""
    copytree(done[0], tmp_path, dirs_exist_ok=True)
    told, before = [], [line for line in lines(tmp_path) if line["event"] != "opened"]
    again = pool_loop(tmp_path, on_round=told.append)
    assert [line for line in lines(tmp_path) if line["event"] != "opened"] == before
    assert (again.reason, again.rounds) == (done[1].reason, done[1].rounds)
    assert told == again.rounds[-1:]


def test_another_seed_chooses_otherwise(done, tmp_path):
    pool_loop(tmp_path, 2, choose=by_chance)
    pool_loop(tmp_path / "other", 2, choose=by_chance, seed=1)
    first, second = (
        [line["names"] for line in lines(one) if line["event"] == "chosen" and line["round"]]
        for one in (tmp_path, tmp_path / "other")
    )
    assert first != second


def test_other_settings_are_refused_and_named(done):
    folder, _ = done
    before = (folder / "run" / "journal.jsonl").read_bytes()
    for changed, named in (
        ({"seed": 1}, "seed is 1 now, it was 0"),
        ({"per_round": 4}, "per_round is 4 now, it was 3"),
        (
            {"settings": {"members": 5}},
            "settings: members is 5 now, it was 4",
        ),
        ({"method": EMT()}, 'method.method is "EMT" now, it was "counting"'),
        ({"first": without_labels(frames())[:5]}, "first is"),
    ):
        with pytest.raises(SettingsError, match=named):
            pool_loop(folder, **changed)
    assert (folder / "run" / "journal.jsonl").read_bytes() == before


def test_a_second_process_is_refused(done):
    folder, _ = done
    with alone_in(folder / "run"), pytest.raises(InUseError, match="in use"):
        pool_loop(folder)


def test_a_torn_line_costs_nothing_but_the_line(done, tmp_path):
    _, whole = done
    pool_loop(tmp_path, 2)
    journal = tmp_path / "run" / "journal.jsonl"
    for cut in (3, 300, 3000):
        journal.write_bytes(journal.read_bytes()[:-cut])
        pool_loop(tmp_path, 2)
    calls = (tmp_path / "calls").read_text().splitlines()
    failed = max(calls, key=calls.count)  # what has no label is tried again if that was not noted
    assert all(calls.count(call) == 1 for call in calls if call != failed)
    assert pool_loop(tmp_path, 5).rounds[-1] == whole.rounds[-1]


def test_a_damaged_journal_is_refused(tmp_path):
    pool_loop(tmp_path, 1)
    journal = tmp_path / "run" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"event"', b'"evict"', 1))
    with pytest.raises(JournalError, match="Line 1"):
        pool_loop(tmp_path, 1)


@pytest.fixture
def changed(done, tmp_path):
    """Changes the lines of a copy of the run that is done, and calls it again."""

    def call(change):
        copytree(done[0], tmp_path, dirs_exist_ok=True)
        path = tmp_path / "run" / "journal.jsonl"
        told = [json.loads(line) for line in path.read_text().splitlines()]
        change(told)
        path.write_text("".join(json.dumps(line) + "\n" for line in told))
        return pool_loop(tmp_path)

    return call


def test_a_structure_that_was_changed_in_the_journal_is_noticed(changed):
    def move_an_atom(told):
        choice = [line for line in told if line["event"] == "chosen"][1]
        choice["structures"][0]["positions"][0][0] += 0.01

    with pytest.raises(JournalError, match="Round 1 labelled 3 structures; 2 of them have a label"):
        changed(move_an_atom)


def test_an_energy_that_was_changed_in_the_journal_is_noticed(changed):
    def lower(told):
        [line for line in told if line["event"] == "labelled"][2]["energies"][1] -= 1.0

    with pytest.raises(JournalError, match=r"Round 2 .* their energies are others"):
        changed(lower)


def test_a_journal_without_its_settings_is_refused(changed):
    with pytest.raises(JournalError, match="first line is gone"):
        changed(lambda told: told.pop(0))


def test_a_run_without_any_label_says_why(tmp_path):
    nothing = HiddenLabels("nothing", frames()[:1])
    with pytest.raises(LabelError, match=r"No structure has a label so far\. round 0, structure 0"):
        pool_loop(tmp_path, method=nothing, first=without_labels(frames()[1:4]))


def test_a_full_disk_stops_the_run_and_it_goes_on_later(done, tmp_path, monkeypatch):
    _, whole = done
    add, written = Journal.add, []

    def full(self, event, **facts):
        written.append(event)
        if len(written) == 6:
            raise OSError(28, "No space left on device")
        return add(self, event, **facts)

    monkeypatch.setattr(Journal, "add", full)
    with pytest.raises(OSError, match="No space"):
        pool_loop(tmp_path)
    monkeypatch.undo()
    assert pool_loop(tmp_path).rounds[-1] == whole.rounds[-1]


@pytest.mark.parametrize(
    ("stop", "reason", "asked"),
    [
        (Stop(5, labels=9), "9 labels were asked for", 9),
        (Stop(5, score=50.0), "The largest uncertainty is", 4),
        (Stop(5, error=2.0, error_name="n"), "n is 1, below 2", 13),
        (Stop(0), "0 rounds are done", 4),
        (Stop(99), "no candidate", 40),
    ],
)
def test_it_stops_when_told(tmp_path, stop, reason, asked):
    seen = []
    loop = pool_loop(
        tmp_path,
        stop=stop,
        judge=lambda fit_: {"n": 7.0 - 2 * len(seen)},
        on_round=seen.append,
        choose=by_distance,
    )
    assert reason in loop.reason
    assert len(loop.frames) + len(loop.failures) == asked
    assert [one.number for one in seen] == [one.number for one in loop.rounds[1:]]


def test_first_structures_are_needed(tmp_path):
    with pytest.raises(ValueError, match="no first structures"):
        pool_loop(tmp_path, first=[])
    with pytest.raises(ValueError, match="per_round is 0"):
        pool_loop(tmp_path, per_round=0)


def committee_of_networks(known, seed):
    """Two small networks from different first weights; a training of a second."""
    found = []
    for member in range(2):
        torch.manual_seed(seed + member)
        model = BehlerParrinello(replace(FUNCTIONS, elements=(29,)), hidden=(4,)).double()
        data = make_data(model, known, torch.float64)
        graphs, labels = zip(*data, strict=True)
        model.adapt(graphs, torch.cat([one.energy for one in labels]))
        fit(model, data, data, Settings(epochs=3, batch_size=4, seed=seed + member))
        found.append(model)
    return found


def sizes(structures):
    return np.array([[float(len(one))] for one in structures])


def test_a_committee_of_networks_works_in_a_pool(tmp_path):
    labelled = frames(12)
    pool = without_labels(labelled)
    run = partial(
        run_loop,
        first=pool[:4],
        method=HiddenLabels("shaken copper", labelled),
        train=committee_of_networks,
        explore=look_in(pool, deviations, sizes),
        choose=by_chance,
        stop=Stop(2),
        settings={},
        per_round=2,
    )
    loop = run(tmp_path)
    assert len(loop.frames) == 8
    assert len(loop.models) == 2
    again = run(tmp_path)
    for one, other in zip(loop.models, again.models, strict=True):
        for name, value in one.state_dict().items():
            assert torch.equal(value, other.state_dict()[name])


def test_a_committee_of_networks_explores(tmp_path):
    dynamics = Dynamics((300,), steps=20, timestep_fs=2.0, interval=5)
    explore = explore_by(dynamics, [COPPER], sizes)
    shaken = [bulk("Cu", cubic=True) for _ in range(4)]
    for seed, atoms in enumerate(shaken):
        atoms.rattle(0.1, seed=seed)
    loop = run_loop(
        tmp_path,
        shaken,
        EMT(),
        committee_of_networks,
        explore,
        by_chance,
        stop=Stop(1),
        settings=dynamics.settings(),
        per_round=2,
    )
    assert len(loop.frames) == 6
    assert all("300 K, step" in name for name in loop.rounds[1].names)


def test_candidates_count_by_structures():
    assert len(Candidates([COPPER], [0], np.ones(1), np.ones((1, 2)), np.ones((0, 2)))) == 1
