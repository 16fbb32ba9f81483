"""The builder: one source in, the same two notebooks out, and a sentence for whatever is wrong."""

import json

import pytest

from tools import build_notebooks

HEADER = """\
# ---
# jupyter:
#   card: {learn_minutes: 5, run_seconds: 20, memory_mb: 400}
# ---

"""
GOOD = """\
# %% [markdown] lang="en"
# # Atoms

# %% [markdown] lang="ja"
# # 原子
# 一行目です。
# 二行目です。

# %%
lang = "en"
print(lang)

# %% [markdown]
# $$E = \\sum_i E_i$$
"""


@pytest.fixture
def course(tmp_path):
    (tmp_path / "source").mkdir()
    return tmp_path


def write(course, cells, header=HEADER):
    path = course / "source" / "09_atoms.py"
    path.write_text(header + cells, encoding="utf-8")
    return path


def stamped(course, cells=GOOD, header=HEADER):
    path = write(course, cells, header)
    build_notebooks.main(["--stamp", "all"], course)
    return path


def notebook(course, lang):
    return json.loads((course / lang / "09_atoms.ipynb").read_text(encoding="utf-8"))


def sources(course, lang):
    return ["".join(cell["source"]) for cell in notebook(course, lang)["cells"]]


def complaint(course, capsys):
    """What --check says; it must fail."""
    build_notebooks.main([], course)
    capsys.readouterr()
    assert build_notebooks.main(["--check"], course) == 1
    return capsys.readouterr().out


def test_each_language_gets_its_words_and_both_get_the_code_and_the_formula(course):
    stamped(course)
    english, japanese = sources(course, "en"), sources(course, "ja")
    assert english[0] == "# Atoms"
    assert english[2:] == ['lang = "en"\nprint(lang)', "$$E = \\sum_i E_i$$"]
    assert japanese[2:] == ['lang = "ja"\nprint(lang)', "$$E = \\sum_i E_i$$"]
    assert notebook(course, "ja")["metadata"]["mlp_teach"]["lang"] == "ja"


def test_japanese_lines_are_joined_but_a_heading_stays_on_its_own(course):
    stamped(course)
    assert sources(course, "ja")[0] == "# 原子\n一行目です。二行目です。"


def test_japanese_lines_in_a_code_block_are_left_alone(course):
    fence = "# ```\n# 一行\n# 二行\n# ```\n#\n# 一行目です。\n"
    stamped(course, GOOD.replace("# 一行目です。\n", fence))
    assert sources(course, "ja")[0].startswith("# 原子\n```\n一行\n二行\n```\n")


def test_the_card_stands_under_the_title_in_both_languages(course):
    stamped(course)
    for lang in ("en", "ja"):
        card = sources(course, lang)[1]
        assert all(number in card for number in ("5 ", "20 ", "400 "))
        assert notebook(course, lang)["metadata"]["mlp_teach"]["card"]["run_seconds"] == 20


