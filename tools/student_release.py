"""Write what students get into a git repository of its own, from which a hub's link brings it.

    python tools/student_release.py FOLDER      a new folder, or the repository of an earlier call

The release is course/, exercises/ and experiments/ of the last commit here, the licences, the
single files that lessons link to, and the pages of docs/ that those link to. Solutions, tests, the
pages for teachers and the history of this repository stay behind, and what other pages say with a
link to one of them stands there without the link. FOLDER gets one commit, or none where nothing has
changed. Your own files there stay, in course/ or docs/ too: only what the last release brought,
which `.released` lists, is removed.
Change the course here, not there: the next release takes a change back that you committed there,
and refuses to begin where one is not committed.
"""

from __future__ import annotations

import argparse
import io
import posixpath
import re
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("course", "exercises", "experiments", "LICENSE", "LICENSE-course.md")
STAFF = ("solutions/", "tests/", "mlp_teach/grading/")  # no link may bring these along
FOR_TEACHERS = re.compile(r"docs/(hub|instructors_guide)\b")
LIST = ".released"  # in FOLDER: the paths of its last release
LINK = re.compile(r"\]\(([^)#\s]+)")
FRAGMENT = r"(?:#(?:\([^()\s]*\)|[^()\s])*)?"
WHOLE_LINK = re.compile(r"(?<!!)\[([^][]*)\]\(([^)#\s]+)" + FRAGMENT + r"\)")


def release(root: Path, folder: Path) -> bool:
    """Brings the repository in `folder` to the last commit of the course; whether that changed it.

    Raises ValueError for a folder that is not a repository's own or holds changes that were not
    committed, or a lesson that links to what students must not get; RuntimeError where git refuses.
    """
    new = not folder.exists() or not any(folder.iterdir())
    if not new and not (folder / ".git").exists():
        raise ValueError(f"{folder} holds files and is no git repository: name a new folder")
    if folder.resolve() == root or root in folder.resolve().parents:
        raise ValueError(f"{folder} lies in the course itself: name a folder outside of it")
    files = released(root)
    files[LIST] = "\n".join([*sorted(files), ""]).encode()
    if new:
        git(root, "init", "--quiet", "--initial-branch=main", str(folder))
    who_commits(folder)
    listed = folder / LIST
    last = set(listed.read_text("utf-8").splitlines()) if listed.exists() else set()
    refuse_to_lose(folder, last, files)
    if gone := sorted(last - files.keys()):
        git(folder, "rm", "-r", "-f", "--quiet", "--ignore-unmatch", "--", *gone)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    git(folder, "add", "--force", "--", *files)
    if not git(folder, "status", "--porcelain", "--untracked-files=no"):
        return False
    commit = git(root, "rev-parse", "--short", "HEAD").decode().strip()
    git(folder, "commit", "--quiet", f"--message=The course, {commit}")
    return True


def who_commits(folder: Path) -> None:
    """Raises RuntimeError, before a file is written, where git has no name for the commit."""
    try:
        git(folder, "var", "GIT_COMMITTER_IDENT")
    except RuntimeError as error:
        raise RuntimeError(
            "git does not know who you are, and a release is a commit: git config --global "
            'user.name "Your Name", git config --global user.email you@example.org, then again'
        ) from error


def refuse_to_lose(folder: Path, last: set[str], files: dict[str, bytes]) -> None:
    """Raises ValueError where a file of the last or the next release has a content that is neither
    committed nor the next one's, as after a release whose commit failed."""
    try:
        committed = archive(folder, [])
    except RuntimeError:  # no commit yet
        committed = {}
    for path in sorted(last | files.keys()):
        known = (committed.get(path), files.get(path))
        if (folder / path).is_file() and (folder / path).read_bytes() not in known:
            raise ValueError(f"{folder / path} is not committed: move it away or commit it")


def released(root: Path) -> dict[str, bytes]:
    """Paths and contents. Raises ValueError for a link to what is not for students."""
    files = archive(root, PARTS)
    linked = {target for path, content in files.items() for target in links(path, content)}
    there = set(git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD").decode().split("\0"))
    more = sorted((linked & there) - files.keys())
    if wrong := [path for path in more if path.startswith(STAFF) or FOR_TEACHERS.match(path)]:
        raise ValueError(f"a lesson or an exercise links to {wrong[0]}, which is not for students")
    while more:
        brought = archive(root, more)
        files |= brought
        pages = {link for path, text in brought.items() for link in links(path, text)}
        more = sorted(one for one in pages & there - files.keys() if for_students(one))
    for path in filter(for_students, files):
        files[path] = without_links_to(there - files.keys(), path, files[path])
    return files


def without_links_to(absent: set[str], path: str, content: bytes) -> bytes:
    """A page in which the words of links to such files stay, and the links do not."""
    if not path.endswith(".md"):
        return content

    def words(link: re.Match) -> str:
        return link[1] if target(path, link[2]) in absent else link[0]

    return WHOLE_LINK.sub(words, content.decode()).encode()


def for_students(path: str) -> bool:
    """Whether a page brings a file that it links to."""
    return path.startswith("docs/") and not FOR_TEACHERS.match(path)


def links(path: str, content: bytes) -> set[str]:
    """The files that a notebook or a page links to, as paths in the repository."""
    if not path.endswith((".ipynb", ".md")):
        return set()
    return {target(path, link) for link in LINK.findall(content.decode())}


def target(path: str, link: str) -> str:
    """Where a link of a file leads, as a path in the repository."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), link))


def archive(root: Path, paths: tuple[str, ...] | list[str]) -> dict[str, bytes]:
    """Files of the last commit."""
    packed = git(root, "archive", "--format=tar", "HEAD", "--", *paths)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar if one.isfile()}


def git(folder: Path, *words: str) -> bytes:
    """What git prints in a folder. RuntimeError with its words when it fails."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"git {words[0]} in {folder}: {said}")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.resolve()  # git is called from other folders
    try:
        changed = release(ROOT, folder)
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    said = "has the course of the last commit; push it" if changed else "has not changed"
    print(f"{folder} {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
