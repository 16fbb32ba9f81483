"""Make the table of claims that lesson 13 shows from course/claims.md and course/claims.ja.md.

    python tools/build_claims.py           write mlp_teach/widgets/claims.json
    python tools/build_claims.py --check   write nothing; fail if it is not up to date
    python tools/build_claims.py --stamp   every Japanese row now says what its English row says

A lesson finds its data through the installed package, and `course` is not in it. So the rows are
packed here, with what their evidence points at looked up: "lesson 05, step 3" becomes a link to
that heading in the notebook of either language, `bartok2013` one to the paper's DOI, "row S-2" one
to that row. Whatever cannot be found is a problem.

A Japanese row ends with a comment that holds a hash of its English row, as a cell of a lesson does
(`tools/build_notebooks.py`). When the English changes, the Japanese is asked for.
"""

import argparse
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {"en": "claims.md", "ja": "claims.ja.md"}
PACKED = "mlp_teach/widgets/claims.json"
NUMBER = r"(?:2\.\d|[A-Z]\d?)-\d+"
STAMP = re.compile(r" <!-- en ([0-9a-f]{8}) -->")
VERDICTS = ("right, with care", "right", "depends", "wrong", "no source", "open")
# The name of a lesson and what follows it: sections or steps, each of which becomes a link.
PLACES = {
    "en": re.compile(r"[Ll]esson (\d\d)(?:,? (steps? )?(§?\d+(?:(?:, | and )§?\d+)*))?"),
    "ja": re.compile(r"レッスン (\d\d)(?: の ?(ステップ )?(\d+(?:、\d+)*(?: 節)?))?"),
}
STEPS = {"en": "Step {}.", "ja": "ステップ {}"}
MARKS = re.compile(rf"`([^`]+)`|\*\*(.+?)\*\*|\*(\w[^*]*)\*|\[([^\]]+)\]\([^)]+\)|({NUMBER})\b")


@dataclass(frozen=True)
class Row:
    """A row of either file, under the heading of its table; `stamp` is of a Japanese one."""

    number: str
    heading: str
    claim: str
    verdict: str
    evidence: str
    stamp: str | None = None

    @property
    def hash(self) -> str:
        words = " ".join((self.claim, self.verdict, self.evidence))
        return hashlib.sha256(words.encode()).hexdigest()[:8]


def read_rows(text: str) -> list[Row]:
    """All rows that begin with a number, in order."""
    rows, heading = [], ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", STAMP.sub("", line))[1:-1]]
        if len(cells) == 4 and re.fullmatch(NUMBER, cells[0]):
            found = STAMP.search(line)
            rows.append(Row(cells[0], heading, *cells[1:], stamp=found and found.group(1)))
    return rows


class Course:
    """What the rows can point at: lessons with their headings, papers, and rows."""

    def __init__(self, root: Path, numbers: set[str]):
        self.numbers, self.problems = numbers, []
        self._headings = {}
        for lang in SOURCES:
            for path in sorted((root / "course" / lang).glob("*.ipynb")):
                self._headings[lang, path.stem[:2]] = path.name, headings(path)
        bibliography = (root / "course" / "references.bib").read_text(encoding="utf-8")
        entries = re.findall(r"^@\w+\{(\w+),(.*?)^\}", bibliography, re.MULTILINE | re.DOTALL)
        self.papers = {key: re.search(r"doi\s*=\s*\{(.+?)\}", body)[1] for key, body in entries}

    def place(self, lang: str, lesson: str, part: str) -> str:
        """The link to a heading: a notebook's title if `part` is empty. A problem if none is."""
        name, lines = self._headings.get((lang, lesson), ("", []))
        found = [line for line in lines if line.startswith(part)]
        if not found:
            self.problems.append(f"course/{lang}: no lesson {lesson} with a heading {part!r}.")
            return ""
        return f"{name}#{anchor(found[0])}"

    def pieces(self, text: str, lang: str) -> list[list[str]]:
        """A text as pieces: [kind, words] or [kind, words, target]."""
        found, end = [], 0
        for match in PLACES[lang].finditer(text):
            found += self._marked(text[end : match.start()])
            found += self._places(match, lang)
            end = match.end()
        return found + self._marked(text[end:])

    def _places(self, match: re.Match, lang: str) -> list[list[str]]:
        lesson, step, parts = match.groups()
        if parts is None:
            if lesson == "11" and ("en", "11") not in self._headings:
                return [["text", match[0]]]  # to come, and said so by test_references.py
            return [["lesson", match[0], self.place(lang, lesson, "")]]
        pattern = STEPS[lang] if step else "{}."
        pieces, begin = [], match.start()
        for part in re.finditer(r"\d+(?: 節)?", match.string[match.start(3) : match.end()]):
            number = re.match(r"\d+", part[0])[0]
            words = match.string[begin : match.start(3) + part.end()]
            gap = re.match(r"、|, | and ", words) if pieces else None
            if gap:
                pieces.append(["text", gap[0]])
                words = words[gap.end() :]
            pieces.append(["lesson", words, self.place(lang, lesson, pattern.format(number))])
            begin = match.start(3) + part.end()
        return pieces

    def _marked(self, text: str) -> list[list[str]]:
        found, end = [], 0
        for match in MARKS.finditer(text):
            code, strong, stress, link, number = match.groups()
            if number and number not in self.numbers:
                continue
            if match.start() > end:
                found.append(["text", text[end : match.start()]])
            end = match.end()
            if code in self.papers:
                found.append(["paper", code, self.papers[code]])
            elif code:
                found.append(["code", code])
            elif number:
                found.append(["row", number, number])
            else:
                found.append(["text", link] if link else ["strong", strong or stress])
        return [*found, ["text", text[end:]]] if end < len(text) else found


