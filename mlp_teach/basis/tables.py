"""A function of one number as a table: cubic pieces between evenly spaced knots.

Where a radial function costs an integral, it is computed at the knots once, with its slope, and
read from there ever after. Between two knots stands the cubic that takes value and slope at both
(Hermite); its error is h⁴/384 times the fourth derivative, and value and slope are continuous.

    here | code            | shape                | unit
    h    | 1 / PER_LENGTH  | number               | Å
    -    | table           | l knots 4 k          | power of t in [0, 1) of each piece
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

PER_LENGTH = 512  # knots an Å


def cubic_table(
    function: Callable[
        [Float[np.ndarray, " x"]], tuple[Float[np.ndarray, "l k x"], Float[np.ndarray, "l k x"]]
    ],
    length: float | int,
) -> Float[Tensor, "l knots four k"]:
    """The coefficients of each piece from 0 to `length` (Å), and a last piece of zeros beyond.

    `function` gives values and slopes (1/Å) at distances (Å).
    """
    values, slopes = function(np.arange(int(np.ceil(length * PER_LENGTH)) + 1) / PER_LENGTH)
    left, right = values[..., :-1], values[..., 1:]
    a, b = slopes[..., :-1] / PER_LENGTH, slopes[..., 1:] / PER_LENGTH
    cubic = np.stack([left, a, 3 * (right - left) - 2 * a - b, 2 * (left - right) + a + b])
    table = torch.from_numpy(cubic).permute(1, 3, 0, 2)
    return torch.cat([table, torch.zeros_like(table[:, :1])], dim=1).contiguous()


def interpolate(
    table: Float[Tensor, "l knots four k"], squares: Float[Tensor, "*batch"]
) -> Iterator[Float[Tensor, "k *batch"]]:
    """For l = 0, 1, ...: the functions at distances given squared (Å²); 0 beyond the table."""
    place = squares.sqrt() * PER_LENGTH
    with torch.no_grad():
        piece = place.floor().clamp(max=table.shape[1] - 1).long()
    t = (place - piece).reshape(-1, 1)
    for of_l in table.to(squares):
        a, b, c, d = of_l.index_select(0, piece.flatten()).unbind(1)
        values = torch.addcmul(a, t, torch.addcmul(b, t, torch.addcmul(c, t, d)))
        yield values.T.view(table.shape[-1], *squares.shape)
