"""Copies are found under other names, in another order and with other comments; people who thought
alike are not accused."""

import json
import random
import re
import shutil
from pathlib import Path

import pytest

from mlp_teach.grading.course import Course
from mlp_teach.grading.exercise import assignment
from mlp_teach.grading.fingerprints import fingerprints, statements
from mlp_teach.grading.similarity import LONGEST, similarity
from mlp_teach.grading.similarity_page import compare_class, pairs_table, similarity_page
from mlp_teach.grading.staff_files import handed_out_code, read_answers
from tests.grading.honest_answers import COSINE, FORCES, HONEST, LENNARD_JONES

ROOT = Path(__file__).resolve().parents[2]
NAME = "ps1_energy_surfaces"
TASK = assignment(NAME)
RELEASE = ROOT / "exercises" / "en" / NAME / f"{NAME}.ipynb"
GIVEN = handed_out_code(RELEASE)
ORIGINAL = HONEST["akira"][LENNARD_JONES]
NEW_NAMES = {"E": "en", "F": "kraft", "d": "delta", "r": "dist", "f": "w1", "df": "w2", "v": "u"}


def renamed(text):
    for old, new in NEW_NAMES.items():
        text = re.sub(rf"\b{old}\b", new, text)
    return text


def commented(text):
    lines = [f"{line}  # step {n}" for n, line in enumerate(text.strip().splitlines())]
    return "\n\n".join([lines[0], '    """My own work."""', *lines[1:]])


def reordered(text):
    blocks = {}
    lines = text.strip().splitlines()
    for line in lines[1:]:
        blocks.setdefault(len(line) - len(line.lstrip()), []).append(line)
    shuffled = [
        line for block in blocks.values() for line in random.Random(0).sample(block, len(block))
    ]
    assert shuffled != lines[1:]
    return "\n".join([lines[0], *shuffled])


def laid_out(text):
    text = text.replace(" = ", "=").replace(" * ", "*").replace("0.5", ".50").replace("4 ", "4.0 ")
    return text.replace(" + 6", " \\\n   + 6").replace("(sigma / r)", "(\n sigma/r\n )")


DISGUISES = {
    "none": lambda text: text,
    "names": renamed,
    "comments": commented,
    "order": reordered,
    "layout and numbers": laid_out,
    "all": lambda text: commented(renamed(reordered(laid_out(text).replace("\\\n", "")))),
}


def test_honest_answers_do_not_stand_out():
    found = similarity(HONEST, GIVEN)
    assert found.students == 8
    assert found.standing_out == ()
    assert max(one.share for one in found.pairs if one.bits > 5) < 0.52  # of two short loops


def test_right_answers_of_the_exercises_own_tests_do_not_stand_out():
    class_ = dict(HONEST)
    text = (ROOT / "tests" / "exercises" / "ps1" / "lennard_jones.py").read_text()
    parts = re.split(r"^(?=def )", text, flags=re.MULTILINE)
    by_name = {part[4:].partition("(")[0]: part for part in parts if part.startswith("def ")}
    loops = by_name["_fade"] + by_name["_pairs"] + by_name["right_by_loops"]
    class_["loops"] = {LENNARD_JONES: loops}
    class_["arrays"] = {LENNARD_JONES: by_name["right_by_index_arrays"]}
    solved = read_answers(ROOT / "solutions" / "en" / NAME / f"{NAME}.ipynb", TASK, RELEASE)
    class_["solution"] = {name: solved.code[name] for name in (FORCES, COSINE, LENNARD_JONES)}
    assert similarity(class_, GIVEN).standing_out == ()


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_copy_is_found_whatever_it_wears(disguise):
    copy = DISGUISES[disguise](ORIGINAL)
    class_ = HONEST | {"zoe": HONEST["chen"] | {LENNARD_JONES: copy}}
    class_["zoe"] = {LENNARD_JONES: copy}
    found = similarity(class_, GIVEN)
    assert {one.students for one in found.standing_out} == {("akira", "zoe")}
    one = next(one for one in found.standing_out if one.exercise == LENNARD_JONES)
    assert one.share > (0.75 if disguise in ("layout and numbers", "all") else 0.99)
    assert one.to_the_letter == (disguise == "none")


def test_a_ring_of_copies_is_found_and_only_it():
    ring = {f"ring{k}": {LENNARD_JONES: renamed(ORIGINAL)} for k in range(3)}
    found = similarity(HONEST | ring, GIVEN)
    pairs = {one.students for one in found.standing_out if one.exercise == LENNARD_JONES}
    assert len(pairs) == 6
    assert all(set(pair) <= {"akira", *ring} for pair in pairs)


