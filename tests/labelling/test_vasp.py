"""Folders for VASP and back: order of atoms, signs, which energy, and what is not believed.

The outputs are written here in VASP's format, with numbers of ours: no copy of VASP was run.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, fcc111
from ase.constraints import FixAtoms
from ase.io import read
from ase.units import GPa

from mlp_teach.labelling.methods import LabelError, NotConvergedError
from mlp_teach.labelling.run import label
from mlp_teach.labelling.vasp import VASP, read_folders, write_folders
from mlp_teach.labelling.vasp_output import ENDED, REACHED, read_output

METHOD = VASP(k_points=(2, 2, 1), potentials={"O": "O_s"})
KBAR = [12.0, -3.0, 7.0, 1.5, -2.5, 0.5]  # XX YY ZZ XY YZ ZX as OUTCAR has them
FREE, ZERO = -20.5, -20.25  # eV


def oxide() -> Atoms:
    """Elements out of order, so that POSCAR must sort them."""
    scaled = [[0.1, 0.2, 0.3], [0.6, 0.7, 0.85], [0.55, 0.1, 0.4], [0.05, 0.65, 0.9]]
    cell = [[4.0, 0.1, 0.0], [0.0, 4.5, 0.2], [0.3, 0.0, 5.0]]
    return Atoms("OCuOCu", scaled_positions=scaled, cell=cell, pbc=True)


def forces_of(atoms: Atoms) -> np.ndarray:
    """Known for each atom by its place, whatever the order."""
    return np.round(np.sin(3 * atoms.positions), 6)


def rows(array: np.ndarray) -> str:
    return "\n".join("<v> " + " ".join(f"{x:16.8f}" for x in row) + " </v>" for row in array)


def vasprun(atoms: Atoms, cycles: int = 3, nelm: int = 100, oxygen: str = "O_s") -> str:
    """vasprun.xml of one structure, in the order of the atoms given."""
    xx, yy, zz, xy, yz, zx = KBAR
    stress = np.array([[xx, xy, zx], [xy, yy, yz], [zx, yz, zz]])
    energy = (
        f'<energy><i name="e_fr_energy"> {FREE:.8f} </i><i name="e_wo_entrp"> -20.0 </i>'
        f'<i name="e_0_energy"> {ZERO:.8f} </i></energy>'
    )
    structure = (
        f'<crystal><varray name="basis">{rows(atoms.cell.array)}</varray></crystal>'
        f'<varray name="positions">{rows(atoms.get_scaled_positions())}</varray>'
    )
    names = "".join(f"<rc><c>{s}</c><c>1</c></rc>" for s in atoms.get_chemical_symbols())
    kinds = "".join(
        f"<rc><c>2</c><c>{s}</c><c>1.0</c><c>1.0</c><c>  PAW_PBE {p} 08Apr2002  </c></rc>"
        for s, p in (("Cu", "Cu"), ("O", oxygen))
    )
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>\n'
        '<kpoints><generation param="Gamma"><v type="int" name="divisions"> 2 2 1 </v></generation>'
        '<varray name="kpointlist"><v> 0.0 0.0 0.0 </v></varray>'
        '<varray name="weights"><v> 1.0 </v></varray></kpoints>\n'
        f'<parameters><separator name="electronic"><i type="int" name="NELM"> {nelm} </i>'
        "</separator></parameters>\n"
        f'<atominfo><atoms>{len(atoms)}</atoms><array name="atoms"><set>{names}</set></array>'
        f'<array name="atomtypes"><set>{kinds}</set></array></atominfo>\n'
        f'<structure name="initialpos">{structure}</structure>\n<calculation>\n'
        + f"<scstep>{energy}</scstep>\n"
        * cycles
        + f"<structure>{structure}</structure>\n"
        f'<varray name="forces">{rows(forces_of(atoms))}</varray>\n'
        f'<varray name="stress">{rows(stress)}</varray>\n{energy}\n</calculation>\n</modeling>\n'
    )


def outcar(atoms: Atoms, reached: bool = True, ended: bool = True) -> str:
    """OUTCAR of one structure, in the order of the atoms given: the lines that matter."""
    counts = [list(atoms.symbols).count(s) for s in ("Cu", "O")]
    vectors = "\n".join(
        " " + "".join(f"{x:13.9f}" for x in [*v, 0, 0, 0]) for v in atoms.cell.array
    )
    table = "\n".join(
        " " + " ".join(f"{x:12.5f}" for x in [*r, *f])
        for r, f in zip(atoms.positions, forces_of(atoms), strict=True)
    )
    stop = (
        f"----- {REACHED} -----" if reached else "----- aborting loop EDIFF was not reached -----"
    )
    titles = 2 * " POTCAR:    PAW_PBE Cu 22Jun2005\n POTCAR:    PAW_PBE O_s 07Sep2000\n"
    return (
        f" vasp.6.4.2\n{titles}"
        "   ISPIN  =      1    spin polarized calculation?\n"
        f"   ions per type =            {counts[0]:4d}{counts[1]:4d}\n"
        "----- Iteration      1(   1)  -----\n"
        f"----- {stop} -----\n"
        f"  in kB   {' '.join(f'{x:11.5f}' for x in KBAR)}\n"
        "      direct lattice vectors                 reciprocal lattice vectors\n"
        f"{vectors}\n"
        " POSITION                                       TOTAL-FORCE (eV/Angst)\n"
        " -----------------------------------------------------------------\n"
        f"{table}\n"
        " -----------------------------------------------------------------\n"
        "  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)\n"
        "  ---------------------------------------------------\n"
        f"  free  energy   TOTEN  =  {FREE:18.8f} eV\n\n"
        f"  energy  without entropy= -20.00000000  energy(sigma->0) = {ZERO:14.8f}\n"
        + (f" {ENDED}:\n" if ended else "")
    )


@pytest.fixture
def folder(tmp_path):
    """Two structures written; the first one's folder is what the tests fill."""
    other = oxide()
    other.positions += 0.01
    write_folders([oxide(), other], METHOD, tmp_path / "run")
    return tmp_path / "run"


