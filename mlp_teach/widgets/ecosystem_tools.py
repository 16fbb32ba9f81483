"""The tools around machine-learning potentials: what each reads and writes, and how we know.

Facts, not advice, of November 2026. `basis` is "run" for a tool that we ran ourselves, in the
version that is given (not with each of its kinds of files), and "documented" for one that we know
from its own pages only; `source` says what was run or read. What ASE reads and writes is tested
against ASE itself. Only the files that connect tools are listed; every tool has more.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tool:
    """One program or package. `phase` is 1 data, 2 training, 3 simulation, 4 analysis; `reads` and
    `writes` are keys of FILES; `packages` and `commands` are what it is found by on a machine."""

    name: str
    phase: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    version: str
    basis: str
    source: str
    packages: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileKind:
    """A kind of file; `ase` are ASE's names of it, empty where ASE does not know it."""

    name: str
    en: str
    ja: str
    ase: tuple[str, ...] = ()


FILES = {
    "atoms": FileKind(
        "ase.Atoms", "structure in memory, no file", "メモリ上の構造（ファイルではない）"
    ),
    "extxyz": FileKind(
        "extended XYZ",
        "frames with cell, energy, forces, stress, velocities",
        "セル、エネルギー、力、応力、速度の付いた構造の列",
        ("extxyz",),
    ),
    "xyz": FileKind("plain XYZ", "elements and positions only", "元素と座標だけ", ("xyz",)),
    "poscar": FileKind("POSCAR", "one structure for VASP", "VASP の入力構造 1 個", ("vasp",)),
    "outcar": FileKind(
        "OUTCAR, vasprun.xml", "VASP's results", "VASP の計算結果", ("vasp-out", "vasp-xml")
    ),
    "pw-in": FileKind(
        "pw.x input", "one structure and settings", "構造 1 個と計算条件", ("espresso-in",)
    ),
    "pw-out": FileKind(
        "pw.x output", "Quantum ESPRESSO's results", "Quantum ESPRESSO の結果", ("espresso-out",)
    ),
    "gpw": FileKind("gpw, GPAW text", "GPAW's results", "GPAW の結果", ("gpw", "gpaw-out")),
    "ase-db": FileKind(
        "ASE database", "frames with labels in SQLite", "ラベル付きの構造（SQLite）", ("db",)
    ),
    "deepmd-npy": FileKind("deepmd/npy", "a folder of NumPy arrays", "NumPy 配列を入れたフォルダ"),
    "model": FileKind(
        "model file",
        "weights: each package's own, read by its own calculator or pair style",
        "重み。パッケージごとに異なり、専用の calculator や pair style で読む",
    ),
    "checkpoint": FileKind("mlp_teach model", "weights as safetensors", "重み（safetensors）"),
    "lammps-data": FileKind(
        "LAMMPS data",
        "one structure, cell turned",
        "構造 1 個（セルの向きが変わる）",
        ("lammps-data",),
    ),
    "lammps-dump": FileKind(
        "LAMMPS dump", "trajectory of LAMMPS", "LAMMPS の軌跡", ("lammps-dump-text",)
    ),
    "dcd": FileKind("DCD", "trajectory, positions only", "軌跡（座標だけ）"),
    "pdb": FileKind("PDB", "positions to 0.001 Å", "座標（0.001 Å まで）", ("proteindatabank",)),
}

