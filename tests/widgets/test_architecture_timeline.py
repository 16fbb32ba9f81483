"""The timeline: its facts agree with the bibliography, its picture with what is chosen."""

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from mlp_teach.colors import PALETTE
from mlp_teach.widgets import svg
from mlp_teach.widgets.architecture_timeline import (
    WORDS,
    architecture_timeline,
    card_lines,
    timeline_picture,
)
from mlp_teach.widgets.drawing import Button, Changed, Choice, Dot, Handle, Moved, Text
from mlp_teach.widgets.frame import frame
from mlp_teach.widgets.timeline_entries import ENTRIES, INPUTS
from mlp_teach.widgets.timeline_scene import (
    ALL,
    CARD_ROWS,
    CARD_UNITS,
    CLOSING,
    COLORS,
    FIRST,
    LAST,
    TimelineState,
    length,
    named,
    of_kind,
    timeline_update,
    wrapped,
)

ROOT = Path(__file__).parents[2]
BIBLIOGRAPHY = (ROOT / "course" / "references.bib").read_text(encoding="utf-8")
NAMES = [entry.name for entry in ENTRIES]
EVERY = pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
LANGS = pytest.mark.parametrize("lang", ["en", "ja"])


def in_bibliography(key):
    found = re.search(rf"^@\w+\{{{key},(.*?)^\}}", BIBLIOGRAPHY, re.MULTILINE | re.DOTALL)
    assert found, key
    return dict(re.findall(r"(\w+)\s*=\s*\{(.*)\}", found[1]))


def plain(name):
    """Schütt -> schuett, Bartók -> bartok: as the keys are written."""
    for letter, two in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        name = name.replace(letter, two)
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()


def marks_of(drawing, kind, panel=0):
    return [mark for mark in drawing.panels[panel].marks if type(mark) is kind]


def names_in(drawing):
    """The names on the picture, as {name: colour}."""
    return {m.text: m.color for m in marks_of(drawing, Text) if m.text in NAMES}


def keys(words):
    return {k: keys(v) if isinstance(v, dict) else None for k, v in words.items()}


@EVERY
def test_doi_year_and_venue_are_those_of_the_bibliography(entry):
    paper = in_bibliography(entry.key)
    assert paper["doi"] == entry.doi
    assert int(paper["year"]) == (entry.published or entry.preprint)
    if entry.venue and "volume" in paper:
        assert f" {paper['volume']}" in entry.venue
        pages = paper.get("pages", "").partition("-")[0]
        assert entry.venue.endswith(pages)
    assert bool(entry.venue) == bool(entry.published)


@EVERY
def test_the_arxiv_number_is_that_of_the_bibliography_where_both_have_one(entry):
    text = " ".join(in_bibliography(entry.key).values())
    for number in re.findall(r"\b\d{4}\.\d{5}\b", text):
        assert number == entry.arxiv


@EVERY
def test_the_key_is_made_of_the_first_author_and_the_year(entry):
    surname = re.split(r" et al|,", entry.authors)[0].split()[-1]
    assert entry.key == f"{plain(surname)}{entry.published or entry.preprint}"


def test_years_by_hand():
    years = {entry.name: (entry.preprint, entry.published) for entry in ENTRIES}
    assert years["Behler-Parrinello"] == (None, 2007)
    assert years["GAP"] == (2009, 2010)
    assert years["NequIP"] == (2021, 2022)
    assert years["PaiNN"] == (2021, 2021)
    assert years["MACE-MP-0"] == (2024, 2025)
    assert years["ORB v2"] == (2024, None)
    assert (FIRST, LAST) == (2007, 2024)


def test_the_rows_are_in_the_order_of_the_first_year_and_of_the_arxiv_numbers():
    assert [entry.first for entry in ENTRIES] == sorted(entry.first for entry in ENTRIES)
    numbers = [entry.arxiv for entry in ENTRIES if entry.arxiv]
    assert numbers == sorted(numbers)
    assert len(set(NAMES)) == len({entry.key for entry in ENTRIES}) == len(ENTRIES)


def test_the_chapters_architectures_are_there_and_have_their_file():
    chapter = ("Behler-Parrinello", "GAP", "ANI-1", "SchNet", "DimeNet", "NequIP", "MACE")
    for name in (*chapter, "PaiNN", "DeepPot-SE", "Allegro", "SOAP"):
        assert named(name).file
    for entry in ENTRIES:
        assert not entry.file or (ROOT / entry.file).is_file()
        if entry.file and not entry.pretrained:
            assert entry.doi in (text := (ROOT / entry.file).read_text("utf-8")) or (
                entry.arxiv and f"arXiv:{entry.arxiv}" in text
            )


