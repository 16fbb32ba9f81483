"""Matrix products as a GPU may make them, on any processor: with fewer digits of their factors.

TF32 keeps 10 bits after the point, bfloat16 7, where float32 has 23; the sums stay in float32. The
products of the backward pass, which make forces and gradients, are rounded too.
"""

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

BITS = {"TF32": 10, "bfloat16": 7}
_aten = torch.ops.aten
PRODUCTS = (_aten.mm.default, _aten.bmm.default, _aten.addmm.default, _aten.baddbmm.default)


def rounded(values: Tensor, bits: int) -> Tensor:
    """The nearest float32 numbers with so many bits after the point; ties go to the even one."""
    dropped = 23 - bits
    whole = values.contiguous().view(torch.int32)
    whole = whole + (1 << (dropped - 1)) - 1 + ((whole >> dropped) & 1)
    return (whole & -(1 << dropped)).view(torch.float32)


class RoundedProducts(TorchDispatchMode):
    """Within it both factors of every float32 matrix product are rounded; `count` counts them."""

    def __init__(self, bits: int):
        super().__init__()
        self.bits, self.count = bits, 0

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        if operation in PRODUCTS and args[-1].dtype == torch.float32:
            *first, left, right = args
            args = (*first, rounded(left, self.bits), rounded(right, self.bits))
            self.count += 1
        return operation(*args, **(kwargs or {}))
