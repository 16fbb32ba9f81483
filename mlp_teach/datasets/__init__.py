"""Ab initio data that ship with the package: small, real, checked, with licence and citation.

print(contents())                     what there is
frames = load("mlearn_Cu", "train")   a list of ase.Atoms, labelled
print(describe("mlearn_Cu"))          where it comes from and what is odd about it
for finding in check_labels(frames):  is something wrong with a set, yours or ours?
    print(finding)
"""

from mlp_teach.datasets.catalogue import (
    Contents,
    Dataset,
    Row,
    citation,
    contents,
    dataset,
    describe,
    licence,
)
from mlp_teach.datasets.consistency import Slope, force_slope, stress_slope
from mlp_teach.datasets.copies import Copy, repeats, symmetry_copies
from mlp_teach.datasets.findings import Finding
from mlp_teach.datasets.frames import DataFileError, load, read_frames
from mlp_teach.datasets.label_checks import check_labels

__all__ = [
    "Contents",
    "Copy",
    "DataFileError",
    "Dataset",
    "Finding",
    "Row",
    "Slope",
    "check_labels",
    "citation",
    "contents",
    "dataset",
    "describe",
    "force_slope",
    "licence",
    "load",
    "read_frames",
    "repeats",
    "stress_slope",
    "symmetry_copies",
]