@EVERY
def test_every_fact_is_said_in_both_languages(entry):
    assert entry.takes in INPUTS
    assert (entry.error is None) == (entry.error_of == "")
    for english, japanese in (entry.idea, entry.trained):
        assert english.isascii() or "é" in english
        assert re.search("[぀-ヿ一-鿿]", japanese)
        for number in re.findall(r"\d{2,3}(?:,\d{3})+", english):  # told alike
            assert number in japanese
    lines = {lang: [text for _, text in card_lines(entry, lang)] for lang in WORDS}
    assert len(lines["en"]) == len(lines["ja"])
    for lang in WORDS:
        said = "\n".join(lines[lang])
        assert entry.doi in said
        assert (entry.file or WORDS[lang]["no_library"]) in said
        assert (str(entry.published) if entry.published else WORDS[lang]["unpublished"]) in said


@LANGS
@EVERY
def test_the_card_keeps_within_its_panel(entry, lang):
    state = TimelineState(entry.first, ALL, entry.name)
    drawing = timeline_picture(state, lang)
    texts = marks_of(drawing, Text, panel=1)
    assert min(text.y for text in texts) > -CARD_ROWS
    assert max(length(text.text) for text in texts) <= CARD_UNITS
    assert drawing.panels[1].title == entry.name


@LANGS
def test_wrapping_loses_nothing_and_begins_no_line_with_a_closing_mark(lang):
    for entry in ENTRIES:
        for _, text in card_lines(entry, lang):
            lines = wrapped(text, 20)
            assert "".join("".join(lines).split()) == "".join(text.split())
            assert not any(line[0] in CLOSING or line[0] == " " for line in lines)


def test_wrapping_by_hand():
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("距離と角度。", 6) == ["距離と", "角度。"]
    assert wrapped("学ぶ MACE", 6) == ["学ぶ", "MACE"]
    assert wrapped("", 6) == []
    assert length("距離 r") == 6


def test_what_is_later_than_the_year_is_grey_and_what_is_of_another_kind_is_not_drawn():
    drawing = timeline_picture(TimelineState(2018, ALL, "DeepPot-SE"))
    assert list(names_in(drawing)) == NAMES
    for entry in ENTRIES:
        assert names_in(drawing)[entry.name] == ("ink" if entry.first <= 2018 else "muted")
    assert drawing.summary.endswith(" Up to 2018: 6 of 19.")
    drawing = timeline_picture(TimelineState(2024, "vectors", "ORB v2"))
    assert list(names_in(drawing)) == ["DeepPot-SE", "PaiNN", "ORB v2"]
    assert [row[0] for row in drawing.table.rows] == ["DeepPot-SE", "PaiNN", "ORB v2"]


def test_dots_stand_in_the_years_open_for_the_preprint_filled_for_the_journal():
    drawing = timeline_picture(TimelineState(2024, "tensors", "NequIP"))
    heights = {m.text: m.y for m in marks_of(drawing, Text) if m.text in NAMES}
    dots = {
        name: [(m.x, m.hollow) for m in marks_of(drawing, Dot) if m.y == y]
        for name, y in heights.items()
    }
    assert dots["NequIP"] == [(2021, True), (2022, False)]
    assert dots["MACE"] == [(2022, False)]
    assert dots["MACE-MP-0"] == [(2024, True), (2025, False)]
    drawing = timeline_picture(TimelineState(2024, "vectors", "ORB v2"))
    (y,) = [m.y for m in marks_of(drawing, Text) if m.text == "ORB v2"]
    assert [(m.x, m.hollow) for m in marks_of(drawing, Dot) if m.y == y] == [(2024, True)]


def test_each_input_has_its_own_colour_of_the_palette():
    assert len(set(COLORS.values())) == len(INPUTS)
    assert set(COLORS.values()) <= set(PALETTE) - {"paper", "muted", "grid"}
    drawing = timeline_picture(TimelineState(LAST, ALL, "ORB v2"))
    used = {m.color for m in marks_of(drawing, Dot)}
    assert used >= set(COLORS.values())


