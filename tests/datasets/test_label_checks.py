"""What check_labels finds, and that it finds nothing where nothing is."""

import numpy as np
import pytest
from ase.calculators.singlepoint import SinglePointCalculator

from mlp_teach.datasets import check_labels, contents, load
from mlp_teach.units import BOHR, GPA, HARTREE, KCAL_PER_MOL, KJ_PER_MOL, RYDBERG

# What the README of the data documents, set by set; every other set must give nothing.
KNOWN = {
    "Cu_ACE21_1k": {"repeats"},
    "3bpa": {"repeats"},
    "3bpa_isolated_atoms": {"no forces"},
    "ethanol_scans": {"no forces", "repeats"},
    "ethanol_isolated_atoms": {"no forces"},
    "water": {"net force"},
    "formate_Cu110": {"net force", "large forces"},
    "oc20_AuCu_C2H3O": {"large forces"},
}


def relabelled(frames, **change):
    """The frames with labels changed by functions: energy=lambda e: e / HARTREE."""
    changed = []
    for atoms in frames:
        labels = {
            name: change.get(name, lambda x: x)(value) for name, value in atoms.calc.results.items()
        }
        atoms = atoms.copy()
        atoms.calc = SinglePointCalculator(
            atoms, **{k: v for k, v in labels.items() if v is not None}
        )
        changed.append(atoms)
    return changed


def kinds(frames):
    return {finding.kind for finding in check_labels(frames)}


@pytest.fixture(scope="module")
def ethanol():
    return load("ethanol", "train")


@pytest.fixture(scope="module")
def copper():
    return load("mlearn_Cu", "train")


@pytest.mark.parametrize("name", dict.fromkeys(row.name for row in contents()))
def test_no_false_alarm_on_a_shipped_set_and_no_known_oddity_missed(name):
    assert kinds(load(name)) == KNOWN.get(name, set())


@pytest.mark.parametrize("row", contents(), ids=lambda row: f"{row.name}-{row.split}")
def test_no_false_alarm_on_a_split(row):
    assert kinds(load(row.name, row.split)) <= KNOWN.get(row.name, set())


def test_the_frames_of_a_finding_are_named():
    [finding] = check_labels(load("Cu_ACE21_1k"))
    assert finding.frames == (18, 168)
    assert str(finding).startswith("Exact repeats of an earlier frame: 2 of 1000 frames (18, 168).")
    large = [one for one in check_labels(load("oc20_AuCu_C2H3O")) if one.kind == "large forces"]
    assert large[0].frames == (1,)
    assert "up to 269 eV/Å" in str(large[0])


@pytest.mark.parametrize(
    ("unit", "size"),
    [
        ("Hartree", HARTREE),
        ("Rydberg", RYDBERG),
        ("kcal/mol", KCAL_PER_MOL),
        ("kJ/mol", KJ_PER_MOL),
    ],
)
def test_total_energies_in_another_unit_are_recognised(ethanol, unit, size):
    messages = [str(x) for x in check_labels(relabelled(ethanol, energy=lambda e: e / size))]
    assert any(f"total energies in {unit}" in message for message in messages)
    assert any(f"the energies look like {unit} beside forces" in message for message in messages)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"forces": lambda f: -f}, "the forces have the wrong sign"),
        ({"forces": lambda f: f / HARTREE * BOHR}, "the forces look like Hartree/Bohr beside"),
        ({"forces": lambda f: f / HARTREE}, "the forces look like Hartree/Å"),
        ({"forces": lambda f: f / KCAL_PER_MOL}, "the forces look like kcal/mol/Å"),
        ({"forces": lambda f: f * 4}, "Look for a unit that was not converted"),
        (
            {"energy": lambda e: e / HARTREE, "forces": lambda f: f / HARTREE * BOHR},
            "Hartree/Bohr beside energies in Hartree",
        ),
    ],
)
def test_forces_that_do_not_belong_to_the_energies_are_recognised(ethanol, change, words):
    assert any(words in str(finding) for finding in check_labels(relabelled(ethanol, **change)))


