"""Measures a part of the library against a production package and writes the result beside this.

    python benchmarks/compare.py NAME --ours PYTHON --peer PYTHON

NAME is one of comparisons.py. PYTHON is the interpreter of an environment: --ours with mlp_teach,
--peer with the other package. Both sides run as processes with one thread and are asked in turn for
one evaluation each, so that they meet the same machine in the same second; only CPU time counts.
Results: NAME.json, and the tables in README.md. Takes some minutes.
"""

import argparse
import json
import os
import platform
import subprocess
from datetime import date
from pathlib import Path
from statistics import median

from comparisons import COMPARISONS, Comparison

FOLDER = Path(__file__).parent
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
SIDES = ("ours", "peer")
VERSIONS = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"


class Worker:
    """A process that answers lines with JSON."""

    def __init__(self, python: str, script: Path):
        self.process = subprocess.Popen(
            [python, script], stdin=-1, stdout=-1, text=True, env=environment()
        )
        self.tasks = self._answer()

    def ask(self, line: str):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended with {self.process.wait()}; see above.")
        return json.loads(line)


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(FOLDER.parent), os.environ.get("PYTHONPATH", "")])
    return os.environ | ONE_THREAD | {"PYTHONPATH": path}


def summary(seconds: list[float]) -> dict[str, float]:
    return {"least_ms": 1e3 * min(seconds), "median_ms": 1e3 * median(seconds)}


def compared(ours: Worker, peer: Worker, task: str, what: Comparison, repeats: int) -> dict:
    """Both sides in turn; the sums of what they return must agree first."""
    sums = [worker.ask(f"check {task}") for worker in (ours, peer)]
    rounding = what.rounding * max(map(abs, sums[1]))
    for a, b in zip(*sums, strict=True):
        if abs(a - b) > what.agreement * abs(b) + rounding:
            raise SystemExit(f"{task}: the two sides do different work, {a} and {b}")
    times = [(ours.ask(task), peer.ask(task)) for _ in range(repeats + 3)][3:]
    mine, theirs = zip(*times, strict=True)
    return {
        "ours": summary(mine),
        "peer": summary(theirs),
        "ratio_of_least": min(mine) / min(theirs),
        "median_of_ratios": median(a / b for a, b in times),
    }


def alone(worker: Worker, names: list[str], repeats: int) -> dict:
    times = [[worker.ask(name) for name in names] for _ in range(repeats + 3)][3:]
    return {
        name: summary(column) for name, column in zip(names, zip(*times, strict=True), strict=True)
    }


def memory(python: str, script: Path, task: str) -> dict[str, float]:
    """Peak memory (MB) after imports and after a few runs of one task, in a fresh process."""
    worker = Worker(python, script)
    found = worker.ask(f"memory {task}")
    worker.close()
    return found


def one_size(python: str, script: Path, n_atoms: int) -> dict:
    command = [python, script, "--atoms", str(n_atoms)]
    return json.loads(subprocess.run(command, env=environment(), check=True, stdout=-1).stdout)


def versions(python: str, names: tuple[str, ...]) -> str:
    command = [python, "-c", VERSIONS, *names]
    found = subprocess.run(command, check=True, stdout=-1, text=True).stdout.split()
    return ", ".join(f"{name} {number}" for name, number in zip(names, found, strict=True))


