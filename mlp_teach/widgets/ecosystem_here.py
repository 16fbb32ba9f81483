"""Which of the tools are on this machine: looked for, never started, and never an error."""

from __future__ import annotations

import importlib.metadata
import shutil
from dataclasses import dataclass

from mlp_teach.widgets.ecosystem_tools import TOOLS, Tool

WORDS = {
    "en": {"absent": "not found", "command": "command {path}", "package": "package, {version}"},
    "ja": {"absent": "なし", "command": "コマンド {path}", "package": "パッケージ {version}"},
}


@dataclass(frozen=True)
class Here:
    """What was found of a tool: the version of a package, the path of a command, or neither."""

    tool: Tool
    version: str = ""
    path: str = ""


def tools_here() -> list[Here]:
    """All tools in the order of the phases, found or not."""
    return [Here(tool, _version(tool), _path(tool)) for tool in TOOLS]


def tools_report(found: list[Here], lang: str = "en") -> str:
    """One line a tool, for a cell to print."""
    words, lines = WORDS[lang], []
    for here in found:
        text = words["absent"]
        if here.path:
            text = words["command"].format(path=here.path)
        if here.version:
            text = words["package"].format(version=here.version)
        mark = "+" if here.version or here.path else "-"
        lines.append(f"{mark} {here.tool.phase}  {here.tool.name:18}  {text}")
    return "\n".join(lines)


def _version(tool: Tool) -> str:
    for package in tool.packages:
        try:
            return importlib.metadata.version(package) or "?"
        except Exception:  # a broken installation is as good as none, and no reason to stop
            continue
    return ""


def _path(tool: Tool) -> str:
    for command in tool.commands:
        try:
            if path := shutil.which(command):
                return path
        except OSError:
            continue
    return ""
