"""A sweep: one experiment with some of its entries changed, in all combinations or a list of them.

    variants(path, {"training.learning_rate": [1e-3, 3e-3], "model.layers": [2, 3]})    four runs

The table is sorted by errors on the validation part. Whoever picks the best of many by the test
part has learnt from it, and reports an error that new structures will not show.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import product
from pathlib import Path

from mlp_teach.training.experiment_file import experiment_of, read_table
from mlp_teach.training.many_runs import Failure, Finished, Run
from mlp_teach.training.whole_file import write_whole

FILE = "sweep.json"
LONGEST = 200  # bytes of a folder's name; systems take 255
Changes = dict[str, object]  # "table.entry" of the TOML file: value


def read_changes(text: str) -> tuple[str, list]:
    """The entry and the values of "table.entry=value,value,...", values as in TOML.

    A word without quotes is a text. Raises ValueError for what reads otherwise.
    """
    name, equals, values = text.partition("=")
    if not equals or not re.fullmatch(r"[\w-]+(\.[\w-]+)+", name.strip()):
        raise ValueError(
            f"{text!r} should read TABLE.ENTRY=VALUE,VALUE: training.learning_rate=1e-3,3e-3"
        )
    try:
        found = tomllib.loads(f"values = [{values}]")["values"]
    except tomllib.TOMLDecodeError as error:
        found = [one.strip() for one in values.split(",")]
        if not all(re.fullmatch(r"[A-Za-z][\w.:-]*", one) for one in found):
            raise ValueError(f"{values!r} are no values of a TOML file: {error}.") from error
    if not found:
        raise ValueError(f"{text!r} has no values; give one at least.")
    return name.strip(), found


def combinations(values: Mapping[str, Sequence]) -> list[Changes]:
    """Every value of one entry with every value of the others; the last entry changes fastest."""
    return [dict(zip(values, one, strict=True)) for one in product(*values.values())]


def side_by_side(values: Mapping[str, Sequence]) -> list[Changes]:
    """The first values together, then the second, and so on. Raises ValueError for other counts."""
    counts = {name: len(listed) for name, listed in values.items()}
    if len(set(counts.values())) > 1:
        raise ValueError(f"Values side by side must be equally many; there are {counts}.")
    return [dict(zip(values, one, strict=True)) for one in zip(*values.values(), strict=True)]


def variants(path: Path | str, changes: Sequence[Changes]) -> list[Run]:
    """The experiment of a file with each set of changes; the name of a run says what was changed.

    Raises ExperimentError for entries and values that the experiment does not know.
    """
    table, found = read_table(path), []
    for change in changes:
        changed = deepcopy(table)
        for name, value in change.items():
            _set(changed, name, value)
        found.append(Run(name_of(change), experiment_of(changed, path)))
    return found


def name_of(change: Changes) -> str:
    """Such as "learning_rate=0.001,layers=2", fit for a folder."""
    last = [name.rpartition(".")[2] for name in change]
    names = last if len(set(last)) == len(last) else list(change)
    parts = [f"{name}={_plain(value)}" for name, value in zip(names, change.values(), strict=True)]
    name = re.sub(r"[^\w.,=+-]+", "_", ",".join(parts))
    if len(name.encode()) <= LONGEST:
        return name
    end = hashlib.sha256(name.encode()).hexdigest()[:12]  # two long ones must not become one
    return f"{name.encode()[: LONGEST - 13].decode(errors='ignore')}_{end}"


def write_sweep(
    folder: Path | str, changes: Sequence[Changes], answers: Sequence[Finished | Failure]
) -> Path:
    """Writes sweep.json: for each run what was changed, and its errors or why it has none."""
    rows = [
        {"changes": change, "folder": answer.name}
        | (
            {"failed": f"{answer.kind}: {answer.message}"}
            if isinstance(answer, Failure)
            else {"errors": answer.errors, "cpu_seconds": answer.cpu_seconds}
        )
        for change, answer in zip(changes, answers, strict=True)
    ]
    path = Path(folder) / FILE
    write_whole(path, (json.dumps({"runs": rows}, indent=1) + "\n").encode())
    return path


def table(answers: Sequence[Finished | Failure]) -> str:
    """MAE of the validation and the test part, the best on the validation part first.

    Judged by the forces (meV/Å) where there are any, otherwise by energies (meV/atom).
    """
    finished = [one for one in answers if isinstance(one, Finished)]
    width = max(len(one.name) for one in answers)
    lines = [
        f"{'':{width}}  {'validation':>19}  {'test':>19}  {'CPU':>6}",
        f"{'':{width}}  {'meV/atom':>9} {'meV/Å':>9}  {'meV/atom':>9} {'meV/Å':>9}  {'s':>6}",
    ]
    for one in sorted(finished, key=_validation):
        numbers = "  ".join(
            f"{_mae(one, part, 'energy')} {_mae(one, part, 'forces')}"
            for part in ("validation", "test")
        )
        lines.append(f"{one.name:{width}}  {numbers}  {one.cpu_seconds:6.0f}")
    lines += [f"{x.name:{width}}  {x.kind}: {x.message}" for x in answers if isinstance(x, Failure)]
    return "\n".join(lines)


def _validation(one: Finished) -> float:
    errors = one.errors.get("validation") or one.errors["training"]
    return errors.get("forces", errors.get("energy"))["mae"]


def _mae(one: Finished, part: str, name: str) -> str:
    errors = one.errors.get(part, {}).get(name)
    return f"{errors['mae']:9.3f}" if errors else f"{'-':>9}"


def _set(table: dict, name: str, value: object) -> None:
    *path, last = name.split(".")
    if path[:1] in (["result"], ["learning_curve"]):
        raise ValueError(f"{name} is nothing that a training reads; choose another entry.")
    for step in path:
        table = table.setdefault(step, {})
        if not isinstance(table, dict):
            raise ValueError(f"{name} names an entry of {step!r}, which is no table.")
    table[last] = value


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace(" ", "")
