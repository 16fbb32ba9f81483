"""The sizes of a model: whole numbers, and large enough to work."""

from math import inf

SWITCHES = ("parity", "residual_first")


def check_sizes(sizes: dict, cutoff: float | int) -> None:
    """Raises ValueError unless degrees (l_...) are 0 or more, other sizes 1 or more, cutoff > 0 Å.

    A size is a whole number or a list of them; SWITCHES are true or false.
    """
    for name, value in sizes.items():
        if name in SWITCHES:
            if not isinstance(value, bool):
                raise ValueError(f"{name} is {value!r}; it is a switch, true or false.")
            continue
        least = 0 if name.startswith("l_") else 1
        numbers = value if isinstance(value, list) else [value]
        if not all(type(n) is int and n >= least for n in numbers):
            raise ValueError(f"{name} is {value!r}; whole numbers from {least} on are needed.")
    if type(cutoff) not in (float, int) or not 0 < cutoff < inf:
        raise ValueError(f"cutoff is {cutoff!r}; it must be a positive length in Å.")
