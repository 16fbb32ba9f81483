"""The chapter's two tables, other totals of them, and sets that are really drawn."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule
from ase.calculators.emt import EMT

from mlp_teach.sampling.mix import (
    CARBON_DIOXIDE_ON_COPPER,
    KINDS,
    METHANOL_ON_COPPER,
    Mix,
    Part,
    draw,
    scaled,
    seed_of,
)
from mlp_teach.sampling.mix_copper import Copper
from mlp_teach.sampling.mix_molecule import Molecule
from mlp_teach.sampling.provenance import nearest, split_evenly


def mix_of(*counts: int) -> Mix:
    parts = [Part(KINDS[n % 5], f"part {n}", count, "") for n, count in enumerate(counts)]
    return Mix("a mix", tuple(parts))


def counts_of(mix: Mix) -> dict[str, int]:
    return {part.kind: part.count for part in mix.parts}


def test_the_chapters_table_for_carbon_dioxide():
    mix = CARBON_DIOXIDE_ON_COPPER
    assert mix.total == 5_000
    assert [part.count for part in mix.parts] == [500, 3_000, 500, 500, 500]
    assert [mix.share(part) for part in mix.parts] == [0.1, 0.6, 0.1, 0.1, 0.1]
    assert {part.kind for part in mix.parts} == set(KINDS)


def test_the_chapters_table_for_methanol():
    mix = METHANOL_ON_COPPER
    assert mix.total == 4_000
    assert counts_of(mix) == {
        "equilibrium": 300,
        "trajectory": 2_000,
        "reaction_path": 20 * 4 * 10,
        "defects": 400,
        "random_search": 500,
    }
    assert [mix.share(part) for part in mix.parts] == [0.075, 0.5, 0.2, 0.1, 0.125]


@pytest.mark.parametrize("mix", [CARBON_DIOXIDE_ON_COPPER, METHANOL_ON_COPPER])
def test_the_printed_table_has_every_count_share_and_the_sum(mix):
    *lines, last = str(mix).splitlines()[1:]
    for part, line in zip(mix.parts, lines, strict=True):
        assert f"{part.count:,} " in line
        assert f"{100 * part.count / mix.total:.1f}%" in line
        assert part.name in line
    assert last.split() == [f"{mix.total:,}", "100.0%"]


@pytest.mark.parametrize("mix", [CARBON_DIOXIDE_ON_COPPER, METHANOL_ON_COPPER, mix_of(1, 1, 1)])
@pytest.mark.parametrize("total", [1, 2, 7, 40, 99, 333, 12_345])
def test_another_total_adds_up_and_each_part_is_off_by_less_than_one(mix, total):
    other = scaled(mix, total)
    assert other.total == total
    for before, after in zip(mix.parts, other.parts, strict=True):
        assert abs(after.count - total * before.count / mix.total) < 1
        assert replace(after, count=before.count) == before


def test_largest_remainders_by_hand():
    """Of 10 in the ratio 3 : 3 : 1: 4.29, 4.29 and 1.43; the last has lost most."""
    assert [part.count for part in scaled(mix_of(3, 3, 1), 10).parts] == [4, 4, 2]
    assert [part.count for part in scaled(mix_of(1, 1), 3).parts] == [2, 1]  # the first of equals
    assert scaled(METHANOL_ON_COPPER, 4_000) == METHANOL_ON_COPPER


def test_even_shares():
    assert split_evenly(7, 3) == [3, 2, 2]
    assert split_evenly(2, 4) == [1, 1, 0, 0]


def test_a_plan_that_is_none_is_refused_in_words():
    with pytest.raises(ValueError, match="the five kinds are equilibrium, trajectory"):
        Part("md", "dynamics", 1, "")
    for count in (-1, True):
        with pytest.raises(ValueError, match="must be a whole number, 0 or larger"):
            Part("defects", "steps", count, "")
    with pytest.raises(ValueError, match="is there twice"):
        Mix("a mix", (Part("defects", "steps", 1, ""), Part("defects", "steps", 2, "")))
    for parts in ((), (Part("defects", "steps", 0, ""),)):
        with pytest.raises(ValueError, match="holds no structure at all"):
            Mix("a mix", parts)
    with pytest.raises(ValueError, match="count is 0"):
        scaled(METHANOL_ON_COPPER, 0)


class Dice:
    """A system whose structures are random numbers; `lost` of each part are not given."""

    def __init__(self, lost: int = 0):
        self.lost = lost

    def sample(self, part: Part, seed: int) -> list[Atoms]:
        places = np.random.default_rng(seed).normal(size=(part.count - self.lost, 1, 3))
        return [Atoms("H", positions=place) for place in places]


def by_part(frames: list[Atoms]) -> dict[str, list[Atoms]]:
    names = dict.fromkeys(atoms.info["part"] for atoms in frames)
    return {name: [atoms for atoms in frames if atoms.info["part"] == name] for name in names}


def test_a_part_that_changes_leaves_the_others_as_they_were():
    whole = by_part(draw(mix_of(3, 4, 2), Dice(), seed=1))
    assert {name: len(frames) for name, frames in whole.items()} == {
        "part 0": 3,
        "part 1": 4,
        "part 2": 2,
    }
    for other in (mix_of(3, 9, 2), mix_of(3, 0, 2)):
        again = by_part(draw(other, Dice(), seed=1))
        assert again["part 0"] == whole["part 0"]
        assert again["part 2"] == whole["part 2"]
    assert by_part(draw(mix_of(3, 4, 2), Dice(), seed=2))["part 0"] != whole["part 0"]
    assert whole["part 0"][0] != whole["part 1"][0]


def test_every_part_has_a_seed_of_its_own():
    parts = [Part(kind, name, 1, "") for kind in KINDS for name in ("a", "b")]
    assert len({seed_of(part, seed) for part in parts for seed in range(5)}) == 50
    assert seed_of(parts[0], 3) == seed_of(replace(parts[0], count=9, how="x"), 3)


def test_what_is_drawn_says_where_it_belongs():
    frames = draw(mix_of(1, 2), Dice())
    assert [a.info["kind"] for a in frames] == ["equilibrium", "trajectory", "trajectory"]
    assert {a.info["mix"] for a in frames} == {"a mix"}


def test_a_system_that_gives_too_few_is_refused_in_words():
    with pytest.raises(ValueError, match="'part 1': 2 were asked for, 1 came"):
        draw(mix_of(0, 2), Dice(lost=1))
    with pytest.raises(ValueError, match="seed is -1"):
        draw(mix_of(1), Dice(), seed=-1)


def by_kind(frames: list[Atoms]) -> dict[str, list[Atoms]]:
    return {kind: [atoms for atoms in frames if atoms.info["kind"] == kind] for kind in KINDS}


@pytest.mark.slow
@pytest.mark.parametrize("with_co", [False, True])
def test_the_mix_of_copper_can_be_drawn(with_co):
    mix = replace_count(scaled(CARBON_DIOXIDE_ON_COPPER, 40), "trajectory", 2)
    frames = draw(mix, Copper(with_co, temperatures=(300, 700)))
    kinds = by_kind(frames)
    assert {kind: len(found) for kind, found in kinds.items()} == counts_of(mix)
    assert all(a.info["sampler"] for a in frames)
    assert {a.info["temperature_K"] for a in kinds["trajectory"]} == {300, 700}
    for atoms in frames:
        atoms.calc = EMT()
        assert np.isfinite(atoms.get_potential_energy())
    carbon = {kind: sum("C" in a.symbols for a in found) for kind, found in kinds.items()}
    expected = 4 if with_co else 0
    assert carbon["equilibrium"] == carbon["reaction_path"] == carbon["defects"] == expected
    assert carbon["trajectory"] == carbon["random_search"] == 0
    assert min(nearest(a) for a in frames) > 0.8


def replace_count(mix: Mix, kind: str, count: int) -> Mix:
    parts = [replace(p, count=count) if p.kind == kind else p for p in mix.parts]
    return replace(mix, parts=tuple(parts))


def test_defects_of_copper_are_of_many_sorts():
    part = Part("defects", "defects", 8, "")
    found = Copper().sample(part, 0)
    assert Counter(map(len, found)).keys() >= {30, 31, 33}
    words = " ".join(a.info.get("sampled_from", "") for a in found)
    for sampler in ("vacancies", "interstitials", "stepped", "slab", "nanoparticle"):
        assert sampler in words
    assert "tilt_boundary" in words


@pytest.mark.slow
def test_the_mix_of_methanol_can_be_drawn():
    tblite = pytest.importorskip("tblite.ase")
    methanol = molecule("CH3OH")
    system = Molecule(
        methanol, lambda: tblite.TBLite(method="GFN2-xTB", verbosity=0), (2, 4, 5), (300,)
    )
    mix = replace_count(scaled(METHANOL_ON_COPPER, 60), "trajectory", 1)
    frames = draw(mix, system)
    kinds = by_kind(frames)
    assert {kind: len(found) for kind, found in kinds.items()} == counts_of(mix)
    assert {a.info["temperature_K"] for a in kinds["trajectory"]} == {300}
    lost = {tuple(sorted(a.info["missing"])) for a in kinds["defects"]}
    assert {len(gone) for gone in lost} == {1, 2}
    for atoms in frames:
        assert len(atoms) == 6 - len(atoms.info.get("missing", ()))
    images = [a for a in kinds["reaction_path"] if a.info["sampler"] == "nudged_elastic_band"]
    first, last = images[0].positions, images[-1].positions
    assert (last[[2, 4, 5]] == first[[5, 2, 4]]).all()
    assert (last[[0, 1, 3]] == first[[0, 1, 3]]).all()


def test_a_rotor_of_unlike_atoms_is_refused_in_words():
    with pytest.raises(ValueError, match=r"atoms O, H, H; three different atoms of one element"):
        Molecule(molecule("H2O"), EMT, (0, 1, 2))


def test_a_molecule_takes_any_calculator():
    trimer = Atoms("Cu3", positions=[[0, 0, 0], [2.3, 0, 0], [1.1, 2.0, 0]])
    system = Molecule(trimer, EMT, (0, 1, 2), temperatures=(100,))
    found = system.sample(Part("equilibrium", "trimer", 4, ""), seed=0)
    assert len(found) == 4
    assert found[0].get_all_distances()[0, 1] == pytest.approx(2.24, abs=0.1)
    assert len({a.positions.tobytes() for a in found}) == 4