MDA = "https://docs.mdanalysis.org (table of coordinate formats)"
OVITO = "https://www.ovito.org/manual/reference/file_formats"
TOOLS = (
    Tool(
        "VASP",
        1,
        ("poscar",),
        ("poscar", "outcar"),
        "wiki, 2026",
        "documented",
        "https://www.vasp.at/wiki (Vasprun.xml, OUTCAR); the licence is paid for",
        commands=("vasp_std",),
    ),
    Tool(
        "Quantum ESPRESSO",
        1,
        ("pw-in",),
        ("pw-out",),
        "6.7",
        "run",
        "energies, forces and stress of copper through ASE",
        commands=("pw.x",),
    ),
    Tool(
        "CP2K",
        1,
        ("atoms",),
        ("atoms",),
        "2023.1",
        "run",
        "ethanol and copper through ASE's calculator, which keeps the process open",
        commands=("cp2k.psmp", "cp2k"),
    ),
    Tool(
        "GPAW",
        1,
        ("atoms",),
        ("atoms", "gpw"),
        "26.7.0",
        "run",
        "copper and slabs; it is a Python package itself",
        packages=("gpaw",),
    ),
    Tool(
        "PySCF",
        1,
        ("atoms",),
        ("atoms",),
        "2.14.0",
        "run",
        "labels of ethanol, mlp_teach/labelling",
        packages=("pyscf",),
    ),
    Tool(
        "tblite",
        1,
        ("atoms",),
        ("atoms",),
        "0.8.0",
        "run",
        "labels of molecules, mlp_teach/labelling",
        packages=("tblite",),
    ),
    Tool(
        "SchNetPack",
        2,
        ("ase-db",),
        ("model",),
        "2.1.1",
        "run",
        "its data module knows one format; spkdeploy makes the file for LAMMPS",
        packages=("schnetpack",),
    ),
    Tool(
        "NequIP",
        2,
        ("extxyz",),
        ("model",),
        "0.19.1",
        "run",
        "what ASE reads (ASEDataset); .ckpt, .nequip.zip, and compiled for ASE or LAMMPS",
        packages=("nequip",),
    ),
    Tool(
        "MACE",
        2,
        ("extxyz",),
        ("model",),
        "0.3.16",
        "run",
        "looks for REF_energy and REF_forces; mace_create_lammps_model for LAMMPS",
        packages=("mace-torch",),
    ),
    Tool(
        "DeePMD-kit",
        2,
        ("deepmd-npy",),
        ("model",),
        "3.2.0",
        "run",
        "dpdata makes the folder, from OUTCAR for instance (docs.deepmodeling.com)",
        packages=("deepmd-kit",),
    ),
    Tool(
        "mlp_teach",
        2,
        ("extxyz",),
        ("checkpoint",),
        "this one",
        "run",
        "this lesson; reads the model files of MACE, NequIP and n2p2 too",
        packages=("mlp_teach",),
    ),
    Tool(
        "LAMMPS",
        3,
        ("lammps-data", "model"),
        ("lammps-data", "lammps-dump", "dcd"),
        "22 Jul 2025",
        "run",
        "data in, dump out; DCD as MDAnalysis' table has it",
        packages=("lammps",),
        commands=("lmp", "lmp_serial", "lmp_mpi"),
    ),
    Tool(
        "ASE",
        3,
        (
            *("atoms", "extxyz", "xyz", "poscar", "outcar", "pw-in", "pw-out", "gpw", "ase-db"),
            *("lammps-data", "lammps-dump", "pdb", "model", "checkpoint"),
        ),
        ("atoms", "extxyz", "xyz", "poscar", "pw-in", "ase-db", "lammps-data", "pdb"),
        "3.29.0",
        "run",
        "its own list of formats, ase.io.formats.ioformats; models through calculators",
        packages=("ase",),
    ),
    Tool(
        "i-PI",
        3,
        ("xyz", "pdb", "model"),
        ("xyz", "pdb"),
        "3.3.1",
        "run",
        "forces come over a socket or from a driver; files: docs/src/input-files of i-PI",
        packages=("ipi",),
        commands=("i-pi",),
    ),
    Tool(
        "MDAnalysis",
        4,
        ("xyz", "lammps-data", "lammps-dump", "dcd", "pdb"),
        ("xyz", "dcd", "pdb"),
        "2.11.0",
        "run",
        MDA,
        packages=("MDAnalysis",),
    ),
    Tool(
        "MDTraj",
        4,
        ("lammps-dump", "dcd", "pdb"),
        ("dcd", "pdb"),
        "1.11.1",
        "run",
        "https://www.mdtraj.org and its folder mdtraj/formats",
        packages=("mdtraj",),
    ),
    Tool(
        "OVITO",
        4,
        ("extxyz", "xyz", "poscar", "lammps-data", "lammps-dump"),
        ("xyz", "poscar", "lammps-data", "lammps-dump"),
        "3.17.2",
        "run",
        OVITO,
        packages=("ovito",),
    ),
    Tool(
        "VMD",
        4,
        ("xyz", "lammps-dump", "dcd", "pdb"),
        ("xyz", "lammps-dump", "dcd", "pdb"),
        "plugins, 2026",
        "documented",
        "https://www.ks.uiuc.edu/Research/vmd/plugins/molfile; of XYZ it takes positions only",
        commands=("vmd",),
    ),
    Tool(
        "mlp_teach.analysis",
        4,
        ("extxyz", "atoms"),
        (),
        "this one",
        "run",
        "this lesson; it takes ase.Atoms, so whatever ASE reads",
        packages=("mlp_teach",),
    ),
)


def connected(writer: Tool, reader: Tool) -> tuple[str, ...]:
    """The kinds of files by which one tool's output becomes the other's input."""
    return tuple(kind for kind in writer.writes if kind in reader.reads)
