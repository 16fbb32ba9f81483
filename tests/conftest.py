"""For every test: one thread, no window, and the shapes in signatures checked at run time. Where
several processes share the files: the slow ones first.

jaxtyping's hook wraps each function of mlp_teach as it is imported, so that a call with tensors of
other shapes than its signature says fails there, with both shapes in the message.
"""

import os
from collections import Counter

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: it reads it once
os.environ.setdefault("MPLBACKEND", "Agg")

from jaxtyping import install_import_hook

install_import_hook("mlp_teach", "beartype.beartype")


def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):  # a process of pytest-xdist
        slow_files_first(items)


def slow_files_first(items) -> None:
    """Orders tests in place: by the number of slow ones in their file, each file as it was.

    A long file that is taken last leaves all other processes idle.
    """
    marks = ("slow", "browser")
    slow = Counter(item.path for item in items if any(map(item.get_closest_marker, marks)))
    items.sort(key=lambda item: -slow[item.path])