def sorted_by_element(atoms: Atoms | None = None) -> Atoms:
    return (atoms or oxide())[[1, 3, 0, 2]]  # Cu Cu O O, each in their old order


def test_poscar_has_the_structure_sorted_to_the_last_digits(folder):
    written = read(folder / "0000" / "POSCAR", format="vasp")
    assert written.get_chemical_symbols() == ["Cu", "Cu", "O", "O"]
    assert np.allclose(written.positions, sorted_by_element().positions, rtol=0, atol=1e-14)
    assert np.allclose(written.cell.array, oxide().cell.array, rtol=0, atol=1e-14)


def test_the_other_files_say_what_the_method_says(folder):
    incar = dict(line.split(" = ") for line in (folder / "0001" / "INCAR").read_text().splitlines())
    assert incar["NSW"] == "0"
    assert float(incar["ENCUT"]) == METHOD.cutoff
    assert (folder / "0001" / "KPOINTS").read_text().splitlines()[1:] == [
        *("0", "Gamma", "2 2 1", "0 0 0")
    ]
    assert (folder / "0001" / "potcar.txt").read_text().split() == ["Cu", "O_s"]
    assert not list(folder.rglob("POTCAR"))
    assert "--array=0-1%" in (folder / "job.sh").read_text()


@pytest.mark.parametrize("name", ["vasprun.xml", "OUTCAR"])
def test_a_label_comes_back_in_the_order_that_was_given(folder, name, tmp_path):
    write = vasprun if name == "vasprun.xml" else outcar
    (folder / "0000" / name).write_text(write(sorted_by_element()))
    found = read_folders(folder, METHOD, tmp_path / "labels")
    assert found.read == ["0000"]
    frames = label([oxide()], METHOD, tmp_path / "labels", progress=False).frames
    assert frames[0].get_chemical_symbols() == ["O", "Cu", "O", "Cu"]
    assert np.allclose(frames[0].get_forces(), forces_of(oxide()), atol=1.1e-5)
    assert frames[0].get_potential_energy() == FREE  # not the one of sigma -> 0
    xx, yy, zz, xy, yz, zx = -0.1 * np.array(KBAR) * GPa
    wanted = [[xx, xy, zx], [xy, yy, yz], [zx, yz, zz]]
    assert np.allclose(frames[0].get_stress(voigt=False), wanted, rtol=1e-6)
    assert frames[0].info["label"]["method"] == "PBE of VASP"


def test_what_is_not_in_the_label_is_kept_beside_it(folder, tmp_path):
    (folder / "0000" / "vasprun.xml").write_text(vasprun(sorted_by_element()))
    read_folders(folder, METHOD, tmp_path / "labels")
    (path,) = (tmp_path / "labels").glob("??/*.json")
    facts = json.loads(path.read_text())["facts"]
    assert facts["energy_of_sigma_0"] == pytest.approx(ZERO)
    assert facts["potcar"] == {"Cu": "Cu", "O": "O_s"}


def test_folders_that_are_not_done_are_named_and_the_rest_goes_on(folder, tmp_path):
    (folder / "0001" / "vasprun.xml").write_text(
        vasprun(sorted_by_element(read_given(folder, "0001")))
    )
    found = read_folders(folder, METHOD, tmp_path / "labels")
    assert found.read == ["0001"]
    assert list(found.failures) == ["0000"]
    assert "has not run here" in found.failures["0000"]
    assert str(found).startswith("1 labels read, 1 folders without one\n0000: LabelError")
    rest = label([oxide()], METHOD, tmp_path / "labels", progress=False)
    assert "Write its folder with write_folders" in rest.failures[0].message