def processor() -> str:
    """The processor's own name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), "")


def measure(what: Comparison, ours_python: str, peer_python: str, repeats: int) -> dict:
    our_script, peer_script = FOLDER / what.ours, FOLDER / "peers" / what.peer
    ours, peer = Worker(ours_python, our_script), Worker(peer_python, peer_script)
    result = {
        "date": date.today().isoformat(),
        "machine": f"{processor()}, {os.cpu_count()} cores, {platform.system()}",
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "ours": versions(ours_python, what.our_packages),
        "peer": versions(peer_python, what.peer_packages),
        "compared": {task: compared(ours, peer, task, what, repeats) for task in what.tasks},
        "alone": alone(ours, [t for t in ours.tasks if t not in what.tasks], repeats),
    }
    ours.close()
    peer.close()
    result["memory"] = {
        task: {
            "ours": memory(ours_python, our_script, task),
            "peer": memory(peer_python, peer_script, task),
        }
        for task in what.memory
    }
    result["sizes"] = [one_size(ours_python, our_script, n) for n in what.sizes]
    return result


def in_ms(times: dict[str, float]) -> str:
    return f"{times['least_ms']:.2f} ({times['median_ms']:.2f})"


def tables(what: Comparison, result: dict) -> str:
    machine = f"{result['machine']}; load average {result['load_average']:.1f}"
    lines = [
        f"Measured {result['date']} on: {machine}.",
        f"Ours: {result['ours']}. Peer: {result['peer']}.",
        "",
        f"| {what.heading} | ours | {what.peer_name} | ratio of least | median ratio |",
        "|---|---|---|---|---|",
    ]
    for name, row in result["compared"].items():
        mine, theirs = in_ms(row["ours"]), in_ms(row["peer"])
        ratios = f"**{row['ratio_of_least']:.2f}** | {row['median_of_ratios']:.2f}"
        lines.append(f"| {words(name)} | {mine} | {theirs} | {ratios} |")
    if result["alone"]:
        lines += ["", "| ours alone | CPU ms |", "|---|---|"]
        lines += [f"| {words(name)} | {in_ms(row)} |" for name, row in result["alone"].items()]
    least = {name: row["least_ms"] for name, row in result["alone"].items()}
    if {"forces", "energies"} <= least.keys():
        forces = least["forces"] / least["energies"]
        lines += ["", f"Energies and forces cost **{forces:.2f}** times the energies."]
    return "\n".join([*lines, *memory_table(what, result["memory"]), *size_table(result["sizes"])])


def words(task: str) -> str:
    return task.replace("_", " ")


def memory_table(what: Comparison, rows: dict) -> list[str]:
    if not rows:
        return []
    lines = [
        "",
        f"| peak memory (before the task), MB | ours | {what.peer_name} |",
        "|---|---|---|",
    ]
    for task, row in rows.items():
        both = [f"{row[side]['peak_MB']:.0f} ({row[side]['before_MB']:.0f})" for side in SIDES]
        lines.append(f"| {words(task)} | {both[0]} | {both[1]} |")
    return lines


def size_table(rows: list[dict]) -> list[str]:
    if not rows:
        return []
    lines = [
        "",
        "| atoms | neighbours, µs an atom | energy and forces, µs an atom | peak memory, MB |",
        "|---|---|---|---|",
    ]
    for row in rows:
        each = [1e6 * row[key] / row["atoms"] for key in ("neighbours_s", "energy_and_forces_s")]
        lines.append(f"| {row['atoms']} | {each[0]:.1f} | {each[1]:.0f} | {row['peak_MB']:.0f} |")
    imported = rows[0]["after_import_MB"]
    return [*lines, "", f"Of the memory, {imported:.0f} MB are there before the first graph."]


def write(what: Comparison, result: dict) -> None:
    (FOLDER / f"{what.name}.json").write_text(json.dumps(result, indent=1) + "\n")
    readme = FOLDER / "README.md"
    marker = f"<!-- {what.name} -->\n"
    before, rest = readme.read_text().split(marker)[:2]
    after = rest.split("<!-- end -->", 1)[1]
    readme.write_text(f"{before}{marker}{tables(what, result)}\n<!-- end -->{after}")


def main() -> None:
    known = {comparison.name: comparison for comparison in COMPARISONS}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=known, help="what to compare, see comparisons.py")
    parser.add_argument("--ours", required=True, help="interpreter with mlp_teach")
    parser.add_argument("--peer", required=True, help="interpreter with the other package")
    parser.add_argument("--repeats", type=int, default=25)
    arguments = parser.parse_args()
    what = known[arguments.name]
    result = measure(what, arguments.ours, arguments.peer, arguments.repeats)
    print(tables(what, result))
    write(what, result)


if __name__ == "__main__":
    main()
