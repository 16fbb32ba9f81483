"""Measures our symmetry functions against DScribe's and writes the result beside this file.

    python benchmarks/compare.py --ours PYTHON --peer PYTHON

PYTHON is the interpreter of an environment: --ours with mlp_teach, --peer with dscribe. Both sides
run as processes with one thread and are asked in turn for one evaluation each, so that they meet
the same machine in the same second; only CPU time counts. Results: symmetry_functions.json, and the
tables in README.md. Takes about two minutes.
"""

import argparse
import json
import os
import platform
import subprocess
from datetime import date
from pathlib import Path
from statistics import median

FOLDER = Path(__file__).parent
RESULT = FOLDER / "symmetry_functions.json"
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
COMPARED = ("G2", "G2+G4", "G2+G5")
SIZES = (256, 1024, 4096, 16384)
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


def compared(ours: Worker, peer: Worker, name: str, repeats: int) -> dict:
    """Both sides in turn; the sums of all features must agree first."""
    sums = [worker.ask(f"check {name}") for worker in (ours, peer)]
    for a, b in zip(*sums, strict=True):
        if abs(a - b) > 1e-9 * abs(b):
            raise SystemExit(f"{name}: the two sides do different work, {a} and {b}")
    times = [(ours.ask(name), peer.ask(name)) for _ in range(repeats + 3)][3:]
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


def one_size(python: str, n_atoms: int) -> dict:
    command = [python, FOLDER / "symmetry_functions.py", "--atoms", str(n_atoms)]
    return json.loads(subprocess.run(command, env=environment(), check=True, stdout=-1).stdout)


def versions(python: str, *names: str) -> str:
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


def measure(ours_python: str, peer_python: str, repeats: int) -> dict:
    ours = Worker(ours_python, FOLDER / "symmetry_functions.py")
    peer = Worker(peer_python, FOLDER / "peers" / "dscribe_acsf.py")
    result = {
        "date": date.today().isoformat(),
        "machine": f"{processor()}, {os.cpu_count()} cores, {platform.system()}",
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "ours": versions(ours_python, "torch", "vesin", "ase", "numpy"),
        "peer": versions(peer_python, "dscribe", "ase", "numpy"),
        "compared": {name: compared(ours, peer, name, repeats) for name in COMPARED},
        "alone": alone(ours, [t for t in ours.tasks if t not in COMPARED], repeats),
    }
    ours.close()
    peer.close()
    result["sizes"] = [one_size(ours_python, n) for n in SIZES]
    return result


def in_ms(times: dict[str, float]) -> str:
    return f"{times['least_ms']:.2f} ({times['median_ms']:.2f})"


def tables(result: dict) -> str:
    machine = f"{result['machine']}; load average {result['load_average']:.1f}"
    lines = [
        f"Measured {result['date']} on: {machine}.",
        f"Ours: {result['ours']}. Peer: {result['peer']}.",
        "",
        "| from `ase.Atoms` to features, 256 Cu | ours | DScribe | ratio of least | median ratio |",
        "|---|---|---|---|---|",
    ]
    for name, row in result["compared"].items():
        mine, theirs = in_ms(row["ours"]), in_ms(row["peer"])
        ratios = f"**{row['ratio_of_least']:.2f}** | {row['median_of_ratios']:.2f}"
        lines.append(f"| {name} | {mine} | {theirs} | {ratios} |")
    lines += ["", "| ours alone, 256 Cu | CPU ms |", "|---|---|"]
    for name, row in result["alone"].items():
        lines.append(f"| {name.replace('_', ' ')} | {in_ms(row)} |")
    least = {name: row["least_ms"] for name, row in result["alone"].items()}
    forces = least["forces"] / least["energies"]
    lines += [
        "",
        f"Energies and forces cost **{forces:.2f}** times the energies.",
        "",
        "| atoms | neighbours, µs an atom | energy and forces, µs an atom | peak memory, MB |",
        "|---|---|---|---|",
    ]
    for row in result["sizes"]:
        each = [1e6 * row[key] / row["atoms"] for key in ("neighbours_s", "energy_and_forces_s")]
        lines.append(f"| {row['atoms']} | {each[0]:.1f} | {each[1]:.0f} | {row['peak_MB']:.0f} |")
    imported = result["sizes"][0]["after_import_MB"]
    lines += ["", f"Of the memory, {imported:.0f} MB are there before the first graph."]
    return "\n".join(lines)


def write(result: dict) -> None:
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    readme = FOLDER / "README.md"
    before, rest = readme.read_text().split("<!-- symmetry_functions -->\n")[:2]
    after = rest.split("<!-- end -->", 1)[1]
    text = f"{before}<!-- symmetry_functions -->\n{tables(result)}\n<!-- end -->{after}"
    readme.write_text(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", required=True, help="interpreter with mlp_teach")
    parser.add_argument("--peer", required=True, help="interpreter with dscribe")
    parser.add_argument("--repeats", type=int, default=25)
    arguments = parser.parse_args()
    result = measure(arguments.ours, arguments.peer, arguments.repeats)
    print(tables(result))
    write(result)


if __name__ == "__main__":
    main()