def test_what_was_handed_out_does_not_count():
    given = "def displacements(positions, cell):\n" + "\n".join(
        f"    step{k} = positions[{k}] + cell[{k}, {k}] * {k}.5" for k in range(20)
    )
    answers = {
        s: {"x": f"{given}\n    return {'+'.join('abcdefgh'[:n])}"} for n, s in enumerate(HONEST, 1)
    }
    assert max(one.bits for one in similarity(answers, given).pairs) < 1
    assert max(one.bits for one in similarity(answers).pairs) < 1  # nor what all have


def test_a_short_answer_is_no_reason():
    line = "def minimum_image(v, L):\n    return v - L * np.{}(v / L + {}) + {}"
    texts = (
        [line.format("round", 0, 0)] * 17
        + [line.format("floor", 0.5, "L * 0")] * 2
        + [line.format("rint", 0, 1)]
    )
    found = similarity({f"s{n}": {"x": text} for n, text in enumerate(texts)})
    assert found.standing_out == ()


def test_in_a_small_group_nothing_stands_out_and_the_page_says_so():
    few = {student: HONEST[student] for student in ("akira", "bea", "chen", "dora")}
    found = similarity(few | {"zoe": HONEST["akira"]}, GIVEN)
    assert found.standing_out == ()
    assert found.pairs[0].students == ("akira", "zoe")
    assert "fewer than 6" in similarity_page(TASK, found, few)


def test_the_same_class_gives_the_same_numbers_in_any_order():
    backwards = dict(reversed(HONEST.items()))
    assert similarity(backwards, GIVEN) == similarity(HONEST, GIVEN)
    assert similarity({}).pairs == ()


@pytest.mark.parametrize(
    "text",
    [
        '"""\\' * 15_000,
        '"' * 59_999,
        "(" * 59_999,
        "'\\" * 29_000,
        "x = " + "[" * 20_000 + "]" * 20_000,
        "-" * 50_000 + "1",
        "\x00\ud800\u202e" * 10_000,
        "if x:" * 10_000,
        'f"{' * 19_000,
        "x" * (LONGEST + 1),
    ],
    ids=lambda text: ascii(text[:6]),
)
def test_a_hostile_answer_stops_nothing_and_is_quick(text):
    import time

    start = time.process_time()
    found = similarity(HONEST | {"mallory": {LENNARD_JONES: text}}, GIVEN)
    assert time.process_time() - start < 2
    assert found.standing_out == ()
    assert found.too_long == ((("mallory", LENNARD_JONES),) if len(text) > LONGEST else ())


def test_statements_are_those_of_python():
    text = "def f(x, *, y=.5):\n  '''Doc'''\n  a = x[1:\n 2]; b = 0.50 # c\n  if a: return f'{y}'\n"
    assert [" ".join(tokens) for tokens in statements(text)] == [
        "def name ( name , * , name = 0.5 ) :",
        "name = name [ 1.0 : 2.0 ]",
        "name = 0.5",
        "if name :",
        "return '{y}",
    ]
    assert fingerprints("a.sum()") != fingerprints("a.mean()")
    assert fingerprints("x = sum(y)") == fingerprints("total = sum( z )")


def test_a_class_on_disk_is_compared_and_its_page_shows_pairs(tmp_path):
    for student, answers in (HONEST | {"zoe": {LENNARD_JONES: renamed(ORIGINAL)}}).items():
        submit(tmp_path, student, answers)
    submit(tmp_path, "broken", {}).write_text("{")
    (tmp_path / "submitted" / "linked").mkdir()
    (tmp_path / "submitted" / "linked" / NAME).symlink_to(ROOT / "solutions" / "en" / NAME)
    found, answers, lines = compare_class(course(tmp_path), TASK)
    assert {one.students for one in found.standing_out} == {("akira", "zoe")}
    assert [line.partition(":")[0] for line in lines] == ["broken", "linked"]
    said = pairs_table(found).as_text()
    assert re.search(r"^\*\s+akira\s+zoe\s+ps1_lennard_jones\s", said, re.MULTILINE)
    page = similarity_page(TASK, found, answers)
    assert page.count("abstand") == 0
    assert page.count("kraft") > 3
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in page


def test_a_class_without_submissions_or_release_is_told(tmp_path):
    with pytest.raises(ValueError, match="nbgrader collect"):
        compare_class(course(tmp_path), TASK)
    (tmp_path / "submitted").mkdir()
    with pytest.raises(ValueError, match="--release"):
        compare_class(course(tmp_path), TASK, tmp_path)


def course(folder):
    places = (RELEASE.parents[1], folder / "submitted", folder / "autograded")
    return Course(folder, "mlp_teach", "sqlite:///", *places)


def submit(folder, student, answers):
    notebook = json.loads(RELEASE.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = "# <img src=x>\n" + answers[name]
    path = folder / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(RELEASE, path)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