def read_given(folder, name: str) -> Atoms:
    entry = json.loads((folder / "manifest.json").read_text())["folders"][name]
    return Atoms(entry["numbers"], positions=entry["positions"], cell=entry["cell"], pbc=True)


def test_a_density_that_did_not_converge_is_no_label(tmp_path):
    atoms = sorted_by_element()
    (tmp_path / "vasprun.xml").write_text(vasprun(atoms, cycles=8, nelm=8))
    with pytest.raises(NotConvergedError, match="all 8 cycles that NELM allows"):
        read_output(tmp_path)
    (tmp_path / "vasprun.xml").write_text(vasprun(atoms, cycles=7, nelm=8))
    assert read_output(tmp_path).free_energy == FREE
    (tmp_path / "OUTCAR").write_text(outcar(atoms, reached=False))
    with pytest.raises(NotConvergedError, match="does not say that EDIFF was reached"):
        read_output(tmp_path)
    (tmp_path / "vasprun.xml").write_text(vasprun(atoms, cycles=8, nelm=8))
    (tmp_path / "OUTCAR").write_text(outcar(atoms))  # in the last cycle that was allowed
    assert read_output(tmp_path).free_energy == FREE


def test_a_run_that_was_stopped_or_moved_its_atoms_is_no_label(tmp_path):
    atoms = sorted_by_element()
    whole = vasprun(atoms)
    (tmp_path / "vasprun.xml").write_text(whole[: len(whole) // 2])
    with pytest.raises(LabelError, match=r"vasprun\.xml is cut short"):
        read_output(tmp_path)
    step = whole[whole.index("<calculation>") : whole.index("</modeling>")]
    (tmp_path / "vasprun.xml").write_text(whole.replace("</modeling>", step + "</modeling>"))
    with pytest.raises(LabelError, match=r"holds 2 structures.*NSW = 0"):
        read_output(tmp_path)
    (tmp_path / "vasprun.xml").unlink()
    (tmp_path / "OUTCAR").write_text(outcar(atoms, ended=False))
    with pytest.raises(LabelError, match="still running, or was stopped"):
        read_output(tmp_path)
    (tmp_path / "OUTCAR").write_text(outcar(atoms).replace(" POSITION  ", " nothing   "))
    with pytest.raises(LabelError, match="OUTCAR cannot be read"):
        read_output(tmp_path)


def test_the_output_of_something_else_is_not_believed(folder, tmp_path):
    moved = sorted_by_element()
    moved.positions[2, 1] += 0.001
    cases = {
        "another structure": vasprun(moved),
        "POTCAR was O for O, not O_s": vasprun(sorted_by_element(), oxygen="O"),
    }
    for said, text in cases.items():
        (folder / "0000" / "vasprun.xml").write_text(text)
        found = read_folders(folder, METHOD, tmp_path / "labels")
        assert said in found.failures["0000"]
    (folder / "0000" / "vasprun.xml").write_text(vasprun(sorted_by_element()))
    (folder / "0000" / "INCAR").write_text("ENCUT = 300\n")
    found = read_folders(folder, METHOD, tmp_path / "labels")
    assert "INCAR was changed" in found.failures["0000"]
    with pytest.raises(ValueError, match=r"settings than the method has: .* was .* and is "):
        read_folders(folder, replace(METHOD, cutoff=400), tmp_path / "labels")
    with pytest.raises(ValueError, match=r"no .*manifest\.json"):
        read_folders(tmp_path, METHOD, tmp_path / "labels")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("vasprun.xml", "-20.50000000", "nan", "not a finite number"),
        ("OUTCAR", "-20.50000000", "NaN", "not a finite number"),
        ("vasprun.xml", 'NELM"> 100 ', 'NELM"> ', "does not say NELM"),
        ("vasprun.xml", "PAW_PBE O_s", "PAW O_s", "POTCAR was PAW O_s"),
        ("vasprun.xml", "PAW_PBE O_s", "PAW_PBE O.75", "POTCAR was O.75 for O"),
        ("vasprun.xml", "> 2 2 1 <", "> 1 1 1 <", "1 1 1 k-points, not 2 2 1"),
        (
            "vasprun.xml",
            "<param",
            '<incar><i name="ENCUT"> 300.0</i></incar><param',
            "ENCUT = 300.0",
        ),
        (
            "vasprun.xml",
            "<param",
            '<incar><i name="ISPIN"> 2</i></incar><param',
            "ISPIN = 2, not 1",
        ),
        ("vasprun.xml", "<param", '<incar><i name="IVDW"> 11</i></incar><param', "not without it"),
        ("OUTCAR", "ISPIN  =      1", "ISPIN  =      2", "ISPIN = 2, not 1"),
        ("INCAR", "ENCUT", "\udcff", "Error"),
    ],
)
def test_outputs_that_lie_are_named_and_not_kept(folder, name, old, new, said, tmp_path):
    writers = {"vasprun.xml": vasprun, "OUTCAR": outcar}
    if name in writers:
        text = writers[name](sorted_by_element())
    else:
        text = (folder / "0000" / name).read_text()
        (folder / "0000" / "OUTCAR").write_text(outcar(sorted_by_element()))
    assert old in text
    (folder / "0000" / name).write_text(text.replace(old, new), errors="surrogateescape")
    found = read_folders(folder, METHOD, tmp_path / "labels")
    assert found.read == []
    assert said in found.failures["0000"]
    assert not list((tmp_path / "labels").rglob("*.json"))


