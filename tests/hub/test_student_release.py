"""What tools/student_release.py hands out: the course and the exercises, no solution, no test."""

import json
import re
import subprocess
import sys

import pytest
from course_link import course_link

from tests.hub.class_machine import ROOT
from tools import student_release
from tools.student_release import LIST, links, release

BLOCK = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)


@pytest.fixture(autouse=True, scope="module")
def somebody():
    """Git knows who commits, and no setting of this machine's counts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        for who in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{who}_NAME", "T")
            patch.setenv(f"GIT_{who}_EMAIL", "t@example.org")
        yield


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


@pytest.fixture(scope="module")
def students(somebody, tmp_path_factory):
    """The release of this repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    folder = tmp_path_factory.mktemp("release") / "students"
    assert release(ROOT, folder)
    return folder


def files_of(folder):
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in found if ".git" not in path.parts}


def test_all_lessons_and_exercises_are_there_and_nothing_for_staff(students):
    names = files_of(students)
    for lang in ("en", "ja"):
        assert sum(name.startswith(f"course/{lang}/") for name in names) == 15
        assert sum(name.startswith(f"exercises/{lang}/") for name in names) == 6
    assert {"LICENSE", "LICENSE-course.md", "course/notation.md"} <= names.keys()
    staff = ("solutions", "tests", "tools", "mlp_teach/grading", "deploy", "binder")
    assert [name for name in names if name.startswith(staff)] == []
    assert {f"experiments/{name}.toml" for name in ("painn_ethanol", "gap_cu_full")} <= names.keys()
    assert len(names) < 250