@pytest.mark.parametrize(
    ("start", "event", "year", "chosen"),
    [
        ((2007, ALL, "Behler-Parrinello"), Moved("year", 2010.0, 3.0), 2010, "GAP"),
        ((2010, ALL, "GAP"), Moved("year", 2017.4, 0.0), 2017, "SchNet"),
        ((2010, ALL, "GAP"), Moved("year", 1990.0, 0.0), 2007, "Behler-Parrinello"),
        ((2010, ALL, "GAP"), Moved("year", 2099.0, 0.0), 2024, "ORB v2"),
        ((2024, "angles", "MatterSim"), Moved("year", 2021.0, 0.0), 2021, "DimeNet"),
        ((2024, "angles", "MatterSim"), Moved("year", 2010.0, 0.0), 2020, "DimeNet"),
        ((2007, ALL, "Behler-Parrinello"), Changed("later", True), 2009, "GAP"),
        ((2007, ALL, "Behler-Parrinello"), Changed("earlier", True), 2007, "Behler-Parrinello"),
        ((2024, ALL, "ORB v2"), Changed("later", True), 2024, "ORB v2"),
        ((2021, "vectors", "PaiNN"), Changed("later", True), 2024, "ORB v2"),
        ((2021, "vectors", "PaiNN"), Changed("earlier", True), 2018, "DeepPot-SE"),
        ((2007, ALL, "Behler-Parrinello"), Changed("entry", "MACE"), 2022, "MACE"),
        ((2017, ALL, "SchNet"), Changed("takes", "tensors"), 2021, "NequIP"),
        ((2023, ALL, "GNoME"), Changed("takes", "descriptor"), 2023, "ACE"),
    ],
)
def test_what_a_move_leads_to(start, event, year, chosen):
    state = timeline_update(TimelineState(*start), event)
    assert (state.year, state.chosen) == (year, chosen)
    assert named(state.chosen) in of_kind(state.takes)


def test_a_name_of_another_kind_opens_all_kinds_again():
    state = TimelineState(2021, "vectors", "PaiNN")
    assert timeline_update(state, Changed("entry", "ORB v2")).takes == "vectors"
    assert timeline_update(state, Changed("entry", "MACE")) == TimelineState(2022, ALL, "MACE")


def test_steps_lead_through_all_entries_and_back():
    state, seen = TimelineState(), ["Behler-Parrinello"]
    for _ in ENTRIES[1:]:
        state = timeline_update(state, Changed("later", True))
        seen.append(state.chosen)
    assert seen == NAMES
    for _ in ENTRIES[1:]:
        state = timeline_update(state, Changed("earlier", True))
    assert state == TimelineState()


def test_one_press_of_an_arrow_key_is_a_year():
    state = replace(TimelineState(), year=2012, chosen="SOAP")
    (handle,) = marks_of(timeline_picture(state), Handle)
    assert (handle.x, handle.step, handle.label) == (2012, 1.0, "year: 2012")
    assert timeline_update(state, Moved("year", handle.x + handle.step, handle.y)).year == 2013


@LANGS
def test_the_widget_speaks_the_lessons_language_and_the_still_picture_has_all(lang):
    widget = architecture_timeline(lang, name="MACE")
    assert widget.picture["controls"][0]["value"] == "MACE"
    widget.apply(Changed("takes", "distances"))
    assert widget.state == TimelineState(2022, "distances", "SchNet")
    schnet = named("SchNet")
    assert schnet.idea[lang == "ja"] in widget.picture["summary"]
    drawing = timeline_picture(TimelineState(2022, ALL, "MACE"), lang)
    assert [type(control) for control in drawing.controls] == [Choice, Choice, Button, Button]
    assert drawing.summary.startswith("MACE")
    text = svg.as_text(drawing)
    assert all(entry.doi in text and entry.trained[lang == "ja"] in text for entry in ENTRIES)
    assert "<svg" in svg.render(drawing)
    assert keys(WORDS["en"]) == keys(WORDS["ja"])
    assert len(WORDS[lang]["header"]) == len(drawing.table.rows[0])


def test_unknown_names_are_refused_in_words():
    with pytest.raises(ValueError, match="no 'Mace' on the timeline; there are Behler"):
        architecture_timeline(name="Mace")
    with pytest.raises(ValueError, match="takes is 'edges'; the timeline knows all, descriptor"):
        architecture_timeline(takes="edges")
    with pytest.raises(ValueError, match="Behler-Parrinello takes in descriptor, not tensors"):
        architecture_timeline(takes="tensors")


@EVERY
@LANGS
def test_on_a_narrow_page_the_card_is_as_high_as_its_words_and_no_higher(entry, lang):
    drawing = timeline_picture(TimelineState(entry.first, ALL, entry.name), lang)
    card, height = drawing.narrow.panels[1], drawing.narrow.heights[1]
    place = frame(card, 0.0, 0.0, 400.0, height)
    lowest = place.top + max(place.y(mark.y) for mark in card.marks)
    assert height - 36 < lowest < height - 8
    wide = frame(drawing.panels[1], 0.0, 0.0, 400.0, drawing.height)
    line = [one.y(0.0) - one.y(1.0) for one in (place, wide)]
    assert line[0] == pytest.approx(line[1])  # the same distance of lines on both pages
