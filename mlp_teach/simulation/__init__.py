"""Simulation: a trained potential as an ASE calculator, and molecular dynamics under watch."""
