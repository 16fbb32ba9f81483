"""A mix of structures: how many of which kind, as a plan that adds up and that can be drawn.

A plan is a table. Scaled to another total, each part gets its share rounded down, and what is then
missing goes, one each, to the parts that rounding cost most (largest remainder):

    n_k = ⌊T N_k / N⌋, or one more;   Σ_k n_k = T                                             (1)

Drawing it asks a system (mix_copper.py, mix_molecule.py: what is sampled, and with which energies)
for each part. Every part has a generator of its own, made from the seed and the part's kind and
name: adding, leaving out or resizing one part leaves all others as they were.

    here     | code         | unit
    N, N_k   | total, count | structures
    T        | total        | structures
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol, runtime_checkable

from ase import Atoms

from mlp_teach.sampling.provenance import check_count, generator

KINDS = ("equilibrium", "trajectory", "reaction_path", "random_search", "defects")


@dataclass(frozen=True)
class Part:
    """One line of the table; `kind` is the module of `sampling` that makes such structures."""

    kind: str
    name: str
    count: int
    how: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}; the five kinds are {', '.join(KINDS)}.")
        if type(self.count) is not int or self.count < 0:
            raise ValueError(f"count is {self.count!r}; it must be a whole number, 0 or larger.")


@dataclass(frozen=True)
class Mix:
    """The whole table. Raises ValueError for two parts of one kind and name, or no structure."""

    title: str
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        names = [(part.kind, part.name) for part in self.parts]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"{sorted(twice)} is there twice; give each part a name of its own.")
        if not self.total:
            raise ValueError(f"The mix {self.title!r} holds no structure at all.")

    @property
    def total(self) -> int:
        return sum(part.count for part in self.parts)

    def share(self, part: Part) -> float:
        return part.count / self.total

    def __str__(self) -> str:
        """The table: count, share, kind and name of each part, and the sum."""
        lines = [
            f"{part.count:7,} {self.share(part):7.1%}  {part.kind:13}  {part.name}"
            for part in self.parts
        ]
        return "\n".join([self.title, *lines, f"{self.total:7,} {1:7.1%}"])


def scaled(mix: Mix, total: int) -> Mix:
    """(1): the same shares of another total, as nearly as whole numbers can. Ties go to the first.

    A part may come out with none.
    """
    check_count(total)
    down = [total * part.count // mix.total for part in mix.parts]
    cut = [total * part.count % mix.total for part in mix.parts]
    missing = total - sum(down)
    first = sorted(range(len(cut)), key=lambda k: -cut[k])[:missing]
    counts = [n + (k in first) for k, n in enumerate(down)]
    parts = [replace(part, count=n) for part, n in zip(mix.parts, counts, strict=True)]
    return replace(mix, parts=tuple(parts))


@runtime_checkable
class System(Protocol):
    """What a mix is drawn from."""

    def sample(self, part: Part, seed: int) -> list[Atoms]:
        """As many structures of this part as its count says, the same for the same seed."""
        ...


def draw(
    mix: Mix,
    system: System,
    seed: int = 0,
    progress: Callable[[Iterable], Iterable] = lambda items: items,
) -> list[Atoms]:
    """All structures of the mix, part after part.

    The info of each says `mix`, `part` and `kind`, beside what its sampler wrote. Raises ValueError
    for a system that gives another number than it was asked for.
    """
    generator(seed)  # is it a seed?
    found = []
    for part in progress(mix.parts):
        made = system.sample(part, seed_of(part, seed)) if part.count else []
        if len(made) != part.count:
            raise ValueError(f"{part.name!r}: {part.count} were asked for, {len(made)} came.")
        for atoms in made:
            atoms.info |= {"mix": mix.title, "part": part.name, "kind": part.kind}
        found += made
    return found


def seed_of(part: Part, seed: int) -> int:
    """The part's own seed: a hash of the seed, the kind and the name, and of nothing else."""
    digest = sha256(f"{seed} {part.kind} {part.name}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


CARBON_DIOXIDE_ON_COPPER = Mix(
    "CO2 reduction on copper",
    (
        Part("equilibrium", "surfaces and adsorbates", 500, "relaxed, then rattled a little"),
        Part("trajectory", "300, 500 and 700 K", 3_000, "ab initio molecular dynamics"),
        Part("reaction_path", "five paths", 500, "nudged elastic band"),
        Part("random_search", "random sampling", 500, "large displacements, Monte Carlo"),
        Part("defects", "defects of the surface", 500, "steps, vacancies and the like"),
    ),
)
"""Section 2.3 of the chapter: 10, 60, 10, 10 and 10 %."""

METHANOL_ON_COPPER = Mix(
    "methanol on copper",
    (
        Part(
            "equilibrium", "Cu(111) and adsorbates", 300, "relaxed on top, bridge and hollow sites"
        ),
        Part("trajectory", "300 and 500 K", 2_000, "ab initio molecular dynamics"),
        Part("reaction_path", "four paths", 800, "nudged elastic band: 20 images, 10 conditions"),
        Part("defects", "defects of the surface", 400, "steps, kinks, vacancies"),
        Part("random_search", "high energies", 500, "random: dissociated, crowded"),
    ),
)
"""Exercise 2 of the chapter: 7.5, 50, 20, 10 and 12.5 %; 800 are 4 paths of 20 images each under 10
conditions."""