def secrets_of_staff():
    """The answers and hidden tests of all assignments, without their indentation."""
    found = []
    for path in (ROOT / "solutions").glob("[ej][na]/*/*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            text = "".join(cell["source"])
            found += [squeezed(block) for block in (*BLOCK.findall(text), *HIDDEN.findall(text))]
            if cell["cell_type"] == "markdown" and cell["metadata"].get("nbgrader", {}).get(
                "grade"
            ):
                found.append(squeezed(text))
    return [one for one in found if len(one) > 40]


def squeezed(text):
    return " ".join(text.split())


def test_no_answer_is_inside_and_none_in_its_history(students):
    wanted = secrets_of_staff()
    assert len(wanted) > 60
    notebooks = [path for name, path in files_of(students).items() if name.endswith(".ipynb")]
    text = "\n".join(
        squeezed("".join(cell["source"]))
        for path in notebooks
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    )
    assert "### BEGIN SOLUTION" not in text
    assert [one for one in wanted if one in text] == []
    history = git(students, "log", "--all", "--name-only", "--format=")
    assert not re.search(r"^(solutions|tests)/", history, re.MULTILINE)


def test_links_of_lessons_and_exercises_lead_to_a_file_of_the_release(students):
    names = files_of(students)
    folders = {str(name).rpartition("/")[0] for name in names}
    lost = [
        (name, link)
        for name, path in names.items()
        if name.startswith(("course/", "exercises/"))
        for link in links(name, path.read_bytes())
        if ":" not in link and link not in names and link not in folders
    ]
    assert lost == []


def test_pages_of_docs_lead_to_each_other(students):
    names = files_of(students)
    pages = {name for name in names if name.startswith("docs/") and name.endswith(".md")}
    assert {"docs/gpu_kernels.md", "docs/many_runs.ja.md"} <= pages
    found = {link for name in pages for link in links(name, names[name].read_bytes())}
    assert "docs/many_runs.md" in found
    assert {link for link in found if ":" not in link} <= names.keys()


def test_pages_for_teachers_stay_behind(students):
    assert [name for name in files_of(students) if re.search("hub|instructors", name)] == []


def test_the_link_of_the_hub_brings_the_release(students, tmp_path):
    pytest.importorskip("nbgitpuller", reason="nbgitpuller: pip install '.[test]'")
    words = [sys.executable, "-m", "nbgitpuller.pull", f"file://{students}", "main", tmp_path / "c"]
    subprocess.run(words, check=True, capture_output=True)
    assert files_of(tmp_path / "c").keys() == files_of(students).keys()
    opened = re.search(r"mlp_course%2F([^&]+)$", course_link("http://h", "x"))[1]
    assert opened.replace("%2F", "/") in files_of(students)


@pytest.fixture
def course(tmp_path):
    """A small course: lessons that link to a file of the library and to a page, and solutions."""
    root = tmp_path / "course"
    lesson = "see [the model](../../mlp_teach/model.py#L3) and [the notes](https://example.org)"
    page = (
        "[next](b.md), [back](../README.md), [answers](../solutions/en/ps1.md), "
        "[hub](hub.md#1-(a)) of [a class](https://example.org/hub.md)"
    )
    files = {
        "course/en/00.md": lesson,
        "course/en/01.md": "old, see [a page](../../docs/a.md)",
        "docs/a.md": page,
        "docs/b.md": "[first](a.md)",
        "docs/c.md": "nobody links to it",
        "docs/hub.md": "for teachers",
        "README.md": "all",
        "experiments/gap.toml": "[data]",
        "exercises/en/ps1.md": "task",
        "solutions/en/ps1.md": "answer",
        "mlp_teach/model.py": "x = 1",
        "mlp_teach/other.py": "x = 2",
        "LICENSE": "MIT",
        "LICENSE-course.md": "CC",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(tmp_path, "init", "--quiet", str(root))
    publish(root)
    return root


def publish(root):
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=x")


PUBLIC = {"course/en/00.md", "course/en/01.md", "exercises/en/ps1.md", "mlp_teach/model.py"}
PUBLIC |= {"experiments/gap.toml", "docs/a.md", "docs/b.md"}
LICENCES = {"LICENSE", "LICENSE-course.md", LIST}


def test_a_release_holds_what_is_committed_and_linked(course, tmp_path):
    (course / "course" / "en" / "draft.md").write_text("not committed")
    assert release(course, tmp_path / "out")
    assert files_of(tmp_path / "out").keys() == PUBLIC | LICENCES
    page = (tmp_path / "out" / "docs" / "a.md").read_text()
    assert page == "[next](b.md), back, answers, hub of [a class](https://example.org/hub.md)"
    assert not release(course, tmp_path / "out")
    assert git(tmp_path / "out", "rev-list", "--count", "HEAD") == "1\n"


def test_the_next_release_is_one_more_commit_and_leaves_what_the_teacher_keeps_there(
    course, tmp_path
):
    out = tmp_path / "out"
    release(course, out)
    (out / "week1.md").write_text("mine")
    git(out, "add", "week1.md")
    git(out, "commit", "--quiet", "--message=mine")
    (course / "course" / "en" / "00.md").write_text("new, links to nothing")
    (course / "course" / "en" / "01.md").unlink()
    publish(course)
    assert release(course, out)
    left = {"course/en/00.md", "exercises/en/ps1.md", "experiments/gap.toml", "week1.md", *LICENCES}
    linked = ("mlp_teach/", "docs/")
    assert {name for name in files_of(out) if not name.startswith(linked)} == left
    assert (out / "course" / "en" / "00.md").read_text() == "new, links to nothing"
    assert git(out, "rev-list", "--count", "HEAD") == "3\n"
    assert git(out, "status", "--porcelain") == ""


def test_what_is_not_committed_in_the_release_is_not_overwritten(course, tmp_path):
    release(course, tmp_path / "out")
    (tmp_path / "out" / "course" / "en" / "00.md").write_text("a teacher's change")
    with pytest.raises(ValueError, match=r"00\.md is not committed"):
        release(course, tmp_path / "out")
    assert (tmp_path / "out" / "course" / "en" / "00.md").read_text() == "a teacher's change"


@pytest.mark.parametrize("place", ["docs/our_class.md", "course/en/our_class.md"])
def test_a_teacher_s_own_files_among_those_of_the_course_stay(course, tmp_path, place):
    out = tmp_path / "out"
    release(course, out)
    (out / place).write_text("ours")
    git(out, "add", place)
    git(out, "commit", "--quiet", "--message=ours")
    for change in ("new, links to nothing", "newer"):
        for lesson in ("00.md", "01.md"):
            (course / "course" / "en" / lesson).write_text(change)
        publish(course)
        assert release(course, out)
        assert (out / place).read_text() == "ours"
        assert not (out / "docs" / "a.md").exists(), "no lesson links to it any more"
    (course / place).write_text("the course's own of this name")
    (course / "course" / "en" / "00.md").write_text("[a](../../docs/our_class.md)")
    publish(course)
    (out / place).write_text("ours, not committed")
    with pytest.raises(ValueError, match=r"our_class\.md is not committed"):
        release(course, out)
    assert (out / place).read_text() == "ours, not committed"


def test_whoever_is_unknown_to_git_is_told_so_and_goes_on_once_known(course, tmp_path):
    out = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_COUNT", "1")
        patch.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
        patch.setenv("GIT_CONFIG_VALUE_0", "true")
        for name in ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL"):
            patch.delenv(f"GIT_{name}")
        with pytest.raises(RuntimeError, match=r"git config --global user\.email"):
            release(course, out)
    assert files_of(out) == {}
    assert release(course, out)


@pytest.mark.parametrize("releases", [0, 1])
def test_a_release_whose_commit_failed_is_made_by_the_next_call(
    course, tmp_path, monkeypatch, releases
):
    out = tmp_path / "out"
    for _ in range(releases):
        release(course, out)
    (course / "course" / "en" / "00.md").write_text("new, links to nothing")
    (course / "course" / "en" / "01.md").unlink()
    publish(course)

    def refuses(folder, *words):
        if words[0] == "commit":
            raise RuntimeError("a hook says no")
        return really(folder, *words)

    really = student_release.git
    monkeypatch.setattr(student_release, "git", refuses)
    with pytest.raises(RuntimeError, match="a hook"):
        release(course, out)
    monkeypatch.undo()
    assert release(course, out)
    assert git(out, "rev-list", "--count", "HEAD") == f"{releases + 1}\n"
    assert git(out, "status", "--porcelain") == ""
    assert (out / "course" / "en" / "00.md").read_text() == "new, links to nothing"
    assert not (out / "course" / "en" / "01.md").exists()


@pytest.mark.parametrize("place", ["solutions/en/ps1.md", "tests/test_a.py", "docs/hub.md"])
def test_a_lesson_that_links_to_what_is_for_staff_is_refused(course, tmp_path, place):
    (course / place).parent.mkdir(parents=True, exist_ok=True)
    (course / place).write_text("secret")
    (course / "course" / "en" / "01.md").write_text(f"[look](../../{place})")
    publish(course)
    with pytest.raises(ValueError, match=f"links to {place}"):
        release(course, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_of_other_things_and_one_in_the_course_are_refused(course, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.md").write_text("mine")
    with pytest.raises(ValueError, match="is no git repository"):
        release(course, tmp_path / "thesis")
    for inside in (course, course / "release"):
        with pytest.raises(ValueError, match="lies in the course itself"):
            release(course, inside)


def test_a_folder_is_named_from_where_one_stands(course, tmp_path, monkeypatch):
    monkeypatch.setattr(student_release, "ROOT", course)
    monkeypatch.setattr(sys, "argv", ["student_release.py", "out"])
    monkeypatch.chdir(tmp_path)
    assert student_release.main() == 0
    assert files_of(tmp_path / "out").keys() == PUBLIC | LICENCES
    assert not (course / "out").exists()