def headings(path: Path) -> list[str]:
    """The words of all headings of a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    texts = (cell.source for cell in cells if cell.cell_type == "markdown")
    return [line for text in texts for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]


def anchor(heading: str) -> str:
    """The name by which JupyterLab finds a heading: of its words as they are shown."""
    shown = re.sub(r"\$([^$]*)\$", lambda formula: formula[1].replace("_", ""), heading)
    return shown.replace("\\eta", "η").replace(" ", "-")


def pack(root: Path = ROOT) -> tuple[str, list[str]]:
    """The text of claims.json, and the problems."""
    course = root / "course"
    rows = {
        lang: read_rows((course / name).read_text(encoding="utf-8"))
        for lang, name in SOURCES.items()
    }
    numbers = [row.number for row in rows["en"]]
    japanese = {row.number: row for row in rows["ja"]}
    points = Course(root, set(numbers))
    if len(set(numbers)) < len(numbers):
        points.problems.append("course/claims.md: a number stands twice.")
    packed, sections = [], {}
    for row in rows["en"]:
        twin = japanese.pop(row.number, None)
        if twin is None:
            points.problems.append(f"course/claims.ja.md: no row {row.number}.")
            continue
        if twin.stamp != row.hash:
            points.problems.append(
                f"course/claims.ja.md: the English of row {row.number} changed after its "
                "translation; bring the Japanese up to it, then run tools/build_claims.py --stamp."
            )
        sections[row.heading] = twin.heading
        words = {"en": _words(row, points, "en"), "ja": _words(twin, points, "ja")}
        section = list(sections).index(row.heading)
        packed.append({"number": row.number, "section": section, "verdict": _verdict(row)} | words)
    points.problems += [f"course/claims.md: no row {number}." for number in japanese]
    titles = [{"en": en, "ja": ja} for en, ja in sections.items()]
    return _json(sections=titles, claims=packed), points.problems


def _json(**lists: list) -> str:
    """One entry a line: what changes is what a reader of the difference sees."""
    parts = []
    for name, entries in lists.items():
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in entries)
        parts.append(f'"{name}": [\n{lines}\n]')
    return "{" + ",\n".join(parts) + "}\n"


def _words(row: Row, points: Course, lang: str) -> dict:
    claim, evidence = points.pieces(row.claim, lang), points.pieces(row.evidence, lang)
    return {"claim": claim, "verdict": row.verdict, "evidence": evidence}


def _verdict(row: Row) -> str:
    return next(verdict for verdict in VERDICTS if row.verdict.startswith(verdict))


def stamp(root: Path = ROOT) -> None:
    """Writes the hash of its English row into every Japanese one."""
    course = root / "course"
    english = read_rows((course / SOURCES["en"]).read_text(encoding="utf-8"))
    hashes = {row.number: row.hash for row in english}
    path = course / SOURCES["ja"]
    lines = path.read_text(encoding="utf-8").splitlines()
    for n, line in enumerate(lines):
        found = re.match(rf"\| ({NUMBER}) \|", line)
        if found and found[1] in hashes:
            lines[n] = f"{STAMP.sub('', line)[:-2]} <!-- en {hashes[found[1]]} --> |"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    mode.add_argument("--stamp", action="store_true", help="mark all translations as up to date")
    options = parser.parse_args(arguments)
    if options.stamp:
        stamp(root)
    text, problems = pack(root)
    path = root / PACKED
    if not (path.exists() and path.read_text(encoding="utf-8") == text):
        if options.check:
            problems.append(f"{PACKED}: not what course/claims.md says; run this without --check.")
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    print(
        *problems, f"{len(json.loads(text)['claims'])} claims, {len(problems)} problems", sep="\n"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
