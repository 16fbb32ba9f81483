#!/usr/bin/env python3
"""The one command of this course: python3 start.py [lab | run | test | install | doctor | clean].

It needs nothing but Python: it makes its own environment beside itself, and says so. What it does
is in tools/starter. This file only makes sure that an older Python gets a sentence and not a
syntax error, so it is written in what every Python 3, and even 2.7, can read.
"""

import os
import sys

OLDEST, NEWEST = (3, 11), (3, 14)  # what constraints.txt has wheels for


def python_is_fit():
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return True
    sys.stderr.write(
        "This is Python " + sys.version.split()[0] + "; the course runs on Python 3.11 to 3.14.\n"
        "Start it with one of these, for example:  python3.12 start.py\n"
        "If there is none yet: https://www.python.org/downloads, or your system's packages.\n"
    )
    return False


if __name__ == "__main__":
    if not python_is_fit():
        sys.exit(2)
    root = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, os.path.join(root, "tools"))
    from starter.commands import main

    sys.exit(main(root, sys.argv[1:]))
