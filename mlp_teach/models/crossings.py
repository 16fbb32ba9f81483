"""Where messages meet: at each atom, those that come in and those that go out.

DimeNet sends messages along pairs. The one from j to i is made of those that reached j, from all
its neighbours k but i. Every message out of j draws on the same messages into j, so that at each
atom the triplets k -> j -> i fill a square table, with a place for each k and each i and zeros on
the diagonal. Sums over k are then products of small matrices, and no triplet is ever listed.

    here                     | code         | shape           | unit
    messages j->i, then i->j | m            | both half F     | -; a half: each pair of atoms once
    messages into each atom  | incoming(m)  | atoms n F       | -; zeros where neighbours are fewer
    r_jk of each place       | arms         | atoms n 3       | Å

n is the largest number of neighbours; two images of one atom are two neighbours, and only the very
image that a message goes to is left out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn


@dataclass(frozen=True)
class Crossings:
    """The place of each message in the table of the atom that it reaches."""

    i: Int[Tensor, " half"]
    j: Int[Tensor, " half"]
    places: Int[Tensor, "both half"]  # of j->i in the table of i, of i->j in that of j
    n_atoms: int
    n: int

    @property
    def receivers(self) -> Int[Tensor, " messages"]:
        return torch.cat([self.i, self.j])

    def incoming(self, m: Float[Tensor, "both half *f"]) -> Float[Tensor, "atoms n *f"]:
        table = m.new_zeros(self.n_atoms * self.n, *m.shape[2:])
        table.index_copy_(0, self.places.flatten(), m.flatten(0, 1))
        return table.view(self.n_atoms, self.n, *m.shape[2:])

    def outgoing(self, table: Float[Tensor, "atoms n *f"]) -> Float[Tensor, "both half *f"]:
        """From rows, one for each receiver: the row of j->i stands where i->j comes in."""
        rows = table.flatten(0, 1).index_select(0, self.places.flip(0).flatten())
        return rows.view(2, -1, *table.shape[2:])

    def received(self, m: Float[Tensor, "both half f"]) -> Float[Tensor, "atoms f"]:
        """The sum of all messages that reach an atom."""
        return m.new_zeros(self.n_atoms, m.shape[2]).index_add(0, self.receivers, m.flatten(0, 1))


def crossings(i: Int[Tensor, " half"], j: Int[Tensor, " half"], n_atoms: int) -> Crossings:
    """From pairs of atoms, each listed once (graph.undirected)."""
    receivers = torch.cat([i, j])
    order = torch.argsort(receivers, stable=True)
    counts = torch.bincount(receivers, minlength=n_atoms)
    n = int(counts.max()) if n_atoms else 0
    rank = torch.empty_like(order)
    starts = (counts.cumsum(0) - counts).index_select(0, receivers)
    rank[order] = torch.arange(len(order), device=order.device)
    return Crossings(i, j, (receivers * n + rank - starts).view(2, -1), n_atoms, n)


def first_messages(
    join: nn.Linear,
    x: Float[Tensor, "elements f"],
    element: Int[Tensor, " atoms"],
    near: Float[Tensor, "half f"],
    at: Crossings,
) -> Float[Tensor, "both half f"]:
    """join([x_i, x_j, near]) of both directions; what belongs to an element is computed once."""
    of_receiver, of_sender, of_pair = join.weight.chunk(3, dim=1)
    receiver = (x @ of_receiver.T).index_select(0, element)
    sender = (x @ of_sender.T).index_select(0, element)
    pair = nn.functional.linear(near, of_pair, join.bias)
    ends = ((at.i, at.j), (at.j, at.i))
    return torch.stack([receiver[to] + sender[start] + pair for to, start in ends])


def angular_weights(
    waves: Float[Tensor, "half l n_radial"],
    harmonics: Float[Tensor, "atoms k i l"],
    matrices: Sequence[Float[Tensor, "b n_2d"]],
    at: Crossings,
) -> Sequence[Float[Tensor, "atoms k i b"]]:
    """Σ_ln S_b,ln R_ln(r_jk) Y_l0(θ) for every triplet, for each of the matrices S.

    The sum over n needs no angle: it is done once for each message, not for each triplet. No
    message goes back to where it came from: 0 where k is i.
    """
    table = at.incoming(waves.expand(2, *waves.shape))
    stacked = torch.cat(list(matrices)).view(-1, *waves.shape[1:])
    of_messages = torch.einsum("akln,bln->aklb", table, stacked)
    others = 1 - torch.eye(at.n, dtype=waves.dtype, device=waves.device)[:, :, None]
    summed = (harmonics * others) @ of_messages
    return summed.split([len(matrix) for matrix in matrices], dim=3)
