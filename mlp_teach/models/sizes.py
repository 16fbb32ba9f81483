"""The sizes of a model: whole numbers, and large enough to work."""

from math import inf


def check_sizes(sizes: dict, cutoff: float | int) -> None:
    """Raises ValueError unless degrees (l_...) are 0 or more, other sizes 1 or more, cutoff > 0 Å.

    A size may be a list of whole numbers, or a switch.
    """
    for name, value in sizes.items():
        least = 0 if name.startswith("l_") else 1
        numbers = value if isinstance(value, list) else [value]
        if not all(isinstance(n, int) and (n >= least or value is False) for n in numbers):
            raise ValueError(f"{name} is {value!r}; whole numbers from {least} on are needed.")
    if not isinstance(cutoff, float | int) or not 0 < cutoff < inf:
        raise ValueError(f"cutoff is {cutoff!r}; it must be a positive length in Å.")
