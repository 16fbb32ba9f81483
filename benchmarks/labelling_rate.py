"""How many labels a second: ethanol by GFN2-xTB, one after the other and by workers at once.

    python benchmarks/labelling_rate.py [STRUCTURES] [WORKERS]

Prints wall time and CPU time of all processes together, the start of the workers apart. Wall times
mean something on a machine that does nothing else; labels per CPU second mean something anywhere.
"""

import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
from ase.build import molecule

from mlp_teach.labelling.methods import GFN2
from mlp_teach.labelling.run import label
from mlp_teach.labelling.workers import local_workers
from mlp_teach.sampling.equilibrium import rattled


def main() -> None:
    n, workers = (int(word) for word in [*sys.argv[1:], "200", "2"][:2])
    ethanol = molecule("CH3CH2OH")
    frames = rattled(ethanol, n)
    with tempfile.TemporaryDirectory() as folder:
        stores = (Path(folder) / str(number) for number in range(100))
        label([ethanol], GFN2(), next(stores), progress=False)  # imports what it needs
        print(f"{n} labels of ethanol by GFN2-xTB   wall s  CPU s  labels/s  labels/CPU s")
        with measured("one after the other, here", n):
            label(frames, GFN2(), next(stores), progress=False)
        start = time.perf_counter()
        with local_workers(workers) as executor:
            for together in (20, 1):
                some = rattled(ethanol, 2 * workers * together, seed=1)  # each worker imports, too
                label(some, GFN2(), next(stores), executor, together, progress=False)
                if together == 20:
                    seconds = time.perf_counter() - start
                    print(f"{f'start of {workers} workers and their imports':34}{seconds:7.2f}")
                with measured(f"{workers} workers, {together} together", n):
                    label(frames, GFN2(), next(stores), executor, together, progress=False)


@contextmanager
def measured(name: str, n: int):
    cpu, wall = cpu_seconds(), time.perf_counter()
    yield
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    print(f"{name:34}{wall:7.2f}{cpu:7.2f}{n / wall:10.1f}{n / cpu:14.1f}", flush=True)


def cpu_seconds() -> float:
    me = psutil.Process()
    times = [one.cpu_times() for one in [me, *me.children(recursive=True)]]
    return sum(one.user + one.system for one in times)


if __name__ == "__main__":
    main()
