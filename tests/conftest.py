"""For every test: one thread, no window, and the shapes in signatures checked at run time.

jaxtyping's hook wraps each function of mlp_teach as it is imported, so that a call with tensors of
other shapes than its signature says fails there, with both shapes in the message.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: it reads it once
os.environ.setdefault("MPLBACKEND", "Agg")

from jaxtyping import install_import_hook

install_import_hook("mlp_teach", "beartype.beartype")
