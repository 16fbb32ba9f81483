"""Errors of a model, as a table."""

from __future__ import annotations


def print_errors(errors: dict) -> None:
    units = {"energy": "meV/atom", "forces": "meV/Å", "stress": "GPa"}
    print(f"{'part':33} {'quantity':9} {'MAE':>9} {'RMSE':>9}  unit")
    for part, quantities in errors.items():
        for name, one in quantities.items():
            print(f"{part:33} {name:9} {one['mae']:9.3f} {one['rmse']:9.3f}  {units[name]}")
