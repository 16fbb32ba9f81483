"""The radial distribution function of a trajectory in a periodic box."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlp_teach.grading.compare import Mistake, judge, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "radial_distribution"
LEFT = Text(
    "These are edges of the shells; the exercise asks for their middles.",
    "殻の端になっています。求められているのは、殻の中央です。",
)
TOO_FAR = Text(
    "Beyond half of the shortest edge nearest images are not all neighbours: the histogram must "
    "end there.",
    "最も短い辺の半分より遠くでは、最も近い像だけでは足りません。そこで終わらせてください。",
)
DISTANCES = Text(
    "r must be the middles of equal shells from 0 to half of the shortest edge.",
    "r は、0 から最も短い辺の半分までを等分した殻の中央です。",
)
HALVED = Text(
    "Half is missing: every atom is a centre, so each pair counts from either end.",
    "半分になっています。どの原子も中心になるので、原子対は両端から 1 回ずつ数えます。",
)
TWICE = Text(
    "Twice too large: each pair was counted twice from either end.",
    "2 倍になっています。原子対が両端から 2 回ずつ数えられています。",
)
NO_MEAN_OVER_ATOMS = Text(
    "The count is for all atoms together: divide by N.",
    "全原子についての合計です。N で割ってください。",
)
NO_MEAN_OVER_FRAMES = Text(
    "The count is for all frames together: take the mean over the frames.",
    "全フレームについての合計です。フレームについて平均してください。",
)
ONE_FRAME = Text(
    "One of the frames alone was counted: take the mean over all of them.",
    "1 つのフレームしか数えていません。すべてのフレームについて平均してください。",
)
NO_IMAGES = Text(
    "Neighbours through the faces of the box are missing: take nearest images.",
    "箱の面を越えた隣接原子が抜けています。最も近い像を使ってください。",
)
THIN_SHELL = Text(
    "4π r² Δr is the volume of a thin shell only; the exact one is 4π/3 (r₂³ - r₁³).",
    "4π r² Δr は、薄い殻のときの近似です。正確な体積は 4π/3 (r₂³ - r₁³) です。",
)
NO_DENSITY = Text(
    "The density is missing: divide by N / V, else g does not tend to 1.",
    "密度で割られていません。N / V で割らないと、g は 1 に近づきません。",
)
CUBE = Text(
    "The volume is the product of the three edges.",
    "体積は 3 辺の積です。",
)
ITSELF = Text(
    "Each atom was counted as its own neighbour, at distance 0.",
    "どの原子も、距離 0 の自分自身を隣接原子として数えています。",
)
WITHOUT_ITSELF = Text(
    "Take N / V for the density of the neighbours, as the formula says, not (N - 1) / V.",
    "隣接原子の密度は、(N - 1) / V ではなく、式のとおり N / V とします。",
)
SHELLS = Text(
    "This is not the number of neighbours in each shell by that of an ideal gas of the same "
    "density.",
    "各殻の隣接原子の数を、同じ密度の理想気体での数で割ったものになっていません。",
)


def _frames(chance: np.random.Generator, n_frames: int) -> tuple[np.ndarray, np.ndarray, int]:
    """A rattled crystal of copper in a box with three edges, stretched a little."""
    corners = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 2
    cells = chance.permutation([2, 2, 3])
    fractions = (np.array(list(np.ndindex(*cells)))[:, None] + corners).reshape(-1, 3) / cells
    lengths = 3.63 * cells * chance.uniform(0.95, 1.05, 3)
    moves = chance.normal(0, 0.15, (n_frames, len(fractions), 3))
    return (
        fractions * lengths + chance.uniform(0, 3, 3) + moves,
        lengths,
        int(chance.integers(12, 25)),
    )


def _edges(lengths: np.ndarray, bins: int) -> np.ndarray:
    return np.linspace(0, lengths.min() / 2, bins + 1)


def _right(frames, lengths, edges) -> np.ndarray:
    """By the library, with its own search for pairs."""
    from ase import Atoms

    from mlp_teach.analysis.structure import radial_distribution

    symbols = f"Cu{len(frames[0])}"
    atoms = [Atoms(symbols, frame, cell=lengths, pbc=True) for frame in frames]
    return radial_distribution(atoms, edges[-1], len(edges) - 1).g


def _counted(frames, lengths, edges, images: bool = True) -> np.ndarray:
    """As it is counted with nearest images, however far; or as in a cluster, without images."""
    counts = np.zeros(len(edges) - 1)
    for frame in frames:
        vectors = frame[None] - frame[:, None]
        vectors = vectors - lengths * np.rint(vectors / lengths) * images
        apart = np.sqrt((vectors**2).sum(2))
        counts += np.histogram(apart[~np.eye(len(frame), dtype=bool)], edges)[0]
    density = len(frames[0]) / lengths.prod()
    return counts / len(frames) / len(frames[0]) / density / (4 / 3 * np.pi * np.diff(edges**3))


def _r(ask: Ask, chance: np.random.Generator) -> Text | None:
    frames, lengths, bins = _frames(chance, 1)
    edges = _edges(lengths, bins)
    middles = (edges[1:] + edges[:-1]) / 2
    far = [one * middles / edges[-1] for one in (*lengths, *lengths / 2, lengths.mean() / 2)]
    mistakes = [
        *((LEFT, one) for one in (edges[:-1], edges[1:], np.linspace(0, edges[-1], bins))),
        *((TOO_FAR, one) for one in far if one[-1] > middles[-1] + 1e-6),
        *((TOO_FAR, one + one[0]) for one in far),
    ]
    return judge(parts(ask(NAME, frames, lengths, bins), 2)[0], middles, DISTANCES, mistakes)


def _mistakes(right, frames, lengths, bins: int) -> Iterator[Mistake]:
    """What usual mistakes make of g; each is worked out only when all before it do not fit."""
    n_atoms, volume, edges = len(frames[0]), lengths.prod(), _edges(lengths, bins)
    shells, middles = np.diff(edges**3) / 3, (edges[1:] + edges[:-1]) / 2
    yield from ((HALVED, right / 2), (TWICE, right * 2))
    yield NO_MEAN_OVER_ATOMS, right * n_atoms
    yield NO_MEAN_OVER_ATOMS, right * n_atoms / 2
    yield THIN_SHELL, right * shells / (middles**2 * edges[1])
    yield NO_DENSITY, right * n_atoms / volume
    yield WITHOUT_ITSELF, right * n_atoms / (n_atoms - 1)
    yield from ((CUBE, right * one**3 / volume) for one in (*lengths, lengths.mean()))
    itself = right.copy()
    itself[0] += volume / n_atoms / (4 * np.pi * shells[0])
    yield ITSELF, itself
    if len(frames) > 1:
        yield NO_MEAN_OVER_FRAMES, right * len(frames)
        yield from ((ONE_FRAME, _right(frames[[n]], lengths, edges)) for n in (0, -1))
    cluster = _counted(frames, lengths, edges, images=False)
    yield from ((NO_IMAGES, cluster), (NO_IMAGES, cluster / 2))
    for end in (*lengths / 2, *lengths):
        yield TOO_FAR, _counted(frames, lengths, np.linspace(0, end, bins + 1))


def _g(n_frames: int):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        frames, lengths, bins = given = _frames(chance, n_frames)
        right = _right(frames, lengths, _edges(lengths, bins))
        found = parts(ask(NAME, *given), 2)[1]
        return judge(found, right, SHELLS, _mistakes(right, *given))

    return test


RADIAL_DISTRIBUTION = Exercise(
    "ps4_radial_distribution",
    NAME,
    (
        Item(
            "distances",
            1,
            Text(
                "r goes as far as nearest images allow",
                "r が、最も近い像で足りるところまでである",
            ),
            _r,
        ),
        Item("one frame", 3, Text("g is right for one frame", "フレーム 1 つの g が正しい"), _g(1)),
        Item(
            "frames",
            1,
            Text("g is the mean over the frames", "g がフレームについての平均である"),
            _g(3),
        ),
    ),
)
