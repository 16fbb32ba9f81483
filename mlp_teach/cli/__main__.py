"""python -m mlp_teach.cli: the command where its script is not on the path, and for torchrun.

A process of torchrun's leaves as soon as all is written, without what Python does at its end. There
threads of PyTorch's may abort it ("terminate called without an active exception", rarely and on a
busy machine), and torchrun would then end the others, which still measure and write.
"""

import os
import sys

from mlp_teach.cli import main

code = main()
if "TORCHELASTIC_RUN_ID" in os.environ:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
sys.exit(code)
