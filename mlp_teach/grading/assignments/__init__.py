"""One file an assignment: what its exercises ask, and how their answers are judged.

Right values come from the library that the course is taught with, or from a slow way (all images,
all pairs), or from a law of physics: there is no model answer in here to be read.
"""