def test_an_output_that_repeats_the_settings_is_believed(folder, tmp_path):
    lines = '<incar><i name="ENCUT"> 520.00000000</i><i name="EDIFF"> 0.00000100</i>'
    lines += '<i type="string" name="PREC">accura</i><i type="logical" name="LWAVE"> F </i></incar>'
    text = vasprun(sorted_by_element()).replace("<param", f"{lines}<param")
    (folder / "0000" / "vasprun.xml").write_text(text)
    assert read_folders(folder, METHOD, tmp_path / "labels").read == ["0000"]


def test_a_manifest_that_was_changed_is_not_believed(folder, tmp_path):
    (folder / "0000" / "vasprun.xml").write_text(vasprun(sorted_by_element()))
    path = folder / "manifest.json"
    written = json.loads(path.read_text())
    for key in ("a" * 64, "../../elsewhere"):
        written["folders"]["0000"]["key"] = key
        path.write_text(json.dumps(written))
        found = read_folders(folder, METHOD, tmp_path / "labels")
        assert "was changed" in found.failures["0000"]
    for text in ("{", "[]", '{"settings": {}}'):
        path.write_text(text)
        with pytest.raises(ValueError, match="is damaged"):
            read_folders(folder, METHOD, tmp_path / "labels")
    assert not list(tmp_path.rglob("labels/*/*.json"))


def test_atoms_that_left_through_a_face_of_the_cell_are_the_same(folder, tmp_path):
    wrapped = sorted_by_element()
    wrapped.positions[1] += wrapped.cell.array[2] - wrapped.cell.array[0]
    (folder / "0000" / "vasprun.xml").write_text(vasprun(sorted_by_element()))
    other = tmp_path / "other"
    write_folders([wrapped], METHOD, other)
    (other / "0000" / "vasprun.xml").write_text(vasprun(sorted_by_element()))
    assert read_folders(other, METHOD, tmp_path / "labels").read == ["0000"]


def test_what_vasp_cannot_take_is_refused_before_anything_is_written(tmp_path):
    slab = fcc111("Cu", (1, 1, 2), vacuum=5)
    with pytest.raises(LabelError, match=r"Structure 1: VASP needs atoms in a cell"):
        write_folders([bulk("Cu"), slab], METHOD, tmp_path / "run")
    magnetic = bulk("Fe")
    magnetic.set_initial_magnetic_moments([2])
    with pytest.raises(LabelError, match="Structure 0: The structure has initial charges"):
        write_folders([magnetic], METHOD, tmp_path / "run")
    lost, ghost, left_handed = oxide(), oxide(), oxide()
    lost.positions[0, 0] = np.nan
    ghost.numbers[1] = 0
    left_handed.cell[2] *= -1
    for atoms, said in ((lost, "finite"), (ghost, "no element"), (left_handed, "left-handed")):
        with pytest.raises(LabelError, match=said):
            write_folders([atoms], METHOD, tmp_path / "run")
    with pytest.raises(ValueError, match="no structures"):
        write_folders([], METHOD, tmp_path / "run")
    assert not (tmp_path / "run").exists()
    write_folders([bulk("Cu")], METHOD, tmp_path / "run")
    with pytest.raises(ValueError, match="is not empty"):
        write_folders([bulk("Cu")], METHOD, tmp_path / "run")


def test_fixed_atoms_are_written_as_free_ones(tmp_path):
    held = oxide()
    held.set_constraint(FixAtoms([0]))
    write_folders([held], METHOD, tmp_path / "run")
    assert "Selective" not in (tmp_path / "run" / "0000" / "POSCAR").read_text()
