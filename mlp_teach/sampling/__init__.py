"""Structures to learn from: five ways to make them, each for what the others leave out.

    equilibrium    the bottom of a valley and its walls: relaxed, rattled, strained
    trajectory     what temperature does to it: molecular dynamics, frames far enough apart
    reaction_path  the way from one valley to another: nudged elastic band, string
    random_search  places where no simulation goes by itself: displacements, Metropolis Monte Carlo
    defects        atoms that miss or have too many neighbours: vacancies, surfaces, particles ...

    mix            how many of which kind, as a plan that adds up and can be drawn
    coverage       what a set holds and where it has holes

Each of the five is functions from a structure, and a calculator where it needs one, to a list of
structures. The same seed gives the same list. What made a structure, and with which settings,
stands in its `info`; labels are not: that is what `labelling` is for.
"""
