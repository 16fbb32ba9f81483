"""What a job of a cluster gets from here: lines for its script, and variables, but no secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

SECRET = re.compile("TOKEN|SECRET|PASSW|API_KEY", re.IGNORECASE)  # names that a job need not know


def open_variables() -> dict[str, str]:
    """This process's variables, without those whose names say that they are secret."""
    return {name: value for name, value in os.environ.items() if not SECRET.search(name)}


def check_lines(**lists: Sequence[str]) -> None:
    """Raises ValueError for one text in the place of a list: each letter would become a line."""
    for name, lines in lists.items():
        if isinstance(lines, str):
            raise ValueError(f"{name} is one text; write a list of lines: {name}=[{lines!r}].")
