"""Exported points: the forms that nbgrader, Canvas and Moodle read, and nothing that a spreadsheet
would compute."""

import csv
import io
from datetime import UTC, datetime

import pytest

from mlp_teach.grading.export import canvas_csv, moodle_csv, nbgrader_csv, share_lost
from mlp_teach.grading.roster import Person, read_roster, with_all
from mlp_teach.grading.table import Table, csv_text, defused
from tests.grading.made_results import NAME, TASK, result

DUE = {NAME: datetime(2026, 11, 19, 9, tzinfo=UTC)}
DAY = 86_400
EVIL = [
    "=cmd|'/c calc'!A0",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1",
    "－1",
    "a\n=1",
]


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


def test_nbgraders_form_has_its_columns_and_everyone():
    roster = {"bob": Person("bob", "Bob", "Ng", "b@x.org"), "eve": Person("eve")}
    found = {TASK: [result("bob", given=1.5), result("zoë")]}
    head, *rows = rows_of(nbgrader_csv(found, roster, DUE))
    assert ",".join(head) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
        "late_submission_penalty,score,max_score"
    )
    bob = (NAME, "2026-11-19 09:00:00", "2026-11-20 10:00:00", "bob", "Ng", "Bob", "b@x.org")
    eve = (NAME, "2026-11-19 09:00:00", "", "eve", "", "", "")
    zoe = (NAME, "2026-11-19 09:00:00", "2026-11-20 10:00:00", "zoë", "", "", "")
    assert rows == [
        [*bob, "36.5", "0.0", "36.5", "38.0"],
        [*eve, "0.0", "0.0", "0.0", "38.0"],
        [*zoe, "35.0", "0.0", "35.0", "38.0"],
    ]


def test_canvas_finds_its_columns_students_and_points():
    person = Person("bob", "Bob", "Ng", "b@x.org", "17", "S1", "bob.ng", "A")
    found = {TASK: [result("bob", right={0, 1}, given=2), result("eve")]}
    head, possible, bob, eve = rows_of(canvas_csv(found, {"bob": person}))
    assert head[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert head[5] == f"{NAME}: ps1_forces_by_differences"
    assert not any(title.endswith(")") for title in head)  # would be a number of Canvas's
    assert possible[0].strip() == "Points Possible"
    assert possible[1:5] == [""] * 4
    assert sum(map(float, possible[5:])) == 38
    assert bob[:5] == ["Ng, Bob", "17", "S1", "bob.ng", "A"]
    assert list(map(float, bob[5:])) == [3, 0, 0, 0, 0, 0, 0, 0, 2]
    assert eve[:5] == ["eve", "", "", "eve", ""]
    assert eve[-1] == ""  # still to be marked: Canvas changes nothing
    assert len({len(row) for row in (head, possible, bob, eve)}) == 1


def test_moodle_finds_email_number_and_points_and_leaves_the_absent_alone():
    roster = {"bob": Person("bob", "Bob", "Ng", "b@x.org", id_number="007"), "eve": Person("eve")}
    head, bob, eve = rows_of(moodle_csv({TASK: [result("bob", given=0)]}, roster))
    assert head[:4] == ["First name", "Last name", "ID number", "Email address"]
    assert bob[:4] == ["Bob", "Ng", "007", "b@x.org"]
    assert float(bob[-1]) == 0
    assert eve[2] == "eve"
    assert set(eve[4:]) == {""}


def test_lateness_costs_what_the_rule_says_and_nothing_without_it():
    assert [share_lost(s, 10) for s in (0, 1, DAY, DAY + 1, 20 * DAY)] == [0, 0.1, 0.1, 0.2, 1]
    assert share_lost(10**9, 0) == 0
    for wrong in (-1, 101):
        with pytest.raises(ValueError, match="between 0 and 100"):
            share_lost(1, wrong)
    found = {TASK: [result(late_seconds=DAY + 1, given=3)]}
    (row,) = rows_of(nbgrader_csv(found, {}, DUE, 10))[1:]
    assert list(map(float, row[-4:])) == pytest.approx([38, 7.6, 30.4, 38])
    plain, late = (rows_of(canvas_csv(found, {}, p))[2][5:] for p in (0, 10))
    assert [float(b) for b in late] == pytest.approx([0.8 * float(a) for a in plain])


def test_points_set_by_hand_count():
    found = {TASK: [result(right=set(), by_hand={"ps1_lennard_jones": 4.5}, given=0)]}
    assert float(rows_of(nbgrader_csv(found, {}, {}))[1][7]) == 4.5
    head, row = rows_of(moodle_csv(found, {}))
    assert float(row[head.index(f"{NAME}: ps1_lennard_jones")]) == 4.5


@pytest.mark.parametrize("words", EVIL, ids=ascii)
def test_no_cell_is_a_formula(words):
    person = Person("bob", words, words, words, "", words, words, words, words)
    found = {TASK: [result("bob")]}
    for text in (canvas_csv(found, {"bob": person}), moodle_csv(found, {"bob": person})):
        for row in rows_of(text):
            for cell in row:
                assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠"))
                assert "\n" not in cell
                assert "\r" not in cell
    assert defused("Ng-Lee") == "Ng-Lee"
    assert csv_text([[-1.5]]) == "-1.5\r\n"  # numbers stay numbers


def test_quotes_commas_and_all_scripts_survive():
    names = ['O"Brien, Pat', "山田 太郎", "Zoë; =1", "שלום"]
    assert rows_of(csv_text([names])) == [names]
    assert csv_text([["Zoë; =1"]]).startswith('"')  # where ; separates, it still does not


def test_a_roster_is_read_with_excels_mark_and_other_columns(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_bytes(
        "\ufeffid, first_name,canvas_id,shoe\r\nbob,Bob,17,9\r\n,,,\r\neve\r\n".encode()
    )
    found = read_roster(path)
    assert found == {"bob": Person("bob", "Bob", canvas_id="17"), "eve": Person("eve")}
    assert [one.id for one in with_all(found, ["zoe", "bob", "adam"])] == [
        "bob",
        "eve",
        "adam",
        "zoe",
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"name\nbob\n", "no column 'id': it holds name"),
        (b"", "no column 'id': it holds nothing"),
        (b"id\nbob\nbob\n", "'bob' twice, in line 3"),
        ("id\nZoë\n".encode("latin-1"), "CSV UTF-8"),
        (b'id\n"bob\n', "is no CSV"),
    ],
)
def test_a_wrong_roster_is_told(tmp_path, data, sentence):
    path = tmp_path / "roster.csv"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=sentence):
        read_roster(path)
    with pytest.raises(ValueError, match="no roster"):
        read_roster(tmp_path / "none.csv")


def test_a_table_for_the_terminal_is_in_line_and_obeys_no_one():
    table = Table(("name", "n"), (("山田\x1b[31m", 1.5), ("a\u202eb\nc", None), ("Zoë", 10)))
    assert table.as_text().splitlines() == [
        "name          n",
        "山田�[31m  1.50",
        "a�b c         –",
        "Zoë          10",
    ]
    html = Table(("<b>",), (("</td><script>",),)).as_html()
    assert "<b>" not in html
    assert "<script>" not in html
