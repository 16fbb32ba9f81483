"""What repo2docker, with which Binder makes its images, finds in a repository and in which order.

Read from repo2docker 2026.4.0 (github.com/jupyterhub/repo2docker); the names are its own:

    binder_dir               binder/ or .binder/, never both; with either, the root counts no more
    app.py, buildpacks       of these the first that is there decides: Dockerfile, Project.toml,
                             JuliaProject.toml, REQUIRE, default.nix, a runtime.txt of R,
                             environment.yml
    CondaBuildPack           python= of environment.yml picks the frozen base that comes first; then
                             `mamba env update`; requirements.txt is not looked at
    _should_preassemble_env  without a local path among pip's lines, environment.yml is installed
                             before the repository is copied: a new commit needs no new install
    get_preassemble_scripts  apt.txt, before environment.yml
    get_post_build_scripts   postBuild, once, as the user and in the repository's root
    get_start_script         start, around the server's command, each time
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

BEFORE = (
    "Dockerfile",
    "Project.toml",
    "JuliaProject.toml",
    "REQUIRE",
    "default.nix",
    "runtime.txt",
)
PYTHON = re.compile(r"python\s*=+\s*([\d\.]*)")
# Pythons with a frozen base; for another it takes its default and changes the Python afterwards.
FROZEN = ("3.10", "3.11", "3.12", "3.13", "3.14")


class BinderError(ValueError):
    """repo2docker would refuse the repository, or take it for something else."""


@dataclass(frozen=True)
class Reading:
    """What Binder would do; paths are relative to the repository."""

    environment: str
    python: str
    pip: tuple[str, ...]
    installed_before_the_copy: bool
    apt: tuple[str, ...]
    post_build: str
    start: str


def read_binder(root: Path) -> Reading:
    """Reads a repository as repo2docker does. Raises BinderError."""
    folder = _folder(root)
    for name in BEFORE:
        if (root / folder / name).exists():
            raise BinderError(
                f"{folder}{name} comes before environment.yml, which is not read then"
            )
    environment = root / folder / "environment.yml"
    if not environment.exists():
        raise BinderError(f"there is no {folder}environment.yml")
    content = yaml.safe_load(environment.read_text("utf-8"))
    pip = tuple(line for one in _dictionaries(content) for line in one.get("pip", ()))
    return Reading(
        environment=f"{folder}environment.yml",
        python=_python(content),
        pip=pip,
        installed_before_the_copy=not any(map(_is_local, pip)),
        apt=_apt(root / folder / "apt.txt"),
        post_build=_if_there(root, f"{folder}postBuild"),
        start=_if_there(root, f"{folder}start"),
    )


def _folder(root: Path) -> str:
    found = [name for name in ("binder", ".binder") if (root / name).is_dir()]
    if len(found) == 2:
        raise BinderError("there is a binder/ and a .binder/; repo2docker wants one of them")
    return f"{found[0]}/" if found else ""


def _dictionaries(content: dict) -> list[dict]:
    return [one for one in content["dependencies"] if isinstance(one, dict)]


def _python(content: dict) -> str:
    lines = [one for one in content["dependencies"] if isinstance(one, str)]
    found = next(filter(None, map(PYTHON.match, lines)), None)
    return ".".join(found[1].split(".")[:2]) if found else ""


def _is_local(line: str) -> bool:
    """Does one of pip's lines need a file of the repository? (utils.is_local_pip_requirement)"""
    if line.startswith(("-r", "-c", "--requirement", "--constraint")) or "file://" in line:
        return True
    target = line.partition("=")[2] if line.startswith("--") and "=" in line else line
    if target.startswith("-"):  # -e PLACE
        target = target.partition(" ")[2].strip()
    return target.partition("://")[2].startswith(".") or target.startswith(".")


def _apt(path: Path) -> tuple[str, ...]:
    if not path.exists():
        return ()
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return tuple(filter(None, lines))


def _if_there(root: Path, name: str) -> str:
    return name if (root / name).exists() else ""
