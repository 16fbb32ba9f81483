"""How far a training is: two small files in its folder, to read at any moment from anywhere.

epochs.csv     a line for each epoch, as it ends: number (from 0), training_loss, validation_loss,
               learning_rate, seconds (since the start). A spreadsheet opens it.
progress.json  state, epochs in all, message, and the process that writes with its host and when it
               began; changes with the state

A line is written in one go, or not at all where the disk is full, and the other file replaced
whole, so a kill leaves no half of either; a reader beside a slow disk leaves out a line that has
not ended. A training that is continued takes its epochs from the checkpoint and writes the table
anew before it goes on: it may have fewer lines than before the kill for a while, but never one
twice and never a gap.

    with reported(folder, settings.epochs):
        fit(..., on_start=partial(write_epochs, folder), on_epoch=partial(append_epoch, folder))

    read_progress(folder).history      # in another process, on another machine

Without torch: a notebook that looks on needs none.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from mlp_teach.training.process_list import began, ended
from mlp_teach.training.whole_file import write_whole

EPOCHS, STATE = "epochs.csv", "progress.json"
ASKED = "run.json"  # beside them: what the training is of (asked.py, which needs torch)


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave: losses, the learning rate at its end, seconds since the start."""

    number: int
    training_loss: float
    validation_loss: float
    learning_rate: float
    seconds: float


COLUMNS = tuple(field.name for field in fields(Epoch))
STATES = ("running", "stopped", "failed", "finished")  # those that a training writes


class ProgressError(ValueError):
    """A file of progress that cannot be read; the message says which and what to do."""


@dataclass(frozen=True)
class Progress:
    """What `read_progress` finds.

    The state is "waiting" (nothing written yet), "running", "gone" (the process on this computer
    that should be running is not), "stopped" (by Ctrl-C or a polite signal), "failed" or
    "finished". A training that stops early finishes with fewer epochs than it may make.
    """

    state: str
    epochs: int = 0  # that it makes at most; 0 for a regression, which has none
    history: tuple[Epoch, ...] = ()
    message: str = ""  # of the error, where it failed
    silent: float = 0.0  # s since it last wrote, by the clocks of disk and reader
    host: str = ""  # of the process that writes
    unheard: str = ""  # why Slurm did not say whether the job lives, where it was asked (job.py)

    @property
    def over(self) -> bool:
        """Whether nothing more will come unless somebody starts it again."""
        return self.state not in ("waiting", "running")


def read_progress(folder: Path | str) -> Progress:
    """The progress of the training that writes to `folder`, whether or not it still runs.

    Raises ProgressError for files that no training wrote.
    """
    folder = Path(folder)
    try:
        told = json.loads((folder / STATE).read_text("utf-8"))
        state, epochs, message = told["state"], told["epochs"], told["message"]
        if state not in STATES or type(epochs) is not int or not isinstance(message, str):
            raise ValueError(f"state {state!r}, epochs {epochs!r}, message {message!r}")
        host = str(told["host"])
        if state == "running" and host == socket.gethostname():
            gone = ended(told["process"], told.get("began", ""))  # older files do not tell
            state = "gone" if gone else state
    except FileNotFoundError:
        return Progress("waiting")
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise ProgressError(
            f"{folder / STATE} tells no progress of a training ({type(error).__name__}: {error}). "
            "Remove it, or look at another folder."
        ) from error
    changed = max(path.stat().st_mtime for path in _written(folder))
    silent = max(0.0, time.time() - changed)
    return Progress(state, epochs, _history(folder), message, silent, host)


def write_state(folder: Path | str, state: str, epochs: int, message: str = "") -> None:
    """Replaces progress.json. Raises OSError if the disk refuses."""
    told = {"state": state, "epochs": epochs, "message": message}
    process = os.getpid()
    told |= {"process": process, "began": began(process), "host": socket.gethostname()}
    write_whole(Path(folder) / STATE, (json.dumps(told) + "\n").encode())


def write_epochs(folder: Path | str, history: Sequence[Epoch]) -> None:
    """Replaces epochs.csv: its head, and a line for each epoch of the history."""
    lines = [",".join(COLUMNS) + "\n", *map(_line, history)]
    write_whole(Path(folder) / EPOCHS, "".join(lines).encode())


def append_epoch(folder: Path | str, epoch: Epoch) -> None:
    """Adds one line to epochs.csv. Raises OSError if the disk refuses; nothing is added then."""
    path, line = Path(folder) / EPOCHS, _line(epoch).encode()
    with open(path, "ab", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        try:
            if file.write(line) != len(line):  # what was left of the disk
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            file.truncate(size)  # or the next line would join a part of this one
            raise OSError(
                error.errno,
                f"{path} could not be written ({error.strerror}). Its lines so far are whole; free "
                "some space, then start the training again",
            ) from error


@contextmanager
def reported(folder: Path | str, epochs: int) -> Iterator[None]:
    """Tells in `folder` that a training runs, and at the end how it ended; errors go on, and none
    is hidden by that of a disk which refuses this file too."""
    write_state(folder, "running", epochs)
    try:
        yield
    except Exception as error:
        with suppress(OSError):
            write_state(folder, "failed", epochs, f"{error}" or type(error).__name__)
        raise
    except BaseException:  # Ctrl-C, or a signal that became SystemExit
        with suppress(OSError):
            write_state(folder, "stopped", epochs)
        raise
    write_state(folder, "finished", epochs)


def _line(epoch: Epoch) -> str:
    return ",".join(map(repr, astuple(epoch))) + "\n"  # repr: a number read back is the same one


def _history(folder: Path) -> tuple[Epoch, ...]:
    path = folder / EPOCHS
    if not path.exists():
        return ()
    try:
        whole = path.read_text("utf-8").rpartition("\n")[0]  # without a line that has not ended
        return tuple(
            Epoch(int(row.pop("number")), **{name: float(value) for name, value in row.items()})
            for row in csv.DictReader(io.StringIO(whole))
        )
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise ProgressError(
            f"{path} has a line that is no epoch ({error}): somebody has changed it. Starting the "
            "training again writes it anew."
        ) from error


def _written(folder: Path) -> list[Path]:
    return [path for path in (folder / EPOCHS, folder / STATE) if path.exists()]
