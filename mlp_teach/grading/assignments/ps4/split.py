"""A split whose parts share no information: whole trajectories, and copies on one side."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Plain

NAME = "independent_split"
PARTS = Text(
    "Return three lists of whole numbers, the frames for training, validation and test; frames "
    "are counted from 0.",
    "訓練用、検証用、テスト用のフレームの番号（0 から数えた整数）を、"
    "3 つのリストで返してください。",
)
NOT_ONCE = Text(
    "Every frame belongs to exactly one part. {n} of {of} frames are in none of the parts or in "
    "several.",
    "どのフレームも、ちょうど 1 つの部分に入ります。{of} 個のうち {n} "
    "個が、どこにも入っていないか、2 つ以上に入っています。",
)
EMPTY_PART = Text(
    "One of the parts is empty: all three have a share.",
    "空の部分があります。3 つとも割合が 0 ではありません。",
)
RUN_CUT = Text(
    "Frames of one trajectory stand in different parts. They are almost the same structure: the "
    "test has been seen in training.",
    "1 つの軌跡のフレームが、別々の部分に入っています。"
    "ほとんど同じ配置なので、テストの答えを訓練で見たことになります。",
)
COPY_CUT = Text(
    "A frame and its copy stand in different parts. Put them into one group before you draw.",
    "フレームとその写しが、別々の部分に入っています。分ける前に 1 つの組にまとめてください。",
)
CHAIN_CUT = Text(
    "Groups must grow together. If a is a copy of b and b one of c, all three are one group; "
    "and a frame brings its whole trajectory along.",
    "組は次々につながります。a が b の写しで、b が c の写しなら、3 つとも 1 つの組です。"
    "また、フレームにはその軌跡全体がついてきます。",
)
SHARES = Text(
    "The parts have {found} frames where {wanted} were asked for. Give each group, as a whole, "
    "to the part that lacks most.",
    "割合が違います。求められているフレーム数は {wanted} ですが、{found} になっています。"
    "組を丸ごと、最も足りない部分に入れていってください。",
)
NOT_REPEATABLE = Text(
    "The same seed gave two splits. Draw from `np.random.default_rng(seed)` alone.",
    "同じ種から 2 通りの分割ができました。"
    "乱数は `np.random.default_rng(seed)` だけから取ってください。",
)
NOT_DRAWN = Text(
    "Two seeds gave the same split: the groups must be drawn, else the parts hold what stood "
    "first in the file.",
    "2 つの種から同じ分割ができました。組は無作為に選びます。"
    "そうしないと、ファイルの並び順で中身が決まってしまいます。",
)


def _runs(chance: np.random.Generator) -> np.ndarray:
    """The trajectory of each frame: many short ones and crystals that are alone, all mixed."""
    lengths = np.r_[chance.integers(3, 9, 40), np.ones(60, int)]
    return chance.permutation(np.repeat(chance.permutation(200)[:100], lengths))


def _shares(chance: np.random.Generator) -> list[float]:
    shares = ([0.6, 0.25, 0.15], [0.5, 0.2, 0.3], [0.55, 0.15, 0.3])
    return shares[chance.integers(len(shares))]


def _frame_of(chance: np.random.Generator, runs: np.ndarray, run: int) -> int:
    return int(chance.choice(np.flatnonzero(runs == run)))


def _pairs(chance: np.random.Generator, runs: np.ndarray) -> np.ndarray:
    """Copies among crystals that are alone, each in one pair."""
    names, counts = np.unique(runs, return_counts=True)
    alone = chance.permutation(names[counts == 1])[:30].tolist()
    frames = [_frame_of(chance, runs, run) for run in alone]
    return np.array(frames).reshape(-1, 2)


def _chains(chance: np.random.Generator, runs: np.ndarray) -> np.ndarray:
    """Copies that tie trajectories together, three by three, in any order."""
    names, counts = np.unique(runs, return_counts=True)
    triples = chance.permutation(names[counts > 1])[:36].reshape(-1, 3).tolist()
    links = [pair for a, b, c in triples for pair in ((a, b), (b, c), (a, c))[: 2 + a % 2]]
    copies = np.array([[_frame_of(chance, runs, run) for run in pair] for pair in links])
    return chance.permuted(chance.permutation(copies), axis=1)


def _groups(runs: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """The group of each frame: the smallest number spreads along runs and copies."""
    group = np.arange(len(runs))
    while True:
        before = group.copy()
        lowest = np.full(runs.max() + 1, len(runs))
        np.minimum.at(lowest, runs, group)
        group = lowest[runs]
        for i, j in copies:
            group[[i, j]] = min(group[i], group[j])
        if (group == before).all():
            return group


def _part_of_each(found: Plain, n_frames: int) -> np.ndarray:
    """0, 1 or 2 for each frame. Raises Unfit unless each stands in one part of three."""
    if found is None:
        raise Unfit(hints.NOTHING)
    if not isinstance(found, list | np.ndarray) or len(found) != 3:
        raise Unfit(PARTS)
    seen, part_of = np.zeros(n_frames, int), np.zeros(n_frames, int)
    for number, part in enumerate(found):
        try:
            frames = np.array(part)
        except ValueError:
            raise Unfit(PARTS) from None
        if frames.size == 0:
            frames = frames.astype(int)
        if frames.ndim != 1 or frames.dtype.kind not in "iu":
            raise Unfit(PARTS)
        if ((frames < 0) | (frames >= n_frames)).any():
            raise Unfit(PARTS)
        np.add.at(seen, frames, 1)
        part_of[frames] = number
    if (seen != 1).any():
        raise Unfit(NOT_ONCE.with_words(n=int((seen != 1).sum()), of=n_frames))
    if len(np.unique(part_of)) < 3:
        raise Unfit(EMPTY_PART)
    return part_of


def _split(ask: Ask, runs, copies, shares, seed) -> np.ndarray:
    return _part_of_each(ask(NAME, runs, copies, shares, seed), len(runs))


def _cut(part_of: np.ndarray, groups: np.ndarray) -> bool:
    seen = set(zip(groups.tolist(), part_of.tolist(), strict=True))
    return len(seen) > len(set(groups.tolist()))


NO_COPIES = np.zeros((0, 2), int)


def _once(ask: Ask, chance: np.random.Generator) -> Text | None:
    runs = _runs(chance)
    _split(ask, runs, _pairs(chance, runs), _shares(chance), int(chance.integers(1000)))
    return None


def _trajectories(ask: Ask, chance: np.random.Generator) -> Text | None:
    runs = _runs(chance)
    part_of = _split(ask, runs, NO_COPIES, _shares(chance), int(chance.integers(1000)))
    return RUN_CUT if _cut(part_of, runs) else None


def _copied(ask: Ask, chance: np.random.Generator) -> Text | None:
    runs = _runs(chance)
    copies = _pairs(chance, runs)
    part_of = _split(ask, runs, copies, _shares(chance), int(chance.integers(1000)))
    return COPY_CUT if (part_of[copies[:, 0]] != part_of[copies[:, 1]]).any() else None


def _connected(ask: Ask, chance: np.random.Generator) -> Text | None:
    runs = _runs(chance)
    copies = _chains(chance, runs)
    part_of = _split(ask, runs, copies, _shares(chance), int(chance.integers(1000)))
    return CHAIN_CUT if _cut(part_of, _groups(runs, copies)) else None


def _sizes(ask: Ask, chance: np.random.Generator) -> Text | None:
    runs = _runs(chance)
    copies = np.r_[_pairs(chance, runs), _chains(chance, runs)]
    largest = np.unique(_groups(runs, copies), return_counts=True)[1].max()
    for shares in ([0.7, 0.15, 0.15], [0.5, 0.2, 0.3]):
        part_of = _split(ask, runs, copies, shares, int(chance.integers(1000)))
        sizes, wanted = np.bincount(part_of, minlength=3), np.array(shares) * len(runs)
        if (abs(sizes - wanted) > largest).any():
            found, asked = (" / ".join(f"{n:.0f}" for n in one) for one in (sizes, wanted))
            return SHARES.with_words(found=found, wanted=asked)
    return None


def _seed(ask: Ask, chance: np.random.Generator) -> Text | None:
    runs, shares = _runs(chance), _shares(chance)
    copies = _pairs(chance, runs)
    first, second = (int(seed) for seed in chance.permutation(1000)[:2])
    one, same, other = (_split(ask, runs, copies, shares, s) for s in (first, first, second))
    if (one != same).any():
        return NOT_REPEATABLE
    return NOT_DRAWN if (one == other).all() else None


INDEPENDENT_SPLIT = Exercise(
    "ps4_independent_split",
    NAME,
    (
        Item(
            "once",
            1,
            Text("Every frame stands in one part", "どのフレームも 1 つの部分に入っている"),
            _once,
        ),
        Item(
            "trajectories",
            1,
            Text("Trajectories stay together", "軌跡が分かれていない"),
            _trajectories,
        ),
        Item("copies", 1, Text("Copies stay together", "写しが分かれていない"), _copied),
        Item(
            "chains",
            1,
            Text(
                "So does all that copies tie together",
                "写しでつながったものも、すべて分かれていない",
            ),
            _connected,
        ),
        Item(
            "shares",
            1,
            Text("The parts have their shares", "3 つの部分が決められた割合になっている"),
            _sizes,
        ),
        Item(
            "seed",
            1,
            Text("The seed decides, and nothing else", "種だけで結果が決まる"),
            _seed,
        ),
    ),
)
