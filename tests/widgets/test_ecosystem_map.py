"""The map of the tools: its facts agree with ASE, its picture and table with the choices."""

from itertools import combinations

import pytest
from ase.io.formats import ioformats

from mlp_teach.widgets.drawing import Arrow, Changed, Line, Text
from mlp_teach.widgets.ecosystem_map import (
    HALF_WIDTH,
    NARROW,
    WORDS,
    EcosystemState,
    ecosystem_map,
    ecosystem_picture,
    ecosystem_update,
    places,
)
from mlp_teach.widgets.ecosystem_tools import FILES, TOOLS, connected
from mlp_teach.widgets.frame import frame

BY_NAME = {tool.name: tool for tool in TOOLS}


def names(drawing):
    return [row[0] for row in drawing.table.rows]


def lines(drawing, color):
    """The curves between boxes, which have more than the five points of a box."""
    marks = drawing.panels[0].marks
    return [m for m in marks if isinstance(m, Line) and m.color == color and len(m.x) > 5]


def test_the_tools_of_the_chapter_are_there_in_their_phases():
    chapter = (
        ("VASP", "Quantum ESPRESSO", "CP2K", "GPAW"),
        ("SchNetPack", "NequIP", "MACE", "DeePMD-kit"),
        ("LAMMPS", "ASE", "i-PI"),
        ("MDAnalysis", "MDTraj", "OVITO", "VMD"),
    )
    for phase, tools in enumerate(chapter, 1):
        assert all(BY_NAME[name].phase == phase for name in tools)
    assert len(BY_NAME) == len(TOOLS)


def test_what_ase_reads_and_writes_is_what_ase_says():
    ase = BY_NAME["ASE"]
    for key, kind in FILES.items():
        if kind.ase:
            formats = [ioformats[name] for name in kind.ase]
            assert (key in ase.reads) == all(one.can_read for one in formats), key
            assert (key in ase.writes) == all(one.can_write for one in formats), key


def test_every_file_is_used_and_every_tool_says_how_it_is_known():
    used = {kind for tool in TOOLS for kind in (*tool.reads, *tool.writes)}
    assert used == set(FILES)
    for tool in TOOLS:
        assert tool.basis in ("run", "documented")
        assert tool.version
        assert tool.source
        assert tool.packages or tool.commands


def test_files_lead_from_a_writer_to_a_reader_only():
    assert connected(BY_NAME["VASP"], BY_NAME["ASE"]) == ("poscar", "outcar")
    assert connected(BY_NAME["VASP"], BY_NAME["MACE"]) == ()  # someone has to convert
    assert connected(BY_NAME["ASE"], BY_NAME["MACE"]) == ("extxyz",)
    assert connected(BY_NAME["mlp_teach"], BY_NAME["LAMMPS"]) == ()
    assert connected(BY_NAME["LAMMPS"], BY_NAME["MDAnalysis"]) == (
        "lammps-data",
        "lammps-dump",
        "dcd",
    )


def test_a_line_is_drawn_for_each_tool_that_a_file_joins_to_the_chosen_one():
    lammps = BY_NAME["LAMMPS"]
    drawing = ecosystem_picture(EcosystemState(tool="LAMMPS"))
    before = [t.name for t in TOOLS if t != lammps and connected(t, lammps)]
    after = [t.name for t in TOOLS if t != lammps and connected(lammps, t)]
    assert len(lines(drawing, "blue")) == len(before)
    assert len(lines(drawing, "orange")) == len(after)
    assert set(names(drawing)) == {"LAMMPS", *before, *after}
    assert "passes them to ASE, MDAnalysis, MDTraj, OVITO, VMD" in drawing.summary


def test_a_line_starts_and_ends_at_the_edges_of_its_boxes():
    drawing = ecosystem_picture(EcosystemState(tool="VMD", file="dcd"))
    where = places()
    starts = {(round(m.x[0], 6), round(m.x[-1], 6)) for m in lines(drawing, "blue")}
    ends = (where["LAMMPS"][0] + 0.4, where["VMD"][0] - 0.4)
    assert (round(ends[0], 6), round(ends[1], 6)) in starts


