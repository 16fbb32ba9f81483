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
from mlp_teach.datasets.frames import DataFileError, load, read_frames

__all__ = [
    "Contents",
    "DataFileError",
    "Dataset",
    "Row",
    "citation",
    "contents",
    "dataset",
    "describe",
    "licence",
    "load",
    "read_frames",
]
