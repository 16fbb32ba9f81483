"""Starts a command on what looks like a machine of its own.

    unshare --mount --pid --fork --mount-proc python own_machine.py FOLDER... -- COMMAND

Its accounts, homes and processes are its own: nothing of /etc, /home or /srv here changes, and all
ends with it. Needs root. The folders are what every account there must reach (this Python, the
course), wherever they lie; all else that lies beside them in a closed folder is out of sight.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def mount(*words: str | Path) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


def hidden_part(path: Path) -> Path | None:
    """The uppermost folder on the way to a path that only its owner may enter."""
    ways = [path, *path.parents][::-1]
    return next((way for way in ways if not way.stat().st_mode & 0o001), None)


def uncover(paths: list[Path], stage: Path) -> None:
    """Puts an empty folder that all may enter over each hidden one, and the paths back into it."""
    kept = []
    for n, path in enumerate(paths):
        if (hidden := hidden_part(path)) is not None:
            copy = stage / str(n)
            copy.mkdir()
            mount("--bind", path, copy)
            kept.append((hidden, path, copy))
    for hidden in {hidden for hidden, _, _ in kept}:
        mount("-t", "tmpfs", "-o", "mode=755", "none", hidden)
    for _, path, copy in kept:
        path.mkdir(parents=True, exist_ok=True)
        mount("--bind", copy, path)


def copy_of_etc(to: Path) -> None:
    shutil.copytree("/etc", to, symlinks=True)
    for folder, _, files in os.walk("/etc"):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            there, owner = to / path.relative_to("/etc"), path.lstat()
            os.chown(there, owner.st_uid, owner.st_gid, follow_symlinks=False)


def main(words: list[str]) -> int:
    split = words.index("--")
    stage = Path("/mnt")
    mount("-t", "tmpfs", "-o", "mode=755", "none", stage)
    copy_of_etc(stage / "etc")
    mount("--bind", stage / "etc", "/etc")
    for place in ("/home", "/srv"):
        mount("-t", "tmpfs", "-o", "mode=755", "none", place)
    uncover([Path(word) for word in words[:split]], stage)
    return subprocess.run(words[split + 1 :]).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
