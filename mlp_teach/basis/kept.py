"""Tables that are made once and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps

import torch


def kept(make: Callable) -> Callable:
    """Calls a function once for each set of arguments, and from then on gives what it gave then.

    A table outlives the call that made it. So it is made as if that call stood outside of
    torch.inference_mode, for a later one may want gradients, and outside of any torch.device.
    """

    @cache
    @wraps(make)
    def once(*arguments, **words):
        with torch.inference_mode(False), torch.device("cpu"):
            return make(*arguments, **words)

    return once
