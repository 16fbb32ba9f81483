"""A loop that is killed again and again ends with the labels it would have had."""

import os
import subprocess
import sys

import pytest

# In a process of its own: its children run the loop in a folder until they are killed at a random
# moment, the next one goes on, and when one comes to its end the following begins a new folder.
KILLED = """
import os, random, signal, sys, tempfile, time
from pathlib import Path
from mlp_teach.active_learning.journal import Journal
from tests.active_learning import small_loop

form = getattr(small_loop, sys.argv[1])

def decisions(folder):
    journal = Journal(folder / "run" / "journal.jsonl")
    told = ("round", "labels", "scores", "names", "structures", "energies", "failures", "reason")
    events = [line for line in journal.lines if line["event"] != "opened"]
    return [[line["event"], *(line.get(name) for name in told)] for line in events]

def stored(folder):
    return {path.stem for path in (folder / "run" / "labels").glob("??/*.json")}

def called(folder):
    log = folder / "calls"
    return log.read_text().splitlines() if log.exists() else []

def new_folder():
    return Path(tempfile.mkdtemp(dir=sys.argv[2]))

alone = new_folder()
started = time.perf_counter()
form(alone)
duration = time.perf_counter() - started
expected, labels = decisions(alone), stored(alone)
moments, kills, whole, twice = random.Random(7), 0, 0, 0
folder = new_folder()
while kills < 20 or not whole:
    kept, before = stored(folder), len(called(folder))
    child = os.fork()
    if child == 0:
        form(folder)
        os._exit(0)
    time.sleep(moments.uniform(0.0, 0.7 * duration) if kills < 20 else 0.0)
    if kills < 20:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    new = called(folder)[before:]
    assert not kept & set(new), "a label that was kept was made again"
    if os.WIFSIGNALED(status):
        kills += 1
        continue
    assert status == 0, "a run that goes on failed"
    assert decisions(folder) == expected, "other decisions than the undisturbed run's"
    assert stored(folder) == labels
    twice += len(called(folder)) - len(set(called(folder)))
    whole += 1
    folder = new_folder()
assert twice <= kills
print(kills, "kills,", whole, "runs came to their end,", twice, "labels in the making were lost")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork to kill without starting anew")
@pytest.mark.parametrize("form", ["pool_loop", "live_loop"])
def test_a_loop_killed_at_twenty_random_moments_makes_the_same_labels(form, tmp_path):
    """All decisions equal to the last bit; no label that was kept is made a second time."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, form, str(tmp_path)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd(), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    assert "20 kills" in done.stdout
