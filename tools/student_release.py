"""Write what students get into a git repository of its own, from which a hub's link brings it.

    python tools/student_release.py FOLDER      a new folder, or the repository of an earlier call

The release is course/, exercises/ and experiments/ of the last commit here, the licences, the
single files that lessons link to, and the pages of docs/ that those link to. Solutions, tests and
the history of this repository stay behind. FOLDER gets one commit, or none where nothing has
changed; what you keep there under other names stays. Change the course here, not there: the next
release would take a change back.
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
LINK = re.compile(r"\]\(([^)#\s]+)")


def release(root: Path, folder: Path) -> bool:
    """Brings the repository in `folder` to the last commit of the course; whether that changed it.

    Raises ValueError for a folder that is not a repository's own, or a lesson that links to what
    students must not get; RuntimeError where git refuses, as it does for changes in `folder` that
    were not committed.
    """
    new = not folder.exists() or not any(folder.iterdir())
    if not new and not (folder / ".git").exists():
        raise ValueError(f"{folder} holds files and is no git repository: name a new folder")
    if folder.resolve() == root or root in folder.resolve().parents:
        raise ValueError(f"{folder} lies in the course itself: name a folder outside of it")
    files = released(root)
    if new:
        git(root, "init", "--quiet", "--initial-branch=main", str(folder))
    ours = sorted({path.partition("/")[0] for path in files})
    git(folder, "rm", "-r", "--quiet", "--ignore-unmatch", "--", *ours)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    git(folder, "add", "--force", "--", *files)
    if not git(folder, "status", "--porcelain", "--untracked-files=no"):
        return False
    commit = git(root, "rev-parse", "--short", "HEAD").decode().strip()
    git(folder, "commit", "--quiet", f"--message=The course, {commit}")
    return True


def released(root: Path) -> dict[str, bytes]:
    """Paths and contents. Raises ValueError for a link to what is not for students."""
    files = archive(root, PARTS)
    linked = {target for path, content in files.items() for target in links(path, content)}
    there = set(git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD").decode().split("\0"))
    more = sorted((linked & there) - files.keys())
    if wrong := [path for path in more if path.startswith(STAFF)]:
        raise ValueError(f"a lesson or an exercise links to {wrong[0]}, which is not for students")
    while more:
        brought = archive(root, more)
        files |= brought
        pages = {link for path, text in brought.items() for link in links(path, text)}
        more = sorted(one for one in pages & there - files.keys() if one.startswith("docs/"))
    return files


def links(path: str, content: bytes) -> set[str]:
    """The files that a notebook or a page links to, as paths in the repository."""
    if not path.endswith((".ipynb", ".md")):
        return set()
    found = LINK.findall(content.decode())
    return {posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) for link in found}


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
    folder = parser.parse_args().folder
    try:
        changed = release(ROOT, folder)
    except (RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    said = "has the course of the last commit; push it" if changed else "has not changed"
    print(f"{folder} {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
