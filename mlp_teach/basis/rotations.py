"""Rotations and mirrors: of vectors, and of features of any degree.

E. P. Wigner, Group Theory (Academic Press, 1959), ch. 15, for D. Equation numbers are ours.

A rotation R turns the vector r into R r and mixes the 2l + 1 harmonics of a degree:

    Y_l(R r) = D_l(R) Y_l(r)                                                                  (1)

The matrices D_l follow R: D_l(R S) = D_l(R) D_l(S). D_0 is 1, D_1 is R with its axes in the order
(y, z, x), and each further one comes from the one before, because the product of a feature of
degree l - 1 and a vector holds a feature of degree l, picked out by C (clebsch_gordan.py):

    D_l = (2l+1) Σ C_(a b m) D_(l-1),aa' D_1,bb' C_(a'b'm')                                   (2)

so no angle is needed, D is as smooth as R, and it can be differentiated. A mirror is a rotation
and then the inversion r -> -r, to which a feature answers by its parity p, +1 or -1:

    D_(l,p)(-R) = p D_l(R)                                                                    (3)

    here | code            | shape        | unit
    R    | rotation        | 3 3          | -
    D_l  | wigner_d        | m m'         | -
    p    | parity          | number       | -
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.basis.clebsch_gordan import coupling

Y_Z_X = [1, 2, 0]  # the order of the components of degree 1


def rotation_matrix(axis_times_angle: Float[Tensor, "3"]) -> Float[Tensor, "3 3"]:
    """The rotation about an axis by its length as angle, in radians; right-handed."""
    x, y, z = axis_times_angle
    zero = torch.zeros_like(x)
    rows = [torch.stack(row) for row in ((zero, -z, y), (z, zero, -x), (-y, x, zero))]
    return torch.linalg.matrix_exp(torch.stack(rows))


def random_rotation(generator: torch.Generator) -> Float[Tensor, "3 3"]:
    """A rotation, all of them equally likely, in double precision."""
    square = torch.randn(3, 3, generator=generator, dtype=torch.float64)
    q, r = torch.linalg.qr(square)
    q = q * r.diagonal().sign()  # now unique, and so uniform among rotations and mirrors
    return q * torch.linalg.det(q).sign()


def wigner_d(
    l: int, rotation: Float[Tensor, "3 3"], parity: int | None = None
) -> Float[Tensor, "m m2"]:
    """D of a rotation or mirror for features of degree l; parity (-1)^l, that of Y_l, if not given.

    Raises ValueError for a negative degree, and for a matrix that changes lengths by more than
    single precision would.
    """
    if l < 0:
        raise ValueError(f"l is {l}; the lowest degree of a feature is 0.")
    one = torch.eye(3, dtype=rotation.dtype, device=rotation.device)
    if not torch.allclose(rotation @ rotation.T, one, atol=1e-5):
        raise ValueError("The matrix is neither a rotation nor a mirror: R Rᵀ is not 1.")
    mirrored = bool(torch.linalg.det(rotation) < 0)
    first = (-rotation if mirrored else rotation)[Y_Z_X][:, Y_Z_X]
    d = torch.ones_like(first[:1, :1])
    for degree in range(1, l + 1):
        c = coupling(degree - 1, 1, degree).to(d)
        d = (2 * degree + 1) * torch.einsum("abm,ax,by,xyn->mn", c, d, first, c)  # (2)
    sign = ((-1) ** l if parity is None else parity) if mirrored else 1
    return sign * d  # (3)
