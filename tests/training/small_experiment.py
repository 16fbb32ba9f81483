"""An experiment file of its own data that trains in a second: copper cells labelled by EMT."""

from pathlib import Path

from ase.build import bulk
from ase.calculators.emt import EMT
from ase.io import write

TEXT = """
[data]
set = "learn.xyz"
test = "test.xyz"
validation = 0.2
seed = 3
precision = "{precision}"
[model]
class = "mlp_teach.models.behler_parrinello:BehlerParrinello"
hidden = [4]
[model.functions]
cutoff = 3.0
elements = [29]
g2 = [[4.0, 2.0], [4.0, 2.5]]
[training]
epochs = {epochs}
batch_size = 3
learning_rate = {rate}
average = 0.9
"""


def small_experiment(
    folder: Path, *, epochs: int = 3, precision: str = "float32", rate: float = 0.01
) -> Path:
    """The path of the file; cells of two sizes, so that atoms and structures count differently."""
    frames = []
    for seed in range(14):
        atoms = bulk("Cu", cubic=seed % 2 == 0)
        atoms = atoms * (2, 1, 1) if seed % 3 == 0 else atoms
        atoms.rattle(0.05, seed=seed)
        atoms.calc = EMT()
        atoms.get_forces()
        frames.append(atoms)
    write(folder / "learn.xyz", frames[:11])
    write(folder / "test.xyz", frames[11:])
    path = folder / "small.toml"
    path.write_text(TEXT.format(epochs=epochs, precision=precision, rate=rate))
    return path