def test_a_file_leaves_its_readers_and_writers_in_the_table():
    drawing = ecosystem_picture(EcosystemState(file="lammps-data"))
    assert names(drawing) == ["LAMMPS", "ASE", "MDAnalysis", "OVITO"]
    bars = [m for m in drawing.panels[0].marks if isinstance(m, Line) and m.width == 6.0]
    assert sorted(m.color for m in bars) == ["blue"] * 4 + ["orange"] * 3
    assert "written by LAMMPS, ASE, OVITO; read by LAMMPS" in drawing.summary


def test_a_phase_and_a_file_must_both_hold():
    state = ecosystem_update(EcosystemState(file="extxyz"), Changed("phase", "2"))
    assert names(ecosystem_picture(state)) == ["NequIP", "MACE", "mlp_teach"]


def test_no_two_boxes_overlap_and_all_names_are_drawn():
    where = places()
    assert len(set(where.values())) == len(TOOLS)
    marks = ecosystem_picture(EcosystemState()).panels[0].marks
    assert {m.text for m in marks if isinstance(m, Text)} >= set(BY_NAME)
    assert len([m for m in marks if isinstance(m, Arrow)]) == 4


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_widget_speaks_the_lessons_language(lang):
    widget = ecosystem_map(tool="ASE", lang=lang)
    assert widget.picture["controls"][0]["label"] == WORDS[lang]["tool"]
    widget.apply(Changed("tool", ""))
    widget.apply(Changed("file", "poscar"))
    assert widget.state == EcosystemState(file="poscar")
    assert {"en": FILES["poscar"].en, "ja": FILES["poscar"].ja}[lang] in widget.picture["summary"]
    assert WORDS["en"].keys() == WORDS["ja"].keys()


def test_unknown_names_are_refused_in_words():
    with pytest.raises(ValueError, match="no tool 'Lammps' on the map; there are VASP"):
        ecosystem_map(tool="Lammps")
    with pytest.raises(ValueError, match="no file 'XYZ'"):
        ecosystem_map(file="XYZ")


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [400.0, NARROW - 1, NARROW])
def test_every_name_lies_within_its_box_on_any_page(lang, width):
    drawing = ecosystem_picture(EcosystemState(), lang)
    narrow = width < drawing.narrow.below
    panel = drawing.narrow.panels[0] if narrow else drawing.panels[0]
    place = frame(panel, 0.0, 0.0, width, drawing.height)
    box = 2 * HALF_WIDTH * place.scale
    names = {tool.name for tool in TOOLS}
    texts = [mark for mark in panel.marks if type(mark) is Text]
    assert names <= {text.text for text in texts}
    for text in texts:
        wide = 6.4 * sum(2 if ord(letter) > 0x2E80 else 1 for letter in text.text)
        assert wide < (box if text.text in names else place.width)


@pytest.mark.parametrize("tool", BY_NAME)
def test_no_way_from_tool_to_tool_leaves_the_page(tool):
    drawing = ecosystem_picture(EcosystemState(tool=tool))
    for panel in (drawing.panels[0], drawing.narrow.panels[0]):
        low, high = panel.x_range
        ways = [m for m in panel.marks if isinstance(m, Line) and len(m.x) > 5]
        assert all(low < min(way.x) and max(way.x) < high for way in ways)


def test_two_columns_hold_the_same_tools_without_two_in_one_place():
    wide, narrow = places(), places(2)
    assert wide.keys() == narrow.keys()
    assert len(set(narrow.values())) == len(narrow)
    assert {x for x, _ in narrow.values()} == {1.0, 2.0}
    for one, other in combinations(narrow.values(), 2):
        assert one[0] != other[0] or abs(one[1] - other[1]) >= 1.0
