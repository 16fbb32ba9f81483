"""Machine-learning potentials to read, to run and to take apart.

Importing the package loads nothing heavy: `from mlp_teach.potential import predict` and the like
import what they use, so that a lesson opens as fast as what it shows.
"""

__version__ = "0.1.0"
