"""An answer that is put into the form of the other side's only when it is looked at.

So what one package lists more, or in another order, costs its time to nobody.
"""

from collections.abc import Callable

import numpy as np


class Later:
    """Numpy takes it for the array that `make` returns."""

    def __init__(self, make: Callable[[], np.ndarray]):
        self.make = make

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self.make(), dtype)