def test_positions_in_bohr_are_recognised(ethanol):
    frames = relabelled(ethanol)
    for atoms in frames:
        atoms.positions /= BOHR
    assert any("positions look like Bohr" in str(finding) for finding in check_labels(frames))


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (-1.0, "the stress has the wrong sign"),
        (1 / GPA, "the stress looks like GPa"),
        (-1 / GPA, "a pressure in GPa"),
        (10 / GPA, "the stress looks like kbar: divide"),
        (-10 / GPA, "kbar, compression counted as positive"),
    ],
)
def test_stress_in_another_unit_or_sign_is_recognised(copper, factor, words):
    findings = check_labels(relabelled(copper, stress=lambda s: factor * s))
    assert [finding.kind for finding in findings] == ["stress and energy"]
    assert words in str(findings[0])


def test_hartree_energies_of_a_metal_show_beside_the_stress(copper):
    [finding] = check_labels(relabelled(copper, energy=lambda e: e / HARTREE))
    assert "the energies look like Hartree beside a stress" in str(finding)


def test_a_huge_stress_is_noticed_without_strained_cells(copper):
    shaken = [atoms for atoms in copper if atoms.info["config_type"] == "AIMD-NVT"]
    assert kinds(shaken) == set()
    assert kinds(relabelled(shaken, stress=lambda s: s / GPA)) == {"stress unit"}


def test_a_few_energies_in_hartree_among_others_in_ev_are_noticed(copper):
    frames = copper[:50] + relabelled(copper[50:60], energy=lambda e: e / HARTREE)
    assert "mixed units" in kinds(frames)


@pytest.mark.parametrize("label", ["energy", "forces", "stress"])
def test_nan_and_infinity_are_found_with_their_frames(copper, label):
    frames = relabelled(copper[:40])
    frames[7].calc.results[label] = frames[7].calc.results[label] * np.nan
    frames[9].calc.results[label] = frames[9].calc.results[label] + np.inf
    [finding] = check_labels(frames)
    assert finding.frames == (7, 9)
    assert f"NaN or infinity in {label}" in str(finding)


def test_a_position_that_is_not_finite_is_found(ethanol):
    frames = relabelled(ethanol[:10])
    frames[3].positions[2, 1] = np.nan
    [finding] = check_labels(frames)
    assert finding.frames == (3,)


def test_missing_labels_are_found_and_other_names_proposed(ethanol):
    frames = relabelled(ethanol[:10])
    frames[4].calc = None
    frames[4].info["REF_energy"] = -1.0
    frames[4].arrays["dft_forces"] = np.zeros((9, 3))
    findings = {finding.kind: finding for finding in check_labels(frames)}
    assert findings["no energy"].frames == findings["no forces"].frames == (4,)
    assert "There is 'REF_energy'" in str(findings["no energy"])
    assert "There is 'dft_forces'" in str(findings["no forces"])


def test_stress_is_optional_but_not_in_half_of_the_frames(copper):
    assert kinds(relabelled(copper[:40], stress=lambda s: None)) == set()
    half = relabelled(copper[:20], stress=lambda s: None) + copper[20:40]
    assert kinds(half) == {"no stress"}


def test_repeats_with_other_energies_are_called_contrary(ethanol):
    frames = ethanol[:10] + relabelled(ethanol[:1], energy=lambda e: e + 1.0)
    [finding] = check_labels(frames)
    assert finding.frames == (10,)
    assert "1 of them with another energy" in str(finding)


def test_one_structure_and_none_are_pointed_out(ethanol):
    assert kinds(ethanol[:1]) == {"one structure"}
    assert kinds([]) == {"one structure"}


def test_the_frames_are_left_as_they_are(ethanol):
    frames = relabelled(ethanol[:20])
    before = [(atoms.positions.copy(), atoms.calc.results["forces"].copy()) for atoms in frames]
    check_labels(frames)
    for atoms, (positions, forces) in zip(frames, before, strict=True):
        np.testing.assert_array_equal(atoms.positions, positions)
        np.testing.assert_array_equal(atoms.calc.results["forces"], forces)