def test_building_twice_gives_the_same_bytes_without_outputs(course):
    stamped(course)
    first = (course / "en" / "09_atoms.ipynb").read_bytes()
    (course / "en" / "09_atoms.ipynb").unlink()
    assert build_notebooks.main([], course) == 0
    assert (course / "en" / "09_atoms.ipynb").read_bytes() == first
    code = [cell for cell in notebook(course, "en")["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_cells_keep_their_ids_when_a_cell_is_put_before_them(course):
    stamped(course)
    before = {"".join(c["source"]): c["id"] for c in notebook(course, "en")["cells"]}
    stamped(course, GOOD.replace("# %% [markdown]\n# $$", "# %%\n1 + 1\n\n# %% [markdown]\n# $$"))
    after = {"".join(c["source"]): c["id"] for c in notebook(course, "en")["cells"]}
    assert after.items() >= before.items()
    assert len(set(after.values())) == len(before) + 1


def test_check_passes_on_what_build_wrote_and_writes_nothing(course):
    stamped(course)
    times = {path: path.stat().st_mtime_ns for path in course.rglob("*.*")}
    assert build_notebooks.main(["--check"], course) == 0
    assert times == {path: path.stat().st_mtime_ns for path in course.rglob("*.*")}


def test_check_finds_a_notebook_edited_by_hand(course, capsys):
    stamped(course)
    path = course / "en" / "09_atoms.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("Atoms", "Molecules"), "utf-8")
    assert build_notebooks.main(["--check"], course) == 1
    assert "en/09_atoms.ipynb: not what 09_atoms.py says" in capsys.readouterr().out.replace(
        "\\", "/"
    )


def test_check_finds_a_notebook_without_a_source(course, capsys):
    stamped(course)
    (course / "ja" / "08_left_over.ipynb").write_text("{}", "utf-8")
    assert "has no source" in complaint(course, capsys)


def test_check_finds_a_changed_english_text_until_the_twin_is_stamped_again(course, capsys):
    path = stamped(course)
    path.write_text(path.read_text("utf-8").replace("# # Atoms", "# # Atoms and pairs"), "utf-8")
    assert "English text changed after this translation" in complaint(course, capsys)
    assert build_notebooks.main(["--stamp", "all"], course) == 0
    assert build_notebooks.main(["--check"], course) == 0


def test_only_the_lessons_that_are_named_are_stamped(course, capsys):
    mine = stamped(course)
    other = mine.with_name("10_others.py")
    other.write_text(mine.read_text("utf-8"), "utf-8")
    for path in (mine, other):
        path.write_text(path.read_text("utf-8").replace("# # Atoms", "# # New atoms"), "utf-8")
    before = other.read_bytes()
    assert build_notebooks.main(["--stamp", "09"], course) == 1  # the other one is still old
    assert other.read_bytes() == before
    said = complaint(course, capsys)
    assert "10_others.py" in said
    assert "09_atoms.py" not in said
    assert build_notebooks.main(["--stamp", "09", "10_others"], course) == 0


@pytest.mark.parametrize(("words", "sentence"), [([], "expected at"), (["09", "7"], "with 7")])
def test_stamping_asks_for_names_of_lessons(words, sentence, course, capsys):
    path = write(course, GOOD)
    before = path.read_bytes()
    with pytest.raises(SystemExit):
        build_notebooks.main(["--stamp", *words], course)
    assert sentence in capsys.readouterr().err
    assert path.read_bytes() == before


def test_rewrapping_the_english_does_not_make_its_twin_old(course):
    path = stamped(course, GOOD.replace("# # Atoms", "# # Atoms\n# one two three"))
    path.write_text(path.read_text("utf-8").replace("one two three", "one two\n# three"), "utf-8")
    assert build_notebooks.main([], course) == 0


def test_stamping_changes_only_the_lines_of_the_japanese_markers(course):
    before = write(course, GOOD).read_text("utf-8").splitlines()
    after = stamped(course).read_text("utf-8").splitlines()
    changed = [a for a, b in zip(after, before, strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0].startswith('# %% [markdown] lang="ja" en="')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lang="ja"', 'lang="fr"', "none of en, ja"),
        ('# %% [markdown] lang="ja"\n# # 原子\n', "", "no Japanese twin"),
        ('# %% [markdown] lang="en"\n# # Atoms\n', "# %% [markdown]\n# # A\n", "no English twin"),
        ("# # Atoms", "# Atoms", "begin with '# Title'"),
        ("print(lang)", "\n".join(["print(lang)"] * 15), "16 lines of code"),
        ("print(lang)", "class Model:\n    pass", "defines a class"),
        ("print(lang)", "print(lang", "not plain Python"),
        ('lang = "en"', 'lang = "de"', "stands 0 times"),
        ("# %%\n", '# %% lang="en"\n', "belongs to both languages"),
    ],
)
def test_check_names_the_line_and_the_fault(course, capsys, old, new, said):
    assert GOOD.count(old) == 1 or old == "# %%\n"
    stamped(course, GOOD.replace(old, new, 1))
    said_by_check = complaint(course, capsys)
    assert said in said_by_check
    assert "09_atoms.py:" in said_by_check


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("run_seconds: 20", "run_seconds: 121", "run_seconds may be 120 at most"),
        ("memory_mb: 400", "memory_mb: 2000", "memory_mb may be 1024 at most"),
        ("run_seconds: 20, ", "", "the header's card is"),
        (HEADER, "", "the header's card is missing"),
    ],
)
def test_check_holds_the_card_to_what_a_lesson_may_take(course, capsys, old, new, said):
    stamped(course, header=HEADER.replace(old, new))
    assert said in complaint(course, capsys)


def test_text_before_the_first_cell_is_refused_with_a_sentence(course, capsys):
    write(course, "import os\n\n" + GOOD)
    assert build_notebooks.main(["--check"], course) == 1
    assert "let nothing but the header stand before" in capsys.readouterr().out
