"""Build the notebooks that students open from the lessons' one source.

    python tools/build_notebooks.py           write course/en/*.ipynb and course/ja/*.ipynb
    python tools/build_notebooks.py --check   write nothing; fail if one is not up to date
    python tools/build_notebooks.py --stamp 05 11    each translation in lessons 05 and 11 now says
                                                     what its English says; "all" for every lesson

How to write a lesson, course/source/NN_topic.py:

    # ---
    # jupyter:
    #   card: {learn_minutes: 30, run_seconds: 60, memory_mb: 700}
    # ---

    # %% [markdown] lang="en"
    # # The title
    # %% [markdown] lang="ja"
    # # 表題
    # %%
    lang = "en"
    # %% [markdown]
    # $$E = \\sum_i E_i$$

- A Markdown cell with `lang="en"` is followed at once by its twin with `lang="ja"`; one without
  `lang` stands in both notebooks. `--stamp` writes a hash of the English words into the twin
  (`en="1a2b3c4d"`); when the English changes, `--check` asks for the translation. Stamp only what
  you have read. Lines of a Japanese paragraph may break anywhere: they are joined.
- Code cells stand in both notebooks, have 15 lines at most and define no class: use `show(Class)`.
  They are plain Python (no %magic, no !command; import `display` from IPython.display), for the
  file also runs as a script.
- The line `lang = "en"` stands once, in the first code cell; the Japanese notebook gets "ja". Words
  that code shows follow it: `loss_curve(lang=lang)`, `{"en": "energy", "ja": "エネルギー"}[lang]`.
- The card becomes a cell under the title. `tools/run_lessons.py` holds the lesson to it: CPU
  seconds on one thread and peak memory of the kernel, at most 120 s and 1024 MB. Measure, then add
  a quarter.
- The tag in `# %% tags=["raises-exception"]` marks a cell whose error is the point.
"""

import argparse
import os
import re
import sys
from collections import Counter
from pathlib import Path

import nbformat
from nbformat import v4

sys.path.insert(0, str(Path(__file__).resolve().parent))
from lesson_source import CARD_KEYS, LANGUAGE_LINE, LANGUAGES, Cell, Lesson, problems, read_lesson

COURSE = Path(__file__).resolve().parent.parent / "course"
CARD_TEXT = {
    "en": "> **This lesson** takes about {learn_minutes:g} minutes. All its cells together run in "
    "less than {run_seconds:g} s on one CPU thread, in less than {memory_mb:g} MB of memory, and "
    "without the network.",
    "ja": "> **このレッスン**の所要時間は約 {learn_minutes:g} 分です。すべてのセルを実行しても、"
    "CPU 1 スレッドで {run_seconds:g} 秒、メモリ {memory_mb:g} MB を超えません。"
    "ネットワークは不要です。",
}
FENCE = re.compile(r"(```.*?```)", re.DOTALL)
# A line break between two Japanese characters would be shown as a space; headings end at theirs.
JAPANESE = r"[\u3001-\u30ff\u3400-\u9fff\uff01-\uffee]"
JAPANESE_BREAK = re.compile(rf"^((?!#).*{JAPANESE})\n(?={JAPANESE})", re.MULTILINE)


def build(lesson: Lesson, lang: str) -> str:
    """The lesson's notebook in one language, as the text of its file: the same text every time."""
    cells = [cell for cell in lesson.cells if cell.lang in (None, lang)]
    cells.insert(1, Cell("markdown", CARD_TEXT[lang].format(**lesson.card), line=0))
    seen: Counter = Counter()
    notebook = v4.new_notebook(
        cells=[_notebook_cell(cell, lang, seen) for cell in cells],
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "mlp_teach": {"card": lesson.card, "lang": lang, "source": lesson.path.name},
        },
    )
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def _notebook_cell(cell: Cell, lang: str, seen: Counter):
    # An id made from the text stays with its cell when other cells come or go.
    seen[cell.hash] += 1
    identity = f"{cell.hash}-{seen[cell.hash]}"
    metadata = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.kind == "code":
        text = LANGUAGE_LINE.sub(f'lang = "{lang}"', cell.text)
        return v4.new_code_cell(text, id=identity, metadata=metadata)
    return v4.new_markdown_cell(_join_lines(cell.text), id=identity, metadata=metadata)


def _join_lines(text: str) -> str:
    parts = FENCE.split(text)
    parts[::2] = [JAPANESE_BREAK.sub(r"\1", part) for part in parts[::2]]  # the others are code
    return "".join(parts)


def stamp(lesson: Lesson) -> str:
    """The source's text with each Japanese cell bearing the hash of the English cell before it."""
    lines = lesson.path.read_text(encoding="utf-8").splitlines()
    for english, japanese in zip(lesson.cells, lesson.cells[1:], strict=False):
        if (english.lang, japanese.lang) == ("en", "ja"):
            marker = re.sub(r' en="[^"]*"', "", lines[japanese.line - 1])
            lines[japanese.line - 1] = f'{marker} en="{english.hash}"'
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None, course: Path = COURSE) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    mode.add_argument(
        "--stamp",
        nargs="+",
        default=[],
        metavar="LESSON",
        help="mark the translations of these lessons, which you have read, as up to date: how the "
        "names start, such as 05, or all",
    )
    options = parser.parse_args(arguments)
    found: list[str] = []
    lessons = []
    paths = sorted((course / "source").glob("[0-9][0-9]_*.py"))
    starts = [] if "all" in options.stamp else options.stamp
    if missing := [one for one in starts if not any(p.name.startswith(one) for p in paths)]:
        parser.error(f"--stamp: no lesson's name starts with {', '.join(missing)}")
    for path in paths:
        try:
            lesson = read_lesson(path)
            if options.stamp and path.name.startswith(tuple(starts) or ""):
                path.write_text(stamp(lesson), encoding="utf-8", newline="\n")
                lesson = read_lesson(path)
        except ValueError as error:
            found.append(str(error))
            continue
        found += problems(lesson)
        if set(CARD_KEYS) <= set(lesson.card):
            lessons.append(lesson)
    found += _write_or_compare(lessons, course, options.check)
    for problem in found:
        print(problem.replace(f"{course.parent}{os.sep}", ""))
    print(f"{len(lessons)} lessons in {len(LANGUAGES)} languages, {len(found)} problems")
    return 1 if found else 0


def _write_or_compare(lessons: list[Lesson], course: Path, check: bool) -> list[str]:
    found, expected = [], set()
    for lesson in lessons:
        for lang in LANGUAGES:
            path = course / lang / f"{lesson.topic}.ipynb"
            expected.add(path)
            text = build(lesson, lang)
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            if check:
                found.append(f"{path}: not what {lesson.path.name} says; run this without --check.")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
    for lang in LANGUAGES:
        for path in sorted((course / lang).glob("*.ipynb")):
            if path not in expected:
                found.append(f"{path}: has no source; delete it or write {path.stem}.py.")
    return found


if __name__ == "__main__":
    sys.exit(main())
