"""Molecular dynamics at several temperatures: frames far enough apart to be new.

Successive steps are almost the same structure, and a thousand of them teach little more than one.
How long the motion remembers is the correlation time of the potential energy E(t):

    C(t) = <(E(s) - <E>) (E(s+t) - <E>)>_s / <(E - <E>)²>                                     (1)
    τ = Δt [½ + |C(Δt)| + |C(2Δt)| + ...],   up to the first t of at least 5τ                 (2)

Means over a run of length T are known about as well as from T/2τ independent frames, so frames are
taken 2τ apart. Sizes |C| are added up since an oscillation comes back: the energy of one spring in
a weak thermostat has C = exp(-γt) cos² ωt, which touches 0 long before it is forgotten. In a run
too short for that no t reaches 5τ, however long τ is by then (Sokal's window); such a run goes on.
The energy swings with the stiffest bonds. Slower things, such as torsions, may remember longer.

    here  | code                | unit
    E     | energies            | eV
    τ, Δt | correlation_time, timestep_fs | fs

M. P. Allen and D. J. Tildesley, Computer Simulation of Liquids, 2nd ed. (Oxford, 2017), ch. 8;
A. Sokal, Monte Carlo methods in statistical mechanics (1997), doi:10.1007/978-1-4899-0319-8_6.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf, isinf

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.md.langevinbaoab import LangevinBAOAB
from ase.md.velocitydistribution import thermalize_momenta
from jaxtyping import Float

from mlp_teach.sampling.provenance import (
    check_atoms,
    check_count,
    check_positive,
    generator,
    marked,
)
from mlp_teach.units import FS

WINDOW = 5  # times τ: of exp(-t/τ) less than 1 % is left
ROUNDING = 1e-13  # relative: an atom alone has the same energy everywhere
DOUBLINGS = 3  # of a pilot run that has not forgotten where it began


class NotForgottenError(RuntimeError):
    """No end of the memory was seen; the message says what to do."""


def trajectory(
    atoms: Atoms,
    calculator: Calculator,
    temperatures: Sequence[float | int] | float | int,
    count: int,
    timestep_fs: float = 1.0,
    thermostat_fs: float = 100.0,
    warm_up: int = 500,
    pilot: int = 1000,
    seed: int = 0,
) -> list[Atoms]:
    """`count` frames at each temperature (K; one or several), 2τ apart, by Langevin dynamics.

    Each temperature starts from `atoms`: `warm_up` steps are forgotten, the energies of the next
    `pilot` steps give τ, or of up to 8 times as many where these are too few; then frames are
    taken. The info of a frame says temperature and τ. Raises ValueError for settings that are not
    positive, and NotForgottenError where the longest pilot run is too short for τ.
    """
    check_count(count)
    check_atoms(atoms)
    check_positive(timestep_fs=timestep_fs, thermostat_fs=thermostat_fs)
    if not all(isinstance(n, int | np.integer) for n in (warm_up, pilot)):
        raise ValueError(f"warm_up is {warm_up}, pilot is {pilot}; whole numbers are needed.")
    if warm_up < 0 or pilot < 2:
        raise ValueError(f"warm_up is {warm_up}, pilot is {pilot}; at least 0 and 2 are needed.")
    temperatures = [temperatures] if np.isscalar(temperatures) else temperatures
    if not len(temperatures):
        raise ValueError("There are no temperatures: nothing would move.")
    for temperature in temperatures:
        check_positive(temperature=temperature)
    found = []
    settings = {"timestep_fs": timestep_fs, "thermostat_fs": thermostat_fs, "seed": seed}
    for rng, temperature in zip(
        generator(seed).spawn(len(temperatures)), temperatures, strict=True
    ):
        work = atoms.copy()
        work.calc = calculator
        thermalize_momenta(work, temperature_K=temperature, rng=rng)
        times = {"timestep": timestep_fs * FS, "T_tau": thermostat_fs * FS}
        dynamics = LangevinBAOAB(
            work, temperature_K=temperature, hydrostatic=True, rng=rng, **times
        )
        dynamics.run(warm_up)
        tau = _measured(dynamics, work, pilot)
        facts = {"temperature_K": float(temperature), "correlation_time_fs": tau * timestep_fs}
        for number in range(count):
            dynamics.run(ceil(2 * tau))
            found.append(marked(work, "trajectory", **facts, **settings, number=number))
    return found


def _measured(dynamics: LangevinBAOAB, work: Atoms, pilot: int) -> float:
    """τ, in steps, of the next `pilot` steps, or twice as many, until there is an end to it."""
    energies, done = [], 0
    dynamics.attach(lambda: energies.append(work.get_potential_energy()))
    for _ in range(DOUBLINGS + 1):
        dynamics.run(done or pilot)
        done += done or pilot
        tau = correlation_time(np.array(energies))
        if not isinf(tau):
            dynamics.observers.clear()
            return tau
    raise NotForgottenError(
        f"After {done} steps the potential energy still remembers its beginning: it drifts "
        "or swings. Give a longer pilot, or a stronger thermostat (a shorter thermostat_fs)."
    )


def correlation_time(values: Float[np.ndarray, " steps"]) -> float:
    """τ of (2), in steps: ½ if the values vary by rounding alone, infinite if they are too few to
    tell.

    The latter is so for an oscillation that nothing damps, however many periods there are.
    """
    c = np.abs(autocorrelation(values))
    if np.ptp(values) <= ROUNDING * np.abs(values).max():
        return 0.5
    so_far = 0.5 + np.cumsum(c) - c[0]
    enough = np.nonzero(np.arange(len(c)) >= WINDOW * so_far)[0]
    return float(so_far[enough[0]]) if len(enough) else inf


def autocorrelation(values: Float[np.ndarray, " steps"]) -> Float[np.ndarray, " steps"]:
    """C of (1), for 0, 1, ... steps; the sum over s is over the pairs that there are."""
    if len(values) < 2:
        raise ValueError(f"{len(values)} values have no correlation; two are the least.")
    off = values - values.mean()
    if not off.any():
        return np.zeros(len(values))
    n = len(off)
    padded = np.fft.rfft(off, 2 * n)
    sums = np.fft.irfft(padded * padded.conj(), 2 * n)[:n]
    return sums / np.arange(n, 0, -1) / (off @ off / n)
