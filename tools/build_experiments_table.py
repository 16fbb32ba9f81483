"""The table of experiments/README.md: what each experiment file trains on what, and what came out.

    python tools/build_experiments_table.py            write it
    python tools/build_experiments_table.py --check    say whether it is what the files say

The rows are read from the files; the words around them are here.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "experiments"
WORDS = """# Experiments

Each file here is one training: which data, which model, how long, and, under `[result]`, what came
out, on which machine and when. Run one with `mlp-teach train experiments/NAME.toml --out FOLDER`;
one with several sizes with `mlp-teach learning-curve`. Copy one and change it for a training of
your own ([docs/own_data.md](../docs/own_data.md)).

Errors are mean absolute errors of the test part; where there are several sizes, with the most
frames. Times were measured with other programs beside it. "Not measured": the file waits for a GPU,
and nobody has run it. Small and full sizes are never mixed: files whose names end in `_full` are
the full ones. On copper DimeNet++ stands for DimeNet, whose faster form it is, and
Behler-Parrinello has no `_full` file: seven CPU minutes take all frames there. `active_learning.py`
and `active_learning_replay.py` are the runs of lesson 12.

<!-- made by tools/build_experiments_table.py -->

| file | model | data | frames learnt from | energy, meV/atom | forces, meV/Å | time and memory |
|---|---|---|--:|--:|--:|---|
"""


def row(path: Path) -> str:
    table = tomllib.loads(path.read_text("utf-8"))
    data, result = table["data"], table["result"]
    sizes = table.get("learning_curve", {}).get("frames", [])
    frames = f"{sizes[0]} to {sizes[-1]}" if len(sizes) > 1 else f"{sizes[0]}" if sizes else "all"
    of = f"{data['set']}, some kinds" if "kinds" in data else data["set"]
    model = table["model"]["class"].rpartition(":")[2]
    empty = "-" if "not_measured" in result else "see the file"
    energy, forces = (
        f"{result[name][0]:g}" if name in result else empty
        for name in ("energy_meV_per_atom", "forces_meV_per_A")
    )
    time = "not measured" if "not_measured" in result else result["machine"].partition("; ")[2]
    cells = f"[{path.stem}]({path.name})", model, of, frames, energy, forces, time or "-"
    return f"| {' | '.join(cells)} |"


def page() -> str:
    return WORDS + "\n".join(row(path) for path in sorted(FOLDER.glob("*.toml"))) + "\n"


def main() -> int:
    place = FOLDER / "README.md"
    if sys.argv[1:] == ["--check"]:
        same = place.is_file() and place.read_text("utf-8") == page()
        print(
            "0 problems" if same else f"{place} is not what the files say: run this without --check"
        )
        return 0 if same else 1
    place.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
