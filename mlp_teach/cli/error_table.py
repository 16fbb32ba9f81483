"""Errors of a model, as a table."""

from __future__ import annotations


def print_errors(errors: dict) -> None:
    units = {"energy": "meV/atom", "forces": "meV/Å", "stress": "GPa"}
    wide = max(33, *map(len, errors))
    print(f"{'part':{wide}} {'quantity':9} {'MAE':>9} {'RMSE':>9}  unit")
    for part, quantities in errors.items():
        for name, one in quantities.items():
            print(f"{part:{wide}} {name:9} {one['mae']:9.3f} {one['rmse']:9.3f}  {units[name]}")


def print_guesses(errors: dict) -> None:
    """Names what a model gives no better than the mean of the labels, which needs no model."""
    worse = [
        f"{name} ({part})"
        for part, quantities in errors.items()
        for name, one in quantities.items()
        if one["r2"] < 0
    ]
    if worse:
        print(
            f"Worse than if their mean were always given: {', '.join(worse)}. Train for longer, "
            "or look at the data and the weights of the loss."
        )
